"""A mail as cells: its text without signature and quoted thread, and each attachment as a reply of its own."""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage, MIMEPart
from typing import Any

from analysis.problems import SHOWN, Fault, Faults
from analysis.read import contents, decoding, html
from analysis.read.cell import Cell, Read, check_count, hidden, person, refuse, text_cell
from analysis.read.personal import personal

SIGNATURE = re.compile(
    r"(--|(kind |best |warm )?regards|kind wishes|best wishes|yours (sincerely|faithfully)|sincerely|many thanks|"
    r"thanks|sent from my .*)[\s,.!]*$",
    re.IGNORECASE,
)
LONGEST_SIGNATURE = 15  # lines
ORIGINAL = re.compile(r"-{2,}\s*(original|forwarded) message", re.IGNORECASE)
WROTE = re.compile(r"on .{5,200} wrote:$", re.IGNORECASE)
SENDER = re.compile(r"from: ?.*\S", re.IGNORECASE)
SENT = re.compile(r"(sent|date|to|subject):", re.IGNORECASE)
COUNT = re.compile(r"(?<![\d.,/:+-])(?<!\d[ ()-])\b\d{1,3}\b(?![ ()-]?\d)(?! ?[A-Z]{2}\b)")
# what a mail program adds to the one half and not to the other: addresses of links and pictures, marks and list numbers
ADDED = re.compile(r"<?\b(?:https?|mailto|tel|cid):\S*|(?m:^\s*(?:\(?\d{1,2}[.)]|\[\d+\])\s)", re.IGNORECASE)
DEEPEST = 3
BROKEN = ("CloseBoundaryNotFoundDefect", "InvalidBase64LengthDefect", "StartBoundaryNotFoundDefect",
          "NoBoundaryInMultipartDefect", "MultipartInvariantViolationDefect")  # fmt: skip
UNREAD = ("audio/", "video/", "text/calendar", "text/vcard", "text/x-vcard", "text/directory", "application/ics",
          "application/pgp", "application/pkcs7")  # fmt: skip
USUAL = re.compile(r"\s*(this is a (cryptographically signed )?(multi-?part )?message in mime format\.?\s*)?", re.I)


def read(content: bytes, reader, depth: int = 1) -> Read:
    """Return the cells of a mail and of what is attached to it; `reader` reads an attachment's bytes.

    Raises Faults (TRUNCATED, ENCRYPTED and those of the attachments, at `attachment/1`).
    """
    message = _parsed(content)
    if any(type(defect).__name__ in BROKEN for part in message.walk() for defect in part.defects):
        raise refuse("TRUNCATED", "", "a mail that ends early", "a whole mail", "save the mail again")
    if _sealed(message):
        raise refuse("ENCRYPTED", "", "an encrypted mail", "an open one", "ask the force to send it unencrypted")
    cells, faults = _body(message)
    for number, part in enumerate(_attached(message), start=1):
        found = _attachment(part, f"attachment/{number}", reader, depth)
        cells += found.cells
        faults += found.faults
        check_count(len(cells))
    between = [text for part in message.walk() for text in (part.preamble, part.epilogue) if text]
    if not all(USUAL.fullmatch(text) for text in between):
        faults.append(person("HIDDEN_TEXT", "between the parts", "text that no program shows", "none", "look at it"))
    return Read(cells, faults)


def _sealed(message: EmailMessage) -> bool:
    """Say whether a mail is encrypted, as a whole or in its text."""
    kind = message.get_content_type()
    sealed = kind.endswith("pkcs7-mime") and message.get_param("smime-type") != "signed-data"
    if sealed or kind == "multipart/encrypted":
        return True
    texts = [part for part in message.walk() if part.get_content_maintype() == "text"]
    return any(b"-----BEGIN PGP MESSAGE-----" in _bytes(part) for part in texts)


