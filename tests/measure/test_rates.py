import pandas as pd
import pytest

from analysis.measure.rates import rate_together, rates
from invented import assumptions, fact, facts, tables

YEARS = {"period_start": "2017-04-01", "period_end": "2019-03-31"}
TYPES = ("officer", "staff", "pcso")
DATES = ("2017-03-31", "2018-03-31", "2019-03-31")


def _workforce(*dates, force="surrey", people=1000.0, basis="headcount"):
    rows = [(force, day, kind, basis, people, f"source-{kind}") for day in dates for kind in TYPES]
    return pd.DataFrame(rows, columns=["force_id", "as_at", "worker_type", "basis", "value", "source_id"])


def rate(*rows, workforce, beside=(), frames=None, **asked):
    """Rates of facts, beside the other facts of their round."""
    return rates(facts(*rows), tables(facts(*rows, *beside), workforce=workforce, **frames or {}), **asked)


def test_fifty_cases_in_two_years_among_3000_people():
    found = rate(fact("a", "surrey", 50, **YEARS), workforce=_workforce(*DATES)).iloc[0]
    assert found["denominator"] == pytest.approx(3000)
    assert found["exposure"] == pytest.approx(6.0)
    assert found["rate"] == pytest.approx(50 / 6)
    # Garwood's limits of 50 are 37.11 and 65.92.
    assert (found["interval_low"], found["interval_high"]) == (
        pytest.approx(37.11 / 6, abs=1e-3),
        pytest.approx(65.92 / 6, abs=1e-3),
    )
    assert (str(found["denominator_from"].date()), str(found["denominator_to"].date())) == ("2017-03-31", "2019-03-31")
    assert found["denominator_sources"] == "source-officer source-pcso source-staff"
    assert (found["figure_ids"], found["why_not"]) == ("a", "")


def test_the_workforce_is_weighted_by_time_between_its_figures():
    workforce = pd.concat([_workforce("2017-03-31", people=1000), _workforce("2018-03-31", people=1365)])
    one_day = fact("a", "surrey", 1, period_start="2017-06-09", period_end="2017-06-09")
    # 70 of 365 days on the way from 3,000 to 4,095 people.
    assert rate(one_day, workforce=workforce)["denominator"].item() == pytest.approx(3000 + 3 * 70)
    whole = fact("a", "surrey", 1, period_start="2017-03-31", period_end="2018-03-31")
    assert rate(whole, workforce=workforce)["denominator"].item() == pytest.approx((3000 + 4095) / 2)


@pytest.mark.parametrize(
    "dates",
    [DATES[1:], DATES[:2], (DATES[0], DATES[2])],
    ids=["before the first figure", "after the last figure", "a year missing between"],
)
def test_where_the_workforce_is_unknown_there_is_no_rate(dates):
    found = rate(fact("a", "surrey", 50, **YEARS), workforce=_workforce(*dates)).iloc[0]
    assert found[["denominator", "rate_low", "rate_high", "rate", "interval_low", "interval_high"]].isna().all()
    assert (found["denominator_sources"], found["why_not"]) == ("", "the workforce at the time is not known")


NO_RATE = {
    "a stock": ({"date_basis": "snapshot"}, "a stock on a day"),
    "a number its force disputes": ({"disputed": "yes"}, "disputes it"),
    "an approximate number": ({"low": pd.NA, "high": pd.NA, "status": "approximate"}, "not a count"),
    "a share": ({"status": "share"}, "not a count"),
    "a number without its dates": ({"period_end": None}, "dates are not known"),
    "a place": ({"force_ids": ""}, "not of named forces"),
    "community support officers, who are not counted alone": ({"role": "pcso"}, "no workforce figures count this role"),
}


@pytest.mark.parametrize("columns, why", NO_RATE.values(), ids=NO_RATE)
def test_there_is_no_rate_of(columns, why):
    row = fact("a", "surrey", 5, **YEARS) | columns
    found = rate(row, workforce=_workforce(*DATES)).iloc[0]
    assert why in found["why_not"]
    assert found[["rate_low", "rate_high", "rate", "interval_low", "exposure"]].isna().all()


BESIDE = [
    fact("all", low=237, outcome="disciplined", **YEARS),
    fact("gone", low=11, outcome="dismissed", part_of="all", **YEARS),
]
GWENT = fact("gwent", "surrey", 3, outcome="dismissed", conduct="access", **YEARS)


