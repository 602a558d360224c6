"""What is doubtful in the cells of a file, whatever its format: where and of what kind, never what it says."""

import re
import unicodedata
from collections import Counter
from dataclasses import replace

from analysis.problems import Fault
from analysis.read.cells import Cell, check_count, check_lengths, column_number, noted, person, refuse
from analysis.read.personal import personal

INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff9-\ufffb\U000e0000-\U000e007f]|[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]"
)
# UTF-8 read as Windows-1252 leaves these behind; the last is what a decoder puts where it gave up
MOJIBAKE = re.compile("Ã[\u0080-\u00bf€-™]|Â[\u00a0-\u00bf]|â€|â‚¬|ï»¿|Ð[\u0080-\u00bf]|\ufffd|(?!^)[\ue000-\uf8ff]")
ALPHABETS = {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"}
ERROR = re.compile(r"#(REF!|DIV/0!|N/A|NAME\?|VALUE!|NUM!|NULL!)")
TWO_WAYS = re.compile(
    r"[£$€]?\s*(-?\d{1,3}\.\d{3}|\d+,\d{1,2}|\d{1,3}(,\d{1,2})+|\d+(\.\d+)?\s?[kKmM]|\d+,\d{4,})\s*%?"
)
DATE = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})")
WORST = ("HIDDEN_SHEET", "PERSONAL_DATA", "HIDDEN_ROW_COL", "COVERED_TEXT", "TRACKED_CHANGE", "INVISIBLE_TEXT",
         "HIDDEN_TEXT", "TOTAL_MISMATCH", "CELL_ERROR", "AMBIGUOUS_NUMBER", "DUPLICATE_REPLY", "SCANNED")  # fmt: skip
CODES = {
    "covered": "COVERED_TEXT", "hidden text": "HIDDEN_TEXT", "a picture of a page": "SCANNED",
    "hidden row": "HIDDEN_ROW_COL", "hidden column": "HIDDEN_ROW_COL",
}  # fmt: skip
LEFT_OUT = {"signature": "SIGNATURE", "quoted mail": "QUOTED_MAIL"}  # read by nobody as an answer
EXAMPLES = 3
TOTAL = re.compile(r"(?:grand |sub[- ]?|overall )?totals?(?: \(.*\))?:?", re.I)


def found(cells: list[Cell], spreadsheet: bool) -> list[Fault]:
    """Return what is doubtful in the cells of a file.

    Raises Faults (NO_ROWS, TOO_MANY_CELLS, CELL_TOO_LONG).
    """
    check_count(len(cells))
    check_lengths(cells)
    seen = [cell for cell in cells if not cell.why and cell.text.strip()]
    if not seen:
        held = "only cells nobody sees" if cells else "no filled cell"
        raise refuse("NO_ROWS", "", held, "a table", "ask for the file again")
    if spreadsheet and len({(cell.area, cell.row) for cell in seen}) == 1:
        raise refuse("NO_ROWS", seen[0].place, "one row only", "a header and rows", "ask for the file again")
    kinds = (_unseen(cells), _errors(seen), _named_twice(seen), _characters(seen), _totals(cells), _numbers(seen),
             _dates(seen), personal(seen))  # fmt: skip
    return _fewer([fault for kind in kinds for fault in kind])


def _fewer(faults: list[Fault]) -> list[Fault]:
    """Return the faults, those of one kind counted together after the first few."""
    counts = Counter((fault.code, fault.severity, fault.found) for fault in faults)
    seen: Counter = Counter()
    kept = []
    for fault in faults:
        kind = (fault.code, fault.severity, fault.found)
        seen[kind] += 1
        if seen[kind] <= EXAMPLES:
            kept.append(fault)
        elif seen[kind] == EXAMPLES + 1:
            kept.append(replace(fault, found=f"{fault.found}, in {counts[kind] - EXAMPLES} more places"))
    return kept


