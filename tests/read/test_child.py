"""Reading in a child: what hangs, dies or eats memory is refused by name, and the one who asks goes on."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from analysis.read import child, hidden

WAITS = "import sys, time; sys.stdin.readline(); time.sleep(60)"
DIES = "import os, sys; sys.stdin.readline(); os.abort()"
SPINS = "import os, sys; from analysis.read import child; sys.stdin.readline(); child.limit(0)\nwhile True: pass"
EATS = "from analysis.read import child; child.limit(0); print(len(b'x' * 1_500_000_000))"
LIMITED = pytest.mark.skipif(sys.platform != "linux", reason="limits of this kind are Linux's")


def worker_that(code: str) -> child.Worker:
    """Return a worker whose child does something else than read."""
    made = child.Worker()
    made.process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    threading.Thread(target=made.listen, args=(made.process, made.lines), daemon=True).start()
    return made


def test_a_reader_that_waits_for_ever_is_ended(monkeypatch, tmp_path):
    monkeypatch.setattr(child, "LONGEST", 0.5)
    worker = worker_that(WAITS)
    process = worker.process
    cells, [fault] = worker.read(tmp_path / "a.pdf")
    assert (cells, fault.code, fault.severity) == ([], "TOO_SLOW", "document")
    assert process.poll() is not None


def test_a_reader_that_dies_is_replaced_and_the_next_file_is_read(tmp_path):
    (tmp_path / "a.html").write_text("<table><tr><td>Dismissed</td><td>5</td></tr></table>")
    worker = worker_that(DIES)
    _, [fault] = worker.read(tmp_path / "bad.pdf")
    cells, faults = worker.read(tmp_path / "a.html")
    worker.stop()
    assert fault.code == "UNREADABLE"
    assert [(cell.place, cell.text) for cell in cells] == [("T1R1C1", "Dismissed"), ("T1R1C2", "5")]
    assert faults == []


@LIMITED
def test_a_reader_that_works_too_long_is_ended_by_the_system(monkeypatch, tmp_path):
    worker = worker_that(SPINS.replace("child.limit(0)", "child.SECONDS = 0.2; child.limit(0)"))
    _, [fault] = worker.read(tmp_path / "a.pdf")
    assert fault.code == "TOO_SLOW"


@LIMITED
def test_a_reader_gets_no_more_than_a_gigabyte():
    done = subprocess.run([sys.executable, "-c", EATS], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "MemoryError" in done.stderr


def test_a_reader_sees_nothing_of_the_environment(monkeypatch):
    monkeypatch.setenv("ANALYSIS_SECRET", "x")
    worker = child.Worker()
    worker.start()
    environment = Path(f"/proc/{worker.process.pid}/environ")
    seen = environment.read_bytes() if environment.exists() else b""
    worker.stop()
    assert b"ANALYSIS_SECRET" not in seen


def test_an_error_nobody_foresaw_is_named_by_its_type_and_never_by_its_words(monkeypatch, tmp_path):
    from analysis.read import readers

    def fails(content, name):
        raise ZeroDivisionError("what the file hides")

    monkeypatch.setattr(readers, "read", fails)
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7")
    [fault] = child.answer(tmp_path / "a.pdf")["faults"]
    assert "ZeroDivisionError" in fault[2]
    assert "hides" not in str(fault)


def test_a_file_too_large_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.truncate(50_000_001)
    reading = hidden.look(path)
    assert [(fault.code, reading.outcome) for fault in reading.findings] == [("TOO_LARGE", "refused")]


def test_no_child_is_left_behind(tmp_path):
    (tmp_path / "a.html").write_text("<table><tr><td>Dismissed</td><td>5</td></tr></table>")
    before = threading.active_count()
    hidden.several([tmp_path / "a.html"] * 3)
    assert threading.active_count() <= before + 1
    assert not [pid for pid in children() if "analysis.read.child" in pid]


def children() -> list[str]:
    """Return the command lines of this process's children."""
    found = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    pids = [pid for file in found for pid in file.read_text().split()]
    return [Path(f"/proc/{pid}/cmdline").read_text() for pid in pids if Path(f"/proc/{pid}/cmdline").exists()]
