import csv
import datetime as dt
from email.message import EmailMessage

import openpyxl
import pytest

from analysis import clean
from analysis.clean import additions, arrivals, raw
from analysis.read import golden

DAY = dt.date(2002, 3, 4)
SHEET = [["Outcome", "2001", "2002"], ["sacked", 6, 7], ["warnd", 8, None], ["Total", 14, 7]]


@pytest.fixture
def office(vale, tmp_path):
    """Return the invented project with an inbox; its raw folder must not hold the inbox."""
    inbox = tmp_path.parent / f"{tmp_path.name}-inbox"
    inbox.mkdir()
    return vale, inbox


def workbook(path, rows=SHEET, hidden: bool = False):
    book = openpyxl.Workbook()
    book.active.title = "Reply"
    for row in rows:
        book.active.append(row)
    if hidden:
        book.create_sheet("people").append(["Jane Planted"])
        book["people"].sheet_state = "hidden"
    book.save(path)
    return path


def take(office, file, force="N Police", **told):
    vale, inbox = office
    return arrivals.reply(vale.folder, inbox, file, "vale-2001", [force], DAY, **told)


def tree(folder):
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def approve(vale, refused: str):
    line = next(row for row in csv.reader(refused.splitlines()) if row[-1:] == ["WHY"])
    vale.table("approvals", [dict(zip(["sha256", "code", "place"], line, strict=False)) | {"reason": "seen"}])


def decide(vale, source_id: str, **decisions):
    path = vale.folder / "vale-2001" / f"{source_id}.toml"
    text = path.read_text("utf-8")
    for name, value in decisions.items():
        assert f'{name} = "?"' in text
        text = text.replace(f'{name} = "?"', f'{name} = "{value}"')
    path.write_text(text, "utf-8")


def test_a_reply_goes_from_the_inbox_to_the_tables_without_python(office):
    vale, inbox = office
    file = workbook(inbox / "Response 12.xlsx")
    said = "\n".join(take(office, file).lines)
    assert not file.exists() and (vale.folder / "vale-2001" / "north_response-12.xlsx").is_file()
    assert "unit: still ? in table[1].fixed" in said and "coverage.csv: north" in said
    decide(
        vale, "north_response-12", blank="missing", role="all", unit="people", misuse="misuse", date_basis="recorded"
    )
    said = "\n".join(take(office, file).lines)
    assert "nearest: warned" in said and "Reply!B3" in said and "\noutcome,warnd,,,,?,,,,,WHY" in said
    vale.table("wording", [*vale.rows["wording"], {"field": "outcome", "wording": "warnd", "outcome": "warned"}])
    take(office, file)
    frames = clean.build(vale.folder)
    figures = frames["figures"].set_index("figure_id")
    assert figures.loc["north_response-12:Reply!B2", ["low", "outcome"]].tolist() == [6, "dismissed"]
    assert figures.loc["north_response-12:Reply!C3", "status"] == "missing" and not stopping(frames)
    ledger = frames["ledger"].query("source_id == 'north_response-12'")
    assert ledger["ends_as"].value_counts().to_dict() == {"label": 6, "value": 3, "dropped": 2}


def stopping(frames) -> list:
    return [problem for problem in frames["problems"] if problem.severity in ("decision", "document")]


DECIDED = {"role": "all", "unit": "people", "misuse": "misuse", "date_basis": "recorded"}
KNOWN = [["Outcome", "2001", "2002"], ["sacked", 6, 7], ["warned", 8, 9]]


def finished(office, name: str = "a.xlsx", **told):
    vale, inbox = office
    file = workbook(inbox / name, KNOWN)
    take(office, file, **told)
    decide(vale, told.get("source_id") or f"north_{file.stem}", **DECIDED)
    take(office, file)
    return file


def test_run_again_on_a_finished_reply_it_changes_nothing(office):
    file = finished(office)
    before = tree(office[0].folder)
    taken = take(office, file)
    assert not taken.wrong and tree(office[0].folder) == before


def test_golden_rows_are_frozen_once_all_is_decided_and_name_a_later_change(office):
    file = finished(office)
    recipe = office[0].folder / "vale-2001" / "north_a.toml"
    rows = golden.path_of(recipe).read_text("utf-8")
    assert "Reply!B2,North Police,2001,all,,people,misuse,sacked,recorded,6," in rows and not golden.unfinished(rows)
    recipe.write_text(recipe.read_text("utf-8").replace('role = "all"', 'role = "officer"'))
    taken = take(office, file)
    assert taken.wrong and any("another role" in line for line in taken.lines)
    assert golden.path_of(recipe).read_text("utf-8") == rows
    assert {problem.code for problem in stopping(clean.build(office[0].folder))} == {"GOLDEN_ROW"}


