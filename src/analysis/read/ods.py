"""An ods spreadsheet as cells, as its sheets show them."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from lxml import etree

from analysis.problems import Fault
from analysis.read import archives
from analysis.read.archives import attribute, child, every, local
from analysis.read.cells import Piece, Reading, check_count, unread
from analysis.read.findings import person, refuse
from analysis.read.sheets import NO_FORMAT, Sheet, hidden_sheet

KINDS = {"float": "number", "percentage": "number", "currency": "number", "date": "date", "time": "date"}
VALUES = ("value", "date-value", "time-value", "boolean-value")
UNITS = {"in": 72.0, "cm": 28.35, "mm": 2.835, "pt": 1.0, "px": 0.75}
FORMATS = ("number-style", "text-style", "currency-style", "percentage-style")
LAST_COLUMN = 16_384
LOW = 1.5  # points
MOST_COPIES = 20_000  # cells of a row that is said to be repeated; nobody means more


class Style(NamedTuple):
    """Hold why nobody reads what has a style, whether it is raised, and the number format that it gives itself."""

    why: str = ""
    raised: bool = False
    format: str = ""


Styles = dict[str, Style]


def read(content: bytes) -> Reading:
    """Return the cells of a spreadsheet and what it holds besides; raises Faults where it is refused."""
    archive = archives.opened(content)
    if every(archives.xml(archive, "META-INF/manifest.xml"), "encryption-data"):
        raise refuse("ENCRYPTED", "", "password-protected")
    root = archives.xml(archive, "content.xml")
    styles = _styles([archives.xml(archive, "styles.xml"), root])
    tables = [entry for entry in every(child(root, "body"), "table") if local(entry.getparent()) == "spreadsheet"]
    tables = [entry for entry in tables if child(entry, "table-source") is None]  # copies of other files, never shown
    found = Reading([], archives.carried(archive) + _marks(root, styles))
    for number, table in enumerate(tables, start=1):
        if _style(table, styles).why:
            found.faults.append(hidden_sheet(number, len(tables), f"{len(every(table, 'table-row')):,} rows"))
            continue
        sheet = Sheet(attribute(table, "name", f"sheet {number}"))
        _fill(sheet, table, styles)
        sheet.add_boxes(every(shape, "p") for shape in every(table, "custom-shape", "text-box"))
        found.cells.extend(sheet.cells)
    return found


def _marks(root: etree._Element | None, styles: Styles) -> list[Fault]:
    """Return what a document holds besides its cells; conditional formats of numbers are not applied."""
    given = [attribute(rule, "apply-style-name") for rule in every(root, "map", "condition")]
    hiding = sum(bool(style.why or style.format) for style in (styles.get(name, Style()) for name in given))
    found = [
        ("COMMENT", len(every(root, "annotation")), "notes on cells"),
        ("TRACKED_CHANGE", len(every(root, "tracked-changes")), "logs of changes"),
        ("INVISIBLE_TEXT", hiding, "conditional formats that hide or change what they apply to"),
    ]
    return [person(code, "document", f"{count} {words}") for code, count, words in found if count]


def _styles(roots: list[etree._Element | None]) -> Styles:
    """Return what each style says, with what it takes from the one it is based on and from the default."""
    entries = [entry for root in roots for entry in every(root, "style", "default-style")]
    named = {attribute(entry, "name") or f"default {attribute(entry, 'family')}": entry for entry in entries}
    shown = ("map", "number", "text-content", "fraction", "scientific-number")
    empty = {
        attribute(entry, "name")
        for root in roots for entry in every(root, *FORMATS)
        if not every(entry, *shown) and not any(part.text for part in entry)
    }  # fmt: skip
    found = {}
    for name, entry in named.items():
        chain, above = [entry], attribute(entry, "parent-style-name")
        while above in named and named[above] not in chain:
            chain.append(named[above])
            above = attribute(named[above], "parent-style-name")
        usual = every(named.get(f"default {attribute(entry, 'family')}"), "default-style")
        parts = [part for style in [*usual, *reversed(chain)] for part in style.iter()]
        found[name] = _read_style({
            key.rpartition("}")[2]: value
            for part in parts for key, value in part.attrib.items() if value not in ("", "transparent")
        }, empty)._replace(format=attribute(entry, "data-style-name"))  # fmt: skip
    return found


def _read_style(said: dict[str, str], empty: set[str]) -> Style:
    """Return what a style means for a reader, from all that it says; empty: the formats that show nothing."""
    length = _points(said.get("row-height") or said.get("column-width"), LOW)
    struck = any(said.get(f"text-line-through-{kind}", "none") != "none" for kind in ("style", "type"))
    why = "hidden text" if said.get("display") in ("none", "false") or length < LOW else ""
    size = _points(said.get("font-size"), 11.0)
    why = why or unread(said.get("color", ""), said.get("background-color", ""), size, struck)
    why = why or (NO_FORMAT if said.get("data-style-name") in empty else "")
    return Style(why, bool(re.match(r"super|[1-9]\d*%", said.get("text-position", ""))))


def _style(entry: etree._Element, styles: Styles, usual: str = "") -> Style:
    return styles.get(attribute(entry, "style-name") or usual, Style())


def _points(text: str | None, otherwise: float) -> float:
    match = re.fullmatch(r"(\d+\.?\d*)(in|cm|mm|pt|px)", text or "")
    return float(match[1]) * UNITS[match[2]] if match else otherwise


def _fill(sheet: Sheet, table: etree._Element, styles: Styles) -> None:
    """Add the cells of a table that hold something, a repeated one as often as it says."""
    columns: list[tuple[str, str]] = []  # why nobody sees a column, and the style of its cells that name none
    for entry in every(table, "table-column"):
        why = "hidden column" if _gone(entry, styles) else ""
        usual = attribute(entry, "default-cell-style-name")
        columns += [(why, usual)] * min(_count(entry, "number-columns-repeated"), LAST_COLUMN)
    row = 1
    for entry, folded in _rows(table):
        repeat = _count(entry, "number-rows-repeated")
        low = "hidden row" if folded or _gone(entry, styles) else ""
        cells = list(_row(entry, columns, styles))
        if repeat > 1 and len(cells) * repeat > MOST_COPIES:
            most = f"at most {MOST_COPIES:,} cells of it"
            raise refuse("TOO_MANY_CELLS", sheet.name, f"a row repeated {repeat:,} times", most)
        for again in range(row, row + repeat if cells else row):
            for column, pieces, why, more in cells:
                sheet.add(again, column, pieces, low or why, **more)
        row += repeat


def _rows(table: etree._Element, folded: bool = False) -> Iterator[tuple[etree._Element, bool]]:
    for entry in table:
        if local(entry) == "table-row":
            yield entry, folded
        elif local(entry) in ("table-row-group", "table-header-rows", "table-rows"):
            yield from _rows(entry, folded or attribute(entry, "display", "true") == "false")


def _gone(entry: etree._Element, styles: Styles) -> bool:
    """Say whether a row or column is not shown, or too thin to be read."""
    return _style(entry, styles).why == "hidden text" or attribute(entry, "visibility", "visible") != "visible"


def _count(entry: etree._Element, name: str) -> int:
    text = attribute(entry, name, "1")
    return max(int(text), 1)


def _row(
    entry: etree._Element, columns: list, styles: Styles
) -> Iterator[tuple[int, list[Piece], str, dict[str, Any]]]:
    """Yield of each cell of a row its column, the pieces of its text, why nobody sees it, and what else it is."""
    column = 1
    for item in entry:
        if local(item) not in ("table-cell", "covered-table-cell"):
            continue
        repeat = _count(item, "number-columns-repeated")
        pieces, more = _said(item, styles)
        if any(words.strip() or (words and not why) for words, why, _ in pieces):
            check_count(repeat)
            under = "under a merged cell" if local(item) == "covered-table-cell" else ""
            for at in range(column, column + repeat):
                hidden, usual = columns[at - 1] if at <= len(columns) else ("", "")
                yield at, pieces, hidden or under or _style(item, styles, usual).why, more
        column += repeat


def _said(item: etree._Element, styles: Styles) -> tuple[list[Piece], dict[str, Any]]:
    """Return the pieces of a cell's text, its kind, its width and the value behind it."""
    lines = [line for line in item if local(line) in ("p", "h")]
    pieces: list[Piece] = []
    for line in lines:
        pieces += [*([("\n", "", False)] if pieces else []), *_pieces(line, styles, Style())]
    shown = "".join(words for words, why, _ in pieces if not why)
    declared, wide = attribute(item, "value-type"), _count(item, "number-columns-spanned")
    kind, stored = KINDS.get(declared, "text"), "".join(attribute(item, name) for name in VALUES)
    if attribute(item, "formula") and not stored and not shown:
        return [("#NO VALUE", "", False)], {"kind": "error", "wide": wide}
    if kind != "text" and not lines:
        pieces = [(stored, "", False)]
    return pieces, {"kind": kind, "wide": wide, "value": stored if declared == "date" or stored == shown else ""}


def _pieces(line: etree._Element, styles: Styles, style: Style) -> Iterator[Piece]:
    """Yield the pieces of a paragraph; a note on it is not part of it."""
    yield line.text or "", *style[:2]
    for item in line:
        name = local(item)
        if name == "s":
            yield " " * min(_count(item, "c"), 1000), *style[:2]
        elif name in ("tab", "line-break"):
            yield "\t" if name == "tab" else "\n", *style[:2]
        elif name not in ("annotation", "note", "tracked-changes"):
            yield from _pieces(item, styles, _style(item, styles) if name == "span" else style)
        yield item.tail or "", *style[:2]
