"""The raw folder: decisions and documents, read strictly, with everything that is wrong with them."""

import hashlib
from pathlib import Path

import pandas as pd

from analysis import columns, tables
from analysis.problems import STOPS_ALL, Fault, Faults, Problem
from analysis.read import cells

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
        raise Faults([_case(index, column, check, found, lines) for index, column, check, found in cases]) from error


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
