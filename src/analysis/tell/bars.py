"""Bars: intervals of counts, parts of a whole, and how many claims hold."""

from typing import Any

import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from analysis.tell.canvas import (
    BETWEEN,
    CONFLICT,
    INK,
    KNOWN,
    UNKNOWN,
    WHOLE,
    WIDTH,
    WITHHELD,
    Chart,
    Page,
    drawing,
    interval_text,
    known,
    read_out,
    text_width,
)

BANDS = {
    "suppressed": ("withheld", WITHHELD, "Withheld"),
    "refused": ("refused", WITHHELD, "Withheld"),
    "not held": ("not held", UNKNOWN, "Not known"),
    "not applicable": ("not applicable", UNKNOWN, "Not known"),
    "missing": ("no number given", UNKNOWN, "Not known"),
    "approximate": ("only roughly known", UNKNOWN, "Not known"),
    "share": ("a share, not a count", UNKNOWN, "Not known"),
}
VERDICTS = {
    "holds": {"facecolor": "C0", "edgecolor": "C0"},
    "possible": {"facecolor": "C6", "edgecolor": "C0"},
    "not established": {"facecolor": "C5", "edgecolor": INK, "hatch": "\\\\\\"},
    "contradicted": {"facecolor": "C2", "edgecolor": "C2"},
    "cannot be checked": UNKNOWN,
}


@drawing("label", "low", "high", "status")
def intervals(frame: pd.DataFrame, *, title: str, axis: str, foot: str = "") -> Chart:
    """Draw each count as a bar from zero with its interval, the largest first and the unknown last.

    In: label, low, high (counts; empty where open), status (as in figures, or conflict, refused, unknown), and
    optionally text (the value label, where the interval alone does not say it). axis: measure, unit, period.

    >>> told = pd.DataFrame({"label": ["Vale", "Moor"], "low": [3, 0], "high": [5, 4]})
    >>> intervals(told.assign(status=["range", "suppressed"]), title="Two invented forces", axis="Cases, 2001").alt
    'Bars from zero: Cases, 2001. From the top: Vale 3 to 5. Hatched, without a number: Moor (withheld).'
    """
    rows = by_value(frame)
    page = Page(title, foot, 1)
    page.axis_names(axis, beside=page.rows(rows["label"].tolist(), rows.get("text", [])))
    count_axis(page.ax, rows)
    for y, row in enumerate(rows.to_dict("records")):
        interval(page, y, row)
    return page.finish(f"Bars from zero: {axis}. {spoken(rows)}", rows)


def by_value(frame: pd.DataFrame) -> pd.DataFrame:
    """Sort by the lower end, then the upper (open ends first), rows that cannot be drawn last."""
    drawn = frame.assign(_drawn=[drawable(row) for row in frame.to_dict("records")], _open=frame["high"].isna())
    order = drawn.sort_values(["_drawn", "low", "_open", "high"], ascending=False, kind="stable", na_position="last")
    return frame.loc[order.index].reset_index(drop=True)


def drawable(row: dict) -> bool:
    """Whether a row has an interval to draw: suppressed, not held, approximate and the like have none."""
    return known(row["low"]) and row["status"] not in BANDS and (known(row["high"]) or row["status"] == "at least")


def count_axis(ax, rows: pd.DataFrame) -> None:
    """Start the axis at zero, reach as far as the largest end, mark whole numbers; without a number, mark none."""
    shown = rows[~rows["status"].isin(list(BANDS))] if "status" in rows else rows
    ends = [*shown["low"].dropna(), *shown["high"].dropna()]
    reach = float(max([1, *ends]))
    reach *= 1.15 if (shown["high"].isna() & shown["low"].notna()).any() else 1
    ax.set_xlim(0, reach)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    if not ends:
        ax.set_xticks([])


