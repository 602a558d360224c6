"""What does not add up: between files and sources, between decisions, and between decisions and figures."""

import re
import shutil
import subprocess
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pandas as pd

from analysis import codebook, tables
from analysis.clean.counts import plain
from analysis.clean.decisions import nearest
from analysis.clean.facts import short_interval
from analysis.clean.transcripts import WRITTEN
from analysis.problems import SHOWN, STOPS_ALL, STOPS_DOCUMENT, Problem

# by table, each column of ids and what they are ids of: a table, or a dimension of categories
IDS = {
    "sources": {"round_id": "rounds", "force_ids": "forces", "supersedes": "sources", "parent": "sources"},
    "rounds": {"comparable_with": "rounds"},
    "coverage_decisions": {"round_id": "rounds", "force_id": "forces", "source_ids": "sources"},
    "aliases": {"force_id": "forces"},
    "places": {"force_ids": "forces"},
    "forces": {"joined_into": "forces"},
    "workforce": {"force_id": "forces"},
    "wording": {"round_id": "rounds"} | {name: name for name in ("conduct", "system", "outcome", "rank")},
    "assumptions": {"round_id": "rounds"},
}
# what may become a path: no device of Windows, no page of our own
NAME = re.compile(r"(?!(index|official|con|prn|aux|nul|com\d|lpt\d)(\.|$))[a-z0-9][a-z0-9_.-]*", re.IGNORECASE)
NEEDED = {"rank": ["figures", "position", "scope"], "disputes": ["of"]}  # of a relation; of all others, both ends
RELATIONS = "lookups/relations.csv"
# of each thing that can be wrong: what was expected, unless it depends on the case, and what to do
WORDS = {
    "MISSING_FILE": ("a file", "put the file back, or remove the row"),
    "CHANGED": ("", "restore it; if you mended it, or the force corrected it: docs/correct-a-mistake.md"),
    "UNLISTED_FILE": ("a row in sources.csv", "add its row, or move it out of data/raw"),
    "UNKNOWN_ID": ("", "correct it"),
    "BAD_NAME": ("letters, digits, hyphen, underscore and dot, and no name of a page or device", "rename it"),
    "NO_COVERAGE": ("one row per round and force", "say it"),
    "COVERAGE_BEHIND": ("an answer", "say how it answered, or why the number does not tell"),
    "DUPLICATE_REPLY": (
        "each document once",
        "remove one, or say in sources.csv that it is derived_from the other, part of it (parent), or supersedes it; "
        "if it only happens to say the same, say why in approvals.csv",
    ),
    "SUPERSEDES": ("one correction of one earlier reply of the same force", "correct the row"),
    "SUPERSEDED": ("one reply in force", "both stay in the record; only the correction is counted"),
    "BAD_RELATION": ("", "complete the relation"),
    "NO_FIGURE": ("a figure_id", "correct the address: source, then L and the line of the number, or its cell"),
    "CIRCLE": ("parts below", "remove a part_of, or a same_number that joins part and whole"),
    "OVERLAP": ("disjoint periods", "say complete only of periods that do not overlap"),
    "TOTAL_MISMATCH": ("", "both are shown; correct a part only where the source prints it otherwise"),
    "WORKFORCE": ("figures of its own, near those before", "look whether its source gives it those of another force"),
    "MADE_UP": ("figures that somebody counted", "take the source and its figures out"),
}
MILDER = dict.fromkeys(["COVERAGE_BEHIND", "SUPERSEDED", "TOTAL_MISMATCH", "WORKFORCE"], SHOWN)
MILDER["DUPLICATE_REPLY"] = STOPS_DOCUMENT
FAR = 1.5  # times the workforce before; from 2007 to 2025 no true one grew by more than 1.34
MADE_UP = re.compile(r"placeholder|dummy|fake|synthetic|mock(?:ed)?[ _-]", re.IGNORECASE)


def files(folder: Path, sources: pd.DataFrame, sums: dict[str, str]) -> list[Problem]:
    """Return what is wrong between sources.csv and the files below data/raw: missing, changed, unlisted.

    sums: the sha256 of each file that is there.
    """
    problems = []
    for row in sources.itertuples():
        found = sums.get(row.file)
        if found is None:
            problems.append(_problem("MISSING_FILE", row.file, "", f"no such file, named by {row.source_id}"))
        elif found != row.sha256 and in_git(folder, row.file) is not False:
            problems.append(_problem("CHANGED", row.file, "", found, row.sha256, sha256=found))
    there = {path.relative_to(folder).as_posix() for path in folder.glob("*/*") if path.is_file()}
    stray = sorted(file for file in there - set(sources["file"]) if not file.startswith("lookups/"))
    return problems + [_problem("UNLISTED_FILE", file, "", "a file without a row") for file in stray]


