"""What can be said of the forces and categories someone chooses, on the repository's own tables."""

import pytest
from IPython.display import Markdown

from analysis import tables
from analysis.tell import explore
from analysis.tell.say import words as number

ROUND = "parliament-street-2019"
STARTS = {
    "By force": {"round": ROUND},
    "What happened": {"round": ROUND, "show": "outcomes"},
    "Rates": {"round": "big-brother-watch-2016", "show": "rates"},
}


@pytest.fixture(scope="module")
def built():
    return tables.load()


@pytest.fixture(scope="module")
def look(built):
    """Return a function that shows a view of the 2019 round unless another is named."""
    parts = {}

    def look(round=ROUND, **choice):
        part = parts.setdefault(round, tables.part(built, round))
        return explore.View(part, round, **choice)

    return look


@pytest.fixture
def panel(built):
    return explore.Panel(built, STARTS)


def words(shown):
    return [one.data if isinstance(one, Markdown) else one.record["text"] for one in shown]


def output(widget):
    return [next(data[kind] for kind in ("text/markdown", "text/plain") if kind in data)
            for data in (one["data"] for one in widget.outputs)]  # fmt: skip


def test_one_number_is_said_with_who_printed_it_and_led_to_its_cell(look):
    view = look(forces=["Surrey"])
    assert words(view.said) == ["Surrey: 50 cases, printed as “computer misuse” by The Commentator and 4 other pages."]
    assert "ps2019-commentator:L4" in view.said[0].record["figure_ids"]
    assert view.chart is None


def test_what_must_not_be_added_says_why_in_words_and_what_can_be_said(look):
    view = look(forces=["Surrey", "Gwent"])
    assert words(view.said) == [
        "They must not all be added up: Gwent (“database search; disclosure; unlawful access: dismissed”), not with "
        "Surrey (“computer misuse”): one counts cases, the other people. Each can be said by itself, as printed."
    ]
    assert "Surrey: cases 50; Gwent: people 3." in view.chart.alt
    assert view.rows["added"].tolist()[0] == "alone"


def test_what_can_be_added_is_added_in_groups_and_each_row_says_to_which(look):
    view = look(outcome="dismissed")
    assert words(view.said) == ["Gwent, Wiltshire, Merseyside and Met Police: together nine people."]
    assert sorted(view.rows["low"]) == [1, 2, 3, 3] and set(view.rows["added"]) == {"sum 1"}
    every = look()
    said = words(every.said)
    assert len(said) > 2 and said[-1].startswith("They must not all be added up: ")
    assert "Surrey" in said[0] and "Met Police" in said[1]
    for place, sentence in enumerate(said[:-1], 1):
        added = every.rows.loc[every.rows["added"] == f"sum {place}", "low"].sum()
        assert f"together {number(added, added)} " in sentence


def test_a_force_without_a_number_is_said_with_its_answer(look):
    assert words(look(forces=["Kent"]).said) == [
        "We have seen no number of this kind for a single force.",
        "Kent: no number of this kind was printed (its answer: reply unknown).",
    ]


def test_a_number_that_does_not_tell_apart_is_left_out_and_named(look):
    view = look(forces=["Surrey"], system="e-mail")
    assert view.rows.empty
    assert words(view.said)[1].startswith("Left out, because the source does not tell this apart: Surrey (")


@pytest.mark.parametrize(
    ("round", "said", "drawn"),
    [
        (ROUND, "Of 237 people, an outcome was printed for 17.", "One bar of 237 in three parts."),
        ("big-brother-watch-2016", "One of them can stand under two outcomes, so these do not make one bar.",
         "Bars from zero for"),
    ],
)  # fmt: skip
def test_what_became_of_a_total_is_one_bar_unless_one_person_can_have_two_outcomes(look, round, said, drawn):
    view = look(round, show="outcomes")
    assert words(view.said) == [said] and view.chart.alt.startswith(drawn)
    assert ("No outcome printed 220" in view.chart.alt) == (round == ROUND)


def test_rates_say_what_they_are_per_and_why_one_is_missing(look):
    view = look("big-brother-watch-2016", show="rates")
    assert "Dorset" in " ".join(words(view.said)) and "95% intervals" in view.chart.subtitle
    assert "Surrey 10.6 (9.2 to 12.2)" in view.chart.alt


def test_a_view_is_saved_as_picture_rows_words_and_the_cell_that_shows_it_again(look, tmp_path, monkeypatch):
    view = look(forces=["Surrey", "Gwent"])
    place = view.save(tmp_path)
    assert place.name == "parliament-street-2019-numbers-surrey-gwent"
    assert {one.suffix for one in tmp_path.iterdir()} == {".png", ".csv", ".txt", ".py"}
    assert (tmp_path / f"{place.name}.png").read_bytes() == view.chart.png
    told = (tmp_path / f"{place.name}.txt").read_text()
    assert view.chart.alt in told and "They must not all be added up" in told
    again = []
    monkeypatch.setattr(explore, "View", lambda data, **choice: again.append(choice))
    exec((tmp_path / f"{place.name}.py").read_text(), {})
    assert again == [{"round": ROUND, "forces": ("Surrey", "Gwent")}]


def test_another_round_offers_its_own_forces_and_categories_and_nothing_of_it_is_chosen(panel):
    panel.force.value = "Surrey"
    panel.controls["round"].value = "big-brother-watch-2011"
    assert "Surrey" in panel.force.options and "disciplined" in dict(panel.controls["outcome"].options).values()
    assert panel.view.asked == {"round": "big-brother-watch-2011"}


@pytest.mark.parametrize("typed", ["kent", "KENT POLICE", "Kent"])
def test_a_force_is_found_by_any_of_its_names(panel, typed):
    panel.force.value = typed
    assert panel.forces == ("Kent",) and panel.force.value == ""


def test_a_force_that_is_not_there_is_said_with_the_nearest(panel):
    panel.force.value = "Atlantis"
    assert panel.forces == ()
    assert panel.status.value.startswith("No force of this request is called Atlantis; nearest: ")


def test_an_error_is_said_in_the_panel(panel, monkeypatch):
    monkeypatch.setattr(explore, "View", lambda *_, **__: 1 / 0)
    panel.show()
    assert panel.status.value == "This cannot be shown: division by zero"
