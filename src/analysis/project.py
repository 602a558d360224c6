"""Where the project's folders are, and what git says of them."""

import os
import subprocess
from pathlib import Path

MARK = Path("data") / "raw" / "rounds.csv"


def root() -> Path:
    """Return the project's folder: ANALYSIS_PROJECT, or upwards from the working directory to data/raw/rounds.csv.

    Raises FileNotFoundError saying what was looked for and how to name the folder.
    """
    named = os.environ.get("ANALYSIS_PROJECT")
    if named and not Path(named).is_dir():
        raise FileNotFoundError(f"ANALYSIS_PROJECT names {named}, which is no folder")
    if named:
        return Path(named).resolve()
    here = Path.cwd().resolve()
    for folder in (here, *here.parents):
        if (folder / MARK).is_file():
            return folder
    raise FileNotFoundError(
        f"no {MARK.as_posix()} in {here} or above it: start inside the project, or set ANALYSIS_PROJECT to its folder"
    )


def raw() -> Path:
    """Return the folder of the documents as they were received or transcribed."""
    return root() / "data" / "raw"


def lookups() -> Path:
    """Return the folder of decisions, one reason each."""
    return raw() / "lookups"


def processed() -> Path:
    """Return the folder of built tables: the staged ones of a running build (ANALYSIS_TABLES), else the committed."""
    staged = os.environ.get("ANALYSIS_TABLES")
    return Path(staged).resolve() if staged else root() / "data" / "processed"


def build() -> Path:
    """Return the folder for staging and cache."""
    return root() / "build"


def site() -> Path:
    """Return the folder of the public generation."""
    return root() / "site"


def notebooks() -> Path:
    """Return the folder of notebooks."""
    return root() / "notebooks"


def git(*words: str, folder: Path | None = None) -> tuple[int | None, str]:
    """Ask git in the project or a folder; return its exit status (None where there is no git) and what it says."""
    options = {"cwd": folder or root(), "capture_output": True, "encoding": "utf-8"}
    try:
        done = subprocess.run(["git", *words], check=False, **options)
    except FileNotFoundError:
        return None, ""
    return done.returncode, done.stdout or done.stderr
