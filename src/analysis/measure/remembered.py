"""What was worked out before, found again by a digest of all that decides it, while someone lends a memory."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np

Memory = dict[str, int | None]
_lent: ContextVar[tuple[Memory, Memory] | None] = ContextVar("lent", default=None)


@contextmanager
def lent(before: Memory) -> Iterator[Memory]:
    """Let what was worked out before be found again for a while; yield all that is asked for meanwhile."""
    asked: Memory = {}
    token = _lent.set((before, asked))
    try:
        yield asked
    finally:
        _lent.reset(token)


def once(contents: Iterable[np.ndarray], work: Callable[[], int | None]) -> int | None:
    """Return what the work gives, which these contents alone decide; it is done only where no memory holds it."""
    memory = _lent.get()
    if memory is None:
        return work()
    before, asked = memory
    key = _digest(contents)
    if key not in asked:
        asked[key] = before[key] if key in before else work()
    return asked[key]


def _digest(contents: Iterable[np.ndarray]) -> str:
    total = hashlib.sha256()
    for array in contents:
        # With its type and length before it, none of one array's bytes can pass for its neighbour's.
        total.update(f"{array.dtype} {array.shape}".encode() + array.tobytes())
    return total.hexdigest()
