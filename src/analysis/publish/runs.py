"""Which notebooks are run, with which parameters: what notebooks/runs.toml says, spelt out, and what a run rests on."""

import ast
import difflib
import hashlib
import json
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from analysis import project

KNOWN = {"notebook", "needs", "except", "round", "force"}
USUAL = {"timeout_seconds": 300, "front": {}}
ALLOWED = {"round": ("rounds.csv", "round_id"), "force": ("lookups/forces.csv", "force_id")}
PACKAGE = Path(__file__).resolve().parents[1]
KEPT_BY_OTHERS = {"__pycache__", ".ipynb_checkpoints"}


class WrongUse(Exception):
    """A notebook, parameter or value that does not exist; says which one may have been meant."""

    exit_status = 2


@dataclass(frozen=True, eq=False)
class Run:
    """One notebook with one set of parameters; `subject` is its round or force, or `all`."""

    notebook: Path
    parameters: dict
    subject: str

    def __str__(self) -> str:
        return f"{self.notebook.stem}/{self.subject}"

    @property
    def part(self) -> str:
        """What `load` is asked for by this run: its round or force, or nothing for the whole."""
        return "" if self.subject == "all" else self.subject

    @property
    def page(self) -> str:
        """The address of the run's page in the site."""
        return f"forces/{self.subject}.html" if "force" in self.parameters else f"{self}.html"


def settings(notebooks: Path) -> dict:
    """Return what runs.toml says besides the runs: timeout_seconds, and [front], what the front page is told from."""
    said = tomllib.loads((notebooks / "runs.toml").read_text("utf-8"))
    said.pop("run", None)
    for name in set(said) - set(USUAL):
        raise WrongUse(f"runs.toml: {name!r} means nothing; {nearest(name, USUAL)}")
    return USUAL | said


def planned(notebooks: Path, tables) -> list[Run]:
    """Return every run of runs.toml, `*` spelt out to each round or force that has what `needs` asks for.

    tables: as `analysis.load` gives them. Raises WrongUse for a notebook that is not there, a parameter it does not
    know, a value that is not allowed, a key of runs.toml that means nothing.
    """
    entries = tomllib.loads((notebooks / "runs.toml").read_text("utf-8")).get("run", [])
    found = [run for entry in entries for run in _spelt_out(entry, notebooks, tables)]
    pages = [run.page for run in found]
    for page in (page for page in pages if pages.count(page) > 1):
        raise WrongUse(f"runs.toml makes {page} twice")
    return found


def one(notebook: str, given: dict, notebooks: Path) -> Run:
    """Return the run of one notebook with the parameters given on the command line."""
    path = existing(notebook, notebooks)
    return _run(path, given)


def existing(name: str, notebooks: Path) -> Path:
    """Return the path of a notebook by its name, with or without its ending; raises WrongUse with the nearest."""
    path = notebooks / f"{Path(name).name.removesuffix('.ipynb')}.ipynb"
    if not path.is_file():
        known = [other.stem for other in notebooks.glob("*.ipynb")]
        raise WrongUse(f"no notebook is called {path.stem!r} in {notebooks.name}/; {nearest(path.stem, known)}")
    return path


def _run(path: Path, given: dict) -> Run:
    typed = checked(path, given)
    values = defaults(path) | typed
    return Run(path, typed, str(values.get("round") or values.get("force") or "all"))


def _spelt_out(entry: dict, notebooks: Path, tables) -> list[Run]:
    for name in set(entry) - KNOWN:
        raise WrongUse(f"runs.toml: {name!r} means nothing; {nearest(name, KNOWN)}")
    path = existing(entry["notebook"], notebooks)
    given = {name: entry[name] for name in ALLOWED if name in entry}
    starred = next((name for name, value in given.items() if value == "*"), None)
    if starred is None:
        return [_run(path, given)]
    have = _having(entry.get("needs", {}), starred, tables) - {*entry.get("except", [])}
    return [_run(path, given | {starred: value}) for value in allowed(starred) if value in have]


def _having(needs: dict, name: str, tables) -> set[str]:
    """Return the rounds (or forces) with a row in the table that `needs` names, and there what its `where` says."""
    frame = getattr(tables, needs.get("table", f"{name}s"), None)
    if frame is None:
        raise WrongUse(f"runs.toml: needs a table {needs['table']!r}, which `analysis.load` does not give")
    frame = frame.query(needs["where"]) if "where" in needs else frame
    column = next((one for one in (f"{name}_id", f"{name}_ids") if one in frame), None)
    return set(" ".join(frame[column].astype("str")).split()) if column else set()


def defaults(notebook: Path) -> dict:
    """Return the names and default values in the cell tagged `parameters`; a notebook without one has none.

    Raises WrongUse when that cell holds anything but `name = literal`, or when there are two.
    """
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    tagged = ["".join(cell["source"]) for cell in cells if "parameters" in cell.get("metadata", {}).get("tags", [])]
    if len(tagged) > 1:
        raise WrongUse(f"{notebook.name} has {len(tagged)} cells tagged 'parameters'; keep one")
    return dict(_literal(line, notebook.name) for line in ast.parse("".join(tagged)).body)


def _literal(line: ast.stmt, name: str) -> tuple[str, object]:
    try:
        (target,) = line.targets  # type: ignore[attr-defined]
        return target.id, ast.literal_eval(line.value)  # type: ignore[attr-defined]
    except (AttributeError, ValueError) as error:
        said = f"{name}: the parameters cell holds {ast.unparse(line).splitlines()[0]!r}"
        raise WrongUse(f"{said}; it may hold only lines like name = 'value'") from error


