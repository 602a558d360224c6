"""The least and the most that a number can be, given everything printed about its round, and what makes it so."""

from collections.abc import Callable, Iterable
from itertools import chain
from math import floor
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from analysis.measure import categories as tree
from analysis.measure.constraints import INFINITE, Model, Programme, conditions_of, prepare, span

INFEASIBLE = 2
FEW = 40
WHOLE = 1e-6
# More ways to set sources aside than this are not told apart.
WAYS = 64


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
    least: bool = True,
) -> pd.DataFrame:
    """Say between which limits a number lies, given everything printed about its round.

    In: tables of one round (or of all, with `round_id`), or a Model of `prepare`, which answers many questions sooner.
    `force` is one or several force_ids, "unnamed" (all repliers nobody named), "named", or None for every replier.
    role to outcome are category expressions; conduct "not-stated" is whatever the round counts. `period` is a first
    and a last day, by default those of the round. `assumptions` are the ids believed, by default the round's.
    Where the sources contradict each other, the fewest of them are set aside, in every way that there is.
    Out: one row: low, high (missing where nothing limits it), figure_ids of what gives either end, assumed (the
    assumptions those rest on), binding (their facts and relations, none of which can be left out; with least=False,
    which is quicker, more than need be), left_out (what was set aside, where that moves an end), unnamed (how many
    repliers nobody named).
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
    answer = _answer(model, model.programme(asked), _forces(model, force), least)
    return pd.DataFrame([answer]).astype(dict.fromkeys(["low", "high", "unnamed"], "Int64"))


def by_force(data: Any, forces: Iterable[str], **question: Any) -> pd.DataFrame:
    """Ask the same question of each force. Out: a row for each, as limits gives it, with `force` first."""
    model = _model(data, *(question.pop(name, None) for name in ("assumptions", "unit", "round_id")))
    names = list(forces)
    found = [limits(model, force=name, **question) for name in names] or [limits(model, **question).iloc[:0]]
    answers = pd.concat(found, ignore_index=True)
    answers.insert(0, "force", pd.Series(names, dtype="str"))
    return answers


def without_each(data: Any, **question: Any) -> pd.DataFrame:
    """Ask the same question under all assumptions, none, and all but each: what a result rests on.

    An assumption that is not usual (`usual` no) is added instead of left out.
    Out: a row for each, as limits gives it, with `assuming` first: all, none, without or with a statement.
    """
    every = list(prepare(data, unit=question.get("unit"), round_id=question.get("round_id")).believed)
    known = data.assumptions[data.assumptions["round_id"] == question.get("round_id", data.name)]
    sets = {"all": every} | ({"none": []} if every else {})
    for name, statement in zip(known["assumption_id"], known["statement"], strict=True):
        if name in every:
            sets[f"without “{statement}”"] = [one for one in every if one != name]
        else:
            sets[f"with “{statement}”"] = [*every, name]
    found = pd.concat(
        [limits(data, assumptions=ids, least=False, **question) for ids in sets.values()], ignore_index=True
    )
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
    while ids := clash(problem, problem.without(chain.from_iterable(found))):
        found.append(ids)
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


def _answer(model: Model, problem: Programme, forces: frozenset[str], least: bool) -> dict:
    wanted = problem.objective(forces & model.repliers)
    lowest, below, least_without = _end(model, problem, wanted, -1, least)
    # Nothing limits a force that is not known to have replied.
    apart = (pd.NA, (), frozenset())
    highest, above, most_without = _end(model, problem, wanted, 1, least) if forces <= model.repliers else apart
    both = tuple(dict.fromkeys([*below, *above]))
    return {
        "low": lowest,
        "high": highest,
        "figure_ids": model.told(both, "figure_ids"),
        "assumed": model.told(both, "assumed"),
        "binding": " ".join(both),
        "left_out": " ".join(sorted(least_without | most_without)),
        "unnamed": pd.NA if model.n_unnamed is None else model.n_unnamed,
    }


def _end(
    model: Model, problem: Programme, wanted: np.ndarray, sign: int, least: bool
) -> tuple[Any, tuple[str, ...], frozenset[str]]:
    """Return the end furthest out over every way to set the fewest sources aside, what gives it, and what that way is.

    An end that nothing limits is missing; what is set aside is named only where another way has another end.
    """
    ways = _fewest(model)
    ends: list[float] = []
    for aside in ways:
        furthest = max((sign * end for end in ends), default=-INFINITE)
        end = extreme(problem, wanted, sign, problem.without(aside), model.ceiling, furthest)
        ends.append(min(end, model.ceiling))
    value = int(max(ends) if sign > 0 else min(ends))
    aside = ways[ends.index(value)]
    moved = aside if len({*ends}) > 1 else frozenset()
    if value == (model.ceiling if sign > 0 else 0):
        return (pd.NA if sign > 0 else 0), (), moved
    return value, binding(problem, wanted, sign, problem.without(aside), value, least), moved


def _fewest(model: Model) -> list[frozenset[str]]:
    """List the ways to set aside the fewest sources so that the rest fits; once for a model.

    Source: hitting sets of irreducible clashes (Reiter 1987), one more source at a time. Where there are too many ways,
    every member of every clash is set aside: the limits are then wider than they need be, never narrower.
    """
    problem, ways = model.programme(), {frozenset[str]()}
    while not model.fewest:
        torn = {aside: clash(problem, problem.without(aside)) for aside in sorted(ways, key=sorted)}
        model.fewest = [aside for aside, ids in torn.items() if not ids]
        ways = {aside | {one} for aside, ids in torn.items() for one in ids}
        if not model.fewest and len(ways) > WAYS:
            model.fewest = [frozenset(" ".join(clashes(model)["clash"]).split())]
    return model.fewest


# Solving: extremes, why they are what they are, and why there may be none.


def extreme(
    problem: Programme,
    wanted: np.ndarray,
    sign: int,
    rows: np.ndarray,
    enough: float = INFINITE,
    beat: float = -INFINITE,
) -> int | None:
    """Return the highest (sign 1) or lowest (sign -1) value of the wanted sum; None where no whole numbers fit.

    An end that is `enough`, or no further out than `beat`, need not be known exactly. The linear relaxation allows more
    than whole numbers do, so its end holds where whole numbers reach it; branch and bound does the rest.
    """
    used, fits = _columns(problem, wanted, rows), problem.fits.setdefault(rows.tobytes(), [])
    gain, upper = sign * wanted[used], problem.upper[used]
    matrix = problem.matrix[rows][:, used]
    held = [LinearConstraint(matrix, problem.low[rows], problem.high[rows])] if rows.any() else []
    numbers = _solved(-gain, upper, held, whole=False)
    if numbers is None:
        return None
    end = floor(gain @ numbers + WHOLE)
    if min(end, enough) <= beat or any(sign * wanted @ one >= end for one in fits):
        return sign * end
    if abs(numbers - np.round(numbers)).max() > WHOLE:
        further = [*held, LinearConstraint(gain, lb=enough)]
        if end >= enough and _solved(0 * gain, upper, further, whole=True) is not None:
            return sign * end  # whether so much is reached is sooner answered than how much can be
        numbers = _solved(-gain, upper, held, whole=True)
        if numbers is None:
            return None
    fits.append(np.zeros(len(wanted)))
    fits[-1][used] = np.round(numbers)
    return round(wanted @ fits[-1])


def _columns(problem: Programme, wanted: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """List the columns that matter: with few rows many cells differ in nothing, and one stands for all."""
    matrix, held = problem.matrix[rows], wanted != 0
    held[matrix.indices] = True
    held[-1] = True  # the last column is idle: a programme without cells still has one to solve for
    used = np.flatnonzero(held)
    if matrix.shape[0] > FEW:
        return used
    alike = np.vstack([matrix[:, used].toarray(), wanted[used], problem.upper[used], problem.owner[used] == ""])
    return used[np.sort(np.unique(alike, axis=1, return_index=True)[1])]


def _solved(cost: np.ndarray, upper: np.ndarray, held: list[LinearConstraint], whole: bool) -> np.ndarray | None:
    answer = milp(
        cost,
        integrality=np.full(len(cost), int(whole)),
        bounds=Bounds(0, upper),
        constraints=held,
        options={"presolve": whole, "mip_rel_gap": 0},
    )
    if answer.status == INFEASIBLE:
        return None
    if not answer.success:
        raise RuntimeError(f"the limits were not found: {answer.message}")
    return answer.x


def binding(
    problem: Programme, wanted: np.ndarray, sign: int, rows: np.ndarray, value: int, least: bool = True
) -> tuple[str, ...]:
    """List sources that together give this extreme, none of which can be left out where `least` is asked for."""

    def enough(sources: Iterable[str]) -> bool:
        return extreme(problem, wanted, sign, rows & problem.only(sources)) == value

    return _needed(problem, rows, enough, _priced(problem, rows, -sign * wanted), least)


def clash(problem: Programme, rows: np.ndarray) -> tuple[str, ...]:
    """List sources that cannot all be true although any one of them left out would make the rest fit; none if all fit.

    Source: deletion filter (Chinneck and Dravnieks 1991), started from the Farkas prices of the linear relaxation.
    """
    nothing = np.zeros(problem.matrix.shape[1])

    def torn(sources: Iterable[str]) -> bool:
        return extreme(problem, nothing, 1, rows & problem.only(sources)) is None

    if extreme(problem, nothing, 1, rows) is not None:
        return ()
    return _needed(problem, rows, torn, _priced(problem, rows))


def _needed(
    problem: Programme,
    rows: np.ndarray,
    enough: Callable[[Iterable[str]], bool],
    shortlist: set[str],
    least: bool = True,
) -> tuple[str, ...]:
    """Leave out whatever can be left out: the sources of the widest statements first, and halves before single ones."""
    kept = shortlist if enough(shortlist) else {one for line in np.flatnonzero(rows) for one in problem.sources[line]}
    widest = np.argsort(-np.diff(problem.matrix.indptr), kind="stable")
    order = dict.fromkeys(one for line in widest for one in problem.sources[line])
    needed = [one for one in order if one in kept]
    size = max(1, len(needed) // 2) if least else 0
    while size:
        for start in range(0, len(needed), size)[::-1]:
            fewer = needed[:start] + needed[start + size :]
            needed = fewer if enough(fewer) else needed
        size //= 2
    return tuple(needed)


def _priced(problem: Programme, rows: np.ndarray, cost: np.ndarray | None = None) -> set[str]:
    """List the sources of rows with a price: those that give the least cost, or without one those that clash."""
    above, below = (np.flatnonzero(rows & np.isfinite(end)) for end in (problem.high, problem.low))
    lines = np.concatenate([above, below])
    matrix = sparse.vstack([problem.matrix[above], -problem.matrix[below]], format="csr")
    right = np.concatenate([problem.high[above], -problem.low[below]])
    upper = problem.upper
    if cost is None:  # how far each row must give way so that all fit
        cost = np.concatenate([np.zeros(len(upper)), np.ones(len(lines))])
        matrix = sparse.hstack([matrix, -sparse.eye(len(lines))], format="csr")
        upper = np.concatenate([upper, np.full(len(lines), np.inf)])
    if not len(lines):
        return set()
    answer = linprog(
        cost, A_ub=matrix, b_ub=right, bounds=np.column_stack([np.zeros(len(upper)), upper]), method="highs"
    )
    if answer.status != 0:
        return set()
    return {source for line in lines[np.abs(answer.ineqlin.marginals) > 1e-9] for source in problem.sources[line]}
