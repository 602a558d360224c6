"""Imports point one way, from read to publish, and never in a circle, not even inside functions."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "src" / "analysis"
LAYERS = ["read", "clean", "measure", "tell", "publish"]
FACES = {"analysis", "analysis.__main__"}  # they gather what notebooks and people call


def modules() -> dict[str, str]:
    """Return the source of each module by its dotted name; a folder's own file has the folder's name."""
    names = {path: path.relative_to(PACKAGE.parent).with_suffix("").parts for path in sorted(PACKAGE.rglob("*.py"))}
    return {".".join(name).removesuffix(".__init__"): path.read_text("utf-8") for path, name in names.items()}


def imports(name: str, sources: dict[str, str]) -> set[str]:
    """Return the modules of ours that a module imports, at its head or inside a function."""
    named: list[str] = []
    for node in ast.walk(ast.parse(sources[name])):
        if isinstance(node, ast.Import):
            named += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name} imports from {'.' * node.level}{node.module or ''}: write it in full"
            named += [f"{node.module}.{alias.name}" for alias in node.names]
    return {one if one in sources else one.rpartition(".")[0] for one in named} & {*sources} - {name}


def place(name: str) -> int:
    """Return the place of a module's layer; what all layers share stands before the first."""
    own = f"{name}.".split(".")[1]
    return LAYERS.index(own) if own in LAYERS else -1


def test_imports_point_one_way_and_in_no_circle():
    sources = modules()
    known = {name: imports(name, sources) for name in sources}
    ours = [(name, target) for name, targets in known.items() if name not in FACES for target in targets]
    assert [(name, target) for name, target in ours if target in FACES or place(target) > place(name)] == []
    TopologicalSorter(known).prepare()  # a CycleError names the circle
