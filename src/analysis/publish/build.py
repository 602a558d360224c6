"""Make one generation: clean, run what changed, lay out, look through it, put it in place in one step."""

import contextlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import project
from analysis.problems import NEEDS_PERSON, STOPS_ALL, STOPS_DOCUMENT, Problem
from analysis.publish import kernels, runs
from analysis.publish.runs import Run

if TYPE_CHECKING:
    import pandas as pd

AS_THEY_WERE = "Nothing was put in place: the site and data/processed are as they were."
STOPPING = (STOPS_ALL, STOPS_DOCUMENT, NEEDS_PERSON)


class Refused(Exception):
    """Nothing may be put in place; says why."""

    exit_status = 1


class Busy(Exception):
    """Another build holds the lock; says which process, and since when."""

    exit_status = 1


@contextmanager
def lock(home: Path) -> Iterator[None]:
    """Hold the project's one lock, which the system takes back when its process ends, however it ends.

    Raises Busy at once when another process holds it.
    """
    from filelock import FileLock, Timeout

    home.mkdir(parents=True, exist_ok=True)
    held, holder = FileLock(home / "lock"), home / "lock-holder"
    try:
        held.acquire(timeout=0)
    except Timeout as error:
        said = _holder(holder)
        raise Busy(f"another build is running: {said}; wait for it or stop it, then try again") from error
    try:
        replace(holder, f"process {os.getpid()}, since {datetime.now().isoformat(' ', 'seconds')}")
        yield
    finally:
        holder.unlink(missing_ok=True)
        held.release()


def _holder(file: Path) -> str:
    """Name who holds the lock; one that has just taken it gets a moment to write its name."""
    for _ in range(25):
        with contextlib.suppress(OSError):
            return file.read_text("utf-8")
        time.sleep(0.02)
    return "a process that does not say its name"


def replace(path: Path, content: str | bytes) -> None:
    """Replace a file in one step, after its bytes have reached the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    with new.open("wb") as file:
        file.write(content.encode() if isinstance(content, str) else content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def inputs() -> dict[str, str]:
    """Return the fingerprints of everything a generation is made from; pandas is not needed to know them."""
    folder, root = project.notebooks(), project.root()
    asked = [part for file in sorted(folder.glob("*.ipynb")) for part in (file.name, runs.of_cells(file))]
    return {
        "data/raw": runs.of_folder(project.raw()),
        "notebooks": runs.digest((folder / "runs.toml").read_bytes(), *asked),
        "docs": runs.of_folder(root / "docs"),
        "code": runs.of_code(),
        "pages": runs.of_folder(runs.PACKAGE / "publish"),
    }


def build(
    jobs: int | None = None,
    force: bool = False,
    only: str | None = None,
    explain: bool = False,
    cluster: str | None = None,
) -> int:
    """Make a generation and put it in place; return the exit status: 1 when a document or a sentence is left out.

    jobs: notebooks at a time, twice as many as cores unless given; force: run all, whatever is kept; only: run one
    notebook's runs into build/only and publish nothing; explain: say which runs are made; cluster: the address of a
    Dask scheduler whose workers run the notebooks. Raises Busy, WrongUse, Refused.
    """
    home = project.build()
    only = runs.existing(only, project.notebooks()).stem if only else None
    with lock(home):
        for left in home.glob("stage-*"):
            shutil.rmtree(left, ignore_errors=True)
        now, before = inputs(), _last()
        if not (force or only) and before.get("inputs") == now and before.get("outputs") == _outputs():
            print("Nothing changed since the last build; nothing was run.")
            return _closing(before)
        stage = Path(tempfile.mkdtemp(prefix="stage-", dir=home))
        try:
            return _generation(stage, now, before, jobs or 2 * (os.cpu_count() or 1), force, only, explain, cluster)
        finally:
            shutil.rmtree(stage, ignore_errors=True)


def _generation(
    stage: Path, now: dict, before: dict, jobs: int, force: bool, only: str | None, explain: bool, cluster
) -> int:
    """Make one generation, step by step."""
    from analysis import tables
    from analysis.publish import gate, site

    problems = clean(stage / "processed", None if force else _tables(now))
    with _told(stage / "processed"):
        held = tables.load()
        planned = [run for run in runs.planned(project.notebooks(), held) if only in (None, run.notebook.stem)]
        keys = _keys(planned, held, now, before)
        kept = {run: project.build() / "runs" / keys[str(run)] for run in planned}
        missing = [run for run in planned if force or not (kept[run] / "notebook.ipynb").is_file()]
        if explain:
            print("\n".join(f"{run}: {'is run' if run in missing else 'unchanged'}" for run in planned))
        make(missing, kept, partial(workers, jobs, cluster), snapshot(stage / "processed"))
        if inputs() != now:
            raise Refused(f"Data, notebooks or code changed while notebooks ran. {AS_THEY_WERE} Build again.")
        if only:
            return _set_aside(only, kept)
        found = findings(kept)
        replace(stage / "processed" / "findings.json", json.dumps(found, indent=1, ensure_ascii=False) + "\n")
        withheld = [_withheld(one, stage / "processed") for one in found if one["withheld"]]
        flagged = {problem.file for problem in problems if problem.severity in STOPPING}
        clashes = before["clashes"] if _same(now, before) else contradictions(held)
        clashing = [held.facts[held.facts["fact_id"].isin(ids)] for ids in clashes]
        missing = site.write(stage / "site", held, kept, found, flagged, clashing)
        gate.guard(stage / "site", held, flagged)
    said = [*map(str, problems), *map(_told_apart, clashing), *withheld, *missing]
    wrong = withheld or missing or any(problem.severity in STOPPING for problem in problems)
    put_in_place(stage)
    state = {
        "inputs": now,
        "outputs": _outputs(),
        "keys": keys,
        "clashes": clashes,
        "said": said,
        "status": int(bool(wrong)),
    }
    replace(project.build() / "last.json", json.dumps(state, indent=1))
    _forget(kept)
    return _closing(state)


def _keys(planned: list[Run], held, now: dict, before: dict) -> dict[str, str]:
    """Return the key of each run; the last build's where only pages or guides changed since."""
    if _same(now, before):
        return before["keys"]
    return {str(run): key for run, key in runs.keys(planned, held).items()}


