"""Everything printed about a round as constraints on sums of people, under assumptions that are data.

People are sorted into cells: one for each force and each combination of categories and periods that some printed
number tells apart. A printed number is then a sum of cells between two limits, a share compares two sums, a rank
compares the same sum at two forces.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property, lru_cache
from itertools import chain, product
from math import prod
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from analysis import categories as tree
from analysis.measure.totals import SUMMABLE, join_ids
from analysis.tables import column_values

INFINITE = float("inf")
# More people than any round counts: what may reach it has no upper limit.
CEILING = 100_000
# A share printed as one number was rounded: 55% may be anything from 54.5 to 55.5.
ROUNDED = 0.005
MOST_IN_ONE_TABLE = 1000  # cells of one force; for more, several smaller tables are linked
TOLERANCE = 1e-5  # a row is broken by more than this, or not at all
REPLIED = ("full", "partial", "replied, named", "replied, unnamed")
EVERYWHERE = ("", "all")
SUMS = ("part_of", "joint_of")
# What was done in a year, what was recorded in it and what was concluded in it are different people.
DATED_BY = {"incident": "period of incident", "finalised": "period of outcome"}


# Assumptions: rows of assumptions.csv, each of which rewrites the facts or relations that it applies to.


class Rule(NamedTuple):
    """One assumption: the rows it applies to have in each column one of some values, and it sets others."""

    name: str
    where: dict[str, set[str]]
    sets: dict[str, str]
    usual: bool


def rules(assumptions: pd.DataFrame, round_id: str) -> list[Rule]:
    """Read the assumptions of a round: columns assumption_id, round_id, applies_where, sets, usual."""
    found = []
    for row in assumptions[assumptions["round_id"] == round_id].itertuples():
        where = {column: {value, *value.split("|")} for column, value in column_values(row.applies_where).items()}
        found.append(Rule(row.assumption_id, where, column_values(row.sets), row.usual != "no"))
    return found


def apply_assumptions(rows: pd.DataFrame, known: list[Rule], ids: Iterable[str]) -> list[dict]:
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
                told |= rule.sets | {"assumed": join_ids([told["assumed"], rule.name])}
        if told["believed"] == "yes":
            found.append(told)
    return found


def applies(rule: Rule, row: dict) -> bool:
    """Say whether an assumption is about a row."""
    return all(not wanted.isdisjoint(_values(row, column)) for column, wanted in rule.where.items())


def _values(row: dict, column: str) -> set[str]:
    if column == "source_id" and "figure_ids" in row:
        return {one.rpartition(":")[0] for one in row["figure_ids"].split()}
    value = str(row.get(column))
    return {value, *value.split()} if column == "force_ids" else {value}


# The evidence: what each printed number says about the people behind it.


class Box(NamedTuple):
    """The people of some forces whom all `conditions` count; a condition is (dimension, expression or period)."""

    forces: frozenset[str]
    conditions: tuple[tuple[str, object], ...] = ()


class Row(NamedTuple):
    """`low` ≤ sum of coefficient × box ≤ `high`, as long as all `sources` are believed.

    A term with a name in place of a box is a switch: 0 or 1.
    """

    terms: tuple[tuple[float, Box | str], ...]
    low: float
    high: float
    sources: tuple[str, ...]


def conditions_of(known: dict[str, tree.Tree], words: dict[str, str]) -> tuple:
    """List the conditions that the category columns of a fact or a question set."""
    subject = ("subject", tree.subject(known["conduct"], words["conduct"]))
    return (*((name, words[name]) for name in tree.DIMENSIONS if tree.terms(words[name])), subject)


@dataclass
class Model:
    """A round's evidence under some assumptions.

    `facts` (those that bound something) and `relations` by their ids, `figures` of those in conflict as printed.
    `named` are the forces known to have replied; `unnamed` stands for the other repliers, `n_unnamed` of them (None
    where nobody printed how many replied). `subject` is the conduct the round counts, `forces` are all there are.
    """

    facts: dict[str, dict]
    relations: dict[str, dict]
    figures: dict[str, dict]
    named: frozenset[str]
    n_unnamed: int | None
    period: tuple | None
    subject: str
    forces: frozenset[str]
    places: dict[str, set[str]]
    known: dict[str, tree.Tree]
    programmes: dict = field(default_factory=dict, repr=False)
    ways_set_aside: list[frozenset[str]] = field(default_factory=list, repr=False)

    @cached_property
    def ranks(self) -> list[dict]:
        return [row for row in self.relations.values() if row["relation"] == "rank"]

    @cached_property
    def unnamed(self) -> tuple[str, ...]:
        # Only a rank needs unnamed repliers one by one; else they are one block.
        blocks = self.n_unnamed if self.n_unnamed and self.ranks else int(self.n_unnamed != 0)
        return tuple(f"unnamed {number}" for number in range(1, blocks + 1))

    @cached_property
    def repliers(self) -> frozenset[str]:
        return self.named.union(self.unnamed)

    @cached_property
    def ceiling(self) -> int:
        printed = [fact[end] for fact in self.facts.values() for end in ("low", "high") if not pd.isna(fact[end])]
        return max(CEILING, 10 * int(max(printed, default=0)))

    def told(self, ids: Iterable[str], column: str) -> str:
        """Join what facts and relations hold in a column: their figure_ids, or the assumptions they rest on."""
        return join_ids((self.facts | self.relations)[one][column] for one in ids)

    def programme(self, asked: tuple = ()) -> "Programme":
        """Return the integer programme whose cells can tell the asked conditions apart, or else the round's own."""
        when = (("period", self.period),) if self.period else ()
        asked = asked or (("subject", "this"), *when)
        if asked not in self.programmes:
            forces = [*sorted(self.named), *self.unnamed]
            # beside as many as anybody asks for there is room for those of other numbers
            self.programmes[asked] = programme(self.rows, forces, asked, self.known, 10 * self.ceiling)
        return self.programmes[asked]

    @cached_property
    def rows(self) -> list[Row]:
        """Everything believed, as constraints."""
        facts = self.facts.values()
        told = [([] if fact["status"] == "share" else self._readings(fact)) + self._shares(fact) for fact in facts]
        return [*chain.from_iterable(told), *self._sums(), *self._order()]

    @cached_property
    def _boxes(self) -> dict[str, tuple]:
        return {name: self._terms(fact) for name, fact in self.facts.items()}

    @cached_property
    def _home(self) -> dict[str, str]:
        """Lead from a figure to its fact."""
        return {figure: name for name, fact in self.facts.items() for figure in fact["figure_ids"].split()}

    def _readings(self, fact: dict) -> list[Row]:
        """Limit a fact, in exactly one of the ways that its sources give its value or categories.

        Each of several ways has a switch, and its limits hold where that is on.
        """
        name, torn = fact["fact_id"], [one for one in tree.DIMENSIONS if one in fact["conflict_of"].split()]
        own = [self.figures[one] for one in fact["figure_ids"].split() if one in self.figures]
        told = [one for one in own if one["status"] in SUMMABLE] or [fact]
        ways = [*dict.fromkeys((self._terms(fact | {side: one[side] for side in torn}), *_ends(one)) for one in told)]
        if len(ways) == 1:
            return [Row(*ways[0], (name,))]
        switches = [f"{name} {number}" for number in range(len(ways))]
        rows = [Row(tuple((1.0, switch) for switch in switches), 1, 1, (name,))]
        highest, boxes = max(high for _, _, high in ways), dict.fromkeys(terms for terms, _, _ in ways)
        most = highest if highest < INFINITE and len(boxes) == 1 else 2 * self.ceiling
        for terms in boxes:
            here = [(switch, *ends) for switch, (own, *ends) in zip(switches, ways, strict=True) if own == terms]
            least = tuple((-low, switch) for switch, low, _ in here)
            spare = tuple((most - min(high, most), switch) for switch, _, high in here)
            rows += [Row(terms + least, 0, INFINITE, (name,)), Row(terms + spare, -INFINITE, most, (name,))]
        return rows

    def _terms(self, fact: dict) -> tuple:
        conditions, forces = self._conditions(fact), tree.forces_covered(fact, self.places)
        if fact["force_ids"]:
            return ((1.0, Box(self.repliers & forces, conditions)),)
        if tree.place_name(fact["place"]).split(" ")[0] in EVERYWHERE:
            return ((1.0, Box(self.repliers, conditions)),)
        # Which forces an area holds may be unknown, and which unnamed repliers lie in it always is.
        inside = frozenset() if forces is None else self.named & forces
        perhaps = self.repliers if forces is None else frozenset(self.unnamed)
        elsewhere = (*conditions, ("place", tree.place_name(fact["place"])))
        found = ((1.0, Box(inside, conditions)), (1.0, Box(perhaps, elsewhere)))
        return tuple(term for term in found if term[1].forces)

    def _conditions(self, fact: dict, seen: frozenset = frozenset()) -> tuple:
        own = {*conditions_of(self.known, fact), *self._when(fact)}
        for whole in self._wholes(fact):
            if whole["fact_id"] not in seen and self._nested(fact, whole):
                own.update(self._conditions(whole, seen | {fact["fact_id"]}))
        return tuple(sorted(own, key=str))

    def _when(self, fact: dict) -> tuple:
        start, end = (None if pd.isna(fact[name]) else fact[name].date() for name in ("period_start", "period_end"))
        days = (start or date.min, end or date.max - timedelta(1)) if start or end else self.period
        return ((DATED_BY.get(fact["date_basis"], "period"), days),) if days else ()

    def _wholes(self, fact: dict) -> list[dict]:
        return [self.facts[whole] for whole in fact["part_of"].split() if whole in self.facts]

    def _nested(self, fact: dict, whole: dict) -> bool:
        """Say whether a part counts only people whom its whole counts, not others beside them."""
        one, other = dict(self._when(fact)), dict(self._when(whole))
        later = any(one[name][1] < other[name][0] or other[name][1] < one[name][0] for name in one.keys() & other)
        apart = any(tree.disjoint(self.known[name], fact[name], whole[name]) for name in tree.DIMENSIONS)
        subjects = {tree.subject(self.known["conduct"], each["conduct"]) for each in (fact, whole)}
        return len(subjects) == 1 and not later and not apart

    def _shares(self, fact: dict) -> list[Row]:
        """Compare a share, or a part told in categories or years that its whole does not have, with its wholes."""
        name, rows = fact["fact_id"], []
        is_share, low, high = fact["status"] == "share", fact["share_low"], fact["share_high"]
        spare = ROUNDED if is_share and low == high else 0.0
        for whole in self._wholes(fact):
            own, base = self._boxes[name], self._boxes[whole["fact_id"]]
            if is_share:
                rows.append(Row(_minus(own, base, max(0.0, low - spare)), 0, INFINITE, (name,)))
            if is_share or not self._nested(fact, whole):
                most = min(1.0, high + spare) if is_share else 1.0
                rows.append(Row(_minus(own, base, most), -INFINITE, 0, (name,)))
        return rows

    def _sums(self) -> list[Row]:
        """Turn complete parts into sums: what is listed makes the whole."""
        rows = []
        for name, row in self.relations.items():
            parts = dict.fromkeys(self._home.get(figure, "") for figure in row["figures"].split())
            whole = self._boxes.get(self._home.get(row["of"], ""))
            if row["relation"] in SUMS and row["complete"] == "yes" and whole and parts.keys() <= self._boxes.keys():
                terms = tuple(term for part in parts for term in self._boxes[part])
                rows.append(Row(_minus(terms, whole), 0, 0, (name,)))
        return rows

    def _order(self) -> list[Row]:
        """Compare each ranked force with the others."""
        ranked = []
        for row in self.ranks:
            fact = self.facts.get(self._home.get(row["figures"], ""))
            terms = self._terms(fact | {"part_of": ""}) if fact else ()
            ranked += [(row, terms[0][1])] if len(terms) == 1 else []
        # Without their number, unnamed repliers are one block, and a block cannot be compared with a force.
        compared, rows = self.named if self.n_unnamed is None else self.repliers, []
        for row, box in ranked:
            alike = [(other, its) for other, its in ranked if its.conditions == box.conditions]
            above = [(other, its) for other, its in alike if int(other["position"]) < int(row["position"])]
            rows += _rank_rows(row, box, above, compared, self.ceiling)
        return rows


