"""Small files over eight formats, clean and hostile, each with how it must end.

What nobody sees says PLANT: it must be found in no output. Every file is made here, from nothing.
"""

import datetime as dt
import io
import struct
import zipfile
from email.message import EmailMessage
from typing import NamedTuple
from xml.sax.saxutils import escape

import openpyxl
import pikepdf
import PIL.Image
import xlwt
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from pikepdf import Array, Dictionary, Name

PLANT = "Qzplanted"
ROWS = [["Outcome", 2018, 2019], ["Dismissed", 3, 5], ["Warned", 12, "<5"]]
PROSE = "1. How many officers were dismissed? 5 officers."
PERSON, REFUSED = "needs a person", "refused"
BLUE = "1F4E78"


class Example(NamedTuple):
    """Hold a file, how it must end, which codes it must be given, and what must be read at which place."""

    content: bytes
    outcome: str
    codes: tuple[str, ...]
    cells: dict[str, str]


def fine(content: bytes, cells: dict | None = None, *noted: str) -> Example:
    return Example(content, "accepted", noted, cells or {})


def doubt(codes: str, content: bytes, cells: dict | None = None) -> Example:
    return Example(content, PERSON, tuple(codes.split()), cells or {})


def refused(codes: str, content: bytes) -> Example:
    return Example(content, REFUSED, tuple(codes.split()), {})


def rows_at(place: str, rows: list = ROWS) -> dict[str, str]:
    """Return the cells of rows by place, such as `T1R{row}C{column}` or `Data!{letter}{row}`."""
    return {
        place.format(row=row, column=column, letter="_ABCDEFGH"[column]): str(word)
        for row, words in enumerate(rows, 1) for column, word in enumerate(words, 1)
    }  # fmt: skip


IN_CSV, IN_SHEET = rows_at("L{row}F{column}"), rows_at("Data!{letter}{row}")
IN_TABLE = rows_at("T1R{row}C{column}") | {"P1": PROSE}
IN_MAIL = {"P1": PROSE} | rows_at("attachment/1/Data!{letter}{row}")


def saved(made) -> bytes:
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def zipped(parts: dict) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return file.getvalue()


