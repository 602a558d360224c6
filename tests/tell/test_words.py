import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.tell import words


@pytest.mark.parametrize(
    ("n", "said"), [(0, "none"), (1, "one"), (9, "nine"), (10, "10"), (237, "237"), (2315, "2,315")]
)
def test_numbers_to_nine_are_words(n, said):
    assert words.number(n) == said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (5, 5, "five"),
        (1, 4, "between one and four"),
        (71, None, "at least 71"),
        (0, 500, "at most 500"),
        (0, None, "an unknown number"),
    ],
)
def test_an_interval_keeps_both_ends(low, high, said):
    assert words.span(low, high) == said


def test_an_interval_upside_down_is_refused():
    with pytest.raises(ValueError, match="no number lies between 4 and 1"):
        words.span(4, 1)


def test_what_is_possible_spells_out_zero():
    assert words.limits(0, 35) == "between none and 35"
    assert words.limits(16, 16) == "exactly 16"


@pytest.mark.parametrize(
    ("low", "high", "noun", "said"),
    [
        (0, 0, "case", "no cases"),
        (1, 1, "person", "one person"),
        (2, 2, "person", "two people"),
        (1, 4, "inquiry", "between one and four inquiries"),
        (0, None, "case", "an unknown number of cases"),
        (12, None, "breach", "at least 12 breaches"),
    ],
)
def test_the_noun_agrees_with_the_number(low, high, noun, said):
    assert words.counted(low, high, noun) == said


def test_lists_end_in_and():
    assert words.listed(["Gwent"]) == "Gwent"
    assert words.listed(["Gwent", "Kent"]) == "Gwent and Kent"
    assert words.listed(["Gwent", "Kent", "Fife"]) == "Gwent, Kent and Fife"
    assert words.listed(["Niche", "e-mail"], "or") == "Niche or e-mail"


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2017-04-01", "2019-03-31", "from April 2017 to March 2019"),
        ("2013-01-01", "2013-12-31", "in 2013"),
        ("2007-01-01", "2010-12-31", "from 2007 to 2010"),
        ("2019-04-01", "2019-04-30", "in April 2019"),
        ("2024-10-21", "2024-10-21", "on 21 October 2024"),
        ("2008-01-01", "", "from January 2008"),
        ("", "2010-12-31", "up to December 2010"),
        ("", None, ""),
    ],
)
def test_periods_are_said_by_their_months(start, end, said):
    assert words.period(start, end) == said


def test_a_sentence_has_a_capital_and_a_full_stop():
    assert words.sentence("one  case was  recorded ,  in all") == "One case was recorded, in all."
    assert words.sentence("{0} were asked?") == "{0} were asked?"


def test_shares_are_whole_per_cent():
    assert words.share(0.2, 0.2) == "20%"
    assert words.share(0, 0.414) == "between 0% and 41%"


def test_every_assumption_is_named_in_the_clause():
    assert words.given(["each case is one person", "ranks hold"]) == "if each case is one person and ranks hold"
    assert words.given([]) == ""


def test_nobody_is_called_silent_unless_a_source_says_so():
    assert words.refusal("reply unknown") == "may or may not have replied: no page we saw says"
    with pytest.raises(ValueError, match="no wording for the answer"):
        words.refusal("ignored us")


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_both_ends_of_every_interval_are_said(low, width):
    said = words.span(low, low + width)
    assert words.number(low + width) in said
    assert low == 0 or words.number(low) in said
