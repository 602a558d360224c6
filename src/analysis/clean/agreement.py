"""Whether the sources of one number agree, and about what they do not."""

from typing import NamedTuple

import pandas as pd

SILENT = {"", "not stated", "not-stated", "any"}
SIDES = ["conduct", "system", "outcome", "role", "rank", "force", "period"]


class Tree(NamedTuple):
    """Hold for each category the categories that include it."""

    above: dict[tuple[str, str], frozenset[str]]

    @classmethod
    def of(cls, categories: pd.DataFrame) -> "Tree":
        """Return the tree of a categories table."""
        parent = {(row.dimension, row.category): row.parent for row in categories.itertuples()}
        above = {}
        for dimension, category in parent:
            line, at = set(), category
            while at and at not in line:
                line.add(at)
                at = parent.get((dimension, at), "")
            above[dimension, category] = frozenset(line)
        return cls(above)

    def nested(self, dimension: str, one: str, other: str) -> bool:
        """Say whether two expressions may describe the same number: equal, or one within the other."""
        if one == other or one in SILENT or other in SILENT:
            return True
        return self._within(dimension, one, other) or self._within(dimension, other, one)

    def _within(self, dimension: str, narrow: str, wide: str) -> bool:
        allowed = set(wide.split("|"))
        return all(self._reaches(dimension, part, allowed) for part in narrow.split("|"))

    def _reaches(self, dimension: str, part: str, allowed: set[str]) -> bool:
        line = {up for one in part.split("&") for up in self.above.get((dimension, one), frozenset({one}))}
        return part in allowed or bool(line & allowed)


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
    low, high = interval(row)
    if row["status"] == "share":
        return f"share {low:g}" if low == high else f"share {low:g}-{high:g}"
    return spell(low, high)


def spell(low, high) -> str:
    """Return an interval in few characters."""
    if pd.isna(high):
        return f"{low}+" if pd.notna(low) else "unknown"
    if pd.isna(low) or (low == 0 and high > 0):
        return f"<={high}"
    return str(low) if low == high else f"{low}-{high}"


def compared(group: pd.DataFrame, key: pd.Series, tree: Tree) -> dict:
    """Return hull, alternatives, agreement and conflict_of of the figures of one fact."""
    if len(group) == 1:
        only = group.iloc[0]
        ends = {"hull_low": only["low"], "hull_high": only["high"]}
        return ends | {"alternatives": "", "agreement": "one source", "conflict_of": ""}
    values = {}
    for _, row in group.iterrows():
        values.setdefault(shown(row), []).append(row["figure_id"])
    intervals = [found for found in (interval(row) for _, row in group.iterrows()) if found is not None]
    against = [] if meet(intervals) else ["value"]
    against += [side for side in SIDES if not _same_side(group, side, tree)]
    alike = "agree" if len(values) == 1 else "compatible"
    if alike == "agree" and group["source_id"].nunique() == 1:
        alike = "one source"
    counted = group[group["status"] != "approximate"]
    return {
        "hull_low": counted["low"].min(skipna=False) if len(counted) else pd.NA,
        "hull_high": counted["high"].max(skipna=False) if len(counted) else pd.NA,
        "alternatives": "; ".join(f"{value} [{' '.join(ids)}]" for value, ids in values.items())
        if values.keys() - {shown(group.iloc[0])}
        else "",
        "agreement": "conflict" if against else alike,
        "conflict_of": " ".join(against),
    }


def _same_side(group: pd.DataFrame, side: str, tree: Tree) -> bool:
    """Say whether the figures may speak of the same thing on one side of their key."""
    if side == "force":
        return len(set(group["force_ids"] + "/" + group["place"])) == 1
    if side == "period":
        return _periods_nest(group[["period_start", "period_end"]].drop_duplicates())
    met = list(dict.fromkeys(group[side]))
    return all(tree.nested(side, one, other) for index, one in enumerate(met) for other in met[:index])


def _periods_nest(periods: pd.DataFrame) -> bool:
    known = list(periods.dropna().itertuples(index=False, name=None))
    return all(
        (one[0] <= other[0] and other[1] <= one[1]) or (other[0] <= one[0] and one[1] <= other[1])
        for index, one in enumerate(known)
        for other in known[:index]
    )


def against_parts(facts: pd.DataFrame, home: dict[str, str], sums: pd.DataFrame) -> pd.DataFrame:
    """Show beside a whole what its parts add up to, and mark the conflict where they do not make it."""
    wrong = sums[~sums["agrees"].astype("bool")]
    changed = facts.set_index("fact_id", drop=False)
    for row in wrong.itertuples():
        fact = home[row.of]
        before = changed.loc[fact, "alternatives"] or f"{shown(changed.loc[fact])} [{changed.loc[fact, 'figure_ids']}]"
        kinds = [kind for kind in changed.loc[fact, "conflict_of"].split() if kind != "value"]
        changed.loc[fact, ["alternatives", "agreement", "conflict_of"]] = [
            f"{before}; {spell(row.low, row.high)} [sum of {row.figures}]",
            "conflict",
            " ".join(["value", *kinds]),
        ]
    return changed.reset_index(drop=True)
