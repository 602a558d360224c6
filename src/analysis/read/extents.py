"""The rows and columns of a sheet that nobody sees, and the words printed above and below it."""

import re
from typing import NamedTuple

from lxml import etree

from analysis.read import merges
from analysis.read.cell import Cell, text_cell
from analysis.read.looks import Palette, hides
from analysis.read.package import attribute, child, every, local

NARROW, LOW = 0.5, 1.5  # a column in characters, a row in points, that nobody can read
LAST = 16_384  # columns
TRUE = ("1", "true")


def whole(text: str | None, otherwise: int) -> int:
    """Return a whole number, or the other where there is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else otherwise


def _number(text: str, otherwise: float) -> float:
    try:
        return float(text)
    except ValueError:
        return otherwise


def all_low(root: etree._Element) -> bool:
    """Say whether rows are not seen unless they say otherwise."""
    usual = child(root, "sheetFormatPr")
    # zeroHeight hides only the rows that are not written, which hold nothing
    return usual is not None and _number(usual.get("defaultRowHeight", "15"), 15.0) < LOW


def low(row: etree._Element, usually: bool) -> bool:
    """Say whether a row is hidden or too low to be read."""
    height = row.get("ht")
    return row.get("hidden") in TRUE or (_number(height, 15.0) < LOW if height else usually)


def columns(root: etree._Element) -> dict[int, str]:
    """Return the columns nobody sees, with the reason."""
    usual = child(root, "sheetFormatPr")
    narrow = usual is not None and _number(usual.get("defaultColWidth", "9"), 9.0) < NARROW
    found = dict.fromkeys(range(1, LAST + 1), "hidden column") if narrow else {}
    for entry in every(child(root, "cols"), "col"):
        unseen = entry.get("hidden") in TRUE or _number(entry.get("width", "9"), 9.0) < NARROW
        first, last = whole(entry.get("min"), 1), min(whole(entry.get("max"), 1), LAST)
        if unseen or found:
            found |= dict.fromkeys(range(first, last + 1), "hidden column" if unseen else "")
    return found


class Plan(NamedTuple):
    """What a sheet says of its cells by their place: columns not seen, merged ranges, ranges of rules that hide."""

    columns: dict[int, str]
    merged: merges.Merged
    ruled: list[tuple[int, int, int, int]]

    def why(self, row: int, column: int) -> str:
        """Return why nobody sees a cell at this place, or nothing."""
        if self.columns.get(column):
            return self.columns[column]
        if self.merged.under(row, column):
            return "under a merged cell"
        return "a rule that hides it" if any(a <= row <= c and b <= column <= d for a, b, c, d in self.ruled) else ""


def plan(root: etree._Element, hiding: set[int], colours: Palette) -> Plan:
    """Return what a sheet says of its cells; whether one of the `hiding` rules does hide a cell is not worked out.

    A rule of a newer kind holds its look, and names its cells beside it.
    """
    rules = [rule for rule in every(root, "cfRule") if whole(rule.get("dxfId"), -1) in hiding]
    rules += [rule for rule in every(root, "cfRule") if any(hides(look, colours) for look in every(rule, "dxf"))]
    places = [(rule.getparent(), child(rule.getparent(), "sqref")) for rule in rules]
    cells = [attribute(group, "sqref") if named is None else named.text or "" for group, named in places]
    ruled = [box for text in cells for box in merges.boxes(text)]
    return Plan(columns(root), merges.merged(root), ruled)


def margins(root: etree._Element, sheet: str) -> list[Cell]:
    """Return the words printed above and below a sheet, without the codes for page numbers, dates and fonts."""
    entries = child(root, "headerFooter")
    found = []
    for number, entry in enumerate(entries if entries is not None else (), start=1):
        text = re.sub(r'&("[^"]*"|\d+|K[0-9A-F]{6}|.)', " ", entry.text or "").strip()
        if text:
            found.append(text_cell(f"{sheet}!{local(entry)}", f"{sheet} {local(entry)}", number, 1, text))
    return found
