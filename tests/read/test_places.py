import pytest

from analysis.problems import Faults
from analysis.read import places


@pytest.mark.parametrize(
    ("text", "table", "rows", "columns"),
    [
        ("L3", "", (3, 3), (None, None)),
        ("L3:L14", "", (3, 14), (None, None)),
        ("L2F2", "", (2, 2), (2, 2)),
        ("Sheet1!A3:F14", "Sheet1", (3, 14), (1, 6)),
        ("'Q1 2019'!3:14", "Q1 2019", (3, 14), (None, None)),
        ("Data!AB7", "Data", (7, 7), (28, 28)),
        ("T1R2C3", "T1", (2, 2), (3, 3)),
        ("T2R2:R9", "T2", (2, 9), (None, None)),
        ("T1R2C3T1R4C5", "T1R2C3T1", (4, 4), (5, 5)),
        ("P4", "P", (4, 4), (1, 1)),
        ("attachment/2/Sheet1!B4", "attachment/2/Sheet1", (4, 4), (2, 2)),
        ("attachment/1/L3F2", "attachment/1/", (3, 3), (2, 2)),
    ],
)
def test_an_address_of_any_format_says_its_table_rows_and_columns(text, table, rows, columns):
    found = places.span(text)
    assert (found.table, (found.top, found.bottom), (found.left, found.right)) == (table, rows, columns)


@pytest.mark.parametrize("text", ["", "Sheet1", "B4", "L", "L9:L3", "T1", "Sheet1!B4:", "page 1"])
def test_what_is_no_address_is_refused_with_examples(text):
    with pytest.raises(Faults, match="RECIPE"):
        places.span(text)


@pytest.mark.parametrize(
    "place", ["L3F2", "Sheet1!B4", "My data!AA10", "T1R2C3", "T1R2C3T1R4C5", "P4", "attachment/1/L3F2"]
)
def test_the_address_of_a_cell_leads_back_to_it(place):
    found = places.span(place)
    assert places.at(found.table, found.top, found.left) == place


@pytest.mark.parametrize(
    ("table", "place"),
    [
        ("", "L2F1:L9F3"),
        ("S", "S!A2:C9"),
        ("T1", "T1R2C1:R9C3"),
        ("T1R2C3T1", "T1R2C3T1R2C1:R9C3"),
        ("a/1/S", "a/1/S!A2:C9"),
    ],
)
def test_the_address_of_a_rectangle_leads_back_to_it(table, place):
    assert places.block(table, 2, 1, 9, 3) == place
    found = places.span(place)
    assert (found.table, found.top, found.bottom, found.left, found.right) == (table, 2, 9, 1, 3)


def test_a_place_in_a_figure_id_is_one_word_and_two_places_stay_two():
    assert places.name("My data!B4") == "My%20data!B4" != places.name("My%20data!B4")
    assert places.name("p1@72.0,100.5,90.0,110.0") == "p1@72.0,100.5,90.0,110.0"
