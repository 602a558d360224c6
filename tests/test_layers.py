"""Imports point one way, from read to publish, and never in a circle, not even inside functions."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "src" / "analysis"
LAYERS = ["read", "clean", "measure", "tell", "publish"]
FACES = {"analysis", "analysis.__main__"}  # they gather what notebooks and people call


def modules() -> dict[str, str]:
    """Return the source of each module by its dotted name; a folder's own file has the folder's name."""
    names = {path: path.relative_to(PACKAGE.parent).with_suffix("").parts for path in sorted(PACKAGE.rglob("*.py"))}
    return {".".join(name).removesuffix(".__init__"): path.read_text("utf-8") for path, name in names.items()}


def imports(sources: dict[str, str]) -> dict[str, set[str]]:
    """Return for each module those of ours that it imports, at its head or inside a function."""
    found: dict[str, set[str]] = {name: set() for name in sources}
    for name, text in sources.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                named = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert not node.level, f"{name} imports from {'.' * node.level}{node.module or ''}: write it in full"
                named = [f"{node.module}.{alias.name}" for alias in node.names]
            else:
                continue
            found[name] |= {one if one in sources else one.rpartition(".")[0] for one in named} & {*sources} - {name}
    return found


def wrong(sources: dict[str, str]) -> list[str]:
    """Name each import of a layer to the right, of a layer by what all layers share, and of a face; and circles."""

    def place(name: str) -> int:
        own = f"{name}.".split(".")[1]
        return LAYERS.index(own) if own in LAYERS else -1  # what all share stands before the first

    known = imports(sources)
    found = [
        f"{name} imports {target}"
        for name, targets in known.items()
        for target in sorted(targets)
        if name not in FACES and (target in FACES or place(target) > place(name))
    ]
    try:
        TopologicalSorter(known).prepare()
    except CycleError as error:
        found.append(f"a circle: {error.args[1]}")
    return found


def test_imports_point_one_way_and_in_no_circle():
    assert wrong(modules()) == []


def test_the_package_has_these_layers_and_no_others():
    assert {path.parent.name for path in PACKAGE.glob("*/__init__.py")} == set(LAYERS)


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("analysis.read.cells", "from analysis.clean import facts"),
        ("analysis.measure.totals", "def total():\n    import analysis.publish.build"),
        ("analysis.tell.charts", "from analysis import load"),
        ("analysis.tables", "from analysis.read.cells import Cell"),
        ("analysis.problems", "def later():\n    from analysis import tables"),
    ],
)
def test_an_import_against_the_flow_or_in_a_circle_is_found(module, line):
    sources = modules()
    sources["analysis.tables"] += "\nfrom analysis import problems\n"
    assert wrong(sources | {module: line})
