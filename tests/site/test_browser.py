"""What a reader does with the site, done in a browser."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from outgoing import opened

KINDS = {
    "front": "index.html",
    "rounds": "rounds/index.html",
    "across": "rounds/07-has-it-changed.html",
    "round": "rounds/parliament-street-2019/index.html",
    "notebook": "rounds/parliament-street-2019/02-how-many-cases.html",
    "claims": "rounds/parliament-street-2019/06-does-the-story-hold.html",
    "forces": "forces/index.html",
    "force": "forces/surrey.html",
    "evidence": "evidence/index.html",
    "document": "evidence/ps2019-itpro.html",
    "contradictions": "contradictions.html",
    "regions": "regions/index.html",
    "region": "regions/south-east.html",
    "method": "method/index.html",
    "definitions": "method/definitions.html",
    "changes": "method/changes.html",
    "codebook": "method/codebook.html",
    "add": "method/add-a-document.html",
    "download": "download.html",
    "search": "search.html?q=Gwent",
}
LOOKS = [(width, scheme) for width in (1280, 360) for scheme in ("light", "dark")]
NARROW = {"width": 360, "height": 740}
WIDTH = "document.scrollingElement.scrollWidth"
GUIDES = ("docs/index", "docs/tutorial/", "docs/how-to/", "docs/explanation/", "docs/reference/", "docs/quality")
ANY_PAGE = pytest.mark.parametrize("path", KINDS.values(), ids=KINDS)


@ANY_PAGE
def test_no_page_has_an_accessibility_fault_that_axe_finds(visit, path):
    page = visit(path, reduced_motion="reduce")
    if path.startswith("search"):
        page.wait_for_selector("#search-results li")
    assert visit.faults == []
    assert {look: found for look in LOOKS if (found := faults(page, *look))} == {}
    visit.faults.clear()  # axe itself asks for style sheets in ways that the policy forbids


def faults(page, width, scheme):
    """Return what axe finds on a page of some width, light or dark."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.locator(f"html[data-theme={scheme}]").wait_for(state="attached")
    page.wait_for_function(SETTLED)
    found = Axe().run(page, options={"rules": {"target-size": {"enabled": True}}}).response["violations"]
    return [(one["id"], node["html"][:160]) for one in found for node in one["nodes"]]


# The theme lets the keyboard reach what scrolls a moment after the page has changed its width.
SETTLED = """() => [...document.querySelectorAll(".pst-scrollable-table-container, pre")].every(
  (box) => box.tabIndex === 0 || box.scrollWidth <= box.clientWidth)"""


@pytest.mark.parametrize("start", GUIDES)
def test_no_guide_has_an_accessibility_fault_that_axe_finds(visit, folder, start):
    guides = sorted(page.relative_to(folder).as_posix() for page in (folder / "docs").rglob("*.html"))
    first = next((name for name in guides if name.startswith(start)), None)
    if first is None:
        pytest.skip("the project has no such guide yet")
    page = visit(first, reduced_motion="reduce")
    assert {look: found for look in LOOKS if (found := faults(page, *look))} == {}
    visit.faults.clear()


@ANY_PAGE
def test_no_page_scrolls_sideways_at_360_pixels(visit, path):
    page = visit(path, viewport=NARROW)
    assert page.evaluate(WIDTH) <= 360


def test_no_guide_scrolls_sideways_at_360_pixels(visit, folder):
    guides = sorted(page.relative_to(folder).as_posix() for page in (folder / "docs").rglob("*.html"))
    widths = {path: visit(path, viewport=NARROW).evaluate(WIDTH) for path in guides}
    assert guides and {path: width for path, width in widths.items() if width > 360} == {}


@pytest.mark.parametrize("path", [path for path in KINDS.values() if not path.startswith("search")])
def test_every_page_but_the_search_can_be_read_without_script(visit, path):
    page = visit(path, java_script_enabled=False)
    assert page.locator("article h1").first.is_visible()
    assert page.locator("article tr[hidden]").count() == 0


def test_the_front_page_tells_the_round_in_a_dozen_linked_sentences_with_three_charts(visit):
    page = visit(KINDS["front"])
    story = page.locator("article .finding > p")
    assert story.count() >= 10
    assert page.locator("article .finding a.number").count() >= 10
    charts = page.locator("article figure img")
    assert charts.count() == 3
    assert all(len(charts.nth(one).get_attribute("alt")) > 40 for one in range(3))
    assert page.evaluate("[...document.images].every(one => one.loading === 'lazy' || one.naturalWidth > 0)")


