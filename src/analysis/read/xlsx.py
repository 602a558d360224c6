"""An xlsx workbook as cells, as its sheets show them."""

import re
import zipfile
from typing import NamedTuple

from lxml import etree
from openpyxl.formula.translate import Translator

from analysis.problems import Fault
from analysis.read import archives, formats, looks
from analysis.read.archives import attribute, child, every, local
from analysis.read.cells import (
    Cell,
    Reading,
    check_count,
    column_letters,
    column_number,
    cut_off,
    noted,
    person,
    raised,
    refuse,
    whole,
)
from analysis.read.looks import Look

REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})$")
CELL = re.compile(rb"<(?:\w+:)?c[ />]")
NARROW, LOW = 0.5, 1.5  # a column in characters, a row in points, that nobody can read
LAST_COLUMN = 16_384
TRUE = ("1", "true")
Box = tuple[int, int, int, int]  # top, left, bottom, right


class Book(NamedTuple):
    """Hold what all sheets of a workbook share."""

    archive: zipfile.ZipFile
    strings: list[etree._Element]
    looks: list[Look]
    rules: list[Look]
    colours: looks.Palette
    from_1904: bool


def read(content: bytes) -> Reading:
    """Return the cells of a workbook and what it holds besides.

    Raises Faults (TRUNCATED, XML_DTD, BROKEN_XML, TOO_MANY_CELLS …).
    """
    archive = archives.opened(content)
    name = archives.main(archive, "xl/workbook.xml")
    workbook = archives.xml(archive, name)
    if workbook is None:
        raise cut_off("no workbook in the archive")
    targets = archives.relations(archive, name)
    book = _book(archive, workbook, dict(targets.values()))
    sheets = every(child(workbook, "sheets"), "sheet")
    cells: list[Cell] = []
    faults = archives.carried(archive) + _names(workbook)
    for number, entry in enumerate(sheets, start=1):
        key = next((value for key, value in entry.attrib.items() if key.endswith("}id")), "")
        _, part = targets.get(key, ("", ""))
        where, shown = f"sheet {number}", entry.get("state", "visible") == "visible"
        root = archives.xml(archive, part)
        if root is None:
            raise cut_off("no such part", where)
        if local(root) != "worksheet":
            faults.append(person("EMBEDDED_FILE", where, "a sheet that holds no cells", "cells", "look at it"))
            continue
        check_count(len(cells) + len(CELL.findall(archives.part(archive, part))), where)
        if not shown:
            faults.append(_hidden_sheet(root, f"{where} of {len(sheets)}", entry.get("state", "")))
            continue
        found = _sheet(book, root, entry.get("name", where))
        cells += _drawn(archive, part, entry.get("name", where), found)
    listed = {part for _, part in targets.values()}
    lost = [part for part in archive.namelist() if re.match(r"xl/worksheets/[^/]+\.xml$", part) and part not in listed]
    if lost:
        faults.append(person("HIDDEN_SHEET", "workbook", f"{len(lost)} sheets that the workbook does not list"))
    return Reading(cells, faults)


def _hidden_sheet(root: etree._Element, place: str, state: str) -> Fault:
    filled = [entry for entry in every(root, "c") if len(entry)]
    places = [REFERENCE.match(entry.get("r", "")) for entry in filled]
    rows, columns = {place[2] for place in places if place}, {place[1] for place in places if place}
    words = f"{state} sheet, {len(rows):,} x {len(columns):,} cells"
    return person("HIDDEN_SHEET", place, words, "shown sheets only", "ask for a copy without it")


def _book(archive: zipfile.ZipFile, workbook: etree._Element, parts: dict[str, str]) -> Book:
    styles = archives.xml(archive, parts.get("styles", "xl/styles.xml"))
    colours = looks.palette(archives.xml(archive, parts.get("theme", "xl/theme/theme1.xml")), styles)
    strings = every(archives.xml(archive, parts.get("sharedStrings", "xl/sharedStrings.xml")), "si")
    from_1904 = attribute(child(workbook, "workbookPr"), "date1904") in TRUE
    rules = looks.of_rules(styles, colours)
    return Book(archive, strings, looks.of_cells(styles, colours), rules, colours, from_1904)


