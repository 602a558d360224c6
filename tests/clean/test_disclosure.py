import pandas as pd
import pytest

from analysis import clean


def built(vale, lines: list[dict], **source):
    vale.document("a", lines, kind="reply", **({"public": "no"} | source))
    frames = clean.build(vale.folder)
    return frames["figures"].set_index("figure_id"), frames["facts"], frames["problems"]


SLICE = [{"value": "3", "outcome": "sacked"}, {"value": "12", "outcome": "warned"}, {"value": "15"}]


def test_a_small_count_that_is_not_public_is_a_range_and_what_would_give_it_away_is_at_least(vale):
    figures, facts, problems = built(vale, SLICE)
    assert figures[["low", "high", "status"]].astype("object").fillna("").to_numpy().tolist() == [
        [1, 4, "range"],
        [5, "", "at least"],
        [5, "", "at least"],
    ]
    assert figures["as_written"].tolist() == ["fewer than 5", "5 or more", "5 or more"]
    assert [(problem.code, problem.severity) for problem in problems] == [("SMALL_COUNT", "shown")]
    assert set(facts["low"]) == {1, 5}


def test_no_cell_of_any_built_table_holds_the_small_count_or_what_makes_it(vale, tmp_path):
    vale.document("a", SLICE, kind="reply", public="no")
    frames = clean.build(vale.folder)
    text = pd.concat([frames[name].astype("str") for name in clean.BUILT]).to_numpy(na_value="").ravel().tolist()
    assert not {"3", "12", "15"} & set(text)
    assert "12" not in " ".join(problem.found + problem.expected for problem in frames["problems"])


def test_a_public_small_count_stays_as_published(vale):
    figures, _, problems = built(vale, SLICE, public="yes")
    assert figures["low"].tolist() == [3, 12, 15] and not problems


def test_zero_and_numbers_of_another_year_or_force_stay(vale):
    lines = [{"value": "3", "outcome": "sacked"}, {"value": "0", "outcome": "warned"}]
    lines += [{"value": "30", "period": "2002"}, {"value": "40", "force": "South Police"}]
    figures, _, _ = built(vale, lines)
    assert figures["low"].tolist() == [1, 0, 30, 40]


@pytest.mark.parametrize(("value", "low", "status"), [("50%", None, "suppressed"), ("about 9", 0, "suppressed")])
def test_a_number_beside_a_small_one_that_is_no_plain_count_is_withheld(vale, value, low, status):
    figures, _, _ = built(vale, [{"value": "3", "outcome": "sacked"}, {"value": value}])
    assert figures.loc["a:L3", ["status", "as_written"]].tolist() == [status, "withheld"]
    assert pd.isna(figures.loc["a:L3", "share_low"])


def test_what_a_force_withheld_itself_is_not_given_away_by_the_rest_and_the_total(vale):
    figures, _, _ = built(vale, [{"value": "*", "outcome": "sacked"}, {"value": "12", "outcome": "warned"}, SLICE[2]])
    assert figures["as_written"].tolist() == ["*", "5 or more", "5 or more"]


def test_a_number_that_only_begins_below_the_threshold_is_withheld(vale):
    figures, _, _ = built(vale, [{"value": "2", "beside": "at least"}, {"value": "3-8", "outcome": "warned"}])
    assert set(figures["as_written"]) == {"withheld"} and set(figures["low"]) == {0}


def test_a_limit_of_our_own_comes_before_the_usual_one(vale):
    figures, _, _ = built(vale, [{"value": "6", "outcome": "sacked"}])
    assert figures["low"].tolist() == [6]
    vale.table("thresholds", [{"applies_to": "count", "below": "10"}])
    assert clean.build(vale.folder)["figures"]["as_written"].tolist() == ["fewer than 10"]


@pytest.mark.parametrize("rows", [[], [{"applies_to": "rank", "below": "10"}]])
def test_without_a_limit_of_our_own_fewer_than_five_are_hidden(vale, rows):
    vale.table("thresholds", rows)
    assert built(vale, SLICE)[0]["as_written"].tolist() == ["fewer than 5", "5 or more", "5 or more"]


def test_a_mismatch_of_totals_in_a_document_that_is_not_public_repeats_no_number(vale):
    page = "Outcome,2001\nsacked,6\nwarned,7\nTotal,14\n"
    path = vale.document("a", page, kind="reply", public="no")
    path.with_suffix(".toml").write_text(
        'force = "North Police"\n[[table]]\nheader = "L1"\nanchor = ["Outcome", "2001"]\nrows = "L2:L3"\n'
        'total_row = "L4"\ncolumns = "year"\nrow_label = "outcome"\n'
        'fixed = { role = "all", unit = "people", misuse = "misuse" }\n'
    )
    problem = clean.build(vale.folder)["problems"][0]
    assert (problem.found, problem.expected) == ("parts that do not make it", "the printed total")
