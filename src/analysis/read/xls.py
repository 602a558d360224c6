"""An xls workbook as cells: values, what is shown, what is merged and what nobody sees."""

import io

import olefile
import xlrd
from xlrd.formula import oBOOL, oNUM, oSTRG

from analysis.problems import Fault
from analysis.read import formats, properties, sums, xls_records
from analysis.read.cell import Cell, Read, check_count, column_letters, hidden, person, refuse, span, text_cell
from analysis.read.looks import Look, as_shown, unseen

ERRORS = xlrd.error_text_from_code
STREAMS = [
    ("_vba_project_cur", "MACRO", "a program"),
    ("macros", "MACRO", "a program"),
    ("_sx_db_cur", "PIVOT_CACHE", "a pivot table's copy of its source"),
    ("mbd", "EMBEDDED_FILE", "an embedded file"),
    ("objectpool", "EMBEDDED_FILE", "an embedded file"),
    ("revision log", "TRACKED_CHANGE", "a log of changes"),
    ("user names", "TRACKED_CHANGE", "a list of users"),
]
TWIPS = 20
NARROW = 128  # 1/256 of a character
BROKEN = (
    xlrd.XLRDError, xlrd.compdoc.CompDocError, AssertionError, IndexError, KeyError, ValueError, TypeError,
    AttributeError, OverflowError, ZeroDivisionError, RecursionError, LookupError, OSError, EOFError,
)  # fmt: skip


def read(content: bytes) -> Read:
    """Return the cells of a workbook and what hides in it.

    Raises Faults (TRUNCATED, ENCRYPTED, TOO_MANY_CELLS).
    """
    book = _opened(content)
    cells: list[Cell] = []
    faults, records = _streams(content), xls_records.records(content)
    for number, sheet in enumerate(book.sheets(), start=1):
        check_count(len(cells) + sum(len(row) for row in sheet._cell_types), f"sheet {number}")
        shown = sheet.visibility == 0
        name = sheet.name if shown else f"sheet {number}"
        own = records.formulas[number - 1] if number <= len(records.formulas) else xls_records.NO_FORMULAS
        found = _sheet(book, sheet, name, shown, own.empty)
        margins = [
            text_cell(f"{name}!margin{n}", f"{name} margin", n, 1, words) for n, words in enumerate(own.margins, 1)
        ]
        cells += [*found, *(margins if shown else [])]
        faults += sums.mismatches(found, own.sums) + _beside(number, own)
        if not shown:
            size = f"{len({cell.row for cell in found})} x {len({cell.column for cell in found})} cells"
            kind = "veryHidden" if sheet.visibility == 2 else "hidden"
            place = f"sheet {number} of {book.nsheets}"
            words = f"{kind} sheet, {size}"
            faults.append(person("HIDDEN_SHEET", place, words, "shown sheets only", "ask for a copy without it"))
        if sheet.cell_note_map:
            words = f"{len(sheet.cell_note_map)} notes on cells"
            faults.append(person("COMMENT", f"sheet {number}", words, "none", "ask for a copy without them"))
    author = properties.judged({"author": book.user_name or ""}, "workbook")
    return Read(cells, [*faults, *_sheets_of_other_kinds(records), *_names(book), *author])


def _beside(number: int, own: xls_records.Formulas) -> list[Fault]:
    """Return what a sheet holds beside its cells."""
    do = "ask for a copy without them"
    return [person(code, f"sheet {number}", f"{count} {words}", "none", do) for code, words, count in own.marks]


def _sheets_of_other_kinds(records: xls_records.Records) -> list[Fault]:
    kinds = (("MACRO", "program", records.programs), ("CHART_CACHE", "chart", records.charts))
    return [
        person(
            code, "workbook", f"{count} sheets that hold a {words}", "sheets of cells", "ask for a copy without them"
        )
        for code, words, count in kinds
        if count
    ]


def _opened(content: bytes) -> xlrd.Book:
    try:
        return xlrd.open_workbook(file_contents=content, formatting_info=True, logfile=io.StringIO())
    except BROKEN as error:
        if "encrypt" in str(error).lower() or "password" in str(error).lower():
            raise refuse("ENCRYPTED", "", "password-protected", "an open file", "ask for an open copy") from error
        raise refuse("TRUNCATED", "", "a cut or broken workbook", "a whole file", "ask for the file again") from error


def _sheet(book: xlrd.Book, sheet: xlrd.sheet.Sheet, name: str, shown: bool, empty: set) -> list[Cell]:
    merged, under = {}, set()
    for top, bottom, left, right in sheet.merged_cells:
        merged[top, left] = span(top + 1, left + 1, bottom - top, right - left)
        check_count((bottom - top) * (right - left), name)
        under |= {(row, column) for row in range(top, bottom) for column in range(left, right)} - {(top, left)}
    columns = {at for at, info in sheet.colinfo_map.items() if info.hidden or info.width < NARROW}
    rows = {at for at, info in sheet.rowinfo_map.items() if info.hidden or _low(info)}
    found = []
    for row in range(sheet.nrows):
        for column in range(sheet.row_len(row)):
            cell = _cell(book, sheet, row, column)
            if cell is None and (row + 1, column + 1) in empty:
                cell = Cell("", "", row + 1, column + 1, "#NO VALUE", "error", "#NO VALUE")
            if cell is None:
                continue
            place = f"{name}!{column_letters(column + 1)}{row + 1}"
            cell = cell._replace(place=place, area=name, merged=merged.get((row, column), ""))
            why = "" if shown else "hidden sheet"
            why = why or ("hidden row" if row in rows else "hidden column" if column in columns else "")
            why = why or ("under a merged cell" if (row, column) in under else "")
            look = _look(book, sheet.cell_xf_index(row, column))
            why = why or unseen(look, cell.kind)
            runs = sheet.rich_text_runlist_map.get((row, column), ())
            found += [hidden(cell, why)] if why else _pieces(book, cell, look, runs)
    return found


