"""A received file or a transcript made by hand, taken in: transcript, row in sources.csv, what is left to decide."""

import csv
import datetime as dt
import io
import re
import subprocess
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from analysis import read
from analysis.clean import decisions, drafts, figures, transcripts
from analysis.clean.counts import UnreadableNumber, parse, plain
from analysis.clean.drafts import OPEN
from analysis.problems import NEEDS_PERSON, STOPS_DOCUMENT, Faults, Problem

COLUMNS = [*transcripts.COLUMNS, "cell", "rank", "reads_as"]
DECIDED = ["period", "role", "unit", "misuse", "outcome", "value", "reads_as"]
ANSWERS = ("full", "partial", "refused", "not held")
SAID = ("answer", "asked", "exemptions", "supersedes", "parent", "reference", "public", "seen_on")
PRESS = ("publisher", "title", "url", "published_on", "derived_from", "reference", "note", "seen_on", "extent_seen")
MEANS = {"misuse": ("conduct", "system"), "outcome": ("outcome",), "role": ("role",), "unit": ("unit",)}
# everyday words, and the number or the category that they say
COUNTS = {"nil return": "nil", "nil returns": "nil", "no data held": "not held", "a further officer": "one",
          "one further officer": "one", "another officer": "one"}  # fmt: skip
OUTCOMES = {"dismissal": "dismissed", "dismissals": "dismissed", "resignation": "resigned", "resignations": "resigned",
            "retirement": "retired", "no further action": "no-action", "nfa": "no-action", "warned": "warned",
            "prosecution": "charged", "charged": "charged", "conviction": "convicted"}  # fmt: skip
HINTS = {
    "period": "the words of the file or the request, such as 2018/19",
    "role": "officer, staff, pcso, special, all or unknown",
    "unit": "people, cases, allegations, incidents, offences",
    "misuse": "what was done or misused, in the words of the file or the request",
    "outcome": "how it ended, in the words of the file; recorded where it counts every case",
    "value": "the number as printed, or withheld, not held, not applicable",
    "reads_as": "the number that the mark stands for, such as 4 or fewer",
}


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
    decided = _decided(raw)
    forces = [_force(decided, name) for name in force_ids]
    _known(round_id, decided["rounds"]["round_id"], "round")
    for name in ("supersedes", "parent"):
        _known(options.get(name) or "", {"", *decided["sources"]["source_id"]}, "document")
    if not file.is_file():
        raise Refused(f"{file}: no such file", 2)
    sha256, sources = read.checksum(file), decided["sources"]
    before = sources.loc[sources["received_sha256"] == sha256]
    source_id = options.get("source_id") or f"{'-'.join(forces)}_{round_id}"
    if len(before):
        row = before.iloc[0]
        if (row["round_id"], row["force_ids"]) != (round_id, " ".join(forces)):
            raise Refused(f"DUPLICATE_REPLY: the same bytes as {row['source_id']}; nothing was written.")
        source_id, lines = row["source_id"], _said_anew(raw, row, options)
    else:
        source_id = _free(source_id, sources, bool(options.get("source_id")))
        lines = _take(raw, file, sha256, source_id, round_id, forces, decided, options)
    lines += _filled(raw, source_id, options.get("sets") or {})
    lines += _answered(raw, source_id, round_id, forces, options)
    return _state(raw, source_id, lines)


