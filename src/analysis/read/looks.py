"""How a spreadsheet's cell looks, so far as that can make it invisible."""

import re
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

from analysis.read import formats
from analysis.read.cell import Cell, hidden
from analysis.read.package import attribute, child, every

TINY = 2.0  # points: nobody reads letters as small as this
WHITE, BLACK = "FFFFFF", "000000"
CLOSE = 24  # of 255: colours nearer than this in every part cannot be told apart
INDEXED = {0: BLACK, 1: WHITE, 8: BLACK, 9: WHITE, 64: BLACK, 65: WHITE}
THEME = ("lt1", "dk1", "lt2", "dk2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6")
PAINTS_WHITE = re.compile(r"\[(white|colou?r ?2)\]", re.IGNORECASE)
HEX = re.compile(r"[0-9A-F]{6}")


class Look(NamedTuple):
    """A number format, the colour of the letters, their size in points, and the colour behind them ("" is none)."""

    code: str
    colour: str
    size: float
    behind: str


class Palette(NamedTuple):
    """The colours that a workbook's cells refer to by number: of its theme, and of its list."""

    theme: list[str]
    indexed: dict[int, str]


def palette(theme: etree._Element | None, styles: etree._Element | None) -> Palette:
    """Return the colours of a workbook: its own where it has any, else the usual ones."""
    scheme = every(theme, "clrScheme")[:1]
    found = [_of_theme(scheme[0], name) for name in THEME] if scheme else []
    listed = [
        entry.get("rgb", "")[-6:].upper() for entry in every(child(styles, "colors", "indexedColors"), "rgbColor")
    ]
    return Palette(found or [WHITE, BLACK], INDEXED | dict(enumerate(listed)))


def _of_theme(scheme: etree._Element, name: str) -> str:
    entry = child(scheme, name)
    colour = entry[0] if entry is not None and len(entry) else None
    usual = {"lt1": WHITE, "dk1": BLACK}.get(name, "")
    return (colour.get("lastClr") or colour.get("val", "")).upper() if colour is not None else usual


def looks(styles: etree._Element | None, colours: Palette) -> list[Look]:
    """Return the looks that a workbook's cells refer to by number."""
    codes = {int(entry.get("numFmtId", "0")): entry.get("formatCode", "") for entry in every(styles, "numFmt")}
    fonts = [font(entry, colours) for entry in _entries(styles, "fonts")]
    fills = [_fill(entry, colours) for entry in _entries(styles, "fills")]
    found = []
    for entry in _entries(styles, "cellXfs"):
        code = int(entry.get("numFmtId", "0"))
        colour, size = _at(fonts, entry.get("fontId", "0"), ("", 11.0))
        behind = _at(fills, entry.get("fillId", "0"), "")
        shown = codes.get(code, formats.BUILTIN.get(code, "General"))
        found.append(Look(shown, WHITE if PAINTS_WHITE.search(shown) else colour, size, behind))
    return found


def _entries(styles: etree._Element | None, name: str) -> list[etree._Element]:
    group = child(styles, name)
    return [] if group is None else list(group)


def _at(things: list, index: str, otherwise):
    return things[int(index)] if index.isdigit() and int(index) < len(things) else otherwise


def font(entry: etree._Element | None, colours: Palette) -> tuple[str, float]:
    """Return the colour of a font and its size in points."""
    size, colour = child(entry, "sz"), child(entry, "color")
    return colour_of(colour, colours), float(attribute(size, "val", "11")) if size is not None else 11.0


def _fill(entry: etree._Element, colours: Palette) -> str:
    pattern = child(entry, "patternFill")
    if pattern is None:
        return "some" if len(entry) else ""
    if pattern.get("patternType", "none") == "none":
        return ""
    return colour_of(child(pattern, "fgColor"), colours) or "some"


def colour_of(entry: etree._Element | None, colours: Palette) -> str:
    """Return a colour as six digits, a word where it is not known, or nothing where none is given."""
    if entry is None:
        return ""
    if entry.get("rgb"):
        return entry.get("rgb", "")[-6:].upper()
    if entry.get("theme"):
        number = int(entry.get("theme", "0"))
        own = colours.theme[number] if number < len(colours.theme) else ""
        return _tinted(own, float(entry.get("tint", "0"))) if HEX.fullmatch(own) else f"theme {number}"
    if entry.get("indexed"):
        return colours.indexed.get(int(entry.get("indexed", "64")), f"indexed {entry.get('indexed')}")
    return ""


def _tinted(colour: str, tint: float) -> str:
    """Return a colour made darker (below 0) or lighter. Source: ECMA-376 part 1, 18.8.19, taken part by part."""
    parts = [int(colour[at : at + 2], 16) for at in (0, 2, 4)]
    return "".join(f"{round(part * (1 + tint) if tint < 0 else part + (255 - part) * tint):02X}" for part in parts)


def alike(one: str, other: str) -> bool:
    """Say whether two colours cannot be told apart."""
    one, other = one.lstrip("#").upper(), other.lstrip("#").upper()
    if not HEX.fullmatch(one) or not HEX.fullmatch(other):
        return one == other != ""
    return all(abs(int(one[at : at + 2], 16) - int(other[at : at + 2], 16)) < CLOSE for at in (0, 2, 4))


def faint(colour: str) -> bool:
    """Say whether letters of this colour cannot be told from white paper."""
    return bool(colour) and alike(colour, WHITE)


def as_shown(cell: Cell) -> list[Cell]:
    """Return a cell; a number stored behind a text that does not say it is a text one sees and a cell nobody sees."""
    if cell.kind != "number" or cell.text == cell.value or formats.says(cell.text, float(cell.value)):
        return [cell]
    return [cell._replace(kind="text", value=cell.text), hidden(cell, "a number that is not the one shown")]


@lru_cache(maxsize=4096)
def unseen(look: Look, kind: str = "text") -> str:
    """Return why a cell of this look cannot be read, or nothing."""
    if formats.shows_nothing(look.code) or (kind == "number" and _empty_section(look.code)):
        return "a format that shows nothing"
    if look.size < TINY:
        return "tiny text"
    if alike(look.colour or BLACK, look.behind or WHITE):
        return "text in the colour of the paper"
    return ""


def _empty_section(code: str) -> bool:
    return code.split(";")[:2] == ["", ""]


def hiding_formats(styles: etree._Element | None, colours: Palette) -> set[int]:
    """Return the numbers of the conditional looks that make text invisible."""
    return {number for number, entry in enumerate(_entries(styles, "dxfs")) if hides(entry, colours)}


def hides(entry: etree._Element, colours: Palette) -> bool:
    """Say whether a conditional look makes text invisible."""
    code, pattern = child(entry, "numFmt"), child(entry, "fill", "patternFill")
    letters = colour_of(child(entry, "font", "color"), colours)
    behind = [colour_of(child(pattern, name), colours) for name in ("bgColor", "fgColor")]
    nothing = code is not None and formats.shows_nothing(code.get("formatCode", ""))
    return nothing or (bool(letters) and alike(letters, next((colour for colour in behind if colour), WHITE)))
