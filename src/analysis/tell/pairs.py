"""Findings: the two named forces with the highest counts, how far apart their rates are, and what that can mean."""

import numpy as np
import pandas as pd

from analysis import subject
from analysis.measure import compare
from analysis.tell import cases, conflicts, lines, phrases, rated, words
from analysis.tell.findings import Number


def findings(scene, rows):
    """The two highest counts side by side, how many times one rate is the other, and what that can mean."""
    two = highest(rows)
    if two is None:
        return [scene.finding("pair", "pair", "No two forces have rates that can be set side by side.")]
    return [_side_by_side(scene, *two), _times(scene, *two), _meaning(scene, *two)]


def highest(rows):
    """The two single forces with the highest settled counts that have a rate, the higher rate first; None without."""
    known = settled(rows)
    known = known[(known["low"] > 0) & ~known["force_ids"].str.contains(" ", regex=False)]
    two = known.sort_values(["low", "force"], ascending=[False, True]).head(2)
    return tuple(two.sort_values("rate", ascending=False).itertuples(index=False)) if len(two) == 2 else None


def settled(rows):
    """The forces with a rate on whose number sources do not contradict each other."""
    agreed = [not conflicts.open_question(fact) for fact in rows["fact"]]
    return rows[pd.Series(agreed, index=rows.index, dtype=bool) & rows["rate"].notna()]


def _side_by_side(scene, high, low):
    ids = [tuple(row.fact.figure_ids.split()) for row in (high, low)]
    said = [
        [
            cases.place(scene, row.fact),
            scene.told(row.fact),
            "" if cases.dates(row.fact) == cases.dates(scene.row) else cases.when(row.fact),
            ": ",
            rated.rate(row.rate, own),
            f" {rated.per(row.fact)} (chance alone allows ",
            rated.interval(row.lower, row.upper, own),
            ")",
        ]
        for row, own in zip((high, low), ids, strict=True)
    ]
    return scene.finding(
        "pair",
        "pair-rates",
        said[0],
        "; ",
        said[1],
        ".",
        facts=[high.fact, low.fact],
        notes=[rated.workforce_note(row, f"Workforce of {row.force}") for row in (high, low)],
        caveats=[caution for row in (high, low) for caution in conflicts.caution(scene, row.fact)],
        title=f"{high.force} and {low.force}: rates set side by side",
    )


def _times(scene, high, low):
    """How many times one rate is the other, and how much cases must cluster for chance to explain it."""
    counts = (int(high.low), float(high.exposure), int(low.low), float(low.exposure))
    ids = (*high.fact.figure_ids.split(), *low.fact.figure_ids.split())
    times, phi = float(high.rate / low.rate), compare.even_at(*counts)
    chance = (
        "; chance alone could make that difference"
        if np.isnan(phi)
        else "; the two would still differ if cases came in batches of a hundred"
        if np.isinf(phi)
        else [
            "; it stops standing out at φ = ",
            Number(rated.short_phi(phi), rated.rounded(phi), rated.rounded(phi), ids, "computed"),
        ]
    )
    return scene.finding(
        "pair",
        "pair-times",
        f"the rate of {high.force} is ",
        rated.rate(times, ids),
        f" times that of {low.force} (chance alone allows ",
        rated.interval(*compare.ratio_interval(*counts), ids),
        ")",
        chance,
        ".",
        notes=(lines.PHI, "Limits: 95%, the first count given the sum of both."),
        facts=[high.fact, low.fact],
    )


def _meaning(scene, high, low):
    """What the difference can and cannot mean."""
    same = (high.fact.unit, high.fact.outcome) == (low.fact.unit, low.fact.outcome)
    counted = (
        f"both numbers count {_whom(scene, high)}"
        if same
        else f"one number counts {_whom(scene, high)}, the other {_whom(scene, low)}"
    )
    bridge = _bridge(high, low) if high.fact.unit not in ("people", low.fact.unit) else ""
    return scene.finding(
        "pair",
        "pair-meaning",
        f"the difference does not show that more people at {high.force} {subject.term('deed')[0]}: ",
        counted,
        f", and what a force records, looks for and calls {subject.term('sanction')[0]} is its own choice",
        ", and both were named because their numbers are high" if scene.row.selected == "yes" else "",
        bridge,
        ".",
        caveats=("It can mean more misuse, closer checks, wider recording, or any mix of them.",),
    )


def _bridge(high, low):
    """Of how few people the cases would have to be for the rates to be equal."""
    even = max(1, round(float(low.rate) * float(high.exposure)))
    people = Number(words.number(even), even, even, (), "computed")
    return [
        f". The rates would be equal if those {high.fact.unit} were of only about ",
        people,
        f" {words.plural('person', even)}",
    ]


def _whom(scene, row):
    verb = phrases.category(scene.said, "outcome", row.fact.outcome, row.fact.unit)
    if row.fact.unit == "people":
        return f"{subject.roles()[row.fact.role][1]} who {verb}"
    return f"{row.fact.unit} that {verb}"
