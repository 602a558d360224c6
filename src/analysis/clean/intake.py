"""A received file or a transcript made by hand, taken in: transcript, row in sources.csv, what is left to decide."""

import datetime as dt
import shutil
from collections import Counter
from collections.abc import Sized
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from analysis import read
from analysis.categories import one_of
from analysis.clean import decisions, drafts, transcripts
from analysis.clean.checks import NAME, WORDS, in_git
from analysis.clean.counts import plain
from analysis.clean.decisions import OPEN
from analysis.problems import NEEDS_PERSON, STOPS_DOCUMENT, Faults

SECOND_HAND = ("no reply", "reply unknown", "replied, named", "replied, unnamed")  # less than a reply of its own says
REPLY = ("answer", "asked", "exemptions", "supersedes", "parent", "seen_on")
MEANS = {"misuse": ("conduct", "system"), "outcome": ("outcome",), "role": ("role",), "unit": ("unit",)}
OPEN_CODES = ("UNDECIDED", "NO_UNIT", "UNKNOWN_WORDING", "UNKNOWN_FORCE")  # left to decide, and not wrong
OWN = "by its own reply"
MOST_TO_COMPARE = 50_000  # cells of a reply; the largest real one has some hundreds


class Refused(Exception):
    """Say why a file is not taken in; nothing was changed."""

    def __init__(self, text: str, exit_status: int = 1):
        self.exit_status = exit_status
        super().__init__(text)


class Taken(NamedTuple):
    """Hold what was said of a reply, and whether something in it is wrong rather than only left to decide."""

    lines: list[str]
    wrong: bool


def new_reply(raw: Path, file: Path, round_id: str, force_ids: list[str], **options) -> Taken:
    """Write the transcript of a received file and its row in sources.csv, or go on with one taken in before.

    raw: the folder of evidence; the file itself stays where it is. force_ids: forces, by id or any known name.
    options: source_id; sets, what stands for `?` by column; accept, codes of findings that a person has looked at, and
    reason, why; answer, asked, exemptions, supersedes, parent, seen_on for the row in sources.csv.
    Raises Refused where the file is refused or needs a person, or a round, force or document is not known.
    """
    decided, sha256 = _decided(raw, file), read.checksum(file)
    sources = decided["sources"].set_index("source_id", drop=False)
    known = {text: force_id for text, (force_id, _) in decisions.names(decided).items() if force_id}
    forces = " ".join(known[_known("force", plain(name), known)] for name in force_ids)
    _known("round", round_id, decided["rounds"]["round_id"])
    for name in ("supersedes", "parent"):
        _known("document", options.get(name) or "", ["", *sources.index])
    sets, said = options.get("sets") or {}, {name: str(options[name]) for name in REPLY if options.get(name)}
    for name in sets:
        _known("column", name, transcripts.HINTS)
    lines, same = [], sources[sources["received_sha256"] == sha256]
    if same.empty:
        source_id = _free(options.get("source_id"), forces.replace(" ", "-"), round_id, sources.index)
        row = {"round_id": round_id, "force_ids": forces, "received_sha256": sha256}
        lines = _take(raw, file, source_id, row | said, decided, options)
    else:
        source_id = same.index[0]
        if (*same.iloc[0][["round_id", "force_ids"]],) != (round_id, forces):
            raise Refused(f"DUPLICATE_REPLY: the same bytes as {source_id}; nothing was written.")
        put(raw / "sources.csv", {"source_id": source_id}, said)
    lines += _fill(raw / _row(raw / "sources.csv", source_id=source_id)["file"], sets)
    return _state(raw, source_id, lines, decided)


