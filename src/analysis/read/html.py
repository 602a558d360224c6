"""A web page as cells: tables and the text between them, as a browser shows them."""

import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree
from lxml import html as pages
from PIL import ImageColor

from analysis.problems import Fault
from analysis.read import archives
from analysis.read.archives import every, local
from analysis.read.cells import (
    BLACK,
    CLOSE,
    WHITE,
    Cell,
    Reading,
    check_count,
    cut_off,
    decode,
    faint,
    noted,
    person,
    refuse,
    spelled,
    whole,
)

BLOCKS = {
    "p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd", "pre", "blockquote", "section", "article",
    "caption", "figcaption", "address", "td", "th", "body", "html", "main", "header", "footer", "nav", "ul", "ol",
    "dl", "fieldset", "form", "center", "tr", "tbody", "thead", "tfoot", "summary", "details",
}  # fmt: skip
SILENT = {
    "", "script", "style", "head", "title", "meta", "link", "template", "noscript", "object", "embed", "iframe", "svg",
    "math", "canvas", "datalist", "colgroup", "col",
}  # fmt: skip
BREAK, END = "\v", "\f"  # a new line inside a paragraph, and its end; those in the page's code are only spaces
GONE = re.compile(
    r"display:none|visibility:(hidden|collapse)|opacity:0?\.?0*(;|$)|mso-hide:all|content-visibility:hidden|"
    r"transform:scale[xy]?\(0|clip(-path)?:(rect\(0|inset\((5\d|100)%|circle\(0)|"
    r"(left|top|right|bottom|text-indent|margin(-left|-top)?):-\d{3,}|"
    r"(?<![\w-])font-size:(0+(\.0+)?[a-z%]*|[01](\.\d+)?(px|pt))(;|$)|"
    r"(?=.*overflow:hidden).*(?<![\w-])(max-)?(height|width):0(px|pt|em|%)?(;|$)"
)
Piece = tuple[str | etree._Element, str, bool]  # words or a table, why nobody sees them, whether raised above the line


def read(content: bytes, declared: str = "") -> Reading:
    """Return the cells of a web page and what it holds besides; `declared` is the encoding a mail names for it.

    Raises Faults (ENCODING, NUL_BYTE, XML_DTD, BROKEN_XML, TRUNCATED, TOO_MANY_CELLS).
    """
    named = re.search(rb"""<meta[^>]+charset=["']?\s*([\w-]+)""", content[:2048], re.I)
    text, faults = decode(content, declared or (named[1].decode("ascii") if named else ""))
    bare = re.sub(r"(?is)<!--.*?-->|<(script|style)\b.*?</\1\s*>", "", text)
    if re.search(r"<!ENTITY|<!DOCTYPE[^>]*\[", bare, re.I):
        raise refuse("XML_DTD", "", "an entity of its own", "plain HTML", "do not open it; ask for a new file")
    begun, ended = (len(re.findall(tag, bare, re.I)) for tag in (r"<table[\s>]", "</table"))
    if begun > ended or re.search(r"<[^>]*$", bare):
        raise cut_off("a table or a tag without an end")
    parser = pages.HTMLParser(no_network=True, remove_pis=True, huge_tree=False)
    try:
        root = pages.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise archives.broken() from error
    return Reading(_Page(root).cells(root, "", ""), [*faults, *_beside(root)])


def _beside(root: etree._Element) -> list[Fault]:
    """Return what a page holds besides the words one sees."""
    unseen = [e for e in root.iter("template", "noscript", "datalist", "canvas") if "".join(e.itertext()).strip()]
    unseen += [e for e in root.iter("input") if e.get("type") == "hidden" and e.get("value")]
    counted = [(noted, "MACRO", "programs", len(list(root.iter("script")))),
               (person, "HIDDEN_TEXT", "hidden parts", len(unseen)),
               (noted, "PICTURE", "pictures, not read", len(list(root.iter("img"))))]  # fmt: skip
    return [kind(code, "page", f"{count} {words}") for kind, code, words, count in counted if count]


