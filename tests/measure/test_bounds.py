"""Limits checked by hand on the 2019 round, and against every possible world on small rounds."""

from itertools import combinations, combinations_with_replacement, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis.measure import bounds, constraints
from invented import assumptions, fact, facts, relations, rounds, tables

FIRST = {"period_start": "2017-04-01", "period_end": "2018-03-31"}
SECOND = {"period_start": "2018-04-01", "period_end": "2019-03-31"}
ACCESS = {"outcome": "dismissed", "conduct": "access"}


def ends(found):
    """The two ends of one row; None where nothing limits it."""
    low, high = found[["low", "high"]].iloc[0]
    return low, None if pd.isna(high) else high


def ids(found, column="binding"):
    return set(found[column].item().split())


@pytest.fixture(scope="module")
def printed():
    """The numbers the press printed about 2017 to 2019, with every printed count read as people disciplined."""
    return facts(
        fact("all", low=237, outcome="disciplined", figure_ids="all:L1 all:L2"),
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
        fact("gwent", "gwent", 3, **ACCESS),
        fact("wiltshire", "wiltshire", 3, **ACCESS),
        fact("merseyside", "merseyside", 2, outcome="dismissed"),
        fact("west-yorkshire", "west-yorkshire", 9, outcome="meeting"),
        fact("nottinghamshire", "nottinghamshire", 1, outcome="disciplined", conduct="access"),
        fact("cleveland-1", "cleveland", 0, outcome="disciplined", figure_ids="reply:L1", **FIRST),
        fact("cleveland-2", "cleveland", 4, outcome="disciplined", figure_ids="reply:L2", **SECOND),
    )


@pytest.fixture(scope="module")
def data(printed):
    """The 2019 round, with each rank and each single page's number under an assumption of its own."""
    ranks = [("surrey-first", "surrey", 1), ("met-second", "met", 2), ("gmp-third", "gmp", 3)]
    rules = [(name, f"relation_id={name}", "believed=yes") for name, _, _ in ranks]
    rules += [("cleveland-in-round", "source_id=reply", "believed=yes")]
    rules += [("merseyside-two", "fact_id=merseyside", "believed=yes")]
    rows = ((name, "rank", figure, "", "", str(place)) for name, figure, place in ranks)
    return tables(printed, relations=relations(*rows), assumptions=assumptions(*rules))


USUAL = ["surrey-first", "met-second", "gmp-third", "cleveland-in-round", "merseyside-two"]


def test_the_unnamed_twelve_hold_31_to_98_of_the_237_if_ranks_hold(data):
    found = bounds.limits(data, force="unnamed", outcome="disciplined")
    # 50 + 18 + 17 + 16 + 16 + 4 = 121 with totals; the other five have 3 + 3 + 2 + 9 + 1 = 18 to 5 x 17 = 85.
    assert ends(found) == (237 - 121 - 85, 237 - 121 - 18)
    assert found["unnamed"].item() == 12
    assert {"all", "gmp", "surrey-first", "met-second", "gmp-third", "west-yorkshire", "merseyside"} <= ids(found)
    assert {"all:L1", "all:L2", "reply:L2", "met"} <= ids(found, "figure_ids")
    assert ids(found, "assumed") == set(USUAL)


def test_two_of_the_eleven_dismissals_are_unnamed_at_most_or_four_without_one_page(data):
    found = bounds.limits(data, force="unnamed", outcome="dismissed")
    assert ends(found) == (0, 11 - 1 - 3 - 3 - 2)
    assert ids(found) == {"all-dismissed", "met-dismissed", "gwent", "wiltshire", "merseyside"}
    assert ends(bounds.limits(data, force="unnamed", outcome="dismissed", assumptions=USUAL[:4])) == (0, 4)


def test_a_table_shows_the_result_without_each_assumption(data):
    found = bounds.without_each(data, force="unnamed", outcome="disciplined").set_index("assuming")
    assert list(found.index[:3]) == ["all", "none", "without “surrey first”"]
    assert list(found.loc["without “cleveland in round”", ["low", "high", "unnamed"]]) == [35, 102, 13]
    assert list(found.loc["none", ["low", "high", "unnamed"]]) == [0, 237 - 117 - 16, 14]


