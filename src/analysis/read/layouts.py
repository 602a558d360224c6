"""The layouts a recipe can describe: a table, an answer in prose, and what is dropped."""

import re
from typing import NamedTuple

from analysis.problems import Fault, Faults
from analysis.read import grids, months, places

TOTAL = "total of other rows, checked and not kept"
END = tuple[str, str, str]


class Table(NamedTuple):
    """Hold where a table's rows and columns are and what its header cells say, row of the header by row."""

    recipe: dict
    entry: dict
    name: str
    left: int
    labels: int
    heads: dict[int, list[str]]
    rows: list[int]
    totals: dict[int, list[int]]


def table(grid: grids.Grid, recipe: dict, entry: dict) -> tuple[list[dict], dict[str, END]]:
    """Return a row for each value of a table and where its cells ended.

    Raises Faults (ANCHOR, RECIPE).
    """
    laid = _laid(grid, recipe, entry)
    ends = header_ends(grid, entry, laid.left)
    found = []
    for line in sorted({*laid.rows, *laid.totals}):
        labels = _labels(grid, laid, line)
        own = [grid.cell(laid.name, line, laid.left + number) for number in range(laid.labels)]
        ends |= {cell.place: ("label", "", "") for cell in own}
        values = {column: grid.cell(laid.name, line, column) for column in laid.heads}
        if not any(cell.text for cell in [*own, *values.values()]):
            continue
        for column, cell in values.items():
            row = _row(laid, labels, line, column) | {"place": cell.place, "value": cell.text}
            row["reads_as"] = grids.reads_as(cell, grids.means(recipe, entry))
            ends[cell.place] = ("dropped", row["drop"], "") if row["drop"] else ("value", "", cell.place)
            found.append(row)
    return found, ends


def _laid(grid: grids.Grid, recipe: dict, entry: dict) -> Table:
    header = places.span(entry["header"])
    left, anchors = header.left or 1, _anchors(entry)
    faults = [
        grids.astray(grid, cell.place, cell.text, expected)
        for line, texts in zip(header.rows, anchors, strict=False)
        for column, expected in enumerate(texts, start=left)
        if not grids.same((cell := grid.cell(header.table, line, column)).text, expected)
    ]
    if len(anchors) != len(header.rows):
        faults.append(Fault("RECIPE", entry["header"], f"{len(anchors)} rows", "an anchor for each row", "mend it"))
    if faults:
        raise Faults(faults)
    labels = len(_listed(entry["row_label"]))
    filled = [_carried(texts) for texts in anchors[:-1]] + [anchors[-1]]
    columns = range(left + labels, left + len(anchors[-1]))
    heads = {column: [texts[column - left] for texts in filled] for column in columns}
    rows, totals = _rows_and_totals(entry)
    return Table(recipe, entry, header.table, left, labels, heads, rows, totals)


def _rows_and_totals(entry: dict) -> tuple[list[int], dict[int, list[int]]]:
    """Return the rows that are no totals, and the rows each total or subtotal is the sum of."""
    subtotals = {line: lines_of(sub["of"]) for sub in entry.get("subtotal", []) for line in lines_of(sub["row"])}
    whole = lines_of(entry.get("total_row"))
    rows = [line for line in lines_of(entry["rows"]) if line not in {*subtotals, *whole}]
    return rows, subtotals | dict.fromkeys(whole, rows)


def _anchors(entry: dict) -> list[list[str]]:
    return entry["anchor"] if isinstance(entry["anchor"][0], list) else [entry["anchor"]]


def _listed(value) -> list:
    return [] if value is None else value if isinstance(value, list) else [value]


def lines_of(spans: str | list[str] | None) -> list[int]:
    """Return the rows that one or several addresses cover."""
    return [line for text in _listed(spans) for line in places.span(text).rows]


def _carried(texts: list[str]) -> list[str]:
    """Let a heading reach over the empty cells to its right, as a merged cell does."""
    found, last = [], ""
    for text in texts:
        last = text or last
        found.append(last)
    return found


def header_ends(grid: grids.Grid, entry: dict, left: int) -> dict[str, END]:
    """Return the cells of a header, each a label."""
    header = places.span(entry["header"])
    return {
        grid.cell(header.table, line, column).place: ("label", "", "")
        for line, texts in zip(header.rows, _anchors(entry), strict=True)
        for column in range(left, left + len(texts))
    }


def _labels(grid: grids.Grid, laid: Table, line: int) -> list[str]:
    """Return the labels of a row; of several, an empty one is that of the row above, as in a merged cell."""
    found = []
    for number in range(laid.labels):
        column, at = laid.left + number, line
        last = number == laid.labels - 1
        while not last and not grid.cell(laid.name, at, column).text and at - 1 in laid.rows:
            at -= 1
        found.append(grid.cell(laid.name, at, column).text)
    return found


