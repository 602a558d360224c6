"""What each table holds, and the one way to read, check and write it."""

import csv
from dataclasses import dataclass, fields, replace
from functools import cache, cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from analysis import columns, paths
from analysis.codebook import codebook, datapackage
from analysis.ordering import rank, steps

__all__ = ["Tables", "codebook", "datapackage", "load", "read", "validate", "write"]
DTYPES = {"text": "str", "count": "Int64", "share": "Float64", "number": "Float64", "date": "datetime64[s]"}


@dataclass(frozen=True)
class Tables:
    """Hold the tables of the project, whole or of one round or force; shown as one line for each."""

    figures: pd.DataFrame
    facts: pd.DataFrame
    coverage: pd.DataFrame
    rounds: pd.DataFrame
    sources: pd.DataFrame
    relations: pd.DataFrame
    categories: pd.DataFrame
    forces: pd.DataFrame
    workforce: pd.DataFrame
    assumptions: pd.DataFrame
    claims: pd.DataFrame

    @cached_property
    def by_id(self) -> dict[str, pd.DataFrame]:
        """Each table whose rows have an id of their own, by that id; made when it is first asked for."""
        return _ById(tables=self)

    @property
    def listed(self) -> pd.DataFrame:
        """Each table by name, with how many rows it has and what one row is."""
        found = [(one.name, len(getattr(self, one.name)), columns.TABLES[one.name][2]) for one in fields(self)]
        return pd.DataFrame(found, columns=["table", "rows", "one row is"]).set_index("table")

    def __repr__(self) -> str:
        return "\n".join(f"{row.Index:<12}{row.rows:>7,}  {row[2]}" for row in self.listed.itertuples())

    def _repr_html_(self) -> str:
        return self.listed.to_html(border=0)


class _ById(dict):
    """Tables by their rows' ids; only one that is asked for is looked at, as what a run looked at counts as read."""

    def __missing__(self, name: str) -> pd.DataFrame:
        key = f"{name.removesuffix('s')}_id"
        return self.setdefault(name, getattr(self["tables"], name).set_index(key, drop=False))


def location(name: str) -> Path:
    """Return where a table lies in the project."""
    folder = columns.TABLES[name][0]
    home = {"processed": paths.processed, "raw": paths.raw, "lookups": paths.lookups}[folder]()
    return home / f"{columns.FILES.get(name, name)}.csv"


def text(path: Path) -> pd.DataFrame:
    """Read a csv as text: no word means missing, an empty cell is an empty text."""
    return pd.read_csv(path, dtype="str", keep_default_na=False, na_filter=False, encoding="utf-8")


