"""From the cells of one document to rows as written: a transcript says how itself, another layout by its recipe."""

import re
import tomllib
from pathlib import Path

import pandas as pd

from analysis.problems import Fault, Faults
from analysis.read import cells

TRANSCRIPT = [
    "force",
    "period",
    "period_start",
    "period_end",
    "role",
    "unit",
    "misuse",
    "outcome",
    "value",
    "beside",
    "where_printed",
    "read_by",
    "note",
    "drop",
]
# only a recipe can set these: `sum` names the parts and the total that belong together
ADDED = ["date_basis", "rank", "sum", "total", "place"]
ROWS = [*TRANSCRIPT, *ADDED]
LEDGER = ["place", "ends_as", "reason", "row_place"]
COUNTS_FORCES = {unit: f"number of {unit}: held in rounds.csv" for unit in ("forces", "requests")}


def load(path: Path) -> dict:
    """Return a recipe.

    Raises Faults (RECIPE) where the file is no TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Faults([Fault("RECIPE", path.name, str(error), "a TOML file", "mend the recipe")]) from error


def rows(path: Path, recipe: dict | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of a document as written, and where each of its non-empty cells ended.

    Rows: the transcript's columns, date_basis, rank, sum, total and place. Ledger: place, ends_as, reason, row_place.
    Raises Faults (RAGGED_ROW, DUPLICATE_COLUMN, WRONG_COLUMNS, NO_ROWS, ANCHOR and those of `cells`).
    """
    records = cells.records(path)
    if recipe is None:
        found, ledger = _transcript(records)
    else:
        found, ledger = _laid_out(records, recipe)
    filled = [[str(row.get(name, "")) for name in ROWS] for row in found]
    return pd.DataFrame(filled, columns=ROWS, dtype="str"), pd.DataFrame(ledger, columns=LEDGER, dtype="str")


def _transcript(records: list[tuple[int, list[str]]]) -> tuple[list[dict], list[tuple]]:
    header = records[0][1]
    _check_header(header)
    ragged = [
        Fault("RAGGED_ROW", f"L{line}", f"{len(record)} fields", f"{len(header)} fields", "quote commas inside a field")
        for line, record in records[1:]
        if record and len(record) != len(header)
    ]
    if ragged:
        raise Faults(ragged)
    found = [dict(zip(header, record, strict=True)) | {"place": f"L{line}"} for line, record in records[1:] if record]
    ledger = [(f"L1F{field}", "label", "", "") for field, name in enumerate(header, start=1) if name]
    for row in found:
        ledger += _transcript_cells(row, header)
    return found, ledger


def _check_header(header: list[str]) -> None:
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise Faults([Fault("DUPLICATE_COLUMN", "L1", ", ".join(twice), "each column once", "rename or remove one")])
    if set(header) != set(TRANSCRIPT):
        missing, extra = sorted(set(TRANSCRIPT) - set(header)), sorted(set(header) - set(TRANSCRIPT))
        found = f"without {', '.join(missing) or 'none'}, with {', '.join(extra) or 'no other'}"
        raise Faults([Fault("WRONG_COLUMNS", "L1", found, ", ".join(TRANSCRIPT), "mend the header")])


def _transcript_cells(row: dict, header: list[str]) -> list[tuple]:
    dropped = row["drop"] or COUNTS_FORCES.get(row["unit"], "")
    ends = {"value": "dropped" if dropped else "value", "beside": "value", "note": "note", "drop": "note"}
    ends |= {"beside": "dropped"} if dropped else {}
    return [
        (
            f"{row['place']}F{field}",
            ends.get(name, "label"),
            dropped if ends.get(name) == "dropped" else "",
            row["place"] if ends.get(name) == "value" else "",
        )
        for field, name in enumerate(header, start=1)
        if row[name] != ""
    ]


