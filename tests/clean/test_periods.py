import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.clean import periods


def day(text):
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "start", "end", "kind"),
    [
        ("January 2009 to October 2013", "2009-01-01", "2013-10-31", "span"),
        ("1st April 2013 to 31st March 2014", "2013-04-01", "2014-03-31", "span"),
        ("1 January 2007 to October 2013", "2007-01-01", "2013-10-31", "span"),
        ("2004- September 2012", "2004-01-01", "2012-09-30", "span"),
        ("January – February 2013", "2013-01-01", "2013-02-28", "span"),
        ("between 2008 and 2010", "2008-01-01", "2010-12-31", "span"),
        ("start of 2009 to end of 2013", "2009-01-01", "2013-12-31", "span"),
        ("2017/18", "2017-04-01", "2018-03-31", "financial"),
        ("FY 18-19", "2018-04-01", "2019-03-31", "financial"),
        ("1999/2000", "1999-04-01", "2000-03-31", "financial"),
        ("year ending 31 March 2020", "2019-04-01", "2020-03-31", "span"),
        ("FYE March 2020", "2019-04-01", "2020-03-31", "span"),
        ("2019/20 to 2021/22", "2019-04-01", "2022-03-31", "span"),
        ("Q4 2019/20", "2020-01-01", "2020-03-31", "span"),
        ("2013", "2013-01-01", "2013-12-31", "calendar"),
        ("Apr-19", "2019-04-01", "2019-04-30", "span"),
        ("February 2012", "2012-02-01", "2012-02-29", "span"),
        ("21/10/2024 09:30", "2024-10-21", "2024-10-21", "day"),
        ("As of 21/10/2024", "2024-10-21", "2024-10-21", "day"),
    ],
)
def test_a_printed_period_has_a_first_and_a_last_day(text, start, end, kind):
    assert periods.parse(text) == (day(start), day(end), kind, "", "")


@pytest.mark.parametrize("text", ["2020-21", "2019-2020", "2008-09", "Q1 2019"])
def test_two_years_with_a_hyphen_or_a_quarter_need_the_dates_of_the_row(text):
    assert periods.parse(text)[:2] == (None, None) and "dates in the row" in periods.parse(text).expected


def test_the_dates_of_the_row_settle_financial_year_or_two_calendar_years():
    assert periods.parse("2020-21", day("2020-01-01"), day("2021-12-31")).kind == "span"
    assert periods.parse("2020-21", day("2020-04-01"), day("2021-03-31")).kind == "financial"


RELATIVE = ["last two financial years", "past 36 months", "not printed", "currently", "since 2009", "55 months"]


@pytest.mark.parametrize(
    ("text", "start", "end", "basis"),
    [
        *((text, "2017-04-01", "2019-03-31", "inferred") for text in RELATIVE),
        ("past five years", "", "", "not stated"),
        ("2011 to 2015", "2011-06-01", "2015-12-31", "inferred"),  # the dates are more exact than the words
        ("2014", "2014-01-01", "", "inferred"),  # a year that was not over keeps its end open
    ],
)
def test_a_period_takes_the_dates_of_its_row_and_says_that_they_are_inferred(text, start, end, basis):
    frame = pd.DataFrame({"period": [text], "period_start": [start], "period_end": [end]})
    found = periods.parse_frame(frame).astype("str").fillna("").loc[0]
    assert found[["period_start", "period_end", "period_basis"]].tolist() == [start, end, basis]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2013", "2012-01-01", "2013-12-31"),
        ("May 2008 to May 2011", "2008-05-01", "2011-06-30"),
        ("2013", "2013-12-31", "2013-01-01"),
        ("last year", "2013-12-31", "2013-01-01"),
    ],
)
def test_words_and_dates_that_disagree_are_refused(text, start, end):
    found = periods.parse(text, day(start), day(end))
    assert found[:2] == (None, None) and found.error


@pytest.mark.parametrize("text", ["31/02/2013", "13/14/2013", "2013 to 2010", "Smarch 2013", "20134"])
def test_a_date_that_makes_no_sense_is_refused(text):
    assert periods.parse(text)[:4] == (None, None, "", text)


@given(st.dates(dt.date(1990, 1, 1), dt.date(2035, 12, 31)))
def test_a_day_is_read_day_first_however_it_is_spelt(date):
    spelt = [f"{date.day}/{date.month}/{date.year}", f"{date.day} {date:%B} {date.year}", date.isoformat()]
    assert {periods.parse(text) for text in spelt} == {(date, date, "day", "", "")}


@given(st.text(max_size=20))
def test_any_text_is_a_period_or_a_named_error(text):
    found = periods.parse(text)
    assert bool(found.kind) != bool(found.error) and (found.start is None or found.start <= found.end)
