"""The panel of the notebook `explore`: what can be chosen of a round, by mouse or keyboard, and the view it gives."""

from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from html import escape
from typing import Any

import ipywidgets as widgets
from IPython.display import Javascript, display

from analysis import paths, subject
from analysis.tables import Tables
from analysis.tell import explore, rounds, selection, shown, words
from analysis.tell.selection import ANY, DIMENSIONS, UNNAMED, Choice

STYLE = """<style>
.explore .widget-html-content {line-height: 1.4; min-width: 0}
.explore .caveats {margin: 0 0 0.3em; padding-left: 1.3em}
.explore .widget-checkbox, .explore .widget-label-basic {height: auto; line-height: 1.4}
.explore .widget-label-basic span {white-space: normal}
.explore th, .explore td {text-align: left; padding: 0.15em 1em 0.15em 0; vertical-align: top; max-width: 24em}
.explore td:nth-child(2) {min-width: 14em}
.explore td {white-space: normal}
</style>"""
# JupyterLab takes keys from a list that is not open (ipywidgets issue 3912): ArrowDown would change the cell instead.
KEYS = """document.addEventListener("focusin", ({target}) =>
    target.closest(".explore") && target.setAttribute("data-lm-suppress-shortcuts", "true"))"""
WIDE = {"layout": widgets.Layout(width="auto"), "style": {"description_width": "7.5em"}}


@dataclass(eq=False)
class Panel:
    """The controls, what they show, and what was prepared for the views so far."""

    tables: Tables
    controls: dict[str, Any]
    assumed: widgets.VBox
    shown: dict[str, widgets.HTML]
    kept: dict = field(default_factory=dict)
    assumptions: dict[str, widgets.Checkbox] = field(default_factory=dict)
    view: explore.View | None = None
    filling: bool = False
    worker: Executor = field(default_factory=lambda: ThreadPoolExecutor(1))
    waiting: Future | None = None
    failed: widgets.Output = field(default_factory=widgets.Output)

    def heard(self, act: Callable) -> Callable:
        """Return an action whose error is shown in the panel instead of only in the log."""
        return self.failed.capture(clear_output=True)(act)

    @property
    def choice(self) -> dict[str, Any]:
        """What is chosen now."""
        said = {name: control.value for name, control in self.controls.items()}
        return said | {"assumptions": tuple(one for one, box in self.assumptions.items() if box.value)}

    def fill(self, change: object = None) -> None:
        """Offer what the round chosen has: its forces, categories and assumptions; then show it."""
        self.filling = True
        round_id = self.controls["round"].value
        for name, options in _offered(self.tables, round_id, self.kept).items():
            control = self.controls[name]
            kept = control.value if name != "forces" and control.value in dict(options).values() else ANY
            control.options = options
            control.value = () if name == "forces" else kept
        rows = self.tables.assumptions[self.tables.assumptions["round_id"] == round_id]
        self.assumptions = {row.assumption_id: self._assumption(row) for row in rows.itertuples()}
        self.assumed.children = list(self.assumptions.values()) or [
            widgets.Label("Nothing: none is known for this round.")
        ]
        self.filling = False
        self.show()

    def _assumption(self, row: Any) -> widgets.Checkbox:
        box = widgets.Checkbox(description=row.statement, tooltip=row.reason, indent=False, **WIDE)
        box.observe(self.heard(self.show), "value")
        return box

    def show(self, change: object = None) -> None:
        """Show the view of what is chosen; the limits, which can take seconds, follow without holding up a change."""
        if self.filling:
            return
        self.shown["saved"].value = ""
        self.shown["limits"].value = "<p>Working out the limits …</p>"
        if self.waiting:
            self.waiting.cancel()
        self.view = explore.view(**self.choice, of=self.tables, kept=self.kept)
        self.shown["sentence"].value = shown.sentences([self.view.sentence])
        self.shown["chart"].value = shown.picture(self.view.chart)
        self.shown["table"].value = shown.table(self.view.table)
        self.waiting = self.worker.submit(self.limit, self.view)

    def limit(self, view: explore.View) -> None:
        """Show the limits of a view, unless another has taken its place meanwhile."""
        try:
            said = shown.sentences(view.limits.findings)
        except Exception as error:  # in a thread nobody would see it
            said = f"<p>The limits were not found: {escape(repr(error))}</p>"
        if view is self.view:
            self.shown["limits"].value = said

    def save(self, button: object = None) -> None:
        """Write picture, table, alt text and code of the view shown; say where they are, and the code."""
        if self.view:
            picture = self.view.save()
            place = picture.relative_to(paths.root()).with_suffix("").as_posix()
            said = f"Saved: {place}.png, .csv, .txt (alt text) and .py, which shows this view again:"
            self.shown["saved"].value = f"<p>{escape(said)}</p><pre>{escape(self.view.choice.code)}</pre>"


