"""Imports point one way, from read to publish, and never in a circle, not even inside functions."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "src" / "analysis"
LAYERS = ["read", "clean", "measure", "tell", "publish"]
FACES = {"analysis", "analysis.__main__"}  # they gather what notebooks and people call


def modules(package: Path) -> dict[str, str]:
    """Return the source of each module of a package by its dotted name; a folder's own file has the folder's name."""
    names = {path: path.relative_to(package.parent).with_suffix("").parts for path in sorted(package.rglob("*.py"))}
    return {".".join(name).removesuffix(".__init__"): path.read_text("utf-8") for path, name in names.items()}


def imports(sources: dict[str, str]) -> dict[str, set[str]]:
    """Return for each module the modules it imports, at its head or inside a function."""
    return {
        name: {known(target, sources) for node in ast.walk(ast.parse(text)) for target in named(node, name, sources)}
        - {"", name}
        for name, text in sources.items()
    }


def named(node: ast.AST, module: str, sources: dict[str, str]) -> list[str]:
    """Return the full names that one statement imports into a module."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    is_folder = any(name.startswith(f"{module}.") for name in sources)
    home = module.split(".")[: len(module.split(".")) - node.level + is_folder] if node.level else []
    base = ".".join([*home, *filter(None, [node.module])])
    return [f"{base}.{alias.name}" for alias in node.names]


def known(name: str, sources: dict[str, str]) -> str:
    """Return the module that a name leads to, or an empty text where it is not one of ours."""
    while name and name not in sources:
        name = name.rpartition(".")[0]
    return name


def wrong(sources: dict[str, str]) -> list[str]:
    """Name each import of what lies to the right, of a layer by what all layers share, and of a face."""
    places = {name: place(name) for name in sources}
    return [
        f"{name} imports {target}"
        for name, targets in imports(sources).items()
        for target in sorted(targets)
        if name not in FACES and (target in FACES or places[target] > places[name])
    ]


def place(name: str) -> int:
    """Return where a module stands in the row of layers; what all share stands before the first."""
    own = f"{name}.".split(".")[1]
    return LAYERS.index(own) if own in LAYERS else -1


def circle(sources: dict[str, str]) -> list[str]:
    """Return the modules of a circle of imports, or an empty list."""
    try:
        TopologicalSorter(imports(sources)).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def test_imports_point_one_way():
    assert len(modules(PACKAGE)) > 15
    assert wrong(modules(PACKAGE)) == []


def test_no_two_modules_import_each_other():
    assert circle(modules(PACKAGE)) == []


def test_the_package_has_these_layers_and_no_others():
    assert {path.parent.name for path in PACKAGE.glob("*/__init__.py")} == set(LAYERS)


HOUSE = {
    "analysis": "",
    "analysis.__main__": "",
    "analysis.tables": "",
    "analysis.read": "",
    "analysis.read.cells": "",
    "analysis.clean": "",
    "analysis.clean.facts": "",
    "analysis.measure.totals": "",
    "analysis.tell.charts": "",
    "analysis.publish.build": "",
}


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("analysis.read.cells", "from analysis.clean import facts"),
        ("analysis.clean.facts", "import analysis.measure.totals"),
        ("analysis.clean.facts", "from ..tell import charts"),
        ("analysis.measure.totals", "def total():\n    from analysis.publish.build import run"),
        ("analysis.tell.charts", "from analysis import load"),
        ("analysis.tables", "from analysis.read.cells import cells"),
        ("analysis.clean", "from analysis.measure.totals import total"),
        ("analysis.publish.build", "from analysis import __main__"),
    ],
)
def test_an_import_against_the_flow_is_found(module, line):
    assert len(wrong(HOUSE | {module: line})) == 1


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("analysis.publish.build", "from analysis.tell.charts import draw\nfrom analysis import tables"),
        ("analysis.clean.facts", "from ..read import cells\nimport pandas"),
        ("analysis.clean", "from .facts import facts"),
        ("analysis", "from analysis.measure.totals import total"),
        ("analysis.__main__", "from analysis.publish import build"),
    ],
)
def test_an_import_with_the_flow_passes(module, line):
    assert wrong(HOUSE | {module: line}) == [] == circle(HOUSE | {module: line})


def test_a_circle_inside_functions_is_found():
    here, there = "from analysis.clean import facts", "def later():\n    from .cells import cells"
    assert circle({"analysis.read.cells": "from . import rows", "analysis.read.rows": there, "analysis.read": ""})
    assert circle(HOUSE | {"analysis.read.cells": here}) == []
