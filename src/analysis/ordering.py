"""The order of keys: L10 follows L9."""

import re

import numpy as np
import pandas as pd


def rank(keys: pd.Series) -> np.ndarray:
    """Return the place of each key among all, so that L10 follows L9; each distinct part of a key is compared once."""
    coded = isinstance(keys.dtype, pd.CategoricalDtype)
    if coded and keys.cat.ordered:  # they are in that order already
        return keys.cat.codes.to_numpy()
    codes, known = (keys.cat.codes.to_numpy(), keys.cat.categories) if coded else pd.factorize(keys)
    split = [text.partition(":") for text in pd.Series(known).astype("str").tolist()]
    place = np.zeros(len(known), dtype="int64")
    for part in ([name + colon for name, colon, _ in split], [rest for _, _, rest in split]):
        own, texts = pd.factorize(np.array(part, dtype="object"))
        padded = [re.sub(r"\d+", lambda number: number[0].zfill(6), text) for text in texts]
        ordered, order = np.unique(np.array(padded, dtype="object"), return_inverse=True)
        place = place * len(ordered) + order[own]
    return place.astype(np.min_scalar_type(place.max(initial=0)))[codes]  # a third of the time, where they are millions


def steps(ranks: list[np.ndarray]) -> np.ndarray:
    """Return for each row but the first whether its ranks come after (1), before (-1) or are those of the row above."""
    step = np.zeros(max(len(ranks[0]) - 1, 0), dtype="int8")
    for place in ranks:
        own = (place[1:] > place[:-1]).astype("int8") - (place[1:] < place[:-1])
        step = np.where(step == 0, own, step)
    return step
