"""Of several builds started at once one works; the others leave, naming it."""

import time

import builds


def test_of_four_starters_one_works_and_three_leave_naming_it(corrected, three_forces, figure):
    place = corrected()
    began = time.monotonic()
    started = {process.pid: process for process in (builds.start(place) for _ in range(4))}
    ends: list[tuple[int, float]] = []
    while len(ends) < len(started):
        gone = [pid for pid, process in started.items() if process.poll() is not None and pid not in dict(ends)]
        ends += [(pid, time.monotonic() - began) for pid in gone]
        time.sleep(0.01)
    said = {pid: builds.ended(process) for pid, process in started.items()}
    (worked, took), left = ends[-1], ends[:-1]
    assert said[worked][0] == 0
    for pid, _ in left:
        status, words = said[pid]
        assert status == 1
        assert f"another build is running: process {worked}, since " in words
    assert builds.public(place) == builds.public(three_forces / "after")
    seconds = ", ".join(f"{when:.2f}" for _, when in left)
    figure("Four starters", f"1 worked ({took:.1f} s)", f"3 left after {seconds} s, naming it")
