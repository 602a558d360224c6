"""Start builds of the three invented forces, disturb them, and see what readers and the process table see."""

import ctypes
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import analysis

THREE_FORCES = Path(__file__).parent.parent / "three_forces"
INJECTED = Path(__file__).with_name("injected")
REPLY = Path("data") / "raw" / "vale-2002" / "south-vale-reply.csv"
ONE_OF_EACH = """timeout_seconds = 30
[[run]]
notebook = "count"
round = "vale-2002"
[[run]]
notebook = "page"
force = "south-vale"
"""
NOTHING = "no site"
BECOME_PARENT_OF_ORPHANS = 36


def project(place: Path, runs: str = ONE_OF_EACH) -> Path:
    """Lay out the three forces with one run of each of their two notebooks, never built."""
    shutil.copytree(THREE_FORCES, place, ignore=shutil.ignore_patterns("story"))
    (place / "notebooks" / "runs.toml").write_text(runs, encoding="utf-8")
    return place


def copied(project: Path, place: Path) -> Path:
    """Return a copy of a project, in the place of an earlier one."""
    shutil.rmtree(place, ignore_errors=True)
    return shutil.copytree(project, place)


def replace(path: Path, old: str, new: str) -> None:
    """Replace a text in a file, which must hold it."""
    text = path.read_text("utf-8")
    assert old in text, f"{path.name} does not hold {old!r}"
    path.write_text(text.replace(old, new), encoding="utf-8", newline="\n")


def correct(place: Path, was: int, number: int) -> None:
    """Correct the one number of South Vale's reply, and its sha256 in sources.csv."""
    before = sha256(place / REPLY)
    replace(place / REPLY, f",{was},,text", f",{number},,text")
    replace(place / "data" / "raw" / "sources.csv", before, sha256(place / REPLY))


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def environment(place: Path, **settings: str) -> dict[str, str]:
    home = Path(analysis.__file__).parents[1]
    return os.environ | {"ANALYSIS_PROJECT": str(place), "PYTHONPATH": f"{INJECTED}{os.pathsep}{home}"} | settings


def start(place: Path, *words: str, limit=None, **settings: str) -> subprocess.Popen:
    """Start `python -m analysis` on a project; FAULT says what is to fail in it, `limit` is done to the new process."""
    said = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "preexec_fn": limit}
    command = [sys.executable, "-m", "analysis", *(words or ("build", "--jobs", "2"))]
    return subprocess.Popen(command, env=environment(place, **settings), **said)


def build(place: Path, *words: str, limit=None, **settings: str) -> tuple[int, str]:
    """Run `python -m analysis` to its end; return its exit status and all it said."""
    return ended(start(place, *words, limit=limit, **settings))


def ended(process: subprocess.Popen) -> tuple[int, str]:
    """Return the exit status and words of a process that ends by itself or has been sent a signal."""
    out, err = process.communicate(timeout=3600)
    return process.returncode, out + err


def public(place: Path) -> dict[str, bytes]:
    """Return every public file of a project, by its path; what a cut-off write left beside them included."""
    folders = (place / "site", place / "data" / "processed")
    files = (file for folder in folders for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(place).as_posix(): file.read_bytes() for file in files}


def fingerprint(folder: Path) -> str:
    """Return one fingerprint of a folder's files, or NOTHING; a folder swapped meanwhile is looked at again."""
    while True:
        total, before = hashlib.sha256(), _inode(folder)
        if before is None:
            return NOTHING
        try:
            for file in sorted(file for file in folder.rglob("*") if file.is_file()):
                total.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
        except FileNotFoundError:
            total.update(b"a file that went away")
        if before == _inode(folder):
            return total.hexdigest()


def _inode(folder: Path) -> int | None:
    try:
        return folder.stat().st_ino
    except FileNotFoundError:
        return None


@contextmanager
def read_all_the_time(place: Path) -> Iterator[dict[str, set[str]]]:
    """Read site/ and data/processed over and over in a thread; yield every generation met, by folder."""
    seen: dict[str, set[str]] = {"site": set(), "data/processed": set()}
    over = threading.Event()

    def look():
        while not over.is_set():
            for name, met in seen.items():
                met.add(fingerprint(place / name))
            over.wait(0.01)

    reader = threading.Thread(target=look)
    reader.start()
    try:
        yield seen
    finally:
        over.set()
        reader.join()


@contextmanager
def orphans() -> Iterator[list]:
    """Become the parent of every process that loses its own; name at the end those still alive after 5 s."""
    import psutil

    library, own = ctypes.CDLL(None), psutil.Process()
    library.prctl(BECOME_PARENT_OF_ORPHANS, 1, 0, 0, 0)
    before, left = set(own.children(recursive=True)), []
    try:
        yield left
    finally:
        alive = psutil.wait_procs([one for one in own.children(recursive=True) if one not in before], timeout=5)[1]
        left += [" ".join(one.cmdline()) for one in alive]
        for one in alive:
            one.kill()
        library.prctl(BECOME_PARENT_OF_ORPHANS, 0, 0, 0, 0)


def stop_after(process: subprocess.Popen, seconds: float, number: int) -> None:
    """Send a signal to a process after a time, unless it ended before."""
    time.sleep(seconds)
    if process.poll() is None:
        process.send_signal(signal.Signals(number))


def with_pages(place: Path) -> Path:
    """Give a project what the pages of the site are made from: docs/ without the guides, and a change log."""
    here = THREE_FORCES.parents[1]
    shutil.copytree(here / "docs", place / "docs", ignore=shutil.ignore_patterns("*.md"))
    shutil.copy(here / "docs" / "method.md", place / "docs")
    shutil.copyfile(THREE_FORCES / "story" / "front.toml", place / "docs" / "front.toml")
    (place / "CHANGELOG.md").write_text("# Changelog\n\nNothing yet.\n", encoding="utf-8")
    return place


def traces(place: Path, word: str) -> list[str]:
    """Name every file a project made that holds a word, inside archives too."""
    folders = (place / "build", place / "site", place / "data" / "processed")
    files = [file for folder in folders for file in sorted(folder.rglob("*")) if file.is_file()]
    return [file.relative_to(place).as_posix() for file in files if any(word.encode() in part for part in _parts(file))]


def _parts(file: Path) -> Iterator[bytes]:
    yield file.name.encode() + file.read_bytes()
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            yield from (archive.read(name) for name in archive.namelist())
