"""Make one generation: clean, run what changed, lay out, look through it, put it in place in one step."""

import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import as_completed
from contextlib import contextmanager, nullcontext, suppress
from datetime import datetime
from pathlib import Path

from analysis import project
from analysis.problems import SHOWN, STOPS_ALL
from analysis.publish import execute, fingerprints, kernels, runs
from analysis.publish.runs import Refused, Run

NOTHING_CHANGED = "Nothing was put in place: the site and data/processed are as they were."
# of what a generation is made from, what decides on its tables, its workbooks, the parts of runs and the clashes
TABLE_INPUTS = re.compile(r"data/raw/|code$|src/analysis/publish/(build|runs|workbook)\.py|.*/workbook\.xml")
JOBS = 2 * (os.cpu_count() or 1)  # notebooks at once
# of a finding in findings.json
FINDING_FIELDS = ("id", "notebook", "round", "force", "text", "template", "pieces", "figure_ids", "strength")
FINDING_FIELDS += ("basis", "withheld")


@contextmanager
def lock(home: Path) -> Iterator[None]:
    """Hold the project's one lock, which the system takes back when its process ends, however it ends.

    Raises Refused at once, naming the process and since when, where another one holds it.
    """
    from filelock import FileLock, Timeout

    home.mkdir(parents=True, exist_ok=True)
    held, holder = FileLock(home / "lock"), home / "lock-holder"
    try:
        held.acquire(timeout=0.5)  # by then one that has just taken it has written its name
    except Timeout as error:
        said = holder.read_text("utf-8") if holder.is_file() else "a process that does not say its name"
        raise Refused(f"another build is running: {said}; wait for it or stop it, then try again") from error
    try:
        replace(holder, f"process {os.getpid()}, since {datetime.now().isoformat(' ', 'seconds')}")
        for left in home.glob("stage-*"):  # by whoever was killed
            shutil.rmtree(left, ignore_errors=True)
        yield
    finally:
        holder.unlink(missing_ok=True)
        held.release()


