"""The site: pages from the tables and the executed notebooks, through the templates beside this file."""

import csv
import json
import posixpath
import re
import shutil
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from string import Formatter
from textwrap import fill
from urllib.parse import urlsplit

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

from analysis import project, tables
from analysis.problems import nearest
from analysis.publish import execute, runs, workbook
from analysis.publish.fingerprints import code, files_in, fingerprint
from analysis.publish.moved import span
from analysis.publish.runs import Refused, Run

HERE = Path(__file__).parent
REPLIED = ["full", "partial", "replied, named", "replied, unnamed", "not held"]
OWN = ["full", "partial"]  # a reply of its own with numbers
SILENT = ["refused", "no reply"]
ABBREVIATION = 5  # letters of a name that is an abbreviation at most
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")  # raw html is escaped


def write(site: "Site", clashing: list[pd.DataFrame]) -> list[str]:
    """Write every page and file of a generation; return what the front page asks for in vain.

    clashing: sets of facts that cannot all be true.
    """
    folder, data = site.folder, site.tables
    _files(site)
    _cards(site)
    for run, shown in site.shown.items():
        site.page(run.page, "force.html" if "force" in run.parameters else "run.html", run.part, **shown)
    for name, force in site.forces.items():
        path = f"forces/{name}.html"
        site.make_findable(force["name"], path, "force", " ".join([force["short_name"], *force["names"]]))
        if path not in (run.page for run in site.kept):
            site.page(path, "force.html", blocks=[])
    site.page("forces/index.html", "forces.html")
    for name, row in site.rounds.items():
        site.page(f"rounds/{name}.html", "round.html", name, round=row, title=row["title"])
        site.make_findable(row["title"], f"rounds/{name}.html", "round", row["question"])
    site.page("rounds/index.html", "rounds.html")
    _guides(site)
    conflicts = site.contradicted(data.facts[data.facts["agreement"] == "conflict"])
    clashes = [site.contradicted(facts) for facts in clashing]
    site.page("contradictions/index.html", "contradictions.html", conflicts=conflicts, clashes=clashes)
    _evidence(site)  # after all that uses a number
    small = {name: _lines(project.raw() / f"{name}.csv") for name in ("corrections", "right_of_reply")}
    small = {name: sorted(lines, key=lambda row: [*row.values()], reverse=True) for name, lines in small.items()}
    site.page("corrections/index.html", "corrections.html", **small)
    site.page("corrections/feed.atom", "feed.atom", **small)
    site.page("download/index.html", "download.html", files=workbook.package(folder, site.public))
    site.page("search/index.html", "search.html")
    listed = sorted(site.entries, key=lambda one: (one["k"] != "force", one["k"], one["u"]))
    entries = f"window.entries = {json.dumps(listed, ensure_ascii=False)};\n"
    (folder / "search" / "entries.js").write_text(entries, "utf-8", newline="\n")
    return _front(site)


