import pytest

from analysis.measure import categories as tree


def test_dismissed_and_resigned_cannot_be_the_same_person(categories):
    outcome = tree.trees(categories)["outcome"]
    assert tree.apart(outcome, "dismissed", "resigned")
    assert tree.apart(outcome, "dismissed", "no-action")


def test_dismissed_and_convicted_can_be_the_same_person(categories):
    outcome = tree.trees(categories)["outcome"]
    assert not tree.apart(outcome, "dismissed", "convicted")
    assert not tree.apart(outcome, "dismissed", "disciplined")


def test_a_joined_category_is_apart_only_if_every_member_is(categories):
    outcome = tree.trees(categories)["outcome"]
    assert not tree.apart(outcome, "dismissed|convicted", "resigned")
    assert tree.apart(outcome, "dismissed&convicted", "resigned")


def test_a_person_disciplined_left_one_way_or_stayed(categories):
    found = tree.told_apart(tree.trees(categories)["outcome"], ["disciplined", "dismissed", "resigned"])
    kinds = set(zip(*(found[name] for name in ("disciplined", "dismissed", "resigned")), strict=True))
    assert kinds == {(False, False, False), (True, False, False), (True, True, False), (True, False, True)}
    assert all(len(counted) == 4 for counted in found.values())


def test_all_breaches_are_another_subject(categories):
    conduct = tree.trees(categories)["conduct"]
    assert tree.subject(conduct, "all-breaches") == "all-breaches"
    assert tree.subject(conduct, "access") == tree.subject(conduct, "not-stated") == "this"


def test_an_unknown_outcome_suggests_the_nearest(categories):
    with pytest.raises(ValueError, match="did you mean 'dismissed'"):
        tree.check(tree.trees(categories), outcome="dismised")
