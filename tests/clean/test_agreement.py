import pandas as pd
import pytest

from analysis.clean import agreement

TREE = agreement.Tree.of(
    pd.DataFrame(
        [
            ("outcome", "not-stated", "", "no"),
            ("outcome", "recorded", "not-stated", "no"),
            ("outcome", "proceedings", "recorded", "no"),
            ("outcome", "disciplined", "recorded", "yes"),
            ("outcome", "dismissed", "disciplined", "yes"),
            ("outcome", "warned", "disciplined", "yes"),
            ("outcome", "criminal", "not-stated", "no"),
            ("outcome", "convicted", "criminal", "no"),
            ("outcome", "cautioned", "criminal", "no"),
        ],
        columns=["dimension", "category", "parent", "exclusive"],
    )
)


@pytest.mark.parametrize(
    ("one", "other", "fit"),
    [
        ("dismissed", "disciplined", True),
        ("dismissed", "warned", False),
        ("dismissed|warned", "warned", True),
        ("proceedings", "disciplined", True),
        ("convicted", "disciplined", False),
        ("convicted", "cautioned", False),
        ("convicted&dismissed", "dismissed", True),
        ("convicted", "not-stated", True),
    ],
)
def test_outcomes_fit_when_one_number_can_be_both(one, other, fit):
    assert TREE.may_be_one("outcome", one, other) is fit is TREE.may_be_one("outcome", other, one)


@pytest.mark.parametrize(
    ("intervals", "common"),
    [
        ([(71, None), (70, 70)], False),
        ([(71, None), (869, 869)], True),
        ([(0, 5), (5, None)], True),
        ([(None, 199), (186, 186)], True),
        ([(None, None), (3, 3)], True),
    ],
)
def test_intervals_meet_when_one_value_satisfies_all(intervals, common):
    assert agreement.meet(intervals) is common


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [(16, 16, "16"), (0, 0, "0"), (1, 4, "1-4"), (71, None, "71+"), (0, 500, "<=500"), (None, 899, "<=899")],
)
def test_an_interval_is_spelt_in_few_characters(low, high, text):
    assert agreement.spell(low, high) == text
