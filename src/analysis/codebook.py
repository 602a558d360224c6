"""The codebook and the data package of the built tables, written from the words in `columns`."""

import json

from analysis import columns, subject

TYPES = {"text": "string", "count": "integer", "share": "number", "number": "number", "date": "date"}
INTRODUCTION = """# Codebook

Built by the cleaning step from `data/raw`; never edited by hand. UTF-8, comma separated, one header line, LF.
Every cell is text until it is cast: an empty cell is an empty text, an unknown number or an open end, never zero.
A number is a closed interval: `low` and `high` are the least and the most it can be.
Sets of categories are joined by `|` where a source does not tell them apart, by `&` where one person had both.
"""


def codebook() -> str:
    """Return the codebook of the built tables as Markdown: column, meaning, kind, unit, values, example."""
    return "\n".join([INTRODUCTION, *(table(name) for name in _built())])


def datapackage() -> str:
    """Return the description of the built tables as a Frictionless data package."""
    package = {
        "profile": "tabular-data-package",
        "name": subject.term("file")[0],
        "title": subject.term("title")[0],
        "licenses": [{"name": "MIT", "title": "MIT for the code; figures are facts with their sources"}],
        "resources": [_resource(name) for name in _built()],
    }
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"


def _built() -> list[str]:
    return [name for name, (folder, *_) in columns.TABLES.items() if folder == "processed"]


def table(name: str) -> str:
    """Return one table as Markdown: what one row is, and each column."""
    _, key, row, _ = columns.TABLES[name]
    file, keys = columns.FILES.get(name, name), ", ".join(f"`{part}`" for part in key.split())
    head = f"## {file}.csv\n\nOne row is {row}. Key: {keys}.\n"
    lines = ["| column | meaning | kind | unit | values | example |", "|---|---|---|---|---|---|"]
    return "\n".join([head, *lines, *(_line(name, column) for column in columns.columns(name)), ""])


def _line(table: str, column: str) -> str:
    kind, unit, example, text = columns.word(table, column)
    allowed = ", ".join(value or "(empty)" for value in columns.values(table, column) or [])
    cells = (f"`{column}`", text, kind, unit, allowed, f"`{example}`" if example else "")
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _resource(name: str) -> dict:
    _, key, row, _ = columns.TABLES[name]
    fields = [_field(name, column) for column in columns.columns(name)]
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "path": f"{columns.FILES.get(name, name)}.csv",
        "description": f"One row is {row}.",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "header": True},
        "schema": {"fields": fields, "primaryKey": key.split(), "missingValues": [""]},
    }


def _field(table: str, column: str) -> dict:
    kind, unit, example, text = columns.word(table, column)
    allowed = [value for value in columns.values(table, column) or [] if value]
    constraints: dict[str, object] = {"enum": allowed} if allowed else {}
    if column in columns.TABLES[table][1].split():
        constraints["required"] = True
    if kind in ("count", "share"):
        constraints["minimum"] = 0
    field = {"name": column, "type": TYPES[kind], "description": text}
    field |= {"unit": unit} if unit else {}
    field |= {"example": example} if example else {}
    return field | ({"constraints": constraints} if constraints else {})
