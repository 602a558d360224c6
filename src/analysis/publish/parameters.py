"""A notebook's parameters: what it knows, of which type, and which values are allowed."""

import ast
import csv
import json
from pathlib import Path
from typing import Any

ALLOWED = {"round": ("rounds.csv", "round_id"), "force": ("lookups/forces.csv", "force_id")}


class WrongUse(Exception):
    """A notebook, parameter or value that does not exist; says which one may have been meant."""

    exit_status = 2


def defaults(notebook: Path) -> dict:
    """Return the names and default values in the cell tagged `parameters`; a notebook without one has none.

    Raises WrongUse when that cell holds anything but `name = literal`.
    """
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    tagged = [cell for cell in cells if "parameters" in cell.get("metadata", {}).get("tags", [])]
    if len(tagged) > 1:
        raise WrongUse(f"{notebook.name} has {len(tagged)} cells tagged 'parameters'; keep one")
    lines = ast.parse("".join(tagged[0]["source"])).body if tagged else []
    return dict(_literal(line, notebook.name) for line in lines)


def _literal(line: Any, name: str) -> tuple[str, object]:
    targets = getattr(line, "targets", [getattr(line, "target", None)])
    target = targets[0] if len(targets) == 1 else None
    try:
        if not isinstance(target, ast.Name):
            raise ValueError("no single name")
        return target.id, ast.literal_eval(line.value)
    except (ValueError, AttributeError) as error:
        said = f"{name}: the parameters cell holds {ast.unparse(line).splitlines()[0]!r}"
        raise WrongUse(f"{said}; it may hold only lines like name = 'value'") from error


def checked(notebook: Path, given: dict, raw: Path) -> dict:
    """Return the given parameters, texts turned into the type of the notebook's default, all names and values known.

    Raises WrongUse naming the parameter and the nearest right one.
    """
    known = defaults(notebook)
    for name in given:
        if name not in known:
            offers = f"{notebook.stem} has no parameter {name!r}"
            raise WrongUse(f"{offers}; {nearest(name, known)}" if known else f"{offers}; it has none")
    typed = {name: _typed(name, value, known[name]) for name, value in given.items()}
    for name, value in typed.items():
        if name in ALLOWED and value not in (values := allowed(name, raw)):
            raise WrongUse(f"no {name} is called {value!r}; {nearest(value, values)}")
    return typed


def allowed(name: str, raw: Path) -> list[str]:
    """Return the values a `round` or `force` may take, from the raw tables."""
    file, column = ALLOWED[name]
    with (raw / file).open(encoding="utf-8", newline="") as lines:
        return [row[column] for row in csv.DictReader(lines)]


def nearest(wrong: str, right) -> str:
    """Say which of the right names come nearest to a wrong one."""
    from rapidfuzz import process

    found = [match[0] for match in process.extract(str(wrong), sorted(right), limit=3)]
    return f"did you mean {' or '.join(found)}?" if found else "there are none"


def _typed(name: str, value, default):
    wanted = type(default)
    wrong = WrongUse(f"{name} must be of type {wanted.__name__}, as in {name} = {default!r}; got {value!r}")
    if isinstance(value, str) and wanted is not str:
        try:
            value = ast.literal_eval(value)
        except (ValueError, SyntaxError) as error:
            raise wrong from error
    if wanted is float and type(value) is int:
        value = float(value)
    if type(value) is not wanted:
        raise wrong
    return value
