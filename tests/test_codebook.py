import csv

import pytest

from analysis import codebook

BUILT = codebook.names("processed")


@pytest.mark.parametrize("name", BUILT)
def test_the_data_package_lists_the_columns_of_the_committed_table_in_order(name, project):
    resources = {resource["name"]: resource for resource in codebook.datapackage()["resources"]}
    with (project / "data" / "processed" / resources[name]["path"]).open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    assert [field["name"] for field in resources[name]["schema"]["fields"]] == header
    assert set(resources[name]["schema"]["primaryKey"]) <= set(header)


def test_every_column_of_every_table_has_a_kind_and_a_meaning_and_every_table_a_key():
    for name in codebook.names():
        known = codebook.columns(name)
        assert set(known["kind"]) <= {"text", "count", "share", "number", "date"} and known["meaning"].all(), name
        assert codebook.keys(name) and codebook.about(name)["meaning"], name


@pytest.mark.parametrize("name", codebook.names("raw"))
def test_every_column_of_a_table_we_keep_is_described_so_that_one_that_is_missing_is_named(name, project):
    path = project / "data" / codebook.about(name)["kind"]
    header = path.read_text("utf-8").partition("\n")[0].split(",") if path.exists() else []
    assert set(header) <= set(codebook.columns(name).index)


@pytest.mark.parametrize("wrong", ["facts,place,,words,,,,", "facts,place,,text,,,,again", "gone,column,,text,,,,"])
def test_a_row_of_columns_of_no_kind_a_second_time_or_of_no_table_is_named(wrong, project, tmp_path, monkeypatch):
    words = (project / "data" / "raw" / "lookups" / "columns.csv").read_text("utf-8")
    folder = tmp_path / "data" / "raw" / "lookups"
    folder.mkdir(parents=True)
    (folder / "columns.csv").write_text(f"{words}{wrong}\n", "utf-8")
    monkeypatch.setenv("ANALYSIS_PROJECT", str(tmp_path))
    with pytest.raises(codebook.WrongWords, match=f"columns.csv:L{len(words.splitlines()) + 1}: table "):
        codebook.names()


def test_a_role_is_one_of_the_roles_we_have_words_for(project):
    with (project / "data" / "raw" / "lookups" / "roles.csv").open(encoding="utf-8", newline="") as file:
        roles = [row["role"] for row in csv.DictReader(file)]
    for name in ("figures", "facts", "wording"):
        assert set(codebook.columns(name).loc["role", "values"].split("; ")) - {"(empty)"} == set(roles)
