"""How a spreadsheet's cell looks, so far as that can make it invisible."""

from functools import lru_cache
from typing import NamedTuple

from lxml import etree

from analysis.read import formats
from analysis.read.package import attribute, child, every

TINY = 2.0  # points: nobody reads letters as small as this
WHITE, BLACK = "FFFFFF", "000000"
INDEXED = {0: BLACK, 1: WHITE, 8: BLACK, 9: WHITE, 64: BLACK, 65: WHITE}
THEME = {0: WHITE, 1: BLACK}


class Look(NamedTuple):
    """A number format, the colour of the letters, their size in points, and the colour behind them ("" is none)."""

    code: str
    colour: str
    size: float
    behind: str


def looks(styles: etree._Element | None) -> list[Look]:
    """Return the looks that a workbook's cells refer to by number."""
    codes = {int(entry.get("numFmtId", "0")): entry.get("formatCode", "") for entry in every(styles, "numFmt")}
    fonts = [_font(entry) for entry in _entries(styles, "fonts")]
    fills = [_fill(entry) for entry in _entries(styles, "fills")]
    found = []
    for entry in _entries(styles, "cellXfs"):
        code = int(entry.get("numFmtId", "0"))
        colour, size = _at(fonts, entry.get("fontId", "0"), ("", 11.0))
        behind = _at(fills, entry.get("fillId", "0"), "")
        found.append(Look(codes.get(code, formats.BUILTIN.get(code, "General")), colour, size, behind))
    return found


def _entries(styles: etree._Element | None, name: str) -> list[etree._Element]:
    group = child(styles, name)
    return [] if group is None else list(group)


def _at(things: list, index: str, otherwise):
    return things[int(index)] if index.isdigit() and int(index) < len(things) else otherwise


def _font(entry: etree._Element) -> tuple[str, float]:
    size, colour = child(entry, "sz"), child(entry, "color")
    return colour_of(colour), float(attribute(size, "val", "11")) if size is not None else 11.0


def _fill(entry: etree._Element) -> str:
    pattern = child(entry, "patternFill")
    if pattern is None:
        return "some" if len(entry) else ""
    if pattern.get("patternType", "none") == "none":
        return ""
    return colour_of(child(pattern, "fgColor")) or "some"


def colour_of(entry: etree._Element | None) -> str:
    """Return a colour as six digits, a word where only its theme is known, or nothing where none is given."""
    if entry is None:
        return ""
    if entry.get("rgb"):
        return entry.get("rgb", "")[-6:].upper()
    if entry.get("theme"):
        theme = entry.get("theme", "")
        tint = entry.get("tint", "0")
        return THEME.get(int(theme), f"theme {theme}") + ("" if float(tint) == 0 else f" {tint}")
    if entry.get("indexed"):
        return INDEXED.get(int(entry.get("indexed", "64")), f"indexed {entry.get('indexed')}")
    return ""


def faint(colour: str) -> bool:
    """Say whether letters of this colour cannot be told from white paper."""
    digits = colour.lstrip("#").upper()
    if len(digits) != 6 or not all(letter in "0123456789ABCDEF" for letter in digits):
        return False
    return min(int(digits[at : at + 2], 16) for at in (0, 2, 4)) >= 0xF0


@lru_cache(maxsize=4096)
def unseen(look: Look, kind: str = "text") -> str:
    """Return why a cell of this look cannot be read, or nothing."""
    if formats.shows_nothing(look.code) or (kind == "number" and _empty_section(look.code)):
        return "a format that shows nothing"
    if look.size < TINY:
        return "tiny text"
    same = look.colour != "" and look.colour == look.behind
    if same or (faint(look.colour) and (look.behind == "" or faint(look.behind))):
        return "text in the colour of the paper"
    return ""


def _empty_section(code: str) -> bool:
    return code.split(";")[:2] == ["", ""]


def hiding_formats(styles: etree._Element | None) -> set[int]:
    """Return the numbers of the conditional looks that make text invisible."""
    found = set()
    for number, entry in enumerate(_entries(styles, "dxfs")):
        code = child(entry, "numFmt")
        font = child(entry, "font", "color")
        nothing = code is not None and formats.shows_nothing(code.get("formatCode", ""))
        if nothing or (faint(colour_of(font)) and child(entry, "fill") is None):
            found.add(number)
    return found
