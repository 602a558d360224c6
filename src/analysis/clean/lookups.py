"""Our decisions applied: which force a name means, which categories a wording means; the unknown stops its document."""

from typing import NamedTuple

import pandas as pd

from analysis.clean import distinct
from analysis.clean.counts import plain
from analysis.problems import Fault

SETS = ["conduct", "system", "outcome", "role", "rank", "unit", "date_basis"]
DIMENSIONS = ["conduct", "system", "outcome"]
FIELDS = {"misuse": 7, "outcome": 8, "role": 5, "unit": 6}
SILENT = dict.fromkeys(DIMENSIONS, "not-stated") | {"role": "not stated", "rank": "", "date_basis": "not stated"}


class Names(NamedTuple):
    """Hold what each name of a force or place means: force_ids and place, by the name in plain spelling."""

    known: dict[str, tuple[str, str]]


def names(forces: pd.DataFrame, aliases: pd.DataFrame, places: pd.DataFrame) -> Names:
    """Return the names of forces and places, compared after NFKC, strip and case folding."""
    known = {}
    for column in ("force_id", "short_name", "name"):
        known |= {plain(name): (force, "") for name, force in zip(forces[column], forces["force_id"], strict=True)}
    known |= {plain(name): (force, "") for name, force in zip(aliases["alias"], aliases["force_id"], strict=True)}
    entries = zip(places["wording"], places["force_ids"], places["place"], strict=True)
    return Names(known | {plain(name): (force_ids, place) for name, force_ids, place in entries})


def nearest(text: str, known, limit: int = 3) -> str:
    """Return the known texts nearest to one that is not known."""
    from rapidfuzz import fuzz, process

    return ", ".join(match[0] for match in process.extract(plain(text), list(known), scorer=fuzz.WRatio, limit=limit))


def forces(rows: pd.DataFrame, known: Names) -> tuple[pd.DataFrame, pd.Series]:
    """Return force_ids and place of each row, and a fault where the name is not known (else None)."""
    codes, written = pd.factorize(rows["force"])
    met = [known.known.get(plain(name)) for name in written]
    found = pd.DataFrame([pair or ("", "") for pair in met], columns=["force_ids", "place"], dtype="str")
    faults = [
        None if pair is not None else _unknown_force(name, known) for name, pair in zip(written, met, strict=True)
    ]
    return found.take(codes).set_axis(rows.index), pd.Series(faults, dtype="object").take(codes).set_axis(rows.index)


def _unknown_force(name: str, known: Names) -> Fault:
    do = "correct the name, or add it to lookups/aliases.csv or lookups/places.csv with its reason"
    return Fault("UNKNOWN_FORCE", "F1", repr(name), f"a known force; nearest: {nearest(name, known.known)}", do)


def wordings(rows: pd.DataFrame, wording: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Return the categories, role, rank, unit and date basis of each row, and its faults (a tuple, empty if none).

    Rows need round_id, misuse, outcome, role, unit, rank, date_basis; each distinct combination is looked up once.
    """
    keys = ["round_id", *FIELDS, "rank", "date_basis"]
    known = _known(wording)
    codes, met = distinct.rows(rows[keys])
    answers = [_lookup(dict(zip(keys, texts, strict=True)), known) for texts in met]
    table = pd.DataFrame([answer for answer, _ in answers], columns=SETS, dtype="str")
    faults = pd.Series([tuple(found) for _, found in answers], dtype="object")
    return table.take(codes).set_axis(rows.index), faults.take(codes).set_axis(rows.index)


def _known(wording: pd.DataFrame) -> dict[tuple[str, str, str], dict[str, str]]:
    entries = wording[["field", "wording", "round_id", *SETS]].itertuples(index=False)
    return {
        (field, plain(text), round_id): dict(zip(SETS, sets, strict=True)) for field, text, round_id, *sets in entries
    }


def _lookup(row: dict[str, str], known: dict) -> tuple[dict[str, str], list[Fault]]:
    met, faults = {}, []
    for field, number in FIELDS.items():
        text = plain(row[field])
        found = known.get((field, text, row["round_id"])) or known.get((field, text, ""))
        if found is None and text:
            spellings = [wording for name, wording, _ in known if name == field]
            expected = f"a known {field} wording; nearest: {nearest(row[field], spellings)}"
            do = "correct the word, or add it to lookups/wording.csv with its reason"
            faults.append(Fault("UNKNOWN_WORDING", f"F{number}", f"{field} {row[field]!r}", expected, do))
        met[field] = found or dict.fromkeys(SETS, "")
    return _combined(row, met, faults), faults


def _combined(row: dict[str, str], met: dict[str, dict[str, str]], faults: list[Fault]) -> dict[str, str]:
    result = {}
    for name in SETS:
        exact = list(dict.fromkeys(met[field][name] for field in ("misuse", "outcome") if met[field][name]))
        weaker = [met[field][name] for field in ("role", "unit") if met[field][name]]
        if len(exact) > 1:
            found = f"{row['misuse']!r} says {exact[0]}, {row['outcome']!r} says {exact[1]}"
            faults.append(Fault("WORDING_CLASH", "F7", found, f"one {name}", "mend lookups/wording.csv"))
        own = row[name] if name in ("rank", "date_basis") else ""
        result[name] = next((value for value in [own, *exact, *weaker] if value), SILENT.get(name, ""))
    if not result["unit"]:
        faults.append(Fault("UNKNOWN_WORDING", "F6", "no unit", "people, cases, …", "say what the number counts"))
    return result
