import hashlib
import json
import subprocess

import pytest

from analysis import __main__
from analysis.publish import generation, provenance


@pytest.fixture
def made(built, no_kernel):
    """Return a project as just built, with a document of which nothing is public."""
    sources = built / "data" / "raw" / "sources.csv"
    text = sources.read_text("utf-8").replace("whole,yes,vale-2002", "whole,no,vale-2002")
    sources.write_text(text, "utf-8")
    assert generation.build() == 0
    return built


def test_it_names_inputs_and_outputs_by_their_sha256_and_no_document_that_is_not_public(made):
    text = (made / "site" / "provenance.json").read_text("utf-8")
    said = json.loads(text)
    table = made / "site" / "data" / "facts.csv"
    assert said["outputs"]["data/facts.csv"] == hashlib.sha256(table.read_bytes()).hexdigest()
    assert said["lock"] == "" and said["commit"] == ""
    assert {"data/raw/vale-2001/vale-gazette.csv", "src/analysis/publish/provenance.py"} <= set(said["inputs"])
    assert "south-vale-reply" not in text and str(made) not in text


def test_a_project_as_it_was_built_verifies(made, capsys):
    assert __main__.main(["verify"]) == 0
    assert "as it was" in capsys.readouterr().out


@pytest.mark.parametrize("folder", ["notebooks", "docs", "data/raw"])
def test_what_jupyterlab_keeps_beside_a_file_that_was_saved_is_none_of_ours(made, folder):
    kept = made / folder / ".ipynb_checkpoints" / "a-checkpoint.md"
    kept.parent.mkdir(parents=True)
    kept.write_text("# A", "utf-8")
    assert provenance.differences() == []


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("data/raw/lookups/forces.csv", "data/raw/lookups/forces.csv: changed since the build"),
        ("requirements.lock", "requirements.lock: changed since the build"),
        ("site/data/facts.csv", "site/data/facts.csv: changed after the build"),
        ("site/planted.html", "site/planted.html: added after the build"),
        ("data/processed/facts.csv", "data/processed/facts.csv: changed after the build"),
    ],
)
def test_whatever_was_touched_is_named(made, capsys, file, said):
    with (made / file).open("a", encoding="utf-8") as lines:
        lines.write("\n")
    assert __main__.main(["verify"]) == 1
    assert capsys.readouterr().out == f"{said}\n"


def test_a_page_that_is_gone_is_named_and_without_a_site_it_says_to_build(made, capsys):
    (made / "site" / "data" / "facts.csv").unlink()
    assert provenance.differences() == ["site/data/facts.csv: gone after the build"]
    (made / "site" / "provenance.json").unlink()
    assert __main__.main(["verify"]) == 2
    assert "build first" in capsys.readouterr().err


def test_the_commit_is_the_one_checked_out_and_says_when_files_differ_from_it(tmp_path):
    def git(*words):
        who = ["-c", "user.name=A test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
        return subprocess.run(["git", *who, *words], cwd=tmp_path, check=True, capture_output=True, text=True).stdout

    git("init", "-q")
    (tmp_path / "a").write_text("1")
    git("add", "a")
    git("commit", "-qm", "Begin")
    git("tag", "v1")
    head = git("rev-parse", "HEAD").strip()
    assert provenance.commit(tmp_path) == head
    (tmp_path / "a").write_text("2")
    assert provenance.commit(tmp_path) == f"{head}-dirty"
