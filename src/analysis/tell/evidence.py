"""What everything but a claim's own source says about the numbers the claim is about."""

from dataclasses import replace

import pandas as pd

from analysis.measure import bounds
from analysis.tell import conflicts, phrases, words
from analysis.tell.findings import series


def together(tables, claim):
    """Name the numbers that count the claim's category together with another and so cannot settle it."""
    same = (tables.facts["round_id"] == claim.round_id) & (tables.facts["force_ids"] == claim.force_ids)
    joint = [
        fact
        for fact in tables.facts[same].itertuples(index=False)
        if claim.system in fact.system.split("|") and "|" in fact.system and not pd.isna(fact.low)
    ]
    said = phrases.read(tables.categories)
    told = [
        [phrases.number(fact), f" were printed for {phrases.category(said, 'system', fact.system)} together"]
        for fact in joint
    ]
    return [*series(told), ", and "] if told else []


def repeated(tables, claim, judged):
    """Say so when everything a claim holds against goes back to one origin."""
    sources = tables.by_id["sources"]
    ids = {one.rsplit(":", 1)[0] for one in f"{claim.figures} {claim.against}".split()} & set(sources.index)
    origins = sources.loc[sorted(ids), "derived_from"]
    return "; all these pages repeat one origin" if judged.always and len(ids) > 1 and len(set(origins)) == 1 else ""


def limits(tables, models, claim):
    force = claim.force_ids.split() or None
    return ask(model(tables, models, claim), claim, force)


def ask(model, claim, force):
    found = bounds.limits(
        model,
        force=force,
        role=claim.role or "any",
        conduct=claim.conduct or "not-stated",
        system=claim.system or "not-stated",
        outcome=claim.outcome or "not-stated",
        explain=False,
    )
    return found.lowest, found.highest


def model(tables, models, claim):
    """The round's evidence without what only the claim's own source prints; prepared once for each such set."""
    unit = claim.unit if claim.unit in ("people", "cases", "incidents", "allegations", "offences") else "people"
    key = (claim.round_id, unit, claim.assumptions, claim.source_id)
    if key not in models:
        models[key] = bounds.round_model(
            without(tables, claim.source_id), claim.round_id, claim.assumptions.split(), unit
        )
    return models[key]


def without(tables, source_id):
    facts = tables.facts
    only = facts["figure_ids"].map(lambda ids: {one.rsplit(":", 1)[0] for one in ids.split()} == {source_id})
    settled = pd.Series(
        [not conflicts.open_question(fact) for fact in facts.itertuples(index=False)], index=facts.index
    )
    return replace(tables, facts=facts.assign(agreement=facts["agreement"].mask(settled, "agree"))[~only.astype(bool)])


def other(claim):
    """The claim's second subject, from its base: `force_ids=surrey; unit=cases; outcome=recorded`."""
    pairs = dict(part.strip().split("=", 1) for part in claim.base.split(";") if part.strip())
    everything = {
        "force_ids": "",
        "role": "any",
        "conduct": "not-stated",
        "system": "not-stated",
        "outcome": "not-stated",
    }
    return claim._replace(**{**everything, "unit": claim.unit, **pairs})


def row_of(tables, claim):
    return tables.by_id["rounds"].loc[claim.round_id]


def most(ends):
    ends = list(ends)
    return None if None in ends else max(ends)


def who(tables, forces):
    names = tables.by_id["forces"]["name"]
    known = [names[force] for force in forces if force != "unnamed"]
    if len(known) > 3:
        known = [f"{words.number(len(known))} other forces"]
    return words.listed([*known, *(["a force nobody named"] if "unnamed" in forces else [])])
