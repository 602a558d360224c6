import pandas as pd
import pytest

from analysis.measure.rates import band, on_a_day, per_thousand, years

YEARS = {"period_start": "2017-04-01", "period_end": "2019-03-31"}
TYPES = ("officer", "staff", "pcso")


def _workforce(*dates, force="surrey", people=1000.0, basis="headcount"):
    rows = [(force, day, kind, basis, people, f"source-{kind}") for day in dates for kind in TYPES]
    return pd.DataFrame(rows, columns=["force_id", "as_at", "worker_type", "basis", "value", "source_id"])


def test_fifty_cases_in_two_years_among_3000_people(fact, facts):
    workforce = _workforce("2017-03-31", "2018-03-31", "2019-03-31")
    found = per_thousand(facts(fact("a", "surrey", 50, **YEARS)), workforce).iloc[0]
    assert found["denominator"] == pytest.approx(3000)
    assert found["exposure"] == pytest.approx(6.0)
    assert found["rate"] == pytest.approx(50 / 6)
    assert (str(found["denominator_from"].date()), str(found["denominator_to"].date())) == ("2017-03-31", "2019-03-31")
    assert found["denominator_sources"] == "source-officer source-pcso source-staff"


def test_the_workforce_is_weighted_by_time_between_its_figures(fact, facts):
    workforce = pd.concat([_workforce("2017-03-31", people=1000), _workforce("2018-03-31", people=1365)])
    one_day = facts(fact("a", "surrey", 1, period_start="2017-06-09", period_end="2017-06-09"))
    # 70 of 365 days on the way from 3,000 to 4,095 people.
    assert per_thousand(one_day, workforce)["denominator"].iloc[0] == pytest.approx(3000 + 3 * 70)
    whole = facts(fact("a", "surrey", 1, period_start="2017-03-31", period_end="2018-03-31"))
    assert per_thousand(whole, workforce)["denominator"].iloc[0] == pytest.approx((3000 + 4095) / 2)


@pytest.mark.parametrize(
    "dates",
    [("2018-03-31", "2019-03-31"), ("2017-03-31", "2018-03-31"), ("2017-03-31", "2019-03-31")],
    ids=["before the first figure", "after the last figure", "a year missing between"],
)
def test_where_the_workforce_is_unknown_there_is_no_rate(fact, facts, dates):
    found = per_thousand(facts(fact("a", "surrey", 50, **YEARS)), _workforce(*dates)).iloc[0]
    assert found[["denominator", "rate_low", "rate_high", "rate"]].isna().all()
    assert found["denominator_sources"] == ""


def test_a_date_without_all_three_kinds_of_worker_is_not_used(fact, facts):
    workforce = _workforce("2017-03-31", "2018-03-31", "2019-03-31")
    workforce = workforce[~((workforce["as_at"] == "2019-03-31") & (workforce["worker_type"] == "pcso"))]
    assert per_thousand(facts(fact("a", "surrey", 50, **YEARS)), workforce)["rate"].isna().all()
    officers = per_thousand(facts(fact("a", "surrey", 50, **YEARS)), workforce, "officers only")
    assert officers["rate"].iloc[0] == pytest.approx(50 / 2)


def test_a_range_has_a_rate_at_each_end(fact, facts):
    workforce = _workforce("2017-03-31", "2018-03-31", "2019-03-31")
    rows = facts(fact("a", "surrey", 6, 12, **YEARS), fact("b", "surrey", 6, pd.NA, **YEARS))
    found = per_thousand(rows, workforce)
    assert (found["rate_low"].iloc[0], found["rate_high"].iloc[0]) == (pytest.approx(1), pytest.approx(2))
    assert pd.isna(found["rate_high"].iloc[1])
    assert found["rate"].isna().all()


def test_a_joint_entry_is_divided_by_both_forces_and_a_place_by_none(fact, facts):
    dates = ("2017-03-31", "2018-03-31", "2019-03-31")
    workforce = pd.concat([_workforce(*dates), _workforce(*dates, force="kent", people=500.0)])
    found = per_thousand(facts(fact("a", "kent surrey", 9, **YEARS), fact("b", low=237, **YEARS)), workforce)
    assert found["denominator"].iloc[0] == pytest.approx(4500)
    assert found["rate"].isna().tolist() == [False, True]


def test_an_unknown_denominator_is_refused(fact, facts):
    with pytest.raises(ValueError, match="with specials"):
        per_thousand(facts(fact("a", "surrey", 1, **YEARS)), _workforce("2017-03-31"), "everyone")


def test_years_are_counted_by_the_calendar():
    assert years("2017-04-01", "2019-03-31") == 2
    assert years("2011-06-01", "2015-12-31") == pytest.approx(4 + 7 / 12)


def test_the_rate_of_three_repliers_lies_between_those_of_the_largest_and_smallest():
    exposures = pd.Series({"a": 10.0, "b": 1.0, "c": 2.0, "d": 7.0})
    assert band(38, 38, exposures, ["a"], 3) == (pytest.approx(38 / 19), pytest.approx(38 / 13))


def test_the_rate_of_one_day_needs_figures_of_that_day_only(fact, facts):
    rows = facts(fact("a", "surrey", 12, period_start="2007-01-01", period_end="2010-12-31"))
    found = on_a_day(rows, _workforce("2009-03-31"), "2009-03-31").iloc[0]
    assert (found["denominator"], found["exposure"], found["rate"]) == (3000, pytest.approx(12), pytest.approx(1))
    assert found["denominator_from"] == found["denominator_to"] == pd.Timestamp("2009-03-31")
    assert on_a_day(rows, _workforce("2009-03-31"), "2010-03-31")["rate"].isna().all()
    assert on_a_day(rows, _workforce("2009-03-31", force="kent"), "2009-03-31")["rate"].isna().all()
