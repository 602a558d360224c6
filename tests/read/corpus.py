"""Small files over eight formats, clean and hostile, each with how it must end: python corpus.py FOLDER writes them.

What nobody sees says PLANT: it must be found in no output. Every file is made here, from nothing.
"""

import datetime as dt
import io
import struct
import sys
import zipfile
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

import openpyxl
import pikepdf
import xlwt
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill

PLANT = "Qzplanted"
ROWS = [["Outcome", "2018", "2019"], ["Dismissed", 3, 5], ["Warned", 12, "<5"]]
PROSE = "1. How many officers were dismissed? 5 officers."
PERSON, REFUSED, FINE = "needs a person", "refused", "accepted"


class Example(NamedTuple):
    """Hold a file, how it must end, which codes it must be given, and what must be read at which place."""

    content: bytes
    outcome: str = FINE
    codes: tuple[str, ...] = ()
    cells: dict[str, str] | None = None


def rows_at(spell, rows: list = ROWS) -> dict[str, str]:
    """Return the cells of rows by place; `spell` makes a place of a row and a column, both from 1."""
    return {
        spell(r, c): str(word) for r, row in enumerate(rows, 1) for c, word in enumerate(row, 1) if word is not None
    }


def in_sheet(row: int, column: int) -> str:
    return f"Data!{'ABCDEFGH'[column - 1]}{row}"


def in_csv(row: int, column: int) -> str:
    return f"L{row}F{column}"


def in_table(row: int, column: int) -> str:
    return f"T1R{row}C{column}"


def saved(book) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def zipped(parts: dict) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return file.getvalue()


def patched(content: bytes, add: dict | None = None, change: dict | None = None) -> bytes:
    """Return a zip with parts added, and with words replaced in parts: {part: {old: new}}."""
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    for name, words in (change or {}).items():
        for before, after in words.items():
            assert before.encode() in parts[name], f"{before} is not in {name}"
            parts[name] = parts[name].replace(before.encode(), after.encode())
    return zipped(parts | (add or {}))


def table(rows: list = ROWS, mark: str = ",") -> str:
    return "".join(mark.join(str(word) for word in row) + "\r\n" for row in rows)


def csv() -> dict[str, Example]:
    common = rows_at(in_csv)

    def with_cell(text: str) -> bytes:
        return table([["Outcome", "Count"], ["Dismissed", text], ["Warned", 7]]).encode()

    def doubt(text: str, code: str) -> Example:
        return Example(with_cell(text), PERSON, (code,), {"L2F2": text})

    return {
        "plain": Example(table().encode(), cells=common),
        "marked": Example(table().encode("utf-8-sig"), cells=common),
        "utf16": Example(table().encode("utf-16"), cells=common),
        "semicolons": Example(table(mark=";").encode(), cells=common),
        "tabs": Example(table(mark="\t").encode(), cells=common),
        "windows": Example(
            table([["Outcome", "Cost"], ["Café fine", "£5"]]).encode("cp1252"),
            codes=("ENCODING",),
            cells={"L2F1": "Café fine"},
        ),
        "superscript": Example(with_cell("5¹"), cells={"L2F2": "5¹"}),
        "day_first": Example(table([["Date", "Cases"], ["03/04/2019", 1], ["25/04/2019", 2]]).encode()),
        "day_or_month": Example(
            table([["Date", "Cases"], ["03/04/2019", 1], ["05/06/2019", 2]]).encode(), PERSON, ("AMBIGUOUS_DATE",)
        ),
        "two_ways": doubt("1.234", "AMBIGUOUS_NUMBER"),
        "zero_width": doubt("5\u200b", "INVISIBLE_CHARACTERS"),
        "right_to_left": doubt("\u202e51", "INVISIBLE_CHARACTERS"),
        "look_alike": doubt("Dismiss\u0435d", "LOOK_ALIKE"),
        "mojibake": doubt("CafÃ© fine", "MOJIBAKE"),
        "error": doubt("#REF!", "CELL_ERROR"),
        "address": doubt("jo.bloggs@example.org", "PERSONAL_DATA"),
        "born": doubt("DOB 01/02/1980", "PERSONAL_DATA"),
        "collar": doubt("PC 4711 Smith", "PERSONAL_DATA"),
        "named": Example(
            table([["Officer name", "Outcome"], ["Jo Bloggs", "Dismissed"]]).encode(), PERSON, ("PERSONAL_DATA",)
        ),
        "ragged": Example(b"Outcome,2018,2019\r\nDismissed,3\r\nWarned,1,2,3\r\n", PERSON, ("RAGGED_ROW",)),
        "twice": Example(
            table([["Outcome", "2019", "2019"], ["Dismissed", 3, 5]]).encode(), PERSON, ("DUPLICATE_COLUMN",)
        ),
        "wrong_total": Example(table([*ROWS, ["Total", 16, 9]]).encode(), PERSON, ("TOTAL_MISMATCH",)),
        "right_total": Example(table([*ROWS, ["Total", 15, "<10"]]).encode()),
        "total_like_a_year": Example(table([["Outcome", "Count"], ["A", 1000], ["B", 999], ["Total", 1999]]).encode()),
        "counts_like_years": Example(table([["Outcome", "Count"], ["A", 1995], ["B", 2001], ["Total", 3996]]).encode()),
        "years_below_heads": Example(
            table([["", "Officers", "Officers "], ["", 2018, 2019], ["A", 3, 4], ["Total", 3, 4]]).encode()
        ),
        "two_years_side_by_side": Example(
            table(
                [
                    ["", "2018 men", "2018 women", "Total", "2019 men", "2019 women", "Total"],
                    ["Warned", 1, 2, 3, 4, 5, 9],
                ]
            ).encode()
        ),
        "regions_under_forces": Example(
            table(
                [["Force", "Count"], ["A", 3], ["B", 4], ["C", 5], ["North", 7], ["South", 5], ["Total", 12]]
            ).encode()
        ),
        "per_cents": Example(table([["Outcome", "Share"], ["A", "33%"], ["B", "33%"], ["Total", "100%"]]).encode()),
        "empty": Example(b"\r\n", REFUSED, ("EMPTY_FILE",)),
        "header_only": Example(b"Outcome,2018,2019\r\n", REFUSED, ("NO_ROWS",)),
        "open_quote": Example(b'Outcome,2019\r\n"Dismissed,5\r\n', REFUSED, ("CSV_QUOTE",)),
        "nul": Example(table().encode().replace(b"5", b"5\0"), REFUSED, ("NUL_BYTE",)),
        "unknown_bytes": Example(b"Outcome,2019\r\n\x81\x8d\x8f,5\r\n", REFUSED, ("ENCODING",)),
        "long_cell": Example(with_cell("x" * 40_000), REFUSED, ("CELL_TOO_LONG",)),
        "json": Example(f'[{{"Outcome": "{PLANT}"}}]'.encode(), REFUSED, ("WRONG_TYPE",)),
        "picture": Example(b"\x89PNG\r\n\x1a\n" + bytes(200), REFUSED, ("SCANNED",)),
    }


