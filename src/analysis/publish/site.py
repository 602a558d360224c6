"""The site: pages from the tables and the executed notebooks, through the templates beside this file."""

import csv
import json
import posixpath
import shutil
from collections import Counter
from functools import cached_property
from pathlib import Path
from string import Formatter
from urllib.parse import SplitResult, urlsplit

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

from analysis import project
from analysis.publish import kernels, runs, workbook
from analysis.publish.runs import Run

HERE = Path(__file__).parent
REPLIED = ("full", "partial", "replied, named", "replied, unnamed", "not held")
SILENT = ("refused", "no reply")
ABBREVIATION = 5  # letters of a name that is an abbreviation at most
# Small tables in data/raw that readers see, empty or not: what we corrected, and whom we asked for a reply.
READERS = {
    "corrections": ["date", "page", "what", "was", "now", "why"],
    "right_of_reply": ["asked_on", "whom", "about", "answered_on", "answer", "url"],
}


def write(folder: Path, tables, kept: dict[Run, Path], findings: list[dict], flagged: set[str] = frozenset()) -> None:
    """Write every page and file of a generation into a new folder.

    tables: as `analysis.load` gives them; kept: the folder with the result of each run; findings: the sentences
    collected from the runs; flagged: files below data/raw that must contribute nothing.
    """
    site = Site(folder, tables, kept, findings)
    site.sources = {name: row for name, row in site.sources.items() if row["file"] not in flagged}
    _files(site)
    for run in kept:
        site.page(run.page, "force.html" if "force" in run.parameters else "run.html", **site.run(run))
    _forces(site)
    _rounds(site)
    _guides(site)
    _evidence(site)  # after all that uses a number
    _official(site)
    site.page("contradictions/index.html", "contradictions.html", conflicts=site.conflicts(tables.facts))
    site.page("corrections/index.html", "corrections.html", **{name: _small(name) for name in READERS})
    site.page("download/index.html", "download.html", files=_downloads(folder))
    site.page("index.html", "index.html", **_front(site))
    site.page("search/index.html", "search.html")
    feed = site.jinja.get_template("feed.atom").render(corrections=_small("corrections"), updated=site.last_seen)
    (folder / "corrections" / "feed.atom").write_text(feed + "\n", "utf-8", newline="\n")
    listed = json.dumps(site.index(), ensure_ascii=False)
    (folder / "search" / "entries.js").write_text(f"window.entries = {listed};\n", "utf-8", newline="\n")


