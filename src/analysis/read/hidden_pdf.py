"""What a PDF carries besides the letters one sees, and which letters those are."""

import pikepdf

from analysis.problems import SHOWN, Fault, Faults
from analysis.read import package, properties
from analysis.read.cell import person
from analysis.read.looks import faint
from analysis.read.package import local

NOTES = {
    "/Text", "/FreeText", "/Popup", "/Highlight", "/Underline", "/StrikeOut", "/Squiggly", "/Stamp", "/Ink",
    "/Caret", "/Redact", "/Square", "/Circle", "/Line", "/Polygon", "/PolyLine",
}  # fmt: skip
RDF = "22-rdf-syntax-ns#"
NARROWEST = 0.3  # points: a letter that nobody can read
THICK = 3  # points: a line that covers letters
BAND = 8.0  # points
FILES = {"/FileAttachment", "/Sound", "/Movie", "/Screen", "/3D", "/RichMedia"}


def carried(document: pikepdf.Pdf) -> list[Fault]:
    """Return what the document carries: notes, forms, files, programs, layers, properties, invisible letters."""
    root = document.Root
    kinds = [str(note.get("/Subtype", "")) for page in document.pages for note in _array(page.obj, "/Annots")]
    names = root.get("/Names", pikepdf.Dictionary())
    form = root.get("/AcroForm", pikepdf.Dictionary())
    fields = len(form.get("/Fields", pikepdf.Array())) if isinstance(form, pikepdf.Dictionary) else 0
    counted = [
        ("COMMENT", "notes on the page", sum(kind in NOTES for kind in kinds)),
        (
            "EMBEDDED_FILE",
            "attached files",
            sum(kind in FILES for kind in kinds) + len(document.attachments) + len(_array(root, "/AF")),
        ),
        ("MACRO", "programs", _programs(document, names)),
        ("FORM_FIELD", "form fields, read as the page shows them", max(fields, sum(k == "/Widget" for k in kinds))),
        ("HIDDEN_TEXT", "layers that can be switched off", _layers(root)),
    ]
    found = [
        person(code, "document", f"{count} {words}", "none", "ask for a copy without them")
        for code, words, count in counted
        if count
    ]
    if "/EmbeddedFiles" in names and not len(document.attachments):
        found.append(person("EMBEDDED_FILE", "document", "attached files", "none", "ask for a copy without them"))
    info = {str(key).strip("/").lower(): str(value) for key, value in document.docinfo.items()}
    named = {key: text for key, text in info.items() if key not in ("producer", "creator")}
    found += properties.judged(named | _metadata(root), "properties")
    if document.is_encrypted:
        found.append(Fault("ENCRYPTED", "document", "locked against changes, open to read", "open", "read", SHOWN))
    return found


def _programs(document: pikepdf.Pdf, names: pikepdf.Object) -> int:
    """Return how many actions run a program, open a file or send something."""
    pages = [page.obj for page in document.pages]
    holders = [thing for start in (document.Root, *pages) for thing in (start.get("/OpenAction"), start.get("/AA"))]
    notes = [note.get(name) for page in pages for note in _array(page, "/Annots") for name in ("/A", "/AA")]
    return sum(_acts(thing) for thing in [*holders, *notes]) + ("/JavaScript" in names)


def earlier(content: bytes) -> list[Fault]:
    """Return how many earlier versions of the document are still in the file."""
    count = content.count(b"startxref") - (2 if b"/Linearized" in content[:1024] else 1)
    words, do = f"{count} earlier versions, still in the file", "print it as a PDF, or ask for a copy without them"
    return [person("TRACKED_CHANGE", "document", words, "one version", do)] if count > 0 else []


def _metadata(root: pikepdf.Object) -> dict[str, str]:
    """Return what the metadata of a document say, by name."""
    stream = root.get("/Metadata")
    if not isinstance(stream, pikepdf.Stream):
        return {}
    try:
        entries = package.parsed(stream.read_bytes().strip(b"\0 \r\n\t")).iter()
    except Faults:
        return {"description": "metadata that cannot be read"}
    named: dict[str, str] = {}
    for entry in entries:
        if RDF in entry.tag:  # its parts are the properties, as elements or as attributes
            named |= {name.rpartition("}")[2].lower(): text for name, text in entry.attrib.items() if RDF not in name}
        else:
            named[local(entry).lower()] = "".join(entry.itertext()).strip()
    return {name: text for name, text in named.items() if name not in ("producer", "creatortool") and text}


def _array(thing: pikepdf.Object, name: str) -> list:
    entry = thing.get(name)
    return [item for item in entry if isinstance(item, pikepdf.Dictionary)] if isinstance(entry, pikepdf.Array) else []


