"""Where the project's folders are."""

import os
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