def new_press(raw: Path, file: Path, **options) -> Taken:
    """Write what a machine can for a transcript made by hand: its row in sources.csv with its sha256.

    The transcript lies in data/raw/<round>/, or is copied there from elsewhere where options name the `round_id`.
    options: publisher, title, url, published_on, derived_from, note … for the row. Raises Refused.
    """
    decided = _decided(raw)
    if not file.is_file():
        raise Refused(f"{file}: no such file", 2)
    inside = file.resolve().is_relative_to(raw.resolve())
    round_id = file.resolve().parent.name if inside else options.get("round_id") or ""
    _known(round_id, decided["rounds"]["round_id"], "round")
    source_id = _id(options.get("source_id") or file.stem)
    home = file if inside else raw / round_id / f"{source_id}.csv"
    name = home.resolve().relative_to(raw.resolve()).as_posix()
    try:
        transcripts._checked(transcripts.records(file.read_bytes()))
    except Faults as error:
        raise Refused("\n".join(str(fault.problem(name, "")) for fault in error.faults)) from error
    lines = []
    if not inside and home.is_file() and home.read_bytes() != file.read_bytes():
        raise Refused(f"{name} is there already and differs: edit that file, and name it here", 2)
    if not inside and not home.is_file():
        home.parent.mkdir(exist_ok=True)
        home.write_bytes(file.read_bytes())
        lines.append(f"Copied to data/raw/{name}.")
    said = {key: options[key] for key in PRESS if options.get(key)}
    if source_id not in set(decided["sources"]["source_id"]):
        row = {"source_id": source_id, "round_id": round_id, "kind": "press", "figures_visible": "yes", "public": "yes"}
        row |= {"published_basis": "printed" if said.get("published_on") else "not visible", "extent_seen": "whole"}
        row |= {"seen_on": dt.date.today().isoformat(), "file": name, "sha256": read.checksum(home)} | said
        append(raw / "sources.csv", [row])
        lines.append(f"Its row is in sources.csv: {source_id}.")
    elif said:
        amend(raw / "sources.csv", {"source_id": source_id}, said)
    return _state(raw, source_id, lines)


def _decided(raw: Path) -> dict[str, pd.DataFrame]:
    decided, problems = decisions.read(raw)
    if problems:
        raise Refused("\n".join(str(problem) for problem in problems))
    return decided


def _known(name: str, known, what: str) -> None:
    if name not in set(known):
        raise Refused(f"no {what} is called {name!r}; nearest: {decisions.nearest(name, set(known) - {''})}", 2)


def _force(decided: dict[str, pd.DataFrame], name: str) -> str:
    known = decisions.names(decided)
    if plain(name) not in known or not known[plain(name)][0]:
        raise Refused(f"no force is called {name!r}; nearest: {decisions.nearest(name, known)}", 2)
    return known[plain(name)][0]


def _id(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_.-]*", text) or ".." in text:
        raise Refused(f"{text!r} is no name of a document: small letters, digits, - and _", 2)
    return text


def _free(source_id: str, sources: pd.DataFrame, is_chosen: bool) -> str:
    """Return the name of a new document: as chosen, or with a number where the force has answered before."""
    taken, names = set(sources["source_id"]), [_id(source_id), *(f"{source_id}-{n}" for n in range(2, 1000))]
    if is_chosen and source_id in taken:
        raise Refused(f"{source_id} is the name of another file: choose one with --source-id", 2)
    return next(name for name in names if name not in taken)


def _take(raw, file, sha256, source_id, round_id, forces, decided, options) -> list[str]:
    """Write the transcript of a file that is accepted, its row, and what a person accepted in it."""
    reading, accepted = _checked(raw, file, sha256, options)
    names = decided["forces"].set_index("force_id")["name"]
    publisher = " and ".join(names[force] for force in forces)
    made = drafts.draft(reading.cells, publisher, _words(decided["wording"]))
    for row in made.rows:
        if not row["reads_as"] and _unreadable(row):
            row["reads_as"] = COUNTS.get(plain(row["value"]), OPEN)
        _fill(row, options.get("sets") or {})
    _new(raw, made.rows, forces, decided["sources"], options)
    target = raw / round_id / f"{_name(raw, round_id, forces)}.csv"
    target.parent.mkdir(exist_ok=True)
    _write(target, made.rows)
    name = target.relative_to(raw).as_posix()
    question = "" if round_id == "single-force" else decided["rounds"].set_index("round_id").loc[round_id, "question"]
    row = {"source_id": source_id, "round_id": round_id, "kind": "reply", "publisher": publisher, "asked": question}
    row |= {"title": f"reply of {publisher}", "force_ids": " ".join(forces), "published_basis": "not visible"}
    row |= {"figures_visible": "yes", "seen_on": dt.date.today().isoformat(), "extent_seen": "whole", "public": "no"}
    row |= {"file": name, "sha256": read.checksum(target), "received_sha256": sha256} | _said(options)
    append(raw / "approvals.csv", accepted)
    append(raw / "sources.csv", [row])
    ends = pd.Series([end for end, _ in made.ends.values()], dtype="str").value_counts()
    words = {"value": "values", "label": "labels", "dropped": "dropped", "note": "notes"}
    counted = ", ".join(f"{ends.get(end, 0)} {word}" for end, word in words.items())
    return [
        f"Wrote data/raw/{name}: {len(made.rows)} rows. Compare each with the file, which stays in {file.parent.name}.",
        f"Its {len(made.ends)} cells: {counted}. Its row is in sources.csv: {source_id}.",
        *(["Look at:", *(f"  {ask}" for ask in made.asks)] if made.asks else []),
    ]


