"""A received file or a transcript made by hand, taken in: transcript, row in sources.csv, what is left to decide."""

import csv
import datetime as dt
import io
import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from analysis import read
from analysis.clean import decisions, drafts, figures, transcripts
from analysis.clean.counts import plain
from analysis.clean.decisions import OPEN
from analysis.problems import NEEDS_PERSON, STOPS_DOCUMENT, Faults, Problem

ANSWERS = ("full", "partial", "refused", "not held")
REPLY = ("answer", "asked", "exemptions", "supersedes", "parent", "reference", "public", "seen_on")
PRESS = ("publisher", "title", "url", "published_on", "derived_from", "reference", "note", "seen_on", "extent_seen")
MEANS = {"misuse": ("conduct", "system"), "outcome": ("outcome",), "role": ("role",), "unit": ("unit",)}
HINTS = {
    "period": "the words of the file or the request, such as 2018/19",
    "role": "officer, staff, pcso, special, all or unknown",
    "unit": "people, cases, allegations, incidents, offences",
    "misuse": "what was done or misused, in the words of the file or the request",
    "outcome": "how it ended, in the words of the file; recorded where it counts every case",
    "value": "the number as printed, or withheld, not held, not applicable",
    "reads_as": "the number that the mark stands for, such as 4 or fewer",
}
OPEN_CODES = ("UNKNOWN_WORDING", "UNKNOWN_FORCE")  # left to decide, and not wrong
OWN = "by its own reply"
Rows = list[dict[str, str]]


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
    reason, why; answer, asked, exemptions, supersedes, parent, reference, public, seen_on for the row in sources.csv.
    Raises Refused where the file is refused or needs a person, or a round, force or document is not known.
    """
    decided = _decided(raw, file)
    sources = decided["sources"].set_index("source_id", drop=False)
    forces = " ".join(_force(decided, name) for name in force_ids)
    _known(round_id, decided["rounds"]["round_id"], "round")
    for name in ("supersedes", "parent"):
        _known(options.get(name) or "", ["", *sources.index], "document")
    for name in options.get("sets") or {}:
        _known(name, HINTS, "column")
    sha256 = read.checksum(file)
    before = sources[sources["received_sha256"] == sha256]
    if len(before):
        source_id, taken = before.index[0], before.iloc[0]
        if (taken["round_id"], taken["force_ids"]) != (round_id, forces):
            raise Refused(f"DUPLICATE_REPLY: the same bytes as {source_id}; nothing was written.")
        put(raw / "sources.csv", {"source_id": source_id}, _said(options, REPLY))
        lines = []
    else:
        source_id = _free(options.get("source_id") or "", f"{forces.replace(' ', '-')}_{round_id}", sources)
        row = {"round_id": round_id, "kind": "reply", "force_ids": forces, "received_sha256": sha256}
        lines = _take(raw, file, source_id, row, decided, options)
    _fill(raw, source_id, options.get("sets") or {})
    return _state(raw, source_id, lines)


def new_press(raw: Path, file: Path, **options) -> Taken:
    """Write what a machine can for a transcript made by hand: its row in sources.csv with its sha256.

    The transcript lies in data/raw/<round>/. options: publisher, title, url, published_on, derived_from, note … for
    the row. Raises Refused.
    """
    decided = _decided(raw, file)
    if not file.resolve().is_relative_to(raw.resolve()):
        raise Refused(f"put {file.name} into the folder of its round, data/raw/ROUND/, and name it there", 2)
    round_id, source_id = file.resolve().parent.name, _id(options.get("source_id") or file.stem)
    _known(round_id, decided["rounds"]["round_id"], "round")
    name, lines = file.resolve().relative_to(raw.resolve()).as_posix(), []
    try:
        transcripts.checked_header(transcripts.records(file.read_bytes()))
    except Faults as error:
        raise Refused("\n".join(str(fault.problem(name, "")) for fault in error.faults)) from error
    said = _said(options, PRESS)
    if source_id in set(decided["sources"]["source_id"]):
        put(raw / "sources.csv", {"source_id": source_id}, said)
    else:
        row = {"round_id": round_id, "kind": "press", "public": "yes", "file": name}
        row |= {"published_basis": "printed" if said.get("published_on") else "not visible"}
        lines.append(_add_source(raw, source_id, row | said))
    return _state(raw, source_id, lines)


def _decided(raw: Path, file: Path) -> dict[str, pd.DataFrame]:
    if not file.is_file():
        raise Refused(f"{file}: no such file", 2)
    decided, problems = decisions.read(raw)
    if problems:
        raise Refused("\n".join(str(problem) for problem in problems))
    return decided


def _known(name: str, known, what: str) -> None:
    if name not in set(known):
        raise Refused(f"no {what} is called {name!r}; nearest: {decisions.nearest(name, set(known) - {''})}", 2)


def _force(decided: dict[str, pd.DataFrame], name: str) -> str:
    known = {text: force_id for text, (force_id, _) in decisions.names(decided).items() if force_id}
    _known(plain(name), known, "force")
    return known[plain(name)]


def _id(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_.-]*", text) or ".." in text:
        raise Refused(f"{text!r} is no name of a document: small letters, digits, - and _", 2)
    return text


def _free(chosen: str, usual: str, sources: pd.DataFrame) -> str:
    """Return the name of a new document: as chosen, or with a number where the force has answered before."""
    if chosen in sources.index:
        raise Refused(f"{chosen} is the name of another file: choose one with --source-id", 2)
    names = [chosen] if chosen else [usual, *(f"{usual}-{number}" for number in range(2, 1000))]
    return next(_id(name) for name in names if name not in sources.index)


def _said(options: dict, names: tuple[str, ...]) -> dict[str, str]:
    return {name: str(options[name]) for name in names if options.get(name)}


def _take(raw: Path, file: Path, source_id: str, row: dict[str, str], decided: dict, options: dict) -> list[str]:
    """Write the transcript of a file that is accepted, its row, and what a person accepted in it."""
    reading, accepted = _accepted(raw, file, options)
    round_id, forces = row["round_id"], row["force_ids"].split()
    publisher = " and ".join(decided["forces"].set_index("force_id")["name"][forces])
    words = {name: set(group["wording"].map(plain)) for name, group in decided["wording"].groupby("field")}
    made = drafts.draft(reading.cells, publisher, words)
    _refuse_a_copy(raw, made.rows, row, decided["sources"], options)
    names = ["-".join(forces), *(f"{'-'.join(forces)}-{number}" for number in range(2, 1000))]
    name = next(f"{round_id}/{name}.csv" for name in names if not (raw / round_id / f"{name}.csv").exists())
    (raw / round_id).mkdir(exist_ok=True)
    _write(raw / name, made.rows)
    question = decided["rounds"].set_index("round_id")["question"][round_id] if round_id != "single-force" else ""
    row |= {"publisher": publisher, "title": f"reply of {publisher}", "asked": question, "public": "no", "file": name}
    for key in accepted:
        put(raw / "approvals.csv", key, {"reason": options["reason"]})
    told = _add_source(raw, source_id, row | {"published_basis": "not visible"} | _said(options, REPLY))
    ends = Counter(end for end, _ in made.ends.values())
    words = {"value": "values", "label": "labels", "dropped": "dropped", "note": "notes"}
    return [
        f"Wrote data/raw/{name}: {len(made.rows)} rows. Compare each with the file, which stays in {file.parent.name}.",
        f"Its {len(made.ends)} cells: {', '.join(f'{ends[end]} {word}' for end, word in words.items())}. {told}",
        *(["Look at:", *(f"  {ask}" for ask in made.asks)] if made.asks else []),
    ]


def _add_source(raw: Path, source_id: str, row: dict[str, str]) -> str:
    usual = {"figures_visible": "yes", "seen_on": dt.date.today().isoformat(), "extent_seen": "whole"}
    put(raw / "sources.csv", {"source_id": source_id}, usual | {"sha256": read.checksum(raw / row["file"])} | row)
    return f"Its row is in sources.csv: {source_id}."


def _accepted(raw: Path, file: Path, options: dict) -> tuple[read.Reading, Rows]:
    """Return the reading of a file that is accepted, and which findings a person accepted for it."""
    reading = read.read([file])[file]
    report = read.judged(file, reading, raw)
    if report["outcome"] == read.REFUSED:
        raise Refused(f"Nothing was written.\n{read.report([report])}")
    waiting = [found for found in report["findings"] if found["severity"] == NEEDS_PERSON]
    waiting = waiting if report["outcome"] == read.NEEDED else []
    codes = {found["code"] for found in waiting}
    if codes - set(options.get("accept") or ()) or (codes and not options.get("reason")):
        told = " ".join(f"--accept {code}" for code in sorted(codes))
        do = f"Ask for a clean copy; or, when you have looked at each: {told} --reason 'why'"
        raise Refused(f"Nothing was written.\n{read.report([report])}\n{do}")
    return reading, [{name: found[name] for name in ("sha256", "code", "place")} for found in waiting]


def _refuse_a_copy(raw: Path, rows: Rows, row: dict[str, str], sources: pd.DataFrame, options: dict) -> None:
    """Raise Refused where another reply of the force says the same numbers at the same labels, and nobody said why."""
    if options.get("supersedes") or options.get("parent") or "DUPLICATE_REPLY" in (options.get("accept") or ()):
        return
    earlier = sources[(sources["force_ids"] == row["force_ids"]) & (sources["kind"] == "reply")]
    for source_id, file in zip(earlier["source_id"], earlier["file"], strict=True):
        if _say_the_same(rows, _table(raw / file)[1]):
            raise Refused(
                f"DUPLICATE_REPLY: it says the same as {source_id}; nothing was written. If it corrects that reply: "
                f"--supersedes {source_id}; if it came with it: --part-of {source_id}; else --accept DUPLICATE_REPLY"
            )


def _say_the_same(rows: Rows, others: Rows) -> bool:
    """Say whether each row has one of its own among the others, with the same number and labels so far as known."""
    names = ("period", "role", "misuse", "outcome", "value")
    kept, left = ([[plain(row[name]) for name in names] for row in some if not row["drop"]] for some in (rows, others))
    for row in kept:
        same = [
            one
            for one in left
            if all(text == other or OPEN in (text, other) for text, other in zip(row, one, strict=True))
        ]
        if not same:
            return False
        left.remove(same[0])
    return bool(kept) and not left


def _fill(raw: Path, source_id: str, sets: dict[str, str]) -> None:
    """Write what is said for the `?` of a column; a row of which nothing is known is left to a person."""
    path = raw / _one(raw / "sources.csv", source_id=source_id)["file"]
    _, rows = _table(path)
    for row in rows:
        if any(row[name] != OPEN for name in drafts.ASKED) and not row["drop"]:
            row |= {name: text for name, text in sets.items() if row.get(name) == OPEN}
    if sets:
        _write(path, rows)


def _state(raw: Path, source_id: str, lines: list[str]) -> Taken:
    """Say what a document still lacks, in one place, with the rows to paste; note its transcript as it is now."""
    lines += _noted(raw, source_id)
    source = _one(raw / "sources.csv", source_id=source_id)
    answered, unanswered = _answered(raw, source) if source["kind"] == "reply" else ([], [])
    decided, _ = decisions.read(raw)
    said = transcripts.read(raw, decided["sources"].query("source_id == @source_id"))
    if said.problems:
        return Taken([*lines, *answered, *(str(problem) for problem in said.problems)], True)
    kept = said.rows[said.rows["drop"] == ""]
    problems = _problems(kept, decided)
    open_rows = {name: kept.loc[kept[name] == OPEN, "line"] for name in HINTS}
    left = [f"{name}: ? in {_lines(rows)}: {HINTS[name]}" for name, rows in open_rows.items() if len(rows)]
    left += [f"{one.place}: {one.found}; expected {one.expected}; {one.do}" for one in problems]
    left += [*_lacks(source), *unanswered]
    if left:
        left = [f"Left to decide in data/raw/{source['file']}, where each ? is yours to replace:",
                *(f"  {one}" for one in left)]  # fmt: skip
    left += _new_words(kept, decided["wording"], source["round_id"])
    left += _joint(source) if any(one.code == "UNKNOWN_FORCE" for one in problems) else []
    lines += [*answered, f"{source_id}: {len(kept)} number{'' if len(kept) == 1 else 's'}."]
    wrong = any(one.severity == STOPS_DOCUMENT and one.code not in OPEN_CODES for one in problems)
    return Taken([*lines, *(left or ["Nothing is left to decide."])], wrong)


def _problems(rows: pd.DataFrame, decided: dict[str, pd.DataFrame]) -> list[Problem]:
    """Return what a build would not read in the rows without a `?` for their number; new words are told apart."""
    known = rows[(rows["value"] != OPEN) & (rows["reads_as"] != OPEN)]
    known = known.assign(unit=known["unit"].replace(OPEN, "people")).replace(OPEN, "")
    _, problems = figures.figures(known, decided["sources"], decided)
    return [one for one in problems if one.code != "UNKNOWN_WORDING" or one.found.startswith("no unit")]


def _lines(numbers: pd.Series) -> str:
    first = f"line {min(numbers)}"
    return first if len(numbers) == 1 else f"{len(numbers)} rows, the first in {first}"


def _noted(raw: Path, source_id: str) -> list[str]:
    """Put the sha256 of an edited transcript into sources.csv.

    Raises Refused where lines were changed that are committed.
    """
    row = _one(raw / "sources.csv", source_id=source_id)
    path, sha256 = raw / row["file"], read.checksum(raw / row["file"])
    if row["sha256"] == sha256:
        return []
    command = ["git", "-C", str(path.parent), "show", f"HEAD:./{path.name}"]
    try:
        committed = subprocess.run(command, capture_output=True, check=False).stdout
    except OSError:  # no git here: nothing was committed
        committed = b""
    if not path.read_bytes().startswith(committed.rstrip(b"\n")):
        raise Refused(
            f"{row['file']}: lines that are committed were changed, and the addresses of numbers with them: "
            f"restore it, and add rows at its end, or take the correction in as a document of its own"
        )
    put(raw / "sources.csv", {"source_id": source_id}, {"sha256": sha256})
    return [f"Noted {row['file']} as it is now."]


def _answered(raw: Path, source: dict[str, str]) -> tuple[list[str], list[str]]:
    """Say in coverage.csv how each force answered, where nobody or only the reply it corrects has said so yet.

    Returns what was said, and what is left to a person, with the row to paste.
    """
    said, left = [], []
    for force_id in source["force_ids"].split() if source["round_id"] != "single-force" else ():
        key = {"round_id": source["round_id"], "force_id": force_id}
        row = _one(raw / "coverage.csv", **key)
        ids = row.get("source_ids", "").split()
        if {source["source_id"], source["parent"]} & {*ids}:
            continue
        is_silent = row.get("answer", "no reply") in ("no reply", "reply unknown") or source["supersedes"] in ids
        cells = {"answer": source["answer"] or OPEN, "exemptions": source["exemptions"]}
        if is_silent and source["answer"] in ANSWERS:
            put(raw / "coverage.csv", key, cells | {"source_ids": source["source_id"], "reason": OWN})
            said = [f"Said in coverage.csv how it answered: {source['answer']}."]
        else:
            line = _line([*key.values(), *cells.values(), " ".join([*ids, source["source_id"]]), OWN])
            do = f"says {force_id}: {row['answer']}; put instead" if row else f"has no row for {force_id}; add"
            left.append(f"coverage.csv {do}: {line}")
    return said, left


def _lacks(source: dict[str, str]) -> list[str]:
    """Say which cells of its row in sources.csv a person must fill."""
    if source["kind"] != "reply":
        needed = [name for name in ("publisher", "title", "url", "published_on") if not source[name]]
        return [f"sources.csv: {', '.join(needed)} of {source['source_id']}"] if needed else []
    words = {"answer": "full, partial, refused, not held or other (--answer)", "asked": "what was asked, in our words"}
    return [f"sources.csv: {name}: {text}" for name, text in words.items() if not source[name]]


def _new_words(rows: pd.DataFrame, wording: pd.DataFrame, round_id: str) -> list[str]:
    """Return a row for lookups/wording.csv for each wording not known yet, with `?` for what it means."""
    found = []
    for name, means in MEANS.items():
        here = wording[(wording["field"] == name) & wording["round_id"].isin(["", round_id])]
        known = {"", OPEN, *here["wording"].map(plain)}
        for text in {plain(text): text for text in rows[name] if plain(text) not in known}.values():
            row = dict.fromkeys(means, OPEN) | {"field": name, "wording": text, "reason": "WHY"}
            if name == "outcome" and plain(text) in drafts.OUTCOMES:
                row |= {"outcome": drafts.OUTCOMES[plain(text)], "reason": "an everyday word for it"}
            found.append(_line([row.get(column, "") for column in wording.columns]))
    do = "with what lookups/categories.csv calls it for each ?, and why for WHY"
    return [f"Rows for data/raw/lookups/wording.csv, {do}:", *found] if found else []


def _joint(source: dict[str, str]) -> list[str]:
    """Return the row for lookups/places.csv that says which forces answered together."""
    if " " not in source["force_ids"]:
        return []
    row = _line([source["publisher"], "joint", source["force_ids"], "", "one reply for both"])
    return ["A row for data/raw/lookups/places.csv:", row]


def _one(path: Path, **key: str) -> dict[str, str]:
    """Return the row of a table that holds certain values, or an empty one."""
    return next((row for row in _table(path)[1] if key.items() <= row.items()), {})


def _table(path: Path) -> tuple[list[str], Rows]:
    """Return the header and the rows of a table; none where there is no file."""
    if not path.is_file():
        return [], []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        return [*(reader.fieldnames or [])], [*reader]


def _write(path: Path, rows: Rows) -> None:
    """Write the rows of a transcript; columns that are rarely needed only where a row fills them."""
    used = [name for name in transcripts.OPTIONAL if any(row.get(name) for row in rows)]
    _replace(path, [*transcripts.COLUMNS, *used], rows)


def put(path: Path, key: dict[str, str], cells: dict[str, str]) -> None:
    """Set cells of the row of a table that holds certain values, or add it at the end.

    A column that the table lacks is added for all rows.
    """
    header, rows = _table(path)
    row = next((row for row in rows if key.items() <= row.items()), {})
    if not row:
        rows.append(row)
    row |= key | cells
    _replace(path, [*header, *(name for name, text in row.items() if text and name not in header)], rows)


def _replace(path: Path, header: list[str], rows: Rows) -> None:
    content = "".join(
        _line(fields) + "\n" for fields in [header, *([row.get(n) or "" for n in header] for row in rows)]
    )
    if not path.is_file() or path.read_bytes() != content.encode("utf-8"):
        staged = path.with_suffix(".new")
        staged.write_text(content, encoding="utf-8", newline="")
        staged.replace(path)


def _line(fields: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(fields)
    return out.getvalue()
