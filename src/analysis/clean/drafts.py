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
from analysis.read.cells import HEADS_AGAIN, Cell, column_letters
from analysis.read.doubts import LIKE_A_TOTAL, kinds_in, outside_tables

TOTAL_REASON = "total of other rows, checked and not kept"
NO_TOTAL = "a total that its table does not make: say what it counts, or under drop why it is not kept"
NO_COUNT = "its head says that it is no count"
NOT_COUNTED = "a column of a list that is not counted by: free text is off by default"
ASKED = ["period", "role", "unit", "misuse", "outcome"]
FREE_TEXT = re.compile(r"detail|description|summary|circumstance|comment|note|reason|name|brief", re.I)
LONGEST_LABEL = 120
NUMBERED = re.compile(r"\(?(?:Q(?:uestion )?\d{1,2}[a-z]?[.):]?|\d{1,2}[a-z]?[.):])\s", re.I)
ANSWER = re.compile(
    r"^(?:\(?(?:[AQ]\d{1,2}[a-z]?(?:[.):]| ?[–-])?|(?!c\.)(?:\d{1,2}[a-z]?|[a-z])[.):]|"
    r"(?:answer|response|reply)(?: \d{1,2})?[.):])|[•·–-])\s+", re.I
)  # fmt: skip
Words = dict[str, set[str]]
Told = dict[str, str]  # what texts say of a count, by column of a transcript


@dataclass
class Draft:
    """The rows of a transcript, where each cell of the file ended, and what to ask.

    ends: by place value, label, note or dropped, and why it is dropped; asks: what to look at, naming its cell.
    """

    cells: list[Cell] = field(repr=False)
    words: Words = field(repr=False)
    rows: list[Told] = field(default_factory=list)
    ends: dict[str, tuple[str, str]] = field(default_factory=dict)
    asks: list[str] = field(default_factory=list)
    drafted: Counter = field(default_factory=Counter, repr=False)  # how many rows each cell has

    def __post_init__(self):
        self.told, self.titled = cache(self.told), cache(self.titled)  # asked often
        self.explained = cache(lambda mark: phrases.explained(mark, self.cells))

    def end(self, cells: list[Cell], how: str, why: str = "") -> None:
        """Say where cells ended."""
        self.ends.update({cell.place: (how, why) for cell in cells})

    def ask(self, cell: Cell, text: str) -> None:
        """Say what a person must look at."""
        self.asks.append(f"{cell.place}: {text}")

    def add(self, cell: Cell, value: str, **said: str) -> Told:
        """Add a row for a cell, with all that is not said left open, and return it."""
        row = dict.fromkeys([*COLUMNS, "rank", "reads_as"], "") | dict.fromkeys(ASKED, OPEN)
        self.drafted[cell.place] += 1
        again = f"#{self.drafted[cell.place]}" if self.drafted[cell.place] > 1 else ""
        row |= {"value": value, "where_printed": "table", "read_by": "once", "cell": cell.place + again} | said
        self.rows.append(row)
        self.end([cell], "value")
        return row

    def told(self, text: str) -> Told:
        """Return the period and the known wordings that a text names, each where it names one only."""
        found = {"period": phrases.period_in(text)}
        for name in ("misuse", "outcome"):
            known = [words for words in self.words.get(name, ()) if re.search(r" |(ed|als?|ions?)$", words)]
            said = [words for words in known if re.search(rf"\b{re.escape(words)}\b", text, re.I)]
            longest = [words for words in said if not any(words != other and words in other for other in said)]
            found[name] = longest[0] if len(longest) == 1 else ""
        return _filled(found)

    def titled(self, text: str, told_apart: bool = False) -> Told:
        """Return what a title, question or label says of counts: their role too; told_apart: staff from officers."""
        return self.told(text) | _filled({"role": phrases.role_in(text, told_apart)})

    def kind(self, texts: list[str], head: str = "") -> str:
        """Return what labels mean: by themselves, then by what stands above them; `?` where neither says."""
        labels = [plain(text) for text in texts if _tells(text) and not LIKE_A_TOTAL.fullmatch(text.strip())]
        known = ("period", "outcome", "role", "rank", "misuse") if labels else ()
        told = (name for name in known if all(self.is_label(text, name) for text in labels))
        above = (name for name, words in HEADS.items() if re.search(words, head, re.I))
        dated = any(map(phrases.YEAR.search, labels))  # or else `Year` stands before the years along the top
        return next(told, next((name for name in above if name != "period" or dated), OPEN))

    def is_label(self, text: str, name: str) -> bool:
        """Say whether a label in plain spelling is a known wording of a field, or an everyday word of it."""
        rank, who = phrases.rank(text), phrases.role(text)  # beside ranks, staff are no rank of their own
        everyday = {"period": phrases.is_period(text), "role": who and not rank, "rank": rank or who}
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
        if area.endswith(HEADS_AGAIN):
            made.end([cell for cell in cells if cell.area == area], "label")
        elif not outside_tables(area) and any(len(line) > 1 for line in grid.values()):
            leads = [area.rpartition("/")[2], *_lead(cells, area)]
            for table in tables(grid):
                table.titles[:0] = leads
                _Rows(made, table).draft()
    _letter(made, [cell for cell in cells if cell.place not in made.ends])
    order, at = {cell.place: number for number, cell in enumerate(cells)}, 0
    for row in made.rows:  # an empty cell stands behind the row before it
        row["order"] = at = order.get(row["cell"].partition("#")[0], at)
    made.rows.sort(key=lambda row: row.pop("order"))
    _ask_of_twins(made)
    for row in made.rows:
        _finish(row, force)
    return made


