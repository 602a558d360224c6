"""How the words of a document look, so far as that can make them invisible."""

from typing import NamedTuple

from lxml import etree

from analysis.read.looks import BLACK, WHITE, alike
from analysis.read.package import attribute, child, every, local

MARKERS = {
    "black": "000000", "white": "FFFFFF", "blue": "0000FF", "cyan": "00FFFF", "green": "00FF00", "magenta": "FF00FF",
    "red": "FF0000", "yellow": "FFFF00", "darkBlue": "000080", "darkCyan": "008080", "darkGreen": "008000",
    "darkMagenta": "800080", "darkRed": "800000", "darkYellow": "808000", "darkGray": "808080", "lightGray": "C0C0C0",
}  # fmt: skip
HIDDEN = ("vanish", "webHidden", "specVanish")


class Styles(NamedTuple):
    """The looks of each style, from its own to that of the one it is based on, and those of text that names none."""

    looks: dict[str, list[etree._Element]]
    usual: list[etree._Element]


def styles(root: etree._Element | None) -> Styles:
    """Return the looks of a document's styles."""
    named = {attribute(style, "styleId"): style for style in every(root, "style")}
    found = {name: _chain(named, name) for name in named}
    usual = [
        name
        for name, style in named.items()
        if attribute(style, "default") in ("1", "true") and attribute(style, "type", "paragraph") == "paragraph"
    ]
    defaults = child(root, "docDefaults", "rPrDefault", "rPr")
    rest = [] if defaults is None else [defaults]
    return Styles(found, [look for name in usual[:1] for look in found[name]] + rest)


def _chain(named: dict[str, etree._Element], name: str) -> list[etree._Element]:
    seen: dict[str, etree._Element | None] = {}
    while name in named and name not in seen:
        seen[name] = child(named[name], "rPr")
        base = child(named[name], "basedOn")
        name = attribute(base, "val") if base is not None else ""
    return [look for look in seen.values() if look is not None]


def hides(known: Styles, paragraph: etree._Element, run: etree._Element) -> str:
    """Return why a run of a paragraph cannot be seen, or nothing; what the run does not say, its styles do."""
    own, block = child(run, "rPr"), child(paragraph, "pPr", "pStyle")
    inline = child(own, "rStyle")
    named = [known.looks.get(attribute(style, "val"), []) for style in (inline, block) if style is not None]
    looks = [*([] if own is None else [own]), *(look for chain in named for look in chain), *known.usual]

    def first(name: str) -> etree._Element | None:
        return next((found for look in looks if (found := child(look, name)) is not None), None)

    marks = [mark for name in HIDDEN if (mark := first(name)) is not None]
    if any(attribute(mark, "val", "true") not in ("0", "false", "off") for mark in marks):
        return "hidden text"
    if _below(first("sz"), 4) or _below(first("w"), 10):  # half points, percent of the usual width
        return "tiny text"
    shade = first("shd") if first("shd") is not None else _shade(run)
    return "text in the colour of the paper" if _unreadable(first("color"), first("highlight"), shade) else ""


def _below(size: etree._Element | None, least: int) -> bool:
    text = attribute(size, "val").rstrip("%") if size is not None else ""
    return text.isdigit() and int(text) < least


def _unreadable(colour, marker, shade) -> bool:
    """Say whether letters have the colour of what lies behind them; automatic ones turn white on a dark shade only."""
    painted = attribute(colour, "val") if colour is not None else ""
    if colour is not None and attribute(colour, "themeColor") in ("background1", "light1") and painted in ("", "auto"):
        painted = WHITE
    marked = MARKERS.get(attribute(marker, "val"), "") if marker is not None else ""
    if marked:
        return alike(BLACK if painted in ("", "auto") else painted, marked)
    behind = attribute(shade, "fill", "auto") if shade is not None else "auto"
    return painted not in ("", "auto") and alike(painted, WHITE if behind in ("", "auto") else behind)


def _shade(look: etree._Element) -> etree._Element | None:
    """Return the shading of the paragraph, cell or table a run stands in."""
    parent = look.getparent()
    while parent is not None:
        for name in ("pPr", "tcPr", "trPr", "tblPr"):
            found = child(parent, name, "shd")
            if found is not None:
                return found
        parent = parent.getparent()
    return None


def thin(row: etree._Element) -> bool:
    """Say whether a row of a table is too low for letters, by order."""
    height = child(row, "trPr", "trHeight")
    return height is not None and attribute(height, "hRule") == "exact" and _below(height, 40)  # twips


def unseen_box(box: etree._Element) -> bool:
    """Say whether a text box, or what it is part of, is hidden."""
    above = list(box.iterancestors())
    names = [name for parent in above for name in parent if local(name) in ("docPr", "cNvPr")]
    said = "".join(parent.get("style", "") for parent in above).replace(" ", "").lower()
    unseen = [attribute(name, "hidden") in ("1", "true") for name in names]
    return any(unseen) or "visibility:hidden" in said or "display:none" in said
