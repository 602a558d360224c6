"""Who answered: the tile-grid map and its counts."""

import re
import textwrap
from typing import Any

import pandas as pd
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import MaxNLocator, PercentFormatter

from analysis.tell.canvas import INK, MARGIN, UNKNOWN, WIDTH, Chart, Page, drawing, known, listed, read_out, text_width

ANSWERS: dict[str, tuple[str, dict[str, Any]]] = {
    "full": ("Answered in full", {"facecolor": "C0", "edgecolor": "C0"}),
    "partial": ("Answered in part", {"facecolor": "C6", "edgecolor": "C0", "hatch": "\\\\"}),
    "replied, named": ("Replied, number printed", {"facecolor": "C1", "edgecolor": "C1"}),
    "replied, unnamed": ("Replied, number not printed", {"facecolor": "white", "edgecolor": "C1", "hatch": "..."}),
    "not held": ("Said: not held", {"facecolor": "C5", "edgecolor": INK, "hatch": ".."}),
    "refused": ("Refused", {"facecolor": "C2", "edgecolor": "C2"}),
    "no reply": ("Did not reply", {"facecolor": "C3", "edgecolor": INK, "hatch": "--"}),
    "reply unknown": ("Not known if it replied", UNKNOWN),
    "not asked": ("Not asked", {"facecolor": "white", "edgecolor": "C4"}),
    "did not exist": ("Did not exist then", {"facecolor": "C7", "edgecolor": "C4"}),
}
TALL = 0.62


@drawing("force_id", "short_name", "tile_row", "tile_col", "answer")
def tile_map(frame: pd.DataFrame, *, title: str, foot: str = "") -> Chart:
    """Draw one tile per force, filled by its answer; forces without a place stand in a row below the map.

    In: force_id, short_name, tile_row, tile_col (whole numbers, empty for no place), answer (as in coverage).
    A force that did not exist then has no tile.

    >>> told = pd.DataFrame({"force_id": ["vale"], "short_name": ["Vale"], "tile_row": [1], "tile_col": [1]})
    >>> tile_map(told.assign(answer="refused"), title="An invented force").data["answer"].tolist()
    ['refused']
    """
    rows = _placed(_known_answers(frame))
    page = Page(title, foot, (rows["tile_row"].max() - rows["tile_row"].min() + 1) * TALL)
    wide = rows["tile_col"].max() - rows["tile_col"].min() + 1
    names = {name: tile_label(name) for name in rows["short_name"]}
    size = _letter_size(names.values(), (WIDTH - 2 * MARGIN) / wide)
    for row in rows.to_dict("records"):
        _tile(page.ax, row, names[row["short_name"]], size)
    page.ax.set_xlim(rows["tile_col"].min() - 0.5, rows["tile_col"].max() + 0.5)
    page.ax.set_ylim(rows["tile_row"].max() + 0.5, rows["tile_row"].min() - 0.5)
    page.ax.set_axis_off()
    counts = answer_counts(rows)
    for answer, count in counts.items():
        page.entries[f"{ANSWERS[answer][0]}: {count}"] = Patch(linewidth=0.8, **ANSWERS[answer][1])
    texts = [f"{ANSWERS[answer][0].lower()}: {count}" for answer, count in counts.items()]
    alt = f"Map with one tile for each of {len(rows)} forces. {read_out(texts).capitalize()}.{_named(rows)}"
    return page.finish(alt, rows)


def _known_answers(frame: pd.DataFrame) -> pd.DataFrame:
    strange = sorted(set(frame["answer"]) - set(ANSWERS))
    if strange:
        raise ValueError(f"unknown answer {', '.join(strange)}; known are {', '.join(ANSWERS)}")
    return frame


def _placed(frame: pd.DataFrame) -> pd.DataFrame:
    rows = frame[frame["answer"] != "did not exist"].reset_index(drop=True)
    rows = (rows if len(rows) else frame.reset_index(drop=True)).astype({"tile_row": "Int64", "tile_col": "Int64"})
    apart = rows["tile_row"].isna() | rows["tile_col"].isna() | rows.duplicated(["tile_row", "tile_col"])
    first, last = (rows["tile_col"].min(), rows["tile_col"].max()) if (~apart).any() else (0, 6)
    below = rows.loc[~apart, "tile_row"].max() + 1 if (~apart).any() else 0
    for place, index in enumerate(rows.index[apart]):
        down, along = divmod(place, int(last - first + 1))
        rows.loc[index, ["tile_row", "tile_col"]] = [below + down, first + along]
    return rows


