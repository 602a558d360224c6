"""Damage the examples at random and see that each is still read, flagged or refused.

No reader may stop its process, or end with an error that has no code; the same seed gives the same inputs.
"""

import io
import random
import tempfile
import zipfile
import zlib
from collections import Counter
from pathlib import Path

from corpus import FORMATS, zipped
from replies import REPLIES

from analysis.clean import drafts
from analysis.read import child

SPECIAL = [b"\0", b"\xff\xfe", b"<", b">", b'"', b"&#0;", b"%PDF-", b"PK\3\4", b"\r\n\r\n", b"1" * 300, "😀".encode()]


def examples() -> dict[str, list[bytes]]:
    """Return the small examples of each format, and the replies as forces send them."""
    found = {suffix: [example.content for example in make().values()] for suffix, make in FORMATS.items()}
    for name, make in REPLIES.items():
        found[name.rpartition(".")[2]].append(make())
    return {
        suffix: [content for content in contents if 20 < len(content) < 60_000] for suffix, contents in found.items()
    }


def flipped(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.randint(1, 12)):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def cut(content: bytes, chance: random.Random) -> bytes:
    first, last = sorted(chance.randrange(len(content) + 1) for _ in range(2))
    return content[:first] + content[last:] if chance.random() < 0.5 else content[:last]


def spliced(content: bytes, chance: random.Random) -> bytes:
    at, start = chance.randrange(len(content)), chance.randrange(len(content))
    piece = content[start : start + chance.randint(1, 400)] if chance.random() < 0.5 else chance.choice(SPECIAL)
    return content[:at] + piece * chance.choice((1, 1, 1, 50)) + content[at:]


def repacked(content: bytes, other: bytes, chance: random.Random) -> bytes:
    """Return a zip with parts damaged inside, dropped, or swapped with those of another; others are only flipped."""
    mine, theirs = parts(content), parts(other)
    if not mine:
        return flipped(content, chance)
    for name in chance.sample(sorted(mine), min(len(mine), 2)):
        way = chance.randrange(4)
        if way == 0:
            mine.pop(name)
        elif way == 1 and name in theirs:
            mine[name] = theirs[name]
        elif way == 2:
            mine[name] = mine[chance.choice(sorted(mine))]
        elif mine[name]:
            mine[name] = chance.choice((flipped, cut, spliced))(mine[name], chance)
    return zipped(mine)


def parts(content: bytes) -> dict[str, bytes]:
    """Return the parts of a zip but for huge ones, none where it cannot be opened."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {name: archive.read(name) for name in archive.namelist() if archive.getinfo(name).file_size < 1e6}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, OSError):
        return {}


def damaged(files: list[bytes], chance: random.Random) -> bytes:
    """Return one example, damaged in one to three ways; most archives only inside, where they open and are read on."""
    content, inside = chance.choice(files), chance.random() < 0.6
    for _ in range(chance.randint(1, 3)):
        if content[:2] == b"PK" and inside:
            content = repacked(content, chance.choice(files), chance)
        elif content:
            content = chance.choice((flipped, cut, spliced))(content, chance)
    return content


def outcome(content: bytes, path: Path, worker: child.Worker) -> str:
    """Return how a damaged file ends: read, or the first code that refuses it; BAD where no reader may end so."""
    path.write_bytes(content)
    reading = worker.read(path)
    refusing = [fault for fault in reading.faults if fault.severity == "document"]
    if any("stops its reader" in fault.found or not fault.code for fault in refusing):
        return f"BAD: {refusing[0].found}"
    if refusing:
        return refusing[0].code
    seen = [cell for cell in reading.cells if not cell.why]
    try:
        draft = drafts.draft(seen, "Vale", {})
    except Exception as error:  # a draft of whatever was read must never fail
        return f"BAD: draft: {type(error).__name__}: {error}"
    return "read" if draft.ends.keys() >= {cell.place for cell in seen} else "BAD: a cell is lost"


def run(count: int, seed: int) -> dict[str, Counter]:
    """Return how many inputs of each format ended in each way."""
    found, worker = {}, child.Worker()
    with tempfile.TemporaryDirectory() as folder:
        for name, files in examples().items():
            chance, path = random.Random(f"{seed} {name}"), Path(folder) / f"a.{name}"
            found[name] = Counter(outcome(damaged(files, chance), path, worker) for _ in range(count))
    worker.stop()
    return found
