import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

import vale
from analysis import tables
from analysis.__main__ import main
from analysis.publish import build, fingerprints, runs, site


def said(place, name):
    """Return the sentences of findings.json that belong to a notebook, by their run."""
    held = json.loads((place / "data" / "processed" / "findings.json").read_text("utf-8"))
    return {one["id"].rpartition("/")[0]: one["text"] for one in held if one["notebook"] == name}


def test_a_second_build_does_nothing_and_imports_no_pandas(built):
    before = vale.public(built)
    code = "import sys; from analysis.__main__ import main; main(['build']); print('pandas' in sys.modules)"
    told = {"cwd": built, "env": vale.environment(built), "capture_output": True, "text": True}
    done = subprocess.run([sys.executable, "-c", code], check=True, **told)
    assert "Nothing changed" in done.stdout and done.stdout.endswith("False\n")
    assert vale.public(built) == before


def test_a_corrected_number_runs_only_its_round_and_its_forces_and_makes_a_new_generation(built):
    first = (built / "site").resolve()
    vale.correct(built, "south-vale-reply", south=12)
    _, printed = vale.build(built, env={"TMPDIR": "/dev/shm"} if Path("/dev/shm").is_dir() else {}, ends=[0])
    every = ("count/vale-2001", "count/vale-2002", "page/north-vale", "page/south-vale")
    assert [name for name in every if name in printed] == ["count/vale-2002", "page/south-vale"]
    assert said(built, "page")["page/south-vale"] == "South Vale Police had 12."
    assert (built / "site").is_symlink()
    assert [*(built / "build").glob("site-*")] == [(built / "site").resolve()] != [first]


def test_a_changed_guide_runs_no_notebook_cleans_nothing_and_writes_no_workbook(built, no_kernel, monkeypatch, capsys):
    (built / "docs" / "method.md").write_text("# Method\n\nOther words.\n", "utf-8")
    monkeypatch.setattr(build, "_make_tables", lambda folder: pytest.fail("the data were cleaned"))
    assert build.build() == 0
    assert no_kernel == []
    assert "Other words." in (built / "site" / "method" / "index.html").read_text("utf-8")
    described = [*(built / "site" / "figures").rglob("*.txt")]  # each chart has its words once
    assert described and f"; {len(described)} charts: " in capsys.readouterr().out


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
    answers = [row if row[3] != "south-vale-reply" else (*row[:2], "reply unknown", "") for row in vale.ANSWERS]
    vale.answers(built, answers)
    vale.build(built, ends=[0])
    folders = (built / "build", built / "data" / "processed")
    held = b"".join(file.read_bytes() for folder in folders for file in folder.rglob("*") if file.is_file())
    assert b"south-vale-reply" not in held


def test_a_sentence_that_is_no_longer_true_is_withheld_and_named_with_its_document_and_the_rest_is_published(changed):
    page = (changed / "site" / "count" / "vale-2001.html").read_text("utf-8")
    assert "Withheld: no round counts a hundred" in page and ">200</a>" in page
    assert "200" not in (changed / "site" / "index.html").read_text("utf-8").partition("<h1>")[2].partition("</h1>")[0]
    assert said(changed, "page")["page/south-vale"] == "South Vale Police had 12."
    status, printed = vale.build(changed)
    assert status == 1 and "Nothing changed" in printed
    assert "WITHHELD count/vale-2001/printed-as-its-largest-number: no round counts a hundred" in printed
    assert "new or changed: vale-gazette" in printed


def test_a_new_doubt_or_contradiction_is_said_loudly_once_and_a_known_one_counted(
    changed, tmp_path, monkeypatch, capsys
):
    loudly = (changed / "build" / "last.json").read_text("utf-8")
    assert "CONTRADICTION vale-2001: " in loudly and "TOTAL_MISMATCH" in loudly
    place = shutil.copytree(changed, tmp_path / "a copy", symlinks=True)
    monkeypatch.setenv("ANALYSIS_PROJECT", str(place))
    (place / "docs" / "ask.md").write_text("# Ask\n\n## The words\n\nOthers.\n", "utf-8")
    build.build()
    printed = capsys.readouterr().err
    assert "Known before, nothing to do: doubts about single documents (python -m analysis check): 1, contr" in printed
    assert "contradictions between documents (site/contradictions/index.html): 1\n" in printed
    assert "CONTRADICTION" not in printed and "MISMATCH" not in printed