def new_press(raw: Path, file: Path, round_id: str = "", **options) -> Taken:
    """Put a transcript made by hand into the folder of its round, and its row with its sha256 into sources.csv.

    options: source_id (default: the name of the file); sets, cells of the row such as publisher, title and url.
    Raises Refused.
    """
    source_id, sets = _id(options.get("source_id") or file.stem), options.get("sets") or {}
    inside = file.resolve().is_relative_to(raw.resolve())
    if not (inside or round_id):
        raise Refused("say which round it belongs to: --round R", 2)
    path = file.resolve() if inside else raw.resolve() / round_id / f"{source_id}.csv"
    now = path if path.is_file() and not file.is_file() else file  # put in place before, and named as it was
    decided, name = _decided(raw, now), f"{path.parent.name}/{path.name}"
    _known("round", path.parent.name, decided["rounds"]["round_id"])
    for column in sets:
        _known("column of sources.csv", column, decided["sources"].columns)
    files = dict(zip(decided["sources"]["source_id"], decided["sources"]["file"], strict=True))
    if files.get(source_id, name) != name or (now.resolve() != path and path.exists()):
        other = f"{source_id} is another document, data/raw/{files.get(source_id, name)}"
        raise Refused(f"{other}: choose a --source-id", 2)
    try:
        transcripts.checked_header(decisions.records(now.read_bytes()))
    except Faults as error:
        raise Refused("\n".join(str(fault.problem(file.name, "")) for fault in error.faults)) from error
    path.parent.mkdir(exist_ok=True)
    shutil.move(now, path)
    row = {"published_basis": "printed"} if sets.get("published_on") else {}
    if source_id not in files:
        row = _usual(path) | {"round_id": path.parent.name, "kind": "press", "public": "yes", "file": name} | row
    put(raw / "sources.csv", {"source_id": source_id}, row | sets)
    said = [f"It is data/raw/{name}: edit it there."]
    return _state(raw, source_id, said, _decided(raw, path), source_id not in files)


def _decided(raw: Path, file: Path) -> dict[str, pd.DataFrame]:
    if not file.is_file():
        raise Refused(f"no such file: {file}", 2)
    decided, problems = decisions.read(raw)
    if problems:
        raise Refused("\n".join(str(problem) for problem in problems))
    return decided


def _known(what: str, name: str, known) -> str:
    try:
        return one_of(what, name, known)
    except ValueError as error:
        new = "; a new one is a row of data/raw/rounds.csv" if what == "round" else ""
        raise Refused(f"{error}{new}", 2) from error


def _id(text: str) -> str:
    if not NAME.fullmatch(text):
        raise Refused(f"{text!r} is no name of a document: letters, digits, - and _ (--source-id)", 2)
    return text


def _free(chosen: str | None, forces: str, round_id: str, taken) -> str:
    """Return the name of a new document: as chosen, or with a number where the force has answered before."""
    if chosen in taken:
        raise Refused(f"{chosen} is the name of another file: choose one with --source-id", 2)
    names = (f"{forces}{number}_{round_id}" for number in ["", *(f"-{again}" for again in range(2, 1000))])
    return _id(chosen or next(name for name in names if name not in taken))


def _take(raw: Path, file: Path, source_id: str, row: dict[str, str], decided: dict, options: dict) -> list[str]:
    """Write the transcript of a file that is accepted, its row, and what a person accepted in it."""
    reading, accepted = _accepted(raw, file, options)
    if len(reading.cells) > MOST_TO_COMPARE:
        raise Refused(
            f"{file}: found {len(reading.cells):,} cells; expected at most {MOST_TO_COMPARE:,}, which a person can "
            "compare; send a file with the table of counts alone. Nothing was written."
        )
    round_id, forces = row["round_id"], row["force_ids"]
    publisher = " and ".join(decided["forces"].set_index("force_id")["name"][forces.split()])
    words = {name: set(group["wording"].map(plain)) for name, group in decided["wording"].groupby("field")}
    made = drafts.draft(reading.cells, publisher, words)
    if not (row.get("supersedes") or row.get("parent") or "DUPLICATE_REPLY" in (options.get("accept") or ())):
        earlier = decided["sources"].query("force_ids == @forces and kind == 'reply'")
        _refuse_a_copy(raw, made.rows, dict(zip(earlier["source_id"], earlier["file"], strict=True)))
    name = f"{round_id}/{source_id.removesuffix(f'_{round_id}')}.csv"
    if (raw / name).exists():
        raise Refused(f"data/raw/{name} is there already, and is no transcript of this file: choose a --source-id", 2)
    _write(raw / name, pd.DataFrame(made.rows, dtype="str"))
    for key in accepted:
        put(raw / "approvals.csv", key, {"reason": options["reason"]})
    if " " in forces and plain(publisher) not in decisions.names(decided):
        joint = {"kind": "joint", "force_ids": forces, "reason": "one reply for both"}
        put(raw / "lookups" / "places.csv", {"wording": publisher}, joint)
    question = decided["rounds"].set_index("round_id")["question"][round_id] if round_id != "single-force" else ""
    new = {"publisher": publisher, "title": f"reply of {publisher}", "asked": question, "public": "no"}
    put(raw / "sources.csv", {"source_id": source_id}, _usual(raw / name) | new | {"kind": "reply", "file": name} | row)
    ends = Counter(end for end, _ in made.ends.values())
    ended = ", ".join(f"{end} {ends[end]}" for end in ("value", "label", "dropped", "note"))
    return [
        f"Wrote data/raw/{name}: {_counted(made.rows, 'row')}. Compare each with the file, which stays where it is.",
        f"Of {_counted(made.ends, 'cell')}: {ended}.",
        *(["Look at:", *(f"  {ask}" for ask in made.asks)] if made.asks else []),
    ]


