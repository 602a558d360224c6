"""A docx document as cells: tables and paragraphs, with all changes accepted, and what nobody sees left out."""

from collections import Counter
from typing import NamedTuple

from lxml import etree

from analysis.read import hidden_docx, looks_docx, numbered, package
from analysis.read.cell import Cell, Read, check_count, hidden, refuse, span, text_cell
from analysis.read.package import attribute, child, every, local

CONTAINERS = {
    "sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag", "hyperlink", "fldSimple", "AlternateContent",
    "Choice", "body", "dir", "bdo", "ruby", "rubyBase",
}  # fmt: skip
NOTES = ("footnotes", "endnotes")


class Page(NamedTuple):
    """What is collected while a document is read, the styles that hide their text, and its numbered lists."""

    cells: list[Cell]
    styles: looks_docx.Styles
    boxes: list[etree._Element]
    lists: numbered.Lists


def read(content: bytes) -> Read:
    """Return the cells of a document and what hides in it.

    Raises Faults (TRUNCATED, XML_DTD, BROKEN_XML, TOO_MANY_CELLS).
    """
    archive = package.opened(content)
    package.check_doctypes(archive)
    root = package.xml(archive, package.main(archive, "word/document.xml"))
    if root is None:
        raise refuse("TRUNCATED", "", "no document in the archive", "a whole file", "ask for the file again")
    styles = package.xml(archive, "word/styles.xml")
    lists = numbered.Lists(package.xml(archive, "word/numbering.xml"), styles)
    page = Page([], looks_docx.styles(styles), [], lists)
    blocks(page, child(root, "body"), "")
    numbers: Counter = Counter()
    for name, part in _others(archive):
        numbers[name] += 1
        for note in _notes(part) if name in NOTES else [part]:
            mark = f"{name.rstrip('s')}{attribute(note, 'id')}" if name in NOTES else f"{name}{numbers[name]}"
            blocks(page, note, f"{mark}/")
    for number, box in enumerate(page.boxes, start=1):
        before = len(page.cells)
        blocks(page, box, f"box{number}/")
        if looks_docx.unseen_box(box):
            page.cells[before:] = [hidden(cell, "hidden text") for cell in page.cells[before:]]
    check_count(len(page.cells))
    return Read(page.cells, hidden_docx.look(archive, root, page.cells, len(page.boxes)))


def _others(archive) -> list[tuple[str, etree._Element]]:
    """Return headers, footers and notes, in the order of their names."""
    found = []
    for name in sorted(archive.namelist()):
        word = name.removeprefix("word/").rstrip(".xml").rstrip("0123456789")
        if name.startswith("word/") and name.count("/") == 1 and word in ("header", "footer", *NOTES):
            found.append((word, package.xml(archive, name)))
    return found


def _notes(root: etree._Element) -> list[etree._Element]:
    return [note for note in root if attribute(note, "type", "normal") == "normal"]


def blocks(page: Page, parent: etree._Element | None, before: str) -> None:
    """Collect the tables and paragraphs of a body, a table cell, a note or a box."""
    tables = paragraphs = 0
    for block in _blocks(parent):
        if local(block) == "tbl":
            tables += 1
            table(page, block, before, tables)
        else:
            paragraphs += 1
            _paragraph(page, block, f"{before}P{paragraphs}", f"{before}P", paragraphs)


def _blocks(parent: etree._Element | None):
    """Yield tables and paragraphs, also those inside content controls and insertions."""
    for block in parent if parent is not None else ():
        name = local(block)
        if name in ("tbl", "p"):
            yield block
        elif name in CONTAINERS:
            yield from _blocks(block)


def _paragraph(page: Page, block: etree._Element, place: str, area: str, row: int) -> None:
    seen, unseen = _words(page, block)
    if seen.strip():
        page.cells.append(text_cell(place, area, row, 1, seen.strip()))
    for reason, text in unseen.items():
        if text.strip():
            page.cells.append(hidden(text_cell(place, area, row, 1, text), reason))


