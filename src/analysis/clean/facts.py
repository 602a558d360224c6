"""One row per number in the world, whoever printed it."""

import numpy as np
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from analysis import codebook, tables
from analysis.clean.agreement import Tree, compared, interval, meet, shown, spell

KEY = ["round_id", "force_ids", "place", "period_start", "period_end", "date_basis", "role", "rank", "unit"]
KEY += ["conduct", "system", "outcome"]
VALUE = ["low", "high", "status", "share_low", "share_high"]
USED = ["fact", "origin", "figure_id", "source_id", "period_basis", *KEY, *VALUE]
USED += [f"{name}_as_written" for name in ("unit", "misuse", "outcome", "role")]
KINDS = {"reply": 0, "report": 1, "press": 2}
EXACTNESS = {"exact": 0, "zero": 0, "share": 0, "range": 1, "at least": 2, "at most": 2, "suppressed": 3}


def facts(
    figures: pd.DataFrame, relations: pd.DataFrame, sources: pd.DataFrame, categories: pd.DataFrame
) -> pd.DataFrame:
    """Return the facts table: figures with equal keys, or said to be the same number, are one fact.

    The key is that of the figure a `same_number` relation names; the value that of the preferred source: a reply
    before a report before the press, then the most exact, then the one the relation names, then the earliest; an
    exact print of the same origin stands before its own rounding.
    """
    if figures.empty:
        return tables.empty("facts")
    same = relations[relations["relation"] == "same_number"]
    fact = groups(figures, same)
    alone = ~pd.Series(fact, figures.index).duplicated(keep=False)
    several = figures[~alone]
    several = several.assign(fact=fact[~alone], origin=several["source_id"].map(origins(sources)))
    heads = set(" ".join(same["of"]).split())
    ordered = several.iloc[_preference(several, heads, sources)]
    together: dict[int, list[dict]] = {}
    for row in zip(*(ordered[name].astype("object") for name in USED), strict=True):  # to_dict takes four times as long
        found = dict(zip(USED, row, strict=True))
        together.setdefault(found["fact"], []).append(found)
    tree, ends = Tree.of(categories), heads - set(" ".join(same["figures"]).split())
    named = list(codebook.columns("facts").index)
    made = pd.DataFrame([_fact(group, ends, tree) for group in together.values()], columns=named)
    frame = pd.concat([_alone(figures[alone])[named], tables.cast(made, "facts")], ignore_index=True)
    return tables.arrange(_related(frame, figures, relations), "facts")


def groups(figures: pd.DataFrame, same: pd.DataFrame) -> np.ndarray:
    """Return for each figure the number of its fact: equal keys are one, and what `same` (same_number) says is one.

    A share is never its base; where a document that belongs to no round gives no dates, only itself repeats it.
    """
    sets = {name: figures[name].map(_sorted) for name in ("conduct", "system", "outcome")}
    undated = figures["period_start"].isna() & figures["period_end"].isna()
    own = figures["source_id"].where((figures["round_id"] == "single-force") & undated, "")
    keys = figures[KEY].assign(**sets, own=own, share=figures["share_high"].notna())
    number = keys.groupby(list(keys), sort=False, dropna=False).ngroup().to_numpy()
    pairs = [(one, of) for names, of in zip(same["figures"], same["of"], strict=True) for one in names.split()]
    linked = figures["figure_id"].isin([name for pair in pairs for name in pair])
    at = dict(zip(figures.loc[linked, "figure_id"], number[linked], strict=True))
    joined = np.array([(at[one], at[of]) for one, of in pairs if one in at and of in at], dtype="int64").reshape(-1, 2)
    size = number.max() + 1
    graph = coo_matrix((np.ones(len(joined)), (joined[:, 0], joined[:, 1])), shape=(size, size))
    return connected_components(graph, directed=False)[1][number]


def _sorted(categories: str) -> str:
    return "|".join(sorted(categories.split("|")))


