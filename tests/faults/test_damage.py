"""A damaged document, decision or generation: what may still be published, and what nothing may be published for."""

import builds
import pytest
import replies

FORCES, BAD = 45, 10
RUNS = """timeout_seconds = 30
[[run]]
notebook = "count"
round = "vale-2002"
"""
# One way each in which a reply can be wrong.
WAYS = {
    "AMBIGUOUS_NUMBER": (",4,,text", ",1.2k,,text"),
    "UNKNOWN_WORDING": ("disciplined", "disciplind"),
    "UNKNOWN_FORCE": ("Vale", "Vail"),
    "AMBIGUOUS_DATE": (",2002-01-01,", ",2002-31-31,"),
    "RAGGED_ROW": ("invented,", "invented"),
    "CSV_QUOTE": (",text,", ',"text,'),
    "NUL_BYTE": (",text,", ",te\0xt,"),
    "EMPTY_FILE": ("", ""),
    "WRONG_COLUMNS": ("force,", "farce,"),
    "DUPLICATE_COLUMN": ("note,drop", "note,note"),
}


def many(place):
    """Give the project 45 forces with a reply each, of which ten are bad; return the names of the bad files."""
    raw, bad = place / "data" / "raw", {}
    forces, coverage = raw / "lookups" / "forces.csv", raw / "coverage.csv"
    pattern = next(line for line in forces.read_text("utf-8").splitlines() if line.startswith("north-vale,"))
    for number in range(FORCES):
        name, code = f"vale-{number:02d}", [*WAYS][number // 4] if number % 4 == 0 and number // 4 < BAD else ""
        text = f"{replies.HEADER}Vale {number:02d},2002,2002-01-01,2002-12-31,all,people,computer misuse,disciplined"
        text = f"{text},{number if not code else 4},,text,once,invented,\n"
        file = raw / "vale-2002" / f"{name}-reply.csv"
        file.write_text(text.replace(*WAYS[code]) if code and code != "EMPTY_FILE" else "" if code else text, "utf-8")
        bad |= {f"vale-2002/{file.name}": code} if code else {}
        add(forces, pattern.replace("north-vale", name).replace("North Vale", f"Vale {number:02d}"))
        add(coverage, f"vale-2001,{name},reply unknown,,,invented", f"vale-2002,{name},full,,{name}-reply,invented")
        head = f"{name}-reply,vale-2002,reply,,Vale {number:02d} (invented),Reply,,{name},,,2003-01-01,printed"
        tail = f"whole,yes,vale-2002/{file.name},{builds.sha256(file)},invented"
        add(raw / "sources.csv", f"{head},computer misuse,2002,full,,yes,2003-01-01,{tail}")
    return bad


def add(path, *lines):
    with path.open("a", encoding="utf-8") as file:
        file.write("".join(f"{line}\n" for line in lines))


def test_of_45_replies_with_ten_bad_ones_35_are_processed_and_ten_named_in_one_run(tmp_path, figure):
    place = builds.project(tmp_path / "many", RUNS)
    bad = many(place)
    assert len(bad) == BAD and set(bad.values()) == set(WAYS)
    status, said = builds.build(place)
    assert status == 1, said
    for file, code in bad.items():
        assert any(line.startswith(file) and code in line for line in said.splitlines()), f"{file}: {code}\n{said}"
    facts = (place / "data" / "processed" / "facts.csv").read_text("utf-8")
    good = [f"vale-{number:02d}" for number in range(FORCES) if f"vale-2002/vale-{number:02d}-reply.csv" not in bad]
    assert len(good) == 35
    assert all(f"{name}-reply:L2" in facts for name in good)
    assert not any(f"{file.removeprefix('vale-2002/').removesuffix('.csv')}:" in facts for file in bad)
    assert (place / "site" / "notebooks" / "vale-2002" / "count.ipynb").is_file()
    figure("A batch of 45 replies, ten bad", "1 run", "35 processed, 10 named, exit 1")


DECISIONS = {
    "a lookup": ("data/raw/lookups/wording.csv", "dismissed", "no-such-category", "UNKNOWN_ID"),
    "a relation": (
        "data/raw/lookups/relations.csv",
        "",
        "r9,part_of,vale-gazette:L99,vale-gazette:L4,,,,x",
        "NO_FIGURE",
    ),
    "an approval": ("data/raw/approvals.csv", "", "abc,HIDDEN_SHEET,sheet 2,for once", "BAD_APPROVAL"),
    "a changed document": (str(builds.REPLY), ",4,,", ",7,,", "CHANGED"),
    "an address in a name": ("data/raw/lookups/forces.csv", "Old Vale", "Old Vale x@example.org", "PERSONAL_DATA"),
}


@pytest.mark.parametrize("which", DECISIONS)
def test_a_bad_decision_a_changed_document_or_a_finding_of_the_gate_puts_nothing_in_place(
    three_forces, tmp_path, which
):
    place = builds.copied(three_forces / "before", tmp_path / "project")
    file, old, new, code = DECISIONS[which]
    if old:
        builds.replace(place / file, old, new)
    else:
        add(place / file, new)
    status, said = builds.build(place)
    named = "data/coverage.csv" if code == "PERSONAL_DATA" else file.removeprefix("data/raw/")
    assert status == 1 and any(line.startswith(named) and code in line for line in said.splitlines()), said
    assert "Nothing was put in place" in said
    assert builds.public(place) == builds.public(three_forces / "before")
