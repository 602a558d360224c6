"""What of a page of a PDF is seen: letters without ink are taken out, those under boxes or in white told apart."""

import io
from bisect import bisect

import pikepdf

from analysis.read.cells import TINY, WHITE, faint, refuse

WRITES = {"Tj", "TJ", "'", '"'}
INKLESS = (3, 7)  # text rendering modes: neither filled nor stroked. Source: ISO 32000-1, table 106
FAINT = 0.1  # ink thinner than this is not seen
NARROWEST = 0.3  # points: a letter that nobody can read
BAND = 8.0  # points
THICK = 3.0  # points: what is thinner is a rule, and covers no letter
WIDEST = 40.0  # points: of a letter
BROKEN = (pikepdf.PdfError, ValueError, TypeError, IndexError)
Box = tuple[float, float, float, float]  # left, top, right, bottom


def cleaned(document: pikepdf.Pdf) -> tuple[list[int], bytes]:
    """Return the pages from which letters without ink were taken, and the document as one sees it, written anew.

    What is filled into a form is drawn on its page. Raises Faults (FORM_FIELD) where it cannot be.
    """
    others = {}
    for number, page in enumerate(document.pages):
        fields = [note for note in notes(page) if note.get("/Subtype") == pikepdf.Name.Widget]
        others[number] = [note for note in notes(page) if note.get("/Subtype") != pikepdf.Name.Widget]
        page.obj["/Annots"] = pikepdf.Array(fields)
    form = document.Root.get("/AcroForm")
    if isinstance(form, pikepdf.Dictionary):
        form["/NeedAppearances"] = True
        document.generate_appearance_streams()
        fields = [field for page in document.pages for field in notes(page)]
        if "/XFA" in form or any("/V" in field and not _drawn(field) for field in fields):
            do = "open it in a PDF program, print it as a PDF, and check that"
            raise refuse("FORM_FIELD", "document", "a form that cannot be read", "text on the page", do)
        document.flatten_annotations("screen")
    for number, page in enumerate(document.pages):
        page.obj["/Annots"] = pikepdf.Array(others[number])
    ghosts = _without_ghosts(document)
    return ghosts, _saved(document)


def _drawn(field: pikepdf.Dictionary) -> bool:
    """Say whether the look of a field shows any text, or is made of parts that may."""
    look = field.get("/AP", pikepdf.Dictionary()).get("/N")
    if not isinstance(look, pikepdf.Stream):
        return not isinstance(field["/V"], pikepdf.String) or not str(field["/V"]).strip()
    steps = look.read_bytes()
    return b" Do" in steps or (b"Tf" in steps and "/Font" in look.get("/Resources", pikepdf.Dictionary()))


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


def _without_ghosts(document: pikepdf.Pdf) -> list[int]:
    """Take from the pages what is written without ink or on a layer that is switched off; return their numbers."""
    start = document.Root.get("/OCProperties", pikepdf.Dictionary()).get("/D", pikepdf.Dictionary())
    off = {layer.objgen for layer in start.get("/OFF", pikepdf.Array())}
    found = []
    for number, page in enumerate(document.pages, start=1):
        resources = page.obj.get("/Resources")
        kept = _inked(page, resources, off)
        if kept is not None:
            page.Contents = document.make_stream(kept)
        forms = [(form, _inked(form, form.get("/Resources"), off)) for form in _forms(resources)]
        for form, steps in forms:
            if steps is not None:
                form.write(steps)
        if kept is not None or any(steps is not None for _, steps in forms):
            found.append(number)
    return found


def _named(resources, group: str) -> dict:
    found = resources.get(group) if isinstance(resources, pikepdf.Dictionary) else None
    return dict(found.items()) if isinstance(found, pikepdf.Dictionary) else {}


def _forms(resources, depth: int = 0) -> list[pikepdf.Stream]:
    """Return the drawings a page takes from elsewhere in the document, and those they take in turn."""
    forms = [one for one in _named(resources, "/XObject").values() if one.get("/Subtype") == pikepdf.Name.Form]
    return forms + [form for outer in forms if depth < 5 for form in _forms(outer.get("/Resources"), depth + 1)]


def _inked(drawing, resources, off: set[tuple[int, int]]) -> bytes | None:
    """Return the steps of a drawing without letters that leave no ink, or None where all do."""
    layers, looks = _named(resources, "/Properties"), _named(resources, "/ExtGState")
    try:
        steps = list(pikepdf.parse_content_stream(drawing))
    except BROKEN:
        return None
    kept, before, marks = [], [], []
    inkless = clear = False
    for step in steps:
        name, first = str(step.operator), step.operands[0] if len(step.operands) else None
        if name == "Tr":
            inkless = int(first) in INKLESS
        elif name == "gs" and "/ca" in looks.get(str(first), {}):
            clear = float(looks[str(first)]["/ca"]) < FAINT
        elif name == "q":
            before.append((inkless, clear))
        elif name == "Q" and before:
            inkless, clear = before.pop()
        elif name in ("BDC", "BMC"):
            layer = layers.get(str(step.operands[-1])) if name == "BDC" else None
            marks.append(isinstance(layer, pikepdf.Dictionary) and layer.objgen in off)
        elif name == "EMC" and marks:
            marks.pop()
        if not (name in WRITES and (inkless or clear or any(marks))):
            kept.append(step)
    return pikepdf.unparse_content_stream(kept) if len(kept) < len(steps) else None


