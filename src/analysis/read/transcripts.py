"""A transcript: a csv of our own, one row per number as printed."""

from analysis.problems import Fault, Faults

COLUMNS = [
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
COUNTS_FORCES = {unit: f"number of {unit}: held in rounds.csv" for unit in ("forces", "requests")}


def read(records: list[tuple[int, list[str]]]) -> tuple[list[dict], list[tuple]]:
    """Return the rows of a transcript and where each of its non-empty cells ended.

    Raises Faults (RAGGED_ROW, DUPLICATE_COLUMN, WRONG_COLUMNS).
    """
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
        ledger += _ends(row, header)
    return found, ledger


def _check_header(header: list[str]) -> None:
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise Faults([Fault("DUPLICATE_COLUMN", "L1", ", ".join(twice), "each column once", "rename or remove one")])
    if set(header) != set(COLUMNS):
        missing, extra = sorted(set(COLUMNS) - set(header)), sorted(set(header) - set(COLUMNS))
        found = f"without {', '.join(missing) or 'none'}, with {', '.join(extra) or 'no other'}"
        do = "mend the header, or write a recipe for a file that keeps its own layout"
        raise Faults([Fault("WRONG_COLUMNS", "L1", found, ", ".join(COLUMNS), do)])


def _ends(row: dict, header: list[str]) -> list[tuple]:
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