def rank(fault) -> tuple:
    """Return how bad a finding is, the worst first: what refuses, what needs a person, what is only noted."""
    severity = {"decision": 0, "document": 0, "person": 1, "shown": 2}[fault.severity]
    return severity, WORST.index(fault.code) if fault.code in WORST else len(WORST)


def _unseen(cells: list[Cell]) -> list[Fault]:
    """Return where cells hold something that nobody sees, by area and reason."""
    groups: dict[tuple[str, str], list[Cell]] = {}
    for cell in cells:
        if cell.why:
            groups.setdefault((cell.area, cell.why), []).append(cell)
    faults = []
    for (_, why), same in groups.items():
        place = same[0].place if len(same) == 1 else f"{same[0].place} to {same[-1].place.rpartition('!')[2]}"
        if why in LEFT_OUT:
            words, do = f"{len(same)} lines taken for {why}, not read", "see that no answer stands among them"
            faults.append(noted(LEFT_OUT[why], place, words, "none", do))
        else:
            code = CODES.get(why, "INVISIBLE_TEXT")
            faults.append(person(code, place, f"{len(same)} cells: {why}", "cells one can see", "ask for a clean copy"))
    return faults


def _errors(cells: list[Cell]) -> list[Fault]:
    """Return where a spreadsheet shows an error, or never worked out a formula."""
    faults = []
    for cell in cells:
        if cell.kind == "error" and cell.text == "#NO VALUE":
            do = "open it in a spreadsheet program, save it, and ask the force whether the numbers are right"
            faults.append(Fault("FORMULA_NO_VALUE", cell.place, "a formula without a value", "a value", do))
        elif cell.kind == "error" or (cell.text[0] == "#" and ERROR.fullmatch(cell.text)):
            faults.append(person("CELL_ERROR", cell.place, "an error instead of a value", "a value", "ask the force"))
    return faults


def _named_twice(cells: list[Cell]) -> list[Fault]:
    """Return the tables whose first row of names holds one twice, straight above numbers; a csv is judged by block."""
    rows: dict[str, dict[int, list[Cell]]] = {}
    for cell in cells:
        if cell.area and cell.area.rpartition("/")[2] != "P":
            rows.setdefault(cell.area, {}).setdefault(cell.row, []).append(cell)
    faults = []
    for area in rows.values():
        wide = [row for _, row in sorted(area.items()) if len(row) > 1][:2]
        if len(wide) < 2:
            continue
        names = Counter(cell.text for cell in wide[0])
        doubled = {
            c.column for c in wide[0] if names[c.text] > 1 and c.wide == 1 and not TOTAL.fullmatch(c.text.strip())
        }
        if (
            sum(cell.column in doubled and cell.text.strip().isdigit() and cell.text not in names for cell in wide[1])
            > 1
        ):
            place, do = wide[0][0].place, "say in the transcript which is meant"
            faults.append(person("DUPLICATE_COLUMN", place, "a column named twice", "each once", do))
    return faults


def _characters(cells: list[Cell]) -> list[Fault]:
    """Return where cells hold characters nobody sees, letters that look like others, or text decoded wrongly."""
    faults = []
    for cell in cells:
        if cell.text.isascii() and cell.text.isprintable():
            continue
        if match := INVISIBLE.search(cell.text):
            words, do = f"character {match.start() + 1} is U+{ord(match[0]):04X}", "ask for the file again"
            faults.append(person("INVISIBLE_CHARACTERS", cell.place, words, "characters one sees", do))
        if match := MOJIBAKE.search(cell.text):
            words = f"text decoded wrongly at character {match.start() + 1}"
            faults.append(person("MOJIBAKE", cell.place, words, "letters", "ask for the file as UTF-8"))
        mixed = [match for match in re.finditer(r"[^\W\d_]+", cell.text) if _mixed(match[0])]
        if mixed:
            words = f"a letter of another alphabet in the word at character {mixed[0].start() + 1}"
            faults.append(person("LOOK_ALIKE", cell.place, words, "one alphabet", "compare by sight and ask the force"))
    return faults


