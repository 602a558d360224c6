"""The docs: their code prints what they show, their commands and links lead somewhere, and its numbers are printed."""

import ast
import base64
import csv
import importlib.util
import io
import json
import re
import shlex
from contextlib import redirect_stdout
from pathlib import Path

import pandas as pd
import pytest

import vale
from analysis import __main__, clean, limits, load

PROJECT = Path(__file__).parent.parent
GUIDES = sorted((PROJECT / "docs").glob("*.md"))
WRITTEN = [*GUIDES, PROJECT / "CONTRIBUTING.md", PROJECT / "README.md", PROJECT / "data" / "raw" / "README.md"]
ANALYSIS, MAKE = ".venv/bin/python -m analysis ", "make "
SHELL = re.compile(r"^( *)```sh\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`((?:\.venv/bin/python -m analysis|make) [^`]+)`")
PYTHON = re.compile(r"```python\n(.*?)```(?:\n\n```text\n(.*?)```)?", re.DOTALL)
CHANGE = re.compile(r"\*\*(notebooks/\S+)\*\*\n\n```python\n(.*?)```\n\nbecomes\n\n```python\n(.*?)```", re.DOTALL)
each_page = pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.name)


def commands(page: Path) -> list[str]:
    """Return the commands of a page's shell blocks and of its sentences, in order."""
    text = page.read_text("utf-8")
    lines = [line for block in SHELL.findall(text) for line in re.sub(r" *\\\n *", " ", block[1]).splitlines()]
    return [re.sub(r"\s+#.*", "", line).strip() for line in lines if line.strip()] + INLINE.findall(text)


@each_page
def test_every_command_of_a_page_is_one_there_is(page):
    makefile = (PROJECT / "Makefile").read_text("utf-8")
    for line in commands(page):
        if ANALYSIS in line:
            __main__.parser().parse_args(shlex.split(line.split(ANALYSIS)[1]))
        elif line.startswith(MAKE):
            assert f"\n{line.split()[1]}:" in makefile, line


