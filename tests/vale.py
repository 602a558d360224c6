"""A small project to build: two invented rounds, three invented forces, two notebooks. Used by every test of a build."""

import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[1]
BORROWED = ("columns", "categories", "roles", "denominators")
LABEL = "<img src=x onerror=alert(1)> *Gazette* `x`"  # a publisher's name that must stay a text
FORCES = [
    {"force_id": "north-vale", "name": "North Vale Police", "short_name": "North Vale", "tile_row": 1, "tile_col": 1},
    {"force_id": "south-vale", "name": "South Vale Police", "short_name": "South Vale", "tile_row": 2, "tile_col": 1},
    {"force_id": "old-vale", "name": "Old Vale Constabulary", "short_name": "Old Vale", "exists_until": "2001-12-31"},
]
ROUND = {"title": "The round of {}", "asked_by": "The Gazette", "question": "How many were disciplined in {}?"}
ROUND |= {"period_start": "{}-01-01", "period_end": "{}-12-31", "period_basis": "printed", "unit": "people"}
ROUND |= {"counts": "one person", "selected": "no", "short": "the round of {}", "counted_as": "officers disciplined"}
CELLS = {
    "vale-gazette": [("ALL", 10, "disciplined"), ("North Vale", 6, "disciplined"), ("South Vale", 3, "disciplined")],
    "vale-echo": [("North Vale", 5, "disciplined")],
    "south-vale-reply": [("South Vale", 4, "disciplined"), ("South Vale", 1, "dismissed")],
}
ABOUT = {
    "vale-gazette": {"round_id": "vale-2001", "kind": "press", "publisher": LABEL, "title": "Ten disciplined"},
    "vale-echo": {"round_id": "vale-2001", "kind": "press", "publisher": "Vale Echo", "title": "Five in the north"},
    "south-vale-reply": {"round_id": "vale-2002", "kind": "reply", "publisher": "South Vale Police", "title": "Reply"},
}
COUNT = [
    ("words", "# How many were disciplined?\n\nWhat was printed, see [the method](../docs/method.md)."),
    ("code", "from analysis import load\nfrom analysis.tell import charts\nfrom analysis.tell.say import say, show"),
    ("parameters", 'round = "vale-2001"'),
    ("code", "data = load(round)\nfacts = data.facts"),
    ("words", "## All together"),
    (
        "code",
        "most = facts.nlargest(1, 'low')\n"
        "say('{who} printed {n} as its largest number.', n=most, who=most.printed_by.item(),\n"
        "    needs=[(most.low.item() < 100, 'no round counts a hundred')])",
    ),
    ("code", "show(facts, 'Every number', Where='where', Number='number', Printed_by='printed_by')"),
    ("code", "charts.bars(facts, 'fact_id', title='Every number', subtitle='People disciplined in the Vale, one year')"),
]
FORCE = [
    ("words", "# What is known?"),
    ("code", "from analysis import load\nfrom analysis.tell.say import say"),
    ("parameters", 'force = "south-vale"'),
    ("code", "data = load(force)\nmost = data.own.nlargest(1, 'low')"),
    ("code", "say('{force} had {n}.', n=most, force=data.force['name'])"),
]
RUNS = """timeout_seconds = 60

[front]
round = "vale-2001"
chart = "count/vale-2001/every-number"

[front.numbers]
total = "count/vale-2001/printed-as-its-largest-number#n"
sacked = "south-vale-reply:L3"

[[run]]
notebook = "count"
round = "*"
needs = { table = "facts" }

[[run]]
notebook = "page"
force = "*"
needs = { table = "facts" }
"""


def table(place: Path, name: str, rows: list[dict]) -> None:
    """Write a table of decisions with the columns it has today; what a row does not say is empty."""
    with (PROJECT / "data/raw/lookups/columns.csv").open(encoding="utf-8", newline="") as lines:
        known = [row for row in csv.DictReader(lines) if row["table"] == name]
    kind = next(row["kind"] for row in known if not row["column"])
    file, ours = place / "data" / kind, PROJECT / "data" / kind
    header = ours.read_text("utf-8").partition("\n")[0].split(",") if ours.is_file() else []
    names = list(dict.fromkeys([*header, *(row["column"] for row in known if row["column"])]))
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, names, restval="", extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def transcript(place: Path, name: str, cells: list[tuple]) -> None:
    """Write a document's transcript."""
    about = ABOUT[name]
    year = about["round_id"][-4:]
    head = "force period period_start period_end role unit misuse outcome value beside where_printed read_by note drop"
    same = [year, f"{year}-01-01", f"{year}-12-31", "all", "people", "computer misuse"]
    lines = [[force, *same, outcome, value, "", "text", "once", "", ""] for force, value, outcome in cells]
    file = place / "data" / "raw" / about["round_id"] / f"{name}.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as text:
        csv.writer(text, lineterminator="\n").writerows([head.split(), *lines])


def sources(place: Path, names=tuple(CELLS), **more) -> None:
    """Write the list of documents with the checksums their transcripts have now; more: other values, by document."""
    rows = []
    for name in names:
        file = f"{ABOUT[name]['round_id']}/{name}.csv"
        sha256 = hashlib.sha256((place / "data" / "raw" / file).read_bytes()).hexdigest()
        usual = {"source_id": name, "file": file, "sha256": sha256, "public": "yes", "seen_on": "2003-01-01"}
        usual |= {"published_on": "2002-02-01", "published_basis": "printed", "extent_seen": "whole"}
        usual |= {"asked": "discipline", "figures_visible": "yes", "force_ids": "south-vale" if "reply" in name else ""}
        rows.append(usual | ({"answer": "full"} if "reply" in name else {}) | ABOUT[name] | more.get(name, {}))
    table(place, "sources", rows)


