"""Whether the sources of one number agree, and about what they do not."""

import re
from typing import NamedTuple

import pandas as pd

SILENT = {"", "not stated", "not-stated", "any"}
CRIMINAL = "criminal"
SIDES = ["outcome", "force", "role", "rank", "conduct", "system", "period"]
# sources that differ here contradict each other; elsewhere one only tells more than another
CONTRADICT = {"value", "outcome", "force", "role"}


class Tree(NamedTuple):
    """Hold for each category its line up to the root, and the categories that exclude their exclusive siblings."""

    lines: dict[tuple[str, str], list[str]]
    exclusive: set[tuple[str, str]]

    @classmethod
    def of(cls, categories: pd.DataFrame) -> "Tree":
        """Return the tree of a categories table."""
        parent = {(row.dimension, row.category): row.parent for row in categories.itertuples()}
        apart = categories[categories["exclusive"] == "yes"]
        lines = {key: cls._line(parent, *key) for key in parent}
        return cls(lines, set(zip(apart["dimension"], apart["category"], strict=True)))

    @staticmethod
    def _line(parent: dict, dimension: str, category: str) -> list[str]:
        line = []
        while category and category not in line:
            line.append(category)
            category = parent.get((dimension, category), "")
        return line

    def may_be_one(self, dimension: str, one: str, other: str) -> bool:
        """Say whether two expressions may describe the same people: some category of one fits one of the other."""
        if one == other or one in SILENT or other in SILENT:
            return True
        pairs = [(left, right) for left in re.split(r"[|&]", one) for right in re.split(r"[|&]", other)]
        return any(self._fit(dimension, left, right) for left, right in pairs)

    def _fit(self, dimension: str, one: str, other: str) -> bool:
        """Say whether one category is within the other, or neither excludes the other.

        Criminal and internal outcomes are counted apart, so a number of one is not a number of the other.
        """
        first, second = (self.lines.get((dimension, name), [name]) for name in (one, other))
        if one in second or other in first:
            return True
        if CRIMINAL in first or CRIMINAL in second or not set(first) & set(second):
            return False
        above = next(name for name in first if name in second)
        branches = (first[first.index(above) - 1], second[second.index(above) - 1])
        return not all((dimension, branch) in self.exclusive for branch in branches)


def compared(group: list[dict], tree: Tree) -> dict:
    """Return hull, alternatives, agreement and conflict_of of the figures of one fact."""
    values: dict = {}
    for row in group:
        values.setdefault(shown(row), []).append(row["figure_id"])
    intervals = [found for found in map(interval, group) if found is not None]
    against = [] if meet(intervals) else ["value"]
    against += [side for side in SIDES if not _same_side(group, side, tree)]
    alike = "compatible" if len(values) > 1 else "agree"
    if len({row["source_id"] for row in group}) == 1 and len(values) == 1:
        alike = "one source"
    known = [row for row in group if row["status"] != "approximate"]
    several = (f"{value} [{' '.join(ids)}]" for value, ids in values.items()) if len(values) > 1 else ()
    return {
        "hull_low": _end((row["low"] for row in known), min),
        "hull_high": _end((row["high"] for row in known), max),
        "alternatives": "; ".join(several),
        "agreement": "conflict" if CONTRADICT & set(against) else alike,
        "conflict_of": " ".join(against),
    }


def _end(ends, furthest):
    """Return the furthest of several ends, open where one of them is."""
    met = list(ends)
    return furthest(met) if met and not any(pd.isna(end) for end in met) else pd.NA


def _same_side(group: list[dict], side: str, tree: Tree) -> bool:
    """Say whether the figures may speak of the same thing on one side of their key."""
    if side == "force":
        return len({(row["force_ids"], row["place"]) for row in group}) == 1
    if side == "period":
        printed = [row for row in group if row["period_basis"] == "printed"]
        return _periods_nest({(row["period_start"], row["period_end"]) for row in printed})
    met = list(dict.fromkeys(row[side] for row in group))
    return all(tree.may_be_one(side, one, other) for index, one in enumerate(met) for other in met[:index])


def _periods_nest(periods: set[tuple]) -> bool:
    known = [(start, end) for start, end in periods if pd.notna(start) and pd.notna(end)]
    return all(
        (one[0] <= other[0] and other[1] <= one[1]) or (other[0] <= one[0] and one[1] <= other[1])
        for index, one in enumerate(known)
        for other in known[:index]
    )


def interval(row) -> tuple | None:
    """Return what a figure allows: low and high, open ends as NA; None where it allows anything."""
    if row["status"] in ("approximate", "missing", "not held", "not applicable"):
        return None
    return (row["share_low"], row["share_high"]) if pd.notna(row["share_high"]) else (row["low"], row["high"])


def meet(intervals: list[tuple]) -> bool:
    """Say whether intervals have a common point; an open end bounds nothing."""
    lows = [low for low, _ in intervals if pd.notna(low)]
    highs = [high for _, high in intervals if pd.notna(high)]
    return not lows or not highs or max(lows) <= min(highs)


def shown(row) -> str:
    """Return a value in few characters: 16, 1-4, 71+, <=500, about, a share as 0.2."""
    if row["status"] not in ("exact", "zero", "range", "at least", "at most", "share"):
        return row["status"]
    low, high = interval(row) or (pd.NA, pd.NA)
    if row["status"] == "share":
        return f"share {low:g}" if low == high else f"share {low:g}-{high:g}"
    return spell(low, high)


def spell(low, high) -> str:
    """Return an interval in few characters."""
    if pd.isna(high):
        return "unknown" if pd.isna(low) else f"{int(low)}+"
    if pd.isna(low) or (low == 0 and high > 0):
        return f"<={int(high)}"
    return f"{int(low)}" if low == high else f"{int(low)}-{int(high)}"