def _acts(thing) -> bool:
    """Say whether an action runs a program, opens a file or sends something."""
    if not isinstance(thing, pikepdf.Dictionary):
        return False
    kinds = [str(thing.get("/S", ""))] if "/S" in thing else [str(v.get("/S", "")) for v in thing.values() if _is(v)]
    return any(kind in ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR") for kind in kinds)


def _is(thing) -> bool:
    return isinstance(thing, pikepdf.Dictionary)


def _layers(root: pikepdf.Object) -> int:
    """Return how many layers are off, or can be."""
    layers = root.get("/OCProperties")
    if not isinstance(layers, pikepdf.Dictionary):
        return 0
    off = layers.get("/D", pikepdf.Dictionary()).get("/OFF", pikepdf.Array())
    return max(len(off), 0) or len(layers.get("/OCGs", pikepdf.Array()))


def key(letter: dict) -> tuple:
    """Return what tells one letter on a page from another."""
    return letter["text"], round(letter["x0"], 2), round(letter["top"], 2), round(letter["size"], 2)


def split(page) -> tuple[dict[str, list[dict]], set[tuple]]:
    """Return the letters of a page that nobody sees, by reason, and the keys of those one sees.

    A letter is covered when something opaque is painted over its middle after it.
    """
    things = list(page.iter_layout_objects(page.layout._objs))
    letters = [(at, thing) for at, thing in enumerate(things) if thing["object_type"] == "char"]
    covers = _bands([(at, thing) for at, thing in enumerate(things) if _opaque(thing)], float(page.height))
    unseen: dict[str, list[dict]] = {}
    seen = set()
    box = page.cropbox
    for at, letter in letters:
        if not letter["text"].strip():
            seen.add(key(letter))
            continue
        near = [
            cover
            for cover in covers.get(int((letter["top"] + letter["bottom"]) / 2 // BAND), ())
            if _over(cover[1], letter)
        ]
        under = [thing for order, thing in near if order < at]
        reason = _reason(letter, under, box, page)
        if not reason and any(order > at for order, _ in near):
            reason = "covered"
        if reason:
            unseen.setdefault(reason, []).append(letter)
        else:
            seen.add(key(letter))
    return unseen, seen


def _bands(covers: list[tuple[int, dict]], height: float) -> dict[int, list[tuple[int, dict]]]:
    """Return what is painted by the bands of the page it touches, so that each letter is held against its own only."""
    found: dict[int, list[tuple[int, dict]]] = {}
    for order, thing in covers:
        more = thing["linewidth"] / 2 if _thick(thing) else 0
        first, last = max(thing["top"] - more, 0), min(thing["bottom"] + more, height)
        for band in range(int(first // BAND), int(last // BAND) + 1):
            found.setdefault(band, []).append((order, thing))
    return found


def _opaque(thing: dict) -> bool:
    kind = thing["object_type"]
    return kind == "image" or (kind in ("rect", "curve") and bool(thing.get("fill"))) or _thick(thing)


def _thick(thing: dict) -> bool:
    return thing["object_type"] == "line" and (thing.get("linewidth") or 0) >= THICK


def _over(thing: dict, letter: dict) -> bool:
    across, down = (letter["x0"] + letter["x1"]) / 2, (letter["top"] + letter["bottom"]) / 2
    more = thing["linewidth"] / 2 if _thick(thing) else 0
    return thing["x0"] <= across <= thing["x1"] and thing["top"] - more <= down <= thing["bottom"] + more


def _reason(letter: dict, under: list[dict], box: tuple, page) -> str:
    if letter["x1"] <= 0 or letter["bottom"] <= 0 or letter["x0"] >= page.width or letter["top"] >= page.height:
        return "text off the page"
    across = letter["x1"] <= box[0] or letter["x0"] >= box[2]
    if not page.rotation and (across or letter["bottom"] <= box[1] or letter["top"] >= box[3]):
        return "text off the page"
    if letter["size"] < 2 or letter["x1"] - letter["x0"] < NARROWEST:
        return "tiny text"
    ink = _colour(letter.get("non_stroking_color"))
    paper = _colour(under[-1].get("non_stroking_color")) if under and under[-1]["object_type"] != "image" else "FFFFFF"
    if under and under[-1]["object_type"] == "image":
        return ""
    return "text in the colour of the paper" if ink == paper or (faint(ink) and faint(paper)) else ""


def _colour(parts) -> str:
    """Return a colour as six digits; a pattern or a spot colour is taken for dark."""
    if isinstance(parts, int | float):
        parts = (parts,)
    if not isinstance(parts, tuple | list) or not parts or not all(isinstance(part, int | float) for part in parts):
        return "000000"
    values = [min(max(float(part), 0.0), 1.0) for part in parts]
    if len(values) == 4:
        cyan, magenta, yellow, black = values
        values = [(1 - ink) * (1 - black) for ink in (cyan, magenta, yellow)]
    if len(values) == 1:
        values *= 3
    return "".join(f"{round(value * 255):02X}" for value in values[:3])
