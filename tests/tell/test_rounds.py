"""The seed story on the repository's own tables, and what happens to it when a number changes."""

from dataclasses import replace

import pytest

from analysis import tables
from analysis.tell import answered, cases, findings, forces, outcomes, phrases, scenes, unnamed
from analysis.tell.findings import NoLongerTrue

ROUND = "parliament-street-2019"


@pytest.fixture(scope="module")
def built():
    return tables.load()


def scene(built, topic="how-many-cases", round_id=ROUND):
    return scenes.of_round(built, topic, round_id, phrases.read(built.categories), scenes.rows(built))


def said(found):
    return [finding.sentence for finding in found]


def changed(built, fact_id, **values):
    facts = built.facts.copy()
    for column, value in values.items():
        facts.loc[facts["fact_id"] == fact_id, column] = value
    return replace(built, facts=facts)


def test_23_of_45_forces_replied(built):
    finding = answered.replied(scene(built))
    assert finding.sentence == "23 of the 45 forces asked replied."
    assert finding.numbers[1].figure_ids == ("ps2019-telegraph:L4",)


def test_more_replies_than_requests_stop_the_sentence(built):
    rounds = built.rounds.assign(forces_asked=built.rounds["forces_asked"].mask(built.rounds["round_id"] == ROUND, 20))
    with pytest.raises(NoLongerTrue, match="no more replied than were asked; found 23 of 20"):
        answered.replied(scene(replace(built, rounds=rounds)))


def test_the_total_tells_its_printed_parts(built):
    assert said(cases.totals(scene(built)))[0] == (
        "237 officers and staff were disciplined from April 2017 to March 2019. Of these, 11 were dismissed and six "
        "resigned."
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "At Surrey Police, 50 cases were recorded. Of these, 35 concerned misuse of the Niche records system or "
        "e-mail.",
        "At the Metropolitan Police, 18 officers and staff were disciplined. Of these, four were disciplined over use "
        "of social media and one was dismissed over misuse of the crime reporting system.",
        "At Greater Manchester Police, 17 cases of misuse of police systems were investigated.",
        "At Hertfordshire Constabulary, 16 cases were recorded. Of these, two concerned photos of police screens "
        "on social media.",
        "At Merseyside Police, two officers were dismissed.",
        "At West Yorkshire Police, nine people went to a misconduct meeting over records about their own affairs.",
    ],
)
def test_each_named_force_is_told_with_its_parts(built, sentence):
    assert sentence in said(cases.by_force(scene(built)))


def test_a_part_greater_than_its_whole_stops_the_sentence(built):
    broken = changed(built, "ps2019-commentator:L5", low=51, high=51)
    with pytest.raises(
        NoLongerTrue, match=r"no part is greater than its whole; found \(50, 50\) with parts \[\(51, 51\)\]"
    ):
        cases.by_force(scene(broken))


def test_equal_numbers_are_told_only_while_they_are_equal(built):
    names = "Cumbria Constabulary and Hertfordshire Constabulary"
    assert any(names in sentence for sentence in said(cases.equals(scene(built))))
    moved = changed(built, "ps2019-commentator:L11", low=15, high=15)
    assert not any(names in sentence for sentence in said(cases.equals(scene(moved))))


def test_a_changed_fact_without_a_changed_cell_stops_the_sentence(built):
    moved = changed(built, "ps2019-commentator:L4", low=52, high=52)
    with pytest.raises(NoLongerTrue, match="a cell still says “52”"):
        for finding in cases.by_force(scene(moved)):
            findings.check([finding], built.figures)


def test_clevelands_own_reply_stands_beside_the_press(built):
    assert said(cases.beside(scene(built))) == [
        "At Cleveland Police, no cases led to disciplinary action from April 2017 to March 2018.",
        "At Cleveland Police, four cases of access without a policing purpose on police systems ended in management "
        "action from April 2018 to March 2019.",
    ]


def test_an_estimate_is_told_as_one_and_never_as_a_total(built):
    told = scene(built)
    assert said(cases.estimates(told, built.relations)) == [
        "“as many as 500” was worked out by a paper from the 237; nobody counted it."
    ]
    assert not any("500" in sentence for sentence in said([*cases.totals(told), *outcomes.findings(told)]))


def test_31_to_98_of_the_237_are_unnamed_if_the_ranks_hold_and_0_to_98_without(built):
    spans = [(finding.numbers[0].low, finding.numbers[0].high) for finding in unnamed.limits(scene(built))]
    assert spans == [(31, 98), (0, 98), (0, 2)]


def test_named_dismissals_leave_at_most_58_of_the_98_to_forces_without_a_printed_number(built):
    found = unnamed.limits(scene(built, round_id="big-brother-watch-2011"))
    spans = {finding.numbers[1].text: (finding.numbers[0].low, finding.numbers[0].high) for finding in found}
    named_in_the_report = 10 + 7 + 7 + 6 + 5 + 5
    assert spans["98"][0] == 0 and spans["98"][1] <= 98 - named_in_the_report


def test_limits_name_what_they_assume_in_the_sentence(built):
    first = unnamed.limits(scene(built))[0]
    assert "if each case or incident is one person" in first.sentence
    assert any("ranks" in statement for statement in first.assumptions)


def test_of_the_237_eleven_were_dismissed_and_six_resigned(built):
    told = scene(built, "what-happened-next")
    assert said(outcomes.findings(told))[0] == (
        "Of the 237 officers and staff who were disciplined from April 2017 to March 2019, 11 were dismissed and six "
        "resigned."
    )
    assert "For at least 220 of the 237, no outcome was printed for all forces together." in said(
        outcomes.findings(told)
    )


def test_no_page_states_a_number_on_which_independent_sources_contradict_each_other(built):
    scene_2011 = scene(built, round_id="big-brother-watch-2011")
    merseyside = scenes.of_force(built, "force-page", "merseyside", scene_2011.said, scene_2011.everything)
    told = [*said(cases.by_force(scene_2011)), *said(forces.of_force(merseyside, []))]
    assert not any(sentence.startswith(("At Merseyside Police, 208", "208 ")) for sentence in told)
    assert any("208, is printed as “disciplined internally”, “convicted”, “cautioned”" in sentence for sentence in told)


def test_a_force_about_which_nothing_is_known_gets_a_page_that_says_so(built):
    told = scene(built)
    page = forces.of_force(scenes.of_force(built, "force-page", "fife", told.said, told.everything), [])
    assert page[0].sentence == "No number about Fife Constabulary was printed in what we saw."
    assert {"answer", "numbers", "conflicts", "replies", "rounds"} <= {finding.section for finding in page}


def test_a_disputed_number_says_so_in_the_sentence(built):
    told = scene(built)
    page = forces.of_force(scenes.of_force(built, "force-page", "dorset", told.said, told.everything), [])
    assert any("81 cases of data protection breaches, which the force disputes, were recorded" in s for s in said(page))


@pytest.mark.parametrize("topic", ["who-answered", "what-happened-next"])
def test_every_round_has_every_section_its_notebook_shows(built, topic):
    from analysis.tell import rounds

    shown = {
        "who-answered": {"answer", "named", "refused", "unknown", "weight", "counted"},
        "what-happened-next": {"everywhere", "unknown", "named"},
    }
    for round_id in rounds.of_many(built):
        made = rounds.TOPICS[topic](scene(built, topic, round_id))
        assert shown[topic] <= {finding.section for finding in made}, round_id
