import pytest

from analysis import categories as tree


@pytest.fixture(scope="module")
def known(tables, facts):
    return tree.trees(tables(facts()))


def test_a_joined_category_is_apart_only_if_every_member_is(known):
    assert not tree.apart(known["outcome"], "dismissed|convicted", "resigned")
    assert tree.apart(known["outcome"], "dismissed&convicted", "resigned")


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
