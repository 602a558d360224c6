"""What is wrong is named with its file and place, all of it in one run, and stops what it must stop."""

import pandas as pd
import pytest

from analysis import clean
from analysis.clean import figures


def built(vale):
    frames = clean.build(vale.folder)
    return frames, {(problem.code, problem.place): problem for problem in frames["problems"]}


def test_a_project_without_faults_has_no_problem(vale):
    vale.document("a", [{"value": "5"}, {"value": "Two", "outcome": "sacked"}])
    frames, problems = built(vale)
    assert problems == {} and frames["facts"]["low"].tolist() == [5, 2]


def test_faulty_documents_contribute_nothing_and_are_all_named_while_the_rest_goes_on(vale):
    vale.document("good", [{"value": "5"}])
    vale.document("number", [{"value": "5"}, {"value": "1.2k"}])
    vale.document("force", [{"value": "5", "force": "Noth Police"}])
    vale.document("word", [{"value": "5", "outcome": "sackd"}])
    vale.document("date", [{"value": "5", "period": "31/02/2001"}])
    frames, problems = built(vale)
    assert set(problems) == {
        ("AMBIGUOUS_NUMBER", "L3F9"),
        ("UNKNOWN_FORCE", "L2F1"),
        ("UNKNOWN_WORDING", "L2F8"),
        ("AMBIGUOUS_DATE", "L2F2"),
    }
    assert frames["figures"]["source_id"].tolist() == ["good"] == frames["ledger"]["source_id"].unique().tolist()
    assert {problem.severity for problem in problems.values()} == {"document"}
    assert "north police" in problems["UNKNOWN_FORCE", "L2F1"].expected
    assert "sacked" in problems["UNKNOWN_WORDING", "L2F8"].expected


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("RAGGED_ROW", "{header}\nNorth Police,2001\n"),
        ("CSV_QUOTE", '{header}\n"North Police,2001\n'),
        ("NUL_BYTE", "{header}\nNorth\x00 Police,2001\n"),
        ("EMPTY_FILE", "\n"),
        ("WRONG_COLUMNS", "force,value\nNorth Police,5\n"),
        ("DUPLICATE_COLUMN", "{header},force\n"),
    ],
)
def test_a_broken_csv_is_refused_by_name(vale, code, text):
    from analysis.read.recipes import TRANSCRIPT

    vale.document("good", [{"value": "5"}])
    vale.document("bad", text.format(header=",".join(TRANSCRIPT)))
    frames, problems = built(vale)
    assert [(problem.code, problem.file) for problem in problems.values()] == [(code, "vale-2001/bad.csv")]
    assert len(frames["figures"]) == 1


def test_a_changed_file_stops_everything(vale):
    path = vale.document("a", [{"value": "5"}])
    path.write_text(path.read_text().replace("5", "6"))
    _, problems = built(vale)
    assert [(problem.code, problem.severity) for problem in problems.values()] == [("CHANGED", "decision")]


def test_a_reply_that_is_there_twice_is_named(vale):
    vale.document("a", [{"value": "5"}], kind="reply")
    vale.document("b", [{"value": "5", "note": "again"}], kind="reply")
    frames, problems = built(vale)
    assert [(problem.code, problem.file) for problem in problems.values()] == [("DUPLICATE_REPLY", "vale-2001/b.csv")]
    assert frames["facts"]["low"].tolist() == [5]


def test_two_papers_that_print_the_same_are_no_duplicates(vale):
    vale.document("a", [{"value": "5"}])
    vale.document("b", [{"value": "5"}])
    frames, problems = built(vale)
    assert problems == {} and frames["facts"]["n_sources"].tolist() == [2]


def test_files_without_a_row_and_rows_without_a_file_are_named(vale):
    vale.document("a", [{"value": "5"}]).unlink()
    (vale.folder / "vale-2001" / "stray.csv").write_text("x\n")
    _, problems = built(vale)
    assert {problem.code for problem in problems.values()} == {"MISSING_FILE", "UNLISTED_FILE"}


