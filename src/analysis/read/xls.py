"""An xls workbook as cells, as its sheets show them."""

import io
import struct
from collections.abc import Iterator

import olefile
import xlrd

from analysis.problems import Fault
from analysis.read import formats, looks
from analysis.read.cells import Cell, Reading, check_count, column_letters, cut_off, noted, person, raised, refuse
from analysis.read.looks import Look

STREAMS = [
    ("_vba_project_cur", "MACRO", "a program"),
    ("macros", "MACRO", "a program"),
    ("_sx_db_cur", "PIVOT_CACHE", "a pivot table's copy of its source"),
    ("mbd", "EMBEDDED_FILE", "an embedded file"),
    ("objectpool", "EMBEDDED_FILE", "an embedded file"),
    ("revision log", "TRACKED_CHANGE", "a log of changes"),
]
KINDS = {2: ("CHART_CACHE", "a chart sheet"), 1: ("MACRO", "a program sheet"), 6: ("MACRO", "a program sheet")}
TWIPS = 20
NARROW, LOW = 128, 1.5 * TWIPS  # 1/256 of a character, 1/20 of a point
FORMULA, BOUND_SHEET, END_OF_SHEET = 0x0006, 0x0085, 0x000A
EMPTY_TEXT = 3
BROKEN = (
    xlrd.XLRDError, xlrd.compdoc.CompDocError, AssertionError, IndexError, KeyError, ValueError, TypeError,
    AttributeError, OverflowError, ZeroDivisionError, RecursionError, OSError, EOFError, struct.error,
)  # fmt: skip


def read(content: bytes) -> Reading:
    """Return the cells of a workbook and what it holds besides.

    Raises Faults (TRUNCATED, ENCRYPTED, FORMULA_NO_VALUE, TOO_MANY_CELLS).
    """
    book = _opened(content)
    faults, empty = _beside(content)
    cells: list[Cell] = []
    for number, sheet in enumerate(book.sheets(), start=1):
        check_count(len(cells) + sum(len(row) for row in sheet._cell_types), f"sheet {number}")
        if sheet.visibility:
            words = f"hidden sheet, {sheet.nrows:,} x {sheet.ncols:,} cells"
            faults.append(person("HIDDEN_SHEET", f"sheet {number} of {book.nsheets}", words, "shown sheets only"))
            continue
        if sheet.cell_note_map:
            faults.append(person("COMMENT", f"sheet {number}", f"{len(sheet.cell_note_map)} notes on cells"))
        try:
            cells += _sheet(book, sheet)
        except BROKEN as error:  # a style or font that is not there
            raise cut_off("a cut or broken workbook") from error
        cells += [
            Cell(f"{sheet.name}!{column_letters(column)}{row}", sheet.name, row, column, "#NO VALUE", "error")
            for row, column in sorted(empty.get(number, ()))
        ]
    return Reading(cells, faults)


def _opened(content: bytes) -> xlrd.Book:
    try:
        return xlrd.open_workbook(file_contents=content, formatting_info=True, logfile=io.StringIO())
    except BROKEN as error:
        if "encrypt" in str(error).lower() or "password" in str(error).lower():
            raise refuse("ENCRYPTED", "", "password-protected", "an open file", "ask for an open copy") from error
        raise cut_off("a cut or broken workbook") from error


def _sheet(book: xlrd.Book, sheet: xlrd.sheet.Sheet) -> list[Cell]:
    merged = [box for box in sheet.merged_cells if (box[1] - box[0]) * (box[3] - box[2]) > 1]
    tops = {(box[0], box[2]): box for box in merged}
    columns = {at for at, info in sheet.colinfo_map.items() if info.hidden or info.width < NARROW}
    rows = {at for at, info in sheet.rowinfo_map.items() if info.hidden or _low(info)}
    found = []
    for row in range(sheet.nrows):
        for column in range(sheet.row_len(row)):
            look = _look(book, sheet.cell_xf_index(row, column))
            cell = _cell(book, sheet, row, column, look)
            if cell is None:
                continue
            box = tops.get((row, column))
            cell = cell._replace(wide=box[3] - box[2] if box else 1)
            under = not box and any(a <= row < b and c <= column < d for a, b, c, d in merged)
            why = "hidden row" if row in rows else "hidden column" if column in columns else ""
            why = why or ("under a merged cell" if under else looks.unseen(look))
            why = why or ("" if cell.text and formats.shows_text(look.code) else "a format that shows nothing")
            runs = sheet.rich_text_runlist_map.get((row, column), ())
            found += [cell.unseen(why)] if why else _pieces(book, cell, look, runs)
            if not why and cell.kind == "text" and sheet.cell_type(row, column) != xlrd.XL_CELL_TEXT:
                found.append(cell.unseen("a number that is not the one shown"))
    return found


def _low(info) -> bool:
    return bool(info.height or info.height_mismatch) and info.height < LOW


