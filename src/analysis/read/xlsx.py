"""An xlsx workbook as cells, as its sheets show them."""

import re
import zipfile
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree
from openpyxl.utils.cell import column_index_from_string, range_boundaries

from analysis.problems import Fault
from analysis.read import archives, cells
from analysis.read.archives import attribute, child, every, local
from analysis.read.cells import BLACK, WHITE, Cell, Reading, cut_off, person, whole
from analysis.read.sheets import BUILTIN, Box, Look, Sheet, inside, shown

REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})$")
PAINTS_WHITE = re.compile(r"\[(white|colou?r ?2)\]", re.I)
KNOWN = dict.fromkeys(["theme 0", *(f"indexed {n}" for n in (1, 9, 65))], WHITE)
KNOWN |= dict.fromkeys(["theme 1", *(f"indexed {n}" for n in (0, 8, 64))], BLACK)
NARROW, LOW = 0.5, 1.5  # a column in characters, a row in points, that nobody can read
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
USUAL = 190_500, 609_600  # EMU: how high a row is, and how wide a column
INSET = 60_000  # EMU, 5 points: a box that starts further down leaves its first row to be read
TRUE = ("1", "true")


class Book(NamedTuple):
    """Hold what all sheets of a workbook share: its texts, the looks of its cells, and conditional formats."""

    strings: list[etree._Element]
    looks: list[Look]
    rules: list[etree._Element]
    from_1904: bool


def read(content: bytes) -> Reading:
    """Return the cells of a workbook and what it holds besides; raises Faults where it is refused."""
    archive = archives.opened(content)
    name = archives.main(archive, "xl/workbook.xml")
    workbook = archives.xml(archive, name)
    if workbook is None:
        raise cut_off("no workbook in the archive")
    targets = archives.relations(archive, name)
    book = _book(archive, workbook, dict(targets.values()))
    sheets = every(child(workbook, "sheets"), "sheet")
    found: list[Cell] = []
    faults = archives.carried(archive)
    for number, entry in enumerate(sheets, start=1):
        key = next((value for key, value in entry.attrib.items() if key.endswith("}id")), "")
        part, where, state = targets.get(key, ("", ""))[1], f"sheet {number}", entry.get("state", "visible")
        root = archives.xml(archive, part)
        if root is None:
            raise cut_off("no such part", where)
        if local(root) != "worksheet":
            faults.append(person("EMBEDDED_FILE", where, "a sheet that holds no cells", "cells", "look at it"))
        elif state != "visible":
            words = f"{state} sheet, {len(every(root, 'row')):,} rows"
            faults.append(person("HIDDEN_SHEET", f"{where} of {len(sheets)}", words, "shown sheets only"))
        else:
            beside = (_related(archive, part, kind) for kind in ("drawing", "table"))
            faults += _rules(book, root, entry.get("name", where))
            found += _sheet(book, root, entry.get("name", where), *beside)
    return Reading(found, faults)


def _book(archive: zipfile.ZipFile, workbook: etree._Element, parts: dict[str, str]) -> Book:
    styles = archives.xml(archive, parts.get("styles", "xl/styles.xml"))
    codes = BUILTIN | {whole(e.get("numFmtId")): e.get("formatCode", "") for e in every(styles, "numFmt")}
    fonts, fills = _entries(styles, "fonts"), _entries(styles, "fills")
    looks = []
    for entry in _entries(styles, "cellXfs"):
        font, fill = (_at(group, entry.get(name)) for group, name in ((fonts, "fontId"), (fills, "fillId")))
        code = codes.get(whole(entry.get("numFmtId")), "General")
        colour = WHITE if PAINTS_WHITE.search(code) else _colour(child(font, "color"))
        size = _size(attribute(child(font, "sz"), "val"), 11.0)
        looks.append(Look(code, colour, size, _behind(fill), _struck(font)))
    strings = every(archives.xml(archive, parts.get("sharedStrings", "xl/sharedStrings.xml")), "si")
    return Book(strings, looks, _entries(styles, "dxfs"), attribute(child(workbook, "workbookPr"), "date1904") in TRUE)


def _entries(styles: etree._Element | None, name: str) -> list[etree._Element]:
    group = child(styles, name)
    return [] if group is None else list(group)


