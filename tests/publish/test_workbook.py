import io
import json
import time
import zipfile

import openpyxl
import pandas as pd
import pytest

from analysis import codebook, tables
from analysis.publish import workbook


def frame(name, **columns):
    rows = len(next(iter(columns.values())))
    made = pd.DataFrame({column: [""] * rows for column in codebook.columns(name).index}).assign(**columns)
    return tables.cast(made, name)


def opened(frames):
    return openpyxl.load_workbook(io.BytesIO(workbook.workbook(frames, "2003-01-01")))


@pytest.fixture
def facts():
    columns = {"fact_id": ["=1+1", "b:L2"], "low": ["3", ""], "high": ["", ""], "status": ["at least", "suppressed"]}
    return {"facts": frame("facts", **columns, period_start=["2001-01-01", ""], labels_reported=["@x", "-"])}


def cells(book, name):
    head, *lines = book[name.capitalize()].iter_rows(values_only=True)
    return [dict(zip(head, line, strict=True)) for line in lines]


def test_every_empty_cell_says_why_it_is_empty(facts):
    first, second = cells(opened(facts), "facts")
    assert (first["low"], first["high"], second["low"], second["high"]) == (3, "[open]", "[c]", "[c]")
    assert (first["place"], second["period_start"], first["period_start"]) == ("[z]", "[c]", "2001-01-01")
    assert all(value is not None for row in (first, second) for value in row.values())


def test_no_cell_is_a_formula_or_a_link(facts):
    book = opened(facts)
    assert [
        cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
    ] == []
    assert [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.hyperlink] == []
    assert cells(book, "facts")[0]["fact_id"] == "=1+1"


def test_it_opens_with_a_cover_and_ends_with_the_meaning_of_each_column(facts):
    book = opened(facts)
    assert book.sheetnames == ["Cover", "Facts", "Codebook"]
    assert book["Cover"]["A1"].value == codebook.about()["meaning"]
    assert book["Codebook"]["A2"].value == "facts.fact_id"
    assert not any(sheet.sheet_state != "visible" for sheet in book)


def test_the_same_tables_are_the_same_bytes_whenever_they_are_written(facts, monkeypatch):
    first = workbook.workbook(facts, "2003-01-01")
    another = time.gmtime(10**9)
    monkeypatch.setattr("time.localtime", lambda *_: another)
    assert workbook.workbook(facts, "2003-01-01") == first
    with zipfile.ZipFile(io.BytesIO(first)) as parts:
        assert {part.date_time for part in parts.infolist()} == {workbook.NO_DAY}
        assert b"2000-01-01T00:00:00Z" in parts.read("docProps/core.xml")


def test_the_built_workbook_holds_every_published_number(built):
    book = openpyxl.load_workbook(next((built / "site" / "data").glob("*.xlsx")))
    written = {row["figure_id"]: row["low"] for row in cells(book, "figures")}
    assert written == {
        "south-vale-reply:L2": 4,
        "south-vale-reply:L3": 1,
        "vale-echo:L2": 5,
        "vale-gazette:L2": 10,
        "vale-gazette:L3": 6,
        "vale-gazette:L4": 3,
    }


def test_the_data_package_describes_every_file_and_passes_its_own_checker(built):
    frictionless = pytest.importorskip("frictionless")
    place = (built / "site").resolve()
    package = json.loads((place / "datapackage.json").read_text("utf-8"))
    paths = [one["path"] for one in package["resources"]]
    assert "data/facts.csv" in paths and "figures/count/vale-2001/every-number.png" in paths
    assert frictionless.validate(str(place / "datapackage.json")).valid


def test_the_workbook_is_not_written_again_for_the_same_tables(built, monkeypatch):
    monkeypatch.setattr(workbook, "workbook", lambda *_: pytest.fail("it was written again"))
    (built / "docs" / "ask.md").write_text("# Ask\n\nOther words.\n")
    from analysis.publish import build

    assert build.build() == 0
