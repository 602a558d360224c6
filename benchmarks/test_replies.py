"""How long it takes to check and read 45 replies of mixed formats, and a csv of 50,000 rows. Reach: 20 s and 2 s."""

import runpy
from pathlib import Path

import pytest

from analysis.read import cells, hidden

MAKE = runpy.run_path(str(Path(__file__).parent.parent / "tests" / "raw_examples" / "make.py"))
KINDS = ("csv", "xlsx", "xls", "ods", "docx", "pdf", "html", "eml")


@pytest.mark.benchmark(max_time=0)
def test_45_replies_of_mixed_formats(benchmark, tmp_path):
    paths = []
    for number in range(45):
        kind = KINDS[number % len(KINDS)]
        paths.append(tmp_path / f"reply-{number}.{kind}")
        paths[-1].write_bytes(
            MAKE[f"{kind}_plain"]().replace(b"\r\n", b"\n") if kind == "csv" else MAKE[f"{kind}_plain"]()
        )
    found = benchmark.pedantic(hidden.several, (paths,), rounds=3)
    assert {reading.outcome for reading in found.values()} == {hidden.ACCEPTED}
    assert all(reading.cells for reading in found.values())


def test_a_csv_of_50_000_rows(benchmark, tmp_path):
    path = tmp_path / "long.csv"
    rows = "".join(f"2019,Dismissed,{number % 90}\n" for number in range(50_000))
    path.write_text(f"Year,Outcome,Number\n{rows}", newline="\n")
    found = benchmark.pedantic(cells.cells, (path,), rounds=3)
    assert len(found) == 3 * 50_001
