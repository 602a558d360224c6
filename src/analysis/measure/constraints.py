"""Everything printed about a round as constraints on sums of people, under assumptions that are data.

People are sorted into cells: one for each force and each combination of categories and periods that some printed
number tells apart. A printed number is then a sum of cells between two limits, a share compares two sums, a rank
compares the same sum at two forces.
"""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property, lru_cache, reduce
from itertools import chain, pairwise, product
from operator import and_

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.measure import categories as tree
from analysis.measure.totals import SUMMABLE

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


def believe(frame: pd.DataFrame, known: pd.DataFrame, ids: list[str]) -> pd.DataFrame:
    """Rewrite facts, figures or relations as the assumptions named say, and drop what is not believed without others.

    In: `known` has columns assumption_id, round_id, applies_where, sets. A rank is believed only if an assumption that
    sets `believed=yes` is named; what else such an assumption applies to is left out unless it is named.
    Out: the rows believed, with a column `assumed`: the ids of the assumptions that a row rests on.
    """
    rank = frame["relation"] == "rank" if "relation" in frame else pd.Series(False, index=frame.index)
    told = frame.assign(believed=np.where(rank, "", "yes"), assumed="")
    rules = known.to_dict("records")
    for rule in rules:
        if _pairs(rule["sets"]).get("believed") == "yes":
            told.loc[_applies(told, rule), "believed"] = ""
    on = [rule for rule in rules if rule["assumption_id"] in ids]
    # One can bring a fact under another (a reply joins the round), so the order they come in must not matter.
    for _ in on:
        before = told
        for rule in on:
            told = _rewritten(told, rule)
        if told is before:
            break
    return told[told["believed"] == "yes"]


def _rewritten(frame: pd.DataFrame, rule: dict) -> pd.DataFrame:
    sets, hit = _pairs(rule["sets"]), _applies(frame, rule)
    differs = [frame[name].astype(str) != value if name in frame else hit for name, value in sets.items()]
    hit = hit & pd.concat(differs, axis=1).any(axis=1)
    if not hit.any():
        return frame
    changed = frame.assign(**{name: "" for name in sets if name not in frame})
    for name, value in sets.items():
        changed.loc[hit, name] = value
    already = changed.loc[hit, "assumed"].str.split()
    changed.loc[hit, "assumed"] = [" ".join(dict.fromkeys([*ids, rule["assumption_id"]])) for ids in already]
    return changed


def _applies(frame: pd.DataFrame, rule: dict) -> pd.Series:
    where = _pairs(rule["applies_where"])
    if "relation" in where or "relation_id" in where:
        where = {"scope" if name == "round_id" else name: value for name, value in where.items()}
    # What names no row by its id is about its own round only.
    by_id = {"round_id", "scope", "source_id", "fact_id", "relation_id", "figure_ids"} & set(where)
    if rule["round_id"] and not by_id:
        where |= {"scope" if "relation" in where else "round_id": rule["round_id"]}
    hit = pd.Series(True, index=frame.index)
    for name, values in where.items():
        hit &= _holds(frame, name, {values, *values.split("|")})
    return hit


def _holds(frame: pd.DataFrame, name: str, wanted: set[str]) -> pd.Series:
    if name == "source_id" and "figure_ids" in frame:
        documents = frame["figure_ids"].map(lambda ids: {one.rsplit(":", 1)[0] for one in ids.split()})
        return documents.map(lambda names: bool(names & wanted)).astype(bool)
    if name not in frame:
        return pd.Series(False, index=frame.index)
    if name in ("force_ids", "figure_ids", "figures"):
        return frame[name].map(lambda ids: ids in wanted or bool(wanted & set(ids.split()))).astype(bool)
    return frame[name].astype(str).isin(wanted)


def _pairs(text: str) -> dict[str, str]:
    pairs = (part.split("=", 1) for part in text.split(";") if part.strip())
    return {name.strip(): value.strip() for name, value in pairs}


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
    figures: pd.DataFrame
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
        own = self.figures["figure_id"].isin(fact["figure_ids"].split()) & self.figures["status"].isin(SUMMABLE)
        read = self.figures.loc[own, ["low", "high", *torn]].drop_duplicates().to_dict("records")
        return read or [{"low": fact["low"], "high": fact["high"]}]

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
        here = [(switch, low, min(high, most)) for switch, (own, low, high) in zip(switches, ways, strict=True) if own == terms]
        rows.append(Row(terms, 0, INFINITE, (name,), tuple((-low, switch) for switch, low, _ in here)))
        rows.append(Row(terms, -INFINITE, most, (name,), tuple((most - high, switch) for switch, _, high in here)))
    return rows


