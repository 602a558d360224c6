"""What a number can be, given everything printed about its round."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from analysis.measure import categories as tree
from analysis.measure import readings, solve
from analysis.measure.assumptions import assume
from analysis.measure.cells import Programme
from analysis.measure.model import Model, prepare
from analysis.measure.rows import asked
from analysis.tables import Tables


@dataclass(frozen=True)
class Reading:
    """One way to read a fact in conflict, or facts left out so that the rest fits, and the limits that gives."""

    reads: dict[str, str]
    lowest: int
    highest: int | None


@dataclass(frozen=True)
class Limits:
    """The lowest and highest value of a sum of people; `highest` is None where nothing limits it.

    `binding_lowest` and `binding_highest` hold the facts and relations that together give each end, none of which can
    be left out; `assumptions` those that rewrote one of them; `unnamed` how many repliers nobody named; `sharp` is
    False where so much contradicts itself that the limits may be wider than they need be.
    """

    lowest: int
    highest: int | None
    binding_lowest: tuple[str, ...]
    binding_highest: tuple[str, ...]
    assumptions: tuple[str, ...]
    unnamed: int | None
    sharp: bool
    read: Callable[[], list[Reading]] = field(compare=False, repr=False)

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """The ways to read facts in conflict that move an end, and what is left out, with the limits of each."""
        return tuple(self.read())

    @property
    def binding(self) -> tuple[str, ...]:
        """All facts and relations that give either end."""
        return tuple(dict.fromkeys([*self.binding_lowest, *self.binding_highest]))


def round_model(tables, round_id: str | None, assumptions: Iterable[str] = (), unit: str = "people") -> Model:
    """Prepare a round for many questions. In: the project's tables; Out: Model. Raises ValueError as limits does."""
    names = ("relations", "coverage", "categories", "rounds", "forces", "figures")
    frames = {name: getattr(tables, name, None) for name in names}
    return prepare(tables.facts, round_id, unit, assumptions, known=getattr(tables, "assumptions", None), **frames)


