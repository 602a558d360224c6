"""What is doubtful in the visible cells of a file, whatever its format."""

import re
import unicodedata
from collections import Counter

from analysis.problems import Fault
from analysis.read import sums
from analysis.read.cell import Cell, check_cells, person, refuse
from analysis.read.personal import personal

INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb]|[\U000e0000-\U000e007f]"
)
CONTROL = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")
# UTF-8 read as Windows-1252 leaves these behind; the last is what a decoder puts where it gave up
MOJIBAKE = re.compile("Ã[\u0080-\u00bf€-™]|Â[\u00a0-\u00bf]|â€|â‚¬|ï»¿|Ð[\u0080-\u00bf]|\ufffd|(?!^)[\ue000-\uf8ff]")
COMMAND = re.compile(r"[=@].*[(|!]|[+-][^\d\s].*[(|]")  # a spreadsheet program would run it
ERROR = re.compile(r"#(REF!|DIV/0!|N/A|NAME\?|VALUE!|NUM!|NULL!)")
WORD = re.compile(r"[^\W\d_]+")
NUMBER = re.compile(r"[£$€]?\s*(-?\d{1,3}\.\d{3}|\d+,\d{1,2}|\d{1,3}(,\d{1,2})+|\d+(\.\d+)?\s?[kKmM]|\d+,\d{4,})\s*%?")
DOUBTFUL = re.compile(r"[.,kKmM．，]")  # only with one of these can a number be read in two ways
DATE = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})")
EXAMPLES = 3
TRANSCRIPT = {"force", "period_start", "where_printed", "read_by"}  # one of ours may rightly hold no row


def look(cells: list[Cell], spreadsheet: bool) -> list[Fault]:
    """Return what is doubtful in the cells.

    Raises Faults (NO_ROWS, TOO_MANY_CELLS, CELL_TOO_LONG).
    """
    check_cells(cells)
    visible = [cell for cell in cells if cell.visible and cell.text.strip()]
    if not visible:
        held = "only cells nobody sees" if cells else "no filled cell"
        raise refuse("NO_ROWS", "", held, "a table", "ask for the file again")
    alone = spreadsheet and len({(cell.area, cell.row) for cell in visible}) == 1
    if alone and not {cell.text for cell in visible} >= TRANSCRIPT:
        raise refuse("NO_ROWS", visible[0].place, "one row only", "a header and rows", "ask for the file again")
    doubled = twice(visible) if spreadsheet else []
    return [
        *errors(visible),
        *doubled,
        *characters(visible),
        *commands(visible),
        *sums.typed(visible),
        *numbers(visible),
        *dates(visible),
        *personal(visible),
    ]


def twice(cells: list[Cell]) -> list[Fault]:
    """Return the sheets whose first row of names holds one twice, straight above numbers; a csv is judged by block."""
    rows: dict[str, dict[int, list[Cell]]] = {}
    for cell in cells if cells[0].area else ():
        rows.setdefault(cell.area, {}).setdefault(cell.row, []).append(cell)
    found = []
    for area in rows.values():
        wide = [row for _, row in sorted(area.items()) if len(row) > 1][:2]
        if len(wide) < 2:
            continue
        names = Counter(cell.text for cell in wide[0])
        doubled = {cell.column for cell in wide[0] if names[cell.text] > 1 and not cell.merged}
        if sum(cell.column in doubled and cell.kind == "number" and cell.text not in names for cell in wide[1]) > 1:
            words, do = "a column named twice", "say in the recipe which is meant"
            found.append(person("DUPLICATE_COLUMN", wide[0][0].place, words, "each once", do))
    return found


def errors(cells: list[Cell]) -> list[Fault]:
    """Return where a spreadsheet shows an error, or never worked out a formula."""
    found = []
    for cell in cells:
        if cell.kind == "text" and (cell.text[0] != "#" or not ERROR.fullmatch(cell.text)):
            continue
        if cell.kind == "error" and cell.text == "#NO VALUE":
            do = "open it in a spreadsheet program, save it, and ask the force whether the numbers are right"
            found.append(Fault("FORMULA_NO_VALUE", cell.place, "a formula without a value", "a value", do))
        elif cell.kind in ("error", "text"):
            found.append(person("CELL_ERROR", cell.place, "an error instead of a value", "a value", "ask the force"))
    return found


