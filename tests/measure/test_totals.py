import pandas as pd
import pytest

from analysis.measure.totals import NotACount, Overlap, count, remainder, total
from invented import fact, facts, tables


def add(frame, hull=False, **frames):
    return total(frame, tables(frame, **frames), hull=hull).iloc[0]


def test_three_in_gwent_and_three_in_wiltshire_are_six():
    found = add(facts(fact("a:L1", "gwent", 3, figure_ids="a:L1 c:L9"), fact("b:L2", "wiltshire", 3)))
    assert (found["low"], found["high"], found["figure_ids"]) == (6, 6, "a:L1 c:L9 b:L2")


@pytest.mark.parametrize(("low", "status"), [(9, "at least"), (0, "suppressed")])
def test_what_has_no_upper_limit_leaves_the_sum_without_one(low, status):
    found = add(facts(fact("a", "kent", low, pd.NA, status=status), fact("b", "essex", 1, 4, status="range")))
    assert found["low"] == low + 1 and pd.isna(found["high"])


OVERLAPS = {
    "a category and its parent": ({"outcome": "disciplined"}, {"outcome": "dismissed"}),
    "an entry of two forces and one of them": ({"force_ids": "kent essex"}, {}),
    "a national line and a force": ({"force_ids": "", "place": "all forces asked"}, {}),
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
    "a period without an end before one that begins later": (
        {"period_start": "2017-01-01"},
        {"period_start": "2018-01-01", "period_end": "2018-12-31"},
    ),
    "when done and when recorded": (
        {"period_start": "2009-01-01", "period_end": "2009-12-31", "date_basis": "incident"},
        {"period_start": "2013-01-01", "period_end": "2013-12-31", "date_basis": "recorded"},
    ),
}


@pytest.mark.parametrize("first, second", OVERLAPS.values(), ids=OVERLAPS)
def test_rows_that_may_share_people_are_not_added(first, second):
    with pytest.raises(Overlap, match="a:L1 and b:L2") as refused:
        add(facts(fact("a:L1", "kent", 3, **first), fact("b:L2", "kent", 2, **second)))
    assert refused.value.rows == ("a:L1", "b:L2")


OTHER_KINDS = {
    "dismissed and disciplined": ({"outcome": "dismissed"}, {"outcome": "disciplined"}),
    "investigated and recorded": ({"outcome": "investigated"}, {"outcome": "recorded"}),
    "dismissed and convicted": ({"outcome": "dismissed"}, {"outcome": "convicted"}),
    "people and cases": ({}, {"unit": "cases"}),
    "a stock and a flow": ({}, {"date_basis": "snapshot"}),
    "stocks of two years": (
        {"date_basis": "snapshot", "period_end": "2013-06-30"},
        {"date_basis": "snapshot", "period_end": "2024-06-30"},
    ),
    "stocks of days that are not known": ({"date_basis": "snapshot"}, {"date_basis": "snapshot"}),
    "misuse and every breach": ({"conduct": "access"}, {"conduct": "all-breaches"}),
}


@pytest.mark.parametrize("first, second", OTHER_KINDS.values(), ids=OTHER_KINDS)
def test_counts_of_two_kinds_are_not_added_even_of_two_forces(first, second):
    with pytest.raises(Overlap, match="a and b must not be added"):
        add(facts(fact("a", "kent", 3, **first), fact("b", "essex", 1, **second)))


APART = {
    "officers and staff": ({"role": "officer"}, {"role": "staff"}),
    "exclusive outcomes": ({"outcome": "dismissed"}, {"outcome": "resigned"}),
    "one year after the other": (
        {"period_start": "2017-04-01", "period_end": "2018-03-31"},
        {"period_start": "2018-04-01", "period_end": "2019-03-31"},
    ),
    "a year, and a later one without an end": (
        {"period_start": "2010-01-01", "period_end": "2010-12-31"},
        {"period_start": "2014-01-01"},
    ),
}


@pytest.mark.parametrize("first, second", APART.values(), ids=APART)
def test_rows_of_different_people_are_added(first, second):
    found = add(facts(fact("a", "kent", 3, **first), fact("b", "kent", 2, **second)))
    assert (found["low"], found["high"]) == (5, 5)


