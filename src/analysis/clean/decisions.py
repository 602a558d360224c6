"""Our decisions: the tables of data/raw read strictly, which force a name means, and what a wording means."""

from dataclasses import replace
from pathlib import Path

import pandas as pd

from analysis import codebook, tables
from analysis.clean.counts import apply_distinct, plain
from analysis.problems import STOPS_ALL, Fault, Faults, Problem, nearest
from analysis.read import delimited
from analysis.read.cells import decode
from analysis.read.findings import refuse

SETS = ["conduct", "system", "outcome", "role", "rank", "unit", "date_basis"]
FIELDS = ["misuse", "outcome", "role", "unit"]  # columns whose wording sets something, the more exact first
OWN = ["rank", "date_basis"]  # what a row says itself goes before what its wording means
OPEN = "?"  # in a drafted transcript, for what a person must decide
SILENT = dict.fromkeys(["conduct", "system", "outcome"], "not-stated")
SILENT |= {"role": "not stated", "rank": "", "unit": "", "date_basis": "not stated"}


def read(folder: Path) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """Return every table of decisions below data/raw and what is wrong with them; a faulty one comes back empty."""
    frames, problems = {}, []
    for name in codebook.names("raw"):
        file = codebook.about(name)["kind"].removeprefix("raw/")
        try:
            frames[name] = _table(folder / file, name)
        except Faults as error:
            frames[name] = tables.empty(name)
            problems += [replace(fault, severity=STOPS_ALL).problem(file, "") for fault in error.faults]
    return frames, problems


def _table(path: Path, name: str) -> pd.DataFrame:
    """Read one table. Raises Faults (MISSING_FILE, WRONG_COLUMNS, WRONG_VALUE and those of a transcript's csv)."""
    if not path.is_file():
        if codebook.about(name)["use"] == "optional":
            return tables.empty(name)
        raise refuse("MISSING_FILE", "", "no such file", "a table of decisions", "restore it")
    known = codebook.columns(name)
    (_, header), *lines = records(path.read_bytes())
    missing = [column for column in known.index[known["use"] != "optional"] if column not in header]
    if missing:
        raise refuse("WRONG_COLUMNS", "L1", f"no {', '.join(missing)}", ", ".join(known.index), "add the column")
    frame = pd.DataFrame([record for _, record in lines], columns=header, dtype="str")
    frame = frame.assign(**{column: "" for column in known.index if column not in frame})
    wrong = tables.wrong_cells(frame, name)
    if wrong:
        raise Faults(Fault("WRONG_VALUE", f"L{lines[row][0]}", *words, "mend the cell") for row, *words in wrong)
    return tables.cast(frame, name)


def records(content: bytes) -> list[tuple[int, list[str]]]:
    """Return the records of a csv with the line each starts on, without empty lines.

    Raises Faults (EMPTY_FILE, SEMICOLONS, RAGGED_ROW, and those of any text that is read).
    """
    if not content.strip(b" \t\r\n\xef\xbb\xbf"):
        raise refuse("EMPTY_FILE", "", "nothing", "a table", "restore the file")
    text, _ = decode(content)
    head = text.partition("\n")[0]
    if ";" in head and "," not in head:
        raise refuse("SEMICOLONS", "L1", "semicolons between its fields", "commas", "save it with commas")
    found = [(line, record) for line, record in delimited.records(text) if record]
    width, do = len(found[0][1]), "quote commas inside a field"
    ragged = [(f"L{line}", f"{len(record)} fields") for line, record in found if len(record) != width]
    if ragged:
        raise Faults(Fault("RAGGED_ROW", *words, f"{width} fields", do) for words in ragged)
    return found


def names(decided: dict[str, pd.DataFrame]) -> dict[str, tuple[str, str]]:
    """Return what each name of a force or place means, in plain spelling: its force_ids and its place."""
    forces, aliases, places = (decided[name] for name in ("forces", "aliases", "places"))
    pairs = [(forces[column], forces["force_id"]) for column in ("force_id", "short_name", "name")]
    pairs.append((aliases["alias"], aliases["force_id"]))
    known = {plain(name): (force, "") for spelt, ids in pairs for name, force in zip(spelt, ids, strict=True)}
    entries = zip(places["wording"], places["force_ids"], places["place"], strict=True)
    return known | {plain(name): (force_ids, place) for name, force_ids, place in entries}


def forces(rows: pd.DataFrame, known: dict[str, tuple[str, str]]) -> pd.DataFrame:
    """Return force_ids and place of each row, and `faults`, a tuple, where its name is not known."""

    def said(name: str) -> tuple:
        if plain(name) in known:
            return (*known[plain(name)], ())
        expected = f"a known force; {nearest(plain(name), known)}"
        do = "correct the name, or add it to lookups/aliases.csv or lookups/places.csv with its reason"
        return ("", "", (Fault("UNKNOWN_FORCE", "force", repr(name), expected, do),))

    return apply_distinct(rows[["force"]], said, ["force_ids", "place", "faults"])


