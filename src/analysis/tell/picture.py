"""A picture with its words, numbers and provenance, and the page it is laid out on."""

import base64
import functools
import io
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import style
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.text import Text
from PIL import Image

from analysis.tell.say import NUMBERS, counted, digits, listed

STYLE = ["default", str(Path(__file__).with_name("charts.mplstyle"))]
WIDTH, MARGIN, LINE = 6.5, 0.12, 1.3 / 72  # inches; a line of text is 1.3 times its size in points
TITLE, TEXT, NOTE = 15, 12, 10.5  # points
MOST_WORDS, DPI = 15, 144


class TooFew(ValueError):
    """Fewer than two rows to compare: that is a sentence or a table, and no chart."""


@dataclass(frozen=True, eq=False)
class Chart:
    """A picture with its words and the numbers it draws; `figure` is matplotlib's, `data` the drawn frame."""

    figure: Figure
    data: pd.DataFrame
    title: str
    subtitle: str
    note: str
    alt: str
    name: str

    @functools.cached_property
    def png(self) -> bytes:
        """The picture as PNG: the same bytes on each run."""
        return self._rendered("png", {"Software": None})

    @functools.cached_property
    def svg(self) -> bytes:
        """The picture as SVG, letters as shapes: the same bytes on each run."""
        return self._rendered("svg", {"Date": None, "Creator": None})

    @functools.cached_property
    def dark(self) -> bytes:
        """The same picture as PNG on dark paper."""
        pixels = np.asarray(Image.open(io.BytesIO(self.png)).convert("RGBA"))
        where, found = pd.factorize(pixels.view("uint32").ravel())  # of a million, some hundred
        colours = darkened(found.view("uint8").reshape(-1, 4) / 255)
        turned, held = (colours * 255).round().astype("uint8"), io.BytesIO()
        Image.fromarray(turned[where.reshape(pixels.shape[:2])]).save(held, "png", dpi=(DPI, DPI))
        return held.getvalue()

    def _rendered(self, kind: str, metadata: dict) -> bytes:
        held = io.BytesIO()
        with style.context(STYLE):
            self.figure.savefig(held, format=kind, dpi=DPI, metadata=metadata)
        return held.getvalue()

    @property
    def csv(self) -> str:
        """The drawn numbers, dates as ISO, low and high apart, nothing in it that a spreadsheet would run."""
        days = self.data.select_dtypes("datetime").columns
        plain = self.data.assign(**{day: self.data[day].dt.strftime("%Y-%m-%d") for day in days})
        return plain.map(_without_formula).to_csv(index=False, float_format="%.10g", lineterminator="\n")

    @property
    def record(self) -> dict:
        """What a build collects of this chart."""
        ids = self.data["figure_ids"].fillna("").str.split().explode().dropna() if "figure_ids" in self.data else []
        words = {part: getattr(self, part) for part in ("name", "title", "subtitle", "alt", "note", "csv")}
        return {"kind": "chart", **words, "figure_ids": list(dict.fromkeys(ids))}

    def __repr__(self) -> str:
        return f"{self.title}\n{self.subtitle}\n{self.alt}\n\n{self.csv}".rstrip("\n")

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict, dict]:
        data = {"image/png": base64.b64encode(self.png).decode(), "text/plain": repr(self)}
        if os.environ.get("ANALYSIS_BUILD"):
            data["image/svg+xml"] = self.svg.decode()
            data["application/vnd.analysis.dark+png"] = base64.b64encode(self.dark).decode()
        width = round(self.figure.get_figwidth() * 96)
        return data, {"image/png": {"alt": self.alt, "width": width}, "analysis": self.record}


def chart(
    ax: Any, frame: pd.DataFrame, title: str, subtitle: str = "", note: str = "", alt: str = "", name: str = ""
) -> Chart:
    """Give a plot its words, its numbers and its provenance.

    In: ax, any axes (or seaborn grid) drawn from the frame; frame, the rows drawn, figure_ids the cells behind them.
    Raises TooFew (a ValueError) where there is nothing to compare, and ValueError where the subtitle is missing, or
    the title is longer than 15 words or names a number that is not in the frame.

    >>> told = pd.DataFrame({"force": ["Vale", "Moor"], "low": [3, 9], "high": [3, 9]})
    >>> chart(told.plot.bar(x="force", y="low"), told, "Moor counted most", "Cases, invented places, 2001").alt
    'Chart of two rows. Cases, invented places, 2001. Vale 3; Moor 9.'
    """
    frame = frame.reset_index(drop=True)
    title, subtitle = (text[:1].upper() + text[1:] for text in (title, subtitle))
    _check(frame, title, subtitle)
    figure = ax.figure
    _lay_out(figure, title, subtitle, note)
    if "matplotlib.pyplot" in sys.modules:  # else a notebook shows the bare figure once more
        sys.modules["matplotlib.pyplot"].close(figure)
    alt = alt or alt_text(f"Chart of {counted(len(frame), 'row')}", subtitle, _rows_in_words(frame))
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    return Chart(figure, frame, title, subtitle, note, alt, name or slug)


def _check(frame: pd.DataFrame, title: str, subtitle: str) -> None:
    if len(frame) < 2:
        raise TooFew(f"a chart compares: {counted(len(frame), 'row')} is a sentence or a table, not {title!r}")
    if len(title.split()) > MOST_WORDS:
        raise ValueError(f"a title has at most {MOST_WORDS} words, this one {len(title.split())}: {title!r}")
    if not subtitle.strip():
        raise ValueError(f"the chart {title!r} needs a subtitle: measure, place, period")
    shown = frame.select_dtypes("number").to_numpy(float, na_value=np.nan).ravel()
    strange = [said for said, value, step in title_numbers(title) if not (abs(shown - value) <= step).any()]
    if strange:
        raise ValueError(f"the title names {', '.join(strange)}, which is not drawn: {title!r}")


