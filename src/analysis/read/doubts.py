"""What is doubtful in the cells of a file, whatever its format: where and of what kind, never what it says."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import groupby, islice, takewhile
from operator import attrgetter

from analysis.problems import STOPS_DOCUMENT, Fault
from analysis.read.cells import LONGEST_TEXT, STRUCK, Cell, check_count, outside_tables
from analysis.read.findings import noted, person, refuse

UNSEEN = {  # the code of each reason that a cell is not read; of any other it is INVISIBLE_TEXT
    "covered": "COVERED_TEXT", "hidden text": "HIDDEN_TEXT", "a picture of a page": "SCANNED", STRUCK: "STRUCK_OUT",
    "hidden row": "HIDDEN_ROW_COL", "hidden column": "HIDDEN_ROW_COL", "signature": "SIGNATURE",
    "quoted mail": "QUOTED_MAIL", "quoted line": "QUOTED_MAIL", "watermark": "WATERMARK",
}  # fmt: skip
NO_ANSWER = ("SIGNATURE", "QUOTED_MAIL", "WATERMARK")
TWO_WAYS = re.compile(
    r"\s*[£$€]?\s*(-?\d{1,3}\.\d{3}|\d+,\d{1,2}|\d{1,3}(,\d{1,2})+|\d+(\.\d+)?\s?[kKmM]|\d+,\d{4,})\s*%?\s*"
)
ERROR = re.compile(r"#(REF!|DIV/0!|N/A|NAME\?|VALUE!|NUM!|NULL!)|Err:\d+")
LETTER = r"[^\W\d_]*"
# a code, what is doubtful in a text, and how it is told
CHARACTERS = [
    ("INVISIBLE_CHARACTERS", re.compile(
        "[\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff"
        "\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]|[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]"
    ), "character {at} is U+{code:04X}"),
    # UTF-8 read as Windows-1252 leaves these behind; the last but one is what a decoder puts where it gave up
    ("MOJIBAKE", re.compile(
        "Ã[\u0080-\u00bf€-™]|Â[\u00a0-\u00bf]|â€|â‚¬|ï»¿|Ð[\u0080-\u00bf]|\ufffd|(?!^)[\ue000-\uf8ff]"
    ), "text decoded wrongly at character {at}"),
    ("LOOK_ALIKE", re.compile(
        f"(?={LETTER}[A-Za-z\u00c0-\u024f\uff21-\uff5a]){LETTER}[\u0370-\u058f\u13a0-\u13ff]{LETTER}"
    ), "a letter of another alphabet in the word at character {at}"),
]  # fmt: skip
DATE = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})")
NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,9}")
TOTAL = re.compile(r"(?:grand |sub[- ]?|overall )?(?:totals?|sum)(?: \(.*\))?:?", re.I)
LIKE_A_TOTAL = re.compile(r"(?:grand |sub[- ]?|overall )?(?:totals?|sum)\b.*|.* totals?|overall", re.I)
SHARE = re.compile(r"%|\bper ?cent", re.I)  # rounded shares need not make 100
YEAR = re.compile(r"199\d|20\d\d")
Part = tuple[int | None, bool]  # a number of a row or column, none where it is not known, and whether it is a total
EXAMPLES = 3  # places that a finding names
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
PHONE = r"(?<![\d/.-])(?:\+44\s?\(?0?\)?\s?|\(?0)[1237]\d(?:[\s()-]?\d){7,8}(?![\d/-])"
# a mailbox of an office, not of a person
OFFICE = r"(?i:foi|freedom|info|disclosure|data|dpo|enquir|contact|press|request|admin|no-?reply|records|psd)"
PATTERNS = {
    "an e-mail address": re.compile(rf"(?<![\w.+-])(?!{OFFICE})[\w.+-]{{1,64}}@[\w-]+(?:\.[\w-]+)+"),
    "a telephone number": re.compile(PHONE),
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
# outside tables any address or landline is the authority's own
IN_PROSE = {kind: pattern for kind, pattern in PATTERNS.items() if kind != "an e-mail address"}
IN_PROSE["a telephone number"] = re.compile(PHONE.replace("[1237]", "7"))
GREETING = re.compile(r"(?i)dear\b")
SIGNED = re.compile(r"(?i)(yours (sincerely|faithfully)|(kind )?regards)\b")


def found(cells: list[Cell], spreadsheet: bool) -> list[Fault]:
    """Return what is doubtful in the cells of a file; raises Faults (NO_ROWS, TOO_MANY_CELLS, CELL_TOO_LONG)."""
    check_count(len(cells))
    for long in (cell for cell in cells if len(cell.text) > LONGEST_TEXT):
        raise refuse("CELL_TOO_LONG", long.place, f"{len(long.text):,} characters")
    seen = [cell for cell in cells if not cell.why and cell.text.strip()]
    if not seen:
        raise refuse("NO_ROWS", "", "only cells nobody sees" if cells else "no filled cell")
    if spreadsheet and len({(cell.area, cell.row) for cell in seen}) == 1 and not outside_tables(seen[0].area):
        raise refuse("NO_ROWS", seen[0].place, "one row only")
    unseen = (_unseen(cell) for cell in cells if cell.why)
    alone = (fault for cell in seen for fault in _in_cell(cell))
    return _by_kind([*unseen, *_named_twice(seen), *alone, *_totals(cells), *_dates(seen), *_personal(seen)])


def _by_kind(faults: list[Fault]) -> list[Fault]:
    """Return the faults, those of one kind as one that names its first places."""
    kinds: dict[tuple, list[Fault]] = {}
    for fault in faults:
        kinds.setdefault((fault.code, fault.severity, fault.found), []).append(fault)
    named = []
    for alike in kinds.values():
        places = [*dict.fromkeys(fault.place for fault in alike)]
        more = f" and {len(places) - EXAMPLES} more" if len(places) > EXAMPLES else ""
        often = f", {len(alike)} times" if len(alike) > len(places) else ""
        named.append(replace(alike[0], place=", ".join(places[:EXAMPLES]) + more, found=alike[0].found + often))
    return named


def _unseen(cell: Cell) -> Fault:
    """Return that a cell holds something that nobody sees, or that is no answer."""
    code = UNSEEN.get(cell.why, "INVISIBLE_TEXT")
    return (noted if code in NO_ANSWER else person)(code, cell.place, f"{cell.why}: not read")


def _in_cell(cell: Cell) -> Iterator[Fault]:
    """Yield what is doubtful in one cell by itself: an error, a number with two readings, its characters."""
    text, place = cell.text, cell.place
    if cell.kind == "error" and text == "#NO VALUE":
        yield person("FORMULA_NO_VALUE", place, "a formula without a value", severity=STOPS_DOCUMENT)
    elif cell.kind == "error" or ERROR.fullmatch(text):
        yield person("CELL_ERROR", place, "an error instead of a value")
    elif cell.kind == "text" and len(text) < 20 and TWO_WAYS.fullmatch(unicodedata.normalize("NFKC", text)):
        yield person("AMBIGUOUS_NUMBER", place, "a number that can be read in two ways")
    if not (text.isascii() and text.isprintable()):
        for code, pattern, words in CHARACTERS:
            if match := pattern.search(text):
                yield person(code, place, words.format(at=match.start() + 1, code=ord(match[0][0])))


def _named_twice(cells: list[Cell]) -> Iterator[Fault]:
    """Yield the tables whose first row names a column twice, straight above numbers."""
    for block in _blocks(cells):
        rows = (list(row) for _, row in groupby(block, key=lambda cell: cell.row))
        heads, below, *_ = [*islice((row for row in rows if len(row) > 1), 2), [], []]
        # a name may stand once in each of two tables side by side
        names = {head.place: (head.column - at, head.text) for at, head in enumerate(heads)}
        usual = (head for head in heads if head.wide == 1 and not TOTAL.fullmatch(head.text.strip()))
        often, texts = Counter(names[head.place] for head in usual), {head.text for head in heads}
        doubled = {head.column for head in heads if often[names[head.place]] > 1}
        numbers = [cell for cell in below if cell.column in doubled and cell.text.isdigit() and cell.text not in texts]
        if len(numbers) > 1:
            yield person("DUPLICATE_COLUMN", heads[0].place, "a column named twice")


def _dates(cells: list[Cell]) -> Iterator[Fault]:
    """Yield the columns whose dates as text may be month first: dates are day first where one of them proves it."""
    columns: dict[tuple[str, int], list[tuple[Cell, int, int]]] = {}
    for cell in cells:
        match = DATE.fullmatch(cell.text.strip()) if cell.kind == "text" else None
        if match and not outside_tables(cell.area):
            columns.setdefault((cell.area, cell.column), []).append((cell, int(match[1]), int(match[3])))
    for dates in columns.values():
        day_first = any(first > 12 for _, first, _ in dates)
        doubtful = [cell for cell, first, second in dates if second > 12 or (first != second and not day_first)]
        if doubtful:
            words = f"{len(doubtful)} of {len(dates)} dates can be read in two ways"
            yield person("AMBIGUOUS_DATE", doubtful[0].place, words)


def _totals(cells: list[Cell]) -> list[Fault]:
    """Return the totals that the cells above or before them do not make, one for each line called total.

    A grand total that its row makes is none of them, though its column may lack a number that was not printed.
    """
    faults: dict[str, Fault] = {}
    for block in _blocks(cells):
        if any(cell.why for cell in block) or not any(TOTAL.fullmatch(cell.text.strip()) for cell in block):
            continue
        ways = attrgetter("row", "column"), attrgetter("column", "row")
        judged = [(placed, *one) for placed in ways for one in _judged(block, placed)]
        right, told = {cell.place for _, cell, made in judged if made is None}, set()
        for placed, cell, made in judged:
            line = placed, placed(cell)[0]
            if cell.place not in right and line not in told:
                told.add(line)
                words = f"a total of {cell.text}", f"{made:,}, which its table adds up to"
                faults.setdefault(cell.place, person("TOTAL_MISMATCH", cell.place, *words))
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


def _judged(block: list[Cell], placed: Callable[[Cell], tuple[int, int]]) -> Iterator[tuple[Cell, int | None]]:
    """Yield the totals of a table as `_judged_in` does; placed: the line of a cell, and where in it."""
    first = min(placed(cell)[1] for cell in block)
    labels = {}
    for line, own in groupby(sorted(block, key=placed), key=lambda cell: placed(cell)[0]):
        text, *others = (cell.text.strip() for cell in own)
        is_head = _are_years([other for other in others if not TOTAL.fullmatch(other)])
        labels[line] = "" if is_head or NUMBER.fullmatch(text) else text
    runs = groupby(sorted(block, key=lambda cell: placed(cell)[::-1]), key=lambda cell: placed(cell)[1])
    for at, run in runs:
        yield from _judged_in([(labels[placed(cell)[0]], cell) for cell in run]) if at != first else ()


def _are_years(texts: list[str]) -> bool:
    """Say whether texts are the years above or beside a table: several, one after the other."""
    years = {int(text) for text in texts if YEAR.fullmatch(text)}
    return len(texts) > 1 and all(map(YEAR.fullmatch, texts)) and max(years) - min(years) < len(years)


def _judged_in(run: list[tuple[str, Cell]]) -> Iterator[tuple[Cell, int | None]]:
    """Yield the totals of one row or column, and what their parts add up to where that is no sum they can be."""
    line: list[Part] = []
    if SHARE.search(run[0][1].text):
        return
    for place, (label, cell) in enumerate(run):
        text = cell.text.strip()
        number = int(text.replace(",", "")) if NUMBER.fullmatch(text) else None
        named = bool(TOTAL.fullmatch(label))
        proved = bool(line and LIKE_A_TOTAL.fullmatch(label)) and adds_up([*line, (number, True)], len(line))
        if named and line and not proved and not line[0][1] and None not in (number, *(part for part, _ in line)):
            yield cell, sum(part for part, _ in _since_total(line))
        elif proved:
            yield cell, None
        if named or line or not (number is None or YEAR.fullmatch(text)) or (place and label):  # else a head
            line.append((number, named or proved))


def _since_total(parts: list[Part]) -> list[Part]:
    return [*takewhile(lambda part: not part[1], reversed(parts))]


def adds_up(line: list[Part], at: int) -> bool:
    """Say whether a total is what numbers of its line make: those before it, or where totals stand first after it.

    It is the sum of the lines since the last total, of the totals, of both, or of all that are none.
    """
    runs = []
    for parts in [line[:at], *([line[at + 1 :][::-1]] if line[0][1] else [])]:
        near, totals = _since_total(parts), [part for part in parts if part[1]]
        runs += [near, totals, [*near, *totals], [part for part in parts if not part[1]]]
    numbers = [[number for number, _ in run] for run in runs if run]
    return any(None not in run and line[at][0] in _sums(run) for run in numbers)


def _sums(numbers: list[int]) -> set[int]:
    """Return what numbers can make: their sum, or half of it where regions stand among all their forces."""
    whole = sum(numbers)
    return {whole} | ({whole // 2} if whole % 2 == 0 and sum(map(bool, numbers)) > 2 else set())


def _personal(cells: list[Cell]) -> Iterator[Fault]:
    """Yield where visible cells hold personal data, by themselves or as the head of their column says.

    A greeting, the name below a letter, and the address, switchboard and mailbox of the authority are none.
    """
    signed: set[str] = set()
    heads: dict[tuple[str, int], set[str]] = {}
    for cell in cells:
        prose, text = outside_tables(cell.area), cell.text.strip()
        above = heads.setdefault((cell.area, cell.column), set())
        kinds = {kind for kind in above if kind != "a name" or LIKE_A_NAME.match(text)}
        above |= {kind for kind, words in HEADS.items() if words.fullmatch(text)}
        if prose and SIGNED.match(cell.text):
            signed.add(cell.area)
        if cell.area not in signed and not (prose and GREETING.match(cell.text)):
            kinds |= kinds_in(cell.text, prose) if cell.kind == "text" else set()
            yield from (person("PERSONAL_DATA", cell.place, kind) for kind in sorted(kinds))


def kinds_in(text: str, prose: bool = False) -> set[str]:
    """Return the kinds of personal data a text holds."""
    if len(text) < 4 or (text.isdigit() and len(text) < 10):
        return set()
    return {kind for kind, pattern in (IN_PROSE if prose else PATTERNS).items() if pattern.search(text)}