def test_forces_are_asked_together(data):
    found = bounds.by_force(data, ["gwent", "surrey", "merseyside"], outcome="disciplined")
    assert list(zip(found["force"], found["low"], found["high"], strict=True)) == [
        ("gwent", 3, 17),
        ("surrey", 50, 50),
        ("merseyside", 2, 17),
    ]
    assert list(bounds.by_force(data, [], outcome="disciplined").columns) == list(found.columns)
    assert bounds.by_force(data, "surrey", outcome="disciplined")["force"].tolist() == ["surrey"]


def test_email_in_surrey_is_none_to_35(data):
    found = bounds.limits(data, force="surrey", system="e-mail", outcome="disciplined")
    assert (*ends(found), ids(found)) == (0, 35, {"surrey-niche"})
    assert ends(bounds.limits(data, force="surrey", system="e-mail&niche", outcome="disciplined")) == (0, 35)
    either = bounds.limits(data, force="surrey", system="niche|e-mail", outcome="disciplined")
    assert (*ends(either), ids(either)) == (35, 35, {"surrey-niche"})


def test_years_inside_the_period_add_up_and_each_can_be_asked(data):
    assert ends(bounds.limits(data, force="cleveland", outcome="disciplined")) == (4, 4)
    year = bounds.limits(data, force="cleveland", outcome="disciplined", period=("2018-04-01", "2019-03-31"))
    assert (*ends(year), ids(year)) == (4, 4, {"cleveland-2"})
    # Of the eleven dismissed 1 + 3 + 2 are elsewhere; nobody printed when those at Gwent were.
    year = bounds.limits(data, force="gwent", outcome="dismissed", period=("2018-04-01", "2019-03-31"))
    assert ends(year) == (0, 11 - 1 - 3 - 2)
    later = bounds.limits(data, force="cleveland", outcome="disciplined", period=("2019-04-01", "2020-03-31"))
    assert ends(later) == (0, None)


def test_several_forces_are_one_sum(data):
    assert ends(bounds.limits(data, force=["cumbria", "hertfordshire"], outcome="disciplined")) == (32, 32)
    assert ends(bounds.limits(data, force="cumbria hertfordshire", outcome="disciplined")) == (32, 32)
    assert ends(bounds.limits(data, outcome="disciplined")) == (237, 237)
    assert ends(bounds.limits(data, force="named", outcome="disciplined")) == (237 - 98, 237 - 31)


REFUSED = {
    "a force": ({"force": "surey"}, "no force is called 'surey'; nearest: surrey"),
    "a force's full name": ({"force": "Surrey Police"}, "no force is called 'Surrey'; nearest: surrey"),
    "one of several forces": ({"force": ["kent", "esex"]}, "no force is called 'esex'; nearest: essex"),
    "a category": ({"outcome": "dismised"}, "no outcome is called 'dismised'; nearest: dismissed"),
    "a round": ({"round_id": "q"}, "no round is called 'q'"),
}


@pytest.mark.parametrize("question, message", REFUSED.values(), ids=REFUSED)
def test_what_is_not_known_is_refused_with_the_nearest(data, question, message):
    with pytest.raises(ValueError, match=message):
        bounds.limits(data, **question)


def test_a_force_nobody_printed_has_no_upper_limit(printed):
    found = bounds.limits(tables(printed.iloc[3:]), force="wiltshire", outcome="disciplined")
    assert (*ends(found), found["figure_ids"].item()) == (3, None, "wiltshire")
    assert ends(bounds.limits(tables(printed), force="kent", outcome="disciplined")) == (0, None)


