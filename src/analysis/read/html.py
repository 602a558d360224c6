"""A web page as cells: tables and the text between them, as a browser shows them."""

import re
from collections import Counter

from lxml import etree
from lxml import html as pages
from PIL import ImageColor

from analysis.problems import Fault
from analysis.read import archives, looks
from analysis.read.archives import local
from analysis.read.cells import Cell, Reading, check_count, cut_off, decode, noted, person, raised, refuse, whole

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
GONE = re.compile(
    r"display:none|visibility:(hidden|collapse)|opacity:0?\.?0*(;|$)|mso-hide:all|content-visibility:hidden|"
    r"(left|top|right|bottom|text-indent|margin(-left|-top)?):-\d{3,}|(?<![\w-])font-size:0*\.?0*[a-z%]*(;|$)|"
    r"(?<![\w-])font-size:[01](\.\d+)?(px|pt)|transform:scale[xy]?\(0|clip(-path)?:(rect\(0|inset\((5\d|100)%|circle\(0)|"
    r"(?=.*overflow:hidden).*(?<![\w-])(max-)?(height|width):0(px|pt|em|%)?(;|$)"
)


def read(content: bytes, declared: str = "") -> Reading:
    """Return the cells of a web page and what it holds besides; `declared` is the encoding a mail names for it.

    Raises Faults (ENCODING, NUL_BYTE, XML_DTD, BROKEN_XML, TRUNCATED, TOO_MANY_CELLS).
    """
    named = re.search(rb"""<meta[^>]+charset=["']?\s*([\w-]+)""", content[:2048], re.I)
    text, faults = decode(content, declared or (named[1].decode("ascii") if named else ""))
    bare = re.sub(r"(?is)<!--.*?-->|<(script|style)\b.*?</\1\s*>", "", text)
    if re.search(r"<!ENTITY|<!DOCTYPE[^>]*\[", bare, re.I):
        raise refuse("XML_DTD", "", "an entity of its own", "plain HTML", "do not open it; ask for a new file")
    if len(re.findall(r"<table[\s>]", bare, re.I)) > len(re.findall("</table", bare, re.I)) or re.search(
        r"<[^>]*$", bare
    ):
        raise cut_off("a table or a tag without an end")
    parser = pages.HTMLParser(no_network=True, remove_pis=True, huge_tree=False)
    try:
        root = pages.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise archives.broken() from error
    page = _Page(root)
    page.blocks(root, "", "")
    return Reading(page.cells, [*faults, *_beside(root)])


def _beside(root: etree._Element) -> list[Fault]:
    """Return what a page holds besides the words one sees."""
    programs = len(list(root.iter("script")))
    unseen = [
        entry for entry in root.iter("template", "noscript", "datalist", "canvas") if "".join(entry.itertext()).strip()
    ]
    unseen += [entry for entry in root.iter("input") if entry.get("type") == "hidden" and entry.get("value")]
    pictures = len(list(root.iter("img")))
    counted = [(noted, "MACRO", "programs", programs), (person, "HIDDEN_TEXT", "hidden parts", len(unseen)),
               (noted, "PICTURE", "pictures, not read", pictures)]  # fmt: skip
    return [kind(code, "page", f"{count} {words}") for kind, code, words, count in counted if count]


