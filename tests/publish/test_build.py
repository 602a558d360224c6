import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

import vale
from analysis.publish import build, provenance, runs

SECOND = [
    ("words", "# Twice?"),
    ("code", "from analysis.tell.say import say"),
    ("code", "say('It is so.')"),
    ("code", "say('It is so.')"),
]


def said(place, name):
    """Return the sentences of findings.json that belong to a notebook, by their run."""
    held = json.loads((place / "data" / "processed" / "findings.json").read_text("utf-8"))
    return {one["id"].rpartition("/")[0]: one["text"] for one in held if one["notebook"] == name}


def test_a_second_build_does_nothing_and_imports_no_pandas(built):
    before = vale.public(built)
    code = "import sys; from analysis.__main__ import main; main(['build']); print('pandas' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=built, env=vale.environment(built), capture_output=True, text=True, check=True
    )
    assert "Nothing changed" in done.stdout and done.stdout.endswith("False\n")
    assert vale.public(built) == before


def test_a_corrected_number_runs_only_its_round_and_its_forces_and_changes_what_is_said(built):
    vale.correct(built, "south-vale-reply", south=12)
    status, printed = vale.build(built, env={"TMPDIR": "/dev/shm"} if Path("/dev/shm").is_dir() else {})
    assert status == 0
    assert [
        name for name in ("count/vale-2001", "count/vale-2002", "page/north-vale", "page/south-vale") if name in printed
    ] == [
        "count/vale-2002",
        "page/south-vale",
    ]
    assert said(built, "page")["page/south-vale"] == "South Vale Police had 12."


def test_a_changed_guide_or_page_runs_no_notebook_and_cleans_nothing(built, no_kernel, monkeypatch):
    (built / "docs" / "method.md").write_text("# Method\n\nOther words.\n", "utf-8")
    monkeypatch.setattr(build, "_make_tables", lambda folder: pytest.fail("the data were cleaned"))
    assert build.build() == 0
    assert no_kernel == []
    assert "Other words." in (built / "site" / "method" / "index.html").read_text("utf-8")


def test_what_is_withdrawn_leaves_no_trace_also_of_a_build_that_was_killed(built):
    vale.correct(built, "south-vale-reply", south=12)
    killed = vale.start(built)
    time.sleep(2)
    killed.kill()
    killed.communicate()
    runs_toml = built / "notebooks" / "runs.toml"
    runs_toml.write_text(runs_toml.read_text("utf-8").replace("south-vale-reply:L3", "vale-gazette:L4"), "utf-8")
    shutil.rmtree(built / "data" / "raw" / "vale-2002")
    vale.sources(built, ("vale-gazette", "vale-echo"))
    coverage = built / "data" / "raw" / "coverage.csv"
    coverage.write_text(
        coverage.read_text("utf-8")
        .replace("south-vale,full", "south-vale,reply unknown")
        .replace("south-vale-reply", "")
    )
    status, printed = vale.build(built)
    assert status == 0, printed
    folders = (built / "build", built / "data" / "processed")
    held = b"".join(file.read_bytes() for folder in folders for file in folder.rglob("*") if file.is_file())
    assert b"south-vale-reply" not in held


def test_a_sentence_that_is_no_longer_true_is_withheld_named_with_its_document_and_the_rest_is_published(built):
    vale.correct(built, "vale-gazette", all=200)
    status, printed = vale.build(built)
    assert status == 1
    assert "WITHHELD count/vale-2001/printed-as-its-largest-number: no round counts a hundred" in printed
    assert "new or changed: vale-gazette" in printed
    page = (built / "site" / "count" / "vale-2001.html").read_text("utf-8")
    assert "Withheld: no round counts a hundred" in page and ">200</a>" in page
    assert "200" not in (built / "site" / "index.html").read_text("utf-8").partition("<h1>")[2].partition("</h1>")[0]
    status, printed = vale.build(built)
    assert status == 1 and "Nothing changed" in printed and "WITHHELD" in printed


def test_a_document_that_stops_contributes_nothing_and_the_rest_is_built(built):
    (built / "data" / "raw" / "vale-2002" / "south-vale-reply.csv").write_text("force\nnonsense\n")
    vale.sources(built)
    coverage = built / "data" / "raw" / "coverage.csv"
    coverage.write_text(coverage.read_text("utf-8").replace("south-vale,full", "south-vale,reply unknown"))
    status, printed = vale.build(built)
    assert status == 1, printed
    assert "vale-2002/south-vale-reply.csv" in printed
    assert "south-vale-reply" not in (built / "site" / "data" / "figures.csv").read_text("utf-8")
    assert not (built / "site" / "data" / "raw" / "vale-2002").exists()


def test_a_wrong_decision_puts_nothing_in_place(built):
    before = vale.public(built)
    (built / "data" / "raw" / "lookups" / "forces.csv").write_text("force_id\nnobody\n")
    status, printed = vale.build(built)
    assert status == 1 and "forces.csv" in printed and build.AS_THEY_WERE in printed and "Traceback" not in printed
    assert vale.public(built) == before


