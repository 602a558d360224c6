"""A transcript: a csv of our own, one row per number as printed. Its rows, its figures, where each cell ended."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis import codebook, tables
from analysis.clean import counts, decisions, periods
from analysis.problems import Fault, Faults, Problem
from analysis.read.findings import refuse

COLUMNS = [
    *("force", "period", "period_start", "period_end", "role", "unit", "misuse", "outcome"),
    *("value", "beside", "where_printed", "read_by", "note", "drop"),
]
# address of the number in the file that was received; what dates a case; rank; what a mark such as * means there
OPTIONAL = ["cell", "date_basis", "rank", "reads_as"]
NO_FIGURE = {unit: f"number of {unit}: held in rounds.csv" for unit in ("forces", "requests")}
# by column, what stands for the `?` that a draft leaves to a person
HINTS = {
    "period": "the words of the file or the request, such as 2018/19",
    "role": "officer, staff, pcso, special, all or unknown",
    "unit": "people, cases, allegations, incidents, offences",
    "misuse": "what was done or misused, in the words of the file or the request",
    "outcome": "how it ended, in the words of the file; recorded where it counts every case",
    "value": "the number as printed, or withheld, not held, not applicable",
    "reads_as": "what the mark stands for, such as 4 or fewer, or withheld",
}
KEPT = {"label", "note"}  # in `drop`, for a cell of the received file that is no number: it ends as that
DOCUMENT = ["source_id", "file", "sha256", "line"]
WRITTEN = ["force", "period", "role", "unit", "misuse", "outcome"]
NUMBER = "a whole number such as 1,234, number words, a range or a known marker"
HOW = "write the number as the source prints it; words beside it go to `beside`"


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
    lines, cells, problems, sums, home = [], [], [], {}, folder.resolve()
    for source_id, file in zip(sources["source_id"], sources["file"], strict=True):
        path = folder / file
        if not path.is_file() or not path.resolve().is_relative_to(home):
            continue
        content = path.read_bytes()
        sums[file] = hashlib.sha256(content).hexdigest()
        try:
            found = decisions.records(content)
            header = checked_header(found)
        except Faults as error:
            problems += [fault.problem(file, sums[file]) for fault in error.faults]
            continue
        if "cell" not in header:
            cells += [(source_id, f"L1F{number}", "label", "", "") for number in range(1, len(header) + 1)]
        for line, record in found[1:]:
            said = dict(zip(header, record, strict=True))
            cells += _ends(source_id, line, said)
            lines.append((source_id, file, sums[file], line, *(said.get(name, "") for name in [*COLUMNS, *OPTIONAL])))
    rows = pd.DataFrame(lines, columns=[*DOCUMENT, *COLUMNS, *OPTIONAL], dtype="str")
    rows["place"] = rows["cell"].where(rows["cell"] != "", "L" + rows["line"])
    ledger = pd.DataFrame(cells, columns=["source_id", "place", "ends_as", "reason", "figure_id"], dtype="str")
    return Documents(rows.astype({"line": "int64"}), ledger, problems, sums)


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


def _ends(source_id: str, line: int, said: dict[str, str]) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield where the cell of the received file that a row names ended, else each filled cell of the row itself."""
    cell, why = said.get("cell"), said["drop"] or NO_FIGURE.get(said["unit"], "")
    number = ("dropped", why, "") if why else ("value", "", f"{source_id}:{cell or f'L{line}'}")
    if cell:
        yield (source_id, cell, *((said["drop"], "", "") if said["drop"] in KEPT else number))
        return
    ends = {"value": number, "beside": number} | dict.fromkeys(["note", "drop"], ("note", "", ""))
    for field, (name, text) in enumerate(said.items(), start=1):
        if text:
            yield (source_id, f"L{line}F{field}", *ends.get(name, ("label", "", "")))


