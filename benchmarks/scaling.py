"""How the cost of cleaning grows: `python benchmarks/scaling.py replies|figures COUNT FOLDER` prints seconds and MB."""

import hashlib
import json
import resource
import sys
import time
from pathlib import Path

import pandas as pd
import synthetic

from analysis import clean, tables
from analysis.clean import facts
from analysis.clean import figures as figures_of


def replies(count: int, folder: Path) -> dict[str, float]:
    """Clean a folder of invented replies, then again after one of them changed; and write the tables."""
    raw = synthetic.folder(folder / "raw", count)
    clean.build(synthetic.folder(folder / "few", 2))  # loads what is loaded once
    kept, took = folder / "kept", {}
    for name in ("first", "changed"):
        start = time.perf_counter()
        frames = clean.build(raw, kept)
        took[name] = time.perf_counter() - start
        assert frames["problems"] == [] and len(frames["figures"]) == count * synthetic.LINES
        _change(raw)
    start = time.perf_counter()
    clean.write(frames, folder / "tables")
    return took | {"write": time.perf_counter() - start}


def _change(raw: Path) -> None:
    path, sources = next(raw.glob("invented-round-*/*.csv")), raw / "sources.csv"
    before = path.read_bytes()
    path.write_bytes(before.replace(b",table,", b",text,", 1))
    old, new = (hashlib.sha256(content).hexdigest() for content in (before, path.read_bytes()))
    sources.write_text(sources.read_text("utf-8").replace(old, new), encoding="utf-8", newline="\n")


def figures(count: int, folder: Path) -> dict[str, float]:
    """Make the figures and facts of invented rows: everything a cell means, in one process."""
    rows = synthetic.written(count)
    files = rows["file"].cat.categories.str.split("[/.]", expand=True)
    sources = pd.DataFrame({"source_id": files.get_level_values(1), "round_id": files.get_level_values(0)}, dtype="str")
    sources = sources.assign(kind="reply", published_on="", derived_from="", file=rows["file"].cat.categories)
    decided = {name: tables.read(None, name) for name in ("forces", "aliases", "places", "categories", "relations")}
    wording = tables.read(None, "wording").query("round_id == ''")
    start = time.perf_counter()
    found, problems = figures_of.figures(rows, sources, decided | {"wording": wording})
    made = facts.facts(found, decided["relations"].iloc[:0], sources, decided["categories"])
    took = time.perf_counter() - start
    assert problems == [] and len(found) == count >= len(made)
    return {"seconds": took}


if __name__ == "__main__":
    took = {"replies": replies, "figures": figures}[sys.argv[1]](int(sys.argv[2]), Path(sys.argv[3]))
    print(json.dumps(took | {"memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
