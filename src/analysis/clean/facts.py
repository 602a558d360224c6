"""One row per number in the world, whoever printed it, and whether those who print it agree."""

from itertools import combinations, pairwise, product

import numpy as np
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from analysis import tables
from analysis.categories import Tree, category_trees, disjoint, lineage, subject, terms, within

SETS = ["conduct", "system", "outcome"]
KEY = ["round_id", "force_ids", "place", "period_start", "period_end", "date_basis", "role", "rank", "unit", *SETS]
VALUE = ["low", "high", "status", "share_low", "share_high"]
KINDS = {"reply": 0, "report": 1, "press": 2}
EXACTNESS = {"exact": 0, "zero": 0, "share": 0, "range": 1, "at least": 2, "at most": 2, "suppressed": 3}
PARTS = ["part_of", "joint_of"]
CRIMINAL = "criminal"
SIDES = ["outcome", "force", "role", "rank", "conduct", "system", "period"]
# sources that differ here contradict each other; elsewhere one only tells more than another
CONTRADICT = {"value", "outcome", "force", "role"}


def facts(figures: pd.DataFrame, added: pd.DataFrame, decided: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the facts table: figures with equal keys, or said to be the same number, are one fact.

    added: what parts make, as `sums` gives it. decided: relations, sources and categories.

    The key is that of the figure a `same_number` relation names; the value that of the preferred source: a reply
    before a report before the press, then the most exact, then the one the relation names, then the earliest; an
    exact print of the same origin stands before its own rounding.
    """
    if figures.empty:
        return tables.empty("facts")
    relations, sources = decided["relations"], decided["sources"]
    same = relations[relations["relation"] == "same_number"]
    named = set(same["of"])
    whole = figures.assign(fact=groups(figures, same), origin=figures["source_id"].map(origins(sources)))
    together: dict[int, list[dict]] = {}
    for row in whole.iloc[_preference(figures, named, sources)].to_dict("records"):
        together.setdefault(row["fact"], []).append(row)
    trees, heads = category_trees(decided["categories"]), named - set(" ".join(same["figures"]).split())
    other = {of: rows.to_dict("records") for of, rows in added[~added["agrees"].astype("bool")].groupby("of")}
    made = [_fact(_exact_first(group), heads, trees, other) for group in together.values()]
    return tables.arrange(_related(tables.cast(pd.DataFrame(made), "facts"), relations), "facts")


def groups(figures: pd.DataFrame, same: pd.DataFrame) -> np.ndarray:
    """Return for each figure the number of its fact: equal keys are one, and what `same` (same_number) says is one.

    A share is never its base; where a document that belongs to no round gives no dates, only itself repeats it.
    """
    undated = figures["period_start"].isna() & figures["period_end"].isna()
    own = figures["source_id"].where((figures["round_id"] == "single-force") & undated, "")
    sets = {name: figures[name].map(lambda text: "|".join(sorted(text.split("|")))) for name in SETS}
    keys = figures[KEY].assign(**sets, own=own, share=figures["share_high"].notna())
    number = keys.groupby(list(keys), sort=False, dropna=False).ngroup().to_numpy()
    one, of = _linked(same, dict(zip(figures["figure_id"], number, strict=True)))
    size = number.max() + 1
    graph = coo_matrix((np.ones(len(one)), (one, of)), shape=(size, size))
    return connected_components(graph, directed=False)[1][number]


def _linked(relations: pd.DataFrame, home: dict) -> tuple[list, list]:
    """Return the facts of both ends of each link between two figures that are known."""
    named = zip(relations["figures"], relations["of"], strict=True)
    links = [(one, of) for names, of in named for one in names.split() if one in home and of in home]
    return [home[one] for one, _ in links], [home[of] for _, of in links]


def _preference(figures: pd.DataFrame, named: set[str], sources: pd.DataFrame) -> np.ndarray:
    """Return the positions of figures in the order of preference."""
    known = sources.set_index("source_id")
    order = [
        figures["source_id"].map(known["kind"]).map(KINDS),
        figures["status"].map(EXACTNESS).fillna(len(EXACTNESS)),
        ~figures["figure_id"].isin(named),
        tables.natural_order(figures["source_id"].map(known["published_on"]).replace("", "9999")),
        tables.natural_order(figures["figure_id"]),
    ]
    return np.lexsort(order[::-1])


def origins(sources: pd.DataFrame) -> dict[str, str]:
    """Return the origin of each source: what it repeats, followed to the end; a source may name an unseen release."""
    derived = Tree(dict(zip(sources["source_id"], sources["derived_from"], strict=True)), frozenset())
    return {source: lineage(derived, source)[0] for source in derived.parents}


def _fact(group: list[dict], heads: set[str], known: dict[str, Tree], other: dict[str, list[dict]]) -> dict:
    """Return one fact from its figures, the preferred first; other: by figure, what its parts add up to instead."""
    preferred, added = group[0], [row for figure in group for row in other.get(figure["figure_id"], [])]
    key = next((row for row in group if row["figure_id"] in heads), preferred)
    labels = (": ".join(filter(None, (row["misuse_as_written"], row["outcome_as_written"]))) for row in group)
    return {
        "fact_id": preferred["figure_id"],
        **{column: key[column] for column in KEY},
        **{column: preferred[column] for column in VALUE},
        **compared(group, added, known),
        "n_sources": len({row["source_id"] for row in group}),
        "n_origins": len({row["origin"] for row in group}),
        "figure_ids": " ".join(row["figure_id"] for row in group),
        "units_reported": _distinct(row["unit_as_written"] for row in group),
        "labels_reported": _distinct(labels),
        "roles_reported": _distinct(row["role_as_written"] for row in group),
    }


def _exact_first(group: list[dict]) -> list[dict]:
    """Put the exact number first where the preferred print only rounds it ("over 800") and both have one origin."""
    rounded = group[0]
    exact = (row for row in group if row["status"] == "exact" and row["origin"] == rounded["origin"])
    found = next(exact, None) if rounded["status"] in ("at least", "at most") else None
    if found is None or not intersect([interval(rounded), interval(found)]):
        return group
    return [found, *(row for row in group if row is not found)]


def _distinct(texts) -> str:
    return "; ".join(text for text in dict.fromkeys(texts) if text)


def _related(facts: pd.DataFrame, relations: pd.DataFrame) -> pd.DataFrame:
    """Add the wholes a fact is part of, and whether its force disputes it."""
    figures = zip(facts["fact_id"], facts["figure_ids"].str.split(), strict=True)
    home = {figure_id: fact_id for fact_id, figure_ids in figures for figure_id in figure_ids}
    wholes: dict[str, dict[str, None]] = {fact_id: {} for fact_id in facts["fact_id"]}
    for part, whole in zip(*_linked(relations[relations["relation"].isin(PARTS)], home), strict=True):
        wholes[part] |= {whole: None} if part != whole else {}
    above = [" ".join(ids) for ids in wholes.values()]
    disputed = {home.get(figure_id) for figure_id in relations.loc[relations["relation"] == "disputes", "of"]}
    return facts.assign(part_of=above, disputed=np.where(facts["fact_id"].isin(disputed), "yes", "no"))


def sums(figures: pd.DataFrame, relations: pd.DataFrame) -> pd.DataFrame:
    """Return for each whole whose parts are all printed and disjoint: of, figures, low, high of their sum, and agrees.

    An open part leaves the sum open; approximate and share parts make none.
    """
    complete = relations[(relations["complete"] == "yes") & relations["relation"].isin(PARTS)]
    named = set(" ".join(complete["figures"] + " " + complete["of"]).split())
    known = figures[figures["figure_id"].isin(named)].set_index("figure_id")[["low", "high"]]
    rows = []
    for relation in complete.itertuples():
        names = relation.figures.split()
        if known.index.isin([relation.of, *names]).sum() == len({relation.of, *names}):
            low, high = known.loc[names].sum(skipna=False)
            agrees = intersect([tuple(known.loc[relation.of]), (low, high)])
            rows.append((relation.of, relation.figures, low, high, agrees))
    return pd.DataFrame(rows, columns=["of", "figures", "low", "high", "agrees"])


def may_be_one(tree: Tree, one: str, other: str) -> bool:
    """Say whether two expressions may describe the same people: some category of one fits one of the other."""
    first, second = (frozenset().union(*terms(text)) for text in (one, other))
    return one == other or not (first and second) or any(_compatible(tree, *pair) for pair in product(first, second))


def _compatible(tree: Tree, one: str, other: str) -> bool:
    """Say whether one category is within the other, or neither excludes the other.

    Criminal and internal outcomes are counted apart, so a number of one is not a number of the other.
    """
    if within(tree, one, other) or within(tree, other, one):
        return True
    criminal = CRIMINAL in lineage(tree, one) + lineage(tree, other)
    return not (criminal or subject(tree, one) != subject(tree, other) or disjoint(tree, one, other))


def compared(group: list[dict], added: list[dict], known: dict[str, Tree]) -> dict:
    """Return hull, alternatives, agreement and conflict_of of the figures of one fact.

    added: what its parts add up to where they do not make it, which is a conflict and stands beside it.
    """
    values: dict[str, list[str]] = {}
    for row in group:
        values.setdefault(short_value(row), []).append(row["figure_id"])
    against = ["value"] if added or not intersect([interval(row) for row in group]) else []
    against += [side for side in SIDES if len(group) > 1 and not _agree_on(group, side, known)]
    alike = "compatible" if len(values) > 1 else "agree"
    if len({row["source_id"] for row in group}) == 1 and len(values) == 1:
        alike = "one source"
    bounded = [row for row in group if row["status"] != "approximate"]
    several = [f"{value} [{' '.join(ids)}]" for value, ids in values.items()]
    several += [f"{short_interval(row['low'], row['high'])} [sum of {row['figures']}]" for row in added]
    return {
        "hull_low": _furthest_end([row["low"] for row in bounded], min),
        "hull_high": _furthest_end([row["high"] for row in bounded], max),
        "alternatives": "; ".join(several) if len(several) > 1 else "",
        "agreement": "conflict" if CONTRADICT & set(against) else alike,
        "conflict_of": " ".join(against),
    }


def _furthest_end(ends: list, furthest):
    """Return the furthest of several ends, open where one of them is."""
    return furthest(ends) if ends and not any(pd.isna(end) for end in ends) else pd.NA


def _agree_on(group: list[dict], side: str, known: dict[str, Tree]) -> bool:
    """Say whether the figures may speak of the same thing on one side of their key."""
    if side == "force":
        return len({(row["force_ids"], row["place"]) for row in group}) == 1
    if side == "period":
        printed = {(row["period_start"], row["period_end"]) for row in group if row["period_basis"] == "printed"}
        dates = sorted((start, -end.value) for start, end in printed if pd.notna(start) and pd.notna(end))
        return all(one[1] <= other[1] for one, other in pairwise(dates))
    told = list(dict.fromkeys(row[side] for row in group))
    tree = known.get(side, Tree({}, frozenset(told)))  # roles have no tree: each excludes the others
    return all(may_be_one(tree, one, other) for one, other in combinations(told, 2))


def interval(row) -> tuple:
    """Return what a figure allows: low and high, open ends as NA."""
    if row["status"] in ("approximate", "missing", "not held", "not applicable"):
        return (pd.NA, pd.NA)
    return (row["share_low"], row["share_high"]) if pd.notna(row["share_high"]) else (row["low"], row["high"])


def intersect(intervals: list[tuple]) -> bool:
    """Say whether intervals have a common point; an open end bounds nothing."""
    lows = [low for low, _ in intervals if pd.notna(low)]
    highs = [high for _, high in intervals if pd.notna(high)]
    return not lows or not highs or max(lows) <= min(highs)


def short_value(row) -> str:
    """Return a value in few characters: 16, 1-4, 71+, <=500, about, a share as 0.2."""
    if row["status"] not in ("exact", "zero", "range", "at least", "at most", "share"):
        return row["status"]
    low, high = interval(row)
    if row["status"] == "share":
        return f"share {low:g}" if low == high else f"share {low:g}-{high:g}"
    return short_interval(low, high)


def short_interval(low, high) -> str:
    """Return an interval in few characters."""
    if pd.isna(high):
        return "unknown" if pd.isna(low) else f"{int(low)}+"
    if pd.isna(low) or (low == 0 and high > 0):
        return f"<={int(high)}"
    return f"{int(low)}" if low == high else f"{int(low)}-{int(high)}"
