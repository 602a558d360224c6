"""The panel of the notebook `explore`: what can be said of the forces and categories someone chooses, and what not."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import pandas as pd
from IPython.display import Markdown, display

from analysis import project, tables
from analysis.measure import bounds, categories, rates, totals
from analysis.measure.constraints import believe
from analysis.tables import Tables
from analysis.tell import charts
from analysis.tell.picture import counted, listed
from analysis.tell.say import say, show

ANY = "any"
UNNAMED = "Forces that were not named"
NUMBERS, OUTCOMES, RATES = "numbers", "outcomes", "rates"
SHOWN = {"Numbers": NUMBERS, "What became of them": OUTCOMES, "Rates": RATES}
DIMENSIONS = ("outcome", "conduct", "system", "role")
MOST_ROWS = 20


@dataclass(frozen=True)
class Choice:
    """What is asked: a round, what to show of it, forces or places by name (none: all), categories, assumptions."""

    round: str
    show: str = NUMBERS
    forces: tuple[str, ...] = ()
    outcome: str = ANY
    conduct: str = ANY
    system: str = ANY
    role: str = ANY
    own_replies: bool = False
    denominator: str = ""
    assumptions: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """The code cell that shows this view again."""
        given = {one.name: getattr(self, one.name) for one in fields(self) if getattr(self, one.name) != one.default}
        said = "".join(f"    {name}={value!r},\n" for name, value in given.items())
        return f"from analysis import load\nfrom analysis.tell import explore\n\nexplore.view(\n    load(),\n{said})\n"


@dataclass(frozen=True, eq=False)
class View:
    """What can be said, the chart, and the rows behind them; the limits when asked for."""

    choice: Choice
    said: list[Any]
    chart: charts.Chart | None
    rows: pd.DataFrame
    table: Any
    limits: Callable[[], Any]

    @property
    def parts(self) -> list[Any]:
        """Everything a notebook shows of it, but the limits."""
        return [one for one in (*self.said, self.chart, self.table) if one is not None]

    def save(self, folder: Path | None = None) -> list[Path]:
        """Write the picture, the rows (csv), the words (txt) and the code cell (py); return where they are."""
        folder = folder or project.build() / "views"
        folder.mkdir(parents=True, exist_ok=True)
        name = "-".join(part for part in (self.choice.round, self.choice.show, *map(str.lower, self.choice.forces[:3])))
        words = "\n".join(one.data if isinstance(one, Markdown) else repr(one) for one in self.parts)
        content = {".csv": self.rows.to_csv(index=False), ".txt": f"{words}\n", ".py": self.choice.code}
        if self.chart:
            content[".png"] = self.chart.png
        places = []
        for kind, held in content.items():
            places.append(folder / f"{name.replace(' ', '-')}{kind}")
            places[-1].write_bytes(held if isinstance(held, bytes) else held.encode())
        return places

    def _ipython_display_(self) -> None:
        display(*self.said, self.limits(), *self.parts[len(self.said) :])


def view(data: Tables, **asked: Any) -> View:
    """Show numbers of one round, what can be said of them together, and what must not.

    In: the project's tables; a round_id, and as wanted: show ("numbers", "outcomes" or "rates"), forces (short names or
    places, several), outcome, conduct, system, role (categories, each with all below it), own_replies (only what forces
    said themselves), denominator (of the lookups), assumptions (ids). Raises ValueError for a name there is not.
    """
    choice = Choice(**{name: tuple(said) if isinstance(said, list) else said for name, said in asked.items()})
    part = tables.part(data, choice.round)
    categories.check(categories.trees(data), **{name: getattr(choice, name) for name in DIMENSIONS})
    rows, joint = _selected(part, choice)
    draw = {NUMBERS: _numbers, OUTCOMES: _outcomes, RATES: _rates}[choice.show]
    said, chart, rows, table = draw(rows, part, choice)
    lacking = [Markdown(_lacking(part, choice, rows))] if _lacking(part, choice, rows) else []
    left = [Markdown(f"Left out, because it does not tell this apart: {listed(map(_named, _records(joint)))}.")]
    return View(choice, [*said, *lacking, *left * bool(len(joint))], chart, rows, table, lambda: _limits(part, choice))


def _selected(data: Tables, choice: Choice) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the facts asked for, none of them part of another, and those that do not tell this apart."""
    known = categories.trees(data)
    rules = data.assumptions[data.assumptions["assumption_id"].isin(choice.assumptions)]
    facts = believe(pd.concat([data.facts, data.elsewhere], ignore_index=True), rules, list(choice.assumptions))
    estimates = set(" ".join(data.relations.loc[data.relations["relation"] == "estimate_of", "figures"]).split())
    facts = facts[(facts["round_id"] == choice.round) & ~facts["fact_id"].isin(estimates)]
    if choice.own_replies:
        facts = facts[facts["strength"] == "own reply"]
    whole = facts["force_ids"].eq("") if choice.show == OUTCOMES else facts["force_ids"].ne("")
    facts = facts[facts["where"].isin(choice.forces) if choice.forces else whole | (choice.round == "single-force")]
    joint = _those(facts, lambda row: _fits(known, row, choice) == "joint")
    rows = _those(facts, lambda row: _fits(known, row, choice) == "yes")
    held = set(zip(rows["fact_id"], rows["where"], strict=True))
    if choice.show != OUTCOMES:
        rows = _those(rows, lambda row: not any((whole, row["where"]) in held for whole in row["part_of"].split()))
    return rows.sort_values("low", ascending=False, kind="stable"), joint


