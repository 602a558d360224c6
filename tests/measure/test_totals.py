import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.measure.totals import NotACount, Overlap, total


def test_three_in_gwent_and_three_in_wiltshire_are_six(fact, facts):
    found = total(facts(fact("a:L1", "gwent", 3), fact("b:L2", "wiltshire", 3)))
    assert (found.low, found.high, found.fact_ids) == (6, 6, ("a:L1", "b:L2"))


def test_at_least_leaves_the_sum_without_an_upper_limit(fact, facts):
    found = total(facts(fact("a", "kent", 9, pd.NA, status="at least"), fact("b", "essex", 2)))
    assert (found.low, found.high) == (11, None)


def test_a_suppressed_count_adds_from_zero_to_any_number(fact, facts):
    found = total(facts(fact("a", "kent", 0, pd.NA, status="suppressed"), fact("b", "essex", 1, 4, status="range")))
    assert (found.low, found.high) == (1, None)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pairs=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=6))
def test_a_sum_of_ranges_is_the_range_of_sums(fact, facts, pairs):
    rows = [fact(f"f{n}", f"force-{n}", low, low + more) for n, (low, more) in enumerate(pairs)]
    found = total(facts(*rows))
    assert (found.low, found.high) == (sum(low for low, _ in pairs), sum(low + more for low, more in pairs))


OVERLAPS = {
    "a category and its parent": ({"outcome": "disciplined"}, {"outcome": "dismissed"}),
    "any role and officers": ({"role": "any"}, {"role": "officer"}),
    "criminal and internal outcomes": ({"outcome": "convicted"}, {"outcome": "dismissed"}),
    "conduct of two kinds": ({"conduct": "access"}, {"conduct": "social-media"}),
    "different units": ({"outcome": "dismissed"}, {"outcome": "resigned", "unit": "cases"}),
    "stock and flow": ({"outcome": "dismissed"}, {"outcome": "resigned", "date_basis": "snapshot"}),
    "part and whole": ({"outcome": "dismissed"}, {"outcome": "resigned", "part_of": "a:L1"}),
    "overlapping periods": (
        {"period_start": "2017-01-01", "period_end": "2017-12-31"},
        {"period_start": "2017-04-01", "period_end": "2018-03-31"},
    ),
    "when done and when recorded": (
        {"period_start": "2009-01-01", "period_end": "2009-12-31", "date_basis": "incident"},
        {"period_start": "2013-01-01", "period_end": "2013-12-31", "date_basis": "recorded"},
    ),
}


@pytest.mark.parametrize("first, second", OVERLAPS.values(), ids=OVERLAPS)
def test_rows_that_may_share_people_are_not_added(fact, facts, categories, first, second):
    frame = facts(fact("a:L1", "kent", 3, **first), fact("b:L2", "kent", 2, **second))
    with pytest.raises(Overlap, match="a:L1 and b:L2"):
        total(frame, categories)


APART = {
    "officers and staff": ({"role": "officer"}, {"role": "staff"}),
    "exclusive outcomes": ({"outcome": "dismissed"}, {"outcome": "resigned"}),
    "one year after the other": (
        {"period_start": "2017-04-01", "period_end": "2018-03-31"},
        {"period_start": "2018-04-01", "period_end": "2019-03-31"},
    ),
}


@pytest.mark.parametrize("first, second", APART.values(), ids=APART)
def test_rows_of_different_people_are_added(fact, facts, categories, first, second):
    found = total(facts(fact("a", "kent", 3, **first), fact("b", "kent", 2, **second)), categories)
    assert (found.low, found.high) == (5, 5)


def test_a_joint_entry_and_one_of_its_forces_are_not_added(fact, facts):
    with pytest.raises(Overlap, match="a and b"):
        total(facts(fact("a", "cleveland durham", 17), fact("b", "durham", 10)))


def test_a_national_line_and_a_force_are_not_added(fact, facts):
    with pytest.raises(Overlap, match="a and b"):
        total(facts(fact("a", low=237), fact("b", "surrey", 50)))


def test_a_region_adds_only_to_forces_outside_it(fact, facts):
    forces = pd.DataFrame(
        [("durham", "North East", "England", ""), ("kent", "South East", "England", "")],
        columns=["force_id", "region", "nation", "joined_into"],
    )
    region = fact("a", low=30, place="North East")
    assert total(facts(region, fact("b", "kent", 2)), forces=forces).low == 32
    with pytest.raises(Overlap):
        total(facts(region, fact("b", "durham", 2)), forces=forces)


def test_a_force_and_the_force_it_joined_are_not_added(fact, facts):
    forces = pd.DataFrame(
        [("fife", "", "Scotland", "police-scotland"), ("police-scotland", "", "Scotland", "")],
        columns=["force_id", "region", "nation", "joined_into"],
    )
    with pytest.raises(Overlap):
        total(facts(fact("a", "fife", 2), fact("b", "police-scotland", 9)), forces=forces)


@pytest.mark.parametrize("status", ["approximate", "share", "not held", "missing"])
def test_what_is_no_count_is_never_added(fact, facts, status):
    with pytest.raises(NotACount, match=f"b cannot be added: it is {status}"):
        total(facts(fact("a", "kent", 3), fact("b", "essex", pd.NA, pd.NA, status=status)))


def test_nothing_to_add_is_not_zero(fact, facts):
    with pytest.raises(NotACount, match="unknown, not 0"):
        total(facts(fact("a", "kent", 3)).iloc[:0])


def test_a_conflict_can_be_added_at_its_widest(fact, facts):
    frame = facts(fact("a", "kent", 16, hull_low=13, hull_high=16), fact("b", "essex", 1))
    assert (total(frame, hull=True).low, total(frame, hull=True).high) == (14, 17)
