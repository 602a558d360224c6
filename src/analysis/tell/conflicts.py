"""Findings: where sources contradict each other – every value or label, and who printed it."""

import re

import pandas as pd

from analysis import subject
from analysis.tell import phrases, words
from analysis.tell.findings import Number, series

PLAIN_KINDS = {"outcome", "conduct", "system", "role", "unit", "rank", "date_basis"}


def findings(scene):
    """One finding for each contradiction; differing dates of many numbers are said in one."""
    facts = [fact for fact in scene.facts if fact.agreement == "conflict"]
    made = [finding for fact in facts for finding in (values(scene, fact), kinds(scene, fact), places(scene, fact))]
    made = [finding for finding in [*made, dates(scene, facts)] if finding]
    return made or [scene.finding("conflicts", "conflicts", "No two sources contradict each other in what we saw.")]


def open_question(fact):
    """Whether sources contradict each other so much that no single sentence may state the number as a fact.

    Papers that repeat one origin and only change its words do not make one; differing values always do.
    """
    kinds = set(fact.conflict_of.split())
    return fact.agreement == "conflict" and ("value" in kinds or (fact.n_origins > 1 and bool(kinds - {"period"})))


def contradiction(scene, fact):
    """The one sentence that replaces a number on which sources contradict each other."""
    found = values(scene, fact) or kinds(scene, fact) or places(scene, fact)
    return found or scene.finding(
        "conflicts",
        f"open-{fact.fact_id}",
        "sources contradict each other on ",
        _what(scene, fact),
        "; no number can be given.",
        facts=[fact],
    )


def values(scene, fact):
    """The differing values of one number, each with who printed it, or the sum of its printed parts."""
    if "value" not in fact.conflict_of.split():
        return None
    found = [(value.strip(), where) for value, where in re.findall(r"([^;\[\]]+?) \[([^\]]*)\]", fact.alternatives)]
    documents = {one.split(":")[0] for _, where in found for one in where.removeprefix("sum of ").split()}
    said = [_value(scene, value, where, named=len(documents) > 1) for value, where in found]
    who = "sources differ" if len(documents) > 1 else "one document contradicts itself"
    return scene.finding(
        "conflicts",
        f"values-{fact.fact_id}",
        f"{who} on ",
        _what(scene, fact),
        ": ",
        series(said),
        ".",
        facts=[fact],
        title=f"{scene.where(fact)}: {who}",
    )


def kinds(scene, fact):
    """The differing words for one number, when sources agree on the value but not on what it counts."""
    wrong = [kind for kind in fact.conflict_of.split() if kind in PLAIN_KINDS]
    if not wrong:
        return None
    field = {"outcome": "outcome", "role": "role", "unit": "unit"}.get(wrong[0], "misuse")
    labels = list(dict.fromkeys(label for label in _figures(scene, fact)[f"{field}_as_written"] if label))
    said = [f"“{label}”" for label in labels if label != "all"] + ["a number without an outcome"] * ("all" in labels)
    if len(said) < 2:
        return None
    return scene.finding(
        "conflicts",
        f"kinds-{fact.fact_id}",
        "the same number for ",
        scene.where(fact),
        ", ",
        phrases.number(fact),
        ", is printed as ",
        words.listed(said),
        ".",
        facts=[fact],
    )


def places(scene, fact):
    """The same number printed for different forces."""
    if "force" not in fact.conflict_of.split():
        return None
    rows = _figures(scene, fact)
    named = [scene.name(ids) for ids in rows["force_ids"].replace("", pd.NA).dropna().unique()]
    return scene.finding(
        "conflicts",
        f"places-{fact.fact_id}",
        "the same number, ",
        phrases.number(fact),
        ", is printed for ",
        words.listed(named, "and for"),
        ".",
        facts=[fact],
    )


def dates(scene, facts):
    """How many numbers are dated differently by different pages."""
    moved = [fact for fact in facts if "period" in fact.conflict_of.split()]
    if not moved:
        return None
    spans = {
        words.period(*dates)
        for fact in moved
        for dates in _figures(scene, fact)[["period_start", "period_end"]].itertuples(index=False)
    }
    n = phrases.how_many(moved)
    return scene.finding(
        "conflicts",
        "dates",
        "pages give different dates for ",
        n,
        f" {words.plural('number', len(moved))} that {words.plural('is', len(moved))} otherwise the same: ",
        words.listed(sorted(span for span in spans if span), "or"),
        ".",
    )


def caution(scene, fact):
    """What a sentence about a fact must add when its sources differ only in words, force or dates."""
    if not fact.conflict_of:
        return []
    found, rows = [], _figures(scene, fact)
    for kind, field in (("outcome", "outcome"), ("conduct", "misuse")):
        labels = list(dict.fromkeys(label for label in rows[f"{field}_as_written"] if label))
        if kind in fact.conflict_of.split() and len(labels) > 1:
            found.append(f"Printed as {words.listed([f'“{label}”' for label in labels if label != 'all'], 'or')}.")
    if "force" in fact.conflict_of.split():
        others = [scene.name(ids) for ids in rows["force_ids"].unique() if ids and ids != fact.force_ids]
        found.append(f"Also printed for {words.listed(others)}.") if others else None
    return found


def _value(scene, value, where, named):
    """One value and who printed it; the sum of printed parts is said to be that."""
    ids = where.removeprefix("sum of ").split()
    if where.startswith("sum of "):
        return [Number(value, None, None, tuple(ids), "computed"), " (its printed parts added up)"]
    first = scene.tables.by_id["figures"].loc[ids[0]]
    low, high = phrases.ends(first)
    said = first.as_written if low is None and high is None else "none" if high == 0 else words.span(low or 0, high)
    return [Number(said, low, high, tuple(ids)), f" ({_publishers(scene, ids)})" if named else ""]


def _what(scene, fact):
    """The subject of a contradiction: "the number of cases of disclosure that were recorded at Surrey Police"."""
    verb = phrases.category(scene.said, "outcome", fact.outcome, fact.unit)
    if fact.unit == "people":
        about = f"{subject.roles()[fact.role][1]} who {verb}{phrases.over(scene.said, fact, scene.known)}"
    else:
        matter = phrases.about(scene.said, fact, scene.known)
        about = f"{fact.unit}{' of ' * bool(matter)}{matter} that {verb}"
    when = words.period(fact.period_start, fact.period_end)
    return f"the number of {about} {'at' if fact.force_ids else 'across'} {scene.where(fact)} {when}".strip()


def _figures(scene, fact):
    return scene.tables.by_id["figures"].loc[fact.figure_ids.split()]


def _publishers(scene, ids):
    sources = scene.tables.by_id["sources"].loc[[figure.split(":")[0] for figure in ids]]
    names = [re.sub(r" \((.*)\)", r", \1", name) for name in dict.fromkeys(sources["publisher"])]
    return words.listed(names if len(names) < 4 else [*names[:2], f"{words.number(len(names) - 2)} others"])
