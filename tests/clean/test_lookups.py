import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import columns
from analysis.clean import lookups


def table(name, rows):
    return pd.DataFrame(rows, columns=columns.columns(name), dtype="str").fillna("")


FORCES = table("forces", [{"force_id": "surrey", "name": "Surrey Police", "short_name": "Surrey"}])
ALIASES = table("aliases", [{"alias": "Surrey Constabulary", "force_id": "surrey"}])
PLACES = table(
    "places",
    [{"wording": "ALL", "place": "all forces asked"}, {"wording": "Kent and Essex", "force_ids": "essex kent"}],
)
NAMES = lookups.names(FORCES, ALIASES, PLACES)
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
    found, faults = lookups.wordings(pd.DataFrame([full]), WORDING)
    return found.iloc[0], faults.iloc[0]


@given(
    st.sampled_from(["surrey", "Surrey Police", "Surrey Constabulary"]), st.sampled_from([str.upper, str.lower, str])
)
def test_a_name_is_known_in_any_case_with_any_space(name, case):
    spelt = pd.DataFrame({"force": [f"\u00a0{case(name)}  ".replace(" ", "  ")]})
    found, faults = lookups.forces(spelt, NAMES)
    assert found.iloc[0].tolist() == ["surrey", ""] and faults.isna().all()


@given(st.text(max_size=15))
def test_any_other_name_is_a_known_force_or_place_or_a_fault(name):
    found, faults = lookups.forces(pd.DataFrame({"force": [name]}), NAMES)
    assert (found.iloc[0].tolist() != ["", ""]) != (faults.iloc[0] is not None)


def test_a_joint_entry_has_both_forces_and_a_place_has_none():
    found, _ = lookups.forces(pd.DataFrame({"force": ["Kent and Essex", "ALL"]}), NAMES)
    assert found["force_ids"].tolist() == ["essex kent", ""] and found["place"].tolist() == ["", "all forces asked"]


def test_an_unknown_force_is_told_the_nearest():
    _, faults = lookups.forces(pd.DataFrame({"force": ["Surry Police"]}), NAMES)
    assert faults.iloc[0].code == "UNKNOWN_FORCE" and "surrey police" in faults.iloc[0].expected


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


@pytest.mark.parametrize(("field", "place"), [("misuse", "F7"), ("outcome", "F8"), ("role", "F5"), ("unit", "F6")])
def test_a_wording_never_seen_names_its_cell(field, place):
    _, faults = meaning(**{field: "never seen"})
    assert ("UNKNOWN_WORDING", place) in {(fault.code, fault.place) for fault in faults}


def test_a_number_of_nothing_is_refused():
    _, faults = meaning(unit="")
    assert [fault.found for fault in faults] == ["no unit"]
