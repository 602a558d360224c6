"""Published sentences, judged by what the evidence is worth, over propositions and not over repetitions."""

import operator
from dataclasses import replace
from typing import Any, NamedTuple

import pandas as pd

from analysis.measure.bounds import by_force, limits, prepare
from analysis.measure.totals import join_ids
from analysis.tables import Tables

UNITS = ("people", "cases", "incidents", "allegations", "offences")
POSITIONS = {"first": 1, "second": 2, "third": 3}
NAMED = ["full", "partial", "replied, named"]  # answers of forces for which a number was printed or answered
OPEN = float("inf")
COMPARED = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}


class Allowed(NamedTuple):
    """What everything but a claim's own page allows its number to be, and so the claim always, or ever, to be true.

    low is None where nothing else that was printed bears on the claim, high OPEN where nothing limits it.
    """

    low: float | None = None
    high: float | None = None
    always: bool = False
    ever: bool = True


def verdicts(data: Tables) -> pd.DataFrame:
    """Judge the propositions of a round: what several pages print of one release is judged once.

    Out: proposition (in words), n_pages, publishers, verdict, reason (in words), low, high (what all other pages allow;
    missing where none bears on it), figure_ids (its own cells, then those it was checked against).
    conflicts: other pages rule it out, or print what cannot be true beside it. goes beyond its source: the page says
    more than the release it repeats. confirmed: a force's own reply or an official count, of another origin, says the
    same and no assumption is needed. adds up: arithmetic, done again. repeats its source: one release says it, in as
    many pages as n_pages. cannot be checked: nothing that was printed bears on it.
    Raises ValueError for a kind of check nobody wrote.
    """
    models: dict = {}
    if strange := data.claims[~data.claims["check"].isin([*CHECKS])].to_dict("records"):
        claim, known = strange[0], ", ".join(CHECKS)
        raise ValueError(f"claim {claim['claim_id']}: nobody wrote the check {claim['check']!r}; known: {known}")
    allowed = [CHECKS[claim.check](data, models, claim) for claim in data.claims.itertuples(index=False)]
    judged = data.claims.assign(allowed=pd.Series(allowed, data.claims.index, dtype=object))
    found = [_proposition(data, group) for _, group in judged.groupby("proposition", sort=False)]
    columns = "proposition n_pages publishers verdict reason low high figure_ids"
    return pd.DataFrame(found, columns=columns.split()).astype({"low": "Float64", "high": "Float64"})


def _proposition(data: Tables, pages: pd.DataFrame) -> tuple:
    """Return one row for the pages that print one proposition."""
    first, sources = pages.iloc[0], data.sources.set_index("source_id")
    publishers = ", ".join(pages["source_id"].map(sources["publisher"]).unique())
    told = first["proposition_text"], pages["source_id"].nunique(), publishers
    low, high = first["allowed"].low, first["allowed"].high
    checked = (_verdict(data, pages), first["how_checked"], low, None if high == OPEN else high)
    return *told, *checked, join_ids([*pages["figures"], *pages["against"], *pages["source_id"]])


def _verdict(data: Tables, pages: pd.DataFrame) -> str:
    """Return the first verdict that fits; what only an assumption makes so confirms nothing."""
    first = pages.iloc[0]
    if not all(one.ever for one in pages["allowed"]) or pages["conflicts_with"].ne("").any():
        return "conflicts"
    if pages["own"].eq("yes").any():
        return "goes beyond its source"
    if first["assumptions"] == "" and pages["against"].map(lambda ids: _independent(data, first, ids)).any():
        return "confirmed"
    if first["check"] == "attribution" and first["base"].partition("=")[0] in ("", "forces.nation"):
        return "cannot be checked"
    if first["check"] in ("compare", "rate") and all(one.always for one in pages["allowed"]):
        return "adds up"
    return "repeats its source"


def _independent(data: Tables, claim: pd.Series, against: str) -> bool:
    """Say whether a force's own reply, of another origin, prints a figure the claim was checked against."""
    sources = data.sources.set_index("source_id")
    cited = {one.partition(":")[0] for one in against.split() if ":" in one}
    replies = sources[sources.index.isin(cited) & (sources["kind"] == "reply")]
    return bool((replies["derived_from"] != sources.loc[claim["source_id"], "derived_from"]).any())


def _limits(data: Tables, models: dict, claim: Any) -> tuple[float, float]:
    found = limits(_model(data, models, claim), force=claim.force_ids.split() or None, **_category(claim))
    return found["low"].item(), found["high"].astype("float64").fillna(OPEN).item()


def _category(claim: Any) -> dict[str, str]:
    named = {name: getattr(claim, name) or "not-stated" for name in ("conduct", "system", "outcome")}
    return named | {"role": claim.role or "any"}


