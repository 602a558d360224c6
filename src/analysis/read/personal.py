"""Personal data in visible cells, by patterns: where and of what kind, never what it says."""

import re

from analysis.problems import Fault
from analysis.read.cells import Cell, person

# an office, a place or a word of the subject is no surname
NO_NAMES = """
Constable Constables Sergeant Inspector Superintendent Officer Officers Staff Police And The Of In Was Were Is Dismissed
Resigned Retired Misconduct Gross Final Written Warning Chief Detective Special Total Number Rank Level Grade
Disciplinary Numbers On For With Who Has Had Accessed Management Action Advice No To Force Outcome World Role Type
Count Cases Result Results Year Sanction Complaint Conduct Data Strength Workforce Ranks Outcomes Standards Cadet
"""
# everyday given names, our own list; those that are also places, months or words are left out: "Kent", "May", "Mark"
GIVEN = r"""
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
GIVEN = "|".join(re.findall(r"\w+", GIVEN))
RANKED = (
    r"Mr|Mrs|Ms|Miss|Mx|Dr|Sir|Lady|PC|P\.C\.|WPC|DC|DS|DI|DCI|Det(?:ective)?\.?|Sgt|Sergeant|Insp(?:ector)?|PS|PCSO|"
    r"Constable|Supt|Superintendent|(?<!Police )Officer"
)
NO_SURNAMES = (
    r"(?:Street|Road|Avenue|Lane|Park|House|Court|Station|Centre|Hall|School|College|University|Hospital|Square|Bridge|"
    r"Way|Close|Drive|Place|Report|Review|Inquiry|Act|Law|Ltd|Foundation|Trust|Ambulance|Partnership)\b"
)
NAMED = r"[A-Z][a-z]+(?:['-][A-Z][a-z]+)?"
SURNAME = rf"(?:(?:Mc|Mac|O'|De |Van )?{NAMED}|[A-Z]{{3,}}(?:['-][A-Z]{{2,}})?)"
PATTERNS = {
    "an e-mail address": re.compile(r"(?<![\w.+-])([\w.+-]{1,64})@[\w-]+(?:\.[\w-]+)+"),
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
        rf"\b(?:{RANKED})\.?\s+(?:[A-Z]{{0,3}}\d{{2,6}}\W{{1,3}})?(?:[A-Z]\.?\s+)?({NAMED})|"
        rf"(?<!St )(?<!Saint )\b(?:{GIVEN})\s+(?:[A-Z]\.?\s+)?(?!{NO_SURNAMES})({SURNAME})\b(?!\s+{NO_SURNAMES})|"
        rf"\b({SURNAME}),\s+(?:{GIVEN})\b"
    ),
}
# a mailbox of an office, not of a person
OFFICE = re.compile(
    r"(?i)(foi|freedom|info|disclosure|data\.?protection|dpo|enquir|contact|press|requests?|admin|no-?reply|records|"
    r"icocasework|casework|mail|customer|office|compliance|governance|access|legal|psd|professional)"
)
HEADERS = {
    "a name": re.compile(r"(?i)(?:officer|staff|employee|full|first|last|family|sur|fore|subject)[' s-]*names?|names?"),
    "a date of birth": re.compile(r"(?i)d\.?o\.?b\.?|date of birth|birth ?date"),
    "a collar number": re.compile(r"(?i)(?:collar|shoulder|warrant|officer|payroll|employee)\s*(?:no\.?|number|id)"),
    "a crime number": re.compile(r"(?i)crime\s*(?:ref(?:erence)?|no\.?|number)(?:\s*(?:no\.?|number))?"),
    "an address": re.compile(r"(?i)(?:home )?address|post ?code"),
}
LIKE_A_NAME = re.compile(rf"{NAMED}(?:\s+[A-Z]\.?)?\s+{NAMED}|^[A-Z][a-z]+$")
LETTERHEAD = ("an e-mail address", "a telephone number", "a postcode")  # outside tables these are the authority's own
HOME = re.compile(r"(?i)\b(home|lives?|living|resid\w+)\b")
GREETING = re.compile(r"(?i)dear\b")
SIGNED = re.compile(r"(?i)(yours (sincerely|faithfully)|kind regards|regards)\b")


def personal(cells: list[Cell]) -> list[Fault]:
    """Return where visible cells hold personal data, one finding for each cell and kind.

    A greeting, the name below a letter, and the address, switchboard and mailbox of the authority are none.
    """
    headed = _headed(cells)
    signed: set[str] = set()
    faults = []
    for cell in cells:
        prose = cell.area.rpartition("/")[2] == "P"
        if prose and SIGNED.match(cell.text):
            signed.add(cell.area)
        if cell.area in signed or (prose and GREETING.match(cell.text)):
            continue
        kinds = kinds_in(cell.text, prose) if cell.kind == "text" else set()
        for kind in sorted(kinds | headed.get(cell.place, set())):
            do = "see whether it may be kept; only counts are copied"
            faults.append(person("PERSONAL_DATA", cell.place, kind, "none", do))
    return faults


def kinds_in(text: str, prose: bool = False) -> set[str]:
    """Return the kinds of personal data a text holds."""
    if len(text) < 4 or (text.isdigit() and len(text) < 10):
        return set()
    found = {(kind, match) for kind, pattern in PATTERNS.items() for match in pattern.finditer(text)}
    return {kind for kind, match in found if _is(kind, match) and not (prose and _own(kind, match[0], text))}


def _is(kind: str, match: re.Match) -> bool:
    if kind == "a name":
        return next(word for word in match.groups() if word).title() not in NO_NAMES.split()
    return kind != "an e-mail address" or not OFFICE.match(match[1])


def _own(kind: str, found: str, text: str) -> bool:
    """Say whether an address or number outside tables is that of the authority: no mobile, no home."""
    return kind in LETTERHEAD and not re.match(r"(\+44\s?)?\(?0?7", found) and not HOME.search(text)


def _headed(cells: list[Cell]) -> dict[str, set[str]]:
    """Return the cells below a header that announces personal data; a name must also look like one."""
    heads: dict[tuple[str, int], dict[str, int]] = {}
    found: dict[str, set[str]] = {}
    for cell in cells:
        own = heads.setdefault((cell.area, cell.column), {})
        for kind, row in own.items():
            if row < cell.row and (
                LIKE_A_NAME.search(cell.text) if kind == "a name" else re.search(r"[\w\d]", cell.text)
            ):
                found.setdefault(cell.place, set()).add(kind)
        if len(cell.text) < 40 and not cell.text[:1].isdigit():
            own |= {
                kind: cell.row
                for kind, words in HEADERS.items()
                if kind not in own and words.fullmatch(cell.text.strip())
            }
    return found
