"""Sentences and tables whose every number leads to the cells it came from."""

import os
import re
from collections.abc import Iterable
from html import escape
from itertools import pairwise
from string import Formatter
from typing import Any

import pandas as pd

from analysis import project
from analysis.categories import one_of

NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
WORKED_OUT = "worked out by us"
ONLY_A_NUMBER = re.compile(r"\s*[\d.,]+\s*%?\s*")


def words(low: Any, high: Any) -> str:
    """Say an interval as a newspaper does: three, 50, 31 to 98, up to 35, at least 71.

    Raises ValueError where neither end is known.
    """
    return NUMBERS[int(low)] if pd.notna(high) and low == high and low in range(10) else digits(low, high)


def digits(low: Any, high: Any) -> str:
    """Write an interval in the fewest digits: 3, 50, 31 to 98, up to 35, at least 71. Raises as words does."""
    nothing = pd.isna(low) or low == 0
    if pd.isna(high) and nothing:
        raise ValueError("neither end of this number is known: a table may say so, a sentence has nothing to say")
    if pd.isna(high):
        return f"at least {short_number(low)}"
    if pd.notna(low) and low == high:
        return short_number(high)
    return f"up to {short_number(high)}" if nothing else f"{short_number(low)} to {short_number(high)}"


def short_number(number: Any) -> str:
    """Write a number with as many digits as a reader can use: 2,315, 50, 6.6, 0.21, 0.004."""
    if float(number).is_integer() or number >= 100:
        return f"{number:,.0f}"
    return f"{number:.1f}" if number >= 1 else f"{number:.2f}" if number >= 0.01 else f"{number:.3f}"


def counted(many: int, noun: str) -> str:
    """Count a noun: no rows, one row, twelve rows, 45 rows."""
    return f"{NUMBERS[many] if many < len(NUMBERS) else f'{many:,}'} {noun}{'' if many == 1 else 's'}"


def listed(names: Iterable[str], most: int = 12) -> str:
    """Join names as a sentence does; past the most, say how many more there are."""
    names = list(names)
    if len(names) > most:
        names = [*names[:most], f"{len(names) - most} more"]
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def linked(text: str, figure_ids: str) -> str:
    """Return html of a number that leads to its first cell and names all of them.

    figure_ids: space separated addresses, `source:L3` for a cell, `source` for a document.
    """
    where = escape(_address(*figure_ids.split()[0].partition(":")[::2]))
    return f'<a class="number" href="{where}" data-figures="{escape(figure_ids)}">{escape(text)}</a>'


def _address(source: str, place: str) -> str:
    """Return where a cell is shown, seen from notebooks/: on the built site, else the raw file."""
    if os.environ.get("ANALYSIS_BUILD") or (project.site() / "evidence").is_dir():
        return f"../site/evidence/{source}.html" + (f"#{place}" if place else "")
    file = next(project.raw().rglob(f"{source}.csv"), project.raw() / "sources.csv")
    return f"../data/raw/{file.relative_to(project.raw()).as_posix()}"


class Finding:
    """A conclusion: a sentence, who says so, and what it rests on; `record` is what a build collects."""

    def __init__(self, record: dict):
        self.record = record

    def __repr__(self) -> str:
        if self.record["withheld"]:
            return f"Withheld: {self.record['withheld']}."
        lines = [self.record["text"], f"  [{self.record['strength']}]", f"  {self.record['basis']}"]
        return "\n".join(line for line in lines if line.strip())

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict, dict]:
        return {"text/plain": repr(self), "text/html": self._html()}, {"analysis": self.record}

    def _html(self) -> str:
        name = escape(self.record["id"])
        if self.record["withheld"]:
            return f'<blockquote class="withheld" id="{name}"><p>{escape(repr(self))}</p></blockquote>'
        body = _html(self.record["pieces"])
        badge = f' <small class="strength">({escape(self.record["strength"])})</small>'
        basis = f'<p class="basis">{_html(self.record["basis_pieces"])}</p>' if self.record["basis"] else ""
        if folded := self.record["working"]:
            folded = f"<details><summary>How we worked this out</summary>{folded}</details>"
        return (
            f'<blockquote class="finding" id="{name}"><p><strong>{body}</strong>{badge}</p>{basis}{folded}</blockquote>'
        )


