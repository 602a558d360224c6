"""Bytes as text: strictly, in a declared order, and with what was decided on record."""

from analysis.problems import SHOWN, Fault
from analysis.read.cell import refuse

MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
ORDER = ["utf-8", "cp1252"]
KNOWN = {"utf-8": "utf-8", "utf8": "utf-8", "windows-1252": "cp1252", "cp1252": "cp1252", "iso-8859-1": "cp1252",
         "latin-1": "cp1252", "us-ascii": "utf-8", "ascii": "utf-8", "iso-8859-15": "iso8859-15"}  # fmt: skip


def decode(content: bytes, declared: str = "") -> tuple[str, str]:
    """Return the text of a file and its encoding, tried strictly: byte order mark, the declared one, UTF-8, cp1252.

    Raises Faults (EMPTY_FILE, ENCODING, NUL_BYTE).
    """
    if not content.strip():
        raise refuse("EMPTY_FILE", "", "nothing", "a table", "ask for the file again")
    marked = [encoding for mark, encoding in MARKS.items() if content.startswith(mark)]
    first = [KNOWN[declared.lower()]] if declared.lower() in KNOWN else []
    for encoding in marked or [*first, *ORDER]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            line = text[: text.index("\x00")].count("\n") + 1
            raise refuse("NUL_BYTE", f"L{line}", "a NUL byte", "text", "save the file as plain text")
        return text, encoding
    raise refuse("ENCODING", "", "bytes of no known encoding", "UTF-8", "save the file as UTF-8")


def noted(encoding: str) -> list[Fault]:
    """Return a record of an encoding that was only inferred."""
    if encoding != "cp1252":
        return []
    do = "see whether £, quotes and dashes read well"
    return [Fault("ENCODING", "", "read as Windows-1252, because it is no UTF-8", "UTF-8", do, SHOWN)]
