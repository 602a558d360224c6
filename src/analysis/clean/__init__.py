"""From rows as written to tidy, checked tables."""

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd

from analysis import codebook, tables
from analysis.clean import checks, decisions, disclosure, facts, transcripts
from analysis.problems import NEEDS_PERSON, SHOWN, STOPS_ALL, STOPS_DOCUMENT, Problem

BUILT = ["figures", "facts", "coverage", "ledger"]
SEVERE = [STOPS_ALL, STOPS_DOCUMENT, NEEDS_PERSON, SHOWN]


def build(folder: Path) -> dict[str, pd.DataFrame | list[Problem]]:
    """Run the whole cleaning step on data/raw and return its tables and every problem met, the worst first.

    Returns figures, facts, coverage, ledger and `problems`. A document with a problem contributes nothing; a problem
    of severity `decision` means that nothing may be promoted.
    """
    folder = Path(folder)
    decided, problems = decisions.read(folder)
    if problems:  # no figure is worth more than the decisions about it
        return {name: tables.empty(name) for name in BUILT} | {"problems": _ordered(problems)}
    sources = decided["sources"]
    replaced = sources[sources["supersedes"] != ""].set_index("supersedes")["source_id"].to_dict()
    said = transcripts.read(folder, sources)
    found, unread = transcripts.figures(said.rows[~said.rows["source_id"].isin(replaced)], sources, decided)
    problems = [
        *_unchanged(checks.files(folder, sources, said.sums), said.problems),
        *unread,
        *checks.duplicates(said.rows, sources, decided["approvals"]),
        *checks.corrections(said.rows, sources),
    ]
    stopped = {one.file for one in [*said.problems, *problems] if one.severity == STOPS_DOCUMENT}
    silent = sources["file"].isin(stopped) | ~sources["file"].isin(said.sums)
    faulty = set(sources.loc[silent, "source_id"])
    found = found[~found["source_id"].isin(faulty)].reset_index(drop=True)
    found, hidden = disclosure.hidden(found, sources, decided["thresholds"])
    sums = facts.sums(found, decided["relations"])
    numbers = facts.facts(found, sums, decided)
    problems += [
        *hidden,
        *checks.ids(decided),
        *checks.workforce(decided),
        *checks.coverage(decided, numbers),
        *checks.relations(decided, found, faulty | {*replaced}),
        *checks.overlaps(decided, found),
        *checks.sums(sums, found),
        *checks.circles(numbers),
        *disclosure.derivable(numbers, found, sums, decided),
    ]
    ended, covered = ledger(said.ledger, found, faulty, replaced), decisions.coverage(decided)
    return dict(zip(BUILT, (found, numbers, covered, ended), strict=True)) | {"problems": _ordered(problems)}


def _unchanged(files: list[Problem], unreadable: list[Problem]) -> list[Problem]:
    """Return both, of a file that was changed into one that cannot be read only what is wrong in it: that stops all."""
    changed, broken = ({one.file for one in some} for some in (files, unreadable))
    told = [replace(one, severity=STOPS_ALL) if one.file in changed else one for one in unreadable]
    return [*(one for one in files if one.code != "CHANGED" or one.file not in broken), *told]


def _ordered(problems: list[Problem]) -> list[Problem]:
    """Put the worst first, and before all a file that is gone: much else may only follow from it."""
    return sorted(problems, key=lambda one: (one.code != "MISSING_FILE", SEVERE.index(one.severity), one))


def ledger(cells: pd.DataFrame, figures: pd.DataFrame, faulty: set[str], replaced: dict[str, str]) -> pd.DataFrame:
    """Return where each filled cell ended: a value names its figure; documents with a fault have no cell here.

    Values of a document that was `replaced` are dropped, naming the one that corrects it. Raises LookupError where a
    cell counted as a value is no figure: nothing may be lost.
    """
    kept = cells[~cells["source_id"].isin(faulty)]
    gone = (kept["figure_id"] != "") & kept["source_id"].isin(list(replaced))
    kept = kept.assign(
        ends_as=kept["ends_as"].mask(gone, "dropped"),
        reason=kept["reason"].mask(gone, "superseded by " + kept["source_id"].map(replaced).astype("str")),
        figure_id=kept["figure_id"].mask(gone, ""),
    )
    astray = sorted(set(kept["figure_id"]) - set(figures["figure_id"]) - {""})
    if astray:
        raise LookupError(f"cells counted as values without a figure: {', '.join(astray[:5])}")
    return tables.arrange(kept, "ledger")


def write(frames: dict, folder: Path) -> None:
    """Write the built tables with their codebook and data package into a folder."""
    folder = Path(folder)
    for name in BUILT:
        tables.write(frames[name], folder / f"{name}.csv", name)
    (folder / "README.md").write_text(codebook.codebook(), encoding="utf-8", newline="\n")
    package = json.dumps(codebook.datapackage(), indent=2, ensure_ascii=False) + "\n"
    (folder / "datapackage.json").write_text(package, encoding="utf-8", newline="\n")
