"""Which published numbers and sentences moved since a revision, by how much, because of which document."""

import io
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from analysis import project
from analysis.publish.runs import WrongUse

PLACE = "data/processed"
VALUES = ["low", "high", "status", "share_low", "share_high"]  # what a printed number says
NEEDED = "source_id,round_id,force_ids,figure_ids,sha256,low,high,status,share_low,share_high"  # of a table not there
UNSAID = ("", "not-stated", "not stated", "any")


def since(revision: str = "HEAD", markdown: bool = False) -> str:
    """Compare the tables in data/processed with those of a revision, as text, or as Markdown for a pull request.

    Raises WrongUse when the project is no git checkout or has no such revision.
    """
    name = _git("rev-parse", "--short", f"{revision}^{{commit}}").strip()
    then = state(lambda path: _text_at(name, path))
    now = state(_text_now)
    found = moves(then, now)
    change, _ = data_change(then["figures"], now["figures"])
    head = f"{len(found)} of the numbers and sentences moved" if found else "nothing moved"
    head = f"Since {name} {head}. Change of the data: {change}."
    if not markdown:
        return "\n".join([head, *map(_line, found)])
    table = ["| | what | before | after | because of |", "|---|---|---|---|---|"] if found else []
    lines = [f"| {' | '.join(map(_escaped, move))} |" for move in found]
    return "\n".join(["## What moved", "", head, "", *table, *lines])


def unsaid(revision: str) -> list[str]:
    """Return the documents with a number corrected since a revision that CHANGELOG.md does not name as corrected.

    Looked for below its newest heading, in the part `Corrected`. Raises WrongUse where there is no such revision.
    """
    name = _git("rev-parse", "--short", f"{revision}^{{commit}}").strip()
    then, now = (
        _rows(read(f"{PLACE}/figures.csv"), "figure_id") for read in (lambda path: _text_at(name, path), _text_now)
    )
    newest = re.split(r"^## ", _text_now("CHANGELOG.md"), flags=re.MULTILINE)[1:2]
    said = "".join(re.findall(r"^### Corrected\n(.*?)(?=^### |\Z)", "".join(newest), re.MULTILINE | re.DOTALL))
    return [one for one in data_change(then, now)[1] if not re.search(rf"(?<![\w-]){re.escape(one)}(?![\w-])", said)]


def data_change(then: pd.DataFrame, now: pd.DataFrame) -> tuple[str, list[str]]:
    """Say how the printed numbers changed (none, rows added, a value corrected), and the documents of those corrected.

    A number is corrected if it is read otherwise than before, or is gone; that more was printed corrects nothing.
    """
    differ = differing(*(figures[["source_id", *VALUES]] for figures in (then, now)))
    corrected = sorted({*differ.loc[differ.index.isin(then.index), "source_id"]})
    return "a value corrected" if corrected else "rows added" if len(differ) else "none", corrected


def _line(move: tuple) -> str:
    kind, what, before, after, because = move
    ways = "\n".join(f"  {when}: {said}" for when, said in (("was", before), ("now", after)) if said)
    return f"\n{kind}: {what}\n{ways}\n  because of {because}"


def _escaped(cell: str) -> str:
    for mark in "\\|*_[]`@#<":
        cell = cell.replace(mark, f"\\{mark}")
    return " ".join(cell.split())


def _git(*words: str) -> str:
    options = {"cwd": project.root(), "capture_output": True, "text": True, "encoding": "utf-8"}
    done = subprocess.run(["git", *words], check=False, **options)
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["no reason given"])[0]
        raise WrongUse(f"git {words[0]}: {why}; name a revision of this checkout, such as HEAD~1 or main")
    return done.stdout


def _text_at(revision: str, path: str) -> str:
    listed = _git("ls-tree", "--name-only", revision, "--", path)
    return _git("show", f"{revision}:./{path}") if listed.strip() else ""


def _text_now(path: str) -> str:
    file = project.root() / path
    return file.read_text("utf-8") if file.is_file() else ""


def state(read: Callable[[str], str]) -> dict[str, pd.DataFrame]:
    """Return the tables at one time by name, rows by id; read: from a path to a text, empty where there is none.

    facts and findings say `what` they are about, what is `said`, their `figure_ids` and their `subject`.
    """
    facts = _rows(read(f"{PLACE}/facts.csv"), "fact_id")
    findings = json.loads(read(f"{PLACE}/findings.json") or "[]")
    return {
        "figures": _rows(read(f"{PLACE}/figures.csv"), "figure_id"),
        "facts": _rows_from({name: _fact(name, row) for name, row in facts.to_dict("index").items()}),
        "findings": _rows_from({one["id"]: _finding(one) for one in findings if "id" in one}),  # older ones had none
        "sources": _rows(read("data/raw/sources.csv"), "source_id"),
    }


