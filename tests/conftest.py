"""What every test needs: the project's folder, the invented project as built, and chance that repeats."""

from pathlib import Path

import pytest
from hypothesis import settings

import vale

settings.register_profile("the same every time", derandomize=True, database=None, deadline=None)
settings.load_profile("the same every time")

collect_ignore_glob = ["*.ipynb"]  # the notebooks of invented projects are run by their own tests


@pytest.fixture(scope="session")
def project() -> Path:
    """Return the folder of the project these tests belong to."""
    return Path(__file__).parent.parent


@pytest.fixture(scope="session")
def built_once(tmp_path_factory) -> Path:
    """Return the project of tests/vale.py, built with real kernels; to be copied, never changed."""
    place = vale.project(tmp_path_factory.mktemp("built") / "the vale")
    status, said = vale.build(place)
    assert status == 0, said
    return place


def pytest_terminal_summary(terminalreporter):
    """Say in one loud line why the site was not tested in a browser, if it was not."""
    skipped = (str(report.longrepr) for report in terminalreporter.stats.get("skipped", []))
    why = next((text for text in skipped if "NOT TESTED IN A BROWSER" in text), None)
    if why:
        terminalreporter.write_line(why.split("Skipped: ")[-1].strip("')\""), red=True, bold=True)
