import os
import pickle
from concurrent.futures import Future
from pathlib import Path

import pytest

from analysis.publish import kernels, notebooks, plan

THREE_FORCES = Path(__file__).parents[1] / "three_forces"


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


def test_where_nobody_says_where_the_list_of_fonts_lies_it_stays_with_the_project(tmp_path, monkeypatch):
    monkeypatch.setenv("MPLCONFIGDIR", "put back afterwards")
    monkeypatch.delenv("MPLCONFIGDIR")
    monkeypatch.setenv("ANALYSIS_PROJECT", str(tmp_path))
    monkeypatch.setattr(kernels, "warm_fonts", lambda settings: settings["MPLCONFIGDIR"])
    with notebooks.workers(1) as at_work, notebooks.submitter(at_work, ()):
        assert os.environ["MPLCONFIGDIR"] == str(tmp_path / "build" / "matplotlib")


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
