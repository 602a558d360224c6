"""A transcript: a csv of our own, one row per number as printed. Its rows, and where each of its cells ended."""

import csv
import hashlib
import io
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from analysis.problems import Fault, Faults, Problem

COLUMNS = [
    *("force", "period", "period_start", "period_end", "role", "unit", "misuse", "outcome"),
    *("value", "beside", "where_printed", "read_by", "note", "drop"),
]
# address of the number in the file that was received; what dates a case; rank; what a mark such as * means there
OPTIONAL = ["cell", "date_basis", "rank", "reads_as"]
NO_FIGURE = {unit: f"number of {unit}: held in rounds.csv" for unit in ("forces", "requests")}
KEPT = {"label", "note"}  # in `drop`, for a cell of the received file that is no number: it ends as that
DOCUMENT = ["source_id", "file", "sha256", "line"]


class Documents(NamedTuple):
    """Hold what all transcripts say.

    rows: source_id, file, sha256, line, the columns of a transcript and `place` (its cell, else L and its line).
    ledger: source_id, place, ends_as, reason, figure_id. sums: the sha256 of each file that is there.
    """

    rows: pd.DataFrame
    ledger: pd.DataFrame
    problems: list[Problem]
    sums: dict[str, str]


def read(folder: Path, sources: pd.DataFrame) -> Documents:
    """Return what the transcripts of sources.csv say; a faulty one says nothing and is named."""
    found: dict[tuple, list] = {}
    labels, problems, sums = [], [], {}
    for source_id, file in zip(sources["source_id"], sources["file"], strict=True):
        path = folder / file
        if not path.is_file() or not path.resolve().is_relative_to(folder.resolve()):
            continue
        content = path.read_bytes()
        sums[file] = hashlib.sha256(content).hexdigest()
        try:
            header, lines = _checked(records(content))
        except Faults as error:
            problems += [fault.problem(file, sums[file]) for fault in error.faults]
            continue
        found.setdefault(tuple(header), []).extend((source_id, file, sums[file], *line) for line in lines)
        if "cell" not in header:
            labels += [(source_id, f"L1F{number}", "label", "", "") for number in range(1, len(header) + 1)]
    frames = [pd.DataFrame(lines, columns=[*DOCUMENT, *header]) for header, lines in found.items()] or [_none()]
    placed = [_placed(frame) for frame in frames]
    ledger = [_ledger(frame, header) for frame, header in zip(placed, found, strict=False)]
    named = ["source_id", "place", "ends_as", "reason", "figure_id"]
    return Documents(
        pd.concat(placed, ignore_index=True),
        pd.concat([pd.DataFrame(labels, columns=named), *ledger], ignore_index=True),
        problems,
        sums,
    )


def records(content: bytes) -> list[tuple[int, list[str]]]:
    """Return the records of a csv with the line each starts on, without empty lines.

    Raises Faults (EMPTY_FILE, NUL_BYTE, SEMICOLONS, CSV_QUOTE, RAGGED_ROW).
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:  # as Excel saves it
        text = content.decode("cp1252", errors="replace")
    lines = text.splitlines()
    if not text.strip():
        raise _fault("EMPTY_FILE", "", "nothing", "a table", "restore the file")
    if "\x00" in text:
        line = text[: text.index("\x00")].count("\n") + 1
        raise _fault("NUL_BYTE", f"L{line}", "a NUL byte", "text", "save the file as csv in UTF-8")
    if ";" in lines[0] and "," not in lines[0]:
        raise _fault("SEMICOLONS", "L1", "fields parted by ;", "fields parted by commas", "save it with commas")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    found, start = [], 1
    try:
        for record in reader:
            if record:
                found.append((start, record))
            start = reader.line_num + 1
    except csv.Error as error:
        expected = "quotes that close, doubled inside a field"
        raise _fault("CSV_QUOTE", f"L{start}", str(error), expected, "mend the line") from error
    width, do = len(found[0][1]), "quote commas inside a field"
    ragged = [(f"L{line}", f"{len(record)} fields") for line, record in found if len(record) != width]
    if ragged:
        raise Faults(Fault("RAGGED_ROW", *words, f"{width} fields", do) for words in ragged)
    return found


def _fault(code: str, place: str, found: str, expected: str, do: str) -> Faults:
    return Faults([Fault(code, place, found, expected, do)])


def _checked(found: list[tuple[int, list[str]]]) -> tuple[list[str], list[tuple]]:
    """Return the header and the rows of a transcript, each with its line.

    Raises Faults (WRONG_COLUMNS, DUPLICATE_COLUMN, DUPLICATE_CELL).
    """
    header, expected = found[0][1], ", ".join(COLUMNS) + f"; if needed {', '.join(OPTIONAL)}"
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise _fault("DUPLICATE_COLUMN", "L1", ", ".join(twice), "each column once", "rename or remove one")
    if header[: len(COLUMNS)] != COLUMNS or set(header) - {*COLUMNS, *OPTIONAL}:
        missing, extra = sorted(set(COLUMNS) - set(header)), sorted(set(header) - {*COLUMNS, *OPTIONAL})
        words = f"without {', '.join(missing) or 'none'}, with {', '.join(extra) or 'no other'}"
        raise _fault("WRONG_COLUMNS", "L1", words, f"in this order: {expected}", "mend the header")
    faults = _cells_twice(header, found[1:])
    if faults:
        raise Faults(faults)
    return header, [(line, *record) for line, record in found[1:]]


def _cells_twice(header: list[str], body: list[tuple[int, list[str]]]) -> list[Fault]:
    """Return the rows whose cell another row has named before."""
    do, faults, seen = "name each cell once; several numbers of one cell are P4, P4#2, P4#3", [], {""}
    for line, record in body if "cell" in header else ():
        cell = record[header.index("cell")]
        if cell in seen - {""}:
            faults.append(Fault("DUPLICATE_CELL", f"L{line}", cell, "each cell once", do))
        seen.add(cell)
    return faults


def _none() -> pd.DataFrame:
    return pd.DataFrame(columns=[*DOCUMENT, *COLUMNS], dtype="str").astype({"line": "int64"})


def _placed(frame: pd.DataFrame) -> pd.DataFrame:
    """Return rows with all columns a transcript can have, and the place of each."""
    whole = frame.assign(**{name: "" for name in OPTIONAL if name not in frame})
    line = "L" + whole["line"].astype("str")
    return whole.assign(place=whole["cell"].where(whole["cell"] != "", line))


def _ledger(rows: pd.DataFrame, header: tuple[str, ...]) -> pd.DataFrame:
    """Return where each filled cell ended: of the received file where a row names one, else of the transcript."""
    kept = rows["drop"].isin(KEPT) & (rows["cell"] != "")
    why = rows["drop"].where(rows["drop"] != "", rows["unit"].map(lambda unit: NO_FIGURE.get(unit, ""))).mask(kept, "")
    ended = rows["drop"].where(kept, "dropped").where(kept | (why != ""), "value")
    figure_id = (rows["source_id"] + ":" + rows["place"]).where(ended == "value", "")
    number = rows[["source_id", "place"]].assign(ends_as=ended, reason=why, figure_id=figure_id)
    typed = rows["cell"] == ""
    cells = [number[~typed]]
    for position, name in enumerate(header, start=1):
        filled = typed & (rows[name] != "")
        own = number[filled]
        own = own.assign(place=own["place"] + f"F{position}")
        if name not in ("value", "beside"):
            own = own.assign(ends_as="note" if name in ("note", "drop") else "label", reason="", figure_id="")
        cells.append(own)
    return pd.concat(cells)
