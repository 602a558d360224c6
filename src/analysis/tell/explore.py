"""The panel of the notebook `explore`: what can be said of the forces and categories someone chooses, and what not."""

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import pandas as pd
from IPython.display import Markdown, display

from analysis import project, tables
from analysis.measure import categories, rates, totals
from analysis.problems import nearest
from analysis.tables import Tables
from analysis.tell import charts
from analysis.tell.picture import TooFew
from analysis.tell.say import counted, listed, say, show

ANY, SINGLE = "any", "single-force"
DIMENSIONS = ("outcome", "conduct", "system", "role")
MOST_ROWS, MOST_SUMS = 15, 3


class View:
    """Numbers of one round, what can be said of them together, and what must not.

    In: the project's tables (or those of the round), the round, what to show ("numbers", "outcomes" or "rates"),
    forces (by short name or place; none: all) and categories (outcome, conduct, system, role), each with all below it.
    Out: said (sentences), chart (None of fewer than two rows), rows, table. Raises ValueError for a name there is not.
    """

    def __init__(self, data: Tables, round: str, show: str = "numbers", forces: Iterable[str] = (), **kinds: str):
        self.data = data if data.name == round else tables.part(data, round)
        self.trees = categories.trees(self.data)
        self.show, self.forces = show, tuple(forces)
        self.kinds = {name: kind for name, kind in kinds.items() if kind != ANY}
        categories.check(self.trees, **self.kinds)
        asked = {"round": round, "show": show, "forces": self.forces, **self.kinds}
        self.asked = {name: value for name, value in asked.items() if value not in ("numbers", ())}
        rows, joint = self._selected()
        answer = {"numbers": self._numbers, "outcomes": self._outcomes, "rates": self._rates}[show]
        self.said, self.chart, self.rows, self.table = answer(rows)
        self.said += [Markdown(one) for one in self._without(rows, joint)]

    @property
    def code(self) -> str:
        """The code cell that shows this view again."""
        given = "".join(f"    {name}={value!r},\n" for name, value in self.asked.items())
        return f"from analysis import load\nfrom analysis.tell import explore\n\nexplore.View(\n    load(),\n{given})\n"

    def save(self, folder: Path | None = None) -> Path:
        """Write picture (png), rows (csv), words (txt) and code cell (py); return the name that the four have."""
        folder = folder or project.build() / "views"
        folder.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"[^a-z0-9]+", "-", "-".join([self.asked["round"], self.show, *self.forces[:3]]).lower())
        words = "\n\n".join(one.data if isinstance(one, Markdown) else repr(one) for one in self.parts)
        for kind, text in {".csv": self.rows.to_csv(index=False), ".txt": f"{words}\n", ".py": self.code}.items():
            (folder / f"{name}{kind}").write_text(text, encoding="utf-8", newline="\n")
        if self.chart:
            (folder / f"{name}.png").write_bytes(self.chart.png)
        return folder / name

    @property
    def parts(self) -> list[Any]:
        """What there is to show, from the top."""
        return [one for one in (self.chart, *self.said, self.table) if one is not None]

    def _ipython_display_(self) -> None:
        display(*self.parts)

    def _selected(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the facts asked for, none of them part of another, and those that do not tell this apart."""
        relations = self.data.relations
        estimates = " ".join(relations.loc[relations["relation"] == "estimate_of", "figures"]).split()
        facts = self.data.facts[~self.data.facts["fact_id"].isin(estimates)]
        wanted = facts["force_ids"].eq("") == (self.show == "outcomes")
        facts = facts[facts["where"].isin(self.forces) if self.forces else wanted | (self.data.name == SINGLE)]
        fit = pd.Series([self._fits(row) for row in facts.to_dict("records")], facts.index, dtype="str")
        rows, joint = facts[fit == "yes"], facts[fit == "joint"]
        if self.show != "outcomes":
            held = set(zip(rows["fact_id"], rows["where"], strict=True))
            wholes = zip(rows["part_of"].str.split(), rows["where"], strict=True)
            rows = rows.loc[[held.isdisjoint((whole, where) for whole in ids) for ids, where in wholes]]
        return rows.sort_values("low", ascending=False, kind="stable"), joint

    def _fits(self, fact: dict) -> str:
        subjects = categories.subject(self.trees["conduct"], fact["conduct"]).split("|")
        if "conduct" not in self.kinds and {*subjects} != {"this"}:
            return "no"
        for name, wanted in self.kinds.items():
            tree = self.trees[name]
            if not categories.within(tree, fact[name], wanted):
                terms = ("&".join(sorted(term)) for term in categories.terms(fact[name]))
                return "joint" if any(categories.within(tree, term, wanted) for term in terms) else "no"
        return "yes"

    def _without(self, rows: pd.DataFrame, joint: pd.DataFrame) -> Iterable[str]:
        """Name what does not tell the categories apart, and the forces chosen of which nothing was printed."""
        if len(joint):
            named = listed(map(_named, joint.to_dict("records")))
            yield f"Left out, because the source does not tell this apart: {named}."
        answers = self.data.coverage.merge(self.data.forces, on="force_id").set_index("short_name")["answer"]
        for one in self.forces:
            if one not in {*rows["where"]}:
                answer = f" (its answer: {answers[one]})" if one in answers else ""
                yield f"{one}: no number of this kind was printed{answer}."

    def _numbers(self, rows: pd.DataFrame) -> tuple:
        """The numbers side by side, and the sums that may be made of them."""
        sums, reasons = self._sums(rows)
        together = {one: f"sum {place}" for place, group in enumerate(sums, 1) for one in group["fact_id"]}
        rows = rows.assign(added=[together.get(one) or reasons.get(one, "alone") for one in rows["fact_id"]])
        rest = len(rows) - MOST_ROWS
        more = f" {counted(rest, 'more number').capitalize()} in the table." if rest > 0 else ""
        note = f"Forces differ in size and in what they count: the order is no ranking.{more}"
        chart = _drawn(charts.bars, rows.assign(name=_labels(rows)).head(MOST_ROWS), "name", note=note,
                       title="What was printed, side by side", subtitle=self._subtitle(rows))  # fmt: skip
        table = show(rows, "What was added up, and what was not", Where="where", As_printed="as_printed",
                     Counted="who", Period="when", Number="number", Added="added", Printed_by="printed_by")  # fmt: skip
        return self._added(rows, sums, reasons), chart, rows, table

    def _sums(self, rows: pd.DataFrame) -> tuple[list[pd.DataFrame], dict[str, str]]:
        """Sort rows into groups that may be added up, the largest numbers first; say why a row is not in the first."""
        places = categories.places(self.data.forces)
        groups: list[list[dict]] = []
        reasons = {}
        for row in rows.to_dict("records"):
            if row["status"] not in totals.SUMMABLE or pd.isna(row["low"]):
                reasons[row["fact_id"]] = "not a count that can be added"
                continue
            for group in groups:
                clash = next(filter(None, (_clash(one, row, self.trees, places) for one in group)), "")
                if not clash:
                    group.append(row)
                    break
                reasons.setdefault(row["fact_id"], clash)
            else:
                groups.append([row])
        ids = [[row["fact_id"] for row in group] for group in groups if len(group) > 1]
        return [rows[rows["fact_id"].isin(group)] for group in ids], reasons

    def _added(self, rows: pd.DataFrame, sums: list[pd.DataFrame], reasons: dict[str, str]) -> list[Any]:
        """Say the sums, and in words why there is not only one."""
        if rows.empty:
            return [Markdown("We have seen no number of this kind for a single force.")]
        if len(rows) == 1:
            return [say("{n.where}: {n} {n.who}, printed as “{n.as_printed}” by {n.printed_by}.", n=rows)]
        said: list[Any] = []
        for group in sums[:MOST_SUMS]:
            who, unit = listed(dict.fromkeys(group["where"]), 6), listed(dict.fromkeys(group["unit"]))
            n = totals.total(group, self.data, hull=True)
            said.append(say("{who}: together {n} {unit}.", n=n, who=who, unit=unit))
        if reasons:
            row = next(row for row in rows.to_dict("records") if row["fact_id"] in reasons)
            can = "What can be added up is above" if sums else "Each can be said by itself, as printed"
            said.append(Markdown(f"They must not all be added up: {_named(row)}, {reasons[row['fact_id']]}. {can}."))
        return said

    def _outcomes(self, rows: pd.DataFrame) -> tuple:
        """The largest number whose outcomes were printed: as one bar, or several where two can be of one person."""
        whole, parts = _with_parts(rows)
        if whole.empty:
            return [Markdown("No number was printed together with what became of those it counts.")], None, whole, None
        about = {
            "title": f"What became of those counted: {whole['where'].item()}",
            "subtitle": self._subtitle(whole),
            "note": f"Printed by {whole['printed_by'].item()}.",
        }
        sums, reasons = self._sums(parts)
        named = parts.assign(name=_labels(parts, "as_printed"))
        if reasons or not sums:
            said: Any = Markdown("One of them can stand under two outcomes, so these do not make one bar.")
            chart = _drawn(charts.bars, named, "name", **about)
        else:
            told = totals.total(sums[0], self.data, hull=True)
            said = say("Of {n} {n.who}, an outcome was printed for {told}.", n=whole, told=told)
            chart = _drawn(charts.stacked, named, "name", whole=whole, rest="No outcome printed", **about)
        rows = pd.concat([whole, parts])
        table = show(rows, "The number, and what became of those it counts", As_printed="as_printed", Counted="who",
                     Period="when", Number="number", Printed_by="printed_by")  # fmt: skip
        return [said], chart, rows, table

    def _rates(self, rows: pd.DataFrame) -> tuple:
        """The largest number of each force as a rate with its interval."""
        if rows.empty:
            return [Markdown("No number of a single force was printed.")], None, rows, None
        found = rates.rates(rows.drop_duplicates("where"), self.data)
        told, none = found.dropna(subset="interval_high"), found[found["interval_high"].isna()]
        whom = self.data.denominators["whom"].iloc[0]
        chart = _drawn(charts.rates, told.head(MOST_ROWS), "where", title="How often, for the size of each force",
                       subtitle=f"Per 1,000 {whom} a year; {self._subtitle(found)}; 95% intervals",
                       note="Forces did not count the same thing, and one that looks closely finds more.")  # fmt: skip
        said = [Markdown(f"{counted(len(told), 'rate').capitalize()} can be worked out.")]
        said += [Markdown(f"None for {listed(held['where'])}: {why}.") for why, held in none.groupby("why_not")]
        table = show(found, "Rates, and what they are made of", Where="where", As_printed="as_printed", Period="when",
                     Number="number", Rate="rate:.2f", From="interval_low:.2f", To="interval_high:.2f",
                     Workforce="denominator:,.0f", Printed_by="printed_by")  # fmt: skip
        return said, chart, found, table

    def _subtitle(self, rows: pd.DataFrame) -> str:
        period = self.data.period if self.data.name != SINGLE else "periods differ"
        return ", ".join([listed(dict.fromkeys(rows["unit"])), *self._named_kinds(), self.data.round["title"], period])

    def _named_kinds(self) -> list[str]:
        labels = {**self.data.categories.set_index(["dimension", "category"])["label"]}
        labels |= {("role", row.role): row.several for row in self.data.roles.itertuples()}
        return [labels[name, kind] for name, kind in self.kinds.items()]


def _clash(one: dict, other: dict, known: dict, places: dict) -> str:
    why = totals.overlap(one, other, known, places) or totals.other_kind(one, other, known)
    return f"not with {_named(one)}: {why}" if why else ""


def _with_parts(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Find the largest exact number of which two outcomes or more were printed, and these; none is part of another."""
    alike = ["role", "system", "conduct"]
    inside = rows.dropna(subset="low").assign(whole=lambda told: told["part_of"].str.split()).explode("whole")
    wholes = rows.loc[rows["status"] == "exact", ["fact_id", "outcome", *alike]].rename(columns={"fact_id": "whole"})
    pairs = inside.merge(wholes, on=["whole", *alike], suffixes=("", "_of")).query("outcome != outcome_of")
    several = pairs["whole"].value_counts().loc[lambda many: many > 1].index
    whole = rows[rows["fact_id"].isin(several)].head(1)
    parts = rows[rows["fact_id"].isin(pairs.loc[pairs["whole"].isin(whole["fact_id"]), "fact_id"])]
    return whole, parts.loc[[set(ids.split()).isdisjoint(parts["fact_id"]) for ids in parts["part_of"]]]


def _drawn(form: Any, rows: pd.DataFrame, label: str, **words: Any) -> charts.Chart | None:
    try:
        return form(rows, label, **words)
    except TooFew:
        return None


def _labels(rows: pd.DataFrame, column: str = "where") -> pd.Series:
    """Name each row by its place alone where all count alike, else also by what was counted."""
    names = rows[column] if len({*rows["unit"]}) == 1 else rows[column] + ": " + rows["unit"]
    more = rows["as_printed" if column == "where" else "when"]
    return names.where(~names.duplicated(keep=False), names + ", " + more)


def _named(row: dict) -> str:
    return f"{row['where']} (“{row['as_printed']}”)"


class Panel(widgets.HBox):
    """Choices at the left, the answer at the right; `view` is what is shown."""

    def __init__(self, data: Tables, starts: dict[str, dict[str, Any]]):
        self.data, self.starts, self.filling = data, starts, False
        self.view: View | None = None
        shown = {"Numbers": "numbers", "What became of them": "outcomes", "Rates": "rates"}
        rounds = dict(zip(data.rounds["title"], data.rounds["round_id"], strict=True))
        self.start = widgets.ToggleButtons(options=[*starts], tooltips=[*starts])
        self.controls: dict[str, Any] = {
            "round": widgets.Dropdown(description="Request", options=rounds),
            "show": widgets.Dropdown(description="Show", options=shown),
            **{name: widgets.Dropdown(description=name.capitalize(), options=[ANY]) for name in DIMENSIONS},
        }
        self.force = widgets.Combobox(description="Add a force", placeholder="type a name", continuous_update=False)
        self.chosen = widgets.Box(layout=widgets.Layout(flex_flow="row wrap"))
        self.status, self.saved, self.answer = widgets.Label(), widgets.HTML(), widgets.Output()
        self.start.observe(lambda _: self.choose(**self.starts[self.start.value]), "value")
        self.force.observe(self.add, "value")
        for control in self.controls.values():
            control.observe(self.change, "value")
        save = widgets.Button(description="Save this view", icon="save")
        save.on_click(self.save)
        left = widgets.VBox([*self.controls.values(), self.force, self.chosen, save, self.saved])
        right = widgets.VBox([self.status, self.answer])
        super().__init__([self.start, left, right])
        self._lay_out(left, right)
        self.choose(**starts[self.start.value])

    def _lay_out(self, left: widgets.VBox, right: widgets.VBox) -> None:
        """Let the answer shrink with the window and fall under the choices where it is narrow: nothing is cut."""
        self.layout = widgets.Layout(flex_flow="row wrap", width="100%")
        self.start.layout, self.start.style.button_width = widgets.Layout(flex="1 1 100%"), "auto"
        left.layout = widgets.Layout(flex="0 1 20em", padding="0 1.5em 0 0")
        right.layout = widgets.Layout(flex="3 1 30em", min_width="0", overflow="auto")
        for one in left.children:
            one.layout.width = "auto"
        for one in (*self.controls.values(), self.force):
            one.style.description_width = "7em"

    def _ipython_display_(self) -> None:
        """Show the panel; where it is stored, with nothing behind its buttons, its first answer and how to wake it."""
        if os.environ.get("ANALYSIS_BUILD"):
            words = "**The buttons work once the cells have been run**: *Run*, *Run All Cells*. Until then, the first"
            display(Markdown(f"{words} of the three ways to start, as it was stored:"), self.view)
        else:
            display(self._repr_mimebundle_(), raw=True)

    def choose(self, round: str, show: str = "numbers") -> None:
        """Offer what a round has, nothing of it chosen yet, and show it."""
        self.filling, self.part = True, tables.part(self.data, round)
        known, labels = categories.trees(self.part), self.part.categories.set_index(["dimension", "category"])["label"]
        for name in DIMENSIONS:
            terms = [term for text in self.part.facts[name].unique() for term in categories.terms(text)]
            used = {step for term in terms for one in term for step in categories.lineage(known[name], one)}
            named = sorted((labels.get((name, one), one), one) for one in used)
            self.controls[name].options = [(ANY, ANY), *named]
        there = self.part.coverage.loc[self.part.coverage["answer"] != "did not exist", "force_id"]
        forces = self.part.forces[self.part.forces["force_id"].isin(there)]
        self.force.options = sorted({*forces["short_name"], *self.part.facts["where"]})
        aliases = tables.read("aliases").merge(forces)  # full names among them
        called = dict(zip(aliases["alias"], aliases["short_name"], strict=True)) | {n: n for n in self.force.options}
        self.called = {categories.place_name(name): short for name, short in called.items()}
        self.controls["round"].value, self.controls["show"].value, self.filling = round, show, False
        self.keep([])

    def change(self, change: Any) -> None:
        """Show what somebody has chosen; of another round, nothing but what to show."""
        if not self.filling and change["owner"] is self.controls["round"]:
            self.choose(change["new"], self.controls["show"].value)
        elif not self.filling:
            self.show()

    def add(self, change: Any) -> None:
        """Add the force typed or picked, by any of its names, to those chosen; say it where none is called so."""
        if typed := change["new"]:
            self.force.value = ""
            if short := self.called.get(categories.place_name(typed)):
                self.keep(dict.fromkeys([*self.forces, short]))
            else:
                self.status.value = f"No force of this request is called {typed}; {nearest(typed, self.force.options)}"

    def keep(self, names: Iterable[str]) -> None:
        """Show each chosen force as a button that takes it away again, and the answer for them."""
        chips = [widgets.Button(description=name, icon="times", tooltip=f"Take {name} away") for name in names]
        for chip in chips:
            chip.layout.width = "auto"
            chip.on_click(lambda gone: self.keep(one for one in self.forces if one != gone.description))
        self.chosen.children = chips
        self.show()

    @property
    def forces(self) -> tuple[str, ...]:
        """The forces chosen."""
        return tuple(one.description for one in self.chosen.children)

    def show(self) -> None:
        """Show what is chosen."""
        self.status.value, self.saved.value = "Working …", ""
        try:
            asked = {name: control.value for name, control in self.controls.items()}
            self.view = View(self.part, forces=self.forces, **asked)
            self.answer.outputs = tuple(map(_output, self.view.parts))
            self.status.value = ""
        except Exception as error:  # in a callback of a widget nobody would see it
            self.status.value = f"This cannot be shown: {error}"

    def save(self, button: Any) -> None:
        """Write picture, rows, words and code of the view shown, and say where they are."""
        if self.view:
            place = self.view.save().relative_to(project.root()).as_posix()
            self.saved.value = f"Saved as {place}: .png, .csv (rows), .txt (words), .py (the cell that shows it again)."


def _output(shown: Any) -> dict:
    """Turn what is shown into an output of a cell, whose links and pictures JupyterLab treats as its own."""
    data, about = ({"text/markdown": shown.data}, {}) if isinstance(shown, Markdown) else shown._repr_mimebundle_()
    return {"output_type": "display_data", "data": data, "metadata": about}
