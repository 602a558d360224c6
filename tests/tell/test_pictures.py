"""Charts draw what the tables say, and nothing where the evidence allows none."""

import pytest

from analysis import tables
from analysis.tell import findings, phrases, pictures, scenes, unnamed
from analysis.tell.findings import Story

ROUND = "parliament-street-2019"


@pytest.fixture(scope="module")
def built():
    return tables.load()


def story(built, subject, made):
    make = scenes.of_round if subject in set(built.rounds["round_id"]) else scenes.of_force
    scene = make(built, "topic", subject, phrases.read(built.categories), scenes.rows(built))
    return Story(tuple(made(scene)))


def test_the_map_has_a_tile_for_every_force_that_existed(built):
    told = story(
        built, ROUND, lambda scene: [scene.finding("answer", "replied", "some replied.", title="some replied")]
    )
    drawn = pictures.answers_map(built, told).data
    own = built.coverage[built.coverage["round_id"] == ROUND]
    assert set(drawn["force_id"]) == set(own.loc[own["answer"] != "did not exist", "force_id"])
    assert (drawn["answer"] == "reply unknown").sum() == (own["answer"] == "reply unknown").sum()


def test_both_ends_of_the_unnamed_share_are_drawn(built):
    drawn = pictures.unnamed_share(built, story(built, ROUND, unnamed.limits)).data
    assert drawn[["low", "high"]].to_numpy().tolist() == [[237 - 98, 237 - 31], [31, 98]]


def test_no_bar_stands_for_misconduct_of_every_kind(built):
    told = story(built, "west-mercia", lambda scene: [scene.finding("answer", "answer", "numbers.", title="numbers")])
    assert 546 not in pictures.history(built, told).data["high"].tolist()


def test_a_number_on_which_sources_contradict_each_other_is_drawn_as_that(built):
    told = story(built, "merseyside", lambda scene: [scene.finding("answer", "answer", "numbers.", title="numbers")])
    drawn = pictures.history(built, told).data.set_index("high")
    assert drawn.loc[208, "label"] == "Officers and staff: sources disagree"


def test_a_force_without_a_number_has_a_note_instead_of_an_empty_chart(built):
    told = story(built, "fife", lambda scene: [scene.finding("answer", "answer", "nothing.", title="nothing")])
    assert repr(pictures.history(built, told)) == "No chart: there is no number to draw."


def test_every_verdict_is_counted_once():
    made = tuple(
        findings.Finding(f"t/r/{name}", "t", "r", section, "a claim", title="two claims")
        for name, section in [
            ("a", "answer"),
            ("c1", "holds"),
            ("c2", "not-established"),
            ("none-possible", "possible"),
            ("none-contradicted", "contradicted"),
            ("none-cannot", "cannot-be-checked"),
        ]
    )
    drawn = pictures.verdicts(Story(made)).data.set_index("verdict")["claims"]
    assert drawn.to_dict() == {
        "holds": 1,
        "possible": 0,
        "not established": 1,
        "contradicted": 0,
        "cannot be checked": 0,
    }
