"""Limits checked by hand on the 2019 round, and against every possible world on small rounds."""

from itertools import combinations_with_replacement, product

import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from analysis.measure import bounds

FIRST = {"period_start": "2017-04-01", "period_end": "2018-03-31"}
SECOND = {"period_start": "2018-04-01", "period_end": "2019-03-31"}


@pytest.fixture
def printed(fact, facts):
    """The numbers the press printed about 2017 to 2019, with every printed count read as people disciplined."""
    access = {"outcome": "dismissed", "conduct": "access"}
    return facts(
        fact("all", low=237, outcome="disciplined"),
        fact("all-dismissed", low=11, outcome="dismissed"),
        fact("all-resigned", low=6, outcome="resigned"),
        fact("surrey", "surrey", 50, outcome="disciplined"),
        fact("surrey-niche", "surrey", 35, outcome="disciplined", system="niche|e-mail", part_of="surrey"),
        fact("met", "metropolitan", 18, outcome="disciplined"),
        fact("met-dismissed", "metropolitan", 1, outcome="dismissed", part_of="met"),
        fact("met-social", "metropolitan", 4, outcome="disciplined", conduct="social-media", part_of="met"),
        fact("gmp", "greater-manchester", 17, outcome="disciplined"),
        fact("cumbria", "cumbria", 16, outcome="disciplined"),
        fact("herts", "hertfordshire", 16, outcome="disciplined"),
        fact("gwent", "gwent", 3, **access),
        fact("wiltshire", "wiltshire", 3, **access),
        fact("merseyside", "merseyside", 2, outcome="dismissed"),
        fact("west-yorkshire", "west-yorkshire", 9, outcome="meeting"),
        fact("nottinghamshire", "nottinghamshire", 1, outcome="disciplined", conduct="access"),
        fact("cleveland-1", "cleveland", 0, outcome="disciplined", **FIRST),
        fact("cleveland-2", "cleveland", 4, outcome="disciplined", **SECOND),
    )


@pytest.fixture
def ranks(relations):
    rows = [("surrey", 1), ("met", 2), ("gmp", 3)]
    return relations(*((f"rank-{place}", "rank", figure, "", "", str(place)) for figure, place in rows))


@pytest.fixture
def ask(printed, categories, rounds):
    def limits(facts=printed, **question):
        return bounds.limits(facts, categories=categories, rounds=rounds, **question)

    return limits


def test_the_unnamed_twelve_hold_31_to_98_of_the_237_if_ranks_hold(ask, ranks):
    found = ask(force="unnamed", outcome="disciplined", relations=ranks)
    # 50 + 18 + 17 + 16 + 16 + 4 = 121 with totals; the other five have 3 + 3 + 2 + 9 + 1 = 18 to 5 x 17 = 85.
    assert (found.lowest, found.highest, found.unnamed) == (237 - 121 - 85, 237 - 121 - 18, 12)
    assert {"all", "gmp", "rank-1", "rank-2", "rank-3"} <= set(found.binding_lowest)
    assert "west-yorkshire" not in found.binding_lowest
    assert {"west-yorkshire", "gwent", "wiltshire", "merseyside", "nottinghamshire"} <= set(found.binding_highest)


def test_without_ranks_the_unnamed_twelve_may_hold_none(ask):
    found = ask(force="unnamed", outcome="disciplined")
    assert (found.lowest, found.highest, found.binding_lowest) == (0, 98, ())


def test_a_rank_printed_alone_bounds_as_well(ask, ranks):
    found = ask(force="unnamed", outcome="disciplined", relations=ranks.iloc[1:])
    assert (found.lowest, found.highest) == (31, 98)


def test_two_of_the_eleven_dismissals_at_most_are_unnamed(ask, ranks):
    found = ask(force="unnamed", outcome="dismissed", relations=ranks)
    assert (found.lowest, found.highest) == (0, 11 - 1 - 3 - 3 - 2)
    assert set(found.binding) == {"all-dismissed", "met-dismissed", "gwent", "wiltshire", "merseyside"}


