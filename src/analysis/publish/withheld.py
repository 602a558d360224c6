"""What somebody withheld and must stay withheld: documents not approved or not public, small and hidden numbers."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from analysis import tables
from analysis.measure import bounds
from analysis.problems import STOPS_ALL, Problem

FLAGGED = ("document", "person")
HIDDEN = re.compile(r"\s*(?:<|fewer than|less than|under|\*|\[c\]|s40|withheld|suppressed)", re.IGNORECASE)
THRESHOLD = 5
ROUND_FILES = re.compile(r"[^/]+/[^/]+")
DECISIONS = ("lookups/", "README")


def check(site: Path, raw: Path, problems: Iterable[Problem]) -> list[Problem]:
    """Return what of withheld documents and numbers a staged generation would give away.

    site: with data/ and, if documents are published, data/raw; problems: what is wrong with single documents.
    """
    sources = tables.text(raw / "sources.csv")
    flagged = {problem.file for problem in problems if problem.severity in FLAGGED}
    blocked = sources[sources["file"].isin(flagged)]
    found = [*_blocked(site, blocked), *_originals(site, sources, blocked)]
    if _whole(site / "data" / "figures.csv"):
        found += [*_small(site, raw, sources), *_derivable(site, raw)]
    return found


def _stop(code: str, file: str, place: str, found: str, expected: str, do: str) -> Problem:
    return Problem(code, STOPS_ALL, file, "", place, found, expected, do)


def _whole(figures: Path) -> bool:
    """Say whether the staged figures are a full table: projects of the tests may hold less."""
    return figures.is_file() and "status" in tables.text(figures).columns


def _blocked(site: Path, blocked: pd.DataFrame) -> Iterator[Problem]:
    names = set(blocked["source_id"])
    for file in sorted((site / "data").glob("*.csv")):
        text = tables.text(file)
        ids = text["source_id"] if "source_id" in text else pd.Series(dtype="str")
        for position in ids.index[ids.isin(names)] if file.stem in ("figures", "ledger") else ():
            yield _stop(
                "NOT_APPROVED",
                f"data/{file.name}",
                f"L{position + 2}",
                "a cell of a flagged document",
                "nothing of it",
                "approve the finding in approvals.csv, or take the document out",
            )
    findings = site / "data" / "findings.json"
    text = findings.read_text("utf-8") if findings.is_file() else ""
    for name in sorted(names):
        if f'"{name}:' in text:
            yield _stop(
                "NOT_APPROVED",
                "data/findings.json",
                "",
                "a sentence that rests on a flagged document",
                "nothing of it",
                "approve the finding in approvals.csv, or take the document out",
            )


def _originals(site: Path, sources: pd.DataFrame, blocked: pd.DataFrame) -> Iterator[Problem]:
    kept = sources[(sources["public"] != "yes") | sources["source_id"].isin(blocked["source_id"])]
    secret, open_ = set(kept["sha256"]), dict(zip(sources["file"], sources["sha256"], strict=True))
    home = site / "data" / "raw"
    for file in sorted(one for one in site.rglob("*") if one.is_file()):
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        place = file.relative_to(site).as_posix()
        inside = file.relative_to(home).as_posix() if home in file.parents else ""
        document = ROUND_FILES.fullmatch(inside) and not inside.startswith(DECISIONS) and file.suffix != ".toml"
        if digest in secret:
            yield _stop(
                "NOT_APPROVED",
                place,
                "",
                "a document that is flagged or not public",
                "not in the site",
                "approve it, mark it public in sources.csv, or take it out",
            )
        elif document and open_.get(inside) != digest:
            yield _stop(
                "NOT_APPROVED",
                place,
                "",
                "a document that sources.csv does not hold",
                "its sha256 there",
                "add it to sources.csv, or take it out",
            )


def _small(site: Path, raw: Path, sources: pd.DataFrame) -> Iterator[Problem]:
    unpublished = sources[sources["public"] != "yes"].set_index("source_id")["sha256"].to_dict()
    approved = _approved(raw)
    figures = tables.read(site / "data" / "figures.csv", "figures")
    count = figures["high"].fillna(THRESHOLD)
    told = (count < THRESHOLD) & (count > 0)
    hidden = (figures["low"].fillna(0) <= 1) & (count == THRESHOLD - 1)  # says no more than that it is small
    small = figures[figures["source_id"].isin(list(unpublished)) & told & ~hidden]
    for row in small.itertuples():
        place = row.figure_id.partition(":")[2]
        if (unpublished[row.source_id], "SMALL_COUNT", place) not in approved:
            yield _stop(
                "SMALL_COUNT",
                "data/figures.csv",
                row.figure_id,
                "a small number that is not public yet",
                f"at least {THRESHOLD}, or hidden",
                "approve it in approvals.csv, or hide it",
            )


def _approved(raw: Path) -> set[tuple]:
    file = raw / "approvals.csv"
    rows = tables.text(file) if file.is_file() else pd.DataFrame(columns=["sha256", "code", "place"])
    return set(rows[["sha256", "code", "place"]].itertuples(index=False, name=None))


def _derivable(site: Path, raw: Path) -> Iterator[Problem]:
    held = tables.load()
    hashes = held.sources.set_index("source_id")["sha256"].to_dict()
    approved, facts = _approved(raw), opened(held.facts, held.figures)
    for (round_id, unit), hidden in facts[facts["hidden"]].groupby(["round_id", "unit"]):
        names = ("relations", "coverage", "categories", "rounds", "forces")
        frames = {name: getattr(held, name) for name in names}
        model = bounds.prepare(facts.drop(columns="hidden"), round_id, unit, (), known=held.assumptions, **frames)
        for row in hidden.itertuples():
            source, _, place = row.fact_id.partition(":")
            if (hashes.get(source), "DERIVABLE", place) in approved:
                continue
            limits = bounds.of_fact(model, row.fact_id)
            if limits is not None and too_tight(limits, row.low, row.high):
                yield _stop(
                    "DERIVABLE",
                    "data/facts.csv",
                    row.fact_id,
                    "a hidden number that the others give away",
                    "no closer than its source hides it",
                    "hide another number, or approve it",
                )


def opened(facts: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """Return the facts with a column `hidden`: those that every source which prints them hides, whole or in a range."""
    shy = set(
        figures.loc[
            (figures["status"] == "suppressed")
            | ((figures["status"] == "range") & figures["as_written"].str.match(HIDDEN)),
            "figure_id",
        ]
    )
    hidden = facts["figure_ids"].map(lambda ids: shy.issuperset(ids.split())).astype(bool)
    return facts.assign(hidden=hidden & facts["status"].isin(["suppressed", "range"]))


def too_tight(limits: bounds.Limits, low, high) -> bool:
    """Say whether limits tell more than a hidden number may: fewer values than it was hidden among.

    low, high: the limits its source prints; without an upper one it is hidden among as many as the threshold.
    """
    if limits.highest is None:
        return False
    least = 0 if pd.isna(low) else int(low)
    hidden_among = THRESHOLD if pd.isna(high) else int(high) - least + 1
    return limits.highest - limits.lowest + 1 < min(hidden_among, THRESHOLD)
