import json

import pytest

from analysis.publish import parameters

RAW = {"rounds.csv": "round_id\nvale-2001\nvale-2002\n", "lookups/forces.csv": "force_id\nnorth-vale\nsouth-vale\n"}


@pytest.fixture
def raw(tmp_path):
    for name, text in RAW.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def asking(folder, source):
    cells = [{"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": source}]
    path = folder / "asked.ipynb"
    path.write_text(json.dumps({"cells": cells}), "utf-8")
    return path


def test_defaults_are_the_typed_literals_of_the_parameters_cell(tmp_path):
    path = asking(tmp_path, 'round: str = "vale-2001"\nyears = [2001, -1]\nshare = 0.5\n')
    assert parameters.defaults(path) == {"round": "vale-2001", "years": [2001, -1], "share": 0.5}


@pytest.mark.parametrize("line", ["a = b = 1", "a = 1 + x", "import os", "a, b = 1, 2", "a = str(1)", "a: int"])
def test_a_parameters_cell_with_anything_but_literals_is_refused(tmp_path, line):
    with pytest.raises(parameters.WrongUse, match="parameters cell"):
        parameters.defaults(asking(tmp_path, line))


def test_texts_from_the_command_line_take_the_type_of_the_default(raw):
    path = asking(raw, 'force = "south-vale"\nyear = 2001\nshare = 0.5\nall = True')
    given = {"force": "north-vale", "year": "2002", "share": "1", "all": "False"}
    assert parameters.checked(path, given, raw) == {"force": "north-vale", "year": 2002, "share": 1.0, "all": False}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"forse": "north-vale"}, "no parameter 'forse'; did you mean force"),
        ({"force": "north-vail"}, "no force is called 'north-vail'; did you mean north-vale"),
        ({"force": 3}, "force must be of type str"),
        ({"year": "early"}, "year must be of type int"),
        ({"year": "2001.5"}, "year must be of type int"),
        ({"year": "True"}, "year must be of type int"),
    ],
)
def test_a_wrong_name_type_or_value_is_refused_with_the_nearest_right_one(raw, given, said):
    with pytest.raises(parameters.WrongUse, match=said):
        parameters.checked(asking(raw, 'force = "south-vale"\nyear = 2001'), given, raw)
