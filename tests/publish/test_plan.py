import pytest

from analysis.publish import parameters, plan


@pytest.fixture
def tables(tmp_path):
    rows = "vale-2001,north-vale south-vale,dismissed\nvale-2002,south-vale,recorded\n"
    (tmp_path / "facts.csv").write_text(f"round_id,force_ids,outcome\n{rows}", "utf-8")
    return tmp_path


def planned(project, tables, text):
    (project / "notebooks" / "runs.toml").write_text(text, "utf-8")
    runs = plan.runs(project / "notebooks", tables, project / "data" / "raw")
    return [(run.notebook.stem, run.subject) for run in runs]


def test_a_star_is_every_round_or_every_force_in_the_order_of_its_table(fresh, tables):
    text = '[[run]]\nnotebook = "count"\nround = "*"\n[[run]]\nnotebook = "page"\nforce = "*"\n'
    rounds = [("count", "vale-2001"), ("count", "vale-2002")]
    forces = [("page", "north-vale"), ("page", "south-vale"), ("page", "old-vale")]
    assert planned(fresh, tables, text) == rounds + forces


def test_needs_keeps_the_subjects_that_have_such_a_row_and_except_leaves_some_out(fresh, tables):
    needs = 'needs = { table = "facts", column = "outcome", other_than = ["", "recorded"] }'
    assert planned(fresh, tables, f'[[run]]\nnotebook = "count"\nround = "*"\n{needs}') == [("count", "vale-2001")]
    forces = '[[run]]\nnotebook = "page"\nforce = "*"\nneeds = { table = "facts" }\nexcept = ["north-vale"]'
    assert planned(fresh, tables, forces) == [("page", "south-vale")]


def test_a_run_without_parameters_is_filed_under_its_default(fresh, tables):
    assert planned(fresh, tables, '[[run]]\nnotebook = "page"\n') == [("page", "south-vale")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[run]]\nnotebook = "cuont"', "did you mean count"),
        ('[[run]]\nnotebook = "count"\nforce = "*"', "no parameter 'force'"),
        ('[[run]]\nnotebook = "count"\nround = "vale-2011"', "did you mean vale-2001"),
        ('[[run]]\nnotebook = "count"\nneed = "facts"', "did you mean needs"),
        ('[[run]]\nnotebook = "count"\n[[run]]\nnotebook = "count"\nround = "vale-2001"', "names twice"),
    ],
)
def test_a_mistake_in_runs_toml_is_refused_with_the_nearest_right_word(fresh, tables, text, said):
    with pytest.raises(parameters.WrongUse, match=said):
        planned(fresh, tables, text)
