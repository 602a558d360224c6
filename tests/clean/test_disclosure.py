"""Small counts of what is not public yet are hidden, and what would give them away."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import clean
from analysis.clean import disclosure


def built(vale, lines: list[dict], **source):
    vale.document("a", lines, kind="reply", **({"public": "no"} | source))
    frames = clean.build(vale.folder)
    return frames["figures"].set_index("figure_id"), frames["facts"], frames["problems"]


SLICE = [{"value": "3", "outcome": "sacked"}, {"value": "12", "outcome": "warned"}, {"value": "15"}]


def test_a_small_count_that_is_not_public_is_a_range_and_what_would_give_it_away_is_at_least(vale):
    figures, facts, problems = built(vale, SLICE)
    assert figures[["low", "high", "status"]].astype("object").fillna("").to_numpy().tolist() == [
        [1, 4, "range"],
        [5, "", "at least"],
        [5, "", "at least"],
    ]
    assert figures["as_written"].tolist() == ["fewer than 5", "5 or more", "5 or more"]
    assert [(problem.code, problem.severity) for problem in problems] == [("SMALL_COUNT", "shown")]
    assert set(facts["low"]) == {1, 5}


def test_no_cell_of_any_built_table_holds_the_small_count_or_what_makes_it(vale, tmp_path):
    vale.document("a", SLICE, kind="reply", public="no")
    frames = clean.build(vale.folder)
    text = pd.concat([frames[name].astype("str") for name in clean.BUILT]).to_numpy(na_value="").ravel().tolist()
    assert not {"3", "12", "15"} & set(text)
    assert "12" not in " ".join(problem.found + problem.expected for problem in frames["problems"])


def test_a_public_small_count_stays_as_published(vale):
    figures, _, problems = built(vale, SLICE, public="yes")
    assert figures["low"].tolist() == [3, 12, 15] and not problems


def test_zero_and_numbers_of_another_year_or_force_stay(vale):
    lines = [{"value": "3", "outcome": "sacked"}, {"value": "0", "outcome": "warned"}]
    lines += [{"value": "30", "period": "2002"}, {"value": "40", "force": "South Police"}]
    figures, _, _ = built(vale, lines)
    assert figures["low"].tolist() == [1, 0, 30, 40]


@pytest.mark.parametrize(("value", "low", "status"), [("50%", None, "suppressed"), ("about 9", 0, "suppressed")])
def test_a_number_beside_a_small_one_that_is_no_plain_count_is_withheld(vale, value, low, status):
    figures, _, _ = built(vale, [{"value": "3", "outcome": "sacked"}, {"value": value}])
    assert figures.loc["a:L3", ["status", "as_written"]].tolist() == [status, "withheld"]
    assert pd.isna(figures.loc["a:L3", "share_low"])


def test_what_a_force_withheld_itself_is_not_given_away_by_the_rest_and_the_total(vale):
    figures, _, _ = built(vale, [{"value": "*", "outcome": "sacked"}, {"value": "12", "outcome": "warned"}, SLICE[2]])
    assert figures["as_written"].tolist() == ["*", "5 or more", "5 or more"]


def test_a_number_that_only_begins_below_the_threshold_is_withheld(vale):
    figures, _, _ = built(vale, [{"value": "2", "beside": "at least"}, {"value": "3-8", "outcome": "warned"}])
    assert set(figures["as_written"]) == {"withheld"} and set(figures["low"]) == {0}


def test_a_limit_of_our_own_comes_before_the_usual_one(vale):
    figures, _, _ = built(vale, [{"value": "6", "outcome": "sacked"}])
    assert figures["low"].tolist() == [6]
    vale.table("thresholds", [{"applies_to": "count", "below": "10"}])
    assert clean.build(vale.folder)["figures"]["as_written"].tolist() == ["fewer than 10"]


@pytest.mark.parametrize("rows", [[], [{"applies_to": "rank", "below": "10"}]])
def test_without_a_limit_of_our_own_fewer_than_five_are_hidden(vale, rows):
    vale.table("thresholds", rows)
    assert built(vale, SLICE)[0]["as_written"].tolist() == ["fewer than 5", "5 or more", "5 or more"]


def derived(vale, lines: list[dict], relations: list[dict], **source):
    vale.table("relations", [{"relation_id": f"r{n}"} | row for n, row in enumerate(relations)])
    _, facts, problems = built(vale, lines, **source)
    return facts, {(problem.code, problem.place) for problem in problems if problem.severity == "decision"}


PARTS = [{"relation": "part_of", "figures": "a:L2 b:L2", "of": "b:L3", "complete": "yes"}]
PRINTED = [{"value": "12", "outcome": "warned"}, {"value": "15"}]


def test_a_hidden_count_that_public_numbers_give_away_by_subtraction_stops_everything(vale):
    vale.document("b", PRINTED)
    _, problems = derived(vale, SLICE[:1], PARTS)
    assert problems == {("DERIVABLE", "L2")}


def test_without_a_relation_that_makes_the_sum_nothing_can_be_worked_out(vale):
    vale.document("b", PRINTED)
    facts, problems = derived(vale, SLICE[:1], [])
    assert problems == set() and 1 in facts["low"].tolist()


def test_a_hidden_count_that_a_smaller_public_number_about_more_people_gives_away_stops_everything(vale):
    vale.document("b", [{"value": "2"}])
    assert derived(vale, [{"value": "2", "outcome": "sacked"}], [])[1] == {("DERIVABLE", "L2")}


def test_what_a_public_reply_hid_is_looked_at_too(vale):
    vale.document("b", PRINTED)
    _, problems = derived(vale, [{"value": "<5", "outcome": "sacked"}], PARTS, public="yes")
    assert problems == {("DERIVABLE", "L2")}


def test_numbers_that_contradict_each_other_give_nothing_away(vale):
    vale.document("b", [{"value": "12", "outcome": "warned"}, {"value": "30"}])
    assert derived(vale, [{"value": "<5", "outcome": "sacked"}], PARTS, public="yes")[1] == set()


COUNTS = st.integers(0, 4)


@given(st.lists(st.tuples(COUNTS, COUNTS), min_size=3, max_size=4), st.sampled_from([(1, 2), (2, 1), (0, 2)]))
def test_as_many_values_are_left_as_trying_all_of_them_leaves(ends, order):
    """The first number is at most another, and makes a third together with a second; every combination is tried."""
    spans = [(min(pair), max(pair)) for pair in ends]
    ties = [({0: -1, order[0]: 1} if order[0] else {1: -1, 2: 1}, np.inf), ({0: -1, 1: -1, 2: 1}, 0.0)]
    every = product(*(range(low, high + 1) for low, high in spans))
    fits = [one for one in every if all(0 <= sum(n * one[at] for at, n in tie.items()) <= most for tie, most in ties)]
    facts = pd.DataFrame(spans, columns=["low", "high"]).astype("Int64")
    left = disclosure._values_left(facts, 0, ties)
    firsts = [one[0] for one in fits]
    assert left == (max(firsts) - min(firsts) + 1 if fits else np.inf)
