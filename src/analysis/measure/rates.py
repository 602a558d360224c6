"""Counts per 1,000 of the workforce per year, only where the workforce is known throughout."""

from bisect import bisect_left, bisect_right
from datetime import date, timedelta
from itertools import pairwise
from math import fsum
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from dateutil.relativedelta import relativedelta

from analysis import subject

Moment = Any  # a date as any library holds it, or nothing
A_YEAR = timedelta(days=366)
BLANK = {"denominator": np.nan, "denominator_from": pd.NaT, "denominator_to": pd.NaT, "denominator_sources": ""}


class Headcount(NamedTuple):
    """How many people a force had on one day, and where that is printed."""

    day: date
    people: float
    sources: set[str]


def per_thousand(facts: pd.DataFrame, workforce: pd.DataFrame, denominator: str = "workforce") -> pd.DataFrame:
    """Add to each fact its rate per 1,000 of the workforce per year.

    In: facts (force_ids, low, high, period_start, period_end) and workforce (force_id, as_at, worker_type, basis,
    value, source_id); `denominator` is one of `lookups/denominators.csv`. Out: the same rows with denominator
    (mean number of people over the period), denominator_from and denominator_to (dates of the first and last workforce
    figures used), denominator_sources, exposure (1,000 person-years), rate_low, rate_high, and rate where the count is
    exact. All are missing where the force had no complete figures before, after, or for more than a year between.
    Raises ValueError for an unknown denominator. Source: mean of the straight lines between the figures.

    >>> from analysis.tables import load
    >>> tables = load("parliament-street-2019")
    >>> surrey = tables.facts[tables.facts["force_ids"] == "surrey"].head(1)
    >>> found = per_thousand(surrey, tables.workforce).round({"rate": 1})
    >>> found[["low", "rate", "denominator_from", "denominator_to"]]
       low  rate denominator_from denominator_to
    0   50   6.6       2017-03-31     2019-03-31
    """
    counted = _complete(workforce, denominator)
    keys = zip(facts["force_ids"], facts["period_start"], facts["period_end"], strict=True)
    known = pd.DataFrame([_people(counted, *key) for key in keys], index=facts.index, columns=list(BLANK))
    return _with_rates(facts, known)


def _with_rates(facts: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    spans = [years(*pair) for pair in zip(facts["period_start"], facts["period_end"], strict=True)]
    exposure = known["denominator"] * np.array(spans, dtype=float) / 1000
    low, high = facts["low"].astype("Float64"), facts["high"].astype("Float64")
    rates = {"exposure": exposure, "rate_low": low / exposure, "rate_high": high / exposure}
    found = facts.assign(**known, **{name: column.astype("Float64") for name, column in rates.items()})
    return found.assign(rate=found["rate_low"].where((low == high).fillna(False), pd.NA))


def on_a_day(facts: pd.DataFrame, workforce: pd.DataFrame, day: Moment, denominator: str = "workforce") -> pd.DataFrame:
    """Add to each fact its rate per 1,000 of those who worked there on one day, per year of its period.

    For periods that begin before the first workforce figure. In and out: as per_thousand, except that the denominator
    is that of `day` alone, and missing where no complete figures are of that day.
    """
    counted, day = _complete(workforce, denominator), _day(day)
    found = []
    for force_ids in facts["force_ids"]:
        used = [[one for one in counted.get(force, []) if one.day == day] for force in force_ids.split()]
        found.append(_described(used, sum(one.people for (one,) in used)) if used and all(used) else BLANK)
    return _with_rates(facts, pd.DataFrame(found, index=facts.index, columns=list(BLANK)))


def band(low: float, high: float, exposures: pd.Series, named: list[str], replied: int) -> tuple[float, float]:
    """Give the lowest and highest rate that `replied` forces together can have when only some of them are named.

    In: the limits of their count; exposures by force_id (1,000 person-years) of all forces asked. Out: lowest and
    highest rate, with the largest and the smallest possible forces for the others. Raises ValueError where an
    exposure is missing or there are too few forces.
    """
    if exposures.isna().any() or replied > len(exposures) or not set(named) <= set(exposures.index):
        raise ValueError("every force asked needs an exposure, and no more can have replied than were asked")
    others = np.sort(exposures.drop(index=named).to_numpy(dtype=float))
    more = replied - len(named)
    own = float(exposures[named].sum())
    return low / (own + others[len(others) - more :].sum()), high / (own + others[:more].sum())


def years(start: Moment, end: Moment) -> float:
    """Count the years from the first to the last day of a period, both included; missing where either is."""
    if pd.isna(start) or pd.isna(end):
        return np.nan
    span = relativedelta(_day(end) + timedelta(days=1), _day(start))
    return span.years + span.months / 12 + span.days / 365.25


def _day(moment: Moment) -> date:
    return pd.Timestamp(moment).date()


def _complete(workforce: pd.DataFrame, denominator: str) -> dict[str, list[Headcount]]:
    known = subject.denominators()
    if denominator not in known:
        raise ValueError(f"no denominator is called {denominator!r}; choose one of {', '.join(known)}")
    basis, types, *_ = known[denominator]
    rows = workforce[(workforce["basis"] == basis) & workforce["worker_type"].isin(types)]
    rows = rows.assign(as_at=pd.to_datetime(rows["as_at"]).dt.date, value=rows["value"].astype(float))
    names = ("force_id", "as_at", "value", "worker_type", "source_id")
    together: dict[tuple[str, date], list[tuple]] = {}
    for force, day, *cell in zip(*(rows[name].tolist() for name in names), strict=True):
        together.setdefault((force, day), []).append(tuple(cell))
    found: dict[str, list[Headcount]] = {}
    for (force, day), parts in sorted(together.items()):
        people, kinds, sources = zip(*parts, strict=True)
        if len({*kinds}) == len(types):
            found.setdefault(force, []).append(Headcount(day, fsum(people), {*sources}))
    return found


def _people(counted: dict[str, list[Headcount]], force_ids: str, start: Moment, end: Moment) -> dict:
    forces = force_ids.split()
    if not forces or pd.isna(start) or pd.isna(end) or not set(forces) <= set(counted):
        return BLANK
    used = [_around(counted[force], _day(start), _day(end)) for force in forces]
    if not all(used):
        return BLANK
    return _described(used, sum(_mean(figures, _day(start), _day(end)) for figures in used))


def _described(used: list[list[Headcount]], people: float) -> dict:
    return {
        "denominator": people,
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
