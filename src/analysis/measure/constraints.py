"""Everything printed about a round as constraints on sums of people, under assumptions that are data.

People are sorted into cells: one for each force and each combination of categories and periods that some printed
number tells apart. A printed number is then a sum of cells between two limits, a share compares two sums, a rank
compares the same sum at two forces.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property, lru_cache, reduce
from itertools import chain, pairwise
from operator import and_
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.measure import categories as tree
from analysis.measure.totals import SUMMABLE, together

INFINITE = float("inf")
# More people than any round counts: what may reach it has no upper limit.
CEILING = 100_000.0
# A share printed as one number was rounded: 55% may be anything from 54.5 to 55.5.
ROUNDED = 0.005
REPLIED = ("full", "partial", "replied, named", "replied, unnamed")
EVERYWHERE = ("", "all")
# What was done in a year, what was recorded in it and what was concluded in it are different people.
DATED_BY = {"incident": "period of incident", "finalised": "period of outcome"}


# Assumptions: rows of assumptions.csv, each of which rewrites the facts or relations that it applies to.


class Rule(NamedTuple):
    """One assumption: the rows it applies to have in each column one of some values, and it sets others."""

    name: str
    where: dict[str, set[str]]
    sets: dict[str, str]


def rules(assumptions: pd.DataFrame, round_id: str) -> list[Rule]:
    """Read the assumptions of a round: columns assumption_id, round_id, applies_where, sets."""
    found = []
    for row in assumptions[assumptions["round_id"] == round_id].to_dict("records"):
        where = _pairs(row["applies_where"])
        place = "scope" if {"relation", "relation_id"} & set(where) else "round_id"
        where = {place if column == "round_id" else column: value for column, value in where.items()}
        # What names no row by its id is about its own round only.
        if not {place, "source_id", "fact_id", "relation_id", "figure_ids"} & set(where):
            where[place] = round_id
        wanted = {column: {value, *value.split("|")} for column, value in where.items()}
        found.append(Rule(row["assumption_id"], wanted, _pairs(row["sets"])))
    return found


def _pairs(text: str) -> dict[str, str]:
    pairs = (part.split("=", 1) for part in text.split(";") if part.strip())
    return {column.strip(): value.strip() for column, value in pairs}


def believe(rows: pd.DataFrame, known: list[Rule], ids: Iterable[str]) -> list[dict]:
    """Rewrite facts, figures or relations as the assumptions named say, and drop what is not believed without others.

    A rank is believed only if an assumption that sets `believed=yes` is named; what else such an assumption applies to
    is left out unless it is named. Out: the rows believed, with `assumed`: the ids of the assumptions they rest on.
    """
    on, doubts = [rule for rule in known if rule.name in ids], [rule for rule in known if "believed" in rule.sets]
    found = []
    for row in rows.to_dict("records"):
        doubted = row.get("relation") == "rank" or any(applies(rule, row) for rule in doubts)
        told = row | {"assumed": "", "believed": "" if doubted else "yes"}
        # One can bring a row under another (a reply joins the round), so the order they come in must not matter.
        for rule in on * len(on):
            if applies(rule, told) and any(str(told.get(name)) != value for name, value in rule.sets.items()):
                told |= rule.sets | {"assumed": together([told["assumed"], rule.name])}
        if told["believed"] == "yes":
            found.append(told)
    return found


def applies(rule: Rule, row: dict) -> bool:
    """Say whether an assumption is about a row."""
    return all(_holds(row, column, wanted) for column, wanted in rule.where.items())


def _holds(row: dict, column: str, wanted: set[str]) -> bool:
    if column == "source_id" and "figure_ids" in row:
        return any(one.rsplit(":", 1)[0] in wanted for one in row["figure_ids"].split())
    value = str(row.get(column))
    listed = column in ("force_ids", "figure_ids", "figures")
    return value in wanted or (listed and not wanted.isdisjoint(value.split()))


# Rows: what each printed number says about the people behind it.


@dataclass(frozen=True)
class Box:
    """The people of some forces whom all `conditions` count; a condition is (dimension, expression or period)."""

    forces: frozenset[str]
    conditions: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True)
class Row:
    """`low` ≤ sum of coefficient × box + coefficient × switch ≤ `high`, as long as all `sources` are believed."""

    terms: tuple[tuple[float, Box], ...]
    low: float
    high: float
    sources: tuple[str, ...]
    switches: tuple[tuple[float, str], ...] = ()


def conditions_of(known: dict[str, tree.Tree], words: dict[str, str]) -> tuple:
    """List the conditions that the category columns of a fact or a question set."""
    subject = ("subject", tree.subject(known["conduct"], words["conduct"]))
    return (*((name, words[name]) for name in tree.DIMENSIONS if tree.terms(words[name])), subject)


@dataclass
class _Evidence:
    """The facts of a round that bound something, and whom each of them counts."""

    facts: dict[str, dict]
    figures: dict[str, dict]
    named: frozenset[str]
    unnamed: tuple[str, ...]
    places: dict[str, set[str]]
    period: tuple | None
    known: dict[str, tree.Tree]
    ceiling: float

    @cached_property
    def boxes(self) -> dict[str, tuple]:
        return {name: self.terms(fact) for name, fact in self.facts.items()}

    def rows(self) -> list[Row]:
        found = []
        for name, fact in self.facts.items():
            if fact["status"] == "share":
                found += self.share(fact)
                continue
            ways = [(self.terms(fact | way), *_ends(way)) for way in self.ways(fact)]
            found += _either(name, ways, 2 * self.ceiling) if len(ways) > 1 else [Row(*ways[0], (name,))]
            found += self.beside(fact)
        return found

    def ways(self, fact: dict) -> list[dict]:
        """List the ways to read a fact: one for each value or category that its sources give it."""
        if fact["agreement"] != "conflict":
            return [{"low": fact["low"], "high": fact["high"]}]
        torn = [name for name in tree.DIMENSIONS if name in fact["conflict_of"].split()]
        own = [self.figures[one] for one in fact["figure_ids"].split() if one in self.figures]
        ways = [{name: one[name] for name in ("low", "high", *torn)} for one in own if one["status"] in SUMMABLE]
        return list({str(way): way for way in ways}.values()) or [{"low": fact["low"], "high": fact["high"]}]

    def terms(self, fact: dict) -> tuple:
        conditions, forces = self.conditions(fact), tree.covered(fact, self.places)
        everyone = self.named | set(self.unnamed)
        if fact["force_ids"]:
            return ((1.0, Box(frozenset((forces or set()) & everyone), conditions)),)
        if tree.place_name(fact["place"]).split(" ")[0] in EVERYWHERE:
            return ((1.0, Box(everyone, conditions)),)
        # Which forces an area holds may be unknown, and which unnamed repliers lie in it always is.
        inside = frozenset() if forces is None else self.named & forces
        perhaps = everyone if forces is None else frozenset(self.unnamed)
        elsewhere = (*conditions, ("place", tree.place_name(fact["place"])))
        found = ((1.0, Box(inside, conditions)), (1.0, Box(perhaps, elsewhere)))
        return tuple(term for term in found if term[1].forces)

    def conditions(self, fact: dict, seen: frozenset = frozenset()) -> tuple:
        own = {*conditions_of(self.known, fact), *self.when(fact)}
        for whole in self.wholes(fact):
            if whole["fact_id"] not in seen and self.nested(fact, whole):
                own.update(self.conditions(whole, seen | {fact["fact_id"]}))
        return tuple(sorted(own, key=str))

    def when(self, fact: dict) -> tuple:
        start, end = (None if pd.isna(fact[name]) else fact[name].date() for name in ("period_start", "period_end"))
        span = (start or date.min, end or date.max - timedelta(1)) if start or end else self.period
        return ((DATED_BY.get(fact["date_basis"], "period"), span),) if span else ()

    def wholes(self, fact: dict) -> list[dict]:
        return [self.facts[whole] for whole in fact["part_of"].split() if whole in self.facts]

    def nested(self, fact: dict, whole: dict) -> bool:
        """Say whether a part counts only people whom its whole counts, not others beside them."""
        one, other = dict(self.when(fact)), dict(self.when(whole))
        later = any(one[name][1] < other[name][0] or other[name][1] < one[name][0] for name in one.keys() & other)
        apart = any(tree.apart(self.known[name], fact[name], whole[name]) for name in tree.DIMENSIONS)
        subjects = {tree.subject(self.known["conduct"], each["conduct"]) for each in (fact, whole)}
        return len(subjects) == 1 and not later and not apart

    def share(self, fact: dict) -> list[Row]:
        low, high = float(fact["share_low"]), float(fact["share_high"])
        spare, own = ROUNDED if low == high else 0.0, self.boxes[fact["fact_id"]]
        rows = []
        for whole in self.wholes(fact):
            base = self.boxes[whole["fact_id"]]
            rows.append(Row(_less(own, base, max(0.0, low - spare)), 0, INFINITE, (fact["fact_id"],)))
            rows.append(Row(_less(own, base, min(1.0, high + spare)), -INFINITE, 0, (fact["fact_id"],)))
        return rows

    def beside(self, fact: dict) -> list[Row]:
        """A part told in categories or years that its whole does not have is no more than the whole."""
        name, apart = fact["fact_id"], [whole for whole in self.wholes(fact) if not self.nested(fact, whole)]
        return [Row(_less(self.boxes[name], self.boxes[whole["fact_id"]]), -INFINITE, 0, (name,)) for whole in apart]


def _ends(way: dict) -> tuple[float, float]:
    low, high = way["low"], way["high"]
    return 0.0 if pd.isna(low) else float(low), INFINITE if pd.isna(high) else float(high)


def _less(terms: tuple, whole: tuple, weight: float = 1.0) -> tuple:
    return (*terms, *((-weight * coefficient, box) for coefficient, box in whole))


def _either(name: str, ways: list[tuple], ceiling: float) -> list[Row]:
    # Exactly one way to read a fact is right, and its limits hold; the limits of the others then hold nothing back.
    switches = [f"{name} {number}" for number in range(len(ways))]
    rows = [Row((), 1, 1, (name,), tuple((1.0, switch) for switch in switches))]
    highest = max(high for _, _, high in ways)
    most = highest if highest < INFINITE and len({terms for terms, _, _ in ways}) == 1 else ceiling
    for terms in dict.fromkeys(terms for terms, _, _ in ways):
        here = [
            (switch, low, min(high, most))
            for switch, (own, low, high) in zip(switches, ways, strict=True)
            if own == terms
        ]
        rows.append(Row(terms, 0, INFINITE, (name,), tuple((-low, switch) for switch, low, _ in here)))
        rows.append(Row(terms, -INFINITE, most, (name,), tuple((most - high, switch) for switch, _, high in here)))
    return rows


def _sums(relations: list[dict], boxes: dict[str, tuple], home: dict[str, str]) -> list[Row]:
    """Turn complete parts into sums: what is listed makes the whole. `home` leads from a figure to its fact."""
    rows = []
    for row in relations:
        parts = [home.get(figure, "") for figure in row["figures"].split()]
        whole, listed = boxes.get(home.get(row["of"], "")), row["relation"] in ("part_of", "joint_of")
        if listed and row["complete"] == "yes" and whole and all(part in boxes for part in parts):
            terms = tuple(term for part in dict.fromkeys(parts) for term in boxes[part])
            rows.append(Row(_less(terms, whole), 0, 0, (row["relation_id"],)))
    return rows


@dataclass(frozen=True)
class _Rank:
    """A printed place in the order of forces; `more` is 1 where ties are ruled out."""

    relation: str
    position: int
    box: Box
    more: int


def _of_ranks(ranks: list[_Rank], repliers: frozenset[str], ceiling: float) -> list[Row]:
    """Compare a ranked count with the same count elsewhere.

    At most position - 1 forces have more, and at least as many have no less. Where every position from the first is
    printed, no choice of forces is left to be made.
    """
    rows = []
    for conditions in dict.fromkeys(rank.box.conditions for rank in ranks):
        same = [rank for rank in ranks if rank.box.conditions == conditions]
        listed = all(sum(other.position < rank.position for other in same) == rank.position - 1 for rank in same)
        for rank in same:
            rows += _at_most(rank, same, repliers) if listed else _any_above(rank, repliers, ceiling)
    return rows


def _at_most(rank: _Rank, ranks: list[_Rank], repliers: frozenset[str]) -> list[Row]:
    above = frozenset().union(*(other.box.forces for other in ranks if other.position < rank.position))
    sources = tuple(other.relation for other in ranks if other.position <= rank.position)
    others = sorted(repliers - above - rank.box.forces)
    return [Row(_against(force, rank.box), -INFINITE, -rank.more, sources) for force in others]


def _any_above(rank: _Rank, repliers: frozenset[str], ceiling: float) -> list[Row]:
    others, source = sorted(repliers - rank.box.forces), (rank.relation,)
    rows = []
    for force in others:
        terms = _against(force, rank.box)
        more, no_less = f"{rank.relation} {force} more", f"{rank.relation} {force} no less"
        rows.append(Row(terms, -INFINITE, -rank.more, source, ((-ceiling, more),)))
        rows.append(Row(terms, -ceiling, INFINITE, source, ((-ceiling - rank.more, no_less),)))
    above, level = (tuple((1.0, f"{rank.relation} {force} {kind}") for force in others) for kind in ("more", "no less"))
    rows.append(Row((), -INFINITE, rank.position - 1, source, above))
    rows.append(Row((), min(rank.position - 1, len(others)), INFINITE, source, level))
    return rows


def _against(force: str, box: Box) -> tuple:
    return ((1.0, replace(box, forces=frozenset({force}))), (-1.0, box))


# Cells: the smallest set of variables that tells all the rows apart.


@dataclass
class Programme:
    """An integer programme over cells (columns) and switches (last columns, 0 or 1; the very last one idle).

    `fits` keeps whole numbers that were found to fit a choice of rows.
    """

    matrix: sparse.csr_matrix
    low: np.ndarray
    high: np.ndarray
    upper: np.ndarray
    sources: list[tuple[str, ...]]
    cells: int
    asked: dict[str, tuple[int, np.ndarray]] = field(repr=False)
    fits: dict[bytes, list[np.ndarray]] = field(default_factory=dict, repr=False)

    def only(self, sources: Iterable[str]) -> np.ndarray:
        """Say for each row whether all it rests on is among these sources."""
        held = frozenset(sources)
        return np.array([held.issuperset(needed) for needed in self.sources], dtype=bool)

    def without(self, sources: Iterable[str]) -> np.ndarray:
        """Say for each row whether it rests on none of these sources."""
        gone = frozenset(sources)
        return np.array([gone.isdisjoint(needed) for needed in self.sources], dtype=bool)

    def objective(self, forces: frozenset[str]) -> np.ndarray:
        """Return one coefficient for each column: 1 for the asked cells of these forces."""
        wanted = np.zeros(self.matrix.shape[1])
        for force in forces:
            start, cells = self.asked[force]
            wanted[start : start + len(cells)] = cells
        return wanted


def programme(rows: list[Row], forces: list[str], asked: tuple, known: dict[str, tree.Tree], cap: float) -> Programme:
    """Build the integer programme of the rows, with cells fine enough for the asked conditions as well."""
    touching: dict[str, list] = {force: [] for force in forces}
    for line, row in enumerate(rows):
        for weight, box in row.terms:
            for force in box.forces:
                touching[force].append((line, weight, box.conditions))
    cells = lru_cache(maxsize=None)(lambda boxes: _cells(boxes, known))  # forces of whom the same was printed share it
    start, places, entries = 0, {}, []
    for force in forces:
        boxes = tuple(dict.fromkeys([*(conditions for _, _, conditions in touching[force]), asked]))
        member = dict(zip(boxes, cells(boxes), strict=True))
        places[force] = (start, member[asked])
        entries += [(line, start, weight * member[conditions]) for line, weight, conditions in touching[force]]
        start += len(member[asked])
    switches = sorted({name for row in rows for _, name in row.switches})
    column = {name: start + position for position, name in enumerate(switches)}
    entries += [(line, column[name], np.array([w])) for line, row in enumerate(rows) for w, name in row.switches]
    return Programme(
        _matrix(entries, (len(rows), start + len(switches) + 1)),
        np.array([row.low for row in rows], dtype=float),
        np.array([row.high for row in rows], dtype=float),
        np.concatenate([np.full(start, cap), np.ones(len(switches) + 1)]),
        [row.sources for row in rows],
        start,
        places,
    )


def _matrix(entries: list[tuple[int, int, np.ndarray]], shape: tuple[int, int]) -> sparse.csr_matrix:
    if not entries:
        return sparse.csr_matrix(shape)
    lines = np.concatenate([np.full(len(values), line) for line, _, values in entries])
    columns = np.concatenate([np.arange(start, start + len(values)) for _, start, values in entries])
    matrix = sparse.csr_matrix((np.concatenate([values for _, _, values in entries]), (lines, columns)), shape=shape)
    matrix.eliminate_zeros()
    return matrix


def _cells(boxes: tuple, known: dict[str, tree.Tree]) -> np.ndarray:
    """Say for each box which cells it holds; cells that no box tells apart are one."""
    conditions = sorted(set(chain.from_iterable(boxes)), key=str)
    member = np.ones((len(boxes), 1), dtype=bool)
    for name in sorted({name for name, _ in conditions}):
        table = _told_apart(name, [what for dimension, what in conditions if dimension == name], known)
        everyone = np.ones(len(next(iter(table.values()))), dtype=bool)
        inside = [
            reduce(and_, (table[what] for dimension, what in box if dimension == name), everyone) for box in boxes
        ]
        member = _distinct((member[:, :, None] & np.array(inside)[:, None, :]).reshape(len(boxes), -1))
    return member[:, member.any(axis=0)].astype(float)


def _told_apart(name: str, wanted: list, known: dict[str, tree.Tree]) -> dict:
    if name in ("period", *DATED_BY.values()):
        cuts = sorted({cut for start, end in wanted for cut in (start, end + timedelta(days=1))})
        pieces = [(start, end - timedelta(days=1)) for start, end in pairwise(cuts)]
        return {what: np.array([what[0] <= start and end <= what[1] for start, end in pieces]) for what in wanted}
    # A region holds an unknown part of the unnamed forces: any mixture of the regions is possible.
    return tree.told_apart(
        known.get(name, tree.Tree({}, frozenset(wanted) if name == "subject" else frozenset())), wanted
    )


def _distinct(member: np.ndarray) -> np.ndarray:
    packed = np.ascontiguousarray(np.packbits(member, axis=0).T)
    _, first = np.unique(packed.view([("", packed.dtype)] * packed.shape[1]).ravel(), return_index=True)
    return member[:, np.sort(first)]


# The model: a round's evidence, prepared once for many questions.


@dataclass
class Model:
    """A round's evidence under some assumptions, whose ids are `believed`.

    `named` are the forces known to have replied; `unnamed` stands for the other repliers, `n_unnamed` of them (None
    where nobody printed how many replied). `figures` and `assumed` lead from a fact or relation to its cells and to the
    assumptions it rests on.
    """

    rows: list[Row]
    round_id: str
    believed: tuple[str, ...]
    named: frozenset[str]
    unnamed: tuple[str, ...]
    n_unnamed: int | None
    period: tuple | None
    known: dict[str, tree.Tree]
    subject: str
    forces: frozenset[str]
    figures: dict[str, str]
    assumed: dict[str, str]
    ceiling: float
    programmes: dict = field(default_factory=dict, repr=False)
    answers: dict = field(default_factory=dict, repr=False)
    fewest: list[frozenset[str]] = field(default_factory=list, repr=False)

    def programme(self, asked: tuple = (), strangers: frozenset[str] = frozenset()) -> Programme:
        """Return the integer programme whose cells can tell the asked conditions apart."""
        if (asked, strangers) not in self.programmes:
            forces = sorted(self.named | strangers) + list(self.unnamed)
            self.programmes[asked, strangers] = programme(self.rows, forces, asked, self.known, self.ceiling)
        return self.programmes[asked, strangers]


def prepare(
    data: Any, assumptions: Iterable[str] | None = None, unit: str | None = None, round_id: str | None = None
) -> Model:
    """Prepare a round for many questions.

    In: tables of one round, or of all with the round named; `assumptions` the ids believed, by default all of the
    round's but those marked `usual` no; `unit` what is counted, by default the unit of the round, or the one that its
    assumptions make of it.
    Raises ValueError for an unknown round or assumption, or one that is about nothing in these tables.
    """
    round_id = _round(data, round_id)
    own = data.assumptions[data.assumptions["round_id"] == round_id]
    usual = own["usual"] != "no" if "usual" in own else slice(None)
    ids = list(own.loc[usual, "assumption_id"] if assumptions is None else assumptions)
    for name in ids:
        tree.one_of("assumption", name, own["assumption_id"])
    known = rules(own, round_id)
    # A part of the tables holds apart what an assumption may bring into its round from elsewhere.
    everything = pd.concat([data.facts, getattr(data, "elsewhere", data.facts.iloc[:0])], ignore_index=True)
    # In one order, so that a part of the tables gives the same answers as the whole.
    everything = everything.sort_values("fact_id", kind="stable")
    _about_something([rule for rule in known if rule.name in ids], everything, data.relations)
    row = data.rounds[data.rounds["round_id"] == round_id].iloc[0]
    facts = [fact for fact in believe(everything, known, ids) if fact["round_id"] == round_id]
    relations = believe(data.relations, known, ids)
    ranks = [one for one in relations if one["relation"] == "rank" and one["scope"] == round_id]
    named, n_unnamed = _repliers(data, facts, row, ids)
    # Only a rank needs unnamed repliers one by one; else they are one block.
    blocks = n_unnamed if n_unnamed and ranks else int(n_unnamed != 0)
    usable = _usable(facts, relations, unit or _unit(row, known))
    largest = max((float(fact[end]) for fact in usable for end in ("low", "high") if not pd.isna(fact[end])), default=0)
    evidence = _Evidence(
        {fact["fact_id"]: fact for fact in usable},
        {figure["figure_id"]: figure for figure in believe(data.figures, known, ids)},
        named,
        tuple(f"unnamed {number}" for number in range(1, blocks + 1)),
        tree.places(data.forces),
        period(row["period_start"], row["period_end"]),
        tree.trees(data),
        max(CEILING, 10 * largest),
    )
    home = {figure: name for name, fact in evidence.facts.items() for figure in fact["figure_ids"].split()}
    # Without their number, unnamed repliers are one block, and a block cannot be compared with a force.
    compared = named if n_unnamed is None else named | set(evidence.unnamed)
    rows = evidence.rows() + _sums(relations, evidence.boxes, home)
    rows += _of_ranks(_ranks(ranks, evidence, home), compared, evidence.ceiling)
    sources = {one["fact_id"]: one for one in usable} | {one["relation_id"]: one for one in relations}
    return Model(
        rows,
        round_id,
        tuple(ids),
        named,
        evidence.unnamed,
        n_unnamed,
        evidence.period,
        evidence.known,
        _subject(facts, evidence.known["conduct"]),
        frozenset(data.forces["force_id"]),
        {name: one.get("figure_ids") or one["figures"] for name, one in sources.items()},
        {name: one["assumed"] for name, one in sources.items()},
        evidence.ceiling,
    )


def period(start: Any, end: Any) -> tuple[date, date] | None:
    """Return two days as dates; None where either is not known."""
    days = [pd.to_datetime(day) if day else pd.NaT for day in (start, end)]
    return None if pd.isna(days).any() else (days[0].date(), days[1].date())


def _round(data: Any, round_id: str | None) -> str:
    known, name = set(data.rounds["round_id"]), getattr(data, "name", "")
    if round_id is None and (name in known or len(known) == 1):
        round_id = name if name in known else known.pop()
    if round_id is None:
        raise ValueError(f"name one round_id: these tables hold {', '.join(sorted(known))}")
    return tree.one_of("round", round_id, known)


def _unit(row: pd.Series, known: list[Rule]) -> str:
    made = [rule.sets["unit"] for rule in known if "unit" in rule.sets]
    return made[0] if made else row["unit"] or "people"


def _about_something(known: list[Rule], facts: pd.DataFrame, relations: pd.DataFrame) -> None:
    rows = [*facts.to_dict("records"), *relations.to_dict("records")]
    for rule in known:
        # What another assumption has to change first is not looked for.
        where = {column: wanted for column, wanted in rule.where.items() if column not in ("unit", "outcome")}
        if not any(applies(rule._replace(where=where), row) for row in rows):
            raise ValueError(f"these tables hold nothing that {rule.name!r} is about: use the whole of them")


def _usable(facts: list[dict], relations: list[dict], unit: str) -> list[dict]:
    """Keep the facts that bound something: of this unit, undisputed, no stock and nobody's estimate."""
    estimates = {one for row in relations if row["relation"] == "estimate_of" for one in row["figures"].split()}
    return [
        fact
        for fact in facts
        if fact["status"] in {*SUMMABLE, "share"}
        and fact["unit"] == unit
        and fact["disputed"] != "yes"
        and fact["date_basis"] != "snapshot"
        and estimates.isdisjoint(fact["figure_ids"].split())
    ]


