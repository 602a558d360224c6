"""Constraints on sums of people, turned into the smallest set of cells that tells the constraints apart."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache, reduce
from itertools import chain, pairwise
from operator import and_

import numpy as np
from scipy import sparse

from analysis.measure import categories as tree

INFINITE = float("inf")
IDLE = "idle"


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


@dataclass
class Programme:
    """An integer programme over cells (columns) and `switches` (last columns, 0 or 1; the very last one idle).

    `fits` keeps whole numbers that were found to fit a choice of rows.
    """

    matrix: sparse.csr_matrix
    low: np.ndarray
    high: np.ndarray
    upper: np.ndarray
    sources: list[tuple[str, ...]]
    switches: dict[str, int]
    places: dict[str, tuple[int, np.ndarray]] = field(repr=False)
    fits: dict[bytes, list[np.ndarray]] = field(default_factory=dict, repr=False)

    def objective(self, forces: frozenset[str]) -> np.ndarray:
        """Return one coefficient for each column: 1 for the asked cells of these forces."""
        wanted = np.zeros(self.matrix.shape[1])
        for force in forces:
            start, asked = self.places[force]
            wanted[start : start + len(asked)] = asked
        return wanted


def programme(rows: list[Row], forces: list[str], asked: tuple, known: dict[str, tree.Tree], cap: float) -> Programme:
    """Build the integer programme of the rows, with cells fine enough for the asked conditions as well."""
    kinds = _Kinds(known)
    start, places, entries = 0, {}, []
    touching = _by_force(rows, forces)
    for force in forces:
        boxes = tuple(dict.fromkeys([*(box.conditions for _, _, box in touching[force]), asked]))
        member = kinds.cells(boxes)
        index = {conditions: member[position] for position, conditions in enumerate(boxes)}
        places[force] = (start, index[asked])
        entries += [(line, start, weight * index[box.conditions]) for line, weight, box in touching[force]]
        start += member.shape[1]
    names = [*sorted({name for row in rows for _, name in row.switches}), IDLE]
    column = {name: start + position for position, name in enumerate(names)}
    entries += [(line, column[name], np.array([w])) for line, row in enumerate(rows) for w, name in row.switches]
    return Programme(
        _matrix(entries, (len(rows), start + len(names))),
        np.array([row.low for row in rows], dtype=float),
        np.array([row.high for row in rows], dtype=float),
        np.concatenate([np.full(start, cap), np.ones(len(names))]),
        [row.sources for row in rows],
        column,
        places,
    )


def _by_force(rows: list[Row], forces: list[str]) -> dict[str, list[tuple[int, float, Box]]]:
    touching: dict[str, list] = {force: [] for force in forces}
    for line, row in enumerate(rows):
        for weight, box in row.terms:
            for force in box.forces:
                touching[force].append((line, weight, box))
    return touching


def _matrix(entries: list[tuple[int, int, np.ndarray]], shape: tuple[int, int]) -> sparse.csr_matrix:
    if not entries:
        return sparse.csr_matrix(shape)
    lines = np.concatenate([np.full(len(values), line) for line, _, values in entries])
    columns = np.concatenate([np.arange(start, start + len(values)) for _, start, values in entries])
    values = np.concatenate([values for _, _, values in entries])
    matrix = sparse.csr_matrix((values, (lines, columns)), shape=shape)
    matrix.eliminate_zeros()
    return matrix


class _Kinds:
    """Cells for a list of boxes; forces of whom the same was printed share one answer."""

    def __init__(self, known: dict[str, tree.Tree]):
        self.known = known
        self.cells = lru_cache(maxsize=None)(self._cells)

    def _cells(self, boxes: tuple) -> np.ndarray:
        conditions = sorted(set(chain.from_iterable(boxes)), key=str)
        member = np.ones((len(boxes), 1), dtype=bool)
        for name in sorted({name for name, _ in conditions}):
            table = self._table(name, [what for dimension, what in conditions if dimension == name])
            inside = np.array([_inside(name, table, box) for box in boxes])
            member = _distinct((member[:, :, None] & inside[:, None, :]).reshape(len(boxes), -1))
        return member[:, member.any(axis=0)].astype(float)

    def _table(self, name: str, wanted: list) -> dict:
        if name == "period":
            pieces = _pieces(wanted)
            return {what: np.array([what[0] <= a and b <= what[1] for a, b in pieces]) for what in wanted}
        # A region holds an unknown part of the unnamed forces: any mixture of the regions is possible.
        known = self.known.get(name, tree.Tree({}, frozenset(wanted) if name == "subject" else frozenset()))
        return tree.told_apart(known, wanted)


def _inside(name: str, table: dict, box: tuple) -> np.ndarray:
    everyone = np.ones(len(next(iter(table.values()))), dtype=bool)
    return reduce(and_, (table[what] for dimension, what in box if dimension == name), everyone)


def _distinct(member: np.ndarray) -> np.ndarray:
    # Cells that no constraint tells apart are one variable: their sum is all that is ever used.
    packed = np.ascontiguousarray(np.packbits(member, axis=0).T)
    _, first = np.unique(packed.view([("", packed.dtype)] * packed.shape[1]).ravel(), return_index=True)
    return member[:, np.sort(first)]


def _pieces(periods: list[tuple[date, date]]) -> list[tuple[date, date]]:
    cuts = sorted({cut for start, end in periods for cut in (start, end + timedelta(days=1))})
    return [(start, end - timedelta(days=1)) for start, end in pairwise(cuts)]
