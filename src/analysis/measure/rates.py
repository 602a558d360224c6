"""Counts per 1,000 of the workforce per year, only where the count is one and the workforce is known throughout."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise
from math import fsum
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from dateutil.relativedelta import relativedelta

from analysis.measure import categories as tree
from analysis.measure.compare import exact_interval
from analysis.measure.constraints import believe, rules
from analysis.measure.totals import SUMMABLE

A_YEAR = timedelta(days=366)
BLANK = {"denominator": np.nan, "denominator_from": pd.NaT, "denominator_to": pd.NaT, "denominator_sources": ""}


class Headcount(NamedTuple):
    """How many people a force had on one day, and where that is printed."""

    day: date
    people: float
    sources: set[str]


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
    counted = {name: _complete(data.workforce, known.loc[name]) for name in {*chosen} - {""}}
    reasons = _no_count(rows, data)
    found = []
    for fact, name in zip(rows.to_dict("records"), chosen, strict=True):
        why = reasons[fact["fact_id"]] or ("" if name else "no workforce figures count this role alone")
        people = BLANK if why else _people(counted[name], fact, day)
        why = why or ("" if people["denominator_sources"] else "the workforce at the time is not known")
        span = years(fact["period_start"], fact["period_end"])
        found.append(people | {"exposure": people["denominator"] * span / 1000, "why_not": why})
    columns = [*BLANK, "exposure", "why_not"]
    told = rows.assign(**pd.DataFrame(found, columns=columns, index=rows.index).astype({"exposure": "Float64"}))
    low, high = (told[name].astype("Float64") / told["exposure"] for name in ("low", "high"))
    told = told.assign(rate_low=low, rate_high=high, rate=low.where((low == high).fillna(False)))
    ends = exact_interval(told["low"], told["high"], told["exposure"])
    ends = [pd.array(end, dtype="Float64") for end in ends]
    return told.assign(interval_low=ends[0], interval_high=ends[1])


def exposures(
    forces: Iterable[str], start: Any, end: Any, data: Any, denominator: str = "", day: Any = None
) -> pd.DataFrame:
    """Give what counts of a period are divided by, for forces with a count or without.

    In: force_ids, first and last day, the tables, denominator and day as for rates.
    Out: a row for each force: force, denominator and its dates and sources, exposure (1,000 person-years), missing
    where the workforce at the time is not known.
    """
    known = data.denominators.set_index("denominator")
    counted = _complete(
        data.workforce, known.loc[tree.one_of("denominator", denominator or known.index[0], known.index)]
    )
    facts = [{"force_ids": force, "period_start": start, "period_end": end} for force in forces]
    found = pd.DataFrame([_people(counted, fact, day) for fact in facts], columns=list(BLANK))
    found.insert(0, "force", list(forces))
    return found.assign(exposure=(found["denominator"] * years(start, end) / 1000).astype("Float64"))


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
    span = relativedelta(pd.Timestamp(end) + timedelta(days=1), pd.Timestamp(start))
    return span.years + span.months / 12 + span.days / 365.25


def _no_count(rows: pd.DataFrame, data: Any) -> dict[str, str]:
    """Say of each fact why it is no count over time of all that it counts; an empty text where it is one."""
    told_alone, why = _told_alone(rows, data), {}
    for fact in rows.to_dict("records"):
        reasons = {
            "it is not of named forces": not fact["force_ids"],
            "it is not a count": fact["status"] not in SUMMABLE or pd.isna(fact["low"]),
            "it is a stock on a day, not a count over time": fact["date_basis"] == "snapshot",
            "the force disputes it": fact["disputed"] == "yes",
            "it is narrower than what the round counts, and the whole was not printed": fact["fact_id"] in told_alone,
            "its dates are not known": pd.isna(fact["period_start"]) or pd.isna(fact["period_end"]),
        }
        why[fact["fact_id"]] = next((reason for reason, holds in reasons.items() if holds), "")
    return why


def _told_alone(rows: pd.DataFrame, data: Any) -> set[str]:
    """List facts told as examples: narrower than what their round counts, not split up, part of no number of a force.

    Three dismissed over one database are a floor, no count of those disciplined. Read with all assumptions of the
    round, which say of which forces the numbers printed are all they had.
    """
    known, found = tree.trees(data), set()
    for round_id in rows["round_id"].unique():
        assumptions = rules(data.assumptions, round_id)
        told = believe(data.facts, assumptions, [rule.name for rule in assumptions])
        told = [fact for fact in told if fact["round_id"] == round_id]
        local = {fact["fact_id"] for fact in told if fact["force_ids"]}
        split = {whole for fact in told for whole in fact["part_of"].split()}
        totals = [fact for fact in told if not fact["force_ids"] and not fact["part_of"]]
        for fact in told:
            wider = [whole for whole in totals if whole["unit"] == fact["unit"] and _within(fact, whole, known)]
            alone = fact["fact_id"] not in split and local.isdisjoint(fact["part_of"].split())
            if alone and wider and not any(_within(whole, fact, known) for whole in wider):
                found.add(fact["fact_id"])
    return found


def _within(fact: dict, whole: dict, known: dict[str, tree.Tree]) -> bool:
    return all(tree.within(known[name], fact[name], whole[name]) for name in ("conduct", "system", "outcome"))


def _of_role(role: str, known: pd.DataFrame) -> str:
    """Name the denominator that counts this role alone, or the first for everybody; empty where there is none."""
    if role in tree.EVERYONE:
        return str(known.index[0])
    own = known[(known["worker_types"] == role) & (known["basis"] == known["basis"].iloc[0])]
    return "" if own.empty else str(own.index[0])


def _complete(workforce: pd.DataFrame, whom: pd.Series) -> dict[str, list[Headcount]]:
    """List for each force the days on which all workers of a denominator were counted."""
    types = whom["worker_types"].split()
    rows = workforce[(workforce["basis"] == whom["basis"]) & workforce["worker_type"].isin(types)]
    rows = rows.assign(as_at=pd.to_datetime(rows["as_at"]))
    found: dict[str, list[Headcount]] = {}
    for (force, day), parts in rows.groupby(["force_id", "as_at"], sort=True):
        if set(parts["worker_type"]) == set(types):
            people = fsum(parts["value"].astype(float))
            found.setdefault(force, []).append(Headcount(day.date(), people, set(parts["source_id"])))
    return found


def _people(counted: dict[str, list[Headcount]], fact: dict, day: Any) -> dict:
    start, end = (pd.Timestamp(moment).date() for moment in (fact["period_start"], fact["period_end"]))
    forces = [counted.get(force, []) for force in fact["force_ids"].split()]
    if day is None:
        used = [_around(figures, start, end) for figures in forces]
    else:
        used = [[one for one in figures if one.day == pd.Timestamp(day).date()] for figures in forces]
    if not all(used):
        return BLANK
    return {
        "denominator": sum(_mean(figures, start, end) for figures in used),
        "denominator_from": pd.Timestamp(min(figures[0].day for figures in used)),
        "denominator_to": pd.Timestamp(max(figures[-1].day for figures in used)),
        "denominator_sources": " ".join(sorted({name for figures in used for one in figures for name in one.sources})),
    }


def _around(figures: list[Headcount], start: date, end: date) -> list[Headcount]:
    """List the figures from the last before a period to the first after it; none where one is missing."""
    days = [one.day for one in figures]
    first, last = bisect_right(days, start) - 1, bisect_left(days, end)
    gaps = (after - before for before, after in pairwise(days[max(0, first) : last + 1]))
    return [] if first < 0 or last == len(days) or max(gaps, default=A_YEAR) > A_YEAR else figures[first : last + 1]


def _mean(figures: list[Headcount], start: date, end: date) -> float:
    known = [one.day.toordinal() for one in figures]
    first, last = start.toordinal(), end.toordinal()
    days = sorted({first, last, *(day for day in known if first < day < last)})
    people = np.interp(days, known, [one.people for one in figures])
    return float(people[0]) if len(days) == 1 else float(np.trapezoid(people, days) / (days[-1] - days[0]))
