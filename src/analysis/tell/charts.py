"""Charts: a tidy frame goes in; a picture with its title, alt text, numbers and provenance comes out.

Every form takes the words of `chart`: title (the message, at most 15 words), subtitle (measure, place, period), note
(source, how many answered, what is missing), name (of its files; by default from the title). Forms of rows take
highlight: the row or rows a page is about.
"""

import re
import textwrap
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import style
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from analysis.tell import picture
from analysis.tell.picture import Chart, TooFew, alt_text, chart, text_width, wrapped
from analysis.tell.say import counted, digits, listed, short_number

__all__ = ["Chart", "bars", "chart", "funnel", "intervals", "rates", "stacked", "tilemap", "timeline"]

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
LINES: dict[str, tuple[str, dict[str, Any]]] = {
    "range": ("Somewhere in this range", {"marker": "|", "markersize": 13}),
    "conflict": ("Sources disagree: lowest and highest", {"color": "C2", "marker": "D", "markersize": 7}),
    "open": ("At least this many", {"marker": ">", "markersize": 8, "markevery": [-1]}),
    "interval": ("95% interval", {"marker": "|", "markersize": 9}),
    "together": ("All together", {"color": "C1"}),
    "95": ("95% limits", {"color": "C4", "linewidth": 1.2, "dashes": (4, 2)}),
    "998": ("99.8% limits", {"color": "C4", "linewidth": 1.2}),
}
ANSWERS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "full": ("Answered in full", "✓", {"facecolor": "C0", "edgecolor": "C0"}),
    "partial": ("Answered in part", "½", {"facecolor": "#9CC6EC", "edgecolor": "C0"}),
    "replied, named": ("Replied, number seen", "№", {"facecolor": "C1", "edgecolor": "C1"}),
    "replied, unnamed": ("Replied, number not seen", "…", {"facecolor": "white", "edgecolor": "C1", "linewidth": 2}),
    "not held": ("Said: not held", "0", {"facecolor": "C5", "edgecolor": "C5"}),
    "refused": ("Refused", "✗", {"facecolor": "C2", "edgecolor": "C2"}),
    "no reply": ("Did not reply", "–", {"facecolor": "C3", "edgecolor": "C3"}),
    "reply unknown": ("Not known if it replied", "?", {"facecolor": "white", "edgecolor": "C6", "linestyle": "--"}),
    "not asked": ("Not asked", " ", {"facecolor": "white", "edgecolor": "#D8D8D8"}),
}
ABSENT = "did not exist"


def bars(frame: pd.DataFrame, label: str, *, highlight: Any = (), **words: Any) -> Chart:
    """Draw each count as a bar from zero, the largest first; what is only possible is a line with ends, no bar.

    In: the label's column, low, high (empty: open); optionally status (suppressed, refused, ...: no number),
    agreement with hull_low and hull_high (sources disagree: their ends).
    """
    rows = _counts(frame, label)
    solid = rows["low"].where(rows["kind"].isin(["known", "range", "open"]))
    rows = rows.assign(bar_from=0.0, bar_to=solid, dot=np.nan)
    return _finished(_rows(rows, highlight), rows, label, "Bars from zero for {}", words)


def intervals(frame: pd.DataFrame, label: str, *, highlight: Any = (), **words: Any) -> Chart:
    """Draw each count as a dot, or as a line with ends from the least to the most it can be. In: as for bars."""
    rows = _counts(frame, label)
    return _finished(_rows(rows, highlight), rows, label, "Dots and ranges for {}", words)


