"""A transcript: its cells all end somewhere, its addresses stay, and what is wrong with it is one line."""

import csv
import io
from collections import Counter

import pytest

from analysis import clean
from analysis.clean.transcripts import COLUMNS


def cells(frames, source_id):
    own = frames["ledger"].query("source_id == @source_id").set_index("place")
    return {place: (row["ends_as"], row["reason"], row["figure_id"]) for place, row in own.iterrows()}


HEADER = ",".join(COLUMNS)
BROKEN = {
    "short": ("RAGGED_ROW", "L2", f"{HEADER}\nNorth Police,2001\n"),
    "quote": ("CSV_QUOTE", "L2", f'{HEADER}\n"North Police,2001\n'),
    "zero": ("NUL_BYTE", "L2", f"{HEADER}\nNorth\x00 Police,2001\n"),
    "empty": ("EMPTY_FILE", "", "\n"),
    "few": ("WRONG_COLUMNS", "L1", "force,value\nNorth Police,5\n"),
    "more": ("WRONG_COLUMNS", "L1", f"{HEADER},colour\n"),
    "again": ("DUPLICATE_COLUMN", "L1", f"{HEADER},force\n"),
    "german": ("SEMICOLONS", "L1", "force;period;value\nNorth Police;2001;5\n"),
    "twice": ("DUPLICATE_CELL", "L3", f"{HEADER},cell\n" + "North Police,2001,,,all,people,misuse,all,5,,,,,,B2\n" * 2),
}


def test_each_broken_transcript_is_one_line_and_the_rest_goes_on(vale):
    vale.document("good", [{"value": "5"}])
    for name, (_, _, text) in BROKEN.items():
        vale.document(name, text)
    frames = clean.build(vale.folder)
    told = {one.file: (one.code, one.place) for one in frames["problems"]}
    assert told == {f"vale-2001/{name}.csv": (code, place) for name, (code, place, _) in BROKEN.items()}
    assert len(frames["problems"]) == len(BROKEN) and {one.severity for one in frames["problems"]} == {"document"}
    assert frames["figures"]["source_id"].tolist() == ["good"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_transcript_saved_by_excel_reads_the_same(vale, encoding):
    path = vale.document("a", [{"value": "5", "note": "“twice”"}])
    path.write_bytes(path.read_text("utf-8").encode(encoding))
    vale.sign()
    frames, problems = vale.built()
    assert not problems and frames["figures"]["note"].tolist() == ["“twice”"]


def test_lines_are_counted_as_an_editor_counts_them(vale):
    vale.document("a", [{"value": "5", "note": "two\nlines"}, {"value": "6", "outcome": "sacked"}])
    assert vale.built()[0]["figures"]["figure_id"].tolist() == ["a:L2", "a:L4"]


def test_every_filled_cell_of_a_transcript_ends_as_value_label_note_or_dropped(vale):
    lines = [{"value": "5", "beside": "about", "note": "n"}, {"value": "23", "unit": "forces"}]
    lines += [{"value": "9", "drop": "a slip of the pen"}]
    vale.document("a", lines)
    ends = cells(vale.built()[0], "a")
    assert ends["L1F1"] == ends["L2F1"] == ("label", "", "") and ends["L2F13"] == ("note", "", "")
    assert ends["L2F9"] == ends["L2F10"] == ("value", "", "a:L2")
    assert ends["L3F9"] == ("dropped", "number of forces: held in rounds.csv", "")
    assert ends["L4F9"] == ("dropped", "a slip of the pen", "") and ends["L4F14"] == ("note", "", "")


def test_a_row_that_names_its_cell_has_that_address_and_no_other_cell_of_its_file_is_lost(vale):
    lines = [{"value": "Dismissed", "cell": "Sheet1!A2", "drop": "label"}, {"value": "5", "cell": "Sheet1!B2"}]
    lines += [{"value": "see over", "cell": "Sheet1!C9", "drop": "note"}]
    lines += [{"value": "2019", "cell": "Sheet1!D9", "drop": "a year"}]
    vale.document("a", lines)
    frames, problems = vale.built()
    figure = frames["figures"].iloc[0]
    assert (figure["figure_id"], figure["locator"]) == ("a:Sheet1!B2", "vale-2001/a.csv:Sheet1!B2") and not problems
    assert cells(frames, "a") == {
        "Sheet1!A2": ("label", "", ""),
        "Sheet1!B2": ("value", "", "a:Sheet1!B2"),
        "Sheet1!C9": ("note", "", ""),
        "Sheet1!D9": ("dropped", "a year", ""),
    }


def test_a_row_may_say_what_a_mark_means_what_dates_it_and_of_which_rank_it_is(vale):
    vale.table("categories", [*vale.rows["categories"], {"dimension": "rank", "category": "sergeant"}])
    own = {"value": "*", "reads_as": "4 or fewer", "date_basis": "recorded", "rank": "sergeant"}
    vale.document("a", [own, {"value": "3", "period": "5 May 2001"}])
    frames, problems = vale.built()
    first, day = frames["figures"].to_dict("records")
    assert not problems and (first["as_written"], first["low"], first["high"]) == ("*", 0, 4)
    assert (first["rank"], first["date_basis"], day["date_basis"]) == ("sergeant", "recorded", "snapshot")


def test_a_word_a_row_may_not_say_stops_its_document(vale):
    columns = {"where_printed": "L2F11", "date_basis": "L2", "rank": "L2"}
    for column in columns:
        vale.document(column.replace("_", "-"), [{"value": "5", column: "nowhere"}])
    frames = clean.build(vale.folder)
    assert frames["figures"].empty and {(one.code, one.place, one.found) for one in frames["problems"]} == {
        ("WRONG_VALUE", place, f"{column} 'nowhere'") for column, place in columns.items()
    }


def test_deleting_any_one_cell_changes_the_figures_or_the_ledger(vale):
    path = vale.document("a", [{"value": "5", "note": "n"}])
    whole, text = clean.build(vale.folder), path.read_text()
    for field in [field for field, cell in enumerate(text.splitlines()[1].split(",")) if cell]:
        lines = [row.split(",") for row in text.splitlines()]
        lines[1][field] = ""
        path.write_text("\n".join(",".join(row) for row in lines) + "\n")
        vale.sign()
        other = clean.build(vale.folder)
        assert not all(whole[name].equals(other[name]) for name in ("figures", "ledger")), field


def test_no_filled_cell_of_the_project_is_lost(project):
    """Counted a second time, with nothing but the csv module: each filled cell of each transcript, by how it ends."""
    frames = clean.build(project / "data" / "raw")
    expected, figures = Counter(), set()
    for row in csv.DictReader(io.StringIO((project / "data" / "raw" / "sources.csv").read_text("utf-8"), newline="")):
        lines = list(csv.reader(io.StringIO((project / "data" / "raw" / row["file"]).read_text("utf-8"), newline="")))
        header, own = lines[0], row["source_id"]
        expected[own] += 0 if "cell" in header else len(header)
        for line in lines[1:]:
            said = dict(zip(header, line, strict=True))
            expected[own] += 1 if said.get("cell") else sum(text != "" for text in line)
            if not said["drop"] and said["unit"] not in ("forces", "requests"):
                figures.add((own, said.get("cell"), said["beside"], said["value"]))
    found = frames["ledger"].groupby("source_id").size().to_dict()
    assert found == {name: count for name, count in expected.items() if count}
    printed = {" ".join(filter(None, (beside, value))) for _, _, beside, value in figures}
    assert printed == set(frames["figures"]["as_written"])