def _mixed(word: str) -> bool:
    if word.isascii():
        return False
    names = {unicodedata.name(letter, "?").split()[0] for letter in unicodedata.normalize("NFKC", word)}
    return len(names & ALPHABETS) > 1


def _numbers(cells: list[Cell]) -> list[Fault]:
    """Return the texts that could be two different numbers, such as 1.234 or 1.2k."""
    doubtful = [
        cell for cell in cells
        if cell.kind == "text" and len(cell.text) < 20 and re.search(r"[.,kKmM．，]", cell.text)
        and TWO_WAYS.fullmatch(unicodedata.normalize("NFKC", cell.text).strip())
    ]  # fmt: skip
    words, do = "a number that can be read in two ways", "ask the force which is meant"
    return [person("AMBIGUOUS_NUMBER", cell.place, words, "1,234 or 1.2", do) for cell in doubtful]


def _dates(cells: list[Cell]) -> list[Fault]:
    """Return the columns whose dates as text may be month first: dates are day first where one of them proves it."""
    columns: dict[tuple[str, int], list[tuple[Cell, re.Match]]] = {}
    for cell in cells:
        match = DATE.fullmatch(cell.text.strip()) if cell.kind == "text" and 5 < len(cell.text) < 12 else None
        if match:
            columns.setdefault((cell.area, cell.column), []).append((cell, match))
    faults = []
    for same in columns.values():
        day_first = any(int(match[1]) > 12 for _, match in same)
        month_first = [cell for cell, match in same if int(match[3]) > 12]
        doubtful = month_first or ([] if day_first else [cell for cell, match in same if match[1] != match[3]])
        if doubtful and doubtful[0].area.rpartition("/")[2] != "P":
            words, do = f"{len(doubtful)} of {len(same)} dates can be read in two ways", "ask the force"
            faults.append(person("AMBIGUOUS_DATE", doubtful[0].place, words, "a date that proves its order", do))
    return faults


COUNT = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,9}")
REFERENCE = r"\.?\$?([A-Z]{1,3})\$?(\d{1,7})"
SUM = re.compile(rf"(?:of:)?=?SUM\(\[?{REFERENCE}:{REFERENCE}\]?\)", re.I)
LARGEST = 20_000  # cells of a table whose totals are worked out again
Line = dict[int, Cell]


def _totals(cells: list[Cell]) -> list[Fault]:
    """Return the totals that their cells do not make, each named once: sums of a formula, and rows called total."""
    faults = {fault.place: fault for fault in _sums(cells)}
    blocks: dict[tuple[str, int], list[Cell]] = {}
    last: dict[str, int] = {}
    start: dict[str, int] = {}
    for cell in cells:
        if cell.row - last.get(cell.area, -9) > 1:
            start[cell.area] = cell.row
        last[cell.area] = cell.row
        blocks.setdefault((cell.area, start[cell.area]), []).append(cell)
    for (area, _), inside in blocks.items():
        hides = any(cell.why in CODES or cell.why == "a rule that hides it" for cell in inside)
        labelled = any(TOTAL.fullmatch(cell.text.strip()) for cell in inside)
        if labelled and not hides and area.rpartition("/")[2] != "P" and len(inside) <= LARGEST:
            shown = [cell for cell in inside if not cell.why]
            for fault in [
                *_wrong([(c.row, c.column, c) for c in shown]),
                *_wrong([(c.column, c.row, c) for c in shown]),
            ]:
                faults.setdefault(fault.place, fault)
    return [*faults.values()]


