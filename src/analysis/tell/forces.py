"""Findings about one force: all that was ever printed or answered, its contradictions, and what nobody knows."""

from dataclasses import replace

from analysis.tell import beside, cases, conflicts, phrases, scenes, words
from analysis.tell.findings import Number

TOPIC = "force-page"
HEADLINE = 15


def findings(tables):
    """The findings of every force, legacy forces included."""
    said, rows = phrases.read(tables.categories), scenes.rows(tables)
    asked = beside.rounds(tables, said, rows)
    return [
        finding
        for force in tables.forces["force_id"]
        for finding in of_force(scenes.of_force(tables, TOPIC, force, said, rows), asked)
    ]


def of_force(scene, asked):
    """The findings of one force, the answer first; every section is there, if only to say that nothing is known.

    asked: the rounds with the rates of all their forces, as `beside.rounds` returns them.
    """
    told = [*numbers(scene), *beside.findings(scene, asked), *conflicts.findings(scene), *replies(scene)]
    return [answer(scene), *told, *rounds(scene)]


def answer(scene):
    """How much is known about the force at all."""
    own, name = len(scene.facts), scene.name(scene.subject)
    documents = {figure.split(":")[0] for fact in scene.facts for figure in fact.figure_ids.split()}
    if not own:
        return scene.finding(
            "answer",
            "answer",
            f"No number about {name} was printed in what we saw.",
            caveats=("That is no sign of good or bad conduct: nobody published a figure.",),
            title=f"No number about {name} was printed in what we saw",
        )
    facts, sources, printed = _counted(own), _counted(len(documents)), words.plural("was", own)
    return scene.finding(
        "answer",
        "answer",
        facts,
        f" {words.plural('number', own)} about {name} {printed} printed in ",
        sources,
        f" {words.plural('document', len(documents))} we saw.",
        title=_latest(scene) or f"{facts.text} {words.plural('number', own)} about {name} {printed} printed",
    )


def _latest(scene):
    """The headline: the latest number that stands for itself and that nobody disputes, if it can be said briefly."""
    dated = [fact for fact in scene.facts if str(fact.period_end) != "NaT" and phrases.ends(fact)[0] is not None]
    settled = [fact for fact in dated if not (fact.part_of or conflicts.open_question(fact) or fact.disputed == "yes")]
    if not settled:
        return ""
    fact = max(reversed(settled), key=lambda one: (str(one.period_end), str(one.period_start)))
    number, noun = (getattr(part, "text", part) for part in phrases.amount(fact))
    said = f"Latest: {number}{noun} {phrases.happened(scene.said, fact)}{cases.when(fact)}"
    return said if len(said.split()) <= HEADLINE else ""


def numbers(scene):
    """Every number about the force, oldest first, each with its parts; all values where sources differ."""
    own = [fact for fact in sorted(scene.facts, key=_age) if not _inside(scene, fact)]
    made = {finding.finding_id: finding for fact in own for finding in _told(scene, fact)}
    return list(made.values()) or [scene.finding("numbers", "numbers", "There is no number to show.")]


def replies(scene):
    """The force's own replies, also those whose figures could not be seen."""
    sources = scene.tables.sources
    own = sources[(sources["kind"] == "reply") & _about(sources["force_ids"], scene.subject)]
    if own.empty:
        return [scene.finding("replies", "replies", "None of its own replies is among the documents we saw.")]
    made = []
    for row in own.sort_values("source_id").itertuples(index=False):
        seen = "its figures are here" if row.figures_visible == "yes" else "its figures could not be seen"
        asked = row.period_asked or "period not stated"
        made.append(
            scene.finding(
                "replies",
                f"reply-{row.source_id}",
                f"asked about {row.asked} ({asked}), the force {_answered(row.answer)}; {seen}.",
                notes=_where(row),
            )
        )
    return made


def rounds(scene):
    """How the force stands in each round."""
    titles = scene.tables.by_id["rounds"]["title"]
    rows = scene.tables.coverage[scene.tables.coverage["force_id"] == scene.subject]
    return [
        scene.finding(
            "rounds",
            f"round-{row.round_id}",
            f"{titles.get(row.round_id, row.round_id)}: the force {words.refusal(row.answer)}.",
            notes=(row.reason,) if row.reason else (),
        )
        for row in rows.sort_values("round_id").itertuples(index=False)
    ] or [scene.finding("rounds", "rounds", "The force appears in no round.")]


def _told(scene, fact):
    """One number and its parts: in the same sentence when they are few, else one sentence each."""
    parts = cases.direct_parts(scene, fact, scene.facts)
    few = len(parts) <= cases.MOST_PARTS and not any(conflicts.open_question(one) for one in (fact, *parts))
    own = [_one(scene, fact, parts if few else [])]
    if few:
        return own
    empty = [part for part in parts if phrases.ends(part) == (0, 0) and not conflicts.open_question(part)]
    shown = [part for part in parts if len(empty) < 2 or part not in empty]
    return [
        *own,
        *(_one(scene, part, [], fact) for part in shown),
        *(_none(scene, fact, empty) if len(empty) > 1 else []),
    ]


def _none(scene, whole, parts):
    """The zeros among many parts, in one sentence."""
    n = phrases.how_many(parts)
    of = ["of the ", phrases.number(whole), ", "] if not conflicts.open_question(whole) else []
    return [
        scene.finding(
            "numbers",
            f"none-{whole.fact_id}",
            of,
            "none were counted in ",
            n,
            " further rows that the source prints.",
            facts=[whole],
        )
    ]


def _one(scene, fact, parts, whole=None):
    name = f"number-{fact.fact_id}"
    if conflicts.open_question(fact):
        found = conflicts.contradiction(scene, fact)
        return replace(found, finding_id=f"{TOPIC}/{scene.subject}/{name}", section="numbers")
    joint = [f"{scene.name(fact.force_ids)} together: "] if " " in fact.force_ids else []
    of = (
        ["of the ", phrases.number(whole), ", "]
        if whole and whole.disputed == "no" and not conflicts.open_question(whole)
        else []
    )
    clause = phrases.told(scene.said, fact, (whole.conduct, whole.system) if whole else scene.known)
    dated = "" if of and cases.dates(whole) == cases.dates(fact) else cases.when(fact)
    if whole:
        clause = [part.replace(" without a printed outcome", "") if isinstance(part, str) else part for part in clause]
    return scene.finding(
        "numbers",
        name,
        of,
        joint,
        clause,
        dated,
        cases.parts_tail(scene, fact, parts),
        ".",
        facts=[fact, *parts],
        caveats=[*cases.roles(fact), *conflicts.caution(scene, fact)],
    )


def _inside(scene, fact):
    return any(whole.fact_id in fact.part_of.split() and whole.force_ids == fact.force_ids for whole in scene.facts)


def _age(fact):
    return (str(fact.period_start), fact.round_id, *scenes.greatness(fact))


def _counted(n):
    return Number(words.number(n), n, n, (), "counted")


def _about(series, force):
    return (" " + series + " ").str.contains(f" {force} ", regex=False)


def _answered(answer):
    known = {"": "answered", "other": "answered, but what it decided could not be seen"}
    return known[answer] if answer in known else words.refusal(answer)


def _where(row):
    reference = f"Reference {row.reference}." if row.reference else ""
    exempt = f"Exemptions named: {words.listed(row.exemptions.split())}." if row.exemptions else ""
    return tuple(line for line in (reference, exempt) if line)
