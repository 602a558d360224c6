"""What all spreadsheets share: how a cell looks, and what of a sheet its place hides."""

from typing import NamedTuple

from analysis.read import formats
from analysis.read.cells import Cell, column_letters, faint

Box = tuple[int, int, int, int]  # top, left, bottom, right


class Look(NamedTuple):
    """Hold a number format, the colour of letters, their size in points, and the colour behind them ("" is none)."""

    code: str = "General"
    colour: str = ""
    size: float = 11.0
    behind: str = ""

    def hides(self, cell: Cell) -> str:
        """Return why a cell of this look cannot be read, or nothing."""
        nothing = not cell.text or not formats.shows_text(self.code)
        return faint(self.colour, self.behind, self.size) or ("a format that shows nothing" if nothing else "")

    def hides_on(self, look: "Look") -> bool:
        """Say whether a rule that gives this look to a cell of another one makes it unreadable."""
        both = faint(self.colour or look.colour, self.behind or look.behind, look.size)
        return bool(both) or not formats.shown(1, self.code)[0]


class Sheet(NamedTuple):
    """Hold what a sheet says of its cells by their place.

    columns: those hidden; merged: ranges shown as one cell; covers: what lies under a picture or a painted box.
    """

    name: str
    columns: set[int]
    merged: dict[tuple[int, int], Box]
    covers: list[Box]

    def cell(self, row: int, column: int, text: str = "") -> Cell:
        """Return a cell at its place."""
        box = self.merged.get((row, column), (0, 0, 0, 0))
        place = f"{self.name}!{column_letters(column)}{row}"
        return Cell(place, self.name, row, column, text, wide=box[3] - box[1] + 1)

    def seen(self, cell: Cell, why: str = "", gone: str = "") -> list[Cell]:
        """Return a cell as one sees it, and one without content for what of it nobody sees.

        why: a reason of its own that nobody sees it; gone: a reason that nobody sees a piece of it.
        """
        why = why or self.why(cell)
        return [cell.unseen(why)] if why else cell.parted(cell.text, gone)

    def why(self, cell: Cell) -> str:
        """Return why nobody sees what stands at the place of a cell, or nothing."""
        if cell.column in self.columns:
            return "hidden column"
        if (cell.row, cell.column) not in self.merged and any(inside(cell, box) for box in self.merged.values()):
            return "under a merged cell"
        return "covered" if any(inside(cell, box) for box in self.covers) else ""


def inside(cell: Cell, box: Box) -> bool:
    """Say whether a cell lies in a range."""
    return box[0] <= cell.row <= box[2] and box[1] <= cell.column <= box[3]
