"""A PDF as cells: tables joined over pages, and the lines between them, without what nobody sees."""

import io
import math
import re
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from itertools import pairwise, zip_longest
from operator import attrgetter, itemgetter
from statistics import median
from typing import NamedTuple

import numpy as np
import pdfplumber
import pikepdf
import pypdfium2
from pdfplumber.utils import cluster_objects, merge_bboxes, obj_to_bbox, objects_to_bbox
from pypdfium2 import raw as pdfium

from analysis.problems import Fault
from analysis.read.cells import CLOSE, HEADS_AGAIN, STRUCK, TINY, Cell, Reading, raised
from analysis.read.findings import person, refuse
from analysis.read.lines import Row, Words, column_of, is_number, is_table, joined, left_edges

MARGIN = 60  # points at the top and the bottom of a page, where its number and title stand
PICTURES = re.compile(r"(?i)dingbats|wingdings|webdings")  # fonts in which a 4 is a tick
GAP = 1.8  # a space this many times wider than a letter parts two columns
EDGES = ("top", "bottom", "doctop")
ALIKE = 24.0  # points: how far the columns of a table may move from one page to the next
THIN = 3.0  # points: a box thinner than this is a rule
INSET = 9.0  # points: a line through words ends as near to them
WATERMARK = 24.0  # points: letters as large that lie across others are a watermark, and cover nothing
MOST_PIXELS = 4_000_000
PLAIN = {"", "/Link", "/Widget", "/Highlight", "/Underline"}  # notes that say nothing of their own
CARRIED = {"COMMENT": "notes", "EMBEDDED_FILE": "attached files"}
Box = tuple[float, float, float, float]  # left, top, right, bottom
Spot = tuple[slice, slice]  # where a letter stands in the picture of its page


class Part(NamedTuple):
    """Hold a line of a page, or the rows of a table and the left edges of its columns."""

    rows: list[Row]
    edges: list[float]
    in_margin: bool = False


def read(content: bytes) -> Reading:
    """Return the cells of a PDF and what it holds besides; raises Faults where it is refused."""
    if b"%%EOF" not in content[-2048:]:
        raise refuse("TRUNCATED", "", "no end of the file")
    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            faults, mended = _carried(document), io.BytesIO()
            document.save(mended, encryption=False)
        drawn = pypdfium2.PdfDocument(mended.getvalue())
    except pikepdf.PasswordError as error:
        raise refuse("ENCRYPTED", "", "password-protected") from error
    with closing(drawn), pdfplumber.open(_upright(drawn)) as document:
        return Reading(_cells(document, drawn), faults)


def _carried(document: pikepdf.Pdf) -> list[Fault]:
    """Return what a document carries, notes and attached files; redactions asked for are drawn.

    Raises Faults (EMBEDDED_FILE, FORM_FIELD) where it cannot be read page by page.
    """
    if "/Collection" in document.Root:
        raise refuse("EMBEDDED_FILE", "", f"a portfolio of {len(document.attachments)} files")
    if "/XFA" in document.Root.get("/AcroForm", {}):
        raise refuse("FORM_FIELD", "", "a form of a kind that is not read")
    found = Counter({("EMBEDDED_FILE", "document"): len(document.attachments)})
    for number, page in enumerate(document.pages, start=1):
        notes = page.obj.get("/Annots")
        for note in notes if isinstance(notes, pikepdf.Array) else ():
            kind = str(note.get("/Subtype")) if isinstance(note, pikepdf.Dictionary) else ""
            found["COMMENT", f"page {number}"] += kind not in PLAIN
            if kind == "/Redact":  # meant to black out
                note.Subtype, note.IC = pikepdf.Name.Square, pikepdf.Array([0, 0, 0])
                if "/AP" in note:
                    del note["/AP"]
    return [person(code, place, f"{count} {CARRIED[code]}") for (code, place), count in found.items() if count]


