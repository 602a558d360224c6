"""Rates with their intervals, the funnel plot, and one force's figures through time."""

import math
from typing import Any

import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator, NullLocator, StrMethodFormatter

from analysis.tell.bars import count_axis, drawable, interval, interval_text, said
from analysis.tell.canvas import (
    BETWEEN,
    INK,
    KNOWN,
    TEXT_SIZE,
    UNKNOWN,
    Chart,
    Page,
    drawing,
    known,
    listed,
    read_out,
    text_width,
)


@drawing("force", "rate", "lower", "upper")
def rates(frame: pd.DataFrame, *, title: str, axis: str, foot: str = "") -> Chart:
    """Draw each rate as a dot on its interval, the highest first; a force without a rate is hatched.

    In: force, rate (empty where the count is an interval or missing), lower, upper (empty: no rate can be had),
    optional note (what makes this rate differ, or why there is none). axis: measure, unit, period, confidence level.

    >>> told = pd.DataFrame({"force": ["Vale", "Moor"], "rate": [1.5, None], "lower": [0.9, None]})
    >>> rates(told.assign(upper=[2.4, None]), title="Two invented forces", axis="Cases per 1,000 a year").alt
    'Dots with intervals: Cases per 1,000 a year. From the top: Vale 1.50 (0.90 to 2.40); Moor no rate can be had.'
    """
    rows = (
        frame.assign(_at=frame["rate"].fillna(frame["upper"]))
        .sort_values("_at", ascending=False, kind="stable", na_position="last")
        .drop(columns="_at")
        .reset_index(drop=True)
    )
    records = rows.to_dict("records")
    page = Page(title, foot, 1)
    page.axis_names(axis, beside=page.rows([_with_note(row) for row in records], rows.get("note", [])))
    reach = max([0.01, *rows["rate"].dropna(), *rows["upper"].dropna()])
    page.ax.set_xlim(0, reach)
    page.ax.xaxis.set_major_locator(MaxNLocator(nbins=4) if rows["upper"].notna().any() else NullLocator())
    places = 2 if reach < 10 else 1
    texts = [f"{row['force']} {_rate(page, y, row, places)}" for y, row in enumerate(records)]
    return page.finish(f"Dots with intervals: {axis}. From the top: {read_out(texts)}.", rows)


def _with_note(row: dict) -> str:
    note = row.get("note")
    return f"{row['force']} ({note})" if isinstance(note, str) and note and known(row["upper"]) else row["force"]


def _rate(page: Page, y: int, row: dict, places: int) -> str:
    if not known(row["upper"]):
        note = row.get("note")
        words = note if isinstance(note, str) and note else "no rate can be had"
        page.bar(y, 0, page.ax.get_xlim()[1], UNKNOWN, name="No rate")
        page.over_hatch(0, y, words)
        return words
    page.bar(y, row["lower"], row["upper"], BETWEEN, thick=0.3, name="Interval")
    text = f"{row['lower']:.{places}f} to {row['upper']:.{places}f}"
    if known(row["rate"]):
        dot: dict[str, Any] = {"color": "C0", "marker": "o", "markersize": 9, "linestyle": "none"}
        page.ax.plot([row["rate"]], [y], clip_on=False, **dot)
        page.entries.setdefault("Rate", Line2D([0], [0], **dot))
        text = f"{row['rate']:.{places}f} ({text})"
    page.value(row["upper"], y, text)
    return text