def _at(things: list, index: str | None):
    number = whole(index, -1)
    return things[number] if 0 <= number < len(things) else None


def _struck(font: etree._Element | None) -> bool:
    mark = child(font, "strike")
    return mark is not None and attribute(mark, "val", "1") in TRUE


def _hides(rule: etree._Element) -> bool:
    """Say whether a conditional format shows numbers as something else, or white on nothing darker."""
    is_white = _colour(child(rule, "font", "color")) == WHITE and child(rule, "fill") is None
    return is_white or child(rule, "numFmt") is not None


def _behind(fill: etree._Element | None) -> str:
    pattern = child(fill, "patternFill")
    if pattern is None:
        return "some" if fill is not None and len(fill) else ""
    return "" if pattern.get("patternType", "none") == "none" else _colour(child(pattern, "fgColor")) or "some"


def _colour(entry: etree._Element | None) -> str:
    """Return a colour as six digits, a word where only the theme knows it, or nothing where none is given.

    A theme's first two colours are taken to be white and black, where no tint makes them another.
    """
    if entry is None or entry.get("rgb"):
        return attribute(entry, "rgb")[-6:].upper()
    said = " ".join(f"{name} {entry.get(name)}" for name in ("theme", "tint", "indexed") if entry.get(name))
    return KNOWN.get(said, said)


def _size(text: str | None, otherwise: float) -> float:
    try:
        return float(text or otherwise)
    except ValueError:
        return otherwise


def boxes(ranges: str) -> list[Box]:
    """Return ranges such as `A1:B2 D4` as top, left, bottom, right; one that names no cells is left out."""
    found = []
    for text in ranges.split():
        try:
            left, top, right, bottom = range_boundaries(text)
        except ValueError:
            continue
        found.append((top or 1, left or 1, bottom or LAST_ROW, right or LAST_COLUMN))  # whole rows or columns
    return found


def _rules(book: Book, root: etree._Element, name: str) -> list[Fault]:
    """Return that a sheet has conditional formats that hide numbers or show them as something else; none is applied."""
    given = [_at(book.rules, rule.get("dxfId")) for rule in every(root, "cfRule")] + every(root, "dxf")
    words, do = "conditional formats that hide or change what they apply to", "compare it on the screen"
    fault = person("INVISIBLE_TEXT", name, words, "numbers as they are stored", do)
    return [fault] if any(rule is not None and _hides(rule) for rule in given) else []


def _columns(root: etree._Element) -> set[int]:
    """Return the hidden columns."""
    narrow = _size(attribute(child(root, "sheetFormatPr"), "defaultColWidth"), 9.0) < NARROW
    found = set(range(1, LAST_COLUMN + 1)) if narrow else set()
    for entry in every(child(root, "cols"), "col"):
        columns = range(whole(entry.get("min"), 1), min(whole(entry.get("max"), 1), LAST_COLUMN) + 1)
        gone = entry.get("hidden") in TRUE or _size(entry.get("width"), 9.0) < NARROW
        found = found.union(columns) if gone else found.difference(columns)
    return found


def _sheet(book: Book, root: etree._Element, name: str, drawings: list, tables: list) -> list[Cell]:
    merged = [box for entry in every(child(root, "mergeCells"), "mergeCell") for box in boxes(entry.get("ref", ""))]
    covers = [box for drawing in drawings for anchor in drawing for box in _covers(anchor)]
    sheet = Sheet(name, _columns(root), {box[:2]: box for box in merged}, covers)
    styled = [box for entry in tables if every(entry, "tableStyleInfo") for box in boxes(entry.get("ref", ""))]
    # zeroHeight hides only the rows that are not written, which hold nothing
    usual = _size(attribute(child(root, "sheetFormatPr"), "defaultRowHeight"), 15.0)
    found: list[Cell] = []
    number = 0
    for row in every(child(root, "sheetData"), "row"):
        number = whole(row.get("r"), number + 1)
        low = "hidden row" if row.get("hidden") in TRUE or _size(row.get("ht"), usual) < LOW else ""
        column = 0
        for entry in row:
            match = REFERENCE.match(entry.get("r") or "")
            column = column_index_from_string(match[1]) if match else column + 1
            look = _at(book.looks, entry.get("s", "0")) or Look()
            place = sheet.cell(number, column)
            if any(number == box[0] and inside(place, box) for box in styled):  # the style of a table paints its heads
                look = look._replace(behind=look.behind or "some")
            cell, gone = _cell(book, entry, place, look)
            if cell.text or gone or cell.kind == "number":
                own = "" if gone and not cell.text else look.hides(cell.text)
                found += sheet.seen(cell, low or own, gone)
    return found + _boxed(drawings, name)


