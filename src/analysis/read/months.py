"""A month beside a year, and the year of a day."""

import datetime as dt
import re

from analysis.problems import Fault, Faults

SHORT = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
FINANCIAL = re.compile(r"(?:FY ?)?(\d{4})\s?[-/–]\s?(?:\d{2})?(\d{2})")


def dated(row: dict) -> dict:
    """Return a row whose `month` and year have become one period: April of 2018/19 is April 2018, January 2019."""
    month, year = row.get("month"), row.get("period", "")
    rest = {name: value for name, value in row.items() if name != "month"}
    if month is None:
        return row
    if re.search(r"\d", month):
        return rest | {"period": month, "period_start": "", "period_end": ""}
    financial = FINANCIAL.fullmatch(year.strip())
    if financial:
        number = 1 + SHORT.index(month.strip().casefold()[:3]) if month.strip().casefold()[:3] in SHORT else 4
        year = str(int(financial[1]) + (number < 4))
    return rest | {"period": f"{month} {year}", "period_start": "", "period_end": ""}


def year_of(text: str, kind: str, place: str) -> str:
    """Return the year or financial year of a day, day first: 05/04/2019 lies in 2019, and in 2019/20.

    Raises Faults (AMBIGUOUS_DATE).
    """
    iso = re.match(r"(\d{4})-(\d{2})-(\d{2})", text)
    day = re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", text.strip())
    parts = iso.groups() if iso else day.groups()[::-1] if day else None
    try:
        found = dt.date(*map(int, parts or ()))
    except (TypeError, ValueError):
        fault = Fault("AMBIGUOUS_DATE", place, repr(text), "a day, day first: 05/04/2019", "correct the recipe")
        raise Faults([fault]) from None
    if kind == "year":
        return str(found.year)
    start = found.year - (found.month < 4)
    return f"{start}/{(start + 1) % 100:02d}"
