"""What each printed number says about the people behind it, as constraints on sums of people."""

import re
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import product
from typing import Any

import pandas as pd

from analysis.measure import categories as tree
from analysis.measure.cells import INFINITE, Box, Row
from analysis.measure.totals import SUMMABLE, covered, place_name

EVERYWHERE = ("", "all")
OPEN = date(9000, 1, 1)
ROUNDED = 0.005
WAYS = re.compile(r"(?P<low>\d+)?\s*(?P<to>or more|or fewer|up to|to|–|-|…|\+)?\s*(?P<high>\d+)?")


@dataclass(frozen=True)
class Place:
    """Who is counted in a round: named forces, unnamed repliers as blocks, and the forces of each region."""

    named: frozenset[str]
    unnamed: tuple[str, ...]
    regions: dict[str, set[str]] = field(default_factory=dict)


def usable(facts: pd.DataFrame, relations: pd.DataFrame, round_id: str, unit: str) -> pd.DataFrame:
    """Keep the facts that bound something: of this round and unit, undisputed, no stock and nobody's estimate."""
    guessed = _figures(relations[relations["relation"] == "estimate_of"]["figures"])
    bounding = facts["status"].isin([*SUMMABLE, "share"]) & (facts["round_id"] == round_id) & (facts["unit"] == unit)
    doubtful = (facts["disputed"] == "yes") | (facts["date_basis"] == "snapshot")
    estimate = facts["figure_ids"].map(lambda ids: bool(guessed & set(ids.split()))).astype(bool)
    return facts[bounding & ~doubtful & ~estimate]


def _figures(lists: pd.Series) -> set[str]:
    return {figure for text in lists for figure in text.split()}


def of_facts(
    facts: pd.DataFrame, place: Place, period: Any, known: dict, figures: pd.DataFrame | None, ceiling: float
) -> dict:
    """Turn facts into rows and boxes.

    Out: rows, boxes (fact → its terms), own (the same as if it were part of nothing), ways (fact in conflict → the
    text of each way to read it).
    """
    facts_by_id = {row.fact_id: row._asdict() for row in facts.itertuples(index=False)}
    boxes: dict[str, tuple] = {}
    for fact in facts_by_id.values():
        boxes[fact["fact_id"]] = _terms(fact, facts_by_id, place, period, known)
    rows: list[Row] = []
    ways: dict[str, list[str]] = {}
    for fact_id, fact in facts_by_id.items():
        if fact["status"] == "share":
            rows += _share(fact, boxes)
            continue
        readings = _ways(fact, figures)
        if len(readings) > 1:
            ways[fact_id] = [text for text, _ in readings]
        said = [(_terms(fact | read, facts_by_id, place, period, known), *_ends(read)) for _, read in readings]
        rows += _either(fact_id, said, 2 * ceiling) if len(said) > 1 else [Row(*said[0], (fact_id,))]
        rows += _beside(fact, facts_by_id, boxes, period, known)
    alone = {name: _terms(fact | {"part_of": ""}, {}, place, period, known) for name, fact in facts_by_id.items()}
    return {"rows": rows, "boxes": boxes, "own": alone, "ways": ways}


def _number(value, blank: float) -> float:
    return blank if pd.isna(value) else float(value)


def _ways(fact: dict, figures: pd.DataFrame | None) -> list[tuple[str, dict]]:
    preferred = [("", {"low": fact["low"], "high": fact["high"]})]
    if fact.get("agreement") != "conflict":
        return preferred
    columns = ["low", "high", *(name for name in tree.DIMENSIONS if name in fact.get("conflict_of", "").split())]
    if figures is not None:
        own = figures[figures["figure_id"].isin(fact["figure_ids"].split()) & figures["status"].isin(SUMMABLE)]
        distinct = own[columns].drop_duplicates().to_dict("records")
        return [(_say(read), read) for read in distinct] or preferred
    found = [WAYS.fullmatch(part.split("[")[0].strip()) for part in fact["alternatives"].split(";")]
    read = [_read(match.groupdict()) for match in found if match and (match["low"] or match["high"])]
    return read or [("", {"low": fact["hull_low"], "high": fact["hull_high"]})]


def _read(match: dict) -> tuple[str, dict]:
    low, high, to = match["low"], match["high"], match["to"]
    if not to:
        high = low
    if to in ("or fewer", "up to") and high is None:
        low, high = None, low
    limits = {"low": int(low) if low else 0, "high": int(high) if high else None}
    return _say(limits), limits


