"""A web page as cells: tables and the text between them, without what a browser does not show."""

import re

from lxml import etree
from lxml import html as pages

from analysis.read import decoding, hidden_html, looks_html, package
from analysis.read.cell import Cell, Read, check_count, hidden, refuse, span, text_cell
from analysis.read.package import local

BLOCKS = {
    "p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd", "pre", "blockquote", "section", "article",
    "caption", "figcaption", "address", "td", "th", "body", "html", "main", "header", "footer", "nav", "ul", "ol",
    "dl", "fieldset", "form", "center", "tr", "tbody", "thead", "tfoot", "summary", "details",
}  # fmt: skip
SILENT = {
    "script", "style", "head", "title", "meta", "link", "template", "noscript", "object", "embed", "iframe", "svg",
    "math", "canvas", "datalist", "colgroup", "col",
}  # fmt: skip
BREAK = "\v"  # a new line one sees; one in the page's code is only a space


def read(content: bytes, declared: str = "") -> Read:
    """Return the cells of a page and what hides in it; `declared` is the encoding a mail names for it.

    Raises Faults (ENCODING, NUL_BYTE, XML_DTD, TRUNCATED, TOO_MANY_CELLS).
    """
    text, encoding = decoding.decode(content, declared or _declared(content))
    if re.search(r"<!ENTITY|<!DOCTYPE[^>]*\[", text, re.IGNORECASE):
        raise refuse("XML_DTD", "", "an entity of its own", "plain HTML", "do not open it; ask for a new file")
    lower = text.lower()
    for name in ("table", "html"):
        if re.search(rf"<{name}[\s>]", lower) and lower.count(f"</{name}") < (1 if name == "html" else 0):
            raise refuse("TRUNCATED", "", f"no end of <{name}>", "a whole page", "ask for the file again")
    if len(re.findall(r"<table[\s>]", lower)) > lower.count("</table"):
        raise refuse("TRUNCATED", "", "a table without an end", "a whole page", "ask for the file again")
    parser = pages.HTMLParser(no_network=True, remove_pis=True, huge_tree=False)
    try:
        root = pages.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise package.broken() from error
    page = _Page(root)
    page.blocks(root, "", "")
    check_count(len(page.cells))
    return Read(page.cells, [*decoding.noted(encoding), *hidden_html.carried(root)])


def _declared(content: bytes) -> str:
    match = re.search(rb"""<meta[^>]+charset=["']?\s*([\w-]+)""", content[:2048], re.IGNORECASE)
    return match[1].decode("ascii") if match else ""


