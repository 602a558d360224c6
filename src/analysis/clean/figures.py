"""One row per number as printed in one document."""

import numpy as np
import pandas as pd

from analysis import codebook, tables
from analysis.clean import counts, decisions, periods
from analysis.clean.transcripts import COLUMNS, NO_FIGURE
from analysis.problems import Fault, Problem

WRITTEN = ["force", "period", "role", "unit", "misuse", "outcome"]
NUMBER = "a whole number such as 1,234, number words, a range or a known marker"
HOW = "write the number as the source prints it; words beside it go to `beside`"


def figures(
    rows: pd.DataFrame, sources: pd.DataFrame, decided: dict[str, pd.DataFrame]
) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the figures table from rows as written, sorted, and every cell that could not be read.

    `decided` holds forces, aliases, places and wording. A document with a fault contributes no figure.
    Numbers of forces or requests and rows a person dropped are no figures.
    """
    kept = rows[(rows["drop"] == "") & ~rows["unit"].isin(list(NO_FIGURE))]
    order = np.lexsort([tables.rank(kept["place"]), tables.rank(kept["source_id"])])
    kept = kept.iloc[order].reset_index(drop=True)
    kept = kept.assign(round_id=kept["source_id"].map(sources.set_index("source_id")["round_id"]))
    number = counts.parse_series(kept["value"].where(kept["reads_as"] == "", kept["reads_as"]), kept["beside"])
    period = periods.parse_frame(kept)
    force = decisions.forces(kept, decisions.names(decided))
    meaning = decisions.wordings(kept, decided["wording"])
    faults = [*_unread(kept, number, period), *_own(kept, decided["categories"])]
    for found in (force["faults"], meaning["faults"]):
        faults += [(row, fault) for row, several in found[found.map(len) > 0].items() for fault in several]
    problems = _problems(kept, faults)
    is_faulty = kept["file"].isin({problem.file for problem in problems})
    return _frame(kept, number, period, force, meaning)[~is_faulty].reset_index(drop=True), problems


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
    return tables.cast(pd.concat(parts, axis=1)[list(codebook.columns("figures").index)], "figures")


def _unread(kept: pd.DataFrame, number: pd.DataFrame, period: pd.DataFrame) -> list[tuple[int, Fault]]:
    """Return what could not be read as a number or a period, by row."""
    do, found = "correct the period or the dates beside it", []
    for row in kept.assign(code=number["error"])[number["error"] != ""].itertuples():
        printed = repr(f"{row.beside} {row.value}".strip())
        found.append((row.Index, Fault(row.code, "value", printed, NUMBER, HOW)))
    for row in period[period["error"] != ""].itertuples():
        found.append((row.Index, Fault("AMBIGUOUS_DATE", "period", row.error, row.expected, do)))
    return found


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