def correct(place: Path, name: str, **numbers) -> None:
    """Write a document again with other numbers, by the force's first word: north=7."""
    cells = [(force, numbers.get(force.split()[0].lower(), value), outcome) for force, value, outcome in CELLS[name]]
    transcript(place, name, cells)
    sources(place)


def notebook(place: Path, name: str, cells: list[tuple]) -> Path:
    """Write a notebook of words, code and one cell of parameters."""
    made = []
    for number, (kind, text) in enumerate(cells):
        tags = {"tags": ["parameters"]} if kind == "parameters" else {}
        cell = {"id": f"cell-{number}", "metadata": tags, "source": text}
        cell |= {"cell_type": "markdown"} if kind == "words" else {"cell_type": "code", "execution_count": None, "outputs": []}
        made.append(cell)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    whole = {"cells": made, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    (place / "notebooks").mkdir(exist_ok=True)
    (place / "notebooks" / f"{name}.ipynb").write_text(json.dumps(whole, indent=1) + "\n", "utf-8")
    return place / "notebooks" / f"{name}.ipynb"


def project(place: Path) -> Path:
    """Write the whole project into a new folder."""
    lookups = place / "data" / "raw" / "lookups"
    lookups.mkdir(parents=True)
    (place / "data" / "processed").mkdir()
    for name in BORROWED:
        shutil.copy(PROJECT / "data" / "raw" / "lookups" / f"{name}.csv", lookups)
    with (PROJECT / "data" / "raw" / "lookups" / "wording.csv").open(encoding="utf-8", newline="") as lines:
        table(place, "wording", [row for row in csv.DictReader(lines) if not row["round_id"]])
    for name in ("claims", "thresholds", "assumptions", "workforce", "workforce_sources", "official", "approvals"):
        table(place, name, []) if name not in ("official", "approvals") or _known(name) else None
    table(place, "forces", [{"nation": "England", "region": "Vale", "kind": "territorial"} | row for row in FORCES])
    names = [(row[key], row["force_id"], "its name") for row in FORCES for key in ("name", "short_name")]
    named = [{"alias": alias, "force_id": one, "reason": why} for alias, one, why in [*names, ("NVP", "north-vale", "short")]]
    table(place, "aliases", named)
    table(place, "places", [{"wording": "ALL", "kind": "nation", "place": "all forces asked", "reason": "invented"}])
    rounds = [{key: value.format(year) for key, value in ROUND.items()} | {"round_id": f"vale-{year}"} for year in (2001, 2002)]
    rounds[0] |= {"forces_asked": 3, "forces_asked_where": "vale-gazette:L2", "forces_replied": 2, "forces_replied_where": "vale-gazette:L2"}
    table(place, "rounds", rounds)
    answers = {"north-vale": ("replied, named", "reply unknown"), "south-vale": ("replied, named", "full"), "old-vale": ("reply unknown", "did not exist")}
    cited = ("vale-gazette", "south-vale-reply")
    rows = [
        {"round_id": f"vale-{year}", "force_id": force, "answer": answer, "reason": "invented", "source_ids": cited[at] if "un" not in answer and "exist" not in answer else ""}
        for force, given in answers.items()
        for at, (year, answer) in enumerate(zip((2001, 2002), given, strict=True))
    ]
    table(place, "coverage_decisions", rows)
    pair = {"relation_id": "r1", "relation": "same_number", "figures": "vale-echo:L2", "of": "vale-gazette:L3", "reason": "one count"}
    table(place, "relations", [pair])
    for name, cells in CELLS.items():
        transcript(place, name, cells)
    sources(place)
    notebook(place, "count", COUNT)
    notebook(place, "page", FORCE)
    (place / "notebooks" / "runs.toml").write_text(RUNS, "utf-8")
    (place / "docs").mkdir()
    (place / "docs" / "method.md").write_text("# Method\n\nHow we work. [Asking](ask.md#the-words).\n", "utf-8")
    (place / "docs" / "ask.md").write_text("# Ask\n\n## The words\n\n| a | b |\n|---|---|\n| <b>1</b> | 2 |\n", "utf-8")
    (place / "docs" / "correct-a-mistake.md").write_text("# Correct a mistake\n\nSay where.\n", "utf-8")
    return place


def _known(name: str) -> bool:
    return f"\n{name},," in (PROJECT / "data/raw/lookups/columns.csv").read_text("utf-8")


def environment(place: Path) -> dict[str, str]:
    """Return the environment of a build of the project in a process of its own."""
    fonts = str(PROJECT / "build" / "matplotlib")
    own = {"ANALYSIS_PROJECT": str(place), "PYTHONPATH": str(PROJECT / "src"), "MPLCONFIGDIR": fonts}
    return {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | own


def start(place: Path, *words: str, **more) -> subprocess.Popen:
    """Start a command of the package on the project."""
    command = [sys.executable, "-m", "analysis", *(words or ("build", "--jobs", "2"))]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.Popen(command, cwd=place, env=environment(place) | more.pop("env", {}), **pipes, **more)


def build(place: Path, *words: str, **more) -> tuple[int, str]:
    """Run a command of the package on the project; return its exit status and what it said."""
    process = start(place, *words, **more)
    said = process.communicate(timeout=120)[0]
    return process.returncode, said


def public(place: Path) -> dict[str, bytes]:
    """Return every public file of a project, by its path."""
    folders = (place / "site", place / "data" / "processed")
    files = (file for folder in folders if folder.is_dir() for file in folder.resolve().rglob("*") if file.is_file())
    names = {folder.resolve(): folder.name for folder in folders}
    home = lambda file: next(one for one in names if one in file.parents)  # noqa: E731
    return {f"{names[home(file)]}/{file.relative_to(home(file)).as_posix()}": file.read_bytes() for file in files}
