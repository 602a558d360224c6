"""The visible cells of one document by table, row and column, and what a recipe says must stand there."""

import re
import unicodedata
from typing import NamedTuple

import pandas as pd

from analysis.problems import Fault, Faults
from analysis.read import places

# what a mark can mean, as the parser of numbers reads it; a blank of its own, since an empty text says "as written"
SPOKEN = {"missing": " ", "zero": "0", "not held": "not held", "withheld": "withheld", "not applicable": "n/a"}
DASHES = {"-", "–", "—", "−", "--"}


class Cell(NamedTuple):
    """Hold one visible cell: its address, text as displayed, kind (number, date, text) and stored value."""

    place: str
    text: str
    kind: str = "text"
    value: str = ""


class Grid(NamedTuple):
    """Hold the cells that are not empty by table, row and column, and by address."""

    cells: dict[tuple[str, int, int], Cell]
    where: dict[str, tuple[str, int, int]]

    def cell(self, table: str, row: int, column: int) -> Cell:
        """Return a cell, an empty one where the file has nothing."""
        return self.cells.get((table, row, column)) or Cell(places.at(table, row, column), "")

    def one(self, place: str) -> tuple[str, int, int]:
        """Return table, row and column of one address; a number after # tells answers in one cell apart."""
        bare = place.split("#")[0]
        if bare in self.where:
            return self.where[bare]
        found = places.span(bare)
        return found.table, found.top, found.left or 1

    def text(self, place: str) -> str:
        """Return the text at an address."""
        return self.cell(*self.one(place)).text


def grid(cells: pd.DataFrame) -> Grid:
    """Return the grid of a frame of cells: place, area, row, column, text, kind, value, visible."""
    shown = cells[(cells["text"] != "") & cells["visible"].astype("bool")]
    columns = [shown[name].tolist() for name in ("area", "row", "column", "place", "text", "kind", "value")]
    found = {(table, int(row), int(column)): Cell(*rest) for table, row, column, *rest in zip(*columns, strict=True)}
    return Grid(found, {cell.place: key for key, cell in found.items()})


def same(found: str, expected: str) -> bool:
    """Say whether two labels are the same text, whatever their spaces and widths of letters."""
    return _plain(found) == _plain(expected)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def holds(text: str, part: str) -> bool:
    """Say whether a text holds a word or number whole: 5 is not in 15, nor in 5,000."""
    word = re.escape(_plain(part))
    return re.search(rf"(?<!\w)(?<!\d[.,]){word}(?!\w)(?![.,]\d)", _plain(text)) is not None


def anchored(found: Grid, place: str, expected: str) -> None:
    """Check that a header cell stands where the recipe says.

    Raises Faults (ANCHOR) naming what stands there and where the expected text stands instead.
    """
    text = found.text(place)
    if not same(text, expected):
        raise Faults([astray(found, place, text, expected)])


def astray(found: Grid, place: str, text: str, expected: str) -> Fault:
    """Return the fault of an anchor that is not there: both texts, and where the expected one stands."""
    table = found.one(place)[0]
    met = [cell.place for key, cell in found.cells.items() if same(cell.text, expected)]
    met = [other for other in met if found.where[other][0] == table] or met
    instead = f", which stands at {', '.join(met[:3])}" if met else ""
    do = "the file is not laid out as the recipe says: mend the recipe"
    return Fault("ANCHOR", place, repr(text), repr(expected) + instead, do)


def reads_as(cell: Cell, means: dict[str, str]) -> str:
    """Return how a number's cell is to be read where that is not its text: what the recipe says, or as stored.

    A stored number that is not whole, and a date, are read as stored, so that no rounding or format hides them.
    """
    if cell.text in means:
        return SPOKEN.get(means[cell.text], means[cell.text])
    if cell.kind == "date":
        return cell.value
    if cell.kind != "number" or "%" in cell.text or not cell.value:
        return ""
    number = float(cell.value)
    return str(int(number)) if number.is_integer() else cell.value


def means(recipe: dict, table: dict) -> dict[str, str]:
    """Return what a blank, a dash or another mark means in a table: its own words before the recipe's."""
    found = recipe.get("means", {}) | table.get("means", {})
    blank, dash = (table.get(name, recipe.get(name)) for name in ("blank", "dash"))
    found |= {"": blank} if blank and blank != "missing" else {}
    return found | (dict.fromkeys(DASHES, dash) if dash else {})
