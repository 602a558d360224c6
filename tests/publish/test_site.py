import json
import xml.etree.ElementTree as ElementTree

import pytest

import links
import vale
from analysis.publish import site
from links import text


@pytest.fixture(scope="module")
def pages(built_once):
    return links.pages((built_once / "site").resolve())


@pytest.fixture(scope="module")
def changed_pages(changed_once):
    return links.pages((changed_once / "site").resolve())


def test_every_link_of_every_page_leads_somewhere_and_no_anchor_stands_twice(built_once, changed_once):
    assert links.broken(built_once / "site") == links.broken(changed_once / "site") == []


def test_a_label_stays_a_text_on_every_page(pages):
    shown = [path for path, page in pages.items() if vale.LABEL in page.text_content()]
    assert {"evidence/vale-gazette.html", "count/vale-2001.html", "rounds/vale-2001.html"} <= set(shown)
    assert not any(page.xpath("//img[@src='x']") for page in pages.values())


def test_a_sentence_leads_from_its_number_to_the_cell_and_the_cell_leads_back(pages):
    finding = pages["count/vale-2001.html"].xpath("//blockquote[@class='finding']")[0]
    (number,) = finding.xpath(".//a[@class='number']")
    assert (number.text, number.get("href")) == ("10", "../evidence/vale-gazette.html#L2")
    row = pages["evidence/vale-gazette.html"].get_element_by_id("L2")
    assert text(row, "th") == ["10line 2, in the text"] and text(row, "th/q") == ["10"]
    assert f"../count/vale-2001.html#{finding.get('id')}" in [link.get("href") for link in row.xpath(".//a")]


FINDING = "//blockquote[@class='finding']/p[1]"
COUNTED = "computer misuse: disciplined; people"
FILES = ("PNG", "SVG", "dark PNG", "numbers", "words")
FORCES = ("North Vale Police", "South Vale Police")
SHOWN = {
    "rounds/vale-2002": [
        (FINDING, ["South Vale Police printed four as its largest number. own reply"]),
        ("//h2/a/@href", ["../count/vale-2002.html"]),
        ("//meta[@property='og:image']/@content", ["../cards/vale-2002.png"]),
    ],
    "forces/south-vale": [
        ("//h1", ["South Vale Police"]),
        (FINDING, ["South Vale Police had four. own reply"]),
        ("//input/@id", ["code"]),
        ("//meta[@property='og:image']/@content", ["../cards/south-vale.png"]),
        ("//meta[@property='og:image:alt']/@content", ["South Vale Police had four."]),
    ],
    "count/vale-2001": [
        ("//figure//source/@media", ["(prefers-color-scheme: dark)"]),
        ("//figure//a", [f"{kind} of: Every number" for kind in FILES]),
    ],
    "index": [
        ("//h1//a/@href", ["count/vale-2001.html#printed-as-its-largest-number"]),
        ("//ul[@class='cards']//strong", ["10"]),
        ("//figure/@class", ["chart"]),
        ("//option[@value='NVP']/@data-page", ["forces/north-vale.html"]),
        ("//ol[@class='tiles']//a/@class", ["number", "number"]),
        ("//ol[@class='tiles']//span[@class='hidden']",
         [f"{one}: a number for it was printed or answered" for one in FORCES]),
        ("//ol[@class='tiles']//span[@class='letters']", ["NVP", "Sout"]),
    ],
    "contradictions/index": [
        ("//div[@class='conflict']//tbody//td", ["6", COUNTED, vale.LABEL, "5", COUNTED, "Vale Echo"]),
    ],
    "method/index": [("//article//a[text()='Asking']/@href", ["../method/ask.html#the-words"])],
    "method/ask": [("//td", ["<b>1</b>", "2"])],
}  # fmt: skip


@pytest.mark.parametrize("path", SHOWN)
def test_a_page_shows_what_there_is_to_say_and_leads_on(pages, path):
    assert [(where, text(pages[f"{path}.html"], where)) for where, _ in SHOWN[path]] == SHOWN[path]


