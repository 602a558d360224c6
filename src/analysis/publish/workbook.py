"""What can be taken away: one workbook for people who open tables in a spreadsheet, described and hashed like the rest."""

import hashlib
import io
import json
import re
import shutil
import zipfile
from pathlib import Path

import pandas as pd

from analysis import codebook, project
from analysis.publish import runs

SHEETS = ("facts", "figures", "coverage", "rounds", "sources")
PACKAGE, SUMS = "datapackage.json", "SHA256SUMS"
EMPTY = {
    "[x]": "not available: no source tells it",
    "[c]": "withheld by whoever holds the number",
    "[z]": "does not apply to this row",
    "[open]": "no upper limit is known",
}
NOTES = (
    "Every number leads to the document and the cell it came from: column figure_id or figure_ids.",
    "A number is a closed interval: low and high are the least and the most it can be. A missing number is never zero.",
    "A fact is one number in the world, whoever printed it. Where sources contradict each other, alternatives holds every "
    "value and who printed it.",
    "Forces counted different things, and those that papers named were picked for being high: make no league table.",
)
LICENCES = [
    {"name": "MIT", "path": "https://opensource.org/license/mit", "title": "MIT License: tables, charts, words, code"},
    {
        "name": "OGL-UK-3.0",
        "path": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
        "title": "Open Government Licence v3.0: workforce figures",
    },
]
MEDIA = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
WIDEST = 60  # letters of a column
NO_DAY = (1980, 1, 1, 0, 0, 0)  # the bytes may not depend on the day they are written
CHANGED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")


def write(folder: Path, tables, day: str) -> None:
    """Add to a generation its workbook, its data package and the list of hashes.

    folder: with data/ and figures/; day: the last day a document was seen. Documents not public are left out.
    """
    public = tables.sources[tables.sources["public"] == "yes"]
    frames = {name: getattr(tables, name)[list(codebook.columns(name).index)] for name in SHEETS} | {
        "sources": public[list(codebook.columns("sources").index)]
    }
    _kept(frames, day, folder / "data" / f"{codebook.about()['kind']}.xlsx")
    package = codebook.datapackage() | {"licenses": LICENCES, "sources": _documents(public)}
    package.pop("profile")  # of tables only, and pictures lie beside them
    files = [file for name in ("data", "figures") if (folder / name).is_dir() for file in runs.below(folder / name)]
    listed = [(file.relative_to(folder).as_posix(), file.read_bytes()) for file in files]
    known = {f"data/{one['path']}": one for one in package["resources"]}
    package["resources"] = [_resource(path, content, known) for path, content in listed if _described(path)]
    (folder / PACKAGE).write_text(json.dumps(package, indent=1, ensure_ascii=False) + "\n", "utf-8", newline="\n")
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {path}\n" for path, content in listed)
    (folder / SUMS).write_text(sums, "utf-8", newline="\n")


def _described(path: str) -> bool:
    # Documents keep the layout they came in and belong to whoever published them: sources.csv describes them.
    return not path.startswith("data/raw/") and Path(path).suffix in MEDIA and Path(path).name != PACKAGE


def _resource(path: str, content: bytes, known: dict) -> dict:
    size = {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}
    if path in known:
        return {**known[path], "path": path, **size}
    name = re.sub(r"[^a-z0-9]+", "-", path.lower())
    return {"name": name, "path": path, "type": "file", "mediatype": MEDIA[Path(path).suffix], **size}


def _documents(public: pd.DataFrame) -> list[dict]:
    named = [(row.title or row.source_id, row.publisher, row.url) for row in public.itertuples()]
    return [{"title": " – ".join(filter(None, (publisher, title)))} | ({"path": url} if url else {}) for title, publisher, url in named]


def _kept(frames: dict[str, pd.DataFrame], day: str, place: Path) -> None:
    """Write the workbook, which takes a second, unless the last one was made from the same."""
    made_from = [frame.to_csv() for frame in frames.values()] + [Path(__file__).read_bytes(), Path(codebook.__file__).read_bytes()]
    home = project.build() / "workbook"
    last = home / runs.digest(*made_from, (project.lookups() / "columns.csv").read_bytes(), day)
    if not last.is_file():
        shutil.rmtree(home, ignore_errors=True)  # it may hold what is now withdrawn
        home.mkdir(parents=True)
        (home / "new").write_bytes(workbook(frames, day))
        (home / "new").rename(last)
    shutil.copyfile(last, place)


def workbook(frames: dict[str, pd.DataFrame], day: str) -> bytes:
    """Return tables as one workbook built from nothing: no formula, no hidden sheet, no empty cell, always the same bytes.

    frames: rows by the name of their table; day: the last day a document was seen.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    book.properties.title, book.properties.creator = codebook.about()["meaning"], codebook.about()["kind"]
    cover = [[codebook.about()["meaning"]], [f"Documents were last read on {day}."], *([note] for note in NOTES)]
    cover += [["Licence: " + "; ".join(one["title"] for one in LICENCES)], ["In cells without a value:"]]
    cover += [[f"{mark} {meaning}"] for mark, meaning in EMPTY.items()] + [["Worksheets:"]]
    _sheet(book, "Cover", [*cover, *([f"{name.capitalize()}: one row is {codebook.about(name)['meaning']}"] for name in frames)])
    for name, frame in frames.items():
        _sheet(book, name.capitalize(), [list(frame), *_cells(frame, name)], head=True)
    words = [[f"{name}.{column}", *known[["meaning", "kind", "unit"]]] for name in frames for column, known in codebook.columns(name).iterrows()]
    _sheet(book, "Codebook", [["column", "meaning", "kind", "unit"], *([cell or "[z]" for cell in row] for row in words)], head=True)
    saved = io.BytesIO()
    book.save(saved)
    return _undated(saved)


def _sheet(book, name: str, lines: list[list], head: bool = False) -> None:
    """Add a worksheet; texts stay texts, whatever they begin with."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(name)
    sheet.freeze_panes = "B2" if head else None
    widths = [max(len(str(line[at])) for line in lines[:200]) for at in range(len(lines[0]))]
    for at, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(at)].width = min(width + 2, WIDEST if head else 110)
    for number, line in enumerate(lines):
        cells = [WriteOnlyCell(sheet, value) for value in line]
        for cell, value in zip(cells, line, strict=True):
            cell.data_type = "s" if isinstance(value, str) else "n"
            if number == 0:
                cell.font = Font(bold=True)
            elif not head:
                cell.alignment = Alignment(wrap_text=True)
        sheet.append(cells)


def _cells(frame: pd.DataFrame, name: str) -> list[list]:
    """Return a table's rows for readers: every empty cell says why it is empty."""
    kinds = codebook.columns(name)["kind"]
    status = frame["status"] if "status" in frame else pd.Series("", index=frame.index)
    told = [[_cell(value, kinds[column], column, said) for value, said in zip(frame[column], status, strict=True)] for column in frame]
    return [list(row) for row in zip(*told, strict=True)]


def _cell(value, kind: str, column: str, status: str):
    if pd.isna(value) or value == "":
        return _empty(kind, column, status)
    if kind == "date":
        return value.strftime("%Y-%m-%d")
    return int(value) if kind == "count" else float(value) if kind in ("share", "number") else value


def _empty(kind: str, column: str, status: str) -> str:
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
