"""Findings: what each headline becomes under other reasonable definitions – the same measure, called again."""

from dataclasses import replace
from html import escape

from analysis import subject
from analysis.measure import bounds, compare
from analysis.tell import answered, cases, pairs, phrases, rated, unnamed, words
from analysis.tell.findings import Number

BESIDE = " | "
CLASHES = "An assumption left out here clashes with a printed number; read either way, the limits are wider with it."


class Sheet:
    """A small table of findings: what is asked, under which definition, and what comes out."""

    def __init__(self, story):
        made = story.part("sensitivity").findings
        self.rows = [(*finding.title.split(BESIDE), finding.numbers) for finding in made if finding.title]

    def __repr__(self):
        return "\n".join(f"{asked} | {given} | {_said(numbers)}" for asked, given, numbers in self.rows) or NONE

    def _repr_mimebundle_(self, include=None, exclude=None):
        if not self.rows:
            return {"text/html": f'<p class="note">{NONE}</p>', "text/plain": NONE}
        cells = "".join(
            f"<tr><td>{escape(asked)}</td><td>{escape(given)}</td><td>{_marked(numbers)}</td></tr>"
            for asked, given, numbers in self.rows
        )
        head = "<tr><th>Headline</th><th>Definition</th><th>Result</th></tr>"
        return {"text/html": f"<table><thead>{head}</thead><tbody>{cells}</tbody></table>", "text/plain": repr(self)}


NONE = "No headline of this round can be worked out under more than one definition."


def findings(scene):
    """One finding for each headline and definition."""
    return [*limits(scene), *ratios(scene)] or [scene.finding("sensitivity", "sensitivity", NONE)]


def limits(scene):
    """The part of each total that lies with unnamed forces: under all assumptions, without each, with none."""
    _, replied = answered.asked_and_replied(scene)
    named = answered.with_answer(scene, answered.NUMBERED)
    totals = sorted((fact for fact in scene.national if unnamed.is_total(scene, fact)), key=cases.breadth)
    if replied is None or replied.low <= len(named) or not totals:
        return []
    tried = [(name, said, unnamed.prepared(scene, totals, ids)) for name, said, ids in definitions(scene)]
    tried.append(("replies", "only what forces replied themselves", _replies(scene)))
    return [finding for fact in totals for finding in _of_total(scene, fact, tried)]


def definitions(scene):
    """The sets of assumptions to try: all of the round's, all but one, none; each with its name in words."""
    every = unnamed.variants(scene)[0]
    said = scene.tables.by_id["assumptions"]["statement"]
    fewer = [(f"without-{one}", f"without “{said[one]}”", tuple(x for x in every if x != one)) for one in every]
    none = [("none", "no assumption", ())] if every else []
    return [("all", "all assumptions", every), *(fewer if len(every) > 1 else []), *none]


def _of_total(scene, fact, tried):
    """One finding for each result that differs; definitions that change nothing are named with the first."""
    whole = phrases.ends(fact)[1]
    found = [(name, said, _ends(scene, fact, model)) for name, said, model in tried]
    base = found[0][2]
    if base[1] is None or base == (0, whole):
        return []
    others = [one for one in found[1:] if one[2] != base]
    same = len(found) - 1 - len(others)
    gives = "gives" if same == 1 else "give"
    unmoved = f"; {words.number(same)} other {words.plural('definition', same)} {gives} the same" if same else ""
    shown = [("all", f"all assumptions{unmoved}", base), *others]
    return [_limit(scene, fact, *one, clashes=one[2][1] is not None and one[2][1] < base[1]) for one in shown]


def _ends(scene, fact, model):
    if model is None:
        return 0, None
    kind = {"conduct": fact.conduct, "system": fact.system, "outcome": fact.outcome}
    found = bounds.limits(model, force=unnamed.hidden(scene, model), explain=False, **kind)
    return found.lowest, found.highest


def ratios(scene):
    """How many times one of the two highest counts' rates is the other, by every denominator."""
    found = {name: pairs.highest(rated.rated(scene, name)) for name in subject.denominators()}
    return [_ratio(scene, name, *two) for name, two in found.items() if two]


def _replies(scene):
    """The round's model from the forces' own replies alone."""
    tables = scene.tables
    own = set(tables.sources.loc[tables.sources["kind"] == "reply", "source_id"])
    kept = [any(one.split(":")[0] in own for one in ids.split()) for ids in tables.facts["figure_ids"]]
    relations = tables.relations.iloc[:0]
    facts, every = tables.facts[kept], unnamed.variants(scene)[0]
    if scene.subject not in set(facts["round_id"]):
        return None
    return bounds.round_model(replace(tables, facts=facts, relations=relations), scene.subject, every)


def _limit(scene, fact, name, given, ends, clashes=False):
    low, high = ends
    asked = f"of the {fact.low:,} {unnamed.who(scene, fact)}, with forces whose numbers nobody printed"
    text = "no limit" if high is None else words.limits(low, high)
    span = Number(text, low, high, tuple(fact.figure_ids.split()), "computed")
    return scene.finding(
        "sensitivity",
        f"sensitivity-{fact.fact_id}-{name}",
        given,
        ": ",
        span,
        f" {asked}.",
        caveats=(CLASHES,) if clashes else (),
        title=f"{asked}{BESIDE}{given}",
    )


def _ratio(scene, name, high, low):
    counts = (int(high.low), float(high.exposure), int(low.low), float(low.exposure))
    ids = (*high.fact.figure_ids.split(), *low.fact.figure_ids.split())
    asked = f"rate of {high.force}, times that of {low.force}"
    return scene.finding(
        "sensitivity",
        f"sensitivity-ratio-{name.replace(' ', '-')}",
        f"{asked}, {subject.denominators()[name].among}: ",
        rated.rate(float(high.rate / low.rate), ids),
        " (chance alone allows ",
        rated.interval(*compare.ratio_interval(*counts), ids),
        ").",
        title=f"{asked}{BESIDE}{subject.denominators()[name].among}",
    )


def _said(numbers):
    return numbers[0].text + "".join(f" ({number.text})" for number in numbers[1:])


def _marked(numbers):
    marks = [
        f'<span class="number" data-figures="{escape(" ".join(number.figure_ids))}">{escape(number.text)}</span>'
        for number in numbers
    ]
    return marks[0] + "".join(f" ({mark})" for mark in marks[1:])
