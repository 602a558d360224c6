"""What does not add up: between files and sources, between decisions, and between decisions and figures."""

import re
from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from itertools import chain, product
from pathlib import Path

import pandas as pd

from analysis import codebook, project, tables
from analysis.clean.counts import plain
from analysis.clean.facts import short_interval
from analysis.clean.transcripts import WRITTEN
from analysis.problems import SHOWN, STOPS_ALL, STOPS_DOCUMENT, Problem, nearest

# what the columns of our decisions hold ids of: a table, or a dimension of categories
IDS = {
    "rounds": ["round_id", "comparable_with"],
    "forces": ["force_id", "force_ids", "joined_into"],
    "sources": ["source_ids", "supersedes", "parent"],
} | {name: [name] for name in ("conduct", "system", "outcome", "rank")}
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
    "SMALL_COUNT": ("", "set `public` to yes in sources.csv once the reply is published"),
    "DERIVABLE": ("no closer than its source hides it", "hide another number"),
    "MADE_UP": ("figures that somebody counted", "take the source and its figures out"),
}
MILDER = dict.fromkeys(["COVERAGE_BEHIND", "SMALL_COUNT", "SUPERSEDED", "TOTAL_MISMATCH", "WORKFORCE"], SHOWN)
MILDER["DUPLICATE_REPLY"] = STOPS_DOCUMENT
FAR = 1.5  # times the workforce before; from 2007 to 2025 no true one grew by more than 1.34
MADE_UP = re.compile(r"placeholder|dummy|fake|synthetic|mock(?:ed)?[ _-]", re.IGNORECASE)


def problem(code: str, file: str, place: str, found: str, expected: str = "", sha256: str = "") -> Problem:
    """Return a problem with the usual words of its kind, unless others are given."""
    usual, do = WORDS[code]
    return Problem(code, MILDER.get(code, STOPS_ALL), file, sha256, place, found, expected or usual, do)


def files(folder: Path, sources: pd.DataFrame, sums: dict[str, str]) -> list[Problem]:
    """Return what is wrong between sources.csv and the files below data/raw: missing, changed, unlisted.

    sums: the sha256 of each file that is there.
    """
    problems = []
    for row in sources.itertuples():
        found = sums.get(row.file)
        if found is None:
            problems.append(problem("MISSING_FILE", row.file, "", f"no such file, named by {row.source_id}"))
        elif found != row.sha256 and in_git(folder, row.file) is not False:
            problems.append(problem("CHANGED", row.file, "", found, row.sha256, sha256=found))
    there = {path.relative_to(folder).as_posix() for path in folder.glob("*/*") if path.is_file()}
    stray = sorted(file for file in there - set(sources["file"]) if not file.startswith("lookups/"))
    return problems + [problem("UNLISTED_FILE", file, "", "a file without a row") for file in stray]


def in_git(folder: Path, file: str) -> bool | None:
    """Say whether git holds a file, as one that it does not may still be edited; None where there is no git to ask."""
    status, _ = project.git("ls-files", "--error-unmatch", "--", file, folder=folder)
    return {0: True, 1: False}.get(status)


def ids(decided: dict[str, pd.DataFrame]) -> list[Problem]:
    """Return ids that a decision names and no table holds, and those of rounds, forces, sources that make no path.

    A misspelt word of an assumption would change nothing, unseen: its columns and units are looked at as well.
    """
    held = {name: {*decided[name][codebook.keys(name)[0]]} for name in ("rounds", "forces", "sources", "relations")}
    bad = [(name, one) for name in ("rounds", "forces", "sources") for one in held[name] if not NAME.fullmatch(one)]
    problems = [problem("BAD_NAME", _file(name), one, repr(one)) for name, one in bad]
    held |= {str(name): {*group["category"]} for name, group in decided["categories"].groupby("dimension")}
    known = {column: held.get(kind, set()) for kind, columns in IDS.items() for column in columns}
    named = [*_named(decided, known), *_assumed(decided["assumptions"])]
    known |= {"source_id": held["sources"], "relation_id": held["relations"]}
    known["unit"] = {*codebook.columns("facts").loc["unit", "values"].split("; ")}
    known["column"] = {*codebook.columns("facts").index, *codebook.columns("relations").index}
    known["column"] |= {"source_id", "believed", "ties"}
    for table, row, column, word in named:
        if word not in known.get(column, {word}):
            place = " ".join(decided[table].loc[row, codebook.keys(table)].astype("str")).strip()
            expected = f"one that is known; {nearest(plain(word), known[column])}"
            problems.append(problem("UNKNOWN_ID", _file(table), place, f"{column} {word!r}", expected))
    return problems


def _named(decided: dict[str, pd.DataFrame], columns: Iterable[str]) -> Iterator[tuple[str, int, str, str]]:
    """Yield the table, row and column of each word in some columns; the parent of a category is no document."""
    for table, column in product(decided.keys() - {"categories"}, columns):
        if column in decided[table]:
            words = decided[table][column].str.split(r"[ |&]", regex=True).explode()
            yield from ((table, row, column, word) for row, word in words[words != ""].items())


def _assumed(assumptions: pd.DataFrame) -> Iterator[tuple[str, int, str, str]]:
    """Yield the same of each column that an assumption names, as a word of `column`, and of each word for it."""
    for row, parts in enumerate(assumptions[["applies_where", "sets"]].itertuples(index=False)):
        for column, words in chain.from_iterable(tables.column_values(part).items() for part in parts):
            yield "assumptions", row, "column", column
            yield from (("assumptions", row, column, word) for word in re.split(r"[|& ]+", words))


