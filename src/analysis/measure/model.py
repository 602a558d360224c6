"""A round's evidence as constraints on sums of people, prepared once for many questions."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd

from analysis.measure import categories as tree
from analysis.measure.assumptions import assume
from analysis.measure.cells import Programme, Row, programme
from analysis.measure.rows import Place, of_facts, of_ranks, of_relations, usable
from analysis.measure.totals import members

REPLIED = ("full", "partial", "replied, named", "replied, unnamed")
# More people than any round counts: what may reach it has no upper limit.
CEILING = 100_000.0
RELATIONS = ("relation_id", "relation", "figures", "of", "complete", "position", "scope")


@dataclass
class Model:
    """A round's evidence as constraints, prepared once for many questions."""

    rows: list[Row]
    place: Place
    unnamed: int | None
    period: tuple | None
    known: dict[str, tree.Tree]
    ways: dict[str, list[str]]
    assumed: dict[str, str]
    ceiling: float
    prepared: dict = field(default_factory=dict, repr=False)
    answers: dict = field(default_factory=dict, repr=False)
    clashes: list[frozenset[str]] = field(default_factory=list, repr=False)

    def programme(self, asked: tuple, strangers: frozenset[str] = frozenset()) -> Programme:
        """Return the integer programme whose cells can tell the asked conditions apart."""
        if (asked, strangers) not in self.prepared:
            forces = sorted(self.place.named | strangers) + list(self.place.unnamed)
            self.prepared[asked, strangers] = programme(self.rows, forces, asked, self.known, self.ceiling)
        return self.prepared[asked, strangers]


def prepare(facts: pd.DataFrame, round_id: str | None, unit: str, assumptions: Iterable[str], **frames) -> Model:
    """Turn the facts of a round into a Model.

    `frames`: known (the assumptions), relations, coverage, categories, rounds, forces, figures, each a frame or None.
    Raises ValueError for an unknown assumption or round.
    """
    ids, known = list(assumptions), frames.get("known")
    relations = frames.get("relations")
    relations = pd.DataFrame({name: pd.Series(dtype="str") for name in RELATIONS}) if relations is None else relations
    facts, relations = assume(facts, ids, known), assume(relations, ids, known)
    figures = None if frames.get("figures") is None else assume(frames["figures"], ids, known)
    round_id = _round(facts, round_id)
    here, ranks = usable(facts, relations, round_id, unit), _ranks(relations, round_id)
    place, unnamed = _place(facts[facts["round_id"] == round_id], round_id, frames, one_by_one=not ranks.empty)
    period, trees = _period(frames.get("rounds"), round_id), tree.trees(frames.get("categories"))
    ceiling = max(CEILING, 10.0 * max([0, *here["high"].dropna(), *here["low"].dropna()]))
    parts = of_facts(here, place, period, trees, figures, ceiling)
    home = {figure: row.fact_id for row in here.itertuples() for figure in row.figure_ids.split()}
    rows = parts["rows"] + of_relations(relations, parts["boxes"], home)
    rows += of_ranks(_ranked(ranks, parts["own"], home), _repliers(place, unnamed), ceiling)
    assumed = {
        row[0]: row[1]
        for frame, key in ((here, "fact_id"), (relations, "relation_id"))
        for row in zip(frame[key], frame["assumed"], strict=True)
    }
    return Model(rows, place, unnamed, period, trees, parts["ways"], assumed, ceiling)


def _round(facts: pd.DataFrame, round_id: str | None) -> str:
    found = sorted(set(facts["round_id"]))
    if round_id is None and len(found) != 1:
        raise ValueError(f"name one round_id: the facts are of {', '.join(found) or 'none'}")
    return found[0] if round_id is None else round_id


def _ranks(relations: pd.DataFrame, round_id: str) -> pd.DataFrame:
    believed = relations["believed"] == "yes" if "believed" in relations else False
    return relations[(relations["relation"] == "rank") & (relations["scope"] == round_id) & believed]


def _ranked(ranks: pd.DataFrame, boxes: dict[str, tuple], home: dict[str, str]) -> list[tuple]:
    placed = [(row.relation_id, int(row.position), set(row.figures.split())) for row in ranks.itertuples()]
    terms = [(relation, position, boxes.get(home.get(min(figures), ""), ())) for relation, position, figures in placed]
    return [(relation, position, one[0]) for relation, position, one in terms if len(one) == 1]


def _repliers(place: Place, unnamed: int | None) -> frozenset[str]:
    # Without their number, unnamed repliers are one block, and a block cannot be compared with a force.
    return place.named if unnamed is None else place.named | set(place.unnamed)


def _place(facts: pd.DataFrame, round_id: str, frames: dict, one_by_one: bool) -> tuple[Place, int | None]:
    coverage, rounds = frames.get("coverage"), frames.get("rounds")
    named = {force for ids in facts["force_ids"] for force in ids.split()}
    if coverage is not None:
        here = coverage[(coverage["round_id"] == round_id) & coverage["answer"].isin(REPLIED)]
        named |= set(here["force_id"])
    replied = None if rounds is None else rounds.set_index("round_id")["forces_replied"].get(round_id)
    unnamed = None if replied is None or pd.isna(replied) or replied == "" else max(0, int(replied) - len(named))
    each = unnamed if one_by_one and unnamed else int(unnamed != 0)
    blocks = tuple(f"unnamed {number}" for number in range(1, each + 1))
    return Place(frozenset(named), blocks, members(frames.get("forces"))), unnamed


def _period(rounds: pd.DataFrame | None, round_id: str) -> tuple | None:
    if rounds is None or round_id not in set(rounds["round_id"]):
        return None
    row = rounds[rounds["round_id"] == round_id].iloc[0]
    dates = [pd.to_datetime(row[name]) if row[name] else pd.NaT for name in ("period_start", "period_end")]
    return None if pd.isna(dates).any() else tuple(date.date() for date in dates)
