"""Another subject, built by the same code: invented library trusts with roles, denominators and words of their own."""

import json
import re
import shutil
from html import unescape
from pathlib import Path

import pytest

TRUSTS = Path(__file__).parent / "other_subject"
POLICE = re.compile(r"(?i)\bpolice|\bofficers?\b|\bpcsos?\b|\bforces?\b|constable")
TABLES = {"codebook.html"}  # names and describes columns, which are the same for every subject


@pytest.fixture(scope="module")
def trusts(project, tmp_path_factory):
    """Return the library trusts, built from raw documents to the site."""
    from analysis.publish import generation

    place = tmp_path_factory.mktemp("other") / "trusts"
    shutil.copytree(TRUSTS, place)
    shutil.copytree(project / "docs" / "static", place / "docs" / "static")
    look = (project / "docs" / "conf.py").read_text("utf-8")
    mine = re.sub(r"(?m)^(project|author) = .*", r'\1 = "Library trusts (invented)"', look)
    (place / "docs" / "conf.py").write_text(mine, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANALYSIS_PROJECT", str(place))
        assert generation.build(jobs=2) == 0
    return place


def told(place: Path) -> dict[str, str]:
    findings = json.loads((place / "site" / "data" / "findings.json").read_text("utf-8"))
    return {
        one["finding_id"]: re.sub(r"\{(\d+)\}", lambda mark, one=one: one["numbers"][int(mark[1])]["text"], one["text"])
        for one in findings
    }


def visible(page: Path) -> list[str]:
    text = re.sub(r"(?s)<(script|style|pre)\b.*?</\1>|<head>.*?</head>", " ", page.read_text("utf-8"))
    return [line.strip() for line in unescape(re.sub(r"<[^>]+>", " ", text)).splitlines() if line.strip()]


def test_the_trusts_are_told_in_their_own_words(trusts):
    said = told(trusts)
    total = "20 librarians and assistants were found reading records from April 2001 to March 2002."
    assert said["how-many-cases/shelves-2001/total-shelves-herald:L2"] == total
    assert said["who-answered/shelves-2001/replied"] == "3 of the 3 library trusts asked replied."


def test_rates_are_made_of_their_own_workers(trusts):
    """4 of 40 librarians and 160 assistants; 6 of 10 librarians."""
    said = told(trusts)
    assert "20.0 per 1,000 of its workforce" in said["do-forces-differ/shelves-2001/rate-shelves-herald:L3"]
    assert "600 per 1,000 of its librarians" in said["do-forces-differ/shelves-2001/rate-vellum-bay-reply:L2"]


def test_no_page_picture_or_sentence_speaks_of_police(trusts):
    pages = [page for page in sorted((trusts / "site").rglob("*.html")) if page.name not in TABLES]
    found = {
        (page.name, line) for page in pages for line in visible(page) if POLICE.search(re.sub(r"\bforce:", "", line))
    }
    drawn = [file.read_text("utf-8") for file in (trusts / "site" / "figures").rglob("*.txt")]
    assert len(pages) > 10 and len(drawn) == 4
    assert found == set()
    assert not any(POLICE.search(text) for text in [*told(trusts).values(), *drawn])


def test_what_can_be_taken_away_has_their_name(trusts):
    assert (trusts / "site" / "data" / "invented-library-trusts.xlsx").is_file()
    package = json.loads((trusts / "data" / "processed" / "datapackage.json").read_text("utf-8"))
    assert package["name"] == "invented-library-trusts" and "library trusts" in package["title"]
