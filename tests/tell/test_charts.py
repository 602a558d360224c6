import base64
import functools
import io

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot, rc_params_from_file, style
from matplotlib.colors import to_hex, to_rgb
from matplotlib.text import Text
from PIL import Image

from analysis.measure import compare
from analysis.tell import charts, picture
from analysis.tell.picture import STYLE
from analysis.tell.say import listed

SUBTITLE = "People disciplined, eleven invented forces, April 2017 to March 2019"
NOTE = "Source: newspapers that repeat one release; 11 of 45 forces named; the other forces' numbers are missing."
WORDS = {"subtitle": SUBTITLE, "note": NOTE}


def counts(*rows):
    frame = pd.DataFrame(rows, columns=["label", "low", "high", "status"])
    return frame.astype({"low": "Int64", "high": "Int64"})


MIXED = counts(
    ("Gwent", 1, 4, "range"),
    ("Dorset", 0, None, "suppressed"),
    ("Surrey", 50, 50, "exact"),
    ("Cleveland", 0, 0, "zero"),
    ("Database cases of every force that replied", 71, None, "at least"),
    ("Kent", None, None, "unknown"),
    ("Essex: one system", 0, 35, "range"),
    ("Merseyside", 93, 161, "conflict"),
)
PARTS = pd.DataFrame({"part": ["Named", "Unnamed"], "low": [120, 57], "high": [180, 117]}).astype({"low": "Int64"})
RATES = pd.DataFrame(
    {
        "force": ["Cumbria", "Surrey", "Police Scotland", "Kent"],
        "rate": [4.6, 6.5, None, None],
        "interval_low": [2.7, 4.8, None, 0.5],
        "interval_high": [7.6, 8.6, None, 3.5],
        "why_not": ["", "", "count withheld", ""],
    }
)
MANY = {
    "force": [f"Force {n}" for n in "ABCDEF"],
    "low": [60, 20, 9, 11, 2, 150],
    "exposure": [9.0, 9.5, 10, 11, 30, 60],
}
FUNNEL = compare.funnel(pd.DataFrame(MANY | {"high": MANY["low"]}))
ROUNDS = pd.DataFrame(
    {
        "title": ["Second request", "First request", "Undated request"],
        "period_start": ["2011-06-01", "2005-01-01", None],
        "period_end": ["2015-12-31", "2009-12-31", None],
        "text": ["cases", "people", ""],
        "break": ["counts cases where the first counts people, and is about another law", "", ""],
    }
)
TILES = pd.DataFrame(
    {
        "short_name": ["Northamptonshire", "Kent", "BTP", "Fife", "Grampian"],
        "tile_row": [8, 9, 0, None, None],
        "tile_col": [5, 6, 5, None, None],
        "answer": ["replied, named", "reply unknown", "refused", "full", "did not exist"],
    }
)
DRAWN = {
    "bars": lambda: charts.bars(MIXED, "label", title="Surrey disciplined most", **WORDS),
    "intervals": lambda: charts.intervals(MIXED, "label", highlight="Gwent", title="Gwent may have had 4", **WORDS),
    "stacked": lambda: charts.stacked(PARTS, "part", whole=237, title="At least 57 are unnamed", **WORDS),
    "rates": lambda: charts.rates(RATES, highlight="Surrey", title="Surrey's rate is highest", **WORDS),
    "funnel": lambda: charts.funnel(FUNNEL, exposure="Staff-years, thousands", title="One lies outside", **WORDS),
    "timeline": lambda: charts.timeline(ROUNDS, "title", title="No years were asked about twice", **WORDS),
    "tilemap": lambda: charts.tilemap(TILES, title="Nobody printed what Kent answered", **WORDS),
}
EVERY = pytest.mark.parametrize("form", DRAWN)


def bars(rows, title="Surrey disciplined most", **more):
    return charts.bars(rows, "label", title=title, **WORDS, **more)


@functools.cache
def drawn(form):
    return DRAWN[form]()


def texts(chart):
    """Every text on the picture as drawn; ticks beyond the axis and switched-off axes are not on it."""
    with style.context(STYLE):
        chart.figure.canvas.draw()
    found = list(chart.figure.texts)
    for ax in chart.figure.axes:
        found += [child for child in ax.get_children() if isinstance(child, Text)]
        found += ax.get_legend().get_texts() if ax.get_legend() else []
        for axis in (ax.xaxis, ax.yaxis) if ax.axison else ():
            low, high = sorted(axis.get_view_interval())
            ticks = [tick for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]
            found += [axis.label, *(tick.label1 for tick in ticks)]
    return [text for text in found if text.get_text() and text.get_visible()]


