"""What the workflows may do: what anybody can run, with actions that cannot change and no more rights than needed."""

import re
from pathlib import Path

import pytest
import yaml

FOLDER = Path(__file__).parent.parent / ".github" / "workflows"
WORKFLOWS = sorted(FOLDER.glob("*.yml"))
PINNED = re.compile(r"uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")


def steps(path) -> list[dict]:
    return [step for job in yaml.safe_load(path.read_text("utf-8"))["jobs"].values() for step in job["steps"]]


def test_there_is_a_workflow():
    assert [path.name for path in WORKFLOWS] == ["check.yml"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_action_is_pinned_by_commit_and_says_its_version(path):
    uses = [line.strip().removeprefix("- ") for line in path.read_text("utf-8").splitlines() if "uses:" in line]
    assert len(uses) >= 5
    assert [line for line in uses if not PINNED.fullmatch(line)] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_no_command_is_made_of_what_somebody_else_wrote(path):
    assert [step["run"] for step in steps(path) if "${{" in step.get("run", "")] == []
    assert "pull_request_target" not in path.read_text("utf-8")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_only_the_job_that_publishes_may_write(path):
    whole = yaml.safe_load(path.read_text("utf-8"))
    assert whole["permissions"] == {"contents": "read"}
    writing = {name for name, job in whole["jobs"].items() if "write" in job.get("permissions", {}).values()}
    assert writing == {"publish"}
    assert whole["jobs"]["publish"]["needs"] == "check"


def test_the_workflow_checks_tells_what_moved_and_publishes_the_checked_site():
    said = [step.get("run", step.get("uses", "").split("@")[0]) for step in steps(FOLDER / "check.yml")]
    order = [
        next(place for place, text in enumerate(said) if word in text)
        for word in (".ci/run", "analysis moved", "upload-pages-artifact", "deploy-pages")
    ]
    assert order == sorted(order)
