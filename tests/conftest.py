"""What every test needs: the project's folder, the invented one as built, no kernels, a browser, repeated chance."""

import contextlib
import json
import os
import shutil
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

import vale
from analysis.publish import execute, kernels

settings.register_profile("the same every time", derandomize=True, database=None, deadline=None)
settings.load_profile("the same every time")

LONGEST = ["kills", "test_axe", "test_same", "publish/test_build", "bounds", "explore_lab", "execute", "browser"]
LONGEST += ["faults/", "publish/", "intake", ".ipynb", "clean/"]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
collect_ignore_glob = ["*.ipynb"]  # the notebooks of invented projects are run by their own tests


@pytest.fixture(scope="session")
def project() -> Path:
    """Return the folder of the project these tests belong to."""
    return Path(__file__).parent.parent


@pytest.fixture(scope="session")
def once(tmp_path_factory):
    """Return a function that makes a folder once for all workers: to be read or copied, never changed."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared

    def made(name, make) -> Path:
        place, half = shared / name, shared / f"half {name}"
        with FileLock(f"{place}.lock"):
            if not place.exists():
                shutil.rmtree(half, ignore_errors=True)
                make(half)
                half.rename(place)
        return place

    return made


@pytest.fixture(scope="session")
def built_once(once) -> Path:
    """Return the project of tests/vale.py, built with real kernels."""

    def make(place):
        vale.build(vale.project(place), ends=[0])

    return once("the vale", make)


@pytest.fixture
def no_kernel(monkeypatch):
    """Let a run write an empty notebook in place of a kernel's work; return the list of what was run."""
    ran = []

    def instead(env, source, parameters, timeout, part):
        ran.append(" ".join(parameters.values()))
        text = json.dumps({"cells": [], "metadata": {"run": parameters}, "nbformat": 4, "nbformat_minor": 5})
        return execute.Made(text, {}, 0.1)

    monkeypatch.setattr(execute, "run_notebook", instead)
    monkeypatch.setattr(kernels, "template", lambda env: contextlib.nullcontext())
    return ran


@pytest.fixture(scope="module")  # what follows may need the event loop that Playwright holds
def browser():
    """Return a headless Chromium, the system's own."""
    from playwright.sync_api import sync_playwright

    path = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if path is None:
        pytest.skip("NOT TESTED IN A BROWSER: no chromium on the PATH (Debian: apt-get install chromium)")
    with sync_playwright() as player:
        started = player.chromium.launch(executable_path=path)
        yield started
        started.close()


def pytest_collection_modifyitems(items):
    """Begin with the files that take longest, so that no core waits at the end for the other."""
    files = {item: item.nodeid.partition("::")[0] for item in items}
    items.sort(key=lambda item: next((at for at, name in enumerate(LONGEST) if name in files[item]), len(LONGEST)))
