"""A PDF as cells: tables joined over pages, and the lines between them, without what nobody sees."""

import io
import math
import re
from collections import Counter
from typing import NamedTuple

import pdfplumber
import pikepdf
from pdfplumber.utils import cluster_objects

from analysis.problems import Fault
from analysis.read import ink
from analysis.read.cells import Cell, Reading, check_count, cut_off, noted, person, raised, refuse

MOST_PAGES = 500
MARGIN = 60  # points at the top and the bottom of a page, where its number and title stand
PICTURES = re.compile(r"(?i)dingbats|wingdings|webdings")  # fonts in which a 4 is a tick
GAP = 1.8  # a space this many times wider than a letter parts two columns
NUMBER = re.compile(r"[<>≤≥~]?=?\s*\d[\d,]*\W*|[-–—*]|\[\w\]|nil|none|n/a", re.I)


class Row(NamedTuple):
    """Hold one row of a table on a page: the box and text of its cells."""

    cells: list[tuple[ink.Box, str]]


class Table(NamedTuple):
    """Hold a table found on one page: its rows, the left edges of its columns, and whether it stands first or last."""

    page: int
    rows: list[Row]
    edges: list[float]
    is_first: bool
    is_last: bool


def read(content: bytes) -> Reading:
    """Return the cells of a PDF and what it holds besides.

    Raises Faults (TRUNCATED, ENCRYPTED, SCANNED, FORM_FIELD, TOO_MANY_PAGES, TOO_MANY_CELLS).
    """
    if b"%%EOF" not in content[-2048:]:
        raise cut_off("no end of the file")
    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            if len(document.pages) > MOST_PAGES:
                found = f"{len(document.pages)} pages"
                raise refuse("TOO_MANY_PAGES", "", found, f"at most {MOST_PAGES}", "ask for the table only")
            faults = _carried(document)
            ghosts, content = ink.cleaned(document)
    except pikepdf.PasswordError as error:
        raise refuse("ENCRYPTED", "", "password-protected", "an open file", "ask for an open copy") from error
    except (pikepdf.PdfError, ValueError, OverflowError, RuntimeError) as error:
        raise cut_off("a cut or broken PDF") from error
    with pdfplumber.open(io.BytesIO(content)) as document:
        turns = {number: turn for number, page in enumerate(document.pages) if (turn := _turn(page))}
        cells = [] if turns else _pages(document)
    if turns:
        with pdfplumber.open(io.BytesIO(ink.turned(content, turns))) as document:
            cells = _pages(document)
    return Reading(cells + [Cell(f"p{n}", f"page {n}", 1, 1, "", why="written without ink") for n in ghosts], faults)


def _carried(document: pikepdf.Pdf) -> list[Fault]:
    """Return what the document carries: notes, attached files, programs, form fields."""
    kinds = Counter(str(note.get("/Subtype", "")) for page in document.pages for note in ink.notes(page))
    attached = len(document.attachments) + kinds["/FileAttachment"] + kinds["/Sound"] + kinds["/Movie"]
    shown = sum(kinds[kind] for kind in ("/Text", "/FreeText", "/Popup", "/Stamp", "/Caret", "/Redact", "/Square"))
    counted = [
        (person, "COMMENT", "notes on the page", shown),
        (person, "EMBEDDED_FILE", "attached files", attached),
        (noted, "FORM_FIELD", "form fields, read as the page shows them", kinds["/Widget"]),
        (noted, "MACRO", "programs", int("/JavaScript" in document.Root.get("/Names", {}))),
    ]
    return [kind(code, "document", f"{count} {words}") for kind, code, words, count in counted if count]


def _turn(page) -> int:
    """Return by how much a page must be turned for most of its letters to stand upright."""
    angles = Counter(
        round(math.degrees(math.atan2(c["matrix"][1], c["matrix"][0])) / 90) * 90 % 360 for c in page.chars
    )
    return angles.most_common(1)[0][0] if angles else 0


