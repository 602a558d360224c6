"""No file can harm the one that asks: each is read in a child with limits, and what stops it is named."""

import os
import signal
from pathlib import Path

import fuzz
import pytest
from corpus import book

from analysis import read
from analysis.read import child, files


def test_a_seeded_slice_of_damaged_files_ends_as_it_may():
    results = fuzz.run(12, 5)
    assert len(results) == 8 and not [end for ends in results.values() for end in ends if end.startswith("BAD")]


def test_a_child_that_is_killed_is_replaced(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(book())
    worker = child.Worker()
    worker.read(path)
    os.kill(worker.process.pid, signal.SIGKILL)
    worker.process.wait()
    assert len(worker.read(path).cells) == 9
    worker.stop()


@pytest.mark.parametrize(("error", "code"), [(MemoryError(), "TOO_LARGE"), (RuntimeError("secret"), "TRUNCATED")])
def test_an_error_nobody_foresaw_is_named_by_its_kind_only(monkeypatch, tmp_path, error, code):
    def fails(content):
        raise error

    monkeypatch.setattr(files, "kind", fails)
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n")
    faults = child.answer(path).faults
    assert [fault.code for fault in faults] == [code] and "secret" not in repr(faults)


def test_a_file_over_the_limit_is_refused_unread(tmp_path):
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.truncate(51_000_000)
    assert [found["code"] for found in read.check([path])[0]["findings"]] == ["TOO_LARGE"]


def test_a_child_knows_nothing_of_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_TOKEN", "hunter2")
    worker = child.Worker()
    worker.start()
    told = Path(f"/proc/{worker.process.pid}/environ")
    assert not told.exists() or b"hunter2" not in told.read_bytes()
    worker.stop()
