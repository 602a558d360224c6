"""House style that a machine can see, in the code and in every committed text; notebooks have tests of their own."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
SKIPPED = {".git", ".venv", "build", "site", "__pycache__", ".pytest_cache", ".ruff_cache", ".hypothesis", "inbox"}
FORBIDDEN_MODULES = {"utils", "util", "helpers", "config", "core", "common", "misc"}
MACHINE_PATH = re.compile(r"(?<![\w.:])/(?:home|Users|root|work)/\w|\b[A-Z]:\\+Users\\", re.IGNORECASE)
REGISTRY = re.compile(r"pypi\.org|pythonhosted|anaconda\.org|npmjs\.(?:org|com)|deb\.debian", re.IGNORECASE)
COERCIONS = {"errors='coerce'", "errors='ignore'", "inplace=True"}
LEFTOVER = re.compile(r"\b(?:TODO|FIXME|XXX)\b")


def texts() -> list[Path]:
    """Return every text file of the checkout that is not built, cached or just received."""
    found = []
    for folder, folders, files in os.walk(PROJECT):
        folders[:] = [name for name in folders if name not in SKIPPED and not name.endswith(".egg-info")]
        found += [Path(folder) / name for name in files]
    return sorted(path for path in found if b"\0" not in path.read_bytes()[:8192])


def code_faults(source: str) -> list[str]:
    """Name each bare or silent except and each coercion that would turn a word into a missing number."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ExceptHandler) and node.type is None:
            found.append(f"line {node.lineno}: bare except")
        if isinstance(node, ast.keyword) and ast.unparse(node) in COERCIONS:
            found.append(f"line {node.value.lineno}: {ast.unparse(node)}")
        if isinstance(node, ast.Global):
            found.append(f"line {node.lineno}: global")
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("simplefilter", "filterwarnings")):
            found.append(f"line {node.lineno}: a warning is silenced")
    return found


def text_faults(text: str) -> list[str]:
    """Name each line that holds a path of somebody's machine, a package registry or a leftover."""
    lines = enumerate(text.splitlines(), 1)
    return [
        f"line {number}: {match.group()}"
        for number, line in lines
        for pattern in (MACHINE_PATH, REGISTRY, LEFTOVER)
        for match in pattern.finditer(line)
    ]


@pytest.mark.parametrize("asked", ["check", "format --check"])
def test_ruff_finds_nothing(asked):
    ruff = [sys.executable, "-m", "ruff", *asked.split(), "--no-cache", "--output-format", "concise", "."]
    done = subprocess.run(ruff, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", sorted((PROJECT / "src").rglob("*.py")), ids=lambda path: path.stem)
def test_nothing_is_coerced_or_silenced(path):
    assert code_faults(path.read_text("utf-8")) == []
    assert path.stem not in FORBIDDEN_MODULES


def test_no_committed_text_names_a_machine_or_a_registry():
    found = {
        str(path.relative_to(PROJECT)): faults
        for path in texts()
        if path != Path(__file__) and (faults := text_faults(path.read_text("utf-8", errors="replace")))
    }
    assert found == {}


@pytest.mark.parametrize(
    "source",
    [
        "try:\n    x = 1\nexcept:\n    pass",
        "pd.to_numeric(x, errors='coerce')",
        'frame.astype(int, errors="ignore")',
        "frame.drop(columns='x', inplace=True)",
        "def f():\n    global x",
        "warnings.filterwarnings('ignore')",
    ],
)
def test_a_forbidden_habit_is_found(source):
    assert len(code_faults(source)) == 1


@pytest.mark.parametrize(
    "text",
    ["see /home/someone/data", r"C:\Users\someone", '"/work/main"', "https://pypi.org/simple", "# TODO: later"],
)
def test_a_machine_a_registry_or_a_leftover_is_found(text):
    assert len(text_faults(text)) == 1


@pytest.mark.parametrize("text", ["https://www.example.org/home/page", "at home/work", "src/analysis/work.py"])
def test_an_address_is_no_machine_path(text):
    assert text_faults(text) == []