def headings(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub and the site make them."""
    found = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in found}


@each_page
def test_every_link_of_a_page_leads_to_a_file_or_heading_and_every_file_it_names_is_there(page):
    text = page.read_text("utf-8")
    for file, anchor in re.findall(r"\]\((?!https?:|\.\./\.\./actions)([^)#]*)(?:#([^)]+))?\)", text):
        target = page.parent / file if file else page
        assert target.exists() and (not anchor or anchor in headings(target)), (file, anchor)
    named = re.findall(r"`((?:src|tests|notebooks|docs|data/raw|\.github)/[\w./-]+)`", text)
    assert [name for name in named if "ROUND" not in name and not (PROJECT / name).exists()] == []


def test_the_reference_is_what_the_code_says():
    spec = importlib.util.spec_from_file_location("reference", PROJECT / ".ci" / "reference.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.PAGE.read_text("utf-8") == module.page(), "make reference"


def test_every_guide_is_led_to():
    texts = {page: page.read_text("utf-8") for page in WRITTEN}
    others = {guide: "".join(text for page, text in texts.items() if page != guide) for guide in GUIDES}
    lost = [one.name for one, text in others.items() if f"{one.name})" not in text and f"{one.name}#" not in text]
    assert lost == []


def printed(code: str, names: dict) -> str:
    """Run code and return what a notebook would show below its cell, as text."""
    body, said = ast.parse(code).body, io.StringIO()
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    shown = pd.option_context("display.width", 110, "display.max_columns", 20, "display.max_colwidth", 48)
    with redirect_stdout(said), shown:
        exec(compile(ast.Module(body, []), "page", "exec"), names)
        value = eval(compile(ast.Expression(last.value), "page", "eval"), names) if last else None
        print(repr(value) if value is not None else "")
    return "\n".join(line.rstrip() for line in said.getvalue().splitlines()).strip("\n")


@pytest.mark.parametrize("page", ["docs/analyse-in-python.md", "README.md"])
def test_the_code_of_a_page_prints_what_the_page_shows(page, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "agg")
    monkeypatch.chdir(PROJECT)
    blocks, names = PYTHON.findall((PROJECT / page).read_text("utf-8")), {}
    assert blocks
    for code, shown in blocks:
        said = printed(code, names)
        if shown:
            assert said == shown.strip("\n"), code


def test_the_tutorial_changes_a_cell_that_is_there_and_its_chart_can_be_drawn(monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "agg")
    [(file, old, new)] = CHANGE.findall((PROJECT / "docs" / "first-figure.md").read_text("utf-8"))
    cells = json.loads((PROJECT / file).read_text("utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    held = [number for number, text in enumerate(code) if old.strip() in text]
    assert len(held) == 1, f"docs/first-figure.md quotes a line that one cell of {file} must hold: {old}"
    [at], names = held, {}
    for text in code[:at]:
        printed(text, names)
    assert printed(code[at].replace(old.strip(), new.strip()), names) != printed(code[at], names) != ""


def do(verb: str, **words: str) -> int:
    """Run the command of the guide to a reply with that verb, with names for the words in capitals."""
    text = (PROJECT / "docs" / "add-a-reply.md").read_text("utf-8")
    [line] = re.findall(rf"^ +\S+ -m analysis ({verb} .*)$", text, re.MULTILINE)
    return __main__.main(shlex.split(re.sub("|".join(words), lambda name: words[name[0]], line)))


def test_a_reply_is_taken_in_by_the_commands_of_its_page(tmp_path, monkeypatch, capsys):
    invented = vale.project(tmp_path / "vale")
    monkeypatch.setenv("ANALYSIS_PROJECT", str(invented))
    monkeypatch.chdir(invented)
    words = {"FILE": "about-jane-doe.csv", "ROUND": "vale-2002", "FORCE": "north-vale"}
    (invented / "data" / "inbox" / words["FILE"]).write_text("Outcome,2002\nDisciplined,70\nDismissed,20\n", "utf-8")
    assert do("check", **words) == 0
    do("new-reply", **words)
    transcript = invented / "data" / "raw" / "vale-2002" / "north-vale.csv"
    transcript.write_text(transcript.read_text("utf-8").replace(",?,?,?,", ",all,people,computer misuse,"), "utf-8")
    do("new-reply", **words)
    assert "Nothing is left to decide." in capsys.readouterr().out
    figures = clean.build(invented / "data" / "raw")["figures"].set_index("figure_id")["low"]
    assert figures[figures.index.str.startswith("north-vale")].tolist() == [70, 20]
    kept = [file for file in (invented / "data").rglob("*") if file.is_file() and file.parent.name != "inbox"]
    assert [file for file in kept if b"jane-doe" in file.read_bytes()] == []  # the name the file came with


# what the README says of 2019, and the line of the transcript that prints it
SAID = {
    "asked 45 forces": "ps2019-telegraph:L4",
    "23 replied": "ps2019-itpro:L2",
    "**237** officers and staff": "ps2019-itpro:L3",
    "**11** were sacked": "ps2019-itpro:L5",
    "**6** resigned": "ps2019-itpro:L4",
    "**50** cases": "ps2019-itpro:L6",
    "904 people": "bbw2011-report:L4",
}
SPELT = {"one": 1, "two": 2, "three": 3, "six": 6, "eleven": 11}


def as_printed(cell: str) -> int:
    """Return a number from the line of a transcript, read with nothing but the csv module."""
    source, line = cell.split(":L")
    [file] = (PROJECT / "data" / "raw").glob(f"*/{source}.csv")
    with file.open(encoding="utf-8", newline="") as lines:
        value = list(csv.DictReader(lines))[int(line) - 2]["value"]
    return SPELT.get(value.lower()) or int(re.findall(r"\d+", value)[-1])


def test_the_numbers_of_the_readme_stand_in_the_transcripts():
    text = " ".join((PROJECT / "README.md").read_text("utf-8").split())
    assert [words for words in SAID if words not in text] == []
    assert [as_printed(cell) for cell in SAID.values()] == [int(re.search(r"\d+", words)[0]) for words in SAID]


def test_the_limits_of_the_readme_are_those_worked_out():
    text = " ".join((PROJECT / "README.md").read_text("utf-8").split())
    data, asked = load("parliament-street-2019"), {"force": "unnamed", "outcome": "disciplined"}
    [least, most, forces] = limits(data, **asked)[["low", "high", "unnamed"]].iloc[0]
    [_, none, all_forces] = limits(data, assumptions=[], **asked)[["low", "high", "unnamed"]].iloc[0]
    assert f"the {forces} of them account for **{least} to {most}** of the 237" in text
    assert f"anything up to {none}, with {all_forces} forces unnamed" in text


def test_the_numbers_of_an_explanation_stand_in_the_cells_it_names():
    text = (PROJECT / "docs" / "surreys-50.md").read_text("utf-8")
    rows = re.findall(r"^\| (\d+) \| .* \| `([\w-]+:L\d+)` \|$", text, re.MULTILINE)
    assert len(rows) == 4
    assert [as_printed(cell) for _, cell in rows] == [int(number) for number, _ in rows]


def test_the_picture_of_the_readme_is_the_one_stored_in_its_notebook():
    cells = json.loads((PROJECT / "notebooks" / "02-how-many-cases.ipynb").read_text("utf-8"))["cells"]
    held = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
    first = next(data["image/png"] for data in held if "image/png" in data)
    assert (PROJECT / "docs" / "found.png").read_bytes() == base64.b64decode(first)
