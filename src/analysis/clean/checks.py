"""What does not add up: between files and sources, between decisions, and between decisions and figures."""

import re
import shutil
import subprocess
from pathlib import Path

import pandas as pd

from analysis import codebook
from analysis.clean.facts import spell
from analysis.clean.counts import each, plain
from analysis.clean.decisions import nearest
from analysis.problems import SHOWN, STOPS_ALL, STOPS_DOCUMENT, Problem

HOMES = {"round_id": "rounds", "force_id": "forces", "source_id": "sources"}
# table, column that names the row, column of ids, what they are ids of
NAMED = [
    ("sources", "source_id", "round_id", "round_id"),
    ("sources", "source_id", "force_ids", "force_id"),
    ("sources", "source_id", "supersedes", "source_id"),
    ("sources", "source_id", "parent", "source_id"),
    ("rounds", "round_id", "comparable_with", "round_id"),
    ("coverage_decisions", "force_id", "source_ids", "source_id"),
    ("aliases", "alias", "force_id", "force_id"),
    ("places", "wording", "force_ids", "force_id"),
    ("forces", "force_id", "joined_into", "force_id"),
    ("workforce", "source_id", "force_id", "force_id"),
    ("wording", "wording", "round_id", "round_id"),
    ("wording", "wording", "conduct", "conduct"),
    ("wording", "wording", "system", "system"),
    ("wording", "wording", "outcome", "outcome"),
    ("wording", "wording", "rank", "rank"),
    ("assumptions", "assumption_id", "round_id", "round_id"),
]
SAID = ["force", "period", "role", "unit", "misuse", "outcome", "value", "beside"]


def files(folder: Path, sources: pd.DataFrame, sums: dict[str, str]) -> list[Problem]:
    """Return what is wrong between sources.csv and the files below data/raw: missing, changed, unlisted.

    sums: the sha256 of each file that is there.
    """
    problems = []
    for row in sources.itertuples():
        found = sums.get(row.file)
        if found is None:
            do = "put the file back, or remove the row"
            problems.append(
                _decision("MISSING_FILE", row.file, "", f"no such file, named by {row.source_id}", "a file", do)
            )
        elif found != row.sha256 and _committed(folder, row.file):
            do = "restore it; an edit of your own: run new-reply again; what a force corrects is a new document"
            problems.append(Problem("CHANGED", STOPS_ALL, row.file, found, "", found, row.sha256, do))
    homes = [path for path in folder.iterdir() if path.is_dir() and path.name != "lookups"]
    there = {path.relative_to(folder).as_posix() for home in homes for path in home.iterdir() if path.is_file()}
    do, row = "add its row, or move it out of data/raw", "a row in sources.csv"
    stray = sorted(there - set(sources["file"]))
    return problems + [_decision("UNLISTED_FILE", file, "", "a file without a row", row, do) for file in stray]


def _committed(folder: Path, file: str) -> bool:
    """Say whether git holds a file, as one that it does not may still be edited; where there is no git it counts so."""
    if shutil.which("git") is None:
        return True
    asked = ["git", "-C", str(folder), "ls-files", "--error-unmatch", "--", file]
    return subprocess.run(asked, capture_output=True, check=False).returncode != 1


def ids(decided: dict[str, pd.DataFrame]) -> list[Problem]:
    """Return ids that a decision names and no table holds: rounds, forces, sources, categories."""
    known = {name: set(decided[table][name]) for name, table in HOMES.items()}
    known |= {name: set(group["category"]) for name, group in decided["categories"].groupby("dimension")}
    problems = []
    for table, key, column, kind in NAMED:
        file = codebook.about(table)["kind"].removeprefix("raw/")
        held = known.get(kind, set())
        for row, text in zip(decided[table][key], decided[table][column], strict=True):
            for found in sorted(set(re.split(r"[ |&]", text)) - held - {""}) if text else ():
                expected = f"a known {kind}; nearest: {nearest(found, held)}"
                problems.append(_decision("UNKNOWN_ID", file, row, f"{column} {found!r}", expected, "correct it"))
    return problems


