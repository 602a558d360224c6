"""Findings: named forces against the rate of all forces that replied, where that rate can be worked out."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from analysis import subject
from analysis.measure import compare
from analysis.measure.totals import NotACount, Overlap, total
from analysis.tell import answered, cases, conflicts, phrases, rated, words
from analysis.tell.findings import Number, must, series

FEWEST = 3
PHI = "φ is the ratio of variance to mean: one where cases come one by one, more where they come in batches."
PICKED = "The forces named were picked for their numbers, not drawn at random."
ONE_RECORD = "high-profile-record"


@dataclass(frozen=True)
class Line:
    """A printed total, the force rows it is made of (low and high empty where no number was printed), and its rate."""

    whole: object
    frame: pd.DataFrame
    rate: float

    @cached_property
    def judged(self):
        """The forces with an exact number, with funnel limits around the line and the φ at which each stops."""
        known = self.frame[self.frame["low"].notna()].reset_index(drop=True)
        return compare.stops_standing_out(known, self.rate)

    @property
    def outside(self):
        """The forces outside the 99.8% limits, by name: the order says nothing."""
        judged = self.judged
        return judged[judged["outside_998"]].sort_values("force")


def findings(scene, lines):
    """For each line: who lies outside its limits, what the others have, and what being picked explains."""
    return [finding for line in lines for finding in (against(scene, line), others(scene, line))] + [
        picked(scene, line) for line in lines[:1]
    ]


def lines(scene):
    """Lines of a round in which every replier is known: one for each total with enough forces' numbers, most first."""
    everyone = answered.with_answer(scene, answered.REPLIED)
    _, replied = answered.asked_and_replied(scene)
    if replied is None or len(everyone) != replied.low:
        return []
    found = [_line(scene, whole, everyone) for whole in scene.national if _suits(scene, whole)]
    found = [line for line in found if line and line.frame["low"].notna().sum() >= FEWEST]
    return sorted(found, key=lambda line: (-line.frame["low"].notna().sum(), line.whole.fact_id))


def against(scene, line):
    """The rate of all that replied, and the named forces that lie outside what chance allows around it."""
    whole, name = line.whole, f"line-{line.whole.fact_id}"
    summed = line.frame["low"].sum()
    found_in = f"{scene.topic}/{scene.subject}/{name}"
    must(summed <= whole.low, found_in, "the forces' numbers fit into their total", summed)
    return scene.finding(
        "line",
        name,
        "across the ",
        _counted(len(line.frame)),
        " forces that replied, ",
        scene.told(whole),
        ": ",
        rated.rate(line.rate, tuple(whole.figure_ids.split())),
        " per 1,000 of their workforce a year. Of the ",
        _counted(len(line.judged)),
        " forces with a number of that kind, ",
        _standing(line.outside),
        ".",
        facts=[whole],
        notes=(_workforce(line), f"Limits: 99.8%, exact Poisson. {PHI}"),
        caveats=(PICKED, *conflicts.caution(scene, whole)),
        title=f"{len(line.outside)} of {len(line.judged)} named forces lie outside what chance allows",
    )


def others(scene, line):
    """What the forces without a number of that kind have together."""
    known, rest = line.frame["low"].notna(), line.frame[line.frame["low"].isna()]
    left = int(line.whole.low - line.frame.loc[known, "low"].sum())
    exposure = float(rest["exposure"].sum())
    ids = (*line.whole.figure_ids.split(), *(one for ids in line.frame["figure_ids"] for one in ids.split()))
    return scene.finding(
        "line",
        f"rest-{line.whole.fact_id}",
        "the other ",
        _counted(len(rest)),
        " of the forces that replied had ",
        Number(f"{left:,}", left, left, ids, "computed"),
        " of the ",
        phrases.number(line.whole),
        " together, ",
        rated.rate(left / exposure, ids),
        " per 1,000 of their workforce a year (chance alone allows ",
        rated.interval(*compare.exact_interval(left, left, exposure), ids),
        ").",
        facts=[line.whole],
        caveats=_contested(scene, line),
    )


def picked(scene, line):
    """Whether being picked out of many is enough to lie outside the limits."""
    forces = len(line.frame)
    chance = 1 - (1 - 0.001) ** forces
    share = Number(f"{100 * chance:.0f}", chance, chance, (), "computed")
    return scene.finding(
        "line",
        "picked",
        "a force named for its high number will look high. Yet if all ",
        _counted(forces),
        " forces had the same rate and cases came one by one, some force would lie above these limits in only about ",
        share,
        " of 100 such rounds. So being picked is no explanation. What is left is cases that come in batches, forces "
        "that record or punish differently, or more misuse: these numbers cannot tell which",
        _batch(scene),
        ".",
    )


