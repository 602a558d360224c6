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
from analysis.read import child

ROUND = "vale-2002"
SETS = {"role": "all", "unit": "people", "misuse": "computer misuse", "outcome": "recorded", "period": "2019"}
COUNTED = {"wide.xlsx": 15, "letter.docx": 6, "cases.xlsx": 4, "printed.pdf": 8, "mailed.eml": 3, "open.ods": 6}
ROWS = b"Outcome,2018,2019\nDismissed,3,5\nWarned,12,<5\n"  # the same as in book()


@pytest.fixture(scope="module", autouse=True)
def worker():
    """Read all files in one process: each new one takes a quarter of a second to start."""
    made = child.Worker()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(child, "readings", lambda paths: {path: made.read(path) for path in paths})
        yield
    made.stop()


@pytest.fixture
def raw(tmp_path) -> Path:
    place = vale.project(tmp_path / "vale")
    vale.table(place, "thresholds", [{"applies_to": "count", "below": "5", "reason": "invented"}])
    return place / "data" / "raw"


def received(raw: Path, name: str, content: bytes) -> Path:
    path = raw.parent / "inbox" / name
    path.write_bytes(content)
    return path


def take_in(raw: Path, content: bytes, name: str = "a.csv", forces=("north-vale",), round_id: str = ROUND, **options):
    """Put a file into the inbox and take it in as a reply of forces to a round; return what is said."""
    return new_reply(raw, received(raw, name, content), round_id, [*forces], **options)


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def source(raw: Path, source_id: str) -> dict[str, str]:
    return next(row for row in rows(raw / "sources.csv") if row["source_id"] == source_id)


def answered(raw: Path) -> tuple[str, str]:
    """Return how coverage.csv says that North Vale answered the round, and its exemptions."""
    found = [row for row in rows(raw / "coverage.csv") if (row["round_id"], row["force_id"]) == (ROUND, "north-vale")]
    return found[0]["answer"], found[0]["exemptions"]


def everything(raw: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in raw.parent.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", REPLIES)
def test_a_reply_goes_to_a_transcript_and_a_row_of_sources(raw, name):
    content = REPLIES[name]()
    said = take_in(raw, content, name, ["North Vale Police"])
    path = raw / ROUND / "north-vale.csv"
    assert len([row for row in rows(path) if not row["drop"]]) == COUNTED[name]
    assert any("Left to decide" in line for line in said.lines) and not said.wrong
    told = source(raw, f"north-vale_{ROUND}")
    sums = [hashlib.sha256(one).hexdigest() for one in (content, path.read_bytes())]
    assert [told["received_sha256"], told["sha256"]] == sums
    assert (told["public"], told["kind"], told["file"]) == ("no", "reply", f"{ROUND}/north-vale.csv")


@pytest.mark.filterwarnings("default:'Timestamp' is not supported")  # of the days that hiding small counts fills in
def test_what_is_said_for_each_question_is_written_once_and_builds_with_the_address_of_each_cell(raw):
    content = REPLIES["open.ods"]()
    take_in(raw, content, "open.ods")
    path = raw / ROUND / "north-vale.csv"
    path.write_text(path.read_text().replace(",?,", ",people,", 1))
    said = take_in(raw, content, "open.ods", sets=SETS, answer="full")
    assert said.lines[-1] == "Nothing is left to decide." and any("Noted" in line for line in said.lines)
    said = take_in(raw, content, "open.ods", sets={"role": "copper"})
    assert said.lines[0].startswith("--set role=copper set nothing") and "copper" not in path.read_text()
    before = everything(raw)
    assert take_in(raw, content, "open.ods").wrong is False and everything(raw) == before
    assert decisions.read(raw)[1] == [] and answered(raw) == ("full", "")
    found = clean.build(raw)["figures"].query("source_id == @name", local_dict={"name": f"north-vale_{ROUND}"})
    assert len(found) == 6 and set(found["status"]) <= {"exact", "range", "at least", "suppressed", "not held"}
    assert f"north-vale_{ROUND}:Dismissed%20for%20computer%20misuse!B2" in set(found["figure_id"])
    assert not ((found["high"] > 0) & (found["high"] < 4)).any()  # nobody has published it: small counts are hidden


def test_a_number_of_which_nothing_is_known_is_one_question_and_left_to_a_person(raw):
    page = b"<p>Nil return.</p><table><tr><td>Year<td>Dismissed<tr><td>2019<td>4</table>"
    said = take_in(raw, page, "a.html", sets=SETS, answer="full")
    stray = rows(raw / ROUND / "north-vale.csv")[0]
    assert (stray["value"], stray["period"], stray["misuse"]) == ("Nil return", "?", "?")
    assert [line for line in said.lines if "line 2" in line] == [
        "  line 2: Nil return at P1: say what this number counts, or under drop why it counts nobody"
    ]


def test_an_ordinary_reply_needs_no_wording_and_a_new_word_comes_as_a_row_to_paste_once(raw):
    body = b"Outcome,2018,2019\nDismissal,3,5\nWords of Advice,1,1\nNo further action,9,<5\nSent to Coventry,12,2\n"
    pasted = [line for line in take_in(raw, body).lines if line.startswith("outcome,")]
    assert pasted == ["outcome,Sent to Coventry,,,,?,,,,,WHY"]
    with (raw / "lookups" / "wording.csv").open("a", encoding="utf-8") as lookup:
        lookup.write(pasted[0].replace("?", "other-outcome") + "\n")
    assert not [line for line in take_in(raw, body).lines if line.startswith("outcome,")]


def test_what_hides_stops_a_reply_until_a_person_says_why_and_never_reaches_the_transcript(raw):
    content = planted(lambda sheet, made: setattr(sheet.row_dimensions[4], "hidden", True))
    before = everything(raw)
    with pytest.raises(Refused, match="--accept HIDDEN_ROW_COL"):
        take_in(raw, content, "a.xlsx")
    assert everything(raw) == before | {raw.parent / "inbox" / "a.xlsx": content}
    take_in(raw, content, "a.xlsx", accept=["HIDDEN_ROW_COL"], reason="an empty sort column")
    assert PLANT not in (raw / ROUND / "north-vale.csv").read_text()
    assert [row["reason"] for row in rows(raw / "approvals.csv")] == ["an empty sort column"]


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        (b'Outcome,2019\r\n"Dismissed,5\r\n', {"accept": ["CSV_QUOTE"]}, "CSV_QUOTE"),
        (ROWS + b"Other,1,2\n" * 17_000, {}, "found 51,009 cells"),
        (ROWS, {"round_id": "vale-202"}, r"nearest: vale-2002.*; a new one is a row of data/raw/rounds\.csv"),
        (ROWS, {"forces": ["North Wale"]}, "nearest:"),
        (ROWS, {"forces": ["../../../f"]}, "no force"),
        (ROWS, {"source_id": "../../evil"}, "no name of a document"),
    ],
    ids=["broken", "too large", "no round", "no force", "outside", "no name"],
)
def test_a_broken_file_or_an_unknown_name_changes_nothing(raw, content, options, said):
    before = everything(raw)
    with pytest.raises(Refused, match=said):
        take_in(raw, content, reason="why", **options)
    assert everything(raw) == before | {raw.parent / "inbox" / "a.csv": content}


