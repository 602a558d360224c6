"""What two releases together give away of a document that is not public, or is withheld: nothing."""

import hashlib

import vale


def released(place, disciplined, dismissed) -> dict[str, bytes]:
    """Return the public files of a release that holds a reply which is not public yet."""
    cells = [("South Vale", disciplined, "disciplined"), ("South Vale", dismissed, "dismissed")]
    vale.transcript(place, "south-vale-reply", cells)
    vale.sources(place, **{"south-vale-reply": {"public": "no"}})
    status, said = vale.build(place)
    assert status == 0, said
    return vale.public(place)


def test_no_public_byte_depends_on_a_hidden_count_so_no_second_release_gives_it_away(built):
    """A release without the reply does not know its numbers; one with it is the same to the byte whatever they are."""
    one, other = released(built, 24, 1), released(built, 37, 3)
    assert sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name)) == []
    assert b"fewer than 5" in one["processed/figures.csv"]
    assert not [name for name in one if name.startswith("site/data/raw/vale-2002/") or "south-vale-reply" in name]


def test_a_withheld_document_leaves_no_trace_of_the_name_in_its_file_name(built):
    document = built / "data" / "raw" / "vale-2002" / "about-jane-doe.csv"
    document.write_text("force\nnonsense\n", "utf-8")
    listed = built / "data" / "raw" / "sources.csv"
    head, row = (listed.read_text("utf-8").splitlines()[at] for at in (0, -1))
    named = dict(zip(head.split(","), row.replace("south-vale-reply", "about-jane-doe").split(","), strict=True))
    named["sha256"] = hashlib.sha256(document.read_bytes()).hexdigest()
    listed.write_text(listed.read_text("utf-8") + ",".join(named.values()) + "\n", "utf-8")
    status, said = vale.build(built)
    assert status == 1 and "about-jane-doe.csv:L1: WRONG_COLUMNS" in said
    assert [name for name, content in vale.public(built).items() if b"jane-doe" in name.encode() + content] == []


def test_a_number_worked_out_with_a_hidden_reply_says_that_a_document_is_kept_back(built):
    counted = "from analysis import count\nsay('{n} numbers of {force}.', n=count(data.own), force=data.force['name'])"
    vale.notebook(built, "page", [*vale.FORCE, ("code", counted)])
    pages = released(built, 24, 1)
    said = pages["site/forces/south-vale.html"].decode()
    assert "a document kept back" in said and "evidence/south-vale-reply" not in said
