"""The chart of what was misused: each number by system or conduct, and what nobody told apart or told at all."""

import pandas as pd

from analysis.tell import charts, conflicts, misused, phrases, rate_charts, words
from analysis.tell.pictures import Note

MOST_ROWS = 11


def misuse(tables, story):
    """Every number about a system or conduct; joint ones as what each can be, and the rest of each force."""
    scene = rate_charts.scene_of(tables, story)
    own = [fact for fact in misused.facts(scene) if phrases.ends(fact)[0] is not None]
    if not own:
        return Note("No chart: no number tells what was misused.")
    rows = pd.DataFrame([row for fact in own for row in _rows(scene, fact)])
    twice = rows["label"].duplicated(keep=False)
    rows = rows.assign(label=rows["label"].where(~twice, rows["label"] + ", " + rows["outcome"])).drop(
        columns="outcome"
    )
    reach = rows["high"].fillna(rows["low"]).astype(float)
    drawn = rows.loc[reach.sort_values(ascending=False, kind="stable").index].head(MOST_ROWS)
    untold = pd.DataFrame(_untold(scene, own), columns=drawn.columns)
    frame = pd.concat([drawn, untold], ignore_index=True) if len(untold) else drawn
    left = len(rows) - len(drawn)
    more = f" {words.number(left).capitalize()} more not drawn; all are listed below." if left else ""
    return charts.intervals(
        frame.astype({"low": "Int64", "high": "Int64"}),
        title=story.title("answer"),
        axis=f"Number of cases or people, as printed, {rate_charts.period(scene)}",
        foot=f"{rate_charts.printed(scene, own)} Rows can count the same people and must not be added.{more}",
    )


def _rows(scene, fact):
    kind = "system" if misused.about(scene, fact, "system") else "conduct"
    joined = getattr(fact, kind)
    low, high = phrases.ends(fact)
    if conflicts.open_question(fact):
        low, high = (None if pd.isna(end) else int(end) for end in (fact.hull_low, fact.hull_high))
        return [_row(scene, fact, kind, joined, low, high, "conflict" if high is not None else "at least")]
    if "|" in joined and high is not None:
        return [_row(scene, fact, kind, one, 0, high, "range") for one in joined.split("|")]
    return [_row(scene, fact, kind, joined, low, high, fact.status)]


def _row(scene, fact, kind, category, low, high, status):
    said = phrases.category(scene.said, kind, category)
    label = f"{rate_charts.where(scene, fact)}: {said}"
    outcome = phrases.happened(scene.said, fact).removeprefix("were ").removeprefix("was ")
    outcome = f"{phrases.noun(fact)} {outcome}" if fact.unit == "people" else outcome
    return {"label": label, "low": low, "high": high, "status": status, "text": "", "outcome": outcome}


def _untold(scene, own):
    """For each force with a printed part, how many of its number at most are about what nobody printed."""
    found: dict = {}
    for whole in scene.local:
        parts = [fact for fact in own if whole.fact_id in fact.part_of.split() and fact.force_ids == whole.force_ids]
        low, high = phrases.ends(whole)
        if parts and high and low == high and not conflicts.open_question(whole):
            most = high - max(phrases.ends(part)[0] for part in parts)
            label, text = f"{rate_charts.where(scene, whole)}: nobody told", f"0 to {most:,} of {high:,}"
            row = {"label": label, "low": 0, "high": most, "status": "range", "text": text}
            found.setdefault(whole.force_ids, row)
    return list(found.values())
