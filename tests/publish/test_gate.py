import base64
import os

import pytest

import vale
from analysis import tables
from analysis.publish import gate, runs

META = f'<meta http-equiv="Content-Security-Policy" content="{gate.POLICY}">'
HEAD = f'<!doctype html><html lang="en"><head>{META}</head><body>'


def page(body):
    return list(gate.active_html(f"{HEAD}{body}</body></html>"))


def faults(name, text, known=None):
    return list(gate.faults(name, text.encode() if isinstance(text, str) else text, known or {}))


ACTS = [
    "<script>alert(1)</script>", "<p onclick='alert(1)'>", "<a href=' JavaScript:alert(1)'>x</a>",
    "<a href='data:text/html,x'>x</a>", "<iframe src='x.html'></iframe>", "<base href='/'>",
    "<style>p { color: red }</style>", "<p style='color: red'>", "<img src='https://elsewhere.example/x.png'>",
    "<link rel='stylesheet' href='//elsewhere.example/x.css'>",
]  # fmt: skip


@pytest.mark.parametrize("body", ACTS)
def test_what_could_act_by_itself_or_ask_another_host_does_not_go_out(body):
    assert page(body)


def test_a_page_of_words_links_and_pictures_of_our_own_goes_out_with_the_policy_only():
    body = '<p>&lt;img src=x onerror=alert(1)&gt; <a href="https://example.org/">x</a><img src="a.png" alt="">'
    assert page(f'{body}<script src="s.js"></script>') == []
    assert list(gate.active_html(f"<html><head></head><body>{body}</html>")) == ["no Content-Security-Policy"]


@pytest.mark.parametrize("name", ["a.exe", "data/reply.docx", "x.pdf", "run.sh"])
def test_a_kind_of_file_that_nobody_makes_here_does_not_go_out(name):
    assert faults(name, "x") == ["a kind of file that nobody makes here"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("key ghp_" + "a" * 36, "line 1: a secret"),
        ("x\n-----BEGIN RSA " + "PRIVATE KEY-----", "line 2: a secret"),
        ("AKIA" + "A" * 16, "line 1: a secret"),
        ("see /" + "home/somebody/x", "line 1: a path of a machine"),
        ("C:" + "\\Users\\somebody", "line 1: a path of a machine"),
        ("C:/" + "Users/somebody", "line 1: a path of a machine"),
        ("p { background: url( 'https://x.example/' ) }", "line 1: a style that would ask another host"),
        ('"@import \\"x.css\\""', "line 1: a style that would ask another host"),
        ("https://example.org/home/x and data/raw/rounds.csv", None),
    ],
)
def test_a_secret_or_a_path_of_a_machine_does_not_go_out_and_is_not_repeated(text, said):
    assert faults("notes.md", text) == ([said] if said else [])


def test_what_this_machine_knows_does_not_go_out_in_any_way_it_may_be_written(monkeypatch):
    monkeypatch.setenv("WHATEVER_ITS_NAME", "plänted/word")
    known = {what: ways for what, ways in gate.secrets().items() if what == "$WHATEVER_ITS_NAME"}
    for text in ("plänted/word", "pl\\u00e4nted/word", base64.b64encode("plänted/word".encode()).decode()):
        assert faults("x.json", text, known) == ["it holds $WHATEVER_ITS_NAME"]


def test_the_home_and_the_working_folder_do_not_go_out_with_any_slash(monkeypatch, tmp_path, project):
    monkeypatch.setenv("ANALYSIS_PROJECT", str(project))
    monkeypatch.setenv("HOME", "/srv/somebody")
    monkeypatch.chdir(tmp_path)
    for path, said in (("/srv/somebody", "the home folder"), (str(tmp_path), "the folder")):
        for text in (path, path.replace("/", "\\"), path.replace("/", "\\/")):
            assert f"it holds {said}" in faults("x.json", f"in {text}", gate.secrets())


@pytest.mark.parametrize("value", ["short", "123456789012", "/usr/local/bin:/usr/bin", "https://github.com"])
def test_a_value_that_is_short_a_number_a_path_or_in_the_guides_is_no_secret(monkeypatch, built, value):
    (built / "docs" / "method.md").write_text("# Method\n\nhttps://github.com\n", "utf-8")
    monkeypatch.setenv("MY_TOKEN", value)
    monkeypatch.setenv("USER", "police")
    assert not {"$MY_TOKEN", "the user's name"} & gate.secrets().keys()


FORMULAS = ["=1+1", "+cmd", "-2+3", "@x", "=HYPERLINK(x)", " =1", "1;=1", '"a\n=1"']
NO_FORMULAS = ["-5", "+3", "-", "-1.5%", "a=b", "2019-11-08", "5; -3"]


@pytest.mark.parametrize("cell", FORMULAS + NO_FORMULAS)
def test_a_cell_that_a_spreadsheet_would_run_does_not_go_out_and_a_number_or_a_date_does(cell):
    said = ["row 2: a cell that a spreadsheet would run"] if cell in FORMULAS else []
    assert faults("data/facts.csv", f"a,b\n1,{cell}\n") == said


def refused(place, flagged=()) -> str:
    with pytest.raises(runs.Refused) as said:
        gate.check_site((place / "site").resolve(), tables.load(), list(flagged))
    return str(said.value)


def test_a_number_or_a_copy_of_a_document_that_is_flagged_or_not_public_stops_the_publication(built):
    assert "data/figures.csv: a number of vale-echo, which is flagged" in refused(built, ["vale-2001/vale-echo.csv"])
    vale.sources(built, **{"south-vale-reply": {"public": "no"}})
    assert "south-vale-reply.csv: the document south-vale-reply, which is flagged or not public" in refused(built)


def test_a_link_to_elsewhere_stops_the_publication(built):
    (built / "site" / "elsewhere").symlink_to("/etc")
    assert "elsewhere: a link" in refused(built)


def test_no_page_names_this_machine(built):
    known = [os.uname().nodename, str(built.parent)]
    for name, content in vale.public(built).items():
        assert not any(one.encode() in content for one in known if len(one) > 5), name
