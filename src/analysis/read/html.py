"""A web page as cells: tables and the text between them, as a browser shows them."""

import re
from collections.abc import Iterator

import cssselect
import tinycss2
from lxml import etree
from lxml import html as pages
from PIL import ImageColor

from analysis.read import cells
from analysis.read.archives import local
from analysis.read.cells import Block, Cell, Grid, Reading, check_count, laid_out, spelled, whole
from analysis.read.findings import noted, person, refuse

BLOCKS = {
    "p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd", "pre", "blockquote", "section", "article",
    "caption", "figcaption", "address", "td", "th", "body", "html", "main", "header", "footer", "nav", "ul", "ol",
    "dl", "fieldset", "form", "center", "tr", "tbody", "thead", "tfoot", "summary", "details",
}  # fmt: skip
SILENT = {
    "", "script", "style", "head", "title", "meta", "link", "object", "embed", "iframe", "svg", "math", "colgroup",
    "col",
}  # fmt: skip
UNSEEN = {"template", "noscript", "datalist", "canvas"}
# a new line inside a paragraph, its end, and a wide space; those in the page's code are only spaces
BREAK, END, WIDE = "\v", "\f", "\x1c"
GONE = re.compile(
    r"display:none|visibility:(hidden|collapse)|opacity:0?\.?0*(;|$)|mso-hide:all|content-visibility:hidden|"
    r"transform:scale[xy]?\(0|clip(-path)?:(rect\(0|inset\((5\d|100)%|circle\(0)|"
    r"(left|top|right|bottom|text-indent|margin(-left|-top)?):-\d{3,}|"
    r"(?<![\w-])font-size:(0+(\.0+)?[a-z%]*|[01](\.\d+)?(px|pt))(;|$)|"
    r"(?=.*overflow:hidden).*(?<![\w-])(max-)?(height|width):0(px|pt|em|%)?(;|$)"
)
# what is not applied: words that a style adds to a number, and what hides in ways no reply was seen to use
ODD = re.compile(
    r"content\s*:\s*(attr|[\"'][^\"'\\]*[\w*†‡§#<>≤≥~+])|transform\s*:\s*scale[xy]?\(0|"
    r"(display|visibility|opacity)\s*:\s*var\(", re.I
)  # fmt: skip
TYPED = {ord(" "): "\xa0", ord("\t"): WIDE, ord("\n"): BREAK}  # in a text set as it was typed
PATHS = cssselect.HTMLTranslator()
ELSEWHERE = re.compile(r"print|speech|dark|max-(device-)?width:\s*\d{1,3}(\.\d+)?(px|r?em)", re.I)  # not a usual screen
Styles = dict[etree._Element, dict[str, str]]
Piece = tuple[str | etree._Element, bool]  # words or a table, and whether they are raised above the line


def read(content: bytes) -> Reading:
    """Return the cells of a web page and what it holds besides; raises Faults where it is refused."""
    text, faults = cells.decode(content)
    text = re.sub(r"(?i)</?wbr\b[^>]*>", "", text)  # to the parser, all that follows would stand in it
    bare = re.sub(r"(?is)<!--.*?-->|<(script|style)\b.*?</\1\s*>", "", text)
    if re.search(r"<!ENTITY|<!DOCTYPE[^>]*\[", bare, re.I):
        raise refuse("XML_DTD", "", "an entity of its own")
    begun, ended = (len(re.findall(tag, bare, re.I)) for tag in (r"<table[\s>]", "</table"))
    if begun > ended or re.search(r"<[^>]*$", bare):
        raise refuse("TRUNCATED", "", "a table or a tag without an end")
    parser = pages.HTMLParser(no_network=True, remove_pis=True, remove_comments=True, huge_tree=False)
    root = pages.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text), parser=parser)
    pictures = len(list(root.iter("img")))
    faults += [noted("PICTURE", "page", f"{pictures} pictures, not read")] if pictures else []
    if any(ODD.search(text) for text in [*root.xpath("//style/text()"), *root.xpath("//@style")]):
        faults.append(person("INVISIBLE_TEXT", "page", "styles that may hide or add words, not applied"))
    return Reading(_emptied(root) + laid_out(_blocks(root)), faults)


def _emptied(root: etree._Element) -> list[Cell]:
    """Empty what a browser does not show or strikes out, and return a cell without content for each such part."""
    for told in root.iter("dd"):
        etree.strip_tags(told, "p", "div")
    styles, found = _styles(root), []
    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        why = "" if local(element) in SILENT or element is root else _why(element, styles)
        if why:
            walk.skip_subtree()
            held = "".join(element.itertext()).strip() or element.get("value")
            found += [Cell(f"L{element.sourceline}", "P", 0, 0, why=why)] if held else []
            element.text = ""
            element.attrib.pop("value", "")
            del element[:]
        elif "super" in styles.get(element, {}).get("vertical-align", ""):
            element.tag = "sup"
    return found


def _styles(root: etree._Element) -> Styles:
    """Return what the page's rules and its own style say of each element."""
    said = []
    for style in root.iter("style"):
        for selector, declared in _rules(style.text or ""):
            try:
                chosen = [(one, root.xpath(PATHS.selector_to_xpath(one))) for one in cssselect.parse(selector)]
            except (cssselect.SelectorError, etree.XPathError):  # of a kind not known
                continue
            plain = [(one, found) for one, found in chosen if one.pseudo_element is None]
            said += [(it, one.specificity(), part) for one, found in plain for it in found for part in declared]
    for element in root.iter("*"):
        said += [(element, (1000,), part) for part in _declared(element.get("style", ""))]
    found: Styles = {}
    for element, _, part in sorted(said, key=lambda one: (one[2].important, one[1])):
        value = tinycss2.serialize(part.value).strip().lower()
        found.setdefault(element, {})[part.lower_name] = re.sub(r"\s*([(,])\s*", r"\1", value)
    return found


