"""What is doubtful in the cells of a file, whatever its format: where and of what kind, never what it says."""

import re
import unicodedata
from collections import Counter
from dataclasses import replace

from analysis.problems import Fault
from analysis.read.cells import Cell, check_count, check_lengths, column_number, noted, person, refuse
from analysis.read.personal import outside_tables, personal

WORST = ("HIDDEN_SHEET", "PERSONAL_DATA", "HIDDEN_ROW_COL", "COVERED_TEXT", "TRACKED_CHANGE", "INVISIBLE_TEXT",
         "HIDDEN_TEXT", "TOTAL_MISMATCH", "CELL_ERROR", "AMBIGUOUS_NUMBER", "DUPLICATE_REPLY", "SCANNED")  # fmt: skip
UNSEEN = {
    "covered": "COVERED_TEXT", "hidden text": "HIDDEN_TEXT", "a picture of a page": "SCANNED",
    "hidden row": "HIDDEN_ROW_COL", "hidden column": "HIDDEN_ROW_COL",
}  # fmt: skip
LEFT_OUT = {"signature": "SIGNATURE", "quoted mail": "QUOTED_MAIL"}  # read by nobody as an answer
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
NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,9}")
TOTAL = re.compile(r"(?:grand |sub[- ]?|overall )?totals?(?: \(.*\))?:?", re.I)
REFERENCE = r"\.?\$?([A-Z]{1,3})\$?(\d{1,7})"
SUM = re.compile(rf"(?:of:)?=?SUM\(\[?{REFERENCE}:{REFERENCE}\]?\)", re.I)
LARGEST = 20_000  # cells of a table whose totals are worked out again
EXAMPLES = 3  # findings of one kind that are named one by one
Line = dict[int, Cell]


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
    faults = [*_unseen(cells), *(fault for cell in seen for fault in _in_cell(cell)), *_named_twice(seen)]
    return _fewer([*faults, *_totals(cells), *_dates(seen), *personal(seen)])


def rank(fault) -> tuple:
    """Return how bad a finding is, the worst first: what refuses, what needs a person, what is only noted."""
    severity = {"decision": 0, "document": 0, "person": 1, "shown": 2}[fault.severity]
    return severity, WORST.index(fault.code) if fault.code in WORST else len(WORST)


def _fewer(faults: list[Fault]) -> list[Fault]:
    """Return the faults, those of one kind counted together after the first few."""
    kinds: dict[tuple, list[Fault]] = {}
    for fault in faults:
        kinds.setdefault((fault.code, fault.severity, fault.found), []).append(fault)
    kept = []
    for same in kinds.values():
        kept += same[:EXAMPLES]
        if len(same) > EXAMPLES:
            words = f"{same[0].found}, in {len(same) - EXAMPLES} more places"
            kept.append(replace(same[EXAMPLES], found=words))
    return kept


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
            words, code = f"{len(same)} cells: {why}", UNSEEN.get(why, "INVISIBLE_TEXT")
            faults.append(person(code, place, words, "cells one can see", "ask for a clean copy"))
    return faults


def _in_cell(cell: Cell) -> list[Fault]:
    """Return what is doubtful in one cell by itself: an error, a number with two readings, its characters."""
    text, place = cell.text, cell.place
    if cell.kind == "error" and text == "#NO VALUE":
        do = "open it in a spreadsheet program, save it, and ask the force whether the numbers are right"
        return [Fault("FORMULA_NO_VALUE", place, "a formula without a value", "a value", do)]
    if cell.kind == "error" or ERROR.fullmatch(text):
        return [person("CELL_ERROR", place, "an error instead of a value", "a value", "ask the force")]
    faults = []
    if cell.kind == "text" and len(text) < 20 and TWO_WAYS.fullmatch(unicodedata.normalize("NFKC", text).strip()):
        words, do = "a number that can be read in two ways", "ask the force which is meant"
        faults.append(person("AMBIGUOUS_NUMBER", place, words, "1,234 or 1.2", do))
    return faults if text.isascii() and text.isprintable() else [*faults, *_characters(text, place)]


