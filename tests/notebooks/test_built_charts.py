"""Every chart of the built site: its title says no more than its rows, and its rows are of the subject."""

import os
from pathlib import Path

import pandas as pd
import pytest

from analysis import tables
from analysis.measure import categories
from analysis.tell.picture import MOST_WORDS, title_numbers


@pytest.fixture(scope="module")
def charts(project):
    """Return for each chart of ANALYSIS_SITE, or of site/, its title, its subtitle and its table."""
    folder = Path(os.environ.get("ANALYSIS_SITE", project / "site")) / "figures"
    if not folder.is_dir():
        pytest.skip("site/ is not built; run make report")
    words = {path: path.with_suffix(".txt").read_text("utf-8").splitlines() for path in sorted(folder.rglob("*.csv"))}
    return {str(path.relative_to(folder)): (*said[:2], pd.read_csv(path)) for path, said in words.items()}


def test_a_title_is_short_and_each_of_its_numbers_is_drawn(charts):
    for name, (title, subtitle, table) in charts.items():
        drawn = table.select_dtypes("number").to_numpy().ravel()
        strange = [said for said, value, step in title_numbers(title) if not (abs(drawn - value) <= step).any()]
        assert strange == [] and len(title.split()) <= MOST_WORDS and subtitle, name


def test_no_chart_is_of_nothing_of_one_row_or_of_one_answer(charts):
    for name, (_, _, table) in charts.items():
        known = table["answer"].drop_duplicates() if "answer" in table else table.iloc[:, 1].dropna()
        assert len(known) > 1, name


def test_no_row_of_a_chart_counts_misconduct_of_every_kind(charts):
    data = tables.load()
    known = categories.trees(data)["conduct"]
    cells = data.facts.assign(cell=data.facts["figure_ids"].str.split()).explode("cell").set_index("cell")
    subjects = cells["conduct"].map(lambda conduct: categories.subject(known, conduct))
    for name, (_, _, table) in charts.items():
        for ids in table["figure_ids"].fillna("") if "figure_ids" in table else ():
            told = {one for cell in ids.split() if cell in subjects.index for one in subjects[cell].split("|")}
            assert told <= {"this"}, (name, ids)
