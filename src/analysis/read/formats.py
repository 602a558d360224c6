"""How a spreadsheet shows a number: its number format, its dates, and formats that show nothing."""

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

BUILTIN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 14: "dd/mm/yyyy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
    20: "h:mm", 21: "h:mm:ss", 22: "dd/mm/yyyy h:mm", 37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;-#,##0.00", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
}  # fmt: skip
QUOTED = re.compile(r'"([^"]*)"|\\(.)|_.|\*.')
BRACKETS = re.compile(r"\[(?!h+\]|m+\]|s+\])[^\]]*\]", re.IGNORECASE)
DATE_TOKEN = re.compile(r"y+|m+|d+|h+|s+(?:\.0+)?|am/pm|a/p|\[h+\]", re.IGNORECASE)
DIGITS = re.compile(r"\?*[#0][#0?,.]*")
EPOCHS = {False: dt.datetime(1899, 12, 30), True: dt.datetime(1904, 1, 1)}
LATEST = 2_958_466  # 31 December 9999


def bare(code: str) -> str:
    """Return a format without what it quotes, colours or pads."""
    return BRACKETS.sub("", QUOTED.sub("", code))


@lru_cache(maxsize=4096)
def is_date(code: str) -> bool:
    """Say whether a format shows a number as a date or a time."""
    first = bare(code).split(";")[0]
    return first.lower() != "general" and bool(re.search(r"[ymdhs]", first, re.IGNORECASE))


def shows_nothing(code: str) -> bool:
    """Say whether a format hides every value, as `;;;` does."""
    sections = re.sub(r"\[[^\]]*\]", "", code).split(";")
    return len(sections) >= 3 and all(section.strip() == "" for section in sections)


def moment(number: float, from_1904: bool) -> dt.datetime | None:
    """Return the date a number stands for, or None where it stands for none."""
    if not 0 <= number < LATEST:
        return None
    if not from_1904 and number < 61:  # 1900 was no leap year, but spreadsheets count 29 February
        number += 1 if number < 60 else 0
    return EPOCHS[from_1904] + dt.timedelta(seconds=round(number * 86400))


def iso(when: dt.datetime, number: float) -> str:
    """Return a date, a date with its time, or a time alone, as ISO 8601."""
    if number < 1:
        return when.time().isoformat()
    return when.date().isoformat() if float(number).is_integer() else when.isoformat()


def shown_date(when: dt.datetime, code: str) -> str:
    """Return a date as its format shows it."""
    half = bool(re.search(r"am/pm|a/p", code, re.IGNORECASE))
    parts, last, before = [], 0, ""
    first = BRACKETS.sub("", code).split(";")[0]
    first = QUOTED.sub(lambda match: "\0" + (match[1] or match[2] or "") + "\0" if match[1] or match[2] else "", first)
    for match in DATE_TOKEN.finditer(first):
        between = first[last : match.start()]
        token = match[0].lower()
        after = first[match.end() :]
        minutes = token[0] == "m" and (before[:1] == "h" or re.match(r"[^a-z]*s", after, re.IGNORECASE))
        parts += [between, _token(when, "n" * len(token) if minutes else token, half)]
        last, before = match.end(), token.strip("[")
    return "".join([*parts, first[last:]]).replace("\0", "").strip()


def _token(when: dt.datetime, token: str, half: bool) -> str:
    hour = (when.hour % 12 or 12) if half else when.hour
    forms = {
        "y": f"{when.year % 100:02}", "yy": f"{when.year % 100:02}", "yyyy": f"{when.year:04}", "m": f"{when.month}",
        "mm": f"{when.month:02}", "mmm": f"{when:%b}", "mmmm": f"{when:%B}", "d": f"{when.day}", "dd": f"{when.day:02}",
        "ddd": f"{when:%a}", "dddd": f"{when:%A}", "h": f"{hour}", "hh": f"{hour:02}", "[h]": f"{hour}",
        "n": f"{when.minute}", "nn": f"{when.minute:02}", "s": f"{when.second}", "ss": f"{when.second:02}",
        "am/pm": f"{when:%p}", "a/p": f"{when:%p}"[:1],
    }  # fmt: skip
    return forms.get(token, f"{when.year:04}" if token[0] == "y" else token)


def plain(number: float) -> str:
    """Return a number without a format: whole numbers without a point, others in the fewest digits that say it."""
    if float(number).is_integer() and abs(number) < 1e15:
        return str(int(number))
    return f"{number:.15g}"


def shown_number(number: float, code: str) -> str:
    """Return a number as its format shows it; a format not known shows it plainly, never rounded away."""
    sections = BRACKETS.sub("", code).split(";")
    section = sections[0]
    if number < 0 and len(sections) > 1 and sections[1]:
        section, number = sections[1], -number
    elif number == 0 and len(sections) > 2 and sections[2]:
        section = sections[2]
    core = QUOTED.sub("", section)
    match = DIGITS.search(core)
    if "general" in section.lower() or (not match and "@" in section) or re.search(r"[eE/]", core):
        return plain(number)
    words = QUOTED.sub(lambda found: found[1] or found[2] or "", section)
    if not match:
        return words.replace("?", "").strip()
    body = _digits(number * (100 if "%" in core else 1), match[0])
    return DIGITS.sub(lambda _: body, words, count=1).strip()


def says(text: str, number: float) -> bool:
    """Say whether a text shows a number, be it rounded, scaled or with signs of its own; one without digits shows 0."""
    digits, found = re.sub(r"\D", "", text), re.search(r"\d[\d,\s]*(?:\.(\d+))?|\.(\d+)", text)
    if found is None:
        return number == 0
    if re.search(r"[:/]|\d[eE]", text) or digits.strip("0") == re.sub(r"\D", "", plain(number)).strip("0"):
        return True
    shown, step = float(re.sub(r"[,\s]", "", found[0])), 10.0 ** -len(found[1] or found[2] or "")
    scales = (1, *((100,) if "%" in text else ()), *((1e-3, 1e-6) if re.search(r"[kKmM]", text) else ()))
    return any(abs(abs(number) * scale - shown) <= 0.501 * step for scale in scales)


def _digits(number: float, pattern: str) -> str:
    scaled = pattern.rstrip(",")
    number /= 1000 ** (len(pattern) - len(scaled))
    decimals = sum(letter in "0#?" for letter in scaled.partition(".")[2])
    try:
        rounded = Decimal(repr(number)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    except InvalidOperation:
        return plain(number)
    text = f"{rounded:,f}" if "," in scaled else f"{rounded:f}"
    whole, point, rest = text.partition(".")
    needed = sum(letter == "0" for letter in scaled.partition(".")[2])
    while point and len(rest) > needed and rest.endswith("0"):
        rest = rest[:-1]
    width = sum(letter == "0" for letter in scaled.partition(".")[0])
    sign, whole = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{whole.rjust(width, '0')}{point if rest else ''}{rest}"