def book(rows: list = ROWS, change=lambda sheet, made: None) -> bytes:
    made = openpyxl.Workbook()
    made.active.title = "Data"
    for row in rows:
        made.active.append([int(word) if isinstance(word, str) and word.isdigit() else word for word in row])
    change(made.active, made)
    return saved(made)


def planted(change) -> bytes:
    """Return a workbook with a planted row 4, changed so that nobody sees it."""
    return book([*ROWS, [PLANT, PLANT, 4711]], change)


def each_planted(sheet, name: str, value) -> None:
    for cell in sheet[4]:
        setattr(cell, name, value)


def _hidden_sheet(state: str) -> bytes:
    def change(sheet, made):
        made.create_sheet(PLANT, 0).append([PLANT, 9483])
        made[PLANT].sheet_state = state

    return book(change=change)


def _superscript(sheet, made) -> None:
    sheet["B2"] = CellRichText("5", TextBlock(InlineFont(vertAlign="superscript"), "1"))


def _formats(sheet, made) -> None:
    values = [
        ("A2", 0.25, "0%"),
        ("B2", 1.5, "[h]:mm"),
        ("C2", 3, '[<5]"<5";0'),
        ("D2", dt.date(2019, 4, 1), "dd/mm/yyyy"),
        ("E2", 1234.5, '"£"#,##0.00'),
    ]
    for place, value, code in values:
        sheet[place], sheet[place].number_format = value, code


