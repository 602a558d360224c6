"""The consistent ways to read facts that contradict themselves or each other."""

from collections.abc import Iterator
from itertools import product

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from analysis.measure import solve
from analysis.measure.cells import Programme
from analysis.measure.model import Model

COMBINATIONS = 64
REPAIRS = 16


def order(problem: Programme) -> list[str]:
    """List all sources, those of the widest statements first: what is tried first is left out first."""
    sizes = np.diff(problem.matrix.indptr)
    lines = sorted(range(len(sizes)), key=lambda line: -sizes[line])
    return list(dict.fromkeys(source for line in lines for source in problem.sources[line]))


def near(problem: Programme, wanted: np.ndarray) -> np.ndarray:
    """Say for each row whether it can have anything to do with the wanted sum."""
    lines, columns = problem.matrix.nonzero()
    rows, cells = problem.matrix.shape
    links = sparse.coo_matrix((np.ones(len(lines)), (lines, columns + rows)), shape=(rows + cells, rows + cells))
    _, label = connected_components(links, directed=False)
    return np.isin(label[:rows], label[rows:][wanted != 0])


def chosen(model: Model, problem: Programme, rows: np.ndarray, ways: dict[str, int]) -> np.ndarray:
    """Keep the rows that hold when facts are read in these ways; other facts in conflict as widely as printed."""
    ways = dict.fromkeys(model.ways, -1) | ways
    return rows & np.array([one is None or ways[one[0]] == one[1] for one in problem.choices], dtype=bool)


def torn(model: Model, problem: Programme, rows: np.ndarray) -> list[str]:
    """List the facts in conflict that any of the rows comes from."""
    return [fact for fact in model.ways if _bears(problem, rows, fact)]


def each(
    model: Model, problem: Programme, rows: np.ndarray, facts: list[str]
) -> Iterator[tuple[dict[str, str], np.ndarray]]:
    """Yield each way to read these facts: what is read how, and the rows that hold then."""
    # Beyond this many combinations the last conflicts are read as widely as their sources allow: never too narrow.
    while np.prod([len(model.ways[fact]) for fact in facts]) > COMBINATIONS:
        facts = facts[:-1]
    for numbers in product(*(range(len(model.ways[fact])) for fact in facts)):
        ways = dict(zip(facts, numbers, strict=True))
        yield {fact: model.ways[fact][way] for fact, way in ways.items()}, chosen(model, problem, rows, ways)


def _bears(problem: Programme, rows: np.ndarray, fact: str) -> bool:
    return any(rows[line] for line, one in enumerate(problem.choices) if one and one[0] == fact)


def clashes(problem: Programme, rows: np.ndarray) -> list[tuple[str, ...]]:
    """List irreducible sets of sources that cannot all be true, no two sharing a member."""
    found: list[tuple[str, ...]] = []
    names = order(problem)
    while not solve.feasible(problem, rows):
        found.append(solve.clash(problem, rows, names))
        rows = rows & solve.believed(problem, frozenset(names).difference(*found))
    return found


def mended(model: Model, problem: Programme, rows: np.ndarray) -> list[tuple[np.ndarray, frozenset[str]]]:
    """List the least that can be left out so that the rest fits: rows not left out, and the sources that are.

    Source: hitting sets of irreducible clashes (Reiter 1987). Where there are too many such sets, every member of
    every clash is left out: the limits are then wider than they need be, never narrower.
    """
    wide, names = chosen(model, problem, rows, {}), order(problem)
    waiting: list[frozenset[str]] = [frozenset()]
    done: list[frozenset[str]] = []
    while waiting:
        without = waiting.pop(0)
        left = wide & solve.believed(problem, frozenset(names) - without)
        if any(less <= without for less in done):
            continue
        if solve.feasible(problem, left):
            done.append(without)
        else:
            larger = (without | {source} for source in solve.clash(problem, left, names))
            waiting += [one for one in larger if one not in waiting]
        if len(waiting) + len(done) > REPAIRS:
            done, waiting = [frozenset().union(*clashes(problem, wide))], []
    return [(rows & solve.believed(problem, frozenset(names) - without), without) for without in done]
