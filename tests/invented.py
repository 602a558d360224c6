"""A small invented round: its facts, relations and assumptions, in the form of the project's tables."""

from types import SimpleNamespace

import pandas as pd

WHOLE = dict.fromkeys(("conduct", "system", "outcome"), "not-stated")
BLANK = dict.fromkeys(["rank", "place", "part_of", "alternatives", "conflict_of"], "")
RELATIONS = ["relation_id", "relation", "figures", "of", "complete", "position"]


def fact(fact_id, force="", low=0, high="same", **columns):
    """One row of facts: an exact count of people in round r unless told otherwise."""
    high = low if isinstance(high, str) else high
    row = BLANK | WHOLE | {"fact_id": fact_id, "figure_ids": fact_id, "round_id": "r", "force_ids": force}
    row |= {"place": "" if force else "all forces asked", "role": "not stated", "unit": "people"}
    row |= {"low": low, "high": high, "hull_low": low, "hull_high": high, "share_low": pd.NA, "share_high": pd.NA}
    row |= {"status": "exact", "date_basis": "not stated", "disputed": "no", "agreement": "one source"}
    return row | {"period_start": None, "period_end": None} | columns


def facts(*rows):
    """A frame of facts with the types of the project's tables."""
    frame = pd.DataFrame(list(rows), columns=list(fact("")))
    counts = dict.fromkeys(["low", "high", "hull_low", "hull_high"], "Int64")
    shares = dict.fromkeys(["share_low", "share_high"], "Float64")
    texts = dict.fromkeys(["fact_id", "figure_ids", "force_ids", "round_id", "unit", "status", "part_of"], "str")
    dates = dict.fromkeys(["period_start", "period_end"], "datetime64[s]")
    return frame.astype(counts | shares | dates | texts)


def categories():
    """Three small trees: dismissed and resigned exclude each other, convicted overlaps both."""
    rows = [
        ("outcome", "not-stated", "", "no"),
        ("outcome", "recorded", "not-stated", "no"),
        ("outcome", "investigated", "recorded", "no"),
        ("outcome", "disciplined", "investigated", "yes"),
        ("outcome", "no-action", "investigated", "yes"),
        ("outcome", "meeting", "disciplined", "no"),
        ("outcome", "left-the-force", "disciplined", "no"),
        ("outcome", "dismissed", "left-the-force", "yes"),
        ("outcome", "resigned", "left-the-force", "yes"),
        ("outcome", "criminal", "not-stated", "no"),
        ("outcome", "convicted", "criminal", "no"),
        ("conduct", "not-stated", "", "no"),
        ("conduct", "access", "not-stated", "no"),
        ("conduct", "own-affairs", "access", "no"),
        ("conduct", "social-media", "not-stated", "no"),
        ("conduct", "all-breaches", "", "no"),
        ("system", "not-stated", "", "no"),
        ("system", "niche", "not-stated", "no"),
        ("system", "e-mail", "not-stated", "no"),
    ]
    return pd.DataFrame(rows, columns=["dimension", "category", "parent", "exclusive"])


def relations(*rows):
    """Rows of relation_id, relation, figures, of, complete, position."""
    return pd.DataFrame(list(rows), columns=RELATIONS, dtype="str").assign(scope="r", reason="")


def assumptions(*rows):
    """Rows of assumption_id, applies_where, sets; the statement is the id in words."""
    frame = pd.DataFrame(list(rows), columns=["assumption_id", "applies_where", "sets"], dtype="str")
    return frame.assign(round_id="r", usual="", statement=frame["assumption_id"].str.replace("-", " "))


def rounds(replied=23, **columns):
    row = {"round_id": "r", "forces_replied": replied, "period_start": "2017-04-01", "period_end": "2019-03-31"}
    return pd.DataFrame([row | {"unit": "people"} | columns])


FORCES = ["surrey", "metropolitan", "greater-manchester", "cumbria", "hertfordshire", "gwent", "wiltshire", "x", "y"]
FORCES += ["merseyside", "west-yorkshire", "nottinghamshire", "cleveland", "durham", "kent", "essex", "dorset"]
DENOMINATORS = [
    ("workforce", "headcount", "officer staff pcso"),
    ("with specials", "headcount", "officer staff pcso special"),
    ("officers only", "headcount", "officer"),
]


def tables(facts, **frames):
    """The tables of round r: these facts, and for every other table a small one unless it is given."""
    named = sorted({*FORCES, *(force for ids in facts["force_ids"] for force in ids.split())})
    given = {
        "name": "r",
        "facts": facts,
        "elsewhere": facts.iloc[:0],
        "figures": facts.assign(figure_id=facts["fact_id"], source_id=""),
        "categories": categories(),
        "roles": pd.DataFrame({"role": ["officer", "staff", "pcso", "special", "any", "not stated"]}),
        "rounds": rounds(),
        "relations": relations(),
        "assumptions": assumptions(),
        "coverage": pd.DataFrame(columns=["round_id", "force_id", "answer", "assumed"], dtype="str"),
        "forces": pd.DataFrame({"force_id": named, "region": "", "nation": "", "joined_into": ""}),
        "denominators": pd.DataFrame(DENOMINATORS, columns=["denominator", "basis", "worker_types"]),
        "workforce": None,
    }
    return SimpleNamespace(**given | frames)