def _same(now: dict, before: dict) -> bool:
    """Say whether nothing but pages and guides changed since the last build."""
    return "clashes" in before and all(
        before["inputs"][name] == now[name] for name in ("data/raw", "notebooks", "code")
    )


def clean(folder: Path, kept: Path | None = None) -> list[Problem]:
    """Write the tables made from data/raw into a new folder; return what is wrong with single documents.

    kept: where tables made from the same inputs lie, or will. Raises Refused when a decision is wrong.
    """
    if kept is None or not (kept / "problems.json").is_file():
        print("Cleaning the data", flush=True)
        problems = _make_tables(folder)
        if kept is not None:
            shutil.rmtree(kept.parent, ignore_errors=True)  # the former may hold what is now withdrawn
            shutil.copytree(folder, kept)
            replace(kept / "problems.json", json.dumps([asdict(problem) for problem in problems]))
        return problems
    shutil.copytree(kept, folder)
    said = json.loads((kept / "problems.json").read_text("utf-8"))
    (folder / "problems.json").unlink()
    return [Problem(**one) for one in said]


def _make_tables(folder: Path) -> list[Problem]:
    from analysis import clean

    frames = clean.build(project.raw())
    problems = frames.pop("problems")
    if any(problem.severity == STOPS_ALL for problem in problems):
        raise Refused("\n".join([*map(str, problems), AS_THEY_WERE]))
    folder.mkdir(parents=True)
    clean.write(frames, folder)
    return problems


