"""A draft: a cell below or beside a count is a figure whatever it says, and what cannot be placed is a `?`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.clean import drafts
from analysis.read import html
from analysis.read.delimited import read

WORDS = {
    "outcome": {"dismissed", "resigned", "warned", "recorded", "investigated", "no further action"},
    "misuse": {"computer misuse", "unauthorised access"},
    "role": {"officer", "staff", "all"},
}
TOTAL = "total of other rows, checked and not kept"


def drafted(rows: str) -> drafts.Draft:
    return drafts.draft(read(rows.encode()).cells, "Vale Police", WORDS)


def told(rows: str, *names: str) -> list[tuple]:
    return [tuple(row[name] for name in names) for row in drafted(rows).rows]


SHORT = {TOTAL: "total", drafts.NO_COUNT: "no count", "": "-"}
TABLES = {
    "years along the top, totals at both ends": (
        "Outcome,2018,2019,Total\nDismissed,3,5,8\nWarned,12,7,19\nTotal,15,12,27\n",
        "period outcome value drop",
        "2018 Dismissed 3 -, 2019 Dismissed 5 -, - Dismissed 8 total, 2018 Warned 12 -, 2019 Warned 7 -, "
        "- Warned 19 total, 2018 - 15 total, 2019 - 12 total, - - 27 total",
    ),
    "a head that spans others reaches over them": (
        ",Officers,,Staff,\n,2018,2019,2018,2019\nDismissed,1,2,3,4\n",
        "role period value",
        "officer 2018 1, officer 2019 2, staff 2018 3, staff 2019 4",
    ),
    "one that is put in the middle of what it spans reaches no further": (
        ",,Officers,,,Staff,\n,2017,2018,2019,2017,2018,2019\nDismissed,1,2,3,4,5,6\n",
        "role period value",
        "? 2017 1, officer 2018 2, ? 2019 3, ? 2017 4, staff 2018 5, ? 2019 6",
    ),
    "years below such a head are heads and no counts": (
        ",Officers,,Staff,\nOutcome,2018,2019,2018,2019\nDismissed,1,2,3,4\n",
        "role period outcome value",
        "officer 2018 Dismissed 1, officer 2019 Dismissed 2, staff 2018 Dismissed 3, staff 2019 Dismissed 4",
    ),
    "heads that come again begin a new table": (
        "Outcome,2018,2019\nDismissed,3,4\n\nOutcome,2018,2019\nOfficers,4,5\n",
        "role outcome period value",
        "? Dismissed 2018 3, ? Dismissed 2019 4, officer ? 2018 4, officer ? 2019 5",
    ),
    "a month takes the year of its head": ("Month,2018,2019\nMay,3,4\n", "period", "May 2018, May 2019"),
    "a month takes the year of its title": ("Cases in 2018\n\nMonth,Count\nMay,3\n", "period", "May 2018"),
    "a quarter without a year is open": ("Outcome,Q1\nDismissed,3\n", "period note", "? Q1"),
    "years down the side stay years above a total": (
        "Year,Officers,Of which dismissed\n2018,5,1\n2019,7,2\nTotal,12,3\n",
        "period role outcome value drop",
        "2018 officer ? 5 -, 2018 ? dismissed 1 -, 2019 officer ? 7 -, 2019 ? dismissed 2 -, "
        "- officer - 12 total, - - dismissed 3 total",
    ),
    "a part of a year is not the year": (
        "Outcome,2019/20 (Apr-Dec),2021/22 YTD,2020 (p),2019 Q1,H1 2020,2020 to 30 June\nLeft,3,4,5,6,7,8\n",
        "period value",
        "? 3, ? 4, 2020 5, ? 6, ? 7, ? 8",
    ),
    "a date with its time is a day": (
        "Date,Outcome\n04/03/2019 00:00,Dismissed\n05/03/2019 09:30,Dismissed\n",
        "period value",
        "2019 2",
    ),
    "an outcome below another one is no less said": (
        "Outcome,Investigated\nDismissed,3\n",
        "outcome note",
        "Investigated Dismissed",
    ),
    "a mark of a total does not mean what is said of its parts": (
        "Outcome,2019\nDismissed,*\nWarned,4\nTotal,*\n\n* fewer than 5 cases\n",
        "value reads_as",
        "* fewer than 5, 4 -, * ?",
    ),
    "a corner is no role": ("Officers,2018\nDismissed,3\n", "role outcome", "? Dismissed"),
    "lone labels are headings, and a total takes none of them": (
        "Outcome,2018\nPolice Officers\nDismissed,3\nPolice Staff\nDismissed,1\nTotal,4\n",
        "role value drop",
        "officer 3 -, staff 1 -, - 4 total",
    ),
    "tables side by side are told apart": (
        "Outcome,Count,,Role,Count\nDismissed,3,,Officer,5\nWarned,5,,Staff,3\n",
        "outcome role value",
        "Dismissed ? 3, ? officer 5, Warned ? 5, ? staff 3",
    ),
    "tables below each other are told apart": (
        "Outcome,Count\nDismissed,3\n\nWarned,5\n\nRole,Count\nPCSO,4\nPolice Staff,2\n",
        "outcome role value",
        "Dismissed ? 3, Warned ? 5, ? pcso 4, ? staff 2",
    ),
    "a count that is taken apart in brackets is a question and no head": (
        "Outcome,2018\nDismissed,3 (2 officers and 1 staff)\nResigned,7\n",
        "outcome period value",
        "Dismissed 2018 ?, Resigned 2018 7",
    ),
    "a role alone above a table is the role of its counts": (
        "Officers\nOutcome,2018,2019\nDismissed,1,2\n\nStaff\nOutcome,2018,2019\nDismissed,3,4\n",
        "role value",
        "officer 1, officer 2, staff 3, staff 4",
    ),
    "so is a rank": (
        "Constable\nOutcome,2018\nDismissed,1\n\nSergeant\nOutcome,2018\nDismissed,3\n",
        "role rank value",
        "officer constable 1, officer sergeant 3",
    ),
    "a total of some rows is a total": (
        "Role,Outcome,Count\nOfficers,Dismissed,3\nOfficers,Resigned,2\nOfficers Total,,5\n",
        "value drop",
        "3 -, 2 -, 5 total",
    ),
    "a column of totals alone is no total": (
        "Officers dismissed in 2019\n\nRank,Total\nPC,3\nSergeant,1\n",
        "outcome rank value drop",
        "dismissed constable 3 -, dismissed sergeant 1 -",
    ),
    "counts between 1990 and 2099 are counts": (
        "Force,2018,2019\nVale,2001,1999\n",
        "force period value",
        "Vale 2018 2001, Vale 2019 1999",
    ),
    "words below a head are figures, though none is a count": (
        "Outcome,2019\nDismissed,see note\nResigned,Exempt s40\n",
        "outcome value",
        "Dismissed ?, Resigned Exempt s40",
    ),
    "words below whom a column counts are figures": (
        "Outcome,Officers,Staff,Comments\nDismissed,3,not yet,under appeal\n",
        "role value",
        "officer 3, staff ?",
    ),
    "words beside the counts that hold numbers are no label": (
        "Cases investigated\n\nYear,Number,Outcome\n2019,5,3 dismissed 2 warned\n2020,4,1 dismissed 3 warned\n",
        "period outcome value",
        "2019 investigated 5, 2020 investigated 4",
    ),
    "two counts in one cell are a question": (
        'Outcome,2019\nDismissed,"12\n345"\nResigned,7\n',
        "outcome value",
        "Dismissed ?, Resigned 7",
    ),
    "ranks are written as the categories call them, and staff have none": (
        "Rank,Number\nPC,3\nSergeants,1\nChief Inspector,2\nPolice Staff,1\n",
        "rank role",
        "constable officer, sergeant officer, chief-inspector officer, - staff",
    ),
    "the first case of a list is no head, and what is not known of a case is open": (
        "Ref,Date,Role,Rank,System,Outcome\nA/1,12/03/2021,Officer,PC,Niche,Dismissed\n"
        "A/2,05/07/2021,Staff,N/A,PNC,Resigned\nA/3,19/01/2022,Officer,Sgt,Niche,N/A\n",
        "period role rank outcome value",
        "2021 officer constable Dismissed 1, 2021 staff - Resigned 1, 2022 officer sergeant ? 1",
    ),
    "a list of cases may end in how many they are": (
        "Year,Role,Outcome\n2019,PC,Dismissed\n2019,PC,Dismissed\n2020,Sgt,Resigned\nTotal,3\n",
        "period rank outcome value",
        "2019 constable Dismissed 2, 2020 sergeant Resigned 1",
    ),
    "the numbers of cases are no counts": (
        "Case ID,Year,Role,Outcome\n1001,2019,Officer,Dismissed\n1007,2019,Officer,Dismissed\n",
        "period outcome value",
        "2019 Dismissed 2",
    ),
    "a long question says what its answer counts": (
        "Question,Answer\nHow many police officers were dismissed for computer misuse in 2019 and what was it about "
        "and who was told of it in which words and by whom?,3\n",
        "period role misuse outcome value",
        "2019 officer computer misuse dismissed 3",
    ),
    "a share beside counts is kept with the reason why it is no count": (
        "Outcome,Count,%\nDismissed,5,50\n",
        "value drop",
        "5 -, 50 no count",
    ),
    "years in order under another label are the heads of the next block": (
        "Officers,2017,2018\nDismissed,1,2\nStaff,2017,2018\nDismissed,3,4\n",
        "period value",
        "2017 1, 2018 2, 2017 3, 2018 4",
    ),
    "rows of which no number is read are no heads, and a space may part thousands or two numbers": (
        "Outcome,2019\nDismissed,5\u200b\nWarned,\u202e51\nCharged,1.234\nJailed,10 500\nResigned,7\n",
        "outcome value reads_as",
        "Dismissed ? -, Warned ? -, Charged ? -, Jailed 10 500 ?, Resigned 7 -",
    ),
    "marks and words below heads are figures, though no digit is among them": (
        ",Officers,,Staff,\n,2018,2019,2018,2019\nDismissed,*,Nil,-,TBC\nResigned,1,2,3,4\n",
        "role period value",
        "officer 2018 *, officer 2019 Nil, staff 2018 -, staff 2019 ?, "
        "officer 2018 1, officer 2019 2, staff 2018 3, staff 2019 4",
    ),
    "so are marks below a lone heading": (
        "Outcome,2018,2019\nOfficers\nDismissed,*,Nil\nResigned,1,2\n",
        "role outcome period value",
        "officer Dismissed 2018 *, officer Dismissed 2019 Nil, officer Resigned 2018 1, officer Resigned 2019 2",
    ),
    "a second line of heads may be of words": (
        "Year,Officers,Staff,Officers,Staff\n,warned,warned,dismissed,dismissed\n2019,1,2,3,4\n",
        "role outcome value",
        "officer warned 1, staff warned 2, officer dismissed 3, staff dismissed 4",
    ),
    "a part of a year is kept as it is printed, with the mark at it": (
        "Year of outcome,Count\n2019*,3\n2020 (to June),4\n",
        "period value note",
        "2019 3 marked * at 2019, 2020 (to June) 4 -",
    ),
    "a corner that says Year is no period of words": (
        "Year,2019,2020 (to June)\nOfficers dismissed,3,4\n",
        "period value",
        "2019 3, ? 4",
    ),
    "an empty cell beside counts is a question": (
        "Outcome,2018,2019\nDismissed,3,\nWarned,5,6\n",
        "cell value",
        "L2F2 3, L2F3 ?, L3F2 5, L3F3 6",
    ),
    "a mark is read as the reply explains it": (
        "Outcome,Count\nDismissed,*\nWarned,5*\nResigned,7¹\nRetired,51\nJailed,²6\n* 4 or fewer\n1 one under appeal\n",
        "value reads_as note",
        "* 4 or fewer -, 5 ? marked *, 7 - marked ¹, 51 - -, 6 - marked ²",
    ),
    "a title says period, role, unit and misuse": (
        "Number of cases of computer misuse by officers and staff in 2019/20\n\nOutcome,Count\nDismissed,3\n",
        "period role unit misuse",
        "2019/20 all cases computer misuse",
    ),
    "a title that names two years says none, and its staff are any employee, or no officer": (
        "Staff in 2018 and 2019\n\nOutcome,Count\nDismissed,3\n",
        "period role",
        "? ?",
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_of_a_table(name):
    table, fields, rows = TABLES[name]
    found = [" ".join(SHORT.get(text, text) for text in row) for row in told(table, *fields.split())]
    assert ", ".join(found) == rows


ASKED = {
    "an empty cell": ("Outcome,2018,2019\nDismissed,3,\n", "L2F3: empty"),
    "a label without a number is no heading of the next row": (
        "Outcome,Count\nDismissed,3\nNo further action\nResigned,2\n",
        "L3F1: a label without a number",
    ),
    "numbers under one label twice": ("Outcome,2019,2019\nDismissed,3,5\nWarned,1,2\n", "L2F3: the labels of L2F2"),
}


@pytest.mark.parametrize("name", ASKED)
def test_a_person_is_asked_about(name):
    rows, ask = ASKED[name]
    assert [one[: len(ask)] for one in drafted(rows).asks] == [ask]


@pytest.mark.parametrize("head", ["Year ending March 2020", "Q1 2019/20", "FY19-20", "Apr 19 – Mar 20", "2019"])
def test_a_head_is_one_period_whichever_way_it_is_written(head):
    assert told(f"Outcome,{head},2021/22\nDismissed,3,4\n", "period") == [(head,), ("2021/22",)]


@pytest.mark.parametrize("word", ["see note 3", "n/k", "unknown number", "TBC", "12.5", "#", "ask Jo Bloggs"])
def test_words_among_counts_are_a_question_and_are_not_copied(word):
    for rows in (
        f"Outcome,Count\nDismissed,3\nWarned,{word}\n",
        f"Outcome,2018,2019\nDismissed,3,4\nWarned,5,{word}\n",
    ):
        draft = drafted(rows)
        assert draft.rows[-1]["value"] == "?" and draft.asks[-1].startswith(draft.rows[-1]["cell"])
        assert word == "#" or word not in repr(draft)


KEPT = ["≤5", "<=5", "~10", "c. 20", "1–5", "4 or fewer", "No information held", "Nil return", "*", "-", "33%",
        "Fewer than five", "1 234"]  # fmt: skip


@pytest.mark.parametrize("word", KEPT)
def test_words_that_change_a_count_are_kept_with_it(word):
    assert told(f"Outcome,Count\nDismissed,{word}\nWarned,7\n", "value") == [(word,), ("7",)]
    assert told(f"Outcome,Count\nDismissed,7\nWarned,{word}\n", "value") == [("7",), (word,)]


def test_a_list_of_cases_is_counted_by_what_its_columns_say_and_free_text_stays_out():
    rows = "Ref,Year,Role,Details,Outcome\n1,2021,Police Officer,looked at a friend,Dismissed\n"
    rows += "2,2021,Police Officer,looked at Jo,Dismissed\n3,2022,Police Staff,sent a mail,Resigned\n"
    draft = drafted(rows)
    assert [(row["period"], row["role"], row["outcome"], row["value"]) for row in draft.rows] == [
        ("2021", "officer", "Dismissed", "2"),
        ("2022", "staff", "Resigned", "1"),
    ]
    assert "looked" not in repr(draft) and draft.ends["L2F4"][0] == "dropped"


def test_the_sentence_that_leads_to_a_table_is_its_title_unless_it_counts_itself():
    page = "<p>{}</p><table><tr><td>Outcome<td>Count<tr><td>Dismissed<td>3</table>"
    found = drafts.draft(html.read(page.format("The table is of 2022:").encode()).cells, "Vale", WORDS)
    assert [row["period"] for row in found.rows] == ["2022"]
    found = drafts.draft(html.read(page.format("In 2022 we had 31 cases:").encode()).cells, "Vale", WORDS)
    assert [(row["value"], row["period"]) for row in found.rows] == [("31", "2022"), ("3", "?")]


cell = st.sampled_from(["5", "<5", "*", "nil", "n/a", "Not held", "see note", "x", "12", "1,234", "5¹", "?", "2001"])


@given(
    st.sampled_from(["Outcome", ""]),
    st.lists(st.lists(cell, min_size=2, max_size=2), min_size=1, max_size=5),
    st.integers(0, 5),
)
def test_no_cell_below_or_beside_a_count_is_left_out(corner, body, at):
    """Whatever stands in a table that has a count in one row: each cell is a row of the transcript."""
    body = [*body[:at], ["7", "8"], *body[at:]]
    rows = f"{corner},2018,2019\n" + "".join(
        f"Kind {chr(65 + n)},{','.join(line)}\n"
        if "," not in "".join(line)
        else f'Kind {chr(65 + n)},"{line[0]}","{line[1]}"\n'
        for n, line in enumerate(body)
    )
    written = {row["cell"] for row in drafted(rows).rows}
    assert written == {f"L{n}F{c}" for n in range(2, len(body) + 2) for c in (2, 3)}


ASKS = "1. How many police officers {} in 2019?"
RESIGNED, DISMISSED = ASKS.format("resigned"), ASKS.format("were dismissed")
# by paragraph, what its numbers are: beside and value, period, role, unit, outcome
LETTERS = {
    "between two days is one period": (
        ["Between 1 April 2018 and 31 March 2019 two resigned."],
        "two Between 1 April 2018 and 31 March 2019 ? ? resigned",
    ),
    "the day of a letter is no period": (["Since your request of 3 May 2024 two resigned."], "two ? ? ? resigned"),
    "two periods are none": (["In 2018 to 2020, and 2021, two resigned."], "two ? ? ? resigned"),
    "the year of an act is none": (["under the Data Protection Act 2018 two resigned"], "two ? ? ? resigned"),
    "nor is the number of a question a count": (["1) 14 cases in 2019."], "14 2019 ? cases ?"),
    "a dash behind a year": (["2018 - 12"], "12 2018 ? ? ?"),
    "a dash before a count": (["Dismissed -3, before COVID-19"], "3 ? ? ? dismissed"),
    "a year before a count": (["2018/19: 12"], "12 2018/19 ? ? ?"),
    "a sentence says when, of all its numbers": (
        ["In 2019, 12 were warned; of these, 5 resigned."],
        "12 2019 ? ? warned, 5 2019 ? ? resigned",
    ),
    "a sentence says nothing of the next": (
        ["In 2019 we changed the rules. Of those warned, 5 resigned."],
        "5 ? ? ? resigned",
    ),
    "a number takes only the role that stands at it, and a total none": (
        ["2 PCSOs resigned and 3 members of staff were warned. In total 44 people were investigated."],
        "2 ? pcso people resigned, 3 ? staff people warned, 44 ? ? people investigated",
    ),
    "officers and staff together are no role": (["12 officers and staff resigned."], "12 ? ? people resigned"),
    "nobody is a count": (["In 2019 no officers or staff were dismissed."], "no 2019 ? people dismissed"),
    "a further officer is one": (
        ["A further officer was dismissed in 2019."],
        "A further officer 2019 officer people dismissed",
    ),
    "nil and none": (
        ["Nil return for officers. None of the staff resigned."],
        "Nil ? officer people ?, None ? staff people resigned",
    ),
    "dates, references and other units are no counts": (
        ["On 3 May 2019 we replied.", "Section 40(2) was applied.", "In the last 3 years", "Ring 01234 567890.",
         "Our reference: FOI 456/24", "£500 was spent.", "at page 7", "25 pounds per hour",
         "Sections 30(3), 31(3) and 40(5) apply.", "Please call 101.", "telephone 0303 123 1113",
         "Table 1: cases [note 1]", "1. How many?"],
        "",
    ),
    "words before a number": (["up to 7 staff left"], "up to 7 ? staff people ?"),
    "words before a section are of no number": (["Under section 17, 5 staff left"], "5 ? staff people ?"),
    "words behind a number": (["10 or more cases in all"], "or more 10 ? ? cases ?"),
    "a sign before a number": (["2020: &lt;5"], "< 5 2020 ? ? ?"),
    "fewer than, over two lines": (["In 2019 fewer than<br>five resigned."], "fewer than five 2019 ? ? resigned"),
    "no more than, over two paragraphs": (["In 2019 no more", "than 3 resigned."], "no more than 3 2019 ? ? resigned"),
    "up to, over two paragraphs": (["In 2019 up to", "5 resigned."], "up to 5 2019 ? ? resigned"),
    "between, over two lines": (["In 2019 between 1<br>and 4 resigned."], "between 1 and 4 2019 ? ? resigned"),
    "a line takes nothing of the next": (
        ["5 officers<br>Dismissed: 3<br>Resigned: *"],
        "5 ? officer people ?, 3 ? ? ? dismissed, * ? ? ? resigned",
    ),
    "a number alone is what the question straight above it asks": (
        [RESIGNED, "None", DISMISSED, "There were 4, 1 of them early.", RESIGNED, "5", "4"],
        "None 2019 officer ? resigned, 4 ? ? ? ?, 1 ? ? ? ?, 5 2019 officer ? resigned, 4 ? ? ? ?",
    ),
    "so is each number with its year, however it is written": (
        [RESIGNED, "A1 In 2017: 3;", "2019/20 – -", "• 2018 = c. 4", "c. 5 (2019)", "FY 2020 (&lt;5)",
         "2021/22, 7 PCSOs", "5"],
        "3 2017 officer ? resigned, - 2019/20 officer ? resigned, c. 4 2018 officer ? resigned, "
        "c. 5 2019 officer ? resigned, <5 FY 2020 officer ? resigned, 7 2021/22 pcso people resigned, 5 ? ? ? ?",
    ),
    "an open period, or a part of a year, is none": (
        ["Since 2019 two resigned.", "Before 2020 two resigned.", "In the last months of 2019 two resigned."],
        ", ".join(["two ? ? ? resigned"] * 3),
    ),
    "a year that begins the next clause is not that of the number before it": (
        ["In 2018, 3 resigned and in 2019, 4."],
        "3 ? ? ? resigned, 4 ? ? ? ?",
    ),
    "a number in a sentence takes only the year of the question": ([RESIGNED, "There were 4."], "4 2019 ? ? ?"),
    "of a number of others, only the first is what is said": (
        ["6 of the 22 officers resigned.", "3 out of 14, in 2019, were warned."],
        "6 ? ? ? resigned, 22 ? officer people ?, 3 2019 ? ? ?, 14 2019 ? ? ?",
    ),
    "what is said of two numbers together is said of both": (
        ["In 2019, 3 officers and 2 members of staff resigned."],
        "3 2019 officer people resigned, 2 2019 staff people resigned",
    ),
    "months have the year behind them": (["April to June 2019: 4", "In FYE March 2020, 3."],
                                         "4 April to June 2019 ? ? ?, 3 FYE March 2020 ? ? ?"),
    "a quarter of a year is not the year": (["In the first quarter of 2019 two resigned."], "two ? ? ? resigned"),
    "an answer in words alone is open": (
        [RESIGNED, "There have been no resignations.", DISMISSED, "Two.", "3. And in 2020?", "Please see above."],
        "? 2019 officer ? resigned, Two 2019 officer ? dismissed, ? 2020 ? ? ?",
    ),
    "a caption below a table is not that of the next": (
        ["<table><tr><td>PC<td>Men<tr><td>Left<td>4</table>", "Table 1: cases of 2018",
         "<table><tr><td>PC<td>Men<tr><td>Left<td>5</table>", "Table 2: cases of 2019"],
        "4 ? ? ? ?, 5 ? ? ? ?",
    ),
    "words before a table are no answer": (
        [RESIGNED, "We searched.", "We decided.", "See below.", "<table><tr><td>PC<td>2018<tr><td>Left<td>4</table>"],
        "4 2018 ? ? ?",
    ),
    "an answer without a full stop does not take the next question in": (
        [RESIGNED, "14, all police officers", "21. How many were dismissed in 2020?", "3"],
        "14 2019 ? ? ?, 3 2020 ? ? dismissed",
    ),
    "several questions in a row say nothing": ([RESIGNED, DISMISSED, "5"], "5 ? ? ? ?"),
    "words instead of a number are not lost": (
        [RESIGNED, "Not held", DISMISSED, "This is exempt."],
        "Not held 2019 officer ? resigned, ? 2019 officer ? dismissed",
    ),
    "a sentence that repeats its table is a row as well": (
        ["In 2019, 12 were warned.", "<table><tr><td>Outcome<td>2019<tr><td>Warned<td>12</table>"],
        "12 2019 ? ? warned, 12 2019 ? ? Warned",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LETTERS)
def test_in_a_letter(name):
    texts, numbers = LETTERS[name]
    page = "".join(text if text.startswith("<table") else f"<p>{text}</p>" for text in texts)
    rows = drafts.draft(html.read(page.encode()).cells, "Vale", WORDS).rows
    said = [" ".join(row[name] for name in ("beside", "value", "period", "role", "unit", "outcome")) for row in rows]
    assert ", ".join(map(str.strip, said)) == numbers


@pytest.mark.parametrize(
    ("parts", "total", "kept"),
    [
        ([3, 4], 7, False),
        ([3, 4], 9, True),
        (["<5", 4], 7, True),
        ([5, 5], 5, True),
        ([3, 4, "Subtotal 7", 5], 12, False),
        ([3, 4, "Subtotal 7", 5], 19, True),
        (["Total 7", 3, 4], 7, False),
        ([7, 3, 4, 5, 5], 12, False),
    ],
)
def test_a_total_is_left_out_only_where_its_table_makes_it(parts, total, kept):
    rows = [f"Kind {part},{str(part).rpartition(' ')[2]}" for part in parts]
    rows = [row.removeprefix("Kind ") if "otal" in row else row for row in rows]
    draft = drafted("\n".join(["Outcome,2019", *rows, f"Total,{total}"]))
    assert (draft.rows[-1]["value"], draft.rows[-1]["drop"]) == (str(total), "" if kept else TOTAL)
    assert len([ask for ask in draft.asks if "total" in ask]) == kept
