"""The words of the subject: the project's own, and another's in their place."""

import shutil

import pytest

from analysis import subject


@pytest.fixture
def trusts(project, tmp_path, monkeypatch):
    """Return the lookups of a project about invented library trusts."""
    lookups = tmp_path / "data" / "raw" / "lookups"
    shutil.copytree(project / "data" / "raw" / "lookups", lookups)
    (lookups / "subject.csv").write_text(
        "term,one,several,reason\nbody,library trust,library trusts,invented\n", "utf-8"
    )
    monkeypatch.setenv("ANALYSIS_PROJECT", str(tmp_path))
    return lookups


def test_a_sentence_about_forces_stays_as_it_is():
    assert subject.spoken("Three of the 45 forces refused.") == "Three of the 45 forces refused."


def test_another_subject_says_its_own_word_and_no_part_of_another_word_changes(trusts):
    said = subject.spoken("Forces: one force of two forces enforced it; the force's own. Force")
    assert (
        said
        == "Library trusts: one library trust of two library trusts enforced it; the library trust's own. Library trust"
    )


def test_a_lookup_that_changed_is_read_again(trusts):
    before = subject.term("body")
    (trusts / "subject.csv").write_text(
        "term,one,several,reason\nbody,museum,museums and galleries,invented\n", "utf-8"
    )
    assert before != subject.term("body") == ("museum", "museums and galleries")


def test_a_role_with_workers_of_its_own_is_counted_among_them():
    assert subject.among("officer") == "officers only"
    assert subject.among("staff") == subject.among("any") == "workforce"
    assert subject.among("any", "with specials") == "with specials"
