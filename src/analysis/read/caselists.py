"""A list with one row for each case: counted by the columns a recipe names, and by no other."""

from analysis.problems import Fault, Faults
from analysis.read import grids, months, places
from analysis.read.layouts import END, header_ends, lines_of


def cases(grid: grids.Grid, recipe: dict, entry: dict) -> tuple[list[dict], dict[str, END]]:
    """Return one row per kind of case in a list of cases: how many rows of the list agree in the columns named.

    A column named `value` holds numbers of its own: then each row of the list is one. Columns the recipe does not
    name are dropped: free text about people is off by default. Raises Faults (ANCHOR, DUPLICATE_ROW).
    """
    header = places.span(entry["header"])
    left, anchors = header.left or 1, entry["anchor"]
    named = {column: entry["columns"].get(text, "") for column, text in enumerate(anchors, start=left)}
    for column, expected in enumerate(anchors, start=left):
        grids.anchored(grid, grid.cell(header.table, header.top, column).place, expected)
    if not any(named.values()):
        fault = Fault("RECIPE", entry["header"], "no column named", "what to count by", "name one, or drop the range")
        raise Faults([fault])
    ends = header_ends(grid, entry, left)
    groups: dict[tuple, list[dict[int, grids.Cell]]] = {}
    for line in lines_of(entry["rows"]):
        cells = {column: grid.cell(header.table, line, column) for column in named}
        said = tuple(_said(cells[column], named[column]) for column in named if named[column] not in ("", "value"))
        if any(cell.text for cell in cells.values()):
            groups.setdefault(said, []).append(cells)
    found = [_case(said, lines, named, recipe, entry) for said, lines in groups.items()]
    for row, lines in zip(found, groups.values(), strict=True):
        for column, cell in [pair for cells in lines for pair in cells.items()]:
            off = ("dropped", "a column the recipe does not name: free text is off by default", "")
            ends[cell.place] = ("value", "", row["place"]) if named[column] else off
    return found, ends


def _said(cell: grids.Cell, name: str) -> tuple[str, str]:
    """Return the column a cell of a case sets, and its text; `year` and `financial year` make a period of a day."""
    if name in ("year", "financial year"):
        return "period", months.year_of(cell.value if cell.kind == "date" else cell.text, name, cell.place)
    return name, cell.text


def _case(said: tuple, lines: list[dict[int, grids.Cell]], named: dict[int, str], recipe: dict, entry: dict) -> dict:
    row = {"where_printed": "table", "drop": ""} | entry.get("fixed", {}) | dict(said)
    number = next((column for column, name in named.items() if name == "value"), None)
    if number is None:
        first = next(column for column, name in named.items() if name)
        counted = f"counted by us: rows of a list, the first at {lines[0][first].place}"
        return row | {"place": lines[0][first].place, "value": str(len(lines)), "note": row.get("note") or counted}
    if len(lines) > 1:
        twice, do = " and ".join(cells[number].place for cells in lines[:2]), "name the column that tells them apart"
        raise Faults([Fault("DUPLICATE_ROW", lines[1][number].place, f"{twice} say the same", "rows that differ", do)])
    cell = lines[0][number]
    reads_as = grids.reads_as(cell, grids.means(recipe, entry))
    return row | {"place": cell.place, "value": cell.text, "reads_as": reads_as}
