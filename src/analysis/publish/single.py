"""Run one notebook for a person, or run the committed notebooks again and store them as run."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analysis import paths
from analysis.publish import cache, kernels, notebooks, parameters, plan, readme, staging, swap, warm


@contextmanager
def _prepared() -> Iterator[tuple[Path, dict]]:
    """Stage freshly cleaned tables and the settings of a kernel that reads them."""
    home = paths.build()
    home.mkdir(exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix="run-", dir=home))
    try:
        for problem in staging.tables(paths.raw(), work / "processed", cache.tables_place(cache.inputs())):
            print(problem, file=sys.stderr)
        settings = kernels.environment(paths.root(), work / "processed", work)
        kernels.warm_fonts(settings)
        with warm.fresh():
            yield work, settings
    finally:
        shutil.rmtree(work, ignore_errors=True)


def run(notebook: str, given: dict) -> int:
    """Run one notebook with parameters on freshly cleaned tables into build/runs/; return the exit status.

    Raises parameters.WrongUse before anything runs, staging.Refused when the tables cannot be made.
    """
    job = plan.one(notebook, given, paths.notebooks(), paths.raw())
    timeout = plan.settings(paths.notebooks())["timeout_seconds"]
    with _prepared() as (work, settings):
        try:
            notebooks.run(job, work / "made", settings, timeout)
        except kernels.NotebookFailed as failed:
            print(f"FAILED {notebooks.told(job, failed)}", file=sys.stderr)
            return 1
        place = paths.build() / "runs" / job.place
        shutil.rmtree(place, ignore_errors=True)
        place.parent.mkdir(parents=True, exist_ok=True)
        (work / "made").rename(place)
    print(f"{(place / job.notebook.name).relative_to(paths.root()).as_posix()}")
    return 0


def renew(jobs: int) -> int:
    """Run every notebook of runs.toml with its defaults and store it in notebooks/ as run; all of them, or none."""
    folder = paths.notebooks()
    with swap.lock(paths.build()), _prepared() as (work, settings):
        wanted = sorted({run.notebook for run in plan.runs(folder, work / "processed", paths.raw())})
        runs = [plan.Run(path, {}, plan.subject(parameters.defaults(path))) for path in wanted]
        placed = [(run, work / "runs" / run.notebook.stem) for run in runs]
        own = plan.settings(folder)
        failures = notebooks.run_all(
            placed, settings, own["timeout_seconds"], jobs, lambda text: print(text, flush=True)
        )
        for run in runs:
            if run.name in failures:
                print(f"FAILED {notebooks.told(run, failures[run.name])}", file=sys.stderr)
        if failures:
            return 1
        for run, made in placed:
            swap.write(run.notebook, (made / run.notebook.name).read_text("utf-8"))
        said = staging.headlines(work / "processed", own["headline_round"], own["headlines"])
        pictures = {run.notebook.stem: made / "pictures" for run, made in placed}
        readme.renew(
            paths.root(), said, pictures.get(Path(own["headline_picture"]).parent.name), own["headline_picture"]
        )
    return 0
