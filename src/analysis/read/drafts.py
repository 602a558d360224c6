"""The first transcript of a reply, from what its cells show; what they do not show is left to a person as `?`.

One law: a cell below or beside a count is a figure, whatever it says; what cannot be placed is a `?`, never silence.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote

from analysis.read import numbers
from analysis.read.cells import Cell, column_letters
from analysis.read.numbers import is_year
from analysis.read.personal import kinds_in

OPEN = "?"
TOTAL = re.compile(r"(?:grand |sub[- ]?|overall )?totals?\b.*|overall", re.I)
TOTAL_REASON = "total of other rows, checked and not kept"
MEANT = {
    "outcome": re.compile(r"outcome|result|sanction|action|finding|disposal", re.I),
    "rank": re.compile(r"rank|grade", re.I),
    "role": re.compile(
        r"role|(?:officer|staff|employee|worker) (?:type|group|category)|officer ?/ ?staff|staff group", re.I
    ),
    "period": re.compile(r"year|period|date|when", re.I),
    "month": re.compile(r"month", re.I),
    "force": re.compile(r"force|constabulary", re.I),
    "misuse": re.compile(r"nature|offence|breach|type|allegation|misuse|system|reason|incident|category|conduct", re.I),
}
EVERYDAY = {
    "outcome": re.compile(
        r"no further action|nfa|dismiss(?:al|ed).*|resign(?:ation|ed).*|retire(?:ment|d)?|warn(?:ing|ed)|"
        r"(?:final |first |verbal )?written warning.*|(?:management |words of )?advice|management action|"
        r"no case to answer|reprimand|"
        r"cautioned|charged|ongoing", re.I),
    "role": re.compile(r"(?:police |civilian )?staff|(?:police )?officers?|pcsos?|specials?|special constables?|"
                       r"police community support officers?|(?:police )?officers and (?:police )?staff", re.I),
    "rank": re.compile(r"(?:chief |detective )?(?:constable|sergeant|inspector|superintendent)s?", re.I),
}  # fmt: skip
ROLES = {
    "officer": re.compile(r"(?:police )?officers?", re.I),
    "staff": re.compile(r"(?:police |civilian )?staff", re.I),
    "pcso": re.compile(r"pcsos?|police community support officers?", re.I),
    "special": re.compile(r"specials|special constables?", re.I),
    "all": re.compile(r"officers and staff|police officers and (?:police )?staff", re.I),
}
RANKS = {"pc": "constable", "dc": "constable", "ps": "sergeant", "sgt": "sergeant", "ds": "sergeant", "di": "inspector",
         "insp": "inspector", "dci": "chief-inspector"}  # fmt: skip
FREE_TEXT = re.compile(r"detail|description|summary|circumstance|comment|note|reason|name|brief", re.I)
NUMBERING = re.compile(
    r"(?:case |row |ref(?:erence)?|item|s/?n|serial|id|#)?\s*(?:no\.?|number|id|#|ref(?:erence)?)?", re.I
)
OTHER_NUMBER = re.compile(
    r"\b(?:age|length|service|days|weeks|months|years|hours|salary|cost|value|collar|%|per ?cent)\b|£", re.I
)
COUNT_HEAD = re.compile(
    r"(?:total )?(?:no\.?|numbers?|count|total|quantity|volume|figures?|how many|amount|answer|cases|incidents|"
    r"allegations|people)"
)
LONGEST_LABEL = 120
Grid = dict[int, dict[int, Cell]]
Words = dict[str, set[str]]


class Draft(NamedTuple):
    """Hold the rows of a transcript, where each cell of the file ended, and what to ask.

    ends: by place value, label, note or dropped, and why it is dropped; asks: what to look at, naming its cell.
    """

    rows: list[dict[str, str]]
    ends: dict[str, tuple[str, str]]
    asks: list[str]


class Block(NamedTuple):
    """Hold one table a person would see: its heads, rows, headings by row, titles above and lone labels below."""

    heads: list[int]
    rows: list[int]
    headings: dict[int, str]
    titles: list[str]
    lone: tuple[int, ...] = ()


def draft(cells: list[Cell], force: str, words: Words) -> Draft:
    """Return the first transcript of a reply.

    words: by field (misuse, outcome, role) the wordings that are known already, in plain spelling.
    """
    made = Draft([], {cell.place: ("note", "") for cell in cells}, [])
    areas: dict[str, Grid] = {}
    for cell in cells:
        areas.setdefault(cell.area, {}).setdefault(cell.row, {})[cell.column] = cell
    loose = []
    for area, grid in areas.items():
        covered: set[str] = set()
        for band in _bands(grid) if _is_table(area, grid) else ():
            for block in _blocks(band):
                covered |= {
                    cell.place for row in (*block.heads, *block.rows, *block.headings) for cell in band[row].values()
                }
                _Table(made, band, block, words, cells, area).draft()
        loose += [cell for row in grid.values() for cell in row.values() if cell.place not in covered]
    for cell in loose:
        _loose(made, cell, words)
    order, last, keys = {cell.place: number for number, cell in enumerate(cells)}, 0, {}
    for row in made.rows:
        last = keys[row["cell"]] = order.get(
            row["cell"].partition("#")[0], last
        )  # an empty cell stands by the one before it
    made.rows.sort(key=lambda row: keys[row["cell"]])
    for row in made.rows:
        row |= {"force": row["force"] or force, "cell": address(row["cell"])}
    return made


def address(place: str) -> str:
    """Return a place as one word, to stand in the id of a figure: a space becomes %20, and so on."""
    return re.sub(r"[\s:;|&%\[\]\"]", lambda found: quote(found[0], safe=""), place)


def _is_table(area: str, grid: Grid) -> bool:
    return area.rpartition("/")[2] != "P" and any(len(row) > 1 for row in grid.values())


def _new(cell: Cell, value: str, **said: str) -> dict[str, str]:
    """Return a row of a transcript with all that is not said left open."""
    row = dict.fromkeys(("period", "role", "unit", "misuse", "outcome"), OPEN)
    row |= {"force": "", "period_start": "", "period_end": "", "value": value, "beside": "", "where_printed": "table"}
    return row | {"read_by": "once", "note": "", "drop": "", "cell": cell.place, "rank": "", "reads_as": ""} | said


def _loose(made: Draft, cell: Cell, words: Words) -> None:
    """Draft a row for each number that stands alone or in a sentence."""
    alone = numbers.count(cell.text)
    if made.ends[cell.place][0] == "label":  # the explanation of a mark
        return
    if alone and not is_year(cell.text) and re.search(r"\d", alone.value):
        made.rows.append(_new(cell, alone.value, note=f"marked {alone.mark}" if alone.mark else ""))
        made.asks.append(f"{cell.place}: a number outside the tables")
        made.ends[cell.place] = ("value", "")
        return
    text = re.sub(rf"^\s*[\d{numbers.RAISED}*†‡]{{1,2}} (?=[A-Z])", "", cell.text)  # the mark of a footnote
    for number, said in enumerate(numbers.in_prose(text), start=1):
        row = _new(cell, said.value, beside=said.beside, where_printed="text")
        row["cell"] += f"#{number}" if number > 1 else ""
        row["role"] = said.role or OPEN
        row["unit"] = said.unit or OPEN
        years = {year[0] for year in re.finditer(rf"(?<![\w/-]){numbers.YEAR.pattern}(?![\w/-])", said.clause, re.I)}
        row["period"] = years.pop() if len(years) == 1 else OPEN
        for field in ("outcome", "misuse"):
            row[field] = _named(said.told, words.get(field, set())) or OPEN
        made.rows.append(row)
        made.ends[cell.place] = ("value", "")


def _named(clause: str, known: set[str]) -> str:
    """Return the one wording that a clause names, the longest where one holds another; else nothing."""
    said = [text for text in known if len(text) > 3 and re.search(rf"\b{re.escape(text)}\b", clause, re.I)]
    longest = [text for text in said if not any(text != other and text in other for other in said)]
    return longest[0] if len(longest) == 1 else ""


def _bands(grid: Grid) -> list[Grid]:
    """Return the tables that stand side by side, apart by a column that is empty in all rows; else all as one."""
    columns = sorted({column for line in grid.values() for column in line})
    parts: list[list[int]] = []
    for column in columns:
        if parts and column - parts[-1][-1] == 1:
            parts[-1].append(column)
        else:
            parts.append([column])
    bands = [{row: {c: line[c] for c in part if c in line} for row, line in grid.items()} for part in parts]
    whole = [{row: line for row, line in band.items() if line} for band in bands]
    labelled = all(
        any(min(part) in line and len(line) > 1 and not numbers.count(line[min(part)].text) for line in band.values())
        for band, part in zip(whole, parts, strict=True)
    )
    wide = any(cell.wide > 1 for line in grid.values() for cell in line.values())
    return whole if len(parts) > 1 and all(len(part) > 1 for part in parts) and labelled and not wide else [grid]


def _blocks(grid: Grid) -> Iterator[Block]:
    """Yield the tables of an area: heads, then rows with counts, with what stands between and below them."""
    above: list[int] = []
    block: Block | None = None
    for row in sorted(grid):
        if _counts(grid, row, block, above):
            if block and not _new_heads(grid, above, block, _parted(grid, block.rows[-1], row)):
                _between(grid, block, above)
            else:
                if block:
                    yield block
                block = _heads(grid, above, row)
            block.rows.append(row)
            above = []
        else:
            above.append(row)
    if block:
        tail = [row for row in above if row - block.rows[-1] <= 1 + above.index(row)]
        _between(grid, block, [row for row in tail if _beside_a_count(grid, block, row)])
        yield block._replace(lone=tuple(row for row in tail if len(grid[row]) == 1 and row not in block.rows))
        above = [row for row in above if row not in block.rows]
    cases = _list(grid, above)
    if cases:
        yield cases


def _parted(grid: Grid, first: int, last: int) -> bool:
    """Say whether an empty row lies between two rows."""
    return any(row not in grid for row in range(first + 1, last))


def _counts(grid: Grid, row: int, block: Block | None, above: list[int]) -> bool:
    """Say whether a row holds a count; numbers that could be years count only below heads that are none."""
    line = grid[row]
    first = min(line)
    found = [cell for cell in line.values() if numbers.count(cell.text)]
    beside = [cell for cell in line.values() if cell.column != first]
    digits = [cell for cell in found if re.search(r"\d", cell.text) and not is_year(cell.text)]
    if digits and not (len(line) == 1 and len(digits[0].text) > 12):
        return True
    if beside and all(cell in found and not is_year(cell.text) for cell in beside):
        return True  # a label, and beside it only words that stand for counts
    years = [cell for cell in beside if cell in found and is_year(cell.text)]
    label = line[first].text.strip()
    headed = block is not None or any(len(grid[one]) > 1 for one in above)
    return bool(years) and headed and not is_year(label) and not MEANT["period"].search(label) and bool(label)


def _new_heads(grid: Grid, above: list[int], block: Block, parted: bool) -> bool:
    """Say whether rows without a count begin a new table: heads like the first ones, or several after an empty row."""
    wide = [row for row in above if len(grid[row]) > 1]
    if not wide:
        return parted and bool(above) and not block.heads
    first = grid[wide[-1]]
    same = block.heads and [cell.text for cell in first.values()] == [
        cell.text for cell in grid[block.heads[-1]].values()
    ]
    years = all(is_year(cell.text) for cell in list(first.values())[1:])
    return bool(same or years or parted)


def _between(grid: Grid, block: Block, above: list[int]) -> None:
    """Take rows without a count into a table: a lone label is a heading, anything else a row of figures."""
    for row in above:
        if len(grid[row]) == 1 and not _beside_a_count(grid, block, row):
            block.headings[row] = next(iter(grid[row].values())).text
        else:
            block.rows.append(row)
    block.rows.sort()


def _beside_a_count(grid: Grid, block: Block, row: int) -> bool:
    counted = {
        cell.column
        for one in block.rows
        for cell in grid[one].values()
        if numbers.count(cell.text) and not is_year(cell.text)
    }
    return bool(counted & grid[row].keys()) or len(grid[row]) > 1


def _heads(grid: Grid, above: list[int], first: int) -> Block:
    """Return the heads straight above the first row of counts, lone labels between them, and the titles above."""
    wide = [row for row in above if len(grid[row]) > 1]
    lone = [row for row in above if wide and row > wide[-1] and min(grid[row]) == min(grid[first])]
    heads: list[int] = []
    for row in reversed([row for row in above if row not in lone]):
        near = (heads[0] if heads else (lone or [first])[0]) - row <= (1 if heads else 2)
        spans = len(grid[row]) > 1 or next(iter(grid[row].values())).wide > 1 or min(grid[row]) > min(grid[first])
        if len(heads) == 3 or not near or not spans:
            break
        heads.insert(0, row)
    if len(heads) > 1 and len(grid[heads[0]]) == 1 and min(grid[heads[0]]) == min(grid[first]):
        heads = heads[1:]  # a title over the whole table
    titles = [cell.text for row in above if row not in (*heads, *lone) for cell in grid[row].values()]
    return Block(heads, [], {row: next(iter(grid[row].values())).text for row in lone}, titles)


def _list(grid: Grid, rows: list[int]) -> Block | None:
    """Return the table that lists cases, one row each, without any count."""
    wide = [row for row in rows if len(grid[row]) > 1]
    if len(wide) < 3:
        return None
    return Block(wide[:1], wide[1:], {}, [cell.text for row in rows if row < wide[0] for cell in grid[row].values()])


class _Table:
    """Drafts the rows of one table."""

    def __init__(self, made: Draft, grid: Grid, block: Block, words: Words, cells: list[Cell], area: str):
        self.made, self.grid, self.block, self.words, self.cells = made, grid, block, words, cells
        self.title = " ".join([*block.titles, area.rpartition("/")[2]])
        self.known: dict[int, list[str]] = {}
        body = [grid[row] for row in block.rows]
        self.columns = sorted({column for line in body for column in line})
        self.counted = [column for column in self.columns if self.is_counted(column)]
        self.labels = [column for column in self.columns if column not in self.counted]

    def column(self, column: int) -> list[Cell]:
        """Return the cells of a column below its heads."""
        return [self.grid[row][column] for row in self.block.rows if column in self.grid[row]]

    def heads(self, column: int) -> list[str]:
        """Return what the heads over a column say, the uppermost first; one that spans others reaches over them."""
        if column in self.known:
            return self.known[column]
        found = []
        for row in self.block.heads:
            line, last = self.grid[row], row == self.block.heads[-1]
            own = [cell for at, cell in line.items() if at <= column < at + cell.wide]
            near = [cell for at, cell in line.items() if at <= column and at > min(self.columns)]
            found.append((own or ([] if last else near[-1:]) or [None])[-1])
        self.known[column] = [cell.text.strip() if cell else "" for cell in found]
        return self.known[column]

    def is_counted(self, column: int) -> bool:
        """Say whether a column holds counts rather than labels, years, or the numbers of its lines."""
        cells, head = self.column(column), " ".join(self.heads(column))
        counts = [cell for cell in cells if numbers.count(cell.text)]
        if not counts:
            return False
        texts = [cell.text.strip() for cell in cells]
        first = column == min(self.columns)
        if all(map(is_year, texts)) and (first or MEANT["period"].search(head)):
            return False
        numbered = texts == [str(n) for n in range(1, len(texts) + 1)] and len(self.columns) > 2 and len(texts) > 1
        if first and numbered and NUMBERING.fullmatch(head.strip()):
            return False
        words_only = not any(re.search(r"\d", cell.text) for cell in counts)
        return not (words_only and len(counts) * 2 < len(cells)) or self.is_year_head(head)

    def is_year_head(self, head: str) -> bool:
        return is_year(head)

    def draft(self) -> None:
        """Draft the rows of the table, or count those of a list of cases."""
        for row in [*self.block.heads, *self.block.headings]:
            self.made.ends.update({cell.place: ("label", "") for cell in self.grid[row].values()})
        kinds = {
            column: self.kind([cell.text for cell in self.column(column)], self.heads(column)[-1:])
            for column in self.labels
        }
        other = [column for column in self.counted if OTHER_NUMBER.search(" ".join(self.heads(column)))]
        lists = len(self.labels) > 1 and self.counted == other and "outcome" in kinds.values()
        if not self.counted or lists:
            self.cases(kinds)
            return
        self.free_text(kinds)
        for row in self.block.lone:
            cell = next(iter(self.grid[row].values()))
            if (
                len(cell.text) < 40
                and not numbers.MARK.match(cell.text[:1])
                and re.fullmatch(r"[A-Za-z][\w ,/()-]*", cell.text)
            ):
                self.made.asks.append(f"{cell.place}: a label without a number: add a row if that means zero")
        labels = {column: kind for column, kind in kinds.items() if kind != "free"}
        parts = 0
        for row in self.block.rows:
            self.row(row, labels, parts)
            parts += not any(TOTAL.fullmatch(self.label(row, column, labels).strip()) for column in labels)

    def kind(self, texts: list[str], heads: list[str]) -> str:
        """Return what labels mean: by themselves, then by what stands above them; `?` where neither says."""
        plain = [
            " ".join(text.split()).casefold() for text in texts if text.strip() and not TOTAL.fullmatch(text.strip())
        ]
        head = " ".join(heads)
        if plain and all(map(is_year, plain)):
            return "period"
        if plain and all(numbers.MONTH.fullmatch(text) for text in plain):
            return "month"
        for field, known in EVERYDAY.items():
            if plain and all(known.fullmatch(text) or text in self.words.get(field, ()) for text in plain):
                return field
        for field, words in MEANT.items():
            if head and words.search(head):
                return field
        for field in ("outcome", "misuse", "role", "force"):
            known = self.words.get(field, set())
            if any(text in known or (field in EVERYDAY and EVERYDAY[field].fullmatch(text)) for text in plain):
                return field
        return OPEN

    def free_text(self, kinds: dict[int, str]) -> None:
        """Leave out columns of words beside the counts that are no labels, and say so."""
        for column in [column for column in self.labels if column > min(self.counted)] or ():
            cells, head = self.column(column), " ".join(self.heads(column))
            repeats = len({cell.text for cell in cells}) < len(cells) or kinds[column] != OPEN
            if FREE_TEXT.search(head) or not repeats or any(len(cell.text) > LONGEST_LABEL for cell in cells):
                kinds[column] = "free"
                self.made.ends.update(
                    {cell.place: ("dropped", "words beside the counts, not copied") for cell in cells}
                )
                where = cells[0].place if len(cells) == 1 else f"{cells[0].place} and {len(cells) - 1} more below it"
                self.made.asks.append(
                    f"{where}: words beside the counts are not copied: see whether they change a count"
                )

    def row(self, row: int, kinds: dict[int, str], parts: int) -> None:
        """Draft one row of the transcript for each count of one row, which stands below so many parts of a total."""
        line = self.grid[row]
        said: dict[str, str] = {}
        total = ""
        for column, kind in kinds.items():
            text = self.label(row, column, kinds)
            total = total or (text if TOTAL.fullmatch(text.strip()) else "")
            if text and not TOTAL.fullmatch(text.strip()):
                self.say(said, kind, text)
            elif text and not parts:
                self.say(said, OPEN, text)
            if column in line:
                self.made.ends[line[column].place] = ("label", "")
        for heading in [text for at, text in sorted(self.block.headings.items()) if at < row and not total][-1:]:
            self.say(said, self.kind([heading], []), heading)
        for column in self.counted:
            cell = line.get(column)
            if cell is None:
                if len(line) > 1 and not total and not TOTAL.fullmatch((self.heads(column) or [""])[-1]):
                    self.blank(row, column, said)
                continue
            self.figure(cell, said, total if parts > 1 else "", column)

    def label(self, row: int, column: int, kinds: dict[int, str]) -> str:
        """Return a label; of several columns of them, an empty one is that of the row above, as in a merged cell."""
        while column not in self.grid[row] and column != max(kinds) and row - 1 in self.block.rows:
            row -= 1
        return self.grid[row][column].text if column in self.grid[row] else ""

    def say(self, said: dict[str, str], kind: str, text: str) -> None:
        """Put a label where it belongs; one whose meaning is not known is kept as a note."""
        text = " ".join(text.split())
        mark = numbers.MARK.search(text)
        text = text[: mark.start()].strip() if mark and not text.endswith(")") else text
        if kind == "role":
            said["role"] = next((role for role, words in ROLES.items() if words.fullmatch(text)), text)
        elif kind == "month":
            said["month"] = text
        elif kind == "rank":
            plain = text.casefold().removeprefix("police ").removeprefix("detective ")
            said["rank"] = RANKS.get(plain, re.sub(r"s$", "", plain).replace(" ", "-"))
        elif kind != OPEN:
            said[kind] = text
        elif len(text) <= LONGEST_LABEL and not kinds_in(text):
            years = {year[0] for year in re.finditer(rf"(?<![\w/-]){numbers.YEAR.pattern}(?![\w/-])", text, re.I)}
            told = {field: _named(text, self.words.get(field, set())) for field in ("outcome", "misuse")}
            told["period"] = years.pop() if len(years) == 1 else ""
            for field, words in told.items():
                said.setdefault(field, words) if words else None
            said["note"] = "; ".join(filter(None, [said.get("note", ""), text]))

    def figure(self, cell: Cell, said: dict[str, str], total: str, column: int) -> None:
        """Draft the row of one count."""
        found, own = numbers.count(cell.text), dict(said)
        heads = [text for text in self.heads(column) if text]
        down = heads[-1] if heads and TOTAL.fullmatch(heads[-1]) and len(self.counted) > 2 else ""
        for level, text in enumerate(heads):
            if text != down:
                self.say_head(own, text, level)
        row = _new(cell, found.value if found else OPEN) | {"period": self.period(), "unit": self.unit(heads)}
        for field in ("misuse", "outcome"):
            text = f"{' '.join(heads)}. {self.title}" if len(self.counted) == 1 else self.title
            row[field] = _named(text, self.words.get(field, set())) or OPEN
        month = own.pop("month", "")
        row |= own
        if month:
            row["period"] = f"{month} {row['period']}".replace(f" {OPEN}", "") if not re.search(r"\d", month) else month
        if found is None:
            self.made.asks.append(f"{cell.place}: {len(cell.text)} characters that are no count we know")
        else:
            self.marked(cell, found, row)
            if found.noun:
                row["role"] = next((role for role, words in ROLES.items() if words.fullmatch(found.noun)), row["role"])
        self.made.ends[cell.place] = ("value", "")
        if total or down:
            row["drop"] = TOTAL_REASON
            row |= {name: "" for name in ("period", "role", "unit", "misuse", "outcome") if row[name] == OPEN}
            self.made.ends[cell.place] = ("dropped", TOTAL_REASON)
        self.made.rows.append(row)

    def say_head(self, own: dict[str, str], text: str, level: int) -> None:
        """Put the head of a column where it belongs, told by all heads of its row."""
        row = self.block.heads[level] if level < len(self.block.heads) else self.block.heads[-1]
        others = [cell.text for at, cell in self.grid[row].items() if at in self.counted or at > min(self.columns)]
        kind = self.kind(others or [text], [])
        counts = COUNT_HEAD.pattern
        bare = re.fullmatch(counts, text, re.I) or (len(self.counted) == 1 and re.match(rf"{counts}\b", text, re.I))
        if kind == OPEN and bare:
            return
        self.say(own, kind, text)

    def period(self) -> str:
        """Return the one year that the titles of the table name."""
        years = {year[0] for year in re.finditer(rf"(?<![\w/-]){numbers.YEAR.pattern}(?![\w/-])", self.title, re.I)}
        return years.pop() if len(years) == 1 else OPEN

    def unit(self, heads: list[str]) -> str:
        """Return the one unit that the heads, or else the titles, name."""
        for text in (" ".join(heads), " ".join(self.block.titles)):
            units = [unit for unit, words in numbers.UNITS.items() if re.search(rf"\b(?:{words})\b", text, re.I)]
            units += (
                ["people"]
                if not units and re.search(r"\bnumber of (?:police )?(?:officers|staff)\b", text, re.I)
                else []
            )
            if len(units) == 1:
                return units[0]
        return OPEN

    def marked(self, cell: Cell, found: numbers.Count, row: dict[str, str]) -> None:
        """Keep a footnote mark with its count, and what the reply says it means."""
        mark = found.mark or (found.value if re.fullmatch(r"\*+|\[[a-z]\]", found.value) else "")
        if not mark:
            return
        words, where = numbers.explained(mark, self.cells)
        if found.mark:
            row["note"] = "; ".join(filter(None, [row["note"], f"marked {mark}"]))
        elif numbers.meaning(words):
            row["reads_as"] = numbers.meaning(words)
            self.made.ends[where] = ("label", "")
        if words and numbers.CHANGES.search(words) and not row["reads_as"]:
            row["reads_as"] = OPEN
            self.made.asks.append(
                f"{cell.place}: marked {mark}, which the reply explains: say in reads_as what it means"
            )
        elif not words and found.mark:
            self.made.asks.append(f"{cell.place}: marked {mark}, which nothing in the reply explains")

    def blank(self, row: int, column: int, said: dict[str, str]) -> None:
        """Draft a row for an empty cell beside counts: it may mean zero, or nothing."""
        near = self.grid[row][min(self.grid[row])]
        if "!" in near.place:
            place = re.sub(r"[A-Z]+(?=\d+$)", column_letters(column), near.place)
        else:
            place = re.sub(r"(?<=[FC])\d+$", str(column), near.place)
        if place == near.place:  # a PDF has boxes for places, and none where nothing is printed
            place = f"{near.place}#{column}"
        cell = near._replace(place=place, column=column, text="")
        self.figure(cell, said, "", column)
        self.made.asks[-1] = f"{place}: empty: write 0, not held or another word for value, or remove the row"

    def cases(self, kinds: dict[int, str]) -> None:
        """Count the rows of a list by the columns that say what a case was; free text stays out."""
        named: dict[int, str] = {}
        for column in self.labels:
            texts = [cell.text.strip() for cell in self.column(column)]
            head = " ".join(self.heads(column))
            kind = "period" if re.search("date", head, re.I) else kinds[column]
            told = kind == "period" or (len(set(texts)) < len(texts) and not FREE_TEXT.search(head))
            known = all(self.kind([text], []) == kind for text in texts)
            if kind not in (OPEN, "month", *named.values()) and (told or known):
                named[column] = kind
        reason = "a column of a list that is not counted by: free text is off by default"
        groups: dict[tuple, list[int]] = {}
        for row in self.block.rows:
            line = self.grid[row]
            for column, cell in line.items():
                self.made.ends[cell.place] = ("value", "") if column in named else ("dropped", reason)
            key = tuple((kind, _year(line[column]) if kind == "period" else line[column].text if column in line else "")
                        for column, kind in named.items() if column in line)  # fmt: skip
            groups.setdefault(key, []).append(row)
        first = next(iter(self.grid[self.block.rows[0]].values()))
        if not named:
            self.made.rows.append(_new(first, OPEN))
            self.made.asks.append(f"{first.place}: {len(self.block.rows)} rows that are no counts we know")
            self.made.ends[first.place] = ("value", "")
            return
        for key, rows in groups.items():
            said: dict[str, str] = {}
            for kind, text in key:
                self.say(said, kind, text)
            line = self.grid[rows[0]]
            cell = line.get(min(named), line[min(line)])
            counted = f"counted by us: rows of a list, the first at {cell.place}"
            self.made.rows.append(
                _new(cell, str(len(rows))) | {"period": self.period(), "unit": "cases"} | said | {"note": counted}
            )
        left_out = [self.heads(column)[-1] for column in self.columns if column not in named and self.block.heads]
        if left_out:
            words = f"a list of cases: {len(left_out)} of its columns are not counted by"
            self.made.asks.append(f"{first.place}: {words}")


def _year(cell: Cell) -> str:
    """Return the year of a day, day first."""
    iso, day = (
        re.match(r"(\d{4})-\d\d-\d\d", cell.value),
        re.fullmatch(r"\d{1,2}[/.-]\d{1,2}[/.-](\d{4})", cell.text.strip()),
    )
    return iso[1] if iso else day[1] if day else cell.text.strip()
