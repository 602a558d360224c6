"""A checked reply put below data/raw with its row and a drafted recipe; attachments of a mail become replies too."""

import hashlib
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from analysis.clean import lookups
from analysis.clean.additions import append
from analysis.clean.counts import plain
from analysis.read import drafts, grids, kinds, mail
from analysis.read.spelled import quoted


class Document(NamedTuple):
    """Hold a document to be placed: its row in sources.csv, its bytes, their ending, and its cells."""

    row: dict[str, str]
    content: bytes
    suffix: str
    cells: pd.DataFrame

    @property
    def sha256(self) -> str:
        """Return the checksum of its bytes."""
        return hashlib.sha256(self.content).hexdigest()


def placed(folder: Path, document: Document, decided: dict[str, pd.DataFrame]) -> list[str]:
    """Write a document, and each attachment of a mail as a document with that mail as its parent; say what was written.

    An attachment that was taken in before is only named. What was approved of it inside the mail is approved of it.
    """
    known = dict(zip(decided["sources"]["sha256"], decided["sources"]["source_id"], strict=True))
    inner = _attachments(document)
    names = {
        place: known.get(each.sha256, f"{document.row['source_id']}-{place.rpartition('/')[2]}")
        for place, each in inner.items()
    }
    lines = [_written(folder, document, names, decided)]
    for place, each in inner.items():
        if each.sha256 not in known:
            row = document.row | {"source_id": names[place], "parent": document.row["source_id"], "supersedes": ""}
            _approved(folder, document, each, place, decided["approvals"])
            lines += placed(folder, each._replace(row=row), decided)
    return lines


def _attachments(document: Document) -> dict[str, Document]:
    """Return by place the attachments of a mail that can be read; what each is called is decided by its content."""
    if document.suffix != ".eml":
        return {}
    found = {}
    for place, content in mail.attachments(document.content).items():
        inside = document.cells[document.cells["area"].str.startswith(f"{place}/")]
        if len(inside):
            short = {name: inside[name].str.removeprefix(f"{place}/") for name in ("area", "place")}
            found[place] = Document({}, content, f".{kinds.kind(content)}", inside.assign(**short))
    return found


def _written(folder: Path, document: Document, names: dict[str, str], decided: dict[str, pd.DataFrame]) -> str:
    row = document.row
    target = folder / row["round_id"] / f"{row['source_id']}{document.suffix}"
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(document.content)
    recipe = target.with_suffix(".toml")
    if not recipe.is_file():
        words = {key: set(group["wording"].map(plain)) for key, group in decided["wording"].groupby("field")}
        words["force"] = set(lookups.names(decided["forces"], decided["aliases"], decided["places"]).known)
        apart = document.cells["area"].str.startswith(tuple(f"{place}/" for place in names))
        text = drafts.draft(grids.grid(document.cells[~apart]), row["source_id"], row["publisher"], words)
        recipe.write_text(text + _drops(document.cells[apart], names), encoding="utf-8", newline="\n")
    file = target.relative_to(folder).as_posix()
    append(folder / "sources.csv", [row | {"file": file, "sha256": document.sha256}])
    return f"Moved to data/raw/{file}; its recipe is drafted in {recipe.name}; its row is in sources.csv."


def _approved(folder: Path, outer: Document, inner: Document, place: str, approvals: pd.DataFrame) -> None:
    """Carry what a person accepted of an attachment inside its mail over to the attachment."""
    rows = approvals[(approvals["sha256"] == outer.sha256) & approvals["place"].str.startswith(f"{place}/")]
    carried = rows.assign(sha256=inner.sha256, place=rows["place"].str.removeprefix(f"{place}/"))
    append(folder / "approvals.csv", carried.to_dict("records"))


def _drops(cells: pd.DataFrame, names: dict[str, str]) -> str:
    """Return for each attachment the part of a mail's recipe that drops it and names the document it has become."""
    shown = cells[cells["visible"].astype("bool") & (cells["text"] != "")]
    texts = {place: shown.loc[shown["area"].str.startswith(f"{place}/"), "text"] for place in names}
    return "".join(
        f"\n[[drop]]\nplace = {quoted(place)}\nanchor = {quoted(said.iloc[0])}\n"
        f"reason = {quoted(f'a document of its own: {names[place]}')}\n"
        for place, said in texts.items()
        if len(said)
    )
