"""Run notebooks, several at a time, and keep what each leaves in a form that is the same on every run."""

import os
import shutil
import signal
import threading
import time
from base64 import b64decode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed, wait
from pathlib import Path

from analysis.publish import kernels, watch
from analysis.publish.plan import Run

INJECTED = "injected-parameters"
LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
# Besides its NAME.ipynb a run leaves, in pictures/, a png, a csv and a txt for each chart, named for the chart's cell.
SIDES = (".png", ".csv", ".txt")
# Seconds that a stopped build waits for its threads to notice that their kernels are gone.
GRACE = 1


def normalised(ran) -> str:
    """Return a notebook as text without times, papermill's marks, random ids and the Python's patch version."""
    import nbformat

    nb = nbformat.from_dict(ran)
    nb.metadata = nbformat.from_dict({"kernelspec": KERNEL, "language_info": LANGUAGE})
    nb.nbformat, nb.nbformat_minor = 4, 5
    for number, cell in enumerate(nb.cells, 1):
        tags = cell.metadata.get("tags", [])
        for mark in ("papermill", "execution", "ExecuteTime"):
            cell.metadata.pop(mark, None)
        if not tags:
            cell.metadata.pop("tags", None)
        cell["id"] = INJECTED if INJECTED in tags else cell.get("id", f"cell-{number}")
    return nbformat.writes(nb) + "\n"


def run(job: Run, folder: Path, settings: dict, timeout: int, started: Callable = kernels.nobody) -> None:
    """Run one notebook into a new folder: NAME.ipynb and pictures/.

    Raises kernels.NotebookFailed; the folder then holds nothing to be used.
    """
    shutil.rmtree(folder, ignore_errors=True)
    pictures = folder / "pictures"
    pictures.mkdir(parents=True)
    own = settings | {watch.PICTURES: str(pictures)}
    made = folder / f"{job.notebook.stem}.ipynb"
    ran = kernels.execute(job.notebook, job.parameters, made, own, timeout, started)
    made.write_text(normalised(ran), encoding="utf-8", newline="\n")
    _name_pictures(ran, pictures)


def _name_pictures(ran, pictures: Path) -> None:
    """Name each kept chart for its cell; raise NotebookFailed when a shown picture has no kept chart, or another."""
    shown = [
        (cell.id, b64decode(output.data["image/png"]))
        for cell in ran.cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
    kept = sorted(pictures.glob("*.png"))
    held = [png.read_bytes() for png in kept]
    for number, (cell, picture) in enumerate(shown):
        if held[number : number + 1] != [picture]:
            said = "the picture shown is not a chart with its data; end the cell with one Chart and show no other"
            raise kernels.NotebookFailed(f"cell [{cell}]", said)
    if len(held) > len(shown):
        raise kernels.NotebookFailed("", f"{len(held)} cells end with a chart, but only {len(shown)} show one")
    for (cell, _), png in zip(shown, kept, strict=True):
        for side in SIDES:
            png.with_suffix(side).rename(pictures / f"{cell}{side}")


def run_all(jobs: list[tuple[Run, Path]], settings: dict, timeout: int, at_once: int, say: Callable) -> dict:
    """Run notebooks into their folders, some at a time, each in its own kernel; return the failures by run name.

    One that fails does not stop the others. KeyboardInterrupt ends all kernels at once and is raised again.
    """
    running: dict[Path, int] = {}
    stop = threading.Event()

    def work(job: Run, folder: Path) -> None:
        def started(pid: int) -> None:
            running[folder] = pid
            if stop.is_set():
                _kill(pid)

        try:
            if not stop.is_set():
                run(job, folder, settings, timeout, started)
        finally:
            running.pop(folder, None)

    pool = ThreadPoolExecutor(at_once, thread_name_prefix="notebook")
    futures = {pool.submit(_timed, work, job, folder): job for job, folder in jobs}
    try:
        return _collect(futures, say)
    except BaseException:
        stop.set()
        for pid in list(running.values()):
            _kill(pid)
        pool.shutdown(wait=False, cancel_futures=True)
        wait(futures, timeout=GRACE)
        raise
    finally:
        pool.shutdown(wait=False)


def _timed(work: Callable, job: Run, folder: Path) -> float:
    began = time.monotonic()
    work(job, folder)
    return time.monotonic() - began


def _collect(futures: dict, say: Callable[[str], None]) -> dict:
    failures, width = {}, len(str(len(futures)))
    for number, future in enumerate(as_completed(futures), 1):
        job, error = futures[future], future.exception()
        if error:
            failures[job.name] = error
        ended = "FAILED" if error else f"{future.result():.1f} s"
        say(f"[{number:>{width}}/{len(futures)}] {job.name} {ended}")
    return failures


def _kill(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL) if hasattr(os, "killpg") else os.kill(pid, signal.SIGTERM)
    except (ProcessLookupError, PermissionError):
        return


def told(job: Run, error: BaseException) -> str:
    """Say which run failed, with which parameters, where, and its last words."""
    given = ", ".join(f"{name}={value!r}" for name, value in job.parameters.items()) or "no parameters"
    said = str(error) if isinstance(error, kernels.NotebookFailed) else f"{type(error).__name__}: {error}"
    return f"{job.notebook.name} ({given}): {said}"
