"""The notebook `explore` in a running JupyterLab, used as a person uses it: by mouse and by keyboard."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from itertools import pairwise

import pytest

TOKEN = "only-for-this-test"
PATIENCE = 60
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "MPLCONFIGDIR", "PYTHONNOUSERSITE")


@pytest.fixture(scope="module")
def place(project, tmp_path_factory):
    """Return a project folder of its own with the repository's data, so that nothing is written into the repository."""
    folder = tmp_path_factory.mktemp("project with a space")
    (folder / "data").symlink_to(project / "data", target_is_directory=True)
    (folder / "notebooks").mkdir()
    shutil.copy(project / "notebooks" / "explore.ipynb", folder / "notebooks")
    return folder


@pytest.fixture(scope="module")
def lab(place, browser):
    """Run JupyterLab on a port of this machine alone and return its address."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    words = (
        f"--no-browser --allow-root --ServerApp.ip=127.0.0.1 --ServerApp.port={port} --IdentityProvider.token={TOKEN}"
    )
    homes = {f"JUPYTER_{name}_DIR": str(place / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    # Nothing that other tests, or nbval, leave in the environment: a person's JupyterLab has none of it either.
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    own = kept | homes | {"IPYTHONDIR": str(place / "ipython"), "ANALYSIS_PROJECT": str(place)}
    with (place / "lab.log").open("wb") as log:
        command = [sys.executable, "-m", "jupyterlab", *words.split(), "--LabApp.extension_manager=readonly"]
        server = subprocess.Popen(command, cwd=place, env=own, stdout=log, stderr=log)
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_until_it_answers(f"{address}/api?token={TOKEN}", server, place / "lab.log")
            yield address
        finally:
            server.terminate()
            server.wait(30)


def _wait_until_it_answers(url, server, log):
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            assert server.poll() is None and time.monotonic() < until, log.read_text("utf-8")
            time.sleep(0.2)


@pytest.fixture(scope="module")
def page(lab, browser):
    """Return the notebook, opened and run from top to bottom."""
    context = browser.new_context(viewport={"width": 1600, "height": 1100})
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE * 1000)
    opened.goto(f"{lab}/lab/tree/notebooks/explore.ipynb?token={TOKEN}")
    opened.locator(".jp-NotebookPanel-toolbar").get_by_text("Python 3").wait_for()
    opened.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
    opened.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').wait_for()  # sooner, nothing is run
    _run_all(opened, tries=3)
    yield opened
    context.close()


def _run_all(opened, tries):
    """Run all cells; JupyterLab may lose a first click while a busy machine still connects it to its kernel."""
    from playwright.sync_api import TimeoutError as NotThere

    opened.locator("#jp-MainMenu").get_by_text("Run", exact=True).click()
    opened.locator("#jp-mainmenu-run").get_by_text("Run All Cells", exact=True).click()
    try:
        opened.locator(".explore img").wait_for()
    except NotThere:
        if tries == 1:
            raise
        _run_all(opened, tries - 1)


def said(page):
    return page.locator(".explore .said").first.inner_text()


def changed(page, act, what=".explore .said"):
    """Act, wait until what is shown differs, print how long that took, return what is shown."""
    shown = f"(() => document.querySelector({what!r}).outerHTML)()"
    before, start = page.evaluate(shown), time.monotonic()
    act()
    page.wait_for_function(f"before => {shown} !== before", arg=before)
    print(f"answered after {time.monotonic() - start:.2f} s")
    page.get_by_text("Working out the limits").wait_for(state="detached")
    return said(page)


def choose(page, name, **option):
    return lambda: page.get_by_label(name, exact=True).select_option(**option)


def test_what_must_not_be_added_says_so_instead(page):
    assert re.search(r"not added up: .* one counts cases, the other people\. Leave one of them out\.", said(page))


def test_a_change_of_force_changes_sentence_chart_and_table(page):
    before = page.locator(".explore img").get_attribute("src")
    assert changed(page, choose(page, "Forces", label="Surrey Police")) == "At Surrey Police, 50 cases were recorded."
    assert page.locator(".explore img").get_attribute("src") != before
    assert page.locator(".explore img").get_attribute("alt").endswith("Surrey 50.")
    assert page.locator(".explore tbody tr").count() == 1
    assert "number of cases that were recorded at Surrey Police is at least 50" in page.locator(".explore").inner_text()


def test_an_assumption_is_ticked_by_keyboard_and_named_in_the_sentence(page):
    box = page.get_by_label("each case or incident is one person")
    box.focus()
    assert changed(page, lambda: page.keyboard.press("Space")).endswith("if each case or incident is one person.")
    changed(page, lambda: page.keyboard.press("Space"))


def test_a_rate_is_drawn_with_its_limits(page):
    changed(page, choose(page, "Denominator", label="workforce"), ".explore img")
    assert "95% limits" in page.locator(".explore img").get_attribute("alt")
    assert page.get_by_role("columnheader", name="rate lower").count() == 1


def test_the_round_is_changed_by_keyboard_and_offers_its_own_forces(page):
    page.get_by_label("Round", exact=True).focus()
    assert "must not be added" in changed(page, lambda: page.keyboard.press("ArrowDown"))
    chosen = page.get_by_label("Round", exact=True).locator("option:checked").inner_text()
    assert chosen.replace("\N{NO-BREAK SPACE}", " ") == "Big Brother Watch, 2011"
    assert page.get_by_label("Forces", exact=True).get_by_text("Northumbria Police", exact=True).count() == 1


def test_a_view_is_saved_as_picture_table_alt_text_and_code(page, place):
    changed(page, choose(page, "Forces", label="Kent Police"))
    page.get_by_role("button", name="Save this view").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Saved:").wait_for()
    files = {path.suffix: path for path in (place / "build" / "views").iterdir()}
    assert set(files) == {".png", ".csv", ".txt", ".py"} and len({path.stem for path in files.values()}) == 1
    assert "Kent" in files[".csv"].read_text("utf-8") and "Kent" in files[".txt"].read_text("utf-8")
    assert "forces=('kent',)" in files[".py"].read_text("utf-8")
    assert "explore.view(" in page.locator(".explore pre").inner_text()


def test_nothing_overlaps_or_is_cut_off_sideways(page):
    changed(page, choose(page, "Round", label="Parliament Street, 2019"))
    boxes = [box.bounding_box() for box in page.locator(".explore .widget-checkbox").all()]
    assert len(boxes) > 1
    assert all(above["y"] + above["height"] <= below["y"] + 1 for above, below in pairwise(boxes))
    wide = page.locator(".explore").evaluate("own => own.scrollWidth - own.clientWidth")
    assert wide <= 1
