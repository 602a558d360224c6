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


CASES = {
    "what is public stays as published": (SLICE, "yes", ["3", "12", "15"]),
    "zero and numbers of another year or force stay": (
        [SLICE[0], {"value": "0", "outcome": "warned"}, {"value": "30", "period": "2002"},
         {"value": "40", "force": "South Police"}],
        "no", ["fewer than 5", "0", "30", "40"],
    ),
    "a share beside it is withheld": ([SLICE[0], {"value": "50%"}], "no", ["fewer than 5", "withheld"]),
    "a rounded number beside it is withheld": ([SLICE[0], {"value": "about 9"}], "no", ["fewer than 5", "withheld"]),
    "what a force withheld itself is not given away": (
        [{"value": "*", "outcome": "sacked"}, *SLICE[1:]], "no", ["*", "5 or more", "5 or more"],
    ),
    "what only begins below the threshold is withheld": (
        [{"value": "2", "beside": "at least"}, {"value": "3-8", "outcome": "warned"}], "no", ["withheld", "withheld"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "public", "shown"), CASES.values(), ids=CASES)
def test_a_small_count_is_hidden_with_what_would_give_it_away_and_no_more(vale, lines, public, shown):
    figures, _, problems = built(vale, lines, public=public)
    assert figures["as_written"].tolist() == shown and (public == "no" or not problems)
    withheld = figures[figures["as_written"] == "withheld"]
    assert set(withheld["low"].fillna(0)) <= {0} and withheld["share_low"].isna().all()


@pytest.mark.parametrize(
    ("thresholds", "shown"),
    [
        ([{"applies_to": "count", "below": "10"}], ["fewer than 10", "fewer than 10"]),
        ([{"applies_to": "rank", "below": "10"}], ["6", "fewer than 5"]),
        ([], ["6", "fewer than 5"]),
    ],
)
def test_a_limit_of_our_own_comes_before_the_usual_one_of_five(vale, thresholds, shown):
    vale.table("thresholds", thresholds)
    lines = [{"value": "6", "outcome": "sacked"}, {"value": "3", "force": "South Police"}]
    assert built(vale, lines)[0]["as_written"].tolist() == shown


WARNED, ALL = {"value": "12", "outcome": "warned"}, {"value": "15"}
DERIVABLE = {  # what is printed, what is hidden, whether that is public, said to make a sum, and given away
    "the rest and the total are public": ([WARNED, ALL], SLICE[0], "no", True, True),
    "without a relation nothing makes a sum": ([WARNED, ALL], SLICE[0], "no", False, False),
    "more people are known to be as few": ([{"value": "2"}], SLICE[0] | {"value": "2"}, "no", False, True),
    "a public reply hid it": ([WARNED, ALL], SLICE[0] | {"value": "<5"}, "yes", True, True),
    "numbers that contradict each other": ([WARNED, {"value": "30"}], SLICE[0] | {"value": "<5"}, "yes", True, False),
}


@pytest.mark.parametrize(("printed", "hidden", "public", "summed", "stops"), DERIVABLE.values(), ids=DERIVABLE)
def test_a_hidden_count_that_public_numbers_give_away_stops_everything(vale, printed, hidden, public, summed, stops):
    vale.document("b", printed)
    if summed:
        vale.relate("part_of", "a:L2 b:L2", "b:L3", complete="yes")
    _, _, problems = built(vale, [hidden], public=public)
    stopping = [(problem.code, problem.place) for problem in problems if problem.severity == "decision"]
    assert stopping == ([("DERIVABLE", "L2")] if stops else [])


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
