"""One set-up for everyone: the lock holds what is asked for, git keeps the right bytes, and set-up happens once."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).parent.parent
PROGRAM = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
# each requirement of the lock, without its hashes, which pip itself asks for
LOCKED = re.findall(r"^\w[^\\\n]*", (PROJECT / "requirements.lock").read_text("utf-8"), re.MULTILINE)


def locked(lines: list[str] = LOCKED, **where: str) -> dict[str, str]:
    """Return the version of each library that lines of the lock bring to a system, this one unless told otherwise."""
    entries = [Requirement(line) for line in lines]
    here = [entry for entry in entries if entry.marker is None or entry.marker.evaluate(where)]
    return {canonicalize_name(entry.name): str(entry.specifier).removeprefix("==") for entry in here}


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_the_lock_holds_what_the_project_asks_for(python, system):
    held = locked(python_version=python, python_full_version=f"{python}.1", sys_platform=system)
    groups = PROGRAM["dependency-groups"]
    for wanted in map(Requirement, PROGRAM["project"]["dependencies"] + groups["build"] + groups["dev"]):
        assert wanted.specifier.contains(held[canonicalize_name(wanted.name)]), wanted


def test_this_environment_is_the_lock():
    assert {name: version(name) for name in locked()} == locked()


def test_conda_brings_python_and_pip_and_the_lock_brings_the_rest():
    *conda, through_pip = yaml.safe_load((PROJECT / "environment.yml").read_text("utf-8"))["dependencies"]
    assert conda == [f"python {PROGRAM['project']['requires-python']}", "pip"]
    assert through_pip == {"pip": ["--require-hashes", "--only-binary :all:", "--requirement requirements.lock"]}


def test_each_library_that_every_system_needs_has_its_version_and_its_licence_listed():
    table = (PROJECT / "docs" / "libraries.md").read_text("utf-8")
    listed = {canonicalize_name(name): told for name, told in re.findall(r"(?m)^\| (\S+) +\| (\S+) +\| \w", table)}
    everywhere = locked([line for line in LOCKED if ";" not in line])
    assert {name: listed.get(name) for name in everywhere} == everywhere


def test_git_keeps_raw_bytes_ends_other_lines_alike_and_leaves_out_what_is_built_or_just_received(tmp_path):
    windows, kept, other = b"force,value\r\nsurrey,50\r\n", "data/raw/a/reply.csv", "src/a.py"
    for path in (kept, other, "data/inbox/reply.xlsx", "build/x", "site", ".venv/bin/python"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(windows)
    for name in (".gitattributes", ".gitignore"):
        shutil.copy(PROJECT / name, tmp_path)

    def git(*words):
        return subprocess.run(["git", *words], cwd=tmp_path, capture_output=True, check=True).stdout

    git("init", "--quiet")
    git("add", "--all")
    assert git("ls-files").decode().split() == [".gitattributes", ".gitignore", kept, other]
    assert git("show", f":{kept}") == windows and git("show", f":{other}") == windows.replace(b"\r", b"")


# A Python, or a uv, that writes down what it is asked to do, and makes an environment that holds itself; a file called
# old or fail lets the Python be too old, or an install fail.
PRETENDER = """#!/bin/sh
echo "{name} $*" >> "{place}/log"
case "$*" in
  *ensurepip*) test ! -e "{place}/old" ;;
  *venv*.venv) mkdir -p .venv/bin && cp "{place}/bin/python" .venv/bin/python ;;
  *requirements.lock) test ! -e "{place}/fail" || {{ echo "ERROR: no such wheel" >&2; exit 1; }} ;;
esac
"""
INSTALLED = "--require-hashes --only-binary :all: -r requirements.lock"


def make(place: Path, checkout: Path, word: str = "setup") -> tuple[int, str, str]:
    """Run make in a checkout; return its status, its errors, and what it asked Python and uv for."""
    (place / "log").write_text("")
    without_uv = [name for name in os.environ["PATH"].split(os.pathsep) if not (Path(name) / "uv").exists()]
    env = {"PATH": os.pathsep.join([str(place / "bin"), *without_uv]), "HOME": str(place)}
    env["PYTHON"] = str(place / "bin" / "python")
    done = subprocess.run(["make", word], cwd=checkout, env=env, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr, (place / "log").read_text()


@pytest.fixture
def checkout(tmp_path) -> Path:
    """Return a checkout in a folder with a space in its name, to be set up by a pretended Python."""
    if shutil.which("make") is None or sys.platform == "win32":
        pytest.skip("there is no make here")
    folder = tmp_path / "a b" / "checkout"
    folder.mkdir(parents=True)
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(PROJECT / name, folder)
    (tmp_path / "bin").mkdir()
    pretend(tmp_path, "python")
    return folder


def pretend(place: Path, name: str) -> None:
    program = place / "bin" / name
    program.write_text(PRETENDER.format(name=name, place=place))
    program.chmod(0o755)


@pytest.mark.parametrize("installer", ["python -m pip install", "uv pip install"])
def test_the_set_up_is_tried_again_after_a_failure_and_done_once_by_uv_or_by_pip(tmp_path, checkout, installer):
    if installer.startswith("uv"):
        pretend(tmp_path, "uv")
    (tmp_path / "fail").touch()
    status, said, asked = make(tmp_path, checkout, "report")
    assert status == 2 and "no such wheel" in said and "analysis build" not in asked
    (tmp_path / "fail").unlink()
    status, _, asked = make(tmp_path, checkout)
    installs = [line for line in asked.splitlines() if " install " in line]
    assert status == 0 and INSTALLED in asked and all(line.startswith(installer) for line in installs)
    assert installs[-1].endswith("--no-deps --no-build-isolation --editable .")
    assert INSTALLED not in make(tmp_path, checkout)[2]


def test_a_new_lock_a_moved_checkout_and_a_half_finished_set_up_start_afresh(tmp_path, checkout):
    make(tmp_path, checkout)
    left, lock = checkout / ".venv" / "bin" / "left by a killed run", checkout / "requirements.lock"
    left.touch()
    ready = (checkout / ".venv" / ".ready").stat().st_mtime
    os.utime(lock, (ready + 5, ready + 5))
    assert INSTALLED in make(tmp_path, checkout)[2] and not left.exists()
    os.utime(lock, (ready - 5, ready - 5))
    checkout = checkout.rename(tmp_path / "elsewhere")
    assert INSTALLED in make(tmp_path, checkout)[2]
    (checkout / ".venv" / ".ready").unlink()
    assert INSTALLED in make(tmp_path, checkout)[2]


def test_a_python_that_does_not_suit_is_refused(tmp_path, checkout):
    (tmp_path / "old").touch()
    status, said, _ = make(tmp_path, checkout)
    assert status == 2 and "No Python 3.11, 3.12 or 3.13" in said
