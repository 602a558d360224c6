"""Which notebooks are run, with which parameters: what notebooks/runs.toml says, spelt out, and what a run rests on."""

import ast
import csv
import json
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from analysis import project
from analysis.problems import nearest
from analysis.publish.fingerprints import cells_of, code, fingerprint

ENTRY_DEFAULTS = {"notebook": "", "needs": {}, "except": [], "round": None, "force": None}
DEFAULTS = {"timeout_seconds": 300, "front": {}, "run": []}
ALLOWED = {"round": ("rounds.csv", "round_id"), "force": ("lookups/forces.csv", "force_id")}
# What a cell may import, and names by which it would reach files or programs past `load`.
IMPORTED = re.compile(
    r"analysis(\.(?!clean|codebook|problems|project|publish|read|tables)[a-z]\w*)*|"  # not what makes tables
    r"(collections|datetime|functools|itertools|math|operator|re|statistics|string|textwrap|warnings|"
    r"matplotlib|numpy|pandas|scipy|seaborn)(\.(?!load$)\w+)*"
)
FORBIDDEN = re.compile(
    r"open|exec|eval|compile|globals|get_ipython|os|sys|io|builtins|subprocess|ctypeslib|memmap|fromfile|tofile|"
    r"loadtxt|genfromtxt|imread|imsave|save(z|txt|fig)?|read_\w+|__\w+|ExcelFile|ExcelWriter|HDFStore|"
    r"to_(csv|excel|json|parquet|pickle|feather|hdf|sql|stata|orc|xml|clipboard)"
)


class Refused(Exception):
    """Nothing may be put in place; says why."""

    exit_status = 1


class WrongUse(Exception):
    """A notebook, parameter or value that does not exist; says which one may have been meant."""

    exit_status = 2


@dataclass(frozen=True, eq=False)
class Run:
    """One notebook with one set of parameters; `part` is its round or force, or nothing for the whole."""

    notebook: Path
    parameters: dict
    part: str = ""

    @property
    def subject(self) -> str:
        """The part in an address: `all` for the whole."""
        return self.part or "all"

    def __str__(self) -> str:
        return f"{self.notebook.stem}/{self.subject}"

    @property
    def page(self) -> str:
        """The address of the run's page in the site."""
        return f"forces/{self.subject}.html" if "force" in self.parameters else f"{self}.html"


def settings(notebooks: Path) -> dict:
    """Return what runs.toml says: run, timeout_seconds, and front, what the front page is told from."""
    try:
        said = tomllib.loads((notebooks / "runs.toml").read_text("utf-8"))
    except ValueError as error:  # of the form, or no UTF-8
        raise WrongUse(f"runs.toml: {error}") from error
    _check_keys(said, DEFAULTS)
    for entry in said.get("run", []):
        _check_keys(entry, ENTRY_DEFAULTS)
    return DEFAULTS | said


def _check_keys(said: object, usual: dict) -> None:
    """Raise WrongUse for a key that means nothing, or whose value is of another type than the usual one."""
    if not isinstance(said, dict):
        raise WrongUse(f"runs.toml: {said!r} is no table, such as [[run]]")
    for name, value in said.items():
        if name not in usual:
            raise WrongUse(f"runs.toml: {name!r} means nothing; {nearest(name, usual)}")
        if usual[name] is not None and type(value) is not type(usual[name]):
            raise WrongUse(f"runs.toml: {name} = {value!r} should be of type {type(usual[name]).__name__}")


def planned(notebooks: Path, tables) -> list[Run]:
    """Return every run of runs.toml, `*` spelt out to each round or force that has what `needs` asks for.

    tables: as `analysis.load` gives them. Raises WrongUse for a notebook that is not there, a parameter it does not
    know, a value that is not allowed, a key of runs.toml that means nothing.
    """
    found = [run for entry in settings(notebooks)["run"] for run in _expanded(entry, notebooks, tables)]
    pages = [run.page for run in found]
    for page in (page for page in pages if pages.count(page) > 1):
        raise WrongUse(f"runs.toml makes {page} twice")
    return found


def _expanded(entry: dict, notebooks: Path, tables) -> list[Run]:
    name = next((name for name in ALLOWED if name in entry), None)
    if name is None:
        return [one(entry["notebook"], {}, notebooks)]
    values = entry[name] if isinstance(entry[name], list) else [entry[name]]
    if values == ["*"]:
        have = _subjects(entry.get("needs", {}), name, tables) - {*entry.get("except", [])}
        values = [value for value in allowed(name) if value in have]
    return [one(entry["notebook"], {name: value}, notebooks) for value in values]


def _subjects(needs: dict, name: str, tables) -> set[str]:
    """Return the rounds (or forces) with a row in the table that `needs` names, and there what its `where` says."""
    frame = getattr(tables, needs.get("table", f"{name}s"), None)
    if frame is None:
        raise WrongUse(f"runs.toml: needs a table {needs['table']!r}, which `analysis.load` does not give")
    frame = frame.query(needs["where"]) if "where" in needs else frame
    column = next((one for one in (f"{name}_id", f"{name}_ids") if one in frame), None)
    return set(" ".join(frame[column].astype("str")).split()) if column else set()


