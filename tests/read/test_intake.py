"""A reply from the inbox to the tables, and a transcript made by hand: transcript, row, what is left to decide."""

import csv
import hashlib
from pathlib import Path

import pytest
from corpus import PLANT, book, planted
from replies import REPLIES

import vale
from analysis import clean
from analysis.clean import decisions
from analysis.clean.intake import Refused, new_press, new_reply

ROUND = "vale-2002"
SETS = {"role": "all", "unit": "people", "misuse": "computer misuse", "outcome": "recorded", "period": "2019"}
COUNTED = {"wide.xlsx": 15, "letter.docx": 6, "cases.xlsx": 4, "printed.pdf": 8, "mailed.eml": 3, "open.ods": 6}


@pytest.fixture
def raw(tmp_path) -> Path:
    place = vale.project(tmp_path / "vale")
    vale.table(place, "approvals", [])
    vale.table(place, "thresholds", [{"applies_to": "count", "below": "5", "reason": "invented"}])
    (place / "data" / "inbox").mkdir()
    return place / "data" / "raw"


def received(raw: Path, name: str, content: bytes) -> Path:
    path = raw.parent / "inbox" / name
    path.write_bytes(content)
    return path


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def source(raw: Path, source_id: str) -> dict[str, str]:
    return next(row for row in rows(raw / "sources.csv") if row["source_id"] == source_id)