def duplicates(rows: pd.DataFrame, sources: pd.DataFrame, approvals: pd.DataFrame) -> list[Problem]:
    """Return documents that are there twice: replies that say the same, or any two on one page for one force.

    Those that say whose copy, part or correction they are (derived_from, parent, supersedes) are no duplicates, nor is
    one of which a row of approvals.csv says why not: sha256, DUPLICATE_REPLY, the other document under `place`.
    """
    replies = rows[rows["source_id"].isin(sources.loc[sources["kind"] == "reply", "source_id"])]
    lines = pd.Series(_lines(replies), replies.index).groupby(replies["source_id"]).agg(lambda own: tuple(sorted(own)))
    paged = sources[sources["url"] != ""].set_index("source_id")
    pages = paged["url"].str.replace(r"^.*?://(www\.)?|/$", "", regex=True).str.casefold() + " " + paged["force_ids"]
    known, expected = sources.set_index("source_id"), "each document once"
    accepted = set(zip(approvals["sha256"], approvals["code"], approvals["place"], strict=True))
    do = "remove one, or say in sources.csv that it is derived_from the other, part of it (parent), or supersedes it; "
    do += "if it only happens to say the same, say why in approvals.csv"
    problems = []
    for first, later in dict.fromkeys([*_twice(lines), *_twice(pages)]):
        file, sha256 = known.loc[later, ["file", "sha256"]]
        told = _told(known, first, later) or _told(known, later, first)
        if not told and (sha256, "DUPLICATE_REPLY", first) not in accepted:
            found = f"the same document as {first}"
            problems.append(Problem("DUPLICATE_REPLY", STOPS_DOCUMENT, file, sha256, first, found, expected, do))
    return problems


def _lines(rows: pd.DataFrame) -> list[tuple]:
    """Return what each row says in one spelling."""
    plainly = each(rows[SAID], lambda *texts: tuple(plain(text) for text in texts), SAID) if len(rows) else rows[SAID]
    return list(plainly.itertuples(index=False, name=None))


def _twice(content: pd.Series) -> list[tuple[str, str]]:
    first: dict = {}
    pairs = [(first.setdefault(said, source), source) for source, said in content.sort_index().items()]
    return [(one, other) for one, other in pairs if one != other]


def _told(known: pd.DataFrame, one: str, other: str) -> bool:
    """Say whether a document's row says that it is a copy, a part or a correction of another, or of the same e-mail."""
    row = known.loc[one]
    siblings = row["parent"] != "" and row["parent"] == known.loc[other, "parent"]
    return other in (row["derived_from"], row["parent"], row["supersedes"]) or siblings


def superseded(sources: pd.DataFrame) -> dict[str, str]:
    """Return for each document that was corrected the one that replaces it."""
    later = sources[sources["supersedes"] != ""]
    return dict(zip(later["supersedes"], later["source_id"], strict=True))


def corrections(rows: pd.DataFrame, sources: pd.DataFrame) -> list[Problem]:
    """Return corrections that make no chain, and for each corrected document how many of its numbers changed."""
    known = sources.set_index("source_id")
    later = sources[sources["supersedes"].isin(known.index)]
    looped = _looped({row.source_id: [row.supersedes] for row in later.itertuples()})
    expected, do = "one correction of one earlier reply of the same force", "correct the row"
    problems = []
    for row in later.itertuples():
        earlier, name = known.loc[row.supersedes], row.supersedes
        wrong = ["in a circle"] if row.source_id in looped else []
        wrong += ["of another force"] if earlier["force_ids"] != row.force_ids else []
        wrong += ["a second correction of it"] if (later["supersedes"] == name).sum() > 1 else []
        if wrong:
            found = f"supersedes {name!r}: {', '.join(wrong)}"
            problems.append(_decision("SUPERSEDES", "sources.csv", f"row {row.source_id}", found, expected, do))
        old, new = (_lines(rows[rows["source_id"] == one]) for one in (name, row.source_id))
        found = f"{sum(line not in new for line in old)} of its {len(old)} numbers read otherwise in {row.source_id}"
        shown = "both stay in the record; only the correction is counted"
        file, sha256 = earlier[["file", "sha256"]]
        problems.append(Problem("SUPERSEDED", SHOWN, file, sha256, "", found, "one reply in force", shown))
    return problems


