"""Build one generation: stage everything, check it, then put it in place in one step, or leave all as it was."""

import contextlib
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from analysis import paths
from analysis.publish import cache, notebooks, plan, progress, provenance, reads, staging, swap
from analysis.publish.notebooks import Workers

AS_THEY_WERE = "Nothing was put in place: the site and data/processed are as they were."


def build(
    jobs: int | None = None,
    force: bool = False,
    only: str | None = None,
    explain: bool = False,
    cluster: str | None = None,
) -> int:
    """Clean the data, run the notebooks that need it, put site/ and data/processed in place; return the exit status.

    jobs: notebooks at a time, twice as many as cores unless given; force: run all, whatever the cache holds; only: run
    one notebook's runs and put what they make below build/only, nothing else; explain: say for each run why it is made;
    cluster: the address of a Dask scheduler whose workers read the replies and run the notebooks.
    Raises swap.Busy when another build runs, parameters.WrongUse for a wrong runs.toml.
    """
    home = paths.build()
    if only:
        only = plan.existing(only, paths.notebooks()).stem
    with swap.lock(home):
        for place in (paths.site(), paths.root() / "data" / "processed"):
            swap.recover(place, home / f"old-{place.name}")
        for stale in home.glob("stage-*"):
            shutil.rmtree(stale, ignore_errors=True)
        inputs = cache.inputs()
        before = _remembered()
        if not (force or only) and _as_left(inputs, before):
            print("Nothing changed since the last build; nothing was run.")
            return _closing(paths.site(), 0)
        stage = Path(tempfile.mkdtemp(prefix="stage-", dir=home))
        try:
            with notebooks.workers(jobs or 2 * (os.cpu_count() or 1), cluster) as workers:
                return _generation(stage, inputs, before, workers, force, only, explain)
        finally:
            shutil.rmtree(stage, ignore_errors=True)


def _generation(  # longer because it is the whole of a generation, step by step
    stage: Path, inputs: dict, before: dict, workers: Workers, force: bool, only: str | None, explain: bool
) -> int:
    tables = stage / "processed"
    problems = _tables(tables, inputs, force, workers)
    if problems is None:
        return 1
    wanted = [run for run in plan.runs(paths.notebooks(), tables, paths.raw()) if only in (None, run.notebook.stem)]
    data = notebooks.snapshot(paths.raw(), tables)
    present = reads.Present(data, tables)
    parts = {run.name: cache.of_run(run.notebook, run.parameters, data, inputs) for run in wanted}
    kept = {run.name: paths.build() / "cache" / "runs" / cache.key(parts[run.name]) for run in wanted}
    changed = {run.name: ["all, by --force"] if force else reads.changed(kept[run.name], present) for run in wanted}
    if explain:
        _explain(changed, parts, before.get("runs", {}))
    missing = [run for run in wanted if changed[run.name] != []]
    if not _run(missing, data, present, kept, workers, inputs):
        return 1
    _assemble(stage / "site", wanted, kept, tables)
    if only:
        _set_aside(stage / "site", only)
        return 1 if problems else 0
    _pages(stage / "site", wanted)
    if not _passes(stage / "site", tables, problems):
        return 1
    _promote(stage, tables, _state(inputs, parts, problems, stage, tables))
    _forget(inputs, kept)
    return _closing(paths.site(), 1 if problems else 0)


def _set_aside(made: Path, only: str) -> None:
    """Put what one notebook's runs made where nothing is published."""
    place = paths.build() / "only"
    shutil.rmtree(place, ignore_errors=True)
    made.rename(place)
    print(f"Only {only} was run; see {_shown(place)}. The site and data/processed are as they were.")


def _tables(folder: Path, inputs: dict, force: bool, workers: Workers) -> list | None:
    """Stage the tables; say what is wrong; return None when nothing may be promoted."""
    kept = cache.tables_place(inputs)
    if force:
        shutil.rmtree(kept, ignore_errors=True)
        for memory in ("documents", "solved"):
            (kept.parents[1] / memory).unlink(missing_ok=True)
    print("Cleaning the data and computing the findings", flush=True)
    try:
        with progress.clock():
            problems = staging.tables(paths.raw(), folder, kept, workers.map)
    except staging.Refused as refused:
        print(f"{refused}\n{AS_THEY_WERE}", file=sys.stderr)
        return None
    for problem in problems:
        print(problem, file=sys.stderr)
    return [problem for problem in problems if problem.severity in staging.STOPPING]