def values(chart):
    return [text.get_text() for text in chart.figure.axes[0].texts]


def names(chart):
    return [text.get_text() for text in chart.figure.axes[0].get_yticklabels()]


def legend(chart):
    held = chart.figure.axes[0].get_legend()
    return [text.get_text() for text in held.get_texts()] if held else []


def contrast(one, other):
    """The contrast of two colours as WCAG 2 defines it."""
    parts = np.array([to_rgb(one), to_rgb(other)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    dark, bright = sorted(linear @ [0.2126, 0.7152, 0.0722])
    return (bright + 0.05) / (dark + 0.05)


@EVERY
def test_the_same_table_gives_the_same_bytes_and_words(form):
    first, second = drawn(form), DRAWN[form]()
    assert (first.png, first.svg, first.dark, repr(first)) == (second.png, second.svg, second.dark, repr(second))


@EVERY
def test_every_text_is_whole_apart_from_the_others_large_and_dark_enough(form):
    chart = drawn(form)
    edge, shown = chart.figure.bbox, texts(chart)
    boxes = [(text.get_text(), text.get_window_extent()) for text in shown]
    assert len(shown) > 5 and min(text.get_size() for text in shown) >= 9  # points on a page of 6.5 inches
    assert [name for name, box in boxes if min(box.x0, box.y0, edge.x1 - box.x1, edge.y1 - box.y1) < 0] == []
    small = [(name, box.padded(-2)) for name, box in boxes]
    assert [(a, b) for n, (a, one) in enumerate(small) for b, other in small[:n] if one.overlaps(other)] == []
    assert {to_hex(text.get_color()) for text in shown} <= {"#0b0c0c", "#ffffff"}
    title, subtitle, note = (text.get_window_extent() for text in chart.figure.texts)
    plot = chart.figure.axes[0].get_tightbbox()
    assert title.y0 >= subtitle.y1 and subtitle.y0 >= plot.y1 - 2 and note.y1 <= plot.y0 + 2
    light, dark = (Image.open(io.BytesIO(one)).convert("L") for one in (chart.png, chart.dark))
    assert light.size == dark.size and light.width == 936
    assert light.getpixel((1, 1)) == 255 and dark.getpixel((1, 1)) < 30 and np.asarray(dark).max() > 200


def test_each_colour_of_data_stands_three_to_one_on_both_papers():
    paper = picture.darkened(to_rgb("white"))
    for colour in rc_params_from_file(STYLE[1])["axes.prop_cycle"].by_key()["color"]:
        assert contrast(colour, "white") >= 3 and contrast(picture.darkened(to_rgb(colour)), paper) >= 3, colour


def test_a_bar_ends_where_the_count_is_certain_the_largest_is_first_and_what_is_possible_is_a_line():
    chart = drawn("bars")
    assert [name.split("\n")[0] for name in names(chart)] == [
        "Merseyside", "Database cases of", "Surrey", "Gwent", "Essex: one system", "Cleveland", "Dorset", "Kent",
    ]  # fmt: skip
    assert values(chart) == [
        "93 to 161", "at least 71", "50", "1 to 4", "up to 35", "0", "withheld", "not known",
    ]  # fmt: skip
    ax = chart.figure.axes[0]
    assert [bar.get_width() for bar in ax.patches] == [71, 50, 1] and ax.get_xlim()[0] == 0
    assert legend(chart) == [charts.LINES[kind][0] for kind in ("range", "conflict", "open")]
    lines = [list(line.get_xdata()) for line in ax.lines]
    assert [ends for ends in lines if len(ends) == 2 and ends[0] != 71] == [[93, 161], [1, 4], [0, 35]]


def test_a_conflict_of_facts_is_drawn_over_all_its_values():
    facts = counts(("Surrey", 5, 5, "exact"), ("Kent", 30, 30, "exact"))
    facts = facts.assign(agreement=["one source", "conflict"], hull_low=[5, 16], hull_high=[5, 30])
    chart = bars(facts)
    assert values(chart) == ["16 to 30", "5"]
    assert legend(chart) == ["Sources disagree: lowest and highest"]
    assert chart.data["low"].tolist() == [16, 5]


def test_the_force_of_the_page_keeps_its_colour_and_the_others_step_back():
    chart = bars(MIXED, highlight="Surrey")
    bold = [name.get_text() for name in chart.figure.axes[0].get_yticklabels() if name.get_fontweight() == "bold"]
    assert bold == ["Surrey"]
    assert len({to_hex(one.get_facecolor()) for one in chart.figure.axes[0].patches if one.get_width()}) == 2
    with pytest.raises(ValueError, match="nothing to highlight: Fife is none of Merseyside"):
        bars(MIXED, highlight="Fife")


def test_parts_fill_the_whole_and_what_none_accounts_for_is_hatched():
    chart = drawn("stacked")
    bars = [(one.get_x(), one.get_width(), bool(one.get_hatch())) for one in chart.figure.axes[0].patches]
    assert bars == [(0, 120, False), (120, 57, False), (177, 60, True)]
    assert legend(chart) == ["Named: 120 to 180", "Unnamed: 57 to 117", "Not known: 60"]
    with pytest.raises(ValueError, match="parts of 177 cannot make 100"):
        charts.stacked(PARTS, "part", whole=100, title="Parts", **WORDS)


def test_the_smallest_of_many_parts_are_drawn_as_one_and_all_are_in_the_table():
    many = pd.DataFrame({"part": list("abcdefghi"), "low": range(1, 10)}).assign(high=lambda told: told["low"])
    chart = charts.stacked(many, "part", title="Parts", **WORDS)
    assert legend(chart)[-1] == "Three smaller parts, together: 6"
    assert len(legend(chart)) == 7 and chart.data["low"].sum() == 45


def test_rates_stand_in_the_order_of_names_on_their_intervals_and_say_where_there_is_none():
    chart = drawn("rates")
    assert names(chart) == ["Cumbria", "Surrey", "Kent", "Police Scotland"]
    assert values(chart) == ["4.6 (2.7 to 7.6)", "6.5 (4.8 to 8.6)", "the count is a range", "count withheld"]
    assert "Without a number: Kent (the count is a range) and Police Scotland (count withheld)." in chart.alt


def test_a_funnel_names_what_chance_does_not_allow():
    chart = drawn("funnel")
    beyond = FUNNEL.query("rate > upper_998 or rate < lower_998")["force"].tolist()
    assert beyond and sorted(values(chart)) == sorted(beyond)
    outside = FUNNEL[FUNNEL["force"].isin(beyond)].sort_values("exposure")["force"]
    assert chart.alt.endswith(f"Outside the 99.8% limits: {listed(outside)}.")


def test_rounds_stand_in_the_order_of_time_with_their_breaks():
    chart = drawn("timeline")
    assert [name.replace("\n", " ") for name in names(chart)] == ["First request", "Second request", "Undated request"]
    assert "period not printed" in values(chart)
    assert "First request January 2005 to December 2009, people; Second request June 2011" in chart.alt
    assert chart.alt.endswith("One break between them.")


def test_a_tile_says_its_answer_without_colour_and_absent_forces_have_none():
    chart = drawn("tilemap")
    assert values(chart) == ["Northamp-\ntonshire\n№", "Kent\n?", "BTP\n✗", "Fife\n✓"]
    assert legend(chart) == ["✓ Answered in full: 1", "№ Replied, number seen: 1", "✗ Refused: 1",
                             "? Not known if it replied: 1"]  # fmt: skip
    assert chart.alt.startswith("Map of four tiles.") and "Refused: 1 (BTP)" in chart.alt


def test_a_map_of_one_answer_and_an_unknown_answer_are_refused():
    with pytest.raises(ValueError, match="every tile has the same answer"):
        charts.tilemap(TILES.assign(answer="refused"), title="All refused", **WORDS)
    with pytest.raises(ValueError, match="unknown answer silent"):
        charts.tilemap(TILES.replace("refused", "silent"), title="One was silent", **WORDS)


@pytest.mark.parametrize("rows", [MIXED[:0], MIXED[2:3], MIXED[5:6], MIXED.iloc[[2, 5]]])
def test_there_is_no_chart_of_nothing_or_of_one(rows):
    with pytest.raises(ValueError, match="a sentence or a table"):
        bars(rows)
    with pytest.raises(ValueError, match="a sentence or a table"):
        charts.stacked(rows, "label", title="Surrey", **WORDS)


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ({"title": "Surrey disciplined 51"}, "the title names 51, which is not drawn"),
        ({"title": "Eleven forces"}, "the title names Eleven, which is not drawn"),
        ({"title": "word " * 16}, "at most 15 words, this one 16"),
        ({"title": "Surrey", "subtitle": " "}, "needs a subtitle: measure, place, period"),
    ],
)
def test_a_title_names_only_what_is_drawn_is_short_and_has_a_subtitle(words, wrong):
    with pytest.raises(ValueError, match=wrong):
        charts.bars(MIXED, "label", **WORDS | words)
    assert bars(MIXED, "Surrey disciplined 50, another force at least 71")


