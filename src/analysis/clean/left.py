"""What a reply that was taken in still leaves to a person, in words and as rows to complete."""

import ast

import pandas as pd

from analysis import columns
from analysis.clean.additions import line
from analysis.clean.approvals import OPEN
from analysis.problems import Problem

CODES = {"UNDECIDED", "UNKNOWN_WORDING", "UNKNOWN_FORCE"}  # nothing is wrong, but somebody must decide
MEANS = {"misuse": ("conduct", "system"), "outcome": ("outcome",), "role": ("role",), "unit": ("unit",)}
NEW_WORDS = (
    "Rows for data/raw/lookups/wording.csv, with what lookups/categories.csv calls it for each ?, and why for WHY:"
)


def said(found: list[Problem], source: pd.Series, coverage: pd.DataFrame) -> list[str]:
    """Return what is left to decide about a document, or that nothing is; `coverage` holds the rows of coverage.csv."""
    others = [problem for problem in found if problem.code != "UNDECIDED"]
    asked = [f"{each.place}: {each.found}; expected {each.expected}; {each.do}" for each in others]
    left = [*_undecided(found), *asked, *_decisions(source, coverage)]
    return [
        *(["Left to decide:", *(f"  {each}" for each in left)] if left else ["Nothing is left to decide."]),
        *_words(found),
    ]


def _undecided(found: list[Problem]) -> list[str]:
    """Say which `?` of the recipe are open, each key once with all its places."""
    places: dict[str, list[str]] = {}
    for problem in found:
        where, _, key = problem.place.rpartition(".")
        if problem.code == "UNDECIDED":
            places.setdefault(key, []).append(where or "the recipe")
    return [f"{key}: still ? in {', '.join(where)}" for key, where in places.items()]


def _words(found: list[Problem]) -> list[str]:
    """Return a row for lookups/wording.csv for each wording not known yet, with `?` for what it means."""
    rows = []
    for problem in found:
        field, _, text = problem.found.partition(" ")
        if problem.code == "UNKNOWN_WORDING" and text.startswith(("'", '"')):
            row = dict.fromkeys(MEANS[field], "?") | {"field": field, "wording": ast.literal_eval(text), "reason": OPEN}
            rows.append(line([row.get(name, "") for name in columns.columns("wording")]))
    return [NEW_WORDS, *rows] if rows else []


def _decisions(source: pd.Series, coverage: pd.DataFrame) -> list[str]:
    """Say what the row in sources.csv and those in coverage.csv still leave open."""
    open_cells = {"answer": "full, partial, refused, not held or other", "asked": "what was asked, in our words"}
    found = [f"sources.csv: {name}: {words}" for name, words in open_cells.items() if not source[name]]
    for force_id in source["force_ids"].split():
        row = coverage[(coverage["round_id"] == source["round_id"]) & (coverage["force_id"] == force_id)]
        named = row["source_ids"].iloc[0].split() if len(row) else [source["source_id"]]
        if not {source["source_id"], source["parent"]} & set(named):
            answer = f"{row['answer'].iloc[0]!r}, by {' '.join(named) or 'no document'}"
            found.append(f"coverage.csv: {force_id} is {answer}: say how it answered, this document under source_ids")
    return found
