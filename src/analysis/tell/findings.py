"""Findings: sentences whose every number leads to the cells it came from, checked before they are printed."""

import dataclasses
import json
from dataclasses import dataclass
from html import escape
from string import Formatter
from typing import Any

from analysis import paths, subject, tables

FILE = "findings.json"


class NoLongerTrue(Exception):
    """The data have stopped supporting a sentence; says which sentence, what it needs and what was found."""


@dataclass(frozen=True)
class Number:
    """A number in a sentence: how it is said, its interval, the figures behind it, and how it was had.

    `how` is `printed` (stands so in one of its figures), `counted` (rows or cells counted) or `computed` (a measure).
    """

    text: str
    low: float | None
    high: float | None
    figure_ids: tuple = ()
    how: str = "printed"


@dataclass(frozen=True)
class Finding:
    """One sentence with `{0}`, `{1}` where its numbers stand, what it rests on, and what it does not say."""

    finding_id: str
    topic: str
    subject: str
    section: str
    text: str
    numbers: tuple = ()
    basis: tuple = ()
    caveats: tuple = ()
    assumptions: tuple = ()
    title: str = ""

    @property
    def sentence(self):
        """The sentence as a reader sees it, capital first."""
        return "".join(text for text, _ in pieces(self))

    def __repr__(self):
        return "\n".join([self.sentence, *(f"  - {line}" for line in (*self.basis, *self.caveats))])

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": html(self), "text/plain": repr(self)}


@dataclass(frozen=True)
class Shown:
    """Several findings shown one after the other in a notebook."""

    findings: tuple

    def __repr__(self):
        return "\n".join(repr(finding) for finding in self.findings)

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": "\n".join(html(finding) for finding in self.findings), "text/plain": repr(self)}


@dataclass(frozen=True)
class Story:
    """The findings of one notebook about one round or force, by section."""

    findings: tuple

    @property
    def topic(self):
        """The notebook these findings are for."""
        return self.findings[0].topic

    @property
    def subject(self):
        """The round or force they are about."""
        return self.findings[0].subject

    @property
    def answer(self):
        """The finding a reader should take away: the first."""
        return self.findings[0]

    def part(self, section):
        """The findings of one section, in order; raises `KeyError` naming the sections there are."""
        found = tuple(finding for finding in self.findings if finding.section == section)
        if not found:
            raise KeyError(f"no section {section!r}; there are: {', '.join(sorted(self.sections))}")
        return Shown(found)

    def title(self, section):
        """The headline of a section for the chart that goes with it: its first title, without marks."""
        return next((finding.title for finding in self.part(section).findings if finding.title), "")

    @property
    def sections(self):
        return {finding.section for finding in self.findings}


def pieces(finding):
    """The sentence as (text, Number or None) pairs; the first letter is a capital wherever it stands."""
    found, first = [], True
    for literal, field, _, _ in Formatter().parse(finding.text):
        number = None if field is None else finding.numbers[int(field)]
        for text, mark in ((literal, None), (number.text if number else "", number)):
            if text:
                found.append((text[0].upper() + text[1:] if first else text, mark))
                first = False
    return found


def html(finding):
    """The finding as escaped html; each number carries the ids of its figures for the site to link."""

    def marked(text, number):
        if number is None:
            return escape(text)
        return f'<span class="number" data-figures="{escape(" ".join(number.figure_ids))}">{escape(text)}</span>'

    said = "".join(marked(text, number) for text, number in pieces(finding))
    notes = "".join(f"<li>{escape(line)}</li>" for line in (*finding.basis, *finding.caveats))
    more = f"<details><summary>What this rests on</summary><ul>{notes}</ul></details>" if notes else ""
    return f'<div class="finding" id="{escape(finding.finding_id)}"><p>{said}</p>{more}</div>'


def say(*parts):
    """Turn strings and Numbers (nested lists allowed) into a sentence with markers and its numbers, in order."""
    flat = list(_flat(parts))
    numbers = tuple(part for part in flat if isinstance(part, Number))
    marks = iter(range(len(numbers)))
    text = "".join(
        f"{{{next(marks)}}}" if isinstance(part, Number) else part.replace("{", "{{").replace("}", "}}")
        for part in flat
    )
    return text, numbers