def _lead(cells: list[Cell], area: str) -> list[str]:
    """Return the paragraph straight above a table, where it counts nothing itself; a PDF does not tell which it is.

    One that begins with the number of another table is the caption of that.
    """
    number = next(number for number, cell in enumerate(cells) if cell.area == area)
    above = cells[number - 1] if number else cells[0]
    is_text = above.area == f"{area.rpartition('/')[0]}/P".lstrip("/") and "@" not in above.place
    caption = re.match(r"table (\d+)\b", above.text, re.I)
    is_other = caption and caption[1] != area.rpartition("/")[2].strip("T")
    return [above.text] if is_text and not is_other and not phrases.in_prose(above.text) else []


def _finish(row: Told, force: str) -> None:
    """Say of a row what is the same for all: its force, its address as one word, and what nothing says is open."""
    row |= {"force": row["force"] or force, "cell": address(row["cell"])}
    if phrases.is_month(row["period"]):  # of which year, nothing says
        row |= {"period": OPEN, "note": "; ".join(filter(None, [row["note"], row["period"]]))}
    if row["rank"] and row["role"] == OPEN:
        row["role"] = "officer"
    if not (row["reads_as"] or row["drop"] or row["value"] == OPEN or phrases.parsed(row["value"], row["beside"])):
        row["reads_as"] = OPEN  # a dash, for one, can mean several things


def address(place: str) -> str:
    """Return a place as one word, to stand in the id of a figure: a space becomes %20, and so on."""
    return re.sub(r"[\s:;|&%\[\]\"]", lambda found: quote(found[0], safe=""), place)


def _ask_of_twins(made: Draft) -> None:
    """Ask of the rows of tables that say the same of different numbers, as under a head that comes twice."""
    same: dict[tuple, list[str]] = {}
    for row in made.rows:
        if row["where_printed"] == "table" and not row["drop"] and any(row[name] != OPEN for name in ASKED):
            same.setdefault(tuple(row[name] for name in ("force", "rank", "note", *ASKED)), []).append(row["cell"])
    twins = [cells for cells in same.values() if len(cells) > 1]
    if twins:
        made.asks.append(f"{twins[0][1]}: the labels of {twins[0][0]} again ({len(twins)} such): say how they differ")


def _letter(made: Draft, cells: list[Cell]) -> None:
    """Draft a row for each number outside tables, the first below a question, or each with its year, as that asked.

    A question whose answer is in words alone has a row as well, for what these mean.
    """
    made.end(cells, "note")
    question, is_asked, is_answered = "", False, False
    in_words: Cell | None = None  # what stands below a question, as long as no number does
    for passage in _passages(cells):
        text = " ".join(line for _, line in passage)
        if question and is_answered and not phrases.period_in(text):
            question = OPEN  # a second number may count something else, unless each has its year
        said = _answers(made, passage, text, question)
        is_question = text.endswith("?") or bool(NUMBERED.match(text) and not said)
        if in_words and is_question:
            _ask_of_words(made, in_words, question, passage[0][0])
        if is_question or said:
            in_words = None
        elif question and is_asked:
            in_words = passage[0][0]
        if is_question:
            question = "" if is_asked else text  # several in a row say nothing of the answers below them
        elif is_answered and not said:
            question = ""
        is_asked, is_answered = is_question, said
    if in_words:
        _ask_of_words(made, in_words, question)


