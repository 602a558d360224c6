"""A received file: what it shows, and what is doubtful about it. Run at intake, never by a build."""

import csv
import hashlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from analysis.problems import NEEDS_PERSON, SHOWN, Fault
from analysis.read import child, findings
from analysis.read.cells import Reading

ACCEPTED, NEEDED, REFUSED = "accepted", "needs a person", "refused"
MOST_DOUBTS = 10


def read(paths: Iterable[Path]) -> dict[Path, Reading]:
    """Return the visible cells of each file and what was found in it; none where it is refused."""
    found = child.readings(paths)
    return {path: Reading([cell for cell in cells if not cell.why], faults) for path, (cells, faults) in found.items()}


def outcome(faults: Iterable[Fault]) -> str:
    """Return how a file with these findings ends."""
    severities = {fault.severity for fault in faults} - {SHOWN}
    return REFUSED if severities - {NEEDS_PERSON} else NEEDED if severities else ACCEPTED


def check(paths: list[Path], raw: Path | None = None) -> list[dict]:
    """Return for each file its name, sha256, outcome and findings, as `check --json` prints them.

    raw: the folder of evidence, whose `approvals.csv` says which findings a person accepted.
    """
    readings = read(paths)
    return [judged(path, readings[path], raw) for path in paths]


def judged(path: Path, reading: Reading, raw: Path | None = None) -> dict:
    """Return the report of one file that was read, the worst findings first."""
    sha256 = checksum(path) if path.is_file() else ""
    accepted = _accepted(raw / "approvals.csv") if raw is not None else set()
    waiting = [fault for fault in reading.faults if (sha256, fault.code, fault.place) not in accepted]
    told = [fault.problem(str(path), sha256).record() for fault in sorted(reading.faults, key=findings.rank)]
    return {"file": str(path), "sha256": sha256, "outcome": outcome(waiting), "findings": told}


def checksum(path: Path) -> str:
    """Return the sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _accepted(path: Path) -> set[tuple[str, str, str]]:
    if not path.is_file():
        return set()
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {(row["sha256"], row["code"], row["place"]) for row in csv.DictReader(file)}


def report(reports: list[dict]) -> str:
    """Return the reports as pages: the outcome, at most ten doubts, the worst first, and the rest as counts."""
    return "\n\n".join(_page(one) for one in reports)


def _page(report: dict) -> str:
    lines = [f"{report['file']}: {report['outcome']}"]
    doubtful = [found for found in report["findings"] if found["severity"] != SHOWN]
    for found in doubtful[:MOST_DOUBTS]:
        where = f"{found['place']}: " if found["place"] else ""
        lines.append(f"  {where}{found['code']}: {found['found']}; expected {found['expected']}; {found['do']}")
    rest = Counter(found["code"] for found in doubtful[MOST_DOUBTS:])
    if rest:
        lines.append(f"  and {', '.join(f'{count} more {code}' for code, count in rest.items())}")
    noted = Counter(found["found"] for found in report["findings"] if found not in doubtful)
    if noted:
        lines.append(f"  noted: {'; '.join(noted)}")
    return "\n".join(lines)