def in_git(folder: Path, file: str) -> bool | None:
    """Say whether git holds a file, as one that it does not may still be edited; None where there is no git to ask."""
    if shutil.which("git") is None:
        return None
    asked = ["git", "-C", str(folder), "ls-files", "--error-unmatch", "--", file]
    return {0: True, 1: False}.get(subprocess.run(asked, capture_output=True, check=False).returncode)


def ids(decided: dict[str, pd.DataFrame]) -> list[Problem]:
    """Return ids that a decision names and no table holds, and those of rounds, forces, sources that make no path."""
    known = {name: set(decided[name][codebook.keys(name)[0]]) for name in ("rounds", "forces", "sources")}
    bad = [(name, one) for name, held in known.items() for one in sorted(held) if not NAME.fullmatch(one)]
    problems = [_problem("BAD_NAME", _file(name), one, repr(one)) for name, one in bad]
    known |= _categories(decided)
    for table, columns in IDS.items():
        for column, kind in columns.items():
            named = decided[table][column].str.split(r"[ |&]", regex=True).explode()
            for row, name in named[~named.isin([*known.get(kind, ()), ""])].items():
                place = " ".join(decided[table].loc[row, codebook.keys(table)].astype("str")).strip()
                expected = f"an id in {kind}; nearest: {nearest(name, known.get(kind, ()))}"
                problems.append(_problem("UNKNOWN_ID", _file(table), place, f"{column} {name!r}", expected))
    return problems


def _file(table: str) -> str:
    return codebook.about(table)["kind"].removeprefix("raw/")


def _categories(decided: dict[str, pd.DataFrame]) -> dict[str, set[str]]:
    return {name: {*group["category"]} for name, group in decided["categories"].groupby("dimension")}


def assumptions(decided: dict[str, pd.DataFrame]) -> list[Problem]:
    """Return what assumptions name that no table holds: misspelt, an assumption would change nothing unseen."""
    known = _categories(decided) | {"force_ids": {*decided["forces"]["force_id"]}}
    known |= {f"{name}_id": {*decided[f"{name}s"][f"{name}_id"]} for name in ("round", "source", "relation")}
    known["unit"] = {*codebook.columns("facts").loc["unit", "values"].split("; ")}
    known["column"] = {*codebook.columns("facts").index, *codebook.columns("relations").index}
    known["column"] |= {"source_id", "believed", "ties"}
    problems = []
    for row in decided["assumptions"].itertuples():
        told = [*tables.column_values(row.applies_where).items(), *tables.column_values(row.sets).items()]
        named = [("column", column) for column, _ in told]
        named += [(column, word) for column, words in told for word in re.split(r"[|& ]+", words)]
        for kind, word in named:
            if word not in known.get(kind, {word}):
                expected, found = f"one that is known; nearest: {nearest(word, known[kind])}", f"{kind} {word!r}"
                problems.append(_problem("UNKNOWN_ID", _file("assumptions"), row.assumption_id, found, expected))
    return problems


def coverage(decided: dict[str, pd.DataFrame]) -> list[Problem]:
    """Return the pairs of round and force without a row of coverage."""
    rounds, forces = decided["rounds"]["round_id"], decided["forces"]["force_id"]
    expected = {(name, force) for name in rounds if name != "single-force" for force in forces}
    found = set(decided["coverage_decisions"][["round_id", "force_id"]].itertuples(index=False, name=None))
    return [_problem("NO_COVERAGE", "coverage.csv", " ".join(pair), "no row") for pair in sorted(expected - found)]


def coverage_behind(decided: dict[str, pd.DataFrame], facts: pd.DataFrame) -> list[Problem]:
    """Return rows of coverage that say less than the facts: a force with a number of a round is no `reply unknown`.

    A fact's force is decided, where a page printed a number at another's name. Both are shown, so nothing stops.
    """
    printed = facts.assign(force_id=facts["force_ids"].str.split()).explode("force_id")
    first = printed.drop_duplicates(["round_id", "force_id"])[["round_id", "force_id", "fact_id"]]
    unknown = decided["coverage_decisions"].query("answer == 'reply unknown'")
    pairs = unknown.merge(first, on=["round_id", "force_id"])[["round_id", "force_id", "fact_id"]]
    return [
        _problem("COVERAGE_BEHIND", "coverage.csv", f"{name} {force}", f"reply unknown, but {fact} prints a number")
        for name, force, fact in pairs.itertuples(index=False, name=None)
    ]


