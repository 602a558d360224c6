"""What does not add up is named with its file and place, all of it in one run, and stops what it must stop."""

import subprocess

import pytest

from analysis import clean


def told(vale, *of: str) -> list[tuple]:
    """Return what is said of each problem of the project: its code and whatever else is asked for."""
    return [tuple(getattr(one, name) for name in ("code", *of)) for one in clean.build(vale.folder)["problems"]]


def test_a_changed_file_stops_everything(vale):
    path = vale.document("a", [{"value": "5"}])
    for was, now, code in (("5", "6", "CHANGED"), (",", ";", "SEMICOLONS")):  # of what is wrong twice the plainer
        path.write_text(path.read_text().replace(was, now))
        assert told(vale, "severity") == [(code, "decision")]


def test_a_transcript_that_git_does_not_hold_yet_may_be_edited(vale, tmp_path):
    path = vale.document("a", [{"value": "5"}])
    git = ["git", "-C", str(tmp_path)]
    subprocess.run([*git, "init", "-q"], check=True)
    path.write_text(path.read_text().replace("5", "6"))
    frames, problems = vale.built()
    assert problems == {} and frames["figures"]["low"].tolist() == [6]
    subprocess.run([*git, "add", str(path)], check=True)
    assert told(vale) == [("CHANGED",)]


def test_a_deleted_file_is_named_first_and_relations_to_it_or_a_faulty_one_are_not_blamed(vale):
    vale.document("a", [{"value": "5"}])
    vale.document("b", [{"value": "1.2k"}])
    vale.document("z", [{"value": "5"}]).unlink()
    vale.relate("part_of", "z:L2 b:L2", "a:L2")
    files = [("MISSING_FILE", "vale-2001/z.csv"), ("AMBIGUOUS_NUMBER", "vale-2001/b.csv")]
    assert told(vale, "file") == files
    assert vale.built()[0]["figures"]["source_id"].tolist() == ["a"]


def test_a_file_without_a_row_is_named_and_one_outside_data_raw_is_never_read(vale, tmp_path_factory):
    path = vale.document("a", [{"value": "5"}])
    (vale.folder / "vale-2001" / "stray.csv").write_text("x\n")
    assert told(vale, "file") == [("UNLISTED_FILE", "vale-2001/stray.csv")]
    path.symlink_to(path.rename(tmp_path_factory.mktemp("outside") / "a.csv"))
    frames, problems = vale.built()
    assert frames["figures"].empty and ("MISSING_FILE", "") in problems


ASSUMED = {
    "unit=casess": ("unit 'casess'", "cases"), "outcome=dismised": ("outcome 'dismised'", "dismissed"),
    "units=cases": ("column 'units'", "unit"), "unit": ("unit ''", ""), "unit=cases|incidents;outcome=dismissed": None,
}  # fmt: skip


@pytest.mark.parametrize(("where", "wrong"), ASSUMED.items())
def test_a_misspelt_assumption_would_change_nothing_unseen_and_is_named(vale, where, wrong):
    row = {"assumption_id": "one", "round_id": "vale-2001", "applies_where": where, "sets": "unit=people"}
    vale.table("assumptions", [row])
    said = told(vale, "severity", "place", "found", "expected")
    assert [one[:4] for one in said] == ([("UNKNOWN_ID", "decision", "one", wrong[0])] if wrong else [])
    assert all(wrong[1] in one[4] for one in said)


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("claims", {"claim_id": "c", "own": "no", "round_id": "vale-2010"}),
        ("rounds", {"round_id": "c", "period_basis": "not stated", "comparable_with": "vale-2010"}),
    ],
)
def test_an_id_of_any_decision_that_no_table_holds_is_named(vale, table, row):
    vale.table(table, [*vale.rows.get(table, []), row])
    problem = next(one for one in vale.built()[0]["problems"] if one.place == "c")
    assert problem.code == "UNKNOWN_ID" and problem.expected.startswith("one that is known; nearest: vale-2001")


def test_a_relation_that_misses_what_its_kind_needs_or_points_at_no_figure_is_named(vale):
    vale.document("a", [{"value": "5"}])
    vale.relate("rank", "a:L2", "", position="first", scope="vale-2001")
    vale.relate("part_of", "", "a:L2")
    vale.relate("part_of", "a:L9", "a:L2")
    first, *others = sorted(told(vale, "place", "found"))
    assert first[:2] == ("BAD_RELATION", "r0")
    assert others == [("BAD_RELATION", "r1", "no figures"), ("NO_FIGURE", "r2", "a:L9")]


