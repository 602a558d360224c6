"""The workbook for people who open tables in a spreadsheet: cover, contents, notes, codebook, and the tables."""

from datetime import datetime
from pathlib import Path

import pandas as pd

from analysis import columns, subject, tables

SHEETS = {
    "facts": "Facts",
    "figures": "Figures",
    "coverage": "Coverage",
    "rounds": "Rounds",
    "sources": "Sources",
}
SHORTHAND = {
    "[x]": "not available: no source tells it",
    "[c]": "withheld by whoever holds the number",
    "[z]": "does not apply to this row",
    "[open]": "no upper limit is known",
}
NOTES = {
    "limits": "A number is a closed interval: low and high are the least and the most it can be. "
    "A missing number is never zero.",
    "facts": "A fact is one number in the world, whoever printed it; figure_ids lead to each place that prints it.",
    "conflict": "Where sources contradict each other, alternatives holds every value and who printed it; "
    "the preferred value never hides the others.",
    "compare": "Forces counted different things, and those that papers named were picked for being high: "
    "make no league table from these numbers.",
}
ABOUT = {"facts": ["facts", "conflict"], "figures": ["limits"], "coverage": ["compare"]}
WIDEST = 420
# The bytes of a workbook may not depend on the day it is made.
MADE = datetime(2000, 1, 1)


def file() -> str:
    """Return the workbook's name."""
    return f"{subject.term('file')[0]}.xlsx"


def write(frames: dict[str, pd.DataFrame], path: Path, date: str, licence: str) -> None:
    """Write tables as one accessible workbook: no formula, no hidden sheet, no empty cell, the same bytes each time.

    frames: table name → rows, of SHEETS; date: the day the newest document was seen; licence: in words.
    """
    import gptables

    held = {name: frames[name] for name in SHEETS if name in frames and len(frames[name])}
    sheets = {SHEETS[name]: _sheet(name, frame) for name, frame in held.items()} | {"Codebook": _codebook(list(held))}
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    book = gptables.produce_workbook(
        str(path),
        sheets,
        cover=_cover(date, licence),
        contentsheet_options={"instructions": "Each row names one worksheet of this workbook."},
        notes_table=_notes(list(held)),
        workbook_options=options,
    )
    for sheet in book.worksheets()[1:]:
        for column, told in sorted(sheet.col_info.items()):
            sheet.set_column_pixels(column, column, min(told.width, WIDEST))
    book.set_properties({"title": subject.term("title")[0], "created": MADE})
    book.close()


def _notes(names: list[str]) -> pd.DataFrame:
    told = [note for name in names for note in ABOUT.get(name, [])]
    return pd.DataFrame({"Note reference": told, "Note text": [NOTES[note] for note in told]})


def shown(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return a table for readers: every empty cell says why it is empty, and no text is read as more than a text."""
    plain = tables.arrange(frame, name)
    return pd.DataFrame({column: _filled(plain, name, column) for column in plain}).astype("object")


def _filled(frame: pd.DataFrame, name: str, column: str) -> list:
    kind = columns.word(name, column)[0]
    status = frame["status"] if "status" in frame else pd.Series("", index=frame.index)
    return [_cell(value, kind, column, said) for value, said in zip(frame[column], status, strict=True)]


def _cell(value, kind: str, column: str, status: str):
    if pd.isna(value) or value == "":
        return _empty(kind, column, status)
    if kind == "date":
        return value.strftime("%Y-%m-%d")
    if kind == "count":
        return int(value)
    if kind in ("share", "number"):
        return float(value)
    return safe(value)


def _empty(kind: str, column: str, status: str) -> str:
    if kind == "text" or column.startswith("share") or status in ("share", "not applicable"):
        return "[z]"
    if status == "suppressed":
        return "[c]"
    if column in ("high", "hull_high") and status in ("at least", "suppressed"):
        return "[open]"
    return "[x]"


def safe(text: str) -> str:
    """Return a text that neither the spreadsheet nor the library that writes it reads as a link, a note or a mark."""
    flat = " ".join(text.split()).replace("](", "] (").replace("$$", "$ $")
    return flat if any(letter.isalnum() for letter in flat) else f"the mark “{flat}”"


def _sheet(name: str, frame: pd.DataFrame):
    import gptables

    table = shown(frame, name)
    used = sorted(mark for mark in SHORTHAND if table.isin([mark]).to_numpy().any())
    row = columns.TABLES[name][2]
    return gptables.GPTable(
        table=table,
        table_name=name,
        title=f"{SHEETS[name]}: {row}" + "".join(f" $${note}$$" for note in ABOUT.get(name, [])),
        instructions="This worksheet contains one table. Notes are on the worksheet called Notes, "
        "the meaning of each column on the worksheet called Codebook.",
        legend=[f"{mark} {SHORTHAND[mark]}" for mark in used],
        source=f"The same table as {name}.csv; every row leads to its documents.",
        index_columns={2: 0},
    )


def _codebook(names: list[str]):
    import gptables

    rows = [
        [f"{name}.{column}", safe(text), kind, unit or "[z]"]
        for name in names
        for column in columns.columns(name)
        for kind, unit, _, text in [columns.word(name, column)]
    ]
    return gptables.GPTable(
        table=pd.DataFrame(rows, columns=["Column", "Meaning", "Kind of value", "Unit"]),
        table_name="codebook",
        title="Codebook: what each column means",
        instructions="This worksheet contains one table, one row for each column of the other worksheets.",
        legend=[f"[z] {SHORTHAND['[z]']}"],
        index_columns={2: 0},
    )


def _cover(date: str, licence: str):
    import gptables

    return gptables.Cover(
        title=subject.term("title")[0],
        intro=["Every number leads to the document and the cell it came from: column figure_id or figure_ids."],
        about=[
            f"Documents were last read on {date}.",
            f"Licence: {licence}",
            "Shorthand in cells without a value:",
            *(f"{mark} {meaning}" for mark, meaning in SHORTHAND.items()),
            "Blank cells are not used.",
        ],
        contact=["Something wrong, or a reply to add: open an issue where this project is published."],
        width=90,
    )
