"""Findings: what happened next – who left, who was warned, and of how many nobody says."""

import re
from dataclasses import replace

from analysis.tell import cases, phrases, words
from analysis.tell.findings import Number, must, series


def findings(scene):
    """The findings of one round about outcomes, those for all forces first."""
    national = sorted(_counts([fact for fact in scene.national if is_end(scene.said, fact)]), key=cases.breadth)
    local = _counts([fact for fact in scene.local if is_end(scene.said, fact)])
    return [*answer(scene, national), *everywhere(scene, national), *rest(scene, national), *by_force(scene, local)]


def is_end(said, fact):
    """Whether a fact says what became of people: every category of its outcome is an end in phrases.csv."""
    return all(said.get(("end", part)) for part in re.split(r"[|&]", fact.outcome))


def everywhere(scene, facts):
    """Each outcome printed for all forces together."""
    made = [
        cases.with_parts(scene, "total", f"everywhere-{fact.fact_id}", fact, [])
        for fact in facts
        if not cases.estimated(scene, fact)
    ]
    made = [replace(found, section="everywhere") for found in made]
    return made or [scene.finding("everywhere", "everywhere", "No outcome was printed for all forces together.")]


def rest(scene, facts):
    """Of a printed total, how many left or were sanctioned, and for how many at least nobody printed an outcome."""
    whole, parts = main_total(scene, facts)
    if not parts:
        cannot = "For how many no outcome was printed cannot be said from what we saw."
        return [scene.finding("unknown", "unknown", cannot)]
    total, known = phrases.ends(whole)[0], sum(phrases.ends(part)[1] for part in parts)
    must(
        all(phrases.ends(part)[1] <= total for part in parts),
        f"{scene.topic}/{scene.subject}/unknown",
        "no outcome is greater than the total",
        [phrases.ends(part) for part in parts],
    )
    if known >= total:
        return []
    ids = tuple(figure for fact in (whole, *parts) for figure in fact.figure_ids.split())
    left = Number(f"at least {words.number(total - known)}", total - known, None, ids, "computed")
    return [
        scene.finding(
            "unknown",
            "unknown",
            "for ",
            left,
            " of the ",
            phrases.number(whole),
            ", no outcome was printed for all forces together.",
            facts=[whole, *parts],
            caveats=("At least: one person can be counted under two of the printed outcomes.",),
            title=f"For at least {words.number(total - known)} of {total:,} no outcome was printed",
        )
    ]


def answer(scene, facts):
    """What became of those counted, in one sentence: "of the 237 disciplined, 11 were dismissed and six resigned"."""
    whole, parts = main_total(scene, facts)
    if not parts:
        return []
    clauses = [[phrases.number(part), f" {phrases.happened(scene.said, part)}"] for part in parts]
    who = phrases.noun(whole)
    verb = phrases.happened(scene.said, whole)
    return [
        scene.finding(
            "answer",
            "answer",
            "of the ",
            phrases.number(whole),
            f" {who} who {verb}" if whole.unit == "people" else f" {who} that {verb}",
            cases.when(whole),
            ", ",
            series(clauses),
            ".",
            facts=[whole, *parts],
            title=f"Of {whole.low:,}, {cases.plain(clauses[0])}",
        )
    ]


def main_total(scene, facts):
    """The greatest total that has printed outcomes as its parts, and those parts in its own unit."""
    wholes = [
        fact
        for fact in scene.national
        if not is_end(scene.said, fact)
        and phrases.ends(fact)[0]
        and phrases.ends(fact)[0] == phrases.ends(fact)[1]
        and not cases.estimated(scene, fact)
    ]
    for whole in sorted(wholes, key=cases.breadth):
        parts = [
            fact
            for fact in facts
            if fact.unit == whole.unit
            and whole.fact_id in fact.part_of.split()
            and phrases.ends(fact)[0] is not None
            and phrases.ends(fact)[0] == phrases.ends(fact)[1]
        ]
        if parts:
            return whole, parts
    return None, []


def by_force(scene, facts):
    """Each outcome printed for a named force; a split of it by role is told with it."""
    ids = {fact.fact_id for fact in facts}
    whole = [fact for fact in facts if not set(fact.part_of.split()) & ids]
    made = [cases.with_parts(scene, "named", f"named-{fact.fact_id}", fact, facts) for fact in whole]
    return made or [scene.finding("named", "named", "No outcome was printed for a single force in what we saw.")]


def _counts(facts):
    """Leave out a share where the count it comes from is printed as well."""
    counted = {(fact.force_ids, fact.outcome) for fact in facts if fact.status != "share"}
    return [fact for fact in facts if fact.status != "share" or (fact.force_ids, fact.outcome) not in counted]
