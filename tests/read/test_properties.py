"""Rules without a corner: addresses lead back, no number is found inside another, a stored number is never guessed."""

from hypothesis import given
from hypothesis import strategies as st

from analysis.clean import counts
from analysis.read import grids, places

AREAS = st.sampled_from(["", "S", "My sheet", "T1", "T12R3C4T1", "attachment/1/S", "attachment/2/T1", "attachment/1/"])
NUMBERS = st.integers(1, 5000)


@given(AREAS, NUMBERS, NUMBERS)
def test_the_address_of_any_cell_leads_back_to_it(area, row, column):
    found = places.span(places.at(area, row, column))
    assert (found.table, found.top, found.bottom, found.left, found.right) == (area, row, row, column, column)


@given(st.integers(0, 99_999), st.integers(0, 99_999))
def test_a_number_stands_in_a_text_only_as_itself(one, other):
    text = f"We hold {other:,} cases of {other} kinds"
    assert grids.holds(text, str(one)) == (one == other)


@given(st.text(max_size=12), st.text(max_size=12))
def test_two_places_never_become_one_figure_id_and_each_is_one_word(one, other):
    assert (places.name(one) == places.name(other)) == (one == other)
    assert len(f"x{places.name(one)}x".split()) == 1


@given(st.floats(0, 1e6), st.integers(0, 2))
def test_a_stored_number_is_read_whole_or_refused_whatever_its_format_shows(value, digits):
    read = grids.reads_as(grids.Cell("S!A1", f"{value:.{digits}f}", "number", repr(value)), {})
    try:
        found = counts.parse(read)
    except counts.UnreadableNumber:
        assert not value.is_integer()
    else:
        assert found.low == found.high == value
