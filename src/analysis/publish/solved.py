"""What was solved for the findings of one build, kept for the next: digests and whole numbers, no text."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path

from analysis.measure import remembered, solve
from analysis.publish import cache, swap


@contextmanager
def kept(place: Path) -> Iterator[None]:
    """Lend what was solved for the last findings; when these are done, keep what they asked for and nothing else."""
    code = cache.digest(Path(solve.__file__).read_bytes(), *(metadata.version(name) for name in ("numpy", "scipy")))
    with remembered.lent(_read(place, code)) as asked:
        yield
    said = json.dumps(asked, indent=0)
    swap.write(place, f"{cache.digest(code, said)}\n{said}")


def _read(place: Path, code: str) -> remembered.Memory:
    """Return what a file remembers; nothing where other code or libraries solved it, or a byte of it was changed."""
    if not place.is_file():
        return {}
    seal, _, said = place.read_bytes().partition(b"\n")
    return json.loads(said) if seal == cache.digest(code, said).encode() else {}
