"""Run one notebook in a kernel of its own, and believe it only when its last cell has run."""

import logging
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from analysis.publish import watch

KEPT = ("PATH", "SYSTEMROOT", "COMSPEC", "PATHEXT", "TMPDIR", "TEMP", "TMP", "LD_LIBRARY_PATH")
SENTINEL = "end-of-notebook"
FOLDER = "analysis-nb-"
LONGEST = 85  # bytes of a folder's path that leave room for a socket's name
IMPORTED = re.compile(r'"(?:import|from) (\w+)')  # in the text of a notebook each line of code begins with a quote
ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")
LAST_LINES = 12
# jsonschema, which nbformat imports, would take a second to compile a grammar that no notebook is checked against
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


class NotebookFailed(Exception):
    """A notebook did not run to its end; says in which cell, and the last lines of what it said."""

    exit_status = 1

    def __init__(self, cell: str, lines: str):
        super().__init__(cell, lines)  # both, so that it can come back from another process
        self.cell, self.lines = cell, lines

    def __str__(self):
        return f"{self.cell}: {self.lines}" if self.cell else self.lines


class NotStarted(NotebookFailed):
    """A kernel did not answer before the first cell: it may on the next try, or on another machine."""


def environment(project: Path, tables: Path, scratch: Path) -> dict[str, str]:
    """Return all a kernel gets to know: the project, its tables, fixed locale, time zone and seeds; no other variable.

    `scratch` takes what IPython and Jupyter write; matplotlib's font list outlives it.
    """
    home = scratch / "home"
    home.mkdir(parents=True, exist_ok=True)
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    package = Path(__file__).resolve().parents[2]
    return kept | {
        "ANALYSIS_PROJECT": str(project),
        "ANALYSIS_TABLES": str(tables),
        "HOME": str(home),
        "USERPROFILE": str(home),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_CONFIG_DIR": str(home / "jupyter"),
        "JUPYTER_DATA_DIR": str(home / "jupyter"),
        "JUPYTER_RUNTIME_DIR": str(home / "jupyter"),
        "MPLCONFIGDIR": os.environ.get("MPLCONFIGDIR", str(project / "build" / "matplotlib")),
        "PYTHONPATH": str(package),
        "PYTHONHASHSEED": "0",
        "PYTHONNOUSERSITE": "1",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


def warm_fonts(settings: dict[str, str]) -> None:
    """Let matplotlib list the fonts once, so that no notebook waits for it or says so."""
    folder = Path(settings["MPLCONFIGDIR"])
    if not any(folder.glob("fontlist-*.json")):
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, "-c", "import matplotlib.font_manager"], env=settings, check=True)


def sweep() -> None:
    """Remove what kernels left in the system's temporary folder when the process that ran them was killed."""
    import psutil

    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER}*-*"):
        owner = folder.name.removeprefix(FOLDER).split("-")[0]
        if owner.isdigit() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def kernel(settings: dict[str, str], libraries: set[str]) -> Iterator:
    """Start a kernel in an empty folder and end it, with its process group, whatever happens.

    libraries: what a forked kernel imports before the fork.
    Yields its manager and a folder: said.txt takes what the kernel says outside of cells, kept/ what it keeps.
    """
    from jupyter_core.utils import ensure_event_loop, run_sync

    from analysis.publish import warm

    # Sockets in the file system cannot clash on ports, but their paths must be short, hence the system's own folder.
    folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER}{os.getpid()}-"))
    for part in ("work", "kept"):
        (folder / part).mkdir()
    manager, clients = _manager(folder)
    try:
        with (folder / "said.txt").open("wb") as said:
            extra = ["--InteractiveShellApp.extra_extensions=analysis.publish.watch"]
            extra += ["--HistoryManager.hist_file=:memory:"]
            env = settings | {watch.KEPT: str(folder / "kept"), warm.ASKED: " ".join(sorted(libraries))}
            options = {"env": env, "cwd": str(folder / "work"), "stdout": said, "stderr": said}
            run_sync(manager.start_kernel)(extra_arguments=extra, **options)
        yield manager, folder
    finally:
        run_sync(_end)(manager, clients)
        loop = ensure_event_loop()
        if not loop.is_running():  # a loop that runs is the caller's own: a notebook server's, a browser's
            loop.close()
        shutil.rmtree(folder, ignore_errors=True)


def end_all() -> None:
    """Kill every kernel of this process, with what it started."""
    import psutil

    from analysis.publish import warm

    warm.stopped.set()
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.Error, OSError):
            if any(mark in word for word in child.cmdline() for mark in ("ipykernel_launcher", "warm.serve")):
                os.killpg(child.pid, signal.SIGKILL) if hasattr(os, "killpg") else child.kill()