def say(
    template: str,
    *,
    needs: Iterable[tuple] = (),
    basis: str = "",
    strength: str = "",
    working: "Table | list[Table | None] | None" = None,
    **values: Any,
) -> Finding | None:
    """Say a conclusion; None, and so no output, where a row it speaks of is not there.

    template: a sentence with a {name} for each value. A value is a frame of one row with low, high and figure_ids
    (a measure, or a row of facts), said as a number linked to its cells; or a text. `{n.column}` says another column
    of the row, `{n.rate:.1f}` with a format, `{n:person|people}` the number with its noun.
    needs: pairs of what must hold and the reason that is printed where it does not; then the sentence is withheld.
    basis: what the reader must know besides, a template as well; left out where a row of its own is not there.
    strength: a badge (default: that of the rows, or `worked out by us` where one of them was printed by nobody).
    working: tables from show(), folded under "How we worked this out".
    Raises ValueError for a number without cells, a frame of more or fewer rows, or a placeholder without a value.
    """
    missing = {name for name, value in values.items() if isinstance(value, pd.DataFrame) and value.empty}
    if missing & _named(template):
        return None
    filled = _filled(template, values)
    grounds = _filled("" if missing & _named(basis) else basis, values)
    pieces, reasons = ([[text, found] for text, found, _ in parts] for parts in (filled, grounds))
    broken = [reason for holds, reason, *_ in needs if pd.isna(holds) or not bool(holds)]
    ids = list(dict.fromkeys(one for _, found in [*pieces, *reasons] if found for one in found.split()))
    record = {
        "kind": "finding",
        "id": slug(template),
        "template": template,
        "text": _plain(pieces),
        "pieces": pieces,
        "figure_ids": ids,
        "strength": strength or _strength([v for v in values.values() if isinstance(v, pd.DataFrame) and len(v)]),
        "basis": _plain(reasons),
        "basis_pieces": reasons,
        "withheld": "; ".join(broken) or None,
        "derived": [text for text, _, derived in [*filled, *grounds] if derived],  # its numbers that nobody printed
    }
    tables = [table for table in (working if isinstance(working, list) else [working]) if table is not None]
    record["working"] = "".join(table._html() for table in tables)
    return Finding(record)


def _strength(rows: list[pd.DataFrame]) -> str:
    printed = [str(row["strength"].iloc[0]) for row in rows if "strength" in row]
    return printed[0] if printed and len(printed) == len(rows) else WORKED_OUT


def slug(template: str) -> str:
    """Return the first eight words of a template, without its values, as an anchor that stays when numbers move."""
    found = re.findall(r"[a-z0-9]+", re.sub(r"\{[^}]*\}", " ", template).lower())
    return "-".join(found[:8])


def _named(template: str) -> set[str]:
    """Return the names of the values a template says."""
    return {field.partition(".")[0] for _, field, _, _ in Formatter().parse(template) if field}


def _filled(template: str, values: dict) -> list:
    """Return each part of a sentence as its text, the cells of a number, and whether we worked that number out."""
    pieces = [piece for part in Formatter().parse(template) for piece in _pieces(part, values)]
    for number, after in pairwise(pieces):
        if number[0] == "no" and after[0].startswith(" of "):
            number[0] = "none"
    for first in [piece for piece in pieces if piece[0]][:1]:
        first[0] = first[0][:1].upper() + first[0][1:]
    return pieces


def _plain(pieces: list) -> str:
    return "".join(text for text, _ in pieces)


def _html(pieces: list) -> str:
    return "".join(linked(text, ids) if ids else escape(text) for text, ids in pieces)


def _pieces(part: tuple, values: dict) -> list:
    text, field, spec, _ = part
    before = [[text, None, False]] if text else []
    if field is None:
        return before
    name, _, column = field.partition(".")
    if name not in values:
        raise ValueError(f"the sentence names {{{name}}}, but no such value was given")
    return [*before, _value(values[name], name, column, spec or "")]


def _value(value: Any, name: str, column: str, spec: str) -> list:
    if not isinstance(value, pd.DataFrame):
        if not isinstance(value, str) or ONLY_A_NUMBER.fullmatch(value):
            raise ValueError(f"{{{name}}} is the number {value!r} without its cells: give the row it came from")
        return [value, None, False]
    if len(value) != 1:
        raise ValueError(f"{{{name}}} must be one row; it has {len(value)}")
    row = value.iloc[0]
    if column and isinstance(row[one_of("column", column, row.index)], str):
        return [row[column], None, False]
    if not str(row.get("figure_ids", "")).strip():
        said = "its figure_ids are empty; a count of nothing rests on the cells looked through"
        raise ValueError(f"{{{name}}} names no cell: {said}")
    printed = "strength" in row and column in ("", "low", "high")
    return [_number(row, column, spec), row["figure_ids"], not printed]


