"""What a number can be, given everything printed about its round."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, product

import numpy as np
import pandas as pd
from scipy.sparse.csgraph import connected_components

from analysis.measure import categories as tree
from analysis.measure import solve
from analysis.measure.cells import Programme
from analysis.measure.model import Model, prepare
from analysis.measure.rows import asked

READINGS = 64


@dataclass(frozen=True)
class Reading:
    """One consistent way to read the facts in conflict, and the limits it gives."""

    reads: dict[str, str]
    lowest: int
    highest: int | None


@dataclass(frozen=True)
class Limits:
    """The lowest and highest value of a sum of people; `highest` is None where nothing limits it.

    `binding_lowest` and `binding_highest` hold the facts and relations that together give each end, none of which can
    be left out; `assumptions` those that rewrote one of them; `unnamed` how many repliers nobody named.
    """

    lowest: int
    highest: int | None
    binding_lowest: tuple[str, ...]
    binding_highest: tuple[str, ...]
    readings: tuple[Reading, ...]
    assumptions: tuple[str, ...]
    unnamed: int | None

    @property
    def binding(self) -> tuple[str, ...]:
        """All facts and relations that give either end."""
        return tuple(dict.fromkeys([*self.binding_lowest, *self.binding_highest]))


def round_model(tables, round_id: str, assumptions: Iterable[str] = (), unit: str = "people") -> Model:
    """Prepare a round for many questions. In: the project's tables; Out: Model. Raises ValueError as limits does."""
    names = ("relations", "coverage", "categories", "rounds", "forces", "figures")
    frames = {name: getattr(tables, name, None) for name in names}
    return prepare(tables.facts, round_id, unit, assumptions, known=getattr(tables, "assumptions", None), **frames)


def limits(
    facts: "pd.DataFrame | Model",
    *,
    force: str | list[str] | None = None,
    role: str = "any",
    rank: str = "",
    conduct: str = "not-stated",
    system: str = "not-stated",
    outcome: str = "not-stated",
    unit: str = "people",
    round_id: str | None = None,
    assumptions: Iterable[str] = (),
    known: pd.DataFrame | None = None,
    explain: bool = True,
    **frames: pd.DataFrame | None,
) -> Limits:
    """Say between which limits a number lies, given everything printed about its round.

    In: facts of one round (or name the round), and as keywords the frames relations, coverage, categories, rounds,
    forces, figures; `known` is the table of assumptions, `assumptions` the ids believed; or a Model from round_model.
    `force` is one or several force_ids, "unnamed" (all repliers nobody named), "named", or None for every replier;
    the other words are category expressions. explain=False leaves the binding facts out. Out: Limits, in `unit`.
    Raises ValueError for an unknown category, assumption or round, and where no reading of the facts is consistent.
    Source: integer linear programme over cells of people (Fréchet 1940 bounds in general form), solved by HiGHS.
    """
    model = facts
    if not isinstance(facts, Model):
        model = prepare(facts, round_id, unit, assumptions, known=known, **frames)
    words = {"role": role, "rank": rank, "conduct": conduct, "system": system, "outcome": outcome}
    tree.check(model.known, **words)
    conditions = asked(model.known, words) + ((("period", model.period),) if model.period else ())
    forces = _forces(model, force)
    problem = model.programme(conditions, forces - model.place.named - set(model.place.unnamed))
    return _answer(model, problem, problem.objective(forces), explain)


def clashes(facts: "pd.DataFrame | Model", **frames) -> list[tuple[str, ...]]:
    """List sets of facts and relations that cannot all be true, each irreducible, no two sharing a member.

    In: as for limits. A fact in conflict with itself is read as widely as its sources allow. Out: tuples of ids.
    """
    if not isinstance(facts, Model):
        options = {"round_id": None, "unit": "people", "assumptions": ()} | frames
        facts = prepare(facts, **options)
    problem = facts.programme(())
    rows, order = _chosen(problem, dict.fromkeys(facts.ways, -1)), _order(problem)
    found = []
    while not solve.feasible(problem, rows):
        found.append(solve.clash(problem, rows, order))
        rows = rows & solve.believed(problem, frozenset(order).difference(*found))
    return found


