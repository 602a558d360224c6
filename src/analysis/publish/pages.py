"""Pages about the whole: the findings first, the rounds, the method."""

import json
from pathlib import Path

from markupsafe import Markup

from analysis import subject
from analysis.publish import places, sheets
from analysis.publish.book import Book, period, records
from analysis.publish.html import Page, about, joined, leads, listing, said, table


def front(book: Book, below: list[str]) -> Page:
    """Write the front page: the story of one round, then the other rounds, and how current and complete it is."""
    here, wanted = "index", book.front["round"]
    told = _first(book, wanted, book.front["sentences"])
    sentences = joined(book.way.finding(here, one) for one in told)
    charts = joined(
        sheets.picture(here, _pictures(book, notebook, wanted), cell)
        for notebook, cell in (name.split("/") for name in book.front["charts"])
        if (_pictures(book, notebook, wanted) / f"{cell}.png").is_file()
    )
    title = book.rounds[wanted]["title"] if wanted in book.rounds else "Findings"
    parts = [
        (f"The round in pictures: {title}", "pictures", charts),
        ("The other rounds", "other-rounds", _others(book, here)),
        ("How current and how complete", "state", _state(book, here)),
    ]
    opening = said(
        joined(
            [
                subject.term("opening")[0],
                " First the round of ",
                book.round(here, wanted),
                "; each number leads to where it stands.",
            ]
        )
    )
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
    return about(
        [
            ("Last document seen", book.last_seen),
            ("Documents", leads(here, "evidence/index", str(len(sources)))),
            ("Numbers", str(len(book.tables.figures))),
            ("Forces with a number of their own", leads(here, "forces/index", covered)),
            ("Corrections", changes if "method/changes" in book.pages else ""),
        ]
    )


def rounds(book: Book, sheets_of: dict) -> list[Page]:
    """Write the list of rounds and a page for each; sheets_of: the notebook pages, (docname, question), by round."""
    here = "rounds/index"
    made = [_round(book, row, sheets_of.get(round_id, [])) for round_id, row in book.rounds.items()]
    rows = [
        [
            book.round(here, row["round_id"]),
            row["asked_by"],
            period(row),
            row["unit"],
            _count(row["forces_asked"]),
            _count(row["forces_replied"]),
        ]
        for row in book.rounds.values()
    ]
    words = said("A round is one question put to many forces. Rounds ask different things: they cannot be added up.")
    body = table(
        "All rounds",
        ["Round", "Asked by", "Period", "Counts", "Asked", "Replied"],
        rows,
        "all-rounds",
        numeric=("Asked", "Replied"),
    )
    below = [page.docname for page in made] + [name for name, _ in sheets_of.get("", [])]
    across = [leads(here, name, question) for name, question in sheets_of.get("", [])]
    more = joined(said(joined(["Across rounds: ", one])) for one in across)
    return [Page(here, "Rounds", joined([words, body, more]), below=tuple(below), bare=True), *made]


def _count(text: str) -> str:
    return text or "not known"


def _round(book: Book, row: dict, own: list[tuple[str, str]]) -> Page:
    here = f"rounds/{row['round_id']}/index"
    what = about(
        [
            ("Question", row["question"]),
            ("Asked by", row["asked_by"]),
            ("Period", f"{period(row)} ({row['period_basis']})"),
            ("One count is", row["counts"]),
            ("Forces asked", _printed(book, here, row["forces_asked"], row["forces_asked_where"])),
            ("Forces that replied", _printed(book, here, row["forces_replied"], row["forces_replied_where"])),
            (
                "Named forces were picked",
                {"yes": "yes, by who published: they are not typical"}.get(row["selected"], "no"),
            ),
            ("Comparable with", row["comparable_with"] or "no other round"),
            ("Why", row["comparable_reason"]),
            ("Note", row["note"]),
        ]
    )
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
    cells = [
        [
            row["statement"],
            book.document(here, row["source_id"], by[row["source_id"]]),
            told.get(row["claim_id"], "not checked"),
            row["how_checked"],
        ]
        for row in rows
    ]
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
    assumed = table(
        "Assumptions",
        ["If …", "Round", "Why"],
        [
            [row["statement"], book.round(here, row["round_id"]), row["reason"]]
            for row in records(book.tables.assumptions)
        ],
    )
    words = said("Every wording in a document is mapped to these categories, each mapping with its reason.")
    return Page(here, "Definitions and assumptions", words, (*trees, ("Assumptions", "assumptions", assumed)))


def _grouped(rows: list[dict], name: str) -> dict:
    held: dict = {}
    for row in rows:
        held.setdefault(row[name], []).append(row)
    return held


def write(page: Page) -> str:
    """Return a page as Sphinx reads it."""
    return json.dumps(page.record(), indent=1, ensure_ascii=False)
