"""Charts: a tidy frame goes in; a picture with its title, alt text, numbers and provenance comes out.

Every form takes the words of `chart`: title (the message, at most 15 words), subtitle (measure, place, period), note
(source, how many answered, what is missing), name (of its files; by default from the title), drawn (numbers or frames
that the title may name besides those of the frame). Most take highlight: the row or rows that a page is about.
"""

import functools
import re
import textwrap
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib import style
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from analysis.tell.picture import (
    LINE,
    MARGIN,
    NOTE,
    STYLE,
    TEXT,
    WIDTH,
    Chart,
    TooFew,
    chart,
    counted,
    in_words,
    listed,
    plain,
    text_width,
    wrapped,
)

__all__ = ["Chart", "bars", "chart", "funnel", "intervals", "rates", "shares", "stacked", "tilemap", "timeline"]

INK, QUIET = "#0B0C0C", "C6"
LABEL, VALUE, BREAK = 1.9, 1.9, 3.6  # inches for the name of a row, the text beside its mark, the reason of a break
MOST_PARTS = 7
WITHOUT = {
    "suppressed": "withheld",
    "refused": "refused",
    "not held": "not held",
    "not applicable": "not applicable",
    "missing": "no number given",
    "approximate": "only roughly known",
    "share": "a share, not a count",
}
RANGES: dict[str, tuple[str, dict[str, Any]]] = {
    "range": ("Somewhere in this range", {"color": "C0", "marker": "|", "markersize": 13}),
    "conflict": ("Sources disagree: lowest and highest", {"color": "C2", "marker": "D", "markersize": 7}),
    "open": ("At least this many", {"color": "C0", "marker": ">", "markersize": 8, "markevery": [-1]}),
}
ANSWERS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "full": ("Answered in full", "✓", {"facecolor": "C0", "edgecolor": "C0"}),
    "partial": ("Answered in part", "½", {"facecolor": "#9CC6EC", "edgecolor": "C0"}),
    "replied, named": ("Replied, number printed", "№", {"facecolor": "C1", "edgecolor": "C1"}),
    "replied, unnamed": ("Replied, number not printed", "…", {"facecolor": "white", "edgecolor": "C1", "linewidth": 2}),
    "not held": ("Said: not held", "0", {"facecolor": "C5", "edgecolor": "C5"}),
    "refused": ("Refused", "✗", {"facecolor": "C2", "edgecolor": "C2"}),
    "no reply": ("Did not reply", "–", {"facecolor": "C3", "edgecolor": "C3"}),
    "reply unknown": ("Not known if it replied", "?", {"facecolor": "white", "edgecolor": "C6", "linestyle": "--"}),
    "not asked": ("Not asked", " ", {"facecolor": "white", "edgecolor": "#D8D8D8"}),
}
ABSENT = "did not exist"


def _in_style(draw: Callable[..., Chart]) -> Callable[..., Chart]:
    @functools.wraps(draw)
    def styled(*given: Any, **words: Any) -> Chart:
        with style.context(STYLE):
            return draw(*given, **words)

    return styled


def bars(frame: pd.DataFrame, label: str, *, highlight: Any = (), sort: bool = True, **words: Any) -> Chart:
    """Draw each count as a bar from zero, the largest first; what is only possible is a line with ends, no bar.

    In: the label's column, low, high (empty: open); optionally status (suppressed, refused, ...: no number),
    agreement with hull_low and hull_high (sources disagree: their ends), text (said instead of the number).
    """
    return _counts("Bars from zero for {rows}", frame, label, highlight, sort, solid=True, **words)


def intervals(frame: pd.DataFrame, label: str, *, highlight: Any = (), sort: bool = True, **words: Any) -> Chart:
    """Draw each count as a dot, or as a line with ends from the least to the most it can be. In: as for bars."""
    return _counts("Dots and ranges for {rows}", frame, label, highlight, sort, **words)


