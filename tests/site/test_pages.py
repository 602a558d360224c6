"""What must hold for every page of the built site, without a browser."""

import csv
import json
import posixpath
import re
from html import escape, unescape
from urllib.parse import unquote

import pytest

from analysis import tables
from analysis.publish import live

LARGEST_PAGE = 1_000_000


@pytest.fixture(scope="module")
def pages(folder):
    return {page.relative_to(folder).as_posix(): page.read_text("utf-8") for page in folder.rglob("*.html")}


def test_a_page_is_smaller_than_a_megabyte_without_its_pictures(pages):
    assert {name: len(text.encode()) for name, text in pages.items() if len(text.encode()) >= LARGEST_PAGE} == {}


def test_no_page_runs_anything_inline_or_asks_another_host(pages):
    assert {name: [str(one) for one in live.page(text)] for name, text in pages.items() if list(live.page(text))} == {}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_published_data_package_is_valid(folder):
    import frictionless

    found = frictionless.validate(str(folder / "datapackage.json"))
    assert [(task.name, error.message) for task in found.tasks for error in task.errors] == []
    described = {one["path"] for one in json.loads((folder / "datapackage.json").read_text("utf-8"))["resources"]}
    pictures = {picture.relative_to(folder).as_posix() for picture in (folder / "figures").rglob("*.png")}
    assert pictures <= described


LINK = re.compile(r'<a\b[^>]*?\shref="([^"]*)"')
NUMBER = re.compile(r'<a class="number" href="([^"]*)">')
ROW = re.compile(r'<tr id="(L[^"]+)">(.*?)</tr>', re.DOTALL)
WRITTEN = re.compile(r'<q class="written">(.*?)</q>')


def target(page: str, link: str) -> tuple[str, str]:
    """Return the file and the anchor that a link on a page leads to."""
    path, _, anchor = unescape(link).partition("#")
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(path))) if path else page, unquote(anchor)


def test_every_link_within_the_site_leads_to_a_file_and_an_anchor_that_are_there(pages, folder):
    files = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    anchors = {name: set(re.findall(r'\sid="([^"]+)"', text)) for name, text in pages.items()}
    lost = set()
    for name, text in pages.items():
        for link in LINK.findall(text):
            if not re.match(r"[a-z]+:", link):
                file, anchor = target(name, link)
                if file not in files or (anchor and escape(anchor) not in anchors.get(file, {escape(anchor)})):
                    lost.add((name, link))
    assert sorted(lost)[:10] == []


def test_every_number_leads_to_its_cell_and_every_cell_back_to_each_page_that_says_it(pages, folder):
    rows = {(name, place): row for name, text in pages.items() for place, row in ROW.findall(text)}
    back = {key: {target(key[0], link)[0] for link in LINK.findall(row)} for key, row in rows.items()}
    said = [(name, target(name, link)) for name, text in pages.items() for link in NUMBER.findall(text)]
    cells = [(name, cell) for name, cell in said if cell[0].startswith("evidence/")]
    assert len(cells) > 1000
    assert [(name, cell) for name, cell in cells if name not in back[cell]][:10] == []


def test_every_cell_shows_what_stands_in_the_document(pages, folder):
    figures = tables.text(folder / "data" / "figures.csv").set_index("figure_id")
    shown = {
        (name, place): unescape(WRITTEN.search(row)[1])
        for name, text in pages.items()
        if name.startswith("evidence/")
        for place, row in ROW.findall(text)
    }
    ids = {key: f"{posixpath.basename(key[0]).removesuffix('.html')}:{key[1]}" for key in shown}
    assert set(figures.index) <= set(ids.values())  # numbers of forces and requests are shown too, and are no figures
    for key, written in shown.items():
        source, _, place = ids[key].partition(":")
        assert written == figures["as_written"].get(ids[key], written)
        line, field = re.fullmatch(r"L(\d+)(?:F(\d+))?", place).groups()
        (document,) = (folder / "data" / "raw").glob(f"*/{source}.csv")
        cell = _cell(document, int(line), field)
        assert cell.strip()
        assert cell.strip() in written or written in cell


def _cell(document, line: int, field: str | None) -> str:
    """Return the text of one cell of a csv file: a field of a line, or the value of a transcript's row."""
    with document.open(encoding="utf-8-sig", newline="") as lines:
        reader, start, rows = csv.reader(lines), 1, {}
        for row in reader:
            rows[start], start = row, reader.line_num + 1
    return rows[line][int(field) - 1 if field else rows[1].index("value")]
