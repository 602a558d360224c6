"""What every table and column means: the words of `lookups/columns.csv`, and the codebook made of them."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from analysis import project

INTRODUCTION = """# Codebook

Built by the cleaning step from `data/raw`; never edited by hand. UTF-8, comma separated, one header line, LF.
Every cell is text until it is cast: an empty cell is an empty text, an unknown number or an open end, never zero.
A number is a closed interval: `low` and `high` are the least and the most it can be.
Sets of categories are joined by `|` where a source does not tell them apart, by `&` where one person had both.
"""


class Kind(NamedTuple):
    """A kind of column: its type in pandas and in a data package, how its texts look, and how that is said."""

    dtype: str
    type: str
    looks: str
    said: str


NUMBER = r"\d+(\.\d+)?(e[-+]?\d+)?"
KINDS = {
    "text": Kind("str", "string", "(?s).*", "a text"),
    "count": Kind("Int64", "integer", r"\d+", "a count, 0 or more"),
    "share": Kind("Float64", "number", NUMBER, "a share, 0 or more"),
    "number": Kind("Float64", "number", NUMBER, "a number, 0 or more"),
    "date": Kind("datetime64[s]", "date", r"\d{4}-\d{2}-\d{2}", "a day as YYYY-MM-DD"),
}


class WrongWords(ValueError):
    """columns.csv cannot be read, or holds a kind of column that does not exist."""

    exit_status = 1


def names(folder: str = "") -> list[str]:
    """Return the names of all tables below a folder of data: processed, raw or raw/lookups."""
    return [name for name, told in _words(project.lookups())[0].items() if name and told["kind"].startswith(folder)]


def columns(name: str) -> pd.DataFrame:
    """Return a table's columns in their order: use (key, optional), kind, unit, values, example, meaning."""
    return _words(project.lookups())[1][name]


def about(name: str = "") -> dict[str, str]:
    """Return the words of a table: kind is its path below data, meaning what one row is; of the project without one."""
    return _words(project.lookups())[0][name]


@cache
def _words(lookups: Path) -> tuple[dict[str, dict[str, str]], dict[str, pd.DataFrame]]:
    """Return the words of each table, those of the project below "", and the rows of its columns by their name."""
    try:
        known = pd.read_csv(lookups / "columns.csv", dtype="str", keep_default_na=False)
        if known.apply(lambda column: column.str.contains(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")).any(axis=None):
            raise ValueError("it holds a control character")
        is_table = known["column"] == ""
        is_place = known["kind"].str.fullmatch(r"(processed|raw|raw/lookups)/\w+\.csv") | (known["table"] == "")
        fits = known["kind"].isin([*KINDS]).where(~is_table, is_place) & ~known.duplicated(["table", "column"])
        fits &= known["table"].isin(known.loc[is_table, "table"])
    except (ValueError, KeyError) as error:
        raise WrongWords(f"data/raw/lookups/columns.csv: {error}; restore it") from error
    for row, name, column, kind in known.loc[~fits, ["table", "column", "kind"]].itertuples(name=None):
        found = f"table {name!r}, column {column!r}, kind {kind!r}"
        expected = "a row for each table and one for each of its columns, of a known kind"
        raise WrongWords(f"data/raw/lookups/columns.csv:L{row + 2}: {found}; expected {expected}; restore it")
    named, rows = known.set_index("table"), known[~is_table].groupby("table", sort=False)
    return named[is_table.to_numpy()].to_dict("index"), {str(name): own.set_index("column") for name, own in rows}


def keys(name: str) -> list[str]:
    """Return the columns that together name a row of a table."""
    known = columns(name)
    return list(known.index[known["use"] == "key"])


def codebook() -> str:
    """Return the codebook of the built tables as Markdown: column, meaning, kind, unit, values, example."""
    return "\n".join([INTRODUCTION, *(_chapter(name) for name in names("processed"))])


def _chapter(name: str) -> str:
    known = columns(name).reset_index()
    named = ", ".join(f"`{key}`" for key in keys(name))
    told = known.assign(values=known["values"].str.replace("; ", ", "))
    told[["column", "example"]] = known[["column", "example"]].replace("(.+)", r"`\1`", regex=True)
    cells = told[["column", "meaning", "kind", "unit", "values", "example"]].replace(r"\|", r"\\|", regex=True)
    lines = [f"| {' | '.join(row)} |" for row in cells.itertuples(index=False)]
    head = f"## {name}.csv\n\nOne row is {about(name)['meaning']}. Key: {named}.\n"
    return "\n".join([head, f"| {' | '.join(cells)} |", "|---" * cells.shape[1] + "|", *lines, ""])


def datapackage() -> dict:
    """Return the description of the built tables as a Frictionless data package."""
    return {
        "profile": "tabular-data-package",
        "name": about()["kind"],
        "title": about()["meaning"],
        "licenses": [{"name": "MIT", "title": "MIT for the code; figures are facts with their sources"}],
        "resources": [_resource(name) for name in names("processed")],
    }


def _resource(name: str) -> dict:
    described = [
        {"name": column, "type": KINDS[known["kind"]].type, "description": known["meaning"]}
        | {key: known[key] for key in ("unit", "example") if known[key]}
        | ({"constraints": constraints} if (constraints := _constraints(known)) else {})
        for column, known in columns(name).iterrows()
    ]
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "path": f"{name}.csv",
        "description": f"One row is {about(name)['meaning']}.",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "header": True},
        "schema": {"fields": described, "primaryKey": keys(name), "missingValues": [""]},
    }


def _constraints(known: pd.Series) -> dict:
    allowed = [value for value in known["values"].split("; ") if value not in ("", "(empty)")]
    rules: dict[str, object] = {"enum": allowed} if allowed else {}
    rules |= {"required": True} if known["use"] == "key" else {}
    return rules | ({"minimum": 0} if known["kind"] in ("count", "share") else {})
