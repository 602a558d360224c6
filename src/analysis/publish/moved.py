"""Which published numbers and sentences moved since a revision, by how much, because of which document."""

import io
import json
import re
from pathlib import Path

import pandas as pd

from analysis import project
from analysis.publish.runs import WrongUse

VALUES = ["low", "high", "status", "share_low", "share_high"]  # what a printed number says
KINDS = ["unit", "role", "conduct", "system", "outcome"]  # of whom or what, as decisions read its words
NO_FIGURES = ",".join(["figure_id", "source_id", "round_id", "force_ids", *VALUES])
UNSAID = ("", "not-stated", "not stated", "any")


def since(revision: str = "HEAD", markdown: bool = False) -> str:
    """Compare the tables in data/processed with those of a revision, as text, or as Markdown for a pull request.

    Raises WrongUse when the project is no git checkout or has no such revision.
    """
    name = _git("rev-parse", "--short", f"{revision}^{{commit}}").strip()
    then, now = _figures(name), _figures()
    printed = differing(*(figures[figures.columns.difference(KINDS)] for figures in (then, now)))
    found = [*moves(_facts(name), _facts(), printed)]
    head = f"{len(found)} of the numbers and sentences moved" if found else "nothing moved"
    head = f"Since {name} {head}. Change of the data: {data_change(then, now)[0]}."
    if not markdown:
        return "\n".join([head, *map(_line, found)])
    table = ["| | what | before | after | because of |", "|---|---|---|---|---|"] if found else []
    lines = [f"| {' | '.join(map(_escaped, move))} |" for move in found]
    return "\n".join(["## What moved", "", head, "", *table, *lines])


def unsaid(revision: str) -> list[str]:
    """Return the documents with a number corrected since a revision that CHANGELOG.md does not name as corrected.

    Looked for below its newest heading, in the part `Corrected`. Raises WrongUse where there is no such revision.
    """
    newest = re.split(r"^## ", _text("CHANGELOG.md"), flags=re.MULTILINE)[1:2]
    said = "".join(re.findall(r"^### Corrected\n(.*?)(?=^### |\Z)", "".join(newest), re.MULTILINE | re.DOTALL))
    corrected = data_change(_figures(revision), _figures())[1]
    return [one for one in corrected if not re.search(rf"(?<![\w-]){re.escape(one)}(?![\w-])", said)]


def data_change(then: pd.DataFrame, now: pd.DataFrame) -> tuple[str, list[str]]:
    """Say how the printed numbers changed, and the documents of those corrected.

    That is none, categories changed, rows added, or, whatever else changed, a value corrected: if a number is read
    otherwise than before, or is gone. That more was printed corrects nothing.
    """
    differ = differing(*(figures[["source_id", *VALUES]] for figures in (then, now)))
    corrected = sorted({*differ.loc[differ.index.isin(then.index), "source_id"]})
    if corrected or len(differ):
        return "a value corrected" if corrected else "rows added", corrected
    kinds = (figures.filter(items=KINDS) for figures in (then, now))
    return "categories changed" if len(differing(*kinds)) else "none", []


def news(
    before: Path, after: Path, doubts: dict[str, bool], clashing: list[pd.DataFrame], withheld: list[dict]
) -> list[str]:
    """Say what a build found against two folders of tables, and through which new or changed documents.

    doubts: what is said of single documents, and whether it was known before; clashing: sets of facts that cannot all
    be true, which are known where no document of theirs changed; withheld: findings. What was known is only counted.
    """
    files = [folder / "figures.csv" for folder in (before, after)]
    differ = differing(*(_rows(file.read_text("utf-8") if file.is_file() else NO_FIGURES) for file in files))
    changed, contradictions = {*differ["source_id"]}, []
    for facts in clashing:
        cited = {one.partition(":")[0] for ids in facts["figure_ids"] for one in ids.split()}
        contradictions += [] if cited.isdisjoint(changed) else [_contradiction(facts)]
    said = [*(doubt for doubt, known in doubts.items() if not known), *contradictions]
    known = {"doubts about single documents (python -m analysis check)": sum(doubts.values())}
    known["contradictions between documents (site/contradictions/index.html)"] = len(clashing) - len(contradictions)
    if any(known.values()):
        said.append("Known before, nothing to do: " + ", ".join(f"{what}: {n}" for what, n in known.items() if n))
    for one in withheld:
        documents = ", ".join(_about(differ, one["round"] or one["force"]))
        since = f"; new or changed: {documents}" if documents else ""
        said.append(f"WITHHELD {one['id']}: {one['withheld']}{since}")
    return said


def _contradiction(facts: pd.DataFrame) -> str:
    """Say in one line which documents print what cannot all be true, a force's own reply first."""
    ordered = sorted(facts.itertuples(), key=lambda row: not row.strength.startswith("own reply"))
    said = [f"{r.figure_ids.split()[0]} says {r.as_written} {r.who} ({r.as_printed}; {r.where})" for r in ordered]
    others = "; ".join(said[1:4]) + (f" and {len(said) - 4} more" if len(said) > 4 else "")
    return f"CONTRADICTION {facts['round_id'].iloc[0]}: {said[0]}, which cannot be true beside {others}"


def _git(*words: str) -> str:
    status, said = project.git(*words)
    if status != 0:
        why = "there is no git" if status is None else (said.splitlines() or ["no reason given"])[0]
        raise WrongUse(f"git {words[0]}: {why}; name a revision of this checkout, such as HEAD~1 or main")
    return said


