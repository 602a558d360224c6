"""Make the tables and findings of one generation, or take them from the cache when nothing they rest on changed."""

import dataclasses
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from analysis import paths
from analysis.problems import NEEDS_PERSON, STOPS_ALL, STOPS_DOCUMENT, Problem, Problems
from analysis.publish import cache

STOPPING = (STOPS_ALL, STOPS_DOCUMENT, NEEDS_PERSON)


class Refused(Exception):
    """Nothing may be promoted: a decision, not one document, is wrong, or a sentence is no longer true."""

    exit_status = 1


def tables(raw: Path, folder: Path, kept: Path | None, run: Callable = map) -> list[Problem]:
    """Write the tables and findings made from data/raw into a new folder; return what is wrong with single documents.

    kept: the cache's place for this, or None to make everything anew; run: maps the reading over batches of replies.
    Raises Refused when a decision is wrong or a finding no longer true.
    """
    if kept is None or not (kept / "problems.json").is_file():
        made = folder.with_name("made")
        shutil.rmtree(made, ignore_errors=True)
        problems = _make(raw, made / "tables", run)
        said = json.dumps([dataclasses.asdict(problem) for problem in problems], indent=1, ensure_ascii=False)
        (made / "problems.json").write_text(said, encoding="utf-8")
        if kept is not None and kept == cache.tables_place(cache.inputs()):  # or else something changed meanwhile
            cache.keep(made, kept)
        source = made
    else:
        source = kept
    shutil.copytree(source / "tables", folder)
    return [Problem(**record) for record in json.loads((source / "problems.json").read_text("utf-8"))]


def problems(raw: Path, files: list[Path]) -> list[Problem]:
    """Clean the data, write nothing, and return every problem, or those of some files only."""
    found = _cleaned(raw)[1]
    wanted = {file.resolve() for file in files}
    return [problem for problem in found if not wanted or (raw / problem.file).resolve() in wanted]


def _cleaned(raw: Path, remembered: Path | None = None, run: Callable = map) -> tuple[dict, list[Problem]]:
    from analysis import clean

    try:
        frames = clean.build(raw, remembered, run)
    except Problems as error:
        return {}, error.problems
    return frames, frames.pop("problems")


def _make(raw: Path, folder: Path, run: Callable) -> list[Problem]:
    from analysis import clean, tables
    from analysis.publish import solved
    from analysis.tell import findings

    memories = paths.build() / "cache"
    frames, found = _cleaned(raw, memories / "documents", run)
    stopping = [problem for problem in found if problem.severity == STOPS_ALL]
    if stopping:
        raise Refused("\n".join(str(problem) for problem in found))
    folder.mkdir(parents=True)
    clean.write(frames, folder)
    with clean.unswept(), told(folder), solved.kept(memories / "solved"):
        try:
            said = findings.all_findings(tables.load())
        except findings.NoLongerTrue as error:
            raise Refused(f"a sentence is no longer true: {error}") from error
    (folder / findings.FILE).write_text(findings.to_json(said), encoding="utf-8", newline="\n")
    return found


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """Let analysis.load read the tables of a folder for a while."""
    before = os.environ.get("ANALYSIS_TABLES")
    os.environ["ANALYSIS_TABLES"] = str(folder)
    try:
        yield
    finally:
        os.environ.pop("ANALYSIS_TABLES")
        if before is not None:
            os.environ["ANALYSIS_TABLES"] = before


def headlines(folder: Path, subject: str, sections: list[str]) -> list[str]:
    """Return the sentences that sum up a round: the first stored finding of each `topic/section` asked for."""
    from analysis.tell import findings

    first: dict[str, str] = {}
    for finding in findings.from_json((folder / findings.FILE).read_text("utf-8")):
        if finding.subject == subject:
            first.setdefault(f"{finding.topic}/{finding.section}", finding.sentence)
    return [first[section] for section in sections if section in first]
