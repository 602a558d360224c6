"""The docs: their commands are commands there are and do what the page says, and no page repeats another."""

import importlib.util
import re
import shlex
import shutil
import subprocess
from itertools import combinations
from pathlib import Path

import pytest

from analysis import __main__, tables

PROJECT = Path(__file__).parent.parent
THREE_FORCES = PROJECT / "tests" / "three_forces"
WRITTEN = [*sorted((PROJECT / "docs").rglob("*.md")), PROJECT / "CONTRIBUTING.md", PROJECT / "README.md"]
ANALYSIS, MAKE = ".venv/bin/python -m analysis ", "make "
FENCE = re.compile(r"^( *)```sh\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`((?:\.venv/bin/python -m analysis|make) [^`]+)`")
NAMED_FILE = re.compile(r"\*\*(data/\S+)\*\*\n\n```\w+\n(.*?)```", re.DOTALL)
HERE = {"single-force": "vale-2002", "surrey": "south-vale", "Surrey Police": "South Vale Police", "2024": "2001"}
HERE |= {"2025": "2002"}


def commands(page: Path) -> list[str]:
    """Return the commands of a page's shell blocks, one each line, in order."""
    blocks = (re.sub(r" *\\\n *", " ", block[1]) for block in FENCE.findall(page.read_text("utf-8")))
    return [re.sub(r"\s+#.*", "", line).strip() for block in blocks for line in block.splitlines() if line.strip()]


def spoken(page: Path) -> list[str]:
    return [*commands(page), *INLINE.findall(page.read_text("utf-8"))]


def invented(text: str) -> str:
    """Say a page's text about the invented project: its round, force and years."""
    for name, other in HERE.items():
        text = re.sub(rf"(?<![\w-]){re.escape(name)}(?![-\w])|{re.escape(name)}(?=_)", other, text)
    return text


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.relative_to(PROJECT).as_posix())
def test_every_command_of_a_page_is_one_there_is(page):
    makefile = (PROJECT / "Makefile").read_text("utf-8")
    for line in spoken(page):
        if ANALYSIS in line and not line.endswith(" COMMAND"):
            __main__.parser().parse_args(shlex.split(line.split(ANALYSIS)[1]))
        elif line.startswith(MAKE):
            assert f"\n{line.split()[1]}:" in makefile, line


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.relative_to(PROJECT).as_posix())
def test_every_link_of_a_page_leads_to_a_file_and_every_file_it_names_is_there(page):
    text = page.read_text("utf-8")
    links = re.findall(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)", text)
    assert [link for link in links if not (page.parent / link).exists()] == []
    named = re.findall(r"`((?:src|tests|notebooks|docs|\.github)/[\w./-]+)`", text)
    assert [name for name in named if not (PROJECT / name).exists()] == []


def test_no_page_repeats_a_sentence_of_another():
    pages = [*WRITTEN, PROJECT / "data" / "raw" / "README.md"]
    said = {page: sentences(page) for page in pages}
    shared = {(a.name, b.name, text) for a, b in combinations(pages, 2) for text in said[a] & said[b]}
    assert shared == set()


def sentences(page: Path) -> set[str]:
    """Return the sentences of at least eight words, outside blocks of code and the generated parts."""
    text = re.sub(r"```.*?```|<!-- findings -->.*?<!-- /findings -->", " ", page.read_text("utf-8"), flags=re.DOTALL)
    parts = re.split(r"(?<=[.:?])\s+|\n\s*\n|\n\s*[-*\d|]+\.? |\|", text)
    plain = (" ".join(re.sub(r"[*`_>]", "", part).split()) for part in parts)
    return {part for part in plain if len(part.split()) >= 8}


def test_a_repeated_sentence_is_found(tmp_path):
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text(
            f"# {name}\n\nA number is what the page allows\nand no more, *never* less.\n", "utf-8"
        )
    assert sentences(tmp_path / "a.md") == sentences(tmp_path / "b.md") != set()


def test_the_reference_is_what_the_command_line_and_the_tables_say():
    spec = importlib.util.spec_from_file_location("reference", PROJECT / "docs" / "reference.py")
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    for name, text in reference.pages().items():
        assert (PROJECT / "docs" / "reference" / name).read_text("utf-8") == text, "run docs/reference.py"


def test_each_row_of_the_quality_log_names_a_test_there_is_or_is_a_judgement():
    text = (PROJECT / "docs" / "quality.md").read_text("utf-8")
    for file, name in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text):
        assert f"\ndef {name}(" in (PROJECT / file).read_text("utf-8"), f"{file} has no {name}"
    logs = re.search(r"## What it is good for.*(?=## Levels)", text, re.DOTALL)[0]
    rows = [line for line in logs.splitlines() if re.match(r"\| (?!use|assumption|caveat|what could)[^-]", line)]
    assert len(rows) > 30 and [row for row in rows if not re.search(r"\| (`tests/\S+`|judgement) \|$", row)] == []


