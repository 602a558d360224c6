"""Verdicts on published sentences: what a release says once, papers cannot confirm."""

import dataclasses

import pandas as pd
import pytest

from analysis import load
from analysis.tell import claims

EXPECTED = {
    "237 officers and staff were disciplined for misusing computers.": "repeats its source",
    "The figures come from a Freedom of Information request.": "repeats its source",  # but for an assumption
    "Most of the 50 in Surrey were misuse of e-mail.": "goes beyond its source",
    "70 cases involved the police database.": "conflicts",
    "Over 70 of the cases involved the police database.": "conflicts",
    "One person was disciplined every three days.": "adds up",
    "The figures are official figures.": "cannot be checked",
}


@pytest.fixture(scope="module")
def data():
    return load("parliament-street-2019")


@pytest.fixture(scope="module")
def judged(data):
    return claims.verdicts(only(data, *EXPECTED)).set_index("proposition")


def only(data, *propositions, **changes):
    """Return the tables with the claims of some propositions, changed."""
    kept = data.claims[data.claims["proposition_text"].isin(propositions)].assign(**changes)
    return dataclasses.replace(data, claims=kept)


@pytest.mark.parametrize("proposition", EXPECTED)
def test_a_proposition_is_judged_once_by_what_the_evidence_is_worth(judged, proposition):
    assert judged.index.is_unique and judged.loc[proposition, "verdict"] == EXPECTED[proposition]


def test_what_is_allowed_is_what_all_other_pages_allow(judged):
    total = judged.loc["237 officers and staff were disciplined for misusing computers."]
    assert (total["low"], total["high"]) == (237, 237) and total["n_pages"] > 1
    emails = judged.loc["Most of the 50 in Surrey were misuse of e-mail."]
    assert (emails["low"], emails["high"]) == (0, 35)
    days = (pd.Timestamp("2019-04-01") - pd.Timestamp("2017-04-01")).days
    assert judged.loc["One person was disciplined every three days.", "low"] == pytest.approx(days / 237)


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


def test_a_number_leads_to_the_cells_of_the_claim_first(data, judged):
    proposition = "70 cases involved the police database."
    told = judged.loc[proposition]
    own = data.claims.loc[data.claims["proposition_text"] == proposition, "figures"].iloc[0]
    assert told["figure_ids"].split()[0] == own.split()[0]


def test_a_check_nobody_wrote_is_an_error(data):
    with pytest.raises(ValueError, match="nobody wrote the check 'guess'"):
        claims.verdicts(only(data, "Six people resigned.", check="guess"))
