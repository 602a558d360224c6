import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.clean import counts

NA = None
WORDS_OF_ONE_NUMBER = {
    1: ["1x", "another", "A further officer", "a PCSO", "another member of staff"],
    2: ["Two", "2  (0.4%)", "a PC and a Detective Constable"],
    12: ["a dozen"], 23: ["２３"], 50: ["50"], 56: ["Fifty-six"], 64: ["SIXTY FOUR"], 1234: ["1,234"],
}  # fmt: skip
NONE = ["0", "nil", "Nil return", "NIL", "none", "None", "No cases", "No", "no", "Zero", "no record"]
WITHHELD = ["*", "[c]", "s.40(2)", "Exempt under section 40", "S.12 refused", "withheld", "[redacted]", "Not disclosed"]


@pytest.mark.parametrize(
    ("text", "number"), [(text, number) for number, texts in WORDS_OF_ONE_NUMBER.items() for text in texts]
)
def test_a_number_in_digits_words_or_persons_is_exact(text, number):
    assert counts.parse(text)[:3] == (number, number, "exact")


@pytest.mark.parametrize("text", NONE)
def test_a_word_for_none_is_zero(text):
    assert counts.parse(text)[:3] == (0, 0, "zero")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<5", (1, 4, "range")), ("less than five", (1, 4, "range")), ("<1", (0, 0, "zero")),
        ("1-4", (1, 4, "range")), ("1–5", (1, 5, "range")), ("one or two", (1, 2, "range")),
        ("between 3 and 9", (3, 9, "range")), ("Over 70", (71, NA, "at least")),
        ("more than 400", (401, NA, "at least")), ("at least 9", (9, NA, "at least")),
        ("9 or more", (9, NA, "at least")), ("≤5", (0, 5, "at most")), ("4 or fewer", (0, 4, "at most")),
        ("as many as 500", (0, 500, "at most")), ("up to 500", (0, 500, "at most")),
        ("almost 900", (NA, 899, "at most")), ("bijna 200", (NA, 199, "at most")),
        ("c. 20", (NA, NA, "approximate")), ("about 70", (NA, NA, "approximate")),
        ("Around a fifth", (NA, NA, "approximate")), ("Nearly two thirds", (NA, NA, "approximate")),
        *((text, (0, NA, "suppressed")) for text in WITHHELD),
        ("not held", (NA, NA, "not held")), ("No information held", (NA, NA, "not held")),
        ("n/a", (NA, NA, "not applicable")), ("", (NA, NA, "missing")),
    ],
)  # fmt: skip
def test_what_is_not_exact_keeps_what_is_known_of_it(text, expected):
    assert counts.parse(text)[:3] == expected


@pytest.mark.parametrize(
    ("text", "beside", "expected"),
    [
        ("779", "at least", (779, NA, "at least")), ("at least 779", "at least", (779, NA, "at least")),
        ("60", "or more", (60, NA, "at least")), ("500", "as many as", (0, 500, "at most")),
        ("200", "bijna", (NA, 199, "at most")), ("seven", "around", (NA, NA, "approximate")),
    ],
)  # fmt: skip
def test_words_beside_the_number_count(text, beside, expected):
    assert counts.parse(text, beside)[:3] == expected


SHARES = {"one in five": 0.2, "a quarter": 0.25, "55%": 0.55, "two thirds": 2 / 3, "three per cent": 0.03}


@pytest.mark.parametrize(("text", "part"), SHARES.items())
def test_a_share_is_a_constraint_and_no_count(text, part):
    assert counts.parse(text)[:5] == (NA, NA, "share", part, part)


@pytest.mark.parametrize(
    "text", ["1.234", "1.2k", "1,23", "1 234", "-", "-5", "5-2", "12,34,567", "3.0", "007", "5¹", "¹5"]
)
def test_a_number_with_two_readings_is_refused(text):
    assert counts.parse(text)[2:] == ("missing", NA, NA, "AMBIGUOUS_NUMBER")


@pytest.mark.parametrize(
    "text", ["several", "ten five", "a complaint", "over one a week", "two and", "very many", "110%"]
)
def test_words_that_are_no_number_are_refused(text):
    assert counts.parse(text).error


def spell(number):
    names = {value: name for name, value in {**counts.UNITS, **counts.TENS}.items()}
    if number in names:
        return names[number]
    if number < 100:
        return f"{names[number // 10 * 10]}-{names[number % 10]}"
    head, rest = (number // 100, number % 100) if number < 1000 else (number // 1000, number % 1000)
    word = "hundred" if number < 1000 else "thousand"
    return f"{spell(head)} {word}" + (f"{' and' if rest < 100 else ''} {spell(rest)}" if rest else "")


@given(st.integers(1, 999_999))
def test_every_number_reads_the_same_in_words_and_in_digits_with_commas(number):
    assert counts.parse(spell(number)) == counts.parse(f"{number:,}") == counts.parse(str(number))


@given(st.text(max_size=12))
def test_any_text_is_a_status_or_a_named_error_and_never_a_guess(text):
    found = counts.parse(text)
    assert found.error in ("", "AMBIGUOUS_NUMBER", "UNKNOWN_NUMBER")
    assert found.low is None or (found.low >= 0 and not found.error)
    assert found.low is None or found.high is None or found.low <= found.high


@given(st.integers(0, 10_000), st.sampled_from(["over {}", "at least {}", "up to {}", "about {}", "{} or more"]))
def test_a_qualified_number_never_becomes_exact(number, words):
    assert counts.parse(words.format(number)).status in ("at least", "at most", "approximate")


def test_a_column_is_read_like_its_texts_and_says_which_it_could_not_read():
    rows = pd.DataFrame({"value": ["50", "1.2k", "50"], "beside": ["", "", "over"]}, index=[5, 6, 7])
    found = counts.parse_series(rows["value"], rows["beside"])
    assert found["low"].tolist() == [50, pd.NA, 51]
    assert found["error"].tolist() == ["", "AMBIGUOUS_NUMBER", ""] and found.index.tolist() == [5, 6, 7]
