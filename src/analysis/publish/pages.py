"""Pages about the whole: the findings first, the rounds, the method, and what can be downloaded."""

import json
import textwrap
from pathlib import Path

from markupsafe import Markup

from analysis import columns, subject
from analysis.publish import download, places, sheets, trail, workbook
from analysis.publish.book import Book, period, records
from analysis.publish.html import Page, about, joined, leads, link, listing, said, table

SHORT = 100


def front(book: Book, below: list[str]) -> Page:
    """Write the front page: the story of one round, then the other rounds, and how current and complete it is."""
    here, wanted = "index", book.front["round"]
    told = _first(book, wanted, book.front["sentences"])
    sentences = joined(book.way.finding(here, one) for one in told)
    charts = joined(sheets.picture(here, _pictures(book, notebook, wanted), cell)
                    for notebook, cell in (name.split("/") for name in book.front["charts"])
                    if (_pictures(book, notebook, wanted) / f"{cell}.png").is_file())
    title = book.rounds[wanted]["title"] if wanted in book.rounds else "Findings"
    parts = [
        (f"The round in pictures: {title}", "pictures", charts),
        ("The other rounds", "other-rounds", _others(book, here)),
        ("How current and how complete", "state", _state(book, here)),
    ]
    opening = said(joined([subject.term("opening")[0], " First the round of ", book.round(here, wanted),
                           "; each number leads to where it stands."]))
    return Page(here, "Findings", joined([opening, sentences]), tuple(part for part in parts if part[2]), tuple(below))


def _first(book: Book, subject: str, sections: list[str]) -> list:
    found = (book.of(subject, *section.split("/")) for section in sections)
    return [one[0] for one in found if one]


def _pictures(book: Book, notebook: str, subject: str) -> Path:
    return book.site / "figures" / notebook / subject


def _others(book: Book, here: str) -> Markup:
    items = []
    for round_id in book.rounds:
        told = [] if round_id == book.front["round"] else _first(book, round_id, book.front["others"])[:1]
        items += [joined([said(book.round(here, round_id)), book.way.finding(here, one)]) for one in told]
    return listing(items)


def _state(book: Book, here: str) -> Markup:
    sources = book.tables.sources
    named = {one for force_ids in book.tables.facts["force_ids"] for one in force_ids.split()}
    current = [force_id for force_id, row in book.forces.items() if row["kind"] != "legacy"]
    covered = f"{len(named & set(current))} of {len(current)} existing forces"
    changes = leads(here, "method/changes", "what changed, and why")
    return about([
        ("Last document seen", _last_seen(book)),
        ("Documents", leads(here, "evidence/index", str(len(sources)))),
        ("Numbers", str(len(book.tables.figures))),
        ("Forces with a number of their own", leads(here, "forces/index", covered)),
        ("Corrections", changes if "method/changes" in book.pages else ""),
    ])


def _last_seen(book: Book) -> str:
    return max((row["seen_on"] for row in book.way.sources.values()), default="not known")


def rounds(book: Book, sheets_of: dict) -> list[Page]:
    """Write the list of rounds and a page for each; sheets_of: the notebook pages, (docname, question), by round."""
    here = "rounds/index"
    made = [_round(book, row, sheets_of.get(round_id, [])) for round_id, row in book.rounds.items()]
    rows = [
        [book.round(here, row["round_id"]), row["asked_by"], period(row), row["unit"],
         _count(row["forces_asked"]), _count(row["forces_replied"])]
        for row in book.rounds.values()
    ]
    words = said("A round is one question put to many forces. Rounds ask different things: they cannot be added up.")
    body = table("All rounds", ["Round", "Asked by", "Period", "Counts", "Asked", "Replied"], rows,
                 "all-rounds", numeric=("Asked", "Replied"))
    below = [page.docname for page in made] + [name for name, _ in sheets_of.get("", [])]
    across = [leads(here, name, question) for name, question in sheets_of.get("", [])]
    more = joined(said(joined(["Across rounds: ", one])) for one in across)
    return [Page(here, "Rounds", joined([words, body, more]), below=tuple(below), bare=True), *made]


def _count(text: str) -> str:
    return text or "not known"


def _round(book: Book, row: dict, own: list[tuple[str, str]]) -> Page:
    here = f"rounds/{row['round_id']}/index"
    what = about([
        ("Question", row["question"]),
        ("Asked by", row["asked_by"]),
        ("Period", f"{period(row)} ({row['period_basis']})"),
        ("One count is", row["counts"]),
        ("Forces asked", _printed(book, here, row["forces_asked"], row["forces_asked_where"])),
        ("Forces that replied", _printed(book, here, row["forces_replied"], row["forces_replied_where"])),
        ("Named forces were picked", {"yes": "yes, by who published: they are not typical"}.get(row["selected"], "no")),
        ("Comparable with", row["comparable_with"] or "no other round"),
        ("Why", row["comparable_reason"]),
        ("Note", row["note"]),
    ])
    questions = listing(leads(here, name, question) for name, question in own)
    parts = [
        ("The questions, one page each", "questions", questions),
        ("How each force answered", "answers-of-forces", places.answers(book, here, round_id=row["round_id"])),
        ("Numbers by force", "numbers", places.numbers_by_force(book, here, row["round_id"])),
        ("Published claims we checked", "claims-checked", _claims(book, here, row["round_id"])),
    ]
    shown = tuple(part for part in parts if part[2])
    return Page(here, row["title"], what, shown, tuple(own), bare=True)


