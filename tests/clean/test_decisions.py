import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import clean, codebook, tables
from analysis.clean import decisions


def table(name, rows):
    return pd.DataFrame(rows, columns=list(codebook.columns(name).index), dtype="str").fillna("")


FORCES = table("forces", [{"force_id": "surrey", "name": "Surrey Police", "short_name": "Surrey"}])
ALIASES = table("aliases", [{"alias": "Surrey Constabulary", "force_id": "surrey"}])
PLACES = table(
    "places",
    [{"wording": "ALL", "place": "all forces asked"}, {"wording": "Kent and Essex", "force_ids": "essex kent"}],
)
NAMES = decisions.names({"forces": FORCES, "aliases": ALIASES, "places": PLACES})
WORDING = table(
    "wording",
    [
        {"field": "misuse", "wording": "misuse", "conduct": "not-stated"},
        {"field": "misuse", "wording": "misuse by a PCSO", "role": "pcso", "unit": "people"},
        {"field": "misuse", "wording": "leak", "conduct": "disclosure"},
        {"field": "outcome", "wording": "sacked", "outcome": "dismissed"},
        {"field": "outcome", "wording": "punished", "outcome": "disciplined"},
        {"field": "outcome", "wording": "punished", "round_id": "r2", "outcome": "convicted"},
        {"field": "outcome", "wording": "sacked for a leak", "outcome": "dismissed", "conduct": "access"},
        {"field": "role", "wording": "all", "role": "any"},
        {"field": "unit", "wording": "cases", "unit": "cases"},
    ],
)


def meaning(**row):
    full = {"round_id": "r1", "misuse": "misuse", "outcome": "sacked", "role": "all", "unit": "cases"}
    full |= {"rank": "", "date_basis": ""} | row
    found = decisions.wordings(pd.DataFrame([full]), WORDING).iloc[0]
    return found, found["faults"]


@given(
    st.sampled_from(["surrey", "Surrey Police", "Surrey Constabulary"]), st.sampled_from([str.upper, str.lower, str])
)
def test_a_name_is_known_in_any_case_with_any_space(name, case):
    spelt = pd.DataFrame({"force": [f"\u00a0{case(name)}  ".replace(" ", "  ")]})
    assert decisions.forces(spelt, NAMES).iloc[0].tolist() == ["surrey", "", ()]


@given(st.text(max_size=15))
def test_any_other_name_is_a_known_force_or_place_or_a_fault(name):
    force_ids, place, faults = decisions.forces(pd.DataFrame({"force": [name]}), NAMES).iloc[0]
    assert bool(force_ids or place) != bool(faults)


def test_a_joint_entry_has_both_forces_and_a_place_has_none():
    found = decisions.forces(pd.DataFrame({"force": ["Kent and Essex", "ALL"]}), NAMES)
    assert found["force_ids"].tolist() == ["essex kent", ""] and found["place"].tolist() == ["", "all forces asked"]


def test_what_no_wording_sets_is_not_stated():
    row, faults = meaning()
    assert row[["conduct", "system", "outcome", "role", "rank", "date_basis"]].tolist() == [
        "not-stated",
        "not-stated",
        "dismissed",
        "any",
        "",
        "not stated",
    ]
    assert faults == ()


def test_a_role_or_unit_in_the_misuse_is_more_exact_than_its_own_column():
    row, _ = meaning(misuse="misuse by a PCSO")
    assert row[["role", "unit"]].tolist() == ["pcso", "people"]


def test_a_wording_of_the_round_stands_before_the_general_one():
    assert meaning(outcome="punished")[0]["outcome"] == "disciplined"
    assert meaning(outcome="punished", round_id="r2")[0]["outcome"] == "convicted"


def test_two_wordings_that_set_one_thing_differently_clash():
    _, faults = meaning(misuse="leak", outcome="sacked for a leak")
    assert [fault.code for fault in faults] == ["WORDING_CLASH"]


def test_what_a_draft_left_open_is_no_wording_but_a_decision_to_make(vale):
    vale.document("a", [{"value": "?", "period": "?", "outcome": "?"}, {"value": "5", "outcome": "?"}])
    said = [(one.code, one.place, one.found) for one in vale.built()[0]["problems"]]
    assert said == [
        ("UNDECIDED", "L2F2", "period is still ?"),
        ("UNDECIDED", "L2F8", "outcome is still ?, in 2 rows"),
        ("UNDECIDED", "L2F9", "value is still ?"),
    ]


