"""Sums of counts, refused where the same people could be counted twice or where the kinds differ."""

from collections.abc import Iterable
from itertools import combinations
from typing import Any

import pandas as pd

from analysis import categories as tree
from analysis.tables import SUM_OF_PARTS

SUMMABLE = frozenset({"exact", "zero", "range", "at least", "at most", "suppressed"})


class Overlap(ValueError):
    """Two rows may count the same people, or count different things; `rows` holds their ids."""

    def __init__(self, first: str, second: str, why: str):
        super().__init__(f"{first} and {second} must not be added: {why}. Leave one of them out.")
        self.rows = (first, second)


class NotACount(ValueError):
    """A row that holds no count to add: a share, an approximate number, or nothing at all."""


def total(rows: pd.DataFrame, data: Any, hull: bool = False) -> pd.DataFrame:
    """Add up facts that count different people in the same way.

    In: rows of facts, and the tables they are from (categories, roles, forces). A blank `low` counts as 0, a blank
    `high` leaves the sum without an upper limit. hull=True adds the least and the most that any source gives a row in
    conflict, sums of its printed parts included.
    Out: one row: low, high, figure_ids, conflict (the facts on which sources contradict each other), unit, outcome.
    Raises Overlap naming the first two rows that may share people or are not of one kind, and NotACount for a share,
    an approximate number, a row without a number, or no rows at all.
    """
    if rows.empty:
        raise NotACount("there are no rows to add: an empty sum is unknown, not 0")
    for row in rows.itertuples():
        if row.status not in SUMMABLE:
            raise NotACount(f"{row.fact_id} cannot be added: it is {row.status}, not a count")
    known, places = tree.trees(data), tree.places(data.forces)
    facts = rows.to_dict("records")
    for first, second in combinations(facts, 2):
        why = overlap(first, second, known, places) or other_kind(first, second, known)
        if why:
            raise Overlap(first["fact_id"], second["fact_id"], why)
    ends = [_widest(fact) if hull else (fact["low"], fact["high"]) for fact in facts]
    lows, highs = zip(*ends, strict=True)
    summed = {
        "low": sum(0 if pd.isna(low) else int(low) for low in lows),
        "high": pd.NA if pd.isna(list(highs)).any() else sum(int(high) for high in highs),
        "figure_ids": join_ids(rows["figure_ids"]),
        "conflict": " ".join(fact["fact_id"] for fact in facts if fact["agreement"] == "conflict"),
        "unit": facts[0]["unit"],
        "outcome": "|".join(dict.fromkeys(fact["outcome"] for fact in facts)),
    }
    return pd.DataFrame([summed]).astype({"low": "Int64", "high": "Int64"})


def count(rows: pd.DataFrame, by: str | list[str] | None = None) -> pd.DataFrame:
    """Count rows: how many of a table there are, or of each value of some columns.

    Out: one row, or one for each value with the columns of `by`: low = high = how many, and the figure_ids of all the
    rows counted; rows without figure_ids (forces asked, documents) rest on their source_ids or source_id.
    """
    names = [name for name in ("figure_ids", "figure_id", "source_ids", "source_id") if name in rows]
    ids = rows[names[0]] if names else pd.Series("", rows.index)
    counted = pd.DataFrame({"low": [len(rows)], "high": [len(rows)], "figure_ids": [join_ids(ids)]})
    if by is not None:
        number = {"low": ("figure_ids", "size"), "high": ("figure_ids", "size"), "figure_ids": ("figure_ids", join_ids)}
        counted = rows.assign(figure_ids=ids).groupby(by, as_index=False).agg(**number)
    return counted.astype({"low": "Int64", "high": "Int64"})


def remainder(whole: pd.DataFrame, part: pd.DataFrame) -> pd.DataFrame:
    """Return what is left of a number beside a part of it.

    In: frames of one row with low, high, figure_ids. Out: such a row with the cells of both; none where one has none.
    """
    if whole.empty or part.empty:
        return whole[["low", "high", "figure_ids"]].head(0)
    ids = join_ids([*whole["figure_ids"], *part["figure_ids"]])
    left = {"low": whole["low"].item() - part["high"].item(), "high": whole["high"].item() - part["low"].item()}
    return pd.DataFrame([left | {"figure_ids": ids}]).astype({"low": "Int64", "high": "Int64"})


def join_ids(lists: Iterable[str]) -> str:
    """Join lists of ids into one, each id once."""
    return " ".join(dict.fromkeys(" ".join(lists).split()))


def overlap(first: dict, second: dict, known: dict[str, tree.Tree], places: dict[str, set[str]]) -> str:
    """Say why two facts may count the same people; an empty text where they cannot."""
    if first["fact_id"] in second["part_of"].split() or second["fact_id"] in first["part_of"].split():
        return "one is part of the other"
    left, right = tree.forces_covered(first, places), tree.forces_covered(second, places)
    elsewhere = left is not None and right is not None and not left & right
    if elsewhere or other_time(first, second):
        return ""
    if any(tree.disjoint(known[name], first[name], second[name]) for name in tree.DIMENSIONS):
        return ""
    if first["unit"] != second["unit"]:
        return f"one counts {first['unit']}, the other {second['unit']}, of the same force"
    return "both may count the same people (same force, overlapping period, role and categories)"


def other_kind(first: dict, second: dict, known: dict[str, tree.Tree]) -> str:
    """Say in what two facts are different kinds of count; an empty text where they are one kind.

    Outcomes of which a person has only one, as dismissed and resigned, make one kind: what became of people.
    """
    if first["unit"] != second["unit"]:
        return f"one counts {first['unit']}, the other {second['unit']}"
    stocks = [fact["date_basis"] == "snapshot" for fact in (first, second)]
    if stocks[0] != stocks[1]:
        return "one is a stock on a day, the other a flow over a period"
    if all(stocks) and first["period_end"] != second["period_end"]:  # a day that is not known equals none
        return "they are stocks of different days, or of days that are not known"
    subjects = [tree.subject(known["conduct"], fact["conduct"]) for fact in (first, second)]
    if subjects[0] != subjects[1]:
        return f"one counts {first['conduct']}, the other {second['conduct']}"
    one, other = first["outcome"], second["outcome"]
    if set(tree.terms(one)) != set(tree.terms(other)) and not tree.disjoint(known["outcome"], one, other):
        return f"one counts {one}, the other {other}"
    return ""


def other_time(first: dict, second: dict) -> bool:
    """Say whether one period is known to end before the other begins, and both date the same event."""
    # A thing done in 2009 may be recorded in 2013: periods tell people apart only when both date the same event.
    if first["date_basis"] != second["date_basis"] or first["date_basis"] == "snapshot":
        return False
    return any(
        not pd.isna(one["period_end"]) and not pd.isna(two["period_start"]) and one["period_end"] < two["period_start"]
        for one, two in ((first, second), (second, first))
    )


def _widest(fact: dict) -> tuple:
    if fact["agreement"] != "conflict":
        return fact["low"], fact["high"]
    sums = SUM_OF_PARTS.findall(fact["alternatives"])
    lows = [low for low in (fact["low"], fact["hull_low"]) if not pd.isna(low)]
    highs = [fact["high"], fact["hull_high"]]
    least = min([*lows, *(int(number) for number, _, _ in sums)], default=0)
    is_open = pd.isna(highs).any() or any(more for _, more, _ in sums)
    return least, pd.NA if is_open else max([*highs, *(int(number) for number, _, _ in sums)])
