"""The same data make the same bytes: elsewhere, after any history of edits, and on a cluster that loses a worker."""

import os
import random
import shutil
import subprocess
import sys
import time

import pytest

import links
import vale

MANY = "FAULTS" in os.environ
STRANGE = {"TZ": "Pacific/Auckland", "LANG": "de_DE.UTF-8", "PYTHONHASHSEED": "7", "USER": "somebody", "COLUMNS": "40"}
OLDER = "import sys; from analysis.publish import fingerprints; fingerprints.LIBRARIES = ('numpy',); "
OLDER += "sys.argv[1:] = {!r}; from distributed.cli.dask_worker import main; main()"


def different(one, other):
    """Name the public files in which two projects differ."""
    ours, theirs = vale.public(one), vale.public(other)
    return sorted(name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name))


def anew(place, elsewhere):
    """Return a copy of a project as it is when cloned, built there in other circumstances."""
    shutil.copytree(place, elsewhere, symlinks=True, ignore=shutil.ignore_patterns("build", "site", "processed"))
    (elsewhere / "data" / "processed").mkdir()
    vale.build(elsewhere, "build", "--jobs", "1", env=STRANGE, ends=[0, 1])
    return elsewhere


def edit(place, chance):
    """Change something of the project, as people do."""
    number, guide, runs = chance.randrange(4, 9), place / "docs" / "method.md", place / "notebooks" / "runs.toml"
    kind = chance.randrange(7)
    if kind < 2:
        vale.correct(place, "vale-gazette", north=number)
    elif kind == 2:
        vale.correct(place, "south-vale-reply", south=number)
    elif kind == 3:
        guide.write_text(f"# Method\n\nHow we work, again: {number}.\n", "utf-8")
    elif kind == 4:
        vale.notebook(place, "page", [*vale.FORCE, ("words", f"Said in version {number}.")])
    elif kind == 5:
        runs.write_text(runs.read_text("utf-8").replace('force = "*"', 'force = "north-vale"'), "utf-8")
    else:
        for file in place.rglob("*.csv"):
            os.utime(file, (number, number))


@pytest.mark.parametrize("seed", range(25 if MANY else 1))
def test_any_history_of_edits_ends_as_a_clean_build_elsewhere_with_no_dead_link(built_once, tmp_path, seed):
    chance, place = random.Random(seed), tmp_path / "here"
    shutil.copytree(built_once, place, symlinks=True)
    for _ in range(3 if MANY else 2):
        for _ in range(chance.randrange(1, 4)):
            edit(place, chance)
        vale.build(place, ends=[0, 1])
    assert different(place, anew(place, tmp_path / "wo anders, nämlich hier")) == []
    assert links.broken(place / "site") == []


@pytest.fixture
def cluster(tmp_path):
    """Return a function that starts a scheduler or a worker in a folder of its own, and the scheduler's address."""
    pytest.importorskip("distributed")
    started, scheduler = [], f"tcp://127.0.0.1:{random.Random(str(tmp_path)).randrange(20_000, 60_000)}"

    def start(*command):
        env = vale.environment(tmp_path) | {"PYTHONHASHSEED": "5", "TZ": "Asia/Tokyo"}
        how = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
        started.append(subprocess.Popen([sys.executable, *command], cwd=tmp_path, env=env, **how))
        return started[-1]

    start("-m", "distributed.cli.dask_scheduler", "--host", scheduler.removeprefix("tcp://"), "--no-dashboard")
    yield start, scheduler
    for process in started:
        process.kill()
        process.wait()


WORKER = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory")


@pytest.mark.parametrize("seed", range(10 if MANY else 1))
def test_a_build_waits_for_workers_aloud_and_one_lost_changes_no_byte(built_after, tmp_path, cluster, seed):
    start, scheduler = cluster
    place = tmp_path / "vale"
    shutil.copytree(built_after, place, symlinks=True, ignore=shutil.ignore_patterns("build"))
    building = vale.start(place, "build", "--cluster", scheduler)
    assert f"The scheduler at {scheduler} has no worker yet: waiting for one\n" in building.stdout
    lost, _ = (start("-m", "distributed.cli.dask_worker", scheduler, *WORKER, str(tmp_path / f"w{n}")) for n in (1, 2))
    while not (line := building.stdout.readline()).startswith("[1/"):  # by then both workers run notebooks
        assert line
    time.sleep(random.Random(seed).random())
    lost.kill()
    said = building.communicate(timeout=200)[0]
    assert building.returncode == 0, said
    assert different(place, built_after) == []


def test_a_worker_with_other_software_is_refused_at_once_and_both_are_named(built_once, corrected, tmp_path, cluster):
    start, scheduler = cluster
    start("-c", OLDER.format([scheduler, *WORKER, str(tmp_path / "w")]))
    status, said = vale.build(corrected, "build", "--cluster", scheduler)
    assert status == 1 and said.count("a worker has code ") == 1 and "; this build has code " in said, said
    assert "matplotlib" in said and vale.public(corrected) == vale.public(built_once)
