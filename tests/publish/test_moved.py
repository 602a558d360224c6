import subprocess

import pytest

from analysis.publish import moved
from analysis.publish.parameters import WrongUse
from analysis.tell.findings import Finding, Number, to_json

FACT = dict.fromkeys((*moved.VALUES, *moved.MEANING), "") | {"round_id": "r", "unit": "people", "status": "exact"}


def fact(name, low, high=None, **columns):
    ends = {"low": str(low), "high": str(low) if high is None else str(high)}
    return FACT | {"fact_id": name, "figure_ids": name, "force_ids": "vale", "disputed": "no"} | ends | columns


def figure(name, value):
    return {"figure_id": name, "source_id": name.split(":")[0], "round_id": "r", "force_ids": "vale", "low": value}


def state(facts, figures=(), findings=(), **sources):
    told = {one.finding_id: one for one in findings}
    documents = {name: {"sha256": sha256} for name, sha256 in sources.items()}
    figures, facts = {one["figure_id"]: one for one in figures}, {one["fact_id"]: one for one in facts}
    return moved.State(figures, facts, told, documents)


def told(before, now):
    found = moved.compare(before, now, "x").numbers
    return [(move.kind, move.before, move.after, move.by, move.because) for move in found]


def test_nothing_moves_when_nothing_changed():
    one = state([fact("a:L2", 3)], [figure("a:L2", "3")], a="1")
    assert moved.compare(one, one, "abc") == moved.Moves("abc", (), ())
    assert moved.text(moved.compare(one, one, "abc")) == "Since abc no published number and no sentence moved."


def test_a_number_that_a_changed_document_moved_says_by_how_much():
    before = state([fact("a:L2", 50)], [figure("a:L2", "50")], a="1")
    now = state([fact("a:L2", 52)], [figure("a:L2", "52")], a="2")
    assert told(before, now) == [("changed", "50", "52", "+2", ("a (document changed)",))]


def test_a_document_read_anew_is_told_from_a_decision_that_touches_no_cell():
    before = state([fact("a:L2", 50)], [figure("a:L2", "50")], a="1")
    anew = state([fact("a:L2", 49)], [figure("a:L2", "49")], a="1")
    decided = state([fact("a:L2", 49)], [figure("a:L2", "50")], a="1")
    assert [move[-1] for move in told(before, anew)] == [("a (read anew)",)]
    assert [move[-1] for move in told(before, decided)] == [("a decision or the code",)]


def test_a_new_and_a_withdrawn_document_bring_and_take_numbers():
    one, both = [fact("a:L2", 3)], [fact("a:L2", 3), fact("b:L2", 4)]
    cells = [figure("a:L2", "3"), figure("b:L2", "4")]
    alone, together = state(one, cells[:1], a="1"), state(both, cells, a="1", b="1")
    assert told(alone, together) == [("new", "", "4", "", ("b (new document)",))]
    assert told(together, alone) == [("gone", "4", "", "", ("b (withdrawn)",))]


def test_a_fact_is_the_same_when_a_better_source_gives_it_another_address():
    before = state([fact("paper:L2", 70, figure_ids="paper:L2")], [figure("paper:L2", "70")], paper="1")
    now = state(
        [fact("reply:L2", 71, figure_ids="reply:L2 paper:L2")],
        [figure("paper:L2", "70"), figure("reply:L2", "71")], paper="1", reply="1",
    )  # fmt: skip
    assert told(before, now) == [("changed", "70", "71", "+1", ("reply (new document)",))]


def test_two_facts_that_become_one_leave_one_gone():
    before = state([fact("a:L2", 3), fact("b:L2", 3)])
    now = state([fact("a:L2", 3, figure_ids="a:L2 b:L2")])
    assert [move[:3] for move in told(before, now)] == [("gone", "3", "")]


