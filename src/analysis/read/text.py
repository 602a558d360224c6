"""A csv or other text as cells: `L3F2` is the second field of the record that starts on line 3."""

import csv
import io

from analysis.read import decoding
from analysis.read.cell import LONGEST_TEXT, Cell, Read, check_count, person, refuse

DELIMITERS = (",", ";", "\t", "|")


def records(text: str, delimiter: str = ",") -> list[tuple[int, list[str]]]:
    """Return the records of a text with the line each starts on.

    Raises Faults (CSV_QUOTE, TOO_MANY_CELLS).
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)
    found, start, count = [], 1, 0
    try:
        for record in reader:
            found.append((start, record))
            start, count = reader.line_num + 1, count + len(record)
            check_count(count, f"L{start}")
    except csv.Error as error:
        if "field larger" in str(error):
            raise refuse("CELL_TOO_LONG", f"L{start}", str(error), f"at most {LONGEST_TEXT:,}", "mend it") from error
        place, expected = f"L{start}", "quotes that close, doubled inside a field"
        raise refuse("CSV_QUOTE", place, str(error), expected, "mend the line") from error
    return found


def read(content: bytes) -> Read:
    """Return every filled cell of a text and what is doubtful in its rows.

    Raises Faults (EMPTY_FILE, ENCODING, NUL_BYTE, CSV_QUOTE, NO_ROWS, TOO_MANY_CELLS).
    """
    text, encoding = decoding.decode(content)
    found = records(text, delimiter(text))
    cells = [
        Cell(f"L{line}F{field}", "", line, field, words, "text", words)
        for line, record in found
        for field, words in enumerate(record, start=1)
        if words != ""
    ]
    return Read(cells, [*decoding.noted(encoding), *_shape(found)])


def delimiter(text: str) -> str:
    """Return what parts the fields: a comma, unless the first lines hold another mark and no comma."""
    first = [line for line in text.splitlines()[:20] if line.strip()]
    counts = {mark: [line.count(mark) for line in first] for mark in DELIMITERS}
    filled = {mark: sum(1 for count in found if count) for mark, found in counts.items()}
    best = max(DELIMITERS, key=lambda mark: (filled[mark], sum(counts[mark])))
    return best if filled[best] > filled[","] and filled[best] * 2 >= len(first) else ","


def _shape(found: list[tuple[int, list[str]]]) -> list:
    """Return the rows that have more or fewer fields than the header of their block, and columns named twice."""
    faults, header = [], None
    for line, record in found:
        filled = [words for words in record if words.strip()]
        if not filled:
            header = None
        elif header is None and len(filled) > 1:
            header = record
            twice = {words for words in filled if filled.count(words) > 1}
            if twice:
                words = f"{len(twice)} columns named twice"
                faults.append(
                    person("DUPLICATE_COLUMN", f"L{line}", words, "each once", "say in the recipe which is meant")
                )
        elif header is not None and len(record) != len(header):
            words = f"{len(record)} fields"
            faults.append(person("RAGGED_ROW", f"L{line}", words, f"{len(header)} fields", "see what has shifted"))
    return faults
