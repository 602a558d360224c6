"""What README.md says was found: sentences and one picture, between two marks, never typed by hand."""

import shutil
from pathlib import Path

from analysis.publish import swap

START, END = "<!-- findings -->", "<!-- /findings -->"
PICTURE = Path("docs") / "found.png"


def block(sentences: list[str], alt: str) -> str:
    """Return the findings as a Markdown list, and the picture when there is one."""
    lines = [f"- {_plain(sentence)}" for sentence in sentences]
    return "\n".join([*lines, *(["", f"![{_plain(alt)}]({PICTURE.as_posix()})"] if alt else [])])


def filled(text: str, found: str) -> str:
    """Return a README with what was found between its marks.

    Raises ValueError when the marks are not there once each, in order.
    """
    if text.count(START) != 1 or text.count(END) != 1 or text.index(START) > text.index(END):
        raise ValueError(f"README.md must hold {START} and, after it, {END}, once each")
    before, rest = text.split(START)
    return f"{before}{START}\n{found}\n{END}{rest.split(END)[1]}"


def renew(project: Path, sentences: list[str], pictures: Path | None, name: str) -> None:
    """Fill a project's README.md, and put the picture it shows beside its documents; without a README, do nothing.

    pictures: the folder with the picture of that name, its csv and its alt text, or None for no picture.
    """
    file = project / "README.md"
    if not file.is_file() or START not in file.read_text("utf-8"):
        return
    alt = ""
    if pictures is not None:
        chart = pictures / f"{Path(name).name}.png"
        alt = chart.with_suffix(".txt").read_text("utf-8").strip()
        (project / PICTURE.parent).mkdir(exist_ok=True)
        shutil.copyfile(chart, project / PICTURE)
    swap.write(file, filled(file.read_text("utf-8"), block(sentences, alt)))


def _plain(text: str) -> str:
    """Escape what Markdown or HTML would read as more than a word."""
    escaped = text.replace("\\", "\\\\").replace("&", "&amp;").replace("<", "&lt;")
    for mark in "*_[]`|":
        escaped = escaped.replace(mark, f"\\{mark}")
    return " ".join(escaped.split())
