"""Every chart by its name: a tidy table goes in, a Chart with title, alt text, picture and data comes out."""

from analysis.tell.bars import intervals, outcome_bars, stacked_block, verdicts
from analysis.tell.canvas import Chart
from analysis.tell.spread import funnel, history, rates
from analysis.tell.tiles import coverage_bars, tile_map

__all__ = [
    "Chart",
    "coverage_bars",
    "funnel",
    "history",
    "intervals",
    "outcome_bars",
    "rates",
    "stacked_block",
    "tile_map",
    "verdicts",
]
