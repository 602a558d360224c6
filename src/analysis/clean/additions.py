"""Rows added to the tables of decisions by the commands that take a reply or a round in."""

import csv
import io
import re
from pathlib import Path

from analysis.clean.counts import plain


class Refused(Exception):
    """Say why a file or round is not taken in; nothing was changed."""

    def __init__(self, text: str, exit_status: int = 1):
        self.exit_status = exit_status
        super().__init__(text)


def slug(text: str) -> str:
    """Return a text as an id: small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", plain(text)).strip("-") or "reply"


def append(path: Path, rows: list[dict[str, str]]) -> None:
    """Add rows at the end of a table of decisions, in the order of its own header; the old bytes stay as they are."""
    if not rows:
        return
    content = path.read_bytes()
    header = next(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    lacking = {name for row in rows for name, value in row.items() if value} - set(header)
    if lacking:
        raise Refused(f"{path.name}: add the column {', '.join(sorted(lacking))} first")
    end = b"" if content.endswith(b"\n") else b"\n"
    text = "".join(line([row.get(name, "") for name in header]) + "\n" for row in rows)
    staged = path.with_suffix(".new")
    staged.write_bytes(content + end + text.encode("utf-8"))
    staged.replace(path)


def amend(path: Path, key: dict[str, str], cells: dict[str, str]) -> int:
    """Set cells of the rows that hold certain values, and return how many; the bytes of all other rows stay."""
    lines = path.read_bytes().decode("utf-8").splitlines(keepends=True)
    header, changed = next(csv.reader(lines[:1])), 0
    for number, text in enumerate(lines):
        row = dict(zip(header, next(csv.reader([text])), strict=False))
        if all(row.get(name) == value for name, value in key.items()):
            lines[number] = line([(row | cells)[name] for name in header]) + "\n"
            changed += 1
    staged = path.with_suffix(".new")
    staged.write_bytes("".join(lines).encode("utf-8"))
    staged.replace(path)
    return changed


def line(fields: list[str]) -> str:
    """Return fields as one line of csv, without its end."""
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(fields)
    return out.getvalue()
