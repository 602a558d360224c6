"""One row per number as printed in one document."""

import re

import numpy as np
import pandas as pd

from analysis import columns, tables
from analysis.clean import counts, distinct, lookups, periods
from analysis.ordering import rank
from analysis.problems import STOPS_DOCUMENT, Problem
from analysis.read.recipes import COUNTS_FORCES

WRITTEN = ["force", "period", "role", "unit", "misuse", "outcome"]


def figures(
    rows: pd.DataFrame, sources: pd.DataFrame, decided: dict[str, pd.DataFrame]
) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the figures table from rows as written, sorted, texts as codes, and every cell that could not be read.

    `decided` holds forces, aliases, places and wording. A document with a fault contributes no figure.
    Numbers of forces or requests and rows a person dropped are no figures.
    """
    kept = rows[(rows["drop"] == "") & ~rows["unit"].isin(COUNTS_FORCES)]
    order = np.lexsort([rank(kept["place"]), rank(kept["source_id"])])
    kept = kept.take(order).reset_index(drop=True)
    rounds = dict(zip(sources["source_id"].tolist(), sources["round_id"].tolist(), strict=True))
    kept = kept.assign(round_id=distinct.said(kept["source_id"], rounds.__getitem__))
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
    frame = tables.cast(_frame(kept, number, period, force, meaning)[columns.columns("figures")], "figures")
    return frame[~kept["file"].isin(faulty)].reset_index(drop=True) if faulty else frame, problems


def numbers(rows: pd.DataFrame) -> pd.DataFrame:
    """Return what each row's number means: as its recipe reads it, else as written."""
    codes, known = distinct.rows(rows[["value", "beside", "reads_as"]])
    texts = pd.DataFrame(known, columns=["value", "beside", "reads_as"], dtype="str")
    read = counts.parse_series(texts["value"].where(texts["reads_as"] == "", texts["reads_as"]), texts["beside"])
    return distinct.spread(read, codes, rows.index)


def _frame(kept, number, period, force, meaning) -> pd.DataFrame:
    about = kept[["source_id", "round_id", "where_printed", "read_by", "note"]].assign(
        figure_id=_address(kept["source_id"], kept["place"]),
        as_written=distinct.told(kept[["beside", "value"]], lambda *texts: " ".join(texts) if texts[0] else texts[1]),
        locator=_address(kept["file"], kept["place"]),
    )
    written = kept[WRITTEN].add_suffix("_as_written")
    dates = period[["period_start", "period_end", "period_basis"]]
    dated = meaning[["date_basis"]].assign(kind=period["kind"])
    meant = meaning.assign(date_basis=distinct.told(dated, lambda basis, kind: "snapshot" if kind == "day" else basis))
    return pd.concat([about, written, number.drop(columns="error"), dates, force, meant], axis=1)


def _address(names: pd.Series, places: pd.Series) -> pd.Series:
    texts = distinct.said(names, "{}:".format).to_numpy(dtype="object") + places.to_numpy(dtype="object")
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
    gone = (kept["ends_as"] == "value") & kept["source_id"].isin(replaced or {})
    if replaced and gone.any():
        ended = distinct.told(kept.loc[gone, ["source_id"]], lambda name: f"superseded by {replaced[name]}")
        texts = {"ends_as": kept["ends_as"].astype("str").mask(gone, "dropped")}
        texts |= {"reason": kept["reason"].astype("str").mask(gone, ended.astype("str").reindex(kept.index))}
        kept = kept.assign(**{name: distinct.category(column) for name, column in texts.items()})
    value, ids = (kept["ends_as"] == "value").to_numpy(), pd.Index(figures["figure_id"]).insert(0, "")
    named = _address(kept.loc[value, "source_id"], kept.loc[value, "row_place"])
    codes = np.zeros(len(kept), dtype="int32")
    codes[value] = ids.get_indexer(named)
    if codes.min(initial=0) < 0:
        astray = sorted(set(named[codes[value] < 0]))
        raise LookupError(f"cells counted as values without a figure: {', '.join(astray[:5])}")
    figure_id = pd.Categorical.from_codes(codes, ids)
    return kept[["source_id", "place", "ends_as", "reason"]].assign(figure_id=figure_id)
