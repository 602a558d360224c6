"""One way from the bytes of any file to its cells and to what is found in it."""

from analysis.problems import STOPS_DOCUMENT, Faults
from analysis.read import contents, hidden_xlsx, kinds
from analysis.read.cell import Read

SHEETS = {"csv", "xlsx", "xls", "ods"}


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
    if kind == "csv":
        from analysis.read import text as module
    elif kind == "xlsx":
        from analysis.read import xlsx as module
    elif kind == "xls":
        from analysis.read import xls as module
    elif kind == "ods":
        from analysis.read import ods as module
    elif kind == "docx":
        from analysis.read import docx as module
    elif kind == "pdf":
        from analysis.read import pdf as module
    elif kind == "html":
        from analysis.read import html as module
    else:
        from analysis.read import mail

        return lambda content, depth: mail.read(content, read, depth)
    return lambda content, depth: module.read(content)