def xlsx() -> dict[str, Example]:
    common = rows_at(in_sheet)

    def hidden(change, code: str = "INVISIBLE_TEXT") -> Example:
        return Example(planted(change), PERSON, (code,), common)

    def carries(name: str, code: str, outcome: str = FINE) -> Example:
        return Example(patched(book(), {name: f"<x>{PLANT}</x>"}), outcome, (code,), common)

    def summed(value: int) -> bytes:
        plain = book([*ROWS[:2], ["Charged", 4, 6], ["Sum", "=SUM(B2:B3)", 11]])
        return patched(plain, change={"xl/worksheets/sheet1.xml": {"<v></v>": f"<v>{value}</v>"}} if value >= 0 else {})

    return {
        "plain": Example(book(), cells=common),
        "author": Example(
            book(change=lambda sheet, made: setattr(made.properties, "creator", "Jo Bloggs")), cells=common
        ),
        "print_area": Example(
            book([*ROWS, ["Retired", 1, 2]], lambda sheet, made: setattr(sheet, "print_area", "A1:C3")),
            cells=common | {"Data!C4": "2"},
        ),
        "superscript": Example(book(change=_superscript), cells=common | {"Data!B2": "5¹"}),
        "formats": Example(
            book([list("ABCDE")], _formats),
            PERSON,
            ("INVISIBLE_TEXT",),
            {"Data!A2": "25%", "Data!B2": "36:00", "Data!C2": "<5", "Data!D2": "01/04/2019", "Data!E2": "£1,234.50"},
        ),
        "label_with_a_format_of_numbers": Example(
            book(change=lambda sheet, made: setattr(sheet["A2"], "number_format", '#,##0;-#,##0;"-"')), cells=common
        ),
        "merged": Example(
            book([["Officers", None], [2018, 2019], [1, 2]], lambda sheet, made: sheet.merge_cells("A1:B1")),
            cells={"Data!A1": "Officers", "Data!B3": "2"},
        ),
        "white_on_blue": Example(
            book(
                change=lambda sheet, made: [
                    setattr(cell, name, look)
                    for cell in sheet[1]
                    for name, look in (("font", Font(color="FFFFFF")), ("fill", PatternFill("solid", fgColor="1F4E78")))
                ]
            ),
            cells=common,
        ),
        "far_cell": Example(book(change=lambda sheet, made: sheet.cell(1_000_000, 9_000, 5)), cells=common),
        "hidden_row": hidden(lambda sheet, made: setattr(sheet.row_dimensions[4], "hidden", True), "HIDDEN_ROW_COL"),
        "low_row": hidden(lambda sheet, made: setattr(sheet.row_dimensions[4], "height", 0.5), "HIDDEN_ROW_COL"),
        "hidden_column": Example(
            book(
                [[*row, PLANT] for row in ROWS],
                lambda sheet, made: setattr(sheet.column_dimensions["D"], "hidden", True),
            ),
            PERSON,
            ("HIDDEN_ROW_COL",),
            common,
        ),
        "white": hidden(lambda sheet, made: each_planted(sheet, "font", Font(color="FFFFFF"))),
        "tiny": hidden(lambda sheet, made: each_planted(sheet, "font", Font(size=1))),
        "format_of_nothing": hidden(lambda sheet, made: each_planted(sheet, "number_format", ";;;")),
        "under_a_merged_cell": Example(
            patched(
                book([*ROWS, ["Seen", PLANT]]),
                change={
                    "xl/worksheets/sheet1.xml": {
                        "</sheetData>": '</sheetData><mergeCells><mergeCell ref="A4:B4"/></mergeCells>'
                    }
                },
            ),
            PERSON,
            ("INVISIBLE_TEXT",),
            common | {"Data!A4": "Seen"},
        ),
        "white_below_five": Example(
            book(
                change=lambda sheet, made: sheet.conditional_formatting.add(
                    "B2:C3", CellIsRule(operator="lessThan", formula=["5"], font=Font(color="FFFFFF"))
                )
            ),
            PERSON,
            ("INVISIBLE_TEXT",),
            {place: text for place, text in common.items() if place != "Data!B2"},
        ),
        "white_on_blue_by_rule": Example(
            book(
                change=lambda sheet, made: sheet.conditional_formatting.add(
                    "B2:C3",
                    CellIsRule(
                        operator="lessThan",
                        formula=["5"],
                        font=Font(color="FFFFFF"),
                        fill=PatternFill(bgColor="1F4E78"),
                    ),
                )
            ),
            cells=common,
        ),
        "hidden_sheet": Example(_hidden_sheet("hidden"), PERSON, ("HIDDEN_SHEET",), common),
        "very_hidden_sheet": Example(_hidden_sheet("veryHidden"), PERSON, ("HIDDEN_SHEET",), common),
        "comment": Example(
            book(change=lambda sheet, made: setattr(sheet["B2"], "comment", Comment(PLANT, PLANT))),
            PERSON,
            ("COMMENT",),
            common,
        ),
        "pivot_cache": carries("xl/pivotCache/pivotCacheRecords1.xml", "PIVOT_CACHE"),
        "external_link": carries("xl/externalLinks/externalLink1.xml", "EXTERNAL_LINK"),
        "macro": carries("xl/vbaProject.bin", "MACRO"),
        "embedded": carries("xl/embeddings/oleObject1.bin", "EMBEDDED_FILE", PERSON),
        "unknown_part": carries("xl/secret.dat", "EMBEDDED_FILE", PERSON),
        "right_sum": Example(summed(7), cells={"Data!B4": "7"}),
        "stale_sum": Example(summed(8), PERSON, ("TOTAL_MISMATCH",), {"Data!B4": "8"}),
        "formula_without_value": Example(summed(-1), REFUSED, ("FORMULA_NO_VALUE",)),
        "total_like_a_year": Example(
            book([["Outcome", "Count"], ["A", 1000], ["B", 1000], ["Total", 2001]]), PERSON, ("TOTAL_MISMATCH",)
        ),
        "entities": Example(
            patched(book(), {"xl/workbook.xml": '<!DOCTYPE x [<!ENTITY a "b">]><workbook/>'}), REFUSED, ("XML_DTD",)
        ),
        "deep": Example(patched(book(), {"xl/workbook.xml": "<a>" * 5_000}), REFUSED, ("BROKEN_XML",)),
        "bomb": Example(
            patched(book(), {"xl/worksheets/sheet1.xml": "<x>" + " " * 30_000_000 + "</x>"}), REFUSED, ("ZIP_RATIO",)
        ),
        "path": Example(patched(book(), {"../../evil.txt": "x"}), REFUSED, ("ZIP_PATH",)),
        "cut": Example(book()[:-300], REFUSED, ("TRUNCATED",)),
        "called_otherwise": Example(table().encode(), PERSON, ("WRONG_TYPE",), rows_at(in_csv)),
    }


