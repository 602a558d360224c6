"""Small invented frames in the form of the project's tables."""

import pandas as pd
import pytest

WHOLE = dict.fromkeys(("conduct", "system", "outcome"), "not-stated")
BLANK = dict.fromkeys(["rank", "place", "part_of", "alternatives", "conflict_of"], "")


def make_fact(fact_id, force="", low=0, high="same", **columns):
    """One row of facts: an exact count of people in round r unless told otherwise."""
    high = low if isinstance(high, str) else high
    row = BLANK | WHOLE | {"fact_id": fact_id, "figure_ids": fact_id, "round_id": "r", "force_ids": force}
    row |= {
        "place": "" if force else "all forces asked",
        "role": "not stated",
        "unit": "people",
        "low": low,
        "high": high,
    }
    row |= {"status": "exact", "date_basis": "not stated", "disputed": "no", "agreement": "one source"}
    row |= {"share_low": pd.NA, "share_high": pd.NA, "hull_low": low, "hull_high": high}
    row |= {"period_start": None, "period_end": None} | columns
    return row


def make_facts(*rows):
    """A frame of facts with the types of the project's tables."""
    frame = pd.DataFrame(list(rows))
    counts = dict.fromkeys(["low", "high", "hull_low", "hull_high"], "Int64")
    shares = dict.fromkeys(["share_low", "share_high"], "Float64")
    dates = dict.fromkeys(["period_start", "period_end"], "datetime64[s]")
    return frame.astype(counts | shares | dates)


@pytest.fixture(name="fact")
def _fact():
    return make_fact


@pytest.fixture(name="facts")
def _facts():
    return make_facts


@pytest.fixture
def categories():
    """Three small trees: dismissed and resigned exclude each other, convicted overlaps both."""
    rows = [
        ("outcome", "not-stated", "", "no"),
        ("outcome", "recorded", "not-stated", "no"),
        ("outcome", "disciplined", "recorded", "yes"),
        ("outcome", "no-action", "recorded", "yes"),
        ("outcome", "meeting", "disciplined", "no"),
        ("outcome", "left-the-force", "disciplined", "no"),
        ("outcome", "dismissed", "left-the-force", "yes"),
        ("outcome", "resigned", "left-the-force", "yes"),
        ("outcome", "criminal", "not-stated", "no"),
        ("outcome", "convicted", "criminal", "no"),
        ("conduct", "not-stated", "", "no"),
        ("conduct", "access", "not-stated", "no"),
        ("conduct", "social-media", "not-stated", "no"),
        ("conduct", "all-breaches", "", "no"),
        ("system", "not-stated", "", "no"),
        ("system", "niche", "not-stated", "no"),
        ("system", "e-mail", "not-stated", "no"),
    ]
    return pd.DataFrame(rows, columns=["dimension", "category", "parent", "exclusive"])


@pytest.fixture
def rounds():
    return pd.DataFrame(
        [{"round_id": "r", "forces_replied": 23, "period_start": "2017-04-01", "period_end": "2019-03-31"}]
    )


@pytest.fixture
def relations():
    """A function from rows (relation_id, relation, figures, of, complete, position) to the table of relations."""
    columns = ["relation_id", "relation", "figures", "of", "complete", "position"]

    def make(*rows):
        return pd.DataFrame(list(rows), columns=columns).assign(scope="r", reason="", believed="yes")

    return make
