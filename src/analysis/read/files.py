"""A file read as what its content is; its name is only compared with it."""

import io
import re

import olefile

from analysis.problems import Fault, Faults
from analysis.read import archives, delimited, docx, doubts, html, lines, mail, ods, pdf, xls, xlsx
from analysis.read.cells import Reading, encrypted, followed, noted, refuse

IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM")
NAMES = {
    "csv": {"csv", "txt", "tsv", "tab"}, "xlsx": {"xlsx", "xlsm", "xltx", "xltm"}, "xls": {"xls", "xlt"},
    "ods": {"ods", "ots"}, "docx": {"docx", "docm", "dotx", "dotm"}, "pdf": {"pdf"},
    "html": {"html", "htm", "xhtml", "mht"}, "eml": {"eml", "mbox", "txt", "mht"},
}  # fmt: skip
READERS = {"csv": delimited, "xlsx": xlsx, "xls": xls, "ods": ods, "docx": docx, "pdf": pdf, "html": html}
PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body|table|meta|title|div|p)\b", re.I)
HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9-]{0,60}:[ \t]?\S?")
OF_MAILS = re.compile(
    rb"^(?:From|To|Subject|Date|MIME-Version|Received|Return-Path|Message-ID|Delivered-To|Content-Type|Cc|Sender|"
    rb"Content-Transfer-Encoding|Reply-To|DKIM-Signature|X-Mailer)[ \t]*:", re.I | re.M
)  # fmt: skip


def read(content: bytes, depth: int = 1, name: str = "") -> Reading:
    """Return the cells of a file and everything found in it; raises Faults where it is refused."""
    with followed():
        what = kind(content)
        reading = mail.read(content, read, depth) if what == "eml" else READERS[what].read(content)
    cells = lines.typed(reading.cells)
    if depth > 1 and what == "eml":
        return Reading(cells, reading.faults)
    found = doubts.found(cells, what in ("csv", "xlsx", "xls", "ods"))
    refusing = [fault for fault in found if fault.severity == "document"]
    if refusing:
        raise Faults(refusing)
    return Reading(cells, [*_named(name, what), *reading.faults, *found])


def kind(content: bytes) -> str:
    """Return csv, xlsx, xls, ods, docx, pdf, html or eml; raises Faults where it is none of them."""
    if not content.strip():
        raise refuse("EMPTY_FILE", "", "nothing", "a table", "ask for the file again")
    start = content[:4096]
    if start.startswith(b"PK"):
        return _zipped(content)
    if start.startswith(olefile.MAGIC):
        return _compound(content)
    if b"%PDF-" in start[:1024]:
        return "pdf"
    if start.startswith(IMAGES):
        raise refuse("SCANNED", "", "a picture", "data", "ask for the data, or key it in as a transcript")
    if start.startswith(b"{\\rtf"):
        raise _wrong("a rich-text document", "open it and save it as docx")
    return _text(start)


def _wrong(found: str, do: str) -> Faults:
    return refuse("WRONG_TYPE", "", found, "a spreadsheet, document, page or mail", do)


def _text(start: bytes) -> str:
    wide = start.startswith((b"\xff\xfe", b"\xfe\xff"))
    words = start.decode("utf-16", "replace").lstrip("\ufeff").encode() if wide else start
    words = words.lstrip(b"\xef\xbb\xbf \t\r\n")
    bare = re.sub(rb"^(?:<\?[\w-]+[^>]*\?>|<!--.*?-->|\s)+", b"", words, flags=re.S)
    if re.match(rb"<(\w+:)?(Workbook|wordDocument)\b", bare):
        raise _wrong("Office XML of 2003", "open it and save it as xlsx or docx")
    page = PAGE.search(bare)
    if bare.startswith(b"<") and page and page.start() < 600:
        return "html"
    head = re.sub(rb"^>?From \S.*\r?\n", b"", words)
    if HEADER.match(head) and len(set(OF_MAILS.findall(re.split(rb"\r?\n\r?\n", head)[0]))) >= 2:
        return "eml"
    if words.startswith(b"<?xml") or re.match(rb"<\w[\w:.-]*[\s>]", bare):
        raise _wrong("XML of another kind", "ask for another format")
    if re.match(rb"[\[{]\s*[\[{\"]", bare):
        raise _wrong("JSON", "ask for a table, as csv or xlsx")
    control = 0 if wide else sum(byte < 9 or 13 < byte < 32 for byte in start if byte)
    if control > max(3, len(start) // 50):
        raise _wrong("bytes that are no text", "ask for another format")
    return "csv"


def _zipped(content: bytes) -> str:
    archive = archives.opened(content)
    names = {name.lower() for name in archive.namelist()}
    if "xl/workbook.bin" in names:
        raise _wrong("a binary workbook (xlsb)", "open it and save it as xlsx")
    for start, what in (("xl/", "xlsx"), ("word/", "docx")):
        if any(name.startswith(start) for name in names):
            return what
    if "content.xml" not in names:
        raise _wrong("a zip archive", "unpack it in data/inbox and check each file")
    if "mimetype" in archive.namelist() and b"opendocument.spreadsheet" not in archive.read("mimetype"):
        raise _wrong("an OpenDocument that is no spreadsheet", "save it as docx or ods")
    return "ods"


def _compound(content: bytes) -> str:
    with olefile.OleFileIO(io.BytesIO(content)) as compound:
        names = {"/".join(name).lower() for name in compound.listdir(streams=True, storages=True)}
    if "encryptedpackage" in names:
        raise encrypted()
    if names & {"workbook", "book"}:
        return "xls"
    if "worddocument" in names:
        raise _wrong("an old Word document (doc)", "open it and save it as docx")
    if any(name.startswith(("__substg1.0", "__properties")) for name in names):
        raise _wrong("an Outlook message (msg)", "save the mail as eml")
    raise _wrong("an old Office file", "open it and save it as xlsx")


def _named(name: str, what: str) -> list[Fault]:
    """Return what to say where a file's name promises another type than its content has."""
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    if not suffix or suffix in NAMES[what]:
        return []
    return [
        noted("WRONG_TYPE", "", f"a file called .{suffix[:8]} that is {what}", f".{suffix[:8]}", "read as what it is")
    ]
