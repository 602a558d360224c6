"""Tables without rules, told by how their lines are parted: in a PDF, by tabs, or by spaces in a text."""

import re
from collections.abc import Iterator
from itertools import groupby

from analysis.read.cells import SUPERSCRIPTS, Cell, outside_tables

Box = tuple[float, float, float, float]  # left, top, right, bottom
Row = list[tuple[Box, str]]  # the parts of one line, from left to right
NUMBER = re.compile(rf"[<>≤≥~]?=?\s*\d[\d,]{{0,20}}(?:\W|[{SUPERSCRIPTS}])*|[-–—*]|\[\w\]|nil|none|n/a", re.I)
GAP = re.compile(r"[\t|]|(?<![.?!\s]) {2,}|\.{4,}|…")
DRAWN = re.compile(r"[\s|+=_-]+")  # a rule of a table drawn with signs
OVERLAP = -0.2  # of their height: lines that overlap as much are one, such as a number in the middle of a label
LETTER, TAB = 6.0, 6000.0  # how wide a letter and a column behind a tab are taken to be


def is_number(text: str) -> bool:
    """Say whether a text is a count, or a word or sign that stands for one."""
    return bool(NUMBER.fullmatch(text))


def joined(rows: list[Row]) -> Iterator[list[Row]]:
    """Yield the lines of a page as rows: those that are one row together, and those of a table in one list."""
    yield from runs([*folded([*folded(rows, OVERLAP)])])


def runs(rows: list[Row]) -> Iterator[list[Row]]:
    """Yield the lines, together those of several parts that follow each other closely.

    A line of one part between such lines is the rest of the label above it, or a heading.
    """
    run: list[Row] = []
    held: list[Row] = []
    for row in [*rows, []]:
        near = bool(row and run) and _gap((held or run)[-1], row) < 1.5 * _height(row)
        if near and len(row) == 1 and _fits(row, run[-1]):
            if continues_label(row[0][1]) and not held:
                run[-1] = _folded_into(run[-1], [row])
            else:
                held.append(row)
            continue
        if near and len(row) > 1:
            run += [*held[:-1], _folded_into(row, held[-1:])] if held and continues_label(row[0][1]) else [*held, row]
        else:
            yield from ([run] if run else [])
            yield from ([one] for one in [*held, *([row] if len(row) == 1 else [])])
            run = [row] if len(row) > 1 else []
        held = []


def continues_label(text: str) -> bool:
    """Say whether a line begins with the rest of the label above it."""
    return text[0].islower() and not NUMBER.fullmatch(text)


def _gap(above: Row, below: Row) -> float:
    return below[0][0][1] - above[0][0][3]


def _height(row: Row) -> float:
    return row[0][0][3] - row[0][0][1]


def _fits(one: Row, line: Row) -> bool:
    """Say whether a line of one part stands within one column of another line, or before its first part."""
    return one[0][0][2] <= line[0][0][0] or (len(line) > 1 and sum(_over(one[0], part) for part in line) == 1)


def _over(one: tuple[Box, str], other: tuple[Box, str]) -> bool:
    return other[0][0] + 1 < one[0][2] and one[0][0] + 1 < other[0][2]


def folded(rows: list[Row], closer: float = 0.4) -> Iterator[Row]:
    """Yield the lines of a page, with those that stand closer than others, one of them of several parts, as one.

    closer: the gap between two lines, in parts of their height, below which they may be one.
    """
    blocks: list[list[Row]] = []
    for row in rows:
        if blocks and _gap(blocks[-1][-1], row) < closer * _height(row):
            blocks[-1].append(row)
        else:
            blocks.append([row])
    for before, block in zip([[], *blocks], blocks, strict=False):
        full = [row for row in block if len(row) > 1 or (NUMBER.fullmatch(row[0][1]) and len(block) > 1)]
        single = [row for row in block if row not in full]
        title = full[-1:] == block[-1:] and not any(len(row) > 1 for row in before)  # it stands above the heads
        if len(full) == 1 and single and not title and all(_fits(row, full[0]) for row in single):
            yield _folded_into(full[0], single)
        else:
            yield from block


def _folded_into(line: Row, single: list[Row]) -> Row:
    """Return a line, each part with the lines of one part above and below it as more of its words."""
    beside = [row[0] for row in single if not any(_over(row[0], part) for part in line)]
    groups = [beside, *([part, *(row[0] for row in single if _over(row[0], part))] for part in line)]
    return [_one(group) for group in groups if group]