def replace(path: Path, content: str | bytes) -> None:
    """Replace a file in one step, after its bytes have reached the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    with new.open("wb") as file:
        file.write(content.encode() if isinstance(content, str) else content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def build(jobs: int | None = None, cluster: str | None = None) -> int:
    """Make a generation and put it in place; return the exit status: 1 when a document or a sentence is left out.

    jobs: notebooks at a time, twice as many as cores unless given; cluster: the address of a Dask scheduler whose
    workers run the notebooks. pandas is imported only when something changed. Raises WrongUse, Refused.
    """
    site = project.site()
    if (site.is_symlink() or site.exists()) and not site.resolve().is_relative_to(project.build()):
        raise Refused("site is a link or folder of your own, which a build would replace: move it away")
    with lock(project.build()):
        state, now = _last_state(), {"commit": fingerprints.commit(), "inputs": _inputs(), "outputs": _outputs()}
        if now.items() <= state.items():
            print("Nothing changed since the last build; nothing was run.")
        else:
            with staged(now["inputs"]) as (stage, known):
                state = _generation(stage, known, state, now, jobs or JOBS, cluster)
    count = sum(1 for _ in (site / "figures").rglob("*.svg"))
    print(f"The site: site/index.html; {count} charts: site/figures/; tables: data/processed/")
    print("".join(f"{line}\n" for line in state["said"]), end="", file=sys.stderr, flush=True)
    return state["status"]


def _inputs() -> dict[str, str]:
    """Return the fingerprints of everything a generation is made from."""
    return {**fingerprints.inputs(), "code": fingerprints.code()}


def _outputs() -> list[dict[str, str]]:
    """Return the fingerprints of what is in place."""
    return [fingerprints.hashes(project.site()), fingerprints.hashes(project.root() / "data" / "processed")]


def _last_state() -> dict:
    with suppress(OSError, ValueError):
        return json.loads((project.build() / "last.json").read_text("utf-8"))
    return {}


def _generation(stage: Path, known: dict, last: dict, before: dict, jobs: int, cluster: str | None) -> dict:
    """Make one generation, step by step; return what is remembered of it.

    stage: the folder it is made in; known: what `clean` returned; last: what is remembered of the one before; before:
    commit, inputs and outputs as the build began.
    """
    from analysis import tables
    from analysis.publish import gate, moved, site

    data = tables.load()
    was_same = fingerprints.hashes(stage / "processed").items() <= before["outputs"][1].items()
    planned = runs.planned(project.notebooks(), data)
    parts = last["parts"] if last.get("tables") == known["tables"] else {}
    if unknown := {run.part for run in planned} - parts.keys():
        parts |= runs.parts(data, unknown)
    kept = {run: project.build() / "runs" / key for run, key in runs.keys(planned, parts).items()}
    missing = {run: place for run, place in kept.items() if not (place / "notebook.ipynb").is_file()}
    print(f"{len(missing)} of {len(kept)} runs are made", flush=True)
    make(missing, stage, jobs, cluster)
    if (_inputs(), _outputs()) != (before["inputs"], before["outputs"]):
        raise Refused("Data, code, site or data/processed changed while notebooks ran. Nothing was put in place.")
    print("Laying out the site", flush=True)
    clashing = [data.facts[data.facts["fact_id"].isin(ids)] for ids in known["clashes"]]
    laid_out = site.Site(stage / "site", data, kept, known["flagged"])
    found = [{part: one.get(part) for part in FINDING_FIELDS} for one in laid_out.findings.values()]
    replace(stage / "processed" / "findings.json", json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    lost = site.write(laid_out, clashing)
    print("Looking through every file of it", flush=True)
    gate.check_site(stage / "site", data, known["flagged"])
    fingerprints.write(stage / "site", before["commit"])
    withheld = [one for one in found if one["withheld"]]
    told = last.get("doubts", known["doubts"] if was_same else [])  # by the last build, or with the tables in place
    doubts = {one: one in told for one in known["doubts"]}
    news = moved.news(project.root() / "data" / "processed", stage / "processed", doubts, clashing, withheld)
    said = [*known["said"], *news, *lost]
    put_in_place(stage)
    _remove_old(kept)
    state = before | {"outputs": _outputs(), "tables": known["tables"], "parts": parts, "said": said}
    state["doubts"] = known["doubts"]
    state["status"] = int(bool(withheld or lost or known["flagged"]))
    replace(project.build() / "last.json", json.dumps(state, indent=1))
    return state


@contextmanager
def staged(made_from: dict) -> Iterator[tuple[Path, dict]]:
    """Yield a folder to make a generation in, and what is known of its data; analysis.load reads the tables there."""
    stage = Path(tempfile.mkdtemp(prefix="stage-", dir=project.build()))
    os.environ.setdefault("MPLCONFIGDIR", str(project.build() / "matplotlib"))  # lists all fonts only once
    tempfile.tempdir = str(stage)  # what a library lays out for a moment goes with it, however this ends
    data = sorted(item for item in made_from.items() if TABLE_INPUTS.match(item[0]))
    kept = project.build() / "tables" / fingerprints.fingerprint(json.dumps(data))
    try:
        # kernels that will be wanted, as data changed, import while these are cleaned
        with nullcontext() if kept.is_dir() else kernels.template(kernels.lay_out((), stage)):
            known = clean(kept)
            shutil.copytree(kept, stage, dirs_exist_ok=True)
            os.environ["ANALYSIS_TABLES"] = str(stage / "processed")
            yield stage, known
    finally:
        os.environ.pop("ANALYSIS_TABLES", None)
        tempfile.tempdir = None
        shutil.rmtree(stage, ignore_errors=True)


def clean(kept: Path) -> dict:
    """Make what rests on data/raw alone in a folder named after it, unless it is there: the tables and the workbooks.

    Returns what is said of single documents, the files of those that are flagged, the `doubts` of others, which are
    shown, clashes, and the folder's name (`tables`). Raises Refused when a decision is wrong.
    """
    if not kept.is_dir():
        print("Cleaning the data", flush=True)
        shutil.rmtree(kept.parent, ignore_errors=True)  # the former may hold what is now withdrawn
        _make_tables(kept.with_name("new"))
        kept.with_name("new").rename(kept)
    return json.loads((kept / "known.json").read_text("utf-8")) | {"tables": kept.name}


def _make_tables(folder: Path) -> None:
    from analysis import clean, tables
    from analysis.publish import workbook

    frames = clean.build(project.raw())
    problems = frames.pop("problems")
    if any(problem.severity == STOPS_ALL for problem in problems):
        raise Refused("\n".join([*map(str, problems), NOTHING_CHANGED]))
    (folder / "processed").mkdir(parents=True)
    clean.write(frames, folder / "processed")
    os.environ["ANALYSIS_TABLES"] = str(folder / "processed")
    data = tables.load()
    workbook.write(data, folder / "workbook")
    flagged = sorted({problem.file for problem in problems if problem.severity != SHOWN})
    known = {"flagged": flagged, "clashes": contradictions(data)}
    known["doubts"] = [str(problem) for problem in problems if problem.severity == SHOWN]
    known["said"] = [str(problem) for problem in problems if problem.severity != SHOWN]
    replace(folder / "known.json", json.dumps(known))


def contradictions(data) -> list[list[str]]:
    """Return the ids of each set of facts of a round that cannot all be true, whatever is assumed; it stops nothing."""
    from analysis.measure.bounds import clashes
    from analysis.tables import part

    found = []
    counted = data.facts.merge(data.rounds.loc[data.rounds["unit"] != "", ["round_id", "unit"]])
    several = counted["round_id"].value_counts(sort=False)
    for own in (part(data, name) for name in several.index[several > 1]):
        for cells in clashes(own, assumptions=[])["figure_ids"]:
            shared = [not set(ids.split()).isdisjoint(cells.split()) for ids in own.facts["figure_ids"]]
            found.append(own.facts.loc[shared, "fact_id"].tolist())
    return found


def make(wanted: dict[Run, Path], stage: Path, jobs: int = JOBS, cluster: str | None = None) -> None:
    """Run notebooks on the staged tables and keep what went well; one that fails does not stop the others.

    wanted: the folder for each run's result. Raises Refused naming each run that failed, with its cell.
    """
    if not wanted:
        return
    timeout, failures = runs.settings(project.notebooks())["timeout_seconds"], []
    with execute.workers(jobs, cluster, stage, execute.snapshot(stage / "processed")) as submit:
        tasks = {submit(run.notebook.read_text("utf-8"), run.parameters, timeout, run.part): run for run in wanted}
        for number, future in enumerate(as_completed(tasks), 1):
            run, error = tasks[future], future.exception()
            if isinstance(error, Refused):
                raise error
            if error:
                failures.append(f"FAILED {_failure(run, error)}")
            else:
                store(future.result(), wanted[run])
            ended = "FAILED" if error else f"{future.result().seconds:.1f} s"
            print(f"[{number:>{len(str(len(tasks)))}}/{len(tasks)}] {run} {ended}", flush=True)
    if failures:
        more = f"{len(failures)} of {len(wanted)} runs failed. {NOTHING_CHANGED} What went well is not run again."
        raise Refused("\n".join([*failures, more]))


def _failure(run: Run, error: BaseException) -> str:
    """Say which run failed, with which parameters, where, and its last words."""
    given = ", ".join(f"{name}={value!r}" for name, value in run.parameters.items()) or "no parameters"
    said = str(error) if isinstance(error, execute.NotebookFailed) else f"{type(error).__name__}: {error}"
    return f"{run.notebook.name} ({given}): {said}"


def store(made: execute.Made, place: Path) -> None:
    """Put what a run made into its folder; the notebook last, as what lacks it does not count as kept."""
    shutil.rmtree(place, ignore_errors=True)
    (place / "pictures").mkdir(parents=True)
    for name, content in made.pictures.items():
        (place / "pictures" / name).write_bytes(content)
    replace(place / "notebook.ipynb", made.notebook)


def put_in_place(stage: Path) -> None:
    """Let data/processed and site/ become the staged generation.

    `site` is a link: one rename lets it lead to the new folder, so that a reader sees the old or the new, never half.
    The files of data/processed are replaced first, each in one step; a build cut short there begins anew.
    """
    if hasattr(os, "sync"):
        os.sync()
    processed, site = project.root() / "data" / "processed", project.site()
    for file in sorted((stage / "processed").iterdir()):
        if not (processed / file.name).is_file() or (processed / file.name).read_bytes() != file.read_bytes():
            file.replace(processed / file.name)
    public = project.build() / f"site-{os.urandom(6).hex()}"
    (stage / "site").rename(public)
    link = site.with_name(".site.new")
    link.unlink(missing_ok=True)
    link.symlink_to(public.relative_to(site.parent), target_is_directory=True)
    link.replace(site)


def _remove_old(kept: dict[Run, Path]) -> None:
    """Remove every result and generation that the present one does not use: what is withdrawn leaves no trace."""
    home, public = project.build(), project.site().resolve()
    for entry in [*(home / "runs").glob("*"), *home.glob("site-*"), home / "one"]:
        if entry != public and entry not in kept.values():
            shutil.rmtree(entry, ignore_errors=True)


def run(notebook: str, given: dict) -> int:
    """Run one notebook with parameters on freshly cleaned tables into build/one/; return the exit status."""
    job = runs.one(notebook, given, project.notebooks())
    place = project.build() / "one" / str(job)
    with lock(project.build()), staged(_inputs()) as (stage, known):
        print("".join(f"{line}\n" for line in known["said"]), end="", file=sys.stderr)
        make({job: place}, stage)
    print((place / "notebook.ipynb").relative_to(project.root()).as_posix())
    return 0


def notebooks() -> int:
    """Run every notebook with its defaults and store it in notebooks/ as run; all of them, or none."""
    folder, place = project.notebooks(), project.build() / "one"
    with lock(project.build()), staged(_inputs()) as (stage, _):
        kept = {run: place / str(run) for run in (runs.one(path.stem, {}, folder) for path in folder.glob("*.ipynb"))}
        make(kept, stage)
    for run, made in kept.items():
        replace(run.notebook, (made / "notebook.ipynb").read_text("utf-8"))
    shown, _, name = runs.settings(folder)["front"].get("chart", "").rpartition("/")
    for picture in (made / "pictures" / f"{name}.png" for run, made in kept.items() if str(run) == shown):
        replace(project.root() / "docs" / "found.png", picture.read_bytes())  # what README.md shows
    return 0
