"""Break one thing in a build: the tests put this folder on its PYTHONPATH and say in FAULT what is to fail, and when.

`write:7` fails the seventh write below the project half-way; so do `rename:N`, `fsync:N` and `exchange:N`; `full:N`
fails every write from the Nth on; `readonly` refuses every file opened for writing. `call:NAME:9` sends the process
signal 9 when a function of the package is first entered, `return:NAME:9` when it is first left. `count` fails nothing.
FAULT_SEEN names a file that takes, at the end, how often each could have happened.
"""

import atexit
import builtins
import errno
import io
import json
import os
import shutil
import sys
import threading
from collections import Counter
from pathlib import Path

KIND, _, WHEN = os.environ.pop("FAULT", "").partition(":")
SEEN = os.environ.pop("FAULT_SEEN", "")
PROJECT = os.environ.get("ANALYSIS_PROJECT", "")
PACKAGE = f"{os.sep}analysis{os.sep}publish{os.sep}"
counted: Counter = Counter()
plain_open, plain_fsync = io.open, os.fsync


def hit(kind: str, where) -> bool:
    """Count what is about to happen below the project, and say whether it is to fail."""
    if not isinstance(where, str | bytes | os.PathLike) or not os.fsdecode(where).startswith(PROJECT):
        return False
    counted[kind] += 1
    if KIND == "full" and kind == "write":
        return counted[kind] >= int(WHEN)
    return kind == KIND and counted[kind] == int(WHEN)


class Written(io.FileIO):
    """A file of which one write stops half-way."""

    def write(self, data):
        """Write the data, or the first half of it."""
        if hit("write", self.name):
            super().write(memoryview(data)[: len(data) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.name))
        return super().write(data)


def opened(file, mode="r", buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None):
    """Open a file as `open` does; one opened for writing can fail."""
    if not set("wax+") & set(mode) or not isinstance(file, str | bytes | os.PathLike):
        return plain_open(file, mode, buffering, encoding, errors, newline, closefd, opener)
    if KIND == "readonly" and os.fsdecode(file).startswith(PROJECT):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), os.fspath(file))
    raw = Written(os.fspath(file), mode.replace("b", "").replace("t", ""), closefd, opener)
    if buffering == 0:
        return raw
    buffer = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
    return buffer if "b" in mode else io.TextIOWrapper(buffer, encoding, errors, newline)


def fsynced(number):
    """Do as os.fsync does, or fail."""
    name = number if isinstance(number, int) else number.fileno()
    if hit("fsync", Path(f"/proc/self/fd/{name}").resolve() if sys.platform == "linux" else PROJECT):
        raise OSError(errno.EIO, os.strerror(errno.EIO))
    return plain_fsync(number)


def watch(event, arguments):
    """Fail a rename, or the exchange of two folders, which goes straight to the C library."""
    if event == "os.rename" and hit("rename", arguments[0]):
        raise OSError(errno.EIO, os.strerror(errno.EIO), os.fsdecode(arguments[0]))
    if event == "ctypes.dlsym" and arguments[1] in ("renameat2", "renamex_np") and hit("exchange", PROJECT):
        raise OSError(errno.EIO, os.strerror(errno.EIO))


def step(frame, event, _):
    """Send the signal at the step that FAULT names; any other code runs on untraced, at nearly its own speed."""
    if PACKAGE not in frame.f_code.co_filename:
        return None
    frame.f_trace_lines = False
    if event in ("call", "return"):
        name = f"{event}:{Path(frame.f_code.co_filename).stem}.{frame.f_code.co_qualname}"
        counted[name] += 1
        wanted, _, number = WHEN.rpartition(":")
        if counted[name] == 1 and name == f"{KIND}:{wanted}":
            os.kill(os.getpid(), int(number))
    return step


def tell() -> None:
    """Write what could have failed."""
    with plain_open(SEEN, "w", encoding="utf-8") as file:
        json.dump(counted, file)


if KIND in ("call", "return", "steps"):
    sys.settrace(step)
    threading.settrace(step)
elif KIND:
    io.open = builtins.open = opened
    os.fsync = fsynced
    shutil._USE_CP_SENDFILE = False  # so that copies are written by what can fail
    sys.addaudithook(watch)
if SEEN:
    atexit.register(tell)