def checked(notebook: Path, given: dict) -> dict:
    """Return the given parameters, texts turned into the type of the notebook's default, all names and values known.

    Raises WrongUse naming the notebook, the parameter and the nearest right one.
    """
    known = defaults(notebook)
    for name in set(given) - set(known):
        told = nearest(name, known) if known else "it has none"
        raise WrongUse(f"{notebook.name} has no parameter {name!r}; {told}")
    typed = {name: _typed(name, value, known[name], notebook) for name, value in given.items()}
    for name in ALLOWED.keys() & typed.keys():
        if typed[name] not in (values := allowed(name)):
            raise WrongUse(f"{notebook.name}: no {name} is called {typed[name]!r}; {nearest(typed[name], values)}")
    return typed


def _typed(name: str, value, default, notebook: Path):
    wanted = type(default)
    try:
        read = ast.literal_eval(value) if isinstance(value, str) and wanted is not str else value
    except (ValueError, SyntaxError):
        read = value
    read = float(read) if wanted is float and type(read) is int else read
    if type(read) is not wanted:
        like = f"{name} = {default!r}"
        raise WrongUse(f"{notebook.name}: {name} must be of type {wanted.__name__}, as in {like}; got {value!r}")
    return read


def allowed(name: str) -> list[str]:
    """Return the values a `round` or `force` may take, in the order of their table."""
    import csv

    file, column = ALLOWED[name]
    with (project.raw() / file).open(encoding="utf-8", newline="") as lines:
        return [row[column] for row in csv.DictReader(lines)]


def nearest(wrong: str, right: Iterable[str]) -> str:
    """Say which of the right names come nearest to a wrong one."""
    found = difflib.get_close_matches(str(wrong), sorted(right), n=3, cutoff=0)
    return f"did you mean {' or '.join(found)}?" if found else "there are none"


def digest(*texts: str | bytes) -> str:
    """Return one fingerprint of several texts, none of which can pass for its neighbour."""
    total = hashlib.sha256()
    for text in texts:
        data = text.encode() if isinstance(text, str) else text
        total.update(len(data).to_bytes(8, "big") + data)
    return total.hexdigest()


def below(folder: Path) -> list[Path]:
    """Return all files below a folder in one order, without those that Python and JupyterLab keep for themselves."""
    files = (file for file in folder.rglob("*") if file.is_file() and not KEPT_BY_OTHERS & {*file.parts})
    return sorted(files, key=lambda file: file.relative_to(folder).as_posix())


def of_files(folder: Path, files: Iterable[Path]) -> str:
    """Return one fingerprint of files: their paths below a folder and their bytes."""
    return digest(*(part for file in files for part in (file.relative_to(folder).as_posix(), file.read_bytes())))


def of_folder(folder: Path) -> str:
    """Return one fingerprint of all files below a folder, empty when there is no folder."""
    return of_files(folder, below(folder)) if folder.is_dir() else ""


def of_cells(notebook: Path) -> str:
    """Return the fingerprint of what a notebook says and asks: its cells without outputs and counts."""
    kept = ("id", "cell_type", "source", "metadata")
    cells = [{key: cell.get(key) for key in kept} for cell in json.loads(notebook.read_text("utf-8"))["cells"]]
    return digest(json.dumps(cells, sort_keys=True))


def libraries() -> str:
    """Return the fingerprint of what runs a notebook besides this package: the lock and the Python."""
    lock = project.root() / "requirements.lock"
    return digest(lock.read_bytes() if lock.is_file() else b"", sys.version)


def of_code() -> str:
    """Return the fingerprint of the code a notebook can reach: this package without its pages, and the kernels."""
    own = (file for file in below(PACKAGE) if file.parts[len(PACKAGE.parts)] != "publish")
    kernels = [PACKAGE / "publish" / f"{name}.py" for name in ("kernels", "warm")]
    return digest(of_files(PACKAGE, [*own, *kernels]), libraries())


def keys(planned: Iterable[Run], tables) -> dict[Run, str]:
    """Return the name under which each run's result is kept: the same cells, parameters, part, package and lock.

    tables: as `analysis.load` gives them; a run reads no more than its part of them.
    """
    from analysis.tables import part

    code, words = of_code(), (project.lookups() / "columns.csv").read_bytes()
    told: dict[int, bytes] = {}  # a lookup that every part holds whole is written out once

    def written(frame) -> bytes:
        if id(frame) not in told:
            # a document's checksum moves with each of its numbers, also in the parts that hold none of them
            told[id(frame)] = frame.drop(columns="sha256", errors="ignore").to_csv(index=False).encode()
        return told[id(frame)]

    def frames(name: str) -> str:
        held.append(part(tables, name))
        return digest(
            *(
                part
                for key, frame in vars(held[-1]).items()
                if hasattr(frame, "to_csv")
                for part in (key, written(frame))
            )
        )

    held: list = []  # while they live, no other frame can have the same id
    parts = {name: frames(name) for name in dict.fromkeys(run.part for run in planned)}
    asked = {run: json.dumps(run.parameters, sort_keys=True) for run in planned}
    return {run: digest(of_cells(run.notebook), asked[run], parts[run.part], code, words)[:32] for run in asked}
