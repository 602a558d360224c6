"""What two releases together give away of a document that is not public: nothing."""

import vale


def released(place, disciplined, dismissed) -> dict[str, bytes]:
    """Return the public files of a release that holds a reply which is not public yet."""
    cells = [("South Vale", disciplined, "disciplined"), ("South Vale", dismissed, "dismissed")]
    vale.transcript(place, "south-vale-reply", cells)
    vale.sources(place, **{"south-vale-reply": {"public": "no"}})
    vale.build(place, ends=[0])
    return vale.public(place)


def test_no_public_byte_depends_on_a_hidden_count_so_no_second_release_gives_it_away(built):
    """A release without the reply does not know its numbers; one with it is the same to the byte whatever they are."""
    counted = "from analysis import count\nsay('{n} numbers of {force}.', n=count(data.own), force=data.force['name'])"
    vale.notebook(built, "page", [*vale.FORCE, ("code", counted)])
    one, other = released(built, 24, 1), released(built, 37, 3)
    assert sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name)) == []
    assert b"fewer than 5" in one["processed/figures.csv"]
    assert not [name for name in one if name.startswith("site/data/raw/vale-2002/") or "south-vale-reply" in name]
    page = one["site/forces/south-vale.html"].decode()  # with a number worked out with the hidden reply
    assert "a document kept back" in page and "evidence/south-vale-reply" not in page
