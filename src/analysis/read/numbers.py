"""What in a reply could be a count: a cell of a table, or a number in a sentence, with the words that change it."""

import re
from typing import NamedTuple

from analysis.read.personal import PATTERNS

YEAR = re.compile(r"(?:FY ?)?(?:19|20)\d\d(?: ?[-/–] ?(?:\d{2}|(?:19|20)\d\d))?", re.I)
MONTH = re.compile(r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?:[ -]\d{2,4})?", re.I)
RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ"
MARK = re.compile(rf"(?<=[\w)%+])\s*((?:[{RAISED}*†‡§#]|\((?:[a-z]|note \d+)\)|\[(?:[a-z]|note \d+)\])+)$", re.I)
DIGITS = r"\d{1,3}(?:[, \u00a0\u2009]\d{3})+|\d+"
ONES = "one|two|three|four|five|six|seven|eight|nine"
BELOW_20 = f"{ONES}|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
WORDS = rf"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ](?:{ONES}))?|{BELOW_20}"
BEFORE = (
    r"<=?|>=?|≤|≥|~|c\. ?|c(?= ?\d)|circa|approx\.?|approximately|about|around|roughly|less than|fewer than|under|"
    r"up to|"
    r"over|more than|at least|at most|no more than|no fewer than|no less than|as many as|almost|nearly|between|"
    r"in excess of|upwards of|just over|just under"
)
AFTER = r"or (?:fewer|less|more)|\+"
NOUN = (
    r"(?:police )?(?:officers?|staff|employees?|people|persons?|cases?|incidents?|allegations?|offences?|PCSOs?|"
    r"members? of staff)"
)
AMOUNT = re.compile(
    rf"(?:(?:{BEFORE}) ?)*(?:{DIGITS}|{WORDS})(?: ?(?:-|–|—|to|and) ?(?:{DIGITS}|{WORDS}))?(?: ?(?:{AFTER}))?"
    rf"(?: ?\(\d+(?:\.\d+)?%\))?|\d+(?:\.\d+)? ?%",
    re.I,
)
SAID = re.compile(
    r"nil(?: return)?|none|zero|no (?:cases|records?|incidents|officers|staff)(?: found)?|n/?a\.?|not applicable|"
    r"(?:information |data )?not (?:held|recorded)|no (?:information|data) held|withheld|redacted|suppressed|refused|"
    r"exempt|s\.? ?\d\d(?: ?\(\d\))*|-+|[–—]|\*+|\[[a-z]\]|\.\.|not (?:known|available|provided)|unknown",
    re.I,
)
CHANGES = re.compile(
    rf"\b(?:few|less|more than|below|between|at least|at most|up to|approx|about|round|estimat|withh|suppress|exempt|"
    rf"under (?=\d|{ONES}))|[<≤>≥]", re.I
)  # fmt: skip


class Count(NamedTuple):
    """Hold a count as a cell prints it: the number, the footnote mark at it, and the noun it counts."""

    value: str
    mark: str = ""
    noun: str = ""


def count(text: str) -> Count | None:
    """Return the count a cell prints, or None where it prints none; a year alone can be one.

    >>> count("5¹"), count("12 officers")
    (Count(value='5', mark='¹', noun=''), Count(value='12', mark='', noun='officers'))
    """
    text = " ".join(text.split())
    found = MARK.search(text)
    bare, mark = (text[: found.start()].strip(), found[1]) if found else (text, "")
    if AMOUNT.fullmatch(bare) or SAID.fullmatch(bare):
        return Count(bare, mark)
    noun = re.fullmatch(rf"(.+?) ({NOUN})", bare, re.I)
    return Count(noun[1], mark, noun[2]) if noun and AMOUNT.fullmatch(noun[1]) else None


def is_year(text: str) -> bool:
    """Say whether a text is a year, a financial year or a span of years."""
    return YEAR.fullmatch(text.strip()) is not None


def explained(mark: str, cells: list) -> tuple[str, str]:
    """Return what a reply says of a footnote mark and where, or nothing where it says nothing or two things."""
    plain = mark.strip("()[]").translate(str.maketrans(RAISED[:10], "0123456789"))
    names = {re.escape(mark), re.escape(plain)} if mark.strip("*†‡§#") else {re.escape(mark)}
    start = re.compile(
        rf"\s*[\[(]?(?:{'|'.join(sorted(names))})[\])]?\s*[.:=)-]*\s*(?=[A-Za-z<≤>≥\d].*[a-z])(.+)", re.I | re.S
    )
    told = [(cell, start.match(cell.text)) for cell in cells if not AMOUNT.fullmatch(cell.text.strip())]
    found = [(match[1].strip(), cell.place) for cell, match in told if match]
    return found[0] if len(found) == 1 else ("", "")


def meaning(words: str) -> str:
    """Return the number that the explanation of a mark gives, with what changes it: `4 or fewer`; else nothing."""
    found = re.findall(
        rf"(?:(?:{BEFORE}) ?)+(?:{DIGITS}|{WORDS})(?: and (?:{DIGITS}|{WORDS}))?|(?:{DIGITS}|{WORDS}) {AFTER}",
        words,
        re.I,
    )
    return found[0].strip() if len(found) == 1 else ""


