"""The sha256 of each file a generation is made from, and of each it holds: by them anyone can verify it."""

import json
import re
import sys
from hashlib import sha256
from importlib import metadata
from pathlib import Path

from analysis import project

PACKAGE = Path(__file__).resolve().parents[1]
IGNORED = {"__pycache__", ".ipynb_checkpoints"}
SOURCES = "data/raw/sources.csv"  # it holds the fingerprint of every document
DOCUMENTS = re.compile(rf"data/raw/(?!lookups/)[^/]+/|{SOURCES}$")
PROVENANCE, SUMS = "provenance.json", "SHA256SUMS"
RUN_NOTEBOOKS = ("publish/execute.py", "publish/kernels.py")  # nothing else of publish/ reaches what a run makes
LIBRARIES = ("matplotlib", "numpy", "pandas", "pillow", "scipy", "seaborn")  # that calculate and draw


def fingerprint(*parts: str | bytes) -> str:
    """Return the sha256 of a text, or one of several texts, none of which can pass for its neighbour."""
    found = [sha256(part.encode() if isinstance(part, str) else part).hexdigest() for part in parts]
    return found[0] if len(found) == 1 else sha256("".join(found).encode()).hexdigest()


def files_in(folder: Path) -> list[Path]:
    """Return all files below a folder in one order, without those that Python and JupyterLab keep for themselves."""
    named = {file.relative_to(folder): file for file in folder.rglob("*") if file.is_file()}
    return [named[path] for path in sorted(named, key=Path.as_posix) if not IGNORED & {*path.parts}]


def hashes(folder: Path) -> dict[str, str]:
    """Return the fingerprint of each file below a folder, by its path there."""
    return {file.relative_to(folder).as_posix(): fingerprint(file.read_bytes()) for file in files_in(folder)}


def cells_of(notebook: Path) -> str:
    """Return what a notebook says and asks, as JSON: its cells without outputs and counts."""
    kept = ("id", "cell_type", "source", "metadata")
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    return json.dumps([{key: cell.get(key) for key in kept} for cell in cells], sort_keys=True)


def code() -> str:
    """Return the fingerprint of what makes a run: this package without its pages, Python, LIBRARIES."""
    own = {name: told for name, told in hashes(PACKAGE).items() if name in RUN_NOTEBOOKS or name[:8] != "publish/"}
    libraries = [sys.version, *map(metadata.version, LIBRARIES)]
    return fingerprint(*(part for pair in own.items() for part in pair), *libraries)


def inputs() -> dict[str, str]:
    """Return the fingerprint of each file a generation is made from, by its path; a notebook counts by its cells."""
    root, notebooks = project.root(), project.notebooks()
    folders = {"data/raw": project.raw(), "docs": root / "docs", "src/analysis": PACKAGE}
    found = {f"{place}/{name}": told for place, folder in folders.items() for name, told in hashes(folder).items()}
    found |= {f"notebooks/{file.name}": fingerprint(cells_of(file)) for file in notebooks.glob("*.ipynb")}
    others = {"requirements.lock": root / "requirements.lock", "notebooks/runs.toml": notebooks / "runs.toml"}
    return found | {name: fingerprint(file.read_bytes()) for name, file in others.items() if file.is_file()}


def commit() -> str:
    """Return the commit checked out, with `-dirty` when files differ from it; nothing where there is no git."""
    status, said = project.git("describe", "--always", "--dirty", "--abbrev=40", "--exclude=*")
    return said.strip() if status == 0 else ""


def write(site: Path, commit: str) -> None:
    """Add to a staged generation the fingerprint of each of its files, and what it was made from.

    A document that is not published is not named: the fingerprint of a few small numbers would give them away.
    """
    held, made_from = hashes(site), inputs()
    (site / SUMS).write_text("".join(f"{told}  {name}\n" for name, told in held.items()), "utf-8", newline="\n")
    held[SUMS] = fingerprint((site / SUMS).read_bytes())
    hidden = {name for name in made_from if DOCUMENTS.match(name)} - {SOURCES, *held}
    hidden |= {SOURCES} if hidden else set()
    named = {name: told for name, told in made_from.items() if name not in hidden}
    whole = {"commit": commit, "inputs": named, "outputs": held}
    (site / PROVENANCE).write_text(json.dumps(whole, indent=1, sort_keys=True) + "\n", "utf-8", newline="\n")


def differences() -> list[str]:
    """Name each file of the project, site/ and data/processed that is not as site/provenance.json says.

    Raises FileNotFoundError when nothing has been built.
    """
    site = project.site().resolve()
    if not (site / PROVENANCE).is_file():
        raise FileNotFoundError("site/provenance.json: no such file; build first")
    told = json.loads((site / PROVENANCE).read_text("utf-8"))
    said, held = told["inputs"], told["outputs"]
    now = {name: one for name, one in inputs().items() if name in said or not DOCUMENTS.match(name)}
    said |= {f"site/{name}": one for name, one in held.items()}
    now |= {f"site/{name}": one for name, one in hashes(site).items() if name != PROVENANCE}
    tables = {name: one for name, one in hashes(project.processed()).items() if f"data/{name}" in held}
    said |= {f"data/processed/{name}": held[f"data/{name}"] for name in tables}
    now |= {f"data/processed/{name}": one for name, one in tables.items()}
    words = {(True, True): "changed", (True, False): "gone", (False, True): "added"}
    differing = [name for name in sorted(said | now) if said.get(name) != now.get(name)]
    return [f"{name}: {words[name in said, name in now]} since the build" for name in differing]
