"""An xlsx workbook as cells, as its sheets show them."""

import re
import zipfile
from typing import NamedTuple

from lxml import etree
from openpyxl.formula.translate import Translator

from analysis.problems import Fault
from analysis.read import archives, formats
from analysis.read.archives import attribute, child, every, local
from analysis.read.cells import (
    BLACK,
    WHITE,
    Cell,
    Reading,
    check_count,
    column_letters,
    column_number,
    cut_off,
    faint,
    person,
    raised,
    refuse,
    whole,
)

REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})$")
CELL = re.compile(rb"<(?:\w+:)?c[ />]")
PAINTS_WHITE = re.compile(r"\[(white|colou?r ?2)\]", re.I)
INDEXED = {0: BLACK, 1: WHITE, 8: BLACK, 9: WHITE, 64: BLACK, 65: WHITE}
NARROW, LOW = 0.5, 1.5  # a column in characters, a row in points, that nobody can read
LAST_COLUMN = 16_384
INSET = 60_000  # EMU, 5 points: a box that starts further down leaves its first row to be read
TRUE = ("1", "true")
OPERATORS = {"lessThan": "<", "lessThanOrEqual": "<=", "greaterThan": ">", "greaterThanOrEqual": ">=", "equal": "=",
             "notEqual": "<>"}  # fmt: skip
Box = tuple[int, int, int, int]  # top, left, bottom, right


class Look(NamedTuple):
    """Hold a number format, the colour of letters, their size in points, and the colour behind them ("" is none)."""

    code: str = "General"
    colour: str = ""
    size: float = 11.0
    behind: str = ""

    def hides(self, cell: Cell) -> str:
        """Return why a cell of this look cannot be read, or nothing."""
        nothing = not cell.text or not formats.shows_text(self.code)
        return faint(self.colour, self.behind, self.size) or ("a format that shows nothing" if nothing else "")


class Book(NamedTuple):
    """Hold what all sheets of a workbook share: its texts, and the looks of its cells and of its rules."""

    strings: list[etree._Element]
    looks: list[Look]
    rules: list[Look]
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
    faults = archives.carried(archive)
    for number, entry in enumerate(sheets, start=1):
        key = next((value for key, value in entry.attrib.items() if key.endswith("}id")), "")
        part, where, state = targets.get(key, ("", ""))[1], f"sheet {number}", entry.get("state", "visible")
        root = archives.xml(archive, part)
        if root is None:
            raise cut_off("no such part", where)
        check_count(len(cells) + len(CELL.findall(archives.part(archive, part))), where)
        if local(root) != "worksheet":
            faults.append(person("EMBEDDED_FILE", where, "a sheet that holds no cells", "cells", "look at it"))
        elif state != "visible":
            words = f"{state} sheet, {len(every(root, 'row')):,} rows"
            faults.append(person("HIDDEN_SHEET", f"{where} of {len(sheets)}", words, "shown sheets only"))
        else:
            cells += _drawn(archive, part, entry.get("name", where), _sheet(book, root, entry.get("name", where)))
    return Reading(cells, faults + _unlisted(archive, {part for _, part in targets.values()}))


def _unlisted(archive: zipfile.ZipFile, listed: set[str]) -> list[Fault]:
    lost = [part for part in archive.namelist() if re.match(r"xl/worksheets/[^/]+\.xml$", part) and part not in listed]
    return [person("HIDDEN_SHEET", "workbook", f"{len(lost)} sheets that the workbook does not list")] if lost else []


def _book(archive: zipfile.ZipFile, workbook: etree._Element, parts: dict[str, str]) -> Book:
    styles = archives.xml(archive, parts.get("styles", "xl/styles.xml"))
    codes = formats.BUILTIN | {whole(e.get("numFmtId")): e.get("formatCode", "") for e in every(styles, "numFmt")}
    fonts, fills = _entries(styles, "fonts"), _entries(styles, "fills")
    looks = []
    for entry in _entries(styles, "cellXfs"):
        font, fill = (_at(group, entry.get(name)) for group, name in ((fonts, "fontId"), (fills, "fillId")))
        looks.append(_look(codes.get(whole(entry.get("numFmtId")), "General"), font, _behind(fill, "fgColor")))
    rules = [_rule(entry) for entry in _entries(styles, "dxfs")]
    strings = every(archives.xml(archive, parts.get("sharedStrings", "xl/sharedStrings.xml")), "si")
    return Book(strings, looks, rules, attribute(child(workbook, "workbookPr"), "date1904") in TRUE)


def _entries(styles: etree._Element | None, name: str) -> list[etree._Element]:
    group = child(styles, name)
    return [] if group is None else list(group)


def _at(things: list, index: str | None):
    number = whole(index, -1)
    return things[number] if 0 <= number < len(things) else None


def _look(code: str, font: etree._Element | None, behind: str) -> Look:
    colour = WHITE if PAINTS_WHITE.search(code) else _colour(child(font, "color"))
    return Look(code, colour, _size(attribute(child(font, "sz"), "val"), 11.0), behind)