def _upright(document: pypdfium2.PdfDocument) -> io.BytesIO:
    """Return a document as one sees it: what is filled into a form drawn, pages cut to what they show and upright."""
    document.init_forms()
    for page in document:
        if document.formenv:
            page.flatten()
        for set_box in (page.set_mediabox, page.set_cropbox):
            set_box(*page.get_bbox())
        text = page.get_textpage()
        angles = (pdfium.FPDFText_GetCharAngle(text, at) for at in range(text.count_chars()))
        quarters = Counter(round(angle / (math.pi / 2)) for angle in angles)
        page.set_rotation(-90 * quarters.most_common(1)[0][0] % 360 if quarters else page.get_rotation())
    file = io.BytesIO()
    document.save(file)
    return file


def _judge(page, drawn: pypdfium2.PdfPage) -> None:
    """Say of each letter of a page why nobody sees it (`why`, empty for most), and which to `skip`."""
    for letter in page.chars:
        turned = letter["matrix"][0] <= 0 and letter["size"] < WATERMARK
        why = "tiny text" if letter["size"] < TINY else "text turned otherwise than its page" if turned else ""
        letter["why"] = why if letter["text"].strip() else ""
        letter["skip"] = False
    letters = [letter for letter in page.chars if letter["text"].strip() and not letter["why"]]
    if letters:  # a scanned page, which takes long to draw, has none
        scale = min(1.5, (MOST_PIXELS / float(page.width * page.height)) ** 0.5)
        spots = [(letter, _spot(letter, page, scale)) for letter in letters]
        shape = _judge_ink(spots, drawn, scale)
        _judge_order([(letter, at) for letter, at in spots if not letter["why"]], shape)


def _judge_ink(spots: list[tuple[dict, Spot]], page: pypdfium2.PdfPage, scale: float) -> tuple[int, ...]:
    """Tell the letters that leave no ink, a covered one by what it leaves where no box is drawn; return the size."""
    things = [*page.get_objects()]
    texts = [thing for thing in things if thing.type == pdfium.FPDF_PAGEOBJ_TEXT]
    shapes = [thing for thing in things if thing.type not in (pdfium.FPDF_PAGEOBJ_TEXT, pdfium.FPDF_PAGEOBJ_FORM)]
    whole, bare = _picture(page, scale, []), _picture(page, scale, texts)
    ink = (np.maximum(whole, bare) - np.minimum(whole, bare)).max(axis=2) > CLOSE
    inkless = [(letter, at) for letter, at in spots if not ink[at].any()]
    if inkless:
        alone = _picture(page, scale, shapes, notes=False).min(axis=2) < 255 - CLOSE
        for letter, at in inkless:
            unseen = "watermark" if letter["size"] >= WATERMARK else "text that leaves no ink"
            letter["why"] = "covered" if alone[at].any() else unseen
    return ink.shape


def _judge_order(spots: list[tuple[dict, Spot]], shape: tuple[int, ...]) -> None:
    """Tell the letters under a later one, those of a watermark, which lie across others, and those printed twice."""
    last = {True: np.zeros(shape, int), False: np.zeros(shape, int)}  # at each point the letter, and the sign, so far
    for letter, at in spots:
        layer, sign = last[letter["text"].isalnum()], ord(letter["text"][0])
        if letter["size"] < WATERMARK:
            letter["skip"] = np.mean(layer[at] == sign) > 0.4  # bold is often printed twice
            layer[at] = sign
    for letter, at in spots:
        if letter["text"].isalnum() and letter["size"] < WATERMARK:
            letter["why"] = "covered" if np.mean(last[True][at] == ord(letter["text"][0])) < 0.75 else ""
    large = [(letter, at) for letter, at in spots if letter["size"] >= WATERMARK]
    across = {_style(letter) for letter, at in large if last[True][at].any()}
    for letter, _ in large:
        letter["why"] = "watermark" if _style(letter) in across else ""


def _style(letter: dict) -> tuple:
    """Return what the letters of one line have in common: how they are turned, and their size if they are not."""
    return tuple(round(part, 2) for part in letter["matrix"][:4]), not letter["matrix"][1] and round(letter["size"])


def _picture(page: pypdfium2.PdfPage, scale: float, without: list, notes: bool = True) -> np.ndarray:
    """Return a page as drawn without some of its objects."""
    for thing in without:
        pdfium.FPDFPageObj_SetIsActive(thing, False)
    found = page.render(scale=scale, may_draw_forms=False, draw_annots=notes).to_numpy().copy()
    for thing in without:
        pdfium.FPDFPageObj_SetIsActive(thing, True)
    return found


