"""What the measurements say, as one page of Markdown: the goals, then the ways beside each other."""

import datetime as dt
import os
import platform
from importlib import metadata
from pathlib import Path

import numpy as np
import psutil

# everything, and only enough to try whether all of it works
SIZES = {
    "rows": [[100_000, 1_000_000], [10_000, 100_000]],
    "figures": [[10_000, 100_000, 1_000_000], [1_000, 10_000]],
    "replies": [[45, 450, 4_500, 45_000], [45, 450]],
}
WAYS = {
    "warm": "this project, warm kernels",
    "threads": "papermill, two threads",
    "stock": "this project, stock kernels",
    "papermill": "papermill, one after another",
    "loky": "papermill in loky, two processes",
    "ploomber": "ploomber-engine, two processes",
    "nbmake": "nbmake, two processes",
    "snakemake": "snakemake, two at a time",
}
PEERS = ["papermill", "loky", "ploomber-engine", "nbmake", "snakemake", "duckdb", "polars", "pandas", "ipykernel"]
# why a goal is missed, as far as it is known
WHY = {
    "all notebooks, warm kernels, times the floor": "each run has a kernel of its own: some 0.06 s of work to "
    "start it, 0.04 s to talk of its cells, 0.06 s in papermill; and once 1.5 s until the first cell of all, while the "
    "template loads its libraries on one core",
    "one reply changed among 45,000, seconds": "only that one is read and hashed, yet the state of every file is asked "
    "for, sources.csv is read, and all tables are made and checked again",
    "one page changed, seconds": "Sphinx reads only that page, yet all are written and scanned again",
}
INTRODUCTION = """# What it costs

Measured on {date} with `make bench`: {cores} cores, {memory:.0f} GB, {system}, Python {python}; {versions}.
Every ratio is of two things measured one after the other in the same session; seconds differ from machine to machine,
ratios much less.{quick}
"""
FLOOR = """The floor is the same cells as plain code, each run in a fork of a process that has everything loaded, two at
a time. It was measured before and after each of the others, which is compared with the mean of the two. All ran
`force-page` for the same forces. With the tables and findings made anew as well, this project took {whole:.1f} s.
"""
BUILDS = {
    "all": "everything for the first time",
    "corrected": "one number of one reply corrected",
    "site": "all pages made anew",
    "page": "one page of the documentation changed",
    "nothing": "nothing changed",
}
CLEANING = """The same work: names of forces, numbers such as `<5`, periods, and totals by force and period; the
totals were equal. Each started from rows in memory in its own form: here columns of distinct texts, as reading leaves
them; there plain texts. Best of seven; memory is the most that the whole process held.
"""
SCALING = """Invented transcripts of five numbers each (`benchmarks/synthetic.py`), one process. First: nothing is
remembered. Changed: one transcript changed, the rest is remembered. Writing the tables comes on top.
"""


def page(found: dict, quick: bool, date: dt.date, peers: Path) -> str:
    """Return the page; `peers` is the environment that holds the others."""
    sizes = {name: both[quick] for name, both in SIZES.items()}
    seconds, ratios, whole = found["notebooks"]
    ways = [("the floor", seconds["floor"], 1.0), *((WAYS[way], seconds[way], ratios[way]) for way in WAYS)]
    clean = [
        (way, f"{count:,}", took["seconds"], took["memory"])
        for way, all_took in found["cleaning"].items()
        for count, took in zip(sizes["rows"], all_took, strict=True)
    ]
    rows = [
        (f"{n:,} replies", *list(took.values())) for n, took in zip(sizes["replies"], found["replies"], strict=True)
    ]
    figures = [(f"{n:,} figures", *took.values()) for n, took in zip(sizes["figures"], found["figures"], strict=True)]
    return "\n".join(
        [
            _introduction(quick, date, peers),
            "## Goals\n",
            table(["what", "measured", "reach", "reached"], goals(found, sizes)),
            "## Running notebooks\n",
            FLOOR.format(whole=whole),
            table(["way", "seconds", "times the floor"], ways),
            "## The whole command\n",
            f"`python -m analysis build` with {found['building']['runs']} notebooks and the site.\n",
            table(["what", "seconds"], [(what, found["building"][name]) for name, what in BUILDS.items()]),
            "## Cleaning\n",
            CLEANING,
            table(["way", "rows", "seconds", "MB"], clean),
            "## Large inputs\n",
            SCALING,
            table(["replies", "first, s", "changed, s", "writing, s", "MB"], rows),
            table(["figures and facts", "seconds", "MB"], figures),
        ]
    )


