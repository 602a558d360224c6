"""An ods spreadsheet as cells, as its sheets show them."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from analysis.problems import Fault
from analysis.read import archives, formats, looks
from analysis.read.archives import attribute, child, every, local
from analysis.read.cells import Cell, Reading, check_count, column_letters, column_number, person, raised, refuse
from analysis.read.looks import Look

KINDS = {"float": "number", "percentage": "number", "currency": "number", "date": "date", "time": "date",
         "boolean": "bool"}  # fmt: skip
STORED = {"date": "date-value", "time": "time-value", "boolean": "boolean-value"}
UNITS = {"in": 72.0, "cm": 28.35, "mm": 2.835, "pt": 1.0, "px": 0.75}
ERROR = re.compile(r"#(REF!|DIV/0!|N/A|NAME\?|VALUE!|NUM!|NULL!)|Err:\d+")
LOW = 1.5  # points
SHOWING = ("number", "text-content", "fraction", "scientific-number")  # parts of a number style


class Style(NamedTuple):
    """Hold what one style says.

    Its look, whether it is shown, raised above the line, its size, whether its numbers show nothing, and its rules:
    a condition and the style that then applies.
    """

    look: Look = Look()
    shown: bool = True
    raised: bool = False
    size: float | None = None
    nothing: bool = False
    rules: tuple[tuple[str, str], ...] = ()


def read(content: bytes) -> Reading:
    """Return the cells of a spreadsheet and what it holds besides.

    Raises Faults (TRUNCATED, ENCRYPTED, XML_DTD, BROKEN_XML, TOO_MANY_CELLS).
    """
    archive = archives.opened(content)
    if every(archives.xml(archive, "META-INF/manifest.xml"), "encryption-data"):
        raise refuse("ENCRYPTED", "", "password-protected", "an open file", "ask the force for an open copy")
    root = archives.xml(archive, "content.xml")
    roots = [archives.xml(archive, "styles.xml"), root]
    styles = _styles(roots)
    # a rule may call a style by the name that people see
    names = {attribute(e, "display-name"): attribute(e, "name") for part in roots for e in every(part, "style")}
    tables = [entry for entry in every(child(root, "body"), "table") if local(entry.getparent()) == "spreadsheet"]
    tables = [entry for entry in tables if child(entry, "table-source") is None]  # copies of other files, never shown
    cells: list[Cell] = []
    faults = archives.carried(archive) + _marks(root)
    for number, table in enumerate(tables, start=1):
        if not styles.get(attribute(table, "style-name"), Style()).shown:
            size = f"{len(every(table, 'table-row')):,} rows"
            place, words = f"sheet {number} of {len(tables)}", f"hidden sheet, {size}"
            faults.append(person("HIDDEN_SHEET", place, words, "shown sheets only", "ask for a copy without it"))
            continue
        name = attribute(table, "name", f"sheet {number}")
        found = list(_table(table, name, styles, len(cells)))
        found = _conditional(table, found, styles, names)
        cells += _uncovered(table, found) + _boxes(table, name)
    return Reading(cells, faults)


def _marks(root: etree._Element | None) -> list[Fault]:
    notes, changes = len(every(root, "annotation")), len(every(root, "tracked-changes"))
    found = [person("COMMENT", "document", f"{notes} notes on cells")] if notes else []
    return [*found, *([person("TRACKED_CHANGE", "document", "a log of changes")] if changes else [])]


def _styles(roots: list[etree._Element | None]) -> dict[str, Style]:
    """Return what each style says, with what it takes from the one it is based on."""
    entries = [entry for root in roots for entry in every(root, "style") + every(root, "default-style")]
    named = {attribute(entry, "name") or f"default {attribute(entry, 'family')}": entry for entry in entries}
    empty = {
        attribute(entry, "name")
        for root in roots
        for kind in ("number-style", "text-style", "currency-style", "percentage-style")
        for entry in every(root, kind)
        if not every(entry, "map") and not any(local(part) in SHOWING or part.text for part in entry)
    }
    return {name: _style(entry, named, empty) for name, entry in named.items()}


def _style(entry: etree._Element, named: dict[str, etree._Element], empty: set[str]) -> Style:
    chain, name = [entry], attribute(entry, "parent-style-name")
    while name in named and named[name] not in chain:
        chain.append(named[name])
        name = attribute(named[name], "parent-style-name")
    chain += [
        named[key] for key in [f"default {attribute(entry, 'family')}"] if key in named and named[key] not in chain
    ]

    def said(kind: str, name: str) -> str:
        return next((value for style in chain if (value := attribute(child(style, kind), name))), "")

    size = re.fullmatch(r"([\d.]+)pt", said("text-properties", "font-size"))
    behind = said("table-cell-properties", "background-color") or said("text-properties", "background-color")
    length = said("table-row-properties", "row-height") or said("table-column-properties", "column-width")
    colour = said("text-properties", "color").lstrip("#").upper()
    look = Look(colour=colour, size=float(size[1]) if size else 11.0,
                behind="" if behind == "transparent" else behind.lstrip("#").upper())  # fmt: skip
    gone = said("text-properties", "display") == "none" or said("table-properties", "display") == "false"
    position = said("text-properties", "text-position")
    up = position.startswith("super") or bool(re.match(r"[1-9]\d*%", position))
    data = next((value for style in chain if (value := attribute(style, "data-style-name"))), "")
    maps = [(attribute(rule, "condition"), attribute(rule, "apply-style-name")) for style in chain for rule in style
            if local(rule) == "map"]  # fmt: skip
    return Style(look, not gone, up, _points(length), data in empty, tuple(maps))


def _points(text: str) -> float | None:
    match = re.fullmatch(r"([\d.]+)(in|cm|mm|pt|px)", text)
    return float(match[1]) * UNITS[match[2]] if match else None


def _table(table: etree._Element, name: str, styles: dict[str, Style], before: int) -> Iterator[Cell]:
    """Yield the cells that hold something, a repeated one as often as it says."""
    columns, row = _columns(table, styles), 1
    for entry, folded in _rows(table):
        repeat = _count(entry, "number-rows-repeated")
        low = folded or attribute(entry, "visibility", "visible") != "visible" or _thin(entry, styles)
        inside = list(_row(entry, columns, styles, "hidden row" if low else ""))
        before += len(inside) * repeat
        check_count(before, name)
        for again in range(row, row + repeat if inside else row):
            for cell in inside:
                place = f"{name}!{column_letters(cell.column)}{again}"
                yield cell._replace(place=place, area=name, row=again)
        row += repeat


def _rows(table: etree._Element, folded: bool = False) -> Iterator[tuple[etree._Element, bool]]:
    for entry in table:
        if local(entry) == "table-row":
            yield entry, folded
        elif local(entry) in ("table-row-group", "table-header-rows", "table-rows"):
            yield from _rows(entry, folded or attribute(entry, "display", "true") == "false")


def _columns(table: etree._Element, styles: dict[str, Style]) -> list[tuple[int, int, bool, str]]:
    """Return runs of columns: first, last, whether shown, and the style their cells have if they name none."""
    runs, first = [], 1
    for entry in table.iter("{*}table-column"):
        last = first + _count(entry, "number-columns-repeated") - 1
        seen = attribute(entry, "visibility", "visible") == "visible" and not _thin(entry, styles)
        runs.append((first, last, seen, attribute(entry, "default-cell-style-name")))
        first = last + 1
    return runs


def _thin(entry: etree._Element, styles: dict[str, Style]) -> bool:
    size = styles.get(attribute(entry, "style-name"), Style()).size
    return size is not None and size < LOW


def _count(entry: etree._Element, name: str) -> int:
    text = attribute(entry, name, "1")
    if not re.fullmatch(r"\d{1,9}", text):
        raise archives.broken()
    return max(int(text), 1)


def _row(entry: etree._Element, columns: list, styles: dict[str, Style], why: str) -> Iterator[Cell]:
    column = 1
    for item in entry:
        if local(item) not in ("table-cell", "covered-table-cell"):
            continue
        repeat = _count(item, "number-columns-repeated")
        cell, hidden = _cell(item, styles)
        if cell.text or hidden:
            check_count(repeat)
            wide = _count(item, "number-columns-spanned")
            under = "under a merged cell" if local(item) == "covered-table-cell" else ""
            for at in range(column, column + repeat):
                run = next((run for run in columns if run[0] <= at <= run[1]), (0, 0, True, ""))
                style = styles.get(attribute(item, "style-name") or run[3], Style())
                reason = why or ("" if run[2] else "hidden column") or under or looks.unseen(style.look)
                reason = reason or ("a format that shows nothing" if style.nothing else "")
                reason = reason or _ruled(style.rules, cell, styles)
                own = cell._replace(column=at, wide=wide)
                yield from [own.unseen(reason)] if reason else [own] if cell.text else []
                if hidden and not reason:
                    yield own.unseen(hidden)
        column += repeat


def _cell(item: etree._Element, styles: dict[str, Style]) -> tuple[Cell, str]:
    """Return what a cell shows, and why something in it is not seen."""
    pieces = [list(_words(line, "")) for line in item if local(line) in ("p", "h")]
    lines, hidden = [], ""
    for line in pieces:
        text = ""
        for words, name in line:
            style = styles.get(name, Style())
            if name and words.strip() and (looks.unseen(style.look) or not style.shown):
                hidden = looks.unseen(style.look) or "hidden text"
            else:
                text += raised(words, text) if style.raised else words
        lines.append(text)
    text, declared = "\n".join(lines).strip("\n"), attribute(item, "value-type")
    stored, kind = attribute(item, STORED.get(declared, "value")), KINDS.get(declared, "text")
    if attribute(item, "formula") and not stored and not text:
        return Cell("", "", 0, 0, "#NO VALUE", "error"), ""
    if ERROR.match(text):
        return Cell("", "", 0, 0, text, "error"), ""
    if kind != "text" and text and not _says(text, stored, kind):
        return Cell("", "", 0, 0, text), "a number that is not the one shown"
    return Cell(
        "",
        "",
        0,
        0,
        text or (stored if kind != "text" and not pieces else ""),
        kind,
        stored,
        formula=attribute(item, "formula"),
    ), hidden


def _ruled(rules: tuple[tuple[str, str], ...], cell: Cell, styles: dict[str, Style]) -> str:
    """Say whether a rule hides a cell; a rule that cannot be worked out here is taken to apply."""
    for condition, name in rules:
        style = styles.get(name, Style())
        test = re.search(r"(?:cell-content\(\))?\s*(<=|>=|<>|!=|<|>|=)\s*(-?[\d.]+)\s*$", condition)
        if not test or cell.kind != "number":  # a text stands after every number
            applies = not test or test[1] in (">", ">=", "<>", "!=")
        else:
            applies = formats.TESTS[test[1].replace("!=", "<>")](float(cell.value), float(test[2]))
        if applies and (looks.unseen(style.look) or style.nothing or not style.shown):
            return "a rule that hides it"
    return ""


def _conditional(
    table: etree._Element, cells: list[Cell], styles: dict[str, Style], names: dict[str, str]
) -> list[Cell]:
    """Return the cells of a sheet without those that its conditional formats hide."""
    rules = []
    for entry in every(table, "conditional-format"):
        ranges = attribute(entry, "target-range-address")
        for first, top, last, bottom in re.findall(
            r"\.\$?([A-Z]+)\$?(\d+)(?::[^ ]*?\.?\$?([A-Z]+)\$?(\d+))?(?= |$)", ranges
        ):
            box = (int(top), column_number(first), int(bottom or top), column_number(last or first))
            for rule in every(entry, "condition"):
                name = attribute(rule, "apply-style-name")
                rules.append((box, (attribute(rule, "value"), names.get(name, name))))
    found = []
    for cell in cells:
        own = [rule for box, rule in rules if box[0] <= cell.row <= box[2] and box[1] <= cell.column <= box[3]]
        why = "" if cell.why else _ruled(tuple(own), cell, styles)
        found.append(cell.unseen(why) if why else cell)
    return found


def _says(text: str, stored: str, kind: str) -> bool:
    try:
        return kind != "number" or formats.says(text, float(stored))
    except ValueError:
        return True


def _words(line: etree._Element, style: str) -> Iterator[tuple[str, str]]:
    """Yield the text of a paragraph in pieces, each with the name of its style; a note on it is not part of it."""
    yield line.text or "", style
    for inner in line:
        name = local(inner)
        if name == "s":
            yield " " * min(_count(inner, "c"), 1000), style
        elif name in ("tab", "line-break"):
            yield "\t" if name == "tab" else "\n", style
        elif name not in ("annotation", "note", "tracked-changes"):
            yield from _words(inner, attribute(inner, "style-name") if name == "span" else style)
        yield inner.tail or "", style


def _boxes(table: etree._Element, name: str) -> list[Cell]:
    """Return the texts of the boxes drawn on a sheet."""
    texts = ["".join(shape.itertext()).strip() for shape in every(table, "custom-shape") + every(table, "text-box")]
    return [
        Cell(f"{name}!box{number}", f"{name} box", number, 1, text)
        for number, text in enumerate(filter(None, texts), start=1)
    ]


def _uncovered(table: etree._Element, cells: list[Cell]) -> list[Cell]:
    """Return the cells of a sheet without what lies under a picture or a filled shape that names where it ends."""
    covers = []
    for cell in every(table, "table-cell"):
        for shape in cell:
            end = re.search(r"\.\$?([A-Z]+)\$?(\d+)$", attribute(shape, "end-cell-address"))
            if end and local(shape) in ("frame", "custom-shape", "rect"):
                covers.append((_corner(cell), (int(end[2]), end[1])))
    boxes = [(top[0], top[1], end[0], column_number(end[1])) for top, end in covers]
    return [
        cell.unseen("covered") if any(a <= cell.row < c and b <= cell.column < d for a, b, c, d in boxes) else cell
        for cell in cells
    ]


def _corner(cell: etree._Element) -> tuple[int, int]:
    """Return the row and column of a cell, by what stands before it."""
    row = cell.getparent()
    column = 1 + sum(_count(item, "number-columns-repeated") for item in cell.itersiblings(preceding=True))
    above = [entry for entry in row.itersiblings(preceding=True) if local(entry) == "table-row"]
    return 1 + sum(_count(entry, "number-rows-repeated") for entry in above), column
