"""Integer programmes solved by HiGHS: extremes, why they are what they are, and why there may be none."""

from collections.abc import Iterable

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from analysis.measure.cells import Programme

INFEASIBLE = 2
FEW = 40


def believed(problem: Programme, sources: frozenset[str]) -> np.ndarray:
    """Say for each row whether all it rests on is believed."""
    return np.array([sources.issuperset(needed) for needed in problem.sources], dtype=bool)


def extreme(problem: Programme, wanted: np.ndarray, sign: int, rows: np.ndarray) -> int | None:
    """Return the highest (sign 1) or lowest (sign -1) value of the wanted sum; None where no whole numbers fit.

    Source: HiGHS branch and bound through scipy.optimize.milp (Huangfu and Hall 2018).
    """
    matrix, wanted, upper = _condensed(problem, wanted, rows)
    limits = LinearConstraint(matrix, problem.low[rows], problem.high[rows]) if rows.any() else ()
    whole = np.ones(len(wanted))
    answer = milp(-sign * wanted, integrality=whole, bounds=Bounds(0, upper), constraints=limits)
    if answer.status == INFEASIBLE:
        return None
    if not answer.success:
        raise RuntimeError(f"the limits were not found: {answer.message}")
    return round(-sign * answer.fun)


def _condensed(problem: Programme, wanted: np.ndarray, rows: np.ndarray) -> tuple:
    matrix = problem.matrix[rows]
    # The last column is idle: a programme without cells still has one to solve for.
    used = np.flatnonzero(np.append(abs(matrix).sum(axis=0).A1[:-1] + wanted[:-1], 1.0))
    matrix, wanted, upper = matrix[:, used], wanted[used], problem.upper[used]
    if matrix.shape[0] > FEW:
        return matrix, wanted, upper
    # With few rows left, many cells differ in nothing: one stands for all.
    columns = np.vstack([matrix.toarray(), wanted, upper])
    _, first = np.unique(columns, axis=1, return_index=True)
    return matrix[:, first], wanted[first], upper[first]


def feasible(problem: Programme, rows: np.ndarray) -> bool:
    """Say whether whole numbers fit all rows."""
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
