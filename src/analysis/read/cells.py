"""Any file as cells with addresses: `L3F2` is the second field of the record that starts on line 3."""

import csv
import io
from pathlib import Path

import pandas as pd

from analysis.problems import Fault, Faults

MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def decode(content: bytes) -> tuple[str, str]:
    """Return the text of a file and its encoding, tried strictly in this order: byte order mark, UTF-8, cp1252.

    Raises Faults (EMPTY_FILE, ENCODING, NUL_BYTE).
    """
    if not content.strip():
        raise Faults([Fault("EMPTY_FILE", "", "nothing", "a table", "ask for the file again")])
    marked = [encoding for mark, encoding in MARKS.items() if content.startswith(mark)]
    for encoding in marked or ["utf-8", "cp1252"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            line = text[: text.index("\x00")].count("\n") + 1
            raise Faults([Fault("NUL_BYTE", f"L{line}", "a NUL byte", "text", "save the file as plain text")])
        return text, encoding
    raise Faults([Fault("ENCODING", "", "bytes of no known encoding", "UTF-8", "save the file as UTF-8")])


def records(path: Path) -> list[tuple[int, list[str]]]:
    """Return the records of a csv with the line each starts on.

    Raises Faults (CSV_QUOTE and those of `decode`).
    """
    text, _ = decode(path.read_bytes())
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    found, start = [], 1
    try:
        for record in reader:
            found.append((start, record))
            start = reader.line_num + 1
    except csv.Error as error:
        fault = Fault(
            "CSV_QUOTE", f"L{start}", str(error), "quotes that close, doubled inside a field", "mend the line"
        )
        raise Faults([fault]) from error
    return found


def cells(path: Path) -> pd.DataFrame:
    """Return every cell of a file: place, line, field, text; empty cells as well.

    Raises Faults where the file cannot be read in one way only.
    """
    rows = [
        (f"L{line}F{field}", line, field, text)
        for line, record in records(path)
        for field, text in enumerate(record, start=1)
    ]
    return pd.DataFrame(rows, columns=["place", "line", "field", "text"])