def test_search_finds_gwent(visit):
    page = visit(KINDS["front"])
    page.goto("search.html?q=Gwent")
    page.wait_for_selector("#search-results li a")
    found = page.locator("#search-results li a").evaluate_all("links => links.map(one => one.getAttribute('href'))")
    assert any(link.startswith("forces/gwent.html") for link in found)
    page.locator("#search-results li a[href^='forces/gwent.html']").first.click()
    assert "Gwent" in page.locator("article h1").inner_text()


def test_a_number_leads_to_its_cell_and_the_cell_leads_back(visit):
    page = visit(KINDS["front"])
    sentence = page.locator("article .finding > p:has(a.number[href*='evidence/'])").first
    number = sentence.locator("a.number[href*='evidence/']").first
    told, said = sentence.inner_text(), number.inner_text()
    number.click()
    page.wait_for_url(re.compile(r"/evidence/.+#L\d+"))
    row = page.locator("tr:target")
    assert row.is_visible()
    assert said.lower() in row.locator("q.written").inner_text().lower()
    for folded in row.locator("details:not([open]) > summary").all():
        folded.click()
    row.locator("a[href^='../index.html#']").first.click()
    page.wait_for_url(re.compile(r"/index\.html#"))
    assert told in page.locator(":target").inner_text()


def test_the_map_leads_to_a_force_by_keyboard_alone(visit):
    page = visit(KINDS["forces"])
    tile = page.locator("ol.tiles a", has_text="Gwent")
    for _ in range(250):
        page.keyboard.press("Tab")
        if tile.evaluate("one => one === document.activeElement"):
            break
    else:
        pytest.fail("the tile was never reached by the Tab key")
    assert tile.evaluate("one => getComputedStyle(one).outlineStyle") != "none"
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/forces/gwent\.html"))
    assert "Gwent" in page.locator("article h1").inner_text()


def test_every_tile_of_the_map_stands_in_the_plain_list_too(visit):
    page = visit(KINDS["forces"])
    tiles, plain = (
        page.locator(where).evaluate_all("links => links.map(one => one.href)")
        for where in ("ol.tiles a", "article section ul a")
    )
    assert len(tiles) == 48
    assert set(tiles) <= set(plain)


def test_a_long_table_is_sorted_and_filtered_by_keyboard(visit):
    page = visit(KINDS["evidence"])
    table = page.locator("table.long").first
    head = table.locator("thead th", has_text="Numbers")
    place = head.evaluate("one => one.cellIndex")
    cells = table.locator(f"tbody tr:visible > :nth-child({place + 1})")

    def numbers():
        return [int(text) for text in cells.all_inner_texts()]

    for direction in ("ascending", "descending"):
        head.locator("button").focus()
        page.keyboard.press("Enter")
        assert head.get_attribute("aria-sort") == direction
        assert numbers() == sorted(numbers(), reverse=direction == "descending")
    whole = len(numbers())
    page.locator("input[type=search][id^=filter]").first.fill("Telegraph")
    assert 0 < len(numbers()) < whole
    assert page.locator(".filter [role=status]").first.inner_text() == f"{len(numbers())} of {whole} rows"


def test_the_workbook_can_be_downloaded_and_opened(visit, tmp_path):
    page = visit(KINDS["download"])
    with page.expect_download() as waiting:
        page.locator("a[href$='.xlsx']").first.click()
    waiting.value.save_as(tmp_path / "tables.xlsx")
    sheets = opened(tmp_path / "tables.xlsx")
    assert list(sheets)[:3] == ["Cover", "Contents", "Notes"]
    figures = sheets["Figures"]
    head = next(number for number, row in enumerate(figures) if row[0] == "figure_id")
    written, low = (figures[head].index(name) for name in ("as_written", "low"))
    assert {row[low] for row in figures[head + 1 :] if row[written] == "237"} == {"237"}


@pytest.mark.parametrize("kind", ["front", "force", "document", "download"])
def test_every_tab_stop_shows_where_it_is(visit, kind):
    page = visit(KINDS[kind])
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(FOCUSED))
    assert len({place for place, _ in seen}) > 20
    assert [place for place, shown in seen if not shown] == []


FOCUSED = """() => {
  const one = document.activeElement, look = getComputedStyle(one), place = one.getBoundingClientRect();
  const marked = (look.outlineStyle !== "none" && parseFloat(look.outlineWidth) > 0) || look.boxShadow !== "none";
  return [`${one.tagName} ${one.textContent.trim().slice(0, 40)} ${place.x} ${place.y}`,
          one === document.body || (marked && place.width > 0)];
}"""


def test_the_first_tab_stop_skips_to_the_content(visit):
    page = visit(KINDS["front"])
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.textContent.trim()")
    assert focused == "Skip to main content"