def _ends(told: dict) -> tuple[float, float]:
    low, high = told["low"], told["high"]
    return 0.0 if pd.isna(low) else float(low), INFINITE if pd.isna(high) else float(high)


def _minus(terms: tuple, whole: tuple, weight: float = 1.0) -> tuple:
    return (*terms, *((-weight * coefficient, box) for coefficient, box in whole))


def _rank_rows(
    rank: dict, box: Box, above: list[tuple[dict, Box]], repliers: frozenset[str], ceiling: float
) -> list[Row]:
    """Compare a ranked count with the same count elsewhere.

    At most position - 1 forces have more, and at least as many have no less. `above` are the ranks printed before it,
    whose forces are among them; where those are all, no choice of forces is left to be made.
    """
    name, strict = rank["relation_id"], int(rank.get("ties") == "no")  # 1 where no other may be level with it
    sources = (name, *(other["relation_id"] for other, _ in above))
    others = sorted(repliers - box.forces.union(*(other.forces for _, other in above)))
    free = int(rank["position"]) - 1 - len(above)
    against = {force: ((1.0, box._replace(forces=frozenset({force}))), (-1.0, box)) for force in others}
    if free <= 0:
        return [Row(terms, -INFINITE, -strict, sources) for terms in against.values()]
    rows, more, level = [], [], []
    for force, terms in against.items():
        more.append((1.0, f"{name} {force} more"))
        level.append((1.0, f"{name} {force} no less"))
        rows.append(Row((*terms, (-ceiling, more[-1][1])), -INFINITE, -strict, sources))
        rows.append(Row((*terms, (-ceiling - strict, level[-1][1])), -ceiling, INFINITE, sources))
    rows.append(Row(tuple(more), -INFINITE, free, sources))
    rows.append(Row(tuple(level), min(free, len(others)), INFINITE, sources))
    return rows


