"""The list of licences holds what the lock installs, no more and no less."""

import re
from pathlib import Path

PROJECT = Path(__file__).parent.parent
PINNED = re.compile(r"^([\w.-]+)==(\S+?)(?: ; (.+?))? \\$", re.MULTILINE)


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def listed() -> dict[str, tuple[str, str]]:
    rows = [line.split("|") for line in (PROJECT / "docs" / "libraries.md").read_text("utf-8").splitlines()]
    return {plain(row[1].strip()): (row[2].strip(), row[3].strip()) for row in rows if len(row) == 5}


def test_each_library_of_the_lock_is_listed_in_its_version_unless_another_system_needs_it():
    rows = listed()
    locked = {plain(name): (version, when) for name, version, when in PINNED.findall(lock())}
    assert len(locked) > 150
    assert [name for name in rows if name not in locked and name not in ("name", "-")] == []
    assert [name for name, (version, _) in locked.items() if name in rows and rows[name][0] != version] == []
    assert [name for name, (_, when) in locked.items() if name not in rows and not when] == []


def test_a_library_that_names_no_licence_is_spoken_of():
    told = (PROJECT / "docs" / "libraries.md").read_text("utf-8").partition("| Name")[0]
    unclear = [name for name, (_, licence) in listed().items() if re.search(r"UNKNOWN|General Public", licence)]
    assert unclear and [name for name in unclear if f"`{name}`" not in told] == []


def lock() -> str:
    return (PROJECT / "requirements.lock").read_text("utf-8")
