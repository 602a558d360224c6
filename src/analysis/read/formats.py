"""How a spreadsheet shows a number: its number format, dates, durations, and formats that depend on the number."""

import datetime as dt
import math
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

BUILTIN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 14: "dd/mm/yyyy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
    20: "h:mm", 21: "h:mm:ss", 22: "dd/mm/yyyy h:mm", 37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;-#,##0.00", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
}  # fmt: skip
SECTION = re.compile(r'((?:"[^"]*"|\\.|\[[^\]]*\]|[^;])*)(?:;|$)', re.S)
CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)\]")
TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_.|\*.|\[(?P<elapsed>h+|m+|s+)\]|\[[^\]]*\]|(?P<general>general)|'
    r"(?P<date>am/pm|a/p|y+|m+|d+|h+|s+(?:\.0+)?)|(?P<digits>\?*[#0][#0?,.]*)|(?P<other>.)",
    re.I | re.S,
)
EPOCHS = {False: dt.datetime(1899, 12, 30), True: dt.datetime(1904, 1, 1)}
LATEST = 2_958_466  # 31 December 9999
UNITS = {"h": 3600, "m": 60, "s": 1}
TESTS = {
    "<": float.__lt__, "<=": float.__le__, ">": float.__gt__, ">=": float.__ge__, "=": float.__eq__, "<>": float.__ne__
}  # fmt: skip
Tokens = list[tuple[str, str]]


def shown(number: float, code: str, from_1904: bool = False) -> tuple[str, str, str]:
    """Return what a format makes of a number: the text one sees, its kind, and the number or ISO date behind it.

    Behind a text that does not say its number (`[<5]"<5"`) nothing is kept.
    """
    if not math.isfinite(number):
        return str(number), "error", ""
    at, tokens, count = _part(number, code)
    kinds = {kind for kind, _ in tokens}
    if "elapsed" in kinds:
        text = _duration(number, tokens)
        return text, "date", text
    if "date" in kinds and "general" not in kinds:
        if not 0 <= number < LATEST:
            return plain(number), "number", plain(number)
        when = _moment(number, from_1904)
        return _date(when, tokens), "date", _iso(when, number)
    text = _number(-number if at == 1 and count > 1 and number < 0 else number, tokens)
    told = says(text, number)
    return text, "number" if told else "text", plain(number) if told else ""


def shows_text(code: str) -> bool:
    """Say whether a format shows texts at all; `;;;` does not."""
    parts = _parts(code)
    return len(parts) < 4 or any(word.strip() for _, word in _tokens(parts[3]))


@lru_cache(maxsize=4096)
def _parts(code: str) -> list[str]:
    """Return the parts of a format, parted by semicolons that are not quoted."""
    found = SECTION.findall(code)
    return (found if code.endswith(";") else found[:-1] or [""])[:4]


@lru_cache(maxsize=4096)
def _tokens(part: str) -> Tokens:
    """Return what a part of a format is made of; spaces of a width and colours are left out."""
    return [(match.lastgroup, match[match.lastgroup]) for match in TOKEN.finditer(part) if match.lastgroup]


def _part(number: float, code: str) -> tuple[int, Tokens, int]:
    """Return the part of a format that a number falls under: its place and tokens, and how many may be chosen from."""
    parts = _parts(code)
    conditions = [CONDITION.search(part) for part in parts]
    if any(conditions):
        for part, test in zip(parts, conditions, strict=True):
            if test is None or TESTS[test[1]](float(number), float(test[2])):
                return 0, _tokens(part), 1
        return 0, _tokens("General"), 1
    at = 1 if number < 0 and len(parts) > 1 else 2 if number == 0 and len(parts) > 2 else 0
    return at, _tokens(parts[at]), len(parts)


def _moment(number: float, from_1904: bool) -> dt.datetime:
    if not from_1904 and number < 60:  # 1900 was no leap year, but spreadsheets count 29 February
        number += 1
    return EPOCHS[from_1904] + dt.timedelta(seconds=round(number * 86400))


