"""Words that look like something else to a tool: they stay the words they are, in tables and as parameters."""

import datetime as dt
import json

import pandas as pd
import pytest

import vale
from analysis import codebook, tables
from analysis.clean import counts
from analysis.publish import kernels, runs

WORDS = ["", "nan", "NA", "None", "N/A", "null", "2019-01-01", "no", "007", "1e3", "true", "3-5"]


def ledger(*said):
    rows = [["a", f"L{line}", ends_as, reason, ""] for line, (ends_as, reason) in enumerate(said, 2)]
    return pd.DataFrame(rows, columns=list(codebook.columns("ledger").index))


def test_in_a_table_that_is_written_and_read(tmp_path):
    tables.write(ledger(*[("label", word) for word in WORDS]), tmp_path / "ledger.csv", "ledger")
    assert tables.read("ledger", tmp_path / "ledger.csv")["reason"].tolist() == WORDS


def test_as_parameters_of_a_notebook_that_is_run(tmp_path):
    names = [f"word_{number}" for number in range(len(WORDS))]
    defaults = "\n".join(f"{name} = 'x'" for name in names)
    cells = [("parameters", defaults), ("code", f"[{', '.join(names)}]")]
    path = vale.notebook(tmp_path, "words", cells)
    given = runs.checked(path, dict(zip(names, WORDS, strict=True)))
    ran = json.loads(kernels.make(path.read_text("utf-8"), given, ()).notebook)
    assert (
        "".join(ran["cells"][-1]["outputs"][0]["data"]["text/plain"]).replace("\n", "").split() == repr(WORDS).split()
    )


@pytest.mark.parametrize("value", [dt.date(2019, 1, 1), False, 7])  # what toml makes of such words without quotes
def test_a_parameter_of_another_kind_is_refused_by_name(tmp_path, value):
    path = vale.notebook(tmp_path, "words", [("parameters", "word = 'x'")])
    with pytest.raises(runs.WrongUse, match="word must be of type str"):
        runs.checked(path, {"word": value})


def test_a_notebook_whose_cell_of_parameters_lost_its_tag_takes_none(tmp_path):
    path = vale.notebook(tmp_path, "untagged", [("code", "force = 'x'")])
    with pytest.raises(runs.WrongUse, match=r"untagged\.ipynb has no parameter 'force'"):
        runs.checked(path, {"force": "south-vale"})


@pytest.mark.parametrize(
    ("word", "status"),
    [("", "missing"), ("NA", "not applicable"), ("N/A", "not applicable"), ("None", "zero"), ("nan", ""), ("null", "")],
)
def test_as_the_answer_of_a_force_each_means_what_a_person_meant_or_is_refused(word, status):
    if status:
        assert counts.parse(word).status == status
    else:
        with pytest.raises(counts.UnreadableNumber, match="UNKNOWN_NUMBER"):
            counts.parse(word)


def test_nothing_that_may_not_be_empty_hides_behind_a_wrong_word_in_the_same_column():
    wrong = tables.wrong(ledger(("lost", ""), ("", ""), ("label", "")), "ledger")
    assert [(row, found) for row, found, _ in wrong] == [(0, "ends_as = 'lost'"), (1, "ends_as = ''")]