def _characters(text: str, place: str) -> list[Fault]:
    """Return whether a text holds characters nobody sees, letters that look like others, or was decoded wrongly."""
    faults = []
    if match := INVISIBLE.search(text):
        words, do = f"character {match.start() + 1} is U+{ord(match[0]):04X}", "ask for the file again"
        faults.append(person("INVISIBLE_CHARACTERS", place, words, "characters one sees", do))
    if match := MOJIBAKE.search(text):
        words = f"text decoded wrongly at character {match.start() + 1}"
        faults.append(person("MOJIBAKE", place, words, "letters", "ask for the file as UTF-8"))
    if match := next((word for word in re.finditer(r"[^\W\d_]+", text) if _mixed(word[0])), None):
        words = f"a letter of another alphabet in the word at character {match.start() + 1}"
        faults.append(person("LOOK_ALIKE", place, words, "one alphabet", "compare by sight and ask the force"))
    return faults


def _mixed(word: str) -> bool:
    names = {unicodedata.name(letter, "?").split()[0] for letter in unicodedata.normalize("NFKC", word)}
    return len(names & ALPHABETS) > 1


def _named_twice(cells: list[Cell]) -> list[Fault]:
    """Return the tables whose first row names a column twice, straight above numbers."""
    rows: dict[str, dict[int, list[Cell]]] = {}
    for cell in cells:
        if cell.area and not outside_tables(cell.area):
            rows.setdefault(cell.area, {}).setdefault(cell.row, []).append(cell)
    faults = []
    for area in rows.values():
        heads, below, *_ = [*(row for _, row in sorted(area.items()) if len(row) > 1), [], []]
        names = Counter(head.text for head in heads if head.wide == 1 and not TOTAL.fullmatch(head.text.strip()))
        doubled = {head.column for head in heads if names[head.text] > 1}
        numbers = [cell for cell in below if cell.column in doubled and cell.text.isdigit() and cell.text not in names]
        if len(numbers) > 1:
            do = "say in the transcript which is meant"
            faults.append(person("DUPLICATE_COLUMN", heads[0].place, "a column named twice", "each once", do))
    return faults


def _dates(cells: list[Cell]) -> list[Fault]:
    """Return the columns whose dates as text may be month first: dates are day first where one of them proves it."""
    columns: dict[tuple[str, int], list[tuple[Cell, int, int]]] = {}
    for cell in cells:
        match = DATE.fullmatch(cell.text.strip()) if cell.kind == "text" else None
        if match and not outside_tables(cell.area):
            columns.setdefault((cell.area, cell.column), []).append((cell, int(match[1]), int(match[3])))
    faults = []
    for dates in columns.values():
        day_first = any(first > 12 for _, first, _ in dates)
        doubtful = [cell for cell, first, second in dates if second > 12 or (first != second and not day_first)]
        if doubtful:
            words, do = f"{len(doubtful)} of {len(dates)} dates can be read in two ways", "ask the force"
            faults.append(person("AMBIGUOUS_DATE", doubtful[0].place, words, "a date that proves its order", do))
    return faults


def _totals(cells: list[Cell]) -> list[Fault]:
    """Return the totals that their cells do not make, each named once: sums of a formula, and lines called total."""
    faults = {fault.place: fault for fault in _sums(cells)}
    for block in _blocks(cells):
        labelled = any(TOTAL.fullmatch(cell.text.strip()) for cell in block)
        hides = any(cell.why in UNSEEN or cell.why == "a rule that hides it" for cell in block)
        if not labelled or hides or len(block) > LARGEST:
            continue
        down, across = {}, {}
        for cell in block:
            if not cell.why:
                down.setdefault(cell.row, {})[cell.column] = cell
                across.setdefault(cell.column, {})[cell.row] = cell
        for fault in [*_wrong(down), *_wrong(across)]:
            faults.setdefault(fault.place, fault)
    return [*faults.values()]


