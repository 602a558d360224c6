"""What one text of a reply says: the count a cell prints, the numbers in a sentence, its period, role and unit."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple

from analysis.clean import counts, periods
from analysis.clean.counts import plain
from analysis.read.cells import SUPERSCRIPTS as RAISED

MARK = re.compile(rf"(?<=[\w)%+])\s*((?:[{RAISED}*†‡§#]|\((?:[a-z]|note \d+)\)|\[(?:[a-z]|note \d+)\])+)$", re.I)
MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
YEAR = re.compile(
    rf"(?<![\w/-])(?:(?:FY ?|financial years? |Q[1-4] |{MONTH} )?(?:19|20)\d\d(?: ?[-/–] ?(?:(?:19|20)\d\d|\d\d))?|"
    r"FY ?\d\d ?[-/–] ?\d\d)(?![\w/-])", re.I
)  # fmt: skip
ONE_DAY = r"(?:\d{1,2}[/.]\d{1,2}[/.]|\d{1,2}(?:st|nd|rd|th)?(?: of)? " + MONTH + r",? )(?:19|20)\d\d"
DAY = rf"(?:{ONE_DAY}|(?:{MONTH} )?(?:19|20)\d\d)"
SPAN = re.compile(
    rf"\b(?:between {DAY} and {DAY}|{DAY} ?(?:[-–]|to|until) ?{DAY}|{MONTH} \d\d ?(?:[-–]|to|until) ?{MONTH} \d\d|"
    rf"(?:between )?{MONTH} ?(?:[-–]|to|until|and) ?{MONTH} (?:19|20)\d\d|"
    rf"(?:(?:year|12 months) (?:ending|ended|to)|f?y/?e) {DAY})(?![\w/-])", re.I
)  # fmt: skip
PART = re.compile(  # of a year, or open
    r"\b(?:since|from|before|after|until|prior to|up to|H[12]|(?:months|quarter|half|part|start|end) of) "
    rf"{YEAR.pattern}|{YEAR.pattern}(?: to date| so far| onwards?| ytd| until| [QH][1-4]|\\\d\d|"
    rf" (?:up )?to(?= \d+(?:[/.]\d|\w* {MONTH}))|"
    rf" ?[(–-] ?\(?(?:(?:year |up )?to|until|as at|ytd|part|first|\d+ months|Q[1-4]|{MONTH}))\b", re.I
)  # fmt: skip
STATUTE = re.compile(r"\b(?:act|regulations?),? (?:19|20)\d\d", re.I)  # its year is no period
# what counts, though nobody can say how much: `1 234` may be one number or two
UNREAD = re.compile(r"-+|\.\.|\[[a-z]\]|not (?:known|available|provided)|unknown|[1-9]\d{0,2}(?: \d{3})+")
ROLES = {
    "all": r"(?:police )?(?:officers? (?:and|or|/) (?:police )?staff|staff (?:and|or|/) (?:police )?officers?)",
    "officer": r"(?:police )?(?:officers?|constables?)",
    "staff": r"(?:police |civilian )?staff|members? of (?:police )?staff",
    "pcso": r"pcsos?|(?:police )?community support officers?",
    "special": r"specials?|special constables?",
}
RANKS = {"pc": "constable", "dc": "constable", "ps": "sergeant", "sgt": "sergeant", "ds": "sergeant", "di": "inspector",
         "insp": "inspector", "dci": "chief-inspector"}  # fmt: skip
RANK = re.compile(r"(?:police |detective )?((?:chief )?(?:constable|sergeant|inspector|superintendent))s?")
UNITS = {
    "cases": "cases?", "incidents": "incidents?", "allegations": "allegations?", "complaints": "complaints?",
    "investigations": "investigations?", "offences": "offences?", "people": "people|persons?|individuals?|employees?",
}  # fmt: skip
NOUN = "|".join([*ROLES.values(), *UNITS.values()])
WORD = "|".join(sorted([*counts.UNITS, *counts.TENS, *counts.SCALES, "hundred and", "dozen"], key=len, reverse=True))
ONE = rf"(?:[1-9]\d{{0,2}}(?:[, \u00a0\u2009]\d{{3}})+|\d+|(?:{WORD})(?:[ -](?:{WORD}))*)"
NUMBER = re.compile(
    rf"(?<![\w.,/£$])(?<!\w-)(?:(?:an?|one|another) further (?:{NOUN})\b|"
    rf"(?:between {ONE} and {ONE}|{ONE}(?: ?[-–] ?{ONE})?|nil|none|zero|no(?= (?:{NOUN}|records)\b))"
    rf"(?![^\W{RAISED}]|[/%£]|[.,]\d|-[^\W\d]))",
    re.I,
)
# numbers in a sentence that count nobody: the number of a question, references, dates, years, times and shares
NO_COUNT = re.compile(
    rf"{SPAN.pattern}|^\s*\(?[\dQq]{{1,3}}[.):]\s|^\s*[\d{RAISED}*†‡]{{1,2}} (?=(?-i:[A-Z]))(?!(?:{NOUN})\b)|"
    r"\bsections \d\S*(?:(?<=,) \d\S*)*(?: (?:and|or) \d\S*)?|"
    r"\b(?:(?:section|act|s|call|reply|request|foi|no|page|table|note|figure|appendix|annex|"
    r"question|paragraph|part|article|schedule|box)\.? ?|"
    r"(?:reference|ref|crn|urn)\W{0,3})\d\S*(?: (?:and|or|to|of) \d\S*)?|\btel(?:ephone)?\b\W{0,3}\+?[\d\s()-]{3,}|"
    rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {MONTH}\b|\b{MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? (?=20\d\d)|"
    rf"{YEAR.pattern}(?! (?:{NOUN})\b)|(?<![\d/])\+?\(?0\d[\d\s()-]{{7,}}|"
    rf"{ONE} (?:(?:working|calendar|further) )?(?:days?|weeks?|months?|years?|hours?|minutes|per ?cent|pence|pounds)\b|"
    r"\b(?:no|any|every|each|some|number) one\b|\bone another\b",
    re.I,
)
# a comma parts clauses, but not behind the period that one begins with: `In 2019, 5 resigned`
CLAUSE = re.compile(r"(?:\s*(?:in|during|for|since) \|+,)?(?:\b(?:c|ca|approx)\.\s|[^.;,]|[.;,](?=\S))+", re.I)
CHANGES = re.compile(r"\b(?:few|less|more than|below|between|approx|about|round|estimat|withh|suppress|exempt)|[<≤>≥]")
NO_ANSWER = re.compile(r"\b(?:exempt|withh[eo]ld|refus\w+|(?:not|no\b.*) held|not hold|hold no|neither confirm)", re.I)
PART_OF = re.compile(r"\s*(?:out )?of (?:the |these |those |our )?", re.I)  # `3 of the 14 resigned`: that says 3
AND = re.compile(rf"\s*(?:{NOUN})\s+(?:and|or)\s+", re.I)  # `3 officers and 2 staff resigned`: that says both
SENTENCE = re.compile(r"(?<=[a-z]{4}[.?!])\s+(?=[A-Z])")


class Printed(NamedTuple):
    """Hold a count as a cell prints it: the number, the footnote mark at it, and the noun it counts."""

    value: str
    mark: str = ""
    noun: str = ""


class Said(NamedTuple):
    """Hold a number in a sentence: as printed, the words beside it that change it, and what it counts.

    period: the one that its clause or else its sentence names; told: the clause where it holds no other number, else
    what follows; at: where in the text it stands.
    """

    value: str
    beside: str = ""
    period: str = ""
    role: str = ""
    unit: str = ""
    told: str = ""
    at: int = 0


@lru_cache(maxsize=100_000)
def count(text: str) -> Printed | None:
    """Return the count a cell prints, or None where it prints none; a year alone can be one.

    >>> count("5¹"), count("12 officers")
    (Printed(value='5', mark='¹', noun=''), Printed(value='12', mark='', noun='officers'))
    """
    if re.search(r"\d\s*\n\s*\d", text):  # two counts in one cell
        return None
    text = re.sub(rf"^([{RAISED}]+)(.*\d)$", r"\2\1", " ".join(text.split()))  # a mark may stand before its number
    mark = MARK.search(text)
    bare, found = (text[: mark.start()].strip(), mark[1]) if mark else (text, "")
    if _is_number(bare):
        return Printed(bare, found)
    noun = re.fullmatch(rf"(.+?) ({NOUN})", bare, re.I)
    return Printed(noun[1], found, noun[2]) if noun and _is_number(noun[1]) and not is_period(noun[1]) else None


def _is_number(text: str) -> bool:
    """Say whether a text is a number or stands for one; a rank, a share in words or a plain no is a label."""
    words = plain(text)
    if UNREAD.fullmatch(words):
        return True
    found = parsed(text)
    in_words = found and found.status in ("exact", "share") and not re.search(r"\d", text)
    return bool(found) and words not in ("", "no") and not (in_words and counts.whole(words) is None)


def parsed(value: str, beside: str = "") -> counts.Count | None:
    """Return what a printed number means, or None where that is not known."""
    found = counts.parse(value, beside)
    return None if found.error else found


@lru_cache(maxsize=100_000)
def is_period(text: str) -> bool:
    """Say whether a text is a day, month, year or financial year, or a span of them."""
    found = periods.readings(MARK.sub("", text.strip()))
    return is_month(text) or (bool(found) and found[0].kind not in ("relative", "none"))


def is_month(text: str) -> bool:
    """Say whether a text is a month or a quarter without its year."""
    return plain(text) in periods.MONTHS or bool(re.fullmatch("(?:q|quarter )[1-4]", plain(text)))


def period_in(text: str) -> str:
    """Return the one span, year or month that a text names, or nothing; the day of a letter, or a part of it, is none.

    >>> period_in("between 1 April 2018 and 31 March 2019"), period_in("in 2018 and 2019")
    ('between 1 April 2018 and 31 March 2019', '')
    """
    text = STATUTE.sub("", text)
    spans = {match[0] for match in SPAN.finditer(text)}
    rest = re.sub(ONE_DAY, "", SPAN.sub("", text), flags=re.I)
    found = spans | {_year(match[0]) for match in YEAR.finditer(rest)}
    return found.pop() if len(found) == 1 and not PART.search(rest) else ""


def _year(text: str) -> str:
    """Return a year as it is spelt; in `2018 - 12` the second number is a count."""
    return text if is_period(text) else re.sub(r"(?<=\d{4}) ?[-/–].*", "", text)


def role(text: str) -> str:
    """Return the role that a text is, or nothing."""
    return next((role for role, words in ROLES.items() if re.fullmatch(words, text.strip(), re.I)), "")


def rank(text: str) -> str:
    """Return the rank that a text is, or nothing."""
    words = RANK.fullmatch(plain(text))
    return RANKS.get(plain(text), words[1].replace(" ", "-") if words else "")


def role_in(text: str, told_apart: bool = False) -> str:
    """Return the one role that a title names, or nothing; plain staff not told apart from officers may be anybody."""
    words = ROLES if told_apart else {**ROLES, "staff": r"(?:police|civilian) staff"}
    roles = [role for role, pattern in words.items() if re.search(rf"\b(?:{pattern})\b", text, re.I)]
    return "all" if "all" in roles else roles[0] if len(roles) == 1 else ""


def unit_in(text: str) -> str:
    """Return the one unit that a text names, or nothing; a number of officers counts people."""
    units = [unit for unit, words in UNITS.items() if re.search(rf"\b(?:{words})\b", text, re.I)]
    if not units and re.search(r"\bnumber of (?:police )?(?:officers|staff)\b", text, re.I):
        return "people"
    return units[0] if len(units) == 1 else ""


def in_prose(text: str) -> list[Said]:
    """Return each number of a text that could be a count; the role only where its noun stands at the number.

    Where there is none, a sign behind a label counts: `Dismissed: *`.
    """
    starts = [0, *(found.end() for found in SENTENCE.finditer(text))]
    sentences = [(text[start:end], start) for start, end in zip_longest(starts, starts[1:])]
    found = [said for sentence, start in sentences for said in _in_sentence(sentence, start)]
    label, _, sign = text.rstrip(".").rpartition(": ")
    if label and not found and count(sign):
        return [Said(sign, period=period_in(label), told=label, at=len(label))]
    return found


def _in_sentence(text: str, start: int) -> Iterator[Said]:
    counted = NO_COUNT.sub(_blank, text)
    for clause in CLAUSE.finditer(counted):
        numbers, whole = list(NUMBER.finditer(clause[0])), text[clause.start() : clause.end()]
        ends = [*(number.start() for number in numbers[1:]), None]
        afters = [clause[0][number.end() : end] for number, end in zip(numbers, ends, strict=False)]
        told = [whole] if len(numbers) == 1 else [*afters]
        for at in reversed(range(len(numbers) - 1)):
            if PART_OF.fullmatch(afters[at]):
                told[at : at + 2] = afters[at + 1], ""
            elif AND.fullmatch(afters[at]):
                told[at] = told[at + 1]
        for number, after, words in zip(numbers, afters, told, strict=True):
            beside = _beside(clause[0][: number.start()], after)
            period = period_in(whole) or period_in(text)
            at = start + clause.start() + number.start()
            yield Said(number[0], beside, period, *_counted(number[0], after), words, at)


def goes_on(before: str, line: str) -> bool:
    """Say whether a sentence goes on from one line to the next, so that no number loses the words that change it."""
    before, line = before.strip(), line.strip()
    numbers = [number.end() for number in NUMBER.finditer(before)]
    if re.match(r"or (?:fewer|less|more|so)\b", line) or re.search(r"\bbetween \S+$", before, re.I):
        return True
    if re.search(r"[.:;?!]$", before) or len(before) in numbers:
        return False
    is_text = len(before.split()) > 3 and not YEAR.match(line) and not count(line)
    begins = line[:1].isdigit() and not re.match(r"\d{1,2}[a-z]?[.):]\s", line)  # a question has a number
    return line[:1].islower() or (is_text and begins) or bool(_beside(before, ""))


def _blank(found: re.Match) -> str:
    """Return as many signs as a text has that counts nobody."""
    year = _year(found[0]) if YEAR.fullmatch(found[0]) else found[0]
    end = found[0].index(year) + len(year)
    return "|" * end + found[0][end:]


def _counted(value: str, after: str) -> tuple[str, str]:
    """Return the role and unit of the noun at a number; no role where it counts two together."""
    own = re.sub(r"(?i)^(an?|one|another) further ", "", value)  # "a further officer" names whom it counts itself
    words = after if own == value else own
    leads = r"\s*(?:or \w+ |(?:returns? )?(?:for|of) (?:the |our )?)?"
    tries = (rf"{leads}{adjective}({NOUN})\b(?! (?:and|or) (?:{NOUN})\b)" for adjective in ("", r"[\w-]+ "))
    found = next(filter(None, (re.match(pattern, words, re.I) for pattern in tries)), None)
    noun = found[1] if found else ""
    who = role(noun)
    return "" if who == "all" else who, "people" if who else unit_in(noun)


def _beside(before: str, after: str) -> str:
    """Return the words at a number in a sentence that change what it means, such as `fewer than`."""
    behind = re.match(r"\s+(or (?:fewer|less|more|so))\b|(\+)", after)
    if behind:
        return behind[1] or behind[2]
    words = re.findall(r"[<>≤≥~]=?|[\w.]+", before.rpartition("|")[2])[-4:]  # not before a date or a section
    tries = (" ".join(words[start:]) for start in range(len(words)))
    unchanged = (None, parsed("5"))
    return next((told for told in tries if not NUMBER.search(told) and parsed("5", told) not in unchanged), "")


def explained(mark: str, cells: list) -> tuple[str, str]:
    """Return what a reply says of a footnote mark and where, or nothing where it says nothing or two things."""
    number = mark.strip("()[]").translate(str.maketrans(RAISED[:10], "0123456789"))
    names = "|".join(map(re.escape, {mark, number} if mark.strip("*†‡§#") else {mark}))
    sign = rf"(?:[\[(](?:{names})[\])]|(?:{names}))\s*[:=-]*"  # no full stop: "1. How many" is a question
    start = re.compile(rf"\s*{sign}\s*(?=[A-Za-z<≤>≥\d].*[a-z])(.+)", re.I | re.S)
    told = [(start.match(cell.text), cell.place) for cell in cells if not count(cell.text)]
    found = [(match[1].strip(), place) for match, place in told if match]
    return found[0] if len(found) == 1 else ("", "")


def meaning(words: str) -> str:
    """Return the number that the explanation of a mark gives, with what changes it: `4 or fewer`; else nothing."""
    found = [one for one in in_prose(words) if one.beside]
    if len(found) != 1:
        return ""
    value, beside = found[0].value, found[0].beside
    return f"{value} {beside}" if beside.startswith("or ") else f"{beside} {value}"
