import json

import pytest

import vale
from analysis.publish import execute, kernels

CHART = """
import pandas as pd
from analysis.tell import charts
frame = pd.DataFrame({"who": ["a", "b"], "low": [1, 2], "high": [1, 2], "figure_ids": "x:L1"})
charts.bars(frame, "who", title="Two bars", subtitle="People, one year")
"""
FORGED = "from IPython.display import display\n"
FORGED += "display({{'text/html': '{}'}}, metadata={{'analysis': {{'kind': 'table'}}}}, raw=True)"


@pytest.fixture(scope="module")
def env(tmp_path_factory):
    """Return the environment of kernels that may read nothing; a template for them is held."""
    env = kernels.lay_out((), tmp_path_factory.mktemp("runs"))
    with kernels.template(env):
        yield env


@pytest.fixture
def run(env, tmp_path):
    """Return a function that runs cells, the first of which holds the parameters that are given."""

    def run(*cells, given=None, env=env, **more):
        kinds = ["parameters" if given else "code"] + ["code"] * len(cells)
        notebook = vale.notebook(tmp_path, "cells", [*zip(kinds, cells, strict=False)])
        return execute.run_notebook(env, notebook.read_text("utf-8"), given or {}, **more)

    return run


@pytest.fixture
def stock(monkeypatch):
    """Let kernels start as they do where none can be forked."""
    return lambda: monkeypatch.setattr(kernels, "_template", None)


def outputs(made, cell):
    return json.loads(made.notebook)["cells"][cell]["outputs"]


def test_a_notebook_that_runs_to_its_end_comes_back_without_the_sentinel_cell(run):
    made = run("a = 1", "a + 1")
    assert [cell["id"] for cell in json.loads(made.notebook)["cells"]] == ["cell-0", "cell-1"]
    assert outputs(made, 1)[0]["data"] == {"text/plain": "2"}


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("import sys; sys.exit(0)", "the run ended here"),
        ("import os; os._exit(0)", "Kernel died"),
        ("import time; time.sleep(30)", "timed out"),
        ("import warnings; warnings.warn('look')", "stderr"),
        ("def broken(:", "SyntaxError"),
        ("object()", "memory address"),
        ("print('x' * 1_000_000)", "it showed more than 100,000 letters"),
        ("'x' * 30_000_000", "it showed more than 20,000,000 letters"),
        ("import os; os.system('yes')", "it showed more than 100,000 letters"),
        (FORGED.format("<<script>alert(1)</script>"), "<script> that could act"),
        (FORGED.format("<p onclick=alert(1)>"), "<p> that could act"),
        ("import matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show()", "charts.chart(ax, frame, title="),
    ],
)
def test_a_cell_that_fails_is_named_with_what_it_said(run, cell, said):
    with pytest.raises(execute.NotebookFailed) as failed:
        run("1", cell, "2", timeout=3 if "sleep" in cell else 60)
    assert failed.value.cell.startswith("cell 2 [cell-1]")
    assert said in failed.value.lines


def test_a_cell_is_numbered_as_in_the_notebook_also_where_parameters_are_given(run):
    with pytest.raises(execute.NotebookFailed, match=r"^cell 2 \[cell-1\] '1 / 0'"):
        run("a = ''", "1 / 0", given={"a": "b"})


def test_a_notebook_without_an_end_or_with_two_charts_of_one_name_is_not_believed(run):
    with pytest.raises(execute.NotebookFailed, match="the end of the notebook was not reached"):
        run("said = print\nprint = lambda token: said('all went well')")
    with pytest.raises(execute.NotebookFailed, match="two charts are called two-bars"):
        run(CHART, CHART)


def test_a_chart_leaves_a_png_an_svg_a_dark_png_its_numbers_and_its_words(run):
    made = run(CHART)
    assert sorted(made.pictures) == [f"two-bars{side}" for side in ("-dark.png", ".csv", ".png", ".svg", ".txt")]
    assert made.pictures["two-bars.csv"].decode().splitlines()[1].startswith("b,2")
    assert made.pictures["two-bars.txt"].decode().startswith("Two bars\n")
    assert set(outputs(made, 0)[0]["data"]) == {"image/png", "text/plain"}


def test_a_run_is_the_same_to_the_byte_warm_or_stock(run, stock):
    cells = [CHART, "import random, os\nsorted({'a', 'b', 'c'}), os.environ['TZ']", "{'a', 'b', 'c'}"]
    forked = run(*cells)
    stock()
    assert run(*cells)[:2] == forked[:2]


def test_a_parameter_that_looks_like_something_else_to_a_tool_stays_the_word(run):
    given = {"a": "2019-01-01", "b": "no", "c": "007", "d": "1e3", "e": "nan"}
    made = run("a = b = c = d = e = ''", "[a, b, c, d, e]", given=given)
    assert outputs(made, 2)[0]["data"]["text/plain"] == repr([*given.values()])


def test_every_forked_kernel_has_chance_of_its_own(run):
    made = [run("import numpy\nnumpy.random.random()") for _ in range(2)]
    assert outputs(made[0], 0) != outputs(made[1], 0)


def test_a_kernel_knows_no_variable_of_ours(run, tmp_path, monkeypatch):
    monkeypatch.setenv("SOME_SECRET", "planted")
    made = run("import os; print(dict(os.environ))", env=kernels.lay_out((), tmp_path))
    assert "ANALYSIS_PROJECT" in made.notebook and "planted" not in made.notebook
