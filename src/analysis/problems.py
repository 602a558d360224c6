"""One record for everything that can be wrong with the data."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from difflib import get_close_matches

STOPS_ALL = "decision"
STOPS_DOCUMENT = "document"
NEEDS_PERSON = "person"
SHOWN = "shown"


@dataclass(frozen=True, order=True)
class Problem:
    """Say what is wrong, where, and what to do.

    code: TOTAL_MISMATCH, UNKNOWN_WORDING …; severity: `decision` (nothing is promoted), `document` (that document
    contributes nothing), `person` (nothing of it is published until it is approved), `shown` (both numbers are shown,
    or only noted); file: path below data/raw; place: line, cell or row.
    """

    code: str
    severity: str
    file: str
    sha256: str
    place: str
    found: str
    expected: str
    do: str

    def __str__(self):
        where = f"{self.file}:{self.place}" if self.place else self.file
        return f"{where}: {self.code}: found {self.found}; expected {self.expected}; {self.do}"

    def record(self) -> dict:
        """Return the problem as a plain dictionary, for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Fault:
    """Say what is wrong at one place of a document, before it is known which document that is."""

    code: str
    place: str
    found: str
    expected: str
    do: str
    severity: str = STOPS_DOCUMENT

    def problem(self, file: str, sha256: str) -> Problem:
        """Return the problem of one file."""
        return Problem(self.code, self.severity, file, sha256, self.place, self.found, self.expected, self.do)


class Faults(Exception):
    """Carry every fault of one document."""

    def __init__(self, faults: Iterable[Fault]):
        self.faults = list(faults)
        super().__init__("; ".join(f"{fault.place}: {fault.code}: found {fault.found}" for fault in self.faults))


def nearest(wrong: object, known: Iterable[str]) -> str:
    """Say which known names come nearest to a wrong one: `nearest: surrey, sussex`."""
    found = get_close_matches(str(wrong), sorted(known), cutoff=0)
    return f"nearest: {', '.join(found)}" if found else "there are none"