def _rules(text: str) -> Iterator[tuple[str, list[tinycss2.ast.Declaration]]]:
    """Yield the rules of a style sheet that hold on a usual screen, each a selector and what it declares."""
    for rule in tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True):
        words = tinycss2.serialize(rule.prelude) if hasattr(rule, "prelude") else ""
        if rule.type == "qualified-rule":
            yield words, _declared(rule.content)
        elif rule.type == "at-rule" and rule.content and not ELSEWHERE.search(words):
            yield from _rules(tinycss2.serialize(rule.content))


def _declared(text) -> list[tinycss2.ast.Declaration]:
    parts = tinycss2.parse_declaration_list(text, skip_comments=True, skip_whitespace=True)
    return [part for part in parts if part.type == "declaration"]


def _why(element: etree._Element, styles: Styles) -> str:
    """Return why a browser does not show an element as text, or nothing."""
    name, style = local(element), styles.get(element, {})
    unchosen = name == "option" and element.get("selected") is None and element.getprevious() is not None
    gone = GONE.search("".join(f"{name}:{value};" for name, value in style.items()))
    closed = name in UNSEEN or (name == "dialog" and element.get("open") is None) or element.get("type") == "hidden"
    if element.get("hidden") is not None or closed or unchosen or gone:
        return "hidden text"
    decoration = style.get("text-decoration", "") + style.get("text-decoration-line", "")
    if name in ("del", "s", "strike") or "line-through" in decoration:
        return cells.STRUCK
    if not {"color", "background", "background-color"} & {*style} and not {"color", "bgcolor"} & {*element.attrib}:
        return ""
    behind = _colour(element, styles, "background-color", "background", "bgcolor")
    return cells.unread(_colour(element, styles, "color") or behind or cells.WHITE, behind)


def _colour(element: etree._Element, styles: Styles, *names: str) -> str:
    """Return the colour that an element, or the nearest around it, has by one of some names; "" where none has."""
    for around in (element, *element.iterancestors()):
        for name in names:
            own = styles.get(around, {}).get(name) or (around.get(name) or "").lower()
            if own and own not in ("none", "inherit", "initial", "transparent", "currentcolor"):
                return _hex(own)
    return cells.BLACK if names == ("color",) else ""


def _hex(colour: str) -> str:
    """Return a colour as six digits, nothing where it is see-through, else the word itself."""
    try:
        parts = ImageColor.getrgb(colour.split(" ")[0] if "(" not in colour else colour)
    except ValueError:
        return "some" if "(" in colour else colour
    return "" if len(parts) == 4 and parts[3] < cells.CLOSE else "".join(f"{part:02X}" for part in parts[:3])


def _blocks(element: etree._Element) -> Iterator[Block]:
    """Yield the paragraphs and tables in an element."""
    line: list[cells.Piece] = []
    for what, is_raised in [*_pieces(element), (END, False)]:
        if isinstance(what, str) and what != END:
            line.append((what, "", is_raised))
            continue
        words = re.sub("[ \t\r\n]+", " ", spelled(line)[0]).replace(WIDE, "\t")
        text, line = "\n".join(filter(None, (part.strip(" ").rstrip("\t") for part in words.split(BREAK)))), []
        if text:
            yield text, ""
        if not isinstance(what, str):
            for caption in what.findall("caption"):
                yield from _blocks(caption)
            yield _grid(what)


def _pieces(element: etree._Element) -> Iterator[Piece]:
    """Yield the words and tables in an element, in order, and where a paragraph ends."""
    yield element.text or "", False
    for inner in element:
        name = local(inner)
        if name == "table":
            yield inner, False
        elif name not in SILENT:
            edge = WIDE if name == "dd" else END if name in BLOCKS else BREAK if name == "br" else ""
            yield edge, False
            if name in ("input", "textarea", "select"):
                yield inner.get("value") or "", False
            for what, is_raised in _pieces(inner):
                what = what.translate(TYPED) if name == "pre" and isinstance(what, str) else what
                yield what, is_raised or name == "sup"
            yield END if name in BLOCKS and name != "dt" else "", False
        yield inner.tail or "", False


def _grid(table: etree._Element) -> Grid:
    """Return a table; a cell that spans rows keeps its column from being used again."""
    taken: set[tuple[int, int]] = set()
    found, rows = [], table.xpath("tr|thead/tr|tbody/tr|tfoot/tr")
    for number, row in enumerate(rows, start=1):
        column = 1
        for item in row.xpath("td|th"):
            while (number, column) in taken:
                column += 1
            high = min(whole(item.get("rowspan"), 1) or len(rows), len(rows))  # 0 is all that follow
            wide = min(max(whole(item.get("colspan"), 1), 1), 1000)
            check_count(high * wide + len(taken), "page")
            taken |= {(number + down, column + right) for down in range(high) for right in range(wide)}
            found.append((number, column, wide, [*_blocks(item)]))
            column += wide
    return Grid(found)