def _ask_of_words(made: Draft, cell: Cell, question: str, following: Cell | None = None) -> None:
    """Ask what words below a question mean, unless a table follows before the next; a PDF does not tell where."""
    at, end = made.cells.index(cell), made.cells.index(following) if following and "@" not in cell.place else None
    if all(outside_tables(one.area) for one in made.cells[max(at - 1, 0) : end]):
        made.ask(cell, "no number below a question: write 0, not held or another word for value, or drop it")
        made.add(cell, OPEN, where_printed="text", **made.titled(question))


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


def _answers(made: Draft, passage: list[tuple[Cell, str]], text: str, question: str) -> bool:
    """Draft a row for each number of a text below a question; say whether there is any.

    A number alone, or behind its year, is what was asked for. In a sentence it says itself what it counts; where it is
    the only one, the question says when, and of what misuse.
    """
    asked = made.titled(question) | _filled({"unit": phrases.unit_in(question)})
    period = phrases.period_in(text) if question else ""
    alone = phrases.count(_without(period, ANSWER.sub("", text)))
    is_figure = question or passage[0][0].column > 1  # a part of a line of a PDF stands beside others
    if alone and not phrases.is_period(alone.value) and (is_figure or re.search(r"\w", alone.value)):
        role = phrases.role(alone.noun)
        unit = "people" if role else phrases.unit_in(alone.noun)
        said = [phrases.Said(alone.value, period=period, role=role, unit=unit)]
        if not question:
            made.ask(passage[0][0], "a number outside the tables")
    elif said := phrases.in_prose(text):
        asked = {name: asked[name] for name in ("period", "misuse") if name in asked and len(said) == 1}
    elif question and phrases.NO_ANSWER.search(text):
        said = [phrases.Said(OPEN)]
        made.ask(passage[0][0], "no number below a question: write not held, refused or another word for value")
    note = f"marked {alone.mark}" if alone and alone.mark else ""
    ends = [*accumulate(len(line) + 1 for _, line in passage)]
    for one in said:
        cell = next(cell for (cell, _), end in zip(passage, ends, strict=True) if one.at < end)
        own = {"beside": one.beside, "period": one.period, "role": one.role, "unit": one.unit, "note": note}
        made.add(cell, one.value, where_printed="text", **asked | made.told(one.told) | _filled(own))
    return bool(said)


def _without(period: str, text: str) -> str:
    """Return an answer without its period, and without what leads to that or from it: `In 2019: 4`, `2019 (4)`."""
    leads = r"(?:\b(?:in|for|during|(?:calendar )?year) )?"
    found = rf"\(?{leads}{re.escape(period)}\)?\s*(?:[:=,;→]\s*|[–-]\s)?"
    rest = (re.sub(found, "", text, count=1, flags=re.I) if period else text).strip(" .;")
    return re.sub(r"^\((.*)\)$", r"\1", rest)


