"""What is needed to write about one round or force: its facts in order, and the words for them."""

from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from analysis import subject, tables
from analysis.tell import phrases, words
from analysis.tell.findings import Finding, say


@dataclass(frozen=True)
class Scene:
    """The facts of one subject as rows, the wording of its categories, and the tables behind them."""

    topic: str
    subject: str
    tables: tables.Tables
    said: dict
    facts: tuple
    nations: frozenset = frozenset()
    everything: tuple = ()
    models: dict = field(default_factory=dict, compare=False, repr=False)

    def finding(self, section, name, *parts, facts=(), notes=(), caveats=(), assumptions=(), title=""):
        """Write one finding; `facts` give its basis, `notes` add to it."""
        text, numbers = say(*parts)
        basis = phrases.basis(facts, self.tables) if facts else ()
        return Finding(
            f"{self.topic}/{self.subject}/{name}",
            self.topic,
            self.subject,
            section,
            _tidy(text),
            numbers,
            (*basis, *notes),
            (*caveats, *_cautions(facts)),
            tuple(assumptions),
            title[:1].upper() + title[1:],
        )

    @cached_property
    def row(self):
        """The round's own row."""
        return next(self.tables.by_id["rounds"].loc[[self.subject]].itertuples(index=False))

    @cached_property
    def coverage(self):
        """The round's coverage rows."""
        return self.tables.coverage[self.tables.coverage["round_id"] == self.subject]

    @cached_property
    def known(self):
        """The conduct and system that every number of the round is about, so that no sentence repeats it."""
        pairs = pd.Series([(fact.conduct, fact.system) for fact in self.national if fact.conduct != "not-stated"])
        return pairs.mode().iloc[0] if len(pairs) else ("not-stated", "not-stated")

    @cached_property
    def national(self):
        """Facts about all forces of the round together."""
        return [fact for fact in self.facts if not fact.force_ids and fact.place in self.nations]

    @cached_property
    def local(self):
        """Facts about named forces and regions: the force with the greatest number first, its own greatest first."""
        own = sorted((fact for fact in self.facts if fact.force_ids or fact.place not in self.nations), key=greatness)
        places = dict.fromkeys((fact.force_ids, fact.place) for fact in own)
        order = {place: number for number, place in enumerate(places)}
        return sorted(own, key=lambda fact: order[fact.force_ids, fact.place])

    def name(self, force_ids):
        """The names of one or several forces as a sentence says them."""
        return words.listed([phrases.force_name(self.said, self.tables, force) for force in force_ids.split()])

    @cached_property
    def estimates(self):
        """The figures that somebody worked out from another."""
        relations = self.tables.relations
        return set(relations.loc[relations["relation"] == "estimate_of", "figures"].str.split().explode())

    @cached_property
    def beside(self):
        """Facts from the forces' own replies that the round's coverage names, though each answers its own question."""
        ids = set(self.coverage["source_ids"].str.split().explode().dropna())
        own = ids & set(self.tables.sources.loc[self.tables.sources["kind"] == "reply", "source_id"])
        return [
            fact
            for fact in self.everything
            if fact.round_id != self.subject and any(figure.split(":")[0] in own for figure in fact.figure_ids.split())
        ]

    def where(self, fact):
        """The forces, or the place, that a fact is about."""
        if fact.force_ids:
            return self.name(fact.force_ids)
        return "all forces together" if fact.place in self.nations else fact.place

    def parts(self, fact, of=None):
        """The facts that are part of a fact."""
        return [part for part in (self.facts if of is None else of) if fact.fact_id in part.part_of.split()]

    def told(self, fact):
        """The clause for a fact."""
        return phrases.told(self.said, fact, self.known)


def rows(built):
    """All facts as rows that also carry their preferred figure's `as_written`, `period_basis` and `note`."""
    more = built.figures[["figure_id", "as_written", "period_basis"]].rename(columns={"figure_id": "fact_id"})
    return tuple(built.facts.merge(more, on="fact_id", how="left").itertuples(index=False))


def of_round(built, topic, round_id, said, facts, models=None):
    """The scene of one round; `models` keeps what was prepared for one topic for the next."""
    own, kept = tuple(fact for fact in facts if fact.round_id == round_id), {} if models is None else models
    return Scene(topic, round_id, built, said, own, subject.nations(), facts, kept)


def of_force(built, topic, force_id, said, facts):
    """The scene of one force, joint entries included."""
    own = tuple(fact for fact in facts if force_id in fact.force_ids.split())
    return Scene(topic, force_id, built, said, own, subject.nations())


def base_categories(categories):
    """Conduct outside misuse of computers (every subject, every cause): bases for shares, never part of a count."""
    parents = categories[categories["dimension"] == "conduct"].set_index("category")["parent"]
    found = set()
    for category in parents.index:
        root = category
        while parents[root]:
            root = parents[root]
        found |= {category} if root != "not-stated" else set()
    return found


def greatness(fact):
    """Sort key: greatest first, then by force and fact, numbers nobody can order last."""
    low, high = phrases.ends(fact)
    size = high if high is not None else low
    return (-(size if size is not None else -1), fact.force_ids, fact.fact_id)


def _cautions(facts):
    """What a reader must know about facts: a force's dispute, other readings, ranges of the sources."""
    found = []
    if any(fact.disputed == "yes" for fact in facts):
        found.append("The force disputes this number.")
    if any(fact.status == "approximate" for fact in facts):
        found.append("An approximate number: shown as printed, never added to others.")
    return tuple(found)


def _tidy(text):
    return words.sentence(text) if text else text
