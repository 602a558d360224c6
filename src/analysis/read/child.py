"""Reading in a process of its own, with limits on time and memory, so that no file can harm the one that asks."""

import json
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from analysis.problems import Fault, Faults
from analysis.read.cell import LARGEST_FILE, Cell

LONGEST = 60.0  # seconds for one file, whatever it is
SECONDS, SECONDS_PER_MEGABYTE = 5.0, 4.0  # of work for a small file, and more for each megabyte
MEMORY = 1_000_000_000
START = 20.0


class Worker:
    """A child process that reads one file after another; it is replaced when a file stops it."""

    def __init__(self):
        self.process: Any = None
        self.lines: queue.SimpleQueue = queue.SimpleQueue()

    def start(self) -> None:
        """Start the child with nothing of the environment but where the package lies."""
        home = str(Path(__file__).parents[2])
        kept = {name: os.environ[name] for name in ("SYSTEMROOT", "PATH") if name in os.environ}
        self.lines = queue.SimpleQueue()
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-X", "utf8", "-m", "analysis.read.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**kept, "PYTHONPATH": home, "OPENBLAS_NUM_THREADS": "1", "PYTHONNOUSERSITE": "1"},
        )
        threading.Thread(target=self.listen, args=(self.process, self.lines), daemon=True).start()

    @staticmethod
    def listen(process: Any, lines: queue.SimpleQueue) -> None:
        """Pass on what the child says, line by line, and nothing when it ends."""
        for line in process.stdout:
            lines.put(line)
        lines.put(b"")

    def read(self, path: Path) -> tuple[list[Cell], list[Fault]]:
        """Return the cells of a file and what was found in it; a finding of severity `document` refuses it."""
        if self.process is None or self.process.poll() is not None:
            self.start()
        try:
            self.process.stdin.write(json.dumps(str(path)).encode() + b"\n")
            self.process.stdin.flush()
            line = self.lines.get(timeout=LONGEST)
        except queue.Empty:
            self.stop()
            return [], [_slow()]
        except BrokenPipeError:
            line = b""
        if not line:
            status = self.process.wait()
            self.stop()
            return [], [_slow() if status == -24 else _stopped()]
        answer = json.loads(line)
        return [Cell(*cell) for cell in answer["cells"]], [Fault(*fault) for fault in answer["faults"]]

    def stop(self) -> None:
        """End the child."""
        if self.process is None:
            return
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
        self.process = None


def _slow() -> Fault:
    found, do = "a file that takes too long to read", "ask for the table only, in another format"
    return Fault("TOO_SLOW", "", found, f"at most {LONGEST:.0f} seconds", do)


def _stopped() -> Fault:
    do = "ask for the table only, in another format"
    return Fault("UNREADABLE", "", "a file that stops its reader", "a file that can be read", do)


def read(paths: list[Path], workers: int = 2) -> dict[Path, tuple[list[Cell], list[Fault]]]:
    """Return the cells and findings of each file, read by a few children side by side."""
    waiting: queue.SimpleQueue = queue.SimpleQueue()
    for path in dict.fromkeys(paths):
        waiting.put(path)
    found: dict[Path, tuple[list[Cell], list[Fault]]] = {}
    threads = [threading.Thread(target=_work, args=(waiting, found)) for _ in range(min(workers, len(paths)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {path: found[path] for path in paths}


def _work(waiting: queue.SimpleQueue, found: dict) -> None:
    worker = Worker()
    try:
        while True:
            path = waiting.get_nowait()
            found[path] = worker.read(path)
    except queue.Empty:
        return
    finally:
        worker.stop()


def limit(size: int) -> None:
    """Limit what this process may use for its next file, by the size of that file."""
    try:
        import resource
    except ImportError:  # Windows: the parent's clock is the only limit there
        return
    seconds = min(LONGEST, SECONDS + SECONDS_PER_MEGABYTE * size / 1e6)
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime + seconds) + 1, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))  # it would hold the file
    if sys.platform == "linux":  # macOS does not keep to it
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY if hard < 0 else min(MEMORY, hard), hard))


def answer(path: Path) -> dict:
    """Return what a file holds, or why it is refused; an error nobody foresaw is named by its type only."""
    from analysis.read import readers

    try:
        if path.stat().st_size > LARGEST_FILE:
            limits = f"at most {LARGEST_FILE:,} bytes"
            return refused(Fault("TOO_LARGE", "", "a larger file", limits, "ask for the data without pictures"))
        found = readers.read(path.read_bytes(), path.name)
    except Faults as error:
        return {"cells": [], "faults": [list(vars(fault).values()) for fault in error.faults]}
    except MemoryError:
        words = "a file that needs too much memory"
        return refused(Fault("TOO_LARGE", "", words, "at most 1 GB", "ask for the table only"))
    except Exception as error:  # the libraries' own; what they say may hold what the file hides
        words = f"a file its reader cannot follow ({type(error).__name__})"
        return refused(Fault("UNREADABLE", "", words, "a whole file", "ask for it again, or in another format"))
    return {"cells": found.cells, "faults": [list(vars(fault).values()) for fault in found.faults]}


def refused(fault: Fault) -> dict:
    """Return the answer for a file that is refused."""
    return {"cells": [], "faults": [list(vars(fault).values())]}


def main() -> None:
    """Read the files named on the standard input, one a line, and answer each with one line."""
    out = os.fdopen(os.dup(1), "wb")
    with Path(os.devnull).open("w") as nowhere:  # what a library prints may hold what the file hides
        os.dup2(nowhere.fileno(), 1)
    for line in sys.stdin.buffer:
        path = Path(json.loads(line))
        limit(path.stat().st_size if path.is_file() else 0)
        out.write(json.dumps(answer(path)).encode() + b"\n")
        out.flush()


if __name__ == "__main__":
    main()
