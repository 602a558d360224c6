"""An xlsx workbook as cells: values, what is shown, what is merged and what nobody sees."""

import re
from typing import NamedTuple

from lxml import etree

from analysis.read import formats, hidden_xlsx, merges, package, sums
from analysis.read.cell import Cell, Read, check_count, column_letters, column_number, hidden, person, refuse, text_cell
from analysis.read.looks import Look, looks, unseen
from analysis.read.package import attribute, child, every, local

CELL = re.compile(rb"<(?:\w+:)?c[ />]")
NARROW, LOW = 0.5, 1.5  # a column in characters, a row in points, that nobody can read
PLAIN = Look("General", "", 11.0, "")


class Book(NamedTuple):
    """What all sheets of a workbook share."""

    archive: object
    strings: list[str]
    looks: list[Look]
    from_1904: bool


class Sheet(NamedTuple):
    """One sheet: its name, its number, its part, and whether it is shown."""

    name: str
    number: int
    part: str
    state: str


def read(content: bytes) -> Read:
    """Return the cells of a workbook and what hides in it.

    Raises Faults (TRUNCATED, XML_DTD, BROKEN_XML, FORMULA_NO_VALUE, TOO_MANY_CELLS …).
    """
    archive = package.opened(content)
    package.check_doctypes(archive)
    name = "xl/workbook.xml"
    workbook = package.xml(archive, name)
    if workbook is None:
        raise refuse("TRUNCATED", "", "no workbook in the archive", "a whole file", "ask for the file again")
    settings = child(workbook, "workbookPr")
    from_1904 = settings is not None and attribute(settings, "date1904") in ("1", "true")
    strings = [_words(entry) for entry in every(package.xml(archive, "xl/sharedStrings.xml"), "si")]
    book = Book(archive, strings, looks(package.xml(archive, "xl/styles.xml")), from_1904)
    sheets = _sheets(workbook, package.relations(archive, name))
    cells, faults, used = [], [], set()
    for sheet in sheets:
        check_count(len(cells))
        found = _sheet(book, sheet, len(sheets), used)
        cells += found.cells
        faults += found.faults
    faults += hidden_xlsx.look(archive, workbook, cells, len(set(range(len(strings))) - used))
    if any(fault.code == "COMMENT" and "!" in fault.place for fault in faults):
        faults = [fault for fault in faults if fault.code != "COMMENT" or "!" in fault.place]
    return Read(cells, faults)


def _sheets(workbook: etree._Element, targets: dict) -> list[Sheet]:
    found = []
    for number, entry in enumerate(every(workbook, "sheet"), start=1):
        key = next((value for name, value in entry.attrib.items() if name.endswith("}id")), "")
        _, part, _ = targets.get(key, ("", "", False))
        found.append(Sheet(entry.get("name", f"sheet {number}"), number, part, entry.get("state", "visible")))
    return found


def _words(entry: etree._Element) -> str:
    """Return the text of a string without the phonetic help that lies beside it."""
    phonetic = {text for help in every(entry, "rPh") for text in every(help, "t")}
    text = "".join(found.text or "" for found in every(entry, "t") if found not in phonetic)
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), text).replace("\r\n", "\n")


def _sheet(book: Book, sheet: Sheet, count: int, used: set[int]) -> Read:
    where = f"sheet {sheet.number}"
    if sheet.part not in book.archive.namelist():
        raise refuse("TRUNCATED", where, "no such part", "a whole file", "ask for the file again")
    content = package.part(book.archive, sheet.part)
    check_count(sum(1 for _ in CELL.finditer(content)), where)
    root = package.parsed(content, where)
    if local(root) != "worksheet":
        return Read([], [person("EMBEDDED_FILE", where, "a sheet that holds no cells", "cells", "look at it")])
    cells, formulas = _cells(book, sheet, root, used)
    if sheet.state == "visible":
        cells += _margins(root, sheet)
        faults = sums.mismatches(cells, formulas) + hidden_xlsx.sheet(book.archive, root, sheet, cells)
        return Read(cells, faults)
    size = f"{len({cell.row for cell in cells})} x {len({cell.column for cell in cells})} cells"
    place, words = f"{where} of {count}", f"{sheet.state} sheet, {size}"
    fault = person("HIDDEN_SHEET", place, words, "shown sheets only", "ask for a copy without it")
    return Read([_unnamed(cell, where) for cell in cells], [fault])


def _margins(root: etree._Element, sheet: Sheet) -> list[Cell]:
    """Return the words printed above and below a sheet, without the codes for page numbers, dates and fonts."""
    found = []
    for number, entry in enumerate(child(root, "headerFooter") if child(root, "headerFooter") is not None else ()):
        text = re.sub(r'&("[^"]*"|\d+|K[0-9A-F]{6}|.)', " ", entry.text or "").strip()
        if text:
            name = local(entry)
            found.append(text_cell(f"{sheet.name}!{name}", f"{sheet.name} {name}", number + 1, 1, text))
    return found


