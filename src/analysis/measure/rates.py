"""Counts per 1,000 of the workforce per year, only where the count is one and the workforce is known throughout."""

from collections.abc import Iterable
from math import fsum
from typing import Any

import numpy as np
import pandas as pd
from dateutil.relativedelta import relativedelta

from analysis import categories as tree
from analysis.measure.compare import exact_interval
from analysis.measure.constraints import apply_assumptions, rules
from analysis.measure.totals import SUMMABLE

A_DAY, A_YEAR = pd.Timedelta(days=1), pd.Timedelta(days=366)
BLANK = {"denominator": np.nan, "denominator_from": pd.NaT, "denominator_to": pd.NaT, "denominator_sources": ""}
BLANK |= {"exposure": np.nan}


def rates(rows: pd.DataFrame, data: Any, denominator: str = "", day: Any = None) -> pd.DataFrame:
    """Add to each fact its rate per 1,000 people a year, or why it has none.

    In: rows of facts, and the tables they are from (workforce, denominators, roles, categories, assumptions).
    `denominator` is one of `data.denominators`; without one, a count of one role is divided by the workers of that
    role, any other by the first denominator. The denominator is the mean number of people over the period (straight
    lines between the figures), or with `day` that of one day, for periods that begin before the first figure.
    Out: the same rows with denominator, denominator_from and denominator_to (dates of the figures used),
    denominator_sources, exposure (1,000 person-years), rate_low, rate_high, rate (where the count is exact),
    interval_low and interval_high (exact, 95%), why_not (why there is no rate; empty where there is one).
    Raises ValueError for an unknown denominator, with the nearest.
    """
    known = data.denominators.set_index("denominator")
    whole = denominator and tree.one_of("denominator", denominator, known.index)
    chosen = [whole or _of_role(role, known) for role in rows["role"]]
    counted = {name: _workforce_by_day(data.workforce, known.loc[name]) for name in {*chosen} - {""}}
    found = []
    for fact, name, why in zip(rows.to_dict("records"), chosen, _reasons_against(rows, data), strict=True):
        why = why or ("" if name else "no workforce figures count this role alone")
        people = BLANK if why else _exposure(counted[name], fact, day)
        why = why or ("" if people["denominator_sources"] else "the workforce at the time is not known")
        found.append(people | {"why_not": why})
    exposed = pd.DataFrame(found, columns=[*BLANK, "why_not"], index=rows.index)
    told = rows.assign(**exposed.astype({"exposure": "Float64"}))
    low, high = (told[name].astype("Float64") / told["exposure"] for name in ("low", "high"))
    told = told.assign(rate_low=low, rate_high=high, rate=low.where((low == high).fillna(False)))
    ends = exact_interval(told["low"], told["high"], told["exposure"])
    lower, upper = (pd.array(end, dtype="Float64") for end in ends)
    return told.assign(interval_low=lower, interval_high=upper)


def exposures(
    forces: Iterable[str], start: Any, end: Any, data: Any, denominator: str = "", day: Any = None
) -> pd.DataFrame:
    """Give what counts of a period are divided by, for forces with a count or without.

    In: force_ids, first and last day, the tables, denominator and day as for rates.
    Out: a row for each force: force, denominator and its dates and sources, exposure (1,000 person-years), missing
    where the workforce at the time is not known.
    """
    known = data.denominators.set_index("denominator")
    whom = known.loc[tree.one_of("denominator", denominator or known.index[0], known.index)]
    counted = _workforce_by_day(data.workforce, whom)
    facts = [{"force_ids": force, "period_start": start, "period_end": end} for force in forces]
    found = pd.DataFrame([_exposure(counted, fact, day) for fact in facts], columns=list(BLANK))
    found.insert(0, "force", [fact["force_ids"] for fact in facts])
    return found.astype({"exposure": "Float64"})


def rate_together(count: pd.DataFrame, exposures: pd.Series, named: Iterable[str], replied: int) -> pd.DataFrame:
    """Give the lowest and highest rate that `replied` forces together can have when only some of them are named.

    In: one row with low, high and figure_ids; exposures by force_id (1,000 person-years) of all forces asked.
    Out: the row with rate_low and rate_high: the largest and the smallest possible forces are the others.
    Raises ValueError where an exposure is missing or more replied than were asked.
    """
    named = list(named)
    if exposures.isna().any() or replied > len(exposures) or not set(named) <= set(exposures.index):
        raise ValueError("every force asked needs an exposure, and no more can have replied than were asked")
    others, own = np.sort(exposures.drop(index=named).to_numpy(dtype=float)), float(exposures[named].sum())
    more = replied - len(named)
    least, most = own + others[:more].sum(), own + others[len(others) - more :].sum()
    return count.assign(rate_low=count["low"] / most, rate_high=count["high"] / least)


def years(start: Any, end: Any) -> float:
    """Count the years from the first to the last day of a period, both included; missing where either is."""
    if pd.isna(start) or pd.isna(end):
        return np.nan
    span = relativedelta(pd.Timestamp(end) + A_DAY, pd.Timestamp(start))
    return span.years + span.months / 12 + span.days / 365.25


