"""What may be said about the forces and categories someone chooses, on the repository's own tables."""

import json

import pandas as pd
import pytest

from analysis import paths, tables
from analysis.measure import rates
from analysis.publish import normal
from analysis.tell import explore, panel, selection, shown
from analysis.tell.findings import Finding

ROUND = "parliament-street-2019"


@pytest.fixture(scope="module")
def built():
    return tables.load()


@pytest.fixture(scope="module")
def look(built):
    """Return a function that shows a view of the 2019 round unless another is named."""
    kept = {}
    return lambda round=ROUND, **choice: explore.view(round, of=built, kept=kept, **choice)


@pytest.fixture(scope="module")
def every(built):
    return list(built.assumptions.loc[built.assumptions["round_id"] == ROUND, "assumption_id"])


def test_one_number_is_said_drawn_and_tabled_with_its_cell(look):
    view = look(forces=["surrey"])
    assert view.sentence.sentence == "At Surrey Police, 50 cases were recorded."
    assert tuple(view.table.loc[0, ["label", "low", "high", "status"]]) == ("Surrey", 50, 50, "exact")
    assert "ps2019-commentator:L4" in view.table.loc[0, "figure_ids"].split()
    assert "Surrey 50" in view.chart.alt


def test_cases_and_people_are_not_added_and_the_refusal_names_both(look):
    view = look(forces=["surrey", "gwent"])
    assert view.sentence.sentence == (
        "These numbers are not added up: ps2019-commentator:L4 and ps2019-commentator:L13 must not be added: "
        "one counts cases, the other people. Leave one of them out."
    )
    assert view.sentence.caveats[:2] == (
        "ps2019-commentator:L4: Surrey Police, 50 cases were recorded.",
        "ps2019-commentator:L13: Gwent Police, three people were dismissed over access without a policing purpose or "
        "disclosure in police databases.",
    )


def test_what_an_assumption_allows_to_be_added_says_so(look):
    view = look(forces=["surrey", "gwent"], assumptions=["one-case-one-person"])
    assert (
        view.sentence.sentence == "Together, these two numbers make 53 people, if each case or incident is one person."
    )
    assert list(view.table["assumed"]) == ["one-case-one-person", ""]


def test_the_sum_of_named_forces_stands_beside_the_limits_of_all(look):
    view = look(outcome="dismissed")
    assert sorted(view.table["low"]) == [1, 2, 3, 3]
    assert view.sentence.sentence == "Together, these four numbers make nine people."
    assert view.limits.findings[0].sentence == (
        "Given everything printed about this round, the number of officers and staff who were dismissed at all forces "
        "that replied is exactly 11."
    )


def test_forces_nobody_named_have_limits_though_no_number(look, every):
    view = look(forces=["unnamed"], outcome="disciplined", assumptions=every)
    assert list(view.table["status"]) == ["missing"]
    limits = view.limits.findings[0]
    assert (limits.numbers[0].low, limits.numbers[0].high) == (31, 98)
    assert "at forces nobody named is between 31 and 98, if " in limits.sentence


def test_replies_alone_are_another_definition(look):
    assert look(definition="replies only").sentence.sentence == "No number of this kind was printed in what we saw."
    view = look(definition="replies only", forces=["cleveland"], assumptions=["cleveland-in-round"])
    assert view.table["figure_ids"].str.startswith("cleveland_11288:").all() and len(view.table)


def test_two_systems_not_told_apart_are_left_out_and_said(look):
    view = look(forces=["surrey"], system="niche")
    assert list(view.table["status"]) == ["missing"]
    assert any(
        "Niche records system or e-mail" in line and "does not tell this apart" in line
        for line in view.sentence.caveats
    )


def test_a_papers_estimate_is_no_number_but_a_caveat(look):
    view = look(forces=["all forces asked"], outcome="disciplined")
    assert list(view.table["low"]) == [237]
    assert any("500" in line and "a paper worked it out" in line for line in view.sentence.caveats)


def test_parts_are_not_shown_beside_their_whole(look):
    assert len(look(forces=["hertfordshire"]).table) == 1
    assert list(look(forces=["hertfordshire"], system="social-media").table["low"]) == [2]


def test_a_refusal_is_hatched_as_one(look, built):
    refused = built.coverage[
        (built.coverage["round_id"] == "big-brother-watch-2011") & (built.coverage["answer"] == "refused")
    ]
    view = look("big-brother-watch-2011", forces=[refused["force_id"].iloc[0]])
    assert list(view.table["status"]) == ["refused"] and "(refused)" in view.chart.alt


