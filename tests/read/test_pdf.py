"""Tables of a PDF are read as one sees them, with all rules, some, or none."""

import pytest
from corpus import pdf, ruled, typed, words

from analysis.clean import drafts
from analysis.read import pdf as reader

ROWS = [["Outcome", 2018, 2019], ["Dismissed", 3, 5], ["Resigned", "<5", 12], ["Warned", 7, "-"]]
COUNTS = ["3", "5", "<5", "12", "7", "-"]


def across(*lines: int) -> str:
    return "".join(f"72 {700 - 20 * line} m 432 {700 - 20 * line} l S\n" for line in lines)


def drafted(*pages: str) -> list[dict]:
    cells = [cell for cell in reader.read(pdf(*pages)).cells if not cell.why]
    return drafts.draft(cells, "Vale", {"outcome": {"dismissed", "resigned", "warned"}}).rows


SIDES = "72 700 m 72 620 l S\n432 700 m 432 620 l S\n"
LAYOUTS = {
    "all rules": ruled(ROWS),
    "rules between columns only": ruled(ROWS, between=False),
    "rules between rows only": across(0, 1, 2, 3, 4) + typed(ROWS),
    "a box and a rule below the heads": across(0, 1, 4) + SIDES + typed(ROWS),
    "a box that begins below the heads": across(1, 2, 3, 4)
    + "".join(f"{x} 680 m {x} 620 l S\n" for x in (72, 192, 312, 432))
    + typed(ROWS),
    "no rules": typed(ROWS),
    "numbers to the right": typed(ROWS, lambda word, column: 76 + 120 * column - (5.5 * len(word) if column else 0)),
    "heads in the middle of their columns": typed(ROWS[:1], lambda word, column: 110 + 120 * column)
    + typed([[], *ROWS[1:]]),
    "a grey row of heads": "0.9 g 72 680 360 20 re f\n" + across(0, 1, 2, 3, 4) + typed(ROWS),
    "letters set apart": typed(ROWS).replace("Tf", "Tf 3 Tc"),
    "letters set apart by spaces": ruled([[" ".join(str(word)) for word in row] for row in ROWS]),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_number_of_a_table_is_read_with_its_labels(layout):
    rows = drafted(LAYOUTS[layout])
    assert [row["value"] for row in rows] == COUNTS
    assert [(row["period"], row["outcome"]) for row in rows[2:4]] == [("2018", "Resigned"), ("2019", "Resigned")]


BOXED = "".join(f"72 {y} m 312 {y} l S\n" for y in (700, 680, 600))
BOXED += "".join(f"{x} 700 m {x} 600 l S\n" for x in (72, 192, 312))
OVER_TWO_LINES = {  # rules, the head of the counts, the second line of the label, and how high each line stands
    "between rules": (BOXED, "Count", "a hearing", (666, 653, 666, 633)),
    "between rules, its number in the middle": (BOXED, "Count", "A Hearing", (667, 652, 659.5, 633)),
    "without rules": ("", "2018", "a hearing", (660, 648, 654, 630)),
    "its number in the middle": ("", "2018", "A Hearing", (673, 660, 666.5, 647)),
}


@pytest.mark.parametrize("rules, head, rest, heights", OVER_TWO_LINES.values(), ids=OVER_TWO_LINES)
def test_a_label_over_two_lines_stays_one_label(rules, head, rest, heights):
    first, second, number, below = heights
    text = typed([["Outcome", head]]) + words("Dismissed after", 76, first) + words(rest, 76, second)
    text += words("12", 196, number) + words("Resigned", 76, below) + words("7", 196, below)
    assert [(row["outcome"], row["value"]) for row in drafted(rules + text)] == [
        (f"Dismissed after {rest}", "12"),
        ("Resigned", "7"),
    ]


def test_a_year_or_a_number_over_two_lines_is_no_two_rows():
    over_two = words("2018/", 196, 690, 8) + words("19", 196, 681, 8)
    over_two += words("Less than", 196, 670, 8) + words("5", 196, 661, 8)
    rows = drafted(ruled([["Outcome", ""], ["Dismissed", ""], ["Resigned", 7]]) + over_two)
    assert [(row["period"], row["value"]) for row in rows] == [("2018/19", "Less than 5"), ("2018/19", "7")]


def test_a_sign_beside_a_label_is_a_figure_where_it_makes_no_table():
    assert [row["value"] for row in drafted(typed([["Dismissed", "*"]]))] == ["*"]


def test_a_number_with_a_line_through_it_is_not_read():
    for table in (ruled(ROWS), typed(ROWS)):
        for line in ("195 669 8 1 re f\n", "195 669.5 m 203 669.5 l S\n"):
            cells = reader.read(pdf(table + line)).cells
            assert [cell.why for cell in cells if cell.why] == ["struck out"]
            assert len([cell for cell in cells if cell.text]) == 11


def test_rows_without_rules_between_them_take_nothing_of_each_other():
    heads, box = ["Outcome", "Officers", "Staff"], "72 700 m 432 700 l S\n72 620 m 432 620 l S\n"
    box += "".join(f"{x} 700 m {x} 620 l S\n" for x in (72, 192, 312, 432))
    table = [heads, ["Dismissed", "", "Not held"], ["Resigned", "Nil return", 12], ["Warned", 7, ""]]
    rows = drafted(box + typed(table))
    assert [(row["outcome"], row["role"], row["value"]) for row in rows] == [
        ("Dismissed", "officer", "?"), ("Dismissed", "staff", "Not held"), ("Resigned", "officer", "Nil return"),
        ("Resigned", "staff", "12"), ("Warned", "officer", "7"), ("Warned", "staff", "?"),
    ]  # fmt: skip


def test_a_heading_between_rows_is_no_part_of_their_labels():
    table = [["Outcome", "Count"], ["Officers", ""], ["Dismissed", 5], ["Staff", ""], ["Resigned", 7]]
    for page in (BOXED + typed(table), typed(table)):
        rows = [(row["role"], row["outcome"], row["value"]) for row in drafted(page)]
        assert rows == [("officer", "Dismissed", "5"), ("staff", "Resigned", "7")]


def test_a_number_that_is_missing_in_its_row_is_a_question():
    rows = drafted(typed([*ROWS[:2], ["Resigned", "", 12], ROWS[3]]))
    assert [row["value"] for row in rows] == ["3", "5", "?", "12", "7", "-"]


def test_a_table_over_sixteen_pages_is_one_table():
    heads, row = ROWS[0], ["Dismissed", 3, 5]
    pages = [ruled([heads, *[row] * 30], 780) for _ in range(16)]
    cells = reader.read(pdf(*pages)).cells
    assert {cell.area for cell in cells} == {"T1", "T1 header again"}
    assert sum(cell.text == "5" for cell in cells) == 16 * 30
    assert {row["value"] for row in drafted(*pages[:3])} == {"3", "5"}
