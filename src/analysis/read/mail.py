"""A mail as cells: its text without signature and quoted thread, and what is attached to it."""

import email
import email.policy
import re
from collections.abc import Callable
from dataclasses import replace
from email.message import MIMEPart
from typing import Any

from analysis.problems import NEEDS_PERSON, STOPS_DOCUMENT, Fault, Faults
from analysis.read import html
from analysis.read.cells import Reading, decode, lined, outside_tables
from analysis.read.findings import followed, noted, person, refuse

SIGNATURE = re.compile(
    r"(--|(kind |best |warm )?regards|kind wishes|best wishes|yours (sincerely|faithfully)|sincerely|many thanks|"
    r"thanks|sent from my .*)[\s,.!]*$",
    re.I,
)
LONGEST_SIGNATURE = 15  # lines
FORWARDED = re.compile(r"(-{2,}\s*)?(begin )?forwarded (message|by)", re.I)
ORIGINAL = re.compile(r"-{2,}\s*original message", re.I)
WROTE = re.compile(r"on .{5,200} wrote:$", re.I)
BELOW = re.compile(r"\b(below|inline|in (red|blue|bold))\b", re.I)  # where answers stand, inside what was asked
SENDER, SENT = re.compile(r"from: ?.*\S", re.I), re.compile(r"(sent|date|to|subject|cc):", re.I)
# a number that may count, not part of an address or a telephone number
COUNT = re.compile(r"(?<![\d.,/:+-])(?<!\d[ ()-])(?<![Bb]ox )(?<![Ee]xt )\b(?!101\b)\d{1,3}\b(?![ ()-]?\d)(?! ?[A-Z])")
DEEPEST = 3
BROKEN = ("CloseBoundaryNotFoundDefect", "StartBoundaryNotFoundDefect", "NoBoundaryInMultipartDefect",
          "MultipartInvariantViolationDefect")  # fmt: skip
UNREAD = re.compile(r"(audio|video)/|text/(calendar|vcard|x-vcard|directory)|application/(ics|pgp|pkcs7)")
READABLE, THREAD = "a part that can be read", "quoted mail"
Reader = Callable[[bytes, int], Reading]


def read(content: bytes, reader: Reader, depth: int = 1) -> Reading:
    """Return the cells of a mail and of what is attached to it; `reader` reads the bytes of an attachment.

    A part that cannot be read is named and left out; the rest is read.
    Raises Faults (TRUNCATED, ENCRYPTED, and the fault of the only part where there is nothing else).
    """
    message = email.message_from_bytes(content.lstrip().replace(b"\0", b""), policy=email.policy.default)
    if any(type(defect).__name__ in BROKEN for part in message.walk() for defect in part.defects):
        raise refuse("TRUNCATED", "", "a mail that ends early")
    kind, leaves = message.get_content_type(), _leaves(message)
    pkcs7 = kind.endswith("pkcs7-mime") and message.get_param("smime-type") != "signed-data"
    words = [_bytes(part) for part in message.walk() if part.get_content_maintype() == "text"]
    if pkcs7 or kind == "multipart/encrypted" or any(b"-----BEGIN PGP MESSAGE-----" in text for text in words):
        raise refuse("ENCRYPTED", "", "an encrypted mail")
    texts, attached = [part for part in leaves if _is_text(part)], [part for part in leaves if not _is_text(part)]
    found = [
        _stripped(_part("" if at == 1 else f"text{at}", lambda part=part: _text(part)), message["Subject"] or "")
        for at, part in enumerate(texts, start=1)
    ]
    found += [_attachment(part, f"attachment/{at}", reader, depth) for at, part in enumerate(attached, start=1)]
    cells, faults = ([one for reading in found for one in reading[at]] for at in (0, 1))
    left_out = [fault for fault in faults if fault.expected == READABLE]
    if left_out and all(cell.why for cell in cells):
        raise Faults([replace(left_out[0], severity=STOPS_DOCUMENT)])
    return Reading(cells, faults)


def _leaves(part: MIMEPart) -> list[MIMEPart]:
    """Return the parts of a mail that hold something; of a text and the page that says the same, the page."""
    if part.get_content_maintype() != "multipart" or not part.is_multipart():
        return [part] if not _is_text(part) or _bytes(part).strip() else []
    found = [leaf for inner in part.iter_parts() for leaf in _leaves(inner)]
    paged = part.get_content_subtype() == "alternative" and any(_is_text(leaf, "html") for leaf in found)
    return [leaf for leaf in found if not (paged and _is_text(leaf, "plain"))]


def _is_text(part: MIMEPart, kind: str = "(plain|html)") -> bool:
    """Say whether a part is the mail's own text, and not attached to it."""
    named = part.get_filename() or part.get_content_disposition() == "attachment"
    return not named and bool(re.fullmatch(f"text/{kind}", part.get_content_type()))


