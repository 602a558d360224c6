"""How one fact is said: who was counted, what happened, over what, and what the number rests on."""

import re
from typing import Any

import pandas as pd

from analysis import paths, subject, tables
from analysis.tell import words
from analysis.tell.findings import Number

# How English pages print a number that may be smaller; what a page prints in another language is said anew.
ENGLISH = r"(almost|nearly|as many as|up to|at most|fewer than|less than|under|no more than)\b"


def read(categories):
    """The words for every category: its label, or the better wording that `lookups/phrases.csv` gives it.

    Returns {(dimension, category): (phrase for people, phrase for cases)}; outcomes are verbs ("were dismissed",
    "ended in dismissal"), the rest nouns; a row of dimension force gives the name a sentence uses.
    {("end", outcome): True} marks outcomes that tell what became of people.
    """
    said = {
        (row.dimension, row.category): _default(row.dimension, row.label) for row in categories.itertuples(index=False)
    }
    path = paths.lookups() / "phrases.csv"
    given = tables.text(path).itertuples(index=False) if path.exists() else ()
    for row in given:
        said[row.dimension, row.category] = (row.people, row.cases)
        if row.dimension == "outcome":
            said["end", row.category] = row.end == "yes"
    return said


def category(said, dimension, expression, unit="people"):
    """Say a category or a set of them: "e-mail or Niche" when not told apart, "convicted and dismissed" when both."""
    parts = [said[dimension, part][unit != "people"] for part in re.split(r"[|&]", expression)]
    verb = re.match(r"were given |were |ended in |resigned or ", parts[0])
    if verb and all(part.startswith(verb[0]) for part in parts[1:]):
        parts = [parts[0], *(part.removeprefix(verb[0]) for part in parts[1:])]
    return words.listed(parts, "or" if "|" in expression else "and")


def number(fact, how="printed"):
    """The fact's own number, marked with its figures, said without its noun ("no", "three", "at least 71")."""
    if fact.status in ("approximate", "share") or (pd.isna(fact.low) and not pd.isna(fact.high)):
        return Number(_loose(fact), *ends(fact), tuple(fact.figure_ids.split()), how)
    low, high = ends(fact)
    if low is None:  # left blank, not held or not applicable
        return Number("an unknown number of", None, None, tuple(fact.figure_ids.split()), how)
    said = "no" if high == 0 else words.span(low, high) + (" of" if low == 0 and high is None else "")
    if fact.status == "at least" and re.search(r"\b(over|more than)\b", fact.as_written, re.IGNORECASE):
        said = f"more than {words.number(low - 1)}"
    return Number(said, low, high, tuple(fact.figure_ids.split()), how)


def amount(fact):
    """The number with its noun: "three officers", "no cases", "20% of cases"."""
    of = " of" if fact.status == "share" else ""
    return [number(fact), f"{of} {noun(fact)}"]


def how_many(facts):
    """How many facts there are, marked with all their figures."""
    ids = tuple(figure for fact in facts for figure in fact.figure_ids.split())
    return Number(words.number(len(facts)), len(facts), len(facts), ids, "counted")


def ends(fact) -> tuple[Any, Any]:
    """The fact's interval as plain numbers; None where an end is missing."""
    low, high = (None if pd.isna(end) else int(end) for end in (fact.low, fact.high))
    return low, high


def one(fact):
    """Whether the fact counts exactly one, so that its verb stands in the singular."""
    return ends(fact) == (1, 1)


def noun(fact):
    """What is counted: the role for people, else the unit."""
    if fact.unit == "people":
        said = subject.roles()[fact.role][not one(fact)]
        return said.replace(" and ", " or ") if fact.role == "any" and ends(fact) == (0, 0) else said
    return fact.unit[:-1] if one(fact) else fact.unit


def happened(said, fact):
    """The verb phrase of the fact's outcome, in the right number: "was dismissed", "ended in dismissal"."""
    if fact.outcome == "not-stated" and ends(fact) == (0, 0):
        return "were counted"
    phrase = category(said, "outcome", fact.outcome, fact.unit)
    return re.sub(r"\bwere\b", "was", phrase) if one(fact) else phrase


def about(said, fact, known=("not-stated", "not-stated")):
    """What it was about: "access without a policing purpose in police databases"; empty when not stated or `known`."""
    conduct = "" if fact.conduct in ("not-stated", known[0]) else category(said, "conduct", fact.conduct)
    system = "" if fact.system in ("not-stated", known[1]) else fact.system
    if not system:
        return conduct
    if not conduct:
        return f"misuse of {category(said, 'system', system)}"
    if all(said["system", part][0] in conduct for part in re.split(r"[|&]", system)):
        return conduct
    return f"{conduct} {category(said, 'system', system, 'cases')}"


def over(said, fact, known=("not-stated", "not-stated")):
    """The same after a verb: " over social media"."""
    matter = about(said, fact, known)
    return f" over {matter}" if matter else ""


def told(said, fact, known=("not-stated", "not-stated")):
    """A whole clause: "three people were dismissed over social media", "16 cases of disclosure were recorded"."""
    rank = "" if fact.rank in ("", "not-stated") else f" ({category(said, 'rank', fact.rank)})"
    doubt = ", which the force disputes," if fact.disputed == "yes" else ""
    if fact.unit == "people":
        return [*amount(fact), rank, doubt, " ", happened(said, fact), over(said, fact, known)]
    matter = about(said, fact, known)
    return [*amount(fact), rank, f" of {matter}" if matter else "", doubt, " ", happened(said, fact)]


def force_name(said, tables, force_id):
    """The name a sentence uses: from phrases.csv, else the force's full name."""
    given = said.get(("force", force_id))
    return given[0] if given else tables.by_id["forces"].loc[force_id, "name"]


def basis(facts, tables):
    """What facts rest on: who printed them and from how many origins, their period, what they count."""
    ids = [figure for fact in facts for figure in fact.figure_ids.split()]
    figures = tables.by_id["figures"]
    documents = tables.by_id["sources"].loc[list(dict.fromkeys(figures["source_id"].loc[ids]))]
    lines = [printed_by(documents)]
    spans = {(words.period(fact.period_start, fact.period_end), basis) for fact, basis in _dated(facts, figures)}
    lines += [
        f"Period: {span.removeprefix('in ').removeprefix('on ')}{' (dates inferred)' if basis == 'inferred' else ''}."
        for span, basis in sorted(spans)
        if span
    ]
    return tuple(lines)


def printed_by(documents):
    """Name the documents and say how many independent origins stand behind them."""
    names = list(dict.fromkeys(documents["publisher"]))
    shown = names if len(names) <= 4 else [*names[:3], f"{words.number(len(names) - 3)} others"]
    origins = len({origin or source_id for source_id, origin in documents["derived_from"].items()})
    behind = "all repeating one origin" if origins == 1 else f"{words.number(origins)} independent origins"
    return f"Source: {words.listed(shown)}{f' ({behind})' if len(documents) > 1 else ''}."


def _dated(facts, figures):
    for fact in facts:
        yield fact, figures["period_basis"].get(fact.figure_ids.split()[0], "")


def _default(dimension, label):
    return (f"were {label}", f"had the outcome “{label}”") if dimension == "outcome" else (label, label)


def _loose(fact):
    """An approximate number or a share as it is said."""
    if fact.status == "share":
        return words.share(fact.share_low, fact.share_high)
    if fact.status == "at most" and not re.match(ENGLISH, fact.as_written, re.IGNORECASE):
        return f"fewer than {words.number(fact.high + 1)}"
    return fact.as_written
