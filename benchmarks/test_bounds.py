"""How long limits take on an invented round of 45 forces, 6 outcomes, 5 conducts and 200 printed numbers.

Reach: a query under 2 s, the limits of all forces under 30 s, a clash under 60 s. Run with
`pytest benchmarks --benchmark-enable`.
"""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis.measure import bounds

FORCES = [f"force-{number:02}" for number in range(45)]
OUTCOMES = [f"outcome-{number}" for number in range(6)]
CONDUCTS = [f"conduct-{number}" for number in range(5)]
TEXT = ["rank", "place", "part_of", "alternatives", "conflict_of"]


def _tree(dimension, names):
    return [(dimension, "not-stated", "", "no"), *((dimension, name, "not-stated", "yes") for name in names)]


COVERAGE = ["round_id", "force_id", "answer"]
RELATIONS = ["relation_id", "relation", "figures", "of", "complete", "position", "scope"]
ASSUMPTIONS = ["assumption_id", "round_id", "statement", "applies_where", "sets"]
CATEGORIES = pd.DataFrame(
    _tree("outcome", OUTCOMES) + _tree("conduct", CONDUCTS), columns=["dimension", "category", "parent", "exclusive"]
)


def _fact(number, force, conduct, outcome, count):
    text = dict.fromkeys(TEXT, "") | {"fact_id": f"f{number}", "figure_ids": f"f{number}", "force_ids": force}
    text |= {"round_id": "r", "role": "any", "unit": "people", "system": "not-stated", "status": "exact"}
    text |= {"date_basis": "not stated", "disputed": "no", "agreement": "one source", "conduct": conduct}
    limits = {"outcome": outcome, "low": count, "high": count, "hull_low": count, "hull_high": count}
    return text | limits | {"share_low": np.nan, "share_high": np.nan, "period_start": pd.NaT, "period_end": pd.NaT}


@pytest.fixture(scope="module")
def facts():
    """Two hundred numbers that one invented world makes true: 150 of single forces, 50 of all forces together."""
    chance = np.random.default_rng(45)
    world = chance.poisson(0.6, (len(FORCES), len(CONDUCTS), len(OUTCOMES)))
    rows = []
    for number in range(200):
        force = slice(None) if number >= 150 else int(chance.integers(44))
        conducts = np.sort(chance.choice(len(CONDUCTS), chance.integers(1, 4), replace=False))
        outcomes = np.sort(chance.choice(len(OUTCOMES), chance.integers(1, 4), replace=False))
        conducts, outcomes = (
            (range(len(CONDUCTS)), outcomes)
            if number % 3 == 0
            else (conducts, range(len(OUTCOMES)))
            if number % 3 == 1
            else (conducts, outcomes)
        )
        count = int(world[force][..., list(conducts), :][..., list(outcomes)].sum())
        words = "|".join(CONDUCTS[c] for c in conducts) if len(conducts) < len(CONDUCTS) else "not-stated"
        ends = "|".join(OUTCOMES[o] for o in outcomes) if len(outcomes) < len(OUTCOMES) else "not-stated"
        rows.append(_fact(number, "" if number >= 150 else FORCES[force], words, ends, count))
    rows.append(_fact(200, "", "not-stated", "not-stated", int(world.sum())))
    return pd.DataFrame(rows).astype(dict.fromkeys(["low", "high", "hull_low", "hull_high"], "Int64"))


def tables(facts):
    """The tables of the invented round: nobody says how many replied, and nothing is assumed."""
    return SimpleNamespace(
        name="r",
        facts=facts,
        figures=facts.assign(figure_id=facts["fact_id"]),
        categories=CATEGORIES,
        roles=pd.DataFrame({"role": ["officer", "staff"]}),
        rounds=pd.DataFrame(
            [{"round_id": "r", "forces_replied": "", "period_start": "", "period_end": "", "unit": ""}]
        ),
        forces=pd.DataFrame({"force_id": FORCES, "region": "", "nation": "", "joined_into": ""}),
        coverage=pd.DataFrame(columns=COVERAGE, dtype="str"),
        relations=pd.DataFrame(columns=RELATIONS, dtype="str"),
        assumptions=pd.DataFrame(columns=ASSUMPTIONS, dtype="str"),
    )


def test_one_query(benchmark, facts):
    data, question = tables(facts), {"force": FORCES[7], "outcome": OUTCOMES[3]}
    found = benchmark.pedantic(lambda: bounds.limits(data, **question), rounds=3)
    assert 0 <= found["low"].item() <= found["high"].item()


def test_limits_of_every_force(benchmark, facts):
    data = tables(facts)
    found = benchmark.pedantic(lambda: bounds.by_force(data, FORCES, outcome=OUTCOMES[3]), rounds=1)
    assert len(found) == len(FORCES)


def test_a_clash(benchmark, facts):
    wrong = facts.copy()
    wrong.loc[wrong["fact_id"] == "f200", ["low", "high"]] = 10
    found = benchmark.pedantic(lambda: bounds.clashes(tables(wrong)), rounds=1)
    assert "f200" in found["clash"].iloc[0].split()
