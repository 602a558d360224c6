"""What `check` says: for each file one outcome and its findings, whether it is taken in already or just received."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from analysis.clean import approvals, raw
from analysis.problems import NEEDS_PERSON, Problem
from analysis.publish import staging
from analysis.read import hidden


def reports(files: Sequence[Path], raw_folder: Path | None, inbox: Path | None) -> list[dict]:
    """Return file, sha256, outcome and findings of each file asked for.

    Without files: of everything in the inbox, and of what is wrong below data/raw.
    Raises FileNotFoundError.
    """
    missing = next((file for file in files if not file.is_file()), None)
    if missing is not None:
        raise FileNotFoundError(f"{missing}: no such file")
    received = sorted(path for path in inbox.rglob("*") if _is_reply(path)) if inbox and not files else []
    inside = [file for file in files if raw_folder and file.resolve().is_relative_to(raw_folder.resolve())]
    looked = hidden.several([*files, *received])
    problems = staging.problems(raw_folder, inside) if raw_folder and (inside or not files) else []
    accepted = _accepted(raw_folder) if inside and raw_folder else None
    found = [_taken_in(file, looked[file], problems, raw_folder or Path(), accepted) for file in inside]
    found += [hidden.record(str(file), looked[file]) for file in [*files, *received] if file not in inside]
    return found if files else [*found, *_grouped(problems)]


def _is_reply(path: Path) -> bool:
    return path.is_file() and path.name != "README.md" and not path.name.startswith(".")


def _accepted(raw_folder: Path) -> pd.DataFrame:
    decided, _ = raw.decisions(raw_folder)
    return decided["approvals"]


def _taken_in(file: Path, reading: hidden.Reading, problems: list[Problem], folder: Path, accepted) -> dict:
    """Return the report of a file below data/raw: what its approvals leave open, and what is wrong with its numbers."""
    name = file.resolve().relative_to(folder.resolve()).as_posix()
    if "/" not in name or name.startswith("lookups/"):
        reading = reading._replace(findings=[])  # a table of our decisions is no reply: only its problems count
    waiting = approvals.open_findings(reading.findings, reading.sha256, accepted)
    settled = [fault for fault in reading.findings if fault.severity == NEEDS_PERSON and fault not in waiting]
    left = [fault for fault in reading.findings if fault not in settled]
    said = {(fault.code, fault.place) for fault in reading.findings}
    more = [problem for problem in problems if problem.file == name and (problem.code, problem.place) not in said]
    findings = [*(fault.problem(name, reading.sha256) for fault in left), *more]
    return {"file": name, "sha256": reading.sha256, "outcome": hidden.outcome(findings), "findings": _records(findings)}


def _grouped(problems: list[Problem]) -> list[dict]:
    files = dict.fromkeys((problem.file, problem.sha256) for problem in problems)
    return [
        {"file": file, "sha256": sha256, "outcome": hidden.outcome(same), "findings": _records(same)}
        for file, sha256 in files
        for same in [[problem for problem in problems if (problem.file, problem.sha256) == (file, sha256)]]
    ]


def _records(problems: Sequence[Problem]) -> list[dict]:
    return [problem.record() for problem in problems]


def said(report: dict) -> str:
    """Return a report in words: the file and its outcome, then a line for each finding."""
    lines = [
        f"    {finding['place'] or 'file'}: {finding['code']}: found {finding['found']}; "
        f"expected {finding['expected']}; {finding['do']}"
        for finding in report["findings"]
    ]
    return "\n".join([f"{report['file']}: {report['outcome']}", *lines])
