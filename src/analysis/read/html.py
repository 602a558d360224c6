"""A web page as cells: tables and the text between them, as a browser shows them."""

import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree
from lxml import html as pages
from PIL import ImageColor

from analysis.problems import Fault
from analysis.read import archives, cells
from analysis.read.archives import local
from analysis.read.cells import BLACK, WHITE, Cell, Reading, check_count, cut_off, noted, person, refuse, whole

BLOCKS = {
    "p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd", "pre", "blockquote", "section", "article",
    "caption", "figcaption", "address", "td", "th", "body", "html", "main", "header", "footer", "nav", "ul", "ol",
    "dl", "fieldset", "form", "center", "tr", "tbody", "thead", "tfoot", "summary", "details",
}  # fmt: skip
SILENT = {
    "",
    "script",
    "style",
    "head",
    "title",
    "meta",
    "link",
    "object",
    "embed",
    "iframe",
    "svg",
    "math",
    "colgroup",
    "col",
}
UNSEEN = {"template", "noscript", "datalist", "canvas"}
BREAK, END = "\v", "\f"  # a new line inside a paragraph, and its end; those in the page's code are only spaces
GONE = re.compile(
    r"display:none|visibility:(hidden|collapse)|opacity:0?\.?0*(;|$)|mso-hide:all|content-visibility:hidden|"
    r"transform:scale[xy]?\(0|clip(-path)?:(rect\(0|inset\((5\d|100)%|circle\(0)|"
    r"(left|top|right|bottom|text-indent|margin(-left|-top)?):-\d{3,}|"
    r"(?<![\w-])font-size:(0+(\.0+)?[a-z%]*|[01](\.\d+)?(px|pt))(;|$)|"
    r"(?=.*overflow:hidden).*(?<![\w-])(max-)?(height|width):0(px|pt|em|%)?(;|$)"
)
# the parts of a selector, each with what it is in XPath
SELECTORS = [
    (r"\s*>\s*", "/"), (r"\s+", "//"), (r"(^|/)(?=[.#\[:])", r"\1*"), (r"\[([\w-]+)\]", r"[@\1]"),
    (r"\[([\w-]+)[~|^$*]?=[\"']?([^\"'\]]*)[\"']?\]", r"[contains(@\1, '\2')]"),
    (r"\.([a-zA-Z][\w-]*)", r"[contains(concat(' ', normalize-space(@class), ' '), ' \1 ')]"),
    (r"#([\w-]+)", r"[@id='\1']"), (r":nth-(?:child|of-type)\((\d+)\)", r"[count(preceding-sibling::*) = \1 - 1]"),
    (r":first-child", "[not(preceding-sibling::*)]"), (r":last-child", "[not(following-sibling::*)]"),
]  # fmt: skip
Piece = tuple[str | etree._Element, bool]  # words or a table, and whether they are raised above the line


def read(content: bytes, declared: str = "") -> Reading:
    """Return the cells of a web page and what it holds besides; `declared` is the encoding a mail names for it.

    Raises Faults (ENCODING, NUL_BYTE, XML_DTD, BROKEN_XML, TRUNCATED, TOO_MANY_CELLS).
    """
    named = re.search(rb"""<meta[^>]+charset=["']?\s*([\w-]+)""", content[:2048], re.I)
    text, faults = cells.decode(content, declared or (named[1].decode("ascii") if named else ""))
    bare = re.sub(r"(?is)<!--.*?-->|<(script|style)\b.*?</\1\s*>", "", text)
    if re.search(r"<!ENTITY|<!DOCTYPE[^>]*\[", bare, re.I):
        raise refuse("XML_DTD", "", "an entity of its own", "plain HTML", "do not open it; ask for a new file")
    begun, ended = (len(re.findall(tag, bare, re.I)) for tag in (r"<table[\s>]", "</table"))
    if begun > ended or re.search(r"<[^>]*$", bare):
        raise cut_off("a table or a tag without an end")
    parser = pages.HTMLParser(no_network=True, remove_pis=True, remove_comments=True, huge_tree=False)
    try:
        root = pages.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise archives.broken() from error
    pictures = len(list(root.iter("img")))
    faults += [noted("PICTURE", "page", f"{pictures} pictures, not read")] if pictures else []
    faults += _without_hidden(root)
    return Reading(_cells(root, ""), faults)


def _without_hidden(root: etree._Element) -> list[Fault]:
    """Empty what a browser does not show, by its own style or the page's rules, and return how many parts that were."""
    for inner in root.xpath("//details[not(@open)]/*"):  # what stands beside the summary of a folded part
        beside = etree.Element("span", hidden="")
        beside.text, inner.tail = inner.tail, None
        inner.addnext(beside)
    styles = _styles(root)
    counts: Counter = Counter()
    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        why = "" if local(element) in SILENT or element is root else _why(element, styles)
        if why:
            walk.skip_subtree()
            counts[why] += bool("".join(element.itertext()).strip() or element.get("value"))
            element.text = ""
            element.attrib.pop("value", "")
            del element[:]
    hidden, faint = counts.pop("hidden text", 0), sum(counts.values())
    counted = [("HIDDEN_TEXT", hidden, "hidden parts"), ("INVISIBLE_TEXT", faint, "parts in the colour of the paper")]
    return [person(code, "page", f"{count} {words}") for code, count, words in counted if count]


