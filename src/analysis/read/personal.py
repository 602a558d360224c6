"""Personal data in visible cells, by patterns: where and of what kind, never what it says."""

import re

from analysis.problems import Fault
from analysis.read.cell import Cell, person

TITLES = (
    r"Mr|Mrs|Ms|Miss|Mx|Dr|Sir|Lady|PC|P\.C\.|WPC|DC|DS|DI|DCI|Det(?:ective)?\.?|Sgt|Sergeant|Insp(?:ector)?|PS|PCSO|"
    r"Constable|Supt|Superintendent|Officer"
)
NAMED = r"[A-Z][a-z]+(?:['-][A-Z][a-z]+)?"
# what is an office, a place or a word of the subject is no surname
NO_NAMES = {
    "Constable", "Constables", "Sergeant", "Inspector", "Superintendent", "Officer", "Officers", "Staff", "Police",
    "And", "The", "Of", "In", "Was", "Were", "Is", "Dismissed", "Resigned", "Retired", "Misconduct", "Gross",
    "Final", "Written", "Warning", "Chief", "Detective", "Special", "Total", "Number", "Rank", "Level", "Grade",
    "Disciplinary", "Numbers", "On", "For", "With", "Who", "Has", "Had", "Accessed", "Management", "Action",
    "Advice", "No", "To", "Force", "Outcome", "World",
}  # fmt: skip
PATTERNS = {
    "an e-mail address": re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+"),
    "a telephone number": re.compile(r"(?<![\d/.-])(?:\+44\s?\(?0?\)?\s?|\(?0)[1237]\d(?:[\s()-]?\d){7,8}(?![\d/-])"),
    "a postcode": re.compile(r"(?<![A-Za-z0-9])[A-Z]{1,2}\d[A-Z\d]?\s\d[ABD-HJLNP-UW-Z]{2}(?![A-Za-z0-9])"),
    "a date of birth": re.compile(r"(?i)\b(?:d\.?o\.?b\.?|date of birth|born(?: on)?)\b\W{0,4}\d"),
    "a national insurance number": re.compile(r"\b[A-CEGHJ-PR-TW-Z]{2}\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D]\b"),
    "a collar number": re.compile(
        r"(?i:\b(?:collar|shoulder|warrant)\s*(?:no\.?|number|num)?\W{0,3})[A-Z]{0,3}\d{2,6}\b|"
        r"\b(?:PC|WPC|DC|DS|PS|Sgt|PCSO)\s?(?!(?:19|20)\d\d\b)\d{2,6}\b"
    ),
    "a crime number": re.compile(
        r"(?i:\bcrime\s*(?:ref(?:erence)?|no\.?|number)\W{0,4})[A-Z]{0,4}[\d/-]{4,}|"
        r"\b(?:CR|CRN|URN|NICHE)[/ -]?\d{4,}\b|\b\d{2}[A-Z]{1,3}/\d{1,6}/\d{2,4}\b|\b\d{2}/\d{5,7}/\d{2}\b"
    ),
    "a name": re.compile(rf"\b(?:{TITLES})\.?\s+(?:[A-Z]\.?\s+)?({NAMED})(?:\s+({NAMED}))?"),
}
# a mailbox of an office, not of a person
OFFICES = re.compile(
    r"(?i)(foi|freedom|info|information|disclosure|data\.?protection|dpo|enquir|contact|press|requests?|admin|no-?reply|"
    r"records|icocasework|casework|mail|customer|office|compliance|governance|access|legal|psd|professional)"
)
HEADERS = {
    "a name": re.compile(r"(?i)(?:officer|staff|employee|full|first|last|family|sur|fore|subject)[' s-]*names?|names?"),
    "a date of birth": re.compile(r"(?i)d\.?o\.?b\.?|date of birth|birth ?date"),
    "a collar number": re.compile(r"(?i)(?:collar|shoulder|warrant|officer|payroll|employee)\s*(?:no\.?|number|id)"),
    "a crime number": re.compile(r"(?i)crime\s*(?:ref(?:erence)?|no\.?|number)(?:\s*(?:no\.?|number))?"),
    "an address": re.compile(r"(?i)(?:home )?address|post ?code"),
}  # fmt: skip
LOOKS = {
    "a name": re.compile(rf"{NAMED}(?:\s+[A-Z]\.?)?\s+{NAMED}|^[A-Z][a-z]+$"),
    "a date of birth": re.compile(r"\d"),
    "a collar number": re.compile(r"\d"),
    "a crime number": re.compile(r"\d"),
    "an address": re.compile(r"\w"),
}


def personal(cells: list[Cell]) -> list[Fault]:
    """Return where visible cells hold personal data, one finding for each cell and kind."""
    found = []
    headed = _headed(cells)
    known = {text: kinds_in(text) for text in {cell.text for cell in cells}}
    for cell in cells:
        kinds = known[cell.text] | headed.get((cell.area, cell.row, cell.column), set())
        if cell.kind in ("number", "date"):
            kinds -= set(PATTERNS)
            kinds |= headed.get((cell.area, cell.row, cell.column), set())
        found += [(cell.place, kind, cell.text) for kind in sorted(kinds)]
    do = "see whether it may be kept; nothing of the file is published until it is approved"
    return [person("PERSONAL_DATA", place, f"{kind}, {_size(kind, text)}", "none", do) for place, kind, text in found]


def _size(kind: str, text: str) -> str:
    count = sum(1 for _ in PATTERNS[kind].finditer(text)) if kind in PATTERNS else 1
    return "once" if count <= 1 else f"{count} times"


def kinds_in(text: str) -> set[str]:
    """Return the kinds of personal data a text holds."""
    if len(text) < 4:
        return set()
    return {kind for kind, pattern in PATTERNS.items() if any(_is(kind, match) for match in pattern.finditer(text))}


def _is(kind: str, match: re.Match) -> bool:
    if kind == "a name":
        words = [word for word in match.groups() if word]
        return words[0] not in NO_NAMES
    if kind == "an e-mail address":
        return not OFFICES.match(match[0].partition("@")[0])
    return True


def _headed(cells: list[Cell]) -> dict[tuple[str, int, int], set[str]]:
    """Return the cells below a header that announces personal data; a name must also look like one."""
    heads: dict[tuple[str, int], dict[str, int]] = {}
    found: dict[tuple[str, int, int], set[str]] = {}
    announced = {text: _announced(text.strip()) for text in {cell.text for cell in cells if len(cell.text) < 40}}
    for cell in cells:
        own = heads.setdefault((cell.area, cell.column), {})
        for kind in [kind for kind, row in own.items() if row < cell.row and LOOKS[kind].search(cell.text)]:
            found.setdefault((cell.area, cell.row, cell.column), set()).add(kind)
        for kind in announced.get(cell.text, ()):
            own.setdefault(kind, cell.row)
    return found


def _announced(text: str) -> list[str]:
    return [kind for kind, pattern in HEADERS.items() if pattern.fullmatch(text)]
