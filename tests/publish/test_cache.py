import shutil
from pathlib import Path

import pytest

from analysis.publish import cache


def test_no_two_lists_of_texts_have_the_same_fingerprint():
    lists = [(), ("",), ("ab",), ("a", "b"), ("b", "a"), ("a", "b", "")]
    assert len({cache.digest(*texts) for texts in lists}) == len(lists)


@pytest.mark.parametrize("change", ["edited", "renamed", "moved", "added", "removed"])
def test_any_change_below_a_folder_changes_its_fingerprint(tmp_path, change):
    for name in ("a/x.csv", "a/y.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name, "utf-8")
    before = cache.of_folder(tmp_path)
    x = tmp_path / "a" / "x.csv"
    {
        "edited": lambda: x.write_text("other", "utf-8"),
        "renamed": lambda: x.rename(tmp_path / "a" / "z.csv"),
        "moved": lambda: x.rename(tmp_path / "x.csv"),
        "added": lambda: (tmp_path / "empty.csv").touch(),
        "removed": x.unlink,
    }[change]()
    assert cache.of_folder(tmp_path) != before


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("measure/bounds.py", {"package", "making"}),
        ("publish/staging.py", {"package", "making"}),
        ("publish/site.py", {"package"}),
        ("publish/kernels.py", {"package", "runner and style"}),
        ("tell/charts.mplstyle", {"package", "making", "runner and style"}),
    ],
)
def test_a_change_of_code_concerns_only_the_step_it_is_used_in(tmp_path, monkeypatch, name, changed):
    copy = tmp_path / "analysis"
    shutil.copytree(Path(cache.__file__).parents[1], copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(cache, "__file__", str(copy / "publish" / "cache.py"))
    before = prints(tmp_path)
    with (copy / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    after = prints(tmp_path)
    assert {part for part in before if after[part] != before[part]} == changed


def prints(folder):
    notebook = folder / "asked.ipynb"
    notebook.write_text('{"cells": []}', "utf-8")
    made_with = cache.machinery(folder)
    return made_with | cache.of_run(notebook, {}, (), made_with)


def test_pruning_forgets_what_the_present_generation_does_not_use(tmp_path):
    for name in ("used", "old"):
        (tmp_path / "runs" / name).mkdir(parents=True)
    cache.prune(tmp_path / "runs", {"used"})
    assert [entry.name for entry in (tmp_path / "runs").iterdir()] == ["used"]


def test_why_names_what_changed():
    assert cache.why({"notebook": "2", "lock": "1"}, {"notebook": "1", "lock": "1"}) == "changed: notebook"
    assert cache.why({"notebook": "1"}, None) == "never run before"
    assert cache.why({"notebook": "1"}, {"notebook": "1"}) == "its kept result is gone"
