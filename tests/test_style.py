"""House style that a machine can see: in the code, in every committed text, and in the committed notebooks."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
SKIPPED = {".git", ".venv", "build", "site", "__pycache__", ".pytest_cache", ".ruff_cache", ".hypothesis", "inbox"}
FORBIDDEN_MODULES = {"utils", "util", "helpers", "config", "core", "common", "misc"}
MACHINE_PATH = re.compile(r"(?<![\w.:])/(?:home|Users|root|work)/\w|\b[A-Z]:\\+Users\\", re.IGNORECASE)
REGISTRY = re.compile(r"pypi\.org|pythonhosted|anaconda\.org|npmjs\.(?:org|com)|deb\.debian", re.IGNORECASE)
COERCIONS = {"errors='coerce'", "errors='ignore'", "inplace=True"}
LEFTOVER = re.compile(r"\b(?:TODO|FIXME|XXX)\b")

NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))
STORIES = [path for path in NOTEBOOKS if path.stem != "explore"]
LOGIC = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.If, ast.IfExp,
    ast.comprehension, ast.Try, ast.With, ast.Assert, ast.Raise,
)  # fmt: skip
PLOTTING = {"plt", "sns", "matplotlib", "seaborn"}
PATH = re.compile(r"^(?:[./~]|(?:data|src|build|site|notebooks)/)|\\|\.(?:csv|json|png|ipynb|toml)$")
NOT_PROSE = re.compile(r"```.*?```|`[^`]*`|\]\([^)]*\)|<[^>]+>", re.DOTALL)
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
DEFINITIONS = re.compile(r"\b(?:95|99\.8) ?%|\bper 1,000\b|\b31 March\b")  # of method, never taken from the data


def texts() -> list[Path]:
    """Return every text file of the checkout that is not built, cached or just received."""
    found = []
    for folder, folders, files in os.walk(PROJECT):
        folders[:] = [name for name in folders if name not in SKIPPED and not name.endswith(".egg-info")]
        found += [Path(folder) / name for name in files]
    return sorted(path for path in found if b"\0" not in path.read_bytes()[:8192])


def code_faults(source: str) -> list[str]:
    """Name each bare or silent except and each coercion that would turn a word into a missing number."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ExceptHandler) and node.type is None:
            found.append(f"line {node.lineno}: bare except")
        if isinstance(node, ast.keyword) and ast.unparse(node) in COERCIONS:
            found.append(f"line {node.value.lineno}: {ast.unparse(node)}")
        if isinstance(node, ast.Global):
            found.append(f"line {node.lineno}: global")
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("simplefilter", "filterwarnings")):
            found.append(f"line {node.lineno}: a warning is silenced")
    return found


def text_faults(text: str) -> list[str]:
    """Name each line that holds a path of somebody's machine, a package registry or a leftover."""
    lines = enumerate(text.splitlines(), 1)
    return [
        f"line {number}: {match.group()}"
        for number, line in lines
        for pattern in (MACHINE_PATH, REGISTRY, LEFTOVER)
        for match in pattern.finditer(line)
    ]


def code_cells(notebook: dict) -> list[dict]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code" and "".join(cell["source"]).strip()]


def cell_faults(source: str) -> list[str]:
    """Name what a story's code cell may not hold: logic, a magic, a path, plotting, or more than ten lines."""
    lines = [line for line in source.splitlines() if line.strip()]
    if any(line.lstrip().startswith(("%", "!")) for line in lines):
        return ["a magic or shell command"]
    found = [f"{len(lines)} lines, at most 10"] if len(lines) > 10 else []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, LOGIC):
            found.append(f"logic: {type(node).__name__}")
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and PATH.search(node.value):
            found.append(f"a path: {node.value}")
        if isinstance(node, ast.Name | ast.alias) and ast.unparse(node).split(".")[0] in PLOTTING:
            found.append(f"plotting: {ast.unparse(node)}")
    return found


