"""Small counts of documents that are not public yet are hidden, and nothing hidden can be worked out from the rest."""

import re

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp

from analysis.clean.facts import Tree
from analysis.problems import SHOWN, STOPS_ALL, Problem

NOTE = "not public yet: small counts are hidden, and every number that would give one away"
USUAL = {"count": 5, "rank": 10}  # where lookups/thresholds.csv says nothing else
DO = "set `public` to yes in sources.csv once the reply is published"
WITHHELD = re.compile(r"\s*(?:<|fewer than|less than|under|\*|\[c\]|s40|withheld|suppressed)", re.IGNORECASE)
ENDS = {"low": 0.0, "high": np.inf}  # how far an open end reaches
ALIKE = ["round_id", "force_ids", "place", "period_start", "period_end", "date_basis", "unit"]
SIDES = ["conduct", "system", "outcome"]


def limits(thresholds: pd.DataFrame) -> dict[str, int]:
    """Return below which count a count, and a number about a rank, is hidden."""
    return USUAL | dict(zip(thresholds["applies_to"], thresholds["below"], strict=True))


def hidden(
    figures: pd.DataFrame, sources: pd.DataFrame, thresholds: pd.DataFrame
) -> tuple[pd.DataFrame, list[Problem]]:
    """Return figures without the small counts of documents that are not public yet, and a record for each document.

    A count from 1 to below the threshold becomes that range. Any other number of such a document about the same force
    and an overlapping period becomes `at least` the threshold, or is withheld, so that no subtraction gives away the
    small one, nor one the force itself withheld. Zero stays zero. thresholds: applies_to (count, rank), below; the
    usual limits where it has no row.
    """
    private = figures["source_id"].isin(sources.loc[sources["public"] == "no", "source_id"])
    if not private.any():
        return figures, []
    below = limits(thresholds)
    limit = pd.Series(below["count"], figures.index).where(figures["rank"] == "", below["rank"])
    small = private & ((figures["high"] > 0) & (figures["high"] < limit)).fillna(False)
    begun = private & ~small & ((figures["low"] > 0) & (figures["low"] < limit)).fillna(False)
    withheld = private & (figures["status"] == "suppressed")
    near = private & ~small & ~withheld & _near(figures, figures[small | begun | withheld])
    near &= ~figures["status"].isin(["zero", "missing"])
    problems = [_record(locators, below["count"]) for _, locators in figures[small].groupby("source_id")["locator"]]
    return _given(figures, small, near, limit), problems


def _near(figures: pd.DataFrame, small: pd.DataFrame) -> pd.Series:
    """Mark the figures that share a force or place, and days, with a small one."""
    first, last = figures["period_start"].fillna(pd.Timestamp.min), figures["period_end"].fillna(pd.Timestamp.max)
    marked = pd.Series(False, figures.index)
    for row in small.drop_duplicates(["force_ids", "place", "period_start", "period_end"]).itertuples():
        start = pd.Timestamp.min if pd.isna(row.period_start) else row.period_start
        end = pd.Timestamp.max if pd.isna(row.period_end) else row.period_end
        about = (figures["place"] == row.place) & (row.place != "")
        for force_id in row.force_ids.split():
            about |= (" " + figures["force_ids"] + " ").str.contains(f" {force_id} ", regex=False)
        marked |= about & (first <= end) & (last >= start)
    return marked


def _given(figures: pd.DataFrame, small: pd.Series, near: pd.Series, limit: pd.Series) -> pd.DataFrame:
    """Give small counts as a range, and near ones as `at least` where they reach the threshold, else withhold them."""
    enough, words = near & (figures["low"] >= limit).fillna(False), limit.astype("str")
    as_written = figures["as_written"].mask(near, "withheld").mask(small, "fewer than " + words)
    return figures.assign(
        low=figures["low"].mask(near, 0).mask(small, 1).mask(enough, limit),
        high=figures["high"].mask(near).mask(small, limit - 1),
        status=figures["status"].mask(near, "suppressed").mask(small, "range").mask(enough, "at least"),
        as_written=as_written.mask(enough, words + " or more"),
        note=figures["note"].mask(small | near, NOTE),
        share_low=figures["share_low"].mask(near | small),
        share_high=figures["share_high"].mask(near | small),
    )


def _record(locators: pd.Series, below: int) -> Problem:
    file, place = locators.iloc[0].rsplit(":", 1)
    found = f"{len(locators)} counts below the threshold, hidden"
    return Problem("SMALL_COUNT", SHOWN, file, "", place, found, f"{below} or more, or a public document", DO)


