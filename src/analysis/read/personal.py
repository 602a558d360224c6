"""Personal data in visible cells, by a few patterns: where and of what kind, never what it says."""

import re

from analysis.problems import Fault
from analysis.read.cells import Cell, person

TITLE = (
    r"\b(?:Mr|Mrs|Ms|Miss|Dr|W?PC|PCSO|DC|DS|DI|DCI|PS|Sgt|Insp|Supt|"
    r"Constable|Sergeant|Inspector|Superintendent|(?<!Police )Officer)\b\.?"
)
# what follows a rank in a table of ranks and outcomes, and is no surname
NO_SURNAME = (
    r"(?:Constables?|Sergeants?|Inspectors?|Superintendents?|Officers?|Staff|Police|Chief|Detective|Special|Cadet|"
    r"Dismiss\w+|Resign\w+|Retire\w+|Accessed|Misconduct|Gross|Management|Action|Advice|Final|Written|Warning|No|Total|"
    r"Numbers?|Count|Cases|Ranks?|Role|Level|Grade|Type|Year|Outcomes?|Results?|Conduct|Complaint|Data|"
    r"And|Of|The|To|In|On|For|With|Who|Was|Were|Is|Has|Had)\b"
)
SURNAME = rf"(?!(?i:{NO_SURNAME}))[A-Z][a-z]+"
PATTERNS = {
    "an e-mail address": re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+"),
    "a telephone number": re.compile(r"(?<![\d/.-])(?:\+44\s?\(?0?\)?\s?|\(?0)[1237]\d(?:[\s()-]?\d){7,8}(?![\d/-])"),
    "a date of birth": re.compile(r"(?i)\b(?:d\.?o\.?b\.?|date of birth|born(?: on)?)\b\W{0,4}\d"),
    "a collar number": re.compile(
        r"(?i:\b(?:collar|shoulder|warrant)\s*(?:no\.?|number)?\W{0,3})[A-Z]{0,3}\d{2,6}\b|"
        r"\b(?:W?PC|PCSO|DC|DS|PS|Sgt)\s?(?!(?:19|20)\d\d\b)\d{2,6}\b"
    ),
    "a name": re.compile(rf"{TITLE}\s+(?:[A-Z]{{0,3}}\d{{2,6}}\W{{1,3}})?(?:[A-Z]\.?\s+)?{SURNAME}"),
}
HEADS = {
    "a name": re.compile(r"(?i)(?:officer|staff|employee|full|first|last|family|sur|fore|subject)[' s-]*names?|names?"),
    "a date of birth": re.compile(r"(?i)d\.?o\.?b\.?|date of birth|birth ?date"),
    "a collar number": re.compile(r"(?i)(?:collar|shoulder|warrant|officer|payroll|employee)\s*(?:no\.?|number|id)"),
}
LIKE_A_NAME = re.compile(r"^[A-Z][a-z]+(?:\s+[A-Z]\.?)?(?:\s+[A-Z][a-z]+(?:['-][A-Z][a-z]+)?)?$")
# a mailbox of an office, not of a person; outside tables any address or landline is the authority's own
OFFICE = re.compile(
    r"(?i)(foi|freedom|info|disclosure|data|dpo|enquir|contact|press|request|admin|no-?reply|records|psd)"
)
LANDLINE = re.compile(r"(?:\+44\s?)?\(?0?\)?[123]")
GREETING = re.compile(r"(?i)dear\b")
SIGNED = re.compile(r"(?i)(yours (sincerely|faithfully)|(kind )?regards)\b")


def personal(cells: list[Cell]) -> list[Fault]:
    """Return where visible cells hold personal data, one finding for each cell and kind.

    A greeting, the name below a letter, and the address, switchboard and mailbox of the authority are none.
    """
    headed, signed, faults = _headed(cells), set(), []
    for cell in cells:
        prose = outside_tables(cell.area)
        if prose and SIGNED.match(cell.text):
            signed.add(cell.area)
        if cell.area in signed or (prose and GREETING.match(cell.text)):
            continue
        kinds = kinds_in(cell.text, prose) if cell.kind == "text" else set()
        for kind in sorted(kinds | headed[cell.place]):
            do = "see whether it may be kept; only counts are copied"
            faults.append(person("PERSONAL_DATA", cell.place, kind, "none", do))
    return faults


def outside_tables(area: str) -> bool:
    """Say whether an area is the text of a document outside its tables."""
    return area.rpartition("/")[2] == "P"


def kinds_in(text: str, prose: bool = False) -> set[str]:
    """Return the kinds of personal data a text holds."""
    if len(text) < 4 or (text.isdigit() and len(text) < 10):
        return set()
    found = [(kind, match[0]) for kind, pattern in PATTERNS.items() for match in pattern.finditer(text)]
    return {kind for kind, words in found if _of_a_person(words, prose)}


def _of_a_person(found: str, prose: bool) -> bool:
    if "@" in found:
        return not prose and not OFFICE.match(found)
    return not (prose and LANDLINE.match(found))


def _headed(cells: list[Cell]) -> dict[str, set[str]]:
    """Return the kinds of personal data that the head of its column says a cell holds; a name must look like one."""
    heads: dict[tuple[str, int], set[str]] = {}
    found: dict[str, set[str]] = {}
    for cell in cells:
        above = heads.setdefault((cell.area, cell.column), set())
        found[cell.place] = {kind for kind in above if kind != "a name" or LIKE_A_NAME.match(cell.text.strip())}
        above |= {kind for kind, words in HEADS.items() if words.fullmatch(cell.text.strip())}
    return found
