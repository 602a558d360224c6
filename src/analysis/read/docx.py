"""A docx document as cells: tables and paragraphs with all changes accepted, as a reader sees them."""

import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree

from analysis.read import archives, cells
from analysis.read.archives import attribute, child, every, local, parts
from analysis.read.cells import Block, Grid, Piece, Reading, laid_out, spelled, unread, whole
from analysis.read.findings import person

CONTAINERS = {
    "sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag", "hyperlink", "fldSimple", "AlternateContent",
    "Choice", "body", "dir", "bdo", "ruby", "rubyBase", "oMath", "oMathPara",
}  # fmt: skip
CHANGES = ("ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel", "cellMerge", "rPrChange", "pPrChange")
PROPERTIES = {"p": "pPr", "tc": "tcPr", "tr": "trPr", "tbl": "tblPr"}
NAMES = ["{*}" + name for name in PROPERTIES]
SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
SYMBOLS = {"F0A3": "≤", "F0B3": "≥", "F0B1": "±", "F0B7": "•", "F02D": "-"}  # of the font Symbol
UNSEEN = {"vanish": "hidden text", "strike": cells.STRUCK, "dstrike": cells.STRUCK}
# text boxes, without the older copy of each and those inside another box
BOXES = etree.XPath(
    "descendant::*[local-name()='txbxContent'][not(ancestor::*[local-name()='Fallback' or local-name()='txbxContent'])]"
)
OTHERS = re.compile(r"word/(header|footer|footnote|endnote)s?\d*\.xml")
Looks = dict[str, etree._Element]  # what a run or a style says of its letters


def read(content: bytes) -> Reading:
    """Return the cells of a document and what it holds besides; raises Faults where it is refused."""
    archive = archives.opened(content)
    _, root = archives.main(archive, "word/document.xml")
    numbers: dict[tuple[str, str], str] = {}  # those one sees: notes count from 1 in the order of the text
    for kind in ("footnote", "endnote"):
        for number, mark in enumerate(every(root, f"{kind}Reference"), start=1):
            numbers[kind, attribute(mark, "id")] = str(number)
            mark.set("id", str(number))
    page = _Document(archives.xml(archive, "word/styles.xml"))
    found = laid_out(page.blocks(child(root, "body")))
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
            found += laid_out(page.blocks(note), f"{kind}{number}/")
    for number, box in enumerate(page.boxes, start=1):
        found += laid_out(page.blocks(box), f"box{number}/")
    faults = archives.carried(archive)
    if changes := len(every(root, *CHANGES)):
        faults.append(person("TRACKED_CHANGE", "document", f"{changes} tracked changes, read as accepted"))
    return Reading(found, faults)


