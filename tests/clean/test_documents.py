"""What a document said is remembered; only what changed is read again, and the result is that of reading all."""

import gc
import math
import os
import pickle
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from analysis import clean, tables
from analysis.clean import checksums, documents, raw

LAID_OUT = 'force = "North Police"\n[[answer]]\nplace = "L2F1"\nanchor = "held"\nvalue = "{value}"\nperiod = "2001"\n'
LAID_OUT += 'role = "all"\nunit = "people"\nmisuse = "misuse"\noutcome = "all"\n'


@pytest.fixture
def kept(tmp_path_factory):
    return tmp_path_factory.mktemp("cache") / "documents"


@pytest.fixture(autouse=True)
def at_rest(monkeypatch):
    """Take every file, however new, for one that has lain long enough for its times to tell of any change."""
    monkeypatch.setattr(checksums, "RESTED", -math.inf)


@pytest.fixture
def opened(monkeypatch):
    """List the names of the files that are read."""
    names, plain = [], checksums.io.FileIO
    monkeypatch.setattr(checksums.io, "FileIO", lambda path: names.append(Path(path).name) or plain(path))
    return names


@pytest.fixture
def read(monkeypatch):
    """List the names of the documents that are read."""
    names, plain = [], documents.recipes.said
    monkeypatch.setattr(documents.recipes, "said", lambda path, *rest: names.append(path.stem) or plain(path, *rest))
    return names


def change(vale, name, lines, **source):
    """Write another version of a document, or add it."""
    vale.sources[:] = [row for row in vale.sources if row["source_id"] != name]
    return vale.document(name, lines, **source)


def withdraw(vale, name):
    vale.sources[:] = [row for row in vale.sources if row["source_id"] != name]
    vale.table("sources", vale.sources)
    for path in vale.folder.glob(f"vale-2001/{name}.*"):
        path.unlink()


def answer(vale, name, value, held=6):
    path = change(vale, name, f"Answer\nWe held {held} cases in {name}\n", kind="reply", force_ids="north")
    path.with_suffix(".toml").write_text(LAID_OUT.format(value=value))


STEPS = {
    "a document is added": lambda vale: change(vale, "c", [{"value": "7", "period": "2003"}]),
    "a document is changed": lambda vale: change(vale, "a", [{"value": "6"}, {"value": "<5", "outcome": "sacked"}]),
    "a document becomes faulty": lambda vale: change(vale, "b", "force,value\nNorth Police,5\n"),
    "a faulty document is mended": lambda vale: change(vale, "b", [{"value": "8", "period": "2002"}]),
    "a reply of its own layout is added": lambda vale: answer(vale, "d", 6),
    "only its recipe is changed": lambda vale: answer(vale, "d", 7),
    "its cells are changed": lambda vale: answer(vale, "d", 9, held=9),
    "a document is withdrawn": lambda vale: withdraw(vale, "a"),
    "a reply of its own layout is withdrawn": lambda vale: withdraw(vale, "d"),
    "nothing is changed": lambda vale: None,
}


@pytest.mark.parametrize("rested", [-math.inf, math.inf])
def test_after_any_change_the_remembered_result_equals_that_of_reading_all(vale, kept, rested, monkeypatch):
    monkeypatch.setattr(checksums, "RESTED", rested)
    vale.document("a", [{"value": "5"}])
    vale.document("b", [{"value": "5", "period": "2002"}])
    for step, do in STEPS.items():
        do(vale)
        quick, slow = clean.build(vale.folder, kept), clean.build(vale.folder)
        assert quick["problems"] == slow["problems"], step
        assert all(quick[name].equals(slow[name]) for name in clean.BUILT), step


def test_only_what_changed_is_read_again(vale, kept, read):
    vale.document("a", [{"value": "5"}])
    vale.document("b", [{"value": "5", "period": "2002"}])
    answer(vale, "d", 6)
    for do, expected in [(None, ["a", "b", "d"]), (None, []), ("a document is changed", ["a"]), (None, [])]:
        if do:
            STEPS[do](vale)
        clean.build(vale.folder, kept)
        assert sorted(read) == expected
        read.clear()


def test_a_file_that_lies_as_it_lay_is_not_opened_again(vale, kept, opened):
    vale.document("a", [{"value": "5"}])
    answer(vale, "d", 6)
    steps = [(None, ["a.csv", "d.csv", "d.toml"]), (None, []), ("only its recipe is changed", ["d.csv", "d.toml"])]
    for do, expected in [*steps, (None, [])]:
        if do:
            STEPS[do](vale)
        clean.build(vale.folder, kept)
        assert sorted(opened) == expected
        opened.clear()


def in_place(path, content):
    with path.open("r+b") as file:
        file.write(content)


def by_another(path, content):
    new = path.with_name("new")
    new.write_bytes(content)
    new.replace(path)


def by_a_link(path, content):
    new = path.parents[1] / "elsewhere.csv"
    new.write_bytes(content)
    path.unlink()
    path.symlink_to(new)


