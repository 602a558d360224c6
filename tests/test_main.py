"""What the commands say and with which status they end."""

import subprocess
import sys

import pytest

import vale
from analysis import __main__


@pytest.fixture
def place(tmp_path):
    return vale.project(tmp_path / "vale")


@pytest.mark.parametrize("words", [[], ["bild"], ["build", "--jobs", "0"], ["new-reply"], ["run"]])
def test_wrong_use_ends_with_2_and_says_how(words, capsys):
    with pytest.raises(SystemExit) as ended:
        __main__.main(words)
    assert ended.value.code == 2 and "usage:" in capsys.readouterr().err


def test_outside_a_project_one_line_says_how_to_name_it(tmp_path):
    done = vale.build(tmp_path, env={"ANALYSIS_PROJECT": str(tmp_path / "nowhere")})
    assert done == (2, f"ANALYSIS_PROJECT names {tmp_path / 'nowhere'}, which is no folder\n")


def test_an_unknown_notebook_ends_with_2_and_the_nearest_name(place):
    assert vale.build(place, "run", "cuont") == (
        2,
        "no notebook is called 'cuont' in notebooks/; nearest: count, page\n",
    )


def test_moved_without_git_ends_with_2_in_one_line(place):
    status, said = vale.build(place, "moved", env={"GIT_CEILING_DIRECTORIES": str(place.parent)})
    assert status == 2 and said.count("\n") == 1 and "git" in said


def test_a_reader_that_stops_reading_is_no_fault(place):
    command = f"'{sys.executable}' -m analysis build --help | head -1"
    done = subprocess.run(command, shell=True, env=vale.environment(place), capture_output=True, text=True, check=False)
    assert done.stderr == ""
