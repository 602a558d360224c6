"""An xls workbook as cells, as its sheets show them."""

import io
import struct
from collections.abc import Iterator

import olefile
import xlrd

from analysis.read.cells import Piece, Reading
from analysis.read.findings import person, refuse
from analysis.read.sheets import BUILTIN, Look, Sheet, hidden_sheet

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
            raise refuse("ENCRYPTED", "", "password-protected") from error
        raise
    with olefile.OleFileIO(io.BytesIO(content)) as compound:
        names = ["/".join(name).lower() for name in compound.listdir(streams=True, storages=True)]
        _check_formulas(compound.openstream("Workbook" if compound.exists("Workbook") else "Book").read())
    held = any(name.startswith(EMBEDDED) for name in names)
    found = Reading([], [person("EMBEDDED_FILE", "file", "an embedded file")] if held else [])
    for number, sheet in enumerate(book.sheets(), start=1):
        if sheet.visibility:
            size = f"{sheet.nrows:,} x {sheet.ncols:,} cells"
            found.faults.append(hidden_sheet(number, book.nsheets, size))
            continue
        if sheet.cell_note_map:
            found.faults.append(person("COMMENT", f"sheet {number}", f"{len(sheet.cell_note_map)} notes on cells"))
        found.cells.extend(_sheet(book, sheet).cells)
    return found


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
        raise refuse("FORMULA_NO_VALUE", "", f"{len(values)} formulas without a value")


def _sheet(book: xlrd.Book, page: xlrd.sheet.Sheet) -> Sheet:
    merged = [(top + 1, left + 1, bottom, right) for top, bottom, left, right in page.merged_cells]
    columns = {at + 1 for at, info in page.colinfo_map.items() if info.hidden or info.width < NARROW}
    low = {at for at, info in page.rowinfo_map.items() if (info.height or info.height_mismatch) and info.height < LOW}
    rows = low | {at for at, info in page.rowinfo_map.items() if info.hidden}
    sheet = Sheet(page.name, columns, merged, from_1904=bool(book.datemode))
    for row in range(page.nrows):
        why = "hidden row" if row in rows else ""
        for column in range(page.row_len(row)):
            look = _look(book, page.cell_xf_index(row, column))
            kind, value, at = page.cell_type(row, column), page.cell_value(row, column), (row + 1, column + 1)
            if kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
                sheet.add_number(*at, float(value), look, why)
            elif kind == xlrd.XL_CELL_TEXT:
                sheet.add(*at, _pieces(book, value, look, page.rich_text_runlist_map.get((row, column), ())), why)
            elif kind == xlrd.XL_CELL_BOOLEAN:
                sheet.add(*at, [look.piece("TRUE" if value else "FALSE")], why)
            elif kind == xlrd.XL_CELL_ERROR:
                text = xlrd.error_text_from_code.get(value, "#ERROR!")
                sheet.add(*at, [look.piece(text)], why, kind="error")
    return sheet


def _pieces(book: xlrd.Book, text: str, look: Look, runs) -> Iterator[Piece]:
    """Yield the pieces of a text, each with the font that begins at it."""
    ends = [start for start, _ in runs] + [len(text)]
    yield look.piece(text[: ends[0]])
    for (start, index), end in zip(runs, ends[1:], strict=True):
        font = book.font_list[index]
        yield _written(book, font, look).piece(text[start:end], font.escapement == 1)


def _look(book: xlrd.Book, index: int) -> Look:
    style = book.xf_list[index]
    known, pattern = book.format_map.get(style.format_key), style.background
    code = known.format_str if known else "General"
    code = BUILTIN.get(style.format_key, code) if style.format_key in (14, 22) else code
    behind = _colour(book, pattern.pattern_colour_index) or "some" if pattern.fill_pattern else ""
    return _written(book, book.font_list[style.font_index], Look(code, behind=behind))


def _written(book: xlrd.Book, font: xlrd.formatting.Font, look: Look) -> Look:
    """Return a look with the colour, size and strike of a font."""
    colour = _colour(book, font.colour_index)
    return look._replace(colour=colour, size=font.height / TWIPS, struck=bool(font.struck_out))


def _colour(book: xlrd.Book, index: int) -> str:
    parts = None if index in AUTOMATIC else book.colour_map.get(index)
    return "".join(f"{part:02X}" for part in parts) if parts else ""
