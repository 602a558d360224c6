import re

import pytest

import vale
from analysis import tables
from analysis.publish import runs


def planned(place, said):
    (place / "notebooks" / "runs.toml").write_text(f"[[run]]\n{said}", "utf-8")
    return [run.page for run in runs.planned(place / "notebooks", tables.load())]


COUNT, PAGE, FACTS = 'notebook = "count"\n', 'notebook = "page"\n', "needs = { table = 'facts' }"


@pytest.mark.parametrize(
    ("said", "pages"),
    [
        (f"{COUNT}round = '*'\n{FACTS}", ["count/vale-2001", "count/vale-2002"]),
        (f"{PAGE}force = '*'\n{FACTS}", ["forces/north-vale", "forces/south-vale"]),
        (f"{PAGE}force = '*'\nexcept = ['north-vale']\nneeds = {{ table = 'facts', where = 'low > 2' }}",
         ["forces/south-vale"]),
        (f"{COUNT}round = ['vale-2002', 'vale-2001']", ["count/vale-2002", "count/vale-2001"]),
    ],
)  # fmt: skip
def test_a_star_is_every_round_or_force_that_has_what_is_needed_and_a_list_a_page_each(built, said, pages):
    assert planned(built, said) == [f"{page}.html" for page in pages]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('notebook = "cuont"', "no notebook is called 'cuont' in notebooks/; nearest: count"),
        (f'{COUNT}force = "south-vale"', "count.ipynb has no parameter 'force'; nearest: round"),
        (f'{COUNT}round = "vale-2003"', "count.ipynb: no round is called 'vale-2003'; nearest: vale"),
        (f"{COUNT}round = 3", "count.ipynb: no round is called 3; nearest: vale-2002, vale-2001"),
        (f"{COUNT}need = 3", "runs.toml: 'need' means nothing; nearest: needs"),
        (f"{COUNT}[[run]]\n{COUNT}", "runs.toml makes count/vale-2001.html twice"),
    ],
)
def test_what_runs_toml_gets_wrong_is_named_with_the_nearest_right_word(built, text, said):
    with pytest.raises(runs.WrongUse, match=re.escape(said)):
        planned(built, text)


@pytest.mark.parametrize(
    "text", ["round = [", "front = 3", "run = [1]", "[[run]]\nnotebook = 3", "timeout_seconds = 'x'", "\xff"]
)
def test_a_runs_toml_of_another_form_is_named(tmp_path, text):
    (tmp_path / "runs.toml").write_text(text, "latin-1")
    with pytest.raises(runs.WrongUse, match=r"^runs.toml: "):
        runs.settings(tmp_path)


@pytest.mark.parametrize(
    ("kind", "cell", "given", "said"),
    [
        ("parameters", "a = 1\nb = a + 1", {}, "only lines like name = 'value'; it holds 'b = a + 1'"),
        ("parameters", "a = b = 1", {}, "only lines like name = 'value'; it holds 'a = b = 1'"),
        ("parameters", "word = 'x'", {"word": 7}, "word must be of type str, not 7"),
        ("parameters", "word = 'x'", {"word": False}, "word must be of type str, not False"),  # `false` in runs.toml
        ("code", "word = 'x'", {"word": "y"}, "has no parameter 'word'; there are none"),  # it lost its tag
    ],
)
def test_a_parameter_is_a_plain_value_of_its_kind_in_the_tagged_cell(tmp_path, kind, cell, given, said):
    path = vale.notebook(tmp_path, "words", [(kind, cell)])
    with pytest.raises(runs.WrongUse, match=f"^words.ipynb.*{re.escape(said)}"):
        runs.one("words", given, path.parent)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("open('/etc/hosts')", "open"),
        ("import pandas as pd\npd.read_csv('facts.csv')", "read_csv"),
        ("from pandas import read_csv as r", "read_csv"),
        ("import numpy as np\nnp.load('x.npy')", "load of another library"),
        ("from numpy import load", "numpy.load, which is not for notebooks"),
        ("from analysis import tables", "analysis.tables, which is not for notebooks"),
        ("import analysis\nanalysis.tables.read('facts')", "analysis.tables, which is not for notebooks"),
        ("from concurrent.futures import wait", "concurrent.futures.wait, which is not for notebooks"),
        ("import subprocess", "subprocess, which is not for notebooks"),
        ("pd.io.common.os.fork()", "os"),
        ("().__class__", "__class__"),
        ("frame.to_csv('../site/x.csv')", "to_csv"),
        ("!ls", "a line that is no Python (line 1: invalid syntax)"),
    ],
)
def test_a_cell_that_reaches_past_load_is_refused_before_anything_runs_and_told_what_to_call(tmp_path, cell, said):
    path = vale.notebook(tmp_path, "reaching", [("words", "# Why?"), ("code", "1"), ("code", cell)])
    with pytest.raises(runs.WrongUse) as wrong:
        runs.one("reaching", {}, path.parent)
    told = "a notebook reads through load(…) and shows through say, show or charts alone"
    assert str(wrong.value) == f"reaching.ipynb: cell 3 [cell-2] holds {said}: {told}"


def keys(place):
    held = tables.load()
    planned = runs.planned(place / "notebooks", held)
    parts = runs.parts(held, {run.part for run in planned})
    return {str(run): key for run, key in runs.keys(planned, parts).items()}


PAGES = ["page/north-vale", "page/south-vale"]


@pytest.mark.parametrize(
    ("file", "was", "now", "changed"),
    [
        ("data/processed/figures.csv", ",4,4,4,exact", ",5,5,5,exact", ["count/vale-2002", "page/south-vale"]),
        ("notebooks/page.ipynb", '"outputs": []', '"outputs": [{"output_type": "stream"}]', []),
        ("notebooks/page.ipynb", "# What is known?", "# What was known?", PAGES),
        ("data/raw/lookups/columns.csv", " of ", " from ", ["count/vale-2001", "count/vale-2002", *PAGES]),
        ("requirements.lock", "pandas==0", "pandas==1", ["count/vale-2001", "count/vale-2002", *PAGES]),
    ],
    ids=["a_number_of_one_round", "an_output", "a_cell", "the_words_of_columns", "the_lock"],
)
def test_a_change_is_run_again_where_it_is_seen_and_nowhere_else(built, file, was, now, changed):
    (built / "requirements.lock").write_text("pandas==0\n", "utf-8")
    before, text = keys(built), (built / file).read_text("utf-8")
    assert was in text
    (built / file).write_text(text.replace(was, now), "utf-8")
    after = keys(built)
    assert [name for name in before if before[name] != after[name]] == changed