def test_email_in_surrey_is_none_to_35(ask):
    found = ask(force="surrey", system="e-mail", outcome="disciplined")
    assert (found.lowest, found.highest, found.binding) == (0, 35, ("surrey-niche",))
    both = ask(force="surrey", system="e-mail&niche", outcome="disciplined")
    assert (both.lowest, both.highest) == (0, 35)


def test_only_35_are_either_so_no_more_can_be_email(ask):
    found = ask(force="surrey", system="niche|e-mail", outcome="disciplined")
    assert (found.lowest, found.highest, found.binding) == (35, 35, ("surrey-niche",))


def test_years_inside_the_period_add_up(ask):
    found = ask(force="cleveland", outcome="disciplined")
    assert (found.lowest, found.highest) == (4, 4)


def test_a_force_nobody_printed_has_no_upper_limit(ask, printed):
    found = ask(printed.iloc[3:], force="wiltshire", outcome="disciplined")
    assert (found.lowest, found.highest) == (3, None)


def test_a_total_that_its_parts_exceed_is_a_clash(printed, fact, facts, categories, rounds):
    frame = pd.concat([printed, facts(fact("sixty", low=60, outcome="disciplined"))])
    found = bounds.clashes(frame, categories=categories, rounds=rounds)
    assert found == [("all", "sixty")]


def test_facts_that_clash_are_left_out_one_at_a_time(fact, facts, categories):
    frame = facts(fact("a", "kent", 3, outcome="dismissed"), fact("b", "kent", 5, outcome="dismissed"))
    found = bounds.limits(frame, force="kent", outcome="dismissed", categories=categories)
    assert (found.lowest, found.highest) == (3, 5)
    assert {tuple(reading.reads.items()) for reading in found.readings} == {(("a", "left out"),), (("b", "left out"),)}


def test_a_conflict_is_tried_reading_by_reading(fact, facts, categories):
    frame = facts(
        fact("a", "wm", 16, agreement="conflict", alternatives="16 [a:L1 b:L2]; 13 [c:L3]", hull_low=13, hull_high=16),
        fact("b", "wm", 10, outcome="dismissed"),
    )
    found = bounds.limits(frame, force="wm", categories=categories)
    assert (found.lowest, found.highest) == (13, 16)
    assert {reading.reads["a"]: (reading.lowest, reading.highest) for reading in found.readings} == {
        "16": (16, 16),
        "13": (13, 13),
    }


def test_a_reading_that_the_rest_rules_out_is_dropped(fact, facts, categories):
    frame = facts(
        fact("a", "wm", 16, agreement="conflict", alternatives="16 [a]; 13 [c]", hull_low=13, hull_high=16),
        fact("b", "wm", 14, outcome="dismissed"),
    )
    found = bounds.limits(frame, force="wm", categories=categories)
    assert (found.lowest, found.highest, len(found.readings)) == (16, 16, 1)


def test_many_conflicts_are_read_together(fact, facts, categories):
    twice = {"agreement": "conflict", "alternatives": "0 [a]; 2 [b]", "hull_low": 0, "hull_high": 2}
    frame = facts(
        fact("all", low=9),
        fact("x", "x", 0, 4, status="range"),
        *(fact(f"f{number}", f"force-{number}", 0, 0, **twice) for number in range(8)),
    )
    rounds = pd.DataFrame([{"round_id": "r", "forces_replied": 9, "period_start": "", "period_end": ""}])
    found = bounds.limits(frame, force="x", categories=categories, rounds=rounds)
    # However each of the eight is read, together they are even: what is left of nine is odd.
    assert (found.lowest, found.highest, found.sharp) == (1, 3, True)


@pytest.fixture
def five_clashes(fact, facts):
    """Five forces with 3 in one place and 5 in another, and a total of 40 that they share with one more force."""
    pairs = [fact(f"{force}{low}", force, low) for force in "abcde" for low in (3, 5)]
    frame = facts(fact("all", low=40), fact("x", "x", 0, pd.NA), *pairs)
    rounds = pd.DataFrame([{"round_id": "r", "forces_replied": 6, "period_start": "", "period_end": ""}])
    return {"facts": frame, "force": "x", "rounds": rounds}