def _say(read: dict) -> str:
    low, high = _ends(read)
    size = f"{low:.0f}" if low == high else f"{low:.0f} or more" if high == INFINITE else f"{low:.0f} to {high:.0f}"
    return " ".join([size, *(str(value) for name, value in read.items() if name not in ("low", "high"))])


def _ends(read: dict) -> tuple[float, float]:
    return _number(read["low"], 0), _number(read["high"], INFINITE)


def reading(fact_id: str, number: int) -> str:
    """Name the switch that is on where a fact in conflict is read in this way."""
    return f"{fact_id} {number}"


def _either(fact_id: str, said: list[tuple], ceiling: float) -> list[Row]:
    # Exactly one way to read a fact is right, and its limits hold; the limits of the others then hold nothing back.
    names = [reading(fact_id, number) for number in range(len(said))]
    rows = [Row((), 1, 1, (fact_id,), tuple((1.0, name) for name in names))]
    highest = max(high for _, _, high in said)
    most = highest if highest < INFINITE and len({terms for terms, _, _ in said}) == 1 else ceiling
    for terms in dict.fromkeys(terms for terms, _, _ in said):
        read = [(name, one) for name, one in zip(names, said, strict=True) if one[0] == terms]
        here = [(name, low, min(high, most)) for name, (_, low, high) in read]
        rows.append(Row(terms, 0, INFINITE, (fact_id,), tuple((-low, name) for name, low, _ in here)))
        rows.append(Row(terms, -INFINITE, most, (fact_id,), tuple((most - high, name) for name, _, high in here)))
    return rows


def _wholes(fact: dict, facts: dict[str, dict]) -> list[dict]:
    return [facts[whole] for whole in fact["part_of"].split() if whole in facts]


def _nested(fact: dict, whole: dict, period: tuple, known: dict) -> bool:
    subjects = {tree.subject(known["conduct"], one["conduct"]) for one in (fact, whole)}
    names, spans = zip(*(_when(one, period) or ("", ()) for one in (fact, whole)), strict=True)
    later = names[0] == names[1] != "" and (spans[0][1] < spans[1][0] or spans[1][1] < spans[0][0])
    apart = any(tree.apart(known[name], fact[name], whole[name]) for name in tree.DIMENSIONS)
    return len(subjects) == 1 and not later and not apart


def _conditions(fact: dict, facts: dict[str, dict], period: tuple, known: dict, seen: frozenset = frozenset()) -> tuple:
    when = _when(fact, period)
    own = {*asked(known, fact), *([when] if when else [])}
    for whole in _wholes(fact, facts):
        if whole["fact_id"] not in seen and _nested(fact, whole, period, known):
            own.update(_conditions(whole, facts, period, known, seen | {fact["fact_id"]}))
    return tuple(sorted(own, key=str))


def asked(known: dict, words: dict[str, str]) -> tuple:
    """List the conditions that the category columns of a fact or a question set."""
    subject = ("subject", tree.subject(known["conduct"], words["conduct"]))
    return (*((name, words[name]) for name in tree.DIMENSIONS if tree.terms(words[name])), subject)


def _when(fact: dict, period: tuple) -> tuple | None:
    start, end = (None if pd.isna(fact[name]) else fact[name].date() for name in ("period_start", "period_end"))
    span = (start or date.min, end or OPEN) if start or end else period
    # What was done in a year, what was recorded in it and what was concluded in it are different people.
    name = {"incident": "period of incident", "finalised": "period of outcome"}.get(fact["date_basis"], "period")
    return (name, span) if span else None


def _terms(fact: dict, facts: dict, place: Place, period: tuple, known: dict) -> tuple:
    conditions = _conditions(fact, facts, period, known)
    everyone, forces = place.named | set(place.unnamed), covered(fact, place.regions)
    if fact["force_ids"]:
        return ((1.0, Box(frozenset((forces or set()) & everyone), conditions)),)
    if place_name(fact["place"]).split(" ")[0] in EVERYWHERE:
        return ((1.0, Box(everyone, conditions)),)
    # Which forces an area holds may be unknown, and which unnamed repliers lie in it always is.
    known_inside = frozenset() if forces is None else place.named & forces
    perhaps = everyone if forces is None else frozenset(place.unnamed)
    elsewhere = (*conditions, ("place", place_name(fact["place"])))
    found = ((1.0, Box(known_inside, conditions)), (1.0, Box(perhaps, elsewhere)))
    return tuple(term for term in found if term[1].forces)


