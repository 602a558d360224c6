"""Tables in and out, and the part of them that a round or a force is given."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import codebook, tables

# words that look like something else to a tool
WORDS = ["", "nan", "NA", "None", "N/A", "null", "2019-01-01", "no", "007", "1e3", "true", "3-5"]


def ledger(rows):
    return pd.DataFrame(rows, columns=list(codebook.columns("ledger").index))


@pytest.fixture(scope="module")
def whole():
    return tables.load()


@pytest.fixture(scope="module")
def parts(whole):
    return {name: tables.part(whole, name) for name in [*whole.rounds["round_id"], *whole.forces["force_id"]]}


def test_a_word_that_looks_like_something_else_to_a_tool_stays_the_word(tmp_path):
    rows = [["a", f"L{line}", "label", word, ""] for line, word in enumerate(WORDS, 2)]
    tables.write(ledger(rows), tmp_path / "ledger.csv", "ledger")
    assert tables.read("ledger", tmp_path / "ledger.csv")["reason"].tolist() == WORDS


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 120), st.integers(0, 12)), unique=True))
def test_addresses_are_ordered_by_source_then_line_then_field(addresses):
    texts = pd.Series([f"{source}:L{line}F{field}" for source, line, field in addresses], dtype="str")
    ranks = tables.natural_order(texts)
    assert [addresses[at] for at in ranks.argsort()] == sorted(addresses)


def test_every_committed_table_reads_and_writes_to_the_same_bytes(tmp_path):
    for name in codebook.names("processed"):
        tables.write(tables.read(name), tmp_path / name, name)
        assert (tmp_path / name).read_bytes() == tables.location(name).read_bytes(), name


def test_every_failure_is_named_at_once():
    frame = ledger([["a", "L1", "lost", "", ""], ["a", "L2", "label", "", ""], ["a", "L2", "", "", ""]])
    assert [(row, found) for row, found, _ in tables.wrong_cells(frame, "ledger")] == [
        (0, "ends_as = 'lost'"),
        (2, "ends_as = ''"),
        (2, "source_id, place a second time"),
    ]


@pytest.mark.parametrize(
    ("column", "text"), [("as_at", "2018-13-01"), ("as_at", "1/3/2018"), ("value", "-3"), ("value", "many")]
)
def test_a_text_that_is_no_date_or_count_is_named(column, text):
    row = {"force_id": "a", "as_at": "2018-03-01", "worker_type": "officer", "basis": "fte", "value": "1.5"}
    frame = pd.DataFrame([row | {"source_id": "s"} | {column: text}])
    assert [found for _, found, _ in tables.wrong_cells(frame, "workforce")] == [f"{column} = {text!r}"]
    if text != "-3":
        with pytest.raises(ValueError, match=rf"workforce.{column}.*{text}"):
            tables.cast(frame, "workforce")


def test_a_column_that_a_table_may_leave_out_is_read_as_empty(tmp_path):
    path = tmp_path / "sources.csv"
    path.write_text("source_id,round_id\na,r\n")
    row = tables.read("sources", path).loc[0]
    assert (row["source_id"], row["supersedes"], row["parent"]) == ("a", "", "")


def test_a_round_comes_with_its_facts_alone_and_every_figure_and_source_behind_them(whole, parts):
    for name in whole.rounds["round_id"]:
        part = parts[name]
        assert set(part.facts["round_id"]) <= {name} and set(part.coverage["round_id"]) <= {name}
        assert set(part.rounds["round_id"]) == {name} == {part.round["round_id"]} and part.force is None
        cited = set(" ".join([*part.facts["figure_ids"], *part.elsewhere["figure_ids"]]).split())
        assert cited <= set(part.figures["figure_id"]), name
        assert set(part.figures["source_id"]) <= set(part.sources["source_id"]), name


def test_a_force_comes_with_every_fact_that_names_it_and_the_rounds_they_are_of(whole, parts):
    for name in whole.forces["force_id"]:
        part = parts[name]
        own = [
            fact
            for fact, ids in zip(whole.facts["fact_id"], whole.facts["force_ids"], strict=True)
            if name in ids.split()
        ]
        assert part.own["fact_id"].tolist() == own and part.force["force_id"] == name
        for round_id in set(part.own["round_id"]) - {"single-force"}:
            held = whole.facts.loc[whole.facts["round_id"] == round_id, "fact_id"]
            assert set(held) <= set(part.facts["fact_id"])
        assert set(part.coverage.loc[part.coverage["force_id"] == name, "round_id"]) == set(
            whole.coverage.loc[whole.coverage["force_id"] == name, "round_id"]
        )


def test_what_an_assumption_names_comes_along_beside_the_facts_of_its_round(parts):
    part = parts["parliament-street-2019"]
    assert "cleveland_11288:L3F2" in set(part.elsewhere["fact_id"]) - set(part.facts["fact_id"])


def test_a_name_nobody_has_is_told_the_nearest():
    with pytest.raises(ValueError, match=r"no round or force is called 'surry'; nearest: surrey"):
        tables.load("surry")


def described(kinds, publishers, origins=1):
    names = [f"s{number}" for number in range(len(kinds))]
    sources = pd.DataFrame({"source_id": names, "kind": kinds, "publisher": publishers, "public": "yes"})
    sources.loc[sources["publisher"] == "O Police", "public"] = "no"
    ids = " ".join(f"{name}:L2" for name in names)
    facts = pd.DataFrame({"figure_ids": [ids], "n_origins": [origins], "force_ids": ["north"], "place": [""]})
    forces = pd.DataFrame({"force_id": ["north"], "name": ["North Police"], "short_name": ["North"]})
    row = tables.with_attribution(facts, sources, forces, pd.DataFrame({"alias": ["N Police"]})).iloc[0]
    return row["printed_by"], row["strength"], row["where"]


@pytest.mark.parametrize(
    ("kinds", "publishers", "origins", "printed_by", "strength"),
    [
        (["press"], ["Mail"], 1, "Mail", "press, one origin"),
        (["press", "press"], ["Mail", "Post"], 2, "Mail and Post", "press, 2 origins"),
        (["press"] * 3, ["Mail", "Post", "Star"], 1, "Mail and 2 other pages", "press, one origin"),
        (["press", "press"], ["Mail", "Mail"], 1, "Mail", "press, one origin"),
        (["press", "reply"], ["Mail", "N Police"], 2, "Mail and N Police", "own reply"),
        (["reply"], ["O Police"], 1, "O Police", "own reply, not public yet: we hide small counts"),
        (["reply"], ["a blog"], 1, "a blog", "one unverified copy"),
        (["report"], ["Watch (a copy)"], 1, "Watch (a copy)", "one unverified copy"),
        (["report", "press"], ["Watch", "Mail"], 1, "Watch and Mail", "report"),
    ],
)
def test_a_fact_says_who_printed_it_and_how_strong_that_is(kinds, publishers, origins, printed_by, strength):
    assert described(kinds, publishers, origins) == (printed_by, strength, "North")


def test_a_run_of_one_round_may_load_nothing_else(monkeypatch):
    monkeypatch.setenv("ANALYSIS_PART", "huntsman-2017")
    assert tables.load("huntsman-2017").name == "huntsman-2017"
    with pytest.raises(ValueError, match="may load nothing else"):
        tables.load()


def test_sources_that_differ_are_shown_each_with_its_number_and_who_prints_it(parts):
    data = parts["parliament-street-2019"]
    found = data.contradictions(data.facts)
    assert dict(zip(found["as_written"], found["by"], strict=True)) == {
        "70": "The Register",
        "Over 70": "The Commentator",
    }


def test_each_fact_says_how_far_a_case_had_come(whole):
    told = whole.facts.drop_duplicates("outcome").set_index("outcome")[["ended", "stage"]].apply(tuple, axis=1)
    assert told["investigated"] == ("investigated", "counted")
    assert told["written-warning|verbal-warning"] == ("written warning or verbal warning", "followed")
    assert told["dismissed|resigned"] == ("dismissed or resigned", "left")
    assert told["convicted&resigned"] == ("convicted and resigned", "court")


def test_what_a_number_counts_and_when_is_said_as_it_follows_the_number(whole):
    told = whole.facts.drop_duplicates(["where", "as_printed", "low"]).set_index(["where", "as_printed", "low"])
    told = told[["who", "what", "during"]].apply(" | ".join, axis=1)
    during = "from April 2017 to March 2019"
    assert told["Surrey", "computer misuse", 50] == f"cases | cases of computer misuse | {during}"
    assert told["Met Police", "CRIS misuse: dismissed", 1] == f"person | person dismissed (CRIS misuse) | {during}"
    label = "Improper Disclosure of Information: Management Advice"
    assert told["Northumbria", label, 1] == f"incident (officer) | incident (officer; {label}) | in July 2019"
    label = "breach of internet code: broke the rules"
    assert told["Norfolk", label, 70] == f"officers | officers ({label}) | from 1 January 2003 to 3 April 2006"
    assert {"on 21 October 2024", "since January 2008", "in a period not printed"} <= set(whole.facts["during"])
