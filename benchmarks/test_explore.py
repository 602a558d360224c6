"""How long the panel of the notebook explore takes to answer, in the kernel. Reach: under 0.5 s for each change."""

from itertools import cycle

import pytest

from analysis import tables
from analysis.tell import panel

# Those with the most to draw, and whose limits, worked out beside the next change, are soon found.
ROUNDS = cycle(("press-computer-misuse-2010", "parliament-street-2019"))


@pytest.fixture(scope="module")
def controls():
    return panel.panel(tables.load()).children[1].children


def test_another_round(benchmark, controls):
    benchmark.pedantic(setattr, setup=lambda: ((controls[0], "value", next(ROUNDS)), {}), rounds=10, warmup_rounds=2)


def test_another_force(benchmark, controls):
    controls[0].value = "parliament-street-2019"
    forces = cycle([("surrey",), ("gwent",), ()])
    benchmark.pedantic(setattr, setup=lambda: ((controls[1], "value", next(forces)), {}), rounds=12, warmup_rounds=3)
