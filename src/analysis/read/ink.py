"""What of a PDF is seen: its forms and notes drawn, letters without ink left out, those under boxes told apart."""

import io

import pikepdf

from analysis.read.cells import refuse
from analysis.read.looks import WHITE, Look, unseen

WRITES = {"Tj", "TJ", "'", '"'}
INKLESS = (3, 7)  # text rendering modes: neither filled nor stroked. Source: ISO 32000-1, table 106
FAINT = 0.1  # ink thinner than this is not seen
Box = tuple[float, float, float, float]  # left, top, right, bottom
COVERED = 0.6  # of a letter: a thin line through it leaves it readable
NARROWEST = 0.3  # points: a letter that nobody can read
BAND = 8.0  # points
BROKEN = (pikepdf.PdfError, ValueError, TypeError, IndexError)


def cleaned(document: pikepdf.Pdf) -> tuple[list[int], bytes]:
    """Return the pages from which letters without ink were taken, and the document as one sees it, written anew.

    Raises Faults (FORM_FIELD) where a field holds a text that cannot be drawn.
    """
    _flattened(document)
    return _without_ghosts(document), _saved(document)


def turned(content: bytes, turns: dict[int, int]) -> bytes:
    """Return a document with some pages turned, so that their letters stand upright."""
    with pikepdf.open(io.BytesIO(content)) as document:
        for number, angle in turns.items():
            document.pages[number].rotate(angle, relative=True)
        return _saved(document)


def _saved(document: pikepdf.Pdf) -> bytes:
    file = io.BytesIO()
    document.save(file, encryption=False)
    return file.getvalue()


def notes(page: pikepdf.Page) -> list[pikepdf.Dictionary]:
    """Return what lies on a page without being part of it: notes, fields of a form, links."""
    found = page.obj.get("/Annots")
    return [note for note in found if isinstance(note, pikepdf.Dictionary)] if isinstance(found, pikepdf.Array) else []


def _flattened(document: pikepdf.Pdf) -> None:
    """Draw on the pages what is filled into a form and what notes cover."""
    form, any_found = document.Root.get("/AcroForm"), False
    for page in document.pages:
        fields = [note for note in notes(page) if note.get("/Subtype") == pikepdf.Name.Widget]
        boxes = [
            [float(edge) for edge in note["/Rect"]] for note in notes(page) if "/Rect" in note and _blacks_out(note)
        ]
        if boxes:
            steps = "".join(f"q 0 0 0 rg {a} {b} {c - a} {d - b} re f Q\n" for a, b, c, d in boxes)
            page.contents_add(document.make_stream(b"q\n"), prepend=True)
            page.contents_add(document.make_stream(f"\nQ\n{steps}".encode()))
        page.obj["/Annots"] = pikepdf.Array(fields)  # other notes are counted, and not read
        any_found = any_found or bool(fields) or bool(boxes)
        if any("/AP" not in field for field in fields) and isinstance(form, pikepdf.Dictionary):
            form["/NeedAppearances"] = True
    if any_found:
        document.generate_appearance_streams()
    fields = [field for page in document.pages for field in notes(page)]
    if any(_holds(field) and not _drawn(field) for field in fields) or "/XFA" in (form or {}):
        do = "open it in a PDF program, print it as a PDF, and check that"
        raise refuse("FORM_FIELD", "document", "a form that cannot be read", "text on the page", do)
    if any_found:
        document.flatten_annotations("screen")


def _blacks_out(note: pikepdf.Dictionary) -> bool:
    kind, inside = str(note.get("/Subtype", "")), note.get("/IC")
    return kind == "/Redact" or (
        kind in ("/Square", "/Polygon") and isinstance(inside, pikepdf.Array) and len(inside) > 0
    )


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


def _without_ghosts(document: pikepdf.Pdf) -> list[int]:
    """Take from the pages what is drawn without ink or on a layer that is switched off; return their numbers."""
    off = _switched_off(document.Root)
    found = []
    for number, page in enumerate(document.pages, start=1):
        resources = page.obj.get("/Resources")
        kept = _inked(page, resources, off)
        if kept is not None:
            page.Contents = document.make_stream(kept)
        changed = [_rewritten(form, off) for form in _forms(resources)]
        if kept is not None or any(changed):
            found.append(number)
    return found


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
    group = resources.get(name) if isinstance(resources, pikepdf.Dictionary) else None
    return dict(group.items()) if isinstance(group, pikepdf.Dictionary) else {}


def _forms(resources, depth: int = 0) -> list[pikepdf.Stream]:
    """Return the drawings a page takes from elsewhere in the document, and those they take in turn."""
    forms = [thing for thing in _things(resources, "/XObject").values() if thing.get("/Subtype") == pikepdf.Name.Form]
    return forms + [form for outer in forms if depth < 5 for form in _forms(outer.get("/Resources"), depth + 1)]


def _rewritten(form: pikepdf.Stream, off: set[tuple[int, int]]) -> bool:
    kept = _inked(form, form.get("/Resources"), off)
    if kept is not None:
        form.write(kept)
    return kept is not None


def _inked(drawing, resources, off: set[tuple[int, int]]) -> bytes | None:
    """Return the steps of a drawing that leave ink on the page, or None where all do."""
    try:
        steps = list(pikepdf.parse_content_stream(drawing))
    except BROKEN:
        return None
    pen = _Pen(*(_things(resources, name) for name in ("/Properties", "/XObject", "/ExtGState")), off)
    kept = [step for step in steps if not pen.wastes(str(step.operator), step.operands)]
    return pikepdf.unparse_content_stream(kept) if len(kept) < len(steps) else None


