"""A first recipe for a reply, from what its cells show; what they do not show is left to a person as `?`."""

import re

from analysis.read import grids, layouts, places
from analysis.read.blocks import Block, blocks
from analysis.read.prose import answers
from analysis.read.spelled import ASKED, MONTH, NUMBERLIKE, UNDECIDED, YEAR, fixed, quoted

TOTAL = re.compile(r"(grand |sub-?)?totals?|all|overall|sum", re.I)
MEANT = {
    "outcome": re.compile(r"outcome|result|sanction|action|finding|disposal|dismiss|resign|warn", re.I),
    "role": re.compile(r"role|officer|staff|employee|pcso|special", re.I),
    "rank": re.compile(r"rank|grade", re.I),
    "period": re.compile(r"year|period|when", re.I),
    "month": re.compile(r"month", re.I),
    "force": re.compile(r"force|constabulary", re.I),
    "misuse": re.compile(r"nature|offence|breach|type|allegation|misuse|detail|system|reason|incident|category", re.I),
}
ROLES = {
    "officer": re.compile(r"(police )?officers?", re.I),
    "staff": re.compile(r"(police |civilian )?staff", re.I),
    "pcso": re.compile(r"pcsos?|police community support officers?", re.I),
    "special": re.compile(r"specials|special constables?", re.I),
    "all": re.compile(r"all|officers and staff|police officers and (police )?staff", re.I),
}
FREE_TEXT = re.compile(r"detail|description|summary|circumstance|comment|note|reason|name|brief", re.I)
COUNT = re.compile(r"\b(numbers?|count|total|cases|volume|quantity|figures?|officers|staff|people|how many|no)\b", re.I)
MARKS = "missing, zero, withheld, not held, not applicable"
BESIDE = "total of the columns beside it"


def draft(grid: grids.Grid, source_id: str, force: str, known: dict[str, set[str]]) -> str:
    """Return a recipe as TOML; `known` holds for misuse, outcome, role and force the labels that are known already."""
    found = blocks(grid)
    covered = {(block.area, line) for block in found for line in (*block.header, *block.rows)}
    several = len(found) + len(answers(grid, covered, set())) > 1
    shared = {"unit", "misuse", "date_basis"} if several else set()
    parts = [
        f"# What is {UNDECIDED} is left to you. data/raw/README.md says what each key means.",
        f"source_id = {quoted(source_id)}",
        f"force = {quoted(force)}",
        'read_by = "once"',
        *_marks(grid, found),
        *(["", "[fixed]", *fixed(ASKED.keys() - shared)] if shared else []),
        *(_cases(grid, b, shared) if _is_list(grid, b) else _table(grid, b, known, shared) for b in found),
        *answers(grid, covered, shared),
        *_strays(grid, found),
    ]
    return "\n".join(parts) + "\n"


def _marks(grid: grids.Grid, found: list[Block]) -> list[str]:
    """Leave open what a blank or a dash means where a table has one."""
    texts = {
        grid.cell(block.area, row, column).text.strip()
        for block in found
        if not _is_list(grid, block)
        for row in block.rows
        for column in block.columns[1:]
    }
    met = {"blank": "" in texts, "dash": bool(texts & grids.DASHES)}
    return [f"{name} = {quoted(UNDECIDED)}  # {MARKS}" for name, there in met.items() if there]


def _is_list(grid: grids.Grid, block: Block) -> bool:
    """Say whether a table lists cases: most of what stands under its heads is text."""
    cells = [grid.cell(block.area, row, column).text for row in block.rows for column in block.columns[1:]]
    filled = [text.strip() for text in cells if text]
    counts = sum(NUMBERLIKE.fullmatch(text) is not None and not YEAR.fullmatch(text) for text in filled)
    return counts * 2 < len(filled)


def _table(grid: grids.Grid, block: Block, known: dict[str, set[str]], shared: set[str]) -> str:
    anchors = [[grid.cell(block.area, row, column).text for column in block.columns] for row in block.header]
    labels = {row: grid.cell(block.area, row, block.columns[0]).text for row in block.rows}
    totals = [row for row in block.rows if TOTAL.fullmatch(labels[row].strip())]
    last, subtotals = totals[-1:], totals[:-1]
    if totals and totals[-1] != block.rows[-1]:
        last, subtotals = [], totals
    heads = [[text for text in texts[1:] if text] for texts in anchors]
    down = heads[-1][-1] if len(heads[-1]) > 1 and TOTAL.fullmatch(heads[-1][-1].strip()) else ""
    columns = [_kind([text for text in texts if text != down], "", known) for texts in heads]
    columns = ["none"] if len(block.columns) == 2 and columns == [UNDECIDED] else columns
    head = next((texts[0] for texts in reversed(anchors) if texts[0]), "")
    row_label = _kind([label for row, label in labels.items() if row not in totals], head, known)
    lines = ["", "[[table]]", f"header = {quoted(_rows(block.area, block.header, block.columns[0]))}"]
    lines.append(f"anchor = {quoted(anchors if len(anchors) > 1 else anchors[0])}")
    lines.append(f"rows = {quoted(_rows(block.area, [row for row in block.rows if row not in last]))}")
    lines += [f"total_row = {quoted(_rows(block.area, last))}"] if last else []
    lines += _subtotals(block, subtotals)
    lines += [f"total_column = {quoted(down)}"] if down and len(anchors) == 1 else []
    lines.append(f"columns = {quoted(columns if len(columns) > 1 else columns[0])}")
    lines.append(f"row_label = {quoted(row_label)}")
    beside = {down: f"drop = {quoted(BESIDE)}"} if down and len(anchors) > 1 else {}
    texts = [text for kind, texts in zip(columns, heads, strict=True) for text in texts if kind == "role"]
    lines += _mapped("heads", _roles(texts) | beside)
    lines += _mapped("map", _roles([*labels.values()] if row_label == "role" else []))
    return "\n".join([*lines, "", "[table.fixed]", *fixed({*columns, row_label, *shared})])