def cast(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Give every column of a table read as text its type; empty cells become missing numbers and dates.

    Raises ValueError naming the column and the texts that are no number or date.
    """
    kinds = {column: columns.word(name, column)[0] for column in columns.columns(name) if column in frame}
    return frame.assign(**{column: _cast(frame[column], kind, name) for column, kind in kinds.items()})


def _cast(series: pd.Series, kind: str, name: str) -> pd.Series:
    if kind == "text" and _is_text(series):
        return series
    if kind == "text" or not pd.api.types.is_string_dtype(series.dtype):
        return series.astype(DTYPES[kind])
    filled = series.where(series != "")
    try:
        if kind == "date":
            return pd.to_datetime(filled, format="%Y-%m-%d").astype(DTYPES[kind])
        return pd.to_numeric(filled).astype(DTYPES[kind])
    except (ValueError, TypeError) as error:
        raise ValueError(f"{name}.{series.name}: {error}") from error


def _is_text(series: pd.Series) -> bool:
    """Say whether a column holds texts, or codes of texts where it is long and they are few."""
    held = series.cat.categories if isinstance(series.dtype, pd.CategoricalDtype) else series
    return held.dtype == DTYPES["text"]


def read(path: Path | None, name: str) -> pd.DataFrame:
    """Read a table as text, then cast it; `path` None is its place in the project; a column left out may be empty."""
    found = text(path or location(name))
    left_out = [column for column in columns.OPTIONAL.get(name, []) if column not in found]
    return cast(found.assign(**dict.fromkeys(left_out, "")), name)


def empty(name: str) -> pd.DataFrame:
    """Return a table without rows."""
    return cast(pd.DataFrame({column: pd.Series(dtype="str") for column in columns.columns(name)}), name)


def arrange(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return a table with its columns in order and typed, its rows sorted by key so that L10 follows L9."""
    ranks = [rank(frame[key]) for key in columns.TABLES[name][1].split()]
    wanted = frame[columns.columns(name)]
    ordered = wanted if (steps(ranks) >= 0).all() else wanted.take(np.lexsort(ranks[::-1]))
    return cast(ordered.reset_index(drop=True), name)


def write(frame: pd.DataFrame, path: Path, name: str) -> None:
    """Write a table: rows sorted by key, ISO dates, shortest numbers, LF, so that equal tables are equal bytes."""
    plain = arrange(frame, name).apply(_plain)
    path.parent.mkdir(parents=True, exist_ok=True)
    plain.to_csv(path, index=False, lineterminator="\n", encoding="utf-8", quoting=csv.QUOTE_MINIMAL)


def _plain(series: pd.Series) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        return series.dt.strftime("%Y-%m-%d").astype("str").where(series.notna(), "")
    if series.dtype == "Float64":
        return series.map(lambda value: f"{value:.10g}", na_action="ignore").astype("str").where(series.notna(), "")
    return series.astype("str").where(series.notna(), "")


@cache
def schema(name: str, keyed: bool = False):
    """Return the pandera schema of a table: built tables hold these columns and no others.

    keyed: that no key stands there twice is known.
    """
    import pandera.pandas as pa

    table = columns.TABLES[name]
    return pa.DataFrameSchema(
        {column: _column(name, column) for column in columns.columns(name)},
        name=name,
        description=table[2],
        strict=table[0] == "processed",
        unique=None if keyed else table[1].split(),
    )


def _column(table: str, column: str):
    import pandera.pandas as pa

    kind, unit, example, description = columns.word(table, column)
    allowed = columns.values(table, column)
    checks = []
    if allowed is not None:
        checks.append(
            pa.Check(
                lambda series: ~series.isin(set(series.unique()) - set(columns.values(table, column) or ())),
                error=f"one of: {', '.join(allowed)}",
            )
        )
    if kind == "text":
        checks.append(pa.Check(_is_text, error=DTYPES[kind], ignore_na=False))
    if kind in ("count", "share", "number"):
        checks.append(pa.Check.ge(0))
    return pa.Column(
        None if kind == "text" else DTYPES[kind],
        checks,
        nullable=kind != "text",
        description=description,
        metadata={"unit": unit, "example": example},
    )


def validate(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Check a table against its schema and return it.

    Raises pandera.errors.SchemaErrors with every failure at once.
    """
    return schema(name, _keyed(frame, columns.TABLES[name][1].split())).validate(frame, lazy=True)


def _keyed(frame: pd.DataFrame, keys: list[str]) -> bool:
    """Say whether rows with texts as codes are in the order of their keys, so that none can stand there twice."""
    coded = {*keys} <= {*frame.select_dtypes("category")}
    return coded and bool((steps([rank(frame[key]) for key in keys]) > 0).all())


def load(round_or_force: str | None = None) -> Tables:
    """Return the project's tables, whole or those of one round or one force.

    Raises ValueError, suggesting the nearest, when there is no such round or force.

    >>> tables = load("parliament-street-2019")
    >>> tables.facts.loc[tables.facts["force_ids"] == "surrey", ["unit", "system", "low", "high", "status"]]
        unit        system  low  high status
    0  cases    not-stated   50    50  exact
    1  cases  niche|e-mail   35    35  exact
    >>> load("surry")
    Traceback (most recent call last):
    ValueError: no round or force is called 'surry'; nearest: surrey, ...
    """
    built = ("figures", "facts", "coverage")
    decided = ("rounds", "sources", "relations", "categories", "forces", "workforce", "assumptions", "claims")
    tables = Tables(**{name: read(None, name) for name in (*built, *decided)})
    return tables if round_or_force is None else part(tables, round_or_force)


def part(tables: Tables, name: str) -> Tables:
    """Return one round's or force's part of the tables; raises ValueError when there is no such round or force."""
    if name in set(tables.rounds["round_id"]):
        own = _part(tables, "round_id", "round_id", name)
        cited = tables.sources["source_id"].isin(set(own.figures["source_id"]))
        asked = _mask(tables.sources, "round_id", name)
        return replace(own, sources=tables.sources[cited | asked].reset_index(drop=True))
    if name in set(tables.forces["force_id"]):
        return _part(tables, "force_ids", "force_id", name)
    from rapidfuzz import process

    known = sorted({*tables.rounds["round_id"], *tables.forces["force_id"]})
    nearest = ", ".join(match[0] for match in process.extract(name, known, limit=3))
    raise ValueError(f"no round or force is called {name!r}; nearest: {nearest}")


def _part(tables: Tables, column: str, place: str, name: str) -> Tables:
    """Keep one round's or force's rows, and every figure behind its facts, wherever that was printed."""
    facts, coverage = _rows(tables.facts, column, name), _rows(tables.coverage, place, name)
    behind = tables.figures["figure_id"].isin(set(" ".join(facts["figure_ids"]).split()))
    figures = tables.figures[behind | _mask(tables.figures, column, name)].reset_index(drop=True)
    return replace(tables, facts=facts, coverage=coverage, figures=figures)


def _rows(frame: pd.DataFrame, column: str, name: str) -> pd.DataFrame:
    return frame[_mask(frame, column, name)].reset_index(drop=True)


def _mask(frame: pd.DataFrame, column: str, name: str) -> pd.Series:
    padded = " " + frame[column] + " "
    return padded.str.contains(f" {name} ", regex=False)