def _text(path: str, revision: str = "") -> str:
    """Return what a file of the project says today, or said at a revision."""
    return _git("show", f"{revision}:./{path}") if revision else (project.root() / path).read_text("utf-8")


def _rows(text: str) -> pd.DataFrame:
    """Return the rows of a csv as texts by its first column."""
    return pd.read_csv(io.StringIO(text), dtype="str", keep_default_na=False, index_col=0)


def _figures(revision: str = "") -> pd.DataFrame:
    return _rows(_text("data/processed/figures.csv", revision))


def _facts(revision: str = "") -> dict[str, pd.DataFrame]:
    """Return facts and findings by their ids: `what` they are about, what is `said`, `figure_ids`, `subject`."""
    facts = _rows(_text("data/processed/facts.csv", revision)).to_dict("index")
    findings = json.loads(_text("data/processed/findings.json", revision))
    said = {
        "facts": {name: _fact(row) for name, row in facts.items()},
        "findings": {one["id"]: _finding(one) for one in findings if "id" in one},  # older ones had none
    }
    columns = ["what", "said", "figure_ids", "subject"]
    return {name: pd.DataFrame.from_dict(held, "index", columns=columns, dtype="str") for name, held in said.items()}


def _finding(one: dict) -> tuple:
    said = f"withheld: {one['withheld']}" if one["withheld"] else one["text"]
    return one["id"], said, " ".join(one["figure_ids"]), one["round"] or one["force"]


def _fact(row: dict) -> tuple:
    who = ", ".join(row["force_ids"].split()) or row["place"] or "all forces"
    kinds = [row[kind] for kind in KINDS if row[kind] not in UNSAID]
    said = span(row)
    said = said if row["status"] in ("exact", "share", said) else f"{said} ({row['status']})"
    if row["agreement"] == "conflict":
        said += f" (sources: {row['alternatives']})"
    elif row["disputed"] == "yes":
        said += " (disputed)"
    return f"{who}: {' '.join(kinds)}", said, row["figure_ids"], ""


def span(row: dict) -> str:
    """Say a row's limits, or why there are none."""
    if row["status"] == "share":
        return f"{float(row['share_low']):.0%}"
    least, most = (f"{int(one):,}" if one else "" for one in (row["low"], row["high"]))
    if least and most:
        return least if least == most else f"{least} to {most}"
    return f"{least} or more" if least not in ("", "0") else f"up to {most}" if most else row["status"]


def moves(then: dict, now: dict, differ: pd.DataFrame) -> list[tuple]:
    """Return what moved between two states: kind, what, before, after, because of which documents.

    differ: the figures that are not printed the same.
    """
    pairs = [(_renamed(then["facts"], now["facts"]), now["facts"]), (then["findings"], now["findings"])]
    sides = [was.add_suffix("_was").join(is_.add_suffix("_now"), how="outer").fillna("") for was, is_ in pairs]
    found = []
    for row in (row for side in sides for row in side.itertuples()):
        kind = "new" if not row.what_was else "changed" if row.what_now else "gone"
        relabelled = kind == "changed" and row.what_was != row.what_now
        if row.said_was == row.said_now and not relabelled:
            continue
        own = differ[differ.index.isin([*row.figure_ids_was.split(), *row.figure_ids_now.split()])]
        subject = row.subject_now or row.subject_was
        because = [*own["source_id"].unique()] or (_about(differ, subject) if subject else [])
        because = ", ".join(because) or "a decision or the code"
        what = row.what_now or row.what_was
        ways = [f"{row.what_was}: {row.said_was}", f"{row.what_now}: {row.said_now}"]
        before, after = ways if relabelled else (row.said_was, row.said_now)
        found.append((kind, what if what == row.Index else f"{what} [{row.Index}]", before, after, because))
    return found


def _renamed(then: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Return facts under the ids they have now: the preferred cell of a fact, and so its id, may change."""
    new = now.loc[~now.index.isin(then.index), "figure_ids"]
    owner = {cell: name for name, ids in new.items() for cell in ids.split()}
    gone = then.loc[~then.index.isin(now.index), "figure_ids"]
    named = {name: next((owner[cell] for cell in ids.split() if cell in owner), name) for name, ids in gone.items()}
    return then.rename(index=named)


def differing(then: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Return the figures that are not in both states, or not the same: their ids, and all columns that both have."""
    rows = pd.concat([then.reset_index(), now.reset_index()], join="inner")
    return rows.drop_duplicates(keep=False).set_index("figure_id")


def _about(figures: pd.DataFrame, subject: str) -> list[str]:
    """Return the documents of the figures about a round or force, of all without one."""
    pairs = zip(figures["round_id"], figures["force_ids"], strict=True)
    own = [subject in ("", round, *forces.split()) for round, forces in pairs]
    return sorted({*figures.loc[own, "source_id"]})


def _line(move: tuple) -> str:
    kind, what, before, after, because = move
    ways = "\n".join(f"  {when}: {said}" for when, said in (("was", before), ("now", after)) if said)
    return f"\n{kind}: {what}\n{ways}\n  because of {because}"


def _escaped(cell: str) -> str:
    for mark in "\\|*_[]`@#<":
        cell = cell.replace(mark, f"\\{mark}")
    return " ".join(cell.split())
