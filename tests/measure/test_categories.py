import pytest

from analysis import categories as tree


@pytest.fixture(scope="module")
def known(tables, facts):
    return tree.trees(tables(facts()))


def test_dismissed_and_resigned_cannot_be_the_same_person(known):
    assert tree.apart(known["outcome"], "dismissed", "resigned")
    assert tree.apart(known["outcome"], "dismissed", "no-action")


def test_dismissed_and_convicted_can_be_the_same_person(known):
    assert not tree.apart(known["outcome"], "dismissed", "convicted")
    assert not tree.apart(known["outcome"], "dismissed", "disciplined")


def test_a_joined_category_is_apart_only_if_every_member_is(known):
    assert not tree.apart(known["outcome"], "dismissed|convicted", "resigned")
    assert tree.apart(known["outcome"], "dismissed&convicted", "resigned")


def test_roles_exclude_each_other_but_nobody_is_apart_from_everybody(known):
    assert tree.apart(known["role"], "officer", "staff")
    assert not tree.apart(known["role"], "officer", "any")


def test_a_person_disciplined_left_one_way_or_stayed(known):
    found = tree.told_apart(known["outcome"], ["disciplined", "dismissed", "resigned"])
    kinds = set(zip(*(found[name] for name in ("disciplined", "dismissed", "resigned")), strict=True))
    assert kinds == {(False, False, False), (True, False, False), (True, True, False), (True, False, True)}
    assert all(len(counted) == 4 for counted in found.values())


def test_all_breaches_are_another_subject(known):
    assert tree.subject(known["conduct"], "all-breaches") == "all-breaches"
    assert tree.subject(known["conduct"], "access") == tree.subject(known["conduct"], "not-stated") == "this"


def test_a_category_lies_within_those_above_it_and_within_everyone(known):
    assert tree.within(known["outcome"], "dismissed", "disciplined")
    assert tree.within(known["outcome"], "dismissed|resigned", "left-the-force")
    assert tree.within(known["outcome"], "dismissed", "not-stated")
    assert not tree.within(known["outcome"], "not-stated", "disciplined")
    assert not tree.within(known["outcome"], "dismissed|convicted", "disciplined")


def test_what_all_have_in_common_is_the_narrowest_above_them(known):
    assert tree.common(known["outcome"], ["dismissed", "resigned", "meeting"]) == "disciplined"
    assert tree.common(known["outcome"], ["dismissed", "convicted"]) == ""
    assert tree.common(known["conduct"], ["own-affairs", "access"]) == "access"
    assert tree.common(known["conduct"], []) == ""


def test_an_unknown_category_suggests_the_nearest(known):
    with pytest.raises(ValueError, match="no outcome is called 'dismised'; nearest: dismissed"):
        tree.check(known, outcome="dismised")


def test_a_place_is_its_forces_and_those_that_joined_it(tables, facts):
    forces = tables(facts()).forces.iloc[:0]
    rows = [
        ("fife", "", "Scotland", "police-scotland"),
        ("police-scotland", "", "Scotland", ""),
        ("kent", "South East", "", ""),
    ]
    for row in rows:
        forces.loc[len(forces)] = row
    known = tree.places(forces)
    assert tree.covered({"force_ids": "police-scotland", "place": ""}, known) == {"police-scotland", "fife"}
    assert tree.covered({"force_ids": "", "place": "South-East and Scotland"}, known) == {
        "kent",
        "fife",
        "police-scotland",
    }
    assert tree.covered({"force_ids": "", "place": "the North"}, known) is None
