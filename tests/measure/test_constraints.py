"""What an assumption does to facts and ranks, and what a round's evidence is."""

import pandas as pd
import pytest

from analysis.measure.constraints import apply_assumptions, prepare, rules
from invented import assumptions, fact, facts, relations, tables

RULES = [
    ("one-case-one-person", "round_id=r; unit=cases|incidents", "unit=people"),
    ("reply-in-round", "source_id=cleveland_11288", "round_id=r"),
    ("met-second", "relation=rank; relation_id=rank-met", "believed=yes"),
    ("two-at-merseyside", "fact_id=register:L6", "believed=yes"),
]


KNOWN = assumptions(*RULES)


def told_by(frame, ids):
    """The rows believed under these assumptions, as a frame."""
    return pd.DataFrame(apply_assumptions(frame, rules(KNOWN, "r"), ids), columns=[*frame, "assumed"])


@pytest.mark.parametrize("ids", [["reply-in-round", "one-case-one-person"], ["one-case-one-person", "reply-in-round"]])
def test_a_reply_joins_the_round_before_its_cases_are_people_whatever_the_order(ids):
    frame = facts(fact("cleveland_11288:L7", "cleveland", 4, unit="cases", round_id="single-force"))
    found = told_by(frame, ids).iloc[0]
    assert (found["round_id"], found["unit"]) == ("r", "people")
    assert set(found["assumed"].split()) == set(ids)


def test_a_rank_is_believed_only_where_an_assumption_says_so():
    frame = relations(
        ("rank-met", "rank", "a", "", "", "2"),
        ("rank-surrey", "rank", "b", "", "", "1"),
        ("parts", "part_of", "b", "a", "", ""),
    )
    assert list(told_by(frame, [])["relation_id"]) == ["parts"]
    assert list(told_by(frame, ["met-second"])["relation_id"]) == ["rank-met", "parts"]


def test_what_one_page_alone_prints_counts_only_with_its_assumption():
    frame = facts(fact("register:L6", "merseyside", 2), fact("b", "gwent", 3))
    assert list(told_by(frame, [])["fact_id"]) == ["b"]
    found = told_by(frame, ["two-at-merseyside"])
    assert list(found["fact_id"]) == ["register:L6", "b"]


@pytest.fixture
def told():
    own = facts(fact("a", "surrey", 50, unit="cases"), fact("register:L6", "merseyside", 2))
    rows = [("r", "surrey", "replied, named", ""), ("r", "merseyside", "replied, named", "two-at-merseyside")]
    rows += [("r", "kent", "refused", "")]
    coverage = pd.DataFrame(rows, columns=["round_id", "force_id", "answer", "assumed"])
    elsewhere = facts(fact("cleveland_11288:L7", "cleveland", 4, unit="cases", round_id="single-force"))
    return tables(own, assumptions=KNOWN.drop(index=2), coverage=coverage, elsewhere=elsewhere)


def test_a_force_that_only_an_assumption_names_stops_being_named_without_it(told):
    every = prepare(told)
    assert (every.named, every.n_unnamed) == ({"surrey", "merseyside", "cleveland"}, 20)
    fewer = prepare(told, ["one-case-one-person", "reply-in-round"])
    assert (fewer.named, fewer.n_unnamed) == ({"surrey", "cleveland"}, 21)
    assert prepare(told, []).named == {"surrey"}


def test_an_unknown_assumption_or_round_suggests_the_nearest(told):
    with pytest.raises(ValueError, match="no assumption is called 'one-case-one-man'; nearest: one-case-one-person"):
        prepare(told, ["one-case-one-man"])
    told.rounds["round_id"] = "parliament-street-2019"
    with pytest.raises(ValueError, match="no round is called 'parliament-street'; nearest: parliament-street-2019"):
        prepare(told, round_id="parliament-street")


def test_an_assumption_about_nothing_in_these_tables_is_refused(told):
    told.elsewhere = told.elsewhere.iloc[:0]
    with pytest.raises(ValueError, match="'reply-in-round' fits no row"):
        prepare(told)


def test_of_several_rounds_one_must_be_named(told):
    told.name = ""
    told.rounds = pd.concat([told.rounds, told.rounds.assign(round_id="s")])
    with pytest.raises(ValueError, match="name one round_id: these tables hold r, s"):
        prepare(told)


def test_the_unit_is_that_of_the_round_or_what_its_assumptions_make_of_it(told):
    told.rounds["unit"] = "cases"
    assert len(prepare(told, []).rows) == len(prepare(told, [], unit="people").rows) == 0
    assert len(prepare(told, [], unit="cases").rows) == 1
    told.assumptions = told.assumptions.iloc[1:]
    assert len(prepare(told, []).rows) == 1