IN_PROSE = re.compile(
    rf"(?<![\w.,/£$-])(?<!\d\()(?<!\d \()((?:{DIGITS})|(?:nil|none|zero|no cases|no records|{WORDS})\b)"
    r"(?![\w/%£]|[.,]\d|-[^\W\d])",
    re.I,
)
# what may follow "one" where it counts: not "one another", "one of the reasons"
COUNTED = re.compile(
    r"\s+(?:[\w-]+\s+){0,2}(?:officers?|constables?|sergeants?|inspectors?|employees?|staff|members?|PCs?|PCSOs?|specials?|"
    r"persons?|people|individuals?|cases?|incidents?|allegations?|investigations?|complaints?|offences?|breach(?:es)?|"
    r"records?)\b|\s+(?:was|were|has|had|have|resigned|retired|left|received|dismiss\w+)\b|\s*[.;,:)]|\s*$|"
    r"\s+in\s+(?:19|20)\d\d|\s+of (?:them|whom)\b",
    re.I,
)
NO_COUNT = re.compile(
    r"(section|act|s\.|reply|request|reference|foi|ref\w*|no\.?|page|question|paragraph|part|article|tel\w*|schedule|box|£)\s*$",
    re.I,
)
OTHER_UNIT = re.compile(
    r"\s*(working |calendar |further )?(days?|weeks?|months?|years?|hours?|per ?cent|pence)\b", re.I
)
ANYONE = re.compile(r"\b(no|any|every|each|some|number)\s$", re.I)
FURTHER = re.compile(
    r"\b(?:an?|one) (?:further|other|additional) (?:police )?(?:officers?|members? of staff|person|employee)\b", re.I
)
NO_NUMBERS = [PATTERNS[kind] for kind in ("a telephone number", "a postcode", "a crime number")]
CLAUSE = re.compile(r"[.;,](?=\s|$)")
WHO = {
    "officer": re.compile(r"(?:police )?officers?|(?:police )?constables?", re.I),
    "staff": re.compile(r"(?:police |civilian )?staff|members? of (?:police )?staff", re.I),
    "pcso": re.compile(r"PCSOs?|(?:police )?community support officers?", re.I),
    "special": re.compile(r"specials?|special constables?", re.I),
}


UNITS = {
    "cases": "cases?", "incidents": "incidents?", "allegations": "allegations?", "complaints": "complaints?",
    "investigations": "investigations?", "people": "people|persons?|individuals?|employees?",
}  # fmt: skip


class Said(NamedTuple):
    """Hold a number in a sentence: as printed, the words that change it, its clause, and whom or what it counts.

    told: the clause where it holds no other number, else what follows the number.
    """

    value: str
    beside: str
    clause: str
    told: str
    role: str
    unit: str


def in_prose(text: str) -> list[Said]:
    """Return each number of a text that could be a count; the role only where its noun stands at the number."""
    text = re.sub(r"^\s*\(?[\dQq]{1,3}[.)]\s", lambda mark: " " * len(mark[0]), text)
    for pattern in NO_NUMBERS:
        text = pattern.sub(lambda found: "/" * len(found[0]), text)
    found = [match for match in IN_PROSE.finditer(text) if not _no_count(text, match)]
    found += [
        match
        for match in FURTHER.finditer(text)
        if not any(match.start() <= one.start() < match.end() for one in found)
    ]
    return [_said(text, match) for match in sorted(found, key=lambda match: match.start())]


def _said(text: str, match: re.Match) -> Said:
    before = re.search(rf"\b({BEFORE.replace('<=?|>=?|≤|≥|~|', '')})\s+$|([<>≤≥~]=?)\s*$", text[: match.start()], re.I)
    after = re.match(rf"\s+({AFTER})", text[match.end() :], re.I)
    start = max((end.end() for end in CLAUSE.finditer(text, 0, match.start())), default=0)
    end = CLAUSE.search(text, match.end())
    adjective = r"(?:(?:serving|former|other|further|male|female|individual)\s+)?"
    noun = re.match(rf"\s+(?:or (?:fewer|less|more)\s+)?{adjective}((?:[\w-]+\s+){{0,3}}[\w-]+)", text[match.end() :])
    words = noun[1] if noun else ""
    further = re.sub(r"(?i)^(an?|one) (further|other|additional) ", "", match[0]) if FURTHER.fullmatch(match[0]) else ""
    roles = [role for role, who in WHO.items() if re.match(rf"(?:{who.pattern})\b", further or words, re.I)]
    units = [unit for unit, what in UNITS.items() if re.match(rf"(?:{what})\b", further or words, re.I)]
    unit = "people" if roles else units[0] if units else ""
    both = re.match(r"\s+(?:police )?officers? (?:and|or) ", text[match.end() :], re.I)
    beside = (before[1] or before[2]) if before else after[1] if after else ""
    clause = text[start : end.start() if end else len(text)]
    others = [one for one in IN_PROSE.finditer(clause) if not _no_count(clause, one)]
    following = re.split(r"[,;:.(]", IN_PROSE.split(text[match.end() :])[0])[0]
    told = clause if len(others) < 2 else following
    return Said(match[0], beside, clause, told, "" if both or not roles else roles[0], unit)


def _no_count(text: str, match: re.Match) -> bool:
    """Say whether a number in prose is a year, part of a date, a reference, or a number of something else."""
    before, after = text[: match.start()], text[match.end() :]
    month = re.match(r"(st|nd|rd|th)? ?" + MONTH.pattern + r"\b", after, re.I)
    if re.search(MONTH.pattern + r"\s$", before, re.I) and re.match(r"(st|nd|rd|th)?[,\s]+(19|20)\d\d", after):
        return True
    if match[1].casefold() == "one" and (ANYONE.search(before) or not COUNTED.match(after)):
        return True
    return bool(
        is_year(match[1])
        or NO_COUNT.search(before)
        or month
        or OTHER_UNIT.match(after)
        or re.match(r"\s?(st|nd|rd|th)\b", after)
    )