def test_a_rate_in_a_title_is_rounded_as_it_is_written():
    assert charts.rates(RATES.replace(6.5, 6.55), title="Surrey's rate is 6.6", **WORDS)
    with pytest.raises(ValueError, match=r"6\.7"):
        charts.rates(RATES, title="Surrey's rate is 6.7", **WORDS)


def test_the_words_of_data_are_no_formulas():
    rows = counts(("Surrey $x_1$ and $y^2$", 5, 5, "exact"), ("=HYPERLINK(1)", 3, 3, "exact"))
    chart = bars(rows, "Prices in $ and $")
    assert chart.png and names(chart)[0].replace("\n", " ") == "Surrey $x_1$ and $y^2$"
    assert not any(text.get_parse_math() for text in texts(chart))
    assert "'=HYPERLINK(1)" in chart.csv and "Surrey $x_1$" in chart.csv


def test_the_table_of_a_picture_holds_what_is_drawn_with_its_cells():
    told = MIXED.assign(figure_ids=["a:L1", "", "a:L2 b:L1", "", "", "", "a:L1", ""], hidden=7)
    chart = bars(told)
    assert chart.csv.splitlines()[:2] == ["label,low,high,status,figure_ids", "Merseyside,93,161,conflict,"]
    assert chart.record["figure_ids"] == ["a:L2", "b:L1", "a:L1"]
    assert drawn("timeline").csv.splitlines()[1] == "First request,2005-01-01,2009-12-31,"


