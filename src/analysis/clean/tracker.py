"""The requests of a round: by when the law wants each answered, and what is late, refused or left open."""

from functools import cache
from pathlib import Path

import holidays
import numpy as np
import pandas as pd

from analysis import tables
from analysis.clean import raw
from analysis.clean.additions import Refused
from analysis.clean.lookups import nearest

# Working days to answer a request or a review, and to ask for a review: the two Acts; for reviews in the rest of the
# United Kingdom the code of practice under s45 of the Act of 2000.
ANSWER, ASK_REVIEW = 20, 40
SCOTTISH = {"Scotland"}
OPEN = ["refused", "partial", "not held"]
CAME = [*OPEN, "full"]


@cache
def _closed(scottish: bool, year: int) -> np.ndarray:
    """Return the days off of one Act from one year to the next.

    Source: Freedom of Information Act 2000 s10(6), a bank holiday in any part of the United Kingdom; Freedom of
    Information (Scotland) Act 2002 s73, one in Scotland.
    """
    parts = ("SCT",) if scottish else ("ENG", "WLS", "SCT", "NIR")
    days = {day for part in parts for day in holidays.country_holidays("GB", part, years=(year, year + 1))}
    return np.array(sorted(days), dtype="datetime64[D]")


def due(sent, nation: str, days: int = ANSWER):
    """Return the last working day to answer what was sent on a day: the 20th after it; NaT where nothing was sent."""
    if pd.isna(sent):
        return pd.NaT
    day = pd.Timestamp(sent)
    found = np.busday_offset(
        day.to_datetime64().astype("datetime64[D]"), days, "backward", holidays=_closed(nation in SCOTTISH, day.year)
    )
    return pd.Timestamp(found)


def regulator(nation: str) -> str:
    """Return who decides a complaint about a request to an authority of a nation."""
    return "Scottish Information Commissioner" if nation in SCOTTISH else "Information Commissioner's Office"


def filled(tracker: pd.DataFrame, round_id: str, forces: pd.DataFrame, sent=pd.NaT) -> pd.DataFrame:
    """Return the tracker with a row for each force of a round that exists today, `sent` where none was, and due days.

    In: tracker and forces (force_id, nation, exists_until). Out: the tracker; nothing typed by hand is changed but due.
    """
    nations = forces.set_index("force_id")["nation"]
    here = forces.loc[forces["exists_until"].isna(), "force_id"]
    lacking = here[~here.isin(tracker.loc[tracker["round_id"] == round_id, "force_id"])]
    rows = pd.DataFrame({"round_id": round_id, "force_id": lacking, "regulator": lacking.map(nations).map(regulator)})
    whole = pd.concat([tracker, tables.cast(rows.reindex(columns=list(tracker), fill_value=""), "tracker")])
    whole = whole.reset_index(drop=True)
    unsent = (whole["round_id"] == round_id) & whole["sent"].isna()
    dated = whole.assign(sent=whole["sent"].mask(unsent, pd.Timestamp(sent)))
    return tables.arrange(dated.assign(due=_due(dated, nations)), "tracker")


def _due(tracker: pd.DataFrame, nations: pd.Series, start: str = "sent", days: int = ANSWER) -> list:
    pairs = zip(tracker[start], tracker["force_id"].map(nations), strict=True)
    return [due(day, nation, days) for day, nation in pairs]


def chase(folder: Path, round_id: str, on) -> list[str]:
    """Say what a round waits for on a day: overdue, refused and on which section, and how many lack which question.

    Reads data/raw and sends nothing. Raises Refused where a table is faulty or there is no such round.
    """
    decided, problems = raw.decisions(folder)
    if problems:
        raise Refused("\n".join(str(problem) for problem in problems))
    known = decided["rounds"]["round_id"]
    if round_id not in set(known):
        raise Refused(f"no round is called {round_id!r}; nearest: {nearest(round_id, known)}", 2)
    covered = decided["coverage_decisions"].query("round_id == @round_id")
    sent = _standing(decided, round_id, covered)
    if sent.empty:
        said = [f"No tracker: nobody sent {round_id} from here. To send it: python -m analysis new-round {round_id}"]
        return [*said, *_refused(covered)]
    day = pd.Timestamp(on)
    head = f"{round_id} on {day:%Y-%m-%d}: {sent['sent'].notna().sum()} of {len(sent)} requests sent, "
    parts = [_late(sent, day), _reviews(sent, day), _refused(covered), _questions(sent, decided["questions"], round_id)]
    unsent = list(sent.loc[sent["sent"].isna(), "force_id"])
    parts.append(_listed("Not sent yet", [", ".join(unsent)] if unsent else [], len(unsent)))
    return [f"{head}{sent['came'].sum()} answered.", *(line for part in parts for line in part)]