def _names(workbook: etree._Element) -> list[Fault]:
    """Note the names nobody sees, and those that hold a text instead of a place."""
    entries = [entry for entry in every(workbook, "definedName") if not entry.get("name", "").startswith("_xlnm")]
    odd = [entry for entry in entries if entry.get("hidden") in TRUE or '"' in (entry.text or "")]
    return [noted("DEFINED_NAME", "workbook", f"{len(odd)} names that are hidden or hold a text")] if odd else []


def boxes(ranges: str) -> list[Box]:
    """Return ranges such as `A1:B2 D4` as top, left, bottom, right."""
    found = []
    for text in ranges.split():
        first, _, last = text.partition(":")
        start, end = REFERENCE.match(first), REFERENCE.match(last or first)
        if start and end:
            found.append((int(start[2]), column_number(start[1]), int(end[2]), column_number(end[1])))
    return found


class Plan(NamedTuple):
    """Hold what a sheet says of its cells by their place: hidden columns, merged ranges, and rules that may hide.

    shared: by number the formulas that many cells share, each with the cell it is written for.
    """

    columns: dict[int, str]
    merged: dict[tuple[int, int], Box]
    under: list[Box]
    rules: list[tuple[Box, etree._Element, Look]]
    shared: dict[str, tuple[str, str]]

    def why(self, cell: Cell, look: Look) -> str:
        """Return why nobody sees a cell, or nothing."""
        if self.columns.get(cell.column):
            return self.columns[cell.column]
        at = (cell.row, cell.column)
        if at not in self.merged and any(_inside(cell, box) for box in self.under):
            return "under a merged cell"
        hides = any(_inside(cell, box) and _hides(own, look) and _applies(rule, cell) for box, rule, own in self.rules)
        return "a rule that hides it" if hides else ""


def _inside(cell: Cell, box: Box) -> bool:
    return box[0] <= cell.row <= box[2] and box[1] <= cell.column <= box[3]


def _hides(own: Look, look: Look) -> bool:
    """Say whether the look that a rule gives to a cell of another look makes it unreadable."""
    both = looks.unseen(look._replace(colour=own.colour or look.colour, behind=own.behind or look.behind))
    return bool(both) or formats.shown(1, own.code)[0] == ""


def _applies(rule: etree._Element, cell: Cell) -> bool:
    """Say whether a rule that hides applies to a cell; one that cannot be worked out here is taken to apply."""
    tests = {"lessThan": "<", "lessThanOrEqual": "<=", "greaterThan": ">", "greaterThanOrEqual": ">=", "equal": "=",
             "notEqual": "<>"}  # fmt: skip
    sign, formula = tests.get(rule.get("operator", "")), child(rule, "formula")
    try:
        limit, number = float((formula.text or "") if formula is not None else ""), float(cell.value)
    except ValueError:
        return rule.get("type") != "cellIs" or sign is None or cell.kind == "number"
    return sign is None or formats.TESTS[sign](number, limit)


def _plan(book: Book, root: etree._Element) -> Plan:
    ranges = [box for entry in every(child(root, "mergeCells"), "mergeCell") for box in boxes(entry.get("ref", ""))]
    rules = []
    for rule in every(root, "cfRule"):
        group = rule.getparent()
        own = [looks.of_rule(entry, book.colours) for entry in every(rule, "dxf")]
        index = whole(rule.get("dxfId"), -1)
        own += [book.rules[index]] if 0 <= index < len(book.rules) else []
        named = child(group, "sqref")
        places = attribute(group, "sqref") if named is None else named.text or ""
        rules += [(box, rule, look) for look in own if look.colour or look.code != "General" for box in boxes(places)]
    return Plan(_columns(root), {box[:2]: box for box in ranges}, ranges, rules, {})