def run_faults(notebook: dict) -> list[str]:
    """Name what shows that a notebook was not run from top to bottom, was not quiet, or keeps what changes each run."""
    counts = [cell.get("execution_count") for cell in code_cells(notebook)]
    found = [] if counts == list(range(1, len(counts) + 1)) and counts else [f"not run in order: {counts}"]
    for number, cell in enumerate(notebook["cells"]):
        found += [f"cell {number}: times" for name in ("papermill", "execution") if name in cell.get("metadata", {})]
        for output in cell.get("outputs", []):
            if output["output_type"] == "error" or output.get("name") == "stderr":
                found.append(f"cell {number}: not quiet")
            elif re.search(r"\w+Warning:", "".join(output.get("text", ""))):
                found.append(f"cell {number}: a warning")
    metadata = notebook["metadata"]
    found += [f"metadata.{name}" for name in ("papermill", "widgets") if name in metadata]
    found += ["a Python version"] if "version" in metadata.get("language_info", {}) else []
    return found + ([] if metadata.get("kernelspec", {}).get("name") == "python3" else ["a kernel not called python3"])


def picture_faults(notebook: dict) -> list[str]:
    """Name each picture whose text/plain is not title, alt text and numbers."""
    found = []
    for number, cell in enumerate(notebook["cells"]):
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            plain = "".join(data.get("text/plain", ""))
            says = len(plain.splitlines()) >= 3 and not plain.startswith("<") and re.search(r"\d", plain)
            if any(kind.startswith("image/") for kind in data) and not says:
                found.append(f"cell {number}: a picture without words")
    return found


def prose_faults(notebook: dict) -> list[str]:
    """Name each figure typed into prose; code and link targets are no prose, and a heading may hold a year."""
    found = []
    for number, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] == "markdown":
            text = NOT_PROSE.sub(" ", "".join(cell["source"]))
            lines = [YEAR.sub("", line) if line.startswith("#") else line for line in text.splitlines()]
            figures = re.findall(r"\d[\d,.]*", DEFINITIONS.sub("", "\n".join(lines)))
            found += [f"cell {number}: the figure {figure} is typed" for figure in figures]
    return found


def parameter_faults(notebook: dict) -> list[str]:
    """Name what is wrong with the parameters cell: none or several, or anything but names set to literals."""
    cells = [cell for cell in notebook["cells"] if "parameters" in cell.get("metadata", {}).get("tags", [])]
    if len(cells) > 1:
        return ["more than one parameters cell"]
    found = []
    for node in [node for cell in cells for node in ast.parse("".join(cell["source"])).body]:
        named = isinstance(node, ast.Assign) and all(isinstance(target, ast.Name) for target in node.targets)
        if not (named or isinstance(node, ast.AnnAssign)) or not isinstance(node.value, ast.Constant):
            found.append(f"not a literal: {ast.unparse(node)}")
    return found


def notebook_faults(notebook: dict) -> list[str]:
    """Name everything the house forbids in a story notebook."""
    cells = [fault for cell in code_cells(notebook) for fault in cell_faults("".join(cell["source"]))]
    imports = [cell for cell in code_cells(notebook) if re.search(r"^(import|from) ", "".join(cell["source"]), re.M)]
    found = cells + ([] if len(imports) == 1 else [f"{len(imports)} cells with imports, not one"])
    checks = (run_faults, picture_faults, prose_faults, parameter_faults)
    return found + [fault for check in checks for fault in check(notebook)]


