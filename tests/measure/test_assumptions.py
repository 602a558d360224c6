import pandas as pd
import pytest

from analysis.measure.assumptions import assume

KNOWN = pd.DataFrame(
    [
        ("one-case-one-person", "r", "round_id=r; unit=cases|incidents", "unit=people"),
        ("reply-in-round", "r", "source_id=cleveland_11288", "round_id=r"),
        ("ranks-hold", "r", "relation=rank", "believed=yes"),
    ],
    columns=["assumption_id", "round_id", "applies_where", "sets"],
)


def test_a_case_becomes_a_person_and_says_why(fact, facts):
    frame = facts(fact("a", "surrey", 50, unit="cases"), fact("b", "gwent", 3))
    found = assume(frame, ["one-case-one-person"], KNOWN)
    assert list(found["unit"]) == ["people", "people"]
    assert list(found["assumed"]) == ["one-case-one-person", ""]
    assert list(frame["unit"]) == ["cases", "people"]


@pytest.mark.parametrize("ids", [["reply-in-round", "one-case-one-person"], ["one-case-one-person", "reply-in-round"]])
def test_a_reply_joins_the_round_before_its_cases_are_people_whatever_the_order(fact, facts, ids):
    frame = facts(fact("cleveland_11288:L7", "cleveland", 4, unit="cases", round_id="single-force"))
    found = assume(frame, ids, KNOWN).iloc[0]
    assert (found["round_id"], found["unit"]) == ("r", "people")
    assert set(found["assumed"].split()) == set(ids)


def test_ranks_of_another_round_are_not_believed(relations):
    frame = relations(
        ("r1", "rank", "a", "", "", "1"), ("r2", "part_of", "b", "a", "", ""), ("r3", "rank", "c", "", "", "1")
    )
    frame = frame.drop(columns="believed").assign(scope=["r", "", "other"])
    assert list(assume(frame, ["ranks-hold"], KNOWN)["believed"]) == ["yes", "", ""]


def test_an_unknown_assumption_suggests_the_nearest(fact, facts):
    with pytest.raises(ValueError, match="did you mean 'ranks-hold'"):
        assume(facts(fact("a")), ["rank-holds"], KNOWN)
