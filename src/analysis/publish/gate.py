"""The last look before anything goes out, and the record by which anyone can see later what was changed."""

import base64
import csv
import io
import json
import os
import re
import socket
import subprocess
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from analysis import project
from analysis.publish import runs

KINDS = {".html", ".css", ".js", ".svg", ".png", ".csv", ".txt", ".json", ".ipynb", ".xlsx", ".md", ".toml", ".atom", ""}
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
        ("/home/", "/Users/", "/root/", "/work/", ":\\"),
        re.compile(r"(?<![\w.:/])/(?:home|Users|root|work)/\w|\b[A-Za-z]:\\+Users\\"),
    ),
)
SECRET_NAME = re.compile(r"TOKEN|SECRET|PASS(?:W|PHRASE)|CREDENTIAL|(?:API|PRIVATE|ACCESS)_?KEY|AUTH", re.IGNORECASE)
SHORTEST = 6  # letters of a secret, or of a name that is no word of the language
NUMBER = re.compile(r"[-+]?(?:\d[\d,]*)?\.?\d+(?:[eE][-+]?\d+)?%?")
RUN_BY_SPREADSHEETS = tuple("=+-@＝＋－＠\t\r")
ADDRESSES = ("src", "srcset", "href", "action", "data")
PROVENANCE = "provenance.json"


class Stopped(Exception):
    """The gate found something: nothing goes out."""

    exit_status = 1


def guard(site: Path, tables, flagged: set[str]) -> None:
    """Let a staged generation pass, its provenance added, or raise Stopped naming each file and what is in it.

    tables: as `analysis.load` gives them; flagged: documents below data/raw that must have given nothing.
    """
    known = secrets()
    found = [f"{name}: {said}" for name, content in _contents(site) for said in faults(name, content, known)]
    found += withheld(site, tables, flagged)
    if found:
        raise Stopped("The gate stopped the publication; the site and data/processed are as they were.\n" + "\n".join(found))
    text = json.dumps({"commit": commit(), **recomputed(site)}, indent=1, sort_keys=True)
    (site / PROVENANCE).write_text(text + "\n", encoding="utf-8", newline="\n")


def _contents(site: Path) -> Iterator[tuple[str, bytes]]:
    for file in sorted(file for file in site.rglob("*") if file.is_symlink() or not file.is_dir()):
        yield file.relative_to(site).as_posix(), b"" if file.is_symlink() else file.read_bytes()
        if file.is_symlink():
            raise Stopped(f"{file.relative_to(site)}: a link to elsewhere; nothing goes out")


def faults(name: str, content: bytes, known: dict[str, list[str]]) -> Iterator[str]:
    """Yield what is wrong with one outgoing file; what was found is never repeated."""
    kind = Path(name).suffix.lower()
    if kind not in KINDS:
        yield "a kind of file that nobody makes here"
    if kind in (".png", ".xlsx"):  # made by libraries from what stands in the other files
        return
    text = content.decode("utf-8", "replace")
    for said, hints, pattern in PATTERNS:
        if any(hint in text for hint in hints) and (match := pattern.search(text)) is not None:
            yield f"line {text.count(chr(10), 0, match.start()) + 1}: {said}"
    for said, ways in known.items():
        if any(way in text for way in ways):
            yield f"it holds {said}"
    if kind == ".html":
        yield from live(text)
    if kind == ".csv" and not name.startswith("data/raw/"):
        for number, row in enumerate(csv.reader(io.StringIO(text, newline="")), 1):
            if any(formula(cell) for cell in row):
                yield f"row {number}: a cell that a spreadsheet would run"


def live(text: str) -> Iterator[str]:
    """Yield what on a page could act by itself or ask another host; the policy that forbids it must be there."""
    from lxml.html import document_fromstring

    page = document_fromstring(text)
    if POLICY not in page.xpath("head/meta[@http-equiv='Content-Security-Policy']/@content"):
        yield "no Content-Security-Policy"
    for element in page.iter("*"):
        held = element.attrib
        asked = [held[name].strip().lower() for name in ADDRESSES if name in held]
        own = element.tag in ("style", "iframe", "object", "embed", "base") or (element.tag == "script" and "src" not in held)
        acts = any(name.startswith("on") or name == "style" for name in held)
        runs = any(one.startswith(("javascript:", "data:", "vbscript:")) for one in asked)
        elsewhere = element.tag != "a" and any(re.match(r"(\w+:)?//", one) for one in asked)
        if own or acts or runs or elsewhere:
            yield f"line {element.sourceline}: <{element.tag}> that could act or ask another host"


def formula(text: str) -> bool:
    """Say whether a spreadsheet would run a cell with this text; a number, a dash alone or a date is no formula."""
    bare = text.lstrip(" '\"")
    return bare.startswith(RUN_BY_SPREADSHEETS) and len(bare.strip()) > 1 and not NUMBER.fullmatch(bare.strip())