def interval(page: Page, y: float, row: dict, ax=None) -> None:
    """Draw one count on a row: bar, interval, arrow, or hatched band where there is no count."""
    ax = ax or page.ax
    low, high = row["low"], row["high"]
    if not drawable(row):
        words, look, name = BANDS.get(row["status"], ("not known", UNKNOWN, "Not known"))
        page.bar(y, 0, ax.get_xlim()[1], look, ax, name=name)
        page.over_hatch(0, y, said(row, words), ax)
        return
    page.bar(y, 0, low, KNOWN, ax)
    end = high if known(high) else _arrow(page, y, low, ax)
    if known(high) and low < high:
        conflict = row["status"] == "conflict"
        name = "Sources disagree" if conflict else "Somewhere in this span"
        page.bar(y, low, high, CONFLICT if conflict else BETWEEN, ax, name=name)
        ax.vlines([low, high], y - 0.38, y + 0.38, color=INK, linewidth=1.5, clip_on=False)
    elif known(high) and high == 0:
        ax.vlines([0], y - 0.31, y + 0.31, color="C0", linewidth=4, clip_on=False)
    page.value(end, y, said(row, interval_text(low, high, row["status"])), ax)


def _arrow(page: Page, y: float, low: float, ax) -> float:
    tip = low + 0.1 * ax.get_xlim()[1]
    arrow: dict[str, Any] = {"color": "C0", "linewidth": 2.5, "marker": ">", "markersize": 9, "markevery": [-1]}
    ax.plot([low, tip], [y, y], clip_on=False, **arrow)
    page.entries.setdefault("At least: the end is open", Line2D([0, 1], [0, 0], **arrow))
    return tip + 0.015 * ax.get_xlim()[1]


def said(row: dict, otherwise: str) -> str:
    """The row's own value label, or the one that follows from its numbers."""
    text = row.get("text")
    return text if isinstance(text, str) and text else otherwise


def spoken(rows: pd.DataFrame) -> str:
    """Say what the bars show: the rows with their values, and those without."""
    values, without = [], []
    for row in rows.to_dict("records"):
        if drawable(row):
            values.append(f"{row['label']} {said(row, interval_text(row['low'], row['high'], row['status']))}")
        else:
            without.append(f"{row['label']} ({said(row, BANDS.get(row['status'], ['not known'])[0])})")
    parts = [f"From the top: {read_out(values)}." if values else "No row has a number."]
    return " ".join([*parts, f"Hatched, without a number: {read_out(without)}."] if without else parts)


NO_OUTCOME = "No outcome printed"


@drawing("outcome", "low", "high", "whole")
def outcome_bars(frame: pd.DataFrame, *, title: str, axis: str, foot: str = "") -> Chart:
    """Draw each outcome against everyone counted, with the part nobody told hatched.

    In: outcome, low, high (empty: could be any number up to the whole), whole (everyone counted); optionally silent
    (True for the row of those without a printed outcome, hatched throughout). Rows keep their order.

    >>> told = pd.DataFrame({"outcome": ["Dismissed"], "low": [2], "high": [3], "whole": [10]})
    >>> outcome_bars(told, title="An invented force", axis="People, 2001").alt
    'Bars against everyone counted: People, 2001. Dismissed 2 to 3 of 10.'
    """
    rows = frame.reset_index(drop=True)
    tops = rows["high"].fillna(rows["whole"])
    if (tops > rows["whole"]).any() or rows["whole"].isna().any():
        raise ValueError(f"outcomes above their whole: {rows[~(tops <= rows['whole'])]['outcome'].tolist()}")
    page = Page(title, foot, 1)
    page.axis_names(axis, beside=page.rows(rows["outcome"].tolist()))
    count_axis(page.ax, rows.assign(low=rows["whole"], high=rows["whole"]))
    texts = []
    for y, (row, top) in enumerate(zip(rows.to_dict("records"), tops, strict=True)):
        low = row["low"] if known(row["low"]) else 0
        silent = row.get("silent") is True
        page.bar(y, 0, low, UNKNOWN if silent else KNOWN, name=NO_OUTCOME if silent else "Reported")
        if low < top:
            page.bar(y, low, top, UNKNOWN, name=NO_OUTCOME if silent else "Not told: may be any number of these")
        page.bar(y, top, row["whole"], WHOLE, name="The rest of those counted")
        told = f"{interval_text(low, top) if known(row['low']) else 'not told'} of {row['whole']:,.0f}"
        page.value(row["whole"], y, told)
        texts.append(f"{row['outcome']} {told}")
    return page.finish(f"Bars against everyone counted: {axis}. {read_out(texts)}.", rows)


