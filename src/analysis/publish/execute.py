"""Run notebooks through papermill, here or on a Dask cluster, and believe one only when its last cell has run."""

import functools
import json
import logging
import re
import secrets
import sys
import tempfile
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from analysis import project
from analysis.publish import fingerprints, kernels
from analysis.publish.runs import Refused

SENTINEL = "end-of-notebook"
ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")
LAST_LINES = 12
RECORD = "analysis"  # the key of an output's metadata below which `say`, `show` and charts leave their record
NUMBER = "number"  # the key of a cell's metadata for its place in the notebook, while it runs
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


def run_notebook(env: dict[str, str], source: str, parameters: dict, timeout: int = 600, part: str = "") -> Made:
    """Run a notebook: on the same data it gives the same result, wherever it is run.

    env: as `kernels.lay_out` gives it; source: the notebook as text; timeout: seconds for each cell; part: the round or
    force it is about. Raises NotebookFailed unless every cell ran, none wrote to stderr, shows an address of memory,
    html that acts or more than kernels.LIMITS, each picture is a chart with its record, and the sentinel after the last
    cell was reached.
    """
    began = time.monotonic()
    ran = execute(source, parameters, env | ({"ANALYSIS_PART": part} if part else {}), timeout)
    pictures = _pictures(ran)
    return Made(normalised(ran), pictures, time.monotonic() - began)


def execute(source: str, parameters: dict, env: dict[str, str], timeout: int):
    """Run a notebook through papermill; return it as run, without the sentinel cell; raises NotebookFailed."""
    import nbformat
    import papermill

    for library in ("papermill", "traitlets"):
        logging.getLogger(library).setLevel(logging.CRITICAL + 1)
    token, reached = secrets.token_hex(16), ["before its first cell"]
    asked = nbformat.reads(source, as_version=4)
    asked.cells.append(nbformat.v4.new_code_cell(f"print({token!r})", id=SENTINEL))
    for number, cell in enumerate(asked.cells, 1):  # papermill will put one of its own between them
        cell.metadata[NUMBER] = number
    with tempfile.TemporaryDirectory(dir=env["ANALYSIS_PROJECT"], ignore_cleanup_errors=True) as folder:
        try:
            ran = papermill.execute_notebook(
                asked,
                None,
                parameters,
                kernel_name="python3",
                progress_bar=False,
                execution_timeout=timeout,
                iopub_timeout=60,
                coalesce_streams=True,  # in how many pieces came what a cell printed is chance
                shutdown_kernel="immediate",
                on_cell_start=lambda cell, cell_index: reached.append(_name(cell)),
                kernel_manager_class=kernels.manager(Path(folder), env),
            )
        except (papermill.exceptions.PapermillException, RuntimeError, TimeoutError) as error:
            raise NotebookFailed(reached[-1], _last_words(error, Path(folder, kernels.LOG))) from error
    for cell in ran.cells:
        for said in filter(None, map(_forbidden, cell.get("outputs", []))):
            raise NotebookFailed(_name(cell), _tail(said))
    last = ran.cells.pop()
    if [output.get("text", "").strip() for output in last.outputs] != [token]:
        raise NotebookFailed(_name(last), "the end of the notebook was not reached")
    return ran


def _forbidden(output) -> str:
    """Say what no cell may show: an error that stopped nothing, a warning, what differs from run to run, a script."""
    from lxml.html import document_fromstring

    from analysis.publish import gate

    if output.output_type == "error":  # papermill lets sys.exit(0) pass
        return f"the run ended here, before the notebook did. {output.ename}: {output.evalue}"
    if output.get("name") == "stderr":
        return f"it wrote to stderr:\n{output.text}"
    html = "".join(output.get("data", {}).get("text/html", ""))
    if html and RECORD in output.metadata and (found := next(gate.active_elements(document_fromstring(html)), "")):
        return f"its html holds {found}: end the cell with say or show, which make text of it"
    texts = (str(text) for kind, text in output.get("data", {}).items() if kind.startswith("text/"))
    if any(ADDRESS.search(text) for text in (output.get("text", ""), *texts)):
        return "it shows a memory address, another one on every run"
    return ""