def patched(content: bytes, add: dict | None = None, part: str = "", **words: str) -> bytes:
    """Return a zip with parts added, and with `old` replaced by `new` in one part."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    if part:
        assert words["old"].encode() in parts[part]
        parts[part] = parts[part].replace(words["old"].encode(), words["new"].encode())
    return zipped(parts | (add or {}))


def table(*rows: list, mark: str = ",", of: str = "") -> bytes:
    """Return rows as csv; `of`: rows of two fields, written `A 3, B 4`."""
    found = [*rows, *(row.rsplit(" ", 1) for row in of.split(", ") if of)] or ROWS
    return "".join(mark.join(str(word) for word in row) + "\r\n" for row in found).encode()


def csv() -> dict[str, Example]:
    def with_cell(text: str) -> bytes:
        return table(["Outcome", "Count"], ["Dismissed", text], ["Warned", 7])

    def odd(code: str, text: str) -> Example:
        return doubt(code, with_cell(text), {"L2F2": text})

    years = ["", "2018 men", "2018 women", "Total", "2019 men", "2019 women", "Total"]
    return {
        "plain": fine(table(), IN_CSV),
        "semicolons_and_a_mark": fine(b"\xef\xbb\xbf" + table(mark=";"), IN_CSV),
        "utf16": fine(table().decode().encode("utf-16"), IN_CSV),
        "windows": fine("Outcome,Cost\r\nCafé fine,£5\r\n".encode("cp1252"), {"L2F1": "Café fine"}, "ENCODING"),
        "day_first": fine(table(of="Date Cases, 03/04/2019 1, 25/04/2019 2")),
        "day_or_month": doubt("AMBIGUOUS_DATE", table(of="Date Cases, 03/04/2019 1, 05/06/2019 2")),
        "two_ways": odd("AMBIGUOUS_NUMBER", "1.234"),
        "zero_width": odd("INVISIBLE_CHARACTERS", "5\u200b"),
        "look_alike": odd("LOOK_ALIKE", "Dismiss\u0435d"),
        "mojibake": odd("MOJIBAKE", "CafÃ© fine"),
        "error": odd("CELL_ERROR", "#REF!"),
        "address": odd("PERSONAL_DATA", "jo.bloggs@example.org"),
        "born": odd("PERSONAL_DATA", "DOB 01/02/1980"),
        "collar": odd("PERSONAL_DATA", "PC 4711 Smith"),
        "officer": odd("PERSONAL_DATA", "PC Smith was dismissed."),
        "mobile": odd("PERSONAL_DATA", "Ring 07700 900123."),
        "named": doubt("PERSONAL_DATA", table(["Officer name", "Outcome"], ["Jo Bloggs", "Dismissed"])),
        "ragged": doubt("RAGGED_ROW", b"Outcome,2018,2019\r\nDismissed,3\r\nWarned,1,2,3\r\n"),
        "twice": doubt("DUPLICATE_COLUMN", table(["Outcome", "2019", "2019"], ["Dismissed", 3, 5])),
        "merged_heads": fine(b"Officers,,Staff,\r\n2018,2019,2018,2019\r\n1,2,3,4\r\n"),
        "wrong_total": doubt("TOTAL_MISMATCH", table(*ROWS, ["Total", 16, 9])),
        "right_total": fine(table(*ROWS, ["Total", 15, "<10"])),
        "right_across": fine(table(["", "A", "B", "Sum"], ["C", "<5", 3, ""], ["D", 6, 7, 13], ["Sum", 8, 10, 18])),
        "years_beside_a_total": fine(b"Of,By,,\r\nAs,2019,2020,Sum\r\nA,3,2,5\r\nSum,3,2,5\r\n"),
        "totals_in_a_later_column": fine(
            b"Year,Role,By,Sum\r\n2018,Men,A,2\r\n,,B,3\r\n,Men Total,,5\r\n,Women,A,1\r\n,,B,4\r\n,Women Total,,5\r\n"
            b"2018 Total,,,10\r\n2019,Men,A,6\r\n,Men Total,,6\r\n2019 Total,,,6\r\nGrand Total,,,16\r\n"
        ),
        "counts_like_years": fine(table(["", "Men", "Women"], ["A", 9, 1995], ["B", 1990, 2001], ["Sum", 1999, 3996])),
        "years_below_heads": fine(table(["", "All", "All "], ["Outcome", 2018, 2019], ["A", 3, 4], ["Total", 3, 4])),
        "tables_side_by_side": fine(table(["Outcome", "2019", "", "Role", "2019"], ["Warned", 3, "", "Staff", 4])),
        "years_down_the_side": fine(
            table(["Force", "Year", "Officers", "Staff", "Total"], ["Vale", 2019, 3, 4, 7], ["Vale", 2020, 1, 1, 2])
        ),
        "first_part_hidden": fine(table(["Year", "Warned", "Left", "Total"], [2018, "<5", 1, 6], [2019, 3, 1, 4])),
        "two_years_side_by_side": fine(table(years, ["Warned", 1, 2, 3, 4, 5, 9])),
        "regions_under_forces": fine(table(of="Force Count, A 3, B 4, C 5, North 7, South 5, Total 12")),
        "per_cents": fine(table(of="Outcome Share, A 33%, B 33%, Total 100%")),
        "empty": refused("EMPTY_FILE", b"\r\n"),
        "header_only": refused("NO_ROWS", b"Outcome,2018,2019\r\n"),
        "open_quote": refused("CSV_QUOTE", b'Outcome,2019\r\n"Dismissed,5\r\n'),
        "nul": refused("NUL_BYTE", table().replace(b"5", b"5\0")),
        "unknown_bytes": refused("ENCODING", b"Outcome,2019\r\n\x81\x8d\x8f,5\r\n"),
        "long_cell": refused("CELL_TOO_LONG", with_cell("x" * 40_000)),
        "json": refused("WRONG_TYPE", f'[{{"Outcome": "{PLANT}"}}]'.encode()),
        "picture": refused("SCANNED", b"\x89PNG\r\n\x1a\n" + bytes(200)),
    }  # fmt: skip


def book(rows: list = ROWS, change=lambda sheet, made: None) -> bytes:
    made = openpyxl.Workbook()
    made.active.title = "Data"
    for row in rows:
        made.active.append(row)
    change(made.active, made)
    return saved(made)


def planted(change, rows: int = 1) -> bytes:
    """Return a workbook with planted rows from row 4 on, changed so that nobody sees them."""
    return book(ROWS + [[PLANT, PLANT, 4711]] * rows, change)


def looks(row: int, **looks):
    """Return a change of how the cells of a row look."""
    return lambda sheet, made: [setattr(cell, name, look) for cell in sheet[row] for name, look in looks.items()]


def with_rule(**looks):
    rule = Rule(type="cellIs", operator="lessThan", formula=["5"], dxf=DifferentialStyle(**looks))
    return lambda sheet, made: sheet.conditional_formatting.add("B2:C3", rule)


def with_picture(sheet, made) -> None:
    file = io.BytesIO()
    PIL.Image.new("RGB", (200, 20)).save(file, "png")
    sheet.add_image(Image(file), "A4")


def hide(sheet, made) -> None:
    """Hide a row, leave half a point of another, and hide a column and a sheet."""
    sheet.row_dimensions[4].hidden = True
    sheet.row_dimensions[5].height = 0.5
    sheet["D1"] = sheet["D3"] = PLANT
    sheet.column_dimensions["D"].hidden = True
    made.create_sheet(PLANT, 0).append([PLANT, 9483])
    made[PLANT].sheet_state = "veryHidden"


def without_ink(sheet, made) -> None:
    """Make three rows white, tiny, and of a format that shows nothing."""
    for row, look in enumerate([{"font": Font(color="FFFFFF")}, {"font": Font(size=1)}, {"number_format": ";;;"}], 4):
        looks(row, **look)(sheet, made)


def xlsx() -> dict[str, Example]:
    sheet = "xl/worksheets/sheet1.xml"
    white, fill = Font(color="FFFFFF"), PatternFill("solid", fgColor=BLUE)
    shown = [
        (0.25, "0%", "25%"), (1.5, "[h]:mm", "36:00"), (3, '[<5]"<5";0', "<5"),
        (dt.date(2019, 4, 1), "dd/mm/yyyy", "01/04/2019"), (1234.5, '"£"#,##0.00', "£1,234.50"),
    ]  # fmt: skip
    summed = book([*ROWS[:2], ["Charged", 4, 6], ["Sum", "=SUM(B2:B3)", 11]])
    merge = '</sheetData><mergeCells><mergeCell ref="A4:B4"/></mergeCells>'
    carried = ("pivotCache/pivotCacheRecords1.xml", "externalLinks/externalLink1.xml", "vbaProject.bin")

    def set_formats(sheet, made) -> None:
        for cell, (_, code, _) in zip(sheet[2], shown, strict=True):
            cell.number_format = code

    def carries(*names: str) -> bytes:
        return patched(book(), {f"xl/{name}": f"<x>{PLANT}</x>" for name in names})

    return {
        "plain": fine(book(), IN_SHEET),
        "formats": fine(
            book([list("ABCDE"), [value for value, _, _ in shown]], set_formats),
            rows_at("Data!{letter}{row}", [list("ABCDE"), [text for _, _, text in shown]]),
        ),
        "label_with_a_format_of_numbers": fine(book(change=looks(2, number_format='#,##0;-#,##0;"-"')), IN_SHEET),
        "merged": fine(
            book([["Officers", None], [2018, 2019], [1, 2]], lambda sheet, made: sheet.merge_cells("A1:B1")),
            {"Data!A1": "Officers", "Data!B3": "2"},
        ),
        "white_on_blue": fine(book(change=looks(1, font=white, fill=fill)), IN_SHEET),
        "far_cell": fine(book(change=lambda sheet, made: sheet.cell(1_000_000, 9_000, 5)), IN_SHEET),
        "hidden": doubt("HIDDEN_ROW_COL HIDDEN_SHEET", planted(hide, 2), IN_SHEET),
        "without_ink": doubt("INVISIBLE_TEXT", planted(without_ink, 3), IN_SHEET),
        "under_a_merged_cell": doubt(
            "INVISIBLE_TEXT", patched(book([*ROWS, ["Seen", PLANT]]), part=sheet, old="</sheetData>", new=merge),
            IN_SHEET | {"Data!A4": "Seen"},
        ),
        "white_below_five": doubt("INVISIBLE_TEXT", book(change=with_rule(font=white)), {"Data!C2": "5"}),
        "few_by_rule": doubt("INVISIBLE_TEXT", book(change=with_rule(numFmt=NumberFormat(200, '"few"'))), IN_SHEET),
        "under_a_picture": doubt("COVERED_TEXT", planted(with_picture), IN_SHEET),
        "comment": doubt("COMMENT", book(change=looks(2, comment=Comment(PLANT, PLANT))), IN_SHEET),
        "carries_more": fine(carries(*carried), IN_SHEET, "PIVOT_CACHE", "EXTERNAL_LINK", "MACRO"),
        "embedded": doubt("EMBEDDED_FILE", carries("embeddings/oleObject1.bin"), IN_SHEET),
        "unknown_part": doubt("EMBEDDED_FILE", carries("secret.dat"), IN_SHEET),
        "stale_sum": doubt(
            "TOTAL_MISMATCH", patched(summed, part=sheet, old="<v></v>", new="<v>8</v>"), {"Data!B4": "8"}
        ),
        "formula_without_value": refused("FORMULA_NO_VALUE", summed),
        "deep": refused("TRUNCATED", patched(book(), {"xl/workbook.xml": "<a>" * 5_000})),
        "bomb": refused("ZIP_RATIO", patched(book(), {sheet: "<x>" + " " * 30_000_000 + "</x>"})),
        "path": refused("ZIP_PATH", patched(book(), {"../../evil.txt": "x"})),
        "cut": refused("TRUNCATED", book()[:-300]),
        "called_otherwise": fine(table(), IN_CSV, "WRONG_TYPE"),
    }  # fmt: skip


def old_book(change=lambda sheet, made: None) -> bytes:
    made = xlwt.Workbook()
    sheet = made.add_sheet("Data")
    for row, words in enumerate(ROWS):
        for column, word in enumerate(words):
            sheet.write(row, column, word)
    change(sheet, made)
    return saved(made)


def hide_in_old(sheet, made) -> None:
    """Hide a row, make another white, hide a sheet, and show a number of hours between the two rows."""
    sheet.write(3, 0, PLANT)
    sheet.row(3).hidden = True
    sheet.write(4, 0, 1.5, xlwt.easyxf(num_format_str="[h]:mm"))
    sheet.write(5, 0, PLANT, xlwt.easyxf("font: colour white"))
    made.add_sheet(PLANT).write(0, 0, PLANT)
    made.get_sheet(1).visibility = 1


def xls() -> dict[str, Example]:
    hidden = "HIDDEN_ROW_COL INVISIBLE_TEXT HIDDEN_SHEET"
    with_sum = old_book(lambda sheet, made: sheet.write(4, 1, xlwt.Formula("SUM(B2:B3)")))
    return {
        "plain": fine(old_book(), IN_SHEET),
        "hidden": doubt(hidden, old_book(hide_in_old), IN_SHEET | {"Data!A5": "36:00"}),
        "formula_without_value": refused("FORMULA_NO_VALUE", with_sum),
        "word": refused("TRUNCATED", compound("WordDocument")),
        "page": fine(page(), {"P1": PROSE}, "WRONG_TYPE"),
    }


def compound(name: str) -> bytes:
    """Return the start of an old Office file whose one stream has a name; it holds nothing."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + struct.pack("<512s", name.encode("utf-16-le"))


