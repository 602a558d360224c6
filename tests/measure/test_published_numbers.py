"""What the project's own tables give where an independent recomputation gave the same."""

import pytest

from analysis.measure.bounds import limits
from analysis.measure.compare import funnel
from analysis.measure.rates import exposures, rates
from analysis.measure.totals import total
from analysis.tables import load

ROUND = "parliament-street-2019"
UNNAMED = {"force": "unnamed", "outcome": "disciplined"}


@pytest.fixture(scope="module")
def data():
    return load()


@pytest.fixture(scope="module")
def every(data):
    return list(data.assumptions.query("round_id == @ROUND and usual != 'no'")["assumption_id"])


# Computed again with another solver (CBC), from the same printed numbers.
RECOMPUTED = {
    "": (31, 98, 12),
    "cleveland-in-round": (35, 102, 13),
    "gmp-third": (26, 98, 12),
    "gmp-investigations-inside": (31, 115, 12),
    "printed-counts-are-whole": (23, 98, 12),
}


@pytest.mark.parametrize("without, expected", RECOMPUTED.items(), ids=[name or "all" for name in RECOMPUTED])
def test_how_much_lies_with_the_forces_nobody_named(data, every, without, expected):
    ids = [one for one in every if one != without]
    found = limits(data, round_id=ROUND, assumptions=ids, **UNNAMED)
    assert tuple(found[["low", "high", "unnamed"]].iloc[0]) == expected


def test_strict_ranks_raise_the_floor(data, every):
    found = limits(data, round_id=ROUND, assumptions=[*every, "ranks-strict"], **UNNAMED)
    assert tuple(found[["low", "high"]].iloc[0]) == (36, 98)


def test_with_the_part_of_a_round_the_limits_are_those_of_the_whole(data):
    whole = limits(data, round_id=ROUND, **UNNAMED)
    assert limits(load(ROUND), **UNNAMED).equals(whole)


def test_five_years_of_one_force_add_up_though_the_last_has_no_end(data):
    cells = [f"west-midlands_4658-14:L15F{column}" for column in range(2, 7)]
    found = total(data.facts[data.facts["fact_id"].isin(cells)], data).iloc[0]
    assert (found["low"], len(found["conflict"].split())) == (65, 2)


def test_a_number_its_force_disputes_has_no_rate(data):
    dorset = data.facts[data.facts["disputed"] == "yes"]
    assert len(dorset)
    assert rates(dorset, data)["rate_low"].isna().all()


def test_rates_are_those_of_the_recomputation(data):
    told = data.facts[data.facts["round_id"] == ROUND].sort_values("low", ascending=False)
    found = rates(told, data).set_index("force_ids")
    for force, expected in {"surrey": (6.55, 4.86, 8.64), "metropolitan": (0.214, 0.127, 0.338)}.items():
        row = found.loc[[force]].iloc[0]
        assert tuple(row[["rate", "interval_low", "interval_high"]]) == pytest.approx(expected, abs=0.005)
    examples = ["gwent", "merseyside", "west-yorkshire", "wiltshire", "nottinghamshire"]
    assert found.loc[examples, "rate"].isna().all()


def test_ten_dismissed_in_kent_are_inside_what_chance_allows(data):
    repliers = data.coverage[data.coverage["round_id"] == "big-brother-watch-2011"]
    repliers = repliers[repliers["answer"].isin(["full", "partial", "replied, named", "replied, unnamed"])]
    exposed = exposures(repliers["force_id"], "2007-01-01", "2010-12-31", data, day="2009-03-31")
    kent = exposed[exposed["force"] == "kent"].assign(low=10, high=10)
    found = funnel(kent, 98 / exposed["exposure"].sum()).iloc[0]
    assert found["probability"] == pytest.approx(0.0015, abs=5e-5)
    # The interpolated line would put it outside; the probability of a count so high does not.
    assert found["rate"] > found["upper_998"]
    assert (found["outside_95"], found["outside_998"]) == (True, False)