def _printed(book: Book, here: str, text: str, ids: str) -> Markup:
    """A number of forces, and every cell that prints it."""
    cells = ids.split()
    if not cells:
        return joined([text or "not known"])
    anchor = book.way.anchor(here, f"number-{cells[0]}")
    book.way.used(cells, here, anchor, book.rounds[here.split("/")[1]]["title"])
    where = joined((book.way.cell(here, one, book.way.name(one)) for one in cells), "; ")
    return Markup('<span id="{}">{}</span> ({})').format(anchor, book.way.cell(here, cells[0], text), where)


def _claims(book: Book, here: str, round_id: str) -> Markup:
    rows = [row for row in records(book.tables.claims) if row["round_id"] == round_id]
    checked = book.of(round_id, "does-the-story-hold")
    told = {one.finding_id.split("/", 2)[2]: one.section.replace("-", " ") for one in checked}
    by = {name: row["publisher"] for name, row in book.way.sources.items()}
    cells = [[row["statement"], book.document(here, row["source_id"], by[row["source_id"]]),
              told.get(row["claim_id"], "not checked"), row["how_checked"]] for row in rows]
    return table("Claims", ["Claim", "Published by", "Verdict", "How checked"], cells, "claims")


def definitions(book: Book) -> Page:
    """Write what the words mean: categories, assumptions, workforce sources."""
    here = "method/definitions"
    trees = []
    for dimension, rows in _grouped(records(book.tables.categories), "dimension").items():
        title, labels = f"Categories of {dimension}", {row["category"]: row["label"] for row in rows}
        cells = [[row["label"], labels.get(row["parent"], ""), row["definition"], row["source"]] for row in rows]
        heads = ["Category", "Part of", "Definition", "Source"]
        trees.append((title, f"categories-{dimension}", table(title, heads, cells)))
    assumed = table("Assumptions", ["If …", "Round", "Why"],
                    [[row["statement"], book.round(here, row["round_id"]), row["reason"]]
                     for row in records(book.tables.assumptions)])
    words = said("Every wording in a document is mapped to these categories, each mapping with its reason.")
    return Page(here, "Definitions and assumptions", words, (*trees, ("Assumptions", "assumptions", assumed)))


def _grouped(rows: list[dict], name: str) -> dict:
    held: dict = {}
    for row in rows:
        held.setdefault(row[name], []).append(row)
    return held


def taking(book: Book) -> Page:
    """Write what there is to download: tables, the workbook, charts and documents, each with its hash."""
    here, listed = "download", download.listing(book.site)
    whole = [one for one in listed if one["path"].count("/") == 1 and not one["path"].endswith("README.md")]
    papers = [one for one in listed if one["path"].startswith("data/raw/")]
    heads = ["File", "What it holds", "Size", "SHA-256"]
    charts = [one for one in listed if one["path"].endswith(".png")]
    hashes = {one["path"]: one["sha256"] for one in listed}
    sections = (
        ("Tables", "tables", table("Tables", heads, [_file(book, here, one) for one in whole])),
        ("Charts", "charts", table("Charts, with their numbers and descriptions",
                                   ["Chart", "About", "Picture", "Numbers", "Words", "SHA-256 of the picture"],
                                   [_chart(book, here, one, hashes) for one in charts])),
        ("Documents", "documents", table("Documents as transcribed or received", heads,
                                         [_file(book, here, one) for one in papers])),
    )
    whole_lists = listing([
        link(trail.file(here, download.PACKAGE), "Description of all files (Frictionless Data Package)"),
        link(trail.file(here, download.SUMS), "All hashes (SHA-256)"),
        leads(here, "method/codebook", "What each column means: the codebook"),
    ])
    licences = listing(link(one["path"], one["title"]) for one in download.LICENCES)
    opening = said(f"As of {_last_seen(book)}, the last day on which a document was read. Licences:")
    return Page(here, "Download", joined([opening, licences, whole_lists]), sections, bare=True)


def _what(book: Book, path: str) -> str:
    name = Path(path)
    if name.suffix == ".csv" and name.stem in columns.TABLES and name.parent == Path("data"):
        return f"One row is {columns.TABLES[name.stem][2]}"
    known = {"findings.json": "Every sentence of this site with its numbers and their cells",
             "datapackage.json": "Description of the tables alone", workbook.file(): "All tables in one workbook"}
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
    sides = [link(trail.file(here, place.with_suffix(side).as_posix()), side[1:].upper())
             for side in (".png", ".csv", ".txt")]
    return [alt, about_whom.get("title") or about_whom["name"], *sides, _hash(hashes[one["path"]])]


def write(page: Page) -> str:
    """Return a page as Sphinx reads it."""
    return json.dumps(page.record(), indent=1, ensure_ascii=False)
