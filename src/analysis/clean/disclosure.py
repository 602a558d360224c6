"""Small counts of documents that are not public yet are hidden, and nothing hidden can be worked out from the rest.

That is promised of each release by itself. Whoever keeps an earlier release can take it together with this one, and two
public documents, one in each, may give away what neither gives alone: earlier releases are not read here.
"""

import re
from itertools import permutations

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp

from analysis.categories import Tree, all_within, category_trees
from analysis.clean.checks import problem
from analysis.clean.facts import SETS
from analysis.problems import Problem

NOTE = "not public yet: small counts are hidden, and every number that would give one away"
USUAL = {"count": 5, "rank": 10}  # where lookups/thresholds.csv says nothing else
WITHHELD = re.compile(r"\s*(?:<|fewer than|less than|under|\*|\[c\]|s40|withheld|suppressed)", re.IGNORECASE)
EARLIEST, LATEST = (pd.Timestamp(day).as_unit("s") for day in ("1700-01-01", "2200-01-01"))  # where a date is open
ALIKE = ["round_id", "force_ids", "place", "period_start", "period_end", "date_basis", "unit"]


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
    below = _below(thresholds)
    limit = pd.Series(below["count"], figures.index).where(figures["rank"] == "", below["rank"])
    small, begun = (private & figures[end].between(1, limit - 1).fillna(False) for end in ("high", "low"))
    withheld = private & (figures["status"] == "suppressed")
    plain = private & ~small & ~figures["status"].isin(["suppressed", "zero", "missing"])
    near = plain & _near(figures, figures[small | begun | withheld])
    expected, problems = f"{below['count']} or more, or a public document", []
    for _, locators in figures[small].groupby("source_id")["locator"]:
        found = f"{len(locators)} counts below the threshold, hidden"
        problems.append(problem("SMALL_COUNT", *locators.iloc[0].rsplit(":", 1), found, expected))
    return _with_hidden(figures, small, near, limit), problems


def _below(thresholds: pd.DataFrame) -> dict[str, int]:
    """Return below which count a count, and a number about a rank, is hidden."""
    return USUAL | dict(zip(thresholds["applies_to"], thresholds["below"], strict=True))


def _near(figures: pd.DataFrame, small: pd.DataFrame) -> pd.Series:
    """Mark the figures that share a force or place, and days, with a small one."""
    about = zip(figures["force_ids"], figures["place"], strict=True)
    spans = figures.assign(
        about=[[*force_ids.split(), *filter(None, [place])] for force_ids, place in about],
        first=figures["period_start"].fillna(EARLIEST),
        last=figures["period_end"].fillna(LATEST),
    )[["about", "first", "last"]].explode("about")
    marked = spans[spans.index.isin(small.index)].drop_duplicates()
    pairs = spans.reset_index(names="row").merge(marked, on="about", suffixes=("", "_marked"))
    shared = pairs[(pairs["first"] <= pairs["last_marked"]) & (pairs["last"] >= pairs["first_marked"])]
    return pd.Series(figures.index.isin(shared["row"]), figures.index)


def _with_hidden(figures: pd.DataFrame, small: pd.Series, near: pd.Series, limit: pd.Series) -> pd.DataFrame:
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


def derivable(
    facts: pd.DataFrame, figures: pd.DataFrame, sums: pd.DataFrame, decided: dict[str, pd.DataFrame]
) -> list[Problem]:
    """Return the hidden numbers that the others give away: fewer values are left than each is hidden among.

    A part is at most its whole, a number about fewer people at most the same number about more, and parts that make a
    whole (sums: of, figures) add up to it.
    """
    shy = np.flatnonzero(withheld(facts, figures))
    ties = _ties(facts, sums, category_trees(decided["categories"])) if len(shy) else []
    usual = _below(decided["thresholds"])["count"]
    locators = figures.set_index("figure_id")["locator"]
    problems = []
    for at in sorted({*shy.tolist()} & {one for tie, _ in ties for one in tie}):
        fact = facts.iloc[at]
        among = usual if pd.isna(fact["high"]) else int(fact["high"] - fact["low"]) + 1
        if _values_left(facts, at, ties) < min(among, usual):
            place = locators[fact["fact_id"]].rsplit(":", 1)
            problems.append(problem("DERIVABLE", *place, "a hidden number that the others give away"))
    return problems


def withheld(facts: pd.DataFrame, figures: pd.DataFrame) -> pd.Series:
    """Mark the facts that every source which prints them hides, whole or in a range such as fewer than 5."""
    in_range = (figures["status"] == "range") & figures["as_written"].str.match(WITHHELD)
    shy = set(figures.loc[(figures["status"] == "suppressed") | in_range, "figure_id"])
    whole = facts["figure_ids"].map(lambda ids: shy.issuperset(ids.split())).astype("bool")
    return whole & facts["status"].isin(["suppressed", "range"])


def _ties(facts: pd.DataFrame, sums: pd.DataFrame, known: dict[str, Tree]) -> list[tuple[dict[int, int], float]]:
    """Return what ties facts together, by position: a weighted sum of them is 0 at least, and so much at most."""
    home = {one: row for row, ids in enumerate(facts["figure_ids"]) for one in ids.split()}
    above = [(row, home[of]) for row, wholes in enumerate(facts["part_of"]) for of in wholes.split()]
    numbered = facts.reset_index(drop=True)
    several = numbered[numbered.duplicated(ALIKE, keep=False)]  # one alone lies in no other
    for _, group in several.groupby(ALIKE, dropna=False):
        found = group[["role", "rank", *SETS]].to_dict("index")
        for (part, one), (whole, of) in permutations(found.items(), 2):  # is all that one counts in the other?
            alike = of["role"] in ("any", one["role"]) and of["rank"] in ("", one["rank"])
            above += [(part, whole)] if alike and all_within(known, one, of) else []
    ties: list[tuple[dict[int, int], float]] = [({one: -1, of: 1}, np.inf) for one, of in above]
    for row in sums.itertuples():
        parts, whole = {home[one] for one in row.figures.split()}, home[row.of]
        ties += [] if whole in parts else [({whole: 1} | dict.fromkeys(parts, -1), 0.0)]
    return ties


def _values_left(facts: pd.DataFrame, at: int, ties: list[tuple[dict[int, int], float]]) -> float:
    """Return how many values one fact can have, given all tied to it; infinite where that contradicts itself."""
    near = {at}
    while further := set().union(*(tie for tie, _ in ties if not near.isdisjoint(tie))) - near:
        near |= further
    column, tied = sorted(near), [(tie, most) for tie, most in ties if not near.isdisjoint(tie)]
    matrix = pd.DataFrame([tie for tie, _ in tied], columns=column).fillna(0)
    held = LinearConstraint(matrix.to_numpy(), 0, [most for _, most in tied])
    own = facts.iloc[column][["low", "high"]].astype("Float64")
    bounds = Bounds(own["low"].fillna(0).to_numpy("float64"), own["high"].fillna(np.inf).to_numpy("float64"))
    goal = np.equal(column, at).astype("float64")
    ends = [milp(sign * goal, constraints=held, bounds=bounds, integrality=1) for sign in (1, -1)]
    return np.inf if any(end.x is None for end in ends) else 1 - sum(round(end.fun) for end in ends)
