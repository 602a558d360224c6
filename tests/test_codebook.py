import csv
import json

import pytest

from analysis import codebook, columns

BUILT = [name for name, (folder, *_) in columns.TABLES.items() if folder == "processed"]


@pytest.mark.parametrize("name", BUILT)
def test_the_data_package_lists_the_columns_of_the_committed_table_in_order(name, project):
    resources = {resource["name"]: resource for resource in json.loads(codebook.datapackage())["resources"]}
    with (project / "data" / "processed" / resources[name]["path"]).open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    assert [field["name"] for field in resources[name]["schema"]["fields"]] == header
    assert set(resources[name]["schema"]["primaryKey"]) <= set(header)


def test_the_data_package_uses_only_types_of_the_table_schema():
    fields = [field for one in json.loads(codebook.datapackage())["resources"] for field in one["schema"]["fields"]]
    assert {field["type"] for field in fields} <= {"string", "integer", "number", "date"}
    assert all(set(field.get("constraints", {})) <= {"enum", "required", "minimum"} for field in fields)


def test_the_codebook_has_one_line_for_each_column_of_each_built_table():
    lines = codebook.codebook().splitlines()
    assert sum(line.startswith("| `") for line in lines) == sum(len(columns.columns(name)) for name in BUILT)
    widths = {line.replace("\\|", "").count("|") for line in lines if line.startswith("|")}
    assert widths == {7}
