"""Run notebooks through any executor: content goes in, content comes out."""

import atexit
import contextlib
import functools
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from analysis import paths
from analysis.publish import cache, kernels, normal, parameters, watch
from analysis.publish.plan import Run

# What a run fails with when its worker is gone, by name: the library of the cluster need not be there.
LOST = ("CancelledError", "CommClosedError", "FutureCancelledError", "KilledWorker")


@dataclass(frozen=True)
class Made:
    """What a run leaves: the notebook as text, its charts' files by name, what it read, and the seconds it took."""

    notebook: str
    pictures: dict[str, bytes]
    reads: list[str]
    seconds: float

    def store(self, folder: Path, name: str) -> None:
        """Write the notebook and pictures/ into a new folder."""
        (folder / "pictures").mkdir(parents=True)
        (folder / name).write_text(self.notebook, encoding="utf-8", newline="\n")
        for file, content in self.pictures.items():
            (folder / "pictures" / file).write_bytes(content)


def snapshot(raw: Path, tables: Path) -> tuple[tuple[str, bytes], ...]:
    """Return the content that notebooks may read, by its place in a project: tables, lookups, no document."""
    files = [("raw", raw, "*.csv"), ("raw/lookups", raw / "lookups", "*"), ("processed", tables, "*")]
    found = [(f"data/{place}/{file.name}", file) for place, folder, names in files for file in folder.glob(names)]
    return tuple((name, file.read_bytes()) for name, file in sorted(found) if file.is_file())


def run(source: str, given: dict, data: tuple, timeout: int) -> Made:
    """Run one notebook on the tables of a snapshot: the same content gives the same result, wherever it is run.

    Raises kernels.NotebookFailed.
    """
    began = time.monotonic()
    ran, left = kernels.execute(source, given, _settings(data), timeout)
    reads = json.loads(left[watch.READS])
    return Made(normal.normalised(ran), normal.named(ran, left), reads, time.monotonic() - began)


@functools.lru_cache(maxsize=1)
def _settings(data: tuple) -> dict[str, str]:
    """Lay a snapshot out in a folder of this process; return what a kernel that reads it gets to know."""
    folder = Path(tempfile.mkdtemp(prefix=f"{kernels.FOLDER}{os.getpid()}-")).resolve()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name, content in data:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    settings = kernels.environment(folder, folder / "data" / "processed", folder)
    kernels.warm_fonts(settings)
    return settings


def elsewhere(code: str, work: Callable, *given):
    """Do work on a worker of a cluster, which must have the same code; its kernels are stock ones."""
    from distributed import get_worker

    from analysis.publish import warm

    here = get_worker().address
    if code != cache.code():
        raise kernels.NotebookFailed("", f"the worker {here} has another version of this package or its libraries")
    os.environ[warm.SWITCH] = warm.STOCK
    try:
        return work(*given)
    except kernels.NotStarted as failed:
        failed.worker = here  # type: ignore[attr-defined]  # the next try goes elsewhere
        raise


class Workers(NamedTuple):
    """Hold what does the work: an executor, and the client of the Dask cluster behind it, if there is one."""

    pool: Executor
    client: Any = None

    def map(self, work: Callable, given: Iterable) -> Iterator:
        """Return what a function makes of each thing in turn, made wherever the executor has it made."""
        return self.pool.map(functools.partial(elsewhere, cache.code(), work) if self.client else work, given)


@contextlib.contextmanager
def workers(at_once: int, cluster: str | None = None) -> Iterator[Workers]:
    """Yield so many threads of this process, or the workers of the Dask cluster with a scheduler at this address."""
    if not cluster:
        pool = ThreadPoolExecutor(at_once, thread_name_prefix="worker")
        try:
            yield Workers(pool)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        return
    try:
        from distributed import Client
    except ImportError as error:
        raise parameters.WrongUse("--cluster needs Dask: install this package with its extra 'cluster'") from error
    with Client(cluster, set_as_default=False) as client, client.get_executor(pure=False) as pool:
        yield Workers(pool, client)


@contextlib.contextmanager
def submitter(at_work: Workers, data: tuple) -> Iterator[Callable[..., Future]]:
    """Yield what submits the run of a notebook on the tables of a snapshot."""
    pool, client = at_work
    if not client:
        from analysis.publish import warm

        kernels.sweep()
        os.environ.setdefault("MPLCONFIGDIR", str(paths.build() / "matplotlib"))  # lists all fonts only once
        with warm.fresh(_settings(data)):
            try:
                yield lambda source, given, timeout, _=None: pool.submit(run, source, given, data, timeout)
            except BaseException:  # interrupted: end the kernels, wait for none
                pool.shutdown(wait=False, cancel_futures=True)
                kernels.end_all()
                raise
        return
    (sent,), code = client.scatter([data], broadcast=True), cache.code()

    def submit(source: str, given: dict, timeout: int, failed: BaseException | None = None) -> Future:
        others = set(client.scheduler_info(n_workers=-1)["workers"]) - {getattr(failed, "worker", None)}
        where = {"workers": list(others), "allow_other_workers": True} if failed else {}
        return pool.submit(elsewhere, code, run, source, given, sent, timeout, **where)

    yield submit


def run_all(
    jobs: list[Run], timeout: int, submit: Callable[..., Future], say: Callable, look: Callable = lambda name: None
) -> tuple[dict, dict]:
    """Make runs; return what they made and why others failed, each by run name.

    One that fails does not stop the others. What failed for want of a worker or of a kernel is tried once more.
    timeout: seconds for each cell; look: is told each thing that a run read, while others run.
    """
    tasks = {job.name: (job.notebook.read_text("utf-8"), job.parameters, timeout) for job in jobs}
    pending = {submit(*task): name for name, task in tasks.items()}
    made: dict = {}
    failures: dict = {}
    tried: set = set()
    while pending:
        for future in wait(pending, return_when=FIRST_COMPLETED).done:
            name, error = pending.pop(future), _error(future)
            if name not in tried and (isinstance(error, kernels.NotStarted) or type(error).__name__ in LOST):
                tried.add(name)
                pending[submit(*tasks[name], error)] = name
                continue
            (failures if error else made)[name] = error or future.result()
            for thing in made[name].reads if name in made else ():
                look(thing)
            ended = "FAILED" if error else f"{made[name].seconds:.1f} s"
            done = len(made) + len(failures)
            say(f"[{done:>{len(str(len(tasks)))}}/{len(tasks)}] {name} {ended}")
    return made, failures


def _error(future: Future) -> BaseException | None:
    return CancelledError("its worker is gone") if future.cancelled() else future.exception()


def told(job: Run, error: BaseException) -> str:
    """Say which run failed, with which parameters, where, and its last words."""
    given = ", ".join(f"{name}={value!r}" for name, value in job.parameters.items()) or "no parameters"
    said = str(error) if isinstance(error, kernels.NotebookFailed) else f"{type(error).__name__}: {error}"
    return f"{job.notebook.name} ({given}): {said}"