def _those(rows: pd.DataFrame, test: Callable[[dict], bool]) -> pd.DataFrame:
    return rows[pd.Series([test(row) for row in rows.to_dict("records")], rows.index, dtype="bool")]


def _fits(known: dict, fact: dict, choice: Choice) -> str:
    if choice.conduct == ANY and categories.subject(known["conduct"], fact["conduct"]) != "this":
        return "no"
    for name in DIMENSIONS:
        wanted = getattr(choice, name)
        if not categories.within(known[name], fact[name], wanted):
            terms = ("&".join(sorted(term)) for term in categories.terms(fact[name]))
            return "joint" if any(categories.within(known[name], term, wanted) for term in terms) else "no"
    return "yes"


def _numbers(rows: pd.DataFrame, data: Tables, choice: Choice) -> tuple:
    """The numbers side by side, and their sum where there may be one."""
    kept, summed, reasons = _added(rows, data)
    said = [_together(rows, kept, summed, reasons)]
    rows = rows.assign(added=[reasons.get(one, "yes" if len(kept) > 1 else "") for one in rows["fact_id"]])
    drawn = rows.assign(name=_labels(rows)).head(MOST_ROWS)
    more = f" {counted(len(rows) - len(drawn), 'more number').capitalize()} in the table." * (len(rows) > len(drawn))
    chart = _drawn(charts.bars, drawn, "name", title="What was printed, side by side", subtitle=_subtitle(rows, data, choice),
                   note=f"Forces differ in size and in what they count: the order is no ranking.{more}")  # fmt: skip
    table = show(rows, "What was added, and what was left out", Where="where", As_printed="as_printed", Counted="who",
                 Period="when", Number="number", Added="added", Printed_by="printed_by")  # fmt: skip
    return said, chart, rows, table


def _added(rows: pd.DataFrame, data: Tables) -> tuple[pd.DataFrame, pd.DataFrame | None, dict[str, str]]:
    """Add up what may be added, the largest first; say of each row left out why, by its fact_id."""
    kept = rows[rows["status"].isin(totals.SUMMABLE) & rows["low"].notna()]
    reasons = dict.fromkeys(set(rows["fact_id"]) - set(kept["fact_id"]), "no: it is not a count that can be added")
    while len(kept):
        try:
            return kept, totals.total(kept, data, hull=True), reasons
        except totals.Overlap as clash:
            first, second = clash.rows
            why = (
                str(clash)
                .removeprefix(f"{first} and {second} must not be added: ")
                .removesuffix(" Leave one of them out.")
            )
            reasons[second] = f"no: beside {_named(_records(rows[rows['fact_id'] == first])[0])}, {why.rstrip('.')}"
            kept = kept[kept["fact_id"] != second]
    return kept, None, reasons


def _together(rows: pd.DataFrame, kept: pd.DataFrame, summed: pd.DataFrame | None, reasons: dict[str, str]) -> Any:
    if rows.empty or summed is None:
        return Markdown("No number of this kind was printed." if rows.empty else "None of these numbers is a count.")
    unit = listed(dict.fromkeys(kept["who"]))
    if len(rows) == 1:
        return say("{where}: {n} {unit}, printed as “{label}” by {n.printed_by}.", n=rows, unit=unit,
                   where=rows["where"].iloc[0], label=rows["as_printed"].iloc[0])  # fmt: skip
    if len(kept) == len(rows):
        return say("Together, these {many} make {n} {unit}.", n=summed, unit=unit, many=counted(len(kept), "number"))
    last = next(row for row in _records(rows) if row["fact_id"] in reasons)
    why = f"They must not all be added up. {_named(last)}: {reasons[last['fact_id']]}."
    if len(kept) < 2:
        return Markdown(f"{why} Each can be said by itself, as printed.")
    return say(
        "{many} of them make {n} {unit}, together.", n=summed, unit=unit, many=counted(len(kept), "number"), basis=why
    )


