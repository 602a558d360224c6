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
    return decisions.wordings(pd.DataFrame([full]), WORDING).iloc[0]


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


NOT_STATED = {"conduct": "not-stated", "system": "not-stated", "rank": "", "date_basis": "not stated"}
MEANINGS = {
    "what no wording sets is not stated": ({}, NOT_STATED | {"outcome": "dismissed", "role": "any"}),
    "a role or unit in the misuse is more exact than its column": (
        {"misuse": "misuse by a PCSO"}, {"role": "pcso", "unit": "people"},
    ),
    "a general wording": ({"outcome": "punished"}, {"outcome": "disciplined"}),
    "a wording of the round stands before it": ({"outcome": "punished", "round_id": "r2"}, {"outcome": "convicted"}),
    "so does what a row says of its rank and date": ({"rank": "sergeant", "date_basis": "recorded"},) * 2,
}  # fmt: skip


@pytest.mark.parametrize(("row", "means"), MEANINGS.values(), ids=MEANINGS)
def test_a_wording_means_what_the_most_exact_decision_says(row, means):
    found = meaning(**row)
    assert found[list(means)].to_dict() == means and found["faults"] == ()


def test_wordings_that_clash_and_a_number_of_nothing_are_refused():
    assert [fault.code for fault in meaning(misuse="leak", outcome="sacked for a leak")["faults"]] == ["WORDING_CLASH"]
    assert [fault.found for fault in meaning(unit="")["faults"]] == ["no unit"]


def test_what_a_draft_left_open_is_no_wording_but_a_decision_to_make(vale):
    vale.document("a", [{"value": "?", "period": "?", "outcome": "?"}, {"value": "5", "outcome": "?"}])
    said = [(one.code, one.place, one.found) for one in vale.built()[0]["problems"]]
    assert said == [
        ("UNDECIDED", "L2F2", "period is still ?"),
        ("UNDECIDED", "L2F8", "outcome is still ?, in 2 rows"),
        ("UNDECIDED", "L2F9", "value is still ?"),
    ]


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
    vale.document("a", [{"value": "5"}])
    vale.path("aliases").write_text(text, encoding="utf-8")
    frames = clean.build(vale.folder)
    [problem] = frames["problems"]
    assert (problem.code, problem.place, problem.severity) == (code, place, "decision")
    assert problem.file == "lookups/aliases.csv" and all(frames[one].empty for one in clean.BUILT)


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


def worked(workforce, end="2019-03-31"):
    said = {
        "forces": [{"force_id": "surrey", "name": "Surrey Police"}],
        "rounds": [{"round_id": "r", "period_start": "2017-04-01", "period_end": end}],
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


@pytest.mark.parametrize(("counts", "end"), [([100, 20], "2019-03-31"), ([100, 20, 3], "")])
def test_headcount_without_a_worker_type_or_a_period_is_missing_and_never_guessed(counts, end):
    row = decisions.coverage(worked(people("2018-03-31", *counts), end)).iloc[0]
    assert row[["headcount", "headcount_from"]].isna().all()
