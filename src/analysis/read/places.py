"""Addresses of cells in every format: `L3F2`, `Sheet1!B4`, `T1R2C3`, `P4`, each perhaps inside `attachment/…/`."""

import re
from typing import NamedTuple
from urllib.parse import quote

from analysis.problems import Fault, Faults
from analysis.read.cell import column_letters, column_number

SHEET = re.compile(r"(?P<table>'(?:[^']|'')+'|[^!]+)!(?P<first>[A-Z]*\d+)(?::(?P<last>[A-Z]*\d+))?")
LINE = re.compile(r"L(\d+)(?:F(\d+))?(?::L(\d+)(?:F(\d+))?)?")
TABLE = re.compile(r"(?P<table>(?:T\d+(?:R\d+C\d+)?)+?)R(\d+)(?:C(\d+))?(?::R(\d+)(?:C(\d+))?)?")
PARAGRAPH = re.compile(r"P(\d+)(?::P(\d+))?")
CELL = re.compile(r"([A-Z]*)(\d+)")
SHOWN = "a line (L3, L3F2), a cell (Sheet1!B4), a table row (T1R2, T1R2C3) or a paragraph (P4)"


class Span(NamedTuple):
    """Hold the table an address lies in, its rows and its columns; a column of None is open."""

    table: str
    top: int
    bottom: int
    left: int | None
    right: int | None

    @property
    def rows(self) -> range:
        """Return the rows of the span."""
        return range(self.top, self.bottom + 1)


def span(text: str) -> Span:
    """Return what an address or a range of one table covers.

    Raises Faults (RECIPE) where the text is no address.
    """
    prefix, slash, inner = text.rpartition("/")
    found = _sheet(inner) or _line(inner) or _table(inner) or _paragraph(inner)
    if found is None or found.bottom < found.top:
        raise Faults([Fault("RECIPE", text, "no address", SHOWN, "mend the recipe")])
    return found._replace(table=prefix + slash + found.table)


def _sheet(text: str) -> Span | None:
    match = SHEET.fullmatch(text)
    if match is None:
        return None
    name = match["table"]
    table = name[1:-1].replace("''", "'") if name.startswith("'") else name
    first, last = CELL.fullmatch(match["first"]), CELL.fullmatch(match["last"] or match["first"])
    if first is None or last is None:
        return None
    return Span(table, int(first[2]), int(last[2]), column_number(first[1]) or None, column_number(last[1]) or None)


def _line(text: str) -> Span | None:
    match = LINE.fullmatch(text)
    return _numbers("", *match.groups()) if match else None


def _table(text: str) -> Span | None:
    match = TABLE.fullmatch(text)
    return _numbers(match["table"], *match.groups()[1:]) if match else None


def _paragraph(text: str) -> Span | None:
    match = PARAGRAPH.fullmatch(text)
    return Span("P", int(match[1]), int(match[2] or match[1]), 1, 1) if match else None


def _numbers(table: str, top: str, left: str | None, bottom: str | None, right: str | None) -> Span:
    first = int(left) if left else None
    return Span(table, int(top), int(bottom or top), first, int(right) if right else first)


def at(table: str, row: int, column: int) -> str:
    """Return the address of a cell by its table, row and column, also where the file has nothing there."""
    prefix, slash, inner = table.rpartition("/")
    if inner == "":
        place = f"L{row}F{column}"
    elif inner == "P":
        place = f"P{row}"
    elif re.fullmatch(r"(T\d+(R\d+C\d+)?)+", inner):
        place = f"{inner}R{row}C{column}"
    else:
        place = f"{inner}!{column_letters(column)}{row}"
    return prefix + slash + place


def line(table: str, row: int, left: int = 1) -> str:
    """Return the address of a row, from a column on where that is not the first, as a recipe writes it."""
    place = at(table, row, left)
    if left > 1:
        return place
    return re.sub(r"!A(?=\d+$)", "!", place) if "!" in place else re.sub(r"(?<=\d)[FC]1$", "", place)


def block(table: str, top: int, left: int, bottom: int, right: int) -> str:
    """Return the address of a rectangle of cells."""
    last = at(table, bottom, right).rpartition("/")[2].rpartition("!")[2]
    return f"{at(table, top, left)}:{re.sub(r'^T.*(?=R[0-9]+C[0-9]+$)', '', last)}"


def name(place: str) -> str:
    """Return a place as one word, to stand in a figure_id: a space becomes %20, and so on."""
    return re.sub(r"[\s:;|&%\[\]\"]", lambda found: quote(found[0], safe=""), place)
