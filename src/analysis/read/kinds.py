"""The type of a file by its content; its name is only compared with it."""

import io
import re

import olefile

from analysis.problems import Fault, Faults
from analysis.read import package
from analysis.read.cell import check_size, person, refuse

OLE = olefile.MAGIC
IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM")
NAMES = {
    "csv": {"csv", "txt", "tsv", "tab"},
    "xlsx": {"xlsx", "xlsm", "xltx", "xltm"},
    "xls": {"xls", "xlt"},
    "ods": {"ods", "ots"},
    "docx": {"docx", "docm", "dotx", "dotm"},
    "pdf": {"pdf"},
    "html": {"html", "htm", "xhtml"},
    "eml": {"eml"},
}
HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|table|meta|title|div|p)\b", re.IGNORECASE)
HEADER = re.compile(
    rb"(?:From|To|Subject|Date|MIME-Version|Received|Return-Path|Message-ID|Delivered-To|X-[\w-]+|"
    rb"Content-Type|Content-Transfer-Encoding|Reply-To|Cc|DKIM-Signature|ARC-[\w-]+):",
    re.IGNORECASE,
)
MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
OTHERS = {
    b"MZ": "a program",
    b"\x7fELF": "a program",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a rar archive",
    b"\x1f\x8b": "a gzip archive",
    b"{\\rtf": "a rich-text document: open it and save it as docx",
    b"SQLite format 3": "a database",
}


def kind(content: bytes) -> str:
    """Return csv, xlsx, xls, ods, docx, pdf, html or eml.

    Raises Faults (EMPTY_FILE, TOO_LARGE, TRUNCATED, ENCRYPTED, WRONG_TYPE, SCANNED).
    """
    check_size(content)
    start = content[:4096]
    if start.startswith(b"PK"):
        return _zipped(content)
    if start.startswith(OLE):
        return _compound(content)
    if b"%PDF-" in start[:1024]:
        return "pdf"
    if start.startswith(IMAGES):
        raise refuse("SCANNED", "", "a picture", "data", "ask for the data, or key it in as a transcript")
    for mark, words in OTHERS.items():
        if start.startswith(mark):
            raise refuse("WRONG_TYPE", "", words, "a spreadsheet, document, page or mail", "ask for another format")
    return _text(start)


def plain(start: bytes) -> bool:
    """Say whether the first bytes of a file are those of a text of rows."""
    if start.startswith((b"PK", OLE, *IMAGES, *OTHERS)) or b"%PDF-" in start[:1024]:
        return False
    try:
        return _text(start) == "csv"
    except Faults:
        return True  # it is refused before anything parses it


def _text(start: bytes) -> str:
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(MARKS[1:]):
        text = start.decode("utf-16", "replace").lstrip("\ufeff \t\r\n").encode()
    text = re.sub(rb"^(?:<\?[\w-]+[^>]*\?>|<!--.*?-->|\s)+", b"", text, flags=re.DOTALL)
    if re.match(rb"<(\w+:)?(Workbook|wordDocument)\b", text):
        raise refuse("WRONG_TYPE", "", "Office XML of 2003", "an xlsx or docx", "open it and save it as xlsx or docx")
    page = HTML.search(text)
    if text.startswith(b"<") and page and page.start() < 600:
        return "html"
    if HEADER.match(text) and len(re.findall(rb"^[A-Za-z][\w-]*:", text.split(b"\n\n")[0], re.MULTILINE)) >= 2:
        return "eml"
    if text.startswith(b"<?xml") or re.match(rb"<\w[\w:.-]*[\s>]", text):
        raise refuse("WRONG_TYPE", "", "XML of another kind", "a spreadsheet or page", "ask for another format")
    if re.match(rb"[\[{]\s*[\[{\"]", text):
        raise refuse("WRONG_TYPE", "", "JSON", "a spreadsheet or page", "ask for a table, as csv or xlsx")
    control = sum(byte < 9 or 13 < byte < 32 for byte in start if byte) if not start.startswith(MARKS[1:]) else 0
    if control > max(3, len(start) // 50):
        raise refuse("WRONG_TYPE", "", "bytes that are no text", "a spreadsheet or text", "ask for another format")
    return "csv"


def _zipped(content: bytes) -> str:
    archive = package.opened(content)
    names = set(archive.namelist())
    lower = {name.lower() for name in names}
    if "xl/workbook.bin" in lower:
        raise refuse("WRONG_TYPE", "", "a binary workbook (xlsb)", "an xlsx", "open it and save it as xlsx")
    if any(name.startswith("xl/") for name in lower):
        return "xlsx"
    if any(name.startswith("word/") for name in lower):
        return "docx"
    if "content.xml" in names:
        declared = package.part(archive, "mimetype").strip() if "mimetype" in names else b"opendocument.spreadsheet"
        if b"opendocument.spreadsheet" in declared:
            return "ods"
        raise refuse("WRONG_TYPE", "", "an OpenDocument that is no spreadsheet", "an ods", "save it as docx or ods")
    raise refuse("WRONG_TYPE", "", "a zip archive", "one document", "unpack it in data/inbox and check each file")


def _compound(content: bytes) -> str:
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as compound:
            streams = {"/".join(name).lower() for name in compound.listdir(streams=True, storages=True)}
    except Exception as error:  # the library names few of its errors
        raise refuse("TRUNCATED", "", "a cut or broken file", "a whole file", "ask for the file again") from error
    if "encryptedpackage" in streams:
        raise refuse("ENCRYPTED", "", "password-protected", "an open file", "ask the force for an open copy")
    if streams & {"workbook", "book"}:
        return "xls"
    if "worddocument" in streams:
        raise refuse("WRONG_TYPE", "", "an old Word document (doc)", "a docx", "open it and save it as docx")
    if any(name.startswith("__substg1.0") or name.startswith("__properties") for name in streams):
        raise refuse("WRONG_TYPE", "", "an Outlook message (msg)", "an eml", "save the mail as eml")
    raise refuse("WRONG_TYPE", "", "an old Office file", "a spreadsheet", "open it and save it as xlsx")


def named(name: str, found: str) -> list[Fault]:
    """Return what to say where a file's name promises another type than its content has."""
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    if suffix in NAMES[found] or not name:
        return []
    return [person("WRONG_TYPE", "", f"a file called .{suffix} that is {found}", f".{suffix}", "read as what it is")]
