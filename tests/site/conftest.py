"""The built site in a real browser: served from this machine, every other host counted as a fault."""

import functools
import http.server
import os
import shutil
import sys
import threading
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "publish"))

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WORDS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NOT_TESTED = "THE SITE IS NOT TESTED IN A BROWSER"


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serve files without writing a line for each."""

    def log_message(self, *_):
        pass

    def do_GET(self):
        if self.path == "/favicon.ico":  # asked for by the browser, not by any page
            self.send_response(204)
            self.end_headers()
        else:
            super().do_GET()


@pytest.fixture(scope="session")
def folder(project):
    """Return the built site: ANALYSIS_SITE, or site/ where it was built from what is here."""
    named = os.environ.get("ANALYSIS_SITE")
    place = Path(named) if named else project / "site"
    if not (place / "index.html").is_file():
        pytest.skip(f"{NOT_TESTED}: site/ is not built; run make report")
    return place


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


@pytest.fixture(scope="module")
def address(folder):
    """Serve the site and return where."""
    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def visit(browser, address, request):
    """Return a function that opens a page, with options of the browser; at the end it must have been quiet."""
    contexts, faults = [], []

    def opened(path, **options):
        context = browser.new_context(base_url=address, accept_downloads=True, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda asked: None if _own(asked.url, address) else faults.append(f"asked {asked.url}"))
        page.on("console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(path, wait_until="load")
        return page

    opened.faults = faults
    yield opened
    for context in contexts:
        context.close()
    assert faults == []


def _own(url: str, address: str) -> bool:
    return url.startswith((address, "data:", "blob:", "about:"))
