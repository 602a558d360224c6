"""The last look before anything goes out."""

import base64
import csv
import io
import json
import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from analysis import project
from analysis.publish.fingerprints import PACKAGE, commit, fingerprint
from analysis.publish.runs import Refused

TEXTS = {".html", ".css", ".js", ".svg", ".atom", ".csv", ".txt", ".json", ".ipynb", ".md"}
MADE_BY_LIBRARIES = {".png", ".xlsx", ".ods"}  # from what stands in the other files
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'"
# What is looked for, with words of which one must occur, so that most texts need no search.
PATTERNS = {
    "a secret": (
        "KEY----- gho_ ghp_ ghu_ ghs_ ghr_ github_pat_ AKIA xox AIza eyJ",
        r"-----BEGIN [A-Z ]*PRIVATE KEY|\bgh[pousr]_\w{30,}|\bgithub_pat_\w{30,}|\bAKIA[0-9A-Z]{16}\b|"
        r"\bxox[abprs]-[\w-]{10,}|\bAIza[\w-]{35}\b|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.",
    ),
    "a path of a machine": (
        "/home/ /Users/ /root/ /work/ Users\\",
        r"(?<![\w.:/])/(?:home|Users|root|work)/\w|(?:\b[A-Za-z]:|/mnt/\w)[\\/]+Users[\\/]",
    ),
    "a style that would ask another host": ("url( @import", r"@import|url\([\s\\'\"]*(?:https?:)?//"),
}
PICTURE = re.compile(r'"image/png": "[^"]*"')  # in a notebook
SHORTEST_NAME = 6  # letters of a name that is no word of the language
LONGEST_OPEN_VALUE = 8  # letters of a variable's value that is no secret
NUMBER = re.compile(r"[-+]?(?:\d[\d,]*)?\.?\d+(?:[eE][-+]?\d+)?%?")
FORMULA = re.compile(r"(?:^|[;\t\r\n])[\s'\"]*([=+\-@＝＋－＠][^;\t\r\n]*)")
URL_ATTRIBUTES = ("src", "srcset", "href", "action", "data")
ACTIVE_TAGS = ("style", "iframe", "object", "embed", "base")


def check_site(site: Path, tables, flagged: list[str]) -> None:
    """Let a staged generation pass, or raise Refused naming each file and what is in it.

    tables: as `analysis.load` gives them; flagged: documents below data/raw that must have given nothing.
    """
    known, found = secrets(), []
    for file in sorted(file for file in site.rglob("*") if file.is_symlink() or not file.is_dir()):
        name = file.relative_to(site).as_posix()
        wrong = ["a link to elsewhere"] if file.is_symlink() else faults(name, file.read_bytes(), known)
        found += [f"{name}: {one}" for one in wrong]
    found += withheld(site, tables, flagged)
    if found:
        said = "The gate stopped the publication; the site and data/processed are as they were."
        raise Refused("\n".join([said, *found]))


def faults(name: str, content: bytes, known: dict[str, list[str]]) -> Iterator[str]:
    """Yield what is wrong with one outgoing file; what was found is never repeated."""
    kind = Path(name).suffix.lower()
    if kind in MADE_BY_LIBRARIES:
        return
    if kind not in TEXTS:
        yield "a kind of file that nobody makes here"
    text = content.decode("utf-8", "replace")
    text = PICTURE.sub("", text) if kind == ".ipynb" else text
    for said, (hints, pattern) in PATTERNS.items():
        if any(hint in text for hint in hints.split()) and (match := re.search(pattern, text)) is not None:
            yield f"line {text.count(chr(10), 0, match.start()) + 1}: {said}"
    for said, ways in known.items():
        if any(way in text for way in ways):
            yield f"it holds {said}"
    if kind == ".html":
        yield from active_html(text)
    if kind == ".csv" and not name.startswith("data/raw/"):
        for number, row in enumerate(csv.reader(io.StringIO(text, newline="")), 1):
            if formula("\n".join(row)):
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
        acts = element.tag in ACTIVE_TAGS or (element.tag == "script" and "src" not in element.attrib)
        for name, text in element.items():
            url = text.strip().lower() if name in URL_ATTRIBUTES else ""
            acts |= name == "style" or name.startswith("on") or url.startswith(("javascript:", "data:", "vbscript:"))
            acts |= element.tag != "a" and re.match(r"(\w+:)?//", url) is not None
        if acts:
            yield f"line {element.sourceline}: <{element.tag}> that could act or ask another host"


def formula(text: str) -> bool:
    """Say whether a spreadsheet would run a text, or a part of it after a separator; a number is no formula."""
    found = [part.strip() for part in FORMULA.findall(text)]
    return any(len(part) > 1 and not NUMBER.fullmatch(part) for part in found)


def secrets() -> dict[str, list[str]]:
    """Return what this machine would give away, by what it is, in each way it may be written.

    That is the value of every variable but those that are paths or numbers, or stand in the project's own files.
    """
    public = _public_words()

    def is_open(text: str) -> bool:
        paths = all(Path(part).is_absolute() for part in text.split(os.pathsep) if part)
        return len(text) <= LONGEST_OPEN_VALUE or text.isdigit() or paths or text in public

    known = {f"${name}": text for name, text in os.environ.items() if not is_open(text)}
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


def withheld(site: Path, tables, flagged: list[str]) -> Iterator[str]:
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
