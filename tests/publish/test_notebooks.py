import base64

import nbformat
import pytest

from analysis.publish import kernels, notebooks, plan


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


def test_each_chart_is_filed_under_the_name_of_its_cell(tmp_path):
    for side in notebooks.SIDES:
        (tmp_path / f"001{side}").write_bytes(b"one")
    notebooks._name_pictures(shown(b"one"), tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["chart-0.csv", "chart-0.png", "chart-0.txt"]


@pytest.mark.parametrize("pictures", [(b"other",), (b"one", b"two"), ()])
def test_a_picture_without_its_data_fails_the_run(tmp_path, pictures):
    (tmp_path / "001.png").write_bytes(b"one")
    with pytest.raises(kernels.NotebookFailed, match="chart"):
        notebooks._name_pictures(shown(*pictures), tmp_path)


def test_one_failing_run_does_not_stop_the_others(tmp_path, monkeypatch):
    from pathlib import Path

    def instead(job, *_):
        if job.subject == "bad":
            raise kernels.NotebookFailed("cell 2 [answer] 'x'", "KeyError: 'x'")

    monkeypatch.setattr(notebooks, "run", instead)
    jobs = [(plan.Run(Path("page.ipynb"), {"force": name}, name), tmp_path / name) for name in ("bad", "good", "fine")]
    lines = []
    failures = notebooks.run_all(jobs, {}, 1, 2, lines.append)
    assert list(failures) == ["page · bad"]
    assert len(lines) == 3
    told = notebooks.told(jobs[0][0], failures["page · bad"])
    assert told == "page.ipynb (force='bad'): cell 2 [answer] 'x': KeyError: 'x'"
