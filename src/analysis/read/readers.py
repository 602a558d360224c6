"""One way from the bytes of any file to its cells and to what is found in it."""

from importlib import import_module

from analysis.problems import STOPS_DOCUMENT, Faults
from analysis.read import contents, hidden_xlsx, kinds
from analysis.read.cell import Read

SHEETS = {"csv", "xlsx", "xls", "ods"}
MODULES = {"csv": "text", **{kind: kind for kind in ("xlsx", "xls", "ods", "docx", "pdf", "html")}}


def read(content: bytes, name: str = "", depth: int = 1) -> Read:
    """Return the cells of a file of any kind and everything found in it.

    Raises Faults, all codes of the readers and of `contents.look`, when the file is refused.
    """
    kind = kinds.kind(content)
    raw = _reader(kind)(content, depth)
    found = [*kinds.named(name, kind), *raw.faults]
    found += hidden_xlsx.unseen(raw.cells) if kind != "xlsx" else []
    own = [cell for cell in raw.cells if not cell.area.startswith("attachment/")]
    if own or not raw.cells:
        found += contents.look(own, kind in SHEETS)
    if any(fault.severity == STOPS_DOCUMENT for fault in found):
        raise Faults(found)
    return Read(raw.cells, contents.fewer(found))


def _reader(kind: str):
    """Return what reads one kind of file; each library is loaded only when it is needed."""
    module = import_module(f"analysis.read.{MODULES.get(kind, 'mail')}")
    if module.__name__.endswith(".mail"):
        return lambda content, depth: module.read(content, read, depth)
    return lambda content, depth: module.read(content)