class _Page:
    """Reads one page; tables and paragraphs are counted for each place they stand in."""

    def __init__(self, root: etree._Element):
        self.rules = _rules(" ".join(style.text or "" for style in root.iter("style")))
        self.known: dict[etree._Element, str] = {}

    def cells(self, element: etree._Element, before: str, why: str) -> list[Cell]:
        """Return the paragraphs and tables in an element; `why` is the reason nobody sees them."""
        found: list[Cell] = []
        counts: Counter = Counter()
        line: list[Piece] = []
        for what, why_not, up in [*self.pieces(element, why), (END, "", False)]:
            if isinstance(what, str) and what != END:
                line.append((what, why_not, up))
                continue
            words, gone = spelled(line)
            parts = [re.sub("[ \t\r\n]+", " ", part).strip() for part in words.split(BREAK)]
            text, line = "\n".join(filter(None, parts)), []
            counts["P"] += bool(text or gone)
            found += Cell(f"{before}P{counts['P']}", f"{before}P", counts["P"], 1, "").parted(text, gone)
            if not isinstance(what, str):
                counts["T"] += 1
                found += self.table(what, f"{before}T{counts['T']}", why_not)
        return found

    def pieces(self, element: etree._Element, why: str) -> Iterator[Piece]:
        """Yield the words and tables in an element, in order, and where a paragraph ends."""
        folded = local(element) == "details" and element.get("open") is None
        own = why or ("hidden text" if folded else "")
        yield element.text or "", own, False
        for inner in element:
            name = local(inner)
            reason = why or (self.reason(inner) if name else "")
            if name == "table":
                yield inner, reason, False
            elif name not in SILENT:
                if name in BLOCKS or name == "br":
                    yield END if name in BLOCKS else BREAK, "", False
                if name in ("input", "textarea", "select") and inner.get("type") != "hidden":
                    yield inner.get("value") or "", reason, False
                for what, gone, up in self.pieces(inner, reason):
                    yield what, gone, up or name == "sup"
                if name in BLOCKS:
                    yield END, "", False
            yield inner.tail or "", own, False

    def table(self, table: etree._Element, area: str, why: str) -> list[Cell]:
        """Return the cells of a table; a cell that spans rows keeps its column from being used again."""
        taken: set[tuple[int, int]] = set()
        found = [cell for caption in table.findall("caption") for cell in self.cells(caption, f"{area}/", why)]
        spans = [(entry, min(whole(entry.get("span"), 1), 1000)) for entry in every(table, "col")]
        gone = [self.reason(entry) for entry, wide in spans for _ in range(wide)]
        for number, row in enumerate(_rows(table), start=1):
            above = why or self.reason(row) or (self.reason(row.getparent()) if row.getparent() is not table else "")
            column = 1
            for item in (part for part in row if local(part) in ("td", "th")):
                while (number, column) in taken:
                    column += 1
                rows, wide = (min(max(whole(item.get(name), 1), 1), 65_534) for name in ("rowspan", "colspan"))
                check_count(rows * wide + len(taken), area)
                taken |= {(number + down, column + right) for down in range(rows) for right in range(wide)}
                cell = Cell(f"{area}R{number}C{column}", area, number, column, "", wide=wide)
                reason = above or (gone[column - 1] if column <= len(gone) else "") or self.reason(item)
                found += self.item(item, cell, reason)
                column += wide
            check_count(len(found), area)
        return found

    def item(self, item: etree._Element, cell: Cell, why: str) -> list[Cell]:
        """Return one cell of a table and what is nested in it."""
        inside = self.cells(item, f"{cell.place}/", why)
        own = [found for found in inside if found.area == f"{cell.place}/P"]
        text = "\n".join(found.text for found in own if not found.why)
        gone = next((found.why for found in own if found.why), "")
        return cell.parted(text, gone) + [found for found in inside if found not in own]

    def reason(self, element: etree._Element) -> str:
        """Return why a browser does not show an element, by its own style and the page's rules, or nothing."""
        name, parent, style = local(element), element.getparent(), self.style(element)
        folded = local(parent) == "details" and name != "summary" and parent.get("open") is None
        unchosen = name == "option" and element.get("selected") is None and element.getprevious() is not None
        closed = name == "dialog" and element.get("open") is None
        if element.get("hidden") is not None or folded or unchosen or closed or GONE.search(style):
            return "hidden text"
        painted = re.search(r"(?<![\w-])(color|background|background-color):", style)
        if not painted and not element.get("color") and not element.get("bgcolor"):
            return ""
        behind = self.near(element, "background-color", "background", "bgcolor")
        return faint(self.near(element, "color") or behind or WHITE, behind)

    def near(self, element: etree._Element | None, *names: str) -> str:
        """Return the colour that an element, or the nearest around it, has by one of some names; "" where none has."""
        while element is not None:
            style = self.style(element)
            for name in names:
                said = re.findall(rf"(?:^|;){name}:([^;]+)", style)
                own = said[-1].strip() if said else (element.get(name) or "").lower()
                if own and own not in ("none", "inherit", "initial", "transparent", "currentcolor"):
                    return _hex(own)
            element = element.getparent()
        return BLACK if names == ("color",) else ""

    def style(self, element: etree._Element) -> str:
        """Return what an element's own style and the page's rules say about it, without spaces."""
        if element not in self.known:
            texts = [rule for words, rule in self.rules if _selected(words, element)]
            self.known[element] = ";".join([*texts, _bare(element.get("style", ""))])
        return self.known[element]


def _rows(table: etree._Element):
    for item in table:
        if local(item) == "tr":
            yield item
        elif local(item) in ("thead", "tbody", "tfoot"):
            yield from _rows(item)


def _rules(text: str) -> list[tuple[list[str], str]]:
    """Return the rules of a style sheet that name tags, classes and ids: the words of a selector, and what it says."""
    text = re.sub(r"(?s)/\*.*?\*/|<!--|-->|@[^{};]*;|@media\s+print\s*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", text)
    return [
        (key.replace(">", " ").split(), _bare(rule))
        for keys, rule in re.findall(r"([^{}]+)\{([^{}]*)\}", text)
        for key in keys.split(",")
        if re.fullmatch(r"[\w\s.#>*-]+", key) and key.strip(" >\n\t\r")
    ]


def _bare(text: str) -> str:
    return re.sub(r"\s*([:;])\s*", r"\1", text.lower().replace("!important", "").strip())


def _selected(words: list[str], element: etree._Element) -> bool:
    """Say whether the words of a selector name an element and, before the last, what it stands in."""
    if not _named(words[-1], element):
        return False
    above = element.iterancestors()
    return all(any(_named(word, outer) for outer in above) for word in reversed(words[:-1]))


def _named(word: str, element: etree._Element) -> bool:
    """Say whether a word such as `td.total` or `#a` names an element."""
    tag = re.match(r"[\w*-]*", word)[0].lower()
    keys = {f"#{element.get('id', '')}", *(f".{name}" for name in element.get("class", "").split())}
    return tag in ("", "*", local(element)) and set(re.findall(r"[.#][\w-]+", word)) <= keys


def _hex(colour: str) -> str:
    """Return a colour as six digits, nothing where it is see-through, else the word itself."""
    try:
        parts = ImageColor.getrgb(colour.split(" ")[0] if "(" not in colour else colour)
    except ValueError:
        return "some" if "(" in colour else colour
    return "" if len(parts) == 4 and parts[3] < CLOSE else "".join(f"{part:02X}" for part in parts[:3])