def _pieces(book: xlrd.Book, cell: Cell, look: Look, runs) -> list[Cell]:
    """Return a cell without the pieces of its text that nobody sees, and these as a hidden one."""
    starts = [0, *(start for start, _ in runs), len(cell.text)]
    fonts = [None, *(book.font_list[font] for _, font in runs)]
    looks = [look._replace(colour=_colour(book, f.colour_index), size=f.height / TWIPS) if f else look for f in fonts]
    pieces = [(cell.text[a:b], unseen(own)) for own, a, b in zip(looks, starts, starts[1:], strict=False) if a < b]
    gone = [hidden(cell, why) for text, why in pieces if why and text.strip()]
    seen = "".join(text for text, why in pieces if not why)
    return [*([cell._replace(text=seen, value=seen)] if seen.strip() else []), *gone] if gone else as_shown(cell)


def _low(info) -> bool:
    return bool(info.height or info.height_mismatch) and info.height < 1.5 * TWIPS


def _cell(book: xlrd.Book, sheet: xlrd.sheet.Sheet, row: int, column: int) -> Cell | None:
    kind, value = sheet.cell_type(row, column), sheet.cell_value(row, column)
    cell = Cell("", "", row + 1, column + 1, "")
    if kind == xlrd.XL_CELL_TEXT and value:
        return cell._replace(text=value, value=value)
    if kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        code = _look(book, sheet.cell_xf_index(row, column)).code
        when = formats.moment(value, bool(book.datemode)) if formats.is_date(code) else None
        if when is not None:
            return cell._replace(text=formats.shown_date(when, code), kind="date", value=formats.iso(when, value))
        plain = formats.plain(value)
        return cell._replace(text=formats.shown_number(value, code) or plain, kind="number", value=plain)
    if kind == xlrd.XL_CELL_BOOLEAN:
        return cell._replace(text="TRUE" if value else "FALSE", kind="bool", value=str(int(value)))
    if kind == xlrd.XL_CELL_ERROR:
        text = ERRORS.get(value, "#ERROR!")
        return cell._replace(text=text, kind="error", value=text)
    return None


def _look(book: xlrd.Book, index: int) -> Look:
    style = book.xf_list[index]
    font = book.font_list[style.font_index]
    code = book.format_map.get(style.format_key)
    pattern = style.background
    behind = _colour(book, pattern.pattern_colour_index) or "some" if pattern.fill_pattern else ""
    text = code.format_str if code else "General"
    text = formats.BUILTIN.get(style.format_key, text) if style.format_key in (14, 22) else text
    return Look(text, _colour(book, font.colour_index), font.height / TWIPS, behind)


def _colour(book: xlrd.Book, index: int) -> str:
    if index in (0x7FFF, 64):
        return ""
    parts = book.colour_map.get(index)
    return "".join(f"{part:02X}" for part in parts) if parts else ""


def _names(book: xlrd.Book) -> list[Fault]:
    hidden_names = [name for name in book.name_obj_list if (name.hidden or _constant(name)) and not name.builtin]
    programs = [name for name in book.name_obj_list if name.macro or name.vbasic]
    found = []
    if hidden_names:
        words = f"{len(hidden_names)} names that are hidden, or hold more than a place"
        found.append(person("DEFINED_NAME", "names", words, "none", "ask for a copy without them"))
    if programs:
        found.append(person("MACRO", "names", f"{len(programs)} programs", "none", "ask for a copy without them"))
    if any(kind == 2 for kind in getattr(book, "_supbook_types", [])):
        found.append(person("EXTERNAL_LINK", "workbook", "a link to another workbook", "none", "ask for a copy"))
    return found


def _constant(name) -> bool:
    return name.result is not None and name.result.kind in (oSTRG, oNUM, oBOOL)


def _streams(content: bytes) -> list[Fault]:
    """Return what lies in the file beside the workbook."""
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as compound:
            names = ["/".join(name).lower() for name in compound.listdir(streams=True, storages=True)]
            meta = compound.get_metadata()
    except BROKEN as error:
        raise refuse("TRUNCATED", "", "a cut or broken file", "a whole file", "ask for the file again") from error
    found = [
        person(code, "file", words, "none", "ask for a copy without it")
        for start, code, words in STREAMS
        if any(name.startswith(start) for name in names)
    ]
    texts = {name: _text(getattr(meta, name, None)) for name in properties.PERSONAL if name.isidentifier()}
    return found + properties.judged({name: text for name, text in texts.items() if text}, "properties")


def _text(value) -> str:
    return value.decode("cp1252", "replace").strip("\0 ") if isinstance(value, bytes) else str(value or "")
