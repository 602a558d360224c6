import base64
import json
import shutil
import struct
import zipfile
import zlib

import outgoing
import pytest

from analysis.publish import gate, leaks, live, packed, swap

SECRET = "correct-horse-battery"


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("ANALYSIS_PROJECT", str(tmp_path / "vale"))
    return outgoing.project(tmp_path / "vale")


@pytest.fixture(scope="module")
def cleaned(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        once = outgoing.project(tmp_path_factory.mktemp("cleaned") / "vale")
        patch.setenv("ANALYSIS_PROJECT", str(once))
        assert outgoing.staged(once)[2] == []
    return once


@pytest.fixture
def staged(place, cleaned):
    shutil.copytree(cleaned / "build", place / "build")
    return place / "build" / "stage" / "site", place / "build" / "stage" / "processed", []


def codes(place, site, tables, problems=()):
    found = gate.check(site, tables, place / "data" / "raw", problems)
    return sorted({(problem.code, problem.file) for problem in found})


def png(*chunks: tuple[bytes, bytes], after: bytes = b"") -> bytes:
    """A picture of one grey point, with more chunks before its end and bytes after it."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0\x80")), *chunks, (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return packed.SIGNATURE + body + after


def notebook(**data) -> str:
    cells = [{"cell_type": "code", "outputs": [{"output_type": "display_data", "data": data}]}]
    return json.dumps({"cells": cells, "metadata": {}})


def xlsx(**parts: str) -> bytes:
    """A workbook of ours, with some parts changed or added."""
    whole = {"xl/workbook.xml": '<workbook><sheet name="Facts" sheetId="1"/></workbook>'}
    whole |= {"xl/worksheets/sheet1.xml": "<worksheet><c><v>1</v></c></worksheet>"} | parts
    place = packed.BytesIO()
    with zipfile.ZipFile(place, "w") as archive:
        for name, text in whole.items():
            archive.writestr(name, text)
    return place.getvalue()


def test_a_clean_generation_passes(place, staged):
    site, tables, problems = staged
    (site / "chart.png").write_bytes(png())
    (site / "run.ipynb").write_text(notebook(**{"text/plain": ["10"], "image/png": base64.b64encode(png()).decode()}))
    (site / "tables.xlsx").write_bytes(xlsx())
    assert gate.check(site, tables, place / "data" / "raw", problems) == []
    assert gate.guard(site, tables, place / "data" / "raw", problems) is None


def test_one_finding_stops_the_publication_and_names_file_and_place(place, staged):
    site, tables, problems = staged
    (site / "index.html").write_text(outgoing.page("\n<script>alert(1)</script>"), "utf-8")
    with pytest.raises(gate.Stopped, match=r"index\.html:line 4: LIVE_HTML: found an inline script") as stopped:
        gate.guard(site, tables, place / "data" / "raw", problems)
    assert stopped.value.exit_status == 1
    assert len(stopped.value.problems) == 1


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("page.html", outgoing.page("write to jane.doe@example.org"), "PERSONAL_DATA"),
        ("page.html", outgoing.page("call 0131 496 0123"), "PERSONAL_DATA"),
        ("page.html", outgoing.page("number QQ 12 34 56 C").replace("QQ", "AB"), "PERSONAL_DATA"),
        ("page.html", outgoing.page("see /ho" + "me/jane/replies"), "MACHINE_PATH"),
        ("notes.txt", "C:\\Us" + "ers\\jane", "MACHINE_PATH"),
        ("notes.txt", "a\u200bb", "INVISIBLE_CHARACTERS"),
        ("notes.txt", "a\u202eb", "INVISIBLE_CHARACTERS"),
        ("notes.txt", "-----BEGIN RSA PRIVATE KEY-----", "SECRET"),
        ("notes.txt", "ghp_" + "a" * 36, "SECRET"),
        ("notes.txt", b"caf\xe9", "ENCODING"),
        ("notes.txt", "words".encode("utf-16"), "ENCODING"),
        ("reply.docx", b"PK", "WRONG_TYPE"),
        (".buildinfo", "config", "WRONG_TYPE"),
        ("style.css", "a { background: url(https://example.org/x.png) }", "OTHER_HOST"),
        ("style.css", "@import '//example.org/x.css'", "OTHER_HOST"),
        ("table.csv", "a,b\n1,=1+1\n", "FORMULA_INJECTION"),
        ("table.csv", 'a,b\n1,"@SUM(A1)"\n', "FORMULA_INJECTION"),
        ("table.csv", 'a,b\n1," -2+3"\n', "FORMULA_INJECTION"),
        ("table.csv", 'a,b\n1,"\t=1"\n', "FORMULA_INJECTION"),
        ("drawing.svg", "<svg><script>x</script></svg>", "LIVE_HTML"),
        ("drawing.svg", "<svg><image href='https://example.org/x.png'/></svg>", "LIVE_HTML"),
        ("run.ipynb", notebook(**{"text/html": ["<img src=x onerror=alert(1)>"]}), "LIVE_HTML"),
        ("run.ipynb", notebook(**{"application/javascript": ["alert(1)"]}), "LIVE_HTML"),
        ("run.ipynb", notebook(**{"text/latex": ["$x$"]}), "LIVE_HTML"),
        ("chart.png", png((b"tEXt", b"Author\0Jane")), "HIDDEN_TEXT"),
        ("chart.png", png(after=b"more"), "HIDDEN_TEXT"),
        ("chart.png", b"<html>", "WRONG_TYPE"),
        ("t.xlsx", xlsx(**{"xl/workbook.xml": '<sheet name="x" state="veryHidden"/>'}), "HIDDEN_SHEET"),
        ("t.xlsx", xlsx(**{"xl/workbook.xml": '<definedName name="x">1</definedName>'}), "DEFINED_NAME"),
        ("t.xlsx", xlsx(**{"xl/worksheets/sheet1.xml": "<c><f>1+1</f><v>2</v></c>"}), "FORMULA_INJECTION"),
        ("t.xlsx", xlsx(**{"xl/worksheets/sheet1.xml": '<row r="2" hidden="1"/>'}), "HIDDEN_ROW_COL"),
        ("t.xlsx", xlsx(**{"xl/comments1.xml": "<comments/>"}), "EMBEDDED_FILE"),
        ("t.xlsx", xlsx(**{"xl/vbaProject.bin": "x"}), "EMBEDDED_FILE"),
        ("t.xlsx", xlsx(**{"docProps/core.xml": "<dc:creator>Jane</dc:creator>"}), "DOC_PROPERTIES"),
        ("t.xlsx", xlsx(**{"xl/sharedStrings.xml": "<t>jane.doe@example.org</t>"}), "PERSONAL_DATA"),
        ("t.xlsx", b"no zip", "WRONG_TYPE"),
    ],
)
def test_what_may_not_go_out_is_found_in_each_kind_of_file(place, staged, name, content, code):
    site, tables, _ = staged
    (site / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    assert (code, name) in codes(place, site, tables)


@pytest.mark.parametrize(
    "body",
    [
        "<script src='https://example.org/x.js'></script>",
        "<img src='//example.org/x.png'>",
        "<img src=x onerror=alert(1)>",
        "<a href='java\nscript:alert(1)'>x</a>",
        "<a href='&#106;avascript:alert(1)'>x</a>",
        "<a href='data:text/html,x'>x</a>",
        "<p style='color:red'>x</p>",
        "<style>p { color: red }</style>",
        "<iframe src='x.html'></iframe>",
        "<base href='x'>",
        "<meta http-equiv='refresh' content='0; x.html'>",
        "<form action='https://example.org/x'></form>",
        "<svg><use href='https://example.org/x.svg#a'/></svg>",
        "<link rel='stylesheet' href='https://example.org/x.css'>",
    ],
)
def test_nothing_in_a_page_runs_or_asks_another_host(body):
    assert [one.code for one in live.page(outgoing.page(body))] == ["LIVE_HTML"]


@pytest.mark.parametrize(
    "body",
    [
        "<script src='_static/tables.js' defer></script>",
        "<a href='https://example.org/page' rel='noreferrer'>x</a>",
        "<a href='../forces/surrey.html#x'>x</a>",
        "<img src='data:image/png;base64,AA' alt='on error = x'>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "<form action='search.html'></form>",
    ],
)
def test_what_a_page_needs_passes(body):
    assert list(live.page(outgoing.page(body))) == []


@pytest.mark.parametrize("head", ["", outgoing.POLICY.replace("'self'", "'unsafe-inline'")])
def test_a_page_without_a_strict_policy_is_found(head):
    assert [one.place for one in live.page(outgoing.page("", head))] == ["head"]


def test_a_label_that_became_live_is_found_though_it_runs_nothing(place):
    outgoing.rewrite(place, "vale-2001/vale-gazette.csv", "text,once,invented", "text,once,in<b>vent</b>ed")
    site, tables, _ = outgoing.staged(place)
    assert codes(place, site, tables) == []
    (site / "index.html").write_text(outgoing.page("<p>in&lt;b&gt;vent&lt;/b&gt;ed</p>"), "utf-8")
    assert codes(place, site, tables) == []
    (site / "index.html").write_text(outgoing.page("<p>in<b>vent</b>ed</p>"), "utf-8")
    assert codes(place, site, tables) == [("LIVE_HTML", "index.html")]


def written(value: str) -> list[str]:
    return [value, json.dumps(value), base64.b64encode(value.encode()).decode()]


@pytest.mark.parametrize("text", [*written(SECRET), *written(f'{SECRET}"<')])
def test_the_value_of_a_secret_of_the_environment_is_found_however_it_is_written(monkeypatch, text):
    monkeypatch.setenv("DEPLOY_TOKEN", SECRET if "<" not in text and "Ijw" not in text else f'{SECRET}"<')
    leaks.known_secrets.cache_clear()
    found = list(leaks.texts(text.encode()))
    leaks.known_secrets.cache_clear()
    assert [(one.code, one.found) for one in found] == [("SECRET", "the value of $DEPLOY_TOKEN")]


def test_whose_machine_it_was_is_found(monkeypatch, tmp_path):
    monkeypatch.setattr(leaks.socket, "gethostname", lambda: "desk-0417")
    monkeypatch.setenv("LOGNAME", "jdoe-0417")
    monkeypatch.setattr(leaks.Path, "home", lambda: tmp_path / "jane")
    for said, name in (("desk-0417", "the host's name"), ("jdoe-0417", "the user's name"),
                       (f"{tmp_path}/jane/x", "the home folder")):  # fmt: skip
        leaks.known_secrets.cache_clear()
        assert f"the value of {name}" in [one.found for one in leaks.texts(f"made by {said}.".encode())]
    leaks.known_secrets.cache_clear()


def test_a_finding_never_repeats_the_content():
    found = leaks.texts(b"ask jane.doe@example.org\n")
    assert "jane" not in " ".join(str(one) for one in found)


@pytest.mark.parametrize("text", ["-5", "+3.5", "-1,234", "-", "–", "1-4", "a=b", "", "-5%", "1e-05", "n/a"])
def test_a_number_or_a_dash_is_no_formula(text):
    assert not leaks.formula(text)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1+1", "-1+1", "@x", '=HYPERLINK("x")', " =1", "'=1", "＝1", "+cmd|' /C'!A0"]
)
def test_what_a_spreadsheet_would_run_is_a_formula(text):
    assert leaks.formula(text)


def test_the_workbook_of_the_project_passes_and_a_link_to_elsewhere_does_not(place, staged, tmp_path):
    from analysis.publish import download, staging

    site, tables, problems = staged
    with staging.told(tables):
        download.write(site, tmp_path / "workbook")
    assert codes(place, site, tables, problems) == []
    (site / "elsewhere").symlink_to("/")
    assert codes(place, site, tables, problems) == [("WRONG_TYPE", "elsewhere")]


def flagged(file):
    from analysis.problems import STOPS_DOCUMENT, Problem

    return Problem("HIDDEN_SHEET", STOPS_DOCUMENT, file, "", "sheet 2", "a hidden sheet", "none", "approve it")


def test_a_flagged_document_that_is_not_approved_may_not_contribute_a_byte(place, staged):
    site, tables, _ = staged
    raw = shutil.copytree(place / "data" / "raw" / "vale-2002", site / "data" / "raw" / "vale-2002")
    assert codes(place, site, tables) == []
    (site / "data" / "findings.json").write_text('[{"figure_ids": ["south-vale-reply:L2"]}]', "utf-8")
    found = codes(place, site, tables, [flagged("vale-2002/south-vale-reply.csv")])
    reply = "data/raw/vale-2002/south-vale-reply.csv"
    assert found == [
        ("NOT_APPROVED", name) for name in ("data/figures.csv", "data/findings.json", "data/ledger.csv", reply)
    ]
    shutil.rmtree(raw)


def test_a_document_that_is_not_public_or_not_listed_is_not_copied_to_the_site(place):
    outgoing.rewrite(place, "vale-2002/south-vale-reply.csv", ",4,", ",40,", public="no")
    site, tables, _ = outgoing.staged(place)
    assert codes(place, site, tables) == []
    (site / "copy.txt").write_bytes((place / "data/raw/vale-2002/south-vale-reply.csv").read_bytes())
    (site / "data/raw/vale-2002").mkdir(parents=True)
    (site / "data/raw/vale-2002/other.csv").write_text("a\n1\n", "utf-8")
    found = ["copy.txt", "data/raw/vale-2002/other.csv"]
    assert codes(place, site, tables) == [("NOT_APPROVED", name) for name in found]


def test_a_small_number_that_is_not_public_yet_goes_out_hidden_or_waits_for_a_person(place):
    outgoing.rewrite(place, "vale-2002/south-vale-reply.csv", "invented", "invented", public="no")
    site, tables, _ = outgoing.staged(place)
    assert codes(place, site, tables) == []
    told = {"low": "4", "high": "4", "status": "exact", "as_written": "4"}
    outgoing.change(site / "data/figures.csv", "source_id", "south-vale-reply", **told)
    assert codes(place, site, tables) == [("SMALL_COUNT", "data/figures.csv")]
    approve(place, "vale-2002/south-vale-reply.csv", "SMALL_COUNT", "L2")
    assert codes(place, site, tables) == []
    outgoing.change(place / "data/raw/approvals.csv", "code", "SMALL_COUNT", sha256="0" * 64)
    assert codes(place, site, tables) == [("SMALL_COUNT", "data/figures.csv")]


def test_a_small_number_that_somebody_has_published_stays_published(place, staged):
    site, tables, problems = staged
    assert codes(place, site, tables, problems) == []


def approve(place, document, code, where):
    import hashlib

    sha256 = hashlib.sha256((place / "data/raw" / document).read_bytes()).hexdigest()
    with (place / "data/raw/approvals.csv").open("a", encoding="utf-8") as lines:
        lines.write(f"{sha256},{code},{where},invented\n")


def hide(place, replied, value):
    """Let the paper hide what South Vale said, after it printed ten in all and six for North Vale."""
    file = place / "data/raw/vale-2001/vale-gazette.csv"
    last = file.read_text("utf-8").splitlines(keepends=True)[-1]
    outgoing.rewrite(place, "vale-2001/vale-gazette.csv", last, "")
    outgoing.rewrite(place, "vale-2001/vale-gazette.csv", "disciplined,3,", f"disciplined,{value},")
    relations = place / "data/raw/lookups/relations.csv"
    relations.write_text(relations.read_text("utf-8").splitlines(keepends=True)[0], "utf-8")
    outgoing.change(place / "data/raw/rounds.csv", "round_id", "vale-2001", forces_replied=replied)


@pytest.mark.parametrize(("replied", "value", "given_away"), [
    ("2", "*", True),  # ten less six: it must be four
    ("3", "*", False),  # a third force may have some of the four
    ("2", "<5", True),
    ("3", "<5", False),
])  # fmt: skip
def test_a_hidden_number_is_published_only_if_the_others_do_not_give_it_away(place, replied, value, given_away):
    hide(place, replied, value)
    site, tables, problems = outgoing.staged(place)
    assert [problem for problem in problems if problem.severity == "document"] == []
    found = gate.check(site, tables, place / "data" / "raw", problems)
    assert [(one.code, one.place) for one in found] == [("DERIVABLE", "vale-gazette:L4")] * given_away
    approve(place, "vale-2001/vale-gazette.csv", "DERIVABLE", "L4")
    assert gate.check(site, tables, place / "data" / "raw", problems) == []


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("chart-counts.csv", b"force,n\n=1+1,2\n", "FORMULA_INJECTION"),
        ("chart-counts.png", png((b"tEXt", b"Author\0Jane")), "HIDDEN_TEXT"),
        ("chart-counts.txt", f"the key is {SECRET}".encode(), "SECRET"),
        ("chart-counts.txt", b"drawn in /ho" + b"me/jane", "MACHINE_PATH"),
        ("chart-counts.txt", b"ask jane.doe@example.org", "PERSONAL_DATA"),
        ("chart-counts.docx", b"PK", "WRONG_TYPE"),
        ("", notebook(**{"text/html": ["<img src=x onerror=alert(1)>"]}), "LIVE_HTML"),
    ],
)
def test_what_a_run_would_let_out_stops_the_build_and_the_old_site_stays(
    built, monkeypatch, capsys, name, content, code
):
    from projects import public

    from analysis.publish import generation, notebooks

    said, pictures = (notebook(), {name: content}) if name else (content, {})
    monkeypatch.setattr(notebooks, "run", lambda *_: notebooks.Made(said, pictures, [], 0.1))
    monkeypatch.setenv("DEPLOY_TOKEN", SECRET)
    before = public(built)
    assert generation.build(force=True) == 1
    assert f": {code}: " in capsys.readouterr().err
    assert public(built) == before


def test_nothing_is_put_in_place_when_the_gate_finds_something(built, no_kernel, monkeypatch, capsys):
    from projects import public

    from analysis.publish import generation

    before = public(built)
    monkeypatch.setattr(swap, "exchange", lambda *_: pytest.fail("something was put in place"))
    monkeypatch.setattr(gate, "guard", stopping)
    (built / "data/raw/rounds.csv").write_text((built / "data/raw/rounds.csv").read_text("utf-8") + "\n", "utf-8")
    assert generation.build() == 1
    assert "a secret" in capsys.readouterr().err
    assert public(built) == before


def stopping(site, *_):
    assert (site / "data").is_dir()
    raise gate.Stopped([leaks.fault("SECRET", "line 1", "a secret").problem("index.html", "")])
