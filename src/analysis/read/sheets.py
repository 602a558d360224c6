"""What all spreadsheets share: how a number format shows a number, and what nobody sees of a cell."""

import datetime as dt
import math
import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

from analysis.problems import Fault
from analysis.read.cells import Cell, Piece, column_letters, spelled, unread
from analysis.read.findings import person

BUILTIN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 14: "dd/mm/yyyy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
    20: "h:mm", 21: "h:mm:ss", 22: "dd/mm/yyyy h:mm", 37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;-#,##0.00", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
}  # fmt: skip
SECTION = re.compile(r'((?:"[^"]*"|\\.|\[[^\]]*\]|[^;])*)(?:;|$)', re.S)
CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)\]")
TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_.|\*.|\[(?P<elapsed>h+|m+|s+)\]|\[[^\]]*\]|(?P<general>general)|'
    r"(?P<date>am/pm|a/p|y+|m+|d+|h+|s+(?:\.0+)?)|(?P<digits>\?*[#0][#0?,.]*)|(?P<other>.)",
    re.I | re.S,
)
EPOCHS = {False: dt.datetime(1899, 12, 30), True: dt.datetime(1904, 1, 1)}
LATEST = 2_958_466  # 31 December 9999
UNITS = {"h": 3600, "m": 60, "s": 1}
PIECES = {"y": "%y", "yy": "%y", "m": "%m", "mm": "%m", "mmm": "%b", "mmmm": "%B", "d": "%d", "dd": "%d", "ddd": "%a",
          "dddd": "%A", "h": "%H", "hh": "%H", "s": "%S", "ss": "%S", "am/pm": "%p", "a/p": "%p"}  # fmt: skip
TESTS = {
    "<": float.__lt__, "<=": float.__le__, ">": float.__gt__, ">=": float.__ge__, "=": float.__eq__, "<>": float.__ne__
}  # fmt: skip
Tokens = list[tuple[str, str]]
Box = tuple[int, int, int, int]  # top, left, bottom, right
NO_FORMAT = "a format that shows nothing"


def shown(number: float, code: str, from_1904: bool = False) -> tuple[str, str, str]:
    """Return what a format makes of a number: the text one sees, its kind, and the ISO date behind a date."""
    if not math.isfinite(number):
        return str(number), "error", ""
    tokens, unsigned = _part(number, code)
    kinds = {kind for kind, _ in tokens}
    if "elapsed" in kinds:
        return _duration(number, tokens), "date", ""
    if "date" in kinds and "general" not in kinds:
        if not 0 <= number < LATEST:
            return plain(number), "number", ""
        days = number + (number < 60 and not from_1904)  # 1900 was no leap year, but spreadsheets count 29 February
        when = EPOCHS[from_1904] + dt.timedelta(seconds=round(days * 86400))
        return _date(when, tokens), "date", when.date().isoformat() if number >= 1 else ""
    return _number(abs(number) if unsigned else number, tokens), "number", ""


def _shows_text(code: str) -> bool:
    """Say whether a format shows texts at all; `;;;` does not."""
    parts = _parts(code)
    return len(parts) < 4 or any(word.strip() for _, word in _tokens(parts[3]))


@lru_cache(maxsize=4096)
def _parts(code: str) -> list[str]:
    """Return the parts of a format, parted by semicolons that are not quoted."""
    found = SECTION.findall(code)
    return (found if code.endswith(";") else found[:-1] or [""])[:4]


@lru_cache(maxsize=4096)
def _tokens(part: str) -> Tokens:
    """Return what a part of a format is made of; spaces of a width and colours are left out."""
    return [(match.lastgroup, match[match.lastgroup]) for match in TOKEN.finditer(part) if match.lastgroup]


def _part(number: float, code: str) -> tuple[Tokens, bool]:
    """Return the part of a format that a number falls under, and whether that part itself says that it is negative."""
    parts = _parts(code)
    conditions = [CONDITION.search(part) for part in parts]
    if any(conditions):
        met = (part for part, test in zip(parts, conditions, strict=True)
               if test is None or TESTS[test[1]](float(number), float(test[2])))  # fmt: skip
        return _tokens(next(met, "General")), False
    negative = number < 0 and len(parts) > 1
    return _tokens(parts[1 if negative else 2 if number == 0 and len(parts) > 2 else 0]), negative


def _duration(number: float, tokens: Tokens) -> str:
    """Return a time that runs past a day, such as 36:00 for [h]:mm."""
    left, text = round(abs(number) * 86400), "-" if number < 0 else ""
    for kind, word in tokens:
        unit = UNITS.get(word[0].lower()) if kind in ("elapsed", "date") else None
        if unit:
            count, left = divmod(left, unit)
            word = str(count).zfill(len(word) if kind == "elapsed" else 2)
        text += word
    return text.strip()


