"""The last look before anything goes out."""

import base64
import csv
import io
import json
import os
import re
import socket
from collections.abc import Collection, Iterator
from pathlib import Path
from urllib.parse import quote

from analysis import project
from analysis.publish.provenance import PACKAGE, commit, fingerprint
from analysis.publish.runs import Refused

KINDS = {".html", ".css", ".js", ".svg", ".png", ".atom", ".csv", ".txt", ".json", ".ipynb", ".md", ".toml"}
KINDS |= {".xlsx", ".ods"}
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'"
# What is looked for, with words of which one must occur, so that most texts need no search.
PATTERNS = (
    (
        "a secret",
        ("PRIVATE KEY", "gho_", "ghp_", "ghu_", "ghs_", "ghr_", "github_pat_", "AKIA", "xox", "AIza", "eyJ"),
        re.compile(
            r"-----BEGIN [A-Z ]*PRIVATE KEY|\bgh[pousr]_\w{30,}|\bgithub_pat_\w{30,}|\bAKIA[0-9A-Z]{16}\b|"
            r"\bxox[abprs]-[\w-]{10,}|\bAIza[\w-]{35}\b|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\."
        ),
    ),
    (
        "a path of a machine",
        ("/home/", "/Users/", "/root/", "/work/", "Users\\"),
        re.compile(r"(?<![\w.:/])/(?:home|Users|root|work)/\w|(?:\b[A-Za-z]:|/mnt/\w)[\\/]+Users[\\/]"),
    ),
    (
        "a style that would ask another host",
        ("url(", "@import"),
        re.compile(r"@import|url\([\s\\'\"]*(?:https?:)?//"),
    ),
)
SHORTEST_NAME = 6  # letters of a name that is no word of the language
LONGEST_OPEN_VALUE = 8  # letters of a variable's value that is no secret
NUMBER = re.compile(r"[-+]?(?:\d[\d,]*)?\.?\d+(?:[eE][-+]?\d+)?%?")
FORMULA = re.compile(r"(?:^|[;\t\r\n])[\s'\"]*([=+\-@＝＋－＠][^;\t\r\n]*)")
URL_ATTRIBUTES = ("src", "srcset", "href", "action", "data")
ACTIVE_TAGS = ("style", "iframe", "object", "embed", "base")


def check_site(site: Path, tables, flagged: set[str], passed: Collection[str] = ()) -> list[str]:
    """Let a staged generation pass, or raise Refused naming each file and what is in it.

    tables: as `analysis.load` gives them; flagged: documents below data/raw that must have given nothing; passed: the
    fingerprints that this returned for the generation before: a file that passed the same rules is not read again.
    """
    known, found, seen = secrets(), [], []
    rules = fingerprint(Path(__file__).read_bytes(), json.dumps(known, sort_keys=True))
    for file in sorted(file for file in site.rglob("*") if file.is_symlink() or not file.is_dir()):
        name = file.relative_to(site).as_posix()
        if file.is_symlink():
            found.append(f"{name}: a link to elsewhere")
            continue
        content = file.read_bytes()
        seen.append(fingerprint(rules, name, content))
        if seen[-1] not in passed:
            found += [f"{name}: {one}" for one in faults(name, content, known)]
    found += withheld(site, tables, flagged)
    if found:
        said = "The gate stopped the publication; the site and data/processed are as they were."
        raise Refused("\n".join([said, *found]))
    return seen


def faults(name: str, content: bytes, known: dict[str, list[str]]) -> Iterator[str]:
    """Yield what is wrong with one outgoing file; what was found is never repeated."""
    kind = Path(name).suffix.lower()
    if kind not in KINDS:
        yield "a kind of file that nobody makes here"
    if kind in (".png", ".xlsx", ".ods"):  # made by libraries from what stands in the other files
        return
    text = content.decode("utf-8", "replace")
    for said, hints, pattern in PATTERNS:
        if any(hint in text for hint in hints) and (match := pattern.search(text)) is not None:
            yield f"line {text.count(chr(10), 0, match.start()) + 1}: {said}"
    for said, ways in known.items():
        if any(way in text for way in ways):
            yield f"it holds {said}"
    if kind == ".html":
        yield from active_html(text)
    if kind == ".csv" and not name.startswith("data/raw/"):
        for number, row in enumerate(csv.reader(io.StringIO(text, newline="")), 1):
            if any(formula(cell) for cell in row):
                yield f"row {number}: a cell that a spreadsheet would run"


