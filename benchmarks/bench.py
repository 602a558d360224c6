"""Measure the goals beside what others use, print one table, write docs/performance.md: `make bench`.

`--quick` measures a few runs and small inputs, to try whether all of it works; it writes nothing. `--date` is the day
that the page names. Peers lie in build/peers/.venv. Nothing else should be at work on the machine meanwhile.
"""

import argparse
import datetime as dt
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
from pathlib import Path

import page
import pandas as pd
import psutil
from page import SIZES, WAYS

HERE = Path(__file__).parent
ROOT = HERE.parent
PEERS = ROOT / "build" / "peers" / ".venv"
OURS = [sys.executable, "-m", "analysis", "build"]
NOT_COPIED = ("build", "site", ".venv", ".git", "tests", "__pycache__", ".snakemake")


def told(command: list, cwd: Path = ROOT, **environment: str) -> tuple[float, str]:
    """Run a command and return its seconds and what it printed; stop where it fails."""
    start = time.perf_counter()
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=os.environ | {"JUPYTER_PATH": f"{sys.prefix}/share/jupyter"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{command}: {done.stdout[-3000:]}{done.stderr[-3000:]}")
    return time.perf_counter() - start, done.stdout


def answer(python: Path | str, *command) -> dict:
    """Run one of the scripts beside this one and return what it printed last."""
    return json.loads(told([python, HERE / command[0], *command[1:]])[1].splitlines()[-1])


def copied(work: Path, name: str) -> Path:
    """Copy what a build needs into a folder of its own, below this project, so that peers find the data as well."""
    place = work / name
    shutil.copytree(ROOT, place, ignore=shutil.ignore_patterns(*NOT_COPIED))
    return place


def notebooks(work: Path, count: int) -> tuple[dict[str, float], dict[str, float], float]:
    """Return seconds and times the floor of each way to run one notebook for so many forces, and the whole command.

    The floor is measured before and after each way; its mean is what that way is compared with.
    """
    place = copied(work, "runs")
    forces = pd.read_csv(place / "data" / "raw" / "lookups" / "forces.csv", dtype="str")["force_id"].tolist()
    entry = f'[[run]]\nnotebook = "force-page"\nforce = "*"\nexcept = {json.dumps(forces[count:])}\n'
    (place / "notebooks" / "runs.toml").write_text(entry, encoding="utf-8")
    runs = [[str(ROOT / "notebooks" / "force-page.ipynb"), {"force": force}] for force in forces[:count]]
    (work / "runs.json").write_text(json.dumps(runs), encoding="utf-8")
    whole, _ = ours(place, "--force")
    seconds, ratios = {}, {}
    before = answer(sys.executable, "ways.py", "floor", work)["seconds"]
    for way in WAYS:
        if way in ("warm", "stock"):
            shutil.rmtree(place / "build" / "cache" / "runs")
            seconds[way], _ = ours(place, *(["--stock-kernels"] if way == "stock" else []))
        else:
            seconds[way] = answer(PEERS / "bin" / "python", "ways.py", way, work)["seconds"]
        after = answer(sys.executable, "ways.py", "floor", work)["seconds"]
        ratios[way] = seconds[way] / ((before + after) / 2)
        seconds["floor"], before = after, after
    return seconds, ratios, whole


def ours(place: Path, *options: str) -> tuple[float, str]:
    """Build the one notebook of a copy."""
    return told([*OURS, "--only", "force-page", *options], place, ANALYSIS_PROJECT=str(place))


def memory(work: Path) -> float:
    """Return the most memory that a build with four kernels held, all processes together, shared pages once, in MiB."""
    place, done, most = work / "runs", threading.Event(), 0.0
    shutil.rmtree(place / "build" / "cache" / "runs")

    def watch() -> None:
        nonlocal most
        while not done.wait(0.1):
            total = 0
            for process in psutil.Process().children(recursive=True):
                try:
                    total += process.memory_full_info().pss
                except psutil.Error:  # it ended meanwhile
                    continue
            most = max(most, total / 2**20)

    watcher = threading.Thread(target=watch)
    watcher.start()
    ours(place, "--jobs", "4")
    done.set()
    watcher.join()
    return most


def building(work: Path) -> dict:
    """Return what a whole build takes in a copy: all, nothing changed, one reply corrected, a page, all pages."""
    place = copied(work, "whole")

    def build(*options: str) -> tuple[float, str]:
        return told([*OURS, *options], place, ANALYSIS_PROJECT=str(place))

    found = {"all": build()[0], "runs": len(list((place / "site" / "notebooks").rglob("*.ipynb")))}
    found["nothing"], said = build()
    found["kernels"] = 0 if "nothing was run" in said else found["runs"]
    before = _sums(place)
    _corrected(place / "data" / "raw")
    found["corrected"], said = build("--explain")
    found["again"] = len(re.findall(r"^.*: runs\b", said, re.MULTILINE))
    after = _sums(place)
    found["others"] = sum(before[name] != after[name] for name in before.keys() & after.keys())
    page = place / "docs" / "method.md"
    for name in ("page", "site"):
        page.write_text(f"{page.read_text('utf-8')}\nA line more.\n", encoding="utf-8")
        found[name] = build()[0]
        shutil.rmtree(place / "build" / "cache" / "site", ignore_errors=True)
    return found


def _sums(place: Path) -> dict[str, str]:
    home = place / "site" / "notebooks"
    return {
        path.relative_to(home).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in home.rglob("*.ipynb")
    }


def _corrected(raw: Path) -> None:
    """Correct one number of a reply that no decision names."""
    sources = pd.read_csv(raw / "sources.csv", dtype="str", keep_default_na=False)
    named = "".join((raw / name).read_text("utf-8") for name in ("lookups/relations.csv", "claims.csv", "rounds.csv"))
    for row in sources[sources["round_id"] == "single-force"].itertuples():
        path = raw / row.file
        number = re.search(r",(\d\d),,", path.read_text("utf-8")) if path.suffix == ".csv" else None
        if number and row.source_id not in named:
            text = path.read_text("utf-8").replace(number[0], f",{int(number[1]) + 1},,", 1)
            path.write_text(text, encoding="utf-8", newline="\n")
            sums = (
                (raw / "sources.csv").read_text("utf-8").replace(row.sha256, hashlib.sha256(text.encode()).hexdigest())
            )
            (raw / "sources.csv").write_text(sums, encoding="utf-8", newline="\n")
            return
    sys.exit("no reply to correct")


def nbval() -> tuple[float, float]:
    """Return the seconds that nbval takes for all notebooks: two at a time as in the tests, and one by one, cold.

    A first run is not counted: a machine that had forgotten pytest meanwhile would read it from its disk.
    """
    test = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval", "notebooks"]
    two_at_a_time = [*test, "-n", "2", "--dist", "loadscope"]
    told(two_at_a_time)
    quick, _ = told(two_at_a_time)
    cold, _ = told([*test, "-n", "0"], JUPYTER_DEFAULT_PROVISIONER_NAME="local-provisioner")
    return quick, cold


def cleaning(work: Path, counts: list[int]) -> dict[str, list[dict]]:
    """Return for each way, and each number of rows, what the same cleaning took; stop where results differ."""
    found = {way: [] for way in ("ours", "duckdb", "polars")}
    for count in counts:
        told([sys.executable, HERE / "cleaning.py", "inputs", work / f"{count}", count])
        for way, took in found.items():
            took.append(
                answer(
                    sys.executable if way == "ours" else PEERS / "bin" / "python", "cleaning.py", way, work / f"{count}"
                )
            )
        if len({took[-1]["checksum"] for took in found.values()}) > 1:
            sys.exit(f"the ways to clean {count} rows give different totals")
    return found


def scaling(work: Path, kind: str, counts: list[int]) -> list[dict]:
    """Return what cleaning so many replies, or making so many figures, took."""
    found = []
    for count in counts:
        with tempfile.TemporaryDirectory(dir=work) as folder:
            found.append(answer(sys.executable, "scaling.py", kind, count, folder))
    return found


def measured(work: Path, quick: bool) -> dict:
    """Measure everything, one thing at a time."""
    steps = {
        "notebooks": lambda: notebooks(work, 2 if quick else 45),
        "memory": lambda: memory(work),
        "building": lambda: building(work),
        "nbval": nbval,
        "cleaning": lambda: cleaning(work, SIZES["rows"][quick]),
        "figures": lambda: scaling(work, "figures", SIZES["figures"][quick]),
        "replies": lambda: scaling(work, "replies", SIZES["replies"][quick]),
    }
    found = {}
    for name, step in steps.items():
        print(f"{dt.datetime.now():%H:%M:%S} {name}", file=sys.stderr, flush=True)
        found[name] = step()
    return found


def main() -> None:
    """Measure everything and tell it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    epoch = dt.datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", time.time())), dt.UTC)
    parser.add_argument("--date", type=dt.date.fromisoformat, default=epoch.date())
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=ROOT / "build" / "peers", prefix="work-") as folder:
        text = page.page(measured(Path(folder), options.quick), options.quick, options.date, PEERS)
    print(text)
    if not options.quick:
        (ROOT / "docs" / "performance.md").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
