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


def test_the_package_with_its_style_belongs_to_what_a_run_depends_on(tmp_path, monkeypatch):
    package = Path(cache.__file__).parents[1]
    copy = tmp_path / "analysis"
    shutil.copytree(package, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(cache, "__file__", str(copy / "publish" / "cache.py"))
    prints = [cache.machinery(tmp_path)["package"]]
    for name in ("measure/bounds.py", "tell/charts.mplstyle"):
        with (copy / name).open("a", encoding="utf-8") as file:
            file.write("\n")
        prints.append(cache.machinery(tmp_path)["package"])
    assert len(set(prints)) == 3


def test_pruning_forgets_what_the_present_generation_does_not_use(tmp_path):
    for name in ("used", "old"):
        (tmp_path / "runs" / name).mkdir(parents=True)
    cache.prune(tmp_path / "runs", {"used"})
    assert [entry.name for entry in (tmp_path / "runs").iterdir()] == ["used"]


def test_why_names_what_changed():
    assert cache.why({"notebook": "2", "lock": "1"}, {"notebook": "1", "lock": "1"}) == "changed: notebook"
    assert cache.why({"notebook": "1"}, None) == "never run before"
    assert cache.why({"notebook": "1"}, {"notebook": "1"}) == "its kept result is gone"
