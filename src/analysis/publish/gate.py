"""The outbound gate: every file of a staged generation is scanned before it may replace the public one."""

from collections.abc import Iterable
from pathlib import Path

from analysis import tables
from analysis.problems import Fault, Problem
from analysis.publish import leaks, live, packed, staging, withheld

TEXTS = {".md", ".txt", ".toml", ".json", ".map", ""}
BINARY = {".woff", ".woff2", ".ttf", ".eot", ".ico"}
THEME = "_static/"
NAMED = {"SHA256SUMS", ".nojekyll", "LICENSE"}


class Stopped(staging.Refused):
    """The gate found something: nothing goes out; `problems` holds everything it found."""

    def __init__(self, problems: list[Problem]):
        self.problems = problems
        lines = "\n".join(str(problem) for problem in problems)
        super().__init__(f"The gate stopped the publication:\n{lines}")


def guard(site: Path, tables_folder: Path, raw: Path, problems: Iterable[Problem] = ()) -> None:
    """Let a staged generation pass, or raise Stopped with every finding, each naming file and place.

    site: the staged public folder, complete; tables_folder: the staged tables; raw: the documents and decisions;
    problems: what is wrong with single documents, which must have contributed nothing.
    """
    found = check(site, tables_folder, raw, problems)
    if found:
        raise Stopped(found)


def check(site: Path, tables_folder: Path, raw: Path, problems: Iterable[Problem] = ()) -> list[Problem]:
    """Return every finding about the files of a staged generation."""
    leaks.known_secrets.cache_clear()  # what this machine holds may have changed since the last scan
    known = labels(tables_folder)
    found = [problem for file in files(site) for problem in scan(site, file, known)]
    with staging.told(tables_folder):
        found += withheld.check(site, raw, problems)
    return sorted(set(found))


def files(site: Path) -> list[Path]:
    """Return every file and every link of a folder, hidden ones too, in one order on every system."""
    return sorted(file for file in site.rglob("*") if file.is_symlink() or not file.is_dir())


def labels(tables_folder: Path) -> frozenset[str]:
    """Return the texts of the tables that would become live html if a page did not escape them."""
    cells = (value for file in sorted(tables_folder.glob("*.csv")) for value in tables.text(file).to_numpy().ravel())
    return live.with_markup(cells)


def scan(site: Path, file: Path, known: frozenset[str]) -> list[Problem]:
    """Return what is wrong with one file of a staged generation."""
    name = file.relative_to(site).as_posix()
    if file.is_symlink():
        faults = [leaks.fault("WRONG_TYPE", "", "a link to elsewhere", "a file", "copy the file itself")]
    else:
        faults = [*_by_name(name), *_by_kind(name, file.suffix.lower(), file.read_bytes(), known)]
    return [fault.problem(name, "") for fault in faults]


def _by_name(name: str) -> Iterable[Fault]:
    return leaks.texts(name.encode("utf-8", "surrogateescape"))


def _by_kind(name: str, kind: str, content: bytes, known: frozenset[str]) -> Iterable[Fault]:
    if kind == ".png":
        return packed.picture(content)
    if kind == ".xlsx":
        return packed.workbook(content)
    if kind == ".inv":
        return packed.inventory(content)
    if kind in BINARY and name.startswith(THEME):
        return ()
    if kind in (".html", ".svg", ".ipynb", ".csv", ".css", ".js") or name in NAMED or _plain(name, kind):
        return [*leaks.texts(content, personal=not name.startswith(THEME)), *_of_text(kind, content, known)]
    return [leaks.fault("WRONG_TYPE", "", "a kind of file that nobody named", do="leave it out")]


def _plain(name: str, kind: str) -> bool:
    return kind in TEXTS - {""} or (kind == "" and name.startswith(THEME))


def _of_text(kind: str, content: bytes, known: frozenset[str]) -> Iterable[Fault]:
    if kind == ".csv":
        return leaks.formulas(content)
    text = content.decode("utf-8", "replace")
    if kind == ".html":
        return live.page(text, known)
    if kind == ".ipynb":
        return live.notebook(text, known)
    if kind == ".svg":
        return live.drawing(text)
    return live.style_sheet(text) if kind == ".css" else ()
