"""Run one notebook through papermill in a kernel of its own, and believe it only when its last cell has run."""

import functools
import json
import logging
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

KEPT = ("PATH", "SYSTEMROOT", "COMSPEC", "PATHEXT", "TMPDIR", "TEMP", "TMP", "LD_LIBRARY_PATH")
SENTINEL = "end-of-notebook"
FOLDER = "analysis-nb-"
LONGEST = 85  # bytes of a folder's path that leave room for a socket's name
OPENING = "from analysis.publish import kernels as _kernels; _kernels.hear_threads(); del _kernels"
CLOSING = "from analysis.publish import kernels as _kernels\n_kernels.end({!r})"
ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")
LAST_LINES = 12
RECORD = "analysis"  # the key of an output's metadata below which `say`, `show` and charts leave their record
SVG, DARK = "image/svg+xml", "application/vnd.analysis.dark+png"
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE = {"file_extension": ".py", "mimetype": "text/x-python", "name": "python", "pygments_lexer": "ipython3"}
# jsonschema, which nbformat imports, would take a second to compile a grammar that no notebook is checked against
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


class NotebookFailed(Exception):
    """A notebook did not run to its end; says in which cell, and the last lines of what it said."""

    exit_status = 1

    def __init__(self, cell: str, lines: str):
        super().__init__(cell, lines)  # both, so that it can come back from another process
        self.cell, self.lines = cell, lines

    def __str__(self):
        return f"{self.cell}: {self.lines}"


class Made(NamedTuple):
    """What a run leaves: the notebook as text, the files of its charts by name, and the seconds it took."""

    notebook: str
    pictures: dict[str, bytes]
    seconds: float


def make(source: str, parameters: dict, data: tuple[tuple[str, bytes], ...], timeout: int = 600) -> Made:
    """Run a notebook on some content: the same content gives the same result, wherever it is run.

    source: the notebook as text; data: what it may read, by its place in a project; timeout: seconds for each cell.
    Raises NotebookFailed unless every cell ran, none wrote to stderr or shows an address of memory, each picture is a
    chart with its record, and the sentinel after the last cell was reached.
    """
    began = time.monotonic()
    ran = execute(source, parameters, settings(data), timeout)
    pictures = _pictures(ran)
    return Made(normalised(ran), pictures, time.monotonic() - began)


@functools.lru_cache(maxsize=1)
def settings(data: tuple[tuple[str, bytes], ...]) -> dict[str, str]:
    """Lay content out in a folder of this process; return what a kernel that reads it gets to know."""
    import atexit

    folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER}{os.getpid()}-")).resolve()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name, content in data:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return environment(folder)


def environment(project: Path) -> dict[str, str]:
    """Return all a kernel gets to know: project, tables, fixed locale, time zone and seeds; no other variable.

    What IPython and Jupyter write goes below the project; matplotlib's list of fonts outlives it.
    """
    home = project / "home"
    home.mkdir(exist_ok=True)
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    made = kept | {
        "ANALYSIS_PROJECT": str(project),
        "ANALYSIS_TABLES": str(project / "data" / "processed"),
        "ANALYSIS_BUILD": "1",
        "HOME": str(home),
        "USERPROFILE": str(home),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_CONFIG_DIR": str(home / "jupyter"),
        "JUPYTER_DATA_DIR": str(home / "jupyter"),
        "JUPYTER_RUNTIME_DIR": str(home / "jupyter"),
        "MPLCONFIGDIR": os.environ.get("MPLCONFIGDIR", str(home / "matplotlib")),
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        "PYTHONHASHSEED": "0",
        "PYTHONNOUSERSITE": "1",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    if not [*Path(made["MPLCONFIGDIR"]).glob("fontlist-*.json")]:  # listed once, or each notebook waits for it, aloud
        subprocess.run([sys.executable, "-c", "import matplotlib.font_manager"], env=made, check=True)
    return made


def sweep() -> None:
    """Remove what kernels left in the system's temporary folder when the process that ran them was killed."""
    import psutil

    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER}*-*"):
        owner = folder.name.removeprefix(FOLDER).split("-")[0]
        if owner.isdigit() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def kernel(env: dict[str, str]) -> Iterator:
    """Start a kernel in an empty folder and end it, whatever happens; yield its manager and what it says."""
    from jupyter_core.utils import ensure_event_loop, run_sync

    # Sockets in the file system cannot clash on ports, but their paths must be short, hence the system's own folder.
    folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER}{os.getpid()}-"))
    manager, clients = _manager(folder)
    try:
        with (folder / "said.txt").open("wb") as said:
            extra = ["--HistoryManager.hist_file=:memory:", f"--InteractiveShellApp.exec_lines={OPENING}"]
            where = {"env": env, "cwd": str(folder), "stdout": said, "stderr": said}
            run_sync(manager.start_kernel)(extra_arguments=extra, **where)
        yield manager, folder / "said.txt"
    finally:
        run_sync(_end)(manager, clients)
        loop = ensure_event_loop()
        if not loop.is_running():  # a loop that runs is the caller's own
            loop.close()
        shutil.rmtree(folder, ignore_errors=True)