def shares(frame: pd.DataFrame, label: str, *, highlight: Any = (), sort: bool = False, **words: Any) -> Chart:
    """Draw shares per hundred on an axis from 0 to 100, in the order given. In: the label's column, low, high."""
    return _counts("Dots and ranges from 0 to 100 for {rows}", frame, label, highlight, sort, reach=100.0, **words)


@_in_style
def _counts(form: str, frame: pd.DataFrame, label: str, highlight: Any, sort: bool, **words: Any) -> Chart:
    solid, reach = words.pop("solid", False), words.pop("reach", 0.0)
    rows = _by_value(_read(frame, label)) if sort else _read(frame, label)
    _comparable(rows, words)
    ax, rows = _row_axes(rows, highlight)
    if solid:
        width = 0.62 / np.diff(rows.index).min()  # seaborn counts it in the smallest step between rows
        certain = rows["low"].where(rows["kind"].isin(["known", "range", "open"]), 0.0)
        sns.barplot(x=certain, y=rows.index, hue=rows.index, palette=list(rows["colour"]), orient="h", width=width,
                    native_scale=True, dodge=False, saturation=1, errorbar=None, legend=False, ax=ax)  # fmt: skip
    reach = reach or max(1.0, float(rows[["low", "high"]].max().max()))
    ax.set_xlim(0, reach * (1.12 if rows["kind"].eq("open").any() else 1))
    for y, row in rows.iterrows():
        _count(ax, y, row, solid)
    _name_rows(ax, rows)
    keys = [Line2D([0, 1], [0, 0], linewidth=2, label=name, **look) for kind, (name, look) in RANGES.items()
            if rows["kind"].eq(kind).any()]  # fmt: skip
    _legend(ax, keys)
    return _made(ax, rows, label, form, words)


def _count(ax: Any, y: float, row: pd.Series, solid: bool) -> None:
    """Draw one count: a dot where there is no bar, a line with ends, an arrow, or only the reason why there is none."""
    low, high, kind = row["low"], row["high"], row["kind"]
    span, arrow = (low, high), (low, low + 0.07 * ax.get_xlim()[1])
    ends = {"range": span, "conflict": span, "open": arrow, "known": (low,), "unknown": (0.0,)}[kind]
    if kind in RANGES:
        look = RANGES[kind][1]
        colour = look["color"] if kind == "conflict" else row["colour"]
        ax.plot(ends, [y, y], linewidth=2, markeredgewidth=2, clip_on=False, **look | {"color": colour})
    elif kind == "known" and not solid:
        ax.plot(ends, [y], color=row["colour"], marker="o", markersize=9, clip_on=False)
    _value(ax, ends[-1], y, row["text"], gap=5 if solid and kind in ("known", "unknown", "range") else 9)


def _read(frame: pd.DataFrame, label: str) -> pd.DataFrame:
    """Add what is drawn of each row: label, low, high, kind (known, range, open, conflict, unknown), text."""
    _need(frame, label, "low", "high")
    rows = frame.reset_index(drop=True)
    low, high = _floats(rows, "low"), _floats(rows, "high")
    status = rows["status"].astype("str") if "status" in rows else pd.Series("", rows.index)
    torn = status.eq("conflict")
    if {"agreement", "hull_low", "hull_high"} <= {*rows}:
        torn |= rows["agreement"].eq("conflict")
        low, high = low.mask(torn, _floats(rows, "hull_low")), high.mask(torn, _floats(rows, "hull_high"))
    without = status.isin(WITHOUT) | low.isna() | (low.eq(0) & high.isna())
    rules = [without, high.isna(), torn & low.ne(high), low.eq(high)]
    kind = np.select(rules, ["unknown", "open", "conflict", "known"], "range")
    rows = rows.assign(label=rows[label].astype("str"), low=low, high=high, kind=kind, reason=status.map(WITHOUT))
    said = rows.apply(_said, axis=1)
    return rows.assign(text=rows["text"].fillna("").replace("", pd.NA).fillna(said) if "text" in rows else said)


def _floats(rows: pd.DataFrame, column: str) -> pd.Series:
    return rows[column].astype("Float64").astype(float) if column in rows else pd.Series(np.nan, rows.index)