def test_a_file_with_a_hidden_sheet_stays_in_the_inbox_until_exactly_that_is_approved(office):
    vale, inbox = office
    file = workbook(inbox / "a.xlsx", KNOWN, hidden=True)
    before = tree(vale.folder)
    with pytest.raises(additions.Refused, match="Needs a person") as caught:
        take(office, file)
    assert file.exists() and tree(vale.folder) == before and "Planted" not in str(caught.value)
    approve(vale, str(caught.value))
    approved = file.read_bytes()
    workbook(file, [*KNOWN, ["warned", 1, 2]], hidden=True)
    with pytest.raises(additions.Refused, match="HIDDEN_SHEET"):
        take(office, file)
    file.write_bytes(approved)
    take(office, file)
    decide(vale, "north_a", **DECIDED)
    take(office, file)
    frames = clean.build(vale.folder)
    assert sorted(frames["figures"]["low"]) == [6, 7, 8, 9]
    assert not any("Planted" in path.read_text("utf-8") for path in vale.folder.rglob("*.toml"))


def test_the_same_reply_in_another_format_is_recognised_and_not_moved(office):
    finished(office)
    other = office[1] / "b.csv"
    other.write_text("\n".join(",".join(map(str, row)) for row in KNOWN) + "\n")
    with pytest.raises(additions.Refused, match="the same as north_a"):
        take(office, other)
    assert other.exists() and "north_b" not in raw.decisions(office[0].folder)[0]["sources"]["source_id"].tolist()


def test_a_correction_says_what_it_replaces_and_the_same_bytes_are_never_taken_twice(office):
    file = finished(office)
    copy = office[1] / "again.xlsx"
    copy.write_bytes((office[0].folder / "vale-2001" / "north_a.xlsx").read_bytes())
    with pytest.raises(additions.Refused, match="the same bytes as north_a"):
        take(office, copy)
    later = workbook(office[1] / "later.xlsx", [*KNOWN[:2], ["warned", 8, 10]])
    take(office, later, supersedes="north_a")
    decide(office[0], "north_later", **DECIDED)
    assert "before all was decided" in clean.build(office[0].folder)["problems"][0].found
    take(office, later)
    assert clean.build(office[0].folder)["facts"]["low"].tolist() == [6, 8, 7, 10] and not file.exists()


def test_what_was_forgotten_when_a_reply_was_taken_in_can_be_said_later(office):
    first, later = (workbook(office[1] / name, rows) for name, rows in (("a.xlsx", KNOWN), ("later.xlsx", SHEET)))
    take(office, first, "south", answer="full")
    assert "coverage.csv: south is 'full', by south_a" in "\n".join(take(office, later, "south").lines)
    again = {"supersedes": "south_a", "answer": "partial", "sections": ["s12"]}
    said = take(office, later, "south", **again).lines
    assert said[0] == "Said in sources.csv: supersedes 'south_a', answer 'partial', exemptions 's12'."
    decided = raw.decisions(office[0].folder)[0]
    assert decided["sources"].iloc[-1][["supersedes", "answer", "exemptions"]].tolist() == ["south_a", "partial", "s12"]
    row = decided["coverage_decisions"].set_index("force_id").loc["south"]
    assert row[["answer", "source_ids", "exemptions"]].tolist() == ["partial", "south_later", "s12"]
    assert not any("coverage.csv:" in line for line in take(office, later, "south").lines)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"force": "Nort Police"}, "nearest: north police"),
        ({"supersedes": "south_a"}, "no document is called 'south_a'"),
        ({"parent": "south_a"}, "no document is called 'south_a'"),
    ],
)
def test_a_name_nobody_knows_is_refused_with_the_nearest_before_anything_is_moved(office, change, said):
    file = workbook(office[1] / "a.xlsx", KNOWN)
    before = tree(office[0].folder)
    with pytest.raises(additions.Refused, match=said) as caught:
        take(office, file, **change)
    assert caught.value.exit_status == 2 and file.exists() and tree(office[0].folder) == before


def test_a_file_outside_the_inbox_and_one_that_is_refused_are_not_taken(office, tmp_path):
    with pytest.raises(additions.Refused, match="put it into"):
        take(office, workbook(tmp_path / "a.xlsx"))
    broken = office[1] / "b.xlsx"
    broken.write_bytes(workbook(office[1] / "c.xlsx").read_bytes()[:2000])
    with pytest.raises(additions.Refused, match="Refused; nothing was moved") as caught:
        take(office, broken)
    assert caught.value.exit_status == 1 and broken.exists()


def test_another_file_of_the_same_name_needs_a_name_of_its_own(office):
    finished(office)
    with pytest.raises(additions.Refused, match="--source-id"):
        take(office, workbook(office[1] / "a.xlsx", [*KNOWN, ["sacked", 3, 3]]))


