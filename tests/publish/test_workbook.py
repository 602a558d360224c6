import outgoing
import pandas as pd
import pytest
from outgoing import opened

from analysis.publish import packed, workbook


@pytest.fixture(scope="module")
def frames(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        place = outgoing.project(tmp_path_factory.mktemp("tables") / "vale")
        patch.setenv("ANALYSIS_PROJECT", str(place))
        _, folder, _ = outgoing.staged(place)
        patch.setenv("ANALYSIS_TABLES", str(folder))
        from analysis import tables

        held = tables.load()
        return {name: getattr(held, name) for name in workbook.SHEETS}


def written(frames, place):
    workbook.write(frames, place, "2003-01-01", "invented licence")
    return place


def test_the_workbook_has_a_cover_contents_notes_a_codebook_and_every_table(frames, tmp_path):
    sheets = opened(written(frames, tmp_path / "t.xlsx"))
    assert list(sheets) == ["Cover", "Contents", "Notes", *workbook.SHEETS.values(), "Codebook"]
    cover = [cell for row in sheets["Cover"] for cell in row]
    assert "Documents were last read on 2003-01-01." in cover
    assert "Licence: invented licence" in cover
    assert [mark for mark in workbook.SHORTHAND if any(line.startswith(mark) for line in cover)] == list(
        workbook.SHORTHAND
    )
    contents = [cell for row in sheets["Contents"] for cell in row]
    assert set(workbook.SHEETS.values()) <= set(contents)


def test_every_number_of_the_table_stands_in_its_sheet(frames, tmp_path):
    rows = opened(written(frames, tmp_path / "t.xlsx"))["Figures"]
    head = next(number for number, row in enumerate(rows) if row[0] == "figure_id")
    low = rows[head].index("low")
    found = {row[0]: row[low] for row in rows[head + 1 :]}
    assert found == {
        "south-vale-reply:L2": "4",
        "vale-gazette:L2": "10",
        "vale-gazette:L3": "6",
        "vale-gazette:L4": "3",
        "vale-gazette:L5": "1",
    }


def test_no_cell_of_a_table_is_blank_and_the_gate_lets_the_workbook_pass(frames, tmp_path):
    place = written(frames, tmp_path / "t.xlsx")
    for name in workbook.SHEETS.values():
        rows = opened(place)[name]
        wide = max(len(row) for row in rows)
        assert all(all(row) for row in rows if len(row) == wide)
    assert list(packed.workbook(place.read_bytes())) == []


def test_the_same_tables_give_the_same_bytes(frames, tmp_path):
    one, other = (written(frames, tmp_path / name).read_bytes() for name in ("a.xlsx", "b.xlsx"))
    assert one == other


def test_a_cell_without_a_value_says_why(frames):
    row = frames["figures"].iloc[:1]
    cells = {"low": pd.NA, "high": pd.NA, "note": ""}
    said = {
        status: workbook.shown(row.assign(status=status, **cells).astype({"low": "Int64", "high": "Int64"}), "figures")
        for status in ("suppressed", "at least", "not applicable", "not held")
    }
    low, high, note = ({name: frame[column].iloc[0] for name, frame in said.items()} for column in cells)
    assert low == {"suppressed": "[c]", "at least": "[x]", "not applicable": "[z]", "not held": "[x]"}
    assert high == low | {"at least": "[open]"}
    assert set(note.values()) == {"[z]"}


@pytest.mark.parametrize(
    ("label", "cell"),
    [("[x](javascript:alert(1))", "[x] (javascript:alert(1))"), ("$$n$$", "$ $n$ $"), ("*", "the mark “*”"),
     ("a\nb", "a b"), ("=1+1", "=1+1")],
)  # fmt: skip
def test_no_label_becomes_a_link_a_note_or_a_formula(frames, tmp_path, label, cell):
    figures = frames["figures"].assign(note=label)
    place = written({"figures": figures}, tmp_path / "t.xlsx")
    assert cell in opened(place)["Figures"][-1]
    assert list(packed.workbook(place.read_bytes())) == []
