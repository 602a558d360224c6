"""Three invented forces, cleaned for real, as a staged generation for the gate to scan."""

import csv
import hashlib
import os
import shutil
from pathlib import Path

THREE_FORCES = Path(__file__).parent.parent / "three_forces"
POLICY = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; script-src \'self\'">'


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

    os.environ["ANALYSIS_PROJECT"] = str(place)
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