def _cell(book: Book, entry: etree._Element, cell: Cell, look: Look) -> tuple[Cell, str]:
    """Return a cell with what it says, and why a piece of that is not seen."""
    kind, stored = entry.get("t", "n"), child(entry, "v")
    text = (stored.text or "") if stored is not None else ""
    if kind in ("s", "inlineStr"):
        string = _at(book.strings, text) if kind == "s" else child(entry, "is")
        if string is None and kind == "s":
            raise cut_off("a text that is not there", cell.place)
        text, gone = cells.spelled(_pieces(string, look))
        return cell._replace(text=text.strip() if gone else text), gone
    if child(entry, "f") is not None and text == "" and kind != "str":
        return cell._replace(text="#NO VALUE", kind="error"), ""
    if kind == "b":
        return cell._replace(text="TRUE" if text == "1" else "FALSE"), ""
    if kind != "n" or not text:
        return cell._replace(text=text, kind={"e": "error", "d": "date"}.get(kind, "text")), ""
    try:
        text, kind, value = shown(float(text), look.code, book.from_1904)
    except ValueError:
        return cell._replace(text=text), ""
    return cell._replace(text=text, kind=kind, value=value), ""


def _pieces(entry: etree._Element | None, look: Look) -> Iterator[tuple[str, str, bool]]:
    """Yield the pieces of a text, why nobody sees each, and whether it is raised."""
    for run in entry if entry is not None else ():
        if local(run) not in ("r", "t"):
            continue  # the phonetic help beside a text is not part of it
        text = "".join(part.text or "" for part in ([run] if local(run) == "t" else every(run, "t")))
        text = re.sub(r"_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), text).replace("\r\n", "\n")
        own, why = child(run, "rPr"), ""
        if own is not None:
            size = _size(attribute(child(own, "sz"), "val"), look.size)
            why = cells.unread(_colour(child(own, "color")) or look.colour, look.behind, size, _struck(own))
        yield text, why, attribute(child(own, "vertAlign"), "val") == "superscript"


def _related(archive: zipfile.ZipFile, part: str, what: str) -> list[etree._Element]:
    targets = [target for kind, target in archives.relations(archive, part).values() if kind == what]
    return [root for target in targets if (root := archives.xml(archive, target)) is not None]


def _boxed(drawings: list[etree._Element], name: str) -> list[Cell]:
    """Return the texts of the boxes drawn on a sheet."""
    shapes = [every(anchor, "sp") for drawing in drawings for anchor in drawing]
    lines = [["".join(line.itertext()).strip() for shape in group for line in every(shape, "p")] for group in shapes]
    found = [text for text in ("\n".join(group).strip() for group in lines) if text]
    return [Cell(f"{name}!box{at}", f"{name} box", at, 1, text) for at, text in enumerate(found, start=1)]


def _covers(anchor: etree._Element) -> list[Box]:
    """Return the cells under a picture or a painted box; where only its size is given, cells are as large as usual."""
    if not (every(anchor, "pic") or any(map(_painted, every(anchor, "sp")))):
        return []
    row, column, below, beside = (_number(anchor, "from", at) for at in ("row", "col", "rowOff", "colOff"))
    size = child(anchor, "ext")
    bottom, right = (_number(anchor, "to", at) for at in ("row", "col"))
    if size is not None:
        bottom, right = row + whole(size.get("cy")) // USUAL[0], column + whole(size.get("cx")) // USUAL[1]
    return [(row + 1 + (below > INSET), column + 1 + (beside > INSET), bottom, right)]


def _number(anchor: etree._Element, *names: str) -> int:
    return whole(getattr(child(anchor, *names), "text", ""))


def _painted(shape: etree._Element) -> bool:
    styled = child(shape, "style") is not None and child(shape, "spPr", "noFill") is None
    return styled or child(shape, "spPr", "solidFill") is not None
