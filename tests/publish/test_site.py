"""The site: each number is followed to its cell and back, and nothing on a page is live or from elsewhere."""

import csv
import hashlib
import json
import re
import shutil
from html import escape, unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import formats
import pytest

from analysis.clean import counts
from analysis.publish import plan, site
from analysis.tell import findings

LABEL = "<img src=x onerror=alert(1)> *Gazette* `x`"


class Tags(HTMLParser):
    """All start tags of a page with their attributes, and the text of each link."""

    def __init__(self, text: str):
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.links: list[dict] = []
        self.open: list[dict] = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        own = dict(attributes)
        self.tags.append((tag, own))
        if tag == "a":
            self.open.append(own | {"text": ""})

    def handle_endtag(self, tag):
        if tag == "a" and self.open:
            self.links.append(self.open.pop())

    def handle_data(self, data):
        for link in self.open:
            link["text"] += data


@pytest.fixture(scope="session")
def whole(small_project):
    """Every page of the small project's site, by its path, read once."""
    public = small_project / "site"
    return {page: Tags(page.read_text("utf-8")) for page in sorted(public.rglob("*.html"))}


def followed(page: Path, href: str) -> tuple[Path, str]:
    address, anchor = urldefrag(href)
    return (page.parent / unquote(address)).resolve() if address else page, unquote(anchor)


def anchors(tags: Tags) -> list[str]:
    return [own["id"] for _, own in tags.tags if own.get("id")]


def cell(project: Path, figure_id: str) -> str:
    """Read what stands at a figure's address in the file itself: the value of a transcript's line, or that cell."""
    source, _, place = figure_id.partition(":")
    if source.startswith("reply-"):
        return formats.cell(project / "data" / "raw" / "vale-2002" / f"{source}.{source[6:]}", place)
    [file] = (project / "data" / "raw").glob(f"*/{source}.csv")
    lines = file.read_bytes().decode().splitlines()
    return dict(zip(next(csv.reader([lines[0]])), next(csv.reader([lines[int(place[1:]) - 1]])), strict=True))["value"]


def evidence_row(page: Path, anchor: str) -> str:
    return re.search(rf'<tr id="{anchor}">(.*?)</tr>', page.read_text("utf-8"), re.DOTALL)[1]


def test_each_link_of_the_site_leads_somewhere(whole):
    for page, tags in whole.items():
        for link in tags.links:
            if "://" in link["href"]:
                continue
            target, anchor = followed(page, link["href"])
            assert target.is_file() or link["href"] == "#", (page, link["href"])
            assert not anchor or anchor in anchors(whole[target]), (page, link["href"])


def test_each_printed_number_leads_to_the_cell_that_says_it(whole, small_project):
    told = findings.from_json((small_project / "site" / "data" / "findings.json").read_text("utf-8"))
    by_name = {finding.finding_id: finding for finding in told}
    checked = 0
    for page in whole:
        text = page.read_text("utf-8")
        for name, inner in re.findall(r'<div class="finding" id="([^"]+)"><p>(.*?)</p>', text, re.DOTALL):
            numbers = [number for _, number in findings.pieces(by_name[name.partition("--")[0]]) if number]
            links = [link for link in Tags(inner).links if link.get("class") == "number"]
            for number in (one for one in numbers if one.how == "printed"):
                link = next(one for one in links if one["text"].lower() == number.text.lower())
                target, anchor = followed(page, link["href"])
                written = cell(small_project, f"{target.stem}:{anchor}")
                read = counts.parse(written)
                assert (read.low, read.high) == (number.low, number.high)
                assert f">{escape(written)}</q>" in evidence_row(target, anchor)
                checked += 1
    assert checked >= 8


def test_each_cell_leads_back_to_every_place_that_says_it(whole, small_project):
    back = 0
    for page in whole:
        if page.parent.name != "evidence" or page.stem == "index":
            continue
        for anchor in re.findall(r'<tr id="([^"]+)">', page.read_text("utf-8")):
            own = Tags(evidence_row(page, anchor)).links
            uses = [followed(page, link["href"]) for link in own if "forces" in link["href"] or "#" in link["href"]]
            for target, place in ((one, place) for one, place in uses if place):
                assert place in anchors(whole[target])
                leading = [followed(target, link["href"]) for link in whole[target].links]
                assert (page.resolve(), anchor) in leading, (page, anchor, target)
                back += 1
    assert back >= 40


