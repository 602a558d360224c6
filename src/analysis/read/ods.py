"""An ods spreadsheet as cells: values, what is shown, what is merged and what nobody sees."""

import re
from typing import NamedTuple

from lxml import etree

from analysis.problems import SHOWN, Fault
from analysis.read import package, properties, sums
from analysis.read.cell import Cell, Read, check_count, column_letters, hidden, person, refuse, span
from analysis.read.looks import Look, unseen
from analysis.read.package import attribute, child, every, local

LENGTH = re.compile(r"([\d.]+)(cm|mm|in|pt|pc|px)?")
POINTS = {"cm": 28.35, "mm": 2.835, "in": 72.0, "pt": 1.0, "pc": 12.0, "px": 0.75, None: 1.0}
KINDS = {"float": "number", "percentage": "number", "currency": "number", "date": "date", "time": "date",
         "boolean": "bool", "string": "text"}  # fmt: skip
STORED = {"date": "date-value", "time": "time-value", "boolean": "boolean-value"}
KNOWN = re.compile(
    r"mimetype|content\.xml|styles\.xml|meta\.xml|settings\.xml|manifest\.rdf|META-INF/manifest\.xml|"
    r"Configurations2/.*|Thumbnails/.*|Pictures/.*|.*/|layout-cache"
)


class Style(NamedTuple):
    """What a style says that can hide a cell, row, column or sheet."""

    look: Look
    size: float | None
    display: bool


def read(content: bytes) -> Read:
    """Return the cells of a spreadsheet and what hides in it.

    Raises Faults (TRUNCATED, ENCRYPTED, XML_DTD, BROKEN_XML, TOO_MANY_CELLS).
    """
    archive = package.opened(content)
    package.check_doctypes(archive)
    manifest = package.xml(archive, "META-INF/manifest.xml")
    if every(manifest, "encryption-data"):
        raise refuse("ENCRYPTED", "", "password-protected", "an open file", "ask the force for an open copy")
    root = package.xml(archive, "content.xml")
    styles = _styles(package.xml(archive, "styles.xml")) | _styles(root)
    tables = [entry for entry in every(child(root, "body"), "table") if local(entry.getparent()) == "spreadsheet"]
    cells, faults = [], _parts(archive, root)
    for number, table in enumerate(tables, start=1):
        shown = _style(styles, table).display
        name = attribute(table, "name", f"sheet {number}") if shown else f"sheet {number}"
        added: dict[tuple[int, int], list[sums.Box]] = {}
        found = list(_table(table, name, styles, "" if shown else "hidden sheet", len(cells), added))
        cells += found
        faults += sums.mismatches(found, added)
        if not shown:
            size = f"{len({cell.row for cell in found})} x {len({cell.column for cell in found})} cells"
            place, words = f"sheet {number} of {len(tables)}", f"hidden sheet, {size}"
            faults.append(person("HIDDEN_SHEET", place, words, "shown sheets only", "ask for a copy without it"))
    return Read(cells, faults)


def _styles(root: etree._Element | None) -> dict[str, Style]:
    """Return styles by name; a style takes from its parent what it does not say."""
    found: dict[str, Style] = {}
    for entry in every(root, "style"):
        parent = found.get(attribute(entry, "parent-style-name"), NOTHING)
        text, cell = child(entry, "text-properties"), child(entry, "table-cell-properties")
        colour = attribute(text, "color").lstrip("#").upper() if text is not None else ""
        size = _points(attribute(text, "font-size")) if text is not None else None
        behind = attribute(cell, "background-color").lstrip("#").upper() if cell is not None else ""
        look = Look(
            "General",
            colour or parent.look.colour,
            size if size is not None else parent.look.size,
            "" if behind == "TRANSPARENT" else behind or parent.look.behind,
        )
        across, down = child(entry, "table-column-properties"), child(entry, "table-row-properties")
        extent = _points(attribute(across, "column-width")) if across is not None else None
        extent = _points(attribute(down, "row-height")) if down is not None else extent
        table = child(entry, "table-properties")
        display = table is None or attribute(table, "display", "true") != "false"
        none = text is not None and attribute(text, "display") == "none"
        found[attribute(entry, "name")] = Style(look._replace(code=";;;") if none else look, extent, display)
    return found


NOTHING = Style(Look("General", "", 11.0, ""), None, True)


def _style(styles: dict[str, Style], entry: etree._Element, otherwise: str = "") -> Style:
    return styles.get(attribute(entry, "style-name", otherwise), NOTHING)


def _points(text: str) -> float | None:
    match = LENGTH.match(text)
    return float(match[1]) * POINTS[match[2]] if match and match[1].count(".") < 2 and match[1] != "." else None


def _table(table: etree._Element, name: str, styles: dict, why: str, before: int, added: dict):
    """Yield the cells that hold something, a repeated one as often as it says; note by place what its sums add up."""
    columns = _columns(table, styles)
    row = 1
    for entry in _rows(table):
        repeat = _count(entry, "number-rows-repeated")
        unseen_row = attribute(entry, "visibility", "visible") != "visible" or _thin(_style(styles, entry).size)
        inside = list(_row(entry, columns, styles, why or ("hidden row" if unseen_row else "")))
        before += len(inside) * repeat
        check_count(before, name)
        for again in range(repeat if inside else 0):
            for column, cell, rows, wide, formula in inside:
                if formula:
                    added[row + again, column] = sums.boxes(formula)
                place = f"{name}!{column_letters(column)}{row + again}"
                merged = span(row + again, column, rows, wide)
                yield cell._replace(place=place, area=name, row=row + again, column=column, merged=merged)
        row += repeat