def _sums(relations: pd.DataFrame, boxes: dict[str, tuple], home: dict[str, str]) -> list[Row]:
    """Turn complete parts into sums: what is listed makes the whole. `home` leads from a figure to its fact."""
    rows = []
    listed = relations[relations["relation"].isin(["part_of", "joint_of"]) & (relations["complete"] == "yes")]
    for row in listed.itertuples(index=False):
        parts = [home.get(figure, "") for figure in row.figures.split()]
        whole = boxes.get(home.get(row.of, ""))
        if whole and all(part in boxes for part in parts):
            terms = tuple(term for part in dict.fromkeys(parts) for term in boxes[part])
            rows.append(Row(_less(terms, whole), 0, 0, (row.relation_id,)))
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
        inside = [reduce(and_, (table[what] for dimension, what in box if dimension == name), everyone) for box in boxes]
        member = _distinct((member[:, :, None] & np.array(inside)[:, None, :]).reshape(len(boxes), -1))
    return member[:, member.any(axis=0)].astype(float)


def _told_apart(name: str, wanted: list, known: dict[str, tree.Tree]) -> dict:
    if name in ("period", *DATED_BY.values()):
        cuts = sorted({cut for start, end in wanted for cut in (start, end + timedelta(days=1))})
        pieces = [(start, end - timedelta(days=1)) for start, end in pairwise(cuts)]
        return {what: np.array([what[0] <= start and end <= what[1] for start, end in pieces]) for what in wanted}
    # A region holds an unknown part of the unnamed forces: any mixture of the regions is possible.
    return tree.told_apart(known.get(name, tree.Tree({}, frozenset(wanted) if name == "subject" else frozenset())), wanted)


def _distinct(member: np.ndarray) -> np.ndarray:
    packed = np.ascontiguousarray(np.packbits(member, axis=0).T)
    _, first = np.unique(packed.view([("", packed.dtype)] * packed.shape[1]).ravel(), return_index=True)
    return member[:, np.sort(first)]


# The model: a round's evidence, prepared once for many questions.


@dataclass
class Model:
    """A round's evidence under some assumptions.

    `named` are the forces known to have replied; `unnamed` stands for the other repliers, `n_unnamed` of them (None
    where nobody printed how many replied). `figures` and `assumed` lead from a fact or relation to its cells and to the
    assumptions it rests on.
    """

    rows: list[Row]
    round_id: str
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
    believed: tuple[str, ...] = ()
    programmes: dict = field(default_factory=dict, repr=False)
    answers: dict = field(default_factory=dict, repr=False)
    fewest: list[frozenset[str]] = field(default_factory=list, repr=False)

    def programme(self, asked: tuple = (), strangers: frozenset[str] = frozenset()) -> Programme:
        """Return the integer programme whose cells can tell the asked conditions apart."""
        if (asked, strangers) not in self.programmes:
            forces = sorted(self.named | strangers) + list(self.unnamed)
            self.programmes[asked, strangers] = programme(self.rows, forces, asked, self.known, self.ceiling)
        return self.programmes[asked, strangers]


def prepare(data, assumptions=None, unit: str | None = None, round_id: str | None = None) -> Model:
    """Prepare a round for many questions.

    In: tables of one round, or of all with the round named; `assumptions` the ids believed, by default all of the
    round's but those marked `usual` no; `unit` what is counted, by default the unit of the round, or the one that its
    assumptions make of it.
    Raises ValueError for an unknown round or assumption, or one that is about nothing in these tables.
    """
    round_id = _round(data, round_id)
    known = data.assumptions[data.assumptions["round_id"] == round_id]
    usual = known["usual"] != "no" if "usual" in known else slice(None)
    ids = list(known.loc[usual, "assumption_id"] if assumptions is None else assumptions)
    for name in ids:
        tree.one_of("assumption", name, known["assumption_id"])
    _apply_to_something(data, known[known["assumption_id"].isin(ids)])
    frames = (_all_facts(data), data.figures, data.relations)
    facts, figures, relations = (believe(frame, known, ids) for frame in frames)
    row = data.rounds[data.rounds["round_id"] == round_id].iloc[0]
    told, unit = facts[facts["round_id"] == round_id], unit or _unit(row, known)
    ranks = relations[(relations["relation"] == "rank") & (relations["scope"] == round_id)]
    named, n_unnamed = _repliers(data, told, row, round_id, ids)
    # Only a rank needs unnamed repliers one by one; else they are one block.
    blocks = n_unnamed if n_unnamed and not ranks.empty else int(n_unnamed != 0)
    usable = _usable(told, relations, unit)
    evidence = _Evidence(
        {fact["fact_id"]: fact for fact in usable.to_dict("records")},
        figures,
        named,
        tuple(f"unnamed {number}" for number in range(1, blocks + 1)),
        tree.places(data.forces),
        period(row["period_start"], row["period_end"]),
        tree.trees(data),
        max(CEILING, 10.0 * usable[["low", "high"]].max().fillna(0).max()),
    )
    home = {figure: name for name, fact in evidence.facts.items() for figure in fact["figure_ids"].split()}
    # Without their number, unnamed repliers are one block, and a block cannot be compared with a force.
    compared = named if n_unnamed is None else named | set(evidence.unnamed)
    rows = evidence.rows() + _sums(relations, evidence.boxes, home)
    rows += _of_ranks(_ranks(ranks, evidence, home), compared, evidence.ceiling)
    return Model(
        rows,
        round_id,
        named,
        evidence.unnamed,
        n_unnamed,
        evidence.period,
        evidence.known,
        tree.common(evidence.known["conduct"], _conducts(told, evidence.known)),
        frozenset(data.forces["force_id"]),
        dict(zip(usable["fact_id"], usable["figure_ids"], strict=True))
        | dict(zip(relations["relation_id"], relations["figures"], strict=True)),
        {
            name: ids
            for frame, key in ((usable, "fact_id"), (relations, "relation_id"))
            for name, ids in zip(frame[key], frame["assumed"], strict=True)
        },
        evidence.ceiling,
        tuple(ids),
    )


