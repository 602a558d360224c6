"""The records of an xls workbook that xlrd passes over: its formulas, and sheets that hold no cells.

Source: [MS-XLS] 2.4.28 BoundSheet8, 2.4.127 Formula, 2.5.133 FormulaValue, 2.5.198 parsed expressions.
"""

import io
import re
import struct
from collections import Counter
from typing import NamedTuple

import olefile

from analysis.read.sums import Box

FORMULA, END_OF_SHEET, BOUND_SHEET, EMPTY_TEXT = 0x0006, 0x000A, 0x0085, 3
# what each token of an expression holds after its own byte; one that is not here ends the reading of a formula
SIZES = {0x03: 0, 0x04: 0, 0x05: 0, 0x06: 0, 0x07: 0, 0x12: 0, 0x13: 0, 0x14: 0, 0x15: 0, 0x19: 3, 0x1E: 2, 0x1F: 8,
         0x22: 3, 0x24: 4, 0x25: 8}  # fmt: skip
ADD, PLUS, BRACKETS, ATTRIBUTE, FUNCTION, REFERENCE, AREA = 0x03, 0x12, 0x15, 0x19, 0x22, 0x24, 0x25
PROGRAMS, CHART = (1, 6), 2  # kinds of sheet
SUM_OF_ONE, SPACE, SUM, NUMERIC = 0x10, 0x40, 4, {0, 4, 5, 6, 7, 169}  # SUM; COUNT, AVERAGE, MIN, MAX, COUNTA


HEADER, FOOTER, NOTE, TEXT, INNER = 0x0014, 0x0015, 0x001C, 0x01B6, 0x0809
MARKS = {
    0x01BE: ("DATA_VALIDATION", "rules with choices or hints for cells"),
    0x0800: ("HIDDEN_TEXT", "hints on links"),
    0x00AF: ("HIDDEN_TEXT", "scenarios with values of their own"),
    0x00B0: ("PIVOT_CACHE", "pivot tables"),
    0x01AD: ("EXTERNAL_LINK", "queries"),
    0x0051: ("EXTERNAL_LINK", "sources that were consolidated"),
    INNER: ("CHART_CACHE", "charts with a copy of their numbers"),
}


class Formulas(NamedTuple):
    """Hold for one sheet the rows and columns, from 1, of formulas without a value, and what each plain sum adds.

    margins: the words printed above and below; marks: code, words and number of what it holds beside its cells.
    """

    empty: set[tuple[int, int]]
    sums: dict[tuple[int, int], list[Box]]
    margins: list[str]
    marks: list[tuple[str, str, int]]


NO_FORMULAS = Formulas(set(), {}, [], [])


class Records(NamedTuple):
    """Hold the formulas of each worksheet, and how many sheets are programs or charts."""

    formulas: list[Formulas]
    programs: int
    charts: int


def records(content: bytes) -> Records:
    """Return what the records of a workbook say.

    An empty text is also what a formula may rightly give. It counts as no value where the formula can only give a
    number, and where all formulas of the workbook give it: then a program wrote them without values.
    """
    with olefile.OleFileIO(io.BytesIO(content)) as compound:
        recent = compound.exists("Workbook")
        stream = compound.openstream("Workbook" if recent else "Book").read()
    listed = [struct.unpack_from("<IBB", stream, at) for code, size, at in _records(stream, 0) if code == BOUND_SHEET]
    kinds = [kind for *_, kind in listed]
    starts = [start for start, _, kind in listed if kind == 0]
    sheets = [
        [_formula(stream, at, size, recent) for code, size, at in _records(stream, start) if code == FORMULA]
        for start in starts
    ]
    none = all(empty for sheet in sheets for _, empty, *_ in sheet)
    found = [
        Formulas(
            {place for place, empty, numeric, _ in sheet if empty and (none or numeric)},
            {place: added for place, _, _, added in sheet if added},
            [words for words in _margins(stream, start) if words] if recent else [],
            _marks(stream, start),
        )
        for start, sheet in zip(starts, sheets, strict=True)
    ]
    return Records(found, sum(kind in PROGRAMS for kind in kinds), kinds.count(CHART))