def test_each_of_many_clashes_is_mended_in_every_least_way(five_clashes, categories):
    found = bounds.limits(**five_clashes, categories=categories)
    assert (found.lowest, found.highest, found.sharp) == (40 - 5 * 5, 40 - 5 * 3, True)


def test_limits_say_when_too_much_clashes_for_them_to_be_sharp(five_clashes, categories, monkeypatch):
    monkeypatch.setattr(bounds.readings, "STEPS", 16)
    found = bounds.limits(**five_clashes, categories=categories)
    assert (found.lowest, found.highest, found.sharp) == (0, 40, False)


def test_a_conflict_of_outcome_is_read_both_ways(fact, facts, categories):
    own = {"agreement": "conflict", "conflict_of": "outcome"}
    frame = facts(fact("a", "kent", 208, outcome="recorded", **own))
    frame["figure_ids"] = "a b"
    figures = facts(fact("a", "kent", 208, outcome="recorded"), fact("b", "kent", 208, outcome="convicted"))
    figures["figure_id"] = figures["fact_id"]
    found = bounds.limits(frame, force="kent", outcome="convicted", categories=categories, figures=figures)
    assert (found.lowest, found.highest) == (0, None)
    assert {reading.reads["a"]: reading.lowest for reading in found.readings} == {
        "208 recorded": 0,
        "208 convicted": 208,
    }


def test_a_share_bounds_the_part_by_its_base(fact, facts, categories):
    share = {"status": "share", "share_low": 0.2, "share_high": 0.2, "outcome": "dismissed|resigned", "part_of": "a"}
    frame = facts(fact("a", "met", 300), fact("b", "met", pd.NA, pd.NA, **share))
    found = bounds.limits(frame, force="met", outcome="dismissed", categories=categories)
    # 20% as printed is anything from 19.5 to 20.5%.
    assert (found.lowest, found.highest) == (0, 61)


def test_parts_that_make_the_whole_add_up(fact, facts, categories, relations):
    frame = facts(
        fact("a", "kent", 20), fact("b", "kent", 12, conduct="access"), fact("c", "kent", 1, conduct="social-media")
    )
    frame.loc[2, ["low", "high"]] = [0, pd.NA]
    row = relations(("r1", "part_of", "b c", "a", "yes", ""))
    found = bounds.limits(frame, force="kent", conduct="social-media", categories=categories, relations=row)
    assert (found.lowest, found.highest) == (8, 8)


def test_a_disputed_number_a_stock_and_an_estimate_bind_nothing(fact, facts, categories, relations):
    frame = facts(
        fact("a", "dorset", 81, disputed="yes"),
        fact("b", "dorset", 19, date_basis="snapshot"),
        fact("c", "dorset", 0, 500, status="at most"),
        fact("d", "dorset", 2),
    )
    row = relations(("r1", "estimate_of", "c", "a", "", ""))
    found = bounds.limits(frame, force="dorset", categories=categories, relations=row)
    assert (found.lowest, found.highest) == (2, 2)


def test_a_region_counts_some_of_the_unnamed(fact, facts, categories):
    forces = pd.DataFrame(
        [("durham", "North East", "England", ""), ("kent", "South East", "England", "")],
        columns=["force_id", "region", "nation", "joined_into"],
    )
    rounds = pd.DataFrame([{"round_id": "r", "forces_replied": 4, "period_start": "", "period_end": ""}])
    frame = facts(
        fact("all", low=40), fact("ne", low=30, place="North East"), fact("d", "durham", 12), fact("k", "kent", 5)
    )
    found = bounds.limits(frame, force="unnamed", categories=categories, forces=forces, rounds=rounds)
    assert (found.lowest, found.highest, found.unnamed) == (23, 23, 2)