def _model(data: Tables, models: dict, claim: Any) -> Any:
    """Return the round without what only the claim's own page prints, prepared once for each page."""
    unit = claim.unit if claim.unit in UNITS else "people"
    key = (claim.source_id, unit, claim.assumptions)
    if key not in models:
        only = [{one.partition(":")[0] for one in ids.split()} == {claim.source_id} for ids in data.facts["figure_ids"]]
        others = replace(data, facts=data.facts[~pd.Series(only, data.facts.index, dtype="bool")])
        models[key] = prepare(others, assumptions=claim.assumptions.split(), unit=unit)
    return models[key]


def _value(data: Tables, models: dict, claim: Any) -> Allowed:
    """Check a value, or a number of forces, against what the other pages allow."""
    if claim.unit != "forces":
        low, high = _limits(data, models, claim)
        return _compared(claim, low, OPEN if claim.base == "rounds.forces_asked" else high)
    replied = int(data.replied["low"].item())
    if not claim.outcome:
        return _compared(claim, replied, replied)
    with_number = data.facts.loc[(data.facts["low"] > 0).fillna(False) & (data.facts["force_ids"] != ""), "force_ids"]
    return _compared(claim, with_number.nunique(), replied)


def _compared(claim: Any, low: float, high: float) -> Allowed:
    first, last = float(claim.value_low), float(claim.value_high)
    if claim.operator == "=":
        return Allowed(low, high, first <= low and high <= last, low <= last and first <= high)
    bound = last if claim.operator.startswith("<") else first
    held = [COMPARED[claim.operator](end, bound) for end in (low, high)]
    return Allowed(low, high, all(held), any(held))


def _share(data: Tables, models: dict, claim: Any) -> Allowed:
    """Check a part of a whole: more than half of it, or a number of it."""
    low, high = _limits(data, models, claim)
    if claim.operator != "majority":
        return _compared(claim, low, high)
    least, most = _limits(data, models, _other(claim))
    return Allowed(low, high, 2 * low > most, 2 * high > least)


def _equal(data: Tables, models: dict, claim: Any) -> Allowed:
    """Check that two numbers are equal, or how many months a round covers."""
    if claim.base == "rounds.months":
        start, after = data.round["period_start"], data.round["period_end"] + pd.Timedelta(days=1)
        months = 12 * (after.year - start.year) + after.month - start.month
        return _compared(claim, months, months)
    one, two = _limits(data, models, claim), _limits(data, models, _other(claim))
    return Allowed(*one, one[0] == one[1] == two[0] == two[1], one[0] <= two[1] and two[0] <= one[1])


def _rate(data: Tables, models: dict, claim: Any) -> Allowed:
    """Check how many days of the round there are for each one counted."""
    low, high = _limits(data, models, claim._replace(unit="people", base=""))
    if not low or high == OPEN:
        return Allowed()
    days = (data.round["period_end"] - data.round["period_start"]).days + 1
    return _compared(claim, days / high, days / low)


def _rank(data: Tables, models: dict, claim: Any) -> Allowed:
    """Check a place from the top, ties allowed, against the limits of every force with a number and of the others."""
    named = data.coverage.loc[data.coverage["answer"].isin(NAMED), "force_id"]
    spans = by_force(_model(data, models, claim), [*named, "unnamed"], **_category(claim)).set_index("force")
    spans["high"] = spans["high"].astype("float64").fillna(OPEN)
    own = spans.loc[spans.index.isin(claim.force_ids.split())]
    others = spans.loc[~spans.index.isin(own.index)]
    low, high = own["low"].min(), own["high"].max()
    above, maybe = int((others["low"] > high).sum()), int((others["high"] > low).sum())
    place = POSITIONS[claim.operator] - 1
    return Allowed(low, high, above == maybe == place, above <= place <= maybe)


def _attribution(data: Tables, models: dict, claim: Any) -> Allowed:
    """Check who asked, and of whom, against the round and the forces known to have answered."""
    what, _, value = claim.base.partition("=")
    if what == "rounds.asked_by":
        return Allowed(ever=data.round["asked_by"] == value)
    answered = data.coverage["answer"].isin(NAMED)
    outside = answered & ~data.coverage["nation"].isin(value.split("|"))
    return Allowed(ever=what != "forces.nation" or not outside.any())


def _other(claim: Any) -> Any:
    """Return the claim's second subject, from its base: `force_ids=surrey; unit=cases; outcome=recorded`."""
    pairs = dict(part.strip().split("=", 1) for part in claim.base.split(";") if part.strip())
    return claim._replace(**dict.fromkeys(("force_ids", "role", "conduct", "system", "outcome"), "") | pairs)


CHECKS = {
    "limits": _value,
    "share": _share,
    "compare": _equal,
    "rate": _rate,
    "rank": _rank,
    "attribution": _attribution,
}
