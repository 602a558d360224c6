"""Which published numbers and sentences moved since a revision, by how much, because of which document."""

import csv
import io
import subprocess
from dataclasses import dataclass
from pathlib import Path

from analysis.publish.parameters import WrongUse
from analysis.tell import findings

PLACE = "data/processed"
VALUES = ("low", "high", "status", "share_low", "share_high", "agreement", "alternatives", "disputed")
LABELS = ("role", "rank", "unit", "conduct", "system", "outcome")
MEANING = ("force_ids", "place", "period_start", "period_end", "date_basis", *LABELS)
UNSAID = ("", "not-stated", "not stated", "any")


@dataclass(frozen=True)
class Move:
    """One number or sentence that moved: what it is, how it stood and stands, by how much, because of what."""

    kind: str
    what: str
    before: str
    after: str
    by: str
    because: tuple[str, ...]


@dataclass(frozen=True)
class Moves:
    """Everything that moved since a revision."""

    revision: str
    numbers: tuple[Move, ...]
    sentences: tuple[Move, ...]


@dataclass(frozen=True)
class State:
    """The published tables at one time: rows by id, and the documents' checksums."""

    figures: dict
    facts: dict
    findings: dict
    sources: dict


def since(project: Path, revision: str = "HEAD") -> Moves:
    """Compare the published tables of a project with those of a revision.

    Raises WrongUse when the project is no git checkout or has no such revision.
    """
    name = _git(project, "rev-parse", "--short", f"{revision}^{{commit}}").strip()
    before = state(lambda path: _at(project, name, path))
    now = state(lambda path: (project / path).read_text("utf-8") if (project / path).is_file() else "")
    return compare(before, now, name)


def state(read) -> State:
    """Read the published tables through a function from a path to a text, empty where there is no such file."""
    told = read(f"{PLACE}/findings.json")
    said = {one.finding_id: one for one in findings.from_json(told)} if told else {}
    figures, facts = (_rows(read(f"{PLACE}/{name}.csv"), key) for name, key in
                      (("figures", "figure_id"), ("facts", "fact_id")))  # fmt: skip
    return State(figures, facts, said, _rows(read("data/raw/sources.csv"), "source_id"))


def compare(before: State, now: State, revision: str) -> Moves:
    """Return what moved between two states."""
    pairs = _paired(before.facts, now.facts)
    numbers = [move for old, new in pairs if (move := _number(old, new, before, now))]
    told = [(before.findings.get(name), now.findings.get(name)) for name in {**before.findings, **now.findings}]
    sentences = [move for old, new in told if (move := _sentence(old, new, before, now))]
    return Moves(revision, tuple(numbers), tuple(sentences))


def _git(project: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=project, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["no reason given"])[0]
        raise WrongUse(f"git {words[0]}: {why}; name a revision of this checkout, such as HEAD~1 or main")
    return done.stdout


def _at(project: Path, revision: str, path: str) -> str:
    listed = _git(project, "ls-tree", "--name-only", revision, "--", path)
    return _git(project, "show", f"{revision}:./{path}") if listed.strip() else ""


def _rows(text: str, key: str) -> dict[str, dict]:
    return {row[key]: row for row in csv.DictReader(io.StringIO(text, newline=""))}


def _paired(old: dict, new: dict) -> list[tuple[dict | None, dict | None]]:
    """Match the facts that share a cell: the preferred cell of a fact, and so its id, may change."""
    home = {figure: name for name, row in old.items() for figure in row["figure_ids"].split()}
    pairs, taken = [], set()
    for name, row in sorted(new.items(), key=lambda item: item[0] not in old):
        shared = [home[figure] for figure in row["figure_ids"].split() if figure in home]
        match = name if name in old else next((one for one in shared if one not in taken and one not in new), None)
        taken.add(match)
        pairs.append((old.get(match), row))
    return pairs + [(row, None) for name, row in old.items() if name not in taken]


def _number(old: dict | None, new: dict | None, before: State, now: State) -> Move | None:
    row = new or old or {}
    ids = [figure for one in (old, new) if one for figure in one["figure_ids"].split()]
    if old and new and all(old.get(name) == new.get(name) for name in (*VALUES, *MEANING)):
        return None
    moved = old and new and any(old.get(name) != new.get(name) for name in VALUES)
    kind = "changed" if moved else "read otherwise" if old and new else "new" if new else "gone"
    said = [value(one) if one else "" for one in (old, new)]
    if kind == "read otherwise":
        said = [_meaning(one or {}, other or {}) for one, other in ((old, new), (new, old))]
    by = difference(old, new) if old and new else ""
    return Move(kind, name_of(row), said[0], said[1], by, _because(ids, "", before, now))


def value(row: dict) -> str:
    """Say the value of a fact as a reader compares it."""
    if row["agreement"] == "conflict":
        return f"{_span(row)} (sources: {row['alternatives']})"
    return f"{_span(row)} (disputed)" if row["disputed"] == "yes" else _span(row)


def _span(row: dict) -> str:
    low, high = (row["share_low"], row["share_high"]) if row["status"] == "share" else (row["low"], row["high"])
    if low and low == high:
        return low
    return f"{low or 0} to {high or 'no upper limit'}" if low or high else row["status"]