def test_a_total_names_what_it_counts():
    found = add(facts(fact("a", "kent", 3, outcome="dismissed"), fact("b", "kent", 2, outcome="resigned")))
    assert (found["unit"], found["outcome"]) == ("people", "dismissed|resigned")


def test_dismissals_over_different_conduct_are_one_kind():
    first, second = {"conduct": "access"}, {"conduct": "social-media"}
    frame = facts(*(fact(n, n, 3, outcome="dismissed", **one) for n, one in (("gwent", first), ("kent", second))))
    assert add(frame)["low"] == 6


def test_a_region_adds_only_to_forces_outside_it():
    forces = pd.DataFrame(
        [("durham", "North East", "England", ""), ("kent", "South East", "England", "")],
        columns=["force_id", "region", "nation", "joined_into"],
    )
    region = fact("a", low=30, place="North East")
    assert add(facts(region, fact("b", "kent", 2)), forces=forces)["low"] == 32
    with pytest.raises(Overlap):
        add(facts(region, fact("b", "durham", 2)), forces=forces)


@pytest.mark.parametrize("status", ["approximate", "share", "not held", "missing"])
def test_what_is_no_count_is_never_added(status):
    with pytest.raises(NotACount, match=f"b cannot be added: it is {status}"):
        add(facts(fact("a", "kent", 3), fact("b", "essex", pd.NA, pd.NA, status=status)))


def test_nothing_to_add_is_not_zero():
    with pytest.raises(NotACount, match="unknown, not 0"):
        add(facts(fact("a", "kent", 3)).iloc[:0])


def test_a_total_says_on_which_of_its_parts_sources_differ():
    torn = fact("a", "kent", 16, hull_low=13, hull_high=16, agreement="conflict", alternatives="16 [a]; 13 [c]")
    frame = facts(torn, fact("b", "essex", 1))
    assert (add(frame)["low"], add(frame)["high"], add(frame)["conflict"]) == (17, 17, "a")
    assert (add(frame, hull=True)["low"], add(frame, hull=True)["high"]) == (14, 17)
    assert add(frame.iloc[1:])["conflict"] == ""


def test_the_widest_total_holds_the_sums_of_printed_parts():
    joint = fact("a", "cleveland durham", 17, agreement="conflict", alternatives="17 [a]; 18 [sum of b c]")
    found = add(facts(joint), hull=True)
    assert (found["low"], found["high"]) == (17, 18)


def test_words_that_fit_each_other_do_not_widen_a_total():
    rounded = fact(
        "a", low=237, hull_low=231, hull_high=pd.NA, agreement="compatible", alternatives="237 [a]; 231+ [b]"
    )
    found = add(facts(rounded), hull=True)
    assert (found["low"], found["high"]) == (237, 237)


def test_a_count_of_rows_names_every_cell_behind_them():
    found = count(facts(fact("a", "kent", 3, figure_ids="a b"), fact("c", "essex", 2, figure_ids="c b"))).iloc[0]
    assert (found["low"], found["high"], found["figure_ids"]) == (2, 2, "a b c")


def test_a_count_of_forces_names_the_documents():
    found = count(pd.DataFrame({"force_id": ["kent", "essex"], "source_ids": ["p q", "p"]})).iloc[0]
    assert (found["low"], found["figure_ids"]) == (2, "p q")


def test_rows_are_counted_by_a_column_with_the_cells_of_each():
    rows = pd.DataFrame({"verdict": ["adds up", "conflicts", "adds up"], "figure_ids": ["a:L1", "b:L2", "c:L3 a:L1"]})
    assert count(rows, by="verdict").to_numpy().tolist() == [
        ["adds up", 2, 2, "a:L1 c:L3"],
        ["conflicts", 1, 1, "b:L2"],
    ]


def test_what_is_left_of_a_number_is_as_wide_as_both_allow():
    whole, part = facts(fact("a:L1", "", 237, figure_ids="a:L1")), facts(fact("b:L2", "", 139, 206, figure_ids="b:L2"))
    assert remainder(whole, part).to_numpy().tolist() == [[31, 98, "a:L1 b:L2"]]
    assert remainder(whole, part.head(0)).empty and remainder(whole.head(0), part).empty