def _outcomes(rows: pd.DataFrame, data: Tables, choice: Choice) -> tuple:
    """The largest number whose outcomes were printed, as one bar, or side by side where one person can be in two."""
    wholes = _those(rows, lambda row: row["status"] == "exact" and len(_parts(rows, row)) > 1)
    if wholes.empty:
        return [Markdown("No number was printed together with what became of those it counts.")], None, rows, None
    whole = wholes.nlargest(1, "low")
    parts = _parts(rows, whole.iloc[0].to_dict())
    _, summed, reasons = _added(parts, data)
    where = whole["where"].item()
    words = {"title": f"What became of those counted: {where}", "note": f"Printed by {whole['printed_by'].item()}.",
             "subtitle": _subtitle(whole, data, choice)}  # fmt: skip
    parts = parts.assign(name=_labels(parts, "as_printed"), added=[reasons.get(one, "yes") for one in parts["fact_id"]])
    if reasons or summed is None or summed["low"].item() > whole["low"].item():
        chart = _drawn(charts.bars, parts, "name", **words)
        said = [Markdown("One of them can stand under two outcomes, so these are not parts of one bar.")]
    else:
        chart = _drawn(charts.stacked, parts, "name", whole=whole, rest="No outcome printed", **words)
        said = [say("Of {n} {who}, an outcome was printed for {k}.", n=whole, k=summed, who=whole["who"].item())]
    table = show(pd.concat([whole, parts]), "The number, and what became of those it counts", As_printed="as_printed",
                 Counted="who", Period="when", Number="number", Printed_by="printed_by")  # fmt: skip
    return said, chart, parts, table


def _parts(rows: pd.DataFrame, whole: dict) -> pd.DataFrame:
    """The outcomes of a number: facts of the same kind that are part of it, and of no other part."""
    alike = ("role", "system", "conduct")
    inside = _those(rows, lambda row: whole["fact_id"] in row["part_of"].split() and row["outcome"] != whole["outcome"]
                    and all(row[name] == whole[name] for name in alike) and pd.notna(row["low"]))  # fmt: skip
    return _those(inside, lambda row: not set(row["part_of"].split()) & set(inside["fact_id"]))


def _rates(rows: pd.DataFrame, data: Tables, choice: Choice) -> tuple:
    """The largest number of each force as a rate with its interval."""
    most = rows.drop_duplicates("where")
    found = rates.rates(most, data, choice.denominator)
    chart = _drawn(charts.rates, found.head(MOST_ROWS), "where", title="How often, for the size of each force",
                   subtitle=f"Per 1,000 {_whom(data, choice)} a year; {_subtitle(most, data, choice)}; 95% intervals",
                   note="Forces did not count the same thing, and one that looks closely finds more.")  # fmt: skip
    known = found["interval_high"].notna()
    said = [Markdown(f"{counted(int(known.sum()), 'rate').capitalize()} can be worked out"
                     + (f"; for {listed(found.loc[~known, 'where'])} none can." * bool((~known).any()) or "."))]  # fmt: skip
    table = show(found, "Rates, and what they are made of", Where="where", As_printed="as_printed", Period="when",
                 Number="number", Rate="rate:.2f", From="interval_low:.2f", To="interval_high:.2f",
                 Workforce="denominator:,.0f", Printed_by="printed_by")  # fmt: skip
    return said, chart, found, table


def _limits(data: Tables, choice: Choice) -> Any:
    """Say the least and the most the number asked for can be, given everything printed about the round."""
    if choice.round == "single-force" or choice.own_replies:
        return Markdown("Each document answers a question of its own, so nothing limits the number further.")
    ids = dict(zip(data.forces["short_name"], data.forces["force_id"], strict=True))
    named = [ids[one] for one in choice.forces if one in ids]
    force = "unnamed" if UNNAMED in choice.forces else named or None
    kind = {name: getattr(choice, name) for name in ("conduct", "system", "outcome") if getattr(choice, name) != ANY}
    found = bounds.limits(data, force=force, role=choice.role, assumptions=list(choice.assumptions), **kind)
    where = listed(choice.forces) or "all that replied"
    try:
        return say("Given everything printed about this request, the number for {where} is {x}.", x=found, where=where)
    except ValueError:
        return Markdown(f"Nothing that was printed limits the number for {where}.")


