"""A short, seeded slice of the fuzz run; the long one is `python tests/raw_examples/fuzz.py`."""

import runpy
from pathlib import Path

FUZZ = runpy.run_path(str(Path(__file__).parent.parent / "raw_examples" / "fuzz.py"))


def test_damaged_files_of_every_format_are_read_or_refused_by_a_code():
    ends = FUZZ["run"](30, 2)
    assert {name: sum(found.values()) for name, found in ends.items()} == dict.fromkeys(FUZZ["FORMATS"], 30)
    assert not [end for found in ends.values() for end in found if end.startswith("BAD")]
    assert all(found["read"] < 30 for found in ends.values()), "the damage does nothing"
