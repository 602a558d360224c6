"""What a printed period means: days from and to, day first; a calendar and a financial year are different kinds."""

import calendar
import datetime as dt
import re
from typing import Any, NamedTuple

import pandas as pd

from analysis.clean.counts import apply_distinct, plain

NAMES = "january february march april may june july august september october november december"
MONTHS = {name[:letters]: number for letters in (9, 3) for number, name in enumerate(NAMES.split(), start=1)}
MONTHS["sept"] = 9
MONTH = "(?P<month>" + "|".join(MONTHS) + ")"
POINTS = [
    r"(?P<day>\d{1,2})[/.](?P<month>\d{1,2})[/.](?P<year>\d{4})(?: \d{1,2}:\d\d(?::\d\d)?)?",
    r"(?P<day>\d{1,2}) " + MONTH + r",? (?P<year>\d{4})",
    r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?: \d{1,2}:\d\d(?::\d\d)?)?",
    MONTH + r"[ -](?P<year>\d{4}|\d{2})",
    r"(?P<year>(19|20)\d{2})",
]
TO = r" ?- ?| to | and | until "
DAY = r"(\d{1,2} (?:" + "|".join(MONTHS) + r") \d{4})"
GARBLED = DAY + " and .+ and " + DAY
FINANCIAL = r"(fy ?|financial year )?(\d{4}|\d{2}) ?([-/]) ?(\d{4}|\d{2})"
YEAR_TO = r"(?:the )?(?:(?:year|12 months) (?:ending|ended|to)|f?y/?e)(?: on)?(?: the)? (.+)"
QUARTER = r"(?:q|quarter )([1-4]),?(?: of)? (.+)"
RELATIVE = re.compile(
    r".*\b(last|past|previous|since|back to|first|recent|current(ly)?|nearly|not (printed|shown|visible|stated)"
    r"|publication|longer|inquiry|foi|report|present|(one|two|three|four|five|\d+)( and a half)?[- ](years?|months?)"
    r"( period)?)\b.*"
)
EXPECTED = "a day, month, year, financial year or a span of them, day first"


class Period(NamedTuple):
    """Hold the first and last day of a period and its kind, or what was found and expected where it cannot be read.

    kind: calendar, financial, span, day, relative, none, or inferred, where the dates of its row say more.
    """

    start: Any  # a date, or None where none is told
    end: Any
    kind: str
    error: str = ""
    expected: str = ""


def readings(text: str) -> list[Period]:
    """Return every way a printed period can be read: `2008-09` is a financial year, two years, or a month."""
    words = re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", plain(text))
    words = re.sub(r"^(as (of|at)|in|from|between|start of|(calendar )?year(?! (ending|ended|to)\b)) ", "", words)
    words = re.sub(r"\bend of ", "", words)
    if not words:
        return [Period(None, None, "none")]
    found = [*_financial(words), _point(words), _span(words), _year_to(words), *_quarter(words)]
    relative = [Period(None, None, "relative")] if RELATIVE.fullmatch(plain(text)) else []
    return list(dict.fromkeys(filter(None, found))) or relative


def _financial(words: str) -> list[Period]:
    """Read a financial year; with four digits and a hyphen it may be two calendar years as well."""
    match = re.fullmatch(FINANCIAL, words)
    if match is None or (len(match[2]) == 2 and not match[1]):
        return []
    year = _century(match[2])
    if _century(match[4]) % 100 != (year + 1) % 100:
        return []
    financial = Period(dt.date(year, 4, 1), dt.date(year + 1, 3, 31), "financial")
    two = Period(dt.date(year, 1, 1), dt.date(year + 1, 12, 31), "span")
    return [financial, two] if not match[1] and match[3] == "-" else [financial]


def _century(year: str) -> int:
    return int(year) if len(year) == 4 else 2000 + int(year)


def _point(words: str) -> Period | None:
    """Read one day, one month or one year that exists."""
    match = next(filter(None, (re.fullmatch(pattern, words) for pattern in POINTS)), None)
    if match is None:
        return None
    said, year = match.groupdict(), _century(match["year"])
    if "month" not in said:
        return Period(dt.date(year, 1, 1), dt.date(year, 12, 31), "calendar")
    month = MONTHS.get(said["month"]) or int(said["month"])
    try:
        if "day" in said:
            day = dt.date(year, month, int(said["day"]))
            return Period(day, day, "day")
        last = calendar.monthrange(year, month)[1]
        return Period(dt.date(year, month, 1), dt.date(year, month, last), "span")
    except ValueError:
        return None


