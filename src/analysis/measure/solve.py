"""Integer programmes solved by HiGHS: extremes, why they are what they are, and why there may be none."""

from collections.abc import Iterable, Iterator
from math import floor

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from analysis.measure.cells import Programme

INFEASIBLE = 2
FEW = 40
MANY = 500
WHOLE = 1e-6


def believed(problem: Programme, sources: frozenset[str]) -> np.ndarray:
    """Say for each row whether all it rests on is believed."""
    return np.array([sources.issuperset(needed) for needed in problem.sources], dtype=bool)


def extreme(problem: Programme, wanted: np.ndarray, sign: int, rows: np.ndarray) -> int | None:
    """Return the highest (sign 1) or lowest (sign -1) value of the wanted sum; None where no whole numbers fit.

    Source: HiGHS branch and bound through scipy.optimize.milp (Huangfu and Hall 2018), after the linear relaxation.
    """
    cells, known = _cells(problem, wanted, rows), problem.fits.setdefault(rows.tobytes(), [])
    relaxed = _best(problem, wanted, sign, rows, cells, whole=False)
    if relaxed is None:
        return None
    bound = floor(sign * (wanted @ relaxed) + WHOLE)
    if np.abs(relaxed - np.round(relaxed)).max() < WHOLE:
        known.append(np.round(relaxed))
    if any(sign * (wanted @ one) == bound for one in known):
        return sign * bound
    for few in _neighbourhoods(cells, relaxed, known):
        found = _best(problem, wanted, sign, rows, few, whole=True)
        if found is not None:
            known.append(np.round(found))
        if found is not None and round(sign * (wanted @ found)) == bound:
            return sign * bound
    found = _best(problem, wanted, sign, rows, cells, whole=True)
    if found is not None:
        known.append(np.round(found))
    return None if found is None else round(wanted @ found)


def _neighbourhoods(cells: np.ndarray, relaxed: np.ndarray, known: list[np.ndarray]) -> Iterator[np.ndarray]:
    # No whole numbers beat the relaxation: where some among a few cells reach it, the rest need not be searched.
    support = relaxed > 0
    if len(cells) > MANY and known:
        yield np.flatnonzero(support | (known[-1] > 0))
    for step in (16, 8) if len(cells) > MANY else ():
        yield np.union1d(np.flatnonzero(support), cells[::step])


def _best(
    problem: Programme, wanted: np.ndarray, sign: int, rows: np.ndarray, cells: np.ndarray, whole: bool
) -> np.ndarray | None:
    limits = LinearConstraint(problem.matrix[rows][:, cells], problem.low[rows], problem.high[rows])
    answer = milp(
        -sign * wanted[cells],
        integrality=np.full(len(cells), int(whole)),
        bounds=Bounds(0, problem.upper[cells]),
        constraints=limits if rows.any() else (),
        options={"presolve": whole},
    )
    if answer.status == INFEASIBLE:
        return None
    if not answer.success:
        raise RuntimeError(f"the limits were not found: {answer.message}")
    found = np.zeros(len(wanted))
    found[cells] = answer.x
    return found


def _cells(problem: Programme, wanted: np.ndarray, rows: np.ndarray) -> np.ndarray:
    matrix = problem.matrix[rows]
    # The last column is idle: a programme without cells still has one to solve for.
    used = np.flatnonzero(np.append(abs(matrix).sum(axis=0).A1[:-1] + wanted[:-1], 1.0))
    if matrix.shape[0] > FEW:
        return used
    # With few rows left, many cells differ in nothing: one stands for all.
    columns = np.vstack([matrix[:, used].toarray(), wanted[used], problem.upper[used]])
    return used[np.sort(np.unique(columns, axis=1, return_index=True)[1])]


def feasible(problem: Programme, rows: np.ndarray) -> bool:
    """Say whether whole numbers fit all rows."""
    if problem.fits.get(rows.tobytes()):
        return True
    return extreme(problem, np.zeros(problem.matrix.shape[1]), 1, rows) is not None


def binding(
    problem: Programme, wanted: np.ndarray, sign: int, rows: np.ndarray, value: int, order: Iterable[str]
) -> tuple[str, ...]:
    """List sources that together give this extreme, none of which can be left out.

    Shortlisted by the duals of the linear relaxation, confirmed by solving without each.
    """
    order = list(order)
    for shortlist in (_priced(problem, wanted, sign, rows), _sources(problem, rows)):
        if extreme(problem, wanted, sign, rows & believed(problem, frozenset(shortlist))) == value:
            break
    kept = [source for source in order if source in shortlist]
    return _needed(
        kept, lambda fewer: extreme(problem, wanted, sign, rows & believed(problem, frozenset(fewer))) == value
    )


def _needed(kept: list[str], enough) -> tuple[str, ...]:
    # Halves are tried before single sources, since most of a long list can usually go at once.
    size = max(1, len(kept) // 2)
    while kept:
        for start in range(len(kept) - size, -size, -size):
            fewer = kept[: max(0, start)] + kept[start + size :]
            kept = fewer if enough(fewer) else kept
        if size == 1:
            break
        size //= 2
    return tuple(kept)


def clash(problem: Programme, rows: np.ndarray, order: Iterable[str]) -> tuple[str, ...]:
    """List sources that cannot all be true although any one of them left out would make the rest fit.

    Source: deletion filter (Chinneck and Dravnieks 1991), started from the Farkas prices of the linear relaxation.
    """
    shortlist = _contradicting(problem, rows)
    if feasible(problem, rows & believed(problem, frozenset(shortlist))):
        shortlist = _sources(problem, rows)
    kept = [source for source in order if source in shortlist]
    return _needed(kept, lambda fewer: not feasible(problem, rows & believed(problem, frozenset(fewer))))


def _sources(problem: Programme, rows: np.ndarray) -> set[str]:
    return {source for line in np.flatnonzero(rows) for source in problem.sources[line]}


def _priced(problem: Programme, wanted: np.ndarray, sign: int, rows: np.ndarray) -> set[str]:
    matrix, right, lines = _one_sided(problem, rows)
    if not len(lines):
        return set()
    upper = np.column_stack([np.zeros(len(wanted)), problem.upper])
    answer = linprog(-sign * wanted, A_ub=matrix, b_ub=right, bounds=upper, method="highs")
    if answer.status != 0:
        return set()
    return {source for line in lines[np.abs(answer.ineqlin.marginals) > 1e-9] for source in problem.sources[line]}


def _contradicting(problem: Programme, rows: np.ndarray) -> set[str]:
    matrix, right, lines = _one_sided(problem, rows)
    cells = problem.matrix.shape[1]
    relaxed = sparse.hstack([matrix, -sparse.eye(len(lines))], format="csr")
    cost = np.concatenate([np.zeros(cells), np.ones(len(lines))])
    upper = np.column_stack([np.zeros(len(cost)), np.concatenate([problem.upper, np.full(len(lines), np.inf)])])
    answer = linprog(cost, A_ub=relaxed, b_ub=right, bounds=upper, method="highs")
    return {source for line in lines[np.abs(answer.ineqlin.marginals) > 1e-9] for source in problem.sources[line]}


def _one_sided(problem: Programme, rows: np.ndarray) -> tuple[sparse.csr_matrix, np.ndarray, np.ndarray]:
    above = np.flatnonzero(rows & np.isfinite(problem.high))
    below = np.flatnonzero(rows & np.isfinite(problem.low))
    matrix = sparse.vstack([problem.matrix[above], -problem.matrix[below]], format="csr")
    return matrix, np.concatenate([problem.high[above], -problem.low[below]]), np.concatenate([above, below])
