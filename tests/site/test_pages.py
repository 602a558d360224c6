"""What holds for every page of the built site, read as files."""

import json

import pytest

import links

ROUND = "parliament-street-2019"


@pytest.fixture(scope="module")
def pages(folder):
    return links.pages(folder)


def test_every_link_leads_somewhere_and_no_anchor_stands_twice(folder):
    assert links.broken(folder) == []


def test_every_number_that_is_said_leads_to_a_row_of_evidence_or_to_where_it_was_worked_out(pages):
    for path, page in pages.items():
        numbers = page.xpath("//a[contains(concat(' ', @class, ' '), ' number ')][@data-figures]/@href")
        assert [one for one in numbers if "evidence/" not in one and not one.endswith("-working")] == [], path


def test_a_limit_leads_to_its_working_with_what_was_assumed_and_every_printed_number_it_came_from(pages):
    page = pages[f"02-how-many-cases/{ROUND}.html"]
    (limit,) = page.xpath("//blockquote/p[1]/a[text()='31 to 98']")
    working = page.get_element_by_id(limit.get("href").removeprefix("#"))
    captions = [one.text for one in working.iter("caption")]
    assert captions == ["The same with fewer assumptions", "What is assumed, and why", "What it was worked out from"]
    assert "237" in [cell.text_content() for cell in working.xpath(".//table[last()]//td")]


def test_an_address_of_a_cell_that_was_ever_given_out_still_stands(pages, folder):
    figures = (folder / "data" / "figures.csv").read_text("utf-8").splitlines()[1:]
    for line in figures[:: max(1, len(figures) // 100)]:
        source, _, place = line.partition(",")[0].partition(":")
        assert pages[f"evidence/{source}.html"].get_element_by_id(place) is not None


def test_every_force_and_every_round_and_every_document_has_a_page(pages, folder):
    forces, rounds = ("coverage", "force_id", "forces"), ("coverage", "round_id", "rounds")
    for table, column, where in (forces, rounds, ("figures", "source_id", "evidence")):
        head, *lines = (folder / "data" / f"{table}.csv").read_text("utf-8").splitlines()
        at = head.split(",").index(column)
        assert {f"{where}/{line.split(',')[at]}.html" for line in lines} <= set(pages)


def test_no_page_is_heavier_than_300_kb_or_asks_for_more_than_12_files(pages, folder):
    heavy = {path: size for path in pages if (size := (folder / path).stat().st_size) > 300_000}
    many = {path: len(page.xpath("//script | //link[@rel='stylesheet'] | //img")) for path, page in pages.items()}
    assert heavy == {} and {path: count for path, count in many.items() if count > 12} == {}


def test_each_sentence_of_findings_json_stands_on_its_page_with_its_address(pages, folder):
    for one in json.loads((folder / "data" / "findings.json").read_text("utf-8")):
        name = one["id"].split("/")
        page = pages[f"forces/{name[1]}.html" if one["force"] else f"{name[0]}/{name[1]}.html"]
        assert page.get_element_by_id(name[2]).get("class") == ("withheld" if one["withheld"] else "finding")
