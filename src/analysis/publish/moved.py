"""Which published numbers and sentences moved since a revision, by how much, because of which document."""

import csv
import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from analysis import project
from analysis.publish.runs import WrongUse

PLACE = "data/processed"
VALUES = ("low", "high", "status", "share_low", "share_high", "agreement", "alternatives", "disputed")
UNSAID = ("", "not-stated", "not stated", "any")


def since(revision: str = "HEAD", markdown: bool = False) -> str:
    """Compare the tables in data/processed with those of a revision, as text, or as Markdown for a pull request.

    Raises WrongUse when the project is no git checkout or has no such revision.
    """
    root = project.root()
    name = _git("rev-parse", "--short", f"{revision}^{{commit}}").strip()
    then = state(lambda path: _at(name, path))
    now = state(lambda path: (root / path).read_text("utf-8") if (root / path).is_file() else "")
    moves = [*numbers(then, now), *sentences(then, now)]
    head = f"Since {name}: {len(moves)} numbers and sentences moved." if moves else f"Since {name} nothing moved."
    if not markdown:
        return "\n".join([head, *(_line(move) for move in moves)])
    lines = [f"| {' | '.join(_escaped(cell) for cell in move)} |" for move in moves]
    return "\n".join(
        [
            "## What moved",
            "",
            head,
            "",
            *(["| | what | before | after | because of |", "|---|---|---|---|---|"] if moves else []),
            *lines,
        ]
    )


def _line(move: tuple) -> str:
    kind, what, before, after, because = move
    ways = "\n".join(f"  {when}: {said}" for when, said in (("was", before), ("now", after)) if said)
    return f"\n{kind}: {what}\n{ways}\n  because of {because}"


def _escaped(cell: str) -> str:
    for mark in "\\|*_[]`@#<":
        cell = cell.replace(mark, f"\\{mark}")
    return " ".join(cell.split())


def state(read: Callable[[str], str]) -> dict[str, dict[str, dict]]:
    """Return the tables at one time, rows by id; read: from a path to a text, empty where there is none."""
    found = {name: _rows(read(f"{PLACE}/{name}s.csv"), f"{name}_id") for name in ("figure", "fact")}
    told = json.loads(read(f"{PLACE}/findings.json") or "[]")
    return found | {
        "finding": {one["id"]: one for one in told if "id" in one},
        "source": _rows(read("data/raw/sources.csv"), "source_id"),
    }


def _git(*words: str) -> str:
    done = subprocess.run(
        ["git", *words], cwd=project.root(), capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["no reason given"])[0]
        raise WrongUse(f"git {words[0]}: {why}; name a revision of this checkout, such as HEAD~1 or main")
    return done.stdout


def _at(revision: str, path: str) -> str:
    listed = _git("ls-tree", "--name-only", revision, "--", path)
    return _git("show", f"{revision}:./{path}") if listed.strip() else ""


def _rows(text: str, key: str) -> dict[str, dict]:
    return {row[key]: row for row in csv.DictReader(io.StringIO(text, newline=""))}


def numbers(then: dict, now: dict) -> list[tuple]:
    """Return the facts that moved: kind, what, before, after, because of which documents."""
    home = {figure: name for name, row in then["fact"].items() for figure in row["figure_ids"].split()}
    pairs, taken = [], set()
    for name, row in now["fact"].items():  # the preferred cell of a fact, and so its id, may change
        shared = [name, *(home.get(figure) for figure in row["figure_ids"].split())]
        match = next((one for one in shared if one in then["fact"] and one not in taken), None)
        taken.add(match)
        pairs.append((then["fact"].get(match), row))
    pairs += [(row, None) for name, row in then["fact"].items() if name not in taken]
    return [_number(old, new, then, now) for old, new in pairs if _values(old) != _values(new)]


def _values(row: dict | None) -> list | None:
    return row and [row.get(name) for name in VALUES]


def _number(old: dict | None, new: dict | None, then: dict, now: dict) -> tuple:
    row = new or old or {}
    ids = [figure for one in (old, new) if one for figure in one["figure_ids"].split()]
    who = ", ".join(row["force_ids"].split()) or row["place"] or "all forces"
    kinds = [row[name] for name in ("unit", "role", "conduct", "system", "outcome") if row[name] not in UNSAID]
    return (
        _kind(old, new),
        f"{who}: {' '.join(kinds)} [{row['fact_id']}]",
        _span(old),
        _span(new),
        _because(ids, "", then, now),
    )


def _kind(old, new) -> str:
    return "changed" if old and new else "new" if new else "gone"


def _span(row: dict | None) -> str:
    if row is None:
        return ""
    low, high = (row["share_low"], row["share_high"]) if row["status"] == "share" else (row["low"], row["high"])
    said = low if low and low == high else f"{low or 0} to {high or 'no upper limit'}" if low or high else row["status"]
    more = (
        f" (sources: {row['alternatives']})"
        if row["agreement"] == "conflict"
        else " (disputed)"
        if row["disputed"] == "yes"
        else ""
    )
    return said + more


def sentences(then: dict, now: dict) -> list[tuple]:
    """Return the sentences that moved, in the way of `numbers`."""
    found = []
    for name in {**then["finding"], **now["finding"]}:
        old, new = then["finding"].get(name), now["finding"].get(name)
        said = [
            (one and (f"withheld: {one['withheld']}" if one.get("withheld") else one["text"])) or ""
            for one in (old, new)
        ]
        if said[0] != said[1]:
            one = new or old
            ids = [figure for each in (old, new) if each for figure in each["figure_ids"]]
            found.append((_kind(old, new), name, *said, _because(ids, one["round"] or one["force"], then, now)))
    return found


def _because(ids: list[str], subject: str, then: dict, now: dict) -> str:
    """Name the documents whose numbers differ among those of some cells, else among all of a round or force."""
    every = {**then["figure"], **now["figure"]}
    differ = [one for one in dict.fromkeys(ids) if then["figure"].get(one) != now["figure"].get(one)]
    if subject and not differ:
        differ = [one for one in _about(every, subject) if then["figure"].get(one) != now["figure"].get(one)]
    named = dict.fromkeys(every[one]["source_id"] for one in differ if one in every)
    return ", ".join(f"{name} ({_how(name, then, now)})" for name in named) or "a decision or the code"


def _about(figures: dict, subject: str) -> list[str]:
    return [
        one for one, row in figures.items() if not subject or subject in (row["round_id"], *row["force_ids"].split())
    ]


def _how(name: str, then: dict, now: dict) -> str:
    old, new = then["source"].get(name), now["source"].get(name)
    if not old or not new:
        return "new document" if new else "withdrawn"
    return "read anew" if old["sha256"] == new["sha256"] else "document changed"


def documents(before: Path, after: Path, subject: str) -> list[str]:
    """Return the documents whose numbers about a round or force differ between two folders of tables."""
    then, now = (
        _rows((folder / "figures.csv").read_text("utf-8") if (folder / "figures.csv").is_file() else "", "figure_id")
        for folder in (before, after)
    )
    every = {**then, **now}
    return sorted({every[one]["source_id"] for one in _about(every, subject) if then.get(one) != now.get(one)})
