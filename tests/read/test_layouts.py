import pandas as pd
import pytest

from analysis.problems import Faults
from analysis.read import grids, places, recipes

COLUMNS = ["place", "area", "row", "column", "text", "kind", "value", "visible"]


def page(table: str, text: str, top: int = 1) -> list[tuple]:
    """Return the cells of a small page: one line a row, cells apart by commas."""
    return [
        (places.at(table, row, column), table, row, column, cell.strip(), "text", "", True)
        for row, line in enumerate(text.strip().splitlines(), start=top)
        for column, cell in enumerate(line.split(","), start=1)
    ]


def read(cells: list[tuple], recipe: dict) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows, ledger = recipes.laid_out(grids.grid(pd.DataFrame(cells, columns=COLUMNS)), {"force": "North"} | recipe)
    named = pd.DataFrame([{name: row.get(name, "") for name in recipes.ROWS} for row in rows]).set_index("place")
    return named, pd.DataFrame(ledger, columns=recipes.LEDGER).set_index("place")


def codes(cells: list[tuple], recipe: dict) -> list[tuple[str, str]]:
    with pytest.raises(Faults) as caught:
        read(cells, recipe)
    return [(fault.code, fault.place) for fault in caught.value.faults]


YEARS = {
    "header": "Sheet1!A2",
    "anchor": ["Outcome", "2017/18", "2018/19"],
    "rows": "Sheet1!3:4",
    "total_row": "Sheet1!5",
    "columns": "year",
    "row_label": "outcome",
}
WIDE = page("Sheet1", "Cases\nOutcome,2017/18,2018/19\nDismissed,1,2\nWarned,3,-\nTotal,4,2")


def test_a_sheet_wide_by_year_gives_a_row_a_cell_at_the_address_of_the_cell():
    rows, _ = read(WIDE, {"table": [YEARS], "dash": "zero"})
    assert rows.loc["Sheet1!B3", ["period", "outcome", "value"]].tolist() == ["2017/18", "Dismissed", "1"]
    assert rows.loc["Sheet1!C4", ["value", "reads_as"]].tolist() == ["-", "0"]


def test_a_total_is_checked_and_dropped_and_never_a_part_of_itself():
    rows, ledger = read(WIDE, {"table": [YEARS], "dash": "zero"})
    assert rows.loc["Sheet1!B3", "sum"] == rows.loc["Sheet1!B5", "total"] and rows.loc["Sheet1!B5", "sum"] == ""
    assert ledger.loc["Sheet1!B5", "ends_as"] == "dropped" and "checked" in ledger.loc["Sheet1!B5", "reason"]


def test_a_subtotal_is_the_sum_of_its_own_rows_and_no_part_of_the_total():
    cells = page("T1", "Outcome,2018\nDismissed,1\nResigned,2\nLeft,3\nWarned,4\nTotal,7")
    entry = {"header": "T1R1", "anchor": ["Outcome", "2018"], "rows": "T1R2:R5", "total_row": "T1R6"}
    entry |= {"columns": "year", "row_label": "outcome", "subtotal": [{"row": "T1R4", "of": "T1R2:R3"}]}
    rows, ledger = read(cells, {"table": [entry]})
    assert rows.loc["T1R2C2", "sum"].split() == [rows.loc["T1R4C2", "total"], rows.loc["T1R6C2", "total"]]
    assert rows.loc["T1R4C2", "sum"] == "" and ledger.loc["T1R4C2", "ends_as"] == "dropped"


def test_two_merged_header_rows_say_year_and_role_and_a_rate_is_dropped():
    cells = page("Sheet1", "Outcome,2018,,,2019,\n,Officers,Staff,%,Officers,Staff\nDismissed,1,2,50%,3,4")
    anchor = [["Outcome", "2018", "", "", "2019", ""], ["", "Officers", "Staff", "%", "Officers", "Staff"]]
    entry = {"header": "Sheet1!A1:F2", "anchor": anchor, "rows": "Sheet1!3", "columns": ["year", "role"]}
    entry |= {"row_label": "outcome", "heads": {"%": {"role": "", "drop": "a rate"}}}
    rows, ledger = read(cells, {"table": [entry]})
    assert rows.loc["Sheet1!C3", ["period", "role", "value"]].tolist() == ["2018", "Staff", "2"]
    assert rows.loc["Sheet1!F3", ["period", "role"]].tolist() == ["2019", "Staff"]
    assert ledger.loc["Sheet1!D3", "reason"] == "a rate"