def _cells(book: Book, sheet: Sheet, root: etree._Element, used: set[int]) -> tuple[list[Cell], dict]:
    """Return the cells of a sheet, and by row and column what its sums add up."""
    columns, merged = _columns(root), merges.merged(root)
    low = child(root, "sheetFormatPr")
    all_low = low is not None and low.get("zeroHeight") in ("1", "true")
    cells, formulas, shared, number = [], {}, {}, 0
    for row in every(child(root, "sheetData"), "row"):
        number = _whole(row.get("r"), number + 1)
        why = "hidden row" if _low(row, all_low) else ""
        column = 0
        for entry in row:
            letters, digits = _reference(entry.get("r"), column + 1, number)
            column = column_number(letters)
            inside = {local(part): part for part in entry}
            cell = Cell(f"{sheet.name}!{letters}{digits}", sheet.name, digits, column, "")
            cell = _cell(book, entry, inside, cell, used)
            if cell.text == "":
                continue
            formula = inside.get("f")
            if formula is not None:
                formulas[digits, column] = _added(formula, digits, column, shared)
            index = _whole(entry.get("s"), 0)
            look = book.looks[index] if index < len(book.looks) else PLAIN
            cell = cell._replace(merged=merged.ranges.get((digits, column), ""))
            under = "under a merged cell" if merged.under(digits, column) else ""
            cells.append(_seen(cell, why or columns.get(column, "") or under or unseen(look, cell.kind)))
    return cells, formulas


def _added(formula: etree._Element, row: int, column: int, shared: dict) -> list[sums.Box]:
    """Return what a formula adds up; one shared by many cells is written out in the first of them."""
    text, key = formula.text or "", formula.get("si") if formula.get("t") == "shared" else None
    if key is not None and text:
        shared[key] = (text, row, column)
    text, top, left = shared.get(key, (text, row, column))
    return sums.boxes(text, row - top, column - left)


def _unnamed(cell: Cell, sheet: str) -> Cell:
    """Return a cell of a hidden sheet; the sheet's name is hidden as well."""
    place = f"{sheet}!{cell.place.rpartition('!')[2]}"
    return hidden(cell._replace(place=place, area=sheet), "hidden sheet")


def _seen(cell: Cell, why: str) -> Cell:
    return hidden(cell, why) if why else cell


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else otherwise


def _reference(text: str | None, column: int, row: int) -> tuple[str, int]:
    match = merges.REFERENCE.match(text or "")
    return (match[1], int(match[2])) if match else (column_letters(column), row)


def _low(row: etree._Element, all_low: bool) -> bool:
    height = row.get("ht")
    return row.get("hidden") in ("1", "true") or all_low or (bool(height) and _number(height, 15.0) < LOW)


def _number(text: str, otherwise: float) -> float:
    try:
        return float(text)
    except ValueError:
        return otherwise


def _columns(root: etree._Element) -> dict[int, str]:
    """Return the columns nobody sees, with the reason."""
    found = {}
    for entry in every(child(root, "cols"), "col"):
        if entry.get("hidden") in ("1", "true") or _number(entry.get("width", "9"), 9.0) < NARROW:
            first, last = _whole(entry.get("min"), 1), _whole(entry.get("max"), 1)
            found |= dict.fromkeys(range(first, min(last, 16384) + 1), "hidden column")
    return found


def _cell(book: Book, entry: etree._Element, inside: dict, cell: Cell, used: set[int]) -> Cell:
    kind, stored, formula = entry.get("t", "n"), inside.get("v"), inside.get("f")
    text = (stored.text or "") if stored is not None else ""
    if kind == "inlineStr":
        return _worded(cell, _words(entry))
    if formula is not None and text == "" and kind != "str":
        return cell._replace(text="#NO VALUE", kind="error", value="#NO VALUE")
    if kind == "s":
        index = _whole(text, -1)
        if not 0 <= index < len(book.strings):
            raise refuse("BROKEN_XML", cell.place, "a text that is not there", "a whole file", "ask for the file again")
        used.add(index)
        return _worded(cell, book.strings[index])
    if kind == "b":
        return cell._replace(text="TRUE" if text == "1" else "FALSE", kind="bool", value=text)
    if kind == "e":
        return cell._replace(text=text, kind="error", value=text)
    if kind == "d":
        return cell._replace(text=text, kind="date", value=text)
    if kind == "str" or text == "":
        return _worded(cell, text)
    return _numbered(book, entry, cell, text)


def _worded(cell: Cell, text: str) -> Cell:
    return cell._replace(text=text, value=text, kind="text" if text else "blank")


def _numbered(book: Book, entry: etree._Element, cell: Cell, text: str) -> Cell:
    index = _whole(entry.get("s"), 0)
    code = book.looks[index].code if index < len(book.looks) else "General"
    return shown(cell, text, code, book.from_1904)


def shown(cell: Cell, text: str, code: str, from_1904: bool) -> Cell:
    """Return a cell with a stored number, shown as its format says."""
    try:
        number = float(text)
    except ValueError:
        return _worded(cell, text)
    when = formats.moment(number, from_1904) if formats.is_date(code) else None
    if number in (float("inf"), float("-inf")) or number != number:
        return cell._replace(text=text, kind="error", value=text)
    if when is not None:
        return cell._replace(text=formats.shown_date(when, code), kind="date", value=formats.iso(when, number))
    plain = formats.plain(number)
    words = plain if code == "General" else formats.shown_number(number, code) or plain
    return cell._replace(text=words, kind="number", value=plain)