@drawing("force", "rate", "exposure", "lower_95", "upper_95", "lower_998", "upper_998", "selected")
def funnel(
    frame: pd.DataFrame, *, title: str, axis: str, measure: str, foot: str = "", line: float | None = None
) -> Chart:
    """Draw rates against exposure within the limits that chance allows; forces a source picked are marked as picked.

    In: force, rate (empty: not drawn, but counted), exposure, lower_95, upper_95, lower_998, upper_998 (limits at that
    exposure), selected (true or yes where a source named the force for its number). axis: exposure; measure: rate.

    >>> from analysis.measure import compare
    >>> told = pd.DataFrame({"force": ["Vale", "Moor"], "low": [12, 3], "high": [12, 3], "exposure": [4.0, 4.0]})
    >>> drawn = compare.funnel(told).assign(selected=False)
    >>> funnel(drawn, title="Two invented forces", axis="1,000 person-years", measure="Cases per 1,000 a year").alt[:45]
    'Funnel plot of 2 forces: Cases per 1,000 a ye'
    """
    rows = frame.sort_values(["exposure", "force"], kind="stable").reset_index(drop=True)
    dots = rows[rows["rate"].notna() & rows["exposure"].notna()]
    page = Page(title, foot, 4.2)
    ax = page.ax
    ax.set_title(measure, loc="left")
    page.axis_names(axis)
    ax.set_xlim(0, rows["exposure"].max() * 1.08)
    ax.set_ylim(0, max([0.01, dots["rate"].max() * 1.15, rows["upper_998"].median() * 1.3]))
    ax.xaxis.set_major_locator(MaxNLocator(nbins=4))
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    _limits(page, rows, line)
    picked = dots["selected"].isin([True, "yes"])
    _dots(page, dots[~picked], "A force", {"color": "C0", "marker": "o"})
    _dots(page, dots[picked], "Picked by a source", {"color": "C3", "marker": "D", "markeredgecolor": INK})
    outside = (dots["rate"] > dots["upper_998"]) | (dots["rate"] < dots["lower_998"])
    chart = page.finish(_funnel_alt(rows, dots, outside, axis, measure), rows)
    _name_dots(ax, dots[outside | picked], dots, line)
    return chart


def _limits(page: Page, rows: pd.DataFrame, line: float | None) -> None:
    for level, dashes, name in (("95", (4, 2), "95% limits"), ("998", (None, None), "99.8% limits")):
        for side in ("lower", "upper"):
            drawn = page.ax.plot(rows["exposure"], rows[f"{side}_{level}"], color="C4", linewidth=1.3, dashes=dashes)
        page.entries[name] = drawn[0]
    if line is not None:
        page.entries["All forces together"] = page.ax.axhline(line, color="C1", linewidth=2)


def _dots(page: Page, dots: pd.DataFrame, name: str, look: dict) -> None:
    if len(dots):
        drawn = page.ax.plot(
            dots["exposure"], dots["rate"], linestyle="none", markersize=8, clip_on=False, zorder=3, **look
        )
        page.entries[name] = drawn[0]


def _funnel_alt(rows, dots, outside, axis, measure) -> str:
    names = listed(dots.loc[outside, "force"].tolist(), 8)
    beyond = f"Outside the 99.8% limits: {names}." if names else "No force lies outside the 99.8% limits."
    lacking = f" Without a rate and not drawn: {len(rows) - len(dots)}." if len(dots) < len(rows) else ""
    return f"Funnel plot of {len(dots)} forces: {measure}, against {axis}. {beyond}{lacking}"


def _name_dots(ax, named: pd.DataFrame, dots: pd.DataFrame, line: float | None) -> None:
    """Write each name beside its dot where it covers neither name, dot nor line; a thin line leads to a far one."""
    point = ax.figure.dpi / 72
    place = ax.transData.transform
    taken = [
        (x - 5 * point, y - 5 * point, x + 5 * point, y + 5 * point)
        for x, y in place(dots[["exposure", "rate"]].to_numpy(float))
    ]
    if line is not None:
        (left, y), (right, _) = place([(0, line), (ax.get_xlim()[1], line)])
        taken.append((left, y - point, right, y + point))
    for row in named.to_dict("records"):
        x, y = place((row["exposure"], row["rate"]))
        wide, high = (text_width(row["force"]) + 0.03) * ax.figure.dpi, (TEXT_SIZE + 2) * point
        (a, b), far = _free_place(x, y, wide, high, point, taken, ax)
        taken.append((a, b, a + wide, b + high))
        leader = {"arrowstyle": "-", "color": "C4", "linewidth": 0.8, "shrinkA": 0, "shrinkB": 4}
        ax.annotate(
            row["force"],
            (row["exposure"], row["rate"]),
            ((a - x) / point, (b - y) / point + 2),
            textcoords="offset points",
            va="bottom",
            ha="left",
            zorder=4,
            arrowprops=leader if far else None,
            path_effects=[withStroke(linewidth=2.5, foreground="white")],
        )


