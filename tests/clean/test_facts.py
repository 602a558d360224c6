"""Which figures are one number, which of them is preferred, and whether they agree."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import categories, clean
from analysis.clean import facts as made


def facts(vale):
    frames = clean.build(vale.folder)
    assert [problem for problem in frames["problems"] if problem.severity != "shown"] == []
    return frames["facts"].set_index("fact_id")


def test_equal_keys_are_one_fact_and_a_reply_is_preferred_to_a_report_and_that_to_the_press(vale):
    for source, kind, value in [("a", "press", "5"), ("b", "report", "6"), ("c", "reply", "7")]:
        vale.document(source, [{"value": value}], kind=kind)
    found = facts(vale)
    assert found.index.tolist() == ["c:L2"] and found["figure_ids"].tolist() == ["c:L2 b:L2 a:L2"]
    assert found[["low", "hull_low", "hull_high", "agreement"]].iloc[0].tolist() == [7, 5, 7, "conflict"]
    assert found["alternatives"].iloc[0] == "7 [c:L2]; 6 [b:L2]; 5 [a:L2]"


def test_papers_that_repeat_one_release_are_one_origin(vale):
    for source, origin in [("a", "release"), ("b", "release"), ("c", "b"), ("d", "")]:
        vale.document(source, [{"value": "5"}], derived_from=origin)
    found = facts(vale).iloc[0]
    assert (found["n_sources"], found["n_origins"]) == (4, 2)


def test_over_seventy_and_869_are_compatible_and_over_seventy_and_70_are_not(vale):
    vale.document("a", [{"value": "over 70"}, {"value": "over 70", "outcome": "sacked"}])
    vale.document("b", [{"value": "869"}, {"value": "70", "outcome": "sacked"}])
    found = facts(vale).set_index("outcome")
    assert found.loc["recorded", ["low", "agreement"]].tolist() == [869, "compatible"]
    assert found.loc["dismissed", ["low", "agreement", "conflict_of"]].tolist() == [70, "conflict", "value"]
    assert pd.isna(found.loc["dismissed", "hull_high"])


def test_a_report_that_rounds_gives_way_to_the_exact_number_of_the_same_origin_only(vale):
    vale.document("report", [{"value": "over 70"}, {"value": "over 90", "outcome": "sacked"}], kind="report")
    vale.document("copy", [{"value": "73"}], derived_from="report")
    vale.document("other", [{"value": "91", "outcome": "sacked"}])
    found = facts(vale).set_index("outcome")
    assert found.loc["recorded", ["low", "high", "figure_ids"]].tolist() == [73, 73, "copy:L2 report:L2"]
    assert found.loc["dismissed", "low"] == 91 and pd.isna(found.loc["dismissed", "high"])


SAME = {  # one number as two papers label it, and what becomes of the labels; the second paper is the one named
    "its labels are those of the figure named": (
        {"role": "officer"}, {}, {"role": "any", "conflict_of": "", "roles_reported": "all; officer"},
    ),
    "outcomes nobody can have both are a conflict": (
        {"outcome": "sacked"}, {"outcome": "warned"},
        {"outcome": "warned", "agreement": "conflict", "conflict_of": "outcome"},
    ),
    "so are two forces": ({"force": "South Police"}, {}, {"force_ids": "north", "conflict_of": "force"}),
    "periods that overlap in part are listed and contradict nothing": (
        {"period": "2002 to 2004"}, {"period": "2001 to 2003"}, {"conflict_of": "period", "agreement": "agree"},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("one", "named", "said"), SAME.values(), ids=SAME)
def test_what_we_say_is_one_number_is_one_fact_that_tells_where_its_labels_differ(vale, one, named, said):
    vale.document("a", [{"value": "5"} | one])
    vale.document("b", [{"value": "5"} | named])
    vale.relate("same_number", "a:L2", "b:L2")
    [fact] = facts(vale).to_dict("records")
    assert {column: fact[column] for column in said} == said


def test_a_share_is_never_the_same_number_as_a_count(vale):
    vale.document("a", [{"value": "5"}, {"value": "one in five"}, {"value": "around a fifth"}])
    found = facts(vale)
    assert len(found) == 2 and found.loc["a:L3", "share_low"] == 0.2


def test_an_open_part_leaves_the_sum_open_and_makes_no_mismatch(vale):
    vale.document(
        "a", [{"value": "30"}, {"value": "at least 2", "outcome": "sacked"}, {"value": "1", "role": "officer"}]
    )
    vale.relate("part_of", "a:L3 a:L4", "a:L2", complete="yes")
    found = facts(vale)
    assert found.loc["a:L2", "agreement"] == "one source" and found.loc["a:L3", "part_of"] == "a:L2"


PAIRS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=6)


@given(st.lists(st.sampled_from(["dismissed", "warned", "a|b", "b|a"]), min_size=8, max_size=8), PAIRS)
def test_facts_are_the_figures_joined_by_equal_keys_and_by_what_we_say_is_one_number(outcomes, pairs):
    """Joined a second time by merging sets until nothing changes."""
    names = [f"s:L{number}" for number in range(8)]
    key = dict.fromkeys(made.KEY, "x") | {"period_start": pd.NaT, "period_end": pd.NaT}
    figures = pd.DataFrame({"figure_id": names, "source_id": "s", "share_high": pd.NA} | key | {"outcome": outcomes})
    same = pd.DataFrame([(names[one], names[of]) for one, of in pairs], columns=["figures", "of"], dtype="str")
    found = pd.Series(names).groupby(made.groups(figures, same)).agg(set).tolist()
    sets = [
        {name for name, said in zip(names, outcomes, strict=True) if sorted(said.split("|")) == sorted(one.split("|"))}
        for one in outcomes
    ]
    sets += [{names[one], names[of]} for one, of in pairs]
    for _ in names:
        sets = [set().union(*(other for other in sets if other & one)) for one in sets]
    assert {frozenset(one) for one in found} == {frozenset(one) for one in sets}


HIERARCHY = {  # each outcome with its parent; of the last three nobody has two for one matter
    "not-stated": "", "recorded": "not-stated", "proceedings": "recorded", "criminal": "not-stated",
    "convicted": "criminal", "cautioned": "criminal",
    "disciplined": "recorded", "dismissed": "disciplined", "warned": "disciplined",
}  # fmt: skip
ROWS = [
    {"dimension": "outcome", "category": name, "parent": parent, "exclusive": "yes" if at > 5 else "no"}
    for at, (name, parent) in enumerate(HIERARCHY.items())
]
TREE = categories.category_trees(pd.DataFrame(ROWS))["outcome"]


@pytest.mark.parametrize(
    ("one", "other", "fit"),
    [
        ("dismissed", "disciplined", True), ("dismissed", "warned", False), ("dismissed|warned", "warned", True),
        ("proceedings", "disciplined", True), ("convicted", "disciplined", False), ("convicted", "cautioned", False),
        ("convicted&dismissed", "dismissed", True), ("convicted", "not-stated", True),
    ],
)  # fmt: skip
def test_outcomes_fit_when_one_number_can_be_both(one, other, fit):
    assert made.may_be_one(TREE, one, other) is fit is made.may_be_one(TREE, other, one)


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [(16, 16, "16"), (0, 0, "0"), (1, 4, "1-4"), (71, None, "71+"), (0, 500, "<=500"), (None, 899, "<=899")],
)
def test_an_interval_is_spelt_in_few_characters(low, high, text):
    assert made.short_interval(low, high) == text
