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


def test_spans_that_touch_are_taken_in_one_piece(monkeypatch):
    frame = distinct.columns([(text,) for text in "abcd"], ["name"])
    taken, plain = [], distinct._used
    monkeypatch.setattr(distinct, "_used", lambda texts, spans: taken.append(spans) or plain(texts, spans))
    assert distinct.only(frame, np.array([[0, 1], [1, 1], [1, 2], [3, 4]]))["name"].tolist() == ["a", "b", "d"]
    assert taken == [[(0, 2), (3, 4)]]


def test_rows_of_distinct_ones_hold_each_text_once_and_read_as_before():
    known = pd.DataFrame({"name": pd.Series(["x", "y", "x"], dtype="str"), "low": pd.Series([1, 2, 3], dtype="Int64")})
    frame = distinct.spread(known, np.array([2, 0, 1, 1]), pd.Index([5, 6, 7, 8]))
    assert frame["name"].cat.categories.tolist() == ["x", "y"] and frame.index.tolist() == [5, 6, 7, 8]
    expected = pd.DataFrame({"name": ["x", "x", "y", "y"], "low": [3, 1, 2, 2]}, index=[5, 6, 7, 8])
    pd.testing.assert_frame_equal(distinct.plain(frame), expected.astype({"low": "Int64"}))


def test_texts_are_repeated_as_often_as_told_and_stay_in_order():
    texts = distinct.category(["b", "a", "c"]).as_ordered()
    again = distinct.repeated(texts, np.array([2, 0, 1]))
    assert again.tolist() == ["b", "b", "c"] and again.ordered and again.categories.tolist() == ["b", "a", "c"]


def test_codes_and_plain_texts_are_joined_each_in_their_own_way():
    one = pd.DataFrame({"name": distinct.category(["x"]), "id": ["1"]})
    other = pd.DataFrame({"name": ["y"], "id": ["2"]})
    both = distinct.joined([one, other])
    assert both["name"].tolist() == ["x", "y"] and both["name"].cat.categories.tolist() == ["x", "y"]
    assert both["id"].tolist() == ["1", "2"] and both["id"].dtype == "str"