@pytest.mark.parametrize(
    ("old", "new", "by"),
    [
        (fact("a", 1, 4), fact("a", 2, 4), "low +1"),
        (fact("a", 1, 4), fact("a", 2, 6), "low +1, high +2"),
        (fact("a", 71, ""), fact("a", 70, 70), "low -1, high set"),
        (fact("a", 70), fact("a", 70, ""), "high opened"),
        (fact("a", 70), fact("a", 70, disputed="yes"), ""),
    ],
)
def test_each_end_of_an_interval_moves_by_itself(old, new, by):
    assert moved.difference(old, new) == by


def test_a_number_that_only_means_something_else_says_what():
    found = moved.compare(state([fact("a", 3, outcome="dismissed")]), state([fact("a", 3, outcome="resigned")]), "x")
    assert [(move.kind, move.before, move.after) for move in found.numbers] == [
        ("read otherwise", "outcome dismissed", "outcome resigned")
    ]


def finding(text, *figures):
    return Finding("topic/r/total", "topic", "r", "total", "{0} people", (Number(text, 1, 1, figures),))


def test_a_sentence_that_moved_names_the_document_behind_its_number():
    before = state([], [figure("a:L2", "3")], [finding("Three", "a:L2")], a="1")
    now = state([], [figure("a:L2", "4")], [finding("Four", "a:L2")], a="2")
    (move,) = moved.compare(before, now, "x").sentences
    assert (move.before, move.after, move.because) == ("Three people", "Four people", ("a (document changed)",))


def test_a_sentence_that_counts_names_the_documents_of_its_round():
    before = state([], [figure("a:L2", "3")], [finding("One")], a="1")
    now = state([], [figure("a:L2", "3"), figure("b:L2", "3")], [finding("Two")], a="1", b="1")
    assert moved.compare(before, now, "x").sentences[0].because == ("b (new document)",)


def test_markdown_shows_a_label_as_it_is():
    before, now = state([]), state([fact("a|b", 3, place="<b>*here*</b>", force_ids="")])
    assert "&lt;b>\\*here\\*&lt;/b>: people, no period \\[a\\|b\\]" in moved.markdown(moved.compare(before, now, "x"))


@pytest.fixture
def checkout(tmp_path):
    (tmp_path / "data" / "processed").mkdir(parents=True)
    (tmp_path / "data" / "raw").mkdir()
    put(tmp_path, "3", "1")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "-q", "-m", "first")
    return tmp_path


def git(place, *words):
    subprocess.run(["git", *words], cwd=place, check=True)


def put(place, value, sha256):
    rows = {"facts": fact("a:L2", value), "figures": figure("a:L2", value)}
    for name, row in rows.items():
        text = ",".join(row) + "\n" + ",".join(row.values()) + "\n"
        (place / "data" / "processed" / f"{name}.csv").write_text(text, "utf-8")
    (place / "data" / "raw" / "sources.csv").write_text(f"source_id,sha256\na,{sha256}\n", "utf-8")
    (place / "data" / "processed" / "findings.json").write_text(to_json([finding(value, "a:L2")]), "utf-8")


def test_the_working_tables_are_compared_with_those_of_a_revision(checkout, monkeypatch, capsys):
    from analysis import __main__

    monkeypatch.setenv("ANALYSIS_PROJECT", str(checkout))
    assert __main__.main(["moved"]) == 0
    assert "no published number and no sentence moved" in capsys.readouterr().out
    put(checkout, "5", "2")
    assert __main__.main(["moved", "HEAD", "--markdown"]) == 0
    said = capsys.readouterr().out
    assert "numbers: 1 changed; sentences: 1 changed." in said
    assert "| changed | vale: people, no period \\[a:L2\\] | 3 | 5 | +2 | a (document changed) |" in said


def test_tables_that_a_revision_did_not_hold_are_new(checkout):
    first = (checkout / "data" / "processed" / "facts.csv").read_bytes()
    git(checkout, "rm", "-q", "--cached", "data/processed/facts.csv")
    git(checkout, "-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "-q", "-m", "without")
    (checkout / "data" / "processed" / "facts.csv").write_bytes(first)
    assert [move.kind for move in moved.since(checkout).numbers] == ["new"]


def test_an_unknown_revision_is_wrong_use(checkout):
    with pytest.raises(WrongUse, match="name a revision"):
        moved.since(checkout, "nowhere")
