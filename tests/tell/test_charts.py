import base64
import io

import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from PIL import Image

from analysis.tell import charts
from analysis.tell.tiles import tile_label

AXIS = "People disciplined, April 2017 to March 2019"
FOOT = "Source: newspapers; 11 of 45 forces named; the other forces' numbers are missing."


def counts(*rows):
    frame = pd.DataFrame(rows, columns=["label", "low", "high", "status"])
    return frame.astype({"low": "Int64", "high": "Int64"})


MIXED = counts(
    ("Gwent", 1, 4, "range"),
    ("Dorset", 0, None, "suppressed"),
    ("Surrey", 50, 50, "exact"),
    ("Cleveland", 0, 0, "zero"),
    ("Database cases", 71, None, "at least"),
    ("Kent", None, None, "unknown"),
)
COVERAGE = pd.DataFrame(
    {
        "force_id": ["surrey", "kent", "btp", "fife", "grampian"],
        "short_name": ["Surrey", "Kent", "BTP", "Fife", "Grampian"],
        "tile_row": [8, 9, 0, None, None],
        "tile_col": [5, 6, 5, None, None],
        "answer": ["replied, named", "reply unknown", "refused", "full", "did not exist"],
    }
)
OUTCOMES = pd.DataFrame(
    {
        "outcome": ["Dismissed", "Dismissed over social media", "Charged"],
        "low": [11, 4, None],
        "high": [11, 11, None],
        "whole": [237] * 3,
    }
).astype({"low": "Int64", "high": "Int64"})
BLOCK = pd.DataFrame({"part": ["Named", "Unnamed"], "low": [120, 57], "high": [180, 117]})
SHARES = pd.DataFrame({"answer": ["reply unknown", "replied, named"], "forces": [34, 11], "share": [None, 0.45]})
RATES = pd.DataFrame(
    {
        "force": ["Cumbria", "Surrey", "Police Scotland"],
        "rate": [4.6, 6.5, None],
        "lower": [2.7, 4.8, None],
        "upper": [7.6, 8.6, None],
        "note": ["", "", "count withheld"],
    }
)
FUNNEL = pd.DataFrame(
    {
        "force": ["Surrey", "Kent", "Essex", "Fife"],
        "rate": [3.0, 1.0, 0.9, None],
        "exposure": [4000, 9000, 12000, 2000],
        "lower_95": [0.3, 0.5, 0.6, 0.1],
        "upper_95": [1.9, 1.6, 1.5, 2.4],
        "lower_998": [0.1, 0.3, 0.4, 0.0],
        "upper_998": [2.5, 2.0, 1.8, 3.0],
        "selected": [True, False, False, False],
    }
)
CLAIMS = pd.DataFrame({"claim": list("abcd"), "verdict": ["holds", "holds", "not established", "cannot be checked"]})
HISTORY = MIXED.head(3).assign(
    period_start=["2017-04-01", "", "2007-01-01"], period_end=["2019-03-31", "", "2010-03-31"]
)

DRAWN = {
    "intervals": lambda: charts.intervals(MIXED, title="Surrey disciplined most", axis=AXIS, foot=FOOT),
    "tile_map": lambda: charts.tile_map(COVERAGE, title="Nobody printed what Kent answered", foot=FOOT),
    "outcome_bars": lambda: charts.outcome_bars(OUTCOMES, title="Eleven were dismissed", axis=AXIS, foot=FOOT),
    "stacked_block": lambda: charts.stacked_block(BLOCK, total=237, title="Much lies unnamed", axis=AXIS, foot=FOOT),
    "coverage_bars": lambda: charts.coverage_bars(SHARES, title="Eleven forces are named", foot=FOOT),
    "rates": lambda: charts.rates(RATES, title="Surrey's rate is highest", axis="Per 1,000 a year, 95% interval"),
    "funnel": lambda: charts.funnel(
        FUNNEL,
        title="Surrey lies outside",
        axis="Workforce times years",
        measure="Per 1,000 a year",
        foot=FOOT,
        line=1.0,
    ),
    "verdicts": lambda: charts.verdicts(CLAIMS, title="Half the claims hold", foot=FOOT),
    "history": lambda: charts.history(HISTORY, title="Three rounds asked", axis="Number as printed", foot=FOOT),
}
EVERY = pytest.mark.parametrize("name", DRAWN)


def bars(chart, panel=0):
    """Each bar as (row, start, end, hatched), rows counted from the top."""
    drawn = [patch for patch in chart.figure.axes[panel].patches if isinstance(patch, Rectangle)]
    return {
        (round(p.get_y() + p.get_height() / 2), p.get_x(), p.get_x() + p.get_width(), bool(p.get_hatch()))
        for p in drawn
        if p.get_width()
    }


