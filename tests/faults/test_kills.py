"""A build may be killed anywhere: site/ is always one whole generation, and the next build just works."""

import json
import random
import signal
import sys
import time

import builds
import pytest

SEED = 20190211
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
AT_RANDOM = 50
STEPS_OF = ("generation", "staging", "swap", "cache", "site", "gate", "notebooks", "kernels")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="orphans are counted by a call that only Linux has")


def steps(place, tmp_path) -> list[str]:
    """Return every step of a build: each function of the machinery, when it is first entered and first left."""
    seen = tmp_path / "steps.json"
    status, said = builds.build(place, FAULT="steps:", FAULT_SEEN=str(seen))
    assert status == 0, said
    named = [name for name in json.loads(seen.read_text("utf-8")) if "<" not in name]
    return [name for name in named if name.split(":")[1].split(".")[0] in STEPS_OF]


def at_steps(whole, corrected, tmp_path) -> list[tuple]:
    """Return a signal for each named step of a build; for one step in the short slice."""
    named = steps(corrected("traced"), tmp_path) if whole else ["return:swap.exchange"]
    return [(f"{name}:{int(SIGNALS[at % 3])}", 0.0, SIGNALS[at % 3]) for at, name in enumerate(named)]


def at_random(whole, corrected, _) -> list[tuple]:
    """Return signals at random times of the length of a build; one in the short slice."""
    chance, began = random.Random(SEED), time.monotonic()
    if whole:
        assert builds.build(corrected("timed"))[0] == 0
    longest = time.monotonic() - began if whole else 3
    return [("", chance.uniform(0.05, longest), SIGNALS[at % 3]) for at in range(AT_RANDOM if whole else 1)]


def killed(place, fault: str, seconds: float, number: int) -> tuple[dict, list, int]:
    """Run a build that is sent a signal; return the generations that a reader met, the orphans, and the exit status."""
    with builds.orphans() as left, builds.read_all_the_time(place) as seen:
        process = builds.start(place, FAULT=fault)
        if not fault:
            builds.stop_after(process, seconds, number)
        status, said = builds.ended(process)
    not_yet_heard = status == -number and "Cleaning" not in said  # Python was still starting
    assert status in (0, -9, 128 + number) or not_yet_heard, said
    return seen, left, status


@pytest.mark.parametrize("moments", [at_steps, at_random])
def test_a_kill_at_any_moment_leaves_whole_generations_no_kernel_and_a_next_build_that_works(
    whole, corrected, three_forces, tmp_path, figure, subtests, moments
):
    names = ("site", "data/processed")
    good = {name: {builds.fingerprint(three_forces / when / name) for when in ("before", "after")} for name in names}
    wanted, tried, ends = builds.public(three_forces / "after"), moments(whole, corrected, tmp_path), []
    for fault, seconds, number in tried:
        place, which = corrected(), fault or f"signal {int(number)} after {seconds:.3f} s"
        with subtests.test(which):
            seen, left, status = killed(place, fault, seconds, number)
            assert all(seen[name] <= good[name] for name in names)
            assert left == []
            assert builds.build(place)[0] == 0
            assert builds.public(place) == wanted
            assert not list((place / "build").glob("stage-*"))
            ends.append(status)
            print(f"kill {len(ends)} of {len(tried)}: {which}: ended with {status}, all holds", flush=True)
    hit = sum(status != 0 for status in ends)
    assert len(ends) == len(tried) and hit >= len(tried) // 2
    what = f"Kills {moments.__name__.replace('_', ' ')}"
    figure(what, f"{len(tried)}, of which {hit} met a running build", "0 broken or mixed generations, 0 orphans")
