"""Findings: the rate of each force with a number, what chance allows, and over which workforce."""

import re
from dataclasses import replace

import pandas as pd

from analysis import subject, tables
from analysis.measure import compare, rates
from analysis.measure.totals import SUMMABLE
from analysis.tell import cases, conflicts, scenes, words
from analysis.tell.findings import Number, series

RATE = "per 1,000 of its {} a year"
EVERYONE = ("any", "not stated")
NOT_KNOWN = "its workforce at the time is not known to us"


def findings(scene, rows):
    """The rate of each force with its interval, by name: the order says nothing."""
    made = [told(scene, row) for row in rows.sort_values("force").itertuples(index=False)]
    return made or [scene.finding("rates", "rates", "No number for a single force was printed, so there is no rate.")]


def rated(scene, denominator="workforce"):
    """The greatest number of each force with its rate and 95% interval.

    Out: force, low, high, exposure, rate, lower, upper, denominator and its dates and sources, and fact, the row of the
    number. Rates are missing where the number has no dates or the workforce is not known.
    """
    facts = main(scene)
    found = exposed(scene, pd.DataFrame([fact._asdict() for fact in facts], columns=_columns(scene)), denominator)
    lower, upper = compare.exact_interval(found["low"], found["high"], found["exposure"])
    names = [scene.name(ids) for ids in found["force_ids"]]
    return found.assign(force=names, lower=lower, upper=upper, fact=facts)


def exposed(scene, facts, denominator="workforce"):
    """Add rates to facts: by the workforce over each period, or by one day's where no figures cover the round's.

    A role is counted among its own workers; numbers of the round's own period all have the same kind of denominator.
    """
    ways = facts["role"].map(lambda role: subject.among(role, denominator)).astype("str")
    parts = [_exposed(scene, facts[ways == way], way) for way in sorted({*ways}) or [denominator]]
    filled = [part for part in parts if len(part)]
    return pd.concat(filled).loc[facts.index] if filled else parts[0]


def _exposed(scene, facts, among):
    workforce, row = scene.tables.workforce, scene.row
    found, days = rates.per_thousand(facts, workforce, among), scene.coverage["headcount_from"].dropna()
    own = (facts["period_start"] == row.period_start) & (facts["period_end"] == row.period_end)
    wanting = own.fillna(False).astype(bool) & found["exposure"].isna()
    if days.empty or not wanting.any():
        return found
    one_day = rates.on_a_day(facts, workforce, days.mode().iloc[0], among)
    # A force is missing for itself alone where the others are known: then it stays missing.
    return pd.concat([found[~wanting], one_day[wanting]]).loc[facts.index] if wanting[own].all() else found


def main(scene):
    """The greatest number of each force that is no part of another; joint entries only of forces without their own."""
    bases = scenes.base_categories(scene.tables.categories)
    found: dict = {}
    forces = {fact.fact_id: fact.force_ids for fact in scene.facts}
    whom = counted()
    for fact in sorted(scene.local, key=lambda fact: whom.index(fact.role) if fact.role in whom else len(whom)):
        whole = fact.force_ids and fact.status in SUMMABLE and not pd.isna(fact.low) and fact.conduct not in bases
        whole = whole and fact.role in whom and not cases.estimated(scene, fact)
        if whole and fact.force_ids not in [forces.get(one) for one in fact.part_of.split()]:
            found.setdefault(fact.force_ids, fact)
    return [fact for ids, fact in found.items() if " " not in ids or not set(ids.split()) & set(found)]


def counted():
    """The roles a rate can be made of: everyone first, then those whose workers are counted by themselves."""
    usual = subject.among("any")
    return (*EVERYONE, *(role for role in subject.roles() if subject.among(role) != usual))


def told(scene, row):
    """One force's number and rate; all its values and their rates where sources contradict each other."""
    fact, name = row.fact, f"rate-{row.fact.fact_id}"
    notes = (workforce_note(row),) if not pd.isna(row.exposure) else ()
    if conflicts.open_question(fact):
        return _contested(scene, row, name, notes)
    return scene.finding(
        "rates",
        name,
        cases.place(scene, fact),
        scene.told(fact),
        "" if cases.dates(fact) == cases.dates(scene.row) else cases.when(fact),
        ": ",
        [_rate(row.low, row.high, row), "."] if notes else f"no rate can be had, for {_lacking(fact)}.",
        facts=[fact],
        notes=notes,
        caveats=[*cases.roles(fact), *conflicts.caution(scene, fact)],
    )


