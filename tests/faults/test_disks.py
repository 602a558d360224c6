"""A disk that is full or may not be written stops a build in a line or two; what is public stays as it was."""

import os
import random
import resource
from functools import partial

import pytest

import vale

MANY = "FAULTS" in os.environ


def limited(size):
    """Let no file of a process grow over a size, as on a disk that fills up."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@pytest.mark.parametrize("seed", range(50 if MANY else 1))
def test_a_disk_that_fills_up_changes_nothing_public_and_the_next_build_just_works(built_once, after, corrected, seed):
    size = int(200 * 300 ** random.Random(seed).random())
    status, said = vale.build(corrected, preexec_fn=partial(limited, size))
    said = said.partition("Exception ignored")[0]  # what a library says when it lets go of its own file
    assert "Traceback" not in said, said
    assert vale.public(corrected) == (vale.public(built_once) if status else after)
    vale.build(corrected, ends=[0])
    assert vale.public(corrected) == after


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_named(built_once, corrected):
    (corrected / "data" / "processed").chmod(0o500)
    status, said = vale.build(corrected)
    (corrected / "data" / "processed").chmod(0o700)
    assert status == 1 and "processed" in said and "Traceback" not in said
    assert vale.public(corrected) == vale.public(built_once)
