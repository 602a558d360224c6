"""Write the example replies that the manifest describes: python make.py FOLDER. Every one is made here, from nothing.

Each function makes one file and is named for it (`xlsx_hidden_sheet` makes `xlsx_hidden_sheet.xlsx`). What must not be
seen says PLANT; `manifest.toml` says how each file must end, and which cells must be read from it.
"""

import datetime as dt
import io
import struct
import sys
import zipfile
from email.message import EmailMessage
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
import pikepdf
import xlwt
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Color, Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink

PLANT = "Qzplanted"
ROWS = [["Outcome", 2018, 2019], ["Dismissed", 3, 5], ["Warned", 12, "<5"]]
LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PROSE = "1. How many officers were dismissed? 5 officers."


def table(rows: list = ROWS, delimiter: str = ",") -> str:
    return "".join(delimiter.join(str(word) for word in row) + "\r\n" for row in rows)


def csv_plain():
    return table().encode()


def csv_with_mark():
    return table().encode("utf-8-sig")


def csv_utf16():
    return table().encode("utf-16")


def csv_windows():
    return table([["Outcome", "Cost"], ["Café fine", "£5"]]).encode("cp1252")


def csv_semicolons():
    return table(delimiter=";").encode()


def csv_tabs():
    return table(delimiter="\t").encode()


def csv_lines_in_a_field():
    return b'Outcome,2019\r\n"Dismissed,\r\nor resigned",5\r\n'


def csv_day_first():
    return table([["Date", "Cases"], ["03/04/2019", 1], ["25/04/2019", 2]]).encode()


def csv_nul():
    return table().encode().replace(b"5", b"5\0")


def csv_open_quote():
    return b'Outcome,2019\r\n"Dismissed,5\r\n'


def csv_ragged():
    return b"Outcome,2018,2019\r\nDismissed,3\r\nWarned,1,2,3\r\n"


def csv_twice_the_same_column():
    return table([["Outcome", "2019", "2019"], ["Dismissed", 3, 5]]).encode()


def csv_zero_width():
    return table([["Outcome", "2019"], ["Dis\u200bmissed", 5]]).encode()


def csv_right_to_left():
    return table([["Outcome", "2019"], ["Dismissed", "\u202e51"]]).encode()


def csv_look_alike():
    return table([["Outcome", "2019"], ["Dismiss\u0435d", 5]]).encode()


def csv_mojibake():
    return table([["Outcome", "2019"], ["CafÃ© fine", 5]]).encode()


def csv_ambiguous_number():
    return table([["Outcome", "2019"], ["Dismissed", "1.234"]]).encode()


def csv_ambiguous_date():
    return table([["Date", "Cases"], ["03/04/2019", 1], ["05/06/2019", 2]]).encode()


def csv_long_cell():
    return table([["Outcome", "2019"], ["x" * 40_000, 5]]).encode()


def csv_total_that_is_off():
    return table([["Outcome", 2018, 2019], ["Dismissed", 3, 5], ["Warned", 12, "<5"], ["Total", 16, 9]]).encode()


def csv_error_of_a_spreadsheet():
    return table([["Outcome", 2019], ["Dismissed", "#REF!"], ["Warned", 5]]).encode()


def csv_that_is_json():
    return f'[{{"Outcome": "{PLANT}", "2019": 5}}]'.encode()


def csv_empty():
    return b"\r\n"


def csv_header_only():
    return b"Outcome,2018,2019\r\n"


def csv_e_mail_address():
    return table([["Outcome", "Note"], ["Dismissed", f"ask {PLANT}@example.org"]]).encode()


def csv_named_officers():
    return table([["Officer name", "Outcome"], [f"Jo {PLANT}", "Dismissed"]]).encode()


def csv_unknown_bytes():
    return b"Outcome,2019\r\n\x81\x8d\x8f,5\r\n"


def csv_that_is_a_picture():
    return b"\x89PNG\r\n\x1a\n" + bytes(200)


def csv_that_is_xlsx():
    return xlsx_plain()


def saved(book) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def book(rows: list = ROWS):
    made = openpyxl.Workbook()
    made.active.title = "Data"
    for row in rows:
        made.active.append(row)
    return made, made.active