def test_two_sentences_of_one_template_in_one_notebook_are_refused(built):
    vale.notebook(built, "twice", SECOND)
    with (built / "notebooks" / "runs.toml").open("a") as file:
        file.write('[[run]]\nnotebook = "twice"\n')
    status, printed = vale.build(built)
    assert status == 1 and "twice.ipynb says twice what is called it-is-so: word one differently" in printed


def test_what_was_edited_by_hand_after_a_build_is_made_again(built):
    before = vale.public(built)
    page = (built / "site" / "index.html").resolve()
    page.write_text("edited", "utf-8")
    assert vale.build(built)[0] == 0
    assert vale.public(built) == before


def test_the_site_is_a_link_and_former_generations_go(built):
    first = (built / "site").resolve()
    vale.correct(built, "south-vale-reply", south=12)
    vale.build(built)
    assert (built / "site").is_symlink() and not first.exists()
    assert [folder.name for folder in (built / "build").glob("site-*")] == [(built / "site").resolve().name]


def test_who_builds_is_named_to_who_comes_second(built):
    with build.lock(built / "build"):
        status, printed = vale.build(built)
    assert status == 1
    assert f"another build is running: process {os.getpid()}, since " in printed and printed.count("\n") == 1


def test_a_site_that_is_a_link_to_elsewhere_or_a_folder_is_refused_and_not_replaced(built, tmp_path):
    (tmp_path / "web").mkdir()
    (built / "site").unlink()
    (built / "site").symlink_to(tmp_path / "web")
    with pytest.raises(runs.Refused, match="site is a link or folder of your own"):
        build.build()
    assert (built / "site").resolve() == tmp_path / "web"
    (built / "site").unlink()
    (built / "site").mkdir()
    with pytest.raises(runs.Refused, match="site is a link or folder of your own"):
        build.build()


@pytest.mark.parametrize("what", ["data/raw/more.csv", "data/processed/facts.csv", "site/index.html"])
def test_what_changes_while_notebooks_run_puts_nothing_in_place(built, no_kernel, monkeypatch, what):
    vale.correct(built, "south-vale-reply", south=12)
    real, first = build.make, (built / "site").resolve()

    def meddled(*given):
        real(*given)
        (built / what).write_text("by a notebook", "utf-8")

    monkeypatch.setattr(build, "make", meddled)
    with pytest.raises(runs.Refused, match="changed while notebooks ran"):
        build.build()
    assert (built / "site").resolve() == first


def test_provenance_names_the_commit_of_now_also_where_nothing_else_changed(built):
    git = ["git", "-C", str(built), "-c", "user.name=x", "-c", "user.email=x@example.org"]
    for words in (["init", "-q"], ["add", "data", "docs", "notebooks"], ["commit", "-qm", "first"]):
        subprocess.run([*git, *words], check=True)
    assert build.build() == 0
    told = json.loads((built / "site" / "provenance.json").read_text("utf-8"))["commit"]
    head = subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()
    assert told == head
    assert provenance.differences() == []


def test_a_new_contradiction_is_said_loudly_once_and_a_known_one_calmly(built):
    relations = built / "data" / "raw" / "lookups" / "relations.csv"
    header = relations.read_text("utf-8").splitlines()[0].split(",")
    pair = {"relation_id": "r1", "relation": "same_number", "figures": "vale-echo:L2", "of": "vale-gazette:L3"}
    part = {"relation_id": "r2", "relation": "part_of", "figures": "vale-gazette:L3", "of": "vale-gazette:L2"}
    lines = [",".join(row.get(name, "invented" if name == "reason" else "") for name in header) for row in (pair, part)]
    relations.write_text("\n".join([",".join(header), *lines, ""]), "utf-8")
    vale.correct(built, "vale-gazette", all=3)
    assert "CONTRADICTION vale-2001: " in (first := vale.build(built)[1]), first
    (built / "docs" / "ask.md").write_text("# Ask\n\n## The words\n\nOthers.\n", "utf-8")
    for _ in range(2):
        printed = vale.build(built)[1]
        assert "CONTRADICTION" not in printed
    assert "1 known contradiction between documents: site/contradictions/index.html" in printed


def test_one_notebook_can_be_run_by_hand(built):
    assert vale.build(built, "run", "page", "-p", "force", "north-vale")[0] == 0
    held = (built / "build" / "one" / "page" / "north-vale" / "notebook.ipynb").read_text("utf-8")
    assert "North Vale Police had " in held
    assert vale.build(built, "run", "page", "-p", "force", "north-vole")[0] == 2


def test_committed_notebooks_are_stored_as_run_and_others_without_outputs(built):
    vale.notebook(built, "panel", [("code", "1")])
    status, printed = vale.build(built, "notebooks")
    assert status == 0, printed
    held = {file.stem: json.loads(file.read_text("utf-8"))["cells"] for file in (built / "notebooks").glob("*.ipynb")}
    assert held["count"][5]["outputs"] and held["page"][4]["outputs"] and not held["panel"][0]["outputs"]
    assert not [cell for cell in held["count"] if "injected-parameters" in cell["metadata"].get("tags", [])]
    first = provenance.hashes(built / "notebooks")
    vale.build(built, "notebooks")
    assert provenance.hashes(built / "notebooks") == first
    assert (built / "docs" / "found.png").read_bytes()[:4] == b"\x89PNG"
