"""After any replies came, were corrected or withdrawn, what was built on the way equals a clean build elsewhere."""

import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import builds
import pytest
import replies
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

TODAY = "import datetime; print(datetime.date.today().toordinal())"
PROJECT = Path(__file__).parents[2]
KEPT, GONE = ("2001", "north-vale"), ("2002", "south-vale")


def clean(home: Path, held: dict, pages: bool, name: str = "clean") -> Path:
    """Return a project that holds some replies and was never built."""
    place = builds.project(home / name)
    replies.lay_out(place, held)
    return builds.with_pages(place) if pages else place


@pytest.fixture(scope="module")
def withdrawn(tmp_path_factory):
    """Return a project with pages that was built with two replies, and again after one of them was withdrawn."""
    place = clean(tmp_path_factory.mktemp("incremental"), {KEPT: 6, GONE: 4}, pages=True)
    assert builds.build(place)[0] == 0
    assert builds.build(place, "run", "page")[0] == 0
    assert builds.traces(place, replies.source_id(GONE)) and (place / "build" / "runs").is_dir()
    replies.lay_out(place, {KEPT: 6})
    assert builds.build(place)[0] == 0
    return place


def test_a_withdrawn_reply_leaves_no_trace_in_outputs_caches_or_the_search_index(withdrawn):
    assert builds.traces(withdrawn, replies.source_id(KEPT))
    assert builds.traces(withdrawn, replies.source_id(GONE)) == []
    assert not (withdrawn / "build" / "runs").exists()  # what was run aside showed its number


def elsewhere(home: Path) -> dict[str, str]:
    """Return the environment of another machine, with a copy of the package that starts every process there."""
    machine, source = Path(__file__).with_name("elsewhere"), home / "source"
    shutil.copytree(
        Path(builds.analysis.__file__).parent, source / "analysis", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(machine / "sitecustomize.py", source)
    (home / "home").mkdir()
    around = {"HOME": str(home / "home"), "USER": "someone", "LOGNAME": "someone", "LANG": "C", "LC_ALL": "C"}
    clock = {"TZ": "Asia/Tokyo", "SOURCE_DATE_EPOCH": "86400", "PYTHONHASHSEED": "7", "PYTHONPATH": str(source)}
    if sys.platform == "linux" and shutil.which("cc"):
        compiled = ["cc", "-shared", "-fPIC", "-o", str(source / "clock.so"), str(machine / "clock.c"), "-ldl"]
        subprocess.run(compiled, check=True)
        today = subprocess.run([sys.executable, "-c", TODAY], env=os.environ | clock, capture_output=True, check=True)
        assert int(today.stdout) > date.today().toordinal() + 300
    return around | clock


def test_an_incremental_and_a_clean_build_that_differ_in_everything_around_them_are_the_same_bytes(withdrawn, tmp_path):
    place = clean(tmp_path, {KEPT: 6}, pages=True, name="another place")
    status, said = builds.build(place, "build", "--jobs", "1", limit=lambda: os.umask(0o077), **elsewhere(tmp_path))
    assert status == 0, said
    here, there = builds.public(withdrawn), builds.public(place)
    assert sorted(here) == sorted(there)
    assert [name for name in here if here[name] != there[name]] == []


@pytest.mark.whole
def test_the_whole_project_built_in_two_different_places_is_the_same_bytes(tmp_path, figure):
    here, there = (tmp_path / name for name in ("here", "another place"))
    for place in (here, there):
        for part in ("data", "docs", "notebooks"):
            shutil.copytree(PROJECT / part, place / part, ignore=shutil.ignore_patterns("inbox"))
        for part in ("CHANGELOG.md", "README.md", "requirements.lock"):  # the pages lead to the README
            shutil.copy(PROJECT / part, place)
    for place, words, around in ((here, (), {}), (there, ("build", "--jobs", "1"), elsewhere(tmp_path))):
        status, said = builds.build(place, *words, **around)
        assert status == 0, said
    one, other = builds.public(here), builds.public(there)
    assert sorted(one) == sorted(other)
    assert [name for name in one if one[name] != other[name]] == []
    figure("The whole project built in two places", f"{len(one)} public files", "every byte the same")


def test_replies_that_come_change_and_go_leave_what_a_clean_build_makes(whole, tmp_path, figure):
    number, run = st.integers(0, 9), []

    class Replies(RuleBasedStateMachine):
        """A project built after each change of its replies."""

        def __init__(self):
            super().__init__()
            run.append(0)
            self.home, self.held, self.gone = tmp_path / str(len(run)), {("2001", "north-vale"): 6}, set()
            self.place = clean(self.home, self.held, whole, "incremental")

        def built(self):
            replies.lay_out(self.place, self.held)
            status, said = builds.build(self.place)
            assert status == 0, said
            run[-1] += 1

        @rule(slot=st.sampled_from(replies.SLOTS), number=number)
        def comes_or_is_corrected(self, slot, number):
            self.held[slot] = number
            self.built()

        @precondition(lambda self: self.held)
        @rule(data=st.data())
        def is_withdrawn(self, data):
            slot = data.draw(st.sampled_from(sorted(self.held)))
            del self.held[slot]
            self.gone.add(slot)
            self.built()

        def teardown(self):
            if run[-1]:
                fresh = clean(self.home, self.held, whole)
                assert builds.build(fresh)[0] == 0
                assert builds.public(self.place) == builds.public(fresh)
            for slot in self.gone - set(self.held):
                assert builds.traces(self.place, replies.source_id(slot)) == []
            shutil.rmtree(self.home)
            print(f"history {len(run)}: {run[-1]} builds, all holds", flush=True)

    asked = settings(max_examples=20 if whole else 1, stateful_step_count=6 if whole else 2, deadline=None)
    run_state_machine_as_test(Replies, settings=asked)
    assert sum(run) >= 2
    figure(
        "Replies come, corrected, withdrawn", f"{len(run)} histories, {sum(run)} builds", "each equals a clean build"
    )
