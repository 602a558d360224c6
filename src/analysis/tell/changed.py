"""Findings: whether anything changed from round to round – told only where two rounds count the same thing."""

from analysis import subject
from analysis.measure import compare, rates
from analysis.tell import cases, phrases, rated, rounds, scenes, words
from analysis.tell.findings import Number

TOPIC, SUBJECT = "has-it-changed", "all-rounds"


def findings(tables):
    """The pairs of rounds that can be compared, the totals of each pair, and why the rest is left out."""
    said, rows = phrases.read(tables.categories), scenes.rows(tables)
    scene = scenes.Scene(TOPIC, SUBJECT, tables, said, rows, subject.nations(), rows)
    many = set(rounds.of_many(tables))
    own = [row for row in tables.rounds.itertuples(index=False) if row.round_id in many]
    found = pairs(own)
    return [answer(scene, own, found), *compared(scene, found), *why(scene, own, found)]


def pairs(own):
    """Pairs of rounds of which either names the other as comparable, the earlier first."""
    found = [(a, b) for a in own for b in own if _names(a, b) or _names(b, a)]
    return [(a, b) for a, b in found if (str(a.period_start), a.round_id) < (str(b.period_start), b.round_id)]


def answer(scene, own, found):
    """Of how many rounds any two can be compared."""
    count = Number(words.number(len(own)), len(own), len(own), (), "counted")
    if len(own) < 2:
        return scene.finding("answer", "answer", "that cannot be said of fewer than two rounds.")
    if not found:
        return scene.finding(
            "answer", "answer", "that cannot be said: of ", count, " rounds, no two count the same thing."
        )
    some = Number(words.number(len(found)), len(found), len(found), (), "counted")
    return scene.finding(
        "answer",
        "answer",
        f"only in part: of {count.text} rounds, ",
        some,
        f" {words.plural('pair', len(found))} can be compared.",
    )


def compared(scene, found):
    """For each pair the totals that count the same thing, with the limits of their ratio a year."""
    made = [
        _change(scene, before, after)
        for pair in found
        for before in _totals(scene, pair[0])
        for after in _totals(scene, pair[1])
        if _alike(before, after)
    ]
    return made or [scene.finding("compared", "compared", "No two numbers of different rounds can be compared.")]


def why(scene, own, found):
    """Why a round is compared with no other, in the words of the decision."""
    inside = {row.round_id for pair in found for row in pair}
    made = [
        scene.finding("why", f"why-{row.round_id}", f"{row.title}: {row.comparable_reason or 'no reason was given.'}")
        for row in own
        if row.round_id not in inside
    ]
    return made or [scene.finding("why", "why", "No round is left out.")]


def _names(row, other):
    return other.round_id in row.comparable_with.split()


def _totals(scene, row):
    return [
        fact
        for fact in scene.national
        if fact.round_id == row.round_id
        and phrases.ends(fact)[0]
        and phrases.ends(fact)[0] == phrases.ends(fact)[1]
        and not cases.estimated(scene, fact)
    ]


def _alike(before, after):
    kinds = ("unit", "role", "conduct", "system", "outcome")
    dated = rates.years(before.period_start, before.period_end) + rates.years(after.period_start, after.period_end)
    return dated == dated and all(getattr(before, kind) == getattr(after, kind) for kind in kinds)


def _change(scene, before, after):
    spans = [rates.years(fact.period_start, fact.period_end) for fact in (before, after)]
    counts = (int(after.low), spans[1], int(before.low), spans[0])
    ids = (*before.figure_ids.split(), *after.figure_ids.split())
    times = (counts[0] / counts[1]) / (counts[2] / counts[3])
    return scene.finding(
        "compared",
        f"change-{before.fact_id}-{after.fact_id}",
        scene.told(before),
        cases.when(before),
        ", ",
        phrases.number(after),
        cases.when(after),
        ": ",
        rated.rate(times, ids),
        " times as many a year (chance alone allows ",
        rated.interval(*compare.ratio_interval(*counts), ids),
        ").",
        facts=[before, after],
        caveats=("Who replied can differ between the rounds.",),
    )
