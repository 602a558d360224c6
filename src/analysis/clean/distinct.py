"""Each distinct text once, so that a million figures cost little more than their distinct texts."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

LARGEST = 2**62


def rows(frame: pd.DataFrame) -> tuple[np.ndarray, list[tuple]]:
    """Return for each row the position of its values among the distinct rows, and those, in order of appearance."""
    codes, first = positions(frame)
    return codes, list(zip(*(frame[name].iloc[first].to_numpy(dtype="object") for name in frame), strict=True))


def positions(frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return for each row the number of its distinct row, in order of appearance, and where each was met first."""
    codes, size = np.zeros(len(frame), dtype="int64"), 1
    for column in frame:
        own, known = pd.factorize(frame[column])
        if size * (len(known) + 1) > LARGEST:
            codes, size = pd.factorize(codes)[0], len(frame)
        codes, size = codes * (len(known) + 1) + own + 1, size * (len(known) + 1)
    codes, known = pd.factorize(codes)
    first = np.empty(len(known), dtype="int64")
    first[codes[::-1]] = np.arange(len(frame))[::-1]
    return codes, first


def told(frame: pd.DataFrame, function: Callable) -> pd.Series:
    """Return what a function says of the values of each row, asked once for each distinct row; texts as `category`."""
    codes, known = rows(frame)
    answers = pd.Series([function(*values) for values in known], dtype=None if known else "object")
    return spread(answers.to_frame("said"), codes, frame.index)["said"]


def said(texts: pd.Series, function: Callable[[str], str]) -> pd.Categorical:
    """Return what a function says of each text, as such a column as `category` makes."""
    codes, known = pd.factorize(texts)
    return category([function(text) for text in known.tolist()]).take(codes)


def spread(known: pd.DataFrame, codes: np.ndarray, index: pd.Index) -> pd.DataFrame:
    """Return for each row its row of a frame of distinct ones, texts as such columns."""
    texts = {name: category(known[name]) for name in known if known[name].dtype == "str"}
    return known.assign(**texts).take(codes).set_axis(index)


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with all such columns as plain texts."""
    return frame.astype(dict.fromkeys(frame.select_dtypes("category"), "str"))


def category(texts: Sequence[str]) -> pd.Categorical:
    """Return texts as a column that holds each distinct one once, in order of appearance."""
    codes, known = pd.factorize(np.array(texts, dtype="object"))
    return pd.Categorical.from_codes(codes, pd.Index(known, dtype="str"))


def columns(rows: list[tuple], names: list[str]) -> pd.DataFrame:
    """Return rows of texts as such columns."""
    texts = zip(*rows, strict=True) if rows else ([] for _ in names)
    return pd.DataFrame({name: category(column) for name, column in zip(names, texts, strict=True)})


def joined(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Return frames of such columns, or plain ones, one below the other."""
    return pd.DataFrame({name: _joined([frame[name] for frame in frames]) for name in frames[0]})


def _joined(columns: list[pd.Series]) -> pd.Categorical | pd.Series:
    from pandas.api.types import union_categoricals

    if not isinstance(columns[0].dtype, pd.CategoricalDtype):
        return pd.concat(columns, ignore_index=True)
    return union_categoricals([column if column.dtype == "category" else category(column) for column in columns])


def repeated(texts: pd.Categorical, counts: np.ndarray) -> pd.Categorical:
    """Return each text of such a column as often as its count says."""
    return pd.Categorical.from_codes(np.repeat(texts.codes, counts), dtype=texts.dtype, validate=False)


def only(frame: pd.DataFrame, spans: np.ndarray) -> pd.DataFrame:
    """Return some spans of rows, each from a first to before an end; what none of them holds is nowhere any more."""
    begins = np.ones(len(spans), dtype="bool")
    begins[1:] = spans[1:, 0] != spans[:-1, 1]
    first, end = spans[begins, 0].tolist(), spans[np.roll(begins, -1), 1].tolist()  # those that touch are one
    return pd.DataFrame({name: _used(frame[name].array, [*zip(first, end, strict=True)]) for name in frame})


def _used(texts: pd.Categorical, spans: list[tuple[int, int]]) -> pd.Categorical:
    """Return some spans of a column with only the categories they use."""
    codes = np.concatenate([texts.codes[:0], *(texts.codes[start:end] for start, end in spans)])
    # remove_unused_categories sorts all codes, which takes five times as long
    used = np.zeros(len(texts.categories), dtype="bool")
    used[codes] = True
    if not used.all():
        codes = (np.cumsum(used) - 1).astype(codes.dtype)[codes]
    return pd.Categorical.from_codes(codes, texts.categories[used], validate=False)
