"""What a drafted recipe sees in a page, and what it leaves to a person."""

import tomllib

import pandas as pd
import pytest

from analysis.read import drafts, grids, places, recipes

COLUMNS = ["place", "area", "row", "column", "text", "kind", "value", "visible"]
KNOWN = {"outcome": {"dismissed", "warned"}, "force": {"north police", "south police"}}


def page(area: str, *lines: str) -> grids.Grid:
    """Return the grid of a small page: cells of a line apart by |."""
    cells = [
        (places.at(area, row, column), area, row, column, text.strip(), "text", "", True)
        for row, line in enumerate(lines, start=1)
        for column, text in enumerate(line.split("|"), start=1)
    ]
    return grids.grid(pd.DataFrame(cells, columns=COLUMNS))


def draft(*lines: str, area: str = "S") -> dict:
    return tomllib.loads(drafts.draft(page(area, *lines), "north_a", "North Police", KNOWN))


def test_a_table_wide_by_year_is_drafted_whole_but_for_what_the_file_does_not_say():
    recipe = draft("Reply 44", "Outcome|2017/18|2018/19", "Dismissed|1|2", "Warned|3|4", "Total|4|6")
    table = recipe["table"][0]
    assert (table["header"], table["rows"], table["total_row"]) == ("S!2", "S!3:4", "S!5")
    assert (table["columns"], table["row_label"]) == ("year", "outcome")
    assert set(table["fixed"]) == {"role", "unit", "misuse", "date_basis"} and set(table["fixed"].values()) == {"?"}


def test_merged_heads_of_year_and_role_are_two_rows_and_roles_are_named():
    recipe = draft("Outcome|2018||2019|", "|Police Officers|Staff|Police Officers|Staff", "Dismissed|1|2|3|4")
    table = recipe["table"][0]
    assert table["header"] == "S!1:2" and table["columns"] == ["year", "role"]
    assert table["heads"] == {"Police Officers": {"role": "officer"}, "Staff": {"role": "staff"}}


def test_a_subtotal_and_a_total_column_are_drafted_as_sums():
    lines = ("Outcome|Officers|Staff|Total", "Dismissed|1|1|2", "Resigned|2|1|3", "Total|3|2|5", "Warned|4|0|4")
    table = draft(*lines, "Grand total|7|2|9")["table"][0]
    assert table["subtotal"] == [{"row": "S!4", "of": "S!2:3"}] and table["total_row"] == "S!6"
    assert table["total_column"] == "Total"


def test_a_blank_and_a_dash_are_left_to_a_person_where_a_table_has_one():
    assert "dash" not in draft("Outcome|2018", "Dismissed|1")
    recipe = draft("Outcome|2018|2019", "Dismissed|-|2", "Warned||3")
    assert (recipe["dash"], recipe["blank"]) == ("?", "?")


def test_two_tables_and_a_stray_number_on_one_sheet_are_found():
    recipe = draft("Role|2018", "Officers|5", "", "Role|2019", "Officers|6", "", "||17")
    assert [table["header"] for table in recipe["table"]] == ["S!1", "S!4"]
    assert recipe["drop"] == [{"place": "S!C7", "anchor": "17", "reason": "?"}]


def test_a_list_of_cases_is_drafted_without_its_free_text():
    lines = ["Ref|Date|Role|Outcome|Details", "1|05/04/2019|Officer|Dismissed|looked up a neighbour"]
    lines += ["2|06/05/2019|Officer|Warned|looked up a car", "3|07/05/2019|Staff|Warned|other"]
    cases = draft(*lines)["cases"][0]
    assert cases["columns"] == {"Date": "year", "Role": "role", "Outcome": "outcome"}


def test_a_list_with_a_column_of_counts_is_drafted_by_these_and_not_by_its_lines():
    lines = ("Case|Year|Role|Outcome|Number", "1|2017|Officer|Dismissed|5", "2|2017|Staff|Dismissed|6")
    cases = draft(*lines, "3|2018|Staff|Dismissed|<5")["cases"][0]
    assert cases["columns"] == {"Year": "period", "Role": "role", "Outcome": "outcome", "Number": "value"}


def test_tables_side_by_side_with_an_empty_column_between_are_two():
    heads = ("Police officers|||Police staff|", "Outcome|2019||Outcome|2019")
    tables = draft(*heads, "Dismissed|5||Dismissed|7", "Warned|6||Warned|8")["table"]
    assert [(table["header"], table["anchor"]) for table in tables] == [
        ("S!2", ["Outcome", "2019"]),
        ("S!D2", ["Outcome", "2019"]),
    ]
    assert [table["rows"] for table in tables] == ["S!3:4", "S!3:4"]


