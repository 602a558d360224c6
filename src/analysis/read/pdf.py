"""A PDF as cells: tables joined over pages, and the lines between them, without what nobody sees."""

import io
import re
from typing import NamedTuple

import pdfplumber
import pikepdf

from analysis.read import hidden_pdf, inked
from analysis.read.cell import Cell, Read, check_count, hidden, refuse

MOST_PAGES = 500
MARGIN = 60  # points at the top and the bottom of a page, where its number and title stand
PICTURES = re.compile(r"(?i)dingbats|wingdings|webdings")  # fonts in which a 4 is a tick
GAP = 1.8  # a space this many times wider than a letter parts two columns


class Row(NamedTuple):
    """One row of a table on a page: its cells as box and text, and the left edges that tell its columns."""

    cells: list[tuple[tuple[float, float, float, float], str]]
    edges: tuple[int, ...]


class Grid(NamedTuple):
    """A table found on one page."""

    page: int
    rows: list[Row]
    first_line: bool
    last_line: bool


def read(content: bytes) -> Read:
    """Return the cells of a PDF and what hides in it.

    Raises Faults (TRUNCATED, ENCRYPTED, SCANNED, TOO_MANY_PAGES, TOO_MANY_CELLS).
    """
    versions = hidden_pdf.earlier(content)
    if b"%%EOF" not in content[-2048:]:
        raise refuse("TRUNCATED", "", "no end of the file", "a whole file", "ask for the file again")
    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            faults = hidden_pdf.carried(document)
            pages = len(document.pages)
            filled = pages <= MOST_PAGES and inked.filled(document)
            ghosts = inked.without_ghosts(document) if pages <= MOST_PAGES else []
            content = inked.saved(document) if filled or ghosts or document.is_encrypted else content
    except pikepdf.PasswordError as error:
        raise refuse("ENCRYPTED", "", "password-protected", "an open file", "ask for an open copy") from error
    except (pikepdf.PdfError, ValueError, OverflowError, RuntimeError) as error:
        raise refuse("TRUNCATED", "", "a cut or broken PDF", "a whole file", "ask for the file again") from error
    if pages > MOST_PAGES:
        raise refuse("TOO_MANY_PAGES", "", f"{pages} pages", f"at most {MOST_PAGES}", "ask for the table only")
    with pdfplumber.open(io.BytesIO(content)) as document:
        cells, turns = _pages(document)
    if turns:
        with pdfplumber.open(io.BytesIO(inked.turned(content, turns))) as document:
            cells, _ = _pages(document)
    whole = [hidden(Cell(f"p{page}", f"page {page}", 1, 1, ""), "drawn without ink") for page in ghosts]
    return Read([*cells, *whole], [*faults, *versions])


def _pages(document) -> tuple[list[Cell], dict[int, int]]:
    """Return the cells of all pages, and the pages whose letters do not stand upright."""
    cells, grids, turns, lines = [], [], {}, 0
    letters = pictures = 0
    for number, page in enumerate(document.pages, start=1):
        if inked.angle(page):
            turns[number - 1] = inked.angle(page)
        unseen, seen = hidden_pdf.split(page)
        letters += len(seen)
        pictures += len(page.images)
        cells += [*_unseen(number, unseen), *_picture(number, page)]
        shown = page.filter(lambda thing, seen=seen: thing["object_type"] != "char" or hidden_pdf.key(thing) in seen)
        for letter in shown.chars:
            if letter["text"].isdigit() and PICTURES.search(letter["fontname"]):
                letter["text"] = "\ufffd"
        tables = [table for table in shown.find_tables() if len(table.rows) > 1 or len(table.rows[0].cells) > 1]
        boxes = [table.bbox for table in tables]
        outside = shown.filter(lambda thing, boxes=boxes: not any(_inside(thing, box) for box in boxes))
        found = _lines(outside, number, lines)
        lines = max([lines, *(cell.row for cell in found)])
        cells += found
        grids += _grids(shown, tables, number, [cell for cell in found if cell.visible])
        page.close()
        check_count(len(cells) + sum(len(grid.rows) for grid in grids))
    if not letters:
        advice = "scanned: ask for the data or key it in"
        raise refuse("SCANNED", "", f"{pictures} pictures and no text" if pictures else "no text", "text", advice)
    return [*cells, *_tables(grids)], turns


def place(page: int, box: tuple[float, float, float, float]) -> str:
    """Return an address on a page: its box in points from the top left corner."""
    return f"p{page}@{','.join(str(round(edge)) for edge in box)}"


def _inside(thing: dict, box: tuple[float, float, float, float]) -> bool:
    if thing["object_type"] != "char":
        return False
    across, down = (thing["x0"] + thing["x1"]) / 2, (thing["top"] + thing["bottom"]) / 2
    return box[0] <= across <= box[2] and box[1] <= down <= box[3]


