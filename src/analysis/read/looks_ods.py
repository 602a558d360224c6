"""How the cells of an ods spreadsheet look, so far as that can make them invisible."""

import re
from typing import NamedTuple

from lxml import etree

from analysis.read.looks import Look, faint, unseen
from analysis.read.package import attribute, broken, child, every, local

LENGTH = re.compile(r"([\d.]+)(cm|mm|in|pt|pc|px)?")
POINTS = {"cm": 28.35, "mm": 2.835, "in": 72.0, "pt": 1.0, "pc": 12.0, "px": 0.75, None: 1.0}
NOTHING = ";;;"  # a number format that shows no value


class Style(NamedTuple):
    """What a style says that can hide a cell, row, column or sheet; an automatic colour is seen on any ground."""

    look: Look = Look("General", "auto", 11.0, "")
    size: float | None = None
    display: bool = True


def styles(*roots: etree._Element | None) -> dict[str, Style]:
    """Return styles by name; a style takes from its parent what it does not say."""
    entries = {attribute(entry, "name"): entry for root in roots for entry in every(root, "style")}
    blank = {attribute(entry, "name") for root in roots if root is not None for entry in root.iter() if _blank(entry)}
    found: dict[str, Style] = {}
    for name in entries:
        _add(found, entries, blank, name, 0)
    for name, entry in entries.items():
        rules = [attribute(rule, "apply-style-name") for rule in entry if local(rule) == "map"]
        if any(rule in found and unseen(found[rule].look) for rule in rules):
            found[name] = found[name]._replace(look=found[name].look._replace(code=NOTHING))
    shown = {attribute(entry, "display-name", name): found[name] for name, entry in entries.items()}
    return shown | found  # a rule calls a style by the name that is shown


def _add(found: dict[str, Style], entries: dict, blank: set[str], name: str, depth: int) -> Style:
    entry = entries.get(name)
    if entry is None or name in found or depth > 50:
        return found.get(name, Style())
    parent = _add(found, entries, blank, attribute(entry, "parent-style-name"), depth + 1)
    text, cell = child(entry, "text-properties"), child(entry, "table-cell-properties")
    colour = attribute(text, "color").lstrip("#").upper() if text is not None else ""
    size = _points(attribute(text, "font-size")) if text is not None else None
    behind = attribute(cell, "background-color").lstrip("#").upper() if cell is not None else ""
    none = text is not None and attribute(text, "display") == "none"
    none = none or (cell is not None and "hidden-and-protected" in attribute(cell, "cell-protect"))
    look = Look(
        NOTHING if none or attribute(entry, "data-style-name") in blank else parent.look.code,
        colour or parent.look.colour,
        size if size is not None else parent.look.size,
        "" if behind == "TRANSPARENT" else behind or parent.look.behind,
    )
    across, down = child(entry, "table-column-properties"), child(entry, "table-row-properties")
    extent = _points(attribute(across, "column-width")) if across is not None else None
    extent = _points(attribute(down, "row-height")) if down is not None else extent
    table = child(entry, "table-properties")
    found[name] = Style(look, extent, table is None or attribute(table, "display", "true") != "false")
    return found[name]


def _blank(entry: etree._Element) -> bool:
    """Say whether a number style shows nothing, or in white."""
    kinds = ("number-style", "text-style", "percentage-style", "currency-style", "date-style", "time-style")
    if local(entry) not in kinds or "datastyle" not in str(entry.tag):
        return False
    text = child(entry, "text-properties")
    shown = [e for e in entry if local(e) not in ("text-properties", "map") and (local(e) != "text" or e.text)]
    return not shown or (text is not None and faint(attribute(text, "color")))


def style_of(known: dict[str, Style], entry: etree._Element, otherwise: str = "") -> Style:
    """Return the style an element names."""
    return known.get(attribute(entry, "style-name", otherwise), Style())


def _points(text: str) -> float | None:
    match = LENGTH.match(text)
    return float(match[1]) * POINTS[match[2]] if match and match[1].count(".") < 2 and match[1] != "." else None


def count(entry: etree._Element, name: str) -> int:
    """Return how often something is repeated, or how far it reaches.

    Raises Faults (BROKEN_XML).
    """
    text = attribute(entry, name, "1")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise broken()
    return max(1, int(text))
