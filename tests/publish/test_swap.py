import json
import os
import threading
import time

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


def test_folders_are_put_in_place_together_and_one_that_was_not_there_is_made(tmp_path):
    new, old = folder(tmp_path / "new", a="2"), folder(tmp_path / "tables", a="1", gone="1")
    site = folder(tmp_path / "new-site", a="2")
    swap.put_in_place({old: new, tmp_path / "site": site}, tmp_path)
    assert held(old) == held(tmp_path / "site") == {"a": "2"}
    assert (held(new), site.exists()) == ({"a": "1", "gone": "1"}, False)


@pytest.mark.parametrize("by_renames", [False, True])
@pytest.mark.parametrize("first_is_there", [False, True])
def test_when_one_folder_cannot_be_put_in_place_none_is(tmp_path, monkeypatch, by_renames, first_is_there):
    if by_renames:
        monkeypatch.setattr(swap, "_exchanged", lambda one, other: False)
    tables, site = tmp_path / "tables", folder(tmp_path / "site", a="1")
    if first_is_there:
        folder(tables, a="1")
    new = folder(tmp_path / "new", a="2")
    with pytest.raises(OSError, match="No such file"):
        swap.put_in_place({tables: new, site: tmp_path / "never-staged"}, tmp_path)
    assert (held(site), held(new)) == ({"a": "1"}, {"a": "2"})
    assert (held(tables) == {"a": "1"}) if first_is_there else not tables.exists()


def test_a_lock_that_is_held_names_its_holder(tmp_path):
    with swap.lock(tmp_path), pytest.raises(swap.Busy, match=f"process {os.getpid()}, since 2"), swap.lock(tmp_path):
        pass
    with swap.lock(tmp_path):
        pass


def test_a_holder_that_has_just_started_gets_a_moment_to_say_its_name(tmp_path):
    file = tmp_path / "lock-holder.json"
    file.write_text(json.dumps({"pid": 2**22 + 1, "since": "left by one that was killed"}), "utf-8")

    def late():
        time.sleep(0.1)
        swap.write(file, json.dumps({"pid": os.getpid(), "since": "now"}))

    threading.Thread(target=late).start()
    assert swap._holder(file) == f"process {os.getpid()}, since now"