def test_a_number_of_nothing_is_refused():
    _, faults = meaning(unit="")
    assert [fault.found for fault in faults] == ["no unit"]


def test_what_a_row_says_of_its_rank_and_date_stands_before_what_its_wording_means():
    row, faults = meaning(rank="sergeant", date_basis="recorded")
    assert row[["rank", "date_basis"]].tolist() == ["sergeant", "recorded"] and faults == ()


def decided(vale, name, text):
    vale.document("a", [{"value": "5"}])
    vale.path(name).write_text(text, encoding="utf-8")
    frames = clean.build(vale.folder)
    assert all(frames[one].empty for one in clean.BUILT)
    return {(problem.code, problem.place): problem for problem in frames["problems"]}


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("alias,force_id,reason\nN Police,north\n", "RAGGED_ROW", "L2"),
        ("alias,reason\nN Police,x\n", "WRONG_COLUMNS", "L1"),
        ("", "EMPTY_FILE", ""),
        ("alias,force_id,reason\nN,north,\nN,south,\n", "WRONG_VALUE", "L3"),
    ],
)
def test_a_broken_table_of_decisions_is_one_line_and_gives_no_table(vale, text, code, place):
    problems = decided(vale, "aliases", text)
    assert [(*key, one.file, one.severity) for key, one in problems.items()] == [
        (code, place, "lookups/aliases.csv", "decision")
    ]


def test_every_cell_of_a_table_of_decisions_that_may_not_be_so_is_named(vale):
    rows = [("a", "maybe"), ("b", "full"), ("c", "perhaps")]
    said = [{"round_id": "vale-2001", "force_id": force, "answer": answer} for force, answer in rows]
    vale.table("coverage_decisions", said)
    problems = {problem.place: problem for problem in clean.build(vale.folder)["problems"]}
    assert set(problems) == {"L2", "L4"} and "replied, named" in problems["L2"].expected
    assert problems["L4"].found == "answer = 'perhaps'"


def test_a_table_that_is_gone_is_named_and_one_that_may_lack_is_empty(vale):
    vale.path("thresholds").unlink()
    assert clean.build(vale.folder)["problems"] == []
    vale.path("wording").unlink()
    assert [(one.code, one.file) for one in clean.build(vale.folder)["problems"]] == [
        ("MISSING_FILE", "lookups/wording.csv")
    ]


def worked(workforce, start="2017-04-01", end="2019-03-31"):
    said = {
        "forces": [{"force_id": "surrey", "name": "Surrey Police"}],
        "rounds": [{"round_id": "r", "period_start": start, "period_end": end}],
        "coverage_decisions": [{"round_id": "r", "force_id": "surrey", "answer": "full"}],
        "workforce": workforce,
        "denominators": [{"basis": "headcount", "worker_types": "officer staff pcso"}],
    }
    return {name: tables.cast(table(name, rows), name) for name, rows in said.items()}


def people(day, *counts):
    kinds = ("officer", "staff", "pcso", "special")
    row = {"force_id": "surrey", "as_at": day, "basis": "headcount"}
    return [row | {"worker_type": kind, "value": str(n)} for kind, n in zip(kinds, counts, strict=False)]


def test_headcount_is_officers_staff_and_pcsos_nearest_to_the_middle_of_the_period():
    days = people("2017-03-31", 90, 9, 1) + people("2018-03-31", 100, 20, 3, 50) + people("2020-03-31", 5, 5, 5)
    row = decisions.coverage(worked(days)).iloc[0]
    assert row["headcount"] == 123 and row["headcount_from"] == pd.Timestamp("2018-03-31")


def test_headcount_is_missing_where_a_worker_type_is_and_never_guessed():
    row = decisions.coverage(worked(people("2018-03-31", 100, 20))).iloc[0]
    assert pd.isna(row["headcount"]) and pd.isna(row["headcount_from"])


def test_headcount_is_missing_where_the_round_has_no_period():
    row = decisions.coverage(worked(people("2018-03-31", 100, 20, 3), end="")).iloc[0]
    assert pd.isna(row["headcount"])