def _blocks(cells: list[Cell]) -> list[list[Cell]]:
    """Return the cells of each table, parted from the next by an empty row."""
    blocks: list[list[Cell]] = []
    for cell in cells:
        last = blocks[-1][-1] if blocks else None
        if last is None or cell.area != last.area or cell.row - last.row > 1:
            blocks.append([])
        blocks[-1].append(cell)
    return [block for block in blocks if not outside_tables(block[0].area)]


def _sums(cells: list[Cell]) -> list[Fault]:
    """Return the sums of a formula that were stored before their cells changed."""
    at = {(cell.area, cell.row, cell.column): cell for cell in cells}
    faults = []
    for cell in cells:
        match = SUM.fullmatch(cell.formula.replace(" ", "")) if cell.formula and cell.kind == "number" else None
        if not match or not cell.value:
            continue
        left, right = sorted((column_number(match[1]), column_number(match[3])))
        top, bottom = sorted((int(match[2]), int(match[4])))
        if (right - left + 1) * (bottom - top + 1) > LARGEST:
            continue
        places = [(cell.area, row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]
        parts = [at[place] for place in places if place in at]
        made = sum(float(part.value) for part in parts if part.kind == "number" and part.value)
        if not any(part.why for part in parts) and abs(made - float(cell.value)) > 1e-6 * max(1.0, abs(made)):
            faults.append(_mismatch(cell, f"a sum of {cell.value}", f"{made:.15g}"))
    return faults


def _mismatch(cell: Cell, found: str, made: str) -> Fault:
    do = "compare it with the file; ask the force which is right"
    return person("TOTAL_MISMATCH", cell.place, found, f"{made}, which its cells add up to", do)


def _wrong(lines: dict[int, Line]) -> list[Fault]:
    """Return the totals that the lines before them do not make; the first cell of a line stands for all of it."""
    labels = min(at for line in lines.values() for at in line)
    parts: list[Line] = []
    totals: list[Line] = []
    since, faults, headed = 0, [], False
    for _, line in sorted(lines.items()):
        label = line[labels].text.strip() if labels in line else ""
        counts = [
            cell.text.strip() for at, cell in line.items() if at != labels and NUMBER.fullmatch(cell.text.strip())
        ]
        if TOTAL.fullmatch(label):
            ways = [parts[since:], parts, totals]
            wrong = [at for at in sorted(line) if at != labels and parts[since:] and not _adds_up(line[at], at, ways)]
            if wrong:
                words = f"a total of {line[wrong[0]].text.strip()}"
                words += f", and {len(wrong) - 1} more in its line" if len(wrong) > 1 else ""
                faults.append(_mismatch(line[wrong[0]], words, f"{sum(_numbers(parts[since:], wrong[0]) or []):,}"))
            totals.append(line)
            since = len(parts)
        elif not counts or (all(map(_like_a_year, counts)) and not (label and (parts or headed))):
            parts, totals, since, headed = [], [], 0, len(line) > 1  # a line of heads: a table begins
        else:
            parts.append(line)
    return faults


def _like_a_year(text: str) -> bool:
    return re.fullmatch(r"199\d|20\d\d", text) is not None


def _numbers(lines: list[Line], at: int) -> list[int] | None:
    """Return the numbers of some lines at one place; None where one of them is no whole number."""
    texts = [line[at].text.strip() for line in lines if at in line]
    return [int(text.replace(",", "")) for text in texts] if all(map(NUMBER.fullmatch, texts)) else None


def _adds_up(cell: Cell, at: int, ways: list[list[Line]]) -> bool:
    """Say whether a total can be right: the lines since the last total, all lines or the totals make it, or it is
    no number, or they are not all numbers. Regions below forces make it a second time.
    """
    known = [_numbers(way, at) for way in ways]
    if not NUMBER.fullmatch(cell.text.strip()) or None in known or not known[0]:
        return True
    number, (since, every, totals) = int(cell.text.strip().replace(",", "")), known
    twice = any(sum(part[:k]) == number == sum(part[k:]) for part in (since, every) for k in range(1, len(part)))
    return twice or number in (sum(since), sum(every), sum(totals) if totals else None, sum(since) + sum(totals))