def _columns(root: etree._Element) -> dict[int, str]:
    narrow = _size(attribute(child(root, "sheetFormatPr"), "defaultColWidth"), 9.0) < NARROW
    found = dict.fromkeys(range(1, LAST_COLUMN + 1), "hidden column") if narrow else {}
    for entry in every(child(root, "cols"), "col"):
        gone = entry.get("hidden") in TRUE or _size(entry.get("width"), 9.0) < NARROW
        if gone or narrow:
            columns = range(whole(entry.get("min"), 1), min(whole(entry.get("max"), 1), LAST_COLUMN) + 1)
            found |= dict.fromkeys(columns, "hidden column" if gone else "")
    return found


def _size(text: str | None, otherwise: float) -> float:
    try:
        return float(text or otherwise)
    except ValueError:
        return otherwise


def _sheet(book: Book, root: etree._Element, name: str) -> list[Cell]:
    plan = _plan(book, root)
    # zeroHeight hides only the rows that are not written, which hold nothing
    usual = _size(attribute(child(root, "sheetFormatPr"), "defaultRowHeight"), 15.0)
    cells: list[Cell] = []
    number = 0
    for row in every(child(root, "sheetData"), "row"):
        number = whole(row.get("r"), number + 1)
        low = row.get("hidden") in TRUE or _size(row.get("ht"), usual) < LOW
        column = 0
        for entry in row:
            match = REFERENCE.match(entry.get("r") or "")
            column = column_number(match[1]) if match else column + 1
            cell = Cell(f"{name}!{column_letters(column)}{number}", name, number, column, "")
            merged = plan.merged.get((number, column))
            cell = cell._replace(wide=merged[3] - merged[1] + 1 if merged else 1)
            cells += _shown(book, entry, cell, plan, "hidden row" if low else "")
    return cells + _margins(root, name)


def _shown(book: Book, entry: etree._Element, cell: Cell, plan: Plan, low: str) -> list[Cell]:
    """Return a cell as one sees it, and one without content for what of it nobody sees."""
    index = whole(entry.get("s"), 0)
    look = book.looks[index] if index < len(book.looks) else Look()
    cell, pieces = _cell(book, entry, cell, look, plan.shared)
    if not cell.text and cell.kind != "number":
        return []
    why = low or plan.why(cell, look) or looks.unseen(look)
    why = why or ("" if cell.text and formats.shows_text(look.code) else "a format that shows nothing")
    if why:
        return [cell.unseen(why)]
    faint = [text for text, own in pieces if text.strip() and looks.unseen(own)]
    if faint:
        text = "".join(text for text, own in pieces if not looks.unseen(own)).strip()
        return [*([cell._replace(text=text)] if text else []), cell.unseen("text in the colour of the paper")]
    changed = cell.kind == "text" and not pieces and entry.get("t", "n") == "n"
    return [cell, cell.unseen("a number that is not the one shown")] if changed else [cell]


def _cell(
    book: Book, entry: etree._Element, cell: Cell, look: Look, shared: dict
) -> tuple[Cell, list[tuple[str, Look]]]:
    """Return a cell with what it says, and the pieces of its text that have looks of their own."""
    kind, stored, formula = entry.get("t", "n"), child(entry, "v"), child(entry, "f")
    text = (stored.text or "") if stored is not None else ""
    if kind in ("s", "inlineStr"):
        index = whole(text, -1) if kind == "s" else -1
        if kind == "s" and not 0 <= index < len(book.strings):
            raise refuse("BROKEN_XML", cell.place, "a text that is not there", "a whole file", "ask for it again")
        pieces = _pieces(book.strings[index] if kind == "s" else child(entry, "is"), look, book.colours)
        return cell._replace(text="".join(words for words, _ in pieces)), pieces
    if formula is not None and text == "" and kind != "str":
        return cell._replace(text="#NO VALUE", kind="error"), []
    if kind == "b":
        return cell._replace(text="TRUE" if text == "1" else "FALSE", kind="bool", value=text), []
    if kind in ("e", "d", "str") or not text:
        return cell._replace(text=text, kind={"e": "error", "d": "date"}.get(kind, "text")), []
    try:
        shown, kind, value = formats.shown(float(text), look.code, book.from_1904)
    except ValueError:
        return cell._replace(text=text), []
    formula = _formula(formula, cell, shared) if formula is not None else ""
    return cell._replace(text=shown, kind=kind if shown else "number", value=value, formula=formula), []


