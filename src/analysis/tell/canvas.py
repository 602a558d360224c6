"""The page every chart is drawn on, and the picture that carries its words and its numbers."""

import base64
import functools
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pandas as pd
from matplotlib import style
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patches import Patch

from analysis import subject

STYLE = Path(__file__).with_name("charts.mplstyle")
WIDTH = 6.5
MARGIN = 0.12
LINE = 1.3 / 72
TITLE_SIZE, TEXT_SIZE, FOOT_SIZE = 15, 12, 10.5
MOST_WORDS = 15

INK = "#0B0C0C"
KNOWN = {"facecolor": "C0", "edgecolor": "C0"}
BETWEEN = {"facecolor": "C6", "edgecolor": "C0"}
CONFLICT = {"facecolor": "C3", "edgecolor": INK, "hatch": "\\\\\\"}
UNKNOWN = {"facecolor": "white", "edgecolor": "C4", "hatch": "////"}
WITHHELD = {"facecolor": "white", "edgecolor": "C2", "hatch": "xxx"}
WHOLE = {"facecolor": "white", "edgecolor": "C4"}


@dataclass(frozen=True, eq=False)
class Chart:
    """A picture with the words and the numbers it shows.

    title: the message; alt: what one sees, in words; figure: the matplotlib figure; data: the drawn numbers.
    """

    title: str
    alt: str
    figure: Figure
    data: pd.DataFrame

    @functools.cached_property
    def png(self) -> bytes:
        """The picture as PNG bytes, the same on each run: no date, no program name."""
        held = io.BytesIO()
        with style.context(["default", str(STYLE)]):
            FigureCanvasAgg(self.figure).print_png(held, metadata={"Software": None})
        return held.getvalue()

    @property
    def csv(self) -> str:
        """The drawn numbers as CSV in which a spreadsheet finds nothing to run."""
        return self.data.map(_inert).to_csv(index=False, float_format="%.10g", lineterminator="\n")

    def save(self, folder: Path, name: str) -> Path:
        """Write name.png, name.csv and name.txt (the alt text) into the folder; return the picture's path."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        picture = folder / f"{name}.png"
        picture.write_bytes(self.png)
        (folder / f"{name}.csv").write_text(self.csv, encoding="utf-8", newline="\n")
        (folder / f"{name}.txt").write_text(self.alt + "\n", encoding="utf-8", newline="\n")
        return picture

    def __repr__(self) -> str:
        return f"{self.title}\n{self.alt}\n\n{self.csv}".rstrip("\n")

    def _repr_mimebundle_(self, include=None, exclude=None):
        picture = base64.b64encode(self.png).decode("ascii")
        about = {"alt": self.alt, "width": round(self.figure.get_figwidth() * 96)}
        return {"image/png": picture, "text/plain": repr(self)}, {"image/png": about}


def _inert(value):
    runs = isinstance(value, str) and re.match(r"\s*[=+\-@＝＋－＠]", value)
    return f"'{value}" if runs and not re.fullmatch(r"[+-]?\d[\d,.]*", value) else value


class Page:
    """A figure that grows with its title, legend and foot, so that none of them squeezes the plot."""

    def __init__(self, title: str, foot: str, height: float, ratios: tuple[float, ...] = (1,)):
        if len(title.split()) > MOST_WORDS:
            raise ValueError(f"a chart title has at most {MOST_WORDS} words, this one {len(title.split())}: {title!r}")
        self.title, self.foot, self.height, self.ratios = title, foot, height, ratios
        self.entries: dict[str, Artist] = {}
        self.figure = Figure(figsize=(WIDTH, height), layout="constrained")
        panels = self.figure.subplots(1, len(ratios), sharey=True, width_ratios=ratios, squeeze=False)
        self.panels: list[Axes] = list(panels[0])
        self.ax = self.panels[0]
        self.value_room = 1.9 if len(ratios) == 1 else 1.3

    def bar(self, y, start, end, look, ax=None, thick=0.62, name=None):
        """Draw one bar from start to end in a look; a name puts that look into the legend."""
        if name:
            self.entries.setdefault(name, Patch(linewidth=0.8, **look))
        return (ax or self.ax).barh(y, end - start, left=start, height=thick, linewidth=0.8, **look)

    def value(self, x, y, text, ax=None):
        """Write a value just right of its mark."""
        text = wrapped(text, self.value_room)
        (ax or self.ax).annotate(text, (x, y), (5, 0), textcoords="offset points", va="center", ha="left")

    def over_hatch(self, x, y, text, ax=None):
        """Write on a hatched band, on a white ground so that it can be read."""
        ground = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
        text = wrapped(text, self.value_room * 1.3)
        (ax or self.ax).annotate(text, (x, y), (6, 0), textcoords="offset points", va="center", ha="left", bbox=ground)

    def rows(self, labels: list[str], values: Iterable[str] = (), room: float = 1.75) -> float:
        """Name the rows at the left, first on top, as high as labels and values need; return the widest label."""
        names = [wrapped(label, room) for label in labels]
        texts = [*names, *(wrapped(value, self.value_room) for value in values if isinstance(value, str))]
        lines = max(text.count("\n") + 1 for text in texts)
        self.height = max(0.44, lines * TEXT_SIZE * LINE + 0.12) * len(names) + 0.55
        self.ax.set_yticks(range(len(names)), names)
        self.ax.set_ylim(len(names) - 0.45, -0.55)
        for ax in self.panels:
            ax.spines["bottom"].set_visible(False)
            ax.grid(axis="x")
        return max(text_width(line) for name in names for line in name.split("\n"))

    def axis_names(self, *texts: str, beside: float = 0.0):
        """Name the horizontal axis of each panel, wrapped to the room right of the row labels."""
        room = (WIDTH - beside - 4 * MARGIN) / sum(self.ratios)
        names = [wrapped(text, room * share - 0.1) for text, share in zip(texts, self.ratios, strict=True)]
        self.height += max(name.count("\n") + 1 for name in names) * TEXT_SIZE * LINE
        for ax, name in zip(self.panels, names, strict=True):
            ax.set_xlabel(name, loc="left")

    def finish(self, alt: str, data: pd.DataFrame) -> Chart:
        """Write title, legend and foot around the plot, lay it out once and hand back the chart."""
        room = WIDTH - 2 * MARGIN
        title = wrapped(self.title, room, TITLE_SIZE, "bold")
        foot = wrapped(self.foot, room, FOOT_SIZE)
        above = (title.count("\n") + 1) * TITLE_SIZE * LINE + 2 * MARGIN
        below = (foot.count("\n") + 1) * FOOT_SIZE * LINE + 2 * MARGIN if foot else MARGIN
        columns = _columns(list(self.entries), room)
        legend = -(-len(self.entries) // columns) * TEXT_SIZE * LINE + 0.1 if self.entries else 0
        tall = above + legend + self.height + below
        self.figure.set_size_inches(WIDTH, tall)
        left = MARGIN / WIDTH
        self.figure.text(left, 1 - MARGIN / tall, title, size=TITLE_SIZE, weight="bold", va="top", linespacing=1.2)
        self.figure.text(left, MARGIN / tall, foot, size=FOOT_SIZE, va="bottom", linespacing=1.2)
        if self.entries:
            top = (left, 0, 1 - 2 * left, 1 - above / tall)
            names = [subject.spoken(name) for name in self.entries]
            self.figure.legend(list(self.entries.values()), names, ncols=columns, loc="upper left", bbox_to_anchor=top)
        engine = cast(ConstrainedLayoutEngine, self.figure.get_layout_engine())
        engine.set(rect=(0, below / tall, 1, self.height / tall), w_pad=MARGIN, h_pad=0.04)
        FigureCanvasAgg(self.figure)
        engine.execute(self.figure)
        self.figure.set_layout_engine("none")
        return Chart(subject.spoken(self.title), subject.spoken(alt), self.figure, data.reset_index(drop=True))


def drawing(*columns: str):
    """Draw in the house style; a frame that lacks a column is an error, one without rows a page that says so."""

    def wrap(draw):
        @functools.wraps(draw)
        def chart(frame: pd.DataFrame, **words) -> Chart:
            lacking = [column for column in columns if column not in frame.columns]
            if lacking:
                raise ValueError(f"{draw.__name__} needs {', '.join(lacking)}; the frame has {', '.join(frame)}")
            with style.context(["default", str(STYLE)]):
                return draw(frame, **words) if len(frame) else _nothing(frame, **words)

        return chart

    return wrap


def _nothing(frame: pd.DataFrame, *, title: str, foot: str = "", **words) -> Chart:
    page = Page(title, foot, 1.2)
    page.bar(0, 0, 1, UNKNOWN)
    page.over_hatch(0, 0, "No number was found")
    page.ax.set_axis_off()
    return page.finish("An empty, hatched bar: no number was found.", frame)


@functools.lru_cache(maxsize=4096)
def text_width(text: str, size: float = TEXT_SIZE, weight: str = "normal") -> float:
    """How wide a line of text is, in inches."""
    font = FontProperties(family="DejaVu Sans", size=size, weight=weight)
    return RendererAgg(8, 8, 72).get_text_width_height_descent(text, font, False)[0] / 72


def wrapped(text: str, room: float, size: float = TEXT_SIZE, weight: str = "normal") -> str:
    """Break text into lines no wider than the room (inches); a word that is too long is cut, never lost."""
    lines: list[str] = []
    for word in (piece for whole in subject.spoken(text).split() for piece in _pieces(whole, room, size, weight)):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(joined, size, weight) <= room:
            lines[-1] = joined
        else:
            lines.append(word)
    return "\n".join(lines)


def _pieces(word: str, room: float, size: float, weight: str) -> list[str]:
    fits = next((n for n in range(len(word), 1, -1) if text_width(word[:n], size, weight) <= room), 1)
    return [word] if fits >= len(word) else [word[:fits], *_pieces(word[fits:], room, size, weight)]


def _columns(names: list[str], room: float) -> int:
    widest = max((text_width(name) for name in names), default=room) + 0.65
    return max(1, min(3, len(names), int(room / widest)))


def known(value) -> bool:
    """Whether a cell holds a number."""
    return not pd.isna(value)


def interval_text(low, high, status: str = "") -> str:
    """Say an interval of counts in words: 50, 1 to 4, at least 71, at most 500."""
    if not known(high):
        return f"at least {low:,.0f}"
    if status == "at most":
        return f"at most {high:,.0f}"
    return f"{low:,.0f}" if low == high else f"{low:,.0f} to {high:,.0f}"


def read_out(rows: list[str]) -> str:
    """Join the values of a chart's rows, which may hold commas, for its alt text."""
    more = [f"{len(rows) - 12} more"] if len(rows) > 12 else []
    return "; ".join([*rows[:12], *more])


def listed(words: list[str], most: int = 6) -> str:
    """Join words as a sentence does; past the most, say how many more there are."""
    words = [str(word) for word in words]
    if len(words) > most:
        words = [*words[:most], f"{len(words) - most} more"]
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)
