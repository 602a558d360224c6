"""What a workbook carries besides the cells one sees: by the parts of its package and the marks on its sheets."""

import re
import zipfile
from collections import Counter
from typing import Any

from lxml import etree

from analysis.problems import Fault
from analysis.read import drawings, merges, package, properties
from analysis.read.cell import Cell, hidden, person
from analysis.read.package import every
from analysis.read.personal import kinds_in

# part names, what they are, and what to say; the first that matches counts; a part that none matches is unknown
PARTS = [
    (r"xl/pivotcache/.*records", "PIVOT_CACHE", "a pivot table's copy of its source"),
    (r"xl/pivotcache/|xl/pivottables/", "PIVOT_CACHE", "a pivot table's description"),
    (r"xl/model/|xl/customdata/|.*item\.data$", "DATA_MODEL", "a data model"),
    (r"xl/externallinks/", "EXTERNAL_LINK", "a copy of cells of another workbook"),
    (r"xl/connections\.xml|xl/querytables/", "EXTERNAL_LINK", "a query to a database"),
    (r"(xl|word)/(threaded)?comments|xl/persons?/|word/people", "COMMENT", "comments"),
    (r"(xl|word)/(vbaproject|vbadata|activex|macrosheets|ctrlprops|customui)|customui/", "MACRO", "a program"),
    (r"xl/revisions/|xl/usernames|xl/worksheetsortmap", "TRACKED_CHANGE", "a log of changes"),
    (r"(xl|word)/embeddings/|.*oleobject", "EMBEDDED_FILE", "an embedded file"),
    (r"(xl|word)/charts/chart", "CHART_CACHE", "a chart's copy of its numbers"),
    (r"docprops/thumbnail", "DOC_PROPERTIES", "a small picture of the first page"),
    (r"xl/richdata/|word/glossary/", "EMBEDDED_FILE", "stored texts and values"),
    (r"xl/slicer|xl/timeline", "PIVOT_CACHE", "a slicer's list of values"),
    (r"_xmlsignatures/|xl/printersettings/|word/printersettings|mip/|docmetadata/", "", ""),
]
KNOWN = re.compile(
    r"\[content_types\]\.xml|_rels/.*|.*/_rels/.*\.rels|docprops/(core|app|custom)\.xml|customxml/.*|"
    r"xl/(workbook|sharedstrings|styles|calcchain|metadata|theme/.*|worksheets/[^/]*|chartsheets/.*|drawings/.*|"
    r"media/.*|tables/.*|featurepropertybag/.*|volatiledependencies)(\.xml)?|xl/charts/(style|colors).*|"
    r"word/[a-z]*\d*\.xml|word/(theme|media|fonts)/.*|word/_rels/.*|.*/",
    re.IGNORECASE,
)
CONTROL = re.compile(rb"ObjectType=[\"'](?!Note)")
EMPTY_PICTURES = {(8324, 1742129314)}  # the first page, empty, of the document that python-docx starts from


def look(archive: zipfile.ZipFile, workbook: etree._Element, cells: list[Cell], unused: int) -> list[Fault]:
    """Return what a workbook carries besides its cells, and which of those nobody sees."""
    found = [*parts(archive), *properties.office(archive), *custom_xml(archive), *_names(workbook), *unseen(cells)]
    name = package.main(archive, "xl/workbook.xml")
    listed = {target for _, target, _ in package.relations(archive, name).values()}
    lost = [name for name in archive.namelist() if re.match(r"xl/worksheets/[^/]+\.xml$", name) and name not in listed]
    if lost:
        words = f"{len(lost)} sheets that the workbook does not list"
        found.append(person("HIDDEN_SHEET", "workbook", words, "shown sheets only", "ask for a copy without them"))
    if unused:
        words = f"{unused} texts that no cell shows"
        found.append(person("HIDDEN_TEXT", "shared strings", words, "only texts of cells", "ask for a clean copy"))
    return found