def test_only_assumptions_that_bind_are_reported(printed, fact, categories, rounds):
    known = pd.DataFrame(
        [("cases-people", "", "unit=cases", "unit=people"), ("idle", "", "force_ids=gwent", "role=officer")],
        columns=["assumption_id", "round_id", "applies_where", "sets"],
    )
    frame = printed.assign(unit=printed["unit"].where(printed["fact_id"] != "surrey", "cases"))
    options = {"categories": categories, "rounds": rounds, "known": known, "outcome": "disciplined", "force": "unnamed"}
    found = bounds.limits(frame, assumptions=["cases-people", "idle"], **options)
    assert (found.highest, found.assumptions) == (98, ("cases-people", "idle"))
    frame.loc[frame["fact_id"] == "surrey", "low"] = 50
    alone = bounds.limits(frame, assumptions=["cases-people"], **options | {"force": "surrey"})
    assert (alone.lowest, alone.highest, alone.assumptions) == (50, 50, ("cases-people",))


# Small rounds: at most three people, two forces and one unnamed replier, so that every world can be looked at.
FORCES = ("x", "y", "unnamed")
KINDS = [frozenset(), frozenset({"dismissed"}), frozenset({"resigned"})]
KINDS += [kind | {"convicted"} for kind in KINDS]
OUTCOMES = ["not-stated", "dismissed", "resigned", "convicted", "dismissed|convicted", "dismissed&convicted"]
PEOPLE = list(product(FORCES, KINDS))
WORLDS = [world for size in range(4) for world in combinations_with_replacement(PEOPLE, size)]


def _counted(kind, outcome):
    return outcome == "not-stated" or any(set(part.split("&")) <= kind for part in outcome.split("|"))


def _count(world, forces, outcome):
    return sum(force in forces and _counted(kind, outcome) for force, kind in world)


def _fits(world, statement):
    forces, outcome, low, more = statement
    return low <= _count(world, forces or FORCES, outcome) <= low + more


def _ranked(world, position, outcome):
    own = _count(world, ("x",), outcome)
    others = [_count(world, (force,), outcome) for force in FORCES[1:]]
    return sum(other > own for other in others) <= position - 1 <= sum(other >= own for other in others)


WHO = st.sampled_from([("x",), ("y",), ("x", "y"), ()])
STATEMENT = st.tuples(WHO, st.sampled_from(OUTCOMES), st.integers(0, 3), st.integers(0, 2))
CONFLICT = st.tuples(WHO, st.sampled_from(OUTCOMES), st.integers(0, 3), st.integers(0, 3))


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    statements=st.lists(STATEMENT, max_size=5),
    position=st.sampled_from([0, 1, 2]),
    question=st.tuples(st.sampled_from([*FORCES, None]), st.sampled_from(OUTCOMES)),
)
def test_limits_equal_those_of_every_possible_world(fact, facts, categories, relations, statements, position, question):
    statements = [((), "not-stated", 0, 3), (("x",), "not-stated", 0, 3), (("y",), "not-stated", 0, 3), *statements]
    worlds = [world for world in WORLDS if all(_fits(world, statement) for statement in statements)]
    worlds = [world for world in worlds if not position or _ranked(world, position, "not-stated")]
    assume(worlds)
    force, outcome = question
    possible = [_count(world, (force,) if force else FORCES, outcome) for world in worlds]
    rows = [
        fact(f"f{n}", " ".join(who), low, low + more, outcome=what)
        for n, (who, what, low, more) in enumerate(statements)
    ]
    rank = relations(*([("r1", "rank", "f1", "", "", str(position))] if position else []))
    frames = {"categories": categories, "relations": rank}
    frames["rounds"] = pd.DataFrame([{"round_id": "r", "forces_replied": 3, "period_start": "", "period_end": ""}])
    found = bounds.limits(facts(*rows), force=force, outcome=outcome, **frames)
    assert (found.lowest, found.highest) == (min(possible), max(possible))
    fewer = bounds.limits(facts(*rows[:-1]), force=force, outcome=outcome, explain=False, **frames)
    assert fewer.lowest <= found.lowest
    assert fewer.highest is None or fewer.highest >= found.highest
    _binding_suffices(facts, rows, rank, found, force, outcome, frames)


