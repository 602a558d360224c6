"""The examples in docstrings: each is run, and says what comes out."""

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

import analysis

SAME_WORDS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
SHOWN = sorted(
    module.name
    for module in pkgutil.walk_packages(analysis.__path__, "analysis.")
    if module.name != "analysis.__main__"
    and ">>>" in Path(importlib.util.find_spec(module.name).origin).read_text("utf-8")
)


@pytest.mark.parametrize("name", ["analysis", *SHOWN])
def test_every_example_says_what_comes_out(name):
    found = doctest.testmod(importlib.import_module(name), optionflags=SAME_WORDS)
    assert found.attempted and not found.failed
