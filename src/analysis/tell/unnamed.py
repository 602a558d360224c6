"""Findings: how much of the printed totals lies with forces nobody named, and what a partial answer leaves open."""

from dataclasses import replace

from analysis.measure import bounds
from analysis.tell import answered, cases, conflicts, phrases, words
from analysis.tell.findings import Number, must


def findings(scene):
    """For each total of a round its limits for unnamed forces, and what is open about forces that did not reply."""
    return [*limits(scene), *open_forces(scene)]


def limits(scene):
    """Limits under all of the round's assumptions and without the printed ranks, where a whole block is unnamed."""
    _, replied = answered.asked_and_replied(scene)
    named = answered.with_answer(scene, answered.NUMBERED)
    totals = sorted((fact for fact in scene.national if is_total(scene, fact)), key=cases.breadth)
    if replied is None or replied.low <= len(named) or not totals:
        return [_cannot(scene)]
    block = Number(words.number(replied.low - len(named)), None, None, replied.figure_ids, "computed")
    models = {ids: prepared(scene, totals, ids) for ids in variants(scene)}
    made = [limited(scene, model, fact, block, ids) for fact in totals for ids, model in models.items()]
    kept = {(found.numbers[0].text, found.numbers[1]): found for found in reversed(made) if found}
    return list(reversed(kept.values())) or [_cannot(scene)]


def variants(scene):
    """The sets of assumptions each limit is said under: all of the round's, and all but the printed ranks."""
    rows = scene.tables.assumptions
    rows = rows[rows["round_id"] == scene.subject]
    ranks = rows["applies_where"].str.contains("relation=rank")
    every, fewer = tuple(rows["assumption_id"]), tuple(rows.loc[~ranks, "assumption_id"])
    return [every] if every == fewer else [every, fewer]


def prepared(scene, totals, ids):
    """The round's model in which each total is read as the sentence about it says it; prepared once for all topics."""
    read_so = tuple(fact.fact_id for fact in totals)
    if (read_so, ids) not in scene.models:
        facts = scene.tables.facts
        read = facts.assign(agreement=facts["agreement"].mask(facts["fact_id"].isin(read_so), "agree"))
        model = bounds.round_model(replace(scene.tables, facts=read), scene.subject, ids)
        scene.models[read_so, ids] = model
    return scene.models[read_so, ids]


def limited(scene, model, fact, block, ids):
    """Between how many and how many of one total lie with unnamed forces, under named assumptions; None if open."""
    found = bounds.limits(
        model, force=hidden(scene, model), conduct=fact.conduct, system=fact.system, outcome=fact.outcome
    )
    _, high = phrases.ends(fact)
    name = f"{scene.topic}/{scene.subject}/unnamed-{fact.fact_id}"
    must(found.highest is None or found.highest <= high, name, "the limits lie inside the total", found.highest)
    if found.highest is None or (found.lowest, found.highest) == (0, high):
        return None
    span = Number(
        words.limits(found.lowest, found.highest), found.lowest, found.highest, _figures(scene, found), "computed"
    )
    every, assumed = ids == variants(scene)[0], tuple(statements(scene, found.assumptions))
    without = "" if every or not assumed else "without relying on the printed ranks, "
    return scene.finding(
        "unnamed",
        f"unnamed-{fact.fact_id}-{'all' if every else 'without-ranks'}",
        without,
        span,
        " of the ",
        phrases.number(fact),
        f" {who(scene, fact)} come from the ",
        block,
        f" forces whose numbers nobody printed{_holds(assumed)}.",
        notes=(f"Assumed: {'; '.join(assumed)}." if assumed else "No assumption is needed.", _binding(scene, found)),
        facts=[fact],
        caveats=doubts(scene, found),
        assumptions=assumed,
        title=f"{span.text} of the {high} come from forces without a printed number",
    )


def hidden(scene, model):
    """The forces that replied but whose numbers nobody printed: named in the coverage, or a block nobody named."""
    return answered.with_answer(scene, ("replied, unnamed",)) if not model.unnamed else "unnamed"


def open_forces(scene):
    """What the answers of some forces do not say about the rest."""
    asked, replied = answered.asked_and_replied(scene)
    if asked is None or replied is None or asked.low == replied.low:
        return [scene.finding("open", "open", "How many forces gave no number cannot be said from what we saw.")]
    rest = Number(
        words.number(asked.low - replied.low),
        asked.low - replied.low,
        asked.low - replied.low,
        (*asked.figure_ids, *replied.figure_ids),
        "computed",
    )
    return [
        scene.finding(
            "open",
            "open",
            "nothing printed limits the numbers of the other ",
            rest,
            f" {words.plural('force', rest.low)} asked: they may be lower or higher.",
            caveats=("Those that replied are no random sample, so nothing may be scaled up from them.",),
        )
    ]


def is_total(scene, fact):
    """Whether a fact is an exact printed total of people, on the subject of the round or wider."""
    exact = phrases.ends(fact)[1] and phrases.ends(fact)[0] == phrases.ends(fact)[1]
    plain = (fact.conduct, fact.system) in (scene.known, ("not-stated", "not-stated"))
    return exact and plain and fact.unit == "people" and fact.role == "any" and not cases.estimated(scene, fact)


def _cannot(scene):
    return scene.finding(
        "unnamed", "unnamed", "How much lies with forces whose numbers nobody printed cannot be worked out."
    )


def who(scene, fact):
    """The people a total counts, said after a number: "disciplined", "who resigned"."""
    phrase = phrases.happened(scene.said, fact)
    return phrase.removeprefix("were ") if phrase.startswith("were ") else f"who {phrase}"


def statements(scene, ids):
    """The clauses of the assumptions named."""
    statements = scene.tables.by_id["assumptions"]["statement"]
    return [statements[one] for one in ids]


def doubts(scene, found):
    """Name the forces whose contested number a limit rests on."""
    facts = {fact.fact_id: fact for fact in scene.everything if conflicts.open_question(fact)}
    names = sorted({scene.where(facts[one]) for one in found.binding if one in facts})
    on = f"It rests on a number on which sources contradict each other: that of {words.listed(names)}."
    return (on,) if names else ()


def _holds(assumed):
    return words.assuming(assumed).replace(", if ", ". This holds if ", 1)


def _figures(scene, found):
    known = set(scene.tables.figures["figure_id"])
    return tuple(one for one in found.binding if one in known)


def _binding(scene, found):
    """Name the numbers that set the limits."""
    facts = {fact.fact_id: fact for fact in scene.everything}
    said = [
        f"{scene.where(facts[one])}, {cases.plain(scene.told(facts[one]))}" for one in found.binding if one in facts
    ]
    said += ["the printed ranks"] if any(one not in facts for one in found.binding) else []
    return f"Set by: {'; '.join(said)}." if said else "No printed number narrows this further."