class Site:
    """What every page may need: rows by their id, what the notebooks say, where each number is used, the templates.

    folder: a new one; data: the tables, whole; kept: the folder with the result of each run; flagged: files below
    data/raw that must contribute nothing.
    """

    def __init__(self, folder: Path, data: tables.Tables, kept: dict[Run, Path], flagged: list[str]):
        self.folder, self.tables, self.kept = folder, data, kept
        self.front = runs.settings(project.notebooks())["front"]
        self.rounds, self.forces = by_id(_dated(data.rounds)), _named(by_id(data.forces))
        public = data.sources[(data.sources["public"] == "yes") & ~data.sources["file"].isin(flagged)]
        self.public, self.sources = public, by_id(_badged(public, data.forces))
        self.cited = self.sources | by_id(tables.read("workforce_sources")) | {"official": {"title": "Official counts"}}
        self.figures = by_id(_dated(data.figures))
        answers = rows(data.coverage)
        self.answers_to, self.asked = grouped(answers, "round_id"), grouped(answers, "force_id")
        self.labels = dict(zip(data.categories["category"], data.categories["label"], strict=True))
        self.last_seen = max((row["seen_on"] for row in self.sources.values()), default="")
        self.guides = {file.name: file for file in files_in(project.root() / "docs") if file.suffix == ".md"}
        self.entries: list[dict] = []  # of the search
        self.findings: dict[str, dict] = {}
        self.charts: dict[str, dict] = {}
        self.cards: dict[str, dict] = {}
        self.uses: dict[str, dict] = {}  # of each figure: places of the site and what they say
        loader = FileSystemLoader(HERE / "templates")
        self.jinja = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
        self.jinja.trim_blocks = self.jinja.lstrip_blocks = True
        self.jinja.filters |= {"span": span, "place": place, "source": source_of, "day": day, "what": what}
        self.shown = {run: self.run(run) for run in kept}
        for name, row in self.rounds.items():
            for one in ("forces_asked", "forces_replied"):
                label = f"{row['title']}: {one.replace('_', ' ')}"
                self.cite(row[f"{one}_where"].split(), f"rounds/{name}.html", label)
        self.figures |= {row["figure_id"]: row for row in _cited_cells(self)}
        headings = {run.notebook.stem: shown["title"] for run, shown in self.shown.items()}
        self.jinja.globals |= {"site": self, "headings": headings, "REPLIED": REPLIED, "SILENT": SILENT}

    def page(self, path: str, template: str, part: str = "", **told) -> None:
        """Write one page or file through its template; part: the round or force it is about, whose card is shared."""
        card = self.cards.get(part) or self.cards.get(self.front.get("round", ""))
        root = "../" * path.count("/")
        text = self.jinja.get_template(template).render(here=path, root=root, card=card, **told)
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text + "\n", "utf-8", newline="\n")

    def make_findable(self, title: str, page: str, kind: str, words: str = "") -> None:
        """Let the search find a page, by its title and other words."""
        self.entries.append({"t": title, "u": page, "k": kind, "w": words})

    def cite(self, figure_ids: list[str], place: str, label: str) -> None:
        """Remember that a place of the site shows these figures."""
        for one in figure_ids:
            self.uses.setdefault(one, {})[place] = label

    def kind(self, row: dict) -> str:
        """Say in the words of the category trees what a number counts."""
        words = {**self.labels, "not-stated": "", "|": " or ", "&": " and "}
        parts = (re.split("([|&])", row[name]) for name in ("outcome", "conduct", "system"))
        outcome, *kinds = ("".join(words.get(one, one) for one in part) for part in parts)
        of = ", ".join(filter(None, kinds))
        return f"{row['unit']} {outcome}".strip() + (f": {of}" if of else "")

    def name_of(self, subject: str) -> str:
        """Return the name of a round or force, empty for all."""
        return self.rounds.get(subject, {}).get("title") or self.forces.get(subject, {}).get("name", "")

    def run(self, run: Run) -> dict:
        """Return what the template of an executed notebook shows: its title, its subject and its blocks."""
        cells = json.loads((self.kept[run] / "notebook.ipynb").read_text("utf-8"))["cells"]
        blocks = _without_empty_sections([block for cell in cells for block in self._blocks(cell, run)])
        title = next((block["title"] for block in blocks if block.get("title")), run.notebook.stem)
        said = [block["record"] for block in blocks if "record" in block]
        words = " ".join(one.get("text") or one.get("title", "") for one in said)
        self.make_findable(title, run.page, self.name_of(run.part) or "all rounds", words)
        return {"run": run, "title": title, "blocks": blocks, "subject": self.name_of(run.part)}

    def _blocks(self, cell: dict, run: Run) -> list[dict]:
        source = "".join(cell["source"]).strip()
        if cell["cell_type"] == "markdown":
            head, _, rest = source.partition("\n")
            title = head.removeprefix("# ") if head.startswith("# ") else ""
            beside = {one.notebook.name: one.page for one in self.kept if one.part in ("", run.part)}
            return [{"kind": "words", "html": self.markdown(rest if title else source, beside), "title": title}]
        code = [{"kind": "code", "text": source}] if source else []
        return code + [block for output in cell["outputs"] if (block := self._output(output, run))]

    def _output(self, output: dict, run: Run) -> dict:
        """Return an output as a block: html only where it comes with a record, as `say` and `show` escape theirs.

        Raises Refused for a second sentence of the same template in one run: their address would be the same.
        """
        record = output.get("metadata", {}).get(execute.RECORD, {})
        data = {kind: "".join(text) for kind, text in output.get("data", {}).items() if isinstance(text, str | list)}
        anchor = record.get("id", "")
        said = record.get("text") or record.get("caption") or record.get("title", "")
        where = f"{run.page}#{anchor}" if anchor else run.page
        self.cite(record.get("figure_ids", []), where, f"{self.name_of(run.part) or 'All rounds'}: {said}")
        if record.get("kind") == "finding":
            if (name := f"{run}/{anchor}") in self.findings:
                raise Refused(f"{run.notebook.name} says twice what is called {anchor}: word one differently")
            about = {"id": name, "notebook": run.notebook.stem, "round": "", "force": "", **run.parameters}
            record |= about | {"page": run.page, "working": _relinked(record["working"])}
            self.findings[name] = record
            return {"kind": "finding", "record": record}
        if record.get("kind") == "chart":
            return self.charts.setdefault(f"{run}/{record['name']}", self.chart(run, record))
        if record and "text/html" in data:
            return {"kind": record["kind"], "html": _relinked(data["text/html"]), "record": record}
        text = data.get("text/plain") or "".join(output.get("text", ""))
        return {"kind": "text", "text": text} if text.strip() else {}

    def chart(self, run: Run, record: dict) -> dict:
        """Return a chart as a block: its record, where its files lie from the top of the site, and its size."""
        header = (self.kept[run] / "pictures" / f"{record['name']}.png").read_bytes()[16:24]
        size = {"width": int.from_bytes(header[:4]), "height": int.from_bytes(header[4:])}
        return {"kind": "chart", "record": record, "page": run.page, "stem": f"figures/{run}/{record['name']}"} | size

    def markdown(self, text: str, beside: dict[str, str] | None = None) -> Markup:
        """Render Markdown for a page one folder deep.

        Headings get ids; links to guides and to notebooks beside this one lead to their pages, any other to the method.
        """
        pages = {name: _guide(file) for name, file in self.guides.items()} | (beside or {})
        tokens = MARKDOWN.parse(text)
        for token, inline in pairwise(tokens):
            if token.type == "heading_open":
                token.attrSet("id", "-".join(re.findall(r"[^\W_]+", inline.content.lower())))
        for link in (child for token in tokens for child in token.children or [] if child.type == "link_open"):
            there = urlsplit(str(link.attrGet("href")))
            name, anchor = posixpath.basename(there.path), f"#{there.fragment}" if there.fragment else ""
            if there.path and not there.scheme:
                link.attrSet("href", f"../{pages[name]}{anchor}" if name in pages else "../method/index.html")
        return Markup(MARKDOWN.renderer.render(tokens, MARKDOWN.options, {}))

    def inputs(self, figure_ids: list[str]) -> list[dict]:
        """Return what a result was worked out from: each printed number once, with all who printed it; documents."""
        found: dict[tuple, list[str]] = {}
        for one in figure_ids:
            row = self.figures.get(one)
            key = (row["as_written"], self.where(row), what(row)) if row else ("", "", "")
            found.setdefault(key, []).append(one)
        return [dict(zip(("written", "where", "what"), key, strict=True), ids=ids) for key, ids in found.items()]

    def where(self, row: dict) -> str:
        """Say in words which forces a number is about."""
        names = [self.forces[one]["short_name"] for one in row["force_ids"].split()]
        return ", ".join(names) or row["place"] or row["force_as_written"].replace("ALL", "all forces asked")

    def contradicted(self, facts: pd.DataFrame) -> list[dict]:
        """Return facts that something contradicts, and remember that each of their figures is shown."""
        found = rows(facts)
        for row in found:
            anchor = f"#{row['fact_id']}" if row["agreement"] == "conflict" else ""
            label = f"Contradiction: {row['where']}"
            self.cite(row["figure_ids"].split(), f"contradictions/index.html{anchor}", label)
        return found

    def tiles(self, round_id: str = "") -> list[dict]:
        """Return each force with a place on the tile map, with what is known of it."""
        data = (self.tables.coverage, self.tables.facts)
        coverage, facts = (one[one["round_id"] == round_id] if round_id else one for one in data)
        known: dict[str, str] = {}
        for answers, said in ((SILENT, "refused"), (REPLIED, "answered"), (OWN, "number")):
            known |= dict.fromkeys(coverage.loc[coverage["answer"].isin(answers), "force_id"], said)
        known |= dict.fromkeys(" ".join(facts["force_ids"]).split(), "number")
        return [row | {"known": known.get(name, "unknown")} for name, row in self.forces.items() if row["tile_row"]]

    def timeline(self) -> list[dict]:
        """Return the rounds in the order of their periods, each with its place on a line of a hundred parts."""
        dated = _dated(self.tables.rounds.dropna(subset=["period_start", "period_end"]))
        start, end = dated["period_start"], dated["period_end"]
        part = (end.max() - start.min()) / 100
        dated["left"] = ((start - start.min()) / part).round(1)
        dated["wide"] = ((end - start) / part).clip(lower=1).round(1)
        return rows(dated.sort_values(["period_start", "round_id"]))

    def number(self, where: str) -> dict | None:
        """Return a number of the front page: a figure's, or one in the sentence of a finding."""
        name, _, field = where.partition("#")
        if name in self.figures:
            return {"text": span(self.figures[name]), "ids": name, "page": ""}
        if (found := self.findings.get(name)) and not found["withheld"]:
            parts = [(text, filled) for text, filled, _, _ in Formatter().parse(found["template"])]
            fields = [one for text, filled in parts for one in ([None] if text else []) + ([filled] if filled else [])]
            if field in fields:
                text, ids = found["pieces"][fields.index(field)]
                end = "-working" if text in found["derived"] else ""
                return {"text": text, "ids": ids, "page": f"{found['page']}#{name.split('/')[-1]}{end}"}
        return None