def _said(row: pd.Series) -> str:
    """An interval in the fewest words: 50, 1 to 4, up to 35, at least 71, not known."""
    low, high = plain(row["low"]), plain(row["high"])
    if row["kind"] == "unknown":
        return row["reason"] if pd.notna(row["reason"]) else "not known"
    if row["kind"] in ("known", "open"):
        return low if row["kind"] == "known" else f"at least {low}"
    return f"up to {high}" if row["low"] == 0 and row["kind"] == "range" else f"{low} to {high}"


def _by_value(rows: pd.DataFrame) -> pd.DataFrame:
    order = rows.assign(last=rows["kind"].eq("unknown"), most=rows["high"].fillna(np.inf))
    order = order.sort_values(["last", "low", "most"], ascending=[True, False, False], kind="stable")
    return rows.loc[order.index].reset_index(drop=True)


@_in_style
def stacked(frame: pd.DataFrame, label: str, *, whole: Any = None, rest: str = "Not known", **words: Any) -> Chart:
    """Draw one total as one bar split into its parts, each with its number; what no part accounts for is hatched.

    In: the label's column, low, high of each part, in the order drawn; whole, the total (a number or a one-row frame),
    by default the sum. Where parts are intervals, what may belong to any of them is the rest. The smallest parts of
    more than seven are drawn as one. Raises ValueError for one part, or parts above the whole.
    """
    parts = _read(frame, label)
    _comparable(parts, words)
    total = float(whole["low"].iloc[0] if isinstance(whole, pd.DataFrame) else whole or parts["low"].sum())
    left = total - parts["low"].sum()
    if left < 0:
        raise ValueError(f"parts of {plain(parts['low'].sum())} cannot make {plain(total)}")
    rest_row = pd.DataFrame([{"label": rest, "low": left, "high": left, "kind": "rest", "text": plain(left)}])
    rows = pd.concat([parts, rest_row], ignore_index=True) if left else parts
    drawn, keys, start = _gathered(parts), [], 0.0
    ax = _axes(0.75)
    for place, row in enumerate([*drawn.to_dict("records"), *(rest_row.to_dict("records") if left else [])]):
        look: dict[str, Any] = {"facecolor": f"C{place}", "edgecolor": "white"}
        look = {"facecolor": "white", "hatch": "////", "edgecolor": "C4"} if row["kind"] == "rest" else look
        ax.add_patch(Rectangle((start, 0), row["low"], 1, linewidth=0.8, **look))
        if text_width(plain(row["low"])) + 0.06 < row["low"] / total * (WIDTH - 2 * MARGIN):
            middle = (start + row["low"] / 2, 1)
            ax.annotate(plain(row["low"]), middle, (0, 3), textcoords="offset points", ha="center")
        keys.append(Patch(**look, label=f"{row['label']}: {row['text']}"))
        start += row["low"]
    ax.set(xlim=(0, total), ylim=(0, 1.3))
    ax.set_axis_off()
    _legend(ax, keys, below=True)
    words["drawn"] = [words.get("drawn", ()), total]
    return _made(ax, rows, label, f"One bar of {plain(total)} in {{parts}}", words)


def _gathered(parts: pd.DataFrame) -> pd.DataFrame:
    """The parts as drawn: the last of more than seven as one, for no more colours can be told apart."""
    own = parts.assign(low=parts["low"].fillna(0.0))
    if len(own) <= MOST_PARTS:
        return own
    small = own.nsmallest(len(own) - MOST_PARTS + 1, "low")
    low, high = small["low"].sum(), small["high"].sum()
    text = plain(low) if low == high else f"{plain(low)} to {plain(high)}"
    name = f"{counted(len(small), 'smaller part').capitalize()}, together"
    gathered = pd.DataFrame([{"label": name, "low": low, "high": high, "kind": "known", "text": text}])
    return pd.concat([own.drop(small.index), gathered], ignore_index=True)


