"""A spreadsheet's number is read as it is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.read.sheets import shown


@pytest.mark.parametrize(
    ("number", "code", "text"),
    [
        (5, "General", "5"), (0.1 + 0.2, "General", "0.3"), (1234.5, "#,##0.00", "1,234.50"),
        (0.5, "0%", "50%"), (-3, "0;(0)", "(3)"), (0, '0;-0;"-"', "-"), (7, "000", "007"),
        (5, '0" officers"', "5 officers"), (1.005, "0.00", "1.01"), (12, "@", "12"),
        (1.5, "[h]:mm", "36:00"), (10, "[h]:mm", "240:00"), (0.25, "[h]:mm", "6:00"),
        (3, '[<5]"<5";0', "<5"), (7, '[<5]"<5";0', "7"), (0, '[=0]"nil";[<5]"few";0', "nil"),
        (2, '[=0]"nil";[<5]"few";0', "few"), (3, ";;;", ""), (43556, "dd/mm/yyyy", "01/04/2019"),
        (43556, "mmm-yy", "Apr-19"), (59, "d mmm yyyy", "28 Feb 1900"),
        (43556.5, 'd "of" mmmm h:mm', "1 of April 12:00"),
    ],
)  # fmt: skip
def test_a_number_is_shown_as_its_format_says(number, code, text):
    assert shown(number, code)[0] == text


def test_a_date_is_kept_as_a_day_however_it_is_shown():
    assert shown(43556.5, "mmm-yy") == ("Apr-19", "date", "2019-04-01")
    assert shown(0.5, "h:mm") == ("12:00", "date", "")


def test_a_workbook_that_counts_from_1904_shows_its_own_dates():
    assert shown(42094, "dd/mm/yyyy", from_1904=True)[0] == "01/04/2019"


@given(
    st.integers(-(10**12), 10**12),
    st.sampled_from(["General", "0", "#,##0", "0.0", "#,##0;-#,##0", "General;-General"]),
)
def test_whole_numbers_come_out_as_they_went_in(number, code):
    text, kind, _ = shown(float(number), code)
    assert (int(text.replace(",", "").removesuffix(".0")), kind) == (number, "number")


@given(st.floats(), st.text(max_size=12))
def test_no_format_is_an_error(number, code):
    assert len(shown(number, code)) == 3
