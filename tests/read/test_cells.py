import pytest

from analysis.problems import Faults
from analysis.read import cells


def test_a_cell_has_the_line_its_record_starts_on_and_its_field(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('x,"two\nlines"\n\n5,\n', newline="\n")
    found = cells.cells(path).set_index("place")["text"].to_dict()
    assert found == {"L1F1": "x", "L1F2": "two\nlines", "L4F1": "5"}


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("café".encode(), "utf-8"),
        ("café".encode("utf-8-sig"), "utf-8-sig"),
        ("café".encode("cp1252"), "cp1252"),
        ("café".encode("utf-16"), "utf-16"),
    ],
)
def test_the_encoding_is_tried_in_a_declared_order_and_recorded(content, encoding):
    assert cells.decode(content) == ("café", encoding)


@pytest.mark.parametrize(
    ("content", "code"), [(b"\x81\xff", "ENCODING"), (b"a\n\x00", "NUL_BYTE"), (b" \n", "EMPTY_FILE")]
)
def test_bytes_that_cannot_be_text_are_refused(content, code):
    with pytest.raises(Faults) as caught:
        cells.decode(content)
    assert [fault.code for fault in caught.value.faults] == [code]


def test_a_quote_that_never_closes_names_the_line_it_opens_on(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('a,b\n1,2\n"3,4\n5,6\n')
    with pytest.raises(Faults) as caught:
        cells.cells(path)
    assert [(fault.code, fault.place) for fault in caught.value.faults] == [("CSV_QUOTE", "L3")]