def _spot(letter: dict, page, scale: float) -> Spot:
    """Return the part of a picture that shows a letter, without its edges, on which its neighbours may leave ink.

    A sign such as `_` may stand below its line.
    """
    spans, more = [], 1 / 8 if letter["text"].isalnum() else -1 / 4
    for low, high, start, part in (("top", "bottom", page.bbox[1], more), ("x0", "x1", page.bbox[0], 1 / 8)):
        edge = (letter[high] - letter[low]) * part
        first, end = (round(float(at - start) * scale) for at in (letter[low] + edge, letter[high] - edge))
        spans.append(slice(max(first, 0), max(end, first + 1, 0)))
    return spans[0], spans[1]


def _cells(document: pdfplumber.PDF, drawn: pypdfium2.PdfDocument) -> list[Cell]:
    """Return the cells of all pages; raises Faults (SCANNED)."""
    unseen: list[Cell] = []
    parts: list[tuple[int, Part]] = []
    letters = pictures = 0
    for number, page in enumerate(document.pages, start=1):
        _judge(page, drawn[number - 1])
        crossing = _crossing(page)
        seen = sum(not letter["why"] and bool(letter["text"].strip()) for letter in page.chars)
        letters, pictures = letters + seen, pictures + len(page.images)
        unseen += _unseen(number, page, seen)
        parts += [(number, part) for part in _parts(page, crossing)]
        page.close()
    if not letters:
        raise refuse("SCANNED", "", f"{pictures} pictures and no text" if pictures else "no text")
    return unseen + _placed(parts)


def _placed(parts: list[tuple[int, Part]]) -> list[Cell]:
    """Return the cells of the parts of all pages, the lines outside tables first.

    A table goes on where the next page begins with one of the same columns; its heads are then not read again.
    """
    outside: list[Cell] = []
    inside: list[Cell] = []
    lines = tables = line = 0
    last = Part([], [])  # what was read last, margins apart, and on which page
    last_page, heads = 0, []
    for page, part in parts:
        if not part.edges:
            lines += 1
            words = enumerate(part.rows[0], start=1)
            outside += [Cell(_place(page, one), "P", lines, at, one.text) for at, one in words]
            last = last if part.in_margin else part
            continue
        alike = len(part.edges) == len(last.edges) and np.allclose(part.edges, last.edges, rtol=0, atol=ALIKE)
        if page != last_page + 1 or not alike:
            tables, line, heads = tables + 1, 0, []
        for at, row in enumerate(part.rows):
            texts = [words.text for words in row]
            again = at == 0 and texts == heads
            area, line, heads = f"T{tables}{HEADS_AGAIN * again}", line + (not again), heads or texts
            for words in row:
                column = column_of(words.left, part.edges)
                inside.append(Cell(_place(page, words), area, line, column, words.text))
        last, last_page = part, page
    return outside + inside


def _parts(page, crossing: set[Box]) -> list[Part]:
    """Return the lines and tables of a page from top to bottom."""
    _close([letter for letter in page.chars if not letter["why"] and not letter["skip"]])
    shown = page.filter(lambda thing: not (thing.get("why") or thing.get("skip")) and _edges_of(thing) not in crossing)
    _spell(shown.chars)
    ruled = [table for table in shown.find_tables() if any(sum(map(bool, row.cells)) > 1 for row in table.rows)]
    boxes = [cell for table in ruled for row in table.rows for cell in row.cells if cell]
    plain = shown.filter(lambda thing: not any(_lies_in(thing, cell) for cell in boxes))
    words = plain.extract_words(keep_blank_chars=False, x_tolerance=1.5, y_tolerance=2)
    lines = [_line(sorted(line, key=itemgetter("x0"))) for line in cluster_objects(words, itemgetter("bottom"), 3)]
    parts = [
        Part(_rows(table), sorted({cell[0] for row in table.rows for cell in row.cells if cell})) for table in ruled
    ]
    for run in joined(lines):
        edges = left_edges(run) if is_table(run) else []
        lone = [Part([row], [], not MARGIN < row[0].top < page.height - MARGIN) for row in run]
        parts += [Part(run, edges)] if edges else lone
    found: list[Part] = []
    for part in sorted((part for part in parts if part.rows), key=lambda part: part.rows[0][0].top):
        if part.edges and found and not found[-1].edges and _are_heads(found[-1], part):
            part = part._replace(rows=found.pop().rows + part.rows)
        found.append(part)
    return found