def _free_place(x, y, wide, high, point, taken, ax):
    """Return the nearest lower left corner for a name that is free, and whether it is far from its dot."""
    near = [
        (x + 7 * point, y - high / 2),
        (x - 7 * point - wide, y - high / 2),
        (x - wide / 2, y + 6 * point),
        (x - wide / 2, y - 6 * point - high),
    ]
    far = [
        (x + dx * point - (wide if dx < 0 else 0), y + dy * point - (high if dy < 0 else 0))
        for step in (14, 26, 38, 50, 62, 74)
        for dx in (12, -12)
        for dy in (step, -step)
    ]
    frame, edge = ax.get_window_extent(), ax.figure.bbox.x1 - 4 * point
    inside = [(a, b) for a, b in near + far if frame.x0 <= a and a + wide <= edge and frame.y0 <= b <= frame.y1 - high]
    free = [
        (a, b)
        for a, b in inside
        if not any(a < t[2] and a + wide > t[0] and b < t[3] and b + high > t[1] for t in taken)
    ]
    best = (free or inside or near)[0]
    return best, best not in near


@drawing("label", "period_start", "period_end", "low", "high", "status")
def history(frame: pd.DataFrame, *, title: str, axis: str, foot: str = "") -> Chart:
    """Draw a force's figures one a row: left the period each covers, right the number with its interval.

    In: label, period_start, period_end (ISO dates; empty: not stated), low, high, status, optional text (as in
    intervals). Earliest first; nothing joins one row to the next, for each answers a question of its own.

    >>> told = pd.DataFrame({"label": ["Vale"], "period_start": ["2001-01-01"], "period_end": ["2001-12-31"]})
    >>> history(told.assign(low=3, high=3, status="exact"), title="An invented force", axis="Cases").alt
    'Figures one by one, each over its period: Cases. Vale, 2001, 3.'
    """
    dates = ["period_start", "period_end"]
    rows = frame.assign(**frame[dates].replace("", None)).sort_values(dates, kind="stable").reset_index(drop=True)
    spans = pd.DataFrame({"start": _years(rows["period_start"], 0), "end": _years(rows["period_end"], 1)})
    page = Page(title, foot, 1, (1, 1.25))
    page.axis_names("Period covered", axis, beside=page.rows(rows["label"].tolist(), rows.get("text", [])))
    time, numbers = page.panels
    count_axis(numbers, rows)
    _year_axis(time, spans.dropna())
    texts = []
    for y, row in enumerate(rows.to_dict("records")):
        period = _period(page, time, y, spans.loc[y])
        interval(page, y, row, numbers)
        number = interval_text(row["low"], row["high"], row["status"]) if drawable(row) else "no number"
        texts.append(f"{row['label']}, {period}, {said(row, number)}")
    return page.finish(f"Figures one by one, each over its period: {axis}. {read_out(texts)}.", rows)


def _years(dates: pd.Series, extra: int) -> pd.Series:
    days = pd.to_datetime(dates, format="ISO8601") + pd.Timedelta(days=extra)
    return days.dt.year + (days.dt.day_of_year - 1) / 365.25


def _year_axis(ax, spans: pd.DataFrame) -> None:
    years = (math.floor(spans["start"].min()), math.ceil(spans["end"].max())) if len(spans) else (0, 1)
    ax.set_xlim(*years)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=3, integer=True) if len(spans) else NullLocator())
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:.0f}"))


def _period(page: Page, ax, y: int, span: pd.Series) -> str:
    if not (known(span["start"]) and known(span["end"])):
        first, last = ax.get_xlim()
        page.bar(y, first, last, UNKNOWN, ax, name="Not known")
        page.over_hatch(first, y, "not stated", ax)
        return "period not stated"
    page.bar(y, span["start"], span["end"], KNOWN, ax, thick=0.3)
    first, last = int(span["start"]), int(span["end"] - 0.001)
    return f"{first}" if first == last else f"{first} to {last}"
