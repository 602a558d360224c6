"""What can be taken away: a workbook for people who open tables in a spreadsheet, and a data package."""

import io
import json
import re
import shutil
import zipfile
from pathlib import Path

import pandas as pd

from analysis import codebook, project
from analysis.publish.provenance import below, fingerprint

SHEETS = ("facts", "figures", "coverage", "rounds", "sources")
PACKAGE = "datapackage.json"
EMPTY = {
    "[x]": "not available: no source tells it",
    "[c]": "withheld by whoever holds the number",
    "[z]": "does not apply to this row",
    "[open]": "no upper limit is known",
}
NOTES = (
    "Every number leads to the document and the cell it came from: column figure_id or figure_ids.",
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
PLAIN = {"text": str, "count": int, "share": float, "number": float}
WIDEST = 60  # letters of a column
NO_DAY = (1980, 1, 1, 0, 0, 0)  # the bytes may not depend on the day they are written
CHANGED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")


def write(folder: Path, tables, day: str) -> list[dict]:
    """Add to a generation its workbook and its data package; return what the package describes.

    folder: with data/ and figures/; day: the last day a document was seen. Documents not public are left out.
    """
    public = tables.sources[tables.sources["public"] == "yes"]
    frames = {name: getattr(tables, name) for name in SHEETS} | {"sources": public}
    frames = {name: frame[list(codebook.columns(name).index)] for name, frame in frames.items()}
    shutil.copyfile(_kept(frames, day), folder / "data" / f"{codebook.about()['kind']}.xlsx")
    package = codebook.datapackage() | {"licenses": LICENCES, "sources": _documents(public)}
    package.pop("profile")  # of tables only, and pictures lie beside them
    known = {f"data/{one['path']}": one for one in package["resources"]}
    files = {file.relative_to(folder).as_posix(): file for name in ("data", "figures") for file in below(folder / name)}
    package["resources"] = [_resource(path, file, known) for path, file in files.items() if _described(path)]
    (folder / PACKAGE).write_text(json.dumps(package, indent=1, ensure_ascii=False) + "\n", "utf-8", newline="\n")
    return package["resources"]


def _described(path: str) -> bool:
    # Documents keep the layout they came in and belong to whoever published them: sources.csv describes them.
    return not path.startswith("data/raw/") and Path(path).suffix in MEDIA and Path(path).name != PACKAGE


def _resource(path: str, file: Path, known: dict) -> dict:
    size = {"bytes": file.stat().st_size, "hash": f"sha256:{fingerprint(file.read_bytes())}"}
    if path in known:
        return {**known[path], "path": path, **size}
    name = re.sub(r"[^a-z0-9]+", "-", path.lower())
    return {"name": name, "path": path, "type": "file", "mediatype": MEDIA[file.suffix], **size}


def _documents(public: pd.DataFrame) -> list[dict]:
    named = [(row.title or row.source_id, row.publisher, row.url) for row in public.itertuples()]
    return [
        {"title": " – ".join(filter(None, (publisher, title)))} | ({"path": url} if url else {})
        for title, publisher, url in named
    ]


def _kept(frames: dict[str, pd.DataFrame], day: str) -> Path:
    """Return the workbook, which takes a second to write: the last one, if it was made from the same."""
    code = [Path(module).read_bytes() for module in (__file__, codebook.__file__, project.lookups() / "columns.csv")]
    home = project.build() / "workbook"
    last = home / fingerprint(*(frame.to_csv() for frame in frames.values()), *code, day)
    if not last.is_file():
        shutil.rmtree(home, ignore_errors=True)  # it may hold what is now withdrawn
        home.mkdir(parents=True)
        (home / "new").write_bytes(workbook(frames, day))
        (home / "new").rename(last)
    return last


def workbook(frames: dict[str, pd.DataFrame], day: str) -> bytes:
    """Return tables as a workbook built from nothing: no formula, no hidden sheet, no empty cell, the same bytes.

    frames: rows by the name of their table; day: the last day a document was seen.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    book.properties.title, book.properties.creator = codebook.about()["meaning"], codebook.about()["kind"]
    cover = [codebook.about()["meaning"], f"Documents were last read on {day}.", *NOTES]
    cover += ["Licence: " + "; ".join(one["title"] for one in LICENCES), "In cells without a value:"]
    cover += [f"{mark} {meaning}" for mark, meaning in EMPTY.items()] + ["Worksheets:"]
    cover += [f"{name.capitalize()}: one row is {codebook.about(name)['meaning']}" for name in frames]
    _sheet(book, "Cover", [[line] for line in cover])
    for name, frame in frames.items():
        _sheet(book, name.capitalize(), [list(frame), *_cells(frame, name)])
    known = pd.concat([codebook.columns(name).rename(index=f"{name}.{{}}".format) for name in frames])
    words = known[["meaning", "kind", "unit"]].replace("", "[z]").reset_index()
    _sheet(book, "Codebook", [["column", *words.columns[1:]], *words.to_numpy().tolist()])
    saved = io.BytesIO()
    book.save(saved)
    return _undated(saved)


def _sheet(book, name: str, lines: list[list]) -> None:
    """Add a worksheet, its head frozen where it has columns; texts stay texts, whatever they begin with."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    sheet, table = book.create_sheet(name), len(lines[0]) > 1
    sheet.freeze_panes = "B2" if table else None
    widths = [max(len(str(line[at])) for line in lines[:200]) for at in range(len(lines[0]))]
    for at, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(at)].width = min(width + 2, WIDEST if table else 110)
    for number, line in enumerate(lines):
        cells = [WriteOnlyCell(sheet, value) for value in line]
        for cell, value in zip(cells, line, strict=True):
            cell.data_type = "s" if isinstance(value, str) else "n"
            if number == 0:
                cell.font = Font(bold=True)
            elif not table:
                cell.alignment = Alignment(wrap_text=True)
        sheet.append(cells)


def _cells(frame: pd.DataFrame, name: str) -> list[list]:
    """Return a table's rows for readers: every empty cell says why it is empty."""
    kinds = codebook.columns(name)["kind"]
    status = frame.get("status", pd.Series("", frame.index))
    told = [
        [_cell(*pair, column, kinds[column]) for pair in zip(frame[column], status, strict=True)] for column in frame
    ]
    return [list(row) for row in zip(*told, strict=True)]


def _cell(value, status: str, column: str, kind: str):
    if not pd.isna(value) and value != "":
        return f"{value:%Y-%m-%d}" if kind == "date" else PLAIN[kind](value)
    if kind == "text" or column.startswith("share") or status in ("share", "not applicable"):
        return "[z]"
    if status == "suppressed":
        return "[c]"
    return "[open]" if column in ("high", "hull_high") and status == "at least" else "[x]"


def _undated(saved: io.BytesIO) -> bytes:
    """Return a workbook without the moment it was written."""
    made = io.BytesIO()
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, NO_DAY)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, CHANGED.sub(rb"\g<1>2000-01-01T00:00:00Z", old.read(name)))
    return made.getvalue()
