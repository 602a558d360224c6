"""Type hints hold: mypy, set up in pyproject.toml, finds nothing."""

import subprocess
import sys

import pytest


def checked(*words, cwd):
    return subprocess.run([sys.executable, "-m", "mypy", *words], cwd=cwd, capture_output=True, text=True, check=False)


def test_mypy_finds_nothing(project):
    done = checked("--cache-dir", "build/cache/mypy", cwd=project)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("call", "found"),
    [
        ("analysis.load(2019)", "arg-type"),
        ('analysis.limits(analysis.load(), explain="no")', "arg-type"),
        ('analysis.load("surrey").fact', "attr-defined"),
    ],
)
def test_a_wrong_use_of_the_public_surface_is_found(project, tmp_path, call, found):
    (tmp_path / "use.py").write_text(f"import analysis\n\n{call}\n", "utf-8")
    said = checked("--cache-dir", "build/cache/mypy", str(tmp_path / "use.py"), cwd=project).stdout
    assert f"[{found}]" in said
