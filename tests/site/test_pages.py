"""What must hold for every page of the built site, without a browser."""

import json

import pytest

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
