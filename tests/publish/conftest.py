"""Projects to build: three invented forces, with a stand-in for cleaning and findings."""

import json
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import formats
import standin

THREE_FORCES = Path(__file__).parent.parent / "three_forces"
PROJECT = Path(__file__).parents[2]
GUIDES = {
    "how-to/count.md": "# Count\n\n## By hand\n\n| Step | Do |\n|---|---|\n| 1 | [method](../method.md) |\n",
    "quality.md": "# Quality\n\n[Count](how-to/count.md#by-hand) the [rows](../data/raw/sources.csv).\n",
}
FACTS = "file data/processed/facts.csv"
LABEL = "<img src=x onerror=alert(1)> *Gazette* `x`"


@pytest.fixture(scope="session")
def built_once(tmp_path_factory):
    """Return a project built once with real kernels, to be copied."""
    from analysis.publish import generation

    place = tmp_path_factory.mktemp("built") / "three forces"
    shutil.copytree(THREE_FORCES, place)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANALYSIS_PROJECT", str(place))
        standin.stand_in(patch.setattr)
        assert generation.build(jobs=2) == 0
    return place


@pytest.fixture(scope="session")
def small_project(tmp_path_factory):
    """Return the three forces built with the project's own cleaning, notebooks and pages, one label being hostile.

    One reply lies there in each format that can be read.
    """
    from analysis.publish import cache, generation

    place = tmp_path_factory.mktemp("small") / "three forces"
    shutil.copytree(THREE_FORCES, place, ignore=shutil.ignore_patterns("notebooks"))
    shutil.copytree(PROJECT / "docs", place / "docs", ignore=shutil.ignore_patterns("*.md"))
    shutil.copy(PROJECT / "docs" / "method.md", place / "docs")
    for name, text in GUIDES.items():
        (place / "docs" / name).parent.mkdir(exist_ok=True)
        (place / "docs" / name).write_text(text, "utf-8")
    shutil.copytree(THREE_FORCES / "story", place / "notebooks")
    for notebook in ("02-how-many-cases", "force-page"):
        shutil.copy(PROJECT / "notebooks" / f"{notebook}.ipynb", place / "notebooks")
    shutil.move(place / "notebooks" / "front.toml", place / "docs" / "front.toml")
    (place / "CHANGELOG.md").write_text("# Changelog\n\nNothing yet.\n")
    sources = place / "data" / "raw" / "sources.csv"
    sources.write_text(sources.read_text("utf-8").replace("Vale Gazette (invented)", LABEL), "utf-8")
    formats.add(place)
    machinery = cache.machinery
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANALYSIS_PROJECT", str(place))
        patch.setattr(cache, "machinery", lambda project: machinery(project) | {"package": "stand-in"})
        assert generation.build(jobs=2) == 0
    return place


@pytest.fixture
def fresh(tmp_path, monkeypatch):
    """Return a copy of the project that was never built."""
    place = tmp_path / "fresh"
    shutil.copytree(THREE_FORCES, place)
    monkeypatch.setenv("ANALYSIS_PROJECT", str(place))
    standin.stand_in(monkeypatch.setattr)
    return place


@pytest.fixture
def built(tmp_path, monkeypatch, built_once):
    """Return a copy of the built project."""
    place = tmp_path / "project"
    shutil.copytree(built_once, place)
    monkeypatch.setenv("ANALYSIS_PROJECT", str(place))
    standin.stand_in(monkeypatch.setattr)
    return place


@pytest.fixture
def no_kernel(monkeypatch):
    """Replace running a notebook by writing its name; return the list of the runs that were made."""
    from analysis.publish import notebooks

    ran = []

    def instead(source, parameters, data, timeout):
        name = f"count · {parameters['round']}" if "round" in parameters else f"page · {parameters['force']}"
        ran.append(name)
        return notebooks.Made(json.dumps({"cells": [], "metadata": {"run": name}}), {}, [FACTS], 0.1)

    monkeypatch.setattr(notebooks, "run", instead)
    return ran
