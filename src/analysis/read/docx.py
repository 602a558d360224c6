"""A docx document as cells: tables and paragraphs with all changes accepted, as a reader sees them."""

import re
from collections import Counter

from lxml import etree

from analysis.read import archives, looks
from analysis.read.archives import attribute, child, every, local
from analysis.read.cells import Cell, Reading, check_count, cut_off, person, raised, whole

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


def read(content: bytes) -> Reading:
    """Return the cells of a document and what it holds besides.

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
