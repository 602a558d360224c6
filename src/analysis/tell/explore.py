"""The panel of the notebook `explore`: what can be said of the forces and categories someone chooses, and what not."""

import re
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import ipywidgets as widgets
import pandas as pd
from IPython.display import Markdown, display

from analysis import project, tables
from analysis.measure import bounds, categories, rates, totals
from analysis.tables import Tables
from analysis.tell import charts
from analysis.tell.picture import TooFew
from analysis.tell.say import counted, listed, say, show

ANY, UNNAMED, SINGLE = "any", "those not named", "single-force"
DIMENSIONS = ("outcome", "conduct", "system", "role")
MOST_ROWS, MOST_SUMS = 20, 3
USUAL = {"show": "numbers", "forces": (), "own_replies": False, "denominator": "", "assumptions": None}
USUAL |= dict.fromkeys(DIMENSIONS, ANY)


@dataclass(frozen=True, eq=False)
class View:
    """What was asked, and the answer: sentences, a chart (none of fewer than two rows), rows, table; limits on call."""

    asked: dict[str, Any]
    said: list[Any]
    chart: charts.Chart | None
    rows: pd.DataFrame
    table: Any
    limits: Callable[[], Any]

    @property
    def code(self) -> str:
        """The code cell that shows this view again."""
        given = "".join(f"    {name}={value!r},\n" for name, value in self.asked.items())
        return f"from analysis import load\nfrom analysis.tell import explore\n\nexplore.view(\n    load(),\n{given})\n"

    def save(self, folder: Path | None = None) -> Path:
        """Write picture (png), rows (csv), words (txt) and code cell (py); return the name that the four have."""
        folder = folder or project.build() / "views"
        folder.mkdir(parents=True, exist_ok=True)
        named = [self.asked["round"], self.asked.get("show", "numbers"), *self.asked.get("forces", ())[:3]]
        name = re.sub(r"[^a-z0-9]+", "-", "-".join(named).lower())
        words = "\n\n".join(one.data if isinstance(one, Markdown) else repr(one) for one in self._parts())
        for kind, text in {".csv": self.rows.to_csv(index=False), ".txt": f"{words}\n", ".py": self.code}.items():
            (folder / f"{name}{kind}").write_text(text, encoding="utf-8", newline="\n")
        if self.chart:
            (folder / f"{name}.png").write_bytes(self.chart.png)
        return folder / name

    def _parts(self) -> list[Any]:
        return [one for one in (*self.said, self.limits(), self.chart, self.table) if one is not None]

    def _ipython_display_(self) -> None:
        display(*self._parts())


def view(data: Tables, round: str, **asked: Any) -> View:
    """Show numbers of one round, what can be said of them together, and what must not.

    In: the project's tables (or of the round); round; and as wanted what USUAL names: show ("numbers", "outcomes",
    "rates"), forces (by short name or place; none: all), own_replies (only what forces said themselves), denominator
    (of rates), assumptions (ids, for the limits; None: all of the round's), and categories, each with all below it.
    Raises ValueError for a name there is not.
    """
    if strange := asked.keys() - USUAL.keys():
        raise ValueError(f"nobody can ask for {listed(sorted(strange))}; there are {listed(USUAL)}")
    asked = {name: tuple(value) if isinstance(value, list) else value for name, value in asked.items()}
    asked = {"round": round} | {name: value for name, value in asked.items() if value != USUAL[name]}
    choice = SimpleNamespace(**USUAL | asked, kinds={name: asked[name] for name in DIMENSIONS if name in asked})
    data = data if data.name == round else tables.part(data, round)
    categories.check(categories.trees(data), **choice.kinds)
    rows, joint = _selected(data, choice)
    answer = {"numbers": _numbers, "outcomes": _outcomes, "rates": _rates}[choice.show]
    said, chart, rows, table = answer(rows, data, choice)
    said += _without(rows, joint, data, choice)
    return View(asked, said, chart, rows, table, lambda: _limits(data, choice))


def _without(rows: pd.DataFrame, joint: pd.DataFrame, data: Tables, choice: Any) -> list[Markdown]:
    """Name what does not tell the categories apart, and the forces chosen of which nothing was printed."""
    said = []
    if len(joint):
        named = listed(map(_named, joint.to_dict("records")))
        said.append(f"Left out, because the source does not tell this apart: {named}.")
    answers = data.coverage.merge(data.forces, on="force_id").set_index("short_name")["answer"]
    for one in choice.forces:
        if one not in {*rows["where"], UNNAMED}:
            answer = f" (its answer: {answers[one]})" if one in answers else ""
            said.append(f"{one}: no number of this kind was printed{answer}.")
    return [Markdown(one) for one in said]


