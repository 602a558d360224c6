"""An ods spreadsheet as cells, as its sheets show them."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from analysis.problems import Fault
from analysis.read import archives
from analysis.read.archives import attribute, child, every, local
from analysis.read.cells import Cell, Reading, check_count, person, refuse, spelled, unread
from analysis.read.sheets import Sheet

KINDS = {"float": "number", "percentage": "number", "currency": "number", "date": "date", "time": "date"}
VALUES = ("value", "date-value", "time-value", "boolean-value")
UNITS = {"in": 72.0, "cm": 28.35, "mm": 2.835, "pt": 1.0, "px": 0.75}
LAST_COLUMN = 16_384
LOW = 1.5  # points
MOST_COPIES = 20_000  # cells of a row that is said to be repeated; nobody means more


class Style(NamedTuple):
    """Hold why nobody reads what has a style, and whether it is raised."""

    why: str = ""
    raised: bool = False


def read(content: bytes) -> Reading:
    """Return the cells of a spreadsheet and what it holds besides; raises Faults where it is refused."""
    archive = archives.opened(content)
    if every(archives.xml(archive, "META-INF/manifest.xml"), "encryption-data"):
        raise refuse("ENCRYPTED", "", "password-protected", "an open file", "ask the force for an open copy")
    root = archives.xml(archive, "content.xml")
    styles = _styles([archives.xml(archive, "styles.xml"), root])
    tables = [entry for entry in every(child(root, "body"), "table") if local(entry.getparent()) == "spreadsheet"]
    tables = [entry for entry in tables if child(entry, "table-source") is None]  # copies of other files, never shown
    cells: list[Cell] = []
    faults = archives.carried(archive) + _marks(root, styles)
    for number, table in enumerate(tables, start=1):
        if styles.get(attribute(table, "style-name"), Style()).why:
            place, words = f"sheet {number} of {len(tables)}", f"hidden sheet, {len(every(table, 'table-row')):,} rows"
            faults.append(person("HIDDEN_SHEET", place, words, "shown sheets only"))
            continue
        name = attribute(table, "name", f"sheet {number}")
        cells += _table(table, name, styles) + _boxes(table, name)
    return Reading(cells, faults)


def _marks(root: etree._Element | None, styles: dict[str, Style]) -> list[Fault]:
    """Return what a document holds besides its cells; conditional formats that hide numbers are not applied."""
    given = [attribute(rule, "apply-style-name") for rule in every(root, "map", "condition")]
    hiding = sum(bool(styles.get(name, Style()).why) for name in given)
    found = [
        ("COMMENT", len(every(root, "annotation")), "notes on cells"),
        ("TRACKED_CHANGE", len(every(root, "tracked-changes")), "logs of changes"),
        ("INVISIBLE_TEXT", hiding, "conditional formats that hide what they apply to"),
    ]
    return [person(code, "document", f"{count} {words}") for code, count, words in found if count]


def _styles(roots: list[etree._Element | None]) -> dict[str, Style]:
    """Return what each style says, with what it takes from the one it is based on."""
    entries = [entry for root in roots for entry in every(root, "style", "default-style")]
    named = {attribute(entry, "name") or f"default {attribute(entry, 'family')}": entry for entry in entries}
    kinds = ("number-style", "text-style", "currency-style", "percentage-style")
    empty = {
        attribute(entry, "name")
        for root in roots
        for entry in every(root, *kinds)
        if not every(entry, "map", "number", "text-content", "fraction", "scientific-number")
        and not any(part.text for part in entry)
    }
    return {name: _style(entry, named, empty) for name, entry in named.items()}


def _style(entry: etree._Element, named: dict[str, etree._Element], empty: set[str]) -> Style:
    chain, name = [entry], attribute(entry, "parent-style-name")
    while name in named and named[name] not in chain:
        chain.append(named[name])
        name = attribute(named[name], "parent-style-name")
    usual = named.get(f"default {attribute(entry, 'family')}")
    chain += [usual] if usual is not None and usual not in chain else []

    def said(kind: str, name: str) -> str:
        return next(filter(None, (attribute(child(style, kind), name) for style in chain)), "")

    position, behind = said("text-properties", "text-position"), said("table-cell-properties", "background-color")
    behind = (behind or said("text-properties", "background-color")).replace("transparent", "")
    data = next((value for style in chain if (value := attribute(style, "data-style-name"))), "")
    size = _points(said("text-properties", "font-size"), 11.0)
    length = said("table-row-properties", "row-height") or said("table-column-properties", "column-width")
    hidden = said("text-properties", "display") == "none" or said("table-properties", "display") == "false"
    why = "hidden text" if hidden or _points(length, LOW) < LOW else ""
    lines = (said("text-properties", f"text-line-through-{kind}") for kind in ("style", "type"))
    struck = any(line not in ("", "none") for line in lines)
    why = why or unread(said("text-properties", "color"), behind, size, struck)
    why = why or ("a format that shows nothing" if data in empty else "")
    return Style(why, bool(re.match(r"super|[1-9]\d*%", position)))


def _points(text: str, otherwise: float) -> float:
    match = re.fullmatch(r"(\d+\.?\d*)(in|cm|mm|pt|px)", text)
    return float(match[1]) * UNITS[match[2]] if match else otherwise


def _table(table: etree._Element, name: str, styles: dict[str, Style]) -> list[Cell]:
    """Return the cells of a table that hold something, a repeated one as often as it says."""
    sheet, columns = Sheet(name, set(), {}, []), _columns(table, styles)
    found, row = [], 1
    for entry, folded in _rows(table):
        repeat = _count(entry, "number-rows-repeated")
        low = "hidden row" if folded or _gone(entry, styles) else ""
        cells = list(_row(entry, columns, styles))
        if repeat > 1 and len(cells) * repeat > MOST_COPIES:
            words, most = f"a row repeated {repeat:,} times", f"at most {MOST_COPIES:,} cells of it"
            raise refuse("TOO_MANY_CELLS", name, words, most, "ask for the table only")
        for again in range(row, row + repeat if cells else row):
            for cell, why, gone in cells:
                place = sheet.cell(again, cell.column).place
                found += sheet.seen(cell._replace(place=place, area=name, row=again), low or why, gone)
        row += repeat
    return found


def _rows(table: etree._Element, folded: bool = False) -> Iterator[tuple[etree._Element, bool]]:
    for entry in table:
        if local(entry) == "table-row":
            yield entry, folded
        elif local(entry) in ("table-row-group", "table-header-rows", "table-rows"):
            yield from _rows(entry, folded or attribute(entry, "display", "true") == "false")


def _columns(table: etree._Element, styles: dict[str, Style]) -> list[tuple[str, str]]:
    """Return of each column why nobody sees it, and the style of its cells that name none."""
    found: list[tuple[str, str]] = []
    for entry in every(table, "table-column"):
        repeat = min(_count(entry, "number-columns-repeated"), LAST_COLUMN)
        usual = attribute(entry, "default-cell-style-name")
        found += [("hidden column" if _gone(entry, styles) else "", usual)] * repeat
    return found


def _gone(entry: etree._Element, styles: dict[str, Style]) -> bool:
    """Say whether a row or column is not shown, or too thin to be read."""
    thin = styles.get(attribute(entry, "style-name"), Style()).why == "hidden text"
    return thin or attribute(entry, "visibility", "visible") != "visible"


def _count(entry: etree._Element, name: str) -> int:
    text = attribute(entry, name, "1")
    return max(int(text), 1)


def _row(entry: etree._Element, columns: list, styles: dict[str, Style]) -> Iterator[tuple[Cell, str, str]]:
    """Yield the cells of a row, why nobody sees each, and why nobody sees a piece of it."""
    column = 1
    for item in entry:
        if local(item) not in ("table-cell", "covered-table-cell"):
            continue
        repeat = _count(item, "number-columns-repeated")
        cell, gone = _cell(item, styles)
        if cell.text or gone:
            check_count(repeat)
            cell = cell._replace(wide=_count(item, "number-columns-spanned"))
            merged = "under a merged cell" if local(item) == "covered-table-cell" else ""
            for at in range(column, column + repeat):
                hidden, usual = columns[at - 1] if at <= len(columns) else ("", "")
                style = styles.get(attribute(item, "style-name") or usual, Style())
                yield cell._replace(column=at), hidden or merged or style.why, gone
        column += repeat


def _cell(item: etree._Element, styles: dict[str, Style]) -> tuple[Cell, str]:
    """Return what a cell shows, and why something in it is not seen."""
    lines = [_spelled(line, styles) for line in item if local(line) in ("p", "h")]
    text = "\n".join(words for words, _ in lines).strip("\n")
    declared = attribute(item, "value-type")
    kind, stored = KINDS.get(declared, "text"), "".join(attribute(item, name) for name in VALUES)
    cell = Cell("", "", 0, 0, text)
    if attribute(item, "formula") and not stored and not text:
        return cell._replace(text="#NO VALUE", kind="error"), ""
    text = text or (stored if kind != "text" and not lines else "")
    value = stored if declared == "date" or stored == text else ""
    return cell._replace(text=text, kind=kind, value=value), next((why for _, why in lines if why), "")


def _spelled(line: etree._Element, styles: dict[str, Style]) -> tuple[str, str]:
    looks = ((words, styles.get(name, Style())) for words, name in _words(line, ""))
    return spelled((words, style.why, style.raised) for words, style in looks)


def _words(line: etree._Element, style: str) -> Iterator[tuple[str, str]]:
    """Yield the text of a paragraph in pieces, each with the name of its style; a note on it is not part of it."""
    yield line.text or "", style
    for item in line:
        name = local(item)
        if name == "s":
            yield " " * min(_count(item, "c"), 1000), style
        elif name in ("tab", "line-break"):
            yield "\t" if name == "tab" else "\n", style
        elif name not in ("annotation", "note", "tracked-changes"):
            yield from _words(item, attribute(item, "style-name") if name == "span" else style)
        yield item.tail or "", style


def _boxes(table: etree._Element, name: str) -> list[Cell]:
    """Return the texts of the boxes drawn on a sheet."""
    shapes = every(table, "custom-shape", "text-box")
    texts = ["\n".join("".join(line.itertext()) for line in every(shape, "p")).strip() for shape in shapes]
    return [
        Cell(f"{name}!box{number}", f"{name} box", number, 1, text)
        for number, text in enumerate(filter(None, texts), start=1)
    ]
