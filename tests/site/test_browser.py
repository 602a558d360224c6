"""What a reader does with the site, done in a browser."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
OUTLINED = """() => {
  const one = document.activeElement;
  return one === document.body || getComputedStyle(one).outlineStyle !== "none";
}"""
NOTEBOOK = "02-how-many-cases/parliament-street-2019.html"
MET, PSNI = "Metropolitan Police Service", "Police Service of Northern Ireland"


def test_the_first_tab_stop_skips_to_the_content_and_every_stop_shows_where_it_is(visit):
    page = visit("index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Skip to main content"
    for _ in range(40):
        page.keyboard.press("Tab")
        assert page.evaluate(OUTLINED)


@pytest.mark.parametrize("typed", ["Surrey Police", "surrey", "GMP"])
def test_the_box_on_the_front_page_leads_to_a_force_by_name_and_by_abbreviation(visit, typed):
    page = visit("index.html")
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


def test_every_tile_is_large_enough_to_touch_and_inside_the_page_at_360_pixels(visit):
    page = visit("index.html", viewport={"width": 360, "height": 740})
    boxes = page.locator("ol.tiles a").evaluate_all("all => all.map((one) => one.getBoundingClientRect().toJSON())")
    assert len(boxes) > 40
    assert all(box["width"] >= 24 and box["height"] >= 24 and box["right"] <= 360 for box in boxes)


def test_code_is_folded_behind_one_toggle(visit):
    page = visit(NOTEBOOK)
    code = page.locator("pre.code")
    assert page.locator("#code").count() == 1 and not code.first.is_visible()
    page.locator("#code").focus()
    page.keyboard.press("Space")
    assert code.first.is_visible()


def test_a_long_table_is_sorted_and_filtered_by_keyboard(visit):
    page = visit("evidence/index.html")
    head = page.locator("th", has_text="Numbers")
    cells = page.locator("tbody tr:visible td:last-child")
    for direction in ("ascending", "descending"):
        head.locator("button").focus()
        page.keyboard.press("Enter")
        numbers = [int(text) for text in cells.all_inner_texts()]
        assert head.get_attribute("aria-sort") == direction
        assert numbers == sorted(numbers, reverse=direction == "descending")
    page.locator("input[id^=filter]").fill("Telegraph")
    left = len(cells.all_inner_texts())
    assert 0 < left < len(numbers)
    assert page.locator("[role=status]").inner_text() == f"{left} of {len(numbers)} rows"


def test_charts_are_dark_in_the_dark(visit):
    page = visit(NOTEBOOK, color_scheme="dark")
    image = page.locator("figure img").first
    image.scroll_into_view_if_needed()
    image.evaluate("one => one.decode()")
    assert image.evaluate("one => one.currentSrc").endswith("-dark.png")


def test_what_tells_the_story_is_at_most_8000_pixels_long_on_a_telephone(visit, folder):
    told = sorted([*folder.glob("forces/*.html"), *folder.glob("0*/*.html")], key=lambda file: file.stat().st_size)
    for file in [folder / "contradictions" / "index.html", *told[-5:]]:
        page = visit(file.relative_to(folder).as_posix(), viewport={"width": 360, "height": 740})
        assert page.evaluate("document.documentElement.scrollHeight") <= 8000, file


def test_in_print_a_dossier_has_neither_navigation_nor_boxes(visit):
    page = visit("forces/surrey.html")
    page.emulate_media(media="print")
    hidden = page.locator("header nav, .code-toggle, pre.code, .copy, figcaption, .next")
    assert page.locator("h1").is_visible() and not any(one.is_visible() for one in hidden.all())
