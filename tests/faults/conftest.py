"""The invented project of tests/vale.py, as it was built before a fault and as a build that nothing disturbs makes it."""

import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

import vale


@pytest.fixture(scope="session")
def before(tmp_path_factory):
    """Return a project that was built."""
    place = vale.project(tmp_path_factory.mktemp("before") / "vale")
    status, said = vale.build(place)
    assert status == 0, said
    return place


@pytest.fixture(scope="session")
def built_after(tmp_path_factory, before):
    """Return the same project, one number corrected, as a build makes it that nothing disturbs."""
    place = tmp_path_factory.mktemp("after") / "vale"
    shutil.copytree(before, place, symlinks=True)
    vale.correct(place, "vale-gazette", north=7)
    status, said = vale.build(place)
    assert status == 0, said
    return place


@pytest.fixture(scope="session")
def after(built_after):
    """Return the public files of the project as a build makes it that nothing disturbs."""
    return vale.public(built_after)


@pytest.fixture
def corrected(before, tmp_path):
    """Return a copy of the built project with a number corrected, not yet built again."""
    place = tmp_path / "vale"
    shutil.copytree(before, place, symlinks=True)
    vale.correct(place, "vale-gazette", north=7)
    return place


@pytest.fixture
def ready(corrected, built_after):
    """Return the corrected project with its notebooks run, so that a build only has to put them in place."""
    shutil.copytree(built_after / "build" / "runs", corrected / "build" / "runs", dirs_exist_ok=True)
    return corrected
