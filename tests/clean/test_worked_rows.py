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


def one(facts, **key):
    found = facts
    for column, value in key.items():
        found = found[found[column] == value]
    assert len(found) == 1, f"{len(found)} facts for {key}"
    return found.iloc[0]


def of(facts, figure_id):
    found = facts[[figure_id in ids.split() for ids in facts["figure_ids"]]]
    assert len(found) == 1
    return found.iloc[0]


SEED = "parliament-street-2019"


def test_nothing_is_wrong_with_the_decisions_or_the_documents(built):
    assert [str(problem) for problem in built["problems"] if problem.severity != "shown"] == []


def test_three_dismissed_in_gwent_are_three_whatever_the_papers_call_them(facts, figures):
    gwent = one(facts, round_id=SEED, force_ids="gwent")
    roles = set(figures.loc[gwent["figure_ids"].split(), "role"])
    assert (gwent["low"], gwent["high"], gwent["role"], gwent["outcome"]) == (3, 3, "not stated", "dismissed")
    assert roles == {"officer", "not stated"} and "officer" in gwent["roles_reported"]


SETTLED = {
    "eleven dismissed are no disclosures, as only one paper gave that reason": (
        "ps2019-itpro:L5",
        {"low": 11, "outcome": "dismissed", "conduct": "not-stated", "n_origins": 1},
    ),
    "one in five at the Met is a share": (
        "met-2014-metro:L5",
        {"share_low": 0.2, "share_high": 0.2, "outcome": "dismissed|retired"},
    ),
    "nineteen live investigations are a stock on one day": (
        "psni_foi-2024-03673:L2",
        {"low": 19, "date_basis": "snapshot", "outcome": "ongoing"},
    ),
    "a span of incident dates describes one case": (
        "west-midlands_4624-14:L11F2",
        {"low": 1, "date_basis": "incident"},
    ),
    "convicted and dismissed is one person with both": (
        "norfolk-edp:L4",
        {"low": 1, "high": 1, "role": "pcso", "outcome": "convicted&dismissed"},
    ),
    "around seventy has no ends": (
        "other-yorks2011-pogowasright:L8",
        {"low": "", "high": "", "status": "approximate"},
    ),
    "none in Cleveland's own reply is zero": ("cleveland_11288:L2F2", {"low": 0, "status": "zero"}),
    "four in Cleveland's own reply are four": ("cleveland_11288:L3F2", {"low": 4, "status": "exact"}),
}


@pytest.mark.parametrize(("figure_id", "said"), SETTLED.values(), ids=SETTLED)
def test_a_number_means_what_was_settled(facts, figure_id, said):
    assert of(facts, figure_id).astype("object").fillna("")[list(said)].to_dict() == said


@pytest.mark.parametrize(
    ("figure_id", "whole"), [("west-midlands_4624-14:L11F2", 7), ("met-2014-metro:L5", 300), ("ps2019-itpro:L5", 237)]
)
def test_a_part_leads_to_its_whole(facts, figure_id, whole):
    assert facts.loc[of(facts, figure_id)["part_of"], "low"] == whole


def test_thirty_five_of_surreys_fifty_are_niche_or_email_and_part_of_them(facts):
    part = one(facts, round_id=SEED, force_ids="surrey", low=35)
    whole = one(facts, round_id=SEED, force_ids="surrey", low=50)
    assert part["system"] == "niche|e-mail" and part["part_of"] == whole.name and part["n_sources"] == 2


def test_over_seventy_and_seventy_contradict_each_other_within_the_237(facts):
    seventy = one(facts, round_id=SEED, system="police-databases", force_ids="", low=70)
    assert (seventy["hull_low"], seventy["agreement"], seventy["conflict_of"]) == (70, "conflict", "value")
    assert {text.split(" ")[0] for text in seventy["alternatives"].split("; ")} == {"70", "71+"}
    assert seventy["part_of"] == one(facts, round_id=SEED, low=237).name


def test_as_many_as_five_hundred_is_at_most_and_an_estimate(facts):
    estimate = one(facts, round_id=SEED, status="at most")
    relations = tables.read("relations")
    estimates = " ".join(relations.loc[relations["relation"] == "estimate_of", "figures"]).split()
    assert (estimate["low"], estimate["high"]) == (0, 500) and estimate.name in estimates


def test_greater_manchesters_seventeen_are_investigated_with_units_and_labels_kept(facts):
    gmp = one(facts, round_id=SEED, force_ids="greater-manchester")
    assert (gmp["low"], gmp["outcome"]) == (17, "investigated")
    assert len(gmp["units_reported"].split("; ")) > 1 and len(gmp["labels_reported"].split("; ")) > 1


def test_seventeen_of_cleveland_and_durham_conflict_with_parts_that_make_eighteen(facts):
    joint = one(facts, round_id="big-brother-watch-2011", force_ids="cleveland durham")
    assert (joint["low"], joint["agreement"]) == (17, "conflict") and "18 [sum of " in joint["alternatives"]
    parts = facts[[joint.name in ids.split() for ids in facts["part_of"]]]
    assert parts["low"].sum() == 18


@pytest.mark.parametrize(("year", "values"), [("F5", {"16", "13"}), ("F6", {"0", "3"})])
def test_three_tables_of_west_midlands_disagree_about_a_year(facts, year, values):
    fact = of(facts, f"west-midlands_4658-14:L15{year}")
    assert fact["agreement"] == "conflict" and fact["n_sources"] == 1
    assert {text.split(" ")[0] for text in fact["alternatives"].split("; ")} == values


def test_both_pairs_of_west_midlands_sum_to_sixteen(figures):
    low = figures["low"]
    assert low["west-midlands_4658-14:L15F5"] + low["west-midlands_4658-14:L15F6"] == 16
    assert low["west-midlands_4658-14:L25F5"] + low["west-midlands_4658-14:L25F6"] == 16


def test_merseysides_208_is_one_conflict_and_nowhere_a_fact_for_humberside(facts, figures):
    disputed = one(facts, round_id="big-brother-watch-2011", force_ids="merseyside", low=208)
    behind = figures.loc[disputed["figure_ids"].split()]
    assert {"outcome", "force"} <= set(disputed["conflict_of"].split()) and disputed["agreement"] == "conflict"
    assert behind["outcome"].nunique() >= 4 and "humberside" in set(behind["force_ids"])
    assert not ((facts["force_ids"] == "humberside") & (facts["low"] == 208)).any()


def test_dorsets_81_is_disputed_and_its_parts_are_never_said_to_make_it(facts):
    dorset = one(facts, round_id="big-brother-watch-2016", force_ids="dorset", disputed="yes")
    assert dorset["low"] == 81 and "sum of" not in dorset["alternatives"]
    assert sum(dorset.name in ids.split() for ids in facts["part_of"]) >= 5


def test_cambridgeshires_thirty_stand_against_parts_of_thirty_seven(facts, built):
    whole = one(facts, round_id="big-brother-watch-2016", force_ids="cambridgeshire", agreement="conflict")
    assert whole["low"] == 30 and "37 [sum of " in whole["alternatives"]
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