def old_book(change=lambda sheet, made: None, look=lambda word: None) -> bytes:
    made = xlwt.Workbook()
    sheet = made.add_sheet("Data")
    for r, row in enumerate([*ROWS, [PLANT]]):
        for c, word in enumerate(row if r < 3 else [PLANT] * (change is not _nothing)):
            value = int(word) if isinstance(word, str) and word.isdigit() else word
            sheet.write(r, c, value, xlwt.easyxf(look(word) or ""))
    change(sheet, made)
    return saved(made)


def _nothing(sheet, made) -> None:
    """Leave a book as it is, without a planted row."""


def xls() -> dict[str, Example]:
    common = rows_at(in_sheet)

    def white(word) -> str | None:
        return "font: colour white" if word == PLANT else None

    def nothing(word) -> str | None:
        return None

    def hide_sheet(sheet, made):
        made.add_sheet(PLANT).write(0, 0, PLANT)
        made.get_sheet(1).visibility = 1

    def without_plant(change):
        def both(sheet, made):
            sheet.row(3).hidden = True
            change(sheet, made)

        return both

    return {
        "plain": Example(old_book(_nothing), cells=common),
        "hidden_row": Example(
            old_book(lambda sheet, made: setattr(sheet.row(3), "hidden", True)), PERSON, ("HIDDEN_ROW_COL",), common
        ),
        "white": Example(old_book(lambda sheet, made: None, white), PERSON, ("INVISIBLE_TEXT",), common),
        "hidden_sheet": Example(
            old_book(without_plant(hide_sheet)), PERSON, ("HIDDEN_ROW_COL", "HIDDEN_SHEET"), common
        ),
        "formula_without_value": Example(
            old_book(lambda sheet, made: sheet.write(4, 1, xlwt.Formula("SUM(B2:B3)"))), REFUSED, ("FORMULA_NO_VALUE",)
        ),
        "cut": Example(old_book(_nothing)[:2_000], REFUSED, ("TRUNCATED",)),
        "word": Example(compound("WordDocument"), REFUSED, ("TRUNCATED", "WRONG_TYPE")),
        "page": Example(page(), PERSON, ("WRONG_TYPE",), {"P1": PROSE}),
    }


