"""A small project to build: two invented rounds, three invented forces, two notebooks."""

import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[1]
EMPTY = "claims thresholds assumptions workforce workforce_sources official approvals"
BORROWED = ("columns", "categories", "roles", "denominators")
COLUMNS = "force period period_start period_end role unit misuse outcome value beside where_printed read_by note drop"
LABEL = "<img src=x onerror=alert(1)> *Gazette* `x`"  # a publisher's name that must stay a text
SCRIPTS = (
    "<script>alert(1)</script>\n\n<svg><script>alert(2)</script></svg>\n\n<img src=x onerror=alert(3)>\n\n"
    "<script type=module>alert(4)</script>\n\n<<script>alert(5)</script>\n\n[x](javascript:alert(6)) </textarea>"
)
FORCES = [
    {"force_id": "north-vale", "name": "North Vale Police", "short_name": "North Vale", "tile_row": 1, "tile_col": 1},
    {"force_id": "south-vale", "name": "South Vale Police", "short_name": "South Vale", "tile_row": 2, "tile_col": 1},
    {"force_id": "old-vale", "name": "Old Vale Constabulary", "short_name": "Old Vale", "exists_until": "2001-12-31"},
]
ROUND = {"title": "The round of {}", "asked_by": "The Gazette", "question": "How many were disciplined in {}?"}
ROUND |= {"period_start": "{}-01-01", "period_end": "{}-12-31", "period_basis": "printed", "unit": "people"}
ROUND |= {"counts": "one person", "selected": "no", "short": "the round of {}", "counted_as": "officers disciplined"}
ANSWERS = [
    ("vale-2001", "north-vale", "replied, named", "vale-gazette"),
    ("vale-2001", "south-vale", "replied, named", "vale-gazette"),
    ("vale-2001", "old-vale", "reply unknown", ""),
    ("vale-2002", "north-vale", "reply unknown", ""),
    ("vale-2002", "south-vale", "full", "south-vale-reply"),
    ("vale-2002", "old-vale", "did not exist", ""),
]
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
SAME = {"relation_id": "r1", "relation": "same_number", "figures": "vale-echo:L2", "of": "vale-gazette:L3"}
SAME |= {"reason": "one count"}
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
    (
        "code",
        "charts.bars(facts, 'fact_id', title='Every number', subtitle='People disciplined in the Vale, one year')",
    ),
]
FORCE = [
    ("words", "# What is known?"),
    ("code", "from analysis import load\nfrom analysis.tell.say import say"),
    ("parameters", 'force = "south-vale"'),
    ("code", "data = load(force)\nmost = data.own.nlargest(1, 'low')"),
    ("code", "say('{force} had {n}.', n=most, force=data.force['name'])"),
]
GUIDES = {
    "method": "# Method\n\nHow we work. [Asking](ask.md#the-words).\n",
    "ask": "# Ask\n\n## The words\n\n| a | b |\n|---|---|\n| <b>1</b> | 2 |\n",
    "correct-a-mistake": "# Correct a mistake\n\nSay where.\n",
}
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
    write(file, [*dict.fromkeys([*header, *(row["column"] for row in known if row["column"])])], rows)


