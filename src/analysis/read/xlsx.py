"""An xlsx workbook as cells, as its sheets show them."""

import math
import re
import zipfile
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree
from openpyxl.utils.cell import column_index_from_string, range_boundaries

from analysis.read import archives
from analysis.read.archives import attribute, child, every, local, parts
from analysis.read.cells import BLACK, WHITE, Piece, Reading, whole
from analysis.read.findings import person, refuse
from analysis.read.sheets import BUILTIN, Box, Look, Sheet, hidden_sheet

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
    name, workbook = archives.main(archive, "xl/workbook.xml")
    targets = archives.relations(archive, name)
    book = _book(archive, workbook, dict(targets.values()))
    entries = every(child(workbook, "sheets"), "sheet")
    found = Reading([], archives.carried(archive))
    for number, entry in enumerate(entries, start=1):
        part, where, state = targets.get(attribute(entry, "id"), ("", ""))[1], f"sheet {number}", entry.get("state")
        root = archives.xml(archive, part)
        if root is None:
            raise refuse("TRUNCATED", where, "no such part")
        if local(root) != "worksheet":
            found.faults.append(person("EMBEDDED_FILE", where, "a sheet that holds no cells"))
        elif state not in (None, "visible"):
            found.faults.append(hidden_sheet(number, len(entries), f"{len(every(root, 'row')):,} rows", state))
        else:
            drawings, tables = (_related(archive, part, kind) for kind in ("drawing", "table"))
            sheet = _sheet(root, entry.get("name", where), drawings, book.from_1904)
            _fill(sheet, book, root, tables)
            sheet.add_boxes(every(anchor, "p") for drawing in drawings for anchor in drawing)
            found.cells.extend(sheet.cells)
            if _is_hidden_by_rule(book, root):
                words = "conditional formats that hide or change what they apply to"
                found.faults.append(person("INVISIBLE_TEXT", sheet.name, words))
    return found


def _book(archive: zipfile.ZipFile, workbook: etree._Element, targets: dict[str, str]) -> Book:
    styles = archives.xml(archive, targets.get("styles", "xl/styles.xml"))
    fonts, fills, entries, rules = (parts(child(styles, name)) for name in ("fonts", "fills", "cellXfs", "dxfs"))
    codes = BUILTIN | {whole(e.get("numFmtId")): e.get("formatCode", "") for e in every(styles, "numFmt")}
    looks = []
    for entry in entries:
        code = codes.get(whole(entry.get("numFmtId")), "General")
        look = _written(_at(fonts, entry.get("fontId")), Look(code, behind=_behind(_at(fills, entry.get("fillId")))))
        looks.append(look._replace(colour=WHITE) if PAINTS_WHITE.search(code) else look)
    strings = every(archives.xml(archive, targets.get("sharedStrings", "xl/sharedStrings.xml")), "si")
    return Book(strings, looks, rules, attribute(child(workbook, "workbookPr"), "date1904") in TRUE)


def _at(things: list, index: str | None):
    number = whole(index, -1)
    return things[number] if 0 <= number < len(things) else None


def _written(font: etree._Element | None, look: Look) -> Look:
    """Return a look with the colour, size and strike that a font gives."""
    mark = child(font, "strike")
    struck = mark is not None and attribute(mark, "val", "1") in TRUE
    size = _float(attribute(child(font, "sz"), "val"), look.size)
    return look._replace(colour=_colour(child(font, "color")) or look.colour, size=size, struck=struck)


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


def _float(text: str | None, otherwise: float) -> float:
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


def _is_hidden_by_rule(book: Book, root: etree._Element) -> bool:
    """Say whether a conditional format shows numbers as something else, or white on nothing darker; none is applied."""
    given = [_at(book.rules, rule.get("dxfId")) for rule in every(root, "cfRule")] + every(root, "dxf")
    return any(
        child(rule, "numFmt") is not None
        or (_colour(child(rule, "font", "color")) == WHITE and child(rule, "fill") is None)
        for rule in given
    )


def _sheet(root: etree._Element, name: str, drawings: list[etree._Element], from_1904: bool) -> Sheet:
    """Return a sheet without cells: its hidden columns, merged ranges, and what covers cells."""
    narrow = _float(attribute(child(root, "sheetFormatPr"), "defaultColWidth"), 9.0) < NARROW
    columns = set(range(1, LAST_COLUMN + 1)) if narrow else set()
    for entry in every(child(root, "cols"), "col"):
        some = range(whole(entry.get("min"), 1), min(whole(entry.get("max"), 1), LAST_COLUMN) + 1)
        gone = entry.get("hidden") in TRUE or _float(entry.get("width"), 9.0) < NARROW
        columns = columns.union(some) if gone else columns.difference(some)
    merged = [box for entry in every(child(root, "mergeCells"), "mergeCell") for box in boxes(entry.get("ref", ""))]
    covers = [box for drawing in drawings for anchor in drawing for box in _covers(anchor)]
    return Sheet(name, columns, merged, covers, from_1904)


