"""Files that were once read wrongly, each kept as it is in cases/, with the right answer here."""

import csv
from pathlib import Path

import pytest
from corpus import W, attached, docx, mail, paragraph, run, sent

from analysis import read
from analysis.clean import drafts
from analysis.read import files

CASES = Path(__file__).parent / "cases"
NAMES = sorted(path.name for path in CASES.iterdir())
KNOWN = {"outcome": {"dismissed", "resigned", "warned"}}
RIGHT = {
    "sup.xlsx": [("Dismissed", "5"), ("Resigned", "7")],
    "sup.docx": [("Dismissed", "5"), ("Resigned", "7")],
    "sup.html": [("Dismissed", "5"), ("Resigned", "7")],
    "sup_unicode.csv": [("Dismissed", "5"), ("Resigned", "7"), ("Warned", "12")],
    "bold_twice.pdf": [("Dismissed", "12"), ("Resigned", "7")],
    "no_row_rules.pdf": [("Dismissed", "12"), ("Resigned", "7"), ("Warned", "31"), ("", "50")],
    "rule_over_digit.pdf": [("Dismissed", "16"), ("Resigned", "24")],
    "no_end_html.html": [("Charged", "1234"), ("Cautioned", "56")],
    "mbox_from.eml": [("Charged", "1234"), ("Cautioned", "56"), ("No further action", "789")],
    "apple_mail.eml": [("Charged", "1234"), ("Cautioned", "56"), ("No further action", "789")],
    "disclaimer.eml": [("Charged", "1234"), ("Cautioned", "56"), ("No further action", "789")],
    "scanned_letter.eml": [("Charged", "1234"), ("Cautioned", "56"), ("No further action", "789")],
    "print_area.xlsx": [("Charged", "1234"), ("Cautioned", "56"), ("No further action", "789"), ("Community", "90")],
    "ranges.csv": [("A", "1–5"), ("B", "~10"), ("C", "c. 20"), ("D", "Nil return"), ("E", "No information held"),
                   ("F", "<=5"), ("G", "5"), ("H", "12")],
    "draft_not_held_last.csv": [("Dismissed", "12"), ("Resigned", "7"), ("Warned", "No information held")],
    "draft_star_middle.csv": [("Dismissed", "12"), ("Resigned", "5"), ("Warned", "7")],
    "draft_at_most_last.csv": [("Dismissed", "12"), ("Resigned", "7"), ("Warned", "<=5")],
    "draft_superscript_last.csv": [("Dismissed", "12"), ("Resigned", "7"), ("Warned", "5")],
}  # fmt: skip
DOUBTS = {"scanned_letter.eml": {"SCANNED"}, "total_like_year.xlsx": {"TOTAL_MISMATCH"}}


@pytest.fixture(scope="module")
def made():
    readings = read.read(CASES / name for name in NAMES)
    return {path.name: drafts.draft(reading.cells, "Vale", KNOWN) for path, reading in readings.items()}


@pytest.mark.parametrize("name", RIGHT)
def test_the_counts_are_those_a_person_reads_and_a_footnote_mark_is_kept_beside_its_number(made, name):
    rows = made[name].rows
    assert [(row["outcome"], row["value"]) for row in rows] == RIGHT[name]
    assert "sup" not in name or [row["note"] for row in rows if row["value"] == "5"] == ["marked ¹"]


def test_a_clean_file_is_accepted_and_a_doubt_is_named():
    for report in read.check([CASES / name for name in NAMES]):
        asked = {found["code"] for found in report["findings"] if found["severity"] != "shown"}
        assert asked == DOUBTS.get(Path(report["file"]).name, set()), report["file"]


def test_a_page_that_cannot_be_followed_is_left_out_of_its_mail():
    made = attached(b"<!-- nothing -->", "a.html", mail("We dismissed 5."), "text/html")
    reading = files.read(sent(made))
    assert [cell.text for cell in reading.cells] == ["We dismissed 5."]
    assert [(fault.code, fault.place) for fault in reading.faults] == [("TRUNCATED", "attachment/1")]


def cells_of(content: bytes) -> list[tuple[int, int, str]]:
    """Return row, column and words of what is read of a file outside the text."""
    return [(cell.row, cell.column, cell.text) for cell in files.read(content).cells if cell.area[-1:] != "P"]


GRID = [(1, 1, "Outcome"), (1, 2, "2018"), (1, 3, "2019"), (2, 1, "Dismissed"), (2, 2, "3"), (2, 3, "15"),
        (3, 1, "No further action"), (3, 3, "7")]  # fmt: skip
