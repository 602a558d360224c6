"""A fact is said by what it counts, what happened and over what; wording that would mislead is caught here."""

from types import SimpleNamespace

import pandas as pd
import pytest

from analysis import tables
from analysis.tell import phrases


@pytest.fixture(scope="module")
def said():
    return phrases.read(tables.read(None, "categories"))


def fact(**given):
    fields = {
        "low": 2,
        "high": 2,
        "status": "exact",
        "unit": "people",
        "role": "not stated",
        "rank": "",
        "disputed": "no",
        "conduct": "not-stated",
        "system": "not-stated",
        "outcome": "dismissed",
        "figure_ids": "paper:L2",
        "as_written": "two",
        "share_low": None,
        "share_high": None,
    }
    return SimpleNamespace(**{**fields, **given})


def told(said, **given):
    parts = phrases.told(said, fact(**given))
    return "".join(part if isinstance(part, str) else part.text for part in parts)


def test_people_are_dismissed_but_a_case_ends_in_dismissal(said):
    assert told(said) == "two people were dismissed"
    assert told(said, unit="cases") == "two cases ended in dismissal"


def test_one_person_takes_a_singular_verb(said):
    assert told(said, low=1, high=1, role="pcso") == "one community support officer was dismissed"


def test_zero_is_said_as_none_at_all(said):
    assert told(said, low=0, high=0, role="any", outcome="convicted") == "no officers or staff were convicted"


def test_categories_not_told_apart_are_joined_by_or_and_both_by_and(said):
    assert told(said, outcome="dismissed|resigned") == "two people were dismissed or resigned"
    assert told(said, outcome="convicted&dismissed") == "two people were convicted and dismissed"


def test_a_system_is_named_once(said):
    assert told(said, system="niche|e-mail", unit="cases", outcome="recorded") == (
        "two cases of misuse of the Niche records system or e-mail were recorded"
    )
    assert told(said, conduct="use-of-social-media", system="social-media", outcome="disciplined") == (
        "two people were disciplined over use of social media"
    )


def test_an_approximate_number_is_said_as_printed(said):
    loose = told(said, status="approximate", low=pd.NA, high=pd.NA, as_written="around 70", outcome="written-warning")
    assert loose == "around 70 people were given a written warning"


def test_a_share_is_said_of_what_it_is_a_share_of(said):
    assert told(said, status="share", low=pd.NA, high=pd.NA, share_low=0.2, share_high=0.2, unit="cases") == (
        "20% of cases ended in dismissal"
    )


def test_every_outcome_has_a_phrase_for_people_and_one_for_cases():
    categories = tables.read(None, "categories")
    outcomes = set(categories.loc[categories["dimension"] == "outcome", "category"])
    given = tables.text(tables.paths.lookups() / "phrases.csv")
    whole = given[(given["dimension"] == "outcome") & (given["people"] != "") & (given["cases"] != "")]
    assert outcomes - set(whole["category"]) == set()
    assert (given["reason"] != "").all()


def test_papers_that_repeat_one_origin_are_said_to():
    documents = pd.DataFrame(
        {"publisher": ["A", "B", "C"], "derived_from": ["release", "release", ""]}, index=["a", "b", "c"]
    )
    assert phrases.printed_by(documents.iloc[:2]) == "Source: A and B (all repeating one origin)."
    assert phrases.printed_by(documents) == "Source: A, B and C (two independent origins)."


def test_a_number_a_force_left_blank_is_unknown_and_not_zero(said):
    assert told(said, low=None, high=None, status="missing") == "an unknown number of people were dismissed"
