"""Builds of the three forces that the tests of faults start from, and the figures of a full run (`make faults`)."""

import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import builds

FIGURES = pytest.StashKey[list]()


def pytest_addoption(parser):
    parser.addoption("--whole", action="store_true", help="every fault, not the short slice of make test")


def pytest_configure(config):
    config.addinivalue_line("markers", "whole: part of make faults only")


def pytest_collection_modifyitems(config, items):
    left_out = (
        [] if config.getoption("--whole", default=False) else [one for one in items if one.get_closest_marker("whole")]
    )
    items[:] = [one for one in items if one not in left_out]
    config.hook.pytest_deselected(items=left_out)


@pytest.fixture(scope="session")
def whole(request) -> bool:
    """Say whether every fault is tried, as `make faults` does."""
    return request.config.getoption("--whole", default=False)


@pytest.fixture
def figure(request):
    """Return what takes a row of docs/reliability.md: what was tried, how often, and what came of it."""
    rows = request.config.stash.setdefault(FIGURES, [])
    return lambda *cells: rows.append(" | ".join(str(cell) for cell in cells))


def pytest_terminal_summary(terminalreporter, config):
    for row in config.stash.get(FIGURES, []):
        terminalreporter.write_line(f"| {row} |")


@pytest.fixture(scope="session")
def three_forces(tmp_path_factory) -> Path:
    """Return the three forces built before and after a reply was corrected: the folders `before` and `after`."""
    home = tmp_path_factory.mktemp("faults")
    before = builds.project(home / "before")
    status, said = builds.build(before)
    assert status == 0, said
    shutil.copytree(before, home / "after")
    builds.correct(home / "after", 4, 5)
    status, said = builds.build(home / "after")
    assert status == 0, said
    assert builds.public(before) != builds.public(home / "after")
    return home


@pytest.fixture
def corrected(three_forces, tmp_path):
    """Return what copies the built project and corrects a reply in the copy, which is not built again."""

    def copy(name: str = "project") -> Path:
        place = builds.copied(three_forces / "before", tmp_path / name)
        builds.correct(place, 4, 5)
        return place

    return copy