def everything(raw: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in raw.parent.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", REPLIES)
def test_a_reply_goes_to_the_tables_and_run_again_changes_nothing(raw, name):
    file = received(raw, name, REPLIES[name]())
    said = new_reply(raw, file, ROUND, ["North Vale Police"])
    before = everything(raw)
    assert len([row for row in rows(raw / ROUND / "north-vale.csv") if not row["drop"]]) == COUNTED[name]
    assert any("Left to decide" in line for line in said.lines) and not said.wrong
    assert new_reply(raw, file, ROUND, ["north-vale"]).wrong is False and everything(raw) == before
    assert decisions.read(raw)[1] == []
    told = source(raw, f"north-vale_{ROUND}")
    assert told["received_sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert told["sha256"] == hashlib.sha256((raw / told["file"]).read_bytes()).hexdigest()
    assert (told["public"], told["kind"], told["file"]) == ("no", "reply", f"{ROUND}/north-vale.csv")


@pytest.mark.filterwarnings("default:'Timestamp' is not supported")  # of the days that hiding small counts fills in
def test_what_is_said_for_each_question_is_written_and_builds(raw):
    file = received(raw, "open.ods", REPLIES["open.ods"]())
    new_reply(raw, file, ROUND, ["north-vale"])
    said = new_reply(raw, file, ROUND, ["north-vale"], sets=SETS, answer="full")
    assert said.lines[-1] == "Nothing is left to decide."
    built = clean.build(raw)
    found = built["figures"].query("source_id == @name", local_dict={"name": f"north-vale_{ROUND}"})
    assert len(found) == 6 and set(found["status"]) <= {"exact", "range", "at least", "suppressed", "not held"}
    assert f"north-vale_{ROUND}:Dismissed%20for%20computer%20misuse!B2" in set(found["figure_id"])
    hidden = found[found["as_written"] != "Not held"]
    assert not any(
        0 < (row.high if row.high == row.high else 99) < 4 for row in hidden.dropna(subset=["high"]).itertuples()
    )
    assert rows(raw / "coverage.csv")[0] and any(
        row["answer"] == "full" and row["force_id"] == "north-vale" for row in rows(raw / "coverage.csv")
    )


def test_each_row_has_the_address_of_its_cell(raw):
    new_reply(raw, received(raw, "wide.xlsx", REPLIES["wide.xlsx"]()), ROUND, ["north-vale"])
    found = {row["cell"]: row["value"] for row in rows(raw / ROUND / "north-vale.csv")}
    assert found["Data!B5"] == "6" and found["Data!C5"] == "<5" and found["Data!D7"] == "Nil return"


def test_a_number_of_which_nothing_is_known_is_one_question_and_left_to_a_person(raw):
    file = received(raw, "a.html", b"<p>Nil return.</p><table><tr><td>Year<td>Dismissed<tr><td>2019<td>4</table>")
    said = new_reply(raw, file, ROUND, ["north-vale"], sets=SETS, answer="full")
    stray = rows(raw / ROUND / "north-vale.csv")[0]
    assert (stray["value"], stray["period"], stray["misuse"]) == ("Nil", "?", "?")
    assert [line for line in said.lines if "line 2" in line] == [
        "  line 2: Nil at P1: say what this number counts, or under drop why it counts nobody"
    ]


def test_an_ordinary_reply_needs_no_wording_and_a_new_word_comes_as_a_row_to_paste_once(raw):
    body = b"Outcome,2018,2019\nDismissal,3,5\nWords of Advice,1,1\nNo further action,9,<5\nSent to Coventry,12,2\n"
    file = received(raw, "a.csv", body)
    pasted = [line for line in new_reply(raw, file, ROUND, ["north-vale"]).lines if line.startswith("outcome,")]
    assert pasted == ["outcome,Sent to Coventry,,,,?,,,,,WHY"]
    with (raw / "lookups" / "wording.csv").open("a", encoding="utf-8") as lookup:
        lookup.write(pasted[0].replace("?", "other-outcome") + "\n")
    assert not [line for line in new_reply(raw, file, ROUND, ["north-vale"]).lines if line.startswith("outcome,")]


def test_an_edited_transcript_is_noted_when_asked_again(raw):
    file = received(raw, "mailed.eml", REPLIES["mailed.eml"]())
    new_reply(raw, file, ROUND, ["north-vale"])
    path = raw / ROUND / "north-vale.csv"
    path.write_text(path.read_text().replace(",?,", ",all,", 1))
    assert any("Noted" in line for line in new_reply(raw, file, ROUND, ["north-vale"]).lines)
    assert source(raw, f"north-vale_{ROUND}")["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()


def test_what_hides_stops_a_reply_until_a_person_says_why_and_never_reaches_the_transcript(raw):
    file = received(raw, "a.xlsx", planted(lambda sheet, made: setattr(sheet.row_dimensions[4], "hidden", True)))
    before = everything(raw)
    with pytest.raises(Refused, match="--accept HIDDEN_ROW_COL"):
        new_reply(raw, file, ROUND, ["north-vale"])
    assert everything(raw) == before
    new_reply(raw, file, ROUND, ["north-vale"], accept=["HIDDEN_ROW_COL"], reason="an empty sort column")
    assert PLANT not in (raw / ROUND / "north-vale.csv").read_text()
    assert [(row["code"], row["reason"]) for row in rows(raw / "approvals.csv")] == [
        ("HIDDEN_ROW_COL", "an empty sort column")
    ]


def test_a_refused_file_changes_nothing(raw):
    file = received(raw, "a.csv", b'Outcome,2019\r\n"Dismissed,5\r\n')
    before = everything(raw)
    with pytest.raises(Refused, match="CSV_QUOTE"):
        new_reply(raw, file, ROUND, ["north-vale"], accept=["CSV_QUOTE"], reason="why")
    assert everything(raw) == before


@pytest.mark.parametrize(
    ("round_id", "force", "said"),
    [
        ("vale-202", "north-vale", "nearest: vale-2002"),
        (ROUND, "North Wale", "nearest:"),
        (ROUND, "../../../f", "no force"),
    ],
)
def test_an_unknown_round_or_force_is_named_with_the_nearest(raw, round_id, force, said):
    file = received(raw, "a.xlsx", book())
    with pytest.raises(Refused, match=said):
        new_reply(raw, file, round_id, [force])


def test_a_name_that_is_a_path_is_refused(raw):
    with pytest.raises(Refused, match="no name of a document"):
        new_reply(raw, received(raw, "a.xlsx", book()), ROUND, ["north-vale"], source_id="../../evil")


def test_a_copy_in_another_format_is_known_and_a_correction_or_other_labels_are_not_stopped(raw):
    new_reply(raw, received(raw, "a.xlsx", book()), ROUND, ["north-vale"])
    copy = received(raw, "copy.csv", b"Outcome,2018,2019\nDismissed,3,5\nWarned,12,<5\n")
    with pytest.raises(Refused, match="DUPLICATE_REPLY"):
        new_reply(raw, copy, ROUND, ["north-vale"])
    new_reply(
        raw, received(raw, "corrected.csv", b"Outcome,2018,2019\nDismissed,3,6\nWarned,12,<5\n"), ROUND, ["north-vale"]
    )
    new_reply(
        raw, received(raw, "other.csv", b"Outcome,2018,2019\nResigned,3,5\nRetired,12,<5\n"), ROUND, ["north-vale"]
    )
    assert {path.name for path in (raw / ROUND).glob("north-vale*.csv")} == {
        "north-vale.csv",
        "north-vale-2.csv",
        "north-vale-3.csv",
    }


def test_the_same_bytes_for_another_force_are_refused(raw):
    file = received(raw, "a.xlsx", book())
    new_reply(raw, file, ROUND, ["north-vale"])
    with pytest.raises(Refused, match="the same bytes as north-vale"):
        new_reply(raw, file, ROUND, ["south-vale"])


def test_one_reply_of_two_forces_names_both_and_says_that_they_answered_together(raw):
    new_reply(raw, received(raw, "a.xlsx", book()), ROUND, ["north-vale", "south-vale"])
    assert source(raw, f"north-vale-south-vale_{ROUND}")["force_ids"] == "north-vale south-vale"
    joint = next(row for row in rows(raw / "lookups" / "places.csv") if row["force_ids"] == "north-vale south-vale")
    assert (joint["wording"], joint["kind"]) == ("North Vale Police and South Vale Police", "joint")


def test_a_reply_of_its_own_says_more_than_the_press_and_not_more_than_another_reply(raw):
    def covered(source_id: str, **said) -> str:
        csv_file = received(raw, f"{source_id}.csv", f"Outcome,2019\n{source_id},3\n".encode())
        new_reply(raw, csv_file, ROUND, ["north-vale"], source_id=source_id, **said)
        found = [
            row for row in rows(raw / "coverage.csv") if (row["round_id"], row["force_id"]) == (ROUND, "north-vale")
        ]
        return found[0]["answer"]

    assert covered("resigned", answer="partial") == "partial"
    assert covered("retired", answer="full") == "partial"
    assert covered("warned", answer="full", supersedes="resigned") == "full"


def test_a_letter_of_refusal_has_an_empty_transcript_and_says_how_it_answered(raw):
    letter = b"<html><body><p>Section 12 applies: more than 18 hours.</p></body></html>"
    said = new_reply(raw, received(raw, "no.html", letter), ROUND, ["north-vale"], answer="refused", exemptions="s12")
    assert rows(raw / ROUND / "north-vale.csv") == [] and said.lines[-1] == "Nothing is left to decide."
    told = [row for row in rows(raw / "coverage.csv") if (row["round_id"], row["force_id"]) == (ROUND, "north-vale")]
    assert [(row["answer"], row["exemptions"]) for row in told] == [("refused", "s12")]


HAND = "force,period,period_start,period_end,role,unit,misuse,outcome,value,beside,where_printed,read_by,note,drop\n"
ROW = "North Vale,2019,,,all,people,computer misuse,dismissed,3,,text,once,,\n"


PAGE = {"publisher": "Vale Gazette", "title": "Three sacked", "url": "https://example.org"}


def test_a_transcript_made_by_hand_is_put_in_place_and_gets_its_row_and_checksum(raw):
    file = received(raw, "ps2019-vale.csv", (HAND + ROW).encode())
    said = new_press(raw, file, ROUND)
    asked = "publisher='…' title='…' url='…' published_on='…' derived_from='…'"
    assert any(f"--set {asked}" in line for line in said.lines) and not file.exists()
    said = new_press(raw, file, ROUND, sets=PAGE | {"published_on": "2019-11-01"})
    told, path = source(raw, "ps2019-vale"), raw / ROUND / "ps2019-vale.csv"
    assert (told["kind"], told["public"], told["round_id"]) == ("press", "yes", ROUND)
    assert (told["publisher"], told["published_basis"]) == ("Vale Gazette", "printed")
    assert told["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert said.lines[-1] == "Nothing is left to decide."
    before = everything(raw)
    new_press(raw, path)
    new_press(raw, file, ROUND)  # named as it was before it was put in place
    assert everything(raw) == before
    with pytest.raises(Refused, match="another document"):
        new_press(raw, received(raw, "vale-echo.csv", (HAND + ROW).encode()), ROUND)


def test_a_transcript_never_committed_may_be_edited(raw):
    path = raw / ROUND / "ps2019-vale.csv"
    path.write_text(HAND + ROW)
    new_press(raw, path, sets=PAGE)
    path.write_text(HAND + ROW.replace(",3,", ",4,").replace("dismissed", "resigned"))
    new_press(raw, path)
    assert source(raw, "ps2019-vale")["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (HAND.replace(",", ";") + ROW.replace(",", ";"), "SEMICOLONS"),
        ("a,b\n1,2\n", "WRONG_COLUMNS"),
        (HAND + "North Vale,2019\n", "RAGGED_ROW"),
    ],
)
def test_a_faulty_transcript_is_one_line_with_its_place(raw, content, said):
    path = raw / ROUND / "ps2019-vale.csv"
    path.write_text(content)
    with pytest.raises(Refused, match=said) as caught:
        new_press(raw, path)
    assert len(str(caught.value).splitlines()) == 1