def _rule(entry: etree._Element) -> Look:
    """Return the look that a conditional format gives; letters without a colour of their own stay black on a fill."""
    behind = _behind(child(entry, "fill"), "bgColor")
    return _look(attribute(child(entry, "numFmt"), "formatCode") or "General", child(entry, "font"), behind)


def _behind(fill: etree._Element | None, name: str) -> str:
    pattern = child(fill, "patternFill")
    if pattern is None:
        return "some" if fill is not None and len(fill) else ""
    if pattern.get("patternType", "none" if name == "fgColor" else "solid") == "none":
        return ""
    return _colour(child(pattern, name)) or ("some" if name == "fgColor" else "")


def _colour(entry: etree._Element | None) -> str:
    """Return a colour as six digits, a word where only the theme knows it, or nothing where none is given.

    A theme's first two colours are taken to be white and black; a tint makes them darker (below 0) or lighter.
    """
    if entry is None or entry.get("rgb"):
        return attribute(entry, "rgb")[-6:].upper()
    if entry.get("theme") in ("0", "1"):
        tint, level = _size(entry.get("tint"), 0.0), 255 if entry.get("theme") == "0" else 0
        return f"{round(level * (1 + tint) if tint < 0 else level + (255 - level) * tint):02X}" * 3
    if entry.get("indexed"):
        return INDEXED.get(whole(entry.get("indexed"), 64), f"indexed {entry.get('indexed')}")
    return f"theme {entry.get('theme')} {entry.get('tint')}" if entry.get("theme") else ""


def _size(text: str | None, otherwise: float) -> float:
    try:
        return float(text or otherwise)
    except ValueError:
        return otherwise


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
    rules: list[tuple[Box, etree._Element]]
    shared: dict[str, tuple[str, str]]

    def why(self, cell: Cell) -> str:
        """Return why nobody sees a cell, or nothing."""
        if self.columns.get(cell.column):
            return self.columns[cell.column]
        if (cell.row, cell.column) not in self.merged and any(inside(cell, box) for box in self.merged.values()):
            return "under a merged cell"
        hides = any(inside(cell, box) and _applies(rule, cell) for box, rule in self.rules)
        return "a rule that hides it" if hides else ""


def inside(cell: Cell, box: Box) -> bool:
    """Say whether a cell lies in a range."""
    return box[0] <= cell.row <= box[2] and box[1] <= cell.column <= box[3]


def _applies(rule: etree._Element, cell: Cell) -> bool:
    """Say whether a rule that hides applies to a cell; one that cannot be worked out here is taken to apply."""
    sign, formula = OPERATORS.get(rule.get("operator", "")), child(rule, "formula")
    try:
        limit, number = float((formula.text or "") if formula is not None else ""), float(cell.value)
    except ValueError:
        return rule.get("type") != "cellIs" or sign is None or cell.kind == "number"
    return sign is None or formats.TESTS[sign](number, limit)


def _plan(book: Book, root: etree._Element) -> Plan:
    merged = [box for entry in every(child(root, "mergeCells"), "mergeCell") for box in boxes(entry.get("ref", ""))]
    rules = []
    for rule in every(root, "cfRule"):
        looks = [_rule(entry) for entry in every(rule, "dxf")] + [look for look in [_at(book.rules, rule.get("dxfId"))] if look]
        if any((look.colour and faint(look.colour, look.behind)) or not formats.shown(1, look.code)[0] for look in looks):
            named = child(rule.getparent(), "sqref")
            places = attribute(rule.getparent(), "sqref") if named is None else named.text or ""
            rules += [(box, rule) for box in boxes(places)]
    return Plan(_columns(root), {box[:2]: box for box in merged}, rules, {})


def _columns(root: etree._Element) -> dict[int, str]:
    narrow = _size(attribute(child(root, "sheetFormatPr"), "defaultColWidth"), 9.0) < NARROW
    found = dict.fromkeys(range(1, LAST_COLUMN + 1), "hidden column") if narrow else {}
    for entry in every(child(root, "cols"), "col"):
        gone = entry.get("hidden") in TRUE or _size(entry.get("width"), 9.0) < NARROW
        columns = range(whole(entry.get("min"), 1), min(whole(entry.get("max"), 1), LAST_COLUMN) + 1)
        found |= dict.fromkeys(columns, "hidden column" if gone else "")
    return found


def _sheet(book: Book, root: etree._Element, name: str) -> list[Cell]:
    plan = _plan(book, root)
    # zeroHeight hides only the rows that are not written, which hold nothing
    usual = _size(attribute(child(root, "sheetFormatPr"), "defaultRowHeight"), 15.0)
    cells: list[Cell] = []
    number = 0
    for row in every(child(root, "sheetData"), "row"):
        number = whole(row.get("r"), number + 1)
        low = "hidden row" if row.get("hidden") in TRUE or _size(row.get("ht"), usual) < LOW else ""
        column = 0
        for entry in row:
            match = REFERENCE.match(entry.get("r") or "")
            column = column_number(match[1]) if match else column + 1
            merged = plan.merged.get((number, column), (0, 0, 0, 0))
            place = f"{name}!{column_letters(column)}{number}"
            cell = Cell(place, name, number, column, "", wide=merged[3] - merged[1] + 1)
            cells += _seen(book, entry, cell, plan, low)
    return cells + _margins(root, name)


