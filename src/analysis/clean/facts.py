"""One row per number in the world, whoever printed it."""

import numpy as np
import pandas as pd

from analysis import columns, tables
from analysis.clean import agreement, distinct
from analysis.ordering import rank

KEY = [
    "round_id",
    "force_ids",
    "place",
    "period_start",
    "period_end",
    "date_basis",
    "role",
    "rank",
    "unit",
    "conduct",
    "system",
    "outcome",
]
ALONE: dict[str, str | int] = {"alternatives": "", "agreement": "one source", "conflict_of": "", "part_of": ""}
ALONE |= {"disputed": "no", "n_sources": 1, "n_origins": 1}
KINDS = {"reply": 0, "report": 1, "press": 2}
EXACTNESS = {"exact": 0, "zero": 0, "share": 0, "range": 1, "at least": 2, "at most": 2, "suppressed": 3}


def facts(
    figures: pd.DataFrame, relations: pd.DataFrame, sources: pd.DataFrame, categories: pd.DataFrame
) -> pd.DataFrame:
    """Return the facts table: figures with equal keys, or said to be the same number, are one fact.

    The key is that of the figure a `same_number` relation names; the value that of the preferred source: a reply
    before a report before the press, then the most exact, then the one the relation names, then the earliest; an
    exact print of the same origin stands before its own rounding. Facts are in the order of their figures.
    """
    if figures.empty:
        return tables.empty("facts")
    fact = groups(figures, relations)
    alone = ~fact.duplicated(keep=False)
    several = distinct.plain(figures[~alone])
    grouped = several.assign(
        fact=fact[~alone],
        order=_order(several, relations, sources),
        origin=distinct.said(several["source_id"], origins(sources).__getitem__),
    ).sort_values("order")
    same = relations[relations["relation"] == "same_number"]
    heads = set(" ".join(same["of"]).split()) - set(" ".join(same["figures"]).split())
    tree = agreement.Tree.of(categories)
    together: dict[int, list[dict]] = {}
    for row in grouped.to_dict("records"):
        together.setdefault(row["fact"], []).append(row)
    made = pd.DataFrame([_fact(group, heads, tree) for group in together.values()], columns=columns.columns("facts"))
    place = dict(zip(several["figure_id"], np.flatnonzero(~alone), strict=True))
    order = np.argsort(np.concatenate([np.flatnonzero(alone), made["fact_id"].map(place).to_numpy("int64")]))
    frame = distinct.joined([_alone(figures[alone]), tables.cast(made, "facts")])
    return _related(frame.take(order).reset_index(drop=True), figures, relations)


def groups(figures: pd.DataFrame, relations: pd.DataFrame) -> pd.Series:
    """Return for each figure the position of the first figure that is the same number (union-find)."""
    codes, first = distinct.positions(_keys(figures))
    parent = np.arange(len(first))

    def root(code: int) -> int:
        while parent[code] != code:
            parent[code] = parent[parent[code]]
            code = parent[code]
        return code

    same = relations[relations["relation"] == "same_number"]
    pairs = [(one, of) for names, of in zip(same["figures"], same["of"], strict=True) for one in names.split()]
    linked = figures["figure_id"].isin([name for pair in pairs for name in pair])
    code = dict(zip(figures.loc[linked, "figure_id"], codes[linked], strict=True))
    for one, other in pairs:
        if one in code and other in code:
            low, high = sorted((root(code[one]), root(code[other])))
            parent[high] = low
    for moved in np.flatnonzero(parent != np.arange(len(parent))):
        parent[moved] = root(int(moved))
    return pd.Series(first[parent[codes]], index=figures.index)


def _keys(figures: pd.DataFrame) -> pd.DataFrame:
    """Return for each figure what is equal where the printing says the same number.

    A share is never its base; where a document that belongs to no round gives no dates, only itself repeats it.
    """
    sets = {name: distinct.said(figures[name], _sorted) for name in ("conduct", "system", "outcome")}
    alone = (figures["round_id"] == "single-force") & figures["period_start"].isna() & figures["period_end"].isna()
    own = np.where(alone, pd.factorize(figures["source_id"])[0], -1)
    return figures[KEY].assign(**sets, own=own, share=figures["share_high"].notna())


def _sorted(categories: str) -> str:
    return "|".join(sorted(categories.split("|")))


def _order(figures: pd.DataFrame, relations: pd.DataFrame, sources: pd.DataFrame) -> pd.Series:
    """Return the place of each figure in the order of preference."""
    known = sources.set_index("source_id")
    heads = set(" ".join(relations.loc[relations["relation"] == "same_number", "of"]).split())
    order = pd.DataFrame(
        {
            "kind": figures["source_id"].map(known["kind"]).map(KINDS),
            "exact": figures["status"].map(EXACTNESS).fillna(len(EXACTNESS)),
            "head": ~figures["figure_id"].isin(heads),
            "published": figures["source_id"].map(known["published_on"]).replace("", "9999"),
            "figure_id": rank(figures["figure_id"]),
        }
    )
    position = order.sort_values(list(order.columns), kind="stable").index
    return pd.Series(range(len(position)), index=position).reindex(figures.index)