def secrets() -> dict[str, list[str]]:
    """Return what this machine would give away, by what it is, in each way it may be written."""
    held = {f"${name}": value for name, value in os.environ.items() if SECRET_NAME.search(name)}
    user = next((os.environ[name] for name in ("LOGNAME", "USER", "USERNAME") if name in os.environ), "")
    names = {"the host's name": socket.gethostname(), "the user's name": user}
    held |= {what: name for what, name in names.items() if re.search(r"[\d-]", name)}
    folders = {"the home folder": f"{Path.home()}/", "the project's folder": str(project.root())}
    held |= {what: path for what, path in folders.items() if path not in ("/root/", "/")}
    return {what: _ways(value) for what, value in held.items() if len(value) >= SHORTEST}


def _ways(value: str) -> list[str]:
    plain = base64.b64encode(value.encode()).decode().rstrip("=")
    return list(dict.fromkeys([value, json.dumps(value)[1:-1], quote(value, safe=""), plain]))


def withheld(site: Path, tables, flagged: set[str]) -> Iterator[str]:
    """Yield what of withheld documents and numbers a staged generation would give away."""
    sources = tables.sources
    blocked = set(sources.loc[sources["file"].isin(flagged) & (sources["file"] != ""), "source_id"])
    for name in sorted(blocked & set(tables.figures["source_id"])):
        yield f"data/figures.csv: a number of {name}, which is flagged: approve it in approvals.csv, or take it out"
    closed = sources[(sources["public"] != "yes") | sources["source_id"].isin(blocked)]
    hashes = dict(zip(closed["sha256"], closed["source_id"], strict=True))
    for file in sorted((site / "data" / "raw").rglob("*.csv")):
        if (name := hashes.get(sha256(file.read_bytes()).hexdigest())) is not None:
            yield f"{file.relative_to(site).as_posix()}: the document {name}, which is flagged or not public"


def commit() -> str:
    """Return the commit checked out, with `-dirty` when files differ from it; nothing where there is no git."""
    command = ["git", "-C", str(project.root()), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return said.stdout.strip() if said.returncode == 0 else ""


def recomputed(site: Path) -> dict:
    """Return what a generation is made from and what it holds, as they are now, each file with its sha256.

    Documents that are not public are left out: a hash of a few small numbers gives them away to whoever tries them all.
    """
    root = project.root()
    made_from = [file for folder in (project.raw(), root / "docs") if folder.is_dir() for file in runs.below(folder)]
    with (project.raw() / "sources.csv").open(encoding="utf-8-sig", newline="") as lines:
        closed = tuple(row["file"].rpartition(".")[0] + "." for row in csv.DictReader(lines) if row["public"] != "yes" and row["file"])
    made_from = [file for file in made_from if not closed or not file.relative_to(root).as_posix().removeprefix("data/raw/").startswith(closed)]
    made_from += [root / "requirements.lock", project.notebooks() / "runs.toml"]
    inputs = {file.relative_to(root).as_posix(): _hash(file) for file in made_from if file.is_file()}
    inputs |= {f"notebooks/{file.name}": runs.of_cells(file) for file in project.notebooks().glob("*.ipynb")}
    inputs |= {f"src/analysis/{file.relative_to(runs.PACKAGE).as_posix()}": _hash(file) for file in runs.below(runs.PACKAGE)}
    outputs = {file.relative_to(site).as_posix(): _hash(file) for file in runs.below(site) if file.name != PROVENANCE}
    return {"inputs": inputs, "outputs": outputs}


def _hash(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()


def differences() -> list[str]:
    """Name each file of the project, site/ and data/processed that is not as site/provenance.json says.

    Raises FileNotFoundError when nothing has been built.
    """
    site = project.site().resolve()
    if not (site / PROVENANCE).is_file():
        raise FileNotFoundError("site/provenance.json: no such file; build first")
    said, now = json.loads((site / PROVENANCE).read_text("utf-8")), recomputed(site)
    built = {f"data/{file.name}": _hash(file) for file in project.processed().glob("[!.]*") if file.is_file()}
    shown = {name: said["outputs"].get(name, "") for name in built}
    pairs = ((said["inputs"], now["inputs"], "", "since"), (said["outputs"], now["outputs"], "site/", "after"))
    found = [line for before, after, where, when in pairs for line in _between(before, after, where, when)]
    return found + _between({k: v for k, v in shown.items() if v}, built, "data/processed: ", "after")


def _between(said: dict[str, str], now: dict[str, str], where: str, when: str) -> list[str]:
    words = {(True, True): "changed", (True, False): "gone", (False, True): "added"}
    differing = [name for name in sorted(said.keys() | now.keys()) if said.get(name) != now.get(name)]
    return [f"{where}{name}: {words[name in said, name in now]} {when} the build" for name in differing]
