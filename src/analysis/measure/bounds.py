"""What a number can be, given everything printed about its round."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.measure import categories as tree
from analysis.measure import readings, solve
from analysis.measure.assumptions import assume
from analysis.measure.cells import Programme
from analysis.measure.model import Model, prepare
from analysis.measure.rows import asked
from analysis.tables import Tables

# Beyond this many readings, those that give the ends are enough.
SHOWN = 8


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
    the other words are category expressions. explain=False leaves the binding facts out. Out: Limits, in `unit`.
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
    (_, box), = row.terms
    problem = model.programme(box.conditions, frozenset(box.forces) - model.place.named - set(model.place.unnamed))
    return _answer(model, problem, problem.objective(frozenset(box.forces)), explain=False)


def clashes(facts: "pd.DataFrame | Model", **frames) -> list[tuple[str, ...]]:
    """List sets of facts and relations that cannot all be true, each irreducible, no two sharing a member.

    In: as for limits. A fact in conflict with itself is read as widely as its sources allow. Out: tuples of ids.
    """
    if not isinstance(facts, Model):
        options = {"round_id": None, "unit": "people", "assumptions": ()} | frames
        facts = prepare(facts, **options)
    problem = facts.programme(())
    everything = np.ones(len(problem.low), dtype=bool)
    return readings.clashes(problem, readings.chosen(facts, problem, everything, {}))


def _forces(model: Model, force: str | list[str] | None) -> frozenset[str]:
    groups = {None: model.place.named | set(model.place.unnamed), "named": model.place.named}
    groups["unnamed"] = frozenset(model.place.unnamed)
    if force is None or isinstance(force, str):
        return frozenset(groups.get(force, {force}))
    return frozenset(force)


def _answer(model: Model, problem: Programme, wanted: np.ndarray, explain: bool) -> Limits:
    found = list(_readings(model, problem, wanted))
    low, low_rows = min(found, key=lambda pair: pair[0].lowest)
    high, high_rows = max(found, key=lambda pair: model.ceiling if pair[0].highest is None else pair[0].highest)
    order, below, above = readings.order(problem), (), ()
    if explain and low.lowest > 0:
        below = solve.binding(problem, wanted, -1, low_rows, low.lowest, order)
    if explain and high.highest is not None:
        above = solve.binding(problem, wanted, 1, high_rows, high.highest, order)
    used = [name for source in (*below, *above) for name in model.assumed.get(source, "").split()]
    said = tuple(reading for reading, _ in found)
    return Limits(low.lowest, high.highest, below, above, said, tuple(dict.fromkeys(used)), model.unnamed)


def _readings(model: Model, problem: Programme, wanted: np.ndarray) -> Iterator[tuple[Reading, np.ndarray]]:
    for rows, without in readings.mended(model, problem, readings.near(problem, wanted)):
        wide = readings.chosen(model, problem, rows, {})
        widest, found = _ends(model, problem, wanted, wide), []
        left_out = dict.fromkeys(sorted(without), "left out")
        for said, held in readings.each(model, problem, rows, _moving(model, problem, wanted, rows, widest)):
            ends = _ends(model, problem, wanted, held)
            if ends:
                found.append(ends)
                yield Reading(said | left_out, *ends), held
            if len(found) >= SHOWN and _union(found) == widest:
                break
        if not found:
            yield Reading(left_out, *widest), wide


def _moving(model: Model, problem: Programme, wanted: np.ndarray, rows: np.ndarray, widest: tuple) -> list[str]:
    # A conflict that moves neither end, however it is read, need not be told apart.
    return [
        fact
        for fact in readings.torn(model, problem, rows)
        if any(_ends(model, problem, wanted, held) != widest for _, held in readings.each(model, problem, rows, [fact]))
    ]


def _union(found: list[tuple]) -> tuple:
    highest = [high for _, high in found]
    return min(low for low, _ in found), None if None in highest else max(highest)


def _ends(model: Model, problem: Programme, wanted: np.ndarray, rows: np.ndarray) -> tuple | None:
    lowest = solve.extreme(problem, wanted, -1, rows)
    if lowest is None:
        return None
    highest = solve.extreme(problem, wanted, 1, rows)
    return lowest, None if highest >= model.ceiling else highest
