"""A cell as every reader returns it, the limits no file may pass, and bytes as text."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from analysis.problems import Fault
from analysis.read.findings import noted, refuse

MEGABYTE = 1_000_000
MOST_CELLS = 2_000_000
LONGEST_TEXT = 32_767
MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
TINY = 2.0  # points: nobody reads letters as small as this
CLOSE = 24  # of 255: colours nearer than this in every part cannot be told apart
WHITE, BLACK = "FFFFFF", "000000"
STRUCK = "struck out"
HEADS_AGAIN = " header again"  # ends the area of heads that a table repeats on its next page
SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ"
RAISED = str.maketrans("0123456789abcdefghijklmnoprstuvwxyz", SUPERSCRIPTS)
Piece = tuple[str, str, bool]  # words, why nobody sees them, and whether they are raised above the line


class Cell(NamedTuple):
    """Hold one cell: its address, the table or text it stands in, and what one sees there.

    place: `Sheet1!B4`, `L3F2`, `T1R2C3`, `P4`, `P7C2`, `p1@x0,top,x1,bottom`; area: sheet, table, or `P` for text
    outside tables; row, column: from 1 inside the area; kind: number, date, text or error; value: the ISO date that a
    date shows; wide: columns it covers; why: the reason nobody sees it, and then it holds no text.
    """

    place: str
    area: str
    row: int
    column: int
    text: str = ""
    kind: str = "text"
    value: str = ""
    wide: int = 1
    why: str = ""

    def unseen(self, why: str) -> "Cell":
        """Return the cell without what it holds."""
        return self._replace(text="", value="", why=why)

    def parted(self, text: str, gone: str) -> list["Cell"]:
        """Return the cell with a text, where it has one, and apart, without content, what of it nobody sees."""
        return [*([self._replace(text=text)] if text else []), *([self.unseen(gone)] if gone else [])]


class Grid(NamedTuple):
    """Hold a table of a document: row, column, width and blocks of each cell."""

    cells: list[tuple[int, int, int, list]]


Block = tuple[str, str] | Grid  # a paragraph, its words and why some of them are not seen, or a table


class Reading(NamedTuple):
    """Hold what one file shows, and what was found in it."""

    cells: list[Cell]
    faults: list[Fault]


def check_count(number: int, place: str = "") -> None:
    """Raise Faults (TOO_MANY_CELLS)."""
    if number > MOST_CELLS:
        raise refuse("TOO_MANY_CELLS", place, f"{number:,} cells")


def decode(content: bytes) -> tuple[str, list[Fault]]:
    """Return the text of a file, decoded strictly: by its byte order mark, else as UTF-8, else as Windows-1252.

    Raises Faults (EMPTY_FILE, ENCODING, NUL_BYTE).
    """
    if not content.strip():
        raise refuse("EMPTY_FILE", "", "nothing")
    marked = [name for mark, name in MARKS.items() if content.startswith(mark)]
    for name in marked or ["utf-8", "cp1252"]:
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            line = text[: text.index("\0")].count("\n") + 1
            raise refuse("NUL_BYTE", f"L{line}", "a NUL byte")
        words = "read as Windows-1252, because it is no UTF-8"
        return text, [noted("ENCODING", "", words)] if name == "cp1252" else []
    raise refuse("ENCODING", "", "bytes of no known encoding")


def lined(text: str) -> list[Cell]:
    """Return the filled lines of a text as cells outside tables."""
    lines = enumerate(map(str.rstrip, text.splitlines()), start=1)
    return [Cell(f"P{number}", "P", number, 1, line) for number, line in lines if line]


def spelled(pieces: Iterable[Piece]) -> tuple[str, str]:
    """Return pieces of a text as one sees them together, and why one does not see some of them.

    A superscript is spelled with characters of its own, so that a footnote mark never becomes a digit of its number,
    unless all of the text is raised.
    """
    seen, gone = [], ""
    for words, why, is_raised in pieces:
        if why:
            gone = gone or (why if words.strip() else "")
        else:
            seen.append((words, is_raised))
    beside = any(words.strip() and not is_raised for words, is_raised in seen)
    return "".join(raised(words) if is_raised and beside else words for words, is_raised in seen), gone


def raised(words: str) -> str:
    """Return what is raised above the line as a mark, unless it ends an ordinal."""
    return words if re.fullmatch(r"(st|nd|rd|th)", words.strip()) else words.translate(RAISED)


def laid_out(blocks: Iterable[Block], before: str = "") -> list[Cell]:
    """Return paragraphs and tables as cells: `P2` is the second paragraph, `T1R2C3` a cell of the first table, and
    `T1R2C3/T1R1C1` one of a table inside that."""
    found: list[Cell] = []
    counts: Counter = Counter()
    for block in blocks:
        kind = "T" if isinstance(block, Grid) else "P"
        counts[kind] += 1
        place = f"{before}{kind}{counts[kind]}"
        if not isinstance(block, Grid):
            found += _worded(Cell(place, f"{before}P", counts[kind], 1), [block])
            continue
        for row, column, wide, inside in block.cells:
            cell = Cell(f"{place}R{row}C{column}", place, row, column, wide=wide)
            found += _worded(cell, [one for one in inside if not isinstance(one, Grid)])
            found += laid_out((one for one in inside if isinstance(one, Grid)), f"{cell.place}/")
    return found


def _worded(cell: Cell, paragraphs: list[tuple[str, str]]) -> list[Cell]:
    text = "\n".join(words for words, _ in paragraphs)
    text = text.strip("\n ").rstrip() if outside_tables(cell.area) else text.strip()  # tabs may part columns
    return cell.parted(text, next((gone for _, gone in paragraphs if gone), ""))


def unread(colour: str = "", behind: str = "", size: float = 11.0, struck: bool = False) -> str:
    """Return why letters are not read, or nothing; colours as six digits, "" where it is black on white as usual.

    Any other word is a colour that is not known, and hides only letters of the same word.
    """
    if size < TINY:
        return "tiny text"
    ink, paper = (text.lstrip("#").upper() for text in (colour or BLACK, behind or WHITE))
    near = ink == paper
    if re.fullmatch("[0-9A-F]{12}", ink + paper):
        pairs = zip(bytes.fromhex(ink), bytes.fromhex(paper), strict=True)
        near = all(abs(one - other) < CLOSE for one, other in pairs)
    return "text in the colour of the paper" if near else STRUCK if struck else ""


def outside_tables(area: str) -> bool:
    """Say whether an area is the text of a document outside its tables."""
    return area.rpartition("/")[2] == "P"


def column_letters(column: int) -> str:
    """Return the letters of a column: 1 is A, 28 is AB."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def whole(text: str | None, otherwise: int = 0) -> int:
    """Return a whole number, or the other where there is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else otherwise