def _records(stream: bytes, at: int):
    """Yield code, size and place of each record up to the end of its sheet."""
    while 0 <= at <= len(stream) - 4:
        code, size = struct.unpack_from("<HH", stream, at)
        if code == END_OF_SHEET or at + 4 + size > len(stream):
            return
        yield code, size, at + 4
        at += 4 + size


def _margins(stream: bytes, start: int) -> list[str]:
    """Return the words printed above and below a sheet, without the codes for page numbers, dates and fonts."""
    found = []
    for code, size, at in _records(stream, start):
        if code in (HEADER, FOOTER) and size > 3:
            letters, wide = struct.unpack_from("<HB", stream, at)
            text = stream[at + 3 : at + 3 + letters * (1 + (wide & 1))].decode("utf-16-le" if wide & 1 else "latin-1")
            found.append(re.sub(r'&("[^"]*"|\d+|K[0-9A-F]{6}|.)', " ", text).strip())
    return found


def _marks(stream: bytes, start: int) -> list[tuple[str, str, int]]:
    counts = Counter(code for code, _, at in _records(stream, start) if at - 4 != start)
    boxes = counts[TEXT] - counts[NOTE]
    found = [(code, words, counts[number]) for number, (code, words) in MARKS.items() if counts[number]]
    return [*found, *([("TEXT_BOX", "texts in boxes", boxes)] if boxes > 0 else [])]


def _formula(stream: bytes, at: int, size: int, recent: bool) -> tuple[tuple[int, int], bool, bool, list[Box]]:
    """Return the place of a formula, whether it has no value, whether it can only give a number, and what it adds."""
    if size < 22:
        return (0, 0), False, False, []
    row, column, _, kind, _, mark = struct.unpack_from("<HHHHIH", stream, at)
    length = struct.unpack_from("<H", stream, at + 20)[0]
    tokens = _tokens(stream[at + 22 : at + min(22 + length, size)]) if recent else []
    empty = mark == 0xFFFF and kind & 0xFF == EMPTY_TEXT
    return (row + 1, column + 1), empty, _numeric(tokens), _added(tokens)


def _tokens(expression: bytes) -> list[tuple[int, bytes]]:
    """Return the tokens of an expression; none where one of them is of a kind not known here."""
    found, at = [], 0
    while at < len(expression):
        code = expression[at] if expression[at] < 0x20 else expression[at] & 0x1F | 0x20
        if code not in SIZES or at + 1 + SIZES[code] > len(expression):
            return []
        found.append((code, expression[at + 1 : at + 1 + SIZES[code]]))
        at += 1 + SIZES[code]
    return found


def _function(held: bytes) -> int:
    return struct.unpack_from("<H", held, 1)[0]


def _numeric(tokens: list[tuple[int, bytes]]) -> bool:
    return len(tokens) > 1 and all(code != FUNCTION or _function(held) in NUMERIC for code, held in tokens)


def _added(tokens: list[tuple[int, bytes]]) -> list[Box]:
    plain = all(
        code in (ADD, PLUS, BRACKETS, REFERENCE, AREA)
        or (code == ATTRIBUTE and held[0] in (SUM_OF_ONE, SPACE))
        or (code == FUNCTION and _function(held) == SUM)
        for code, held in tokens
    )
    return [_box(held) for code, held in tokens if code in (REFERENCE, AREA)] if plain and len(tokens) > 1 else []


def _box(held: bytes) -> Box:
    parts = struct.unpack(f"<{len(held) // 2}H", held)
    top, bottom, left, right = parts if len(parts) == 4 else (parts[0], parts[0], parts[1], parts[1])
    return Box(top + 1, (left & 0x3FFF) + 1, bottom + 1, (right & 0x3FFF) + 1)
