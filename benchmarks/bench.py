"""Measure what it costs, beside what others use, and print one table of goals as Markdown: `make bench`.

`--quick` tries everything with a few runs and small inputs; nothing it prints is a result. Nothing else should be at
work on the machine. Ratios are of two things measured one after the other in the same session.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil

HERE = Path(__file__).parent
ROOT = HERE.parent
PEERS = {"PYTHONPATH": str(ROOT / "build" / "peers")}
NOT_COPIED = ("build", "site", ".venv", ".git", "tests", "__pycache__")


def told(command: list, cwd: Path = ROOT, **environment: str) -> tuple[float, str]:
    """Run a command and return its seconds and what it printed; stop where it fails."""
    start = time.perf_counter()
    words = [str(part) for part in command]
    done = subprocess.run(words, cwd=cwd, env=os.environ | environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{words}: {done.stdout[-3000:]}{done.stderr[-3000:]}")
    return time.perf_counter() - start, done.stdout


def answer(script: str, *words, **environment: str) -> dict:
    """Run one of the scripts beside this one and return what it printed last."""
    return json.loads(told([sys.executable, HERE / script, *words], **environment)[1].splitlines()[-1])


def building(work: Path) -> dict:
    """Return the seconds of builds in a copy: all, nothing changed, a page of the guides, one number corrected."""
    place = work / "whole"
    shutil.copytree(ROOT, place, ignore=shutil.ignore_patterns(*NOT_COPIED))

    def build() -> tuple[float, str]:
        return told([sys.executable, "-m", "analysis", "build"], place, ANALYSIS_PROJECT=str(place))

    found = {"all": build()[0]}
    found["nothing"], said = build()
    found["kernels"] = len(re.findall(r"^\[ *\d+/\d+\] ", said, re.MULTILINE))
    page = place / "docs" / "method.md"
    page.write_text(f"{page.read_text('utf-8')}\nA line more.\n", encoding="utf-8")
    found["page"] = build()[0]
    subject = corrected(place / "data" / "raw")
    found["corrected"], said = build()
    made = re.search(r"^\d+ of \d+ runs", said, re.MULTILINE)
    found["again"] = f"of {subject}; {made[0]}"
    return found


def corrected(raw: Path) -> str:
    """Correct one number of a round; return the round."""
    path, sources = raw / "big-brother-watch-2016" / "bbw2016-dorset.csv", raw / "sources.csv"
    path = path if path.is_file() else next(file for file in sorted(raw.glob("big-brother-watch-2016/*.csv")))
    before = path.read_bytes()
    number = re.search(rb",(\d\d),", before)
    after = before.replace(number[0], b",%d," % (int(number[1]) + 1), 1)
    path.write_bytes(after)
    old, new = (hashlib.sha256(content).hexdigest() for content in (before, after))
    sources.write_text(sources.read_text("utf-8").replace(old, new), encoding="utf-8", newline="\n")
    return path.parent.name


def memory() -> float:
    """Return the most memory that running all notebooks with four kernels held, shared pages once, in MiB."""
    script = f"import sys; sys.path.insert(0, {str(HERE)!r}); import ways; ways.warm(ways.planned(), 4)"
    most, running = 0.0, subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.DEVNULL)
    while running.poll() is None:
        total = 0
        for process in [psutil.Process(running.pid), *psutil.Process(running.pid).children(recursive=True)]:
            try:
                total += process.memory_full_info().pss
            except psutil.Error:  # it ended meanwhile
                continue
        most = max(most, total / 2**20)
        threading.Event().wait(0.1)
    return most


def cleaning(work: Path, counts: list[int]) -> dict[str, list[dict]]:
    """Return what the same cleaning took in each way, for each number of rows; stop where results differ."""
    found = {"ours": [], "duckdb": [], "polars": []}
    for count in counts:
        answer("cleaning.py", "rows", count, work / "rows.csv")
        for way, took in found.items():
            took.append(answer("cleaning.py", way, work / "rows.csv", **({} if way == "ours" else PEERS)))
        if len({took[-1]["checksum"] for took in found.values()}) > 1:
            sys.exit(f"the ways to clean {count} rows give different totals")
    return found


def exponent(sizes: list[int], seconds: list[float]) -> float:
    """Return the power of the size with which the cost grows: the slope of the line through the logarithms."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def goals(work: Path, quick: bool) -> Iterator[tuple[str, float, float]]:
    """Measure one thing at a time; yield what, what was measured and what to reach, each as soon as it is known."""
    before = answer("ways.py", "floor")
    ways = {way: answer("ways.py", way)["seconds"] for way in ("warm", "threads", "stock")}
    floor = (before["seconds"] + answer("ways.py", "floor")["seconds"]) / 2
    yield f"floor: {before['runs']} notebooks as plain code, seconds", floor, np.inf
    yield "notebooks alone, warm kernels, times the floor", ways["warm"] / floor, 1.3
    yield "notebooks alone, warm kernels, times papermill in two threads", ways["warm"] / ways["threads"], 0.4
    yield "notebooks alone, stock kernels, times the floor", ways["stock"] / floor, 3.5
    whole = building(work)
    yield "everything for the first time, pages included, times the floor", whole["all"] / floor, 2
    yield f"one number corrected ({whole['again']} made again), seconds", whole["corrected"], 10
    yield "one page of the guides changed, seconds", whole["page"], 2
    yield "nothing changed, seconds", whole["nothing"], 0.8
    yield "nothing changed, kernels started", whole["kernels"], 0
    yield "memory of the whole tree with four kernels, MiB", memory(), 600
    large = "limits of an invented round of 45 forces, 10 outcomes, 8 conducts: slowest question, processor seconds"
    yield large, answer("questions.py")["seconds"], 1
    rows, replies = ([10_000, 50_000], [45, 450]) if quick else ([100_000, 1_000_000], [4_500, 45_000])
    clean = cleaning(work, rows)
    ours = clean["ours"][-1]
    other = min((clean[way][-1] for way in ("duckdb", "polars")), key=lambda one: one["seconds"])
    faster = ours["seconds"] / other["seconds"]
    yield f"cleaning {rows[-1]:,} figures, times the faster of duckdb and polars", faster, 1
    yield "the same, growth, exponent", exponent(rows, [one["seconds"] for one in clean["ours"]]), 1.1
    yield "the same, memory, times theirs", ours["memory"] / other["memory"], 1
    many = [answer("cleaning.py", "replies", count) for count in replies]
    yield f"{replies[-1]:,} transcripts, all anew, seconds", many[-1]["seconds"], 12
    yield "the same, growth, exponent", exponent(replies, [one["seconds"] for one in many]), 1.1
    yield "the same, memory, MiB", many[-1]["memory"], 800
    through = [answer("synthetic.py", work / f"of-{count}", count) for count in replies]
    yield f"{replies[-1]:,} transcripts through the whole build, seconds", through[-1]["seconds"], 300
    yield "the same, growth, exponent", exponent(replies, [one["seconds"] for one in through]), 1.1
    yield "the same, memory, MiB", through[-1]["memory"], 2000
    if not quick:
        told(["make", "report"])  # the site that the tests look at
        yield "make test, seconds", told(["make", "test"])[0], 180


def main() -> None:
    """Measure everything, and print each row as soon as it is known."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    if quick:
        os.environ["BENCH_RUNS"] = "4"
    print("| what | measured | reach | reached |", "|---|---|---|---|", sep="\n", flush=True)
    with tempfile.TemporaryDirectory(dir=ROOT / "build", prefix="bench-") as folder:
        for what, measured, reach in goals(Path(folder), quick):
            goal = ("", "") if np.isinf(reach) else (f"at most {reach:g}", "yes" if measured <= reach else "**no**")
            print(f"| {what} | {measured:,.2f} | {' | '.join(goal)} |", flush=True)


if __name__ == "__main__":
    main()
