"""A force's rate beside the others': on three invented forces whose limits are known from the textbook table."""

from types import SimpleNamespace

import pandas as pd
import pytest

from analysis.tell import beside, scenes

FACT = {"unit": "cases", "outcome": "recorded", "figure_ids": "a:L2"}


def stage(selected="yes"):
    forces = pd.DataFrame(
        {
            "force_id": ["north", "south", "east"],
            "short_name": ["North", "South", "East"],
            "name": ["North Police", "South Police", "East Police"],
        }
    )
    rounds = pd.DataFrame([{"round_id": "r", "title": "Vale, 2001", "selected": selected}], index=["r"])
    built = SimpleNamespace(by_id={"forces": forces.set_index("force_id"), "rounds": rounds})
    return [scenes.Scene("force-page", subject, built, {}, ()) for subject in ("north", "r")]


def row(force, lower, upper, **fact):
    return {
        "force_ids": force,
        "rate": (lower + upper) / 2,
        "lower": lower,
        "upper": upper,
        "fact": SimpleNamespace(**FACT | fact),
    }


def told(rows, **given):
    force, round_ = stage(**given)
    own, *others = pd.DataFrame(rows).itertuples(index=False)
    return beside._others(force, round_, own, pd.DataFrame(others))


def test_limits_that_touch_overlap_and_those_apart_do_not():
    found = told([row("north", 1, 2), row("south", 2, 3), row("east", 4, 5)])
    assert found.sentence == (
        "In Vale, 2001, two other forces have a rate, most of them chosen by sources for being high. "
        "Their limits reach from 2.0 to 5.0, and those of one overlap with the limits of North Police."
    )
    assert found.title == "Rate limits of one of two other forces overlap with North’s"
    assert found.caveats == ()


def test_numbers_of_different_things_are_said_not_to_be_ranked():
    found = told([row("north", 1, 2), row("south", 2, 3, unit="people")], selected="no")
    assert "chosen" not in found.sentence
    assert found.caveats == ("The numbers count two different things, so the rates cannot be ranked.",)


@pytest.mark.parametrize("exposure", [None, 2.0])
def test_a_rate_is_told_only_where_the_workforce_is_known(exposure, monkeypatch):
    force, round_ = stage()
    known = row("north", 1, 2) | {"exposure": exposure}
    monkeypatch.setattr(beside.rated, "told", lambda scene, own: scene.finding("rates", "x", "at North, {0} cases."))
    found = beside.findings(force, [(round_, pd.DataFrame([known]).astype({"exposure": "Float64"}))])
    assert [one.finding_id for one in found] == ["force-page/north/rate-r" if exposure else "force-page/north/no-rate"]
