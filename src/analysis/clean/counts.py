"""What a printed number means: a closed interval and a status, never a guess."""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import pandas as pd

from analysis.read.cells import SUPERSCRIPTS

ONES = "one two three four five six seven eight nine ten eleven twelve"
TEENS = "thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
UNITS = {word: number for number, word in enumerate(f"{ONES} {TEENS}".split(), start=1)}
TENTHS = "twenty thirty forty fifty sixty seventy eighty ninety"
TENS = {word: 10 * number for number, word in enumerate(TENTHS.split(), start=2)}
SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000}
FRACTIONS = "half third quarter fifth sixth seventh eighth ninth tenth"
PARTS = {word: number for number, word in enumerate(FRACTIONS.split(), start=2)}
DIGITS = re.compile(r"0|[1-9]\d{0,11}|[1-9]\d{0,2}(,\d{3})+")
RAISED = re.compile(f"[{SUPERSCRIPTS[:10]}]")  # footnote marks, which plain spelling would make digits
AMBIGUOUS = re.compile(r"[-+(£$]?\d.*|-+|–|—|\.\.|\?")
PERSON = re.compile(
    r"(?:an?|another|one)?( ?(?:further|police|detective|special|former|serving|chief|senior|civilian|female|male))*"
    r" ?(?:constable|officer|pc|dc|pcso|special|sergeant|inspector|superintendent|civilian|detective|worker|employee"
    r"|member of (?:police )?staff|staff member)"
)
EMPHASIS = re.compile(r"^(only|just|exactly|a total of|in total)$")
AFTER = re.compile(r"or (more|fewer|less|so)")
ABOUT = (
    r"about|around|roughly|approximately|approx\.?|circa|c\.|~|some|an estimated|estimated|in the region of|close to"
)


HIDDEN = "(withheld|redacted|suppressed|refused|not disclosed|exempt(ed)?)"
SECTION = r"\(?s(ec(tion)?)?\.? ?(1[24]|[23]\d|4[0-4]) ?(\(\w\) ?)*\)?"  # of the Act: the exemption that hides it


class Count(NamedTuple):
    """Hold the least and most a number can be, how it was given, its share where it is one, and why it is not read.

    error: AMBIGUOUS_NUMBER where a text can be read in two ways, UNKNOWN_NUMBER where in none, else empty.
    """

    low: int | None
    high: int | None
    status: str
    share_low: float | None = None
    share_high: float | None = None
    error: str = ""


MARKERS = {
    "": Count(None, None, "missing"),
    r"0|zero|nil( returns?)?|none|no( (cases|records?|incidents|officers|staff|one|figures)( found)?)?": Count(
        0, 0, "zero"
    ),
    rf"\*+|\[[cxz]\]|[\[(]?{HIDDEN}[\])]?": Count(0, None, "suppressed"),
    rf"({HIDDEN},? )?(under |by )?{SECTION}( {HIDDEN}| exemption| applies)?": Count(0, None, "suppressed"),
    r"(information |data )?(is )?not (held|recorded)|no (information|data) (is )?held|\[u\]": Count(
        None, None, "not held"
    ),
    r"n/?a\.?|not applicable": Count(None, None, "not applicable"),
}
QUALIFIERS = [
    ("at least", r"(?:at least|no fewer than|no less than|a minimum of|minimum of|≥|>=) ?(.+)", 0),
    ("at least", r"(.+?)(?: or more|\+)", 0),
    ("at least", r"(?:more than|over|in excess of|upwards of|just over|well over|>) ?(.+)", 1),
    ("at most", r"(?:as many as|up to|at most|no more than|a maximum of|≤|<=) ?(.+)", 0),
    ("at most", r"(.+?) or (?:fewer|less)", 0),
    ("range", r"(?:fewer than|less than|under|below|<) ?(.+)", -1),
    ("almost", r"(?:almost|nearly|just under|bijna) ?(.+)", -1),
    ("approximate", rf"(?:{ABOUT}) ?(.+)", 0),
    ("approximate", r"(.+?) or so", 0),
]
RANGE = re.compile(r"(?:between )?(.+?)(?: ?- ?| to | or | and )(.+)")