def _forces(model: Model, force: str | list[str] | None) -> frozenset[str]:
    groups = {None: model.place.named | set(model.place.unnamed), "named": model.place.named}
    groups["unnamed"] = frozenset(model.place.unnamed)
    if force is None or isinstance(force, str):
        return frozenset(groups.get(force, {force}))
    return frozenset(force)


def _answer(model: Model, problem: Programme, wanted: np.ndarray, explain: bool) -> Limits:
    near, order = _near(problem, wanted), _order(problem)
    found = [
        (Reading(reads, lowest, None if highest >= model.ceiling else highest), rows)
        for reads, rows in _consistent(model, problem, near, order)
        for lowest, highest in [(solve.extreme(problem, wanted, -1, rows), solve.extreme(problem, wanted, 1, rows))]
    ]
    low, low_rows = min(found, key=lambda pair: pair[0].lowest)
    high, high_rows = max(found, key=lambda pair: model.ceiling if pair[0].highest is None else pair[0].highest)
    below = above = ()
    if explain and low.lowest > 0:
        below = solve.binding(problem, wanted, -1, low_rows, low.lowest, order)
    if explain and high.highest is not None:
        above = solve.binding(problem, wanted, 1, high_rows, high.highest, order)
    used = [name for source in (*below, *above) for name in model.assumed.get(source, "").split()]
    readings = tuple(reading for reading, _ in found)
    return Limits(low.lowest, high.highest, below, above, readings, tuple(dict.fromkeys(used)), model.unnamed)


def _order(problem: Programme) -> list[str]:
    # The widest statements are tried for leaving out first, so that what stays is what a reader can follow.
    sizes = np.diff(problem.matrix.indptr)
    lines = sorted(range(len(sizes)), key=lambda line: -sizes[line])
    return list(dict.fromkeys(source for line in lines for source in problem.sources[line]))


def _near(problem: Programme, wanted: np.ndarray) -> np.ndarray:
    _, label = connected_components(abs(problem.matrix.T) @ abs(problem.matrix), directed=False)
    asked = np.isin(label, label[wanted != 0])
    return np.asarray(abs(problem.matrix) @ asked.astype(float)).ravel() > 0


def _chosen(problem: Programme, ways: dict[str, int]) -> np.ndarray:
    return np.array([one is None or ways.get(one[0]) == one[1] for one in problem.choices], dtype=bool)


def _consistent(
    model: Model, problem: Programme, near: np.ndarray, order: list[str]
) -> Iterator[tuple[dict[str, str], np.ndarray]]:
    torn = [fact for fact in model.ways if any(near[line] for line in _lines(problem, fact))]
    # Beyond this many combinations the last conflicts are read as widely as their sources allow: never too narrow.
    while np.prod([len(model.ways[fact]) for fact in torn]) > READINGS:
        torn = torn[:-1]
    wide = dict.fromkeys(model.ways, -1)
    choices = [dict(zip(torn, ways, strict=True)) for ways in product(*(range(len(model.ways[fact])) for fact in torn))]
    readings = [(choice, near & _chosen(problem, wide | choice)) for choice in choices]
    fitting = [(choice, rows, ()) for choice, rows in readings if solve.feasible(problem, rows)]
    if not fitting:
        fitting = [
            (choice, rows & solve.believed(problem, frozenset(order) - without), sorted(without))
            for choice, rows in readings
            for without in islice(_mended(problem, rows, order), READINGS)
        ]
    for choice, rows, without in fitting:
        said = {fact: model.ways[fact][way] for fact, way in choice.items()}
        yield said | dict.fromkeys(without, "left out"), rows


def _lines(problem: Programme, fact: str) -> list[int]:
    return [line for line, one in enumerate(problem.choices) if one and one[0] == fact]


def _mended(problem: Programme, rows: np.ndarray, order: list[str]) -> Iterator[frozenset[str]]:
    """List the smallest sets of sources to leave out so that the rest fits (Reiter 1987, hitting sets of clashes)."""
    level, done = [frozenset()], []
    while level and not done:
        clashing = []
        for without in level:
            left = rows & solve.believed(problem, frozenset(order) - without)
            if solve.feasible(problem, left):
                done.append(without)
            else:
                clashing += [without | {source} for source in solve.clash(problem, left, order)]
        level = list(dict.fromkeys(clashing))[:READINGS]
    yield from done