def _less(terms: tuple, whole: tuple, weight: float = 1.0) -> tuple:
    return (*terms, *((-weight * coefficient, box) for coefficient, box in whole))


def _share(fact: dict, boxes: dict[str, tuple]) -> list[Row]:
    low, high = float(fact["share_low"]), float(fact["share_high"])
    # A share printed as one number was rounded: 55% may be anything from 54.5 to 55.5.
    spare = ROUNDED if low == high else 0.0
    rows = []
    for whole in (boxes[base] for base in fact["part_of"].split() if base in boxes):
        terms, sources = boxes[fact["fact_id"]], (fact["fact_id"],)
        rows.append(Row(_less(terms, whole, max(0.0, low - spare)), 0, INFINITE, sources))
        rows.append(Row(_less(terms, whole, min(1.0, high + spare)), -INFINITE, 0, sources))
    return rows


def _beside(fact: dict, facts: dict[str, dict], boxes: dict[str, tuple], period: tuple, known: dict) -> list[Row]:
    apart = [whole for whole in _wholes(fact, facts) if not _nested(fact, whole, period, known)]
    own = boxes[fact["fact_id"]]
    return [Row(_less(own, boxes[whole["fact_id"]]), -INFINITE, 0, (fact["fact_id"],)) for whole in apart]


def of_relations(relations: pd.DataFrame, boxes: dict[str, tuple], home: dict[str, str]) -> list[Row]:
    """Turn complete parts into sums: what is listed makes the whole. `home` leads from a figure to its fact."""
    rows = []
    complete = relations[relations["relation"].isin(["part_of", "joint_of"]) & (relations["complete"] == "yes")]
    for row in complete.itertuples(index=False):
        parts = [home.get(figure, "") for figure in row.figures.split()]
        whole = boxes.get(home.get(row.of, ""))
        if whole and all(part in boxes for part in parts):
            terms = tuple(term for part in dict.fromkeys(parts) for term in boxes[part])
            rows.append(Row(_less(terms, whole), 0, 0, (row.relation_id,)))
    return rows


def of_ranks(ranks: list[tuple[str, int, tuple]], repliers: frozenset[str], ceiling: float) -> list[Row]:
    """Turn printed ranks, ties allowed, into comparisons of the ranked count with the same count elsewhere.

    `ranks` holds (relation, position, term of the ranked fact). At most position - 1 forces have more, and at least as
    many have no less. Where every position from the first is printed, no choice of forces is left to be made.
    """
    rows = []
    for conditions in dict.fromkeys(box.conditions for _, _, (_, box) in ranks):
        same = [rank for rank in ranks if rank[2][1].conditions == conditions]
        if all(sum(other < position for _, other, _ in same) == position - 1 for _, position, _ in same):
            rows += [line for rank in same for line in _at_most(rank, same, repliers)]
        else:
            rows += [line for rank in same for line in _any_above(rank, repliers, ceiling)]
    return rows


def _at_most(rank: tuple[str, int, tuple], ranks: list[tuple[str, int, tuple]], repliers: frozenset[str]) -> list[Row]:
    _, position, (_, box) = rank
    above = frozenset().union(*(other.forces for _, place, (_, other) in ranks if place < position))
    sources = tuple(relation for relation, place, _ in ranks if place <= position)
    return [
        Row(((1.0, replace(box, forces=frozenset({force}))), (-1.0, box)), -INFINITE, 0, sources)
        for force in sorted(repliers - above - box.forces)
    ]


def _any_above(rank: tuple[str, int, tuple], repliers: frozenset[str], ceiling: float) -> list[Row]:
    relation, position, (_, box) = rank
    others = sorted(repliers - box.forces)
    rows = []
    for force, (kind, low, high) in product(others, (("more", -INFINITE, 0), ("no less", -ceiling, INFINITE))):
        terms = ((1.0, replace(box, forces=frozenset({force}))), (-1.0, box))
        rows.append(Row(terms, low, high, (relation,), ((-ceiling, f"{relation} {force} {kind}"),)))
    more, no_less = (tuple((1.0, f"{relation} {force} {kind}") for force in others) for kind in ("more", "no less"))
    rows.append(Row((), -INFINITE, position - 1, (relation,), more))
    rows.append(Row((), min(position - 1, len(others)), INFINITE, (relation,), no_less))
    return rows
