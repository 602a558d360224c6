"""A build killed at any moment leaves one whole generation, and the next one just works and leaves nothing behind."""

import os
import random
import signal
import subprocess
import sys
import time

import psutil
import pytest

import vale

MANY = "FAULTS" in os.environ
PATIENCE = 60  # seconds, also where other programs keep the cores busy
# The steps of a build, each a function that the build calls; it is killed as the function begins, or once it is done.
STEPS = [("site.write", False), ("Path.rename", True), ("build.put_in_place", True)]
if MANY:
    STEPS += [("build.clean", False), ("build.make", True), ("fingerprints.write", True)]
    STEPS += [("Path.symlink_to", True), ("build._remove_old", False)]
KILL_AT = """
import os, signal, sys
from pathlib import Path
from analysis.publish import build, fingerprints, site
where, name = {step!r}.split(".")
owner = {{"build": build, "site": site, "fingerprints": fingerprints, "Path": Path}}[where]
real = getattr(owner, name)
def killed(*given, **named):
    if {late}:
        real(*given, **named)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(owner, name, killed)
from analysis.__main__ import main
sys.exit(main(["build", "--jobs", "2"]))
"""


def whole(place, generations):
    """Say that the site is one of two generations, file by file, and each table of data/processed one of the two."""
    now = vale.public(place)
    site, *sites = ({name: one[name] for name in one if name.startswith("site/")} for one in (now, *generations))
    tables = now.keys() - site.keys()
    return site in sites and all(now[name] in (one.get(name) for one in generations) for name in tables)


@pytest.mark.parametrize(("step", "late"), STEPS)
def test_a_kill_at_a_step_leaves_one_whole_generation(built_once, after, ready, step, late):
    command = [sys.executable, "-c", KILL_AT.format(step=step, late=late)]
    told = {"cwd": ready, "env": vale.environment(ready), "capture_output": True, "text": True}
    killed = subprocess.run(command, check=False, **told)
    assert killed.returncode == -9, killed.stderr
    assert whole(ready, [vale.public(built_once), after])
    vale.build(ready, ends=[0])
    assert vale.public(ready) == after
    assert not list((ready / "build").glob("stage-*"))


@pytest.mark.parametrize("seed", range(67 if MANY else 1))
def test_three_stops_leave_one_generation_no_process_and_no_file(built_once, after, corrected, tmp_path, seed):
    chance = random.Random(seed)
    own = tmp_path / "temporary"
    own.mkdir()
    for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT):
        process = vale.start(corrected, env={"TMPDIR": str(own)}, start_new_session=True)
        time.sleep(chance.uniform(0.3, 8 if MANY else 3))
        started = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        if chance.random() < 0.3 and process.poll() is None:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
        process.communicate(timeout=PATIENCE)
        assert psutil.wait_procs(started, timeout=5 if MANY else PATIENCE)[1] == []
        assert whole(corrected, [vale.public(built_once), after])
    vale.build(corrected, env={"TMPDIR": str(own)}, ends=[0])
    assert vale.public(corrected) == after
    left = [*own.iterdir(), *(corrected / "build").glob("stage-*"), *(corrected / "build").rglob(".*.new")]
    assert [file for file in left if file.name != ".lock-holder.new"] == []


def in_the_background():
    """Be deaf to Ctrl-C, as a shell makes what it starts in the background."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM] if MANY else [signal.SIGINT])
def test_a_stop_is_heard_whatever_a_cell_has_printed_and_says_how_to_go_on(corrected, number):
    cell = "print('x' * 90_000, flush=True)\nwhile True:\n    pass"
    vale.notebook(corrected, "loud", [("words", "# Loud?"), ("code", cell)])
    runs = corrected / "notebooks" / "runs.toml"
    runs.write_text('[[run]]\nnotebook = "loud"\n', "utf-8")
    process, until = vale.start(corrected, preexec_fn=in_the_background), time.monotonic() + PATIENCE
    while not list((corrected / "build").glob("stage-*/notebooks-*/*/said.txt")) and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(1)
    started = psutil.Process(process.pid).children(recursive=True)  # the kernel among them
    process.send_signal(number)
    said = process.communicate(timeout=2 if MANY else PATIENCE)[0]  # two seconds, where nothing else is at work
    assert process.returncode == 130 and "Traceback" not in said
    assert len(started) > 1 and psutil.wait_procs(started, timeout=5)[1] == []
    assert "Stopped. To go on: python -m analysis build --jobs 2" in said


@pytest.mark.skipif(not MANY, reason="one of `make faults`; test_build.py has it for two")
def test_of_four_that_start_at_once_one_builds_and_three_leave_naming_who_does(corrected, after):
    started = [vale.start(corrected) for _ in range(4)]
    said = [process.communicate(timeout=120)[0] for process in started]
    ended = [process.returncode for process in started]
    assert sorted(ended) == [0, 1, 1, 1], said
    builder = started[ended.index(0)].pid
    refused = [text for text, status in zip(said, ended, strict=True) if status]
    assert all(f"another build is running: process {builder}, since" in text for text in refused)
    assert vale.public(corrected) == after
