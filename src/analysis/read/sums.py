"""Sums worked out again: a stored total that its cells do not make is a stale or a typed one."""

import re
from typing import NamedTuple

from analysis.problems import SHOWN, Fault
from analysis.read.cell import Cell, column_number, person
from analysis.read.spelled import NUMBERLIKE

REFERENCE = r"\[?\.?(\$?)([A-Z]{1,3})(\$?)(\d{1,7})(?::\.?(\$?)([A-Z]{1,3})(\$?)(\d{1,7}))?\]?"
RANGE = re.compile(REFERENCE, re.IGNORECASE)
LIST, CHAIN = rf"{REFERENCE}(?:[,;]{REFERENCE})*", rf"{REFERENCE}(?:\+{REFERENCE})+"
SUM = re.compile(rf"(?:of:)?=?\+?(?:SUM\((?P<list>{LIST})\)|(?P<chain>{CHAIN}))", re.IGNORECASE)
TOTAL = re.compile(r"(grand |sub-?)?totals?\b.*", re.IGNORECASE)
NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,9}")
Numbers = dict[int, int | None]
LARGEST = 20_000  # cells of a table whose totals are worked out again
YEARS = range(1990, 2100)


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


def typed(cells: list[Cell]) -> list[Fault]:
    """Return the totals of tables, by row and by column, that what stands before them does not add up to.

    A total may be that of all lines before it, of those since the last total, or of the totals. Nothing is said of one
    that is, or adds up, anything but a whole number.
    """
    if not any(TOTAL.fullmatch(cell.text) for cell in cells):
        return []
    blocks: dict[tuple[str, int], list[Cell]] = {}
    last: dict[str, int] = {}
    start: dict[str, int] = {}
    for cell in cells:
        if cell.row - last.get(cell.area, -9) > 1:
            start[cell.area] = cell.row
        last[cell.area] = cell.row
        blocks.setdefault((cell.area, start[cell.area]), []).append(cell)
    found = []
    for (area, _), inside in blocks.items():
        if area.rpartition("/")[2] != "P" and len(inside) <= LARGEST:
            found += _doubtful([(cell.row, cell.column, cell) for cell in inside])
            found += _doubtful([(cell.column, cell.row, cell) for cell in inside])
    return found


def _doubtful(placed: list[tuple[int, int, Cell]]) -> list[Fault]:
    """Return the totals in some lines that the lines before them do not make."""
    lines: dict[int, dict[int, Cell]] = {}
    for number, at, cell in placed:
        lines.setdefault(number, {})[at] = cell
    found: list[Fault] = []
    parts, totals, since = Numbers(), Numbers(), Numbers()
    for _, line in sorted(lines.items()):
        first = min(line)
        label = line[first].text.strip()
        numbers = {at: _whole(cell.text) for at, cell in line.items() if at != first}
        if not any(NUMBERLIKE.fullmatch(line[at].text) and count not in YEARS for at, count in numbers.items()):
            parts, totals, since = Numbers(), Numbers(), Numbers()  # a header
        elif TOTAL.fullmatch(label):
            found += [fault for at in numbers for fault in _wrong(line[at], at, since, parts, totals)]
            _add(totals, numbers)
            since = Numbers()
        else:
            _add(parts, numbers)
            _add(since, numbers)
    return found


def _add(sums: Numbers, numbers: Numbers) -> None:
    """Add the numbers of a line to sums; what is no whole number leaves its sum unknown."""
    for at, number in numbers.items():
        before = sums.get(at, 0)
        sums[at] = None if number is None or before is None else before + number


def _wrong(cell: Cell, at: int, since: Numbers, parts: Numbers, totals: Numbers) -> list[Fault]:
    number, ways = _whole(cell.text), [sums.get(at, 0) for sums in (since, parts, totals) if sums]
    known = [way for way in ways if way is not None]
    if number is None or not ways or len(known) < len(ways) or number in [*known, known[0] + known[-1]]:
        return []
    words, do = f"{known[0]:,}, which its table adds up to", "compare it with the file; ask the force which is right"
    return [Fault("TOTAL_MISMATCH", cell.place, f"a total of {cell.text}", words, do, SHOWN)]


def _whole(text: str) -> int | None:
    return int(text.replace(",", "")) if NUMBER.fullmatch(text.strip()) else None
