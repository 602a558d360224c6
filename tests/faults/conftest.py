"""The project of tests/vale.py: built before a fault, and as a build makes it that nothing disturbs."""

import shutil

import pytest

import vale


@pytest.fixture(scope="session")
def built_after(once, built_once):
    """Return the same project, one number corrected, as a build makes it that nothing disturbs."""

    def make(place):
        shutil.copytree(built_once, place, symlinks=True)
        vale.correct(place, "vale-gazette", north=7)
        vale.build(place, ends=[0])

    return once("after", make)


@pytest.fixture(scope="session")
def after(built_after):
    """Return the public files of the project as a build makes it that nothing disturbs."""
    return vale.public(built_after)


@pytest.fixture
def corrected(built_once, tmp_path):
    """Return a copy of the built project with a number corrected, not yet built again."""
    place = tmp_path / "vale"
    shutil.copytree(built_once, place, symlinks=True)
    vale.correct(place, "vale-gazette", north=7)
    return place


@pytest.fixture
def ready(corrected, built_after):
    """Return the corrected project with data cleaned and notebooks run, so that a build only puts them in place."""
    for name in ("runs", "tables"):
        shutil.copytree(built_after / "build" / name, corrected / "build" / name, dirs_exist_ok=True)
    return corrected
