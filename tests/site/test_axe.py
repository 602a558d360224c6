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
# What is dark differs in nothing but its colours.
RULES = {"light": {"rules": {"target-size": {"enabled": True}}}, "dark": {"runOnly": ["color-contrast"]}}
WIDTH = "document.scrollingElement.scrollWidth"


@pytest.fixture(autouse=True)
def there(request, folder):
    """Skip a kind of page that the built site does not have."""
    path = request.node.callspec.params["path"]
    if not (folder / path.partition("?")[0]).is_file():
        pytest.skip(f"{path} is not there")


def faults(visit, path, looks):
    """Return what axe finds on a page with all its folds open, in each look: a width and a colour scheme."""
    page = visit(path, reduced_motion="reduce")
    assert visit.faults == []
    page.evaluate("document.querySelectorAll('tbody tr:nth-child(n + 12)').forEach((one) => one.remove())")  # all alike
    page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    found = {}
    for width, scheme in looks:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        told = Axe().run(page, options=RULES[scheme]).response["violations"]
        found |= {(width, scheme, one["id"]): [node["html"][:160] for node in one["nodes"]] for one in told}
        assert page.evaluate(WIDTH) <= width
    visit.faults.clear()  # axe itself asks for style sheets in ways that the policy forbids
    return found


@pytest.mark.parametrize("path", KINDS.values(), ids=KINDS)
class TestWide:  # two classes, so that two workers share the time
    def test_no_page_has_a_fault_that_axe_finds(self, visit, path):
        assert faults(visit, path, [(1280, "light"), (768, "light")]) == {}


@pytest.mark.parametrize("path", KINDS.values(), ids=KINDS)
class TestNarrow:
    def test_no_page_has_a_fault_that_axe_finds(self, visit, path):
        assert faults(visit, path, [(360, "light"), (360, "dark")]) == {}


@pytest.mark.parametrize("path", [path for path in KINDS.values() if not path.startswith("search")])
def test_every_page_can_be_read_without_script(visit, path):
    page = visit(path, java_script_enabled=False)
    assert page.locator("h1").first.is_visible()