class Site:
    """What every page may need: rows by their id, where each number is used, and the templates."""

    def __init__(self, folder: Path, tables, kept: dict[Run, Path], findings: list[dict]):
        self.folder, self.tables, self.kept = folder, tables, kept
        self.findings = [dict(one, page=_page(one)) for one in findings]
        self.forces = {row["force_id"]: row for row in rows(tables.forces)}
        self.rounds = {row["round_id"]: row for row in rows(tables.rounds)}
        self.sources = {row["source_id"]: row for row in rows(tables.sources) if row["public"] == "yes"}
        self.figures = {row["figure_id"]: row for row in rows(tables.figures)}
        self.facts = rows(tables.facts)
        docs = project.root() / "docs"
        self.guides = {file.name: file for file in runs.below(docs) if file.suffix == ".md"} if docs.is_dir() else {}
        self.entries: list[dict] = []
        self.uses: dict[str, dict] = {}
        self.jinja = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined)
        self.jinja.trim_blocks = self.jinja.lstrip_blocks = True
        self.suggestions = self._suggestions()
        self.jinja.filters |= {"span": span, "place": place, "period": period, "source": source_of, "day": day}
        self.jinja.globals |= {"site": self, "headings": _headings(kept)}

    def page(self, path: str, template: str, **told) -> None:
        """Write one page through its template."""
        root = posixpath.relpath(".", posixpath.dirname(path) or ".") + "/"
        html = self.jinja.get_template(template).render(here=path, root="" if root == "./" else root, **told)
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(html + "\n", "utf-8", newline="\n")

    def _suggestions(self) -> list[dict]:
        """Return what the box for a force suggests: each force by its name and by what it is called for short."""
        found = [{"t": row["name"], "u": f"forces/{one}.html", "o": row["short_name"]} for one, row in self.forces.items()]
        short = [row for row in _lookup("aliases") if row["alias"].isupper() and len(row["alias"]) <= ABBREVIATION]
        named = [row for row in short if row["force_id"] in self.forces]
        return found + [{"t": row["alias"], "u": f"forces/{row['force_id']}.html", "o": self.forces[row["force_id"]]["name"]} for row in named]

    @cached_property
    def last_seen(self) -> str:
        """The last day on which a document was read."""
        return max((row["seen_on"] for row in self.sources.values()), default="")

    @cached_property
    def labels(self) -> dict[str, str]:
        """What each category is called."""
        return {row["category"]: row["label"] for row in rows(self.tables.categories)}

    def kind(self, row: dict) -> str:
        """Say in the words of the category trees what a number counts."""
        parts = [one for name in ("outcome", "conduct", "system") for one in row[name].replace("&", "|").split("|")]
        told = [self.labels.get(one, one) for one in parts if one not in ("", "not-stated")]
        return f"{row['unit']}: {', '.join(dict.fromkeys(told)) or 'kind not stated'}"

    def public(self, figure_id: str) -> bool:
        """Say whether the document of a figure has a page."""
        return source_of(figure_id) in self.sources

    def used(self, figure_ids: list[str], page: str, anchor: str, label: str) -> None:
        """Remember that a place of the site shows these figures."""
        for one in figure_ids:
            self.uses.setdefault(one, {})[f"{page}#{anchor}" if anchor else page] = label

    def strength(self, source: dict) -> str:
        """Say what a document is worth, as a badge."""
        if source["kind"] == "press":
            return "one unverified copy" if source["publisher"].endswith("copy)") else "press"
        return {"reply": "own reply"}.get(source["kind"], source["kind"])

    def run(self, run: Run) -> dict:
        """Return what the template of an executed notebook shows: its title, its subject and its blocks."""
        cells = json.loads((self.kept[run] / "notebook.ipynb").read_text("utf-8"))["cells"]
        blocks = _told([block for cell in cells for block in self._blocks(cell, run)])
        title = next((block["title"] for block in blocks if block.get("title")), run.notebook.stem)
        self.entries.append({"t": title, "u": run.page, "k": self.name_of(run.part) or "all rounds", "w": _words(blocks)})
        listed = [one for one in self.kept if one.part == run.part and "force" not in one.parameters]
        return {"run": run, "title": title, "blocks": blocks, "subject": self.name_of(run.part), "listed": listed}

    def name_of(self, subject: str) -> str:
        """Return the name of a round or force, empty for all."""
        return self.rounds.get(subject, {}).get("title") or self.forces.get(subject, {}).get("name", "")

    def _blocks(self, cell: dict, run: Run) -> list[dict]:
        source = "".join(cell["source"]).strip()
        if cell["cell_type"] == "markdown":
            title = source.partition("\n")[0].removeprefix("# ") if source.startswith("# ") else ""
            text = source.partition("\n")[2] if title else source
            beside = {one.notebook.name: one.page for one in self.kept if one.part in ("", run.part)}
            return [{"kind": "words", "html": self.markdown(text, beside), "title": title}]
        code = [{"kind": "code", "text": source}] if source else []
        return code + [block for output in cell["outputs"] if (block := self._output(output, run))]

    def _output(self, output: dict, run: Run) -> dict:
        """Return an output as a block: html only where it comes with a record, as `say` and `show` escape theirs."""
        record = output.get("metadata", {}).get(kernels.RECORD, {})
        data = {kind: "".join(text) for kind, text in output.get("data", {}).items() if isinstance(text, str | list)}
        anchor = record.get("id", "")
        said = record.get("text") or record.get("caption") or record.get("title", "")
        self.used(record.get("figure_ids", []), run.page, anchor, f"{self.name_of(run.part) or 'All rounds'}: {said}")
        if record.get("kind") == "chart":
            return {"kind": "chart", **self.chart(run, record["name"]), "record": record}
        if record and "text/html" in data:
            html = Markup(data["text/html"].replace('href="../site/', 'href="../'))  # noqa: S704 (escaped by `say` and `show`)
            return {"kind": record["kind"], "html": html, "id": anchor, "record": record}
        text = data.get("text/plain") or "".join(output.get("text", ""))
        return {"kind": "text", "text": text} if text.strip() else {}

    def chart(self, run: Run, name: str) -> dict:
        """Return where the files of a chart lie, from the top of the site, and its size."""
        base = f"figures/{run}/{name}"
        sides = {side: f"{base}{side}" for side in (".png", ".svg", "-dark.png", ".csv", ".txt")}
        there = {side: path for side, path in sides.items() if (self.folder / path).is_file()}
        header = (self.folder / f"{base}.png").read_bytes()[16:24]
        return {"files": there, "width": int.from_bytes(header[:4]), "height": int.from_bytes(header[4:])}

    def markdown(self, text: str, beside: dict[str, str] | None = None) -> Markup:
        """Render Markdown for a page one folder deep, raw html escaped.

        Headings get ids; links to guides and to notebooks beside this one lead to their pages, any other to the method.
        """
        reader = MarkdownIt("commonmark", {"html": False}).enable("table")
        tokens = reader.parse(text)
        for token, inline in zip(tokens, tokens[1:], strict=False):
            if token.type == "heading_open":
                token.attrSet("id", slug(inline.content))
        for token in (child for token in tokens for child in token.children or []):
            if token.type == "link_open":
                token.attrSet("href", self._target(urlsplit(str(token.attrGet("href"))), beside or {}))
        return Markup(reader.renderer.render(tokens, reader.options, {}))  # noqa: S704 (markdown-it escapes)

    def _target(self, link: SplitResult, beside: dict[str, str]) -> str:
        """Return where a link leads: to another host or a heading as it is, to the page of a file of the project."""
        name, anchor = posixpath.basename(link.path), f"#{link.fragment}" if link.fragment else ""
        if link.scheme or not link.path:
            return link.geturl()
        if name in self.guides:
            return f"../{_guide(self.guides[name])}{anchor}"
        return f"../{beside[name]}{anchor}" if name in beside else "../method/index.html"

    def conflicts(self, facts: pd.DataFrame) -> list[dict]:
        """Return the facts that sources contradict each other about, each with its figures."""
        found = rows(facts[facts["agreement"] == "conflict"])
        for row in found:
            row["printed"] = [self.figures[one] for one in row["figure_ids"].split() if one in self.figures and self.public(one)]
            self.used(row["figure_ids"].split(), "contradictions/index.html", row["fact_id"], f"Contradiction: {row['where']}")
        return found

    def index(self) -> list[dict]:
        """Return what the search looks through, forces first: title, address, kind, other words."""
        names: dict[str, list[str]] = {}
        for row in _lookup("aliases"):
            names.setdefault(row["force_id"], []).append(row["alias"])
        forces = [
            {"t": row["name"], "u": f"forces/{one}.html", "k": "force", "w": " ".join([row["short_name"], *names.get(one, [])])}
            for one, row in self.forces.items()
        ]
        return forces + sorted(self.entries, key=lambda one: (one["k"], one["u"]))


