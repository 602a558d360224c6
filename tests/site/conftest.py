"""The built site in a real browser, from its files: every request to another host is a fault."""

import os
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WORDS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync")
NOT_TESTED = "THE SITE IS NOT TESTED IN A BROWSER"


@pytest.fixture(scope="session")
def folder(project):
    """Return the built site: ANALYSIS_SITE, or site/ of the project."""
    place = Path(os.environ.get("ANALYSIS_SITE", project / "site"))
    if not (place / "index.html").is_file():
        pytest.skip(f"{NOT_TESTED}: site/ is not built; run make report")
    return place.resolve()


@pytest.fixture(scope="module")
def browser():
    """Return a headless Chromium, the system's own."""
    from playwright.sync_api import sync_playwright

    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"{NOT_TESTED}: no chromium on the PATH (Debian: apt-get install chromium)")
    with sync_playwright() as player:
        started = player.chromium.launch(executable_path=found, args=list(WORDS))
        yield started
        started.close()


@pytest.fixture
def visit(browser, folder):
    """Return a function that opens a page from its file, with options of the browser; at the end it must have been quiet."""
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
