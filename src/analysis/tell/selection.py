"""What someone exploring chooses of a round, and the facts that this selects."""

import hashlib
import re
from dataclasses import dataclass, fields, replace
from typing import Any

from analysis import subject
from analysis.clean import facts as counted
from analysis.measure import assumptions
from analysis.measure import categories as tree
from analysis.tables import Tables
from analysis.tell import cases, phrases, scenes, words
from analysis.tell.scenes import Scene

ANY = "any"
UNNAMED = "unnamed"
PRESS, REPLIES = "press included", "replies only"
COUNTS = "counts only"
DIMENSIONS = ("conduct", "system", "outcome", "role")
SILENT = ("refused", "not held", "no reply", "not asked", "did not exist")
JOINT, OTHER, ESTIMATED = "joint", "other", "estimated"  # why a fact is no count of what was asked for
NOT_SEEN = "no number of this kind was printed in what we saw"


@dataclass(frozen=True)
class Choice:
    """A round, its forces or places (none: all with a number), categories, definition, assumptions, denominator."""

    round: str
    forces: tuple[str, ...] = ()
    conduct: str = ANY
    system: str = ANY
    outcome: str = ANY
    role: str = ANY
    definition: str = PRESS
    assumptions: tuple[str, ...] = ()
    denominator: str = COUNTS

    @property
    def given(self) -> dict[str, Any]:
        """What differs from the defaults; the round always does."""
        return {one.name: getattr(self, one.name) for one in fields(self) if getattr(self, one.name) != one.default}

    @property
    def code(self) -> str:
        """The code cell that shows the same view again."""
        said = "".join(f"    {name}={value!r},\n" for name, value in self.given.items())
        return f"from analysis.tell import explore\n\nexplore.view(\n{said})\n"

    @property
    def name(self) -> str:
        """The name of the files of this view: the same for the same choice."""
        said = [part for value in self.given.values() for part in ([value] if isinstance(value, str) else value)]
        slug = re.sub(r"[^a-z0-9]+", "-", "-".join(said).lower())[:60].strip("-")
        return f"{slug}-{hashlib.sha256(self.code.encode()).hexdigest()[:8]}"


def check(asked: Choice, of: Tables) -> None:
    """Raise ValueError for a word that means nothing here, naming those that do."""
    allowed = {"round": [*of.rounds["round_id"]], "definition": [PRESS, REPLIES], "denominator": denominators()}
    for name, known in allowed.items():
        if getattr(asked, name) not in known:
            raise ValueError(f"no {name} is called {getattr(asked, name)!r}; choose one of {', '.join(known)}")
    tree.check(tree.trees(of.categories), **{name: getattr(asked, name) for name in DIMENSIONS})


def denominators() -> list[str]:
    """Return what numbers can be shown by: as counts, or as rates by each denominator of the lookups."""
    return [COUNTS, *subject.denominators()]


def evidence(asked: Choice, of: Tables, kept: dict) -> Scene:
    """Return the round's facts under the definition and assumptions chosen; prepared once for many views."""
    key = (asked.round, asked.definition, asked.assumptions)
    if key not in kept:
        told = assumptions.assume(base(asked, of), asked.assumptions)
        kept[key] = scenes.of_round(told, "explore", asked.round, phrases.read(of.categories), scenes.rows(told))
    return kept[key]


def base(asked: Choice, of: Tables) -> Tables:
    """Return the tables as the definition has them: all, or what the forces' own replies alone make."""
    if asked.definition == PRESS:
        return of
    own = of.sources.loc[of.sources["kind"] == "reply", "source_id"]
    figures = of.figures[of.figures["source_id"].isin(own)].reset_index(drop=True)
    known = set(figures["figure_id"])
    relations = of.relations[[known.issuperset(f"{row.figures} {row.of}".split()) for row in of.relations.itertuples()]]
    facts = counted.facts(figures, relations, of.sources, of.categories)
    return replace(of, figures=figures, relations=relations, facts=facts)


def matching(scene: Scene, asked: Choice) -> list:
    """Return the facts asked for: of the places and categories chosen, and no part of another of the same place."""
    found = [fact for fact, why in _near(scene, asked) if not why]
    inside = {(fact.fact_id, place(fact)) for fact in found}
    return [fact for fact in found if not inside & {(whole, place(fact)) for whole in fact.part_of.split()}]


def left_out(scene: Scene, asked: Choice) -> list[str]:
    """Say which numbers of the places chosen are no count of what was asked for alone, and why."""
    said = {ESTIMATED: "a paper worked it out and nobody counted it", JOINT: "it does not tell this apart"}
    near = [(fact, said[why]) for fact, why in _near(scene, asked) if why in said]
    return [f"Left out: {scene.where(fact)}, {cases.plain(scene.told(fact))}; {why}." for fact, why in near]


def _near(scene: Scene, asked: Choice) -> list[tuple[Any, str]]:
    """List the facts of the places chosen, each with why it does not count what was asked for, if it does not.

    Counts on every subject are left out unless their conduct was asked for.
    """
    bases = scenes.base_categories(scene.tables.categories) - {asked.conduct}
    named = [fact for fact in scene.facts if place(fact) in asked.forces]
    among = [fact for fact in (named if asked.forces else scene.local or scene.national) if fact.conduct not in bases]
    kinds, estimates = tree.trees(scene.tables.categories), scene.estimates
    return [(fact, _unfit(fact, asked, kinds, estimates)) for fact in among]


def _unfit(fact: Any, asked: Choice, kinds: dict[str, tree.Tree], estimates: set[str]) -> str:
    fits = set()
    for name in DIMENSIONS:
        wanted, terms = getattr(asked, name), tree.terms(getattr(fact, name))
        inside = [any(wanted in tree.path(kinds[name], one) for one in term) for term in terms]
        if wanted != ANY:
            fits.add("" if inside and all(inside) else JOINT if any(inside) else OTHER)
    if OTHER not in fits and estimates & set(fact.figure_ids.split()):
        return ESTIMATED
    return max(fits, default="")


def place(fact: Any) -> str:
    """Return what a fact is about: its force_ids, or the place it names."""
    return fact.force_ids or fact.place


def without(scene: Scene, facts: list, asked: Choice) -> dict[str, str]:
    """Say for each chosen place without a number of this kind how it answered, as far as that is known."""
    answers = scene.coverage.set_index("force_id")["answer"]
    lacking = [one for one in asked.forces if one not in {place(fact) for fact in facts}]
    return {one: words.refusal(answers[one]) if answers.get(one) in SILENT else NOT_SEEN for one in lacking}


def categories(facts: list, name: str, of: Tables) -> set[str]:
    """Return every category of a dimension that facts use, with those above it."""
    kinds = tree.trees(of.categories)[name]
    used = {one for fact in facts for term in tree.terms(getattr(fact, name)) for one in term}
    return {step for one in used for step in tree.path(kinds, one)}
