"""Personal data in visible cells, by patterns: where and of what kind, never what it says."""

import re

from analysis.problems import Fault
from analysis.read.cell import Cell, person

TITLES = (
    r"Mr|Mrs|Ms|Miss|Mx|Dr|Sir|Lady|PC|P\.C\.|WPC|DC|DS|DI|DCI|Det(?:ective)?\.?|Sgt|Sergeant|Insp(?:ector)?|PS|PCSO|"
    r"Constable|Supt|Superintendent|(?<!Police )Officer"
)
NAMED = r"[A-Z][a-z]+(?:['-][A-Z][a-z]+)?"
# what is an office, a place or a word of the subject is no surname
NO_NAMES = {
    "Constable", "Constables", "Sergeant", "Inspector", "Superintendent", "Officer", "Officers", "Staff", "Police",
    "And", "The", "Of", "In", "Was", "Were", "Is", "Dismissed", "Resigned", "Retired", "Misconduct", "Gross",
    "Final", "Written", "Warning", "Chief", "Detective", "Special", "Total", "Number", "Rank", "Level", "Grade",
    "Disciplinary", "Numbers", "On", "For", "With", "Who", "Has", "Had", "Accessed", "Management", "Action",
    "Advice", "No", "To", "Force", "Outcome", "World", "Role", "Type", "Count", "Cases", "Result", "Results", "Year",
    "Sanction", "Complaint", "Conduct", "Data", "Strength", "Workforce", "Ranks", "Outcomes", "Standards", "Cadet",
}  # fmt: skip
# everyday given names, our own list; those that are also places, months or words are left out: "Kent", "May", "Mark"
GIVEN = """
Aaron Abigail Adam Adrian Aisha Alan Alexander Alexandra Alfie Alice Alison Amanda Amelia Amy Andrea Andrew Angela Ann
Anna Anne Annette Anthony Antony Barbara Barry Beatrice Benjamin Bernard Beth Bethany Betty Brenda Brian Bryan Caitlin
Callum Carl Carol Caroline Carolyn Catherine Charles Charlie Cheryl Christian Christina Christine Christopher Claire
Clare Clive Colin Connor Craig Daniel Danielle Darren David Dawn Dean Deborah Debra Denise Dennis Derek Diane Dominic
Donald Donna Doreen Dorothy Duncan Dylan Edward Eileen Elaine Eleanor Elizabeth Ella Ellie Emily Emma Eric Ethan
Evelyn Fatima Fiona Frances Francis Frank Freddie Frederick Gareth Gary Gavin Gemma Geoffrey George Georgia Gerald
Geraldine Gillian Glenn Gordon Graham Gregory Hannah Harriet Harry Hayley Heather Helen Henry Hilary Hollie Holly
Howard Ian Imran Irene Isaac Isabella Isla Ivan Jack Jacob Jacqueline Jade James Jamie Jane Janet Janice Jasmine Jason
Jayne Jean Jeffrey Jennifer Jeremy Jessica Joan Joanna Joanne Joe John Jonathan Jordan Joseph Josephine Joshua Joyce
Judith Julia Julian Julie Karen Karl Kate Katherine Kathleen Kathryn Katie Keith Kelly Kenneth Kevin Kieran Kimberley
Kirsty Kyle Laura Lauren Leanne Lee Lesley Leslie Lewis Liam Linda Lindsay Lisa Lorraine Louise Lucy Luke Lynn Lynne
Malcolm Margaret Maria Marie Marion Martin Mary Matthew Maureen Megan Melanie Melissa Michael Michelle Mohamed
Mohammad Mohammed Molly Muhammad Naomi Natalie Natasha Nathan Neil Nicholas Nicola Nicole Nigel Norman Oliver Olivia
Oscar Owen Pamela Patricia Patrick Paul Paula Pauline Peter Philip Phillip Rachael Rachel Raymond Rebecca Rhys Richard
Robert Robin Roger Ronald Rosemary Roy Russell Ruth Ryan Sally Samantha Samuel Sandra Sara Sarah Scott Sean Sharon
Sheila Shirley Simon Sophia Sophie Stacey Stephanie Stephen Steven Stuart Susan Suzanne Sylvia Tara Terence Teresa
Theresa Thomas Timothy Tina Toby Tony Tracey Tracy Trevor Valerie Vanessa Veronica Vincent Wayne Wendy William Yasmin
Yvonne Zoe
"""
NO_SURNAMES = (
    r"(?:Street|Road|Avenue|Lane|Park|House|Court|Station|Centre|Hall|School|College|University|Hospital|Square|Bridge|"
    r"Way|Close|Drive|Place|Report|Review|Inquiry|Act|Law|Ltd|Foundation|Trust|Ambulance|Partnership)\b"
)
SURNAME = r"(?:(?:Mc|Mac|O'|De |Van )?[A-Z][a-z]+(?:['-][A-Z][a-z]+)?|[A-Z]{3,}(?:['-][A-Z]{2,})?)"
RANKS = r"(?:PC|WPC|DC|DS|DI|DCI|PS|Sgt|PCSO|SC|Constable|Sergeant|Inspector|collar|warrant)"
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
    "a name": re.compile(
        rf"\b(?=[A-Z])(?:{TITLES})\.?\s+(?:[A-Z]{{0,3}}\d{{2,6}}\W{{1,3}})?(?:[A-Z]\.?\s+)?({NAMED})(?:\s+({NAMED}))?|"
        rf"(?<!St )(?<!Saint )\b(?:{'|'.join(GIVEN.split())})\s+(?:[A-Z]\.?\s+)?(?!{NO_SURNAMES})({SURNAME})\b"
        rf"(?!\s+{NO_SURNAMES})|"
        rf"\b({SURNAME}),\s+(?:{'|'.join(GIVEN.split())})\b|"
        rf"\b(?!Police |Special |Detective )({NAMED})\s+{NAMED}[\s,(-]{{1,3}}{RANKS}\W{{0,3}}(?:no\.?\s*)?\d|"
        rf"(?<=[a-z,] )[A-Z]\.\s?({NAMED})"
    ),
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
FIGURED = [kind for kind in PATTERNS if kind not in ("a name", "an e-mail address")]
DIGIT = re.compile(r"\d")
CAPITALS = re.compile(r"(?<![A-Za-z.'-])[A-Z][A-Za-z.'-]*,?\s+[A-Z]|\d\s+[A-Z][a-z]")  # two words of a name
LONGEST_HEADER = 40
LOOKS = {
    "a name": re.compile(rf"{NAMED}(?:\s+[A-Z]\.?)?\s+{NAMED}|^[A-Z][a-z]+$"),
    "a date of birth": re.compile(r"\d"),
    "a collar number": re.compile(r"\d"),
    "a crime number": re.compile(r"\d"),
    "an address": re.compile(r"\w"),
}