# Cells: the smallest set of variables that tells all the rows apart. Where "9 dismissed" and "4 over Niche" were
# printed of a force, each of its people is in one of four cells: dismissed or not, over Niche or not. The 9 are the sum
# of the two cells of the dismissed, the 4 of the two over Niche; who was dismissed over Niche is in both sums.


def weighted_sum(gain: np.ndarray, numbers: np.ndarray) -> float:
    """Return the sum that numbers make; `@` would share so long a sum among threads, which then wait for more."""
    return float(np.sum(gain * numbers))


@dataclass
class Programme:
    """An integer programme over cells (columns) and switches (last columns, 0 or 1; the very last one idle).

    `owner` is the force of a cell, empty for a switch; `asked` marks the cells that the asked conditions hold; `kept`
    are the latest whole numbers found, each with the rows it fits.
    """

    matrix: sparse.csr_matrix
    low: np.ndarray
    high: np.ndarray
    upper: np.ndarray
    sources: list[tuple[str, ...]]
    owner: np.ndarray
    asked: np.ndarray
    kept: deque[tuple[np.ndarray, np.ndarray]] = field(default_factory=lambda: deque(maxlen=50), repr=False)

    def keep(self, numbers: np.ndarray | None, rows: np.ndarray) -> None:
        """Keep numbers that, rounded to whole ones, fit these rows, and which others they fit."""
        whole = np.zeros(len(self.upper)) if numbers is None else np.round(numbers)
        sums = self.matrix @ whole
        held = (sums > self.low - TOLERANCE) & (sums < self.high + TOLERANCE)
        if held[rows].all():
            self.kept.append((whole, held))

    def known(self, gain: np.ndarray, rows: np.ndarray, end: float) -> np.ndarray | None:
        """Return whole numbers found before that fit these rows and make the sum so high, the latest first."""
        found = (whole for whole, held in reversed(self.kept) if held[rows].all() and weighted_sum(gain, whole) >= end)
        return next(found, None)

    def bounds(self, like: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        """Return the least and the most of each column, every switch as in `like` where that is given."""
        lower, cell = np.zeros(len(self.upper)), self.owner != ""
        return (lower, self.upper) if like is None else (np.where(cell, 0, like), np.where(cell, self.upper, like))

    def without(self, sources: Iterable[str]) -> np.ndarray:
        """Say for each row whether it rests on none of these sources."""
        gone = frozenset(sources)
        return np.array([gone.isdisjoint(needed) for needed in self.sources], dtype=bool)


def programme(rows: list[Row], forces: list[str], asked: tuple, known: dict[str, tree.Tree], cap: float) -> Programme:
    """Build the integer programme of the rows, with cells fine enough for the asked conditions as well."""
    terms = [(line, weight, box) for line, row in enumerate(rows) for weight, box in row.terms]
    switched = [term for term in terms if isinstance(term[2], str)]
    cells = lru_cache(maxsize=None)(lambda boxes: _cells(boxes, known))  # forces of whom the same was printed share it
    blocks, links, owner, wanted = [], [], [], []
    for force in forces:
        own = [(line, weight, box.conditions) for line, weight, box in terms if force in getattr(box, "forces", ())]
        boxes = list(dict.fromkeys([*(conditions for _, _, conditions in own), asked]))
        member, equal = cells(tuple(boxes))
        blocks.append(_coefficients(own, boxes, len(rows)) @ member)
        links.append(equal)
        owner += [force] * member.shape[1]
        wanted += [*member[boxes.index(asked)].toarray()[0]]
    switches = [*sorted({name for _, _, name in switched}), "idle"]
    upper = sparse.hstack([*blocks, _coefficients(switched, switches, len(rows))])
    matrix = sparse.vstack([upper, sparse.block_diag([*links, np.zeros((0, len(switches)))])], format="csr")
    matrix.eliminate_zeros()
    n_links = matrix.shape[0] - len(rows)
    return Programme(
        matrix,
        np.array([row.low for row in rows] + [0] * n_links, dtype=float),
        np.array([row.high for row in rows] + [0] * n_links, dtype=float),
        np.array([cap] * len(owner) + [1] * len(switches), dtype=float),
        [row.sources for row in rows] + [()] * n_links,
        np.array(owner + [""] * len(switches)),
        np.array(wanted + [0] * len(switches), dtype=float),
    )


def _coefficients(terms: list[tuple], columns: list, height: int) -> sparse.csr_matrix:
    """Write terms (row, coefficient, what of) as a matrix with a column for each thing."""
    place = {name: number for number, name in enumerate(columns)}
    lines, weights, names = zip(*terms, strict=True) if terms else ((), (), ())
    return sparse.csr_matrix((weights, (lines, [place[name] for name in names])), (height, len(columns)), dtype=float)


def _cells(boxes: tuple, known: dict[str, tree.Tree]) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """Say for each box (row) which cells it holds, and which sums of cells are 0; cells no box tells apart are one.

    There is a table of people for each set of variables that some box asks together, or one for all where that is
    small. What two tables both tell, such as the outcome, they count alike; given that, all goes together.
    Source: decomposable models of contingency tables (Lauritzen 1996, Graphical Models).
    """
    shared = frozenset.intersection(*map(frozenset, boxes))
    variables = _variables(dict.fromkeys(chain.from_iterable(boxes)), shared, known)
    home = {condition: number for number, kinds in enumerate(variables) for condition in kinds}
    own = {box: [condition for condition in box if condition in home] for box in boxes}
    asked = {box: {home[condition] for condition in conditions} for box, conditions in own.items()}
    single = _table(variables, [*own.values()], MOST_IN_ONE_TABLE)
    sizes = [len(next(iter(kinds.values()))) for kinds in variables]
    tables = [({*home.values()}, frozenset())] if single else _tables(sizes, [*asked.values()])
    at = {box: max(place for place, (table, _) in enumerate(tables) if asked[box] <= table) for box in boxes}
    apart = [[own[box] for box in boxes if at[box] == place] for place in range(len(tables))]
    links = []
    for place, (_, near) in enumerate(tables[:-1]):
        both = dict.fromkeys(condition for condition in chain.from_iterable(apart[place]) if home[condition] in near)
        other = next(later for later in range(place + 1, len(tables)) if near <= tables[later][0])
        links += [(place, other, both)] if apart[place] else []
        for one in both:
            apart[place].append([one])
            apart[other].append([one])
    cells = [single] if single else [_table(variables, groups) for groups in apart]
    ends = np.cumsum([0, *(width for _, width in cells)])

    def held(place: int, wanted: dict) -> np.ndarray:
        full = np.zeros(ends[-1])
        met = [cells[place][0][condition] == here for condition, here in wanted.items()]
        full[ends[place] : ends[place + 1]] = np.all(met, axis=0)
        return full

    equal = [np.zeros((0, ends[-1]))]
    for place, other, both in links:
        patterns = np.unique([cells[place][0][one] for one in both], axis=1).T if both else [()]
        for same in (dict(zip(both, pattern, strict=True)) for pattern in patterns):
            equal.append(held(place, same) - held(other, same))
    member = [held(at[box], dict.fromkeys(own[box], True)) for box in boxes]
    return sparse.csr_matrix(np.array(member)), sparse.csr_matrix(np.vstack(equal))


def _table(variables: list[dict], apart: list[list], most: float = INFINITE) -> tuple[dict, int] | None:
    """Cross the conditions of some groups: return for each which cells meet it, and how many cells there are.

    Cells that none of the groups tells apart are one. None where there are more than `most`.
    """
    told, cells, width = {*chain.from_iterable(apart)}, {}, 1
    for kinds in variables:
        own = [one for one in kinds if one in told]
        if not own:
            continue
        met = np.unique([kinds[one] for one in own], axis=1)
        cells = {one: np.repeat(held, met.shape[1]) for one, held in cells.items()}
        cells |= {one: np.tile(held, width) for one, held in zip(own, met, strict=True)}
        blank = np.ones(width * met.shape[1], dtype=bool)
        groups = [np.all([blank, *(cells[one] for one in group if one in cells)], axis=0) for group in apart]
        kept = np.sort(np.unique(np.packbits(groups, axis=0), axis=1, return_index=True)[1])
        cells, width = {one: held[kept] for one, held in cells.items()}, len(kept)
        if width > most:
            return None
    return cells, width


def _tables(sizes: list[int], asked: list[frozenset[int]]) -> list[tuple[frozenset[int], frozenset[int]]]:
    """List the variables of each table, and those of them that some later table holds, the smallest tables first.

    Every set of variables asked together lies in one table.
    """
    beside = {one: frozenset().union(*(own for own in asked if one in own)) - {one} for one in range(len(sizes))}
    tables = []
    while beside:
        one = min(beside, key=lambda each: (prod(sizes[other] for other in beside[each]), each))
        near = beside.pop(one)
        tables.append((near | {one}, near))
        beside = {other: (its | near) - {one, other} if other in near else its for other, its in beside.items()}
    return tables


def _variables(conditions: Iterable[tuple], shared: frozenset, known: dict[str, tree.Tree]) -> list[dict]:
    """Group the conditions that decide on each other; say for each which kinds of people, as its group tells, meet it.

    Only who meets the shared conditions counts.
    """
    groups: list[set] = []
    for condition in conditions:
        if condition not in shared:
            tied = [group for group in groups if any(_are_dependent(known, condition, other) for other in group)]
            groups = [group for group in groups if group not in tied] + [{condition}.union(*tied)]
    found = []
    for group in groups:
        own = sorted(group, key=str)
        name, around = own[0][0], [what for dimension, what in shared if dimension == own[0][0]]
        kinds = _membership(name, [*(what for _, what in own), *around], known)
        inside = np.all([kinds[what] for what in around], axis=0) if around else slice(None)
        met = np.unique([kinds[what][inside] for _, what in own], axis=1)
        found.append(dict(zip(own, met, strict=True)))
    return found


def _are_dependent(known: dict[str, tree.Tree], one: tuple, other: tuple) -> bool:
    """Say whether who meets one condition may decide who meets the other."""
    (name, first), (dimension, second) = one, other
    if name != dimension or name not in known:
        return name == dimension
    own = known[name]
    pairs = product(*(frozenset().union(*tree.terms(text)) for text in (first, second)))
    return any(tree.disjoint(own, *pair) or tree.within(own, *pair) or tree.within(own, *pair[::-1]) for pair in pairs)


def _membership(name: str, wanted: list, known: dict[str, tree.Tree]) -> dict:
    if name in ("period", *DATED_BY.values()):
        cuts = sorted({cut for start, end in wanted for cut in (start, end + timedelta(days=1))})
        return {(start, end): np.array([start <= cut <= end for cut in cuts[:-1]]) for start, end in wanted}
    # A region holds an unknown part of the unnamed forces: any mixture of the regions is possible.
    apart = frozenset(wanted) if name == "subject" else frozenset()
    return tree.membership(known.get(name, tree.Tree({}, apart)), wanted)


# Reading the tables of a round.


def prepare(
    data: Any, assumptions: Iterable[str] | None = None, unit: str | None = None, round_id: str | None = None
) -> Model:
    """Prepare a round for many questions.

    In: tables of one round, or of all with the round named; `assumptions` the ids believed, by default the round's
    but those marked `usual` no; `unit` what is counted, by default the unit of the round, or the one that its
    assumptions make of it.
    Raises ValueError for an unknown round or assumption, or one that is about nothing in these tables.
    """
    round_id = _round(data, round_id)
    row = data.rounds.set_index("round_id").loc[round_id]
    known = rules(data.assumptions, round_id)
    names = [rule.name for rule in known]
    unit = unit or next((rule.sets["unit"] for rule in known if "unit" in rule.sets), row["unit"] or "people")
    usual = [rule.name for rule in known if rule.usual]
    ids = usual if assumptions is None else [tree.one_of("assumption", name, names) for name in assumptions]
    # A part of the tables holds apart what an assumption may bring into its round from elsewhere; in one order, so that
    # it gives the same answers as the whole.
    everything = pd.concat([data.facts, data.elsewhere]).sort_values("fact_id", kind="stable")
    if ids:
        _check_rules_apply([rule for rule in known if rule.name in ids], everything, data.relations)
    facts = [fact for fact in apply_assumptions(everything, known, ids) if fact["round_id"] == round_id]
    ranked = data.relations[(data.relations["relation"] != "rank") | (data.relations["scope"] == round_id)]
    relations = [row | {"figure_ids": row["figures"]} for row in apply_assumptions(ranked, known, ids)]
    usable = {fact["fact_id"]: fact for fact in _usable(facts, relations, unit)}
    torn = " ".join(fact["figure_ids"] for fact in usable.values() if fact["agreement"] == "conflict").split()
    figures = apply_assumptions(data.figures[data.figures["figure_id"].isin(torn)], known, ids)
    named, n_unnamed = _repliers(data.coverage, facts, round_id, row["forces_replied"], ids)
    trees = tree.trees(data)
    return Model(
        usable,
        {row["relation_id"]: row for row in relations},
        {figure["figure_id"]: figure for figure in figures},
        named,
        n_unnamed,
        span(row["period_start"], row["period_end"]),
        _subject(facts, trees["conduct"]),
        frozenset(data.forces["force_id"]),
        tree.places(data.forces),
        trees,
    )


def span(start: Any, end: Any) -> tuple[date, date] | None:
    """Return the first and last day of a period as dates; None where either is not known."""
    days = [pd.to_datetime(start), pd.to_datetime(end)]
    return None if pd.isna(days).any() else (days[0].date(), days[1].date())


def _round(data: Any, round_id: str | None) -> str:
    known = set(data.rounds["round_id"])
    if round_id is None and data.name not in known:
        raise ValueError(f"name one round_id: these tables hold {', '.join(sorted(known))}")
    return tree.one_of("round", round_id or data.name, known)


def _check_rules_apply(known: list[Rule], facts: pd.DataFrame, relations: pd.DataFrame) -> None:
    rows = [*facts.to_dict("records"), *relations.to_dict("records")]
    for rule in known:
        # What another assumption has to change first is not looked for.
        where = {column: wanted for column, wanted in rule.where.items() if column not in ("unit", "outcome")}
        if not any(applies(rule._replace(where=where), row) for row in rows):
            raise ValueError(f"assumptions.csv: {rule.name!r} fits no row of these tables; mend its applies_where")


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


def _repliers(
    coverage: pd.DataFrame, facts: list[dict], round_id: str, replied: Any, ids: list[str]
) -> tuple[frozenset[str], int | None]:
    """Say which forces are known to have replied, and how many more did."""
    here = coverage[(coverage["round_id"] == round_id) & coverage["answer"].isin(REPLIED)]
    answered = [row.force_id for row in here.itertuples() if set(row.assumed.split()) <= set(ids)]
    named = frozenset(answered).union(*(fact["force_ids"].split() for fact in facts))
    return named, None if pd.isna(replied) else max(0, int(replied) - len(named))


def _subject(facts: list[dict], conducts: tree.Tree) -> str:
    """Name the conduct that all the totals of a round are about; an empty text where that is any misuse."""
    totals = {fact["conduct"] for fact in facts if not fact["force_ids"] and not fact["part_of"]}
    return tree.common_category(conducts, [one for one in sorted(totals) if tree.subject(conducts, one) == "this"])