def _pages(document) -> list[Cell]:
    """Return the cells of all pages."""
    cells: list[Cell] = []
    tables: list[Table] = []
    lines = letters = pictures = 0
    for number, page in enumerate(document.pages, start=1):
        gone, seen = ink.split(page)
        letters, pictures = letters + len(seen), pictures + len(page.images)
        cells += [*_gone(number, gone), *_picture(number, page)]
        crossing = ink.crossing(page)
        shown = page.filter(
            lambda thing, seen=seen, crossing=crossing: ink.key(thing) in seen
            if thing["object_type"] == "char" else ink.edges(thing) not in crossing
        )  # fmt: skip
        shown = shown.dedupe_chars(tolerance=1)  # bold is often printed twice
        _spell(shown.chars)
        found = [table for table in shown.find_tables() if any(sum(map(bool, row.cells)) > 1 for row in table.rows)]
        boxes = [table.bbox for table in found]
        outside = shown.filter(
            lambda thing, boxes=boxes: thing["object_type"] != "char" or not any(ink.within(thing, b) for b in boxes)
        )
        rows = _lines(outside)
        loose, plain = _aligned(rows)
        for at, row in enumerate(plain, start=lines + 1):
            cells += [Cell(place(number, box), "P", at, column, text) for column, (box, text) in enumerate(row, 1)]
        lines += len(plain)
        ruled = [
            (table.bbox, _rows(table), sorted({cell[0] for row in table.rows for cell in row.cells if cell}))
            for table in found
        ]
        tables += _placed([*ruled, *loose], [row[0][0] for row in plain], number, float(page.height))
        page.close()
        check_count(len(cells) + sum(len(row.cells) for table in tables for row in table.rows))
    if not letters:
        found, advice = (
            f"{pictures} pictures and no text" if pictures else "no text",
            "scanned: ask for the data or key it in",
        )
        raise refuse("SCANNED", "", found, "text", advice)
    return [*cells, *_joined(tables)]


def place(page: int, box: ink.Box) -> str:
    """Return an address on a page: its box in points from the top left corner."""
    return f"p{page}@{','.join(str(round(edge)) for edge in box)}"


def _spell(letters: list[dict]) -> None:
    """Spell superscripts as such, and letters of picture fonts as unknown."""
    base = None
    for letter in sorted(letters, key=lambda one: (round(one["bottom"] / 6), one["x0"])):
        if letter["text"].isdigit() and PICTURES.search(letter["fontname"]):
            letter["text"] = "\ufffd"
    for letter in letters:
        follows = base is not None and -1 < letter["x0"] - base["x1"] < base["size"] and letter["text"].strip()
        if (
            follows
            and letter["size"] < 0.85 * base["size"]
            and letter["bottom"] < base["bottom"] - 0.1 * base["size"]
            and letter["bottom"] > base["top"]
        ):
            text = letter["text"]
            letter["text"] = raised(text, base["text"])
            base = {**base, "x1": letter["x1"]}
        elif letter["text"].strip():
            base = letter


def _lines(page) -> list[list[tuple[ink.Box, str]]]:
    """Return the lines outside tables, each parted where a gap is wider than letters leave it."""
    words = page.extract_words(keep_blank_chars=False, x_tolerance=1.5, y_tolerance=2)
    rows = cluster_objects(words, lambda word: word["bottom"], 3)
    return [_parts(sorted(row, key=lambda word: word["x0"])) for row in rows]


def _parts(row: list[dict]) -> list[tuple[ink.Box, str]]:
    parts = [[row[0]]]
    for word in row[1:]:
        last = parts[-1][-1]
        letter = (word["x1"] - word["x0"]) / max(len(word["text"]), 1)
        if word["x0"] - last["x1"] > max(GAP * letter, 9):
            parts.append([word])
        else:
            parts[-1].append(word)
    return [
        ((part[0]["x0"], min(w["top"] for w in part), part[-1]["x1"], max(w["bottom"] for w in part)),
         " ".join(word["text"] for word in part))
        for part in parts
    ]  # fmt: skip


def _aligned(rows: list[list[tuple[ink.Box, str]]]) -> tuple[list, list]:
    """Return the tables that stand in lines without any rule, as box, rows and column edges, and the other lines.

    Such a table is two lines or more of several parts each, whose parts stand below each other.
    """
    tables, plain, run = [], [], []
    for row in [*rows, []]:
        near = not run or (row and row[0][0][1] - run[-1][0][0][3] < 1.5 * (row[0][0][3] - row[0][0][1]))
        if len(row) > 1 and near:
            run.append(row)
            continue
        edges = _edges(run)
        if len(run) > 1 and edges and any(NUMBER.fullmatch(text) for line in run for _, text in line[1:]):
            box = (edges[0], run[0][0][0][1], max(line[-1][0][2] for line in run), run[-1][0][0][3])
            tables.append((box, [Row(line) for line in run], edges))
        else:
            plain += run
        run = [row] if len(row) > 1 else []
        plain += [row] if len(row) == 1 else []
    return tables, plain


def _edges(run: list[list[tuple[ink.Box, str]]]) -> list[float]:
    """Return the left edges of the columns that the parts of some lines form; none where no line keeps them apart."""
    spans = sorted((box[0], box[2]) for line in run for box, _ in line)
    merged: list[list[float]] = []
    for left, right in spans:
        if merged and left <= merged[-1][1] + 1:
            merged[-1][1] = max(merged[-1][1], right)
        else:
            merged.append([left, right])
    return [left for left, _ in merged] if merged and len(merged) == max(len(line) for line in run) else []


