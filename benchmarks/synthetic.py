"""Large inputs that are plainly invented: replies nobody gave, in the words of the project's own lookups.

`python benchmarks/synthetic.py FOLDER COUNT` builds a project of so many, and prints what that took.
"""

import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd

from analysis import codebook, project, tables
from analysis.clean import transcripts
from analysis.publish import execute

LINES = 5  # numbers in a reply; the real documents hold 5.7 on average
ASKED = 45  # forces in a round
NUMBERS = [("", f"{number:,}") for number in range(1500)] + [
    *[("", text) for text in ("one", "Two", "three", "twenty-one", "nil", "*", "not held", "n/a")] * 40,
    *[("", text) for text in ("<5", "fewer than 10", "1-4", "10-19")] * 60,
    *[("at least", f"{number}") for number in range(1, 60)],
]
SPELT = ["{0}", "{0}/{1:02}", "1 April {0} to 31 March {2}"]
SETS = {"misuse": "conduct system", "outcome": "outcome", "role": "role", "unit": "unit"}
ABOUT_REAL = {"relations", "assumptions", "claims", "coverage_decisions", "sources", "rounds", "wording"}
PERIOD = {"period_start": "2001-01-01", "period_end": "2001-12-31", "period_basis": "printed", "unit": "people"}
NOBODY = "invented for measuring; nobody said this"


def rows(count: int, seed: int = 45) -> pd.DataFrame:
    """Return the rows of invented transcripts, five a reply."""
    chance = np.random.default_rng(seed)
    reply, line = np.divmod(np.arange(count), LINES)
    forces = tables.read("forces").query("kind == 'territorial'")["name"].to_numpy()
    periods = np.array([text.format(year, (year + 1) % 100, year + 1) for year in range(1990, 2024) for text in SPELT])
    beside, value = np.array(NUMBERS).T
    picked = chance.integers(0, len(NUMBERS), count)
    found = pd.DataFrame("", index=range(count), columns=transcripts.COLUMNS).assign(
        force=forces[reply % ASKED % len(forces)],
        period=periods[3 * (reply // ASKED % 30 + line // 2) + chance.integers(0, 3, count)],
        beside=beside[picked],
        value=value[picked],
        where_printed="table",
        read_by="once",
    )
    for field, sets in SETS.items():
        known = np.array(_wordings(field, sets.split()))
        found[field] = known[chance.integers(0, len(known), count)]
    return found


def _wordings(field: str, sets: list[str]) -> list[str]:
    """Return the wordings that say nothing but what their field says, so that no two clash."""
    wording = tables.read("wording").query("field == @field and round_id == ''")
    others = [
        name for name in ("conduct", "system", "outcome", "role", "rank", "unit", "date_basis") if name not in sets
    ]
    return wording.loc[(wording[others] == "").all(axis=1), "wording"].tolist()


def folder(place: Path, replies: int) -> Path:
    """Write a data/raw of invented transcripts beside the project's own lookups, and return it."""
    shutil.copytree(project.lookups(), place / "lookups")
    shown = {"*": "n/a", "<5": "1-4", "fewer than 10": "1-9"}  # chance would make some hidden ones derivable
    given = rows(replies * LINES).replace({"value": shown})
    lines = given.to_csv(index=False, header=False).splitlines()
    rounds = [_round(number) for number in range(0, replies, ASKED)]
    for name in rounds:
        (place / name).mkdir()
    forces = tables.read("forces")["force_id"]
    covered = [
        {"round_id": name, "force_id": force, "answer": "full", "reason": NOBODY} for name in rounds for force in forces
    ]
    filled = {
        "sources": [_document(place, at // LINES, lines[at : at + LINES]) for at in range(0, len(lines), LINES)],
        "coverage_decisions": covered,
        "rounds": [{"round_id": name, "title": name, "selected": "no"} | PERIOD for name in rounds],
        "wording": tables.read("wording").query("round_id == ''").to_dict("records"),
    }
    for name in ABOUT_REAL:
        real = project.raw().parent / codebook.about(name)["kind"]
        header = list(pd.read_csv(real, nrows=0))
        frame = pd.DataFrame(filled.get(name, []), columns=header, dtype="str").fillna("")
        frame.to_csv(place / real.relative_to(project.raw()), index=False, lineterminator="\n")
    for file in project.raw().glob("*.csv"):  # what else lies beside them, without its rows
        if not (place / file.name).exists():
            (place / file.name).write_text(file.read_text("utf-8").splitlines()[0] + "\n", "utf-8", newline="\n")
    return place


ROUND = """from analysis import charts, load, say, show
round = "invented-round-0000"
facts = load(round).facts
most = facts.query("status == 'exact'").nlargest(9, "low")
say("{who} printed {n} as its largest number.", n=most.head(1), who=most.printed_by.iloc[0])
show(most, "The largest", Where="where", Number="number")
charts.bars(most, "fact_id", title="The largest numbers", subtitle="Invented, one year")"""
FORCE = """from analysis import load, say
force = "surrey"
data = load(force)
most = data.own.query("status == 'exact'").nlargest(1, "low")
say("{force} had {n}.", n=most, force=data.force["name"])"""
RUNS = """[[run]]
notebook = "one-round"
round = "invented-round-0000"
[[run]]
notebook = "one-force"
force = "surrey"
"""


def whole(place: Path, replies: int) -> Path:
    """Write a whole project of invented transcripts into a new folder: one notebook on a round, one on a force."""
    folder(place / "data" / "raw", replies)
    for name in ("data/processed", "docs", "notebooks"):
        (place / name).mkdir()
    (place / "docs" / "correct-a-mistake.md").write_text("# Correct a mistake\n\nInvented.\n", "utf-8")
    (place / "notebooks" / "runs.toml").write_text(RUNS, "utf-8")
    for name, text in (("one-round", ROUND), ("one-force", FORCE)):
        cells = [nbformat.v4.new_code_cell(line, id=f"cell-{at}") for at, line in enumerate(text.splitlines())]
        cells[1].metadata["tags"] = ["parameters"]
        title = nbformat.v4.new_markdown_cell("# How many?", id="title")
        notebook = nbformat.v4.new_notebook(cells=[title, *cells], metadata={"kernelspec": execute.KERNEL})
        (place / "notebooks" / f"{name}.ipynb").write_text(nbformat.writes(notebook), "utf-8")
    return place


def _round(reply: int) -> str:
    return f"invented-round-{reply // ASKED:04}"


def _document(place: Path, number: int, lines: list[str]) -> dict[str, str]:
    name, home = f"invented-{number:06}", _round(number)
    content = "\n".join([",".join(transcripts.COLUMNS), *lines, ""]).encode()
    (place / home / f"{name}.csv").write_bytes(content)
    told = {"source_id": name, "round_id": home, "kind": "reply", "title": NOBODY, "file": f"{home}/{name}.csv"}
    return told | {"figures_visible": "yes", "public": "yes", "sha256": hashlib.sha256(content).hexdigest()}


if __name__ == "__main__":
    place = whole(Path(sys.argv[1]).resolve(), int(sys.argv[2]))
    start = time.perf_counter()
    # its words go to stderr, so that progress is seen; in a process of its own, whose memory is all that is counted
    command, where = [sys.executable, "-m", "analysis", "build"], os.environ | {"ANALYSIS_PROJECT": str(place)}
    status = subprocess.run(command, env=where, stdout=sys.stderr, check=False).returncode
    took = {"seconds": time.perf_counter() - start, "status": status}
    print(json.dumps(took | {"memory": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024}))