@pytest.mark.parametrize("kind", formats.KINDS)
def test_every_number_of_every_format_leads_on_to_its_cell_in_the_file_as_it_was_received(small_project, kind):
    file = f"data/raw/vale-2002/reply-{kind}.{kind}"
    received, public = (small_project / file, small_project / "site" / file)
    page = small_project / "site" / "evidence" / f"reply-{kind}.html"
    text = page.read_text("utf-8")
    assert hashlib.sha256(received.read_bytes()).hexdigest() in text
    if kind == "csv":
        assert public.read_bytes() == received.read_bytes()
    assert public.exists() == (f'href="../{file}"' in text) == (kind == "csv")  # others may hide what nobody looked for
    rows = re.findall(r'<tr id="([^"]+)">.*?<q class="written">(.*?)</q>', text, re.DOTALL)
    assert len(rows) == (1 if kind == "eml" else 4 + (kind in ("docx", "html", "pdf")))
    for place, written in rows:
        assert formats.cell(received, place) == unescape(written)


def test_every_number_of_every_document_has_an_anchor(whole, small_project):
    with (small_project / "site" / "data" / "figures.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    for row in rows:
        source, place = row["figure_id"].split(":")
        page = small_project / "site" / "evidence" / f"{source}.html"
        assert place in anchors(whole[page])
        assert f">{escape(row['as_written'])}</q>" in evidence_row(page, place)


def test_a_page_asks_nothing_of_another_host_and_holds_no_inline_script(whole):
    for page, tags in whole.items():
        text = page.read_text("utf-8")
        assert "default-src 'none'" in text
        assert re.search(r"Content-Security-Policy[^>]*unsafe", text) is None
        for tag, own in tags.tags:
            loaded = [own[name] for name in ("src", "srcset", "data", "poster") if own.get(name)]
            loaded += [own["href"]] if tag in ("link", "base") and own.get("href") else []
            assert not [address for address in loaded if "//" in address.partition("?")[0]], (page, tag, own)
            assert not [name for name in own if name.startswith("on") or name == "style"], (page, tag, own)
        assert re.search(r"<script(?![^>]*src=)[^>]*>\s*\S", text) is None
        assert "<style" not in text


def test_what_pages_load_fetches_nothing_either(small_project):
    for file in (small_project / "site" / "_static").rglob("*.css"):
        assert re.search(r"(?:url\(|@import )[\"']?(?:https?:)?//", file.read_text("utf-8")) is None, file


def test_a_label_stays_text(whole, small_project):
    assert LABEL in (small_project / "data" / "raw" / "sources.csv").read_text("utf-8")
    shown = [page for page in whole if "&lt;img src=x onerror=alert(1)&gt; *Gazette* `x`" in page.read_text("utf-8")]
    assert {page.name for page in shown} >= {"vale-gazette.html", "index.html", "north-vale.html"}
    for tags in whole.values():
        assert not [own for tag, own in tags.tags if own.get("src") == "x" or "onerror" in own]


def test_a_table_has_a_caption_and_heads_and_a_picture_its_words(whole):
    for page, tags in whole.items():
        text = page.read_text("utf-8")
        for table in re.findall(r"<table.*?</table>", text, re.DOTALL):
            assert "<th" in table, page
            assert re.search(r"<caption><span[^>]*>.+?</span></caption>", table), page
            if 'class="table"' not in table:  # no text of the project
                assert 'scope="col"' in table
                assert 'scope="row"' in table
        for _, own in (one for one in tags.tags if one[0] == "img"):
            words = (page.parent / unquote(own["src"])).with_suffix(".txt")
            assert own["alt"] == words.read_text("utf-8").strip()


def test_a_page_stays_below_one_megabyte(small_project):
    for page in (small_project / "site").rglob("*.html"):
        assert page.stat().st_size < 1_000_000


def test_the_front_page_tells_the_story_and_how_current_it_is(small_project):
    front = (small_project / "site" / "index.html").read_text("utf-8")
    assert ">10</a> officers and staff were disciplined in 2001." in front
    assert "2003-01-01" in front
    assert "2 of 2 existing forces" in front


def test_a_guide_is_a_page_without_being_listed_and_its_links_lead_to_pages(whole, small_project):
    docs = small_project / "site" / "docs"
    links = {link["text"]: link["href"] for link in whole[docs / "quality.html"].links}
    assert links["Count"] == "how-to/count.html#by-hand"
    assert "the rows." in (docs / "quality.html").read_text("utf-8")
    count = (docs / "how-to" / "count.html").read_text("utf-8")
    assert 'href="../../method/index.html"' in count
    assert '<caption><span class="caption-text">By hand</span></caption>' in count
    assert '<th class="stub"><p>1</p></th>' in count
    order = [link["href"] for link in whole[docs / "index.html"].links if link["text"] in ("Count", "Quality")]
    assert order[-2:] == ["how-to/count.html", "quality.html"]


@pytest.fixture
def staged(small_project, tmp_path, monkeypatch):
    """Return a staged generation without pages, the runs it holds, and its project."""
    project = tmp_path / "project"
    shutil.copytree(small_project, project)
    monkeypatch.setenv("ANALYSIS_PROJECT", str(project))
    public = tmp_path / "staged"
    for name in ("data", "notebooks", "figures"):
        shutil.copytree(project / "site" / name, public / name)
    return public, plan.runs(project / "notebooks", public / "data", project / "data" / "raw"), project


def files(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_pages_made_again_in_part_anew_or_without_a_network_are_the_same_bytes(staged, tmp_path, monkeypatch):
    public, runs, project = staged
    (tmp_path / "blocked").mkdir()
    (tmp_path / "blocked" / "sitecustomize.py").write_text(
        "import socket\n\ndef no(*_, **__):\n    raise OSError('no network here')\n\n"
        "socket.socket.connect = socket.create_connection = socket.getaddrinfo = no\n"
    )
    run = site.subprocess.run

    def offline(command, env, **words):
        blocked = f"{tmp_path / 'blocked'}{site.os.pathsep}{env['PYTHONPATH']}"
        return run(command, env=env | {"PYTHONPATH": blocked}, **words)

    monkeypatch.setattr(site.subprocess, "run", offline)
    whole, part = tmp_path / "whole", tmp_path / "part"
    (project / "CHANGELOG.md").write_text("# Changelog\n\nNothing yet.\n")
    shutil.copytree(public, whole)
    shutil.copytree(public, part)
    site.build(public, runs, tmp_path / "work")
    (project / "CHANGELOG.md").write_text("# Changelog\n\nA number was corrected.\n")
    site.build(part, runs, tmp_path / "work")
    site.build(whole, runs, tmp_path / "another place")
    assert files(part) == files(whole)
    assert "A number was corrected." in (part / "method" / "changes.html").read_text("utf-8")
    differing = {name for name, data in files(part).items() if files(public).get(name) != data}
    assert differing == {"method/changes.html", "searchindex.js"}


def test_a_page_that_is_gone_leaves_no_trace(staged, tmp_path):
    public, runs, project = staged
    site.build(public, runs, tmp_path / "work")
    assert (public / "method" / "changes.html").is_file()
    (project / "CHANGELOG.md").unlink()
    again = tmp_path / "again"
    for name in ("data", "notebooks", "figures"):
        shutil.copytree(public / name, again / name)
    site.build(again, runs, tmp_path / "work")
    assert not (again / "method" / "changes.html").exists()
    assert b"method/changes" not in (again / "searchindex.js").read_bytes()


def test_pages_that_cannot_be_built_are_said(staged, tmp_path):
    public, runs, project = staged
    (project / "docs" / "method.md").write_text("# Method\n\n[nowhere](nowhere-at-all.md)\n")
    with pytest.raises(site.NotBuilt, match="nowhere-at-all"):
        site.build(public, runs, tmp_path / "work")
    assert not (public / "index.html").exists()


def test_a_notebook_that_says_another_sentence_than_the_findings_is_not_shown(staged, tmp_path):
    public, runs, _ = staged
    notebook = public / "notebooks" / "vale-2001" / "02-how-many-cases.ipynb"
    nb = json.loads(notebook.read_text("utf-8"))
    changed = json.dumps(nb).replace("officers and staff were disciplined", "officers were disciplined")
    notebook.write_text(changed, "utf-8")
    with pytest.raises(ValueError, match="another sentence than"):
        site.build(public, runs, tmp_path / "work")
