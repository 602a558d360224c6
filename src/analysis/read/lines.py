"""Tables without rules, told by how their lines are parted: in a PDF, by tabs, or by spaces in a text."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from analysis.read.cells import SUPERSCRIPTS, Cell, outside_tables

NUMBER = re.compile(rf"[<>≤≥~]?=?\s*\d[\d,]{{0,20}}(?:\W|[{SUPERSCRIPTS}])*|[-–—*]|\[\w\]|nil|none|n/a", re.I)
GAP = re.compile(r"[\t|]|(?<![.?!\s]) {2,}|\.{4,}|…")
DRAWN = re.compile(r"[\s|+=_-]+")  # a rule of a table drawn with signs
LETTER, TAB = 6.0, 6000.0  # how wide a letter and a column behind a tab are taken to be
# gaps in parts of the height of a line: lines as close are one row, such as a number in the middle of its label; lines
# as close may be one, where others stand further apart; and lines further apart are of two tables
OVERLAP, CLOSER, NEAR = -0.2, 0.4, 1.5


class Words(NamedTuple):
    """Hold some words of a line that stand apart from others, and their box on the page."""

    left: float
    top: float
    right: float
    bottom: float
    text: str

    def over(self, other: "Words") -> bool:
        """Say whether other words stand above or below."""
        return other.left + 1 < self.right and self.left + 1 < other.right


Row = list[Words]  # the parts of one line, from left to right


def is_number(text: str) -> bool:
    """Say whether a text is a count, or a word or sign that stands for one."""
    return bool(NUMBER.fullmatch(text))


def joined(rows: list[Row]) -> Iterator[list[Row]]:
    """Yield the lines of a page as rows: those that are one row together, and those of a table in one list."""
    for closer in (OVERLAP, CLOSER):
        rows = [*_folded(rows, closer)]
    yield from runs(rows)


def runs(rows: list[Row]) -> Iterator[list[Row]]:
    """Yield the lines, together those of several parts that follow each other closely.

    A line of one part between such lines is the rest of the label above it, or a heading.
    """
    run: list[Row] = []
    held: list[Row] = []
    for row in [*rows, []]:
        near = bool(row and run) and _gap((held or run)[-1], row) < NEAR
        continues = bool(row) and row[0].text[0].islower() and not is_number(row[0].text)
        if near and len(row) == 1 and _fits(row[0], run[-1]):
            if continues and not held:
                run[-1] = _folded_into(run[-1], row)
            else:
                held.append(row)
            continue
        if near and len(row) > 1:
            run += [*held[:-1], _folded_into(row, held[-1])] if held and continues else [*held, row]
        else:
            yield from ([run] if run else [])
            yield from ([one] for one in [*held, *([row] if len(row) == 1 else [])])
            run = [row] if len(row) > 1 else []
        held = []


def _gap(above: Row, below: Row) -> float:
    return (below[0].top - above[0].bottom) / (below[0].bottom - below[0].top)


def _fits(one: Words, line: Row) -> bool:
    """Say whether words stand within one column of a line, or before its first part."""
    return one.right <= line[0].left or (len(line) > 1 and sum(map(one.over, line)) == 1)


def _folded(rows: list[Row], closer: float) -> Iterator[Row]:
    """Yield the lines of a page, with those that stand closer than others, one of them of several parts, as one."""
    blocks: list[list[Row]] = []
    for row in rows:
        if blocks and _gap(blocks[-1][-1], row) < closer:
            blocks[-1].append(row)
        else:
            blocks.append([row])
    for before, block in zip([[], *blocks], blocks, strict=False):
        full = [row for row in block if len(row) > 1 or (is_number(row[0].text) and len(block) > 1)]
        single = [row[0] for row in block if row not in full]
        title = full[-1:] == block[-1:] and not any(len(row) > 1 for row in before)  # it stands above the heads
        if len(full) == 1 and single and not title and all(_fits(words, full[0]) for words in single):
            yield _folded_into(full[0], single)
        else:
            yield from block


def _folded_into(line: Row, single: list[Words]) -> Row:
    """Return a line, each part with the words above and below it as more of its words."""
    beside = [words for words in single if not any(map(words.over, line))]
    groups = [beside, *([part, *filter(part.over, single)] for part in line)]
    return [
        Words(
            min(words.left for words in group), min(words.top for words in group),
            max(words.right for words in group), max(words.bottom for words in group),
            " ".join(words.text for words in sorted(group, key=lambda words: words.top)),
        )
        for group in groups if group
    ]  # fmt: skip


def is_table(run: list[Row]) -> bool:
    """Say whether some lines have a number beside or below a label."""
    return len(run) > 1 and any(is_number(words.text) for line in run for words in line[1:])


def left_edges(run: list[Row]) -> list[float]:
    """Return the left edges of the columns that the parts of some lines form; none where no line keeps them apart."""
    full = [line for line in run if len(line) > 1]
    if len({len(line) for line in full}) == 1:  # as many parts in each: heads may stand in the middle of their columns
        found = [min(words.left for words in column) for column in zip(*full, strict=True)]
        if all(words.left + 3 < edge for line in full for words, edge in zip(line, found[1:], strict=False)):
            return found
    merged: list[list[float]] = []
    for left, right in sorted((words.left, words.right) for line in run for words in line):
        if merged and left <= merged[-1][1] + 1:
            merged[-1][1] = max(merged[-1][1], right)
        else:
            merged.append([left, right])
    found = [left for left, _ in merged]
    distinct = all(len({column_of(words.left, found) for words in line}) == len(line) for line in run)
    return found if run and distinct and len(found) == max(map(len, run)) else []


def column_of(left: float, edges: list[float]) -> int:
    """Return the number of the last column whose left edge words reach."""
    return max(sum(edge <= left + 3 for edge in edges), 1)


def typed(cells: list[Cell]) -> list[Cell]:
    """Return the cells of a file, with lines of its text that tabs or wide spaces part as the rows of tables.

    A part of a line stands at `P7C2`, or `P7L3C2` where its paragraph has several lines.
    """
    areas = ((area, [*own]) for area, own in groupby(cells, key=lambda cell: cell.area))
    return [cell for area, own in areas for cell in (_typed(own) if outside_tables(area) else own)]


def _typed(cells: list[Cell]) -> Iterable[Cell]:
    lines: dict[int, tuple[Cell, str, str]] = {}  # by its height: the cell of a line, its place and its words
    top = 0
    for cell in cells:
        texts = cell.text.replace("\xa0", " ").split("\n")
        for number, text in enumerate(texts, start=1):
            top = max(top + 1, cell.row)
            lines[top] = cell, f"{cell.place}L{number}" if len(texts) > 1 else cell.place, text
    inside: dict[int, list[Cell]] = {}  # by the height of its line, what stands in a table
    for run in filter(is_table, runs([row for top, (*_, text) in lines.items() if (row := _parts(text, top))])):
        edges, area = left_edges(run), lines[int(run[0][0].top)][1]
        if not edges and len({(len(row), row[0].left) for row in run}) > 1:  # not as many parts in each line
            continue
        for line, row in enumerate(run, start=1):
            for number, words in enumerate(row, start=1):
                column, (cell, place, _) = column_of(words.left, edges) if edges else number, lines[int(words.top)]
                part = cell._replace(place=f"{place}C{column}", area=area, row=line, column=column, text=words.text)
                inside.setdefault(int(words.top), []).append(part)
                inside |= {below: [] for below in range(int(words.top) + 1, int(words.bottom)) if below not in inside}
    for cell, group in groupby(lines.items(), key=lambda line: line[1][0]):
        own = [(top, words) for top, (*_, words) in group]
        text = "\n".join(words for top, words in own if top not in inside).strip()
        yield from [cell._replace(text=text)] if text or cell.why else []
        yield from (part for top, _ in own for part in inside.get(top, []))


def _parts(text: str, top: float) -> Row:
    """Return the parts of a typed line, none for one that only draws."""
    row, start = [], 0
    for gap in [*GAP.finditer(text), None]:
        words = text[start : gap.start() if gap else None].strip()
        at = text.find(words, start)
        left = TAB * text.count("\t", 0, at) + LETTER * (at - text.rfind("\t", 0, at) - 1)
        row += [Words(left, top, left + LETTER * len(words), top + 1, words)] if words else []
        start = gap.end() if gap else 0
    return [] if DRAWN.fullmatch(text) else row
