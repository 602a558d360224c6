"""How a spreadsheet shows a number: its number format, dates, durations, and formats that depend on the number."""

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
BRACKETS = re.compile(r"\[(?!h+\]|m+\]|s+\])[^\]]*\]", re.I)
CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)\s*(-?[\d.]+)\]")
DATE_TOKEN = re.compile(r"\[(?:h+|m+|s+)\]|y+|m+|d+|h+|s+(?:\.0+)?|am/pm|a/p", re.I)
DIGITS = re.compile(r"\?*[#0][#0?,.]*")
EPOCHS = {False: dt.datetime(1899, 12, 30), True: dt.datetime(1904, 1, 1)}
LATEST = 2_958_466  # 31 December 9999
TESTS = {
    "<": float.__lt__, "<=": float.__le__, ">": float.__gt__, ">=": float.__ge__, "=": float.__eq__, "<>": float.__ne__
}  # fmt: skip


def shown(number: float, code: str, from_1904: bool = False) -> tuple[str, str, str]:
    """Return what a format makes of a number: the text one sees, its kind, and the number or ISO date behind it.

    Behind a text that does not say its number (`[<5]"<5"`) nothing is kept.
    """
    if number != number or number in (float("inf"), float("-inf")):
        return str(number), "error", ""
    section, number, plainly = _section(number, code)
    if _is_date(section):
        if re.search(r"\[[hms]+\]", section, re.I):
            text = _duration(number, section)
            return text, "date", text
        when = _moment(number, from_1904)
        if when is not None:
            return _shown_date(when, section), "date", _iso(when, number)
    text = (plain(number) if section == "General" else _shown_number(number, section)) if section else ""
    if not text and section.strip():
        text = plain(number) if "@" in section else text
    return text, "number" if says(text, number) else "text", plain(plainly) if says(text, number) else ""


@lru_cache(maxsize=4096)
def _sections(code: str) -> list[str]:
    """Return the parts of a format, parted by semicolons that are not quoted."""
    quoted = r'(?:"[^"]*"|\\.|\[[^\]]*\]|[^;])*?'
    return [part.removesuffix(";") for part in re.findall(rf"{quoted}(?:;|$)", code)][:4]


def shows_text(code: str) -> bool:
    """Say whether a format shows texts at all; `;;;` does not."""
    parts = _sections(code)
    return len(parts) < 4 or bool(BRACKETS.sub("", parts[3]).strip(" ;"))


def _section(number: float, code: str) -> tuple[str, float, float]:
    """Return the part of a format that a number falls under, the number to show there, and the number itself."""
    parts = _sections(code)
    while len(parts) > 1 and not code.endswith(";") and parts[-1] == "":
        parts = parts[:-1]
    conditions = [CONDITION.search(part) for part in parts]
    if any(conditions):
        for part, condition in zip(parts, conditions, strict=True):
            if condition is None or TESTS[condition[1]](float(number), float(condition[2])):
                return BRACKETS.sub("", part), number, number
        return "General", number, number
    numbers = parts[:3] if code.count(";") else parts
    if number < 0 and len(numbers) > 1:
        return BRACKETS.sub("", numbers[1]), -number, number
    if number == 0 and len(numbers) > 2:
        return BRACKETS.sub("", numbers[2]), number, number
    return BRACKETS.sub("", numbers[0]), number, number


@lru_cache(maxsize=4096)
def _is_date(section: str) -> bool:
    bare = BRACKETS.sub("", QUOTED.sub("", section))
    return bare.strip().lower() != "general" and bool(re.search(r"[ymdhs]", bare, re.I))


def _moment(number: float, from_1904: bool) -> dt.datetime | None:
    if not 0 <= number < LATEST:
        return None
    if not from_1904 and number < 60:  # 1900 was no leap year, but spreadsheets count 29 February
        number += 1
    return EPOCHS[from_1904] + dt.timedelta(seconds=round(number * 86400))


def _iso(when: dt.datetime, number: float) -> str:
    if number < 1:
        return when.time().isoformat()
    return when.date().isoformat() if float(number).is_integer() else when.isoformat()


def _duration(number: float, section: str) -> str:
    """Return a time that runs past a day, such as 36:00 for [h]:mm."""
    seconds = round(abs(number) * 86400)
    text = _spoken(section)
    longest = re.search(r"\[([hms])", text, re.I)
    step = {"h": 3600, "m": 60, "s": 1}[longest[1].lower()] if longest else 3600
    count, rest = divmod(seconds, step)
    text = re.sub(r"\[[hms]+\]", lambda found: str(count).zfill(len(found[0]) - 2), text, count=1, flags=re.I)
    minutes, rest = divmod(rest, 60) if step == 3600 else (0, rest)
    text = re.sub(r"mm?", f"{minutes:02}", text, count=1, flags=re.I) if step == 3600 else text
    text = re.sub(r"ss?(\.0+)?", f"{rest:02}", text, count=1, flags=re.I)
    return ("-" if number < 0 else "") + text.strip()