def duplicates(rows: pd.DataFrame, sources: pd.DataFrame, approvals: pd.DataFrame) -> list[Problem]:
    """Return documents that are there twice: replies that say the same, or any two on one page for one force.

    Those that say whose copy, part or correction they are (derived_from, parent, supersedes) are no duplicates, nor is
    one of which a row of approvals.csv says why not: sha256, DUPLICATE_REPLY, the other document under `place`.
    """
    known = sources.set_index("source_id")
    replies = rows[rows["source_id"].map(known["kind"]) == "reply"]
    lines = _row_texts(replies).groupby(level=0).agg(lambda own: tuple(sorted(own)))
    paged = known[known["url"] != ""]
    pages = paged["url"].str.replace(r"^.*?://(www\.)?|/$", "", regex=True).str.casefold() + " " + paged["force_ids"]
    accepted = set(zip(approvals["sha256"], approvals["code"], approvals["place"], strict=True))
    problems = []
    for first, later in dict.fromkeys([*_repeated(lines), *_repeated(pages)]):
        file, sha256 = known.loc[later, ["file", "sha256"]]
        told = _is_declared(known, first, later) or _is_declared(known, later, first)
        if not told and (sha256, "DUPLICATE_REPLY", first) not in accepted:
            problems.append(_problem("DUPLICATE_REPLY", file, first, f"the same document as {first}", sha256=sha256))
    return problems


def _row_texts(rows: pd.DataFrame) -> pd.Series:
    """Return what each row says in one spelling, by its document."""
    plainly = rows[[*WRITTEN, "value", "beside"]].map(plain)
    return pd.Series(list(plainly.itertuples(index=False, name=None)), rows["source_id"], dtype="object")


def _repeated(content: pd.Series) -> list[tuple[str, str]]:
    """Return each document whose content an earlier one has, after that one."""
    content = content.sort_index()
    first = content.index.to_series().groupby(content.to_numpy()).transform("first")
    return [(one, other) for other, one in first.items() if one != other]


def _is_declared(known: pd.DataFrame, one: str, other: str) -> bool:
    """Say whether a document's row says that it is a copy, a part or a correction of another, or of the same e-mail."""
    row = known.loc[one]
    siblings = row["parent"] != "" and row["parent"] == known.loc[other, "parent"]
    return other in (row["derived_from"], row["parent"], row["supersedes"]) or siblings


def corrections(rows: pd.DataFrame, sources: pd.DataFrame) -> list[Problem]:
    """Return corrections that make no chain, and for each corrected document how many of its numbers changed."""
    known = sources.set_index("source_id")
    later = sources[sources["supersedes"].isin(known.index)]
    looped = _looped({row.source_id: [row.supersedes] for row in later.itertuples()})
    problems = []
    for row in later.itertuples():
        earlier, name = known.loc[row.supersedes], row.supersedes
        wrong = ["in a circle"] if row.source_id in looped else []
        wrong += ["of another force"] if earlier["force_ids"] != row.force_ids else []
        wrong += ["a second correction of it"] if (later["supersedes"] == name).sum() > 1 else []
        if wrong:
            found = f"supersedes {name!r}: {', '.join(wrong)}"
            problems.append(_problem("SUPERSEDES", "sources.csv", f"row {row.source_id}", found))
        old, new = (list(_row_texts(rows[rows["source_id"] == one])) for one in (name, row.source_id))
        found = f"{sum(line not in new for line in old)} of its {len(old)} numbers read otherwise in {row.source_id}"
        problems.append(_problem("SUPERSEDED", earlier["file"], "", found, sha256=earlier["sha256"]))
    return problems


def _looped(above: dict[str, list[str]]) -> list[str]:
    """Return the names that are, over any number of steps, above themselves: one circle after the other."""
    try:
        TopologicalSorter(above).prepare()
    except CycleError as error:
        circle = error.args[1][1:]
        return [*circle, *_looped({name: names for name, names in above.items() if name not in circle})]
    return []


