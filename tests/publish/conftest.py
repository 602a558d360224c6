"""The invented project of tests/vale.py: a copy of it built, one never built, and runs without kernels."""

import shutil

import pytest

import vale


@pytest.fixture
def built(built_once, tmp_path, monkeypatch):
    """Return a copy of the built project, which is the one that this process works on."""
    place = tmp_path / "a copy"
    shutil.copytree(built_once, place, symlinks=True)
    monkeypatch.setenv("ANALYSIS_PROJECT", str(place))
    return place


@pytest.fixture
def fresh(tmp_path, monkeypatch):
    """Return the project, never built."""
    place = vale.project(tmp_path / "fresh")
    monkeypatch.setenv("ANALYSIS_PROJECT", str(place))
    return place


@pytest.fixture
def no_kernel(monkeypatch):
    """Let a run write an empty notebook in place of a kernel's work; return the list of what was run."""
    import contextlib
    import json

    from analysis.publish import kernels, warm

    ran = []

    def instead(source, parameters, data, timeout, part, place):
        ran.append(" ".join(parameters.values()))
        text = json.dumps({"cells": [], "metadata": {"run": parameters}, "nbformat": 4, "nbformat_minor": 5})
        return kernels.Made(text, {}, 0.1)

    monkeypatch.setattr(kernels, "make", instead)
    monkeypatch.setattr(warm, "template", lambda env: contextlib.nullcontext())
    return ran
