"""Three invented forces, cleaned for real, as a staged generation for the gate to scan."""

import csv
import hashlib
import shutil
import zipfile
from pathlib import Path
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
THREE_FORCES = Path(__file__).parent.parent / "three_forces"
POLICY = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'self'\">"


def page(body: str, head: str = POLICY) -> str:
    """Return a page of the site."""
    return f"<!DOCTYPE html>\n<html><head>{head}</head>\n<body>{body}</body></html>\n"


def project(place: Path) -> Path:
    """Copy the three forces."""
    return Path(shutil.copytree(THREE_FORCES, place))


def rewrite(place: Path, document: str, old: str, new: str, **columns: str) -> None:
    """Change a document of a project and its row in sources.csv, checksum included."""
    file = place / "data" / "raw" / document
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")
    columns |= {"sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
    change(place / "data" / "raw" / "sources.csv", "file", document, **columns)


def change(table: Path, key: str, value: str, **columns: str) -> None:
    """Set columns of the rows of a csv file whose key column holds a value."""
    with table.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert any(row[key] == value for row in rows)
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(row | (columns if row[key] == value else {}) for row in rows)


def staged(place: Path) -> tuple[Path, Path, list]:
    """Clean a project and lay out its site: tables and one page; return the site, the tables and the problems."""
    from analysis import clean

    frames = clean.build(place / "data" / "raw")
    problems = frames.pop("problems")
    tables = place / "build" / "stage" / "processed"
    tables.mkdir(parents=True)
    clean.write(frames, tables)
    (tables / "findings.json").write_text("[]\n", "utf-8")
    site = place / "build" / "stage" / "site"
    shutil.copytree(tables, site / "data")
    (site / "index.html").write_text(page("<p>Ten were disciplined.</p>"), "utf-8")
    return site, tables, problems


def opened(path) -> dict[str, list[list[str]]]:
    """Read every visible sheet of a workbook as rows of texts."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.endswith(".xml")]
        parts = {name: ElementTree.fromstring(archive.read(name)) for name in names}
    words = ["".join(item.itertext()) for item in parts["xl/sharedStrings.xml"]]
    names = [sheet.get("name") for sheet in parts["xl/workbook.xml"].iter(f"{MAIN}sheet")]
    return {
        name: [
            [_text(cell, words) for cell in row] for row in parts[f"xl/worksheets/sheet{number}.xml"].iter(f"{MAIN}row")
        ]
        for number, name in enumerate(names, 1)
    }


def _text(cell, words) -> str:
    value = cell.find(f"{MAIN}v")
    if value is None:
        return ""
    return words[int(value.text)] if cell.get("t") == "s" else value.text