def rates(frame: pd.DataFrame, label: str = "force", *, highlight: Any = (), **words: Any) -> Chart:
    """Draw each rate on its interval, in the order of their names, as it is no ranking; a row without one says so.

    In: the label's column, rate (empty: none), interval_low, interval_high (95 %), optional why_not (why there is
    none). The subtitle says what the rate is per.
    """
    ends = ["rate", "interval_low", "interval_high"]
    _check_columns(frame, label, *ends)
    rows = frame.assign(**{end: _floats(frame, end) for end in ends}, label=frame[label].astype("str"))
    rows["kind"] = np.where(rows["rate"].isna(), "unknown", "interval")
    rows = rows.sort_values(["kind", "label"], kind="stable", ignore_index=True)
    known = rows["kind"].eq("interval")
    rows = rows.assign(dot=rows["rate"], line_from=rows["interval_low"].where(known),
                       line_to=rows["interval_high"].where(known), text=rows.apply(_rate_said, axis=1))  # fmt: skip
    return _finished(_rows(rows, highlight), rows, label, "Dots with 95% intervals for {}", words, *ends)


def _rate_said(row: pd.Series) -> str:
    if row["kind"] == "unknown":
        return row.get("why_not") or "the count is a range"
    return f"{short_number(row['rate'])} ({short_number(row['interval_low'])} to {short_number(row['interval_high'])})"


def timeline(frame: pd.DataFrame, label: str, *, highlight: Any = (), **words: Any) -> Chart:
    """Draw each row as a bar over the period it covers, the earliest first; a break stands between two rows.

    In: the label's column, period_start, period_end (dates; empty: not printed), optional text (said beside the bar),
    optional `break` (why this row cannot be compared with the one before; empty where it can).
    """
    _check_columns(frame, label, "period_start", "period_end")
    rows = frame.assign(label=frame[label].astype("str"), text=frame.get("text", ""), why=frame.get("break", ""))
    rows = rows.sort_values(["period_start", "period_end"], kind="stable", ignore_index=True)
    days = [pd.to_datetime(rows[day]) for day in ("period_start", "period_end")]
    undated = days[0].isna() | days[1].isna()
    rows["why"] = rows["why"].where(rows.index > 0, "")  # nothing stands before the first
    rows["text"] = rows["text"].mask(undated, "period not printed")
    rows = rows.assign(kind=np.where(undated, "unknown", "known"), bar_from=_years(days[0]),
                       bar_to=_years(days[1] + pd.Timedelta(days=1)))  # fmt: skip
    ax = _rows(rows, highlight)
    ax.xaxis.set_major_formatter("{x:.0f}")
    start, end = days[0].dt.strftime("%B %Y"), days[1].dt.strftime("%B %Y")
    spoken = (start + " to " + end + rows["text"].map(lambda text: text and f", {text}")).fillna(rows["text"])
    more = f" {counted(n, 'break').capitalize()} between them." if (n := int(rows["why"].ne("").sum())) else ""
    columns = ["period_start", "period_end", "break"]
    return _finished(ax, rows.assign(text=spoken), label, "Bars over years for {}", words, *columns, more=more)


def _years(days: pd.Series) -> pd.Series:
    return days.dt.year + (days.dt.day_of_year - 1) / 365.25


def _counts(frame: pd.DataFrame, label: str) -> pd.DataFrame:
    """Sort counts by size, what has no number last; one is drawn as a dot, a range as a line, an open one on and on."""
    rows = _interpreted(frame, label)
    order = rows.assign(last=rows["kind"].eq("unknown"), most=rows["high"].fillna(np.inf))
    order = order.sort_values(["last", "low", "most"], ascending=[True, False, False], kind="stable")
    rows = rows.loc[order.index].reset_index(drop=True)
    lined, further = rows["kind"].isin(["range", "conflict", "open"]), 0.08 * rows[["low", "high"]].max().max()
    to = rows["high"].mask(rows["kind"].eq("open"), rows["low"] + further)
    dot = rows["low"].where(rows["kind"].eq("known"))
    return rows.assign(dot=dot, line_from=rows["low"].where(lined), line_to=to.where(lined))