def test_officers_and_staff_side_by_side_with_a_total_column_that_is_checked_along_the_row():
    cells = page("Sheet1", "Outcome,Officers,Staff,All\nDismissed,1,2,3")
    entry = {"header": "Sheet1!1", "anchor": ["Outcome", "Officers", "Staff", "All"], "rows": "Sheet1!2"}
    entry |= {"columns": "role", "row_label": "outcome", "total_column": "All"}
    rows, _ = read(cells, {"table": [entry]})
    assert rows.loc["Sheet1!B2", "sum"] == rows.loc["Sheet1!C2", "sum"] == rows.loc["Sheet1!D2", "total"] != ""


def test_two_label_columns_carry_a_merged_label_down():
    cells = page("T1", "Role,Outcome,2018\nOfficer,Dismissed,1\n,Warned,2\nStaff,Dismissed,3")
    entry = {"header": "T1R1", "anchor": ["Role", "Outcome", "2018"], "rows": "T1R2:R4", "columns": "year"}
    rows, _ = read(cells, {"table": [entry | {"row_label": ["role", "outcome"]}]})
    assert rows[["role", "outcome", "value"]].to_numpy().tolist() == [
        ["Officer", "Dismissed", "1"],
        ["Officer", "Warned", "2"],
        ["Staff", "Dismissed", "3"],
    ]


def test_one_reply_for_two_forces_names_the_force_in_its_heads():
    cells = page("T1", "Outcome,Norfolk,Suffolk\nDismissed,1,2")
    entry = {"header": "T1R1", "anchor": ["Outcome", "Norfolk", "Suffolk"], "rows": "T1R2", "columns": "force"}
    rows, _ = read(cells, {"table": [entry | {"row_label": "outcome"}]})
    assert rows["force"].tolist() == ["Norfolk", "Suffolk"]


def test_months_beside_a_financial_year_take_the_year_they_lie_in():
    cells = page("Sheet1", "Month,2018/19\nApril,1\nJanuary,2")
    entry = {"header": "Sheet1!1", "anchor": ["Month", "2018/19"], "rows": "Sheet1!2:3", "columns": "year"}
    rows, _ = read(cells, {"table": [entry | {"row_label": "month"}]})
    assert rows["period"].tolist() == ["April 2018", "January 2019"]


def test_a_header_that_moved_is_named_with_what_stands_there_and_where_it_went():
    with pytest.raises(Faults) as caught:
        read(page("Sheet1", "Outcome,2017/18,2018/19", top=3), {"table": [YEARS]})
    fault = caught.value.faults[0]
    assert (fault.place, fault.found) == ("Sheet1!A2", "''")
    assert fault.expected == "'Outcome', which stands at Sheet1!A3"


def test_a_row_the_recipe_forgot_is_named():
    assert codes(WIDE, {"table": [YEARS | {"rows": "Sheet1!3"}], "dash": "zero"}) == [("UNREAD_NUMBER", "Sheet1!B4")]


def test_two_tables_on_one_sheet_are_read_apart_and_may_not_overlap():
    cells = [*page("S", "Role,2018\nOfficers,5"), *page("S", "Role,2019\nOfficers,6", top=4)]
    tables = [
        {"header": f"S!{top}", "anchor": ["Role", year], "rows": f"S!{top + 1}", "columns": "year", "row_label": "role"}
        for top, year in ((1, "2018"), (4, "2019"))
    ]
    rows, _ = read(cells, {"table": tables})
    assert rows["period"].tolist() == ["2018", "2019"]
    assert codes(cells, {"table": [*tables, tables[0]]}) == [("RECIPE", "S!B2")]


LIST = """Case,Year,Role,Outcome,Details
1,2018,Officer,Dismissed,looked up a neighbour
2,2018,Officer,Dismissed,looked up a friend
3,2019,Staff,Resigned,looked up a car"""
CASES = {"header": "S!1", "anchor": ["Case", "Year", "Role", "Outcome", "Details"], "rows": "S!2:4"}
CASES |= {"columns": {"Year": "period", "Role": "role", "Outcome": "outcome"}, "fixed": {"unit": "cases"}}


def test_a_list_of_cases_is_counted_by_what_the_recipe_names_and_free_text_is_dropped():
    rows, ledger = read(page("S", LIST), {"cases": [CASES]})
    assert rows.loc[["S!B2", "S!B4"], "value"].tolist() == ["2", "1"]
    assert ledger.loc["S!C3", ["ends_as", "row_place"]].tolist() == ["value", "S!B2"]
    assert (ledger.loc[["S!E2", "S!E3", "S!E4"], "ends_as"] == "dropped").all()
    assert not rows.astype("str").apply(lambda column: column.str.contains("neighbour")).any(axis=None)