def parts(archive: zipfile.ZipFile) -> list[Fault]:
    """Return the parts of a package that are no page, sheet or style, by kind, with number and size."""
    sizes: dict[tuple[str, str], list[int]] = {}
    for entry in archive.infolist():
        kind = _kind(entry.filename.lower(), entry.file_size)
        if kind and (entry.file_size, entry.CRC) not in EMPTY_PICTURES:
            sizes.setdefault(kind, []).append(entry.file_size)
    found = [
        person(code, f"{len(size)} parts", f"{words}, {sum(size):,} bytes", "none", "ask for a copy without it")
        for (code, words), size in sizes.items()
    ]
    boxes = [name for name in archive.namelist() if name.lower().endswith(".vml")]
    controls = sum(len(CONTROL.findall(package.part(archive, name))) for name in boxes)
    if controls:
        found.append(person("FORM_FIELD", "drawings", f"{controls} controls", "none", "ask for a copy without them"))
    if remarks(archive):
        words = f"comments in the code of {remarks(archive)} parts"
        found.append(person("COMMENT", "archive", words, "none", "ask for a copy without them"))
    if archive.comment or (archive.start_dir and _before(archive)):
        found.append(person("EMBEDDED_FILE", "archive", "bytes outside the document", "none", "ask for a clean copy"))
    return found


def remarks(archive: zipfile.ZipFile) -> int:
    """Return in how many parts of a document comments stand between the lines of its code."""
    named = [name for name in archive.namelist() if name.lower().endswith((".xml", ".rels"))]
    return sum(b"<!--" in package.part(archive, name) for name in named)


def _before(archive: zipfile.ZipFile) -> bool:
    return min((entry.header_offset for entry in archive.infolist()), default=0) > 0


def _kind(name: str, size: int) -> tuple[str, str] | None:
    if name.endswith(".rels"):
        return None
    for pattern, code, words in PARTS:
        if re.match(pattern, name):
            return (code, words) if code else None
    if KNOWN.fullmatch(name) or size == 0:
        return None
    return "EMBEDDED_FILE", "a part of a kind not known"


def custom_xml(archive: zipfile.ZipFile) -> list[Fault]:
    """Return the custom XML parts that hold anything."""
    found = []
    for name in archive.namelist():
        if re.match(r"customxml/item\d*\.xml$", name.lower()):
            root: Any = package.xml(archive, name)
            text = "".join(root.itertext()).strip()
            if text or len(root):
                words = f"custom data, {archive.getinfo(name).file_size:,} bytes"
                found.append(person("CUSTOM_XML", "custom data", words, "none", "ask for a copy without it"))
    return found


def _names(workbook: etree._Element) -> list[Fault]:
    """Return the defined names that nobody sees, or that hold a text or a list instead of a place."""
    found = []
    for number, entry in enumerate(every(workbook, "definedName"), start=1):
        if entry.get("name", "").startswith("_xlnm."):
            continue
        text = (entry.text or "").strip()
        unseen_name, constant = entry.get("hidden") in ("1", "true"), '"' in text or not re.search(r"[!(]", text)
        if unseen_name or constant or "[" in text:
            words = "a hidden name" if unseen_name else "a name that holds more than a place"
            found.append(person("DEFINED_NAME", f"name {number}", words, "none", "ask for a copy without it"))
    return found


def unseen(cells: list[Cell]) -> list[Fault]:
    """Return where cells hold something that nobody sees, by area and reason; whole hidden sheets are found apart."""
    counted = Counter((cell.area, cell.reason) for cell in cells if not cell.visible)
    found = []
    for (area, reason), count in counted.items():
        if reason in ("hidden sheet", "signature", "quoted mail", "page furniture"):
            continue
        same = [cell for cell in cells if cell.area == area and cell.reason == reason]
        row = reason in ("hidden row", "hidden column")
        code = "HIDDEN_ROW_COL" if row else CODES.get(reason, "INVISIBLE_TEXT")
        place = same[0].place if count == 1 else f"{same[0].place} to {same[-1].place.rpartition('!')[2]}"
        found.append(person(code, place, f"{count} cells: {reason}", "cells one can see", "ask for a clean copy"))
    return found


