import pandas as pd

from analysis.ordering import rank, steps


def test_line_ten_comes_after_line_nine_in_texts_and_in_codes():
    places = ["b:L9", "a:L10", "a:L9", "b:L9"]
    for kind in ("str", "category"):
        found = rank(pd.Series(places, dtype=kind))
        assert found[2] < found[1] < found[0] == found[3]


def test_codes_that_are_in_order_are_their_own_rank():
    assert rank(pd.Series(pd.Categorical(["x", "a"], ["x", "a"], ordered=True))).tolist() == [0, 1]


def test_a_step_is_that_of_the_first_rank_that_differs():
    rows = pd.DataFrame([(1, 1), (1, 2), (2, 1), (2, 1), (2, 0), (1, 9)])
    assert steps([rows[0].to_numpy(), rows[1].to_numpy()]).tolist() == [1, 1, 0, -1, -1]
    assert steps([rows[0].to_numpy()[:0]]).tolist() == steps([rows[0].to_numpy()[:1]]).tolist() == []
