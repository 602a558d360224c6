"""One row per number as printed in one document."""

import numpy as np
import pandas as pd

from analysis import codebook, tables
from analysis.clean import counts, decisions, periods
from analysis.clean.transcripts import COLUMNS, NO_FIGURE
from analysis.problems import Fault, Problem

WRITTEN = ["force", "period", "role", "unit", "misuse", "outcome"]
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
    read_as = kept["value"].where(kept["reads_as"] == "", kept["reads_as"])
    number = counts.parse_series(read_as, kept["beside"])
    period = periods.parse_frame(kept)
    force = decisions.forces(kept, decisions.names(decided))
    meaning = decisions.wordings(kept, decided["wording"])
    faults = [_number_faults(kept, number), _period_faults(period), force["faults"], meaning["faults"]]
    faults += _own_faults(kept, decided["categories"])
    problems = _problems(kept, faults)
    frame = tables.cast(
        _frame(kept, number, period, force, meaning)[list(codebook.columns("figures").index)], "figures"
    )
    faulty = {problem.file for problem in problems}
    return frame[~kept["file"].isin(faulty)].reset_index(drop=True), problems


def _frame(kept, number, period, force, meaning) -> pd.DataFrame:
    beside = (kept["beside"] + " ").where(kept["beside"] != "", "")
    about = kept[["source_id", "round_id", "where_printed", "read_by", "note"]].assign(
        figure_id=kept["source_id"] + ":" + kept["place"],
        as_written=beside + kept["value"],
        locator=kept["file"] + ":" + kept["place"],
        date_basis=meaning["date_basis"].mask(period["kind"] == "day", "snapshot"),
    )
    written = kept[WRITTEN].add_suffix("_as_written")
    dates = period[["period_start", "period_end", "period_basis"]]
    meant = meaning[[name for name in decisions.SETS if name != "date_basis"]]
    parts = [about, written, number.drop(columns="error"), dates, force[["force_ids", "place"]], meant]
    return pd.concat(parts, axis=1)


def _number_faults(kept: pd.DataFrame, number: pd.DataFrame) -> pd.Series:
    wrong, expected = number["error"] != "", "a whole number such as 1,234, number words, a range or a known marker"
    found = kept.loc[wrong, ["beside", "value"]].assign(code=number.loc[wrong, "error"])
    return pd.Series(
        [
            (Fault(row.code, "value", repr(f"{row.beside} {row.value}".strip()), expected, HOW),)
            for row in found.itertuples()
        ],
        found.index,
        dtype="object",
    )


def _period_faults(period: pd.DataFrame) -> pd.Series:
    found, do = period[period["error"] != ""], "correct the period or the dates beside it"
    faults = [(Fault("AMBIGUOUS_DATE", "period", row.error, row.expected, do),) for row in found.itertuples()]
    return pd.Series(faults, found.index, dtype="object")


def _own_faults(kept: pd.DataFrame, categories: pd.DataFrame) -> list[pd.Series]:
    """Return what a row says itself and may not say: where it was printed, what dates it, and its rank."""
    words = codebook.columns("figures")["values"]
    allowed = {name: words[name].split("; ") for name in ("where_printed", "date_basis")}
    allowed |= {"rank": list(categories.loc[categories["dimension"] == "rank", "category"])}
    faults = []
    for name, known in allowed.items():
        wrong, expected = kept.loc[~kept[name].isin([*known, ""]), name], f"one of: {', '.join(known)}"
        found = [(Fault("WRONG_VALUE", name, f"{name} {text!r}", expected, "correct the word"),) for text in wrong]
        faults.append(pd.Series(found, wrong.index, dtype="object"))
    return faults


def _problems(kept: pd.DataFrame, faults: list[pd.Series]) -> list[Problem]:
    """Return each fault of each document once, at its first cell, with the number of rows it is in."""
    rows: dict[tuple[str, str, Fault], list[int]] = {}
    for series in faults:
        wrong = series[series.map(len) > 0]
        about = kept.loc[wrong.index, ["file", "sha256", "line"]]
        for (file, sha256, line), found in zip(about.itertuples(index=False, name=None), wrong, strict=True):
            for fault in found:
                rows.setdefault((file, sha256, fault), []).append(line)
    problems = []
    for (file, sha256, fault), lines in rows.items():
        place = f"L{min(lines)}" + (f"F{COLUMNS.index(fault.place) + 1}" if fault.place in COLUMNS else "")
        found = fault.found if len(lines) == 1 else f"{fault.found}, in {len(lines)} rows"
        problems.append(Problem(fault.code, fault.severity, file, sha256, place, found, fault.expected, fault.do))
    return problems
