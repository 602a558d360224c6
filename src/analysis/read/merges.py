"""The merged ranges of a sheet: which cell shows, and which lie unseen below it."""

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
        first, _, last = entry.get("ref", "").partition(":")
        start, end = REFERENCE.match(first), REFERENCE.match(last)
        if start and end:
            box = (int(start[2]), column_number(start[1]), int(end[2]), column_number(end[1]))
            found.ranges[box[:2]] = f"{first}:{last}"
            if box[2] - box[0] > TALL:
                found.tall.append(box)
            for row in range(box[0], box[2] + 1) if box[2] - box[0] <= TALL else ():
                found.low.setdefault(row, []).append(box)
    return found
