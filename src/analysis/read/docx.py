"""A docx document as cells: tables and paragraphs with all changes accepted, as a reader sees them."""

import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree

from analysis.read import archives, cells
from analysis.read.archives import attribute, child, every, local
from analysis.read.cells import BLACK, WHITE, Cell, Reading, cut_off, person, spelled, unread, whole

CONTAINERS = {
    "sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag", "hyperlink", "fldSimple", "AlternateContent",
    "Choice", "body", "dir", "bdo", "ruby", "rubyBase", "oMath", "oMathPara",
}  # fmt: skip
CHANGES = ("ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel", "cellMerge", "rPrChange", "pPrChange")
PROPERTIES = {"p": "pPr", "tc": "tcPr", "tr": "trPr", "tbl": "tblPr"}
NAMES = ["{*}" + name for name in PROPERTIES]
SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
SYMBOLS = {"F0A3": "≤", "F0B3": "≥", "F0B1": "±", "F0B7": "•", "F02D": "-"}  # of the font Symbol
# text boxes, without the older copy of each and those inside another box
BOXES = etree.XPath(
    "descendant::*[local-name()='txbxContent'][not(ancestor::*[local-name()='Fallback' or local-name()='txbxContent'])]"
)
OTHERS = re.compile(r"word/(header|footer|footnote|endnote)s?\d*\.xml")