def _sums(cells: list[Cell]) -> list[Fault]:
    """Return the sums of a formula that were stored before their cells changed."""
    summed = [
        (cell, match) for cell in cells if cell.formula and (match := SUM.fullmatch(cell.formula.replace(" ", "")))
    ]
    at = {(cell.area, cell.row, cell.column): cell for cell in cells} if summed else {}
    faults = []
    for cell, match in summed:
        left, right = sorted((column_number(match[1]), column_number(match[3])))
        top, bottom = sorted((int(match[2]), int(match[4])))
        if (right - left + 1) * (bottom - top + 1) > LARGEST:
            continue
        keys = [(cell.area, row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]
        parts = [at[key] for key in keys if key in at and (at[key].kind == "number" or at[key].why)]
        if any(part.why or not part.value for part in [cell, *parts]) or cell.kind != "number":
            continue
        made = sum(float(part.value) for part in parts)
        if abs(made - float(cell.value)) > 1e-6 * max(1.0, abs(made)):
            expected = f"{made:.15g}, which its cells add up to"
            faults.append(person("TOTAL_MISMATCH", cell.place, f"a sum of {cell.value}", expected, "ask the force"))
    return faults


def _wrong(placed: list[tuple[int, int, Cell]]) -> list[Fault]:
    """Return the totals in some lines that the lines before them do not make; the first stands for its whole line."""
    lines: dict[int, Line] = {}
    for number, at, cell in placed:
        lines.setdefault(number, {})[at] = cell
    faults: list[Fault] = []
    parts: list[Line] = []
    totals: list[Line] = []
    since, headed = 0, False
    labels = min(at for _, at, _ in placed)
    for _, line in sorted(lines.items()):
        label = line[labels].text.strip() if labels in line else ""
        counts = [cell for at, cell in line.items() if at != labels and COUNT.fullmatch(cell.text.strip())]
        if TOTAL.fullmatch(label):
            ways = [way for way in (parts[since:], parts, totals) if way]
            wrong = [
                cell
                for at, cell in sorted(line.items())
                if at != labels and ways and parts[since:] and _off(cell, at, ways)
            ]
            faults += [_mismatch(wrong[0], len(wrong), parts[since:], placed)] if wrong else []
            totals.append(line)
            since = len(parts)
        elif not counts or _heads(counts, label != "" and (bool(parts) or headed)):
            parts, totals, since, headed = [], [], 0, len(line) > 1
        else:
            parts.append(line)
    return faults


def _heads(counts: list[Cell], below: bool) -> bool:
    """Say whether the numbers of a line are years, as in a header; below heads or other lines they are counts."""
    return not below and all(
        1990 <= int(cell.text.strip().replace(",", "")) <= 2099 and "," not in cell.text for cell in counts
    )


def _numbers_at(lines: list[Line], at: int) -> list[int] | None:
    """Return the numbers of some lines at one place; None where one of them is no whole number."""
    texts = [line[at].text.strip() for line in lines if at in line]
    return [int(text.replace(",", "")) for text in texts] if all(map(COUNT.fullmatch, texts)) else None


def _off(cell: Cell, at: int, ways: list[list[Line]]) -> bool:
    """Say whether a total is no sum it can be: of the lines since the last total, of all lines, or of the totals."""
    found = [_numbers_at(way, at) for way in ways]
    if not COUNT.fullmatch(cell.text.strip()) or any(numbers is None for numbers in found):
        return False
    number, known = int(cell.text.strip().replace(",", "")), [numbers for numbers in found if numbers]
    sums = [sum(numbers) for numbers in known]
    halves = [
        numbers for numbers in known for k in range(1, len(numbers)) if sum(numbers[:k]) == sum(numbers[k:]) == number
    ]
    return bool(sums) and number not in [*sums, sums[0] + sums[-1]] and not halves


def _mismatch(cell: Cell, count: int, parts: list[Line], placed: list[tuple[int, int, Cell]]) -> Fault:
    at = next(at for _, at, one in placed if one is cell)
    made = sum(_numbers_at(parts, at) or [])
    words = f"a total of {cell.text.strip()}" + (f", and {count - 1} more in its line" if count > 1 else "")
    do = "compare it with the file; ask the force which is right"
    return person("TOTAL_MISMATCH", cell.place, words, f"{made:,}, which its table adds up to", do)
