"""A round added: coverage and requests for each force, and nothing changed by asking twice."""

import pandas as pd
import pytest

from analysis.clean import additions, raw, rounds

GONE = {
    "force_id": "west",
    "name": "West Police",
    "kind": "legacy",
    "exists_until": "2001-12-31",
    "joined_into": "north",
}


def tree(folder) -> dict[str, bytes]:
    return {path.as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_new_round_has_a_row_for_each_force_and_is_added_once(vale):
    said = rounds.new_round(vale.folder, "vale-2009")
    frames, problems = raw.decisions(vale.folder)
    assert not problems and "  rounds.csv: question" in said
    covered = frames["coverage_decisions"].query("round_id == 'vale-2009'")
    rows = [["north", "reply unknown"], ["south", "reply unknown"]]
    assert covered[["force_id", "answer"]].to_numpy().tolist() == rows
    assert frames["tracker"][["round_id", "force_id"]].to_numpy().tolist() == [
        ["vale-2009", "north"],
        ["vale-2009", "south"],
    ]
    before = tree(vale.folder)
    rounds.new_round(vale.folder, "vale-2009")
    assert tree(vale.folder) == before


def test_a_name_that_is_no_id_of_a_round_is_refused(vale):
    with pytest.raises(additions.Refused, match="vale-2010"):
        rounds.new_round(vale.folder, "Vale 2010")


def test_a_force_that_ended_is_not_asked(vale):
    vale.table("forces", [*vale.rows["forces"], GONE])
    rounds.new_round(vale.folder, "vale-2009")
    frames, _ = raw.decisions(vale.folder)
    covered = frames["coverage_decisions"].query("round_id == 'vale-2009' and force_id == 'west'").iloc[0]
    assert covered["answer"] == "did not exist" and "2001-12-31" in covered["reason"]
    assert frames["tracker"]["force_id"].tolist() == ["north", "south"]


def test_the_day_of_sending_fills_what_was_not_sent_yet_and_the_last_day_follows_from_it(vale):
    rounds.new_round(vale.folder, "vale-2026", pd.Timestamp("2026-11-02"))
    path = vale.folder / "tracker.csv"
    path.write_text(
        path.read_text("utf-8").replace("north,2026-11-02,2026-12-01", "north,2026-11-09,2026-11-10"), "utf-8"
    )
    rounds.new_round(vale.folder, "vale-2026", pd.Timestamp("2026-11-30"))
    rows = raw.decisions(vale.folder)[0]["tracker"][["force_id", "sent", "due"]].astype("str").to_numpy().tolist()
    assert rows == [["north", "2026-11-09", "2026-12-08"], ["south", "2026-11-02", "2026-12-01"]]


def test_what_was_typed_into_the_tracker_stays(vale):
    rounds.new_round(vale.folder, "vale-2026")
    path = vale.folder / "tracker.csv"
    path.write_text(path.read_text("utf-8").rstrip("\n").removesuffix(",") + ",they rang\n", "utf-8")
    rounds.new_round(vale.folder, "vale-2026", pd.Timestamp("2026-11-02"))
    assert raw.decisions(vale.folder)[0]["tracker"]["note"].tolist() == ["", "they rang"]
