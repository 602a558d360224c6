"""What every test needs: the project's folder, the invented project as built, and chance that repeats."""

import os
import shutil
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

import vale

settings.register_profile("the same every time", derandomize=True, database=None, deadline=None)
settings.load_profile("the same every time")

LONGEST = ["kills", "browser", "explore_lab", "main", "intake", "bounds", "faults/", "publish/", ".ipynb", "clean/"]
collect_ignore_glob = ["*.ipynb"]  # the notebooks of invented projects are run by their own tests


@pytest.fixture(scope="session")
def project() -> Path:
    """Return the folder of the project these tests belong to."""
    return Path(__file__).parent.parent


@pytest.fixture(scope="session")
def built_once(tmp_path_factory) -> Path:
    """Return the project of tests/vale.py, built with real kernels; to be copied, never changed."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared
    place = shared / "built" / "the vale"
    with FileLock(shared / "built.lock"):
        if not (place / "site").exists():  # another worker may have built it; one that failed is made anew
            shutil.rmtree(place, ignore_errors=True)
            status, said = vale.build(vale.project(place))
            assert status == 0, said
    return place


def pytest_collection_modifyitems(items):
    """Begin with the files that take longest, so that no core waits at the end for the other."""
    files = {item: item.nodeid.partition("::")[0] for item in items}
    items.sort(key=lambda item: next((at for at, name in enumerate(LONGEST) if name in files[item]), len(LONGEST)))


def pytest_terminal_summary(terminalreporter):
    """Say in one loud line why the site was not tested in a browser, if it was not."""
    skipped = (str(report.longrepr) for report in terminalreporter.stats.get("skipped", []))
    why = next((text for text in skipped if "NOT TESTED IN A BROWSER" in text), None)
    if why:
        terminalreporter.write_line(why.split("Skipped: ")[-1].strip("')\""), red=True, bold=True)
