"""A PDF as it is inked: without the letters that are drawn without ink, and with its lines of text upright."""

import io
import math
from collections import Counter

import pikepdf

WRITES = {"Tj", "TJ", "'", '"'}
INKLESS = (3, 7)  # text rendering modes: neither filled nor stroked. Source: ISO 32000-1, table 106
BROKEN = (pikepdf.PdfError, ValueError, TypeError, IndexError)


def without_ghosts(document: pikepdf.Pdf) -> list[int]:
    """Take from the pages what is drawn without ink or on a layer that is switched off; return their numbers."""
    off = _switched_off(document.Root)
    found = []
    for number, page in enumerate(document.pages, start=1):
        kept = _inked(page, page.obj.get("/Resources"), off)
        if kept is not None:
            page.Contents = document.make_stream(kept)
        forms = [_write(form, _inked(form, form.get("/Resources"), off)) for form in _forms(page.obj.get("/Resources"))]
        if kept is not None or any(forms):
            found.append(number)
    return found


def _write(form: pikepdf.Stream, kept: bytes | None) -> bool:
    if kept is not None:
        form.write(kept)
    return kept is not None


def _switched_off(root: pikepdf.Dictionary) -> set[tuple[int, int]]:
    """Return the layers that are not shown when the document is opened."""
    layers = root.get("/OCProperties", pikepdf.Dictionary())
    start = layers.get("/D", pikepdf.Dictionary())
    off = {layer.objgen for layer in start.get("/OFF", pikepdf.Array())}
    if start.get("/BaseState") == pikepdf.Name.OFF:
        on = {layer.objgen for layer in start.get("/ON", pikepdf.Array())}
        off |= {layer.objgen for layer in layers.get("/OCGs", pikepdf.Array())} - on
    return off


def _things(resources, name: str) -> dict:
    """Return what a page's resources of one kind are called."""
    group = resources.get(name) if isinstance(resources, pikepdf.Dictionary) else None
    return dict(group.items()) if isinstance(group, pikepdf.Dictionary) else {}


def _forms(resources, depth: int = 0) -> list[pikepdf.Stream]:
    """Return the drawings a page takes from elsewhere in the document, and those they take in turn."""
    forms = [thing for thing in _things(resources, "/XObject").values() if thing.get("/Subtype") == pikepdf.Name.Form]
    inner = [form for outer in forms if depth < 5 for form in _forms(outer.get("/Resources"), depth + 1)]
    return [*forms, *inner]


def _unseen(thing, off: set[tuple[int, int]]) -> bool:
    """Say whether a layer, or each layer of a group of them, is switched off."""
    if not isinstance(thing, pikepdf.Dictionary):
        return False
    group = thing.get("/OCGs")
    members = list(group) if isinstance(group, pikepdf.Array) else [thing if group is None else group]
    return bool(members) and all(member.objgen in off for member in members)


def _inked(drawing, resources, off: set[tuple[int, int]]) -> bytes | None:
    """Return the steps of a drawing that leave ink on the page, or None where all do."""
    try:
        steps = list(pikepdf.parse_content_stream(drawing))
    except BROKEN:
        return None
    pen = Pen(_things(resources, "/Properties"), _things(resources, "/XObject"), off)
    kept = [step for step in steps if not pen.wastes(str(step.operator), step.operands)]
    return pikepdf.unparse_content_stream(kept) if len(kept) < len(steps) else None


class Pen:
    """Follows the steps of a drawing, and knows whether letters leave ink."""

    def __init__(self, layers: dict, things: dict, off: set[tuple[int, int]]):
        self.layers, self.things, self.off = layers, things, off
        self.mode, self.before, self.marks = 0, [], []

    def wastes(self, name: str, words) -> bool:
        """Take a step, and say whether it draws something that nobody sees."""
        if name == "Tr" and words:
            self.mode = int(words[0])
        elif name == "q":
            self.before.append(self.mode)
        elif name == "Q" and self.before:
            self.mode = self.before.pop()
        elif name in ("BDC", "BMC"):
            layer = self.layers.get(str(words[1])) if name == "BDC" and str(words[0]) == "/OC" else None
            self.marks.append(_unseen(layer, self.off))
        elif name == "EMC" and self.marks:
            self.marks.pop()
        if name == "Do" and words and str(words[0]) in self.things:
            return any(self.marks) or _unseen(self.things[str(words[0])].get("/OC"), self.off)
        return name in WRITES and (self.mode in INKLESS or any(self.marks))


def turned(content: bytes, turns: dict[int, int]) -> bytes:
    """Return a document with some pages turned, so that their letters stand upright."""
    with pikepdf.open(io.BytesIO(content)) as document:
        for number, angle in turns.items():
            document.pages[number].rotate(angle, relative=True)
        return saved(document)


def angle(page) -> int:
    """Return by how much a page must be turned for most of its letters to stand upright."""
    angles = Counter(_angle(letter["matrix"]) for letter in page.chars)
    return angles.most_common(1)[0][0] if angles else 0


def _angle(matrix: tuple) -> int:
    return round(math.degrees(math.atan2(matrix[1], matrix[0])) / 90) * 90 % 360


def saved(document: pikepdf.Pdf) -> bytes:
    """Return a document as bytes, unlocked."""
    file = io.BytesIO()
    document.save(file, encryption=False)
    return file.getvalue()