def _interpreted(frame: pd.DataFrame, label: str) -> pd.DataFrame:
    """Add what is drawn of each row: label, low, high, kind (known, range, open, conflict, unknown), text."""
    _check_columns(frame, label, "low", "high")
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
    reason = status.map(WITHOUT).fillna("not known")
    text = [why if none else digits(*ends) for none, why, *ends in zip(without, reason, low, high, strict=True)]
    return rows.assign(label=rows[label].astype("str"), low=low, high=high, kind=kind, text=text)


def _floats(rows: pd.DataFrame, column: str) -> pd.Series:
    return rows[column].astype("Float64").astype(float)


@style.context(picture.STYLE)
def _rows(rows: pd.DataFrame, highlight: Any) -> Any:
    """Draw rows under each other: a name, then a bar, a line or a dot (whichever columns are there), then a text.

    In: label, text, kind; bar_from, bar_to; line_from, line_to (drawn as LINES says of its kind); dot; why (a break
    above the row). Out: the axes.
    """
    _check_comparable(rows)
    marks = dict.fromkeys(["bar_from", "bar_to", "line_from", "line_to", "dot"], np.nan)
    rows, height = _lay_out(rows.assign(**marks | {name: rows[name] for name in marks if name in rows}), highlight)
    ax = _axes(height * 0.39 + 0.35)
    first = 0.0 if rows["bar_from"].isna().all() else float(np.floor(rows["bar_from"].min()))
    ax.set(xlim=(first, max(first + 1, rows["end"].max())), ylim=(height, -0.05))
    ax.set_yticks(rows["y"], rows["name"])
    for name, chosen in zip(ax.get_yticklabels(), rows["chosen"], strict=True):
        name.set_fontweight("bold" if chosen else "normal")
    ax.locator_params(axis="x", nbins=5, integer=rows["end"].max() > 4)
    ax.xaxis.set_major_formatter("{x:,g}")
    ax.spines["bottom"].set_visible(False)
    ax.grid(axis="x")
    for row in rows.fillna({"end": first}).to_dict("records"):
        _draw_row(ax, row)
    _legend(ax, *_keys(kind for kind in LINES if rows["kind"].eq(kind).any()))
    return ax


def _lay_out(rows: pd.DataFrame, highlight: Any) -> tuple[pd.DataFrame, float]:
    """Give each row its place from the top, as high as its lines of text need, and its colour; say how high all are."""
    why = rows["why"] if "why" in rows else pd.Series("", rows.index)
    rows = rows.assign(name=rows["label"].map(lambda text: wrapped(text, LABEL)),
                       said=rows["text"].map(lambda text: wrapped(text, VALUE)),
                       why=why.map(lambda text: wrapped(text, BREAK, picture.NOTE)),
                       end=rows[["bar_to", "line_to", "dot"]].max(axis=1))  # fmt: skip
    room = 1 + 0.5 * np.maximum(rows["name"].str.count("\n"), rows["said"].str.count("\n"))
    above = 0.5 * rows["why"].map(lambda text: len(text.splitlines()))
    bottom = (room + above).cumsum()
    names = [highlight] if isinstance(highlight, str) else list(highlight)
    if strange := [name for name in names if name and name not in set(rows["label"])]:
        raise ValueError(f"nothing to highlight: {', '.join(strange)} is none of {', '.join(rows['label'])}")
    chosen = rows["label"].isin(names)
    colour = np.where(chosen | ~chosen.any(), "C0", QUIET)
    rows = rows.assign(y=bottom - room / 2, top=bottom - room - above / 2, chosen=chosen, colour=colour)
    return rows, float(bottom.iloc[-1])


