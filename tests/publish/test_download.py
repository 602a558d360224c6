import hashlib
import json
import shutil

import outgoing
import pytest
from test_gate import png

from analysis.publish import download, staging, workbook


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.setenv("ANALYSIS_PROJECT", str(tmp_path / "vale"))
    site, tables, _ = outgoing.staged(outgoing.project(tmp_path / "vale"))
    folder = site / "figures" / "count" / "vale-2001"
    folder.mkdir(parents=True)
    (folder / "chart-counts.png").write_bytes(png())
    (folder / "chart-counts.csv").write_text("force,low\nnorth-vale,6\n", "utf-8")
    (folder / "chart-counts.txt").write_text("North Vale six.\n", "utf-8")
    with staging.told(tables):
        download.write(site, tmp_path / "workbook")
    return site


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_data_package_is_valid_and_describes_every_table_and_chart(site):
    import frictionless

    found = frictionless.validate(str(site / "datapackage.json"))
    assert [(task.name, error.message) for task in found.tasks for error in task.errors] == []
    assert found.valid
    package = json.loads((site / "datapackage.json").read_text("utf-8"))
    paths = {one["path"] for one in package["resources"]}
    assert {f"data/{name}.csv" for name in ("figures", "facts", "coverage", "ledger")} <= paths
    assert {f"figures/count/vale-2001/chart-counts{side}" for side in (".png", ".csv", ".txt")} <= paths
    assert "data/police-misuse-foi.xlsx" in paths


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_table_that_breaks_its_schema_makes_the_package_invalid(site):
    import frictionless

    file = site / "data" / "figures.csv"
    file.write_text(file.read_text("utf-8").replace(",exact,", ",certain,"), "utf-8")
    assert not frictionless.validate(str(site / "datapackage.json")).valid


def test_each_chart_has_its_alt_text_and_everything_a_licence_a_date_and_a_hash(site):
    package = json.loads((site / "datapackage.json").read_text("utf-8"))
    picture = next(one for one in package["resources"] if one["path"].endswith(".png"))
    assert picture["description"] == "North Vale six."
    assert package["created"] == "2003-01-01T00:00:00Z"
    assert {one["name"] for one in package["licenses"]} == {"MIT", "OGL-UK-3.0"}
    for one in package["resources"]:
        content = (site / one["path"]).read_bytes()
        assert (one["bytes"], one["hash"]) == (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}")


def test_the_list_of_hashes_holds_everything_that_can_be_taken_away(site):
    lines = dict(reversed(line.split("  ")) for line in (site / "SHA256SUMS").read_text("utf-8").splitlines())
    files = [file for folder in ("data", "figures") for file in (site / folder).rglob("*") if file.is_file()]
    assert lines == {file.relative_to(site).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def test_the_workbook_is_made_anew_only_when_what_it_holds_changed_and_the_last_one_is_forgotten(tmp_path, monkeypatch):
    place, kept, made = outgoing.project(tmp_path / "vale"), tmp_path / "workbook", []
    monkeypatch.setenv("ANALYSIS_PROJECT", str(place))
    real = workbook.write
    monkeypatch.setattr(workbook, "write", lambda *given: made.append(1) or real(*given))

    def written():
        site, tables, _ = outgoing.staged(place)
        with staging.told(tables):
            download.write(site, kept)
        found = (site / "data" / "police-misuse-foi.xlsx").read_bytes(), [file.name for file in kept.iterdir()]
        shutil.rmtree(site.parent)
        return found

    first, again = written(), written()
    assert (again, made) == (first, [1])
    outgoing.rewrite(place, "vale-2002/south-vale-reply.csv", "invented", "invented", public="no")
    fewer, names = written()
    assert fewer != first[0] and len(names) == 1 and names != first[1]


def test_a_document_that_is_not_public_is_named_nowhere(tmp_path, monkeypatch):
    place = outgoing.project(tmp_path / "vale")
    monkeypatch.setenv("ANALYSIS_PROJECT", str(place))
    outgoing.rewrite(place, "vale-2002/south-vale-reply.csv", "invented", "invented", public="no", title="Secretive")
    site, tables, _ = outgoing.staged(place)
    with staging.told(tables):
        download.write(site, tmp_path / "workbook")
    assert "Secretive" not in (site / "datapackage.json").read_text("utf-8")
    assert b"Secretive" not in b"".join(_parts(site / "data" / "police-misuse-foi.xlsx"))


def _parts(path):
    import zipfile

    with zipfile.ZipFile(path) as archive:
        return [archive.read(name) for name in archive.namelist()]
