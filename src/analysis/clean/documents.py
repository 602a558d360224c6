"""What every document says, as rows and as cells; one that is as it was before is not read again."""

import hashlib
import pickle
import sys
import tempfile
from collections.abc import Callable, Container, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.clean import approvals, checksums, distinct
from analysis.ordering import rank
from analysis.problems import STOPS_DOCUMENT, Fault, Faults, Problem
from analysis.read import golden, likeness, readings, recipes

BATCH = 250  # documents read in one go
RECIPE = ".toml"
NAMED = ["source_id", "file", "sha256"]
ACCEPT = "; or accept it in approvals.csv, with the reason"
CODE = [
    "read/*.py",
    "clean/documents.py",
    "clean/approvals.py",
    "clean/distinct.py",
    "clean/checksums.py",
    "problems.py",
]


class Documents(NamedTuple):
    """Hold what all documents say: rows as written, where their cells ended, what is wrong, and what was found.

    rows: source_id, file, sha256 and the columns of `recipes.rows`; ledger: source_id and those of its ledger; both as
    categories, sorted by source_id. held: the content of each document that keeps its own layout. findings: sha256,
    code and place of everything a person must look at, approved or not. sums: the sha256 of each file as it is now.
    """

    rows: pd.DataFrame
    ledger: pd.DataFrame
    problems: list[Problem]
    held: dict[str, likeness.Content]
    findings: set[tuple[str, str, str]]
    sums: dict[str, str]


class Given(NamedTuple):
    """Hold one document as it lies there: its key, row, checksum, path, what was accepted in it, and its files by name.

    It holds no file where what it says is known already.
    """

    key: str
    source_id: str
    file: str
    sha256: str
    found: str
    path: str
    accepted: pd.DataFrame
    files: dict[str, bytes]


class Told(NamedTuple):
    """Hold what is wrong with one document, what was found in it, and its content where it keeps its own layout."""

    faults: list[Fault]
    findings: list[Fault]
    content: likeness.Content | None


class Said(NamedTuple):
    """Hold what documents say by key: what is told of each, how many rows and cells it has, and those of all, in order.

    Rows and cells are categories.
    """

    told: dict[str, Told | None]
    lengths: dict[str, tuple[int, int]]
    rows: pd.DataFrame
    ledger: pd.DataFrame


def documents(
    folder: Path, sources: pd.DataFrame, accepted: pd.DataFrame, kept: Path | None = None, run: Callable = map
) -> Documents:
    """Return what every document says; one with a fault, or with a finding nobody approved, has no row and no cell.

    kept: the file that remembers what documents said. One is read again when its bytes, its recipe, its golden rows,
    what was accepted in it or what reads it changed, and forgotten when it is withdrawn.
    run: maps a function over batches of documents, as `map` and the `map` of any executor do.
    """
    code = _code() if kept else ""
    before, seen = _remembered(kept, code)
    files, there = checksums.Files(folder, seen), sources[sources["file"] != ""]
    given = list(_given(folder, there.iloc[np.argsort(rank(there["source_id"]))], accepted, files, before.told))
    fresh = [document for document in given if document.key not in before.told]
    batches = [fresh[start : start + BATCH] for start in range(0, len(fresh), BATCH)]
    said = _only([before, *run(_read, batches)], [document.key for document in given])
    if kept and (said.told.keys() != before.told.keys() or files.seen != seen):
        _remember(kept, code, said, files.seen)
    return _named(said, given)


def _given(
    folder: Path, sources: pd.DataFrame, accepted: pd.DataFrame, files: checksums.Files, known: Container[str] = ()
) -> Iterator[Given]:
    """Yield each document that is there, with a key that differs wherever it would be read otherwise."""
    rows, none = dict(iter(accepted.groupby("sha256"))), accepted.iloc[:0]
    for source_id, file, sha256 in zip(*(sources[name].tolist() for name in NAMED), strict=True):
        lies = files.there.get(file)
        if lies is None or (lies.is_symlink() and not Path(lies).resolve().is_relative_to(folder.resolve())):
            continue
        names = [file, *[name for name in golden.beside(file) if name in files.there]]
        found = rows.get(sha256, none)
        told = (source_id, file, sha256, found.to_csv() if sha256 in rows else "")
        sums, held = {name: files.sum(name) for name in names}, {}
        key = _key(told, sums)
        if key not in known:
            for name in names:
                held[name], sums[name] = files.content(name)
            key = _key(told, sums)
        yield Given(key, source_id, file, sha256, sums[file], lies.path, found, {} if key in known else held)


def _key(*told) -> str:
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _read(given: list[Given]) -> Said:
    """Return what a batch of documents says; needs nothing but what is given, so that any machine may do it."""
    with tempfile.TemporaryDirectory() as home:
        paths = {document.key: _place(document, Path(home)) for document in given}
        laid_out = [path for path in paths.values() if path.with_suffix(RECIPE).is_file()]
        readings_of = dict(zip(laid_out, readings.read_all(laid_out), strict=True))
        told, lengths, rows, ledger = {}, {}, [], []
        for document in given:
            path = paths[document.key]
            told[document.key], lines, cells = _said(path, readings_of.get(path), document)
            lengths[document.key] = (len(lines), len(cells))
            rows += lines
            ledger += cells
    return Said(told, lengths, distinct.columns(rows, recipes.ROWS), distinct.columns(ledger, recipes.LEDGER))


