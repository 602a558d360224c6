"""What a printed period means: days from and to, day first; a calendar and a financial year are different kinds."""

import calendar
import datetime as dt
import re
from typing import Any, NamedTuple

import pandas as pd

from analysis.clean.counts import each, plain

NAMES = "january february march april may june july august september october november december"
MONTHS = {name: number for number, name in enumerate(NAMES.split(), start=1)}
SHORT = {name[:3]: number for name, number in MONTHS.items()} | {"sept": 9}
MONTH = "(?P<{0}>" + "|".join([*MONTHS, "sept", *(name for name in SHORT if name not in MONTHS)]) + ")"
TO = r"(?: ?- ?| to | and | until )"
RELATIVE = re.compile(
    r".*\b(last|past|previous|since|back to|first|recent|current(ly)?|nearly|not (printed|shown|visible|stated)"
    r"|publication|longer|inquiry|foi|report|present|(one|two|three|four|five|\d+)( and a half)?[- ](years?|months?)"
    r"( period)?)\b.*"
)
EXPECTED = "a day, month, year, financial year or a span of them, day first"


class Period(NamedTuple):
    """Hold the first and last day of a period and its kind: calendar, financial, span, day, relative or none."""

    start: Any  # a date, or None where none is told
    end: Any
    kind: str


class UnreadablePeriod(ValueError):
    """Say that a text is no period that can be read one way only."""

    code = "AMBIGUOUS_DATE"

    def __init__(self, text: str, expected: str):
        self.text, self.expected = text, expected
        super().__init__(f"{self.code}: found {text!r}; expected {expected}")


def readings(text: str) -> list[Period]:
    """Return every way a printed period can be read: `2008-09` is a financial year, two years, or a month.

    Raises UnreadablePeriod where there is none.
    """
    words = re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", plain(text))
    words = re.sub(r"^(as (of|at)|in|from|between|start of|(calendar )?year) ", "", words)
    words = re.sub(r"\bend of ", "", words)
    if not words:
        return [Period(None, None, "none")]
    found = _financial(words) + _point(words) + _span(words)
    if found:
        return list(dict.fromkeys(found))
    if RELATIVE.fullmatch(plain(text)):
        return [Period(None, None, "relative")]
    raise UnreadablePeriod(text, EXPECTED)


def _financial(words: str) -> list[Period]:
    match = re.fullmatch(r"(fy ?|financial year )?(\d{4}|\d{2}) ?([-/]) ?(\d{4}|\d{2})", words)
    if match is None or (len(match[2]) == 2 and not match[1]):
        return []
    start = _century(match[2])
    if _century(match[4]) % 100 != (start + 1) % 100:
        return []
    found = [Period(dt.date(start, 4, 1), dt.date(start + 1, 3, 31), "financial")]
    if not match[1] and match[3] == "-":
        found.append(Period(dt.date(start, 1, 1), dt.date(start + 1, 12, 31), "span"))
    return found


def _century(year: str) -> int:
    return int(year) if len(year) == 4 else 2000 + int(year)


def _point(words: str) -> list[Period]:
    """Read one day, one month or one year."""
    day = re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", words) or re.fullmatch(
        r"(\d{1,2}) " + MONTH.format("m") + r",? (\d{4})", words
    )
    iso = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", words)
    if day or iso:
        return _day(day[3], day[2], day[1]) if day else _day(*iso.groups()) if iso else []
    month = re.fullmatch(MONTH.format("m") + r"[ -](\d{4}|\d{2})", words)
    if month:
        year, number = _century(month[2]), _month(month["m"])
        return [Period(dt.date(year, number, 1), _last(year, number), "span")]
    whole = re.fullmatch(r"(19|20)\d{2}", words)
    return [Period(dt.date(int(words), 1, 1), dt.date(int(words), 12, 31), "calendar")] if whole else []


def _day(year: str, month: str, day: str) -> list[Period]:
    number = _month(month)
    try:
        found = dt.date(int(year), number, int(day))
    except ValueError:
        return []
    return [Period(found, found, "day")]


