"""What was misused, on the repository's own tables."""

import pytest

from analysis import tables
from analysis.tell import misuse_charts, misused, phrases, scenes
from analysis.tell.findings import Story

ROUND = "parliament-street-2019"


@pytest.fixture(scope="module")
def built():
    return tables.load()


@pytest.fixture(scope="module")
def told(built):
    scene = scenes.of_round(built, "what-was-misused", ROUND, phrases.read(built.categories), scenes.rows(built))
    return misused.findings(scene)


def section(told, name):
    return [finding.sentence for finding in told if finding.section == name]


def test_two_systems_nobody_told_apart_can_each_be_all_or_none(told):
    assert section(told, "blurred")[0] == (
        "At Surrey Police, for 35 cases sources say only “the Niche records system or e-mail”: each of these can be "
        "between none and 35."
    )


def test_a_system_on_which_sources_differ_shows_both_values(told):
    assert "70 (The Register) and at least 71 (The Commentator)" in section(told, "system")[0]


def test_the_rest_is_what_the_lower_value_leaves(told):
    assert section(told, "rest") == [
        "For at most 167 of the 237 disciplined, nothing printed for all forces together tells what was misused."
    ]


def test_the_chart_draws_spans_for_what_was_not_told_apart(built, told):
    drawn = misuse_charts.misuse(built, Story(tuple(told))).data.set_index("label")
    assert tuple(drawn.loc["Surrey: e-mail", ["low", "high"]]) == (0, 35)
    assert tuple(drawn.loc["Surrey: nobody told", ["low", "high"]]) == (0, 15)
    assert drawn.loc["All forces together: police databases", "status"] == "at least"