def rows(frame: pd.DataFrame) -> list[dict]:
    """Return a table's rows with plain texts: empty for what is missing, ISO dates, whole numbers."""
    plain = frame.copy()
    for name, kind in frame.dtypes.items():
        if pd.api.types.is_datetime64_any_dtype(kind):
            plain[name] = frame[name].dt.strftime("%Y-%m-%d")
    return plain.astype("object").where(frame.notna(), "").astype("str").to_dict("records")


def span(row: dict, low: str = "low", high: str = "high") -> str:
    """Say a row's limits, or why there are none."""
    if row["status"] == "share":
        return f"{float(row['share_low']):.0%}"
    least, most = row[low], row[high]
    if least and least == most:
        return f"{int(least):,}"
    if least and most:
        return f"{int(least):,} to {int(most):,}"
    return f"{int(least):,} or more" if least and least != "0" else f"up to {int(most):,}" if most else row["status"]


def place(figure_id: str) -> str:
    """Say the address of a cell in words: a line of our transcript and, where there is one, the field in it."""
    line, _, field = figure_id.partition(":")[2].removeprefix("L").partition("F")
    if not line.isdigit():
        return figure_id.partition(":")[2]
    return f"line {line}" + (f", field {field}" if field else "")


def source_of(figure_id: str) -> str:
    """Return the document of a cell."""
    return figure_id.partition(":")[0]


