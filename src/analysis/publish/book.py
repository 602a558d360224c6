"""What every page is written from: the tables, the findings, the way home of each number, and the names of things."""

import csv
import tomllib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from markupsafe import Markup

from analysis import tables
from analysis.measure import compare, rates
from analysis.publish import html, trail
from analysis.tell import findings, words

WHERE = ("forces_asked_where", "forces_replied_where")
WORDS = ("force", "period", "role", "unit", "misuse", "outcome")


@dataclass
class Book:
    """Everything a page may need; `site` is the staged generation, `front` what docs/front.toml says."""

    tables: tables.Tables
    findings: list
    way: trail.Trail
    site: Path
    front: dict
    forces: dict = field(default_factory=dict)
    rounds: dict = field(default_factory=dict)
    pages: dict = field(default_factory=dict)

    @cached_property
    def labels(self) -> dict:
        """What each category is called, by (dimension, category)."""
        return {(one["dimension"], one["category"]): one["label"] for one in records(self.tables.categories)}

    @cached_property
    def rated(self) -> list[dict]:
        """Every fact with its rate and what chance allows, worked out once for all pages."""
        found = rates.per_thousand(self.tables.facts, self.tables.workforce)
        low, high = compare.exact_interval(found["low"], found["high"], found["exposure"])
        return records(found.assign(lower=low, upper=high))

    @property
    def last_seen(self) -> str:
        """The last day on which a document was read."""
        return max((row["seen_on"] for row in self.way.sources.values()), default="not known")

    def of(self, subject: str, topic: str = "", section: str = "") -> list:
        """The findings about a round or force, of one topic and section where these are given."""
        return [
            one
            for one in self.findings
            if one.subject == subject and topic in ("", one.topic) and section in ("", one.section)
        ]

    def force(self, here: str, force_ids: str) -> Markup:
        """Link the names of forces to their pages."""
        names = [self._force(here, force_id) for force_id in force_ids.split()]
        return html.joined(names, ", ")

    def _force(self, here: str, force_id: str) -> Markup:
        name = self.forces[force_id]["name"] if force_id in self.forces else force_id
        return self._leads(here, f"forces/{force_id}", name)

    def document(self, here: str, source_id: str, text: str) -> Markup:
        """Link a text to the page of a document, if it has one: those that are not public yet have none."""
        return self._leads(here, f"evidence/{source_id}", text)

    def round(self, here: str, round_id: str) -> Markup:
        """Link the title of a round to its page."""
        row = self.rounds.get(round_id, {"title": round_id})
        return self._leads(here, f"rounds/{round_id}/index", row["title"])

    def _leads(self, here: str, page: str, text: str) -> Markup:
        """Link a text to a page, or leave it a text where there is no such page."""
        return html.leads(here, page, text) if page in self.pages else Markup("{}").format(text)


def opened(site: Path, docs: Path) -> Book:
    """Return the book of a staged generation, with no page written yet; the tables are those `analysis.load` reads."""
    held = tables.load()
    figures = {row["figure_id"]: row for row in records(held.figures)}
    sources = {row["source_id"]: row for row in records(held.sources)}
    rounds = {row["round_id"]: row for row in records(held.rounds)}
    claims = {
        row["claim_id"]: tuple(one for one in row["figures"].split() if one in figures) for row in records(held.claims)
    }
    told = findings.from_json((site / "data" / findings.FILE).read_text("utf-8"))
    front = tomllib.loads((docs / "front.toml").read_text("utf-8"))
    named = [one for finding in told for number in finding.numbers for one in number.figure_ids]
    named += [one for row in rounds.values() for where in WHERE for one in row[where].split()]
    figures |= _beside(set(named) - set(figures), sources, held.figures.columns, site / "data" / "raw")
    return Book(
        held,
        told,
        trail.Trail(figures, sources, frozenset(rounds), claims),
        site,
        front,
        {row["force_id"]: row for row in records(held.forces)},
        rounds,
    )


def _beside(ids: set, sources: dict, names, raw: Path) -> dict:
    """Return cells that are said but are no figures, such as how many forces replied, as rows like those of figures."""
    found = {}
    for source_id in sorted({one.partition(":")[0] for one in ids}):
        for line, row in _lines(raw / sources[source_id]["file"]):
            figure_id = f"{source_id}:L{line}"
            if figure_id in ids:
                own = {
                    "figure_id": figure_id,
                    "source_id": source_id,
                    "round_id": sources[source_id]["round_id"],
                    "as_written": row["value"],
                    "status": f"a number of {row['unit']}, no figure",
                    "locator": f"{sources[source_id]['file']}:L{line}",
                    "where_printed": row["where_printed"],
                    **{f"{name}_as_written": row[name] for name in WORDS},
                }
                found[figure_id] = dict.fromkeys(names, "") | own
    return found


def _lines(file: Path):
    """Yield the rows of a transcript with the line each starts on."""
    with file.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        start = 2
        for row in reader:
            yield start, row
            start = reader.line_num + 1


def records(frame) -> list[dict]:
    """Return a table's rows with plain texts: empty for what is missing, ISO dates, whole numbers."""
    return [
        {name: _text(value) for name, value in row.items()}
        for row in frame.astype("object").where(frame.notna(), "").to_dict("records")
    ]


def _text(value) -> str:
    return str(value.date()) if hasattr(value, "date") else str(value)


def period(row: dict) -> str:
    """Say a row's period, or that none is stated."""
    return words.period(row["period_start"], row["period_end"]) or "not stated"


def reading(row: dict) -> str:
    """Say how a number is read: its limits and why they are what they are."""
    if row["status"] in ("exact", "zero"):
        return row["low"]
    if row["status"] == "share":
        return f"a share of {words.share(float(row['share_low']), float(row['share_high']))}"
    if row["low"] or row["high"]:
        return f"{row['status']}: {words.span(int(row['low'] or 0), int(row['high']) if row['high'] else None)}"
    return row["status"]


def kinds(book: Book, row: dict) -> str:
    """Say in the words of the category trees what a number counts."""
    parts = []
    for dimension in ("outcome", "conduct", "system"):
        for category in row[dimension].replace("&", "|").split("|"):
            if category and category != "not-stated":
                parts.append(book.labels.get((dimension, category), category))
    return f"{row['unit']}: {', '.join(parts) or 'kind not stated'}"