def test_a_force_without_a_row_of_coverage_is_named(vale):
    vale.table("coverage_decisions", [{"round_id": "vale-2001", "force_id": "north", "answer": "full"}])
    _, problems = built(vale)
    assert list(problems) == [("NO_COVERAGE", "vale-2001 south")]


def test_a_relation_that_points_at_no_figure_is_named(vale):
    vale.document("a", [{"value": "5"}])
    vale.table("relations", [{"relation_id": "r", "relation": "part_of", "figures": "a:L9", "of": "a:L2"}])
    _, problems = built(vale)
    assert problems["NO_FIGURE", "r"].found == "a:L9" and problems["NO_FIGURE", "r"].severity == "decision"


def test_a_relation_that_misses_what_its_kind_needs_is_named(vale):
    vale.document("a", [{"value": "5"}])
    rank = {"relation": "rank", "figures": "a:L2", "position": "first", "scope": "vale-2001"}
    vale.table("relations", [{"relation_id": "r", **rank}, {"relation_id": "s", "relation": "part_of", "of": "a:L2"}])
    _, problems = built(vale)
    assert set(problems) == {("BAD_RELATION", "r"), ("BAD_RELATION", "s")}
    assert problems["BAD_RELATION", "s"].found == "no figures"


def test_a_fact_that_would_be_part_of_itself_is_named(vale):
    vale.document("a", [{"value": "5"}, {"value": "5", "outcome": "sacked"}])
    parts = [{"figures": "a:L2", "of": "a:L3"}, {"figures": "a:L3", "of": "a:L2"}]
    vale.table("relations", [{"relation_id": f"r{n}", "relation": "part_of", **row} for n, row in enumerate(parts)])
    _, problems = built(vale)
    assert set(problems) == {("CIRCLE", "a:L2"), ("CIRCLE", "a:L3")}


def test_a_relation_to_a_faulty_document_is_not_blamed(vale):
    vale.document("a", [{"value": "5"}])
    vale.document("b", [{"value": "1.2k"}])
    vale.table("relations", [{"relation_id": "r", "relation": "part_of", "figures": "b:L2", "of": "a:L2"}])
    _, problems = built(vale)
    assert [code for code, _ in problems] == ["AMBIGUOUS_NUMBER"]


def test_a_whole_its_parts_do_not_make_is_shown_with_both_numbers(vale):
    vale.document("a", [{"value": "30"}, {"value": "20", "outcome": "sacked"}, {"value": "17", "outcome": "warned"}])
    row = {"relation_id": "r", "relation": "part_of", "figures": "a:L3 a:L4", "of": "a:L2", "complete": "yes"}
    vale.table("relations", [row])
    frames, problems = built(vale)
    problem = problems["TOTAL_MISMATCH", "L2"]
    assert (problem.severity, problem.found) == ("shown", "parts that make 37")
    whole = frames["facts"].set_index("fact_id").loc["a:L2"]
    assert (whole["agreement"], whole["alternatives"]) == ("conflict", "30 [a:L2]; 37 [sum of a:L3 a:L4]")


def test_parts_said_to_be_disjoint_may_not_overlap_in_time(vale):
    part = {"outcome": "sacked", "value": "2"}
    spans = [{"period": "2001 to 2002"}, {"period": "2002 to 2003"}]
    vale.document("a", [{"value": "4", "period": "2001 to 2003"}, *(part | span for span in spans)])
    row = {"relation_id": "r", "relation": "part_of", "figures": "a:L3 a:L4", "of": "a:L2", "complete": "yes"}
    vale.table("relations", [row])
    _, problems = built(vale)
    assert problems["OVERLAP", "r"].found == "a:L4"


