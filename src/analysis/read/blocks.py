"""The tables of a document, as a person would see them: heads, then rows that fill the same columns."""

from typing import NamedTuple

from analysis.read import grids
from analysis.read.spelled import NUMBERLIKE, YEAR


class Block(NamedTuple):
    """Hold one table a person would see: its area, header rows, rows and columns."""

    area: str
    header: list[int]
    rows: list[int]
    columns: list[int]


def blocks(grid: grids.Grid) -> list[Block]:
    """Return the tables of a document: a row of heads, then rows that fill the same columns."""
    lines: dict[str, dict[int, list[int]]] = {}
    for area, row, column in sorted(grid.cells):
        lines.setdefault(area, {}).setdefault(row, []).append(column)
    found = []
    for area, filled in lines.items():
        start = 0
        for row in sorted(filled):
            block = _block(grid, area, filled, row) if row >= start else None
            if block:
                found += _beside(grid, block)
                start = block.rows[-1] + 1
    return found


def _block(grid: grids.Grid, area: str, filled: dict[int, list[int]], top: int) -> Block | None:
    """Return the table whose heads stand in a row, or in it and the next one."""
    if len(filled[top]) < 2 or not _heads(grid, area, top, filled[top]):
        return None
    header = [top]
    below = top + 1
    if (
        below in filled
        and len(filled[below]) > 1
        and _heads(grid, area, below, filled[below])
        and _is_upper(filled, top)
    ):
        header.append(below)
    columns = list(range(min(filled[row][0] for row in header), max(filled[row][-1] for row in header) + 1))
    rows: list = []
    for row in range(header[-1] + 1, max(filled) + 1):
        if row not in filled or (len(filled[row]) < 2 and len(columns) > 1):
            break
        if rows and _heads(grid, area, row, filled[row]) and not _heads(grid, area, rows[-1], filled[rows[-1]]):
            break
        rows.append(row)
    return Block(area, header, rows, columns) if rows and len(columns) > 1 else None


def _beside(grid: grids.Grid, block: Block) -> list[Block]:
    """Return the tables that stand side by side in a block, apart by a column that is empty in all of them."""
    body = [block.header[-1], *block.rows]
    parts: list[list[int]] = [[]]
    for column in block.columns:
        if any(grid.cell(block.area, row, column).text for row in body):
            parts[-1].append(column)
        elif parts[-1]:
            parts.append([])
    parts = [part for part in parts if part]
    if len(parts) < 2 or any(len(part) < 2 for part in parts):
        return [block]
    return [
        block._replace(columns=part, header=[row for row in block.header if _filled(grid, block.area, row, part[1:])])
        for part in parts
    ]


def _filled(grid: grids.Grid, area: str, row: int, columns: list[int]) -> bool:
    return any(grid.cell(area, row, column).text for column in columns)


def _heads(grid: grids.Grid, area: str, row: int, columns: list[int]) -> bool:
    """Say whether a row could be heads: texts and years, no counts."""
    texts = [grid.cell(area, row, column).text for column in columns]
    return all(YEAR.fullmatch(text.strip()) or not NUMBERLIKE.fullmatch(text.strip()) for text in texts)


def _is_upper(filled: dict[int, list[int]], top: int) -> bool:
    """Say whether a row of heads has gaps that the next one fills, as merged heads do."""
    return bool(set(filled[top + 1]) - set(filled[top]))
