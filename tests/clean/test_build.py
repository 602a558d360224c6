"""The whole step: faulty documents contribute nothing, and the same raw folder gives the same bytes in any order."""

import random

from analysis import clean


def test_a_project_without_documents_has_empty_tables(vale):
    frames, problems = vale.built()
    assert problems == {} and [len(frames[name]) for name in clean.BUILT] == [0, 0, 2, 0]


def test_faulty_documents_contribute_nothing_and_are_all_named_while_the_rest_goes_on(vale):
    vale.document("good", [{"value": "5"}])
    vale.document("number", [{"value": "5"}, {"value": "1.2k"}])
    vale.document("force", [{"value": "5", "force": "Noth Police"}])
    vale.document("word", [{"value": "5", "outcome": "sackd"}])
    vale.document("date", [{"value": "5", "period": "31/02/2001"}])
    frames, problems = vale.built()
    assert set(problems) == {
        ("AMBIGUOUS_NUMBER", "L3F9"),
        ("UNKNOWN_FORCE", "L2F1"),
        ("UNKNOWN_WORDING", "L2F8"),
        ("AMBIGUOUS_DATE", "L2F2"),
    }
    assert frames["figures"]["source_id"].tolist() == ["good"] == frames["ledger"]["source_id"].unique().tolist()
    assert {problem.severity for problem in problems.values()} == {"document"}
    assert "north police" in problems["UNKNOWN_FORCE", "L2F1"].expected
    assert "sacked" in problems["UNKNOWN_WORDING", "L2F8"].expected


def test_an_unknown_wording_is_said_once_for_its_document_with_the_number_of_rows_it_is_in(vale):
    vale.document("a", [{"value": "5"}, *({"value": str(n), "outcome": "told off"} for n in (1, 2, 3))])
    vale.document("b", [{"value": "4", "outcome": "told off"}])
    assert [(one.file, one.place, one.found) for one in vale.built()[0]["problems"]] == [
        ("vale-2001/a.csv", "L3F8", "outcome 'told off', in 3 rows"),
        ("vale-2001/b.csv", "L2F8", "outcome 'told off'"),
    ]


def test_the_same_documents_in_any_order_of_every_table_give_the_same_bytes(vale, tmp_path):
    for number, (value, outcome) in enumerate([("5", "all"), ("<5", "sacked"), ("3", "sacked"), ("6", "all")]):
        vale.document(f"d{number}", [{"value": value, "outcome": outcome}, {"value": "9", "force": "South Police"}])
    vale.relate("part_of", "d1:L2", "d0:L2")
    vale.relate("disputes", "", "d3:L2")
    clean.write(clean.build(vale.folder), tmp_path / "one")
    chance = random.Random(1)
    for name, rows in [*vale.rows.items(), ("sources", vale.sources), ("relations", vale.relations)]:
        vale.table(name, chance.sample(rows, len(rows)))
    clean.write(clean.build(vale.folder), tmp_path / "two")
    one, two = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("one", "two"))
    assert one == two
    assert set(one) == {"README.md", "coverage.csv", "datapackage.json", "facts.csv", "figures.csv", "ledger.csv"}


def test_a_round_or_a_force_more_changes_no_other_row(vale):
    vale.document("a", [{"value": "5"}])
    before = clean.build(vale.folder)
    rounds, forces, coverage = (vale.rows[name] for name in ("rounds", "forces", "coverage_decisions"))
    vale.table("rounds", [*rounds, {"round_id": "vale-2009", "period_basis": "not stated"}])
    vale.table("forces", [*forces, {"force_id": "east", "name": "East Police", "kind": "territorial"}])
    more = [("vale-2001", "east"), *(("vale-2009", force) for force in ("north", "south", "east"))]
    said = [{"round_id": name, "force_id": force, "answer": "not asked"} for name, force in more]
    vale.table("coverage_decisions", [*coverage, *said])
    after = clean.build(vale.folder)
    assert after["problems"] == [] and after["figures"].equals(before["figures"])
    assert after["facts"].equals(before["facts"]) and len(after["coverage"]) == len(before["coverage"]) + 4