def write(file: Path, names: list[str], rows: list[dict]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, names, restval="", extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def transcript(place: Path, name: str, cells: list[tuple]) -> None:
    """Write a document's transcript."""
    round_id, year = ABOUT[name]["round_id"], ABOUT[name]["round_id"][-4:]
    same = {"period": year, "period_start": f"{year}-01-01", "period_end": f"{year}-12-31", "role": "all"}
    same |= {"unit": "people", "misuse": "computer misuse", "where_printed": "text", "read_by": "once"}
    rows = [same | {"force": force, "outcome": outcome, "value": value} for force, value, outcome in cells]
    write(place / "data" / "raw" / round_id / f"{name}.csv", COLUMNS.split(), rows)


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


def answers(place: Path, rows: list[tuple]) -> None:
    """Write what each force answered in each round, and in which documents."""
    named = ("round_id", "force_id", "answer", "source_ids")
    table(place, "coverage_decisions", [dict(zip(named, row, strict=True)) | {"reason": "invented"} for row in rows])


def correct(place: Path, name: str, **numbers) -> None:
    """Write a document again with other numbers, by the force's first word: north=7."""
    cells = [(force, numbers.get(force.split()[0].lower(), value), outcome) for force, value, outcome in CELLS[name]]
    transcript(place, name, cells)
    sources(place)


def notebook(place: Path, name: str, cells: list[tuple]) -> Path:
    """Write a notebook of words, code and one cell of parameters."""
    run = {"cell_type": "code", "execution_count": None, "outputs": []}
    kinds = {
        "words": {"cell_type": "markdown"},
        "code": run,
        "parameters": run | {"metadata": {"tags": ["parameters"]}},
    }
    made = [{"id": f"cell-{at}", "metadata": {}, "source": text} | kinds[kind] for at, (kind, text) in enumerate(cells)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    whole = {"cells": made, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    path = place / "notebooks" / f"{name}.ipynb"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(whole, indent=1) + "\n", "utf-8")
    return path


def project(place: Path) -> Path:
    """Write the whole project into a new folder."""
    lookups = place / "data" / "raw" / "lookups"
    lookups.mkdir(parents=True)
    for name in ("processed", "inbox"):
        (place / "data" / name).mkdir()
    for name in BORROWED:
        shutil.copy(PROJECT / "data" / "raw" / "lookups" / f"{name}.csv", lookups)
    with (PROJECT / "data" / "raw" / "lookups" / "wording.csv").open(encoding="utf-8", newline="") as lines:
        table(place, "wording", [row for row in csv.DictReader(lines) if not row["round_id"]])
    for name in EMPTY.split():
        table(place, name, [])
    table(place, "forces", [{"nation": "England", "region": "Vale", "kind": "territorial"} | row for row in FORCES])
    names = {row[key]: row["force_id"] for row in FORCES for key in ("name", "short_name")} | {"NVP": "north-vale"}
    table(place, "aliases", [{"alias": name, "force_id": force, "reason": "its name"} for name, force in names.items()])
    table(place, "places", [{"wording": "ALL", "kind": "nation", "place": "all forces asked", "reason": "invented"}])
    rounds = [
        {"round_id": f"vale-{year}"} | {key: value.format(year) for key, value in ROUND.items()}
        for year in (2001, 2002)
    ]
    rounds[0] |= {"forces_asked": 3, "forces_asked_where": "vale-gazette:L2"}
    rounds[0] |= {"forces_replied": 2, "forces_replied_where": "vale-gazette:L2"}
    table(place, "rounds", rounds)
    answers(place, ANSWERS)
    table(place, "relations", [SAME])
    for name, cells in CELLS.items():
        transcript(place, name, cells)
    sources(place)
    notebook(place, "count", COUNT)
    notebook(place, "page", FORCE)
    (place / "notebooks" / "runs.toml").write_text(RUNS, "utf-8")
    (place / "docs").mkdir()
    for name, text in GUIDES.items():
        (place / "docs" / f"{name}.md").write_text(text, "utf-8")
    return place


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


def build(place: Path, *words: str, ends: list[int] | None = None, **more) -> tuple[int, str]:
    """Run a command of the package on the project; return its exit status, one of `ends` if told, and what it said."""
    process = start(place, *words, **more)
    said = process.communicate(timeout=120)[0]
    assert ends is None or process.returncode in ends, said
    return process.returncode, said


def public(place: Path) -> dict[str, bytes]:
    """Return every public file of a project, by its path."""
    folders = {name: (place / name).resolve() for name in ("site", "data/processed")}
    files = [(name, home, file) for name, home in folders.items() for file in home.rglob("*") if file.is_file()]
    return {f"{Path(name).name}/{file.relative_to(home).as_posix()}": file.read_bytes() for name, home, file in files}
