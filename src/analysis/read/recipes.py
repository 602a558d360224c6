"""From the cells of one document to rows as written: a transcript says how itself, another layout by its recipe."""

import tomllib
from collections import Counter
from pathlib import Path

import pandas as pd

from analysis.problems import Fault, Faults
from analysis.read import caselists, cells, grids, keys, layouts, places, transcripts
from analysis.read.spelled import UNDECIDED

TRANSCRIPT = transcripts.COLUMNS
COUNTS_FORCES = transcripts.COUNTS_FORCES
ROWS = keys.ROWS
LEDGER = ["place", "ends_as", "reason", "row_place"]
PARTS = {"table": layouts.table, "cases": caselists.cases, "answer": layouts.answer, "drop": layouts.drop}


def load(path: Path) -> dict:
    """Return the recipe in a file.

    Raises Faults (RECIPE) where it is no TOML, or holds a key that means nothing.
    """
    try:
        recipe = parsed(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Faults([Fault("RECIPE", path.name, str(error), "a TOML file", "mend the recipe")]) from error
    if faults := keys.unknown(recipe, path.name):
        raise Faults(faults)
    return recipe


def parsed(text: str) -> dict:
    """Return the recipe in a text."""
    return tomllib.loads(text)


def rows(
    path: Path, recipe: dict | None = None, found: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of a document as written, and where each of its non-empty cells ended.

    `found` holds the document's cells where they were read already. Rows: the transcript's columns, date_basis, rank,
    sum, total, reads_as and place. Ledger: place, ends_as, reason, row_place.
    Raises Faults (RAGGED_ROW, DUPLICATE_COLUMN, WRONG_COLUMNS, NO_RECIPE, ANCHOR, UNREAD_NUMBER, UNDECIDED, RECIPE and
    those of `cells`).
    """
    lines, ledger = said(path, recipe, found)
    return table(lines), pd.DataFrame(ledger, columns=LEDGER, dtype="str")


def table(lines: list[list[str]]) -> pd.DataFrame:
    """Return the rows of documents as a table."""
    return pd.DataFrame(lines, columns=ROWS, dtype="str")


def said(
    path: Path, recipe: dict | None = None, found: pd.DataFrame | None = None
) -> tuple[list[list[str]], list[tuple[str, ...]]]:
    """Return what `rows` does, before it is a table: the fields of each row and of each cell."""
    if recipe is None and path.suffix.casefold() != ".csv":
        do = "write one beside it: python -m analysis new-reply drafts it"
        raise Faults([Fault("NO_RECIPE", "", "a file that keeps its own layout", "a recipe", do)])
    if recipe is None:
        lines, ledger = transcripts.read(cells.records(path))
    else:
        lines, ledger = laid_out(grids.grid(cells.cells(path) if found is None else found), recipe)
    filled = [[str(row.get(name, "")) for name in ROWS] for row in lines]
    return filled, ledger


def laid_out(grid: grids.Grid, recipe: dict) -> tuple[list[dict], list[tuple]]:
    """Return the rows a recipe finds in a grid and where each cell ended; what no part of it names is a title or note.

    Raises Faults: every part that does not fit, every number that no part names.
    """
    faults = [] if recipe.get("draft") else undecided(recipe)
    base = {"force": recipe.get("force", ""), "read_by": recipe.get("read_by", "")} | recipe.get("fixed", {})
    found: list = []
    ends: dict = {}
    for name, reader in PARTS.items():
        for entry in recipe.get(name, []):
            try:
                more, end = reader(grid, recipe, entry)
            except Faults as error:
                faults += error.faults
                continue
            except KeyError as error:
                faults.append(_incomplete(name, entry, str(error)))
                continue
            found += [base | row for row in more]
            ends |= end
    faults += [] if faults else [*_passed_over(grid, ends), *_twice(found)]
    if faults:
        raise Faults(faults)
    ledger = [(cell.place, *ends.get(cell.place, ("note", "", ""))) for _, cell in sorted(grid.cells.items())]
    named = [(places.name(place), end, reason, places.name(row)) for place, end, reason, row in ledger]
    return [row | {"place": places.name(row["place"])} for row in found], named


def _incomplete(name: str, entry: dict, key: str) -> Fault:
    where = entry.get("header") or entry.get("place") or name
    return Fault("RECIPE", where, f"no {key}", f"a {name} with all its keys", "mend the recipe")


def _passed_over(grid: grids.Grid, ends: dict) -> list[Fault]:
    """Return the numbers that no part of a recipe names: nothing may be lost because a row was forgotten."""
    do = "add its row or column to the recipe, or drop it with a reason"
    return [
        Fault("UNREAD_NUMBER", cell.place, "a number no part of the recipe names", "each number read or dropped", do)
        for _, cell in sorted(grid.cells.items())
        if cell.place not in ends and layouts.bare(cell.text)
    ]


def _twice(found: list[dict]) -> list[Fault]:
    """Return the places that two parts of a recipe read."""
    known = Counter(row["place"] for row in found)
    do = "read it once; several numbers in one cell of prose are P4, P4#2, P4#3"
    return [
        Fault("RECIPE", place, "a cell two parts of the recipe read", "each cell read once", do)
        for place in sorted(place for place, times in known.items() if times > 1)
    ]


def undecided(recipe: dict, where: str = "") -> list[Fault]:
    """Return what a drafted recipe leaves to a person: every `?` in it, named by its keys."""
    found = []
    for key, value in recipe.items():
        name = f"{where}{key}"
        entries = value if isinstance(value, list) else [value]
        for number, entry in enumerate(entries, start=1):
            place = f"{name}[{number}]" if isinstance(value, list) and isinstance(entry, dict) else name
            if isinstance(entry, dict):
                found += undecided(entry, f"{place}.")
            elif entry == UNDECIDED:
                found.append(Fault("UNDECIDED", place, "?", "a decision", f"say in the recipe what {key} is"))
    return found