def grouped(records: Iterable[dict], name: str) -> dict[str, list[dict]]:
    """Return records by what they have in one of their parts."""
    found: dict[str, list[dict]] = {}
    for one in records:
        found.setdefault(one[name], []).append(one)
    return found


def by_id(frame: pd.DataFrame) -> dict[str, dict]:
    """Return a table's rows by their id, its first column."""
    return {row[frame.columns[0]]: row for row in rows(frame)}


def rows(frame: pd.DataFrame) -> list[dict]:
    """Return a table's rows with plain texts: empty for what is missing, ISO dates, whole numbers."""
    plain = frame.copy()
    for name, kind in frame.dtypes.items():
        if pd.api.types.is_datetime64_any_dtype(kind):
            plain[name] = frame[name].dt.strftime("%Y-%m-%d")
    return plain.astype("object").where(frame.notna(), "").astype("str").to_dict("records")


def _dated(frame: pd.DataFrame) -> pd.DataFrame:
    """Return rows with `when`, their period in words."""
    dates = zip(frame["period_start"], frame["period_end"], frame["period_basis"], strict=True)
    said = [(tables.period_in_words(start, end), basis) for start, end, basis in dates]
    return frame.assign(when=[f"{when} (inferred)" if basis == "inferred" else when for when, basis in said])


