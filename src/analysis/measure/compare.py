"""Whether forces differ by more than chance, and by how much chance alone would order them."""

from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
import pandas as pd
from scipy import special

LEVELS = {"95": 0.95, "998": 0.998}
DRAWS, SEED = 20_000, 2019


class Dispersion(NamedTuple):
    """How many times the variance of the counts exceeds chance: plain, and with the extremes pulled in."""

    phi: float
    winsorised: float


def exact_interval(low: Any, high: Any = None, exposure: Any = None, level: float = 0.95) -> Any:
    """Give the exact Poisson interval of a rate.

    In: counts (low = high where known exactly; a blank high is open) and exposure, numbers or columns; or a frame that
    holds the three. Out: lower and upper limit per unit of exposure, or the frame with interval_low and interval_high;
    a count between limits takes its lower limit from low, its upper from high.
    Source: Garwood (1936), Biometrika 28: chi-square quantiles with 2n and 2n + 2 degrees of freedom, halved.

    >>> [round(float(end), 3) for end in exact_interval(3, 3, 1)]
    [0.619, 8.767]
    """
    if isinstance(low, pd.DataFrame):
        ends = exact_interval(low["low"], low["high"], low["exposure"], level)
        return low.assign(interval_low=ends[0], interval_high=ends[1])
    tail = (1 - level) / 2
    least, most = _numbers(low), _numbers(high)
    # half a chi-square quantile is the quantile of a gamma distribution with half as many degrees of freedom
    lower = np.where(least > 0, special.gammaincinv(np.maximum(least, 1), tail), least * 0)
    upper = np.where(np.isnan(most), np.inf, special.gammaincinv(np.nan_to_num(most) + 1, 1 - tail))
    return lower / _numbers(exposure), upper / _numbers(exposure)


def _numbers(values: Any) -> np.ndarray:
    column = pd.to_numeric(pd.Series(np.atleast_1d(values)), errors="raise")
    return column.to_numpy(dtype=float, na_value=np.nan).reshape(np.shape(values))


def funnel(frame: pd.DataFrame, target: float | None = None) -> pd.DataFrame:
    """Add funnel limits around a target rate, and say which forces lie outside them.

    In: force, low, high, exposure; target, by default the pooled rate. Out: the same rows with rate_low, rate_high,
    rate (where exact), target, probability, outside_ 95 and 998, lower_ and upper_ 95 and 998 (lines to draw) and
    random_lower_ and random_upper_ (the same with variance between forces added).
    probability is that of a count as far out or further, on its own side of the target, were chance all there is
    (Poisson). A force is outside 99.8% where it is below 0.001, whatever the lines say. A count between limits is as
    far out as its nearer end; one that reaches over the target has probability 1.
    Raises ValueError where a pooled rate is asked for and a count is not exact. Source: Spiegelhalter (2005),
    Statistics in Medicine 24, appendix A (interpolated exact limits) and section 4 (additive random effects).

    >>> told = pd.DataFrame({"force": ["Vale", "Moor"], "low": [40, 3], "high": [40, 3], "exposure": [4.0, 4.0]})
    >>> funnel(told)[["force", "rate", "target", "outside_998"]]
      force   rate  target  outside_998
    0  Vale  10.00   5.375         True
    1  Moor   0.75   5.375         True
    """
    from scipy import stats  # a third of a second, which a page without a funnel need not wait for

    target = _pooled(frame) if target is None else target
    low, high, exposure = (_numbers(frame[name]) for name in ("low", "high", "exposure"))
    chance, expected = stats.poisson(target * exposure), target * exposure
    found = frame.assign(rate_low=low / exposure, rate_high=high / exposure, target=target)
    found = found.assign(rate=found["rate_low"].where(low == high))
    probability = np.where(low > expected, chance.sf(low - 1), np.where(high <= expected, chance.cdf(high), 1.0))
    found = found.assign(probability=probability)
    spread = np.sqrt(target / exposure + _between(frame, target))
    for name, level in LEVELS.items():
        tail = (1 - level) / 2
        lower, upper = (_line(chance, share) / exposure for share in (tail, 1 - tail))
        wide = special.ndtri(1 - tail) * spread
        lines = {f"lower_{name}": lower, f"upper_{name}": upper}
        lines |= {f"random_lower_{name}": np.maximum(0, target - wide), f"random_upper_{name}": target + wide}
        found = found.assign(**{f"outside_{name}": probability < tail}, **lines)
    return found


