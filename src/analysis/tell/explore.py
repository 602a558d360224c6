"""One view of a round, as someone exploring asks for it: the numbers, what may be said of them, and what may not."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import paths, tables
from analysis.tell import selection, shown, together
from analysis.tell.canvas import Chart
from analysis.tell.findings import Finding, Shown, spoken
from analysis.tell.selection import Choice


@dataclass(frozen=True, eq=False)
class View:
    """The sentence that may be said with its caveats, the chart, and the table behind it; the limits when asked for."""

    choice: Choice
    sentence: Finding
    chart: Chart
    table: pd.DataFrame
    ask: Callable[[], list[Finding]]

    @cached_property
    def limits(self) -> Shown:
        """Between which limits the number lies, given everything printed about the round."""
        return Shown(tuple(self.ask()))

    def save(self, folder: Path | None = None) -> Path:
        """Write the picture (png), the table (csv), the alt text (txt) and the code cell (py); return the picture."""
        picture = replace(self.chart, data=self.table).save(folder or paths.build() / "views", self.choice.name)
        picture.with_suffix(".py").write_text(self.choice.code, encoding="utf-8", newline="\n")
        return picture

    def __repr__(self) -> str:
        return f"{self.sentence!r}\n{self.limits!r}\n\n{self.table.to_string(index=False)}"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        text = shown.sentences([self.sentence]) + shown.sentences(self.limits.findings) + shown.picture(self.chart)
        return {"text/html": text + shown.table(self.table), "text/plain": repr(self)}


def view(round: str, *, of: tables.Tables | None = None, kept: dict | None = None, **choice: Any) -> View:
    """Show one round's numbers of some forces and categories, what may be said of them and what must go with it.

    In: a round_id; `forces` (force_ids, several joined by a blank for a joint number, places, or "unnamed"; none: all
    with a number), conduct, system, outcome and role (categories, each with all below it), definition ("press included"
    or "replies only"), assumptions (ids), denominator ("counts only" or one of the lookups); `of` the
    project's tables, `kept` a dict that keeps what was prepared for the next view. Out: View.
    Raises ValueError for a round, category, definition, assumption or denominator there is not.
    """
    given: dict[str, Any] = {name: tuple(said) if isinstance(said, list) else said for name, said in choice.items()}
    asked = Choice(round, **given)
    of, kept = tables.load() if of is None else of, {} if kept is None else kept
    selection.check(asked, of)
    scene = selection.evidence(asked, of, kept)
    facts = selection.matching(scene, asked)
    said = spoken(together.sentence(scene, facts, asked))
    table = shown.rows(scene, facts, asked.denominator, selection.without(scene, facts, asked))
    chart = shown.chart(scene, facts, table, said.title, asked.denominator)
    return View(asked, said, chart, table, lambda: [*map(spoken, together.limits(scene, facts, asked, of))])
