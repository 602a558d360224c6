"""Published claims against everything else that was printed: holds, contradicted, not established, possible or open."""

import operator
from dataclasses import dataclass

import pandas as pd

from analysis import subject
from analysis.tell import answered, evidence, words
from analysis.tell.findings import Number

VERDICTS = ("holds", "contradicted", "not established", "possible", "cannot be checked")
RELATIONS = {"=": operator.eq, ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}
POSITIONS = ("first", "second", "third")


@dataclass(frozen=True)
class Judged:
    """What the evidence allows (`lowest` to `highest`), whether the claim is then always or ever true, and why.

    reason and needs (what would make the claim true): pieces of a sentence, texts and Numbers.
    """

    lowest: float | None
    highest: float | None
    always: bool
    ever: bool
    reason: tuple
    needs: tuple = ()


def verdicts(tables):
    """Judge every claim.

    Out: claim_id, source_id, round_id, statement, verdict, reason (the pieces of one sentence, texts and Numbers),
    assumptions (statements), lowest, highest (what everything else printed allows). Raises ValueError for a kind of
    check nobody wrote.
    """
    models: dict = {}
    values = {
        name: pd.to_numeric(tables.claims[name].astype("str").replace("", None)) for name in ("value_low", "value_high")
    }
    rows = [_row(tables, models, claim) for claim in tables.claims.assign(**values).itertuples(index=False)]
    columns = "claim_id source_id round_id statement verdict reason assumptions lowest highest"
    return pd.DataFrame(rows, columns=columns.split())


def verdict(judged, hedged):
    """The verdict that follows from what the evidence allows; a hedged claim that may be true is possible."""
    if judged.lowest is None or (judged.lowest == 0 and judged.highest is None and not judged.always):
        return "possible" if hedged and judged.ever and judged.lowest is not None else "cannot be checked"
    if judged.always:
        return "holds"
    if not judged.ever:
        return "contradicted"
    return "possible" if hedged else "not established"


def _row(tables, models, claim):
    if claim.check not in CHECKS:
        raise ValueError(f"claim {claim.claim_id}: nobody wrote the check {claim.check!r}; known: {', '.join(CHECKS)}")
    judged = CHECKS[claim.check](tables, models, claim)
    statements = tables.by_id["assumptions"]["statement"]
    assumed = [statements[one] for one in claim.assumptions.split()]
    needs = ("; the claim needs ", *judged.needs) if judged.needs else ()
    assuming = words.assuming(assumed) if judged.lowest is not None else ""
    reason = (*judged.reason, assuming, *needs, evidence.repeated(tables, claim, judged), ".")
    found = verdict(judged, claim.hedged == "yes")
    about = (claim.claim_id, claim.source_id, claim.round_id, claim.statement)
    return (*about, found, reason, "; ".join(assumed), judged.lowest, judged.highest)


def _against_limits(tables, models, claim):
    """A value against the limits that everything else printed sets."""
    if claim.unit == "forces":
        return _forces(tables, claim)
    lowest, highest = evidence.limits(tables, models, claim)
    if claim.base == "rounds.forces_asked":
        highest = None
    nouns = subject.roles()["not stated" if claim.role == "any" else claim.role] if claim.unit == "people" else ("", "")
    noun = nouns[(lowest if highest is None else highest) != 1]
    return _judged(claim, lowest, highest, [_limits(tables, claim, lowest, highest), f" {noun}".rstrip()])


def _against_share(tables, models, claim):
    """A part of a whole: more than half of it, or a number of it."""
    lowest, highest = evidence.limits(tables, models, claim)
    whole = evidence.limits(tables, models, evidence.other(claim))
    of = [_limits(tables, claim, lowest, highest)]
    if whole[1] is not None:
        of += [" of the ", _seen(tables, claim, words.span(*whole), *whole)]
    if claim.operator != "majority":
        return _judged(claim, lowest, highest, of)
    always = whole[1] is not None and lowest * 2 > whole[1]
    ever = highest is None or highest * 2 > whole[0]
    reason = (*evidence.together(tables, claim), "the other printed figures allow ", *of)
    return Judged(lowest, highest, always, ever, reason, ("more than half",))