def _rows(table: etree._Element):
    for entry in table:
        if local(entry) == "table-row":
            yield entry
        elif local(entry) in ("table-row-group", "table-header-rows", "table-rows"):
            if attribute(entry, "display", "true") == "false":
                for row in entry.iter("{*}table-row"):
                    row.set("visibility", "collapse")
            yield from _rows(entry)


def _columns(table: etree._Element, styles: dict) -> list[tuple[int, int, bool, str]]:
    """Return runs of columns: first, last, whether shown, and the style their cells have if they name none."""
    runs, first = [], 1
    for entry in table.iter("{*}table-column"):
        repeat = _count(entry, "number-columns-repeated")
        seen = attribute(entry, "visibility", "visible") == "visible" and not _thin(_style(styles, entry).size)
        runs.append((first, first + repeat - 1, seen, attribute(entry, "default-cell-style-name")))
        first += repeat
    return runs


def _thin(size: float | None) -> bool:
    return size is not None and size < 1.5


def _count(entry: etree._Element, name: str) -> int:
    text = attribute(entry, name, "1")
    return max(1, int(text)) if text.isdigit() and len(text) < 10 else 1


def _row(entry: etree._Element, columns: list, styles: dict, why: str):
    column = 1
    for item in entry:
        if local(item) not in ("table-cell", "covered-table-cell"):
            continue
        repeat = _count(item, "number-columns-repeated")
        cell = _cell(item)
        if cell.text:
            check_count(repeat)
            rows, wide = _count(item, "number-rows-spanned"), _count(item, "number-columns-spanned")
            under = "under a merged cell" if local(item) == "covered-table-cell" else ""
            for at in range(column, column + repeat):
                run = next((run for run in columns if run[0] <= at <= run[1]), (0, 0, True, ""))
                look = _style(styles, item, run[3]).look
                reason = why or ("" if run[2] else "hidden column") or under or unseen(look)
                formula = attribute(item, "formula")
                yield at, hidden(cell, reason) if reason else cell, rows, wide, formula
        column += repeat


def _cell(item: etree._Element) -> Cell:
    text = "\n".join(_words(line) for line in item if local(line) in ("p", "h"))
    declared = attribute(item, "value-type")
    kind = KINDS.get(declared, "text")
    stored = attribute(item, STORED.get(declared, "value"))
    formula = attribute(item, "formula")
    if formula and not stored and not text:
        return Cell("", "", 0, 0, "#NO VALUE", "error", "#NO VALUE")
    if re.match(r"#(REF!|DIV/0!|N/A|NAME\?|VALUE!|NUM!|NULL!)|Err:\d+", text):
        return Cell("", "", 0, 0, text, "error", text)
    if kind == "text":
        stored = attribute(item, "string-value") or text
    return Cell("", "", 0, 0, text or stored, kind if text or stored else "blank", stored)


def _words(line: etree._Element) -> str:
    """Return the text of a paragraph; a note that hangs on it is not part of it."""
    parts = [line.text or ""]
    for inner in line:
        name = local(inner)
        if name == "s":
            parts.append(" " * min(_count(inner, "c"), 1000))
        elif name in ("tab", "line-break"):
            parts.append("\t" if name == "tab" else "\n")
        elif name not in ("annotation", "note", "tracked-changes"):
            parts.append(_words(inner))
        parts.append(inner.tail or "")
    return "".join(parts)


def _parts(archive, root: etree._Element) -> list[Fault]:
    """Return what the document carries besides its cells."""
    counted = [
        ("COMMENT", "notes on cells", len(every(root, "annotation"))),
        ("TRACKED_CHANGE", "tracked changes", len(every(root, "tracked-changes"))),
        ("PIVOT_CACHE", "pivot tables", len(every(root, "data-pilot-table"))),
        ("EXTERNAL_LINK", "links to other files or databases", len(_outside(root))),
        ("MACRO", "programs", len(list(every(root, "event-listener"))) + _named(archive, r"(Basic|Scripts)/.+")),
        ("EMBEDDED_FILE", "embedded objects", len(every(root, "object")) + len(every(root, "object-ole"))),
        ("TEXT_BOX", "text boxes", len(every(root, "text-box"))),
        ("EMBEDDED_FILE", "parts of a kind not known", _unknown(archive)),
    ]
    found = [
        person(code, "document", f"{count} {words}", "none", "ask for a copy without them")
        for code, words, count in counted
        if count
    ]
    pictures = _named(archive, r"Pictures/.+")
    if pictures:
        words = f"{pictures} pictures, not read"
        found.append(Fault("PICTURE", "document", words, "cells", "look whether they hold data", SHOWN))
    meta = package.xml(archive, "meta.xml")
    named = {
        local(entry): (entry.text or "") for entry in (child(meta, "meta") if child(meta, "meta") is not None else [])
    }
    found += properties.judged({key: text for key, text in named.items() if key != "generator"}, "properties")
    if named.get("user-defined"):
        found.append(person("DOC_PROPERTIES", "custom properties", "properties of its own", "none", "look at them"))
    return found


def _outside(root: etree._Element) -> list[etree._Element]:
    sources = every(root, "table-source") + every(root, "database-range")
    names = ("database-source-sql", "database-source-table", "database-source-query", "dde-link")
    linked = [entry for name in names for entry in every(root, name)]
    return [entry for entry in sources if attribute(entry, "href")] + linked


def _named(archive, pattern: str) -> int:
    return sum(1 for name in archive.namelist() if re.match(pattern, name) and not name.endswith("/"))


def _unknown(archive) -> int:
    macro = r"(Basic|Scripts)/"
    return sum(1 for name in archive.namelist() if not KNOWN.fullmatch(name) and not re.match(macro, name))