def key(letter: dict) -> tuple:
    """Return what tells a letter from others."""
    return letter["text"], round(letter["x0"], 2), round(letter["top"], 2), round(letter["size"], 2)


def split(page) -> tuple[dict[str, list[dict]], set[tuple]]:
    """Return the letters of a page that nobody sees, by reason, and the keys of those one sees."""
    things = list(page.iter_layout_objects(page.layout._objs))
    covers: dict[int, list[tuple[int, dict]]] = {}  # by the bands of the page they touch, in the order of drawing
    for order, thing in [*enumerate(things), *((len(things), note) for note in page.annots if _blacks_out(note))]:
        left, top, right, bottom = edges(thing)
        if _opaque(thing) and min(right - left, bottom - top) > THICK:
            for band in range(int(max(top, 0) // BAND), int(min(bottom, page.height) // BAND) + 1):
                covers.setdefault(band, []).append((order, thing))
    gone: dict[str, list[dict]] = {}
    seen = set()
    for order, letter in enumerate(things):
        if letter["object_type"] != "char":
            continue
        why, at = "", (letter["top"] + letter["bottom"]) / 2
        if letter["text"].strip():
            over = [(when, thing) for when, thing in covers.get(int(at // BAND), ()) if within(letter, edges(thing))]
            why = _why(letter, [thing for when, thing in over if when < order], page)
            why = why or ("covered" if any(when > order for when, _ in over) else "")
        if why:
            gone.setdefault(why, []).append(letter)
        else:
            seen.add(key(letter))
    return gone, seen


def _blacks_out(note: dict) -> bool:
    """Say whether a note on a page is a filled box."""
    kind = getattr(note["data"].get("Subtype"), "name", "")
    return kind == "Redact" or (kind in ("Square", "Polygon") and bool(note["data"].get("IC")))


def _opaque(thing: dict) -> bool:
    return thing["object_type"] in ("image", "line", "annot") or (
        thing["object_type"] in ("rect", "curve") and bool(thing.get("fill"))
    )


def edges(thing: dict) -> Box:
    """Return the box of what is drawn, with the width of a line."""
    more = (thing.get("linewidth") or 0) / 2 if thing["object_type"] == "line" else 0
    return thing["x0"] - more, thing["top"] - more, thing["x1"] + more, thing["bottom"] + more


def within(letter: dict, box: Box) -> bool:
    """Say whether the middle of a letter lies in a box."""
    across, down = (letter["x0"] + letter["x1"]) / 2, (letter["top"] + letter["bottom"]) / 2
    return box[0] <= across <= box[2] and box[1] <= down <= box[3]


def _why(letter: dict, under: list[dict], page) -> str:
    """Return why a letter cannot be seen on what is painted under it, or nothing."""
    box = (0, 0, page.width, page.height) if page.rotation else page.cropbox
    off = letter["x1"] <= max(box[0], 0) or letter["x0"] >= min(box[2], page.width)
    if off or letter["bottom"] <= max(box[1], 0) or letter["top"] >= min(box[3], page.height):
        return "text off the page"
    if letter["size"] < TINY or letter["x1"] - letter["x0"] < NARROWEST:
        return "tiny text"
    if under and under[-1]["object_type"] == "image":
        return ""
    paper = _colour(under[-1].get("non_stroking_color")) if under else WHITE
    return faint(_colour(letter.get("non_stroking_color")), paper)


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


def crossing(page) -> set[Box]:
    """Return the thin rules that run through the middle of letters: they part no cells."""
    letters = [letter for letter in page.chars if letter["text"].strip()]
    found = set()
    for low, high, first, last in (("x0", "x1", "top", "bottom"), ("top", "bottom", "x0", "x1")):
        letters.sort(key=lambda letter, low=low: letter[low])
        starts = [letter[low] for letter in letters]
        for thing in [*page.rects, *page.lines]:
            if thing[high] - thing[low] < min(THICK, thing[last] - thing[first]):
                at = (thing[low] + thing[high]) / 2
                near = letters[bisect(starts, at - WIDEST) : bisect(starts, at)]
                if any(_crosses(at, letter[low], letter[high]) and
                       thing[first] < (letter[first] + letter[last]) / 2 < thing[last] for letter in near):  # fmt: skip
                    found.add(edges(thing))
    return found


def _crosses(at: float, low: float, high: float) -> bool:
    inset = 0.25 * (high - low)
    return low + inset < at < high - inset
