"""Ways to run the same notebooks with the same parameters.

`python benchmarks/ways.py WAY FOLDER` in the project's folder. FOLDER/runs.json lists notebook and parameters of each
run; what is made goes to FOLDER/WAY. Prints the seconds taken once the libraries of the way are loaded.
"""

import ast
import json
import multiprocessing
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

AT_ONCE = 2
SNAKEFILE = """
from pathlib import Path
import json
runs = json.loads(Path("{folder}/runs.json").read_text())
rule all:
    input: ["{out}/%04d.ipynb" % number for number in range(len(runs))]
rule run:
    output: "{out}/{{number}}.ipynb"
    params: run=lambda wildcards: runs[int(wildcards.number)]
    shell: "{python} -m papermill --no-progress-bar {{params.run[0]}} {{output}} -y '{{params.run[1]}}' 2>/dev/null"
"""


def floor(runs: list, out: Path) -> float:
    """Run the cells as plain code, each run in a fork of a process that has everything loaded; nothing is faster."""
    import matplotlib

    matplotlib.use("module://matplotlib_inline.backend_inline")
    import seaborn  # noqa: F401

    from analysis.tell import findings, pictures  # noqa: F401

    start = time.perf_counter()
    with multiprocessing.get_context("fork").Pool(AT_ONCE, maxtasksperchild=1) as pool:
        for shown in pool.imap_unordered(_plainly, runs, chunksize=1):
            assert shown
    return time.perf_counter() - start


def _plainly(run: list) -> int:
    """Run the cells of a notebook as plain code; return how many values were shown."""
    notebook, parameters = run
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


def _papermill(job: tuple) -> None:
    import papermill

    (notebook, parameters), out, options = job
    papermill.execute_notebook(notebook, out, parameters, progress_bar=False, **options)


def _jobs(runs: list, out: Path, **options) -> list[tuple]:
    return [(run, f"{out}/{number:04}.ipynb", options) for number, run in enumerate(runs)]


def papermill(runs: list, out: Path) -> None:
    """Run them one after another, as most people do."""
    for job in _jobs(runs, out):
        _papermill(job)


def threads(runs: list, out: Path) -> None:
    """Run papermill in threads."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(_papermill, _jobs(runs, out)))


def loky(runs: list, out: Path) -> None:
    """Run papermill in loky's processes."""
    from loky import get_reusable_executor

    list(get_reusable_executor(AT_ONCE).map(_papermill, _jobs(runs, out)))


def ploomber(runs: list, out: Path) -> None:
    """Run ploomber-engine, which runs notebooks in its own process, in two processes."""
    with multiprocessing.get_context("fork").Pool(AT_ONCE) as pool:
        pool.map(_ploomber, _jobs(runs, out), chunksize=1)


def _ploomber(job: tuple) -> None:
    from ploomber_engine import execute_notebook

    (notebook, parameters), out, _ = job
    execute_notebook(notebook, out, parameters=parameters, progress_bar=False, verbose=False)


def nbmake(runs: list, out: Path) -> None:
    """Run nbmake, with pytest-xdist, on copies that hold the parameters."""
    for (notebook, parameters), copy, _ in _jobs(runs, out):
        content = json.loads(Path(notebook).read_text("utf-8"))
        for cell in content["cells"]:
            if "parameters" in cell["metadata"].get("tags", []):
                cell["source"] = "\n".join(f"{name} = {value!r}" for name, value in parameters.items())
        Path(copy).write_text(json.dumps(content), encoding="utf-8")
    _command(
        "pytest", "-q", "--nbmake", "--overwrite", "-n", str(AT_ONCE), "-p", "no:nbval", "-c", "/dev/null", str(out)
    )


def snakemake(runs: list, out: Path) -> None:
    """Run snakemake with one papermill command for each run."""
    text = SNAKEFILE.format(folder=out.parent, out=out, python=sys.executable)
    (out / "Snakefile").write_text(text, encoding="utf-8")
    _command("snakemake", "-q", "all", "-c", str(AT_ONCE), "-d", str(out), "-s", str(out / "Snakefile"))


def _command(module: str, *options: str) -> None:
    done = subprocess.run([sys.executable, "-m", module, *options], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{module}: {done.stdout[-2000:]}{done.stderr[-2000:]}")


WAYS = {way.__name__: way for way in (floor, papermill, threads, loky, ploomber, nbmake, snakemake)}


def main(way: str, folder: Path) -> None:
    """Run all runs one way and print the seconds it took."""
    out = folder / way
    out.mkdir(exist_ok=True)
    runs = json.loads((folder / "runs.json").read_text("utf-8"))
    start = time.perf_counter()
    seconds = WAYS[way](runs, out) or time.perf_counter() - start
    if way not in ("floor", "snakemake", "nbmake") and len(list(out.glob("*.ipynb"))) < len(runs):
        sys.exit(f"{way} made too few notebooks")
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    import ways  # by its name, as some ways put another module in the place of the main one

    ways.main(sys.argv[1], Path(sys.argv[2]).resolve())