def period(start, end) -> tuple[date, date] | None:
    """Return two days as dates; None where either is not known."""
    days = [pd.to_datetime(day) if day else pd.NaT for day in (start, end)]
    return None if pd.isna(days).any() else (days[0].date(), days[1].date())


def _all_facts(data) -> pd.DataFrame:
    # A part of the tables holds apart what an assumption may bring into its round from elsewhere.
    elsewhere = getattr(data, "elsewhere", data.facts.iloc[:0])
    return pd.concat([data.facts, elsewhere], ignore_index=True) if len(elsewhere) else data.facts


def _round(data, round_id: str | None) -> str:
    known, name = set(data.rounds["round_id"]), getattr(data, "name", "")
    if round_id is None and (name in known or len(known) == 1):
        round_id = name if name in known else known.pop()
    if round_id is None:
        raise ValueError(f"name one round_id: these tables hold {', '.join(sorted(known))}")
    return tree.one_of("round", round_id, known)


def _unit(row: pd.Series, known: pd.DataFrame) -> str:
    made = [_pairs(sets)["unit"] for sets in known["sets"] if "unit" in _pairs(sets)]
    return made[0] if made else row["unit"] or "people"


def _apply_to_something(data, rules: pd.DataFrame) -> None:
    for rule in rules.to_dict("records"):
        # What another assumption has to bring into the round first is not looked for.
        where = {name: value for name, value in _pairs(rule["applies_where"]).items() if name not in ("unit", "outcome")}
        plain = rule | {"applies_where": "; ".join(f"{name}={value}" for name, value in where.items())}
        if not any(_applies(frame.assign(assumed=""), plain).any() for frame in (_all_facts(data), data.relations)):
            raise ValueError(f"these tables hold nothing that {rule['assumption_id']!r} is about: use the whole of them")


def _usable(facts: pd.DataFrame, relations: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Keep the facts that bound something: of this unit, undisputed, no stock and nobody's estimate."""
    estimates = {figure for text in relations.loc[relations["relation"] == "estimate_of", "figures"] for figure in text.split()}
    guessed = facts["figure_ids"].map(lambda ids: bool(estimates & set(ids.split()))).astype(bool)
    bounding = facts["status"].isin([*SUMMABLE, "share"]) & (facts["unit"] == unit)
    return facts[bounding & ~guessed & (facts["disputed"] != "yes") & (facts["date_basis"] != "snapshot")]


def _repliers(data, facts: pd.DataFrame, row: pd.Series, round_id: str, ids: list[str]) -> tuple[frozenset[str], int | None]:
    named = {force for ids in facts["force_ids"] for force in ids.split()}
    here = data.coverage[(data.coverage["round_id"] == round_id) & data.coverage["answer"].isin(REPLIED)]
    if "assumed" in here:
        here = here[here["assumed"].map(lambda names: set(names.split()) <= set(ids)).astype(bool)]
    named |= set(here["force_id"])
    replied = pd.to_numeric(row["forces_replied"], errors="coerce")
    return frozenset(named), None if pd.isna(replied) else max(0, int(replied) - len(named))


def _ranks(ranks: pd.DataFrame, evidence: _Evidence, home: dict[str, str]) -> list[_Rank]:
    found = []
    for row in ranks.to_dict("records"):
        fact = evidence.facts.get(home.get(min(row["figures"].split()), ""))
        terms = evidence.terms(fact | {"part_of": ""}) if fact else ()
        if len(terms) == 1:
            found.append(_Rank(row["relation_id"], int(row["position"]), terms[0][1], int(row.get("ties") == "no")))
    return found


def _conducts(facts: pd.DataFrame, known: dict[str, tree.Tree]) -> list[str]:
    national = facts[(facts["force_ids"] == "") & (facts["part_of"] == "")]
    return [one for one in national["conduct"].unique() if tree.subject(known["conduct"], one) == "this"]