def _draw_row(ax: Any, row: dict) -> None:
    """Draw what there is of a row: its bar, its line, its dot, its text where they end, and the break above it."""
    y, look = row["y"], {"color": row["colour"], "clip_on": False}
    if row["bar_to"] > row["bar_from"]:
        ax.barh(y, row["bar_to"] - row["bar_from"], 0.6, left=row["bar_from"], color=row["colour"])
    if row["line_to"] >= row["line_from"]:
        ax.plot([row["line_from"], row["line_to"]], [y, y], **look | LINES[row["kind"]][1])
    if pd.notna(row["dot"]):
        ax.plot(row["dot"], y, marker="o", markersize=9, **look)
    ax.annotate(row["said"], (row["end"], y), (9, 0), textcoords="offset points", va="center")
    if row["why"]:
        ax.axhline(row["top"], color="C3", linewidth=1.2, dashes=(3, 2))
        ax.annotate(row["why"], (ax.get_xlim()[0], row["top"]), (8, 0), textcoords="offset points", size=picture.NOTE,
                    va="center", bbox={"facecolor": "white", "edgecolor": "none", "pad": 1})  # fmt: skip


@style.context(picture.STYLE)
def stacked(frame: pd.DataFrame, label: str, *, whole: Any = None, rest: str = "Not known", **words: Any) -> Chart:
    """Draw one total as one bar split into its parts, each with its number; what no part accounts for is hatched.

    In: the label's column, low, high of each part, in the order drawn; whole, the total (a number or a one-row frame),
    by default the sum. Where parts are intervals, what may belong to any of them is the rest. The smallest parts of
    more than seven are drawn as one. Raises ValueError for one part, or parts above the whole.
    """
    parts = _interpreted(frame, label)
    _check_comparable(parts)
    total = float(whole["low"].iloc[0] if isinstance(whole, pd.DataFrame) else whole or parts["low"].sum())
    left = total - parts["low"].sum()
    if left < 0:
        raise ValueError(f"parts of {short_number(parts['low'].sum())} cannot make {short_number(total)}")
    unknown = pd.DataFrame([{"label": rest, "low": left, "high": left, "kind": "rest", "text": short_number(left)}])
    unknown = unknown[unknown["low"] > 0]
    ax, start, names, keys = _axes(0.75), 0.0, [], []
    for place, row in enumerate(pd.concat([_merge_smallest(parts), unknown]).to_dict("records")):
        look: dict[str, Any] = {"facecolor": f"C{place}", "edgecolor": "white"}
        look = {"facecolor": "white", "hatch": "////", "edgecolor": "C4"} if row["kind"] == "rest" else look
        names.append(f"{row['label']}: {row['text']}")
        keys.append(ax.barh(0, row["low"], 1, left=start, linewidth=0.8, **look))
        if text_width(short_number(row["low"])) + 0.06 < row["low"] / total * (picture.WIDTH - 2 * picture.MARGIN):
            ax.text(start + row["low"] / 2, 0.6, short_number(row["low"]), ha="center")
        start += row["low"]
    ax.set(xlim=(0, total), ylim=(-0.5, 0.8))
    ax.set_axis_off()
    _legend(ax, names, keys, loc="upper left", bbox_to_anchor=(0, 0))
    form = f"One bar of {short_number(total)} in {counted(len(parts) + len(unknown), 'part')}"
    return _finished(ax, pd.concat([parts, unknown]), label, form, words)


def _merge_smallest(parts: pd.DataFrame) -> pd.DataFrame:
    """The parts as drawn: the smallest of more than seven as one, for no more colours can be told apart."""
    own = parts.assign(low=parts["low"].fillna(0.0))
    if len(own) <= MOST_PARTS:
        return own
    small = own.nsmallest(len(own) - MOST_PARTS + 1, "low")
    name = f"{counted(len(small), 'smaller part').capitalize()}, together"
    low, high = small["low"].sum(), small["high"].sum()
    together = pd.DataFrame([{"label": name, "low": low, "kind": "known", "text": digits(low, high)}])
    return pd.concat([own.drop(small.index), together], ignore_index=True)