def _selected(data: Tables, choice: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the facts asked for, none of them part of another, and those that do not tell this apart."""
    known = categories.trees(data)
    estimates = " ".join(data.relations.loc[data.relations["relation"] == "estimate_of", "figures"]).split()
    facts = data.facts[~data.facts["fact_id"].isin(estimates)]
    facts = facts[facts["strength"] == "own reply"] if choice.own_replies else facts
    whole = facts["force_ids"].eq("") == (choice.show == "outcomes")
    facts = facts[facts["where"].isin(choice.forces) if choice.forces else whole | (data.name == SINGLE)]
    fit = pd.Series([_fits(known, row, choice.kinds) for row in facts.to_dict("records")], facts.index, dtype="str")
    rows, joint = facts[fit == "yes"], facts[fit == "joint"]
    if choice.show != "outcomes":
        held = set(zip(rows["fact_id"], rows["where"], strict=True))
        rows = _those(rows, lambda row: not any((whole, row["where"]) in held for whole in row["part_of"].split()))
    return rows.sort_values("low", ascending=False, kind="stable"), joint


def _fits(known: dict, fact: dict, kinds: dict) -> str:
    if "conduct" not in kinds and categories.subject(known["conduct"], fact["conduct"]) != "this":
        return "no"
    for name, wanted in kinds.items():
        if not categories.within(known[name], fact[name], wanted):
            terms = ("&".join(sorted(term)) for term in categories.terms(fact[name]))
            return "joint" if any(categories.within(known[name], term, wanted) for term in terms) else "no"
    return "yes"


def _those(rows: pd.DataFrame, test: Callable[[dict], bool]) -> pd.DataFrame:
    return rows.loc[[test(row) for row in rows.to_dict("records")]]


def _numbers(rows: pd.DataFrame, data: Tables, choice: Any) -> tuple:
    """The numbers side by side, and the sums that may be made of them."""
    sums, reasons = _sums(rows, data)
    together = {one: f"sum {place}" for place, group in enumerate(sums, 1) for one in group["fact_id"]}
    rows = rows.assign(added=[together.get(one) or reasons.get(one, "alone") for one in rows["fact_id"]])
    rest = len(rows) - MOST_ROWS
    more = f" {counted(rest, 'more number').capitalize()} in the table." if rest > 0 else ""
    note = f"Forces differ in size and in what they count: the order is no ranking.{more}"
    named, about = rows.assign(name=_labels(rows)).head(MOST_ROWS), _subtitle(rows, data, choice)
    chart = _drawn(charts.bars, named, "name", title="What was printed, side by side", subtitle=about, note=note)
    table = show(rows, "What was added up, and what was not", Where="where", As_printed="as_printed", Counted="who",
                 Period="when", Number="number", Added="added", Printed_by="printed_by")  # fmt: skip
    return _added(rows, sums, reasons, data), chart, rows, table


def _sums(rows: pd.DataFrame, data: Tables) -> tuple[list[pd.DataFrame], dict[str, str]]:
    """Sort rows into groups that may be added up, the largest numbers first; say why a row is not in the first."""
    known, places = categories.trees(data), categories.places(data.forces)
    groups: list[list[dict]] = []
    reasons = {}
    for row in rows.to_dict("records"):
        if row["status"] not in totals.SUMMABLE or pd.isna(row["low"]):
            reasons[row["fact_id"]] = "not a count that can be added"
            continue
        for group in groups:
            clash = next(filter(None, (_clash(one, row, known, places) for one in group)), "")
            if not clash:
                group.append(row)
                break
            reasons.setdefault(row["fact_id"], clash)
        else:
            groups.append([row])
    ids = [[row["fact_id"] for row in group] for group in groups if len(group) > 1]
    return [rows[rows["fact_id"].isin(group)] for group in ids], reasons


def _clash(one: dict, other: dict, known: dict, places: dict) -> str:
    why = totals.overlap(one, other, known, places) or totals.other_kind(one, other, known)
    return f"not with {_named(one)}: {why}" if why else ""


def _added(rows: pd.DataFrame, sums: list[pd.DataFrame], reasons: dict[str, str], data: Tables) -> list[Any]:
    """Say the sums, and in words why there is not only one."""
    if rows.empty:
        return [Markdown("No number of this kind was printed.")]
    if len(rows) == 1:
        return [say("{n.where}: {n} {n.who}, printed as “{n.as_printed}” by {n.printed_by}.", n=rows)]
    said: list[Any] = []
    for group in sums[:MOST_SUMS]:
        who, unit = listed(dict.fromkeys(group["where"]), 6), listed(dict.fromkeys(group["unit"]))
        said.append(say("{who}: together {n} {unit}.", n=totals.total(group, data, hull=True), who=who, unit=unit))
    if reasons:
        row = next(row for row in rows.to_dict("records") if row["fact_id"] in reasons)
        can = "What can be added up is above" if sums else "Each can be said by itself, as printed"
        said.append(Markdown(f"They must not all be added up: {_named(row)}, {reasons[row['fact_id']]}. {can}."))
    return said


def _outcomes(rows: pd.DataFrame, data: Tables, choice: Any) -> tuple:
    """The largest number whose outcomes were printed, as one bar, or side by side where one person can be in two."""
    wholes = rows[rows["fact_id"].isin(" ".join(rows["part_of"]).split())]
    whole = _those(wholes, lambda row: row["status"] == "exact" and len(_parts(rows, row)) > 1).head(1)
    if whole.empty:
        return [Markdown("No number was printed together with what became of those it counts.")], None, whole, None
    parts = _parts(rows, whole.iloc[0].to_dict())
    named = parts.assign(name=_labels(parts, "as_printed"))
    sums, reasons = _sums(parts, data)
    title, note = f"What became of those counted: {whole['where'].item()}", f"Printed by {whole['printed_by'].item()}."
    about = {"title": title, "subtitle": _subtitle(whole, data, choice), "note": note}
    if reasons or not sums:
        said: Any = Markdown("One of them can stand under two outcomes, so these do not make one bar.")
        chart = _drawn(charts.bars, named, "name", **about)
    else:
        told = totals.total(sums[0], data, hull=True)
        said = say("Of {n} {n.who}, an outcome was printed for {told}.", n=whole, told=told)
        chart = _drawn(charts.stacked, named, "name", whole=whole, rest="No outcome printed", **about)
    rows = pd.concat([whole, parts])
    table = show(rows, "The number, and what became of those it counts", As_printed="as_printed", Counted="who",
                 Period="when", Number="number", Printed_by="printed_by")  # fmt: skip
    return [said], chart, rows, table


def _parts(rows: pd.DataFrame, whole: dict) -> pd.DataFrame:
    """The outcomes of a number: facts of the same kind that are part of it, and of no other part."""
    inside = _those(rows, lambda row: whole["fact_id"] in row["part_of"].split() and row["outcome"] != whole["outcome"])
    inside = inside[inside["low"].notna()]
    for name in ("role", "system", "conduct"):
        inside = inside[inside[name] == whole[name]]
    return _those(inside, lambda row: not set(row["part_of"].split()) & set(inside["fact_id"]))


def _rates(rows: pd.DataFrame, data: Tables, choice: Any) -> tuple:
    """The largest number of each force as a rate with its interval."""
    found = rates.rates(rows.drop_duplicates("where"), data, choice.denominator)
    whom = data.denominators.set_index("denominator")["whom"]
    per = f"Per 1,000 {whom[choice.denominator or whom.index[0]]} a year"
    about = f"{per}; {_subtitle(found, data, choice)}; 95% intervals"
    note = "Forces did not count the same thing, and one that looks closely finds more."
    title = "How often, for the size of each force"
    chart = _drawn(charts.rates, found.head(MOST_ROWS), "where", title=title, subtitle=about, note=note)
    none = found[found["interval_high"].isna()]
    said = [Markdown(f"{counted(len(found) - len(none), 'rate').capitalize()} can be worked out.")]
    said += [Markdown(f"None for {listed(held['where'])}: {why}.") for why, held in none.groupby("why_not")]
    table = show(found, "Rates, and what they are made of", Where="where", As_printed="as_printed", Period="when",
                 Number="number", Rate="rate:.2f", From="interval_low:.2f", To="interval_high:.2f",
                 Workforce="denominator:,.0f", Printed_by="printed_by")  # fmt: skip
    return said, chart, found, table


def _limits(data: Tables, choice: Any) -> Any:
    """Say the least and the most the number asked for can be, given everything printed about the round."""
    if choice.round == SINGLE or choice.own_replies:
        return Markdown("Each document answers a question of its own, so nothing limits the number further.")
    ids = dict(zip(data.forces["short_name"], data.forces["force_id"], strict=True)) | {UNNAMED: "unnamed"}
    force = [ids[one] for one in choice.forces if one in ids] or None
    found = bounds.limits(data, force=force, assumptions=choice.assumptions, **choice.kinds)
    what, where = ", ".join([data.round["unit"], *_kinds(data, choice)]), listed(choice.forces) or "all that replied"
    if pd.isna(found["high"].item()) and not found["low"].item():
        return Markdown(f"Nothing that was printed limits the {what} at {where}.")
    statements = data.assumptions.set_index("assumption_id")["statement"]
    assumed = listed(statements[one] for one in found["assumed"].item().split())
    sentence = "Everything printed about this request allows {x} {what}, at {where}."
    return say(sentence, x=found, what=what, where=where, basis=assumed and f"If {assumed}.")


def _drawn(form: Callable, rows: pd.DataFrame, label: str, **words: Any) -> charts.Chart | None:
    try:
        return form(rows, label, **words)
    except TooFew:
        return None


def _labels(rows: pd.DataFrame, column: str = "where") -> pd.Series:
    """Name each row by its place alone where all count alike, else also by what was counted."""
    names = rows[column] if len({*rows["who"]}) == 1 else rows[column] + ": " + rows["who"]
    more = rows["as_printed" if column == "where" else "when"]
    return names.where(~names.duplicated(keep=False), names + ", " + more)


def _named(row: dict) -> str:
    return f"{row['where']} (“{row['as_printed']}”)"


def _subtitle(rows: pd.DataFrame, data: Tables, choice: Any) -> str:
    period = data.period if choice.round != SINGLE else "periods differ"
    return ", ".join([listed(dict.fromkeys(rows["unit"])), *_kinds(data, choice), data.round["title"], period])


def _kinds(data: Tables, choice: Any) -> list[str]:
    labels = {**data.categories.set_index(["dimension", "category"])["label"]}
    labels |= {("role", row.role): row.several for row in data.roles.itertuples()}
    return [labels[name, kind] for name, kind in choice.kinds.items()]


class Panel(widgets.HBox):
    """Choices at the left, the answer at the right; `view` is what is shown."""

    def __init__(self, data: Tables, starts: dict[str, dict[str, Any]]):
        self.data, self.starts, self.filling = data, starts, False
        self.view: View | None = None
        self.worker = ThreadPoolExecutor(1)
        rounds = [(row.title, row.round_id) for row in data.rounds.itertuples()]
        whom = [(row.whom, row.denominator) for row in data.denominators.itertuples()]
        shown = {"Numbers": "numbers", "What became of them": "outcomes", "Rates": "rates"}
        self.start = widgets.ToggleButtons(options=[*starts], tooltips=[*starts])
        self.controls: dict[str, Any] = {
            "round": widgets.Dropdown(description="Request", options=rounds),
            "show": widgets.Dropdown(description="Show", options=shown),
            **{name: widgets.Dropdown(description=name.capitalize(), options=[(ANY, ANY)]) for name in DIMENSIONS},
            "denominator": widgets.Dropdown(description="Per 1,000", options=whom),
            "own_replies": widgets.Checkbox(description="Only what forces replied themselves", indent=False),
        }
        self.force = widgets.Combobox(description="Add a force", placeholder="type a name", ensure_option=True)
        self.chosen = widgets.Box(layout=widgets.Layout(flex_flow="row wrap"))
        self.assumed, self.status, self.saved = widgets.VBox(), widgets.Label(), widgets.HTML()
        self.answer, self.limits, self.picture = (widgets.Output() for _ in range(3))
        self.start.observe(self.preset, "value")
        self.force.observe(self.add, "value")
        for name, control in self.controls.items():
            control.observe(self.fill if name == "round" else self.show, "value")
        save = widgets.Button(description="Save this view", icon="save")
        save.on_click(self.save)
        assumed = widgets.Accordion([self.assumed], titles=["The limits assume that …"])
        left = widgets.VBox([*self.controls.values(), self.force, self.chosen, assumed, save, self.saved])
        right = widgets.VBox([self.status, self.answer, self.limits, self.picture])
        super().__init__([self.start, left, right])
        self._lay_out(left, right)
        self.preset()

    def _lay_out(self, left: widgets.VBox, right: widgets.VBox) -> None:
        """Let the answer shrink with the window and fall under the choices where it is narrow: nothing is cut."""
        self.layout = widgets.Layout(flex_flow="row wrap", width="100%")
        self.start.layout, self.start.style.button_width = widgets.Layout(flex="1 1 100%"), "auto"
        left.layout = widgets.Layout(flex="1 1 20em", max_width="26em", padding="0 1.5em 0 0")
        right.layout = widgets.Layout(flex="3 1 30em", min_width="0", max_width="60em", overflow="auto")
        for one in left.children:
            one.layout.width = "auto"
        for one in (*self.controls.values(), self.force):
            one.style.description_width = "7em"

    def preset(self, change: Any = None) -> None:
        """Put every control to one of the ways to start."""
        self._begin({"show": "numbers", "own_replies": False, **self.starts[self.start.value]})

    def fill(self, change: Any = None) -> None:
        """Offer what the round chosen has, nothing of it chosen yet, and show it."""
        if not self.filling:
            self._begin({"round": self.controls["round"].value})

    def _begin(self, given: dict[str, Any]) -> None:
        self.filling = True
        self.controls["round"].value = given["round"]
        self._offer()
        self._choose(given.get("forces", ()))
        for name in given.keys() & self.controls.keys():
            self.controls[name].value = given[name]
        self.filling = False
        self.show()

    def _offer(self) -> None:
        self.part = tables.part(self.data, self.controls["round"].value)
        known, labels = categories.trees(self.part), self.part.categories.set_index(["dimension", "category"])["label"]
        for name in DIMENSIONS:
            terms = [term for text in self.part.facts[name].unique() for term in categories.terms(text)]
            used = {step for term in terms for one in term for step in categories.path(known[name], one)}
            named = sorted((labels.get((name, one), one), one) for one in used)
            self.controls[name].options = [(ANY, ANY), *named]
        there = self.part.coverage.loc[self.part.coverage["answer"] != "did not exist", "force_id"]
        short = self.part.forces.loc[self.part.forces["force_id"].isin(there), "short_name"]
        self.force.options = [*sorted({*short, *self.part.facts["where"]}), UNNAMED]
        self.assumed.children = [self._assumption(row) for row in self.part.assumptions.itertuples()]

    def _assumption(self, row: Any) -> widgets.Checkbox:
        box = widgets.Checkbox(True, description=row.statement, tooltip=row.assumption_id, indent=False)
        box.layout.width = "auto"
        box.observe(self.show, "value")
        return box

    def add(self, change: Any) -> None:
        """Add the force typed or picked to those chosen."""
        if change["new"]:
            self.force.value = ""
            self._choose(dict.fromkeys([*self.asked["forces"], change["new"]]))

    def _choose(self, names: Iterable[str]) -> None:
        """Show each chosen force as a button that takes it away again, and the answer for them."""
        chips = [widgets.Button(description=name, icon="times", tooltip=f"Take {name} away") for name in names]
        for chip in chips:
            chip.layout.width = "auto"
            chip.on_click(lambda gone: self._choose(one for one in self.asked["forces"] if one != gone.description))
        self.chosen.children = chips
        self.show()

    @property
    def asked(self) -> dict[str, Any]:
        """What is chosen now."""
        said = {name: control.value for name, control in self.controls.items()}
        said |= {} if said["show"] == "rates" else {"denominator": ""}
        if any(not box.value for box in self.assumed.children):
            said["assumptions"] = tuple(box.tooltip for box in self.assumed.children if box.value)
        return said | {"forces": tuple(one.description for one in self.chosen.children)}

    def show(self, change: Any = None) -> None:
        """Show what is chosen; the limits, which can take a second or two, follow without holding up a change."""
        if self.filling:
            return
        self.status.value, self.saved.value = "Working …", ""
        try:
            shown = self.view = view(self.part, **self.asked)
        except Exception as error:  # in a callback of a widget nobody would see it
            self.status.value = f"This cannot be shown: {error}"
            return
        self.answer.outputs, self.limits.outputs = _outputs(shown.said), ()
        self.picture.outputs = _outputs(one for one in (shown.chart, shown.table) if one is not None)
        self.status.value = "Working out the limits …"
        self.worker.submit(self._limit, shown)

    def _limit(self, shown: View) -> None:
        if shown is not self.view:
            return
        try:
            found = _outputs([shown.limits()])
        except Exception as error:  # in a thread nobody would see it
            found = _outputs([Markdown(f"The limits were not found: {error}")])
        if shown is self.view:
            self.limits.outputs, self.status.value = found, ""

    def save(self, button: Any = None) -> None:
        """Write picture, rows, words and code of the view shown, and say where they are."""
        if self.view:
            place = self.view.save().relative_to(project.root()).as_posix()
            self.saved.value = f"Saved as {place}: .png, .csv (rows), .txt (words), .py (the cell that shows it again)."


def _outputs(parts: Iterable[Any]) -> tuple[dict, ...]:
    """Turn what is shown into the outputs of a cell, whose links and pictures JupyterLab treats as its own."""
    found = []
    for one in parts:
        data, about = ({"text/markdown": one.data}, {}) if isinstance(one, Markdown) else one._repr_mimebundle_()
        found.append({"output_type": "display_data", "data": data, "metadata": about})
    return tuple(found)
