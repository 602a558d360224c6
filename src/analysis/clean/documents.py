"""What every document says, as rows and as cells; one that is as it was before is not read again."""

import hashlib
import json
import os
import pickle
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.clean import approvals, distinct
from analysis.problems import STOPS_DOCUMENT, Fault, Faults, Problem
from analysis.read import golden, likeness, readings, recipes

BATCH = 250  # documents read in one go
RECIPE = ".toml"
ROWS, LEDGER = [*recipes.ROWS, "key"], [*recipes.LEDGER, "key"]
ACCEPT = "; or accept it in approvals.csv, with the reason"
READERS = ["read/*.py", "clean/documents.py", "clean/approvals.py", "clean/distinct.py", "problems.py"]


class Documents(NamedTuple):
    """Hold what all documents say: rows as written, where their cells ended, what is wrong, and what was found.

    rows: source_id, file, sha256 and the columns of `recipes.rows`; ledger: source_id and those of its ledger; both as
    categories. held: the content of each document that keeps its own layout. findings: sha256, code and place of
    everything a person must look at, approved or not. sums: the sha256 of each file as it is now.
    """

    rows: pd.DataFrame
    ledger: pd.DataFrame
    problems: list[Problem]
    held: dict[str, likeness.Content]
    findings: set[tuple[str, str, str]]
    sums: dict[str, str]


class Given(NamedTuple):
    """Hold one document as it lies there: its key, row, checksum, path, files by name, and what was accepted in it."""

    key: str
    source_id: str
    file: str
    sha256: str
    found: str
    path: Path
    files: dict[str, bytes]
    accepted: pd.DataFrame


class Told(NamedTuple):
    """Hold what is wrong with one document, what was found in it, and its content where it keeps its own layout."""

    faults: list[Fault]
    findings: list[Fault]
    content: likeness.Content | None


class Said(NamedTuple):
    """Hold what documents say by key: what is told of each, and the rows and cells of all, as categories."""

    told: dict[str, Told | None]
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
    given = list(_given(folder, sources[sources["file"] != ""], accepted))
    code = _code() if kept else ""
    before = _remembered(kept, code)
    fresh = [document for document in given if document.key not in before.told]
    batches = [fresh[start : start + BATCH] for start in range(0, len(fresh), BATCH)]
    said = _only([before, *run(_read, batches)], [document.key for document in given])
    if kept and said.told.keys() != before.told.keys():
        _remember(kept, code, said)
    return _named(said, given)


def _given(folder: Path, sources: pd.DataFrame, accepted: pd.DataFrame) -> Iterator[Given]:
    """Yield each document that is there, with a key that differs wherever it would be read otherwise."""
    rows, none = dict(iter(accepted.groupby("sha256"))), accepted.iloc[:0]
    there = {
        f"{Path(home).relative_to(folder).as_posix()}/{name}" for home, _, names in os.walk(folder) for name in names
    }
    for source_id, file, sha256 in sources[["source_id", "file", "sha256"]].itertuples(index=False, name=None):
        path = folder / file
        if file not in there or (path.is_symlink() and not path.resolve().is_relative_to(folder.resolve())):
            continue
        stem = file.removesuffix(path.suffix)
        beside = [name for name in (f"{stem}{RECIPE}", f"{stem}{golden.SUFFIX}") if name in there]
        files = {file: path.read_bytes()} | {name: (folder / name).read_bytes() for name in beside}
        sums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
        found = rows.get(sha256, none)
        told = [source_id, file, sha256, sums, found.to_csv() if len(found) else ""]
        key = hashlib.sha256(json.dumps(told).encode()).hexdigest()
        yield Given(key, source_id, file, sha256, sums[file], path, files, found)


def _read(given: list[Given]) -> Said:
    """Return what a batch of documents says; needs nothing but what is given, so that any machine may do it."""
    with tempfile.TemporaryDirectory() as home:
        paths = {document.key: _place(document, Path(home)) for document in given}
        laid_out = [path for path in paths.values() if path.with_suffix(RECIPE).is_file()]
        readings_of = dict(zip(laid_out, readings.read_all(laid_out), strict=True))
        told, rows, ledger = {}, [], []
        for document in given:
            path = paths[document.key]
            told[document.key], lines, cells = _said(path, readings_of.get(path), document)
            rows += [(*line, document.key) for line in lines]
            ledger += [(*cell, document.key) for cell in cells]
    return Said(told, distinct.columns(rows, ROWS), distinct.columns(ledger, LEDGER))


def _place(document: Given, home: Path) -> Path:
    """Return where a document can be read: where it lies if this machine has it, else a copy of it."""
    if document.path.is_file() and document.path.read_bytes() == document.files[document.file]:
        return document.path
    folder = home / document.key
    folder.mkdir()
    for name, content in document.files.items():
        (folder / Path(name).name).write_bytes(content)
    return folder / document.path.name


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
    """Return what several batches say as one, without the documents that are gone."""
    told = {key: part for said in parts for key, part in said.told.items()}
    wanted = set(keys)
    gone = told.keys() - wanted
    frames = {name: distinct.joined([getattr(said, name) for said in parts]) for name in ("rows", "ledger")}
    if gone:
        frames = {name: distinct.only(frame, "key", wanted) for name, frame in frames.items()}
    return Said({key: told[key] for key in keys}, **frames)


def _named(said: Said, given: list[Given]) -> Documents:
    """Return what documents say with their names for their keys, in the order they were given."""
    told = [(document, part) for document in given if (part := said.told[document.key]) is not None]
    names = pd.DataFrame([document[1:4] for document in given], columns=["source_id", "file", "sha256"], dtype="str")
    keys = pd.Index([document.key for document in given])
    frames = []
    for frame in (said.rows, said.ledger):
        at = keys.get_indexer(frame["key"].cat.categories)[frame["key"].cat.codes]
        order = np.argsort(at, kind="stable")
        named = {name: distinct.category(names[name]).take(at[order]) for name in names}
        frames.append(frame.drop(columns="key").take(order).reset_index(drop=True).assign(**named))
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
    for path in sorted(path for pattern in READERS for path in home.glob(pattern)):
        total.update(path.read_bytes())
    for library in sorted({path.name for place in sys.path for path in Path(place).glob("*.dist-info")}):
        total.update(library.encode())
    return total.hexdigest()


def _remembered(kept: Path | None, code: str) -> Said:
    """Return what documents said the last time; nothing where other code read them, or the file is not whole."""
    if kept and kept.is_file():
        with kept.open("rb") as file:
            try:
                return pickle.load(file) if pickle.load(file) == code else _nothing()
            except (EOFError, pickle.UnpicklingError):  # cut off by a power cut: read them again
                return _nothing()
    return _nothing()


def _nothing() -> Said:
    return Said({}, distinct.columns([], ROWS), distinct.columns([], LEDGER))


def _remember(kept: Path, code: str, said: Said) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=kept.parent, delete=False) as file:
        pickle.dump(code, file)
        pickle.dump(said, file)
    Path(file.name).replace(kept)
