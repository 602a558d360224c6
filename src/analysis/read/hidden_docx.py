"""What a document carries besides the words one sees."""

import re
import zipfile

from lxml import etree

from analysis.problems import SHOWN, Fault
from analysis.read import hidden_xlsx, package, properties
from analysis.read.cell import Cell, person
from analysis.read.package import attribute, every

CHANGES = (
    "ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel", "cellMerge", "rPrChange", "pPrChange", "tblPrChange",
    "trPrChange", "tcPrChange", "sectPrChange", "numberingChange",
)  # fmt: skip
HARMLESS = {"hyperlink"}
CHOICES = ("dropDownList", "comboBox")
USUAL_FIELDS = re.compile(
    r"\s*(PAGE|NUMPAGES|SECTIONPAGES|HYPERLINK|REF|PAGEREF|TOC|DATE|TIME|SAVEDATE|PRINTDATE|CREATEDATE|SEQ|FORM\w+|"
    r"FILENAME|STYLEREF|TITLE|SUBJECT|=|SECTION|NOTEREF|INDEX|XE|INCLUDE|DDE|LINK|DATABASE|RD|IMPORT)\b|\s*=",
    re.IGNORECASE,
)


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
    found += _stored(archive, pages)
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


def _stored(archive: zipfile.ZipFile, pages: list[etree._Element]) -> list[Fault]:
    """Return what is stored in a document and not on its pages: variables, instructions, forms, choices."""
    settings = package.xml(archive, "word/settings.xml")
    fields = [text for page in pages for text in _instructions(page)]
    counted = [
        ("HIDDEN_TEXT", "variables", len(every(settings, "docVar"))),
        ("EXTERNAL_LINK", "sources of a letter to many", len(every(settings, "mailMerge"))),
        ("HIDDEN_TEXT", "instructions that hold a text", sum(1 for text in fields if not USUAL_FIELDS.match(text))),
        ("FORM_FIELD", "form fields, whose choices are not read", sum(len(every(page, "ffData")) for page in pages)),
        ("FORM_FIELD", "lists of choices", sum(len(every(page, name)) for page in pages for name in CHOICES)),
    ]
    do = "ask for a copy without them"
    return [person(code, "document", f"{count} {words}", "none", do) for code, words, count in counted if count]


def _instructions(page: etree._Element) -> list[str]:
    """Return the instructions of a page's fields; one may be written in several pieces."""
    found, open_text = ["".join(entry.attrib.values()) for entry in every(page, "fldSimple")], None
    for entry in page.iter("{*}fldChar", "{*}instrText"):
        kind = attribute(entry, "fldCharType")
        if kind == "begin":
            open_text = ""
        elif kind and open_text is not None:
            found, open_text = [*found, open_text], None
        elif not kind:
            open_text = (open_text or "") + (entry.text or "")
    return [text for text in [*found, open_text or ""] if text.strip()]


def _fields(page: etree._Element) -> int:
    """Return how many fields of a page fetch something from elsewhere."""
    return sum(1 for text in _instructions(page) if _reaches(text))


def _reaches(text: str) -> bool:
    return bool(re.match(r"\s*(INCLUDE|DDE|LINK\b|DATABASE|RD\b|IMPORT)", text, re.IGNORECASE))


def _outside(archive: zipfile.ZipFile, name: str) -> int:
    targets = package.relations(archive, name).values()
    return sum(1 for kind, _, outside in targets if outside and kind not in HARMLESS)
