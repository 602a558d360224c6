"""Large inputs that are plainly invented: replies nobody gave, in the words of the project's own lookups.

`python benchmarks/synthetic.py FOLDER REPLIES` writes a data/raw of that many transcripts into a folder.
"""

import hashlib
import shutil
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from analysis import columns, paths, tables
from analysis.read import recipes

LINES = 5  # numbers in a reply; the real documents hold 5.7 on average
ASKED = 45  # forces in a round
NUMBERS = [("", f"{number:,}") for number in range(1500)] + [
    *[("", text) for text in ("one", "Two", "three", "twenty-one", "nil", "*", "not held", "n/a")] * 40,
    *[("", text) for text in ("<5", "fewer than 10", "1-4", "10-19")] * 60,
    *[("at least", f"{number}") for number in range(1, 60)],
]
SPELT = ["{0}", "{0}/{1:02}", "1 April {0} to 31 March {2}"]
SETS = {"misuse": "conduct system", "outcome": "outcome", "role": "role", "unit": "unit"}
ABOUT_REAL = ["relations", "assumptions"]  # lookups about real documents, left empty
NOBODY = "invented for measuring; nobody said this"


def written(count: int, seed: int = 45) -> pd.DataFrame:
    """Return invented rows as written, five a reply, as categories, with the source, file and sha256 of each."""
    chance = np.random.default_rng(seed)
    reply, line = np.divmod(np.arange(count), LINES)
    forces = tables.read(None, "forces").query("kind == 'territorial'")["name"].tolist()
    periods = [text.format(year, (year + 1) % 100, year + 1) for year in range(1990, 2024) for text in SPELT]
    picked = {
        "force": (forces, reply % ASKED % len(forces)),
        "period": (periods, 3 * (reply // ASKED % 30 + line // 2) + chance.integers(0, 3, count)),
        "place": ([f"L{number + 2}" for number in range(LINES)], line),
        "source_id": (names := [f"invented-{number:06}" for number in range(reply.max() + 1)], reply),
        "file": ([f"{round_of(number)}/{name}.csv" for number, name in enumerate(names)], reply),
        "where_printed": (["table"], line * 0),
        "read_by": (["invented"], line * 0),
        "sha256": ([""], line * 0),
    }
    for field, sets in SETS.items():
        known = _wordings(field, sets.split())
        picked[field] = (known, chance.integers(0, len(known), count))
    numbers = chance.integers(0, len(NUMBERS), count)
    for column, texts in zip(("beside", "value"), zip(*NUMBERS, strict=True), strict=True):
        picked[column] = (list(texts), numbers)
    empty = ([""], line * 0)
    wanted = [*recipes.ROWS, "source_id", "file", "sha256"]
    return pd.DataFrame({name: _texts(*picked.get(name, empty)) for name in wanted})


def round_of(reply: int) -> str:
    """Return the invented round that a reply belongs to."""
    return f"invented-round-{reply // ASKED:04}"


def _texts(pool: list[str], picks: np.ndarray) -> pd.Categorical:
    codes, known = pd.factorize(np.array(pool, dtype=object))
    return pd.Categorical.from_codes(codes[picks], known)


def _wordings(field: str, sets: list[str]) -> list[str]:
    """Return the wordings that say nothing but what their field says, so that no two clash."""
    wording = tables.read(None, "wording").query("field == @field and round_id == ''")
    others = [
        name for name in ("conduct", "system", "outcome", "role", "rank", "unit", "date_basis") if name not in sets
    ]
    return wording.loc[(wording[others] == "").all(axis=1), "wording"].tolist()


def folder(place: Path, replies: int, seed: int = 45) -> Path:
    """Write a data/raw of invented transcripts beside the project's own lookups, and return it."""
    shutil.copytree(paths.lookups(), place / "lookups")
    rounds = [round_of(number) for number in range(0, replies, ASKED)]
    for name in rounds:
        (place / name).mkdir()
    text = written(replies * LINES, seed)[recipes.TRANSCRIPT].astype("str").to_csv(index=False, header=False)
    lines = text.splitlines()
    sources = [_document(place, number, lines[number * LINES : (number + 1) * LINES]) for number in range(replies)]
    forces = tables.read(None, "forces")["force_id"]
    covered = [
        {"round_id": name, "force_id": force, "answer": "full", "reason": NOBODY} for name in rounds for force in forces
    ]
    asked = [{"round_id": name, "title": name, "period_basis": "not stated", "selected": "no"} for name in rounds]
    wording = tables.read(None, "wording").query("round_id == ''").to_dict("records")
    filled = {"sources": sources, "coverage_decisions": covered, "rounds": asked, "wording": wording}
    for name, (home, *_) in columns.TABLES.items():
        path = (place / "lookups" if home == "lookups" else place) / f"{columns.FILES.get(name, name)}.csv"
        if home != "processed" and (name in filled or name in ABOUT_REAL or not path.is_file()):
            frame = pd.DataFrame(filled.get(name, []), columns=columns.columns(name), dtype="str").fillna("")
            frame.to_csv(path, index=False, lineterminator="\n")
    return place


def _document(place: Path, number: int, lines: list[str]) -> dict[str, str]:
    name = f"invented-{number:06}"
    file = f"{round_of(number)}/{name}.csv"
    content = "\n".join([",".join(recipes.TRANSCRIPT), *lines, ""]).encode()
    (place / file).write_bytes(content)
    told = {"source_id": name, "round_id": round_of(number), "kind": "reply", "title": NOBODY, "file": file}
    return told | {"figures_visible": "yes", "public": "yes", "sha256": hashlib.sha256(content).hexdigest()}


if __name__ == "__main__":
    print(folder(Path(sys.argv[1]), int(sys.argv[2])))