def compound(name: str) -> bytes:
    """Return the start of an old Office file whose one stream has a name; it holds nothing."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + struct.pack("<512s", name.encode("utf-16-le"))


NAMES = {"office": "office", "table": "table", "text": "text", "style": "style", "fo": "xsl-fo-compatible"}
SPACES = " ".join(f'xmlns:{key}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for key, name in NAMES.items())
SUMMED = 'table:formula="of:=SUM([.B2:.B3])"'


def ods_cell(word, attributes: str = "") -> str:
    number = isinstance(word, int) or (isinstance(word, str) and word.isdigit())
    kind = f'office:value-type="float" office:value="{word}"' if number else 'office:value-type="string"'
    text = word if isinstance(word, str) and word.startswith("<text:") else escape(str(word))
    return f"<table:table-cell {kind} {attributes}><text:p>{text}</text:p></table:table-cell>"


def ods_row(words: list, attributes: str = "", of_cells: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(ods_cell(word, of_cells) for word in words)}</table:table-row>"


def ods(more: str = "", styles: str = "", tables: str = "", parts: dict | None = None) -> bytes:
    rows = "".join(ods_row(row) for row in ROWS) + more
    content = (
        f"<office:document-content {SPACES}><office:automatic-styles>{styles}</office:automatic-styles><office:body>"
        f'<office:spreadsheet><table:table table:name="Data">{rows}</table:table>{tables}</office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    return zipped(
        {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content} | (parts or {})
    )


def ods_style(name: str, family: str, inside: str) -> str:
    return f'<style:style style:name="{name}" style:family="{family}">{inside}</style:style>'


def ods_files() -> dict[str, Example]:
    common = rows_at(in_sheet)
    white = ods_style("w", "table-cell", '<style:text-properties fo:color="#ffffff"/>')
    raised = ods_style("up", "text", '<style:text-properties style:text-position="super 58%"/>')
    unseen = ods_style("off", "table", '<style:table-properties table:display="false"/>')
    marked = ods_cell('<text:span>5</text:span><text:span text:style-name="up">1</text:span>')
    return {
        "plain": Example(ods(), cells=common),
        "superscript": Example(
            ods(f"<table:table-row>{ods_cell('Resigned')}{marked}</table:table-row>", raised),
            cells=common | {"Data!B4": "5¹"},
        ),
        "repeated": Example(
            ods(ods_row([7], of_cells='table:number-columns-repeated="3"')), cells=common | {"Data!C4": "7"}
        ),
        "hidden_row": Example(
            ods(ods_row([PLANT], 'table:visibility="collapse"')), PERSON, ("HIDDEN_ROW_COL",), common
        ),
        "filtered_row": Example(
            ods(ods_row([PLANT], 'table:visibility="filter"')), PERSON, ("HIDDEN_ROW_COL",), common
        ),
        "white": Example(
            ods(ods_row([PLANT], of_cells='table:style-name="w"'), white), PERSON, ("INVISIBLE_TEXT",), common
        ),
        "hidden_sheet": Example(
            ods(
                styles=unseen,
                tables=f'<table:table table:name="{PLANT}" table:style-name="off">{ods_row([PLANT])}</table:table>',
            ),
            PERSON,
            ("HIDDEN_SHEET",),
            common,
        ),
        "note": Example(
            ods(
                ods_row(["Seen"]).replace(
                    "<text:p>", f"<office:annotation><text:p>{PLANT}</text:p></office:annotation><text:p>"
                )
            ),
            PERSON,
            ("COMMENT",),
            common | {"Data!A4": "Seen"},
        ),
        "another_number_stored": Example(
            ods(ods_row(["Resigned", 4711]).replace("<text:p>4711", "<text:p>&lt;5")),
            PERSON,
            ("INVISIBLE_TEXT",),
            common | {"Data!B4": "<5"},
        ),
        "stale_sum": Example(
            ods(f"<table:table-row>{ods_cell('Sum')}{ods_cell(16, SUMMED)}</table:table-row>"),
            PERSON,
            ("TOTAL_MISMATCH",),
            common,
        ),
        "too_many_cells": Example(
            ods(ods_row([7], 'table:number-rows-repeated="1000000"', 'table:number-columns-repeated="1000"')),
            REFUSED,
            ("TOO_MANY_CELLS",),
        ),
        "entities": Example(ods(parts={"content.xml": '<!DOCTYPE x [<!ENTITY a "b">]><x/>'}), REFUSED, ("XML_DTD",)),
        "encrypted": Example(
            ods(parts={"META-INF/manifest.xml": "<m><encryption-data/></m>"}), REFUSED, ("ENCRYPTED",)
        ),
        "macro": Example(ods(parts={"Basic/Standard/Module1.xml": f"<x>{PLANT}</x>"}), FINE, ("MACRO",), common),
    }


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def run(text, look: str = "") -> str:
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{escape(str(text))}</w:t></w:r>'


def paragraph(*runs: str) -> str:
    return f"<w:p>{''.join(runs)}</w:p>"


def word_cell(content: str, look: str = "") -> str:
    return f"<w:tc><w:tcPr>{look}</w:tcPr>{content}</w:tc>"


def word_row(words: list) -> str:
    return f"<w:tr>{''.join(word_cell(w if str(w).startswith('<w:p>') else paragraph(run(w))) for w in words)}</w:tr>"


def word_table(rows: list) -> str:
    return f"<w:tbl>{''.join(word_row(row) for row in rows)}</w:tbl>"


def docx(*more: str, parts: dict | None = None, body: str = "") -> bytes:
    body = body or paragraph(run(PROSE)) + word_table(ROWS)
    document = f"<w:document {W}><w:body>{body}{''.join(more)}</w:body></w:document>"
    return zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": document} | (parts or {}))


def docx_files() -> dict[str, Example]:
    common = rows_at(in_table) | {"P1": PROSE}
    raised = paragraph(run("5"), run("1", '<w:vertAlign w:val="superscript"/>'))
    style = f'<w:styles {W}><w:style w:styleId="S"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>'
    styled = f'<w:p><w:pPr><w:pStyle w:val="S"/></w:pPr>{run(PLANT)}</w:p>'

    def unseen(look: str, code: str) -> Example:
        return Example(docx(paragraph(run("Seen "), run(PLANT, look))), PERSON, (code,), common | {"P2": "Seen"})

    return {
        "plain": Example(docx(), cells=common),
        "superscript": Example(
            docx(word_table([["Outcome", "Count"], ["Resigned", raised]])), cells=common | {"T2R2C2": "5¹"}
        ),
        "merged": Example(
            docx(
                "<w:tbl><w:tr>"
                + word_cell(paragraph(run("Both")), '<w:gridSpan w:val="2"/>')
                + word_cell(paragraph(run("7")))
                + "</w:tr></w:tbl>"
            ),
            cells=common | {"T2R1C1": "Both", "T2R1C3": "7"},
        ),
        "nested": Example(
            docx(f"<w:tbl><w:tr>{word_cell(word_table([['In', 3]]))}</w:tr></w:tbl>"),
            cells=common | {"T2R1C1/T1R1C2": "3"},
        ),
        "notes": Example(
            docx(
                parts={
                    "word/footnotes.xml": f'<w:footnotes {W}><w:footnote w:id="2">{paragraph(run("fewer than 5"))}'
                    "</w:footnote></w:footnotes>"
                }
            ),
            cells=common | {"footnote2/P1": "fewer than 5"},
        ),
        "letter": Example(
            docx(
                paragraph(run("Vale Police, PO Box 1, Valetown VA1 2AB, 01234 567890, foi@vale.example")),
                paragraph(run("Dear Mr Smith")),
                paragraph(run("Yours sincerely")),
                paragraph(run("Jane Brown, Disclosure Officer")),
            ),
            cells=common,
        ),
        "vanished": unseen("<w:vanish/>", "HIDDEN_TEXT"),
        "white": unseen('<w:color w:val="FFFFFF"/>', "INVISIBLE_TEXT"),
        "tiny": unseen('<w:sz w:val="1"/>', "INVISIBLE_TEXT"),
        "hidden_by_style": Example(docx(styled, parts={"word/styles.xml": style}), PERSON, ("HIDDEN_TEXT",), common),
        "deleted": Example(
            docx(f"<w:p>{run('Seen')}<w:del>{run(PLANT).replace('w:t', 'w:delText')}</w:del></w:p>"),
            PERSON,
            ("TRACKED_CHANGE",),
            common | {"P2": "Seen"},
        ),
        "comment": Example(
            docx(parts={"word/comments.xml": f"<w:comments {W}>{paragraph(run(PLANT))}</w:comments>"}),
            PERSON,
            ("COMMENT",),
            common,
        ),
        "embedded": Example(docx(parts={"word/embeddings/oleObject1.bin": PLANT}), PERSON, ("EMBEDDED_FILE",), common),
        "named_officer": Example(docx(paragraph(run("PC Smith was dismissed."))), PERSON, ("PERSONAL_DATA",)),
        "mobile": Example(docx(paragraph(run("Ring 07700 900123."))), PERSON, ("PERSONAL_DATA",)),
        "cut": Example(docx()[:-200], REFUSED, ("TRUNCATED",)),
    }


def words(text: str, x: float, y: float, size: float = 11, before: str = "0 g") -> str:
    return f"BT {before} /F1 {size} Tf 1 0 0 1 {x} {y} Tm ({text}) Tj ET\n"


def ruled(rows: list, top: float = 700, wide: int = 120, between: bool = True) -> str:
    """Return a table with rules; without those between its rows, but below its heads, where `between` is not set."""
    count, right, bottom = len(rows), 72 + wide * len(rows[0]), top - 20 * len(rows)
    lines = [0, 1, count] if not between else range(count + 1)
    steps = "".join(f"72 {top - 20 * line} m {right} {top - 20 * line} l S\n" for line in lines)
    steps += "".join(f"{72 + wide * c} {top} m {72 + wide * c} {bottom} l S\n" for c in range(len(rows[0]) + 1))
    return steps + "".join(
        words(str(word), 76 + wide * c, top - 20 * r - 14) for r, row in enumerate(rows) for c, word in enumerate(row)
    )


def pdf(*pages: str, change=lambda made: None, **options) -> bytes:
    made = pikepdf.new()
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    for content in pages or (words(PROSE, 72, 760) + ruled(ROWS),):
        sheet = made.add_blank_page(page_size=(595, 842))
        sheet.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        sheet.Contents = made.make_stream(content.encode("cp1252"))
    change(made)
    file = io.BytesIO()
    made.save(file, **{"deterministic_id": "encryption" not in options} | options)
    return file.getvalue()


def pdf_files() -> dict[str, Example]:
    """Return the PDFs; their cells are told by the words alone, since their places are boxes on a page."""
    common = {word: word for word in ("Outcome", "Dismissed", "3", "12", "<5", PROSE)}

    def unseen(steps: str, code: str = "INVISIBLE_TEXT", **options) -> Example:
        return Example(pdf(words(PROSE, 72, 760) + ruled(ROWS) + steps, **options), PERSON, (code,), common)

    bold = "".join(
        words(word, x + step, y) for word, x, y in (("Dismissed", 76, 606), ("12", 200, 606)) for step in (0, 0.3)
    )
    boxes = "".join(f"0 g 72 {y} 240 0.8 re f\n" for y in (640, 620, 600)) + "".join(
        f"0 g {x} 600 0.8 40 re f\n" for x in (72, 190, 311, 206)
    )
    rows = [["Outcome", "Count"], ["Dismissed", 12], ["Resigned", 7], ["Total", 19]]
    loose = "".join(
        words(str(word), 72 + 150 * c, 700 - 16 * r) for r, row in enumerate(rows) for c, word in enumerate(row)
    )
    raised = words("Resigned", 72, 600) + words("5", 222, 600) + words("1", 228.2, 604, size=6)
    return {
        "plain": Example(pdf(), cells=common),
        "bold_twice": Example(pdf(bold), cells={"Dismissed": "Dismissed", "12": "12"}),
        "no_rules_between_rows": Example(
            pdf(ruled(rows, between=False)), cells={word: word for word in ("Resigned", "7", "19")}
        ),
        "no_rules": Example(pdf(loose), cells={word: word for word in ("Resigned", "7", "19")}),
        "rules_as_boxes": Example(
            pdf(
                boxes
                + words("Warned", 76, 624)
                + words("Dismissed", 76, 604)
                + words("16", 202, 624)
                + words("24", 202, 604)
            ),
            cells={"16": "16", "24": "24"},
        ),
        "superscript": Example(pdf(ruled(ROWS) + raised), cells={"5¹": "5¹"}),
        "two_pages": Example(
            pdf(ruled(ROWS, 160), ruled([ROWS[0], ["Resigned", 4, 6]], 780)), cells={"Resigned": "Resigned", "6": "6"}
        ),
        "sideways": Example(
            pdf("q 0 1 -1 0 595 0 cm\n" + words(PROSE, 72, 560) + ruled(ROWS, 500) + "Q\n"), cells=common
        ),
        "white_on_blue": Example(
            pdf(ruled(ROWS) + "0 0 0.6 rg 72 500 200 20 re f\n" + words("Heading 7", 76, 505, before="1 g")),
            cells={"Heading 7": "Heading 7"},
        ),
        "covered": unseen(words(PLANT, 72, 500) + "0 g 70 495 200 20 re f\n", "COVERED_TEXT"),
        "white": unseen(words(PLANT, 72, 500, before="1 g")),
        "tiny": unseen(words(PLANT, 72, 500, size=0.5)),
        "off_the_page": unseen(words(PLANT, -400, 500)),
        "without_ink": unseen(words(PLANT, 72, 500, before="3 Tr")),
        "attachment": Example(
            pdf(change=lambda made: made.attachments.__setitem__("a.txt", PLANT.encode())),
            PERSON,
            ("EMBEDDED_FILE",),
            common,
        ),
        "scanned": Example(pdf("0.5 g 72 72 400 600 re f\n"), REFUSED, ("SCANNED",)),
        "encrypted": Example(pdf(encryption=pikepdf.Encryption(owner="a", user="b")), REFUSED, ("ENCRYPTED",)),
        "cut": Example(pdf()[:-40], REFUSED, ("TRUNCATED",)),
    }


def page(more: str = "", head: str = "") -> bytes:
    rows = "".join(f"<tr>{''.join(f'<td>{escape(str(word))}</td>' for word in row)}</tr>" for row in ROWS)
    body = f"<p>{PROSE}</p><table>{rows}</table>{more}"
    return f"<!DOCTYPE html><html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>".encode()


def html_files() -> dict[str, Example]:
    common = rows_at(in_table) | {"P1": PROSE}

    def unseen(more: str, head: str = "", code: str = "HIDDEN_TEXT") -> Example:
        return Example(page(f"<p>Seen</p>{more}", head), PERSON, (code,), common | {"P2": "Seen"})

    return {
        "plain": Example(page(), cells=common),
        "no_end_tags": Example(
            b"<!doctype html><title>FOI</title><table><tr><th>Outcome<th>Count<tr><td>Charged<td>1234</table><p>End.",
            cells={"T1R2C2": "1234", "P1": "End."},
        ),
        "table_in_a_script": Example(page("<script>var a = '<table ';</script>"), FINE, ("MACRO",), common),
        "sloppy_attributes": Example(page("<p class=a b='c>d' title=x>Seen</p>"), cells=common | {"P2": "Seen"}),
        "superscript": Example(page("<p>Warned 5<sup>1</sup></p>"), cells=common | {"P2": "Warned 5¹"}),
        "spans": Example(
            page("<table><tr><td rowspan=2>A<td>1<tr><td>2</table>"), cells=common | {"T2R1C1": "A", "T2R2C2": "2"}
        ),
        "white_on_blue": Example(
            page(
                "<table class='t'><tr><td>Heading 7</td></tr></table>",
                "<style>.t{background:#1F4E78} .t td{color:white}</style>",
            ),
            cells=common | {"T2R1C1": "Heading 7"},
        ),
        "unfolded": Example(
            page("<details open><summary>Seen</summary>Open</details>"), cells=common | {"P2": "Seen", "P3": "Open"}
        ),
        "small": Example(
            page("<p class=a>Seen</p>", "<style><!-- .a{font-size:small} --></style>"), cells=common | {"P2": "Seen"}
        ),
        "not_shown": unseen(f"<p style='display: none'>{PLANT}</p>"),
        "not_shown_by_class": unseen(f"<p class='a'>{PLANT}</p>", "<style>.a{display:none}</style>"),
        "hidden": unseen(f"<p hidden>{PLANT}</p>"),
        "white": unseen(f"<p style='color:#fff'>{PLANT}</p>", code="INVISIBLE_TEXT"),
        "off_the_page": unseen(f"<p style='position:absolute;left:-9999px'>{PLANT}</p>"),
        "folded": unseen(f"<details><summary>More</summary>{PLANT}</details>"),
        "comment": Example(page(f"<!-- {PLANT} -->"), cells=common),
        "entities": Example(b'<!DOCTYPE html [<!ENTITY a "b">]>' + page()[15:], REFUSED, ("XML_DTD",)),
        "cut": Example(page()[: page().index(b"</table")], REFUSED, ("TRUNCATED",)),
    }


def mail(text: str = PROSE, subject: str = "Your request") -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "foi@vale.example", "asker@example.org", subject
    made["Date"] = "Mon, 01 Apr 2019 09:00:00 +0100"
    made.set_content(text)
    return made


def attached(
    content: bytes, name: str, made: EmailMessage | None = None, kind: str = "application/octet-stream"
) -> EmailMessage:
    made = made or mail()
    made.add_attachment(content, *kind.split("/"), filename=name)
    return made


def sent(made: EmailMessage) -> bytes:
    made.set_boundary("part") if made.is_multipart() else None
    return made.as_bytes()


def eml_files() -> dict[str, Example]:
    common, sheet = {"P1": PROSE}, rows_at(lambda row, column: f"attachment/1/{in_sheet(row, column)}")
    thread = f"{PROSE}\n\nFrom: asker@example.org\nSent: 1 March 2019\nTo: foi@vale.example\nSubject: x\n\n{PLANT} 99\n"
    below = "From: foi@vale.example\n{}To: a@b.example\nSubject: x\n\nWe dismissed 5 officers.\n"
    forwarded = "See below.\n\n-----Original Message-----\n" + below.format("Sent: 1 March 2019\n")
    lotus = "----- Forwarded by Jo Bloggs/Vale on 01/04/2019 09:00 -----\n" + below.format("")
    with_sheet = sent(attached(book(), "reply.xlsx"))
    second = attached(b"<html><body><div><br></div></body></html>", "", attached(book(), "reply.xlsx"), "text/html")
    return {
        "plain": Example(sent(mail()), cells=common),
        "spreadsheet": Example(with_sheet, cells=common | sheet),
        "mbox": Example(b"From foi@vale.example Wed Jan 01 00:00:00 2020\n" + with_sheet, cells=common | sheet),
        "odd_header_first": Example(b"X-Spam: no\nAuthentication-Results: none\n" + with_sheet, cells=common | sheet),
        "empty_page": Example(sent(second), cells=common | sheet),
        "disclaimer": Example(
            sent(
                attached(
                    b"This e-mail is confidential.", "disclaimer.txt", attached(book(), "reply.xlsx"), "text/plain"
                )
            ),
            cells=common | sheet,
        ),
        "scan": Example(
            sent(attached(pdf("0.5 g 72 72 400 600 re f\n"), "letter.pdf", attached(book(), "reply.xlsx"))),
            PERSON,
            ("SCANNED",),
            common | sheet,
        ),
        "old_word": Example(
            sent(attached(compound("WordDocument"), "letter.doc", attached(book(), "reply.xlsx"))),
            PERSON,
            ("TRUNCATED",),
            common | sheet,
        ),
        "two_sheets": Example(
            sent(attached(old_book(_nothing), "second.xls", attached(book(), "reply.xlsx"))),
            cells=common | sheet | rows_at(lambda r, c: f"attachment/2/{in_sheet(r, c)}"),
        ),
        "thread": Example(sent(mail(thread)), FINE, ("QUOTED_MAIL",), common),
        "signature": Example(
            sent(mail(f"{PROSE}\n\nKind regards\n{PLANT}\n07700 900123\n")), codes=("SIGNATURE",), cells=common
        ),
        "forwarded": Example(
            sent(mail(forwarded, "FW: Your request")), codes=("QUOTED_MAIL",), cells={"P9": "We dismissed 5 officers."}
        ),
        "lotus": Example(sent(mail(lotus)), codes=("QUOTED_MAIL",), cells={"P6": "We dismissed 5 officers."}),
        "hidden_sheet": Example(
            sent(attached(_hidden_sheet("hidden"), "reply.xlsx")), PERSON, ("HIDDEN_SHEET",), common | sheet
        ),
        "path_as_name": Example(sent(attached(book(), "../../evil.xlsx")), FINE, ("ZIP_PATH",), common | sheet),
        "encrypted": Example(sent(mail("-----BEGIN PGP MESSAGE-----\nabc\n")), REFUSED, ("ENCRYPTED",)),
        "only_a_scan": Example(
            sent(attached(pdf("0.5 g 72 72 9 9 re f\n"), "a.pdf", mail("\n"))), REFUSED, ("SCANNED",)
        ),
        "cut": Example(with_sheet[:3_000], REFUSED, ("TRUNCATED",)),
    }


FORMATS = {
    "csv": csv, "xlsx": xlsx, "xls": xls, "ods": ods_files, "docx": docx_files, "pdf": pdf_files, "html": html_files,
    "eml": eml_files,
}  # fmt: skip


def examples() -> dict[str, Example]:
    """Return every example by the name of its file."""
    return {f"{name}.{suffix}": example for suffix, make in FORMATS.items() for name, example in make().items()}


def write(folder: Path) -> list[Path]:
    """Write every example into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, example in examples().items():
        (folder / name).write_bytes(example.content)
    return [folder / name for name in examples()]


if __name__ == "__main__":
    write(Path(sys.argv[1]))