def _rows(table) -> list[Row]:
    """Return the rows of a ruled table; a row that holds several lines of numbers is as many rows without rules."""
    found = []
    for row, texts in zip(table.rows, table.extract(), strict=True):
        cells = [(box, text.strip()) for box, text in zip(row.cells, texts, strict=False) if box and text]
        counts = [text.split("\n") for _, text in cells[1:] if all(map(NUMBER.fullmatch, text.split("\n")))]
        if counts and max(map(len, counts)) > 1:
            found += _unruled(table.page.crop(_bounded(row.bbox, table.page.bbox)), cells, max(map(len, counts)))
        else:
            found.append(Row(cells))
    return found


def _bounded(box: ink.Box, page: ink.Box) -> ink.Box:
    return max(box[0], page[0]), max(box[1], page[1]), min(box[2], page[2]), min(box[3], page[3])


def _unruled(page, cells: list[tuple[ink.Box, str]], count: int) -> list[Row]:
    """Return the rows that stand in one row of a table, told apart by the lines of a column of numbers."""
    lines = {box: page.crop(_bounded(box, page.bbox)).extract_text_lines() for box, _ in cells}
    tops = next(
        [line["top"] for line in found] for found in lines.values()
        if len(found) == count and all(NUMBER.fullmatch(line["text"]) for line in found)
    )  # fmt: skip
    rows: list[Row] = [Row([]) for _ in tops]
    for box, found in lines.items():
        texts: dict[int, list[dict]] = {}
        for line in found:
            at = max((n for n, top in enumerate(tops) if top <= line["top"] + 3), default=0)
            texts.setdefault(at, []).append(line)
        for at, inside in texts.items():
            own = (box[0], inside[0]["top"], box[2], inside[-1]["bottom"])
            rows[at].cells.append((own, "\n".join(line["text"] for line in inside)))
    return rows


def _placed(found: list, lines: list[ink.Box], number: int, height: float) -> list[Table]:
    """Return the tables of a page from top to bottom, and whether each is the first or the last thing on it."""
    tops = [line[1] for line in lines if MARGIN < line[1] < height - MARGIN]
    found = sorted(found, key=lambda table: table[0][1])
    tables = []
    for at, (box, rows, edges) in enumerate(found):
        is_first = at == 0 and not any(top < box[1] for top in tops)
        is_last = at == len(found) - 1 and not any(top > box[3] - 2 for top in tops)
        tables.append(Table(number, rows, edges, is_first, is_last))
    return tables


def _joined(tables: list[Table]) -> list[Cell]:
    """Return the cells of all tables; one that goes on at the top of the next page keeps its number."""
    found: list[Cell] = []
    number = line = 0
    last: Table | None = None
    for table in tables:
        goes_on = last is not None and _continues(last, table)
        if not goes_on:
            number, line = number + 1, 0
        header = last.rows[0] if goes_on and last else None
        for at, row in enumerate(table.rows):
            again = at == 0 and header is not None and [t for _, t in row.cells] == [t for _, t in header.cells]
            line += 0 if again else 1
            for (box, text), column in zip(row.cells, _columns(row, table.edges), strict=True):
                area = f"T{number} header again" if again else f"T{number}"
                found.append(Cell(place(table.page, box), area, line, column, text))
        last = table._replace(rows=[header, *table.rows]) if header is not None else table
    return found


def _columns(row: Row, edges: list[float]) -> list[int]:
    """Return the column of each cell of a row: the last whose left edge it reaches."""
    return [max(sum(edge <= box[0] + 3 for edge in edges), 1) for box, _ in row.cells]


def _continues(last: Table, table: Table) -> bool:
    """Say whether a table is the rest of the one before: on the next page, first there, with the same columns."""
    if table.page != last.page + 1 or not last.rows or not table.rows or not (last.is_last and table.is_first):
        return False
    pairs = zip(last.edges, table.edges, strict=False)
    return len(last.edges) == len(table.edges) and all(abs(before - after) <= 24 for before, after in pairs)


def _gone(number: int, gone: dict[str, list[dict]]) -> list[Cell]:
    """Return one cell without content for each line of letters nobody sees."""
    found = []
    for why, letters in gone.items():
        for row in sorted({round(letter["top"]) for letter in letters}):
            same = [letter for letter in letters if round(letter["top"]) == row]
            box = (min(x["x0"] for x in same), row, max(x["x1"] for x in same), max(x["bottom"] for x in same))
            found.append(Cell(place(number, box), f"page {number}", row, 1, "", why=why))
    return found


def _picture(number: int, page) -> list[Cell]:
    """Return a cell without content for a page that is a picture, where others have text."""
    if any(letter["text"].strip() for letter in page.chars):
        return []
    boxes = [(image["x0"], image["top"], image["x1"], image["bottom"]) for image in page.images]
    large = [box for box in boxes if (box[2] - box[0]) * (box[3] - box[1]) > page.width * page.height / 4]
    return [Cell(place(number, box), f"page {number}", 1, 1, "", why="a picture of a page") for box in large]