def _cell(book: xlrd.Book, sheet: xlrd.sheet.Sheet, row: int, column: int, look: Look) -> Cell | None:
    kind, value = sheet.cell_type(row, column), sheet.cell_value(row, column)
    place = f"{sheet.name}!{column_letters(column + 1)}{row + 1}"
    cell = Cell(place, sheet.name, row + 1, column + 1, "")
    if kind == xlrd.XL_CELL_TEXT and value:
        return cell._replace(text=value)
    if kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        text, kind, stored = formats.shown(float(value), look.code, bool(book.datemode))
        return cell._replace(text=text, kind=kind, value=stored)
    if kind == xlrd.XL_CELL_BOOLEAN:
        return cell._replace(text="TRUE" if value else "FALSE", kind="bool", value=str(int(value)))
    if kind == xlrd.XL_CELL_ERROR:
        return cell._replace(text=xlrd.error_text_from_code.get(value, "#ERROR!"), kind="error")
    return None


def _pieces(book: xlrd.Book, cell: Cell, look: Look, runs) -> list[Cell]:
    """Return a cell with its superscripts spelled as such, and apart the pieces of its text that nobody sees."""
    if not runs:
        return [cell]
    starts = [0, *(start for start, _ in runs), len(cell.text)]
    fonts = [None, *(book.font_list[font] for _, font in runs)]
    text, gone = "", ""
    for font, start, end in zip(fonts, starts, starts[1:], strict=False):
        own = look._replace(colour=_colour(book, font.colour_index), size=font.height / TWIPS) if font else look
        piece = cell.text[start:end]
        if looks.unseen(own):
            gone += piece
        else:
            text += raised(piece, text) if font and font.escapement == 1 else piece
    kept = [cell._replace(text=text)] if text.strip() else []
    return [*kept, cell.unseen("text in the colour of the paper")] if gone.strip() else kept


def _look(book: xlrd.Book, index: int) -> Look:
    style = book.xf_list[index]
    font, pattern = book.font_list[style.font_index], style.background
    known = book.format_map.get(style.format_key)
    code = known.format_str if known else "General"
    code = formats.BUILTIN.get(style.format_key, code) if style.format_key in (14, 22) else code
    behind = _colour(book, pattern.pattern_colour_index) or "some" if pattern.fill_pattern else ""
    return Look(code, _colour(book, font.colour_index), font.height / TWIPS, behind)


def _colour(book: xlrd.Book, index: int) -> str:
    parts = None if index in (0x7FFF, 64) else book.colour_map.get(index)
    return "".join(f"{part:02X}" for part in parts) if parts else ""


def _beside(content: bytes) -> tuple[list[Fault], dict[int, set[tuple[int, int]]]]:
    """Return what lies in the file beside its cells, and by sheet where formulas have no value."""
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as compound:
            names = ["/".join(name).lower() for name in compound.listdir(streams=True, storages=True)]
            stream = compound.openstream("Workbook" if compound.exists("Workbook") else "Book").read()
            sheets, kinds = _sheets(stream)
            empty = _without_value(stream, sheets)
    except BROKEN as error:
        raise cut_off() from error
    found = {(code, words) for start, code, words in STREAMS if any(name.startswith(start) for name in names)}
    found |= {KINDS[kind] for kind in kinds if kind in KINDS}
    person_asked = ("EMBEDDED_FILE",)
    return [(person if code in person_asked else noted)(code, "file", words) for code, words in sorted(found)], empty


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Yield code, size and place of each record up to the end of its sheet. Source: [MS-XLS] 2.1.4."""
    while 0 <= at <= len(stream) - 4:
        code, size = struct.unpack_from("<HH", stream, at)
        if code == END_OF_SHEET or at + 4 + size > len(stream):
            return
        yield code, size, at + 4
        at += 4 + size


def _sheets(stream: bytes) -> tuple[list[int], list[int]]:
    """Return where each worksheet starts, and the kinds of all sheets. Source: [MS-XLS] 2.4.28 BoundSheet8."""
    listed = [struct.unpack_from("<IBB", stream, at) for code, _, at in _records(stream, 0) if code == BOUND_SHEET]
    return [start for start, _, kind in listed if kind == 0], [kind for *_, kind in listed]


def _without_value(stream: bytes, sheets: list[int]) -> dict[int, set[tuple[int, int]]]:
    """Return by sheet the cells of formulas without a value. Source: [MS-XLS] 2.4.127 Formula, 2.5.133 FormulaValue.

    An empty text is also what a formula may rightly give. It counts as no value where the formula ends in a sum or in
    plus, minus, times or divided by, and where all formulas of the workbook give it: a program wrote them so.
    """
    empty: dict[int, set[tuple[int, int]]] = {}
    numeric: dict[int, set[tuple[int, int]]] = {}
    count = 0
    for number, start in enumerate(sheets, start=1):
        for code, size, at in _records(stream, start):
            if code == FORMULA and size >= 22:
                count += 1
                row, column, _, kind, _, mark = struct.unpack_from("<HHHHIH", stream, at)
                if mark == 0xFFFF and kind & 0xFF == EMPTY_TEXT:
                    empty.setdefault(number, set()).add((row + 1, column + 1))
                    last = stream[at + size - 4 : at + size]
                    if last[:2] == b"\x19\x10" or last[3] in (3, 4, 5, 6) or last[2:] == b"\x04\x00":
                        numeric.setdefault(number, set()).add((row + 1, column + 1))
    return empty if count and sum(len(places) for places in empty.values()) == count else numeric
