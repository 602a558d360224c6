"""Every guard is real: switched off, it makes a test fail. guards.toml lists them."""

import os
import random
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
GUARDS = tomllib.loads(Path(__file__).with_name("guards.toml").read_text("utf-8"))
A_FEW = random.Random(30).sample(sorted(GUARDS), 2)
missed: list[str] = []  # the guards whose test failed without them


def outcome(home: Path, test: str) -> subprocess.CompletedProcess:
    """Run one test with the package that lies in a folder."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", "-p", "no:cacheprovider", test]
    around = os.environ | {"PYTHONPATH": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=PROJECT, env=around, capture_output=True, text=True, check=False)


def test_every_guard_stands_in_the_code_once_and_names_a_test():
    assert len(GUARDS) >= 30
    for name, guard in GUARDS.items():
        assert (PROJECT / "src" / "analysis" / guard["file"]).read_text("utf-8").count(guard["old"]) == 1, name
        file, _, test = guard["test"].partition("::")
        assert f"def {test.partition('[')[0]}(" in (PROJECT / file).read_text("utf-8"), name


@pytest.mark.parametrize(
    "name", [name if name in A_FEW else pytest.param(name, marks=pytest.mark.whole) for name in GUARDS]
)
def test_a_guard_switched_off_makes_its_test_fail(tmp_path, name):
    guard = GUARDS[name]
    home = shutil.copytree(
        PROJECT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
    )
    file = home / "analysis" / guard["file"]
    file.write_text(file.read_text("utf-8").replace(guard["old"], guard["new"]), "utf-8")
    ran = outcome(home, guard["test"])
    assert ran.returncode == 1 and " failed" in ran.stdout, ran.stdout[-2000:]
    assert not re.search("^E +(Syntax|Name)Error", ran.stdout, re.MULTILINE), ran.stdout[-2000:]
    missed.append(name)


@pytest.mark.whole
def test_with_every_guard_on_all_these_tests_pass(figure):
    tests = sorted({guard["test"] for guard in GUARDS.values()})
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *tests]
    ran = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout[-2000:]
    figure("Guards switched off, one at a time", f"{len(missed)} of {len(GUARDS)}", "each makes its test fail")
