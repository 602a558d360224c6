"""Findings: who answered, in part or not at all, and what each counted."""

import pandas as pd

from analysis import subject
from analysis.tell import phrases, words
from analysis.tell.findings import Number, must

REPLIED = ("full", "partial", "replied, named", "replied, unnamed")
NUMBERED = ("full", "partial", "replied, named")


def findings(scene):
    """The findings of one round about its answers, the answer first."""
    return [replied(scene), named(scene), *turned_down(scene), unknown(scene), weight(scene), counted(scene)]


def replied(scene):
    """How many replied, of how many asked."""
    name, (asked, answered) = ("answer", "replied"), asked_and_replied(scene)
    if answered is None:
        title = "No page says how many forces replied"
        return scene.finding(*name, "No page we saw says how many forces replied.", title=title)
    if asked is None:
        return scene.finding(
            *name,
            answered,
            " forces replied; no page we saw says how many were asked.",
            notes=_printed_in(scene, answered),
            title=f"{answered.text} forces replied",
        )
    must(
        answered.low <= asked.low,
        f"who-answered/{scene.subject}/replied",
        "no more replied than were asked",
        f"{answered.text} of {asked.text}",
    )
    return scene.finding(
        *name,
        answered,
        " of the ",
        asked,
        " forces asked replied.",
        notes=_printed_in(scene, answered, asked),
        title=f"{answered.text} of {asked.text} forces replied",
    )


def named(scene):
    """Which of those that replied can be named, and how many cannot."""
    forces = with_answer(scene, NUMBERED)
    _, answered = asked_and_replied(scene)
    if not forces:
        return scene.finding("named", "named", "No force's own number was printed in what we saw.")
    if answered is None or len(forces) > answered.low:
        must(
            answered is None,
            f"who-answered/{scene.subject}/named",
            "no more forces are named than replied",
            f"{len(forces)} named",
        )
        tail = []
    else:
        rest = Number(words.number(answered.low - len(forces)), None, None, answered.figure_ids, "computed")
        tail = ["; ", rest, " more replied, but their numbers were not printed"] if rest.text != "none" else []
    return scene.finding(
        "named",
        "named",
        "A number of their own was printed for ",
        _count(forces),
        " forces",
        tail,
        ".",
        notes=(f"Named: {scene.name(' '.join(forces))}.", *_reasons(scene, forces)),
    )


def turned_down(scene):
    """Who refused, answered in part, did not hold it or is reported not to have replied; one finding for each."""
    said = {
        "refused": "refused",
        "no reply": "are reported not to have replied",
        "not held": "said they do not hold the information",
        "partial": "answered in part",
    }
    made = []
    for answer, clause in said.items():
        forces = with_answer(scene, (answer,))
        if forces:
            clause = words.refusal(answer) if len(forces) == 1 else clause
            made.append(
                scene.finding(
                    "refused",
                    answer.replace(" ", "-"),
                    scene.name(" ".join(forces)),
                    " ",
                    clause,
                    ".",
                    notes=_reasons(scene, forces),
                )
            )
    return made or [scene.finding("refused", "nobody", "No page we saw names a force that refused or did not reply.")]


def unknown(scene):
    """For how many forces nobody says whether they replied."""
    forces = with_answer(scene, ("reply unknown",))
    if not forces:
        return scene.finding("unknown", "unknown", "For every force that was asked, the answer is known.")
    return scene.finding(
        "unknown",
        "unknown",
        "For ",
        _count(forces),
        f" {words.plural('force', len(forces))} no page we saw says whether they replied.",
        caveats=("Not a refusal: the sources leave it open.",),
        title=f"For {len(forces)} forces nobody says whether they replied",
    )


def weight(scene):
    """How much of the workforce the forces with a number employ."""
    coverage = scene.coverage[scene.coverage["headcount"].notna()]
    everyone, some = coverage["headcount"].sum(), coverage.loc[coverage["answer"].isin(NUMBERED), "headcount"].sum()
    if not everyone or not some:
        return scene.finding("weight", "weight", "How much of the workforce these forces employ is not known.")
    part = Number(words.share(some / everyone, some / everyone), some / everyone, some / everyone, (), "computed")
    first, last = coverage["headcount_from"].min(), coverage["headcount_to"].max()
    whom = subject.denominators()[subject.among("any")].whom
    return scene.finding(
        "weight",
        "weight",
        "The forces with a number of their own employ ",
        part,
        " of the workforce of all forces.",
        notes=(
            words.sentence(f"{whom} by headcount, {words.period(first, last)}"),
            f"Workforce known for {len(coverage)} of {len(scene.coverage)} forces.",
        ),
    )


def counted(scene):
    """What the numbers of the named forces count: how many kinds of thing."""
    kinds = pd.DataFrame(
        [(fact.unit, fact.outcome, fact.force_ids) for fact in scene.local], columns=["unit", "outcome", "force_ids"]
    )
    if kinds.empty:
        return scene.finding("counted", "counted", "No number for a single force was printed, so none can be compared.")
    units = kinds.groupby("unit")["force_ids"].nunique().sort_values(ascending=False, kind="stable")
    if len(units) == 1:
        return scene.finding("counted", "counted", f"Every number printed for a force counts {units.index[0]}.")
    return scene.finding(
        "counted",
        "counted",
        "The numbers do not count the same thing: ",
        words.listed([f"{unit} in {words.number(n)} {words.plural('force', n)}" for unit, n in units.items()]),
        ".",
        caveats=("A force can appear under several; such numbers must not be ranked against each other.",),
        title="The forces did not count the same thing",
    )


def asked_and_replied(scene):
    """The numbers of forces asked and of forces that replied, with the cells that print them; None where unknown."""
    row = scene.row
    return tuple(
        None if pd.isna(value) else Number(str(int(value)), int(value), int(value), tuple(where.split()), "counted")
        for value, where in ((row.forces_asked, row.forces_asked_where), (row.forces_replied, row.forces_replied_where))
    )


def with_answer(scene, answers):
    return sorted(scene.coverage.loc[scene.coverage["answer"].isin(answers), "force_id"])


def _count(forces):
    return Number(words.number(len(forces)), len(forces), len(forces), (), "counted")


def _printed_in(scene, *numbers):
    ids = list(dict.fromkeys(figure.split(":")[0] for number in numbers for figure in number.figure_ids))
    documents = scene.tables.by_id["sources"].loc[ids]
    return (phrases.printed_by(documents),) if len(documents) else ()


def _reasons(scene, forces):
    """Reasons of the coverage decisions that do not repeat each other."""
    rows = scene.coverage[scene.coverage["force_id"].isin(forces)]
    return tuple(dict.fromkeys(rows["reason"]))[:3]