class _Page:
    """Collects the cells of one page; tables and paragraphs are counted for each place they stand in."""

    def __init__(self, root: etree._Element, rules: list[tuple[list[str], str]] | None = None):
        self.rules = _rules(root) if rules is None else rules
        self.known: dict[etree._Element, str] = {}
        self.cells: list[Cell] = []
        self.counts: Counter = Counter()

    def blocks(self, element: etree._Element, before: str, why: str) -> None:
        """Collect the text and tables below an element; `why` is the reason nobody sees them."""
        own = why or ("hidden text" if local(element) == "details" and element.get("open") is None else "")
        line = [element.text or ""]
        for inner in element:
            name = local(inner)
            reason = why or (self.reason(inner) if name else "comment")
            if name == "table":
                self.paragraph(line, before, own)
                line = []
                self.counts[f"{before}T"] += 1
                self.table(inner, f"{before}T{self.counts[f'{before}T']}", reason)
            elif name in BLOCKS or (name and name not in SILENT and _holds_block(inner)):
                self.paragraph(line, before, own)
                line = []
                self.blocks(inner, before, reason)
            elif name and name not in SILENT:
                if reason != why:
                    self.paragraph(line, before, own)
                    line = []
                line += self.inline(inner, before, reason, "".join(line), why)
            line.append(inner.tail or "")
        self.paragraph(line, before, own)

    def inline(self, element: etree._Element, before: str, why: str, said: str, outer: str = "") -> list[str]:
        """Return the words of an element inside a line; hidden ones become a cell of their own."""
        name = local(element)
        words = [BREAK] if name == "br" else []
        if name in ("input", "textarea", "select") and element.get("type") != "hidden":
            words.append(element.get("value") or "")
        words.append(element.text or "")
        for inner in element:
            if local(inner) and local(inner) not in SILENT:
                words += self.inline(inner, before, self.reason(inner), said + "".join(words))
            words.append(inner.tail or "")
        text = "".join(words)
        if why and why != outer:
            self.paragraph([text], before, why)
            return []
        return [raised(text, said.strip(" \n\t"))] if name == "sup" else words

    def paragraph(self, line: list[str], before: str, why: str) -> None:
        """Keep a line of text as a cell, where it holds anything."""
        lines = [re.sub(r"[ \t\r\n\f]+", " ", part).strip() for part in "".join(line).split(BREAK)]
        text = "\n".join(part for part in lines if part)
        if text:
            area = f"{before}P"
            self.counts[area] += 1
            cell = Cell(f"{area}{self.counts[area]}", area, self.counts[area], 1, text)
            self.cells.append(cell.unseen(why) if why else cell)

    def table(self, table: etree._Element, area: str, why: str) -> None:
        """Collect the cells of a table; a cell that spans rows keeps its column from being used again."""
        taken: set[tuple[int, int]] = set()
        gone = self.columns(table)
        for caption in table.findall("caption"):
            self.blocks(caption, f"{area}/", why)
        for number, row in enumerate(_rows(table), start=1):
            group = row.getparent()
            above = why or self.reason(row) or (self.reason(group) if group is not table else "")
            column = 1
            for item in row:
                if local(item) not in ("td", "th"):
                    continue
                while (number, column) in taken:
                    column += 1
                rows, wide = (min(max(whole(item.get(name), 1), 1), 65_534) for name in ("rowspan", "colspan"))
                check_count(rows * wide + len(taken), area)
                taken |= {(number + down, column + right) for down in range(rows) for right in range(wide)}
                cell = Cell(f"{area}R{number}C{column}", area, number, column, "", wide=wide)
                self.item(item, cell, above or gone.get(column, "") or self.reason(item))
                column += wide
            check_count(len(self.cells), area)

    def item(self, item: etree._Element, cell: Cell, why: str) -> None:
        """Collect one cell of a table and what is nested in it."""
        inside = _Page(item, self.rules)
        inside.blocks(item, "", why)
        own = [found for found in inside.cells if found.area == "P"]
        text = "\n".join(found.text for found in own if not found.why)
        self.cells += [cell._replace(text=text)] if text else []
        self.cells += [cell.unseen(found.why) for found in own if found.why]
        nested = [found for found in inside.cells if found.area != "P"]
        self.cells += [n._replace(place=f"{cell.place}/{n.place}", area=f"{cell.place}/{n.area}") for n in nested]

    def columns(self, table: etree._Element) -> dict[int, str]:
        """Return the columns that are not shown."""
        found, at = {}, 1
        for entry in table.iterfind(".//col"):
            wide = min(max(whole(entry.get("span"), 1), 1), 1000)
            found |= dict.fromkeys(range(at, at + wide), "hidden column" if self.reason(entry) else "")
            at += wide
        return found

    def reason(self, element: etree._Element) -> str:
        """Return why a browser does not show an element, by its own style and the page's rules, or nothing."""
        style = self.style(element)
        parent = element.getparent()
        folded = parent is not None and local(parent) == "details" and local(element) != "summary"
        unchosen = local(element) == "option" and element.get("selected") is None and element.getprevious() is not None
        if (
            element.get("hidden") is not None
            or folded
            or unchosen
            or (local(element) == "dialog" and element.get("open") is None)
        ):
            return "hidden text"
        if GONE.search(style):
            return "hidden text"
        named = ("color", "background", "background-color")
        if not any(_said(style, name) for name in named) and not element.get("color") and not element.get("bgcolor"):
            return ""
        return looks.unseen(looks.Look(colour=self.colour(element), behind=self.behind(element)))

    def colour(self, element: etree._Element | None) -> str:
        """Return the colour of an element's letters, which it takes from what it stands in."""
        while element is not None:
            style = self.style(element)
            own = _said(style, "-webkit-text-fill-color") or _said(style, "color") or element.get("color", "").lower()
            if own and own not in ("inherit", "currentcolor"):
                return _hex(own) or self.behind(element) or looks.WHITE
            element = element.getparent()
        return ""

    def behind(self, element: etree._Element | None) -> str:
        """Return the colour behind an element."""
        while element is not None:
            own = (
                _said(self.style(element), "background-color")
                or _said(self.style(element), "background")
                or element.get("bgcolor", "").lower()
            )
            if own and own not in ("none", "inherit", "initial", "transparent"):
                return "some" if "url(" in own or "gradient" in own else _hex(own.split(" ")[0])
            element = element.getparent()
        return ""

    def style(self, element: etree._Element) -> str:
        """Return what an element's own style and the page's rules say about it, without spaces."""
        if element not in self.known:
            texts = [rule for words, rule in self.rules if _selected(words, element)]
            own = re.sub(
                r"var\((--[\w-]+)[^)]*\)",
                lambda name: _said(";".join(texts), name[1]),
                _plain_style(element.get("style", "")),
            )
            self.known[element] = ";".join([*texts, own])
        return self.known[element]