@_in_style
def rates(frame: pd.DataFrame, label: str = "force", *, highlight: Any = (), **words: Any) -> Chart:
    """Draw each rate on its interval, the highest first; a row without a rate says so.

    In: the label's column, rate (empty where the count is a range), rate_low, rate_high, interval_low, interval_high
    (95 %; empty or infinite: no rate), optional why_not (why there is none). The subtitle says what the rate is per.
    """
    _need(frame, label, "rate", "interval_low", "interval_high")
    ends = ["rate", "rate_low", "rate_high", "interval_low", "interval_high"]
    rows = frame.assign(**{end: _floats(frame, end).replace(np.inf, np.nan) for end in ends})
    rows = rows.assign(label=rows[label].astype("str"), at=rows["rate"].fillna(rows["rate_low"]))
    rows = rows.assign(kind=np.where(rows["interval_high"].isna() | rows["at"].isna(), "unknown", "known"))
    rows = rows.sort_values(["kind", "at"], ascending=[True, False], kind="stable").reset_index(drop=True)
    _comparable(rows, words)
    ax, rows = _row_axes(rows.assign(text=rows.apply(_rate_said, axis=1)), highlight)
    known = rows[rows["kind"] == "known"]
    dots, spans = known[known["rate"].notna()], known[known["rate"].isna()]
    ax.set_xlim(0, known["interval_high"].max())
    ax.hlines(spans.index, spans["rate_low"], spans["rate_high"], colors=list(spans["colour"]), linewidth=7)
    for y, row in known.iterrows():
        ax.plot([row["interval_low"], row["interval_high"]], [y, y], color=row["colour"], linewidth=1.6, marker="|",
                markersize=9, clip_on=False)  # fmt: skip
    sns.scatterplot(x=dots["rate"], y=dots.index, c=list(dots["colour"]), s=90, legend=False, linewidth=0,
                    clip_on=False, zorder=3, ax=ax)  # fmt: skip
    for y, row in rows.iterrows():
        _value(ax, row["interval_high"] if row["kind"] == "known" else 0, y, row["text"], gap=8)
    _name_rows(ax, rows)
    keys = [Line2D([], [], color="C0", marker="o", markersize=9, linestyle="none", label="Rate"),
            Line2D([], [], color="C0", linewidth=1.6, marker="|", markersize=9, label="95% interval"),
            Line2D([], [], color="C0", linewidth=7, label="Rate of a count that is a range")]  # fmt: skip
    _legend(ax, keys if len(spans) else keys[:2])
    return _made(ax, rows, label, "Dots with 95% intervals for {rows}", words, *ends)


def _rate_said(row: pd.Series) -> str:
    if row["kind"] == "unknown":
        said = [row[name] for name in ("text", "why_not") if isinstance(row.get(name), str) and row[name]]
        return said[0] if said else "no rate can be worked out"
    span = f"{plain(row['rate_low'])} to {plain(row['rate_high'])}"
    middle = plain(row["rate"]) if pd.notna(row["rate"]) else span
    return f"{middle} ({plain(row['interval_low'])} to {plain(row['interval_high'])})"