def characters(cells: list[Cell]) -> list[Fault]:
    """Return where cells hold characters nobody sees, letters that look like others, or text decoded wrongly."""
    found = []
    for cell in cells:
        if cell.text.isascii() and (cell.text.isprintable() or not CONTROL.search(cell.text)):
            continue
        match = INVISIBLE.search(cell.text) or CONTROL.search(cell.text)
        if match:
            words = f"character {match.start() + 1} is {_named(match[0])}"
            found.append(
                person("INVISIBLE_CHARACTERS", cell.place, words, "characters one sees", "ask for the file again")
            )
        if garbled := MOJIBAKE.search(cell.text):
            words = f"text decoded wrongly at character {garbled.start() + 1}"
            found.append(person("MOJIBAKE", cell.place, words, "letters", "ask for the file as UTF-8"))
        mixed = [match for match in WORD.finditer(cell.text) if _mixed(match[0])]
        if mixed:
            words = f"a letter of another alphabet in the word at character {mixed[0].start() + 1}"
            found.append(person("LOOK_ALIKE", cell.place, words, "one alphabet", "compare by sight and ask the force"))
    return found


def commands(cells: list[Cell]) -> list[Fault]:
    """Return the texts that a spreadsheet program would run if they were saved as csv and opened."""
    return [
        person("MACRO", cell.place, "a text that a spreadsheet program would run", "plain text", "ask for a clean copy")
        for cell in cells
        if cell.kind == "text" and cell.text[0] in "=@+-" and COMMAND.match(cell.text)
    ]


def _named(character: str) -> str:
    return f"U+{ord(character):04X}"


def _mixed(word: str) -> bool:
    if word.isascii():
        return False
    alphabets = {unicodedata.name(letter, "?").split()[0] for letter in unicodedata.normalize("NFKC", word)}
    return len(alphabets & {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"}) > 1


def numbers(cells: list[Cell]) -> list[Fault]:
    """Return the texts that could be two different numbers, such as 1.234 or 1.2k."""
    found = []
    for cell in cells:
        if cell.kind == "text" and len(cell.text) < 20 and DOUBTFUL.search(cell.text):
            text = unicodedata.normalize("NFKC", cell.text).strip()
            if NUMBER.fullmatch(text):
                words = "a number that can be read in two ways"
                found.append(
                    person("AMBIGUOUS_NUMBER", cell.place, words, "1,234 or 1.2", "ask the force which is meant")
                )
    return found


def dates(cells: list[Cell]) -> list[Fault]:
    """Return the columns whose dates as text may be month first: dates are day first where one of them proves it."""
    columns: dict[tuple[str, int], list[tuple[Cell, re.Match]]] = {}
    for cell in cells:
        match = DATE.fullmatch(cell.text.strip()) if cell.kind == "text" and 5 < len(cell.text) < 12 else None
        if match:
            columns.setdefault((cell.area, cell.column), []).append((cell, match))
    found = []
    for same in columns.values():
        day_first = any(int(match[1]) > 12 for _, match in same)
        month_first = [cell for cell, match in same if int(match[3]) > 12]
        doubtful = month_first or ([] if day_first else [c for c, match in same if match[1] != match[3]])
        if doubtful:
            words = f"{len(doubtful)} of {len(same)} dates can be read in two ways"
            do = "ask the force, or say in the reason of the approval why day comes first"
            found.append(person("AMBIGUOUS_DATE", doubtful[0].place, words, "a date that proves its order", do))
    return found


def fewer(faults: list[Fault]) -> list[Fault]:
    """Return the faults, those of one code counted together after the first few."""
    counts = Counter((fault.code, fault.severity, fault.found) for fault in faults)
    seen: Counter = Counter()
    found = []
    for fault in faults:
        kind = (fault.code, fault.severity, fault.found)
        seen[kind] += 1
        if seen[kind] <= EXAMPLES:
            found.append(fault)
        elif seen[kind] == EXAMPLES + 1:
            words = f"{fault.found}, in {counts[kind] - EXAMPLES} more places"
            found.append(Fault(**vars(fault) | {"found": words}))
    return found
