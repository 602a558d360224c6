"""What an ods spreadsheet carries besides the cells one sees."""

import re
import zipfile

from lxml import etree

from analysis.problems import SHOWN, Fault
from analysis.read import drawings, hidden_xlsx, merges, package, properties
from analysis.read.cell import Cell, hidden, person
from analysis.read.looks import unseen
from analysis.read.looks_ods import Style, count
from analysis.read.package import attribute, child, every, local
from analysis.read.personal import kinds_in

KNOWN = re.compile(
    r"mimetype|content\.xml|styles\.xml|meta\.xml|settings\.xml|manifest\.rdf|META-INF/manifest\.xml|"
    r"Configurations2/.*|Thumbnails/.*|Pictures/.*|.*/|layout-cache|(Basic|Scripts)/.*"
)
SHAPES = ("text-box", "custom-shape", "rect", "ellipse", "caption", "polygon")
FETCHED = ("database-source-sql", "database-source-table", "database-source-query", "dde-link")


def look(archive: zipfile.ZipFile, root: etree._Element) -> list[Fault]:
    """Return what the document carries besides its cells."""
    shapes = [entry for name in SHAPES for entry in every(root, name) if "".join(entry.itertext()).strip()]
    counted = [
        ("COMMENT", "notes on cells", len(every(root, "annotation"))),
        ("TRACKED_CHANGE", "tracked changes", len(every(root, "tracked-changes"))),
        ("PIVOT_CACHE", "pivot tables", len(every(root, "data-pilot-table"))),
        ("EXTERNAL_LINK", "links to other files, databases or people", len(_outside(root))),
        ("MACRO", "programs", len(every(root, "event-listener")) + _named(archive, r"(Basic|Scripts)/.+")),
        ("EMBEDDED_FILE", "embedded objects", len(every(root, "object")) + len(every(root, "object-ole"))),
        ("TEXT_BOX", "texts in boxes", len(shapes)),
        ("DATA_VALIDATION", "lists of choices, or hints", len(_hints(root))),
        ("DEFINED_NAME", "names that hold more than a place", len(every(root, "named-expression"))),
        ("HIDDEN_TEXT", "scenarios with values of their own", len(every(root, "scenario"))),
        ("EMBEDDED_FILE", "parts of a kind not known", sum(not KNOWN.fullmatch(name) for name in archive.namelist())),
        ("COMMENT", "comments in the code", hidden_xlsx.remarks(archive)),
    ]
    do = "ask for a copy without them"
    found = [person(code, "document", f"{count} {words}", "none", do) for code, words, count in counted if count]
    pictures = _named(archive, r"Pictures/.+")
    if pictures:
        words = f"{pictures} pictures, not read"
        found.append(Fault("PICTURE", "document", words, "cells", "look whether they hold data", SHOWN))
    return found + _properties(archive)


def _properties(archive: zipfile.ZipFile) -> list[Fault]:
    meta = child(package.xml(archive, "meta.xml"), "meta")
    entries = list(meta) if meta is not None else []
    named = {local(entry): (entry.text or "") for entry in entries}
    found = properties.judged({key: text for key, text in named.items() if key != "generator"}, "properties")
    own = [entry.text or "" for entry in entries if local(entry) == "user-defined"]
    if any(re.search(r"[^\W\d_]", text) and text not in ("true", "false") for text in own):
        found.append(person("DOC_PROPERTIES", "custom properties", "properties of its own", "none", "look at them"))
    return found


def unprinted(table: etree._Element, cells: list[Cell]) -> list[Cell]:
    """Return the cells of a sheet, hidden where they lie outside what is printed of it."""
    return hidden_xlsx.unprinted(cells, merges.boxes(_plain(attribute(table, "print-ranges"))))


def uncovered(table: etree._Element, cells: list[Cell]) -> list[Cell]:
    """Return the cells of a sheet, hidden where a picture lies over them, from its first cell to before its last."""
    boxes, row = [], 1
    for entry in table.iter("{*}table-row"):
        column = 1
        for item in entry:
            frames = [frame for frame in every(item, "frame") if child(frame, "image") is not None]
            ends = merges.boxes(" ".join(_plain(attribute(frame, "end-cell-address")) for frame in frames))
            boxes += [(row, column, bottom - 1, right - 1) for bottom, right, *_ in ends]
            column += count(item, "number-columns-repeated")
        row += count(entry, "number-rows-repeated")
    return drawings.beneath(boxes, cells)


def _plain(ranges: str) -> str:
    """Return ranges such as `$Data.$A$1:.C3` without sheets, as `A1:C3`."""
    return re.sub(r"(?:'[^']*'|[^\s:.']*)\.", "", ranges).replace("$", "")


def _hints(root: etree._Element) -> list[etree._Element]:
    said = [entry for name in ("help-message", "error-message") for entry in every(root, name)]
    lists = [entry for entry in every(root, "content-validation") if '"' in attribute(entry, "condition")]
    return [*lists, *(entry for entry in said if "".join(entry.itertext()).strip())]


def ruled(table: etree._Element, styles: dict[str, Style], cells: list[Cell]) -> list[Cell]:
    """Return the cells of a sheet, hidden where a rule can make them invisible; whether it does is not worked out."""
    rules = [
        entry
        for entry in every(table, "conditional-format")
        if any(unseen(styles.get(attribute(e, "apply-style-name"), Style()).look) for e in every(entry, "condition"))
    ]
    boxes = [box for rule in rules for box in merges.boxes(_plain(attribute(rule, "target-range-address")))]
    if not boxes:
        return cells
    inside = [any(a <= cell.row <= c and b <= cell.column <= d for a, b, c, d in boxes) for cell in cells]
    return [
        hidden(c, "a rule that hides it") if c.visible and under else c for c, under in zip(cells, inside, strict=True)
    ]


def _outside(root: etree._Element) -> list[etree._Element]:
    linked = [entry for name in FETCHED for entry in every(root, name)]
    targets = [
        entry for name in ("table-source", "database-range", "image", "object", "a") for entry in every(root, name)
    ]
    elsewhere = re.compile(r"(?i)https?:|file:|\\\\|\.\./|/")
    for entry in targets:
        target = attribute(entry, "href")
        person_or_file = kinds_in(target) or re.match(r"(?i)file:|\.\./|/", target)
        if (local(entry) == "a" and person_or_file) or (local(entry) != "a" and target and elsewhere.match(target)):
            linked.append(entry)
    return linked


def _named(archive: zipfile.ZipFile, pattern: str) -> int:
    return sum(1 for name in archive.namelist() if re.match(pattern, name) and not name.endswith("/"))
