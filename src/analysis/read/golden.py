"""The rows a recipe gave when a person looked at them, kept beside it, so that a later change is noticed."""

import csv
import io
from pathlib import Path

import pandas as pd

from analysis.problems import Fault, Faults

SUFFIX = ".rows.csv"
COLUMNS = ["place", "force", "period", "role", "rank", "unit", "misuse", "outcome", "date_basis", "value", "beside"]


def path_of(document: Path) -> Path:
    """Return where the golden rows of a document lie."""
    return document.with_suffix(SUFFIX)


def beside(file: str) -> tuple[str, str]:
    """Return the names of the recipe and the golden rows of a document, beside it."""
    stem, _, suffix = file.rpartition(".")
    if "/" in suffix or stem.endswith("/") or not stem:
        stem = file
    return f"{stem}.toml", f"{stem}{SUFFIX}"


def text(rows: pd.DataFrame, is_draft: bool = False) -> str:
    """Return golden rows as csv: those that are figures, in the order of the file; a draft ends with a row `?`."""
    kept = rows.loc[rows["drop"] == "", COLUMNS]
    draft = f"?{',' * (len(COLUMNS) - 1)}\n" if is_draft else ""
    return kept.to_csv(index=False, lineterminator="\n", quoting=csv.QUOTE_MINIMAL) + draft


def unfinished(content: str) -> bool:
    """Say whether golden rows were written before all of the recipe was decided."""
    return content.splitlines()[-1].startswith("?,")


def differences(rows: pd.DataFrame, document: Path) -> list[Fault]:
    """Return where rows are not the golden ones of a document; nothing where it has none. No value is repeated."""
    path = path_of(document)
    if not path.is_file():
        return []
    content = path.read_text(encoding="utf-8")
    if unfinished(content):
        do = "run new-reply on it again, then compare the rows with the file"
        return [Fault("GOLDEN_ROW", "", "rows written before all was decided", "rows a person looked at", do)]
    wanted, found = _by_place(content), _by_place(text(rows))
    do = f"correct the recipe; if it is right, remove {path.name} and run new-reply again"
    return [
        Fault("GOLDEN_ROW", place, _words(found, wanted, place), f"the row in {path.name}", do)
        for place in [*wanted, *(place for place in found if place not in wanted)]
        if found.get(place) != wanted.get(place)
    ]


def _by_place(content: str) -> dict[str, dict[str, str]]:
    try:
        return {row["place"]: row for row in csv.DictReader(io.StringIO(content, newline=""), strict=True)}
    except (csv.Error, KeyError) as error:
        raise Faults([Fault("GOLDEN_ROW", "L1", str(error), ",".join(COLUMNS), "restore the file")]) from error


def _words(found: dict, wanted: dict, place: str) -> str:
    if place not in wanted:
        return "a row more"
    if place not in found:
        return "no row"
    return "another " + ", ".join(name for name in COLUMNS if found[place].get(name) != wanted[place].get(name))
