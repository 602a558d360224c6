"""A PDF as it is inked: without letters drawn without ink, with what its forms say, and with its lines upright."""

import io
import math
from collections import Counter

import pikepdf

from analysis.read.cell import refuse

WRITES = {"Tj", "TJ", "'", '"'}
INKLESS = (3, 7)  # text rendering modes: neither filled nor stroked. Source: ISO 32000-1, table 106
FAINT = 0.1  # ink thinner than this is not seen
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


def filled(document: pikepdf.Pdf) -> bool:
    """Draw what is filled into the form of a document on its pages, as one sees it; say whether it has any.

    Raises Faults (FORM_FIELD) where a field holds a text that cannot be drawn.
    """
    form, any_found = document.Root.get("/AcroForm"), False
    for page in document.pages:
        notes = page.obj.get("/Annots")
        fields = [note for note in notes if is_field(note)] if isinstance(notes, pikepdf.Array) else []
        any_found = _blocked(document, page, notes) or any_found
        page.obj["/Annots"] = pikepdf.Array(fields)  # other notes are counted, and not read
        any_found = any_found or bool(fields)
        if any("/AP" not in field for field in fields) and isinstance(form, pikepdf.Dictionary):
            form["/NeedAppearances"] = True
    if any_found:
        document.generate_appearance_streams()
    dumb = sum(_holds(field) and not _drawn(field) for page in document.pages for field in page.obj["/Annots"])
    if dumb or (isinstance(form, pikepdf.Dictionary) and "/XFA" in form):
        do = "open it in a PDF program, print it as a PDF, and check that"
        raise refuse("FORM_FIELD", "document", "a form that cannot be read", "text on the page", do)
    if any_found:
        document.flatten_annotations("screen")
    return any_found


def _blocked(document: pikepdf.Pdf, page, notes) -> bool:
    """Draw on a page what its notes cover: filled boxes, and what is marked to be blacked out."""
    boxes = [
        [float(edge) for edge in note["/Rect"]]
        for note in (notes if isinstance(notes, pikepdf.Array) else ())
        if isinstance(note, pikepdf.Dictionary) and "/Rect" in note and _covers(note)
    ]
    steps = "".join(f"q 0 0 0 rg {a} {b} {c - a} {d - b} re f Q\n" for a, b, c, d in boxes)
    if boxes:
        page.contents_add(document.make_stream(b"q\n"), prepend=True)
        page.contents_add(document.make_stream(f"\nQ\n{steps}".encode()))
    return bool(boxes)


def _covers(note: pikepdf.Dictionary) -> bool:
    kind, inside = str(note.get("/Subtype", "")), note.get("/IC")
    painted = isinstance(inside, pikepdf.Array) and len(inside) > 0
    return kind == "/Redact" or (kind in ("/Square", "/Polygon") and painted)


def is_field(note) -> bool:
    """Say whether a note on a page is a field of a form."""
    return isinstance(note, pikepdf.Dictionary) and note.get("/Subtype") == pikepdf.Name.Widget


def _holds(field: pikepdf.Object | None) -> bool:
    """Say whether a field, or the one it belongs to, holds a text."""
    while isinstance(field, pikepdf.Dictionary):
        if "/V" in field:
            return isinstance(field["/V"], pikepdf.String) and bool(str(field["/V"]).strip())
        field = field.get("/Parent")
    return False


def _drawn(field: pikepdf.Object) -> bool:
    """Say whether the look of a field shows any text, or is made of parts that may."""
    look = field.get("/AP", pikepdf.Dictionary()).get("/N")
    if not isinstance(look, pikepdf.Stream):
        return False
    steps = look.read_bytes()
    return b" Do" in steps or (b"Tf" in steps and "/Font" in look.get("/Resources", pikepdf.Dictionary()))


def _write(form: pikepdf.Stream, kept: bytes | None) -> bool:
    if kept is not None:
        form.write(kept)
    return kept is not None


def _switched_off(root: pikepdf.Object) -> set[tuple[int, int]]:
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
    layers, things, looks = (_things(resources, name) for name in ("/Properties", "/XObject", "/ExtGState"))
    pen = Pen(layers, things, looks, off)
    kept = [step for step in steps if not pen.wastes(str(step.operator), step.operands)]
    return pikepdf.unparse_content_stream(kept) if len(kept) < len(steps) else None


class Pen:
    """Follows the steps of a drawing, and knows whether letters leave ink."""

    def __init__(self, layers: dict, things: dict, looks: dict, off: set[tuple[int, int]]):
        self.layers, self.things, self.looks, self.off = layers, things, looks, off
        self.mode, self.clear = 0, False
        self.before: list = []
        self.marks: list = []
        self.box, self.cuts = (1.0, 1.0), False

    def wastes(self, name: str, words) -> bool:
        """Take a step, and say whether it draws something that nobody sees."""
        self.turn(name, words)
        if name == "Do" and words and str(words[0]) in self.things:
            return any(self.marks) or _unseen(self.things[str(words[0])].get("/OC"), self.off)
        return name in WRITES and (self.mode in INKLESS or self.clear or any(self.marks))

    def turn(self, name: str, words) -> None:
        """Take a step that changes how later ones draw: letters, see-through ink, layers, what is cut away."""
        if name == "Tr" and words:
            self.mode = int(words[0])
        elif name == "q":
            self.before.append((self.mode, self.clear))
        elif name == "Q" and self.before:
            self.mode, self.clear = self.before.pop()
        elif name in ("BDC", "BMC"):
            layer = self.layers.get(str(words[1])) if name == "BDC" and str(words[0]) == "/OC" else None
            self.marks.append(_unseen(layer, self.off))
        elif name == "EMC" and self.marks:
            self.marks.pop()
        elif name == "gs" and words and str(words[0]) in self.looks:
            ink = self.looks[str(words[0])].get("/ca")
            self.clear = self.clear if ink is None else float(ink) < FAINT
        elif name == "re" and len(words) == 4:
            self.box = (abs(float(words[2])), abs(float(words[3])))
        elif name in ("W", "W*"):
            self.cuts = min(self.box) < 1  # a point
        elif name == "n":
            self.clear, self.cuts = self.clear or self.cuts, False


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