NORTH = pd.DataFrame(
    [("durham", "North East", "England", ""), ("kent", "South East", "England", "")],
    columns=["force_id", "region", "nation", "joined_into"],
)
SHARE = {"status": "share", "share_low": 0.2, "share_high": 0.2, "outcome": "dismissed|resigned", "part_of": "a"}
TORN = {"agreement": "conflict", "figure_ids": "a:L16 a:L13"}
TWO_VALUES = facts(fact("", low=16), fact("", low=13)).assign(figure_id=["a:L16", "a:L13"])
TWO_OUTCOMES = facts(fact("", low=208, outcome="recorded"), fact("", low=208, outcome="convicted"))
TWO_OUTCOMES["figure_id"] = ["a:L16", "a:L13"]
PARTS = relations(("r1", "part_of", "b c", "a", "yes", ""))
ESTIMATE = relations(("r1", "estimate_of", "c", "a", "", ""))
# of each small round its facts, its other tables, and limits of a force (or of an outcome there)
SMALL = {
    "what is not stated is whatever the round counts": (
        [fact("all", low=40, conduct="access"), fact("kent", "kent", 5, conduct="own-affairs")],
        {}, [({}, 40, 40), ({"force": "kent"}, 5, 40)],
    ),
    "a contradiction elsewhere moves no end": (
        [fact("a", "kent", 3), fact("b", "kent", 5), fact("c", "essex", 2)], {}, [({"force": "essex"}, 2, 2)],
    ),
    "a conflict is read in each of its ways": (
        [fact("a", "kent", 16, **TORN), fact("b", "kent", 10, outcome="dismissed")],
        {"figures": TWO_VALUES}, [({"force": "kent"}, 13, 16)],
    ),
    "but for those that other facts rule out": (
        [fact("a", "kent", 16, **TORN), fact("b", "kent", 14, outcome="dismissed")],
        {"figures": TWO_VALUES}, [({"force": "kent"}, 16, 16)],
    ),
    "a conflict of outcome is read both ways": (
        [fact("a", "kent", 208, outcome="recorded", conflict_of="outcome", **TORN)], {"figures": TWO_OUTCOMES},
        [({"force": "kent", "outcome": "convicted"}, 0, None),
         ({"force": "kent", "outcome": "recorded|convicted"}, 208, None)],
    ),
    "20% as printed is anything from 19.5 to 20.5%": (
        [fact("a", "kent", 300), fact("b", "kent", pd.NA, pd.NA, **SHARE)], {},
        [({"force": "kent", "outcome": "dismissed"}, 0, 61),
         ({"force": "kent", "outcome": "dismissed|resigned"}, 59, 61)],
    ),
    "parts that make the whole add up": (
        [fact("a", "kent", 20), fact("b", "kent", 12, conduct="access"),
         fact("c", "kent", 0, pd.NA, conduct="social-media")],
        {"relations": PARTS}, [({"force": "kent", "conduct": "social-media"}, 8, 8)],
    ),
    "a disputed number, a stock and an estimate bind nothing": (
        [fact("a", "dorset", 81, disputed="yes"), fact("b", "dorset", 19, date_basis="snapshot"),
         fact("c", "dorset", 0, 500, status="at most"), fact("d", "dorset", 2)],
        {"relations": ESTIMATE}, [({"force": "dorset"}, 2, 2)],
    ),
    "a region counts some of the forces nobody named": (
        [fact("all", low=40), fact("ne", low=30, place="North East"), fact("d", "durham", 12), fact("k", "kent", 5)],
        {"forces": NORTH, "rounds": rounds(4)}, [({"force": "unnamed"}, 23, 23)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("told, frames, asked", SMALL.values(), ids=SMALL)
def test_of_a_small_round(told, frames, asked):
    for question, low, high in asked:
        assert ends(bounds.limits(tables(facts(*told), **frames), **question)) == (low, high)


def test_a_total_that_its_parts_exceed_is_a_clash(printed):
    frame = pd.concat([printed, facts(fact("sixty", low=60, outcome="disciplined"))])
    found = bounds.clashes(tables(frame))
    assert (found["clash"].item(), found["figure_ids"].item()) == ("all sixty", "all:L1 all:L2 sixty")
    assert bounds.clashes(tables(printed)).empty


def test_the_fewest_sources_are_set_aside_in_every_way():
    frame = facts(fact("a", "kent", 3, outcome="dismissed"), fact("b", "kent", 5, outcome="dismissed"))
    found = bounds.limits(tables(frame), force="kent", outcome="dismissed")
    assert (*ends(found), ids(found, "left_out")) == (3, 5, {"a", "b"})
    third = facts(fact("c", "kent", 5, outcome="dismissed"))
    found = bounds.limits(tables(pd.concat([frame, third])), force="kent", outcome="dismissed")
    # Two against one: the one is set aside, in the only way that sets one aside.
    assert (*ends(found), found["left_out"].item()) == (5, 5, "")


def _torn(rows):
    """Tables in which each row is a fact, and its ways to be read (a list of values) are figures."""
    figures = facts(*(row | {"low": way, "high": way} for row, ways in rows for way in ways))
    figures["figure_id"] = [f"{row['fact_id']}:L{way}" for row, ways in rows for way in ways]
    told = [
        row | {"agreement": "conflict", "figure_ids": " ".join(f"{row['fact_id']}:L{way}" for way in ways)}
        for row, ways in rows
    ]
    return facts(*told), figures


def test_each_of_many_clashes_is_mended_in_every_least_way_or_the_limits_are_wider(monkeypatch):
    # Five forces with 3 in one place and 5 in another, and a total of 40 that they share with one more force.
    pairs = [fact(f"{force}{low}", force, low) for force in "abcde" for low in (3, 5)]
    data = tables(facts(fact("all", low=40), fact("x", "x", 0, pd.NA), *pairs), rounds=rounds(6))
    assert ends(bounds.limits(data, force="x")) == (40 - 5 * 5, 40 - 5 * 3)
    assert len(bounds.clashes(data)) == 5
    monkeypatch.setattr(bounds, "MOST_WAYS", 16)
    assert ends(bounds.limits(data, force="x")) == (0, 40)


def test_only_assumptions_that_bind_are_reported(printed):
    rules = assumptions(("cases-people", "unit=cases", "unit=people"), ("idle", "force_ids=gwent", "role=officer"))
    frame = printed.assign(unit=printed["unit"].where(printed["fact_id"] != "surrey", "cases"))
    data = tables(frame, assumptions=rules)
    unnamed = bounds.limits(data, force="unnamed", outcome="disciplined")
    assert (ends(unnamed)[1], ids(unnamed, "assumed")) == (98, {"cases-people", "idle"})
    assert ids(bounds.limits(data, force="surrey", outcome="disciplined"), "assumed") == {"cases-people"}


# Small rounds: at most three people, two forces and one unnamed replier, so that every world can be looked at.
WHERE = ("x", "y", "unnamed")
KINDS = [frozenset(), frozenset({"dismissed"}), frozenset({"resigned"})]
KINDS += [kind | {"convicted"} for kind in KINDS]
OUTCOMES = ["not-stated", "dismissed", "resigned", "convicted", "dismissed|convicted", "dismissed&convicted"]
PEOPLE = list(product(WHERE, KINDS))
WORLDS = [world for size in range(4) for world in combinations_with_replacement(PEOPLE, size)]
IN_WORLD = np.array([[world.count(person) for person in PEOPLE] for world in WORLDS])
PLAIN = [((), "not-stated", 0, 3), (("x",), "not-stated", 0, 3), (("y",), "not-stated", 0, 3)]

WHO = st.sampled_from([("x",), ("y",), ("x", "y"), ()])
STATEMENT = st.tuples(WHO, st.sampled_from(OUTCOMES), st.integers(0, 3), st.integers(0, 2))
CONFLICT = st.tuples(WHO, st.sampled_from(OUTCOMES), st.integers(0, 3), st.integers(0, 3))
QUESTION = st.tuples(st.sampled_from([*WHERE, None]), st.sampled_from(OUTCOMES))


def _counts(forces, outcome):
    """How many people of these forces, or of all, had the outcome in each world."""
    had = [outcome == "not-stated" or any(set(one.split("&")) <= kind for one in outcome.split("|")) for kind in KINDS]
    return IN_WORLD @ [where in (forces or WHERE) and kind for where, kind in product(WHERE, had)]


def _fit(statements):
    """In which worlds all the statements are true."""
    found = [(low <= _counts(*what)) & (_counts(*what) <= low + more) for *what, low, more in statements]
    return np.all([np.full(len(WORLDS), True), *found], axis=0)


def _ranked(position):
    own, *others = (_counts((force,), "not-stated") for force in WHERE)
    above, level = sum(other > own for other in others), sum(other >= own for other in others)
    return (above <= position - 1) & (position - 1 <= level)


def _possible(worlds, question):
    counts = _counts((question[0],) if question[0] else (), question[1])[worlds]
    return counts.min(), counts.max()


def _rows(statements):
    told = enumerate(statements)
    return [fact(f"f{n}", " ".join(who), low, low + more, outcome=what) for n, (who, what, low, more) in told]


@settings(max_examples=60)
@given(statements=st.lists(STATEMENT, max_size=5), position=st.sampled_from([0, 1, 2]), question=QUESTION)
def test_limits_equal_those_of_every_possible_world(statements, position, question):
    statements = [*PLAIN, *statements]
    worlds = _fit(statements) & (_ranked(position) if position else True)
    assume(worlds.any())
    rows, frames = _rows(statements), {"rounds": rounds(3)}
    ranks = {"relations": relations(("r1", "rank", "f1", "", "", str(position)))}
    ranks["assumptions"] = assumptions(("rank", "relation_id=r1", "believed=yes"))
    data = tables(facts(*rows), **frames, **(ranks if position else {}))
    force, outcome = question
    found = bounds.limits(data, force=force, outcome=outcome)
    assert ends(found) == _possible(worlds, question)
    # What binds must give the ends alone; the forces are kept in view by rows that say nothing.
    kept = [row if row["fact_id"] in ids(found) else row | {"low": 0, "high": pd.NA} for row in rows]
    less = tables(facts(*kept), **frames, **(ranks if "r1" in ids(found) else {}))
    assert ends(bounds.limits(less, force=force, outcome=outcome)) == ends(found)


@settings(max_examples=30)
@given(conflicts=st.lists(CONFLICT, max_size=4), question=QUESTION)
def test_facts_in_conflict_hold_in_one_of_their_ways_in_every_possible_world(conflicts, question):
    worlds = _fit(PLAIN)
    for who, what, *ways in conflicts:
        worlds &= np.isin(_counts(who, what), ways)
    assume(worlds.any())
    torn = [
        (fact(f"c{n}", " ".join(who), outcome=what), sorted({*ways})) for n, (who, what, *ways) in enumerate(conflicts)
    ]
    told, figures = _torn(torn)
    data = tables(pd.concat([facts(*_rows(PLAIN)), told]), figures=figures, rounds=rounds(3))
    found = bounds.limits(data, force=question[0], outcome=question[1])
    assert ends(found) == _possible(worlds, question)


@settings(max_examples=30)
@given(statements=st.lists(STATEMENT, min_size=2, max_size=5), question=QUESTION)
def test_of_what_contradicts_itself_the_fewest_are_set_aside_in_every_possible_world(statements, question):
    for fewest in range(len(statements) + 1):
        kept = combinations(statements, len(statements) - fewest)
        worlds = _fit(PLAIN[:1]) & np.any([_fit(some) for some in kept], axis=0)
        if worlds.any():
            break
    # The total of at most three is printed often enough never to be what is set aside.
    often = [fact(f"all{n}", low=0, high=3) for n in range(6)]
    seen = [fact(name, name, 0, pd.NA) for name in ("x", "y")]
    frame = facts(*often, *seen, *_rows(statements))
    found = bounds.limits(tables(frame, rounds=rounds(3)), force=question[0], outcome=question[1])
    assert ends(found) == _possible(worlds, question)


@settings(max_examples=30)
@given(statements=st.lists(STATEMENT, min_size=2, max_size=6))
def test_a_clash_fits_no_world_until_one_of_it_is_left_out(statements):
    statements = [((), "not-stated", 0, 3), *statements]
    frame = facts(*_rows(statements), fact("x", "x", 0, pd.NA), fact("y", "y", 0, pd.NA))
    found = bounds.clashes(tables(frame, rounds=rounds(3)))["clash"]
    assert bool(len(found)) != _fit(statements).any()
    for clash in found:
        kept = frame[frame["fact_id"].isin([*clash.split(), "x", "y"])]
        again = bounds.clashes(tables(kept, rounds=rounds(3)))["clash"]
        assert [set(one.split()) for one in again] == [set(clash.split())]
        for left_out in clash.split():
            assert bounds.clashes(tables(kept[kept["fact_id"] != left_out], rounds=rounds(3))).empty


CROSSED = st.fixed_dictionaries(
    {
        "role": st.sampled_from(["not stated", "officer", "staff"]),
        "conduct": st.sampled_from(["not-stated", "access", "own-affairs", "social-media"]),
        "system": st.sampled_from(["not-stated", "niche", "e-mail"]),
        "outcome": st.sampled_from(["not-stated", "disciplined", "dismissed", "resigned|no-action", "convicted"]),
    }
)


@settings(max_examples=30)
@given(told=st.lists(st.tuples(CROSSED, st.integers(0, 4), st.integers(0, 2)), min_size=2, max_size=9), asked=CROSSED)
def test_people_sorted_in_several_tables_have_the_limits_of_one_table(told, asked):
    rows = [fact(f"f{n}", "x", low, low + more, **words) for n, (words, low, more) in enumerate(told)]
    data = tables(facts(fact("all", "x", 0, 5), *rows))
    asked = asked | {"role": asked["role"].replace("not stated", "any")}
    found = []
    for most in (1, 10**6):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(constraints, "MOST_IN_ONE_TABLE", most)
            found.append(ends(bounds.limits(data, force="x", **asked)))
    assert found[0] == found[1]
