"""Several documents at once: the cells of each and what was found in it, or why it is refused."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from analysis.problems import Fault, Faults
from analysis.read import cells, hidden


class Reading(NamedTuple):
    """Hold the cells of one document and what was found in it."""

    cells: pd.DataFrame
    findings: list[Fault]


def read_all(paths: Sequence[Path]) -> list[Reading | Faults]:
    """Return the reading of each document in turn, or the faults it is refused for."""
    found = hidden.several(paths)
    return [
        hidden.refusal(found[path])
        if found[path].outcome == hidden.REFUSED
        else Reading(cells.frame(found[path].cells), found[path].findings)
        for path in paths
    ]