def test_each_assumption_is_in_the_log():
    text = (PROJECT / "docs" / "quality.md").read_text("utf-8")
    assumptions = tables.text(PROJECT / "data" / "raw" / "lookups" / "assumptions.csv")["assumption_id"]
    assert [name for name in assumptions if f"| `{name}` |" not in text] == []


@pytest.fixture
def vale(tmp_path, monkeypatch):
    """Return the three invented forces in a git repository, with no notebook to run."""
    place = tmp_path / "vale"
    shutil.copytree(THREE_FORCES, place, ignore=shutil.ignore_patterns("story", "*.ipynb"))
    (place / "notebooks" / "runs.toml").write_text('headline_round = "vale-2001"\ntimeout_seconds = 30\n', "utf-8")
    (place / ".gitignore").write_text("build/\nsite/\ndata/inbox/\ndata/processed/\n", "utf-8")
    (place / "data" / "inbox").mkdir()
    monkeypatch.setenv("ANALYSIS_PROJECT", str(place))
    monkeypatch.chdir(place)
    for words in ("init -q", "add .", "-c user.name=a -c user.email=a@example.org commit -qm Invented"):
        subprocess.run(["git", *words.split()], check=True, cwd=place)
    return place


def do(line: str, place: Path) -> int:
    """Run one command of a page in a project; what only sets up or shows is left out."""
    if line.startswith("git "):
        return subprocess.run(shlex.split(line), check=False, cwd=place).returncode
    words = "build" if line == "make report" else line.removeprefix(ANALYSIS)
    return __main__.main(shlex.split(invented(words)))


def test_the_tutorial_brings_four_figures_and_takes_them_away(vale):
    page = PROJECT / "docs" / "tutorial" / "first-figure.md"
    files = {invented(name): invented(text) for name, text in NAMED_FILE.findall(page.read_text("utf-8"))}
    reply, recipe = files
    (vale / reply).write_text(files[reply], "utf-8")
    lines = commands(page)
    for line in lines:
        if "new-reply" in line and "--answer" not in line:
            (vale / recipe).write_text(files[recipe], "utf-8")
        assert do(line, vale) == 0, line
        if line.endswith("moved"):
            figures = tables.read(vale / "data" / "processed" / "figures.csv", "figures")
            own = figures[figures["source_id"] == "south-vale_tutorial"]
            assert own["low"].tolist() == [6, 7, 8, 9]
    assert "south-vale_tutorial" not in (vale / "data" / "processed" / "figures.csv").read_text("utf-8")
    assert subprocess.run(["git", "status", "--porcelain"], capture_output=True, check=True, cwd=vale).stdout == b""


def test_the_round_of_the_how_to_is_set_up_sent_and_chased(vale, capsys):
    for line in commands(PROJECT / "docs" / "how-to" / "run-a-round.md"):
        assert do(line, vale) == 0, line
    said = capsys.readouterr().out
    assert "data-misuse-2027 on 2027-02-15: 2 of 2 requests sent, 0 answered." in said
    assert "south-vale: due 2027-02-01" in said


def test_the_numbers_of_an_explanation_stand_in_the_cells_it_names(project):
    figures = tables.read(project / "data" / "processed" / "figures.csv", "figures").set_index("figure_id")
    rows = re.findall(
        r"^\| (\d+) \| .* \| `([\w-]+:L\d+)` \|$",
        (project / "docs" / "explanation" / "surreys-50.md").read_text("utf-8"),
        re.MULTILINE,
    )
    assert len(rows) == 4
    assert all(figures.loc[cell, "low"] == figures.loc[cell, "high"] == int(number) for number, cell in rows)


def test_every_key_of_a_recipe_that_the_code_reads_is_explained(project):
    own = [project / "src" / "analysis" / "read" / f"{name}.py" for name in ("recipes", "layouts", "caselists")]
    keys = {
        key for file in own for key in re.findall(r"(?:entry|recipe)(?:\[|\.get\()\"(\w+)\"", file.read_text("utf-8"))
    }
    text = (project / "data" / "raw" / "README.md").read_text("utf-8").partition("## Recipes")[2]
    written = set(re.findall(r"\w+", " ".join(re.findall(r"`[^`]+`", text))))
    assert len(keys) > 15 and sorted(keys - written - {"draft"}) == []  # the intake sets `draft`, no person does
