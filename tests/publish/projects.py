"""What the tests of a build do to a project."""

from pathlib import Path


def public(project: Path) -> dict[str, bytes]:
    """Return every public file of a project, by its path."""
    folders = (project / "site", project / "data" / "processed")
    files = (file for folder in folders for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(project).as_posix(): file.read_bytes() for file in files}


def append_cell(notebook: Path, name: str, source: str) -> None:
    """Add a code cell at a notebook's end."""
    import nbformat

    nb = nbformat.read(notebook, as_version=4)
    cell = nbformat.v4.new_code_cell(source)
    cell["id"] = name
    nb.cells.append(cell)
    nbformat.write(nb, notebook)
