"""What runs read, by name, and whether it is still the same."""

import functools
import json
import secrets
from pathlib import Path

from analysis.publish import cache, staging, swap, watch

PACKAGE = Path(__file__).resolve().parents[1]


class Present:
    """The present content of what runs may have read; each thing is looked at once, when it is first asked for.

    data: a snapshot, as `notebooks.snapshot` makes it; tables: the folder of the same tables.
    """

    def __init__(self, data: tuple[tuple[str, bytes], ...], tables: Path):
        self._files, self._folder = dict(data), tables
        self.fingerprint = functools.cache(self._fingerprint)
        # of the parts only the last is kept, beside the whole: a run asks for all of one before the next run asks
        self._part, self._told = functools.lru_cache(2)(self._load), functools.cache(self._stories)

    def _fingerprint(self, name: str) -> str:
        """Return the fingerprint of a thing by its name: KIND WHAT, as `watch` notes it in the kernel."""
        kind, _, what = name.partition(" ")
        if kind == "file":
            return _of(self._files[what] if what in self._files else Path(what))
        if kind == "names":
            files = Path(what).glob("*") if Path(what).is_absolute() else map(Path, self._files)
            return cache.digest(*sorted(file.name for file in files if file.parent == Path(what)))
        if kind == "code":
            return _of(PACKAGE / what)
        if kind == "findings":
            return cache.digest(json.dumps(self._told().get(what), sort_keys=True))
        return self._rows(*what.split(" of ")) if kind == "rows" else secrets.token_hex()  # in doubt it has changed

    def _rows(self, table: str, part: str) -> str:
        frame = getattr(self._part(part), table)
        if part != "None" and frame is getattr(self._part("None"), table):
            return self.fingerprint(f"rows {table} of None")
        return cache.digest(frame.to_csv(index=False))

    def _load(self, part: str):
        from analysis import tables

        if part != "None":
            return tables.part(self._part("None"), part)
        with staging.told(self._folder):
            return tables.load()

    def _stories(self) -> dict[str, list]:
        stories: dict[str, list] = {}
        for one in json.loads(self._files["data/processed/findings.json"]):
            stories.setdefault(f"{one['topic']} of {one['subject']}", []).append(one)
        return stories


def _of(content: bytes | Path) -> str:
    if isinstance(content, Path):
        content = content.read_bytes() if content.is_absolute() and content.is_file() else b""
    return cache.digest(content)


def keep(names: list[str], present: Present, folder: Path) -> None:
    """Write beside a run's results what it read, with the fingerprints of now."""
    known = {name: present.fingerprint(name) for name in names}
    swap.write(folder / watch.READS, json.dumps(known, indent=1))


def changed(folder: Path, present: Present) -> list[str] | None:
    """Return what a kept run read that is no longer the same; None when nothing is kept."""
    file = folder / watch.READS
    if not file.is_file():
        return None
    known = json.loads(file.read_text("utf-8"))
    return [name for name, before in known.items() if present.fingerprint(name) != before]
