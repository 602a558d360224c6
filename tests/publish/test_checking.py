"""A reply never seen goes the way the guide tells, from the inbox to its page on the site."""

import csv
import re
import shlex
import shutil
from pathlib import Path

import openpyxl
import pytest

from analysis import __main__

PROJECT = Path(__file__).parents[2]
ROWS = [["Result", "2001", None], [None, "Officers", "Staff"], ["Removed", 16, 17], ["disciplined", 21, 32]]
MEANT = {"Removed": "dismissed", "staff": "staff"}  # what an officer is the project knows already
DECIDED = {"unit": "people", "misuse": "computer misuse", "date_basis": "recorded"}


@pytest.fixture
def office(small_project, tmp_path, monkeypatch):
    """Return a built project of three invented forces with a workbook in its inbox that nobody has seen."""
    place = tmp_path / "project"
    shutil.copytree(small_project, place)
    monkeypatch.setenv("ANALYSIS_PROJECT", str(place))
    monkeypatch.chdir(place)
    book = openpyxl.Workbook()
    book.active.title = "Reply"
    for row in ROWS:
        book.active.append(row)
    book.active.merge_cells("B1:C1")
    (place / "data" / "inbox").mkdir(parents=True, exist_ok=True)
    book.save(place / "data" / "inbox" / "Response 12.xlsx")
    return place


def command(number: int, page: str = "docs/how-to/add-a-reply.md") -> list[str]:
    """Return the words of the command in one step of the guide, for this file, round and force."""
    steps = (PROJECT / page).read_text("utf-8").partition("# Add a reply\n")[2]
    step = re.search(rf"^{number}\. (.*?)^{number + 1}\. ", steps, re.MULTILINE | re.DOTALL)[1]
    words = re.search(r"`\.venv/bin/python -m analysis ([^`]*)`", step)[1].replace("\n", " ")
    named = words.replace("FILE", "'Response 12.xlsx'").replace("ROUND", "vale-2001").replace("FORCE", "old-vale")
    return shlex.split(named)


def decide(place: Path) -> None:
    path = place / "data" / "raw" / "vale-2001" / "old-vale_response-12.toml"
    text = path.read_text("utf-8")
    for name, value in DECIDED.items():
        assert f'{name} = "?"' in text
        text = text.replace(f'{name} = "?"', f'{name} = "{value}"')
    assert "?" not in text.partition("[[table]]")[2]
    path.write_text(text, "utf-8")


def add_rows(place: Path, said: str) -> None:
    """Complete the rows of wording.csv that the command printed."""
    rows = [line for line in said.splitlines() if line.endswith(",WHY")]
    assert {row.split(",")[1] for row in rows} == set(MEANT)
    with (place / "data" / "raw" / "lookups" / "wording.csv").open("a", encoding="utf-8") as file:
        for row in rows:
            file.write(row.replace("?", MEANT[row.split(",")[1]]).replace("WHY", "invented for tests") + "\n")


def keep_back(place: Path) -> None:
    """Take in a second reply, with a small number, that is not public."""
    file = place / "data" / "inbox" / "reply.csv"
    file.write_text("Outcome,2002\ndismissed,2\ndisciplined,23\n", "utf-8")
    words = ["new-reply", str(file), "--round", "vale-2002", "--force", "north-vale", "--answer", "full"]
    assert __main__.main(words) == 0
    path = place / "data" / "raw" / "vale-2002" / "north-vale_reply.toml"
    text = path.read_text("utf-8")
    for name, value in (DECIDED | {"role": "all"}).items():
        text = text.replace(f'{name} = "?"', f'{name} = "{value}"')
    path.write_text(text, "utf-8")
    assert __main__.main(words) == 0


def publish(place: Path) -> None:
    """Say in sources.csv that the reply is public."""
    path = place / "data" / "raw" / "sources.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[-1]["public"] = "yes"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize("number", [2, 3])
def test_the_six_steps_of_the_readme_give_the_commands_of_the_guide(number):
    assert command(number, "README.md") == command(number)


def test_the_six_steps_of_the_guide_lead_from_the_inbox_to_the_tables_and_the_site(office, capsys):
    assert __main__.main(command(2)) == 0
    assert __main__.main(command(3)) == 0
    said = capsys.readouterr().out
    assert not list((office / "data" / "inbox").glob("*.xlsx"))
    decide(office)
    add_rows(office, said)
    publish(office)
    keep_back(office)
    capsys.readouterr()
    assert __main__.main(command(3)) == 0
    assert "Nothing is left to decide" in capsys.readouterr().out
    assert __main__.main(["build"]) == 0
    with (office / "data" / "processed" / "figures.csv").open(encoding="utf-8", newline="") as file:
        told = list(csv.DictReader(file))
    small = [(row["low"], row["high"]) for row in told if row["source_id"] == "north-vale_reply"]
    assert small == [("1", "4"), ("5", "")]
    assert not (office / "site" / "evidence" / "north-vale_reply.html").exists()
    rows = [row for row in told if row["source_id"] == "old-vale_response-12"]
    found = {(row["figure_id"].partition(":")[2], row["role"], row["outcome"], row["low"]) for row in rows}
    assert found == {
        ("Reply!B3", "officer", "dismissed", "16"),
        ("Reply!C3", "staff", "dismissed", "17"),
        ("Reply!B4", "officer", "disciplined", "21"),
        ("Reply!C4", "staff", "disciplined", "32"),
    }
    page = (office / "site" / "evidence" / "old-vale_response-12.html").read_text("utf-8")
    assert all(f">{number}<" in page for number in (16, 17, 21, 32))