def _drawn(form: Callable, rows: pd.DataFrame, label: str, **words: Any) -> charts.Chart | None:
    """Draw rows where there are two to compare: nothing and one number are no picture."""
    try:
        return form(rows, label, **words)
    except ValueError:
        return None


def _labels(rows: pd.DataFrame, column: str = "where") -> pd.Series:
    """Name each row: by its place alone where all count alike, else also by what was counted."""
    names = rows[column] if len({*rows["who"]}) == 1 else rows[column] + ": " + rows["who"]
    return names.where(
        ~names.duplicated(keep=False), names + ", " + rows["as_printed" if column == "where" else "when"]
    )


def _named(row: dict) -> str:
    return f"{row['where']}, “{row['as_printed']}”"


def _records(rows: pd.DataFrame) -> list[dict]:
    return rows.to_dict("records")


def _subtitle(rows: pd.DataFrame, data: Tables, choice: Choice) -> str:
    labels = data.categories.set_index(["dimension", "category"])["label"]
    kinds = [labels.get((name, one), one) for name in DIMENSIONS if (one := getattr(choice, name)) != ANY]
    period = data.period if choice.round != "single-force" else "periods differ"
    return ", ".join([listed(dict.fromkeys(rows["who"])) or "numbers", *kinds, data.round["title"], period])


def _whom(data: Tables, choice: Choice) -> str:
    names = data.denominators.set_index("denominator")["whom"]
    return names[choice.denominator or names.index[0]]


def _lacking(data: Tables, choice: Choice, rows: pd.DataFrame) -> str:
    """Say of each chosen force without a number how it answered."""
    answers = data.coverage.merge(data.forces[["force_id", "short_name"]], on="force_id").set_index("short_name")[
        "answer"
    ]
    without = [one for one in choice.forces if one not in {*rows["where"], UNNAMED}]
    return " ".join(
        f"{one}: no number of this kind was printed (its answer: {answers.get(one, 'not asked')})." for one in without
    )


