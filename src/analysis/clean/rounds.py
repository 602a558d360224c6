"""A round of requests added: coverage and tracker with a row for each force, all still to be decided."""

from pathlib import Path

import pandas as pd

from analysis import tables
from analysis.clean import raw, tracker
from analysis.clean.additions import Refused, append, slug

NEEDED = ["title", "asked_by", "question", "period_start", "period_end", "unit", "counts", "comparable_reason"]


def new_round(folder: Path, round_id: str, sent=pd.NaT) -> list[str]:
    """Add a round, and coverage and a request for each force, all still to be decided; keep what is there.

    sent: the day the requests went out, for those that have none yet. Raises Refused where the name is no id or a
    table is faulty.
    """
    decided, problems = raw.decisions(folder)
    if problems:
        raise Refused("\n".join(str(problem) for problem in problems))
    if round_id != slug(round_id):
        raise Refused(
            f"{round_id!r} is no id of a round: small letters, digits and hyphens, such as {slug(round_id)}", 2
        )
    lines = []
    if round_id not in set(decided["rounds"]["round_id"]):
        row = {"round_id": round_id, "title": round_id, "period_basis": "not stated", "selected": "no"}
        append(folder / "rounds.csv", [row])
        lines.append(f"Added {round_id} to rounds.csv.")
    lines += _covered(folder, round_id, decided)
    lines += _tracked(folder, round_id, decided, sent)
    (folder / round_id).mkdir(exist_ok=True)
    left = _left(round_id, decided)
    return [*lines, *(["Left to decide:", *left] if left else ["Nothing is left to decide."])]


def _covered(folder: Path, round_id: str, decided: dict[str, pd.DataFrame]) -> list[str]:
    covered, forces = decided["coverage_decisions"], decided["forces"]
    lacking = forces[~forces["force_id"].isin(covered.loc[covered["round_id"] == round_id, "force_id"])]
    append(folder / "coverage.csv", [_answer(round_id, row) for row in lacking.itertuples()])
    return [f"Added {len(lacking)} rows to coverage.csv, one for each that can be asked."] if len(lacking) else []


def _answer(round_id: str, force) -> dict[str, str]:
    if pd.isna(force.exists_until):
        known = {"answer": "reply unknown", "reason": "nothing is known yet of what it was asked or answered"}
    else:
        gone = f"it ended on {force.exists_until:%Y-%m-%d}; change this if the round asks about a time before that"
        known = {"answer": "did not exist", "reason": gone}
    return {"round_id": round_id, "force_id": force.force_id, **known}


def _tracked(folder: Path, round_id: str, decided: dict[str, pd.DataFrame], sent) -> list[str]:
    """Write the tracker where it changes: its rows, `sent` and `due`; and a table of questions where there is none."""
    path, before = folder / "tracker.csv", decided["tracker"]
    after = tracker.filled(before, round_id, decided["forces"], sent)
    if not (folder / "questions.csv").is_file():
        tables.write(decided["questions"], folder / "questions.csv", "questions")
    if path.is_file() and after.equals(tables.arrange(before, "tracker")):
        return []
    tables.write(after, path, "tracker")
    return [f"Wrote tracker.csv: {(after['round_id'] == round_id).sum()} requests, each with its last day once sent."]


def _left(round_id: str, decided: dict[str, pd.DataFrame]) -> list[str]:
    known, asked = decided["rounds"].set_index("round_id"), decided["questions"]["round_id"]
    row: pd.Series | dict = known.loc[round_id] if round_id in known.index else {}
    left = [name for name in NEEDED if len(row) == 0 or pd.isna(row[name]) or row[name] in ("", round_id)]
    more = [] if round_id in set(asked) else ["  questions.csv: a row for each question: q1, q2, …, in our words"]
    return [*(f"  rounds.csv: {name}" for name in left), *more]