@lru_cache(maxsize=100_000)
def plain(text: str) -> str:
    """Return a text in one spelling: NFKC, lower case, single spaces, plain hyphens."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.sub(r"[‐‑‒–—−]", "-", folded).split())


def whole(text: str) -> int | None:
    """Return the number that digits or English words stand for, or None where they are no whole number."""
    if DIGITS.fullmatch(text):
        return int(text.replace(",", ""))
    if text in ("zero", "nil", "none"):
        return 0
    dozens = re.fullmatch(r"(?:([a-z]+) )?dozen", text)
    if dozens:
        times = 1 if dozens[1] in (None, "a") else whole(dozens[1])
        return None if times is None else 12 * times
    return _words(re.sub(r"^an? (?=hundred|thousand|million)", "one ", text))


def _words(text: str) -> int | None:
    """Add up number words: units and tens below a scale, scales falling; anything else is no number."""
    total, group, last = 0, 0, 1_000_000_000
    tokens = re.split(r"[ -]", text)
    if "and" in (tokens[0], tokens[-1]):
        return None
    for token in tokens:
        unit = UNITS.get(token)
        if token == "and":
            continue
        if unit and (group % 100 == 0 or (group % 10 == 0 and group % 100 >= 20 and unit < 10)):
            group += unit
        elif token in TENS and group % 100 == 0:
            group += TENS[token]
        elif token == "hundred" and 0 < group < 100:
            group *= 100
        elif token in ("thousand", "million") and group and SCALES[token] < last:
            last = SCALES[token]
            total, group = total + group * last, 0
        else:
            return None
    return total + group


def share(text: str) -> float | None:
    """Return the share that `55%`, `one in five` or `two thirds` stands for, between 0 and 1, or None for none."""
    some, base = None, None
    if found := re.fullmatch(r"(.+?) ?(?:%|per ?cent)", text):
        is_decimal = re.fullmatch(r"\d{1,3}(\.\d+)?", found[1])
        some, base = float(found[1]) if is_decimal else whole(found[1]), 100
    elif found := re.fullmatch(r"(.+?) (?:in|out of) (?:every )?(.+)", text):
        some, base = whole(found[1]), whole(found[2])
    elif found := re.fullmatch(r"(?:([a-z]+)[ -])?([a-z]+?)s?", text):
        some, base = 1 if found[1] in (None, "a", "an") else whole(found[1]) or None, PARTS.get(found[2])
    return some / base if some is not None and base and some <= base else None


def parse(text: str, beside: str = "") -> Count:
    """Return what a printed number means, with the qualifier that stands beside it.

    >>> parse("<5")[:3], parse("Over 70")[:3], parse("1.2k").error
    ((1, 4, 'range'), (71, None, 'at least'), 'AMBIGUOUS_NUMBER')
    >>> parse("s40").status, parse("nil").status, parse("about 70").status
    ('suppressed', 'zero', 'approximate')
    """
    if RAISED.search(text):
        return Count(None, None, "missing", error="AMBIGUOUS_NUMBER")
    words, qualifier = plain(text), EMPHASIS.sub("", plain(beside))
    if qualifier and words and not words.startswith(qualifier):
        words = f"{words} {qualifier}" if AFTER.fullmatch(qualifier) else f"{qualifier} {words}"
    code = "AMBIGUOUS_NUMBER" if AMBIGUOUS.fullmatch(words) else "UNKNOWN_NUMBER"
    found = _marker(words) or _exact(words) or _qualified(words) or _range(words)
    return found or Count(None, None, "missing", error=code)


def _marker(words: str) -> Count | None:
    return next((count for pattern, count in MARKERS.items() if re.fullmatch(pattern, words)), None)


def _exact(words: str) -> Count | None:
    bare = re.sub(r"(?<=\d)x$", "", re.sub(r" ?\(\d+(\.\d+)?%\)$", "", words))
    number = _persons(bare) if whole(bare) is None else whole(bare)
    if number is not None:
        return Count(number, number, "exact" if number else "zero")
    part = share(words)
    return None if part is None else Count(None, None, "share", part, part)


def _persons(words: str) -> int | None:
    """Count persons named by their role: "another", "a constable", "a PC and a detective constable"."""
    if words == "another":
        return 1
    named = re.split(r", (?:and )?| and ", words)
    return len(named) if all(PERSON.fullmatch(person) for person in named) else None


def _qualified(words: str) -> Count | None:
    for status, pattern, step in QUALIFIERS:
        match = re.fullmatch(pattern, words)
        number, part = (whole(match[1]), share(match[1])) if match else (None, None)
        if number is not None and number + step >= 0:
            return _bounded(status, number + step)
        if part is not None and status in ("almost", "approximate"):
            return Count(None, None, "approximate", 0.0, 1.0)
        if part is not None:
            return Count(None, None, "share", *((part, 1.0) if status == "at least" else (0.0, part)))
    return None


def _bounded(status: str, number: int) -> Count:
    return {
        "at least": Count(number, None, "at least"),
        "at most": Count(0, number, "at most"),
        "almost": Count(None, number, "at most"),
        "range": Count(min(1, number), number, "range" if number else "zero"),
        "approximate": Count(None, None, "approximate"),
    }[status]


def _range(words: str) -> Count | None:
    match = RANGE.fullmatch(words)
    low, high = (whole(match[1]), whole(match[2])) if match else (None, None)
    return Count(low, high, "range") if low is not None and high is not None and low < high else None


def apply_distinct(frame: pd.DataFrame, function: Callable[..., tuple], names: list[str]) -> pd.DataFrame:
    """Return what a function says of the values of each row, asked once for each distinct row, as columns."""
    number = frame.groupby(list(frame), sort=False, dropna=False).ngroup()
    said = [function(*row) for row in frame[~number.duplicated()].itertuples(index=False, name=None)]
    return pd.DataFrame(said, columns=names).take(number).set_axis(frame.index)


def parse_series(text: pd.Series, beside: pd.Series) -> pd.DataFrame:
    """Parse a column of printed numbers, each distinct one once.

    Returns low, high (Int64), status, share_low, share_high (Float64), error (code, empty where it was read).
    """
    read = apply_distinct(pd.DataFrame({"text": text, "beside": beside}), parse, [*Count._fields])
    numbers = dict.fromkeys(["low", "high"], "Int64") | dict.fromkeys(["share_low", "share_high"], "Float64")
    return read.astype(numbers | {"status": "str", "error": "str"})