def attachments(content: bytes) -> dict[str, bytes]:
    """Return the bytes of each attachment by its place; its name is never used."""
    return {f"attachment/{number}": _bytes(part) for number, part in enumerate(_attached(_parsed(content)), start=1)}


def _parsed(content: bytes) -> EmailMessage:
    return email.message_from_bytes(content, policy=email.policy.default)


def _body(message: EmailMessage) -> tuple[list[Cell], list[Fault]]:
    """Return the text of a mail; of two halves the page, which is what mail programs show."""
    plain, page = message.get_body(("plain",)), message.get_body(("html",))
    text = _text(plain) if plain is not None else Read([], [])
    if page is None:
        return _stripped(text.cells, text.faults)
    found = html.read(_bytes(page) or b"<p></p>", page.get_content_charset(""))
    unlike = [] if plain is None or _said(text.cells) == _said(found.cells) else [_halves()]
    return _stripped(found.cells, [*found.faults, *unlike])


def _text(part: MIMEPart) -> Read:
    content = _bytes(part)
    if not content.strip():
        return Read([], [])
    text, encoding = decoding.decode(content, part.get_content_charset(""))
    lines = [line.strip() for line in text.splitlines()]
    cells = [text_cell(f"P{number}", "P", number, 1, line) for number, line in enumerate(lines, start=1) if line]
    return Read(cells, decoding.noted(encoding))


def _said(cells: list[Cell]) -> tuple[set[str], list[str]]:
    """Return the words of one half of a mail, and its numbers in their order."""
    text = ADDED.sub(" ", "\n".join(cell.text for cell in cells)).casefold()
    return set(re.findall(r"[^\W\d_]+", text)), re.findall(r"\d+", text)


def _halves() -> Fault:
    words, do = "a text and a page that say different things", "compare both in a mail program; the page is read"
    return person("HIDDEN_TEXT", "text", words, "two halves that say the same", do)


def _bytes(part: MIMEPart) -> bytes:
    inside: Any = part.get_payload()
    if part.get_content_maintype() == "message" and isinstance(inside, list):
        return b"\n".join(inner.as_bytes() for inner in inside)
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _stripped(cells: list[Cell], faults: list[Fault]) -> tuple[list[Cell], list[Fault]]:
    """Return the cells with signature and quoted thread left out, and a record of how much that is."""
    lines = {at: cell.text.split("\n") for at, cell in enumerate(cells) if cell.visible and cell.area == "P"}
    reasons = iter(_reasons([line.strip() for said in lines.values() for line in said]))
    found, left_out, thread = [], [], False
    for at, cell in enumerate(cells):
        said = [(line, *next(reasons)) for line in lines.get(at, ())]
        thread = thread or any(on for *_, on in said)
        if thread and cell.visible and cell.area != "P":
            said = [(cell.text, "quoted mail", True)]
        unseen = [(cell._replace(text=line), why) for line, why, _ in said if why]
        kept = "\n".join(line for line, why, _ in said if not why) if unseen else cell.text
        found += [cell._replace(text=kept, value=kept) if unseen else cell] if kept or not cell.visible else []
        found += [hidden(cell, unseen[0][1])] if unseen else []
        left_out += unseen
    more = contents.fewer(personal([cell for cell, _ in left_out]))
    return found, [*faults, *_left_out(left_out), *more]


def _reasons(lines: list[str]) -> list[tuple[str, bool]]:
    """Return for each line why it is left out, or nothing, and whether all that follows is an earlier mail."""
    thread = next((at for at in range(len(lines)) if _begins(lines[at : at + 6])), len(lines))
    unquoted = [at for at in range(thread) if not lines[at].startswith(">")]
    signed = next((at for at in unquoted[1:][-LONGEST_SIGNATURE:] if SIGNATURE.match(lines[at])), thread)
    return [
        ("quoted mail" if at >= thread or line.startswith(">") else "signature" if at >= signed else "", at >= thread)
        for at, line in enumerate(lines)
    ]