def _rows(text: str, key: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(text or f"{key},{NEEDED}\n"), dtype="str", keep_default_na=False).set_index(key)


def _rows_from(rows: dict[str, tuple]) -> pd.DataFrame:
    return pd.DataFrame.from_dict(rows, "index", columns=["what", "said", "figure_ids", "subject"], dtype="str")


def _finding(one: dict) -> tuple:
    said = f"withheld: {one['withheld']}" if one["withheld"] else one["text"]
    return one["id"], said, " ".join(one["figure_ids"]), one["round"] or one["force"]


def _fact(name: str, row: dict) -> tuple:
    who = ", ".join(row["force_ids"].split()) or row["place"] or "all forces"
    kinds = [row[kind] for kind in ("unit", "role", "conduct", "system", "outcome") if row[kind] not in UNSAID]
    return f"{who}: {' '.join(kinds)} [{name}]", _span(row), row["figure_ids"], ""


def _span(row: dict) -> str:
    said = span(row)
    said = said if row["status"] in ("exact", "share", said) else f"{said} ({row['status']})"
    if row["agreement"] == "conflict":
        return f"{said} (sources: {row['alternatives']})"
    return f"{said} (disputed)" if row["disputed"] == "yes" else said


def span(row: dict) -> str:
    """Say a row's limits, or why there are none."""
    if row["status"] == "share":
        return f"{float(row['share_low']):.0%}"
    least, most = (f"{int(one):,}" if one else "" for one in (row["low"], row["high"]))
    if least and most:
        return least if least == most else f"{least} to {most}"
    return f"{least} or more" if least not in ("", "0") else f"up to {most}" if most else row["status"]


def moves(then: dict, now: dict) -> list[tuple]:
    """Return what moved between two states: kind, what, before, after, because of which documents."""
    differ = differing(then["figures"], now["figures"])
    pairs = [(_renamed(then["facts"], now["facts"]), now["facts"]), (then["findings"], now["findings"])]
    found = []
    for row in pd.concat([_side_by_side(*pair) for pair in pairs]).itertuples():
        kind = "new" if not row.what_was else "changed" if row.what_now else "gone"
        ids, subject = [*row.figure_ids_was.split(), *row.figure_ids_now.split()], row.subject_now or row.subject_was
        because = _because(differ, ids, subject, then["sources"], now["sources"])
        found.append((kind, row.what_now or row.what_was, row.said_was, row.said_now, because))
    return found


def _side_by_side(then: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Return what is not said as it was, before and after side by side."""
    both = then.add_suffix("_was").join(now.add_suffix("_now"), how="outer").fillna("")
    return both[both["said_was"] != both["said_now"]]


def _renamed(then: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Return facts under the ids they have now: the preferred cell of a fact, and so its id, may change."""
    cells = [facts["figure_ids"].str.split().explode().rename_axis("id").reset_index() for facts in (then, now)]
    pairs = cells[0].merge(cells[1], on="figure_ids", suffixes=("_was", "_now"))
    pairs = pairs.assign(other=pairs["id_was"] != pairs["id_now"]).sort_values("other", kind="stable")
    pairs = pairs.drop_duplicates("id_now").drop_duplicates("id_was")
    return then.rename(index=dict(zip(pairs["id_was"], pairs["id_now"], strict=True)))


def differing(then: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Return the figures that are not in both states, or not the same: their ids, and all columns that both have."""
    shared = "outer" if then.empty else "inner"
    rows = pd.concat([then.reset_index(), now.reset_index()], join=shared)
    return rows.drop_duplicates(keep=False).set_index("figure_id")


def _because(differ: pd.DataFrame, ids: list, subject: str, then: pd.DataFrame, now: pd.DataFrame) -> str:
    """Name the documents whose numbers differ among those of some cells, else among all of a round or force."""
    own = differ[differ.index.isin(ids)]
    own = differ.loc[_is_about(differ, subject)] if subject and own.empty else own
    named = [f"{name} ({_change(name, then['sha256'], now['sha256'])})" for name in own["source_id"].unique()]
    return ", ".join(named) or "a decision or the code"


def _is_about(figures: pd.DataFrame, subject: str) -> list[bool]:
    pairs = zip(figures["round_id"], figures["force_ids"], strict=True)
    return [not subject or subject in (round, *forces.split()) for round, forces in pairs]


def _change(name: str, then: pd.Series, now: pd.Series) -> str:
    if name not in then or name not in now:
        return "new document" if name in now else "withdrawn"
    return "read anew" if then[name] == now[name] else "document changed"


def documents(before: Path, after: Path, subject: str) -> list[str]:
    """Return the documents whose numbers about a round or force differ between two folders of tables."""
    files = [folder / "figures.csv" for folder in (before, after)]
    differ = differing(*(_rows(file.read_text("utf-8") if file.is_file() else "", "figure_id") for file in files))
    return sorted(differ.loc[_is_about(differ, subject), "source_id"].unique())
