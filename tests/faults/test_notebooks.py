"""A notebook that does not end well is named with its cell and last words, and changes nothing public."""

import resource
import shutil
import signal
import sys
import time
from functools import partial

import builds
import nbformat
import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="orphans are counted by a call that only Linux has")

# Each is a cell at the end of a notebook of its own; then what the build must say of it.
FAULTS = {
    "an-error": ("print('so far', flush=True)\n1 / 0", "ZeroDivisionError: division by zero"),
    "an-end": ("import sys\nsys.exit(0)", "the run ended here"),
    "a-death": ("import os\nos.kill(os.getpid(), 9)", "Kernel died"),
    "a-quiet-death": ("import os\nos._exit(0)", "Kernel died"),
    "a-sleep": ("import time\ntime.sleep(60)", "timed out"),
    "a-thread": ("import threading\nthreading.Thread(target=lambda: 1 / 0).start()", "ZeroDivisionError"),
    "a-warning": ("import warnings\nwarnings.warn('look here')", "look here"),
    "a-full-disk": ("with open('/dev/full', 'w') as file:\n    file.write('x')", "No space left on device"),
    "a-child": ("import subprocess\nsubprocess.Popen(['sleep', '60'])\n1 / 0", "ZeroDivisionError"),
    "an-address": ("object()", "memory address"),
}


def with_cell(place, name: str, source: str) -> str:
    """Add a notebook that ends with a cell, and its run; return the name of the notebook."""
    notebook = place / "notebooks" / f"{name}.ipynb"
    shutil.copyfile(place / "notebooks" / "page.ipynb", notebook)
    nb = nbformat.read(notebook, as_version=4)
    nb.cells.append(nbformat.v4.new_code_cell(source))
    nb.cells[-1]["id"] = "the-fault"
    nbformat.write(nb, notebook)
    with (place / "notebooks" / "runs.toml").open("a", encoding="utf-8") as file:
        file.write(f'[[run]]\nnotebook = "{name}"\nforce = "south-vale"\n')
    return notebook.name


def test_each_fault_of_a_notebook_is_named_and_none_changes_anything_public(corrected, three_forces, figure):
    place, before = corrected(), builds.public(three_forces / "before")
    builds.replace(place / "notebooks" / "runs.toml", "timeout_seconds = 30", "timeout_seconds = 6")
    names = {with_cell(place, name, source): words for name, (source, words) in FAULTS.items()}
    with builds.orphans() as left:
        status, said = builds.build(place)
    assert status == 1
    assert f"{len(FAULTS)} of {len(FAULTS) + 2} runs failed" in said
    told = {part.split(" ", 1)[0]: part for part in said.split("\nFAILED ")[1:]}
    assert set(told) == set(names)
    for name, words in names.items():
        where = "after its last cell" if name == "a-thread.ipynb" else "[the-fault]"
        assert told[name].startswith(f"{name} (force='south-vale'): ") and where in told[name], told[name]
        assert words in told[name]
    assert left == []
    assert builds.public(place) == before
    figure("Faulty notebooks", f"{len(FAULTS)}", "each named with its cell; 0 public changes, 0 orphans")


@pytest.mark.whole
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_build_stopped_in_a_cell_leaves_no_kernel_and_says_how_to_go_on(corrected, three_forces, number, figure):
    place = corrected()
    mark = place / "asleep"
    with_cell(place, "asleep", f"import pathlib, time\npathlib.Path({str(mark)!r}).touch()\ntime.sleep(60)")
    with builds.orphans() as left:
        process, until = builds.start(place), time.monotonic() + 60
        while not mark.exists() and time.monotonic() < until:
            time.sleep(0.02)
        began = time.monotonic()
        process.send_signal(number)
        status, said = builds.ended(process)
        took = time.monotonic() - began
    assert left == []
    assert builds.public(place) == builds.public(three_forces / "before")
    assert status == (-9 if number == signal.SIGKILL else 128 + number)
    assert number == signal.SIGKILL or "To go on: python -m analysis build --jobs 2" in said
    assert "Traceback" not in said
    figure(f"{number.name} while a cell runs", "1", f"ended after {took:.2f} s, 0 orphans")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('round = "vale-2001"', "no parameter 'round'"),
        ("force = 3", "force"),
    ],
)
def test_a_parameter_that_is_unknown_or_of_the_wrong_type_stops_before_anything_runs(
    corrected, three_forces, line, words
):
    place = corrected()
    builds.replace(place / "notebooks" / "runs.toml", 'force = "south-vale"', line)
    status, said = builds.build(place)
    assert status == 2 and words in said and "Traceback" not in said and "[1/" not in said
    assert builds.public(place) == builds.public(three_forces / "before")


@pytest.mark.whole
def test_a_single_run_that_fails_leaves_the_good_one_before_it(corrected):
    place = corrected()
    assert builds.build(place, "run", "page")[0] == 0
    good = (place / "build" / "runs" / "page" / "south-vale" / "page.ipynb").read_bytes()
    limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (2000, 2000))
    status, said = builds.build(place, "run", "page", limit=limit)
    assert status == 1 and "Traceback" not in said
    assert (place / "build" / "runs" / "page" / "south-vale" / "page.ipynb").read_bytes() == good