def _binding_suffices(facts, rows, rank, found, force, outcome, frames):
    # What binds must give the end alone; the forces are kept in view by rows that say nothing.
    empty = [row | {"low": 0, "high": pd.NA} for row in rows]
    for ids, end in ((found.binding_lowest, "lowest"), (found.binding_highest, "highest")):
        kept = [row if row["fact_id"] in ids else blank for row, blank in zip(rows, empty, strict=True)]
        few = {**frames, "relations": rank if "r1" in ids else rank.iloc[:0]}
        assert getattr(bounds.limits(facts(*kept), force=force, outcome=outcome, explain=False, **few), end) == getattr(
            found, end
        )


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    conflicts=st.lists(CONFLICT, max_size=4),
    question=st.tuples(st.sampled_from([*FORCES, None]), st.sampled_from(OUTCOMES)),
)
def test_facts_in_conflict_hold_in_one_of_their_ways_in_every_possible_world(
    fact, facts, categories, conflicts, question
):
    plain = [((), "not-stated", 0, 3), (("x",), "not-stated", 0, 3), (("y",), "not-stated", 0, 3)]
    worlds = [world for world in WORLDS if all(_fits(world, statement) for statement in plain)]
    worlds = [w for w in worlds if all(_count(w, who or FORCES, what) in ways for who, what, *ways in conflicts)]
    assume(worlds)
    rows = [fact(f"f{n}", " ".join(who), low, more, outcome=what) for n, (who, what, low, more) in enumerate(plain)]
    for n, (who, what, *ways) in enumerate(conflicts):
        told = {"agreement": "conflict", "alternatives": "; ".join(f"{way} [a:L{way}]" for way in sorted(set(ways)))}
        rows.append(fact(f"c{n}", " ".join(who), min(ways), max(ways), outcome=what, **told))
    rounds = pd.DataFrame([{"round_id": "r", "forces_replied": 3, "period_start": "", "period_end": ""}])
    force, outcome = question
    possible = [_count(world, (force,) if force else FORCES, outcome) for world in worlds]
    found = bounds.limits(facts(*rows), force=force, outcome=outcome, categories=categories, rounds=rounds)
    assert (found.lowest, found.highest) == (min(possible), max(possible))
    assert all(found.lowest <= one.lowest <= one.highest <= found.highest for one in found.readings)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(statements=st.lists(STATEMENT, min_size=2, max_size=6))
def test_a_clash_fits_no_world_until_one_of_it_is_left_out(fact, facts, categories, statements):
    statements = [((), "not-stated", 0, 3), *statements]
    rows = [
        fact(f"f{n}", " ".join(who), low, low + more, outcome=what)
        for n, (who, what, low, more) in enumerate(statements)
    ]
    rounds = pd.DataFrame([{"round_id": "r", "forces_replied": 3, "period_start": "", "period_end": ""}])
    frame = facts(*rows, fact("x", "x", 0, pd.NA), fact("y", "y", 0, pd.NA))
    found = bounds.clashes(frame, categories=categories, rounds=rounds)
    possible = any(all(_fits(world, statement) for statement in statements) for world in WORLDS)
    assert bool(found) != possible
    for clash in found:
        kept = frame[frame["fact_id"].isin([*clash, "x", "y"])]
        assert bounds.clashes(kept, categories=categories, rounds=rounds) == [clash]
        for left_out in clash:
            rest = kept[kept["fact_id"] != left_out]
            assert bounds.clashes(rest, categories=categories, rounds=rounds) == []


def test_one_printed_number_has_limits_from_all_the_others(fact, facts, categories):
    printed = facts(
        fact("all", low=10, outcome="disciplined"),
        fact("north", "north", 6, outcome="disciplined"),
        fact("south", "south", 0, None, outcome="disciplined", status="suppressed"),
        fact("share", "south", pd.NA, outcome="dismissed", status="approximate"),
    )
    model = bounds.prepare(printed, "r", "people", (), categories=categories)
    found = bounds.of_fact(model, "south")
    assert (found.lowest, found.highest) == (0, 4)  # ten less six, or fewer if forces that nobody named have some
    assert bounds.of_fact(model, "share") is None
