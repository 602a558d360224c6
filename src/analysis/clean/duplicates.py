"""Documents that are there twice, and those that replace an earlier one."""

from itertools import pairwise

import numpy as np
import pandas as pd

from analysis.clean import distinct
from analysis.clean.counts import plain
from analysis.problems import SHOWN, STOPS_ALL, STOPS_DOCUMENT, Problem
from analysis.read import likeness

CODE = "DUPLICATE_REPLY"
SAID = ["force", "period", "role", "unit", "misuse", "outcome", "value", "beside"]


def duplicates(
    rows: pd.DataFrame, sources: pd.DataFrame, held: dict[str, likeness.Content] | None = None
) -> list[Problem]:
    """Return documents that are there twice: replies that say the same, or any two on one page for one force.

    `held` is the content of each document that keeps its own layout. Those that say whose copy, part or correction
    they are (derived_from, parent, supersedes) are no duplicates.
    """
    replies = sources.loc[sources["kind"] == "reply", "source_id"]
    kept = rows[rows["source_id"].isin(replies)]
    said = _said(_lines(kept), kept["source_id"])
    paged = sources[sources["url"] != ""].set_index("source_id")
    addresses = paged["url"].map(_address) + " " + paged["force_ids"]
    known = sources.set_index("source_id")
    pairs = dict.fromkeys([*_twice(said), *_twice(addresses), *_alike(held or {}, known)])
    return [
        Problem(
            CODE,
            STOPS_DOCUMENT,
            known.loc[later, "file"],
            known.loc[later, "sha256"],
            first,
            f"the same document as {first}",
            "each document once",
            "remove one, or say in sources.csv that it is derived_from the other, or supersedes it; if it only "
            "happens to say the same, approve this finding in approvals.csv, with the reason",
        )
        for first, later in pairs
        if not _told(known, first, later) and not _told(known, later, first)
    ]


def _said(lines: pd.Series, names: pd.Series) -> pd.Series:
    """Return for each name its lines as one value, the same for names that have the same lines in any order."""
    codes, known = pd.factorize(names.to_numpy(dtype="object"))
    order = np.lexsort([lines, codes])
    whole = lines.to_numpy()[order].tobytes()
    ends = np.cumsum(np.bincount(codes)) * lines.dtype.itemsize
    parts = [whole[start:end] for start, end in pairwise([0, *ends.tolist()])]
    return pd.Series(parts, pd.Index(known, dtype="str"), dtype="object")


def _lines(rows: pd.DataFrame) -> pd.Series:
    """Return one number for each row, the same for rows that say the same in one spelling."""
    plainly = {name: distinct.said(rows[name], plain) for name in SAID}
    return pd.Series(distinct.positions(pd.DataFrame(plainly, index=rows.index))[0], rows.index)


def _address(url: str) -> str:
    return url.split("://")[-1].removeprefix("www.").rstrip("/").casefold()


def _twice(content: pd.Series) -> list[tuple[str, str]]:
    first: dict = {}
    several = content[content.duplicated(keep=False)].sort_index()
    pairs = [(first.setdefault(said, source), source) for source, said in several.items()]
    return [(one, other) for one, other in pairs if one != other]


def _alike(held: dict[str, likeness.Content], known: pd.DataFrame) -> list[tuple[str, str]]:
    """Return pairs of one force whose contents are alike; only those with the same numbers are compared by words."""
    groups: dict[tuple, list[str]] = {}
    for source_id in sorted(held):
        about = (known.loc[source_id, "force_ids"], known.loc[source_id, "round_id"])
        groups.setdefault((*about, held[source_id].numbers), []).append(source_id)
    pairs = [(one, other) for group in groups.values() for one in group for other in group if one < other]
    return [(one, other) for one, other in pairs if likeness.alike(held[one], held[other])]


def _told(known: pd.DataFrame, one: str, other: str) -> bool:
    """Say whether a document's row says that it is a copy, a part or a correction of another, or of the same e-mail."""
    row = known.loc[one]
    siblings = row["parent"] != "" and row["parent"] == known.loc[other, "parent"]
    return other in (row["derived_from"], row["parent"], row["supersedes"]) or siblings


def superseded(sources: pd.DataFrame) -> dict[str, str]:
    """Return for each document that was corrected the one that replaces it."""
    later = sources[sources["supersedes"] != ""]
    return dict(zip(later["supersedes"], later["source_id"], strict=True))


def chains(sources: pd.DataFrame) -> list[Problem]:
    """Return corrections that correct themselves, two that correct one document, and those about another force."""
    known, problems = sources.set_index("source_id"), []
    later = sources[sources["supersedes"].isin(known.index)]
    for row in later.itertuples():
        at, seen = row.supersedes, {row.source_id}
        while at and at in known.index and at not in seen:
            seen.add(at)
            at = known.loc[at, "supersedes"]
        first = known.loc[row.supersedes]
        wrong = "a circle" if at in seen else ""
        wrong = wrong or ("another force" if first["force_ids"] != row.force_ids else "")
        wrong = wrong or ("a second correction of it" if (later["supersedes"] == row.supersedes).sum() > 1 else "")
        if wrong:
            found, do = f"supersedes {row.supersedes!r}: {wrong}", "correct the row: each correction replaces one reply"
            expected = "one correction of one earlier reply of the same force"
            problems.append(
                Problem("SUPERSEDES", STOPS_ALL, "sources.csv", "", f"row {row.source_id}", found, expected, do)
            )
    return problems


def replaced(rows: pd.DataFrame, sources: pd.DataFrame) -> list[Problem]:
    """Return for each corrected document how many of its numbers the correction does not repeat."""
    known, replacing = sources.set_index("source_id"), superseded(sources)
    rows = rows[rows["source_id"].isin([*replacing, *replacing.values()])]
    lines, problems = _lines(rows), []
    for earlier, later in replacing.items():
        old, new = lines[rows["source_id"] == earlier], set(lines[rows["source_id"] == later])
        if earlier in known.index:
            found = f"{int((~old.isin(new)).sum())} of its {len(old)} numbers read otherwise in {later}"
            do = "both stay in the record; only the correction is counted"
            file, sha256 = known.loc[earlier, ["file", "sha256"]]
            problems.append(Problem("SUPERSEDED", SHOWN, file, sha256, "", found, "one reply in force", do))
    return problems