def _are_heads(above: Part, table: Part) -> bool:
    """Say whether a line right above a ruled table names its columns; its box has no rule above it."""
    line, first = above.rows[0], table.rows[0]
    columns = {column_of(words.left, table.edges) for words in line}
    is_near = not above.in_margin and first[0].top - line[0].bottom < line[0].bottom - line[0].top
    return is_near and 1 < len(line) == len(columns) and any(is_number(words.text) for words in first[1:])


def _unseen(number: int, page, seen: int) -> list[Cell]:
    """Return a cell without content for the letters of a page that nobody sees, and for a page that is a picture."""
    boxes: dict[str, list[dict]] = {}
    for letter in page.chars:
        if letter["why"]:
            boxes.setdefault(letter["why"], []).append(letter)
    large = [image for image in page.images if image["width"] * image["height"] > page.width * page.height / 4]
    if large and not seen:
        boxes["a picture of a page"] = large
    return [
        Cell(_place(number, objects_to_bbox(some)), f"page {number}", 1, 1, "", why=why) for why, some in boxes.items()
    ]


def _edges_of(thing: dict) -> Box:
    """Return the box of what is drawn, with the width of a line."""
    more = (thing.get("linewidth") or 0) / 2 if thing["object_type"] == "line" else 0
    return thing["x0"] - more, thing["top"] - more, thing["x1"] + more, thing["bottom"] + more


def _lies_in(thing: dict, box: Box) -> bool:
    across, down = (thing["x0"] + thing["x1"]) / 2, (thing["top"] + thing["bottom"]) / 2
    return box[0] <= across <= box[2] and box[1] <= down <= box[3]


def _crossing(page) -> set[Box]:
    """Return the thin rules that run through the middle of letters one sees: they part no cells.

    The letters of a rule that is no longer than they are, are struck out.
    """
    seen = [letter for letter in page.chars if letter["text"].strip() and not letter["why"]]
    letters = np.array([_edges_of(letter) for letter in seen]).reshape(-1, 4)
    found = set()
    for box in map(_edges_of, [*page.rects, *page.lines, *page.curves]):
        across = 0 if box[2] - box[0] < box[3] - box[1] else 1  # 0 for a rule that stands upright
        if box[across + 2] - box[across] < THIN:
            at, along = (box[across] + box[across + 2]) / 2, 1 - across
            low, high = letters[:, across], letters[:, across + 2]
            middle, inset = (letters[:, along] + letters[:, along + 2]) / 2, (high - low) / 4
            crosses = (low + inset < at) & (at < high - inset) & (box[along] < middle) & (middle < box[along + 2])
            found |= {box} if crosses.any() else set()
            ends = letters[crosses]
            if across and len(ends) and ends[:, 0].min() - box[0] < INSET > box[2] - ends[:, 2].max():
                for number in np.flatnonzero(crosses):
                    seen[number]["why"] = STRUCK if seen[number]["size"] < WATERMARK else ""
    return found


def _place(page: int, box: Sequence) -> str:
    """Return an address on a page: its box in points from the top left corner."""
    return f"p{page}@{','.join(str(round(edge)) for edge in box[:4])}"


def _close(letters: list[dict]) -> None:
    """Let letters that a line sets apart meet, by equal gaps or steps, so that `S u r r e y` is one word."""
    for line in cluster_objects(letters, itemgetter("bottom"), 2):
        row = sorted(line, key=itemgetter("x0"))
        shown = [letter for letter in row if letter["text"].strip()]
        pairs = [(one, other) for one, other in pairwise(shown) if (one["text"] + other["text"]).isalpha()]
        if len(pairs) < 3:
            continue
        gap, step = (median(other["x0"] - one[edge] for one, other in pairs) for edge in ("x1", "x0"))
        if not 0.15 < gap / shown[0]["size"] < 0.8:
            continue
        for one, other in pairwise(shown):
            if other["x0"] - one["x1"] <= 1.3 * gap or other["x0"] - one["x0"] <= 1.1 * step:
                for blank in row[row.index(one) + 1 : row.index(other)]:
                    blank["skip"] = True
                one["x1"] = other["x0"]


