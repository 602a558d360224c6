"""A file read as what its content is; its name is only compared with it."""

import io
import re

import olefile

from analysis.problems import STOPS_DOCUMENT, Faults
from analysis.read import archives, delimited, docx, doubts, html, lines, mail, ods, pdf, xls, xlsx
from analysis.read.cells import Reading
from analysis.read.findings import followed, noted, refuse

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
# texts that are no table, mail or page: how each begins, what it is, and what to do
OTHERS = [
    (rb"<(\w+:)?(Workbook|wordDocument)\b", "Office XML of 2003", "open it and save it as xlsx or docx"),
    (rb"<\w[\w:.-]*[\s>]|<\?xml", "XML of another kind", ""),
    (rb"[\[{]\s*[\[{\"]", "JSON", "ask for a table, as csv or xlsx"),
    (rb"\{\\rtf", "a rich-text document", "open it and save it as docx"),
]
# parts of a zip, or of an old Office file, by which it is known: what it is, or else why not and what to do
PARTS = [
    (r"xl/workbook\.bin$", "", "a binary workbook (xlsb)", "open it and save it as xlsx"),
    (r"xl/", "xlsx", "", ""),
    (r"word/", "docx", "", ""),
    (r"content\.xml$", "ods", "", ""),
    (r"(workbook|book)$", "xls", "", ""),
    (r"worddocument$", "", "an old Word document (doc)", "open it and save it as docx"),
    (r"__substg1\.0|__properties", "", "an Outlook message (msg)", "save the mail as eml"),
    (r"", "", "an archive of another kind", "unpack it in data/inbox, or open it and save it as xlsx; check each file"),
]


def read(content: bytes, depth: int = 1, name: str = "") -> Reading:
    """Return the cells of a file and everything found in it; raises Faults where it is refused."""
    with followed():
        what = kind(content)
        reading = mail.read(content, read, depth) if what == "eml" else READERS[what].read(content)
    cells = lines.typed(reading.cells)
    if depth > 1 and what == "eml":
        return Reading(cells, reading.faults)
    found = doubts.found(cells, what in ("csv", "xlsx", "xls", "ods"))
    refusing = [fault for fault in found if fault.severity == STOPS_DOCUMENT]
    if refusing:
        raise Faults(refusing)
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    if suffix and suffix not in NAMES[what]:
        words, do = f"a file called .{suffix[:8]} that is {what}", "nothing: it is read as what it is"
        found.append(noted("WRONG_TYPE", "", words, f".{suffix[:8]}", do))
    return Reading(cells, reading.faults + found)


def kind(content: bytes) -> str:
    """Return csv, xlsx, xls, ods, docx, pdf, html or eml; raises Faults where it is none of them."""
    if not content.strip():
        raise refuse("EMPTY_FILE", "", "nothing")
    start = content[:4096]
    if start.startswith((b"PK", olefile.MAGIC)):
        return _packed(content)
    if b"%PDF-" in start[:1024]:
        return "pdf"
    if start.startswith(IMAGES):
        raise refuse("SCANNED", "", "a picture")
    wide = start.startswith((b"\xff\xfe", b"\xfe\xff"))
    words = start.decode("utf-16", "replace").lstrip("\ufeff").encode() if wide else start
    words = words.lstrip(b"\xef\xbb\xbf \t\r\n")
    bare = re.sub(rb"^(?:<\?[\w-]+[^>]*\?>|<!--.*?-->|\s)+", b"", words, flags=re.S)
    page = PAGE.search(bare[:600])
    if bare.startswith(b"<") and page and not re.match(OTHERS[0][0], bare):
        return "html"
    head = re.sub(rb"^>?From \S.*\r?\n", b"", words)
    if HEADER.match(head) and len(set(OF_MAILS.findall(re.split(rb"\r?\n\r?\n", head)[0]))) >= 2:
        return "eml"
    for pattern, what, do in OTHERS:
        if re.match(pattern, bare) or re.match(pattern, words):
            raise refuse("WRONG_TYPE", "", what, do=do)
    if not wide and sum(byte < 9 or 13 < byte < 32 for byte in start if byte) > max(3, len(start) // 50):
        raise refuse("WRONG_TYPE", "", "bytes that are no text")
    return "csv"


def _packed(content: bytes) -> str:
    """Return the format of a zip or of an old Office file by the parts it has."""
    if content.startswith(b"PK"):
        archive = archives.opened(content)
        names = {name.lower() for name in archive.namelist()}
        if "mimetype" in names and b"opendocument.spreadsheet" not in archive.read("mimetype"):
            raise refuse("WRONG_TYPE", "", "an OpenDocument that is no spreadsheet", do="save it as docx or ods")
    else:
        with olefile.OleFileIO(io.BytesIO(content)) as compound:
            names = {"/".join(name).lower() for name in compound.listdir(streams=True, storages=True)}
        if "encryptedpackage" in names:
            raise refuse("ENCRYPTED", "", "password-protected")
    what, found, do = next(rest for start, *rest in PARTS if not start or any(re.match(start, name) for name in names))
    if not what:
        raise refuse("WRONG_TYPE", "", found, do=do)
    return what