def _span(words: str) -> Period | None:
    """Read a span of days, months or years; a month without a year takes the year of the other end.

    Also one from the day a text begins with to the day it ends with, whatever was garbled between them.
    """
    halves = [(words[: to.start()], words[to.end() :]) for to in re.finditer(TO, words)]
    halves += [outer.groups() for outer in [re.fullmatch(GARBLED, words)] if outer]
    for first, last in halves:
        year = re.search(r"\d{4}$", last)
        start, end = _end(f"{first} {year[0]}" if first in MONTHS and year else first), _end(last)
        if start and end and start.start < end.end:
            return Period(start.start, end.end, "span")
    return None


def _end(words: str) -> Period | None:
    """Read an end of a span; with a hyphen a financial year would be a span itself."""
    return _point(words) or next(iter(_financial(words) if "/" in words else ()), None)


def _year_to(words: str) -> Period | None:
    """Read the year that ends with a day or a month."""
    match = re.fullmatch(YEAR_TO, words)
    end = _point(match[1]) if match else None
    if end is None or end.kind == "calendar":
        return None
    return Period(_later(end.end, years=-1, days=1), end.end, "span")


def _quarter(words: str) -> list[Period]:
    """Read a quarter of a financial year; of a calendar year it may be a quarter from January or from April on."""
    match = re.fullmatch(QUARTER, words)
    years = [*_financial(match[2])[:1], _point(match[2])] if match else []
    found = []
    for year in filter(None, years):
        for later in {"calendar": (0, 3), "financial": (0,)}.get(year.kind, ()):
            months = 3 * int(match[1]) - 3 + later
            found.append(Period(_later(year.start, months), _later(year.start, months + 3, days=-1), "span"))
    return found


def _later(day: dt.date, months: int = 0, **more: int) -> dt.date:
    return (pd.Timestamp(day) + pd.DateOffset(months=months, **more)).date()


def parse(text: str, start: dt.date | None = None, end: dt.date | None = None) -> Period:
    """Return the period a text means; the row's dates settle a text with two readings or none, and must agree with it.

    Dates may be more exact than the text (`2011 to 2015` for June 2011 to December 2015), within its first and last
    year. Where no reading agrees, or several do, the period has an `error` and no days.

    >>> parse("2017/18")[:3]
    (datetime.date(2017, 4, 1), datetime.date(2018, 3, 31), 'financial')
    >>> parse("2018").kind, parse("2018-19").error
    ('calendar', '2018-19')
    """
    found, dated = readings(text), f"{text} [{start} to {end}]"
    said = " or ".join(f"{period.start} to {period.end}" for period in found)
    if start and end and start > end:
        return _unread(dated, "a first day that is not after the last day")
    if not found:
        return _unread(text, EXPECTED)
    if found[0].kind in ("relative", "none"):
        return Period(start, end, found[0].kind)
    if start is None and end is None:
        return found[0] if len(found) == 1 else _unread(text, f"dates in the row: {said}")
    agreeing = [period for period in found if (start, end) == (period.start, period.end)]
    agreeing += [Period(start, end, "inferred") for period in found if _within(start, end, period)]
    return next(iter(agreeing), _unread(dated, f"the dates of the text: {said}"))


def _unread(found: str, expected: str) -> Period:
    return Period(None, None, "", found, expected)


def _within(start: dt.date | None, end: dt.date | None, period: Period) -> bool:
    """Say whether dates narrow a period without leaving its first and last year; an open end is not known better."""
    first = start is None or (period.start <= start and start.year == period.start.year)
    last = end is None or (end <= period.end and end.year == period.end.year)
    return first and last


def parse_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Read the columns period, period_start and period_end of rows as written, each distinct triple once.

    Returns period_start, period_end (dates), period_basis, kind, error (empty where it was read), expected.
    """
    names = ["period_start", "period_end", "kind", "error", "expected"]
    read = apply_distinct(frame[["period", *names[:2]]], _in_row, names)
    known, inferred = read[names[:2]].notna().any(axis=1), read["kind"].isin(["relative", "none", "inferred"])
    basis = inferred.map({True: "inferred", False: "printed"}).where(known, "not stated")
    dates = {column: pd.to_datetime(read[column]).astype("datetime64[s]") for column in names[:2]}
    return read.assign(**dates, period_basis=basis)


def _in_row(text: str, start: str, end: str) -> Period:
    try:
        return parse(text, *(dt.date.fromisoformat(day) if day else None for day in (start, end)))
    except ValueError:
        return _unread(f"{start} to {end}", "dates as YYYY-MM-DD that exist")