def test_a_list_with_a_day_is_counted_by_financial_year_day_first():
    cells = page("S", "Date,Outcome\n05/04/2019,Dismissed\n01/03/2019,Dismissed")
    entry = {"header": "S!1", "anchor": ["Date", "Outcome"], "rows": "S!2:3"}
    rows, _ = read(cells, {"cases": [entry | {"columns": {"Date": "financial year", "Outcome": "outcome"}}]})
    assert rows[["period", "value"]].to_numpy().tolist() == [["2019/20", "1"], ["2018/19", "1"]]
    wrong = page("S", "Date,Outcome\n2019-13-01,Dismissed")
    entry |= {"rows": "S!2", "columns": {"Date": "year", "Outcome": "outcome"}}
    assert codes(wrong, {"cases": [entry]}) == [("AMBIGUOUS_DATE", "S!A2")]


def test_a_long_list_with_a_number_column_gives_its_numbers_and_refuses_two_alike():
    cells = page("S", "Year,Outcome,Number\n2018,Dismissed,4\n2019,Dismissed,5")
    entry = {"header": "S!1", "anchor": ["Year", "Outcome", "Number"], "rows": "S!2:3"}
    named = {"Year": "period", "Outcome": "outcome", "Number": "value"}
    rows, _ = read(cells, {"cases": [entry | {"columns": named}]})
    assert rows.loc[["S!C2", "S!C3"], "value"].tolist() == ["4", "5"]
    without = {"Outcome": "outcome", "Number": "value"}
    assert codes(cells, {"cases": [entry | {"columns": without}]}) == [("DUPLICATE_ROW", "S!C3")]


PROSE = [("P1", "P", 1, 1, "1. 5 officers and 15 staff", "text", "", True)]


def test_two_numbers_in_one_paragraph_are_two_answers_with_two_addresses():
    answers = [{"place": "P1", "anchor": "officers", "value": "5", "role": "officer"}]
    answers.append({"place": "P1#2", "anchor": "staff", "value": "15", "role": "staff"})
    rows, ledger = read(PROSE, {"answer": answers})
    assert rows.loc[["P1", "P1#2"], "value"].tolist() == ["5", "15"] and ledger.loc["P1", "ends_as"] == "value"


@pytest.mark.parametrize("value", ["6", "51", "2"])
def test_a_number_that_is_only_part_of_another_is_not_there(value):
    assert codes(PROSE, {"answer": [{"place": "P1", "anchor": "officers", "value": value}]}) == [("ANCHOR", "P1")]


def test_a_page_address_leads_to_its_cell():
    cells = [("p1@10.0,20.0,30.0,40.0", "P", 1, 1, "We hold 7 cases", "text", "", True)]
    answer = {"place": "p1@10.0,20.0,30.0,40.0", "anchor": "hold", "value": "7"}
    assert read(cells, {"answer": [answer]})[0].index.tolist() == ["p1@10.0,20.0,30.0,40.0"]


def test_a_stored_number_that_a_format_rounds_is_read_as_stored():
    cell = grids.Cell("S!B2", "3", "number", "2.6")
    assert grids.reads_as(cell, {}) == "2.6"
    assert grids.reads_as(grids.Cell("S!B2", "1,234.00", "number", "1234.0"), {}) == "1234"
    assert grids.reads_as(grids.Cell("S!B2", "1-4", "date", "2019-04-01"), {}) == "2019-04-01"


def test_an_invisible_cell_never_enters():
    cells = [(*cell[:7], cell[0] != "Sheet1!B4") for cell in WIDE]
    rows, ledger = read(cells, {"table": [YEARS], "dash": "zero"})
    assert rows.loc["Sheet1!B4", "value"] == "" and "Sheet1!B4" not in ledger.index


def test_a_question_mark_of_a_draft_is_a_decision_left():
    found = recipes.undecided({"force": "?", "table": [{"fixed": {"unit": "?", "role": "all"}}]})
    assert [fault.place for fault in found] == ["force", "table[1].fixed.unit"]


def test_a_table_that_lacks_a_key_says_which():
    entry = {name: value for name, value in YEARS.items() if name != "row_label"}
    assert codes(WIDE, {"table": [entry]}) == [("RECIPE", "Sheet1!A2")]
