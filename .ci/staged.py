"""Say what should not be committed: a notebook that is not stored as run, a large file.

`python .ci/staged.py FILE…`, as .pre-commit-config.yaml calls it; status 1 and a line for each finding.
"""

import json
import sys
from pathlib import Path

LARGEST = 2_000_000  # bytes
NEVER_RUN = "explore.ipynb"  # a panel, which shows nothing without a kernel


def findings(path: Path) -> list[str]:
    """Return what is wrong with one file, each as one line."""
    large = path.stat().st_size > LARGEST
    found = [f"{path}: larger than {LARGEST // 1_000_000} MB"] if large else []
    if path.suffix == ".ipynb" and path.name != NEVER_RUN:
        notebook = json.loads(path.read_text("utf-8"))
        found += [f"{path}: {what}; run `make notebooks`" for what in not_as_run(notebook)]
    return found


def not_as_run(notebook: dict) -> list[str]:
    """Return why a notebook is not as it is after a quiet run from top to bottom."""
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    outputs = [output for cell in cells for output in cell["outputs"]]
    found = []
    if [cell["execution_count"] for cell in cells] != list(range(1, len(cells) + 1)):
        found.append("not run once from top to bottom")
    if any(output["output_type"] == "error" or output.get("name") == "stderr" for output in outputs):
        found.append("stored with an error or a warning")
    if "papermill" in notebook["metadata"] or any("execution" in cell["metadata"] for cell in cells):
        found.append("stored with the time of its run")
    return found


if __name__ == "__main__":
    told = [line for name in sys.argv[1:] for line in findings(Path(name))]
    print(*told, sep="\n")
    sys.exit(bool(told))