def test_a_copy_in_any_format_is_known_and_a_correction_or_other_labels_are_not_stopped(raw):
    take_in(raw, book(), "a.xlsx")
    with pytest.raises(Refused, match="DUPLICATE_REPLY"):
        take_in(raw, ROWS, "copy.csv")
    with pytest.raises(Refused, match="the same bytes as north-vale"):
        take_in(raw, (raw.parent / "inbox" / "a.xlsx").read_bytes(), "a.xlsx", ["south-vale"])
    for other in (ROWS.replace(b"5", b"6", 1), ROWS.replace(b"Dismissed", b"Resigned")):
        take_in(raw, other, "other.csv")
    assert {path.stem for path in (raw / ROUND).glob("n*.csv")} == {"north-vale", "north-vale-2", "north-vale-3"}


def test_one_reply_of_two_forces_names_both_and_says_that_they_answered_together(raw):
    take_in(raw, ROWS, forces=["north-vale", "south-vale"])
    assert source(raw, f"north-vale-south-vale_{ROUND}")["force_ids"] == "north-vale south-vale"
    joint = next(row for row in rows(raw / "lookups" / "places.csv") if row["force_ids"] == "north-vale south-vale")
    assert (joint["wording"], joint["kind"]) == ("North Vale Police and South Vale Police", "joint")


def test_a_reply_of_its_own_says_more_than_the_press_and_not_more_than_another_reply(raw):
    refusal = b"<html><body><p>Section 12 applies: more than 18 hours.</p></body></html>"
    said = take_in(raw, refusal, "no.html", answer="refused", exemptions="s12")
    assert rows(raw / ROUND / "north-vale.csv") == [] and said.lines[-1] == "Nothing is left to decide."
    assert answered(raw) == ("refused", "s12")
    take_in(raw, ROWS, answer="full")
    assert answered(raw) == ("refused", "s12")
    take_in(raw, ROWS, answer="full", supersedes=f"north-vale_{ROUND}")
    assert answered(raw) == ("full", "")


HAND = "force,period,period_start,period_end,role,unit,misuse,outcome,value,beside,where_printed,read_by,note,drop\n"
ROW = "North Vale,2019,,,all,people,computer misuse,dismissed,3,,text,once,,\n"
PAGE = {"publisher": "Vale Gazette", "title": "Three sacked", "url": "https://example.org"}


def test_a_transcript_made_by_hand_is_put_in_place_gets_its_row_and_may_be_edited(raw):
    file = received(raw, "ps2019-vale.csv", (HAND + ROW).encode())
    said = new_press(raw, file, ROUND)
    asked = "publisher='…' title='…' url='…' published_on='…' derived_from='…'"
    assert any(f"--set {asked}" in line for line in said.lines) and not file.exists()
    said = new_press(raw, file, ROUND, sets=PAGE | {"published_on": "2019-11-01"})
    told, path = source(raw, "ps2019-vale"), raw / ROUND / "ps2019-vale.csv"
    assert (told["kind"], told["public"], told["round_id"]) == ("press", "yes", ROUND)
    assert (told["publisher"], told["published_basis"]) == ("Vale Gazette", "printed")
    assert said.lines[-1] == "Nothing is left to decide."
    before = everything(raw)
    new_press(raw, file, ROUND)  # named as it was before it was put in place
    assert everything(raw) == before
    path.write_text(HAND + ROW.replace(",3,", ",4,").replace("dismissed", "resigned"))
    new_press(raw, path)  # git does not hold it yet
    assert source(raw, "ps2019-vale")["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(Refused, match="another document"):
        new_press(raw, received(raw, "vale-echo.csv", (HAND + ROW).encode()), ROUND)


def test_a_faulty_transcript_is_one_line_with_its_place(raw):
    path = raw / ROUND / "ps2019-vale.csv"
    path.write_text(HAND.replace(",", ";"))
    with pytest.raises(Refused, match=r"^.*ps2019-vale\.csv:L1: SEMICOLONS.*$"):
        new_press(raw, path)
