"""The committed notebooks: short cells, no figure typed, stored as run, and the known facts of the 2019 round."""

import ast
import json
import re
import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
PATHS = sorted((PROJECT / "notebooks").glob("*.ipynb"))
STORIES = [path for path in PATHS if path.stem != "explore"]
NAMES = [path.stem for path in STORIES]
MOST_LINES, MOST_WORDS = 10, 32
LOGIC = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.For, ast.While, ast.Try, ast.With, ast.Assert)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
PLOTTING = {"plt", "sns", "matplotlib", "seaborn"}
FILE = re.compile(r"^(?:[./~]\w|(?:data|src|build|site|notebooks)/)|\\\\|\.(?:csv|json|png|ipynb|toml)$")
OF_METHOD = {0, 1, 2, 4, 95, 100}  # rows and letters taken, the level of an interval, a share per hundred
IN_PROSE = re.compile(r"\b95 ?%|\b1,000\b|\b998\b|\bsections? \d+(?: and \d+)?")  # of method or law, never of the data


def cells(path: Path, kind: str) -> list[dict]:
    return [cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == kind]


def outputs(path: Path) -> list[dict]:
    return [output for cell in cells(path, "code") for output in cell["outputs"]]


def records(path: Path, kind: str = "finding") -> list[dict]:
    held = [output.get("metadata", {}).get("analysis", {}) for output in outputs(path)]
    return [record for record in held if record.get("kind") == kind]


def faults(source: str) -> list[str]:
    """Name what a code cell may not hold: more than ten lines, logic of its own, a path, plotting, a typed figure."""
    lines = len(source.splitlines())
    found = [f"{lines} lines"] if lines > MOST_LINES else []
    nodes = list(ast.walk(ast.parse(source)))
    found += [f"logic: {type(node).__name__}" for node in nodes if isinstance(node, LOGIC)]
    loops = sum(isinstance(node, COMPREHENSIONS) for node in nodes)
    found += [f"{loops} comprehensions"] if loops > 1 else []
    for node in nodes:
        value = node.value if isinstance(node, ast.Constant) else None
        if isinstance(value, str) and FILE.search(value):
            found.append(f"a path: {value}")
        if type(value) in (int, float) and value not in OF_METHOD:
            found.append(f"a typed figure: {value}")
        if isinstance(node, ast.keyword) and node.arg == "regex":
            found.append("words made by a pattern: give the frame a column of them")
        if isinstance(node, ast.Name | ast.alias) and ast.unparse(node).split(".")[0] in PLOTTING:
            found.append(f"plotting: {ast.unparse(node)}")
    return found


def sentences(path: Path) -> list[str]:
    """Return the templates of a notebook's conclusions."""
    calls = [node for cell in cells(path, "code") for node in ast.walk(ast.parse("".join(cell["source"])))]
    said = [node.args[0] for node in calls if isinstance(node, ast.Call) and ast.unparse(node.func) == "say"]
    return [one.value for one in said if isinstance(one, ast.Constant)]


@pytest.mark.parametrize("path", STORIES, ids=NAMES)
def test_a_cell_selects_measures_and_says_and_nothing_more(path):
    found = {cell["id"]: wrong for cell in cells(path, "code") if (wrong := faults("".join(cell["source"])))}
    assert found == {}


@pytest.mark.parametrize("path", STORIES, ids=NAMES)
def test_no_figure_is_typed_into_prose_or_a_sentence(path):
    prose = ["".join(cell["source"]) for cell in cells(path, "markdown")] + sentences(path)
    plain = [re.sub(r"\{[^}]*\}", "", text) for text in prose]
    typed = [text for text in plain if re.search(r"\d", IN_PROSE.sub("", text))]
    assert typed == [], "no number is typed into words: let say fill it in, in braces"


@pytest.mark.parametrize("path", STORIES, ids=NAMES)
def test_a_notebook_asks_one_question_and_draws_conclusions(path):
    first = "".join(cells(path, "markdown")[0]["source"])
    assert first.startswith("# ") and first.endswith("?"), "the first cell is the question, as a title: # …?"
    assert 2 <= len(records(path)) <= 12, "a notebook says two to twelve sentences"
    withheld = [record["template"] for record in records(path) if record["withheld"]]
    assert withheld == [], "these are not true of the parameters it is stored with"