class _Rows:
    """Drafts the rows of one table."""

    def __init__(self, made: Draft, table: Table):
        self.made, self.table = made, table
        self.titled = made.titled(" ".join(table.titles))
        for name, known in (("role", phrases.role), ("rank", phrases.rank)):  # as a title of its own
            alone = {known(title) for title in table.titles} - {""}
            self.titled |= {name: alone.pop()} if len(alone) == 1 else {}
        texts = [*table.titles, *(cell.text for line in table.grid.values() for cell in line.values())]
        self.told_apart = any(re.search(r"\bofficer|\bconstable", text, re.I) for text in texts)
        self.kinds = {
            column: made.kind([cell.text for cell in table.column(column)], table.lowest(column))
            for column in table.labels
        }
        self.heads: dict[int, Told] = {column: {} for column in table.counted}
        for row in table.heads:
            heads = {column: table.head(row, column) for column in table.counted}
            kind = made.kind([*heads.values()])
            for column, text in heads.items():
                if text and not COUNT_HEAD.fullmatch(text):
                    said = _says(text, made.kind([text]) if kind == OPEN else kind)
                    self.heads[column] = _joined([self.heads[column], said])
        self.wrong_totals: set[int] = set()  # the lines of totals asked about: rows, and columns below zero

    def draft(self) -> None:
        """Draft the rows of the table, or count those of a list of cases."""
        made, table = self.made, self.table
        for row in (*table.heads, *table.headings):
            made.end([*table.grid[row].values()], "label")
        if not table.counted or (not table.numbers and len(table.labels) > 1 and "outcome" in self.kinds.values()):
            self.cases()
            return
        self.free_text()
        heading: Told = {}
        for row in sorted([*table.rows, *table.headings]):
            if row in table.rows:
                self.row(row, heading)
                continue
            text = table.headings[row].text
            if made.kind([text]) in {*self.kinds.values()} - {OPEN}:  # no heading: it is what its rows are
                made.ask(table.headings[row], "a label without a number: add a row if that means zero")
            else:
                heading = _says(text, made.kind([text]))

    def free_text(self) -> None:
        """Leave out columns of words beside the counts that are no labels, and say so."""
        for column in [column for column in self.table.labels if column > min(self.table.counted)]:
            cells, head = self.table.column(column), " ".join(self.table.above(column))
            is_label = self.kinds[column] != OPEN and not FREE_TEXT.search(head)
            if not is_label or any(len(cell.text) > LONGEST_LABEL or phrases.in_prose(cell.text) for cell in cells):
                del self.kinds[column]
                self.made.end(cells, "dropped", "words beside the counts, not copied")
                more = f" (and {len(cells) - 1} more below it)" if len(cells) > 1 else ""
                self.made.ask(cells[0], f"words beside the counts are not copied{more}: see whether they change one")

    def row(self, row: int, heading: Told) -> None:
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
            elif any(at < column < at + cell.wide for at, cell in line.items()):
                continue  # another cell reaches over it
            elif len(line) > 1 and not is_total and column not in self.table.total_columns:
                self.blank(row, column, _joined(said))

    def blank(self, row: int, column: int, said: Told) -> None:
        """Draft a row for an empty cell beside counts: it may mean zero, or nothing."""
        line = self.table.grid[row]
        near = line[max((at for at in line if at < column), default=min(line))]
        name = column_letters(column) if "!" in near.place else str(column)
        place = re.sub(r"(?<=!)[A-Z]+(?=\d+$)|(?<=[FC])\d+$", name, near.place, count=1)
        if place == near.place:  # a PDF has boxes for places, and none where nothing is printed
            place = f"{near.place}#{column}"
        self.figure(row, near._replace(place=place, text=""), column, said)

    def figure(self, row: int, cell: Cell, column: int, said: Told) -> None:
        """Draft the row of one cell below or beside counts."""
        made, table, found = self.made, self.table, phrases.count(cell.text)
        own = _joined([said, self.heads[column]])
        if said.get("outcome", own.get("outcome")) != own.get("outcome"):  # its row names one as well as its head
            own["note"] = "; ".join(filter(None, [own.get("note"), said["outcome"]]))
        heads = [self.heads.get(at, {}) for at in range(column, column + cell.wide)]
        own |= {name: OPEN for name in ASKED if len({one.get(name) for one in heads}) > 1}  # it counts them together
        told = made.titled(own.pop("told", ""), self.told_apart)
        is_total = row in table.total_rows or column in table.total_columns
        titled = {name: text for name, text in self.titled.items() if name != "outcome" or not is_total}
        units = map(phrases.unit_in, (" ".join(table.above(column)), " ".join(table.titles)))
        drafted = made.add(cell, found.value if found else OPEN, **_joined([titled, told, own]))
        drafted["unit"] = next(filter(None, units), OPEN)
        if found:
            drafted["role"] = phrases.role(found.noun) or drafted["role"]
            self.marked(cell, found, drafted)
            if is_total and drafted["reads_as"]:  # what a mark says of a part is not so of a total
                drafted["reads_as"] = OPEN
        elif cell.text:
            made.ask(cell, f"{len(cell.text)} characters that are no count we know")
        else:
            made.ask(cell, "empty: write 0, not held or another word for value, or remove the row")
        why = NO_COUNT if column not in table.numbers else ""
        why = why or (TOTAL_REASON if is_total and table.adds_up(row, column) else "")
        if why:
            drafted |= {"drop": why} | {name: "" for name in ASKED if drafted[name] == OPEN}
            made.end([cell], "dropped", why)
        elif is_total and (line := row if row in table.total_rows else -column) not in self.wrong_totals:
            self.wrong_totals.add(line)
            made.ask(cell, NO_TOTAL)

    def marked(self, cell: Cell, found: phrases.Printed, row: Told) -> None:
        """Keep a footnote mark with its count; a mark instead of a count reads as what the reply says it means."""
        mark = found.mark or (found.value if re.fullmatch(r"\*+|\[[a-z]\]", found.value) else "")
        words, where = self.made.explained(mark) if mark else ("", "")
        if words:
            self.made.ends[where] = ("note", "")
        if found.mark:
            row["note"] = "; ".join(filter(None, [row["note"], f"marked {mark}"]))
            told = f"which {where} explains: see whether it changes the number" if words else "which nothing explains"
            self.made.ask(cell, f"marked {mark}, {told}")
        else:
            row["reads_as"] = phrases.meaning(words)
        if phrases.CHANGES.search(words) and not row["reads_as"]:
            row["reads_as"] = OPEN

    def cases(self) -> None:
        """Count the rows of a list by the columns that say what a case was; free text stays out."""
        made, table, named = self.made, self.table, self.counted_by()
        groups: dict[tuple, list[Cell]] = {}
        rows = [row for row in table.rows if row not in table.total_rows]
        for cell in (cell for row in table.total_rows for cell in table.grid[row].values()):
            made.end([cell], "dropped", TOTAL_REASON)
            if (number := phrases.count(cell.text)) and number.value != str(len(rows)):
                made.ask(cell, NO_TOTAL)
        for row in rows:
            line = table.grid[row]
            for column, cell in line.items():
                made.end([cell], *(("value",) if column in named else ("dropped", NOT_COUNTED)))
            texts = {column: _year(line[column]) for column in named if column in line and _tells(line[column].text)}
            groups.setdefault(tuple(texts.items()), []).append(line[min(texts or line)])
        first = next(iter(table.grid[table.rows[0]].values()))
        more = len(table.columns) - len(named)
        made.ask(first, f"a list of {len(rows)} rows: {more} of its columns are not counted by")
        for texts, cells in groups.items():
            said = _joined([self.titled, *(_says(text, named[column]) for column, text in texts)])
            note = f"counted by us: rows of a list, the first at {cells[0].place}"
            told = {"unit": "cases"} | said | {"note": note} if named else {}
            made.add(cells[0], str(len(cells)) if named else OPEN, **told)

    def counted_by(self) -> dict[int, str]:
        """Return the columns that say what a case was, each kind once: of known words, or of words that repeat."""
        named: dict[int, str] = {}
        for column in self.table.labels:
            texts = [cell.text.strip() for cell in self.table.column(column) if _tells(cell.text)]
            kind, head = self.kinds[column], " ".join(self.table.above(column))
            repeats = len(set(texts)) < len(texts) and not FREE_TEXT.search(head)
            if kind not in (OPEN, *named.values()) and (repeats or all(self.made.kind([one]) == kind for one in texts)):
                named[column] = kind
        return named


