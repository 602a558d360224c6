"""One invented reply in each format a force may send, taken into a project as anybody would take it."""

import datetime as dt
import re
import types
import zipfile
from email import message_from_bytes, policy
from pathlib import Path

import lxml.html
import openpyxl
import pdfplumber
import xlrd
from outgoing import change

HERE = Path(__file__).parent
KINDS = ("csv", "xlsx", "xls", "ods", "docx", "html", "pdf", "eml")
WORDING = [
    {"field": "outcome", "wording": "Warned", "outcome": "disciplined", "reason": "invented"},
    {"field": "role", "wording": "officer", "role": "officer", "reason": "invented"},
]
DECIDED = {
    "period": "2002",
    "outcome": "Dismissed",
    "role": "all",
    "unit": "people",
    "misuse": "computer misuse",
    "date_basis": "recorded",
}


def examples(place: int):
    """Return the module that makes example replies, with numbers that no other call gives them."""
    text = (HERE.parent / "raw_examples" / "make.py").read_text("utf-8")
    for old, new in (("3, 5]", f"{20 + place}, {30 + place}]"), ('12, "<5"', f'{40 + place}, "<5"')):
        assert old in text
        text = text.replace(old, new)
    made = types.ModuleType("examples")
    exec(compile(text, "make.py", "exec"), made.__dict__)
    return made


def add(project: Path) -> None:
    """Add a reply of each kind, each with numbers of its own, to the invented round of 2002."""
    from analysis.clean import additions, arrivals

    raw, inbox = project / "data" / "raw", project / "data" / "inbox"
    inbox.mkdir(parents=True)
    additions.append(raw / "lookups" / "wording.csv", WORDING)
    for place, kind in enumerate(KINDS):
        content = getattr(examples(place), f"{kind}_plain")()
        file = inbox / f"{kind}.{kind}"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        told = raw, inbox, file, "vale-2002", ["south-vale"], dt.date(2003, 1, 1)
        first = arrivals.reply(*told, source_id=f"reply-{kind}")
        recipe = raw / "vale-2002" / f"reply-{kind}.toml"
        text = recipe.read_text("utf-8")
        for name, value in DECIDED.items():
            text = text.replace(f'{name} = "?"', f'{name} = "{value}"')
        recipe.write_text(text, "utf-8")
        told = arrivals.reply(*told, source_id=f"reply-{kind}")
        assert not told.wrong, (kind, first.lines, told.lines)
        change(raw / "sources.csv", "source_id", f"reply-{kind}", public="yes", answer="full")


def cell(file: Path, place: str) -> str:
    """Return what a file says at an address, read by other means than the project's own."""
    return READ[file.suffix[1:]](file, place)


def _line(file: Path, place: str) -> str:
    line, field = place[1:].split("F")
    return file.read_text("utf-8").splitlines()[int(line) - 1].split(",")[int(field) - 1]


def _xlsx(file: Path, place: str) -> str:
    sheet, _, at = place.partition("!")
    return str(openpyxl.load_workbook(file)[sheet][at].value)


def _xls(file: Path, place: str) -> str:
    sheet, _, at = place.partition("!")
    value = xlrd.open_workbook(file).sheet_by_name(sheet).cell_value(int(at[1:]) - 1, "ABC".index(at[0]))
    return f"{value:g}" if isinstance(value, float) else value


def _table(rows: list[list[str]], words: list[str], place: str) -> str:
    """Find a cell by its row and column, or the number in a paragraph."""
    if place.startswith("P"):
        return re.search(r"\? (\d+) officers", words[int(place[1:]) - 1])[1]
    row, column = re.fullmatch(r"(?:T1R|Data!)(\d+|[A-C])C?(\d+)", place).groups()
    return rows[int(column) - 1]["ABC".index(row)] if row in "ABC" else rows[int(row) - 1][int(column) - 1]


def _marked(markup: bytes, row: str, cell: str, word: str, place: str) -> str:
    root = lxml.html.fromstring(re.sub(rb"<(/?)\w+:", rb"<\1", re.sub(rb"<\?xml.*?\?>", b"", markup)))
    rows = [[one.text_content().strip() for one in line.iter(cell)] for line in root.iter(row)]
    words = [one.text_content() for one in root.iter(word) if not any(up.tag == cell for up in one.iterancestors())]
    return _table(rows, words, place)


def _inside(name: str, *tags: str):
    return lambda file, place: _marked(zipfile.ZipFile(file).read(name), *tags, place)


def _pdf(file: Path, place: str) -> str:
    number, box = place[1:].split("@")
    with pdfplumber.open(file) as document:
        text = document.pages[int(number) - 1].crop([float(end) for end in box.split(",")]).extract_text()
    return text if "?" not in text else re.search(r"\? (\d+) officers", text)[1]


def _mail(file: Path, place: str) -> str:
    body = message_from_bytes(file.read_bytes(), policy=policy.default).get_body()
    return _table([], [line for line in body.get_content().splitlines() if line], place)


READ = {
    "csv": _line,
    "xlsx": _xlsx,
    "xls": _xls,
    "pdf": _pdf,
    "eml": _mail,
    "ods": _inside("content.xml", "table-row", "table-cell", "none"),
    "docx": _inside("word/document.xml", "tr", "tc", "p"),
    "html": lambda file, place: _marked(file.read_bytes(), "tr", "td", "p", place),
}