def _iso(when: dt.datetime, number: float) -> str:
    if number < 1:
        return when.time().isoformat()
    return when.date().isoformat() if float(number).is_integer() else when.isoformat()


def _duration(number: float, tokens: Tokens) -> str:
    """Return a time that runs past a day, such as 36:00 for [h]:mm."""
    left, text = round(abs(number) * 86400), "-" if number < 0 else ""
    for kind, word in tokens:
        unit = UNITS.get(word[0].lower()) if kind in ("elapsed", "date") else None
        if unit:
            count, left = divmod(left, unit)
            word = str(count).zfill(len(word) if kind == "elapsed" else 2)
        text += word
    return text.strip()


def _date(when: dt.datetime, tokens: Tokens) -> str:
    words = [word.lower() if kind == "date" else "" for kind, word in tokens]
    half, text, before = any("/" in word for word in words), "", ""
    for at, (kind, word) in enumerate(tokens):
        after = next((later[0] for later in words[at + 1 :] if later), "")
        if kind == "date" and word[0] in "mM" and (before == "h" or after == "s"):
            text += f"{when.minute:02}"[-len(word) :] if when.minute < 10 else str(when.minute)
        else:
            text += _spelled(when, word.lower(), half) if kind == "date" else word
        before = words[at][:1] or before
    return text.strip()


def _spelled(when: dt.datetime, token: str, half: bool) -> str:
    """Return one piece of a date, such as `mmm`."""
    if "/" in token:
        return f"{when:%p}"[: 1 if token == "a/p" else 2]
    if token[0] == "y":
        return f"{when.year:04}" if len(token) > 2 else f"{when.year % 100:02}"
    if token[0] in "md" and len(token) > 2:
        names = {"m": ("%b", "%B"), "d": ("%a", "%A")}[token[0]]
        return f"{when:%B}"[:1] if len(token) == 5 else f"{when:{names[len(token) > 3]}}"
    hour = (when.hour % 12 or 12) if half else when.hour
    number = {"m": when.month, "d": when.day, "h": hour, "s": when.second}[token[0]]
    return f"{number:02}" if len(token) > 1 else str(number)


def plain(number: float) -> str:
    """Return a number without a format: whole numbers without a point, others in the fewest digits that say it."""
    if float(number).is_integer() and abs(number) < 1e15:
        return str(int(number))
    return f"{number:.15g}"


def _number(number: float, tokens: Tokens) -> str:
    """Return a number as one part of a format shows it; one not known shows it plainly, never rounded away."""
    words = {word.lower() for kind, word in tokens if kind == "other"}
    kinds = [kind for kind, _ in tokens]
    if words & {"e", "/"} or ("@" in words and "digits" not in kinds):
        return plain(number)
    number *= 100 if "%" in words else 1
    text, first = "", True
    for kind, word in tokens:
        if kind == "general" or (kind == "digits" and first):
            text, first = text + (plain(number) if kind == "general" else _digits(number, word)), False
        elif kind != "other" or word != "?":
            text += word
    return text.strip()


def _digits(number: float, pattern: str) -> str:
    scaled = pattern.rstrip(",")
    left, _, right = scaled.partition(".")
    decimals = sum(letter in "0#?" for letter in right)
    try:
        exact = Decimal(repr(number / 1000 ** (len(pattern) - len(scaled))))
        rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    except InvalidOperation:
        return plain(number)
    text = f"{abs(rounded):,f}" if "," in left else f"{abs(rounded):f}"
    digits, _, rest = text.partition(".")
    while len(rest) > right.count("0") and rest.endswith("0"):
        rest = rest[:-1]
    return f"{'-' if rounded.is_signed() else ''}{digits.rjust(left.count('0'), '0')}{'.' if rest else ''}{rest}"


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