def _usual(path: Path) -> dict[str, str]:
    """Return what the row of a new transcript says unless somebody says otherwise."""
    seen = {"figures_visible": "yes", "seen_on": dt.date.today().isoformat(), "extent_seen": "whole"}
    return seen | {"published_basis": "not visible", "sha256": read.checksum(path)}


def _accepted(raw: Path, file: Path, options: dict) -> tuple[read.Reading, list[dict[str, str]]]:
    """Return the reading of a file that is accepted, and which findings a person accepted for it."""
    reading = read.read([file])[file]
    report = read.judged(file, reading, raw)
    if report["outcome"] == read.REFUSED:
        raise Refused(f"Nothing was written.\n{read.report([report])}")
    if report["outcome"] != read.NEEDED:
        return reading, []
    waiting = [found for found in report["findings"] if found["severity"] == NEEDS_PERSON]
    codes = {found["code"] for found in waiting}
    if codes - set(options.get("accept") or ()) or not options.get("reason"):
        told = f"Nothing was written.\n{read.report([report])}\nAsk for a clean copy; or, when you have looked at each:"
        raise Refused(f"{told} --accept {' '.join(sorted(codes))} --reason 'why'")
    return reading, [{name: found[name] for name in ("sha256", "code", "place")} for found in waiting]


def _refuse_a_copy(raw: Path, rows: list[dict[str, str]], earlier: dict[str, str]) -> None:
    """Raise Refused where an earlier reply says the same numbers at the same labels, so far as both are decided."""
    names = ["value", "period", "role", "misuse", "outcome"]
    for source_id, file in earlier.items():
        one, other = (
            some[some["drop"] == ""][names].map(plain).sort_values("value", kind="stable").to_numpy()
            for some in (pd.DataFrame(rows, columns=transcripts.COLUMNS, dtype="str"), _table(raw / file))
        )
        if len(one) and one.shape == other.shape and ((one == other) | (one == OPEN) | (other == OPEN)).all():
            raise Refused(
                f"DUPLICATE_REPLY: it says the same as {source_id}; nothing was written. If it corrects that reply: "
                f"--supersedes {source_id}; if it came with it: --part-of {source_id}; else --accept DUPLICATE_REPLY"
            )


def _counted(things: Sized, noun: str) -> str:
    return f"{len(things)} {noun}{'' if len(things) == 1 else 's'}"


def _fill(path: Path, sets: dict[str, str]) -> list[str]:
    """Write what is said for the `?` of a column, and say where none is; a row wholly unknown is left to a person."""
    rows = _table(path)
    bare = (rows[drafts.ASKED] == OPEN).all(axis=1) | (rows["drop"] != "")
    filled = {name: rows[name].mask((rows[name] == OPEN) & ~bare, text) for name, text in sets.items() if name in rows}
    if sets:
        _write(path, rows.assign(**filled))
    vain = [name for name in sets if name not in filled or filled[name].equals(rows[name])]
    return [f"--set {name}={sets[name]} set nothing: no row of which something is known has a ? there" for name in vain]