@_in_style
def funnel(frame: pd.DataFrame, label: str = "force", *, exposure: str, highlight: Any = (), **words: Any) -> Chart:
    """Draw rates against exposure within the limits that chance allows; what lies outside, and highlight, is named.

    In: as measure.compare.funnel gives it: the label's column, rate (empty: not drawn), exposure, target, lower_ and
    upper_ 95 and 998. exposure: what the axis counts, such as "staff-years, in thousands".
    """
    limits = [f"{side}_{level}" for level in ("95", "998") for side in ("lower", "upper")]
    _need(frame, label, "rate", "exposure", "target", *limits)
    rows = frame.assign(label=frame[label].astype("str"), rate=_floats(frame, "rate")).sort_values("exposure")
    rows = rows.assign(kind=np.where(rows["rate"].isna(), "unknown", "known")).reset_index(drop=True)
    rows = rows.assign(text=np.where(rows["kind"] == "known", rows["rate"].map(plain), "no rate"))
    _comparable(rows, words)
    dots, chosen = rows[rows["kind"] == "known"], _chosen(rows, highlight)
    ax = _axes(4.3)
    for level, dashes in (("95", (4, 2)), ("998", (None, None))):
        for side in ("lower", "upper"):
            ax.plot(rows["exposure"], rows[f"{side}_{level}"], color="C4", linewidth=1.2, dashes=dashes)
    ax.axhline(rows["target"].iloc[0], color="C1", linewidth=2)
    outside = (dots["rate"] > dots["upper_998"]) | (dots["rate"] < dots["lower_998"])
    colours = np.where(chosen[dots.index], "C3", "C0")
    sns.scatterplot(
        x=dots["exposure"], y=dots["rate"], c=list(colours), s=80, linewidth=0, clip_on=False, zorder=3, ax=ax
    )
    top = max(float(dots["rate"].max()) * 1.1, float(rows["upper_998"].median()) * 1.3)
    ax.set(
        xlim=(0, rows["exposure"].max() * 1.05), ylim=(0, top), ylabel="", xlabel=exposure[:1].upper() + exposure[1:]
    )
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    _name_dots(ax, dots[outside | chosen[dots.index]], rows, ["target", *limits])
    _legend(ax, [Line2D([], [], color="C1", linewidth=2, label="All together"),
                 Line2D([], [], color="C4", dashes=(4, 2), linewidth=1.2, label="95% limits"),
                 Line2D([], [], color="C4", linewidth=1.2, label="99.8% limits")])  # fmt: skip
    beyond = f" Outside the 99.8% limits: {listed(dots.loc[outside, 'label']) or 'none'}."
    return _made(ax, rows, label, "Funnel plot of {rows}", words, "rate", "exposure", "target", *limits, more=beyond)


def _name_dots(ax: Any, named: pd.DataFrame, rows: pd.DataFrame, curves: list[str]) -> None:
    """Write names beside their dots at the nearest place that covers no other name, dot or line."""
    inch = ax.get_xlim()[1] / 5.7, ax.get_ylim()[1] / 3.7  # data units of an inch on the finished page
    taken = [
        (x / inch[0] - 0.06, y / inch[1] - 0.06, 0.12, 0.12) for x, y in rows[["exposure", "rate"]].dropna().to_numpy()
    ]
    along = np.linspace(0, ax.get_xlim()[1], 80)
    for curve in curves:
        heights = np.interp(along, rows["exposure"].to_numpy(float), rows[curve].to_numpy(float))
        taken += [(x / inch[0], y / inch[1], 0.08, 0.01) for x, y in zip(along, heights, strict=True)]
    for row in named.sort_values("rate", ascending=False).to_dict("records"):
        x, y, wide, high = row["exposure"] / inch[0], row["rate"] / inch[1], text_width(row["label"]), 0.17
        sides = [(right, up) for up in (0, 0.17, -0.17, 0.3, -0.3) for right in (0.1, -0.1 - wide)]
        spots = [(x + dx, y + dy - high / 2, wide, high) for dx, dy in sides]
        free = [s for s in spots if s[0] > 0 and s[0] + wide < 6 and s[1] > 0 and not any(map(_overlap(s), taken))]
        spot = (free or spots)[0]
        taken.append(spot)
        ax.text(spot[0] * inch[0], (spot[1] + high / 2) * inch[1], row["label"], va="center", zorder=5)


def _overlap(a: tuple) -> Callable[[tuple], bool]:
    return lambda b: a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]


