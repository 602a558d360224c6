"""What a document carries besides the words one sees."""

import re
import zipfile

from lxml import etree

from analysis.problems import SHOWN, Fault
from analysis.read import hidden_xlsx, package, properties
from analysis.read.cell import Cell, person
from analysis.read.package import every

CHANGES = (
    "ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel", "cellMerge", "rPrChange", "pPrChange", "tblPrChange",
    "trPrChange", "tcPrChange", "sectPrChange", "numberingChange",
)  # fmt: skip
HARMLESS = {"hyperlink"}


def look(archive: zipfile.ZipFile, root: etree._Element, cells: list[Cell], boxes: int) -> list[Fault]:
    """Return what a document carries besides what one sees in it."""
    found = [*hidden_xlsx.parts(archive), *properties.office(archive), *hidden_xlsx.custom_xml(archive)]
    texts = [name for name in archive.namelist() if re.match(r"word/[a-z]+\d*\.xml$", name)]
    pages = [
        package.xml(archive, name) for name in texts if not re.match(r"word/(settings|styles|numbering|font)", name)
    ]
    changes = sum(len(every(page, name)) for page in pages for name in CHANGES)
    if changes:
        words = f"{changes} tracked changes, read as accepted"
        found.append(person("TRACKED_CHANGE", "document", words, "none", "ask for a copy with the changes accepted"))
    if boxes:
        found.append(
            Fault("TEXT_BOX", "document", f"{boxes} text boxes, read", "text on the page", "look at it", SHOWN)
        )
    outside = sum(_outside(archive, name) for name in texts) + sum(_fields(page) for page in pages)
    if outside:
        words = f"{outside} links to other files"
        found.append(person("EXTERNAL_LINK", "document", words, "none", "ask for a copy without them"))
    found += [fault for name in texts for fault in hidden_xlsx.links(archive, name, "document")]
    pictures = sum(1 for name in archive.namelist() if name.startswith("word/media/"))
    if pictures:
        words = f"{pictures} pictures, not read"
        found.append(Fault("PICTURE", "document", words, "tables", "look whether they hold data", SHOWN))
    chunks = sum(len(every(page, "altChunk")) for page in pages)
    if chunks:
        found.append(
            person("EMBEDDED_FILE", "document", f"{chunks} inserted documents", "none", "ask for a plain copy")
        )
    return found


def _fields(page: etree._Element) -> int:
    """Return how many fields of a page fetch something from elsewhere."""
    texts = [entry.text or "" for entry in every(page, "instrText")]
    texts += ["".join(entry.attrib.values()) for entry in every(page, "fldSimple")]
    return sum(1 for text in texts if _reaches(text))


def _reaches(text: str) -> bool:
    return bool(re.match(r"\s*(INCLUDE|DDE|LINK\b|DATABASE|RD\b|IMPORT)", text, re.IGNORECASE))


def _outside(archive: zipfile.ZipFile, name: str) -> int:
    targets = package.relations(archive, name).values()
    return sum(1 for kind, _, outside in targets if outside and kind not in HARMLESS)
