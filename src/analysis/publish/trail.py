"""The way home of every number: from where it is said to the cell it came from, and back."""

import posixpath
import re
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from markupsafe import Markup

from analysis.tell import findings

HTML = ".html"
# The table of a round's page in which the rows stand that a topic counts; all others count answers.
TABLES = {"does-the-story-hold": "claims", "do-forces-differ": "by-force", "what-was-misused": "by-force"}


@dataclass(frozen=True)
class Use:
    """A place that says a number: its page, the anchor on it, and how a reader would call it."""

    docname: str
    anchor: str
    label: str


@dataclass
class Trail:
    """All figures by id, the sources they stand in, and, filled while pages are written, where each is used."""

    figures: dict
    sources: dict
    rounds: frozenset = frozenset()
    claims: dict = field(default_factory=dict)
    uses: dict = field(default_factory=dict)
    anchors: dict = field(default_factory=dict)

    def anchor(self, docname: str, name: str) -> str:
        """Return an anchor that occurs once on its page."""
        taken = self.anchors.setdefault(docname, {})
        taken[name] = taken.get(name, 0) + 1
        return name if taken[name] == 1 else f"{name}--{taken[name]}"

    def used(self, figure_ids, docname: str, anchor: str, label: str) -> None:
        """Remember that a place says these figures."""
        for figure_id in figure_ids:
            self.uses.setdefault(figure_id, {})[Use(docname, anchor, label)] = None

    def cell(self, docname: str, figure_id: str, text) -> Markup:
        """Link a text to the anchor of one figure, if its document has a page. Raises KeyError for one not there."""
        self.figures[figure_id]
        if not self.public(figure_id):
            return Markup("{}").format(text)
        return Markup('<a class="number" href="{}">{}</a>').format(to(docname, *home(figure_id)), text)

    def number(self, docname: str, number, finding) -> Markup:
        """Link a number of a finding to the first of its cells; one that counts rows, to the table of those rows."""
        if number.figure_ids:
            return self.cell(docname, number.figure_ids[0], number.text)
        return Markup('<a class="number" href="{}">{}</a>').format(to(docname, *self.counted(finding)), number.text)

    def counted(self, finding) -> tuple[str, str]:
        """Return where the rows stand that a finding counts: a table of its round, of its force, or of all rounds."""
        beside = finding.finding_id.partition("/beside-")[2]
        if beside:
            return f"rounds/{beside}/index", "by-force"
        if finding.subject in self.rounds:
            return f"rounds/{finding.subject}/index", TABLES.get(finding.topic, "answers")
        if finding.topic == "force-page":
            return f"forces/{finding.subject}", "every-number"
        return "rounds/index", "all-rounds"

    def finding(self, docname: str, finding) -> Markup:
        """Write a finding: its sentence with linked numbers, what it rests on, and every cell behind it."""
        anchor = self.anchor(docname, finding.finding_id)
        own = self.claims.get(finding.finding_id.split("/", 2)[-1], ())
        cells = list(dict.fromkeys([one for number in finding.numbers for one in number.figure_ids] + list(own)))
        self.used(cells, docname, anchor, finding.title or finding.sentence)
        said = Markup("").join(
            text if number is None else self.number(docname, replace(number, text=text), finding)
            for text, number in findings.pieces(finding)
        )
        notes = [Markup("<li>{}</li>\n").format(line) for line in (*finding.basis, *finding.caveats)]
        if cells:
            links = Markup(" · ").join(self.cell(docname, one, self.name(one)) for one in cells)
            notes.append(Markup("<li>Printed in: {}.</li>").format(links))
        more = Markup("<details><summary>What this rests on</summary><ul>{}</ul></details>")
        return Markup('<div class="finding" id="{}"><p>{}</p>{}</div>').format(
            anchor, said, more.format(Markup("").join(notes)) if notes else ""
        )

    def loose(self, docname: str, ids: list[str], text: Markup) -> Markup:
        """Link a number that stands in no sentence, such as one in a table, to its cells."""
        anchor = self.anchor(docname, f"number-{ids[0]}")
        self.used(ids, docname, anchor, f"“{text.unescape()}” in a table")
        rest = Markup(" · ").join(self.cell(docname, one, self.name(one)) for one in ids)
        more = Markup("<details><summary>{} cells</summary>{}</details>").format(len(ids), rest)
        return Markup('<span id="{}">{}</span>{}').format(
            anchor, self.cell(docname, ids[0], text), more if len(ids) > 1 else ""
        )

    def name(self, figure_id: str) -> str:
        """Say which cell a figure is: its publisher and its place."""
        source_id, _, place = figure_id.partition(":")
        source = self.sources[source_id]
        waits = "" if self.public(figure_id) else " (not public yet)"
        return f"{source['publisher'] or source['title'] or source_id}, {spoken(place)}{waits}"

    def public(self, figure_id: str) -> bool:
        """Say whether the document of a figure is public: only then it has a page."""
        return self.sources[figure_id.partition(":")[0]]["public"] == "yes"


def home(figure_id: str) -> tuple[str, str]:
    """Return the page and the anchor of a figure."""
    source_id, _, place = figure_id.partition(":")
    return f"evidence/{source_id}", place


def spoken(place: str) -> str:
    """Say a cell's address: line and field of a text file in words, any other as it is."""
    found = re.fullmatch(r"L(\d+)(?:F(\d+))?", place)
    if not found:
        return place
    return f"line {found[1]}" + (f", field {found[2]}" if found[2] else "")


def to(docname: str, target: str, anchor: str = "") -> str:
    """Return the address of a page, and an anchor on it, from another page."""
    start = posixpath.dirname(docname) or "."
    path = "" if docname == target and anchor else quote(posixpath.relpath(target, start)) + HTML
    return path + (f"#{quote(anchor, safe='/:!')}" if anchor else "")


def file(docname: str, path: str) -> str:
    """Return the address of a file of the site from a page."""
    return quote(posixpath.relpath(path, posixpath.dirname(docname) or "."))


def shown(finding_html: str, trail: Trail, docname: str, known: dict) -> str:
    """Return a notebook's html with each finding in it written anew, its numbers linked.

    Raises ValueError when a number in it belongs to no stored finding.
    """

    def again(found: re.Match) -> str:
        finding = known.get(_unescaped(found[1]))
        if finding is None or findings.html(finding) != found[0]:
            raise ValueError(f"{docname}: the notebook shows another sentence than findings.json at {found[1]}")
        return str(trail.finding(docname, finding))

    def loose(found: re.Match) -> str:
        ids, said = _unescaped(found[1]).split(), Markup(found[2])
        return str(trail.loose(docname, ids, said)) if ids else str(said)

    whole = re.sub(r'<div class="finding" id="([^"]*)">.*?</div>', again, finding_html, flags=re.DOTALL)
    return re.sub(r'<span class="number" data-figures="([^"]*)">(.*?)</span>', loose, whole, flags=re.DOTALL)


def _unescaped(text: str) -> str:
    return Markup(text).unescape()