@drawing("part", "low", "high")
def stacked_block(frame: pd.DataFrame, *, total: int, title: str, axis: str, foot: str = "") -> Chart:
    """Draw a total as one bar: what surely lies with each part, and between them, hatched, what may lie with either.

    In: part, low, high (counts, all given). Raises where the parts cannot make the total.

    >>> parts = pd.DataFrame({"part": ["Named", "Others"], "low": [6, 1], "high": [9, 4]})
    >>> stacked_block(parts, total=10, title="Invented forces", axis="People, 2001").alt
    'One bar of 10: People, 2001. Named: 6 to 9; Others: 1 to 4. Hatched: 3 that may lie with either.'
    """
    rows = frame.reset_index(drop=True)
    if not rows["low"].sum() <= total <= rows["high"].sum():
        raise ValueError(f"parts of {rows['low'].sum()} to {rows['high'].sum()} cannot make {total}")
    open_part = total - int(rows["low"].sum())
    looks = [
        KNOWN,
        {"facecolor": "C1", "edgecolor": "C1"},
        {"facecolor": "C5", "edgecolor": "C5"},
        {"facecolor": "C6", "edgecolor": "C0"},
        {"facecolor": "C3", "edgecolor": "C3"},
    ]
    page = Page(title, foot, 1.25)
    page.axis_names(axis)
    count_axis(page.ax, pd.DataFrame({"low": [total], "high": [total]}))
    any_of = "either" if len(rows) == 2 else "any of them"
    start, texts = 0, []
    for place, row in enumerate(rows.to_dict("records")):
        if open_part and place == len(rows) - 1:
            start = _segment(page, start, open_part, total, UNKNOWN, f"May lie with {any_of}: {open_part:,}")
        told = f"{row['part']}: {interval_text(row['low'], row['high'])}"
        start = _segment(page, start, row["low"], total, looks[place % len(looks)], told)
        texts.append(told)
    page.ax.set_xticks([0, total])
    page.ax.set_yticks([])
    page.ax.spines["left"].set_visible(False)
    open_words = f" Hatched: {open_part:,} that may lie with {any_of}." if open_part else ""
    return page.finish(f"One bar of {total:,}: {axis}. {read_out(texts)}.{open_words}", rows)


def _segment(page: Page, start, size, total, look, name):
    page.bar(0, start, start + size, look, thick=0.8, name=name)
    if text_width(f"{size:,.0f}") + 0.2 < size / total * (WIDTH - 0.5):
        light = look["facecolor"] in ("C0", "C2")
        ground = {"facecolor": "white", "edgecolor": "none", "pad": 1.5} if "hatch" in look else None
        centred: dict[str, Any] = {"ha": "center", "va": "center", "weight": "bold", "bbox": ground}
        page.ax.text(start + size / 2, 0, f"{size:,.0f}", color="white" if light else INK, **centred)
    return start + size


@drawing("claim", "verdict")
def verdicts(frame: pd.DataFrame, *, title: str, foot: str = "", axis: str = "Published claims") -> Chart:
    """Count the claims by verdict, every verdict shown, none left out because it is empty.

    In: one row per claim, with claim and verdict.

    >>> verdicts(pd.DataFrame({"claim": ["a", "b"], "verdict": ["holds", "holds"]}), title="Invented claims").alt[:49]
    'Bars counting 2 claims by verdict: holds 2; possi'
    """
    strange = sorted(set(frame["verdict"]) - set(VERDICTS))
    if strange:
        raise ValueError(f"unknown verdict {', '.join(strange)}; known are {', '.join(VERDICTS)}")
    counts = frame["verdict"].value_counts().reindex(list(VERDICTS), fill_value=0)
    rows = counts.rename_axis("verdict").reset_index(name="claims")
    page = Page(title, foot, 1)
    page.axis_names(axis, beside=page.rows([verdict.capitalize() for verdict in rows["verdict"]]))
    count_axis(page.ax, rows.assign(low=rows["claims"], high=rows["claims"]))
    for y, row in enumerate(rows.to_dict("records")):
        page.bar(y, 0, row["claims"], VERDICTS[row["verdict"]])
        page.value(row["claims"], y, f"{row['claims']:,}")
    texts = [f"{verdict} {claims}" for verdict, claims in counts.items()]
    return page.finish(f"Bars counting {len(frame):,} claims by verdict: {read_out(texts)}.", rows)