def _laid_out(records: list[tuple[int, list[str]]], recipe: dict) -> tuple[list[dict], list[tuple]]:
    grid = {(line, field): text for line, record in records for field, text in enumerate(record, start=1)}
    base = {"force": recipe["force"], "read_by": recipe.get("read_by", "")}
    found, ends, faults = [], {}, []
    for entry in recipe.get("table", []):
        _collect(_table, grid, entry | {"unfinished": recipe.get("unfinished", [])}, base, found, ends, faults)
    for entry in recipe.get("answer", []):
        _collect(_answer, grid, entry, base, found, ends, faults)
    for entry in recipe.get("drop", []):
        _collect(_drop, grid, entry, base, found, ends, faults)
    if faults:
        raise Faults(faults)
    ledger = [
        (f"L{line}F{field}", *ends.get((line, field), ("note", "", "")))
        for (line, field), text in grid.items()
        if text != ""
    ]
    return found, ledger


def _collect(reader, grid: dict, entry: dict, base: dict, found: list, ends: dict, faults: list) -> None:
    try:
        more, end = reader(grid, entry, base)
    except Faults as error:
        faults += error.faults
        return
    found += more
    ends |= end


def _lines(span: str) -> range:
    numbers = [int(number) for number in re.findall(r"\d+", span)]
    return range(numbers[0], numbers[-1] + 1)


def _anchored(found: str, expected: str, place: str) -> None:
    if expected not in found:
        fault = Fault(
            "ANCHOR", place, repr(found), repr(expected), "the file is not laid out as the recipe says: mend it"
        )
        raise Faults([fault])


def _table(grid: dict, table: dict, base: dict) -> tuple[list[dict], dict]:
    top = _lines(table["header"])[0]
    for field, expected in enumerate(table["anchor"], start=1):
        text = grid.get((top, field), "")
        if text != expected:
            _anchored("" if expected in text else text, expected, f"L{top}F{field}")
    heads = dict(enumerate(table["anchor"], start=1))
    found, ends = [], {(top, field): ("label", "", "") for field in heads}
    total = _lines(table["total_row"]) if "total_row" in table else range(0)
    for line in [*_lines(table["rows"]), *total]:
        label = grid.get((line, 1), "")
        ends[line, 1] = ("label", "", "")
        for field in range(2, len(heads) + 1):
            place = f"L{line}F{field}"
            row = _row(table, base, label, heads[field], line in total) | {"place": place}
            row |= {"value": grid.get((line, field), ""), "sum": f"{table['header']}F{field}"}
            keep = line not in total or table.get("keep_total", False)
            row["drop"] = "" if keep else "total of the rows above it, checked and not kept"
            ends[line, field] = ("value", "", place) if keep else ("dropped", row["drop"], "")
            found.append(row)
    return found, ends


def _row(table: dict, base: dict, label: str, head: str, is_total: bool) -> dict:
    row = base | {"where_printed": "table", **table["fixed"]}
    kind = table["row_label"]
    mapped = table.get("map", {})
    if table["columns"] == "year":
        row["period"] = head
        if head in table["unfinished"]:
            row |= {"period_start": f"{head}-01-01", "period_end": ""}
    elif table["columns"] == "role":
        row["role"] = head
    if kind == "month" and not is_total:
        row |= {"period": f"{label} {head}", "period_start": "", "period_end": ""}
    elif kind not in ("none", "month") and not is_total:
        row[kind] = label
    if kind == "none" and label not in mapped and not is_total:
        raise Faults(
            [Fault("ANCHOR", table["rows"], repr(label), ", ".join(mapped), "say in the recipe what it means")]
        )
    row |= mapped.get(label, {})
    return row | {"total": "yes" if is_total else "no" if table.get("disjoint") and "total_row" in table else ""}


def _answer(grid: dict, answer: dict, base: dict) -> tuple[list[dict], dict]:
    line, field = (int(number) for number in re.findall(r"\d+", answer["place"]))
    text = grid.get((line, field), "")
    _anchored(text, answer["anchor"], answer["place"])
    _anchored(text, answer["value"], answer["place"])
    row = base | {key: value for key, value in answer.items() if key != "anchor"}
    return [row], {(line, field): ("value", "", answer["place"])}


def _drop(grid: dict, entry: dict, base: dict) -> tuple[list[dict], dict]:
    line, field = (int(number) for number in re.findall(r"\d+", entry["place"]))
    _anchored(grid.get((line, field), ""), entry["anchor"], entry["place"])
    return [], {(line, field): ("dropped", entry["reason"], "")}
