"""What a view of a round is shown as: the table behind it, the chart, and its sentences as html."""

import base64
from collections.abc import Iterable
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from analysis import subject
from analysis.measure import compare
from analysis.tell import charts, conflicts, phrases, rate_charts, rated, words
from analysis.tell.canvas import MOST_WORDS, Chart, interval_text
from analysis.tell.findings import Finding
from analysis.tell.scenes import Scene

MOST_ROWS = 12
COLUMNS = ("label", "counts", "period_start", "period_end", "low", "high", "status", "note")
RATES = ("rate", "rate_lower", "rate_upper", "denominator", "denominator_from", "denominator_to", "denominator_sources")
NO_RANKING = "The order is no ranking: forces differ in size and in what they count."


def rows(scene: Scene, facts: list, denominator: str, without: dict[str, str]) -> pd.DataFrame:
    """Return the table behind a view: one row for each number, then one for each place without.

    Out: label, counts (what one count is), period_start, period_end, low, high, status, note; with a denominator also
    the rate per 1,000 a year with its 95% limits, and the denominator with its dates and sources; assumed, figure_ids.
    """
    told = [_row(scene, fact) for fact in facts]
    blank = dict.fromkeys(("counts", "assumed", "figure_ids", "force_ids", "role"), "")
    silent = [blank | {"label": _name(scene, one), "status": _status(why), "note": why} for one, why in without.items()]
    frame = pd.DataFrame([*told, *silent], columns=[*COLUMNS, "assumed", "figure_ids", "force_ids", "role"])
    dates = ("period_start", "period_end")
    frame = frame.astype(dict.fromkeys(("low", "high"), "Int64") | dict.fromkeys(dates, "datetime64[s]"))
    if denominator in subject.denominators():
        found = rated.exposed(scene, frame, denominator)
        lower, upper = compare.exact_interval(found["low"], found["high"], found["exposure"])
        people = found["denominator"].round().astype("Int64")
        frame = found.assign(rate_lower=lower, rate_upper=upper, denominator=people)
    return frame[[*COLUMNS, *(name for name in RATES if name in frame), "assumed", "figure_ids"]]


def _row(scene: Scene, fact: Any) -> dict[str, object]:
    low, high, status = fact.low, fact.high, fact.status
    if conflicts.open_question(fact):
        low, high, status = fact.hull_low, fact.hull_high, "conflict"
    loose = status in ("approximate", "share")
    return {
        "label": _name(scene, fact.force_ids) if fact.force_ids else rate_charts.where(scene, fact),
        "counts": kind(scene, [fact]),
        "low": pd.NA if loose else low,
        "high": pd.NA if loose else high,
        "status": status,
        "note": f"{phrases.number(fact).text}; never added" if loose else "",
        "assumed": getattr(fact, "assumed", ""),
        **{name: getattr(fact, name) for name in ("period_start", "period_end", "figure_ids", "force_ids", "role")},
    }


def _name(scene: Scene, place: str) -> str:
    short = scene.tables.by_id["forces"]["short_name"]
    known = [short[one] for one in place.split() if one in short]
    return words.listed(known) or (subject.spoken("Forces nobody named") if place == "unnamed" else place)


def _status(why: str) -> str:
    return {"refused": "refused", words.refusal("not held"): "not held"}.get(why, "missing")


def kind(scene: Scene, facts: list) -> str:
    """Say what facts count: "people who were disciplined over e-mail", or only the units where they count several."""
    said = set()
    for fact in facts:
        whom = f"{subject.roles()[fact.role][1]} who" if fact.unit == "people" else f"{fact.unit} that"
        verb = phrases.category(scene.said, "outcome", fact.outcome, fact.unit)
        said.add(f"{whom} {verb}{phrases.over(scene.said, fact, scene.known)}")
    return said.pop() if len(said) == 1 else words.listed(sorted({fact.unit for fact in facts}))


def chart(scene: Scene, facts: list, table: pd.DataFrame, title: str, denominator: str) -> Chart:
    """Draw the rows of a view: counts with their intervals, or rates with theirs; what has no number is hatched."""
    alike = table.loc[table["counts"] != "", "counts"].nunique() < 2
    names = [row.label if alike or not row.counts else f"{row.label}: {row.counts}" for row in table.itertuples()]
    frame, more = table.assign(label=names).head(MOST_ROWS), len(table) - MOST_ROWS
    said = {"title": title if title and len(title.split()) <= MOST_WORDS else "What was printed, side by side"}
    printed = [rate_charts.printed(scene, facts)] if facts else []
    noted = [*printed, subject.spoken(NO_RANKING), *([f"{more} more in the table."] if more > 0 else [])]
    said["foot"] = " ".join(noted)
    what, period = kind(scene, facts) if facts else "people or cases", rate_charts.period(scene)
    if denominator not in subject.denominators():
        return charts.intervals(frame.assign(text=frame["note"]), axis=f"Number of {what}, {period}", **said)
    whom = subject.denominators()[denominator].whom
    axis = f"{what[:1].upper()}{what[1:]} per 1,000 {whom} a year, {period}; 95% limits"
    return charts.rates(_drawn(frame), axis=axis, **said)


def _drawn(frame: pd.DataFrame) -> pd.DataFrame:
    """Arrange rows for the chart of rates; a rate without an upper end is said, not drawn."""
    counts = ["" if pd.isna(row.low) else interval_text(row.low, row.high) for row in frame.itertuples()]
    endless = np.isinf(frame["rate_upper"])
    lacking = frame["note"].mask(endless, [f"{count}, so no upper end" for count in counts])
    lacking = lacking.where(lacking != "", "no dates, or no workforce known")
    upper = frame["rate_upper"].mask(endless)
    ends = {"force": frame["label"], "rate": frame["rate"].mask(endless), "lower": frame["rate_lower"], "upper": upper}
    return pd.DataFrame({**ends, "note": lacking.where(upper.isna(), counts)})


def picture(drawn: Chart) -> str:
    """Return a chart as an html image with its alt text."""
    data, width = base64.b64encode(drawn.png).decode("ascii"), round(drawn.figure.get_figwidth() * 96)
    return f'<img alt="{escape(drawn.alt)}" width="{width}" src="data:image/png;base64,{data}">'


def table(frame: pd.DataFrame) -> str:
    """Return a table as escaped html that scrolls by itself."""
    named = frame.rename(columns=lambda name: name.replace("_", " "))
    plain = named.to_html(index=False, na_rep="", border=0, float_format="{:.3g}".format)
    return f'<div style="overflow-x: auto">{plain}</div>'


def sentences(findings: Iterable[Finding]) -> str:
    """Return sentences as html, with the caveats that must go with each in sight and what it rests on folded away."""
    return "".join(_said(finding) for finding in findings)


def _said(finding: Finding) -> str:
    caveats, basis = ("".join(f"<li>{escape(line)}</li>" for line in some) for some in (finding.caveats, finding.basis))
    more = f"<details><summary>What this rests on</summary><ul>{basis}</ul></details>" if basis else ""
    return f'<p class="said"><b>{escape(finding.sentence)}</b></p><ul class="caveats">{caveats}</ul>{more}'