def _run(missing: list, data: tuple, present: reads.Present, kept: dict, workers: Workers, inputs: dict) -> bool:
    """Run what the cache does not hold; keep what went well; say what failed; return whether all went well."""
    if not missing:
        print("Every notebook is unchanged; none was run.")
        return True
    timeout = plan.settings(paths.notebooks())["timeout_seconds"]
    for run in missing:
        shutil.rmtree(kept[run.name], ignore_errors=True)
    with notebooks.submitter(workers, data) as submit, progress.bar(len(missing)) as say:
        # what was read is looked at before the next line, so that what is edited after it is found next time
        made, failures = notebooks.run_all(missing, timeout, submit, say, present.fingerprint)
    if cache.inputs() != inputs:
        print(f"Data, notebooks or code changed while they ran. {AS_THEY_WERE} Build again.", file=sys.stderr)
        return False
    for run in missing:
        if run.name in made:
            made[run.name].store(kept[run.name], run.notebook.name)
            reads.keep(made[run.name].reads, present, kept[run.name])  # last: what lacks it does not count as kept
        else:
            print(f"\nFAILED {notebooks.told(run, failures[run.name])}", file=sys.stderr)
    if failures:
        print(f"\n{len(failures)} of {len(missing)} runs failed. {AS_THEY_WERE}", file=sys.stderr)
        print("Mend the notebook or the data, then build again; what went well is not run again.", file=sys.stderr)
    return not failures


def _assemble(public: Path, wanted: list, kept: dict, tables: Path) -> None:
    """Lay out the public generation: data/, notebooks/<round or force>/, figures/<notebook>/<round or force>/."""
    shutil.copytree(tables, public / "data")
    for run in wanted:
        made = kept[run.name]
        target = public / "notebooks" / run.subject
        target.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(made / f"{run.notebook.stem}.ipynb", target / f"{run.notebook.stem}.ipynb")
        if any((made / "pictures").iterdir()):
            shutil.copytree(made / "pictures", public / "figures" / run.place)


def _pages(public: Path, wanted: list) -> None:
    from analysis.publish import site  # with pandas only now, so that a build that finds another at work leaves at once

    with progress.clock():
        site.build(public, wanted, paths.build() / "cache" / "site")
    provenance.write(public)


def _passes(public: Path, tables: Path, problems: list) -> bool:
    """Send the staged generation through the outbound gate; say everything it found; return whether it may go out."""
    from analysis.publish import gate

    try:
        with progress.clock():
            gate.guard(public, tables, paths.raw(), problems)
    except gate.Stopped as stopped:
        print(f"{stopped}\n{AS_THEY_WERE}", file=sys.stderr)
        return False
    return True


def _promote(stage: Path, tables: Path, state: dict) -> None:
    # written first, so that nothing can fail once all is in place; believed only while the places hold what it says
    swap.write(paths.build() / "last.json", json.dumps(state, indent=1))
    place = paths.root() / "data" / "processed"
    same = cache.of_folder(tables) == cache.of_folder(place)
    swap.put_in_place(({} if same else {place: tables}) | {paths.site(): stage / "site"}, paths.build())
    for aside in () if same else ("only", "runs"):  # run on other tables, which may hold what is now withdrawn
        shutil.rmtree(paths.build() / aside, ignore_errors=True)
    print(f"In place: {_shown(paths.site())}, {_shown(place)} ({'unchanged' if same else 'changed'})")


def _closing(public: Path, status: int) -> int:
    """Print the headline findings, and where the pictures are."""
    own = plan.settings(paths.notebooks())
    for sentence in staging.headlines(public / "data", own["headline_round"], own["headlines"]):
        print(f"  {sentence}")
    pictures = public / "figures"
    if pictures.is_dir():
        count = len(list(pictures.rglob("*.png")))
        print(f"{count} pictures: {_shown(pictures)}; notebooks: {_shown(public / 'notebooks')}")
    if (public / "index.html").is_file():
        print(f"The site: {_shown(public)}index.html")
    if status:
        print("Some documents contributed nothing: see what is wrong above.", file=sys.stderr)
    return status


def _state(inputs: dict, parts: dict, problems: list, stage: Path, tables: Path) -> dict:
    return {"inputs": inputs, "runs": parts, "clean": not problems, "places": _places(stage / "site", tables)}


def _places(site: Path, tables: Path) -> list[str]:
    return [cache.of_folder(site), cache.of_folder(tables)]


def _remembered() -> dict:
    with contextlib.suppress(OSError, ValueError):
        return json.loads((paths.build() / "last.json").read_text("utf-8"))
    return {}


def _as_left(inputs: dict, before: dict) -> bool:
    """Say whether nothing changed since the last whole build, neither what it was made from nor what it made."""
    same = before.get("inputs") == inputs and before.get("clean", False)
    return same and before.get("places") == _places(paths.site(), paths.root() / "data" / "processed")


def _explain(changed: dict, parts: dict, before: dict) -> None:
    for name, things in changed.items():
        reason = cache.why(parts[name], before.get(name)) if things is None else f"changed: {', '.join(things)}"
        print(f"{name}: {'unchanged, not run' if things == [] else f'runs, {reason}'}")


def _forget(inputs: dict, kept: dict) -> None:
    cache.prune(paths.build() / "cache" / "tables", {cache.tables_place(inputs).name})
    cache.prune(paths.build() / "cache" / "runs", {place.name for place in kept.values()})


def _shown(path: Path) -> str:
    return f"{path.relative_to(paths.root()).as_posix()}/"