def day(text: str) -> str:
    """Say an ISO date, or a month, in words."""
    parts = text.split("-")
    if len(parts) == 3:
        return f"{int(parts[2])} {pd.Timestamp(text):%B %Y}"
    return f"{pd.Timestamp(text):%B %Y}" if len(parts) == 2 else text


def period(row: dict) -> str:
    """Say a row's period in words; `inferred` where its dates were not printed."""
    start, end = row["period_start"], row["period_end"]
    whole = [f"{pd.Timestamp(one):%B %Y}" for one in (start, end) if one]
    said = " to ".join(dict.fromkeys(whole)) if len(whole) == 2 else f"since {whole[0]}" if start else f"until {whole[0]}" if end else "not stated"
    return f"{said} (inferred)" if whole and row.get("period_basis") == "inferred" else said


def slug(text: str) -> str:
    """Return an address made of a heading's words."""
    return "-".join("".join(letter if letter.isalnum() else " " for letter in text.lower()).split())


def _page(finding: dict) -> str:
    """Return the address of a finding's page."""
    subject = finding["id"].split("/")[1]
    return f"forces/{subject}.html" if finding["force"] else f"{finding['notebook']}/{subject}.html"


def _told(blocks: list[dict]) -> list[dict]:
    """Leave out a section (a second heading and what follows) whose cells showed nothing."""
    sections: list[list[dict]] = [[]]
    for block in blocks:
        if block["kind"] == "words" and str(block["html"]).startswith("<h2"):
            sections.append([])
        sections[-1].append(block)
    shown = [section for section in sections[1:] if {block["kind"] for block in section} != {"words", "code"}]
    return [block for section in [sections[0], *shown] for block in section]


def _words(blocks: list[dict]) -> str:
    """Return the words by which a page is found: its headings and sentences, no code."""
    said = [block["record"].get("text") or block["record"].get("title", "") for block in blocks if "record" in block]
    return " ".join(said)


def _headings(kept: dict[Run, Path]) -> dict[str, str]:
    """Return the question each notebook asks: its first heading."""
    found = {}
    for run in kept:
        cells = json.loads(run.notebook.read_text("utf-8"))["cells"]
        first = next(("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"), run.notebook.stem)
        found[run.notebook.stem] = first.strip().partition("\n")[0].removeprefix("# ")
    return found


def _files(site: Site) -> None:
    """Lay out what is no page: tables, transcripts that are public, charts, notebooks as run, styles and scripts."""
    folder, processed = site.folder, project.processed()
    shutil.copytree(processed, folder / "data")
    shutil.copyfile(project.lookups() / "workforce.csv", folder / "data" / "workforce.csv")
    for source in site.sources.values():
        for name in (source["file"], str(Path(source["file"]).with_suffix(".toml"))):
            if (project.raw() / name).is_file() and Path(name).suffix in (".csv", ".toml"):
                (folder / "data" / "raw" / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(project.raw() / name, folder / "data" / "raw" / name)
    for run, made in site.kept.items():
        if any((made / "pictures").iterdir()):
            shutil.copytree(made / "pictures", folder / "figures" / str(run), copy_function=_linked)
        target = folder / "notebooks" / run.subject / run.notebook.name
        target.parent.mkdir(parents=True, exist_ok=True)
        _linked(made / "notebook.ipynb", target)
    shutil.copytree(HERE / "static", folder / "static")
    workbook.write(folder, site.tables, site.last_seen)


def _linked(source, target) -> None:
    """Let a file have a second name where the system can, which costs nothing; else copy it."""
    try:
        Path(target).hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)