def table(page: Page, block: etree._Element, before: str, number: int) -> None:
    """Collect the cells of a table; columns are counted as in the grid, so that merged cells do not shift them."""
    area = f"{before}T{number}"
    open_ranges: dict[int, int] = {}
    rows = [row for row in _inside(block, "tr") if child(row, "trPr", "del") is None]
    for line, row in enumerate(rows, start=1):
        column = 1 + _size(child(row, "trPr", "gridBefore"), 0)
        vanished = child(row, "trPr", "hidden") is not None or looks_docx.thin(row)
        for item in _inside(row, "tc"):
            wide = _size(child(item, "tcPr", "gridSpan"), 1)
            merge = child(item, "tcPr", "vMerge")
            continued = merge is not None and attribute(merge, "val", "continue") == "continue"
            cell = Place(area, line, column, wide, "hidden text" if vanished else "")
            start = _cell(page, item, cell, continued)
            if merge is not None and not continued and start is not None:
                open_ranges[column] = start
            elif continued and column in open_ranges:
                first = page.cells[open_ranges[column]]
                merged = span(first.row, column, line - first.row + 1, wide)
                page.cells[open_ranges[column]] = first._replace(merged=merged)
            column += wide
        check_count(len(page.cells), area)


class Place(NamedTuple):
    """Where a cell of a table lies, how many columns it covers, and why it is not seen."""

    area: str
    row: int
    column: int
    wide: int
    reason: str


def _cell(page: Page, item: etree._Element, at: Place, continued: bool) -> int | None:
    """Collect one cell and what is nested in it; return its position among all cells."""
    place = f"{at.area}R{at.row}C{at.column}"
    lines: list = []
    unseen: dict = {}
    tables: list = []
    for block in _blocks(item):
        if local(block) == "tbl":
            tables.append(block)
            continue
        seen, more = _words(page, block)
        lines.append(seen)
        unseen |= {reason: unseen.get(reason, "") + text for reason, text in more.items()}
    text = "\n".join(lines).strip()
    position = None
    if text:
        cell = text_cell(place, at.area, at.row, at.column, text, span(at.row, at.column, 1, at.wide))
        reason = at.reason or ("under a merged cell" if continued else "")
        position = len(page.cells)
        page.cells.append(hidden(cell, reason) if reason else cell)
    for reason, words in unseen.items():
        if words.strip():
            page.cells.append(hidden(text_cell(place, at.area, at.row, at.column, words), reason))
    for number, nested in enumerate(tables, start=1):
        table(page, nested, f"{place}/", number)
    return position


def _inside(parent: etree._Element, name: str):
    """Yield rows or cells, also those inside content controls."""
    for item in parent:
        if local(item) == name:
            yield item
        elif local(item) in CONTAINERS:
            yield from _inside(item, name)


def _size(element: etree._Element | None, otherwise: int) -> int:
    text = attribute(element, "val") if element is not None else ""
    return min(int(text), 1000) if text.isdigit() and len(text) < 6 else otherwise


def _words(page: Page, block: etree._Element) -> tuple[str, dict[str, str]]:
    """Return the text one sees in a paragraph, and by reason the text nobody sees."""
    seen: list = []
    unseen: dict = {}
    for run in _runs(page, block):
        reason = looks_docx.hides(page.styles, block, run)
        text = _text(run)
        if reason:
            unseen[reason] = unseen.get(reason, "") + text
        else:
            seen.append(text)
    mark, text = page.lists.mark(block), "".join(seen)
    return mark + text if text.strip() else "", unseen


def _runs(page: Page, parent: etree._Element):
    for item in parent:
        name = local(item)
        if name == "r":
            yield item
            page.boxes.extend(box for box in item.iter("{*}txbxContent") if not _fallback(box, item))
        elif name in CONTAINERS:
            yield from _runs(page, item)
        elif name in ("oMath", "oMathPara"):
            yield from every(item, "r")


def _fallback(box: etree._Element, run: etree._Element) -> bool:
    """Say whether a box is the older copy of another one, or lies inside another box."""
    above = []
    parent = box.getparent()
    while parent is not None and parent is not run:
        above.append(local(parent))
        parent = parent.getparent()
    return "Fallback" in above or "txbxContent" in above


def _text(run: etree._Element) -> str:
    parts = []
    for item in run:
        name = local(item)
        if name == "t":
            parts.append(item.text or "")
        elif name in ("tab", "br", "cr", "noBreakHyphen"):
            parts.append({"tab": "\t", "noBreakHyphen": "-"}.get(name, "\n"))
        elif name == "sym":
            parts.append("\ufffd")
    return "".join(parts)