def _against_other(tables, models, claim):
    """Two numbers said to be equal, or a round's length in months."""
    if claim.base == "rounds.months":
        months = round(words.years(*evidence.row_of(tables, claim)[["period_start", "period_end"]]) * 12)
        return _judged(claim, months, months, [f"a period of {words.number(months)} months"], "the round covers ")
    one, two = evidence.limits(tables, models, claim), evidence.limits(tables, models, evidence.other(claim))
    known = None not in (one[1], two[1])
    always = known and one[0] == one[1] == two[0] == two[1]
    ever = (one[1] is None or two[0] <= one[1]) and (two[1] is None or one[0] <= two[1])
    ends = [_limits(tables, claim, *limits) for limits in (one, two)]
    reason = ("the other printed figures allow ", ends[0], " for the one and ", ends[1], " for the other")
    return Judged(one[0], one[1], always, ever, reason)


def _against_rate(tables, models, claim):
    """Days of the round for each one counted."""
    row = evidence.row_of(tables, claim)
    days = (row["period_end"] - row["period_start"]).days + 1
    people = claim._replace(unit="people", base="")
    lowest, highest = evidence.limits(tables, models, people)
    if not lowest or highest is None:
        return Judged(None, None, False, True, ("the number counted is not known, so no rate follows",))
    least, most = days / highest, days / lowest
    always, ever = (
        claim.value_low <= least and most <= claim.value_high,
        claim.value_low <= most and least <= claim.value_high,
    )
    reason = (_limits(tables, claim, lowest, highest), f" in {days} days is one every {least:.1f} days")
    return Judged(least, most, always, ever, reason)


def _against_rank(tables, models, claim):
    """A place from the top, ties allowed, against the limits of every force that replied."""
    model = evidence.model(tables, models, claim)
    place = tables.coverage[(tables.coverage["round_id"] == claim.round_id)]
    named = list(place.loc[place["answer"].isin(answered.NUMBERED), "force_id"])
    own = set(claim.force_ids.split())
    spans = {force: evidence.ask(model, claim, [force]) for force in named}
    if model.unnamed:
        spans["unnamed"] = (0, evidence.ask(model, claim, "unnamed")[1])
    mine = [spans.get(force, (0, None)) for force in own]
    others = {force: span for force, span in spans.items() if force not in own}
    low, high = min(span[0] for span in mine), evidence.most(span[1] for span in mine)
    position = POSITIONS.index(claim.operator)
    above = [force for force, span in others.items() if high is not None and span[0] > high]
    maybe = [force for force, span in others.items() if span[1] is None or span[1] > low]
    always, ever = len(above) == len(maybe) == position, len(above) <= position <= len(maybe)
    who = evidence.who(tables, [force for force in maybe if force not in above])
    intro = "its number is " if len(own) == 1 else "their numbers are "
    number = _seen(tables, claim, words.limits(low, high).removeprefix("exactly "), low, high)
    reason = (intro, number, f", but {who} may have had more" if who else "")
    return Judged(low, high, always, ever or len(maybe) >= position >= len(above), reason)


def _attributed(tables, models, claim):
    """Who asked, how, and of whom: against what the other documents show."""
    sources = tables.by_id["sources"]
    others = sources.loc[[one for one in claim.against.split() if one in sources.index]]
    if claim.base == "request=foi":
        shown = (others["kind"] == "reply").any()
        reason = "a force's own reply to such a request is public" if shown else "no reply to such a request was seen"
        return Judged(1, 1, bool(shown), True, (reason,))
    if claim.base.startswith("rounds.asked_by="):
        name = claim.base.partition("=")[2]
        agree = int((others["requester"] == name).sum())
        reason = f"we saw {words.counted(agree, agree, 'other page')} that name{'s' * (agree == 1)} the same requester"
        return Judged(agree, agree, agree > 0, evidence.row_of(tables, claim)["asked_by"] == name, (reason,))
    if claim.base.startswith("forces.nation="):
        return _nations(tables, claim)
    return Judged(None, None, False, True, (claim.how_checked[:1].lower() + claim.how_checked[1:].rstrip("."),))