def texts(chart):
    return [text.get_text() for ax in chart.figure.axes for text in ax.texts]


def legend(chart):
    return [text.get_text() for held in chart.figure.legends for text in held.get_texts()]


def shown_texts(chart):
    """Every text on the picture as drawn; ticks beyond the axis and switched-off axes are not on it."""
    assert chart.png
    found = [*chart.figure.texts, *(text for held in chart.figure.legends for text in held.get_texts())]
    for ax in chart.figure.axes:
        found += [child for child in ax.get_children() if isinstance(child, Text)]
        for axis in (ax.xaxis, ax.yaxis) if ax.axison else ():
            low, high = sorted(axis.get_view_interval())
            found += [
                axis.label,
                *(
                    tick.label1
                    for tick in axis.get_major_ticks()
                    if tick.label1.get_visible() and low <= tick.get_loc() <= high
                ),
            ]
    return [text for text in found if text.get_text() and text.get_visible()]


@EVERY
def test_the_same_table_gives_the_same_bytes_words_and_numbers(name):
    first, second = DRAWN[name](), DRAWN[name]()
    assert first.png == second.png
    assert repr(first) == repr(second)


@EVERY
def test_no_text_is_cut_off_by_the_edge_of_the_picture(name):
    chart = DRAWN[name]()
    edge = chart.figure.bbox
    shown = shown_texts(chart)
    assert len(shown) > 5
    for text in shown:
        box = text.get_window_extent()
        assert box.x0 >= 0 and box.x1 <= edge.x1 and box.y0 >= 0 and box.y1 <= edge.y1, text.get_text()


@EVERY
def test_title_legend_and_foot_do_not_cover_the_plot(name):
    chart = DRAWN[name]()
    assert chart.png
    title, foot = chart.figure.texts
    tops = [ax.get_window_extent().y1 for ax in chart.figure.axes]
    above = [held.get_window_extent() for held in chart.figure.legends]
    assert all(box.y0 >= max(tops) - 1 and box.y1 <= title.get_window_extent().y0 for box in above)
    assert title.get_window_extent().y0 >= max(tops)
    if foot.get_text():
        assert foot.get_window_extent().y1 <= min(ax.get_tightbbox().y0 for ax in chart.figure.axes)


@EVERY
def test_text_is_dark_or_white_on_dark_never_pale(name):
    colours = {to_hex(text.get_color()) for text in DRAWN[name]().figure.findobj(Text) if text.get_text()}
    assert colours <= {"#0b0c0c", "#ffffff"}


@EVERY
def test_bars_start_at_zero_and_the_picture_is_sharp_at_phone_width(name):
    chart = DRAWN[name]()
    if name != "tile_map":
        assert chart.figure.axes[-1].get_xlim()[0] == 0
    assert Image.open(io.BytesIO(chart.png)).width == 936


def test_each_count_is_drawn_from_its_low_to_its_high_end_largest_first():
    chart = DRAWN["intervals"]()
    assert chart.data["label"].tolist() == ["Database cases", "Surrey", "Gwent", "Cleveland", "Dorset", "Kent"]
    reach = 71 * 1.15
    assert bars(chart) == {
        (0, 0, 71, False),
        (1, 0, 50, False),
        (2, 0, 1, False),
        (2, 1, 4, False),
        (4, 0, reach, True),
        (5, 0, reach, True),
    }
    assert texts(chart) == ["at least 71", "50", "1 to 4", "0", "withheld", "not known"]


def test_what_is_withheld_or_unknown_is_hatched_and_named_in_the_legend():
    assert legend(DRAWN["intervals"]()) == [
        "At least: the end is open",
        "Somewhere in this span",
        "Withheld",
        "Not known",
    ]


def test_only_what_is_drawn_stands_in_the_legend():
    assert legend(charts.intervals(MIXED[2:3], title="Surrey disciplined 50", axis=AXIS)) == []


def test_sources_that_disagree_show_both_ends_and_the_words_given():
    frame = counts(("West Midlands", 13, 16, "conflict")).assign(text="13 or 16")
    chart = charts.intervals(frame, title="Two tables disagree", axis=AXIS)
    assert bars(chart) == {(0, 0, 13, False), (0, 13, 16, True)}
    assert texts(chart) == ["13 or 16"]
    assert legend(chart) == ["Sources disagree"]


