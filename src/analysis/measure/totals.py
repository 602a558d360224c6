"""Sums of counts, refused where the same people could be counted twice."""

from dataclasses import dataclass
from itertools import combinations

import pandas as pd

from analysis.measure import categories as tree

SUMMABLE = frozenset({"exact", "zero", "range", "at least", "at most", "suppressed"})


class Overlap(ValueError):
    """Two rows may count the same people; `rows` holds their ids, which are the addresses of their cells."""

    def __init__(self, first: str, second: str, why: str):
        super().__init__(f"{first} and {second} must not be added: {why}. Leave one of them out.")
        self.rows = (first, second)


class NotACount(ValueError):
    """A row that holds no count to add: a share, an approximate number, or nothing at all."""


@dataclass(frozen=True)
class Total:
    """A sum with limits; `high` is None where no upper limit is known."""

    low: int
    high: int | None
    fact_ids: tuple[str, ...]


def total(
    facts: pd.DataFrame, categories: pd.DataFrame | None = None, forces: pd.DataFrame | None = None, hull: bool = False
) -> Total:
    """Add up facts that count different people.

    In: facts; categories tells which categories exclude each other (without it, only roles do); forces tells which
    forces lie in a region and which were joined into another; hull=True adds the widest values of a conflict. A blank
    `low` counts as 0, a blank `high` leaves the sum without an upper limit. Out: Total. Raises Overlap naming the
    first two rows that may share people, are in different units, or mix a stock with a flow; raises NotACount for a
    share, an approximate number, a row without a number, or no rows at all.

    >>> from analysis.tables import load
    >>> tables = load("parliament-street-2019")
    >>> forces = tables.facts.set_index("force_ids", drop=False)
    >>> total(forces.loc[["surrey", "gwent"]].query("part_of == ''"), tables.categories, tables.forces)
    Traceback (most recent call last):
    analysis.measure.totals.Overlap: ps2019-commentator:L4 and ps2019-commentator:L13 must not be added: ...
    >>> total(forces.loc[["gwent", "wiltshire"]], tables.categories, tables.forces)
    Total(low=6, high=6, fact_ids=('ps2019-commentator:L13', 'ps2019-igcts:L14'))
    """
    if facts.empty:
        raise NotACount("there are no rows to add: an empty sum is unknown, not 0")
    for row in facts.itertuples():
        if row.status not in SUMMABLE:
            raise NotACount(f"{row.fact_id} cannot be added: it is {row.status}, not a count")
    known, places = tree.trees(categories), members(forces)
    rows = [row._asdict() for row in facts.itertuples(index=False)]
    for first, second in combinations(rows, 2):
        why = shared(first, second, known, places)
        if why:
            raise Overlap(first["fact_id"], second["fact_id"], why)
    low, high = ("hull_low", "hull_high") if hull else ("low", "high")
    upper = None if facts[high].isna().any() else int(facts[high].sum())
    return Total(int(facts[low].fillna(0).sum()), upper, tuple(facts["fact_id"]))


def shared(first: dict, second: dict, known: dict[str, tree.Tree], places: dict[str, set[str]]) -> str:
    """Say why two facts may not be added; an empty text when they may."""
    if first["unit"] != second["unit"]:
        return f"one counts {first['unit']}, the other {second['unit']}"
    if (first["date_basis"] == "snapshot") != (second["date_basis"] == "snapshot"):
        return "one is a stock on a day, the other a flow over a period"
    if first["fact_id"] in second["part_of"].split() or second["fact_id"] in first["part_of"].split():
        return "one is part of the other"
    if not _same_forces(first, second, places) or _other_time(first, second):
        return ""
    if any(tree.apart(known[name], first[name], second[name]) for name in tree.DIMENSIONS):
        return ""
    return "both may count the same people (same force, overlapping period, role and categories)"


def members(forces: pd.DataFrame | None) -> dict[str, set[str]]:
    """List the forces of each region, nation and force by place_name, and those `joined into` a later force."""
    places: dict[str, set[str]] = {}
    if forces is not None:
        for row in forces.itertuples(index=False):
            joined = f"joined into {row.joined_into}" if row.joined_into else ""
            for place in filter(None, (row.region, row.nation, joined)):
                places.setdefault(place_name(place), set()).add(row.force_id)
        # A region may bear the name of one of its forces: then the wider reading stands.
        places = {place_name(force): {force} for force in forces["force_id"]} | places
    return places


def place_name(place: str) -> str:
    """Write a place's name one way: lower case, words apart."""
    return " ".join(place.casefold().replace("-", " ").replace("&", " and ").split())


def covered(fact: dict, places: dict[str, set[str]]) -> set[str] | None:
    """List the forces a fact counts; None when its place is not known to be made of certain forces."""
    if fact["force_ids"]:
        named = fact["force_ids"].split()
        return set(named).union(*(places.get(place_name(f"joined into {force}"), set()) for force in named))
    parts = place_name(fact["place"]).split(" and ")
    whole = places.get(place_name(fact["place"]))
    if whole is None and all(part in places for part in parts):
        whole = set().union(*(places[part] for part in parts))
    return whole


def _same_forces(first: dict, second: dict, places: dict[str, set[str]]) -> bool:
    left, right = covered(first, places), covered(second, places)
    return left is None or right is None or bool(left & right)


def _other_time(first: dict, second: dict) -> bool:
    # A thing done in 2009 may be recorded in 2013: periods tell people apart only when both date the same event.
    dates = (first["period_start"], first["period_end"], second["period_start"], second["period_end"])
    if (
        first["date_basis"] != second["date_basis"]
        or first["date_basis"] == "snapshot"
        or any(pd.isna(day) for day in dates)
    ):
        return False
    starts_1, ends_1, starts_2, ends_2 = (pd.Timestamp(date) for date in dates)
    return ends_1 < starts_2 or ends_2 < starts_1