def test_a_fact_that_would_be_part_of_itself_is_named(vale):
    vale.document("a", [{"value": "5"}, {"value": "5", "outcome": "sacked"}, {"value": "4", "outcome": "warned"}])
    for part, whole in (("a:L2", "a:L3"), ("a:L3", "a:L4"), ("a:L4", "a:L2")):
        vale.relate("part_of", part, whole)
    assert {*told(vale, "place")} == {("CIRCLE", "a:L2"), ("CIRCLE", "a:L3"), ("CIRCLE", "a:L4")}


def test_a_whole_its_parts_do_not_make_is_shown_with_both_numbers(vale):
    vale.document("a", [{"value": "30"}, {"value": "20", "outcome": "sacked"}, {"value": "17", "outcome": "warned"}])
    vale.relate("part_of", "a:L3 a:L4", "a:L2", complete="yes")
    frames, problems = vale.built()
    problem = problems["TOTAL_MISMATCH", "L2"]
    assert (problem.severity, problem.found) == ("shown", "parts that make 37")
    whole = frames["facts"].set_index("fact_id").loc["a:L2"]
    assert (whole["agreement"], whole["alternatives"]) == ("conflict", "30 [a:L2]; 37 [sum of a:L3 a:L4]")


def test_parts_said_to_be_disjoint_may_not_overlap_in_time(vale):
    part = {"outcome": "sacked", "value": "2"}
    spans = [{"period": "2001 to 2002"}, {"period": "2002 to 2003"}]
    vale.document("a", [{"value": "4", "period": "2001 to 2003"}, *(part | span for span in spans)])
    vale.relate("part_of", "a:L3 a:L4", "a:L2", complete="yes")
    assert ("OVERLAP", "r0", "a:L4") in told(vale, "place", "found")


LINES = [{"value": "5"}, {"value": "7", "period": "2002"}, {"value": "5"}]


def test_a_reply_that_is_there_twice_in_any_order_of_lines_is_named_and_counted_once(vale):
    vale.document("a", LINES, kind="reply")
    vale.document("b", [line | {"note": "again"} for line in LINES[::-1]], kind="reply")
    vale.document("c", LINES[:2], kind="reply")
    assert told(vale, "file", "place") == [("DUPLICATE_REPLY", "vale-2001/b.csv", "a")]
    assert set(vale.built()[0]["figures"]["source_id"]) == {"a", "c"}
    row = {"sha256": vale.sources[1]["sha256"], "code": "DUPLICATE_REPLY", "place": "a", "reason": "another request"}
    vale.table("approvals", [row])
    assert told(vale) == []


def test_replies_with_other_labels_papers_and_a_copy_that_says_so_are_no_duplicates(vale):
    vale.document("a", [{"value": "5"}], kind="reply")
    vale.document("b", [{"value": "5", "outcome": "sacked"}], kind="reply")
    vale.document("c", [{"value": "5"}])
    vale.document("d", [{"value": "5"}])
    vale.document("e", [{"value": "5"}], kind="reply", derived_from="a")  # a copy that says so
    frames, problems = vale.built()
    assert problems == {} and frames["facts"]["n_sources"].tolist() == [4, 1]


def test_files_of_one_reply_on_one_page_are_no_duplicates(vale):
    page = {"url": "https://example.org/reply", "force_ids": "north", "kind": "reply"}
    vale.document("a", [{"value": "6"}], **page)
    vale.document("b", [{"value": "7", "outcome": "sacked"}], **page, parent="a")
    vale.document("c", [{"value": "8", "outcome": "warned"}], **page, parent="a")
    frames, problems = vale.built()
    assert not problems and frames["figures"]["low"].tolist() == [6, 7, 8]
    vale.document("d", [{"value": "9"}], **page | {"url": "http://www.example.org/reply/"})
    assert told(vale, "place") == [("DUPLICATE_REPLY", "a")]