def _unreadable(row: dict[str, str]) -> bool:
    """Say whether what a count says, such as a dash, can mean several things."""
    try:
        parse(row["value"], row["beside"])
    except UnreadableNumber:
        return row["value"] != OPEN and not row["drop"]
    return False


def _fill(row: dict[str, str], sets: dict[str, str]) -> None:
    """Write what is said for the `?` of a column; a row of which nothing is known is left to a person."""
    if any(row[name] != OPEN for name in DECIDED[:5]):
        row |= {name: text for name, text in sets.items() if row.get(name) == OPEN and not row["drop"]}


def _checked(raw: Path, file: Path, sha256: str, options: dict) -> tuple[read.Reading, list[dict[str, str]]]:
    """Return the reading of a file that is accepted, and the rows of approvals that make it so."""
    reading = read.read([file])[file]
    report = read.judged(file, reading, raw)
    if report["outcome"] == read.REFUSED:
        raise Refused(f"Nothing was written.\n{read.report([report])}")
    codes, reason = set(options.get("accept") or ()), options.get("reason") or ""
    waiting = [found for found in report["findings"] if found["severity"] == NEEDS_PERSON]
    waiting = [] if report["outcome"] == read.ACCEPTED else waiting
    open_codes = sorted({found["code"] for found in waiting} - codes)
    if open_codes or (waiting and not reason):
        told = " ".join(f"--accept {code}" for code in open_codes or sorted(codes))
        do = f"Ask for a clean copy; or, when you have looked at each: {told} --reason 'why'"
        raise Refused(f"Nothing was written.\n{read.report([report])}\n{do}")
    accepted = [{"sha256": sha256, "code": f["code"], "place": f["place"], "reason": reason} for f in waiting]
    return reading, accepted


def _words(wording: pd.DataFrame) -> dict[str, set[str]]:
    return {field: set(group["wording"].map(plain)) for field, group in wording.groupby("field")}


def _name(raw: Path, round_id: str, forces: list[str]) -> str:
    names = ["-".join(forces), *(f"{'-'.join(forces)}-{number}" for number in range(2, 1000))]
    return next(name for name in names if not (raw / round_id / f"{name}.csv").exists())


def _new(raw: Path, rows: list[dict[str, str]], forces: list[str], sources: pd.DataFrame, options: dict) -> None:
    """Raise Refused where another reply of the force says the same numbers at the same labels, and nobody said why."""
    if options.get("supersedes") or options.get("parent") or "DUPLICATE_REPLY" in (options.get("accept") or ()):
        return
    same = (sources["force_ids"] == " ".join(forces)) & (sources["kind"] == "reply") & (sources["file"] != "")
    for source_id, file in zip(sources.loc[same, "source_id"], sources.loc[same, "file"], strict=True):
        others = _read(raw / file) if (raw / file).is_file() else []
        if rows and _agree(rows, others):
            raise Refused(
                f"DUPLICATE_REPLY: it says the same as {source_id}; nothing was written. If it corrects that reply: "
                f"--supersedes {source_id}; if it came with it: --parent {source_id}; else --accept DUPLICATE_REPLY"
            )


