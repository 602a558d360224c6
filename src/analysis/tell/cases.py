"""Findings: how many, by force, what is equal, what conflicts, and what was only estimated."""

import re
from dataclasses import replace

from analysis.tell import conflicts, phrases, words
from analysis.tell.findings import Number, must, series

MOST_PARTS = 3


def findings(scene, relations):
    """The findings of one round about its numbers, the totals first."""
    return [
        *totals(scene),
        *by_force(scene),
        *beside(scene),
        *equals(scene),
        *conflicts.findings(scene),
        *estimates(scene, relations),
    ]


def totals(scene):
    """What was printed for all forces together, and its printed parts."""
    whole = [fact for fact in scene.national if not fact.part_of and not estimated(scene, fact)]
    if not whole:
        return [scene.finding("total", "total", "No total for all forces was printed in what we saw.")]
    return [
        with_parts(scene, "total", f"total-{fact.fact_id}", fact, scene.national) for fact in sorted(whole, key=breadth)
    ]


def by_force(scene):
    """Each number printed for a named force, greatest first, with the parts printed for it."""
    own = [fact for fact in scene.local if not _inside_own(scene, fact)]
    made = [with_parts(scene, "named", f"named-{fact.fact_id}", fact, scene.local) for fact in own]
    return made or [scene.finding("named", "named", "No number for a single force was printed in what we saw.")]


def equals(scene):
    """Forces whose printed numbers are the same, of the same unit and outcome."""
    alike: dict[tuple, dict] = {}
    for fact in scene.local:
        low, high = phrases.ends(fact)
        if low == high and low and low > 1 and " " not in fact.force_ids and not _inside_own(scene, fact):
            alike.setdefault((-low, fact.unit, fact.outcome), {})[fact.force_ids] = fact
    made = [_equal(scene, -key[0], list(facts.values())) for key, facts in sorted(alike.items()) if len(facts) > 1]
    return made or [scene.finding("equal", "equal", "No two forces have the same printed number of the same kind.")]


def _equal(scene, value, facts):
    shared = Number(words.number(value), value, value, tuple(one for fact in facts for one in fact.figure_ids.split()))
    clause = f"{phrases.noun(facts[0])} {phrases.category(scene.said, 'outcome', facts[0].outcome, facts[0].unit)}"
    names = words.listed(sorted(scene.where(fact) for fact in facts))
    return scene.finding(
        "equal",
        f"equal-{facts[0].fact_id}",
        "the same number was printed for ",
        names,
        ": ",
        shared,
        f" {clause} in each.",
        facts=facts,
        caveats=("Equal counts need not mean equal rates: the forces differ in size.",),
    )


def estimates(scene, relations):
    """Numbers a paper worked out from another: said as what they are, never as counts."""
    rows = relations[relations["relation"] == "estimate_of"]
    made = []
    for fact in scene.facts:
        own = rows.loc[[bool(set(fact.figure_ids.split()) & set(figures.split())) for figures in rows["figures"]]]
        base = next((other for other in scene.facts if set(own["of"]) & set(other.figure_ids.split())), None)
        if base:
            made.append(
                scene.finding(
                    "estimates",
                    f"estimate-{fact.fact_id}",
                    "“",
                    _as_printed(fact),
                    "” was worked out by a paper from the ",
                    phrases.number(base),
                    "; nobody counted it.",
                    facts=[fact],
                    notes=tuple(own["reason"]),
                )
            )
    return made or [scene.finding("estimates", "estimates", "No number here is a paper's estimate.")]


def estimated(scene, fact):
    """Whether a fact is somebody's estimate."""
    return bool(scene.estimates & set(fact.figure_ids.split()))


def _as_printed(fact):
    return Number(fact.as_written, *phrases.ends(fact), tuple(fact.figure_ids.split()))


