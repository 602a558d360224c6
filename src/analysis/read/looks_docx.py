"""How the words of a document look, so far as that can make them invisible."""

from lxml import etree

from analysis.read.looks import faint
from analysis.read.package import attribute, child, every


def hiding_styles(root: etree._Element | None) -> dict[str, str]:
    """Return the styles that hide their text, with the reason."""
    found = {}
    for style in every(root, "style"):
        reason = hides(child(style, "rPr"), {})
        if reason:
            found[attribute(style, "styleId")] = reason
    return found


def hides(look: etree._Element | None, styles: dict[str, str]) -> str:
    """Return why a run cannot be seen, or nothing."""
    if look is None:
        return ""
    for name in ("vanish", "webHidden", "specVanish"):
        mark = child(look, name)
        if mark is not None and attribute(mark, "val", "true") not in ("0", "false", "off"):
            return "hidden text"
    size, colour = child(look, "sz"), child(look, "color")
    if size is not None and attribute(size, "val").isdigit() and int(attribute(size, "val")) < 4:
        return "tiny text"
    painted = attribute(colour, "val") if colour is not None else ""
    shade = child(look, "shd") if child(look, "shd") is not None else _shade(look)
    behind = attribute(shade, "fill", "auto") if shade is not None else "auto"
    marked = child(look, "highlight") is not None
    if (faint(painted) and not marked and (behind in ("auto", "") or faint(behind))) or (painted and painted == behind):
        return "text in the colour of the paper"
    style = child(look, "rStyle")
    return styles.get(attribute(style, "val"), "") if style is not None else ""


def _shade(look: etree._Element) -> etree._Element | None:
    """Return the shading of the paragraph, cell or table a run stands in."""
    parent = look.getparent()
    while parent is not None:
        for name in ("pPr", "tcPr", "tblPr"):
            found = child(parent, name, "shd")
            if found is not None:
                return found
        parent = parent.getparent()
    return None
