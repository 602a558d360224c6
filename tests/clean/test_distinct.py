import numpy as np
import pandas as pd

from analysis.clean import distinct


def test_equal_rows_share_a_position_and_rows_that_differ_in_one_column_do_not():
    frame = pd.DataFrame({"a": ["x", "y", "x", "x"], "b": ["1", "1", "2", "1"]}, index=[9, 8, 7, 6])
    codes, known = distinct.rows(frame)
    assert codes.tolist() == [0, 1, 2, 0] and known == [("x", "1"), ("y", "1"), ("x", "2")]


def test_no_rows_have_no_distinct_row():
    codes, known = distinct.rows(pd.DataFrame({"a": pd.Series(dtype="str")}))
    assert len(codes) == 0 and known == []


def test_of_some_rows_only_the_texts_they_use_are_left_in_the_order_asked_for():
    frame = distinct.columns([("a", "x"), ("b", "y"), ("c", "x"), ("d", "z")], ["name", "said"])
    kept = distinct.only(frame, np.array([[3, 4], [2, 2], [0, 1], [2, 3]]))
    assert kept["name"].tolist() == ["d", "a", "c"] and kept["said"].tolist() == ["z", "x", "x"]
    assert kept["name"].cat.categories.tolist() == ["a", "c", "d"]
    assert kept["said"].cat.categories.tolist() == ["x", "z"]
    assert len(distinct.only(frame, np.empty((0, 2), dtype="int64"))) == 0
