"""What is drawn on a sheet: texts, pictures, and the cells that lie unseen under them."""

import zipfile

from lxml import etree

from analysis.problems import SHOWN, Fault
from analysis.read import package
from analysis.read.cell import Cell, hidden, person
from analysis.read.package import child, every, local

# in English Metric Units: the usual width of a column and height of a row, where a drawing names only its own size
USUAL = {"col": 609_600, "row": 190_500}
SIZES = {"col": "cx", "row": "cy"}
FILLS = ("solidFill", "gradFill", "pattFill", "blipFill")


def carried(root: etree._Element | None, place: str) -> list[Fault]:
    """Return the texts and pictures of a sheet's drawing."""
    texts = [entry for entry in every(root, "t") if (entry.text or "").strip()]
    found = []
    if texts:
        words = f"{len(texts)} texts in boxes"
        found.append(person("TEXT_BOX", place, words, "text in cells", "look at it and note it"))
    pictures = len(every(root, "pic"))
    if pictures:
        words = f"{pictures} pictures, not read"
        found.append(Fault("PICTURE", place, words, "cells", "look whether they hold data", SHOWN))
    return found


def uncovered(archive: zipfile.ZipFile, sheet: str, cells: list[Cell]) -> list[Cell]:
    """Return the cells of a sheet, hidden where something that is not see-through is drawn over them."""
    targets = package.relations(archive, sheet).values()
    roots = [package.xml(archive, target) for kind, target, outside in targets if kind == "drawing" and not outside]
    boxes = [_box(anchor) for root in roots if root is not None for anchor in root if _opaque(anchor)]
    return beneath(boxes, cells)


def beneath(boxes: list[tuple[int, int, int, int]], cells: list[Cell]) -> list[Cell]:
    """Return cells, hidden where one of some boxes lies over them: top, left, bottom and right, edges included."""
    if not boxes:
        return cells
    return [
        hidden(cell, "covered")
        if cell.visible and any(a <= cell.row <= c and b <= cell.column <= d for a, b, c, d in boxes)
        else cell
        for cell in cells
    ]


def _opaque(anchor: etree._Element) -> bool:
    """Say whether a drawing covers what lies below it: a picture, a chart, or a shape that is filled."""
    shape = child(anchor, "sp")
    if shape is None:
        return any(local(part) in ("pic", "graphicFrame", "grpSp") for part in anchor)
    look, usual = child(shape, "spPr"), child(shape, "style", "fillRef")
    named = [local(part) for part in look] if look is not None else []
    styled = usual is not None and usual.get("idx", "0") != "0"
    return any(name in FILLS for name in named) or (styled and "noFill" not in named)


def _box(anchor: etree._Element) -> tuple[int, int, int, int]:
    """Return the first row and column that a drawing covers from its edge on, and the last it covers by half."""
    (top, bottom), (left, right) = (_reach(anchor, side) for side in ("row", "col"))
    return top, left, bottom, right


def _reach(anchor: etree._Element, side: str) -> tuple[int, int]:
    start, end, size = child(anchor, "from"), child(anchor, "to"), child(anchor, "ext")
    first, into = _at(start, side)
    if end is not None:
        last, over = _at(end, side)
    else:
        reach = into + _whole(size.get(SIZES[side]) if size is not None else None)
        last, over = first + reach // USUAL[side], reach % USUAL[side]
    return first + 1 + (into > USUAL[side] / 4), last + (over > USUAL[side] / 2)


def _at(corner: etree._Element | None, side: str) -> tuple[int, int]:
    """Return the column or row of a corner, from 0, and how far into it the corner lies."""
    parts = [child(corner, name) for name in (side, f"{side}Off")]
    number, into = (_whole(part.text if part is not None else None) for part in parts)
    return number, into


def _whole(text: str | None) -> int:
    return int(text) if text and text.strip().isdigit() and len(text) < 15 else 0