def derivable(
    facts: pd.DataFrame, figures: pd.DataFrame, sums: pd.DataFrame, decided: dict[str, pd.DataFrame]
) -> list[Problem]:
    """Return the hidden numbers that the others give away: fewer values are left than each is hidden among.

    A part is at most its whole, a number about fewer people at most the same number about more, and parts that make a
    whole (sums: of, figures) add up to it.
    """
    shy, usual = withheld(facts, figures), limits(decided["thresholds"])["count"]
    rows = _rows(facts, sums, Tree.of(decided["categories"])) if shy.any() else []
    found, expected = "a hidden number that the others give away", "no closer than its source hides it"
    problems = []
    tied = {one for row, _ in rows for one in row}
    for at in (one for one in np.flatnonzero(shy).tolist() if one in tied):
        fact = facts.iloc[at]
        among = usual if pd.isna(fact["high"]) else int(fact["high"] - fact["low"]) + 1
        if _values_left(facts, at, rows) < min(among, usual):
            locator = figures.loc[figures["figure_id"] == fact["fact_id"], "locator"].iloc[0]
            file, place = locator.rsplit(":", 1)
            problems.append(Problem("DERIVABLE", STOPS_ALL, file, "", place, found, expected, "hide another number"))
    return problems


def withheld(facts: pd.DataFrame, figures: pd.DataFrame) -> pd.Series:
    """Mark the facts that every source which prints them hides, whole or in a range such as fewer than 5."""
    in_range = (figures["status"] == "range") & figures["as_written"].str.match(WITHHELD)
    shy = set(figures.loc[(figures["status"] == "suppressed") | in_range, "figure_id"])
    whole = facts["figure_ids"].map(lambda ids: shy.issuperset(ids.split())).astype("bool")
    return whole & facts["status"].isin(["suppressed", "range"])


def _rows(facts: pd.DataFrame, sums: pd.DataFrame, tree: Tree) -> list[tuple[dict[int, int], float]]:
    """Return what ties facts together, by position: a weighted sum of them is 0 at least, and so much at most."""
    home = {one: row for row, ids in enumerate(facts["figure_ids"]) for one in ids.split()}
    above = [(row, home[of]) for row, wholes in enumerate(facts["part_of"]) for of in wholes.split()]
    numbered = facts.reset_index(drop=True)
    several = numbered[numbered.duplicated(ALIKE, keep=False)]  # one alone lies in no other
    for _, group in several.groupby(ALIKE, dropna=False):
        found = group[["role", "rank", *SIDES]].to_dict("index")
        above += [(one, of) for one in found for of in found if one != of and _within(found[one], found[of], tree)]
    whole = [
        ({home[row.of]: 1} | {home[one]: -1 for one in row.figures.split()}, 0.0)
        for row in sums.itertuples()
        if home[row.of] not in {home[one] for one in row.figures.split()}
    ]
    return [({one: -1, of: 1}, np.inf) for one, of in above] + whole


def _within(one: dict, of: dict, tree: Tree) -> bool:
    """Say whether all that one fact counts is counted by another: each of its categories is below the other's."""
    if of["role"] not in ("any", one["role"]) or of["rank"] not in ("", one["rank"]):
        return False
    return all(of[side] in tree.line(side, one[side]) for side in SIDES)


def _values_left(facts: pd.DataFrame, at: int, rows: list[tuple[dict[int, int], float]]) -> float:
    """Return how many values one fact can have, given all tied to it; infinite where that contradicts itself."""
    near, size = {at}, 0
    while len(near) > size:
        size = len(near)
        near = near.union(*(row for row, _ in rows if not near.isdisjoint(row)))
    tied = [(row, most) for row, most in rows if not near.isdisjoint(row)]
    column = {row: number for number, row in enumerate(sorted(near))}
    matrix = np.zeros((len(tied) + 1, len(column)))  # one more, empty, as there may be none
    for number, (row, _) in enumerate(tied):
        matrix[number, [column[one] for one in row]] = list(row.values())
    own = facts.iloc[sorted(near)]
    low, high = (own[end].astype("Float64").to_numpy("float64", na_value=open_) for end, open_ in ENDS.items())
    held = LinearConstraint(matrix, 0, [*(most for _, most in tied), 0])
    ends = []
    for sign in (1, -1):
        goal = np.zeros(len(column))
        goal[column[at]] = sign
        found = milp(goal, constraints=held, bounds=Bounds(low, high), integrality=np.ones(len(column)))
        if found.x is None:
            return np.inf
        ends.append(round(found.x[column[at]]))
    return ends[1] - ends[0] + 1
