"""The same cleaning in three ways: names of forces, numbers such as `<5`, periods, and totals by force and period.

`python benchmarks/cleaning.py ours|duckdb|polars FOLDER` prints the best of seven, peak memory and a checksum.
FOLDER holds what `… inputs FOLDER COUNT` wrote; each way starts from rows in the form in which it keeps them in memory.
"""

import hashlib
import json
import resource
import sys
import time
from pathlib import Path

import pandas as pd

WORDS = {"one": 1, "two": 2, "three": 3, "twenty-one": 21, "nil": 0}
RANGE, FEWER = r"^(\d+)-(\d+)$", r"^(?:<|fewer than )(\d+)$"
FINANCIAL, CALENDAR, SPAN = r"^(\d{4})/\d\d$", r"^(\d{4})$", r"^1 April (\d{4}) to 31 March \d{4}$"
COLUMNS = ["force", "period", "period_start", "period_end", "value", "beside", "reads_as"]


def inputs(folder: Path, count: int) -> None:
    """Write invented rows and the names of forces where every way can read them."""
    import synthetic

    from analysis import tables

    folder.mkdir(parents=True, exist_ok=True)
    synthetic.written(count)[COLUMNS].to_pickle(folder / "rows.pkl")
    names = {name: tables.read(None, name) for name in ("forces", "aliases", "places")}
    pd.to_pickle(names, folder / "names.pkl")


def ours(folder: Path):
    """Return the cleaning with this package's own functions."""
    from analysis.clean import distinct, figures, lookups, periods

    rows, names = pd.read_pickle(folder / "rows.pkl"), lookups.names(**pd.read_pickle(folder / "names.pkl"))

    def clean():
        force, _ = lookups.forces(rows, names)
        number, period = figures.numbers(rows), periods.parse_frame(rows)
        codes, first = distinct.positions(rows[["force", "period", "period_start", "period_end"]])
        sums = number[["low", "high"]].groupby(codes).sum(min_count=1)
        keys = pd.concat([force["force_ids"], period[["period_start", "period_end"]]], axis=1).take(first)
        return (
            sums.groupby([keys[name].to_numpy() for name in keys])
            .sum(min_count=1)
            .rename_axis(list(keys))
            .reset_index()
        )

    return clean


def _plain(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return rows and names of forces as texts, for the other ways."""
    rows, names = pd.read_pickle(folder / "rows.pkl").astype("str"), pd.read_pickle(folder / "names.pkl")["forces"]
    return rows[["force", "period", "value", "beside"]], names[["name", "force_id"]]


def duckdb(folder: Path):
    """Return the cleaning in SQL."""
    import duckdb

    rows, names = _plain(folder)
    base = duckdb.connect()
    base.execute("create table rows as select * from rows")
    base.execute("create table names as select * from names")
    words = " ".join(f"when '{word}' then {number}" for word, number in WORDS.items())
    del rows, names
    query = f"""
    with read as (
        select lower(force) as name, period, beside, lower(value) as text,
            coalesce(try_cast(replace(value, ',', '') as bigint), case lower(value) {words} end) as whole,
            regexp_extract(lower(value), '{FEWER}', 1) as fewer, regexp_extract(value, '{RANGE}', 1) as first,
            regexp_extract(value, '{RANGE}', 2) as last from rows
    ), counted as (
        select name, period,
            case when whole is not null then whole when fewer <> '' then 1 when first <> '' then first::bigint
                when text = '*' then 0 end as low,
            case when whole is not null then case when beside = 'at least' then null else whole end
                when fewer <> '' then fewer::bigint - 1 when first <> '' then last::bigint end as high,
            regexp_extract(period, '{CALENDAR}', 1) as calendar,
            regexp_extract(period, '{FINANCIAL}', 1) || regexp_extract(period, '{SPAN}', 1) as financial from read
    )
    select force_id as force_ids,
        case when calendar <> '' then make_date(calendar::int, 1, 1) else make_date(financial::int, 4, 1) end
            as period_start,
        case when calendar <> '' then make_date(calendar::int, 12, 31) else make_date(financial::int + 1, 3, 31) end
            as period_end, sum(low)::bigint as low, sum(high)::bigint as high
    from counted join names on lower(names.name) = counted.name group by all"""
    return lambda: base.execute(query).df()


def polars(folder: Path):
    """Return the cleaning in polars expressions."""
    import polars as pl

    rows, names = (pl.from_pandas(frame) for frame in _plain(folder))
    names = names.with_columns(pl.col("name").str.to_lowercase())
    value, text, period = pl.col("value"), pl.col("value").str.to_lowercase(), pl.col("period")
    whole = value.str.replace_all(",", "", literal=True).cast(pl.Int64, strict=False)
    whole = pl.coalesce(whole, text.replace_strict(WORDS, default=None, return_dtype=pl.Int64))
    fewer, first, last = (
        text.str.extract(pattern, group).cast(pl.Int64) for pattern, group in ((FEWER, 1), (RANGE, 1), (RANGE, 2))
    )
    calendar = period.str.extract(CALENDAR).cast(pl.Int32)
    financial = pl.coalesce(period.str.extract(FINANCIAL), period.str.extract(SPAN)).cast(pl.Int32)
    low = pl.when(fewer.is_not_null()).then(1).when(text == "*").then(0)
    query = (
        rows.lazy()
        .select(
            pl.col("force").str.to_lowercase().alias("name"),
            pl.coalesce(whole, first, low.otherwise(None)).alias("low"),
            pl.when(pl.col("beside") == "at least")
            .then(None)
            .otherwise(pl.coalesce(whole, last, fewer - 1))
            .alias("high"),
            pl.coalesce(pl.date(calendar, 1, 1), pl.date(financial, 4, 1)).alias("period_start"),
            pl.coalesce(pl.date(calendar, 12, 31), pl.date(financial + 1, 3, 31)).alias("period_end"),
        )
        .join(names.lazy(), on="name")
        .group_by(pl.col("force_id").alias("force_ids"), "period_start", "period_end")
        .agg(*(pl.when(pl.col(end).count() > 0).then(pl.col(end).sum()).alias(end) for end in ("low", "high")))
    )
    return lambda: query.collect().to_pandas()


def checksum(totals: pd.DataFrame) -> str:
    """Return one short text for totals, the same whichever way made them."""
    dates = {name: pd.to_datetime(totals[name]).dt.strftime("%Y-%m-%d") for name in ("period_start", "period_end")}
    numbers = {name: totals[name].astype("Int64").astype("object").fillna("open") for name in ("low", "high")}
    frame = totals.assign(**dates, **numbers)[["force_ids", "period_start", "period_end", "low", "high"]]
    lines = sorted(frame.astype("str").agg(" ".join, axis=1))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


def main(way: str, folder: Path) -> None:
    """Time one way and print what it took."""
    clean = {"ours": ours, "duckdb": duckdb, "polars": polars}[way](folder)
    before, seconds = _memory(), []
    for _ in range(7):
        start = time.perf_counter()
        totals = clean()
        seconds.append(time.perf_counter() - start)
    found = {"seconds": min(seconds), "memory": _memory(), "before": before, "rows": len(totals)}
    print(json.dumps(found | {"checksum": checksum(totals)}))


def _memory() -> float:
    """Return the most memory this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if sys.argv[1] == "inputs":
        inputs(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main(sys.argv[1], Path(sys.argv[2]))
