"""A docx document or a web page as cells: tables and paragraphs, as a reader sees them."""

import re
from collections import Counter

from lxml import etree
from lxml import html as pages

from analysis.problems import Fault
from analysis.read import archives, looks
from analysis.read.archives import attribute, child, every, local
from analysis.read.cells import Cell, Reading, check_count, cut_off, decode, noted, person, raised, refuse, whole

# ---------------------------------------------------------------- docx
CONTAINERS = {
    "sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag", "hyperlink", "fldSimple", "AlternateContent",
    "Choice", "body", "dir", "bdo", "ruby", "rubyBase",
}  # fmt: skip
CHANGES = ("ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel", "cellMerge", "rPrChange", "pPrChange")
HIDDEN = ("vanish", "webHidden", "specVanish")
MARKERS = {
    "black": "000000", "white": "FFFFFF", "blue": "0000FF", "cyan": "00FFFF", "green": "00FF00", "magenta": "FF00FF",
    "red": "FF0000", "yellow": "FFFF00", "darkBlue": "000080", "darkCyan": "008080", "darkGreen": "008000",
    "darkMagenta": "800080", "darkRed": "800000", "darkYellow": "808000", "darkGray": "808080", "lightGray": "C0C0C0",
}  # fmt: skip


def docx(content: bytes) -> Reading:
    """Return the cells of a document, with all changes accepted, and what it holds besides.

    Raises Faults (TRUNCATED, XML_DTD, BROKEN_XML, TOO_MANY_CELLS).
    """
    archive = archives.opened(content)
    root = archives.xml(archive, archives.main(archive, "word/document.xml"))
    if root is None:
        raise cut_off("no document in the archive")
    page = _Document(archives.xml(archive, "word/styles.xml"))
    page.blocks(child(root, "body"), "")
    counts: Counter = Counter()
    others = [
        name
        for name in sorted(archive.namelist())
        if re.fullmatch(r"word/(header|footer|(foot|end)notes)\d*\.xml", name)
    ]
    for name in others:
        part, kind = archives.xml(archive, name), re.sub(r"word/|s?\d*\.xml", "", name)
        counts[kind] += 1
        for note in (
            [note for note in part if attribute(note, "type", "normal") == "normal"] if "note" in kind else [part]
        ):
            page.blocks(note, f"{kind}{attribute(note, 'id') if 'note' in kind else counts[kind]}/")
    for number, box in enumerate(page.boxes, start=1):
        before = len(page.cells)
        page.blocks(box, f"box{number}/")
        if _unseen_box(box):
            page.cells[before:] = [cell.unseen("hidden text") for cell in page.cells[before:]]
    faults = archives.carried(archive)
    changes = sum(len(every(root, name)) for name in CHANGES)
    if changes:
        words = f"{changes} tracked changes, read as accepted"
        faults.append(person("TRACKED_CHANGE", "document", words, "none", "ask for a copy with the changes accepted"))
    return Reading(page.cells, faults)


def _unseen_box(box: etree._Element) -> bool:
    """Say whether a text box, or what it is part of, is hidden."""
    above = list(box.iterancestors())
    names = [name for parent in above for name in parent if local(name) in ("docPr", "cNvPr")]
    said = "".join(parent.get("style", "") for parent in above).replace(" ", "").lower()
    hidden = any(attribute(name, "hidden") in ("1", "true") for name in names)
    return hidden or "visibility:hidden" in said or "display:none" in said


