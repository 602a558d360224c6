"""What a shell is told when it asks what could come next on the command line."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

THREE_FORCES = Path(__file__).parent / "three_forces"


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("ch", {"check", "chase"}),
        ("run pa", {"page"}),
        ("run page -p force nor", {"north-vale"}),
        ("new-reply x.csv --round vale-2001 --force so", {"south-vale"}),
        ("new-reply x.csv --round ", {"vale-2001", "vale-2002"}),
        ("build --on", {"--only"}),
        ("build --only co", {"count"}),
    ],
)
def test_a_shell_is_offered_what_the_project_has(tmp_path, typed, offered):
    line, told = f"python -m analysis {typed}", tmp_path / "told"
    asking = {"_ARGCOMPLETE": "3", "_ARGCOMPLETE_STDOUT_FILENAME": str(told), "_ARGCOMPLETE_IFS": "\n"}
    asking |= {"COMP_LINE": line, "COMP_POINT": str(len(line)), "ANALYSIS_PROJECT": str(THREE_FORCES)}
    done = subprocess.run([sys.executable, "-m", "analysis"], env=os.environ | asking, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert {word.strip() for word in told.read_text("utf-8").split("\n")} == offered


def test_bash_itself_completes_after_the_global_switch(tmp_path):
    if shutil.which("bash") is None:
        pytest.skip("no bash here")
    script = """
source <(activate-global-python-argcomplete --dest=-)
COMP_WORDS=(python -m analysis cha) COMP_CWORD=3 COMP_LINE="python -m analysis cha" COMP_POINT=22 COMP_TYPE=9
_python_argcomplete_global python cha analysis
printf '%s' "${COMPREPLY[@]}"
"""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    said = subprocess.run(["bash", "-c", script], env=os.environ | {"PATH": path}, capture_output=True, text=True)
    assert said.stdout.strip() == "chase", said.stderr


def test_completion_is_loaded_only_when_a_shell_asks():
    code = "import atexit, sys; atexit.register(lambda: print('argcomplete' in sys.modules)); "
    code += "from analysis import __main__; __main__.main(['--help'])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.endswith("False\n")