def test_a_reply_that_corrects_an_earlier_one_is_counted_alone_and_both_stay_in_the_record(vale):
    vale.document("a", [{"value": "6", "outcome": "sacked"}, {"value": "7"}], kind="reply", force_ids="north")
    lines = [{"value": "8", "outcome": "sacked"}, {"value": "7"}]
    vale.document("b", lines, kind="reply", force_ids="north", supersedes="a")
    frames, problems = vale.built()
    assert sorted(frames["facts"]["low"]) == [7, 8] and set(frames["figures"]["source_id"]) == {"b"}
    earlier = frames["ledger"].query("source_id == 'a'").set_index("place")
    assert earlier.loc["L2F9", ["ends_as", "reason", "figure_id"]].tolist() == ["dropped", "superseded by b", ""]
    assert [(one.code, one.found) for one in problems.values()] == [
        ("SUPERSEDED", "1 of its 2 numbers read otherwise in b")
    ]


@pytest.mark.parametrize(
    ("later", "found"),
    [({"a": "b", "b": "a"}, "circle"), ({"b": "a", "c": "a"}, "second correction"), ({"b": "gone"}, "gone")],
)
def test_corrections_that_make_no_chain_promote_nothing(vale, later, found):
    for number, source_id in enumerate("abc"):
        vale.document(source_id, [{"value": str(20 + number)}], force_ids="north", supersedes=later.get(source_id, ""))
    stopping = [words for _, severity, words in told(vale, "severity", "found") if severity == "decision"]
    assert stopping and all(found in words for words in stopping)


def test_a_force_without_a_row_of_coverage_and_a_row_of_no_force_are_named(vale):
    rows = [{"round_id": "vale-2001", "force_id": force, "answer": "full"} for force in ("north", "east")]
    vale.table("coverage_decisions", rows)
    assert {*told(vale, "place")} == {("NO_COVERAGE", "vale-2001 south"), ("UNKNOWN_ID", "vale-2001 east")}


def test_a_force_with_a_number_whose_reply_is_called_unknown_is_shown_and_stops_nothing(vale):
    vale.document("a", [{"value": "5"}, {"value": "7", "force": "South Police"}])
    behind = ("COVERAGE_BEHIND", "shown", "vale-2001 south", "reply unknown, but a:L3 prints a number")
    assert told(vale, "severity", "place", "found") == [behind]
    assert len(vale.built()[0]["figures"]) == 2


COUNTED = [("north", 2001, 900, 500), ("north", 2002, 950, 510), ("south", 2001, 300, 100), ("south", 2002, 310, 110)]


def workforce(vale, *counted, **source):
    kinds = ("officer", "staff")
    rows = [
        {"force_id": force, "as_at": f"{year}-03-31", "worker_type": kind, "basis": "headcount", "value": str(value)}
        for force, year, *values in counted
        for kind, value in zip(kinds, values, strict=True)
    ]
    vale.table("workforce", [row | {"source_id": "w1"} for row in rows])
    vale.table("workforce_sources", [{"source_id": "w1", "title": "Strength", "url": "https://a.example"} | source])
    usual = {"denominator": "all", "basis": "headcount", "worker_types": "officer staff"}
    vale.table("denominators", [usual])
    return {one[2:] for one in told(vale, "file", "place", "severity", "found") if "workforce" in one[1]}


def test_a_workforce_like_that_of_another_force_or_far_from_its_own_before_is_shown(vale):
    both = ("north headcount 2002-03-31", "south headcount 2002-03-31")
    as_another = {(place, "shown", "1,460, as another force") for place in both}
    assert workforce(vale, *COUNTED[:3], ("south", 2002, 950, 510)) == as_another
    assert workforce(vale, *COUNTED[:3], ("south", 2002, 550, 110)) == {(both[1], "shown", "660 after 400")}


def test_one_figure_or_a_sum_that_two_forces_happen_to_share_is_nothing(vale):
    for more in ([COUNTED[3]], [("north", 2003, 900, 510), ("south", 2003, 300, 110)]):
        assert workforce(vale, *COUNTED[:3], *more) == set()
    assert workforce(vale, ("north", 2001, 900, 500), ("south", 2001, 500, 900)) == set()
    assert workforce(vale, ("north", 2001, 900, ""), ("south", 2001, "", "")) == set()


@pytest.mark.parametrize(
    "said", [{"title": "Strength, placeholder until published"}, {"url": "https://a.example/fake_data.csv"}]
)
def test_a_source_that_calls_its_own_figures_made_up_stops_everything(vale, said):
    assert [severity for _, severity, _ in workforce(vale, *COUNTED, **said)] == ["decision"]