def _agree(rows: list[dict[str, str]], others: list[dict[str, str]]) -> bool:
    """Say whether each row has one of its own among the others, with the same number and labels so far as known."""
    left = [row for row in others if not row["drop"]]
    kept = [row for row in rows if not row["drop"]]
    for row in kept:
        labels = {
            name: plain(row[name]) for name in ("period", "role", "misuse", "outcome", "value") if row[name] != OPEN
        }
        match = next(
            (one for one in left if all(plain(one[name]) in (text, OPEN) for name, text in labels.items())), None
        )
        if match is None:
            return False
        left.remove(match)
    return bool(kept) and not left


def _said(options: dict) -> dict[str, str]:
    return {key: str(options[key]) for key in SAID if options.get(key)}


def _said_anew(raw: Path, row: pd.Series, options: dict) -> list[str]:
    """Write what is said anew of a document that was taken in before."""
    cells = {key: text for key, text in _said(options).items() if str(row[key]) != text}
    if cells:
        amend(raw / "sources.csv", {"source_id": row["source_id"]}, cells)
    return [f"Said in sources.csv: {', '.join(f'{key} {text!r}' for key, text in cells.items())}."] if cells else []


def _filled(raw: Path, source_id: str, sets: dict[str, str]) -> list[str]:
    """Write what is said for the `?` of a column that a transcript still has."""
    if not sets:
        return []
    unknown = sorted(set(sets) - set(DECIDED))
    if unknown:
        raise Refused(f"no column {', '.join(unknown)} can be set; one of: {', '.join(DECIDED)}", 2)
    path = _path(raw, source_id)
    rows = _read(path)
    for row in rows:
        _fill(row, sets)
    _write(path, rows)
    return []


def _answered(raw: Path, source_id: str, round_id: str, forces: list[str], options: dict) -> list[str]:
    """Say in coverage.csv how each force answered, where nobody or only the reply it corrects has said so yet."""
    if options.get("answer") not in ANSWERS:
        return []
    cells = {"answer": options["answer"], "source_ids": source_id, "reason": "by its own reply"}
    cells |= {"exemptions": options.get("exemptions") or ""}
    before = [{"answer": "reply unknown"}, {"answer": "no reply"}]
    before += [{"source_ids": options["supersedes"]}] if options.get("supersedes") else []
    keys = [{"round_id": round_id, "force_id": one} | row for one in forces for row in before]
    changed = sum(amend(raw / "coverage.csv", key, cells) for key in keys)
    known = {(row["round_id"], row["force_id"]) for row in _read(raw / "coverage.csv")}
    new = [force for force in forces if round_id != "single-force" and (round_id, force) not in known]
    append(raw / "coverage.csv", [{"round_id": round_id, "force_id": force} | cells for force in new])
    told = f"Said in coverage.csv how it answered: {options['answer']}."
    return [told] if changed or new else []


