"""The least and the most that a number can be, given everything printed about its round, and what makes it so."""

from collections.abc import Iterable
from itertools import chain
from math import floor
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from analysis import categories as tree
from analysis.measure.constraints import INFINITE, Model, Programme, conditions_of, prepare, span, weighted_sum

INFEASIBLE = 2
WHOLE, SEED = 1e-6, 2019
PENALTY = 1000  # of a row that gives way by one, beside one more of the sum
# More ways to set sources aside than this are not told apart.
MOST_WAYS = 64


def limits(
    data: Any,
    *,
    force: str | Iterable[str] | None = None,
    role: str = "any",
    rank: str = "",
    conduct: str = "not-stated",
    system: str = "not-stated",
    outcome: str = "not-stated",
    unit: str | None = None,
    period: tuple | None = None,
    assumptions: Iterable[str] | None = None,
    round_id: str | None = None,
) -> pd.DataFrame:
    """Say between which limits a number lies, given everything printed about its round.

    In: tables of one round (or of all, with `round_id`), or a Model of `prepare`, which answers many questions sooner.
    `force` is one or several force_ids, "unnamed" (all repliers nobody named), "named", or None for every replier.
    role to outcome are category expressions; conduct "not-stated" is whatever the round counts. `period` is a first
    and a last day, by default those of the round. `assumptions` are the ids believed, by default the round's.
    Where the sources contradict each other, the fewest of them are set aside, in every way that there is.
    Out: one row: low, high (missing where nothing limits it), figure_ids of what gives either end, assumed (the
    assumptions those rest on), binding (their facts and relations, none of which can be left out), left_out (what
    was set aside, where that moves an end), unnamed (how many repliers nobody named).
    Raises ValueError for an unknown round, force, category or assumption, with the nearest.
    Source: integer linear programme over cells of people (Fréchet 1940 bounds in general form), solved by HiGHS.
    """
    model = _model(data, assumptions, unit, round_id)
    words = {"role": role, "rank": rank, "conduct": conduct, "system": system, "outcome": outcome}
    tree.check(model.known, **words)
    if conduct in tree.EVERYONE and model.subject:
        words["conduct"] = model.subject
    when = span(*period) if period else model.period
    asked = conditions_of(model.known, words) + ((("period", when),) if when else ())
    answer = _answer(model, model.programme(asked), _forces(model, force))
    return pd.DataFrame([answer]).astype(dict.fromkeys(["low", "high", "unnamed"], "Int64"))


def by_force(data: Any, forces: str | Iterable[str], **question: Any) -> pd.DataFrame:
    """Ask the same question of one or each force. Out: a row for each, as limits gives it, with `force` first."""
    model = _model(data, *(question.pop(name, None) for name in ("assumptions", "unit", "round_id")))
    names = [forces] if isinstance(forces, str) else list(forces)
    found = [limits(model, force=name, **question) for name in names] or [limits(model, **question).iloc[:0]]
    answers = pd.concat(found, ignore_index=True)
    answers.insert(0, "force", pd.Series(names, dtype="str"))
    return answers


def without_each(data: Any, **question: Any) -> pd.DataFrame:
    """Ask the same question under all assumptions, none, and all but each: what a result rests on.

    An assumption that is not usual (`usual` no) is added instead of left out.
    Out: a row for each, as limits gives it, with `assuming` first: all, none, without or with a statement.
    """
    known = data.assumptions[data.assumptions["round_id"] == question.get("round_id", data.name)]
    every = [*known.loc[known["usual"] != "no", "assumption_id"]]
    sets = {"all": every} | ({"none": []} if every else {})
    for name, statement in zip(known["assumption_id"], known["statement"], strict=True):
        if name in every:
            sets[f"without “{statement}”"] = [one for one in every if one != name]
        else:
            sets[f"with “{statement}”"] = [*every, name]
    found = pd.concat([limits(data, assumptions=ids, **question) for ids in sets.values()], ignore_index=True)
    found.insert(0, "assuming", pd.Series(list(sets), dtype="str"))
    return found


def clashes(
    data: Any, assumptions: Iterable[str] | None = None, unit: str | None = None, round_id: str | None = None
) -> pd.DataFrame:
    """List sets of facts and relations that cannot all be true: any one of a set left out would make the rest fit.

    In: as for limits. Out: a row for each set, no two sharing a member: clash (the ids), figure_ids.
    """
    model = _model(data, assumptions, unit, round_id)
    problem, found = model.programme(), []
    zero = np.zeros(len(problem.owner))
    while point_reaching(problem, zero, rows := problem.without(chain.from_iterable(found)), 0) is None:
        found.append(_irreducible(problem, zero, rows, 0))
    cells = [model.told(ids, "figure_ids") for ids in found]
    return pd.DataFrame({"clash": [" ".join(ids) for ids in found], "figure_ids": cells}, dtype="str")