def _preference(figures: pd.DataFrame, heads: set[str], sources: pd.DataFrame) -> np.ndarray:
    """Return the positions of figures in the order of preference."""
    known = sources.set_index("source_id")
    order = [
        figures["source_id"].map(known["kind"]).map(KINDS),
        figures["status"].map(EXACTNESS).fillna(len(EXACTNESS)),
        ~figures["figure_id"].isin(heads),
        pd.Series(tables.rank(figures["source_id"].map(known["published_on"]).replace("", "9999"))),
        pd.Series(tables.rank(figures["figure_id"])),
    ]
    return np.lexsort([column.to_numpy() for column in reversed(order)])


def origins(sources: pd.DataFrame) -> dict[str, str]:
    """Return the origin of each source: what it repeats, followed to the end; a source may name an unseen release."""
    derived = dict(zip(sources["source_id"], sources["derived_from"], strict=True))

    def end(source: str, seen: tuple = ()) -> str:
        above = derived.get(source, "")
        return source if not above or above in seen else end(above, (*seen, source))

    return {source: end(source) for source in derived}


def _alone(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the facts that only one figure prints; they say what `_fact` says of a group of one."""
    ends = {f"hull_{end}": figures[end].mask(figures["status"] == "approximate") for end in ("low", "high")}
    misuse, outcome = figures["misuse_as_written"], figures["outcome_as_written"]
    between = np.where((misuse != "") & (outcome != ""), ": ", "")
    named = {"fact_id": figures["figure_id"], "figure_ids": figures["figure_id"]}
    named |= {f"{name}s_reported": figures[f"{name}_as_written"] for name in ("unit", "role")}
    rest = {"alternatives": "", "agreement": "one source", "conflict_of": "", "part_of": "", "disputed": "no"}
    labels = {"labels_reported": misuse + between + outcome, "n_sources": 1, "n_origins": 1}
    return tables.cast(figures.assign(**ends, **named, **rest, **labels), "facts")


def _fact(group: list[dict], heads: set[str], tree: Tree) -> dict:
    """Return one fact from its figures, the preferred first."""
    group = _exact_first(group)
    preferred = group[0]
    key = next((row for row in group if row["figure_id"] in heads), preferred)
    labels = (": ".join(filter(None, (row["misuse_as_written"], row["outcome_as_written"]))) for row in group)
    return {
        "fact_id": preferred["figure_id"],
        **{column: key[column] for column in KEY},
        **{column: preferred[column] for column in VALUE},
        **compared(group, tree),
        "part_of": "",
        "disputed": "no",
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
    exact = next((row for row in group if row["status"] == "exact" and row["origin"] == rounded["origin"]), rounded)
    if rounded["status"] not in ("at least", "at most") or not meet(
        [interval(one) or (pd.NA, pd.NA) for one in (rounded, exact)]
    ):
        return group
    return [exact, *(row for row in group if row is not exact)]


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
    above = {fact_id: " ".join(dict.fromkeys(of)) for fact_id, of in wholes.items()}
    disputed = set(relations.loc[relations["relation"] == "disputes", "of"].map(home).dropna())
    whole = [above.get(fact_id, "") for fact_id in frame["fact_id"]]
    disputes = frame["disputed"].mask(frame["fact_id"].isin(disputed), "yes")
    return _against_parts(frame.assign(part_of=whole, disputed=disputes), home, sums(figures, relations))


def _against_parts(facts: pd.DataFrame, home: dict[str, str], sums: pd.DataFrame) -> pd.DataFrame:
    """Show beside a whole what its parts add up to, and mark the conflict where they do not make it."""
    changed = facts.set_index("fact_id", drop=False)
    for row in sums[~sums["agrees"].astype("bool")].itertuples():
        fact = home[row.of]
        before = changed.loc[fact, "alternatives"] or f"{shown(changed.loc[fact])} [{changed.loc[fact, 'figure_ids']}]"
        kinds = [kind for kind in changed.loc[fact, "conflict_of"].split() if kind != "value"]
        changed.loc[fact, ["alternatives", "agreement", "conflict_of"]] = [
            f"{before}; {spell(row.low, row.high)} [sum of {row.figures}]",
            "conflict",
            " ".join(["value", *kinds]),
        ]
    return changed.reset_index(drop=True)


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
        agrees = meet([(of["low"], of["high"]), (low, high)])
        rows.append((relation.relation_id, relation.of, relation.figures, low, high, agrees))
    return pd.DataFrame(rows, columns=["relation_id", "of", "figures", "low", "high", "agrees"])