def test_alt_text_says_the_values_and_what_has_none():
    alt = DRAWN["intervals"]().alt
    assert "Database cases at least 71; Surrey 50; Gwent 1 to 4; Cleveland 0." in alt
    assert "Hatched, without a number: Dorset (withheld); Kent (not known)." in alt


def test_an_unknown_reply_is_hatched_and_a_refusal_is_not():
    tiles = {round(patch.get_y() + 0.46): patch for patch in DRAWN["tile_map"]().figure.axes[0].patches}
    assert tiles[9].get_hatch() and to_hex(tiles[9].get_facecolor()) == "#ffffff"
    assert not tiles[0].get_hatch() and to_hex(tiles[0].get_facecolor()) == "#801650"


def test_a_force_without_a_tile_stands_below_the_map_and_one_that_did_not_exist_is_left_out():
    chart = DRAWN["tile_map"]()
    assert chart.data.set_index("force_id")["tile_row"].to_dict() == {"surrey": 8, "kent": 9, "btp": 0, "fife": 10}
    assert legend(chart) == [
        "Answered in full: 1",
        "Replied, number printed: 1",
        "Refused: 1",
        "Not known if it replied: 1",
    ]


def test_long_county_names_are_broken_to_fit_a_tile():
    names = ["Northamptonshire", "Cambridgeshire", "Derbyshire", "Avon & Somerset", "Dyfed-Powys"]
    assert [tile_label(name) for name in names] == [
        "Northamp-\ntonshire",
        "Cambridge-\nshire",
        "Derbyshire",
        "Avon &\nSomerset",
        "Dyfed-\nPowys",
    ]


def test_an_unknown_answer_is_refused_by_name():
    with pytest.raises(ValueError, match="unknown answer silent"):
        charts.tile_map(COVERAGE.assign(answer="silent"), title="Title")


def test_the_part_of_an_outcome_nobody_told_is_hatched_against_the_whole():
    chart = DRAWN["outcome_bars"]()
    assert bars(chart) == {
        (0, 0, 11, False),
        (0, 11, 237, False),
        (1, 0, 4, False),
        (1, 4, 11, True),
        (1, 11, 237, False),
        (2, 0, 237, True),
    }
    assert texts(chart) == ["11 of 237", "4 to 11 of 237", "not told of 237"]


def test_an_outcome_above_its_whole_is_an_error():
    with pytest.raises(ValueError, match="Dismissed"):
        charts.outcome_bars(OUTCOMES.assign(whole=[10, 237, 237]), title="Title", axis=AXIS)


def test_what_may_lie_with_either_part_is_hatched_between_them():
    chart = DRAWN["stacked_block"]()
    assert bars(chart) == {(0, 0, 120, False), (0, 120, 180, True), (0, 180, 237, False)}
    assert legend(chart) == ["Named: 120 to 180", "May lie with either: 60", "Unnamed: 57 to 117"]


def test_parts_that_cannot_make_the_total_are_an_error():
    with pytest.raises(ValueError, match="cannot make 300"):
        charts.stacked_block(BLOCK, total=300, title="Title", axis=AXIS)


def test_a_missing_share_of_the_workforce_is_hatched_not_zero():
    chart = DRAWN["coverage_bars"]()
    assert bars(chart, 1) == {(0, 0, 0.45, False), (1, 0, 0.45, True)}
    assert texts(chart) == ["11", "34", "45%", "not known"]


def test_each_rate_stands_on_its_interval_and_a_missing_one_is_hatched():
    chart = DRAWN["rates"]()
    assert bars(chart) == {(0, 4.8, 8.6, False), (1, 2.7, 7.6, False), (2, 0, 8.6, True)}
    assert [line.get_xydata().tolist() for line in chart.figure.axes[0].lines] == [[[6.5, 0]], [[4.6, 1]]]
    assert texts(chart) == ["6.50 (4.80 to 8.60)", "4.60 (2.70 to 7.60)", "count withheld"]


def test_the_funnel_marks_picked_forces_and_names_those_outside():
    chart = DRAWN["funnel"]()
    dots = {line.get_marker(): line.get_xydata().tolist() for line in chart.figure.axes[0].lines}
    assert dots["D"] == [[4000, 3.0]]
    assert dots["o"] == [[9000, 1.0], [12000, 0.9]]
    assert texts(chart) == ["Surrey"]
    assert chart.alt.endswith("Outside the 99.8% limits: Surrey. Without a rate and not drawn: 1.")


def test_every_verdict_is_counted_even_those_nobody_got():
    chart = DRAWN["verdicts"]()
    assert chart.data["claims"].tolist() == [2, 0, 1, 0, 1]
    assert texts(chart) == ["2", "0", "1", "0", "1"]


