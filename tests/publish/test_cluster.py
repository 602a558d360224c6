import json
import os
import shutil
import subprocess
import sys
import time

import pytest
from projects import append_cell, public
from test_generation import start

from analysis import clean
from analysis.publish import cache, generation, kernels, notebooks, parameters

pytest.importorskip("distributed")


@pytest.fixture
def cluster(tmp_path):
    """Return the address of a scheduler on this machine, and its two workers, each a process of its own."""
    file, fonts = tmp_path / "scheduler.json", tmp_path / "fonts"
    fonts.mkdir()
    (fonts / "fontlist-none.json").touch()  # no notebook of these draws with matplotlib
    settings = os.environ | {"MPLCONFIGDIR": str(fonts), "ANALYSIS_PROJECT": "nowhere"}
    common = ["--scheduler-file", str(file), "--host", "127.0.0.1", "--no-dashboard"]
    words = [["dask_scheduler", *common, "--port", "0"]]
    words += [["dask_worker", *common, "--no-nanny", "--nthreads", "1", "--name", name] for name in ("one", "two")]
    started = []
    try:
        for name, *options in words:
            (tmp_path / f"in-{len(started)}").mkdir()
            command = [sys.executable, "-m", f"distributed.cli.{name}", *options]
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            started.append(subprocess.Popen(command, cwd=tmp_path / f"in-{len(started)}", env=settings, **quiet))
            until = time.monotonic() + 60
            while not (file.exists() and file.read_text("utf-8").endswith("}")) and time.monotonic() < until:
                time.sleep(0.05)
        yield json.loads(file.read_text("utf-8"))["address"], started[1:]
    finally:
        for process in started:
            process.kill()
            process.wait()


def test_a_build_on_a_cluster_that_loses_a_worker_half_way_gives_the_same_bytes(built, cluster, tmp_path):
    address, workers = cluster
    for name in ("page", "count"):
        append_cell(built / "notebooks" / f"{name}.ipynb", "slow", "import time; time.sleep(1)")
    other = tmp_path / "elsewhere"
    shutil.copytree(built, other)
    assert generation.build(force=True, jobs=2) == 0
    process = start(other, "build", "--force", "--cluster", address)
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("[1/4]"):
            workers[0].kill()
    said = process.communicate(timeout=120)[1]
    assert process.returncode == 0, said
    assert sum(line.startswith("[") for line in lines) == 4
    assert workers[0].poll() is not None
    assert workers[1].poll() is None
    assert public(other) == public(built)


def test_replies_are_read_by_the_workers_and_say_the_same(cluster, tmp_path, project):
    raw = tmp_path / "raw"
    shutil.copytree(project / "tests" / "three_forces" / "data" / "raw", raw)
    with notebooks.workers(2, cluster[0]) as workers:
        homes = set(workers.map(os.path.abspath, ["."] * 8))
        far = clean.build(raw, run=workers.map)
    near = clean.build(raw)
    assert homes <= {str(tmp_path / "in-1"), str(tmp_path / "in-2")}
    assert len(near["figures"]) and all(far[name].equals(near[name]) for name in clean.BUILT)


def test_a_worker_with_other_code_is_refused_by_name(cluster, monkeypatch):
    monkeypatch.setattr(cache, "code", lambda: "edited meanwhile")
    with notebooks.workers(2, cluster[0]) as workers, pytest.raises(kernels.NotebookFailed, match="another version"):
        list(workers.map(os.path.abspath, ["."]))


def test_without_the_library_the_cluster_is_refused_with_what_to_install(built, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(parameters.WrongUse, match="extra 'cluster'"):
        generation.build(force=True, cluster="127.0.0.1:1")