def patched(content: bytes, add: dict | None = None, change: dict | None = None) -> bytes:
    """Return a zip with parts added, and with words replaced in parts: {part: {old: new}}."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            for before, after in (change or {}).get(name, {}).items():
                assert before.encode() in part, f"{before} is not in {name}"
                part = part.replace(before.encode(), after.encode())
            new.writestr(name, part)
        for name, part in (add or {}).items():
            new.writestr(name, part)
    return file.getvalue()


def xlsx_plain():
    return saved(book()[0])


def xlsx_formats():
    made, sheet = book([["Share", "Cost", "Day", "Month"], [0.25, 1234.5, dt.date(2019, 4, 1), dt.date(2019, 4, 1)]])
    for place, code in {"A2": "0%", "B2": '"£"#,##0.00', "C2": "dd/mm/yyyy", "D2": "mmm-yy"}.items():
        sheet[place].number_format = code
    return saved(made)


def xlsx_1904():
    made, sheet = book([["Day", "Cases"], [dt.date(2019, 4, 1), 5]])
    made.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    sheet["A2"].number_format = "dd/mm/yyyy"
    return saved(made)


def xlsx_merged():
    made, sheet = book([["Officers", None, "Staff", None], [2018, 2019, 2018, 2019], [1, 2, 3, 4]])
    sheet.merge_cells("A1:B1")
    sheet.merge_cells("C1:D1")
    return saved(made)


def xlsx_white_on_blue():
    made, sheet = book()
    for cell in sheet[1]:
        cell.font, cell.fill = Font(color="FFFFFF"), PatternFill("solid", fgColor="1F4E78")
    return saved(made)


def xlsx_two_sheets():
    made, _ = book()
    made.create_sheet("Staff").append(["Outcome", 2019])
    made["Staff"].append(["Dismissed", 7])
    return saved(made)


def xlsx_inline_text():
    name = "xl/worksheets/sheet1.xml"
    words = '<c r="A4" t="inlineStr"><is><t>Resigned</t></is></c><c r="B4"><v>4</v></c>'
    return patched(xlsx_plain(), change={name: {"</sheetData>": f'<row r="4">{words}</row></sheetData>'}})


def xlsx_far_cell():
    made, sheet = book()
    sheet["XFD1048576"] = 9
    return saved(made)


def hiding_sheet(state: str) -> bytes:
    made, _ = book()
    made.create_sheet(f"{PLANT} sheet").append([PLANT, 1])
    made.worksheets[1].sheet_state = state
    return saved(made)


def xlsx_hidden_sheet():
    return hiding_sheet("hidden")


def xlsx_very_hidden_sheet():
    return hiding_sheet("veryHidden")


def with_planted(change) -> bytes:
    """Return a workbook with a planted cell at D3, and something done to hide it."""
    made, sheet = book()
    sheet["D3"] = PLANT
    change(sheet)
    return saved(made)


def xlsx_hidden_row():
    return with_planted(lambda sheet: setattr(sheet.row_dimensions[3], "hidden", True))


def xlsx_hidden_column():
    return with_planted(lambda sheet: setattr(sheet.column_dimensions["D"], "hidden", True))


def xlsx_no_width():
    return with_planted(lambda sheet: setattr(sheet.column_dimensions["D"], "width", 0.1))


def xlsx_no_height():
    return with_planted(lambda sheet: setattr(sheet.row_dimensions[3], "height", 0.5))


def xlsx_filtered():
    def change(sheet):
        sheet.auto_filter.ref = "A1:D3"
        sheet.row_dimensions[3].hidden = True

    return with_planted(change)


def xlsx_white_text():
    return with_planted(lambda sheet: setattr(sheet["D3"], "font", Font(color="FFFFFF")))


def xlsx_tiny_text():
    return with_planted(lambda sheet: setattr(sheet["D3"], "font", Font(sz=1)))


def xlsx_pieces_in_white():
    name = "xl/worksheets/sheet1.xml"
    pieces = f'<is><r><t>Seen</t></r><r><rPr><color rgb="FFFFFFFF"/></rPr><t>{PLANT}</t></r></is>'
    row = f'<row r="4"><c r="A4" t="inlineStr">{pieces}</c></row></sheetData>'
    return patched(xlsx_plain(), change={name: {"</sheetData>": row}})


def xlsx_shared_pieces_in_white():
    part = "xl/sharedStrings.xml"
    runs = f'<si><r><t>Seen </t></r><r><rPr><color rgb="FFFFFFFF"/></rPr><t>{PLANT}</t></r></si>'
    return patched(with_shared_texts("X"), change={part: {"<si><t>X</t></si>": runs}})


def xlsx_white_by_theme():
    return with_planted(lambda sheet: setattr(sheet["D3"], "font", Font(color=Color(theme=0, tint=-0.05))))


def xlsx_white_by_number():
    return with_planted(lambda sheet: setattr(sheet["D3"], "font", Font(color=Color(indexed=9))))


def xlsx_white_by_format():
    return with_planted(lambda sheet: setattr(sheet["D3"], "number_format", "[White]@"))


def xlsx_black_on_black():
    return with_planted(lambda sheet: setattr(sheet["D3"], "fill", PatternFill("solid", fgColor="0A0A0A")))


def xlsx_no_usual_width():
    change = {"xl/worksheets/sheet1.xml": {"<sheetFormatPr ": '<sheetFormatPr defaultColWidth="0" '}}
    columns = {"<sheetData>": '<cols><col min="1" max="3" width="9"/></cols><sheetData>'}
    return patched(
        patched(with_planted(lambda sheet: None), change=change), change={"xl/worksheets/sheet1.xml": columns}
    )


def xlsx_hint_on_a_cell():
    made, sheet = book()
    sheet.add_data_validation(DataValidation(type="whole", sqref="B2", prompt=PLANT, promptTitle="x"))
    return saved(made)


def xlsx_hint_on_a_link():
    made, sheet = book()
    sheet["A1"].hyperlink = Hyperlink(ref="A1", location="Data!B2", tooltip=PLANT)
    return saved(made)


def xlsx_link_to_a_person():
    made, sheet = book()
    sheet["A1"].hyperlink = f"mailto:{PLANT}@example.org"
    sheet["A1"].style = "Normal"
    return saved(made)


def xlsx_sheet_not_listed():
    return with_part("xl/worksheets/sheet9.xml", f"<worksheet><sheetData>{PLANT}</sheetData></worksheet>")


def xlsx_comment_in_the_code():
    return patched(xlsx_plain(), change={"xl/worksheets/sheet1.xml": {"<sheetData>": f"<!-- {PLANT} --><sheetData>"}})


def xlsx_name_with_a_text():
    made, _ = book()
    made.defined_names["list"] = DefinedName("list", attr_text=f'IF(1,"{PLANT}",Data!$A$1)')
    return saved(made)


def xlsx_white_by_rule():
    look = DifferentialStyle(font=Font(color="FFFFFF"))

    def change(sheet):
        sheet.conditional_formatting.add("D3", Rule(type="expression", dxf=look, formula=["TRUE"]))

    return with_planted(change)


def xlsx_format_of_nothing():
    return with_planted(lambda sheet: setattr(sheet["D3"], "number_format", ";;;"))


def xlsx_white_by_a_newer_rule():
    look = '<x:dxf><font><color rgb="FFFFFFFF"/></font></x:dxf>'
    rule = f'<x:cfRule type="expression">{look}</x:cfRule><xm:sqref xmlns:xm="m">D3</xm:sqref>'
    rules = f'<extLst><ext xmlns:x="x"><x:conditionalFormatting>{rule}</x:conditionalFormatting></ext></extLst>'
    change = {"xl/worksheets/sheet1.xml": {"</worksheet>": f"{rules}</worksheet>"}}
    return patched(with_planted(lambda sheet: None), change=change)


def xlsx_format_of_another_number():
    made, sheet = book([*ROWS, ["Resigned", 4711, 4712]])
    sheet["B4"].number_format, sheet["C4"].number_format = '"<5"', '"see note"'
    return saved(made)


def xlsx_unused_rows_hidden():
    usual = '<sheetFormatPr zeroHeight="1" baseColWidth'
    return patched(xlsx_plain(), change={"xl/worksheets/sheet1.xml": {"<sheetFormatPr baseColWidth": usual}})


def xlsx_under_a_box():
    corners = "".join(
        f"<xdr:{end}><xdr:col>{column}</xdr:col><xdr:row>{row}</xdr:row></xdr:{end}>"
        for end, column, row in (("from", 3, 1), ("to", 6, 5))
    )
    shape = "<xdr:sp><xdr:spPr><a:solidFill/></xdr:spPr></xdr:sp>"
    drawing = f'<xdr:wsDr xmlns:xdr="d" xmlns:a="a"><xdr:twoCellAnchor>{corners}{shape}</xdr:twoCellAnchor></xdr:wsDr>'
    link = f'<Relationship Id="r1" Type="{OFFICE}/drawing" Target="../drawings/drawing1.xml"/>'
    links = f'<Relationships xmlns="{LINKS}">{link}</Relationships>'
    parts = {"xl/drawings/drawing1.xml": drawing, "xl/worksheets/_rels/sheet1.xml.rels": links}
    return patched(with_planted(lambda sheet: None), add=parts)


def xlsx_formula_on_another_file():
    words = f'<c r="D3"><f>[{PLANT}.xlsx]Sheet1!A1</f><v>4</v></c></row></sheetData>'
    return patched(xlsx_plain(), change={"xl/worksheets/sheet1.xml": {"</row></sheetData>": words}})


def xlsx_under_a_merged_cell():
    content = with_planted(lambda sheet: None)
    merged = '</sheetData><mergeCells count="1"><mergeCell ref="C3:D3"/></mergeCells>'
    return patched(content, change={"xl/worksheets/sheet1.xml": {"</sheetData>": merged}})


def xlsx_outside_the_print_area():
    made, sheet = book()
    sheet["F9"] = "see below"
    sheet.print_area = "A1:C3"
    return saved(made)


def xlsx_comment():
    return with_planted(
        lambda sheet: (setattr(sheet["D3"], "value", 1), setattr(sheet["A1"], "comment", Comment(PLANT, PLANT)))
    )


def xlsx_author():
    made, _ = book()
    made.properties.creator = PLANT
    return saved(made)


def xlsx_list_of_choices():
    made, sheet = book()
    choices = DataValidation(type="list", formula1=f'"{PLANT},b"')
    choices.add("A9")
    sheet.add_data_validation(choices)
    return saved(made)


def xlsx_words_above_the_page():
    made, sheet = book()
    sheet.oddHeader.center.text = "Vale Police"
    return saved(made)


def xlsx_twice_the_same_column():
    return saved(book([["Outcome", "2019", "2019"], ["Dismissed", 3, 5]])[0])


def xlsx_hidden_name():
    made, _ = book()
    made.defined_names["list"] = DefinedName("list", attr_text=f'"{PLANT}"', hidden=True)
    return saved(made)


def with_part(name: str, content: str | bytes = f"<x>{PLANT}</x>") -> bytes:
    return patched(xlsx_plain(), add={name: content})


def xlsx_pivot_cache():
    return with_part("xl/pivotCache/pivotCacheRecords1.xml")


def xlsx_data_model():
    return with_part("xl/model/item.data", PLANT)


def xlsx_external_link():
    return with_part("xl/externalLinks/externalLink1.xml")


def xlsx_query():
    return with_part("xl/connections.xml")


def xlsx_custom_xml():
    return with_part("customXml/item1.xml")


def xlsx_chart_cache():
    return with_part("xl/charts/chart1.xml")


def xlsx_threaded_comment():
    return with_part("xl/threadedComments/threadedComment1.xml")


def xlsx_revisions():
    return with_part("xl/revisions/revisionLog1.xml")


def xlsx_embedded():
    return with_part("xl/embeddings/oleObject1.bin", PLANT)


def xlsx_unknown_part():
    return with_part("extra/notes.bin", PLANT)


def xlsx_macro():
    return with_part("xl/vbaProject.bin", PLANT)


def with_shared_texts(*texts: str) -> bytes:
    """Return a workbook whose cell A2 shows the first of its shared texts."""
    shared = f"<sst>{''.join(f'<si><t>{text}</t></si>' for text in texts)}</sst>"
    old = '<c r="A2" t="inlineStr"><is><t>Dismissed</t></is></c>'
    change = {"xl/worksheets/sheet1.xml": {old: '<c r="A2" t="s"><v>0</v></c>'}}
    plain = {name: part for name, part in parts_of(xlsx_plain()).items() if name != "xl/sharedStrings.xml"}
    return patched(zipped(plain), add={"xl/sharedStrings.xml": shared}, change=change)


def parts_of(content: bytes) -> dict:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def xlsx_shared_text():
    return with_shared_texts("Sacked")


def xlsx_text_no_cell_shows():
    return with_shared_texts("Sacked", PLANT)


def xlsx_formula_without_value():
    made, sheet = book()
    sheet["B4"] = "=SUM(B2:B3)"
    return saved(made)


def summed(value: str) -> bytes:
    made, sheet = book()
    sheet["B4"] = "=SUM(B2:B3)"
    change = {"<f>SUM(B2:B3)</f><v></v>": f"<f>SUM(B2:B3)</f><v>{value}</v>"}
    return patched(saved(made), change={"xl/worksheets/sheet1.xml": change})


def xlsx_sum_that_holds():
    return summed("15")


def xlsx_stale_sum():
    return summed("16")


def xlsx_copied_sums():
    """The sum in C4 is shared with B4, as a spreadsheet program stores a formula that was drawn to the right."""
    made, _ = book([["Outcome", 2018, 2019], ["Dismissed", 3, 5], ["Warned", 12, 4], ["Total", 0, 0]])
    first = '<c r="B4"><f t="shared" ref="B4:C4" si="0">SUM(B2:B3)</f><v>15</v></c>'
    change = {
        '<c r="B4" t="n"><v>0</v></c>': first,
        '<c r="C4" t="n"><v>0</v></c>': '<c r="C4"><f t="shared" si="0"/><v>10</v></c>',
    }
    return patched(saved(made), change={"xl/worksheets/sheet1.xml": change})


def xlsx_error():
    made, sheet = book()
    sheet["B3"] = "#REF!"
    sheet["B3"].data_type = "e"
    return saved(made)


def xlsx_no_rows():
    return saved(book([])[0])


def xlsx_bomb():
    return patched(xlsx_plain(), add={"xl/media/image1.png": bytes(30_000_000)})


def xlsx_path():
    return with_part(f"../{PLANT}.txt", "x")


def xlsx_same_part_twice():
    file = io.BytesIO(xlsx_plain())
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("XL/workbook.xml", PLANT)
    return file.getvalue()


def xlsx_entities():
    dtd = f'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/{PLANT}">]><worksheet '
    return patched(xlsx_plain(), change={"xl/worksheets/sheet1.xml": {"<worksheet ": dtd}})


def xlsx_deep():
    deep = "<a>" * 5000 + "</a>" * 5000
    return patched(xlsx_plain(), change={"xl/worksheets/sheet1.xml": {"</sheetData>": f"</sheetData>{deep}"}})


def xlsx_cut():
    return xlsx_plain()[:-400]


def xlsx_encrypted():
    return renamed_stream("EncryptedPackage")


def xlsx_that_is_csv():
    return csv_plain()


def old_book(change=lambda made, sheet: None) -> bytes:
    made = xlwt.Workbook()
    sheet = made.add_sheet("Data")
    for row, words in enumerate(ROWS):
        for column, word in enumerate(words):
            sheet.write(row, column, word)
    change(made, sheet)
    return saved(made)


def renamed_stream(name: str) -> bytes:
    """Return a compound file whose only stream is called something else than Workbook."""
    content, old = old_book(), "Workbook".encode("utf-16-le")
    at = content.index(old)
    entry = name.encode("utf-16-le").ljust(64, b"\0") + (2 * len(name) + 2).to_bytes(2, "little")
    return content[:at] + entry + content[at + 66 :]


def xls_plain():
    return old_book()


def xls_dates():
    day = xlwt.easyxf(num_format_str="dd/mm/yyyy")
    return old_book(lambda made, sheet: (sheet.write(3, 0, dt.date(2019, 4, 1), day), sheet.write(3, 1, 0.5)))


def xls_merged():
    return old_book(lambda made, sheet: sheet.write_merge(4, 4, 0, 2, "All outcomes"))


def hiding_old_sheet(state: int) -> bytes:
    def change(made, sheet):
        other = made.add_sheet(f"{PLANT} b")
        other.write(0, 0, PLANT)
        other.visibility = state

    return old_book(change)


def xls_hidden_sheet():
    return hiding_old_sheet(1)


def xls_very_hidden_sheet():
    return hiding_old_sheet(2)


def xls_hidden_row():
    return old_book(lambda made, sheet: (sheet.write(3, 0, PLANT), setattr(sheet.row(3), "hidden", True)))


def xls_hidden_column():
    return old_book(lambda made, sheet: (sheet.write(3, 5, PLANT), setattr(sheet.col(5), "hidden", True)))


def xls_no_height():
    def change(made, sheet):
        sheet.write(3, 0, PLANT)
        sheet.row(3).height_mismatch, sheet.row(3).height = True, 0

    return old_book(change)


def xls_white_text():
    return old_book(lambda made, sheet: sheet.write(3, 0, PLANT, xlwt.easyxf("font: colour white")))


def xls_format_of_nothing():
    return old_book(lambda made, sheet: sheet.write(3, 0, PLANT, xlwt.easyxf(num_format_str=";;;")))


def xls_formula_without_value():
    return old_book(lambda made, sheet: sheet.write(3, 1, xlwt.Formula("B2+B3")))


def worked_out(content: bytes, *values: float | None) -> bytes:
    """Return an xls whose formulas have these values, in their order; None leaves one without."""
    at = content.index(b"\x09\x08\x10\x00", content.index(b"\x09\x08\x10\x00") + 4)
    for value in values:
        at = content.index(b"\x06\x00", at)
        while (
            struct.unpack_from("<H", content, at + 2)[0] not in range(22, 60)
            or content[at + 16 : at + 18] != b"\xff\xff"
        ):
            at = content.index(b"\x06\x00", at + 1)
        if value is not None:
            content = content[: at + 10] + struct.pack("<d", value) + content[at + 18 :]
        at += 26
    return content


def old_sums(*values: float | None) -> bytes:
    def change(made, sheet):
        sheet.write(3, 0, "Total")
        for column, formula in enumerate(("SUM(B2:B3)", "C2+C2"), start=1):
            sheet.write(3, column, xlwt.Formula(formula))

    return worked_out(old_book(change), *values)


def xls_sums_that_hold():
    return old_sums(15, 10)


def xls_stale_sum():
    return old_sums(15, 11)


def xls_one_formula_without_value():
    return old_sums(15, None)


def xls_program_sheet():
    content = old_book(lambda made, sheet: made.add_sheet(PLANT).write(0, 0, PLANT))
    at = content.rindex(b"\x85\x00", 0, content.index(PLANT.encode()))
    return content[: at + 9] + b"\x01" + content[at + 10 :]


def xls_pieces_in_white():
    white = xlwt.easyfont("colour white")
    return old_book(lambda made, sheet: sheet.write_rich_text(3, 0, ("Seen", (PLANT, white))))


def xls_words_above_the_page():
    return old_book(lambda made, sheet: setattr(sheet, "header_str", b"&CVale Police"))


def xls_author():
    return old_book(lambda made, sheet: setattr(made, "owner", PLANT))


def xls_cut():
    return xls_plain()[:2000]


def xls_that_is_word():
    return renamed_stream("WordDocument")


def xls_that_is_xml():
    inside = f"<Worksheet><Table><Row><Cell><Data>{PLANT}</Data></Cell></Row></Table></Worksheet>"
    return f'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook>{inside}</Workbook>'.encode()


def xls_that_is_html():
    return html_plain()


SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{word}:1.0"'
    for name, word in {"office": "office", "table": "table", "text": "text", "style": "style", "meta": "meta"}.items()
)
SPACES += ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"'
SPACES += ' xmlns:dc="http://purl.org/dc/elements/1.1/"'


def ods_cell(word, attributes: str = "") -> str:
    if isinstance(word, int | float):
        kind = f'office:value-type="float" office:value="{word}"'
    else:
        kind = 'office:value-type="string"'
    return f"<table:table-cell {kind} {attributes}><text:p>{escape(str(word))}</text:p></table:table-cell>"


def ods_style(name: str, family: str, inside: str) -> str:
    return f'<style:style style:name="{name}" style:family="{family}">{inside}</style:style>'


def ods_cells(cells: str) -> str:
    return f"<table:table-row>{cells}</table:table-row>"


def ods_row(words: list, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(ods_cell(word) for word in words)}</table:table-row>"


def ods(more: str = "", styles: str = "", tables: str = "", parts: dict | None = None, columns: str = "") -> bytes:
    rows = "".join(ods_row(row) for row in ROWS) + more
    content = (
        f"<office:document-content {SPACES}><office:automatic-styles>{styles}</office:automatic-styles><office:body>"
        f'<office:spreadsheet><table:table table:name="Data">{columns}{rows}</table:table>{tables}</office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    return zipped(
        {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content} | (parts or {})
    )


def zipped(parts: dict) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def ods_plain():
    return ods()


def ods_dates():
    kind = 'office:value-type="date" office:date-value="2019-04-01"'
    return ods(ods_cells(f"<table:table-cell {kind}><text:p>01/04/19</text:p></table:table-cell>"))


def ods_repeated():
    row = ods_cells(ods_cell(4, 'table:number-columns-repeated="3"'))
    empty = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    return ods(row + empty + ods_row(["End"]))


def ods_merged():
    covered = "<table:covered-table-cell/>"
    return ods(ods_cells(ods_cell("Both", 'table:number-columns-spanned="2"') + covered))


def ods_hidden_sheet():
    style = ods_style("no", "table", '<style:table-properties table:display="false"/>')
    return ods(
        tables=f'<table:table table:name="{PLANT}" table:style-name="no">{ods_row([PLANT])}</table:table>', styles=style
    )


def ods_hidden_row():
    return ods(ods_row([PLANT], 'table:visibility="collapse"'))


def ods_filtered_row():
    return ods(ods_row([PLANT], 'table:visibility="filter"'))


def ods_hidden_column():
    columns = '<table:table-column table:number-columns-repeated="3"/><table:table-column table:visibility="collapse"/>'
    return ods(ods_row(["Seen", 1, 2, PLANT]), columns=columns)


def ods_white_text():
    style = ods_style("w", "table-cell", '<style:text-properties fo:color="#ffffff"/>')
    return ods(ods_cells(ods_cell(PLANT, 'table:style-name="w"')), styles=style)


def ods_white_by_a_style_of_the_template():
    parent = ods_style("p", "table-cell", '<style:text-properties fo:color="#ffffff"/>')
    own = '<style:style style:name="w" style:family="table-cell" style:parent-style-name="p"/>'
    template = f"<office:document-styles {SPACES}><office:styles>{parent}</office:styles></office:document-styles>"
    return ods(ods_cells(ods_cell(PLANT, 'table:style-name="w"')), styles=own, parts={"styles.xml": template})


def ods_pieces_in_white():
    style = ods_style("w", "text", '<style:text-properties fo:color="#ffffff"/>')
    cell = ods_cell("Seen").replace("</text:p>", f'<text:span text:style-name="w">{PLANT}</text:span></text:p>')
    return ods(ods_cells(cell), styles=style)


def ods_white_by_rule():
    style = ods_style("w", "table-cell", '<style:text-properties fo:color="#ffffff"/>')
    rule = '<calcext:condition calcext:apply-style-name="w" calcext:value="!=0"/>'
    where = 'calcext:target-range-address="Data.A4:Data.B4"'
    rules = f'<calcext:conditional-format xmlns:calcext="c" {where}>{rule}</calcext:conditional-format>'
    return ods(ods_row([PLANT, "Seen"]) + rules, styles=style)


def ods_white_by_a_renamed_rule():
    renamed = {"content.xml": {'style:name="w"': 'style:name="w_5f_1" style:display-name="w"'}}
    return patched(ods_white_by_rule(), change=renamed)


def ods_another_number_stored():
    cell = ods_cell(4711).replace("<text:p>4711", "<text:p>&lt;5")
    return ods(ods_cells(ods_cell("Resigned") + cell))


def ods_copy_of_another_file():
    source = '<table:table-source xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="file:///c/other.ods"/>'
    return ods(tables=f'<table:table table:name="{PLANT}">{source}{ods_row([PLANT, 9])}</table:table>')


def ods_under_a_picture():
    picture = '<draw:frame xmlns:draw="d" table:end-cell-address="Data.E9"><draw:image/></draw:frame>'
    first = f"<table:table-cell/><table:table-cell>{picture}</table:table-cell>{ods_cell(PLANT)}"
    return ods(ods_cells(first + ods_cell("Seen") * 2))


def ods_repeated_by_a_word():
    return ods(ods_row([PLANT], 'table:number-rows-repeated="many"'))


def ods_property_of_a_program():
    own = '<meta:user-defined meta:name="AppVersion">12.0000</meta:user-defined>'
    meta = f"<office:document-meta {SPACES}><office:meta>{own}</office:meta></office:document-meta>"
    return ods(parts={"meta.xml": meta})


def ods_format_of_nothing():
    numbers = '<number:text-style xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" style:name="N9"/>'
    style = '<style:style style:name="n" style:family="table-cell" style:data-style-name="N9"/>'
    return ods(ods_cells(ods_cell(PLANT, 'table:style-name="n"')), styles=numbers + style)


def ods_outside_the_print_area():
    ranges = '<table:table table:print-ranges="$Data.$A$1:$Data.$C$3" '
    return patched(ods(ods_row(["see below"])), change={"content.xml": {"<table:table ": ranges}})


def ods_shape():
    shape = f'<draw:custom-shape xmlns:draw="d"><text:p>{PLANT}</text:p></draw:custom-shape>'
    return ods(ods_row(["Seen"]).replace("</text:p>", f"</text:p>{shape}"))


def summed_ods(value: int) -> bytes:
    return ods(ods_cells(ods_cell("Total") + ods_cell(value, 'table:formula="of:=SUM([.B2:.B3])"')))


def ods_sum_that_holds():
    return summed_ods(15)


def ods_stale_sum():
    return summed_ods(16)


def ods_note():
    note = f"<office:annotation><dc:creator>{PLANT}</dc:creator><text:p>{PLANT}</text:p></office:annotation>"
    return ods(ods_row(["Seen"]).replace("<text:p>", note + "<text:p>", 1))


def ods_author():
    author = f"<office:meta><meta:initial-creator>{PLANT}</meta:initial-creator></office:meta>"
    meta = f"<office:document-meta {SPACES}>{author}</office:document-meta>"
    return ods(parts={"meta.xml": meta})


def ods_macro():
    return ods(parts={"Basic/Standard/Module1.xml": f"<x>{PLANT}</x>"})


def ods_under_a_merged_cell():
    covered = f"<table:covered-table-cell><text:p>{PLANT}</text:p></table:covered-table-cell>"
    return ods(ods_cells(ods_cell("Both", 'table:number-columns-spanned="2"') + covered))


def ods_too_many_cells():
    cell = ods_cell(4, 'table:number-columns-repeated="1000"')
    return ods(f'<table:table-row table:number-rows-repeated="1048000">{cell}</table:table-row>')


def ods_encrypted():
    manifest = f'<m:manifest xmlns:m="x"><m:file-entry><m:encryption-data/>{PLANT}</m:file-entry></m:manifest>'
    return ods(parts={"META-INF/manifest.xml": manifest})


def ods_entities():
    return ods(parts={"styles.xml": f'<!DOCTYPE x [<!ENTITY a "{PLANT}">]><x>&a;</x>'})


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def run(text: str, look: str = "") -> str:
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs: str) -> str:
    return f"<w:p>{''.join(word if word.startswith('<') else run(word) for word in runs)}</w:p>"


def word_cell(content, look: str = "") -> str:
    inside = content if str(content).startswith("<") else paragraph(str(content))
    return f"<w:tc><w:tcPr>{look}</w:tcPr>{inside}</w:tc>"


def word_row(*cells: str) -> str:
    return f"<w:tr>{''.join(cells)}</w:tr>"


def word_table(rows: list) -> str:
    return f"<w:tbl>{''.join(word_row(*map(word_cell, row)) for row in rows)}</w:tbl>"


SEEN = [["Outcome", 2018, 2019], ["Dismissed", 3, 5], ["Warned", 12, "&lt;5"]]


def docx(*more: str, parts: dict | None = None) -> bytes:
    body = paragraph(PROSE) + word_table(SEEN) + "".join(more)
    document = f"<w:document {W}><w:body>{body}</w:body></w:document>"
    return zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": document} | (parts or {}))


def docx_plain():
    return docx()


def docx_nested_table():
    return docx(f"<w:tbl><w:tr>{word_cell(word_table([['Inner', 7]]) + paragraph('Outer'))}</w:tr></w:tbl>")


def docx_content_control():
    return docx(f"<w:sdt><w:sdtContent>{paragraph('In a control: 6')}</w:sdtContent></w:sdt>")


def docx_merged():
    first = word_row(word_cell("Both", '<w:gridSpan w:val="2"/>'), word_cell("Third"))
    return docx(f"<w:tbl>{first}{word_row(word_cell(1), word_cell(2), word_cell(3))}</w:tbl>")


def docx_row_too_low():
    low = '<w:trPr><w:trHeight w:val="1" w:hRule="exact"/></w:trPr>'
    return docx(f"<w:tbl><w:tr>{low}{word_cell(PLANT)}</w:tr>{word_row(word_cell('Seen'))}</w:tbl>")


def docx_called_otherwise():
    document = f"<w:document {W}><w:body>{paragraph(PLANT)}</w:body></w:document>"
    link = f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="word/document2.xml"/>'
    links = f'<Relationships xmlns="{LINKS}">{link}</Relationships>'
    shown = zipfile.ZipFile(io.BytesIO(docx())).read("word/document.xml")
    return zipped({"_rels/.rels": links, "word/document.xml": document, "word/document2.xml": shown})


def docx_notes_and_headers():
    note = f'<w:footnote w:id="2">{paragraph("One was acquitted")}</w:footnote>'
    header = f"<w:hdr {W}>{paragraph('Vale Police')}</w:hdr>"
    return docx(parts={"word/header1.xml": header, "word/footnotes.xml": f"<w:footnotes {W}>{note}</w:footnotes>"})


def docx_text_box():
    box = f"<w:r><w:pict><w:txbxContent>{paragraph('In a box: 8')}</w:txbxContent></w:pict></w:r>"
    return docx(paragraph(box))


def docx_numbered_list():
    levels = [("decimal", "%1."), ("lowerLetter", "(%2)")]
    inside = "".join(
        f'<w:lvl w:ilvl="{at}"><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for at, (kind, text) in enumerate(levels)
    )
    lists = f'<w:abstractNum w:abstractNumId="7">{inside}</w:abstractNum>'
    lists += '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'

    def entry(text: str, depth: int) -> str:
        look = f'<w:pPr><w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="1"/></w:numPr></w:pPr>'
        return paragraph(look + run(text))

    more = [entry("5 officers", 0), entry("4 warned", 1), entry("1 dismissed", 1), entry("3 staff", 0)]
    return docx(*more, parts={"word/numbering.xml": f"<w:numbering {W}>{lists}</w:numbering>"})


def docx_tracked_changes():
    gone = f"<w:del><w:r><w:delText>{PLANT}</w:delText></w:r></w:del>"
    return docx(paragraph("Total: ", f"<w:ins>{run('9')}</w:ins>", gone))


def docx_hidden_text():
    return docx(paragraph("Seen", run(PLANT, "<w:vanish/>")))


def docx_hidden_by_style():
    style = f'<w:styles {W}><w:style w:styleId="h"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>'
    return docx(paragraph(run(PLANT, '<w:rStyle w:val="h"/>')), parts={"word/styles.xml": style})


def docx_hidden_by_the_base_of_a_style():
    base = '<w:style w:styleId="b"><w:rPr><w:vanish/></w:rPr></w:style>'
    style = f'<w:styles {W}>{base}<w:style w:styleId="h"><w:basedOn w:val="b"/></w:style></w:styles>'
    return docx(paragraph(run(PLANT, '<w:rStyle w:val="h"/>')), parts={"word/styles.xml": style})


def docx_black_marker():
    return docx(paragraph("Seen", run(PLANT, '<w:highlight w:val="black"/>')))


def docx_white_on_blue():
    cell = word_cell(paragraph(run("Heading 7", '<w:color w:val="FFFFFF"/>')), '<w:shd w:fill="1F4E78"/>')
    return docx(f"<w:tbl>{word_row(cell)}</w:tbl>")


def docx_variable():
    variable = f'<w:docVars><w:docVar w:name="x" w:val="{PLANT}"/></w:docVars>'
    return docx(parts={"word/settings.xml": f"<w:settings {W}>{variable}</w:settings>"})


def docx_instruction():
    pieces = [f' COMMENTS "{PLANT[:4]}', f'{PLANT[4:]}" ']
    text = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    return docx(paragraph("Seen", begin, text, end))


def docx_choices():
    choices = f'<w:dropDownList><w:listItem w:value="{PLANT}"/></w:dropDownList>'
    return docx(f"<w:sdt><w:sdtPr>{choices}</w:sdtPr><w:sdtContent>{paragraph('Chosen: 6')}</w:sdtContent></w:sdt>")


def docx_hidden_text_box():
    box = f"<w:txbxContent>{paragraph(PLANT)}</w:txbxContent>"
    shape = f'<v:shape xmlns:v="urn:schemas-microsoft-com:vml" style="visibility: hidden">{box}</v:shape>'
    return docx(paragraph("Seen", f"<w:r><w:pict>{shape}</w:pict></w:r>"))


def docx_white_text():
    return docx(paragraph("Seen", run(PLANT, '<w:color w:val="FFFFFF"/>')))


def docx_tiny_text():
    return docx(paragraph("Seen", run(PLANT, '<w:sz w:val="2"/>')))


def docx_comment():
    return docx(parts={"word/comments.xml": f"<w:comments {W}>{paragraph(PLANT)}</w:comments>"})


def docx_embedded():
    return docx(parts={"word/embeddings/oleObject1.bin": PLANT})


def docx_macro():
    return docx(parts={"word/vbaProject.bin": PLANT})


def docx_author():
    core = f'<c:coreProperties xmlns:c="c" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>{PLANT}</dc:creator></c:coreProperties>'
    return docx(parts={"docProps/core.xml": core})


def docx_template_elsewhere():
    link = f'<Relationship Id="r1" Type="x/attachedTemplate" Target="file:///{PLANT}.dotm" TargetMode="External"/>'
    parts = {
        "word/settings.xml": f"<w:settings {W}/>",
        "word/_rels/settings.xml.rels": f"<Relationships>{link}</Relationships>",
    }
    return docx(parts=parts)


def docx_named_officer():
    return docx(paragraph(f"Sergeant {PLANT} was dismissed."))


def docx_cut():
    return docx()[:-100]


def words(text: str, x: float, y: float, size: float = 11, before: str = "0 g") -> str:
    escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT {before} /F1 {size} Tf {x} {y} Td ({escaped}) Tj ET\n"


def ruled(rows: list, top: float = 700) -> str:
    """Return a table with lines around each cell."""
    across, down = [72, 172, 272, 372], [top - 20 * row for row in range(len(rows) + 1)]
    lines = [f"{across[0]} {y} m {across[-1]} {y} l S" for y in down] + [
        f"{x} {down[0]} m {x} {down[-1]} l S" for x in across
    ]
    texts = [words(str(word), across[k] + 4, down[r] - 14) for r, row in enumerate(rows) for k, word in enumerate(row)]
    return "\n".join([*lines, *texts])


def pdf(*pages: str, change=lambda made: None, **options) -> bytes:
    made = pikepdf.new()
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    for content in pages or (words(PROSE, 72, 760) + ruled(ROWS),):
        page = made.add_blank_page(page_size=(595, 842))
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.Contents = made.make_stream(content.encode("cp1252"))
    change(made)
    file = io.BytesIO()
    made.save(file, **{"deterministic_id": "encryption" not in options} | options)
    return file.getvalue()


def planted_pdf(content: str) -> bytes:
    return pdf(words(PROSE, 72, 760) + ruled(ROWS) + content)


def pdf_plain():
    return pdf()


def pdf_two_pages():
    return pdf(ruled(ROWS, 160), ruled([ROWS[0], ["Resigned", 4, 6]], 780))


def pdf_two_tables_on_two_pages():
    return pdf(ruled(ROWS, 160), words("Staff", 72, 760) + ruled([ROWS[0], ["Resigned", 4, 6]], 740))


def pdf_columns_without_lines():
    rows = [words(str(word), 72 + 150 * k, 700 - 20 * r) for r, row in enumerate(ROWS) for k, word in enumerate(row)]
    return pdf("".join(rows))


def pdf_white_on_blue():
    return planted_pdf("0 0 0.6 rg 72 500 200 20 re f\n" + words("Heading 7", 76, 505, before="1 g"))


def pdf_turned():
    turned = "q 0 1 -1 0 595 0 cm\n" + words(PROSE, 72, 560) + ruled(ROWS, 500) + "Q\n"
    return pdf(turned, change=lambda made: made.pages[0].rotate(90, relative=False))


def pdf_sideways():
    return pdf("q 0 1 -1 0 595 0 cm\n" + words(PROSE, 72, 560) + ruled(ROWS, 500) + "Q\n")


def pdf_covered_text():
    return planted_pdf(words(PLANT, 72, 500) + "0 g 70 495 200 20 re f\n")


def pdf_white_text():
    return planted_pdf(words(PLANT, 72, 500, before="1 g"))


def pdf_tiny_text():
    return planted_pdf(words(PLANT, 72, 500, size=0.5))


def pdf_off_the_page():
    return planted_pdf(words(PLANT, -400, 500))


def pdf_text_without_ink():
    return planted_pdf(words(PLANT, 72, 500, before="3 Tr"))


def pdf_see_through_text():
    def change(made):
        made.pages[0].Resources.ExtGState = pikepdf.Dictionary(G1=pikepdf.Dictionary(ca=0))

    return pdf(words(PROSE, 72, 760) + ruled(ROWS) + f"q /G1 gs\n{words(PLANT, 72, 500)}Q\n", change=change)


def pdf_struck_out_text():
    return planted_pdf(words(PLANT, 72, 500) + "20 w 0 G 70 503 m 270 503 l S\n")


def pdf_text_without_width():
    return planted_pdf(f"BT /F1 11 Tf 0.1 Tz 72 500 Td ({PLANT}) Tj ET\n")


def pdf_below_the_crop():
    def change(made):
        made.pages[0].CropBox = pikepdf.Array([0, 60, 595, 842])

    return pdf(words(PROSE, 72, 760) + ruled(ROWS) + words(PLANT, 72, 20), change=change)


def pdf_text_cut_away():
    return planted_pdf(f"q 0 0 0 0 re W n\n{words(PLANT, 72, 500)}Q\n")


def pdf_earlier_version():
    """A second version written after the first, as programs save a change: the old page stays in the file."""
    content = planted_pdf(words(PLANT, 72, 500))
    with pikepdf.open(io.BytesIO(content)) as made:
        number = made.pages[0].Contents.objgen[0]
    start, at = content.rindex(b"startxref"), len(content)
    steps = (words(PROSE, 72, 760) + ruled(ROWS)).encode("cp1252")
    new = b"%d 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (number, len(steps), steps)
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, at)
    trailer = content[content.rindex(b"trailer") : start].rstrip()
    trailer = trailer[:-2] + b" /Prev %d >>\n" % int(content[start + 9 :].split()[0])
    return content + new + table + trailer + b"startxref\n%d\n%%%%EOF\n" % (at + len(new))


def pdf_author_in_metadata():
    listed = f"<rdf:Seq><rdf:li>{PLANT}</rdf:li></rdf:Seq>"
    creator = f"<dc:creator xmlns:dc='http://purl.org/dc/elements/1.1/'>{listed}</dc:creator>"
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    entry = f"<rdf:RDF xmlns:rdf='{rdf}'><rdf:Description rdf:about=''>{creator}</rdf:Description></rdf:RDF>"
    meta = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{entry}</x:xmpmeta>".encode()
    return pdf(change=lambda made: setattr(made.Root, "Metadata", made.make_stream(meta)))


def pdf_scanned():
    return pdf("0.5 g 72 72 400 600 re f\n")


def pdf_page_that_is_a_picture():
    def change(made):
        dots = made.make_stream(bytes([9]), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image)
        dots.Width, dots.Height, dots.ColorSpace, dots.BitsPerComponent = 1, 1, pikepdf.Name.DeviceGray, 8
        made.pages[1].Resources.XObject = pikepdf.Dictionary(I1=dots)

    return pdf(words(PROSE, 72, 760) + ruled(ROWS), "q 400 0 0 600 72 72 cm /I1 Do Q\n", change=change)


def pdf_under_a_filled_note():
    content = words(PROSE, 72, 760) + ruled(ROWS) + words(PLANT, 74, 505)
    return pdf(content, change=lambda made: with_note(made, "Square", IC=[0, 0, 0]))


def pdf_attachment():
    return pdf(change=lambda made: made.attachments.__setitem__(f"{PLANT}.txt", PLANT.encode()))


def with_note(made, kind: str, **more):
    entry = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name("/" + kind), Rect=[72, 500, 200, 520], **more
    )
    made.pages[0].Annots = made.make_indirect(pikepdf.Array([made.make_indirect(entry)]))


def pdf_note():
    return pdf(change=lambda made: with_note(made, "Text", Contents=PLANT))


def with_field(made, **more):
    with_note(made, "Widget", FT=pikepdf.Name.Tx, T="a", **more)
    made.Root.AcroForm = pikepdf.Dictionary(Fields=made.pages[0].Annots, DR=made.pages[0].Resources)


def pdf_form():
    return pdf(change=lambda made: with_field(made, V="17 officers", DA="/F1 11 Tf 0 g", F=4))


def pdf_form_nobody_sees():
    return pdf(change=lambda made: with_field(made, V=PLANT, DA="/F1 11 Tf 0 g", F=2))


def pdf_form_without_a_font():
    return pdf(change=lambda made: with_field(made, V=PLANT))


def pdf_ticks():
    def change(made):
        name = pikepdf.Name.ZapfDingbats
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=name)
        made.pages[0].Resources.Font.F2 = font

    ticked = words("4", 72, 500).replace("/F1", "/F2")
    return pdf(words(PROSE, 72, 760) + ruled(ROWS) + ticked, change=change)


def pdf_layer():
    def change(made):
        layer = made.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name=PLANT))
        made.pages[0].Resources.Properties = pikepdf.Dictionary(L1=layer)
        made.Root.OCProperties = pikepdf.Dictionary(OCGs=[layer], D=pikepdf.Dictionary(OFF=[layer]))

    content = words(PROSE, 72, 760) + ruled(ROWS) + "/OC /L1 BDC\n" + words(PLANT, 72, 500) + "EMC\n"
    return pdf(content, change=change)


def pdf_program():
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=f"app.alert('{PLANT}')")
    return pdf(change=lambda made: made.Root.__setattr__("OpenAction", action))


def pdf_author():
    return pdf(change=lambda made: made.docinfo.__setitem__("/Author", PLANT))


def pdf_encrypted():
    return pdf(encryption=pikepdf.Encryption(owner=PLANT, user=PLANT))


def pdf_cut():
    return pdf()[:-200]


def page(more: str = "", head: str = "") -> bytes:
    rows = "".join(f"<tr>{''.join(f'<td>{word}</td>' for word in row)}</tr>" for row in SEEN)
    body = f"<p>{PROSE}</p><table>{rows}</table>{more}"
    text = f"<!DOCTYPE html><html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"
    return text.encode()


def html_plain():
    return page()


def html_spans():
    rows = "<tr><th colspan=2>Officers</th><th rowspan=2>All</th></tr><tr><th>2018</th><th>2019</th></tr>"
    rows += "<tr><td>1<td>2<td>3</tr>"
    return page(f"<table>{rows}</table>")


def html_nested_table():
    return page("<table><tr><td>Outer<table><tr><td>Inner</td><td>7</td></tr></table></td></tr></table>")


def html_hidden_row():
    return page(f"<table><tr><td>Seen</td></tr><tr style='display:none'><td>{PLANT}</td></tr></table>")


def html_hidden_by_class():
    return page(f"<p class='x'>{PLANT}</p>", head="<style>.x { visibility: hidden }</style>")


def html_hidden_by_an_attribute():
    rule = "<style>p[data-a='1']{display:none}</style>"
    return page(f"<p data-a='1'>{PLANT}</p><p data-a='2'>Seen</p>", rule)


def html_white_by_a_named_colour():
    return page(f"<p style='color: var(--paper)'>{PLANT}</p>", "<style>:root{--paper: #fff}</style>")


def html_rules_that_hide_nothing():
    rules = "[hidden]{display:none} .a::after{visibility:hidden;content:'.'} p:hover{opacity:0}"
    return page("<p class='a'>Seen</p>", f"<style>{rules} @media print {{ .a {{ display: none }} }}</style>")


def html_hidden_by_place():
    rows = f"<tr><td>Seen</td><td>{PLANT}</td></tr>"
    return page(f"<table class='t'>{rows}</table>", head="<style>table.t td + td { display: none }</style>")


def html_hidden_column():
    columns = "<colgroup><col><col style='visibility: collapse'></colgroup>"
    return page(f"<table>{columns}<tr><td>Seen</td><td>{PLANT}</td></tr></table>")


def html_of_a_word_processor():
    return page(head=f"<!--[if gte mso 9]><xml><o:Author>{PLANT}</o:Author></xml><![endif]-->")


def html_white_text():
    return page(f"<p style='color:#fff'>{PLANT}</p>")


def html_tiny_text():
    return page(f"<p>Seen <span style='font-size:0'>{PLANT}</span></p>")


def html_white_by_a_class_above():
    return page(f"<div class='x'><p><b>{PLANT}</b></p></div>", head="<style>.x { color: rgb(250, 250, 250) }</style>")


def html_white_on_blue_by_class():
    rows = "<tr><td>Heading 7</td></tr>"
    return page(
        f"<table class='t'>{rows}</table>", head="<style>.t { background: #1F4E78 } .t td { color: white }</style>"
    )


def html_black_on_black():
    return page(f"<p>Seen</p><p style='background: black'>{PLANT}</p>").replace(b"<td>", b"<td style='color: black'>")


def html_without_room():
    style = "position: absolute; width: 1px; height: 1px; overflow: hidden; clip: rect(0, 0, 0, 0)"
    return page(f"<p>Seen <span style='{style}'>{PLANT}</span></p>")


def html_folded():
    return page(f"<details><summary>More</summary><p>{PLANT}</p></details>")


def html_attribute():
    return page(f"<p data-note='{PLANT}'>Seen</p>")


def html_drawing():
    return page(f"<svg><text>{PLANT}</text></svg>")


def html_text_of_the_style():
    return page("<p class='x'>Seen</p>", head=f"<style>.x::after {{ content: '{PLANT}' }}</style>")


def html_off_the_page():
    return page(f"<p style='position:absolute; left:-9999px'>{PLANT}</p>")


def html_comment():
    return page(f"<!-- {PLANT} -->")


def html_script():
    return page(f"<script>var x = '{PLANT}'</script>")


def html_hidden_input():
    return page(f"<form><input type='hidden' value='{PLANT}'></form>")


def html_remote_picture():
    return page(f"<img src='https://example.org/{PLANT}.png'>")


def html_fetching_style():
    return page("<p style='background: url(https://www.example.org/a.gif)'>Seen</p>")


def html_author():
    return page(head=f"<meta name='author' content='{PLANT}'>")


def html_entities():
    return page().replace(b"<!DOCTYPE html>", f'<!DOCTYPE html [<!ENTITY a "{PLANT}">]>'.encode())


def html_cut():
    return page()[:-60]


def html_telephone():
    return page("<p>Call 01632 960 001</p>")


def mail(text: str = PROSE, page_text: bytes = b"") -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "foi@vale.example", "asker@example.org", "Your request"
    made["Date"] = "Mon, 01 Apr 2019 09:00:00 +0100"
    made.set_content(text)
    if page_text:
        made.add_alternative(page_text.decode(), subtype="html")
    made.set_boundary("part") if made.is_multipart() else None
    return made


def attached(content: bytes, name: str, made: EmailMessage | None = None) -> bytes:
    made = made or mail()
    made.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    made.set_boundary("part")
    return made.as_bytes()


def eml_plain():
    return mail().as_bytes()


def eml_page():
    said = "\n".join(" ".join(map(str, row)) for row in ROWS)
    return mail(f"{PROSE}\n{said}", html_plain()).as_bytes()


def eml_halves_that_differ():
    return mail(f"Five officers. {PLANT}", html_plain()).as_bytes()


def eml_answers_between_questions():
    return mail("> How many officers?\n5 officers\n> And staff?\n3 staff").as_bytes()


def eml_thanks_above_the_answer():
    return mail("Many thanks,\n\n5 officers were dismissed.").as_bytes()


def eml_earlier_mail():
    earlier = f"<p>From: Jo {PLANT}<br>Sent: Monday</p><table><tr><td>{PLANT}</td><td>9</td></tr></table>"
    text = f"{PROSE}\nFrom: Jo {PLANT}\nSent: Monday\n{PLANT} 9"
    return mail(text, f"<p>{PROSE}</p>{earlier}".encode()).as_bytes()


def eml_only_a_spreadsheet():
    made = EmailMessage()
    made["From"], made["To"] = "foi@vale.example", "asker@example.org"
    made.set_content(xlsx_plain(), maintype="application", subtype="octet-stream", filename="reply.xlsx")
    return made.as_bytes()


def eml_text_between_parts():
    return eml_spreadsheet().replace(b"\n--part--", f"\n--part--\n{PLANT}".encode())


def eml_spreadsheet():
    return attached(xlsx_plain(), "reply.xlsx")


def eml_two_attachments():
    made = mail()
    attached(csv_plain(), "one.csv", made)
    return attached(docx_plain(), "two.docx", made)


def eml_mail_in_mail():
    made = mail()
    made.add_attachment(mail("2. How many staff? 6 staff."))
    made.set_boundary("part")
    return made.as_bytes()


def eml_signature():
    return mail(f"{PROSE}\n\nKind regards\nJo {PLANT}\n01632 960 001\n").as_bytes()


def eml_quoted_thread():
    return mail(f"{PROSE}\n\n-----Original Message-----\nFrom: Jo {PLANT}\nPlease tell me\n").as_bytes()


def eml_hidden_sheet():
    return attached(xlsx_hidden_sheet(), "reply.xlsx")


def eml_path_as_name():
    return attached(csv_plain(), f"../../{PLANT}.csv")


def eml_zip():
    return attached(zipped({"a.txt": PLANT}), "reply.zip")


def eml_calendar():
    made = mail()
    made.add_attachment(f"BEGIN:VCALENDAR {PLANT}".encode(), maintype="text", subtype="calendar", filename="a.ics")
    made.set_boundary("part")
    return made.as_bytes()


def eml_encrypted_attachment():
    return attached(xlsx_encrypted(), "reply.xlsx")


def eml_encrypted():
    return mail(f"-----BEGIN PGP MESSAGE-----\n\n{PLANT}\n-----END PGP MESSAGE-----\n").as_bytes()


def eml_cut():
    return eml_spreadsheet()[:-2000]


def write(folder: Path) -> list[Path]:
    """Write every example into a folder and return their paths."""
    kinds = ("csv", "xlsx", "xls", "ods", "docx", "pdf", "html", "eml")
    made = [(name, make) for name, make in globals().items() if name.partition("_")[0] in kinds and "_" in name]
    made = [(name, make) for name, make in made if name not in ("ods_cell", "ods_cells", "ods_style", "ods_row")]
    paths = [folder / f"{name}.{name.partition('_')[0]}" for name, _ in made]
    for path, (_, make) in zip(paths, made, strict=True):
        path.write_bytes(make())
    return paths


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    print(f"{len(write(target))} files in {target}")