def per(fact):
    """The unit of a rate: a role is counted among its own workers."""
    return RATE.format("workforce" if fact.role in EVERYONE else subject.roles()[fact.role][1])


def rate(value, figure_ids=()):
    """A rate as a number of a sentence."""
    return Number(short(value), rounded(value), rounded(value), figure_ids, "computed")


def interval(lower, upper, figure_ids=()):
    """What chance alone allows, as a number of a sentence."""
    return Number(f"{short(lower)} to {short(upper)}", rounded(lower), rounded(upper), figure_ids, "computed")


def short(value):
    """A rate with as many digits as a reader can use: 0.21, 6.6, 131."""
    if value < 1:
        return "0" if value == 0 else f"{value:.3f}" if value < 0.01 else f"{value:.2f}"
    return f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def short_phi(phi):
    """A φ with one digit where it is small."""
    return f"{phi:.1f}" if phi < 10 else f"{phi:.0f}"


def rounded(value):
    """A computed number without the digits that differ between machines."""
    return float(f"{value:.4g}")


def workforce_note(row, whose="Workforce"):
    """The denominator in one line: how many people, of which dates, from which source."""
    first, last = (words.period(day, day).removeprefix("on ") for day in (row.denominator_from, row.denominator_to))
    whom = subject.denominators()[subject.among(row.fact.role)].whom
    dated = f"of {first}" if first == last else f"on average, from figures of {first} to {last}"
    return f"{whose}: {row.denominator:,.0f} {whom} {dated} (headcount; {origin(row.denominator_sources)})."


def origin(source_ids):
    """The publications behind workforce figures, named once each."""
    path = tables.location("workforce_sources")
    titles = tables.read(path, "workforce_sources").set_index("source_id")["title"] if path.exists() else {}
    return "; ".join(dict.fromkeys(titles.get(one, one) for one in source_ids.split()))


def _columns(scene):
    return [*scene.tables.facts.columns, "as_written", "period_basis"]


def _rate(low, high, row, figure_ids=None, unit=None):
    unit = f" {per(row.fact)}" if unit is None else unit
    ids = tuple(row.fact.figure_ids.split()) if figure_ids is None else figure_ids
    lower, upper = compare.exact_interval(low, high, float(row.exposure))
    chance = [" (chance alone allows ", interval(lower, upper, ids), ")"]
    if pd.isna(high):
        return ["at least ", rate(low / row.exposure, ids), unit]
    if low == high:
        return [rate(low / row.exposure, ids), unit, chance]
    return [interval(low / row.exposure, high / row.exposure, ids), unit, chance]


def _contested(scene, row, name, notes):
    found = conflicts.contradiction(scene, row.fact)
    held = values(scene, row.fact) if notes else []
    given = [_rate(low, high, row, ids, "" if n else None) for n, ((low, high), ids) in enumerate(held)]
    more = ["; that makes ", series(given, "or")] if given else [f"; no rate can be had, for {_lacking(row.fact)}"]
    tail = scene.finding("rates", name, "-", more, ".", facts=[row.fact])
    shift = {str(place): "{" + str(place + len(found.numbers)) + "}" for place in range(len(tail.numbers))}
    text = found.text.rstrip(".") + re.sub(r"\{(\d+)\}", lambda mark: shift[mark[1]], tail.text[1:])
    return replace(
        found,
        finding_id=tail.finding_id,
        section="rates",
        text=text,
        numbers=(*found.numbers, *tail.numbers),
        basis=(*found.basis, *notes),
    )


def values(scene, fact):
    """Every value that sources give for one number: ((low, high), the figures that print it)."""
    figures = scene.tables.by_id["figures"]
    found = re.findall(r"([^;\[\]]+?) \[([^\]]*)\]", fact.alternatives) or [("", fact.figure_ids)]
    made = []
    for value, where in found:
        ids = tuple(where.removeprefix("sum of ").split())
        summed = where.startswith("sum of ")
        ends = (int(value), int(value)) if summed else tuple(figures.loc[ids[0], ["low", "high"]])
        made.append((ends, ids))
    return [(ends, ids) for ends, ids in made if not pd.isna(ends[0])]


def _lacking(fact):
    undated = pd.isna(fact.period_start) or pd.isna(fact.period_end)
    return "its dates are not printed" if undated else NOT_KNOWN