def _date(when: dt.datetime, tokens: Tokens) -> str:
    """Return a date; an `m` after hours or before seconds is for minutes."""
    words = [word.lower() if kind == "date" else "" for kind, word in tokens]
    letters = [word[0] for word in words if word]
    half, text, place = any("/" in word for word in words), "", 0
    for (kind, word), piece in zip(tokens, words, strict=True):
        if kind == "date":
            minutes = piece[0] == "m" and ("h" in letters[:place][-1:] or "s" in letters[place + 1 :][:1])
            code = PIECES.get(piece.partition(".")[0], "%Y" if piece[0] == "y" else "%B")
            code = "%M" if minutes else "%I" if half and code == "%H" else code
            word = when.strftime(code)
            word = (word.lstrip("0") or "0") if len(piece) == 1 else word[:1] if piece in ("mmmmm", "a/p") else word
            place += 1
        text += word
    return text.strip()


def plain(number: float) -> str:
    """Return a number without a format: whole numbers without a point, others in the fewest digits that say it."""
    if float(number).is_integer() and abs(number) < 1e15:
        return str(int(number))
    return f"{number:.15g}"


def _number(number: float, tokens: Tokens) -> str:
    """Return a number as one part of a format shows it; one not known shows it plainly, never rounded away."""
    words = {word.lower() for kind, word in tokens if kind == "other"}
    if words & {"e", "/"} or ("@" in words and "digits" not in {kind for kind, _ in tokens}):
        return plain(number)
    number *= 100 if "%" in words else 1
    text, first = "", True
    for kind, word in tokens:
        if kind == "general" or (kind == "digits" and first):
            text, first = text + (plain(number) if kind == "general" else _digits(number, word)), False
        elif kind != "other" or word != "?":
            text += word
    return text.strip()


def _digits(number: float, pattern: str) -> str:
    scaled = pattern.rstrip(",")
    left, _, right = scaled.partition(".")
    decimals = sum(letter in "0#?" for letter in right)
    try:
        exact = Decimal(repr(number / 1000 ** (len(pattern) - len(scaled))))
        rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    except InvalidOperation:
        return plain(number)
    whole, _, rest = f"{abs(rounded):{',' if ',' in left else ''}f}".partition(".")
    while len(rest) > right.count("0") and rest.endswith("0"):
        rest = rest[:-1]
    return f"{'-' if rounded.is_signed() else ''}{whole.rjust(left.count('0'), '0')}{'.' if rest else ''}{rest}"


class Look(NamedTuple):
    """Hold a number format, the colour of letters, their size, the colour behind them ("" is none), and a strike."""

    code: str = "General"
    colour: str = ""
    size: float = 11.0
    behind: str = ""
    struck: bool = False

    def piece(self, words: str, is_raised: bool = False) -> Piece:
        """Return words of this look as a piece of a cell's text."""
        why = unread(self.colour, self.behind, self.size, self.struck)
        return words, why or ("" if _shows_text(self.code) else NO_FORMAT), is_raised


@dataclass
class Sheet:
    """Collects the cells of one sheet.

    columns: those hidden; merged: ranges shown as one cell; covers: what lies under a picture or a painted box.
    """

    name: str
    columns: Container[int] = ()
    merged: Sequence[Box] = ()
    covers: Sequence[Box] = ()
    from_1904: bool = False
    cells: list[Cell] = field(default_factory=list)

    def add(self, row: int, column: int, pieces: Iterable[Piece], why: str = "", **more) -> None:
        """Add a cell that shows pieces of text, and one without content for what of it nobody sees.

        why: a reason that nobody sees any of it, beside those of its place; more: its kind, value and width.
        """
        text, gone = spelled(pieces)
        if not text and not gone:
            return
        box = next((box for box in self.merged if _inside(row, column, box)), (row, column, row, column))
        more = {"wide": box[3] - box[1] + 1} | more
        cell = Cell(f"{self.name}!{column_letters(column)}{row}", self.name, row, column, text, **more)
        why = why or ("hidden column" if column in self.columns else "")
        why = why or ("under a merged cell" if box[:2] != (row, column) else "")
        why = why or ("covered" if any(_inside(row, column, cover) for cover in self.covers) else "")
        self.cells += [cell.unseen(why)] if why else cell.parted(text.strip() if gone else text, gone)

    def add_number(self, row: int, column: int, number: float, look: Look, why: str = "") -> None:
        """Add a number as its format shows it."""
        text, kind, value = shown(number, look.code, self.from_1904)
        hidden = unread(look.colour, look.behind, look.size, look.struck) or ("" if text else NO_FORMAT)
        self.add(row, column, [(text or plain(number), hidden, False)], why, kind=kind, value=value)

    def add_boxes(self, boxes: Iterable[list[etree._Element]]) -> None:
        """Add the texts of what is drawn on the sheet, each some paragraphs."""
        texts = ("\n".join("".join(line.itertext()).strip() for line in lines).strip() for lines in boxes)
        for at, text in enumerate(filter(None, texts), start=1):
            self.cells.append(Cell(f"{self.name}!box{at}", f"{self.name} box", at, 1, text))


def _inside(row: int, column: int, box: Box) -> bool:
    return box[0] <= row <= box[2] and box[1] <= column <= box[3]


def hidden_sheet(number: int, count: int, size: str, state: str = "hidden") -> Fault:
    """Return that a sheet is hidden, which is then not read."""
    return person("HIDDEN_SHEET", f"sheet {number} of {count}", f"{state} sheet, {size}")
