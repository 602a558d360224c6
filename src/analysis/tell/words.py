"""How numbers, ranges, lists, dates and refusals are said: once, for every sentence."""

import calendar
import re
from datetime import date

import pandas as pd

SMALL = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
PLURALS = {"person": "people", "is": "are", "was": "were", "has": "have", "does": "do", "its": "their"}
PLURALS |= {"holds": "hold", "lies": "lie"}


def number(n):
    """Say a whole number as a newspaper does: words up to nine, figures from ten, commas from a thousand."""
    n = int(n)
    return SMALL[n] if 0 <= n < len(SMALL) else f"{n:,}"


def plural(word, n):
    """The plural of a noun or verb unless there is exactly one (`n` None counts as several)."""
    if n is not None and n == 1:
        return word
    if word in PLURALS:
        return PLURALS[word]
    if word.endswith("y") and word[-2] not in "aeiou":
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "ch", "sh")) else "s")


def span(low, high):
    """Say an interval: the number itself, "at least", "at most" or "between … and …"; `high` None has no end.

    >>> span(1, 4), span(71, None), span(0, 35), span(3, 3)
    ('between one and four', 'at least 71', 'at most 35', 'three')
    """
    if high is None and low == 0:
        return "an unknown number"
    if high is None:
        return f"at least {number(low)}"
    if low > high:
        raise ValueError(f"no number lies between {low} and {high}")
    if low == high:
        return number(low)
    if low == 0:
        return f"at most {number(high)}"
    return f"between {number(low)} and {number(high)}"


def limits(low, high):
    """Say both ends of what is possible, zero spelt out: "between none and 35", "exactly 16"."""
    if high is None:
        return span(low, high)
    return f"exactly {number(low)}" if low == high else f"between {number(low)} and {number(high)}"


def counted(low, high, noun):
    """Say an interval with its noun in the right number: "no cases", "one case", "between two and four cases".

    >>> counted(0, 0, "case"), counted(1, 1, "case"), counted(2, 4, "case")
    ('no cases', 'one case', 'between two and four cases')
    """
    if low == 0 and high == 0:
        return f"no {plural(noun, 0)}"
    single = low == 1 and high == 1
    joint = " of " if high is None and low == 0 else " "
    return f"{span(low, high)}{joint}{noun if single else plural(noun, 2)}"


def share(low, high):
    """Say a share as whole per cent, or the span of whole per cents it may lie in."""
    first, last = round(100 * low), round(100 * high)
    return f"{first}%" if first == last else f"between {first}% and {last}%"


def listed(items, joint="and"):
    """Join names as a sentence does: "a", "a and b", "a, b and c"; the joint itself may stand inside a name.

    >>> listed(["Kent", "Surrey", "Gwent"])
    'Kent, Surrey and Gwent'
    """
    items = [str(item) for item in items]
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {joint} {items[-1]}"


def sentence(text):
    """Start with a capital, end with a full stop, keep one space between words."""
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r"\s+([,.;])", r"\1", text)
    text = re.sub(r"^([a-z])", lambda start: start.group(1).upper(), text)
    return text if not text or text[-1] in ".?!" else text + "."


def period(start, end):
    """Say a period by its months, or by its year or day where it is exactly that; empty when nothing is known.

    >>> period("2017-04-01", "2019-03-31"), period("2018-01-01", "2018-12-31")
    ('from April 2017 to March 2019', 'in 2018')
    """
    start, end = _day(start), _day(end)
    if start is None and end is None:
        return ""
    if start is None:
        return f"up to {_month(end)}"
    if end is None:
        return f"from {_month(start)}"
    if start == end:
        return f"on {start.day} {_month(start)}"
    if (start.month, start.day, end.month, end.day) == (1, 1, 12, 31):
        return f"in {start.year}" if start.year == end.year else f"from {start.year} to {end.year}"
    if (start.year, start.month) == (end.year, end.month):
        return f"in {_month(start)}"
    return f"from {_month(start)} to {_month(end)}"


def years(start, end):
    """The length of a period in years, both days counted."""
    return ((_day(end) - _day(start)).days + 1) / 365.25


def given(statements):
    """The clause that names what a sentence assumes: "if each case is one person and …"; empty for none."""
    return f"if {listed(statements)}" if statements else ""


def assuming(statements):
    """The clause after a number that names what it assumes: the two shortest, and how many more."""
    shown = sorted(statements, key=len)[:2]
    more = len(statements) - len(shown)
    rest = [f"{number(more)} further {plural('assumption', more)} named in the report {plural('holds', more)}"]
    return f", {given([*shown, *(rest if more else [])])}" if statements else ""


def refusal(answer):
    """Say what a force's answer was without blaming it: one phrase for every answer the coverage table knows."""
    known = {
        "full": "answered in full",
        "partial": "answered in part",
        "refused": "refused",
        "not held": "said it does not hold the information",
        "replied, named": "replied, and a number of its own was printed",
        "replied, unnamed": "replied, but no number of its own was printed in what we saw",
        "no reply": "is reported not to have replied",
        "reply unknown": "may or may not have replied: no page we saw says",
        "not asked": "was not asked",
        "did not exist": "did not exist at the time",
    }
    if answer not in known:
        raise ValueError(f"no wording for the answer {answer!r}; known: {', '.join(known)}")
    return known[answer]


def _day(value):
    """A date, or None for an empty cell."""
    if pd.isna(value) or value == "":
        return None
    return date.fromisoformat(str(value)[:10])


def _month(day):
    return f"{calendar.month_name[day.month]} {day.year}"