def wordings(rows: pd.DataFrame, wording: pd.DataFrame) -> pd.DataFrame:
    """Return the categories, role, rank, unit and date basis of each row, and its `faults`, a tuple.

    Rows need round_id, misuse, outcome, role, unit, rank, date_basis. A wording of the round stands before a general
    one; a fault's place is the column it is about.
    """
    keys = zip(wording["field"], wording["wording"].map(plain), wording["round_id"], strict=True)
    known = dict(zip(keys, wording[SETS].to_dict("records"), strict=True))

    def said(round_id: str, *texts: str) -> tuple:
        written, own = dict(zip(FIELDS, texts[:4], strict=True)), dict(zip(OWN, texts[4:], strict=True))
        spelt = {field: plain(text) for field, text in written.items()}
        met = {
            field: known.get((field, text, round_id)) or known.get((field, text, "")) for field, text in spelt.items()
        }
        sets = [own, *(found or {} for found in met.values())]
        told = {name: next((part[name] for part in sets if part.get(name)), SILENT[name]) for name in SETS}
        unknown = [field for field, text in spelt.items() if met[field] is None and text not in ("", OPEN)]
        faults = [_unknown(field, written[field], known) for field in unknown] + _clashes(written, *sets[1:3])
        if not told["unit"] and "unit" not in unknown and written["unit"] != OPEN:
            faults.append(Fault("NO_UNIT", "unit", "no unit", "people, cases, …", "say what the number counts"))
        return (*told.values(), tuple(faults))

    return apply_distinct(rows[["round_id", *FIELDS, *OWN]], said, [*SETS, "faults"])


def _unknown(field: str, text: str, known: dict[tuple[str, str, str], dict]) -> Fault:
    spellings = sorted({spelling for name, spelling, _ in known if name == field})
    expected = f"a known {field} wording; {nearest(plain(text), spellings)}"
    do = "correct the word, or add it to lookups/wording.csv with its reason"
    return Fault("UNKNOWN_WORDING", field, f"{field} {text!r}", expected, do)


def _clashes(written: dict[str, str], misuse: dict[str, str], outcome: dict[str, str]) -> list[Fault]:
    said = [(name, misuse.get(name), outcome.get(name)) for name in SETS]
    pairs = [(name, one, other) for name, one, other in said if one and other and one != other]
    words = "{misuse!r} says {one}, {outcome!r} says {other}"
    found = [(words.format(**written, one=one, other=other), f"one {name}") for name, one, other in pairs]
    return [Fault("WORDING_CLASH", "misuse", *clash, "mend lookups/wording.csv") for clash in found]


def coverage(decided: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the coverage table: decisions with the force's name, nation, region and headcount at the round's period.

    Headcount: the usual denominator on the day nearest to the middle of the period within it, or up to a year
    before it; empty where a worker type is missing on every such day.
    """
    named = decided["forces"][["force_id", "name", "nation", "region"]].rename(columns={"name": "force_name"})
    rounds = decided["rounds"][["round_id", "period_start", "period_end"]]
    rows = decided["coverage_decisions"].merge(named, on="force_id").merge(rounds, on="round_id")
    days = rows.merge(_headcounts(decided), on="force_id")
    first, last = days["period_start"], days["period_end"]
    days = days.assign(away=(days["headcount_from"] - (first + (last - first) / 2)).abs())
    inside = (days["headcount_from"] >= first - pd.Timedelta(days=366)) & (days["headcount_from"] <= last)
    near = days[inside].sort_values(["away", "headcount_from"]).drop_duplicates(["round_id", "force_id"])
    size = near[["round_id", "force_id", "headcount", "headcount_from"]].assign(headcount_to=near["headcount_from"])
    return tables.arrange(rows.merge(size, how="left", on=["round_id", "force_id"]), "coverage")


def _headcounts(decided: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the usual denominator of each force by day, where each of its worker types is known."""
    usual = decided["denominators"].head(1)
    types = " ".join(usual["worker_types"]).split()
    workforce = decided["workforce"].rename(columns={"as_at": "headcount_from"})
    counted = workforce[workforce["basis"].isin(usual["basis"]) & workforce["worker_type"].isin(types)]
    days = counted.groupby(["force_id", "headcount_from"])["value"].agg(["count", "sum"]).reset_index()
    whole = days[days["count"] == len(types)]
    return whole[["force_id", "headcount_from"]].assign(headcount=whole["sum"].round())
