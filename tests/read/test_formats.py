"""Numbers and dates are shown as a spreadsheet shows them, and kept as stored."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.read import formats
from analysis.read.looks import Look, faint, unseen


@pytest.mark.parametrize(
    ("number", "code", "shown"),
    [
        (5, "General", "5"),
        (0.1, "General", "0.1"),
        (1234.5, "#,##0.00", "1,234.50"),
        (0.125, "0%", "13%"),
        (-3, "#,##0;(#,##0)", "(3)"),
        (7, '0" officers"', "7 officers"),
        (5, "000", "005"),
        (1234, '"£"#,##0', "£1,234"),
        (0, '0;-0;"-"', "-"),
        (0, '_-* #,##0_-;-* #,##0_-;_-* "-"??_-;_-@_-', "-"),
        (2_000_000, '0.0,,"m"', "2.0m"),
        (0.5, "# ?/?", "0.5"),
    ],
)
def test_a_number_is_shown_by_its_format(number, code, shown):
    assert formats.shown_number(number, code) == shown


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("dd/mm/yyyy", "01/04/2019"),
        ("mmm-yy", "Apr-19"),
        ("[$-809]dd mmmm yyyy;@", "01 April 2019"),
        ('d" of "mmmm', "1 of April"),
        ("dd/mm/yyyy hh:mm", "01/04/2019 15:04"),
        ("h:mm AM/PM", "3:04 PM"),
    ],
)
def test_a_date_is_shown_by_its_format(code, shown):
    assert formats.is_date(code)
    assert formats.shown_date(dt.datetime(2019, 4, 1, 15, 4), code) == shown


@pytest.mark.parametrize(("number", "from_1904", "day"), [(43556, False, "2019-04-01"), (42094, True, "2019-04-01")])
def test_a_stored_date_counts_from_its_own_first_day(number, from_1904, day):
    assert formats.iso(formats.moment(number, from_1904), number) == day


@given(st.integers(min_value=61, max_value=2_958_465))
def test_every_day_comes_back_as_its_number(number):
    when = formats.moment(number, False)
    assert (when - dt.datetime(1899, 12, 30)).days == number


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(sorted(formats.BUILTIN.values())))
def test_no_number_is_too_strange_to_be_shown(number, code):
    assert isinstance(formats.shown_number(number, code), str)


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_a_whole_number_shown_with_commas_is_the_same_number(number):
    assert int(formats.shown_number(number, "#,##0").replace(",", "")) == number


@pytest.mark.parametrize("code", [";;;", ";;", "[Red];;;"])
def test_a_format_that_shows_nothing_is_known(code):
    assert formats.shows_nothing(code)


@pytest.mark.parametrize(("colour", "hidden"), [("FFFFFF", True), ("FAFAFA", True), ("808080", False), ("", False)])
def test_what_cannot_be_told_from_paper_is_faint(colour, hidden):
    assert faint(colour) == hidden


def test_white_on_a_dark_fill_can_be_read_and_black_on_black_cannot():
    assert unseen(Look("General", "FFFFFF", 11.0, "1F4E78")) == ""
    assert unseen(Look("General", "000000", 11.0, "000000")) == "text in the colour of the paper"
