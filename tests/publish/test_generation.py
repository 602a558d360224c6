import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from projects import append_cell, public

from analysis.publish import generation, parameters, staging, swap, warm

STANDIN = Path(__file__).parent / "standin.py"
EVERY = ["count · vale-2001", "count · vale-2002", "page · north-vale", "page · south-vale"]


def change(path, old, new):
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def reply(project):
    return project / "data" / "raw" / "vale-2002" / "south-vale-reply.csv"


def start(project, *words, **settings):
    package = str(Path(generation.__file__).parents[2])
    environment = os.environ | {"ANALYSIS_PROJECT": str(project), "PYTHONPATH": package} | settings
    command = [sys.executable, str(STANDIN), *words]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_build_leaves_tables_notebooks_and_pictures_with_their_data(built):
    names = sorted(public(built))
    chart = "site/figures/count/vale-2001/chart-counts"
    assert {f"{chart}.png", f"{chart}.csv", f"{chart}.txt"} <= set(names)
    assert {"site/notebooks/vale-2002/count.ipynb", "site/notebooks/north-vale/page.ipynb"} <= set(names)
    assert {"site/data/facts.csv", "data/processed/facts.csv", "data/processed/findings.json"} <= set(names)
    assert len(names) == 6 + 4 + 2 + 2 + 1
    assert not list((built / "build").glob("stage-*"))


def test_when_nothing_changed_nothing_is_run_or_written(built, no_kernel, capsys):
    before = (built / "site").stat().st_ino
    assert generation.build() == 0
    assert no_kernel == []
    assert "Nothing changed" in capsys.readouterr().out
    assert (built / "site").stat().st_ino == before


def test_a_changed_notebook_runs_again_and_no_other_does(built, no_kernel, capsys):
    change(built / "notebooks" / "page.ipynb", "One force", "Just one force")
    assert generation.build(explain=True) == 0
    assert sorted(no_kernel) == EVERY[2:]
    said = capsys.readouterr().out
    assert "page · north-vale: runs, changed: notebook" in said
    assert "count · vale-2001: unchanged, not run" in said


def test_outputs_stored_in_a_notebook_are_no_reason_to_run_it(built, no_kernel):
    change(built / "notebooks" / "page.ipynb", '"execution_count": null', '"execution_count": 7')
    assert generation.build() == 0
    assert no_kernel == []


@pytest.mark.parametrize("file", ["requirements.lock", "data/raw/lookups/another.csv"])
def test_a_changed_lock_and_a_new_table_run_every_notebook_again(built, no_kernel, file):
    with (built / file).open("a", encoding="utf-8") as lines:
        lines.write("\n")
    assert generation.build() == 0
    assert sorted(no_kernel) == EVERY


def test_a_table_that_no_run_read_is_no_reason_to_run_and_one_that_was_read_is(built, no_kernel, capsys):
    with (built / "data" / "raw" / "lookups" / "workforce.csv").open("a", encoding="utf-8") as lines:
        lines.write("\n")
    assert generation.build() == 0
    assert no_kernel == []
    change(reply(built), "4", "5")
    assert generation.build(explain=True) == 0
    assert sorted(no_kernel) == EVERY
    assert "count · vale-2001: runs, changed: file data/processed/facts.csv" in capsys.readouterr().out


def test_replies_are_read_in_the_threads_that_run_notebooks(built, no_kernel, monkeypatch):
    make, threads = staging._make, []

    def made(raw, folder, run):
        threads.extend(run(lambda _: threading.current_thread().name, range(3)))
        return make(raw, folder, run)

    monkeypatch.setattr(staging, "_make", made)
    assert generation.build(force=True, jobs=2) == 0
    assert len(threads) == 3 and all(name.startswith("worker") for name in threads)


def test_force_runs_everything_and_gives_the_same_bytes(built, capsys):
    before = public(built)
    assert generation.build(force=True, jobs=2) == 0
    assert "[4/4]" in capsys.readouterr().out
    assert public(built) == before


def test_force_believes_neither_what_documents_said_nor_what_was_solved(built, no_kernel):
    memories = [built / "build" / "cache" / name for name in ("documents", "solved")]
    for memory in memories:
        memory.write_text("of an earlier build")
    assert generation.build(force=True) == 0
    assert not any(memory.exists() for memory in memories)


def test_what_was_spoilt_by_hand_is_put_right_without_running_anything(built, no_kernel):
    before = public(built)
    (built / "data" / "processed" / "facts.csv").write_text("spoilt", "utf-8")
    (built / "site" / "data" / "facts.csv").unlink()
    assert generation.build() == 0
    assert public(built) == before
    assert no_kernel == []


def test_a_withdrawn_reply_leaves_no_trace_and_the_result_equals_a_clean_build(built, fresh, no_kernel, monkeypatch):
    for project in (built, fresh):
        reply(project).unlink()
        change(project / "data" / "raw" / "rounds.csv", "vale-2002", "vale-2003")
        monkeypatch.setenv("ANALYSIS_PROJECT", str(project))
        assert generation.build() == 0
    assert public(built) == public(fresh)
    left = [file for file in (built / "build").rglob("*") if file.is_file() and b"vale-2002" in file.read_bytes()]
    assert left == []


def test_a_failing_cell_is_named_stops_no_other_run_and_changes_nothing_public(built, capsys):
    before = public(built)
    append_cell(built / "notebooks" / "page.ipynb", "broken", "{'south-vale': 1}[force]")
    change(built / "notebooks" / "count.ipynb", "How many", "So many")
    assert generation.build(jobs=2) == 1
    said = capsys.readouterr()
    assert "3 of" not in said.err
    assert "1 of 4 runs failed" in said.err
    assert "page.ipynb (force='north-vale'): cell 7 [broken]" in said.err
    assert "KeyError: 'north-vale'" in said.err
    assert said.out.count(" s\n") == 3
    assert public(built) == before