def _spell(letters: list[dict]) -> None:
    """Spell superscripts as such, and figures of picture fonts as unknown."""
    base, shown = None, [letter for letter in letters if letter["text"].strip()]
    for letter, after in zip_longest(shown, shown[1:]):
        if letter["text"].isdigit() and PICTURES.search(letter["fontname"]):
            letter["text"] = "\ufffd"
        if base and _is_raised(letter, base, letter["x0"] - base["x1"]):
            letter["text"] = raised(letter["text"])
            letter.update({edge: base[edge] for edge in EDGES})  # so that it stays in the line
            base = {**base, "x1": letter["x1"]}
        elif after and letter["text"].isdigit() and _is_raised(letter, after, after["x0"] - letter["x1"]):
            letter.update({edge: after[edge] for edge in EDGES} | {"text": raised(letter["text"])})
            base = after
        else:
            base = letter


def _is_raised(letter: dict, base: dict, gap: float) -> bool:
    """Say whether a letter stands right beside another, smaller and higher."""
    beside = -1 < gap < base["size"] and letter["size"] < 0.85 * base["size"]
    return beside and base["top"] < letter["bottom"] < base["bottom"] - 0.1 * base["size"]


def _line(row: list[dict]) -> Row:
    """Return the words of a line in parts, wherever a gap is wider than letters leave it.

    Before the numbers that end a line less of a gap does.
    """
    parts = [[row[0]]]
    words = max((at for at, word in enumerate(row) if not is_number(word["text"])), default=0)
    gaps = [after["x0"] - word["x1"] for word, after in pairwise(row[: words + 1])]
    is_justified = len(gaps) > 3 and median(gaps) < row[0]["bottom"] - row[0]["top"]
    usual = 1.4 * median(gaps) if is_justified else 0  # then all are wide
    for at, word in enumerate(row[1:], start=1):
        last = parts[-1][-1]
        letter = (word["x1"] - word["x0"]) / max(len(word["text"]), 1)
        least = 0.33 * (word["bottom"] - word["top"]) if at > words else max(GAP * letter, 9)
        if word["x0"] - last["x1"] > max(least, usual):
            parts.append([word])
        else:
            parts[-1].append(word)
    return [Words(*merge_bboxes(map(obj_to_bbox, part)), " ".join(word["text"] for word in part)) for part in parts]


def _unwrapped(text: str) -> str:
    """Return the text of a cell, without a new line between a number and the words that change it, or in a period."""
    leads = r"\b(?:than|to|under|over|least|most|about|around|approximately|between|and|or)"
    inside = r"(?<=[a-z])\n(?=(?:19|20)\d\d\b)|(?<=19\d\d|20\d\d)\n(?=[a-z(])"
    text = re.sub(rf"({leads})\n|{inside}", r"\1 ", text, flags=re.I)
    return re.sub(r"((?:19|20)\d\d ?[/–-] ?\d{0,3})\n(?=\d)", r"\1", text).strip()


def _rows(table) -> list[Row]:
    """Return the rows of a ruled table; one that holds several lines of numbers is as many rows without rules."""
    found: list[Row] = []
    for row, texts in zip(table.rows, table.extract(), strict=True):
        cells = [Words(*box, _unwrapped(text)) for box, text in zip(row.cells, texts, strict=False) if box and text]
        if any("\n" in cell.text and any(map(is_number, cell.text.split("\n"))) for cell in cells[1:]):
            lines = [
                Words(cell.left, line["top"], cell.right, line["bottom"], line["text"])
                for cell in cells
                for line in table.page.crop(cell[:4], strict=False).extract_text_lines()
            ]
            found += [row for run in joined(cluster_objects(lines, attrgetter("top"), 3)) for row in run]
        elif cells:
            found.append(cells)
    return found
