"""One cell of a file, as every reader returns it, and the limits no file may pass."""

from typing import NamedTuple

from analysis.problems import NEEDS_PERSON, Fault, Faults

MEGABYTE = 1_000_000
LARGEST_FILE = 50 * MEGABYTE
LARGEST_INFLATED = 200 * MEGABYTE
LARGEST_RATIO = 100
MOST_CELLS = 2_000_000
LONGEST_TEXT = 32_767


class Cell(NamedTuple):
    """A cell: where it is, what it shows, and what is stored.

    place: the address; area: sheet, table or `P` for text outside tables; row, column: numbers from 1 inside the area;
    kind: number, date, text, bool, error, blank or hidden; value: as stored (a date as ISO); merged: the range covered;
    visible: False for a cell nobody sees, which then holds no text; reason: why it is not visible.
    """

    place: str
    area: str
    row: int
    column: int
    text: str
    kind: str = "text"
    value: str = ""
    merged: str = ""
    visible: bool = True
    reason: str = ""


class Read(NamedTuple):
    """What one file holds: its cells, and what was found in it."""

    cells: list[Cell]
    faults: list[Fault]


def text_cell(place: str, area: str, row: int, column: int, text: str, merged: str = "") -> Cell:
    """Return a visible cell of text."""
    return Cell(place, area, row, column, text, "text" if text else "blank", text, merged)


def hidden(cell: Cell, reason: str) -> Cell:
    """Return a cell without what it holds."""
    return cell._replace(text="", value="", kind="hidden", visible=False, reason=reason)


def person(code: str, place: str, found: str, expected: str, do: str) -> Fault:
    """Return a finding that a person must look at."""
    return Fault(code, place, found, expected, do, NEEDS_PERSON)


def refuse(code: str, place: str, found: str, expected: str, do: str) -> Faults:
    """Return the error that refuses a file."""
    return Faults([Fault(code, place, found, expected, do)])


def check_size(content: bytes) -> None:
    """Raise Faults (EMPTY_FILE, TOO_LARGE) before anything is read."""
    if not content.strip():
        raise refuse("EMPTY_FILE", "", "nothing", "a table", "ask for the file again")
    if len(content) > LARGEST_FILE:
        found = f"{len(content):,} bytes"
        raise refuse("TOO_LARGE", "", found, f"at most {LARGEST_FILE:,}", "ask for the data without pictures")


def check_cells(cells: list[Cell]) -> None:
    """Raise Faults (TOO_MANY_CELLS, CELL_TOO_LONG)."""
    check_count(len(cells))
    for cell in cells:
        if len(cell.text) > LONGEST_TEXT or len(cell.value) > LONGEST_TEXT:
            found = f"{max(len(cell.text), len(cell.value)):,} characters"
            raise refuse("CELL_TOO_LONG", cell.place, found, f"at most {LONGEST_TEXT:,}", "ask for a plain table")


def check_count(number: int, place: str = "") -> None:
    """Raise Faults (TOO_MANY_CELLS)."""
    if number > MOST_CELLS:
        raise refuse("TOO_MANY_CELLS", place, f"{number:,} cells", f"at most {MOST_CELLS:,}", "ask for the table only")


def column_letters(column: int) -> str:
    """Return the letters of a column: 1 is A, 28 is AB."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Return the number of a column: A is 1, AB is 28."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def span(row: int, column: int, rows: int, columns: int) -> str:
    """Return a merged range in the words of a sheet (A1:C2), or nothing for a single cell."""
    if rows <= 1 and columns <= 1:
        return ""
    last = f"{column_letters(column + max(columns, 1) - 1)}{row + max(rows, 1) - 1}"
    return f"{column_letters(column)}{row}:{last}"