def series(items, joint="and"):
    """Join pieces as a sentence joins names: commas, and the joint before the last."""
    ends = [f" {joint} " if place == len(items) - 2 else ", " for place in range(len(items) - 1)]
    return [part for item, end in zip(items, [*ends, ""], strict=True) for part in (item, end)]


def must(condition, finding_id, needs, found):
    """Raise `NoLongerTrue` unless what a sentence says still holds in the data."""
    if not condition:
        raise NoLongerTrue(f"{finding_id}: the sentence needs that {needs}; found {found}")


def check(findings, figures):
    """Return the findings; raise `NoLongerTrue` unless each printed number still stands in one of the cells it names.

    figures: columns figure_id, low, high.
    """
    cells = figures[["figure_id", "low", "high"]].astype(object).itertuples(index=False)
    held = {figure: _ends(low, high) for figure, low, high in cells}
    for finding in findings:
        for number in finding.numbers:
            if number.how == "printed":
                _check(finding.finding_id, number, held)
    return findings


def _check(finding_id, number, held):
    must(number.figure_ids, finding_id, f"“{number.text}” names a cell", "none")
    gone = [figure for figure in number.figure_ids if figure not in held]
    must(not gone, finding_id, f"the cell of “{number.text}” exists", ", ".join(gone) + " missing")
    found = {figure: held[figure] for figure in number.figure_ids}
    said = ", ".join(f"{figure} = {ends}" for figure, ends in found.items())
    must(_ends(number.low, number.high) in found.values(), finding_id, f"a cell still says “{number.text}”", said)


def all_findings(tables):
    """Every finding of every round and force, each checked against the tables; raises `NoLongerTrue`."""
    from analysis.tell import changed, forces, rounds, verdicts

    made = [finding for part in (rounds, verdicts, forces, changed) for finding in part.findings(tables)]
    ids = [finding.finding_id for finding in made]
    if twice := sorted({finding_id for finding_id in ids if ids.count(finding_id) > 1}):
        raise ValueError(f"two findings have the same id: {', '.join(twice)}")
    return [spoken(finding) for finding in check(made, tables.figures)]


def spoken(finding):
    """The finding in the words of the subject."""
    notes = {name: tuple(map(subject.spoken, getattr(finding, name))) for name in ("basis", "caveats")}
    return dataclasses.replace(finding, text=subject.spoken(finding.text), title=subject.spoken(finding.title), **notes)


def to_json(findings):
    """The findings as stable JSON text."""
    return json.dumps([dataclasses.asdict(finding) for finding in findings], indent=1, ensure_ascii=False) + "\n"


def from_json(text):
    """The findings that `to_json` wrote, equal to those before."""
    return [Finding(**_told(record)) for record in json.loads(text)]


def _told(record: dict[str, Any]) -> dict[str, Any]:
    plain = {name: tuple(value) if isinstance(value, list) else value for name, value in record.items()}
    numbers = (Number(**{**number, "figure_ids": tuple(number["figure_ids"])}) for number in record["numbers"])
    return {**plain, "numbers": tuple(numbers)}


def story(topic, subject):
    """The stored findings of one notebook about one round or force, each checked again against the tables.

    Without a findings file in the tables folder they are computed. Raises `NoLongerTrue`, or `ValueError` for a
    subject nobody wrote about.
    """
    built = tables.load()
    stored = paths.processed() / FILE
    found = from_json(stored.read_text(encoding="utf-8")) if stored.exists() else all_findings(built)
    told = tuple(finding for finding in found if (finding.topic, finding.subject) == (topic, subject))
    if not told:
        raise ValueError(f"no findings for {topic} about {subject!r}")
    return Story(check(told, built.figures))


def show(finding_id):
    """One stored finding, for a notebook."""
    topic, subject, _ = finding_id.split("/", 2)
    return next(finding for finding in story(topic, subject).findings if finding.finding_id == finding_id)


def _flat(parts):
    for part in parts:
        if isinstance(part, list | tuple):
            yield from _flat(part)
        else:
            yield part


def _ends(low, high):
    """An interval as a plain pair, whatever kind of missing value the table holds."""
    return tuple(None if end is None or str(end) in ("<NA>", "nan") else int(end) for end in (low, high))
