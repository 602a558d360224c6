"""Pages about forces: the map, one force's tables, regions, and where sources contradict each other."""

import re

from markupsafe import Markup

from analysis import subject
from analysis.publish import trail
from analysis.publish.book import Book, kinds, period, records
from analysis.publish.html import Page, joined, leads, listing, said, table

FORCE_HEADS = ["What is counted", "Round", "Period", "Number", "Rate", "95% interval", "Sources"]
RATE_NOTE = (
    "The rate counts per 1,000 {} and per year; the interval says how far chance alone reaches. "
    "Forces in the papers were picked for being high: do not rank by these."
)


def _rate_note() -> Markup:
    return said(RATE_NOTE.format(subject.denominators()[subject.among("any")].whom))


def forces(book: Book, below: list[str]) -> Page:
    """Write the way in: a map of tiles, each a link, and the same links as a list by region."""
    here, counted = "forces/index", _counts(book)
    rows = list(book.forces.values())
    tiled = [row for row in rows if row["tile_row"]]
    first = min((int(row["tile_row"]) for row in tiled), default=1) - 1
    tiles = [_tile(book, here, row, counted, first) for row in sorted(tiled, key=_place)]
    board = Markup(
        '<div class="wide" role="region" aria-label="Map of forces" tabindex="0"><ol class="tiles">{}</ol></div>'
    ).format(joined(tiles))
    plain = [
        (region, f"region-{trail_name(region)}", listing(_entry(book, here, row, counted) for row in group))
        for region, group in _regions(rows)
    ]
    words = said(
        "One tile for each force, roughly where it lies; a dashed tile is a force of which we saw no number. "
        "The list below holds the same links, and the forces that no longer exist."
    )
    return Page(here, "Forces", joined([words, board]), tuple(plain), tuple(below))


def _place(row: dict) -> tuple[int, int]:
    return int(row["tile_row"]), int(row["tile_col"])


def _tile(book: Book, here: str, row: dict, counted: dict, first: int) -> Markup:
    number = counted.get(row["force_id"], 0)
    look = "some" if number else "nothing"
    name = re.sub(r"(?<=\w{6})(shire)\b", "\N{SOFT HYPHEN}\\1", row["short_name"])
    inner = Markup("{} <span>{}</span>").format(name, _so_many(number))
    page = f"forces/{row['force_id']}"
    known = Markup('<a class="{}" href="{}">{}</a>').format(look, trail.to(here, page), inner)
    plain = Markup('<span class="{}">{}</span>').format(look, inner)
    return Markup('<li class="r{} c{}">{}</li>').format(
        int(row["tile_row"]) - first, int(row["tile_col"]), known if page in book.pages else plain
    )


def _so_many(number: int) -> str:
    return f"{number} number{'s' if number > 1 else ''}" if number else "no number"


def _entry(book: Book, here: str, row: dict, counted: dict) -> Markup:
    return joined([book.force(here, row["force_id"]), f" ({_so_many(counted.get(row['force_id'], 0))})"])


def _counts(book: Book) -> dict:
    held: dict = {}
    for force_ids in book.tables.facts["force_ids"]:
        for force_id in force_ids.split():
            held[force_id] = held.get(force_id, 0) + 1
    return held


def _regions(rows: list[dict]) -> list[tuple[str, list[dict]]]:
    names = sorted({row["region"] for row in rows})
    return [(name, [row for row in rows if row["region"] == name]) for name in names]


def trail_name(text: str) -> str:
    """Return a text as part of an address."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def force_sections(book: Book, force_id: str, docname: str) -> list[tuple[str, Markup]]:
    """Return what a force's page shows below its notebook: its numbers with rates, its answers, its documents."""
    facts = [row for row in book.rated if force_id in row["force_ids"].split()]
    rows = [_fact(book, docname, row) for row in facts]
    numbers = table("Every number of the force", FORCE_HEADS, rows, "every-number", ("Number",))
    return [
        ("Its numbers, with rates", joined([numbers, _rate_note()])),
        ("Its answers", answers(book, docname, force_id=force_id)),
        ("Its documents", _documents(book, docname, facts, force_id)),
    ]


def _fact(book: Book, here: str, row: dict, first=None) -> list:
    ids = row["figure_ids"].split()
    anchor = book.way.anchor(here, f"fact-{row['fact_id']}")
    book.way.used(ids, here, anchor, f"{kinds(book, row)} ({period(row)})")
    value = Markup('<span id="{}">{}</span>').format(anchor, book.way.cell(here, ids[0], _value(row)))
    printed = joined((book.way.cell(here, one, book.way.name(one)) for one in ids), "; ")
    rated = _number(row["rate"]), _span(row["lower"], row["upper"]) if row["exposure"] else "no rate"
    head = [first] if first is not None else []
    return [*head, kinds(book, row), book.round(here, row["round_id"]), period(row), value, *rated, printed]


def _value(row: dict) -> str:
    if row["agreement"] == "conflict" and row["hull_low"] != row["hull_high"]:
        return f"{row['hull_low'] or '?'} to {row['hull_high'] or 'no upper limit'} (sources differ)"
    if row["status"] == "share":
        return f"{float(row['share_low']):.0%}"
    if row["low"] == row["high"]:
        return row["low"] or row["status"]
    return f"{row['low'] or 0} to {row['high']}" if row["high"] else f"at least {row['low'] or 0}"


def _number(text: str) -> str:
    return f"{float(text):.2f}" if text and text != "nan" else ""


def _span(low: str, high: str) -> str:
    most = "no upper limit" if high in ("inf", "", "nan") else _number(high)
    return f"{_number(low)} to {most}"


