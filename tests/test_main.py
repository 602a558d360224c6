"""The command line: what it accepts, refuses and says."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from analysis import __main__

THREE_FORCES = Path(__file__).parent / "three_forces"


@pytest.fixture
def three_forces(tmp_path, monkeypatch):
    place = tmp_path / "three forces"
    shutil.copytree(THREE_FORCES, place)
    monkeypatch.setenv("ANALYSIS_PROJECT", str(place))
    return place


def test_help_names_every_command_and_loads_nothing_heavy():
    code = "import sys; from analysis import __main__; __main__.main(['--help'])"
    heavy = "; print([name for name in ('pandas', 'papermill', 'matplotlib', 'jupyter_client') if name in sys.modules])"
    said = subprocess.run(
        [sys.executable, "-c", f"import atexit, sys; atexit.register(lambda: exec('''0{heavy}''')); {code}"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert all(word in said for word in ("build", "run", "notebooks", "check", "read"))
    assert said.endswith("[]\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "cuont"], "no notebook is called 'cuont' in notebooks/; did you mean count"),
        (["run", "count", "-p", "rond", "vale-2001"], "no parameter 'rond'; did you mean round"),
        (["run", "count", "-p", "round", "vale-2011"], "did you mean vale-2001"),
        (["run", "page", "-p", "from_year", "early"], "from_year must be of type int"),
        (["build", "--only", "pages"], "did you mean page"),
        (["read", "no-such-file.csv"], "no-such-file.csv"),
    ],
)
def test_wrong_use_is_refused_before_anything_runs_and_suggests_the_right_word(three_forces, capsys, words, said):
    assert __main__.main(words) == 2
    assert said in capsys.readouterr().err
    assert not list(three_forces.glob("build/run*"))


@pytest.mark.parametrize("words", [[], ["biuld"], ["build", "--jobs", "0"], ["run", "count", "-p", "round"]])
def test_a_command_line_that_means_nothing_is_wrong_use(words):
    with pytest.raises(SystemExit) as left:
        __main__.main(words)
    assert left.value.code == 2


def test_outside_a_project_it_says_how_to_name_one(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("ANALYSIS_PROJECT", raising=False)
    monkeypatch.chdir(tmp_path)
    assert __main__.main(["check"]) == 2
    assert "ANALYSIS_PROJECT" in capsys.readouterr().err


def test_check_is_content_with_sound_documents(three_forces, capsys):
    assert __main__.main(["check"]) == 0
    assert capsys.readouterr().out == "Nothing found.\n"


def test_check_names_file_and_cell_of_a_wording_never_seen_and_only_of_the_files_asked_about(three_forces, capsys):
    gazette = three_forces / "data" / "raw" / "vale-2001" / "vale-gazette.csv"
    gazette.write_text(gazette.read_text("utf-8").replace("dismissed", "dismist"), "utf-8")
    assert __main__.main(["check", str(gazette), "--json"]) == 1
    [report] = json.loads(capsys.readouterr().out)
    assert (report["file"], report["outcome"]) == ("vale-2001/vale-gazette.csv", "refused")
    found = report["findings"]
    assert any("dismist" in record["found"] and record["place"].startswith("L5") for record in found)
    assert __main__.main(["check", str(three_forces / "data/raw/vale-2002/south-vale-reply.csv")]) == 0


def test_read_shows_each_cell_with_its_address(three_forces, capsys):
    file = str(three_forces / "data" / "raw" / "vale-2002" / "south-vale-reply.csv")
    assert __main__.main(["read", file]) == 0
    assert "L2F1\tSouth Vale\n" in capsys.readouterr().out
    assert __main__.main(["read", file, "--json"]) == 0
    texts = {cell["place"]: cell["text"] for cell in json.loads(capsys.readouterr().out)}
    assert (texts["L2F1"], texts["L2F9"]) == ("South Vale", "4")


def test_a_refused_file_is_read_as_nothing_and_says_where_to_look(tmp_path, capsys):
    path = tmp_path / "reply.xlsx"
    path.write_bytes(b"PK nothing")
    assert __main__.main(["read", str(path), "--json"]) == 1
    said = capsys.readouterr()
    assert said.out == "\n"
    assert "refused" in said.err


def test_a_file_is_checked_where_there_is_no_project_yet(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("ANALYSIS_PROJECT", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reply.csv").write_text("Outcome,2019\nDismissed,5\nWarned,\u202e3\n", "utf-8")
    assert __main__.main(["check", "reply.csv"]) == 1
    said = capsys.readouterr().out
    assert said.startswith("reply.csv: needs a person\n    L3F2: INVISIBLE_CHARACTERS")


def test_what_a_terminal_would_act_on_is_shown_as_its_code(tmp_path, capsys):
    path = tmp_path / "reply.csv"
    path.write_text("Outcome,2019\nDismissed,\x1b[2J5\n", "utf-8")
    assert __main__.main(["read", str(path)]) == 0
    assert "\x1b" not in capsys.readouterr().out


def test_a_reply_and_a_round_are_taken_in_and_a_second_run_changes_nothing(three_forces, capsys):
    inbox = three_forces / "data" / "inbox"
    inbox.mkdir()
    (inbox / "reply.csv").write_text("Outcome,2002,2003\ndismissed,6,7\ndisciplined,8,9\n", "utf-8")
    asked = ["new-reply", str(inbox / "reply.csv"), "--round", "vale-2002", "--force", "north-vale"]
    assert __main__.main([*asked, "--received", "2003-04-05"]) == 0
    said = capsys.readouterr().out
    assert "Left to decide" in said and "unit: still ? in table[1].fixed" in said
    assert not (inbox / "reply.csv").exists()
    assert __main__.main(["new-round", "vale-2005"]) == 0
    before = {path: path.read_bytes() for path in three_forces.rglob("*.*") if path.is_file()}
    assert __main__.main(asked) == __main__.main(["new-round", "vale-2005"]) == 0
    assert {path: path.read_bytes() for path in three_forces.rglob("*.*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"--force": "nort vale"}, 2, "nearest"),
        ({"--round": "vale-2009"}, 2, "nearest: vale-200"),
        ({"text": ""}, 1, "EMPTY_FILE"),
        ({"text": "Name,Outcome\nJane Planted,dismissed\nx@planted.example,dismissed\n"}, 1, "PERSONAL_DATA"),
    ],
)
def test_what_is_not_taken_in_stays_in_the_inbox_and_is_not_repeated(three_forces, capsys, change, status, said):
    file = three_forces / "data" / "inbox" / "reply.csv"
    file.parent.mkdir()
    file.write_text(change.get("text", "Outcome,2002\ndismissed,6\n"), "utf-8")
    options = {"--round": "vale-2002", "--force": "north-vale"} | change
    words = [word for name in ("--round", "--force") for word in (name, options[name])]
    assert __main__.main(["new-reply", str(file), *words]) == status
    spoken = "".join(capsys.readouterr())
    assert said in spoken and "lanted" not in spoken and file.exists()


@pytest.mark.parametrize("lines", [1, 20_000])
def test_a_reader_that_goes_early_ends_a_command_without_a_word(lines):
    talking = (
        "from analysis import __main__, stopping\n"
        f"__main__.check = lambda asked: print('line\\n' * {lines}) or 0\n"
        "stopping.leave(__main__.main(['check']))\n"
    )
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([sys.executable, "-c", talking], stdout=writer, stderr=subprocess.PIPE, text=True, timeout=20)
    os.close(writer)
    assert (done.stderr, done.returncode) == ("", 141)


def test_a_broken_pipe_to_another_process_is_still_an_error(monkeypatch, capsys):
    def broken(asked):
        raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr(__main__, "check", broken)
    assert __main__.main(["check"]) == 1 and "Broken pipe" in capsys.readouterr().err


@pytest.mark.parametrize("held", ["contextlib.nullcontext()", "threading._active_limbo_lock"])
def test_a_stop_that_some_library_swallows_ends_the_command_all_the_same(held):
    deaf = (
        "import contextlib, threading, time\n"
        "from analysis import __main__, stopping\n"
        "def swallow(asked):\n"
        "    print('busy', flush=True)\n"
        "    until = time.monotonic() + 30\n"
        "    while time.monotonic() < until:\n"
        "        try:\n"
        f"            with {held}:\n"
        "                time.sleep(30)\n"
        "        except KeyboardInterrupt:\n"
        "            pass\n"
        "__main__.check = swallow\n"
        "stopping.leave(__main__.main(['check']))\n"
    )
    process = subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "busy\n"
    process.send_signal(signal.SIGTERM)
    assert "To go on: python -m analysis" in process.communicate(timeout=20)[1]
    assert process.returncode == 128 + signal.SIGTERM


AT_EXIT = "atexit.register(lambda: (print('leaving', flush=True), time.sleep(30)))"
PUT_AWAY = """class Slow:
    def __del__(self, say=print, wait=time.sleep):
        say('leaving', flush=True)
        wait(0.5)
time.slow = Slow()"""


@pytest.mark.parametrize("last", [AT_EXIT, PUT_AWAY])
def test_a_stop_that_comes_when_all_is_done_ends_the_command_with_its_own_status(last):
    slow = (
        "import atexit, time\n"
        "from analysis import __main__, stopping\n"
        f"{last}\n"
        "__main__.check = lambda asked: 1\n"
        "stopping.leave(__main__.main(['check']))\n"
    )
    process = subprocess.Popen([sys.executable, "-c", slow], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "leaving\n"
    process.send_signal(signal.SIGTERM)
    assert process.communicate(timeout=20)[1] == ""
    assert process.returncode == 1