def _model(data: Any, assumptions: Iterable[str] | None, unit: str | None, round_id: str | None) -> Model:
    if not isinstance(data, Model):
        return prepare(data, assumptions, unit, round_id)
    if any(one is not None for one in (assumptions, unit, round_id)):
        raise ValueError("a prepared model has its round, unit and assumptions: name them in prepare()")
    return data


def _forces(model: Model, force: str | Iterable[str] | None) -> frozenset[str]:
    groups = {"named": model.named, "unnamed": frozenset(model.unnamed)}
    names = ["named", "unnamed"] if force is None else force.split() if isinstance(force, str) else force
    known = model.forces | groups.keys()
    return frozenset().union(*(groups.get(tree.one_of("force", name, known), {name}) for name in names))


def _answer(model: Model, problem: Programme, forces: frozenset[str]) -> dict:
    wanted = problem.asked * np.isin(problem.owner, list(forces & model.repliers))
    lowest, below, least_without = _upper_end(model, problem, -wanted)
    # Nothing limits a force that is not known to have replied.
    apart = (pd.NA, (), frozenset())
    highest, above, most_without = _upper_end(model, problem, wanted) if forces <= model.repliers else apart
    both = tuple(dict.fromkeys([*below, *above]))
    return {
        "low": -lowest,
        "high": highest,
        "figure_ids": model.told(both, "figure_ids"),
        "assumed": model.told(both, "assumed"),
        "binding": " ".join(both),
        "left_out": " ".join(sorted(least_without | most_without)),
        "unnamed": pd.NA if model.n_unnamed is None else model.n_unnamed,
    }


def _upper_end(model: Model, problem: Programme, gain: np.ndarray) -> tuple[Any, tuple[str, ...], frozenset[str]]:
    """Return the highest sum over every way to set the fewest sources aside, what gives it, and what that way is.

    An end that nothing limits is missing; what is set aside is named only where another way has another end.
    """
    ways = _ways_set_aside(model, problem)
    most = model.ceiling
    if len(ways) > 1:  # no way has more than is left where all that they differ in is set aside
        most = highest_sum(problem, gain, problem.without(chain.from_iterable(ways)), most)
    ends = [highest_sum(problem, gain, problem.without(aside), most) for aside in ways]
    end = max(ends)
    aside = ways[ends.index(end)]
    moved = aside if len({*ends}) > 1 else frozenset()
    if end == (model.ceiling if gain.max() > 0 else 0):
        return (pd.NA if end else 0), (), moved
    return end, _irreducible(problem, gain, problem.without(aside), end + 1), moved


def _ways_set_aside(model: Model, problem: Programme) -> list[frozenset[str]]:
    """List the ways to set aside the fewest sources so that the rest fits; once for a model.

    Source: hitting sets of irreducible clashes (Reiter 1987), one more source at a time. Where there are too many ways,
    every member of every clash is set aside: the limits are then wider than they need be, never narrower.
    """
    zero, ways = np.zeros(len(problem.owner)), {frozenset[str]()}
    while not model.ways_set_aside:
        left = {aside: problem.without(aside) for aside in sorted(ways, key=sorted)}
        model.ways_set_aside = [one for one, rows in left.items() if point_reaching(problem, zero, rows, 0) is not None]
        if not model.ways_set_aside:  # only where none fits does it matter why
            ways = {aside | {one} for aside, rows in left.items() for one in _irreducible(problem, zero, rows, 0)}
        if len(ways) > MOST_WAYS:
            model.ways_set_aside = [frozenset(" ".join(clashes(model)["clash"]).split())]
    return model.ways_set_aside


# Solving: extremes, why they are what they are, and why there may be none.


def highest_sum(problem: Programme, gain: np.ndarray, rows: np.ndarray, most: float) -> int:
    """Return the highest value of a sum of whole numbers that fit the rows; more than `most` is not looked for.

    The linear relaxation allows more than whole numbers do, so its end holds where whole numbers reach it; branch and
    bound does the rest.
    """
    if problem.known(gain, rows, most) is not None:
        return int(most)
    relaxed = _solve(problem, gain, rows)
    end = min(floor(weighted_sum(gain, relaxed) + WHOLE), most)
    if point_reaching(problem, gain, rows, end, relaxed) is None:
        whole = _solve(problem, gain, rows, whole=True)
        problem.keep(whole, rows)
        end = round(weighted_sum(gain, whole))
    return int(end)