def _file(table: str) -> str:
    return codebook.about(table)["kind"].removeprefix("raw/")


def coverage(decided: dict[str, pd.DataFrame], facts: pd.DataFrame) -> list[Problem]:
    """Return the pairs of round and force without a row of coverage, and rows that say less than the facts.

    A force with a number of a round is no `reply unknown`. A fact's force is decided, where a page printed a number at
    another's name: both are shown, so nothing stops.
    """
    rounds = [name for name in decided["rounds"]["round_id"] if name != "single-force"]
    rows = decided["coverage_decisions"][["round_id", "force_id", "answer"]].itertuples(index=False, name=None)
    answers = {(name, force): answer for name, force, answer in rows}
    missing = {*product(rounds, decided["forces"]["force_id"])} - answers.keys()
    problems = [problem("NO_COVERAGE", "coverage.csv", " ".join(pair), "no row") for pair in missing]
    printed: dict[tuple[str, str], str] = {}
    for fact in facts.itertuples():
        for force in fact.force_ids.split():
            printed.setdefault((fact.round_id, force), fact.fact_id)
    for pair in (pair for pair in printed if answers.get(pair) == "reply unknown"):
        found = f"reply unknown, but {printed[pair]} prints a number"
        problems.append(problem("COVERAGE_BEHIND", "coverage.csv", " ".join(pair), found))
    return problems


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
        one, other = known.loc[first], known.loc[later]
        declared = first in (other["derived_from"], other["parent"], other["supersedes"])
        declared |= later in (one["derived_from"], one["parent"], one["supersedes"])
        declared |= one["parent"] == other["parent"] != ""  # files of one e-mail
        if not declared and (other["sha256"], "DUPLICATE_REPLY", first) not in accepted:
            found = f"the same document as {first}"
            problems.append(problem("DUPLICATE_REPLY", other["file"], first, found, sha256=other["sha256"]))
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


def corrections(rows: pd.DataFrame, sources: pd.DataFrame) -> list[Problem]:
    """Return corrections that make no chain, and for each corrected document how many of its numbers changed."""
    known = sources.set_index("source_id")
    later = sources[sources["supersedes"].isin(known.index)]
    looped = _looped({row.source_id: [row.supersedes] for row in later.itertuples()})
    problems = []
    for row in later.itertuples():
        earlier, name = known.loc[row.supersedes], row.supersedes
        is_wrong = {
            "in a circle": row.source_id in looped,
            "of another force": earlier["force_ids"] != row.force_ids,
            "a second correction of it": (later["supersedes"] == name).sum() > 1,
        }
        if wrong := [words for words, is_so in is_wrong.items() if is_so]:
            found = f"supersedes {name!r}: {', '.join(wrong)}"
            problems.append(problem("SUPERSEDES", "sources.csv", f"row {row.source_id}", found))
        old, new = (list(_row_texts(rows[rows["source_id"] == one])) for one in (name, row.source_id))
        found = f"{sum(line not in new for line in old)} of its {len(old)} numbers read otherwise in {row.source_id}"
        problems.append(problem("SUPERSEDED", earlier["file"], "", found, sha256=earlier["sha256"]))
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
            problems.append(problem("BAD_RELATION", RELATIONS, row.relation_id, found, ", ".join(needed)))
        for figure_id in f"{row.figures} {row.of}".split():
            if figure_id not in known and figure_id.partition(":")[0] not in faulty:
                problems.append(problem("NO_FIGURE", RELATIONS, row.relation_id, figure_id))
    return problems


def circles(facts: pd.DataFrame) -> list[Problem]:
    """Return facts that are, over any number of steps, part of themselves."""
    parts = facts[facts["part_of"] != ""]
    looped = _looped(dict(zip(parts["fact_id"], parts["part_of"].str.split(), strict=True)))
    return [problem("CIRCLE", RELATIONS, fact_id, "part of itself") for fact_id in looped]


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
    return [problem("OVERLAP", RELATIONS, relation_id, figure_id) for relation_id, figure_id in pairs]


def sums(found: pd.DataFrame, figures: pd.DataFrame) -> list[Problem]:
    """Return wholes that their parts do not make; both numbers are shown, so nothing stops."""
    wholes = figures[["figure_id", "locator", "as_written"]].rename(columns={"figure_id": "of"})
    wrong = found[~found["agrees"].astype("bool")].merge(wholes, on="of")
    problems = []
    for row in wrong.itertuples():
        found, expected = f"parts that make {short_interval(row.low, row.high)}", f"the printed whole, {row.as_written}"
        problems.append(problem("TOTAL_MISMATCH", *row.locator.rsplit(":", 1), found, expected))
    return problems


def workforce(decided: dict[str, pd.DataFrame]) -> list[Problem]:
    """Return what rates must not divide by unseen: a workforce that another force has on the same day, figure for
    figure, one far from the force's own before, and a source that calls its figures made up."""
    types = " ".join(decided["denominators"]["worker_types"].head(1)).split()
    rows = decided["workforce"].dropna(subset="value").sort_values("worker_type")
    rows = rows[rows["worker_type"].isin(types)]
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
        problems.append(problem("WORKFORCE", _file("workforce"), place, found))
    for row in decided["workforce_sources"].itertuples(index=False):
        if word := MADE_UP.search(" ".join(row)):
            found = f"a source that says {word[0]!r}"
            problems.append(problem("MADE_UP", _file("workforce_sources"), row.source_id, found))
    return problems