def _manager(folder: Path) -> tuple:
    """Return a kernel manager that knows only the running Python, and the list of the clients it will have made."""
    from jupyter_client import AsyncKernelManager
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.provisioning import KernelProvisionerFactory

    from analysis.publish import warm

    KernelProvisionerFactory.instance().default_provisioner_name = warm.usual()
    manager = AsyncKernelManager(
        kernel_name="python3",
        kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),
        transport="tcp" if sys.platform == "win32" or len(os.fsencode(folder)) > LONGEST else "ipc",
        connection_file=str(folder / "kernel.json"),
    )
    # papermill never closes the sockets of a client whose kernel it did not start: keep them to close them.
    clients, make = [], manager.client

    def client(**options):
        clients.append(make(**options))
        return clients[-1]

    manager.client = client  # type: ignore[method-assign]  # papermill asks the manager for each
    return manager, clients


async def _end(manager, clients: list) -> None:
    for client in clients:
        client.stop_channels()
    if manager.has_kernel:
        await manager.shutdown_kernel(now=True)
    await manager.cleanup_resources()


def execute(source: str, parameters: dict, settings: dict[str, str], timeout: int = 600) -> tuple:
    """Run a notebook through papermill; return it as run, without the sentinel cell, and the files it kept, by name.

    source: the notebook as text; timeout: seconds for each cell.
    Raises NotebookFailed unless every cell ran, none wrote to stderr, and the sentinel after the last one was reached;
    NotStarted when its kernel did not answer.
    """
    import nbformat
    import papermill  # noqa: F401  (here, as the kernels' template imports meanwhile)

    token = secrets.token_hex(16)
    asked = nbformat.reads(source, as_version=4)
    closing = nbformat.v4.new_code_cell(f"from analysis.publish import watch\nwatch.end({token!r})")
    closing["id"] = SENTINEL
    asked.cells.append(closing)
    with kernel(settings, set(IMPORTED.findall(source)) - {"analysis"}) as (manager, folder):
        ran = _through_papermill(asked, parameters, manager, folder / "said.txt", timeout)
        kept = {file.name: file.read_bytes() for file in (folder / "kept").iterdir()}
    _believe(ran, token)
    ran.cells.pop()
    return ran, kept


def _through_papermill(source, parameters: dict, manager, said: Path, timeout: int):
    import papermill

    for library in ("papermill", "traitlets"):
        logging.getLogger(library).setLevel(logging.CRITICAL + 1)
    reached: list = []
    how: Any = {"progress_bar": False, "coalesce_streams": True, "execution_timeout": timeout, "iopub_timeout": 60}
    how["on_cell_start"] = lambda cell, cell_index: reached.append((cell_index, cell))
    try:
        return papermill.execute_notebook(source, None, parameters, km=manager, kernel_name="python3", **how)
    except (papermill.exceptions.PapermillException, RuntimeError, TimeoutError) as error:
        if not reached:
            raise NotStarted("before its first cell", _said(error, said)) from error
        raise NotebookFailed(_name(*reached[-1]), _said(error, said)) from error


def _believe(ran, token: str) -> None:
    """Raise NotebookFailed unless the notebook ran from its first cell to the sentinel, quietly."""
    code = [(index, cell) for index, cell in enumerate(ran.cells) if cell.cell_type == "code" and cell.source.strip()]
    for before, (_, cell) in zip([code[0], *code], code, strict=False):
        if cell.execution_count is None:
            raise NotebookFailed(_name(*before), f"the run ended here, before the notebook did. {_ending(before[1])}")
    for index, cell in code:
        stderr = [output.text for output in cell.outputs if output.get("name") == "stderr"]
        if stderr:
            raise NotebookFailed(_name(index, cell), _tail("it wrote to stderr:\n" + "".join(stderr)))
        if any(output.output_type == "error" for output in cell.outputs):
            raise NotebookFailed(_name(index, cell), _ending(cell))
        if ADDRESS.search(str([{**output.get("data", output), "image/png": ""} for output in cell.outputs])):
            raise NotebookFailed(_name(index, cell), "it shows a memory address, another one on every run")
    if [output.get("text", "").strip() for output in code[-1][1].outputs] != [token]:
        raise NotebookFailed(_name(*code[-1]), "the end of the notebook was not reached")


def _ending(cell) -> str:
    return "; ".join(f"{output.ename}: {output.evalue}" for output in cell.outputs if output.output_type == "error")


def _name(index: int, cell) -> str:
    if cell.get("id") == SENTINEL:
        return "after its last cell"
    first = next((line.strip() for line in cell.source.splitlines() if line.strip()), "")
    return f"cell {index + 1} [{cell.get('id', '')}] {first[:60]!r}"


def _said(error, said: Path) -> str:
    if hasattr(error, "traceback") and hasattr(error, "ename"):
        return _tail("\n".join(error.traceback) or f"{error.ename}: {error.evalue}")
    plain = str(error).splitlines()
    return _tail(f"{type(error).__name__}: {plain[0] if plain else ''}\n{said.read_text('utf-8', 'replace')}".strip())


def _tail(text: str) -> str:
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    return "\n".join(plain.splitlines()[-LAST_LINES:])
