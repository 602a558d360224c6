"""Run `python -m analysis` with a stand-in for cleaning and findings, so that tests of a build are about the build."""

import csv
from collections.abc import Callable
from pathlib import Path

from analysis import __main__, stopping
from analysis.problems import STOPS_DOCUMENT, Problem
from analysis.publish import cache, kernels, staging

AGGREGATE = "ALL"


def make(raw: Path, folder: Path, run: Callable = map) -> list[Problem]:
    """Write facts.csv from the transcripts; a document or a lookup that says `broken` is a problem."""
    if "broken" in (raw / "lookups" / "forces.csv").read_text("utf-8"):
        raise staging.Refused("lookups/forces.csv: a broken decision")
    problems, rows = [], []
    for transcript in sorted(raw.glob("*/vale-*.csv")) + sorted(raw.glob("*/south-*.csv")):
        if "broken" in transcript.read_text("utf-8"):
            where = (transcript.name, "", "L2")
            problems.append(Problem("BROKEN", STOPS_DOCUMENT, *where, "broken", "a number", "mend it"))
            continue
        with transcript.open(encoding="utf-8", newline="") as lines:
            rows += [row | {"round_id": transcript.parent.name} for row in csv.DictReader(lines)]
    folder.mkdir(parents=True)
    with (folder / "facts.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["round_id", "force_ids", "low"])
        for row in rows:
            force = "" if row["force"] == AGGREGATE else row["force"].lower().replace(" ", "-")
            writer.writerow([row["round_id"], force, row["value"]])
    (folder / "findings.json").write_text("[]\n", encoding="utf-8")
    return problems


def stand_in(replace=setattr) -> None:
    """Put the stand-ins in place; the package passes for unchanged even when someone edits it while tests run."""
    machinery = cache.machinery
    replace(cache, "machinery", lambda project: machinery(project) | {"package": "stand-in"})
    replace(staging, "_make", make)
    replace(kernels, "warm_fonts", lambda settings: None)


if __name__ == "__main__":
    stand_in()
    stopping.leave(__main__.main())
