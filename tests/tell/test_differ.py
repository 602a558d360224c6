"""Whether forces differ, on the repository's own tables and on rows made for the purpose."""

from dataclasses import replace

import pandas as pd
import pytest

from analysis import tables
from analysis.measure import compare
from analysis.tell import bands, differ, lines, pairs, phrases, rated, scenes
from analysis.tell.findings import NoLongerTrue

ROUND, LINE = "parliament-street-2019", "big-brother-watch-2011"


@pytest.fixture(scope="module")
def built():
    return tables.load()


def scene(built, round_id=ROUND):
    return scenes.of_round(built, "do-forces-differ", round_id, phrases.read(built.categories), scenes.rows(built))


@pytest.fixture(scope="module")
def rows(built):
    return rated.rated(scene(built))


def said(found):
    return " ".join(finding.sentence for finding in found)


def changed(built, fact_id, **values):
    facts = built.facts.copy()
    for column, value in values.items():
        facts.loc[facts["fact_id"] == fact_id, column] = value
    return replace(built, facts=facts)


def test_the_two_highest_counts_stand_side_by_side_with_their_limits(built, rows):
    told = pairs.findings(scene(built), rows)
    assert told[0].sentence == (
        "At Surrey Police, 50 cases were recorded: 6.6 per 1,000 of its workforce a year (chance alone allows 4.9 to "
        "8.6); at the Metropolitan Police, 18 officers and staff were disciplined: 0.21 per 1,000 of its workforce a "
        "year (chance alone allows 0.13 to 0.34)."
    )
    assert any("31 March 2017 to 31 March 2019" in line and "Home Office" in line for line in told[0].basis)


def test_the_difference_names_the_clustering_that_would_undo_it(built, rows):
    high, low = pairs.highest(rows)
    even = compare.even_at(50, float(high.exposure), 18, float(low.exposure))
    assert f"it stops standing out at φ = {even:.0f}" in said(pairs.findings(scene(built), rows))


def test_what_the_difference_cannot_mean_is_said_with_it(built, rows):
    meaning = pairs.findings(scene(built), rows)[2].sentence
    assert "one number counts cases that were recorded, the other officers and staff who were disciplined" in meaning
    assert "both were named because their numbers are high" in meaning
    # 18 people among 42,047 are as many as 1.6 among 3,815.
    assert "The rates would be equal if those cases were of only about two people." in meaning


def test_a_round_of_picked_forces_is_not_compared_with_chance(built):
    assert lines.lines(scene(built)) == []
    told = differ.findings(scene(built))
    assert told[0].sentence == (
        "That cannot be asked of this round: of the 45 forces asked, only 10 have a number that we saw, and sources "
        "named them for it."
    )


def test_every_rate_names_its_interval_dates_and_source(built, rows):
    for finding in rated.findings(scene(built), rows):
        assert "chance alone allows" in finding.sentence
        basis = " ".join(finding.basis)
        assert "figures of 31 March 2017 to 31 March 2019 (headcount; Home Office" in basis


def test_rates_are_told_by_name_and_not_by_rank(built, rows):
    starts = [finding.sentence for finding in rated.findings(scene(built), rows)]
    assert starts == sorted(starts)


def test_officers_are_counted_among_officers(built, rows):
    merseyside = next(row for row in rows.itertuples() if row.force_ids == "merseyside")
    assert merseyside.denominator < 4000
    assert "of its officers a year" in rated.told(scene(built), merseyside).sentence


def test_no_rate_is_guessed_where_dates_are_not_printed(built):
    told = said(
        rated.findings(
            scene(built, "press-computer-misuse-2010"), rated.rated(scene(built, "press-computer-misuse-2010"))
        )
    )
    assert "no rate can be had, for its dates are not printed" in told


def test_a_contested_number_shows_every_value_and_its_rate(built):
    contested = scene(built, "press-association-data-2014")
    told = said(rated.findings(contested, rated.rated(contested)))
    assert "161 (ITV News and Chard and Ilminster News) and 93 (The Bolton News and Bury Times)" in told
    # 12,585 people for four years and ten months: 161 and 93 over 60.8 thousand person-years.
    assert "; that makes 2.6 per 1,000 of its workforce a year (chance alone allows 2.3 to 3.1) or 1.5" in told


def test_the_band_holds_whoever_the_unnamed_forces_were(built):
    told = bands.together(scene(built))[0]
    low, high = (number.low for number in told.numbers[1:3])
    assert "237 disciplined" in told.sentence
    known, lacking = bands.exposures(scene(built))
    assert len(lacking) == 4
    named = ["surrey", "metropolitan", "greater-manchester", "cumbria", "hertfordshire", "gwent", "west-yorkshire",
             "wiltshire", "nottinghamshire", "merseyside"]  # fmt: skip
    others = known.drop(index=named).sort_values()
    assert low == pytest.approx(237 / (known[named].sum() + others.tail(13).sum()), rel=1e-3)
    assert high == pytest.approx(237 / (known[named].sum() + others.head(13).sum()), rel=1e-3)


def test_no_league_table_is_justified_where_most_forces_have_no_rate(built, rows):
    told = differ.table(scene(built), rows).sentence
    assert "no league table is justified" in told.lower()
    assert "of 45, because 35 forces have no settled rate" in told


def test_one_force_is_told_in_the_singular(built, rows):
    one = replace(built, coverage=built.coverage[built.coverage["force_id"] == "surrey"])
    one = replace(one, rounds=one.rounds.assign(forces_asked=pd.NA))
    told = differ.answer(scene(one), rows.head(1), [])
    assert "of the one force that may have been asked, only one has a number that we saw" in told.sentence
    settled = pairs.settled(rows).head(2)
    assert "forces with a rate, the limits " in differ.table(scene(built), settled).sentence


@pytest.fixture(scope="module")
def line(built):
    return lines.lines(scene(built, LINE))[0]


def test_the_line_is_the_total_over_the_workforce_of_all_that_replied(built, line):
    own = built.coverage[built.coverage["round_id"] == LINE]
    people = own.loc[own["answer"].str.startswith("replied"), "headcount"].sum()
    assert line.rate == pytest.approx(904 / (people * 4 / 1000), rel=1e-6)
    assert len(line.frame) == 36


def test_officers_and_staff_of_one_force_are_added_for_the_line(line):
    counts = line.frame.set_index("force_ids")["low"]
    assert (counts["hampshire"], counts["derbyshire"], counts["humberside"]) == (22 + 11, 11 + 4, 62)


def test_a_contested_number_is_not_set_against_the_line(line):
    assert pd.isna(line.frame.set_index("force_ids")["low"]["merseyside"])


def test_a_force_outside_the_limits_says_where_it_stops_standing_out(built, line):
    told = lines.against(scene(built, LINE), line)
    out = line.outside.set_index("force_ids")
    assert sorted(out.index) == ["humberside", "south-yorkshire", "west-midlands"]
    assert f"stops standing out at φ = {out.loc['humberside', 'stops_at_998']:.1f}" in told.sentence
    assert "picked for their numbers" in " ".join(told.caveats)


def test_forces_numbers_above_their_total_stop_the_sentence(built):
    shrunk = scene(changed(built, "bbw2011-report:L4", low=100, high=100), LINE)
    found = [line for line in lines.lines(shrunk) if line.whole.fact_id == "bbw2011-report:L4"]
    with pytest.raises(NoLongerTrue, match="the forces' numbers fit into their total"):
        lines.against(shrunk, found[0])


def test_a_contested_number_heads_no_table(built):
    contested = scene(built, LINE)
    assert "Merseyside" not in differ.table(contested, rated.rated(contested)).sentence
