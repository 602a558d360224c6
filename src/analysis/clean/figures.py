"""One row per number as printed in one document."""

import re

import pandas as pd

from analysis import tables
from analysis.clean import counts, distinct, lookups, periods
from analysis.problems import STOPS_DOCUMENT, Problem
from analysis.read.recipes import COUNTS_FORCES

ENDS = ["ends_as", "reason", "figure_id"]
WRITTEN = ["force", "period", "role", "unit", "misuse", "outcome"]


def figures(
    rows: pd.DataFrame, sources: pd.DataFrame, decided: dict[str, pd.DataFrame]
) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the figures table from rows as written, and every cell that could not be read.

    `decided` holds forces, aliases, places and wording. A document with a fault contributes no figure.
    Numbers of forces or requests and rows a person dropped are no figures.
    """
    kept = rows[(rows["drop"] == "") & ~rows["unit"].isin(COUNTS_FORCES)].reset_index(drop=True)
    rounds = dict(zip(sources["source_id"], sources["round_id"], strict=True))
    kept = kept.assign(round_id=distinct.told(kept[["source_id"]], rounds.get))
    number = numbers(kept)
    period = periods.parse_frame(kept)
    force, unknown = lookups.forces(kept, lookups.names(decided["forces"], decided["aliases"], decided["places"]))
    meaning, unclear = lookups.wordings(kept, decided["wording"])
    problems = [
        *_number_problems(kept, number),
        *_period_problems(kept, period),
        *(_at(kept.loc[index], fault) for index, fault in unknown.dropna().items()),
        *(_at(kept.loc[index], fault) for index, faults in unclear[unclear.astype("bool")].items() for fault in faults),
    ]
    faulty = {problem.file for problem in problems}
    frame = tables.cast(_frame(kept, number, period, force, meaning), "figures")
    return frame[~kept["file"].isin(faulty)].reset_index(drop=True) if faulty else frame, problems


def numbers(rows: pd.DataFrame) -> pd.DataFrame:
    """Return what each row's number means: as its recipe reads it, else as written."""
    codes, known = distinct.rows(rows[["value", "beside", "reads_as"]])
    texts = pd.DataFrame(known, columns=["value", "beside", "reads_as"], dtype="str")
    read = counts.parse_series(texts["value"].where(texts["reads_as"] == "", texts["reads_as"]), texts["beside"])
    return read.take(codes).set_axis(rows.index)


def _frame(kept, number, period, force, meaning) -> pd.DataFrame:
    columns = kept[["source_id", "round_id", "where_printed", "read_by", "note"]].assign(
        figure_id=_address(kept["source_id"], kept["place"]),
        as_written=distinct.told(kept[["beside", "value"]], lambda *texts: " ".join(texts) if texts[0] else texts[1]),
        locator=_address(kept["file"], kept["place"]),
    )
    written = kept[WRITTEN].add_suffix("_as_written")
    dates = period[["period_start", "period_end", "period_basis"]]
    meant = meaning.assign(date_basis=meaning["date_basis"].where(period["kind"] != "day", "snapshot"))
    return pd.concat([columns, written, number.drop(columns="error"), dates, force, meant], axis=1)


def _address(names: pd.Series, places: pd.Series) -> pd.Series:
    texts = names.map("{}:".format).to_numpy(dtype="object") + places.to_numpy(dtype="object")
    return pd.Series(texts, names.index, dtype="str")


def _number_problems(kept: pd.DataFrame, number: pd.DataFrame) -> list[Problem]:
    wrong = number["error"] != ""
    found = kept[wrong].assign(code=number["error"][wrong])
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
    wrong = period["error"] != ""
    found = kept[wrong].assign(found=period["error"][wrong], expected=period["expected"][wrong])
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
    kept = cells[~cells["source_id"].isin(faulty)].reset_index(drop=True) if faulty else cells
    codes, known = distinct.rows(kept[["source_id", "ends_as", "reason", "row_place"]])
    ended = [_end(source, kind, why, place, replaced or {}) for source, kind, why, place in known]
    ends = pd.DataFrame(ended, columns=ENDS, dtype="str")
    astray = set(ends["figure_id"]) - {"", *figures["figure_id"]}
    if astray:
        raise LookupError(f"cells counted as values without a figure: {', '.join(sorted(astray)[:5])}")
    return pd.concat([kept[["source_id", "place"]], ends.take(codes).set_axis(kept.index)], axis=1)


def _end(source_id: str, ends_as: str, reason: str, row_place: str, replaced: dict[str, str]) -> tuple[str, str, str]:
    if ends_as == "value" and source_id in replaced:
        return "dropped", f"superseded by {replaced[source_id]}", ""
    return ends_as, reason, f"{source_id}:{row_place}" if ends_as == "value" else ""
