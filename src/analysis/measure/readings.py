"""The ways to read facts that contradict themselves, and the least to leave out where they contradict each other."""

from dataclasses import replace

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from analysis.measure import solve
from analysis.measure.cells import Programme
from analysis.measure.model import Model
from analysis.measure.rows import reading

# Each clash multiplies the ways to mend a round; beyond this many steps they are no longer told apart.
STEPS = 256


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


def read(problem: Programme, fact: str, way: int, ways: int) -> Programme:
    """Return the programme in which a fact in conflict is read in one of its ways only."""
    upper = problem.upper.copy()
    upper[[problem.switches[reading(fact, number)] for number in range(ways) if number != way]] = 0
    return replace(problem, upper=upper, fits={})


def clashes(problem: Programme, rows: np.ndarray) -> list[tuple[str, ...]]:
    """List irreducible sets of sources that cannot all be true, no two sharing a member."""
    found: list[tuple[str, ...]] = []
    names = order(problem)
    while not solve.feasible(problem, rows):
        found.append(solve.clash(problem, rows, names))
        rows = rows & solve.believed(problem, frozenset(names).difference(*found))
    return found


def mended(model: Model, problem: Programme, rows: np.ndarray) -> tuple[list[tuple[np.ndarray, list[str]]], bool]:
    """List the least that can be left out so that the rest fits, and say whether the list is complete.

    Out: the rows that stay, with the sources left out. Source: hitting sets of irreducible clashes (Reiter 1987).
    Where there are too many such sets, every member of every clash is left out: the limits are then wider than they
    need be, never narrower.
    """
    names = order(problem)
    everything = frozenset(names)
    waiting: list[frozenset[str]] = [frozenset()]
    done: list[frozenset[str]] = []
    for without in waiting:
        left = rows & solve.believed(problem, everything - without)
        if any(less <= without for less in done):
            continue
        if solve.feasible(problem, left):
            done.append(without)
            continue
        known = (clash for clash in model.clashes if not without & clash and solve.sources(problem, rows) >= clash)
        clash = next(known, None) or frozenset(solve.clash(problem, left, names))
        model.clashes += [clash] if clash not in model.clashes else []
        waiting += [one for one in (without | {source} for source in sorted(clash)) if one not in waiting]
        if len(waiting) > STEPS:
            done = [frozenset().union(*clashes(problem, rows))]
            break
    mended = [(rows & solve.believed(problem, everything - without), sorted(without)) for without in done]
    return sorted(mended, key=lambda pair: (len(pair[1]), pair[1])), len(waiting) <= STEPS
