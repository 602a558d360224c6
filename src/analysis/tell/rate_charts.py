"""The charts of rates: each force's with its interval, and named forces around the rate of all that replied."""

import pandas as pd

from analysis.measure import compare
from analysis.tell import charts, conflicts, lines, phrases, rated, scenes, words
from analysis.tell.pictures import Note

MOST_ROWS = 14
LIMITS = ("lower_95", "upper_95", "lower_998", "upper_998")
DRAWN = ("force", "low", "high", "rate", "exposure", *LIMITS, "selected", "stops_at_95", "stops_at_998")


def rates(tables, story):
    """Every rate with its interval; a force whose rate cannot be had, or whose sources disagree, is drawn as that."""
    return _rates(scene_of(tables, story), story.title("table") or "No rate of a single force can be had")


def beside(load, story):
    """The rates of the latest round that gives a force one, its own marked; load: gives the tables of that round."""
    own = [one.finding_id.partition("/rate-")[2] for one in story.part("rate").findings if "/rate-" in one.finding_id]
    if not own:
        return Note("No chart: no round gives a number of this force from which a rate follows.")
    tables = load(own[0])
    scene = scenes.of_round(tables, story.topic, own[0], phrases.read(tables.categories), scenes.rows(tables))
    return _rates(scene, story.title("rate") or "No other force has a rate in this round", story.subject)


def _rates(scene, title, marked=""):
    rows = rated.rated(scene)
    if rows.empty:
        return Note("No chart: no number for a single force was printed.")
    frame = pd.DataFrame([_row(scene, row) for row in rows.itertuples(index=False)])
    mine = rows["force_ids"].eq(marked).to_numpy(dtype=bool)
    frame["force"] = frame["force"].mask(mine, frame["force"] + ", this force")
    order = frame.assign(mine=mine).sort_values(["mine", "upper"], ascending=False, kind="stable")
    shown = order.head(MOST_ROWS).drop(columns="mine")
    left = len(frame) - len(shown)
    return charts.rates(
        shown,
        title=title,
        axis=f"Cases or people per 1,000 of the workforce a year, {period(scene)}; 95% limits",
        foot=f"{printed(scene, list(rows.fact))} The order is no ranking: the forces did not count the same thing."
        + (f" {words.number(left).capitalize()} more not drawn." if left else ""),
    )


def funnel(tables, story):
    """Named forces around the rate of all that replied, where that rate can be worked out."""
    scene = scene_of(tables, story)
    found = lines.lines(scene)
    if not found:
        return Note("No chart: no rate of all that replied can be worked out, so nothing shows what chance allows.")
    line = found[0]
    names = [_short(scene, force) for force in line.judged["force_ids"]]
    return charts.funnel(
        line.judged.assign(force=names)[list(DRAWN)],
        title=story.title("line"),
        axis=f"1,000 person-years of workforce, {period(scene)}",
        measure=f"{_counted(scene, line)}, per 1,000 of the workforce a year",
        foot=f"{printed(scene, [line.whole])} Forces that replied without such a number: "
        f"{len(line.frame) - len(line.judged)}, not drawn.",
        line=line.rate,
    )


def _row(scene, row):
    counted = words.counted(*phrases.ends(row.fact), "person" if row.fact.unit == "people" else row.fact.unit[:-1])
    ends = {"rate": row.rate, "lower": row.lower, "upper": row.upper}
    found = {"force": _short(scene, row.force_ids), **ends, "note": counted}
    if pd.isna(row.exposure):
        return found | {"rate": None, "lower": None, "upper": None, "note": "no dates, or no workforce known"}
    if not conflicts.open_question(row.fact):
        return found
    # One bar over the limits of every value and no dot: none of them stands.
    held = rated.values(scene, row.fact)
    limits = [compare.exact_interval(low, high, float(row.exposure)) for (low, high), _ in held]
    known = [upper for _, upper in limits if upper < float("inf")]
    note = "sources disagree" if len(known) == len(limits) else "sources disagree; one names no upper end"
    return found | {"rate": None, "lower": min(lower for lower, _ in limits), "upper": max(known), "note": note}


def scene_of(tables, story):
    """The scene of the round that a story is about."""
    said = phrases.read(tables.categories)
    return scenes.of_round(tables, story.topic, story.subject, said, scenes.rows(tables))


def printed(scene, facts):
    """Who printed the numbers of a chart."""
    ids = [figure.split(":")[0] for fact in facts for figure in fact.figure_ids.split()]
    return phrases.printed_by(scene.tables.by_id["sources"].loc[list(dict.fromkeys(ids))])


def _counted(scene, line):
    fact = line.whole
    return words.sentence(phrases.happened(scene.said, fact).removeprefix("were ")).rstrip(".")


def period(scene):
    """The round's period as an axis says it."""
    return words.period(scene.row.period_start, scene.row.period_end) or "period not printed"


def where(scene, fact):
    """The short name of the force, or the place, that a fact is about."""
    return _short(scene, fact.force_ids) if fact.force_ids else words.sentence(scene.where(fact)).rstrip(".")


def _short(scene, force_ids):
    names = scene.tables.by_id["forces"]["short_name"]
    return words.listed([names[force] for force in force_ids.split()])
