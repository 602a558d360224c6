import os
import subprocess
import sys

import nbformat
import pytest

from analysis.publish import kernels


def notebook(folder, *cells):
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    nb = nbformat.v4.new_notebook(metadata={"kernelspec": kernel})
    for number, source in enumerate(cells):
        cell = nbformat.v4.new_code_cell(source)
        cell["id"] = f"cell-{number}"
        nb.cells.append(cell)
    nbformat.write(nb, folder / "asked.ipynb")
    return (folder / "asked.ipynb").read_text("utf-8")


def execute(folder, *cells, timeout=30):
    settings = kernels.environment(folder, folder, folder)
    return kernels.execute(notebook(folder, *cells), {}, settings, timeout)[0]


def test_a_notebook_that_runs_to_its_end_succeeds_without_the_sentinel_cell(tmp_path):
    ran = execute(tmp_path, "a = 1", "a + 1")
    assert [cell.id for cell in ran.cells] == ["cell-0", "cell-1"]
    assert ran.cells[1].outputs[0].data["text/plain"] == "2"


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("import sys; sys.exit(0)", "the run ended here"),
        ("import os; os._exit(0)", "Kernel died"),
        ("import os; os.kill(os.getpid(), 9)", "Kernel died"),
        ("import time; time.sleep(30)", "timed out"),
        ("import warnings; warnings.warn('look')", "stderr"),
        ("def broken(:", "SyntaxError"),
        ("object()", "memory address"),
    ],
)
def test_a_cell_that_fails_is_named_with_what_it_said(tmp_path, cell, said):
    with pytest.raises(kernels.NotebookFailed) as failed:
        execute(tmp_path, "1", cell, "2", timeout=1 if "sleep" in cell else 30)
    assert failed.value.cell.startswith("cell 2 [cell-1]")
    assert said in failed.value.lines


def test_a_notebook_that_does_not_end_with_the_word_of_its_run_is_not_believed(tmp_path):
    with pytest.raises(kernels.NotebookFailed, match="the end of the notebook was not reached"):
        execute(tmp_path, "from analysis.publish import watch\nwatch.end = lambda token: print('all went well')")


@pytest.mark.parametrize(
    "cell",
    [
        "import threading, time\nthreading.Thread(target=lambda: (time.sleep(0.2), 1 / 0)).start()",
        "import io, sys, threading\nsys.stderr = io.StringIO()\nthreading.Thread(target=lambda: 1 / 0).start()",
    ],
)
def test_an_error_swallowed_by_a_thread_fails_the_run_even_when_its_cell_had_ended_or_hid_it(tmp_path, cell):
    with pytest.raises(kernels.NotebookFailed, match="ZeroDivisionError"):
        execute(tmp_path, cell, "2")


def test_a_kernel_knows_no_variable_of_ours_and_dies_with_its_children(tmp_path, monkeypatch):
    monkeypatch.setenv("SOME_SECRET", "planted")
    child = f"import subprocess; child = subprocess.Popen([{sys.executable!r}, '-c', 'import time; time.sleep(60)'])"
    ran = execute(tmp_path, "import os; print(dict(os.environ))", child, "print(child.pid, os.getpid())")
    assert "planted" not in ran.cells[0].outputs[0].text
    for pid in map(int, ran.cells[2].outputs[0].text.split()):
        assert not alive(pid)


def test_many_runs_leave_no_open_file_and_no_folder_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    execute(tmp_path, "1")
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0  # noqa: PTH112, PTH208
    for _ in range(2):
        execute(tmp_path, "1")
    after = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0  # noqa: PTH112, PTH208
    assert after <= before
    assert not list(tmp_path.glob(f"{kernels.FOLDER}*"))


def test_what_a_killed_process_left_is_swept_and_what_a_living_one_uses_is_not(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    for owner in (dead.pid, os.getpid()):
        (tmp_path / f"{kernels.FOLDER}{owner}-abc").mkdir()
    kernels.sweep()
    assert [folder.name for folder in tmp_path.iterdir()] == [f"{kernels.FOLDER}{os.getpid()}-abc"]


def test_a_kernel_that_does_not_answer_is_told_from_a_notebook_that_fails(tmp_path, monkeypatch):
    monkeypatch.setattr(kernels, "_manager", lambda folder: manager_of_nothing(folder))
    with pytest.raises(kernels.NotStarted, match="before its first cell"):
        execute(tmp_path, "1")


def manager_of_nothing(folder):
    """Return a manager whose kernels end before they answer."""
    from jupyter_client import AsyncKernelManager
    from jupyter_client.kernelspec import KernelSpec

    manager = AsyncKernelManager(transport="ipc", connection_file=str(folder / "kernel.json"))
    manager._kernel_spec = KernelSpec(argv=[sys.executable, "-c", "", "{connection_file}"], language="python")
    return manager, []


def alive(pid):
    import psutil

    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def test_a_build_does_not_wait_for_a_grammar_that_no_notebook_is_checked_against():
    asked = "from analysis.publish import kernels; import nbformat, papermill, sys; sys.exit('lark' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