def _small(name: str) -> list[dict]:
    """Return one of the small tables that readers see, newest first."""
    return sorted(_lines(project.raw() / f"{name}.csv"), key=lambda row: next(iter(row.values())), reverse=True)


def _lookup(name: str) -> list[dict]:
    return _lines(project.lookups() / f"{name}.csv")


def _lines(file: Path) -> list[dict]:
    if not file.is_file():
        return []
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _forces(site: Site) -> None:
    """Write the list of forces, and one paragraph for each force that no notebook was run for."""
    made = {run.subject for run in site.kept if "force" in run.parameters}
    coverage = rows(site.tables.coverage)
    for name, force in site.forces.items():
        if name not in made:
            asked = [row for row in coverage if row["force_id"] == name]
            own = [fact for fact in site.facts if name in fact["force_ids"].split()]
            site.page(f"forces/{name}.html", "force.html", title=force["name"], blocks=[], subject=force["name"], force=force, asked=asked, own=own)
    site.page("forces/index.html", "forces.html", tiles=tiles(site))


def tiles(site: Site) -> list[dict]:
    """Return each force with a place on the tile map: its name, a few letters for it, and what is known of it."""
    letters = _letters(site)
    answers: dict[str, set] = {}
    for row in rows(site.tables.coverage):
        answers.setdefault(row["force_id"], set()).add(row["answer"])
    named = {one for fact in site.facts for one in fact["force_ids"].split()}

    def known(name: str) -> str:
        if name in named:
            return "number"
        given = answers.get(name, set())
        return "answered" if given & {*REPLIED} else "refused" if given & {*SILENT} else "unknown"

    placed = [row for row in site.forces.values() if row["tile_row"]]
    return [row | {"letters": letters[row["force_id"]], "known": known(row["force_id"])} for row in placed]


def _letters(site: Site) -> dict[str, str]:
    """Return up to four letters for each force: what it is called for short, else the first of its name, none twice."""
    short = {row["force_id"]: row["alias"] for row in reversed(_lookup("aliases")) if row["alias"].isupper() and len(row["alias"]) < ABBREVIATION}
    found: dict[str, str] = {}
    for name, row in site.forces.items():
        plain = row["short_name"].replace(" ", "")
        ways = (short.get(name, plain[:4]), *(plain[:2] + plain[at : at + 2] for at in range(3, len(plain))))
        found[name] = next((way for way in ways if way not in found.values()), plain[:4])
    return found

def _rounds(site: Site) -> None:
    """Write the list of rounds, and for each what was asked, who answered, and what its notebooks found."""
    coverage = rows(site.tables.coverage)
    for name, row in site.rounds.items():
        answers: dict[str, list] = {}
        for one in coverage:
            if one["round_id"] == name:
                answers.setdefault(one["answer"], []).append(one)
        listed = [run for run in site.kept if run.parameters.get("round") == name]
        found = [one for one in site.findings if one["round"] == name and not one["withheld"]]
        assumed = [one for one in rows(site.tables.assumptions) if one["round_id"] == name]
        told = {"answers": answers, "listed": listed, "findings": found, "assumed": assumed, "title": row["title"]}
        site.page(f"rounds/{name}.html", "round.html", round=row, **told)
        site.entries.append({"t": row["title"], "u": f"rounds/{name}.html", "k": "round", "w": row["question"]})
        for where in ("forces_asked_where", "forces_replied_where"):
            site.used(row[where].split(), f"rounds/{name}.html", "", f"{row['title']}: forces {where.split('_')[1]}")
    across = [run for run in site.kept if not run.part]
    site.page("rounds/index.html", "rounds.html", timeline=timeline(site), across=across)


