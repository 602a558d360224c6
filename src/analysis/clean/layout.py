"""The tables a person sees in a reply: the heads of each, its rows, headings between them, and titles above."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from analysis.clean.phrases import count, is_period, parsed, role
from analysis.read.cells import Cell
from analysis.read.doubts import LIKE_A_TOTAL, adds_up

# by field, what the head above its labels says
HEADS = {
    "period": r"year|month|period|date|when",
    "outcome": r"outcome|result|sanction|action|finding|disposal",
    "rank": r"rank|grade",
    "role": r"role|(?:officer|staff|employee|worker) (?:type|group|category)|officer ?/ ?staff|staff group",
    "force": r"force|constabulary",
    "misuse": r"nature|offence|breach|type|allegation|misuse|system|reason|incident|category|conduct",
}
CORNER = re.compile(f"(?:{'|'.join(HEADS.values())})s?", re.I)
# what stands above the numbers of lines, and by itself above those of cases or questions
NUMBERING = re.compile(r"(?:(?:row|item|s/?n|serial) ?)?(?:no\.?|number|#)?", re.I)
ID = re.compile(
    r"(?:(?:case|unique|record|file) )?(?:id|ref(?:erence)?|identifier|question|q|case|case no\.?|case number)\.?"
    r"(?: (?:no\.?|number))?", re.I
)  # fmt: skip
OTHER_NUMBER = re.compile(
    r"(?:average |mean )?age(?: .*)?|(?:length|years|months|days|value) of .*|days|hours|months|years|salary|collar.*|"
    r"cost.*|per ?cent.*|rate.*|.*%.*|£.*", re.I
)  # fmt: skip
COUNT_HEAD = re.compile(
    r"(?:total )?(?:no\.?|numbers?|count|total|quantity|volume|figures?|how many|amount|answer|cases|incidents|"
    r"allegations|people)", re.I
)  # fmt: skip
COUNTED = re.compile(r"(?:police )?(?:officers|staff|constables|pcsos|specials)", re.I)  # whom a column counts
Line = dict[int, Cell]
Grid = dict[int, Line]


@dataclass
class Table:
    """One table: its heads and rows by number, lone labels between its rows, and what stands above it."""

    grid: Grid
    heads: list[int]
    titles: list[str]
    rows: list[int] = field(default_factory=list)
    headings: dict[int, Cell] = field(default_factory=dict)

    def take(self, rows: list[int]) -> None:
        """Take rows without a count in: a lone label is a heading, anything else a row of figures."""
        left = min(column for row in self.rows for column in self.grid[row]) if rows else 0
        for row in rows:
            if [*self.grid[row]] == [left]:
                self.headings[row] = self.grid[row][left]
            else:
                self.rows.append(row)

    def column(self, column: int) -> list[Cell]:
        """Return the cells of a column below its heads."""
        return [self.grid[row][column] for row in self.rows if column in self.grid[row]]

    @cached_property
    def columns(self) -> list[int]:
        return sorted({column for row in [*self.rows, *self.heads] for column in self.grid[row]})

    @cached_property
    def counted(self) -> list[int]:
        """Return the columns that hold counts rather than labels."""
        return [column for column in self.columns if self._holds_counts(column)]

    @cached_property
    def labels(self) -> list[int]:
        return [column for column in self.columns if column not in self.counted and self.column(column)]

    def _holds_counts(self, column: int) -> bool:
        """Say whether a column holds counts rather than labels, years, or the numbers of its lines.

        A row called a total does not say: a list of cases may have one as well.
        """
        lines = [self.grid[row] for row in self.rows if column in self.grid[row]]
        parts = [line[column] for line in lines if not LIKE_A_TOTAL.fullmatch(line[min(line)].text.strip())]
        cells, head, first = parts or self.column(column), " ".join(self.above(column)), column == min(self.columns)
        found, texts = [count(cell.text) for cell in cells], [cell.text.strip() for cell in cells]
        in_order = len(self.columns) > 2 and len(texts) > 1 and texts == [str(n + 1) for n in range(len(texts))]
        periods = [*map(is_period, texts)]  # of a year, some may be of a part, such as `2020 (to June)`
        if (any(periods) and re.search(HEADS["period"], head, re.I)) or (all(periods) and first):
            return False
        if first and (ID.fullmatch(head) or (in_order and NUMBERING.fullmatch(head))):
            return False
        if not first and (is_period(self.lowest(column)) or COUNTED.fullmatch(self.lowest(column))):
            return True
        digits = any(one and re.search(r"\d", one.value) for one in found)
        return any(found) and (digits or len(list(filter(None, found))) * 2 >= len(cells))

    @cached_property
    def numbers(self) -> list[int]:
        """Return the columns whose numbers are counts, not years of age, shares and the like."""
        return [column for column in self.counted if not OTHER_NUMBER.fullmatch(self.lowest(column))]

    @cached_property
    def total_rows(self) -> set[int]:
        """Return the rows called a total, unless all are."""
        called = {row for row in self.rows if any(LIKE_A_TOTAL.fullmatch(self.label(row, at)) for at in self.labels)}
        return called if len(called) < len(self.rows) else set()

    @cached_property
    def total_columns(self) -> set[int]:
        """Return the columns called a total, unless all are."""
        called = {column for column in self.numbers if LIKE_A_TOTAL.fullmatch(self.lowest(column))}
        return called if len(called) < len(self.numbers) else set()

    def adds_up(self, row: int, column: int) -> bool:
        """Say whether a total is what other numbers of its column, or of its row, make."""
        lines = []
        if row in self.total_rows:
            lines.append({(one, column): one in self.total_rows for one in self.rows})
        if column in self.total_columns:
            lines.append({(row, one): one in self.total_columns for one in self.numbers})
        known = [{at: (self.exact[at], total) for at, total in line.items() if at in self.exact} for line in lines]
        return any(adds_up([*line.values()], [*line].index((row, column))) for line in known)

    @cached_property
    def exact(self) -> dict[tuple[int, int], int | None]:
        """Return the number of each cell that is filled, or nothing where it is not known exactly."""
        found = {(row, column): count(cell.text) for row in self.rows for column, cell in self.grid[row].items()}
        said = {at: parsed(one.value) if one else None for at, one in found.items()}
        return {at: one.low if one and one.low == one.high else None for at, one in said.items()}

    def head(self, row: int, column: int) -> str:
        """Return what a line of heads says of a column; one that spans others reaches over them."""
        line, left = self.grid[row], min(self.columns)
        own = [cell for at, cell in line.items() if at <= column < at + cell.wide]
        before = [cell for at, cell in line.items() if left < at <= column]
        first = min((at for at in line if at > left), default=left)
        centred = first > self.first_count  # it stands in the middle of what it spans
        reaching = own or ([] if centred or row == self.heads[-1] else before)
        return reaching[-1].text.strip() if reaching else ""

    @cached_property
    def first_count(self) -> int:
        """The first column but the leftmost that holds a number."""
        left = min(self.columns)
        counts = (at for row in self.rows for at, cell in self.grid[row].items() if at > left and count(cell.text))
        return min(counts, default=max(self.columns))

    def above(self, column: int) -> list[str]:
        """Return what all heads over a column say, the uppermost first."""
        return [text for row in self.heads if (text := self.head(row, column))]

    def lowest(self, column: int) -> str:
        """Return the head straight above the counts of a column, or nothing."""
        return (self.above(column) or [""])[-1]

    def label(self, row: int, column: int) -> str:
        """Return a label; of several columns of them, an empty one is that of the row above, as in a merged cell."""
        first = self.grid[row].get(min(self.labels))
        if first and LIKE_A_TOTAL.fullmatch(first.text.strip()) and column not in self.grid[row]:
            return ""
        while column not in self.grid[row] and column != max(self.labels) and row - 1 in self.rows:
            row -= 1
        return self.grid[row][column].text.strip() if column in self.grid[row] else ""


def tables(grid: Grid) -> Iterator[Table]:
    """Yield the tables of an area: side by side, then one below the other."""
    for band in _bands(grid):
        yield from _stacked(band)


def _bands(grid: Grid) -> list[Grid]:
    """Return the tables that stand side by side, apart by an empty column, each with labels; else all as one."""
    columns = {column for line in grid.values() for column in line}
    starts = sorted(column for column in columns if column - 1 not in columns)
    bands = []
    for start, end in pairwise([*starts, max(columns) + 1]):
        lines = {row: {at: cell for at, cell in line.items() if start <= at < end} for row, line in grid.items()}
        bands.append({row: line for row, line in lines.items() if line})
        if not any(len(line) > 1 and start in line and not count(line[start].text) for line in lines.values()):
            return [grid]
    return bands


def _stacked(grid: Grid) -> Iterator[Table]:
    """Yield the tables of a band: each begins with the first row of counts, and the heads straight above it."""
    above: list[int] = []
    table: Table | None = None
    for row in sorted(grid):
        heads = [grid[one] for one in [*(table.heads if table else ()), *above] if len(grid[one]) > 1]
        if not _has_count(grid[row], heads):
            above.append(row)
            continue
        if table is None or _begins_anew(table, above, row):
            if table:
                yield table
            table = _begun(grid, above, row)
        else:
            table.take(above)
        table.rows.append(row)
        above = []
    if table:
        below = [row for number, row in enumerate(above, start=table.rows[-1] + 1) if row == number]
        left = min(column for row in table.rows for column in grid[row])
        table.take([row for row in below if [*grid[row]] != [left]])
        above = [row for row in above if row not in table.rows]
        yield table
    wide = [row for row in above if len(grid[row]) > 1]
    years = wide and any(is_period(cell.text) for cell in grid[wide[0]].values())
    if len(wide) > (1 if years else 2):  # a list of cases, or figures of which none is a count we know
        titles = [cell.text for row in above if row < wide[0] for cell in grid[row].values()]
        yield Table(grid, wide[:1], titles, wide[1:])


def _has_count(line: Line, heads: list[Line]) -> bool:
    """Say whether a line holds counts. Years are heads, unless they stand below others, beside a label, unordered."""
    first, *others = [line[column] for column in sorted(line)]
    counts = [cell for cell in line.values() if count(cell.text)]
    figures = [cell for cell in counts if not is_period(cell.text)]
    signs = [cell for cell in figures if cell is not first]  # all hidden or none, as in `Dismissed | * | Nil`
    if any(re.search(r"\d", cell.text) for cell in figures) or len(signs) * 2 > len(others):
        return True
    years = [cell.text.strip() for cell in others if cell in counts and is_period(cell.text)]
    numbers = [int(year) for year in years if re.fullmatch("[0-9]+", year)]
    in_order = len({*numbers}) > 1 and all(later in (one + 1, numbers[0]) for one, later in pairwise(numbers))
    again = any(first.text == head[first.column].text for head in heads if first.column in head)
    are_heads = again or in_order or is_period(first.text) or CORNER.fullmatch(first.text.strip())
    return bool(years and heads) and not are_heads


def _begins_anew(table: Table, above: list[int], row: int) -> bool:
    """Say whether rows without a count are the heads of a new table: like the first ones, years, or set apart."""
    wide = [[cell.text for cell in table.grid[one].values()] for one in above if len(table.grid[one]) > 1]
    apart = any(one not in table.grid for one in range(table.rows[-1] + 1, row))
    heads = [cell.text for one in table.heads[-1:] for cell in table.grid[one].values()]
    return bool(wide) and (apart or wide[-1] == heads or all(map(is_period, wide[-1][1:])))


def _is_head(line: Line, above: Line | None = None) -> bool:
    """Say whether a line is one of heads by what it says, or stands below one that spans others."""
    first, *others = [line[column].text.strip() for column in sorted(line)]
    if above:
        fewer = len([at for at in above if at > min(line)]) < len(others)
        if fewer or min(above) < min(line) or any(cell.wide > 1 for cell in above.values()):
            return True
    known = (is_period, role, COUNT_HEAD.fullmatch, LIKE_A_TOTAL.fullmatch)
    return bool(CORNER.fullmatch(first)) or all(any(is_one(text) for is_one in known) for text in others)


def _begun(grid: Grid, above: list[int], first: int) -> Table:
    """Return a table with the heads straight above its first row, lone labels between, and the titles above them.

    Below a line that is one of heads by its words, one that is none is a row whose words stand where counts do.
    """
    left, wide = min(grid[first]), [row for row in above if len(grid[row]) > 1]
    between = [row for row in above if wide and row > wide[-1] and min(grid[row]) == left]
    heads: list[int] = []
    for row in reversed([row for row in above if row not in between]):
        below = heads[0] if heads else (between or [first])[0]
        if below - row > (1 if heads else 2) or (len(grid[row]) == 1 and min(grid[row]) <= left):
            break
        heads.insert(0, row)
    titles = [cell.text for row in above if row not in (*heads, *between) for cell in grid[row].values()]
    ends = (
        number for number, (row, below) in enumerate(pairwise(heads), start=1)
        if _is_head(grid[row]) and not _is_head(grid[below], grid[row])
    )  # fmt: skip
    end = next(ends, len(heads))
    return Table(grid, heads[:end], titles, heads[end:], {row: next(iter(grid[row].values())) for row in between})