def _holds_block(element: etree._Element) -> bool:
    return any(local(inner) in BLOCKS or local(inner) == "table" for inner in element.iter())


def _rows(table: etree._Element):
    for item in table:
        if local(item) == "tr":
            yield item
        elif local(item) in ("thead", "tbody", "tfoot"):
            yield from _rows(item)


def _rules(root: etree._Element) -> list[tuple[list[str], str]]:
    """Return the page's own rules: the words of each selector, and what it says, with named values filled in."""
    text = " ".join(style.text or "" for style in root.iter("style"))
    text = re.sub(r"(?s)/\*.*?\*/|@media\s+print\s*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", text)
    named = dict(re.findall(r"(--[\w-]+)\s*:\s*([^;}]+)", text))
    found = []
    for keys, rule in re.findall(r"([^{}]+)\{([^{}]*)\}", text):
        for key in keys.split(","):
            words = re.findall(r"[>+~]|(?:\[[^\]]*\]|\([^)]*\)|[^\s>+~\[(])+", key)
            if words and not re.search(r"::|:(before|after|first-l|hover|focus|active|target)", key):
                found.append((words, _plain_style(rule)))
    return [
        (words, re.sub(r"var\((--[\w-]+)[^)]*\)", lambda name: named.get(name[1], ""), rule)) for words, rule in found
    ] + [(["*"], f"{name}:{value.strip()}") for name, value in named.items()]


def _plain_style(text: str) -> str:
    return re.sub(r"\s*([:;])\s*", r"\1", text.lower().replace("!important", "").strip())


def _selected(words: list[str], element: etree._Element | None) -> bool:
    """Say whether a selector names an element; what it asks of its state or number is taken as given."""
    if not words:
        return True
    if element is None or not _named(words[-1], element):
        return False
    way = words[-2] if len(words) > 1 and words[-2] in ">+~" else " "
    before = words[: -2 if way != " " else -1]
    if not before:
        return True
    siblings = list(element.itersiblings(preceding=True))
    near = {">": [element.getparent()], "+": siblings[:1], "~": siblings, " ": list(element.iterancestors())}[way]
    return any(_selected(before, other) for other in near)


def _named(word: str, element: etree._Element) -> bool:
    """Say whether a word such as `td.total`, `#a` or `p[lang=en]` names an element."""
    for name, sign, value in re.findall(r"""\[\s*([\w-]+)\s*(?:([~|^$*]?)=\s*["']?([^\]"']*?)["']?\s*)?\]""", word):
        own = element.get(name)
        if own is None or (value and (own != value if not sign else value not in own)):
            return False
    word = re.sub(r"\[[^\]]*\]|:.*", "", word)
    tag = re.match(r"[\w*-]*", word)[0].lower()
    keys = {f"#{element.get('id', '')}", *(f".{name}" for name in element.get("class", "").split())}
    return tag in ("", "*", local(element)) and set(re.findall(r"[.#][\w-]+", word)) <= keys


def _said(style: str, name: str) -> str:
    found = re.findall(rf"(?:^|;){name}:([^;]+)", style)
    return found[-1].strip() if found else ""


def _hex(colour: str) -> str:
    """Return a colour as six digits, else the word itself."""
    try:
        parts = ImageColor.getrgb(colour)
    except ValueError:
        return colour
    return "" if len(parts) == 4 and parts[3] < looks.CLOSE else "".join(f"{part:02X}" for part in parts[:3])
