"""What runs inside a notebook's kernel: it keeps the charts shown, notes what was read, says whether all went well."""

import functools
import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

KEPT = "ANALYSIS_KEPT"
READS = "reads.json"
# A run that starts a program may have read anything.
PROGRAMS = {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn"}
PACKAGE = f"{Path(__file__).resolve().parents[1]}{os.sep}"
# The state of one kernel process, which runs one notebook and ends.
_errors: list[str] = []
_earlier: set[threading.Thread] = set()
_charts: list[str] = []
_read: set[str] = set()
_within = threading.local()


def load_ipython_extension(shell) -> None:
    """Watch a kernel from its first cell on: errors in threads, the chart a cell ends with, what is read."""
    _earlier.update(threading.enumerate())
    shown = threading.excepthook

    def remember(failed):
        _errors.append(f"{failed.exc_type.__name__}: {failed.exc_value} (in thread {failed.thread.name})")
        shown(failed)

    threading.excepthook = remember
    if os.environ.get(KEPT):
        shell.events.register("post_run_cell", _keep)
        shell.events.register("pre_run_cell", _note_rows)
        own = [os.environ[name] for name in ("HOME", "MPLCONFIGDIR") if name in os.environ]
        own += [sys.prefix, sys.base_prefix, str(Path.cwd().parent), "/proc", "/dev", "/sys", "/usr", "/etc"]
        machine = (PACKAGE, *(f"{place}{os.sep}" for place in own))
        sys.addaudithook(functools.partial(_hear, machine, f"{os.environ['ANALYSIS_PROJECT']}{os.sep}"))


def _keep(result) -> None:
    chart = result.result
    if all(hasattr(chart, name) for name in ("title", "alt", "data", "save")):
        name = f"{len(_charts) + 1:03d}"
        chart.save(Path(os.environ[KEPT]), name)
        _charts.append(name)


def _hear(machine: tuple, project: str, event: str, given: tuple) -> None:
    """Note the files a notebook opens and the folders it lists, other than the machine's own."""
    if event in PROGRAMS:
        _read.add(f"doubt {event}")
    made = event == "open" and given[2] & (os.O_EXCL | os.O_TRUNC)  # by the notebook itself, then and there
    if event in ("open", "os.listdir", "os.scandir") and not isinstance(given[0], int) and not made:
        path = os.path.abspath(os.fsdecode(given[0] or "."))  # noqa: PTH100 (it is called for every file)
        if not path.startswith(machine) and path not in getattr(_within, "known", ()):
            _read.add(f"{'file' if event == 'open' else 'names'} {path.removeprefix(project)}")


def _note_rows(info) -> None:
    """From when they are imported on, let what gives out tables and findings note which rows, not which files."""
    tables: Any = sys.modules.get("analysis.tables")
    findings: Any = sys.modules.get("analysis.tell.findings")
    if tables and not hasattr(tables.load, "__wrapped__"):
        tables.load = _noting(tables.load, tables, _of_tables)
    if findings and not hasattr(findings.story, "__wrapped__"):
        findings.story = _noting(findings.story, tables, _of_findings)


def _noting(plain, tables, note):
    stored = tables.location("facts").with_name("findings.json")
    known = {str(stored), *(str(tables.location(name)) for name in tables.Tables.__dataclass_fields__)}

    @functools.wraps(plain)
    def noting(*given, **named):
        if hasattr(_within, "known") or not stored.exists():
            return plain(*given, **named)
        _within.known = known
        try:
            found = plain(*given, **named)
        finally:
            del _within.known
        note(found, *given, **named)
        return found

    return noting


def _of_tables(found, round_or_force=None) -> None:
    """Make each table of what was loaded note when it is asked for."""

    class Noted(type(found)):  # type: ignore[misc]  # the class of what was loaded, whichever that is
        def __getattribute__(self, name):
            if name in type(found).__dataclass_fields__:
                _read.add(f"rows {name} of {round_or_force}")
            return super().__getattribute__(name)

    object.__setattr__(found, "__class__", Noted)


def _of_findings(_, topic, subject) -> None:
    _read.add(f"findings {topic} of {subject}")


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
    if os.environ.get(KEPT):
        files = [getattr(module, "__file__", None) or "" for module in list(sys.modules.values())]
        code = {f"code {file.removeprefix(PACKAGE)}" for file in files if file.startswith(PACKAGE)}
        (Path(os.environ[KEPT]) / READS).write_text(json.dumps(sorted(_read | code)), encoding="utf-8")
    print(token)
