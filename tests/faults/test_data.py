"""Data that are spoilt end in one line each, and no name leads out of the project."""

import csv
import os
import random
import re

import pytest

import vale
from analysis.__main__ import main

MANY = "FAULTS" in os.environ
WORDS = ["", " ", "zzz", "tabel", "=1+1", '"', "a\nb", "9" * 30, "-1", "2001-13-45", "x" * 40_000, "\x00", "�", "é|&"]


@pytest.fixture
def fresh(tmp_path, monkeypatch, no_kernel):
    """Return the project, never built, whose notebooks are empty when they have run."""
    place = vale.project(tmp_path / "outer" / "vale")
    runs = place / "notebooks" / "runs.toml"
    runs.write_text("[[run]]" + runs.read_text("utf-8").partition("[[run]]")[2], "utf-8")
    monkeypatch.setenv("ANALYSIS_PROJECT", str(place))
    return place


def rewrite(path, change):
    """Change the rows of a csv."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines, lineterminator="\n").writerows(rows)


def spoil(place, chance):
    """Spoil one cell, header or row of the data; documents get the checksum they then have.

    columns.csv is left out: it names the columns that the code asks for, and is a part of it.
    """
    files = (file for file in (place / "data" / "raw").rglob("*.csv") if file.name != "columns.csv")
    file = chance.choice(sorted(files))

    def change(rows):
        row = chance.choice(rows)
        if chance.random() < 0.1:
            rows.remove(row)
        else:
            row[chance.randrange(len(row))] = chance.choice(WORDS)

    rewrite(file, change)
    if "vale-200" in file.parent.name:
        vale.sources(place)


@pytest.mark.parametrize("seed", range(300 if MANY else 6))
def test_a_spoilt_cell_ends_in_a_line_that_names_its_file_and_in_no_traceback(fresh, capsys, seed):
    spoil(fresh, random.Random(seed))
    status = main(["build"])
    said = capsys.readouterr().err
    assert status == 0 or (status in (1, 2) and re.search(r"[\w-]+\.(csv|toml)", said)), said


IDS = [("sources", "source_id"), ("rounds", "round_id"), ("lookups/forces", "force_id")]
NAMES = ["../../../x", "..", "index", "<b>x</b>", "a b", "con", "/etc/x", "x\\y"]


@pytest.mark.parametrize(("table", "column"), IDS)
def test_an_id_that_could_lead_elsewhere_is_refused_and_nothing_is_written_outside(fresh, capsys, table, column):
    def change(rows):
        at = rows[0].index(column)
        rows += [[*rows[1][:at], name, *rows[1][at + 1 :]] for name in NAMES]

    rewrite(fresh / "data" / "raw" / f"{table}.csv", change)
    assert main(["build"]) in (1, 2)
    said = capsys.readouterr().err
    assert [name for name in NAMES if f"{table}.csv:{name}: BAD_NAME" not in said] == []
    assert sorted(fresh.parent.rglob("*")) == [fresh, *sorted(fresh.rglob("*"))]


def test_a_file_outside_of_the_data_is_refused(fresh, capsys):
    files = ["../../escaped.csv", "/etc/hosts", "vale-2001/../../../x.csv"]

    def change(rows):
        for row, file in zip(rows[1:], files, strict=True):
            row[rows[0].index("file")] = file

    rewrite(fresh / "data" / "raw" / "sources.csv", change)
    assert main(["build"]) == 1
    said = capsys.readouterr().err
    assert [file for file in files if file not in said] == []
