"""A project of two invented forces and two invented pages, to be broken in one place at a time."""

import hashlib
from pathlib import Path

import pytest

import vale as files
from analysis import clean, codebook
from analysis.clean.transcripts import COLUMNS, OPTIONAL

ROWS = {
    "rounds": [{"round_id": "vale-2001", "period_basis": "not stated"}],
    "forces": [
        {"force_id": "north", "name": "North Police", "kind": "territorial"},
        {"force_id": "south", "name": "South Police", "kind": "territorial"},
    ],
    "aliases": [{"alias": "N Police", "force_id": "north"}],
    "places": [{"wording": "ALL", "kind": "nation", "place": "the Vale"}],
    "coverage_decisions": [
        {"round_id": "vale-2001", "force_id": "north", "answer": "full"},
        {"round_id": "vale-2001", "force_id": "south", "answer": "reply unknown"},
    ],
    "categories": [
        {"dimension": dimension, "category": "not-stated", "exclusive": "no"}
        for dimension in ("conduct", "system", "outcome", "rank")
    ]
    + [
        {"dimension": "outcome", "category": "recorded", "parent": "not-stated", "exclusive": "no"},
        {"dimension": "outcome", "category": "dismissed", "parent": "recorded", "exclusive": "yes"},
        {"dimension": "outcome", "category": "warned", "parent": "recorded", "exclusive": "yes"},
    ],
    "thresholds": [{"applies_to": "count", "below": "5"}, {"applies_to": "rank", "below": "10"}],
    "wording": [
        {"field": "misuse", "wording": "misuse", "conduct": "not-stated", "system": "not-stated"},
        {"field": "outcome", "wording": "all", "outcome": "recorded"},
        {"field": "outcome", "wording": "sacked", "outcome": "dismissed"},
        {"field": "outcome", "wording": "warned", "outcome": "warned"},
        {"field": "role", "wording": "all", "role": "any"},
        {"field": "role", "wording": "officer", "role": "officer"},
        {"field": "unit", "wording": "people", "unit": "people"},
    ],
}
LINE = {"force": "North Police", "period": "2001", "role": "all", "unit": "people", "misuse": "misuse"}
LINE |= {"outcome": "all", "where_printed": "text", "read_by": "twice"}
SOURCE = {"round_id": "vale-2001", "figures_visible": "yes", "seen_on": "2002-02-02", "public": "yes"}


class Vale:
    """Write the invented project table by table and document by document."""

    rows = ROWS

    def __init__(self, place: Path):
        self.place, self.folder, self.sources, self.relations = place, place / "data" / "raw", [], []
        for name in codebook.names("raw"):
            self.table(name, ROWS.get(name, []))

    def path(self, name: str) -> Path:
        return self.place / "data" / codebook.about(name)["kind"]

    def table(self, name: str, rows: list[dict]) -> None:
        files.write(self.path(name), list(codebook.columns(name).index), rows)

    def document(self, source_id: str, lines: list[dict] | str, kind: str = "press", **source) -> Path:
        path = self.folder / "vale-2001" / f"{source_id}.csv"
        if isinstance(lines, str):
            path.parent.mkdir(exist_ok=True)
            path.write_text(lines, encoding="utf-8", newline="\n")
        else:
            extra = [name for name in OPTIONAL if any(name in line for line in lines)]
            files.write(path, [*COLUMNS, *extra], [LINE | line for line in lines])
        row = {"source_id": source_id, "kind": kind, "file": f"vale-2001/{source_id}.csv"}
        self.sources.append(SOURCE | row | source)
        self.sign()
        return path

    def relate(self, relation: str, figures: str, of: str, **more: str) -> None:
        """Say of figures what they are of another; its id in relations.csv is r0, r1 and so on."""
        row = {"relation_id": f"r{len(self.relations)}", "relation": relation, "figures": figures, "of": of}
        self.relations.append(row | more)
        self.table("relations", self.relations)

    def sign(self) -> None:
        """Put the checksums of all documents, as they are now, in sources.csv."""
        for row in self.sources:
            path = self.folder / row["file"]
            row["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else row["sha256"]
        self.table("sources", self.sources)

    def built(self) -> tuple[dict, dict]:
        """Return what is built of it, and its problems by code and place."""
        frames = clean.build(self.folder)
        return frames, {(problem.code, problem.place): problem for problem in frames["problems"]}


@pytest.fixture
def vale(tmp_path):
    return Vale(tmp_path)
