"""Which notebooks are run, and with which parameters: what notebooks/runs.toml says, spelt out."""

import csv
import tomllib
from dataclasses import dataclass
from pathlib import Path

from analysis.publish import parameters

KNOWN = {"notebook", "needs", "except", "round", "force"}


@dataclass(frozen=True)
class Run:
    """One notebook with one set of parameters; `subject` is the round or force, or `all`."""

    notebook: Path
    parameters: dict
    subject: str

    @property
    def name(self) -> str:
        """The run as people call it: notebook and subject."""
        return f"{self.notebook.stem} · {self.subject}"

    @property
    def place(self) -> Path:
        """The run's folder in a generation."""
        return Path(self.notebook.stem) / self.subject


def settings(notebooks: Path) -> dict:
    """Return what runs.toml says besides the runs: headline_round, headlines, headline_picture, timeout_seconds."""
    said = tomllib.loads((notebooks / "runs.toml").read_text("utf-8"))
    usual = {"headline_round": "", "headlines": [], "headline_picture": "", "timeout_seconds": 600}
    unknown = sorted(set(said) - set(usual) - {"run"})
    if unknown:
        raise parameters.WrongUse(f"runs.toml: {unknown[0]!r} means nothing; {parameters.nearest(unknown[0], usual)}")
    return usual | {name: value for name, value in said.items() if name != "run"}


def runs(notebooks: Path, tables: Path, raw: Path) -> list[Run]:
    """Return every run of runs.toml, `*` spelt out to each round or force that has what `needs` asks for.

    Raises WrongUse for a notebook that is not there, a parameter it does not know, a value that is not allowed, a key
    of runs.toml that means nothing.
    """
    entries = tomllib.loads((notebooks / "runs.toml").read_text("utf-8")).get("run", [])
    found = [run for entry in entries for run in _spelt_out(entry, notebooks, tables, raw)]
    places = [run.place for run in found]
    twice = sorted({str(place) for place in places if places.count(place) > 1})
    if twice:
        raise parameters.WrongUse(f"runs.toml names twice: {', '.join(twice)}")
    return found


def one(notebook: str, given: dict, notebooks: Path, raw: Path) -> Run:
    """Return the run of one notebook with the parameters given on the command line."""
    path = existing(notebook, notebooks)
    typed = parameters.checked(path, given, raw)
    return Run(path, typed, subject(parameters.defaults(path) | typed))


def existing(name: str, notebooks: Path) -> Path:
    """Return the path of a notebook by its name, with or without its ending.

    Raises WrongUse suggesting the nearest.
    """
    path = notebooks / f"{Path(name).name.removesuffix('.ipynb')}.ipynb"
    if not path.is_file():
        near = parameters.nearest(path.stem, [other.stem for other in notebooks.glob("*.ipynb")])
        raise parameters.WrongUse(f"no notebook is called {path.stem!r} in {notebooks.name}/; {near}")
    return path


def subject(values: dict) -> str:
    """Return the folder name of a run: its round or force."""
    return str(values.get("round") or values.get("force") or "all")


def _spelt_out(entry: dict, notebooks: Path, tables: Path, raw: Path) -> list[Run]:
    unknown = sorted(set(entry) - KNOWN)
    if unknown:
        raise parameters.WrongUse(f"runs.toml: {unknown[0]!r} means nothing; {parameters.nearest(unknown[0], KNOWN)}")
    path = existing(entry["notebook"], notebooks)
    given = {name: entry[name] for name in parameters.ALLOWED if name in entry}
    starred = next((name for name, value in given.items() if value == "*"), None)
    if starred is None:
        sets = [given]
    else:
        left_out = set(entry.get("except", []))
        values = [value for value in parameters.allowed(starred, raw) if value not in left_out]
        have = _having(entry.get("needs"), starred, tables, raw)
        sets = [given | {starred: value} for value in values if have is None or value in have]
    checked = [parameters.checked(path, values, raw) for values in sets]
    return [Run(path, values, subject(parameters.defaults(path) | values)) for values in checked]


def _having(needs: dict | None, name: str, tables: Path, raw: Path) -> set[str] | None:
    """Return the rounds (or forces) with a row in the table that `needs` names, other than the values it sets aside."""
    if not needs:
        return None
    file = f"{needs['table']}.csv"
    column, aside = needs.get("column"), set(needs.get("other_than", [""]))
    with (tables / file if (tables / file).is_file() else raw / file).open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if column is None or row[column] not in aside]
    return {value for row in rows for value in (row.get(f"{name}_id") or row.get(f"{name}_ids") or "").split()}