def _name(cell) -> str:
    if cell.get("id") == SENTINEL:
        return "after its last cell"
    first = next((line.strip() for line in cell.source.splitlines() if line.strip()), "")
    return f"cell {cell.metadata.get(NUMBER, 'of parameters')} [{cell.get('id', '')}] {first[:60]!r}"


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
    for cell in ran.cells:
        for output in cell.get("outputs", []):
            data, record = output.get("data", {}), output.get("metadata", {}).get(RECORD, {})
            if not any(kind.startswith("image/") for kind in data):
                continue
            if record.get("kind") != "chart" or not {"image/png", SVG, DARK} <= data.keys():
                said = "a picture without its data and alt text: end the cell with charts.chart(ax, frame, title=…)"
                raise NotebookFailed(_name(cell), said)
            if f"{record['name']}.png" in found:
                raise NotebookFailed(_name(cell), f"two charts are called {record['name']}: give one a name=")
            words = "".join(f"{record[part]}\n" for part in ("title", "subtitle", "alt", "note") if record.get(part))
            files = {".png": b64decode(data["image/png"]), ".csv": record["csv"].encode(), ".txt": words.encode()}
            # the notebook keeps the one that everybody can show
            files |= {".svg": data.pop(SVG).encode(), "-dark.png": b64decode(data.pop(DARK))}
            found |= {record["name"] + side: content for side, content in files.items()}
    return found


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


def snapshot(tables: Path) -> tuple[tuple[str, bytes], ...]:
    """Return the content that notebooks may read, by its place in a project: tables and lookups, no document."""
    raw = project.raw()
    files = [("raw", raw, "*.csv"), ("raw/lookups", raw / "lookups", "*"), ("processed", tables, "*.csv")]
    found = [(f"data/{place}/{file.name}", file) for place, folder, names in files for file in folder.glob(names)]
    return tuple((name, file.read_bytes()) for name, file in sorted(found) if file.is_file())


@contextmanager
def workers(jobs: int, cluster: str | None, place: Path, data: tuple) -> Iterator[Callable]:
    """Yield what submits (source, parameters, timeout, part) to threads of this process, or to a Dask cluster.

    place: the folder for whatever is temporary here; data: what notebooks may read.
    """
    if cluster:
        from distributed import Client  # the extra `cluster`

        with Client(cluster, set_as_default=False) as client, client.get_executor(pure=False) as pool:
            if not client.scheduler_info()["workers"]:
                print(f"The scheduler at {cluster} has no worker yet: waiting for one", flush=True)
            yield functools.partial(pool.submit, _on_worker, software(), data)
        return
    pool: Executor = ThreadPoolExecutor(jobs)
    env = kernels.lay_out(data, place)
    try:
        with kernels.template(env):  # when it ends, its kernels end too
            yield functools.partial(pool.submit, run_notebook, env)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def software() -> str:
    """Say which code, Python and libraries run notebooks here."""
    libraries = [f"{name} {version(name)}" for name in fingerprints.LIBRARIES]
    return f"code {fingerprints.code()[:12]}, Python {sys.version.split()[0]}, {', '.join(libraries)}"


def _on_worker(ours: str, data: tuple, *asked) -> Made:
    """Run a notebook on a worker, which must have the same code; in its own folder, which Dask clears up."""
    from distributed import get_worker

    if (theirs := software()) != ours:
        raise Refused(f"a worker has {theirs}; this build has {ours}: start it from the same commit and lock")
    return run_notebook(_laid_out(data, Path(get_worker().local_directory)), *asked)


_laid_out = functools.lru_cache(maxsize=1)(kernels.lay_out)  # once on each worker
