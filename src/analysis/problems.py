"""One record for everything that can be wrong with the data."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

STOPS_ALL = "decision"
STOPS_DOCUMENT = "document"
SHOWN = "shown"


@dataclass(frozen=True, order=True)
class Problem:
    """Say what is wrong, where, and what to do.

    code: TOTAL_MISMATCH, UNKNOWN_WORDING …; severity: `decision` (nothing is promoted), `document` (that document
    contributes nothing), `shown` (both numbers are shown); file: path below data/raw; place: line, cell or row.
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


class Problems(Exception):
    """Carry every problem of one run."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = sorted(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
