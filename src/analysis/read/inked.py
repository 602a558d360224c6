"""A PDF as it is inked: without the letters that are drawn without ink, and with its lines of text upright."""

import io
import math
from collections import Counter

import pdfplumber
import pikepdf

WRITES = {"Tj", "TJ", "'", '"'}
INKLESS = (3, 7)  # text rendering modes: neither filled nor stroked. Source: ISO 32000-1, table 106
BROKEN = (pikepdf.PdfError, ValueError, TypeError, IndexError)


def without_ghosts(document: pikepdf.Pdf) -> list[int]:
    """Take from the pages the letters drawn without ink, as text recognition lays under a picture; return their pages."""
    found = []
    for number, page in enumerate(document.pages, start=1):
        kept = _inked(page)
        if kept is not None:
            page.Contents = document.make_stream(kept)
        forms = [form for form in _forms(page) if (inside := _inked(form)) is not None and not form.write(inside)]
        if kept is not None or forms:
            found.append(number)
    return found


def _forms(page: pikepdf.Page) -> list[pikepdf.Stream]:
    """Return the drawings a page takes from elsewhere in the document."""
    things = page.obj.get("/Resources", pikepdf.Dictionary()).get("/XObject", pikepdf.Dictionary())
    return [thing for thing in things.values() if thing.get("/Subtype") == pikepdf.Name.Form]


def _inked(drawing) -> bytes | None:
    """Return the steps of a drawing without inkless letters, or None where there are none."""
    try:
        steps = list(pikepdf.parse_content_stream(drawing))
    except BROKEN:
        return None
    mode, kept, before, dropped = 0, [], [], False
    for step in steps:
        name = str(step.operator)
        if name == "Tr" and step.operands:
            mode = int(step.operands[0])
        elif name == "q":
            before.append(mode)
        elif name == "Q" and before:
            mode = before.pop()
        if name in WRITES and mode in INKLESS:
            dropped = True
        else:
            kept.append(step)
    return pikepdf.unparse_content_stream(kept) if dropped else None


def upright(content: bytes) -> bytes:
    """Return a document whose pages are turned so that most of their letters stand upright."""
    turns = {}
    with pdfplumber.open(io.BytesIO(content)) as document:
        for number, page in enumerate(document.pages):
            angles = Counter(_angle(letter["matrix"]) for letter in page.chars)
            angle = angles.most_common(1)[0][0] if angles else 0
            if angle:
                turns[number] = angle
            page.close()
    if not turns:
        return content
    with pikepdf.open(io.BytesIO(content)) as document:
        for number, angle in turns.items():
            document.pages[number].rotate(angle, relative=True)
        return saved(document)


def _angle(matrix: tuple) -> int:
    return round(math.degrees(math.atan2(matrix[1], matrix[0])) / 90) * 90 % 360


def saved(document: pikepdf.Pdf) -> bytes:
    """Return a document as bytes, unlocked."""
    file = io.BytesIO()
    document.save(file, encryption=False)
    return file.getvalue()
