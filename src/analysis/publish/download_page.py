"""The page of what can be downloaded."""

import textwrap
from pathlib import Path

from markupsafe import Markup

from analysis import columns
from analysis.publish import download, trail, workbook
from analysis.publish.book import Book
from analysis.publish.html import Page, joined, leads, link, listing, said, table

SHORT = 100


def page(book: Book) -> Page:
    """Write what there is to download: tables, the workbook, charts and documents, each with its hash."""
    here = "download"
    whole = listing(
        [
            link(trail.file(here, download.PACKAGE), "Description of all files (Frictionless Data Package)"),
            link(trail.file(here, download.SUMS), "All hashes (SHA-256)"),
            leads(here, "method/codebook", "What each column means: the codebook"),
        ]
    )
    licences = listing(link(one["path"], one["title"]) for one in download.LICENCES)
    opening = said(f"As of {book.last_seen}, the last day on which a document was read. Licences:")
    return Page(here, "Download", joined([opening, licences, whole]), _sections(book, here), bare=True)


def _sections(book: Book, here: str) -> tuple:
    listed = download.listing(book.site)
    hashes = {one["path"]: one["sha256"] for one in listed}
    whole = [one for one in listed if one["path"].count("/") == 1 and not one["path"].endswith("README.md")]
    tables = [_file(book, here, one) for one in whole]
    charts = [_chart(book, here, one, hashes) for one in listed if one["path"].endswith(".png")]
    papers = [_file(book, here, one) for one in listed if one["path"].startswith("data/raw/")]
    heads = ["File", "What it holds", "Size", "SHA-256"]
    of_charts = ["Chart", "About", "Picture", "Numbers", "Words", "SHA-256 of the picture"]
    return (
        ("Tables", "tables", table("Tables", heads, tables)),
        ("Charts", "charts", table("Charts, with their numbers and descriptions", of_charts, charts)),
        ("Documents", "documents", table("Documents as transcribed or received", heads, papers)),
    )


def _what(book: Book, path: str) -> str:
    name = Path(path)
    if name.suffix == ".csv" and name.stem in columns.TABLES and name.parent == Path("data"):
        return f"One row is {columns.TABLES[name.stem][2]}"
    known = {
        "findings.json": "Every sentence of this site with its numbers and their cells",
        "datapackage.json": "Description of the tables alone",
        workbook.file(): "All tables in one workbook",
    }
    source = next((row for row in book.way.sources.values() if row["file"] and path.endswith(row["file"])), None)
    return f"{source['publisher']}: {source['title']}" if source else known.get(name.name, "How a file is read")


def _file(book: Book, here: str, one: dict) -> list:
    named = link(trail.file(here, one["path"]), Path(one["path"]).name)
    return [named, _what(book, one["path"]), f"{one['bytes'] / 1000:,.1f} kB", _hash(one["sha256"])]


def _hash(text: str) -> Markup:
    return Markup('<span class="hash">{}</span>').format(text)


def _chart(book: Book, here: str, one: dict, hashes: dict) -> list:
    place, subject = Path(one["path"]), Path(one["path"]).parts[2]
    about_whom = book.rounds.get(subject, book.forces.get(subject, {"title": "all rounds"}))
    alt = textwrap.shorten((book.site / place).with_suffix(".txt").read_text("utf-8"), SHORT, placeholder=" …")
    sides = [
        link(trail.file(here, place.with_suffix(side).as_posix()), side[1:].upper())
        for side in (".png", ".csv", ".txt")
    ]
    return [alt, about_whom.get("title") or about_whom["name"], *sides, _hash(hashes[one["path"]])]