def test_an_example_narrower_than_what_the_round_counts_has_no_rate():
    found = rate(GWENT, workforce=_workforce(*DATES), beside=BESIDE)
    assert "narrower than what the round counts" in found["why_not"].item()
    assert rate(GWENT, workforce=_workforce(*DATES))["rate"].item() == pytest.approx(3 / 6)


def test_a_part_of_a_force_s_own_number_has_a_rate():
    own = fact("own", "surrey", 50, outcome="disciplined", **YEARS)
    found = rate(own, GWENT | {"part_of": "own"}, workforce=_workforce(*DATES), beside=BESIDE)
    assert list(found["rate"]) == [pytest.approx(50 / 6), pytest.approx(3 / 6)]


def test_a_number_that_is_split_up_is_no_example():
    parts = [fact(name, "surrey", low, part_of="gwent", role=name) for name, low in (("officer", 2), ("staff", 1))]
    found = rate(GWENT, workforce=_workforce(*DATES), beside=[*BESIDE, *parts])
    assert found["rate"].item() == pytest.approx(3 / 6)


def test_a_number_that_an_assumption_calls_the_whole_has_a_rate():
    whole = assumptions(("whole", "force_ids=surrey", "conduct=not-stated; outcome=disciplined"))
    found = rate(GWENT, workforce=_workforce(*DATES), beside=BESIDE, frames={"assumptions": whole})
    assert found["rate"].item() == pytest.approx(3 / 6)


def test_officers_are_divided_by_officers_unless_a_denominator_is_named():
    rows = [fact("a", "surrey", 6, role="officer", **YEARS), fact("b", "surrey", 6, role="any", **YEARS)]
    found = rate(*rows, workforce=_workforce(*DATES))
    assert list(found["denominator"]) == [1000, 3000]
    named = rate(*rows, workforce=_workforce(*DATES), denominator="workforce")
    assert list(named["denominator"]) == [3000, 3000]


def test_a_date_without_all_three_kinds_of_worker_is_not_used():
    workforce = _workforce(*DATES)
    workforce = workforce[~((workforce["as_at"] == "2019-03-31") & (workforce["worker_type"] == "pcso"))]
    row = fact("a", "surrey", 50, **YEARS)
    assert rate(row, workforce=workforce)["rate"].isna().all()
    assert rate(row, workforce=workforce, denominator="officers only")["rate"].item() == pytest.approx(50 / 2)


def test_a_range_has_a_rate_at_each_end():
    rows = [fact("a", "surrey", 6, 12, **YEARS), fact("b", "surrey", 6, pd.NA, **YEARS, status="at least")]
    found = rate(*rows, workforce=_workforce(*DATES))
    assert (found["rate_low"].iloc[0], found["rate_high"].iloc[0]) == (pytest.approx(1), pytest.approx(2))
    assert pd.isna(found["rate_high"].iloc[1])
    assert found["rate"].isna().all()


def test_a_joint_entry_is_divided_by_both_forces():
    workforce = pd.concat([_workforce(*DATES), _workforce(*DATES, force="kent", people=500.0)])
    found = rate(fact("a", "kent surrey", 9, **YEARS), workforce=workforce)
    assert found["denominator"].item() == pytest.approx(4500)


def test_the_rate_of_one_day_needs_figures_of_that_day_only():
    row = fact("a", "surrey", 12, period_start="2007-01-01", period_end="2010-12-31")
    found = rate(row, workforce=_workforce("2009-03-31"), day="2009-03-31").iloc[0]
    assert (found["denominator"], found["exposure"], found["rate"]) == (3000, pytest.approx(12), pytest.approx(1))
    assert found["denominator_from"] == found["denominator_to"] == pd.Timestamp("2009-03-31")
    assert rate(row, workforce=_workforce("2009-03-31"), day="2010-03-31")["rate"].isna().all()
    assert rate(row, workforce=_workforce("2009-03-31", force="kent"), day="2009-03-31")["rate"].isna().all()


def test_the_rate_of_three_repliers_lies_between_those_of_the_largest_and_smallest():
    count = pd.DataFrame({"low": [38], "high": [38], "figure_ids": ["a"]})
    found = rate_together(count, pd.Series({"a": 10.0, "b": 1.0, "c": 2.0, "d": 7.0}), ["a"], 3).iloc[0]
    assert (found["rate_low"], found["rate_high"], found["figure_ids"]) == (38 / 19, 38 / 13, "a")
    with pytest.raises(ValueError, match="no more can have replied"):
        rate_together(count, pd.Series({"a": 10.0}), ["a"], 3)
