"""Verdicts on tiny rounds whose limits can be worked out by hand."""

from types import SimpleNamespace

import pandas as pd
import pytest

from analysis import tables
from analysis.tell import claims
from analysis.tell.claims import Judged, verdict
from analysis.tell.findings import Number, say

FIGURES = pd.DataFrame({"figure_id": ["a:L2", "b:L3"], "low": [35, 50], "high": [40, 50]})
BUILT = SimpleNamespace(by_id={"figures": FIGURES.set_index("figure_id")})


def claim(**given):
    fields = {"operator": "=", "value_low": 35, "value_high": 35, "unit": "people", "role": "any", "claim_id": "c"}
    return SimpleNamespace(**{**fields, "figures": "c:L9", "against": "a:L2 b:L3 a", **given})


def said(pieces):
    """The pieces of a sentence as one text."""
    text, numbers = say(pieces)
    return text.format(*(number.text for number in numbers))


def judge(lowest, highest, hedged=False, **given):
    return verdict(claims._judged(claim(**given), lowest, highest, "said"), hedged)


def test_a_value_that_every_case_allows_holds():
    assert judge(237, 237, value_low=237, value_high=237) == "holds"


def test_a_value_that_no_case_allows_is_contradicted():
    assert judge(0, 35, operator=">", value_low=70, value_high=70) == "contradicted"


def test_a_value_that_some_cases_allow_is_not_established():
    assert judge(0, 35) == "not established"


def test_a_hedged_value_that_some_cases_allow_is_possible():
    assert judge(237, None, hedged=True, operator="<=", value_low=0, value_high=500) == "possible"


def test_more_than_70_is_not_established_while_70_is_allowed():
    assert judge(70, 237, operator=">", value_low=70, value_high=70) == "not established"
    assert judge(71, 237, operator=">", value_low=70, value_high=70) == "holds"


def test_a_value_on_which_nothing_bears_cannot_be_checked():
    assert judge(0, None) == "cannot be checked"
    assert verdict(Judged(None, None, False, True, ()), hedged=False) == "cannot be checked"


@pytest.mark.parametrize(
    ("operator", "low", "high", "found"),
    [
        ("<", 779, 779, "holds"),
        ("<", 801, 900, "contradicted"),
        (">=", 35, 40, "holds"),
        ("<=", 36, 40, "contradicted"),
    ],
)
def test_comparisons_are_judged_at_both_ends(operator, low, high, found):
    value = 800 if operator == "<" else 35
    assert judge(low, high, operator=operator, value_low=value, value_high=value) == found


def test_a_reason_says_what_is_allowed_and_what_the_claim_needs():
    judged = claims._judged(claim(operator=">", value_low=25, value_high=25), 0, 35, ["between none and 35 of the 50"])
    assert said(judged.reason) == "the other printed figures allow between none and 35 of the 50"
    assert said(judged.needs) == "more than 25"


def test_what_a_claim_needs_leads_to_the_claim_and_what_is_allowed_to_the_cells_against_it():
    assert claims._needed(claim(operator=">="))[1] == Number("35", 35, 35, ("c:L9",), "computed")
    assert claims._limits(BUILT, claim(), 35, 40) == Number("between 35 and 40", 35, 40, ("a:L2", "b:L3"), "computed")
    assert claims._limits(BUILT, claim(), 50, 50) == Number("only 50", 50, 50, ("b:L3", "a:L2"), "computed")


def share(monkeypatch, limits, **given):
    monkeypatch.setattr(claims.evidence, "limits", lambda tables, models, one: limits[one.system])
    subject = pd.DataFrame(
        [
            {
                "operator": "majority",
                "system": "e-mail",
                "base": "force_ids=surrey",
                "unit": "cases",
                "conduct": "",
                **given,
                "force_ids": "surrey",
                "role": "any",
                "outcome": "recorded",
                "value_low": None,
                "value_high": None,
                "figures": "",
                "against": "b:L3",
            }
        ]
    )
    monkeypatch.setattr(claims.evidence, "together", lambda tables, one: [])
    return claims._against_share(BUILT, {}, next(subject.itertuples(index=False)))


def test_mostly_email_is_not_established_when_35_of_50_are_email_or_something_else(monkeypatch):
    judged = share(monkeypatch, {"e-mail": (0, 35), "not-stated": (50, 50)})
    assert verdict(judged, hedged=False) == "not established"
    assert said(judged.reason) == "the other printed figures allow between none and 35 of the 50"
    assert said(judged.needs) == "more than half"


def test_a_majority_of_at_least_26_of_50_holds_and_at_most_25_is_contradicted(monkeypatch):
    assert verdict(share(monkeypatch, {"e-mail": (26, 35), "not-stated": (50, 50)}), False) == "holds"
    assert verdict(share(monkeypatch, {"e-mail": (0, 25), "not-stated": (50, 50)}), False) == "contradicted"


def test_every_three_days_is_237_in_730_days(monkeypatch):
    rounds = pd.DataFrame(
        [{"round_id": "r", "period_start": pd.Timestamp("2017-04-01"), "period_end": pd.Timestamp("2019-03-31")}]
    )
    monkeypatch.setattr(claims.evidence, "limits", lambda tables, models, one: (237, 237))
    row = next(
        pd.DataFrame(
            [{"round_id": "r", "unit": "days", "base": "", "value_low": 2.5, "value_high": 3.5, "against": ""}]
        ).itertuples(index=False)
    )
    built = SimpleNamespace(by_id=BUILT.by_id | {"rounds": rounds.set_index("round_id", drop=False)})
    judged = claims._against_rate(built, {}, row)
    assert verdict(judged, False) == "holds"
    assert said(judged.reason) == "only 237 in 730 days is one every 3.1 days"


def test_mostly_email_names_the_35_that_nobody_told_apart():
    built = tables.load()
    row = next(built.claims[built.claims["claim_id"] == "ps2019-itpro-surrey-mostly-email"].itertuples(index=False))
    *_, found, reason, _, lowest, highest = claims._row(built, {}, row)
    assert (found, lowest, highest) == ("not established", 0, 35)
    assert said(reason) == (
        "35 were printed for the Niche records system or e-mail together, and the other printed figures allow between "
        "none and 35 of the 50; the claim needs more than half."
    )


def test_a_kind_of_check_nobody_wrote_stops_everything():
    with pytest.raises(ValueError, match="claim c: nobody wrote the check 'vibes'"):
        claims._row(None, {}, claim(check="vibes"))
