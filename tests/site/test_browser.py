"""What a reader does with the site, done in a browser."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
ROUND = "parliament-street-2019"
KINDS = {
    "front": "index.html",
    "rounds": "rounds/index.html",
    "round": f"rounds/{ROUND}.html",
    "notebook": f"02-how-many-cases/{ROUND}.html",
    "claims": f"06-does-the-story-hold/{ROUND}.html",
    "years": "07-over-the-years/all.html",
    "forces": "forces/index.html",
    "force": "forces/surrey.html",
    "force without a number": "forces/bedfordshire.html",
    "documents": "evidence/index.html",
    "document": "evidence/ps2019-itpro.html",
    "official": "evidence/official.html",
    "workforce": "evidence/workforce-01.html",
    "contradictions": "contradictions/index.html",
    "method": "method/index.html",
    "guide": "method/libraries.html",
    "corrections": "corrections/index.html",
    "download": "download/index.html",
    "search": "search/index.html?q=Gwent",
}
LOOKS = [(1280, "light"), (768, "light"), (360, "light"), (360, "dark")]
# What is dark differs in nothing but its colours.
RULES = {"light": {"rules": {"target-size": {"enabled": True}}}, "dark": {"runOnly": ["color-contrast"]}}
WIDTH = "document.scrollingElement.scrollWidth"
OUTLINED = """() => {
  const one = document.activeElement;
  return one === document.body || getComputedStyle(one).outlineStyle !== "none";
}"""
MET, PSNI = "Metropolitan Police Service", "Police Service of Northern Ireland"
ANY_PAGE = pytest.mark.parametrize("path", KINDS.values(), ids=KINDS)


@pytest.fixture(autouse=True)
def there(request, folder):
    """Skip a kind of page that the built site does not have."""
    path = request.node.callspec.params.get("path", "index.html") if hasattr(request.node, "callspec") else "index.html"
    if not (folder / path.partition("?")[0]).is_file():
        pytest.skip(f"{path} is not there")


@ANY_PAGE
def test_no_page_has_a_fault_that_axe_finds_wide_or_narrow_light_or_dark_folded_or_open(visit, path):
    page = visit(path, reduced_motion="reduce")
    assert visit.faults == []
    page.evaluate("document.querySelectorAll('tbody tr:nth-child(n + 12)').forEach((one) => one.remove())")  # all alike
    page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    found = {}
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        told = Axe().run(page, options=RULES[scheme]).response["violations"]
        found |= {(width, scheme, one["id"]): [node["html"][:160] for node in one["nodes"]] for one in told}
        assert page.evaluate(WIDTH) <= width
    assert found == {}
    visit.faults.clear()  # axe itself asks for style sheets in ways that the policy forbids


@pytest.mark.parametrize("path", [path for path in KINDS.values() if not path.startswith("search")])
def test_every_page_can_be_read_without_script(visit, path):
    page = visit(path, java_script_enabled=False)
    assert page.locator("h1").first.is_visible()


def test_the_first_tab_stop_skips_to_the_content_and_every_stop_shows_where_it_is(visit):
    page = visit(KINDS["front"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Skip to main content"
    for _ in range(40):
        page.keyboard.press("Tab")
        assert page.evaluate(OUTLINED)


def test_a_number_leads_to_its_row_and_the_row_leads_back(visit):
    page = visit(KINDS["notebook"])
    finding = page.locator(".finding[id]", has=page.locator("p > a.number")).first
    name, number = finding.get_attribute("id"), finding.locator("p > a.number").first
    said = number.inner_text()
    number.click()
    page.wait_for_url(re.compile(r"/evidence/.+#"))
    row = page.locator("tr:target")
    assert row.is_visible() and re.search(r"\w", said)
    back = row.locator(f"a[href$='#{name}']")
    if not back.first.is_visible():
        row.locator("summary").click()
    back.first.click()
    page.wait_for_url(re.compile(f"#{name}$"))
    assert page.locator(":target").is_visible()


@pytest.mark.parametrize("typed", ["Surrey Police", "surrey", "GMP"])
def test_the_box_on_the_front_page_leads_to_a_force_by_name_and_by_abbreviation(visit, typed):
    page = visit(KINDS["front"])
    page.locator("#find").fill(typed)
    page.locator("#find").press("Enter")
    page.wait_for_url(re.compile(r"/forces/|/search/"))
    if "/search/" in page.url:
        page.locator("#results li a").first.click()
    assert page.locator("h1").inner_text() in ("Surrey Police", "Greater Manchester Police")


def test_the_search_shows_the_force_first_and_loads_its_index_only_when_asked(visit):
    page = visit("search/index.html")
    assert page.evaluate("window.entries === undefined")
    for typed, force in (("gwent", "Gwent Police"), ("GMP", "Greater Manchester Police"), ("met", MET), ("psni", PSNI)):
        page.locator("#q").fill(typed)
        expect(page.locator("#results li a").first).to_have_text(force)
    assert page.locator("#said").inner_text().endswith("pages found")


def test_the_map_leads_to_a_force_by_keyboard(visit):
    page = visit(KINDS["forces"])
    tile = page.locator("ol.tiles a[title^='Gwent']")
    tile.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/forces/gwent\.html"))


def test_every_tile_is_large_enough_to_touch_and_inside_the_page_at_360_pixels(visit):
    page = visit(KINDS["front"], viewport={"width": 360, "height": 740})
    boxes = page.locator("ol.tiles a").evaluate_all("all => all.map((one) => one.getBoundingClientRect().toJSON())")
    assert len(boxes) > 40
    assert all(box["width"] >= 24 and box["height"] >= 24 and box["right"] <= 360 for box in boxes)


def test_code_is_folded_behind_one_toggle(visit):
    page = visit(KINDS["notebook"])
    code = page.locator("pre.code")
    assert page.locator("#code").count() == 1 and not code.first.is_visible()
    page.locator("#code").focus()
    page.keyboard.press("Space")
    assert code.first.is_visible()


def test_a_long_table_is_sorted_and_filtered_by_keyboard(visit):
    page = visit(KINDS["documents"])
    head = page.locator("th", has_text="Numbers")
    cells = page.locator("tbody tr:visible td:last-child")
    for direction in ("ascending", "descending"):
        head.locator("button").focus()
        page.keyboard.press("Enter")
        numbers = [int(text) for text in cells.all_inner_texts()]
        assert head.get_attribute("aria-sort") == direction and numbers == sorted(
            numbers, reverse=direction == "descending"
        )
    page.locator("input[id^=filter]").fill("Telegraph")
    left = len(cells.all_inner_texts())
    assert 0 < left < len(numbers)
    assert page.locator("[role=status]").inner_text() == f"{left} of {len(numbers)} rows"


def test_charts_are_dark_in_the_dark(visit):
    page = visit(KINDS["notebook"], color_scheme="dark")
    image = page.locator("figure img").first
    image.scroll_into_view_if_needed()
    image.evaluate("one => one.decode()")
    assert image.evaluate("one => one.currentSrc").endswith("-dark.svg")


def test_a_force_page_is_at_most_8000_pixels_long_on_a_telephone(visit, folder):
    longest = sorted(folder.glob("forces/*.html"), key=lambda file: file.stat().st_size)[-3:]
    for file in longest:
        page = visit(f"forces/{file.name}", viewport={"width": 360, "height": 740})
        assert page.evaluate("document.documentElement.scrollHeight") <= 8000, file.name


def test_in_print_a_dossier_has_neither_navigation_nor_boxes(visit):
    page = visit(KINDS["force"])
    page.emulate_media(media="print")
    hidden = page.locator("header nav, .code-toggle, pre.code, .copy, figcaption, .next")
    assert page.locator("h1").is_visible() and not any(one.is_visible() for one in hidden.all())


def test_the_workbook_can_be_taken_away(visit, tmp_path):
    import openpyxl

    page = visit(KINDS["download"])
    with page.expect_download() as waiting:
        page.locator("a.button[href$='.xlsx']").click()
    waiting.value.save_as(tmp_path / "tables.xlsx")
    assert openpyxl.load_workbook(tmp_path / "tables.xlsx").sheetnames[:2] == ["Cover", "Facts"]
