"""A reply taken in: checked, moved to data/raw, recorded, and what is left to decide said."""

import datetime as dt
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from analysis.clean import approvals, duplicates, figures, left, lookups, placing, raw
from analysis.clean.additions import Refused, amend, line, slug
from analysis.clean.counts import plain
from analysis.problems import Fault, Faults, Problem
from analysis.read import golden, likeness, readings, recipes


class Taken(NamedTuple):
    """Hold what was said of a reply, and whether something in it is wrong rather than only left to decide."""

    lines: list[str]
    wrong: bool


def reply(folder: Path, inbox: Path, file: Path, round_id: str, names: list[str], received: dt.date, **told) -> Taken:
    """Take a checked file from the inbox to data/raw with its row and a drafted recipe, or go on with one taken before.

    told: source_id, answer, sections, asked, and supersedes or parent (source_ids) where it corrects, or came with,
    another document.
    Raises Refused where the file is refused, needs a person, is there already, or the round or force is not known.
    """
    decided, problems = raw.decisions(folder)
    if problems:
        raise Refused("\n".join(str(problem) for problem in problems))
    force_ids = [_force(decided, name) for name in names]
    _known(round_id, decided["rounds"]["round_id"], "round")
    for name in ("supersedes", "parent"):
        _known(told.get(name) or "", {"", *decided["sources"]["source_id"]}, "document")
    source_id = told.get("source_id") or f"{'-'.join(force_ids)}_{slug(file.stem)}"
    _same_file(file, source_id, decided["sources"])
    if source_id in set(decided["sources"]["source_id"]):
        lines = _again(folder, decided["sources"].set_index("source_id").loc[source_id], told)
    else:
        lines = _take(folder, inbox, file, source_id, round_id, force_ids, decided, received, told)
    lines += _answers(folder, source_id, round_id, force_ids, told)
    decided, _ = raw.decisions(folder)
    states = [_state(folder, name, decided) for name in _family(source_id, decided["sources"])]
    return Taken([*lines, *(line for state in states for line in state.lines)], any(state.wrong for state in states))


def _family(source_id: str, sources: pd.DataFrame) -> list[str]:
    """Return a document and all that came with it, such as the attachments of a mail."""
    with_it = sources.loc[sources["parent"] == source_id, "source_id"]
    return [source_id, *(name for child in with_it for name in _family(child, sources))]


def _force(decided: dict[str, pd.DataFrame], name: str) -> str:
    known = lookups.names(decided["forces"], decided["aliases"], decided["places"]).known
    if plain(name) not in known:
        raise Refused(f"no force is called {name!r}; nearest: {lookups.nearest(name, known)}", 2)
    return known[plain(name)][0]


def _known(name: str, known, what: str) -> None:
    if name not in set(known):
        raise Refused(f"no {what} is called {name!r}; nearest: {lookups.nearest(name, set(known) - {''})}", 2)


def _same_file(file: Path, source_id: str, sources: pd.DataFrame) -> None:
    """Raise Refused where a name stands for another file than the one given."""
    taken = sources.loc[sources["source_id"] == source_id, "sha256"]
    if len(taken) and file.is_file() and raw.checksum(file) != taken.iloc[0]:
        raise Refused(f"{source_id} is the name of another file: choose one with --source-id", 2)


def _take(folder, inbox, file, source_id, round_id, force_ids, decided, received, told) -> list[str]:
    reading, sha256 = _checked(inbox, file, decided)
    _new(folder, reading, sha256, force_ids, decided, told)
    name = " and ".join(decided["forces"].set_index("force_id").loc[force_ids, "name"])
    asked = decided["rounds"].set_index("round_id").loc[round_id]
    row = {"source_id": source_id, "round_id": round_id, "kind": "reply", "publisher": name}
    question = "" if round_id == "single-force" else asked["question"]
    row |= {"requester": asked["asked_by"], "asked": question, "title": f"reply of {name}"}
    row |= {"force_ids": " ".join(force_ids), "published_basis": "not visible", "figures_visible": "yes"}
    row |= {"seen_on": received.isoformat(), "extent_seen": "whole", "public": "no"}
    row |= dict.fromkeys(("supersedes", "parent", "answer", "exemptions"), "") | _said(told)
    document = placing.Document(row, file.read_bytes(), file.suffix.casefold(), reading.cells)
    lines = placing.placed(folder, document, decided)
    file.unlink()
    return lines


def _said(told: dict) -> dict[str, str]:
    """Return the cells of sources.csv that were said with the file."""
    cells = {key: told.get(key) or "" for key in ("supersedes", "parent", "answer", "asked")}
    return {key: text for key, text in (cells | {"exemptions": " ".join(told.get("sections") or ())}).items() if text}


def _again(folder: Path, row: pd.Series, told: dict) -> list[str]:
    """Write what is said anew of a document that was taken in before."""
    cells = {key: text for key, text in _said(told).items() if row[key] != text}
    if not cells:
        return []
    amend(folder / "sources.csv", {"source_id": str(row.name)}, cells)
    return [f"Said in sources.csv: {', '.join(f'{key} {text!r}' for key, text in cells.items())}."]


def _answers(folder: Path, source_id: str, round_id: str, force_ids: list[str], told) -> list[str]:
    """Say in coverage.csv how each force answered, where nobody or only the reply it corrects has said so yet."""
    if told.get("answer") not in ("full", "partial", "refused", "not held"):
        return []
    cells = {"answer": told["answer"], "source_ids": source_id, "reason": "by its own reply"}
    cells |= {"exemptions": " ".join(told.get("sections") or ())}
    open_rows = [{"answer": "reply unknown"}, *([{"source_ids": old}] if (old := told.get("supersedes")) else [])]
    keys = [{"round_id": round_id, "force_id": one} | row for one in force_ids for row in open_rows]
    changed = sum(amend(folder / "coverage.csv", key, cells) for key in keys)
    return [f"Said in coverage.csv how it answered: {told['answer']}."] if changed else []