def _badged(sources: pd.DataFrame, forces: pd.DataFrame) -> pd.DataFrame:
    """Return documents with `strength`, what each is worth: the badge of a fact that no other one prints."""
    alone = sources.assign(figure_ids=sources["source_id"], force_ids="", place="", n_origins=1)
    badges = tables.with_attribution(alone, sources, forces, tables.read("aliases"))["strength"]
    return sources.assign(strength=badges.str.partition(",")[0])


def _named(forces: dict[str, dict]) -> dict[str, dict]:
    """Return forces with every other name of theirs, those that are abbreviations, and for the map a few `letters`.

    That is up to four: what it is called for short, else the first of its name, none twice.
    """
    aliases = tables.read("aliases").groupby("force_id", sort=False)["alias"].agg(list)
    taken: set[str] = set()
    for name, row in forces.items():
        names = aliases.get(name, [])
        short = [one for one in names if one.isupper() and len(one) <= ABBREVIATION]
        plain = row["short_name"].removeprefix("Police").replace(" ", "")
        first = next((one for one in short if len(one) < ABBREVIATION), plain[:4])
        ways = (first, *(plain[:2] + plain[at : at + 2] for at in range(3, len(plain))))
        letters = next((way for way in ways if way not in taken), plain[:4])
        taken.add(letters)
        row |= {"names": names, "short": short, "letters": letters}
    return forces


def place(figure_id: str) -> str:
    """Say the address of a cell in words: a line of our transcript and, where there is one, the field in it."""
    address = figure_id.partition(":")[2]
    line, _, field = address.removeprefix("L").partition("F")
    return address if not line.isdigit() else f"line {line}, field {field}" if field else f"line {line}"


def what(row: dict) -> str:
    """Say our short label of what a number counts: of what, how it ended, and who was counted."""
    label = ": ".join(one for one in (row["misuse_as_written"], row["outcome_as_written"]) if one not in ("", "all"))
    role = row["role_as_written"] if row["role_as_written"] not in ("all", "unknown") else ""
    return "; ".join(one for one in (label, row["unit_as_written"] + (f" ({role})" if role else "")) if one)