def _unseen(number: int, unseen: dict[str, list[dict]]) -> list[Cell]:
    """Return one cell without content for each line of letters nobody sees."""
    found = []
    for reason, letters in unseen.items():
        rows = sorted({round(letter["top"]) for letter in letters})
        for row in rows:
            same = [letter for letter in letters if round(letter["top"]) == row]
            box = (min(x["x0"] for x in same), row, max(x["x1"] for x in same), max(x["bottom"] for x in same))
            found.append(hidden(Cell(place(number, box), f"page {number}", row, 1, ""), reason))
    return found


def _picture(number: int, page) -> list[Cell]:
    """Return a cell without content for a page that is a picture, where others have text."""
    if any(letter["text"].strip() for letter in page.chars):
        return []
    boxes = [(image["x0"], image["top"], image["x1"], image["bottom"]) for image in page.images]
    large = [box for box in boxes if (box[2] - box[0]) * (box[3] - box[1]) > page.width * page.height / 4]
    return [hidden(Cell(place(number, box), f"page {number}", 1, 1, ""), "a picture of a page") for box in large]


def _lines(page, number: int, before: int) -> list[Cell]:
    """Return the lines outside tables, each parted where a gap is wider than letters leave it."""
    words = page.extract_words(keep_blank_chars=False, x_tolerance=1.5, y_tolerance=2)
    rows: list[list[dict]] = []
    for word in sorted(words, key=lambda word: (round(word["bottom"]), word["x0"])):
        if rows and abs(rows[-1][-1]["bottom"] - word["bottom"]) <= 3:
            rows[-1].append(word)
        else:
            rows.append([word])
    found = []
    for at, row in enumerate(rows, start=before + 1):
        for column, part in enumerate(_parts(sorted(row, key=lambda word: word["x0"])), start=1):
            box = (part[0]["x0"], min(w["top"] for w in part), part[-1]["x1"], max(w["bottom"] for w in part))
            text = " ".join(word["text"] for word in part)
            found.append(Cell(place(number, box), "P", at, column, text, "text", text))
    return found


def _parts(row: list[dict]) -> list[list[dict]]:
    parts = [[row[0]]]
    for word in row[1:]:
        last = parts[-1][-1]
        letter = (word["x1"] - word["x0"]) / max(len(word["text"]), 1)
        if word["x0"] - last["x1"] > max(GAP * letter, 9):
            parts.append([word])
        else:
            parts[-1].append(word)
    return parts


def _grids(page, tables: list, number: int, lines: list[Cell]) -> list[Grid]:
    """Return the tables of a page, and whether each is the first or the last thing on it."""
    tops = [float(cell.place.partition("@")[2].split(",")[1]) for cell in lines]
    tops = [top for top in tops if MARGIN < top < float(page.height) - MARGIN]
    found = []
    for table in sorted(tables, key=lambda table: table.bbox[1]):
        texts = table.extract()
        rows = [
            Row(
                [(box, text.strip()) for box, text in zip(row.cells, words, strict=False) if box and text],
                tuple(round(box[0] / 4) for box in row.cells if box),
            )
            for row, words in zip(table.rows, texts, strict=True)
        ]
        others = [other.bbox for other in tables if other is not table]
        first = not any(top < table.bbox[1] for top in tops) and not any(box[1] < table.bbox[1] for box in others)
        last = not any(top > table.bbox[3] - 2 for top in tops) and not any(box[1] > table.bbox[1] for box in others)
        columns = sorted({round(box[0]) for row in table.rows for box in row.cells if box})
        rows = [row._replace(edges=tuple(columns)) for row in rows]
        found.append(Grid(number, rows, first, last))
    return found


def _tables(grids: list[Grid]) -> list[Cell]:
    """Return the cells of all tables; one that goes on at the top of the next page keeps its number."""
    found: list[Cell] = []
    table, line = 0, 0
    last: Grid | None = None
    for grid in grids:
        goes_on = last is not None and _continues(last, grid)
        if not goes_on:
            table, line = table + 1, 0
        header = last.rows[0] if goes_on and last else None
        for at, row in enumerate(grid.rows):
            repeated = at == 0 and header is not None and [t for _, t in row.cells] == [t for _, t in header.cells]
            line += 0 if repeated else 1
            for box, text in row.cells:
                away = [abs(edge - box[0]) for edge in row.edges]
                column = 1 + away.index(min(away))
                area = f"T{table} header again" if repeated else f"T{table}"
                found.append(Cell(place(grid.page, box), area, line, column, text, "text", text))
        last = grid._replace(rows=[header, *grid.rows]) if header is not None else grid
    return found


def _continues(last: Grid, grid: Grid) -> bool:
    """Say whether a table is the rest of the one before: on the next page, first there, with the same columns."""
    if grid.page != last.page + 1 or not last.rows or not grid.rows or not (last.last_line and grid.first_line):
        return False
    before, after = last.rows[-1].edges, grid.rows[0].edges
    return len(before) == len(after) and all(abs(a - b) <= 6 for a, b in zip(before, after, strict=True))
