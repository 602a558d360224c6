"""One row per number in the world, whoever printed it."""

import pandas as pd

from analysis import tables
from analysis.clean import agreement

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
    grouped = figures.assign(
        fact=groups(figures, relations),
        order=_order(figures, relations, sources),
        origin=figures["source_id"].map(origins(sources)),
    ).sort_values("order")
    same = relations[relations["relation"] == "same_number"]
    heads = set(" ".join(same["of"]).split()) - set(" ".join(same["figures"]).split())
    tree = agreement.Tree.of(categories)
    together = {}
    for row in grouped.to_dict("records"):
        together.setdefault(row["fact"], []).append(row)
    frame = pd.DataFrame([_fact(group, heads, tree) for group in together.values()])
    return tables.cast(_related(frame, figures, relations), "facts")


def groups(figures: pd.DataFrame, relations: pd.DataFrame) -> pd.Series:
    """Return for each figure the position of the first figure that is the same number (union-find)."""
    position = {figure_id: index for index, figure_id in enumerate(figures["figure_id"])}
    parent = list(range(len(figures)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    same = relations[relations["relation"] == "same_number"]
    pairs = [(one, of) for names, of in zip(same["figures"], same["of"], strict=True) for one in names.split()]
    links = [(position[one], position[of]) for one, of in pairs if one in position and of in position]
    leaders = {}
    links += [(leaders.setdefault(key, index), index) for index, key in enumerate(_keys(figures))]
    for one, other in links:
        low, high = sorted((root(one), root(other)))
        parent[high] = low
    return pd.Series([root(index) for index in range(len(figures))], index=figures.index)


def _keys(figures: pd.DataFrame) -> pd.Series:
    """Return one text per figure that is equal where the printing says the same number.

    A share is never its base; where a document that belongs to no round gives no dates, only itself repeats it.
    """
    texts = figures[KEY].astype("str").fillna("")
    for column in ("conduct", "system", "outcome"):
        spelt = {value: "|".join(sorted(value.split("|"))) for value in texts[column].unique()}
        texts[column] = texts[column].map(spelt)
    alone = (figures["round_id"] == "single-force") & figures["period_start"].isna() & figures["period_end"].isna()
    texts["own"] = figures["source_id"].where(alone, "")
    texts["share"] = figures["share_high"].notna().astype("str")
    return texts.iloc[:, 0].str.cat(texts.iloc[:, 1:], sep="\x1f")


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
            "figure_id": figures["figure_id"].str.replace(r"\d+", lambda number: number[0].zfill(6), regex=True),
        }
    )
    position = order.sort_values(list(order.columns), kind="stable").index
    return pd.Series(range(len(position)), index=position).reindex(figures.index)


def origins(sources: pd.DataFrame) -> dict[str, str]:
    """Return the origin of each source: what it repeats, followed to the end; a source may name an unseen release."""
    derived = dict(zip(sources["source_id"], sources["derived_from"], strict=True))

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
        "n_sources": len({row["source_id"] for row in group}),
        "n_origins": len({row["origin"] for row in group}),
        "figure_ids": " ".join(row["figure_id"] for row in group),
        "units_reported": _distinct(row["unit_as_written"] for row in group),
        "labels_reported": _distinct(_label(row) for row in group),
        "roles_reported": _distinct(row["role_as_written"] for row in group),
    }


def _exact_first(group: list[dict]) -> list[dict]:
    """Put the exact number first where the preferred print only rounds it ("over 800") and both have one origin."""
    rounded = group[0]
    exact = next((row for row in group if row["status"] == "exact" and row["origin"] == rounded["origin"]), rounded)
    if rounded["status"] not in ("at least", "at most") or not agreement.meet(
        [agreement.interval(rounded), agreement.interval(exact)]
    ):
        return group
    return [exact, *(row for row in group if row is not exact)]


def _label(row: dict) -> str:
    return ": ".join(text for text in (row["misuse_as_written"], row["outcome_as_written"]) if text)


def _distinct(texts) -> str:
    return "; ".join(text for text in dict.fromkeys(texts) if text)


def _related(frame: pd.DataFrame, figures: pd.DataFrame, relations: pd.DataFrame) -> pd.DataFrame:
    """Add part_of, disputed, and what parts that make a whole say against it."""
    home = {figure: row.fact_id for row in frame.itertuples() for figure in row.figure_ids.split()}
    parts = relations[relations["relation"].isin(["part_of", "joint_of"])]
    wholes = {fact_id: [] for fact_id in frame["fact_id"]}
    for names, of in zip(parts["figures"], parts["of"], strict=True):
        for name in names.split():
            if name in home and of in home and home[name] != home[of]:
                wholes[home[name]].append(home[of])
    disputed = set(relations.loc[relations["relation"] == "disputes", "of"].map(home).dropna())
    joined = frame.assign(
        part_of=[" ".join(dict.fromkeys(wholes[fact_id])) for fact_id in frame["fact_id"]],
        disputed=frame["fact_id"].isin(disputed).map({True: "yes", False: "no"}),
    )
    return agreement.against_parts(joined, home, sums(figures, relations))


def sums(figures: pd.DataFrame, relations: pd.DataFrame) -> pd.DataFrame:
    """Return for each whole whose parts are all printed and disjoint: of, figures, low, high of their sum, and agrees.

    An open part leaves the sum open; approximate and share parts make none.
    """
    complete = relations[(relations["complete"] == "yes") & relations["relation"].isin(["part_of", "joint_of"])]
    known = figures.set_index("figure_id")
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