def source_of(figure_id: str) -> str:
    """Return the document of a cell."""
    return figure_id.partition(":")[0]


def day(text: str) -> str:
    """Say an ISO date, or a month, in words."""
    if "-" not in text:
        return text
    return f"{pd.Timestamp(text):%-d %B %Y}" if text.count("-") == 2 else f"{pd.Timestamp(text):%B %Y}"


def _relinked(html: str) -> Markup:
    """Let the links of what `say` and `show` escaped lead from a page of the site, not from notebooks/."""
    return Markup(html.replace('href="../site/', 'href="../'))


def _without_empty_sections(blocks: list[dict]) -> list[dict]:
    """Leave out a section (a second heading and what follows) whose cells showed nothing."""
    sections: list[list[dict]] = [[]]
    for block in blocks:
        if block["kind"] == "words" and str(block["html"]).startswith("<h2"):
            sections.append([])
        sections[-1].append(block)
    shown = [section for section in sections[1:] if {block["kind"] for block in section} != {"words", "code"}]
    return [block for section in [sections[0], *shown] for block in section]


def _files(site: Site) -> None:
    """Lay out what is no page: tables, transcripts that are public, charts, notebooks as run, styles and scripts."""
    folder, raw = site.folder, project.raw()
    shutil.copytree(project.processed(), folder / "data")
    shutil.copytree(folder.parent / "workbook", folder / "data", dirs_exist_ok=True)
    shutil.copytree(HERE / "static", folder / "static")
    copied = {project.lookups() / "workforce.csv": folder / "data" / "workforce.csv"}
    transcripts = [source["file"] for source in site.sources.values() if source["file"].endswith(".csv")]
    copied |= {raw / name: folder / "data" / "raw" / name for name in transcripts}
    for run, made in site.kept.items():
        copied[made / "notebook.ipynb"] = folder / "notebooks" / run.subject / run.notebook.name
        copied |= {file: folder / "figures" / str(run) / file.name for file in (made / "pictures").iterdir()}
    for file, copy in copied.items():
        if file.is_file():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)


def _cards(site: Site) -> None:
    """Lay out for each round and force what is shown where its pages are shared: the first printed number said of it.

    That is a title, the number, the sentence it stands in and what that is worth; the same bytes on each run. A picture
    is kept under what it says for as long as somebody's card says it.
    """
    (site.folder / "cards").mkdir()
    kept, used, drawn_by = project.build() / "cards", set(), fingerprint(code(), Path(__file__).read_bytes())
    kept.mkdir(parents=True, exist_ok=True)
    for run, shown in site.shown.items():
        said = [one["record"] for one in shown["blocks"] if one["kind"] == "finding" and not one["record"]["withheld"]]
        pieces = [(one, text, ids.split()) for one in said for text, ids in one["pieces"] if ids]
        printed = [(one, text) for one, text, ids in pieces if site.figures.get(ids[0], {}).get("low")]
        if not run.part or run.part in site.cards or not printed:
            continue
        one, number = printed[0]
        site.cards[run.part] = {"file": f"cards/{run.part}.png", "text": one["text"]}
        words = [site.name_of(run.part), number[:1].upper() + number[1:], fill(one["text"], 52)]
        words += [f"Source: {one['strength']}"]
        card = kept / f"{fingerprint(drawn_by, *words)}.png"
        if not card.is_file():
            _draw_card(words, card)
        used.add(card)
        shutil.copyfile(card, site.folder / site.cards[run.part]["file"])
    for old in {*kept.iterdir()} - used:
        old.unlink()


def _draw_card(words: list[str], file: Path) -> None:
    """Draw a card into a file, which is there only when it is whole."""
    from matplotlib import style
    from matplotlib.figure import Figure

    with style.context("default"):
        card = Figure((6, 3.15), dpi=133, facecolor="#12436d")
        for text, size, top in zip(words, (13, 38, 12.5, 9), (0.93, 0.81, 0.54, 0.1), strict=True):
            weight = "bold" if text in words[:2] else "normal"
            card.text(0.06, top, text, size=size, weight=weight, color="white", va="top", parse_math=False)
        card.savefig(file.with_suffix(".new"), format="png", metadata={"Software": None})
    file.with_suffix(".new").replace(file)