def one(name: str, given: dict, notebooks: Path) -> Run:
    """Return the run of a notebook, named with or without its ending, with some parameters.

    Raises WrongUse for a cell that reaches past `load`, and naming the notebook, the parameter and the nearest right
    one, of which papermill would only warn.
    """
    path = notebooks / f"{Path(name).name.removesuffix('.ipynb')}.ipynb"
    if not path.is_file():
        known = [other.stem for other in notebooks.glob("*.ipynb")]
        raise WrongUse(f"no notebook is called {path.stem!r} in {notebooks.name}/; {nearest(path.stem, known)}")
    known = defaults(path.name, path.read_text("utf-8"))
    for name, value in given.items():
        if name not in known:
            raise WrongUse(f"{path.name} has no parameter {name!r}; {nearest(name, known)}")
        if name in ALLOWED and value not in (values := allowed(name)):
            raise WrongUse(f"{path.name}: no {name} is called {value!r}; {nearest(value, values)}")
        if type(value) is not type(known[name]):
            raise WrongUse(f"{path.name}: {name} must be of type {type(known[name]).__name__}, not {value!r}")
    values = known | given
    return Run(path, given, str(values.get("round") or values.get("force") or ""))


@cache
def defaults(notebook: str, text: str) -> dict:
    """Return the names and default values in the cell tagged `parameters` of a notebook; one without it has none.

    Raises WrongUse when that cell holds anything but `name = literal`, when there are two, and naming the cell that
    reads, writes or starts something by itself: a result is kept for as long as what `load` gives its run is the same,
    so it may rest on nothing else.
    """
    tagged = []
    for number, cell in enumerate(json.loads(text)["cells"], 1):
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and (found := _reach_past_load(source)):
            place = f"{notebook}: cell {number} [{cell.get('id', '')}] holds {found}"
            raise WrongUse(f"{place}: a notebook reads through load(…) and shows through say, show or charts alone")
        tagged += [source] if "parameters" in cell.get("metadata", {}).get("tags", []) else []
    if len(tagged) > 1:
        raise WrongUse(f"{notebook} has {len(tagged)} cells tagged 'parameters'; keep one")
    return dict(_literal(line, notebook) for line in ast.parse("".join(tagged)).body)


def _literal(line: ast.stmt, notebook: str) -> tuple[str, object]:
    try:
        (target,) = line.targets  # type: ignore[attr-defined]
        return target.id, ast.literal_eval(line.value)  # type: ignore[attr-defined]
    except (AttributeError, ValueError) as error:
        said = f"{notebook}: the parameters cell may hold only lines like name = 'value'"
        raise WrongUse(f"{said}; it holds {ast.unparse(line).splitlines()[0]!r}") from error


def _reach_past_load(source: str) -> str:
    """Name what of a cell's code goes past `load`; nothing where nothing does."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except SyntaxError as error:
        return f"a line that is no Python (line {error.lineno}: {error.msg})"
    for node in nodes:
        word = next((getattr(node, part) for part in ("attr", "id", "name") if hasattr(node, part)), None) or ""
        match node:
            case ast.Import():
                names = [one.name for one in node.names]
            case ast.ImportFrom():
                names = [f"{node.module or '.'}.{one.name}" for one in node.names]
            case ast.Attribute(value=ast.Name(id="analysis")):
                names = [f"analysis.{word}"]
            case ast.Attribute(attr="load"):  # as in numpy.load
                return "load of another library"
            case _:
                names = []
        if strange := [name for name in names if not IMPORTED.fullmatch(name)]:
            return f"{strange[0]}, which is not for notebooks"
        if FORBIDDEN.fullmatch(word):
            return word
    return ""


def allowed(name: str) -> list[str]:
    """Return the values a `round` or `force` may take, in the order of their table."""
    file, column = ALLOWED[name]
    with (project.raw() / file).open(encoding="utf-8", newline="") as lines:
        return [row[column] for row in csv.DictReader(lines)]


def parts(tables, wanted: Iterable[str]) -> dict[str, str]:
    """Return the fingerprint of what `load` gives for some rounds and forces, and for "", the whole.

    tables: as `analysis.load` gives them, whole.
    """
    from analysis.tables import part

    def with_lines(frame):
        # a document's checksum moves with each of its numbers, also in the parts that hold none of them
        text = frame.loc[:, frame.columns != "sha256"].to_csv(index=False, header=False, lineterminator="\0")
        return frame.assign(line=text.split("\0")[:-1])

    frames = {name: with_lines(frame) for name, frame in vars(tables).items() if hasattr(frame, "to_csv")}
    whole, words = replace(tables, **frames), (project.lookups() / "columns.csv").read_bytes()

    def told(name: str) -> str:
        held = vars(part(whole, name))
        return fingerprint(words, *("\0".join(held[table]["line"]) for table in frames))

    return {name: told(name) for name in wanted}


def keys(planned: Iterable[Run], parts: dict[str, str]) -> dict[Run, str]:
    """Return the name under which each run's result is kept: the same cells, parameters, part, package and lock."""
    lock = project.root() / "requirements.lock"
    same = [code(), lock.read_bytes() if lock.is_file() else b""]
    given = {run: json.dumps(run.parameters, sort_keys=True) for run in planned}
    return {run: fingerprint(cells_of(run.notebook), told, parts[run.part], *same)[:32] for run, told in given.items()}
