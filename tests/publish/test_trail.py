"""Addresses of numbers, and text that stays text."""

import pytest
from markupsafe import Markup

from analysis.publish import extension, html, sheets, trail
from analysis.tell.findings import Finding, Number
from analysis.tell.findings import html as told

FIGURES = {"gazette:L2": {}, "gazette:L3": {}, "reply:L2F4": {}}
SOURCES = {
    "gazette": {"publisher": "A & B", "title": "", "public": "yes"},
    "reply": {"publisher": "", "title": "Reply", "public": "yes"},
}
TEN = Finding(
    "how-many/r/total",
    "how-many",
    "r",
    "total",
    "{0} of <b>{1}</b>",
    (Number("ten", 10, 10, ("gazette:L2", "reply:L2F4")), Number("12", 12, 12, (), "counted")),
)


@pytest.fixture
def way():
    return trail.Trail(FIGURES, SOURCES, frozenset({"r"}))


@pytest.mark.parametrize(("place", "said"), [("L4", "line 4"), ("L2F4", "line 2, field 4"), ("Sheet1!B4", "Sheet1!B4")])
def test_a_place_is_said_in_words(place, said):
    assert trail.spoken(place) == said


@pytest.mark.parametrize(
    ("here", "target", "anchor", "address"),
    [
        ("index", "evidence/gazette", "L2", "evidence/gazette.html#L2"),
        ("rounds/r/index", "evidence/gazette", "L2", "../../evidence/gazette.html#L2"),
        ("evidence/gazette", "evidence/gazette", "L2", "#L2"),
        ("forces/a", "index", "x/y:L2", "../index.html#x/y:L2"),
        ("index", "evidence/a b", "", "evidence/a%20b.html"),
    ],
)
def test_an_address_is_relative_to_its_page(here, target, anchor, address):
    assert trail.to(here, target, anchor) == address


def test_a_finding_is_escaped_its_numbers_lead_home_and_its_use_is_known(way):
    said = way.finding("forces/a", TEN)
    assert '<a class="number" href="../evidence/gazette.html#L2">Ten</a> of &lt;b&gt;' in said
    assert '<a class="number" href="../rounds/r/index.html#answers">12</a>&lt;/b&gt;' in said
    assert '<a class="number" href="../evidence/reply.html#L2F4">Reply, line 2, field 4</a>' in said
    assert "A &amp; B, line 2" in said
    assert list(way.uses) == ["gazette:L2", "reply:L2F4"]
    assert next(iter(way.uses["gazette:L2"])) == trail.Use("forces/a", "how-many/r/total", "Ten of <b>12</b>")


def test_a_number_of_a_document_that_is_not_public_leads_nowhere_and_says_so():
    waits = SOURCES | {"reply": SOURCES["reply"] | {"public": "no"}}
    said = trail.Trail(FIGURES, waits, frozenset({"r"})).finding("forces/a", TEN)
    assert "evidence/reply" not in said
    assert "Reply, line 2, field 4 (not public yet)" in said


def test_a_finding_shown_twice_on_a_page_has_two_anchors(way):
    way.finding("index", TEN)
    assert 'id="how-many/r/total--2"' in way.finding("index", TEN)
    assert 'id="how-many/r/total"' in way.finding("other", TEN)


def test_a_number_without_a_cell_is_an_error(way):
    gone = Finding("a/b/c", "a", "b", "c", "{0}", (Number("ten", 10, 10, ("gazette:L9",)),))
    with pytest.raises(KeyError, match="gazette:L9"):
        way.finding("index", gone)


def test_a_notebook_shows_the_findings_with_links_and_no_other(way):
    known = {TEN.finding_id: TEN}
    assert "evidence/gazette.html#L2" in trail.shown(told(TEN), way, "index", known)
    assert trail.shown("<p>note</p>", way, "index", known) == "<p>note</p>"
    with pytest.raises(ValueError, match="another sentence"):
        trail.shown(told(TEN).replace("of", "in"), way, "index", known)


def test_every_mark_of_markdown_is_only_a_mark():
    assert sheets.plain("a*b* <i> [x](y)\n# `z`") == r"a\*b\* \<i\> \[x\]\(y\) \# \`z\`"


def test_a_table_escapes_its_cells_and_names_its_rows():
    made = html.table("A <b>", ["Force", "N"], [("L2", ["<i>", Markup("<a>1</a>")])], numeric=("N",))
    assert "<caption><span>A &lt;b&gt;</span></caption>" in made
    assert '<tr id="L2"><th scope="row">&lt;i&gt;</th> <td class="n"><a>1</a></td></tr>' in made
    assert 'class="long"' not in made
    assert 'class="long"' in html.table("A", ["N"], [["1"]] * 13)


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "//elsewhere.example"])
def test_only_web_addresses_become_links(address):
    assert "<a" not in html.outside(address)


def test_inline_script_style_and_handlers_leave_the_page():
    kept = {}
    page = '<head><script>go()</script><style>p{}</style></head><p style="x" onclick=\'go()\' class="y">z</p>'
    made = extension.strict(page, "../_static", kept.__setitem__)
    assert "go()" not in made
    assert '<p class="y">z</p>' in made
    assert sorted(kept.values()) == ["go()", "p{}"]
    assert all(f"../_static/moved/{name}" in made for name in kept)
    assert made.index("Content-Security-Policy") < made.index("<script")


def test_a_number_in_a_table_leads_to_its_cells(way):
    span = '<td><span class="number" data-figures="gazette:L2 gazette:L3">31 &amp; 98</span></td>'
    made = trail.shown(span, way, "rounds/r/x", {})
    assert made.startswith('<td><span id="number-gazette:L2"><a class="number" href="../../evidence/gazette.html#L2">')
    assert ">31 &amp; 98</a>" in made
    assert "<summary>2 cells</summary>" in made
    assert list(way.uses) == ["gazette:L2", "gazette:L3"]
    assert trail.shown('<span class="number" data-figures="">9</span>', way, "rounds/r/x", {}) == "9"


def test_a_table_of_a_notebook_gets_the_caption_it_stands_under():
    bare = "<table><thead><tr><th>A</th></tr></thead><tbody><tr><td>x</td><td>y</td></tr></tbody></table>"
    made = sheets.captioned(bare, "What <if>")
    assert "<caption><span>What &lt;if&gt;</span></caption>" in made
    assert '<th scope="col">A</th>' in made
    assert '<tr><th scope="row">x</th><td>y</td></tr>' in made
    assert sheets.captioned("<p>no table</p>", "x") == "<p>no table</p>"
