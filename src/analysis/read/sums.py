"""Sums in a spreadsheet worked out again: a stored total that its cells do not make is a stale or a typed one."""

import re
from typing import NamedTuple

from analysis.problems import Fault
from analysis.read.cell import Cell, column_number, person

REFERENCE = r"\[?\.?(\$?)([A-Z]{1,3})(\$?)(\d{1,7})(?::\.?(\$?)([A-Z]{1,3})(\$?)(\d{1,7}))?\]?"
RANGE = re.compile(REFERENCE, re.IGNORECASE)
LIST, CHAIN = rf"{REFERENCE}(?:[,;]{REFERENCE})*", rf"{REFERENCE}(?:\+{REFERENCE})+"
SUM = re.compile(rf"(?:of:)?=?\+?(?:SUM\((?P<list>{LIST})\)|(?P<chain>{CHAIN}))", re.IGNORECASE)


class Box(NamedTuple):
    """A rectangle of cells that is added up, edges included."""

    top: int
    left: int
    bottom: int
    right: int


def boxes(formula: str, down: int = 0, right: int = 0) -> list[Box]:
    """Return what a formula adds up, moved as a copy of it would be; nothing where it is more than a plain sum."""
    match = SUM.fullmatch(formula.replace(" ", ""))
    if match is None:
        return []
    found = []
    for part in RANGE.finditer(match["list"] or match["chain"]):
        first, last = _moved(part.groups()[:4], down, right), None
        last = _moved(part.groups()[4:], down, right) if part[8] else first
        found.append(Box(*first, *last))
    return found


def _moved(parts: tuple, down: int, right: int) -> tuple[int, int]:
    fixed_column, letters, fixed_row, digits = parts
    return int(digits) + (0 if fixed_row else down), column_number(letters) + (0 if fixed_column else right)


def mismatches(cells: list[Cell], added: dict[tuple[int, int], list[Box]]) -> list[Fault]:
    """Return the sums of one sheet, by row and column, whose stored value is not what their cells add up to."""
    stored = {(cell.row, cell.column): cell for cell in cells if cell.kind in ("number", "hidden")} if added else {}
    found = []
    for place, parts in added.items():
        total, inside = stored.get(place), [cell for box in parts for cell in _inside(stored, box)]
        if not parts or total is None or "hidden" in {total.kind, *(cell.kind for cell in inside)}:
            continue
        made = sum(float(cell.value) for cell in inside)
        if abs(made - float(total.value)) > 1e-6 * max(1.0, abs(made)):
            words, expected = f"a sum of {total.value}", f"{made:.15g}, which its cells add up to"
            found.append(person("TOTAL_MISMATCH", total.place, words, expected, "ask the force which is right"))
    return found


def _inside(stored: dict[tuple[int, int], Cell], box: Box) -> list[Cell]:
    if (box.bottom - box.top + 1) * (box.right - box.left + 1) < len(stored):
        keys = ((row, column) for row in range(box.top, box.bottom + 1) for column in range(box.left, box.right + 1))
        return [stored[key] for key in keys if key in stored]
    return [
        c for (row, column), c in stored.items() if box.top <= row <= box.bottom and box.left <= column <= box.right
    ]