def limits(
    facts: pd.DataFrame | Model | Tables,
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
    forces, figures; `known` is the table of assumptions, `assumptions` the ids believed; or all the project's tables;
    or a Model from round_model, which answers many questions sooner.
    `force` is one or several force_ids, "unnamed" (all repliers nobody named), "named", or None for every replier;
    the other words are category expressions. explain=False leaves the binding facts out. Out: Limits, in `unit`,
    over every consistent way to read facts in conflict, and every least set of clashing ones to leave out.
    Raises ValueError for an unknown category, assumption or round, or an assumption about facts that are not there.
    Source: integer linear programme over cells of people (Fréchet 1940 bounds in general form), solved by HiGHS.

    >>> from analysis.tables import load
    >>> dismissed = limits(load(), round_id="parliament-street-2019", force="surrey", outcome="dismissed")
    >>> dismissed.lowest, dismissed.highest
    (0, 2)
    """
    model = _whole(facts, round_id, list(assumptions), unit) if isinstance(facts, Tables) else facts
    if not isinstance(model, Model):
        model = prepare(model, round_id, unit, assumptions, known=known, **frames)
    words = {"role": role, "rank": rank, "conduct": conduct, "system": system, "outcome": outcome}
    tree.check(model.known, **words)
    conditions = asked(model.known, words) + ((("period", model.period),) if model.period else ())
    forces = _forces(model, force)
    key = (conditions, forces)
    if (*key, True) not in model.answers and (*key, explain) not in model.answers:
        problem = model.programme(conditions, forces - model.place.named - set(model.place.unnamed))
        model.answers[*key, explain] = _answer(model, problem, problem.objective(forces), explain)
    return model.answers.get((*key, True)) or model.answers[*key, explain]


def _whole(tables: Tables, round_id: str | None, ids: list[str], unit: str) -> Model:
    told = assume(tables, ids)
    used = {name for frame in (told.facts, told.relations) for names in frame["assumed"] for name in names.split()}
    if idle := [name for name in ids if name not in used]:
        raise ValueError(f"these tables hold nothing that {idle[0]!r} is about: use those of the whole project, load()")
    return round_model(tables, round_id, ids, unit)


def of_fact(model: Model, fact_id: str) -> Limits | None:
    """Say between which limits one printed number of a prepared round lies; None where it is no sum of one box."""
    row = next((row for row in model.rows if row.sources == (fact_id,) and len(row.terms) == 1), None)
    if row is None:
        return None
    ((_, box),) = row.terms
    problem = model.programme(box.conditions, frozenset(box.forces) - model.place.named - set(model.place.unnamed))
    return _answer(model, problem, problem.objective(frozenset(box.forces)), explain=False)


def clashes(facts: "pd.DataFrame | Model", **frames) -> list[tuple[str, ...]]:
    """List sets of facts and relations that cannot all be true, each irreducible, no two sharing a member.

    In: as for limits. A fact in conflict with itself may be read in any of its ways. Out: tuples of ids.
    """
    if not isinstance(facts, Model):
        options = {"round_id": None, "unit": "people", "assumptions": ()} | frames
        facts = prepare(facts, **options)
    problem = facts.programme(())
    everything = np.ones(len(problem.low), dtype=bool)
    return readings.clashes(problem, everything)


def _forces(model: Model, force: str | list[str] | None) -> frozenset[str]:
    groups: dict = {None: model.place.named | set(model.place.unnamed), "named": model.place.named}
    groups["unnamed"] = frozenset(model.place.unnamed)
    if force is None or isinstance(force, str):
        return frozenset(groups.get(force, {force}))
    return frozenset(force)


def _answer(model: Model, problem: Programme, wanted: np.ndarray, explain: bool) -> Limits:
    rows, sharp = readings.near(problem, wanted), True
    ends = _ends(model, problem, wanted, rows)
    held: list[tuple[Any, np.ndarray, list[str]]] = [(ends, rows, [])]
    if ends is None:
        mended, sharp = readings.mended(model, problem, rows)
        held = [(_ends(model, problem, wanted, left), left, without) for left, without in mended]
    low = min(held, key=lambda one: one[0][0])
    high = max(held, key=lambda one: model.ceiling if one[0][1] is None else one[0][1])
    lowest, highest = low[0][0], high[0][1]
    order = readings.order(problem)
    below: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    if explain and lowest > 0:
        below = solve.binding(problem, wanted, -1, low[1], lowest, order)
    if explain and highest is not None:
        above = solve.binding(problem, wanted, 1, high[1], highest, order)
    used = [name for source in (*below, *above) for name in model.assumed.get(source, "").split()]
    telling = [low] if low is high else [low, high]

    def read() -> list[Reading]:
        return [one for end in telling for one in _readings(model, problem, wanted, *end)]

    return Limits(lowest, highest, below, above, tuple(dict.fromkeys(used)), model.unnamed, sharp, read)


def _readings(
    model: Model, problem: Programme, wanted: np.ndarray, ends: tuple, rows: np.ndarray, without: list[str]
) -> list[Reading]:
    found, left_out, bearing = [], dict.fromkeys(without, "left out"), solve.sources(problem, rows)
    for fact, ways in [(fact, ways) for fact, ways in model.ways.items() if fact in bearing]:
        read = [readings.read(problem, fact, way, len(ways)) for way in range(len(ways))]
        each = [_ends(model, one, wanted, rows) for one in read]
        # A conflict that moves neither end, however it is read, need not be told apart.
        if any(one != ends for one in each):
            found += [Reading({fact: way, **left_out}, *one) for way, one in zip(ways, each, strict=True) if one]
    return found or [Reading(left_out, *ends)]


def _ends(model: Model, problem: Programme, wanted: np.ndarray, rows: np.ndarray) -> tuple | None:
    highest = solve.extreme(problem, wanted, 1, rows)
    if highest is None:
        return None
    return solve.extreme(problem, wanted, -1, rows), None if highest >= model.ceiling else highest
