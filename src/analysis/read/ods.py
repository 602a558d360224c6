"""An ods spreadsheet as cells: values, what is shown, what is merged and what nobody sees."""

import re

from lxml import etree

from analysis.read import hidden_ods, looks_ods, package, sums
from analysis.read.cell import Cell, Read, check_count, column_letters, hidden, person, refuse, span
from analysis.read.looks import Look, as_shown, unseen
from analysis.read.looks_ods import count, style_of
from analysis.read.package import attribute, child, every, local

KINDS = {"float": "number", "percentage": "number", "currency": "number", "date": "date", "time": "date",
         "boolean": "bool", "string": "text"}  # fmt: skip
STORED = {"date": "date-value", "time": "time-value", "boolean": "boolean-value"}


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
    styles = looks_ods.styles(package.xml(archive, "styles.xml"), root)
    tables = [entry for entry in every(child(root, "body"), "table") if local(entry.getparent()) == "spreadsheet"]
    tables = [entry for entry in tables if child(entry, "table-source") is None]  # copies of other files, never shown
    cells: list[Cell] = []
    faults = hidden_ods.look(archive, root)
    for number, table in enumerate(tables, start=1):
        shown = style_of(styles, table).display
        name = attribute(table, "name", f"sheet {number}") if shown else f"sheet {number}"
        added: dict[tuple[int, int], list[sums.Box]] = {}
        found = list(_table(table, name, styles, "" if shown else "hidden sheet", len(cells), added))
        found = hidden_ods.uncovered(table, hidden_ods.ruled(table, styles, found))
        found = hidden_ods.unprinted(table, found)
        cells += found
        faults += sums.mismatches(found, added)
        if not shown:
            size = f"{len({cell.row for cell in found})} x {len({cell.column for cell in found})} cells"
            place, words = f"sheet {number} of {len(tables)}", f"hidden sheet, {size}"
            faults.append(person("HIDDEN_SHEET", place, words, "shown sheets only", "ask for a copy without it"))
    return Read(cells, faults)


def _table(table: etree._Element, name: str, styles: dict, why: str, before: int, added: dict):
    """Yield the cells that hold something, a repeated one as often as it says; note by place what its sums add up."""
    columns = _columns(table, styles)
    row = 1
    for entry in _rows(table):
        repeat = count(entry, "number-rows-repeated")
        unseen_row = attribute(entry, "visibility", "visible") != "visible" or _thin(style_of(styles, entry).size)
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
        repeat = count(entry, "number-columns-repeated")
        seen = attribute(entry, "visibility", "visible") == "visible" and not _thin(style_of(styles, entry).size)
        runs.append((first, first + repeat - 1, seen, attribute(entry, "default-cell-style-name")))
        first += repeat
    return runs


def _thin(size: float | None) -> bool:
    return size is not None and size < 1.5


def _row(entry: etree._Element, columns: list, styles: dict, why: str):
    column = 1
    for item in entry:
        if local(item) not in ("table-cell", "covered-table-cell"):
            continue
        repeat = count(item, "number-columns-repeated")
        for cell, look in _pieces(item, styles):
            check_count(repeat)
            rows, wide = count(item, "number-rows-spanned"), count(item, "number-columns-spanned")
            under = "under a merged cell" if local(item) == "covered-table-cell" else ""
            for at in range(column, column + repeat):
                run = next((run for run in columns if run[0] <= at <= run[1]), (0, 0, True, ""))
                own = look or style_of(styles, item, run[3]).look
                reason = why or ("" if run[2] else "hidden column") or under or unseen(own)
                formula = attribute(item, "formula")
                for each in [hidden(cell, reason)] if reason else as_shown(cell):
                    yield at, each, rows, wide, formula
        column += repeat


def _pieces(item: etree._Element, styles: dict) -> list[tuple[Cell, Look | None]]:
    """Return what a cell holds, then each piece of its text that nobody sees with its look; None is the cell's own."""
    lines = [list(_words(line, "")) for line in item if local(line) in ("p", "h")]
    behind = style_of(styles, item).look.behind
    looks = {name: styles[name].look._replace(behind=behind) for line in lines for _, name in line if name in styles}
    faint = {name: look for name, look in looks.items() if unseen(look)}
    cell = _cell(item, "\n".join("".join(text for text, name in line if name not in faint) for line in lines))
    gone = [(cell, faint[name]) for line in lines for text, name in line if name in faint and text.strip()]
    return [*([(cell, None)] if cell.text and (not gone or cell.text.strip()) else []), *gone]


def _cell(item: etree._Element, text: str) -> Cell:
    declared = attribute(item, "value-type")
    kind = KINDS.get(declared, "text")
    stored = attribute(item, STORED.get(declared, "value"))
    if attribute(item, "formula") and not stored and not text:
        return Cell("", "", 0, 0, "#NO VALUE", "error", "#NO VALUE")
    if re.match(r"#(REF!|DIV/0!|N/A|NAME\?|VALUE!|NUM!|NULL!)|Err:\d+", text):
        return Cell("", "", 0, 0, text, "error", text)
    if kind == "text":
        stored = text or attribute(item, "string-value")
    return Cell("", "", 0, 0, text or stored, kind if text or stored else "blank", stored)


def _words(line: etree._Element, style: str):
    """Yield the text of a paragraph in pieces, each with the name of its style; a note on it is not part of it."""
    yield line.text or "", style
    for inner in line:
        name = local(inner)
        if name == "s":
            yield " " * min(count(inner, "c"), 1000), style
        elif name in ("tab", "line-break"):
            yield "\t" if name == "tab" else "\n", style
        elif name not in ("annotation", "note", "tracked-changes"):
            yield from _words(inner, attribute(inner, "style-name") if name == "span" else style)
        yield inner.tail or "", style
