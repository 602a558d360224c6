"""Imports point one way, and modules and functions stay short enough to read."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "src" / "analysis"
LAYERS = ["read", "clean", "measure", "tell", "publish"]
FACES = {"__init__", "__main__"}
LONGEST_MODULE = 250
LONGEST_FUNCTION = 30
WAIVER = "# longer because "


def imported(source: str, module: str) -> set[str]:
    """Return the full names of what a module of the package imports; `module` is its own dotted name."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            home = module.split(".")[: -node.level] if node.level else []
            base = ".".join([*home, *(node.module or "").split(".")]).strip(".")
            names |= {f"{base}.{alias.name}" for alias in node.names}
    return names


def wrong_imports(source: str, module: str, grounds: set[str]) -> list[str]:
    """Name each import that points the wrong way: a layer to its right, the public face, a ground module upwards."""
    parts = module.split(".")
    own = parts[1] if len(parts) > 1 else ""
    if own in FACES or not own:
        return []
    allowed = {*grounds, own, *(LAYERS[: LAYERS.index(own)] if own in LAYERS else [])}
    targets = {name for name in imported(source, module) if name.split(".")[0] == "analysis"}
    return sorted(f"{module} imports {name}" for name in targets if f"{name}.".split(".")[1] not in allowed)


def too_long(source: str, name: str) -> list[str]:
    """Name the module and each function that is longer than the house allows and does not say why."""
    lines = source.splitlines()
    found = []
    if len(lines) > LONGEST_MODULE and not any(line.startswith(WAIVER) for line in lines):
        found.append(f"{name}: {len(lines)} lines; split it, or say why on a line of its own: {WAIVER}…")
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
        length = (node.end_lineno or 0) - first.lineno + 1 + (node.body[0].lineno - node.lineno)
        waived = any(WAIVER in line for line in lines[node.lineno - 1 : first.lineno])
        if length > LONGEST_FUNCTION and not waived:
            found.append(f"{name}:{node.lineno} {node.name}: {length} lines; split it, or say why: {WAIVER}…")
    return found


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def dotted(path: Path) -> str:
    """Return a module's name, counting a package's own file as a module in it, so that `from . import x` resolves."""
    return ".".join(["analysis", *path.relative_to(PACKAGE).with_suffix("").parts])


def ground_modules() -> set[str]:
    return {path.stem for path in PACKAGE.glob("*.py")} - FACES


@pytest.mark.parametrize("path", modules(), ids=dotted)
def test_imports_point_one_way(path):
    assert wrong_imports(path.read_text("utf-8"), dotted(path), ground_modules()) == []


@pytest.mark.parametrize("path", modules(), ids=dotted)
def test_modules_and_functions_are_short_or_say_why(path):
    assert too_long(path.read_text("utf-8"), dotted(path)) == []


def test_the_package_has_these_layers_and_no_others():
    assert {path.parent.name for path in PACKAGE.glob("*/__init__.py")} <= set(LAYERS)


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("analysis.read.cells", "from analysis.clean import counts"),
        ("analysis.clean.facts", "import analysis.measure.totals"),
        ("analysis.clean.facts", "from ..tell import findings"),
        ("analysis.measure.totals", "def total():\n    from analysis.publish.notebooks import run"),
        ("analysis.tell.charts", "from analysis import load"),
        ("analysis.tables", "from analysis.read.cells import cells"),
        ("analysis.clean.__init__", "from analysis.measure import bounds"),
    ],
)
def test_an_import_against_the_flow_is_found(module, line):
    assert len(wrong_imports(line, module, {"paths", "tables"})) == 1


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("analysis.publish.generation", "from analysis.tell import findings\nfrom analysis import paths"),
        ("analysis.clean.facts", "from . import counts\nfrom .periods import parse\nimport pandas"),
        ("analysis.clean.__init__", "from analysis.clean.facts import facts\nfrom .counts import parse"),
        ("analysis.tables", "from analysis import paths"),
        ("analysis.__init__", "from analysis.measure.totals import total"),
    ],
)
def test_an_import_with_the_flow_passes(module, line):
    assert wrong_imports(line, module, {"paths", "tables"}) == []


def test_a_long_function_is_found_and_a_reason_lets_it_pass():
    body = "\n".join(["    x = 1"] * 30)
    assert len(too_long(f"def f():\n{body}\n", "m")) == 1
    assert too_long(f"def f():  # longer because it is a table\n{body}\n", "m") == []
    assert too_long("def f():\n" + "\n".join(["    x = 1"] * 29), "m") == []


def test_a_docstring_does_not_count_as_length():
    text = "\n".join(["    words"] * 40)
    assert too_long(f'def f():\n    """One.\n{text}\n    """\n    return 1\n', "m") == []


def test_a_long_module_is_found_and_a_reason_lets_it_pass():
    assert len(too_long("x = 1\n" * 251, "m")) == 1
    assert too_long("# longer because it is the contract\n" + "x = 1\n" * 250, "m") == []
    assert too_long("x = 1\n" * 250, "m") == []