def _formula(entry: etree._Element, cell: Cell, shared: dict[str, tuple[str, str]]) -> str:
    """Return what a cell works out; a formula shared by many cells is written out in the first of them."""
    text, key, place = entry.text or "", entry.get("si", ""), cell.place.rpartition("!")[2]
    if entry.get("t") != "shared":
        return text
    if text:
        shared[key] = (f"={text}", place)
    origin = shared.get(key)
    return Translator(*origin).translate_formula(place) if origin and len(origin[0]) < 100 else ""


def _pieces(entry: etree._Element | None, look: Look, colours: looks.Palette) -> list[tuple[str, Look]]:
    """Return the pieces of a text, each with its look; a superscript is spelled as one."""
    found: list[tuple[str, Look]] = []
    for run in entry if entry is not None else ():
        if local(run) not in ("r", "t"):
            continue  # the phonetic help beside a text is not part of it
        text = "".join(part.text or "" for part in ([run] if local(run) == "t" else every(run, "t")))
        text = re.sub(r"_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), text).replace("\r\n", "\n")
        own = child(run, "rPr")
        if attribute(child(own, "vertAlign"), "val") == "superscript":
            text = raised(text, "".join(words for words, _ in found))
        found.append((text, looks.of_run(own, look, colours)))
    return found


def _margins(root: etree._Element, sheet: str) -> list[Cell]:
    """Return the words printed above and below a sheet, without the codes for page numbers, dates and fonts."""
    found = []
    entries = child(root, "headerFooter")
    for number, entry in enumerate(() if entries is None else entries, start=1):
        text = re.sub(r'&("[^"]*"|\d+|K[0-9A-F]{6}|.)', " ", entry.text or "").strip()
        if text:
            found.append(Cell(f"{sheet}!{local(entry)}", f"{sheet} {local(entry)}", number, 1, text))
    return found


def _drawn(archive: zipfile.ZipFile, part: str, name: str, cells: list[Cell]) -> list[Cell]:
    """Return the cells of a sheet with the texts of its boxes, and without what lies under a box or picture."""
    covers: list[Box] = []
    found = []
    drawings = [target for kind, target in archives.relations(archive, part).values() if kind == "drawing"]
    roots = [root for target in drawings if (root := archives.xml(archive, target)) is not None]
    for anchor in (entry for root in roots for entry in root):
        start, end = child(anchor, "from"), child(anchor, "to")
        shapes = every(anchor, "sp")
        text = " ".join("".join(line.itertext()).strip() for shape in shapes for line in every(shape, "p")).strip()
        if text:
            found.append(Cell(f"{name}!box{len(found) + 1}", f"{name} box", len(found) + 1, 1, text))
        painted = [shape for shape in shapes if child(shape, "spPr", "noFill") is None and "style" in _parts(shape)]
        painted += [shape for shape in shapes if child(shape, "spPr", "solidFill") is not None]
        if start is not None and end is not None and (painted or every(anchor, "pic")):
            covers.append((_at(start, "row") + 1, _at(start, "col") + 1, _at(end, "row"), _at(end, "col")))
    return [cell.unseen("covered") if any(_inside(cell, box) for box in covers) else cell for cell in cells] + found


def _parts(shape: etree._Element) -> set[str]:
    return {local(part) for part in shape}


def _at(corner: etree._Element, name: str) -> int:
    entry, offset = child(corner, name), child(corner, f"{name}Off")
    inset = name and offset is not None and local(corner) == "from" and whole(offset.text) > 60_000  # EMU: 5 points
    return (whole(entry.text) if entry is not None else 0) + bool(inset)
