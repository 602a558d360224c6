"""One row per number as printed in one document."""

import re

import pandas as pd

from analysis import tables
from analysis.clean import counts, lookups, periods
from analysis.problems import STOPS_DOCUMENT, Problem
from analysis.read.recipes import COUNTS_FORCES

WRITTEN = ["force", "period", "role", "unit", "misuse", "outcome"]


def figures(
    rows: pd.DataFrame, sources: pd.DataFrame, decided: dict[str, pd.DataFrame]
) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the figures table from rows as written, and every cell that could not be read.

    `decided` holds forces, aliases, places and wording. A document with a fault contributes no figure.
    Numbers of forces or requests and rows a person dropped are no figures.
    """
    kept = rows[(rows["drop"] == "") & ~rows["unit"].isin(COUNTS_FORCES)].reset_index(drop=True)
    kept = kept.assign(round_id=kept["source_id"].map(sources.set_index("source_id")["round_id"]))
    number = numbers(kept)
    period = periods.parse_frame(kept)
    force, unknown = lookups.forces(kept, lookups.names(decided["forces"], decided["aliases"], decided["places"]))
    meaning, unclear = lookups.wordings(kept, decided["wording"])
    problems = [
        *_number_problems(kept, number),
        *_period_problems(kept, period),
        *(_at(kept.loc[index], fault) for index, fault in unknown.dropna().items()),
        *(_at(kept.loc[index], fault) for index, faults in unclear.items() for fault in faults),
    ]
    faulty = {problem.file for problem in problems}
    frame = _frame(kept, number, period, force, meaning)
    return tables.cast(frame[~kept["file"].isin(faulty)].reset_index(drop=True), "figures"), problems


def numbers(rows: pd.DataFrame) -> pd.DataFrame:
    """Return what each row's number means: as its recipe reads it, else as written."""
    return counts.parse_series(rows["value"].where(rows["reads_as"] == "", rows["reads_as"]), rows["beside"])


def _frame(kept, number, period, force, meaning) -> pd.DataFrame:
    columns = kept[["source_id", "round_id", "where_printed", "read_by", "note"]].assign(
        figure_id=kept["source_id"] + ":" + kept["place"],
        as_written=(kept["beside"].where(kept["beside"] == "", kept["beside"] + " ") + kept["value"]),
        locator=kept["file"] + ":" + kept["place"],
    )
    written = kept[WRITTEN].add_suffix("_as_written")
    dates = period[["period_start", "period_end", "period_basis"]]
    meant = meaning.assign(date_basis=meaning["date_basis"].where(period["kind"] != "day", "snapshot"))
    return pd.concat([columns, written, number.drop(columns="error"), dates, force, meant], axis=1)


def _number_problems(kept: pd.DataFrame, number: pd.DataFrame) -> list[Problem]:
    found = kept.assign(code=number["error"])[number["error"] != ""]
    return [
        _problem(
            row,
            row["code"],
            "F9",
            repr(f"{row['beside']} {row['value']}".strip()),
            "a whole number such as 1,234, number words, a range or a known marker",
            "write the number as the source prints it; words beside it go to `beside`; in a recipe say what it means",
        )
        for _, row in found.iterrows()
    ]


def _period_problems(kept: pd.DataFrame, period: pd.DataFrame) -> list[Problem]:
    found = kept.assign(found=period["error"], expected=period["expected"])[period["error"] != ""]
    do = "correct the period or the dates beside it"
    return [_problem(row, "AMBIGUOUS_DATE", "F2", row["found"], row["expected"], do) for _, row in found.iterrows()]


def _at(row: pd.Series, fault) -> Problem:
    return _problem(row, fault.code, fault.place, fault.found, fault.expected, fault.do)


def _problem(row: pd.Series, code: str, field: str, found: str, expected: str, do: str) -> Problem:
    """Place a problem at its cell: a transcript knows the field, a recipe names the number's own cell."""
    place = f"{row['place']}{field}" if re.fullmatch(r"L\d+", row["place"]) else row["place"]
    return Problem(code, STOPS_DOCUMENT, row["file"], row["sha256"], place, found, expected, do)


def ledger(
    cells: pd.DataFrame, figures: pd.DataFrame, faulty: set[str], replaced: dict[str, str] | None = None
) -> pd.DataFrame:
    """Return where each non-empty cell ended: a value names its figure; documents with a fault have no cell here.

    Values of a document that was `replaced` are dropped, naming the one that corrects it.
    """
    kept = cells[~cells["source_id"].isin(faulty)].reset_index(drop=True)
    later = kept["source_id"].map(replaced or {})
    gone = later.notna() & (kept["ends_as"] == "value")
    kept["reason"] = kept["reason"].mask(gone, "superseded by " + later.astype("str"))
    kept["ends_as"] = kept["ends_as"].mask(gone, "dropped")
    figure_id = (kept["source_id"] + ":" + kept["row_place"]).where(kept["ends_as"] == "value", "")
    frame = kept.assign(figure_id=figure_id)[["source_id", "place", "ends_as", "reason", "figure_id"]]
    astray = set(frame["figure_id"]) - {"", *figures["figure_id"]}
    if astray:
        raise LookupError(f"cells counted as values without a figure: {', '.join(sorted(astray)[:5])}")
    return frame
