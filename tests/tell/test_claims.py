"""Verdicts on published sentences: what a release says once, papers cannot confirm."""

import dataclasses

import pandas as pd
import pytest

from analysis import load
from analysis.tell import claims


@pytest.fixture(scope="module")
def data():
    return load("parliament-street-2019")


@pytest.fixture(scope="module")
def judged(data):
    return claims.verdicts(data).set_index("proposition")


def only(data, *propositions, **changes):
    """Return the tables with the claims of some propositions, changed."""
    kept = data.claims[data.claims["proposition_text"].isin(propositions)].assign(**changes)
    return dataclasses.replace(data, claims=kept)


def test_a_proposition_is_judged_once_however_many_papers_print_it(data, judged):
    assert judged.index.is_unique
    assert judged["n_pages"].sum() >= len(judged)
    assert len(judged) == data.claims["proposition"].nunique()


def test_papers_that_repeat_one_release_confirm_nothing(judged):
    told = judged.loc["237 officers and staff were disciplined for misusing computers."]
    assert (told["verdict"], told["low"], told["high"]) == ("repeats its source", 237, 237)
    assert told["n_pages"] > 1
    assert not (judged["verdict"] == "confirmed").any()


def test_what_no_figure_shows_goes_beyond_its_source(judged):
    told = judged.loc["Most of the 50 in Surrey were misuse of e-mail."]
    assert (told["verdict"], told["low"], told["high"]) == ("goes beyond its source", 0, 35)


def test_seventy_and_over_seventy_conflict(judged):
    assert judged.loc["70 cases involved the police database.", "verdict"] == "conflicts"
    assert judged.loc["Over 70 of the cases involved the police database.", "verdict"] == "conflicts"


def test_arithmetic_is_done_again(judged):
    told = judged.loc["One person was disciplined every three days."]
    days = (pd.Timestamp("2019-04-01") - pd.Timestamp("2017-04-01")).days
    assert told["verdict"] == "adds up"
    assert told["low"] == pytest.approx(days / 237)


def test_a_value_that_other_pages_rule_out_conflicts(data):
    found = claims.verdicts(only(data, "Eleven people were sacked.", value_low="12", value_high="12"))
    assert found["verdict"].tolist() == ["conflicts"]


def test_a_reply_of_another_origin_confirms(data):
    sacked = data.claims["proposition_text"] == "Eleven people were sacked."
    against = " ".join(data.claims.loc[sacked, "against"]).split()[0].partition(":")[0]
    sources = data.sources.assign(
        kind=data.sources["kind"].mask(data.sources["source_id"] == against, "reply"),
        derived_from=data.sources["derived_from"].mask(data.sources["source_id"] == against, "its own records"),
    )
    found = claims.verdicts(dataclasses.replace(only(data, "Eleven people were sacked."), sources=sources))
    assert found["verdict"].tolist() == ["confirmed"]


def test_what_only_an_assumption_makes_so_is_not_confirmed(data):
    told = only(data, "The figures come from a Freedom of Information request.")
    assert claims.verdicts(told)["verdict"].tolist() == ["repeats its source"]


def test_a_number_leads_to_the_cells_of_the_claim_first(data, judged):
    told = judged.loc["Six people resigned."]
    own = data.claims.loc[data.claims["proposition_text"] == "Six people resigned.", "figures"].iloc[0]
    assert told["figure_ids"].split()[0] == own.split()[0]


def test_every_claim_has_a_verdict_of_the_scheme(judged):
    assert set(judged["verdict"]) <= set(claims.VERDICTS)


def test_a_check_nobody_wrote_is_an_error(data):
    with pytest.raises(ValueError, match="nobody wrote the check 'guess'"):
        claims.verdicts(only(data, "Six people resigned.", check="guess"))