def _month(text: str) -> int:
    return int(text) if text.isdigit() else MONTHS.get(text) or SHORT[text]


def _last(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def _span(words: str) -> list[Period]:
    """Read a span of days, months or years; a month without a year takes the year of the other end."""
    for match in re.finditer(TO, words):
        first, last = words[: match.start()], words[match.end() :]
        year = re.search(r"\d{4}$", last)
        if first in MONTHS and year:
            first = f"{first} {year[0]}"
        ends = [(one, other) for one in _point(first) for other in _point(last) if one.start < other.end]
        if ends:
            return [Period(one.start, other.end, "span") for one, other in ends]
    return _outer_days(words)


def _outer_days(words: str) -> list[Period]:
    """Read the day a text begins with and the day it ends with, whatever was garbled between them."""
    day = r"\d{1,2} (?:" + "|".join(MONTHS) + r") \d{4}"
    outer = re.fullmatch(rf"({day}) and .+ and ({day})", words)
    if outer is None:
        return []
    first, last = _point(outer[1]), _point(outer[2])
    ordered = first and last and first[0].start <= last[0].end
    return [Period(first[0].start, last[0].end, "span")] if ordered else []


def parse(text: str, start: dt.date | None = None, end: dt.date | None = None) -> Period:
    """Return the period a text means; the row's dates settle a text with two readings or none, and must agree with it.

    Dates may be more exact than the text (`2011 to 2015` for June 2011 to December 2015), within its first and last
    year. Raises UnreadablePeriod where no reading agrees, or several do.

    >>> parse("2017/18")
    Period(start=datetime.date(2017, 4, 1), end=datetime.date(2018, 3, 31), kind='financial')
    >>> parse("2018").kind
    'calendar'
    """
    if start and end and start > end:
        raise UnreadablePeriod(f"{text} [{start} to {end}]", "a first day that is not after the last day")
    found = readings(text)
    if found[0].kind in ("relative", "none"):
        return Period(start, end, found[0].kind)
    if start is None and end is None:
        if len(found) > 1:
            raise UnreadablePeriod(text, "dates in the row: " + " or ".join(_words(period) for period in found))
        return found[0]
    for period in found:
        if (start, end) == (period.start, period.end):
            return period
    for period in found:
        if _within(start, end, period):
            return Period(start, end, "inferred")
    both = " or ".join(_words(period) for period in found)
    raise UnreadablePeriod(f"{text} [{start} to {end}]", f"the dates of the text: {both}")


def _within(start: dt.date | None, end: dt.date | None, period: Period) -> bool:
    """Say whether dates narrow a period without leaving its first and last year; an open end is not known better."""
    first = start is None or (period.start <= start and start.year == period.start.year)
    last = end is None or (end <= period.end and end.year == period.end.year)
    return first and last


def _words(period: Period) -> str:
    return f"{period.start} to {period.end}"


def parse_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Read the columns period, period_start and period_end of rows as written, each distinct triple once.

    Returns period_start, period_end (dates), period_basis, kind, error (empty where it was read).
    """
    names = ["period_start", "period_end", "period_basis", "kind", "error", "expected"]
    read = each(frame[["period", "period_start", "period_end"]], _tried, names)
    dates = {column: pd.to_datetime(read[column]).astype("datetime64[s]") for column in names[:2]}
    return read.assign(**dates)


def _tried(text: str, start: str, end: str) -> tuple:
    try:
        dates = [dt.date.fromisoformat(day) if day else None for day in (start, end)]
    except ValueError:
        return (None, None, "not stated", "", f"{start} to {end}", "dates as YYYY-MM-DD that exist")
    try:
        period = parse(text, *dates)
    except UnreadablePeriod as error:
        return (None, None, "not stated", "", error.text, error.expected)
    known = period.start is not None or period.end is not None
    basis = "inferred" if period.kind in ("relative", "none", "inferred") else "printed"
    return (period.start, period.end, basis if known else "not stated", period.kind, "", "")
