from analysis import categories as tree
from invented import facts, tables

KNOWN = tree.trees(tables(facts()))


def test_a_joined_category_is_apart_only_if_every_member_is():
    assert not tree.disjoint(KNOWN["outcome"], "dismissed|convicted", "resigned")
    assert tree.disjoint(KNOWN["outcome"], "dismissed&convicted", "resigned")


def test_a_category_lies_within_those_above_it_and_within_everyone():
    assert tree.within(KNOWN["outcome"], "dismissed", "disciplined")
    assert tree.within(KNOWN["outcome"], "dismissed|resigned", "left-the-force")
    assert tree.within(KNOWN["outcome"], "dismissed", "not-stated")
    assert not tree.within(KNOWN["outcome"], "not-stated", "disciplined")
    assert not tree.within(KNOWN["outcome"], "dismissed|convicted", "disciplined")


def test_what_all_have_in_common_is_the_narrowest_above_them():
    assert tree.common_category(KNOWN["outcome"], ["dismissed", "resigned", "meeting"]) == "disciplined"
    assert tree.common_category(KNOWN["outcome"], ["dismissed", "convicted"]) == ""
    assert tree.common_category(KNOWN["conduct"], ["own-affairs", "access"]) == "access"
    assert tree.common_category(KNOWN["conduct"], []) == ""


def test_a_place_is_its_forces_and_those_that_joined_it():
    forces = tables(facts()).forces.iloc[:0]
    rows = [
        ("fife", "", "Scotland", "police-scotland"),
        ("police-scotland", "", "Scotland", ""),
        ("kent", "South East", "", ""),
    ]
    for row in rows:
        forces.loc[len(forces)] = row
    known = tree.places(forces)
    assert tree.forces_covered({"force_ids": "police-scotland", "place": ""}, known) == {"police-scotland", "fife"}
    assert tree.forces_covered({"force_ids": "", "place": "South-East and Scotland"}, known) == {
        "kent",
        "fife",
        "police-scotland",
    }
    assert tree.forces_covered({"force_ids": "", "place": "the North"}, known) is None
