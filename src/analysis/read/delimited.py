"""A csv or other text as cells: `L3F2` is the second field of the record that starts on line 3."""

import csv
import io
import re

from analysis.problems import Fault
from analysis.read.cells import Cell, Reading, decode, lined
from analysis.read.findings import noted, person, refuse
from analysis.read.lines import NUMBER, typed

DELIMITERS = (",", ";", "\t", "|")


def read(content: bytes) -> Reading:
    """Return every filled cell of a text and what is doubtful in its rows; raises Faults where it is refused."""
    text, faults = decode(content)
    mark = delimiter(text)
    if letter := _letter(text, mark):
        return Reading(letter, faults)
    found = records(text, mark)
    cells = [
        Cell(f"L{line}F{field}", "", row, field, words)  # a field over several lines leaves no gap below its record
        for row, (line, record) in enumerate(found, start=1)
        for field, words in enumerate(record, start=1)
        if words != ""
    ]
    return Reading(cells, [*faults, *_ragged(found)])


def records(text: str, mark: str = ",") -> list[tuple[int, list[str]]]:
    """Return the records of a text with the line each starts on; raises Faults (CSV_QUOTE)."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=mark)
    found, start = [], 1
    try:
        for record in reader:
            found.append((start, record))
            start = reader.line_num + 1
    except csv.Error as error:
        raise refuse("CSV_QUOTE", f"L{start}", "a quote that does not close") from error
    return found


def delimiter(text: str) -> str:
    """Return what parts the fields: a comma, unless more of the first lines hold another mark."""
    first = [line for line in text.splitlines()[:20] if line.strip()]
    filled = {mark: sum(mark in line for line in first) for mark in DELIMITERS}
    best = max(DELIMITERS, key=lambda mark: (filled[mark], sum(line.count(mark) for line in first)))
    return best if filled[best] > filled[","] and filled[best] * 2 >= len(first) else ","


def _letter(text: str, mark: str) -> list[Cell]:
    """Return the lines of a letter, perhaps with columns made with spaces, or none where its commas part fields."""
    records = [line.split(mark) for line in re.sub(r'"[^"]*"', '"', text).splitlines()]
    several = [record for record in records if len(record) > 1]
    counts = sum(any(NUMBER.fullmatch(words.strip()) for words in record[1:]) for record in several)
    parted = [words.startswith(" ") for record in several for words in record[1:]]
    is_prose = not several or (counts < 2 and sum(parted) * 2 > len(parted))
    if not is_prose and len(several) * 2 >= len(records):
        return []
    letter = typed(lined(text))
    return letter if is_prose or any(cell.area != "P" for cell in letter) else []


def _ragged(found: list[tuple[int, list[str]]]) -> list[Fault]:
    """Return the rows with filled fields beyond the header of their block, or fewer fields than it has.

    Fields left out at the end of a row, as in a note, are only noted.
    """
    faults, header = [], None
    for line, record in found:
        filled = sum(bool(words.strip()) for words in record)
        if filled < 2:
            header = header if filled else None
        elif header is None:
            header = record
        elif len(record) != len(header):
            fault = person if _last(record) > _last(header) or len(record) < len(header) else noted
            faults.append(fault("RAGGED_ROW", f"L{line}", f"{len(record)} fields", f"{len(header)} fields"))
    return faults


def _last(record: list[str]) -> int:
    """Return the number of the last filled field."""
    return max((number for number, words in enumerate(record, start=1) if words.strip()), default=0)
