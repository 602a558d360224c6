"""Assumptions as data: each one rewrites facts or relations, and leaves its name on what it rewrote."""

import copy
from collections.abc import Iterable
from typing import Any

import pandas as pd
from rapidfuzz import process


def assume(evidence: Any, ids: Iterable[str], known: pd.DataFrame | None = None) -> Any:
    """Rewrite facts and relations as the named assumptions say.

    In: a frame of facts or of relations, or tables with both (then `known` may be left out); `known` has columns
    assumption_id, round_id, applies_where, sets. Out: the same kind of thing with an added column `assumed`, the ids
    of the assumptions that changed a row. Raises ValueError for an id that is not known.
    """
    ids = list(ids)
    known = getattr(evidence, "assumptions", None) if known is None else known
    rows = [_row(known, assumption_id) for assumption_id in ids]
    if isinstance(evidence, pd.DataFrame):
        return _rewrite(evidence, rows)
    changed = copy.copy(evidence)
    object.__setattr__(changed, "facts", _rewrite(evidence.facts, rows))
    object.__setattr__(changed, "relations", _rewrite(evidence.relations, rows))
    return changed


def _row(known: pd.DataFrame | None, assumption_id: str) -> dict:
    names = [] if known is None else list(known["assumption_id"])
    if known is not None and assumption_id in names:
        return known[known["assumption_id"] == assumption_id].iloc[0].to_dict()
    near = process.extractOne(assumption_id, names)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise ValueError(f"no assumption is called {assumption_id!r}{hint}")


def _rewrite(frame: pd.DataFrame, rows: list[dict]) -> pd.DataFrame:
    changed = frame.copy()
    if "assumed" not in changed:
        changed["assumed"] = ""
    # One can bring a fact under another (a reply joins the round), so the order they come in must not matter.
    for _ in rows:
        before = changed
        for row in rows:
            changed = _apply(changed, row)
        if changed is before:
            break
    return changed


def _apply(frame: pd.DataFrame, row: dict) -> pd.DataFrame:
    where, sets = _pairs(row["applies_where"]), _pairs(row["sets"])
    hit = pd.Series(True, index=frame.index)
    for column, values in _within_round(where, row.get("round_id", "")).items():
        hit &= _matches(frame, column, values)
    if not hit.any():
        return frame
    changed = frame.assign(**{column: "" for column in sets if column not in frame})
    hit &= pd.concat([changed[column].astype(str) != value for column, value in sets.items()], axis=1).any(axis=1)
    if not hit.any():
        return frame
    marked = (changed.loc[hit, "assumed"] + " " + row["assumption_id"]).map(lambda text: dict.fromkeys(text.split()))
    changed.loc[hit, "assumed"] = marked.map(" ".join)
    for column, value in sets.items():
        changed.loc[hit, column] = value
    return changed


def _within_round(where: dict[str, str], round_id: str) -> dict[str, str]:
    scoped = {"scope" if "relation" in where and column == "round_id" else column: where[column] for column in where}
    if round_id and not {"round_id", "scope", "source_id", "fact_id", "relation_id", "figure_ids"} & set(scoped):
        return scoped | {"scope" if "relation" in where else "round_id": round_id}
    return scoped


def _pairs(text: str) -> dict[str, str]:
    pairs = (part.split("=", 1) for part in text.split(";") if part.strip())
    return {column.strip(): value.strip() for column, value in pairs}


def _matches(frame: pd.DataFrame, column: str, values: str) -> pd.Series:
    wanted = {values, *values.split("|")}
    if column == "source_id" and "figure_ids" in frame:
        return frame["figure_ids"].map(lambda ids: any(one.rsplit(":", 1)[0] in wanted for one in ids.split()))
    if column not in frame:
        return pd.Series(False, index=frame.index)
    if column in ("force_ids", "figure_ids", "figures"):
        return frame[column].map(lambda ids: ids in wanted or bool(wanted & set(ids.split())))
    return frame[column].astype(str).isin(wanted)