def _state(raw: Path, source_id: str, lines: list[str]) -> Taken:
    """Say what a document still lacks, in one place, with the rows to paste; note its transcript as it is now."""
    lines += _noted(raw, source_id)
    decided = _decided(raw)
    source = decided["sources"].set_index("source_id", drop=False).loc[source_id]
    said = transcripts.read(raw, decided["sources"][decided["sources"]["source_id"] == source_id])
    if said.problems:
        return Taken([*lines, *(str(problem) for problem in said.problems)], True)
    rows = said.rows
    kept = rows[rows["drop"] == ""]
    known = kept[(kept["value"] != OPEN) & (kept["reads_as"] != OPEN)]
    _, problems = figures.figures(known.replace(OPEN, ""), decided["sources"], decided)
    undecided = {name: kept.loc[kept[name] == OPEN] for name in DECIDED}
    left = [
        f"{name}: ? in {_lines(open_rows['line'])}: {HINTS[name]}"
        for name, open_rows in undecided.items() if len(open_rows)
    ]  # fmt: skip
    problems = [
        one
        for one in problems
        if (one.code != "UNDECIDED" and one.found.partition(", in ")[0] != "no unit") or not len(undecided["unit"])
    ]
    others = [one for one in problems if one.code != "UNKNOWN_WORDING" or one.found.startswith("no unit")]
    left += [f"{one.place}: {one.found}; expected {one.expected}; {one.do}" for one in others]
    left += _open_cells(source, decided)
    words = [*_wordings(problems, decided["wording"]), *_joint(problems, source)]
    wrong = any(
        one.severity == STOPS_DOCUMENT and one.code not in ("UNKNOWN_WORDING", "UNKNOWN_FORCE") for one in problems
    )
    told = [
        f"Left to decide in data/raw/{source['file']}, where each ? is yours to replace:",
        *(f"  {one}" for one in left),
    ]
    done = [] if left or words else ["Nothing is left to decide."]
    return Taken([*lines, f"{source_id}: {_counted(len(kept))}.", *(told if left else []), *words, *done], wrong)


def _noted(raw: Path, source_id: str) -> list[str]:
    """Put the sha256 of an edited transcript into sources.csv.

    Raises Refused where lines were changed that are committed.
    """
    row = _source(raw, source_id)
    path = raw / row["file"]
    sha256 = read.checksum(path)
    if row["sha256"] == sha256:
        return []
    before = _committed(path)
    if before is not None and not path.read_bytes().startswith(before.rstrip(b"\n")):
        raise Refused(
            f"{row['file']}: lines that are committed were changed, and the addresses of numbers with them: "
            f"restore it, and add rows at its end, or take the correction in as a document of its own"
        )
    amend(raw / "sources.csv", {"source_id": source_id}, {"sha256": sha256})
    return [f"Noted {row['file']} as it is now."]


def _committed(path: Path) -> bytes | None:
    """Return a file as it is in git, or None where it was never committed or there is no git."""
    command = ["git", "-C", str(path.parent), "show", f"HEAD:./{path.name}"]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None


def _open_cells(source: pd.Series, decided: dict[str, pd.DataFrame]) -> list[str]:
    """Say what the row in sources.csv and those in coverage.csv still leave open."""
    if source["kind"] != "reply":
        needed = [name for name in ("publisher", "title", "url", "published_on") if not source[name]]
        return [f"sources.csv: {', '.join(needed)} of {source['source_id']}"] if needed else []
    words = {"answer": "full, partial, refused, not held or other (--answer)", "asked": "what was asked, in our words"}
    found = [f"sources.csv: {name}: {text}" for name, text in words.items() if not source[name]]
    coverage = decided["coverage_decisions"]
    for force_id in source["force_ids"].split():
        row = coverage[(coverage["round_id"] == source["round_id"]) & (coverage["force_id"] == force_id)]
        if source["round_id"] == "single-force":
            continue
        if not len(row):
            line = _line(
                [source["round_id"], force_id, source["answer"] or OPEN, "", source["source_id"], "by its own reply"]
            )
            found.append(f"coverage.csv has no row for {force_id}; add: {line}")
        elif (
            source["source_id"] not in row["source_ids"].iloc[0].split()
            and source["parent"] not in row["source_ids"].iloc[0].split()
        ):
            old = row.iloc[0]
            ids = f"{old['source_ids']} {source['source_id']}".strip()
            line = _line([source["round_id"], force_id, source["answer"] or OPEN, "", ids, "by its own reply"])
            found.append(f"coverage.csv says {force_id}: {old['answer']}; put instead: {line}")
    return found