def _state(raw: Path, source_id: str, lines: list[str], decided: dict, is_new: bool = False) -> Taken:
    """Say what a document still lacks, in one place, with the rows to paste; note its transcript as it is now."""
    lines += _noted(raw, source_id)
    source = _row(raw / "sources.csv", source_id=source_id)
    written = {"sources": _table(raw / "sources.csv"), "places": _table(raw / "lookups" / "places.csv")}
    decided = decided | written  # as they are by now
    said = transcripts.read(raw, decided["sources"].query("source_id == @source_id"))
    if said.problems:
        return Taken([*lines, *(str(problem) for problem in said.problems)], True)
    kept = said.rows[said.rows["drop"] == ""]
    covered, uncovered = _cover(raw, source, decided, kept) if is_new or source["kind"] == "reply" else ([], [])
    _, problems = transcripts.figures(kept, decided["sources"], decided)
    bare = kept[(kept[drafts.ASKED] == OPEN).all(axis=1)]
    do = "say what this number counts, or under drop why it counts nobody"
    left = [f"line {row.line}: {row.value} at {row.place}: {do}" for row in bare.itertuples()]
    new_words = [one for one in problems if one.code == "UNKNOWN_WORDING"]  # rows to paste, below
    left += [f"{one.place}: {one.found}; expected {one.expected}; {one.do}" for one in problems if one not in new_words]
    left += [*_lacks(source), *uncovered]
    if left:
        do = "write over each ?, or over all of a column with --set role=all"
        left = [f"Left to decide in data/raw/{source['file']} ({do}):", *(f"  {one}" for one in left)]
    left += _new_words(kept, decided["wording"], source["round_id"])
    lines += [*covered, f"{source_id}: {_counted(kept, 'number')}; its row is in sources.csv."]
    wrong = any(one.severity == STOPS_DOCUMENT and one.code not in OPEN_CODES for one in problems)
    return Taken([*lines, *(left or ["Nothing is left to decide."])], wrong)


def _noted(raw: Path, source_id: str) -> list[str]:
    """Put the sha256 of an edited transcript into sources.csv. Raises Refused where git holds it already."""
    row = _row(raw / "sources.csv", source_id=source_id)
    sha256 = read.checksum(raw / row["file"])
    if row["sha256"] == sha256:
        return []
    if in_git(raw, row["file"]):
        raise Refused(f"{row['file']}: CHANGED: found {sha256}; expected {row['sha256']}; {WORDS['CHANGED'][1]}")
    put(raw / "sources.csv", {"source_id": source_id}, {"sha256": sha256})
    return [f"Noted {row['file']} as it is now."]


