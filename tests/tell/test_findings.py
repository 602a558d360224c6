from types import SimpleNamespace

import pandas as pd
import pytest

from analysis.tell import findings
from analysis.tell.findings import Finding, NoLongerTrue, Number


def figures(**values):
    return pd.DataFrame(
        [(f"paper:{place}", low, high) for place, (low, high) in values.items()],
        columns=["figure_id", "low", "high"],
    ).astype({"low": "Int64", "high": "Int64"})


def fifty(label="Surrey Police"):
    text, numbers = findings.say(
        "at ",
        label,
        ", ",
        Number("50", 50, 50, ("paper:L2",)),
        " cases were recorded, ",
        Number("35", 35, 35, ("paper:L3",)),
        " of them over e-mail or Niche.",
    )
    return Finding(
        "how-many-cases/r/surrey", "how-many-cases", "r", "named", text, numbers, basis=("Printed by a paper.",)
    )


def test_numbers_are_marked_and_the_sentence_starts_with_a_capital():
    finding = fifty()
    assert finding.text == "at Surrey Police, {0} cases were recorded, {1} of them over e-mail or Niche."
    assert finding.sentence == "At Surrey Police, 50 cases were recorded, 35 of them over e-mail or Niche."


def test_a_number_word_at_the_start_gets_the_capital():
    text, numbers = findings.say(Number("three", 3, 3, ("paper:L2",)), " forces refused.")
    assert Finding("t/r/n", "t", "r", "s", text, numbers).sentence == "Three forces refused."


def test_a_finding_stands_while_its_cells_say_the_same():
    assert findings.check([fifty()], figures(L2=(50, 50), L3=(35, 35))) == [fifty()]


def test_a_changed_cell_stops_the_sentence():
    with pytest.raises(
        NoLongerTrue, match=r"how-many-cases/r/surrey: .*a cell still says “35”; found paper:L3 = \(36, 36\)"
    ):
        findings.check([fifty()], figures(L2=(50, 50), L3=(36, 36)))


def test_a_vanished_cell_stops_the_sentence():
    with pytest.raises(NoLongerTrue, match="paper:L3 missing"):
        findings.check([fifty()], figures(L2=(50, 50)))


def test_a_printed_number_must_name_a_cell():
    text, numbers = findings.say(Number("50", 50, 50), " cases.")
    with pytest.raises(NoLongerTrue, match="names a cell"):
        findings.check([Finding("t/r/n", "t", "r", "s", text, numbers)], figures(L2=(50, 50)))


def test_an_open_end_is_compared_as_open():
    text, numbers = findings.say(Number("at least 71", 71, None, ("paper:L2",)), " cases.")
    finding = Finding("t/r/n", "t", "r", "s", text, numbers)
    findings.check([finding], figures(L2=(71, pd.NA)))
    with pytest.raises(NoLongerTrue):
        findings.check([finding], figures(L2=(71, 80)))


def test_findings_survive_the_round_trip_through_json():
    assert findings.from_json(findings.to_json([fifty()])) == [fifty()]


def test_no_label_becomes_markup_or_a_marker():
    finding = fifty('<script>alert("{0}")</script>')
    assert finding.sentence.startswith('At <script>alert("{0}")</script>, 50')
    assert "<script>" not in findings.html(finding)
    assert '<span class="number" data-figures="paper:L2">50</span>' in findings.html(finding)


def test_plain_text_says_what_the_html_says():
    shown = fifty()._repr_mimebundle_()
    assert shown["text/plain"].splitlines() == [fifty().sentence, "  - Printed by a paper."]
    assert "Printed by a paper." in shown["text/html"]


def test_lists_of_pieces_join_like_names():
    numbers = [Number(str(n), n, n, (f"paper:L{n}",)) for n in (2, 3, 4)]
    text, marked = findings.say(findings.series([["a ", numbers[0]], ["b ", numbers[1]], ["c ", numbers[2]]]))
    assert text == "a {0}, b {1} and c {2}" and list(marked) == numbers


def test_the_story_of_an_unknown_round_is_an_error(monkeypatch, tmp_path):
    (tmp_path / "findings.json").write_text(findings.to_json([fifty()]), encoding="utf-8")
    monkeypatch.setenv("ANALYSIS_TABLES", str(tmp_path))
    monkeypatch.setattr(
        findings.tables, "load", lambda: SimpleNamespace(figures=figures(L2=(50, 50), L3=(35, 35))), raising=False
    )
    assert findings.story("how-many-cases", "r").answer == fifty()
    assert findings.show("how-many-cases/r/surrey") == fifty()
    with pytest.raises(ValueError, match="no findings for how-many-cases about 'x'"):
        findings.story("how-many-cases", "x")


def test_a_stale_file_of_findings_is_not_shown(monkeypatch, tmp_path):
    (tmp_path / "findings.json").write_text(findings.to_json([fifty()]), encoding="utf-8")
    monkeypatch.setenv("ANALYSIS_TABLES", str(tmp_path))
    monkeypatch.setattr(
        findings.tables, "load", lambda: SimpleNamespace(figures=figures(L2=(51, 51), L3=(35, 35))), raising=False
    )
    with pytest.raises(NoLongerTrue):
        findings.story("how-many-cases", "r")


def test_an_unknown_section_names_the_ones_there_are():
    with pytest.raises(KeyError, match="there are: named"):
        findings.Story((fifty(),)).part("unnamed")
