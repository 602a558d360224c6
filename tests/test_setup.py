"""One set-up for everyone: the lock, the conda file and the Makefile agree, and set-up happens once."""

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
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).parent.parent
LOCK = (PROJECT / "requirements.lock").read_text("utf-8")
PROGRAM = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
CONDA = yaml.safe_load((PROJECT / "environment.yml").read_text("utf-8"))
PYTHONS = ["3.11", "3.12", "3.13"]
LIBRARIES = (PROJECT / "docs" / "libraries.md").read_text("utf-8")


def entries(lock: str) -> list[Requirement]:
    """Return each requirement of a lock, without its hashes."""
    return [Requirement(line.rstrip(" \\")) for line in lock.splitlines() if re.match(r"\w", line)]


def test_every_library_is_pinned_once_with_its_hashes_and_no_address():
    blocks = re.split(r"\n(?=\w)", re.sub(r"^\s*#.*\n", "", LOCK, flags=re.MULTILINE))
    pinned = re.compile(r"[\w.-]+==\S+(?: ; [^\\\n]+)?(?: \\\n    --hash=sha256:[0-9a-f]{64})+\s*")
    assert [block.splitlines()[0] for block in blocks if not pinned.fullmatch(block)] == []
    names = [canonicalize_name(entry.name) for entry in entries(LOCK)]
    assert len(names) == len({*names})


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_the_lock_holds_what_the_project_asks_for(python, system):
    where = {"python_version": python, "python_full_version": f"{python}.1", "sys_platform": system}
    locked = {
        canonicalize_name(entry.name): str(entry.specifier).removeprefix("==")
        for entry in entries(LOCK)
        if entry.marker is None or entry.marker.evaluate(where)
    }
    groups = PROGRAM["dependency-groups"]
    for wanted in [Requirement(text) for text in PROGRAM["project"]["dependencies"] + groups["build"] + groups["dev"]]:
        assert wanted.specifier.contains(locked[canonicalize_name(wanted.name)]), wanted


def test_the_pythons_allowed_are_the_pythons_locked():
    allowed = SpecifierSet(PROGRAM["project"]["requires-python"])
    assert [f"3.{minor}" for minor in range(8, 20) if f"3.{minor}" in allowed] == PYTHONS


def test_conda_brings_python_and_pip_and_the_lock_brings_the_rest():
    *conda, through_pip = CONDA["dependencies"]
    assert conda == [f"python {PROGRAM['project']['requires-python']}", "pip"]
    assert through_pip == {"pip": ["--require-hashes", "--only-binary :all:", "--requirement requirements.lock"]}


def test_this_environment_is_the_lock():
    here = [entry for entry in entries(LOCK) if entry.marker is None or entry.marker.evaluate()]
    assert {e.name: version(e.name) for e in here} == {e.name: str(e.specifier).removeprefix("==") for e in here}


def licences() -> dict[str, tuple[str, str]]:
    """Return the version and the licence of each library of the list."""
    rows = [[cell.strip() for cell in line.split("|")] for line in LIBRARIES.splitlines() if line.count("|") == 4]
    return {canonicalize_name(row[1]): (row[2], row[3]) for row in rows[2:]}


def test_each_library_of_the_lock_has_its_licence_listed_unless_another_system_needs_it():
    locked = {canonicalize_name(entry.name): entry for entry in entries(LOCK)}
    listed = {name: f"=={version}" for name, (version, _) in licences().items()}
    assert listed == {name: str(locked[name].specifier) if name in locked else "" for name in listed}
    assert [name for name, entry in locked.items() if name not in listed and entry.marker is None] == []


def test_a_library_that_names_no_licence_is_spoken_of():
    told = LIBRARIES.partition("| Name")[0]
    unclear = [name for name, (_, licence) in licences().items() if re.search(r"UNKNOWN|General Public", licence)]
    assert unclear and [name for name in unclear if f"`{name}`" not in told] == []


def git_says(tmp_path: Path, *words: str) -> str:
    """Ask git, in a new repository that holds only this project's rules."""
    for name in (".gitattributes", ".gitignore"):
        shutil.copy(PROJECT / name, tmp_path)
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    return subprocess.run(["git", "-C", tmp_path, *words], capture_output=True, text=True, check=False).stdout.strip()


needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git here")


@needs_git
@pytest.mark.parametrize(("path", "kept"), [("data/raw/a/reply.csv", True), ("src/analysis/a.py", False)])
def test_raw_bytes_pass_git_unchanged_and_all_else_ends_lines_alike(tmp_path, path, kept):
    windows = b"force,value\r\nsurrey,50\r\n"
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_bytes(windows)
    git_says(tmp_path, "add", path)
    assert int(git_says(tmp_path, "cat-file", "-s", f":{path}")) == len(
        windows if kept else windows.replace(b"\r", b"")
    )


@needs_git
@pytest.mark.parametrize("path", ["data/inbox/reply.xlsx", "build/x", "site/index.html", ".venv/bin/python"])
def test_what_is_built_or_just_received_is_never_committed(tmp_path, path):
    assert git_says(tmp_path, "check-ignore", path) == path
    assert git_says(tmp_path, "check-ignore", "data/inbox/README.md", "data/raw/x.xlsx", "src/analysis/x.py") == ""