def _alone(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the facts that only one figure prints; they say what `_fact` says of a group of one."""
    ends = {f"hull_{end}": figures[end].mask(figures["status"] == "approximate") for end in ("low", "high")}
    label = distinct.told(figures[["misuse_as_written", "outcome_as_written"]], _label)
    named = {"fact_id": figures["figure_id"], "figure_ids": figures["figure_id"], "labels_reported": label}
    named |= {f"{name}s_reported": figures[f"{name}_as_written"] for name in ("unit", "role")}
    frame = figures.assign(**ends, **named, **ALONE)
    return tables.cast(frame[columns.columns("facts")], "facts")


def origins(sources: pd.DataFrame) -> dict[str, str]:
    """Return the origin of each source: what it repeats, followed to the end; a source may name an unseen release."""
    derived = dict(zip(sources["source_id"].tolist(), sources["derived_from"].tolist(), strict=True))

    def end(source: str, seen: tuple = ()) -> str:
        above = derived.get(source, "")
        return source if not above or above in seen else end(above, (*seen, source))

    return {source: end(source) for source in derived}


def _fact(group: list[dict], heads: set[str], tree: agreement.Tree) -> dict:
    """Return one fact from its figures, the preferred first."""
    group = _exact_first(group)
    preferred = group[0]
    key = next((row for row in group if row["figure_id"] in heads), preferred)
    own = ["low", "high", "status", "share_low", "share_high"]
    return {
        "fact_id": preferred["figure_id"],
        **{column: key[column] for column in KEY},
        **{column: preferred[column] for column in own},
        **agreement.compared(group, tree),
        "part_of": "",
        "disputed": "no",
        "n_sources": len({row["source_id"] for row in group}),
        "n_origins": len({row["origin"] for row in group}),
        "figure_ids": " ".join(row["figure_id"] for row in group),
        "units_reported": _distinct(row["unit_as_written"] for row in group),
        "labels_reported": _distinct(_label(row["misuse_as_written"], row["outcome_as_written"]) for row in group),
        "roles_reported": _distinct(row["role_as_written"] for row in group),
    }


def _exact_first(group: list[dict]) -> list[dict]:
    """Put the exact number first where the preferred print only rounds it ("over 800") and both have one origin."""
    rounded = group[0]
    exact = next((row for row in group if row["status"] == "exact" and row["origin"] == rounded["origin"]), rounded)
    if rounded["status"] not in ("at least", "at most") or not agreement.meet(
        [agreement.interval(one) or (pd.NA, pd.NA) for one in (rounded, exact)]
    ):
        return group
    return [exact, *(row for row in group if row is not exact)]


def _label(misuse: str, outcome: str) -> str:
    return ": ".join(text for text in (misuse, outcome) if text)


def _distinct(texts) -> str:
    return "; ".join(text for text in dict.fromkeys(texts) if text)


def _related(frame: pd.DataFrame, figures: pd.DataFrame, relations: pd.DataFrame) -> pd.DataFrame:
    """Add part_of, disputed, and what parts that make a whole say against it."""
    named = set(" ".join(relations["figures"] + " " + relations["of"]).split())
    about = frame[(frame["figure_ids"] != frame["fact_id"]) | frame["fact_id"].isin(named)]
    pairs = zip(about["fact_id"], about["figure_ids"], strict=True)
    home = {figure: fact_id for fact_id, figure_ids in pairs for figure in figure_ids.split()}
    parts = relations[relations["relation"].isin(["part_of", "joint_of"])]
    wholes: dict[str, list[str]] = {}
    for names, of in zip(parts["figures"], parts["of"], strict=True):
        for name in names.split():
            if name in home and of in home and home[name] != home[of]:
                wholes.setdefault(home[name], []).append(home[of])
    disputed = set(relations.loc[relations["relation"] == "disputes", "of"].map(home).dropna())
    part, whole = frame["fact_id"].isin(wholes), frame["part_of"].copy()
    whole[part] = [" ".join(dict.fromkeys(wholes[fact_id])) for fact_id in frame.loc[part, "fact_id"]]
    disputes = frame["disputed"].mask(frame["fact_id"].isin(disputed), "yes")
    return agreement.against_parts(frame.assign(part_of=whole, disputed=disputes), home, sums(figures, relations))


def sums(figures: pd.DataFrame, relations: pd.DataFrame) -> pd.DataFrame:
    """Return for each whole whose parts are all printed and disjoint: of, figures, low, high of their sum, and agrees.

    An open part leaves the sum open; approximate and share parts make none.
    """
    complete = relations[(relations["complete"] == "yes") & relations["relation"].isin(["part_of", "joint_of"])]
    named = set(" ".join(complete["figures"] + " " + complete["of"]).split())
    known = figures[figures["figure_id"].isin(named)].set_index("figure_id")
    rows = []
    for relation in complete.itertuples():
        names = relation.figures.split()
        if relation.of not in known.index or not set(names) <= set(known.index):
            continue
        low, high = known.loc[names, "low"].sum(skipna=False), known.loc[names, "high"].sum(skipna=False)
        of = known.loc[relation.of]
        agrees = agreement.meet([(of["low"], of["high"]), (low, high)])
        rows.append((relation.relation_id, relation.of, relation.figures, low, high, agrees))
    return pd.DataFrame(rows, columns=["relation_id", "of", "figures", "low", "high", "agrees"])