def exponent(sizes: list[int], seconds: list[float]) -> float:
    """Return the power of the size with which the cost grows: the slope of the line through the logarithms."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def _introduction(quick: bool, date: dt.date, peers: Path) -> str:
    homes = [str(path) for path in peers.glob("lib/python*/site-packages")]
    known = {each.name.lower(): each.version for each in metadata.distributions(path=homes)}
    versions = ", ".join(f"{name} {known.get(name) or metadata.version(name)}" for name in PEERS)
    return INTRODUCTION.format(
        date=f"{date:%-d %B %Y}",
        cores=os.cpu_count(),
        memory=psutil.virtual_memory().total / 2**30,
        system=platform.system(),
        python=platform.python_version(),
        versions=versions,
        quick=" **Only a trial with small inputs: nothing here is a result.**" if quick else "",
    )


def table(names: list[str], rows: list[tuple]) -> str:
    """Return rows as a Markdown table; numbers with two digits after the point."""
    lines = [
        names,
        ["---"] * len(names),
        *([f"{c:,.2f}" if isinstance(c, float) else str(c) for c in row] for row in rows),
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def goals(found: dict, sizes: dict) -> list[tuple[str, str, str, str]]:
    """Return each goal: what, what was measured, what to reach, and whether it was; where not, why."""
    ratios, build, clean = found["notebooks"][1], found["building"], found["cleaning"]
    ours, other = (
        clean["ours"][-1],
        min((clean[way][-1] for way in ("duckdb", "polars")), key=lambda way: way["seconds"]),
    )
    grown = exponent(sizes["figures"], [took["seconds"] for took in found["figures"]])
    linear = exponent(sizes["replies"], [took["first"] for took in found["replies"]])
    steepest = exponent(sizes["replies"][-2:], [took["first"] for took in found["replies"][-2:]])
    changed = found["replies"][-1]["changed"]
    quick, cold = found["nbval"]
    hundred = build["site"] * 100 / build["runs"]
    return [
        _goal("all notebooks, warm kernels, times the floor", ratios["warm"], 1.3),
        _goal("all notebooks, warm kernels, times papermill in two threads", ratios["warm"] / ratios["threads"], 0.4),
        _goal("all notebooks, stock kernels, times the floor", ratios["stock"], 4.3),
        _goal("nothing changed, seconds", build["nothing"], 1.5),
        _goal("nothing changed, kernels started", build["kernels"], 0),
        _goal(
            f"one reply corrected: other notebooks of {build['runs']} whose bytes changed than those run",
            build["others"] - build["again"],
            0,
        ),
        _goal("memory of all processes with four kernels, MiB", found["memory"], 600),
        _goal("nbval of all notebooks, times one by one and cold", quick / cold, 0.6),
        _goal("cleaning, times the faster of duckdb and polars", ours["seconds"] / other["seconds"], 1.5),
        _goal("cleaning, growth with the number of figures, exponent", grown, 1.1),
        _goal("cleaning, memory, times theirs", ours["memory"] / other["memory"], 2.0),
        _goal("replies, growth of the cost, exponent over all sizes", linear, 1.1),
        _goal("replies, growth of the cost, exponent over the two largest", steepest, 1.1),
        _goal(f"one reply changed among {sizes['replies'][-1]:,}, seconds", changed, 2.0),
        _goal("the whole site, seconds for 100 notebooks", hundred, 60.0),
        _goal("one page changed, seconds", build["page"], 10.0),
    ]


def _goal(what: str, measured: float, reach: float) -> tuple[str, str, str, str]:
    number = f"{measured:,.2f}" if isinstance(measured, float) else str(measured)
    missed = f"**no**: {WHY.get(what, 'not looked into yet')}"
    return what, number, f"at most {reach:g}", "yes" if measured <= reach else missed
