"""Findings: which systems and which conduct the numbers are about, and what nobody told apart."""

import re
from dataclasses import replace

import pandas as pd

from analysis.tell import cases, conflicts, phrases, scenes, unnamed, words
from analysis.tell.findings import Number

ROOT = "not-stated"


def findings(scene):
    """The findings of one round about systems and conduct, the answer first."""
    own = facts(scene)
    return [
        answer(scene, own),
        *by(scene, own, "system"),
        *by(scene, own, "conduct"),
        *blurred(scene, own),
        rest(scene, own),
    ]


def facts(scene):
    """The facts that name a system or a conduct of their own, those for all forces first."""
    bases = scenes.base_categories(scene.tables.categories)
    every = [*sorted(scene.national, key=cases.breadth), *scene.local]
    return [
        fact
        for fact in every
        if not cases.estimated(scene, fact)
        and fact.status != "share"
        and fact.conduct not in bases
        and (about(scene, fact, "system") or about(scene, fact, "conduct"))
    ]


def about(scene, fact, dimension):
    """The categories of one dimension that a fact names and the round as a whole does not."""
    known = scene.known[("conduct", "system").index(dimension)]
    return [one for one in re.split(r"[|&]", getattr(fact, dimension)) if one not in (ROOT, known)]


def answer(scene, own):
    """Which systems and conduct are named at all, for how many numbers, in one sentence."""
    if not own:
        return scene.finding(
            "answer",
            "answer",
            "What was misused was not printed in what we saw.",
            title="What was misused was not printed",
        )
    named = {kind: _named(scene, own, kind) for kind in ("system", "conduct")}
    said = [
        f"{words.plural(kind, len(names)) if kind == 'system' else kind} named: {words.listed(names)}"
        for kind, names in named.items()
        if names
    ]
    numbers = Number(words.number(len(own)), len(own), len(own), (), "counted")
    return scene.finding(
        "answer",
        "answer",
        numbers,
        f" {words.plural('number', len(own))} of this round {'tells' if len(own) == 1 else 'tell'} what was misused or "
        f"done ({'; '.join(said)}).",
        facts=own,
        title=f"{len(own)} {words.plural('number', len(own))} {'tells' if len(own) == 1 else 'tell'} what was misused",
    )


def by(scene, own, dimension):
    """Each number about a system, or about a conduct where it names no system."""
    chosen = [
        fact
        for fact in own
        if about(scene, fact, dimension) and (dimension == "system" or not about(scene, fact, "system"))
    ]
    everywhere = {fact.fact_id for fact in scene.national}
    made = [
        replace(
            cases.with_parts(
                scene, "total" if fact.fact_id in everywhere else "named", f"{dimension}-{fact.fact_id}", fact, []
            ),
            section=dimension,
        )
        for fact in chosen
    ]
    what = {"system": "No system was named", "conduct": "No further conduct was named"}[dimension]
    return made or [scene.finding(dimension, dimension, f"{what} in what we saw.")]


def blurred(scene, own):
    """Numbers whose categories the source does not tell apart: what each of them can be."""
    made = [_blur(scene, fact, kind) for fact in own for kind in ("system", "conduct") if "|" in getattr(fact, kind)]
    return [found for found in made if found] or [
        scene.finding("blurred", "blurred", "Every number that names a system or conduct names only one.")
    ]


def rest(scene, own):
    """Of the greatest total with a printed part, how many at most are about what nobody printed."""
    for whole in sorted(scene.national, key=cases.breadth):
        low, high = phrases.ends(whole)
        parts = [fact for fact in own if whole.fact_id in fact.part_of.split() and not fact.force_ids]
        least = [int(fact.hull_low) for fact in parts if not pd.isna(fact.hull_low)]
        if not least or low != high or conflicts.open_question(whole):
            continue
        # Parts may share people, so only the greatest is surely told.
        left = high - max(least)
        ids = tuple(one for fact in (whole, *parts) for one in fact.figure_ids.split())
        units = {fact.unit for fact in (whole, *parts)}
        return scene.finding(
            "rest",
            "rest",
            "for at most ",
            Number(words.number(left), 0, left, ids, "computed"),
            " of the ",
            phrases.number(whole),
            "" if whole.unit == "people" else f" {whole.unit}",
            f" {unnamed.who(scene, whole)}, nothing printed for all forces together tells what was misused.",
            facts=[whole, *parts],
            caveats=(f"The numbers count {words.listed(sorted(units))}.",) if len(units) > 1 else (),
        )
    return scene.finding(
        "rest", "rest", "For how many nobody printed what was misused cannot be said from what we saw."
    )


def _blur(scene, fact, kind):
    """What each category of a joint number can be: none of it, or all."""
    high = phrases.ends(fact)[1]
    names = [phrases.category(scene.said, kind, one) for one in getattr(fact, kind).split("|")]
    if high is None or conflicts.open_question(fact) or not high:
        return None
    each = Number(f"between none and {words.number(high)}", 0, high, tuple(fact.figure_ids.split()), "computed")
    return scene.finding(
        "blurred",
        f"blurred-{kind}-{fact.fact_id}",
        cases.place(scene, fact) if fact.force_ids else "",
        "for ",
        phrases.number(fact),
        f" {phrases.noun(fact)} sources say only “{words.listed(names, 'or')}”: each of these can be ",
        each,
        ".",
        facts=[fact],
    )


def _named(scene, own, dimension):
    found = {one for fact in own for one in about(scene, fact, dimension)}
    return sorted({phrases.category(scene.said, dimension, one) for one in found})
