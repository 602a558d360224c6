"""A mail as cells: its text without signature and quoted thread, and each attachment as a reply of its own."""

import email
import email.policy
import re
from email.message import EmailMessage

from analysis.problems import SHOWN, Fault, Faults
from analysis.read import contents, decoding, html
from analysis.read.cell import Cell, Read, check_count, hidden, person, refuse, text_cell
from analysis.read.personal import personal

SIGNATURE = re.compile(
    r"(--|__+|(kind |best |warm )?regards|kind wishes|best wishes|yours (sincerely|faithfully)|sincerely|many thanks|"
    r"thanks|sent from my .*)[\s,.!]*$",
    re.IGNORECASE,
)
QUOTED = re.compile(r"(>|-{2,}\s*(original|forwarded) message|on .{5,200} wrote:|from: .*\S|_{20,})", re.IGNORECASE)
DEEPEST = 3
BROKEN = ("CloseBoundaryNotFoundDefect", "InvalidBase64LengthDefect", "StartBoundaryNotFoundDefect",
          "NoBoundaryInMultipartDefect", "MultipartInvariantViolationDefect")  # fmt: skip


def read(content: bytes, reader, depth: int = 1) -> Read:
    """Return the cells of a mail and of what is attached to it; `reader` reads an attachment's bytes.

    Raises Faults (TRUNCATED and those of the attachments, at `attachment/1`).
    """
    message = email.message_from_bytes(content, policy=email.policy.default)
    if any(type(defect).__name__ in BROKEN for part in message.walk() for defect in part.defects):
        raise refuse("TRUNCATED", "", "a mail that ends early", "a whole mail", "save the mail again")
    cells, faults = _body(message)
    for number, part in enumerate(_attached(message), start=1):
        found = _attachment(part, f"attachment/{number}", reader, depth)
        cells += found.cells
        faults += found.faults
        check_count(len(cells))
    return Read(cells, faults)


def _body(message: EmailMessage) -> tuple[list[Cell], list[Fault]]:
    plain, page = message.get_body(("plain",)), message.get_body(("html",))
    if page is not None and (plain is None or b"<table" in _bytes(page).lower()):
        found = html.read(_bytes(page))
        return _stripped(found.cells, found.faults)
    if plain is None:
        return [], []
    text, encoding = decoding.decode(_bytes(plain) or b"\n.", plain.get_content_charset(""))
    lines = [line.strip() for line in text.splitlines()]
    cells = [text_cell(f"P{number}", "P", number, 1, line) for number, line in enumerate(lines, start=1) if line]
    return _stripped(cells, decoding.noted(encoding))


def _bytes(part: EmailMessage) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _stripped(cells: list[Cell], faults: list[Fault]) -> tuple[list[Cell], list[Fault]]:
    """Return the cells with signature and quoted thread left out; they begin at a line that says so."""
    why, found, left_out = "", [], []
    for cell in cells:
        if cell.visible and cell.area == "P":
            first = cell.text.split("\n")[0].strip()
            if QUOTED.match(first):
                why = "quoted mail"
            elif SIGNATURE.match(first):
                why = why or "signature"
        left_out += [cell] if why and cell.visible else []
        found.append(hidden(cell, why) if why and cell.visible else cell)
    return found, [*faults, *contents.fewer(personal(left_out))]


def _attached(message: EmailMessage) -> list[EmailMessage]:
    """Return the parts of a mail that are not its text."""
    body = {id(part) for part in (message.get_body(("plain",)), message.get_body(("html",))) if part is not None}
    found = []
    for part in message.iter_parts() if message.is_multipart() else ():
        if part.get_content_type() in ("multipart/alternative", "multipart/related", "multipart/mixed"):
            found += _attached(part) if part.get_content_type() != "multipart/alternative" else []
            found += [inner for inner in part.iter_parts() if inner.get_content_type() == "text/calendar"]
        elif id(part) not in body:
            found.append(part)
    return found


def _attachment(part: EmailMessage, place: str, reader, depth: int) -> Read:
    kind, name = part.get_content_type(), part.get_filename() or ""
    risky = [person("ZIP_PATH", place, "a name that points elsewhere", "a plain name", "never used as a path")]
    faults = risky if re.search(r"\.\.|[/\\:\0]", name) else []
    if kind == "message/rfc822":
        inner = part.get_payload()
        content = inner[0].as_bytes() if isinstance(inner, list) and inner else b""
    else:
        content = _bytes(part)
    words = f"{kind}, {len(content):,} bytes, not read"
    if kind.startswith("image/"):
        return Read([], [*faults, Fault("PICTURE", place, words, "a table", "look whether it holds data", SHOWN)])
    if kind.startswith(("audio/", "video/")) or kind in ("text/calendar", "application/ics") or depth >= DEEPEST:
        return Read([], [*faults, _unread(place, words)])
    if kind == "application/pgp-signature" or not content.strip():
        return Read([], faults)
    try:
        found = reader(content, name, depth + 1)
    except Faults as error:
        if any(fault.code == "WRONG_TYPE" for fault in error.faults):
            return Read([], [*faults, _unread(place, words)])
        raise Faults([_moved(fault, place) for fault in error.faults]) from error
    cells = [cell._replace(place=f"{place}/{cell.place}", area=f"{place}/{cell.area}") for cell in found.cells]
    return Read(cells, [*faults, *(_moved(fault, place) for fault in found.faults)])


def _moved(fault: Fault, place: str) -> Fault:
    return Fault(**vars(fault) | {"place": f"{place}/{fault.place}" if fault.place else place})


def _unread(place: str, words: str) -> Fault:
    return person("EMBEDDED_FILE", place, words, "a reply that can be read", "save it in data/inbox and check it there")
