import base64
import pickle
from concurrent.futures import Future
from pathlib import Path

import nbformat
import pytest

from analysis.publish import kernels, notebooks, plan

THREE_FORCES = Path(__file__).parents[1] / "three_forces"


def ran(execution_time, random_id):
    nb = nbformat.v4.new_notebook(metadata={"papermill": {"start_time": execution_time}})
    nb.metadata["language_info"] = {"name": "python", "version": "3.11.7"}
    cell = nbformat.v4.new_code_cell("force = 'x'", metadata={"tags": ["injected-parameters"]})
    cell["id"] = random_id
    cell.metadata["papermill"] = {"duration": execution_time}
    cell.metadata["execution"] = {"iopub.status.busy": execution_time}
    nb.cells.append(cell)
    return nb


def test_two_runs_at_other_times_are_the_same_notebook():
    first, second = notebooks.normalised(ran("10:00", "abcd")), notebooks.normalised(ran("11:30", "efgh"))
    assert first == second
    assert not any(word in first for word in ("papermill", "10:00", "3.11.7", '"execution"'))
    assert nbformat.reads(first, as_version=4).cells[0].id == "injected-parameters"


def shown(*pictures):
    nb = nbformat.v4.new_notebook()
    for number, picture in enumerate(pictures):
        data = {"image/png": base64.b64encode(picture).decode()}
        cell = nbformat.v4.new_code_cell(outputs=[nbformat.v4.new_output("display_data", data)])
        cell["id"] = f"chart-{number}"
        nb.cells.append(cell)
    return nb


def chart(name, picture):
    return {f"{name}.png": picture, f"{name}.csv": b"a,b", f"{name}.txt": b"alt"}


def test_each_chart_is_filed_under_the_name_of_its_cell():
    left = chart("002", b"two") | chart("001", b"one") | {"reads.json": b"{}"}
    assert notebooks.named(shown(b"one", b"two"), left) == chart("chart-0", b"one") | chart("chart-1", b"two")


@pytest.mark.parametrize("pictures", [(b"other",), (b"one", b"two"), ()])
def test_a_picture_without_its_data_fails_the_run(pictures):
    with pytest.raises(kernels.NotebookFailed, match="chart"):
        notebooks.named(shown(*pictures), chart("001", b"one"))


def test_a_snapshot_holds_tables_and_lookups_and_no_document(tmp_path):
    for name in ("raw/sources.csv", "raw/lookups/forces.csv", "raw/a-round/reply.csv", "made/facts.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, "utf-8")
    held = dict(notebooks.snapshot(tmp_path / "raw", tmp_path / "made"))
    assert sorted(held) == ["data/processed/facts.csv", "data/raw/lookups/forces.csv", "data/raw/sources.csv"]
    assert held["data/processed/facts.csv"] == b"made/facts.csv"


def test_a_run_depends_on_nothing_but_the_content_it_is_given(tmp_path, monkeypatch):
    asked = (THREE_FORCES / "notebooks" / "count.ipynb").read_text("utf-8")
    made = []
    for low, folder in (("3", "one"), ("4", "other"), ("3", "third")):
        (tmp_path / folder).mkdir()
        monkeypatch.chdir(tmp_path / folder)
        data = (("data/processed/facts.csv", f"round_id,force_ids,low\nvale-2001,,{low}\n".encode()),)
        made.append(notebooks.run(asked, {}, data, 30))
        (tmp_path / folder).rmdir()
    assert "vale-2001 ['3']" in made[0].notebook
    assert "vale-2001 ['4']" in made[1].notebook
    assert (made[0].notebook, made[0].pictures) == (made[2].notebook, made[2].pictures)
    assert sorted(made[0].pictures) == ["chart-counts.csv", "chart-counts.png", "chart-counts.txt"]


def asked_for(folder, *names):
    (folder / "page.ipynb").write_text("{}", "utf-8")
    return [plan.Run(folder / "page.ipynb", {"force": name}, name) for name in names]


def submitted(outcomes):
    """Return what takes a run for submitted, and the list of them; each attempt takes the run's next outcome."""
    seen = []

    def submit(source, parameters, timeout, failed=None):
        seen.append((parameters["force"], failed))
        future, outcome = Future(), outcomes[parameters["force"]].pop(0)
        if isinstance(outcome, Exception):
            future.set_exception(outcome)
        elif outcome is None:
            future.cancel()
            future.set_running_or_notify_cancel()
        else:
            future.set_result(outcome)
        return future

    return submit, seen


FINE = notebooks.Made("{}", {}, [], 1.0)
BROKEN = kernels.NotebookFailed("cell 2 [answer] 'x'", "KeyError: 'x'")
UNANSWERED = kernels.NotStarted("before its first cell", "no answer")


def test_one_failing_run_does_not_stop_the_others_and_is_not_tried_again(tmp_path):
    jobs, lines = asked_for(tmp_path, "bad", "good", "fine"), []
    submit, seen = submitted({"bad": [BROKEN], "good": [FINE], "fine": [FINE]})
    made, failures = notebooks.run_all(jobs, 30, submit, lines.append)
    assert (sorted(made), list(failures)) == (["page · fine", "page · good"], ["page · bad"])
    assert len(lines) == len(seen) == 3
    told = notebooks.told(jobs[0], failures["page · bad"])
    assert told == "page.ipynb (force='bad'): cell 2 [answer] 'x': KeyError: 'x'"


@pytest.mark.parametrize("first", [UNANSWERED, None])
def test_a_lost_worker_or_a_kernel_that_does_not_answer_is_tried_once_more_and_no_more(tmp_path, first):
    submit, seen = submitted({"late": [first, FINE], "never": [first, first]})
    made, failures = notebooks.run_all(asked_for(tmp_path, "late", "never"), 30, submit, lambda text: None)
    assert (list(made), list(failures)) == (["page · late"], ["page · never"])
    assert sorted(name for name, failed in seen if failed is not None) == ["late", "never"]


def test_a_failure_comes_back_whole_from_another_process():
    for error in (BROKEN, UNANSWERED):
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), str(again), again.cell) == (type(error), str(error), error.cell)