def _shown_date(when: dt.datetime, section: str) -> str:
    half = bool(re.search(r"am/pm|a/p", section, re.I))
    parts, last, before = [], 0, ""
    # what is quoted stands between NULs, so that no letter of it is taken for a day or a month
    quoted: list[str] = []
    first = QUOTED.sub(
        lambda found: quoted.append(found[1] or found[2] or "") or f"\0{chr(0xE000 + len(quoted))}", section
    )
    for match in DATE_TOKEN.finditer(first):
        token = match[0].lower()
        minutes = token[0] == "m" and (before[:1] == "h" or re.match(r"[^a-z]*s", first[match.end() :], re.I))
        parts += [first[last : match.start()], _token(when, "n" * len(token) if minutes else token, half)]
        last, before = match.end(), token.strip("[")
    text = "".join([*parts, first[last:]])
    return re.sub("\0(.)", lambda found: quoted[ord(found[1]) - 0xE001], text).strip()


def _token(when: dt.datetime, token: str, half: bool) -> str:
    hour = (when.hour % 12 or 12) if half else when.hour
    forms = {
        "y": f"{when.year % 100:02}", "yy": f"{when.year % 100:02}", "m": f"{when.month}", "mm": f"{when.month:02}",
        "mmm": f"{when:%b}", "mmmm": f"{when:%B}", "mmmmm": f"{when:%b}"[:1], "d": f"{when.day}",
        "dd": f"{when.day:02}", "ddd": f"{when:%a}", "dddd": f"{when:%A}", "h": f"{hour}", "hh": f"{hour:02}",
        "n": f"{when.minute}", "nn": f"{when.minute:02}", "s": f"{when.second}", "ss": f"{when.second:02}",
        "am/pm": f"{when:%p}", "a/p": f"{when:%p}"[:1],
    }  # fmt: skip
    return forms.get(token, f"{when.year:04}" if token[0] == "y" else f"{when.second:02}" if token[0] == "s" else token)


def plain(number: float) -> str:
    """Return a number without a format: whole numbers without a point, others in the fewest digits that say it."""
    if float(number).is_integer() and abs(number) < 1e15:
        return str(int(number))
    return f"{number:.15g}"


def _shown_number(number: float, section: str) -> str:
    """Return a number as one part of a format shows it; one not known shows it plainly, never rounded away."""
    core = QUOTED.sub("", section)
    match = DIGITS.search(core)
    if "general" in core.lower():
        return re.sub("general", plain(number), _spoken(section), flags=re.I).strip()
    if (not match and "@" in section) or re.search(r"[eE/]", core):
        return plain(number)
    if not match:
        return _spoken(section).replace("?", "").strip()
    body = _digits(number * (100 if "%" in core else 1), match[0])
    kept = QUOTED.sub(
        lambda found: "".join(chr(0xE000 + ord(letter)) for letter in found[1] or found[2] or ""), section
    )
    text = DIGITS.sub(lambda _: body, kept, count=1)
    return "".join(chr(ord(a) - 0xE000) if 0xE000 <= ord(a) < 0xF000 else a for a in text).strip()


def _spoken(section: str) -> str:
    """Return a part of a format with what it quotes as plain letters."""
    return QUOTED.sub(lambda found: found[1] or found[2] or "", section)


def _digits(number: float, pattern: str) -> str:
    scaled = pattern.rstrip(",")
    number /= 1000 ** (len(pattern) - len(scaled))
    left, _, right = scaled.partition(".")
    decimals = sum(letter in "0#?" for letter in right)
    try:
        rounded = Decimal(repr(number)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    except InvalidOperation:
        return plain(number)
    text = f"{rounded:,f}" if "," in left else f"{rounded:f}"
    digits, point, rest = text.partition(".")
    while point and len(rest) > right.count("0") and rest.endswith("0"):
        rest = rest[:-1]
    sign, digits = ("-", digits[1:]) if digits.startswith("-") else ("", digits)
    return f"{sign}{digits.rjust(left.count('0'), '0')}{point if rest else ''}{rest}"


def says(text: str, number: float) -> bool:
    """Say whether a text shows a number, be it rounded, scaled or with signs of its own; one without digits shows 0."""
    digits, found = re.sub(r"\D", "", text), re.search(r"\d[\d,\s]*(?:\.(\d+))?|\.(\d+)", text)
    if found is None:
        return number == 0 and bool(text)
    if re.search(r"[<>≤≥~]", text):
        return False
    if re.search(r"[:/]|\d[eE]", text) or digits.strip("0") == re.sub(r"\D", "", plain(number)).strip("0"):
        return True
    number_shown, step = float(re.sub(r"[,\s]", "", found[0])), 10.0 ** -len(found[1] or found[2] or "")
    scales = (1, *((100,) if "%" in text else ()), *((1e-3, 1e-6) if re.search(r"[kKmM]", text) else ()))
    return any(abs(abs(number) * scale - number_shown) <= 0.501 * step for scale in scales)
