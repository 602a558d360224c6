import subprocess

import pytest

import vale
from analysis.publish import moved, runs


def git(place, *words):
    who = ["-c", "user.name=n", "-c", "user.email=e@example.org"]
    subprocess.run(["git", *who, *words], cwd=place, check=True, capture_output=True)


@pytest.fixture
def committed(built):
    git(built, "init", "-q")
    git(built, "add", "data", "notebooks", "docs")
    git(built, "commit", "-qm", "as built")
    return built


def test_nothing_moved_is_said_in_one_line(committed):
    assert moved.since().startswith("Since ") and moved.since().endswith(" nothing moved.")


def test_a_number_and_the_sentences_it_is_in_are_named_with_the_document_that_moved_them(committed):
    vale.correct(committed, "south-vale-reply", south=12)
    vale.build(committed)
    said = moved.since()
    number = "changed: south-vale: people disciplined [south-vale-reply:L2]\n  was: 4\n  now: 12\n"
    number += "  because of south-vale-reply (document changed)"
    sentence = "changed: page/south-vale/had\n  was: South Vale Police had four.\n  now: South Vale Police had 12.\n"
    assert number in said and sentence in said
    assert "north-vale" not in said


def test_a_withheld_sentence_has_moved(committed):
    vale.correct(committed, "vale-gazette", all=200)
    vale.build(committed)
    assert "now: withheld: no round counts a hundred" in moved.since()


def test_a_sentence_worded_anew_has_moved_though_no_document_did(committed):
    findings = committed / "data" / "processed" / "findings.json"
    findings.write_text(
        findings.read_text("utf-8").replace("South Vale Police had", "In South Vale there were"), "utf-8"
    )
    said = moved.since()
    assert "now: In South Vale there were four." in said and "because of a decision or the code" in said


def test_for_a_pull_request_it_is_a_table_in_which_no_label_acts(committed):
    vale.correct(committed, "vale-gazette", all=12)
    vale.build(committed)
    said = moved.since(markdown=True)
    assert "| changed | all forces asked: people disciplined \\[vale-gazette:L2\\] | 10 | 12 |" in said
    assert vale.LABEL not in said


@pytest.mark.parametrize("revision", ["nowhere", "--help"])
def test_an_unknown_revision_is_wrong_use(committed, revision):
    with pytest.raises(runs.WrongUse, match="name a revision of this checkout"):
        moved.since(revision)


def test_the_documents_that_differ_between_two_folders_of_tables(tmp_path):
    for name, value in (("before", "1"), ("after", "2")):
        (tmp_path / name).mkdir()
        row = f"a:L2,a,r1,f1,{value}\nb:L2,b,r2,f1,3\n"
        (tmp_path / name / "figures.csv").write_text(f"figure_id,source_id,round_id,force_ids,low\n{row}")
    assert moved.documents(tmp_path / "before", tmp_path / "after", "r1") == ["a"]
    assert moved.documents(tmp_path / "before", tmp_path / "after", "f1") == ["a"]
    assert moved.documents(tmp_path / "before", tmp_path / "after", "r2") == []
    assert moved.documents(tmp_path / "nowhere", tmp_path / "after", "r2") == ["b"]