def _tile(ax, row: dict, label: str, size: float) -> None:
    look = ANSWERS[row["answer"]][1]
    ax.add_patch(Rectangle((row["tile_col"] - 0.48, row["tile_row"] - 0.46), 0.96, 0.92, linewidth=1, **look))
    dark = look["facecolor"] in ("C0", "C2")
    ground = {"facecolor": "white", "edgecolor": "none", "pad": 1.2} if "hatch" in look else None
    ax.text(
        row["tile_col"],
        row["tile_row"],
        label,
        size=size,
        ha="center",
        va="center",
        linespacing=1.1,
        color="white" if dark else INK,
        bbox=ground,
    )


def tile_label(name: str) -> str:
    """Break a force's name over the lines of a tile: at spaces and hyphens, and before a long county's -shire."""
    words = re.sub(r"\b(?=\w{12})(\w+?)((?:ton|ham|ter)?shire)\b", r"\1-\2", name)
    return "\n".join(textwrap.wrap(words, 10, break_long_words=False))


def _letter_size(labels, room: float) -> float:
    widest = max(text_width(line, 10) for label in labels for line in label.split("\n"))
    return min(11.0, 10 * (room * 0.96 - 0.1) / widest)


def _named(rows: pd.DataFrame) -> str:
    texts = [
        f"{ANSWERS[answer][0]}: {listed(sorted(rows.loc[rows['answer'] == answer, 'short_name']), 12)}."
        for answer in ("full", "partial", "replied, named", "refused")
        if (rows["answer"] == answer).any()
    ]
    return " ".join(["", *texts])


def answer_counts(rows: pd.DataFrame) -> pd.Series:
    """How many forces gave each answer, in the order of the legend, answers nobody gave left out."""
    counts = rows["answer"].value_counts().reindex(list(ANSWERS), fill_value=0)
    return counts[counts > 0]


@drawing("answer", "forces", "share")
def coverage_bars(
    frame: pd.DataFrame,
    *,
    title: str,
    foot: str = "",
    axis: tuple[str, str] = ("Number of forces", "Share of the workforce"),
) -> Chart:
    """Draw for each answer how many forces gave it and which share of the workforce they employ.

    In: answer (as in coverage), forces (a count), share (of the workforce, 0 to 1; empty where not known).

    >>> told = pd.DataFrame({"answer": ["full", "refused"], "forces": [2, 1], "share": [0.7, 0.3]})
    >>> coverage_bars(told, title="Three invented forces").data["forces"].tolist()
    [2, 1]
    """
    order = {answer: place for place, answer in enumerate(ANSWERS)}
    rows = _known_answers(frame).sort_values("answer", key=lambda column: column.map(order)).reset_index(drop=True)
    page = Page(title, foot, 1, (1, 1))
    page.axis_names(*axis, beside=page.rows([ANSWERS[answer][0] for answer in rows["answer"]], room=1.6))
    page.ax.set_xlim(0, max(1, rows["forces"].max()))
    page.ax.xaxis.set_major_locator(MaxNLocator(nbins=3, integer=True))
    page.panels[1].set_xlim(0, max(0.01, *rows["share"].fillna(0)))
    page.panels[1].xaxis.set_major_locator(MaxNLocator(nbins=3))
    page.panels[1].xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    texts = [_coverage_row(page, y, row) for y, row in enumerate(rows.to_dict("records"))]
    return page.finish(f"Two bars for each answer: {'; '.join(texts)}.", rows)


def _coverage_row(page: Page, y: int, row: dict) -> str:
    name, look = ANSWERS[row["answer"]]
    second = page.panels[1]
    page.bar(y, 0, row["forces"], look)
    page.value(row["forces"], y, f"{row['forces']:,.0f}")
    if not known(row["share"]):
        page.bar(y, 0, second.get_xlim()[1], UNKNOWN, second)
        page.over_hatch(0, y, "not known", second)
        return f"{name.lower()}, {row['forces']:,.0f} forces, share of the workforce not known"
    page.bar(y, 0, row["share"], look, second)
    page.value(row["share"], y, f"{row['share']:.0%}", second)
    return f"{name.lower()}, {row['forces']:,.0f} forces with {row['share']:.0%} of the workforce"
