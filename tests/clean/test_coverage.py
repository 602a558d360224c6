import pandas as pd

from analysis import columns, tables
from analysis.clean import coverage


def decided(workforce, start="2017-04-01", end="2019-03-31"):
    def table(name, rows):
        return tables.cast(pd.DataFrame(rows, columns=columns.columns(name), dtype="str").fillna(""), name)

    return {
        "forces": table("forces", [{"force_id": "surrey", "name": "Surrey Police"}]),
        "rounds": table("rounds", [{"round_id": "r", "period_start": start, "period_end": end}]),
        "coverage_decisions": table("coverage_decisions", [{"round_id": "r", "force_id": "surrey", "answer": "full"}]),
        "workforce": table("workforce", workforce),
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
