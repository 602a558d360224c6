"""Sentences and tables: every number names its cells, and what is no longer true is not printed."""

import pandas as pd
import pytest

from analysis.tell.say import linked, say, show, slug, words


def row(low, high, figure_ids="a:L3", **more):
    return pd.DataFrame({"low": [low], "high": [high], "figure_ids": [figure_ids], **more}).astype(
        {"low": "Int64", "high": "Int64"}
    )


def html(thing):
    return thing._repr_mimebundle_()[0]["text/html"]


@pytest.mark.parametrize(
    ("ends", "said"),
    [((0, 0), "no"), ((9, 9), "nine"), ((2031, 2031), "2,031"), ((31, 98), "31 to 98"), ((0, 35), "up to 35"),
     ((71, pd.NA), "at least 71"), ((6.551, 6.551), "6.6"), ((0.214, 0.214), "0.21"), ((0.0037, 0.0037), "0.004")],
)  # fmt: skip
def test_an_interval_is_said_as_a_newspaper_says_it(ends, said):
    assert words(*ends) == said


@pytest.fixture(autouse=True)
def a_build(monkeypatch):
    monkeypatch.setenv("ANALYSIS_BUILD", "1")


@pytest.mark.parametrize("low", [pd.NA, 0])
def test_a_number_of_which_nothing_is_known_is_not_said(low):
    with pytest.raises(ValueError, match="neither end"):
        words(low, pd.NA)


def test_a_number_in_a_sentence_leads_to_its_cell():
    found = say("{n:person|people} left.", n=row(50, 50, "a:L3 b:L4"))
    assert found.record["text"] == "50 people left."
    assert 'href="../site/evidence/a.html#L3" data-figures="a:L3 b:L4">50 people</a>' in html(found)
    assert 'href="../site/evidence/a.html"' in linked("50", "a")


@pytest.mark.parametrize(
    ("template", "number", "said"),
    [("{n:person was|people were} sacked.", 1, "One person was sacked."), ("{n} cases.", 0, "No cases."),
     ("For {n} of the forces we know.", 0, "For none of the forces we know.")],
)  # fmt: skip
def test_a_number_is_worded_as_its_sentence_needs(template, number, said):
    assert say(template, n=row(number, number)).record["text"] == said


@pytest.mark.parametrize(
    ("number", "wrong"),
    [(237, "without its cells"), ("12 %", "without its cells"), (row(3, 3, ""), "names no cell"),
     (pd.concat([row(1, 1), row(2, 2)]), "must be one row; it has 2")],
)  # fmt: skip
def test_a_number_that_leads_to_no_cell_is_not_said(number, wrong):
    with pytest.raises(ValueError, match=wrong):
        say("{n} people.", n=number)
    with pytest.raises(ValueError, match="no such value"):
        say("{m} people.", n=number)


def test_of_a_row_that_is_not_there_nothing_is_said():
    assert say("{n} of {m} left.", n=row(1, 1).iloc[:0], m=row(2, 2)) is None


def test_a_basis_is_left_out_where_its_row_is_not_there():
    said = say("{n} cases.", n=row(50, 50), bare=row(1, 1).head(0), basis="Without any assumption: {bare}.")
    assert (said.record["text"], said.record["basis"]) == ("50 cases.", "")


def test_a_column_of_the_row_can_be_said_with_a_format():
    rate = row(50, 50, rate=[6.552], printed_by=["ITPro"])
    found = say("{r.rate:.1f} a year, says {r.printed_by}.", r=rate)
    assert found.record["text"] == "6.6 a year, says ITPro."


def test_a_sentence_that_is_no_longer_true_is_withheld_with_its_reason():
    found = say("{n} left.", n=row(3, 3), needs=[(True, "fine"), (3 > 5, "no more left than were disciplined")])
    assert found.record["withheld"] == "no more left than were disciplined"
    assert say("{n} left.", n=row(3, 3), needs=[(pd.NA, "not known")]).record["withheld"] == "not known"
    assert "3" not in html(found).replace("</", "") and "three" not in html(found)
    assert html(found).startswith('<blockquote class="withheld"')