def _bytes(part: MIMEPart) -> bytes:
    inside: Any = part.get_payload()
    if part.get_content_maintype() == "message" and isinstance(inside, list):
        return b"\n".join(inner.as_bytes() for inner in inside)
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _part(place: str, reader: Callable[[], Reading]) -> Reading:
    """Return the reading of one part at its place; one that cannot be read is named and left out."""
    try:
        with followed():
            found = reader()
    except Faults as error:
        fault = error.faults[0]
        if fault.code in ("NO_ROWS", "EMPTY_FILE"):
            return Reading([], [noted("EMPTY_FILE", place, "an empty part", "nothing to read", "nothing")])
        words, where = f"{fault.found}: not read", "/".join(filter(None, [place, fault.place]))
        return Reading([], [Fault(fault.code, where, words, READABLE, fault.do, NEEDS_PERSON)])
    if not place:
        return found
    cells = [cell._replace(place=f"{place}/{cell.place}", area=f"{place}/{cell.area}") for cell in found.cells]
    faults = [replace(fault, place="/".join(filter(None, [place, fault.place]))) for fault in found.faults]
    return Reading(cells, faults)


def _text(part: MIMEPart) -> Reading:
    """Return the lines of a text, or the cells of a page."""
    if part.get_content_subtype() == "html":
        return html.read(_bytes(part))
    words, faults = decode(_bytes(part))
    if part.get_param("format") == "flowed":  # a line that ends with a space goes on
        words = re.sub(r"(?m)(?<!^--) \r?\n(?![>\s])", " ", words)
    passed_on = re.search(rf"(?im)^{FORWARDED.pattern}.*\n(?=\s*>)", words)  # each line of it may be marked `>`
    if passed_on:
        words = words[: passed_on.end()] + re.sub(r"(?m)^> ?", "", words[passed_on.end() :])
    return Reading(lined(words), faults)


def _stripped(reading: Reading, subject: str) -> Reading:
    """Return the cells with signature and quoted thread left out."""
    lines = [[] if cell.why or not outside_tables(cell.area) else cell.text.split("\n") for cell in reading.cells]
    whys = iter(_whys([line.strip() for said in lines for line in said], subject))
    found, thread, faults = [], False, list(reading.faults)
    for cell, said in zip(reading.cells, lines, strict=True):
        told = [(line, next(whys)) for line in said]
        left_out = [(line, why) for line, why in told if why]
        thread = thread or (THREAD in (why for _, why in told))
        if thread and not said and not cell.why:
            found.append(cell.unseen(THREAD))
        elif left_out:
            found += cell.parted("\n".join(line for line, why in told if not why), left_out[0][1])
        else:
            found.append(cell)
        if any(why == "signature" and COUNT.search(line) for line, why in left_out):
            faults.append(person("SIGNATURE", cell.place, "a number among the lines of a signature, not read"))
    return Reading(found, faults)


def _whys(lines: list[str], subject: str) -> list[str]:
    """Return for each line why it is left out, or nothing; all that follows a line of a thread is part of it.

    A mail that was only passed on is the answer: what was forwarded is read, below its lines of sender and date.
    """
    thread = next((at for at in range(len(lines)) if _begins(lines[at : at + 6])), len(lines))
    own = [line for line in lines[:thread] if line]
    points_below = len(own) <= 3 or any(map(BELOW.search, own))
    passed_on = re.match(r"(fw|fwd|wg):", subject, re.I) or (points_below and not any(map(COUNT.search, own)))
    if thread < len(lines) and (FORWARDED.match(lines[thread]) or passed_on):
        headed = (SENT.match(line) or SENDER.match(line) for line in lines[thread + 1 :])
        start = next((at for at, found in enumerate(headed, start=thread + 1) if not found), len(lines))
        return [*_whys(lines[:thread], ""), *["quoted line"] * (start - thread), *_whys(lines[start:], "")]
    unquoted = [at for at in range(thread) if not lines[at].startswith(">")]
    signed = next((at for at in unquoted[1:][-LONGEST_SIGNATURE:] if SIGNATURE.match(lines[at])), thread)
    return [
        THREAD if at >= thread else "quoted line" if line.startswith(">") else "signature" if at >= signed else ""
        for at, line in enumerate(lines)
    ]


def _begins(lines: list[str]) -> bool:
    """Say whether an earlier mail begins at the first of some lines; answers may stand between lines marked `>`."""
    first, rest = lines[0], lines[1:]
    if WROTE.match(first):
        return not any(line.startswith(">") for line in rest[:1])
    headed = SENDER.match(first) and any(SENT.match(line) for line in rest)
    return bool(ORIGINAL.match(first) or FORWARDED.match(first) or headed)


def _attachment(part: MIMEPart, place: str, reader: Reader, depth: int) -> Reading:
    kind, content = part.get_content_type(), _bytes(part)
    words = f"{kind}, {len(content):,} bytes, not read"
    if kind.startswith("image/"):
        sent = part.get_content_disposition() == "attachment" and not part["Content-ID"]
        return Reading([], [(person if sent else noted)("PICTURE", place, words)])
    if UNREAD.match(kind) or depth >= DEEPEST:
        return Reading([], [person("EMBEDDED_FILE", place, words, READABLE)])
    return _part(place, lambda: _text(part) if kind == "text/html" else reader(content, depth + 1))
