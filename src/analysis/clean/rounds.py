"""A round of requests added, with a row of coverage for each force, all still to be decided."""

from pathlib import Path

import pandas as pd

from analysis.clean import raw
from analysis.clean.additions import Refused, append, slug

NEEDED = ["title", "asked_by", "question", "period_start", "period_end", "unit", "counts", "comparable_reason"]


def new_round(folder: Path, round_id: str) -> list[str]:
    """Add a round and a row of coverage for each force, all still to be decided; change nothing where it is there.

    Raises Refused where the name is no id or a table is faulty.
    """
    decided, problems = raw.decisions(folder)
    if problems:
        raise Refused("\n".join(str(problem) for problem in problems))
    if round_id != slug(round_id):
        raise Refused(
            f"{round_id!r} is no id of a round: small letters, digits and hyphens, such as {slug(round_id)}", 2
        )
    rounds, covered = decided["rounds"].set_index("round_id"), decided["coverage_decisions"]
    lines = []
    if round_id not in rounds.index:
        append(
            folder / "rounds.csv",
            [{"round_id": round_id, "title": round_id, "period_basis": "not stated", "selected": "no"}],
        )
        lines.append(f"Added {round_id} to rounds.csv.")
    have = set(covered.loc[covered["round_id"] == round_id, "force_id"])
    lacking = [name for name in decided["forces"]["force_id"] if name not in have]
    reason = "nothing is known yet of what it was asked or answered"
    told = {"round_id": round_id, "answer": "reply unknown", "reason": reason}
    append(folder / "coverage.csv", [told | {"force_id": name} for name in lacking])
    lines += [f"Added {len(lacking)} rows to coverage.csv, one a force, each `reply unknown`."] if lacking else []
    (folder / round_id).mkdir(exist_ok=True)
    row = decided["rounds"].set_index("round_id").loc[round_id] if round_id in rounds.index else {}
    left = [
        f"  rounds.csv: {name}" for name in NEEDED if len(row) == 0 or pd.isna(row[name]) or row[name] in ("", round_id)
    ]
    return [*lines, *(["Left to decide:", *left] if left else ["Nothing is left to decide."])]