def test_numbers_in_prose_are_drafted_as_answers_but_years_sections_and_question_numbers_are_none():
    lines = ("1. How many in 2019?", "5 officers and twelve staff, section 40(2)", "2. How many resigned?", "Nil")
    recipe = draft(*lines, area="P")
    found = [(answer["place"], answer["value"]) for answer in recipe["answer"]]
    assert found == [("P2", "5"), ("P2#2", "twelve"), ("P4", "Nil")]


def test_numbers_in_words_are_drafted_with_the_words_that_change_them():
    lines = ("There were twenty-three cases, fewer than five of them new", "One officer resigned; no one was dismissed")
    recipe = draft(*lines, "One of the reasons: one hundred and five requests or more", area="P")
    told = [(answer["place"], answer["value"], answer.get("beside", "")) for answer in recipe["answer"]]
    assert told == [
        ("P1", "twenty-three", ""),
        ("P1#2", "five", "fewer than"),
        ("P2", "One", ""),
        ("P3", "one hundred and five", ""),
    ]


@pytest.mark.parametrize(
    ("text", "beside"),
    [
        ("over 70 cases", "over"),
        ("no more than six cases", "no more than"),
        ("9 or more cases", "or more"),
        ("just under 20 cases", "just under"),
        ("about a hundred cases", "about"),
        ("all 12 cases", ""),
    ],
)
def test_a_qualifier_beside_a_number_in_prose_is_drafted_with_it(text, beside):
    (answer,) = draft(f"There were {text}.", "Thank you", area="P")["answer"]
    assert answer.get("beside", "") == beside


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Thirteen officers and twenty-one staff were warned", ["Thirteen", "twenty-one"]),
        ("One hundred and five cases; a hundred were closed", ["One hundred and five", "a hundred"]),
        ("One officer resigned, one was dismissed and one of them retired", ["One", "one", "one"]),
        ("No one was dismissed; one of the reasons is a one-off search of one another", []),
        ("A fifteen-day limit, twenty working days and one year", []),
        ("Between 1 and 4 officers, between five and nine staff", ["Between 1 and 4", "between five and nine"]),
        ("Between 2016 and 2018, between 1 and 31 March, between 9 and 12 months", []),
    ],
)
def test_numbers_in_words_are_drafted_where_they_count_and_one_only_before_what_it_counts(line, found):
    assert [answer["value"] for answer in draft(line, area="P").get("answer", [])] == found


def test_the_year_and_role_of_a_number_in_prose_are_drafted_only_where_its_words_name_just_one():
    lines = (
        "In 2018 there were 14 officers, and in 2019 there were 23 officers.",
        "16 officers and staff in 2018 and 2019",
    )
    recipe = draft(*lines, "Complain within 40 working days", area="P")
    told = [(answer["value"], answer["period"], answer["role"]) for answer in recipe["answer"]]
    assert told == [("14", "2018", "officer"), ("23", "2019", "officer"), ("16", "?", "?")]
    assert recipe["fixed"] == {"unit": "?", "misuse": "?", "date_basis": "?"}


@pytest.mark.parametrize(
    "lines",
    [
        ("Month|2018|2019", "January|1|2", "February|0|4"),
        ("Year|North Police|South Police", "2019|3|7", "2020|12|0"),
        ("Nature of offence|Number", "Misuse of PNC|4", "Other|<5"),
        ("Outcome|2018||2019|", "|Officers|Staff|Officers|Staff", "Dismissed|1|2|3|4", "Total|1|2|3|4"),
    ],
)
@pytest.mark.parametrize("area", ["", "S", "T1", "attachment/1/S"])
def test_a_draft_reads_every_number_of_its_page_in_any_format(lines, area):
    grid = page(area, *lines)
    text = drafts.draft(grid, "north_a", "North Police", KNOWN)
    rows, _ = recipes.laid_out(grid, tomllib.loads(text) | {"draft": True})
    numbers = sum(bool(cell.strip()) for line in lines for cell in line.split("|")[1:] if cell.strip("< ").isdigit())
    years = sum(cell.strip() in ("2018", "2019") for line in lines[:1] for cell in line.split("|")[1:])
    assert len(rows) == numbers - years
