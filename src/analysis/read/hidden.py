"""What hides in a file, before any value is used: one outcome, and findings that never repeat what they found."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from analysis.problems import NEEDS_PERSON, SHOWN, STOPS_DOCUMENT, Fault, Faults, Problem
from analysis.read import child, kinds, readers
from analysis.read.cell import Cell

ACCEPTED, NEEDED, REFUSED = "accepted", "needs a person", "refused"
LARGEST_AT_HAND = 8_000_000  # a larger text is read in a child as well


class Reading(NamedTuple):
    """What one file holds.

    sha256: of its bytes; outcome: accepted, needs a person or refused; findings: severity `document` refuses the file,
    `person` needs one, `shown` is only noted; cells: of the whole file, none when it is refused.
    """

    sha256: str
    outcome: str
    findings: list[Fault]
    cells: list[Cell]


def look(path: Path) -> Reading:
    """Return what one file holds and what hides in it."""
    return several([path])[path]


def several(paths: Iterable[Path], workers: int = 2) -> dict[Path, Reading]:
    """Return what each file holds; all but plain text is read by a few child processes side by side."""
    paths = list(dict.fromkeys(paths))
    far = [path for path in paths if not _plain(path)]
    found = child.read(far, workers)
    return {path: _reading(path, *(found[path] if path in found else _at_hand(path))) for path in paths}


def _plain(path: Path) -> bool:
    """Say whether a file is a text of rows that this process may read itself."""
    if path.stat().st_size > LARGEST_AT_HAND:
        return False
    with path.open("rb") as file:
        start = file.read(4096)
    return kinds.plain(start)


def _at_hand(path: Path) -> tuple[list[Cell], list[Fault]]:
    try:
        cells, faults = readers.read(path.read_bytes(), path.name)
        return cells, faults
    except Faults as error:
        return [], error.faults


def _reading(path: Path, cells: list[Cell], faults: list[Fault]) -> Reading:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    result = outcome(faults)
    return Reading(digest, result, faults, [] if result == REFUSED else cells)


def outcome(findings: Iterable[Fault | Problem]) -> str:
    """Return how a file with these findings ends."""
    severities = {fault.severity for fault in findings} - {SHOWN}
    if severities - {NEEDS_PERSON}:
        return REFUSED
    return NEEDED if severities else ACCEPTED


def record(file: str, reading: Reading) -> dict:
    """Return what `check --json` says about one file."""
    findings = [vars(fault.problem(file, reading.sha256)) for fault in reading.findings]
    return {"file": file, "sha256": reading.sha256, "outcome": reading.outcome, "findings": findings}


def refusal(reading: Reading) -> Faults:
    """Return the error that says why a file is refused."""
    return Faults([fault for fault in reading.findings if fault.severity == STOPS_DOCUMENT])
