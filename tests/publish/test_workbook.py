import csv
import html
import io
import json
import re
import shutil
import subprocess
import zipfile

import openpyxl
import pandas as pd
import pytest

import links
from analysis import codebook, tables
from analysis.publish import workbook
from analysis.read import ods

BUILT = ["facts", "figures", "coverage"]
AS_DATE = re.compile(r"\s*\d{1,4}[-/.]\d{1,4}(?:[-/.]\d{1,4})?\s*|\s*\d{0,2}[ -]?[A-Z][a-z]{2}[a-z]*[ -]\d{1,4}\s*")
MADE = {"xlsx": workbook.xlsx, "ods": workbook.ods}
Lines = dict[str, list[list]]


def frame(name, **columns):
    rows = len(next(iter(columns.values())))
    made = pd.DataFrame({column: [""] * rows for column in codebook.columns(name).index}).assign(**columns)
    return tables.cast(made, name)


@pytest.fixture(params=MADE)
def kind(request):
    return request.param


@pytest.fixture
def content(kind) -> bytes:
    """Return a workbook of two facts, the second of which is suppressed, and of one document."""
    columns = {"fact_id": ["=1+1", "b:L2"], "low": ["3", ""], "high": ["", ""], "status": ["at least", "suppressed"]}
    columns |= {"period_start": ["2001-01-01", ""], "labels_reported": ["@x", "3-5"], "units_reported": ["£5 – 7", "-"]}
    sources = frame("sources", source_id=["b"], url=["https://example.org/b?x=1&y=2"])
    return written({"facts": frame("facts", **columns), "sources": sources}, kind)


def written(frames, kind) -> bytes:
    return MADE[kind](workbook.sheets(frames, "2003-01-01"))


def read(content: bytes, kind: str) -> Lines:
    """Return the cells of each worksheet as a reader of that kind of file finds them."""
    if kind == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        return {sheet.title: [list(line) for line in sheet.iter_rows(values_only=True)] for sheet in book}
    found: dict[str, dict] = {}
    for cell in ods.read(content).cells:
        value = float(cell.value) if cell.kind == "number" else cell.text
        found.setdefault(cell.area, {}).setdefault(cell.row, []).append(value)
    return {name: list(lines.values()) for name, lines in found.items()}


