"""A zipped document, opened only after its table of contents has been judged, and its XML without entities."""

import io
import re
import zipfile
import zlib
from collections import Counter

from lxml import etree

from analysis.read.cell import LARGEST_INFLATED, LARGEST_RATIO, MEGABYTE, refuse

ENCRYPTED = 0x1
DOCTYPES = [word.encode(code) for word in ("<!DOCTYPE", "<!ENTITY") for code in ("utf-8", "utf-16-le", "utf-16-be")]
SPEC = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}


def opened(content: bytes) -> zipfile.ZipFile:
    """Return a zip whose names, sizes and flags are fit to be read.

    Raises Faults (TRUNCATED, ZIP_PATH, ZIP_RATIO, ENCRYPTED).
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError, EOFError) as error:
        raise refuse("TRUNCATED", "", "a cut or broken archive", "a whole file", "ask for the file again") from error
    _check_names([entry.filename for entry in entries])
    _check_sizes(entries, len(content))
    if any(entry.flag_bits & ENCRYPTED for entry in entries):
        raise refuse("ENCRYPTED", "", "password-protected", "an open file", "ask the force for an open copy")
    return archive


def _check_names(names: list[str]) -> None:
    for number, name in enumerate(names, start=1):
        parts = re.split(r"[\\/]", name)
        if ".." in parts or name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name) or "\0" in name:
            place = f"part {number} of {len(names)}"
            raise refuse("ZIP_PATH", place, "a name that points outside the archive", "plain names", "do not open it")
    twice = [name for name, count in Counter(name.casefold() for name in names).items() if count > 1]
    if twice:
        raise refuse("ZIP_PATH", "", f"{len(twice)} parts with the name of another", "each once", "do not open it")


def _check_sizes(entries: list[zipfile.ZipInfo], size: int) -> None:
    inflated = sum(entry.file_size for entry in entries)
    worst = max((entry.file_size / max(entry.compress_size, 1) for entry in entries), default=0)
    bomb = any(
        entry.file_size > MEGABYTE and entry.file_size > LARGEST_RATIO * max(entry.compress_size, 1)
        for entry in entries
    )
    if inflated > LARGEST_INFLATED or (inflated > MEGABYTE and (inflated > LARGEST_RATIO * size or bomb)):
        found = f"{inflated:,} bytes from {size:,}, one part {worst:,.0f} times its packed size"
        expected = f"at most {LARGEST_INFLATED:,} and {LARGEST_RATIO} times"
        raise refuse("ZIP_RATIO", "", found, expected, "do not open it; ask the force for the table only")


def part(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return the bytes of one part.

    Raises Faults (TRUNCATED).
    """
    try:
        return archive.read(name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        place = f"part {archive.namelist().index(name) + 1}"
        raise refuse("TRUNCATED", place, "a cut or broken part", "a whole file", "ask for the file again") from error


def check_doctypes(archive: zipfile.ZipFile) -> None:
    """Raise Faults (XML_DTD) where any XML part declares a document type or an entity."""
    for number, name in enumerate(archive.namelist(), start=1):
        if name.lower().endswith((".xml", ".rels", ".vml", ".rdf")):
            check_doctype(part(archive, name), f"part {number}")


def check_doctype(content: bytes, place: str = "") -> None:
    """Raise Faults (XML_DTD)."""
    if any(mark in content for mark in DOCTYPES):
        raise refuse(
            "XML_DTD", place, "a document type or an entity", "plain XML", "do not open it; ask for a new file"
        )


def parsed(content: bytes, place: str = "") -> etree._Element:
    """Return the root of an XML part with comments and instructions left out.

    Raises Faults (BROKEN_XML, XML_DTD) and MemoryError.
    """
    check_doctype(content, place)
    parser = etree.XMLParser(remove_comments=True, remove_pis=True, **SPEC)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        if getattr(error, "code", 0) == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        raise broken(place) from error
    if root.getroottree().docinfo.doctype:
        raise refuse("XML_DTD", place, "a document type", "plain XML", "do not open it; ask for a new file")
    return root


def broken(place: str = "") -> Exception:
    """Return the error that refuses XML which is cut, too deep or not well formed."""
    return refuse("BROKEN_XML", place, "XML that is cut, too deep or not well formed", "XML", "ask for the file again")


def xml(archive: zipfile.ZipFile, name: str) -> etree._Element | None:
    """Return the root of a part, or None where there is no such part."""
    if name not in archive.namelist():
        return None
    return parsed(part(archive, name), f"part {archive.namelist().index(name) + 1}")


def local(element: etree._Element) -> str:
    """Return an element's name without its namespace, so that strict and transitional files read alike."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: etree._Element, name: str, default: str = "") -> str:
    """Return an attribute by its name without namespace."""
    found = element.get(name)
    if found is not None:
        return found
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), default)


def child(element: etree._Element | None, *names: str) -> etree._Element | None:
    """Return the first child on a path of names, or None."""
    for name in names:
        if element is None:
            return None
        element = next((inner for inner in element if local(inner) == name), None)
    return element


def every(element: etree._Element | None, name: str) -> list[etree._Element]:
    """Return all descendants of a name."""
    return [] if element is None else list(element.iter("{*}" + name))


def relations(archive: zipfile.ZipFile, name: str) -> dict[str, tuple[str, str, bool]]:
    """Return what a part points to: id → (kind, target inside the package or outside it, whether outside)."""
    folder, _, file = name.rpartition("/")
    root = xml(archive, f"{folder}/_rels/{file}.rels".lstrip("/"))
    found = {}
    for entry in every(root, "Relationship"):
        target, outside = entry.get("Target", ""), entry.get("TargetMode", "") == "External"
        if not outside:
            target = resolved(folder, target)
        found[entry.get("Id", "")] = (entry.get("Type", "").rpartition("/")[2], target, outside)
    return found


def main(archive: zipfile.ZipFile, usual: str) -> str:
    """Return the name of the part a package is about, which need not be the usual one."""
    targets = relations(archive, "").values()
    return next((target for kind, target, outside in targets if kind == "officeDocument" and not outside), usual)


def resolved(folder: str, target: str) -> str:
    """Return the name of a part that another part in this folder points to."""
    parts = [] if target.startswith("/") else folder.split("/")
    for word in target.split("/"):
        if word == "..":
            parts = parts[:-1]
        elif word not in ("", "."):
            parts = [*parts, word]
    return "/".join(word for word in parts if word)