class _Document:
    """Holds what all parts of a document share: its styles, and the text boxes met so far."""

    def __init__(self, styles: etree._Element | None):
        self.boxes: list[etree._Element] = []
        self.usual = _said(child(styles, "docDefaults", "rPrDefault", "rPr"))
        named = {attribute(style, "styleId"): style for style in every(styles, "style")}
        self.styles = {name: _style(name, named) for name in named}
        for name, style in named.items():
            if attribute(style, "default") in ("1", "true") and attribute(style, "type", "paragraph") == "paragraph":
                self.usual |= self.styles[name]

    def blocks(self, parent: etree._Element | None, why: str = "") -> Iterator[Block]:
        """Yield the paragraphs and tables in a body, a note, a box or a cell; why: why nobody sees any of it."""
        for block in _inside(parent, "tbl", "p"):
            yield self.grid(block, why) if local(block) == "tbl" else spelled(self.pieces(block, why))

    def pieces(self, block: etree._Element, why: str) -> Iterator[Piece]:
        """Yield the pieces of a paragraph; note the boxes in it."""
        for run in _inside(block, "r"):
            self.boxes += BOXES(run)
            align, height = (attribute(child(run, "rPr", name), "val") for name in ("vertAlign", "position"))
            raised = align == "superscript" or whole(height) > 0
            yield "".join(map(_word, run)), why or self.hides(block, run), raised

    def grid(self, table: etree._Element, above: str) -> Grid:
        """Return a table; columns are counted as in the grid, so that merged cells do not shift them."""
        found = []
        rows = (row for row in _inside(table, "tr") if child(row, "trPr", "del") is None)
        for line, row in enumerate(rows, start=1):
            column, height = 1 + _size(child(row, "trPr", "gridBefore"), 0), child(row, "trPr", "trHeight")
            thin = attribute(height, "hRule") == "exact" and whole(attribute(height, "val"), 999) < 40  # twips
            gone = above or ("hidden text" if thin or child(row, "trPr", "hidden") is not None else "")
            for item in _inside(row, "tc"):
                wide, merge = _size(child(item, "tcPr", "gridSpan"), 1), child(item, "tcPr", "vMerge")
                under = merge is not None and attribute(merge, "val", "continue") == "continue"
                why = gone or ("under a merged cell" if under else "")
                found.append((line, column, wide, [*self.blocks(item, why)]))
                column += wide
        return Grid(found)

    def hides(self, paragraph: etree._Element, run: etree._Element) -> str:
        """Return why a run cannot be seen, or nothing; what the run does not say, its styles do."""
        own, said = child(run, "rPr"), dict(self.usual)
        for style in (child(paragraph, "pPr", "pStyle"), child(own, "rStyle")):
            said |= self.styles.get(attribute(style, "val"), {})
        said |= _said(own)
        for name, why in UNSEEN.items():
            if attribute(said.get(name), "val", "true" if name in said else "off") not in ("0", "false", "off"):
                return why
        colour, behind = attribute(said.get("color"), "val"), attribute(said.get("shd"), "fill") or _shade(run)
        behind = "" if behind == "auto" else behind
        marker = attribute(said.get("highlight"), "val", "none")
        if colour in ("", "auto"):  # automatic letters turn white on a dark shade, but not on a marker
            colour, behind = cells.BLACK, cells.WHITE
        if marker != "none":
            behind = cells.BLACK if marker == "black" else "some"
        return unread(colour, behind, whole(attribute(said.get("sz"), "val"), 22) / 2)


def _style(name: str, named: dict[str, etree._Element]) -> Looks:
    """Return what a style says of letters, with what it takes from the one it is based on."""
    chain: dict[str, etree._Element] = {}
    while name in named and name not in chain:
        chain[name] = named[name]
        name = attribute(child(chain[name], "basedOn"), "val")
    return {key: look for one in reversed(chain.values()) for key, look in _said(child(one, "rPr")).items()}


def _said(look: etree._Element | None) -> Looks:
    return {local(part): part for part in parts(look)}


def _word(item: etree._Element) -> str:
    """Return what one sees of a part of a run; the number of a footnote is a mark."""
    name = local(item)
    if name in ("footnoteReference", "endnoteReference", "footnoteRef", "endnoteRef"):
        return attribute(item, "id").translate(cells.RAISED)
    if name == "sym":
        return SYMBOLS.get(attribute(item, "char").upper(), "\ufffd")
    return (item.text or "") if name == "t" else SIGNS.get(name, "")


def _inside(parent: etree._Element | None, *names: str) -> Iterator[etree._Element]:
    """Yield the parts of some names, also those inside content controls and insertions."""
    for item in parts(parent):
        if local(item) in names:
            yield item
        elif local(item) in CONTAINERS:
            yield from _inside(item, *names)


def _size(element: etree._Element | None, otherwise: int) -> int:
    return min(whole(attribute(element, "val"), otherwise), 1000)


def _shade(run: etree._Element) -> str:
    """Return the shading of the paragraph, cell or table a run stands in."""
    shades = (child(above, PROPERTIES[local(above)], "shd") for above in run.iterancestors(*NAMES))
    return next((attribute(shade, "fill", "auto") for shade in shades if shade is not None), "")