def _repliers(data: Any, facts: list[dict], row: pd.Series, ids: list[str]) -> tuple[frozenset[str], int | None]:
    """Say which forces are known to have replied, and how many more did."""
    here = data.coverage[(data.coverage["round_id"] == row["round_id"]) & data.coverage["answer"].isin(REPLIED)]
    assumed = here["assumed"] if "assumed" in here else [""] * len(here)
    answered = [one for one, names in zip(here["force_id"], assumed, strict=True) if set(names.split()) <= set(ids)]
    named = frozenset(answered).union(*(fact["force_ids"].split() for fact in facts))
    return named, None if pd.isna(row["forces_replied"]) else max(0, int(row["forces_replied"]) - len(named))


def _ranks(ranks: list[dict], evidence: _Evidence, home: dict[str, str]) -> list[_Rank]:
    found = []
    for row in ranks:
        fact = evidence.facts.get(home.get(min(row["figures"].split()), ""))
        terms = evidence.terms(fact | {"part_of": ""}) if fact else ()
        if len(terms) == 1:
            found.append(_Rank(row["relation_id"], int(row["position"]), terms[0][1], int(row.get("ties") == "no")))
    return found


def _subject(facts: list[dict], conducts: tree.Tree) -> str:
    """Name the conduct that all the totals of a round are about; an empty text where that is any misuse."""
    totals = {fact["conduct"] for fact in facts if not fact["force_ids"] and not fact["part_of"]}
    return tree.common(conducts, [one for one in sorted(totals) if tree.subject(conducts, one) == "this"])
