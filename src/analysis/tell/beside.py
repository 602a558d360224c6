"""Findings: a force's rate in each round, beside the rates of the other forces, all with what chance allows."""

from dataclasses import replace

from analysis.tell import rated, scenes, words
from analysis.tell.findings import Number


def rounds(tables, said, rows):
    """Each round that asked all forces one question about one period, the latest first, with the rates it allows."""
    dated = tables.rounds[tables.rounds["period_end"].notna()].sort_values("period_end", ascending=False, kind="stable")
    found = [scenes.of_round(tables, "force-page", round_id, said, rows) for round_id in dated["round_id"]]
    return [(scene, rated.rated(scene)) for scene in found]


def findings(scene, asked):
    """The rate of a force in each round that allows one, and how far it stands apart from the others'."""
    made = []
    for round_, rows in asked:
        own = rows[rows["force_ids"].eq(scene.subject).astype(bool)]
        if own["exposure"].notna().any():
            made += _one(scene, round_, next(own.itertuples(index=False)), rows)
    none = "no round gives a number of this force from which a rate follows."
    return made or [scene.finding("rate", "no-rate", none)]


def _one(scene, round_, row, rows):
    told = rated.told(round_, row)
    name = f"{scene.topic}/{scene.subject}"
    text = f"{round_.row.title}: {told.text[:1].lower()}{told.text[1:]}" if told.text[0] != "{" else told.text
    own = replace(told, finding_id=f"{name}/rate-{round_.subject}", subject=scene.subject, section="rate", text=text)
    others = rows[rows["rate"].notna() & rows["force_ids"].ne(scene.subject)]
    return [own, *([_others(scene, round_, row, others)] if len(others) else [])]


def _others(scene, round_, row, others):
    """How many of the others have limits that overlap with the force's own; those without one rate are left out."""
    meet, n = int(((others["lower"] <= row.upper) & (others["upper"] >= row.lower)).sum()), len(others)
    chosen = ", most of them chosen by sources for being high" if round_.row.selected == "yes" else ""
    kinds = {(fact.unit, fact.outcome) for fact in (*others["fact"], row.fact)}
    mixed = f"The numbers count {words.number(len(kinds))} different things, so the rates cannot be ranked."
    forces, their = words.plural("force", n), words.plural("its", n).capitalize()
    short = scene.tables.by_id["forces"].loc[scene.subject, "short_name"]
    return scene.finding(
        "rate",
        f"beside-{round_.subject}",
        f"in {round_.row.title}, ",
        Number(words.number(n), n, n, (), "counted"),
        f" other {forces} {words.plural('has', n)} a rate{chosen}. {their} limits reach from ",
        rated.rate(others["lower"].min()),
        " to ",
        rated.rate(others["upper"].max()),
        ", and those of ",
        Number(words.number(meet), meet, meet, (), "counted"),
        f" overlap with the limits of {scene.name(scene.subject)}.",
        caveats=(mixed,) if len(kinds) > 1 else (),
        title=f"Rate limits of {words.number(meet)} of {words.number(n)} other {forces} overlap with {short}’s",
    )
