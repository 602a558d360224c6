"""Findings: what part of a printed total each named force can have, given everything printed."""

from analysis.measure import bounds
from analysis.tell import answered, cases, conflicts, phrases, unnamed, words
from analysis.tell.findings import Number, must


def findings(scene):
    """For the greatest total of people, each named force's limits under all assumptions of the round.

    Only where the round counts people; a force on whose number sources contradict each other is left out.
    """
    totals = sorted((fact for fact in scene.national if unnamed.is_total(scene, fact)), key=cases.breadth)
    contested = {fact.force_ids for fact in scene.local if conflicts.open_question(fact) and fact.unit == "people"}
    named = [force for force in answered.with_answer(scene, answered.NUMBERED) if force not in contested]
    assumed = unnamed.variants(scene)[0]
    if scene.row.unit != "people" or not totals or not assumed or not named:
        return [scene.finding("each", "each", "No printed total of people can be shared out among the forces.")]
    model = unnamed.prepared(scene, totals, assumed)
    spans = {force: _span(model, force, totals[0]) for force in named}
    return [_limits(scene, totals[0], force, spans[force], _headline(spans)) for force in sorted(spans)]


def _span(model, force, fact):
    return bounds.limits(model, force=force, conduct=fact.conduct, system=fact.system, outcome=fact.outcome)


def _limits(scene, fact, force, found, title):
    high = phrases.ends(fact)[1]
    name = f"each-{force}"
    must(
        found.highest is not None and found.highest <= high,
        f"{scene.topic}/{scene.subject}/{name}",
        "no force has more than the total",
        found.highest,
    )
    ids = tuple(one for one in found.binding if one in set(scene.tables.figures["figure_id"]))
    span = Number(words.limits(found.lowest, found.highest), found.lowest, found.highest, ids, "computed")
    assumed = tuple(unnamed.statements(scene, found.assumptions))
    return scene.finding(
        "each",
        name,
        f"{scene.name(force)}: ",
        span,
        " of the ",
        phrases.number(fact),
        f"{words.assuming(assumed)}.",
        notes=(f"Assumed: {'; '.join(assumed)}." if assumed else "No assumption is needed.",),
        caveats=unnamed.doubts(scene, found),
        assumptions=assumed,
        title=title,
    )


def _headline(spans):
    loose = sum(found.lowest != found.highest for found in spans.values())
    return f"Of {words.number(len(spans))} named forces, {words.number(loose)} may have had more than was printed"