def _nations(tables, claim):
    nations = set(claim.base.partition("=")[2].split("|"))
    rows = tables.coverage[tables.coverage["round_id"] == claim.round_id]
    known = rows[rows["answer"].isin(answered.REPLIED)]
    outside, replied = known[~known["nation"].isin(nations)], evidence.row_of(tables, claim)["forces_replied"]
    everyone = pd.notna(replied) and len(known) == replied
    reason = f"all {words.number(len(known))} forces that we can name are there; who the others are was not printed"
    return Judged(len(known), None, outside.empty and everyone, outside.empty, (reason,))


def _forces(tables, claim):
    """A number of forces against the replies the round's other pages print, or the forces with a number above zero."""
    row = evidence.row_of(tables, claim)
    high = int(row["forces_replied"])
    if not claim.outcome:
        return _judged(claim, high, high, [_printed(row, high)], "the other pages print ")
    own = tables.facts[(tables.facts["round_id"] == claim.round_id) & (tables.facts["low"] > 0)]
    low = own["force_ids"].replace("", pd.NA).dropna().nunique()
    said = [f"{words.number(low)} of the ", _printed(row, high), " that replied"]
    return _judged(claim, low, high, said, "a number above zero is printed for ")


def _judged(claim, lowest, highest, said, intro="the other printed figures allow "):
    """Judge a value: always true if it is for every number allowed, ever true if for one."""
    first, last = claim.value_low, claim.value_high
    if lowest is None:
        return Judged(None, None, False, True, ("no other printed figure limits it",))
    open_end = float("inf") if highest is None else highest
    if claim.operator == "=":
        always, ever = first <= lowest and open_end <= last, lowest <= last and first <= open_end
    else:
        holds, bound = RELATIONS[claim.operator], last if claim.operator.startswith("<") else first
        always = holds(lowest, bound) and holds(open_end, bound)
        ever = holds(lowest, bound) or holds(open_end, bound)
    if lowest == 0 and highest is None:
        return Judged(0, None, False, ever, ("no other printed figure limits it",))
    return Judged(lowest, highest, always, ever, (intro, *said), () if always else _needed(claim))


def _needed(claim):
    """What a claim must find to be true: the number leads to the cells of the claim itself."""
    more = {">": "more than ", ">=": "at least ", "<": "fewer than ", "<=": "at most ", "=": ""}[claim.operator]
    value = int(claim.value_high if claim.operator.startswith("<") else claim.value_low)
    return more, Number(words.number(value), value, value, tuple(claim.figures.split()), "computed")


def _limits(tables, claim, lowest, highest):
    """What everything else allows, as a number that leads to the cells the claim is checked against."""
    said = words.limits(lowest, highest).replace("exactly", "only")
    return _seen(tables, claim, said, lowest, highest)


def _seen(tables, claim, said, lowest, highest):
    """A number that leads to the cells the claim is checked against, those that print just this first."""
    figures = tables.by_id["figures"][["low", "high"]]
    held = figures.loc[[one for one in claim.against.split() if one in figures.index]].astype("Float64")
    same = (held["low"] == lowest) & (held["high"] == highest) if highest is not None else held["low"] == lowest
    order = held.index[same.fillna(False)].append(held.index[~same.fillna(False)])
    return Number(said, lowest, highest, tuple(order), "computed")


def _printed(row, replied):
    """How many forces replied, leading to where that is printed."""
    return Number(words.number(replied), replied, replied, tuple(row["forces_replied_where"].split()), "computed")


CHECKS = {
    "limits": _against_limits,
    "share": _against_share,
    "compare": _against_other,
    "rate": _against_rate,
    "rank": _against_rank,
    "attribution": _attributed,
}