class Panel(widgets.HBox):
    """Choices at the left, the answer at the right; `view` is what is shown."""

    def __init__(self, data: Tables, presets: dict[str, dict[str, Any]]):
        self.data, self.presets, self.filling, self.view = data, presets, False, None
        self.worker = ThreadPoolExecutor(1)
        titles = [(row.title, row.round_id) for row in data.rounds.itertuples()]
        whom = [(row.whom, row.denominator) for row in data.denominators.itertuples()]
        self.start = widgets.ToggleButtons(options=[*presets], tooltips=[*presets])
        self.controls = {
            "round": widgets.Dropdown(description="Request", options=titles),
            "show": widgets.Dropdown(description="Show", options=SHOWN),
            **{name: widgets.Dropdown(description=name.capitalize(), options=[(ANY, ANY)]) for name in DIMENSIONS},
            "denominator": widgets.Dropdown(description="Rate per 1,000", options=whom),
            "own_replies": widgets.Checkbox(description="Only what forces replied themselves", indent=False),
        }
        self.force = widgets.Combobox(description="Add a force", placeholder="type a name", ensure_option=True)
        self.chosen, self.assumed = widgets.Box(), widgets.VBox()
        self.status, self.saved = widgets.Label(), widgets.HTML()
        self.answer, self.limits, self.picture = (widgets.Output() for _ in range(3))
        save = widgets.Button(description="Save this view", icon="save")
        save.on_click(self.save)
        self.start.observe(self.preset, "value")
        self.force.observe(self.add, "value")
        for name, control in self.controls.items():
            control.observe(self.fill if name == "round" else self.show, "value")
        assumed = widgets.Accordion([self.assumed], titles=["Assume that …"])
        left = [*self.controls.values(), self.force, self.chosen, assumed, save, self.saved]
        super().__init__(
            [self.start, widgets.VBox(left), widgets.VBox([self.status, self.answer, self.limits, self.picture])]
        )
        self._lay_out()
        self.preset()

    def _lay_out(self) -> None:
        self.layout = widgets.Layout(flex_flow="row wrap", width="100%")
        top, left, right = self.children
        top.layout, top.style.button_width = widgets.Layout(flex="1 1 100%"), "auto"
        left.layout = widgets.Layout(flex="1 1 20em", max_width="26em", padding="0 1.5em 0 0")
        right.layout = widgets.Layout(flex="3 1 30em", min_width="0", max_width="60em", overflow="auto")
        self.chosen.layout = widgets.Layout(flex_flow="row wrap")
        for one in left.children:
            one.layout.width = "auto"
            if hasattr(one.style, "description_width"):
                one.style.description_width = "8em"

    def preset(self, change: Any = None) -> None:
        """Put every control to one of the three ways to start."""
        given = {"show": NUMBERS, "own_replies": False, **self.presets[self.start.value]}
        self.filling = True
        self.controls["round"].value = given.pop("round")
        self._offer(given.pop("forces", ()))
        for name, value in given.items():
            self.controls[name].value = value
        self.filling = False
        self.show()

    def fill(self, change: Any = None) -> None:
        """Offer what the round chosen has, and show it."""
        if not self.filling:
            self.filling = True
            self._offer(())
            self.filling = False
            self.show()

    def _offer(self, forces: Iterable[str]) -> None:
        part = tables.part(self.data, self.controls["round"].value)
        known, labels = categories.trees(part), part.categories.set_index(["dimension", "category"])["label"]
        for name in DIMENSIONS:
            used = {step for text in part.facts[name].unique() for term in categories.terms(text) for one in term
                    for step in categories.path(known[name], one)}  # fmt: skip
            named = sorted((labels.get((name, one), one), one) for one in used)
            self.controls[name].options = [(ANY, ANY), *named]
        there = part.coverage.loc[part.coverage["answer"] != "did not exist", "force_id"]
        short = part.forces.loc[part.forces["force_id"].isin(there), "short_name"]
        self.force.options = [*sorted({*short, *part.facts["where"]}), UNNAMED]
        self._choose(forces)
        self.assumed.children = [self._assumption(row) for row in part.assumptions.itertuples()]

    def _assumption(self, row: Any) -> widgets.Checkbox:
        box = widgets.Checkbox(description=row.statement, tooltip=row.assumption_id, indent=False)
        box.layout.width = "auto"
        box.observe(self.show, "value")
        return box

    def _choose(self, names: Iterable[str]) -> None:
        """Show each chosen force as a button that takes it away again."""
        self.chosen.children = [
            widgets.Button(description=name, icon="times", tooltip=f"Take {name} away") for name in names
        ]
        for one in self.chosen.children:
            one.on_click(self.remove)
            one.layout.width = "auto"

    def add(self, change: Any) -> None:
        """Add the force typed or picked to those chosen."""
        if change["new"]:
            self._choose(dict.fromkeys([*(one.description for one in self.chosen.children), change["new"]]))
            self.force.value = ""
            self.show()

    def remove(self, button: widgets.Button) -> None:
        """Take a force out of those chosen."""
        self._choose(one.description for one in self.chosen.children if one is not button)
        self.show()

    @property
    def choice(self) -> dict[str, Any]:
        """What is chosen now."""
        said = {name: control.value for name, control in self.controls.items()}
        assumed = tuple(box.tooltip for box in self.assumed.children if box.value)
        return said | {"forces": tuple(one.description for one in self.chosen.children), "assumptions": assumed}

    def show(self, change: Any = None) -> None:
        """Show what is chosen; the limits, which can take a second or two, follow without holding up a change."""
        if self.filling:
            return
        self.status.value, self.saved.value = "Working …", ""
        try:
            self.view = view(self.data, **self.choice)
        except Exception as error:  # in a callback of a widget nobody would see it
            self.status.value = f"This cannot be shown: {error}"
            return
        said, rest = self.view.said, self.view.parts[len(self.view.said) :]
        self.answer.outputs, self.picture.outputs = _outputs(said), _outputs(rest)
        self.status.value = "Working out the limits …"
        self.worker.submit(self._limit, self.view)

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
            places = self.view.save()
            names = ", ".join(place.relative_to(project.root()).as_posix() for place in places)
            self.saved.value = f"Saved: {names}"


def _outputs(parts: Iterable[Any]) -> tuple[dict, ...]:
    """Turn what is shown into the outputs of a cell, whose links and pictures JupyterLab treats as its own."""
    found = [{"text/markdown": one.data} if isinstance(one, Markdown) else one._repr_mimebundle_() for one in parts]
    pairs = [one if isinstance(one, tuple) else (one, {}) for one in found]
    return tuple({"output_type": "display_data", "data": data, "metadata": about} for data, about in pairs)


def panel(data: Tables, presets: dict[str, dict[str, Any]]) -> Panel:
    """Return the panel over the project's tables. presets: name of a button = what it chooses, as for view."""
    return Panel(data, presets)