def _lines(file: Path) -> list[dict]:
    """Return the rows of a csv as texts, none where there is no file."""
    if not file.is_file():
        return []
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def _guides(site: Site) -> None:
    """Make a page of each Markdown file below docs/."""
    listed = []
    for file in site.guides.values():
        title, _, text = file.read_text("utf-8").strip().removeprefix("# ").partition("\n")
        listed.append({"title": title, "page": _guide(file), "html": site.markdown(text)})
        site.make_findable(title, _guide(file), "guide")
    for guide in listed:
        site.page(guide["page"], "guide.html", guide=guide, guides=listed)


def _guide(file: Path) -> str:
    return f"method/{'index' if file.stem == 'method' else file.stem}.html"


def _evidence(site: Site) -> None:
    """Write the list of documents, and for each what it is and every cell of it that is a number or is cited.

    Cited tables that are no answer to a request, the workforce and official counts, have a page as well.
    """
    numbers = list(site.figures.values())
    numbers.sort(key=lambda row: [part.zfill(9) for part in re.split(r"(\d+)", row["figure_id"])])
    of_source = grouped(numbers, "source_id")
    for name, source in site.sources.items():
        path, own = f"evidence/{name}.html", of_source.get(name, [])
        title = " – ".join(part for part in (source["publisher"], source["title"]) if part) or name
        source["numbers"] = len(own)
        site.page(path, "evidence.html", source=source, numbers=own, title=title)
        site.make_findable(title, path, "document")
    site.page("evidence/index.html", "documents.html")
    others = _lines(project.lookups() / "workforce_sources.csv")
    others = [about for about in others if about["source_id"] in {source_of(one) for one in site.uses}]
    official = {"source_id": "official", "title": "Official counts", "url": "", "note": ""}
    lines = _lines(project.raw() / "official.csv")
    for about in [*others, *([official] if lines else [])]:
        held = lines if about is official else []
        site.page(f"evidence/{about['source_id']}.html", "table.html", title=about["title"], about=about, lines=held)


def _cited_cells(site: Site) -> Iterator[dict]:
    """Yield cells that are cited and are no figures, such as how many forces replied, as rows of figures."""
    cited = {one for one in site.uses if one not in site.figures and ":" in one}
    for name in sorted({source_of(one) for one in cited} & site.sources.keys()):
        with (project.raw() / site.sources[name]["file"]).open(encoding="utf-8", newline="") as lines:
            reader, line = csv.DictReader(lines), 2
            for row in reader:
                address = f"{name}:{row.get('cell') or f'L{line}'}"
                if address in cited:
                    told = {f"{part}_as_written": text for part, text in row.items()}
                    own = {"as_written": row["value"], "when": "not stated", "status": f"a number of {row['unit']}"}
                    own |= {"figure_id": address, "source_id": name, "where_printed": row.get("where_printed", "")}
                    yield dict.fromkeys(site.tables.figures, "") | told | own
                line = reader.line_num + 1


def _front(site: Site) -> list[str]:
    """Write the front page; return what runs.toml names for it that is not there."""
    front, wanted = site.front, site.front.get("numbers", {})
    numbers = {name: found for name, where in wanted.items() if (found := site.number(where))}
    about = site.rounds.get(front.get("round", ""))
    site.page("index.html", "index.html", numbers=numbers, round=about, chart=front.get("chart", ""))
    return _lost(site, {name: where for name, where in wanted.items() if name not in numbers})


def _lost(site: Site, numbers: dict[str, str]) -> list[str]:
    """Say what the front page asks for in vain: its chart, and numbers of no sentence, not even one withheld."""
    withheld = {name for name, one in site.findings.items() if one["withheld"]}
    parsed = {name: Formatter().parse(one["template"]) for name, one in site.findings.items()}
    said = [f"{name}#{field}" for name, parts in parsed.items() for _, field, _, _ in parts if field]
    asked = [(name, where, said if "/" in where else site.figures) for name, where in sorted(numbers.items())]
    lost = [one for one in asked if one[1].partition("#")[0] not in withheld]
    chart = site.front.get("chart", "")
    lost += [("chart", chart, site.charts)] if chart and chart not in site.charts else []
    do = "write the right one into notebooks/runs.toml [front]"
    return [
        f"the front page asks for {name} = {where}, which is not there; {nearest(where, known)}; {do}"
        for name, where, known in lost
    ]
