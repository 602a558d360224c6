"""The numbers a word processor puts before the paragraphs of a list: one sees them, but they are not in the text."""

from typing import NamedTuple

from lxml import etree

from analysis.read.package import attribute, child, every

ROMAN = [(1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
         (9, "ix"), (5, "v"), (4, "iv"), (1, "i")]  # fmt: skip
LARGEST = 10_000


class Level(NamedTuple):
    """Hold one level of a list: where it starts, how it is numbered, and the text with %1 for the first level's."""

    start: int
    kind: str
    text: str


class Lists:
    """Counts the lists of one document while its paragraphs are read in their order."""

    def __init__(self, numbering: etree._Element | None, styles: etree._Element | None):
        self.levels, self.shared = _levels(numbering)
        self.styles = {
            attribute(style, "styleId"): found
            for style in every(styles, "style")
            if (found := child(style, "pPr", "numPr")) is not None
        }
        self.counts: dict[str, dict[int, int]] = {}

    def mark(self, paragraph: etree._Element) -> str:
        """Return what stands before a paragraph, such as `1. ` or `(b) `; nothing where it is in no numbered list."""
        style = child(paragraph, "pPr", "pStyle")
        named = self.styles.get(attribute(style, "val")) if style is not None else None
        own = child(paragraph, "pPr", "numPr")
        number = _value(own, "numId") or _value(named, "numId")
        depth = int(_value(own, "ilvl") or _value(named, "ilvl") or "0")
        levels = self.levels.get(number, {})
        if depth not in levels:
            return ""
        counts = self.counts.setdefault(self.shared[number], {})
        counts[depth] = min(counts.get(depth, levels[depth].start - 1) + 1, LARGEST)
        for deeper in [at for at in counts if at > depth]:
            del counts[deeper]
        if levels[depth].kind in ("bullet", "none"):
            return ""
        text = levels[depth].text
        for at, level in levels.items():
            text = text.replace(f"%{at + 1}", _spelled(counts.get(at, level.start), level.kind))
        return f"{text} " if text.strip() else ""


def _value(properties: etree._Element | None, name: str) -> str:
    found = child(properties, name)
    text = attribute(found, "val") if found is not None else ""
    return text if text.isdigit() and len(text) < 8 else ""


def _levels(numbering: etree._Element | None) -> tuple[dict[str, dict[int, Level]], dict[str, str]]:
    """Return the levels of each list by its number, and what it counts together with."""
    kinds = {attribute(entry, "abstractNumId"): _own(entry) for entry in every(numbering, "abstractNum")}
    found, shared = {}, {}
    for entry in every(numbering, "num"):
        number, kind = attribute(entry, "numId"), _value(entry, "abstractNumId")
        starts = {
            int(attribute(change, "ilvl", "0")): start
            for change in every(entry, "lvlOverride")
            if (start := _value(change, "startOverride"))
        }
        changed = {int(at): level for change in every(entry, "lvlOverride") for at, level in _own(change).items()}
        levels = kinds.get(kind, {}) | changed
        found[number] = {at: level._replace(start=int(starts.get(at, level.start))) for at, level in levels.items()}
        shared[number] = f"own {number}" if starts or changed else kind
    return found, shared


def _own(entry: etree._Element) -> dict[int, Level]:
    found = {}
    for level in every(entry, "lvl"):
        text, kind = child(level, "lvlText"), child(level, "numFmt")
        words = attribute(text, "val") if text is not None else ""
        name = attribute(kind, "val") if kind is not None else "decimal"
        found[int(attribute(level, "ilvl", "0"))] = Level(int(_value(level, "start") or "1"), name, words)
    return found


def _spelled(number: int, kind: str) -> str:
    if kind.endswith("Letter"):
        text = chr(97 + (number - 1) % 26) * ((number - 1) // 26 + 1) if number else ""
    elif kind.endswith("Roman"):
        text = ""
        for value, letters in ROMAN:
            text += letters * (number // value)
            number %= value
    else:
        text = f"{number:02}" if kind == "decimalZero" else str(number)
    return text.upper() if kind.startswith("upper") else text