def difference(old: dict, new: dict) -> str:
    """Say by how much a fact moved: one number where both are exact, else each end that moved."""
    ends = {end: (old[end], new[end]) for end in ("low", "high")}
    steps = {end: int(b) - int(a) for end, (a, b) in ends.items() if a and b and a != b}
    if len(steps) == 2 and len(set(steps.values())) == 1:
        return f"{steps['low']:+d}"
    opened = [f"{end} {'opened' if a else 'set'}" for end, (a, b) in ends.items() if bool(a) != bool(b)]
    return ", ".join([*(f"{end} {step:+d}" for end, step in steps.items()), *opened])


def name_of(row: dict) -> str:
    """Name a fact: whom it is about, what it counts, when, and its address."""
    who = ", ".join(row["force_ids"].split()) or row["place"] or "all forces"
    kinds = [row[name] for name in ("role", "conduct", "system", "outcome") if row[name] not in UNSAID]
    when = " to ".join(part for part in (row["period_start"], row["period_end"]) if part) or "no period"
    return f"{who}: {' '.join([row['unit'], *kinds])}, {when} [{row['fact_id']}]"


def _meaning(row: dict, other: dict) -> str:
    return ", ".join(f"{name} {row.get(name) or 'empty'}" for name in MEANING if row.get(name) != other.get(name))


def _sentence(old, new, before: State, now: State) -> Move | None:
    said = [one.sentence if one else "" for one in (old, new)]
    if said[0] == said[1]:
        return None
    one = new or old
    ids = [figure for each in (old, new) if each for number in each.numbers for figure in number.figure_ids]
    kind = "changed" if old and new else "new" if new else "gone"
    return Move(kind, one.finding_id, said[0], said[1], "", _because(ids, one.subject, before, now))


def _because(ids: list[str], subject: str, before: State, now: State) -> tuple[str, ...]:
    """Name the documents whose numbers differ among those of some cells, else among all of a round or force.

    A sentence that counts rows names no cells: then every number of its subject may have moved it.
    """
    every = {**before.figures, **now.figures}
    differ = [one for one in dict.fromkeys(ids) if before.figures.get(one) != now.figures.get(one)]
    if subject and not differ:
        about = {name for name, row in every.items() if subject in (row["round_id"], *row["force_ids"].split())}
        differ = [one for one in every if one in about and before.figures.get(one) != now.figures.get(one)]
    documents = dict.fromkeys(every[one]["source_id"] for one in differ if one in every)
    return tuple(f"{name} ({_how(name, before, now)})" for name in documents) or ("a decision or the code",)


def _how(name: str, before: State, now: State) -> str:
    old, new = before.sources.get(name), now.sources.get(name)
    if not old or not new:
        return "new document" if new else "withdrawn"
    return "read anew" if old["sha256"] == new["sha256"] else "document changed"


def summary(moves: Moves) -> str:
    """Say in one line how much moved."""
    if not moves.numbers and not moves.sentences:
        return f"Since {moves.revision} no published number and no sentence moved."
    return f"Since {moves.revision}: {_counted(moves.numbers, 'numbers')}; {_counted(moves.sentences, 'sentences')}."


def _counted(moved: tuple[Move, ...], noun: str) -> str:
    kinds = ("changed", "read otherwise", "new", "gone")
    counts = [(kind, sum(move.kind == kind for move in moved)) for kind in kinds]
    return f"{noun}: {', '.join(f'{count} {kind}' for kind, count in counts if count) or 'none moved'}"


def text(moves: Moves) -> str:
    """Return what moved as plain text."""
    lines = [summary(moves)]
    for move in moves.numbers:
        ways = " → ".join(part for part in (move.before, move.after) if part)
        by = f" ({move.by})" if move.by else ""
        lines += ["", f"{move.kind}: {move.what}", f"  {ways}{by}", f"  because of {', '.join(move.because)}"]
    for move in moves.sentences:
        lines += ["", f"{move.kind}: {move.what}"]
        lines += [f"  {word}: {said}" for word, said in (("was", move.before), ("now", move.after)) if said]
        lines += [f"  because of {', '.join(move.because)}"]
    return "\n".join(lines)


def markdown(moves: Moves) -> str:
    """Return what moved as Markdown for a pull request."""
    lines = ["## What moved", "", summary(moves)]
    if moves.numbers:
        lines += ["", "| | number | before | after | by | because of |", "|---|---|---|---|---|---|"]
        lines += [_line(move.kind, move.what, move.before, move.after, move.by, ", ".join(move.because))
                  for move in moves.numbers]  # fmt: skip
    if moves.sentences:
        lines += ["", "| | sentence | before | after | because of |", "|---|---|---|---|---|"]
        lines += [_line(move.kind, move.what, move.before, move.after, ", ".join(move.because))
                  for move in moves.sentences]  # fmt: skip
    return "\n".join(lines)


def _line(*cells: str) -> str:
    return "| " + " | ".join(_plain(cell) for cell in cells) + " |"


def _plain(cell: str) -> str:
    escaped = cell.replace("\\", "\\\\").replace("&", "&amp;").replace("<", "&lt;")
    for mark in "|*_[]`@#":
        escaped = escaped.replace(mark, f"\\{mark}")
    return " ".join(escaped.split())
