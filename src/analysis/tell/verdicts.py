"""Findings: whether the published story holds – one verdict for each claim, with its reason."""

from analysis.tell import claims, phrases, scenes, words
from analysis.tell.findings import Number, series

TOPIC = "does-the-story-hold"
SAID = {
    "holds": ("holds", "hold"),
    "contradicted": ("is contradicted", "are contradicted"),
    "not established": ("is not established", "are not established"),
    "possible": ("is possible", "are possible"),
    "cannot be checked": ("cannot be checked", "cannot be checked"),
}


def findings(tables):
    """The verdicts of every round that claims were made about."""
    judged = claims.verdicts(tables)
    said, rows = phrases.read(tables.categories), scenes.rows(tables)
    return [
        finding
        for round_id, own in judged.groupby("round_id", sort=False)
        for finding in of_round(scenes.of_round(tables, TOPIC, round_id, said, rows), own)
    ]


def of_round(scene, judged):
    """How many claims of a round came to which verdict, then each claim, the doubtful first."""
    order = ["contradicted", "not established", "possible", "cannot be checked", "holds"]
    made = [answer(scene, judged)]
    for verdict in order:
        own = judged[judged["verdict"] == verdict]
        made += [one(scene, row) for row in own.itertuples(index=False)]
        if own.empty:
            made.append(scene.finding(_section(verdict), f"none-{_section(verdict)}", "none of the claims we checked."))
    return made


def answer(scene, judged):
    """The number of claims for each verdict."""
    counts, total = judged["verdict"].value_counts(), len(judged)
    parts = [
        [_counted(counts[verdict]), f" {SAID[verdict][int(counts[verdict] > 1)]}"]
        for verdict in claims.VERDICTS
        if verdict in counts
    ]
    checked = total - counts.get("holds", 0)
    return scene.finding(
        "answer",
        "answer",
        ["of ", _counted(total), " published claims we checked, ", series(parts)]
        if total > 1
        else f"the one published claim we checked {SAID[judged['verdict'].iloc[0]][0]}",
        ".",
        caveats=(
            "A claim holds when no case that the evidence allows makes it false; "
            "papers that repeat one origin do not confirm each other.",
        ),
        title=f"{checked} of {total} {words.plural('claim', total)} cannot be relied on as printed"
        if checked
        else "Every claim we checked holds",
    )


def one(scene, row):
    """One claim, who made it, its verdict and the reason."""
    claim = scene.tables.by_id["claims"].loc[row.claim_id]
    publisher = scene.tables.by_id["sources"]["publisher"].get(row.source_id, row.source_id)
    notes = (claim["how_checked"], *([f"Assumed: {row.assumptions}."] if row.assumptions else []))
    return scene.finding(
        _section(row.verdict),
        row.claim_id,
        f"“{row.statement.rstrip('.')}” ({publisher}) {SAID[row.verdict][0]}: ",
        row.reason,
        notes=notes,
        assumptions=tuple(row.assumptions.split("; ")) if row.assumptions else (),
    )


def _counted(n):
    return Number(words.number(n), int(n), int(n), (), "counted")


def _section(verdict):
    return verdict.replace(" ", "-")
