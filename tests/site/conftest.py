"""The built site in a real browser, from its files: every request to another host is a fault."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def folder(project):
    """Return the built site: ANALYSIS_SITE, or site/ of the project."""
    place = Path(os.environ.get("ANALYSIS_SITE", project / "site"))
    if not (place / "index.html").is_file():
        pytest.skip("THE SITE IS NOT TESTED: site/ is not built; run make report")
    return place.resolve()


@pytest.fixture
def visit(browser, folder):
    """Return a function that opens a page from its file, with options; at the end it must have been quiet."""
    contexts, faults = [], []

    def opened(path, **options):
        context = browser.new_context(accept_downloads=True, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda asked: None if asked.url.startswith(folder.as_uri()) else faults.append(asked.url))
        page.on("console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{folder.as_uri()}/{path}", wait_until="load")
        return page

    opened.faults = faults
    yield opened
    for context in contexts:
        context.close()
    assert faults == []
