import json

import pytest

import vale
from analysis import tables
from analysis.publish import runs


def planned(place):
    return [str(run) for run in runs.planned(place / "notebooks", tables.load())]


def say(place, text):
    (place / "notebooks" / "runs.toml").write_text(text, "utf-8")


def test_a_star_is_every_round_or_every_force_that_has_what_is_needed(built):
    assert planned(built) == ["count/vale-2001", "count/vale-2002", "page/north-vale", "page/south-vale"]


def test_a_star_leaves_out_what_is_excepted_and_takes_only_rows_that_fit(built):
    say(
        built,
        '[[run]]\nnotebook = "page"\nforce = "*"\nexcept = ["north-vale"]\n'
        'needs = { table = "facts", where = "low > 2" }',
    )
    assert planned(built) == ["page/south-vale"]


def test_a_list_of_rounds_is_a_run_each(built):
    say(built, '[[run]]\nnotebook = "count"\nround = ["vale-2002", "vale-2001"]')
    assert planned(built) == ["count/vale-2002", "count/vale-2001"]


def test_a_run_of_a_force_is_the_page_of_that_force_and_any_other_lies_below_its_notebook(built):
    assert [run.page for run in runs.planned(built / "notebooks", tables.load())][1:3] == [
        "count/vale-2002.html",
        "forces/north-vale.html",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[run]]\nnotebook = "cuont"', "no notebook is called 'cuont' in notebooks/; did you mean count"),
        (
            '[[run]]\nnotebook = "count"\nforce = "south-vale"',
            "count.ipynb has no parameter 'force'; did you mean round",
        ),
        (
            '[[run]]\nnotebook = "count"\nround = "vale-2003"',
            "count.ipynb: no round is called 'vale-2003'; did you mean vale",
        ),
        (
            '[[run]]\nnotebook = "count"\nround = 3',
            "count.ipynb: no round is called 3; did you mean vale-2002 or vale-2001?",
        ),
        ('[[run]]\nnotebook = "count"\nneed = 3', "runs.toml: 'need' means nothing; did you mean needs"),
        ('[[run]]\nnotebook = "count"\n[[run]]\nnotebook = "count"', "runs.toml makes count/vale-2001.html twice"),
    ],
)
def test_what_runs_toml_gets_wrong_is_named_with_the_nearest_right_word(built, text, said):
    say(built, text)
    with pytest.raises(runs.WrongUse) as wrong:
        planned(built)
    assert said in str(wrong.value)


def test_the_cell_of_parameters_holds_plain_values_only(built):
    path = vale.notebook(built, "derived", [("parameters", "a = 1\nb = a + 1")])
    with pytest.raises(runs.WrongUse, match=r"derived\.ipynb: the parameters cell holds 'b = a \+ 1'"):
        runs.defaults(path)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("open('/etc/hosts')", "open"),
        ("import pandas as pd\npd.read_csv('facts.csv')", "read_csv"),
        ("from pandas import read_csv as r", "read_csv"),
        ("import numpy as np\nnp.load('x.npy')", "load of another library"),
        ("from analysis import tables", "analysis.tables, which is not for notebooks"),
        ("import analysis\nanalysis.tables.read('facts')", "analysis.tables, which is not for notebooks"),
        ("from concurrent.futures import ProcessPoolExecutor", "concurrent.futures, which is not for notebooks"),
        ("import ctypes", "ctypes, which is not for notebooks"),
        ("().__class__", "__class__"),
        ("frame.to_csv('../site/x.csv')", "to_csv"),
        ("!ls", "a line that is no Python (line 1: invalid syntax)"),
    ],
)
def test_a_cell_that_reaches_past_load_is_refused_before_anything_runs_and_told_what_to_call(built, cell, said):
    path = vale.notebook(built, "reaching", [("words", "# Why?"), ("code", "1"), ("code", cell)])
    with pytest.raises(runs.WrongUse) as wrong:
        runs.one("reaching", {}, path.parent)
    told = "a notebook reads through load(…) and shows through say, show or charts alone"
    assert str(wrong.value) == f"reaching.ipynb: cell 3 [cell-2] holds {said}: {told}"


@pytest.mark.parametrize(
    "cell",
    ["from analysis.measure.rates import rates", "import analysis\nanalysis.load('x')", "import pandas as pd\npd.NA"],
)
def test_a_cell_that_measures_is_not_refused(built, cell):
    runs.one("measuring", {}, vale.notebook(built, "measuring", [("code", cell)]).parent)


def keys(place):
    held = tables.load()
    planned = runs.planned(place / "notebooks", held)
    return {str(run): key for run, key in runs.keys(planned, runs.parts(held)).items()}


def changed(before, after):
    return sorted(name for name in before if before[name] != after[name])


def test_a_number_of_one_round_changes_the_keys_of_that_round_and_of_its_forces_only(built):
    before = keys(built)
    file = built / "data" / "processed" / "figures.csv"
    file.write_text(file.read_text("utf-8").replace(",4,4,4,exact", ",5,5,5,exact"), "utf-8")
    assert changed(before, keys(built)) == ["count/vale-2002", "page/south-vale"]


def test_a_cell_changes_the_keys_of_its_notebook_and_an_output_none(built):
    before = keys(built)
    path = built / "notebooks" / "page.ipynb"
    nb = json.loads(path.read_text("utf-8"))
    nb["cells"][1]["outputs"], nb["cells"][1]["execution_count"] = [{"output_type": "stream"}], 7
    path.write_text(json.dumps(nb), "utf-8")
    assert changed(before, keys(built)) == []
    nb["cells"][0]["source"] += " Really?"
    path.write_text(json.dumps(nb), "utf-8")
    assert changed(before, keys(built)) == ["page/north-vale", "page/south-vale"]


def test_the_lock_and_the_words_of_columns_change_every_key(built):
    before = keys(built)
    (built / "requirements.lock").write_text("pandas==1\n")
    assert len(changed(before, keys(built))) == 4
    (built / "requirements.lock").unlink()
    with (built / "data" / "raw" / "lookups" / "columns.csv").open("a") as file:
        file.write("\n")
    assert len(changed(before, keys(built))) == 4