@_in_style
def timeline(frame: pd.DataFrame, label: str, *, highlight: Any = (), **words: Any) -> Chart:
    """Draw each row as a bar over the period it covers, the earliest first; a break stands between two rows.

    In: the label's column, period_start, period_end (dates; empty: not printed), optional text (said beside the bar),
    optional `break` (why this row cannot be compared with the one before; empty where it can).
    """
    _need(frame, label, "period_start", "period_end")
    days = {day: pd.to_datetime(frame[day]) for day in ("period_start", "period_end")}
    rows = frame.assign(**days, label=frame[label].astype("str"))
    rows = rows.sort_values(["period_start", "period_end"], kind="stable").reset_index(drop=True)
    rows["kind"] = np.where(rows["period_start"].isna() | rows["period_end"].isna(), "unknown", "known")
    rows["text"] = (rows["text"] if "text" in rows else pd.Series("", rows.index)).fillna("").astype("str")
    rows["text"] = rows["text"].where(rows["kind"] == "known", "period not printed")
    rows["why"] = rows["break"].fillna("") if "break" in rows else ""
    rows.loc[0, "why"] = ""  # nothing stands before the first
    _comparable(rows, words)
    ax, rows = _row_axes(rows, highlight, extra=0.5 * rows["why"].map(_break_lines))
    start, end = (rows[day].dt.year + (rows[day].dt.day_of_year - skip) / 365.25
                  for day, skip in (("period_start", 1), ("period_end", 0)))  # fmt: skip
    ax.set_xlim(np.floor(start.min()), np.ceil(end.max()))
    for y, row in rows.iterrows():
        if row["kind"] == "known":
            ax.barh(y, end[y] - start[y], left=start[y], height=0.45, color=row["colour"])
        _beside(ax, start[y], end[y], y, row["text"])
        if row["why"]:
            _break(ax, y, row)
    _name_rows(ax, rows)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:.0f}"))
    months = [
        f"{row.period_start:%B %Y} to {row.period_end:%B %Y}" if row.kind == "known" else ""
        for row in rows.itertuples()
    ]
    spoken = [f"{when}, {said}".strip(", ") for when, said in zip(months, rows["text"], strict=True)]
    breaks = int(rows["why"].ne("").sum())
    more = f" {counted(breaks, 'break').capitalize()} between them." if breaks else ""
    columns = ("period_start", "period_end", "break")
    return _made(ax, rows.assign(text=spoken), label, "Bars over years for {rows}", words, *columns, more=more)


def _break_lines(why: str) -> int:
    return wrapped(why, BREAK, NOTE).count("\n") + 1 if why else 0


def _break(ax: Any, y: float, row: pd.Series) -> None:
    """Draw a broken line above a row and say on it why the rows on both sides cannot be compared."""
    at = y - row["room"] / 2 - 0.25 * _break_lines(row["why"])
    ax.axhline(at, color="C3", linewidth=1.2, dashes=(3, 2))
    ax.annotate(wrapped(row["why"], BREAK, NOTE), (ax.get_xlim()[0], at), (8, 0), textcoords="offset points", size=NOTE,
                va="center", bbox={"facecolor": "white", "edgecolor": "none", "pad": 1})  # fmt: skip


def _beside(ax: Any, start: float, end: float, y: float, text: str) -> None:
    """Write a text right of a bar, or left of it where there is more room."""
    first, last = ax.get_xlim()
    right = pd.isna(start) or last - end >= start - first
    at = first if pd.isna(start) else end if right else start
    ax.annotate(wrapped(text, VALUE), (at, y), (5 if right else -5, 0), textcoords="offset points", va="center",
                ha="left" if right else "right")  # fmt: skip