def answers(book: Book, here: str, force_id: str = "", round_id: str = "") -> Markup:
    """A table of how a force answered each round, or how each force answered one."""
    rows = [
        row
        for row in records(book.tables.coverage)
        if force_id in ("", row["force_id"]) and round_id in ("", row["round_id"])
    ]
    cells = [
        [
            book.round(here, row["round_id"]) if force_id else book.force(here, row["force_id"]),
            row["answer"],
            ", ".join(row["exemptions"].split()),
            _thousands(row["headcount"]),
            row["reason"],
        ]
        for row in rows
    ]
    heads = ["Round" if force_id else "Force", "Answer", "Exemptions", "Workforce", "Why we say so"]
    return table(
        "Answers in each round" if force_id else "Answers of each force", heads, cells, "answers", ("Workforce",)
    )


def _thousands(text: str) -> str:
    return f"{int(float(text)):,}" if text else "not known"


def _documents(book: Book, here: str, facts: list[dict], force_id: str) -> Markup:
    printed = {one.partition(":")[0] for row in facts for one in row["figure_ids"].split()}
    rows = [
        row for row in book.way.sources.values() if row["source_id"] in printed or force_id in row["force_ids"].split()
    ]
    cells = [
        [
            book.document(here, row["source_id"], row["title"] or row["source_id"]),
            row["publisher"],
            row["kind"],
            row["published_on"] or "not known",
        ]
        for row in rows
    ]
    return table("Documents with a number or reply of the force", ["Document", "Publisher", "Kind", "Date"], cells)


def numbers_by_force(book: Book, here: str, round_id: str) -> Markup:
    """A table of every number of a round that belongs to one force or several, with rates and intervals."""
    own = [row for row in book.rated if row["round_id"] == round_id and row["force_ids"]]
    rows = [_fact(book, here, row, book.force(here, row["force_ids"])) for row in own]
    body = table("Numbers by force", ["Force", *FORCE_HEADS], rows, "by-force", ("Number",))
    return joined([body, _rate_note()])


def regions(book: Book) -> list[Page]:
    """Write one sheet for each region: its forces and their numbers, ready to quote."""
    made = [_region(book, name, rows) for name, rows in _regions(list(book.forces.values()))]
    here = "regions/index"
    words = said("One sheet for each region: every sentence may be quoted as it stands, with its caveats.")
    links = listing(leads(here, page.docname, page.title) for page in made)
    return [Page(here, "Regions", joined([words, links]), below=tuple(page.docname for page in made), bare=True), *made]


def _region(book: Book, name: str, rows: list[dict]) -> Page:
    here = f"regions/{trail_name(name)}"
    caution = said(
        "Forces counted different things, over different years. A high number may mean good detection, silence is not "
        "zero, and forces that papers named were picked for being high: make no league table from these."
    )
    sections = []
    for row in rows:
        told = [one for section in ("answer", "numbers") for one in book.of(row["force_id"], "force-page", section)]
        lines = [said(joined(["More: ", book.force(here, row["force_id"]), "."]))]
        findings = [book.way.finding(here, one) for one in told]
        sections.append((row["name"], row["force_id"], joined([*findings, *lines])))
    return Page(here, name, caution, tuple(sections))


def contradictions(book: Book) -> Page:
    """Write every number on which sources contradict each other: all values, who printed each, from which origin."""
    here = "contradictions"
    conflicts = [one for one in book.findings if one.section == "conflicts"]
    told = {one.finding_id.split("/", 2)[2].partition("-")[2]: one for one in conflicts}
    rows = [row for row in records(book.tables.facts) if row["agreement"] == "conflict"]
    parts = []
    for round_id, title in [(one["round_id"], one["title"]) for one in book.rounds.values()]:
        own = [_conflict(book, here, row, told) for row in rows if row["round_id"] == round_id]
        if own:
            parts.append((title, f"in-{round_id}", joined(own)))
    words = said(
        "Where sources print different values, or different words for one value, all are shown. A force or publisher "
        "is described by what it printed; a difference proves no error. Papers of one origin repeat one release."
    )
    return Page(here, "Contradictions", words, tuple(parts))


def _conflict(book: Book, here: str, row: dict, told: dict) -> Markup:
    named = re.split(r"[\s\[\];]+", row["alternatives"])
    ids = [one for one in dict.fromkeys([*row["figure_ids"].split(), *named]) if one in book.way.figures]
    finding = told.get(row["fact_id"])
    head = book.way.finding(here, finding) if finding else said(kinds(book, row))
    anchor = book.way.anchor(here, f"fact-{row['fact_id']}")
    book.way.used(ids, here, anchor, f"Contradiction: {kinds(book, row)}")
    cells = [_printed(book, here, book.way.figures[one]) for one in ids]
    name = ", ".join(book.forces[one]["name"] for one in row["force_ids"].split() if one in book.forces)
    caption = f"Who printed what: {name or row['place'] or 'all forces'}, {kinds(book, row)}, {period(row)}"
    heads = ["Publisher", "As written", "About", "What", "Period", "Origin"]
    return joined([head, table(caption, heads, cells, anchor)])


def _printed(book: Book, here: str, row: dict) -> list:
    source = book.way.sources[row["source_id"]]
    words = (row["unit_as_written"], row["misuse_as_written"], row["outcome_as_written"])
    what = "; ".join(word for word in words if word)
    written = book.way.cell(here, row["figure_id"], row["as_written"])
    return [
        source["publisher"] or source["source_id"],
        written,
        row["place"] or row["force_as_written"],
        what,
        row["period_as_written"],
        source["derived_from"] or "its own",
    ]
