"""Every example ends as it says, what nobody sees in it is told nowhere, and no cell one sees is lost."""

import base64
import json
from pathlib import Path

import pytest
from corpus import PLANT, examples

from analysis import read
from analysis.clean import drafts

EXAMPLES = examples()


@pytest.fixture(scope="session")
def folder(tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("examples")
    for name, example in EXAMPLES.items():
        (home / name).write_bytes(example.content)
    return home


@pytest.fixture(scope="session")
def reports(folder) -> dict[str, dict]:
    return {Path(report["file"]).name: report for report in read.check([folder / name for name in EXAMPLES])}


@pytest.fixture(scope="session")
def readings(folder):
    return {path.name: reading for path, reading in read.read(folder / name for name in EXAMPLES).items()}


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_file_ends_as_it_says(reports, name):
    report, example = reports[name], EXAMPLES[name]
    codes = {found["code"] for found in report["findings"]}
    assert (report["outcome"], codes) == (example.outcome, set(example.codes))
    assert all(found["do"] and found["found"] and found["expected"] for found in report["findings"])


@pytest.mark.parametrize("name", [name for name, example in EXAMPLES.items() if example.cells])
def test_what_one_sees_is_read(readings, name):
    cells = readings[name].cells
    found = {cell.text if name.endswith(".pdf") else cell.place: cell.text for cell in cells}
    wanted = EXAMPLES[name].cells
    assert {place: found.get(place) for place in wanted} == wanted


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_nobody_sees_is_told_nowhere(reports, readings, name):
    draft = drafts.draft(readings[name].cells, "Vale", {})
    told = repr(readings[name]) + json.dumps(reports[name]) + read.report([reports[name]]) + repr(draft)
    forms = [PLANT, base64.b64encode(PLANT.encode()).decode()[:10], PLANT.encode("utf-16-le").hex()]
    assert name == "collar.csv" or not any("4711" in cell.text + cell.value for cell in readings[name].cells)
    assert not [form for form in forms if form.casefold() in told.casefold()]


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_cell_ends_as_value_label_note_or_dropped(readings, name):
    cells = readings[name].cells
    draft = drafts.draft(cells, "Vale", {})
    assert draft.ends.keys() >= {cell.place for cell in cells}
    assert all(end in ("value", "label", "note") or (end == "dropped" and why) for end, why in draft.ends.values())
    written = {row["cell"].partition("#")[0] for row in draft.rows}
    values = {place for place, (end, _) in draft.ends.items() if end == "value"}
    assert values <= written or any("counted by us" in row["note"] for row in draft.rows)


def test_a_page_names_the_worst_doubts_first_and_counts_the_rest(tmp_path):
    path = tmp_path / "many.csv"
    rows = "".join(f"Dismissed,{number}.234\n" for number in range(30)) + "see jo.bloggs@example.org,1\n"
    path.write_text(f"Outcome,Count\n{rows}")
    lines = read.report(read.check([path])).splitlines()
    assert lines[0].endswith("needs a person") and "PERSONAL_DATA" in lines[1] and len(lines) <= 13
    assert "bloggs" not in "\n".join(lines)