@_in_style
def tilemap(frame: pd.DataFrame, label: str = "short_name", *, highlight: Any = (), **words: Any) -> Chart:
    """Draw one tile for each row, filled and marked by its answer; those without a place stand below the map.

    In: the label's column, tile_row, tile_col (whole numbers, empty: no place), answer (as in coverage; who did not
    exist then has no tile). Raises ValueError for an answer it does not know, or where all gave the same one.
    """
    _need(frame, label, "tile_row", "tile_col", "answer")
    rows = frame[frame["answer"] != ABSENT].assign(label=lambda told: told[label].astype("str"), kind="known")
    if strange := sorted({*rows["answer"]} - {*ANSWERS}):
        raise ValueError(f"unknown answer {', '.join(strange)}; known are {', '.join(ANSWERS)}")
    if rows["answer"].nunique() < 2:
        raise ValueError("every tile has the same answer: that is a sentence, not a map")
    rows = _placed(rows.assign(text=rows["answer"], chosen=_chosen(rows, highlight)).reset_index(drop=True))
    rows["lines"] = rows["label"].map(_tile_name)
    (top, left), (bottom, right) = rows[["tile_row", "tile_col"]].agg(["min", "max"]).to_numpy()
    ax = _axes((bottom - top + 1) * 0.66)
    widest = max(text_width(line, 10) for name in rows["lines"] for line in name.split("\n"))
    size = min(11.0, 10 * ((WIDTH - 2 * MARGIN) / (right - left + 1) * 0.97 - 0.06) / widest)
    for row in rows.to_dict("records"):
        _tile(ax, row, size)
    ax.set(xlim=(left - 0.5, right + 0.5), ylim=(bottom + 0.5, top - 0.5))
    ax.set_axis_off()
    counts = {answer: n for answer in ANSWERS if (n := int(rows["answer"].eq(answer).sum()))}
    keys = {one: f"{ANSWERS[one][1]} {ANSWERS[one][0]}: {n}" for one, n in counts.items()}
    _legend(ax, [Patch(**ANSWERS[one][2], label=key) for one, key in keys.items()])
    who = {one: listed(sorted(rows.loc[rows["answer"] == one, "label"])) for one, n in counts.items() if n <= 12}
    told = [f"{ANSWERS[one][0]}: {n}" + (f" ({who[one]})" if one in who else "") for one, n in counts.items()]
    alt = f"Map of {counted(len(rows), 'tile')}. {words.get('subtitle', '').rstrip('.')}. {'; '.join(told)}."
    words["drawn"] = [words.get("drawn", ()), list(counts.values())]
    return _made(ax, rows, label, "", {"alt": alt} | words, "answer")


def _tile(ax: Any, row: dict, size: float) -> None:
    _, mark, look = ANSWERS[row["answer"]]
    look = {"linewidth": 1, **look, **({"edgecolor": INK, "linewidth": 4} if row["chosen"] else {})}
    x, y = row["tile_col"], row["tile_row"]
    ax.add_patch(Rectangle((x - 0.48, y - 0.46), 0.96, 0.92, **look))
    ax.text(x, y, f"{row['lines']}\n{mark}", size=size, ha="center", va="center", linespacing=1.1,
            color="white" if look["facecolor"] in ("C0", "C2") else INK)  # fmt: skip


def _placed(rows: pd.DataFrame) -> pd.DataFrame:
    """Give each row a tile; those without a place, or with one that is taken, stand in rows below the map."""
    rows = rows.astype({"tile_row": "Int64", "tile_col": "Int64"})
    apart = rows["tile_row"].isna() | rows["tile_col"].isna() | rows.duplicated(["tile_row", "tile_col"])
    on_map = rows[~apart]
    first, last = (on_map["tile_col"].min(), on_map["tile_col"].max()) if len(on_map) else (0, 6)
    below = on_map["tile_row"].max() + 1 if len(on_map) else 0
    for place, index in enumerate(rows.index[apart]):
        down, along = divmod(place, int(last - first + 1))
        rows.loc[index, ["tile_row", "tile_col"]] = [below + down, first + along]
    return rows.astype({"tile_row": int, "tile_col": int})


def _tile_name(name: str) -> str:
    """Break a name over the lines of a tile: at spaces and hyphens, and before a long county's -shire."""
    words = re.sub(r"\b(?=\w{12})(\w+?)((?:ton|ham|ter)?shire)\b", r"\1-\2", name)
    return "\n".join(textwrap.wrap(words, 10, break_long_words=False))


def _axes(height: float) -> Any:
    return Figure(figsize=(WIDTH, height)).subplots()


def _row_axes(rows: pd.DataFrame, highlight: Any, extra: Any = 0.0) -> tuple[Any, pd.DataFrame]:
    """Return axes as high as the rows need, and the rows by their place on it, with their colour and whether chosen."""
    lines = [max(wrapped(name, LABEL).count("\n"), wrapped(text, VALUE).count("\n")) for name, text in
             zip(rows["label"], rows["text"], strict=True)]  # fmt: skip
    room = 1 + 0.5 * pd.Series(lines, rows.index)
    bottom = (room + extra).cumsum()
    chosen = _chosen(rows, highlight)
    colours = np.where(chosen | ~chosen.any(), "C0", QUIET)
    ax = _axes(bottom.iloc[-1] * 0.39 + 0.35)
    ax.set_ylim(bottom.iloc[-1], -0.05)
    return ax, rows.assign(colour=colours, chosen=chosen, room=room).set_axis(pd.Index(bottom - room / 2, dtype=float))


