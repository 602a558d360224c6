"""Nothing is lost: whatever the format, each filled cell of a file ends once, and each missing one is missed."""

import runpy
from pathlib import Path

import pandas as pd
import pytest

from analysis.problems import Faults
from analysis.read import cells, drafts, grids, hidden, places, recipes

MAKE = runpy.run_path(str(Path(__file__).parent.parent / "raw_examples" / "make.py"))
KINDS = ("csv", "xlsx", "xls", "ods", "docx", "pdf", "html", "eml")


@pytest.fixture(scope="module")
def frames(tmp_path_factory):
    """Return the cells of every example file that is not refused."""
    paths = MAKE["write"](tmp_path_factory.mktemp("examples"))
    readings = hidden.several(paths)
    return {
        path.stem: cells.frame(reading.cells) for path, reading in readings.items() if reading.outcome != hidden.REFUSED
    }


def accounted(frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return rows and ledger of a file by the recipe that is drafted for it."""
    grid = grids.grid(frame)
    recipe = recipes.parsed(drafts.draft(grid, "reply", "North Police", {"outcome": {"dismissed", "warned"}}))
    rows, ledger = recipes.laid_out(grid, recipe | {"draft": True})
    return pd.DataFrame(rows), pd.DataFrame(ledger, columns=recipes.LEDGER)


def test_each_visible_filled_cell_of_each_example_ends_once_as_value_label_note_or_dropped_with_a_reason(frames):
    assert {name.partition("_")[0] for name in frames} == set(KINDS)
    for name, frame in frames.items():
        rows, ledger = accounted(frame)
        filled = frame[frame["visible"].astype("bool") & (frame["text"] != "")]
        assert sorted(ledger["place"]) == sorted(map(places.name, filled["place"])), name
        assert set(ledger["ends_as"]) <= {"value", "label", "note", "dropped"}, name
        assert (ledger.loc[ledger["ends_as"] == "dropped", "reason"] != "").all(), name
        values = set(ledger.loc[ledger["ends_as"] == "value", "row_place"])
        assert values <= set(rows["place"] if len(rows) else []), name


@pytest.mark.parametrize("kind", KINDS)
def test_the_common_table_of_each_format_gives_the_same_numbers(frames, kind):
    rows, _ = accounted(frames["eml_spreadsheet" if kind == "eml" else f"{kind}_plain"])
    table = rows[rows["where_printed"] == "table"]
    found = sorted(zip(table["period"], table["outcome"], table["value"], strict=True))
    assert found == [
        ("2018", "Dismissed", "3"),
        ("2018", "Warned", "12"),
        ("2019", "Dismissed", "5"),
        ("2019", "Warned", "<5"),
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_taking_away_any_one_cell_changes_rows_or_ledger_or_is_refused(frames, kind):
    frame = frames[f"{kind}_plain"]
    grid = grids.grid(frame)
    recipe = recipes.parsed(drafts.draft(grid, "reply", "North Police", {"outcome": {"dismissed", "warned"}}))
    whole = recipes.laid_out(grid, recipe | {"draft": True})
    for index in frame.index[frame["text"] != ""]:
        try:
            other = recipes.laid_out(grids.grid(frame.drop(index)), recipe | {"draft": True})
        except Faults:
            continue
        assert other != whole, frame.loc[index, "place"]
