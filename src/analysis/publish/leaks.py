"""Texts that may not go out: secrets, paths of somebody's machine, personal details, characters nobody can see."""

import base64
import csv
import html
import io
import json
import os
import re
import socket
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import quote

from analysis import paths
from analysis.problems import STOPS_ALL, Fault

SECRET_NAME = re.compile(r"TOKEN|SECRET|PASS(?:W|PHRASE)|CREDENTIAL|(?:API|PRIVATE|ACCESS)_?KEY|AUTH", re.IGNORECASE)
SHORTEST_SECRET = 6
# For each code: words of which one must occur, so that most texts need no search, and what is searched for. Each search
# begins with what it looks for and only then looks back at what stands before: the other way round takes far longer.
PATTERNS = (
    ("SECRET", ("PRIVATE KEY",), re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY")),
    ("SECRET", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), re.compile(r"gh[pousr]_(?<!\w....)\w{30,}")),
    ("SECRET", ("github_pat_",), re.compile(r"\bgithub_pat_\w{30,}")),
    ("SECRET", ("AKIA",), re.compile(r"AKIA(?<!\w....)[0-9A-Z]{16}\b")),
    ("SECRET", ("xox",), re.compile(r"xox[abprs]-(?<!\w.....)[\w-]{10,}")),
    ("SECRET", ("AIza",), re.compile(r"AIza(?<!\w....)[\w-]{35}\b")),
    ("SECRET", ("eyJ",), re.compile(r"eyJ(?<!\w...)[\w-]{10,}\.eyJ[\w-]{10,}\.")),
    (
        "MACHINE_PATH",
        ("/home/", "/Users/", "/users/", "/root/", "/work/", ":\\"),
        re.compile(r"(?<![\w.:/])/(?:home|[Uu]sers|root|work)/\w|\b[A-Za-z]:\\+[Uu]sers\\"),
    ),
)
OF_PEOPLE = (
    (
        "INVISIBLE_CHARACTERS",
        (),
        re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\x00-\x08\x0e-\x1f]"),
    ),
    ("PERSONAL_DATA", ("@",), re.compile(r"(?<=[\w.+-])@[\w-]+\.[a-z]{2,}")),  # an e-mail address
    # a telephone number, and a National Insurance number
    ("PERSONAL_DATA", (), re.compile(r"[+0](?<![\w.,/+-].)(?:(?<=\+)44|(?<=0))[ ]?\d{2,4}[ ]\d{3,4}[ ]?\d{3,4}(?!\w)")),
    ("PERSONAL_DATA", (), re.compile(r"[A-CEGHJ-PR-TW-Z]{2}(?<!\w..) ?\d\d ?\d\d ?\d\d ?[A-D]\b")),
)
NUMBER = re.compile(r"[-+]?(?:\d[\d,]*)?\.?\d+(?:[eE][-+]?\d+)?%?")
RUN_BY_SPREADSHEETS = tuple("=+-@＝＋－＠\t\r")
DO = {
    "SECRET": "keep it out of whatever printed it, and change the secret",
    "MACHINE_PATH": "print the path below the project's folder instead",
    "INVISIBLE_CHARACTERS": "remove the characters where the text comes from",
    "PERSONAL_DATA": "remove it from the document's transcript or note",
    "FORMULA_INJECTION": "write the label so that it does not start like a formula",
    "ENCODING": "write the file as UTF-8",
}


def fault(code: str, place: str, found: str, expected: str = "nothing of the kind", do: str = "") -> Fault:
    """Return what is wrong at one place of an outgoing file; `found` never repeats the content."""
    return Fault(code, place, found, expected, do or DO[code], STOPS_ALL)


def texts(content: bytes, personal: bool = True) -> Iterator[Fault]:
    """Yield what may not go out in a text file; personal=False for files of the theme, which name their authors."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        yield fault("ENCODING", f"byte {error.start}", "bytes that are not UTF-8", "UTF-8")
        return
    for code, hints, pattern in (*PATTERNS, *(OF_PEOPLE if personal else ())):
        if not hints or any(hint in text for hint in hints):
            for match in pattern.finditer(text):
                yield fault(code, line(text, match.start()), f"{len(match.group())} characters")
    for name, values in known_secrets().items():
        for value in values:
            if value in text:
                yield fault("SECRET", line(text, text.index(value)), f"the value of {name}")


def line(text: str, position: int) -> str:
    """Return the address of a position in a text."""
    return f"line {text.count(chr(10), 0, position) + 1}"


@cache
def known_secrets() -> dict[str, tuple[str, ...]]:
    """Return what this machine would give away, by what it is, in each way it may be written."""
    held = {name: value for name, value in os.environ.items() if SECRET_NAME.search(name)}
    held = {f"${name}": value for name, value in held.items() if len(value) >= SHORTEST_SECRET}
    # A name that could be a word of the language is none to search for.
    user = next((os.environ[name] for name in ("LOGNAME", "USER", "USERNAME") if name in os.environ), "")
    for what, name in (("the host's name", socket.gethostname()), ("the user's name", user)):
        held |= {what: name} if len(name) >= SHORTEST_SECRET and re.search(r"[\d-]", name) else {}
    home, project = str(Path.home()), str(paths.root())
    held |= {"the home folder": f"{home}/"} if len(home) > len("/root") else {}
    held |= {"the project's folder": project} if len(project) > len("/root") else {}
    return {name: _ways(value) for name, value in held.items()}


@cache
def _ways(value: str) -> tuple[str, ...]:
    plain = base64.b64encode(value.encode()).decode().rstrip("=")
    return tuple(dict.fromkeys([value, html.escape(value), json.dumps(value)[1:-1], quote(value, safe=""), plain]))


def formula(text: str) -> bool:
    """Say whether a spreadsheet would run a cell with this text; a number, a dash alone or a date is no formula."""
    bare = text.lstrip(" '\"")
    return bare.startswith(RUN_BY_SPREADSHEETS) and len(bare.strip()) > 1 and not NUMBER.fullmatch(bare.strip())


def formulas(content: bytes) -> Iterator[Fault]:
    """Yield each cell of a csv file that a spreadsheet would run."""
    lines = csv.reader(io.StringIO(content.decode("utf-8", "replace"), newline=""))
    for number, row in enumerate(lines, 1):
        for field, text in enumerate(row, 1):
            if formula(text):
                yield fault("FORMULA_INJECTION", f"row {number}, field {field}", f"a cell of {len(text)} characters")