def figures(
    rows: pd.DataFrame, sources: pd.DataFrame, decided: dict[str, pd.DataFrame]
) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the figures table from rows as written, sorted, and every cell that could not be read.

    `decided` holds forces, aliases, places and wording. A document with a fault contributes no figure.
    Numbers of forces or requests and rows a person dropped are no figures.
    """
    kept = rows[(rows["drop"] == "") & ~rows["unit"].isin(list(NO_FIGURE))]
    order = np.lexsort([tables.natural_order(kept["place"]), tables.natural_order(kept["source_id"])])
    kept = kept.iloc[order].reset_index(drop=True)
    kept = kept.assign(round_id=kept["source_id"].map(sources.set_index("source_id")["round_id"]))
    decides = kept.replace(decisions.OPEN, "")
    number = counts.parse_series(decides["value"].where(kept["reads_as"] == "", decides["reads_as"]), kept["beside"])
    period = periods.parse_frame(decides)
    force = decisions.forces(kept, decisions.names(decided))
    meaning = decisions.wordings(kept, decided["wording"])
    frame = _frame(kept, number, period, force, meaning)
    faults = [*_undecided(kept), *_unread(kept, number, period), *_own(kept, decided["categories"])]
    faults += [*force["faults"].explode().dropna().items(), *meaning["faults"].explode().dropna().items()]
    problems = _problems(kept, faults)
    is_faulty = kept["file"].isin({problem.file for problem in problems})
    return frame[~is_faulty].reset_index(drop=True), problems


def _frame(kept, number, period, force, meaning) -> pd.DataFrame:
    """Return the table of what was read of each row."""
    beside = (kept["beside"] + " ").where(kept["beside"] != "", "")
    about = kept[["source_id", "round_id", "where_printed", "read_by", "note"]].assign(
        figure_id=kept["source_id"] + ":" + kept["place"],
        as_written=beside + kept["value"],
        locator=kept["file"] + ":" + kept["place"],
    )
    meaning = meaning.assign(date_basis=meaning["date_basis"].mask(period["kind"] == "day", "snapshot"))
    parts = [about, kept[WRITTEN].add_suffix("_as_written"), number, period, force, meaning]
    return tables.cast(tables.built_columns(pd.concat(parts, axis=1), "figures"), "figures")


def _undecided(kept: pd.DataFrame) -> list[tuple[int, Fault]]:
    """Return what a draft left to a person, by row."""
    left = [(row, name) for name in HINTS for row in kept.index[kept[name] == decisions.OPEN]]
    return [(row, Fault("UNDECIDED", name, f"{name} is still ?", HINTS[name], "decide it")) for row, name in left]


def _unread(kept: pd.DataFrame, number: pd.DataFrame, period: pd.DataFrame) -> list[tuple[int, Fault]]:
    """Return what could not be read as a number or a period, by row."""
    do, printed = "correct the period or the dates beside it", (kept["beside"] + " " + kept["value"]).str.strip()
    numbers, dates = number["error"][number["error"] != ""], period[period["error"] != ""]
    return [
        *((row, Fault(code, "value", repr(printed[row]), NUMBER, HOW)) for row, code in numbers.items()),
        *((row.Index, Fault("AMBIGUOUS_DATE", "period", row.error, row.expected, do)) for row in dates.itertuples()),
    ]


def _own(kept: pd.DataFrame, categories: pd.DataFrame) -> list[tuple[int, Fault]]:
    """Return what a row says itself and may not say, by row: where it was printed, what dates it, and its rank."""
    values = codebook.columns("figures")["values"]
    allowed = {name: values[name].split("; ") for name in ("where_printed", "date_basis")}
    allowed["rank"] = list(categories.loc[categories["dimension"] == "rank", "category"])
    found = []
    for name, known in allowed.items():
        for row, text in kept.loc[~kept[name].isin([*known, ""]), name].items():
            words = (f"{name} {text!r}", f"one of: {', '.join(known)}", "correct the word")
            found.append((row, Fault("WRONG_VALUE", name, *words)))
    return found


def _problems(kept: pd.DataFrame, faults: list[tuple[int, Fault]]) -> list[Problem]:
    """Return each fault of each document once, at its first cell, with the number of rows it is in."""
    lines: dict[tuple[str, str, Fault], list[int]] = {}
    for row, fault in faults:
        file, sha256, line = kept.loc[row, ["file", "sha256", "line"]]
        lines.setdefault((file, sha256, fault), []).append(line)
    problems = []
    for (file, sha256, fault), found in lines.items():
        place = f"L{min(found)}" + (f"F{COLUMNS.index(fault.place) + 1}" if fault.place in COLUMNS else "")
        words = fault.found if len(found) == 1 else f"{fault.found}, in {len(found)} rows"
        problems.append(Problem(fault.code, fault.severity, file, sha256, place, words, fault.expected, fault.do))
    return problems
