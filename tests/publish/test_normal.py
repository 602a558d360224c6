import base64

import nbformat
import pytest

from analysis.publish import kernels, normal


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
    first, second = normal.normalised(ran("10:00", "abcd")), normal.normalised(ran("11:30", "efgh"))
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
    assert normal.named(shown(b"one", b"two"), left) == chart("chart-0", b"one") | chart("chart-1", b"two")


@pytest.mark.parametrize("pictures", [(b"other",), (b"one", b"two"), ()])
def test_a_picture_without_its_data_fails_the_run(pictures):
    with pytest.raises(kernels.NotebookFailed, match="chart"):
        normal.named(shown(*pictures), chart("001", b"one"))
