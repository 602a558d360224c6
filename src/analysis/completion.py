"""What a shell may offer for the command line: rounds, forces, notebooks and documents by their ids."""

import argparse
import csv
import os
from collections.abc import Callable
from pathlib import Path

from analysis import paths


def completed(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Return the parser; where a shell asks what could come next, answer it instead and leave."""
    if "_ARGCOMPLETE" in os.environ:
        import argcomplete

        _offer(parser)
        argcomplete.autocomplete(parser)
    return parser


def _offer(parser: argparse.ArgumentParser) -> None:
    known = {
        "round": rounds,
        "force": forces,
        "notebook": notebooks,
        "only": notebooks,
        "parameters": lambda: ["round", "force", *rounds(), *forces()],
        "supersedes": sources,
        "part_of": sources,
    }
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for verb in action.choices.values():
                _offer(verb)
        elif action.dest in known and action.nargs != 0:
            action.completer = _completer(known[action.dest])  # type: ignore[attr-defined]  # argcomplete's own name


def _completer(names: Callable[[], list[str]]) -> Callable[..., list[str]]:
    return lambda **asked: names()


def rounds() -> list[str]:
    """List the ids of the project's rounds."""
    return _column(paths.raw() / "rounds.csv", "round_id")


def forces() -> list[str]:
    """List the ids of the forces."""
    return _column(paths.lookups() / "forces.csv", "force_id")


def sources() -> list[str]:
    """List the ids of the documents."""
    return _column(paths.raw() / "sources.csv", "source_id")


def notebooks() -> list[str]:
    """List the names of the notebooks that runs may name."""
    return sorted(path.stem for path in paths.notebooks().glob("*.ipynb") if path.stem != "explore")


def _column(path: Path, name: str) -> list[str]:
    with path.open(encoding="utf-8", newline="") as lines:
        return [row[name] for row in csv.DictReader(lines)]
