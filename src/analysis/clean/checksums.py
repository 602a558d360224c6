"""The files below a folder and their checksums; one that lies there as it lay before is not read again."""

import hashlib
import io
import math
import os
import time
from collections.abc import Iterator
from pathlib import Path

Seen = tuple[int, int, int, int, str]  # size, time of writing, time of change, inode, sha256
# A change within the same tick of the file system's clock, two seconds on the coarsest, would not show in a file's
# times; on Windows no time tells of every change.
RESTED = 2e9 if os.name != "nt" else math.inf  # nanoseconds


class Files:
    """Hold the files below a folder by name, and of those that were read what shows a change, and their sha256.

    before: what was held of them the last time. No program sets the time of change (ctime), so that it shows a file
    that was changed in place to the same size and given its old time of writing.
    """

    def __init__(self, folder: Path, before: dict[str, Seen]):
        self.there, self.before, self.seen = dict(_there(folder)), before, dict[str, Seen]()

    def sum(self, name: str) -> str:
        """Return the sha256 of a file that lies as it lay, else nothing."""
        known = self.before.get(name)
        if known is None or known[:-1] != _state(self.there[name]):
            return ""
        self.seen[name] = known
        return known[-1]

    def content(self, name: str) -> tuple[bytes, str]:
        """Return the bytes of a file and their sha256, which is held unless the file changed only just now."""
        state, now = _state(self.there[name]), time.time_ns()
        with io.FileIO(self.there[name].path) as file:  # half of what a Path takes, for each of tens of thousands
            content = file.readall()
        found = hashlib.sha256(content).hexdigest()
        if now - state[2] > RESTED:
            self.seen[name] = (*state, found)
        return content, found


def _there(folder: Path | str, above: str = "") -> Iterator[tuple[str, os.DirEntry]]:
    """Yield each file below a folder with its name from there, without following links to folders."""
    with os.scandir(folder) as entries:
        for entry in entries:
            name = above + entry.name
            if entry.is_dir(follow_symlinks=False):
                yield from _there(entry.path, f"{name}/")
            elif entry.is_file():
                yield name, entry


def _state(entry: os.DirEntry) -> tuple[int, int, int, int]:
    """Return what differs once a file was changed or replaced; asked of the system once, before the file is read."""
    told = entry.stat()
    return told.st_size, told.st_mtime_ns, told.st_ctime_ns, told.st_ino
