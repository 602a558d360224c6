"""The same cleaning in three ways: names of forces, numbers such as `<5`, periods, and totals by force and period.

`python benchmarks/cleaning.py ours|duckdb|polars FILE` prints the best of five or of half a minute, the most memory and
a checksum. Each starts from the same rows as texts, which `… rows COUNT FILE` wrote. `… replies COUNT` cleans so many
transcripts.
"""

import hashlib
import json
import resource
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

from analysis import tables

WORDS = {"one": 1, "two": 2, "three": 3, "twenty-one": 21, "nil": 0}
RANGE, FEWER = r"^(\d+)-(\d+)$", r"^(?:<|fewer than )(\d+)$"
FINANCIAL, CALENDAR, SPAN = r"^(\d{4})/\d\d$", r"^(\d{4})$", r"^1 April (\d{4}) to 31 March \d{4}$"


def ours(rows: pd.DataFrame):
    """Return the cleaning with this package's own functions."""
    from analysis.clean import counts, decisions, periods

    names = decisions.names({name: tables.read(name) for name in ("forces", "aliases", "places")})

    def clean():
        number, period = counts.parse_series(rows["value"], rows["beside"]), periods.parse_frame(rows)
        keys = [decisions.forces(rows, names)["force_ids"], period["period_start"], period["period_end"]]
        return number[["low", "high"]].groupby(keys).sum(min_count=1).reset_index()

    return clean


def duckdb(rows: pd.DataFrame):
    """Return the cleaning in SQL."""
    import duckdb

    base = duckdb.connect()
    base.register("given", rows)
    base.register("forces", tables.read("forces")[["name", "force_id"]])
    base.execute("create table written as select force, period, value, beside from given")
    base.execute("create table names as select * from forces")
    words = " ".join(f"when '{word}' then {number}" for word, number in WORDS.items())
    query = f"""
    with read as (
        select lower(force) as name, period, beside, lower(value) as text,
            coalesce(try_cast(replace(value, ',', '') as bigint), case lower(value) {words} end) as whole,
            regexp_extract(lower(value), '{FEWER}', 1) as fewer, regexp_extract(value, '{RANGE}', 1) as first,
            regexp_extract(value, '{RANGE}', 2) as last from written
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


def polars(rows: pd.DataFrame):
    """Return the cleaning in polars expressions."""
    import polars as pl

    written = pl.from_pandas(rows[["force", "period", "value", "beside"]])
    names = pl.from_pandas(tables.read("forces")[["name", "force_id"]])
    value, text, period = pl.col("value"), pl.col("value").str.to_lowercase(), pl.col("period")
    whole = value.str.replace_all(",", "", literal=True).cast(pl.Int64, strict=False)
    whole = pl.coalesce(whole, text.replace_strict(WORDS, default=None, return_dtype=pl.Int64))
    fewer, first, last = (
        text.str.extract(pattern, group).cast(pl.Int64) for pattern, group in ((FEWER, 1), (RANGE, 1), (RANGE, 2))
    )
    calendar = period.str.extract(CALENDAR).cast(pl.Int32)
    financial = pl.coalesce(period.str.extract(FINANCIAL), period.str.extract(SPAN)).cast(pl.Int32)
    low = pl.when(fewer.is_not_null()).then(1).when(text == "*").then(0).otherwise(None)
    high = pl.when(pl.col("beside") == "at least").then(None).otherwise(pl.coalesce(whole, last, fewer - 1))
    query = (
        written.lazy()
        .select(
            pl.col("force").str.to_lowercase().alias("name"),
            pl.coalesce(whole, first, low).alias("low"),
            high.alias("high"),
            pl.coalesce(pl.date(calendar, 1, 1), pl.date(financial, 4, 1)).alias("period_start"),
            pl.coalesce(pl.date(calendar, 12, 31), pl.date(financial + 1, 3, 31)).alias("period_end"),
        )
        .join(names.lazy().with_columns(pl.col("name").str.to_lowercase()), on="name")
        .group_by(pl.col("force_id").alias("force_ids"), "period_start", "period_end")
        .agg(*(pl.when(pl.col(end).count() > 0).then(pl.col(end).sum()).alias(end) for end in ("low", "high")))
    )
    return lambda: query.collect().to_pandas()


def checksum(totals: pd.DataFrame) -> str:
    """Return one short text for totals, the same whichever way made them."""
    dates = {name: pd.to_datetime(totals[name]).dt.strftime("%Y-%m-%d") for name in ("period_start", "period_end")}
    numbers = {name: totals[name].astype("Int64").astype("object").fillna("open") for name in ("low", "high")}
    frame = totals.assign(**dates, **numbers)[["force_ids", "period_start", "period_end", "low", "high"]]
    return hashlib.sha256("\n".join(sorted(frame.astype("str").agg(" ".join, axis=1))).encode()).hexdigest()[:12]


def rows(count: int, file: str) -> dict:
    """Write invented rows where every way reads them."""
    import synthetic

    frame = synthetic.rows(count)[["force", "period", "period_start", "period_end", "value", "beside"]]
    frame.to_csv(file, index=False)
    return {"rows": len(frame)}


def best(way: str, file: str) -> dict:
    """Time one way of cleaning the rows of a file."""
    given = pd.read_csv(file, dtype="str", keep_default_na=False, na_filter=False)
    clean, seconds = {"ours": ours, "duckdb": duckdb, "polars": polars}[way](given), []
    while len(seconds) < 5 and sum(seconds) < 30:
        start = time.perf_counter()
        totals = clean()
        seconds.append(time.perf_counter() - start)
    return {"seconds": min(seconds), "checksum": checksum(totals)}


def replies(count: int) -> dict:
    """Clean a folder of invented transcripts."""
    import synthetic

    from analysis import clean

    with tempfile.TemporaryDirectory() as folder:
        raw = synthetic.folder(Path(folder) / "raw", count)
        start = time.perf_counter()
        frames = clean.build(raw)
        seconds = time.perf_counter() - start
    assert len(frames["figures"]) == count * synthetic.LINES, frames["problems"][:3]
    return {"seconds": seconds}


if __name__ == "__main__":
    way, *words = sys.argv[1:]
    own = {"rows": lambda count, file: rows(int(count), file), "replies": lambda count: replies(int(count))}
    took = own[way](*words) if way in own else best(way, *words)
    print(json.dumps(took | {"memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