def _tables(now: dict) -> Path:
    """Return where the tables made from these inputs are kept; no notebook and no page changes them."""
    return project.build() / "tables" / runs.digest(now["data/raw"], now["code"])


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Let analysis.load read the tables of a folder for a while."""
    before = os.environ.get("ANALYSIS_TABLES")
    os.environ["ANALYSIS_TABLES"] = str(folder)
    try:
        yield
    finally:
        os.environ.pop("ANALYSIS_TABLES")
        if before is not None:
            os.environ["ANALYSIS_TABLES"] = before


def snapshot(tables: Path) -> tuple[tuple[str, bytes], ...]:
    """Return the content that notebooks may read, by its place in a project: tables and lookups, no document."""
    raw = project.raw()
    files = [("raw", raw, "*.csv"), ("raw/lookups", raw / "lookups", "*"), ("processed", tables, "*.csv")]
    found = [(f"data/{place}/{file.name}", file) for place, folder, names in files for file in folder.glob(names)]
    return tuple((name, file.read_bytes()) for name, file in sorted(found) if file.is_file())


@contextmanager
def workers(jobs: int, cluster: str | None, data: tuple) -> Iterator[Callable[..., Future]]:
    """Yield what submits (source, parameters, timeout) to threads of this process, or to a Dask cluster."""
    if cluster:
        from distributed import Client  # the extra `cluster`

        with Client(cluster, set_as_default=False) as client, client.get_executor(pure=False) as pool:
            (sent,), code = client.scatter([data], broadcast=True), runs.of_code()
            yield lambda source, given, timeout: pool.submit(_elsewhere, code, source, given, sent, timeout)
        return
    from analysis.publish import warm

    kernels.sweep()
    os.environ.setdefault("MPLCONFIGDIR", str(project.build() / "matplotlib"))  # lists all fonts only once
    pool: Executor = ThreadPoolExecutor(jobs)
    try:
        with warm.template(kernels.settings(data)):  # when it ends, its kernels end too
            yield lambda source, given, timeout: pool.submit(kernels.make, source, given, data, timeout)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _elsewhere(code: str, source: str, given: dict, data: tuple, timeout: int) -> kernels.Made:
    """Run a notebook on a worker, which must have the same code."""
    if code != runs.of_code():
        raise kernels.NotebookFailed("before its first cell", "the worker has another version of this package")
    return kernels.make(source, given, data, timeout)


def make(missing: list[Run], kept: dict[Run, Path], pool: Callable, data: tuple) -> None:
    """Run notebooks and keep what went well; one that fails does not stop the others.

    kept: the folder for each run's result. Raises Refused naming each run that failed, with its cell.
    """
    if not missing:
        return
    timeout = runs.settings(project.notebooks())["timeout_seconds"]
    failures = []
    with pool(data) as submit:
        tasks = {submit(run.notebook.read_text("utf-8"), run.parameters, timeout): run for run in missing}
        for number, future in enumerate(as_completed(tasks), 1):
            run, error = tasks[future], future.exception()
            if error:
                failures.append(f"FAILED {failed(run, error)}")
            else:
                keep(future.result(), kept[run])
            ended = "FAILED" if error else f"{future.result().seconds:.1f} s"
            print(f"[{number:>{len(str(len(tasks)))}}/{len(tasks)}] {run} {ended}", flush=True)
    if failures:
        more = f"{len(failures)} of {len(missing)} runs failed. {AS_THEY_WERE} What went well is not run again."
        raise Refused("\n".join([*failures, more]))


def failed(run: Run, error: BaseException) -> str:
    """Say which run failed, with which parameters, where, and its last words."""
    given = ", ".join(f"{name}={value!r}" for name, value in run.parameters.items()) or "no parameters"
    said = str(error) if isinstance(error, kernels.NotebookFailed) else f"{type(error).__name__}: {error}"
    return f"{run.notebook.name} ({given}): {said}"


def keep(made: kernels.Made, place: Path) -> None:
    """Put what a run made into its folder; the notebook last, as what lacks it does not count as kept."""
    shutil.rmtree(place, ignore_errors=True)
    (place / "pictures").mkdir(parents=True)
    for name, content in made.pictures.items():
        (place / "pictures" / name).write_bytes(content)
    replace(place / "notebook.ipynb", made.notebook)


def records(notebook: Path) -> Iterator[dict]:
    """Yield the record of each output of an executed notebook that has one."""
    for cell in json.loads(notebook.read_text("utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            if kernels.RECORD in output.get("metadata", {}):
                yield output["metadata"][kernels.RECORD]


def findings(kept: dict[Run, Path]) -> list[dict]:
    """Collect the sentences of the executed notebooks, a record each, in the order of runs.toml.

    Raises Refused where one notebook says two sentences of the same template: their address would be the same.
    """
    found: dict[str, dict] = {}
    for run, place in kept.items():
        for record in records(place / "notebook.ipynb"):
            if record["kind"] != "finding":
                continue
            name = f"{run}/{record['id']}"
            if name in found:
                raise Refused(f"{run.notebook.name} says twice what is called {record['id']}: word one differently")
            told = {
                part: record.get(part)
                for part in ("text", "template", "pieces", "figure_ids", "strength", "basis", "withheld")
            }
            found[name] = {"id": name, "notebook": run.notebook.stem, "round": "", "force": "", **run.parameters} | told
    return list(found.values())


def contradictions(held) -> list[list[str]]:
    """Return the ids of each set of facts of a round that cannot all be true, whatever is assumed; it stops nothing."""
    from analysis.measure.bounds import clashes
    from analysis.tables import part

    found = []
    for name in held.rounds.loc[held.rounds["unit"] != "", "round_id"]:
        one = part(held, name)
        for cells in (
            clashes(one, assumptions=[])["figure_ids"] if (one.facts["unit"] == one.round["unit"]).any() else []
        ):
            shared = [not set(ids.split()).isdisjoint(cells.split()) for ids in one.facts["figure_ids"]]
            found.append(one.facts.loc[shared, "fact_id"].tolist())
    return found


def _told_apart(facts: "pd.DataFrame") -> str:
    """Say in one line which documents print what cannot all be true."""
    rows = facts.sort_values("strength", key=lambda badge: badge != "own reply", kind="stable").itertuples()
    said = [
        f"{row.figure_ids.split()[0]} says {row.as_written} {row.who} ({row.as_printed}; {row.where})" for row in rows
    ]
    others = "; ".join(said[1:4]) + (f" and {len(said) - 4} more" if len(said) > 4 else "")
    return f"CONTRADICTION {facts['round_id'].iloc[0]}: {said[0]}, which cannot be true beside {others}"


def _withheld(finding: dict, tables: Path) -> str:
    """Say which sentence is withheld, why, and which documents of its subject are new or changed."""
    from analysis.publish import moved

    subject = finding["round"] or finding["force"]
    documents = moved.documents(project.root() / "data" / "processed", tables, subject)
    since = f"; new or changed: {', '.join(documents)}" if documents else ""
    return f"WITHHELD {finding['id']}: {finding['withheld']}{since}"


def _set_aside(only: str, kept: dict[Run, Path]) -> int:
    """Put what one notebook's runs made where nothing is published."""
    place = project.build() / "only"
    shutil.rmtree(place, ignore_errors=True)
    for run, made in kept.items():
        shutil.copytree(made, place / run.subject)
    print(f"Only {only} was run; see {_shown(place)}. The site and data/processed are as they were.")
    return 0


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
    if site.is_dir() and not site.is_symlink():  # from before `site` was a link
        site.rename(stage / "old-site")
    link.replace(site)


