"""What runs elsewhere: workflows with few rights and fixed actions, forms that open, checks before a commit."""

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).parent.parent
GITHUB = PROJECT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
MAKEFILE = (PROJECT / "Makefile").read_text("utf-8")
PINNED = re.compile(r"uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
each_workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)


def read(path: Path) -> dict:
    return yaml.safe_load(path.read_text("utf-8"))


def steps(path: Path) -> list[dict]:
    return [step for job in read(path)["jobs"].values() for step in job["steps"]]


@each_workflow
def test_every_action_is_pinned_by_commit_and_says_its_version(path):
    uses = [line.strip().removeprefix("- ") for line in path.read_text("utf-8").splitlines() if "uses:" in line]
    assert len(uses) >= 3
    assert [line for line in uses if not PINNED.fullmatch(line)] == []


@each_workflow
def test_no_command_is_made_of_what_somebody_else_wrote(path):
    assert [step["run"] for step in steps(path) if "${{" in step.get("run", "")] == []
    assert "pull_request_target" not in path.read_text("utf-8")


@each_workflow
def test_only_the_job_that_publishes_may_write_and_only_after_the_check(path):
    whole = read(path)
    assert whole["permissions"] == {"contents": "read"}
    writing = {name for name, job in whole["jobs"].items() if "write" in job.get("permissions", {}).values()}
    assert writing == {"publish"}
    assert whole["jobs"]["publish"]["needs"] == "check"


@each_workflow
def test_every_job_ends_within_half_an_hour(path):
    assert all(job["timeout-minutes"] <= 30 for job in read(path)["jobs"].values())


def test_the_workflow_checks_tells_what_moved_and_publishes_the_checked_site():
    said = [step.get("run", step.get("uses", "").split("@")[0]) for step in steps(GITHUB / "workflows" / "check.yml")]
    order = [
        next(place for place, text in enumerate(said) if word in text)
        for word in (".ci/run", "analysis moved", "upload-pages-artifact", "deploy-pages")
    ]
    assert order == sorted(order)


def test_each_python_and_each_system_that_the_readme_names_is_tried():
    jobs = read(GITHUB / "workflows" / "check.yml")["jobs"]
    tried = [
        (each["system"].split("-")[0], each["python"]) for each in jobs["elsewhere"]["strategy"]["matrix"]["include"]
    ]
    assert {system for system, _ in tried} == {"ubuntu", "windows", "macos"}
    assert {python for _, python in tried} == {"3.11", "3.12", "3.13"}


def test_the_one_click_places_use_the_lock_and_words_of_make():
    container = json.loads((PROJECT / ".devcontainer" / "devcontainer.json").read_text("utf-8"))
    for command in (container["postCreateCommand"], container["postAttachCommand"]):
        assert re.search(rf"^{command.split()[1]}:", MAKEFILE, re.MULTILINE)
    assert (PROJECT / "binder" / "requirements.txt").read_text("utf-8").split() == [
        *("--require-hashes", "--only-binary", ":all:", "-r", "../requirements.lock")
    ]
    [opened] = container["customizations"]["codespaces"]["openFiles"]
    assert opened in MAKEFILE and (PROJECT / opened).is_file()


def test_a_release_names_one_version_everywhere():
    [version] = re.findall(r'^version = "(.+)"$', (PROJECT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    assert read(PROJECT / "CITATION.cff")["version"] == version
    assert json.loads((PROJECT / ".zenodo.json").read_text("utf-8"))["version"] == version


def test_the_archive_and_the_citation_say_the_same():
    cited, archived = read(PROJECT / "CITATION.cff"), json.loads((PROJECT / ".zenodo.json").read_text("utf-8"))
    assert archived["title"] == cited["title"] and archived["keywords"] == cited["keywords"]
    assert [creator["name"] for creator in archived["creators"]] == [author["name"] for author in cited["authors"]]
    assert archived["license"] == cited["license"].lower()


def staged():
    spec = importlib.util.spec_from_file_location("staged", PROJECT / ".ci" / "staged.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("token = gh" + "p_" + "a" * 36, "a token"),
        ("-----BEGIN OPENSSH " + "PRIVATE KEY-----", "a private key"),
        ("https://me:" + "hidden@example.org/", "a password in an address"),
        ("PASSWORD = 'correct" + "horse'", "a password"),
    ],
)
def test_a_secret_is_found_before_it_is_committed(tmp_path, text, what):
    (tmp_path / "a.txt").write_text(text, "utf-8")
    assert staged().findings(tmp_path / "a.txt") == [f"{tmp_path / 'a.txt'}: looks like {what}"]


def test_a_large_file_is_found_before_it_is_committed(tmp_path):
    (tmp_path / "a.bin").write_bytes(b"\0" * 2_000_001)
    assert "larger than 2 MB" in staged().findings(tmp_path / "a.bin")[0]


def test_a_notebook_that_is_not_stored_as_run_is_found():
    cell = {"cell_type": "code", "execution_count": 1, "outputs": [], "metadata": {}}
    warned = cell | {"outputs": [{"output_type": "stream", "name": "stderr"}]}
    timed = cell | {"metadata": {"execution": {}}}
    not_as_run = staged().not_as_run
    assert not_as_run({"cells": [cell], "metadata": {}}) == []
    assert not_as_run({"cells": [cell, cell], "metadata": {}}) == ["not run once from top to bottom"]
    assert not_as_run({"cells": [warned], "metadata": {}}) == ["stored with an error or a warning"]
    assert not_as_run({"cells": [timed], "metadata": {}}) == ["stored with the time of its run"]


def test_what_is_committed_passes_the_check_before_a_commit():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, check=False).stdout.decode()
    names = [name for name in listed.split("\0") if not name.startswith("tests/") and (PROJECT / name).is_file()]
    if not names:
        pytest.skip("this is no git checkout")
    done = subprocess.run(
        [sys.executable, ".ci/staged.py", *names], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
