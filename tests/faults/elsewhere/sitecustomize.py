"""Another machine: another clock, host, number of cores, and folders listed in another order.

The tests lay this file, with clock.so where a C compiler could make it, beside a copy of the package, so that every
process of a build starts with it, however little of the environment it gets.
"""

import os
import socket
import sys
from pathlib import Path

CLOCK = str(Path(__file__).with_name("clock.so"))
listed, scanned = os.listdir, os.scandir


class Scanned:
    """What os.scandir gives, backwards."""

    def __init__(self, *folder):
        with scanned(*folder) as entries:
            self.entries = iter(sorted(entries, key=lambda entry: entry.name, reverse=True))

    def __iter__(self):
        return self.entries

    def __next__(self):
        return next(self.entries)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Forget what is left."""
        self.entries = iter(())


if Path(CLOCK).is_file() and os.environ.get("LD_PRELOAD") != CLOCK:
    os.execve(sys.executable, sys.orig_argv, os.environ | {"LD_PRELOAD": CLOCK})
os.listdir = lambda *folder: sorted(listed(*folder), reverse=True)
os.scandir = Scanned
os.cpu_count = lambda: 1
socket.gethostname = lambda: "another-machine-7"
