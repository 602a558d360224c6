"""What is doubtful in visible cells is found, at its place, and said without its words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.read import contents, personal
from analysis.read.cell import text_cell


def cells(*texts: str) -> list:
    return [text_cell(f"L{row}F1", "", row, 1, text) for row, text in enumerate(texts, start=1)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("write to jo.bloggs@example.org", "an e-mail address"),
        ("call 01632 960 001", "a telephone number"),
        ("call +44 7700 900123", "a telephone number"),
        ("lives at TS1 2AB", "a postcode"),
        ("DOB: 01/02/1980", "a date of birth"),
        ("NI QQ 12 34 56 A".replace("QQ", "AB"), "a national insurance number"),
        ("PC 1234 was dismissed", "a collar number"),
        ("collar number 4321", "a collar number"),
        ("crime ref 42/12345/19", "a crime number"),
        ("Sgt Bloggs was dismissed", "a name"),
        ("Mr J Bloggs", "a name"),
        ("Jane Bloggs accessed the PNC", "a name"),
        ("Sarah BLOGGS resigned", "a name"),
        ("BLOGGS, Sarah", "a name"),
        ("Xander Bloggs (PC 1234)", "a name"),
        ("PC 1234 Xander Bloggs", "a name"),
        ("as said by X. Bloggs", "a name"),
    ],
)
def test_personal_data_is_found(text, kind):
    assert kind in personal.kinds_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "Police Constable",
        "PC Dismissed",
        "Detective Constable",
        "PC 2019",
        "foi@vale.police.uk",
        "2018/19",
        "FOI 01/FOI/22/026570",
        "1,234,567",
        "Final written warning",
        "Officer Dismissed",
        "2013 2014 2015 2016",
        "1 January 2014 to 31 December 2018",
        "Thames Valley Police",
        "West Midlands, Avon and Somerset, Dyfed-Powys",
        "Devon and Cornwall Police Officer Numbers",
        "St James Park",
        "James Bloggs Hospital",
        "King Charles Street",
        "Freedom of Information Act",
        "Section B. Officers",
    ],
)
def test_what_is_nobodys_is_no_personal_data(text):
    assert personal.kinds_in(text) == set()


def test_a_name_column_is_found_by_its_header():
    found = personal.personal(cells("Officer name", "Jo Bloggs", "Dismissed"))
    assert [(fault.place, fault.found) for fault in found][:1] == [("L2F1", "a name, once")]


def test_a_column_of_outcomes_is_no_column_of_names():
    assert personal.personal(cells("Outcome", "Jo Bloggs")) == []


@pytest.mark.parametrize("text", ["1.234", "1,23", "1.2k", "12,3456", "£1.234"])
def test_a_number_that_can_be_read_in_two_ways_is_found(text):
    assert [fault.code for fault in contents.numbers(cells(text))] == ["AMBIGUOUS_NUMBER"]


@pytest.mark.parametrize("text", ["1,234", "1.5", "12", "1,234,567", "<5", "£1,234.50", "100%"])
def test_a_number_that_can_be_read_in_one_way_only_is_not(text):
    assert contents.numbers(cells(text)) == []


@pytest.mark.parametrize(
    ("dates", "codes"),
    [
        (["03/04/2019", "25/04/2019"], []),
        (["03/04/2019", "05/04/2019"], ["AMBIGUOUS_DATE"]),
        (["03/25/2019", "25/03/2019"], ["AMBIGUOUS_DATE"]),
        (["03/03/2019"], []),
    ],
)
def test_a_column_of_dates_must_prove_its_order(dates, codes):
    assert [fault.code for fault in contents.dates(cells(*dates))] == codes


def test_many_findings_of_one_kind_are_counted_after_the_third():
    found = contents.fewer(contents.numbers(cells(*["1.234"] * 9)))
    assert len(found) == 4
    assert found[-1].found.endswith("in 6 more places")


@given(st.lists(st.text(max_size=60), max_size=6))
def test_no_text_is_too_strange_to_be_looked_at_and_none_is_repeated(texts):
    planted = cells(*[f"Mr Qzplanted {text} Qzplanted@example.org" for text in texts])
    found = [*contents.characters(planted), *contents.numbers(planted), *personal.personal(planted)]
    assert len(found) >= 2 * len(texts)
    assert not [fault for fault in found if "Qzplanted" in f"{fault.found} {fault.expected} {fault.do} {fault.place}"]


@pytest.mark.parametrize("piece", ["A", "Aa ", "1", "a.", "Mr ", "A. ", "O'", "PC 1", "x@", "A-", "=a", "+44 "])
def test_a_long_text_of_one_pattern_is_looked_at_in_one_go(piece):
    """A search that began anew at each letter would take longer than all of these tests together may."""
    assert contents.look(cells("Outcome", (piece * 32_000)[:32_000]), False) is not None
