"""Our decisions applied: which force a name means, which categories a wording means; the unknown stops its document."""

from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.clean import distinct
from analysis.clean.counts import plain
from analysis.problems import Fault

SETS = ["conduct", "system", "outcome", "role", "rank", "unit", "date_basis"]
DIMENSIONS = ["conduct", "system", "outcome"]
FIELDS = {"misuse": 7, "outcome": 8, "role": 5, "unit": 6}
NOTHING, UNKNOWN = -1, -2  # in place of the number of what a wording means
OWN = ["rank", "date_basis"]  # what a row says itself goes before what its wording means
SILENT = dict.fromkeys(DIMENSIONS, "not-stated") | {"role": "not stated", "rank": "", "date_basis": "not stated"}


class Names(NamedTuple):
    """Hold what each name of a force or place means: force_ids and place, by the name in plain spelling."""

    known: dict[str, tuple[str, str]]


def names(forces: pd.DataFrame, aliases: pd.DataFrame, places: pd.DataFrame) -> Names:
    """Return the names of forces and places, compared after NFKC, strip and case folding."""
    known: dict = {}
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
    return distinct.spread(found, codes, rows.index), pd.Series(faults, dtype="object").take(codes).set_axis(rows.index)


def _unknown_force(name: str, known: Names) -> Fault:
    do = "correct the name, or add it to lookups/aliases.csv or lookups/places.csv with its reason"
    return Fault("UNKNOWN_FORCE", "F1", repr(name), f"a known force; nearest: {nearest(name, known.known)}", do)


def wordings(rows: pd.DataFrame, wording: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Return the categories, role, rank, unit and date basis of each row, and its faults (a tuple, empty if none).

    Rows need round_id, misuse, outcome, role, unit, rank, date_basis. Each distinct wording is looked up once, and each
    distinct combination of what they mean is put together once.
    """
    known, meanings = _known(wording)
    own = set(wording["round_id"])
    asked = rows.assign(round_id=distinct.said(rows["round_id"], lambda name: name if name in own else ""))
    met = pd.DataFrame(
        {name: distinct.told(asked[[name, "round_id"]], partial(_number, known, name)) for name in FIELDS}
    )
    combinations = met.astype("int64").assign(**{name: rows[name] for name in OWN})
    codes, first = distinct.positions(combinations)
    table = distinct.spread(_combined(combinations.iloc[first], meanings), codes, rows.index)
    wrong = (met == UNKNOWN).any(axis=1) | table["clash"].astype("bool") | (table["unit"] == "")
    faults = pd.Series([()] * len(rows), rows.index, dtype="object")
    if wrong.any():
        told = rows.loc[wrong, [*FIELDS, "round_id"]].assign(clash=table["clash"], meant=table["unit"])
        faults[wrong] = distinct.told(told, partial(_faults, known))
    return table[SETS], faults


def _known(wording: pd.DataFrame) -> tuple[dict[tuple[str, str, str], int], pd.DataFrame]:
    """Return the number of what each wording means, by field, plain text and round, and by number what it sets."""
    codes, first = distinct.positions(wording[SETS])
    names = zip(wording["field"], wording["wording"].map(plain), wording["round_id"], strict=True)
    sets_nothing = pd.DataFrame("", [UNKNOWN, NOTHING], SETS)  # the last two rows, as -2 and -1 count from the end
    return dict(zip(names, codes.tolist(), strict=True)), pd.concat([wording[SETS].iloc[first], sets_nothing])


def _number(known: dict[tuple[str, str, str], int], field: str, text: str, round_id: str) -> int:
    bare = plain(text)
    return known.get((field, bare, round_id), known.get((field, bare, ""), UNKNOWN if bare else NOTHING))


def _combined(rows: pd.DataFrame, meanings: pd.DataFrame) -> pd.DataFrame:
    """Return what rows mean, and as `clash` what their misuse and outcome say differently: name, one, other."""
    made: dict[str, np.ndarray] = {}
    clash: list[tuple] = [()] * len(rows)
    for name in SETS:
        sets = meanings[name].to_numpy(dtype="object")
        parts = [sets[rows[field]] for field in FIELDS]
        one, other = parts[:2]
        for at in np.flatnonzero((one != "") & (other != "") & (one != other)):
            clash[at] += ((name, one[at], other[at]),)
        own = [rows[name].to_numpy(dtype="object")] if name in OWN else []
        said = np.full(len(rows), SILENT.get(name, ""), dtype="object")
        for part in reversed([*own, *parts]):
            said = np.where(part != "", part, said)
        made[name] = said
    return pd.DataFrame(made, dtype="str").assign(clash=pd.Series(clash, dtype="object"))


def _faults(
    known: dict, misuse: str, outcome: str, role: str, unit: str, round_id: str, clash: tuple, meant: str
) -> tuple:
    faults = []
    for (field, number), text in zip(FIELDS.items(), (misuse, outcome, role, unit), strict=True):
        if _number(known, field, text, round_id) == UNKNOWN:
            spellings = [wording for name, wording, _ in known if name == field]
            expected = f"a known {field} wording; nearest: {nearest(text, spellings)}"
            do = "correct the word, or add it to lookups/wording.csv with its reason"
            faults.append(Fault("UNKNOWN_WORDING", f"F{number}", f"{field} {text!r}", expected, do))
    for name, one, other in clash:
        found = f"{misuse!r} says {one}, {outcome!r} says {other}"
        faults.append(Fault("WORDING_CLASH", "F7", found, f"one {name}", "mend lookups/wording.csv"))
    if not meant:
        faults.append(Fault("UNKNOWN_WORDING", "F6", "no unit", "people, cases, …", "say what the number counts"))
    return tuple(faults)
