"""Each guard, switched off, makes a test fail: none is there for show."""

import os
import shutil
import subprocess
import sys

import pytest

import vale

MANY = "FAULTS" in os.environ
# of each guard: its file, what switches it off, and the test that must notice
GUARDS = [
    ("gate.py", "if acts:", "if False:", "test_gate.py -k act_by_itself"),
    ("gate.py", "if any(way in text for way in ways):", "if False:", "test_gate.py -k machine_knows"),
    ("gate.py", 'if formula("\\n".join(row)):', "if False:", "test_gate.py -k spreadsheet"),
    ("gate.py", "if kind not in TEXTS:", "if False:", "test_gate.py -k kind_of_file"),
    ("gate.py", "if POLICY not in", "if False and POLICY not in", "test_gate.py -k the_policy_only"),
    ("runs.py", "and (found := _reach_past_load(source)):", "and (found := ''):", "test_runs.py -k reaches"),
    ("runs.py", "told, parts[run.part], *same", "told, *same", "test_runs.py -k number_of_one_round"),
    ("kernels.py", "if left[kind] < 0:", "if False:", "test_execute.py -k 30_000_000"),
    ("execute.py", "if html and RECORD in", "if False and RECORD in", "test_execute.py -k could"),
    ("execute.py", "!= [token]:", "== []:", "test_execute.py -k without_an_end"),
    ("execute.py", "if any(ADDRESS.search(", "if any(ADDRESS.match(", "test_execute.py -k memory"),
    ("build.py", "if (_inputs(), _outputs()) != (", "if False and () != (", "test_build.py -k changes_while"),
    ("build.py", "if (site.is_symlink() or site.exists()) and", "if False and", "test_build.py -k link_to_elsewhere"),
    ("build.py", "held.acquire(timeout=0.5)", "None", "test_build.py -k who_builds"),
    ("build.py", "shutil.rmtree(entry, ignore_errors=True)", "pass", "test_build.py -k withdrawn"),
    ("site.py", "autoescape=True", "autoescape=False", "test_site.py -k stays_a_text"),
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """Return a copy of the project's code and tests, in which a guard may be switched off."""
    place = tmp_path_factory.mktemp("guards") / "copy"
    left_out = shutil.ignore_patterns("build", "site", ".venv", ".git", "__pycache__", "*.pyc", "inbox")
    shutil.copytree(vale.PROJECT, place, ignore=left_out)
    return place


@pytest.mark.parametrize(("file", "guard", "off", "test"), GUARDS if MANY else [])
def test_a_guard_that_is_switched_off_makes_a_test_fail(copy, file, guard, off, test):
    path = copy / "src" / "analysis" / "publish" / file
    text = path.read_text("utf-8")
    assert text.count(guard) == 1
    path.write_text(text.replace(guard, off), "utf-8")
    name, *chosen = test.split()
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", f"tests/publish/{name}", *chosen]
    env = {name: text for name, text in os.environ.items() if not name.startswith(("PYTEST", "ANALYSIS"))}
    told = {"cwd": copy, "env": env | {"PYTHONPATH": str(copy / "src")}, "capture_output": True, "text": True}
    done = subprocess.run(command, check=False, **told)
    path.write_text(text, "utf-8")
    assert done.returncode == 1, done.stdout[-2000:]
