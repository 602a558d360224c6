"""How long it takes to simulate the ranks of 45 forces with 20,000 draws. Reach: under 0.5 s."""

import numpy as np
import pandas as pd

from analysis.measure.compare import rank_intervals


def test_rank_intervals(benchmark):
    chance = np.random.default_rng(45)
    counts, exposure = chance.poisson(12, 45), chance.uniform(1, 30, 45)
    frame = pd.DataFrame(
        {"force": [f"force-{n}" for n in range(45)], "low": counts, "high": counts, "exposure": exposure}
    )
    found = benchmark(rank_intervals, frame)
    assert (found["rank_low"] <= found["rank_high"]).all()