NAMES = {"office": "office", "table": "table", "text": "text", "style": "style", "fo": "xsl-fo-compatible"}
SPACES = " ".join(f'xmlns:{key}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for key, name in NAMES.items())


def ods_cell(word, attributes: str = "") -> str:
    kind = f'float" office:value="{word}' if isinstance(word, int) else "string"
    text = word if str(word).startswith("<text:") else escape(str(word))
    return f'<table:table-cell office:value-type="{kind}" {attributes}><text:p>{text}</text:p></table:table-cell>'


def ods_row(words: list, attributes: str = "", of_cells: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(ods_cell(word, of_cells) for word in words)}</table:table-row>"


def ods(
    more: str = "", styles: str = "", tables: str = "", parts: dict | None = None, rows: list = ROWS, name: str = "Data"
) -> bytes:
    body = "".join(ods_row(row) for row in rows) + more
    content = (
        f"<office:document-content {SPACES}><office:automatic-styles>{styles}</office:automatic-styles><office:body>"
        f'<office:spreadsheet><table:table table:name="{name}">{body}</table:table>{tables}</office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return zipped({"mimetype": kind, "content.xml": content} | (parts or {}))


def ods_style(name: str, family: str, inside: str, kind: str = "text-properties") -> str:
    return f'<style:style style:name="{name}" style:family="{family}"><style:{kind} {inside}/></style:style>'


def ods_files() -> dict[str, Example]:
    raised = ods_style("up", "text", 'style:text-position="super 58%"')
    marked = ods_cell('<text:span>5</text:span><text:span text:style-name="up">1</text:span>')
    as_shown = f"<table:table-row>{ods_cell('Resigned')}{marked}</table:table-row>"
    as_shown += ods_row([7], of_cells='table:number-columns-repeated="3"')
    as_shown += ods_row(["Retired", 4711]).replace("<text:p>4711", "<text:p>&lt;5")  # another number is stored
    white = ods_style("w", "table-cell", 'fo:color="#ffffff"')
    white += '<style:style style:name="below" style:family="table-cell">'
    white += '<style:map style:condition="cell-content()&lt;5" style:apply-style-name="w"/></style:style>'
    few = white.replace('style:name="w"', 'style:name="w" style:data-style-name="n"').replace("ffffff", "000000")
    off = ods_style("off", "table", 'table:display="false"', "table-properties")
    note = f"<office:annotation><text:p>{PLANT}</text:p></office:annotation><text:p>"
    hidden = ods_row([PLANT], 'table:visibility="collapse"') + ods_row([PLANT], of_cells='table:style-name="w"')
    hidden += ods_row([4, 6], of_cells='table:style-name="below"') + ods_row(["Seen"]).replace("<text:p>", note)
    sheet = f'<table:table table:name="{PLANT}" table:style-name="off">{ods_row([PLANT])}</table:table>'
    return {
        "plain": fine(ods(), IN_SHEET),
        "as_shown": fine(ods(as_shown, raised), IN_SHEET | {"Data!B4": "5¹", "Data!C5": "7", "Data!B6": "<5"}),
        "hidden": doubt(
            "HIDDEN_ROW_COL INVISIBLE_TEXT HIDDEN_SHEET COMMENT", ods(hidden, white + off, sheet),
            IN_SHEET | {"Data!B6": "6", "Data!A7": "Seen"},
        ),
        "few_by_rule": doubt("INVISIBLE_TEXT", ods(styles=few), IN_SHEET),
        "too_many_cells": refused("TOO_MANY_CELLS", ods(ods_row([7], 'table:number-rows-repeated="1000000"'))),
        "entities": refused("XML_DTD", ods(parts={"content.xml": '<!DOCTYPE x [<!ENTITY a "b">]><x/>'})),
        "encrypted": refused("ENCRYPTED", ods(parts={"META-INF/manifest.xml": "<m><encryption-data/></m>"})),
        "macro": fine(ods(parts={"Basic/Standard/Module1.xml": f"<x>{PLANT}</x>"}), IN_SHEET, "MACRO"),
    }  # fmt: skip


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
    both = word_cell(paragraph(run("Both")), '<w:gridSpan w:val="2"/>') + word_cell(paragraph(run("7")))
    tables = f"<w:tbl><w:tr>{both}</w:tr></w:tbl><w:tbl><w:tr>{word_cell(word_table([['In', 3]]))}</w:tr></w:tbl>"
    footnote = f'<w:footnote w:id="2">{paragraph(run("fewer than 5"))}</w:footnote>'
    letter = ["Vale Police, PO Box 1, Valetown VA1 2AB, 01234 567890, foi@vale.example", "Dear Mr Smith",
              "Yours sincerely", "Jane Brown, Disclosure Officer"]  # fmt: skip
    style = f'<w:styles {W}><w:style w:styleId="S"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>'
    styled = f'<w:p><w:pPr><w:pStyle w:val="S"/></w:pPr>{run(PLANT)}</w:p>'
    looks = ["<w:vanish/>", '<w:color w:val="FFFFFF"/>', '<w:sz w:val="1"/>']
    hidden = [paragraph(run("Seen "), run(PLANT, look)) for look in looks]
    deleted = run(PLANT).replace("w:t", "w:delText")
    more = {"word/comments.xml": f"<w:comments {W}>{paragraph(run(PLANT))}</w:comments>"}
    more["word/embeddings/oleObject1.bin"] = PLANT
    return {
        "plain": fine(docx(), IN_TABLE),
        "merged_nested_and_noted": fine(
            docx(tables, parts={"word/footnotes.xml": f"<w:footnotes {W}>{footnote}</w:footnotes>"}),
            IN_TABLE | {"T2R1C1": "Both", "T2R1C3": "7", "T3R1C1/T1R1C2": "3", "footnote2/P1": "fewer than 5"},
        ),
        "raised_by_hand": fine(
            docx(paragraph(run("Seen 5"), run("1", '<w:position w:val="8"/>'))), IN_TABLE | {"P2": "Seen 5¹"}
        ),
        "letter": fine(docx(*(paragraph(run(line)) for line in letter)), IN_TABLE),
        "hidden": doubt(
            "HIDDEN_TEXT INVISIBLE_TEXT", docx(*hidden), IN_TABLE | dict.fromkeys(["P2", "P3", "P4"], "Seen")
        ),
        "hidden_by_style": doubt("HIDDEN_TEXT", docx(styled, parts={"word/styles.xml": style}), IN_TABLE),
        "deleted": doubt("TRACKED_CHANGE", docx(f"<w:p>{run('Seen')}<w:del>{deleted}</w:del></w:p>"), {"P2": "Seen"}),
        "carries_more": doubt("COMMENT EMBEDDED_FILE", docx(parts=more), IN_TABLE),
        "cut": refused("TRUNCATED", docx()[:-200]),
    }  # fmt: skip


def words(text: str, x: float, y: float, size: float = 11, before: str = "0 g") -> str:
    return f"BT {before} /F1 {size} Tf 1 0 0 1 {x} {y} Tm ({text}) Tj ET\n"


def box(x: float, y: float, wide: float = 200, high: float = 20, colour: str = "0 g") -> str:
    return f"{colour} {x} {y} {wide} {high} re f\n"


def ruled(rows: list, top: float = 700, wide: int = 120, between: bool = True) -> str:
    """Return a table with rules; without those between its rows, but below its heads, where `between` is not set."""
    count, right, bottom = len(rows), 72 + wide * len(rows[0]), top - 20 * len(rows)
    lines = [0, 1, count] if not between else range(count + 1)
    steps = "".join(f"72 {top - 20 * line} m {right} {top - 20 * line} l S\n" for line in lines)
    steps += "".join(f"{72 + wide * c} {top} m {72 + wide * c} {bottom} l S\n" for c in range(len(rows[0]) + 1))
    return steps + typed(rows, lambda word, column: 76 + wide * column, top - 14)


def typed(rows: list, across=lambda word, column: 76 + 120 * column, y: float = 686) -> str:
    """Return the words of a table without rules; `across` says where a word of a column begins."""
    at = [(row, column, str(word)) for row, line in enumerate(rows) for column, word in enumerate(line) if word != ""]
    return "".join(words(word, across(word, column), y - 20 * row) for row, column, word in at)


def pdf(*pages: str, change=lambda made: None, **options) -> bytes:
    made = pikepdf.new()
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    for content in pages or (words(PROSE, 72, 760) + ruled(ROWS),):
        sheet = made.add_blank_page(page_size=(595, 842))
        sheet.Resources = Dictionary(Font=Dictionary(F1=font))
        sheet.Contents = made.make_stream(content.encode("cp1252"))
    change(made)
    file = io.BytesIO()
    made.save(file, **{"deterministic_id": "encryption" not in options} | options)
    return file.getvalue()


def noted(kind: str, **more):
    """Return a change that lays a note or a field of a form on the first page."""

    def change(made):
        note = made.make_indirect(
            Dictionary(Type=Name.Annot, Subtype=Name(f"/{kind}"), Rect=Array([70, 495, 270, 515]), F=4, **more)
        )
        made.pages[0].obj.Annots = Array([note])
        fonts = made.pages[0].Resources
        made.Root.AcroForm = Dictionary(Fields=Array([note] * (kind == "Widget")), DR=fonts, DA="/F1 11 Tf 0 g")

    return change


def attach(made) -> None:
    made.attachments["a.txt"] = PLANT.encode()


def make_portfolio(made) -> None:
    attach(made)
    made.Root.Collection = Dictionary(Type=Name.Collection)


def pdf_files() -> dict[str, Example]:
    """Return the PDFs; their cells are told by the words alone, since their places are boxes on a page."""

    def seen(*texts: str) -> dict[str, str]:
        return {text: text for text in texts}

    common = seen("Outcome", "Dismissed", "3", "12", "<5", PROSE)

    def unseen(steps: str, code: str = "INVISIBLE_TEXT", *texts: str, **options) -> Example:
        return doubt(code, pdf(words(PROSE, 72, 760) + ruled(ROWS) + steps, **options), common | seen(*texts))

    def turn(made) -> None:
        made.pages[0].obj.Rotate = 90

    def crop(made) -> None:
        made.pages[0].obj.CropBox = Array([50, 520, 500, 800])

    raised = words("Resigned", 72, 600) + words("5", 222, 600) + words("1", 228.2, 604, size=6)
    noted_below = words("1", 72, 574, size=6) + words("provisional", 78, 570)
    sideways = "q 0 1 -1 0 595 0 cm\n" + words(PROSE, 72, 560) + ruled(ROWS, 500) + "Q\n"
    blue = box(72, 500, colour="0 0 0.6 rg") + words("Heading 7", 76, 505, before="1 g")
    plant, scan = words(PLANT, 72, 500), box(72, 72, 400, 600, "0.5 g")
    without_ink = words(PLANT, 72, 500, before="1 g") + words(PLANT, 72, 470, before="3 Tr")
    without_ink += words(PLANT, 72, 440, size=0.5) + words(PLANT, -400, 410)  # the last one stands off the page
    covered = words(f"7 {PLANT}", 72, 450) + box(81, 445)
    written_over = words(PLANT, 72, 400) + box(70, 395, colour="1 g") + words("8 staff", 73, 400)
    return {
        "plain": fine(pdf(), common),
        "superscript": fine(pdf(ruled(ROWS) + raised + noted_below), seen("5¹", "¹ provisional")),
        "two_pages": fine(pdf(ruled(ROWS, 160), ruled([ROWS[0], ["Resigned", 4, 6]], 780)), seen("Resigned", "6")),
        "sideways": fine(pdf(sideways), common),
        "turned": fine(pdf(change=turn), common),
        "white_on_blue": fine(pdf(ruled(ROWS) + blue), seen("Heading 7")),
        "watermark": fine(pdf(ruled(ROWS) + words("DRAFT", 60, 640, 90, "0.8 g")), seen("Warned", "12"), "WATERMARK"),
        "form": fine(
            pdf(change=noted("Widget", FT=Name.Tx, T="x", V="17 officers", DA="/F1 11 Tf 0 g")),
            common | seen("17 officers"),
        ),
        "words_turned": unseen(f"q 0 1 -1 0 300 300 cm {words(PLANT, 0, 0)} Q\n"),
        "without_ink": unseen(without_ink),
        "covered": unseen(plant + box(70, 495) + covered + written_over, "COVERED_TEXT", "7", "8 staff"),
        "under_a_note": unseen(
            plant, "COVERED_TEXT COMMENT", change=noted("Square", IC=Array([0, 0, 0]), C=Array([0, 0, 0]))
        ),
        "to_be_redacted": unseen(plant, "COVERED_TEXT COMMENT", change=noted("Redact")),
        "cut_off": unseen(plant, change=crop),
        "attachment": doubt("EMBEDDED_FILE", pdf(change=attach), common),
        "portfolio": refused("EMBEDDED_FILE", pdf(change=make_portfolio)),
        "scanned": refused("SCANNED", pdf(scan)),
        "scanned_with_text": refused("SCANNED", pdf(scan + words(PLANT, 72, 500, 9, "3 Tr"))),
        "encrypted": refused("ENCRYPTED", pdf(encryption=pikepdf.Encryption(owner="a", user="b"))),
        "cut": refused("TRUNCATED", pdf()[:-40]),
    }  # fmt: skip


def page(more: str = "", style: str = "") -> bytes:
    rows = "".join(f"<tr>{''.join(f'<td>{escape(str(word))}</td>' for word in row)}</tr>" for row in ROWS)
    head = f"<meta charset='utf-8'><style>{style}</style>"
    return f"<!DOCTYPE html><html><head>{head}</head><body><p>{PROSE}</p><table>{rows}</table>{more}".encode()


def html_files() -> dict[str, Example]:
    seen = "<script>var a = '<table ';</script><p class=a b='c>d' title=x>Seen</p>"
    seen += "<details><summary>Also</summary>Open</details><table><tr><td rowspan=2>A<td>1<tr><td>2</table>"
    blue = "<table class='t'><tr><td>Heading 7</td></tr></table><p class=a>Seen</p>"
    looks = f".t{{background:#{BLUE}}} .t td{{color:white}} @media print{{.a{{display:none}}}}"
    looks += "@media (prefers-color-scheme:dark){table{display:none}}"
    hidden = f"<p style='display: none'>{PLANT}</p><p hidden>{PLANT}</p>"
    hidden += f"<p style='position:absolute;left:-9999px'>{PLANT}</p>"
    hidden += f"<table class=c><tr><td>A<td>{PLANT}<tr><td>B<td>{PLANT}</table>"
    return {
        "plain": fine(page(f"<!-- {PLANT} -->"), IN_TABLE),
        "sloppy": fine(page(seen), IN_TABLE | {"P2": "Seen", "P3": "Also", "P4": "Open", "T2R1C1": "A", "T2R2C2": "2"}),
        "looks_otherwise_elsewhere": fine(page(blue, looks), IN_TABLE | {"T2R1C1": "Heading 7", "P2": "Seen"}),
        "struck_out": doubt("STRUCK_OUT", page("<table><tr><td>A<td><s>3</s>2</table>"), IN_TABLE | {"T2R1C2": "2"}),
        "hidden": doubt(
            "HIDDEN_TEXT", page(f"<p>Seen</p>{hidden}", ".d td, .c td:nth-child(2){display:none}"),
            IN_TABLE | {"P2": "Seen"},
        ),
        "white": doubt("INVISIBLE_TEXT", page(f"<p style='color:#fff'>{PLANT}</p>"), IN_TABLE),
        "entities": refused("XML_DTD", b'<!DOCTYPE html [<!ENTITY a "b">]>' + page()[15:]),
        "cut": refused("TRUNCATED", page()[: page().index(b"</table")]),
    }  # fmt: skip


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
    quoted = f"From: asker@example.org\nSent: 1 March 2019\nTo: foi@vale.example\nSubject: x\n\n{PLANT} 99\n"
    signed = f"{PROSE}\n\nKind regards\n{PLANT}\n1 High Street, PO Box 9\nTel 101 ext 12\n07700 900123\n"
    below = "From: foi@vale.example\n{}To: a@b.example\nSubject: x\n\nWe dismissed 5 officers.\n"
    forwarded = "See below.\n\n-----Original Message-----\n" + below.format("Sent: 1 March 2019\n")
    inside = "Dear Sir,\n\nWe looked.\n\nWe reply.\n\nAnswers are below in red.\n\n" + below.format(
        "Date: 1 May 2019\n"
    )
    lotus = "----- Forwarded by Jo Bloggs/Vale on 01/04/2019 09:00 -----\n" + below.format("")
    scan = pdf(box(72, 72, 400, 600, "0.5 g"))
    with_path = sent(attached(book(), "../../evil.xlsx"))

    def with_sheet_and(content: bytes, name: str) -> bytes:
        return sent(attached(content, name, attached(book(), "reply.xlsx")))

    def forward(text: str, place: str) -> Example:
        return fine(sent(mail(text, "FW: Your request")), {place: "We dismissed 5 officers."}, "QUOTED_MAIL")

    return {
        "plain": fine(sent(mail()), {"P1": PROSE}),
        "spreadsheet": fine(b"X-Spam: no\nAuthentication-Results: none\n" + with_path, IN_MAIL),
        "portfolio": doubt("EMBEDDED_FILE", with_sheet_and(pdf(change=make_portfolio), "letter.pdf"), IN_MAIL),
        "old_word": doubt("TRUNCATED", with_sheet_and(compound("WordDocument"), "letter.doc"), IN_MAIL),
        "thread": fine(sent(mail(f"{PROSE}\n\n{quoted}")), {"P1": PROSE}, "QUOTED_MAIL"),
        "signature": fine(sent(mail(signed)), {"P1": PROSE}, "SIGNATURE"),
        "number_below_signature": doubt("SIGNATURE", sent(mail(f"{signed}In 2019 we dismissed 5.\n")), {"P1": PROSE}),
        "forwarded": forward(forwarded, "P9"),
        "lotus": forward(lotus, "P6"),
        "answers_inside": fine(sent(mail(inside)), {"P14": "We dismissed 5 officers."}, "QUOTED_MAIL"),
        "encrypted": refused("ENCRYPTED", sent(mail("-----BEGIN PGP MESSAGE-----\nabc\n"))),
        "only_a_scan": refused("SCANNED", sent(attached(scan, "a.pdf", mail("\n")))),
        "cut": refused("TRUNCATED", with_path[:3_000]),
    }  # fmt: skip


FORMATS = {
    "csv": csv, "xlsx": xlsx, "xls": xls, "ods": ods_files, "docx": docx_files, "pdf": pdf_files, "html": html_files,
    "eml": eml_files,
}  # fmt: skip


def examples() -> dict[str, Example]:
    """Return every example by the name of its file."""
    return {f"{name}.{suffix}": example for suffix, make in FORMATS.items() for name, example in make().items()}