def test_after_a_failure_only_what_failed_is_run_again(built, no_kernel, monkeypatch):
    from analysis.publish import notebooks

    good = notebooks.run
    change(built / "notebooks" / "page.ipynb", "One force", "Just one force")

    def half(source, parameters, *rest):
        if parameters.get("force") == "north-vale":
            raise OSError("No space left on device")
        return good(source, parameters, *rest)

    monkeypatch.setattr(notebooks, "run", half)
    assert generation.build() == 1
    monkeypatch.setattr(notebooks, "run", good)
    assert generation.build() == 0
    assert no_kernel == ["page · south-vale", "page · north-vale"]


def test_a_faulty_document_contributes_nothing_and_the_rest_is_put_in_place(built, no_kernel, capsys):
    change(reply(built), "4", "broken")
    for _ in range(2):
        assert generation.build() == 1
        assert "south-vale-reply.csv:L2: BROKEN" in capsys.readouterr().err
        assert "vale-2002,south-vale" not in (built / "data" / "processed" / "facts.csv").read_text("utf-8")


def test_a_faulty_decision_puts_nothing_in_place(built, no_kernel, capsys):
    before = public(built)
    change(reply(built), "4", "5")
    change(built / "data" / "raw" / "lookups" / "forces.csv", "Old Vale", "broken")
    assert generation.build() == 1
    assert "lookups/forces.csv: a broken decision\nNothing was put in place" in capsys.readouterr().err
    assert public(built) == before
    assert no_kernel == []


def test_a_build_cut_off_while_putting_things_in_place_is_finished_by_the_next(built, fresh, no_kernel, monkeypatch):
    monkeypatch.setenv("ANALYSIS_PROJECT", str(built))
    change(reply(built), "4", "5")

    def cut(*_):
        raise OSError("power cut")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="power cut"):
        patch.setattr(swap, "exchange", cut)
        generation.build()
    assert generation.build() == 0
    change(reply(fresh), "4", "5")
    monkeypatch.setenv("ANALYSIS_PROJECT", str(fresh))
    assert generation.build() == 0
    assert public(built) == public(fresh)


def test_results_of_a_build_during_which_something_was_edited_are_not_used(built, no_kernel, monkeypatch, capsys):
    from analysis.publish import notebooks

    before, instead = public(built), notebooks.run
    change(reply(built), "4", "5")

    def edited(*given):
        append_cell(built / "notebooks" / "page.ipynb", "edited", "1")
        return instead(*given)

    with monkeypatch.context() as patch:
        patch.setattr(notebooks, "run", edited)
        assert generation.build(jobs=1) == 1
    assert "changed while they ran" in capsys.readouterr().err
    assert public(built) == before
    no_kernel.clear()
    assert generation.build() == 0
    assert sorted(no_kernel) == EVERY


def test_only_one_notebook_is_run_aside_and_nothing_is_put_in_place(built, no_kernel):
    before = public(built)
    change(reply(built), "4", "5")
    assert generation.build(only="page") == 0
    assert sorted(no_kernel) == EVERY[2:]
    assert (built / "build" / "only" / "notebooks" / "south-vale" / "page.ipynb").is_file()
    assert public(built) == before
    with pytest.raises(parameters.WrongUse, match="did you mean page"):
        generation.build(only="pgae")


def test_two_builds_that_differ_in_everything_around_them_give_the_same_bytes(built, tmp_path):
    other = tmp_path / "another folder {with} braces"
    shutil.copytree(built, other)
    for name in ("build", "site"):
        shutil.rmtree(other / name)
    settings = {"TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7", "HOME": str(tmp_path), "LC_ALL": "C", "USER": "someone"}
    process = start(other, "build", "--jobs", "1", "--stock-kernels", **settings)
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 0, said
    assert public(other) == public(built)


def kernels_of(process):
    import psutil

    return [child.pid for child in psutil.Process(process.pid).children(recursive=True)]


def none_alive(pids, patience):
    import psutil

    def alive(pid):
        return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE

    until = time.monotonic() + patience
    while time.monotonic() < until and any(alive(pid) for pid in pids):
        time.sleep(0.05)
    return not any(alive(pid) for pid in pids)


@pytest.fixture
def busy(built):
    """Return a running build whose kernels are asleep in their last cell."""
    for name in ("page", "count"):
        append_cell(built / "notebooks" / f"{name}.ipynb", "slow", "import time; time.sleep(60)")
    process = start(built, "build", "--jobs", "2")
    until = time.monotonic() + 90
    while time.monotonic() < until and len(kernels_of(process)) < 2 + (warm.usual() == warm.NAME):
        time.sleep(0.05)
    yield process
    process.kill()
    process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_build_ends_at_once_leaves_no_kernel_and_changes_nothing(busy, built, number):
    before, pids = public(built), kernels_of(busy)
    began = time.monotonic()
    busy.send_signal(number)
    said = busy.communicate(timeout=20)[1]
    assert time.monotonic() - began < 5
    assert busy.returncode == 128 + number
    assert "python -m analysis build --jobs 2" in said
    assert "Traceback" not in said
    assert none_alive(pids, 1)
    assert public(built) == before


def test_a_second_build_leaves_at_once_and_a_killed_one_holds_nothing_up(busy, built, no_kernel, capsys):
    before, pids = public(built), kernels_of(busy)
    began = time.monotonic()
    with pytest.raises(swap.Busy, match=f"process {busy.pid}, since"):
        generation.build()
    assert time.monotonic() - began < 1
    busy.kill()
    assert none_alive(pids, 10)
    assert public(built) == before
    assert generation.build() == 0
    assert not list((built / "build").glob("stage-*"))
