"""Findings: what may be said about the numbers of a selection together, and between which limits it lies."""

from collections.abc import Iterable
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd

from analysis.measure import bounds
from analysis.measure.model import Model
from analysis.measure.totals import NotACount, Overlap, total
from analysis.tables import Tables
from analysis.tell import cases, conflicts, lines, phrases, rounds, selection, shown, words
from analysis.tell.findings import Finding, Number
from analysis.tell.scenes import Scene
from analysis.tell.selection import ANY, NOT_SEEN, UNNAMED, Choice

LIMITED = "What every printed number together allows; nobody printed these limits."


def sentence(scene: Scene, facts: list, asked: Choice) -> Finding:
    """Return the sentence that may be said about facts together; where they must not be added, that and why."""
    counts = [f"One count is {scene.row.counts}."] if scene.row.counts else []
    caveats = [*counts, *selection.left_out(scene, asked)]
    if not facts:
        return scene.finding("view", "view", NOT_SEEN, ".", caveats=caveats, title=NOT_SEEN)
    if len(facts) == 1:
        told = cases.with_parts(scene, "total" if facts[0] in scene.national else "view", "view", facts[0], ())
        return _given(scene, replace(told, caveats=(*told.caveats, *caveats)), _assumed(facts))
    caveats += [lines.PICKED] if scene.row.selected == "yes" else []
    caveats += dict.fromkeys(line for fact in facts for line in cases.roles(fact))
    doubted = [fact for fact in facts if fact.conflict_of]
    caveats += [f"{scene.where(fact)}: {line}" for fact in doubted for line in conflicts.caution(scene, fact)]
    torn = sorted({scene.where(fact) for fact in facts if conflicts.open_question(fact)})
    frame = pd.DataFrame([fact._asdict() for fact in facts])
    try:
        summed = total(frame, scene.tables.categories, scene.tables.forces, hull=bool(torn))
    except (Overlap, NotACount) as refused:
        return _refused(scene, facts, refused, caveats)
    if torn:
        caveats.append(f"Sources contradict each other on {words.listed(torn)}.")
    ids = tuple(one for fact in facts for one in fact.figure_ids.split())
    span = Number(words.span(summed.low, summed.high), summed.low, summed.high, ids, "computed")
    clause = ["together, these ", phrases.how_many(facts), " numbers make ", span, f" {shown.kind(scene, facts)}"]
    found = scene.finding("view", "view", clause, ".", facts=facts, caveats=caveats, title=cases.plain(clause))
    return _given(scene, found, _assumed(facts))


def _refused(scene: Scene, facts: list, refused: ValueError, caveats: list[str]) -> Finding:
    """Say in the refusal's own words why the facts are not added, and which they are."""
    ids = getattr(refused, "rows", None) or (str(refused).split(" cannot be added", maxsplit=1)[0],)
    these = [fact for fact in facts if fact.fact_id in ids]
    told = [f"{fact.fact_id}: {scene.where(fact)}, {cases.plain(scene.told(fact))}." for fact in these]
    return scene.finding(
        "view",
        "view",
        "these numbers are not added up: ",
        str(refused),
        facts=these,
        caveats=[*told, *caveats],
        title="These numbers must not be added up",
    )


def limits(scene: Scene, facts: list, asked: Choice, of: Tables) -> list[Finding]:
    """Say between which limits the number asked for lies; nothing where each document answers its own question."""
    known = set(scene.tables.forces["force_id"])
    forces = {one for place in asked.forces for one in ([place] if place in scene.nations else place.split())}
    if asked.round == rounds.SINGLE or not forces <= known | scene.nations | {UNNAMED}:
        return []
    unit = next(iter({fact.unit for fact in facts})) if len({fact.unit for fact in facts}) == 1 else scene.row.unit
    model = _model(scene, asked, of, unit)
    named, hidden = sorted(forces & known), [*model.place.unnamed] if UNNAMED in forces else []
    everyone = not forces or bool(forces & scene.nations)
    if not (everyone or named or hidden):
        return []
    kind = {name: getattr(asked, name).replace(ANY, "not-stated") for name in ("conduct", "system", "outcome")}
    found = bounds.limits(model, force=None if everyone else named + hidden, role=asked.role, explain=False, **kind)
    where = [*map(scene.name, named), *["forces nobody named"] * bool(hidden)]
    where = ["all forces that replied"] if everyone else where if len(where) < 7 else [f"these {len(where)} forces"]
    said = scene.finding("view", "limits", "given everything printed about this round, the number of ",
                         _kind(scene, asked, unit), f" at {words.listed(where)} is ", _span(found), ".",
                         notes=(LIMITED,))  # fmt: skip
    return [_given(scene, said, " ".join(model.assumed.values()).split())]


def _model(scene: Scene, asked: Choice, of: Tables, unit: str) -> Model:
    if unit not in scene.models:
        scene.models[unit] = bounds.round_model(selection.base(asked, of), asked.round, asked.assumptions, unit)
    return scene.models[unit]


def _kind(scene: Scene, asked: Choice, unit: str) -> str:
    said = {name: getattr(asked, name).replace(ANY, "not-stated") for name in ("conduct", "system")}
    outcome = asked.outcome.replace(ANY, "recorded")
    return shown.kind(scene, [SimpleNamespace(**said, role=asked.role, unit=unit, outcome=outcome)])


def _span(found: bounds.Limits) -> Number:
    said = "open" if (found.lowest, found.highest) == (0, None) else words.limits(found.lowest, found.highest)
    return Number(said, found.lowest, found.highest, (), "computed")


def _assumed(facts: list) -> list[str]:
    return [one for fact in facts for one in getattr(fact, "assumed", "").split()]


def _given(scene: Scene, found: Finding, ids: Iterable[str]) -> Finding:
    """Name in a sentence the assumptions it needs."""
    said = scene.tables.by_id["assumptions"]["statement"]
    statements = tuple(said[one] for one in dict.fromkeys(ids))
    clause = words.assuming(statements).replace("{", "{{").replace("}", "}}")
    notes = (f"Assumed: {'; '.join(statements)}.",) if statements else ()
    text = found.text.removesuffix(".") + clause + "."
    return replace(found, text=text, assumptions=statements, basis=(*found.basis, *notes))