# A Python, and a uv, that write down what they are asked to do, and make an environment that holds itself.
PRETENDER = """#!/bin/sh
echo "{name} $*" >> "{log}"
case "$*" in
  *ensurepip*) exit {suits} ;;
  *venv*.venv) mkdir -p .venv/bin && cp "{python}" .venv/bin/python ;;
  *requirements.lock) test ! -e "{fail}" || {{ echo "ERROR: no such wheel" >&2; exit 1; }} ;;
  "-m analysis build") test ! -e "{spoil}" || echo spoiled >> README.md ;;
esac
"""


class Checkout:
    """A checkout in a folder with a space in its name, set up by a pretended Python and perhaps a pretended uv."""

    def __init__(self, folder: Path, suits: bool = True, uv: bool = False):
        self.folder, self.log, self.bin = folder / "a b" / "checkout", folder / "log", folder / "bin"
        self.fail, self.spoil = folder / "fail", folder / "spoil"
        self.folder.mkdir(parents=True)
        self.bin.mkdir()
        (self.folder / ".ci").mkdir()
        for name in ("Makefile", "requirements.lock", "pyproject.toml", ".gitignore", "README.md", ".ci/run"):
            shutil.copy(PROJECT / name, self.folder / name)
        self.python = folder / "python of mine"
        files = {"log": self.log, "fail": self.fail, "spoil": self.spoil, "python": self.python}
        for name, place in [("python", self.python), *([("uv", self.bin / "uv")] if uv else [])]:
            place.write_text(PRETENDER.format(name=name, **files, suits=0 if suits else 1))
            place.chmod(0o755)

    def make(self, *targets: str) -> subprocess.CompletedProcess:
        """Run make and return what it said; the log holds what this run asked for."""
        return self.run("make", *targets)

    def run(self, *command: str) -> subprocess.CompletedProcess:
        self.log.write_text("")
        without_uv = [name for name in os.environ["PATH"].split(os.pathsep) if not (Path(name) / "uv").exists()]
        environment = {"PATH": os.pathsep.join([str(self.bin), *without_uv]), "HOME": str(self.folder.parent)}
        environment |= {"PYTHON": str(self.python)}
        return subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)

    def installed(self) -> bool:
        return "--require-hashes --only-binary :all: -r requirements.lock" in self.log.read_text()


needs_make = pytest.mark.skipif(shutil.which("make") is None or sys.platform == "win32", reason="there is no make here")


@needs_make
@pytest.mark.parametrize(("uv", "installer"), [(False, "python -m pip install"), (True, "uv pip install")])
def test_the_set_up_is_done_once_by_uv_or_by_pip_in_a_folder_with_a_space(tmp_path, uv, installer):
    checkout = Checkout(tmp_path, uv=uv)
    first = checkout.make("setup")
    assert first.returncode == 0, first.stdout + first.stderr
    asked = [line for line in checkout.log.read_text().splitlines() if " install " in line]
    assert checkout.installed() and all(line.startswith(installer) for line in asked)
    assert asked[-1].endswith("--no-deps --no-build-isolation --editable .")
    assert checkout.make("setup").stdout == "Ready: .venv\n"
    assert not checkout.installed()


@needs_make
@pytest.mark.parametrize("uv", [False, True])
def test_a_failed_install_says_so_and_is_tried_again(tmp_path, uv):
    checkout = Checkout(tmp_path, uv=uv)
    checkout.fail.write_text("")
    failed = checkout.make("report")
    assert failed.returncode == 2 and "no such wheel" in failed.stderr
    assert "analysis build" not in checkout.log.read_text()
    checkout.fail.unlink()
    assert checkout.make("report").returncode == 0 and checkout.installed()


@needs_make
def test_a_new_lock_a_moved_checkout_and_a_half_finished_set_up_start_afresh(tmp_path):
    checkout = Checkout(tmp_path)
    checkout.make("setup")
    left = checkout.folder / ".venv" / "bin" / "left by a killed run"
    left.write_text("")
    ready = (checkout.folder / ".venv" / ".ready").stat().st_mtime
    os.utime(checkout.folder / "requirements.lock", (ready + 5, ready + 5))
    checkout.make("setup")
    assert checkout.installed() and not left.exists()
    os.utime(checkout.folder / "requirements.lock", (ready - 5, ready - 5))
    checkout.folder = checkout.folder.rename(tmp_path / "elsewhere")
    checkout.make("setup")
    assert checkout.installed()
    (checkout.folder / ".venv" / ".ready").unlink()
    checkout.make("setup")
    assert checkout.installed()


@needs_make
def test_a_python_that_does_not_suit_is_refused(tmp_path):
    refused = Checkout(tmp_path, suits=False).make("setup")
    assert refused.returncode == 2 and "No Python 3.11, 3.12 or 3.13" in refused.stderr


@needs_make
@needs_git
@pytest.mark.parametrize(("wrong", "code"), [("", 0), ("spoil", 1), ("fail", 2)])
def test_what_may_land_builds_passes_and_changes_no_committed_file(tmp_path, wrong, code):
    checkout = Checkout(tmp_path)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-C", checkout.folder]
    for words in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", "Start"]):
        subprocess.run([*git, *words], check=True)
    if wrong:
        getattr(checkout, wrong).write_text("")
    done = checkout.run("bash", ".ci/run")
    assert done.returncode == code, done.stdout + done.stderr
    assert ("not as committed" in done.stdout) == (wrong == "spoil") == ("+spoiled" in done.stdout)