def active_html(text: str) -> Iterator[str]:
    """Yield what on a page could act by itself or ask another host; the policy that forbids it must be there."""
    from lxml.html import document_fromstring

    page = document_fromstring(text)
    if POLICY not in page.xpath("head/meta[@http-equiv='Content-Security-Policy']/@content"):
        yield "no Content-Security-Policy"
    yield from active_elements(page)


def active_elements(page) -> Iterator[str]:
    """Yield the elements of parsed html that could act by themselves or ask another host."""
    for element in page.iter("*"):
        attributes = element.attrib
        urls = [attributes[name].strip().lower() for name in URL_ATTRIBUTES if name in attributes]
        acts = element.tag in ACTIVE_TAGS or (element.tag == "script" and "src" not in attributes)
        acts |= any(name.startswith("on") or name == "style" for name in attributes)
        acts |= any(url.startswith(("javascript:", "data:", "vbscript:")) for url in urls)
        asks = element.tag != "a" and any(re.match(r"(\w+:)?//", url) for url in urls)
        if acts or asks:
            yield f"line {element.sourceline}: <{element.tag}> that could act or ask another host"


def formula(text: str) -> bool:
    """Say whether a spreadsheet would run a cell, or a part of it after another separator; a number is no formula."""
    found = [part.strip() for part in FORMULA.findall(text)]
    return any(len(part) > 1 and not NUMBER.fullmatch(part) for part in found)


def secrets() -> dict[str, list[str]]:
    """Return what this machine would give away, by what it is, in each way it may be written.

    That is the value of every variable but those that are paths or numbers, or stand in the project's own files.
    """
    public = _public_words()
    values = {
        f"${name}": text for name, text in os.environ.items() if len(text) > LONGEST_OPEN_VALUE and text not in public
    }
    paths = {what: [Path(part) for part in text.split(os.pathsep) if part] for what, text in values.items()}
    known = {
        what: text
        for what, text in values.items()
        if not text.isdigit() and not all(path.is_absolute() for path in paths[what])
    }
    user = next((os.environ[name] for name in ("LOGNAME", "USER", "USERNAME") if name in os.environ), "")
    names = {"the host's name": socket.gethostname(), "the user's name": user}
    known |= {what: name for what, name in names.items() if re.search(r"[\d-]", name) and len(name) >= SHORTEST_NAME}
    folders = {"the home folder": Path.home(), "the project's folder": project.root(), "the folder": Path.cwd()}
    known |= {what: path.as_posix() for what, path in folders.items() if len(path.parts) > 2}
    return {what: _spellings(text) for what, text in known.items()}


def _public_words() -> str:
    """Return what anyone may read who has the project: its guides, tables of decisions, code, and its commit."""
    folders = {project.root() / "docs": "*.md", project.raw(): "*.csv", project.lookups(): "*.csv", PACKAGE: "**/*.*"}
    files = (file for folder, names in folders.items() for file in folder.glob(names) if file.suffix != ".pyc")
    return "\n".join([*(file.read_text("utf-8", "replace") for file in files if file.is_file()), commit()])


def _spellings(value: str) -> list[str]:
    """Return the ways a value may be written: plain, in JSON, in an address, in base64, with another slash."""
    encoded = base64.b64encode(value.encode()).decode().rstrip("=")
    slashes = [value.replace("/", slash) for slash in ("\\", "\\\\", "\\/")]
    return sorted({value, json.dumps(value)[1:-1], quote(value, safe=""), encoded, *slashes})


def withheld(site: Path, tables, flagged: set[str]) -> Iterator[str]:
    """Yield what of withheld documents and numbers a staged generation would give away."""
    sources = tables.sources
    blocked = set(sources.loc[sources["file"].isin(flagged) & (sources["file"] != ""), "source_id"])
    for name in sorted(blocked & set(tables.figures["source_id"])):
        yield f"data/figures.csv: a number of {name}, which is flagged: approve it in approvals.csv, or take it out"
    closed = sources[(sources["public"] != "yes") | sources["source_id"].isin(blocked)]
    named = dict(zip(closed["sha256"], closed["source_id"], strict=True))
    for file in sorted((site / "data" / "raw").rglob("*.csv")):
        if (name := named.get(fingerprint(file.read_bytes()))) is not None:
            yield f"{file.relative_to(site).as_posix()}: the document {name}, which is flagged or not public"