def _roles(texts: list[str]) -> dict[str, str]:
    """Return what everyday names of roles set; any other is left to lookups/wording.csv."""
    named = {text: next((role for role, words in ROLES.items() if words.fullmatch(text.strip())), "") for text in texts}
    return {text: f"role = {quoted(role)}" for text, role in named.items() if role}


def _mapped(name: str, entries: dict[str, str]) -> list[str]:
    inside = ", ".join(f"{quoted(text)} = {{ {sets} }}" for text, sets in entries.items())
    return [f"{name} = {{ {inside} }}"] if entries else []


def _subtotals(block: Block, rows: list[int]) -> list[str]:
    """Draft the subtotals inside a table, each the sum of the rows since the one before it."""
    starts = [block.rows[0], *(row + 1 for row in rows)]
    entries = [
        f"{{ row = {quoted(_rows(block.area, [row]))}, of = {quoted(_rows(block.area, [start, row - 1]))} }}"
        for start, row in zip(starts, rows, strict=False)
        if row > start
    ]
    return [f"subtotal = [{', '.join(entries)}]"] if entries else []


def _kind(texts: list[str], head: str, known: dict[str, set[str]]) -> str:
    """Return what a row of heads or a column of labels means: by its texts, then by what stands above it."""
    plain = [" ".join(text.split()).casefold() for text in texts if text.strip()]
    if plain and all(YEAR.fullmatch(text) for text in plain):
        return "year" if not head else "period"
    if plain and all(MONTH.fullmatch(text) for text in plain):
        return "month"
    for name in ("role", "outcome", "misuse", "force"):
        if plain and all(text in known.get(name, set()) for text in plain):
            return name
    for name, words in MEANT.items():
        if (head and words.search(head)) or (not head and plain and all(words.search(text) for text in plain)):
            return name
    return UNDECIDED


def _cases(grid: grids.Grid, block: Block, shared: set[str]) -> str:
    """Draft a list of cases: only columns that say year, role, rank, outcome or misuse; free text stays off."""
    anchors = [grid.cell(block.area, block.header[-1], column).text for column in block.columns]
    named: dict[str, str] = {}
    for text, column in zip(anchors, block.columns, strict=True):
        values = {grid.cell(block.area, row, column).text.strip() for row in block.rows}
        name = next((name for name, words in MEANT.items() if words.search(text)), "")
        if "date" in text.casefold():
            name = "year"
        told = name in ("year", "period") or (len(values) < len(block.rows) and not FREE_TEXT.search(text))
        if name and name not in named.values() and told:
            named[text] = name
    named |= _counted(grid, block, anchors)
    if not named:
        ends = (block.header[-1], block.columns[0], block.rows[-1], block.columns[-1])
        anchor = next(text for text in anchors if text)
        place = quoted(places.block(block.area, *ends))
        return f"\n[[drop]]\nplace = {place}\nanchor = {quoted(anchor)}\nreason = {quoted(UNDECIDED)}"
    lines = ["", "[[cases]]", f"header = {quoted(_rows(block.area, block.header[-1:], block.columns[0]))}"]
    lines += [f"anchor = {quoted(anchors)}", f"rows = {quoted(_rows(block.area, block.rows))}", "", "[cases.columns]"]
    lines += [f"{quoted(text)} = {quoted(name)}" for text, name in named.items()]
    return "\n".join([*lines, "", "[cases.fixed]", *fixed({*named.values(), *shared})])


def _counted(grid: grids.Grid, block: Block, anchors: list[str]) -> dict[str, str]:
    """Return the one column of a list that holds counts, where it has one; the numbers of its lines are none."""
    found = []
    for text, column in zip(anchors, block.columns, strict=True):
        values = [grid.cell(block.area, row, column).text.strip() for row in block.rows]
        counts = [value for value in values if NUMBERLIKE.fullmatch(value) and not YEAR.fullmatch(value)]
        lines = [str(number) for number in range(1, len(values) + 1)]
        if COUNT.search(text) and len(counts) == len(values) and values != lines:
            found.append(text)
    return {found[0]: "value"} if len(found) == 1 else {}


def _strays(grid: grids.Grid, found: list[Block]) -> list[str]:
    """Draft a drop, its reason left open, for each bare number outside the tables."""
    inside = {(block.area, line, column) for block in found for line in block.rows for column in block.columns}
    inside |= {(block.area, line, column) for block in found for line in block.header for column in block.columns}
    return [
        f"\n[[drop]]\nplace = {quoted(cell.place)}\nanchor = {quoted(cell.text)}\nreason = {quoted(UNDECIDED)}"
        for key, cell in sorted(grid.cells.items())
        if key not in inside and key[0].rpartition("/")[2] != "P" and layouts.bare(cell.text)
    ]


def _rows(area: str, rows: list[int], left: int = 1) -> str:
    """Return the address of some rows of an area, from a column on where that is not the first."""
    if not rows:
        return ""
    first, last = (places.line(area, row, left) for row in (rows[0], rows[-1]))
    short = last.rpartition("/")[2].rpartition("!")[2]
    return first if first == last else f"{first}:{re.sub(r'^(T[0-9]+(R[0-9]+C[0-9]+)?)+(?=R)', '', short)}"
