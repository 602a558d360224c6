"""Ranges of a sheet: merged ones, where one cell shows and the others lie unseen below it, and those of rules."""

import re
from typing import NamedTuple

from lxml import etree

from analysis.read.cell import column_number
from analysis.read.package import child, every

REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})$")
TALL = 100  # rows


class Merged(NamedTuple):
    """The merged ranges of a sheet by first cell; as top, left, bottom, right the low by row, and the tall."""

    ranges: dict[tuple[int, int], str]
    low: dict[int, list[tuple[int, int, int, int]]]
    tall: list[tuple[int, int, int, int]]

    def under(self, row: int, column: int) -> bool:
        """Say whether a cell lies in a merged range but is not the one that shows."""
        near = [*self.low.get(row, ()), *self.tall]
        inside = any(a <= row <= c and b <= column <= d for a, b, c, d in near)
        return inside and (row, column) not in self.ranges


def merged(root: etree._Element) -> Merged:
    """Return the merged ranges of a sheet."""
    found = Merged({}, {}, [])
    for entry in every(child(root, "mergeCells"), "mergeCell"):
        for box in boxes(entry.get("ref", "")):
            found.ranges[box[:2]] = entry.get("ref", "")
            if box[2] - box[0] > TALL:
                found.tall.append(box)
            for row in range(box[0], box[2] + 1) if box[2] - box[0] <= TALL else ():
                found.low.setdefault(row, []).append(box)
    return found


def boxes(ranges: str) -> list[tuple[int, int, int, int]]:
    """Return ranges such as `A1:B2 D4` as top, left, bottom, right."""
    found = []
    for text in ranges.split():
        first, _, last = text.partition(":")
        start, end = REFERENCE.match(first), REFERENCE.match(last or first)
        if start and end:
            found.append((int(start[2]), column_number(start[1]), int(end[2]), column_number(end[1])))
    return found
