"""The first transcript of a reply, from what its cells show; what they do not show is left to a person as `?`.

One law: a cell below or beside a count is a figure, whatever it says; what cannot be placed is a `?`, never silence.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from urllib.parse import quote

from analysis.clean import periods, phrases
from analysis.clean.counts import plain
from analysis.clean.decisions import OPEN
from analysis.clean.layout import COUNT_HEAD, HEADS, Grid, Table, tables
from analysis.clean.transcripts import COLUMNS
from analysis.read.cells import Cell, column_letters
from analysis.read.doubts import LIKE_A_TOTAL, kinds_in, outside_tables

TOTAL_REASON = "total of other rows, checked and not kept"
NO_TOTAL = "a total that its table does not make: say what it counts, or under drop why it is not kept"
NO_COUNT = "its head says that it is no count"
NOT_COUNTED = "a column of a list that is not counted by: free text is off by default"
ASKED = ["period", "role", "unit", "misuse", "outcome"]
RANKS = {"pc": "constable", "dc": "constable", "ps": "sergeant", "sgt": "sergeant", "ds": "sergeant", "di": "inspector",
         "insp": "inspector", "dci": "chief-inspector"}  # fmt: skip
RANK = re.compile(r"(?:police |detective )?((?:chief )?(?:constable|sergeant|inspector|superintendent))s?")
FREE_TEXT = re.compile(r"detail|description|summary|circumstance|comment|note|reason|name|brief", re.I)
LONGEST_LABEL = 120
NUMBERED = re.compile(r"\(?Q?(?:uestion )?\d{1,2}[a-z]?[.):]\s", re.I)
ANSWER = re.compile(r"^(?:\(?(?:A|Q)?\d{1,2}[a-z]?[.):]|A(?:nswer)?[.:)]|Response:|Reply:)\s+", re.I)
Words = dict[str, set[str]]


@dataclass
class Draft:
    """The rows of a transcript, where each cell of the file ended, and what to ask.

    ends: by place value, label, note or dropped, and why it is dropped; asks: what to look at, naming its cell;
    drafted: how many rows a cell has.
    """

    cells: list[Cell] = field(repr=False)
    words: Words = field(repr=False)
    rows: list[dict[str, str]] = field(default_factory=list)
    ends: dict[str, tuple[str, str]] = field(default_factory=dict)
    asks: list[str] = field(default_factory=list)
    drafted: Counter = field(default_factory=Counter)

    def __post_init__(self):
        self.told, self.titled = cache(self.told), cache(self.titled)  # asked often
        self.explained = cache(lambda mark: phrases.explained(mark, self.cells))

    def end(self, cells: list[Cell], how: str, why: str = "") -> None:
        """Say where cells ended."""
        self.ends.update({cell.place: (how, why) for cell in cells})

    def ask(self, cell: Cell, text: str) -> None:
        """Say what a person must look at."""
        self.asks.append(f"{cell.place}: {text}")

    def add(self, cell: Cell, value: str, **said: str) -> dict[str, str]:
        """Add a row for a cell, with all that is not said left open, and return it."""
        row = dict.fromkeys([*COLUMNS, "rank", "reads_as"], "") | dict.fromkeys(ASKED, OPEN)
        row |= {"value": value, "where_printed": "table", "read_by": "once", "cell": cell.place} | said
        self.rows.append(row)
        self.drafted[cell.place] += 1
        self.end([cell], "value")
        return row

    def told(self, text: str) -> dict[str, str]:
        """Return the period and the known wordings that a text names, each where it names one only."""
        found = {"period": phrases.period_in(text)}
        for name in ("misuse", "outcome"):
            known = [words for words in self.words.get(name, ()) if re.search(r" |(ed|als?|ions?)$", words)]
            said = [words for words in known if re.search(rf"\b{re.escape(words)}\b", text, re.I)]
            longest = [words for words in said if not any(words != other and words in other for other in said)]
            found[name] = longest[0] if len(longest) == 1 else ""
        return {name: words for name, words in found.items() if words}

    def titled(self, text: str, told_apart: bool = False) -> dict[str, str]:
        """Return what a title, question or label says of counts: their role too; told_apart: staff from officers."""
        who = phrases.role_in(text, told_apart)
        return self.told(text) | ({"role": who} if who else {})

    def kind(self, texts: list[str], head: str = "") -> str:
        """Return what labels mean: by themselves, then by what stands above them; `?` where neither says."""
        labels = [plain(text) for text in texts if _tells(text) and not LIKE_A_TOTAL.fullmatch(text.strip())]
        if labels and all(map(phrases.is_period, labels)):
            return "period"
        known = {name: [self.is_label(text, name) for text in labels] for name in ("outcome", "role", "rank", "misuse")}
        for name, are in known.items():
            if are and all(are):
                return name
        for name, words in HEADS.items():
            if re.search(words, head, re.I):
                return name
        return next((name for name in ("outcome", "misuse") if any(known[name])), OPEN)

    def is_label(self, text: str, name: str) -> bool:
        """Say whether a label in plain spelling is a known wording of a field, or an everyday word of it."""
        rank, who = _rank(text), phrases.role(text)
        everyday = {"role": who and not rank, "rank": rank or who}  # beside ranks, staff are no rank of their own
        return text in self.words.get(name, ()) or bool(everyday.get(name))


def draft(cells: list[Cell], force: str, words: Words) -> Draft:
    """Return the first transcript of a reply.

    words: by field (misuse, outcome, role) the wordings that are known already, in plain spelling.
    """
    made = Draft(cells, words)
    areas: dict[str, Grid] = {}
    for cell in cells:
        areas.setdefault(cell.area, {}).setdefault(cell.row, {})[cell.column] = cell
    for area, grid in areas.items():
        if not outside_tables(area) and any(len(line) > 1 for line in grid.values()):
            leads = [area.rpartition("/")[2], *_lead(cells, area)]
            for table in tables(grid):
                table.titles[:0] = leads
                _Rows(made, table).draft()
                leads = leads[:1]
    _loose(made, [cell for cell in cells if cell.place not in made.ends])
    _leave_out_repeated(made)
    order = {cell.place: number for number, cell in enumerate(cells)}
    made.rows.sort(key=lambda row: order[row.pop("after", row["cell"]).partition("#")[0]])
    _ask_of_twins(made)
    for row in made.rows:
        row |= {"force": row["force"] or force, "cell": address(row["cell"])}
        if phrases.is_month(row["period"]):  # of which year, nothing says
            row |= {"period": OPEN, "note": "; ".join(filter(None, [row["note"], row["period"]]))}
        if row["rank"] and row["role"] == OPEN:
            row["role"] = "officer"
        is_read = row["value"] == OPEN or phrases.parsed(row["value"], row["beside"])
        if not (row["reads_as"] or row["drop"] or is_read):  # a dash, for one, can mean several things
            row["reads_as"] = OPEN
    return made


def _lead(cells: list[Cell], area: str) -> list[str]:
    """Return the paragraph straight above a table, where it counts nothing itself; a PDF does not tell which it is."""
    number = next(number for number, cell in enumerate(cells) if cell.area == area)
    above = cells[number - 1] if number else cells[0]
    is_text = above.area == f"{area.rpartition('/')[0]}/P".lstrip("/") and "@" not in above.place
    return [above.text] if is_text and not phrases.in_prose(above.text) else []


def _rank(text: str) -> str:
    """Return the rank that a text is, or nothing."""
    words = RANK.fullmatch(plain(text))
    return RANKS.get(plain(text), words[1].replace(" ", "-") if words else "")


def address(place: str) -> str:
    """Return a place as one word, to stand in the id of a figure: a space becomes %20, and so on."""
    return re.sub(r"[\s:;|&%\[\]\"]", lambda found: quote(found[0], safe=""), place)


def _loose(made: Draft, cells: list[Cell]) -> None:
    """Draft a row for each number outside tables, with what the question above it asked.

    Several questions in a row say nothing of the answers below them; what explains a sign is for a person to read.
    """
    made.end(cells, "note")
    question, is_asked, is_answered = "", False, False
    for passage in _passages(cells):
        text = " ".join(line for _, line in passage)
        if phrases.EXPLAINS.match(text):
            made.ask(passage[0][0], "explains a sign: see that its numbers read so")
            continue
        said = _answers(made, passage, question)
        is_question = text.endswith("?") or bool(NUMBERED.match(text) and not said)
        if is_question:
            question = "" if is_asked else text
        elif is_answered and not said:
            question = ""
        is_asked, is_answered = is_question, said


def _answers(made: Draft, passage: list[tuple[Cell, str]], question: str) -> bool:
    """Draft a row for each number of a text below a question; say whether there is any.

    A number alone is what was asked for; one of several, or in a sentence of its own, says itself what it counts.
    """
    text = " ".join(line for _, line in passage)
    answer = ANSWER.sub("", text).strip()
    alone = phrases.count(answer.rstrip("."))
    if alone and not phrases.is_period(alone.value) and (question or re.search(r"\d", alone.value)):
        said = [phrases.Said(alone.value, role=phrases.role(alone.noun), unit=phrases.unit_in(alone.noun))]
        if not question:
            made.ask(passage[0][0], "a number outside the tables")
    else:
        alone, said = None, phrases.in_prose(text)
        label, _, sign = text.rpartition(": ")
        if not said and label and phrases.count(sign.rstrip(".")):  # Dismissed: *
            said = [phrases.Said(sign.rstrip("."), period=phrases.period_in(label), told=label, at=len(label))]
        elif question and not said and phrases.NO_ANSWER.search(text):
            said = [phrases.Said(OPEN)]
            made.ask(passage[0][0], "no number below a question: write not held, refused or another word for value")
    asked = made.titled(question) | {"unit": phrases.unit_in(question)} if len(said) == 1 else {}
    ends = [*accumulate(len(line) + 1 for _, line in passage)]
    for one in said:
        cell = next(cell for (cell, _), end in zip(passage, ends, strict=True) if one.at < end)
        row = made.add(cell, one.value, beside=one.beside, where_printed="text")
        row["note"] = f"marked {alone.mark}" if alone and alone.mark else ""
        row["cell"] += f"#{made.drafted[cell.place]}" if made.drafted[cell.place] > 1 else ""
        if one.value != OPEN and not _is_bare(answer, one):
            asked = {name: words for name, words in asked.items() if name in ("period", "misuse")}
        own = {"period": one.period, "role": one.role, "unit": one.unit}
        for told in (asked, made.told(one.told), own):
            row |= {name: words for name, words in told.items() if words}
    return bool(said)


def _leave_out_repeated(made: Draft) -> None:
    """Leave out each number of a sentence that a table gives for the same outcome and period."""
    tabled = [row for row in made.rows if row["where_printed"] == "table" and row["outcome"] != OPEN]
    for row in (row for row in made.rows if row["where_printed"] == "text"):
        number = phrases.parsed(row["value"], row["beside"])
        for other in tabled if number else ():
            same = all(plain(row[name]) == plain(other[name]) for name in ("period", "outcome"))
            agree = all(other[name] in (OPEN, row[name]) for name in ("role", "misuse"))
            if same and agree and number == phrases.parsed(other["value"]):
                row |= {name: "" for name in ASKED if row[name] == OPEN}
                row["drop"] = f"repeats {address(other['cell'])}"
                break


def _ask_of_twins(made: Draft) -> None:
    """Ask of the rows of tables that say the same of different numbers, as under a head that comes twice."""
    same: dict[tuple, list[dict[str, str]]] = {}
    for row in made.rows:
        if row["where_printed"] == "table" and not row["drop"] and any(row[name] != OPEN for name in ASKED):
            same.setdefault(tuple(row[name] for name in ("force", "rank", "note", *ASKED)), []).append(row)
    twins = [rows for rows in same.values() if len(rows) > 1]
    if twins:
        first, second, *_ = (row["cell"] for row in twins[0])
        made.asks.append(f"{second}: the labels of {first} again ({len(twins)} such): say in what they differ")


def _passages(cells: list[Cell]) -> Iterator[list[tuple[Cell, str]]]:
    """Yield the lines of a text, those over which one sentence goes on together, each with its cell."""
    passage: list[tuple[Cell, str]] = []
    for cell in cells:
        for line in re.split(r"\n|(?<=\?)\s", cell.text):
            is_text = passage and (cell.area, cell.column) == (passage[-1][0].area, passage[-1][0].column)
            if passage and not (is_text and phrases.goes_on(passage[-1][1], line)):
                yield passage
                passage = []
            passage.append((cell, line.strip()))
    yield from [passage] if passage else []


def _is_bare(text: str, said: phrases.Said) -> bool:
    """Say whether an answer is a number alone, but for its noun and its year."""
    for words in (said.value, said.beside, said.period):
        text = text.replace(words, "", 1)
    return not re.search("[a-z]", re.sub(rf"(?i)\b(?:{phrases.NOUN}|in|for)\b", "", text), re.I)


class _Rows:
    """Drafts the rows of one table."""

    def __init__(self, made: Draft, table: Table):
        self.made, self.table, counted = made, table, table.counted
        roles = {phrases.role(title) for title in table.titles} - {""}
        self.titled = made.titled(" ".join(table.titles)) | ({"role": roles.pop()} if len(roles) == 1 else {})
        self.kinds = {
            column: made.kind([cell.text for cell in table.column(column)], table.lowest(column))
            for column in table.labels
        }
        kinds = {row: made.kind([table.head(row, column) for column in counted]) for row in table.heads}
        self.heads = {
            column: _joined([self.head(table.head(row, column), kind) for row, kind in kinds.items()])
            for column in counted
        }
        texts = [*table.titles, *(cell.text for line in table.grid.values() for cell in line.values())]
        self.wrong_totals: dict[int, Cell] = {}  # the first cell of each line of them
        self.told_apart = any(re.search(r"\bofficer|\bconstable", text, re.I) for text in texts)

    def head(self, text: str, kind: str) -> dict[str, str]:
        """Return what a head says of the counts below it, by what its neighbours are or else by itself."""
        if not text or COUNT_HEAD.fullmatch(text):
            return {}
        return _says(text, self.made.kind([text]) if kind == OPEN else kind)

    def draft(self) -> None:
        """Draft the rows of the table, or count those of a list of cases."""
        made, table = self.made, self.table
        for row in (*table.heads, *table.headings):
            made.end([*table.grid[row].values()], "label")
        if not table.counted or (not table.numbers and len(table.labels) > 1 and "outcome" in self.kinds.values()):
            self.cases()
            return
        self.free_text()
        heading: dict[str, str] = {}
        for row in sorted([*table.rows, *table.headings]):
            if row in table.rows:
                self.row(row, heading)
                continue
            text = table.headings[row].text
            if made.kind([text]) in {*self.kinds.values()} - {OPEN}:  # no heading: it is what its rows are
                made.ask(table.headings[row], "a label without a number: add a row if that means zero")
            else:
                heading = _says(text, made.kind([text]))
        for cell in self.wrong_totals.values():
            made.ask(cell, NO_TOTAL)

    def free_text(self) -> None:
        """Leave out columns of words beside the counts that are no labels, and say so."""
        for column in [column for column in self.table.labels if column > min(self.table.counted)]:
            cells, head = self.table.column(column), " ".join(self.table.above(column))
            repeats = len({cell.text for cell in cells}) < len(cells) or self.kinds[column] != OPEN
            if FREE_TEXT.search(head) or not repeats or any(len(cell.text) > LONGEST_LABEL for cell in cells):
                del self.kinds[column]
                self.made.end(cells, "dropped", "words beside the counts, not copied")
                more = f" (and {len(cells) - 1} more below it)" if len(cells) > 1 else ""
                self.made.ask(cells[0], f"words beside the counts are not copied{more}: see whether they change one")

    def row(self, row: int, heading: dict[str, str]) -> None:
        """Draft each count of a row."""
        line, is_total = self.table.grid[row], row in self.table.total_rows
        said = [] if is_total else [heading]
        for column, kind in self.kinds.items():
            text = self.table.label(row, column)
            self.made.end([line[column]] if column in line else [], "label")
            said += [_says(text, OPEN if LIKE_A_TOTAL.fullmatch(text) else kind)] if text else []
        for column in self.table.counted:
            if column in line:
                self.figure(row, line[column], column, _joined(said))
            elif len(line) > 1 and not is_total and column not in self.table.total_columns:
                self.blank(row, column, _joined(said))

    def figure(self, row: int, cell: Cell, column: int, said: dict[str, str]) -> None:
        """Draft the row of one cell below or beside counts."""
        table, found = self.table, phrases.count(cell.text)
        own = _joined([said, self.heads[column]])
        units = map(phrases.unit_in, (" ".join(table.above(column)), " ".join(table.titles)))
        told = self.made.titled(own.pop("told", ""), self.told_apart)
        why = "" if column in table.numbers else NO_COUNT
        is_total = not why and (row in table.total_rows or column in table.total_columns)
        why = TOTAL_REASON if is_total and table.adds_up(row, column) else why
        titled = {name: text for name, text in self.titled.items() if name != "outcome" or not is_total}
        drafted = self.made.add(cell, found.value if found else OPEN, **_joined([titled, told, own]))
        drafted["unit"] = next(filter(None, units), OPEN)
        if found:
            drafted["role"] = phrases.role(found.noun) or drafted["role"]
            self.marked(cell, found, drafted)
        else:
            self.made.ask(cell, f"{len(cell.text)} characters that are no count we know")
        if why:
            drafted |= {"drop": why} | {name: "" for name in ASKED if drafted[name] == OPEN}
            self.made.end([cell], "dropped", why)
        elif is_total:
            self.wrong_totals.setdefault(row if row in table.total_rows else -column, cell)

    def marked(self, cell: Cell, found: phrases.Printed, row: dict[str, str]) -> None:
        """Keep a footnote mark with its count; a mark instead of a count reads as what the reply says it means."""
        mark = found.mark or (found.value if re.fullmatch(r"\*+|\[[a-z]\]", found.value) else "")
        words, where = self.made.explained(mark) if mark else ("", "")
        if words:
            self.made.ends[where] = ("note", "")
        if found.mark:
            row["note"] = "; ".join(filter(None, [row["note"], f"marked {mark}"]))
            row["reads_as"] = OPEN if phrases.CHANGES.search(words) else ""
            told = f"which {where} explains: see whether it changes the number" if words else "which nothing explains"
            self.made.ask(cell, f"marked {mark}, {told}")
        elif words:
            row["reads_as"] = phrases.meaning(words)
            if phrases.CHANGES.search(words) and not row["reads_as"]:
                row["reads_as"] = OPEN
                self.made.ask(cell, f"{mark}, which {where} explains: say in reads_as what it means")

    def blank(self, row: int, column: int, said: dict[str, str]) -> None:
        """Draft a row for an empty cell beside counts: it may mean zero, or nothing."""
        line = self.table.grid[row]
        near = line[max((at for at in line if at < column), default=min(line))]
        if "!" in near.place:
            place = re.sub(r"[A-Z]+(?=\d+$)", column_letters(column), near.place)
        else:
            place = re.sub(r"(?<=[FC])\d+$", str(column), near.place)
        if place == near.place:  # a PDF has boxes for places, and none where nothing is printed
            place = f"{near.place}#{column}"
        self.figure(row, near._replace(place=place, text=""), column, said)
        self.made.rows[-1]["after"] = near.place
        self.made.asks[-1] = f"{place}: empty: write 0, not held or another word for value, or remove the row"

    def cases(self) -> None:
        """Count the rows of a list by the columns that say what a case was; free text stays out."""
        made, table, named = self.made, self.table, self.counted_by()
        groups: dict[tuple, list[Cell]] = {}
        for row in table.rows:
            line = table.grid[row]
            for column, cell in line.items():
                made.end([cell], "value") if column in named else made.end([cell], "dropped", NOT_COUNTED)
            texts = {column: _year(line[column]) for column in named if column in line and _tells(line[column].text)}
            first = line[min(texts)] if texts else line[min(line)]
            groups.setdefault(tuple(texts.items()), []).append(first)
        first = next(iter(table.grid[table.rows[0]].values()))
        if not named:
            made.add(first, OPEN)
            made.ask(first, f"{len(table.rows)} rows that are no counts we know")
            return
        for texts, cells in groups.items():
            said = _joined([self.titled, *(_says(text, named[column]) for column, text in texts)])
            note = f"counted by us: rows of a list, the first at {cells[0].place}"
            made.add(cells[0], str(len(cells)), **{"unit": "cases"} | said | {"note": note})
        if left_out := len(table.columns) - len(named):
            made.ask(first, f"a list of cases: {left_out} of its columns are not counted by")

    def counted_by(self) -> dict[int, str]:
        """Return the columns that say what a case was, each kind once: of known words, or of words that repeat."""
        named: dict[int, str] = {}
        for column in self.table.labels:
            texts = [cell.text.strip() for cell in self.table.column(column) if _tells(cell.text)]
            head = " ".join(self.table.above(column))
            kind = "period" if re.search("date", head, re.I) else self.kinds[column]
            repeats = len(set(texts)) < len(texts) and not FREE_TEXT.search(head)
            known = all(self.made.kind([text]) == kind for text in texts)
            if kind not in (OPEN, *named.values()) and (kind == "period" or repeats or known):
                named[column] = kind
        return named


def _says(text: str, kind: str) -> dict[str, str]:
    """Return what a label says; one whose meaning is not known is kept as a note."""
    text = " ".join(text.split())
    mark = phrases.MARK.search(text)
    text = text[: mark.start()].strip() if mark and not text.endswith(")") else text
    if kind == OPEN:
        return {"told": text} | ({"note": text} if len(text) <= LONGEST_LABEL and not kinds_in(text) else {})
    if kind in ("role", "rank"):
        rank, who = _rank(text), phrases.role(text)
        return {"rank": rank} if rank else {"role": who} if who else {kind: text}
    return {kind: text}


def _joined(said: list[dict[str, str]]) -> dict[str, str]:
    """Return what several labels say together: a month with its year, all notes, else what the last one says."""
    whole: dict[str, str] = {}
    for name, text in (item for one in said for item in one.items()):
        before = whole.get(name, "")
        if name in ("note", "told") and before:
            text = f"{before}; {text}"
        elif name == "period" and phrases.is_month(text):
            text = f"{text} {before}".strip()
        elif name == "period" and phrases.is_month(before):
            text = f"{before} {text}"
        whole[name] = text
    return whole


def _tells(text: str) -> bool:
    """Say whether a label tells something; nothing and `N/A` leave it open."""
    return bool(text.strip()) and (phrases.is_period(text) or not phrases.count(text))


def _year(cell: Cell) -> str:
    """Return the year of a day, else what the cell says."""
    text = cell.value or cell.text.strip()
    day = periods.readings(text)[0] if phrases.is_period(text) and not phrases.is_month(text) else None
    return str(day.start.year) if day and day.kind == "day" else cell.text.strip()