def _cover(raw: Path, source: dict[str, str], decided: dict, rows: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Say in coverage.csv how forces answered, where only others or the reply it corrects have said so yet.

    A reply says it of its force, a page of each force it prints a number for. Returns what was said, and what is left.
    """
    said, left, own, path = [], [], source["source_id"], raw / "coverage.csv"
    if source["round_id"] == "single-force":
        return said, left
    _begin_coverage(path, source["round_id"], decided)
    named = {*" ".join(decisions.forces(rows, decisions.names(decided))["force_ids"]).split()}
    answer, why, weaker, forces = "replied, named", "a page prints a number for it", SECOND_HAND[:2], sorted(named)
    if source["kind"] == "reply":
        answer, why, weaker, forces = source["answer"], OWN, SECOND_HAND, source["force_ids"].split()
    for force_id in forces if answer else ():
        key = {"round_id": source["round_id"], "force_id": force_id}
        row = _row(path, **key)
        ids, before = row["source_ids"].split(), row["answer"]
        if {own, source["parent"]} & {*ids}:
            continue
        if answer != "other" and (before in weaker or source["supersedes"] in ids):
            cells = {"answer": answer, "exemptions": source["exemptions"], "reason": why}
            put(path, key, cells | {"source_ids": " ".join([*ids, own])})
            said.append(f"Said in coverage.csv how {force_id} answered: {answer} (before: {before}).")
        elif why == OWN:
            left.append(f"coverage.csv says {force_id}: {before}; say how it answered in all, {own} among the sources")
    return said, left


def _begin_coverage(path: Path, round_id: str, decided: dict[str, pd.DataFrame]) -> None:
    """Add the forces of a round that have no row yet: nobody has said whether they replied."""
    there = _table(path).query("round_id == @round_id")["force_id"]
    begun = decided["rounds"].set_index("round_id")["period_start"][round_id]
    for force in decided["forces"][~decided["forces"]["force_id"].isin(there)].itertuples():
        said = {"answer": "reply unknown", "reason": "no document seen says whether it replied"}
        if force.exists_until < begun:
            said = {"answer": "did not exist", "reason": "joined another force before the period asked about"}
        put(path, {"round_id": round_id, "force_id": force.force_id}, said)


def _lacks(source: dict[str, str]) -> list[str]:
    """Say which cells of its row in sources.csv a person must fill."""
    if source["kind"] != "reply":
        empty = [name for name in ("publisher", "title", "url") if not source[name]]
        asked = " ".join(f"{name}='…'" for name in [*empty, "published_on", "derived_from"] if not source[name])
        return [f"sources.csv: {', '.join(empty)} of {source['source_id']}: there, or --set {asked}"] if empty else []
    words = {"answer": "full, partial, refused, not held or other (--answer)", "asked": "what was asked, in our words"}
    return [f"sources.csv: {name}: {text}" for name, text in words.items() if not source[name]]


def _new_words(rows: pd.DataFrame, wording: pd.DataFrame, round_id: str) -> list[str]:
    """Return a row for lookups/wording.csv for each wording not known yet, with `?` for what it means."""
    found = []
    rows = rows[~rows["unit"].map(plain).isin([*transcripts.NO_FIGURE])]  # how many forces answered needs no wording
    for name, means in MEANS.items():
        here = wording[(wording["field"] == name) & wording["round_id"].isin(["", round_id])]
        known = {"", OPEN, *here["wording"].map(plain), *transcripts.NO_FIGURE}
        for text in {plain(text): text for text in rows[name] if plain(text) not in known}.values():
            found.append(dict.fromkeys(means, OPEN) | {"field": name, "wording": text, "reason": "WHY"})
    pasted = pd.DataFrame(found, columns=wording.columns).to_csv(index=False, header=False).splitlines()
    do = "with what lookups/categories.csv calls it for each ?, and why for WHY"
    return [f"Rows for data/raw/lookups/wording.csv, {do}:", *pasted] if found else []


def _table(path: Path) -> pd.DataFrame:
    """Return a table as it is written, all of it text; an empty one where there is no file."""
    return pd.read_csv(path, dtype="str", keep_default_na=False) if path.is_file() else pd.DataFrame(dtype="str")


def _row(path: Path, **key: str) -> dict[str, str]:
    """Return the row of a table that holds certain values. Raises StopIteration where there is none."""
    return next(row for row in _table(path).to_dict("records") if key.items() <= row.items())


def put(path: Path, key: dict[str, str], cells: dict[str, str]) -> None:
    """Set cells of the row of a table that holds certain values, or add it at the end; a column it lacks is added."""
    table = _table(path)
    rows = table.to_dict("records")
    row = next((row for row in rows if key.items() <= row.items()), None)
    if row is None:
        rows.append(row := dict(key))
    row |= {name: text for name, text in cells.items() if text or name in row}
    columns = dict.fromkeys([*table.columns, *row])
    _replace(path, pd.DataFrame(rows, columns=[*columns], dtype="str").fillna(""))


def _write(path: Path, rows: pd.DataFrame) -> None:
    """Write the rows of a transcript; columns that are rarely needed only where a row fills them."""
    used = [name for name in transcripts.OPTIONAL if name in rows and (rows[name] != "").any()]
    _replace(path, rows.reindex(columns=[*transcripts.COLUMNS, *used]))


def _replace(path: Path, table: pd.DataFrame) -> None:
    path.parent.mkdir(exist_ok=True)
    staged = path.with_suffix(".new")
    table.to_csv(staged, index=False, lineterminator="\n", encoding="utf-8")
    staged.replace(path)
