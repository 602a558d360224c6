from pathlib import Path

import pandas as pd
import pytest

from analysis import clean
from analysis.read import golden, likeness

RECIPE = """
force = "North Police"
read_by = "once"
[[table]]
header = "L1"
anchor = ["Outcome", "2001"]
rows = "L2:L3"
total_row = "L4"
columns = "year"
row_label = "outcome"
[table.fixed]
role = "all"
unit = "people"
misuse = "misuse"
"""
PAGE = "Outcome,2001\nsacked,6\nwarned,7\nTotal,13\n"


def built(vale):
    frames = clean.build(vale.folder)
    return frames, {(problem.code, problem.file): problem for problem in frames.pop("problems")}


def reply(vale, source_id: str, text: str = PAGE, recipe: str = RECIPE, **source):
    path = vale.document(source_id, text, kind="reply", **({"force_ids": "north"} | source))
    path.with_suffix(".toml").write_text(recipe, "utf-8")
    return path


def test_the_same_reply_in_another_layout_is_named_and_contributes_nothing(vale):
    reply(vale, "a")
    turned = RECIPE.replace("L1", "L2").replace("L2:L3", "L3:L4").replace('total_row = "L4"', 'total_row = "L5"')
    reply(vale, "b", "Misuse\n" + PAGE, turned.replace('rows = "L2:L3"', 'rows = "L3:L4"'))
    frames, problems = built(vale)
    assert problems["DUPLICATE_REPLY", "vale-2001/b.csv"].found == "the same document as a"
    assert set(frames["figures"]["source_id"]) == {"a"}


def test_a_reply_that_corrects_an_earlier_one_is_counted_alone_and_both_stay_in_the_record(vale):
    reply(vale, "a")
    changed, totals = PAGE.replace("6", "8"), "Total,15\n"
    reply(vale, "b", changed.replace("Total,13\n", totals), supersedes="a")
    frames, problems = built(vale)
    assert frames["facts"]["low"].tolist() == [8, 7] and set(frames["figures"]["source_id"]) == {"b"}
    earlier = frames["ledger"].query("source_id == 'a'").set_index("place")
    assert earlier.loc["L2F2", ["ends_as", "reason"]].tolist() == ["dropped", "superseded by b"]
    assert problems["SUPERSEDED", "vale-2001/a.csv"].found == "2 of its 3 numbers read otherwise in b"


def test_a_copy_in_another_format_that_says_so_gives_one_fact(vale):
    reply(vale, "a")
    reply(vale, "b", supersedes="", derived_from="a")
    frames, problems = built(vale)
    assert not problems and len(frames["figures"]) == 4 and len(frames["facts"]) == 2


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([("a", "b"), ("b", "a")], "circle"),
        ([("b", "a"), ("c", "a")], "second correction"),
        ([("b", "gone")], "gone"),
    ],
)
def test_corrections_that_make_no_chain_promote_nothing(vale, rows, found):
    later = dict(rows)
    for number, source_id in enumerate("abc"):
        vale.document(source_id, [{"value": str(20 + number)}], force_ids="north", supersedes=later.get(source_id, ""))
    problems = [problem for problem in clean.build(vale.folder)["problems"] if problem.severity == "decision"]
    assert problems and all(found in problem.found for problem in problems)


def test_files_of_one_reply_on_one_page_are_no_duplicates(vale):
    page = {"url": "https://example.org/reply", "force_ids": "north", "kind": "reply"}
    vale.document("a", [{"value": "6"}], **page)
    vale.document("b", [{"value": "7", "outcome": "sacked"}], **page, parent="a")
    vale.document("c", [{"value": "8", "outcome": "warned"}], **page, parent="a")
    frames, problems = built(vale)
    assert not problems and frames["figures"]["low"].tolist() == [6, 7, 8]


def test_a_total_that_its_rows_do_not_make_is_shown_once_with_both_numbers(vale):
    reply(vale, "a", PAGE.replace("13", "14"))
    frames, problems = built(vale)
    problem = problems["TOTAL_MISMATCH", "vale-2001/a.csv"]
    assert (problem.place, problem.found, problem.expected) == ("L4F2", "parts that make 13", "the printed total, 14")
    assert frames["facts"]["low"].tolist() == [6, 7]


def test_rows_that_are_not_the_golden_ones_stop_their_document_and_repeat_no_value(vale):
    path = reply(vale, "a")
    rows = "place,force,period,role,rank,unit,misuse,outcome,date_basis,value,beside\n"
    line = "L{0}F2,North Police,2001,all,,people,misuse,{1},,{2},\n"
    golden.path_of(path).write_text(rows + line.format(2, "sacked", 6) + line.format(3, "warned", 7))
    assert not built(vale)[1]
    golden.path_of(path).write_text(rows + line.format(2, "sacked", 5) + line.format(9, "warned", 7))
    faults = [problem for problem in clean.build(vale.folder)["problems"] if problem.code == "GOLDEN_ROW"]
    assert {(fault.place, fault.found) for fault in faults} == {
        ("L2F2", "another value"),
        ("L9F2", "no row"),
        ("L3F2", "a row more"),
    }


def frame(*texts: str) -> pd.DataFrame:
    return pd.DataFrame({"text": texts, "visible": True})


def test_content_is_the_same_whatever_the_format_and_other_where_one_number_differs():
    sheet = likeness.content(frame("Outcome", "2018/19", "Dismissed officers", "1,234", "Total", "7"))
    prose = likeness.content(frame("outcome 2018/19", "dismissed  officers", "1234.0", "total", "7.00"))
    assert likeness.alike(sheet, prose)
    assert not likeness.alike(sheet, likeness.content(frame("outcome 2018/19 dismissed officers 1234 total 8")))
    assert not likeness.alike(likeness.content(frame()), likeness.content(frame()))


def test_replies_with_the_same_lines_in_another_order_are_one_and_with_one_line_more_are_two(vale):
    lines = [{"value": "5"}, {"value": "7", "period": "2002"}, {"value": "5"}]
    vale.document("a", lines, kind="reply")
    vale.document("b", lines[::-1], kind="reply")
    vale.document("c", lines[:2], kind="reply")
    found = [problem for problem in clean.build(vale.folder)["problems"] if problem.code == "DUPLICATE_REPLY"]
    assert [(problem.file, problem.place) for problem in found] == [("vale-2001/b.csv", "a")]


@pytest.mark.parametrize(
    ("file", "stem"),
    [("r/a.csv", "r/a"), ("r/a.b.csv", "r/a.b"), ("r.x/a", "r.x/a"), ("a.csv", "a"), ("a", "a"), ("r/.a", "r/.a")],
)
def test_beside_a_document_lie_its_recipe_and_golden_rows(file, stem):
    assert golden.beside(file) == (f"{stem}.toml", f"{stem}.rows.csv")
    assert golden.beside(file)[1] == golden.path_of(Path(file)).as_posix()
