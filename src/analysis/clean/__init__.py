"""From rows as written to tidy, checked tables."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from analysis import tables
from analysis.clean import approvals, checks, coverage, documents, duplicates, facts, figures, raw, small
from analysis.problems import STOPS_DOCUMENT, Problem

BESIDE = ("claims", "approvals", "assumptions", "workforce_sources", "tracker", "questions")
NEEDED = set(raw.DECISIONS) - {*BESIDE}
BUILT = ["figures", "facts", "coverage", "ledger"]


@contextmanager
def unswept() -> Iterator[None]:
    """Keep the search for circles of garbage from walking over millions of small objects that are all in use."""
    swept = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if swept:
            gc.enable()


@unswept()
def build(folder: Path, kept: Path | None = None, run: Callable = map) -> dict[str, pd.DataFrame | list[Problem]]:
    """Run the whole cleaning step on data/raw and return its tables and every problem met.

    kept: a file that remembers what documents said, so that only changed ones are read again; run: maps a function
    over batches of documents, as `map` and the `map` of any executor do.
    Returns figures, facts, coverage, ledger and `problems`, sorted. A document with a problem contributes nothing;
    a problem of severity `decision` means that nothing may be promoted.
    """
    folder = Path(folder)
    decided, problems = raw.decisions(folder)
    sources, unusable = decided["sources"], NEEDED & raw.faulty(problems)
    said = documents.documents(folder, sources, decided["approvals"], kept, run)
    problems += [
        *checks.files(folder, sources, said.sums),
        *said.problems,
        *_about_documents(said, sources, decided["approvals"]),
    ]
    if unusable:
        return {name: tables.empty(name) for name in BUILT} | {"problems": sorted(problems)}
    replaced = duplicates.superseded(sources)
    rows = said.rows[~said.rows["source_id"].isin(replaced)].reset_index(drop=True)
    found, unread = figures.figures(rows, sources, decided)
    problems += unread
    faulty = _faulty(problems, sources)
    found = found[~found["source_id"].isin(faulty)].reset_index(drop=True)
    found, hidden = small.hidden(found, sources, decided["thresholds"])
    problems += [*hidden, *_between(decided, found, faulty | {*replaced}, rows[~rows["source_id"].isin(faulty)])]
    numbers = facts.facts(found, decided["relations"], sources, decided["categories"])
    problems += checks.circles(numbers)
    frames = {
        "figures": found,
        "facts": numbers,
        "coverage": coverage.coverage(decided),
        "ledger": tables.arrange(figures.ledger(said.ledger, found, faulty, replaced), "ledger"),
    }
    return {name: tables.validate(frame, name) for name, frame in frames.items()} | {"problems": sorted(problems)}


def _faulty(problems: list[Problem], sources: pd.DataFrame) -> set[str]:
    files = {problem.file for problem in problems if problem.severity == STOPS_DOCUMENT}
    return set(sources.loc[sources["file"].isin(files), "source_id"])


def _about_documents(said: documents.Documents, sources: pd.DataFrame, accepted: pd.DataFrame) -> list[Problem]:
    """Return what is wrong between documents, and with what a person accepted in them."""
    twice = duplicates.duplicates(said.rows, sources, said.held)
    found = {(problem.sha256, problem.code, problem.place): problem for problem in twice}
    return [
        *(problem for finding, problem in found.items() if finding not in approvals.accepted(accepted)),
        *duplicates.chains(sources),
        *duplicates.replaced(said.rows, sources),
        *approvals.faulty(accepted),
        *approvals.unused(accepted, said.findings | found.keys()),
    ]


def _between(decided: dict, found: pd.DataFrame, faulty: set[str], rows: pd.DataFrame) -> list[Problem]:
    """Return what is wrong between decisions and figures."""
    return [
        *checks.ids(decided),
        *checks.shapes(decided),
        *checks.coverage(decided),
        *checks.relations(decided, found, faulty),
        *checks.overlaps(decided, found),
        *checks.sums(facts.sums(found, decided["relations"]), found),
        *checks.totals(rows, figures.numbers(rows), set(decided["sources"].query("public == 'no'")["file"])),
    ]


def write(frames: dict, folder: Path) -> None:
    """Write the built tables with their codebook and data package into a folder."""
    folder = Path(folder)
    for name in BUILT:
        tables.write(frames[name], folder / f"{name}.csv", name)
    (folder / "README.md").write_text(tables.codebook(), encoding="utf-8", newline="\n")
    (folder / "datapackage.json").write_text(tables.datapackage(), encoding="utf-8", newline="\n")