def with_parts(scene, section, name, fact, among):
    """One fact and, where they are few, its printed parts in the same sentence; all values where sources differ."""
    if conflicts.open_question(fact):
        found = conflicts.contradiction(scene, fact)
        return replace(found, finding_id=f"{scene.topic}/{scene.subject}/{name}", section=section)
    parts = [part for part in direct_parts(scene, fact, among) if not conflicts.open_question(part)]
    counted = {part.outcome for part in parts if part.status != "share"}
    parts = [part for part in parts if part.status != "share" or part.outcome not in counted]
    shown = parts if len(parts) <= MOST_PARTS else []
    must(
        _fits(fact, parts),
        f"{scene.topic}/{scene.subject}/{name}",
        "no part is greater than its whole",
        f"{phrases.ends(fact)} with parts {[phrases.ends(part) for part in parts]}",
    )
    where = [place(scene, fact)] if section != "total" else []
    dated = [] if where and dates(fact) == dates(scene.row) else [when(fact)]
    clause = scene.told(fact)
    title = f"{scene.where(fact)}: {plain(clause)}" if where else plain(clause)
    return scene.finding(
        section,
        name,
        where,
        clause,
        dated,
        parts_tail(scene, fact, shown),
        ".",
        facts=[fact, *shown],
        caveats=[*roles(fact), *conflicts.caution(scene, fact)],
        title=title,
    )


def direct_parts(scene, fact, among):
    """The printed parts of a fact that are not parts of another of its parts, greatest first; no share of a count."""
    parts = sorted(scene.parts(fact, among), key=breadth)
    ids = {part.fact_id for part in parts}
    counts = {(part.outcome, part.conduct, part.system) for part in parts if part.status != "share"}
    return [
        part
        for part in parts
        if not set(part.part_of.split()) & ids
        and (part.status != "share" or (part.outcome, part.conduct, part.system) not in counts)
    ]


def parts_tail(scene, fact, parts):
    """The clause that tells the parts: ". Of these, 35 concerned Niche or e-mail"."""
    return [". Of these, ", series([_part(scene, fact, part) for part in parts])] if parts else []


def beside(scene):
    """What forces answered themselves, in replies of their own that belong beside the press's numbers."""
    reasons = scene.coverage.set_index("force_id")["reason"]
    made = [
        replace(told, caveats=(*told.caveats, *reasons.reindex(fact.force_ids.split()).dropna()))
        for fact in scene.beside
        for told in [with_parts(scene, "replies", f"reply-{fact.fact_id}", fact, scene.beside)]
    ]
    return made or [scene.finding("replies", "replies", "No force's own reply with figures is among what we saw.")]


def when(fact):
    """When: " from April 2017 to March 2019", or nothing."""
    span = words.period(fact.period_start, fact.period_end)
    return f" {span}" if span else ""


def place(scene, fact):
    """Where: "at Surrey Police, ", or "in Yorkshire, " for an area."""
    return f"{'at' if fact.force_ids else 'in'} {scene.where(fact)}, "


def _part(scene, whole, part):
    """A part, saying only what differs from its whole: "35 concerned e-mail", "26 were officers", "one resigned"."""
    known = (whole.conduct, whole.system)
    if part.unit != whole.unit and part.outcome != whole.outcome:
        return phrases.told(scene.said, part, known)
    who = f" {phrases.noun(part)}" if part.role not in (whole.role, "any", "not stated") else ""
    matter = phrases.about(scene.said, part, known)
    rest = [
        f" at {scene.where(part)}" if part.force_ids not in ("", whole.force_ids) else "",
        when(part) if dates(part) != dates(whole) else "",
    ]
    if part.outcome != whole.outcome or (matter and part.unit == "people") or not any([who, matter, *rest]):
        over = f" over {matter}" if matter else ""
        return [phrases.number(part), who, " ", phrases.happened(scene.said, part), over, *rest]
    if matter:
        return [phrases.number(part), f" concerned {matter}", *rest]
    return [phrases.number(part), " was" if phrases.one(part) else " were", who, *rest]


def dates(fact):
    return str(fact.period_start), str(fact.period_end)


def _fits(whole, parts):
    high = phrases.ends(whole)[1]
    lows = [phrases.ends(part)[0] for part in parts if part.unit == whole.unit]
    return high is None or all(low is None or low <= high for low in lows)


def _inside_own(scene, fact):
    """Whether a fact is part of another fact of the same forces, which tells it."""
    ids = fact.part_of.split()
    return any(whole.fact_id in ids and whole.force_ids == fact.force_ids for whole in scene.local)


def breadth(fact):
    """Sort key: what was recorded or disciplined before how it ended, greater before smaller."""
    low, high = phrases.ends(fact)
    return (-(high if high is not None else low if low is not None else -1), fact.fact_id)


def roles(fact):
    loose = fact.role == "not stated" and re.search("staff", fact.roles_reported)
    return ("“Staff” here may mean any employee, officers included.",) if loose else ()


def plain(clause):
    return "".join(part.text if isinstance(part, Number) else part for part in clause)