def personal(cells: list[Cell]) -> list[Fault]:
    """Return where visible cells hold personal data, one finding for each cell and kind."""
    said = {text: kinds for text in {cell.text for cell in cells if cell.kind == "text"} if (kinds := kinds_in(text))}
    headed = _headed(cells)
    found = []
    for cell in cells if said or headed else ():
        kinds = said.get(cell.text, set()) if cell.kind == "text" else set()
        kinds = kinds | headed.get((cell.area, cell.row, cell.column), set())
        found += [(cell.place, kind, cell.text) for kind in sorted(kinds)]
    do = "see whether it may be kept; nothing of the file is published until it is approved"
    return [person("PERSONAL_DATA", place, f"{kind}, {_size(kind, text)}", "none", do) for place, kind, text in found]


def _size(kind: str, text: str) -> str:
    count = sum(1 for _ in PATTERNS[kind].finditer(text)) if kind in PATTERNS else 1
    return "once" if count <= 1 else f"{count} times"


def kinds_in(text: str) -> set[str]:
    """Return the kinds of personal data a text holds; every kind but a name needs a figure or an @."""
    if len(text) < 4 or (text.isdigit() and len(text) < 10):
        return set()
    kinds = (["an e-mail address"] if "@" in text else []) + (FIGURED if DIGIT.search(text) else [])
    kinds += ["a name"] if CAPITALS.search(text) else []
    return {kind for kind in kinds for match in PATTERNS[kind].finditer(text) if _is(kind, match)}


def _is(kind: str, match: re.Match) -> bool:
    if kind == "a name":
        return next(word for word in match.groups() if word).title() not in NO_NAMES
    if kind == "an e-mail address":
        return not OFFICES.match(match[0].partition("@")[0])
    return True


def _headed(cells: list[Cell]) -> dict[tuple[str, int, int], set[str]]:
    """Return the cells below a header that announces personal data; a name must also look like one."""
    texts = {cell.text for cell in cells if len(cell.text) < LONGEST_HEADER and not cell.text[:1].isdigit()}
    naming = {text: kinds for text in texts if (kinds := [k for k, p in HEADERS.items() if p.fullmatch(text.strip())])}
    heads: dict[tuple[str, int], dict[str, int]] = {}
    found: dict[tuple[str, int, int], set[str]] = {}
    for cell in cells if naming else ():
        own = heads.setdefault((cell.area, cell.column), {})
        for kind in [kind for kind, row in own.items() if row < cell.row and LOOKS[kind].search(cell.text)]:
            found.setdefault((cell.area, cell.row, cell.column), set()).add(kind)
        own |= {kind: cell.row for kind in naming.get(cell.text, ()) if kind not in own}
    return found
