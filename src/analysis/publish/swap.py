"""Put a finished generation in place: one at a time, in one step, or not at all."""

import ctypes
import errno
import json
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

AT_FDCWD, RENAME_EXCHANGE, RENAME_SWAP = -100, 2, 2
MOMENTS = 25
CANNOT = {errno.ENOSYS, errno.EINVAL, errno.EXDEV, errno.ENOTSUP}


class Busy(Exception):
    """Another build holds the lock; says which process, and since when."""

    exit_status = 1


@contextmanager
def lock(build: Path) -> Iterator[None]:
    """Hold the project's one lock, which the system takes back when its process ends, however it ends.

    Raises Busy at once when another process holds it.
    """
    from filelock import FileLock, Timeout

    build.mkdir(parents=True, exist_ok=True)
    held, holder = FileLock(build / "lock"), build / "lock-holder.json"
    try:
        held.acquire(timeout=0)
    except Timeout as error:
        raise Busy(f"another build is running: {_holder(holder)}; wait for it or stop it, then try again") from error
    try:
        now = datetime.now().isoformat(" ", "seconds")
        write(holder, json.dumps({"pid": os.getpid(), "since": now}))
        yield
    finally:
        holder.unlink(missing_ok=True)
        held.release()


def _holder(file: Path) -> str:
    """Name the living process that holds the lock; one that has just taken it gets a moment to write its name."""
    import psutil

    for _ in range(MOMENTS):
        with suppress(OSError, ValueError):
            said = json.loads(file.read_text("utf-8"))
            if psutil.pid_exists(said["pid"]):
                return f"process {said['pid']}, since {said['since']}"
        time.sleep(0.02)
    return "a process that does not say its name"


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let no Ctrl-C or SIGTERM cut the few milliseconds in which a generation is put in place."""
    heard = (signal.SIGINT, signal.SIGTERM) if threading.current_thread() is threading.main_thread() else ()
    deaf = {number: signal.signal(number, signal.SIG_IGN) for number in heard}
    try:
        yield
    finally:
        for number, handler in deaf.items():
            signal.signal(number, handler)


def write(path: Path, text: str) -> None:
    """Replace a text file in one step, after its bytes have reached the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    with new.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def put_in_place(staged: dict[Path, Path], aside: Path) -> None:
    """Exchange each staged folder with its place, all or none: when one cannot be, those before it go back.

    staged: the folders by their places; what stood there ends up where the staged ones were. All bytes reach the disk
    first, so that a power cut leaves the one or the other.
    """
    if hasattr(os, "sync"):
        os.sync()
    done: list[Path] = []
    with undisturbed():
        try:
            for place, new in staged.items():
                exchange(new, place, aside / f"old-{place.name}")
                done.append(place)
        except OSError:
            for place in reversed(done):
                if staged[place].exists():
                    exchange(staged[place], place, aside / f"old-{place.name}")
                else:
                    place.rename(staged[place])
            raise


def exchange(staged: Path, place: Path, aside: Path) -> None:
    """Put the staged folder in its place in one step; what stood there ends up where the staged one was.

    Where the system cannot exchange two folders, two renames do it, by way of `aside`; `recover` mends a cut between.
    """
    if not place.exists():
        staged.rename(place)
    elif not _exchanged(staged, place):
        place.rename(aside)
        try:
            staged.rename(place)
        except OSError:
            aside.rename(place)
            raise
        aside.rename(staged)


def recover(place: Path, aside: Path) -> None:
    """Put back the folder that an exchange by two renames left aside when it was cut off."""
    if aside.exists() and not place.exists():
        aside.rename(place)
    shutil.rmtree(aside, ignore_errors=True)


def _exchanged(one: Path, other: Path) -> bool:
    paths = os.fsencode(one), os.fsencode(other)
    if sys.platform not in ("linux", "darwin"):
        return False
    library = ctypes.CDLL(None, use_errno=True)
    try:
        if sys.platform == "linux":
            failed = library.renameat2(AT_FDCWD, paths[0], AT_FDCWD, paths[1], RENAME_EXCHANGE)
        else:
            failed = library.renamex_np(*paths, RENAME_SWAP)
    except AttributeError:
        return False
    number = ctypes.get_errno()
    if failed and number not in CANNOT:
        raise OSError(number, os.strerror(number), str(one), None, str(other))
    return not failed