@style.context(picture.STYLE)
def funnel(frame: pd.DataFrame, label: str = "force", *, exposure: str, **words: Any) -> Chart:
    """Draw rates against exposure within the limits that chance allows; what lies outside is named.

    In: as measure.compare.funnel gives it: the label's column, rate (empty: not drawn), exposure, target, lower_ and
    upper_ 95 and 998. exposure: what the axis counts, such as "staff-years, in thousands".
    """
    limits = [f"{side}_{level}" for level in ("95", "998") for side in ("lower", "upper")]
    _check_columns(frame, label, "rate", "exposure", "target", *limits)
    rows = frame.assign(label=frame[label].astype("str"), rate=_floats(frame, "rate")).sort_values("exposure")
    none = rows["rate"].isna()
    said = rows["rate"].map(short_number).mask(none, "no rate")
    rows = rows.assign(kind=np.where(none, "unknown", "known"), text=said)
    _check_comparable(rows)
    ax, dots = _axes(4.3), rows[~none]
    for limit in limits:
        ax.plot(rows["exposure"], rows[limit], **LINES[limit.partition("_")[2]][1])
    ax.axhline(rows["target"].iloc[0], **LINES["together"][1])
    ax.scatter(dots["exposure"], dots["rate"], s=80, color="C0", clip_on=False, zorder=3)
    top = max(float(dots["rate"].max()) * 1.1, float(rows["upper_998"].median()) * 1.3)
    ax.set(xlim=(0, rows["exposure"].max() * 1.05), ylim=(0, top), xlabel=exposure[:1].upper() + exposure[1:])
    ax.xaxis.set_major_formatter("{x:,.0f}")
    outside = dots[(dots["rate"] > dots["upper_998"]) | (dots["rate"] < dots["lower_998"])]
    _name_dots(ax, outside, top)
    _legend(ax, *_keys(["together", "95", "998"]))
    beyond = f" Outside the 99.8% limits: {listed(outside['label']) or 'none'}."
    return _finished(ax, rows, label, "Funnel plot of {}", words, "rate", "exposure", "target", *limits, more=beyond)


def _name_dots(ax: Any, named: pd.DataFrame, top: float) -> None:
    """Write names at the right edge, as high as their dots or a line above the name below, and lead to the dots."""
    place = -top
    for row in named.sort_values("rate").to_dict("records"):
        place = max(place + top / 17, row["rate"])
        ax.annotate(row["label"], (row["exposure"], row["rate"]), (1.02, place), va="center",
                    textcoords=ax.get_yaxis_transform(),
                    arrowprops={"arrowstyle": "-", "color": QUIET, "linewidth": 0.8, "shrinkB": 5})  # fmt: skip


@style.context(picture.STYLE)
def tilemap(frame: pd.DataFrame, label: str = "short_name", **words: Any) -> Chart:
    """Draw one tile for each row, filled and marked by its answer; those without a place stand below the map.

    In: the label's column, tile_row, tile_col (whole numbers, empty: no place), answer (as in coverage; who did not
    exist then has no tile). Raises ValueError for an answer it does not know, or where all gave the same one.
    """
    _check_columns(frame, label, "tile_row", "tile_col", "answer")
    rows = frame[frame["answer"] != ABSENT].reset_index(drop=True)
    rows = rows.assign(label=rows[label].astype("str"), x=_floats(rows, "tile_col"), y=_floats(rows, "tile_row"))
    if strange := sorted({*rows["answer"]} - {*ANSWERS}):
        raise ValueError(f"unknown answer {', '.join(strange)}; known are {', '.join(ANSWERS)}")
    if rows["answer"].nunique() < 2:
        raise ValueError("every tile has the same answer: that is a sentence, not a map")
    apart, (left, right) = rows["x"].isna(), rows["x"].agg(["min", "max"])
    down, along = np.divmod(np.arange(apart.sum()), right - left + 1)
    rows.loc[apart, "y"], rows.loc[apart, "x"] = rows["y"].max() + 1 + down, left + along
    top, bottom = rows["y"].agg(["min", "max"])
    ax = _axes((bottom - top + 1) * 0.66)
    for row in rows.to_dict("records"):
        _tile(ax, row)
    ax.set(xlim=(left - 0.5, right + 0.5), ylim=(bottom + 0.5, top - 0.5))
    ax.set_axis_off()
    who = {one: sorted(rows.loc[rows["answer"] == one, "label"]) for one in ANSWERS if one in {*rows["answer"]}}
    names = [f"{ANSWERS[answer][1]} {ANSWERS[answer][0]}: {len(them)}" for answer, them in who.items()]
    _legend(ax, names, [Patch(**ANSWERS[answer][2]) for answer in who])
    told = [f"{ANSWERS[one][0]}: {len(them)}" + f" ({listed(them)})" * (len(them) <= 12) for one, them in who.items()]
    alt = f"Map of {counted(len(rows), 'tile')}. {words.get('subtitle', '').rstrip('.')}. {'; '.join(told)}."
    return _finished(ax, rows, label, "", {"alt": alt} | words, "answer")


