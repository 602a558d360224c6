"""What runs elsewhere: workflows with few rights and fixed actions, forms that open, checks before a commit."""

import importlib.util
import json
import re
import subprocess
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


def test_each_python_and_each_system_that_the_readme_names_is_tried():
    tried = read(GITHUB / "workflows" / "check.yml")["jobs"]["elsewhere"]["strategy"]["matrix"]["include"]
    assert {one["system"].split("-")[0] for one in tried} == {"ubuntu", "windows", "macos"}
    assert {one["python"] for one in tried} == {"3.11", "3.12", "3.13"}


def test_a_release_is_checked_asks_for_the_line_of_each_correction_and_attaches_what_can_be_cited():
    said = "\n".join(step.get("run", "") for step in steps(GITHUB / "workflows" / "release.yml"))
    attached = ("provenance.json", "*.xlsx", "*.ods", "data-package.zip", "site.zip", "SHA256SUMS")
    assert [word for word in (".ci/run", "--release", *attached, "gh release create") if word not in said] == []


def test_the_one_click_places_use_the_lock_and_words_of_make():
    container = json.loads((PROJECT / ".devcontainer" / "devcontainer.json").read_text("utf-8"))
    for command in (container["postCreateCommand"], container["postAttachCommand"]):
        assert re.search(rf"^{command.split()[1]}:", MAKEFILE, re.MULTILINE)
    assert (PROJECT / "binder" / "requirements.txt").read_text("utf-8").split() == [
        *("--require-hashes", "--only-binary", ":all:", "-r", "../requirements.lock")
    ]
    [opened] = container["customizations"]["codespaces"]["openFiles"]
    assert opened in MAKEFILE and (PROJECT / opened).is_file()


def test_the_archive_the_citation_and_the_package_say_the_same():
    cited, archived = read(PROJECT / "CITATION.cff"), json.loads((PROJECT / ".zenodo.json").read_text("utf-8"))
    assert f'\nversion = "{cited["version"]}"\n' in (PROJECT / "pyproject.toml").read_text("utf-8")
    assert [archived[name] for name in ("version", "title", "keywords")] == [
        cited[name] for name in ("version", "title", "keywords")
    ]
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
        ("token = gh" + "p_" + "a" * 36, "looks like a token"),
        ("https://me:" + "hidden@example.org/", "looks like a password in an address"),
        ("0" * 2_000_001, "larger than 2 MB"),
    ],
    ids=["token", "password", "large"],
)
def test_a_secret_or_a_large_file_is_found_before_it_is_committed(tmp_path, text, what):
    (tmp_path / "a.txt").write_text(text, "utf-8")
    assert staged().findings(tmp_path / "a.txt") == [f"{tmp_path / 'a.txt'}: {what}"]


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
    assert [line for name in names for line in staged().findings(PROJECT / name)] == []
