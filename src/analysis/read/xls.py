"""An xls workbook as cells, as its sheets show them."""

import io
import struct
from collections.abc import Iterator

import olefile
import xlrd

from analysis.problems import Fault
from analysis.read.cells import Cell, Reading, person, refuse, spelled, unread
from analysis.read.sheets import BUILTIN, Look, Sheet, shown

EMBEDDED = ("mbd", "objectpool")  # how the streams of embedded files are called
TWIPS = 20
NARROW, LOW = 128, 1.5 * TWIPS  # 1/256 of a character, 1/20 of a point
FORMULA, EMPTY_TEXT = 0x0006, 3
AUTOMATIC = (64, 0x7FFF)  # colours left to the program


def read(content: bytes) -> Reading:
    """Return the cells of a workbook and what it holds besides; raises Faults where it is refused."""
    try:
        book = xlrd.open_workbook(file_contents=content, formatting_info=True, logfile=io.StringIO())
    except xlrd.XLRDError as error:
        if "encrypt" in str(error).lower():
            raise refuse("ENCRYPTED", "", "password-protected", "an open file", "ask for an open copy") from error
        raise
    cells: list[Cell] = []
    faults = _beside(content)
    for number, sheet in enumerate(book.sheets(), start=1):
        if sheet.visibility:
            words = f"hidden sheet, {sheet.nrows:,} x {sheet.ncols:,} cells"
            faults.append(person("HIDDEN_SHEET", f"sheet {number} of {book.nsheets}", words, "shown sheets only"))
            continue
        if sheet.cell_note_map:
            faults.append(person("COMMENT", f"sheet {number}", f"{len(sheet.cell_note_map)} notes on cells"))
        cells += _sheet(book, sheet)
    return Reading(cells, faults)


def _beside(content: bytes) -> list[Fault]:
    """Return what lies in the file beside its cells.

    Raises Faults (FORMULA_NO_VALUE).
    """
    with olefile.OleFileIO(io.BytesIO(content)) as compound:
        names = ["/".join(name).lower() for name in compound.listdir(streams=True, storages=True)]
        _check_formulas(compound.openstream("Workbook" if compound.exists("Workbook") else "Book").read())
    held = any(name.startswith(EMBEDDED) for name in names)
    return [person("EMBEDDED_FILE", "file", "an embedded file")] if held else []


def _check_formulas(stream: bytes) -> None:
    """Refuse a workbook all of whose formulas give an empty text, as programs write them that do not calculate.

    Source: [MS-XLS] 2.1.4, 2.4.127 Formula, 2.5.133.
    """
    at, values = 0, []
    while at <= len(stream) - 4:
        code, size = struct.unpack_from("<HH", stream, at)
        if code == FORMULA and size >= 22 and at + 4 + size <= len(stream):
            values.append(stream[at + 10] != EMPTY_TEXT or stream[at + 16 : at + 18] != b"\xff\xff")
        at += 4 + size
    if values and not any(values):
        do = "open it in a spreadsheet program, save it, and ask the force whether the numbers are right"
        raise refuse("FORMULA_NO_VALUE", "", f"{len(values)} formulas without a value", "values", do)


def _sheet(book: xlrd.Book, page: xlrd.sheet.Sheet) -> list[Cell]:
    merged = {(top + 1, left + 1): (top + 1, left + 1, bottom, right) for top, bottom, left, right in page.merged_cells}
    columns = {at + 1 for at, info in page.colinfo_map.items() if info.hidden or info.width < NARROW}
    rows = {at for at, info in page.rowinfo_map.items() if info.hidden or _low(info)}
    sheet, found = Sheet(page.name, columns, merged, []), []
    for row in range(page.nrows):
        for column in range(page.row_len(row)):
            look = _look(book, page.cell_xf_index(row, column))
            kind, value = page.cell_type(row, column), page.cell_value(row, column)
            cell = _cell(book, sheet.cell(row + 1, column + 1), kind, value, look)
            if cell is not None:
                why = "hidden row" if row in rows else look.hides(cell.text)
                text, gone = spelled(_pieces(book, cell, look, page.rich_text_runlist_map.get((row, column), ())))
                found += sheet.seen(cell._replace(text=text), why, gone)
    return found


def _low(info) -> bool:
    return bool(info.height or info.height_mismatch) and info.height < LOW


def _cell(book: xlrd.Book, cell: Cell, kind: int, value, look: Look) -> Cell | None:
    if kind == xlrd.XL_CELL_TEXT and value:
        return cell._replace(text=value)
    if kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        text, kind, stored = shown(float(value), look.code, bool(book.datemode))
        return cell._replace(text=text, kind=kind, value=stored)
    if kind == xlrd.XL_CELL_BOOLEAN:
        return cell._replace(text="TRUE" if value else "FALSE")
    if kind == xlrd.XL_CELL_ERROR:
        return cell._replace(text=xlrd.error_text_from_code.get(value, "#ERROR!"), kind="error")
    return None


def _pieces(book: xlrd.Book, cell: Cell, look: Look, runs) -> Iterator[tuple[str, str, bool]]:
    """Yield the pieces of a text, why nobody sees each, and whether it is raised."""
    starts = [start for start, _ in runs]
    yield cell.text[: starts[0] if starts else None], "", False
    for (start, index), end in zip(runs, [*starts[1:], None], strict=False):
        font = book.font_list[index]
        colour = _colour(book, font.colour_index)
        why = unread(colour, look.behind, font.height / TWIPS, bool(font.struck_out))
        yield cell.text[start:end], why, font.escapement == 1


def _look(book: xlrd.Book, index: int) -> Look:
    style = book.xf_list[index]
    font, pattern = book.font_list[style.font_index], style.background
    known = book.format_map.get(style.format_key)
    code = known.format_str if known else "General"
    code = BUILTIN.get(style.format_key, code) if style.format_key in (14, 22) else code
    behind = _colour(book, pattern.pattern_colour_index) or "some" if pattern.fill_pattern else ""
    return Look(code, _colour(book, font.colour_index), font.height / TWIPS, behind, bool(font.struck_out))


def _colour(book: xlrd.Book, index: int) -> str:
    parts = None if index in AUTOMATIC else book.colour_map.get(index)
    return "".join(f"{part:02X}" for part in parts) if parts else ""