ELSEWHERE = re.compile(r"\[[^\[\]]+\][\w .-]*'?!")
CODES = {"covered": "COVERED_TEXT", "hidden text": "HIDDEN_TEXT", "a picture of a page": "SCANNED"}


# what a sheet can hold beside its cells: which elements count, their code, and what they are
MARKS = [
    ("formula1", lambda entry: (entry.text or "").startswith('"'), "DATA_VALIDATION", "lists of choices for cells"),
    ("dataValidation", lambda entry: bool(entry.get("prompt") or entry.get("error")), "DATA_VALIDATION", "hints"),
    ("hyperlink", lambda entry: bool(entry.get("tooltip")), "HIDDEN_TEXT", "hints on links"),
    ("scenario", lambda entry: True, "HIDDEN_TEXT", "scenarios with values of their own"),
    ("f", lambda entry: bool(ELSEWHERE.search(entry.text or "")), "EXTERNAL_LINK", "formulas that reach another file"),
    ("dataRef", lambda entry: True, "EXTERNAL_LINK", "sources that were consolidated"),
    ("control", lambda entry: True, "FORM_FIELD", "controls"),
]


def sheet(archive: zipfile.ZipFile, root: etree._Element, which) -> list[Fault]:
    """Return what one sheet has beside its cells: text boxes, notes, hints, links."""
    place, found = f"sheet {which.number}", []
    for kind, target, outside in package.relations(archive, which.part).values():
        if outside and kind != "hyperlink":
            found.append(person("EXTERNAL_LINK", place, "a link to a file", "none", "ask for a copy"))
        elif kind == "drawing" and not outside:
            found += drawings.carried(package.xml(archive, target), place)
        elif kind in ("comments", "threadedComment") and not outside:
            found += _comments(package.xml(archive, target), which)
    for name, counts, code, words in MARKS:
        number = sum(1 for entry in every(root, name) if counts(entry))
        if number:
            found.append(person(code, place, f"{number} {words}", "none", "ask for a copy without them"))
    return found + links(archive, which.part, place)


def links(archive: zipfile.ZipFile, part: str, place: str) -> list[Fault]:
    """Return the links of a part that point to somebody's machine; those to the web are seen by every reader."""
    targets = [t for kind, t, outside in package.relations(archive, part).values() if outside and kind == "hyperlink"]
    elsewhere = re.compile(r"(?i)file:|\\\\|[a-z]:[\\/]")
    local_ones = [target for target in targets if elsewhere.match(target) or kinds_in(target)]
    if not local_ones:
        return []
    return [
        person(
            "EXTERNAL_LINK", place, f"{len(local_ones)} links to files or people", "links to the web", "ask for a copy"
        )
    ]


def _comments(root: etree._Element | None, which) -> list[Fault]:
    places = (
        [entry.get("ref", "") for entry in root.iter("{*}comment", "{*}threadedComment")] if root is not None else []
    )
    if not places:
        return []
    words = f"{len(places)} comments"
    return [person("COMMENT", f"{which.name}!{places[0]}", words, "none", "ask for a copy without them")]


def print_area(archive: zipfile.ZipFile, which) -> list[tuple[int, int, int, int]]:
    """Return the printed ranges of a sheet as top, left, bottom, right; none where all of it is."""
    names = every(package.xml(archive, package.main(archive, "xl/workbook.xml")), "definedName")
    areas = [
        entry.text or "" for entry in names
        if entry.get("name") == "_xlnm.Print_Area" and entry.get("localSheetId") == str(which.number - 1)
    ]  # fmt: skip
    ranges = re.findall(r"\$?[A-Z]{1,3}\$?\d+:\$?[A-Z]{1,3}\$?\d+", " ".join(areas))
    return merges.boxes(" ".join(ranges))


def unprinted(cells: list[Cell], boxes: list[tuple[int, int, int, int]]) -> list[Cell]:
    """Return cells, hidden where they lie outside the printed ranges: nobody may have meant to send them."""
    if not boxes:
        return cells
    return [
        cell
        if not cell.visible or any(a <= cell.row <= c and b <= cell.column <= d for a, b, c, d in boxes)
        else hidden(cell, "outside the print area")
        for cell in cells
    ]