def _styles(root: etree._Element) -> dict[etree._Element, str]:
    """Return what the page's rules and its own style say of each element, without spaces."""
    text = " ".join(style.text or "" for style in root.iter("style"))
    text = re.sub(r"(?s)/\*.*?\*/|<!--|-->|@[^{};]*;|@media\s+print\s*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", text)
    found: dict[etree._Element, str] = {}
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", text)
    for selector, rule in ((one.strip(), rule) for many, rule in rules for one in many.split(",")):
        path = re.sub(r"(?<![\w.#-])[A-Z]+", lambda tag: tag[0].lower(), selector)
        for part, words in SELECTORS:
            path = re.sub(part, words, path)
        try:
            chosen = root.xpath(f"//{path}")
        except (etree.XPathError, ValueError):  # of a kind not known, such as a:hover
            continue
        for element in chosen if isinstance(chosen, list) else ():
            found[element] = f"{found.get(element, '')};{_bare(rule)}"
    for element in root.iter("*"):
        if element.get("style"):
            found[element] = f"{found.get(element, '')};{_bare(element.get('style'))}"
    return found


def _bare(text: str) -> str:
    return re.sub(r"\s*([:;])\s*", r"\1", text.lower().replace("!important", "").strip())


def _why(element: etree._Element, styles: dict[etree._Element, str]) -> str:
    """Return why a browser does not show an element, or nothing."""
    name, parent, style = local(element), element.getparent(), styles.get(element, "")
    folded = local(parent) == "details" and name != "summary" and parent.get("open") is None
    unchosen = name == "option" and element.get("selected") is None and element.getprevious() is not None
    closed = name in UNSEEN or (name == "dialog" and element.get("open") is None) or element.get("type") == "hidden"
    if element.get("hidden") is not None or folded or unchosen or closed or GONE.search(style):
        return "hidden text"
    painted = re.search(r"(?<![\w-])(color|background|background-color):", style)
    if not painted and not {"color", "bgcolor"} & set(element.attrib):
        return ""
    behind = _colour(element, styles, "background-color", "background", "bgcolor")
    return cells.faint(_colour(element, styles, "color") or behind or WHITE, behind)


def _colour(element: etree._Element | None, styles: dict[etree._Element, str], *names: str) -> str:
    """Return the colour that an element, or the nearest around it, has by one of some names; "" where none has."""
    while element is not None:
        for name in names:
            said = re.findall(rf"(?:^|;){name}:([^;]+)", styles.get(element, ""))
            own = said[-1].strip() if said else (element.get(name) or "").lower()
            if own and own not in ("none", "inherit", "initial", "transparent", "currentcolor"):
                return _hex(own)
        element = element.getparent()
    return BLACK if names == ("color",) else ""


def _hex(colour: str) -> str:
    """Return a colour as six digits, nothing where it is see-through, else the word itself."""
    try:
        parts = ImageColor.getrgb(colour.split(" ")[0] if "(" not in colour else colour)
    except ValueError:
        return "some" if "(" in colour else colour
    return "" if len(parts) == 4 and parts[3] < cells.CLOSE else "".join(f"{part:02X}" for part in parts[:3])


def _cells(element: etree._Element, before: str) -> list[Cell]:
    """Return the paragraphs and tables in an element; they are counted for each place they stand in."""
    found: list[Cell] = []
    counts: Counter = Counter()
    line: list[tuple[str, str, bool]] = []
    for what, is_raised in [*_pieces(element), (END, False)]:
        if isinstance(what, str) and what != END:
            line.append((what, "", is_raised))
            continue
        parts = [re.sub("[ \t\r\n]+", " ", part).strip() for part in cells.spelled(line)[0].split(BREAK)]
        text, line = "\n".join(filter(None, parts)), []
        counts["P"] += bool(text)
        found += [Cell(f"{before}P{counts['P']}", f"{before}P", counts["P"], 1, text)] if text else []
        if not isinstance(what, str):
            counts["T"] += 1
            found += _table(what, f"{before}T{counts['T']}")
    return found


def _pieces(element: etree._Element) -> Iterator[Piece]:
    """Yield the words and tables in an element, in order, and where a paragraph ends."""
    yield element.text or "", False
    for inner in element:
        name = local(inner)
        if name == "table":
            yield inner, False
        elif name not in SILENT:
            edge = END if name in BLOCKS else BREAK if name == "br" else ""
            yield edge, False
            if name in ("input", "textarea", "select"):
                yield inner.get("value") or "", False
            for what, is_raised in _pieces(inner):
                yield what, is_raised or name == "sup"
            yield END if name in BLOCKS else "", False
        yield inner.tail or "", False


def _table(table: etree._Element, area: str) -> list[Cell]:
    """Return the cells of a table; a cell that spans rows keeps its column from being used again."""
    taken: set[tuple[int, int]] = set()
    found = [cell for caption in table.findall("caption") for cell in _cells(caption, f"{area}/")]
    for number, row in enumerate(_rows(table), start=1):
        column = 1
        for item in (part for part in row if local(part) in ("td", "th")):
            while (number, column) in taken:
                column += 1
            rows, wide = (min(max(whole(item.get(name), 1), 1), 65_534) for name in ("rowspan", "colspan"))
            check_count(rows * wide + len(taken), area)
            taken |= {(number + down, column + right) for down in range(rows) for right in range(wide)}
            place = f"{area}R{number}C{column}"
            inside = _cells(item, f"{place}/")
            own = [cell for cell in inside if cell.area == f"{place}/P"]
            text = "\n".join(cell.text for cell in own)
            found += [Cell(place, area, number, column, text, wide=wide)] if text else []
            found += [cell for cell in inside if cell not in own]
            column += wide
        check_count(len(found), area)
    return found


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for item in table:
        if local(item) == "tr":
            yield item
        elif local(item) in ("thead", "tbody", "tfoot"):
            yield from _rows(item)