def timeline(site: Site) -> list[dict]:
    """Return the rounds in the order of their periods, each with its place on a line of years, in parts of a hundred."""
    dated = [row for row in site.rounds.values() if row["period_start"] and row["period_end"]]
    years = [(pd.Timestamp(row["period_start"]), pd.Timestamp(row["period_end"])) for row in dated]
    if not dated:
        return []
    first, last = min(start for start, _ in years), max(end for _, end in years)
    whole = (last - first) / 100
    placed = [row | {"left": round((start - first) / whole, 1), "wide": round(max((end - start) / whole, 1), 1)} for row, (start, end) in zip(dated, years, strict=True)]
    return sorted(placed, key=lambda row: (row["period_start"], row["round_id"]))


def _guides(site: Site) -> None:
    """Make a page of each Markdown file below docs/."""
    listed = []
    for file in site.guides.values():
        title, _, text = file.read_text("utf-8").strip().removeprefix("# ").partition("\n")
        listed.append({"title": title, "page": _guide(file), "html": site.markdown(text)})
        site.entries.append({"t": title, "u": _guide(file), "k": "guide", "w": ""})
    for guide in listed:
        site.page(guide["page"], "guide.html", guide=guide, guides=listed)


def _guide(file: Path) -> str:
    return f"method/{'index' if file.stem == 'method' else file.stem}.html"


def _evidence(site: Site) -> None:
    """Write the list of documents, and for each what it is and every cell of it that is a number or is cited."""
    cited = {one for one in site.uses if one not in site.figures and ":" in one}
    for row in _beside(cited, site):
        site.figures[row["figure_id"]] = row
    own: dict[str, list] = {name: [] for name in site.sources}
    for row in site.figures.values():
        if site.public(row["figure_id"]):
            own[row["source_id"]].append(row)
    for name, source in site.sources.items():
        numbers = sorted(own[name], key=lambda row: runs_of_digits(row["figure_id"]))
        title = " – ".join(part for part in (source["publisher"], source["title"]) if part) or name
        site.page(f"evidence/{name}.html", "evidence.html", source=source, numbers=numbers, title=title)
        site.entries.append({"t": title, "u": f"evidence/{name}.html", "k": "document", "w": ""})
    counts = Counter(row["source_id"] for row in site.figures.values())
    site.page("evidence/index.html", "documents.html", counts=counts)


def _official(site: Site) -> None:
    """Write a page for each cited table that is no answer to a request: the workforce, and official counts."""
    cited = {source_of(one) for one in site.uses}
    for about in _lookup("workforce_sources"):
        if about["source_id"] in cited:
            words = "How many people forces employed, as the rates of this site use it: workforce.csv holds every row."
            told = {"names": [], "lines": [], "about": about, "words": words}
            site.page(f"evidence/{about['source_id']}.html", "table.html", title=about["title"], **told)
    official = list(enumerate(_lines(project.raw() / "official.csv"), 2))
    if official:
        words = "Counts of other things, by those who keep them. They are shown beside what forces answered, and never added."
        told = {"names": list(official[0][1]), "lines": official, "about": {"url": "", "note": ""}}
        site.page("evidence/official.html", "table.html", title="Official counts", words=words, **told)


def runs_of_digits(text: str) -> list:
    """Return a key by which L10 comes after L9."""
    import re

    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", text)]


