"""Headlines under other definitions: the same measure, called again."""

import pytest

from analysis import tables
from analysis.measure import bounds
from analysis.tell import phrases, scenes, sensitivity, unnamed
from analysis.tell.findings import Story

ROUND = "parliament-street-2019"


@pytest.fixture(scope="module")
def scene():
    built = tables.load()
    return scenes.of_round(built, "how-many-cases", ROUND, phrases.read(built.categories), scenes.rows(built))


@pytest.fixture(scope="module")
def told(scene):
    return sensitivity.findings(scene)


def result(told, name):
    return next(finding.numbers[0] for finding in told if finding.finding_id.endswith(name))


def test_each_assumption_left_out_gives_the_limits_of_the_measure_itself(scene, told):
    every = unnamed.variants(scene)[0]
    fewer = tuple(one for one in every if one != "one-case-one-person")
    model = bounds.round_model(scene.tables, ROUND, fewer)
    alone = bounds.limits(model, force="unnamed", outcome="disciplined", explain=False)
    found = result(told, "L3-without-one-case-one-person")
    assert (found.low, found.high) == (alone.lowest, alone.highest)


def test_without_any_assumption_the_limits_are_widest(told):
    all_, none = result(told, "L3-all"), result(told, "L3-none")
    assert none.low <= all_.low
    assert none.high >= all_.high
    assert none.high < 237


def test_definitions_that_change_nothing_are_counted_and_not_repeated(told):
    own = [finding for finding in told if "-ps2019-itpro:L5-" in finding.finding_id]
    assert [finding.finding_id.split("-")[-1] for finding in own] == ["all", "replies"]
    assert "seven other definitions give the same" in own[0].sentence


def test_replies_alone_limit_nothing(told):
    assert result(told, "L3-replies").text == "no limit"


def test_the_ratio_is_higher_per_officer(told):
    assert result(told, "ratio-officers-only").low > result(told, "ratio-workforce").low > 10


def test_the_table_says_in_plain_text_what_it_says_in_html(told):
    sheet = sensitivity.Sheet(Story(tuple(told)))
    shown = sheet._repr_mimebundle_()
    assert len(repr(sheet).splitlines()) == shown["text/html"].count("<tr><td>") == len(told)
    assert 'data-figures="ps2019-itpro:L3' in shown["text/html"]