def _standing(decided: dict[str, pd.DataFrame], round_id: str, covered: pd.DataFrame) -> pd.DataFrame:
    """Return a round's requests with the day each was answered, how, and the last days that count from there."""
    sources, nations = decided["sources"], decided["forces"].set_index("force_id")["nation"]
    replies = sources[(sources["round_id"] == round_id) & (sources["kind"] == "reply")]
    read = replies.assign(force_id=replies["force_ids"].str.split()).explode("force_id").groupby("force_id")["seen_on"]
    own = decided["tracker"].query("round_id == @round_id").reset_index(drop=True)
    answered = own["answered"].fillna(read.min().reindex(own["force_id"]).reset_index(drop=True))
    ways = own["force_id"].map(covered.set_index("force_id")["answer"])
    came = answered.notna() | ways.isin(CAME)
    dated = own.assign(answered=answered, answer=ways, came=came, due=_due(own, nations))
    dated = dated.assign(review_due=_due(dated, nations, "review_sent"), since=dated["answered"].fillna(dated["due"]))
    return dated.assign(ask_by=_due(dated, nations, "since", ASK_REVIEW))


def _late(sent: pd.DataFrame, day: pd.Timestamp) -> list[str]:
    late = sent[~sent["came"] & (sent["due"] < day)].sort_values(["due", "force_id"])
    lines = [f"{row.force_id}: due {row.due:%Y-%m-%d}, {_next(row, day)}" for row in late.itertuples()]
    return _listed("Overdue", lines, len(lines))


def _next(row, day: pd.Timestamp) -> str:
    if not pd.isna(row.review_sent):
        return f"review asked on {row.review_sent:%Y-%m-%d}"
    return f"a review may be asked until {row.ask_by:%Y-%m-%d}" if day <= row.ask_by else "too late to ask for a review"


def _reviews(sent: pd.DataFrame, day: pd.Timestamp) -> list[str]:
    late = sent[sent["review_answered"].isna() & (sent["review_due"] < day)].sort_values(["review_due", "force_id"])
    lines = [f"{row.force_id}: review due {row.review_due:%Y-%m-%d}, {_complained(row)}" for row in late.itertuples()]
    return _listed("Review overdue", lines, len(lines))


def _complained(row) -> str:
    if pd.isna(row.regulator_sent):
        return f"a complaint goes to: {row.regulator}"
    return f"complaint to the {row.regulator} on {row.regulator_sent:%Y-%m-%d}"


def _refused(covered: pd.DataFrame) -> list[str]:
    """Say who refused, in whole or in part, or holds nothing, by the section it named."""
    rows = covered[covered["answer"].isin(OPEN)]
    sections = rows["exemptions"].replace("", "no section named").str.split(r"[;,]?\s+(?=s\d)", regex=True)
    rows = rows.assign(section=sections)
    rows = rows.assign(said=rows["force_id"] + " (" + rows["answer"] + ")").explode("section")
    groups = rows.sort_values("force_id").groupby("section")["said"]
    lines = [f"{section}: {', '.join(said)}" for section, said in groups]
    return _listed("Refused, answered in part, or not held", lines, rows["force_id"].nunique())


def _questions(sent: pd.DataFrame, questions: pd.DataFrame, round_id: str) -> list[str]:
    """Say for each question of a round how many of the forces asked have not answered it."""
    asked = questions.query("round_id == @round_id")
    silent = ~sent["came"] | sent["answer"].isin(["refused", "not held"])
    lines = []
    for row in asked.itertuples():
        lacking = silent | sent["unanswered"].str.split().map(lambda left, one=row.question_id: one in left)
        lines.append(f"{row.question_id}: {lacking.sum()} of {len(sent)} forces: {row.question}")
    return _listed("Not answered", lines, len(lines)) or ["questions.csv has no question of this round yet."]


def _listed(head: str, lines: list[str], how_many: int) -> list[str]:
    return [f"{head} ({how_many}):", *(f"  {line}" for line in lines)] if lines else []
