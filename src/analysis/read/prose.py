"""Answers drafted from prose: each number that could be a count."""

import re

from analysis.read.grids import Grid
from analysis.read.spelled import MONTH, NUMBERLIKE, YEAR, fixed, quoted

WORDS = "nil|none|zero|no cases|no records|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
IN_PROSE = re.compile(
    rf"(?<![\w.,/£-])(?<!\d\()(\d{{1,3}}(?:,\d{{3}})+|\d{{1,4}}|(?:{WORDS})\b)(?![\w/%£]|[.,]\d)", re.I
)
NO_COUNT = re.compile(r"(section|act|s\.|ref\w*|no\.?|page|question|paragraph|article|tel\w*)\s*$", re.I)


def answers(grid: Grid, covered: set[tuple[str, int]]) -> list[str]:
    """Draft an answer for each number in prose that could be a count; a person removes those that are none."""
    found = []
    for (area, row, _), cell in sorted(grid.cells.items()):
        prose = area.rpartition("/")[2] == "P"
        if (area, row) in covered or (not prose and NUMBERLIKE.fullmatch(cell.text.strip())):
            continue
        text = re.sub(r"^\s*\(?[\dQq]{1,3}[.)]\s", lambda mark: " " * len(mark[0]), cell.text)
        numbers = [match for match in IN_PROSE.finditer(text) if not _no_count(text, match)]
        for number, match in enumerate(numbers, start=1):
            place = cell.place if number == 1 else f"{cell.place}#{number}"
            anchor = text[match.end() : match.end() + 40].strip() or text[: match.start()].strip()[-40:] or match[1]
            lines = ["", "[[answer]]", f"place = {quoted(place)}", f"anchor = {quoted(anchor)}"]
            found.append("\n".join([*lines, f"value = {quoted(match[1])}", *fixed(set())]))
    return found


def _no_count(text: str, match: re.Match) -> bool:
    """Say whether a number in prose is a year, part of a date, or a number of something else."""
    before, after = text[: match.start()], text[match.end() :]
    month = re.match(r"(st|nd|rd|th)? ?" + MONTH.pattern, after, re.I)
    return bool(YEAR.fullmatch(match[1]) or NO_COUNT.search(before) or month)