def test_the_badge_is_that_of_the_print_unless_we_worked_it_out():
    printed = row(3, 3, strength=["own reply"])
    assert say("{n} left.", n=printed).record["strength"] == "own reply"
    assert say("{x} of {n} left.", n=printed, x=row(2, 2)).record["strength"] == "worked out by us"


def test_the_basis_leads_to_cells_as_well():
    found = say("{n} left.", n=row(3, 3), m=row(0, 210, "c:L9"), basis="Without any assumption: {m}.")
    assert found.record["figure_ids"] == ["a:L3", "c:L9"]
    assert found.record["basis"] == "Without any assumption: up to 210."


def test_text_from_data_is_never_live():
    found = say("{who} said {n}.", who="<b>$x$</b>", n=row(3, 3))
    assert "<b>" not in html(found).replace("<blockquote", "")


def test_the_anchor_of_a_sentence_stays_when_its_numbers_move():
    assert slug("{n} of the {m} were dismissed, {source}.") == "of-the-were-dismissed"


def test_an_empty_table_is_no_output():
    assert show(row(1, 1).iloc[:0], "Nothing", Number="number") is None


def test_a_table_links_what_stands_where_the_link_leads_and_names_the_cells_of_all():
    frame = row(16, 16, "a:L3", where=["Surrey"], as_written=["16"], rate=[0.5], people=[1916], counted=["b"])
    columns = {"Force": "where", "Number_of_cases": "number", "Rate": "rate:.2f", "People": ("people", "counted")}
    table = show(frame, "Cases", **columns)
    assert table.record == {"kind": "table", "caption": "Cases", "figure_ids": ["a:L3", "b"]}
    assert 'data-figures="a:L3">16</a>' in html(table) and 'data-figures="b">1,916</a>' in html(table)
    assert '<td data-head="Rate">0.50</td>' in html(table) and '<th scope="row">Surrey</th>' in html(table)
    assert '<th scope="col">Number of cases</th>' in html(table)
    worked_out = show(frame.drop(columns="as_written"), "Cases", Number="number")
    assert "<a" not in html(worked_out) and worked_out.record["figure_ids"] == ["a:L3"]


def test_a_column_that_is_not_there_is_named_with_the_nearest():
    with pytest.raises(ValueError, match="no column is called 'wher'; nearest: where"):
        show(row(1, 1, where=["Surrey"]), "Cases", Force="wher")
    with pytest.raises(ValueError, match="no column is called 'wher'; nearest: where"):
        say("{n.wher} had {n}.", n=row(1, 1, where=["Surrey"]))


def test_a_long_table_can_be_folded_away_and_says_how_long_it_is():
    table = show(row(1, 1), "Parts", folded=True, Number="number")
    assert html(table).startswith('<details><summary>Parts (1)</summary><table class="told"><caption>Parts</caption>')


def test_a_cell_that_says_little_alone_carries_its_heading():
    shown = html(show(row(1, 2, force="Vale", share=0.5, told="0.02"), "A", Force="force", Of="share:.0%", Odds="told"))
    assert '<td data-head="Of">50%</td>' in shown and '<td data-head="Odds">0.02</td>' in shown and "Vale</th>" in shown


@pytest.mark.parametrize(
    ("status", "shares", "said"),
    [("suppressed", (None, None), "withheld"), ("share", (0.38, 0.38), "38%"),
     ("share", (0.5, 1.0), "50%–100%"), ("approximate", (None, None), "about 70")],
)  # fmt: skip
def test_a_table_says_shares_and_rough_numbers_as_they_are(status, shares, said):
    frame = row(pd.NA, pd.NA, status=[status], share_low=[shares[0]], share_high=[shares[1]], as_written=["about 70"])
    assert said in repr(show(frame, "Shares", Number="number"))
    with pytest.raises(ValueError, match="names no cell"):
        show(frame.assign(figure_ids=""), "Shares", Number="number")
