"""The keys a recipe knows: one that is misspelt would otherwise be passed over, and what it says with it."""

import difflib

from analysis.problems import Fault
from analysis.read import transcripts

# only a recipe can set these: `sum` and `total` name the sums a value is part of, and those it is the total of;
# `reads_as` is how to read a number that is not read as written
ADDED = ["date_basis", "rank", "sum", "total", "reads_as", "place"]
ROWS = [*transcripts.COLUMNS, *ADDED]
MARKS = {"blank", "dash", "means"}
SHARED = {"header", "anchor", "rows", "columns", "fixed", *MARKS}
WHOLE = {"source_id", "force", "read_by", "unfinished", "fixed", *MARKS}
PARTS = {
    "table": SHARED | {"row_label", "heads", "map", "total_row", "total_column", "subtotal", "keep_total", "disjoint"},
    "cases": SHARED,
    "answer": {"place", "anchor", "value", "beside", *ROWS},
    "drop": {"place", "anchor", "reason"},
}
MEANINGS = {"none", "year", "financial year", "month", *ROWS}


def unknown(recipe: dict, file: str) -> list[Fault]:
    """Return each key, and each word for what a column means, that a recipe may not hold, with the nearest it may."""
    found = [*_strange(recipe, WHOLE | PARTS.keys(), file), *_strange(recipe.get("fixed", {}), ROWS, f"{file} fixed")]
    for part, allowed in PARTS.items():
        entries = recipe.get(part, [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            do = "mend the recipe"
            found.append(Fault("RECIPE", f"{file} {part}", "a part that cannot stand twice", f"[[{part}]]", do))
            continue
        for number, entry in enumerate(entries, start=1):
            where = f"{file} {part}[{number}]"
            found += [*_strange(entry, allowed, where), *_inside(entry, where)]
    return found


def _inside(entry: dict, where: str) -> list[Fault]:
    """Return what is not known inside a part: the columns it sets, its subtotals, and what its columns mean."""
    found = _strange(entry.get("fixed", {}), ROWS, f"{where}.fixed")
    for name in ("heads", "map"):
        for label, sets in entry.get(name, {}).items():
            found += _strange(sets, ROWS, f"{where}.{name}.{label}")
    for sums in entry.get("subtotal", []):
        found += _strange(sums, {"row", "of"}, f"{where}.subtotal")
    for name in ("columns", "row_label"):
        said = entry.get(name, [])
        words = said.values() if isinstance(said, dict) else said if isinstance(said, list) else [said]
        found += _strange([word for word in words if word != "?"], MEANINGS, f"{where}.{name}")
    return found


def _strange(given, allowed, where: str) -> list[Fault]:
    known = sorted(allowed)
    return [
        Fault("RECIPE", where, f"{key!r}, which means nothing there", _expected(str(key), known), "mend the recipe")
        for key in given
        if key not in known
    ]


def _expected(key: str, known: list[str]) -> str:
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
    return f"{f'{near[0]!r}? ' if near else ''}one of {', '.join(known)}"
