"""Every example file ends as the manifest says, and what it hides is found nowhere in what is said about it."""

import base64
import json
import runpy
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from analysis.problems import Faults
from analysis.read import cells, hidden

EXAMPLES = Path(__file__).parent.parent / "raw_examples"
MANIFEST = tomllib.loads((EXAMPLES / "manifest.toml").read_text("utf-8"))
MAKE = runpy.run_path(str(EXAMPLES / "make.py"))
PLANT = MAKE["PLANT"]
SHOWS_ITS_PLANT = {"csv_e_mail_address", "csv_named_officers", "docx_named_officer"}  # personal, but in a visible cell


@pytest.fixture(scope="session")
def readings(tmp_path_factory):
    folder = tmp_path_factory.mktemp("examples")
    paths = MAKE["write"](folder)
    return {path.stem: reading for path, reading in hidden.several(paths).items()}


def common_table(prefix: str) -> dict[str, str]:
    """Return where and how the common table of the maker is read: in a sheet, in a table of words, or in a csv."""
    found = {}
    for row, words in enumerate(MAKE["ROWS"], start=1):
        for column, word in enumerate(words, start=1):
            if prefix.endswith("!"):
                number = f" | number | {word}" if isinstance(word, int) else ""
                found[f"{prefix}{'ABC'[column - 1]}{row}"] = f"{word}{number}"
            else:
                place = f"{prefix}R{row}C{column}" if "T" in prefix else f"{prefix}{row}F{column}"
                found[place] = str(word)
    return found


def expected_cells(entry: dict) -> dict[str, str]:
    found = {place: words for prefix in entry.get("table", []) for place, words in common_table(prefix).items()}
    return found | dict.fromkeys(entry.get("prose", []), MAKE["PROSE"]) | entry.get("cells", {})


def shown(cell) -> str:
    words = cell.text if cell.kind == "text" else f"{cell.text} | {cell.kind} | {cell.value}"
    return words + (f" [{cell.merged}]" if cell.merged else "")


def test_the_manifest_names_every_example_of_all_eight_formats(readings):
    assert set(MANIFEST) == set(readings)
    assert len(readings) >= 80
    assert len({name.partition("_")[0] for name in MANIFEST}) == 8


@pytest.mark.parametrize("name", MANIFEST)
def test_a_file_ends_as_the_manifest_says(readings, name):
    entry, reading = MANIFEST[name], readings[name]
    places = {(fault.code, fault.place) for fault in reading.findings}
    assert reading.outcome == entry["outcome"]
    assert sorted({code for code, _ in places}) == entry.get("codes", [])
    assert set(entry.get("at", {}).items()) <= places
    assert all(fault.do and fault.found and fault.expected for fault in reading.findings)


@pytest.mark.parametrize("name", MANIFEST)
def test_every_visible_cell_is_read_and_no_other(readings, name):
    read = readings[name].cells
    found = {cell.place: shown(cell) for cell in read if cell.visible}
    assert len(found) == sum(cell.visible for cell in read), "two cells at one place"
    assert found == expected_cells(MANIFEST[name])
    unseen = [cell for cell in read if not cell.visible]
    assert len(unseen) == MANIFEST[name].get("hidden", 0)
    assert all(cell.text == cell.value == "" and cell.reason for cell in unseen)


@pytest.mark.parametrize("name", sorted(set(MANIFEST) - SHOWS_ITS_PLANT))
def test_what_is_hidden_is_never_told(readings, name):
    said = repr(readings[name]) + json.dumps(hidden.record(name, readings[name]))
    forms = [
        PLANT,
        base64.b64encode(PLANT.encode()).decode()[:10],
        PLANT.encode("utf-16-le").hex(),
        PLANT.encode().hex(),
    ]
    assert not [form for form in forms if form.casefold() in said.casefold()]


def test_a_finding_about_a_visible_name_does_not_repeat_it(readings):
    for name in SHOWS_ITS_PLANT:
        assert PLANT not in json.dumps(hidden.record(name, readings[name]))


def test_a_table_over_two_pages_is_one_and_a_heading_parts_two(readings):
    found = {
        name: [(cell.area, cell.row, cell.text) for cell in readings[name].cells if cell.column == 1]
        for name in ("pdf_two_pages", "pdf_two_tables_on_two_pages")
    }
    one = [("T1", 1, "Outcome"), ("T1", 2, "Dismissed"), ("T1", 3, "Warned")]
    again = [("T1 header again", 3, "Outcome"), ("T1", 4, "Resigned")]
    assert found["pdf_two_pages"] == [*one, *again]
    assert found["pdf_two_tables_on_two_pages"] == [
        ("P", 1, "Staff"),
        *one,
        ("T2", 1, "Outcome"),
        ("T2", 2, "Resigned"),
    ]


def test_a_refused_file_raises_its_findings_and_gives_no_cell(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(MAKE["xlsx_formula_without_value"]())
    with pytest.raises(Faults) as caught:
        cells.cells(path)
    assert [(fault.code, fault.place) for fault in caught.value.faults] == [("FORMULA_NO_VALUE", "Data!B4")]


def test_all_examples_are_checked_from_the_command_line_without_a_leak(tmp_path):
    paths = [str(path) for path in MAKE["write"](tmp_path)]
    command = [sys.executable, "-m", "analysis", "check", *paths]
    for more in ([], ["--json"]):
        done = subprocess.run([*command, *more], capture_output=True, check=False)
        assert done.returncode == 1
        assert done.stderr == b""
        assert PLANT.encode() not in done.stdout
    records = {Path(record["file"]).stem: record["outcome"] for record in json.loads(done.stdout)}
    assert records == {name: entry["outcome"] for name, entry in MANIFEST.items()}