def title_numbers(title: str) -> list[tuple[str, float, float]]:
    """List the numbers of a title, in digits or words: as said, value, half of its last place; no year, no "95%"."""
    words = {word: float(n) for n, word in enumerate(NUMBERS) if n > 2}
    found = [(word, words[word.lower()], 0.0) for word in re.findall("[A-Za-z]+", title) if word.lower() in words]
    for number in re.findall(r"\b(?!(?:19|20)\d\d\b)\d[\d,]*(?:\.\d+)?(?!\d|[,.]\d|% (?:interval|limit))", title):
        places = len(number.partition(".")[2])
        found.append((number.rstrip(","), float(number.replace(",", "")), 0.5 * 10.0**-places if places else 0.0))
    return found


def _lay_out(figure: Figure, title: str, subtitle: str, note: str) -> None:
    """Make room above for title and subtitle and below for the note, write them, and lay the plot out once."""
    room = WIDTH - 2 * MARGIN
    above = [(wrapped(title, room, TITLE, "bold"), TITLE, "bold"), (wrapped(subtitle, room), TEXT, "normal")]
    below = wrapped(note, room, NOTE)
    heights = [(text.count("\n") + 1) * size * LINE for text, size, _ in above]
    foot = (below.count("\n") + 1) * NOTE * LINE + MARGIN if below else 0.0
    plot = figure.get_figheight() * WIDTH / figure.get_figwidth()
    tall = sum(heights) + plot + foot + 2 * MARGIN
    figure.set_layout_engine("none")
    figure.set_dpi(DPI)
    figure.set_size_inches(WIDTH, tall)
    top = tall - MARGIN
    for (text, size, weight), height in zip(above, heights, strict=True):
        figure.text(MARGIN / WIDTH, top / tall, text, size=size, weight=weight, va="top", linespacing=1.2)
        top -= height + 0.04
    figure.text(MARGIN / WIDTH, MARGIN / tall, below, size=NOTE, va="bottom", linespacing=1.2)
    for written in figure.findobj(Text):
        written.set_parse_math(False)  # a dollar sign in a name is a dollar sign
    engine = ConstrainedLayoutEngine(rect=(0, foot / tall, 1, plot / tall), w_pad=MARGIN, h_pad=0.06)
    FigureCanvasAgg(figure)
    with style.context(STYLE):
        engine.execute(figure)


def darkened(pixels: Any) -> np.ndarray:
    """Swap dark for light and keep the hue; what stands 3 to 1 on white then stands so on dark paper.

    In and out: red, green and blue from 0 to 1 along the last axis; what else there is (alpha) is left out.
    """
    colours = np.asarray(pixels, dtype=float)[..., :3]
    light = 1.16 * np.cbrt(colours**2.2 @ [0.2126, 0.7152, 0.0722]) - 0.16  # L* of CIELAB, 1 is white
    return 0.06 + 0.94 * np.clip(colours + 1 - 2 * light[..., None], 0, 1)


def _without_formula(value: Any) -> Any:
    runs = isinstance(value, str) and re.match(r"\s*[=+\-@＝＋－＠]", value)
    return f"'{value}" if runs and not re.fullmatch(r"[+-]?\d[\d,.]*", value) else value


def alt_text(form: str, subtitle: str, rows: pd.DataFrame) -> str:
    """Say what a chart shows: form, measure, every row of a short one or the ends of a long one, what is not known.

    In: rows in drawn order with label, text and kind ("unknown": it has no number).
    """
    told = [f"{row.label} {row.text}".strip() for row in rows[rows["kind"] != "unknown"].itertuples()]
    without = [f"{row.label} ({row.text})" for row in rows[rows["kind"] == "unknown"].itertuples()]
    if len(told) > 12:
        told = [*told[:8], f"then {len(told) - 11} more", *told[-3:]]
    said = [f"{form}.", f"{subtitle[:1].upper()}{subtitle[1:].rstrip('.')}.", f"{'; '.join(told)}."]
    return " ".join([*said, f"Without a number: {listed(without)}."] if without else said)


def _rows_in_words(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of any frame as words: its first column of text, and its first number or low to high."""
    texts, numbers = frame.select_dtypes(["object", "string", "category"]), frame.select_dtypes("number")
    if numbers.empty:
        raise ValueError(f"the frame of a chart holds the numbers drawn; this one has only {', '.join(frame)}")
    label = texts.iloc[:, 0].astype(str) if len(texts.columns) else frame.index.astype(str)
    low, high = (numbers["low"], numbers["high"]) if {"low", "high"} <= {*numbers} else (numbers.iloc[:, 0],) * 2
    known = high.notna() | low.gt(0).fillna(False)
    said = [digits(*ends) if one else "not known" for one, *ends in zip(known, low, high, strict=True)]
    return pd.DataFrame({"label": label, "text": said, "kind": np.where(known, "known", "unknown")})


@functools.lru_cache(maxsize=4096)
def text_width(text: str, size: float = TEXT, weight: str = "normal") -> float:
    """How wide a line of text is, in inches."""
    font = FontProperties(family="DejaVu Sans", size=size, weight=weight)
    return RendererAgg(8, 8, 72).get_text_width_height_descent(text, font, False)[0] / 72


def wrapped(text: str, room: float, size: float = TEXT, weight: str = "normal") -> str:
    """Break text into lines no wider than the room (inches); a word that is too long has a line of its own."""
    lines: list[str] = []
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(joined, size, weight) <= room:
            lines[-1] = joined
        else:
            lines.append(word)
    return "\n".join(lines)
