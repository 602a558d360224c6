import asyncio
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from projects import append_cell, public

from analysis.publish import parameters, single


def test_one_run_is_left_below_build_and_nothing_public_changes(built, capsys):
    before = public(built)
    assert single.run("page.ipynb", {"force": "north-vale", "from_year": "1999"}) == 0
    place = built / "build" / "runs" / "page" / "north-vale" / "page.ipynb"
    assert capsys.readouterr().out == "build/runs/page/north-vale/page.ipynb\n"
    assert "north-vale 1999 ['6']" in place.read_text("utf-8")
    assert public(built) == before


def test_a_failing_run_says_where_and_leaves_nothing(built, capsys):
    append_cell(built / "notebooks" / "page.ipynb", "broken", "1 / 0")
    assert single.run("page", {}) == 1
    said = capsys.readouterr().err
    assert "page.ipynb (no parameters): cell 6 [broken] '1 / 0'" in said
    assert "ZeroDivisionError" in said
    assert not (built / "build" / "runs").exists()


def test_wrong_parameters_are_refused_before_the_data_are_read(built, monkeypatch):
    from analysis.publish import staging

    monkeypatch.setattr(staging, "tables", None)
    with pytest.raises(parameters.WrongUse, match="did you mean north-vale"):
        single.run("page", {"force": "north-wale"})


def test_the_committed_notebooks_are_stored_as_run_with_their_defaults(built, capsys):
    folder = built / "notebooks"
    assert single.renew(jobs=2) == 0
    page = (folder / "page.ipynb").read_text("utf-8")
    assert "south-vale 2001 ['3', '1', '4']" in page
    assert "injected" not in page
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    append_cell(folder / "page.ipynb", "broken", "1 / 0")
    before["page.ipynb"] = (folder / "page.ipynb").read_bytes()
    assert single.renew(jobs=2) == 1
    assert "page.ipynb (no parameters): cell 6 [broken]" in capsys.readouterr().err
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_a_notebook_that_no_run_names_is_stored_without_outputs(built):
    play = built / "notebooks" / "play.ipynb"
    cell = {"cell_type": "code", "execution_count": 7, "id": "a", "metadata": {"execution": {}}, "source": "1"}
    shown = {"output_type": "stream", "name": "stdout", "text": "planted"}
    widgets = {"widgets": {"application/vnd.jupyter.widget-state+json": {"state": {"planted": {}}}}}
    notebook = {"cells": [cell | {"outputs": [shown]}], "metadata": widgets, "nbformat": 4, "nbformat_minor": 5}
    play.write_text(json.dumps(notebook), "utf-8")
    assert single.renew(jobs=2) == 0
    stored = json.loads(play.read_text("utf-8"))
    assert stored["cells"] == [cell | {"execution_count": None, "metadata": {}, "outputs": [], "source": ["1"]}]
    assert "planted" not in play.read_text("utf-8")


def test_a_run_started_within_a_running_event_loop_leaves_that_loop_running(built):
    async def inside():
        return single.run("page", {})

    with ThreadPoolExecutor(1) as elsewhere:  # a browser's test may have left a loop running in this thread
        assert elsewhere.submit(lambda: asyncio.run(inside())).result() == 0
