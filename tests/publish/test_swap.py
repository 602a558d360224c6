import errno

import pytest

from analysis.publish import swap


def folder(path, **files):
    path.mkdir(parents=True)
    for name, text in files.items():
        (path / name).write_text(text, "utf-8")
    return path


def held(path):
    return {file.name: file.read_text("utf-8") for file in path.iterdir()}


def test_an_exchange_puts_the_new_folder_in_place_and_the_old_where_the_new_was(tmp_path):
    new, old = folder(tmp_path / "new", a="2"), folder(tmp_path / "site", a="1", b="1")
    swap.exchange(new, old, tmp_path / "aside")
    assert held(old) == {"a": "2"}
    assert held(new) == {"a": "1", "b": "1"}


def test_where_folders_cannot_be_exchanged_two_renames_do_it(tmp_path, monkeypatch):
    monkeypatch.setattr(swap, "_exchanged", lambda one, other: False)
    new, old = folder(tmp_path / "new", a="2"), folder(tmp_path / "site", a="1")
    swap.exchange(new, old, tmp_path / "aside")
    assert (held(old), held(new)) == ({"a": "2"}, {"a": "1"})


def test_a_cut_between_the_two_renames_is_mended(tmp_path):
    folder(tmp_path / "aside", a="1")
    swap.recover(tmp_path / "site", tmp_path / "aside")
    assert held(tmp_path / "site") == {"a": "1"}
    assert not (tmp_path / "aside").exists()


def test_promoting_makes_the_files_equal_and_names_what_changed(tmp_path):
    new, place = folder(tmp_path / "new", a="1", b="2", c="3"), folder(tmp_path / "place", a="1", b="1", gone="1")
    (place / ".b.new").write_text("left by a build that was cut off", "utf-8")
    assert swap.promote(new, place) == ["b", "c", "gone"]
    assert held(place) == {"a": "1", "b": "2", "c": "3"}


def test_a_full_disk_leaves_every_promoted_file_as_it_was(tmp_path, monkeypatch):
    new, place = folder(tmp_path / "new", a="2", b="2"), folder(tmp_path / "place", a="1", b="1")
    copy = swap._copy

    def full(source, target):
        if source.name == "b":
            raise OSError(errno.ENOSPC, "No space left on device")
        copy(source, target)

    monkeypatch.setattr(swap, "_copy", full)
    with pytest.raises(OSError, match="No space"):
        swap.promote(new, place)
    assert {name: text for name, text in held(place).items() if not name.startswith(".")} == {"a": "1", "b": "1"}


def test_a_lock_that_is_held_names_its_holder(tmp_path):
    import os

    with swap.lock(tmp_path), pytest.raises(swap.Busy, match=f"process {os.getpid()}, since 2"), swap.lock(tmp_path):
        pass
    with swap.lock(tmp_path):
        pass
