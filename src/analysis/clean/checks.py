"""What does not add up: between files and sources, within documents, and between decisions and figures."""

import os
import re
from collections.abc import Set
from pathlib import Path

import pandas as pd

from analysis import columns
from analysis.clean import agreement
from analysis.clean.lookups import nearest
from analysis.problems import SHOWN, STOPS_ALL, Problem
from analysis.read import golden

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
    ("tracker", "force_id", "round_id", "round_id"),
    ("tracker", "force_id", "force_id", "force_id"),
    ("questions", "question_id", "round_id", "round_id"),
]


def files(folder: Path, sources: pd.DataFrame, sums: dict[str, str]) -> list[Problem]:
    """Return what is wrong between sources.csv and the files below data/raw: changed, missing, unlisted.

    sums: the sha256 of each file that is there.
    """
    problems = []
    rows = (sources[name].tolist() for name in ("source_id", "file", "sha256"))
    for source_id, file, sha256 in zip(*rows, strict=True):
        found = sums.get(file)
        if found is None:
            do = "put the file back, or remove the row"
            problems.append(
                _decision("MISSING_FILE", "sources.csv", f"row {source_id}", f"no file {file!r}", "a file", do)
            )
        elif found != sha256:
            do = "restore the file; a correction is a new document"
            problems.append(Problem("CHANGED", STOPS_ALL, file, found, "", found, sha256, do))
    return problems + _unlisted(folder, sources)


def _unlisted(folder: Path, sources: pd.DataFrame) -> list[Problem]:
    listed = set(sources["file"].tolist())
    homes = [path for path in folder.iterdir() if path.is_dir() and path.name != "lookups"]
    found = {f"{home.name}/{entry.name}" for home in homes for entry in os.scandir(home)} - listed
    near = {name for file in listed for name in golden.beside(file)} if found else set()
    stray = sorted(file for file in found - near if (folder / file).is_file())
    do = "add its row, or move it out of data/raw"
    return [_decision("UNLISTED_FILE", file, "", "a file without a row", "a row in sources.csv", do) for file in stray]


def coverage(decided: dict[str, pd.DataFrame]) -> list[Problem]:
    """Return rounds and forces without a row of coverage, and rows of none that exist."""
    rounds, forces = decided["rounds"]["round_id"].tolist(), decided["forces"]["force_id"].tolist()
    expected = {(name, force) for name in rounds if name != "single-force" for force in forces}
    found = set(zip(*(decided["coverage_decisions"][name].tolist() for name in ("round_id", "force_id")), strict=True))
    missing = [
        _decision("NO_COVERAGE", "coverage.csv", f"{name} {force}", "no row", "one row per round and force", "say it")
        for name, force in sorted(expected - found)
    ]
    return missing + [
        _decision("UNKNOWN_ID", "coverage.csv", f"{name} {force}", "no such round or force", "known ids", "correct it")
        for name, force in sorted(found - expected)
    ]


def ids(decided: dict[str, pd.DataFrame]) -> list[Problem]:
    """Return ids that a decision names and no table holds: rounds, forces, sources, categories."""
    known = {name: set(decided[table][name].tolist()) for name, table in HOMES.items()}
    known |= {name: set(group["category"]) for name, group in decided["categories"].groupby("dimension")}
    problems = []
    for table, key, column, kind in NAMED:
        file = f"{'' if columns.TABLES[table][0] == 'raw' else 'lookups/'}{columns.FILES.get(table, table)}.csv"
        texts = decided[table][column]
        named = {part for text in texts.unique().tolist() for part in re.split(r"[ |&]", text)}
        met = named - known.get(kind, set()) - {""}
        for row, text in zip(decided[table][key], texts, strict=True) if met else ():
            for found in sorted(set(re.split(r"[ |&]", text)) - known.get(kind, set()) - {""}):
                expected = f"a known {kind}; nearest: {nearest(found, known.get(kind, set()))}"
                problems.append(_decision("UNKNOWN_ID", file, row, f"{column} {found!r}", expected, "correct it"))
    return problems


def relations(decided: dict[str, pd.DataFrame], figures: pd.DataFrame, faulty: set[str]) -> list[Problem]:
    """Return relations that point at no figure; those of a document with a fault are not blamed."""
    named = set(" ".join(decided["relations"]["figures"] + " " + decided["relations"]["of"]).split())
    known = set(figures.loc[figures["figure_id"].isin(named), "figure_id"])
    problems = []
    for row in decided["relations"].itertuples():
        for figure_id in f"{row.figures} {row.of}".split():
            if figure_id not in known and figure_id.split(":")[0] not in faulty:
                do = "correct the address: source, then L and the line of the number"
                problems.append(
                    _decision("NO_FIGURE", "lookups/relations.csv", row.relation_id, figure_id, "a figure_id", do)
                )
    return problems


