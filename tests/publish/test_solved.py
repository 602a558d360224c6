"""What was solved for the findings is kept, nothing is solved twice, and the findings are those of a clean build."""

import hashlib
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from analysis import paths
from analysis.measure import solve
from analysis.measure.cells import Programme
from analysis.publish import solved, staging

THREE_FORCES = Path(__file__).parent.parent / "three_forces"
STEPS = {
    "nothing was kept yet": [],
    "a number is corrected": ["vale-gazette", "disciplined,6,", "disciplined,5,"],
    "it goes back": ["vale-gazette", "disciplined,5,", "disciplined,6,"],
}
OF_ANOTHER_ROUND = ["south-vale-reply", "disciplined,4,", "disciplined,5,"]


@pytest.fixture
def project(tmp_path, monkeypatch):
    place = shutil.copytree(THREE_FORCES, tmp_path / "three forces")
    monkeypatch.setenv("ANALYSIS_PROJECT", str(place))
    return place


@pytest.fixture
def worked(monkeypatch):
    """List what HiGHS is given."""
    given, plain = [], solve._solved
    monkeypatch.setattr(solve, "_solved", lambda part, *rest, **how: given.append(part) or plain(part, *rest, **how))
    return given


def memory(project):
    return project / "build" / "cache" / "solved"


def correct(project, name, old, new):
    raw = project / "data" / "raw"
    (path,) = raw.glob(f"*/{name}.csv")
    before = path.read_text("utf-8")
    assert before.count(old) == 1
    path.write_text(before.replace(old, new), "utf-8")
    first, then = (hashlib.sha256(text.encode()).hexdigest() for text in (before, path.read_text("utf-8")))
    (raw / "sources.csv").write_text((raw / "sources.csv").read_text("utf-8").replace(first, then), "utf-8")


def findings(project):
    """Return the findings that are made of what lies in data/raw now."""
    folder = project / "build" / "stage" / "processed"
    shutil.rmtree(folder, ignore_errors=True)
    assert staging.tables(paths.raw(), folder, None) == []
    return (folder / "findings.json").read_text("utf-8")


ASKED = {"rows": [[1, 1, 0], [0, 0, 1]], "low": (0, 0), "high": (20, 5), "upper": (9, 8, 4), "wanted": (1, 1, 1)}
ROWS = np.array([True, True])
# The sum asked for is at most 9 + 8 + 4 of a, b and c, of which a + b is at most 20 and c at most 5.
ANSWERS = [
    ({}, 21),
    ({"rows": [[2, 2, 0], [0, 0, 1]]}, 14),  # a + b is 10 at most
    ({"rows": [[1, 0, 1], [0, 1, 0]]}, 18),  # b is 5 at most, a + c 9 + 4
    ({"rows": [[1, 0, 0], [0, 1, 1]]}, 14),  # b + c is 5 at most, a 9
    ({"low": (0, 5)}, None),
    ({"high": (10, 5)}, 14),
    ({"upper": (9, 8, 2)}, 19),
    ({"wanted": (2, 1, 1)}, 30),
    ({"sign": -1}, 0),
    ({"sign": -1, "low": (3, 0)}, 3),
]


def programme(asked):
    """Return a small programme and the sum that is asked of it."""
    matrix = sparse.csr_matrix(np.pad(np.array(asked["rows"], dtype=float), ((0, 0), (0, 1))))
    low, high = (np.array(asked[name], dtype=float) for name in ("low", "high"))
    upper, wanted = np.array([*asked["upper"], 1.0]), np.array([*asked["wanted"], 0.0])
    return Programme(matrix, low, high, upper, [("one",), ("two",)], {}, {}), wanted


def answer(sign=1, **differs):
    return solve.extreme(*programme(ASKED | differs), sign, ROWS)


def kept_answer(place, **differs):
    with solved.kept(place):
        return answer(**differs)


def test_after_any_change_the_findings_are_those_of_a_clean_build(project):
    for step, change in STEPS.items():
        if change:
            correct(project, *change)
        quick, kept = findings(project), memory(project).read_bytes()
        memory(project).unlink()
        assert quick == findings(project), step
        assert kept == memory(project).read_bytes(), step


