"""How cells and letters look, so far as that can make them unreadable."""

import re
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

from analysis.read.archives import attribute, child, every
from analysis.read.cells import whole
from analysis.read.formats import BUILTIN

TINY = 2.0  # points: nobody reads letters as small as this
WHITE, BLACK = "FFFFFF", "000000"
CLOSE = 24  # of 255: colours nearer than this in every part cannot be told apart
HEX = re.compile(r"[0-9A-F]{6}")
THEME = ("lt1", "dk1", "lt2", "dk2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6")
INDEXED = {0: BLACK, 1: WHITE, 8: BLACK, 9: WHITE, 64: BLACK, 65: WHITE}
PAINTS_WHITE = re.compile(r"\[(white|colou?r ?2)\]", re.I)


class Look(NamedTuple):
    """Hold a number format, the colour of letters, their size in points, and the colour behind them ("" is none)."""

    code: str = "General"
    colour: str = ""
    size: float = 11.0
    behind: str = ""


class Palette(NamedTuple):
    """Hold the colours that a workbook refers to by number: of its theme, and of its list."""

    theme: list[str]
    indexed: dict[int, str]


def alike(one: str, other: str) -> bool:
    """Say whether two colours cannot be told apart."""
    one, other = one.lstrip("#").upper(), other.lstrip("#").upper()
    if not HEX.fullmatch(one) or not HEX.fullmatch(other):
        return one == other != ""
    return all(abs(int(one[at : at + 2], 16) - int(other[at : at + 2], 16)) < CLOSE for at in (0, 2, 4))


@lru_cache(maxsize=4096)
def unseen(look: Look) -> str:
    """Return why letters of this look cannot be read, or nothing."""
    if look.size < TINY:
        return "tiny text"
    same = alike(look.colour or BLACK, look.behind or WHITE)
    return "text in the colour of the paper" if same else ""


def palette(theme: etree._Element | None, styles: etree._Element | None) -> Palette:
    """Return the colours of a workbook: its own where it has any, else the usual ones."""
    scheme = (every(theme, "clrScheme") or [None])[0]
    found = []
    for name in THEME if scheme is not None else ():
        entry = child(scheme, name)
        colour = entry[0] if entry is not None and len(entry) else None
        usual = {"lt1": WHITE, "dk1": BLACK}.get(name, "")
        found.append((colour.get("lastClr") or colour.get("val", "")).upper() if colour is not None else usual)
    listed = every(child(styles, "colors", "indexedColors"), "rgbColor")
    return Palette(found or [WHITE, BLACK], INDEXED | {n: e.get("rgb", "")[-6:].upper() for n, e in enumerate(listed)})


def of_cells(styles: etree._Element | None, colours: Palette) -> list[Look]:
    """Return the looks that a workbook's cells refer to by number."""
    codes = BUILTIN | {whole(entry.get("numFmtId")): entry.get("formatCode", "") for entry in every(styles, "numFmt")}
    fonts = [_font(entry, colours) for entry in _entries(styles, "fonts")]
    fills = [_fill(entry, colours) for entry in _entries(styles, "fills")]
    found = []
    for entry in _entries(styles, "cellXfs"):
        colour, size = _at(fonts, entry.get("fontId"), ("", 11.0))
        code = codes.get(whole(entry.get("numFmtId")), "General")
        colour = WHITE if PAINTS_WHITE.search(code) else colour
        found.append(Look(code, colour, size, _at(fills, entry.get("fillId"), "")))
    return found


def of_rules(styles: etree._Element | None, colours: Palette) -> list[Look]:
    """Return the looks that a workbook's rules give to cells."""
    return [of_rule(entry, colours) for entry in _entries(styles, "dxfs")]


def of_rule(entry: etree._Element, colours: Palette) -> Look:
    """Return the look that one rule gives; a fill of a rule is its background colour."""
    colour, size = _font(child(entry, "font"), colours)
    behind = _colour(child(entry, "fill", "patternFill", "bgColor"), colours)
    code = attribute(child(entry, "numFmt"), "formatCode") or "General"
    return Look(code, WHITE if PAINTS_WHITE.search(code) else colour or (BLACK if behind else ""), size, behind)


def of_run(own: etree._Element | None, look: Look, colours: Palette) -> Look:
    """Return the look of a piece of a text."""
    if own is None:
        return look
    colour, size = _font(own, colours)
    return look._replace(colour=colour or look.colour, size=size if child(own, "sz") is not None else look.size)


def _entries(styles: etree._Element | None, name: str) -> list[etree._Element]:
    group = child(styles, name)
    return [] if group is None else list(group)


def _at(things: list, index: str | None, otherwise):
    number = whole(index, -1)
    return things[number] if 0 <= number < len(things) else otherwise


def _font(entry: etree._Element | None, colours: Palette) -> tuple[str, float]:
    size = attribute(child(entry, "sz"), "val") if entry is not None else ""
    return _colour(child(entry, "color"), colours), float(size) if re.fullmatch(r"\d+(\.\d+)?", size) else 11.0


def _fill(entry: etree._Element, colours: Palette) -> str:
    pattern = child(entry, "patternFill")
    if pattern is None:
        return "some" if len(entry) else ""
    if pattern.get("patternType", "none") == "none":
        return ""
    return _colour(child(pattern, "fgColor"), colours) or "some"


def _colour(entry: etree._Element | None, colours: Palette) -> str:
    """Return a colour as six digits, a word where it is not known, or nothing where none is given."""
    if entry is None:
        return ""
    if entry.get("rgb"):
        return entry.get("rgb", "")[-6:].upper()
    if entry.get("theme"):
        own = _at(colours.theme, entry.get("theme"), "")
        return _tinted(own, float(entry.get("tint", "0"))) if HEX.fullmatch(own) else f"theme {entry.get('theme')}"
    if entry.get("indexed"):
        return colours.indexed.get(whole(entry.get("indexed"), 64), f"indexed {entry.get('indexed')}")
    return ""


def _tinted(colour: str, tint: float) -> str:
    """Return a colour made darker (below 0) or lighter. Source: ECMA-376 part 1, 18.8.19, taken part by part."""
    parts = [int(colour[at : at + 2], 16) for at in (0, 2, 4)]
    return "".join(f"{round(part * (1 + tint) if tint < 0 else part + (255 - part) * tint):02X}" for part in parts)