def _seen(book: Book, entry: etree._Element, cell: Cell, plan: Plan, low: str) -> list[Cell]:
    """Return a cell as one sees it, and one without content for what of it nobody sees."""
    look = _at(book.looks, entry.get("s", "0")) or Look()
    kind, stored = entry.get("t", "n"), child(entry, "v")
    text, gone = (stored.text or "") if stored is not None else "", ""
    if kind in ("s", "inlineStr"):
        string = _at(book.strings, text) if kind == "s" else child(entry, "is")
        if string is None and kind == "s":
            raise refuse("BROKEN_XML", cell.place, "a text that is not there", "a whole file", "ask for it again")
        text, gone = _pieces(string, look)
        cell = cell._replace(text=text)
    else:
        cell = _valued(book, entry, cell._replace(text=text), look, plan)
        gone = "a number that is not the one shown" if cell.kind == "text" and kind == "n" else ""
    if not cell.text and cell.kind != "number":
        return [cell.unseen(gone)] if gone else []
    why = low or plan.why(cell) or look.hides(cell)
    if why:
        return [cell.unseen(why)]
    return [cell, cell.unseen(gone)] if gone else [cell]


def _valued(book: Book, entry: etree._Element, cell: Cell, look: Look, plan: Plan) -> Cell:
    """Return a cell with what it shows of the number, date, error or result that is stored in it."""
    kind, text, formula = entry.get("t", "n"), cell.text, child(entry, "f")
    if formula is not None and text == "" and kind != "str":
        return cell._replace(text="#NO VALUE", kind="error")
    if kind == "b":
        return cell._replace(text="TRUE" if text == "1" else "FALSE", kind="bool", value=text)
    if kind in ("e", "d", "str") or not text:
        return cell._replace(kind={"e": "error", "d": "date"}.get(kind, "text"))
    try:
        shown, kind, value = formats.shown(float(text), look.code, book.from_1904)
    except ValueError:
        return cell
    made = _formula(formula, cell, plan.shared) if formula is not None else ""
    return cell._replace(text=shown, kind=kind if shown else "number", value=value, formula=made)


def _formula(entry: etree._Element, cell: Cell, shared: dict[str, tuple[str, str]]) -> str:
    """Return what a cell works out; a formula shared by many cells is written out in the first of them."""
    text, key, place = entry.text or "", entry.get("si", ""), cell.place.rpartition("!")[2]
    if entry.get("t") != "shared":
        return text
    if text:
        shared[key] = (f"={text}", place)
    origin = shared.get(key)
    return Translator(*origin).translate_formula(place) if origin and len(origin[0]) < 100 else ""


def _pieces(entry: etree._Element | None, look: Look) -> tuple[str, str]:
    """Return a text as one sees it, a superscript spelled as one, and why a piece of it is not seen."""
    seen, gone = "", ""
    for run in entry if entry is not None else ():
        if local(run) not in ("r", "t"):
            continue  # the phonetic help beside a text is not part of it
        text = "".join(part.text or "" for part in ([run] if local(run) == "t" else every(run, "t")))
        text = re.sub(r"_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), text).replace("\r\n", "\n")
        own = child(run, "rPr")
        size = _size(attribute(child(own, "sz"), "val"), look.size)
        if own is not None and text.strip() and faint(_colour(child(own, "color")) or look.colour, look.behind, size):
            gone = "text in the colour of the paper"
            continue
        up = attribute(child(own, "vertAlign"), "val") == "superscript"
        seen += raised(text, seen) if up else text
    return seen.strip() if gone else seen, gone


def _margins(root: etree._Element, sheet: str) -> list[Cell]:
    """Return the words printed above and below a sheet, without the codes for page numbers, dates and fonts."""
    found = []
    for number, entry in enumerate(every(child(root, "headerFooter"), "*")[1:], start=1):
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
        shapes = every(anchor, "sp")
        text = " ".join("".join(line.itertext()).strip() for shape in shapes for line in every(shape, "p")).strip()
        if text:
            found.append(Cell(f"{name}!box{len(found) + 1}", f"{name} box", len(found) + 1, 1, text))
        ends = [whole("".join(child(anchor, end, at).itertext())) for end in ("from", "to") for at in ("row", "col")
                if child(anchor, end, at) is not None]  # fmt: skip
        if len(ends) == 4 and (any(map(_painted, shapes)) or every(anchor, "pic")):
            down, right = (whole("".join(e.itertext())) > INSET if (e := child(anchor, "from", at)) is not None else 0
                           for at in ("rowOff", "colOff"))  # fmt: skip
            covers.append((ends[0] + 1 + down, ends[1] + 1 + right, ends[2], ends[3]))
    return [cell.unseen("covered") if any(inside(cell, box) for box in covers) else cell for cell in cells] + found


def _painted(shape: etree._Element) -> bool:
    styled = child(shape, "style") is not None and child(shape, "spPr", "noFill") is None
    return styled or child(shape, "spPr", "solidFill") is not None
