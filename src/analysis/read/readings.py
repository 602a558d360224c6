"""Several documents at once: the cells of each and what was found in it, or why it is refused."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from analysis.problems import Fault, Faults
from analysis.read import cells


class Reading(NamedTuple):
    """Hold the cells of one document and what was found in it."""

    cells: pd.DataFrame
    findings: list[Fault]


def read_all(paths: Sequence[Path]) -> list[Reading | Faults]:
    """Return the reading of each document in turn, or the faults it is refused for."""
    return [_read(path) for path in paths]


def _read(path: Path) -> Reading | Faults:
    try:
        return Reading(cells.cells(path), [])
    except Faults as error:
        return error