def shapes(decided: dict[str, pd.DataFrame]) -> list[Problem]:
    """Return relations that miss what their kind needs: what they relate to, or a rank's position and round."""
    problems = []
    for row in decided["relations"].itertuples():
        needed = {"rank": ["figures", "position", "scope"], "disputes": ["of"]}.get(row.relation, ["figures", "of"])
        missing = [name for name in needed if not getattr(row, name)]
        found = f"no {', '.join(missing)}" if missing else f"position {row.position!r}"
        if missing or (row.relation == "rank" and not re.fullmatch(r"[1-9]\d*", row.position)):
            do = "complete the relation"
            problems.append(
                _decision("BAD_RELATION", "lookups/relations.csv", row.relation_id, found, ", ".join(needed), do)
            )
    return problems


def circles(facts: pd.DataFrame) -> list[Problem]:
    """Return facts that are, over any number of steps, part of themselves."""
    parts = facts[facts["part_of"] != ""]
    above = dict(zip(parts["fact_id"], parts["part_of"].str.split(), strict=True))
    problems = []
    for fact_id in above:
        reached, waiting = set(), list(above[fact_id])
        while waiting:
            at = waiting.pop()
            waiting += [] if at in reached else above.get(at, [])
            reached.add(at)
        if fact_id in reached:
            do = "remove a part_of, or a same_number that joins part and whole"
            problems.append(_decision("CIRCLE", "lookups/relations.csv", fact_id, "part of itself", "parts below", do))
    return problems


def overlaps(decided: dict[str, pd.DataFrame], figures: pd.DataFrame) -> list[Problem]:
    """Return parts said to be disjoint whose periods overlap while all else about them is the same.

    Cases dated by the days of their incidents are told apart by case, whatever their days.
    """
    complete = decided["relations"][decided["relations"]["complete"] == "yes"]
    side = ["force_ids", "place", "role", "rank", "unit", "misuse_as_written", "outcome_as_written"]
    known = figures.set_index("figure_id")
    problems = []
    for row in complete.itertuples():
        parts = known.loc[[name for name in row.figures.split() if name in known.index]]
        dated = parts[parts["date_basis"] != "incident"].dropna(subset=["period_start", "period_end"])
        ordered = dated.sort_values("period_start")
        before = ordered.groupby(side)["period_end"].shift()
        for figure_id in ordered.index[ordered["period_start"] <= before]:
            do = "say complete only of periods that do not overlap"
            problems.append(
                _decision("OVERLAP", "lookups/relations.csv", row.relation_id, figure_id, "disjoint periods", do)
            )
    return problems


def sums(found: pd.DataFrame, figures: pd.DataFrame) -> list[Problem]:
    """Return wholes that their parts do not make; both numbers are shown, so nothing stops."""
    known = figures.set_index("figure_id")
    return [
        Problem(
            "TOTAL_MISMATCH",
            SHOWN,
            known.loc[row.of, "locator"].rsplit(":", 1)[0],
            "",
            row.of.split(":")[-1],
            f"parts that make {agreement.spell(row.low, row.high)}",
            f"the printed whole, {known.loc[row.of, 'as_written']}",
            "both are shown; correct a part only where the source prints it otherwise",
        )
        for row in found[~found["agrees"].astype("bool")].itertuples()
    ]


def totals(rows: pd.DataFrame, numbers: pd.DataFrame, private: Set[str] = frozenset()) -> list[Problem]:
    """Return totals of a laid-out table that its rows or columns do not make; `numbers` are the rows' low and high.

    Of files that are `private`, not public yet, no number is repeated.
    """
    named = (rows["sum"] != "") | (rows["total"] != "")
    known = rows[named].assign(low=numbers["low"][named], high=numbers["high"][named])
    split = {name: known.assign(name=known[name].str.split()).explode("name") for name in ("sum", "total")}
    parts, whole = (split[name].dropna(subset="name").set_index(["file", "name"]) for name in ("sum", "total"))
    groups = parts.groupby(level=[0, 1])
    made = {key: (part["low"].sum(skipna=False), part["high"].sum(skipna=False)) for key, part in groups}
    do = "compare the recipe with the file; if the file says so, both are shown"
    return [
        Problem(
            "TOTAL_MISMATCH",
            SHOWN,
            total.file,
            total.sha256,
            total.place,
            "parts that do not make it" if total.file in private else f"parts that make {agreement.spell(*sums)}",
            "the printed total" if total.file in private else f"the printed total, {total.value}",
            do,
        )
        for total in whole.reset_index().itertuples()
        if (sums := made.get((total.file, total.name))) and not agreement.meet([sums, (total.low, total.high)])
    ]


def _decision(code: str, file: str, place: str, found: str, expected: str, do: str) -> Problem:
    return Problem(code, STOPS_ALL, file, "", place, found, expected, do)
