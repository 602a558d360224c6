import pytest

from analysis.problems import Faults
from analysis.read import recipes

PAGE = """Cases by month
Month,2013,2014
January,6,0
February,1,2
Total,7,2

By role
Role,Number
Officers,5
Staff,

Kind
Kind,Number
Vehicle check,1

Question,Answer
2018/19,4 searches: management action
Seen,all
"""
YEARS = {
    "header": "L2",
    "anchor": ["Month", "2013", "2014"],
    "rows": "L3:L4",
    "total_row": "L5",
    "keep_total": True,
    "columns": "year",
    "row_label": "month",
    "disjoint": True,
    "fixed": {"role": "all", "unit": "cases", "date_basis": "recorded"},
}
ROLES = {
    "header": "L8",
    "anchor": ["Role", "Number"],
    "rows": "L9:L10",
    "columns": "none",
    "row_label": "none",
    "fixed": {"period": "2013", "unit": "people"},
    "map": {"Officers": {"role": "officer"}, "Staff": {"role": "staff"}},
}
KINDS = {
    "header": "L13",
    "anchor": ["Kind", "Number"],
    "rows": "L14",
    "columns": "none",
    "row_label": "misuse",
    "fixed": {"period": "2013", "unit": "people"},
}
ANSWER = {"place": "L17F2", "anchor": "searches", "value": "4", "period": "2018/19", "unit": "cases"}
DROP = {"place": "L18F2", "anchor": "all", "reason": "a text without a number"}
RECIPE = {"source_id": "page", "force": "North Police", "read_by": "twice", "unfinished": ["2014"]}
RECIPE |= {"table": [YEARS, ROLES, KINDS], "answer": [ANSWER], "drop": [DROP]}


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "page.csv"
    path.write_text(PAGE, newline="\n")
    return path


def test_a_month_by_year_table_gives_one_row_per_cell_with_its_month_and_address(page):
    rows = recipes.rows(page, RECIPE)[0].set_index("place")
    assert rows.loc["L4F2", ["period", "value", "force"]].tolist() == ["February 2013", "1", "North Police"]
    assert rows.loc["L5F2", ["period", "value", "sum"]].tolist() == ["2013", "7", ""]
    assert rows.loc["L3F2", "sum"] == rows.loc["L4F2", "sum"] == rows.loc["L5F2", "total"] != ""


def test_a_year_that_was_not_over_has_an_open_end(page):
    rows = recipes.rows(page, RECIPE)[0].set_index("place")
    assert rows.loc["L5F3", ["period", "period_start", "period_end"]].tolist() == ["2014", "2014-01-01", ""]


def test_labels_of_rows_say_the_role_or_the_misuse_and_an_empty_cell_stays_a_row(page):
    rows = recipes.rows(page, RECIPE)[0].set_index("place")
    assert rows.loc[["L9F2", "L10F2"], "role"].tolist() == ["officer", "staff"]
    assert rows.loc["L10F2", "value"] == "" and rows.loc["L14F2", "misuse"] == "Vehicle check"


def test_an_answer_in_prose_gives_its_number(page):
    rows = recipes.rows(page, RECIPE)[0].set_index("place")
    assert rows.loc["L17F2", ["value", "period", "unit"]].tolist() == ["4", "2018/19", "cases"]


def test_each_cell_that_is_not_empty_ends_once_as_value_label_note_or_dropped(page):
    ledger = recipes.rows(page, RECIPE)[1].set_index("place")
    filled = [text for line in PAGE.splitlines() for text in line.split(",") if text]
    assert len(ledger) == len(filled) and ledger.index.is_unique
    assert ledger.loc["L1F1", "ends_as"] == "note" and ledger.loc["L3F1", "ends_as"] == "label"
    assert ledger.loc["L18F2", ["ends_as", "reason"]].tolist() == ["dropped", "a text without a number"]
    assert (ledger["ends_as"] == "value").sum() == 9


