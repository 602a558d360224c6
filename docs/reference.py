"""Write the reference pages: the commands as the command line knows them, the tables as their schemas know them.

Run it after a change of either: .venv/bin/python docs/reference.py
"""

import argparse
from pathlib import Path

from analysis import codebook, columns
from analysis.__main__ import parser

HERE = Path(__file__).parent / "reference"
COMMANDS = """# Commands

Inside the project, as `.venv/bin/python -m analysis COMMAND`; on Windows `.venv\\Scripts\\python -m analysis COMMAND`.
The exit status is 0 when all is well, 1 when the data are wrong (each finding is named), 2 for wrong use.
"""
TABLES = """# Tables of decisions

What people write, below `data/raw`. Every cell is text; a date is written 2026-01-31. The tables built from them are in
the [codebook](../../data/processed/README.md), transcripts and recipes in
[data/raw](../../data/raw/README.md#recipes).
"""


def commands() -> str:
    """Return every command with what it takes."""
    verbs = next(action for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
    helps = {action.dest: action.help for action in verbs._choices_actions}
    parts = [_command(name, verb, helps[name]) for name, verb in verbs.choices.items()]
    return "\n".join([COMMANDS, *parts])


def _command(name: str, verb: argparse.ArgumentParser, said: str) -> str:
    taken = [action for action in verb._actions if not isinstance(action, argparse._HelpAction)]
    rows = [f"| `{_spelled(action)}` | {action.help or 'needed'} |" for action in taken]
    head = ["| takes | meaning |", "|---|---|"] if rows else []
    return "\n".join([f"## {name}\n", f"{said[0].upper()}{said[1:]}.\n", *head, *rows, ""])


def _spelled(action: argparse.Action) -> str:
    metavar = " ".join(action.metavar) if isinstance(action.metavar, tuple) else action.metavar or ""
    several = " …" if action.nargs in ("*", "+") else ""
    return f"{'/'.join(action.option_strings)} {'' if action.nargs == 0 else metavar}{several}".strip()


def tables() -> str:
    """Return every table of decisions with its columns."""
    names = [name for name, (folder, *_) in columns.TABLES.items() if folder != "processed"]
    return "\n".join([TABLES, *(codebook.table(name) for name in names)])


def pages() -> dict[str, str]:
    """Return each page's text by the name of its file."""
    return {"commands.md": commands(), "tables.md": tables()}


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    for file, text in pages().items():
        (HERE / file).write_text(text, encoding="utf-8", newline="\n")
