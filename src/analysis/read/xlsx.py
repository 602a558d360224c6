"""An xlsx workbook as cells: values, what is shown, what is merged and what nobody sees."""

import re
import zipfile
from typing import NamedTuple

from lxml import etree

from analysis.read import drawings, extents, formats, hidden_xlsx, merges, package, sums
from analysis.read.cell import Cell, Read, check_count, column_letters, column_number, hidden, person, refuse
from analysis.read.extents import whole
from analysis.read.looks import Look, Palette, as_shown, font, hiding_formats, looks, palette, unseen
from analysis.read.package import attribute, child, every, local

CELL = re.compile(rb"<(?:\w+:)?c[ />]")
PLAIN = Look("General", "", 11.0, "")


class Book(NamedTuple):
    """What all sheets of a workbook share."""

    archive: zipfile.ZipFile
    strings: list[str]
    runs: dict[int, list[tuple[str, etree._Element | None]]]
    looks: list[Look]
    colours: Palette
    hiding: set[int]
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
    name = package.main(archive, "xl/workbook.xml")
    workbook = package.xml(archive, name)
    if workbook is None:
        raise refuse("TRUNCATED", "", "no workbook in the archive", "a whole file", "ask for the file again")
    targets = package.relations(archive, name)
    book = _book(archive, workbook, {kind: target for kind, target, outside in targets.values() if not outside})
    sheets = _sheets(workbook, targets)
    cells: list[Cell] = []
    faults: list = []
    used: set[int] = set()
    for sheet in sheets:
        check_count(len(cells))
        found = _sheet(book, sheet, len(sheets), used)
        cells += found.cells
        faults += found.faults
    faults += hidden_xlsx.look(archive, workbook, cells, len(set(range(len(book.strings))) - used))
    if any(fault.code == "COMMENT" and "!" in fault.place for fault in faults):
        faults = [fault for fault in faults if fault.code != "COMMENT" or "!" in fault.place]
    return Read(cells, faults)


def _book(archive, workbook: etree._Element, parts: dict[str, str]) -> Book:
    settings = child(workbook, "workbookPr")
    from_1904 = settings is not None and attribute(settings, "date1904") in ("1", "true")
    strings = every(package.xml(archive, parts.get("sharedStrings", "xl/sharedStrings.xml")), "si")
    styles = package.xml(archive, parts.get("styles", "xl/styles.xml"))
    colours = palette(package.xml(archive, parts.get("theme", "xl/theme/theme1.xml")), styles)
    runs = {number: _runs(entry) for number, entry in enumerate(strings) if every(entry, "rPr")}
    return Book(
        archive,
        [*map(_words, strings)],
        runs,
        looks(styles, colours),
        colours,
        hiding_formats(styles, colours),
        from_1904,
    )


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


def _runs(entry: etree._Element) -> list[tuple[str, etree._Element | None]]:
    """Return the pieces of a text that have looks of their own, each with its look."""
    return [(_words(run), child(run, "rPr")) for run in entry if local(run) in ("r", "t")]


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
        cells += extents.margins(root, sheet.name)
        cells = drawings.uncovered(book.archive, sheet.part, cells)
        cells = hidden_xlsx.unprinted(cells, hidden_xlsx.print_area(book.archive, sheet))
        faults = sums.mismatches(cells, formulas) + hidden_xlsx.sheet(book.archive, root, sheet)
        return Read(cells, faults)
    size = f"{len({cell.row for cell in cells})} x {len({cell.column for cell in cells})} cells"
    place, words = f"{where} of {count}", f"{sheet.state} sheet, {size}"
    fault = person("HIDDEN_SHEET", place, words, "shown sheets only", "ask for a copy without it")
    return Read([_unnamed(cell, where) for cell in cells], [fault])


def _cells(book: Book, sheet: Sheet, root: etree._Element, used: set[int]) -> tuple[list[Cell], dict]:
    """Return the cells of a sheet, and by row and column what its sums add up."""
    plan, all_low = extents.plan(root, book.hiding, book.colours), extents.all_low(root)
    cells: list[Cell] = []
    formulas: dict = {}
    shared: dict = {}
    number = 0
    for row in every(child(root, "sheetData"), "row"):
        number = whole(row.get("r"), number + 1)
        low = "hidden row" if extents.low(row, all_low) else ""
        column = 0
        for entry in row:
            letters, digits = _reference(entry.get("r"), column + 1, number)
            column = column_number(letters)
            inside = {local(part): part for part in entry}
            cell = Cell(f"{sheet.name}!{letters}{digits}", sheet.name, digits, column, "")
            cell = _cell(book, entry, inside, cell, used)
            if cell.text == "":
                continue
            if "f" in inside:
                formulas[digits, column] = _added(inside["f"], digits, column, shared)
            index = whole(entry.get("s"), 0)
            look = book.looks[index] if index < len(book.looks) else PLAIN
            cell = cell._replace(merged=plan.merged.ranges.get((digits, column), ""))
            reason = low or plan.why(digits, column) or unseen(look, cell.kind)
            cells += [hidden(cell, reason)] if reason else _pieces(book, entry, inside, cell, look)
    return cells, formulas


def _pieces(book: Book, entry: etree._Element, inside: dict, cell: Cell, look: Look) -> list[Cell]:
    """Return a cell without the pieces of its text that nobody sees, and these as a hidden one."""
    if entry.get("t") == "s":
        runs = book.runs.get(int(inside["v"].text), [])
    else:
        runs = _runs(inside["is"]) if "is" in inside else []
    found: dict[str, str] = {}
    for text, own in runs:
        colour, size = font(own, book.colours) if own is not None else ("", look.size)
        why = unseen(look._replace(colour=colour or look.colour, size=size if own is not None else look.size))
        found[why] = found.get(why, "") + text
    gone = [hidden(cell, why) for why, text in found.items() if why and text.strip()]
    seen = found.get("", "")
    return [*([_worded(cell, seen)] if seen.strip() else []), *gone] if gone else as_shown(cell)


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


def _reference(text: str | None, column: int, row: int) -> tuple[str, int]:
    match = merges.REFERENCE.match(text or "")
    return (match[1], int(match[2])) if match else (column_letters(column), row)


def _cell(book: Book, entry: etree._Element, inside: dict, cell: Cell, used: set[int]) -> Cell:
    kind, stored, formula = entry.get("t", "n"), inside.get("v"), inside.get("f")
    text = (stored.text or "") if stored is not None else ""
    if kind == "inlineStr":
        return _worded(cell, _words(entry))
    if formula is not None and text == "" and kind != "str":
        return cell._replace(text="#NO VALUE", kind="error", value="#NO VALUE")
    if kind == "s":
        index = whole(text, -1)
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
    index = whole(entry.get("s"), 0)
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
