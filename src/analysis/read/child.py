"""Reading in a process of its own, with limits on time and memory, so that no file can harm the one that asks."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from analysis.problems import Fault, Faults
from analysis.read.cells import Cell, Reading
from analysis.read.findings import refuse

SECONDS = 30.0  # of work for one file, and of waiting for it four times that: other programs may keep it waiting
MEMORY = 1_000_000_000
LARGEST_FILE = 50_000_000
OUT_OF_TIME = (-24, -9)  # ended by its own limit (SIGXCPU), or by the clock


def readings(paths: Iterable[Path]) -> dict[Path, Reading]:
    """Return what each file holds, read by a child process; a finding of severity `document` refuses a file."""
    worker = Worker()
    try:
        return {path: worker.read(path) for path in dict.fromkeys(paths)}
    finally:
        worker.stop()


class Worker:
    """A child process that reads one file after another; it is replaced when a file stops it."""

    def __init__(self):
        self.process: Any = None

    def start(self) -> None:
        """Start the child with nothing of the environment but where the package lies."""
        self.stop()
        kept = {name: os.environ[name] for name in ("SYSTEMROOT", "PATH") if name in os.environ}
        own = {"PYTHONPATH": str(Path(__file__).parents[2]), "OPENBLAS_NUM_THREADS": "1", "PYTHONNOUSERSITE": "1"}
        command = [sys.executable, "-P", "-X", "utf8", "-m", "analysis.read.child"]
        pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=nowhere, env=kept | own)

    def read(self, path: Path) -> Reading:
        """Return the cells of a file and what was found in it."""
        if self.process is None or self.process.poll() is not None:
            self.start()
        clock = threading.Timer(4 * SECONDS, self.process.kill)
        clock.start()
        try:
            self.process.stdin.write(json.dumps(str(path.resolve())).encode() + b"\n")
            self.process.stdin.flush()
            cells, faults = json.loads(self.process.stdout.readline())
            return Reading([Cell(*cell) for cell in cells], [Fault(*fault) for fault in faults])
        except (BrokenPipeError, json.JSONDecodeError):  # the child is no more
            is_slow = self.process.wait() in OUT_OF_TIME
            code, words = ("TOO_SLOW", "takes too long to read") if is_slow else ("UNREADABLE", "stops its reader")
            return Reading([], refuse(code, "", f"a file that {words}").faults)
        finally:
            clock.cancel()

    def stop(self) -> None:
        """End the child."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None


def limit() -> None:
    """Limit what this process may use for its next file."""
    try:
        import resource
    except ImportError:  # Windows: the parent's clock is the only limit there
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime + SECONDS) + 1
    limits = [(resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)]  # a core would hold the file
    limits += [(resource.RLIMIT_AS, MEMORY)] if sys.platform == "linux" else []  # macOS does not keep to it
    for kind, most in limits:
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (most if hard < 0 else min(most, hard), hard))


def answer(path: Path) -> Reading:
    """Return what a file holds, or why it is refused."""
    from analysis.read import files

    try:
        if not path.is_file():
            raise refuse("MISSING_FILE", "", "no such file")
        if path.stat().st_size > LARGEST_FILE:
            raise refuse("TOO_LARGE", "", "a larger file")
        return files.read(path.read_bytes(), name=path.name)
    except Faults as error:
        return Reading([], error.faults)
    except MemoryError:
        return Reading([], refuse("TOO_LARGE", "", "a file that needs too much memory").faults)


def main() -> None:
    """Read the files named on the standard input, one a line, and answer each with one line."""
    out = os.fdopen(os.dup(1), "wb")
    with Path(os.devnull).open("w") as nowhere:  # what a library prints may hold what the file hides
        os.dup2(nowhere.fileno(), 1)
    for line in sys.stdin.buffer:
        limit()
        found = answer(Path(json.loads(line)))
        told = [found.cells, [list(vars(fault).values()) for fault in found.faults]]
        out.write(json.dumps(told).encode() + b"\n")
        out.flush()


if __name__ == "__main__":
    main()
