import hashlib

import pytest

from analysis import clean
from analysis.problems import NEEDS_PERSON, Fault
from analysis.read import readings

FINDING = Fault("HIDDEN_SHEET", "sheet 2", "2 x 3 cells", "no hidden sheet", "ask for a copy without it", NEEDS_PERSON)
RECIPE = 'force = "North Police"\n[[answer]]\nplace = "L2F1"\nanchor = "held"\nvalue = "6"\nperiod = "2001"\n'
RECIPE += 'role = "all"\nunit = "people"\nmisuse = "misuse"\noutcome = "all"\n'


@pytest.fixture
def flagged(vale, monkeypatch):
    """Let a reply with one visible number have one finding that needs a person."""
    path = vale.document("a", "Answer\nWe held 6 cases\n", kind="reply", force_ids="north")
    path.with_suffix(".toml").write_text(RECIPE)
    plain = readings.read_all
    monkeypatch.setattr(readings, "read_all", lambda paths: [r._replace(findings=[FINDING]) for r in plain(paths)])
    return vale, hashlib.sha256(path.read_bytes()).hexdigest()


def built(vale):
    frames = clean.build(vale.folder)
    return frames["figures"], {problem.code: problem for problem in frames["problems"]}


def test_a_finding_nobody_approved_lets_nothing_of_its_file_in(flagged):
    figures, problems = built(flagged[0])
    problem = problems["HIDDEN_SHEET"]
    assert figures.empty and (problem.severity, problem.place) == ("document", "sheet 2")
    assert "approvals.csv" in problem.do


def test_an_approval_of_exactly_that_finding_lets_the_visible_values_in(flagged):
    vale, sha256 = flagged
    vale.table("approvals", [{"sha256": sha256, "code": "HIDDEN_SHEET", "place": "sheet 2", "reason": "a draft"}])
    figures, problems = built(vale)
    assert figures["low"].tolist() == [6] and not problems


@pytest.mark.parametrize(
    "change", [{"sha256": "0" * 64}, {"code": "HIDDEN_ROW_COL"}, {"place": "sheet 3"}, {"place": ""}]
)
def test_an_approval_of_other_bytes_another_code_or_place_accepts_nothing(flagged, change):
    vale, sha256 = flagged
    row = {"sha256": sha256, "code": "HIDDEN_SHEET", "place": "sheet 2", "reason": "a draft"}
    vale.table("approvals", [row | change])
    figures, problems = built(vale)
    assert figures.empty and set(problems) == {"HIDDEN_SHEET", "VOID_APPROVAL"}


@pytest.mark.parametrize("change", [{"reason": " "}, {"reason": "WHY"}, {"sha256": "abc"}, {"code": ""}])
def test_an_approval_without_reason_or_whole_checksum_promotes_nothing(flagged, change):
    vale, sha256 = flagged
    vale.table("approvals", [{"sha256": sha256, "code": "HIDDEN_SHEET", "place": "sheet 2", "reason": "x"} | change])
    assert built(vale)[1]["BAD_APPROVAL"].severity == "decision"