@pytest.mark.parametrize("swap", [in_place, by_another, by_a_link])
def test_a_file_of_the_same_size_and_date_is_seen_to_be_another(vale, kept, swap):
    path = vale.document("a", [{"value": "5"}])
    before, old = path.stat(), clean.build(vale.folder, kept)
    while vale.folder.stat().st_ctime_ns <= before.st_ctime_ns:  # the clock of a file system ticks slowly
        os.utime(vale.folder)
    swap(path, path.read_bytes().replace(b",5,", b",6,"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert [problem.code for problem in clean.build(vale.folder, kept)["problems"]] == ["CHANGED"]
    assert old["problems"] == []


def test_a_file_that_changed_only_just_before_it_was_read_is_read_again(vale, kept, opened, monkeypatch):
    vale.document("a", [{"value": "5"}])
    monkeypatch.setattr(checksums, "RESTED", 3_600e9)
    clean.build(vale.folder, kept)
    monkeypatch.setattr(checksums, "RESTED", -math.inf)
    clean.build(vale.folder, kept)
    clean.build(vale.folder, kept)
    assert opened == ["a.csv", "a.csv"]


@pytest.mark.parametrize("part", range(4))
def test_size_and_both_times_and_inode_each_show_another_file(vale, kept, opened, monkeypatch, part):
    vale.document("a", [{"value": "5"}])
    clean.build(vale.folder, kept)
    plain = checksums._state
    monkeypatch.setattr(checksums, "_state", lambda entry: tuple(n + (at == part) for at, n in enumerate(plain(entry))))
    clean.build(vale.folder, kept)
    assert opened == ["a.csv", "a.csv"]


def test_what_other_code_read_is_read_again(vale, kept, read, monkeypatch):
    vale.document("a", [{"value": "5"}])
    clean.build(vale.folder, kept)
    monkeypatch.setattr(documents, "_code", lambda: "other code")
    clean.build(vale.folder, kept)
    assert read == ["a", "a"]


def test_a_withdrawn_document_leaves_nothing_behind(vale, kept):
    vale.document("a", [{"value": "5"}])
    vale.document("secret", [{"value": "5", "period": "2002", "note": "told in confidence"}])
    clean.build(vale.folder, kept)
    assert b"in confidence" in kept.read_bytes()
    withdraw(vale, "secret")
    clean.build(vale.folder, kept)
    assert b"in confidence" not in kept.read_bytes() and b"secret" not in kept.read_bytes()
    assert [path.name for path in kept.parent.iterdir()] == ["documents"]


@pytest.mark.parametrize("length", [0, 30, 200])
def test_a_file_that_was_cut_off_is_made_again(vale, kept, length):
    vale.document("a", [{"value": "5"}])
    whole = clean.build(vale.folder, kept)
    kept.write_bytes(kept.read_bytes()[:length])
    assert clean.build(vale.folder, kept)["figures"].equals(whole["figures"])


def test_batches_read_side_by_side_give_the_same(vale, monkeypatch):
    for year in range(2001, 2008):
        vale.document(f"y{year}", [{"value": f"{year - 2000}", "period": f"{year}"}])
    whole = clean.build(vale.folder)
    monkeypatch.setattr(documents, "BATCH", 2)
    with ThreadPoolExecutor(3) as pool:
        parts = clean.build(vale.folder, run=pool.map)
    assert all(whole[name].equals(parts[name]) for name in clean.BUILT)


def test_a_batch_can_be_read_where_the_folder_is_not(vale):
    vale.document("a", [{"value": "5"}])
    answer(vale, "d", 6)
    decided, _ = raw.decisions(vale.folder)
    files = checksums.Files(vale.folder, {})
    given = list(documents._given(vale.folder, decided["sources"], decided["approvals"], files))
    here, sent = documents._read(given), pickle.dumps(given)
    shutil.rmtree(vale.folder)
    there = documents._read(pickle.loads(sent))
    assert there.rows.equals(here.rows) and there.ledger.equals(here.ledger) and there.told == here.told
    assert there.rows["value"].tolist() == ["5", "6"]


def test_the_tables_are_sorted_whatever_the_order_of_sources_and_of_what_was_remembered(vale, kept):
    for name in ("b", "a10", "a9"):
        vale.document(name, [{"value": "5", "period": f"{year}"} for year in range(2000, 2010)])
    first = clean.build(vale.folder, kept)
    change(vale, "a10", [{"value": "6"}])
    vale.table("sources", vale.sources[::-1])
    quick, slow = clean.build(vale.folder, kept), clean.build(vale.folder)
    ids = [f"{name}:L{line}" for name in ("a9", "a10", "b") for line in range(2, 12)]
    assert first["figures"]["figure_id"].tolist() == ids
    assert quick["figures"]["figure_id"].tolist() == [*ids[:10], "a10:L2", *ids[20:]]
    assert all(quick[name].equals(slow[name]) for name in clean.BUILT)
    assert all(quick[name].equals(tables.arrange(quick[name], name)) for name in clean.BUILT)


def test_a_link_is_followed_only_within_the_folder(vale, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "a.csv"
    for name in ("inside", "a", "lost"):
        path = vale.document(name, [{"value": "5", "note": name}])
        target = {"inside": vale.folder / "kept.csv", "a": outside, "lost": outside.with_name("gone.csv")}[name]
        path.replace(target)
        path.symlink_to(target)
    outside.with_name("gone.csv").unlink()
    frames = clean.build(vale.folder)
    assert [(problem.code, problem.place) for problem in frames["problems"]] == [
        ("MISSING_FILE", "row a"),
        ("MISSING_FILE", "row lost"),
    ]
    assert frames["figures"]["note"].tolist() == ["inside"]


def test_garbage_is_looked_for_again_after_cleaning(vale):
    vale.document("a", [{"value": "5"}])
    clean.build(vale.folder)
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError):
        clean.build(vale.folder, run=lambda *_: 1 / 0)
    assert gc.isenabled()
