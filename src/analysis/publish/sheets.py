"""A notebook as it was run, made into a page of the site: code folded, numbers linked, pictures with their data."""

import json
import re
import struct
from pathlib import Path

from markupsafe import Markup

from analysis.publish import trail

PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")

NAME = re.compile(r"`([\w./-]+)`")
LAST = "## Limits"


def plain(text: str) -> str:
    """Escape a text for Markdown so that every mark in it is only a mark."""
    return PUNCTUATION.sub(r"\\\1", " ".join(text.split()))


def page(
    notebook: Path, docname: str, title: str, way: trail.Trail, known: dict, figures: Path, named: dict, more: list
) -> str:
    """Return a notebook for Sphinx: another title, findings and pictures written anew, sections put before its limits.

    figures: the folder of the run's pictures in the generation; named: the pages that names in its text lead to;
    more: (title, html) of each section to add.
    """
    nb = json.loads(notebook.read_text("utf-8"))
    cells = _together([_cell(cell, docname, way, known, figures) for cell in _headed(nb["cells"])])
    for cell in (one for one in cells if one["cell_type"] == "markdown"):
        cell["source"] = NAME.sub(lambda found: _leading(found[1], named), "".join(cell["source"]))
    for cell in cells:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown" and source.startswith("# "):
            question, _, rest = source.removeprefix("# ").partition("\n")
            heading = title or plain(question)
            cell["source"] = f"# {heading.replace('QUESTION', question.strip())}\n{rest}"
            break
    added = [
        cell
        for number, (heading, html) in enumerate(more, 1)
        for cell in (
            {"cell_type": "markdown", "id": f"more-{number}", "metadata": {}, "source": f"## {heading}"},
            _html_cell(f"more-{number}-table", html),
        )
    ]
    end = next((place for place, cell in enumerate(cells) if "".join(cell["source"]).startswith(LAST)), len(cells))
    cells[end:end] = added
    return json.dumps({**nb, "cells": cells}, indent=1, ensure_ascii=False)


def _leading(name: str, named: dict) -> str:
    """Let the name of a notebook or file lead to its page, a notebook called by the words in its name."""
    words = f"`{name}`" if "." in name or name not in named else f"“{name.lstrip('0123456789-').replace('-', ' ')}”"
    return f"[{words}]({named[name]})" if name in named else words


def _html_cell(name: str, html: str) -> dict:
    output = {"output_type": "display_data", "metadata": {}, "data": {"text/html": str(html)}}
    tags = {"tags": ["remove-input"]}
    # myst-nb leaves out a cell without source, outputs and all.
    own = {"metadata": tags, "source": "# written by the site", "execution_count": None, "outputs": [output]}
    return {"cell_type": "code", "id": name, **own}


def _headed(cells: list[dict]) -> list[dict]:
    """Give each cell the words of the heading it stands under."""
    found, heading = [], ""
    for cell in cells:
        first = "".join(cell["source"]).strip().partition("\n")[0]
        if cell["cell_type"] == "markdown" and first.startswith("#"):
            heading = first.lstrip("# ")
        found.append({**cell, "heading": heading})
    return found


def captioned(html: str, caption: str) -> str:
    """Give each table of an output that has none a caption, heads with their direction, and room to scroll."""
    if "<caption" in html:
        return html
    html = re.sub(r"<th>", '<th scope="col">', html)
    html = re.sub(r"<tr><td>(.*?)</td>", r'<tr><th scope="row">\1</th>', html, flags=re.DOTALL)
    top = Markup(
        '<div class="wide" role="region" aria-label="{0}, table" tabindex="0"><table>'
        "<caption><span>{0}</span></caption>"
    ).format(caption)
    return re.sub(r"<table[^>]*>", lambda _: str(top), html).replace("</table>", "</table></div>")


def _together(cells: list[dict]) -> list[dict]:
    """Join code cells that follow each other, so that a reader sees one fold and then what they show."""
    found: list[dict] = []
    for cell in cells:
        if found and cell["cell_type"] == found[-1]["cell_type"] == "code":
            source = "".join(found[-1]["source"]) + "\n\n" + "".join(cell["source"])
            found[-1] = {**cell, "source": source, "outputs": [*found[-1]["outputs"], *cell["outputs"]]}
        else:
            found.append(cell)
    return found


def _cell(cell: dict, docname: str, way: trail.Trail, known: dict, figures: Path) -> dict:
    heading = cell["heading"]
    cell = {name: value for name, value in cell.items() if name != "heading"}
    if cell["cell_type"] != "code":
        return cell
    tags = [*cell["metadata"].get("tags", []), "hide-input"]
    outputs = [_output(output, (cell["id"], heading), docname, way, known, figures) for output in cell["outputs"]]
    return {**cell, "metadata": {**cell["metadata"], "tags": tags}, "outputs": outputs}


def _output(output: dict, cell: tuple[str, str], docname: str, way: trail.Trail, known: dict, figures: Path) -> dict:
    data = output.get("data", {})
    if "image/png" in data:
        html: str = picture(docname, figures, cell[0])
    elif "text/html" in data:
        html = captioned(trail.shown("".join(data["text/html"]), way, docname, known), cell[1])
    else:
        return output
    return {"output_type": "display_data", "metadata": {}, "data": {"text/html": str(html)}}


def picture(docname: str, folder: Path, name: str) -> Markup:
    """Show a chart of the generation with its alt text, and lead to it, its numbers and its description.

    folder: the folder of the chart, below the generation's `figures`.
    """
    alt = (folder / f"{name}.txt").read_text("utf-8").strip()
    wide, high = size(folder / f"{name}.png")
    place = "/".join(folder.parts[folder.parts.index("figures") :])
    sides = {side: trail.file(docname, f"{place}/{name}.{side}") for side in ("png", "csv", "txt")}
    return Markup(
        '<figure class="chart">'
        '<img class="dark-light" src="{png}" alt="{alt}" width="{wide}" height="{high}" loading="lazy">'
        '<figcaption>This chart: <a href="{png}">picture (PNG)</a>, <a href="{csv}">its numbers (CSV)</a>, '
        '<a href="{txt}">its description (text)</a>.</figcaption></figure>'
    ).format(alt=alt, wide=wide, high=high, **sides)


def size(png: Path) -> tuple[int, int]:
    """Return width and height of a PNG as a page shows it, in CSS pixels; it is drawn at one and a half times that."""
    head = png.read_bytes()[:24]
    if head[:8] != b"\x89PNG\r\n\x1a\n" or len(head) < 24:
        return 624, 400
    wide, high = struct.unpack(">II", head[16:24])
    return round(wide / 1.5), round(high / 1.5)
