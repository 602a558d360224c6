import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.measure.compare import dispersion, exact_interval, funnel, rank_intervals

# 95% limits of a Poisson count as tabulated after Garwood (1936), for instance in Ulm (1990), American Journal of
# Epidemiology 131; to the two decimals printed there.
GARWOOD = [(0, 0.0, 3.69), (1, 0.03, 5.57), (5, 1.62, 11.67), (10, 4.80, 18.39), (100, 81.36, 121.63)]


@pytest.mark.parametrize("count, lower, upper", GARWOOD)
def test_limits_are_those_of_the_published_table(count, lower, upper):
    assert exact_interval(count, count, 1) == (pytest.approx(lower, abs=0.0051), pytest.approx(upper, abs=0.0051))


@given(st.integers(1, 400), st.floats(0.5, 0.999))
def test_each_limit_leaves_half_the_rest_in_its_tail(count, level):
    lower, upper = exact_interval(count, count, 1, level)
    assert stats.poisson.sf(count - 1, lower) == pytest.approx((1 - level) / 2)
    assert stats.poisson.cdf(count, upper) == pytest.approx((1 - level) / 2)


def test_at_least_nine_has_no_upper_limit():
    lower, upper = exact_interval(
        pd.Series([9, 0], dtype="Int64"), pd.Series([pd.NA, 0], dtype="Int64"), np.array([1, 2])
    )
    assert upper[0] == np.inf
    assert lower[1] == 0.0
    assert upper[1] == pytest.approx(-math.log(0.025) / 2)


def _frame(*rows):
    return pd.DataFrame(rows, columns=["force", "low", "high", "exposure"])


def _share_below(limit, mean):
    """The Poisson distribution function, drawn straight from one whole number to the next."""
    whole = math.floor(limit)
    masses = [math.exp(-mean) * mean**count / math.factorial(count) for count in range(whole + 2)]
    return sum(masses[: whole + 1]) + (limit - whole) * masses[whole + 1]


@pytest.mark.parametrize("mean", [3.0, 12.5, 60.0])
def test_funnel_lines_cut_off_the_interpolated_share(mean):
    found = funnel(_frame(("a", 1, 1, mean)), target=1.0).iloc[0]
    for name, share in (("lower_95", 0.025), ("upper_95", 0.975), ("lower_998", 0.001), ("upper_998", 0.999)):
        limit = found[name] * mean
        assert limit == 0 or _share_below(limit, mean) == pytest.approx(share)


@pytest.mark.parametrize("count", range(0, 14))
def test_the_probability_is_that_of_as_many_or_more_or_as_few_or_fewer(count):
    masses = [math.exp(-5.5) * 5.5**n / math.factorial(n) for n in range(100)]
    expected = sum(masses[count:]) if count > 5.5 else sum(masses[: count + 1])
    assert funnel(_frame(("a", count, count, 5.5)), target=1.0)["probability"].item() == pytest.approx(expected)


def test_a_force_far_above_the_pooled_rate_is_outside_both_limits():
    found = funnel(_frame(("a", 50, 50, 4.0), ("b", 20, 20, 20.0), ("c", 18, 18, 20.0))).set_index("force")
    assert found["target"].iloc[0] == pytest.approx(88 / 44)
    assert list(found["outside_998"]) == [True, True, True]
    assert funnel(_frame(("a", 50, 50, 4.0)), target=12.0)["outside_95"].iloc[0].item() is False


def test_a_range_is_outside_only_if_all_of_it_is():
    found = funnel(_frame(("a", 5, 30, 10.0), ("b", 25, 30, 10.0), ("c", 25, np.nan, 10.0)), target=1.0)
    assert list(found["outside_95"]) == [False, True, True]
    assert found["probability"].iloc[0] == 1
    assert list(found["rate"].isna()) == [True, True, True]


def test_a_pooled_rate_of_ranges_is_refused():
    with pytest.raises(ValueError, match="name a target"):
        funnel(_frame(("a", 5, 30, 10.0), ("b", 25, 25, 10.0)))


def test_dispersion_is_the_sum_of_squared_residuals_over_one_less_than_the_forces():
    frame = _frame(("a", 2, 2, 1.0), ("b", 4, 4, 1.0), ("c", 6, 6, 1.0))
    # Residuals -1, 0 and 1; drawn in to the quantiles at a tenth, -0.8, 0 and 0.8.
    assert dispersion(frame) == (pytest.approx(2 / 2), pytest.approx(2 * 0.64 / 2))
    # A target that is named is not estimated from the forces.
    assert dispersion(frame, target=4.0) == (pytest.approx(2 / 3), pytest.approx(2 * 0.64 / 3))
    assert math.isnan(dispersion(frame.iloc[:1]).phi)


def test_random_effects_widen_the_funnel_by_the_variance_between_forces():
    found = funnel(_frame(("a", 0, 0, 1.0), ("b", 10, 10, 1.0)))
    # Target 5, residuals ±√5 drawn in to ±0.8√5, so their squares make 6.4; weights 1/5, so τ² = (6.4 - 1) / 0.2 = 27.
    assert found["random_upper_95"].iloc[0] == pytest.approx(5 + 1.959964 * math.sqrt(5 + 27), abs=1e-4)
    assert found["random_lower_95"].iloc[0] == 0


RANKED = _frame(("a", 400, 400, 10.0), ("b", 100, 100, 10.0), ("c", 98, 98, 10.0), ("d", 2, 2, 10.0))


def test_ranks_are_sure_only_where_counts_are_far_apart():
    found = rank_intervals(RANKED)
    assert list(zip(found["rank_low"], found["rank_high"], strict=True)) == [(1, 1), (2, 3), (2, 3), (4, 4)]


def test_the_order_of_rows_changes_no_force():
    again = rank_intervals(RANKED.iloc[::-1]).set_index("force").loc[list("abcd")]
    assert again.equals(rank_intervals(RANKED).set_index("force"))


def test_an_open_count_may_rank_first():
    found = rank_intervals(_frame(("a", 50, 50, 1.0), ("b", 3, np.nan, 1.0), ("c", 4, 4, 1.0))).set_index("force")
    assert tuple(found.loc["b"])[-2:] == (1, 3)
    assert tuple(found.loc["a"])[-2:] == (1, 2)


@pytest.mark.parametrize("more, expected", [(-0.005, (1, 2)), (0.005, (2, 1))])
def test_ranks_match_the_chance_that_one_gamma_exceeds_another(more, expected):
    # Gamma(10.5) exceeds gamma(20.5) of equal scale with the beta probability I(1/2; 20.5, 10.5).
    level = 1 - 2 * (stats.beta.cdf(0.5, 20.5, 10.5) + more)
    found = rank_intervals(_frame(("a", 10, 10, 1.0), ("b", 20, 20, 1.0)), level=level).set_index("force")
    assert (found.loc["a", "rank_low"], found.loc["b", "rank_high"]) == expected
