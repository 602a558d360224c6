"""A notebook that does not end well is named with its cell and last words, and changes nothing public."""

import json

import pytest

import vale

# Each is the last cell of a notebook of its own; then what the build must say of it.
FAULTS = {
    "an-error": ("print('so far', flush=True)\n1 / 0", "ZeroDivisionError: division by zero"),
    "an-end": ("raise SystemExit(0)", "the run ended here"),
    "no-end": ("while True:\n    pass", "timed out"),
    "a-warning": ("import warnings\nwarnings.warn('look here')", "look here"),
    "too-much": ("print('x' * 1_000_000)", "it showed more than 100,000 letters"),
    "an-address": ("object()", "memory address"),
    "a-number": ("from analysis.tell.say import say\nsay('It was {n}.', n='7')", "without its cells"),
}


def test_each_fault_is_named_with_notebook_parameters_and_cell_and_changes_nothing_public(before, corrected):
    runs = corrected / "notebooks" / "runs.toml"
    text = runs.read_text("utf-8").replace("timeout_seconds = 60", "timeout_seconds = 5")
    for name, (source, _) in FAULTS.items():
        vale.notebook(corrected, name, [("words", f"# {name}?"), ("code", "1"), ("code", source)])
        text += f'[[run]]\nnotebook = "{name}"\n'
    runs.write_text(text, "utf-8")
    status, said = vale.build(corrected)
    assert status == 1 and f"{len(FAULTS)} of " in said, said
    told = {part.split(".ipynb", 1)[0]: part for part in said.split("\nFAILED ")[1:]}
    for name, (_, words) in FAULTS.items():
        assert told[name].startswith(f"{name}.ipynb (no parameters): cell 3 [cell-2]"), told[name]
        assert words in told[name], told[name]
    assert vale.public(corrected) == vale.public(before)


@pytest.mark.parametrize(
    ("line", "words"),
    [('round = "vale-2001"', "page.ipynb has no parameter 'round'"), ("force = 3", "no force is called 3")],
)
def test_a_wrong_parameter_stops_before_anything_runs(before, corrected, line, words):
    runs = corrected / "notebooks" / "runs.toml"
    runs.write_text(runs.read_text("utf-8").replace('force = "*"\nneeds = { table = "facts" }', line), "utf-8")
    status, said = vale.build(corrected)
    assert status == 2 and words in said and "[1/" not in said and "Traceback" not in said
    assert vale.public(corrected) == vale.public(before)


def test_a_cell_that_opens_a_file_stops_before_anything_runs(before, corrected):
    vale.notebook(corrected, "page", [*vale.FORCE, ("code", "open('../data/raw/rounds.csv')")])
    status, said = vale.build(corrected)
    assert status == 2 and "page.ipynb: cell 6 [cell-5] holds open: a notebook reads through load(…)" in said
    assert "[1/" not in said and vale.public(corrected) == vale.public(before)


def test_what_went_well_beside_a_failure_is_not_run_again(corrected):
    path = corrected / "notebooks" / "page.ipynb"
    good = path.read_text("utf-8")
    nb = json.loads(good)
    nb["cells"][-1]["source"] = "1 / 0"
    path.write_text(json.dumps(nb), "utf-8")
    assert vale.build(corrected)[0] == 1
    path.write_text(good, "utf-8")
    status, said = vale.build(corrected)
    assert status == 0 and "count/vale-2001" not in said