def _looped(above: dict[str, list[str]]) -> list[str]:
    """Return the names that are, over any number of steps, above themselves."""
    looped = []
    for name, waiting in above.items():
        reached, waiting = set(), list(waiting)
        while waiting:
            at = waiting.pop()
            waiting += [] if at in reached else above.get(at, [])
            reached.add(at)
        looped += [name] if name in reached else []
    return looped


def relations(decided: dict[str, pd.DataFrame], figures: pd.DataFrame, faulty: set[str]) -> list[Problem]:
    """Return relations that miss what their kind needs, or point at no figure; faulty documents are not blamed."""
    named = set(" ".join(decided["relations"]["figures"] + " " + decided["relations"]["of"]).split())
    known = set(figures.loc[figures["figure_id"].isin(named), "figure_id"])
    file, problems = "lookups/relations.csv", []
    for row in decided["relations"].itertuples():
        needed = {"rank": ["figures", "position", "scope"], "disputes": ["of"]}.get(row.relation, ["figures", "of"])
        missing = [name for name in needed if not getattr(row, name)]
        if missing or (row.relation == "rank" and not re.fullmatch(r"[1-9]\d*", row.position)):
            found = f"no {', '.join(missing)}" if missing else f"position {row.position!r}"
            words = (found, ", ".join(needed), "complete the relation")
            problems.append(_decision("BAD_RELATION", file, row.relation_id, *words))
        for figure_id in f"{row.figures} {row.of}".split():
            if figure_id not in known and figure_id.partition(":")[0] not in faulty:
                do = "correct the address: source, then L and the line of the number, or its cell"
                problems.append(_decision("NO_FIGURE", file, row.relation_id, figure_id, "a figure_id", do))
    return problems


def circles(facts: pd.DataFrame) -> list[Problem]:
    """Return facts that are, over any number of steps, part of themselves."""
    parts = facts[facts["part_of"] != ""]
    looped = _looped(dict(zip(parts["fact_id"], parts["part_of"].str.split(), strict=True)))
    words = ("part of itself", "parts below", "remove a part_of, or a same_number that joins part and whole")
    return [_decision("CIRCLE", "lookups/relations.csv", fact_id, *words) for fact_id in looped]


def overlaps(decided: dict[str, pd.DataFrame], figures: pd.DataFrame) -> list[Problem]:
    """Return parts said to be disjoint whose periods overlap while all else about them is the same.

    Cases dated by the days of their incidents are told apart by case, whatever their days.
    """
    complete = decided["relations"][decided["relations"]["complete"] == "yes"]
    side = ["force_ids", "place", "role", "rank", "unit", "misuse_as_written", "outcome_as_written"]
    known = figures[figures["figure_id"].isin(" ".join(complete["figures"]).split())].set_index("figure_id")
    problems = []
    for row in complete.itertuples():
        parts = known.loc[[name for name in row.figures.split() if name in known.index]]
        dated = parts[parts["date_basis"] != "incident"].dropna(subset=["period_start", "period_end"])
        ordered = dated.sort_values("period_start")
        before = ordered.groupby(side)["period_end"].shift()
        for figure_id in ordered.index[ordered["period_start"] <= before]:
            words = (figure_id, "disjoint periods", "say complete only of periods that do not overlap")
            problems.append(_decision("OVERLAP", "lookups/relations.csv", row.relation_id, *words))
    return problems


def sums(found: pd.DataFrame, figures: pd.DataFrame) -> list[Problem]:
    """Return wholes that their parts do not make; both numbers are shown, so nothing stops."""
    known = figures[figures["figure_id"].isin(found["of"])].set_index("figure_id")
    return [
        Problem(
            "TOTAL_MISMATCH",
            SHOWN,
            known.loc[row.of, "locator"].rsplit(":", 1)[0],
            "",
            row.of.split(":")[-1],
            f"parts that make {spell(row.low, row.high)}",
            f"the printed whole, {known.loc[row.of, 'as_written']}",
            "both are shown; correct a part only where the source prints it otherwise",
        )
        for row in found[~found["agrees"].astype("bool")].itertuples()
    ]


def _decision(code: str, file: str, place: str, found: str, expected: str, do: str) -> Problem:
    return Problem(code, STOPS_ALL, file, "", place, found, expected, do)
