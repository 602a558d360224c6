"""Answers drafted from prose: each number that could be a count."""

import re

from analysis.read.grids import Grid
from analysis.read.spelled import MONTH, NUMBERLIKE, YEAR, fixed, quoted

UNIT = "one|two|three|four|five|six|seven|eight|nine"
TEN = "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
TENS = rf"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ](?:{UNIT}))?"
BELOW = rf"{TENS}|{TEN}|{UNIT}"
WORDS = rf"nil|none|zero|no cases|no records|(?:a|{UNIT}) hundred(?: and (?:{BELOW}))?|{BELOW}"
NUMBER = rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d{{1,4}}|(?:{WORDS})\b)"
IN_PROSE = re.compile(
    rf"(?<![\w.,/£-])(?<!\d\()(between {NUMBER} and {NUMBER}|{NUMBER})(?![\w/%£]|[.,]\d|-[^\W\d])", re.I
)
# what may follow "one" where it counts: not "one another", "one of the reasons"
COUNTED = re.compile(
    r"\s+of (?:them|whom)\b|\s+(?:[\w-]+\s+){0,2}(?:officers?|constables?|sergeants?|inspectors?|employees?|staff|"
    r"members?|PC|PCSO|special|person|individual|case|incident|allegation|investigation|complaint|offence|breach|record)\b|"
    r"\s+(?:was|were|is|has|had|resigned|retired|left|received|dismiss\w+)\b|\s*[.;,:)]|\s*$|\s+in\s+(?:19|20)\d\d",
    re.I,
)
BEFORE = re.compile(
    r"\b(fewer than|less than|under|more than|over|in excess of|upwards of|at least|no fewer than|no less than|at most"
    r"|no more than|as many as|up to|almost|nearly|just under|just over|about|around|approximately|roughly)\s+$",
    re.I,
)
AFTER = re.compile(r"\s+(or (?:more|fewer|less))\b", re.I)
OTHER_UNIT = re.compile(
    r"\s*(working |calendar |further )?(days?|weeks?|months?|years?|hours?|per ?cent|pence)\b", re.I
)
ANYONE = re.compile(r"\b(no|any|every|each|some|number)\s$", re.I)
CLAUSE = re.compile(r"[.;,](?=\s|$)")
WHO = {
    "officer": re.compile(r"\b(officers?|constables?)\b", re.I),
    "staff": re.compile(r"\b(staff|employees?)\b", re.I),
    "pcso": re.compile(r"\bPCSOs?\b|community support", re.I),
}
NO_COUNT = re.compile(
    r"(section|act|s\.|reply|request|foi|ref\w*|no\.?|page|question|paragraph|article|tel\w*)\s*$", re.I
)


def answers(grid: Grid, covered: set[tuple[str, int]], shared: set[str]) -> list[str]:
    """Draft an answer for each number in prose that could be a count; a person removes those that are none.

    Year and role are drafted where its words name exactly one; `shared` are the columns that all parts share.
    """
    found = []
    for (area, row, _), cell in sorted(grid.cells.items()):
        prose = area.rpartition("/")[2] == "P"
        if (area, row) in covered or (not prose and NUMBERLIKE.fullmatch(cell.text.strip())):
            continue
        text = re.sub(r"^\s*\(?[\dQq]{1,3}[.)]\s", lambda mark: " " * len(mark[0]), cell.text)
        numbers = [match for match in IN_PROSE.finditer(text) if not _no_count(text, match)]
        for number, match in enumerate(numbers, start=1):
            place = cell.place if number == 1 else f"{cell.place}#{number}"
            anchor = text[match.end() : match.end() + 40].strip() or text[: match.start()].strip()[-40:] or match[1]
            lines = ["", "[[answer]]", f"place = {quoted(place)}", f"anchor = {quoted(anchor)}"]
            told = _told(text, match)
            lines += [f"value = {quoted(match[1])}", *(f"{name} = {quoted(said)}" for name, said in told.items())]
            found.append("\n".join([*lines, *fixed(shared | told.keys())]))
    return found


def _told(text: str, match: re.Match) -> dict[str, str]:
    """Return the words that change a number, its year, by its clause, and role, by all of the text, if just one."""
    start = max((end.end() for end in CLAUSE.finditer(text, 0, match.start())), default=0)
    end = CLAUSE.search(text, match.end())
    clause = text[start : end.start() if end else len(text)]
    years = {year[0] for year in re.finditer(rf"(?<![\w/-])(?:{YEAR.pattern})(?![\w/-])", clause, re.I)}
    roles = [role for role, words in WHO.items() if words.search(text)]
    beside = [said[1] for said in (BEFORE.search(text, 0, match.start()), AFTER.match(text, match.end())) if said]
    told = {"beside": beside, "period": [*years], "role": roles}
    return {name: found[0] for name, found in told.items() if len(found) == 1}


def _no_count(text: str, match: re.Match) -> bool:
    """Say whether a number in prose is a year, part of a date, or a number of something else."""
    before, after = text[: match.start()], text[match.end() :]
    month = re.match(r"(st|nd|rd|th)? ?" + MONTH.pattern, after, re.I)
    if match[1].casefold() == "one" and (ANYONE.search(before) or not COUNTED.match(after)):
        return True
    years = any(YEAR.fullmatch(word) for word in match[1].split())
    return bool(years or NO_COUNT.search(before) or month or OTHER_UNIT.match(after))
