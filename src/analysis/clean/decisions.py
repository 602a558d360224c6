"""Our decisions: the tables of data/raw read strictly, which force a name means, and what a wording means."""

import difflib
from collections.abc import Collection
from pathlib import Path

import pandas as pd

from analysis import codebook, tables
from analysis.clean.counts import each, plain
from analysis.clean.transcripts import ragged, records
from analysis.problems import STOPS_ALL, Fault, Faults, Problem

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
        file = Path(codebook.about(name)["kind"]).relative_to("raw").as_posix()
        try:
            frames[name] = _table(folder / file, name)
        except Faults as error:
            frames[name] = tables.empty(name)
            problems += [Fault(**vars(fault) | {"severity": STOPS_ALL}).problem(file, "") for fault in error.faults]
    return frames, problems


def _table(path: Path, name: str) -> pd.DataFrame:
    """Read one table. Raises Faults (MISSING_FILE, WRONG_COLUMNS, WRONG_VALUE and those of a transcript's csv)."""
    if not path.is_file():
        if codebook.about(name)["use"] == "optional":
            return tables.empty(name)
        raise Faults([Fault("MISSING_FILE", "", "no such file", "a table of decisions", "restore it")])
    found, known = records(path.read_bytes()), codebook.columns(name)
    header, lines = found[0][1], [line for line, _ in found[1:]]
    missing = [column for column in known.index[known["use"] != "optional"] if column not in header]
    faults = ragged(found)
    if missing:
        words, do = f"no {', '.join(missing)}", "add the column"
        faults.append(Fault("WRONG_COLUMNS", "L1", words, ", ".join(known.index), do))
    if faults:
        raise Faults(faults)
    frame = pd.DataFrame([record for _, record in found[1:]], columns=header, dtype="str")
    frame = frame.assign(**{column: "" for column in known.index if column not in frame})
    wrong = tables.wrong(frame, name)
    if wrong:
        do = "mend the cell"
        raise Faults(Fault("WRONG_VALUE", f"L{lines[row]}", cell, expected, do) for row, cell, expected in wrong)
    return tables.cast(frame, name)


def nearest(text: str, known: Collection[str], limit: int = 3) -> str:
    """Return the known texts nearest to one that is not known."""
    return ", ".join(difflib.get_close_matches(plain(text), list(known), limit, cutoff=0))


def names(decided: dict[str, pd.DataFrame]) -> dict[str, tuple[str, str]]:
    """Return what each name of a force or place means, in plain spelling: its force_ids and its place."""
    forces, aliases, places = (decided[name] for name in ("forces", "aliases", "places"))
    known: dict[str, tuple[str, str]] = {}
    for column in ("force_id", "short_name", "name"):
        known |= {plain(name): (force, "") for name, force in zip(forces[column], forces["force_id"], strict=True)}
    known |= {plain(name): (force, "") for name, force in zip(aliases["alias"], aliases["force_id"], strict=True)}
    entries = zip(places["wording"], places["force_ids"], places["place"], strict=True)
    return known | {plain(name): (force_ids, place) for name, force_ids, place in entries}


def forces(rows: pd.DataFrame, known: dict[str, tuple[str, str]]) -> pd.DataFrame:
    """Return force_ids and place of each row, and `faults`, a tuple, where its name is not known."""

    def said(name: str) -> tuple:
        met = known.get(plain(name))
        if met:
            return (*met, ())
        expected = f"a known force; nearest: {nearest(name, known)}"
        do = "correct the name, or add it to lookups/aliases.csv or lookups/places.csv with its reason"
        return ("", "", (Fault("UNKNOWN_FORCE", "force", repr(name), expected, do),))

    return each(rows[["force"]], said, ["force_ids", "place", "faults"])


def wordings(rows: pd.DataFrame, wording: pd.DataFrame) -> pd.DataFrame:
    """Return the categories, role, rank, unit and date basis of each row, and its `faults`, a tuple.

    Rows need round_id, misuse, outcome, role, unit, rank, date_basis. A wording of the round stands before a general
    one; a fault's place is the column it is about.
    """
    keys = zip(wording["field"], wording["wording"].map(plain), wording["round_id"], strict=True)
    known = dict(zip(keys, wording[SETS].to_dict("records"), strict=True))
    spellings = {field: sorted({text for name, text, _ in known if name == field}) for field in FIELDS}

    def said(round_id: str, *texts: str) -> tuple:
        written, own = dict(zip(FIELDS, texts, strict=False)), dict(zip(OWN, texts[len(FIELDS) :], strict=True))
        met = {}
        for field, text in written.items():
            general = known.get((field, plain(text), ""))
            met[field] = known.get((field, plain(text), round_id), general)
        faults = [
            _unknown(field, text, spellings[field])
            for field, text in written.items()
            if met[field] is None and plain(text)
        ]
        sets = [found or {} for found in met.values()]
        faults += _clashes(written, *sets[:2])
        told = [next((part[name] for part in [own, *sets] if part.get(name)), SILENT[name]) for name in SETS]
        if not told[SETS.index("unit")]:
            faults.append(Fault("UNKNOWN_WORDING", "unit", "no unit", "people, cases, …", "say what the number counts"))
        return (*told, tuple(faults))

    return each(rows[["round_id", *FIELDS, *OWN]], said, [*SETS, "faults"])


def _unknown(field: str, text: str, spellings: list[str]) -> Fault:
    if text == OPEN:
        return Fault("UNDECIDED", field, f"{field} is still {OPEN}", f"what the file says of the {field}", "decide it")
    expected = f"a known {field} wording; nearest: {nearest(text, spellings)}"
    do = "correct the word, or add it to lookups/wording.csv with its reason"
    return Fault("UNKNOWN_WORDING", field, f"{field} {text!r}", expected, do)


def _clashes(written: dict[str, str], misuse: dict[str, str], outcome: dict[str, str]) -> list[Fault]:
    return [
        Fault(
            "WORDING_CLASH",
            "misuse",
            f"{written['misuse']!r} says {misuse[name]}, {written['outcome']!r} says {outcome[name]}",
            f"one {name}",
            "mend lookups/wording.csv",
        )
        for name in SETS
        if misuse.get(name) and outcome.get(name) and misuse[name] != outcome[name]
    ]