def test_a_document_that_stops_contributes_nothing_not_even_the_name_of_its_file(built, no_kernel, capsys):
    document = built / "data" / "raw" / "vale-2002" / "about-jane-doe.csv"
    document.write_text("force\nnonsense\n", "utf-8")
    listed = built / "data" / "raw" / "sources.csv"
    text = listed.read_text("utf-8")
    reply = text.splitlines()[-1].replace("south-vale-reply", "about-jane-doe")
    listed.write_text(text + re.sub("[0-9a-f]{64}", hashlib.sha256(document.read_bytes()).hexdigest(), reply) + "\n")
    assert main(["build"]) == 1 and "about-jane-doe.csv:L1: WRONG_COLUMNS" in capsys.readouterr().err
    public = vale.public(built)
    assert [name for name, content in public.items() if b"jane-doe" in name.encode() + content] == []
    assert b"south-vale-reply" in public["processed/figures.csv"]


def test_a_wrong_decision_puts_nothing_in_place(built, capsys):
    before = vale.public(built)
    (built / "data" / "raw" / "lookups" / "forces.csv").write_text("force_id\nnobody\n")
    assert main(["build"]) == 1
    printed = capsys.readouterr().err
    assert "forces.csv" in printed and build.NOTHING_CHANGED in printed
    assert vale.public(built) == before


def test_two_sentences_of_one_template_in_one_notebook_are_refused(built, tmp_path):
    [kept, *_] = (built / "build" / "runs").glob("*/notebook.ipynb")
    notebook = json.loads(kept.read_text("utf-8"))
    [cell] = [cell for cell in notebook["cells"] if "finding" in str(cell.get("outputs"))]
    cell["outputs"] *= 2
    (tmp_path / "notebook.ipynb").write_text(json.dumps(notebook), "utf-8")
    with pytest.raises(runs.Refused, match=r"twice\.ipynb says twice what is called .*: word one differently"):
        site.Site(tmp_path, tables.load(), {runs.Run(Path("twice.ipynb"), {}): tmp_path}, [])


def test_what_was_edited_by_hand_after_a_build_is_made_again(built, no_kernel):
    before = vale.public(built)
    page = (built / "site" / "index.html").resolve()
    page.write_text("edited", "utf-8")
    assert build.build() == 0 and no_kernel == []
    assert vale.public(built) == before


def test_who_builds_is_named_to_who_comes_second(built):
    with build.lock(built / "build"):
        status, printed = vale.build(built)
    assert status == 1
    assert f"another build is running: process {os.getpid()}, since " in printed and printed.count("\n") == 1


def test_a_site_that_is_a_link_to_elsewhere_or_a_folder_is_refused_and_not_replaced(built, tmp_path):
    (tmp_path / "web").mkdir()
    for place in ((built / "site").symlink_to, lambda web: (built / "site").mkdir()):
        (built / "site").unlink()
        place(tmp_path / "web")
        with pytest.raises(runs.Refused, match="site is a link or folder of your own"):
            build.build()
        assert [*(built / "site").iterdir()] == []


@pytest.mark.parametrize("what", ["data/raw/more.csv", "data/processed/facts.csv", "site/index.html"])
def test_what_changes_while_notebooks_run_puts_nothing_in_place(built, no_kernel, monkeypatch, what):
    real, first = build.make, (built / "site").resolve()

    def meddled(*given):
        real(*given)
        (built / what).write_text("by a notebook", "utf-8")

    vale.correct(built, "south-vale-reply", south=12)
    monkeypatch.setattr(build, "make", meddled)
    with pytest.raises(runs.Refused, match="changed while notebooks ran"):
        build.build()
    assert (built / "site").resolve() == first


def test_provenance_names_the_commit_of_now_also_where_nothing_else_changed(committed):
    assert build.build() == 0
    told = json.loads((committed / "site" / "provenance.json").read_text("utf-8"))["commit"]
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=committed, capture_output=True, text=True, check=True)
    assert told == head.stdout.strip()
    assert fingerprints.differences() == []


def test_one_notebook_can_be_run_by_hand(built):
    assert vale.build(built, "run", "page", "-p", "force", "north-vale")[0] == 0
    held = (built / "build" / "one" / "page" / "north-vale" / "notebook.ipynb").read_text("utf-8")
    assert "North Vale Police had " in held


def test_every_committed_notebook_is_stored_as_run(built):
    vale.build(built, "notebooks", ends=[0])
    held = {file.stem: json.loads(file.read_text("utf-8"))["cells"] for file in (built / "notebooks").glob("*.ipynb")}
    assert held["count"][5]["outputs"] and held["page"][4]["outputs"]
    assert not [cell for cell in held["count"] if "injected-parameters" in cell["metadata"].get("tags", [])]
    assert (built / "docs" / "found.png").read_bytes()[:4] == b"\x89PNG"
