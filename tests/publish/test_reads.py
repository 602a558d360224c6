import hashlib
import json
import shutil
from pathlib import Path

import pytest
from projects import public
from test_kernels import notebook

from analysis.publish import generation, notebooks, reads, staging, warm, watch

PROJECT = Path(__file__).parents[2]
THREE_FORCES = PROJECT / "tests" / "three_forces"

IMPORTS = "import analysis\nfrom analysis.tell import findings"
ROWS = "tables = analysis.load('north-vale')\ntables.facts.shape"
LOOKUP = (
    "from analysis import paths\nwith (paths.lookups() / 'places.csv').open() as lines:\n    row = lines.readline()"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return data/raw and the tables made from it, with the project's own cleaning."""
    place = tmp_path_factory.mktemp("made")
    shutil.copytree(THREE_FORCES / "data" / "raw", place / "data" / "raw")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANALYSIS_PROJECT", str(place))
        staging.tables(place / "data" / "raw", place / "data" / "processed", None)
    return place / "data"


def snapshot(made):
    return notebooks.snapshot(made / "raw", made / "processed")


def noted(made, folder, *cells):
    """Return what a run of these cells notes, but the code, and the code."""
    found = notebooks.run(notebook(folder, *cells), {}, snapshot(made), 60).reads
    return [name for name in found if not name.startswith("code")], [name for name in found if name.startswith("code")]


@pytest.mark.parametrize("way", sorted({warm.usual(), warm.STOCK}))
def test_a_run_notes_rows_findings_files_and_code_that_it_used_and_no_more(tmp_path, made, monkeypatch, way):
    monkeypatch.setenv(warm.SWITCH, way)
    story = "story = findings.story('force-page', subject='south-vale')\nlen(story.findings)"
    found, code = noted(made, tmp_path, IMPORTS, ROWS, story, LOOKUP)
    assert found == [
        "file data/raw/lookups/places.csv",
        "findings force-page of south-vale",
        "rows facts of north-vale",
    ]
    assert {"code tables.py", "code tell/findings.py", "code publish/watch.py"} <= set(code)
    assert not {"code publish/site.py", "code clean/facts.py", "code tell/rate_charts.py"} & set(code)


def test_a_table_read_before_anyone_could_note_its_rows_counts_as_the_whole_file(tmp_path, made, monkeypatch):
    monkeypatch.setenv(warm.SWITCH, warm.STOCK)
    found, _ = noted(made, tmp_path, f"{IMPORTS}\nfrom analysis.tables import load\nload('north-vale').facts.shape")
    assert "file data/processed/facts.csv" in found


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("import subprocess; subprocess.run(['true'])", "doubt subprocess.Popen"),
        ("import os; os.listdir(os.environ['ANALYSIS_TABLES'])[:0]", "names data/processed"),
        ("open({elsewhere!r}).read()", "file {elsewhere}"),
    ],
)
def test_a_run_that_starts_a_program_lists_a_folder_or_reads_elsewhere_notes_that(tmp_path, made, cell, name):
    elsewhere = tmp_path / "elsewhere.txt"
    elsewhere.write_text("here", "utf-8")
    found, _ = noted(made, tmp_path, cell.format(elsewhere=str(elsewhere)))
    assert found == [name.format(elsewhere=elsewhere)]


def edited(made, folder, name, old, new):
    """Return a copy of the data with one file changed."""
    shutil.copytree(made, folder / "data")
    text = (folder / "data" / name).read_text("utf-8")
    assert old in text
    (folder / "data" / name).write_text(text.replace(old, new, 1), "utf-8")
    return folder / "data"


def test_only_what_names_the_changed_rows_has_changed(tmp_path, made, monkeypatch):
    monkeypatch.setenv("ANALYSIS_PROJECT", str(made.parent))
    names = [f"rows {table} of {part}" for table in ("facts", "forces") for part in ("north-vale", "vale-2002", "None")]
    row = next(
        line for line in (made / "processed" / "facts.csv").read_text("utf-8").splitlines() if "south-vale" in line
    )
    other = edited(made, tmp_path, "processed/facts.csv", row, row.replace(",people,", ",cases,"))
    before, after = (reads.Present(snapshot(where), where / "processed") for where in (made, other))
    changed = [name for name in names if before.fingerprint(name) != after.fingerprint(name)]
    assert changed == ["rows facts of vale-2002", "rows facts of None"]


def test_findings_are_compared_one_story_at_a_time(made):
    told = json.loads((made / "processed" / "findings.json").read_text("utf-8"))
    topics = {f"findings {one['topic']} of {one['subject']}" for one in told}
    told[0]["text"] = "Another sentence."
    own = f"findings {told[0]['topic']} of {told[0]['subject']}"
    data = dict(snapshot(made)) | {"data/processed/findings.json": json.dumps(told).encode()}
    before, after = (reads.Present(tuple(one.items()), made / "processed") for one in (dict(snapshot(made)), data))
    assert {name for name in topics if before.fingerprint(name) != after.fingerprint(name)} == {own}


def test_what_cannot_be_known_always_counts_as_changed_and_a_run_without_notes_as_not_kept(tmp_path, made):
    now = reads.Present(snapshot(made), made / "processed")
    known = "file data/raw/lookups/places.csv"
    assert reads.changed(tmp_path, now) is None
    reads.keep([known, "doubt subprocess.Popen"], now, tmp_path)
    again = reads.Present(snapshot(made), made / "processed")
    assert reads.changed(tmp_path, again) == ["doubt subprocess.Popen"]
    assert (tmp_path / watch.READS).is_file()


def test_a_corrected_reply_runs_only_what_read_it_and_gives_what_a_clean_build_gives(tmp_path, monkeypatch, capsys):
    project, clean = tmp_path / "corrected", tmp_path / "clean"
    shutil.copytree(THREE_FORCES, project, ignore=shutil.ignore_patterns("notebooks"))
    shutil.copytree(THREE_FORCES / "story", project / "notebooks")
    for name in ("02-how-many-cases", "force-page"):
        shutil.copy(PROJECT / "notebooks" / f"{name}.ipynb", project / "notebooks")
    monkeypatch.setenv("ANALYSIS_PROJECT", str(project))
    assert generation.build(jobs=2) == 0
    reply, sources = (project / "data" / "raw" / name for name in ("vale-2002/south-vale-reply.csv", "sources.csv"))
    before = hashlib.sha256(reply.read_bytes()).hexdigest()
    reply.write_text(reply.read_text("utf-8").replace(",4,", ",7,"), "utf-8")
    after = hashlib.sha256(reply.read_bytes()).hexdigest()
    sources.write_text(sources.read_text("utf-8").replace(before, after), "utf-8")
    shutil.copytree(project, clean, ignore=shutil.ignore_patterns("build", "site", "processed"))
    capsys.readouterr()
    assert generation.build(jobs=2, explain=True) == 0
    ran = [line.split(":")[0] for line in capsys.readouterr().out.splitlines() if ": runs, changed: " in line]
    assert ran == ["force-page · south-vale"]
    monkeypatch.setenv("ANALYSIS_PROJECT", str(clean))
    assert generation.build(jobs=2) == 0
    assert public(project) == public(clean)
