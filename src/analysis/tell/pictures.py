"""The chart that goes with each finding, or a note where none is honest."""

from dataclasses import dataclass
from html import escape

import pandas as pd

from analysis import subject
from analysis.tell import answered, cases, charts, conflicts, outcomes, phrases, scenes, words


@dataclass(frozen=True)
class Note:
    """What is shown in place of a chart that the evidence does not allow."""

    text: str

    def __repr__(self):
        return subject.spoken(self.text)

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": f'<p class="note">{escape(repr(self))}</p>', "text/plain": repr(self)}


def answers_map(tables, story):
    """Every force as a tile, coloured by its answer."""
    places = tables.forces[["force_id", "short_name", "tile_row", "tile_col"]]
    frame = _coverage(tables, story)[["force_id", "answer"]].merge(places, on="force_id")
    return charts.tile_map(frame, title=story.title("answer"), foot=_foot(tables, story))


def answers_by_size(tables, story):
    """For each answer the number of forces and their share of the workforce."""
    own = _coverage(tables, story)
    own = own[own["answer"] != "did not exist"]
    everyone = own["headcount"].sum()
    frame = own.groupby("answer").agg(forces=("force_id", "size"), staff=("headcount", "sum")).reset_index()
    if not everyone:
        return Note("No chart: the workforce of that time is not known.")
    frame = frame.assign(share=(frame["staff"] / everyone).astype("float64")).drop(columns="staff")
    title = f"How much of {subject.term('everybody')[0]} answered"
    return charts.coverage_bars(frame, title=title, foot=_foot(tables, story))


def unnamed_share(tables, story):
    """The greatest total as one bar: what surely lies with named forces, and what may lie with the others."""
    finding = next((one for one in story.part("unnamed").findings if one.numbers), None)
    if finding is None:
        return Note("No chart: what was printed does not allow it.")
    span, total = finding.numbers[:2]
    whole = int(total.low)
    frame = pd.DataFrame(
        {
            "part": ["Forces whose numbers were printed", "Other forces that replied"],
            "low": [whole - int(span.high), int(span.low)],
            "high": [whole - int(span.low), int(span.high)],
        }
    )
    return charts.stacked_block(
        frame,
        total=whole,
        title=finding.title,
        axis=_axis(tables, story, total),
        foot=f"{_foot(tables, story)} On the assumptions listed with the sentence.",
    )


def each_force(tables, story):
    """Each named force's part of the greatest total: what is certain and what more it may be."""
    told = [finding for finding in story.part("each").findings if finding.numbers]
    if not told:
        return Note("No chart: no printed total can be shared out among the forces.")
    frame = pd.DataFrame(
        [(finding.sentence.split(":")[0], finding.numbers[0].low, finding.numbers[0].high) for finding in told],
        columns=["label", "low", "high"],
    )
    frame = frame.assign(status=["exact" if row.low == row.high else "range" for row in frame.itertuples()])
    return charts.intervals(
        frame,
        title=told[0].title,
        axis=_axis(tables, story, told[0].numbers[1]),
        foot=f"{_foot(tables, story)} On the assumptions listed with each force. No ranking: forces differ in size.",
    )


def outcome_bars(tables, story):
    """Each printed outcome against the total it is part of, and those of whom no outcome was printed."""
    scene = _scene(tables, story)
    ends = [fact for fact in scene.national if outcomes.is_end(scene.said, fact)]
    whole, parts = outcomes.main_total(scene, ends)
    if whole is None:
        return Note("No chart: no printed total can be set against its outcomes.")
    frame = pd.DataFrame(
        [(_outcome(scene, part), *phrases.ends(part), whole.low, False) for part in sorted(parts, key=cases.breadth)],
        columns=["outcome", "low", "high", "whole", "silent"],
    )
    silent = [finding.numbers[0] for finding in story.part("unknown").findings if finding.numbers]
    for number in silent:
        frame.loc[len(frame)] = ["No outcome printed", number.low, whole.low - frame["low"].max(), whole.low, True]
    return charts.outcome_bars(
        frame,
        title=story.title("unknown" if silent else "answer"),
        foot=_foot(tables, story),
        axis=f"Number of {whole.unit}, {words.period(whole.period_start, whole.period_end)}",
    )


def verdicts(story):
    """The number of claims for each verdict."""
    frame = pd.DataFrame(
        [
            (finding.finding_id, section.replace("-", " "))
            for section in ("holds", "contradicted", "not-established", "possible", "cannot-be-checked")
            for finding in story.part(section).findings
            if not finding.finding_id.split("/")[-1].startswith("none-")
        ],
        columns=["claim", "verdict"],
    )
    foot = f"{len(frame):,} {words.plural('claim', len(frame))}; each with its reason below."
    return charts.verdicts(frame, title=story.title("answer"), foot=foot)


def history(tables, story):
    """Every number about a force as a bar over its period; nothing joins one to the next."""
    scene = _scene(tables, story)
    bases = scenes.base_categories(tables.categories)
    own = [
        fact
        for fact in scene.facts
        if not fact.part_of and phrases.ends(fact) != (None, None) and fact.conduct not in bases
    ]
    if not own:
        return Note("No chart: there is no number to draw.")
    shown = sorted(own, key=lambda fact: (str(fact.period_start), scenes.greatness(fact)))[:MOST_ROWS]
    frame = pd.DataFrame([_bar(scene, fact) for fact in shown])
    left = len(own) - len(shown)
    more = f" {words.number(left).capitalize()} more not drawn; all are listed below." if left else ""
    return charts.history(
        frame,
        title=story.title("answer"),
        foot=f"Each row answers a question of its own.{more}",
        axis="Number of people, cases or incidents, as printed",
    )


MOST_ROWS = 12


def _outcome(scene, fact):
    phrase = phrases.category(scene.said, "outcome", fact.outcome, fact.unit).removeprefix("were ")
    return phrase[:1].upper() + phrase[1:]


def _bar(scene, fact):
    low, high = phrases.ends(fact)
    status, clause = fact.status, f"{phrases.noun(fact)} {phrases.happened(scene.said, fact)}"
    if conflicts.open_question(fact):
        low, high = (None if pd.isna(end) else int(end) for end in (fact.hull_low, fact.hull_high))
        status, clause = "conflict" if low != high else fact.status, f"{phrases.noun(fact)}: sources disagree"
    clause += ", disputed by the force" if fact.disputed == "yes" else ""
    joint = " (with another force)" if " " in fact.force_ids else ""
    start, end = ("" if pd.isna(day) else str(day)[:10] for day in (fact.period_start, fact.period_end))
    return {
        "label": words.sentence(clause).rstrip(".") + joint,
        "period_start": start,
        "period_end": end,
        "low": low,
        "high": high,
        "status": status,
    }


def _coverage(tables, story):
    return tables.coverage[tables.coverage["round_id"] == story.subject]


def _scene(tables, story):
    make = scenes.of_round if story.subject in set(tables.rounds["round_id"]) else scenes.of_force
    return make(tables, story.topic, story.subject, phrases.read(tables.categories), scenes.rows(tables))


def _axis(tables, story, total):
    fact = next(fact for fact in _scene(tables, story).facts if total.figure_ids[0] in fact.figure_ids.split())
    return f"Number of {fact.unit}, {words.period(fact.period_start, fact.period_end)}"


def _foot(tables, story):
    own = _coverage(tables, story)
    documents = tables.sources[tables.sources["round_id"] == story.subject].set_index("source_id")
    known = int(own["answer"].isin(answered.NUMBERED).sum())
    return f"{phrases.printed_by(documents)} Forces with a number of their own: {known}."
