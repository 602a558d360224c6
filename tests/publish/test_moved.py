import pandas as pd
import pytest

import vale
from analysis import __main__
from analysis.publish import moved, runs


def test_nothing_moved_is_said_in_one_line(committed):
    assert moved.since().startswith("Since ") and moved.since().endswith(" nothing moved. Change of the data: none.")


def test_a_number_and_the_sentences_it_is_in_are_named_with_the_document_that_moved_them(changed):
    said = moved.since()
    assert " of the numbers and sentences moved. Change of the data: a value corrected.\n" in said
    number = "changed: south-vale: people disciplined [south-vale-reply:L2]\n  was: 4\n  now: 12\n"
    number += "  because of south-vale-reply"
    sentence = "changed: page/south-vale/had\n  was: South Vale Police had four.\n  now: South Vale Police had 12.\n"
    assert number in said and sentence in said
    assert "page/north-vale" not in said
    assert "now: withheld: no round counts a hundred" in said


def test_for_a_pull_request_it_is_a_table_in_which_no_label_acts(changed):
    said = moved.since(markdown=True)
    assert "| changed | all forces asked: people disciplined \\[vale-gazette:L2\\] | 10 | 200 |" in said
    assert vale.LABEL not in said


def test_a_sentence_worded_anew_has_moved_though_no_document_did(committed):
    file = committed / "data" / "processed" / "findings.json"
    file.write_text(file.read_text("utf-8").replace("South Vale Police had", "In South Vale there were"), "utf-8")
    said = moved.since()
    assert "now: In South Vale there were four." in said and "because of a decision or the code" in said


def test_a_word_that_is_read_otherwise_moves_its_numbers_because_of_a_decision(committed):
    for name in ("figures", "facts"):
        file = committed / "data" / "processed" / f"{name}.csv"
        file.write_text(file.read_text("utf-8").replace(",dismissed,", ",advice,", 1), "utf-8")
    said = moved.since()
    assert "Change of the data: categories changed." in said and said.count("changed: ") == 1
    number = "south-vale: people advice [south-vale-reply:L3]\n"
    number += "  was: south-vale: people dismissed: 1\n  now: south-vale: people advice: 1\n"
    assert number + "  because of a decision" in said


CORRECTED = "# Changelog\n\n## [Unreleased]\n\n### Corrected\n- South Vale: 4, not 12 (`{}:L2`).\n\n## [0.1.0]\n\n"


@pytest.mark.parametrize(
    ("changelog", "status"),
    [
        (CORRECTED.format("south-vale-reply"), 0),
        (CORRECTED.format("south-vale-reply-2"), 1),
        (CORRECTED.format("another").replace("## [0.1.0]", "### Added\n- south-vale-reply\n\n## [0.1.0]"), 1),
        (CORRECTED.replace("## [0.1.0]", "### Added").replace("## [Unr", "## [1.0.0]\n\n## [Unr"), 1),
        ("", 1),
    ],
)
def test_a_corrected_number_is_not_released_without_its_line_in_the_changelog(committed, changelog, status, capsys):
    figures = committed / "data" / "processed" / "figures.csv"
    figures.write_text(figures.read_text("utf-8").replace(",4,4,4,exact", ",5,5,5,exact"), "utf-8")
    (committed / "CHANGELOG.md").write_text(changelog, "utf-8")
    assert __main__.main(["moved", "--release"]) == status
    assert ("CHANGELOG.md: no line of south-vale-reply below Corrected" in capsys.readouterr().out) == bool(status)


def test_more_numbers_of_more_documents_correct_nothing():
    rows = {"a:L2": {"source_id": "a", "low": "4"}, "b:L2": {"source_id": "b", "low": "3"}}
    figures = (
        pd.DataFrame.from_dict(rows, "index", columns=["source_id", *moved.VALUES]).fillna("").rename_axis("figure_id")
    )
    change = moved.data_change
    assert change(figures, figures) == ("none", [])
    assert change(figures[:1], figures) == change(figures[:0], figures) == ("rows added", [])
    assert change(figures, figures[:1]) == ("a value corrected", ["b"])
    assert change(figures.assign(low="5"), figures) == ("a value corrected", ["a", "b"])


@pytest.mark.parametrize("revision", ["nowhere", "--help"])
def test_an_unknown_revision_is_wrong_use(committed, revision):
    with pytest.raises(runs.WrongUse, match="name a revision of this checkout"):
        moved.since(revision)