def _name_rows(ax: Any, rows: pd.DataFrame) -> None:
    """Name the rows at the left, the highlighted ones in bold, and mark a few whole numbers below."""
    height = ax.get_figure().get_figheight()
    ax.set(xlabel="", ylabel="", ylim=((height - 0.35) / 0.39, -0.05))
    ax.set_yticks(rows.index, [wrapped(name, LABEL) for name in rows["label"]])
    for name, chosen in zip(ax.get_yticklabels(), rows["chosen"], strict=True):
        name.set_fontweight("bold" if chosen else "normal")
    ax.xaxis.set_major_locator(MaxNLocator(nbins=4, integer=ax.get_xlim()[1] > 4))
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
    ax.spines["bottom"].set_visible(False)
    ax.grid(axis="x")


def _value(ax: Any, x: float, y: float, text: str, gap: float) -> None:
    """Write a value just right of its mark."""
    ax.annotate(wrapped(text, VALUE), (x, y), (gap, 0), textcoords="offset points", va="center", ha="left")


def _legend(ax: Any, keys: list[Any], below: bool = False) -> None:
    """Name the marks above the plot (or below) in as many columns as fit, and make the page higher by that."""
    if not keys:
        return
    names = [line for name in ax.get_yticklabels() if ax.axison for line in name.get_text().split("\n")]
    room = WIDTH - 2 * MARGIN - max((text_width(name) for name in names), default=0)
    columns = max(1, min(3, len(keys), int(room / (max(text_width(key.get_label()) for key in keys) + 0.6))))
    place: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (0, 1)}
    ax.legend(handles=keys, ncols=columns, **({"loc": "upper left", "bbox_to_anchor": (0, 0)} if below else place))
    lines = -(-len(keys) // columns)
    ax.get_figure().set_figheight(ax.get_figure().get_figheight() + lines * TEXT * LINE)


def _need(frame: pd.DataFrame, *columns: str) -> None:
    if lacking := [column for column in columns if column not in frame.columns]:
        raise ValueError(f"the chart needs {', '.join(lacking)}; the frame has {', '.join(map(str, frame.columns))}")


def _comparable(rows: pd.DataFrame, words: dict) -> None:
    if rows["kind"].ne("unknown").sum() < 2:
        raise TooFew(f"fewer than two rows to draw: that is a sentence or a table, not {words.get('title')!r}")


def _chosen(rows: pd.DataFrame, highlight: Any) -> pd.Series:
    names = [highlight] if isinstance(highlight, str) else list(highlight)
    if strange := [name for name in names if name and name not in set(rows["label"])]:
        raise ValueError(f"nothing to highlight: {', '.join(strange)} is none of {', '.join(rows['label'])}")
    return rows["label"].isin(names)


def _made(ax: Any, rows: pd.DataFrame, label: str, form: str, words: dict, *columns: str, more: str = "") -> Chart:
    """Finish a form: alt text from its rows, and the columns that go into the table of the picture."""
    form = form.format(rows=counted(len(rows), "row"), parts=counted(len(rows), "part"))
    alt = words.pop("alt", "") or in_words(form, words.get("subtitle", ""), rows) + more
    names = [label, *(columns or ("low", "high")), "status", "agreement", "source_ids", "figure_ids"]
    table = rows.assign(**{label: rows["label"]})[[name for name in dict.fromkeys(names) if name in rows]]
    whole = [end for end in ("low", "high") if end in table and table[end].dropna().mod(1).eq(0).all()]
    return chart(ax, table.astype(dict.fromkeys(whole, "Int64")), alt=alt, **words)