def _outputs() -> list[str]:
    """Return the fingerprints of what is in place."""
    return [runs.of_folder(project.site()), runs.of_folder(project.root() / "data" / "processed")]


def _last() -> dict:
    with contextlib.suppress(OSError, ValueError):
        return json.loads((project.build() / "last.json").read_text("utf-8"))
    return {}


def _forget(kept: dict[Run, Path]) -> None:
    """Remove every result and generation that the present one does not use: what is withdrawn leaves no trace."""
    home, public = project.build(), project.site().resolve()
    for entry in [*(home / "runs").glob("*"), *home.glob("site-*"), home / "only"]:
        if entry != public and entry not in kept.values():
            shutil.rmtree(entry, ignore_errors=True)


def _closing(state: dict) -> int:
    """Say again what is wrong, and where everything is."""
    site = project.site()
    count = sum(1 for _ in (site / "figures").rglob("*.svg"))
    print(f"The site: {_shown(site)}index.html; {count} charts: {_shown(site)}figures/; tables: data/processed/")
    print("".join(f"{line}\n" for line in state["said"]), end="", file=sys.stderr, flush=True)
    return state["status"]


def _shown(path: Path) -> str:
    return f"{path.relative_to(project.root()).as_posix()}/"


def run(notebook: str, given: dict) -> int:
    """Run one notebook with parameters on freshly cleaned tables into build/one/; return the exit status."""
    job = runs.one(notebook, given, project.notebooks())
    place = project.build() / "one" / str(job)
    with _cleaned() as data:
        make([job], {job: place}, partial(workers, 1, None), data)
    print((place / "notebook.ipynb").relative_to(project.root()).as_posix())
    return 0


def notebooks(jobs: int) -> int:
    """Run every notebook of runs.toml with its defaults and store it in notebooks/ as run; all of them, or none.

    A notebook that no run names, such as one to explore with, is stored without outputs.
    """
    from analysis import tables

    folder, place = project.notebooks(), project.build() / "one"
    with lock(project.build()), _cleaned() as data:
        wanted = {run.notebook for run in runs.planned(folder, tables.load())}
        jobs_of = {runs.one(path.stem, {}, folder): path for path in sorted(wanted)}
        kept = {run: place / str(run) for run in jobs_of}
        make(list(kept), kept, partial(workers, jobs, None), data)
        for run, path in jobs_of.items():
            replace(path, (kept[run] / "notebook.ipynb").read_text("utf-8"))
        for path in {*folder.glob("*.ipynb")} - wanted:
            replace(path, kernels.emptied(path.read_text("utf-8")))
        shown, _, name = runs.settings(folder)["front"].get("chart", "").rpartition("/")
        for picture in (made / "pictures" / f"{name}.png" for run, made in kept.items() if str(run) == shown):
            replace(project.root() / "docs" / "found.png", picture.read_bytes())  # what README.md shows
    return 0


@contextmanager
def _cleaned() -> Iterator[tuple]:
    """Stage freshly cleaned tables and let analysis.load read them; yield what notebooks may read."""
    project.build().mkdir(exist_ok=True)
    stage = Path(tempfile.mkdtemp(prefix="stage-", dir=project.build()))
    try:
        for problem in clean(stage / "processed"):
            print(problem, file=sys.stderr)
        with _told(stage / "processed"):
            yield snapshot(stage / "processed")
    finally:
        shutil.rmtree(stage, ignore_errors=True)