class _Page:
    """Collects the cells of one page; tables and paragraphs are counted for each place they stand in."""

    def __init__(self, root: etree._Element):
        self.rules = looks_html.rules(root)
        self.cells: list[Cell] = []
        self.counts: dict[str, int] = {}

    def next(self, area: str) -> int:
        """Return the next number of an area."""
        self.counts[area] = self.counts.get(area, 0) + 1
        return self.counts[area]

    def blocks(self, element: etree._Element, before: str, why: str) -> None:
        """Collect the text and tables below an element; `why` is the reason nobody sees them."""
        own = why or ("hidden text" if looks_html.folded(element) else "")
        line = [element.text or ""]
        for inner in element:
            name = local(inner) if isinstance(inner.tag, str) else "comment"
            reason = why or looks_html.reason(self.rules, inner)
            if name == "table":
                self.paragraph(line, before, own)
                line = []
                self.table(inner, f"{before}T{self.next(before + 'T')}", reason)
            elif name in BLOCKS:
                self.paragraph(line, before, own)
                line = []
                self.blocks(inner, before, reason)
            elif name not in SILENT and name != "comment":
                if reason != why or inner.find(".//table") is not None or inner.find(".//div") is not None:
                    self.paragraph(line, before, own)
                    line = []
                    self.blocks(inner, before, reason)
                else:
                    self.inline(inner, before, why, line)
            line.append(inner.tail or "")
        self.paragraph(line, before, own)

    def inline(self, element: etree._Element, before: str, why: str, line: list[str]) -> None:
        """Add the words of an element inside a line; hidden ones become a cell of their own."""
        if local(element) == "br":
            line.append(BREAK)
        if local(element) in ("input", "textarea", "select"):
            line.append(element.get("value") or "" if element.get("type") != "hidden" else "")
        line.append(element.text or "")
        for inner in element:
            reason = looks_html.reason(self.rules, inner) if isinstance(inner.tag, str) else "comment"
            if isinstance(inner.tag, str) and local(inner) not in SILENT:
                if reason:
                    self.blocks(inner, before, reason)
                else:
                    self.inline(inner, before, why, line)
            line.append(inner.tail or "")

    def paragraph(self, line: list[str], before: str, why: str) -> None:
        """Keep a line of text as a cell, where it holds anything."""
        text = _tidy("".join(line))
        if text:
            area = f"{before}P"
            number = self.next(area)
            cell = text_cell(f"{area}{number}", area, number, 1, text)
            self.cells.append(hidden(cell, why) if why else cell)

    def table(self, table: etree._Element, area: str, why: str) -> None:
        """Collect the cells of a table; a cell that spans rows keeps its column from being used again."""
        taken: set[tuple[int, int]] = set()
        unseen = _columns(self.rules, table)
        for caption in table.findall("caption"):
            self.blocks(caption, f"{area}/", why)
        for number, row in enumerate(_rows(table), start=1):
            column = 1
            above = (
                why
                or looks_html.reason(self.rules, row)
                or (looks_html.reason(self.rules, row.getparent()) if row.getparent() is not table else "")
            )
            for item in row:
                if local(item) not in ("td", "th"):
                    continue
                while (number, column) in taken:
                    column += 1
                rows, wide = _count(item, "rowspan"), _count(item, "colspan")
                check_count(rows * wide + len(taken), area)
                taken |= {(number + down, column + right) for down in range(rows) for right in range(wide)}
                self.item(
                    item,
                    area,
                    (number, column, rows, wide),
                    above or unseen.get(column, "") or looks_html.reason(self.rules, item),
                )
                column += wide

    def item(self, item: etree._Element, area: str, where: tuple[int, int, int, int], why: str) -> None:
        """Collect one cell of a table and what is nested in it."""
        row, column, rows, wide = where
        place = f"{area}R{row}C{column}"
        inside = _Page(item)
        inside.rules = self.rules
        inside.blocks(item, "", why)
        own = [cell for cell in inside.cells if cell.area == "P"]
        merged = span(row, column, rows, wide)
        text = "\n".join(cell.text for cell in own if cell.visible)
        if text:
            self.cells.append(text_cell(place, area, row, column, text, merged))
        for cell in own:
            if not cell.visible:
                self.cells.append(hidden(text_cell(place, area, row, column, "x", merged), cell.reason))
        for cell in inside.cells:
            if cell.area != "P":
                self.cells.append(cell._replace(place=f"{place}/{cell.place}", area=f"{place}/{cell.area}"))


def _columns(rules: looks_html.Rules, table: etree._Element) -> dict[int, str]:
    """Return the columns that are not shown, with the reason."""
    found: dict[int, str] = {}
    at = 1
    for entry in table.iterfind(".//col"):
        wide = min(_count(entry, "span"), 1000)
        if looks_html.reason(rules, entry):
            found |= dict.fromkeys(range(at, at + wide), "hidden column")
        at += wide
    return found


def _rows(table: etree._Element):
    for item in table:
        if not isinstance(item.tag, str):
            continue
        if local(item) == "tr":
            yield item
        elif local(item) in ("thead", "tbody", "tfoot"):
            yield from _rows(item)


def _count(item: etree._Element, name: str) -> int:
    text = item.get(name, "1").strip()
    return min(max(int(text), 1), 65534) if text.isdigit() and len(text) < 7 else 1


def _tidy(text: str) -> str:
    lines = [re.sub(r"[ \t\r\n\f]+", " ", line).strip() for line in text.split(BREAK)]
    return "\n".join(line for line in lines if line)