@pytest.mark.parametrize("path", STORIES, ids=NAMES)
def test_every_output_carries_a_record_and_every_sentence_is_short_enough_to_say(path):
    shown = [output["data"] for output in outputs(path) if "analysis" not in output["metadata"]]
    assert shown == [], "end each cell that shows something with say, show or a chart"
    long = [one["text"] for one in records(path) if len(one["text"].split()) > MOST_WORDS]
    assert long == [], f"say it in {MOST_WORDS} words at most"


@pytest.mark.parametrize("path", STORIES, ids=NAMES)
def test_a_picture_has_words_numbers_and_a_description(path):
    for output in (one for one in outputs(path) if "image/png" in one["data"]):
        title, subtitle, alt, *numbers = "".join(output["data"]["text/plain"]).splitlines()
        assert title and subtitle and len(alt) > 40 and len(numbers) > 2


def test_every_notebook_is_run_somewhere():
    runs = tomllib.loads((PROJECT / "notebooks" / "runs.toml").read_text("utf-8"))["run"]
    assert {*NAMES} <= {run["notebook"] for run in runs} <= {path.stem for path in PATHS}


def test_no_two_notebooks_of_a_round_say_the_same():
    said = [record["text"] for path in STORIES[:6] for record in records(path)]
    assert len(said) == len({*said})


@pytest.mark.parametrize(
    ("notebook", "words", "cell"),
    [
        ("01-who-answered", "23 forces answered Parliament Street", "ps2019-itpro:L2"),
        ("01-who-answered", "45 were asked", "ps2019-telegraph:L4"),
        ("02-how-many-cases", "237 officers and staff disciplined", "ps2019-itpro:L3"),
        ("02-how-many-cases", "of the 237, if all we assume is right", "ps2019-itpro:L3"),
        ("04-what-was-misused", "35 concern records or e-mail together", "ps2019-commentator:L5"),
        ("04-what-was-misused", "no figure shows that most were e-mail", "ps2019-commentator:L4"),
        ("04-what-was-misused", "four people were disciplined over social media", "ps2019-commentator:L8"),
        ("05-what-happened-next", "11 people were dismissed and six resigned", "ps2019-itpro:L5"),
    ],
)
def test_a_known_fact_of_2019_is_said_and_leads_to_its_cell(notebook, words, cell):
    found = [one for one in records(PROJECT / "notebooks" / f"{notebook}.ipynb") if words in one["text"]]
    assert len(found) == 1 and cell in found[0]["figure_ids"]


@pytest.mark.parametrize(
    ("place", "label", "number"),
    [
        ("Surrey", "computer misuse", "50"),
        ("Met Police", "computer misuse: disciplined", "18"),
        ("Met Police", "social media misuse: disciplined", "4"),
        ("Met Police", "CRIS misuse: dismissed", "1"),
        ("Hertfordshire", "photo of screen on social media: reprimanded", "2"),
        ("Gwent", "database search; disclosure; unlawful access: dismissed", "3"),
        ("Wiltshire", "unlawful database access: dismissed", "3"),
        ("Nottinghamshire", "search on own civil dispute: disciplined", "1"),
        ("West Yorkshire", "viewed own family record: misconduct meeting", "9"),
        ("April 2017 to March 2019", "computer misuse", "50"),  # of Surrey, on its own page
        ("April 2017 to March 2019", "Niche or email misuse", "35"),
    ],
)
def test_a_printed_number_of_2019_stands_in_a_table_and_leads_to_its_cell(place, label, number):
    name = "force" if place.startswith("April") else "02-how-many-cases"
    html = [one["data"].get("text/html", "") for one in outputs(PROJECT / "notebooks" / f"{name}.ipynb")]
    rows = re.findall(r"<tr><th[^>]*>(.*?)</th>(.*?)</tr>", "".join(map("".join, html)))
    found = [re.findall(r"<td[^>]*>(.*?)</td>", rest) for name, rest in rows if name == place]
    numbers = [row[0] for row in found if row[2:3] == [label]]
    assert [re.sub("<[^>]+>", "", one) for one in numbers] == [number] and "evidence/ps2019-" in numbers[0]