def test_each_figure_covers_its_whole_period_and_no_line_joins_two():
    chart = DRAWN["history"]()
    assert chart.data["label"].tolist() == ["Surrey", "Gwent", "Dorset"]
    spans = sorted((row, round(start, 2), round(end, 2)) for row, start, end, hatched in bars(chart) if not hatched)
    assert spans == [(0, 2007, 2010.25), (1, 2017.25, 2019.25)]
    assert "not stated" in texts(chart)
    assert not [line for ax in chart.figure.axes for line in ax.lines]


def test_without_a_number_or_a_period_no_axis_pretends_to_a_scale():
    nothing = MIXED.iloc[[5]].assign(period_start="", period_end="")
    chart = charts.history(nothing, title="Nothing known", axis="Number as printed")
    assert [len(ax.get_xticks()) for ax in chart.figure.axes] == [0, 0]
    assert len(charts.rates(RATES.tail(1), title="No rate", axis="Per 1,000").figure.axes[0].get_xticks()) == 0


def test_a_period_of_one_day_stands_in_its_year():
    day = HISTORY.head(1).assign(period_start="2019-03-31", period_end="2019-03-31")
    axis = charts.history(day, title="One day", axis="Number as printed").figure.axes[0]
    assert axis.get_xlim() == (2019, 2020)
    assert [text.get_text() for text in axis.get_xticklabels()] == ["2019", "2020"]


def test_long_labels_axis_and_foot_are_wrapped_never_cut():
    long = "Hampshire and Isle of Wight Constabulary, of which accessing records without a policing purpose"
    frame = HISTORY.assign(label=long, text="208, once told as convictions and once as breaches")
    chart = charts.history(frame, title="A title", axis=f"{long}, {AXIS}", foot=f"{FOOT} https://{'a' * 150}")
    assert all(text.get_window_extent().x0 >= 0 and text.get_window_extent().x1 <= 936 for text in shown_texts(chart))


def test_a_dollar_sign_in_a_label_stays_a_dollar_sign():
    frame = counts(("$x^2$ & $y$", 3, 3, "exact"))
    chart = charts.intervals(frame, title="Costs of $5 and $6", axis="Cost in $ and $")
    shown = [text for text in chart.figure.findobj(Text) if "$" in text.get_text()]
    assert len(shown) >= 3 and not any(text.get_parse_math() for text in shown)


def test_a_title_of_more_than_fifteen_words_is_an_error():
    with pytest.raises(ValueError, match="at most 15 words, this one 16"):
        charts.intervals(MIXED, title="word " * 16, axis=AXIS)


def test_a_table_without_a_needed_column_is_an_error_that_names_it():
    with pytest.raises(ValueError, match="intervals needs status"):
        charts.intervals(MIXED.drop(columns="status"), title="Title", axis=AXIS)


def test_a_table_without_rows_gives_a_page_that_says_so():
    chart = charts.history(HISTORY.head(0), title="Gwent printed nothing", axis="Number", foot=FOOT)
    assert texts(chart) == ["No number was found"]
    assert chart.figure.axes[0].patches[0].get_hatch()


def test_a_notebook_receives_picture_words_numbers_and_alt_text():
    chart = DRAWN["verdicts"]()
    bundle, about = chart._repr_mimebundle_()
    assert base64.b64decode(bundle["image/png"]) == chart.png
    assert bundle["text/plain"] == f"{chart.title}\n{chart.alt}\n\n{chart.csv}".rstrip("\n")
    assert "not established,1" in bundle["text/plain"]
    assert about["image/png"]["alt"] == chart.alt


def test_a_saved_chart_has_its_numbers_and_alt_text_beside_it_and_no_date(tmp_path):
    chart = DRAWN["intervals"]()
    picture = chart.save(tmp_path / "figures", "surrey")
    assert picture.read_bytes() == chart.png
    assert Image.open(io.BytesIO(chart.png)).info.keys() == {"dpi"}
    assert (tmp_path / "figures" / "surrey.csv").read_text().splitlines()[1] == "Database cases,71,,at least"
    assert (tmp_path / "figures" / "surrey.txt").read_text() == chart.alt + "\n"


def test_a_label_that_a_spreadsheet_would_run_is_disarmed_and_a_number_is_not():
    frame = counts(("=1+1", 3, 3, "exact"), ("-5", 2, 2, "exact"))
    chart = charts.intervals(frame, title="Title", axis=AXIS)
    assert chart.csv == "label,low,high,status\n'=1+1,3,3,exact\n-5,2,2,exact\n"
