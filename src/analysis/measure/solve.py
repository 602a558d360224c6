"""Integer programmes solved by HiGHS: extremes, why they are what they are, and why there may be none."""

from collections.abc import Iterable
from math import floor
from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from analysis.measure import remembered
from analysis.measure.cells import Programme

INFEASIBLE = 2
FEW = 40
# With more cells than this, branch and bound takes far longer than rounding and repairing.
MANY = 2_000
STARTS = 9
TRIES = 8
TURNED = 20
WHOLE = 1e-6


class _Part(NamedTuple):
    """The rows and cells that one question is about."""

    matrix: sparse.csr_matrix
    low: np.ndarray
    high: np.ndarray
    upper: np.ndarray


def believed(problem: Programme, sources: frozenset[str]) -> np.ndarray:
    """Say for each row whether all it rests on is believed."""
    return np.array([sources.issuperset(needed) for needed in problem.sources], dtype=bool)


def extreme(problem: Programme, wanted: np.ndarray, sign: int, rows: np.ndarray) -> int | None:
    """Return the highest (sign 1) or lowest (sign -1) value of the wanted sum; None where no whole numbers fit.

    The linear relaxation gives the end and whole numbers that reach it prove it; branch and bound does the rest.
    Source: HiGHS (Huangfu and Hall 2018) through scipy.optimize.milp.
    """
    known = problem.fits.setdefault(rows.tobytes(), [])
    said = problem.matrix[rows]
    cells = _cells(said, problem.upper, wanted)
    matrix, gain = said[:, cells], sign * wanted[cells]
    part = _Part(matrix, problem.low[rows], problem.high[rows], problem.upper[cells])
    contents = (matrix.data, matrix.indices, matrix.indptr, part.low, part.high, part.upper, gain)
    highest = remembered.once(contents, lambda: _highest(part, gain, cells, sign * wanted, known))
    return None if highest is None else sign * highest


def _highest(part: _Part, gain: np.ndarray, cells: np.ndarray, wanted: np.ndarray, known: list) -> int | None:
    """Return the highest gain; what is known to fit, over all cells, only shortens the way there."""
    if (gain <= 0).all() and any(wanted @ one == 0 for one in known):
        return 0
    relaxed = _solved(part, -gain)
    if relaxed is None:
        return None
    bound = floor(gain @ relaxed + WHOLE)
    if any(wanted @ one >= bound for one in known):
        return bound
    starts = [*(one[cells] for one in known[-1:]), relaxed]
    found = relaxed if _is_whole(relaxed) else _pumped(part, gain, bound, starts)
    found = _solved(part, -gain, whole=True) if found is None else found
    if found is None:
        return None
    known.append(np.zeros(len(wanted)))
    known[-1][cells] = np.round(found)
    return round(gain @ found)


def _pumped(part: _Part, gain: np.ndarray, bound: int, starts: list[np.ndarray]) -> np.ndarray | None:
    """Look for whole numbers that reach the bound, by rounding and repairing in turn.

    Source: feasibility pump (Fischetti, Glover and Lodi 2005, Mathematical Programming 104), begun again elsewhere.
    """
    reaching = sparse.vstack([part.matrix, sparse.csr_matrix(gain)], format="csr")
    part = _Part(reaching, np.append(part.low, bound), np.append(part.high, np.inf), part.upper)
    chance = np.random.default_rng(len(gain))
    for number in range(STARTS if len(gain) > MANY else 0):
        start = starts[number] if number < len(starts) else _solved(part, chance.random(len(gain)))
        target = np.round(starts[-1] if start is None else start)
        for _ in range(TRIES):
            near = _nearest(part, target)
            if near is None or _is_whole(near):
                return near
            again, off = np.array_equal(np.round(near), target), near - target
            # Where rounding leads back to the same numbers, those furthest off are rounded the other way.
            turned = np.argsort(-abs(off))[: chance.integers(TURNED // 2, TURNED) if again else 0]
            target = np.round(near)
            target[turned] += np.sign(off[turned])
    return None


def _nearest(part: _Part, target: np.ndarray) -> np.ndarray | None:
    less, held = np.flatnonzero(target), part.matrix @ target
    moves = sparse.hstack([part.matrix, -part.matrix[:, less]], format="csr")
    upper = np.concatenate([part.upper - target, target[less]])
    moved = _solved(_Part(moves, part.low - held, part.high - held, upper), np.ones(len(upper)))
    if moved is None:
        return None
    near = target + moved[: len(target)]
    near[less] -= moved[len(target) :]
    return near


def _is_whole(numbers: np.ndarray) -> bool:
    return bool(abs(numbers - np.round(numbers)).max() < WHOLE)


def _solved(part: _Part, cost: np.ndarray, whole: bool = False) -> np.ndarray | None:
    answer = milp(
        cost,
        integrality=np.full(len(cost), int(whole)),
        bounds=Bounds(0, part.upper),
        constraints=LinearConstraint(part.matrix, part.low, part.high) if part.matrix.shape[0] else (),
        options={"presolve": whole},
    )
    if answer.status == INFEASIBLE:
        return None
    if not answer.success:
        raise RuntimeError(f"the limits were not found: {answer.message}")
    return answer.x


def _cells(matrix: sparse.csr_matrix, upper: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    held = wanted != 0
    held[matrix.indices] = True
    # The last column is idle: a programme without cells still has one to solve for.
    held[-1] = True
    used = np.flatnonzero(held)
    if matrix.shape[0] > FEW:
        return used
    # With few rows left, many cells differ in nothing: one stands for all.
    columns = np.vstack([matrix[:, used].toarray(), wanted[used], upper[used]])
    return used[np.sort(np.unique(columns, axis=1, return_index=True)[1])]


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
    for shortlist in (_priced(problem, wanted, sign, rows), sources(problem, rows)):
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
        shortlist = sources(problem, rows)
    kept = [source for source in order if source in shortlist]
    return _needed(kept, lambda fewer: not feasible(problem, rows & believed(problem, frozenset(fewer))))


def sources(problem: Programme, rows: np.ndarray) -> set[str]:
    """List all that the rows rest on."""
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