def _one(parts: Row) -> tuple[Box, str]:
    lefts, tops, rights, bottoms = zip(*(box for box, _ in parts), strict=True)
    words = (words for _, words in sorted(parts, key=lambda part: part[0][1]))
    return (min(lefts), min(tops), max(rights), max(bottoms)), " ".join(words)


def is_table(run: list[Row]) -> bool:
    """Say whether some lines have a number beside or below a label."""
    return len(run) > 1 and any(NUMBER.fullmatch(text) for line in run for _, text in line[1:])


def left_edges(run: list[Row]) -> list[float]:
    """Return the left edges of the columns that the parts of some lines form; none where no line keeps them apart."""
    full = [line for line in run if len(line) > 1]
    if len({len(line) for line in full}) == 1:  # as many parts in each: heads may stand in the middle of their columns
        found = [min(box[0] for box, _ in column) for column in zip(*full, strict=True)]
        if all(box[0] + 3 < edge for line in full for (box, _), edge in zip(line, found[1:], strict=False)):
            return found
    merged: list[list[float]] = []
    for left, right in sorted((box[0], box[2]) for line in run for box, _ in line):
        if merged and left <= merged[-1][1] + 1:
            merged[-1][1] = max(merged[-1][1], right)
        else:
            merged.append([left, right])
    found = [left for left, _ in merged]
    distinct = all(len({column_of(box, found) for box, _ in line}) == len(line) for line in run)
    return found if run and distinct and len(found) == max(map(len, run)) else []


def column_of(box: Box, lefts: list[float]) -> int:
    """Return the number of the last column whose left edge a part reaches."""
    return max(sum(edge <= box[0] + 3 for edge in lefts), 1)


def typed(cells: list[Cell]) -> list[Cell]:
    """Return the cells of a file, with lines of its text that tabs or wide spaces part as the rows of tables.

    A part of a line stands at `P7C2`, or `P7L3C2` where its paragraph has several lines.
    """
    found: list[Cell] = []
    for area, group in groupby(cells, key=lambda cell: cell.area):
        own = list(group)
        found += _typed(own) if outside_tables(area) else own
    return found


def _typed(cells: list[Cell]) -> list[Cell]:
    lines: dict[float, tuple[Cell, str, str]] = {}  # by its height: the cell of a line, its place and its words
    top = 0
    for cell in cells:
        texts = cell.text.replace("\xa0", " ").split("\n")
        for number, text in enumerate(texts, start=1):
            top = max(top + 1, cell.row)
            lines[top] = cell, f"{cell.place}L{number}" if len(texts) > 1 else cell.place, text
    rows = [row for top, (_, _, text) in lines.items() if (row := _parts(text, top))]
    inside: dict[float, list[Cell]] = {}  # by the height of its line, what stands in a table
    for run in filter(is_table, runs(rows)):
        edges, area = left_edges(run), lines[run[0][0][0][1]][1]
        if not edges and len({(len(row), row[0][0][0]) for row in run}) > 1:  # not as many parts in each line
            continue
        for line, row in enumerate(run, start=1):
            for number, (box, words) in enumerate(row, start=1):
                at, (cell, place, _) = column_of(box, edges) if edges else number, lines[box[1]]
                part = cell._replace(place=f"{place}C{at}", area=area, row=line, column=at, text=words)
                inside.setdefault(box[1], []).append(part)
                for below in range(int(box[1]) + 1, int(box[3])):
                    inside.setdefault(below, [])
    found = []
    for cell, own in groupby(lines.items(), key=lambda line: line[1][0]):
        group = list(own)
        text = "\n".join(words for top, (_, _, words) in group if top not in inside).strip()
        found += [cell._replace(text=text)] if text or cell.why else []
        found += [part for top, _ in group for part in inside.get(top, [])]
    return found


def _parts(text: str, top: float) -> Row:
    """Return the parts of a typed line, none for one that only draws."""
    row, start = [], 0
    for gap in [*GAP.finditer(text), None]:
        words = text[start : gap.start() if gap else None].strip()
        at = text.find(words, start)
        left = TAB * text.count("\t", 0, at) + LETTER * (at - text.rfind("\t", 0, at) - 1)
        row += [((left, top, left + LETTER * len(words), top + 1), words)] if words else []
        start = gap.end() if gap else 0
    return [] if DRAWN.fullmatch(text) else row
