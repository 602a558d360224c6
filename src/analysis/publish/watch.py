"""What runs inside a notebook's kernel: it keeps the charts shown, and says at the end whether all went well."""

import os
import threading
from pathlib import Path

KEPT = "ANALYSIS_KEPT"
# The state of one kernel process, which runs one notebook and ends.
_errors: list[str] = []
_earlier: set[threading.Thread] = set()
_charts: list[str] = []


def load_ipython_extension(shell) -> None:
    """Watch a kernel from its first cell on: remember errors in threads, save each chart a cell ends with."""
    _earlier.update(threading.enumerate())
    shown = threading.excepthook

    def remember(failed):
        _errors.append(f"{failed.exc_type.__name__}: {failed.exc_value} (in thread {failed.thread.name})")
        shown(failed)

    threading.excepthook = remember
    if os.environ.get(KEPT):
        shell.events.register("post_run_cell", _keep)


def _keep(result) -> None:
    chart = result.result
    if all(hasattr(chart, name) for name in ("title", "alt", "data", "save")):
        name = f"{len(_charts) + 1:03d}"
        chart.save(Path(os.environ[KEPT]), name)
        _charts.append(name)


def end(token: str, patience: float = 10) -> None:
    """Print the token when every thread the notebook started has ended without an error.

    Raises RuntimeError naming the errors, or the threads still running after `patience` seconds.
    """
    own = [thread for thread in threading.enumerate() if thread not in _earlier and not thread.daemon]
    for thread in own:
        thread.join(patience)
    running = [f"thread {thread.name} is still running" for thread in own if thread.is_alive()]
    if _errors or running:
        raise RuntimeError("; ".join([*_errors, *running]))
    print(token)