def _reasons_against(rows: pd.DataFrame, data: Any) -> list[str]:
    """Say of each row why it is no count over time of all that it counts; an empty text where it is one."""
    narrower = "it is narrower than what the round counts, and the whole was not printed"
    reasons = {
        "it is not of named forces": rows["force_ids"] == "",
        "it is not a count": ~rows["status"].isin(SUMMABLE) | rows["low"].isna(),
        "it is a stock on a day, not a count over time": rows["date_basis"] == "snapshot",
        "the force disputes it": rows["disputed"] == "yes",
        narrower: rows["fact_id"].isin(_examples(rows, data)),
        "its dates are not known": rows["period_start"].isna() | rows["period_end"].isna(),
    }
    return list(np.select([holds.to_numpy(bool) for holds in reasons.values()], list(reasons), ""))


def _examples(rows: pd.DataFrame, data: Any) -> set[str]:
    """List facts told as examples: narrower than what their round counts, not split up, part of no number of a force.

    Three dismissed over one database are a floor, no count of those disciplined. Read with all assumptions of the
    round, which say of which forces the numbers printed are all they had.
    """
    known, found = tree.trees(data), set()
    for round_id in rows["round_id"].unique():
        assumptions = rules(data.assumptions, round_id)
        told = apply_assumptions(data.facts, assumptions, [rule.name for rule in assumptions])
        told = [fact for fact in told if fact["round_id"] == round_id]
        local = {fact["fact_id"] for fact in told if fact["force_ids"]}
        split = {whole for fact in told for whole in fact["part_of"].split()}
        totals = [fact for fact in told if not fact["force_ids"] and not fact["part_of"]]
        for fact in told:
            same = [whole for whole in totals if whole["unit"] == fact["unit"]]
            wider = [whole for whole in same if tree.all_within(known, fact, whole)]
            alone = fact["fact_id"] not in split and local.isdisjoint(fact["part_of"].split())
            if alone and wider and not any(tree.all_within(known, whole, fact) for whole in wider):
                found.add(fact["fact_id"])
    return found


def _of_role(role: str, known: pd.DataFrame) -> str:
    """Name the denominator that counts this role alone, or the first for everybody; empty where there is none."""
    if role in tree.EVERYONE:
        return str(known.index[0])
    own = known[(known["worker_types"] == role) & (known["basis"] == known["basis"].iloc[0])]
    return "" if own.empty else str(own.index[0])


def _workforce_by_day(workforce: pd.DataFrame, whom: pd.Series) -> dict[str, pd.DataFrame]:
    """Give for each force the days on which all workers of a denominator were counted: people, sources, by day."""
    types = whom["worker_types"].split()
    rows = workforce[(workforce["basis"] == whom["basis"]) & workforce["worker_type"].isin(types)]
    rows = rows.assign(as_at=pd.to_datetime(rows["as_at"]), value=rows["value"].astype(float))
    days = rows.groupby(["force_id", "as_at"]).agg(
        kinds=("worker_type", "nunique"), people=("value", fsum), sources=("source_id", " ".join)
    )
    days = days[days["kinds"] == len(types)].reset_index("as_at")
    return {str(force): figures.set_index("as_at") for force, figures in days.groupby("force_id")}


def _exposure(counted: dict[str, pd.DataFrame], fact: dict, day: Any) -> dict:
    start, end = pd.Timestamp(fact["period_start"]), pd.Timestamp(fact["period_end"])
    figures = [counted.get(force) for force in fact["force_ids"].split()]
    used = [
        None if one is None else _days_around(one, start, end) if day is None else one.loc[day:day] for one in figures
    ]
    if any(one is None or one.empty for one in used):
        return BLANK
    people = sum(_mean(one["people"], start, end) for one in used)
    return {
        "denominator": people,
        "denominator_from": min(one.index[0] for one in used),
        "denominator_to": max(one.index[-1] for one in used),
        "denominator_sources": " ".join(sorted({name for one in used for name in " ".join(one["sources"]).split()})),
        "exposure": people * years(start, end) / 1000,
    }


def _days_around(figures: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame | None:
    """Give the figures from the last before a period to the first after it; none where one is missing."""
    days = figures.index
    first, last = days.searchsorted(start, side="right") - 1, days.searchsorted(end)
    if first < 0 or last == len(days) or (np.diff(days[first : last + 1]) > A_YEAR).any():
        return None
    return figures.iloc[first : last + 1]


def _mean(people: pd.Series, start: pd.Timestamp, end: pd.Timestamp) -> float:
    known = [day.toordinal() for day in people.index]
    first, last = start.toordinal(), end.toordinal()
    days = sorted({first, last, *(day for day in known if first < day < last)})
    found = np.interp(days, known, people)
    return float(found[0]) if len(days) == 1 else float(np.trapezoid(found, days) / (days[-1] - days[0]))