def _manager(folder: Path) -> tuple:
    """Return a kernel manager that knows only the running Python, and the list of the clients it will have made."""
    from jupyter_client import AsyncKernelManager
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.provisioning import KernelProvisionerFactory

    from analysis.publish import warm

    KernelProvisionerFactory.instance().default_provisioner_name = warm.provisioner()
    manager = AsyncKernelManager(
        kernel_name="python3",
        kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),
        transport="tcp" if sys.platform == "win32" or len(os.fsencode(folder)) > LONGEST else "ipc",
        connection_file=str(folder / "kernel.json"),
    )
    # papermill never closes the sockets of a client whose kernel it did not start: keep them to close them.
    clients, client = [], manager.client
    manager.client = lambda **options: clients.append(client(**options)) or clients[-1]  # type: ignore[method-assign]
    return manager, clients


async def _end(manager, clients: list) -> None:
    for client in clients:
        client.stop_channels()
    if manager.has_kernel:
        await manager.shutdown_kernel(now=True)
    await manager.cleanup_resources()


def execute(source: str, parameters: dict, env: dict[str, str], timeout: int = 600):
    """Run a notebook through papermill; return it as run, without the sentinel cell; raises NotebookFailed."""
    import nbformat
    import papermill

    for library in ("papermill", "traitlets"):
        logging.getLogger(library).setLevel(logging.CRITICAL + 1)
    token = secrets.token_hex(16)
    asked = nbformat.reads(source, as_version=4)
    asked.cells.append(nbformat.v4.new_code_cell(CLOSING.format(token), id=SENTINEL))
    reached: list = [("before its first cell", None)]
    how = {"progress_bar": False, "coalesce_streams": True, "execution_timeout": timeout, "iopub_timeout": 60}
    how["on_cell_start"] = lambda cell, cell_index: reached.append((_name(cell_index, cell), cell))
    with kernel(env) as (manager, said):
        try:
            ran = papermill.execute_notebook(asked, None, parameters, km=manager, kernel_name="python3", **how)
        except (papermill.exceptions.PapermillException, RuntimeError, TimeoutError) as error:
            raise NotebookFailed(reached[-1][0], _last_words(error, said)) from error
    _believe(ran, token)
    ran.cells.pop()
    return ran


def hear_threads() -> None:
    """Remember, in a kernel, the threads that run already and every error that ends a later one."""
    hear_threads.errors, hear_threads.earlier = [], {*threading.enumerate()}
    threading.excepthook = lambda args: hear_threads.errors.append(f"{args.exc_type.__name__}: {args.exc_value}")


def end(token: str, patience: float = 10) -> None:
    """Print the token once every thread the notebook started has ended without an error; raises RuntimeError."""
    own = [one for one in threading.enumerate() if one not in hear_threads.earlier and not one.daemon]
    for thread in own:
        thread.join(patience)
    wrong = [*hear_threads.errors, *(f"thread {one.name} is still running" for one in own if one.is_alive())]
    if wrong:
        raise RuntimeError("; ".join(wrong))
    print(token)


