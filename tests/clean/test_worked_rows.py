"""The rows that settle what the rules mean, read from the project's own documents through the public functions."""

import pytest

from analysis import clean, tables


@pytest.fixture(scope="module")
def built(project):
    return clean.build(project / "data" / "raw")


@pytest.fixture(scope="module")
def facts(built):
    return built["facts"].set_index("fact_id")


@pytest.fixture(scope="module")
def figures(built):
    return built["figures"].set_index("figure_id")


def of(facts, figure_id):
    """Return the one fact that a figure is part of."""
    [found] = [row for _, row in facts.iterrows() if figure_id in row["figure_ids"].split()]
    return found


def test_nothing_is_wrong_with_the_decisions_or_the_documents(built):
    assert [str(problem) for problem in built["problems"] if problem.severity != "shown"] == []


# of each number: where it is printed, what it means, and the number it is part of
SETTLED = {
    "three dismissed in Gwent are three, whatever the papers call them": (
        "ps2019-itpro:L11",
        {"low": 3, "high": 3, "n_sources": 5, "role": "not stated", "outcome": "dismissed"},
        None,
    ),
    "eleven dismissed are no disclosures, as only one paper gave that reason": (
        "ps2019-itpro:L5", {"low": 11, "outcome": "dismissed", "conduct": "not-stated", "n_origins": 1}, 237,
    ),
    "thirty-five of Surrey's fifty are Niche or e-mail": (
        "ps2019-register:L9", {"low": 35, "system": "niche|e-mail", "n_sources": 2}, 50,
    ),
    "over seventy and seventy contradict each other": (
        "ps2019-register:L13",
        {"low": 70, "hull_low": 70, "agreement": "conflict", "conflict_of": "value", "n_sources": 2},
        237,
    ),
    "as many as five hundred is at most": ("ps2019-telegraph:L3", {"low": 0, "high": 500, "status": "at most"}, None),
    "Greater Manchester's seventeen are investigated, with units kept": (
        "ps2019-register:L12",
        {"low": 17, "outcome": "investigated", "units_reported": "cases; incidents; offences"},
        None,
    ),
    "one in five at the Met is a share": (
        "met-2014-metro:L5", {"share_low": 0.2, "share_high": 0.2, "outcome": "dismissed|retired"}, 300,
    ),
    "nineteen live investigations are a stock on one day": (
        "psni_foi-2024-03673:L2", {"low": 19, "date_basis": "snapshot", "outcome": "ongoing"}, None,
    ),
    "a span of incident dates describes one case": (
        "west-midlands_4624-14:L11F2", {"low": 1, "date_basis": "incident"}, 7,
    ),
    "convicted and dismissed is one person with both": (
        "norfolk-edp:L4", {"low": 1, "high": 1, "role": "pcso", "outcome": "convicted&dismissed"}, None,
    ),
    "around seventy has no ends": (
        "other-yorks2011-pogowasright:L8", {"low": "", "high": "", "status": "approximate"}, None,
    ),
    "none in Cleveland's own reply is zero": ("cleveland_11288:L2F2", {"low": 0, "status": "zero"}, None),
    "four in Cleveland's own reply are four": ("cleveland_11288:L3F2", {"low": 4, "status": "exact"}, None),
    "thirty without action are a part of Dorset's 81": ("bbw2016-bridport:L7", {"low": 30}, 81),
    "Dorset's 81 is disputed, and its parts are not said to make it": (
        "bbw2016-bridport:L2", {"low": 81, "disputed": "yes", "alternatives": ""}, None,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("figure_id", "said", "whole"), SETTLED.values(), ids=SETTLED)
def test_a_number_means_what_was_settled_and_leads_to_its_whole(facts, figure_id, said, whole):
    fact = of(facts, figure_id)
    assert fact.astype("object").fillna("")[list(said)].to_dict() == said
    assert whole is None or facts.loc[fact["part_of"], "low"] == whole


@pytest.mark.parametrize(
    ("figure_id", "values"),
    [
        ("ps2019-register:L13", ["70", "71+"]),
        ("bbw2011-hartlepool:L2", ["17", "18 sum"]),  # of Cleveland and Durham
        ("bbw2016-cambstimes:L2", ["30", "37 sum"]),  # of Cambridgeshire
        ("west-midlands_4658-14:L15F5", ["13", "16"]),  # three tables of one reply disagree about a year
        ("west-midlands_4658-14:L15F6", ["0", "3"]),
    ],
)
def test_numbers_that_contradict_each_other_are_all_kept_and_a_sum_is_called_one(facts, figure_id, values):
    fact = of(facts, figure_id)
    said = [text.partition(" [") for text in fact["alternatives"].split("; ")]
    assert fact["agreement"] == "conflict"
    assert sorted(low + " sum" * where.startswith("sum of ") for low, _, where in said) == values


def test_an_estimate_of_a_paper_is_told_from_a_count():
    relations = tables.read("relations").set_index("relation")
    assert "ps2019-telegraph:L3" in " ".join(relations.loc[["estimate_of"], "figures"]).split()


def test_merseysides_208_is_one_conflict_and_nowhere_a_fact_for_humberside(facts, figures):
    disputed = of(facts, "bbw2011-report:L12")
    behind = figures.loc[disputed["figure_ids"].split()]
    assert (disputed["force_ids"], disputed["low"], disputed["agreement"]) == ("merseyside", 208, "conflict")
    assert {"outcome", "force"} <= set(disputed["conflict_of"].split())
    assert behind["outcome"].nunique() >= 4 and "humberside" in set(behind["force_ids"])
    assert not ((facts["force_ids"] == "humberside") & (facts["low"] == 208)).any()


def test_a_whole_its_parts_do_not_make_is_shown_and_stops_nothing(built):
    shown = [problem for problem in built["problems"] if problem.code == "TOTAL_MISMATCH"]
    assert all(problem.severity == "shown" for problem in shown) and any("37" in problem.found for problem in shown)


def test_every_force_legacy_ones_too_has_a_row_in_every_round(built):
    forces, rounds = set(tables.read("forces")["force_id"]), set(tables.read("rounds")["round_id"]) - {"single-force"}
    assert built["coverage"].groupby("round_id")["force_id"].agg(set).to_dict() == dict.fromkeys(rounds, forces)


def test_building_again_gives_the_committed_bytes(built, project, tmp_path):
    clean.write(built, tmp_path)
    committed = project / "data" / "processed"
    for path in sorted(tmp_path.iterdir()):
        assert path.read_bytes() == (committed / path.name).read_bytes(), path.name
