"""What `limits` takes for questions about one large invented round: 45 forces, 10 outcomes, 8 conducts.

`python benchmarks/questions.py` prints the processor seconds of the slowest question, each asked cold.
"""

import json
import time
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis import limits, load, tables

OUTCOMES = ["dismissed", "resigned", "retired", "final-warning", "first-written-warning", "verbal-warning", "advice"]
OUTCOMES += ["counselling", "reflective-practice", "no-action"]
CONDUCTS = ["vehicle-check", "high-profile-record", "own-affairs", "curiosity", "disclosure", "use-of-email"]
CONDUCTS += ["use-of-social-media", "image-of-screen"]
ROUND = "parliament-street-2019"  # whose title, period and unit the invented round borrows


def invented(seed: int = 45) -> tables.Tables:
    """Return tables whose every number nobody ever gave: every second force tells its outcomes, the others conducts."""
    data = load(ROUND)
    forces = load().forces["force_id"][:45]
    cases = np.random.default_rng(seed).poisson(1, (len(forces), len(OUTCOMES), len(CONDUCTS)))
    rows = [_row("all", "", cases.sum())]
    for force, own in zip(forces, cases, strict=True):
        rows.append(_row(force, force, own.sum(), part_of="all"))
        if len(rows) % 2:
            parts = zip(OUTCOMES, own.sum(axis=1), strict=True)
            rows += [_row(f"{force} {name}", force, number, outcome=name, part_of=force) for name, number in parts]
        else:
            parts = zip(CONDUCTS, own.sum(axis=0), strict=True)
            rows += [_row(f"{force} {name}", force, number, conduct=name, part_of=force) for name, number in parts]
    for dimension, names, numbers in (
        ("outcome", OUTCOMES, cases.sum(axis=(0, 2))),
        ("conduct", CONDUCTS, cases.sum(axis=(0, 1))),
    ):
        told = zip(names, numbers, strict=True)
        rows += [_row(f"all {name}", "", number, part_of="all", **{dimension: name}) for name, number in told]
    facts = tables.cast(pd.DataFrame(rows), "facts")
    nothing = {name: getattr(data, name).iloc[:0] for name in ("relations", "assumptions", "coverage", "elsewhere")}
    figures = pd.DataFrame({"figure_id": facts["fact_id"], "source_id": "", "round_id": ROUND})
    rounds = data.rounds.assign(forces_replied=len(forces))
    return replace(data, facts=facts, figures=figures, rounds=rounds, **nothing)


def _row(name: str, force: str, number: int, **columns: str) -> dict:
    blank = dict.fromkeys(tables.columns("facts").index, "")
    row = blank | {"fact_id": name.replace(" ", "-"), "figure_ids": name, "round_id": ROUND, "force_ids": force}
    row |= {"place": "" if force else "all forces asked", "role": "not stated", "unit": "people", "status": "exact"}
    row |= dict.fromkeys(["conduct", "system", "outcome"], "not-stated") | dict.fromkeys(["low", "high"], str(number))
    return row | {"agreement": "one source", "disputed": "no", "date_basis": "not stated"} | columns


def slowest() -> float:
    """Return the processor seconds of the slowest of some questions."""
    data, took = invented(), []
    for question in (
        {},
        {"force": "surrey"},
        {"force": "unnamed"},
        {"outcome": "dismissed"},
        {"conduct": "disclosure"},
        {"outcome": "dismissed", "conduct": "disclosure"},
        {"force": "surrey", "outcome": "advice", "conduct": "use-of-email"},
        {"force": ["surrey", "sussex", "kent"], "outcome": "dismissed|resigned"},
    ):
        start = time.process_time()
        limits(data, **question)
        took.append(time.process_time() - start)
    return max(took)


if __name__ == "__main__":
    print(json.dumps({"seconds": slowest()}))
