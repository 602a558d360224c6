"""Findings: the named forces' share of each total, and the band in which the rate of all that replied must lie."""

import pandas as pd

from analysis import subject
from analysis.measure import bounds, rates
from analysis.tell import answered, cases, phrases, rated, unnamed, words
from analysis.tell.findings import Number

ABSENT = ("not asked", "did not exist")


def findings(scene):
    """The named forces' share of each total, and the band of the rate of all that replied."""
    return [*share(scene), *together(scene)]


def share(scene):
    """How much of each printed total lies with the forces whose numbers were printed."""
    _, replied = answered.asked_and_replied(scene)
    named = answered.with_answer(scene, answered.NUMBERED)
    totals = sorted((fact for fact in scene.national if unnamed.is_total(scene, fact)), key=cases.breadth)
    if replied is None or replied.low <= len(named) or not totals:
        return [_no_share(scene)]
    ids = unnamed.variants(scene)[-1]
    model = unnamed.prepared(scene, totals, ids)
    made = [_share(scene, model, fact, len(named)) for fact in totals]
    return [found for found in made if found] or [_no_share(scene)]


def _share(scene, model, fact, named):
    whole = phrases.ends(fact)[1]
    kind = {"conduct": fact.conduct, "system": fact.system, "outcome": fact.outcome}
    found = bounds.limits(model, force=unnamed.hidden(scene, model), **kind)
    if found.highest is None or (found.lowest, found.highest) == (0, whole):
        return None
    low, high = whole - found.highest, whole - found.lowest
    ids = tuple(one for one in found.binding if one in set(scene.tables.figures["figure_id"]))
    assumed = tuple(scene.tables.by_id["assumptions"]["statement"][list(found.assumptions)])
    least = Number(f"at least {words.number(low)}", low, None, ids, "computed")
    part = Number(words.share(low / whole, low / whole), low / whole, high / whole, ids, "computed")
    return scene.finding(
        "share",
        f"share-{fact.fact_id}",
        least,
        " of the ",
        phrases.number(fact),
        f" {unnamed.who(scene, fact)} (",
        part,
        ") come from the ",
        _counted(named),
        " forces whose numbers were printed.",
        notes=(f"Assumed: {'; '.join(assumed)}." if assumed else "No assumption is needed.",),
        facts=[fact],
        assumptions=assumed,
    )


def _no_share(scene):
    return scene.finding("share", "share", "How much of a total lies with the named forces cannot be worked out.")


def together(scene):
    """The band in which the rate of all that replied must lie, whoever the unnamed ones were."""
    _, replied = answered.asked_and_replied(scene)
    if replied is not None and len(answered.with_answer(scene, answered.REPLIED)) == replied.low:
        return [scene.finding("together", "together", "It is known who replied: the rate of all of them stands above.")]
    totals = [fact for fact in scene.national if unnamed.is_total(scene, fact)]
    named = sorted({force for fact in scene.local for force in fact.force_ids.split()})
    known, lacking = exposures(scene)
    fits = replied is not None and len(named) < replied.low <= len(known) and set(named) <= set(known.index)
    if not totals or not fits:
        return [scene.finding("together", "together", "What rate all that replied had together cannot be worked out.")]
    return [_band(scene, fact, known, named, replied, lacking) for fact in sorted(totals, key=cases.breadth)]


def _band(scene, fact, known, named, replied, lacking):
    low, high = rates.band(*phrases.ends(fact), known, named, int(replied.low))
    ids = (*fact.figure_ids.split(), *replied.figure_ids)
    beyond = f", and none of the {words.number(len(lacking))} without a known workforce may be among them"
    return scene.finding(
        "together",
        f"together-{fact.fact_id}",
        "the ",
        phrases.number(fact),
        f" {unnamed.who(scene, fact)} make between ",
        rated.rate(low, ids),
        " and ",
        rated.rate(high, ids),
        " per 1,000 of the workforce a year in the ",
        replied,
        f" forces that replied; nobody printed which forces those were{beyond if lacking else ''}.",
        notes=(
            f"Known to be among them: {words.number(len(named))}. The ends take the largest and the smallest forces as "
            "the others.",
            f"Workforce: {subject.denominators()[subject.among('any')].whom} by headcount, over the round's period, of "
            f"{len(known)} forces.",
            *([f"No workforce is known for {words.listed(lacking)}."] if lacking else []),
        ),
        facts=[fact],
    )


def exposures(scene):
    """The 1,000 person-years of each force that may have been asked, and the names of those not known."""
    forces = sorted(scene.coverage.loc[~scene.coverage["answer"].isin(ABSENT), "force_id"])
    row = scene.row
    span = {"low": 0, "high": 0, "role": "any", "period_start": row.period_start, "period_end": row.period_end}
    found = rated.exposed(scene, pd.DataFrame({"force_ids": forces}).assign(**span)).set_index("force_ids")["exposure"]
    return found.dropna().astype(float), [scene.name(force) for force in found.index[found.isna()]]


def _counted(n):
    return Number(words.number(n), n, n, (), "counted")
