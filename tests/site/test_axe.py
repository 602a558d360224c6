"""Each kind of page of the built site in a browser: what axe finds in it, and whether it needs script."""

import pytest
from axe_playwright_python.sync_playwright import Axe

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
# Of what is right axe need not tell; what is dark differs in nothing but its colours.
RULES = {"light": {"rules": {"target-size": {"enabled": True}}}, "dark": {"runOnly": ["color-contrast"]}}
RULES = {scheme: rules | {"resultTypes": ["violations"]} for scheme, rules in RULES.items()}
LOOKS = [(1280, "light"), (768, "light"), (360, "light"), (360, "dark")]  # a width and a colour scheme


@pytest.mark.parametrize("path", KINDS.values(), ids=KINDS)
def test_axe_finds_no_fault_on_a_page_of_any_width_light_or_dark_and_nothing_is_cut_off(visit, path):
    page = visit(path, reduced_motion="reduce")
    assert visit.faults == []
    page.evaluate("document.querySelectorAll('tbody tr:nth-child(n + 12)').forEach((one) => one.remove())")  # all alike
    page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        told = Axe().run(page, options=RULES[scheme]).response["violations"]
        assert {one["id"]: [node["html"][:160] for node in one["nodes"]] for one in told} == {}, (width, scheme)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    visit.faults.clear()  # axe itself asks for style sheets in ways that the policy forbids


@pytest.mark.parametrize("path", [path for path in KINDS.values() if not path.startswith("search")])
def test_every_page_can_be_read_without_script(visit, path):
    page = visit(path, java_script_enabled=False)
    assert page.locator("h1").first.is_visible()