def _pooled(frame: pd.DataFrame) -> float:
    low, high = _numbers(frame["low"]), _numbers(frame["high"])
    if not np.array_equal(low, high):
        raise ValueError("a pooled rate needs exact counts: name a target rate")
    return float(low.sum() / _numbers(frame["exposure"]).sum())


def _line(chance: Any, share: float) -> np.ndarray:
    # Spiegelhalter's interpolation: a count just reaching the share would make lines jump from force to force.
    count = chance.ppf(share)
    reached = chance.cdf(count)
    return np.maximum(0.0, count - (reached - share) / chance.pmf(count))


def dispersion(frame: pd.DataFrame, target: float | None = None) -> Dispersion:
    """Say how many times the variance of the counts is that of chance.

    In: force, low, high, exposure with exact counts; target, by default the pooled rate. Out: Dispersion, the sum of
    squared Pearson residuals over their number less one (over their number where a target is named, as nothing is then
    estimated), and the same with the lowest and highest tenth drawn in to the quantiles there; missing for one force.
    Raises ValueError for counts that are not exact. Source: Spiegelhalter (2005), section 4.
    """
    free, pooled = len(frame) - (target is None), _pooled(frame)
    sums = _squares(frame, pooled if target is None else target)
    return Dispersion(*(one / free if free else np.nan for one in sums))


def _squares(frame: pd.DataFrame, target: float) -> tuple[float, float]:
    """Sum the squared Pearson residuals: plain, and with the lowest and highest tenth drawn in."""
    expected = target * _numbers(frame["exposure"])
    scores = (_numbers(frame["low"]) - expected) / np.sqrt(expected)
    drawn_in = np.clip(scores, *np.quantile(scores, [0.1, 0.9]))
    return float((scores**2).sum()), float((drawn_in**2).sum())


def _between(frame: pd.DataFrame, target: float) -> float:
    """Estimate the variance between forces beside that of chance, from the exact counts."""
    exact = frame[_numbers(frame["low"]) == _numbers(frame["high"])]
    if len(exact) < 2:
        return 0.0
    weight = _numbers(exact["exposure"]) / target
    spare = weight.sum() - (weight**2).sum() / weight.sum()
    return max(0.0, (_squares(exact, target)[1] - (len(exact) - 1)) / spare)


def rank_intervals(frame: pd.DataFrame, phi: float = 1, level: float = 0.95) -> pd.DataFrame:
    """Say between which ranks each force may lie, 1 being the highest rate.

    In: force, low, high, exposure; phi, the ratio of variance to mean (more than 1 where cases cluster). Out: the same
    rows with rank_low and rank_high. A count between limits may lie anywhere between them. The draws of a force depend
    on its name, not on its place in the frame. Source: simulation from the gamma distribution of each
    rate given its count (Jeffreys prior), scaled by phi; intervals as in Goldstein and Spiegelhalter (1996).

    >>> told = pd.DataFrame({"force": ["Vale", "Moor", "Fell"], "low": [40, 3, 2], "high": [40, 3, 2], "exposure": 4.0})
    >>> rank_intervals(told)[["force", "rank_low", "rank_high"]]
      force  rank_low  rank_high
    0  Vale         1          1
    1  Moor         2          3
    2  Fell         2          3
    """
    low, high, exposure = (_numbers(frame[name]) for name in ("low", "high", "exposure"))
    least, most = np.empty((2, DRAWS, len(frame)))
    for place, force in enumerate(frame["force"]):
        chance = np.random.default_rng([SEED, crc32(str(force).encode())])
        least[:, place] = chance.gamma((low[place] + 0.5) / phi, phi / exposure[place], DRAWS)
        more = high[place] - low[place]
        spare = np.inf if np.isnan(more) else chance.gamma(more / phi, phi / exposure[place], DRAWS) if more else 0.0
        most[:, place] = least[:, place] + spare
    best, worst = 1 + _higher(least, most), 1 + _higher(most, least)
    tail = (1 - level) / 2
    first = np.quantile(best, tail, axis=0, method="inverted_cdf").astype(int)
    last = np.quantile(worst, 1 - tail, axis=0, method="inverted_cdf").astype(int)
    return frame.assign(rank_low=first, rank_high=last)


def _higher(others: np.ndarray, own: np.ndarray) -> np.ndarray:
    counts = [(others > own[:, [place]]).sum(axis=1) for place in range(own.shape[1])]
    # A force with an open count would be counted above itself.
    return np.column_stack(counts) - (others > own)
