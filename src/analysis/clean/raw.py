"""The raw folder: decisions and documents, read strictly, with everything that is wrong with them."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from analysis import columns, tables
from analysis.clean import approvals
from analysis.problems import STOPS_ALL, STOPS_DOCUMENT, Fault, Faults, Problem
from analysis.read import cells, golden, likeness, readings, recipes

DECISIONS = [name for name, (folder, *_) in columns.TABLES.items() if folder != "processed"]


def decisions(folder: Path) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """Return every table of decisions below data/raw and what is wrong with them; a faulty one comes back empty."""
    frames, problems = {}, []
    for name in DECISIONS:
        home = folder / "lookups" if columns.TABLES[name][0] == "lookups" else folder
        path = home / f"{columns.FILES.get(name, name)}.csv"
        try:
            frames[name] = _decision(path, name)
        except Faults as error:
            frames[name] = tables.empty(name)
            sha256 = checksum(path) if path.is_file() else ""
            problems += [fault.problem(path.relative_to(folder).as_posix(), sha256) for fault in error.faults]
    return frames, problems


def faulty(problems: list[Problem]) -> set[str]:
    """Return the names of the tables of decisions that have a problem."""
    files = {problem.file.removeprefix("lookups/").removesuffix(".csv") for problem in problems}
    return {name for name in DECISIONS if columns.FILES.get(name, name) in files}


def _decision(path: Path, name: str) -> pd.DataFrame:
    if not path.is_file() and columns.OPTIONAL.get(name) == []:
        return tables.empty(name)
    if not path.is_file():
        raise Faults([Fault("MISSING_FILE", "", "no such file", "a table of decisions", "restore it", STOPS_ALL)])
    try:
        records = cells.records(path)
    except Faults as error:
        raise Faults([Fault(**vars(fault) | {"severity": STOPS_ALL}) for fault in error.faults]) from error
    header, body = records[0][1], records[1:]
    _complete(header, body, name)
    lines = [line for line, _ in body]
    frame = pd.DataFrame([record for _, record in body], columns=header, dtype="str")
    left_out = dict.fromkeys(set(columns.OPTIONAL.get(name, [])) - set(header), "")
    return _valid(frame.assign(**left_out), name, lines)


def _complete(header: list[str], body: list[tuple[int, list[str]]], name: str) -> None:
    needed = [column for column in columns.columns(name) if column not in columns.OPTIONAL.get(name, [])]
    missing = [column for column in needed if column not in header]
    faults = [
        Fault("RAGGED_ROW", f"L{line}", f"{len(record)} fields", f"{len(header)} fields", "quote commas", STOPS_ALL)
        for line, record in body
        if len(record) != len(header)
    ]
    if missing:
        expected = ", ".join(columns.columns(name))
        faults.append(Fault("WRONG_COLUMNS", "L1", f"no {', '.join(missing)}", expected, "add the column", STOPS_ALL))
    if faults:
        raise Faults(faults)


def _valid(frame: pd.DataFrame, name: str, lines: list[int]) -> pd.DataFrame:
    from pandera.errors import SchemaErrors

    try:
        return tables.validate(tables.cast(frame, name), name)
    except ValueError as error:
        raise Faults(_unreadable(frame, name, lines)) from error
    except SchemaErrors as error:
        failures = error.failure_cases.drop_duplicates(["index", "column", "check"])
        cases = failures[["index", "column", "check", "failure_case"]].itertuples(index=False)
        raise Faults([_case(*case, lines) for case in cases]) from error


def _unreadable(frame: pd.DataFrame, name: str, lines: list[int]) -> list[Fault]:
    """Name every cell that is no number or date where its column holds numbers or dates."""
    faults = []
    for column in columns.columns(name):
        for line, row in zip(lines, frame.index, strict=True):
            try:
                tables.cast(frame.loc[[row], [column]], name)
            except ValueError:
                kind, found = columns.word(name, column)[0], f"{column} = {frame.loc[row, column]!r}"
                expected = "a day as YYYY-MM-DD" if kind == "date" else f"a {kind}"
                faults.append(Fault("WRONG_VALUE", f"L{line}", found, expected, "mend the cell", STOPS_ALL))
    return faults


def _case(index, column: str, check: str, found: str, lines: list[int]) -> Fault:
    place = "" if pd.isna(index) else f"L{lines[int(index)]}"
    return Fault("WRONG_VALUE", place, f"{column} = {found!r}", str(check), "mend the cell", STOPS_ALL)


def checksum(path: Path) -> str:
    """Return the sha256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Documents(NamedTuple):
    """Hold what all documents say: rows as written, where their cells ended, what is wrong, and what was found.

    rows: source_id, file, sha256 and the columns of `recipes.rows`; held: the content of each document that keeps its
    own layout; findings: sha256, code and place of everything a person must look at, approved or not.
    """

    rows: pd.DataFrame
    ledger: pd.DataFrame
    problems: list[Problem]
    held: dict[str, likeness.Content]
    findings: set[tuple[str, str, str]]


def documents(folder: Path, sources: pd.DataFrame, accepted: pd.DataFrame) -> Documents:
    """Return what every document says; one with a fault, or with a finding nobody approved, has no row and no cell."""
    listed = sources[sources["file"] != ""]
    there = [source for source in listed.itertuples(index=False) if (folder / source.file).is_file()]
    laid_out = {folder / source.file for source in there if _recipe_of(folder / source.file).is_file()}
    read = dict(zip(sorted(laid_out), readings.read_all(sorted(laid_out)), strict=True))
    found, ledgers, problems, held, findings = [], [], [], {}, set()
    for source in there:
        reading = read.get(folder / source.file)
        try:
            faults = _looked_at(reading, source.sha256, accepted)
            findings |= {(source.sha256, fault.code, fault.place) for fault in _faults(reading)}
            if faults:
                raise Faults(faults)
            rows, ledger = _rows(folder / source.file, reading)
        except Faults as error:
            problems += [fault.problem(source.file, source.sha256) for fault in error.faults]
            continue
        found.append(rows.assign(source_id=source.source_id, file=source.file, sha256=source.sha256))
        ledgers.append(ledger.assign(source_id=source.source_id))
        held |= {source.source_id: likeness.content(reading.cells)} if reading else {}
    rows = _joined(found, [*recipes.ROWS, "source_id", "file", "sha256"])
    return Documents(rows, _joined(ledgers, _LEDGER), problems, held, findings)


def _looked_at(reading, sha256: str, accepted: pd.DataFrame) -> list[Fault]:
    """Return what stops a document: the reasons it is refused, or findings that need a person and have none."""
    if isinstance(reading, Faults):
        return reading.faults
    waiting = approvals.open_findings(_faults(reading), sha256, accepted)
    do = "; or accept it in approvals.csv, with the reason"
    return [replace(fault, severity=STOPS_DOCUMENT, do=fault.do + do) for fault in waiting]


def _faults(reading) -> list[Fault]:
    return [] if reading is None or isinstance(reading, Faults) else reading.findings


def _rows(path: Path, reading) -> tuple[pd.DataFrame, pd.DataFrame]:
    if reading is None:
        return recipes.rows(path)
    rows, ledger = recipes.rows(path, recipes.load(_recipe_of(path)), reading.cells)
    faults = golden.differences(rows, path)
    if faults:
        raise Faults(faults)
    return rows, ledger


_LEDGER = [*recipes.LEDGER, "source_id"]


def _recipe_of(path: Path) -> Path:
    return path.with_suffix(".toml")


def _joined(frames: list[pd.DataFrame], names: list[str]) -> pd.DataFrame:
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=names, dtype="str")
