"""What a run leaves, the same on every run: its notebook, and its charts by the name of their cell."""

from base64 import b64decode

from analysis.publish import kernels

INJECTED = "injected-parameters"
LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
# Besides its NAME.ipynb a run leaves, in pictures/, a png, a csv and a txt for each chart, named for the chart's cell.
SIDES = (".png", ".csv", ".txt")


def normalised(ran) -> str:
    """Return a notebook as text without times, papermill's marks, random ids and the Python's patch version."""
    import nbformat

    nb = nbformat.from_dict(ran)
    nb.metadata = nbformat.from_dict({"kernelspec": KERNEL, "language_info": LANGUAGE})
    nb.nbformat, nb.nbformat_minor = 4, 5
    for number, cell in enumerate(nb.cells, 1):
        tags = cell.metadata.get("tags", [])
        for mark in ("papermill", "execution", "ExecuteTime"):
            cell.metadata.pop(mark, None)
        if not tags:
            cell.metadata.pop("tags", None)
        cell["id"] = INJECTED if INJECTED in tags else cell.get("id", f"cell-{number}")
    return nbformat.writes(nb) + "\n"


def emptied(text: str) -> str:
    """Return a notebook that no run names as it is committed: without outputs."""
    import nbformat

    nb = nbformat.reads(text, as_version=4)
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return normalised(nb)


def named(ran, left: dict[str, bytes]) -> dict[str, bytes]:
    """Name each kept chart for its cell; raise NotebookFailed when a shown picture has no kept chart, or another."""
    shown = [
        (cell.id, b64decode(output.data["image/png"]))
        for cell in ran.cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
    kept = sorted(name.removesuffix(".png") for name in left if name.endswith(".png"))
    held = [left[f"{chart}.png"] for chart in kept]
    wrong = [cell for number, (cell, picture) in enumerate(shown) if held[number : number + 1] != [picture]]
    if wrong or len(held) > len(shown):
        said = "each picture shown must be a chart with its data: end the cell with one Chart and show no other"
        raise kernels.NotebookFailed(f"cell [{wrong[0]}]" if wrong else "", said)
    pairs = [(cell, chart) for (cell, _), chart in zip(shown, kept, strict=True)]
    return {f"{cell}{side}": left[f"{chart}{side}"] for cell, chart in pairs for side in SIDES}