def panel(tables: Tables) -> widgets.Widget:
    """Return the panel over the project's tables: choices at the left, what may be said at the right."""
    titles = [(row.title, row.round_id) for row in tables.rounds.itertuples()]
    controls: dict[str, Any] = {"round": widgets.Dropdown(description="Round", options=titles, **WIDE)}
    controls["forces"] = widgets.SelectMultiple(description=subject.spoken("Forces"), rows=9, **WIDE)
    for name in DIMENSIONS:
        controls[name] = widgets.Dropdown(description=name.capitalize(), options=[(ANY, ANY)], **WIDE)
    definitions = (selection.PRESS, selection.REPLIES)
    controls["definition"] = widgets.Dropdown(description="Definition", options=definitions, **WIDE)
    controls["denominator"] = widgets.Dropdown(description="Denominator", options=selection.denominators(), **WIDE)
    parts = ("sentence", "limits", "chart", "table", "saved")
    made = Panel(tables, controls, widgets.VBox(), {name: widgets.HTML() for name in parts})
    for name, control in controls.items():
        control.observe(made.heard(made.fill if name == "round" else made.show), "value")
    button = widgets.Button(description="Save this view", icon="save")
    button.on_click(made.heard(made.save))
    made.fill()
    display(Javascript(KEYS))
    return _laid_out(made, button)


def _laid_out(made: Panel, button: widgets.Button) -> widgets.Widget:
    assumed = widgets.VBox([widgets.Label("Assume that"), made.assumed])
    chosen = widgets.VBox([*made.controls.values(), assumed, button, made.shown["saved"], made.failed])
    chosen.layout = widgets.Layout(flex="1 1 24em", min_width="20em", max_width="34em", padding="0 1.5em 0 0")
    view = widgets.VBox([made.shown[name] for name in ("sentence", "limits", "chart")])
    view.layout = widgets.Layout(flex="2 1 34em", min_width="20em")
    made.shown["table"].layout = widgets.Layout(flex="1 1 100%", min_width="0", max_width="100%")
    style = widgets.HTML(STYLE, layout=widgets.Layout(display="none"))
    return widgets.HBox(
        [style, chosen, view, made.shown["table"]], layout=widgets.Layout(flex_flow="row wrap", width="100%")
    ).add_class("explore")


def _offered(tables: Tables, round_id: str, kept: dict) -> dict[str, list[tuple[str, str]]]:
    """List the forces and categories that a round has, under none or all of its assumptions."""
    every = tuple(tables.assumptions.loc[tables.assumptions["round_id"] == round_id, "assumption_id"])
    plain, assumed = (selection.evidence(Choice(round_id, assumptions=ids), tables, kept) for ids in ((), every))
    facts = [*plain.facts, *assumed.facts]
    places = {selection.place(fact): words.sentence(plain.where(fact))[:-1] for fact in facts}
    answered = plain.coverage.loc[plain.coverage["answer"] != "did not exist", "force_id"]
    rest = {force: f"{plain.name(force)} (no number seen)" for force in answered if force not in places}
    unnamed = [] if round_id == rounds.SINGLE else [(subject.spoken("Forces nobody named"), UNNAMED)]
    nations = [(places.pop(place), place) for place in sorted(plain.nations & set(places))]
    found = [*nations, *unnamed, *_by_name(places), *_by_name(rest)]
    labels = tables.categories.set_index(["dimension", "category"])["label"]
    offered = {name: selection.categories(facts, name, tables) for name in DIMENSIONS}
    named = {name: _by_name({one: labels.get((name, one), one) for one in ids}) for name, ids in offered.items()}
    return {"forces": found, **{name: [(ANY, ANY), *options] for name, options in named.items()}}


def _by_name(names: dict[str, str]) -> list[tuple[str, str]]:
    return sorted((label, one) for one, label in names.items())
