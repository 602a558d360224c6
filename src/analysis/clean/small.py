"""Counts of documents that are not public yet: small ones are hidden, and with them what would give them away."""

import pandas as pd

from analysis.clean import distinct
from analysis.problems import SHOWN, Problem

NOTE = "not public yet: small counts are hidden, and every number that would give one away"
USUAL = {"count": 5, "rank": 10}  # where lookups/thresholds.csv says nothing else
TEXTS = ["status", "as_written", "note"]
DO = "set `public` to yes in sources.csv once the reply is published"


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
    below = USUAL | dict(zip(thresholds["applies_to"], thresholds["below"], strict=True))
    limit = pd.Series(below["count"], figures.index).where(figures["rank"] == "", below["rank"])
    small = private & (figures["high"] > 0).fillna(False) & (figures["high"] < limit).fillna(False)
    begun = private & ~small & (figures["low"] > 0).fillna(False) & (figures["low"] < limit).fillna(False)
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
            about |= (" " + figures["force_ids"].astype("str") + " ").str.contains(f" {force_id} ", regex=False)
        marked |= about & (first <= end) & (last >= start)
    return marked


def _given(figures: pd.DataFrame, small: pd.Series, near: pd.Series, limit: pd.Series) -> pd.DataFrame:
    """Give small counts as a range, and near ones as `at least` where they reach the threshold, else withhold them."""
    enough = near & (figures["low"] >= limit).fillna(False)
    frame = figures.astype(dict.fromkeys(TEXTS, "str"))
    frame["low"] = frame["low"].mask(near, 0).mask(small, 1).mask(enough, limit)
    frame["high"] = frame["high"].mask(near).mask(small, limit - 1)
    frame["status"] = frame["status"].mask(near, "suppressed").mask(small, "range").mask(enough, "at least")
    words = limit.astype("str")
    as_written = frame["as_written"].mask(near, "withheld").mask(small, "fewer than " + words)
    frame["as_written"] = as_written.mask(enough, words + " or more")
    frame["note"] = frame["note"].mask(small | near, NOTE)
    for share in ("share_low", "share_high"):
        frame[share] = frame[share].mask(near | small)
    return frame.assign(**{name: distinct.category(frame[name]) for name in TEXTS})


def _record(locators: pd.Series, below: int) -> Problem:
    file, place = locators.iloc[0].rsplit(":", 1)
    found = f"{len(locators)} counts below the threshold, hidden"
    return Problem("SMALL_COUNT", SHOWN, file, "", place, found, f"{below} or more, or a public document", DO)