def point_reaching(
    problem: Programme, gain: np.ndarray, rows: np.ndarray, end: float, relaxed: np.ndarray | None = None
) -> np.ndarray | None:
    """Return whole numbers that fit the rows and make a sum so high; None where there are none."""
    known = problem.known(gain, rows, end)
    if known is not None:
        return known
    relaxed = _solve(problem, gain, rows) if relaxed is None else relaxed
    if relaxed is None or weighted_sum(gain, relaxed) < end - WHOLE:
        return None
    problem.keep(relaxed, rows)
    known = problem.known(gain, rows, end)
    if known is None and problem.kept:  # the way to read each fact that did before may do again
        problem.keep(_solve(problem, gain, rows, like=problem.kept[-1][0]), rows)
        known = problem.known(gain, rows, end)
    if known is None:
        known = _solve(problem, gain, rows, whole=True, end=end)
        problem.keep(known, rows)
    return known


def _solve(
    problem: Programme,
    gain: np.ndarray,
    rows: np.ndarray,
    whole: bool = False,
    end: float | None = None,
    like: np.ndarray | None = None,
) -> np.ndarray | None:
    """Return the numbers that make a sum highest, or some that make it so high; None where none fit the rows."""
    used = _distinct_columns(problem, gain, rows)
    matrix = problem.matrix[rows][:, used]
    limited = [LinearConstraint(matrix, problem.low[rows], problem.high[rows])] if rows.any() else []
    limited += [] if end is None else [LinearConstraint(gain[used], lb=end)]
    answer = milp(
        -gain[used] if end is None else np.zeros(len(used)),
        integrality=np.full(len(used), int(whole)),
        bounds=Bounds(*(bound[used] for bound in problem.bounds(like))),
        constraints=limited,
        options={"presolve": whole, "mip_rel_gap": 0},
    )
    if answer.status == INFEASIBLE:
        return None
    if not answer.success:
        raise RuntimeError(f"the limits were not found: {answer.message}")
    numbers = np.zeros(len(gain))
    numbers[used] = np.round(answer.x) if whole else answer.x
    return numbers


def _distinct_columns(problem: Programme, gain: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """List the columns that matter: of cells that differ in nothing, one stands for all.

    Branch and bound takes twice as long over all of them.
    """
    matrix, held = problem.matrix[rows], gain != 0
    held[matrix.indices] = held[-1] = True  # the last column is idle: a programme without cells has one to solve for
    used = np.flatnonzero(held)
    weight = np.random.default_rng(SEED).random(len(rows) + 2)  # two columns that differ do not weigh the same
    weighed = (weight[:-2][rows] @ matrix)[used] + weight[-2] * gain[used] + weight[-1] * problem.upper[used]
    return used[np.sort(np.unique(np.round(weighed, 9), return_index=True)[1])]


def _irreducible(problem: Programme, gain: np.ndarray, rows: np.ndarray, end: int) -> tuple[str, ...]:
    """List sources that do not let whole numbers reach an end, none of which can be left out.

    Source: deletion filter (Chinneck and Dravnieks 1991), started from the prices of the linear relaxation: left out
    are the sources of the narrowest statements first, and halves before single ones.
    """

    def open_to(sources: Iterable[str]) -> np.ndarray | None:
        return point_reaching(problem, gain, rows & problem.without(order.keys() - set(sources)), end)

    widest = np.argsort(-np.diff(problem.matrix.indptr), kind="stable")
    order = dict.fromkeys(one for line in widest for one in problem.sources[line])
    kept = _sources_with_price(problem, gain, rows)
    while (point := open_to(kept)) is not None:  # each time, what forbids this way to read the facts
        more = _sources_with_price(problem, gain, rows, point)
        kept |= more if more - kept else order.keys()
    needed = [one for one in order if one in kept]
    size = max(1, len(needed) // 2)
    while size:
        for start in range(0, len(needed), size)[::-1]:
            fewer = needed[:start] + needed[start + size :]
            needed = fewer if open_to(fewer) is None else needed
        size //= 2
    return tuple(needed)


def _sources_with_price(
    problem: Programme, gain: np.ndarray, rows: np.ndarray, like: np.ndarray | None = None
) -> set[str]:
    """List the sources of rows with a price: those that hold the sum back, or have to give way so that all fit."""
    above, below = (np.flatnonzero(rows & np.isfinite(end)) for end in (problem.high, problem.low))
    lines = np.concatenate([above, below])
    spare, (lower, upper) = (0, len(lines)), problem.bounds(like)
    matrix = sparse.vstack([problem.matrix[above], -problem.matrix[below]])
    answer = linprog(
        np.pad(-gain, spare, constant_values=PENALTY),
        A_ub=sparse.hstack([matrix, -sparse.eye(len(lines))], format="csr"),
        b_ub=np.concatenate([problem.high[above], -problem.low[below]]),
        bounds=np.column_stack([np.pad(lower, spare), np.pad(upper, spare, constant_values=INFINITE)]),
    )
    return {source for line in lines[np.abs(answer.ineqlin.marginals) > WHOLE] for source in problem.sources[line]}
