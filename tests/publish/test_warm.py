import os
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from test_kernels import alive, execute, notebook

from analysis.publish import kernels, warm

pytestmark = pytest.mark.skipif(warm.usual() != warm.NAME, reason="kernels are forked on Linux only")

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("[0-9f]*.ipynb"))
PARENT = "import os; print(os.getppid())"
CURVE = "import matplotlib.pyplot as plt\nplt.plot([1, 3, 2])\nplt.title('Invented')"
AROUND = """import locale, os, sys, time
own = {name: value for name, value in os.environ.items() if name not in ("JPY_PARENT_PID", "ANALYSIS_KEPT")}
print(sorted(own.items()), sys.path, sys.flags, sys.argv[0], time.tzname, locale.getlocale(), hash("x"))
print(os.listdir(), sys.stdin.closed, __name__, os.getpid() == os.getpgid(0))"""


@pytest.fixture(autouse=True)
def ended(tmp_path, monkeypatch):
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path))
    with warm.fresh():
        yield


def said(ran):
    return [output.get("text", "").strip() for cell in ran.cells for output in cell.outputs]


def both(monkeypatch, folder, *cells):
    """Return what the cells show in a forked kernel and in a stock one."""
    shown = []
    for way in (warm.NAME, warm.STOCK):
        monkeypatch.setenv(warm.SWITCH, way)
        shown.append([cell.outputs for cell in execute(folder, *cells).cells])
    return shown


def test_a_chart_drawn_with_pyplot_shows_one_picture_the_same_as_in_a_stock_kernel(tmp_path, monkeypatch):
    forked, stock = both(monkeypatch, tmp_path, CURVE, "plt.plot([2, 1])\nplt.show()")
    pictures = [["image/png" in output.get("data", {}) for output in outputs].count(True) for outputs in forked]
    assert pictures == [1, 1]
    assert forked == stock


def test_a_forked_kernel_finds_the_same_around_it_as_a_stock_one(tmp_path, monkeypatch):
    monkeypatch.setenv("SOME_SECRET", "planted")
    forked, stock = both(monkeypatch, tmp_path, AROUND, "print(open('/proc/self/environ').read().count('planted'))")
    assert forked == stock
    assert "PYTHONHASHSEED" in str(forked)
    assert forked[1][0].text == "0\n"


def test_forked_kernels_have_one_parent_that_has_no_threads_and_each_its_own_chance(tmp_path):
    chance = "import numpy, random; print(numpy.random.random(), random.random())"
    folders = [tmp_path / str(number) for number in range(4)]
    for folder in folders:
        folder.mkdir()
    threads = f"{PARENT}\nprint(len(os.listdir(f'/proc/{{os.getppid()}}/task')))"
    with ThreadPoolExecutor(4) as pool:
        found = [said(ran) for ran in pool.map(lambda folder: execute(folder, threads, chance), folders)]
    assert len({parent for parent, _ in found}) == 1
    assert found[0][0].split()[1] == "1"
    assert len({number for _, both in found for number in both.split()}) == 8


def test_the_next_build_sees_edited_code_and_no_template_outlives_its_build(tmp_path):
    source = tmp_path / "src"
    shutil.copytree(Path(kernels.__file__).parents[1], source / "analysis")
    settings = kernels.environment(tmp_path, tmp_path, tmp_path) | {"PYTHONPATH": str(source)}
    asked = notebook(tmp_path, "from analysis.publish import watch; print(watch.KEPT)", PARENT)
    shown = []
    for word in ("ANALYSIS_KEPT", "EDITED"):
        edited = source / "analysis" / "publish" / "watch.py"
        edited.write_text(edited.read_text("utf-8").replace('"ANALYSIS_KEPT"', f'"{word}"'), "utf-8")
        with warm.fresh():
            shown.append(said(kernels.execute(asked, {}, settings, 30)[0]))
    assert [words for words, _ in shown] == ["ANALYSIS_KEPT", "EDITED"]
    assert not any(alive(int(pid)) for _, pid in shown)


def test_a_template_started_beforehand_is_the_one_that_kernels_are_forked_from(tmp_path):
    with warm.fresh(kernels.environment(tmp_path, tmp_path, tmp_path)):
        (started,) = warm._running.values()
        assert said(execute(tmp_path, PARENT)) == [str(started.pid)]