def test_a_total_that_is_not_kept_is_dropped_with_its_reason(page):
    recipe = RECIPE | {"table": [YEARS | {"keep_total": False}, ROLES, KINDS]}
    ledger = recipes.rows(page, recipe)[1].set_index("place")
    assert ledger.loc["L5F2", "ends_as"] == "dropped" and "total" in ledger.loc["L5F2", "reason"]


@pytest.mark.parametrize(
    ("part", "entry", "place"),
    [
        ("table", YEARS | {"anchor": ["Month", "2012", "2014"]}, "L2F2"),
        ("table", ROLES | {"map": {"Officers": {"role": "officer"}}}, "L9:L10"),
        ("answer", ANSWER | {"value": "9"}, "L17F2"),
        ("drop", DROP | {"anchor": "none"}, "L18F2"),
    ],
)
def test_a_recipe_that_does_not_fit_its_file_names_the_place(page, part, entry, place):
    with pytest.raises(Faults) as caught:
        recipes.rows(page, RECIPE | {part: [entry]})
    assert [(fault.code, fault.place) for fault in caught.value.faults] == [("ANCHOR", place)]


def test_a_number_of_forces_is_dropped_because_rounds_hold_it(tmp_path):
    path = tmp_path / "a.csv"
    header = ",".join(recipes.TRANSCRIPT)
    path.write_text(f"{header}\nALL,2013,,,all,forces,misuse,replied,23,,text,once,,\n", newline="\n")
    ledger = recipes.rows(path)[1].set_index("place")
    assert ledger.loc["L2F9", "reason"] == "number of forces: held in rounds.csv"


def test_a_recipe_that_is_no_toml_is_refused(tmp_path):
    path = tmp_path / "a.toml"
    path.write_text("layout = \n")
    with pytest.raises(Faults, match="RECIPE"):
        recipes.load(path)


@pytest.mark.parametrize(
    ("text", "place", "found", "nearest"),
    [
        ('sorce_id = "a"', "a.toml", "sorce_id", "source_id"),
        ('[[table]]\nheadr = "L1"', "a.toml table[1]", "headr", "header"),
        ('[[table]]\n[[table]]\n[table.fixed]\nperod = "2013"', "a.toml table[2].fixed", "perod", "period"),
        ('[[table]]\nmap = { "A" = { rol = "officer" } }', "a.toml table[1].map.A", "rol", "role"),
        ('[[table]]\nsubtotal = [{ row = "L3", off = "L1:L2" }]', "a.toml table[1].subtotal", "off", "of"),
        ('[[table]]\ncolumns = ["year", "rolle"]', "a.toml table[1].columns", "rolle", "role"),
        ('[[cases]]\n[cases.columns]\n"Result" = "outcom"', "a.toml cases[1].columns", "outcom", "outcome"),
        ('[[answer]]\nvalu = "4"', "a.toml answer[1]", "valu", "value"),
        ('[[drop]]\nreson = "a note"', "a.toml drop[1]", "reson", "reason"),
    ],
)
def test_a_key_that_means_nothing_is_named_with_the_nearest_that_does(tmp_path, text, place, found, nearest):
    path = tmp_path / "a.toml"
    path.write_text(text)
    with pytest.raises(Faults) as caught:
        recipes.load(path)
    (fault,) = caught.value.faults
    assert (fault.code, fault.place, fault.found) == ("RECIPE", place, f"{found!r}, which means nothing there")
    assert fault.expected.startswith(f"{nearest!r}? one of ")


def test_a_part_in_single_brackets_is_an_error_that_shows_the_double_ones(tmp_path):
    path = tmp_path / "a.toml"
    path.write_text('[table]\nheader = "L1"\n')
    with pytest.raises(Faults) as caught:
        recipes.load(path)
    assert [(fault.code, fault.expected) for fault in caught.value.faults] == [("RECIPE", "[[table]]")]
