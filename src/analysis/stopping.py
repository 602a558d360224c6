"""How a command ends: with which status, and, stopped by Ctrl-C or SIGTERM, soon, cleanly and saying how to go on."""

import atexit
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from analysis.problems import Problems

FINE, WRONG_DATA, WRONG_USE = 0, 1, 2
# Seconds a stopped command has to end by itself.
PATIENCE = 2
STOPS = (signal.SIGTERM, signal.SIGINT)
# Once Python puts away its modules it hears no signal but dies of it, as if something were left to do. Registered
# before any library registers something, this is what is done last.
atexit.register(lambda: [signal.signal(number, signal.SIG_IGN) for number in STOPS])
# 128 + SIGPIPE, as a shell has it, also where a system has no such signal.
UNREAD = 141


@contextmanager
def heard() -> Iterator[None]:
    """Turn SIGTERM and Ctrl-C into KeyboardInterrupt, and end the process anyway when that leads nowhere."""
    before = {number: signal.signal(number, _stop) for number in STOPS}
    # A thread that exists beforehand hears of the signal as well: the main thread may be deep in some library, or hold
    # a lock that starting a thread would need.
    end, told = os.pipe()
    os.set_blocking(told, False)
    former, done = signal.set_wakeup_fd(told, warn_on_full_buffer=False), threading.Event()
    threading.Thread(target=_end_anyway, args=[end, done], daemon=True).start()
    try:
        yield
    finally:
        done.set()
        signal.set_wakeup_fd(former)
        os.close(told)
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(number, frame):
    raise KeyboardInterrupt(number)


def _end_anyway(end: int, done: threading.Event) -> None:
    """Wait for a signal; some library may swallow the interrupt, site/ is whole at any moment, so then simply go."""
    with open(end, "rb", buffering=0) as heard:
        while number := heard.read(1):
            if number[0] in STOPS and not done.wait(PATIENCE):
                _go(number[0])


def _go(number: int) -> None:
    _say_how_to_go_on(sys.argv[1:])
    _end(128 + number)


def _say_how_to_go_on(arguments: list[str]) -> None:
    print("\nStopped; site/ and data/processed are as they were.", file=sys.stderr)
    print(f"To go on: python -m analysis {' '.join(arguments)}", file=sys.stderr)


def status(stopped: KeyboardInterrupt, arguments: list[str]) -> int:
    """Say how to go on; return the exit status of a stopped command, 128 + the signal."""
    _say_how_to_go_on(arguments)
    return 128 + (stopped.args[0] if stopped.args else signal.SIGINT)


def unread(last: str = "") -> bool:
    """Say whether nobody reads what is printed, such as `head` when it has its lines; then print no more."""
    try:
        print(end=last, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return True
    return False


def failed(error: Exception) -> int:
    """Print an error that says what to do by itself and return its status; any other is raised again."""
    # A line more shows whether it is this pipe that broke or one to another process, which is no small matter.
    if isinstance(error, BrokenPipeError) and unread("\n"):
        return UNREAD
    status = _status(error)
    if status is None:
        raise error
    print(error, file=sys.stderr)
    return status


def _status(error: Exception) -> int | None:
    """Return the exit status of an error that says what to do by itself; None for one only a developer can read."""
    if isinstance(error, FileNotFoundError):
        return WRONG_USE
    if isinstance(error, OSError | Problems):
        return WRONG_DATA
    return getattr(error, "exit_status", None)


def leave(status: int) -> None:
    """End the process; a stopped one does not wait for threads whose kernels are already gone.

    A stop that comes only now ends it at once, with the status of what was done.
    """
    for number in STOPS:
        signal.signal(number, lambda *_: _end(status))
    if status > 128:
        _end(status)
    sys.exit(status)


def _end(status: int) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