def test_an_id_that_no_table_holds_is_named_with_the_nearest(vale):
    vale.table("aliases", [{"alias": "N Police", "force_id": "nort"}])
    _, problems = built(vale)
    assert "nearest: north" in problems["UNKNOWN_ID", "N Police"].expected


def test_a_faulty_table_of_decisions_gives_no_table_and_names_every_cell(vale):
    vale.document("a", [{"value": "5"}])
    vale.table(
        "coverage_decisions", [{"round_id": "vale-2001", "force_id": force, "answer": "maybe"} for force in "ab"]
    )
    frames, problems = built(vale)
    assert set(problems) == {("WRONG_VALUE", "L2"), ("WRONG_VALUE", "L3")}
    assert all(len(frames[name]) == 0 for name in clean.BUILT)


def test_a_day_that_does_not_exist_is_named_in_a_table_of_decisions(vale):
    vale.table("rounds", [{"round_id": "vale-2001", "period_basis": "printed", "period_start": "2001-02-30"}])
    _, problems = built(vale)
    assert problems["WRONG_VALUE", "L2"].found == "period_start = '2001-02-30'"


def test_texts_that_repeat_are_kept_once_and_what_was_hidden_is_nowhere_among_them(vale):
    vale.document("a", [{"value": "1,234"}, {"value": "4", "period": "2003"}], public="no", kind="reply")
    vale.document("b", [{"value": "17", "period": "2002"}])
    for public in ("no", "yes"):
        vale.sources[0]["public"] = public
        vale.table("sources", vale.sources)
        figures = clean.build(vale.folder)["figures"]
        assert ("4" in figures["as_written"].cat.categories) == (public == "yes")
        assert [name for name in figures if figures[name].dtype == "str"] == ["figure_id", "locator"]


def test_the_same_raw_folder_gives_the_same_bytes(vale, tmp_path):
    vale.document("a", [{"value": "5"}, {"value": "<5", "outcome": "sacked"}])
    for folder in ("one", "two"):
        clean.write(clean.build(vale.folder), tmp_path / folder)
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == ["README.md", "coverage.csv", "datapackage.json", "facts.csv", "figures.csv", "ledger.csv"]
    assert all((tmp_path / "one" / n).read_bytes() == (tmp_path / "two" / n).read_bytes() for n in names)


def test_deleting_any_one_cell_changes_the_figures_or_the_ledger(vale):
    path = vale.document("a", [{"value": "5", "note": "n"}])
    whole = clean.build(vale.folder)
    text = path.read_text()
    fields = [field for field, cell in enumerate(text.splitlines()[1].split(",")) if cell]
    for field in fields:
        lines = [row.split(",") for row in text.splitlines()]
        lines[1][field] = ""
        vale.sources.clear()
        vale.document("a", "\n".join(",".join(row) for row in lines) + "\n")
        other = clean.build(vale.folder)
        assert not all(whole[name].equals(other[name]) for name in ("figures", "ledger")), field


def test_a_cell_counted_as_a_value_that_is_no_figure_is_an_error_and_one_of_a_replaced_document_is_dropped():
    cells = [("a", "L2F9", "value", "", "L2"), ("b", "L2F9", "value", "", "L2"), ("b", "L1F1", "label", "", "")]
    cells = pd.DataFrame(cells, columns=["source_id", "place", "ends_as", "reason", "row_place"], dtype="str")
    known = pd.DataFrame({"figure_id": ["a:L2"]}, dtype="str")
    with pytest.raises(LookupError, match=r"without a figure: b:L2$"):
        figures.ledger(cells, known, set())
    ended = figures.ledger(cells, known, set(), {"b": "a"})
    assert ended["figure_id"].tolist() == ["a:L2", "", ""]
    assert ended["ends_as"].tolist() == ["value", "dropped", "label"]
    assert ended["reason"].tolist() == ["", "superseded by a", ""]
    assert len(figures.ledger(cells, known, {"b"})) == 1