def test_a_force_without_a_run_has_one_paragraph_that_says_whether_it_was_asked_and_how_to_ask(pages):
    (said, more) = text(pages["forces/old-vale.html"], "//article/p[not(@class)]")
    assert said == "Old Vale Constabulary was a force of its own until 31 December 2001."
    assert more.startswith("We have seen no number of computer misuse for Old Vale Constabulary.")
    assert "We do not know whether it answered The round of 2001." in more


def test_the_search_lists_forces_first_by_every_name_and_shows_no_code(built_once):
    listed = (built_once / "site" / "search" / "entries.js").read_text("utf-8")
    entries = json.loads(listed.removeprefix("window.entries = ").removesuffix(";\n"))
    assert [one["t"] for one in entries[:3]] == sorted(force["name"] for force in vale.FORCES)
    assert "NVP" in entries[0]["w"]
    assert "import" not in listed


def test_a_page_has_one_title_a_description_a_card_a_language_and_landmarks(pages, built_once):
    for path, page in pages.items():
        (card,) = page.xpath("//meta[@property='og:image']/@content")
        assert (built_once / "site" / path).parent.joinpath(card).is_file(), path
        assert len(page.xpath("//h1")) == 1 and all(len(alt) > 30 for alt in page.xpath("//figure//img/@alt")), path
        assert page.get("lang") == "en" and page.xpath("//main") and page.xpath("//nav[@aria-label]"), path
        assert page.xpath("//meta[@name='description']/@content")[0].strip(), path
        assert all(table.xpath("caption") for table in page.xpath("//table") if "method/" not in path), path


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [("3", "3", "3"), ("1200", "1500", "1,200 to 1,500"), ("71", "", "71 or more"), ("0", "4", "0 to 4"),
     ("", "4", "up to 4"), ("", "", "refused")],
)  # fmt: skip
def test_limits_are_said_in_words(low, high, said):
    assert site.span({"low": low, "high": high, "status": "refused"}) == said


def test_the_small_tables_are_honest_when_empty_and_shown_when_not(pages, changed_pages, changed_once):
    page = pages["corrections/index.html"]
    assert "No published number has been corrected so far." in page.text_content()
    assert "Nobody named here has been asked for a reply yet." in page.text_content()
    assert text(changed_pages["corrections/index.html"], "//tbody/tr") == [
        "1 February 2003The total910read <b>anew</b>",
        "1 February 2003North Vale Policethe 6none yet",
    ]
    feed = ElementTree.parse(changed_once / "site" / "corrections" / "feed.atom").getroot()
    assert [one.text for one in feed.iter("{http://www.w3.org/2005/Atom}title")][1:] == ["The total: 9, now 10"]
    assert feed.find("{http://www.w3.org/2005/Atom}updated").text == "2003-02-01T00:00:00Z"


def test_an_output_without_a_record_is_shown_as_text(changed_pages):
    page = changed_pages["plain/all.html"]
    assert "<i>x</i>" in text(page, "//pre[@class='wide']")[0] and not page.xpath("//article//i")


@pytest.mark.browser
def test_no_script_of_words_or_data_runs_in_any_page(changed_once, browser):
    page, faults = browser.new_page(), []
    page.on("dialog", lambda dialog: (faults.append(f"{page.url}: {dialog.message}"), dialog.dismiss()))
    page.on("console", lambda told: faults.append(told.text) if told.type in ("error", "warning") else None)
    page.on("request", lambda asked: faults.append(asked.url) if not asked.url.startswith("file:") else None)
    for file in sorted((changed_once / "site").resolve().rglob("*.html")):
        page.goto(file.as_uri(), wait_until="load")
    assert faults == []


def test_a_number_the_front_page_asks_for_in_vain_is_named_and_its_clause_left_out(changed_pages, changed_once):
    said = json.loads((changed_once / "build" / "last.json").read_text("utf-8"))["said"]
    lost = "the front page asks for sacked = count/vale-2001/another-sentence#n, which is not there; nearest: "
    [line] = [line for line in said if line.startswith(lost)]
    assert "#n" in line.removeprefix(lost) and line.endswith("write the right one into notebooks/runs.toml [front]")
    assert text(changed_pages["index.html"], "//h1") == ["What police forces answered about computer misuse"]
