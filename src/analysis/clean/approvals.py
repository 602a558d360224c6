"""What a person accepted in a document: exactly that finding, at that place, in exactly that file."""

import re
from collections.abc import Iterable

import pandas as pd

from analysis.problems import NEEDS_PERSON, SHOWN, STOPS_ALL, Fault, Problem

FILE = "approvals.csv"
OPEN = "WHY"  # stands for the reason in the rows that new-reply prints


def accepted(approvals: pd.DataFrame) -> set[tuple[str, str, str]]:
    """Return the sha256, code and place of each finding that was accepted."""
    return set(zip(approvals["sha256"], approvals["code"], approvals["place"], strict=True))


def open_findings(faults: Iterable[Fault], sha256: str, approvals: pd.DataFrame) -> list[Fault]:
    """Return the findings that need a person and that no row of approvals accepts: same bytes, code and place."""
    settled = accepted(approvals)
    return [
        fault for fault in faults if fault.severity == NEEDS_PERSON and (sha256, fault.code, fault.place) not in settled
    ]


def faulty(approvals: pd.DataFrame) -> list[Problem]:
    """Return approvals that say too little to rest on: no whole sha256, no code or no reason."""
    problems = []
    for number, row in enumerate(approvals.itertuples(index=False), start=2):
        lacks = [name for name in ("code", "reason") if getattr(row, name).strip() in ("", OPEN)]
        lacks += [] if re.fullmatch(r"[0-9a-f]{64}", row.sha256) else ["whole sha256"]
        if lacks:
            found, do = f"no {', no '.join(lacks)}", "complete the row; the finding's record holds them"
            expected = "sha256, code, place and reason"
            problems.append(Problem("BAD_APPROVAL", STOPS_ALL, FILE, "", f"row {number}", found, expected, do))
    return problems


def unused(approvals: pd.DataFrame, found: set[tuple[str, str, str]]) -> list[Problem]:
    """Return approvals that accept nothing that was found: the file changed, or the finding is gone."""
    do = "take its file in, or approve the finding of the file as it is now, or remove the row"
    return [
        Problem("VOID_APPROVAL", SHOWN, FILE, row.sha256, f"row {number}", f"{row.code} {row.place}", "a finding", do)
        for number, row in enumerate(approvals.itertuples(index=False), start=2)
        if (row.sha256, row.code, row.place) not in found
    ]
