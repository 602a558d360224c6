"""What a document says, whatever its format, so that the same reply is known again as xlsx, csv or PDF."""

import re
import unicodedata
from collections import Counter
from typing import NamedTuple

import pandas as pd

ALIKE = 0.8  # of the words of both; a title or a footer may stand in one format and not in the other
NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")


class Content(NamedTuple):
    """Hold how often a document says each number, and its words."""

    numbers: frozenset[tuple[str, int]]
    words: frozenset[str]


def content(cells: pd.DataFrame) -> Content:
    """Return the numbers and words of a document's visible cells, in one spelling."""
    shown = cells[cells["visible"].astype("bool")]
    text = unicodedata.normalize("NFKC", " ".join(shown["text"])).casefold()
    numbers = Counter(_number(found) for found in NUMBER.findall(text))
    return Content(frozenset(numbers.items()), frozenset(re.findall(r"[^\W\d_]+", text)))


def _number(text: str) -> str:
    whole, _, rest = text.replace(",", "").partition(".")
    return (whole.lstrip("0") or "0") + (f".{rest.rstrip('0')}" if rest.strip("0") else "")


def alike(one: Content, other: Content) -> bool:
    """Say whether two documents hold the same numbers, each as often, and nearly the same words."""
    words = one.words | other.words
    shared = len(one.words & other.words) / len(words) if words else 1.0
    return one.numbers == other.numbers and bool(one.numbers or words) and shared >= ALIKE