def _begins(lines: list[str]) -> bool:
    """Say whether an earlier mail begins at the first of some lines; answers may stand between lines marked `>`."""
    first, rest = lines[0], lines[1:]
    if WROTE.match(first):
        return not any(line.startswith(">") for line in rest[:1])
    return bool(ORIGINAL.match(first) or (SENDER.match(first) and any(SENT.match(line) for line in rest)))


def _left_out(lines: list[tuple[Cell, str]]) -> list[Fault]:
    """Return a record of what is left out; a signature that holds a number may be an answer."""
    found = []
    for why, code in (("signature", "SIGNATURE"), ("quoted mail", "QUOTED_MAIL")):
        same = [cell for cell, reason in lines if reason == why]
        if same:
            words, do = f"{len(same)} lines taken for {why}, not read", "see that no answer stands among them"
            doubtful = why == "signature" and any(COUNT.search(cell.text) for cell in same)
            fault = person(code, same[0].place, words, "none", do)
            found.append(fault if doubtful else _shown(fault))
    return found


def _attached(message: EmailMessage) -> list[MIMEPart]:
    """Return the parts of a mail that are not its text."""
    body = {id(part) for part in (message.get_body(("plain",)), message.get_body(("html",))) if part is not None}
    return [part for part in _leaves(message) if id(part) not in body]


def _leaves(part: MIMEPart) -> Iterator[MIMEPart]:
    if part.get_content_maintype() == "multipart" and part.is_multipart():
        for inner in part.iter_parts():
            yield from _leaves(inner)
    else:
        yield part


def _attachment(part: MIMEPart, place: str, reader, depth: int) -> Read:
    kind, name, content = part.get_content_type(), part.get_filename() or "", _bytes(part)
    risky = [person("ZIP_PATH", place, "a name that points elsewhere", "a plain name", "never used as a path")]
    faults = risky if re.search(r"\.\.|[/\\:\0]", name) else []
    words = f"{kind}, {len(content):,} bytes, not read"
    if not content.strip():
        return Read([], [*faults, Fault("EMPTY_FILE", place, "an empty attachment", "a table", "ask for it", SHOWN)])
    if kind.startswith("image/"):
        return Read([], [*faults, _picture(part, place, words)])
    if kind.startswith(UNREAD) or depth >= DEEPEST:
        return Read([], [*faults, _unread(place, words)])
    if kind == "message/rfc822":
        words, do = f"a mail inside the mail, {len(content):,} bytes", "see whom it names and whether it may be kept"
        faults = [*faults, person("EMBEDDED_FILE", place, words, "none", do)]
    try:
        found = _text(part) if kind == "text/plain" and not name else reader(content, name, depth + 1)
    except Faults as error:
        if any(fault.code == "WRONG_TYPE" for fault in error.faults):
            return Read([], [*faults, _unread(place, words)])
        raise Faults([_moved(fault, place) for fault in error.faults]) from error
    cells = [cell._replace(place=f"{place}/{cell.place}", area=f"{place}/{cell.area}") for cell in found.cells]
    return Read(cells, [*faults, *(_moved(fault, place) for fault in found.faults)])


def _picture(part: MIMEPart, place: str, words: str) -> Fault:
    """Return the finding of a picture; one that was sent for itself may be the answer."""
    fault = person("PICTURE", place, words, "a table", "look whether it holds data")
    return fault if part.get_content_disposition() == "attachment" and not part["Content-ID"] else _shown(fault)


def _shown(fault: Fault) -> Fault:
    return replace(fault, severity=SHOWN)


def _moved(fault: Fault, place: str) -> Fault:
    return replace(fault, place=f"{place}/{fault.place}" if fault.place else place)


def _unread(place: str, words: str) -> Fault:
    return person("EMBEDDED_FILE", place, words, "a reply that can be read", "save it in data/inbox and check it there")
