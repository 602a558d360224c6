"""One row per round and force: how it answered, and how many people work there."""

import pandas as pd

from analysis import tables
from analysis.clean.counts import each
from analysis.problems import SHOWN, STOPS_ALL, Problem

FILE = "coverage.csv"


def coverage(decided: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the coverage table: decisions with the force's name, nation, region and headcount at the round's period.

    Headcount: the usual denominator on the day nearest to the middle of the period within it, or up to a year
    before it; empty where a worker type is missing on every such day.
    """
    named = decided["forces"][["force_id", "name", "nation", "region"]].rename(columns={"name": "force_name"})
    rounds = decided["rounds"][["round_id", "period_start", "period_end"]]
    joined = decided["coverage_decisions"].merge(named, on="force_id").merge(rounds, on="round_id")
    people = headcounts(decided["workforce"], decided["denominators"])
    size = each(
        joined[["force_id", "period_start", "period_end"]],
        lambda force, start, end: _nearest(people.get(force), start, end),
        ["headcount", "headcount_from", "headcount_to"],
    )
    return tables.arrange(pd.concat([joined, size], axis=1), "coverage")


def headcounts(workforce: pd.DataFrame, denominators: pd.DataFrame) -> dict[str, pd.Series]:
    """Return for each force its headcount by day: the usual denominator, where each of its worker types is known."""
    if denominators.empty:
        return {}
    usual = denominators.iloc[0]
    types = usual["worker_types"].split()
    counted = workforce[(workforce["basis"] == usual["basis"]) & workforce["worker_type"].isin(types)]
    wide = counted.pivot_table(index=["force_id", "as_at"], columns="worker_type", values="value", aggfunc="first")
    whole = wide.reindex(columns=types).dropna().sum(axis=1)
    return {force: days.droplevel("force_id") for force, days in whole.groupby(level="force_id")}


def _nearest(days: pd.Series | None, start, end) -> tuple:
    if days is None or pd.isna(start) or pd.isna(end):
        return (pd.NA, pd.NaT, pd.NaT)
    near = days[(days.index >= start - pd.Timedelta(days=366)) & (days.index <= end)]
    if near.empty:
        return (pd.NA, pd.NaT, pd.NaT)
    day = abs(near.index - (start + (end - start) / 2)).argmin()
    return (round(float(near.iloc[day])), near.index[day], near.index[day])


def rows(decided: dict[str, pd.DataFrame]) -> list[Problem]:
    """Return rounds and forces without a row of coverage, and rows of none that exist."""
    rounds, forces = decided["rounds"]["round_id"], decided["forces"]["force_id"]
    expected = {(name, force) for name in rounds if name != "single-force" for force in forces}
    found = set(decided["coverage_decisions"][["round_id", "force_id"]].itertuples(index=False, name=None))
    missing, strange = sorted(expected - found), sorted(found - expected)
    return [
        *(_problem("NO_COVERAGE", pair, "no row", "one row per round and force", "say it") for pair in missing),
        *(_problem("UNKNOWN_ID", pair, "no such round or force", "known ids", "correct it") for pair in strange),
    ]


def says_less(decided: dict[str, pd.DataFrame], figures: pd.DataFrame) -> list[Problem]:
    """Return rows that say less than the figures do: a force with a number of a round is no `reply unknown`."""
    own = figures[figures["force_ids"] != ""]
    printed = own.assign(force_id=own["force_ids"].str.split()).explode("force_id")
    first = printed.groupby(["round_id", "force_id"])["figure_id"].first()
    unknown = decided["coverage_decisions"].query("answer == 'reply unknown'")
    pairs = unknown[["round_id", "force_id"]].itertuples(index=False, name=None)
    do = "say how it answered, or why the number does not tell"
    return [
        _problem("COVERAGE_BEHIND", pair, f"reply unknown, but {first[pair]} prints a number", "an answer", do, SHOWN)
        for pair in pairs
        if pair in first.index
    ]


def _problem(code: str, pair: tuple[str, str], found: str, expected: str, do: str, severity=STOPS_ALL) -> Problem:
    return Problem(code, severity, FILE, "", " ".join(pair), found, expected, do)
