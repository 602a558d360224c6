"""Any file as cells with addresses: `Sheet1!B4`, `T1R2C3` and `P4`, `p1@72,90,140,102`, `L3F2`, `attachment/1/…`."""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from analysis.problems import Fault
from analysis.read import decoding, hidden, text
from analysis.read.cell import Cell

CELLS = list(Cell._fields)


def decode(content: bytes) -> tuple[str, str]:
    """Return the text of a file and its encoding, tried strictly in this order: byte order mark, UTF-8, cp1252.

    Raises Faults (EMPTY_FILE, ENCODING, NUL_BYTE).
    """
    return decoding.decode(content)


def records(path: Path) -> list[tuple[int, list[str]]]:
    """Return the records of a csv with the line each starts on.

    Raises Faults (CSV_QUOTE and those of `decode`).
    """
    return text.records(decode(path.read_bytes())[0])


def cells(path: Path) -> pd.DataFrame:
    """Return every filled cell of a file of any kind; one nobody sees is listed without what it holds.

    Columns: place, area (sheet, table, or P for text outside tables), row, column, text (as shown), kind (number, date,
    text, bool, error, hidden), value (as stored; a date as ISO 8601), merged (range), visible, reason (why not).
    Raises Faults where the file is refused.
    """
    reading = hidden.look(Path(path))
    if reading.outcome == hidden.REFUSED:
        raise hidden.refusal(reading)
    return frame(reading.cells)


def several(paths: Iterable[Path]) -> dict[Path, pd.DataFrame | list[Fault]]:
    """Return the cells of many files, as `cells` does, or the findings of each that is refused."""
    return {
        path: reading.findings if reading.outcome == hidden.REFUSED else frame(reading.cells)
        for path, reading in hidden.several(paths).items()
    }


def frame(found: list[Cell]) -> pd.DataFrame:
    """Return cells as a table."""
    return pd.DataFrame(found, columns=CELLS)