def read(content: bytes) -> Reading:
    """Return the cells of a document and what it holds besides; raises Faults where it is refused."""
    archive = archives.opened(content)
    root = archives.xml(archive, archives.main(archive, "word/document.xml"))
    if root is None:
        raise cut_off("no document in the archive")
    numbers: dict[tuple[str, str], str] = {}  # those one sees: notes count from 1 in the order of the text
    for kind in ("footnote", "endnote"):
        for number, mark in enumerate(every(root, f"{kind}Reference"), start=1):
            numbers[kind, attribute(mark, "id")] = str(number)
            mark.set("id", str(number))
    page = _Document(archives.xml(archive, "word/styles.xml"))
    page.blocks(child(root, "body"), "")
    counts: Counter = Counter()
    for match in filter(None, map(OTHERS.fullmatch, sorted(archive.namelist()))):
        part, kind = archives.xml(archive, match[0]), match[1]
        counts[kind] += 1
        notes = [note for note in part if attribute(note, "type", "normal") == "normal"] if "note" in kind else [part]
        for note in notes:
            own = attribute(note, "id", str(counts[kind]))
            number = numbers.get((kind, own), own)
            for mark in every(note, f"{kind}Ref"):
                mark.set("id", number)
            page.blocks(note, f"{kind}{number}/")
    for number, box in enumerate(page.boxes, start=1):
        page.blocks(box, f"box{number}/")
    faults = archives.carried(archive)
    changes = len(every(root, *CHANGES))
    if changes:
        words = f"{changes} tracked changes, read as accepted"
        faults.append(person("TRACKED_CHANGE", "document", words, "none", "ask for a copy with the changes accepted"))
    return Reading(page.cells, faults)


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
        self.usual = self.chain(usual[0]) if usual else []
        self.usual += [] if defaults is None else [defaults]

    def chain(self, name: str) -> list[etree._Element]:
        """Return the looks of a style, from its own to that of the one it is based on."""
        seen: dict[str, etree._Element | None] = {}
        while name in self.named and name not in seen:
            seen[name] = child(self.named[name], "rPr")
            name = attribute(child(self.named[name], "basedOn"), "val")
        return [look for look in seen.values() if look is not None]

    def blocks(self, parent: etree._Element | None, before: str, why: str = "") -> None:
        """Collect the tables and paragraphs of a body, a note or a box."""
        counts: Counter = Counter()
        for block in _inside(parent, ("tbl", "p")):
            counts[local(block)] += 1
            if local(block) == "tbl":
                self.table(block, f"{before}T{counts['tbl']}", why)
            else:
                number = counts["p"]
                self.add(Cell(f"{before}P{number}", f"{before}P", number, 1, ""), [block], why)

    def add(self, cell: Cell, paragraphs: list[etree._Element], why: str = "") -> None:
        """Collect the words of paragraphs as one cell, and apart that some of them are not seen."""
        lines = [spelled(self.pieces(block, why)) for block in paragraphs]
        text = "\n".join(words for words, _ in lines).strip("\n ").rstrip()
        self.cells += cell.parted(text, next((gone for _, gone in lines if gone), ""))

    def pieces(self, block: etree._Element, why: str) -> Iterator[tuple[str, str, bool]]:
        """Yield the pieces of a paragraph, why nobody sees each, and whether it is raised; note the boxes in it."""
        for run in _inside(block, ("r",)):
            self.boxes += BOXES(run)
            text = "".join(map(_word, run))
            is_raised = attribute(child(run, "rPr", "vertAlign"), "val") == "superscript"
            yield text, why or self.hides(block, run), is_raised

    def table(self, block: etree._Element, area: str, above: str = "") -> None:
        """Collect the cells of a table; columns are counted as in the grid, so that merged cells do not shift them."""
        rows = [row for row in _inside(block, ("tr",)) if child(row, "trPr", "del") is None]
        for line, row in enumerate(rows, start=1):
            column = 1 + _size(child(row, "trPr", "gridBefore"), 0)
            height = child(row, "trPr", "trHeight")
            thin = attribute(height, "hRule") == "exact" and whole(attribute(height, "val"), 999) < 40  # twips
            gone = above or ("hidden text" if thin or child(row, "trPr", "hidden") is not None else "")
            for item in _inside(row, ("tc",)):
                wide, merge = _size(child(item, "tcPr", "gridSpan"), 1), child(item, "tcPr", "vMerge")
                under = merge is not None and attribute(merge, "val", "continue") == "continue"
                cell = Cell(f"{area}R{line}C{column}", area, line, column, "", wide=wide)
                why = gone or ("under a merged cell" if under else "")
                self.add(cell, list(_inside(item, ("p",))), why)
                for number, nested in enumerate(_inside(item, ("tbl",)), start=1):
                    self.table(nested, f"{cell.place}/T{number}", why)
                column += wide

    def hides(self, paragraph: etree._Element, run: etree._Element) -> str:
        """Return why a run cannot be seen, or nothing; what the run does not say, its styles do."""
        own, block = child(run, "rPr"), child(paragraph, "pPr", "pStyle")
        styles = [attribute(style, "val") for style in (child(own, "rStyle"), block) if style is not None]
        chain = [*([] if own is None else [own]), *(look for name in styles for look in self.chain(name)), *self.usual]

        def first(name: str) -> etree._Element | None:
            return next((found for look in chain if (found := child(look, name)) is not None), None)

        for name, why in (("vanish", "hidden text"), ("strike", cells.STRUCK), ("dstrike", cells.STRUCK)):
            if (mark := first(name)) is not None and attribute(mark, "val", "true") not in ("0", "false", "off"):
                return why
        colour, behind = attribute(first("color"), "val"), attribute(first("shd"), "fill") or _shade(run)
        marker = attribute(first("highlight"), "val", "none")
        if colour in ("", "auto"):  # automatic letters turn white on a dark shade, but not on a marker
            colour, behind = BLACK, WHITE
        behind = BLACK if marker == "black" else "some" if marker != "none" else "" if behind == "auto" else behind
        return unread(colour, behind, whole(attribute(first("sz"), "val"), 22) / 2)


def _word(item: etree._Element) -> str:
    """Return what one sees of a part of a run; the number of a footnote is a mark."""
    name = local(item)
    if name in ("footnoteReference", "endnoteReference", "footnoteRef", "endnoteRef"):
        return attribute(item, "id").translate(cells.RAISED)
    if name == "sym":
        return SYMBOLS.get(attribute(item, "char").upper(), "\ufffd")
    return (item.text or "") if name == "t" else SIGNS.get(name, "")


def _inside(parent: etree._Element | None, names: tuple[str, ...]):
    """Yield the parts of some names, also those inside content controls and insertions."""
    for item in parent if parent is not None else ():
        if local(item) in names:
            yield item
        elif local(item) in CONTAINERS:
            yield from _inside(item, names)


def _size(element: etree._Element | None, otherwise: int) -> int:
    return min(whole(attribute(element, "val"), otherwise), 1000)


def _shade(run: etree._Element) -> str:
    """Return the shading of the paragraph, cell or table a run stands in."""
    shades = (child(above, PROPERTIES[local(above)], "shd") for above in run.iterancestors(*NAMES))
    return next((attribute(shade, "fill", "auto") for shade in shades if shade is not None), "")