def test_a_notebook_gets_a_picture_with_its_words_and_a_build_also_svg_and_dark(monkeypatch):
    monkeypatch.delenv("ANALYSIS_BUILD", raising=False)
    chart = drawn("bars")
    data, about = chart._repr_mimebundle_()
    assert set(data) == {"image/png", "text/plain"}
    assert data["text/plain"].startswith(f"{chart.title}\n{SUBTITLE}\n{chart.alt}\n\nlabel,low,high,status\n")
    assert about["image/png"] == {"alt": chart.alt, "width": 624}
    monkeypatch.setenv("ANALYSIS_BUILD", "1")
    data, about = chart._repr_mimebundle_()
    assert set(data) == {"image/png", "image/svg+xml", "application/vnd.analysis.dark+png", "text/plain"}
    assert base64.b64decode(data["application/vnd.analysis.dark+png"]) == chart.dark
    assert "<dc:date>" not in data["image/svg+xml"]
    assert about["analysis"] == {
        "kind": "chart", "name": "surrey-disciplined-most", "title": chart.title, "subtitle": SUBTITLE,
        "alt": chart.alt, "note": NOTE, "csv": chart.csv, "figure_ids": [],
    }  # fmt: skip


def test_any_plot_of_an_analyst_gets_its_words_and_is_shown_once():
    told = counts(("Surrey $a_{$", 50, 50, "exact"), ("Kent", 3, 4, "range")).assign(figure_ids="a:L1")
    chart = charts.chart(told.plot.barh(x="label", y="low"), told, "surrey disciplined 50", SUBTITLE)
    assert chart.title == "Surrey disciplined 50" and chart.name == "surrey-disciplined-50"
    assert chart.alt == f"Chart of two rows. {SUBTITLE}. Surrey $a_{{$ 50; Kent 3 to 4."
    assert pyplot.get_fignums() == [] and chart.record["figure_ids"] == ["a:L1"]
