import base64
from pathlib import Path

import nbformat
import pytest

from analysis.publish import plan, readme, staging

ROOT = Path(__file__).parents[2]

TEXT = f"# Title\n\n{readme.START}\nold\n{readme.END}\n\nRest\n"


def test_what_was_found_stands_between_the_marks_and_nothing_else_changes():
    found = readme.block(["Ten were disciplined.", "Three <b>left</b>_soon_."], "A map")
    assert readme.filled(TEXT, found) == (
        f"# Title\n\n{readme.START}\n- Ten were disciplined.\n- Three &lt;b>left&lt;/b>\\_soon\\_.\n\n"
        f"![A map](docs/found.png)\n{readme.END}\n\nRest\n"
    )


@pytest.mark.parametrize("text", ["", readme.START, f"{readme.END} {readme.START}", TEXT + readme.START])
def test_a_readme_without_its_two_marks_is_an_error(text):
    with pytest.raises(ValueError, match="once each"):
        readme.filled(text, "x")


def test_the_picture_and_its_alt_text_are_taken_from_the_run(tmp_path):
    (tmp_path / "README.md").write_text(TEXT, "utf-8")
    (tmp_path / "chart-map.png").write_bytes(b"picture")
    (tmp_path / "chart-map.txt").write_text("A map\n", "utf-8")
    readme.renew(tmp_path, ["Ten."], tmp_path, "01-who-answered/chart-map")
    assert "- Ten.\n\n![A map](docs/found.png)" in (tmp_path / "README.md").read_text("utf-8")
    assert (tmp_path / "docs" / "found.png").read_bytes() == b"picture"


def test_the_committed_readme_says_what_the_committed_findings_and_notebook_say():
    text = (ROOT / "README.md").read_text("utf-8")
    settings = plan.settings(ROOT / "notebooks")
    said = staging.headlines(ROOT / "data" / "processed", settings["headline_round"], settings["headlines"])
    lines = text.split(readme.START)[1].split(readme.END)[0].strip().splitlines()
    assert [line for line in lines if line.startswith("- ")] == readme.block(said, "").splitlines()
    notebook, cell = settings["headline_picture"].split("/")
    cells = nbformat.read(ROOT / "notebooks" / f"{notebook}.ipynb", as_version=4).cells
    shown = next(one for one in cells if one.id == cell).outputs[0].data
    assert base64.b64decode(shown["image/png"]) == (ROOT / readme.PICTURE).read_bytes()