def _checked(inbox: Path, file: Path, decided: dict[str, pd.DataFrame]) -> tuple[readings.Reading, str]:
    """Return the reading of a file in the inbox that is accepted, or whose every finding is approved."""
    if not file.is_file():
        raise Refused(f"{file}: no such file, and no document was taken in under that name", 2)
    if not file.resolve().is_relative_to(inbox.resolve()):
        raise Refused(f"{file}: put it into {inbox} first: nothing unchecked is ever committed", 2)
    reading, sha256 = readings.read_all([file])[0], raw.checksum(file)
    if isinstance(reading, Faults):
        raise Refused("Refused; nothing was moved.\n" + _spelled(reading.faults, file.name, sha256))
    waiting = approvals.open_findings(reading.findings, sha256, decided["approvals"])
    if waiting:
        rows = "\n".join(line([sha256, fault.code, fault.place, approvals.OPEN]) for fault in waiting)
        said = _spelled(waiting, file.name, sha256)
        raise Refused(
            f"Needs a person; nothing was moved.\n{said}\n"
            f"Ask for a clean copy, or accept each in data/raw/approvals.csv, with your reason for WHY:\n{rows}"
        )
    return reading, sha256


def _spelled(faults: list[Fault], file: str, sha256: str) -> str:
    return "\n".join(str(fault.problem(file, sha256)) for fault in faults)


def _new(folder: Path, reading: readings.Reading, sha256: str, force_ids: list[str], decided, told) -> None:
    """Raise Refused where the file is there already, byte for byte or in another format, and nobody said why."""
    sources = decided["sources"]
    same = sources.loc[sources["sha256"] == sha256, "source_id"]
    if len(same):
        raise Refused(f"DUPLICATE_REPLY: the same bytes as {same.iloc[0]}; nothing was moved.")
    if told.get("supersedes") or told.get("parent"):
        return
    about = sources[(sources["force_ids"] == " ".join(force_ids)) & (sources["kind"] == "reply")]
    paths = {folder / file: source_id for source_id, file in zip(about["source_id"], about["file"], strict=True)}
    laid_out = [path for path in paths if path.with_suffix(".toml").is_file() and path.is_file()]
    own, accepted = likeness.content(reading.cells), approvals.accepted(decided["approvals"])
    for path, other in zip(laid_out, readings.read_all(laid_out), strict=True):
        finding = (sha256, duplicates.CODE, paths[path])
        if isinstance(other, Faults) or finding in accepted or not likeness.alike(own, likeness.content(other.cells)):
            continue
        raise Refused(
            f"DUPLICATE_REPLY: it says the same as {paths[path]}; nothing was moved. If it corrects that reply: "
            f"--supersedes {paths[path]}; if it came with it: --part-of {paths[path]}; if it only happens to say the "
            f"same, a row in data/raw/approvals.csv, with your reason for WHY:\n{line([*finding, approvals.OPEN])}"
        )


def _state(folder: Path, source_id: str, decided: dict[str, pd.DataFrame]) -> Taken:
    """Say what a reply that was taken in still lacks; write its golden rows while nothing rests on them."""
    source = decided["sources"].set_index("source_id", drop=False).loc[source_id]
    path = folder / source["file"]
    reading = readings.read_all([path])[0]
    if isinstance(reading, Faults):
        raise Refused(_spelled(reading.faults, source["file"], source["sha256"]))
    try:
        recipe = recipes.load(path.with_suffix(".toml"))
        rows, _ = recipes.rows(path, {**recipe, "draft": True}, reading.cells)
    except Faults as error:
        return Taken([*(str(fault.problem(source["file"], "")) for fault in error.faults)], True)
    found = [fault.problem(source["file"], "") for fault in recipes.undecided(recipe)]
    found += _unclear(rows, source, decided)
    lines = _written(rows, path, bool(found))
    found += [] if found else [fault.problem(source["file"], "") for fault in golden.differences(rows, path)]
    wrong = any(problem.code not in left.CODES for problem in found)
    rest = left.said(found, source, decided["coverage_decisions"])
    return Taken([*lines, f"{source_id}: {len(rows)} numbers read.", *rest], wrong)


def _written(rows: pd.DataFrame, path: Path, unfinished: bool) -> list[str]:
    """Write the golden rows where there are none yet, or where they were written before all was decided."""
    home, text = golden.path_of(path), golden.text(rows, unfinished)
    before = home.read_text(encoding="utf-8") if home.is_file() else ""
    if before == text or not (before == "" or golden.unfinished(before)):
        return []
    home.write_text(text, encoding="utf-8", newline="\n")
    if unfinished:
        return [f"Wrote the rows it gives so far: {home.name}."]
    return [f"Wrote the rows it is tested against: {home.name}. Compare them with the file."]


def _unclear(rows: pd.DataFrame, source: pd.Series, decided: dict[str, pd.DataFrame]) -> list[Problem]:
    """Return the labels, periods and numbers of a reply that nobody has decided yet, each once."""
    known = rows[rows["reads_as"] != recipes.UNDECIDED].replace(recipes.UNDECIDED, "")
    known = known.assign(source_id=source["source_id"], file=source["file"], sha256=source["sha256"])
    _, problems = figures.figures(known, decided["sources"], decided)
    decidable = [problem for problem in problems if problem.found != "no unit" or (known["unit"] != "").all()]
    return list({(problem.code, problem.found): problem for problem in reversed(decidable)}.values())[::-1]