def _row(laid: Table, labels: list[str], line: int, column: int) -> dict:
    entry, heads = laid.entry, laid.heads[column]
    is_total, down = line in laid.totals, heads[-1] == entry.get("total_column")
    row = {"where_printed": "table", "drop": ""} | entry.get("fixed", {})
    for kind, head in zip(_listed(entry["columns"]), heads, strict=True):
        row |= {} if down else _meaning(kind, head, laid)
    for head in heads:
        row |= entry.get("heads", {}).get(head, {})
    for kind, label in zip(_listed(entry["row_label"]), labels, strict=True):
        row |= {} if is_total else _meaning(kind, label, laid, entry.get("map", {}))
    for label in labels:
        row |= entry.get("map", {}).get(label, {})
    if row["drop"]:
        return months.dated(row)
    if (is_total or down) and not entry.get("keep_total", False):
        row["drop"] = TOTAL
    return months.dated(row) | _sums(laid, line, column, is_total, down)


def _meaning(kind: str, text: str, laid: Table, mapped: dict | None = None) -> dict:
    known = laid.entry.get("heads" if mapped is None else "map", {})
    if kind == "none":
        if text not in known and (mapped is not None or len(laid.heads) > 1):
            do = "say in the recipe what it means"
            raise Faults([Fault("ANCHOR", laid.entry["rows"], repr(text), ", ".join(known) or "a meaning", do)])
        return {}
    if kind == "year":
        open_end = {"period_start": f"{text}-01-01", "period_end": ""}
        return {"period": text} | (open_end if text in laid.recipe.get("unfinished", []) else {})
    return {kind: text}


def _sums(laid: Table, line: int, column: int, is_total: bool, down: bool) -> dict[str, str]:
    """Name the sums a value is part of, and those it is the total of: down its column, and along its row."""
    if not laid.entry.get("disjoint", bool(laid.totals)) and "total_column" not in laid.entry:
        return {"sum": "", "total": ""}
    table_name = places.name(laid.entry["header"])
    part_of = [f"{table_name}:{total}:{column}" for total, of in laid.totals.items() if line in of]
    total_of = [f"{table_name}:{line}:{column}"] if is_total else []
    if "total_column" in laid.entry:
        (total_of if down else part_of).append(f"{table_name}:{line}:all")
    return {"sum": " ".join(part_of), "total": " ".join(total_of)}


def answer(grid: grids.Grid, recipe: dict, entry: dict) -> tuple[list[dict], dict[str, END]]:
    """Return the number an answer in prose gives and where its cell ended.

    Raises Faults (ANCHOR) where the text, the number or the words beside it do not stand there.
    """
    text = grid.text(entry["place"])
    for part in (entry["anchor"], entry["value"], entry.get("beside", "")):
        if part and (part not in text if part == entry["anchor"] else not grids.holds(text, part)):
            raise Faults([grids.astray(grid, entry["place"], text, part)])
    known = {name: value for name, value in entry.items() if name != "anchor"}
    row = {"where_printed": "text", "drop": ""} | known
    return [row], {grid.cell(*grid.one(entry["place"])).place: ("value", "", entry["place"])}


def drop(grid: grids.Grid, recipe: dict, entry: dict) -> tuple[list[dict], dict[str, END]]:
    """Return no row, and the cells a person dropped with the reason.

    Raises Faults (ANCHOR).
    """
    place = entry["place"]
    if place in grid.where or not re.search(r":|(^|/)attachment/\d+$", place):
        keys = [grid.one(place)]
    elif ":" not in place:
        keys = [key for key in sorted(grid.cells) if key[0].startswith(f"{place}/")]
    else:
        span = places.span(place)
        keys = [
            key
            for key in sorted(grid.cells)
            if key[0] == span.table and key[1] in span.rows and (span.left or 1) <= key[2] <= (span.right or key[2])
        ]
    texts = [grid.cells[key].text for key in keys if key in grid.cells]
    if not any(entry["anchor"] in text for text in texts):
        raise Faults([grids.astray(grid, place.split(":")[0], "; ".join(texts[:1]), entry["anchor"])])
    return [], {grid.cell(*key).place: ("dropped", entry["reason"], "") for key in keys}


def bare(text: str) -> bool:
    """Say whether a text is a bare number, which no recipe may pass over."""
    return re.fullmatch(r"\d{1,3}(,\d{3})+|\d+", text.strip()) is not None
