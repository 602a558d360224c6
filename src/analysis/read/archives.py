"""A zipped document, opened only after its table of contents has been judged, and its XML without entities."""

import io
import posixpath
import re
import zipfile
from collections import Counter

from lxml import etree

from analysis.problems import Fault
from analysis.read.cells import MEGABYTE
from analysis.read.findings import noted, person, refuse

LARGEST_INFLATED = 200 * MEGABYTE
LARGEST_RATIO = 100
ENCRYPTED = 0x1
DOCTYPES = [word.encode(code) for word in ("<!DOCTYPE", "<!ENTITY") for code in ("utf-8", "utf-16-le", "utf-16-be")]
# parts that say more than pages and sheets do, or something else; the first that matches counts
CARRIED = [
    (r"xl/(pivot|slicer|timeline)", "PIVOT_CACHE", "a pivot table's copy of its source"),
    (r"xl/(externallinks/|connections\.xml|querytables/)", "EXTERNAL_LINK", "a copy of data from elsewhere"),
    (r"(xl|word)/(threaded)?comments|xl/persons?/|word/people", "COMMENT", "comments"),
    (r"(xl|word)/(vbaproject|vbadata|activex|macrosheets|ctrlprops)|(xl/|word/)?customui/|basic/|scripts/",
     "MACRO", "a program"),
    (r"xl/(revisions/|usernames)", "TRACKED_CHANGE", "a log of changes"),
    (r"(xl|word)/embeddings/|.*oleobject|object \d+/|.*afchunk|.*\.(exe|bin|zip|pdf|docx?|xlsx?)$",
     "EMBEDDED_FILE", "an embedded file"),
    (r"(?!.*\.(xml|rels|data|png|jpe?g|gif|emf|wmf|svg|odttf|vml|rdf)$|mimetype$|.*printersettings\d*\.bin$|mip/|"
     r"configurations2/|layout-cache$|.*/$)", "EMBEDDED_FILE", "a part of a kind not known"),
]  # fmt: skip
ASK = {"COMMENT", "EMBEDDED_FILE"}  # may name people or hold a reply of their own; the rest stays with the file


def opened(content: bytes) -> zipfile.ZipFile:
    """Return a zip whose names, sizes, flags and XML parts are fit to be read.

    Raises Faults (ZIP_PATH, ZIP_RATIO, ENCRYPTED, XML_DTD).
    """
    archive = zipfile.ZipFile(io.BytesIO(content))
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if any(".." in re.split(r"[\\/]", name) or re.match(r"[\\/]|\w:", name) for name in names):
        raise refuse("ZIP_PATH", "", "a name that points outside the archive")
    if len({name.casefold() for name in names}) < len(names):
        raise refuse("ZIP_PATH", "", "two parts of one name")
    inflated = sum(entry.file_size for entry in entries)
    large = [entry for entry in entries if entry.file_size > MEGABYTE]
    bomb = any(entry.file_size > LARGEST_RATIO * max(entry.compress_size, 1) for entry in large)
    if inflated > LARGEST_INFLATED or bomb or (large and inflated > LARGEST_RATIO * len(content)):
        raise refuse("ZIP_RATIO", "", f"{inflated:,} bytes from {len(content):,}")
    if any(entry.flag_bits & ENCRYPTED for entry in entries):
        raise refuse("ENCRYPTED", "", "password-protected")
    parts = (name for name in names if name.lower().endswith((".xml", ".rels", ".vml", ".rdf")))
    _check_entities(any(mark in content for content in map(archive.read, parts) for mark in DOCTYPES))
    return archive


def _check_entities(found: object) -> None:
    if found:
        raise refuse("XML_DTD", "", "a document type or an entity")


def xml(archive: zipfile.ZipFile, name: str) -> etree._Element | None:
    """Return the root of an XML part, or None where there is none; raises Faults (XML_DTD)."""
    if name not in archive.namelist():
        return None
    parser = etree.XMLParser(remove_comments=True, remove_pis=True, resolve_entities=False, no_network=True)
    root = etree.fromstring(archive.read(name), parser)
    _check_entities(root.getroottree().docinfo.doctype)  # in an encoding in which the marks are other bytes
    return root


def local(element: etree._Element) -> str:
    """Return an element's name without its namespace, so that strict and transitional files read alike."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def attribute(element: etree._Element | None, name: str, default: str = "") -> str:
    """Return an attribute by its name without namespace."""
    if element is None:
        return default
    found = element.get(name)
    if found is not None:
        return found
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), default)


def child(element: etree._Element | None, *names: str) -> etree._Element | None:
    """Return the first descendant on a path of names, or None."""
    return None if element is None else element.find("/".join("{*}" + name for name in names))


def parts(element: etree._Element | None) -> list[etree._Element]:
    """Return what stands in an element, nothing where there is none."""
    return [] if element is None else list(element)


def every(element: etree._Element | None, *names: str) -> list[etree._Element]:
    """Return all descendants of some names."""
    return [] if element is None else list(element.iter(*("{*}" + name for name in names)))


def relations(archive: zipfile.ZipFile, name: str) -> dict[str, tuple[str, str]]:
    """Return what a part points to inside the package: id → (kind, name of the part)."""
    folder, _, file = name.rpartition("/")
    found = {}
    for entry in every(xml(archive, f"{folder}/_rels/{file}.rels".lstrip("/")), "Relationship"):
        if entry.get("TargetMode", "") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, entry.get("Target", "")))
            found[entry.get("Id", "")] = (entry.get("Type", "").rpartition("/")[2], target.lstrip("/"))
    return found


def main(archive: zipfile.ZipFile, usual: str) -> tuple[str, etree._Element]:
    """Return the part a package is about, which need not be the usual one, by its name and its root."""
    name = next((name for kind, name in relations(archive, "").values() if kind == "officeDocument"), usual)
    root = xml(archive, name)
    if root is None:
        raise refuse("TRUNCATED", "", "no document in the archive")
    return name, root


def carried(archive: zipfile.ZipFile) -> list[Fault]:
    """Return by kind what a package carries besides its pages and sheets."""
    found: Counter = Counter()
    for entry in archive.infolist():
        name = entry.filename.lower()
        match = next(((code, words) for start, code, words in CARRIED if re.match(start, name)), None)
        if match and not name.endswith(".rels") and entry.file_size:
            found[match] += 1
    return [
        (person if code in ASK else noted)(code, "file", words if count == 1 else f"{words}, {count} parts")
        for (code, words), count in found.items()
    ]
