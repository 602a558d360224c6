"""What a run depends on, and the results of runs that depend on the same."""

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from analysis import paths


def digest(*texts: str | bytes) -> str:
    """Return one fingerprint of several texts, none of which can pass for its neighbour."""
    total = hashlib.sha256()
    for text in texts:
        data = text.encode() if isinstance(text, str) else text
        total.update(len(data).to_bytes(8, "big") + data)
    return total.hexdigest()


def of_files(folder: Path, files: Iterable[Path]) -> str:
    """Return one fingerprint of files: their paths below a folder and their bytes."""
    named = sorted((file.relative_to(folder).as_posix(), file) for file in files)
    return digest(*(part for name, file in named for part in (name, file.read_bytes())))


def of_folder(folder: Path) -> str:
    """Return one fingerprint of all files below a folder, empty when there is no folder."""
    if not folder.is_dir():
        return ""
    return of_files(folder, paths.below(folder))


def code() -> str:
    """Return one fingerprint of this package and of the libraries that draw and run, wherever it is installed."""
    versions = [f"{name} {metadata.version(name)}" for name in ("ipykernel", "matplotlib", "numpy", "pandas")]
    return digest(of_folder(Path(__file__).resolve().parents[1]), sys.version, *versions)


def of_notebook(notebook: Path) -> str:
    """Return the fingerprint of what a notebook says and asks: its cells without outputs and counts."""
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    kept = ("id", "cell_type", "source", "metadata")
    return digest(json.dumps([{key: cell.get(key) for key in kept} for cell in cells], sort_keys=True))


def machinery(project: Path) -> dict[str, str]:
    """Return fingerprints of what a generation is made with: the package, what of it makes tables, the lock, Python."""
    package, lock = Path(__file__).resolve().parents[1], project / "requirements.lock"
    own = [file for file in paths.below(package) if file.parent.name != "publish" or file.name == "staging.py"]
    return {
        "package": of_folder(package),
        "making": of_files(package, own),
        "lock": digest(lock.read_bytes()) if lock.is_file() else "",
        "python": sys.version,
    }


def of_run(notebook: Path, parameters: dict, data: tuple, made_with: dict[str, str]) -> dict[str, str]:
    """Return fingerprints of what decides on a run besides what it reads: which tables there are counts, not the rows.

    data: a snapshot; made_with: lock and python.
    """
    package = Path(__file__).resolve().parents[1]
    runner = [package / "publish" / f"{name}.py" for name in ("kernels", "normal", "notebooks", "watch")]
    return {
        "notebook": of_notebook(notebook),
        "parameters": json.dumps(parameters, sort_keys=True),
        "list of tables": digest(*(name for name, _ in data)),
        "runner and style": of_files(package, [*runner, *package.rglob("*.mplstyle")]),
        "lock": made_with["lock"],
        "python": made_with["python"],
    }


def inputs() -> dict[str, str]:
    """Return fingerprints of everything a generation is made from."""
    found = sorted(paths.notebooks().glob("*.ipynb"))
    asked = [part for notebook in found for part in (notebook.name, of_notebook(notebook))]
    runs = (paths.notebooks() / "runs.toml").read_bytes()
    told = {"raw": of_folder(paths.raw()), "notebooks": digest(runs, *asked), "docs": _texts(paths.root())}
    return machinery(paths.root()) | told


def _texts(project: Path) -> str:
    """Return the fingerprint of what only the pages of the site are made from."""
    changes = project / "CHANGELOG.md"
    return digest(of_folder(project / "docs"), changes.read_bytes() if changes.is_file() else b"")


def tables_place(made_from: dict[str, str]) -> Path:
    """Return where the tables made from these inputs are kept; no notebook and no page changes them."""
    return paths.build() / "cache" / "tables" / key({**made_from, "notebooks": "", "docs": "", "package": ""})


def key(parts: dict[str, str]) -> str:
    """Return the name under which the result of a run with these fingerprints is kept."""
    return digest(json.dumps(parts, sort_keys=True))[:32]


def keep(made: Path, place: Path) -> None:
    """Put a finished folder into the cache in one step; one that is there already stays."""
    if place.exists():
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    new = place.with_name(f".{place.name}.{os.getpid()}")
    shutil.rmtree(new, ignore_errors=True)
    shutil.copytree(made, new)
    new.rename(place)


def prune(folder: Path, used: set[str]) -> None:
    """Forget every result that the present generation does not use, so that what is withdrawn leaves no trace."""
    for entry in folder.iterdir() if folder.is_dir() else ():
        if entry.name not in used:
            shutil.rmtree(entry, ignore_errors=True)


def why(parts: dict[str, str], before: dict[str, str] | None) -> str:
    """Say in words what differs from the last time a run was made."""
    if before is None:
        return "never run before"
    changed = [name for name in parts if parts[name] != before.get(name)]
    return f"changed: {', '.join(changed)}" if changed else "its kept result is gone"
