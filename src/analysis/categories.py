"""Whom a category counts, which forces a place holds, and whether two counts can hold the same person."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations, product
from typing import Any

import numpy as np
import pandas as pd

from analysis.problems import nearest

DIMENSIONS = ("role", "rank", "conduct", "system", "outcome")
EVERYONE = frozenset({"", "any", "not stated", "not-stated"})


@dataclass(frozen=True)
class Tree:
    """The categories of one dimension: each one's parent, and those that exclude their exclusive siblings."""

    parents: dict[str, str]
    exclusive: frozenset[str]


def trees(data: Any) -> dict[str, Tree]:
    """Turn `data.categories` (dimension, category, parent, exclusive) and `data.roles` (role) into a tree each."""
    roles = set(data.roles["role"]) - EVERYONE
    own = {"role": Tree(dict.fromkeys(sorted(roles), "any"), frozenset(roles))}
    return {name: Tree({}, frozenset()) for name in DIMENSIONS} | category_trees(data.categories) | own


def category_trees(categories: pd.DataFrame) -> dict[str, Tree]:
    """Return the tree of each dimension of a categories table."""
    return {
        str(name): Tree(
            dict(zip(rows["category"], rows["parent"], strict=True)),
            frozenset(rows.loc[rows["exclusive"] == "yes", "category"]),
        )
        for name, rows in categories.groupby("dimension")
    }


@cache
def terms(expression: str) -> tuple[frozenset[str], ...]:
    """Split `a|b` into its alternatives and `a&b` into what one person had together; () counts everyone."""
    parts = tuple(frozenset(part.strip().split("&")) - EVERYONE for part in str(expression).split("|"))
    return () if frozenset() in parts else parts


@lru_cache(maxsize=100_000)
def is_counted(pattern: frozenset[str], expression: str) -> bool:
    """Say whether someone in exactly these categories is counted by the expression."""
    wanted = terms(expression)
    return not wanted or any(term <= pattern for term in wanted)


def lineage(tree: Tree, category: str) -> list[str]:
    """List a category and its ancestors, the root `everyone` left out, from the top down."""
    steps: list[str] = []
    while category and category not in EVERYONE and category not in steps:
        steps.append(category)
        category = tree.parents.get(category, "")
    return steps[::-1]


def subject(tree: Tree, expression: str) -> str:
    """Name the root an expression lies under: `this` subject, or that of counts on another subject."""
    tops = {steps[0] for term in terms(expression) for category in sorted(term) if (steps := lineage(tree, category))}
    return "|".join(sorted({top if tree.parents.get(top, "any") == "" else "this" for top in tops})) or "this"


def common_category(tree: Tree, expressions: Iterable[str]) -> str:
    """Name the narrowest category that holds all the expressions; an empty text where only everyone does."""
    terms_of = [term for text in expressions for term in terms(text) or (frozenset(),)]
    steps = [{step for one in term for step in lineage(tree, one)} for term in terms_of]
    held = set.intersection(*steps) if steps else set()
    return max(held, key=lambda category: len(lineage(tree, category)), default="")


def within(tree: Tree, narrow: str, wide: str) -> bool:
    """Say whether everybody whom the first expression counts is counted by the second."""
    inside = [frozenset(step for one in term for step in lineage(tree, one)) for term in terms(narrow)]
    return not terms(wide) or (bool(inside) and all(is_counted(steps, wide) for steps in inside))


def all_within(known: dict[str, Tree], narrow: dict, wide: dict) -> bool:
    """Say whether conduct, system and outcome of one fact each lie within those of another."""
    return all(within(known[side], narrow[side], wide[side]) for side in ("conduct", "system", "outcome"))


def disjoint(tree: Tree, first: str, second: str) -> bool:
    """Say whether no person can be counted by both expressions."""
    left, right = terms(first), terms(second)
    return bool(left and right) and all(_is_impossible(tree, one | other) for one, other in product(left, right))


def _is_impossible(tree: Tree, together: frozenset[str]) -> bool:
    """Say whether nobody can be in all these categories: the lines of two of them part at exclusive siblings."""
    for one, other in combinations([lineage(tree, category) for category in sorted(together)], 2):
        parting = next((pair for pair in zip(one, other, strict=False) if pair[0] != pair[1]), ())
        if parting and tree.exclusive.issuperset(parting):
            return True
    return False


def membership(tree: Tree, expressions: Iterable[str]) -> dict[str, np.ndarray]:
    """Say for each expression which kinds of people it counts, the kinds being all that the expressions tell apart."""
    expressions = sorted(set(expressions))
    named = frozenset().union(*(term for text in expressions for term in terms(text)))
    children: dict[str, list[str]] = {}
    for category in sorted({step for name in named for step in lineage(tree, name)}):
        above = tree.parents.get(category, "")
        children.setdefault("" if above in EVERYONE else above, []).append(category)
    kinds = {
        tuple(is_counted(pattern, text) for text in expressions): None for pattern in _patterns(tree, children, "")
    }
    return dict(zip(expressions, np.array(list(kinds), dtype=bool).T, strict=True))


def _patterns(tree: Tree, children: dict[str, list[str]], parent: str) -> list[frozenset[str]]:
    kids = children.get(parent, [])
    within = {kid: [frozenset({kid}) | deeper for deeper in _patterns(tree, children, kid)] for kid in kids}
    one_of = [frozenset[str](), *(choice for kid in kids if kid in tree.exclusive for choice in within[kid])]
    free = [[frozenset(), *within[kid]] for kid in kids if kid not in tree.exclusive]
    return [frozenset().union(*choice) for choice in product(one_of, *free)]


def check(known: dict[str, Tree], **asked: str) -> None:
    """Refuse a category that its tree does not hold. Raises ValueError with the nearest known one."""
    for dimension, expression in asked.items():
        for category in sorted(frozenset().union(*terms(expression))):
            one_of(dimension, category, known[dimension].parents)


def one_of(kind: str, name: str, known: Iterable[str]) -> str:
    """Return a name that is known. Raises ValueError with the nearest names where it is not."""
    names = {*known}
    if name in names:
        return name
    raise ValueError(f"no {kind} is called {name!r}; {nearest(name, names)}")


def places(forces: pd.DataFrame) -> dict[str, set[str]]:
    """List the forces of each force, region and nation by place_name, and those `joined into` a later force.

    In: columns force_id, region, nation, joined_into.
    """
    found: dict[str, set[str]] = {}
    for row in forces.to_dict("records"):
        joined = f"joined into {row['joined_into']}" if row["joined_into"] else ""
        for place in filter(None, (row["region"], row["nation"], joined)):
            found.setdefault(place_name(place), set()).add(row["force_id"])
    # A region may bear the name of one of its forces: then the wider reading stands.
    return {place_name(force): {force} for force in forces["force_id"]} | found


def place_name(place: str) -> str:
    """Write a place's name one way: lower case, words apart."""
    return " ".join(place.casefold().replace("-", " ").replace("&", " and ").split())


def forces_covered(fact: dict, known: dict[str, set[str]]) -> set[str] | None:
    """List the forces a fact counts; None when its place is not known to be made of certain forces."""
    if fact["force_ids"]:
        named = fact["force_ids"].split()
        return set(named).union(*(known.get(place_name(f"joined into {force}"), set()) for force in named))
    parts = place_name(fact["place"]).split(" and ")
    whole = known.get(place_name(fact["place"]))
    if whole is None and all(part in known for part in parts):
        whole = set().union(*(known[part] for part in parts))
    return whole
