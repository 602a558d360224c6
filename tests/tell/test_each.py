"""What part of a total each named force can have: the seed story's forces, worked out by hand."""

import pytest

from analysis import tables
from analysis.tell import each, findings, phrases, pictures, scenes

ROUND = "parliament-street-2019"


@pytest.fixture(scope="module")
def built():
    return tables.load()


def told(built, round_id=ROUND):
    return each.findings(
        scenes.of_round(built, "how-many-cases", round_id, phrases.read(built.categories), scenes.rows(built))
    )


def test_a_printed_whole_is_exact_and_a_part_leaves_room_up_to_the_third_in_the_ranking(built):
    spans = {finding.finding_id.split("each-")[1]: finding.numbers[0] for finding in told(built)}
    ends = {force: (number.low, number.high) for force, number in spans.items()}
    # by hand: Greater Manchester's 17 came third, so no force without a printed whole can have more than 17
    assert ends["surrey"] == (50, 50) and ends["metropolitan"] == (18, 18) and ends["cleveland"] == (4, 4)
    assert ends["gwent"] == (3, 17) and ends["west-yorkshire"] == (9, 17) and ends["nottinghamshire"] == (1, 17)


def test_each_limit_names_its_assumptions(built):
    gwent = next(finding for finding in told(built) if finding.finding_id.endswith("each-gwent"))
    assert gwent.sentence.startswith("Gwent Police: between three and 17 of the 237, if ")
    assert "the printed ranks hold (ties allowed)" in gwent.assumptions


def test_a_force_whose_number_is_contested_gets_no_limit(built):
    names = {finding.finding_id.split("each-")[-1] for finding in told(built, "big-brother-watch-2011")}
    assert "humberside" in names and "merseyside" not in names


def test_a_round_that_counts_cases_shares_no_people_out(built):
    assert [finding.numbers for finding in told(built, "big-brother-watch-2016")] == [()]


def test_the_chart_draws_the_limits_it_tells(built):
    drawn = pictures.each_force(built, findings.Story(tuple(told(built)))).data.set_index("label")
    assert drawn.loc["Gwent Police", ["low", "high", "status"]].tolist() == [3, 17, "range"]
    assert drawn.loc["Surrey Police", ["low", "high", "status"]].tolist() == [50, 50, "exact"]


def test_those_without_a_printed_outcome_are_drawn_with_the_outcomes(built):
    drawn = pictures.outcome_bars(built, findings.story("what-happened-next", ROUND)).data.set_index("outcome")
    # 237 less 11 and 6 at least; 237 less 11 at most, should the six be among the eleven
    assert drawn.loc["No outcome printed", ["low", "high", "whole"]].tolist() == [220, 226, 237]
    assert drawn.index.tolist() == ["Dismissed", "Resigned", "No outcome printed"]
