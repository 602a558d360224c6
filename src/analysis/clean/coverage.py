"""One row per round and force: how it answered, and how many people work there."""

import pandas as pd

from analysis import subject, tables
from analysis.clean import distinct


def coverage(decided: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the coverage table: decisions with the force's name, nation, region and headcount at the round's period.

    Headcount: the usual denominator on the day nearest to the middle of the period within it, or up to a year
    before it; empty where a worker type is missing on every such day.
    """
    named = decided["forces"][["force_id", "name", "nation", "region"]].rename(columns={"name": "force_name"})
    rounds = decided["rounds"][["round_id", "period_start", "period_end"]]
    joined = decided["coverage_decisions"].merge(named, on="force_id").merge(rounds, on="round_id")
    people = headcounts(decided["workforce"])
    codes, asked = distinct.rows(joined[["force_id", "period_start", "period_end"]])
    met = [_nearest(people.get(force), start, end) for force, start, end in asked]
    found = pd.DataFrame(met, columns=["headcount", "headcount_from", "headcount_to"])
    size = found.take(codes).set_axis(joined.index)
    return tables.arrange(pd.concat([joined, size], axis=1), "coverage")


def headcounts(workforce: pd.DataFrame) -> dict[str, pd.Series]:
    """Return for each force its headcount by day: the usual denominator, where each of its worker types is known."""
    basis, types, *_ = next(iter(subject.denominators().values()))
    counted = workforce[(workforce["basis"] == basis) & workforce["worker_type"].isin(types)]
    wide = counted.pivot_table(index=["force_id", "as_at"], columns="worker_type", values="value", aggfunc="first")
    whole = wide.reindex(columns=list(types)).dropna().sum(axis=1)
    return {force: days.droplevel("force_id") for force, days in whole.groupby(level="force_id")}


def _nearest(days: pd.Series | None, start, end) -> tuple:
    if days is None or pd.isna(start) or pd.isna(end):
        return (pd.NA, pd.NaT, pd.NaT)
    near = days[(days.index >= start - pd.Timedelta(days=366)) & (days.index <= end)]
    if near.empty:
        return (pd.NA, pd.NaT, pd.NaT)
    day = abs(near.index - (start + (end - start) / 2)).argmin()
    return (round(float(near.iloc[day])), near.index[day], near.index[day])