def _number(row: pd.Series, column: str, spec: str) -> str:
    if column:
        value = row[column]
        if pd.isna(value):
            raise ValueError(f"column {column} of this row is not known: a sentence has nothing to say")
        return format(value, spec) if spec else words(value, value)
    said = words(row["low"], row["high"])
    if "|" not in spec:
        return said
    one, several = spec.split("|")
    return f"{said} {one if said == 'one' else several}"


class Table:
    """Rows of cells as `_cell` gives them; `record` is what a build collects."""

    def __init__(self, cells: pd.DataFrame, caption: str, folded: bool = False):
        self.cells, self.folded = cells, folded
        ids = (one for heading in cells for _, _, found in cells[heading] for one in found.split())
        self.record = {"kind": "table", "caption": caption, "figure_ids": [*dict.fromkeys(ids)]}

    def __repr__(self) -> str:
        return f"{self.record['caption']}\n{self.cells.map(lambda cell: cell[0]).to_string(index=False)}"

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict, dict]:
        return {"text/plain": repr(self), "text/html": self._html()}, {"analysis": self.record}

    def _html(self) -> str:
        rows = [self._line(row) for _, row in self.cells.iterrows()]
        head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in self.cells)
        name = escape(self.record["caption"])
        body = f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
        table = f'<table class="told"><caption>{name}</caption>{body}'
        return f"<details><summary>{name} ({len(rows)})</summary>{table}</details>" if self.folded else table

    def _line(self, row: pd.Series) -> str:
        said = [linked(text, link) if link else escape(text) for text, link, _ in row]
        alone = [link or text[:1].isdigit() for text, link, _ in row]  # says little without its heading
        heads = [f' data-head="{escape(head)}"' if one else "" for head, one in zip(row.index, alone, strict=True)]
        rest = "".join(f"<td{head}>{one}</td>" for head, one in zip(heads[1:], said[1:], strict=True))
        return f'<tr><th scope="row">{said[0]}</th>{rest}</tr>'


def show(frame: pd.DataFrame, caption: str, *, folded: bool = False, **columns: str | tuple[str, str]) -> Table | None:
    """Show rows as a table, folded away if asked; None, and so no output, where there is no row.

    columns: heading = column, in order, "_" in a heading for a space; the column `number` is the interval low to high,
    `rate:.1f` a column with a format. The number of a printed row (one with `as_written`) leads to its figure_ids, a
    column given as ("denominator", "denominator_sources") to what the second names; what we worked out leads nowhere.
    Raises ValueError for a number in a row that names no cell, or a column there is not, with the nearest.
    """
    if frame.empty:
        return None
    cells = {}
    for heading, wanted in columns.items():
        wanted, where = wanted if isinstance(wanted, tuple) else (wanted, "")
        column, _, spec = wanted.partition(":")
        one_of("column", column, ["number", *frame])
        cells[heading.replace("_", " ")] = [_cell(row, column, spec, where) for _, row in frame.iterrows()]
    return Table(pd.DataFrame(cells), caption, folded)


def _cell(row: pd.Series, column: str, spec: str, where: str) -> tuple[str, str, str]:
    """Return the text of a cell, what it leads to, and the cells that its number rests on."""
    value = None if column == "number" else row[column]
    if isinstance(value, str | pd.Timestamp):
        return (value if isinstance(value, str) else f"{value:%-d %B %Y}"), "", ""
    if column != "number" and pd.isna(value):
        return "", "", ""
    where = where or ("figure_ids" if column == "number" and row.get("as_written") else "")
    link = str(row.get(where, "")).strip()
    ids = link or str(row.get("figure_ids", "")).strip()
    if not ids:
        raise ValueError(f"a row of this table has a number in {column!r} and names no cell: its figure_ids are empty")
    return (_interval(row) if column == "number" else format(value, spec or ",")), link, ids


def _interval(row: pd.Series) -> str:
    """Write an interval in a table, where an unknown number may stand as well: 50, 31–98, over 70, about 70."""
    if row.get("status") == "share":
        low, high = row["share_low"], row["share_high"]
        return f"{low:.0%}" if low == high else f"{low:.0%}–{high:.0%}"
    if row.get("status") in ("approximate", "at least", "at most") and row.get("as_written"):
        return str(row["as_written"])
    if pd.isna(row["high"]):
        unknown = "withheld" if row.get("status") == "suppressed" else "not known"
        return unknown if pd.isna(row["low"]) or row["low"] == 0 else f"{row['low']:,} or more"
    low = 0 if pd.isna(row["low"]) else row["low"]
    return f"{low:,}" if low == row["high"] else f"{low:,}–{row['high']:,}"
