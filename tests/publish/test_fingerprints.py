import hashlib

import pytest

import vale
from analysis.publish import fingerprints


def test_the_hashes_are_those_of_all_files_but_two(built):
    place = (built / "site").resolve()
    lines = (place / "SHA256SUMS").read_text("utf-8").splitlines()
    told = {path: digest for digest, _, path in (line.partition("  ") for line in lines)}
    files = {file.relative_to(place).as_posix(): file for file in place.rglob("*") if file.is_file()}
    assert told.keys() == files.keys() - {"SHA256SUMS", "provenance.json"}
    assert all(hashlib.sha256(files[path].read_bytes()).hexdigest() == digest for path, digest in told.items())


def test_verify_names_each_file_that_is_not_as_it_was(built):
    assert fingerprints.differences() == []
    (built / "site" / "index.html").resolve().write_text("edited")
    (built / "data" / "processed" / "facts.csv").write_text("edited")
    (built / "docs" / "ask.md").unlink()
    (built / "notebooks" / "more.ipynb").write_text('{"cells": []}')
    assert fingerprints.differences() == [
        "data/processed/facts.csv: changed since the build",
        "docs/ask.md: gone since the build",
        "notebooks/more.ipynb: added since the build",
        "site/index.html: changed since the build",
    ]


def test_verify_before_any_build_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("ANALYSIS_PROJECT", str(vale.project(tmp_path / "never built")))
    with pytest.raises(FileNotFoundError, match="build first"):
        fingerprints.differences()
