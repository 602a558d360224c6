"""Run one notebook for a person, or run the committed notebooks again and store them as run."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analysis import paths
from analysis.publish import cache, normal, notebooks, parameters, plan, progress, readme, staging, swap


@contextmanager
def _tables() -> Iterator[Path]:
    """Stage freshly cleaned tables."""
    home = paths.build()
    home.mkdir(exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix="run-", dir=home))
    try:
        with progress.clock():
            problems = staging.tables(paths.raw(), work / "processed", cache.tables_place(cache.inputs()))
        for problem in problems:
            print(problem, file=sys.stderr)
        yield work / "processed"
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _run(runs: list[plan.Run], tables: Path, jobs: int, say=lambda text: None) -> dict[str, notebooks.Made] | None:
    """Run notebooks on these tables; say which failed, and then return None."""
    timeout = plan.settings(paths.notebooks())["timeout_seconds"]
    data = notebooks.snapshot(paths.raw(), tables)
    with notebooks.workers(jobs) as workers, notebooks.submitter(workers, data) as submit:
        made, failures = notebooks.run_all(runs, timeout, submit, say)
    for run in runs:
        if run.name in failures:
            print(f"FAILED {notebooks.told(run, failures[run.name])}", file=sys.stderr)
    return None if failures else made


def run(notebook: str, given: dict) -> int:
    """Run one notebook with parameters on freshly cleaned tables into build/runs/; return the exit status.

    Raises parameters.WrongUse before anything runs, staging.Refused when the tables cannot be made.
    """
    job = plan.one(notebook, given, paths.notebooks(), paths.raw())
    with _tables() as tables, progress.clock():
        made = _run([job], tables, 1)
    if made is None:
        return 1
    place = paths.build() / "runs" / job.place
    shutil.rmtree(place, ignore_errors=True)
    made[job.name].store(place, job.notebook.name)
    print(f"{(place / job.notebook.name).relative_to(paths.root()).as_posix()}")
    return 0


def renew(jobs: int) -> int:
    """Run every notebook of runs.toml with its defaults and store it in notebooks/ as run; all of them, or none.

    A notebook that no run names, such as one to explore with, is stored without outputs.
    """
    folder, own = paths.notebooks(), plan.settings(paths.notebooks())
    with swap.lock(paths.build()), _tables() as tables:
        wanted = sorted({run.notebook for run in plan.runs(folder, tables, paths.raw())})
        runs = [plan.Run(path, {}, plan.subject(parameters.defaults(path))) for path in wanted]
        made = _run(runs, tables, jobs, lambda text: print(text, flush=True))
        if made is None:
            return 1
        for run in runs:
            swap.write(run.notebook, made[run.name].notebook)
        for path in sorted({*folder.glob("*.ipynb")} - {*wanted}):
            swap.write(path, normal.emptied(path.read_text("utf-8")))
        said = staging.headlines(tables, own["headline_round"], own["headlines"])
        pictures = None
        for run in runs:
            if run.notebook.stem == Path(own["headline_picture"]).parent.name:
                made[run.name].store(tables.parent / "shown", run.notebook.name)
                pictures = tables.parent / "shown" / "pictures"
        readme.renew(paths.root(), said, pictures, own["headline_picture"])
    return 0
