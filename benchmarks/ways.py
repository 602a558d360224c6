"""Ways to run the same notebooks with the same parameters: `python benchmarks/ways.py WAY` prints the seconds taken.

All runs of notebooks/runs.toml, on the tables as last built. floor: the cells as plain code, each run in a fork of a
process that has everything loaded, two at a time: nothing is faster. warm, stock: this project. threads: papermill.
"""

import ast
import json
import multiprocessing
import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from analysis import project, tables
from analysis.publish import execute, kernels, runs

AT_ONCE = 2


def planned() -> list[tuple[str, dict]]:
    """Return notebook and parameters of each run."""
    found = runs.planned(project.notebooks(), tables.load())
    return [(str(run.notebook), run.parameters) for run in found][: int(os.environ.get("BENCH_RUNS", "0")) or None]


def floor(jobs: list) -> None:
    """Run the cells as plain code in forks."""
    import matplotlib

    matplotlib.use("module://matplotlib_inline.backend_inline")
    import seaborn  # noqa: F401

    from analysis import charts, claims, compare, limits, rates, say, show, total  # noqa: F401

    with multiprocessing.get_context("fork").Pool(AT_ONCE, maxtasksperchild=1) as pool:
        assert all(pool.imap_unordered(_plainly, jobs, chunksize=1))


def _plainly(job: tuple) -> int:
    """Run the cells of a notebook; return how many values were shown."""
    notebook, parameters = job
    names, shown = {}, 0
    for cell in json.loads(Path(notebook).read_text("utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        body = ast.parse("".join(cell["source"])).body
        last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), notebook, "exec"), names)
        names |= parameters if "parameters" in cell["metadata"].get("tags", []) else {}
        if last is not None:
            value = eval(compile(ast.Expression(last.value), notebook, "eval"), names)
            shown += bool(value._repr_mimebundle_() if hasattr(value, "_repr_mimebundle_") else repr(value))
    return shown


def warm(jobs: list, at_once: int = 2 * AT_ONCE) -> None:
    """Run them as a build does, on kernels forked from a warm template."""
    data = execute.snapshot(project.processed())
    with (
        tempfile.TemporaryDirectory() as folder,
        kernels.template(kernels.lay_out((), Path(folder))),
        execute.workers(at_once, None, Path(folder), data) as submit,
    ):
        futures = [submit(Path(notebook).read_text("utf-8"), given, 300, "") for notebook, given in jobs]
        assert all(future.result().notebook for future in futures)


def stock(jobs: list) -> None:
    """Run them as a build does where no kernel can be forked."""
    data = execute.snapshot(project.processed())
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2 * AT_ONCE) as pool:
        env = kernels.lay_out(data, Path(folder))
        made = [
            pool.submit(execute.run_notebook, env, Path(name).read_text("utf-8"), given, 300) for name, given in jobs
        ]
        assert all(future.result().notebook for future in made)


def threads(jobs: list) -> None:
    """Run papermill itself in threads."""
    import papermill

    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(AT_ONCE) as pool:
        done = [
            pool.submit(papermill.execute_notebook, name, f"{folder}/{number}.ipynb", given, progress_bar=False)
            for number, (name, given) in enumerate(jobs)
        ]
        assert all(future.result() for future in done)


WAYS = {way.__name__: way for way in (floor, warm, stock, threads)}

if __name__ == "__main__":
    asked = planned()
    start = time.perf_counter()
    WAYS[sys.argv[1]](asked)
    print(json.dumps({"seconds": time.perf_counter() - start, "runs": len(asked)}))
