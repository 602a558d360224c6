"""By when a request is to be answered, and what a round waits for; days counted by hand on the calendar."""

import pandas as pd
import pytest

from analysis.clean import additions, rounds, tracker

ASKED = [
    {"round_id": "vale-2026", "question_id": "q1", "question": "how many people"},
    {"round_id": "vale-2026", "question_id": "q2", "question": "which system"},
]
SENT = {"round_id": "vale-2026", "sent": "2026-11-02", "due": "2026-12-01", "regulator": "Invented Regulator"}
UNKNOWN = {"round_id": "vale-2026", "answer": "reply unknown"}


@pytest.mark.parametrize(
    ("sent", "nation", "last"),
    [
        ("2026-11-02", "England", "2026-12-01"),  # St Andrew's Day does not count anywhere
        ("2026-03-02", "England", "2026-03-31"),  # nor does St Patrick's Day, outside Scotland
        ("2026-03-02", "Northern Ireland", "2026-03-31"),
        ("2026-03-02", "Scotland", "2026-03-30"),  # the Scottish Act knows only Scottish bank holidays
        ("2026-12-21", "Wales", "2027-01-22"),  # Christmas, Boxing Day moved to Monday, New Year, 2 January moved
        ("2026-11-07", "England", "2026-12-07"),  # a Saturday
    ],
)
def test_the_last_day_is_the_twentieth_working_day_after_the_request(sent, nation, last):
    assert str(tracker.due(pd.Timestamp(sent), nation).date()) == last


def test_what_was_not_sent_has_no_last_day():
    assert pd.isna(tracker.due(pd.NaT, "England"))


@pytest.mark.parametrize("nation", ["England", "Wales", "Northern Ireland", "UK"])
def test_scotland_has_a_regulator_of_its_own(nation):
    assert tracker.regulator(nation) != tracker.regulator("Scotland") == "Scottish Information Commissioner"


@pytest.fixture
def asked(vale):
    """Return the two invented forces with a round of two questions sent on 2 November 2026."""
    vale.table("rounds", [*vale.rows["rounds"], {"round_id": "vale-2026", "period_basis": "not stated"}])
    vale.table("questions", ASKED)
    vale.table("tracker", [SENT | {"force_id": "north"}, SENT | {"force_id": "south"}])
    return vale


def covered(vale, **answers):
    rows = [UNKNOWN | {"force_id": name} | answers.get(name, {}) for name in ("north", "south")]
    vale.table("coverage_decisions", [*vale.rows["coverage_decisions"], *rows])
    return vale.folder


def test_a_request_is_overdue_the_day_after_its_last_day(asked):
    folder = covered(asked, north={"answer": "full"})
    assert "Overdue" not in "\n".join(tracker.chase(folder, "vale-2026", "2026-12-01"))
    said = tracker.chase(folder, "vale-2026", "2026-12-02")
    assert said[0] == "vale-2026 on 2026-12-02: 2 of 2 requests sent, 1 answered."
    assert said[1:3] == ["Overdue (1):", "  south: due 2026-12-01, a review may be asked until 2027-02-01"]


def test_a_wrong_last_day_in_the_file_is_not_believed(asked):
    asked.table("tracker", [SENT | {"force_id": "south", "due": "2026-11-03"}])
    assert "Overdue" not in "\n".join(tracker.chase(covered(asked), "vale-2026", "2026-12-01"))


def test_a_refusal_is_told_by_each_section_it_names(asked):
    refused = {"north": {"answer": "refused", "exemptions": "s12 s40(2)"}, "south": {"answer": "partial"}}
    said = tracker.chase(covered(asked, **refused), "vale-2026", "2026-11-03")
    place = said.index("Refused, answered in part, or not held (2):")
    assert said[place + 1 : place + 4] == [
        "  no section named: south (partial)",
        "  s12: north (refused)",
        "  s40(2): north (refused)",
    ]


def test_a_question_counts_forces_that_are_silent_refuse_or_left_it_open(asked):
    asked.table("tracker", [SENT | {"force_id": "north", "unanswered": "q2"}, SENT | {"force_id": "south"}])
    said = tracker.chase(covered(asked, north={"answer": "partial"}), "vale-2026", "2026-11-03")
    assert said[-3:] == [
        "Not answered (2):",
        "  q1: 1 of 2 forces: how many people",
        "  q2: 2 of 2 forces: which system",
    ]


def test_a_reply_that_was_taken_in_is_an_answer_of_the_day_it_came(asked):
    text = "force,period,role,unit,misuse,outcome,value\n"
    asked.document("north_1", text, round_id="vale-2026", kind="reply", force_ids="north", seen_on="2026-11-20")
    assert tracker.chase(covered(asked), "vale-2026", "2026-12-02")[0].endswith("1 answered.")


def test_a_review_is_due_as_a_request_is_and_a_late_one_goes_to_the_regulator(asked):
    late = SENT | {"force_id": "north", "answered": "2026-10-30", "review_sent": "2026-11-02"}
    asked.table("tracker", [late])
    folder = covered(asked)
    assert "Review" not in "\n".join(tracker.chase(folder, "vale-2026", "2026-12-01"))
    said = tracker.chase(folder, "vale-2026", "2026-12-02")
    assert "  north: review due 2026-12-01, a complaint goes to: Invented Regulator" in said
    asked.table("tracker", [late | {"regulator_sent": "2026-12-02"}])
    assert "  north: review due 2026-12-01, complaint to the Invented Regulator on 2026-12-02" in tracker.chase(
        folder, "vale-2026", "2026-12-02"
    )


def test_a_round_somebody_else_sent_has_no_tracker_and_its_refusals_are_told(vale):
    said = tracker.chase(vale.folder, "vale-2001", "2026-01-01")
    assert len(said) == 1 and said[0].startswith("No tracker: nobody sent vale-2001 from here.")


def test_a_round_that_is_not_known_is_refused_with_the_nearest(vale):
    with pytest.raises(additions.Refused, match="nearest: vale-2001"):
        tracker.chase(vale.folder, "vale-2002", "2026-01-01")


def test_chasing_changes_no_file(asked):
    rounds.new_round(asked.folder, "vale-2026")
    before = {path: path.read_bytes() for path in asked.folder.rglob("*") if path.is_file()}
    tracker.chase(asked.folder, "vale-2026", "2026-12-02")
    assert {path: path.read_bytes() for path in asked.folder.rglob("*") if path.is_file()} == before