def _place(document: Given, home: Path) -> Path:
    """Return where a document can be read: where it lies if this machine has it, else a copy of it."""
    path = Path(document.path)
    if path.is_file() and path.read_bytes() == document.files[document.file]:
        return path
    folder = home / document.key
    folder.mkdir()
    for name, content in document.files.items():
        (folder / Path(name).name).write_bytes(content)
    return folder / path.name


def _said(path: Path, reading, document: Given) -> tuple[Told | None, list, list]:
    """Return what is told of one document, its rows and its cells; it has none where a person must look at it first."""
    findings = [] if reading is None or isinstance(reading, Faults) else reading.findings
    try:
        if isinstance(reading, Faults):
            raise reading
        waiting = approvals.open_findings(findings, document.sha256, document.accepted)
        if waiting:
            raise Faults(replace(fault, severity=STOPS_DOCUMENT, do=fault.do + ACCEPT) for fault in waiting)
        if reading is None:
            return None, *recipes.said(path)
        lines, cells = recipes.said(path, recipes.load(path.with_suffix(RECIPE)), reading.cells)
        faults = golden.differences(recipes.table(lines), path)
        if faults:
            raise Faults(faults)
        return Told([], findings, likeness.content(reading.cells)), lines, cells
    except Faults as error:
        return Told(error.faults, findings, None), [], []


def _only(parts: list[Said], keys: list[str]) -> Said:
    """Return what several batches say as one, in the order of the keys, without the documents that are gone."""
    if len(parts) == 1 and [*parts[0].told] == keys:
        return parts[0]
    told = {key: part for said in parts for key, part in said.told.items()}
    lengths = {key: length for said in parts for key, length in said.lengths.items()}
    at = pd.Index([key for said in parts for key in said.told]).get_indexer(keys)
    frames = []
    for number, name in enumerate(("rows", "ledger")):
        ends = np.cumsum([length[number] for said in parts for length in said.lengths.values()], dtype="int64")
        spans = np.array([ends - np.diff(ends, prepend=0), ends]).T[at]
        frames.append(distinct.only(distinct.joined([getattr(said, name) for said in parts]), spans))
    return Said({key: told[key] for key in keys}, {key: lengths[key] for key in keys}, *frames)


def _named(said: Said, given: list[Given]) -> Documents:
    """Return what documents say with their names, in the order they were given."""
    told = [(document, part) for document in given if (part := said.told[document.key]) is not None]
    names = {name: distinct.category([getattr(document, name) for document in given]) for name in NAMED}
    names["source_id"] = names["source_id"].as_ordered()  # as they were given, so that nobody sorts them again
    lengths = np.array([said.lengths[document.key] for document in given], dtype="int64").reshape(-1, 2)
    frames = [
        frame.assign(**{name: distinct.repeated(column, count) for name, column in names.items()})
        for frame, count in zip((said.rows, said.ledger), lengths.T, strict=True)
    ]
    return Documents(
        frames[0],
        frames[1],
        [fault.problem(document.file, document.sha256) for document, part in told for fault in part.faults],
        {document.source_id: part.content for document, part in told if part.content is not None},
        {(document.sha256, fault.code, fault.place) for document, part in told for fault in part.findings},
        {document.file: document.found for document in given},
    )


def _code() -> str:
    """Return a text that differs wherever documents would be read by other code or other libraries."""
    home = Path(__file__).parents[1]
    total = hashlib.sha256(sys.version.encode())
    for path in sorted(path for pattern in CODE for path in home.glob(pattern)):
        total.update(path.read_bytes())
    for library in sorted({path.name for place in sys.path for path in Path(place).glob("*.dist-info")}):
        total.update(library.encode())
    return total.hexdigest()


def _remembered(kept: Path | None, code: str) -> tuple[Said, dict[str, checksums.Seen]]:
    """Return what documents said and the files they were; nothing where other code read them, or it is not whole."""
    empty = (distinct.columns([], names) for names in (recipes.ROWS, recipes.LEDGER))
    nothing = Said({}, {}, *empty), dict[str, checksums.Seen]()
    if kept and kept.is_file():
        with kept.open("rb") as file:
            try:
                return pickle.load(file) if pickle.load(file) == code else nothing
            except (EOFError, pickle.UnpicklingError):  # cut off by a power cut: read them again
                return nothing
    return nothing


def _remember(kept: Path, code: str, said: Said, seen: dict[str, checksums.Seen]) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=kept.parent, delete=False) as file:
        pickle.dump(code, file)
        pickle.dump((said, seen), file)
    Path(file.name).replace(kept)