def _batch(scene):
    """The greatest number of people who looked at one record: cases do come in batches."""
    alike = [fact for fact in scene.local if fact.conduct == ONE_RECORD and fact.unit == "people"]
    fact = max(alike, key=lambda fact: phrases.ends(fact)[0] or 0, default=None)
    if fact is None or (phrases.ends(fact)[0] or 0) < 2:
        return ""
    return [". Batches do happen: ", cases.place(scene, fact), scene.told(fact)]


def _suits(scene, fact):
    low, high = phrases.ends(fact)
    whole = low and low == high and fact.role == "any" and not conflicts.open_question(fact)
    return whole and cases.dates(fact) == cases.dates(scene.row) and not cases.estimated(scene, fact)


def _line(scene, whole, everyone):
    counts = [_count(scene, whole, force) for force in everyone]
    rows = pd.DataFrame({"force_ids": everyone, "low": [low for low, _ in counts], "role": "any"})
    rows = rows.assign(low=rows["low"].astype("Int64"), high=rows["low"].astype("Int64"))
    rows = rows.assign(figure_ids=[ids for _, ids in counts], period_start=whole.period_start)
    frame = rated.exposed(scene, rows.assign(period_end=whole.period_end))
    if frame["exposure"].isna().any():
        return None
    names = [scene.name(force) for force in everyone]
    frame = frame.assign(force=names, exposure=frame["exposure"].astype(float), selected="yes")
    return Line(whole, frame, float(whole.low / frame["exposure"].sum()))


def _count(scene, whole, force):
    """A force's own exact number of the kind that the total counts, officers and staff added; None without one."""
    alike = [
        fact
        for fact in scene.local
        if (fact.force_ids, fact.unit, fact.outcome, cases.dates(fact))
        == (force, whole.unit, whole.outcome, cases.dates(whole))
        and (fact.conduct, fact.system) == (whole.conduct, whole.system)
        and not conflicts.open_question(fact)
    ]
    everyone = [fact for fact in alike if fact.role == "any"]
    apart = subject.everyone()
    roles = [fact for fact in alike if fact.role in apart]
    used = everyone[:1] or (roles if len(roles) == len(apart) else [])
    try:
        summed = total(pd.DataFrame([fact._asdict() for fact in used]), scene.tables.categories, scene.tables.forces)
    except (NotACount, Overlap):
        return pd.NA, ""
    exact = summed.high is not None and summed.low == summed.high
    return (summed.low, " ".join(fact.figure_ids for fact in used)) if exact else (pd.NA, "")


def _standing(outside):
    if outside.empty:
        return "none lies outside what chance allows around that rate"
    verb = "lies" if len(outside) == 1 else "lie"
    each = [_stands(row) for row in outside.itertuples(index=False)]
    return [_counted(len(outside)), f" {verb} outside what chance allows around that rate: ", series(each)]


def _stands(row):
    ids = tuple(row.figure_ids.split())
    lower, upper = compare.exact_interval(row.low, row.high, row.exposure)
    side = "above" if row.low / row.exposure > row.target else "below"
    stops = Number(rated.short_phi(row.stops_at_998), row.stops_at_998, row.stops_at_998, ids, "computed")
    return [
        f"{row.force} {side} it with ",
        rated.rate(row.low / row.exposure, ids),
        " (",
        rated.interval(lower, upper, ids),
        "; stops standing out at φ = ",
        stops,
        ")",
    ]


def _contested(scene, line):
    left = [
        fact
        for fact in scene.local
        if conflicts.open_question(fact) and fact.outcome == line.whole.outcome and fact.unit == line.whole.unit
    ]
    names = sorted({scene.name(fact.force_ids) for fact in left})
    return (f"Among them {words.listed(names)}, on whose number sources contradict each other.",) if names else ()


def _workforce(line):
    people = float(line.frame["denominator"].sum())
    row = line.frame.assign(fact=[line.whole] * len(line.frame), denominator=people).itertuples(index=False)
    return rated.workforce_note(next(row), f"Workforce of the {len(line.frame)} forces together")


def _counted(n):
    return Number(words.number(n), n, n, (), "counted")
