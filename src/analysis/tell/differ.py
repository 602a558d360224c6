"""Findings: whether forces differ by more than chance, or why that cannot be asked of a round."""

from itertools import pairwise

import numpy as np
import pandas as pd

from analysis.measure import compare
from analysis.tell import answered, bands, lines, pairs, rated, words
from analysis.tell.findings import Number

DRAWS = 4_000
# Variance to mean where cases cluster: one curious look, or one record that many look at.
CLUSTERED = (2, 5)


def findings(scene):
    """The findings of one round about differences between forces, the answer first."""
    rows, found = rated.rated(scene), lines.lines(scene)
    return [
        answer(scene, rows, found),
        *(lines.findings(scene, found) or [no_line(scene, rows)]),
        *pairs.findings(scene, rows),
        table(scene, rows),
        *bands.findings(scene),
        *rated.findings(scene, rows),
    ]


def answer(scene, rows, found):
    """Whether the question can be asked, and of how many forces with how many numbers."""
    if found:
        return _in_part(scene, found[0])
    if rows.empty:
        return scene.finding("answer", "answer", "That cannot be asked: no number for a single force was printed.")
    asked, seen = everyone_asked(scene), f"{words.plural('has', len(rows))} a number that we saw"
    return scene.finding(
        "answer",
        "answer",
        "that cannot be asked of this round: of the ",
        asked,
        f" {_forces(asked.low)} " + ("asked, only " if asked.figure_ids else "that may have been asked, only "),
        _counted(len(rows)),
        f" {seen}",
        ", and sources named them for it." if scene.row.selected == "yes" else ".",
        title=f"Only {len(rows)} of {asked.low} {_forces(asked.low)} {seen}",
    )


def _in_part(scene, line):
    out, some = len(line.outside), len(line.judged)
    return scene.finding(
        "answer",
        "answer",
        "only in part: ",
        _counted(out),
        " of the ",
        _counted(some),
        f" named {_forces(some)} with a number of the same kind {words.plural('lies', out)} outside what chance "
        "allows, and no settled number of that kind was printed for the other ",
        _counted(len(line.frame) - some),
        " that replied.",
        facts=[line.whole],
        title=f"{out} of {some} named {_forces(some)} {words.plural('lies', out)} outside what chance allows",
    )


def no_line(scene, rows):
    """Why no common rate can be worked out, which a comparison with chance would need."""
    reasons = []
    if rows.empty:
        reasons.append("no number for a single force was printed")
    elif scene.row.selected == "yes":
        reasons.append("sources named forces for their numbers, most of them for high ones")
    kinds = {(row.unit, row.outcome) for row in rows["fact"]}
    if len(kinds) > 1:
        reasons.append(f"their numbers count {words.number(len(kinds))} different things")
    reasons.append("no rate can be worked out for all that replied, since it is not known which other forces did")
    return scene.finding(
        "line",
        "no-line",
        f"forces cannot be compared with what chance allows here, because {words.listed(reasons)}.",
        caveats=() if rows.empty else ("A chart of such forces alone would show who was picked, not who differs.",),
    )


def table(scene, rows):
    """That no league table is justified: over how many places chance and missing numbers spread each force."""
    known, asked = pairs.settled(rows), everyone_asked(scene)
    if known.empty:
        return scene.finding("table", "table", "Without a settled rate for any force, no league table can be made.")
    missing = max(0, int(asked.low) - len(known))
    first = _places(known, missing)
    unsettled = f"{_forces(missing)} {words.plural('has', missing)} no settled rate"
    clustered = [_span_of_places(_places(known, missing, phi), phi) for phi in CLUSTERED]
    return scene.finding(
        "table",
        "table",
        f"no league table is justified: {first.force} has the {'highest' if len(known) > 1 else 'only'} rate that we "
        "saw, yet may stand anywhere between place ",
        _place(first.rank_low),
        " and ",
        _place(first.rank_high),
        " of ",
        asked,
        f", because {words.number(missing)} {unsettled}" if missing else "",
        _neighbours(known) if len(known) > 1 else "",
        ".",
        notes=(
            "Places: 95% of simulated rates, cases one by one; a force without a number may stand anywhere.",
            f"Where cases come in batches: place {words.listed(clustered)}.",
        ),
        title="No league table" + (f": {missing} of {asked.low} {unsettled}" if missing else ""),
    )


def _span_of_places(force, phi):
    return f"{force.rank_low:.0f} to {force.rank_high:.0f} at φ = {phi}"


def _places(known, missing, phi=1):
    """The force with the highest rate, with the ranks it may have among all forces asked when cases cluster by φ."""
    frame = known[["force", "low", "high", "exposure"]].astype(dict.fromkeys(("low", "high", "exposure"), float))
    # A force without a number may have any: its rate is open upwards, whatever its size.
    others = pd.DataFrame({"force": [f"unknown {n}" for n in range(missing)], "low": 0.0, "exposure": 1.0})
    everyone = pd.concat([frame, others.assign(high=np.nan)], ignore_index=True)
    ranks = compare.rank_intervals(everyone, draws=DRAWS, phi=phi)
    return ranks.iloc[(frame["low"] / frame["exposure"]).to_numpy().argmax()]


def _neighbours(known):
    """How many neighbouring rates have limits that overlap."""
    order = known.sort_values("rate", ascending=False)
    apart = list(pairwise(order.itertuples(index=False)))
    overlap = sum(after.upper >= before.lower for before, after in apart)
    how_many = f"all {words.number(len(apart))} pairs of neighbouring rates have limits that overlap"
    if overlap < len(apart):
        how_many = how_many.replace("all ", f"{words.number(overlap)} of ")
    if len(apart) == 1:
        how_many = f"the limits {'overlap' if overlap else 'do not overlap'}"
    return [". Among the ", _counted(len(known)), f" forces with a rate, {how_many}"]


def everyone_asked(scene):
    """How many forces were asked, as printed; else how many may have been."""
    asked, _ = answered.asked_and_replied(scene)
    return asked or _counted(int((~scene.coverage["answer"].isin(bands.ABSENT)).sum()))


def _forces(n):
    return words.plural("force", n)


def _place(n):
    return Number(str(int(n)), int(n), int(n), (), "computed")


def _counted(n):
    return Number(words.number(n), n, n, (), "counted")
