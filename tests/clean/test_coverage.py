import pandas as pd

from analysis import clean, codebook, tables
from analysis.clean import coverage


def decided(workforce, start="2017-04-01", end="2019-03-31"):
    def table(name, rows):
        return tables.cast(pd.DataFrame(rows, columns=list(codebook.columns(name).index), dtype="str").fillna(""), name)

    return {
        "forces": table("forces", [{"force_id": "surrey", "name": "Surrey Police"}]),
        "rounds": table("rounds", [{"round_id": "r", "period_start": start, "period_end": end}]),
        "coverage_decisions": table("coverage_decisions", [{"round_id": "r", "force_id": "surrey", "answer": "full"}]),
        "workforce": table("workforce", workforce),
        "denominators": table("denominators", [{"basis": "headcount", "worker_types": "officer staff pcso"}]),
    }


def people(day, *counts):
    kinds = ("officer", "staff", "pcso", "special")
    row = {"force_id": "surrey", "as_at": day, "basis": "headcount"}
    return [row | {"worker_type": kind, "value": str(n)} for kind, n in zip(kinds, counts, strict=False)]


def test_headcount_is_officers_staff_and_pcsos_nearest_to_the_middle_of_the_period():
    days = people("2017-03-31", 90, 9, 1) + people("2018-03-31", 100, 20, 3, 50) + people("2020-03-31", 5, 5, 5)
    row = coverage.coverage(decided(days)).iloc[0]
    assert row["headcount"] == 123 and row["headcount_from"] == pd.Timestamp("2018-03-31")


def test_headcount_is_missing_where_a_worker_type_is_and_never_guessed():
    row = coverage.coverage(decided(people("2018-03-31", 100, 20))).iloc[0]
    assert pd.isna(row["headcount"]) and pd.isna(row["headcount_from"])


def test_headcount_is_missing_where_the_round_has_no_period():
    row = coverage.coverage(decided(people("2018-03-31", 100, 20, 3), end="")).iloc[0]
    assert pd.isna(row["headcount"])


def test_a_force_without_a_row_of_coverage_and_a_row_of_no_force_are_named(vale):
    rows = [{"round_id": "vale-2001", "force_id": force, "answer": "full"} for force in ("north", "east")]
    vale.table("coverage_decisions", rows)
    problems = {(problem.code, problem.place) for problem in clean.build(vale.folder)["problems"]}
    assert problems == {("NO_COVERAGE", "vale-2001 south"), ("UNKNOWN_ID", "vale-2001 east")}


def test_a_force_with_a_number_whose_reply_is_called_unknown_is_shown_and_stops_nothing(vale):
    vale.document("a", [{"value": "5"}, {"value": "7", "force": "South Police"}])
    frames = clean.build(vale.folder)
    behind = [(one.code, one.severity, one.place, one.found) for one in frames["problems"]]
    assert behind == [("COVERAGE_BEHIND", "shown", "vale-2001 south", "reply unknown, but a:L3 prints a number")]
    assert len(frames["figures"]) == 2