TYPED = """Outcome              2018   2019
Dismissed               3     15
No further action              7
"""


def test_columns_made_with_tabs_or_spaces_are_columns():
    tabs = [["Outcome", "2018", "2019"], ["Dismissed", "3", "15"], ["No further action", "", "7"]]
    word = docx(body="".join(paragraph(run("\t".join(row))) for row in tabs))
    assert cells_of(word) == GRID
    assert cells_of(sent(mail(f"Dear Sir\n\n{TYPED}"))) == GRID
    assert cells_of(f"Dear Sir,\n\n{TYPED}\nYours sincerely,\n".encode()) == GRID
    assert cells_of(f"<p>Dear Sir<pre>{TYPED}</pre>".encode()) == GRID


def test_columns_that_do_not_stand_below_each_other_count_where_each_line_has_as_many():
    text = "Outcome  2018  2019\nDismissed  3  5\nNo further action  12  7\n"
    assert [cell[1:] for cell in cells_of(sent(mail(text)))][-3:] == [(1, "No further action"), (2, "12"), (3, "7")]


def test_a_value_stands_beside_its_label():
    pairs = [(1, 1, "Dismissed"), (1, 2, "3"), (2, 1, "Resigned"), (2, 2, "nil")]
    assert cells_of(b"<html><dl><dt>Dismissed<dd>3<dt>Resigned<dd><p>nil</p></dl>") == pairs
    assert cells_of(sent(mail("Dismissed ....... 3\nResigned ...... nil\n"))) == pairs


LETTER = b"Dear Sir,\n\nIn 2019, we dismissed 5 officers, and 3 staff\nresigned, all in May.\n\nYours,\nA B\n"
PARTED = b'Date,What,End\n1/5/19,"Read mails, files, and more, often",Fined\n2/5/19,"Sent mails, files, more",Left\n'
ALONE = "Dismissed    3\nResigned\nWarned       7\n             nil\nCharged      2\n"
FORWARDED = "Begin forwarded message:\n\n> From: foi@vale.example\n> Date: 1 May 2019\n>\n> We dismissed 5.\n"
BROKEN = "<w:p>" + run("Dismissed: 3") + "<w:r><w:br/></w:r>" + run("Resigned: 5") + "</w:p>"
TEXTS = {
    "a label or a value alone is no part of the one above it": (
        sent(mail(ALONE)), ["Dismissed", "3", "Resigned", "Warned", "7", "nil", "Charged", "2"],
    ),
    "each line of a paragraph is a line": (docx(body=BROKEN), ["Dismissed: 3\nResigned: 5"]),
    "and so on a page": (b"<html><p>Dismissed: 3<br>Resigned: 5</p>", ["Dismissed: 3\nResigned: 5"]),
    "a forwarded mail whose lines are marked": (sent(mail(FORWARDED)), ["We dismissed 5."]),
    "a letter keeps its sentences": (LETTER, [line for line in LETTER.decode().splitlines() if line]),
    "also where one begins with quotes": (
        b'"Misuse" means any.\nWe dismissed 5, all officers.\n',
        ['"Misuse" means any.', "We dismissed 5, all officers."],
    ),
    "one sentence": (b"We dismissed 5 officers.", ["We dismissed 5 officers."]),
    "a table with sentences in its cells": (
        PARTED, [text for row in csv.reader(PARTED.decode().splitlines()) for text in row],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "texts"), TEXTS.values(), ids=TEXTS)
def test_words_are_parted_where_a_person_parts_them(content, texts):
    assert [cell.text for cell in files.read(content).cells if not cell.why] == texts


def test_text_with_wide_gaps_stays_text():
    assert not cells_of(sent(mail("We were asked.  Twice.\nIn 2018 we held  no records.  None.\n")))


def test_a_footnote_has_the_number_one_sees():
    mark = '<w:r><w:footnoteReference w:id="7"/></w:r>'
    note = f'<w:footnote w:id="7"><w:p><w:r><w:footnoteRef/></w:r>{run(" fewer than 5")}</w:p></w:footnote>'
    parts = {"word/footnotes.xml": f"<w:footnotes {W}>{note}</w:footnotes>"}
    cells = files.read(docx(body=paragraph(run("Dismissed 3"), mark), parts=parts)).cells
    assert [(cell.place, cell.text) for cell in cells] == [("P1", "Dismissed 3¹"), ("footnote1/P1", "¹ fewer than 5")]
    page = b"<p><sup>1</sup> fewer than 5 <p><sup>7</sup>"
    assert [cell.text for cell in files.read(page).cells] == ["¹ fewer than 5", "7"]