def test_sources_that_disagree_are_both_shown_and_widen_the_sum(look):
    view = look("press-association-data-2014", forces=["greater-manchester", "kent"], outcome="recorded")
    assert view.table.set_index("label").loc["Greater Manchester", ["low", "high", "status"]].tolist() == [
        93,
        161,
        "conflict",
    ]
    assert "between 179 and 247 cases" in view.sentence.sentence  # 93 + 86 and 161 + 86
    assert "Sources contradict each other on Greater Manchester Police." in view.sentence.caveats


def test_a_rate_carries_its_denominator_dates_and_source(look, built):
    row = look(forces=["surrey"], denominator="officers only").table.iloc[0]
    fact = built.facts[built.facts["fact_id"] == "ps2019-commentator:L4"]
    by_hand = rates.per_thousand(fact, built.workforce, "officers only").iloc[0]
    assert row["rate"] == pytest.approx(by_hand["rate"])
    assert row["rate_lower"] < row["rate"] < row["rate_upper"]
    assert (row["denominator_from"], row["denominator_sources"]) == (
        by_hand["denominator_from"],
        by_hand["denominator_sources"],
    )


def test_what_is_saved_is_named_by_the_choice_and_its_code_shows_the_same_view(look, tmp_path):
    view = look(forces=["surrey", "gwent"], outcome="dismissed", denominator="workforce")
    picture = view.save(tmp_path)
    assert picture == look(forces=["surrey", "gwent"], outcome="dismissed", denominator="workforce").save(tmp_path)
    assert {path.suffix for path in tmp_path.iterdir()} == {".png", ".csv", ".txt", ".py"}
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.with_suffix(".txt").read_text("utf-8") == view.chart.alt + "\n"
    written = pd.read_csv(picture.with_suffix(".csv"))
    assert list(written["label"]) == list(view.table["label"]) and {"low", "high", "rate_lower", "rate_upper"} <= set(
        written
    )
    *imports, call = picture.with_suffix(".py").read_text("utf-8").split("\n\n", 1)
    known = {}
    exec(imports[0], known)
    assert repr(eval(call.strip(), known)) == repr(view)


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ({"round": "parliament-street"}, "no round is called"),
        ({"outcome": "dismist"}, "did you mean 'dismissed'"),
        ({"definition": "all"}, "no definition is called"),
        ({"denominator": "people"}, "choose one of counts only, workforce"),
        ({"assumptions": ["ranks"]}, "no assumption is called"),
    ],
)
def test_a_word_that_means_nothing_is_refused(look, choice, said):
    with pytest.raises(ValueError, match=said):
        look(**choice)


def test_no_label_becomes_live_html():
    frame = pd.DataFrame({"label": ["<script>x</script>"]})
    finding = Finding("a", "a", "a", "a", "<b>one</b>", caveats=("<i>two</i>",), basis=("<u>three</u>",))
    said = shown.table(frame) + shown.sentences([finding])
    assert not any(mark in said for mark in ("<script", "<b>one", "<i>", "<u>"))


def test_the_panel_answers_a_change_and_offers_what_the_round_has(built, monkeypatch):
    made = []
    monkeypatch.setattr(panel, "_laid_out", lambda own, button: made.append((own, button)))
    panel.panel(built)
    [(own, button)] = made
    own.controls["forces"].value = ("surrey", "gwent")
    assert "must not be added" in own.shown["sentence"].value
    own.assumptions["one-case-one-person"].value = True
    assert "make 53 people, if each case" in own.shown["sentence"].value
    own.controls["round"].value = "huntsman-2017"
    assert own.choice == {"round": "huntsman-2017", "forces": (), "definition": selection.PRESS, "assumptions": ()} | (
        dict.fromkeys(selection.DIMENSIONS, "any") | {"denominator": selection.COUNTS}
    )
    own.waiting.result()
    assert "779" in own.shown["limits"].value and 'alt="' in own.shown["chart"].value
    monkeypatch.setattr(explore.View, "save", lambda view: paths.build() / "views" / "x.png")
    button.click()
    assert "build/views/x.png" in own.shown["saved"].value and "huntsman-2017" in own.shown["saved"].value


def test_explore_is_committed_without_outputs_and_outside_the_runs(project):
    path = project / "notebooks" / "explore.ipynb"
    cells = json.loads(path.read_text("utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert [(cell["outputs"], cell["execution_count"]) for cell in code] == [([], None)] * 2
    assert normal.emptied(path.read_text("utf-8")) == path.read_text("utf-8")
    assert "explore" not in (project / "notebooks" / "runs.toml").read_text("utf-8")