def test_the_template_holds_every_library_that_a_report_needs_so_that_no_fork_loads_one():
    cells = [cell.source for path in NOTEBOOKS for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]
    lines = [
        line for cell in cells for line in cell.splitlines() if line.startswith(("from analysis", "import analysis"))
    ]
    loaded = "set(name.split('.')[0] for name in sys.modules)"
    code = f"import sys, {', '.join(warm.IMPORTS.split())}\nbefore = {loaded}\n" + "\n".join(lines)
    shown = subprocess.run([sys.executable, "-c", f"{code}\nprint(*{loaded} - before)"], capture_output=True, text=True)
    assert (shown.returncode, shown.stdout) == (0, "\n"), shown.stderr


def test_where_the_template_cannot_import_a_stock_kernel_does_the_work(tmp_path):
    (tmp_path / "pandas.py").write_text("raise RuntimeError('broken')")
    settings = kernels.environment(tmp_path, tmp_path, tmp_path)
    settings["PYTHONPATH"] = os.pathsep.join([str(tmp_path), settings["PYTHONPATH"]])
    ran = kernels.execute(notebook(tmp_path, PARENT), {}, settings, 30)[0]
    assert said(ran) == [str(os.getpid())]


def test_a_forked_kernel_and_its_children_end_within_five_seconds_of_a_killed_runner(tmp_path):
    child = f"import subprocess; child = subprocess.Popen([{sys.executable!r}, '-c', 'import time; time.sleep(60)'])"
    told = tmp_path / "told"
    tell = f"import os, time; open({str(told)!r}, 'w').write(f'{{os.getpid()}} {{os.getppid()}} {{child.pid}}\\n')"
    notebook(tmp_path, child, tell, "time.sleep(60)")
    run = (
        "import sys; from pathlib import Path; from analysis.publish import kernels; here = Path(sys.argv[1]);"
        "kernels.execute((here / 'asked.ipynb').read_text(), {}, kernels.environment(here, here, here))"
    )
    runner = subprocess.Popen([sys.executable, "-c", run, str(tmp_path)], env=os.environ | {"TMPDIR": str(tmp_path)})
    until(lambda: told.exists() and told.read_text().endswith("\n"), 60)
    pids = [int(pid) for pid in told.read_text().split()]
    assert all(alive(pid) for pid in pids)
    runner.kill()
    runner.wait()
    ended = until(lambda: not any(alive(pid) for pid in pids), 5)
    for pid in pids:
        if alive(pid):
            os.kill(pid, signal.SIGKILL)  # what this test finds must not outlive it
    assert ended


def test_a_template_whose_owner_was_gone_before_it_could_look_ends_by_itself():
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    command = [sys.executable, "-c", warm.SERVE.format(gone.pid)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as template:
        try:
            assert template.wait(30) == 0
        finally:
            template.kill()


def test_nbval_forks_its_kernels_as_well(tmp_path):
    notebook(tmp_path, "import pathlib, os; assert 'warm' in pathlib.Path(f'/proc/{os.getppid()}/cmdline').read_text()")
    own = ["-c", str(NOTEBOOKS[0].parents[1] / "pyproject.toml"), "--rootdir", str(tmp_path)]
    words = ["-m", "pytest", "-q", "-p", "no:cacheprovider", *own, "--nbval-lax", str(tmp_path)]
    env = {name: value for name, value in os.environ.items() if name != warm.SWITCH}
    ran = subprocess.run([sys.executable, *words], env=env, capture_output=True)
    assert ran.returncode == 0, ran.stdout


def until(done, seconds):
    import time

    end = time.monotonic() + seconds
    while not done() and time.monotonic() < end:
        time.sleep(0.05)
    return done()


def test_no_stock_kernel_takes_the_place_of_a_template_that_was_ended_with_its_build(tmp_path, monkeypatch):
    def ended_meanwhile(*_):
        kernels.end_all()
        raise ValueError("no process id was said")

    monkeypatch.setattr(warm, "_fork", ended_meanwhile)
    with pytest.raises(ValueError, match="no process id"):
        execute(tmp_path, "1")
