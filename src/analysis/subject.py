"""The words and sizes of the subject, which lookups hold so that another subject can have its own."""

import csv
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from analysis import paths


class Denominator(NamedTuple):
    """Which workers a rate is made of, and how that is said."""

    basis: str
    worker_types: tuple[str, ...]
    whom: str
    among: str


def term(name: str) -> tuple[str, str]:
    """Return what `lookups/subject.csv` says for a term: for one, and for several."""
    return next((row["one"], row["several"]) for row in _rows("subject") if row["term"] == name)


def roles() -> dict[str, tuple[str, str]]:
    """Return each role with its noun for one and for several, of `lookups/roles.csv`."""
    return {row["role"]: (row["one"], row["several"]) for row in _rows("roles")}


def everyone() -> set[str]:
    """Return the roles that together are everybody."""
    return {row["role"] for row in _rows("roles") if row["everyone"] == "yes"}


def nations() -> frozenset[str]:
    """Return the places that stand for all forces of a round, of `lookups/places.csv`."""
    there = (paths.lookups() / "places.csv").exists()
    return frozenset(row["place"] for row in (_rows("places") if there else ()) if row["kind"] == "nation")


def denominators() -> dict[str, Denominator]:
    """Return what rates can be made of, of `lookups/denominators.csv`; the first is the usual one."""
    return {
        row["denominator"]: Denominator(row["basis"], tuple(row["worker_types"].split()), row["whom"], row["among"])
        for row in _rows("denominators")
    }


def among(role: str, usual: str = "") -> str:
    """Return the denominator that counts this role alone; else the usual one."""
    known = denominators()
    own = [name for name, one in known.items() if one.worker_types == (role,) and one.basis == "headcount"]
    return own[0] if own else usual or next(iter(known))


def spoken(text: str) -> str:
    """Return a sentence with the subject's word for the bodies that were asked where the code says force."""
    one, several = term("body")
    if one == "force":
        return text
    said = re.sub(r"\bforces\b", several, re.sub(r"\bforce\b", one, text))
    return re.sub(r"\bForces\b", several.capitalize(), re.sub(r"\bForce\b", one.capitalize(), said))


def _rows(name: str) -> tuple[dict[str, str], ...]:
    path = paths.lookups() / f"{name}.csv"
    return _read(path, path.stat().st_mtime_ns)


@cache
def _read(path: Path, _changed: int) -> tuple[dict[str, str], ...]:
    with path.open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))