@pytest.mark.parametrize("asked", ["check", "format --check"])
def test_ruff_finds_nothing(asked):
    ruff = [sys.executable, "-m", "ruff", *asked.split(), "--no-cache", "--output-format", "concise", "."]
    done = subprocess.run(ruff, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", sorted((PROJECT / "src").rglob("*.py")), ids=lambda path: path.stem)
def test_nothing_is_coerced_or_silenced(path):
    assert code_faults(path.read_text("utf-8")) == []
    assert path.stem not in FORBIDDEN_MODULES


def test_no_committed_text_names_a_machine_or_a_registry():
    found = {
        str(path.relative_to(PROJECT)): faults
        for path in texts()
        if path != Path(__file__) and (faults := text_faults(path.read_text("utf-8", errors="replace")))
    }
    assert found == {}


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_a_notebook_is_committed_as_run_and_only_calls(path):
    assert notebook_faults(json.loads(path.read_text("utf-8"))) == []


def test_the_story_notebooks_are_there():
    names = {path.stem for path in STORIES}
    wanted = {"01-who-answered", "02-how-many-cases", "05-what-happened-next", "06-does-the-story-hold", "force-page"}
    assert wanted <= names


@pytest.mark.parametrize(
    "source",
    [
        "try:\n    x = 1\nexcept:\n    pass",
        "pd.to_numeric(x, errors='coerce')",
        'frame.astype(int, errors="ignore")',
        "frame.drop(columns='x', inplace=True)",
        "def f():\n    global x",
        "warnings.filterwarnings('ignore')",
    ],
)
def test_a_forbidden_habit_is_found(source):
    assert len(code_faults(source)) == 1


@pytest.mark.parametrize(
    "text",
    ["see /home/someone/data", r"C:\Users\someone", '"/work/main"', "https://pypi.org/simple", "# TODO: later"],
)
def test_a_machine_a_registry_or_a_leftover_is_found(text):
    assert len(text_faults(text)) == 1


@pytest.mark.parametrize("text", ["https://www.example.org/home/page", "at home/work", "src/analysis/work.py"])
def test_an_address_is_no_machine_path(text):
    assert text_faults(text) == []


def story(**changes) -> dict:
    """Return a small notebook that keeps every rule, with some of its second code cell changed."""
    chart = {"image/png": "iVBOR", "text/plain": "A title\nAlt text.\nsurrey 50"}
    shown = {"output_type": "display_data", "data": chart, "metadata": {}}
    first = {"cell_type": "code", "source": "from analysis import load", "execution_count": 1, "outputs": []}
    tagged = {"cell_type": "code", "source": 'round = "r"', "execution_count": 2, "outputs": []}
    calls = "draw(load(round), 'cases/a-round/total')"
    second = {"cell_type": "code", "source": calls, "execution_count": 3, "outputs": [shown]}
    words = "# The 2019 round\nRates are per 1,000 staff; see `x1` and [all](a9.md)."
    prose = {"cell_type": "markdown", "source": words}
    cells = [prose, first, tagged | {"metadata": {"tags": ["parameters"]}}, second | changes]
    return {"cells": cells, "metadata": {"kernelspec": {"name": "python3"}}}


def with_output(**output) -> list[dict]:
    return [{"output_type": "stream", "name": "stdout", "text": "", "metadata": {}} | output]


def test_a_story_that_keeps_the_rules_passes():
    assert notebook_faults(story()) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"execution_count": None},
        {"execution_count": 9},
        {"source": "[x for x in y]"},
        {"source": "if x:\n    draw(x)"},
        {"source": "f = lambda x: x"},
        {"source": "def f(x):\n    return x"},
        {"source": "draw(1)\n" * 11},
        {"source": "%matplotlib inline"},
        {"source": "read('data/x')"},
        {"source": "plt.plot(x)"},
        {"source": "import pandas"},
        {"outputs": with_output(name="stderr", text="hm")},
        {"outputs": with_output(text="FutureWarning: soon")},
        {"outputs": with_output(output_type="error")},
        {"outputs": with_output(data={"image/png": "x", "text/plain": "<Figure size 640x480 with 1 Axes>"})},
        {"metadata": {"papermill": {"start_time": "2026"}}},
        {"metadata": {"tags": ["parameters"]}},
        {"cell_type": "markdown", "source": "Surrey had 50 cases."},
        {"cell_type": "markdown", "source": "# What the 237 did"},
        {"cell_type": "markdown", "source": "In 2019 it was so."},
    ],
)
def test_a_story_that_breaks_a_rule_is_found(changes):
    assert notebook_faults(story(**changes)) != []


@pytest.mark.parametrize("source", ["round = pick()", "round = ['a']", "x.round = 1", "print(1)"])
def test_a_parameter_that_is_no_literal_is_found(source):
    cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": source}
    assert parameter_faults({"cells": [cell]}) != []