def _wordings(problems: list[Problem], wording: pd.DataFrame) -> list[str]:
    """Return a row for lookups/wording.csv for each wording not known yet, with `?` for what it means."""
    rows = []
    for problem in problems:
        match = re.match(r"(\w+) '(.*)'(?:, in \d+ rows)?$|(\w+) \"(.*)\"(?:, in \d+ rows)?$", problem.found)
        if problem.code == "UNKNOWN_WORDING" and match:
            field, text = match[1] or match[3], match[2] or match[4]
            row = dict.fromkeys(MEANS.get(field, ()), OPEN) | {"field": field, "wording": text, "reason": "WHY"}
            if field == "outcome" and plain(text) in OUTCOMES:
                row |= {"outcome": OUTCOMES[plain(text)], "reason": "an everyday word for it"}
            rows.append(_line([row.get(name, "") for name in wording.columns]))
    head = (
        "Rows for data/raw/lookups/wording.csv, with what lookups/categories.csv calls it for each ?, and why for WHY:"
    )
    return [head, *dict.fromkeys(rows)] if rows else []


def _joint(problems: list[Problem], source: pd.Series) -> list[str]:
    """Return the row for lookups/places.csv that says which forces answered together."""
    if len(source["force_ids"].split()) < 2 or not any(one.code == "UNKNOWN_FORCE" for one in problems):
        return []
    row = _line([source["publisher"], "joint", source["force_ids"], "", "one reply for both"])
    return ["A row for data/raw/lookups/places.csv:", row]


def _counted(number: int) -> str:
    return f"{number} number{'' if number == 1 else 's'}"


def _lines(numbers: pd.Series) -> str:
    found = sorted(numbers)
    if len(found) == 1:
        return f"line {found[0]}"
    run = found == [*range(found[0], found[-1] + 1)]
    return (
        f"{len(found)} rows, lines {found[0]} to {found[-1]}"
        if run
        else f"{len(found)} rows, the first in line {found[0]}"
    )


def _source(raw: Path, source_id: str) -> dict[str, str]:
    return next(row for row in _read(raw / "sources.csv") if row["source_id"] == source_id)


def _path(raw: Path, source_id: str) -> Path:
    return raw / _source(raw, source_id)["file"]


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    """Write the rows of a transcript; columns that are rarely needed only where a row fills them."""
    header = [name for name in COLUMNS if name in transcripts.COLUMNS or any(row.get(name) for row in rows)]
    text = "".join(
        _line(fields) + "\n" for fields in [header, *([row.get(name, "") for name in header] for row in rows)]
    )
    _replace(path, text.encode("utf-8"))


def append(path: Path, rows: list[dict[str, str]]) -> None:
    """Add rows at the end of a table of decisions, in the order of its own header; the old bytes stay as they are.

    A column that its header lacks is added for all rows.
    """
    if not rows:
        return
    content = path.read_bytes() if path.is_file() else (_line([*rows[0]]) + "\n").encode()
    header = next(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    lacking = sorted({name for row in rows for name, value in row.items() if value} - set(header))
    if lacking:
        old = _read(path)
        header = [*header, *lacking]
        content = "".join(
            _line(fields) + "\n" for fields in [header, *([row.get(n) or "" for n in header] for row in old)]
        ).encode()
    end = b"" if content.endswith(b"\n") else b"\n"
    text = "".join(_line([row.get(name, "") for name in header]) + "\n" for row in rows)
    _replace(path, content + end + text.encode("utf-8"))


def amend(path: Path, key: dict[str, str], cells: dict[str, str]) -> int:
    """Set cells of the rows that hold certain values, and return how many; the bytes of all other rows stay."""
    lines = path.read_bytes().decode("utf-8").splitlines(keepends=True)
    header, changed = next(csv.reader(lines[:1])), 0
    for number, text in enumerate(lines):
        row = dict(zip(header, next(csv.reader([text])), strict=False))
        if number and all(row.get(name) == value for name, value in key.items()):
            lines[number] = _line([(row | cells)[name] for name in header]) + "\n"
            changed += 1
    _replace(path, "".join(lines).encode("utf-8"))
    return changed


def _replace(path: Path, content: bytes) -> None:
    if path.is_file() and path.read_bytes() == content:
        return
    staged = path.with_suffix(".new")
    staged.write_bytes(content)
    staged.replace(path)


def _line(fields: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(fields)
    return out.getvalue()