def test_only_what_a_change_alters_is_solved_again(project, worked):
    def again():
        worked.clear()
        findings(project)
        return len(worked)

    everything = again()
    assert everything > 0
    assert again() == 0
    correct(project, *OF_ANOTHER_ROUND)
    assert again() == 0
    correct(project, *STEPS["a number is corrected"])
    assert 0 < again() < everything


def test_programmes_that_differ_in_any_one_number_are_told_apart_and_the_same_is_solved_once(tmp_path, worked):
    expected = [value for _, value in ANSWERS]
    assert [answer(**differs) for differs, _ in ANSWERS] == expected
    each_once = len(worked)
    worked.clear()
    for _ in range(2):
        with solved.kept(tmp_path / "solved"):
            assert [answer(**differs) for differs, _ in 2 * ANSWERS] == 2 * expected
    assert len(worked) == each_once


def test_what_a_build_does_not_ask_for_is_forgotten(tmp_path, worked):
    for differs in ({}, {}, {"high": (10, 5)}, {}):
        kept_answer(tmp_path / "solved", **differs)
    assert len(worked) == 3


def test_what_is_kept_is_the_same_whatever_was_known_before(tmp_path):
    for place in ("solved", "solved", "anew"):
        problem, wanted = programme(ASKED)
        with solved.kept(tmp_path / place):
            assert solve.extreme(problem, wanted, 1, ROWS) == 21
            assert solve.feasible(problem, ROWS)
    assert (tmp_path / "solved").read_bytes() == (tmp_path / "anew").read_bytes()


def test_nothing_is_remembered_for_those_who_ask_outside_a_build(tmp_path, worked):
    kept_answer(tmp_path / "solved")
    before = (tmp_path / "solved").read_bytes()
    assert [answer(), answer(), len(worked)] == [21, 21, 3]
    assert (tmp_path / "solved").read_bytes() == before


def test_no_text_is_kept_only_digests_and_whole_numbers(project):
    findings(project)
    seal, first, *said, last = memory(project).read_text("utf-8").splitlines()
    assert re.fullmatch("[0-9a-f]{64}", seal)
    assert (first, last, len(said) > 5) == ("{", "}", True)
    assert [line for line in said if not re.fullmatch(r'"[0-9a-f]{64}": (\d+|-\d+|null),?', line)] == []


def test_a_file_of_which_a_byte_was_changed_cut_off_or_added_is_not_believed(tmp_path, worked):
    place = tmp_path / "solved"
    kept_answer(place)
    whole = place.read_bytes()
    assert whole.count(b": 21") == 1
    spoilt = [whole.replace(b": 21", b": 20"), *(whole[:length] for length in (0, 30, 65, 90)), whole + b"\n"]
    for text in [*spoilt, b"\xff" + whole, b'{"notes": "of someone else"}']:
        place.write_bytes(text)
        worked.clear()
        assert kept_answer(place) == 21
        assert len(worked) == 1
        assert place.read_bytes() == whole


def test_what_other_code_or_another_library_solved_is_solved_again(tmp_path, worked, monkeypatch):
    place = tmp_path / "solved"
    kept_answer(place)
    other = tmp_path / "solve.py"
    other.write_text("# solved in another way\n")
    for thing, name, value in ((solve, "__file__", str(other)), (solved.metadata, "version", lambda name: "0.0")):
        monkeypatch.setattr(thing, name, value)
        worked.clear()
        assert [kept_answer(place), kept_answer(place), len(worked)] == [21, 21, 1]


def test_a_build_that_fails_forgets_nothing_and_keeps_nothing(tmp_path):
    kept_answer(tmp_path / "solved")
    before = (tmp_path / "solved").read_bytes()
    with pytest.raises(ValueError, match="no longer true"), solved.kept(tmp_path / "solved"):
        raise ValueError("no longer true")
    assert (tmp_path / "solved").read_bytes() == before
