from datetime import datetime

import pandas as pd
import pytest

from analysis import columns, tables


def ledger(rows):
    return pd.DataFrame(rows, columns=columns.columns("ledger"))


def test_every_column_of_every_table_has_a_description_and_a_kind_that_can_be_read():
    for table in columns.TABLES:
        for column in columns.columns(table):
            kind, _, _, description = columns.word(table, column)
            assert kind in tables.DTYPES and description, (table, column)


def test_a_word_such_as_none_or_na_stays_a_word(tmp_path):
    path = tmp_path / "ledger.csv"
    path.write_text("source_id,place,ends_as,reason,figure_id\nNone,L2,label,NA,\n")
    row = tables.read(path, "ledger").loc[0]
    assert (row["source_id"], row["reason"], row["figure_id"]) == ("None", "NA", "")


def test_rows_are_written_by_line_number_and_not_by_the_letters_of_the_line(tmp_path):
    frame = ledger([["a", "L10", "label", "", ""], ["a", "L9", "label", "", ""]])
    tables.write(frame, tmp_path / "ledger.csv", "ledger")
    lines = (tmp_path / "ledger.csv").read_bytes().decode().split("\n")
    assert [line.split(",")[1] for line in lines[1:3]] == ["L9", "L10"] and lines[-1] == ""


def test_what_is_written_reads_back_the_same(tmp_path):
    frame = tables.cast(
        pd.DataFrame(
            {"force_id": ["surrey"], "as_at": ["2018-03-31"], "worker_type": ["officer"], "basis": ["fte"]}
            | {"value": ["1932.5"], "source_id": ["w1"]}
        ),
        "workforce",
    )
    assert frame.loc[0, "as_at"] == datetime(2018, 3, 31)
    tables.write(frame, tmp_path / "w.csv", "workforce")
    pd.testing.assert_frame_equal(tables.read(tmp_path / "w.csv", "workforce"), frame)


def test_validation_reports_every_failure_at_once():
    import pandera.errors

    frame = ledger([["a", "L1", "lost", "", ""], ["a", "L2", "gone", "", ""]])
    with pytest.raises(pandera.errors.SchemaErrors) as caught:
        tables.validate(tables.cast(frame, "ledger"), "ledger")
    assert set(caught.value.failure_cases["failure_case"]) >= {"lost", "gone"}


@pytest.mark.parametrize("places", [["L1", "L1"], ["L9", "L10"], ["L10", "L9"]])
def test_a_key_that_stands_there_twice_is_found_in_texts_and_in_codes_in_any_order(places):
    import pandera.errors

    plain = tables.cast(ledger([["a", place, "label", "", ""] for place in places]), "ledger")
    for frame in (plain, plain.astype("category")):
        if len({*places}) == 2:
            assert tables.validate(frame, "ledger").equals(frame)
        else:
            with pytest.raises(pandera.errors.SchemaErrors) as caught:
                tables.validate(frame, "ledger")
            assert set(caught.value.failure_cases["check"]) == {"multiple_fields_uniqueness"}


def test_a_date_that_makes_no_sense_names_its_column():
    with pytest.raises(ValueError, match=r"workforce.as_at.*2018-13-01"):
        tables.cast(pd.DataFrame({"as_at": ["2018-13-01"]}), "workforce")


def test_each_round_and_force_comes_with_every_figure_and_source_behind_its_facts():
    whole = tables.load()
    for name in [*whole.rounds["round_id"], *whole.forces["force_id"]]:
        part = tables.load(name)
        cited = set(" ".join(part.facts["figure_ids"]).split())
        assert cited <= set(part.figures["figure_id"]), name
        assert set(part.figures["source_id"]) <= set(part.sources["source_id"]), name


def test_a_round_that_was_printed_elsewhere_too_keeps_the_page_that_repeats_it():
    sources = tables.load("big-brother-watch-2016").sources.set_index("source_id")["round_id"]
    assert sources["wmp-2017-expressstar"] == "single-force"
    assert "ps2019-itpro" not in sources.index


def test_a_column_that_a_table_may_leave_out_is_read_as_empty(tmp_path):
    path = tmp_path / "sources.csv"
    path.write_text("source_id,round_id\na,r\n")
    row = tables.read(path, "sources").loc[0]
    assert (row["source_id"], row["supersedes"], row["parent"]) == ("a", "", "")