def test_one_reply_of_two_forces_leaves_the_force_of_each_number_to_its_heads(office):
    rows = [["Outcome", "North Police", "South Police"], ["sacked", 6, 7]]
    file = workbook(office[1] / "both.xlsx", rows)
    arrivals.reply(office[0].folder, office[1], file, "vale-2001", ["north", "south"], DAY)
    decide(office[0], "north-south_both", period="2001", **DECIDED)
    arrivals.reply(office[0].folder, office[1], file, "vale-2001", ["north", "south"], DAY)
    assert clean.build(office[0].folder)["figures"]["force_ids"].tolist() == ["north", "south"]


def test_another_reply_that_happens_to_say_the_same_is_taken_once_that_is_approved(office):
    finished(office)
    other = office[1] / "b.csv"
    other.write_text("\n".join(",".join(map(str, row)) for row in KNOWN) + "\n")
    with pytest.raises(additions.Refused, match="only happens to say the same") as caught:
        take(office, other)
    approve(office[0], str(caught.value))
    take(office, other)
    decide(office[0], "north_b", **DECIDED)
    take(office, other)
    frames = clean.build(office[0].folder)
    assert not stopping(frames) and set(frames["figures"]["source_id"]) == {"north_a", "north_b"}
    assert "VOID_APPROVAL" not in {problem.code for problem in frames["problems"]}


def mail(path, *attachments):
    made = EmailMessage()
    made["From"], made["To"] = "foi@vale.example", "asker@example.org"
    made.set_content("The answer is attached.")
    for content in attachments:
        made.add_attachment(content, maintype="application", subtype="octet-stream", filename="../../reply.bin")
    path.write_bytes(made.as_bytes())
    return path


def test_each_attachment_of_a_mail_becomes_a_reply_of_its_own_with_the_mail_as_parent(office):
    vale, inbox = office
    sheet, words = workbook(inbox / "x.xlsx", KNOWN, hidden=True).read_bytes(), b"Outcome,2001\nsacked,13\nwarned,14\n"
    file = mail(inbox / "m.eml", sheet, words)
    with pytest.raises(additions.Refused, match="attachment/1/sheet 2 of 2") as caught:
        take(office, file)
    lines = [row for row in csv.reader(str(caught.value).splitlines()) if row[-1:] == ["WHY"]]
    columns = ["sha256", "code", "place"]
    vale.table("approvals", [dict(zip(columns, row, strict=False)) | {"reason": "seen"} for row in lines])
    take(office, file)
    for source_id in ("north_m-1", "north_m-2"):
        decide(vale, source_id, **DECIDED)
    taken = take(office, file)
    assert not taken.wrong and not [path for path in vale.folder.rglob("*") if "reply.bin" in path.name]
    frames = clean.build(vale.folder)
    figures = frames["figures"].groupby("source_id")["low"].agg(sorted).to_dict()
    assert figures == {"north_m-1": [6, 7, 8, 9], "north_m-2": [13, 14]} and not stopping(frames)
    sources = raw.decisions(vale.folder)[0]["sources"].set_index("source_id")
    assert sources.loc["north_m-1", ["parent", "file"]].tolist() == ["north_m", "vale-2001/north_m-1.xlsx"]
    ledger = frames["ledger"].query("source_id == 'north_m' and ends_as == 'dropped'")
    assert set(ledger["reason"]) == {"a document of its own: north_m-1", "a document of its own: north_m-2"}


def test_a_reply_that_says_how_it_answers_says_so_for_its_force_as_well(office):
    vale, inbox = office
    before = (vale.folder / "coverage.csv").read_text("utf-8")
    take(office, workbook(inbox / "a.xlsx"), "south", answer="partial", sections=["s12", "s40(2)"])
    after = (vale.folder / "coverage.csv").read_text("utf-8").splitlines()
    assert after[-1] == "vale-2001,south,partial,s12 s40(2),south_a,by its own reply"
    assert after[:-1] == before.splitlines()[:-1]
    take(office, workbook(inbox / "b.xlsx", [["Outcome", "2001"], ["sacked", 9]]), "north", answer="refused")
    assert (vale.folder / "coverage.csv").read_text("utf-8").splitlines() == after


def test_rows_are_added_at_the_end_and_the_old_bytes_stay(tmp_path):
    path = tmp_path / "sources.csv"
    path.write_bytes(b'source_id,note\r\na,"x, y"')
    additions.append(path, [{"note": 'say "no"', "source_id": "b"}])
    assert path.read_bytes() == b'source_id,note\r\na,"x, y"\nb,"say ""no"""\n'
    with pytest.raises(additions.Refused, match="add the column parent first"):
        additions.append(path, [{"source_id": "c", "parent": "a"}])