def _fill(sheet: Sheet, book: Book, root: etree._Element, tables: list[etree._Element]) -> None:
    """Add the cells of a sheet."""
    styled = [box for entry in tables if every(entry, "tableStyleInfo") for box in boxes(entry.get("ref", ""))]
    # zeroHeight hides only the rows that are not written, which hold nothing
    usual = _float(attribute(child(root, "sheetFormatPr"), "defaultRowHeight"), 15.0)
    number = 0
    for row in every(child(root, "sheetData"), "row"):
        number = whole(row.get("r"), number + 1)
        low = "hidden row" if row.get("hidden") in TRUE or _float(row.get("ht"), usual) < LOW else ""
        heads = [box for box in styled if box[0] == number]
        column = 0
        for entry in row:
            match = REFERENCE.match(entry.get("r") or "")
            column = column_index_from_string(match[1]) if match else column + 1
            look = _at(book.looks, entry.get("s", "0")) or Look()
            if any(box[1] <= column <= box[3] for box in heads):  # the style of a table paints its heads
                look = look._replace(behind=look.behind or "some")
            _add(sheet, book, entry, number, column, look, low)


def _add(sheet: Sheet, book: Book, entry: etree._Element, row: int, column: int, look: Look, why: str) -> None:
    """Add a cell with what it says."""
    kind, stored = entry.get("t", "n"), child(entry, "v")
    text = (stored.text or "") if stored is not None else ""
    if kind in ("s", "inlineStr"):
        string = _at(book.strings, text) if kind == "s" else child(entry, "is")
        if string is None and kind == "s":
            raise refuse("TRUNCATED", sheet.name, "a text that is not there")
        sheet.add(row, column, _pieces(string, look), why)
    elif child(entry, "f") is not None and text == "" and kind != "str":
        sheet.add(row, column, [look.piece("#NO VALUE")], why, kind="error")
    elif kind == "b":
        sheet.add(row, column, [look.piece("TRUE" if text == "1" else "FALSE")], why)
    elif kind == "n" and not math.isnan(number := _float(text, math.nan)):
        sheet.add_number(row, column, number, look, why)
    else:
        sheet.add(row, column, [look.piece(text)], why, kind={"e": "error", "d": "date"}.get(kind, "text"))


def _pieces(entry: etree._Element | None, look: Look) -> Iterator[Piece]:
    """Yield the pieces of a text; the phonetic help beside it is not part of it."""
    for run in parts(entry):
        if local(run) in ("r", "t"):
            text = "".join(part.text or "" for part in every(run, "t"))
            text = re.sub(r"_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), text).replace("\r\n", "\n")
            own = child(run, "rPr")
            raised = attribute(child(own, "vertAlign"), "val") == "superscript"
            yield (look if own is None else _written(own, look)).piece(text, raised)


def _related(archive: zipfile.ZipFile, part: str, what: str) -> list[etree._Element]:
    targets = [target for kind, target in archives.relations(archive, part).values() if kind == what]
    return [root for target in targets if (root := archives.xml(archive, target)) is not None]


def _covers(anchor: etree._Element) -> list[Box]:
    """Return the cells under a picture or a painted box; where only its size is given, cells are as large as usual."""
    if not every(anchor, "pic") and not any(map(_is_painted, every(anchor, "sp"))):
        return []
    places = ("from row", "from col", "from rowOff", "from colOff", "to row", "to col")
    found = (child(anchor, *place.split()) for place in places)
    row, column, below, beside, bottom, right = (whole(getattr(one, "text", "")) for one in found)
    size = child(anchor, "ext")
    if size is not None:
        bottom, right = row + whole(size.get("cy")) // USUAL[0], column + whole(size.get("cx")) // USUAL[1]
    return [(row + 1 + (below > INSET), column + 1 + (beside > INSET), bottom, right)]


def _is_painted(shape: etree._Element) -> bool:
    styled = child(shape, "style") is not None and child(shape, "spPr", "noFill") is None
    return styled or child(shape, "spPr", "solidFill") is not None