class _Pen:
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
            return any(self.marks) or self.unseen(self.things[str(words[0])].get("/OC"))
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
            self.marks.append(self.unseen(layer))
        elif name == "EMC" and self.marks:
            self.marks.pop()
        elif name == "gs" and words and str(words[0]) in self.looks:
            own = self.looks[str(words[0])].get("/ca")
            self.clear = self.clear if own is None else float(own) < FAINT
        elif name == "re" and len(words) == 4:
            self.box = (abs(float(words[2])), abs(float(words[3])))
        elif name in ("W", "W*"):
            self.cuts = min(self.box) < 1  # a point
        elif name == "n":
            self.clear, self.cuts = self.clear or self.cuts, False

    def unseen(self, thing) -> bool:
        """Say whether a layer, or each layer of a group of them, is switched off."""
        if not isinstance(thing, pikepdf.Dictionary):
            return False
        group = thing.get("/OCGs")
        members = list(group) if isinstance(group, pikepdf.Array) else [thing if group is None else group]
        return bool(members) and all(member.objgen in self.off for member in members)


def key(letter: dict) -> tuple:
    return letter["text"], round(letter["x0"], 2), round(letter["top"], 2), round(letter["size"], 2)


def split(page) -> tuple[dict[str, list[dict]], set[tuple]]:
    """Return the letters of a page that nobody sees, by reason, and the keys of those one sees."""
    things = list(page.iter_layout_objects(page.layout._objs))
    covers = _bands([(at, thing) for at, thing in enumerate(things) if _opaque(thing)], float(page.height))
    gone: dict[str, list[dict]] = {}
    seen = set()
    for at, letter in enumerate(things):
        if letter["object_type"] != "char":
            continue
        near = covers.get(int((letter["top"] + letter["bottom"]) / 2 // BAND), ())
        over = [(order, thing) for order, thing in near if _covers(thing, letter)] if letter["text"].strip() else []
        why = _why(letter, [thing for order, thing in over if order < at], page) if letter["text"].strip() else ""
        if not why and any(order > at for order, _ in over):
            why = "covered"
        if why:
            gone.setdefault(why, []).append(letter)
        else:
            seen.add(key(letter))
    return gone, seen


def _opaque(thing: dict) -> bool:
    kind = thing["object_type"]
    return kind in ("image", "line") or (kind in ("rect", "curve") and bool(thing.get("fill")))


def _bands(covers: list[tuple[int, dict]], height: float) -> dict[int, list[tuple[int, dict]]]:
    """Return what is painted by the bands of the page it touches, so that each letter is held against its own only."""
    found: dict[int, list[tuple[int, dict]]] = {}
    for order, thing in covers:
        top, bottom = max(edges(thing)[1], 0), min(edges(thing)[3], height)
        for band in range(int(top // BAND), int(bottom // BAND) + 1):
            found.setdefault(band, []).append((order, thing))
    return found


def edges(thing: dict) -> Box:
    more = (thing.get("linewidth") or 0) / 2 if thing["object_type"] == "line" else 0
    return thing["x0"] - more, thing["top"] - more, thing["x1"] + more, thing["bottom"] + more


def _covers(thing: dict, letter: dict) -> bool:
    """Say whether something painted lies over most of a letter's middle, where its ink is."""
    left, top, right, bottom = edges(thing)
    inset = 0.2 * (letter["bottom"] - letter["top"])
    high, low = letter["top"] + inset, letter["bottom"] - inset
    across = min(right, letter["x1"]) - max(left, letter["x0"])
    down = min(bottom, low) - max(top, high)
    least = 0.3 if thing["object_type"] == "line" else COVERED  # a thick line through letters strikes them out
    return across >= COVERED * (letter["x1"] - letter["x0"]) and down >= least * (low - high)


def _why(letter: dict, under: list[dict], page) -> str:
    if letter["x1"] <= 0 or letter["bottom"] <= 0 or letter["x0"] >= page.width or letter["top"] >= page.height:
        return "text off the page"
    box = page.cropbox
    across = letter["x1"] <= box[0] or letter["x0"] >= box[2]
    if not page.rotation and (across or letter["bottom"] <= box[1] or letter["top"] >= box[3]):
        return "text off the page"
    if letter["size"] < 2 or letter["x1"] - letter["x0"] < NARROWEST:
        return "tiny text"
    if under and under[-1]["object_type"] == "image":
        return ""
    paper = _colour(under[-1].get("non_stroking_color")) if under else WHITE
    return unseen(Look(colour=_colour(letter.get("non_stroking_color")), behind=paper))


def _colour(parts) -> str:
    """Return a colour as six digits; a pattern or a spot colour is taken for dark."""
    parts = (parts,) if isinstance(parts, int | float) else parts
    if not isinstance(parts, tuple | list) or not parts or not all(isinstance(part, int | float) for part in parts):
        return "000000"
    values = [min(max(float(part), 0.0), 1.0) for part in parts]
    if len(values) == 4:
        values = [(1 - ink) * (1 - values[3]) for ink in values[:3]]
    values = values * 3 if len(values) == 1 else values
    return "".join(f"{round(value * 255):02X}" for value in values[:3])
