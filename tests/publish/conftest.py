"""The invented project of tests/vale.py: a copy of it built, the same committed, and changed and built again."""

import shutil
import subprocess

import pytest

import vale

ADDED = {
    "corrections.csv": "date,page,what,was,now,why\n2003-02-01,index.html,The total,9,10,read <b>anew</b>\n",
    "right_of_reply.csv": "asked_on,whom,about,answered_on,answer,url\n2003-02-01,North Vale Police,the 6,,,\n",
}


def commit(place):
    """Put a project below git, as it is."""
    git = ["git", "-C", str(place), "-c", "user.name=n", "-c", "user.email=e@example.org"]
    for words in (["init", "-q"], ["add", "data", "docs", "notebooks"], ["commit", "-qm", "as built"]):
        subprocess.run([*git, *words], check=True)


@pytest.fixture
def built(built_once, tmp_path, monkeypatch):
    """Return a copy of the built project, which is the one that this process works on."""
    place = tmp_path / "a copy"
    shutil.copytree(built_once, place, symlinks=True)
    monkeypatch.setenv("ANALYSIS_PROJECT", str(place))
    return place


@pytest.fixture
def committed(built):
    """Return the same below git."""
    commit(built)
    return built


@pytest.fixture(scope="session")
def changed_once(built_once, once):
    """Return the project committed, then changed and built: two documents corrected, one of which withholds a sentence
    and contradicts itself; a correction and a request for a reply listed; a plain notebook; a number asked for in vain;
    scripts in the words of a notebook, a guide and a source.
    """

    def make(place):
        shutil.copytree(built_once, place, symlinks=True)
        commit(place)
        vale.correct(place, "south-vale-reply", south=12)
        vale.correct(place, "vale-gazette", all=200)
        part = {"relation_id": "r2", "relation": "part_of", "figures": "vale-gazette:L2", "of": "vale-gazette:L3"}
        vale.table(place, "relations", [vale.SAME, part | {"complete": "yes", "reason": "invented"}])
        for name, text in ADDED.items():
            (place / "data" / "raw" / name).write_text(text, "utf-8")
        line = vale.SCRIPTS.replace("\n", " ")
        vale.sources(place, **{"vale-echo": {"publisher": f"{line} Echo", "title": line, "note": line}})
        (place / "docs" / "method.md").write_text(f"# Method\n\n{vale.SCRIPTS}\n", "utf-8")
        cells = [
            ("words", f"# Plain?\n\n{vale.SCRIPTS}"),
            ("code", "import pandas as pd\npd.DataFrame({'<b>': ['<i>x</i>']})"),
        ]
        vale.notebook(place, "plain", cells)
        runs = place / "notebooks" / "runs.toml"
        told = runs.read_text("utf-8").replace("south-vale-reply:L3", "count/vale-2001/another-sentence#n")
        runs.write_text(told + '[[run]]\nnotebook = "plain"\n', "utf-8")
        vale.build(place, ends=[1])

    return once("changed", make)


@pytest.fixture
def changed(changed_once, monkeypatch):
    """Return the changed project, which is the one that this process reads."""
    monkeypatch.setenv("ANALYSIS_PROJECT", str(changed_once))
    return changed_once
