"""A transcript: a csv of our own, one row per number as printed. Its rows, and where each of its cells ended."""

import hashlib
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.problems import Fault, Faults, Problem
from analysis.read import delimited
from analysis.read.cells import decode, refuse

COLUMNS = [
    *("force", "period", "period_start", "period_end", "role", "unit", "misuse", "outcome"),
    *("value", "beside", "where_printed", "read_by", "note", "drop"),
]
# address of the number in the file that was received; what dates a case; rank; what a mark such as * means there
OPTIONAL = ["cell", "date_basis", "rank", "reads_as"]
NO_FIGURE = {unit: f"number of {unit}: held in rounds.csv" for unit in ("forces", "requests")}
KEPT = {"label", "note"}  # in `drop`, for a cell of the received file that is no number: it ends as that
DOCUMENT = ["source_id", "file", "sha256", "line"]
NAMED = ["source_id", "place", "ends_as", "reason", "figure_id"]


class Documents(NamedTuple):
    """Hold what all transcripts say.

    rows: source_id, file, sha256, line, all columns a transcript can have, and `place` (its cell, else L and its line).
    ledger: source_id, place, ends_as, reason, figure_id. sums: the sha256 of each file that is there.
    """

    rows: pd.DataFrame
    ledger: pd.DataFrame
    problems: list[Problem]
    sums: dict[str, str]


def read(folder: Path, sources: pd.DataFrame) -> Documents:
    """Return what the transcripts of sources.csv say; a faulty one says nothing and is named."""
    lines, fields, problems, sums, home = [], {}, [], {}, folder.resolve()
    for source_id, file in zip(sources["source_id"], sources["file"], strict=True):
        path = folder / file
        if not path.is_file() or not path.resolve().is_relative_to(home):
            continue
        content = path.read_bytes()
        sums[file] = hashlib.sha256(content).hexdigest()
        try:
            found = records(content)
            header = checked_header(found)
        except Faults as error:
            problems += [fault.problem(file, sums[file]) for fault in error.faults]
            continue
        fields |= {(source_id, name): number for number, name in enumerate(header, start=1)}
        for line, record in found[1:]:
            said = dict(zip(header, record, strict=True))
            lines.append((source_id, file, sums[file], line, *(said.get(name, "") for name in [*COLUMNS, *OPTIONAL])))
    rows = pd.DataFrame(lines, columns=[*DOCUMENT, *COLUMNS, *OPTIONAL], dtype="str")
    rows["place"] = rows["cell"].where(rows["cell"] != "", "L" + rows["line"])
    return Documents(rows.astype({"line": "int64"}), _ledger(rows, fields), problems, sums)


def records(content: bytes) -> list[tuple[int, list[str]]]:
    """Return the records of a csv with the line each starts on, without empty lines.

    Raises Faults (EMPTY_FILE, SEMICOLONS, RAGGED_ROW, and those of any text that is read).
    """
    if not content.strip(b" \t\r\n\xef\xbb\xbf"):
        raise refuse("EMPTY_FILE", "", "nothing", "a table", "restore the file")
    text, _ = decode(content)
    head = text.partition("\n")[0]
    if ";" in head and "," not in head:
        raise refuse("SEMICOLONS", "L1", "fields parted by ;", "fields parted by commas", "save it with commas")
    found = [(line, record) for line, record in delimited.records(text) if record]
    width, do = len(found[0][1]), "quote commas inside a field"
    ragged = [(f"L{line}", f"{len(record)} fields") for line, record in found if len(record) != width]
    if ragged:
        raise Faults(Fault("RAGGED_ROW", *words, f"{width} fields", do) for words in ragged)
    return found


def checked_header(found: list[tuple[int, list[str]]]) -> list[str]:
    """Return the header of a transcript. Raises Faults (WRONG_COLUMNS, DUPLICATE_COLUMN, DUPLICATE_CELL)."""
    header, expected = found[0][1], ", ".join(COLUMNS) + f"; if needed {', '.join(OPTIONAL)}"
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise refuse("DUPLICATE_COLUMN", "L1", ", ".join(twice), "each column once", "rename or remove one")
    missing, extra = sorted(set(COLUMNS) - set(header)), sorted(set(header) - {*COLUMNS, *OPTIONAL})
    if header[: len(COLUMNS)] != COLUMNS or extra:
        words = f"without {', '.join(missing) or 'none'}, with {', '.join(extra) or 'no other'}"
        raise refuse("WRONG_COLUMNS", "L1", words, f"in this order: {expected}", "mend the header")
    if "cell" in header:
        cells = pd.Series({f"L{line}": record[header.index("cell")] for line, record in found[1:]}, dtype="str")
        again, do = cells[cells.duplicated() & (cells != "")], "several numbers of one cell are P4, P4#2, P4#3"
        if len(again):
            raise Faults(Fault("DUPLICATE_CELL", line, cell, "each cell once", do) for line, cell in again.items())
    return header


def _ledger(rows: pd.DataFrame, fields: dict[tuple[str, str], int]) -> pd.DataFrame:
    """Return where each filled cell ended: of the received file where a row names one, else of the transcript.

    fields: the number of each column in the header of each document.
    """
    kept = rows["drop"].isin(KEPT) & (rows["cell"] != "")
    why = rows["drop"].where(rows["drop"] != "", rows["unit"].map(lambda unit: NO_FIGURE.get(unit, ""))).mask(kept, "")
    ended = pd.Series(np.select([kept, why != ""], [rows["drop"], "dropped"], "value"), rows.index, dtype="str")
    figure_id = (rows["source_id"] + ":" + rows["place"]).where(ended == "value", "")
    whole = rows.assign(ends_as=ended, reason=why, figure_id=figure_id)
    own = whole[whole["cell"] == ""]
    typed = pd.concat([own.loc[own[name] != "", NAMED].assign(column=name) for name in [*COLUMNS, *OPTIONAL]])
    number = [str(fields[cell]) for cell in zip(typed["source_id"], typed["column"], strict=True)]
    apart = ~typed["column"].isin(["value", "beside"])
    typed = typed.assign(
        place=typed["place"] + "F" + pd.Series(number, typed.index, dtype="str"),
        ends_as=typed["ends_as"].mask(apart, "label").mask(typed["column"].isin(["note", "drop"]), "note"),
        reason=typed["reason"].mask(apart, ""),
        figure_id=typed["figure_id"].mask(apart, ""),
    )
    own = [(source, field) for (source, _), field in fields.items() if (source, "cell") not in fields]
    heads = [(source, f"L1F{field}", "label", "", "") for source, field in own]
    return pd.concat([pd.DataFrame(heads, columns=NAMED), whole.loc[whole["cell"] != "", NAMED], typed[NAMED]])