class _Document:
    """Collects the cells of one document."""

    def __init__(self, styles: etree._Element | None):
        self.cells: list[Cell] = []
        self.boxes: list[etree._Element] = []
        self.named = {attribute(style, "styleId"): style for style in every(styles, "style")}
        usual = [
            name for name, style in self.named.items()
            if attribute(style, "default") in ("1", "true") and attribute(style, "type", "paragraph") == "paragraph"
        ]  # fmt: skip
        defaults = child(styles, "docDefaults", "rPrDefault", "rPr")
        self.usual = [*(self.chain(usual[0]) if usual else []), *([] if defaults is None else [defaults])]

    def chain(self, name: str) -> list[etree._Element]:
        """Return the looks of a style, from its own to that of the one it is based on."""
        seen: dict[str, etree._Element | None] = {}
        while name in self.named and name not in seen:
            seen[name] = child(self.named[name], "rPr")
            name = attribute(child(self.named[name], "basedOn"), "val")
        return [look for look in seen.values() if look is not None]

    def blocks(self, parent: etree._Element | None, before: str) -> None:
        """Collect the tables and paragraphs of a body, a note or a box."""
        tables = paragraphs = 0
        for block in _inside(parent, ("tbl", "p")):
            if local(block) == "tbl":
                tables += 1
                self.table(block, f"{before}T{tables}")
            else:
                paragraphs += 1
                cell = Cell(f"{before}P{paragraphs}", f"{before}P", paragraphs, 1, "")
                self.add(cell, [block])

    def add(self, cell: Cell, paragraphs: list[etree._Element], why: str = "") -> None:
        """Collect the words of paragraphs as one cell, and apart that some of them are not seen."""
        lines, unseen = [], {}
        for block in paragraphs:
            line = ""
            for run in self.runs(block):
                text, reason = _text(run), why or self.hides(block, run)
                if reason:
                    unseen[reason] = unseen.get(reason, "") + text
                elif attribute(child(run, "rPr", "vertAlign"), "val") == "superscript":
                    line += raised(text, line)
                else:
                    line += text
            lines.append(line)
        text = "\n".join(lines).strip()
        self.cells += [cell._replace(text=text)] if text else []
        self.cells += [cell.unseen(reason) for reason, words in unseen.items() if words.strip()]

    def table(self, block: etree._Element, area: str) -> None:
        """Collect the cells of a table; columns are counted as in the grid, so that merged cells do not shift them."""
        rows = [row for row in _inside(block, ("tr",)) if child(row, "trPr", "del") is None]
        for line, row in enumerate(rows, start=1):
            column = 1 + _size(child(row, "trPr", "gridBefore"), 0)
            gone = child(row, "trPr", "hidden") is not None or _thin(row)
            for item in _inside(row, ("tc",)):
                wide, merge = _size(child(item, "tcPr", "gridSpan"), 1), child(item, "tcPr", "vMerge")
                under = merge is not None and attribute(merge, "val", "continue") == "continue"
                cell = Cell(f"{area}R{line}C{column}", area, line, column, "", wide=wide)
                why = "hidden text" if gone else "under a merged cell" if under else ""
                inner = list(_inside(item, ("tbl", "p")))
                self.add(cell, [part for part in inner if local(part) == "p"], why)
                for number, nested in enumerate((part for part in inner if local(part) == "tbl"), start=1):
                    self.table(nested, f"{cell.place}/T{number}")
                column += wide
            check_count(len(self.cells), area)

    def runs(self, parent: etree._Element):
        """Yield the runs of a paragraph, and note the text boxes in them."""
        for item in parent:
            if local(item) == "r":
                yield item
                self.boxes.extend(box for box in item.iter("{*}txbxContent") if not _inner(box, item))
            elif local(item) in CONTAINERS:
                yield from self.runs(item)
            elif local(item) in ("oMath", "oMathPara"):
                yield from every(item, "r")

    def hides(self, paragraph: etree._Element, run: etree._Element) -> str:
        """Return why a run cannot be seen, or nothing; what the run does not say, its styles do."""
        own, block = child(run, "rPr"), child(paragraph, "pPr", "pStyle")
        styles = [attribute(style, "val") for style in (child(own, "rStyle"), block) if style is not None]
        chain = [*([] if own is None else [own]), *(look for name in styles for look in self.chain(name)), *self.usual]

        def first(name: str) -> etree._Element | None:
            return next((found for look in chain if (found := child(look, name)) is not None), None)

        gone = [mark for name in HIDDEN if (mark := first(name)) is not None]
        if any(attribute(mark, "val", "true") not in ("0", "false", "off") for mark in gone):
            return "hidden text"
        if whole(attribute(first("sz"), "val"), 22) < 4 or whole(attribute(first("w"), "val").rstrip("%"), 100) < 10:
            return "tiny text"
        colour, behind = attribute(first("color"), "val"), attribute(first("shd"), "fill") or _shade(run)
        if attribute(first("color"), "themeColor") in ("background1", "light1") and colour in ("", "auto"):
            colour = looks.WHITE
        behind = MARKERS.get(attribute(first("highlight"), "val"), "" if behind == "auto" else behind)
        if colour in ("", "auto"):  # automatic letters turn white on a dark shade, but not on a marker
            return (
                "text in the colour of the paper"
                if MARKERS.get(attribute(first("highlight"), "val")) == "000000"
                else ""
            )
        return looks.unseen(looks.Look(colour=colour, behind=behind))


def _inside(parent: etree._Element | None, names: tuple[str, ...]):
    """Yield the parts of some names, also those inside content controls and insertions."""
    for item in parent if parent is not None else ():
        if local(item) in names:
            yield item
        elif local(item) in CONTAINERS:
            yield from _inside(item, names)


def _size(element: etree._Element | None, otherwise: int) -> int:
    return min(whole(attribute(element, "val"), otherwise), 1000)


def _thin(row: etree._Element) -> bool:
    height = child(row, "trPr", "trHeight")
    return attribute(height, "hRule") == "exact" and whole(attribute(height, "val"), 999) < 40  # twips


def _shade(run: etree._Element) -> str:
    """Return the shading of the paragraph, cell or table a run stands in."""
    for parent in run.iterancestors():
        for name in ("pPr", "tcPr", "trPr", "tblPr"):
            found = child(parent, name, "shd")
            if found is not None:
                return attribute(found, "fill", "auto")
    return ""


def _inner(box: etree._Element, run: etree._Element) -> bool:
    """Say whether a box is the older copy of another one, or lies inside another box."""
    above = []
    for parent in box.iterancestors():
        if parent is run:
            break
        above.append(local(parent))
    return "Fallback" in above or "txbxContent" in above


def _text(run: etree._Element) -> str:
    marks = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "sym": "\ufffd"}
    return "".join((item.text or "") if local(item) == "t" else marks.get(local(item), "") for item in run)


# ---------------------------------------------------------------- html
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
COLOURS = {"white": "FFFFFF", "black": "000000", "#fff": "FFFFFF", "#000": "000000", "transparent": ""}
GONE = re.compile(
    r"display:none|visibility:(hidden|collapse)|opacity:0?\.?0*(;|$)|mso-hide:all|content-visibility:hidden|"
    r"(left|top|right|bottom|text-indent|margin(-left|-top)?):-\d{3,}|(?<![\w-])font-size:0*\.?0*[a-z%]*(;|$)|"
    r"(?<![\w-])font-size:[01](\.\d+)?(px|pt)|transform:scale[xy]?\(0|clip(-path)?:(rect\(0|inset\((5\d|100)%|circle\(0)|"
    r"(?=.*overflow:hidden).*(?<![\w-])(max-)?(height|width):0(px|pt|em|%)?(;|$)"
)


def html(content: bytes, declared: str = "") -> Reading:
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
    from PIL import ImageColor

    try:
        parts = ImageColor.getrgb(colour)
    except ValueError:
        return colour
    return "" if len(parts) == 4 and parts[3] < looks.CLOSE else "".join(f"{part:02X}" for part in parts[:3])