def _says(text: str, kind: str) -> Told:
    """Return what a label says; one whose meaning is not known is kept as a note."""
    text = " ".join(text.split())
    mark = phrases.MARK.search(text) if kind == "period" or not text.endswith(")") else None
    bare = text[: mark.start()].strip() if mark else text
    if kind == OPEN:
        return {"told": bare} | ({"note": text} if len(text) <= LONGEST_LABEL and not kinds_in(text) else {})
    rank, who = phrases.rank(bare), phrases.role(bare)
    if kind in ("role", "rank") and (rank or who):
        kind, bare = ("rank", rank) if rank else ("role", who)
    return {kind: bare} | ({"note": f"marked {mark[1]} at {bare}"} if mark else {})


def _joined(said: list[Told]) -> Told:
    """Return what several labels say together: a month with its year, all notes, else what the last one says."""
    whole: Told = {}
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


def _filled(said: Told) -> Told:
    return {name: text for name, text in said.items() if text}


def _tells(text: str) -> bool:
    """Say whether a label tells something; nothing and `N/A` leave it open."""
    return bool(text.strip()) and (phrases.is_period(text) or not phrases.count(text))


def _year(cell: Cell) -> str:
    """Return the year of a day, else what the cell says."""
    found = periods.parse(cell.value or cell.text)
    return str(found.start.year) if found.kind == "day" else cell.text.strip()
