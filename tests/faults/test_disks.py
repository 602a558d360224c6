"""Any write, rename or fsync may fail, the disk be full or read-only: nothing public changes."""

import json
import random
import resource
import shutil
import subprocess
import sys
from functools import partial

import builds
import pytest

SEED = 43
KINDS = ("write", "full", "rename", "fsync", "exchange")
POINTS = 50

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits on files are set as POSIX has them")


def places(whole, corrected, tmp_path) -> list[str]:
    """Return every fault there is to inject: the first, second, third … of each kind; a few in the short slice."""
    if not whole:
        return ["exchange:2", "full:20"]
    seen = tmp_path / "seen.json"
    assert builds.build(corrected("counted"), FAULT="count", FAULT_SEEN=str(seen))[0] == 0
    counted = json.loads(seen.read_text("utf-8"))
    assert counted["write"] > 20 and counted["rename"] > 5 and counted["exchange"] == 2
    return [f"{kind}:{n}" for kind in KINDS for n in range(1, counted["write" if kind == "full" else kind] + 1)]


def outcome(place, three_forces, which: str, again: bool, **disturbed) -> int:
    """Build under a fault; return the status after checking what is public and, again, that the next build works."""
    before, after = (builds.public(three_forces / when) for when in ("before", "after"))
    status, said = builds.build(place, **disturbed)
    assert status in (0, 1), f"{which}: {said}"
    assert "Traceback" not in said, f"{which}: {said}"
    assert builds.public(place) == (before if status else after), f"{which}: {said}"
    if again:
        assert builds.build(place)[0] == 0, which
        assert builds.public(place) == after, which
    print(f"{which}: {'stopped' if status else 'went on'}, all holds", flush=True)
    return status


def test_whichever_write_rename_or_fsync_fails_nothing_public_changes(
    whole, corrected, three_forces, tmp_path, figure, subtests
):
    tried, ends = places(whole, corrected, tmp_path), []
    for which in tried:
        with subtests.test(which):
            ends.append(outcome(corrected(), three_forces, which, whole or which == tried[0], FAULT=which))
    assert len(ends) == len(tried) and sum(ends) >= len(tried) // 2
    figure(
        "Failing writes, renames, fsyncs, exchanges",
        f"{len(tried)}, of which {sum(ends)} stopped the build",
        "0 public changes",
    )


def test_a_folder_that_cannot_be_written_changes_nothing_and_is_named(corrected, three_forces):
    place = corrected()
    status, said = builds.build(place, FAULT="readonly:")
    assert status == 1
    assert "Read-only file system" in said and str(place / "build") in said and "Traceback" not in said
    assert builds.public(place) == builds.public(three_forces / "before")


def test_no_size_that_files_may_not_exceed_changes_anything_public(whole, corrected, three_forces, figure, subtests):
    largest = max(len(content) for content in builds.public(three_forces / "after").values())
    chance, ends = random.Random(SEED), []
    sizes = [chance.randrange(largest) for _ in range(POINTS if whole else 1)]
    for size in sizes:
        limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (size, size))
        with subtests.test(f"{size} bytes"):
            ends.append(outcome(corrected(), three_forces, f"files of at most {size} bytes", whole, limit=limit))
    assert ends == [1] * len(sizes)
    figure("Limits on the size of a file", f"{len(sizes)}, from {min(sizes)} to {max(sizes)} bytes", "0 public changes")


ON_A_SMALL_DISK = """
mount -t tmpfs -o size=$1 small "$2" && cp -R "$3/." "$2" && mkdir "$2/tmp" || exit 99
TMPDIR="$2/tmp" "$4" -m analysis build --jobs 2; status=$?
mkdir "$5" && cp -R "$2/site" "$2/data" "$5"; exit $status
"""


@pytest.mark.whole
def test_no_disk_that_is_too_small_changes_anything_public(corrected, three_forces, tmp_path, figure):
    alone = ["unshare", "--user", "--map-root-user", "--mount"]
    if not shutil.which("unshare") or subprocess.run([*alone, "true"], check=False).returncode:
        pytest.skip("no small disk can be had here")
    source, disk = corrected(), tmp_path / "disk"
    disk.mkdir()
    before, after = (builds.public(three_forces / when) for when in ("before", "after"))
    used = int(subprocess.run(["du", "-sk", str(source)], capture_output=True, text=True, check=True).stdout.split()[0])
    stopped = 0
    for at in range(POINTS):
        out = tmp_path / f"out-{at}"
        words = [f"{used + 150 + 8 * at}k", str(disk), str(source), sys.executable, str(out)]
        command = [*alone, "sh", "-c", ON_A_SMALL_DISK, "sh", *words]
        ran = subprocess.run(command, env=builds.environment(disk), capture_output=True, text=True, check=False)
        assert ran.returncode in (0, 1), f"{words[0]}: {ran.stdout}{ran.stderr}"
        stopped += ran.returncode
        assert builds.public(out) == (before if ran.returncode else after), f"{words[0]}: {ran.stderr}"
    assert stopped >= POINTS // 2
    figure("Disks too small", f"{POINTS}, of which {stopped} stopped the build", "0 public changes")