def read_by_libreoffice(books: dict[str, bytes], folder) -> dict[str, Lines]:
    """Return the same of each kind of workbook as LibreOffice shows it, all as texts."""
    for kind, content in books.items():
        (folder / f"{kind}.{kind}").write_bytes(content)
    to_csv = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
    home = f"-env:UserInstallation={(folder / 'home').as_uri()}"
    command = ["soffice", home, "--headless", "--convert-to", to_csv, "--outdir", folder, *folder.glob("*.*")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    found: dict[str, Lines] = {kind: {} for kind in books}
    for file in folder.glob("*-*.csv"):
        kind, _, name = file.stem.partition("-")
        found[kind][name] = list(csv.reader(io.StringIO(file.read_text("utf-8"))))
    return found


def table(lines: Lines, name: str) -> list[dict]:
    head, *rest = lines[name.capitalize()]
    return [dict(zip(head, line, strict=True)) for line in rest]


def differing(lines: Lines, folder) -> list[tuple]:
    """Return the cells of a workbook that do not say what the csv of the same table says."""
    found = []
    for name in BUILT:
        numbers = {*codebook.columns(name).query("kind not in ['text', 'date']").index}
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            for wanted, shown in zip(csv.DictReader(file), table(lines, name), strict=True):
                for column, said in wanted.items():
                    cell, number = shown[column], bool(said) and column in numbers
                    same = float(cell) == float(said) if number else cell == said if said else cell in workbook.EMPTY
                    found += [] if same else [(name, column, said, cell)]
    return found


@pytest.fixture(scope="module")
def books():
    """Return each kind of workbook of all that a build publishes."""
    held = tables.load()
    published = {name: getattr(held, name)[list(codebook.columns(name).index)] for name in workbook.SHEETS}
    return {kind: written(published, kind) for kind in MADE}


def test_every_cell_reads_back_as_the_tables_say_it(books, project, kind):
    assert differing(read(books[kind], kind), project / "data/processed") == []


@pytest.mark.skipif(shutil.which("soffice") is None, reason="there is no LibreOffice here")
def test_libreoffice_shows_every_cell_as_the_tables_say_it(books, project, tmp_path):
    for kind, lines in read_by_libreoffice(books, tmp_path).items():
        assert differing(lines, project / "data/processed") == [], kind


def test_every_empty_cell_says_why_it_is_empty(content, kind):
    first, second = table(read(content, kind), "facts")
    assert (first["low"], first["high"], second["low"], second["high"]) == (3, "[open]", "[c]", "[c]")
    assert (first["place"], second["period_start"], first["period_start"]) == ("[z]", "[c]", "2001-01-01")
    assert all(value not in (None, "") for row in (first, second) for value in row.values())


def test_no_text_becomes_a_formula_a_date_or_other_letters(content, kind):
    first, second = table(read(content, kind), "facts")
    assert (first["fact_id"], first["labels_reported"], first["units_reported"]) == ("=1+1", "@x", "£5 – 7")
    assert (second["labels_reported"], second["units_reported"]) == ("3-5", "-")
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert not any(b"<f>" in parts.read(name) or b"table:formula" in parts.read(name) for name in parts.namelist())


def test_the_id_of_a_row_is_a_link_to_its_document(content, kind):
    if kind == "xlsx":
        rows = openpyxl.load_workbook(io.BytesIO(content))["Facts"].iter_rows()
        found = {cell.value: cell.hyperlink.target for row in rows for cell in row if cell.hyperlink}
    else:
        page = html.unescape(zipfile.ZipFile(io.BytesIO(content)).read("content.xml").decode())
        found = {name: address for address, name in re.findall(r'xlink:href="([^"]*)">(b:L2)<', page)}
    assert found == {"b:L2": "https://example.org/b?x=1&y=2"}


def test_it_opens_with_a_cover_and_ends_with_the_meaning_of_each_column(content, kind):
    lines = read(content, kind)
    assert list(lines) == ["Cover", "Facts", "Sources", "Codebook"]
    assert lines["Cover"][0] == [codebook.about()["meaning"]] and lines["Codebook"][1][0] == "facts.fact_id"


def test_a_number_in_a_csv_never_looks_like_a_date_to_a_spreadsheet(project):
    """Only what a page printed may, which the workbook keeps as a text: an interval stands in two columns."""
    for name in BUILT:
        frame = pd.read_csv(project / f"data/processed/{name}.csv", dtype="str", keep_default_na=False)
        own = codebook.columns(name).query("kind == 'text' and not column.str.endswith('as_written')").index
        assert [text for column in own for text in frame[column] if AS_DATE.fullmatch(text)] == []


def test_the_data_package_describes_every_file_and_passes_its_own_checker(built):
    frictionless = pytest.importorskip("frictionless")
    place = (built / "site").resolve()
    package = json.loads((place / "datapackage.json").read_text("utf-8"))
    paths = {one["path"] for one in package["resources"]}
    assert {"data/facts.csv", "data/police-misuse-foi.xlsx", "data/police-misuse-foi.ods"} <= paths
    assert "figures/count/vale-2001/every-number.png" in paths
    assert frictionless.validate(str(place / "datapackage.json")).valid


def test_the_download_page_says_in_the_words_of_schema_org_what_data_these_are(built_once):
    page = links.pages((built_once / "site").resolve())["download/index.html"]
    [dataset] = page.xpath("//*[@itemtype='https://schema.org/Dataset']")
    own = {name: dataset.xpath(f".//*[@itemprop='{name}']") for name in ("name", "description", "license", "creator")}
    assert all(own.values()) and len(own["description"][0].text_content()) > 50
    held = dataset.xpath(".//*[@itemprop='distribution']")
    found = {one.xpath(".//@href")[0]: one.xpath(".//*[@itemprop='encodingFormat']/@content") for one in held}
    assert found["../data/facts.csv"] == ["text/csv"] and found["../data/police-misuse-foi.ods"]