def _beside(cited: set[str], site: Site) -> list[dict]:
    """Return cells that are cited but are no figures, such as how many forces replied, as rows like those of figures."""
    found = []
    for name in sorted({source_of(one) for one in cited} & site.sources.keys()):
        source, line = site.sources[name], 2
        with (project.raw() / source["file"]).open(encoding="utf-8", newline="") as lines:
            reader = csv.DictReader(lines)
            for row in reader:
                own_place = row.get("cell") or f"L{line}"
                if f"{name}:{own_place}" in cited:
                    own = {"figure_id": f"{name}:{own_place}", "source_id": name, "as_written": row.get("value", ""), "unit": row.get("unit", "")}
                    own |= {f"{part}_as_written": row.get(part, "") for part in ("force", "period", "role", "unit", "misuse", "outcome")}
                    own |= {"status": f"a number of {row.get('unit', '')}", "where_printed": row.get("where_printed", "")}
                    found.append(dict.fromkeys(site.tables.figures.columns, "") | own)
                line = reader.line_num + 1
    return found


def _downloads(folder: Path) -> list[dict]:
    """Return what can be taken away, the workbook first."""
    described = {one["path"]: one.get("description", "") for one in json.loads((folder / "datapackage.json").read_text("utf-8"))["resources"]}
    order = [*sorted(folder.glob("data/*.xlsx")), folder / "datapackage.json", *sorted(folder.glob("data/*.csv")), folder / "data" / "findings.json"]
    listed = [(file, file.relative_to(folder).as_posix()) for file in order if file.is_file()]
    return [{"path": path, "size": file.stat().st_size, "about": described.get(path, "")} for file, path in listed]


def _front(site: Site) -> dict:
    """Return what the front page is told from: numbers that runs.toml names, the chart, the map, the documents."""
    own = runs.settings(project.notebooks())["front"]
    round = site.rounds.get(own.get("round", ""), {})
    kinds = Counter(row["kind"] for row in site.sources.values())
    printed = Counter(site.sources[row["source_id"]]["kind"] for row in site.figures.values() if row["source_id"] in site.sources)
    return {
        "numbers": _asked(round) | {name: number for name, where in own.get("numbers", {}).items() if (number := _number(where, site))},
        "round": round,
        "chart": _front_chart(own.get("chart", ""), site),
        "tiles": tiles(site),
        "timeline": timeline(site),
        "kinds": kinds,
        "printed": printed,
        "openings": sum(row["extent_seen"] == "opening" for row in site.sources.values()),
    }


def _asked(round: dict) -> dict[str, dict]:
    """Return how many forces a round asked and how many replied, where that was printed."""
    names = {"asked": "forces_asked", "replied": "forces_replied"}
    return {name: {"text": round[column], "ids": round[f"{column}_where"], "page": ""} for name, column in names.items() if round.get(column)}


def _number(where: str, site: Site) -> dict | None:
    """Return a number of the front page: a fact's, by one of its figures, or the one in a field of a finding's sentence."""
    name, _, field = where.partition("#")
    if not field:
        fact = next((one for one in site.facts if name in one["figure_ids"].split()), None)
        return fact and {"text": span(fact), "ids": fact["figure_ids"], "page": ""}
    found = next((one for one in site.findings if one["id"] == name and not one["withheld"]), None)
    if found is None:
        return None
    place = f"{found['page']}#{name.split('/')[-1]}"
    at = 0
    for words, filled, _, _ in Formatter().parse(found["template"]):
        at += bool(words)
        if filled == field:
            return {"text": found["pieces"][at][0], "ids": found["pieces"][at][1], "page": place}
        at += 1
    return None


def _front_chart(where: str, site: Site) -> dict | None:
    """Return the chart of the front page with its record, if its run made it."""
    notebook, _, rest = where.partition("/")
    subject, _, name = rest.partition("/")
    run = next((one for one in site.kept if str(one) == f"{notebook}/{subject}"), None)
    if run is None or not (site.folder / "figures" / f"{where}.png").is_file():
        return None
    cells = json.loads((site.kept[run] / "notebook.ipynb").read_text("utf-8"))["cells"]
    held = [output["metadata"].get(kernels.RECORD, {}) for cell in cells for output in cell.get("outputs", []) if "metadata" in output]
    record = next(one for one in held if one.get("kind") == "chart" and one["name"] == name)
    return {**site.chart(run, name), "record": record, "page": run.page}
