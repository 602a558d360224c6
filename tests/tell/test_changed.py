"""Changes are told only between rounds that someone found comparable."""

from dataclasses import replace

import pytest

from analysis import tables
from analysis.tell import changed


@pytest.fixture(scope="module")
def built():
    return tables.load()


def test_without_comparable_rounds_no_change_is_told(built):
    told = {finding.finding_id.split("/")[2]: finding for finding in changed.findings(built)}
    assert told["answer"].sentence == "That cannot be said: of seven rounds, no two count the same thing."
    assert told["compared"].sentence == "No two numbers of different rounds can be compared."
    assert not any(finding.numbers for name, finding in told.items() if name.startswith("why-"))


def test_one_round_alone_is_compared_with_none(built):
    told = changed.findings(replace(built, rounds=built.rounds.head(1)))[0]
    assert told.sentence == "That cannot be said of fewer than two rounds."


def test_every_round_says_why_it_is_left_out(built):
    reasons = built.rounds.set_index("round_id")["comparable_reason"].drop("single-force")
    told = [finding.sentence for finding in changed.findings(built) if finding.section == "why"]
    assert len(told) == len(reasons)
    assert all(any(reason in sentence for sentence in told) for reason in reasons)


def test_comparable_rounds_give_a_ratio_with_limits(built):
    first, second = "parliament-street-2019", "big-brother-watch-2011"
    rounds = built.rounds.assign(
        comparable_with=built.rounds["comparable_with"].mask(built.rounds["round_id"] == first, second)
    )
    facts = built.facts.copy()
    facts.loc[facts["fact_id"] == "bbw2011-report:L3", "conduct"] = "not-stated"
    told = [one for one in changed.findings(replace(built, rounds=rounds, facts=facts)) if one.section == "compared"]
    # 98 in four years are 24.5 a year, 11 in two are 5.5.
    assert len(told) == 1
    assert told[0].numbers[2].low == pytest.approx(5.5 / 24.5, rel=1e-3)
    assert told[0].numbers[3].low < 5.5 / 24.5 < told[0].numbers[3].high
