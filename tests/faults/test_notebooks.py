"""A notebook that does not end well is named with its cell and last words, and changes nothing public."""

import vale

# Each is the last cell of a notebook of its own; then what the build must say of it.
FAULTS = {
    "an-error": ("print('so far', flush=True)\n1 / 0", "ZeroDivisionError: division by zero"),
    "no-end": ("import matplotlib.pyplot as plt\nplt.pause(60)", "timed out"),
    "a-number": ("from analysis.tell.say import say\nsay('It was {n}.', n='7')", "without its cells"),
}


def test_each_fault_is_named_with_notebook_parameters_and_cell_and_changes_nothing_public(built_once, corrected):
    runs = corrected / "notebooks" / "runs.toml"
    good = runs.read_text("utf-8")
    text = good.replace("timeout_seconds = 60", "timeout_seconds = 8")
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
    assert vale.public(corrected) == vale.public(built_once)
    runs.write_text(good, "utf-8")
    assert "0 of 4 runs are made" in vale.build(corrected)[1]  # what went well beside them is not run again
