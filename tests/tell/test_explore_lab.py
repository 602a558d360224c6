"""The notebook `explore` in a running JupyterLab, used as a person uses it: by mouse and by keyboard."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

TOKEN = "only-for-this-test"
PATIENCE = 90
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "MPLCONFIGDIR", "PYTHONPATH")
PICTURE = ".widget-output img"
CUT = """shown => { const edge = shown.getBoundingClientRect().right; let box = shown.parentElement;
    for (; box; box = box.parentElement)
        if (getComputedStyle(box).overflowX != "visible" && box.getBoundingClientRect().right < edge - 1) return true;
    return edge > innerWidth }"""


@pytest.fixture(scope="module")
def place(project, tmp_path_factory):
    """Return a project of its own with the repository's data, so that nothing is written into the repository."""
    folder = tmp_path_factory.mktemp("project with a space")
    (folder / "data").symlink_to(project / "data", target_is_directory=True)
    (folder / "notebooks").mkdir()
    shutil.copy(project / "notebooks" / "explore.ipynb", folder / "notebooks")
    return folder


@pytest.fixture(scope="module")
def lab(place):
    """Run JupyterLab on a port of this machine alone and return the address of the notebook."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{held.getsockname()[1]}"
    words = f"--no-browser --allow-root --ServerApp.ip=127.0.0.1 --ServerApp.port={address.rpartition(':')[2]}"
    homes = {f"JUPYTER_{name}_DIR": str(place / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    # Nothing that other tests, or nbval, leave in the environment: a person's JupyterLab has none of it either.
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    own = kept | homes | {"IPYTHONDIR": str(place / "ipython"), "ANALYSIS_PROJECT": str(place)}
    command = [sys.executable, "-m", "jupyterlab", *words.split(), f"--IdentityProvider.token={TOKEN}"]
    command += ["--LabApp.extension_manager=readonly"]  # it asks no other computer
    with (place / "lab.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=place, env=own, stdout=log, stderr=log)
    try:
        until = time.monotonic() + PATIENCE
        while not _answers(f"http://{address}/api?token={TOKEN}"):
            assert server.poll() is None and time.monotonic() < until, (place / "lab.log").read_text("utf-8")
            time.sleep(0.2)
        yield f"http://{address}/lab/tree/notebooks/explore.ipynb?token={TOKEN}"
    finally:
        server.terminate()
        server.wait(30)


def _answers(url):
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except OSError:
        return False
    return True


@pytest.fixture(scope="module")
def page(lab, browser):
    """Return the notebook, opened in the system's Chromium and run from top to bottom."""
    from playwright.sync_api import TimeoutError as NotThere

    opened = browser.new_page(viewport={"width": 1400, "height": 1000})
    opened.set_default_timeout(PATIENCE * 1000)
    opened.goto(lab)
    opened.locator(".jp-NotebookPanel-toolbar").get_by_text("Python 3").wait_for()
    opened.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').wait_for()  # sooner, nothing is run
    for _ in range(3):  # a first click can be lost while a busy machine still connects to the kernel
        opened.locator("#jp-MainMenu").get_by_text("Run", exact=True).click()
        opened.locator("#jp-mainmenu-run").get_by_text("Run All Cells", exact=True).click()
        with contextlib.suppress(NotThere):
            opened.locator(PICTURE).first.wait_for(timeout=PATIENCE * 1000 / 3)
            break
    yield opened
    opened.close()


def changed(page, act):
    """Act, and wait until another picture is shown."""
    before = page.locator(PICTURE).first.get_attribute("src")
    act()
    page.wait_for_function(f"before => document.querySelector('{PICTURE}')?.src != before", arg=before)
    page.locator(PICTURE).first.wait_for()


def test_it_opens_with_a_chart_that_no_width_cuts(page):
    for width in (900, 1280, 1400, 1700):
        page.set_viewport_size({"width": width, "height": 1000})
        assert not page.locator(PICTURE).first.evaluate(CUT), width


def test_a_start_shows_another_chart(page):
    changed(page, page.get_by_role("button", name="What happened to them").click)
    assert "an outcome was printed for 17" in page.locator(".widget-output").first.inner_text()
    changed(page, page.get_by_role("button", name="2019, by force").click)
    assert "ps2019-" in page.locator(".widget-output a.number").first.get_attribute("href")  # a number is a link


def test_forces_are_added_by_keyboard_stay_in_sight_and_are_taken_away(page):
    box = page.get_by_placeholder("type a name")
    for name in ("Surrey", "Gwent"):
        box.fill(name)
        box.press("Enter")
        page.get_by_role("button", name=name).wait_for()
    page.get_by_text("They must not all be added up: Gwent").wait_for()
    changed(
        page,
        lambda: (page.get_by_role("button", name="Gwent").press("Space"), box.fill("Wiltshire"), box.press("Enter")),
    )
    assert page.get_by_role("button", name="Gwent").count() == 0
    assert page.get_by_role("button", name="Surrey").is_visible()


def test_a_view_is_saved_where_the_panel_says(page, place):
    page.locator("button[title='Save this view']").click()
    page.get_by_text("Saved as build/views/parliament-street-2019-numbers-surrey-wiltshire").wait_for()
    assert len(list((place / "build" / "views").iterdir())) == 4