def _tile(ax: Any, row: dict) -> None:
    """Draw one tile; a long name is broken at spaces and hyphens, and before a county's -shire."""
    _, mark, look = ANSWERS[row["answer"]]
    ax.add_patch(Rectangle((row["x"] - 0.48, row["y"] - 0.46), 0.96, 0.92, **{"linewidth": 1, **look}))
    name = re.sub(r"\b(?=\w{12})(\w+?)((?:ton|ham|ter)?shire)\b", r"\1-\2", row["label"])
    lines = [*textwrap.wrap(name, 10, break_long_words=False), mark]
    colour = "white" if look["facecolor"] in ("C0", "C2") else INK
    ax.text(row["x"], row["y"], "\n".join(lines), size=9.2, ha="center", va="center", linespacing=1.1, color=colour)


def _axes(height: float) -> Any:
    return Figure(figsize=(picture.WIDTH, height)).subplots()


def _keys(kinds: Iterable[str]) -> tuple[list[str], list[Line2D]]:
    known = [LINES[kind] for kind in kinds]
    return [name for name, _ in known], [Line2D([0, 1], [0, 0], **{"color": "C0"} | look) for _, look in known]


def _legend(ax: Any, names: list[str], keys: list, loc: str = "lower left", bbox_to_anchor: Any = (0, 1)) -> None:
    """Name the marks above the plot (or elsewhere), one in a line, and make the page higher by that."""
    if keys:
        ax.legend(keys, names, loc=loc, bbox_to_anchor=bbox_to_anchor)
        ax.figure.set_figheight(ax.figure.get_figheight() + len(keys) * picture.TEXT * picture.LINE)


def _check_columns(frame: pd.DataFrame, *columns: str) -> None:
    if lacking := [column for column in columns if column not in frame.columns]:
        raise ValueError(f"the chart needs {', '.join(lacking)}; the frame has {', '.join(map(str, frame.columns))}")


def _check_comparable(rows: pd.DataFrame) -> None:
    if rows["kind"].ne("unknown").sum() < 2:
        raise TooFew(f"fewer than two of {counted(len(rows), 'row')} can be drawn: that is a sentence or a table")


@style.context(picture.STYLE)
def _finished(ax: Any, rows: pd.DataFrame, label: str, form: str, words: dict, *columns: str, more: str = "") -> Chart:
    """Finish a form: alt text from its rows, and the columns that go into the table of the picture."""
    form = form.format(counted(len(rows), "row"))
    alt = words.pop("alt", "") or alt_text(form, words.get("subtitle", ""), rows) + more
    names = [label, *(columns or ("low", "high")), "status", "agreement", "source_ids", "figure_ids"]
    table = rows.assign(**{label: rows["label"]})[[name for name in dict.fromkeys(names) if name in rows]]
    whole = [end for end in ("low", "high") if end in table and table[end].dropna().mod(1).eq(0).all()]
    return chart(ax, table.astype(dict.fromkeys(whole, "Int64")), alt=alt, **words)
