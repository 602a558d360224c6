"""Evidence: one page per document, an anchor for every number in it, and from each the places that use it."""

import re

from markupsafe import Markup

from analysis.publish import trail
from analysis.publish.book import Book, reading, records
from analysis.publish.html import Page, about, joined, leads, link, listing, outside, said, table

ANSWERED = {"reply": "Reply to a request", "report": "Report", "press": "Press"}
FEW = 3
HEADS = ["Where it stands", "As written", "How it is read", "About", "Period", "Who", "What", "Used in"]
INTRODUCTION = (
    "One page for each document: what it is, where it was found, and every number in it as it is written. "
    "Each number has an address of its own, so that a sentence can lead to it, and it leads back to each such sentence."
)


def pages(book: Book) -> list[Page]:
    """Write the list of documents and a page for each. Write these last: they say where each number is used."""
    sources = [row for row in records(book.tables.sources) if row["public"] == "yes"]
    made = [_page(book, row) for row in sources]
    return [_list(book, sources), *made]


def docnames(book: Book) -> list[str]:
    """Return the names of the pages that `pages` will write."""
    return [
        "evidence/index",
        *(f"evidence/{row['source_id']}" for row in records(book.tables.sources) if row["public"] == "yes"),
    ]


def _list(book: Book, sources: list[dict]) -> Page:
    here = "evidence/index"
    counts: dict = {}
    for figure_id in book.way.figures:
        counts[figure_id.partition(":")[0]] = counts.get(figure_id.partition(":")[0], 0) + 1
    rows = [
        [
            leads(here, f"evidence/{row['source_id']}", row["title"] or row["source_id"]),
            row["publisher"],
            ANSWERED.get(row["kind"], row["kind"]),
            row["published_on"] or "not known",
            book.round(here, row["round_id"]),
            str(counts.get(row["source_id"], 0)),
        ]
        for row in sources
    ]
    heads = ["Document", "Publisher", "Kind", "Date", "Round", "Numbers"]
    body = table("All documents", heads, rows, numeric=("Numbers",))
    return Page(here, "Evidence", joined([said(INTRODUCTION), body]), bare=True)


def _page(book: Book, source: dict) -> Page:
    here = f"evidence/{source['source_id']}"
    own = [row for row in book.way.figures.values() if row["source_id"] == source["source_id"]]
    own.sort(key=lambda row: [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", row["figure_id"])])
    rows = [(trail.home(row["figure_id"])[1], _cells(book, here, row)) for row in own]
    caption = f"Every number in this document, {len(own)} in all" if own else "Numbers in this document"
    empty = said("No number of this document could be seen; it is listed because it shows what was asked.")
    numbers = table(caption, HEADS, rows) if rows else empty
    title = " – ".join(part for part in (source["publisher"], source["title"]) if part) or source["source_id"]
    whole = joined([said(leads(here, "evidence/index", "All documents")), _about(book, here, source)])
    return Page(here, title, whole, (("The numbers", "numbers", numbers),), bare=True, orphan=True)


def _about(book: Book, here: str, source: dict) -> Markup:
    origin = source["derived_from"]
    file = f"data/raw/{source['file']}"
    return about(
        [
            ("Kind", ANSWERED.get(source["kind"], source["kind"])),
            ("Round", book.round(here, source["round_id"])),
            ("About", book.force(here, source["force_ids"])),
            ("Asked by", source["requester"]),
            ("Asked", source["asked"]),
            ("Period asked about", source["period_asked"]),
            ("Answer", source["answer"]),
            ("Exemptions", ", ".join(source["exemptions"].split())),
            ("Reference", source["reference"]),
            ("Address", outside(source["url"])),
            ("Date", f"{source['published_on'] or 'not known'} ({source['published_basis']})"),
            ("Seen", f"{source['seen_on']}, extent: {source['extent_seen']}"),
            ("Figures visible", source["figures_visible"]),
            ("Repeats", book.document(here, origin, origin)),
            ("File", link(trail.file(here, file), source["file"]) if (book.site / file).is_file() else source["file"]),
            ("SHA-256 of the file", Markup('<span class="hash">{}</span>').format(source["sha256"])),
            ("Note", source["note"]),
        ]
    )


def _cells(book: Book, here: str, row: dict) -> list:
    used = [
        leads(here, use.docname, f"{_called(book, use.docname)}: {use.label}", use.anchor)
        for use in book.way.uses.get(row["figure_id"], {})
    ]
    written = Markup('<q class="written">{}</q>').format(row["as_written"])
    what = joined((part for part in (row["misuse_as_written"], row["outcome_as_written"]) if part), "; ")
    who = ", ".join(part for part in (row["role_as_written"], row["unit_as_written"]) if part)
    place = Markup('<span title="{}">{}</span>').format(row["locator"], trail.spoken(trail.home(row["figure_id"])[1]))
    about_whom = book.force(here, row["force_ids"]) or row["place"] or row["force_as_written"]
    return [
        place,
        written,
        reading(row),
        about_whom,
        row["period_as_written"],
        who,
        what,
        _folded(used) or "nowhere yet",
    ]


def _folded(used: list[Markup]) -> Markup:
    """List some uses, and fold a long list so that a row stays a row."""
    if len(used) <= FEW:
        return listing(used)
    return Markup("<details><summary>{} places</summary>{}</details>").format(len(used), listing(used))


def _called(book: Book, docname: str) -> str:
    """Say what a page is about: a force, a round, or the page's own name."""
    kind, _, rest = docname.partition("/")
    subject = rest.partition("/")[0]
    if kind == "forces" and subject in book.forces:
        return book.forces[subject]["short_name"]
    if kind == "rounds" and subject in book.rounds:
        return book.rounds[subject]["title"]
    return {"index": "Findings", "regions": f"Region {subject.replace('-', ' ')}"}.get(kind, kind.capitalize())