def _believe(ran, token: str) -> None:
    """Raise NotebookFailed unless the notebook ran from its first cell to the sentinel, quietly."""
    code = [
        (_name(index, cell), cell)
        for index, cell in enumerate(ran.cells)
        if cell.cell_type == "code" and cell.source.strip()
    ]
    for (before, ended), (_, cell) in zip([code[0], *code], code, strict=False):
        if cell.execution_count is None:
            raise NotebookFailed(before, f"the run ended here, before the notebook did. {_errors(ended)}")
    for name, cell in code:
        stderr = "".join(output.text for output in cell.outputs if output.get("name") == "stderr")
        if stderr:
            raise NotebookFailed(name, _tail(f"it wrote to stderr:\n{stderr}"))
        if _errors(cell):
            raise NotebookFailed(name, _errors(cell))
        if any(ADDRESS.search(text) for output in cell.outputs for text in _texts(output)):
            raise NotebookFailed(name, "it shows a memory address, another one on every run")
    if [output.get("text", "").strip() for output in code[-1][1].outputs] != [token]:
        raise NotebookFailed(code[-1][0], "the end of the notebook was not reached")


def _texts(output) -> list[str]:
    return [
        output.get("text", ""),
        *(str(text) for kind, text in output.get("data", {}).items() if kind.startswith("text/")),
    ]


def _errors(cell) -> str:
    return "; ".join(f"{output.ename}: {output.evalue}" for output in cell.outputs if output.output_type == "error")


def _name(index: int, cell) -> str:
    if cell.get("id") == SENTINEL:
        return "after its last cell"
    first = next((line.strip() for line in cell.source.splitlines() if line.strip()), "")
    return f"cell {index + 1} [{cell.get('id', '')}] {first[:60]!r}"


def _last_words(error, said: Path) -> str:
    if hasattr(error, "traceback") and hasattr(error, "ename"):
        return _tail("\n".join(error.traceback) or f"{error.ename}: {error.evalue}")
    first = next(iter(str(error).splitlines()), "")
    return f"{type(error).__name__}: {first}\n{_tail(said.read_text('utf-8', 'replace'))}".strip()


def _tail(text: str) -> str:
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    return "\n".join(plain.splitlines()[-LAST_LINES:])


def _pictures(ran) -> dict[str, bytes]:
    """Take out of a notebook the files of its charts, by name: png, svg, dark png, numbers as csv, and words as txt.

    Raises NotebookFailed for a picture that no chart's record goes with, and for two charts of one name.
    """
    found: dict[str, bytes] = {}
    for index, cell in enumerate(ran.cells):
        for output in cell.get("outputs", []):
            data, record = output.get("data", {}), output.get("metadata", {}).get(RECORD, {})
            if not any(kind.startswith("image/") for kind in data):
                continue
            if record.get("kind") != "chart" or "image/png" not in data:
                said = "a picture without its data and alt text: end the cell with charts.chart(ax, frame, title=…)"
                raise NotebookFailed(_name(index, cell), said)
            if f"{record['name']}.png" in found:
                raise NotebookFailed(_name(index, cell), f"two charts are called {record['name']}: give one a name=")
            found |= _files(record, data)
            data.pop(SVG, None), data.pop(DARK, None)  # the notebook keeps the one that everybody can show
    return found


def _files(record: dict, data: dict) -> dict[str, bytes]:
    words = "\n".join(record[part] for part in ("title", "subtitle", "alt", "note") if record.get(part))
    made = {".png": b64decode(data["image/png"]), ".csv": record["csv"].encode(), ".txt": f"{words}\n".encode()}
    made |= {".svg": data[SVG].encode()} if SVG in data else {}
    made |= {"-dark.png": b64decode(data[DARK])} if DARK in data else {}
    return {record["name"] + side: content for side, content in made.items()}


def normalised(ran) -> str:
    """Return a notebook as text without times, papermill's marks, random ids and the Python's patch version."""
    import nbformat

    nb = nbformat.from_dict(ran)
    nb.metadata = nbformat.from_dict({"kernelspec": KERNEL, "language_info": LANGUAGE})
    nb.nbformat, nb.nbformat_minor = 4, 5
    for number, cell in enumerate(nb.cells, 1):
        tags = cell.metadata.get("tags", [])
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        cell["id"] = "injected-parameters" if "injected-parameters" in tags else cell.get("id", f"cell-{number}")
    return json.dumps(nb, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def emptied(text: str) -> str:
    """Return a notebook that no run names as it is committed: without outputs."""
    import nbformat

    nb = nbformat.reads(text, as_version=4)
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return normalised(nb)
