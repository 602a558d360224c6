"""House style that a machine can see, in the code and in every committed text."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
MACHINE_PATH = re.compile(r"(?<![\w.:])/(?:home|Users|root|work)/\w|\b[A-Z]:\\+Users\\", re.IGNORECASE)
REGISTRY = re.compile(r"pypi\.org|pythonhosted|anaconda\.org|npmjs\.(?:org|com)|deb\.debian", re.IGNORECASE)
LEFTOVER = re.compile(r"\b(?:TODO|FIXME|XXX)\b")
SILENCED = re.compile(r"errors=.(?:coerce|ignore)|inplace=True|simplefilter|filterwarnings")


def committed() -> list[Path]:
    """Return every text file that git holds, or would if it were added."""
    asked = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(asked, cwd=PROJECT, capture_output=True, text=True, check=True).stdout.split("\0")
    files = [PROJECT / name for name in names if name and (PROJECT / name).is_file()]
    return [path for path in files if b"\0" not in path.read_bytes()[:8192]]


def text_faults(text: str) -> list[str]:
    """Name each line that holds a path of somebody's machine, a package registry or a leftover."""
    lines = enumerate(text.splitlines(), 1)
    patterns = (MACHINE_PATH, REGISTRY, LEFTOVER)
    return [f"line {number}: {match[0]}" for number, line in lines for one in patterns for match in one.finditer(line)]


@pytest.mark.parametrize("asked", ["check", "format --check"])
def test_ruff_finds_nothing(asked):
    ruff = [sys.executable, "-m", "ruff", *asked.split(), "--no-cache", "--output-format", "concise", "."]
    done = subprocess.run(ruff, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_is_coerced_or_silenced():
    package = (PROJECT / "src").rglob("*.py")
    assert {path.name: found for path in package if (found := SILENCED.findall(path.read_text("utf-8")))} == {}


def test_no_committed_text_names_a_machine_or_a_registry():
    texts = [path for path in committed() if path != Path(__file__)]
    found = {path.name: text_faults(path.read_text("utf-8", errors="replace")) for path in texts}
    assert {name: faults for name, faults in found.items() if faults} == {}
