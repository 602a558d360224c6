"""What runs elsewhere: workflows with few rights and fixed actions, places that open, checks before a commit."""

import importlib.util
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).parent.parent
WORKFLOWS = sorted((PROJECT / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


def read(name: str) -> dict:
    return yaml.safe_load((PROJECT / name).read_text("utf-8"))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_fixes_its_actions_runs_nothing_others_wrote_and_writes_only_after_the_check(path):
    text, whole = path.read_text("utf-8"), read(path)
    uses = re.findall(r"uses: (.*)", text)
    assert uses and [line for line in uses if not PINNED.fullmatch(line)] == []
    assert "pull_request_target" not in text
    steps = [step for job in whole["jobs"].values() for step in job["steps"]]
    assert [step["run"] for step in steps if "${{" in step.get("run", "")] == []
    assert whole["permissions"] == {"contents": "read"}
    assert {"publish"} == {
        name for name, job in whole["jobs"].items() if "write" in job.get("permissions", {}).values()
    }
    assert whole["jobs"]["publish"]["needs"] == "check" and ".ci/run" in [step.get("run") for step in steps]


def test_each_python_and_each_system_that_the_readme_names_is_tried():
    tried = read(".github/workflows/check.yml")["jobs"]["elsewhere"]["strategy"]["matrix"]["include"]
    assert {one["system"].split("-")[0] for one in tried} == {"ubuntu", "windows", "macos"}
    assert {one["python"] for one in tried} == {"3.11", "3.12", "3.13"}


def test_the_one_click_places_use_the_lock_and_words_of_make():
    container, makefile = read(".devcontainer/devcontainer.json"), (PROJECT / "Makefile").read_text("utf-8")
    for command in (container["postCreateCommand"], container["postAttachCommand"]):
        assert f"\n{command.split()[1]}:" in makefile
    assert "--require-hashes" in (PROJECT / "binder" / "requirements.txt").read_text("utf-8")
    [opened] = container["customizations"]["codespaces"]["openFiles"]
    assert opened in makefile and (PROJECT / opened).is_file()


def test_the_archive_and_the_citation_say_the_same():
    cited, archived = read("CITATION.cff"), read(".zenodo.json")
    assert [archived[name] for name in ("title", "keywords")] == [cited[name] for name in ("title", "keywords")]
    assert [creator["name"] for creator in archived["creators"]] == [author["name"] for author in cited["authors"]]
    assert archived["license"] == cited["license"].lower()


@pytest.fixture(scope="module")
def staged():
    spec = importlib.util.spec_from_file_location("staged", PROJECT / ".ci" / "staged.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("a.csv", "url\ntoken gh" + "p_" + "a1B2" * 9, "GitHub Token"),
        ("a.md", "https://me:" + "hidden@example.org/", "Basic Auth Credentials"),
        ("a.ipynb", '{"source": "key = \'AK' + "IA" + "2E0A8F3B" * 2 + "'\"}", "AWS Access Key"),
        ("a.ipynb", '{"image/png": "iVBORw0KGgoAAAANSUhEUgAAA6gAAAPPCAYAAAD"}', None),
    ],
)
def test_a_planted_token_is_found_before_it_is_committed_and_by_ci(tmp_path, name, text, what):
    hooks = read(".pre-commit-config.yaml")["repos"][0]["hooks"]
    [scan] = [hook["entry"] for hook in hooks if hook["id"] == "secrets"]
    assert scan in (PROJECT / ".ci" / "run").read_text("utf-8")
    (tmp_path / name).write_text(text, "utf-8")
    command = [sys.executable, *shlex.split(scan)[1:], name]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode == 1 and f"Secret Type: {what}" in done.stdout) if what else done.returncode == 0


def test_a_notebook_that_is_not_stored_as_run_is_found(staged):
    changes = {
        "not run once from top to bottom": {"execution_count": None},
        "stored with an error or a warning": {"outputs": [{"output_type": "stream", "name": "stderr"}]},
        "stored with the time of its run": {"metadata": {"execution": {}}},
    }
    for said, change in [(None, {}), *changes.items()]:
        cell = {"cell_type": "code", "execution_count": 1, "outputs": [], "metadata": {}} | change
        assert staged.not_as_run({"cells": [cell], "metadata": {}}) == ([said] if said else [])


def test_what_is_committed_passes_the_check_before_a_commit(staged):
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, check=True).stdout.decode()
    names = [name for name in listed.split("\0") if not name.startswith("tests/") and (PROJECT / name).is_file()]
    assert names and [line for name in names for line in staged.findings(PROJECT / name)] == []