def relations(decided: dict[str, pd.DataFrame], figures: pd.DataFrame, faulty: set[str]) -> list[Problem]:
    """Return relations that miss what their kind needs, or point at no figure; faulty documents are not blamed."""
    known, problems = set(figures["figure_id"]), []
    for row in decided["relations"].itertuples():
        needed = NEEDED.get(row.relation, ["figures", "of"])
        missing = [name for name in needed if not getattr(row, name)]
        if missing or (row.relation == "rank" and not re.fullmatch(r"[1-9]\d*", row.position)):
            found = f"no {', '.join(missing)}" if missing else f"position {row.position!r}"
            problems.append(_problem("BAD_RELATION", RELATIONS, row.relation_id, found, ", ".join(needed)))
        for figure_id in f"{row.figures} {row.of}".split():
            if figure_id not in known and figure_id.partition(":")[0] not in faulty:
                problems.append(_problem("NO_FIGURE", RELATIONS, row.relation_id, figure_id))
    return problems


def circles(facts: pd.DataFrame) -> list[Problem]:
    """Return facts that are, over any number of steps, part of themselves."""
    parts = facts[facts["part_of"] != ""]
    looped = _looped(dict(zip(parts["fact_id"], parts["part_of"].str.split(), strict=True)))
    return [_problem("CIRCLE", RELATIONS, fact_id, "part of itself") for fact_id in looped]


def overlaps(decided: dict[str, pd.DataFrame], figures: pd.DataFrame) -> list[Problem]:
    """Return parts said to be disjoint whose periods overlap while all else about them is the same.

    Cases dated by the days of their incidents are told apart by case, whatever their days.
    """
    side = ["relation_id", "force_ids", "place", "role", "rank", "unit", "misuse_as_written", "outcome_as_written"]
    complete = decided["relations"].query("complete == 'yes'")[["relation_id", "figures"]]
    parts = (
        complete.assign(figure_id=complete["figures"].str.split()).explode("figure_id").merge(figures, on="figure_id")
    )
    dated = parts[parts["date_basis"] != "incident"].dropna(subset=["period_start", "period_end"])
    ordered = dated.sort_values("period_start")
    found = ordered[ordered["period_start"] <= ordered.groupby(side)["period_end"].shift()]
    pairs = zip(found["relation_id"], found["figure_id"], strict=True)
    return [_problem("OVERLAP", RELATIONS, relation_id, figure_id) for relation_id, figure_id in pairs]


def sums(found: pd.DataFrame, figures: pd.DataFrame) -> list[Problem]:
    """Return wholes that their parts do not make; both numbers are shown, so nothing stops."""
    wholes = figures[["figure_id", "locator", "as_written"]].rename(columns={"figure_id": "of"})
    wrong = found[~found["agrees"].astype("bool")].merge(wholes, on="of")
    problems = []
    for row in wrong.itertuples():
        file, place = row.locator.rsplit(":", 1)
        found, expected = f"parts that make {short_interval(row.low, row.high)}", f"the printed whole, {row.as_written}"
        problems.append(_problem("TOTAL_MISMATCH", file, place, found, expected))
    return problems


def workforce(decided: dict[str, pd.DataFrame]) -> list[Problem]:
    """Return what rates must not divide by unseen: a workforce that another force has on the same day, figure for
    figure, one far from the force's own before, and a source that calls its figures made up."""
    types = " ".join(decided["denominators"]["worker_types"].head(1)).split()
    rows = decided["workforce"][decided["workforce"]["worker_type"].isin(types)].sort_values("worker_type")
    rows = rows.assign(figures=rows["worker_type"] + " " + rows["value"].astype("str"))
    together = {"types": ("worker_type", " ".join), "figures": ("figures", " ".join), "value": ("value", "sum")}
    days = rows.groupby(["force_id", "basis", "as_at"], as_index=False).agg(**together)
    before = days.groupby(["force_id", "basis", "types"])["value"].shift()
    far = ((days["value"] > FAR * before) | (days["value"] * FAR < before)).fillna(False)
    alike = days.duplicated(["basis", "as_at", "figures"], keep=False)
    problems = []
    for row in days.assign(before=before, alike=alike)[far | alike].itertuples():
        found = f"{row.value:,.0f}, as another force" if row.alike else f"{row.value:,.0f} after {row.before:,.0f}"
        place = f"{row.force_id} {row.basis} {row.as_at:%Y-%m-%d}"
        problems.append(_problem("WORKFORCE", _file("workforce"), place, found))
    for row in decided["workforce_sources"].itertuples(index=False):
        if word := MADE_UP.search(" ".join(row)):
            found = f"a source that says {word[0]!r}"
            problems.append(_problem("MADE_UP", _file("workforce_sources"), row.source_id, found))
    return problems


def _problem(code: str, file: str, place: str, found: str, expected: str = "", sha256: str = "") -> Problem:
    usual, do = WORDS[code]
    return Problem(code, MILDER.get(code, STOPS_ALL), file, sha256, place, found, expected or usual, do)
