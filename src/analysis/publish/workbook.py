"""What can be taken away: workbooks for people who open tables in a spreadsheet, and a data package."""

import io
import json
import re
import zipfile
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from jinja2 import Environment, FileSystemLoader

from analysis import codebook
from analysis.publish.fingerprints import files_in, fingerprint

SHEETS = ("facts", "figures", "coverage", "rounds", "sources")
PACKAGE = "datapackage.json"
EMPTY = {
    "[x]": "not available: no source tells it",
    "[c]": "withheld by whoever holds the number",
    "[z]": "does not apply to this row",
    "[open]": "no upper limit is known",
}
NOTES = (
    "Every number leads to the document and the cell it came from: column figure_id or figure_ids. The first cell of a "
    "row is a link to its document.",
    "A number is a closed interval: low and high are the least and the most it can be. A missing number is never zero.",
    "A fact is one number in the world, whoever printed it. Where sources contradict each other, alternatives holds "
    "every value and who printed it.",
    "Forces counted different things, and those that papers named were picked for being high: make no league table.",
)
OGL = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
LICENCES = [
    {"name": "MIT", "path": "https://opensource.org/license/mit", "title": "MIT License: tables, charts, words, code"},
    {"name": "OGL-UK-3.0", "path": OGL, "title": "Open Government Licence v3.0: workforce figures"},
]
MEDIA = {".csv": "text/csv", ".json": "application/json", ".txt": "text/plain"}
MEDIA |= {".png": "image/png", ".svg": "image/svg+xml"}
MEDIA |= {".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
MEDIA |= {".ods": "application/vnd.oasis.opendocument.spreadsheet"}
ABOUT = {
    "findings.json": "Every finding of the site: its sentence, its numbers, and the cells they came from.",
    "workforce.csv": "One row is one workforce number: how many people a force employed on a day.",
    ".xlsx": "All tables, and what each column means, for Excel.",
    ".ods": "All tables, and what each column means, for LibreOffice.",
}
MANIFEST = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">
<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{MEDIA[".ods"]}"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
</manifest:manifest>
"""
TEMPLATES = Path(__file__).parent / "templates"
PLAIN = {"text": str, "count": int, "share": float, "number": float}
WIDEST, WIDEST_PROSE = 60, 110  # letters of a column
LONGEST = 100_000  # rows of a table that a spreadsheet opens without a long wait
NO_DAY = (1980, 1, 1, 0, 0, 0)  # the bytes may not depend on the day they are written
CHANGED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")


def write(tables, folder: Path) -> None:
    """Write the workbooks of some tables into a new folder; none where a table is longer than LONGEST.

    Documents that are not public are left out.
    """
    public = tables.sources[tables.sources["public"] == "yes"]
    frames = {name: getattr(tables, name) for name in SHEETS} | {"sources": public}
    frames = {name: frame[list(codebook.columns(name).index)] for name, frame in frames.items()}
    folder.mkdir()
    if (most := max(map(len, frames.values()))) > LONGEST:
        print(f"No workbook is written: a table of {most:,} rows is too long for a spreadsheet", flush=True)
        return
    seen, name = public["seen_on"].max(), codebook.about()["kind"]
    held = sheets(frames, "a day not noted" if pd.isna(seen) else f"{seen:%Y-%m-%d}")
    (folder / f"{name}.xlsx").write_bytes(xlsx(held))
    (folder / f"{name}.ods").write_bytes(ods(held))


def package(folder: Path, public: pd.DataFrame) -> list[dict]:
    """Add a data package to a generation with data/ and figures/; return what it describes. public: documents."""
    made = codebook.datapackage() | {"licenses": LICENCES, "sources": [_document(row) for row in public.itertuples()]}
    made.pop("profile")  # of tables only, and pictures lie beside them
    known = {f"data/{one['path']}": one for one in made["resources"]}
    files = [file for name in ("data", "figures") for file in files_in(folder / name)]
    named = {file.relative_to(folder).as_posix(): file for file in files if file.suffix in MEDIA}
    # documents keep the layout they came in and belong to whoever published them: sources.csv describes them
    own = {path: file for path, file in named.items() if not path.startswith("data/raw/") and file.name != PACKAGE}
    made["resources"] = [_resource(path, file, known) for path, file in own.items()]
    (folder / PACKAGE).write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", "utf-8", newline="\n")
    return made["resources"]


def _resource(path: str, file: Path, known: dict) -> dict:
    size = {"bytes": file.stat().st_size, "hash": f"sha256:{fingerprint(file.read_bytes())}"}
    if path in known:
        return known[path] | {"path": path} | size
    about = ABOUT.get(file.name) or ABOUT.get(file.suffix)
    described = {"description": about} if about else {}
    name = re.sub(r"[^a-z0-9]+", "-", path.lower())
    return {"name": name, "path": path, "type": "file", "mediatype": MEDIA[file.suffix]} | described | size


def _document(row) -> dict:
    title = " – ".join(filter(None, (row.publisher, row.title or row.source_id)))
    return {"title": title} | ({"path": row.url} if row.url else {})


class Sheet(NamedTuple):
    """A worksheet: its lines, the first in bold, and the address that each line's first cell leads to, or nothing."""

    name: str
    lines: list[list]
    links: list[str]

    @property
    def widths(self) -> list[int]:
        """The letters that fit into each column."""
        most = WIDEST if len(self.lines[0]) > 1 else WIDEST_PROSE
        return [min(max(len(str(value)) for value in column) + 2, most) for column in zip(*self.lines, strict=True)]


def sheets(frames: dict[str, pd.DataFrame], day: str) -> list[Sheet]:
    """Return what both workbooks hold: a cover, the tables, what each column means; no empty cell.

    frames: rows by the name of their table; a row whose id names a document of `sources` leads to it. day: the last
    day a document was seen.
    """
    cover = [codebook.about()["meaning"], f"Documents were last read on {day}.", *NOTES]
    cover += ["Licence: " + "; ".join(one["title"] for one in LICENCES), "In cells without a value:"]
    cover += [f"{mark} {meaning}" for mark, meaning in EMPTY.items()] + ["Worksheets:"]
    cover += [f"{name.capitalize()}: one row is {codebook.about(name)['meaning']}" for name in frames]
    known = pd.concat([codebook.columns(name).rename(index=f"{name}.{{}}".format) for name in frames])
    words = known[["meaning", "kind", "unit"]].replace("", "[z]").reset_index()
    made = {"Cover": [[line] for line in cover]}
    made |= {name.capitalize(): [list(frame), *_cells(frame, name)] for name, frame in frames.items()}
    made |= {"Codebook": [["column", *words.columns[1:]], *words.to_numpy().tolist()]}
    pages = dict(zip(frames["sources"]["source_id"], frames["sources"]["url"], strict=True))
    links = {name: [pages.get(str(line[0]).partition(":")[0], "") for line in lines] for name, lines in made.items()}
    return [Sheet(name, lines, links[name]) for name, lines in made.items()]


def xlsx(held: list[Sheet]) -> bytes:
    """Return worksheets as a workbook for Excel: no formula, no hidden sheet, the same bytes whenever it is made.

    Raises OSError where the disk is full: openpyxl lays worksheets out in the temporary folder.
    """
    from lxml.etree import SerialisationError

    try:
        saved = _saved(held)
    except SerialisationError as error:
        raise OSError(f"the workbook cannot be written: {error}") from error
    with zipfile.ZipFile(saved) as parts:
        return _zipped(
            {name: CHANGED.sub(rb"\g<1>2000-01-01T00:00:00Z", parts.read(name)) for name in parts.namelist()}
        )


def _saved(held: list[Sheet]) -> io.BytesIO:
    """Return worksheets as openpyxl writes them."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    book.properties.title, book.properties.creator = codebook.about()["meaning"], codebook.about()["kind"]
    for one in held:
        sheet, prose = book.create_sheet(one.name), len(one.lines[0]) == 1
        sheet.freeze_panes = None if prose else "B2"  # the head and the id stay in sight
        for at, width in enumerate(one.widths, 1):
            sheet.column_dimensions[get_column_letter(at)].width = width
        for number, (line, address) in enumerate(zip(one.lines, one.links, strict=True)):
            cells = [WriteOnlyCell(sheet, value) for value in line]
            for cell, value in zip(cells, line, strict=True):
                cell.data_type = "s" if isinstance(value, str) else "n"  # texts stay texts, whatever they begin with
                if number == 0 or prose:
                    cell.font, cell.alignment = Font(bold=number == 0), Alignment(wrap_text=prose)
            if address:
                cells[0].hyperlink, cells[0].font = address, Font(underline="single", color="0563C1")
            sheet.append(cells)
    saved = io.BytesIO()
    book.save(saved)
    return saved


def ods(held: list[Sheet]) -> bytes:
    """Return worksheets as a workbook for LibreOffice."""
    page = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    content = page.get_template("workbook.xml").render(sheets=held, widest=WIDEST_PROSE)
    return _zipped({"mimetype": MEDIA[".ods"], "META-INF/manifest.xml": MANIFEST, "content.xml": content})


def _zipped(parts: dict) -> bytes:
    """Return an archive of texts or bytes by name, without the moment it was made; a `mimetype` must lie there open."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in parts.items():
            how = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, NO_DAY), content, how)
    return made.getvalue()


def _cells(frame: pd.DataFrame, name: str) -> list[list]:
    """Return a table's rows for readers: every empty cell says why it is empty."""
    kinds, rows = codebook.columns(name)["kind"].to_dict(), frame.to_dict("records")
    return [[_cell(value, row.get("status"), column, kinds[column]) for column, value in row.items()] for row in rows]


def _cell(value, status: str | None, column: str, kind: str):
    if not pd.isna(value) and value != "":
        return f"{value:%Y-%m-%d}" if kind == "date" else PLAIN[kind](value)
    if kind == "text" or column.startswith("share") or status in ("share", "not applicable"):
        return "[z]"
    if status == "suppressed":
        return "[c]"
    return "[open]" if column in ("high", "hull_high") and status == "at least" else "[x]"
