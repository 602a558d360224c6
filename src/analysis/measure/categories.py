"""Whom a category counts, and whether two categories can count the same person."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product

import numpy as np
import pandas as pd
from rapidfuzz import process

from analysis.subject import roles as known_roles

DIMENSIONS = ("role", "rank", "conduct", "system", "outcome")
EVERYONE = frozenset({"", "any", "not stated", "not-stated"})


@dataclass(frozen=True)
class Tree:
    """The categories of one dimension: each one's parent, and those that exclude their exclusive siblings."""

    parents: dict[str, str]
    exclusive: frozenset[str]


def trees(categories: pd.DataFrame | None) -> dict[str, Tree]:
    """Turn the categories table into one tree for each dimension.

    In: columns dimension, category, parent, exclusive (yes or no); None leaves only the roles known.
    """
    found = {name: Tree({}, frozenset()) for name in DIMENSIONS}
    if categories is not None:
        for name, rows in categories.groupby("dimension"):
            parents = dict(zip(rows["category"], rows["parent"], strict=True))
            found[str(name)] = Tree(parents, frozenset(rows.loc[rows["exclusive"] == "yes", "category"]))
    roles = set(known_roles()) - EVERYONE
    found["role"] = Tree(dict.fromkeys(sorted(roles), "any"), frozenset(roles))
    return found


@cache
def terms(expression: str) -> tuple[frozenset[str], ...]:
    """Split `a|b` into its alternatives and `a&b` into what one person had together; () counts everyone."""
    parts = tuple(frozenset(part.strip().split("&")) - EVERYONE for part in str(expression).split("|"))
    return () if frozenset() in parts else parts


@lru_cache(maxsize=100_000)
def counts(pattern: frozenset[str], expression: str) -> bool:
    """Say whether someone in exactly these categories is counted by the expression."""
    wanted = terms(expression)
    return not wanted or any(term <= pattern for term in wanted)


def path(tree: Tree, category: str) -> list[str]:
    """List a category and its ancestors, the root `everyone` left out, from the top down."""
    steps = []
    while category and category not in EVERYONE and category not in steps:
        steps.append(category)
        category = tree.parents.get(category, "")
    return steps[::-1]


def subject(tree: Tree, expression: str) -> str:
    """Name the root an expression lies under: `this` subject, or that of counts on another subject."""
    tops = {steps[0] for term in terms(expression) for category in sorted(term) if (steps := path(tree, category))}
    return "|".join(sorted(top if tree.parents.get(top, "any") == "" else "this" for top in tops)) or "this"


def apart(tree: Tree, first: str, second: str) -> bool:
    """Say whether no person can be counted by both expressions."""
    left, right = terms(first), terms(second)
    return bool(left and right) and all(_clash(tree, a | b) for a, b in product(left, right))


def _clash(tree: Tree, together: frozenset[str]) -> bool:
    paths = [path(tree, category) for category in sorted(together)]
    return any(_split(tree, a, b) for a, b in product(paths, paths))


def _split(tree: Tree, first: list[str], second: list[str]) -> bool:
    for a, b in zip(first, second, strict=False):
        if a != b:
            return a in tree.exclusive and b in tree.exclusive
    return False


def told_apart(tree: Tree, expressions: Iterable[str]) -> dict[str, np.ndarray]:
    """Say for each expression which kinds of people it counts, the kinds being all that the expressions tell apart."""
    expressions = sorted(set(expressions))
    named = {category for text in expressions for term in terms(text) for category in term}
    children: dict[str, list[str]] = {}
    for category in sorted({step for name in named for step in path(tree, name)}):
        above = tree.parents.get(category, "")
        children.setdefault("" if above in EVERYONE else above, []).append(category)
    kinds = {tuple(counts(pattern, text) for text in expressions): None for pattern in _below(tree, children, "")}
    return dict(zip(expressions, np.array(list(kinds), dtype=bool).T, strict=True))


def _below(tree: Tree, children: dict[str, list[str]], parent: str) -> list[frozenset[str]]:
    kids = children.get(parent, [])
    within = {kid: [frozenset({kid}) | deeper for deeper in _below(tree, children, kid)] for kid in kids}
    one_of = [frozenset[str](), *(choice for kid in kids if kid in tree.exclusive for choice in within[kid])]
    free = [[frozenset(), *within[kid]] for kid in kids if kid not in tree.exclusive]
    return [frozenset().union(*choice) for choice in product(one_of, *free)]


def check(known: dict[str, Tree], **asked: str) -> None:
    """Refuse a category that its tree does not hold. Raises ValueError with the nearest known one."""
    for dimension, expression in asked.items():
        parents = known[dimension].parents
        for category in sorted(name for term in terms(expression) for name in term if parents and name not in parents):
            nearest = process.extractOne(category, list(parents))[0]
            raise ValueError(f"no {dimension} is called {category!r}; did you mean {nearest!r}?")
