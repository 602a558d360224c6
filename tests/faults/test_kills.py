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
KILLS = 200
STEPS_OF = ("generation", "staging", "swap", "cache", "site", "gate", "notebooks", "kernels")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="orphans are counted by a call that only Linux has")


def steps(place, tmp_path) -> list[str]:
    """Return every step of a build: each function of the machinery, when it is first entered and first left."""
    seen = tmp_path / "steps.json"
    status, said = builds.build(place, FAULT="steps:", FAULT_SEEN=str(seen))
    assert status == 0, said
    named = [name for name in json.loads(seen.read_text("utf-8")) if "<" not in name]
    return [name for name in named if name.split(":")[1].split(".")[0] in STEPS_OF]


def faults(whole, corrected, tmp_path) -> list[tuple]:
    """Return when to send which signal: at each named step, and at random times; a few of both in the short slice."""
    chance, began = random.Random(SEED), time.monotonic()
    named = steps(corrected("traced"), tmp_path) if whole else ["return:swap.exchange"]
    longest = time.monotonic() - began if whole else 3
    found = [(f"{name}:{int(SIGNALS[at % 3])}", 0.0, SIGNALS[at % 3]) for at, name in enumerate(named)]
    at_random = max(KILLS - len(named), KILLS // 4) if whole else 1
    return found + [("", chance.uniform(0.05, longest), SIGNALS[at % 3]) for at in range(at_random)]


def killed(place, fault: str, seconds: float, number: int) -> tuple[dict, list, int]:
    """Run a build that is sent a signal; return the generations that a reader met, the orphans, and the exit status."""
    with builds.orphans() as left, builds.read_all_the_time(place) as seen:
        process = builds.start(place, FAULT=fault)
        if not fault:
            builds.stop_after(process, seconds, number)
        status, said = builds.ended(process)
    assert status in (0, -9, 128 + number), said
    return seen, left, status


def wrong(place, seen: dict, left: list, good: dict, wanted: dict) -> list[str]:
    """Name what does not hold after a kill: of what was seen meanwhile, and of the next build."""
    status, said = builds.build(place)
    rules = {
        f"met {seen}": all(seen[name] <= good[name] for name in good),
        f"orphans {left}": not left,
        f"the next build ends with {status}: {said}": status == 0,
        "the next build differs from one never killed": builds.public(place) == wanted,
        "something staged is left": not list((place / "build").glob("stage-*")),
    }
    return [rule for rule, holds in rules.items() if not holds]


def test_a_kill_at_any_moment_leaves_whole_generations_no_kernel_and_a_next_build_that_works(
    whole, corrected, three_forces, tmp_path, figure
):
    names = ("site", "data/processed")
    good = {name: {builds.fingerprint(three_forces / when / name) for when in ("before", "after")} for name in names}
    wanted, tried, hit, failed = builds.public(three_forces / "after"), faults(whole, corrected, tmp_path), 0, {}
    for at, (fault, seconds, number) in enumerate(tried):
        place, which = corrected(), fault or f"signal {int(number)} after {seconds:.3f} s"
        seen, left, status = killed(place, fault, seconds, number)
        found = wrong(place, seen, left, good, wanted)
        failed |= {which: found} if found else {}
        hit += status != 0
        print(f"kill {at + 1} of {len(tried)}: {which}: {found or 'all holds'}", flush=True)
    assert failed == {}
    assert hit >= len(tried) // 2
    figure("Kills", f"{len(tried)}, of which {hit} met a running build", "0 broken or mixed generations, 0 orphans")
